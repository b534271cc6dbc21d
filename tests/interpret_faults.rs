//! What a provider says, subject by subject: the kinds of inputs that once went wrong, and their neighbours.
//!
//! Expected values come from the domain's text: amounts by its section 2, results by its section 6.

use order_capture::Outcome::{Accepted, Failed, Succeeded, TimedOut};
use order_capture::*;

#[path = "interpret_faults/requests_and_time.rs"]
mod requests_and_time;
#[path = "interpret_faults/totals_and_words.rs"]
mod totals_and_words;

fn rupees(text: &str) -> Money {
    Money::inr(text).unwrap()
}

/// One order, its transactions, and what they said last.
struct Books {
    order: Order,
    profile: &'static Profile,
    now: Time,
    transactions: Vec<Transaction>,
    at: usize,
}

impl Books {
    fn of(profile: &'static Profile, price: &str) -> Self {
        let order = Order::new("o-1".parse().unwrap(), rupees(price));
        let transactions = vec![Transaction::created(&order, "t-1".parse().unwrap())];
        Self { order, profile, now: Time::UNIX_EPOCH, transactions, at: 0 }
    }

    fn in_parts(mut self) -> Self {
        self.order = self.order.in_parts();
        self
    }

    fn held(profile: &'static Profile, amount: &str) -> Self {
        Self::of(profile, amount).authorized(amount)
    }

    /// Another transaction of the order, which the next steps are about.
    fn another(mut self, id: &str) -> Self {
        self.at = self.transactions.len();
        self.transactions.push(Transaction::created(&self.order, id.parse().unwrap()));
        self
    }

    fn with<T>(&self, act: impl FnOnce(Payment<'_>) -> T) -> T {
        let own = self.own().clone();
        act(self.order.resume(own, self.profile).unwrap().beside(&self.transactions).unwrap())
    }

    /// Every change is also replayed: the events alone lead to the same transaction.
    fn keep(mut self, after: Transaction, events: &[RecordedEvent]) -> Self {
        let known = &mut self.transactions[self.at];
        for event in events {
            assert_eq!(known.apply(event), Ok(Effect::Applied), "{event:?}");
        }
        assert_eq!(*known, after);
        self
    }

    fn step(self, act: impl for<'p> FnOnce(&Payment<'p>, Time) -> Result<Change<'p>, Problem>) -> Self {
        let now = self.now;
        let (after, events) = self.with(|payment| {
            let change = act(&payment, now).unwrap_or_else(|problem| panic!("{problem}"));
            let events = change.events().to_vec();
            (change.into_payment().into_transaction(), events)
        });
        self.keep(after, &events)
    }

    fn authorized(self, amount: &str) -> Self {
        self.step(|payment, now| payment.authorized(rupees(amount), now))
    }

    fn failed(self) -> Self {
        self.step(|payment, now| payment.authorization_failed(now))
    }

    fn ask(self, command: Command<'_>) -> Self {
        self.step(|payment, now| payment.ask(command, now))
    }

    fn capture(self, amount: &str, key: &str) -> Self {
        self.ask(Command::capture().amount(rupees(amount)).key(key))
    }

    fn refund(self, amount: &str, key: &str) -> Self {
        self.ask(Command::refund().amount(rupees(amount)).key(key))
    }

    fn told(self, answer: Answer<'_>) -> Self {
        self.step(|payment, now| payment.answered(answer, now))
    }

    fn captured(self, amount: &str, key: &str) -> Self {
        self.capture(amount, key).told(Answer::capture(Succeeded).key(key))
    }

    /// All of it is captured, on any gateway.
    fn charged(self) -> Self {
        let amount = self.with(|payment| payment.capturable(Time::UNIX_EPOCH));
        self.ask(Command::capture().amount(amount).key("whole-capture")).told(Answer::capture(Succeeded))
    }

    fn refused(&self, command: Command<'_>) -> &'static str {
        self.with(|payment| payment.ask(command, self.now).err().map_or("applied", |problem| problem.code()))
    }

    fn read(self, text: &str, fresh: bool) -> (Self, &'static str) {
        let now = self.now;
        let read = self.with(|payment| {
            let seen = payment.profile().statements(text, Currency::INR).unwrap();
            let poll = payment.transaction().poll(|_| true).filter(|_| fresh);
            payment.observe(&seen, poll, now).map(|change| {
                let result = match change.effect() {
                    Effect::Applied => "applied",
                    Effect::AlreadyApplied => "already-applied",
                    Effect::Stale => "stale",
                };
                let events = change.events().to_vec();
                (change.into_payment().into_transaction(), events, result)
            })
        });
        match read {
            Ok((after, events, result)) => (self.keep(after, &events), result),
            Err(conflict) => {
                assert!(!conflict.to_string().is_empty());
                (self, conflict.code())
            }
        }
    }

    /// A webhook, seen twice: the second time changes nothing (INV-7).
    fn sees(self, text: &str, expected: &str) -> Self {
        let (books, result) = self.read(text, false);
        assert_eq!(result, expected, "{text}");
        let once = books.transactions.clone();
        let (books, again) = books.read(text, false);
        assert_ne!(again, "applied", "{text}, seen twice");
        assert_eq!(books.transactions, once, "{text}, seen twice");
        books
    }

    /// The answer to a poll.
    fn polls(self, text: &str, expected: &str) -> Self {
        let (books, result) = self.read(text, true);
        assert_eq!(result, expected, "fresh: {text}");
        books
    }

    fn error(self, http_status: u16, message: &'static str) -> Self {
        let answer = ErrorAnswer { http_status, codes: Vec::new(), messages: vec![message.into()] };
        self.step(|payment, now| payment.provider_error(&answer, None, now))
    }

    fn own(&self) -> &Transaction {
        &self.transactions[self.at]
    }

    /// State, then C P H V R Q in rupees.
    fn is(self, state: &str, amounts: [&str; 6]) -> Self {
        let Amounts { captured, pending, held, released, refunded, refund_pending, .. } = self.own().amounts();
        let found = [captured, pending, held, released, refunded, refund_pending]
            .map(|minor| Money::new(minor, Currency::INR).major_text());
        let expected = amounts.map(|text| rupees(text).major_text());
        assert_eq!((self.own().state().as_str(), found), (state, expected));
        self
    }
}

/// A Juspay order that names its transaction, with whatever else.
fn order(status: &str, more: &str) -> String {
    named("m-1", status, more)
}

fn named(txn: &str, status: &str, more: &str) -> String {
    format!(
        r#"{{"order_id":"held-1","status":"{status}","amount":100,"currency":"INR","txn_uuid":"u-{txn}","txn_id":"{txn}","amount_refunded":0{more}}}"#
    )
}

/// The same with a refunded total.
fn order_refunded(status: &str, refunded: &str, more: &str) -> String {
    order(status, more).replace(r#""amount_refunded":0"#, &format!(r#""amount_refunded":{refunded}"#))
}

/// An order that names no transaction.
fn unnamed(status: &str, more: &str) -> String {
    format!(r#"{{"order_id":"held-1","status":"{status}","amount":100,"currency":"INR"{more}}}"#)
}

/// A Razorpay payment of 100.00.
fn payment(status: &str, captured: bool, refunded: u32) -> String {
    format!(
        r#"{{"id":"pay_1","entity":"payment","amount":10000,"currency":"INR","status":"{status}","order_id":"order_1","captured":{captured},"amount_refunded":{refunded}}}"#
    )
}

fn refund_entity(payment: &str, refund: &str) -> String {
    format!(
        r#"{{"entity":"event","event":"refund.x","payload":{{"payment":{{"entity":{payment}}},"refund":{{"entity":{refund}}}}}}}"#
    )
}

const NOTHING: [&str; 6] = ["0", "0", "0", "0", "0", "0"];
