//! A stored transaction is read as if it came from a stranger: what was changed in it is refused, and named.

use crate::states::*;
use order_capture::Operation::{Capture, Refund, Void};
use order_capture::*;
use serde_json::{Value, json};

fn form(events: &[Event]) -> Value {
    serde_json::to_value(replayed(events).0).unwrap()
}
fn error(mut form: Value, changes: &[(&str, Value)]) -> String {
    for (pointer, value) in changes {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = form.pointer_mut(parent).unwrap_or_else(|| panic!("no {pointer}"));
        match name.parse::<usize>() {
            Ok(place) if parent.is_array() => parent[place] = value.clone(),
            _ => parent[name] = value.clone(),
        }
    }
    match serde_json::from_value::<Transaction>(form) {
        Ok(read) => format!("read as {read:?}"),
        Err(error) => error.to_string(),
    }
}
/// Each stored amount changed by one, in every state.
#[test]
fn a_changed_amount_is_refused() {
    let derived = ["captured", "pending", "released", "held", "refunded", "refund_pending"];
    let mut tried = 0;
    for (kind, events) in paths() {
        let stored = form(&events);
        if stored["hold"].is_null() {
            continue;
        }
        for name in derived.into_iter().chain(["authorized"]) {
            for change in [-1_i64, 1] {
                let amount = stored["hold"][name].as_i64().unwrap_or(0) + change;
                let text = error(stored.clone(), &[(&format!("/hold/{name}"), json!(amount))]);
                let named = text.contains("is stored as") && text.contains("the facts give");
                assert!(
                    named || amount < 0 || text.contains("cannot") || text.contains("contradict"),
                    "{kind}, {name} {amount}: {text}"
                );
                if name != "authorized" && amount >= 0 {
                    assert!(text.starts_with(&format!("{name} is stored as")), "{kind}, {name} {amount}: {text}");
                }
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 13 * 7 * 2);
}
/// Every state under every other state's name.
#[test]
fn a_changed_state_is_refused() {
    for (kind, events) in paths() {
        for other in StateKind::ALL.into_iter().filter(|other| *other != kind) {
            let text = error(form(&events), &[("/state", json!(other.as_str()))]);
            // Created and failed differ in nothing but their name.
            let twins = kind.is_unheld() && other.is_unheld();
            assert_eq!(text.starts_with("read as"), twins, "{kind} as {other}: {text}");
        }
    }
}
/// Facts that cannot be, with the amounts that would follow from them where they are needed.
#[test]
fn what_the_facts_do_not_bear_out_is_refused() {
    let of = |kind| form(&path(kind));
    let capturing = || of(StateKind::Capturing);
    let charged = || of(StateKind::Charged);
    let part = || of(StateKind::PartiallyCaptured);
    let total = |at: u32| json!({"stated": [{"amount": 4000, "at": at}]});
    let theirs = || form(&[held("100.00"), theirs(Capture, 1, "100.00", false)]);
    let twice = form(&[
        held("100.00"),
        asked(Capture, 1, "40.00", Some("k1"), false),
        done(Capture, 1, "40.00"),
        asked(Refund, 1, "5.00", Some("r1"), false),
        done(Refund, 1, "5.00"),
        asked(Refund, 2, "5.00", Some("r2"), false),
    ]);
    let rows: Vec<(Value, Vec<(&str, Value)>, &str)> = vec![
        (
            of(StateKind::Authorized),
            vec![("/hold/authorized", json!(0)), ("/hold/held", json!(0))],
            "the stored facts contradict each other in authorized",
        ),
        (
            of(StateKind::Authorized),
            vec![("/hold/end", json!("captured"))],
            "the stored facts contradict each other in end",
        ),
        (
            of(StateKind::CaptureFailed),
            vec![("/hold/end", json!("expired"))],
            "the stored facts contradict each other in closed",
        ),
        (charged(), vec![("/hold/end", Value::Null)], "released is stored as 60.00 INR"),
        (
            of(StateKind::Voiding),
            vec![("/hold/end", json!("expired"))],
            "the stored facts contradict each other in voids of an ended hold",
        ),
        (
            part(),
            vec![("/hold/captured_totals", total(4))],
            "the stored facts contradict each other in captured_totals",
        ),
        (
            part(),
            vec![("/hold/captured_totals", total(0))],
            "the stored facts contradict each other in captured_totals",
        ),
        (
            part(),
            vec![("/hold/refunded_totals", total(4))],
            "the stored facts contradict each other in refunded_totals",
        ),
        (
            part(),
            vec![("/hold/captured_totals", json!({"stated": [{"amount": 1, "at": 2}, {"amount": 2, "at": 2}]}))],
            "the stored facts contradict each other in captured_totals",
        ),
        (
            part(),
            vec![("/hold/captures/0/done", json!(10001)), ("/hold/captures/0/amount", json!(10001))],
            "the stored facts contradict each other in captures that succeeded",
        ),
        (
            of(StateKind::Voided),
            vec![("/hold/voids/0/done", json!(10001)), ("/hold/voids/0/amount", json!(10001))],
            "the stored facts contradict each other in voids that succeeded",
        ),
        (
            charged(),
            vec![("/hold/refunds/0/done", json!(4001)), ("/hold/refunds/0/amount", json!(4001))],
            "refunds that succeeded",
        ),
        (
            charged(),
            vec![("/hold/captures/0/done", json!(4001))],
            "capture 1 of 40.00 INR, succeeded, cannot have been stored like this",
        ),
        (
            part(),
            vec![("/hold/captures/0/done", json!(0))],
            "capture 1 of 40.00 INR, succeeded, cannot have been stored like this",
        ),
        (
            charged(),
            vec![("/hold/refunds/1/done", json!(1))],
            "refund 2 of 5.00 INR, sent, cannot have been stored like this",
        ),
        (
            charged(),
            vec![("/hold/refunds/1/closes", json!(true))],
            "refund 2 of 5.00 INR, sent, cannot have been stored like this",
        ),
        (
            charged(),
            vec![("/hold/captures/0/resent", json!(true))],
            "capture 1 of 40.00 INR, succeeded, cannot have been stored like this",
        ),
        (
            charged(),
            vec![("/hold/captures/0/origin", json!("provider"))],
            "capture 1 of 40.00 INR, succeeded, cannot have been stored like this",
        ),
        (
            charged(),
            vec![("/hold/captures/0/begun", json!(0))],
            "capture 1 of 40.00 INR, succeeded, cannot have been stored like this",
        ),
        (
            charged(),
            vec![("/hold/captures/0/begun", json!(7))],
            "capture 1 of 40.00 INR, succeeded, cannot have been stored like this",
        ),
        (
            charged(),
            vec![("/hold/captures/0/last_sent", json!(7))],
            "capture 1 of 40.00 INR, succeeded, cannot have been stored like this",
        ),
        (
            charged(),
            vec![("/hold/captures/0/last_sent", json!(0))],
            "capture 1 of 40.00 INR, succeeded, cannot have been stored like this",
        ),
        (
            capturing(),
            vec![("/hold/captures/0/amount", json!(0))],
            "capture 1 of 0.00 INR, sent, cannot have been stored like this",
        ),
        (
            of(StateKind::Voided),
            vec![("/hold/voids/0/status", json!("reversed"))],
            "void 1 of 100.00 INR, reversed, cannot have been stored like this",
        ),
        (
            theirs(),
            vec![("/hold/captures/0/status", json!("unknown"))],
            "the state is stored as capture-initiated, and the facts give capture-unknown",
        ),
        (
            theirs(),
            vec![("/hold/captures/0/resent", json!(true))],
            "capture 1 of 100.00 INR, accepted, cannot have been stored like this",
        ),
        (
            theirs(),
            vec![("/hold/captures/0/key", json!("k1"))],
            "capture 1 of 100.00 INR, accepted, cannot have been stored like this",
        ),
        (
            charged(),
            vec![("/hold/captures/0/status", json!("sent"))],
            "the stored facts contradict each other in refunds that succeeded",
        ),
        (charged(), vec![("/sequence", json!(5))], "refund 2 of 5.00 INR, sent, cannot have been stored like this"),
        (
            of(StateKind::Authorized),
            vec![("/provider_status", json!("NEW"))],
            "stored as authorized, which contradicts whether a hold is stored",
        ),
        (
            of(StateKind::Created),
            vec![("/state", json!("charged"))],
            "stored as charged, which contradicts whether a hold is stored",
        ),
        (twice, vec![("/hold/refunds/1/key", json!("r1"))], "request 2 has a key that an earlier one has already"),
        (
            capturing(),
            vec![("/v", json!(1))],
            "stored version 1 is not known, this crate reads 2; a newer release reads a higher one, a lower one was never published",
        ),
        (capturing(), vec![("/v", json!(3))], "stored version 3 is not known"),
        (capturing(), vec![("/hold/tip", json!(1))], "unknown field `tip`"),
        (capturing(), vec![("/tip", json!(1))], "unknown field `tip`"),
        (capturing(), vec![("/hold/captures/0/tip", json!(1))], "unknown field `tip`"),
        (capturing(), vec![("/currency", json!("QQQ"))], "ISO 4217"),
        (capturing(), vec![("/id", json!(""))], "the text is empty"),
    ];
    for (form, changes, expected) in rows {
        let text = error(form, &changes);
        assert!(text.contains(expected), "{changes:?}: {text}");
    }
}
/// What moved money twice: a second void under way, a pending refund above what is captured.
#[test]
fn what_the_step_function_never_builds_is_refused() {
    let mut two = form(&path(StateKind::Voiding));
    let void = two["hold"]["voids"][0].clone();
    let mut other = void.clone();
    other["key"] = json!("v2");
    two["hold"]["voids"] = json!([void, other]);
    assert!(error(two, &[]).contains("the stored facts contradict each other in voids"));
    // More was let go than there is.
    let reversed =
        [asked(Capture, 1, "40.00", None, true), done(Capture, 1, "40.00"), reversed(Capture, 1, "40.00", false)];
    let stored = form(&[&[held("100.00")][..], &reversed].concat());
    assert_eq!(stored["hold"]["stays_released"], json!(6000));
    let text = error(stored, &[("/hold/stays_released", json!(7000))]);
    assert!(text.starts_with("released is stored as 60.00 INR, and the facts give 70.00 INR"), "{text}");
}
/// Every void that was resent, late, or of more than is left can be read back.
#[test]
fn what_the_step_function_builds_can_be_read_back() {
    let all_failed = [held("100.00"), asked(Void, 1, "30.00", None, false), answered(Void, 1, Outcome::Failed)];
    let late = [&all_failed[..], &[asked(Void, 2, "100.00", None, false), done(Void, 1, "30.00")]].concat();
    let reversed_late = [
        held("100.00"),
        asked(Capture, 1, "40.00", Some("k1"), true),
        done(Capture, 1, "40.00"),
        reversed(Capture, 1, "40.00", false),
        done(Capture, 1, "40.00"),
    ];
    let beside_a_void = [
        held("100.00"),
        asked(Capture, 1, "30.00", Some("k1"), false),
        done(Capture, 1, "30.00"),
        asked(Capture, 2, "20.00", Some("k2"), false),
        done(Capture, 2, "20.00"),
        asked(Void, 1, "50.00", None, false),
        answered(Void, 1, Outcome::TimedOut),
        reversed(Capture, 2, "20.00", true),
    ];
    for events in [&late[..], &reversed_late, &beside_a_void] {
        for length in 1..=events.len() {
            let transaction = replayed(&events[..length]).0;
            let stored = serde_json::to_string(&transaction).unwrap();
            assert_eq!(serde_json::from_str::<Transaction>(&stored).ok(), Some(transaction), "{stored}");
        }
    }
}
