//! The stored form: golden files of every state, round trips, and what is said of a form that was tampered with.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test reads files and may panic"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "tests document themselves by name")]

#[path = "support/states.rs"]
mod states;

use order_capture::*;
use serde_json::{Value, json};
use states::*;

fn golden(name: &str) -> (String, String) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1");
    let path = folder.join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    (path.display().to_string(), text)
}

/// Version 1 is written as it always was, and what was written is read.
#[test]
fn every_state_is_written_and_read_as_its_golden_file() {
    for (kind, events) in paths() {
        let (transaction, log) = replayed(&events);
        assert_eq!(transaction.kind(), kind);
        let (path, text) = golden(&format!("{kind}.json"));
        let golden: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_value(&transaction).unwrap(), golden["transaction"], "{path}");
        assert_eq!(serde_json::to_value(&log).unwrap(), golden["log"], "{path}");
        let read: Transaction = serde_json::from_value(golden["transaction"].clone()).unwrap();
        let log: Vec<Recorded> = serde_json::from_value(golden["log"].clone()).unwrap();
        assert_eq!(read, transaction, "{path}");
        assert_eq!(Transaction::replay("t-1".parse().unwrap(), &log).unwrap(), transaction, "{path}");
    }
}

/// Transactions with requests of every status and every mark: by whom, sent again, announced, late.
fn every_request() -> Vec<(&'static str, Vec<Event>)> {
    use Operation::{Capture, Refund, Void};
    let failed = |operation, number| answered(operation, number, Outcome::Failed { closes: false });
    let accepted = |operation, number| answered(operation, number, Outcome::Accepted);
    let unanswered = |operation, number| answered(operation, number, Outcome::Unanswered);
    let withdrawn = |operation, number| answered(operation, number, Outcome::Withdrawn);
    let part = |number, key| asked(Capture, number, "10.00", Some(key), false);
    let refund = |number, key| asked(Refund, number, "5.00", Some(key), false);
    let amount = rupees("10.00").minor();
    let theirs =
        Event::Requested { operation: Capture, number: 1, amount, key: None, closes: false, origin: Origin::Provider };
    let charged = [held("100.00"), asked(Capture, 1, "100.00", None, true), answered(Capture, 1, done("100.00"))];
    vec![
        ("capture unknown", vec![held("100.00"), part(1, "k1"), unanswered(Capture, 1)]),
        ("capture sent again", vec![held("100.00"), part(1, "k1"), unanswered(Capture, 1), part(1, "k1")]),
        ("capture withdrawn", vec![held("100.00"), part(1, "k1"), withdrawn(Capture, 1)]),
        ("capture failed", vec![held("100.00"), part(1, "k1"), failed(Capture, 1)]),
        (
            "capture came late",
            vec![held("100.00"), part(1, "k1"), failed(Capture, 1), answered(Capture, 1, done("10.00"))],
        ),
        (
            "capture reversed",
            vec![
                held("100.00"),
                part(1, "k1"),
                answered(Capture, 1, done("10.00")),
                Event::CaptureReversed { number: 1, amount, closes: false },
            ],
        ),
        ("capture announced", vec![held("100.00"), theirs.clone(), accepted(Capture, 1)]),
        ("capture that nobody asked for", vec![held("100.00"), theirs, answered(Capture, 1, done("10.00"))]),
        ("void unknown", vec![held("100.00"), asked(Void, 1, "100.00", None, false), unanswered(Void, 1)]),
        ("void withdrawn", vec![held("100.00"), asked(Void, 1, "40.00", Some("v1"), false), withdrawn(Void, 1)]),
        (
            "void came late",
            vec![
                held("100.00"),
                asked(Void, 1, "40.00", Some("v1"), false),
                failed(Void, 1),
                answered(Void, 1, done("40.00")),
            ],
        ),
        (
            "refunds",
            charged
                .into_iter()
                .chain(
                    [
                        [refund(1, "r1"), accepted(Refund, 1)],
                        [refund(2, "r2"), unanswered(Refund, 2)],
                        [refund(3, "r3"), withdrawn(Refund, 3)],
                        [refund(4, "r4"), failed(Refund, 4)],
                    ]
                    .into_iter()
                    .flatten(),
                )
                .collect(),
        ),
    ]
}

/// Version 1 of requests of every status is written as it always was, and what was written is read.
#[test]
fn every_request_is_written_and_read_as_its_golden_line() {
    let (path, text) = golden("requests.jsonl");
    let cases = every_request();
    assert_eq!(text.lines().count(), cases.len(), "{path}");
    let mut met: Vec<_> = paths().into_iter().map(|(_, events)| replayed(&events).0).collect();
    for ((name, events), line) in cases.into_iter().zip(text.lines()) {
        let transaction = replayed(&events).0;
        assert_eq!(
            serde_json::to_string(&json!({ "name": name, "transaction": transaction })).unwrap(),
            line,
            "{path}"
        );
        let read: Value = serde_json::from_str(line).unwrap();
        assert_eq!(serde_json::from_value::<Transaction>(read["transaction"].clone()).unwrap(), transaction, "{name}");
        met.push(transaction);
    }
    for operation in [Operation::Capture, Operation::Void, Operation::Refund] {
        let requests = met.iter().filter_map(Transaction::ledger).flat_map(|ledger| ledger.requests(operation).iter());
        let statuses: Vec<_> = requests.map(|(_, request)| request.status()).collect();
        for status in RequestStatus::ALL {
            let possible = operation == Operation::Capture || status != RequestStatus::Reversed;
            assert_eq!(statuses.contains(&status), possible, "{operation:?} {status:?} has a golden line");
        }
    }
}

/// Each stored amount changed by one, in every state: refused, by the number of the invariant.
#[test]
fn a_changed_amount_is_refused() {
    let names = ["authorized", "captured", "pending", "released", "held", "refunded", "refund_pending"];
    let mut tried = 0;
    for (kind, events) in paths() {
        let stored = serde_json::to_value(replayed(&events).0).unwrap();
        if stored["hold"].is_null() {
            continue;
        }
        for name in names {
            for change in [-1_i64, 1] {
                let amount = stored["hold"][name].as_i64().unwrap_or(0) + change;
                let mut tampered = stored.clone();
                tampered["hold"][name] = json!(amount);
                let error = serde_json::from_value::<Transaction>(tampered).unwrap_err().to_string();
                let named = error.contains("INV-1") || error.contains("INV-2") || amount < 0;
                assert!(named, "{kind}, {name} {amount}: {error}");
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 11 * 7 * 2);
}

/// Amounts that add up, with requests that do not give them, or more refunded than captured.
#[test]
fn amounts_that_do_not_follow_are_refused() {
    let charged = paths().into_iter().find(|(kind, _)| *kind == StateKind::Charged).unwrap().1;
    let stored = serde_json::to_value(replayed(&charged).0).unwrap();
    let error = |change: fn(&mut Value)| {
        let mut tampered = stored.clone();
        change(&mut tampered);
        serde_json::from_value::<Transaction>(tampered).unwrap_err().to_string()
    };
    let shifted = error(|v| {
        v["hold"]["captured"] = json!(5000);
        v["hold"]["released"] = json!(5000);
    });
    assert_eq!(shifted, "INV-2: captured is 5000 and the requests give 4000");
    let refunds = error(|v| {
        v["hold"]["refunds"][0]["requested"] = json!(4000);
        v["hold"]["refunds"][0]["done"] = json!(4000);
        v["hold"]["refunds"][0]["reached"] = json!(4000);
        v["hold"]["refunded"] = json!(4000);
    });
    assert_eq!(refunds, "INV-3: 4000 refunded + 500 pending is more than 4000 captured");
    let more_done = error(|v| v["hold"]["captures"][0]["done"] = json!(4001));
    assert_eq!(more_done, "a Capture request of 4000 with 4001 done, Succeeded, cannot be");
    let twice = error(|v| {
        v["hold"]["refunds"][1]["key"] = json!("r1");
    });
    assert!(twice.starts_with("request 2 has a key that an earlier one has already"), "{twice}");
    let sum = error(|v| v["hold"]["held"] = json!(1));
    assert_eq!(sum, "INV-1: 10000 authorized is not 4000 captured + 0 pending + 6000 released + 1 held");
}

/// Flags, requests and places in the log that change what is allowed afterwards, without changing an amount.
#[allow(clippy::too_many_lines, reason = "a table, one row a change")]
#[test]
fn what_the_requests_do_not_bear_out_is_refused() {
    let form = |kind: StateKind| {
        let path = paths().into_iter().find(|(known, _)| *known == kind).unwrap().1;
        serde_json::to_value(replayed(&path).0).unwrap()
    };
    type Changes<'a> = &'a [(&'a str, Value)];
    let cases: [(StateKind, Changes<'_>, &str); 24] = [
        (
            StateKind::Charged,
            &[
                ("/state", json!("partially-captured")),
                ("/hold/released", json!(0)),
                ("/hold/held", json!(6000)),
                ("/hold/closed", json!(false)),
            ],
            "closed is stored as false and the requests say otherwise",
        ),
        (
            StateKind::Capturing,
            &[("/hold/closed", json!(true))],
            "closed is stored as true and the requests say otherwise",
        ),
        (StateKind::Voiding, &[("/hold/closed", json!(true))], "closed is stored as true"),
        (StateKind::Authorized, &[("/hold/expired", json!(true))], "expired is stored as true"),
        (StateKind::Voiding, &[("/hold/void_failed", json!(true))], "void_failed is stored as true"),
        (StateKind::Capturing, &[("/hold/captures/0/turn", json!(9))], "a Capture request of 10000"),
        (StateKind::Capturing, &[("/hold/captures/0/turn", json!(0))], "a Capture request of 10000"),
        (StateKind::Charged, &[("/hold/captures/0/reached", json!(1))], "a Capture request of 4000"),
        (StateKind::Charged, &[("/hold/captures/0/resent", json!(true))], "a Capture request of 4000"),
        (StateKind::Charged, &[("/hold/captures/0/origin", json!("provider"))], "a Capture request of 4000"),
        (StateKind::Charged, &[("/hold/captures/0/status", json!("failed"))], "a Capture request of 4000"),
        (StateKind::Charged, &[("/hold/refunds/0/status", json!("reversed"))], "a Refund request of 1500"),
        (
            StateKind::Voiding,
            &[("/hold/voids/0/requested", json!(10001))],
            "a Void request of 10001 with 0 done, Sent, cannot be",
        ),
        (
            StateKind::Authorized,
            &[("/hold/released", json!(4000)), ("/hold/held", json!(6000))],
            "INV-2: released is 4000 and the requests give 0",
        ),
        (
            StateKind::Authorized,
            &[("/state", json!("voided")), ("/hold/released", json!(10000)), ("/hold/held", json!(0))],
            "INV-2: released is 10000 and the requests give 0",
        ),
        (
            StateKind::Charged,
            &[
                ("/state", json!("partially-captured")),
                ("/hold/captures/0/closes", json!(false)),
                ("/hold/closed", json!(false)),
                ("/hold/released", json!(1000)),
                ("/hold/held", json!(5000)),
            ],
            "INV-2: released is 1000 and the requests give 0",
        ),
        (StateKind::Capturing, &[("/hold/captures/0/reached", json!(10000))], "a Capture request of 10000"),
        (StateKind::CaptureFailed, &[("/hold/captures/0/came_late", json!(true))], "a Capture request of 10000"),
        (
            StateKind::CaptureInitiated,
            &[
                ("/hold/captures/0/origin", json!("provider")),
                ("/hold/captures/0/status", json!("unknown")),
                ("/state", json!("authorized")),
            ],
            "a Capture request of 10000 with 0 done, Unknown, cannot be",
        ),
        (
            StateKind::CaptureInitiated,
            &[("/hold/captures/0/origin", json!("provider")), ("/hold/captures/0/resent", json!(true))],
            "a Capture request of 10000 with 0 done, Accepted, cannot be",
        ),
        (StateKind::Charged, &[("/sequence", json!(3))], "sequence 3 is too low for 3 requests"),
        (StateKind::Authorized, &[("/hold/authorized", json!(0)), ("/hold/held", json!(0))], "INV-1"),
        (
            StateKind::Authorized,
            &[("/provider_status", json!("NEW"))],
            "a authorized transaction with 10000 authorized cannot be",
        ),
        (StateKind::Created, &[("/state", json!("charged"))], "a charged transaction with 0 authorized cannot be"),
    ];
    for (kind, changes, expected) in cases {
        let mut tampered = form(kind);
        for (pointer, value) in changes {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            tampered.pointer_mut(parent).unwrap()[name] = value.clone();
        }
        let error = serde_json::from_value::<Transaction>(tampered).unwrap_err().to_string();
        assert!(error.contains(expected), "{kind} {changes:?}: {error}");
    }
}

/// A stored list of requests is bounded.
#[test]
fn more_requests_than_a_transaction_remembers_are_refused() {
    let request = json!({"requested": 1, "status": "failed", "turn": 1});
    let list = |count: u32| serde_json::from_value::<Requests>((0..count).map(|_| request.clone()).collect());
    assert!(list(MAX_REQUESTS).is_ok());
    let error = list(MAX_REQUESTS + 1).unwrap_err().to_string();
    assert_eq!(error, "the list has 10001 requests, the most is 10000");
}

/// Every state under every other state's name: refused.
#[test]
fn a_changed_state_is_refused() {
    for (kind, events) in paths() {
        let stored = serde_json::to_value(replayed(&events).0).unwrap();
        for other in StateKind::ALL.into_iter().filter(|other| *other != kind) {
            let mut tampered = stored.clone();
            tampered["state"] = json!(other.as_str());
            let read = serde_json::from_value::<Transaction>(tampered);
            // Created and failed differ in nothing but their name.
            let twins = kind.is_unheld() && other.is_unheld();
            assert_eq!(read.is_ok(), twins, "{kind} as {other}");
        }
    }
}

#[test]
fn unknown_fields_and_versions_are_refused_with_a_text() {
    let stored = serde_json::to_value(replayed(&[held("100.00")]).0).unwrap();
    let error = |change: fn(&mut Value)| {
        let mut changed = stored.clone();
        change(&mut changed);
        serde_json::from_value::<Transaction>(changed).unwrap_err().to_string()
    };
    assert_eq!(
        error(|v| v["v"] = json!(2)),
        "stored version 2 is not known, this crate reads 1; read it with a newer release"
    );
    assert!(error(|v| v["hold"]["tip"] = json!(1)).contains("unknown field `tip`"));
    assert!(error(|v| v["hold"]["currency"] = json!("QQQ")).contains("ISO 4217"));
    assert!(error(|v| v["id"] = json!("")).contains("the text is empty"));
    assert_eq!(StoredError::Sequence { sequence: 1, turns: 2 }.code(), "stored-form-invalid");
}

/// A log with a duplicate is healed; with a gap, a reordering, or somebody else's event it is refused by name.
#[test]
fn a_log_is_untrusted() {
    use Operation::Capture;
    let events = [held("100.00"), asked(Capture, 1, "100.00", None, true), answered(Capture, 1, done("100.00"))];
    let (transaction, log) = replayed(&events);
    let id = || transaction.id().clone();
    let replay = |log: &[Recorded]| Transaction::replay(id(), log);
    let [a, b, c] = [0, 1, 2].map(|index: usize| log[index].clone());
    assert_eq!(replay(&[a.clone(), a.clone(), b.clone(), a.clone(), c.clone()]).as_ref(), Ok(&transaction));
    // An old event that comes again late is not taken for a new one: the capture stays of unknown fate.
    let unanswered =
        [held("100.00"), asked(Capture, 1, "100.00", None, true), answered(Capture, 1, Outcome::Unanswered)];
    let (unknown, unknown_log) = replayed(&unanswered);
    let again = Transaction::replay(id(), unknown_log.iter().chain([&unknown_log[1]]));
    assert_eq!(again.as_ref(), Ok(&unknown));
    assert_eq!(replay(&[a.clone(), c.clone()]), Err(Rejection::Gap { expected: 2, found: 3 }));
    assert_eq!(replay(&[b.clone(), a.clone(), c.clone()]), Err(Rejection::Gap { expected: 1, found: 2 }));
    let other = Recorded { event: Event::AuthorizationExpired, ..b.clone() };
    assert_eq!(replay(&[a.clone(), b.clone(), other]), Err(Rejection::Fork { sequence: 2 }));
    let foreign = Recorded { transaction: "t-2".parse().unwrap(), ..b.clone() };
    assert_eq!(replay(&[a.clone(), foreign]), Err(Rejection::Foreign { sequence: 2 }));
    let tampered = Recorded { event: asked(Capture, 1, "100.01", None, true), ..b };
    let rejection = replay(&[a.clone(), tampered]).unwrap_err();
    assert_eq!(rejection.code(), "amount-over-ceiling");
    assert_eq!(
        rejection.to_string(),
        "capture-requested states 10001 minor units where 1 to 10000 are possible; the log was changed or is another's"
    );
    let more = Recorded { event: answered(Capture, 1, done("100.01")), ..c };
    assert_eq!(replay(&[a, log[1].clone(), more]).unwrap_err().code(), "captured-exceeds-authorized");
}

/// A log may repeat itself and may hold what had no effect: what was applied in a place is what a repeat is compared with.
#[test]
fn a_repeat_is_compared_with_what_was_applied_in_its_place() {
    let status = |word: &str| Event::StatusSeen { status: word.parse().unwrap() };
    let request = |text| asked(Operation::Capture, 1, text, Some("k1"), false);
    let (transaction, log) = replayed(&[held("100.00"), request("40.00")]);
    let [first, second] = [log[0].clone(), log[1].clone()];
    let at = |event| Recorded { event, ..second.clone() };
    let replay = |log: &[&Recorded]| Transaction::replay("t-1".parse().unwrap(), log.iter().copied());
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
        let transaction = Transaction::created("t-1".parse().unwrap());
        let event = Event::Authorized { amount: rupees("1.00"), capture_before: Some(time) };
        let recorded = transaction.stamp(event, time, Some(time));
        let json = serde_json::to_string(&recorded).unwrap();
        assert_eq!(serde_json::from_str::<Recorded>(&json).unwrap(), recorded, "{json}");
    }
}

/// A typical transaction is small: one authorization, one keyed capture, charged.
#[test]
fn a_typical_transaction_takes_at_most_300_bytes() {
    use Operation::Capture;
    let capture = asked(Capture, 1, "100.00", Some("mozc6FzH1ovAs3DtkLi-1"), true);
    let (transaction, _) = replayed(&[held("100.00"), capture, answered(Capture, 1, done("100.00"))]);
    let json = serde_json::to_string(&transaction).unwrap();
    assert!(json.len() <= 300, "{} bytes: {json}", json.len());
}

/// What a capture released stays released when the capture is taken back, and when it comes late after that.
#[test]
fn what_a_reversed_capture_released_can_be_read_back() {
    let amount = rupees("40.00").minor();
    let events = [
        held("100.00"),
        asked(Operation::Capture, 1, "40.00", Some("k1"), true),
        answered(Operation::Capture, 1, done("40.00")),
        Event::CaptureReversed { number: 1, amount, closes: false },
        answered(Operation::Capture, 1, done("40.00")),
    ];
    for length in 3..=events.len() {
        let transaction = replayed(&events[..length]).0;
        assert_eq!(transaction.amounts().released, rupees("60.00").minor());
        let stored = serde_json::to_string(&transaction).unwrap();
        assert_eq!(serde_json::from_str::<Transaction>(&stored).unwrap(), transaction, "{length}");
    }
}

/// The rest was released while nobody knew what had become of a void, which is under way now.
#[test]
fn a_void_accepted_after_the_release_can_be_read_back() {
    let amount = rupees("20.00").minor();
    let events = [
        held("100.00"),
        asked(Operation::Capture, 1, "30.00", Some("k1"), false),
        answered(Operation::Capture, 1, done("30.00")),
        asked(Operation::Capture, 2, "20.00", Some("k2"), false),
        answered(Operation::Capture, 2, done("20.00")),
        asked(Operation::Void, 1, "50.00", None, false),
        answered(Operation::Void, 1, Outcome::Unanswered),
        Event::CaptureReversed { number: 2, amount, closes: true },
        answered(Operation::Void, 1, Outcome::Accepted),
    ];
    let transaction = replayed(&events).0;
    assert_eq!(
        (transaction.kind(), transaction.amounts().released),
        (StateKind::VoidInitiated, rupees("70.00").minor())
    );
    let stored = serde_json::to_string(&transaction).unwrap();
    assert_eq!(serde_json::from_str::<Transaction>(&stored).unwrap(), transaction);
}

/// A void that had failed and is done after all, while a void of all is under way: less is held than that one asked.
#[test]
fn a_void_under_way_may_ask_for_more_than_is_left() {
    let failed = answered(Operation::Void, 1, Outcome::Failed { closes: false });
    let mut events = vec![held("100.00"), asked(Operation::Void, 1, "30.00", None, false), failed];
    events.extend([asked(Operation::Void, 2, "100.00", None, false), answered(Operation::Void, 1, done("30.00"))]);
    let transaction = replayed(&events).0;
    assert_eq!((transaction.kind(), transaction.amounts().held), (StateKind::Voiding, rupees("70.00").minor()));
    let stored = serde_json::to_string(&transaction).unwrap();
    assert_eq!(serde_json::from_str::<Transaction>(&stored).unwrap(), transaction);
    let more = stored.replace("\"requested\":10000", "\"requested\":10001");
    assert_ne!(more, stored);
    let error = serde_json::from_str::<Transaction>(&more).unwrap_err().to_string();
    assert!(error.contains("10001") && error.contains("cannot be"), "{error}");
}

/// One event of every kind, every outcome, and every optional field, there and not there.
fn every_event() -> Vec<Event> {
    use Operation::{Capture, Refund, Void};
    let id = |text: &str| Some(text.parse().unwrap());
    let amount = rupees("40.00").minor();
    let failed = |closes| Outcome::Failed { closes };
    vec![
        held("100.00"),
        Event::Authorized { amount: rupees("100.00"), capture_before: Some(midnight()) },
        Event::AuthorizationFailed,
        Event::AuthorizationAdjusted { total: amount },
        Event::AuthorizationExpired,
        asked(Capture, 1, "40.00", Some("k1"), true),
        asked(Capture, 2, "40.00", None, false),
        asked(Void, 1, "40.00", Some("v1"), false),
        asked(Refund, 1, "40.00", None, false),
        Event::Requested { operation: Capture, number: 3, amount, key: None, closes: false, origin: Origin::Provider },
        answered(Capture, 1, done("40.00")),
        answered(Capture, 1, failed(true)),
        answered(Void, 1, failed(false)),
        answered(Refund, 1, Outcome::Accepted),
        answered(Capture, 1, Outcome::Unanswered),
        answered(Capture, 1, Outcome::Withdrawn),
        Event::CaptureReversed { number: 1, amount, closes: true },
        Event::Identified { ids: ProviderIds { order: id("o-1"), transaction: id("t-1"), uuid: id("u-1") } },
        Event::Identified { ids: ProviderIds { uuid: id("u-1"), ..ProviderIds::default() } },
        Event::StatusSeen { status: "PENDING_VBV".parse().unwrap() },
    ]
}

/// Version 1 of every event, one a line, stays readable and is what is written.
#[test]
fn every_event_is_written_and_read_as_its_golden_line() {
    let (path, text) = golden("events.jsonl");
    let events = every_event();
    assert_eq!(text.lines().count(), events.len(), "{path}");
    for (event, line) in events.into_iter().zip(text.lines()) {
        let recorded = Recorded {
            version: STORED_VERSION,
            transaction: "t-1".parse().unwrap(),
            sequence: 7,
            observed_at: midnight(),
            occurred_at: matches!(event, Event::AuthorizationExpired).then(midnight),
            event,
        };
        assert_eq!(serde_json::to_string(&recorded).unwrap(), line, "{path}");
        assert_eq!(serde_json::from_str::<Recorded>(line).unwrap(), recorded, "{path}");
    }
}

/// A provider announces what it does of itself; what was asked for here needs no announcement.
#[test]
fn only_what_a_provider_does_of_itself_is_announced() {
    let stored = |origin| {
        let request = Event::Requested {
            operation: Operation::Capture,
            number: 1,
            amount: rupees("100.00").minor(),
            key: None,
            closes: true,
            origin,
        };
        let log = [held("100.00"), request, answered(Operation::Capture, 1, Outcome::Accepted)];
        serde_json::to_value(replayed(&log).0).unwrap()
    };
    let theirs = stored(Origin::Provider);
    assert_eq!(theirs["hold"]["captures"][0]["announced"], json!(true));
    assert!(serde_json::from_value::<Transaction>(theirs).is_ok());
    let mut ours = stored(Origin::Merchant);
    assert_eq!(ours["hold"]["captures"][0]["announced"], Value::Null);
    ours["hold"]["captures"][0]["announced"] = json!(true);
    assert!(serde_json::from_value::<Transaction>(ours).unwrap_err().to_string().contains("cannot be"));
}
