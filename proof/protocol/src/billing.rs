//! The billing service's state: a durable log, and what a crash loses.
//!
//! Durable: the log, one JSON line per event, written before anything is sent. Volatile: the transaction, which is
//! always the replay of the log, and the call that is open. A crash loses the second and replays the first.
//!
//! The transaction is a function of the log (that is INV-8, checked at every event: see [`Billing::diverged`]), and
//! all that comes later is a function of the transaction. The log itself has no bound (an accepted capture that a
//! poll does not show, then accepted again, and so on), so states are told apart by the transaction's facts, with the
//! order of its sequences in place of their numbers: nothing compares them but by order. See `facts`.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use order_capture::{
    Amounts, Answer, Authorization, Change, Command, Conflict, Effect, Event, Operation, Order, Outcome, Payment,
    Problem, Profile, RecordedEvent, RequestStatus, Transaction, TransactionId,
};
use serde_json::Value;

use crate::config::{Config, EARLIER, Fault, deadline, key_text, money, now, number_of};

/// What does not change while the service runs.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The order that is paid.
    pub order: Order,
    /// The provider's rules.
    pub profile: &'static Profile,
    /// The order's other transactions, as far as the service looks at them.
    pub others: Vec<Transaction>,
    /// Whether everything is said of the transaction, nothing of the order.
    pub beside: bool,
    /// Whether notices state the totals.
    pub figures: bool,
    /// The planted fault.
    pub fault: Fault,
}

/// The service's state.
#[derive(Clone, Debug)]
pub struct Billing {
    /// Durable: one JSON line per event.
    pub log: Vec<Arc<str>>,
    /// Volatile: the replay of the log.
    pub live: Transaction,
    /// Volatile: the attempt whose call is open.
    pub calling: Option<u8>,
    /// Which captures the log tells of, for the situations that must be seen.
    pub seen: Seen,
    facts: Arc<str>,
    /// Whether the live transaction was ever not the replay of the log.
    pub diverged: bool,
    /// Whether a message that came twice ever did more than once.
    pub wobbled: bool,
    /// The code of the first conflict, or of an event that was not accepted: a person would have to look.
    pub trouble: Option<&'static str>,
}

/// How far the log tells of a capture or refund that succeeds after it timed out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seen {
    /// None timed out.
    #[default]
    Nothing,
    /// One timed out.
    TimedOut,
    /// Then one succeeded, before the deadline.
    Succeeded,
    /// Then one succeeded, at the deadline or after it.
    SucceededLate,
}

impl Seen {
    fn after(self, recorded: &RecordedEvent) -> Self {
        match recorded.event.name() {
            "capture-timed-out" | "refund-timed-out" => self.max(Self::TimedOut),
            "capture-succeeded" if self > Self::Nothing && recorded.observed_at >= deadline() => Self::SucceededLate,
            "capture-succeeded" | "refund-succeeded" if self > Self::Nothing => self.max(Self::Succeeded),
            _ => self,
        }
    }
}

/// The facts of a transaction, as it is stored, with each sequence's place among them in its stead. Where the log
/// ends is left out.
pub(crate) fn facts(transaction: &Transaction) -> Arc<str> {
    let Ok(mut stored) = serde_json::to_value(transaction) else { return "not-written".into() };
    let mut all = BTreeSet::from([0]);
    each_sequence(&mut stored, &mut |sequence| {
        all.extend(sequence.as_u64());
    });
    each_sequence(&mut stored, &mut |sequence| {
        *sequence = sequence.as_u64().map(|sequence| all.range(..sequence).count()).into();
    });
    if let Some(fields) = stored.as_object_mut() {
        fields.remove("sequence");
    }
    stored.to_string().into()
}

fn each_sequence(value: &mut Value, with: &mut impl FnMut(&mut Value)) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match name.as_str() {
                    "begun" | "last_sent" | "at" => with(field),
                    _ => each_sequence(field, with),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each_sequence(item, with)),
        _ => {}
    }
}

/// What tells two states of the service apart.
type Identity<'a> = (&'a str, Option<u8>, Seen, bool, bool, Option<&'static str>);

impl Terms {
    /// A transaction beside its order, the order's others and its provider's rules.
    ///
    /// # Errors
    /// Never: all are the order's own.
    pub fn payment(&self, transaction: &Transaction) -> Result<Payment<'_>, Conflict> {
        self.order.resume(transaction.clone(), self.profile)?.beside(&self.others)
    }
}

impl Billing {
    fn identity(&self) -> Identity<'_> {
        (&self.facts, self.calling, self.seen, self.diverged, self.wobbled, self.trouble)
    }
}

impl PartialEq for Billing {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for Billing {}

impl Hash for Billing {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

impl Billing {
    /// A transaction that was just authorized; or charged since then.
    #[must_use]
    pub fn new(id: TransactionId, config: &Config, terms: &Terms) -> Self {
        let live = Transaction::created(&terms.order, id);
        let mut new = Self {
            log: Vec::new(),
            facts: facts(&live),
            live,
            calling: None,
            seen: Seen::Nothing,
            diverged: false,
            wobbled: false,
            trouble: None,
        };
        let payment = terms.payment(&new.live);
        let told = Authorization::of(money(config.authorized));
        let told = if config.deadline { told.capture_before(deadline()) } else { told };
        let held = payment.map_err(Problem::from).and_then(|payment| payment.authorized(told, now(false)));
        new.store(terms, held);
        if config.charged {
            let key = key_text(EARLIER);
            let all = Command::capture().amount(money(config.authorized)).key(&key);
            let asked =
                terms.payment(&new.live).map_err(Problem::from).and_then(|payment| payment.ask(all, now(false)));
            new.store(terms, asked);
            let done = Answer::capture(Outcome::Succeeded).key(&key);
            let answered =
                terms.payment(&new.live).map_err(Problem::from).and_then(|payment| payment.answered(done, now(false)));
            new.store(terms, answered);
        }
        new
    }

    /// The one way into the log: what a change brings is stored, and then the payment after it is gone on with.
    /// Nothing is sent before it returns. Says whether there was something to store.
    pub(crate) fn store(&mut self, terms: &Terms, change: Result<Change<'_>, Problem>) -> bool {
        let change = match change {
            Ok(change) => change,
            Err(problem) => {
                self.look(problem.code());
                return false;
            }
        };
        for recorded in change.events() {
            self.seen = self.seen.after(recorded);
            let forgets =
                terms.fault == Fault::AppliesWithoutStoring && matches!(recorded.event, Event::Answered { .. });
            match serde_json::to_string(recorded) {
                Ok(_) if forgets => {}
                Ok(line) => self.log.push(line.into()),
                Err(_) => self.look("not-written"),
            }
        }
        if change.effect() != Effect::Applied && terms.fault == Fault::StoresEveryCopy {
            self.log.extend(self.log.last().cloned());
        }
        let new = !change.events().is_empty();
        self.go_on(change.into_payment().into_transaction());
        self.diverged |= self.replay(terms).as_ref() != Some(&self.live);
        if self.sent().is_none() {
            self.calling = None;
        }
        new
    }

    /// A person has to look.
    pub(crate) fn look(&mut self, code: &'static str) {
        self.trouble = self.trouble.or(Some(code));
    }

    /// The log, read.
    pub fn events(&self) -> impl Iterator<Item = RecordedEvent> {
        self.log.iter().filter_map(|line| serde_json::from_str(line).ok())
    }

    fn replay(&self, terms: &Terms) -> Option<Transaction> {
        let log: Vec<RecordedEvent> = self.events().collect();
        let replayed = Transaction::replay(&terms.order, self.live.id().clone(), &log).ok();
        replayed.filter(|_| log.len() == self.log.len())
    }

    /// Loses everything volatile and comes back by the log.
    pub fn crash(&mut self, terms: &Terms) {
        self.calling = None;
        match self.replay(terms) {
            Some(replayed) => self.go_on(replayed),
            None => self.diverged = true,
        }
    }

    fn go_on(&mut self, live: Transaction) {
        self.facts = facts(&live);
        self.live = live;
    }

    /// The requests that are in one of these statuses, with the numbers of their keys.
    pub fn requests(&self, is: impl Fn(RequestStatus) -> bool) -> impl Iterator<Item = (Operation, u8)> {
        let outstanding = |operation| {
            let requests = self.live.hold().into_iter().flat_map(move |hold| hold.requests(operation).outstanding());
            requests.map(move |(_, request)| (operation, request))
        };
        let kinds = [Operation::Capture, Operation::Void, Operation::Refund].into_iter();
        let all = kinds.flat_map(outstanding).filter(move |(_, request)| is(request.status));
        all.filter_map(|(operation, request)| Some((operation, number_of(request)?)))
    }

    /// Those whose fate is not known, in whichever way.
    pub fn open(&self) -> impl Iterator<Item = (Operation, u8)> {
        self.requests(RequestStatus::is_outstanding)
    }

    /// Those that no answer came for, by a timeout.
    pub fn unknown(&self) -> impl Iterator<Item = (Operation, u8)> {
        self.requests(|status| status == RequestStatus::Unknown)
    }

    /// The one that was sent and not answered.
    #[must_use]
    pub fn sent(&self) -> Option<(Operation, u8)> {
        self.requests(|status| status == RequestStatus::Sent).next()
    }

    /// The amounts as the service reports them.
    #[must_use]
    pub fn reported(&self, terms: &Terms) -> Amounts {
        let amounts = self.live.amounts();
        if terms.fault != Fault::ReadsTornAmounts {
            return amounts;
        }
        let log: Vec<RecordedEvent> = self.events().collect();
        let earlier = Transaction::replay(&terms.order, self.live.id().clone(), log.iter().rev().skip(1).rev());
        earlier.map_or(amounts, |earlier| Amounts { captured: amounts.captured, ..earlier.amounts() })
    }
}
