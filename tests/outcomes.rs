//! What an outcome does: the tables cell by cell, what contradicts the books and by which numbers, what is left over.

use crate::states::*;
use order_capture::Operation::{Capture, Refund, Void};
use order_capture::*;

/// A request of 40.00 in each status that the tables have a row for.
fn in_status(operation: Operation, status: RequestStatus) -> Transaction {
    let mut events = vec![held("100.00")];
    if operation == Refund {
        events.extend([asked(Capture, 1, "50.00", None, false), done(Capture, 1, "50.00")]);
    }
    events.push(asked(operation, 1, "40.00", Some("k1"), false));
    match status {
        RequestStatus::Sent => {}
        RequestStatus::Accepted => events.push(answered(operation, 1, Outcome::Accepted)),
        RequestStatus::Unknown => events.push(answered(operation, 1, Outcome::TimedOut)),
        RequestStatus::Succeeded => events.push(answered(operation, 1, Outcome::Succeeded)),
        RequestStatus::Failed => events.push(answered(operation, 1, Outcome::Failed)),
        RequestStatus::Withdrawn => events.push(answered(operation, 1, Outcome::Withdrawn)),
        RequestStatus::Reversed => {
            events.extend([done(operation, 1, "40.00"), reversed(operation, 1, "40.00", false)]);
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
    for operation in Operation::ALL {
        for (status, row) in OUTCOMES {
            if status == RequestStatus::Reversed && operation == Void {
                continue;
            }
            for (outcome, expected) in Outcome::ALL.into_iter().zip(row) {
                let mut transaction = in_status(operation, status);
                let got = answer(&mut transaction, answered(operation, 1, outcome));
                assert_eq!(got, expected, "{operation} {status} meets {outcome}");
            }
        }
    }
}
/// The same by the gateway's answers: an acceptance under its key revives a withdrawn capture or refund, not a void.
#[test]
fn an_acceptance_told_by_its_key_revives_what_was_withdrawn() {
    let order = order_of("100.00");
    for operation in Operation::ALL {
        for status in [RequestStatus::Withdrawn, RequestStatus::Failed, RequestStatus::Reversed] {
            if (status, operation) == (RequestStatus::Reversed, Void) {
                continue;
            }
            let payment = order.resume(in_status(operation, status), &juspay::SIMPL).unwrap();
            let keyed = outcome(payment.answered(Answer::to(operation, Outcome::Accepted).key("k1"), midnight()));
            let applies = status == RequestStatus::Withdrawn && operation != Void;
            assert_eq!(keyed, if applies { "applied" } else { "stale" }, "{operation} {status}");
            let keyless = outcome(payment.answered(Answer::to(operation, Outcome::Accepted), midnight()));
            assert_eq!(keyless, "stale", "{operation} {status}: nobody says that it is this one");
            let silence = Answer::to(operation, Outcome::TimedOut).key("k1");
            assert_eq!(outcome(payment.answered(silence, midnight())), "stale", "{operation} {status}");
        }
    }
}
/// A failed request of this amount, some events after it, and then its success.
fn late(amount: &str, between: &[Event]) -> &'static str {
    let failed = [held("100.00"), asked(Capture, 1, amount, Some("k1"), false), answered(Capture, 1, Outcome::Failed)];
    after(&[&failed[..], between].concat(), done(Capture, 1, amount))
}
/// *Fits*: with what else is pending, what an outstanding void is to give back and what is released, within L.
#[test]
fn a_late_success_has_to_fit() {
    let void = |amount| asked(Void, 1, amount, None, false);
    assert_eq!(late("40.00", &[]), "applied");
    assert_eq!(late("40.00", &[asked(Capture, 2, "60.00", Some("k2"), false)]), "applied");
    assert_eq!(late("40.00", &[asked(Capture, 2, "60.01", Some("k2"), false)]), "captured-exceeds-authorized");
    // An outstanding void keeps what it is to give back, in each of its states.
    assert_eq!(late("40.00", &[void("60.00")]), "applied");
    for outcome in [None, Some(Outcome::Accepted), Some(Outcome::TimedOut)] {
        let events: Vec<_> = [void("60.01")].into_iter().chain(outcome.map(|o| answered(Void, 1, o))).collect();
        assert_eq!(late("40.00", &events), "captured-after-void", "{outcome:?}: it would fit but for the void");
    }
    assert_eq!(late("40.00", &[void("60.01"), answered(Void, 1, Outcome::Failed)]), "applied");
    assert_eq!(late("40.00", &[void("60.00"), done(Void, 1, "60.00")]), "applied");
    assert_eq!(late("40.00", &[void("60.01"), done(Void, 1, "60.01")]), "captured-after-void");
    assert_eq!(late("40.00", &[void("100.00"), done(Void, 1, "100.00")]), "captured-after-void");
    assert_eq!(late("40.00", &[expired()]), "captured-after-expiry");
    // Of a void and an expiry, the one without which it would fit is named; of two that are both too much, neither.
    let both = |voided| [void(voided), done(Void, 1, voided), expired()];
    assert_eq!(late("40.00", &both("70.00")), "captured-after-void");
    assert_eq!(late("40.00", &both("30.00")), "captured-after-expiry");
    assert_eq!(late("60.00", &both("50.00")), "captured-exceeds-authorized");
    // Beside another capture it would not fit even without the void.
    let beside = [asked(Capture, 2, "90.00", Some("k2"), false), done(Capture, 2, "90.00")];
    let beside = [&beside[..], &[void("5.00"), done(Void, 1, "5.00")]].concat();
    assert_eq!(late("40.00", &beside), "captured-exceeds-authorized");
    // What a stated total already holds takes nothing more.
    assert_eq!(late("40.00", &[stated(Capture, "40.00"), void("60.00"), done(Void, 1, "60.00")]), "applied");
}
/// A late success that does not close opens the hold again.
#[test]
fn a_late_success_that_does_not_close_opens_the_hold() {
    let closed = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false), failed_closing(Capture, 1)];
    let mut transaction = replayed(&closed).0;
    assert_eq!(transaction.state(), StateKind::CaptureFailed);
    assert_eq!(answer(&mut transaction, done(Capture, 1, "40.00")), "applied");
    assert_eq!((transaction.state(), cpvh(&transaction)), (StateKind::PartiallyCaptured, [4_000, 0, 0, 6_000]));
    // One that closes ends it.
    let closed = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), true), failed_closing(Capture, 1)];
    let mut transaction = replayed(&closed).0;
    assert_eq!(answer(&mut transaction, done(Capture, 1, "40.00")), "applied");
    assert_eq!((transaction.state(), cpvh(&transaction)), (StateKind::Charged, [4_000, 0, 6_000, 0]));
}
/// More than was asked: by which limit, and by which numbers.
#[test]
fn a_success_for_more_than_was_asked_is_a_conflict() {
    let sent = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false)];
    assert_eq!(after(&sent, done(Capture, 1, "40.01")), "captured-exceeds-requested");
    assert_eq!(after(&sent, done(Capture, 1, "100.01")), "captured-exceeds-authorized");
    let voided = [held("100.00"), asked(Void, 1, "30.00", None, false), done(Void, 1, "30.00")];
    let voided = [&voided[..], &sent[1..]].concat();
    assert_eq!(after(&voided, done(Capture, 1, "80.00")), "captured-exceeds-requested", "80.00 is within the 100.00");
    let refund = in_status(Refund, RequestStatus::Sent);
    assert_eq!(answer(&mut refund.clone(), done(Refund, 1, "50.01")), "refunded-exceeds-captured");
    assert_eq!(answer(&mut refund.clone(), done(Refund, 1, "45.00")), "amount-mismatch");
    let charged = in_status(Capture, RequestStatus::Succeeded);
    assert_eq!(answer(&mut charged.clone(), done(Capture, 1, "39.99")), "amount-mismatch");
    // Without an amount it says nothing new, also of one that was done for less.
    let less = [&sent[..], &[done(Capture, 1, "30.00")]].concat();
    assert_eq!(after(&less, answered(Capture, 1, Outcome::Succeeded)), "already applied");
    assert_eq!(after(&less, done(Capture, 1, "40.00")), "amount-mismatch");
}
/// A void comes late only if H still has it. It may be done for less; what it leaves stays held.
#[test]
fn a_void_gives_back_what_is_held() {
    let start = [held("100.00"), asked(Void, 1, "100.00", None, false), answered(Void, 1, Outcome::Failed)];
    let mut there = replayed(&start).0;
    assert_eq!(answer(&mut there, done(Void, 1, "100.00")), "applied");
    assert_eq!(there.state(), StateKind::Voided);
    let part = [&start[..], &[asked(Void, 2, "30.00", None, false), done(Void, 2, "30.00")]].concat();
    assert_eq!(after(&part, done(Void, 1, "100.00")), "amount-mismatch");
    let withdrawn = [&start[..2], &[answered(Void, 1, Outcome::Withdrawn)]].concat();
    assert_eq!(after(&withdrawn, done(Void, 1, "100.00")), "applied");

    let start = [held("100.00"), asked(Void, 1, "60.00", None, false)];
    let mut transaction = replayed(&start).0;
    assert_eq!(answer(&mut transaction, done(Void, 1, "60.01")), "amount-mismatch");
    assert_eq!(answer(&mut transaction, done(Void, 1, "50.00")), "applied");
    assert_eq!((transaction.state(), cpvh(&transaction)), (StateKind::Authorized, [0, 0, 5_000, 5_000]));
}
/// What a provider does of itself has a name of the provider's, and no answer to it can be missing.
#[test]
fn what_nobody_asked_for_does_not_time_out() {
    for operation in [Capture, Void] {
        let start = [held("100.00"), theirs(operation, 1, "40.00", false)];
        assert_eq!(after(&start, answered(operation, 1, Outcome::TimedOut)), "already applied");
        assert_eq!(after(&start, answered(operation, 1, Outcome::Accepted)), "already applied");
        assert_eq!(after(&start, answered(operation, 1, Outcome::Failed)), "applied");
        assert_eq!(after(&start, answered(operation, 1, Outcome::Succeeded)), "applied");
    }
}

/// INV-7: an error that answers a repeat withdraws nothing, since the first try may still happen; told again, it is known.
#[test]
fn an_error_to_a_repeat_is_known_the_second_time() {
    for operation in [Capture, Void] {
        let ask = || asked(operation, 1, "40.00", Some("k1"), false);
        let mut events = vec![held("100.00"), ask(), answered(operation, 1, Outcome::TimedOut), ask()];
        let error = || answered(operation, 1, Outcome::Withdrawn);
        assert_eq!(after(&events, error()), "applied");
        events.push(error());
        assert_eq!(after(&events, error()), "already applied");
        assert_eq!(after(&events, answered(operation, 1, Outcome::Succeeded)), "applied");
    }
}

/// What an event contradicts.
fn conflict(events: &[Event], event: Event) -> Conflict {
    let mut transaction = replayed(events).0;
    match transaction.apply(&recorded(&transaction, event)) {
        Err(Rejection::Conflict(conflict)) => conflict,
        other => panic!("{other:?}"),
    }
}
/// The numbers in what contradicts the books, where no two of them are the same.
#[test]
fn contradictions_name_the_right_numbers() {
    let base = [
        held("100.00"),
        asked(Capture, 1, "30.00", Some("k1"), false),
        done(Capture, 1, "25.00"),
        asked(Capture, 2, "20.00", Some("k2"), false),
    ];
    let (observed, expected) = (rupees("24.00"), rupees("25.00"));
    assert_eq!(conflict(&base, done(Capture, 1, "24.00")), Conflict::AmountMismatch { observed, expected });
    assert_eq!(conflict(&base, reversed(Capture, 1, "24.00", false)), Conflict::AmountMismatch { observed, expected });
    let (captured, requested) = (rupees("21.00"), rupees("20.00"));
    let more = Conflict::CapturedExceedsRequested { captured, requested };
    assert_eq!(conflict(&base, done(Capture, 2, "21.00")), more);
    let (captured, limit) = (rupees("101.00"), rupees("100.00"));
    let more = Conflict::CapturedExceedsAuthorized { captured, limit };
    assert_eq!(conflict(&base, done(Capture, 2, "76.00")), more);
    assert_eq!(conflict(&base, stated(Capture, "101.00")), more);
    let void = [held("100.00"), asked(Void, 1, "60.00", None, false), answered(Void, 1, Outcome::TimedOut)];
    let mismatch = Conflict::AmountMismatch { observed: rupees("61.00"), expected: rupees("60.00") };
    assert_eq!(conflict(&void, done(Void, 1, "61.00")), mismatch);
    let voided = [held("100.00"), asked(Void, 1, "100.00", None, false), done(Void, 1, "100.00")];
    let gone = Conflict::CapturedAfterVoid { captured: rupees("30.00") };
    assert_eq!(conflict(&voided, stated(Capture, "30.00")), gone);
    let gone = Conflict::CapturedAfterExpiry { captured: rupees("30.00") };
    assert_eq!(conflict(&[held("100.00"), expired()], stated(Capture, "30.00")), gone);
}
#[test]
fn contradictions_of_refunds_name_the_right_numbers() {
    let refunds = [
        held("100.00"),
        asked(Capture, 1, "100.00", None, true),
        done(Capture, 1, "100.00"),
        asked(Refund, 1, "60.00", Some("r1"), false),
        answered(Refund, 1, Outcome::Failed),
        asked(Refund, 2, "50.00", Some("r2"), false),
    ];
    let more = Conflict::RefundedExceedsCaptured { refunded: rupees("110.00"), captured: rupees("100.00") };
    assert_eq!(conflict(&refunds, done(Refund, 1, "60.00")), more, "50 of it is on its way");
    let mismatch = Conflict::AmountMismatch { observed: rupees("51.00"), expected: rupees("50.00") };
    assert_eq!(conflict(&refunds, done(Refund, 2, "51.00")), mismatch);
    // A reversal: what is pending in refunds gives way, what was refunded cannot.
    assert_eq!(after(&refunds, reversed(Capture, 1, "100.00", true)), "applied");
    let refunded = [&refunds[..], &[done(Refund, 2, "45.00")]].concat();
    let more = Conflict::RefundedExceedsCaptured { refunded: rupees("45.00"), captured: rupees("0.00") };
    assert_eq!(conflict(&refunded, reversed(Capture, 1, "100.00", true)), more);
    let more = Conflict::RefundedExceedsCaptured { refunded: rupees("101.00"), captured: rupees("100.00") };
    assert_eq!(conflict(&refunds, stated(Refund, "101.00")), more);
}
/// A reversal counts as a failure, and returns its amount and no more to what is held.
#[test]
fn a_reversal_is_a_late_failure() {
    for (closes, state) in [(true, StateKind::CaptureFailed), (false, StateKind::Authorized)] {
        let mut transaction = in_status(Capture, RequestStatus::Succeeded);
        assert_eq!(answer(&mut transaction, reversed(Capture, 1, "39.00", closes)), "amount-mismatch");
        assert_eq!(answer(&mut transaction, reversed(Capture, 1, "40.00", closes)), "applied");
        assert_eq!((transaction.state(), cpvh(&transaction)), (state, [0, 0, 0, 10_000]));
        assert_eq!(answer(&mut transaction, reversed(Capture, 1, "40.00", closes)), "already applied");
        assert_eq!(answer(&mut transaction, reversed(Capture, 1, "39.00", closes)), "amount-mismatch");
    }
    // What a closing capture let go stays let go.
    let charged = [held("100.00"), asked(Capture, 1, "40.00", None, true), done(Capture, 1, "40.00")];
    for (closes, state) in [(true, StateKind::CaptureFailed), (false, StateKind::Authorized)] {
        let transaction = replayed(&[&charged[..], &[reversed(Capture, 1, "40.00", closes)]].concat()).0;
        assert_eq!((transaction.state(), cpvh(&transaction)), (state, [0, 0, 6_000, 4_000]));
    }
    // With something else captured, a failure that closes ends the hold.
    let two = [
        held("100.00"),
        asked(Capture, 1, "40.00", Some("k1"), false),
        done(Capture, 1, "40.00"),
        asked(Capture, 2, "30.00", Some("k2"), false),
        done(Capture, 2, "30.00"),
    ];
    for (closes, state, released, held) in
        [(true, StateKind::Charged, 7_000, 0), (false, StateKind::PartiallyCaptured, 0, 7_000)]
    {
        let transaction = replayed(&[&two[..], &[reversed(Capture, 1, "40.00", closes)]].concat()).0;
        assert_eq!((transaction.state(), cpvh(&transaction)), (state, [3_000, 0, released, held]));
    }
    // After an expiry it stays ended.
    let ended = replayed(&[&two[..], &[expired(), reversed(Capture, 1, "40.00", false)]].concat()).0;
    assert_eq!((ended.state(), cpvh(&ended)), (StateKind::Charged, [3_000, 0, 7_000, 0]));
    for status in [RequestStatus::Sent, RequestStatus::Accepted, RequestStatus::Unknown, RequestStatus::Failed] {
        for operation in [Capture, Refund] {
            let of = reversed(operation, 1, "40.00", true);
            assert_eq!(answer(&mut in_status(operation, status), of), "illegal-transition");
        }
    }
    let mut refunded = in_status(Refund, RequestStatus::Succeeded);
    assert_eq!(answer(&mut refunded, reversed(Refund, 1, "40.00", false)), "applied");
    assert_eq!(refunded.amounts().refunded, Minor::ZERO);
}
/// A closing success lets go of the rest, one for less too; an open one does not.
#[test]
fn what_is_left_of_a_capture_goes_where_the_capture_says() {
    for (closes, state, released, held_after) in
        [(true, StateKind::Charged, 7000, 0), (false, StateKind::PartiallyCaptured, 0, 7000)]
    {
        let events = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), closes), done(Capture, 1, "30.00")];
        let transaction = replayed(&events).0;
        assert_eq!((transaction.state(), cpvh(&transaction)), (state, [3000, 0, released, held_after]));
        let capture = transaction.hold().unwrap().captures.get(1).unwrap();
        assert_eq!((capture.amount, capture.done), (minor("40.00"), Some(minor("30.00"))), "both are kept");
    }
}
/// What ends a hold decides what becomes of what is outstanding.
#[test]
fn what_ends_a_hold_decides_what_was_outstanding() {
    let statuses = |events: &[Event]| {
        let transaction = replayed(events).0;
        let hold = transaction.hold().unwrap();
        let list = |operation| hold.requests(operation).iter().map(|(_, request)| request.status).collect::<Vec<_>>();
        (transaction.state(), list(Capture), list(Void))
    };
    use RequestStatus::{Succeeded, Withdrawn};
    let capture = asked(Capture, 1, "40.00", Some("k1"), false);
    let ended = |how| Event::Ended { how };
    let withdrawn = (StateKind::Voided, vec![Withdrawn], vec![]);
    assert_eq!(statuses(&[held("100.00"), capture.clone(), ended(End::Voided)]), withdrawn);
    let withdrawn = (StateKind::Expired, vec![Withdrawn], vec![]);
    assert_eq!(statuses(&[held("100.00"), capture.clone(), ended(End::Expired)]), withdrawn);
    let void = asked(Void, 1, "60.00", Some("v1"), false);
    // The void is done by a word that says voided, and withdrawn by an expiry.
    let done_by_word = (StateKind::Voided, vec![], vec![Succeeded]);
    assert_eq!(statuses(&[held("100.00"), void.clone(), ended(End::Voided)]), done_by_word);
    let lost = (StateKind::Expired, vec![], vec![Withdrawn]);
    assert_eq!(statuses(&[held("100.00"), void.clone(), ended(End::Expired)]), lost);
    // A late closing success withdraws the void too.
    let failed = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), true), answered(Capture, 1, Outcome::Failed)];
    let late = [&failed[..], &[void, done(Capture, 1, "40.00")]].concat();
    assert_eq!(statuses(&late), (StateKind::Charged, vec![Succeeded], vec![Withdrawn]));
}

/// A late success of all, beside a void of a part, where 20.00 more are tolerated: nothing is left for the void, so the
/// hold ended (section 3).
#[test]
fn a_late_success_that_leaves_nothing_to_a_void_ends_the_hold() {
    let most = Event::OverCaptureAllowed { most: minor("120.00") };
    let failed =
        [held("100.00"), most, asked(Capture, 1, "100.00", Some("k1"), false), answered(Capture, 1, Outcome::Failed)];
    let late = [asked(Void, 1, "20.00", Some("v1"), false), done(Capture, 1, "100.00")];
    let (transaction, _) = replayed(&[&failed[..], &late[..]].concat());
    assert_eq!((transaction.state(), cpvh(&transaction)), (StateKind::Charged, [10_000, 0, 0, 0]));
    assert_eq!(transaction.hold().unwrap().voids.get(1).unwrap().status, RequestStatus::Withdrawn);
}

/// The provider's name for a request is the first one told, until the one under which it succeeds replaces it; a success told
/// again under another name renames nothing.
#[test]
fn only_a_success_renames_a_request() {
    let under = |outcome, id: &str| {
        let mut event = answered(Capture, 1, outcome);
        if let Event::Answered { provider_id, .. } = &mut event {
            *provider_id = Some(id.parse().unwrap());
        }
        event
    };
    let mut transaction = replayed(&[held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false)]).0;
    for (outcome, id, expected, name) in [
        (Outcome::Accepted, "first", "applied", "first"),
        (Outcome::Accepted, "second", "already applied", "first"),
        (Outcome::Failed, "second", "applied", "first"),
        (Outcome::Succeeded, "third", "applied", "third"),
        (Outcome::Succeeded, "fourth", "already applied", "third"),
    ] {
        assert_eq!(answer(&mut transaction, under(outcome, id)), expected, "{outcome} under {id}");
        let request = transaction.hold().unwrap().captures.get(1).unwrap();
        assert_eq!(request.provider_id.as_ref().unwrap().as_str(), name, "{outcome} under {id}");
    }
}
