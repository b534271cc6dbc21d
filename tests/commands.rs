//! Commands in a user's hands: typed states, any state, no state machine at all; every refusal's text and advice.
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

use order_capture::Operation::{Capture, Refund, Void};
use order_capture::*;
use states::*;

/// The refusal of a request, in the words that a person reads.
fn words(decision: Result<Decision, Refusal>) -> (&'static str, String) {
    let refusal = decision.unwrap_err();
    (refusal.code(), refusal.to_string())
}

/// Every capture rule's text, word for word, in the order of the rules.
#[allow(clippy::too_many_lines, reason = "a table, one row a rule")]
#[test]
fn capture_refusals_say_their_numbers() {
    let order = order_of("100.00");
    let authorized = replayed(&[held("100.00")]).0;
    let deadline = Event::Authorized { amount: rupees("100.00"), capture_before: Some(midnight()) };
    let limited = replayed(&[deadline]).0;
    let state = |wanted: StateKind| replayed(&paths().into_iter().find(|(kind, _)| *kind == wanted).unwrap().1).0;
    let unknown = replayed(&[
        held("100.00"),
        asked(Capture, 1, "60.00", Some("k1"), true),
        answered(Capture, 1, Outcome::Unanswered),
    ]);
    let amount = |text: &str| Amount::parse(text, Currency::INR).unwrap();
    let ask = |text: &str| CaptureRequest::full().amount(amount(text)).key("k1");
    let rupee = CaptureRequest::of(rupees("100.00"));
    let (plain, cyber, razorpay) = (&juspay::FULL_ONLY, &juspay::CYBERSOURCE, &razorpay::PROFILE);
    let capture = |transaction: &Transaction, ask: CaptureRequest<'_>, profile: &Profile| {
        words(transaction.capture(&ask, &order, profile, midnight()))
    };
    let long = "k".repeat(10_000);
    for (got, code, text) in [
        (
            capture(&authorized, ask("100.00"), razorpay),
            "currency-required",
            "no currency is given; state INR, the transaction's",
        ),
        (
            capture(&authorized, ask("100.00").currency(Currency::USD), cyber),
            "currency-mismatch",
            "the request is in USD and the transaction in INR; ask in INR",
        ),
        (
            capture(&authorized, CaptureRequest::full().key("k1"), cyber),
            "amount-required",
            "no amount is given; 100.00 INR is capturable",
        ),
        (
            capture(&authorized, ask("1.005"), cyber),
            "amount-precision",
            "1.00… INR has 3 digits after the point and 2 may be used; nothing is rounded",
        ),
        (capture(&authorized, ask("-1"), cyber), "amount-not-positive", "-1.00 INR is not above zero"),
        (
            capture(&authorized, rupee, cyber),
            "idempotency-key-required",
            "an amount of 100.00 INR is given without an idempotency key; give both or neither",
        ),
        (
            capture(&authorized, rupee.key("k 1"), cyber),
            "idempotency-key-malformed",
            "the idempotency key cannot be used: the character ' ' at byte 1 is not allowed; a key is letters, digits and - _ ( ) { } + ~ .",
        ),
        (
            capture(&authorized, rupee.key(&long), cyber),
            "idempotency-key-malformed",
            "the idempotency key cannot be used: the text has 10000 bytes, the most is 255; shorten it",
        ),
        (
            capture(&authorized, rupee.key(""), cyber),
            "idempotency-key-malformed",
            "the idempotency key cannot be used: the text is empty; give at least one character",
        ),
        (
            capture(&unknown.0, ask("61.00"), cyber),
            "idempotency-key-reused",
            "the idempotency key belongs to 60.00 INR and 61.00 INR is asked; a new amount needs a new key",
        ),
        (
            capture(&state(StateKind::Charged), ask("1.00").key("k9"), cyber),
            "already-captured",
            "40.00 INR of 100.00 INR was captured already",
        ),
        (
            capture(&state(StateKind::CaptureFailed), CaptureRequest::full(), plain),
            "not-authorized",
            "the transaction is capture-failed; there is nothing to capture",
        ),
        (
            capture(&state(StateKind::Capturing), CaptureRequest::full(), plain),
            "capture-in-progress",
            "a capture is in flight, 100.00 INR pending; wait for its result",
        ),
        (
            capture(&state(StateKind::Voiding), CaptureRequest::full(), plain),
            "void-in-progress",
            "a void is in flight, 100.00 INR held; wait for its result",
        ),
        (
            capture(&unknown.0, ask("40.00").key("k2"), cyber),
            "outcome-unknown",
            "the outcome of an earlier request is unknown, 60.00 INR pending; fetch the status, or repeat that request exactly",
        ),
        (
            capture(&limited, CaptureRequest::full(), plain),
            "authorization-expired",
            "it is 2026-01-01 00:00:00 UTC and a capture had to be made before 2026-01-01 00:00:00 UTC; authorize anew",
        ),
        (
            words(authorized.capture(&rupee, &order_of("99.00"), razorpay, midnight())),
            "authorized-not-equal-to-order",
            "100.00 INR is authorized and the order is for 99.00 INR; do not capture, let it lapse or clear it up with the payer",
        ),
        (
            capture(&authorized, CaptureRequest::of(rupees("99.00")), razorpay),
            "amount-not-equal-to-authorized",
            "99.00 INR is asked and 100.00 INR is authorized; ask for exactly that",
        ),
        (
            capture(&authorized, ask("100.01"), cyber),
            "exceeds-capturable",
            "100.01 INR is asked and 100.00 INR of 100.00 INR is capturable",
        ),
        (
            capture(&authorized, ask("40.00"), plain),
            "partial-capture-unsupported",
            "40.00 INR is a part of the 100.00 INR capturable, and this gateway captures all or nothing",
        ),
    ] {
        assert_eq!(got, (code, text.to_string()));
    }
}

#[test]
fn void_and_refund_refusals_say_their_numbers() {
    let order = order_of("100.00");
    let state = |wanted: StateKind| replayed(&paths().into_iter().find(|(kind, _)| *kind == wanted).unwrap().1).0;
    let (plain, razorpay) = (&juspay::FULL_ONLY, &razorpay::PROFILE);
    let authorized = replayed(&[held("100.00")]).0;
    for (got, code, text) in [
        (
            words(authorized.void(&VoidRequest::all(), &order, razorpay)),
            "void-unsupported",
            "this provider has no void; let the 100.00 INR lapse, or capture and refund it",
        ),
        (
            words(state(StateKind::Charged).void(&VoidRequest::all(), &order, plain)),
            "not-voidable",
            "the transaction is charged; there is nothing to void",
        ),
        (
            words(authorized.void(&VoidRequest::of(rupees("100.01")), &order, plain)),
            "exceeds-held",
            "100.01 INR is asked and 100.00 INR is held",
        ),
        (
            words(authorized.void(&VoidRequest::of(rupees("1.00")), &order, plain)),
            "partial-void-unsupported",
            "1.00 INR is a part of the 100.00 INR held, and this gateway voids all or nothing",
        ),
        (
            words(authorized.refund(&RefundRequest::all(), &order, plain)),
            "not-refundable",
            "the transaction is authorized and nothing was captured; there is nothing to refund",
        ),
        (
            words(state(StateKind::Charged).refund(&RefundRequest::of(rupees("20.01")), &order, plain)),
            "exceeds-refundable",
            "20.01 INR is asked and 20.00 INR of 40.00 INR captured is refundable",
        ),
    ] {
        assert_eq!(got, (code, text.to_string()));
    }
}

/// One function gives the first refusal, one gives all of them.
#[test]
fn all_refusals_come_in_the_published_order() {
    let order = order_of("99.00");
    let charged =
        replayed(&[held("100.00"), asked(Capture, 1, "100.00", None, true), answered(Capture, 1, done("100.00"))]);
    let ask = CaptureRequest::full().amount(Amount::parse("-1.001", Currency::INR).unwrap()).key("k 1");
    let codes = |transaction: &Transaction, profile| {
        let refusals = transaction.capture_refusals(&ask, &order, profile, midnight());
        refusals.iter().map(Refusal::code).collect::<Vec<_>>()
    };
    assert_eq!(
        codes(&charged.0, &razorpay::PROFILE),
        [
            "currency-required",
            "amount-precision",
            "amount-not-positive",
            "idempotency-key-malformed",
            "already-captured",
            "authorized-not-equal-to-order",
            "amount-not-equal-to-authorized",
            "exceeds-capturable",
        ]
    );
    let created = Transaction::created("t-1".parse().unwrap());
    let nothing = CaptureRequest::full();
    let refusals = created.capture_refusals(&nothing, &order, &juspay::FULL_ONLY, midnight());
    assert_eq!(refusals.iter().map(Refusal::code).collect::<Vec<_>>(), ["not-authorized", "exceeds-capturable"]);
    let fine = replayed(&[held("100.00")]).0;
    assert_eq!(fine.capture_refusals(&nothing, &order, &juspay::FULL_ONLY, midnight()), []);
    let (void, refund) = (VoidRequest::of(rupees("1.00")), RefundRequest::of(rupees("1.00")));
    let codes = |refusals: Vec<Refusal>| refusals.iter().map(Refusal::code).collect::<Vec<_>>();
    assert_eq!(
        codes(fine.void_refusals(&void, &order, &razorpay::PROFILE)),
        ["void-unsupported", "partial-void-unsupported"]
    );
    assert_eq!(
        codes(fine.refund_refusals(&refund, &order, &razorpay::PROFILE)),
        ["not-refundable", "exceeds-refundable"]
    );
}

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

/// An amount of another currency is nobody's here, in every direction.
#[test]
fn an_amount_of_another_currency_is_refused_everywhere() {
    let order = order_of("100.00");
    let captured = [
        held("100.00"),
        asked(Capture, 1, "40.00", Some("k1"), false),
        answered(Capture, 1, done("40.00")),
        asked(Capture, 2, "10.00", Some("k2"), false),
    ];
    let transaction = replayed(&captured).0;
    let foreign = Amount::parse("10", Currency::JPY).unwrap();
    let expected = Refusal::CurrencyMismatch { requested: Currency::JPY, transaction: Currency::INR };
    let capture = CaptureRequest::full().amount(foreign).key("k3");
    assert_eq!(transaction.capture(&capture, &order, &juspay::SIMPL, midnight()), Err(expected));
    let void = VoidRequest::all().amount(foreign);
    assert_eq!(transaction.void(&void, &order, &juspay::SIMPL), Err(expected));
    let refund = RefundRequest::all().amount(foreign);
    assert_eq!(transaction.refund(&refund, &order, &juspay::SIMPL), Err(expected));
    let reply = Reply::Success(Some(foreign));
    assert_eq!(transaction.answered(Capture, None, reply, &juspay::SIMPL), Err(expected));
    assert_eq!(transaction.capture_reversed(None, Some(foreign), &juspay::SIMPL), Err(expected));
}

/// The numbers in refusals, where no two amounts of the transaction are the same.
#[test]
fn refusals_name_the_right_amounts() {
    let order = order_of("200.00");
    let deadline = midnight() + chrono::TimeDelta::seconds(60);
    let base = [
        Event::Authorized { amount: rupees("100.00"), capture_before: Some(deadline) },
        asked(Capture, 1, "12.00", Some("k1"), false),
        answered(Capture, 1, done("12.00")),
        asked(Void, 1, "5.00", Some("v1"), false),
        answered(Void, 1, done("5.00")),
        asked(Refund, 1, "3.00", Some("r1"), false),
        answered(Refund, 1, done("3.00")),
        asked(Refund, 2, "1.00", Some("r2"), false),
    ];
    let with = |more: &[Event]| replayed(&[&base[..], more].concat()).0;
    let (open, simpl) = (with(&[]), &juspay::SIMPL);
    let mut whole = simpl.clone();
    whole.capabilities.partial_capture = false;
    let capture = |transaction: &Transaction, text: &str, profile: &Profile| {
        let ask = CaptureRequest::of(rupees(text)).key("new");
        transaction.capture(&ask, &order, profile, midnight()).unwrap_err()
    };
    let void = |transaction: &Transaction, text: &str, profile: &Profile| {
        transaction.void(&VoidRequest::of(rupees(text)).key("new"), &order, profile).unwrap_err()
    };
    let keyed = CaptureRequest::full().key("new");
    assert_eq!(
        open.capture(&keyed, &order, simpl, midnight()),
        Err(Refusal::AmountRequired { capturable: rupees("83.00") })
    );
    let (requested, capturable) = (rupees("84.00"), rupees("83.00"));
    let authorized = rupees("100.00");
    assert_eq!(capture(&open, "84.00", simpl), Refusal::ExceedsCapturable { requested, capturable, authorized });
    let part = Refusal::PartialCaptureUnsupported { requested: rupees("7.00"), capturable };
    assert_eq!(capture(&open, "7.00", &whole), part);
    let captured = rupees("12.00");
    assert_eq!(capture(&open, "7.00", &juspay::CYBERSOURCE), Refusal::AlreadyCaptured { captured, authorized });
    let held = rupees("83.00");
    assert_eq!(void(&open, "84.00", simpl), Refusal::ExceedsHeld { requested, held });
    let part = Refusal::PartialVoidUnsupported { requested: rupees("7.00"), held };
    assert_eq!(void(&open, "7.00", &juspay::CYBERSOURCE), part);
    assert_eq!(void(&open, "7.00", &razorpay::PROFILE), Refusal::VoidUnsupported { held });
    let refund = open.refund(&RefundRequest::of(rupees("9.00")), &order, simpl).unwrap_err();
    let refundable = rupees("8.00");
    assert_eq!(refund, Refusal::ExceedsRefundable { requested: rupees("9.00"), refundable, captured });
    let late = CaptureRequest::of(rupees("7.00")).key("new");
    let now = deadline + chrono::TimeDelta::seconds(7);
    let expired = Refusal::AuthorizationExpired { capture_before: deadline, now };
    assert_eq!(open.capture(&late, &order, simpl, now), Err(expired));

    let in_flight = with(&[asked(Capture, 2, "20.00", Some("k2"), false)]);
    let pending = rupees("20.00");
    assert_eq!(capture(&in_flight, "7.00", simpl), Refusal::CaptureInProgress { pending });
    let unknown = with(&[asked(Capture, 2, "20.00", Some("k2"), false), answered(Capture, 2, Outcome::Unanswered)]);
    assert_eq!(capture(&unknown, "7.00", simpl), Refusal::OutcomeUnknown { pending });
    let voiding = with(&[asked(Void, 2, "30.00", Some("v2"), false)]);
    assert_eq!(capture(&voiding, "7.00", simpl), Refusal::VoidInProgress { held });
    let first = [Event::Authorized { amount: rupees("100.00"), capture_before: None }];
    let ask = CaptureRequest::of(rupees("100.00"));
    let unequal = replayed(&first).0.capture(&ask, &order, &razorpay::PROFILE, midnight());
    let (authorized, order) = (rupees("100.00"), rupees("200.00"));
    assert_eq!(unequal, Err(Refusal::AuthorizedNotEqualToOrder { authorized, order }));
}

/// Repeating helps where the state passes by itself.
#[test]
fn a_refusal_by_a_passing_state_may_be_repeated_later() {
    let order = order_of("100.00");
    let simpl = &juspay::SIMPL;
    for (kind, events) in paths() {
        let transaction = replayed(&events).0;
        let created = kind == StateKind::Created;
        let capture = transaction.capture(&CaptureRequest::full(), &order, simpl, midnight());
        if let Err(refusal @ Refusal::NotAuthorized { .. }) = capture {
            assert_eq!(refusal.retry() == Retry::Later, created, "{kind}");
        }
        if let Err(refusal @ Refusal::NotVoidable { .. }) = transaction.void(&VoidRequest::all(), &order, simpl) {
            assert_eq!(refusal.retry() == Retry::Later, created, "{kind}");
        }
        if let Err(refusal @ Refusal::NotRefundable { .. }) = transaction.refund(&RefundRequest::all(), &order, simpl) {
            let in_flight = matches!(kind, StateKind::Capturing | StateKind::CaptureInitiated);
            assert_eq!(refusal.retry() == Retry::Later, in_flight, "{kind}");
        }
    }
}

/// There is room for 10,000 requests of each kind; one more is refused before it is an event that cannot be.
#[test]
fn each_kind_of_request_has_an_end() {
    let order = order_of("200.00");
    let mut events =
        vec![held("200.00"), asked(Capture, 1, "100.00", Some("k"), false), answered(Capture, 1, done("100.00"))];
    for number in 1..=MAX_REQUESTS {
        let void = [asked(Void, number, "0.01", None, false), answered(Void, number, Outcome::Withdrawn)];
        let refund = [asked(Refund, number, "0.01", None, false), answered(Refund, number, Outcome::Withdrawn)];
        events.extend([void, refund].into_iter().flatten());
    }
    let transaction = replayed(&events).0;
    let void = transaction.void(&VoidRequest::of(rupees("0.01")), &order, &juspay::SIMPL);
    assert_eq!(void, Err(Refusal::TooManyRequests { operation: Void }));
    let refund = transaction.refund(&RefundRequest::of(rupees("0.01")), &order, &juspay::SIMPL);
    assert_eq!(refund, Err(Refusal::TooManyRequests { operation: Refund }));
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

/// What an amount that is no amount is refused for, and nothing besides.
#[test]
fn an_amount_that_is_none_is_refused_for_that_alone() {
    let (order, profile) = (order_of("100.00"), &juspay::SIMPL);
    let transaction = replayed(&[held("100.00")]).0;
    let codes = |text: &str| -> Vec<_> {
        let ask = CaptureRequest::full().amount(Amount::parse(text, Currency::INR).unwrap()).key("k1");
        let refusals = transaction.capture_refusals(&ask, &order, profile, midnight());
        refusals.iter().map(Refusal::code).collect()
    };
    assert_eq!(codes("-140.00"), ["amount-not-positive"]);
    assert_eq!(codes("0.001"), ["amount-precision"], "above zero, however little");
    assert_eq!(codes("0.000"), ["amount-precision", "amount-not-positive"]);
    assert_eq!(codes("140.000"), ["amount-precision", "exceeds-capturable"]);
}

/// A key may have 255 bytes and no more.
#[test]
fn a_key_has_at_most_255_bytes() {
    assert_eq!(MAX_ID_BYTES, 255);
    let key = "k".repeat(255);
    assert!(IdempotencyKey::new(&key).is_ok());
    assert_eq!(IdempotencyKey::new(&(key + "k")), Err(IdError::TooLong { length: 256 }));
}
