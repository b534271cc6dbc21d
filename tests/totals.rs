//! Running totals: facts of their own, credited to no request. The domain's examples, and what a person may report.

use crate::states::*;
use order_capture::Operation::{Capture, Refund, Void};
use order_capture::*;

/// Each event is applied; after it C, P, H and R, Q are these, in rupees.
fn follows(steps: &[(Event, [u64; 5])]) -> Transaction {
    let mut transaction = replayed(&[held("100.00")]).0;
    for (place, (event, expected)) in steps.iter().enumerate() {
        assert_eq!(answer(&mut transaction, event.clone()), "applied", "step {place}: {event:?}");
        let Amounts { captured, pending, held, refunded, refund_pending, .. } = transaction.amounts();
        let amounts = [captured, pending, held, refunded, refund_pending].map(|minor| minor.get() / 100);
        assert_eq!(amounts, *expected, "step {place}: {event:?}: C, P, H, R, Q");
    }
    transaction
}
fn capture(number: u32, text: &str, key: &str) -> Event {
    asked(Capture, number, text, Some(key), false)
}
fn refund(number: u32, text: &str, key: &str) -> Event {
    asked(Refund, number, text, Some(key), false)
}
/// The first example of section 2.
#[test]
fn a_total_that_may_be_either_frees_neither() {
    let transaction = follows(&[
        (capture(1, "60.00", "k1"), [0, 60, 40, 0, 0]),
        (capture(2, "40.00", "k2"), [0, 100, 0, 0, 0]),
        (stated(Capture, "40.00"), [40, 60, 0, 0, 0]),
        (done(Capture, 2, "40.00"), [40, 60, 0, 0, 0]),
    ]);
    assert_eq!(transaction.state(), StateKind::Capturing);
    assert!(!transaction.hold().unwrap().is_covered(Capture, transaction.request(Capture, "k1").unwrap()));
}
/// The second: a refund of 30 and one of 10 sent, stated 10.
#[test]
fn a_refunded_total_that_may_be_either_frees_neither() {
    let transaction = follows(&[
        (asked(Capture, 1, "100.00", None, true), [0, 100, 0, 0, 0]),
        (done(Capture, 1, "100.00"), [100, 0, 0, 0, 0]),
        (refund(1, "30.00", "r1"), [100, 0, 0, 0, 30]),
        (refund(2, "10.00", "r2"), [100, 0, 0, 0, 40]),
        (stated(Refund, "10.00"), [100, 0, 0, 10, 40]),
    ]);
    assert_eq!(transaction.amounts().refundable(), minor("50.00"));
}
/// The third: covered, and what a failure of the covered one says of the total.
#[test]
fn a_total_covers_what_alone_can_be_meant() {
    let transaction = follows(&[
        (capture(1, "60.00", "k1"), [0, 60, 40, 0, 0]),
        (stated(Capture, "60.00"), [60, 0, 40, 0, 0]),
        (answered(Capture, 1, Outcome::Failed), [60, 0, 40, 0, 0]),
        (capture(2, "20.00", "k2"), [60, 20, 20, 0, 0]),
        (done(Capture, 2, "20.00"), [80, 0, 20, 0, 0]),
    ]);
    assert_eq!(transaction.state(), StateKind::PartiallyCaptured);
}
/// The fourth: a stranger's money in a total covers nothing, and ours stays reserved until its answer.
#[test]
fn a_total_with_a_strangers_money_covers_nothing() {
    follows(&[
        (stated(Capture, "40.00"), [40, 0, 60, 0, 0]),
        (capture(1, "20.00", "k1"), [40, 20, 40, 0, 0]),
        (stated(Capture, "50.00"), [50, 20, 30, 0, 0]),
        (done(Capture, 1, "20.00"), [60, 0, 40, 0, 0]),
    ]);
}
/// What covers counts the successes that answers told, of requests begun before the total; not the provider's own.
#[test]
fn a_total_is_explained_by_outstanding_requests_and_answered_successes() {
    follows(&[
        (capture(1, "30.00", "k1"), [0, 30, 70, 0, 0]),
        (capture(2, "20.00", "k2"), [0, 50, 50, 0, 0]),
        (done(Capture, 1, "30.00"), [30, 20, 50, 0, 0]),
        (stated(Capture, "50.00"), [50, 0, 50, 0, 0]),
        (capture(3, "10.00", "k3"), [50, 10, 40, 0, 0]),
        (done(Capture, 2, "20.00"), [50, 10, 40, 0, 0]),
    ]);
    // The provider's own success of 30 is in the total of 50: is the 20 in it, or somebody else's?
    follows(&[
        (theirs(Capture, 1, "30.00", true), [30, 0, 70, 0, 0]),
        (capture(2, "20.00", "k2"), [30, 20, 50, 0, 0]),
        (stated(Capture, "50.00"), [50, 20, 30, 0, 0]),
    ]);
    // A repeat of an unknown one belongs to the first run: the total holds it. A new try of a withdrawn one does not.
    follows(&[
        (capture(1, "30.00", "k1"), [0, 30, 70, 0, 0]),
        (answered(Capture, 1, Outcome::TimedOut), [0, 30, 70, 0, 0]),
        (capture(1, "30.00", "k1"), [0, 30, 70, 0, 0]),
        (stated(Capture, "30.00"), [30, 0, 70, 0, 0]),
    ]);
    follows(&[
        (capture(1, "30.00", "k1"), [0, 30, 70, 0, 0]),
        (answered(Capture, 1, Outcome::Withdrawn), [0, 0, 100, 0, 0]),
        (stated(Capture, "30.00"), [30, 0, 70, 0, 0]),
        (capture(1, "30.00", "k1"), [30, 30, 40, 0, 0]),
        (done(Capture, 1, "30.00"), [60, 0, 40, 0, 0]),
    ]);
}
/// A covered request blocks nothing, reserves nothing, and still awaits its own answer.
#[test]
fn a_covered_request_blocks_nothing() {
    let order = order_of("100.00");
    for first in [None, Some(Outcome::Accepted), Some(Outcome::TimedOut)] {
        let mut events = vec![held("100.00"), capture(1, "40.00", "k1")];
        events.extend(first.map(|outcome| answered(Capture, 1, outcome)));
        events.push(stated(Capture, "40.00"));
        let covered = payment(&order, &juspay::SIMPL, &events);
        assert_eq!(covered.transaction().state(), StateKind::PartiallyCaptured, "{first:?}");
        let (hold, request) =
            (covered.transaction().hold().unwrap(), covered.transaction().request(Capture, "k1").unwrap());
        assert!(hold.is_covered(Capture, request) && !hold.is_outstanding(Capture, request));
        let again = covered.ask(Command::capture().amount(rupees("40.00")).key("k1"), midnight()).unwrap();
        assert_eq!((again.effect(), again.to_send()), (Effect::AlreadyApplied, None), "{first:?}");
        assert_eq!(again.earlier(), Some(request.status));
        assert_eq!(covered.capturable(midnight()), rupees("60.00"));
        assert!(covered.check(Command::capture().amount(rupees("10.00")).key("k2"), midnight()).is_ok());
        assert!(covered.check(Command::void(), midnight()).is_ok());
        assert_eq!(outcome(covered.expired(midnight())), "applied", "{first:?}");
        let answered = covered.answered(Answer::capture(Outcome::Succeeded), midnight()).unwrap();
        assert_eq!(answered.effect(), Effect::Applied, "{first:?}: the answer without a key is its own");
        assert_eq!(answered.payment().transaction().amounts().captured, minor("40.00"));
    }
}
/// The largest of all successes, and each stated total with the successes begun after it: not the last one alone.
#[test]
fn every_total_counts_with_what_was_begun_after_it() {
    follows(&[
        (stated(Capture, "30.00"), [30, 0, 70, 0, 0]),
        (capture(1, "20.00", "k1"), [30, 20, 50, 0, 0]),
        (capture(2, "5.00", "k2"), [30, 25, 45, 0, 0]),
        (stated(Capture, "33.00"), [33, 25, 42, 0, 0]),
        (done(Capture, 1, "20.00"), [50, 5, 45, 0, 0]),
        (done(Capture, 2, "5.00"), [55, 0, 45, 0, 0]),
    ]);
}
/// Where one capture is all there is, a total above zero ends the hold; elsewhere one that leaves nothing does.
#[test]
fn a_total_may_end_the_hold() {
    let of = |total: &str, closes| {
        let total = Event::TotalReported { operation: Capture, total: minor(total), basis: Basis::Stated, closes };
        let transaction = replayed(&[held("100.00"), capture(1, "60.00", "k1"), total]).0;
        (transaction.state(), cpvh(&transaction), transaction.hold().unwrap().end)
    };
    assert_eq!(of("40.00", true), (StateKind::Charged, [4_000, 0, 6_000, 0], Some(End::Captured)));
    assert_eq!(of("40.00", false), (StateKind::Capturing, [4_000, 6_000, 0, 0], None));
    assert_eq!(of("100.00", false), (StateKind::Charged, [10_000, 0, 0, 0], Some(End::Captured)));
    // Ended, and our own answer comes for more: the rest that was let go gives way.
    let ended = Event::TotalReported { operation: Capture, total: minor("40.00"), basis: Basis::Stated, closes: true };
    let events = [held("100.00"), asked(Capture, 1, "60.00", Some("k1"), true), ended];
    let mut transaction = replayed(&events).0;
    assert_eq!(answer(&mut transaction, done(Capture, 1, "60.00")), "applied");
    assert_eq!((transaction.state(), cpvh(&transaction)), (StateKind::Charged, [6_000, 0, 4_000, 0]));
}
/// Every stated total that a reversed request may be in falls by its amount; from then on a total may still hold it.
#[test]
fn a_reversal_lowers_the_totals_it_may_be_in() {
    let start = [held("100.00"), capture(1, "40.00", "k1"), stated(Capture, "70.00"), done(Capture, 1, "40.00")];
    let later = [capture(2, "20.00", "k2"), done(Capture, 2, "20.00")];
    let transaction = replayed(&[&start[..], &later, &[reversed(Capture, 1, "40.00", false)]].concat()).0;
    assert_eq!(transaction.amounts().captured, minor("50.00"), "70 less 40, and 20 begun after it");
    let totals = transaction.hold().unwrap().totals(Capture);
    assert_eq!(totals.believed(minor("90.00")), Some(minor("50.00")), "old: it is believed less all that was reversed");
    let transaction = replayed(&[&start[..], &later, &[reversed(Capture, 2, "20.00", false)]].concat()).0;
    assert_eq!(transaction.amounts().captured, minor("70.00"), "begun after the total, it was not in it");
    // Not below zero.
    let small = [held("100.00"), capture(1, "40.00", "k1"), stated(Capture, "30.00"), done(Capture, 1, "40.00")];
    let transaction = replayed(&[&small[..], &[reversed(Capture, 1, "40.00", false)]].concat()).0;
    assert_eq!(transaction.amounts().captured, Minor::ZERO);
    // Should it succeed again, it is in no total stated so far.
    let again = [&start[..], &[reversed(Capture, 1, "40.00", false), done(Capture, 1, "40.00")]].concat();
    assert_eq!(replayed(&again).0.amounts().captured, minor("70.00"));
}
/// What a person reports, at a payment after these events.
fn report(events: &[Event], captured: Option<&str>, refunded: Option<&str>) -> (&'static str, Transaction) {
    let order = order_of("100.00");
    let before = payment(&order, &juspay::SIMPL, events);
    let amount = |text: Option<&str>| text.map(|text| rupees(text).into());
    match before.reported(Report { captured: amount(captured), refunded: amount(refunded) }, midnight()) {
        Ok(change) => (effect_word(change.effect()), change.into_payment().into_transaction()),
        Err(problem) => (problem.code(), before.into_transaction()),
    }
}
/// Complete for what was sent before: covered, or withdrawn where the successes explain it.
#[test]
fn a_report_settles_what_was_sent_before() {
    let sent = [held("100.00"), capture(1, "60.00", "k1")];
    let (got, after) = report(&sent, Some("30.00"), None);
    assert_eq!((got, after.state(), cpvh(&after)), ("applied", StateKind::PartiallyCaptured, [3_000, 0, 0, 7_000]));
    assert_eq!(
        after.request(Capture, "k1").map(|request| request.status),
        Some(RequestStatus::Sent),
        "it awaits its answer"
    );
    let (got, after) = report(&sent, Some("0.00"), None);
    assert_eq!((got, after.state(), cpvh(&after)), ("applied", StateKind::Authorized, [0, 0, 0, 10_000]));
    assert_eq!(after.request(Capture, "k1").map(|request| request.status), Some(RequestStatus::Withdrawn));
    let two = [&sent[..], &[done(Capture, 1, "60.00"), capture(2, "40.00", "k2")]].concat();
    let (got, after) = report(&two, Some("60.00"), None);
    assert_eq!((got, cpvh(&after)), ("applied", [6_000, 0, 0, 4_000]));
    assert_eq!(after.request(Capture, "k2").map(|request| request.status), Some(RequestStatus::Withdrawn));
    assert_eq!(report(&two, Some("59.99"), None).0, "illegal-transition", "less than the successes");
    assert_eq!(report(&two, Some("100.01"), None).0, "illegal-transition", "more than may be captured");
    assert_eq!(report(&two[..3], Some("60.00"), None).0, "already applied");
    assert_eq!(report(&[], Some("0.00"), None).0, "already applied", "nothing was held");
    assert_eq!(report(&[], Some("0.01"), None).0, "illegal-transition");
    // The latest answer of a withdrawn one may still come.
    let mut late = report(&two, Some("60.00"), None).1;
    assert_eq!(answer(&mut late, done(Capture, 2, "40.00")), "applied");
    assert_eq!(late.amounts().captured, minor("100.00"));
}
/// Lower than a total that was stated wrongly; after a void or an expiry what was let go gives way.
#[test]
fn a_report_may_lower_and_may_come_after_the_end() {
    let wrong = [held("100.00"), stated(Capture, "80.00")];
    let (got, after) = report(&wrong, Some("50.00"), None);
    assert_eq!((got, cpvh(&after)), ("applied", [5_000, 0, 0, 5_000]));
    let totals = after.hold().unwrap().totals(Capture);
    assert_eq!(totals.believed(minor("80.00")), None, "stated again and not fresh, it is old");
    assert_eq!(totals.believed(minor("90.00")), Some(minor("90.00")));
    for end in [vec![asked(Void, 1, "100.00", None, false), done(Void, 1, "100.00")], vec![expired()]] {
        let ended = [&[held("100.00")][..], &end].concat();
        for (text, rest) in [("30.00", 7_000), ("100.00", 0)] {
            let (got, after) = report(&ended, Some(text), None);
            let captured = 10_000 - rest;
            assert_eq!((got, after.state(), cpvh(&after)), ("applied", StateKind::Charged, [captured, 0, rest, 0]));
        }
    }
    // To zero, where a capture had ended the hold: open again.
    let ended = Event::TotalReported { operation: Capture, total: minor("40.00"), basis: Basis::Stated, closes: true };
    let (got, after) = report(&[held("100.00"), ended], Some("0.00"), None);
    assert_eq!((got, after.hold().unwrap().end), ("applied", None));
    assert_eq!(after.amounts().captured, Minor::ZERO);
    // Never below what is refunded (INV-3); what is pending in refunds gives way.
    let refunds =
        [stated(Capture, "80.00"), refund(1, "30.00", "r1"), refund(2, "20.00", "r2"), done(Refund, 1, "30.00")];
    let refunds = [&[held("100.00")][..], &refunds].concat();
    assert_eq!(report(&refunds, Some("29.99"), None).0, "illegal-transition");
    let (got, after) = report(&refunds, Some("40.00"), None);
    assert_eq!(
        (got, after.amounts().refunded, after.amounts().refund_pending),
        ("applied", minor("30.00"), minor("10.00"))
    );
}
/// Refunds alike, up to what is captured; both totals at once are all or none.
#[test]
fn a_report_of_refunds() {
    let base = [held("100.00"), capture(1, "60.00", "k1"), done(Capture, 1, "60.00"), refund(1, "20.00", "r1")];
    let (got, after) = report(&base, None, Some("20.00"));
    assert_eq!(
        (got, after.amounts().refunded, after.amounts().refund_pending),
        ("applied", minor("20.00"), Minor::ZERO)
    );
    let (got, after) = report(&base, None, Some("0.00"));
    assert_eq!(
        (got, after.request(Refund, "r1").map(|request| request.status)),
        ("applied", Some(RequestStatus::Withdrawn))
    );
    assert_eq!(report(&base, None, Some("60.00")).0, "applied");
    assert_eq!(report(&base, None, Some("60.01")).0, "illegal-transition");
    let (got, after) = report(&base, Some("100.00"), Some("100.00"));
    assert_eq!((got, after.amounts().refunded), ("applied", minor("100.00")));
    let (got, after) = report(&base, Some("100.00"), Some("100.01"));
    assert_eq!((got, after.amounts().captured), ("illegal-transition", minor("60.00")));
    assert_eq!(report(&base, Some("60.00"), None).0, "already applied");
}

/// A total that is exactly ours and a stranger's is not ours alone: our 30 stay reserved until their own answer (the
/// domain, section 2).
#[test]
fn a_total_with_ours_and_a_strangers_covers_nothing() {
    let ours = asked(Capture, 1, "30.00", Some("k1"), false);
    let events = [held("100.00"), ours, theirs(Capture, 2, "30.00", true), stated(Capture, "60.00")];
    assert_eq!(cpvh(&replayed(&events).0), [6_000, 3_000, 0, 1_000]);
}

/// One of unknown outcome that a total covers is not sent again: the same request is already applied (the domain, section 3).
#[test]
fn what_a_total_covers_is_not_sent_again() {
    let capture = asked(Capture, 1, "60.00", Some("k1"), false);
    let unknown = answered(Capture, 1, Outcome::TimedOut);
    let events = [held("100.00"), capture.clone(), unknown, stated(Capture, "60.00")];
    assert_eq!(after(&events, capture.clone()), "already applied");
    // Where a total ended the hold, it is charged, and one that the total does not explain is not sent again either.
    let unknown = answered(Capture, 1, Outcome::TimedOut);
    let events = [held("100.00"), capture.clone(), unknown, stated(Capture, "100.00")];
    assert_eq!(replayed(&events).0.state(), StateKind::Charged);
    assert_eq!(after(&events, capture), "illegal-transition");
}
