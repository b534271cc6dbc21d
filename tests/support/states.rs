//! One transaction in each state, with requests of every kind, reached by events alone.

use order_capture::*;

/// 2026-01-01T00:00:00Z
pub fn midnight() -> Time {
    Time::from_timestamp(1_767_225_600, 0).unwrap()
}

pub fn seconds_later(seconds: i64) -> Time {
    midnight() + chrono::TimeDelta::seconds(seconds)
}

pub fn rupees(text: &str) -> Money {
    Money::inr(text).unwrap()
}

pub fn minor(text: &str) -> Minor {
    rupees(text).minor()
}

pub fn order_of(text: &str) -> Order {
    Order::new("o-1".parse().unwrap(), rupees(text))
}

/// A profile that is not built in: another one, changed.
pub fn profile_like(profile: &Profile, change: impl FnOnce(&mut profiles::ProfileRows)) -> Profile {
    let mut rows = profiles::ProfileRows::clone(profile);
    change(&mut rows);
    Profile::new(rows).unwrap()
}

pub fn held(text: &str) -> Event {
    Event::Authorized { amount: rupees(text), pays: None, capture_before: None }
}

pub fn asked(operation: Operation, number: u32, text: &str, key: Option<&str>, closes: bool) -> Event {
    let key = key.map(|key| key.parse().unwrap());
    Event::Requested { operation, number, amount: minor(text), key, closes }
}

/// An answer as it comes without anything besides. A failure does not close.
pub fn answered(operation: Operation, number: u32, outcome: Outcome) -> Event {
    Event::Answered { operation, number, outcome, amount: None, closes: false, overrides: false, provider_id: None }
}

/// A success of this amount.
pub fn done(operation: Operation, number: u32, text: &str) -> Event {
    let (outcome, amount) = (Outcome::Succeeded, Some(minor(text)));
    Event::Answered { operation, number, outcome, amount, closes: false, overrides: false, provider_id: None }
}

/// A failure, for a profile whose failures close.
pub fn failed_closing(operation: Operation, number: u32) -> Event {
    let outcome = Outcome::Failed;
    Event::Answered { operation, number, outcome, amount: None, closes: true, overrides: false, provider_id: None }
}

pub fn reversed(operation: Operation, number: u32, text: &str, closes: bool) -> Event {
    Event::Reversed { operation, number, amount: minor(text), closes }
}

/// A total that the provider states.
pub fn stated(operation: Operation, text: &str) -> Event {
    Event::TotalReported { operation, total: minor(text), basis: Basis::Stated, closes: false }
}

/// A total that the provider stated with more in it.
pub fn at_least(operation: Operation, text: &str) -> Event {
    Event::TotalReported { operation, total: minor(text), basis: Basis::StatedAtLeast, closes: false }
}

/// A total that a person reports.
pub fn told(operation: Operation, text: &str) -> Event {
    Event::TotalReported { operation, total: minor(text), basis: Basis::Person, closes: false }
}

pub fn theirs(operation: Operation, number: u32, text: &str, done: bool) -> Event {
    Event::ProviderInitiated { operation, number, amount: minor(text), done, closes: false, provider_id: None }
}

pub fn expired() -> Event {
    Event::Ended { how: End::Expired }
}

/// An event with the place that comes next.
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

/// A transaction of an order of 100.00, and the log that built it.
pub fn replayed(events: &[Event]) -> (Transaction, Vec<RecordedEvent>) {
    let mut transaction = Transaction::created(&order_of("100.00"), "t-1".parse().unwrap());
    let mut log = Vec::new();
    for event in events {
        let recorded = recorded(&transaction, event.clone());
        assert_eq!(transaction.apply(&recorded), Ok(Effect::Applied), "{event:?}");
        log.push(recorded);
    }
    (transaction, log)
}

/// A payment of an order, after these events.
pub fn payment<'a>(order: &'a Order, profile: &'a Profile, events: &[Event]) -> Payment<'a> {
    order.replay("t-1".parse().unwrap(), profile, &replayed(events).1).unwrap()
}

/// The events that lead to a state.
pub fn path(wanted: StateKind) -> Vec<Event> {
    paths().into_iter().find(|(kind, _)| *kind == wanted).unwrap().1
}

/// The events that lead to each state.
pub fn paths() -> Vec<(StateKind, Vec<Event>)> {
    use Operation::{Capture, Refund, Void};
    use Outcome::{Accepted, TimedOut};
    use StateKind::*;
    let status = Event::StatusSeen { status: "PENDING_VBV".parse().unwrap() };
    let ids = ProviderIds { order: Some("o-1".parse().unwrap()), ..ProviderIds::default() };
    let identified = Event::Identified { ids };
    let limited = Event::Authorized { amount: rupees("100.00"), pays: None, capture_before: Some(midnight()) };
    let part = || asked(Capture, 1, "40.00", Some("k1"), false);
    let all = || asked(Capture, 1, "100.00", None, true);
    let void = || asked(Void, 1, "100.00", Some("v1"), false);
    let answer = |operation, outcome| answered(operation, 1, outcome);
    vec![
        (Created, vec![status]),
        (Failed, vec![Event::AuthorizationFailed {}]),
        (Authorized, vec![limited, identified]),
        (Capturing, vec![held("100.00"), all()]),
        (CaptureUnknown, vec![held("100.00"), all(), answer(Capture, TimedOut)]),
        (CaptureInitiated, vec![held("100.00"), all(), answer(Capture, Accepted)]),
        (PartiallyCaptured, vec![held("100.00"), part(), done(Capture, 1, "40.00")]),
        (
            Charged,
            vec![
                held("100.00"),
                asked(Capture, 1, "40.00", Some("k1"), true),
                done(Capture, 1, "40.00"),
                asked(Refund, 1, "15.00", Some("r1"), false),
                done(Refund, 1, "15.00"),
                asked(Refund, 2, "5.00", None, false),
            ],
        ),
        (CaptureFailed, vec![held("100.00"), all(), failed_closing(Capture, 1)]),
        (Voiding, vec![held("100.00"), void()]),
        (VoidUnknown, vec![held("100.00"), void(), answer(Void, TimedOut)]),
        (VoidInitiated, vec![held("100.00"), void(), answer(Void, Accepted)]),
        (VoidFailed, vec![held("100.00"), void(), failed_closing(Void, 1)]),
        (Voided, vec![held("100.00"), void(), done(Void, 1, "100.00")]),
        (Expired, vec![held("100.00"), expired()]),
    ]
}

/// Applies one more event and gives the answer in the words of the tables.
pub fn answer(transaction: &mut Transaction, event: Event) -> &'static str {
    word(transaction.apply(&recorded(transaction, event)))
}

/// What one more event does after these.
pub fn after(events: &[Event], event: Event) -> &'static str {
    answer(&mut replayed(events).0, event)
}

pub fn word(effect: Result<Effect, Rejection>) -> &'static str {
    match effect {
        Ok(effect) => effect_word(effect),
        Err(rejection) => rejection.code(),
    }
}

pub const fn effect_word(effect: Effect) -> &'static str {
    match effect {
        Effect::Applied => "applied",
        Effect::AlreadyApplied => "already applied",
        Effect::Stale => "stale",
    }
}

/// What a change did, or the code of what stands against it.
pub fn outcome(change: Result<Change<'_>, Problem>) -> &'static str {
    match change {
        Ok(change) => effect_word(change.effect()),
        Err(problem) => problem.code(),
    }
}

/// C, P, V, H in minor units.
pub fn cpvh(transaction: &Transaction) -> [u64; 4] {
    let Amounts { captured, pending, released, held, .. } = transaction.amounts();
    [captured, pending, released, held].map(Minor::get)
}
