//! What readers of the second edition found, one test each: the behaviour that the domain's text asks for, at the place
//! where it once was not so.

use crate::states::{
    self, after, answered, asked, cpvh, done, failed_closing, held, midnight, order_of, payment, profile_like,
    replayed, reversed, rupees, stated, theirs, told,
};
use order_capture::Operation::{Capture, Refund, Void};
use order_capture::profiles::{CaptureMode, Failure, KeyNeed};
use order_capture::{
    Answer, Basis, Change, Closed, Command, Currency, Effect, End, Event, Money, Operation, Order, Origin, Outcome,
    Payment, Problem, Profile, ProviderIds, RequestStatus, Retry, Reversal, State, StateKind, Transaction, juspay,
};
use serde_json::json;

/// C, P, V, H in rupees.
fn is(transaction: &Transaction, state: StateKind, amounts: [u64; 4]) {
    assert_eq!((transaction.state(), cpvh(transaction)), (state, amounts.map(|rupees| rupees * 100)));
}

fn code(change: Result<Change<'_>, Problem>) -> &'static str {
    states::outcome(change)
}

/// What every event leads to can be read back from its stored form.
fn reads_back(events: &[Event]) -> Transaction {
    for length in 1..=events.len() {
        let transaction = replayed(&events[..length]).0;
        let stored = serde_json::to_string(&transaction).unwrap();
        let read: Result<Transaction, _> = serde_json::from_str(&stored);
        assert_eq!(read.as_ref().ok(), Some(&transaction), "{stored}: {read:?}");
    }
    replayed(events).0
}

/// INV-8: a void succeeded, and a capture that a person found out about as well. Each is within A, the two are not.
#[test]
fn captures_and_voids_may_come_to_more_than_was_authorized() {
    for closes in [false, true] {
        let transaction = reads_back(&[
            held("100.00"),
            asked(Capture, 1, "60.00", Some("k1"), closes),
            answered(Capture, 1, Outcome::Failed),
            asked(Void, 1, "100.00", Some("v1"), false),
            done(Void, 1, "100.00"),
            told(Capture, "60.00"),
            done(Capture, 1, "60.00"),
        ]);
        is(&transaction, StateKind::Charged, [60, 0, 40, 0]);
        // What ended the hold first stays what ended it.
        assert_eq!(transaction.hold().unwrap().end, Some(End::Voided));
    }
}

/// Row 9 where captures run at once: one failed and closed the hold, another one is still on its way.
#[test]
fn a_closed_hold_takes_no_capture_beside_one_that_is_outstanding() {
    let profile = profile_like(&juspay::SIMPL, |rows| {
        rows.capabilities.captures = CaptureMode::Several { at_once: true, says_final: true };
        rows.capabilities.failed_capture = Failure::Closes;
    });
    let order = order_of("100.00");
    let mut events = vec![
        held("100.00"),
        asked(Capture, 1, "30.00", Some("k1"), false),
        asked(Capture, 2, "50.00", Some("k2"), false),
        failed_closing(Capture, 1),
    ];
    let third = || Command::capture().amount(rupees("10.00")).key("k3");
    for (more, state, expected) in [
        (None, StateKind::Capturing, "not-authorized"),
        (Some(Outcome::Accepted), StateKind::CaptureInitiated, "not-authorized"),
        // Row 11: nobody is told to authorize anew while the money may be taken.
        (Some(Outcome::TimedOut), StateKind::CaptureUnknown, "outcome-unknown"),
    ] {
        let told = more.map(|outcome| answered(Capture, 2, outcome));
        let closed = payment(&order, &profile, &[&events[..], told.as_slice()].concat());
        assert_eq!(closed.transaction().state(), state);
        assert_eq!(code(closed.ask(third(), midnight())), expected, "{state}");
        assert!(closed.capturable(midnight()).minor().is_zero());
    }
    // The other one succeeds after all: what closes a hold with captured money ends it.
    events.push(done(Capture, 2, "50.00"));
    is(&reads_back(&events), StateKind::Charged, [50, 0, 50, 0]);
}

/// What the rules allow can be worded: a key needs an amount beside it, and Juspay's amounts have two decimals.
#[test]
fn a_keyed_void_of_all_is_judged_by_its_amount() {
    let price = Money::new("1.234 KWD".parse::<Money>().unwrap().minor(), Currency::KWD);
    let order = Order::new("o-1".parse().unwrap(), price);
    let open = order.transaction("t-1".parse().unwrap(), &juspay::SIMPL);
    let open = open.authorized(price, midnight()).unwrap().into_payment();
    let State::Authorized(hold) = open.state() else { panic!("authorized") };
    assert_eq!(code(hold.void_all().key("v1").at(midnight())), "amount-precision");
    assert_eq!(code(hold.void_all().at(midnight())), "applied", "without a key no amount is sent");
}

/// Bounded memory: what was replaced, and what was authorized earlier, is remembered once.
#[test]
fn what_is_remembered_stands_once() {
    let transaction = reads_back(&[
        held("100.00"),
        stated(Capture, "30.00"),
        told(Capture, "20.00"),
        stated(Capture, "30.00"),
        told(Capture, "20.00"),
        stated(Capture, "40.00"),
        told(Capture, "20.00"),
    ]);
    let form = serde_json::to_value(&transaction).unwrap();
    assert_eq!(form["hold"]["captured_totals"]["replaced"], json!([3000, 4000]));
    let adjusted = |total| Event::AuthorizationAdjusted { total: states::minor(total) };
    let transaction =
        reads_back(&[held("100.00"), adjusted("90.00"), adjusted("100.00"), adjusted("90.00"), adjusted("80.00")]);
    let earlier: Vec<u64> = transaction.hold().unwrap().earlier_authorized.iter().map(|minor| minor.get()).collect();
    assert_eq!(earlier, [10_000, 9_000]);
}

/// A void of all that failed, and succeeded late: applied while H still has it.
#[test]
fn a_late_void_of_all_needs_what_it_gives_back() {
    let failed = [held("100.00"), asked(Void, 1, "100.00", Some("v1"), false), answered(Void, 1, Outcome::Failed)];
    let late = |amount: Option<&str>| match amount {
        Some(amount) => done(Void, 1, amount),
        None => answered(Void, 1, Outcome::Succeeded),
    };
    let part = [&failed[..], &[asked(Capture, 1, "40.00", Some("k1"), false), done(Capture, 1, "40.00")]].concat();
    for amount in [None, Some("100.00")] {
        is(&reads_back(&[&failed[..], &[late(amount)]].concat()), StateKind::Voided, [0, 0, 100, 0]);
        assert_eq!(after(&part, late(amount)), "amount-mismatch");
    }
    is(&reads_back(&[&part[..], &[late(Some("60.00"))]].concat()), StateKind::Charged, [40, 0, 60, 0]);
}

/// Row 14: what another transaction captured and gave back whole leaves the order's amount, and no more.
#[test]
fn a_refunded_transaction_leaves_room_for_the_orders_amount() {
    let order = order_of("100.00");
    let other = |refunded: &str| {
        let mut transaction = Transaction::created(&order, "t-2".parse().unwrap());
        for event in [
            held("100.00"),
            asked(Capture, 1, "100.00", Some("k1"), true),
            done(Capture, 1, "100.00"),
            asked(Refund, 1, refunded, Some("refund-1"), false),
            done(Refund, 1, refunded),
        ] {
            let recorded = states::recorded(&transaction, event);
            assert_eq!(transaction.apply(&recorded), Ok(Effect::Applied));
        }
        transaction
    };
    for (refunded, authorized, expected) in [
        ("100.00", "100.00", "applied"),
        ("99.00", "100.00", "order-already-paid"),
        ("100.00", "150.00", "order-already-paid"),
    ] {
        let others = [other(refunded)];
        let own = payment(&order, &juspay::SIMPL, &[held(authorized)]);
        let all = || Command::capture().amount(rupees(authorized)).key("k1");
        assert_eq!(code(own.ask(all(), midnight())), "applied", "alone");
        let own = own.beside(&others).unwrap();
        assert_eq!(code(own.ask(all(), midnight())), expected, "{refunded} of 100.00 refunded, {authorized} asked");
    }
}

/// A withdrawn capture of all is tried again as the same request: its number, key and amount, and a new run.
#[test]
fn a_withdrawn_capture_of_all_is_tried_again() {
    let order = order_of("100.00");
    let start =
        [held("100.00"), asked(Capture, 1, "100.00", Some("k1"), true), answered(Capture, 1, Outcome::Withdrawn)];
    let all = || Command::capture().amount(rupees("100.00")).key("k1");
    for profile in [&juspay::FULL_ONLY, &juspay::CYBERSOURCE] {
        let change = payment(&order, profile, &start).ask(all(), midnight()).unwrap();
        let (operation, number, request) = change.to_send().unwrap();
        assert_eq!((operation, number, request.amount, request.begun), (Capture, 1, states::minor("100.00"), 4));
        assert!(request.takes_all && request.closes && !request.resent);
        is(change.payment().transaction(), StateKind::Capturing, [0, 100, 0, 0]);
    }
    // What was captured meanwhile leaves no room for it: the key stays the first request's.
    let meanwhile = [&start[..], &[asked(Capture, 2, "40.00", Some("k2"), false), done(Capture, 2, "40.00")]].concat();
    let refused = payment(&order, &juspay::SIMPL, &meanwhile);
    assert_eq!(code(refused.ask(all(), midnight())), "exceeds-capturable");
    let rest = Command::capture().amount(rupees("60.00")).key("k1");
    assert_eq!(code(refused.ask(rest, midnight())), "idempotency-key-reused");
}

/// An outcome for a request that was never made says so, whatever the state.
#[test]
fn an_answer_to_nothing_says_that_nothing_is_known() {
    let order = order_of("100.00");
    for (state, events) in states::paths() {
        let payment = payment(&order, &juspay::SIMPL, &events);
        for operation in Operation::ALL {
            let answer = Answer::to(operation, Outcome::Succeeded).key("never-made");
            let problem = payment.answered(answer, midnight()).unwrap_err();
            assert_eq!(problem.code(), "illegal-transition", "{state}");
            let text = format!("no such {operation} or key is known");
            assert!(problem.to_string().contains(&text), "{state}: {problem}");
            let problem = payment.reversed(Reversal::of(operation).key("never-made"), midnight()).unwrap_err();
            assert!(problem.to_string().contains(&text), "{state}: {problem}");
        }
    }
}

/// The repeat was refused before it was tried; the first try may still happen, so that nothing is freed.
#[test]
fn what_was_sent_twice_is_not_withdrawn() {
    let order = order_of("100.00");
    let unknown =
        [held("100.00"), asked(Capture, 1, "60.00", Some("k1"), false), answered(Capture, 1, Outcome::TimedOut)];
    let before = payment(&order, &juspay::SIMPL, &unknown);
    let State::CaptureUnknown(view) = before.state() else { panic!("unknown") };
    let sent = view.again(midnight()).unwrap().into_payment();
    let refused = sent.answered(Answer::capture(Outcome::Withdrawn).key("k1"), midnight()).unwrap();
    assert!(refused.is_applied());
    is(refused.payment().transaction(), StateKind::CaptureUnknown, [0, 60, 0, 40]);
    // Sent once, it is free again.
    let once = payment(&order, &juspay::SIMPL, &unknown[..2]);
    let refused = once.answered(Answer::capture(Outcome::Withdrawn).key("k1"), midnight()).unwrap();
    is(refused.payment().transaction(), StateKind::Authorized, [0, 0, 0, 100]);
}

/// What the provider announced is covered by a total that is exactly its amount; it still awaits its own answer.
#[test]
fn an_announced_capture_can_be_covered() {
    let events = [held("100.00"), theirs(Capture, 1, "60.00", false), stated(Capture, "60.00")];
    let transaction = reads_back(&events);
    is(&transaction, StateKind::PartiallyCaptured, [60, 0, 0, 40]);
    let hold = transaction.hold().unwrap();
    assert!(hold.is_covered(Capture, hold.captures.get(1).unwrap()));
    let again = [&events[..], &[done(Capture, 1, "60.00")]].concat();
    is(&reads_back(&again), StateKind::PartiallyCaptured, [60, 0, 0, 40]);
    // Another total is not only its: its money stays reserved.
    let more = [held("100.00"), theirs(Capture, 1, "60.00", false), stated(Capture, "20.00")];
    is(&reads_back(&more), StateKind::CaptureInitiated, [20, 60, 0, 20]);
}

/// A reversal after the end leaves the end, and after a capture that closed gives back its amount and no more.
#[test]
fn a_reversal_opens_what_a_capture_ended() {
    let charged = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), true), done(Capture, 1, "40.00")];
    let open = reads_back(&[&charged[..], &[reversed(Capture, 1, "40.00", false)]].concat());
    is(&open, StateKind::Authorized, [0, 0, 60, 40]);
}

/// Names are one: of the type, of its text, of its serialized form.
#[test]
fn names_are_the_serialized_ones() {
    fn same<T: Copy + std::fmt::Display + serde::Serialize>(all: &[T], name: impl Fn(T) -> &'static str) {
        for one in all {
            assert_eq!(one.to_string(), name(*one));
            assert_eq!(serde_json::to_value(one).unwrap(), json!(name(*one)));
        }
    }
    same(&Effect::ALL, Effect::as_str);
    same(&Origin::ALL, Origin::as_str);
    same(&Basis::ALL, Basis::as_str);
    same(&Operation::ALL, Operation::as_str);
    same(&Outcome::ALL, Outcome::as_str);
    same(&RequestStatus::ALL, RequestStatus::as_str);
    same(&StateKind::ALL, StateKind::as_str);
    same(&End::ALL, End::as_str);
}

/// Of several requests without a key, the one of this number is answered.
#[test]
fn an_answer_may_name_a_number() {
    let profile = profile_like(&juspay::SIMPL, |rows| {
        rows.capabilities.captures = CaptureMode::Several { at_once: true, says_final: true };
        rows.capabilities.capture.key = KeyNeed::Never;
    });
    let order = order_of("100.00");
    let two = [held("100.00"), asked(Capture, 1, "30.00", None, false), asked(Capture, 2, "50.00", None, false)];
    let before = payment(&order, &profile, &two);
    let statuses = |payment: &Payment<'_>| -> Vec<RequestStatus> {
        payment.transaction().hold().unwrap().captures.iter().map(|(_, request)| request.status).collect()
    };
    let answer = |answer: Answer<'_>| statuses(before.answered(answer, midnight()).unwrap().payment());
    use RequestStatus::{Failed, Sent};
    assert_eq!(answer(Answer::capture(Outcome::Failed).number(2)), [Sent, Failed]);
    assert_eq!(answer(Answer::capture(Outcome::Failed).number(1)), [Failed, Sent]);
    let none = before.answered(Answer::capture(Outcome::Failed).number(3), midnight());
    assert_eq!(code(none), "illegal-transition");
}

/// Two changes are one: the events of both, what the second one sends; a problem of the second leaves nothing.
#[test]
fn changes_follow_each_other() {
    let (order, now) = (order_of("100.00"), midnight());
    let start = order.transaction("t-1".parse().unwrap(), &juspay::SIMPL);
    let part = || Command::capture().amount(rupees("40.00")).key("k1");
    let both = start.authorized(rupees("100.00"), now).unwrap().then(|payment| payment.ask(part(), now)).unwrap();
    assert_eq!((both.effect(), both.events().len()), (Effect::Applied, 2));
    assert_eq!(both.to_send().unwrap().2.amount, states::minor("40.00"));
    let replayed = order.replay("t-1".parse().unwrap(), &juspay::SIMPL, both.events()).unwrap();
    assert_eq!(&replayed, both.payment());
    let known = both.clone().then(|payment| payment.ask(part(), now)).unwrap();
    assert_eq!(
        (known.effect(), known.events().len(), known.earlier()),
        (Effect::Applied, 2, Some(RequestStatus::Sent))
    );
    // What follows a request in one change hides it only if it answers it.
    let asked = both.payment().clone();
    let ids = ProviderIds { uuid: Some("u-1".parse().unwrap()), ..ProviderIds::default() };
    let named = both.clone().then(|payment| payment.identified(ids, now)).unwrap();
    assert_eq!(named.to_send().map(|(operation, number, _)| (operation, number)), Some((Capture, 1)));
    let answered = named.then(|payment| payment.answered(Answer::capture(Outcome::Accepted), now)).unwrap();
    assert_eq!((answered.events().len(), answered.to_send()), (4, None));
    assert_eq!(Change::nothing(&asked).to_send(), None, "it was sent");
    let refused = both.then(|payment| payment.ask(Command::void(), now));
    assert_eq!(code(refused), "capture-in-progress");
    let nothing = Change::nothing(&start);
    assert_eq!((nothing.effect(), nothing.events().len(), nothing.to_send()), (Effect::AlreadyApplied, 0, None));
    assert_eq!(nothing.payment(), &start);
    let then = nothing.then(|payment| payment.authorized(rupees("100.00"), now)).unwrap();
    assert_eq!((then.effect(), then.events().len()), (Effect::Applied, 1));
}

/// Whether repeating can help is said of a refusal; a conflict is for a person.
#[test]
fn a_problem_says_whether_repeating_can_help() {
    let (order, now) = (order_of("100.00"), midnight());
    let of = |profile: &'static Profile, events: &[Event], command: Command<'_>| {
        payment(&order, profile, events).ask(command, now).unwrap_err().retry()
    };
    let sent = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false)];
    let other = Command::capture().amount(rupees("10.00")).key("k2");
    assert_eq!(of(&juspay::SIMPL, &sent, other), Some(Retry::Later));
    let later = of(&juspay::SIMPL, &[], Command::capture().amount(rupees("1000.00")).key("k"));
    assert!(later.is_some());
    let charged = [&sent[..], &[done(Capture, 1, "40.00")]].concat();
    let more = Answer::capture(Outcome::Succeeded).key("k1").amount(rupees("41.00"));
    let conflict = payment(&order, &juspay::SIMPL, &charged).answered(more, now).unwrap_err();
    assert!(matches!(conflict, Problem::Conflict(_)));
    assert_eq!((conflict.code(), conflict.retry()), ("amount-mismatch", None));
}

/// A list that says who made the refund that a total holds: the total is not ours then, and covers nothing, whether the
/// list comes with the total or after it. A total that nobody lists, and a list that names ours, cover.
#[test]
fn a_total_that_holds_a_strangers_refund_covers_nothing() {
    let (order, now) = (order_of("100.00"), midnight());
    let captured = [held("100.00"), asked(Capture, 1, "100.00", None, true), done(Capture, 1, "100.00")];
    let asked_back = [&captured[..], &[asked(Refund, 1, "30.00", Some("r1"), false)]].concat();
    let says = |listed: &str| {
        format!(r#"{{"order_id":"o-1","status":"CHARGED","amount":100,"amount_refunded":30,"txn_id":"t"{listed}}}"#)
    };
    let of = |key: &str| format!(r#","refunds":[{{"unique_request_id":"{key}","amount":30,"status":"SUCCESS"}}]"#);
    let refunds = |texts: &[String]| {
        let mut change = Change::nothing(&payment(&order, &juspay::SIMPL, &asked_back));
        for text in texts {
            let said = juspay::SIMPL.statements(text, Currency::INR).unwrap();
            change = change.then(|payment| payment.observe(&said, None, now).map_err(Problem::from)).unwrap();
        }
        let amounts = change.payment().transaction().amounts();
        (amounts.refunded.get(), amounts.refund_pending.get())
    };
    assert_eq!(refunds(&[says("")]), (3_000, 0));
    assert_eq!(refunds(&[says(&of("r1"))]), (3_000, 0));
    let stranger = says(&of("other"));
    assert_eq!(refunds(std::slice::from_ref(&stranger)), (3_000, 3_000));
    assert_eq!(refunds(&[says(""), stranger.clone()]), (3_000, 3_000));
    assert_eq!(refunds(&[stranger.clone(), stranger]), (3_000, 3_000));
}

/// What the provider announced is accepted, so that a missing answer says nothing new; a fresh AUTHORIZED, which overrides,
/// makes its outcome unknown (the domain, section 6).
#[test]
fn what_the_provider_announced_can_become_unknown() {
    let announced = [held("100.00"), theirs(Capture, 1, "100.00", false)];
    for overrides in [false, true] {
        let lost = Event::Answered {
            operation: Capture,
            number: 1,
            outcome: Outcome::TimedOut,
            amount: None,
            closes: false,
            overrides,
            provider_id: None,
        };
        assert_eq!(after(&announced, lost), if overrides { "applied" } else { "already applied" });
    }
}

/// A void of all that is held, announced by the provider, closes the hold when it fails, as ours does; one of a part does
/// not (the domain, section 3: a failed void of all that was held).
#[test]
fn a_void_that_the_provider_announced_closes_when_it_fails() {
    let failed =
        |amount| replayed(&[held("100.00"), theirs(Void, 1, amount, false), failed_closing(Void, 1)]).0.state();
    assert_eq!(failed("100.00"), StateKind::VoidFailed);
    assert_eq!(failed("40.00"), StateKind::Authorized);
}

/// A success that a stated total already holds takes nothing more, so that it fits whatever is being voided beside it (the
/// domain, section 3).
#[test]
fn a_success_that_a_total_holds_fits_beside_a_void() {
    let (failed, void) = (answered(Capture, 1, Outcome::Failed), asked(Void, 1, "100.00", None, true));
    let events =
        [held("100.00"), asked(Capture, 1, "60.00", Some("k1"), false), failed, void, stated(Capture, "60.00")];
    assert_eq!(after(&events, done(Capture, 1, "60.00")), "applied");
}

/// A hold that expired is not opened, whatever became since of a capture that was withdrawn with it.
#[test]
fn what_has_ended_is_not_closed_by_a_failure() {
    let accepted = Event::Answered {
        operation: Capture,
        number: 1,
        outcome: Outcome::Accepted,
        amount: None,
        closes: false,
        overrides: true,
        provider_id: None,
    };
    let capture = asked(Capture, 1, "100.00", Some("k1"), true);
    let events = [held("100.00"), capture, Event::Ended { how: End::Expired }, accepted, failed_closing(Capture, 1)];
    assert_eq!(replayed(&events).0.state(), StateKind::Expired);
    assert_eq!(after(&events, Event::Reopened {}), "illegal-transition");
}

/// What closed a hold first stays what closed it.
#[test]
fn a_hold_is_closed_once() {
    let events = [held("100.00"), asked(Capture, 1, "100.00", Some("k1"), true), failed_closing(Capture, 1)];
    assert_eq!(after(&events, Event::Closed { why: Closed::CaptureFailed }), "already applied");
    assert_eq!(after(&events, Event::Closed { why: Closed::VoidFailed }), "illegal-transition");
}

/// Where all of it is captured nothing is left that could expire.
#[test]
fn what_is_captured_in_full_does_not_expire() {
    let events = [held("100.00"), asked(Capture, 1, "100.00", Some("k1"), false), done(Capture, 1, "100.00")];
    assert_eq!(after(&events, Event::Ended { how: End::Expired }), "illegal-transition");
}
