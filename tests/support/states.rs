//! One transaction in each state, with requests of every kind, reached by events alone.

use order_capture::*;

/// 2026-01-01T00:00:00Z
pub fn midnight() -> Time {
    Time::from_timestamp(1_767_225_600, 0).unwrap()
}

pub fn rupees(text: &str) -> Money {
    Money::parse(text, Currency::INR).unwrap()
}

pub fn order_of(text: &str) -> Order {
    Order::new("o-1".parse().unwrap(), rupees(text))
}

pub fn held(text: &str) -> Event {
    Event::Authorized { amount: rupees(text), capture_before: None }
}

pub fn asked(operation: Operation, number: u32, text: &str, key: Option<&str>, closes: bool) -> Event {
    let key = key.map(|key| key.parse().unwrap());
    Event::Requested { operation, number, amount: rupees(text).minor(), key, closes, origin: Origin::Merchant }
}

pub fn answered(operation: Operation, number: u32, outcome: Outcome) -> Event {
    Event::Answered { operation, number, outcome }
}

pub fn done(text: &str) -> Outcome {
    Outcome::Succeeded { amount: rupees(text).minor() }
}

/// A transaction and the log that built it.
pub fn replayed(events: &[Event]) -> (Transaction, Vec<Recorded>) {
    let mut transaction = Transaction::created("t-1".parse().unwrap());
    let mut log = Vec::new();
    for event in events {
        let recorded = transaction.stamp(event.clone(), midnight(), None);
        assert_eq!(transaction.apply(&recorded), Ok(Effect::Applied), "{event:?}");
        log.push(recorded);
    }
    (transaction, log)
}

/// The events that lead to each state.
pub fn paths() -> Vec<(StateKind, Vec<Event>)> {
    use Operation::{Capture, Refund, Void};
    use StateKind::*;
    let status = Event::StatusSeen { status: "PENDING_VBV".parse().unwrap() };
    let ids = ProviderIds { order: Some("o-1".parse().unwrap()), ..ProviderIds::default() };
    let identified = Event::Identified { ids };
    let limited = Event::Authorized { amount: rupees("100.00"), capture_before: Some(midnight()) };
    let part = || asked(Capture, 1, "40.00", Some("k1"), false);
    let all = || asked(Capture, 1, "100.00", None, true);
    let void = || asked(Void, 1, "100.00", Some("v1"), false);
    vec![
        (Created, vec![status]),
        (Failed, vec![Event::AuthorizationFailed]),
        (Authorized, vec![limited, identified]),
        (Capturing, vec![held("100.00"), all()]),
        (CaptureInitiated, vec![held("100.00"), all(), answered(Capture, 1, Outcome::Accepted)]),
        (PartiallyCaptured, vec![held("100.00"), part(), answered(Capture, 1, done("40.00"))]),
        (
            Charged,
            vec![
                held("100.00"),
                asked(Capture, 1, "40.00", Some("k1"), true),
                answered(Capture, 1, done("40.00")),
                asked(Refund, 1, "15.00", Some("r1"), false),
                answered(Refund, 1, done("15.00")),
                asked(Refund, 2, "5.00", None, false),
            ],
        ),
        (CaptureFailed, vec![held("100.00"), all(), answered(Capture, 1, Outcome::Failed { closes: true })]),
        (Voiding, vec![held("100.00"), void()]),
        (VoidInitiated, vec![held("100.00"), void(), answered(Void, 1, Outcome::Accepted)]),
        (VoidFailed, vec![held("100.00"), void(), answered(Void, 1, Outcome::Failed { closes: false })]),
        (Voided, vec![held("100.00"), void(), answered(Void, 1, done("100.00"))]),
        (Expired, vec![held("100.00"), Event::AuthorizationExpired]),
    ]
}

/// Applies one more event and gives the answer in the words of the tables.
pub fn answer(transaction: &mut Transaction, event: Event) -> &'static str {
    match transaction.apply(&transaction.stamp(event, midnight(), None)) {
        Ok(Effect::Applied) => "applied",
        Ok(Effect::AlreadyApplied) => "already applied",
        Ok(Effect::Stale) => "stale",
        Err(rejection) => rejection.code(),
    }
}
