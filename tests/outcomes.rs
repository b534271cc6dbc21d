//! What an outcome does: the tables cell by cell, what contradicts the ledger and by which numbers, what is left over.
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
/// Rows: the status. Columns: success, failed, pending, no response, withdrawn.
const OUTCOMES: [(RequestStatus, [&str; 5]); 7] = [
    (RequestStatus::Sent, ["applied", "applied", "applied", "applied", "applied"]),
    (RequestStatus::Accepted, ["applied", "applied", "already applied", "already applied", "applied"]),
    (RequestStatus::Unknown, ["applied", "applied", "applied", "already applied", "applied"]),
    (RequestStatus::Succeeded, ["already applied", "illegal-transition", "stale", "stale", "illegal-transition"]),
    (RequestStatus::Failed, ["applied", "already applied", "stale", "stale", "already applied"]),
    (RequestStatus::Withdrawn, ["applied", "already applied", "stale", "stale", "already applied"]),
    (RequestStatus::Reversed, ["applied", "already applied", "stale", "stale", "already applied"]),
];

#[test]
fn outcomes_follow_the_tables() {
    let failed = Outcome::Failed { closes: false };
    for operation in [Capture, Void, Refund] {
        for (status, row) in OUTCOMES {
            if status == RequestStatus::Reversed && operation != Capture {
                continue;
            }
            let outcomes = [done("40.00"), failed, Outcome::Accepted, Outcome::Unanswered, Outcome::Withdrawn];
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
/// What a provider does of itself has no key, and no answer to it can be missing.
#[test]
fn what_nobody_asked_for_has_no_key_and_is_not_unanswered() {
    let theirs = |operation, key: Option<&str>| Event::Requested {
        operation,
        number: 1,
        amount: rupees("40.00").minor(),
        key: key.map(|key| key.parse().unwrap()),
        closes: false,
        origin: Origin::Provider,
    };
    for operation in [Capture, Void] {
        let mut transaction = replayed(&[held("100.00")]).0;
        assert_eq!(answer(&mut transaction, theirs(operation, Some("k1"))), "illegal-transition");
        assert_eq!(answer(&mut transaction, theirs(operation, None)), "applied");
        assert_eq!(answer(&mut transaction, answered(operation, 1, Outcome::Unanswered)), "illegal-transition");
        assert_eq!(answer(&mut transaction, answered(operation, 1, Outcome::Accepted)), "applied");
        assert_eq!(answer(&mut transaction, answered(operation, 1, Outcome::Unanswered)), "already applied");
    }
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
/// What an event contradicts.
fn conflict(transaction: &Transaction, event: Event) -> Conflict {
    match transaction.clone().apply(&transaction.stamp(event, midnight(), None)) {
        Err(Rejection::Conflict(conflict)) => conflict,
        other => panic!("{other:?}"),
    }
}
fn minor(text: &str) -> Minor {
    rupees(text).minor()
}
/// The numbers in what contradicts the ledger, where no two of them are the same.
#[test]
fn contradictions_name_the_right_numbers() {
    let base = [
        held("100.00"),
        asked(Capture, 1, "30.00", Some("k1"), false),
        answered(Capture, 1, done("25.00")),
        asked(Capture, 2, "20.00", Some("k2"), false),
    ];
    let transaction = replayed(&base).0;
    let (observed, expected) = (minor("24.00"), minor("25.00"));
    let mismatch = Conflict::AmountMismatch { observed, expected };
    assert_eq!(conflict(&transaction, answered(Capture, 1, done("24.00"))), mismatch);
    let reversal = Event::CaptureReversed { number: 1, amount: observed, closes: false };
    assert_eq!(conflict(&transaction, reversal), mismatch);
    let (captured, requested) = (minor("21.00"), minor("20.00"));
    let more = Conflict::CapturedExceedsRequested { captured, requested };
    assert_eq!(conflict(&transaction, answered(Capture, 2, done("21.00"))), more);
    let (captured, authorized) = (minor("101.00"), minor("100.00"));
    let more = Conflict::CapturedExceedsAuthorized { captured, authorized };
    assert_eq!(conflict(&transaction, answered(Capture, 2, done("76.00"))), more);

    // Late, and what it would take is in flight elsewhere: 25 + 60 where 25 + 15 can be.
    let failed = answered(Capture, 2, Outcome::Failed { closes: false });
    let late = [
        &base[..2],
        &[answered(Capture, 1, done("25.00")), asked(Capture, 2, "60.00", Some("k2"), false), failed],
        &[asked(Capture, 3, "60.00", Some("k3"), false)],
    ];
    let late = replayed(&late.concat()).0;
    let (captured, authorized) = (minor("85.00"), minor("40.00"));
    let too_late = Conflict::CapturedExceedsAuthorized { captured, authorized };
    assert_eq!(conflict(&late, answered(Capture, 2, done("60.00"))), too_late);

    let void = [held("100.00"), asked(Void, 1, "60.00", None, false), answered(Void, 1, Outcome::Unanswered)];
    let void = replayed(&void).0;
    let mismatch = Conflict::AmountMismatch { observed: minor("61.00"), expected: minor("60.00") };
    assert_eq!(conflict(&void, answered(Void, 1, done("61.00"))), mismatch);
    let late = [
        held("100.00"),
        asked(Capture, 1, "30.00", Some("k1"), false),
        answered(Capture, 1, Outcome::Failed { closes: false }),
        asked(Void, 1, "60.00", None, false),
    ];
    let after = Conflict::CapturedAfterVoid { captured: minor("30.00") };
    assert_eq!(conflict(&replayed(&late).0, answered(Capture, 1, done("30.00"))), after);
}
#[test]
fn contradictions_of_refunds_name_the_right_numbers() {
    let refunds = [
        held("100.00"),
        asked(Capture, 1, "100.00", None, true),
        answered(Capture, 1, done("100.00")),
        asked(Refund, 1, "60.00", Some("r1"), false),
        answered(Refund, 1, Outcome::Failed { closes: false }),
        asked(Refund, 2, "50.00", Some("r2"), false),
    ];
    let refunds = replayed(&refunds).0;
    let more = Conflict::RefundedExceedsCaptured { refunded: minor("110.00"), captured: minor("100.00") };
    assert_eq!(conflict(&refunds, answered(Refund, 1, done("60.00"))), more, "50 of it is on its way");
    let mismatch = Conflict::AmountMismatch { observed: minor("51.00"), expected: minor("50.00") };
    assert_eq!(conflict(&refunds, answered(Refund, 2, done("51.00"))), mismatch);
    let reversal = Event::CaptureReversed { number: 1, amount: minor("100.00"), closes: true };
    let more = Conflict::RefundedExceedsCaptured { refunded: minor("50.00"), captured: Minor::ZERO };
    assert_eq!(conflict(&refunds, reversal), more);
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
