//! The events that every rival folds: logs of a given length, made by the same seed each time.

use order_capture::{
    Currency, Effect, Event, IdempotencyKey, Minor, Money, Operation, Order, Outcome, RecordedEvent, STORED_VERSION,
    Time, Transaction, TransactionId,
};

/// What a log has in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// How many events are recorded.
    pub events: usize,
    /// Whether captures and refunds have idempotency keys.
    pub keyed: bool,
    /// Whether events stand between them that a fold has to answer without taking: repeats and impossible ones.
    pub dirty: bool,
}

/// A log and whose it is.
#[derive(Clone, Debug)]
pub struct Log {
    /// The order.
    pub order: Order,
    /// The transaction.
    pub id: TransactionId,
    /// Its events, in order.
    pub events: Vec<RecordedEvent>,
}

/// The order that every log is about: 1,000,000.00 INR.
///
/// # Panics
/// Never: the values are valid.
#[must_use]
pub fn order() -> Order {
    Order::new("order-1".parse().expect("an id"), Money::new(Minor::from(100_000_000), Currency::INR))
}

/// Logs of one kind.
#[must_use]
pub fn logs(kind: Kind, count: usize, seed: u64) -> Vec<Log> {
    let mut random = fastrand::Rng::with_seed(seed);
    (0..count).map(|number| log(kind, number, &mut random)).collect()
}

fn log(kind: Kind, number: usize, random: &mut fastrand::Rng) -> Log {
    let id: TransactionId = format!("merchant-order{number:08}-1").parse().expect("an id");
    let order = order();
    let transaction = Transaction::created(&order, id.clone());
    let mut maker = Maker { transaction, events: Vec::with_capacity(kind.events), random };
    let _ = maker.push(Event::Authorized { amount: order.amount(), pays: None, capture_before: None });
    while maker.events.len() < kind.events {
        maker.capture(kind, kind.events);
    }
    Log { order, id, events: maker.events }
}

/// An event as it comes next in the log of a transaction.
pub fn recorded(transaction: &Transaction, event: Event) -> RecordedEvent {
    RecordedEvent {
        version: STORED_VERSION,
        transaction: transaction.id().clone(),
        sequence: transaction.sequence() + 1,
        observed_at: Time::UNIX_EPOCH,
        occurred_at: None,
        event,
    }
}

/// A request that closes nothing.
pub const fn requested(operation: Operation, number: u32, amount: Minor, key: Option<IdempotencyKey>) -> Event {
    Event::Requested { operation, number, amount, key, closes: false }
}

/// What became of a request; of a success, how much was done.
pub const fn answered(operation: Operation, number: u32, outcome: Outcome, amount: Option<Minor>) -> Event {
    Event::Answered { operation, number, outcome, amount, closes: false, overrides: false, provider_id: None }
}

struct Maker<'r> {
    transaction: Transaction,
    events: Vec<RecordedEvent>,
    random: &'r mut fastrand::Rng,
}

impl Maker<'_> {
    /// Appends an event, whatever a fold makes of it.
    fn push(&mut self, event: Event) -> Option<Effect> {
        let recorded = recorded(&self.transaction, event);
        let effect = self.transaction.apply(&recorded).ok();
        self.events.push(recorded);
        effect
    }

    /// One capture from request to end, and now and then a refund of it; at most `most` events in all.
    fn capture(&mut self, kind: Kind, most: usize) {
        let number = self.count(Operation::Capture) + 1;
        let amount = Minor::from(self.random.u32(100..10_000));
        let key = self.key(kind, Operation::Capture, number);
        let operation = Operation::Capture;
        let mut steps = vec![requested(operation, number, amount, key)];
        let answer = |outcome| answered(operation, number, outcome, None);
        let done = |amount| answered(operation, number, Outcome::Succeeded, Some(amount));
        let part = Minor::new(amount.get() / 2).unwrap_or(amount);
        match self.random.u8(0..20) {
            0 => steps.extend([answer(Outcome::Accepted), done(amount)]),
            1 => steps.extend([answer(Outcome::TimedOut), done(amount)]),
            2 => steps.push(answer(Outcome::Failed)),
            3 => steps.push(answer(Outcome::Withdrawn)),
            4 => steps.push(done(part)),
            5 => steps.extend([done(amount), Event::Reversed { operation, number, amount, closes: false }]),
            6 => steps.extend([answer(Outcome::Failed), done(amount)]),
            7 => steps.extend(self.refund(kind, amount, done(amount))),
            _ => steps.push(done(amount)),
        }
        for event in steps {
            if kind.dirty && self.random.u8(0..8) == 0 {
                self.disturb(most);
            }
            if self.events.len() < most {
                let _ = self.push(event);
            }
        }
    }

    fn refund(&mut self, kind: Kind, captured: Minor, first: Event) -> Vec<Event> {
        let operation = Operation::Refund;
        let number = self.count(operation) + 1;
        let amount = Minor::new(captured.get() / 2 + 1).unwrap_or(captured);
        let key = self.key(kind, operation, number);
        vec![
            first,
            requested(operation, number, amount, key),
            answered(operation, number, Outcome::Succeeded, Some(amount)),
        ]
    }

    /// One event that is known already, or that cannot be.
    fn disturb(&mut self, most: usize) {
        if self.events.len() >= most {
            return;
        }
        let number = self.count(Operation::Capture);
        let event = match self.random.u8(0..5) {
            0 => {
                let earlier = self.events[self.random.usize(0..self.events.len())].clone();
                self.events.push(earlier);
                return;
            }
            1 => requested(Operation::Capture, number + 1, Minor::MAX, None),
            2 => answered(Operation::Capture, number + 7, Outcome::Accepted, None),
            3 => Event::AuthorizationFailed {},
            _ => answered(Operation::Capture, number, Outcome::TimedOut, None),
        };
        let _ = self.push(event);
    }

    fn count(&self, operation: Operation) -> u32 {
        self.transaction.hold().map_or(0, |hold| hold.requests(operation).count())
    }

    fn key(&self, kind: Kind, operation: Operation, number: u32) -> Option<IdempotencyKey> {
        let name = self.transaction.id();
        kind.keyed.then(|| IdempotencyKey::new(&format!("{name}-{operation:?}-{number}")).expect("a key"))
    }
}
