//! What a refusal says: every text, the right numbers, their order, whether repeating helps.
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
