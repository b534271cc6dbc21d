//! The stored form: golden files of every state, request and event, and round trips; a log is untrusted.

use std::collections::BTreeSet;

use crate::states::*;
use order_capture::Operation::{Capture, Refund, Void};
use order_capture::*;
use serde_json::{Value, json};

/// A golden file. `ORDER_CAPTURE_GOLDEN=write` writes a missing one, to be read by a person before it is kept.
fn golden(name: &str, written: &str) -> (String, String) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v2").join(name);
    if !path.exists() && std::env::var("ORDER_CAPTURE_GOLDEN").is_ok_and(|what| what == "write") {
        std::fs::write(&path, written).unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    (path.display().to_string(), text)
}
/// Version 2 is written as it always was, and what was written is read.
#[test]
fn every_state_is_written_and_read_as_its_golden_file() {
    assert_eq!(STORED_VERSION, 2);
    for (kind, events) in paths() {
        let (transaction, log) = replayed(&events);
        assert_eq!(transaction.state(), kind);
        let written = serde_json::to_string_pretty(&json!({ "transaction": transaction, "log": log })).unwrap() + "\n";
        let (path, text) = golden(&format!("{kind}.json"), &written);
        let golden: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_value(&transaction).unwrap(), golden["transaction"], "{path}");
        assert_eq!(serde_json::to_value(&log).unwrap(), golden["log"], "{path}");
        let read: Transaction = serde_json::from_value(golden["transaction"].clone()).unwrap();
        let log: Vec<RecordedEvent> = serde_json::from_value(golden["log"].clone()).unwrap();
        assert_eq!(read, transaction, "{path}");
        let replayed = Transaction::replay(&order_of("100.00"), "t-1".parse().unwrap(), &log);
        assert_eq!(replayed, Ok(transaction), "{path}");
    }
}
/// Transactions with requests of every status and every mark, and with every fact beside them.
fn every_request() -> Vec<(&'static str, Vec<Event>)> {
    let told_of = |operation, outcome| answered(operation, 1, outcome);
    let part = |number, key| asked(Capture, number, "10.00", Some(key), false);
    let refund = |number, key| asked(Refund, number, "5.00", Some(key), false);
    let void = || asked(Void, 1, "40.00", Some("v1"), false);
    let after = |start: Vec<Event>, more: &[Event]| [&start[..], more].concat();
    let start = |more: &[Event]| after(vec![held("100.00")], more);
    let sent = |more: &[Event]| after(vec![held("100.00"), part(1, "k1")], more);
    let charged = |more: &[Event]| {
        after(vec![held("100.00"), asked(Capture, 1, "100.00", None, true), done(Capture, 1, "100.00")], more)
    };
    let named = Event::Answered {
        operation: Capture,
        number: 1,
        outcome: Outcome::Succeeded,
        amount: None,
        closes: false,
        overrides: false,
        provider_id: Some("epg-1".parse().unwrap()),
    };
    let closing =
        Event::TotalReported { operation: Capture, total: minor("40.00"), basis: Basis::Stated, closes: true };
    let pays = Event::Authorized { amount: rupees("100.00"), pays: Some(minor("90.00")), capture_before: None };
    let raised = Event::AuthorizationAdjusted { total: minor("150.00") };
    vec![
        ("capture unknown", sent(&[told_of(Capture, Outcome::TimedOut)])),
        ("capture sent again", sent(&[told_of(Capture, Outcome::TimedOut), part(1, "k1")])),
        ("capture withdrawn", sent(&[told_of(Capture, Outcome::Withdrawn)])),
        ("capture withdrawn and tried anew", sent(&[told_of(Capture, Outcome::Withdrawn), part(1, "k1")])),
        ("capture failed", sent(&[told_of(Capture, Outcome::Failed)])),
        ("capture done for less", sent(&[done(Capture, 1, "7.00")])),
        ("capture with the provider's name", sent(&[named])),
        ("capture came late", sent(&[told_of(Capture, Outcome::Failed), done(Capture, 1, "10.00")])),
        ("capture reversed", sent(&[done(Capture, 1, "10.00"), reversed(Capture, 1, "10.00", false)])),
        ("capture covered", sent(&[stated(Capture, "10.00")])),
        ("capture beside a total of at least its amount", sent(&[at_least(Capture, "10.00")])),
        ("capture covered by a person", sent(&[told(Capture, "30.00")])),
        (
            "capture reversed out of a total",
            sent(&[stated(Capture, "30.00"), done(Capture, 1, "10.00"), reversed(Capture, 1, "10.00", false)]),
        ),
        ("capture announced", start(&[theirs(Capture, 1, "10.00", false)])),
        ("capture that nobody asked for", start(&[theirs(Capture, 1, "10.00", true)])),
        ("totals", start(&[stated(Capture, "10.00"), part(1, "k1"), stated(Capture, "15.00"), stated(Refund, "4.00")])),
        ("total that ends", start(&[closing])),
        ("total replaced by a person", start(&[stated(Capture, "30.00"), told(Capture, "20.00")])),
        ("void unknown", start(&[void(), told_of(Void, Outcome::TimedOut)])),
        ("void sent again", start(&[void(), told_of(Void, Outcome::TimedOut), void()])),
        ("void accepted", start(&[void(), told_of(Void, Outcome::Accepted)])),
        ("void withdrawn", start(&[void(), told_of(Void, Outcome::Withdrawn)])),
        ("void came late", start(&[void(), told_of(Void, Outcome::Failed), done(Void, 1, "40.00")])),
        (
            "let go and held again",
            after(path(StateKind::Charged)[..3].to_vec(), &[reversed(Capture, 1, "40.00", false)]),
        ),
        ("pays a part", vec![pays]),
        ("raised, with a deadline", start(&[raised, Event::DeadlineSet { capture_before: midnight() }])),
        (
            "refunds",
            charged(
                &[
                    [refund(1, "r1"), answered(Refund, 1, Outcome::Accepted)],
                    [refund(2, "r2"), answered(Refund, 2, Outcome::TimedOut)],
                    [refund(3, "r3"), answered(Refund, 3, Outcome::Withdrawn)],
                    [refund(4, "r4"), answered(Refund, 4, Outcome::Failed)],
                ]
                .concat(),
            ),
        ),
        ("refund reversed", charged(&[refund(1, "r1"), done(Refund, 1, "5.00"), reversed(Refund, 1, "5.00", false)])),
        ("refund by the provider", charged(&[theirs(Refund, 1, "5.00", true), theirs(Refund, 2, "6.00", false)])),
    ]
}
/// Version 2 of requests of every status is written as it always was, and what was written is read.
#[test]
fn every_request_is_written_and_read_as_its_golden_line() {
    let cases = every_request();
    let line = |name: &str, transaction: &Transaction| {
        serde_json::to_string(&json!({ "name": name, "transaction": transaction })).unwrap()
    };
    let written: String = cases.iter().map(|(name, events)| line(name, &replayed(events).0) + "\n").collect();
    let (path, text) = golden("requests.jsonl", &written);
    assert_eq!(text.lines().count(), cases.len(), "{path}");
    let mut met: Vec<_> = paths().into_iter().map(|(_, events)| replayed(&events).0).collect();
    for ((name, events), golden) in cases.into_iter().zip(text.lines()) {
        let transaction = replayed(&events).0;
        assert_eq!(line(name, &transaction), golden, "{path}");
        let read: Value = serde_json::from_str(golden).unwrap();
        assert_eq!(serde_json::from_value::<Transaction>(read["transaction"].clone()).unwrap(), transaction, "{name}");
        met.push(transaction);
    }
    for operation in Operation::ALL {
        let requests = met.iter().filter_map(Transaction::hold).flat_map(|hold| hold.requests(operation).iter());
        let statuses: Vec<_> = requests.map(|(_, request)| request.status).collect();
        for status in RequestStatus::ALL {
            let possible = operation != Void || status != RequestStatus::Reversed;
            assert_eq!(statuses.contains(&status), possible, "{operation} {status} has a golden line");
        }
    }
}
/// One event of every kind, every outcome, and every optional field, there and not there.
fn every_event() -> Vec<Event> {
    let id = |text: &str| Some(text.parse().unwrap());
    let (amount, until) = (minor("40.00"), Some(midnight()));
    let total = |operation, basis, closes| Event::TotalReported { operation, total: amount, basis, closes };
    let mut events = vec![
        held("100.00"),
        Event::Authorized { amount: rupees("100.00"), pays: Some(amount), capture_before: until },
        Event::AuthorizationFailed {},
        Event::AuthorizationAdjusted { total: amount },
        Event::DeadlineSet { capture_before: midnight() },
        asked(Capture, 1, "40.00", Some("k1"), true),
        asked(Capture, 2, "40.00", None, false),
        asked(Void, 1, "40.00", Some("v1"), false),
        asked(Refund, 1, "40.00", None, false),
        done(Capture, 1, "40.00"),
        failed_closing(Capture, 1),
        Event::Answered {
            operation: Refund,
            number: 1,
            outcome: Outcome::Accepted,
            amount: None,
            closes: false,
            overrides: true,
            provider_id: id("rfnd_1"),
        },
        theirs(Capture, 3, "40.00", true),
        Event::ProviderInitiated {
            operation: Capture,
            number: 4,
            amount,
            done: false,
            closes: true,
            provider_id: id("epg-4"),
        },
        theirs(Void, 2, "40.00", false),
        theirs(Refund, 2, "40.00", true),
        reversed(Capture, 1, "40.00", true),
        reversed(Refund, 1, "40.00", false),
        total(Capture, Basis::Stated, true),
        total(Capture, Basis::StatedAtLeast, false),
        total(Capture, Basis::ImpliedByPartiallyCharged, false),
        total(Capture, Basis::ImpliedByCharged, false),
        total(Refund, Basis::ImpliedByRefunded, false),
        total(Refund, Basis::Person, false),
        Event::Ended { how: End::Captured },
        Event::Ended { how: End::Voided },
        expired(),
        Event::Reopened {},
        Event::Identified { ids: ProviderIds { order: id("o-1"), transaction: id("t-1"), uuid: id("u-1") } },
        Event::Identified { ids: ProviderIds { uuid: id("u-1"), ..ProviderIds::default() } },
        Event::StatusSeen { status: "PENDING_VBV".parse().unwrap() },
    ];
    for operation in Operation::ALL {
        events.extend(Outcome::ALL.map(|outcome| answered(operation, 1, outcome)));
    }
    events.push(Event::OverCaptureAllowed { most: minor("120.00") });
    events.push(Event::KeyRemembered { operation: Capture, number: 1, until: midnight() });
    events
}
/// Version 2 of every event, one a line, stays readable and is what is written.
#[test]
fn every_event_is_written_and_read_as_its_golden_line() {
    let recorded = |event: Event| RecordedEvent {
        version: STORED_VERSION,
        transaction: "t-1".parse().unwrap(),
        sequence: 7,
        observed_at: midnight(),
        occurred_at: matches!(event, Event::Ended { .. }).then(midnight),
        event,
    };
    let events = every_event();
    let line = |event: &RecordedEvent| serde_json::to_string(event).unwrap();
    let written: String = events.iter().map(|event| line(&recorded(event.clone())) + "\n").collect();
    let (path, text) = golden("events.jsonl", &written);
    assert_eq!(text.lines().count(), events.len(), "{path}");
    let names: BTreeSet<_> = events.iter().map(Event::name).collect();
    assert_eq!(names.len(), 37, "every kind but a void that was reversed, which cannot be");
    for (event, golden) in events.into_iter().map(recorded).zip(text.lines()) {
        assert_eq!(line(&event), golden, "{path}");
        assert_eq!(serde_json::from_str::<RecordedEvent>(golden).unwrap(), event, "{path}");
    }
}
/// A log with a duplicate is healed; with a gap, a reordering, or somebody else's event it is refused by name.
#[test]
fn a_log_is_untrusted() {
    let events = [held("100.00"), asked(Capture, 1, "100.00", None, true), done(Capture, 1, "100.00")];
    let (transaction, log) = replayed(&events);
    let order = order_of("100.00");
    let replay = |log: &[RecordedEvent]| Transaction::replay(&order, "t-1".parse().unwrap(), log);
    let [a, b, c] = [0, 1, 2].map(|index: usize| log[index].clone());
    assert_eq!(replay(&[a.clone(), a.clone(), b.clone(), a.clone(), c.clone()]).as_ref(), Ok(&transaction));
    // An old event that comes again late is not taken for a new one: the capture's outcome stays unknown.
    let silent = [held("100.00"), asked(Capture, 1, "100.00", None, true), answered(Capture, 1, Outcome::TimedOut)];
    let (unknown, unknown_log) = replayed(&silent);
    let again = Transaction::replay(&order, "t-1".parse().unwrap(), unknown_log.iter().chain([&unknown_log[1]]));
    assert_eq!(again.as_ref(), Ok(&unknown));
    assert_eq!(replay(&[a.clone(), c.clone()]), Err(Rejection::Gap { expected: 2, found: 3 }));
    assert_eq!(replay(&[b.clone(), a.clone(), c.clone()]), Err(Rejection::Gap { expected: 1, found: 2 }));
    assert_eq!(replay(&[RecordedEvent { sequence: 0, ..a.clone() }]), Err(Rejection::Gap { expected: 1, found: 0 }));
    let other = RecordedEvent { event: expired(), ..b.clone() };
    assert_eq!(replay(&[a.clone(), b.clone(), other]), Err(Rejection::Fork { sequence: 2 }));
    let foreign = RecordedEvent { transaction: "t-2".parse().unwrap(), ..b.clone() };
    assert_eq!(replay(&[a.clone(), foreign]), Err(Rejection::Foreign { sequence: 2 }));
    assert_eq!(replay(&[RecordedEvent { version: 1, ..a.clone() }]), Err(Rejection::Version { found: 1 }));
    let tampered = RecordedEvent { event: asked(Capture, 1, "100.01", None, true), ..b };
    let rejection = replay(&[a.clone(), tampered]).unwrap_err();
    assert_eq!(rejection.code(), "amount-over-ceiling");
    assert_eq!(
        rejection.to_string(),
        "the event capture-requested states 100.01 INR, but only 0.01 INR to 100.00 INR is possible; the log was changed or belongs to another transaction"
    );
    let more = RecordedEvent { event: done(Capture, 1, "100.01"), ..c };
    assert_eq!(replay(&[a, log[1].clone(), more]).unwrap_err().code(), "captured-exceeds-authorized");
    let yen = Order::new("o-1".parse().unwrap(), Money::jpy("100").unwrap());
    let foreign = Transaction::replay(&yen, "t-1".parse().unwrap(), &log);
    assert_eq!(foreign.unwrap_err().code(), "currency-mismatch");
}
/// A log may repeat itself and may hold what had no effect: what was applied in a place is what a repeat is compared with.
#[test]
fn a_repeat_is_compared_with_what_was_applied_in_its_place() {
    let status = |word: &str| Event::StatusSeen { status: word.parse().unwrap() };
    let request = |text| asked(Capture, 1, text, Some("k1"), false);
    let (transaction, log) = replayed(&[held("100.00"), request("40.00")]);
    let [first, second] = [log[0].clone(), log[1].clone()];
    let at = |event| RecordedEvent { event, ..second.clone() };
    let order = order_of("100.00");
    let replay = |log: &[&RecordedEvent]| Transaction::replay(&order, "t-1".parse().unwrap(), log.iter().copied());
    let (stale, other) = (at(status("NEW")), at(request("50.00")));
    // The stale one stood in the second place before the request that was applied there.
    assert_eq!(replay(&[&first, &stale, &second, &second]), Ok(transaction.clone()));
    assert_eq!(replay(&[&first, &stale, &second, &stale]), Err(Rejection::Fork { sequence: 2 }));
    // A place filled after the first repeat is remembered too.
    assert_eq!(replay(&[&first, &first, &second, &second]), Ok(transaction));
    assert_eq!(replay(&[&first, &first, &second, &other]), Err(Rejection::Fork { sequence: 2 }));
}
/// Times at both ends of the calendar survive the log.
#[test]
fn both_ends_of_the_calendar_are_stored() {
    for time in [Time::MIN_UTC, Time::UNIX_EPOCH, Time::MAX_UTC] {
        let event = Event::Authorized { amount: rupees("1.00"), pays: None, capture_before: Some(time) };
        let at = recorded(&replayed(&[]).0, event);
        let at = RecordedEvent { observed_at: time, occurred_at: Some(time), ..at };
        let json = serde_json::to_string(&at).unwrap();
        assert_eq!(serde_json::from_str::<RecordedEvent>(&json).unwrap(), at, "{json}");
    }
}
/// A typical transaction is small: one authorization, one keyed capture, charged.
#[test]
fn a_typical_transaction_takes_at_most_320_bytes() {
    let capture = asked(Capture, 1, "100.00", Some("mozc6FzH1ovAs3DtkLi-1"), true);
    let (transaction, _) = replayed(&[held("100.00"), capture, done(Capture, 1, "100.00")]);
    let json = serde_json::to_string(&transaction).unwrap();
    assert!(json.len() <= 320, "{} bytes: {json}", json.len());
}
/// A stored list of requests is bounded.
#[test]
fn more_requests_than_a_transaction_remembers_are_refused() {
    let request = json!({"amount": 1, "status": "failed", "begun": 1, "last_sent": 1});
    let list = |count: u32| serde_json::from_value::<Requests>((0..count).map(|_| request.clone()).collect());
    assert!(list(MAX_REQUESTS).is_ok());
    let error = list(MAX_REQUESTS + 1).unwrap_err().to_string();
    assert_eq!(error, "the list has 10001 requests, the most is 10000");
}
