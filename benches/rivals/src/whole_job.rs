//! What a service does for one capture: it reads a stored log, decides, and writes one event. The limit is `serde_json`
//! reading and writing the same texts, and deciding nothing.

use order_capture::{Command, Minor, Money, Operation, Order, Outcome, RecordedEvent, Transaction, juspay};

use crate::workload::{answered, order, recorded, requested};

/// A stored log of eight events, and the event that the next capture gives.
#[derive(Debug)]
pub struct Job {
    order: Order,
    amount: Money,
    /// The log: a JSON array, as a document column holds it.
    pub log: String,
    next: RecordedEvent,
}

impl Default for Job {
    fn default() -> Self {
        Self::new()
    }
}

impl Job {
    /// A hold; three captures under keys, one of which timed out first; Juspay, SIMPL.
    ///
    /// # Panics
    /// Never: the events are legal.
    #[must_use]
    pub fn new() -> Self {
        let order = order();
        let mut transaction = Transaction::created(&order, "merchant-order00000001-1".parse().expect("an id"));
        let mut log = Vec::new();
        let (operation, amount) = (Operation::Capture, Minor::from(4_000));
        let ask = |number| {
            let key = format!("capture-{number:08}-of-order-00000001").parse().expect("a key");
            requested(operation, number, amount, Some(key))
        };
        let answer = |number, outcome: Outcome| {
            answered(operation, number, outcome, (outcome == Outcome::Succeeded).then_some(amount))
        };
        let hold = order_capture::Event::Authorized { amount: order.amount(), pays: None, capture_before: None };
        let one = [ask(1), answer(1, Outcome::Succeeded)];
        let two = [ask(2), answer(2, Outcome::TimedOut), answer(2, Outcome::Succeeded)];
        let three = [ask(3), answer(3, Outcome::Succeeded)];
        for event in [hold].into_iter().chain(one).chain(two).chain(three) {
            let recorded = recorded(&transaction, event);
            let _ = transaction.apply(&recorded).expect("a legal event");
            log.push(recorded);
        }
        assert_eq!(log.len(), 8);
        let amount = Money::new(amount, order.amount().currency());
        let text = serde_json::to_string(&log).expect("it serializes");
        let next = recorded(&transaction, ask(4));
        let job = Self { order, amount, log: text, next };
        assert_eq!(job.by_serde_json(), job.whole(), "both write the same event");
        job
    }

    /// The texts alone: the log read, one event written.
    ///
    /// # Panics
    /// Never: the log is its own.
    #[must_use]
    pub fn by_serde_json(&self) -> String {
        let log: Vec<RecordedEvent> = serde_json::from_str(&self.log).expect("a log");
        assert_eq!(log.len(), 8);
        serde_json::to_string(&self.next).expect("it serializes")
    }

    /// The same, and between: replay, and the decision on a capture.
    ///
    /// # Panics
    /// Never: the capture is allowed.
    #[must_use]
    pub fn whole(&self) -> String {
        let log: Vec<RecordedEvent> = serde_json::from_str(&self.log).expect("a log");
        let id = log[0].transaction.clone();
        let payment = self.order.replay(id, &juspay::SIMPL, &log).expect("a legal log");
        let command = Command::capture().amount(self.amount).key("capture-00000004-of-order-00000001");
        let change = payment.ask(command, order_capture::Time::UNIX_EPOCH).expect("allowed");
        serde_json::to_string(&change.events()[0]).expect("it serializes")
    }
}
