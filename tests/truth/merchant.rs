//! The merchant's server: everything that the tests ask of the crate goes through here, on the road that the examples use.

use order_capture::*;

use super::books::Gateway;

/// The deadline of every hold that has one, and the times before and after it.
pub const DEADLINE: i64 = 1_767_830_400;
pub const START: i64 = 1_767_225_600;

/// What came of one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Done(Effect),
    /// The kind, in the rule's own word, and the code.
    Not(&'static str, &'static str),
}

impl Verdict {
    pub fn is_applied(self) -> bool {
        self == Verdict::Done(Effect::Applied)
    }

    /// The result and the code, as a scenario's output has them.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Verdict::Done(Effect::Applied) => ("applied", ""),
            Verdict::Done(Effect::AlreadyApplied) => ("already-applied", ""),
            Verdict::Done(Effect::Stale) => ("stale", ""),
            Verdict::Not(kind, code) => (kind, code),
        }
    }

    fn of(problem: &Problem) -> Verdict {
        Verdict::Not(if matches!(problem, Problem::Conflict(_)) { "conflict" } else { "refused" }, problem.code())
    }
}

/// A request that may be sent now.
pub struct ToSend {
    pub number: u32,
    pub amount: u64,
    pub is_resent: bool,
}

/// What is told to the crate of a request.
pub enum Told<'a> {
    /// With the provider's name for it, where that is told.
    Outcome(Outcome, Option<&'a str>),
    Error {
        status: u16,
        body: &'a str,
    },
}

pub struct Merchant<'a> {
    pub profile: &'a Profile,
    pub order: &'a Order,
    pub transactions: Vec<Transaction>,
    logs: Vec<Vec<RecordedEvent>>,
    pub now: Time,
}

pub fn profile(gateway: Gateway) -> &'static Profile {
    match gateway {
        Gateway::Full => &juspay::FULL_ONLY,
        Gateway::Cybersource => &juspay::CYBERSOURCE,
        Gateway::Simpl => &juspay::SIMPL,
        Gateway::Razorpay => &razorpay::PROFILE,
    }
}

pub fn rupees(minor: u64) -> Money {
    Money::new(Minor::new(minor).unwrap(), Currency::INR)
}

pub fn order(price: u64, takes_parts: bool) -> Order {
    let order = Order::new("order-1".parse().unwrap(), rupees(price));
    if takes_parts { order.in_parts() } else { order }
}

pub fn time(seconds: i64) -> Time {
    Time::from_timestamp(seconds, 0).unwrap()
}

impl<'a> Merchant<'a> {
    pub fn new(order: &'a Order, profile: &'a Profile, count: usize) -> Merchant<'a> {
        let id = |number: usize| format!("t{}", number + 1).parse().unwrap();
        let transactions = (0..count).map(|number| Transaction::created(order, id(number))).collect();
        Merchant { profile, order, transactions, logs: vec![Vec::new(); count], now: time(START) }
    }

    fn payment<'s>(&'s self, which: usize) -> Payment<'s> {
        let payment = self.order.resume(self.transactions[which].clone(), self.profile).unwrap();
        payment.beside(&self.transactions).unwrap()
    }

    /// What a change gives is stored: the events in the log, then the transaction after them.
    fn change(
        &mut self,
        which: usize,
        act: impl for<'p> FnOnce(&Payment<'p>, Time) -> Result<Change<'p>, Problem>,
    ) -> (Verdict, Option<ToSend>) {
        let (effect, events, to_send, transaction) = match act(&self.payment(which), self.now) {
            Ok(change) => {
                let to_send = change.to_send().map(|(_, number, request)| ToSend {
                    number,
                    amount: request.amount.get(),
                    is_resent: request.resent,
                });
                let events = change.events().to_vec();
                (change.effect(), events, to_send, change.into_payment().into_transaction())
            }
            Err(problem) => return (Verdict::of(&problem), None),
        };
        self.logs[which].extend(events);
        self.transactions[which] = transaction;
        (Verdict::Done(effect), to_send)
    }

    pub fn captured(&self, which: usize) -> u64 {
        self.transactions[which].amounts().captured.get()
    }

    pub fn refunded(&self, which: usize) -> u64 {
        self.transactions[which].amounts().refunded.get()
    }

    pub fn ask(&mut self, which: usize, command: Command<'_>) -> (Verdict, Option<ToSend>) {
        self.change(which, |payment, now| payment.ask(command, now))
    }

    pub fn authorized(&mut self, which: usize, amount: u64, pays: u64, deadline: bool) -> Verdict {
        let told = Authorization::of(rupees(amount)).pays(rupees(pays));
        let told = if deadline { told.capture_before(time(DEADLINE)) } else { told };
        self.change(which, |payment, now| payment.authorized(told, now)).0
    }

    pub fn authorization_failed(&mut self, which: usize) -> Verdict {
        self.change(which, |payment, now| payment.authorization_failed(now)).0
    }

    pub fn expired(&mut self, which: usize) -> Verdict {
        self.change(which, |payment, now| payment.expired(now)).0
    }

    pub fn answered(&mut self, which: usize, operation: Operation, number: u32, told: &Told<'_>) -> Verdict {
        match told {
            Told::Outcome(outcome, id) => {
                let answer = Answer::to(operation, *outcome).number(number);
                let answer = match id {
                    Some(id) => answer.provider_id(id.parse().unwrap()),
                    None => answer,
                };
                self.change(which, |payment, now| payment.answered(answer, now)).0
            }
            Told::Error { status, body } => {
                let error = self.profile.error(*status, body);
                self.change(which, |payment, now| payment.provider_error(&error, Some((operation, number)), now)).0
            }
        }
    }

    pub fn reversed(&mut self, which: usize, operation: Operation, key: &str) -> Verdict {
        self.change(which, |payment, now| payment.reversed(Reversal::of(operation).key(key), now)).0
    }

    pub fn adjusted(&mut self, which: usize, total: u64) -> Verdict {
        self.change(which, |payment, now| payment.adjusted(rupees(total), now)).0
    }

    pub fn reported(&mut self, which: usize, captured: u64, refunded: u64) -> Verdict {
        let report = Report { captured: Some(rupees(captured).into()), refunded: Some(rupees(refunded).into()) };
        self.change(which, |payment, now| payment.reported(report, now)).0
    }

    pub fn observed(&mut self, which: usize, text: &str, fresh: bool) -> Verdict {
        let seen = match self.profile.statements(text, Currency::INR) {
            Ok(seen) => seen,
            Err(malformed) => return Verdict::Not("malformed", malformed.code()),
        };
        let poll = self.transactions[which].poll(|_| true).filter(|_| fresh);
        self.change(which, |payment, now| Ok(payment.observe(&seen, poll, now)?)).0
    }

    /// Writes everything, drops it, reads it back and replays it; false where anything changed.
    pub fn restart(&mut self) -> bool {
        let same = |transaction: &Transaction, log: &Vec<RecordedEvent>| {
            let written = serde_json::to_string(log).unwrap();
            let read: Vec<RecordedEvent> = serde_json::from_str(&written).unwrap();
            Transaction::replay(self.order, transaction.id().clone(), &read).as_ref() == Ok(transaction)
        };
        self.transactions.iter().zip(&self.logs).all(|(transaction, log)| same(transaction, log))
    }
}
