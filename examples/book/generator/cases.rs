//! One transaction in each state, reached by events alone, and what else the tables are asked with.

use order_capture::StateKind::{self, *};
use order_capture::{
    Effect, End, Event, Money, Operation, Order, Outcome, RecordedEvent, STORED_VERSION, Time, Transaction,
};

/// 2026-01-01T00:00:00Z
pub fn midnight() -> Time {
    Time::from_timestamp(1_767_225_600, 0).unwrap()
}

pub fn rupees(text: &str) -> Money {
    Money::inr(text).unwrap()
}

pub fn order_of(text: &str) -> Order {
    Order::new("o-1".parse().unwrap(), rupees(text))
}

pub fn held(text: &str) -> Event {
    Event::Authorized { amount: rupees(text), pays: None, capture_before: None }
}

pub fn requested(operation: Operation, number: u32, text: &str, key: Option<&str>, closes: bool) -> Event {
    let key = key.map(|key| key.parse().unwrap());
    Event::Requested { operation, number, amount: rupees(text).minor(), key, closes }
}

/// An answer; a failure leaves the hold open.
pub fn answered(operation: Operation, number: u32, outcome: Outcome) -> Event {
    Event::Answered { operation, number, outcome, amount: None, closes: false, overrides: false, provider_id: None }
}

/// A failure that closes the hold.
pub fn failed(operation: Operation, number: u32) -> Event {
    let outcome = Outcome::Failed;
    Event::Answered { operation, number, outcome, amount: None, closes: true, overrides: false, provider_id: None }
}

/// An event as the next one of a transaction's log.
pub fn recorded(transaction: &Transaction, event: Event) -> RecordedEvent {
    RecordedEvent {
        version: STORED_VERSION,
        transaction: transaction.id().clone(),
        sequence: transaction.sequence() + 1,
        observed_at: midnight(),
        occurred_at: None,
        event,
    }
}

/// A transaction that pays an order of this amount, after these events.
pub fn after(order: &str, id: &str, events: &[Event]) -> Transaction {
    let mut transaction = Transaction::created(&order_of(order), id.parse().unwrap());
    for event in events {
        let next = recorded(&transaction, event.clone());
        assert_eq!(transaction.apply(&next), Ok(Effect::Applied), "{event:?}");
    }
    transaction
}

/// The shortest way to each state, of an order of 100.00 INR. Where something was captured, it was 40.00.
pub fn paths() -> Vec<(StateKind, Vec<Event>)> {
    use Operation::{Capture, Void};
    let part = |closes| requested(Capture, 1, "40.00", Some("k1"), closes);
    let all = || requested(Capture, 1, "100.00", Some("k1"), true);
    let void = || requested(Void, 1, "100.00", Some("v1"), false);
    let asked = |event| vec![held("100.00"), event];
    let told = |event, answer| vec![held("100.00"), event, answer];
    let states = vec![
        (Created, vec![]),
        (Authorized, vec![held("100.00")]),
        (Capturing, asked(all())),
        (CaptureUnknown, told(all(), answered(Capture, 1, Outcome::TimedOut))),
        (CaptureInitiated, told(all(), answered(Capture, 1, Outcome::Accepted))),
        (PartiallyCaptured, told(part(false), answered(Capture, 1, Outcome::Succeeded))),
        (Charged, told(part(true), answered(Capture, 1, Outcome::Succeeded))),
        (CaptureFailed, told(all(), failed(Capture, 1))),
        (Voiding, asked(void())),
        (VoidUnknown, told(void(), answered(Void, 1, Outcome::TimedOut))),
        (VoidInitiated, told(void(), answered(Void, 1, Outcome::Accepted))),
        (VoidFailed, told(void(), failed(Void, 1))),
        (Voided, told(void(), answered(Void, 1, Outcome::Succeeded))),
        (Expired, asked(Event::Ended { how: End::Expired })),
        (Failed, vec![Event::AuthorizationFailed {}]),
    ];
    assert!(states.iter().map(|(state, _)| *state).eq(StateKind::ALL), "one of each state, in their order");
    states
}

/// One transaction in each state.
pub fn in_each_state(id: &str) -> Vec<(StateKind, Transaction)> {
    let reached = |(state, events): (StateKind, Vec<Event>)| {
        let transaction = after("100.00", id, &events);
        assert_eq!(transaction.state(), state);
        (state, transaction)
    };
    paths().into_iter().map(reached).collect()
}
