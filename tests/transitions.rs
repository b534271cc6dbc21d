//! The tables of outcomes, cell by cell, and every state against every event.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic: that is how it fails"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "tests document themselves by name")]

#[path = "support/states.rs"]
mod states;

use order_capture::Operation::{Capture, Refund, Void};
use order_capture::*;
use states::*;

/// Applies one more event and gives the answer in the words of the tables.
fn answer(transaction: &mut Transaction, event: Event) -> &'static str {
    match transaction.apply(&transaction.stamp(event, midnight(), None)) {
        Ok(Effect::Applied) => "applied",
        Ok(Effect::AlreadyApplied) => "already applied",
        Ok(Effect::Stale) => "stale",
        Err(rejection) => rejection.code(),
    }
}

/// A request of 40.00 in each status that the tables have a row for.
fn in_status(operation: Operation, status: RequestStatus) -> Transaction {
    let mut events = vec![held("100.00")];
    if operation == Refund {
        events.extend([asked(Capture, 1, "50.00", None, false), answered(Capture, 1, done("50.00"))]);
    }
    events.push(asked(operation, 1, "40.00", Some("k1"), false));
    let outcome = |outcome| answered(operation, 1, outcome);
    match status {
        RequestStatus::Sent => {}
        RequestStatus::Accepted => events.push(outcome(Outcome::Accepted)),
        RequestStatus::Unknown => events.push(outcome(Outcome::Unanswered)),
        RequestStatus::Succeeded => events.push(outcome(done("40.00"))),
        RequestStatus::Failed => events.push(outcome(Outcome::Failed { closes: false })),
        RequestStatus::Withdrawn => events.push(outcome(Outcome::Withdrawn)),
        RequestStatus::Reversed => {
            let amount = rupees("40.00").minor();
            events.extend([outcome(done("40.00")), Event::CaptureReversed { number: 1, amount, closes: false }]);
        }
    }
    replayed(&events).0
}

/// Rows: the status. Columns: success, failed, pending, no response.
const OUTCOMES: [(RequestStatus, [&str; 4]); 7] = [
    (RequestStatus::Sent, ["applied", "applied", "applied", "applied"]),
    (RequestStatus::Accepted, ["applied", "applied", "already applied", "already applied"]),
    (RequestStatus::Unknown, ["applied", "applied", "applied", "already applied"]),
    (RequestStatus::Succeeded, ["already applied", "illegal-transition", "stale", "stale"]),
    (RequestStatus::Failed, ["applied", "already applied", "stale", "stale"]),
    (RequestStatus::Withdrawn, ["applied", "already applied", "stale", "stale"]),
    (RequestStatus::Reversed, ["applied", "already applied", "stale", "stale"]),
];

#[test]
fn outcomes_follow_the_tables() {
    for operation in [Capture, Void, Refund] {
        for (status, row) in OUTCOMES {
            if status == RequestStatus::Reversed && operation != Capture {
                continue;
            }
            let outcomes = [done("40.00"), Outcome::Failed { closes: false }, Outcome::Accepted, Outcome::Unanswered];
            for (outcome, expected) in outcomes.into_iter().zip(row) {
                let mut transaction = in_status(operation, status);
                let got = answer(&mut transaction, answered(operation, 1, outcome));
                assert_eq!(got, expected, "{operation:?} {status:?} meets {outcome:?}");
            }
        }
    }
}

/// A capture that succeeded for another amount, late successes that do not fit, and while a void is outstanding.
#[test]
fn outcomes_that_cannot_be_are_conflicts() {
    let mut charged = in_status(Capture, RequestStatus::Succeeded);
    assert_eq!(answer(&mut charged, answered(Capture, 1, done("39.99"))), "amount-mismatch");
    let mut sent = in_status(Capture, RequestStatus::Sent);
    assert_eq!(answer(&mut sent, answered(Capture, 1, done("40.01"))), "captured-exceeds-requested");
    assert_eq!(answer(&mut sent, answered(Capture, 1, done("100.01"))), "captured-exceeds-authorized");
    let late = |between: &[Event]| {
        let failed = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false)];
        let failed = failed.into_iter().chain([answered(Capture, 1, Outcome::Failed { closes: false })]);
        let events: Vec<_> = failed.chain(between.iter().cloned()).collect();
        answer(&mut replayed(&events).0, answered(Capture, 1, done("40.00")))
    };
    assert_eq!(late(&[]), "applied");
    assert_eq!(late(&[asked(Capture, 2, "60.00", Some("k2"), false)]), "applied");
    assert_eq!(late(&[asked(Capture, 2, "60.01", Some("k2"), false)]), "captured-exceeds-authorized");
    assert_eq!(late(&[asked(Void, 1, "10.00", None, false)]), "captured-after-void");
    let unknown = answered(Void, 1, Outcome::Unanswered);
    assert_eq!(late(&[asked(Void, 1, "10.00", None, false), unknown]), "captured-after-void");
    let failed = answered(Void, 1, Outcome::Failed { closes: false });
    assert_eq!(late(&[asked(Void, 1, "100.00", None, false), failed]), "applied");
}

#[test]
fn a_late_void_needs_the_money_to_be_there() {
    let failed = answered(Void, 1, Outcome::Failed { closes: false });
    let start = [held("100.00"), asked(Void, 1, "100.00", None, false), failed];
    let mut there = replayed(&start).0;
    assert_eq!(answer(&mut there, answered(Void, 1, done("100.00"))), "applied");
    assert_eq!(there.kind(), StateKind::Voided);
    let part = start.into_iter().chain([asked(Void, 2, "30.00", None, false), answered(Void, 2, done("30.00"))]);
    let mut gone = replayed(&part.collect::<Vec<_>>()).0;
    assert_eq!(gone.kind(), StateKind::VoidFailed, "a partial void leaves the state as before");
    assert_eq!(answer(&mut gone, answered(Void, 1, done("100.00"))), "amount-mismatch");
}

/// While a void's fate is unknown, only that void may be sent again: no other one, and no capture.
#[test]
fn a_void_of_unknown_fate_stands_alone() {
    let unknown = [held("100.00"), asked(Void, 1, "50.00", Some("v1"), false), answered(Void, 1, Outcome::Unanswered)];
    let meets = |event| answer(&mut replayed(&unknown).0, event);
    assert_eq!(meets(asked(Void, 2, "50.00", Some("v2"), false)), "illegal-transition");
    assert_eq!(meets(asked(Capture, 1, "50.00", None, false)), "illegal-transition");
    assert_eq!(meets(asked(Void, 1, "50.00", Some("v1"), false)), "applied");
}

/// A void may be done for less than was asked, never for more; what it leaves stays held.
#[test]
fn a_void_done_for_less_leaves_the_rest_held() {
    let start = [held("100.00"), asked(Void, 1, "60.00", None, false)];
    let mut transaction = replayed(&start).0;
    assert_eq!(answer(&mut transaction, answered(Void, 1, done("60.01"))), "amount-mismatch");
    assert_eq!(answer(&mut transaction, answered(Void, 1, done("50.00"))), "applied");
    let amounts = transaction.amounts();
    assert_eq!((transaction.kind(), amounts.released.get(), amounts.held.get()), (StateKind::Authorized, 5_000, 5_000));
    // A void of all that failed, and then was done for a part after all, is no failed void any more.
    let failed = answered(Void, 1, Outcome::Failed { closes: false });
    let mut transaction = replayed(&[held("100.00"), asked(Void, 1, "100.00", None, false), failed]).0;
    assert_eq!(transaction.kind(), StateKind::VoidFailed);
    assert_eq!(answer(&mut transaction, answered(Void, 1, done("30.00"))), "applied");
    assert_eq!((transaction.kind(), transaction.amounts().held.get()), (StateKind::Authorized, 7_000));
}

#[test]
fn refunds_stay_under_what_was_captured() {
    let mut failed = in_status(Refund, RequestStatus::Failed);
    assert_eq!(answer(&mut failed, asked(Refund, 2, "20.00", None, false)), "applied");
    assert_eq!(answer(&mut failed, answered(Refund, 1, done("40.00"))), "refunded-exceeds-captured");
    let mut sent = in_status(Refund, RequestStatus::Sent);
    assert_eq!(answer(&mut sent, answered(Refund, 1, done("50.01"))), "refunded-exceeds-captured");
    assert_eq!(answer(&mut sent, answered(Refund, 1, done("45.00"))), "amount-mismatch");
}

#[test]
fn a_reversal_is_a_late_failure() {
    let reversal = |amount: &str, closes| Event::CaptureReversed { number: 1, amount: rupees(amount).minor(), closes };
    for (closes, state, capturable) in
        [(true, StateKind::CaptureFailed, "0.00"), (false, StateKind::Authorized, "100.00")]
    {
        let mut transaction = in_status(Capture, RequestStatus::Succeeded);
        assert_eq!(answer(&mut transaction, reversal("39.00", closes)), "amount-mismatch");
        assert_eq!(answer(&mut transaction, reversal("40.00", closes)), "applied");
        assert_eq!(transaction.kind(), state);
        assert_eq!(transaction.amounts().capturable, rupees(capturable).minor());
        assert_eq!(answer(&mut transaction, reversal("40.00", closes)), "already applied");
    }
    let mut refunded = in_status(Refund, RequestStatus::Sent);
    let all = Event::CaptureReversed { number: 1, amount: rupees("50.00").minor(), closes: true };
    assert_eq!(answer(&mut refunded, all), "refunded-exceeds-captured");
    for status in [RequestStatus::Sent, RequestStatus::Accepted, RequestStatus::Unknown, RequestStatus::Failed] {
        assert_eq!(answer(&mut in_status(Capture, status), reversal("40.00", true)), "illegal-transition");
    }
}

/// A void that failed is forgotten once nothing is held any more: taken and let go, or expired.
#[test]
fn a_failed_void_is_forgotten_with_the_hold() {
    let failed = |operation, closes| answered(operation, 1, Outcome::Failed { closes });
    let void_failed = [
        held("100.00"),
        asked(Capture, 1, "100.00", None, true),
        failed(Capture, true),
        asked(Void, 1, "100.00", None, false),
        failed(Void, false),
    ];
    let mut transaction = replayed(&void_failed).0;
    assert_eq!(transaction.kind(), StateKind::VoidFailed);
    // The capture came late, for a part; closed as it is, the authorization lets go of the rest.
    assert_eq!(answer(&mut transaction, answered(Capture, 1, done("40.00"))), "applied");
    let amounts = transaction.amounts();
    assert_eq!(
        (transaction.kind(), amounts.released, amounts.held.get()),
        (StateKind::Charged, rupees("60.00").minor(), 0)
    );
    let reversal = Event::CaptureReversed { number: 1, amount: rupees("40.00").minor(), closes: true };
    assert_eq!(answer(&mut transaction, reversal), "applied");
    assert_eq!((transaction.kind(), transaction.amounts().held), (StateKind::CaptureFailed, rupees("40.00").minor()));

    let mut transaction = replayed(&void_failed).0;
    assert_eq!(answer(&mut transaction, Event::AuthorizationExpired), "applied");
    assert_eq!(transaction.kind(), StateKind::Expired);
    assert!(!serde_json::to_string(&transaction).unwrap().contains("void_failed"));
}

/// An adjusted total covers what is captured, pending and released, and touches no hold that is being given back.
#[test]
fn an_adjusted_total_covers_what_is_committed() {
    let total = |text: &str| Event::AuthorizationAdjusted { total: rupees(text).minor() };
    let part = [held("100.00"), asked(Capture, 1, "40.00", None, false), answered(Capture, 1, done("40.00"))];
    let adjusted = |event| {
        let mut transaction = replayed(&part).0;
        let got = answer(&mut transaction, event);
        (got, transaction.kind(), transaction.amounts().held.get())
    };
    assert_eq!(adjusted(total("39.99")), ("amount-over-ceiling", StateKind::PartiallyCaptured, 6_000));
    assert_eq!(adjusted(total("40.00")), ("applied", StateKind::Charged, 0), "nothing is left to capture");
    assert_eq!(adjusted(total("100.00")), ("already applied", StateKind::PartiallyCaptured, 6_000));
    assert_eq!(adjusted(total("150.00")), ("applied", StateKind::PartiallyCaptured, 11_000));
    let fresh = answer(&mut replayed(&[held("100.00")]).0, total("0.00"));
    assert_eq!(fresh, "amount-over-ceiling");
    let unknown = [held("100.00"), asked(Void, 1, "100.00", None, false), answered(Void, 1, Outcome::Unanswered)];
    assert_eq!(answer(&mut replayed(&unknown).0, total("150.00")), "illegal-transition");
    let failed = answered(Capture, 1, Outcome::Failed { closes: true });
    let closed = [held("100.00"), asked(Capture, 1, "40.00", None, false), failed];
    assert_eq!(answer(&mut replayed(&closed).0, total("150.00")), "illegal-transition");
    // Closed by a failure while another capture is of unknown fate: the state reads authorized, and nothing may grow.
    let two = [
        held("100.00"),
        asked(Capture, 1, "40.00", None, false),
        asked(Capture, 2, "30.00", None, false),
        answered(Capture, 2, Outcome::Unanswered),
        answered(Capture, 1, Outcome::Failed { closes: true }),
    ];
    let mut transaction = replayed(&two).0;
    assert_eq!(transaction.kind(), StateKind::Authorized);
    assert_eq!(answer(&mut transaction, total("150.00")), "illegal-transition");
    assert_eq!(answer(&mut transaction, asked(Capture, 3, "1.00", None, false)), "illegal-transition");
    assert_eq!(answer(&mut transaction, asked(Capture, 2, "30.00", None, false)), "applied", "the same one again");
}

/// A closing success releases the remainder, one for less too; an open one does not.
#[test]
fn what_is_left_of_a_capture_goes_where_the_capture_says() {
    for (closes, state, released, held_after) in
        [(true, StateKind::Charged, 7000, 0), (false, StateKind::PartiallyCaptured, 0, 7000)]
    {
        let events =
            [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), closes), answered(Capture, 1, done("30.00"))];
        let transaction = replayed(&events).0;
        let amounts = transaction.amounts();
        assert_eq!(transaction.kind(), state);
        assert_eq!((amounts.captured.get(), amounts.pending.get()), (3000, 0));
        assert_eq!((amounts.released.get(), amounts.held.get()), (released, held_after));
        let capture = transaction.ledger().unwrap().captures().get(1).unwrap();
        assert_eq!((capture.requested().get(), capture.done().get()), (4000, 3000), "two facts, both kept");
    }
}

/// Every state meets one event of each kind; what is not listed as accepted is rejected and changes nothing.
#[test]
fn every_state_answers_every_event() {
    use StateKind::*;
    let open = [Authorized, Capturing, CaptureInitiated, PartiallyCaptured];
    let amount = rupees("1.00").minor();
    let adjusted = Event::AuthorizationAdjusted { total: rupees("200.00").minor() };
    let status = Event::StatusSeen { status: "NEW".parse().unwrap() };
    let mut pairs = 0;
    for (kind, path) in paths() {
        let transaction = replayed(&path).0;
        let next = |operation| transaction.ledger().map_or(1, |ledger| ledger.requests(operation).count() + 1);
        let held_state = !kind.is_unheld();
        let rest = !transaction.amounts().held.is_zero();
        let void_open = matches!(kind, Voiding | VoidInitiated);
        let quiet = !matches!(kind, Capturing | CaptureInitiated) && !void_open;
        let cases = [
            (held("99.00"), !held_state),
            (Event::AuthorizationFailed, !held_state),
            (adjusted.clone(), open.contains(&kind)),
            (Event::AuthorizationExpired, held_state && quiet && (rest || kind == Expired)),
            (asked(Capture, next(Capture), "1.00", None, false), open.contains(&kind) && rest),
            (
                asked(Void, next(Void), "1.00", None, false),
                matches!(kind, Authorized | PartiallyCaptured | CaptureFailed | VoidFailed),
            ),
            (asked(Refund, next(Refund), "1.00", None, false), matches!(kind, PartiallyCaptured | Charged)),
            (answered(Capture, 9, Outcome::Accepted), false),
            (answered(Void, 9, Outcome::Accepted), false),
            (answered(Refund, 9, Outcome::Accepted), false),
            (Event::CaptureReversed { number: 9, amount, closes: true }, false),
            (status.clone(), true),
        ];
        for (event, accepted) in cases {
            let mut after = transaction.clone();
            let got = answer(&mut after, event.clone());
            let ok = matches!(got, "applied" | "already applied" | "stale");
            assert_eq!(ok, accepted, "{kind} meets {}: {got}", event.name());
            assert!(got == "applied" || after == transaction, "{kind} meets {}", event.name());
            pairs += 1;
        }
    }
    assert_eq!(pairs, 13 * 12);
}

#[test]
fn a_rejection_names_the_state_and_the_event() {
    let mut created = Transaction::created("t-1".parse().unwrap());
    let recorded = created.stamp(Event::AuthorizationExpired, midnight(), None);
    let rejection = created.apply(&recorded).unwrap_err();
    assert_eq!(
        rejection.to_string(),
        "authorization-expired cannot follow created; look at what the transaction has recorded before it"
    );
}

/// INV-10: two requests under one key, whatever the log says.
#[test]
fn a_key_is_taken_once() {
    let events = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false), answered(Capture, 1, done("40.00"))];
    let mut transaction = replayed(&events).0;
    for event in [asked(Capture, 2, "40.00", Some("k1"), false), asked(Capture, 1, "41.00", Some("k1"), false)] {
        assert_eq!(answer(&mut transaction, event), "illegal-transition");
    }
}

/// The number of remembered requests is bounded.
#[test]
fn a_transaction_remembers_a_bounded_number_of_requests() {
    let order = order_of("1000000.00");
    let mut transaction = replayed(&[held("1000000.00")]).0;
    let ask = CaptureRequest::of(rupees("1.00"));
    for number in 1..=MAX_REQUESTS {
        let key = format!("k{number}");
        let decision = transaction.capture(&ask.key(&key), &order, &juspay::SIMPL, midnight()).unwrap();
        assert_eq!(answer(&mut transaction, decision.event().unwrap()), "applied");
        assert_eq!(answer(&mut transaction, answered(Capture, number, done("1.00"))), "applied");
    }
    let refusal = transaction.capture(&ask.key("one-more"), &order, &juspay::SIMPL, midnight()).unwrap_err();
    assert_eq!(refusal.code(), "too-many-requests");
    let next = asked(Capture, MAX_REQUESTS + 1, "1.00", None, false);
    assert_eq!(answer(&mut transaction, next), "too-many-requests");
}

/// A rejection names the event as the tables do: what was asked, and what became of it.
#[test]
fn events_have_the_names_of_the_tables() {
    let outcomes =
        [done("1.00"), Outcome::Failed { closes: false }, Outcome::Accepted, Outcome::Unanswered, Outcome::Withdrawn];
    let endings = ["succeeded", "failed", "accepted", "unanswered", "withdrawn"];
    for (operation, kind) in [(Capture, "capture"), (Void, "void"), (Refund, "refund")] {
        assert_eq!(asked(operation, 1, "1.00", None, false).name(), format!("{kind}-requested"));
        for (outcome, ending) in outcomes.into_iter().zip(endings) {
            assert_eq!(answered(operation, 1, outcome).name(), format!("{kind}-{ending}"));
        }
    }
}

/// A lapse, then a reversal: what came back is held again, and a void of it reads voided. Without the void, the lapse
/// is what is remembered.
#[test]
fn what_is_voided_after_a_lapse_reads_voided() {
    let amount = rupees("40.00").minor();
    let lapsed = [
        held("100.00"),
        asked(Capture, 1, "40.00", None, false),
        answered(Capture, 1, done("40.00")),
        Event::AuthorizationExpired,
        Event::CaptureReversed { number: 1, amount, closes: true },
    ];
    let mut transaction = replayed(&lapsed).0;
    assert_eq!((transaction.kind(), transaction.amounts().held), (StateKind::CaptureFailed, amount));
    let mut again = transaction.clone();
    assert_eq!(answer(&mut again, Event::AuthorizationExpired), "applied");
    assert_eq!(again.kind(), StateKind::Expired);
    assert_eq!(answer(&mut transaction, asked(Void, 1, "40.00", None, false)), "applied");
    assert_eq!(answer(&mut transaction, answered(Void, 1, done("40.00"))), "applied");
    assert_eq!(transaction.kind(), StateKind::Voided);
}

/// `record` gives what belongs in the log: the event with its place and times, or nothing where nothing changed.
#[test]
fn what_is_recorded_belongs_in_the_log() {
    let mut transaction = Transaction::created("t-1".parse().unwrap());
    let recorded = transaction.record(held("100.00"), midnight(), Some(midnight())).unwrap().unwrap();
    assert_eq!((recorded.sequence, recorded.observed_at, recorded.occurred_at), (1, midnight(), Some(midnight())));
    assert_eq!(transaction.kind(), StateKind::Authorized);
    assert_eq!(transaction.record(held("100.00"), midnight(), None), Ok(None), "known already");
    let status = Event::StatusSeen { status: "NEW".parse().unwrap() };
    assert_eq!(transaction.record(status, midnight(), None), Ok(None), "stale");
    let rejection = transaction.record(held("99.00"), midnight(), None).unwrap_err();
    assert_eq!((rejection.code(), transaction.sequence()), ("illegal-transition", 1));
}

/// A void that is done by an observation takes what is left, where an earlier void that came late took a part.
#[test]
fn voided_settles_a_void_for_what_is_left() {
    let failed = answered(Void, 1, Outcome::Failed { closes: false });
    let start = [
        held("100.00"),
        asked(Void, 1, "60.00", Some("v1"), false),
        failed,
        asked(Void, 2, "100.00", Some("v2"), false),
        answered(Void, 1, done("60.00")),
    ];
    let mut transaction = replayed(&start).0;
    let order = order_of("100.00");
    let context = OrderContext { order: &order, profile: &juspay::SIMPL, others_captured: false };
    let seen = Observation { status: "VOIDED".into(), is_transaction_status: true, ..Observation::default() };
    let Verdict::Applied(events) = transaction.interpret(&seen, &context) else { panic!("applied") };
    for event in events {
        transaction.record(event, midnight(), None).unwrap();
    }
    let amounts = transaction.amounts();
    assert_eq!((transaction.kind(), amounts.released), (StateKind::Voided, rupees("100.00").minor()));
    assert!(transaction.ledger().unwrap().voids().settled());
}

/// VOIDED after our void of all failed: it was done after all, and no second one is made up for it.
#[test]
fn voided_after_a_failed_void_is_that_void() {
    let failed = answered(Void, 1, Outcome::Failed { closes: false });
    let mut transaction = replayed(&[held("100.00"), asked(Void, 1, "100.00", None, false), failed]).0;
    let order = order_of("100.00");
    let context = OrderContext { order: &order, profile: &juspay::SIMPL, others_captured: false };
    let seen = Observation { status: "VOIDED".into(), is_transaction_status: true, ..Observation::default() };
    let Verdict::Applied(events) = transaction.interpret(&seen, &context) else { panic!("applied") };
    for event in events {
        transaction.record(event, midnight(), None).unwrap();
    }
    let voids = transaction.ledger().unwrap().voids();
    assert_eq!((transaction.kind(), voids.count()), (StateKind::Voided, 1));
    assert_eq!(voids.get(1).unwrap().status(), RequestStatus::Succeeded);
}

/// What was asked of several captures is their sum, those that were refused aside.
#[test]
fn what_was_asked_of_several_captures_is_their_sum() {
    let events = [
        held("100.00"),
        asked(Capture, 1, "45.00", Some("k1"), false),
        answered(Capture, 1, Outcome::Failed { closes: false }),
        asked(Capture, 2, "20.00", Some("k2"), false),
        answered(Capture, 2, done("20.00")),
        asked(Capture, 3, "10.00", Some("k3"), true),
        answered(Capture, 3, done("10.00")),
    ];
    let transaction = replayed(&events).0;
    assert_eq!(transaction.kind(), StateKind::Charged);
    let order = order_of("100.00");
    let context = OrderContext { order: &order, profile: &juspay::SIMPL, others_captured: false };
    let (captured, requested) = (rupees("50.00").minor(), rupees("30.00").minor());
    let seen = Observation { status: "CHARGED".into(), captured: Some(captured), ..Observation::default() };
    let expected = Conflict::CapturedExceedsRequested { captured, requested };
    assert_eq!(transaction.interpret(&seen, &context), Verdict::Conflict(expected));
}
