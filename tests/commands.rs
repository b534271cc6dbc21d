//! Commands in a user's hands: typed states, any state, no state machine at all; what is a repeat.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic: that is how it fails"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "tests document themselves by name")]

#[path = "support/states.rs"]
mod states;

use std::collections::BTreeMap;

use order_capture::Operation::{Capture, Void};
use order_capture::*;
use states::*;

/// A crate without a state machine asks with amounts alone, and gets the same answers.
#[test]
fn a_position_without_a_state_machine_gets_the_same_answers() {
    let order = order_of("100.00");
    let part = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false), answered(Capture, 1, done("40.00"))];
    let transaction = replayed(&part).0;
    let amounts =
        Amounts { authorized: rupees("100.00").minor(), captured: rupees("40.00").minor(), ..Amounts::default() };
    let position = Position::from_amounts(order.amount(), amounts).unwrap();
    for text in ["0.00", "1.00", "60.00", "60.01", "100.00"] {
        let ask = CaptureRequest::of(rupees(text)).key("k2");
        for profile in [&juspay::FULL_ONLY, &juspay::CYBERSOURCE, &juspay::SIMPL, &razorpay::PROFILE] {
            let with = transaction.capture(&ask, &order, profile, midnight()).err();
            assert_eq!(position.check_capture(&ask, profile, midnight()).err(), with, "{text} at {}", profile.name);
            let all = transaction.capture_refusals(&ask, &order, profile, midnight());
            assert_eq!(position.capture_refusals(&ask, profile, midnight()), all, "{text} at {}", profile.name);
        }
    }
    let taken = position.check_capture(&CaptureRequest::full(), &juspay::SIMPL, midnight());
    assert_eq!(taken, Ok(rupees("60.00")));
    // What the amounts say of held and capturable is not asked.
    let wrong = Amounts { held: Minor::from(1), capturable: Minor::from(2), ..amounts };
    let position = Position::from_amounts(order.amount(), wrong).unwrap();
    let rest = rupees("60.00").minor();
    assert_eq!((position.amounts().held, position.amounts().capturable), (rest, rest));
}
#[test]
fn a_position_knows_what_is_pending_and_until_when() {
    let pending = Amounts { authorized: Minor::from(100), pending: Minor::from(60), ..Amounts::default() };
    let position = Position::from_amounts(Money::new(Minor::from(100), Currency::INR), pending).unwrap();
    let ask = CaptureRequest::of(Money::new(Minor::from(40), Currency::INR)).key("k");
    let code =
        |position: Position| position.check_capture(&ask, &juspay::SIMPL, midnight()).map_err(|refusal| refusal.code());
    assert_eq!(code(position), Err("capture-in-progress"));
    assert_eq!(position.state(), StateKind::Capturing);
    let unknown = position.pending_is_unknown();
    assert_eq!((code(unknown), unknown.state()), (Err("outcome-unknown"), StateKind::Authorized));
    let part = Amounts { captured: Minor::from(10), ..pending };
    let part = Position::from_amounts(Money::new(Minor::from(100), Currency::INR), part).unwrap();
    assert_eq!(part.pending_is_unknown().state(), StateKind::PartiallyCaptured);
    let open = Amounts { authorized: Minor::from(100), ..Amounts::default() };
    let open = Position::from_amounts(Money::new(Minor::from(100), Currency::INR), open).unwrap();
    assert_eq!(code(open.capture_before(midnight())), Err("authorization-expired"));
    assert_eq!(code(open), Ok(Money::new(Minor::from(40), Currency::INR)));
    let nothing = Position::from_amounts(Money::new(Minor::from(100), Currency::INR), Amounts::default()).unwrap();
    assert_eq!((code(nothing), nothing.state()), (Err("not-authorized"), StateKind::Created));
    // Nothing is pending, so nothing of it is unknown.
    let all = Amounts { authorized: Minor::from(100), captured: Minor::from(100), ..Amounts::default() };
    let all = Position::from_amounts(Money::new(Minor::from(100), Currency::INR), all).unwrap();
    assert_eq!(code(all.pending_is_unknown()), Err("already-captured"));
    let impossible = Amounts { authorized: Minor::from(99), captured: Minor::from(100), ..Amounts::default() };
    let error = Position::from_amounts(Money::zero(Currency::INR), impossible).unwrap_err();
    assert_eq!(error, MoneyError::OutOfRange { left: Minor::from(99), right: Minor::from(100) });
}
/// The equality that Razorpay asks the merchant to check, callable as soon as the authorization is known.
#[test]
fn the_authorized_amount_is_compared_with_the_order() {
    let order = order_of("100.00");
    assert_eq!(check_authorized_equals_order(&order, rupees("100.00")), Ok(()));
    let other = check_authorized_equals_order(&order, rupees("99.99")).unwrap_err();
    assert_eq!((other.code(), other.retry()), ("authorized-not-equal-to-order", Retry::Never));
    let dollars = Money::parse("100.00", Currency::USD).unwrap();
    assert_eq!(check_authorized_equals_order(&order, dollars).unwrap_err().code(), "currency-mismatch");
}
/// The typed states decide as the transaction of any state does.
#[test]
fn typed_states_decide_as_any_state_does() {
    let order = order_of("100.00");
    let mut commands = BTreeMap::new();
    for (kind, path) in paths() {
        let transaction = replayed(&path).0;
        let ask = CaptureRequest::full();
        let profile = &juspay::SIMPL;
        let typed = match transaction.state() {
            State::Authorized(state) => Some(state.capture(&ask, &order, profile, midnight())),
            State::Capturing(state) => Some(state.capture(&ask, &order, profile, midnight())),
            State::CaptureInitiated(state) => Some(state.capture(&ask, &order, profile, midnight())),
            State::PartiallyCaptured(state) => Some(state.capture(&ask, &order, profile, midnight())),
            _ => None,
        };
        let any = transaction.capture(&ask, &order, profile, midnight());
        assert!(typed.is_none_or(|typed| typed == any), "{kind}");
        let all = VoidRequest::all();
        let typed = match transaction.state() {
            State::Authorized(state) => Some(state.void(&all, &order, profile)),
            State::PartiallyCaptured(state) => Some(state.void(&all, &order, profile)),
            State::CaptureFailed(state) => Some(state.void(&all, &order, profile)),
            State::VoidFailed(state) => Some(state.void(&all, &order, profile)),
            _ => None,
        };
        assert!(typed.is_none_or(|typed| typed == transaction.void(&all, &order, profile)), "{kind}");
        let all = RefundRequest::all();
        let typed = match transaction.state() {
            State::PartiallyCaptured(state) => Some(state.refund(&all, &order, profile)),
            State::Charged(state) => Some(state.refund(&all, &order, profile)),
            _ => None,
        };
        assert!(typed.is_none_or(|typed| typed == transaction.refund(&all, &order, profile)), "{kind}");
        commands.insert(kind, any.map_err(|refusal| refusal.code()).is_ok());
    }
    let allowed: Vec<_> = commands.iter().filter(|(_, allowed)| **allowed).map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(allowed, ["partially-captured"], "authorized has reached its deadline here");
}
/// What each state's type gives besides its commands.
/// Rows: the state. Columns: capture, void, refund of one rupee, on a gateway that takes several captures.
const COMMANDS: [(StateKind, [&str; 3]); 13] = [
    (StateKind::Created, ["not-authorized", "not-voidable", "not-refundable"]),
    (StateKind::Failed, ["not-authorized", "not-voidable", "not-refundable"]),
    (StateKind::Authorized, ["legal", "legal", "not-refundable"]),
    (StateKind::Capturing, ["capture-in-progress", "capture-in-progress", "not-refundable"]),
    (StateKind::CaptureInitiated, ["capture-in-progress", "capture-in-progress", "not-refundable"]),
    (StateKind::PartiallyCaptured, ["legal", "legal", "legal"]),
    (StateKind::Charged, ["already-captured", "not-voidable", "legal"]),
    (StateKind::CaptureFailed, ["not-authorized", "legal", "not-refundable"]),
    (StateKind::Voiding, ["void-in-progress", "void-in-progress", "not-refundable"]),
    (StateKind::VoidInitiated, ["void-in-progress", "void-in-progress", "not-refundable"]),
    (StateKind::VoidFailed, ["not-authorized", "legal", "not-refundable"]),
    (StateKind::Voided, ["not-authorized", "not-voidable", "not-refundable"]),
    (StateKind::Expired, ["not-authorized", "not-voidable", "not-refundable"]),
];

#[test]
fn every_state_answers_every_command() {
    let (order, profile, one) = (order_of("100.00"), &juspay::SIMPL, rupees("1.00"));
    let before = midnight() - chrono::TimeDelta::seconds(1);
    let word = |decided: Result<Decision, Refusal>| decided.map_or_else(|refusal| refusal.code(), |_| "legal");
    for (kind, expected) in COMMANDS {
        let (_, path) = paths().into_iter().find(|(state, _)| *state == kind).unwrap();
        let transaction = replayed(&path).0;
        assert_eq!(transaction.kind(), kind);
        let capture = transaction.capture(&CaptureRequest::of(one).key("new"), &order, profile, before);
        let void = transaction.void(&VoidRequest::of(one).key("new"), &order, profile);
        let refund = transaction.refund(&RefundRequest::of(one).key("new"), &order, profile);
        assert_eq!([word(capture), word(void), word(refund)], expected, "{kind}: capture, void, refund");
    }
}
#[test]
fn typed_states_give_their_own_data() {
    let path = |wanted: StateKind| replayed(&paths().into_iter().find(|(kind, _)| *kind == wanted).unwrap().1).0;
    let created = path(StateKind::Created);
    let limited = path(StateKind::Authorized);
    assert_eq!(limited.ledger().unwrap().capture_before(), Some(midnight()));
    let State::Created(state) = created.state() else { panic!() };
    assert_eq!(state.provider_status(), Some("PENDING_VBV"));
    let capturing = path(StateKind::Capturing);
    let State::Capturing(state) = capturing.state() else { panic!() };
    assert_eq!(state.capture_in_flight().unwrap().requested(), rupees("100.00").minor());
    let initiated = path(StateKind::CaptureInitiated);
    let State::CaptureInitiated(state) = initiated.state() else { panic!() };
    assert_eq!(state.capture_in_flight().unwrap().status(), RequestStatus::Accepted);
    let voiding = path(StateKind::Voiding);
    let State::Voiding(state) = voiding.state() else { panic!() };
    assert_eq!(state.void_in_flight().unwrap().key().unwrap().as_str(), "v1");
    let unknown =
        replayed(&[held("9.00"), asked(Capture, 1, "9.00", None, true), answered(Capture, 1, Outcome::Unanswered)]);
    let State::Authorized(state) = unknown.0.state() else { panic!() };
    assert_eq!(state.unknown_capture().unwrap().requested(), rupees("9.00").minor());
    let accepted = path(StateKind::VoidInitiated);
    let State::VoidInitiated(state) = accepted.state() else { panic!() };
    assert_eq!(state.void_in_flight().unwrap().status(), RequestStatus::Accepted);
    let rest = replayed(&[
        held("9.00"),
        asked(Capture, 1, "4.00", Some("k1"), false),
        answered(Capture, 1, done("4.00")),
        asked(Capture, 2, "3.00", Some("k2"), false),
        answered(Capture, 2, Outcome::Unanswered),
    ]);
    let State::PartiallyCaptured(state) = rest.0.state() else { panic!() };
    assert_eq!(state.unknown_capture().unwrap().requested(), rupees("3.00").minor());
    let failed =
        replayed(&[Event::AuthorizationFailed, Event::StatusSeen { status: "JUSPAY_DECLINED".parse().unwrap() }]);
    let State::Failed(state) = failed.0.state() else { panic!() };
    assert_eq!(state.provider_status(), Some("JUSPAY_DECLINED"));
}
/// Without a key the latest capture that succeeded is taken back, whatever became of later ones.
#[test]
fn a_reversal_without_a_key_is_of_the_latest_success() {
    let captures = [
        held("9.00"),
        asked(Capture, 1, "4.00", Some("k1"), false),
        answered(Capture, 1, done("4.00")),
        asked(Capture, 2, "3.00", Some("k2"), false),
        answered(Capture, 2, done("3.00")),
        asked(Capture, 3, "1.00", Some("k3"), false),
        answered(Capture, 3, Outcome::Failed { closes: false }),
    ];
    let mut transaction = replayed(&captures).0;
    for (number, text) in [(2, "3.00"), (1, "4.00"), (2, "3.00")] {
        let event = transaction.capture_reversed(None, None, &juspay::SIMPL).unwrap();
        assert_eq!(event, Event::CaptureReversed { number, amount: rupees(text).minor(), closes: false });
        assert!(transaction.apply(&transaction.stamp(event, midnight(), None)).is_ok());
    }
    assert_eq!(transaction.amounts().captured, Minor::ZERO);
}
/// A keyless capture of unknown fate: only the same full capture may be sent again, and it reserves nothing more.
#[test]
fn a_keyless_repeat_is_the_same_full_capture() {
    let order = order_of("100.00");
    let unknown = [held("100.00"), asked(Capture, 1, "100.00", None, true), answered(Capture, 1, Outcome::Unanswered)];
    let mut transaction = replayed(&unknown).0;
    let ask = CaptureRequest::full();
    let decision = transaction.capture(&ask, &order, &juspay::FULL_ONLY, midnight()).unwrap();
    let event = decision.event().unwrap();
    assert!(transaction.apply(&transaction.stamp(event, midnight(), None)).is_ok());
    assert_eq!(transaction.kind(), StateKind::Capturing);
    assert_eq!(transaction.amounts().pending, rupees("100.00").minor());
    assert!(transaction.ledger().unwrap().captures().get(1).unwrap().is_resent());
    let void = transaction.void(&VoidRequest::all(), &order, &juspay::FULL_ONLY);
    assert_eq!(void.unwrap_err().code(), "capture-in-progress");
    // With a key it is another capture, and a capture with a key is not repeated without it.
    for (first, again) in [(None, Some("k1")), (Some("k1"), None), (Some("k1"), Some("k2"))] {
        let unknown =
            [held("100.00"), asked(Capture, 1, "100.00", first, true), answered(Capture, 1, Outcome::Unanswered)];
        let transaction = replayed(&unknown).0;
        let ask = again.map_or(CaptureRequest::full(), |key| CaptureRequest::of(rupees("100.00")).key(key));
        let decision = transaction.capture(&ask, &order, &juspay::FULL_ONLY, midnight());
        assert_eq!(decision.unwrap_err().code(), "outcome-unknown", "{first:?}, {again:?}");
    }
}
/// All there is now is not all there was: a capture came back since, so without a key nobody knows which is meant.
#[test]
fn a_keyless_capture_of_more_is_no_repeat() {
    let order = order_of("100.00");
    let events = [
        held("100.00"),
        asked(Capture, 1, "40.00", Some("k1"), false),
        answered(Capture, 1, done("40.00")),
        asked(Capture, 2, "60.00", None, true),
        answered(Capture, 2, Outcome::Unanswered),
        Event::CaptureReversed { number: 1, amount: rupees("40.00").minor(), closes: false },
    ];
    let again = |length: usize| {
        let transaction = replayed(&events[..length]).0;
        transaction.capture(&CaptureRequest::full(), &order, &juspay::SIMPL, midnight())
    };
    assert_eq!(again(5), Ok(Decision::Record(events[3].clone())));
    assert_eq!(again(6), Err(Refusal::OutcomeUnknown { pending: rupees("60.00") }));
}
/// What is sent again is the request that was made, word for word, whatever the caller says about closing this time.
#[test]
fn a_repeat_is_worded_as_the_request_was() {
    let order = order_of("100.00");
    for closes in [false, true] {
        let first = asked(Capture, 1, "40.00", Some("k1"), closes);
        let transaction = replayed(&[held("100.00"), first.clone(), answered(Capture, 1, Outcome::Unanswered)]).0;
        let again = CaptureRequest::full().amount(rupees("40.00").into()).key("k1");
        for request in [again, again.final_capture()] {
            let decision = transaction.capture(&request, &order, &juspay::SIMPL, midnight());
            assert_eq!(decision, Ok(Decision::Record(first.clone())));
        }
    }
    for text in ["100.00", "40.00"] {
        let first = asked(Void, 1, text, Some("v1"), false);
        let transaction = replayed(&[held("100.00"), first.clone(), answered(Void, 1, Outcome::Unanswered)]).0;
        let again = VoidRequest::all().amount(rupees(text).into()).key("v1");
        assert_eq!(transaction.void(&again, &order, &juspay::SIMPL), Ok(Decision::Record(first)));
    }
}
/// An amount that a provider or a merchant states is above zero.
#[test]
fn a_stated_amount_is_above_zero() {
    let order = order_of("100.00");
    for (text, right) in [("0.00", false), ("0.01", true)] {
        let amount = Amount::parse(text, Currency::INR).unwrap();
        let refused = (!right).then_some("amount-not-positive");
        let code = |event: Result<Event, Refusal>| event.err().map(|refusal| refusal.code());
        assert_eq!(code(authorized(&order, amount, None)), refused);
        let transaction = replayed(&[held("100.00"), asked(Capture, 1, "100.00", None, true)]).0;
        let reply = Reply::Success(Some(amount));
        assert_eq!(code(transaction.answered(Capture, None, reply, &juspay::FULL_ONLY)), refused);
    }
}
/// Adjustments, for a profile that can.
#[test]
fn an_adjusted_authorization_states_its_new_total() {
    let can = Capabilities { adjustment: true, ..juspay::SIMPL.capabilities };
    let profile = Profile { name: "adjusts".into(), capabilities: can, ..juspay::SIMPL.clone() };
    let order = order_of("100.00");
    let part = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false), answered(Capture, 1, done("40.00"))];
    let mut transaction = replayed(&part).0;
    let refusal = transaction.adjust(rupees("39.99").into(), &order, &profile).unwrap_err();
    assert_eq!(refusal.code(), "adjustment-below-committed");
    assert_eq!(
        refusal.to_string(),
        "39.99 INR is asked as the new total and 40.00 INR is captured, pending or released"
    );
    let least = transaction.adjust(rupees("40.00").into(), &order, &profile);
    assert_eq!(least, Ok(Event::AuthorizationAdjusted { total: rupees("40.00").minor() }));
    let event = transaction.adjust(rupees("150.00").into(), &order, &profile).unwrap();
    assert!(transaction.apply(&transaction.stamp(event, midnight(), None)).is_ok());
    assert_eq!(transaction.amounts().capturable, rupees("110.00").minor());
    let refusal = transaction.adjust(rupees("1.00").into(), &order, &juspay::SIMPL).unwrap_err();
    assert_eq!((refusal.code(), refusal.retry()), ("adjustment-unsupported", Retry::Never));
}
/// Voids of unknown fate, and what they block.
#[test]
fn a_void_of_unknown_fate_blocks_all_but_itself() {
    let order = order_of("100.00");
    let unknown = [held("100.00"), asked(Void, 1, "100.00", Some("v1"), false), answered(Void, 1, Outcome::Unanswered)];
    let transaction = replayed(&unknown).0;
    assert_eq!(transaction.kind(), StateKind::Authorized);
    assert_eq!(transaction.amounts().capturable, Minor::ZERO);
    let profile = &juspay::FULL_ONLY;
    let capture = transaction.capture(&CaptureRequest::full(), &order, profile, midnight());
    assert_eq!(capture.unwrap_err().code(), "outcome-unknown");
    let other = transaction.void(&VoidRequest::all().key("v2"), &order, profile);
    assert_eq!(other.unwrap_err().code(), "outcome-unknown");
    assert!(transaction.void(&VoidRequest::all().key("v1"), &order, profile).is_ok());
}
