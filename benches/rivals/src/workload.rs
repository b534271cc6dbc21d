//! The events that every rival folds: logs of a given length, made by the same seed each time.

use order_capture::{
    Currency, Effect, Event, IdempotencyKey, Minor, Money, Operation, Order, Origin, Outcome, Recorded, Time,
    Transaction, TransactionId,
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
    /// The transaction.
    pub id: TransactionId,
    /// Its events, in order.
    pub events: Vec<Recorded>,
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
    let mut maker =
        Maker { transaction: Transaction::created(id.clone()), events: Vec::with_capacity(kind.events), random };
    let amount = order().amount();
    maker.push(Event::Authorized { amount, capture_before: None });
    while maker.events.len() < kind.events {
        maker.capture(kind, kind.events);
    }
    Log { id, events: maker.events }
}

struct Maker<'r> {
    transaction: Transaction,
    events: Vec<Recorded>,
    random: &'r mut fastrand::Rng,
}

impl Maker<'_> {
    /// Appends an event, whatever a fold makes of it.
    fn push(&mut self, event: Event) -> Option<Effect> {
        let recorded = self.transaction.stamp(event, Time::UNIX_EPOCH, None);
        let effect = self.transaction.apply(&recorded).ok();
        self.events.push(recorded);
        effect
    }

    /// One capture from request to end, and now and then a refund of it; at most `most` events in all.
    fn capture(&mut self, kind: Kind, most: usize) {
        let number = self.count(Operation::Capture) + 1;
        let amount = Minor::from(self.random.u32(100..10_000));
        let key = self.key(kind, Operation::Capture, number);
        let (operation, origin) = (Operation::Capture, Origin::Merchant);
        let mut steps = vec![Event::Requested { operation, number, amount, key, closes: false, origin }];
        let answer = |outcome| Event::Answered { operation, number, outcome };
        let part = Minor::new(amount.get() / 2).unwrap_or(amount);
        match self.random.u8(0..20) {
            0 => steps.extend([answer(Outcome::Accepted), answer(Outcome::Succeeded { amount })]),
            1 => steps.extend([answer(Outcome::Unanswered), answer(Outcome::Succeeded { amount })]),
            2 => steps.push(answer(Outcome::Failed { closes: false })),
            3 => steps.push(answer(Outcome::Withdrawn)),
            4 => steps.push(answer(Outcome::Succeeded { amount: part })),
            5 => steps.extend([
                answer(Outcome::Succeeded { amount }),
                Event::CaptureReversed { number, amount, closes: false },
            ]),
            6 => steps.extend([answer(Outcome::Failed { closes: false }), answer(Outcome::Succeeded { amount })]),
            7 => steps.extend(self.refund(kind, amount, answer(Outcome::Succeeded { amount }))),
            _ => steps.push(answer(Outcome::Succeeded { amount })),
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
        let (operation, origin) = (Operation::Refund, Origin::Merchant);
        let number = self.count(operation) + 1;
        let amount = Minor::new(captured.get() / 2 + 1).unwrap_or(captured);
        let key = self.key(kind, operation, number);
        vec![
            first,
            Event::Requested { operation, number, amount, key, closes: false, origin },
            Event::Answered { operation, number, outcome: Outcome::Succeeded { amount } },
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
            1 => Event::Requested {
                operation: Operation::Capture,
                number: number + 1,
                amount: Minor::MAX,
                key: None,
                closes: false,
                origin: Origin::Merchant,
            },
            2 => Event::Answered { operation: Operation::Capture, number: number + 7, outcome: Outcome::Accepted },
            3 => Event::AuthorizationFailed,
            _ => Event::Answered { operation: Operation::Capture, number, outcome: Outcome::Unanswered },
        };
        let _ = self.push(event);
    }

    fn count(&self, operation: Operation) -> u32 {
        self.transaction.ledger().map_or(0, |ledger| ledger.requests(operation).count())
    }

    fn key(&self, kind: Kind, operation: Operation, number: u32) -> Option<IdempotencyKey> {
        let name = self.transaction.id();
        kind.keyed.then(|| IdempotencyKey::new(&format!("{name}-{operation:?}-{number}")).expect("a key"))
    }
}
