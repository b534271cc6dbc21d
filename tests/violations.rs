//! What a rule violation says: every text, the right numbers, whether repeating helps, the provider's own wording.

use crate::states::*;
use order_capture::Operation::{Capture, Refund, Void};
use order_capture::profiles::CaptureMode;
use order_capture::*;

fn amount(text: &str) -> Amount {
    Amount::parse(text, Currency::INR).unwrap()
}
fn capture(text: &str) -> Command<'static> {
    Command::capture().amount(amount(text)).key("new")
}
fn void(text: &str) -> Command<'static> {
    Command::void().amount(amount(text)).key("new")
}
fn refund(text: &str) -> Command<'static> {
    Command::refund().amount(amount(text)).key("a-new-refund")
}
/// A gateway that can do everything: several captures at once, a final one, a part of a void, an adjustment.
fn everything() -> Profile {
    profile_like(&juspay::SIMPL, |rows| {
        rows.name = String::from("everything").into();
        rows.capabilities.captures = CaptureMode::Several { at_once: true, says_final: true };
        rows.capabilities.adjustment = true;
    })
}
/// No two amounts of it are the same: A 100, C 12, V 5, H 83, R 3, Q 1; until a minute past midnight.
fn base() -> Vec<Event> {
    vec![
        Event::Authorized { amount: rupees("100.00"), pays: None, capture_before: Some(seconds_later(60)) },
        asked(Capture, 1, "12.00", Some("k1"), false),
        done(Capture, 1, "12.00"),
        asked(Void, 1, "5.00", Some("v1"), false),
        done(Void, 1, "5.00"),
        asked(Refund, 1, "3.00", Some("r1"), false),
        done(Refund, 1, "3.00"),
        asked(Refund, 2, "1.00", Some("r2"), false),
    ]
}
/// Code and text of the first rule that a command breaks.
fn says(order: &str, profile: &Profile, events: &[Event], command: &Command<'_>, now: Time) -> (&'static str, String) {
    let order = order_of(order);
    let violation = payment(&order, profile, events).check(*command, now).unwrap_err();
    let text = violation.to_string();
    let (name, reason) = text.split_once(": ").unwrap();
    assert_eq!((&violation.profile, name), (&profile.name, profile.name.as_str()));
    assert_eq!(violation.reason.to_string(), reason);
    (violation.code(), reason.to_owned())
}
/// Every capture rule's text with its numbers, in the order of the rules.
#[test]
fn capture_rules_say_their_numbers() {
    let with = |more: &[Event]| [&base()[..], more].concat();
    let (plain, cyber, simpl, razorpay) =
        (&juspay::FULL_ONLY, &juspay::CYBERSOURCE, &juspay::SIMPL, &razorpay::PROFILE);
    let (open, now) = (base(), midnight());
    let in_flight = with(&[asked(Capture, 2, "20.00", Some("k2"), false)]);
    let unknown = [&in_flight[..], &[answered(Capture, 2, Outcome::TimedOut)]].concat();
    let voiding = with(&[asked(Void, 2, "30.00", Some("v2"), false)]);
    let void_unknown = [&voiding[..], &[answered(Void, 2, Outcome::TimedOut)]].concat();
    let same = Command::capture().amount(amount("20.00")).key("k2");
    let full = everything();
    let long = "k".repeat(300);
    let rows: Vec<(&Profile, &[Event], Command<'_>, Time, &str, &str)> = vec![
        (
            razorpay,
            &open,
            Command::capture().amount_without_currency(amount("9.00")),
            now,
            "currency-required",
            "no currency is given; state INR, the transaction's",
        ),
        (
            cyber,
            &open,
            capture("9.00").currency(Currency::USD),
            now,
            "currency-mismatch",
            "the amount is in USD and the order in INR; nothing is converted, so find out which of the two is right",
        ),
        (
            simpl,
            &open,
            Command::capture().key("new"),
            now,
            "amount-required",
            "no amount is given; state an amount, up to the 83.00 INR capturable",
        ),
        (
            simpl,
            &open,
            capture("9.001"),
            now,
            "amount-precision",
            "9.00… INR has too many digits after the point (3; at most 2); state it exactly, nothing is rounded",
        ),
        (
            simpl,
            &open,
            capture("-9.00"),
            now,
            "amount-not-positive",
            "-9.00 INR is not above zero; state an amount above zero",
        ),
        (
            simpl,
            &open,
            Command::capture().amount(amount("9.00")),
            now,
            "idempotency-key-required",
            "a capture of 9.00 INR has no idempotency key; give it one of its own",
        ),
        (
            simpl,
            &open,
            Command::capture().amount(amount("9.00")).key("a b"),
            now,
            "idempotency-key-malformed",
            "the idempotency key of the capture cannot be sent: the character ' ' at byte 2 is not allowed; use letters, digits and ( ) + - . _ { } ~",
        ),
        (
            simpl,
            &open,
            capture("9.00").as_final(),
            now,
            "final-unsupported",
            "this gateway has no final flag for a capture; capture, then void the rest of the 83.00 INR held",
        ),
        (
            simpl,
            &open,
            Command::capture().amount(amount("9.00")).key("k1"),
            now,
            "idempotency-key-reused",
            "the idempotency key was used for 12.00 INR and this request is for 9.00 INR; a new amount needs a new key",
        ),
        (
            &full,
            &open,
            Command::capture().amount(amount("12.00")).key("k1").as_final(),
            now,
            "idempotency-key-reused",
            "the idempotency key belongs to a capture of 12.00 INR whose final flag is false, unlike this one; a new capture needs a new key",
        ),
        (
            simpl,
            &in_flight,
            capture("9.00"),
            now,
            "capture-in-progress",
            "a capture is in progress, 20.00 INR pending; wait for its result",
        ),
        (
            simpl,
            &voiding,
            capture("9.00"),
            now,
            "void-in-progress",
            "a void is in progress, 83.00 INR held; wait for its result",
        ),
        (
            simpl,
            &unknown,
            capture("9.00"),
            now,
            "outcome-unknown",
            "the outcome of an earlier capture is unknown, 20.00 INR pending; ask the provider for the status, and send nothing but that capture again, if its repeat is allowed",
        ),
        (
            simpl,
            &void_unknown,
            capture("9.00"),
            now,
            "outcome-unknown",
            "the outcome of an earlier void is unknown, 83.00 INR held; ask the provider for the status, and send nothing but that void again, if its repeat is allowed",
        ),
        (
            simpl,
            &unknown,
            same,
            seconds_later(60),
            "outcome-unknown",
            "the outcome of this capture is unknown, 20.00 INR pending, and the capture deadline 2026-01-01 00:01:00 UTC has passed (now 2026-01-01 00:01:00 UTC); ask the provider for the status, do not authorize again",
        ),
        (
            simpl,
            &open,
            capture("9.00"),
            seconds_later(67),
            "authorization-expired",
            "the capture deadline 2026-01-01 00:01:00 UTC has passed (now 2026-01-01 00:01:07 UTC); void the hold if the provider can, and obtain a new authorization",
        ),
        (
            razorpay,
            &open[..1],
            capture("100.00"),
            now,
            "authorized-not-equal-to-order",
            "the authorization pays 100.00 INR and 200.00 INR of the order is due; do not capture, let it expire or clear it up with the payer",
        ),
        (
            simpl,
            &open,
            capture("84.00"),
            now,
            "exceeds-capturable",
            "capture of 84.00 INR exceeds the 83.00 INR still capturable (authorized: 100.00 INR)",
        ),
        (
            plain,
            &open[..1],
            capture("7.00"),
            now,
            "partial-capture-unsupported",
            "capture of 7.00 INR is a part of the 100.00 INR capturable, and this gateway captures all or nothing",
        ),
    ];
    for (profile, events, command, at, code, text) in rows {
        assert_eq!(says("200.00", profile, events, &command, at), (code, text.to_string()));
    }
    let too_long = says("200.00", simpl, &open, &Command::capture().amount(amount("9.00")).key(&long), now);
    assert_eq!(too_long.0, "idempotency-key-malformed");
    assert!(too_long.1.len() < 200, "the key itself is not in the text");
    let charged = path(StateKind::Charged);
    let text =
        "40.00 INR is captured (authorized: 100.00 INR) and the hold has ended; refund instead, or authorize again";
    assert_eq!(says("200.00", simpl, &charged, &capture("9.00"), now), ("already-captured", text.into()));
    let text = "the transaction is capture-failed and takes no capture";
    assert_eq!(
        says("200.00", plain, &path(StateKind::CaptureFailed), &capture("9.00"), now),
        ("not-authorized", text.into())
    );
    let text = "capture of 99.00 INR differs from the 100.00 INR authorized; capture exactly that";
    let exact = says("100.00", razorpay, &[held("100.00")], &capture("99.00"), now);
    assert_eq!(exact, ("amount-not-equal-to-authorized", text.into()));
    let of_all = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), true)];
    let text = "the idempotency key belongs to a capture of 40.00 INR whose final flag is true, unlike this one; a new capture needs a new key";
    let open_now = says("100.00", &full, &of_all, &Command::capture().amount(amount("40.00")).key("k1"), now);
    assert_eq!(open_now, ("idempotency-key-reused", text.into()));
}
#[test]
fn void_and_refund_rules_say_their_numbers() {
    let (open, now) = (base(), midnight());
    let (plain, cyber, simpl, razorpay) =
        (&juspay::FULL_ONLY, &juspay::CYBERSOURCE, &juspay::SIMPL, &razorpay::PROFILE);
    let charged = path(StateKind::Charged);
    let in_flight = [&open[..], &[asked(Capture, 2, "20.00", Some("k2"), false)]].concat();
    let voiding = [&open[..], &[asked(Void, 2, "30.00", Some("v2"), false)]].concat();
    let unknown =
        [&open[..7], &[asked(Refund, 2, "1.00", None, false), answered(Refund, 2, Outcome::TimedOut)]].concat();
    let rows: Vec<(&Profile, &[Event], Command<'_>, &str, &str)> = vec![
        (
            razorpay,
            &open,
            void("7.00"),
            "void-unsupported",
            "this provider has no void; what is held (83.00 INR) expires by itself, and what is captured can be refunded",
        ),
        (
            simpl,
            &open,
            Command::void().amount(amount("7.00")).key("v1"),
            "idempotency-key-reused",
            "the idempotency key was used for 5.00 INR and this request is for 7.00 INR; a new amount needs a new key",
        ),
        (
            simpl,
            &in_flight,
            void("7.00"),
            "capture-in-progress",
            "a capture is in progress, 20.00 INR pending; wait for its result",
        ),
        (
            simpl,
            &voiding,
            void("7.00"),
            "void-in-progress",
            "a void is in progress, 83.00 INR held; wait for its result",
        ),
        (plain, &charged, Command::void(), "not-voidable", "the transaction is charged; there is nothing to void"),
        (
            simpl,
            &open,
            Command::void().amount(amount("7.00")),
            "idempotency-key-required",
            "a void of 7.00 INR has no idempotency key; give it one of its own",
        ),
        (simpl, &open, void("84.00"), "exceeds-held", "void of 84.00 INR exceeds the 83.00 INR held"),
        (
            cyber,
            &open,
            void("7.00"),
            "partial-void-unsupported",
            "void of 7.00 INR is a part of the 83.00 INR held, and this gateway voids all or nothing",
        ),
        (
            simpl,
            &open,
            Command::refund().amount(amount("7.00")),
            "idempotency-key-required",
            "a refund of 7.00 INR has no idempotency key; give it one of its own",
        ),
        (
            simpl,
            &charged[..1],
            refund("7.00"),
            "not-refundable",
            "the transaction is authorized and nothing is captured; there is nothing to refund",
        ),
        (
            simpl,
            &open,
            refund("9.00"),
            "exceeds-refundable",
            "refund of 9.00 INR exceeds the 8.00 INR still refundable (captured: 12.00 INR, refunds pending: 1.00 INR, the rest is refunded)",
        ),
        (
            razorpay,
            &unknown,
            Command::refund().amount(amount("2.00")),
            "outcome-unknown",
            "the outcome of a refund without a key is unknown, 1.00 INR pending; the provider could not tell a repeat from a second refund, so ask it for the refund's status",
        ),
    ];
    for (profile, events, command, code, text) in rows {
        assert_eq!(says("200.00", profile, events, &command, now), (code, text.to_string()));
    }
    // Nothing is left: said, and what is pending is named, also where no amount is.
    let all = [&open[..7], &[asked(Refund, 2, "9.00", Some("r2"), false)]].concat();
    let text = "nothing is left to refund (captured: 12.00 INR, refunds pending: 9.00 INR, the rest is refunded)";
    let nothing = says("200.00", simpl, &all, &Command::refund().key("a-new-refund"), now);
    assert_eq!(nothing, ("exceeds-refundable", text.into()));
    // A keyed refund is another one, and waits for nobody.
    let order = order_of("200.00");
    assert!(payment(&order, razorpay, &unknown).check(refund("2.00"), now).is_ok());
}
/// What an amount that is no amount is refused for, and nothing besides.
#[test]
fn an_amount_that_is_none_is_refused_for_that_alone() {
    let order = order_of("100.00");
    let payment = payment(&order, &juspay::SIMPL, &[held("100.00")]);
    let codes = |text: &str| -> Vec<_> {
        payment.violations(capture(text), midnight()).iter().map(RuleViolation::code).collect()
    };
    assert_eq!(codes("-140.00"), ["amount-not-positive"]);
    assert_eq!(codes("0.00"), ["amount-not-positive"]);
    assert_eq!(codes("0.001"), ["amount-precision"], "above zero, however little");
    assert_eq!(
        codes("0.000"),
        ["amount-precision", "amount-not-positive"],
        "digits beyond the currency's, even when zero"
    );
    assert_eq!(codes("140.000"), ["amount-precision", "exceeds-capturable"]);
}
/// Repeating helps where the state passes by itself.
#[test]
fn what_a_passing_state_refuses_may_be_repeated_later() {
    use StateKind::{CaptureInitiated, CaptureUnknown, Capturing, Created};
    let order = order_of("100.00");
    let (mut met, now) = (0, midnight());
    for (kind, path) in paths() {
        let payment = payment(&order, &juspay::SIMPL, &path);
        for command in [capture("1.00"), void("1.00"), refund("1.00")] {
            let Err(violation) = payment.check(command, now) else { continue };
            let later = match &violation.reason {
                Violation::NotAuthorized { .. } | Violation::NotVoidable { .. } => kind == Created,
                Violation::NotRefundable { .. } => matches!(kind, Capturing | CaptureInitiated | CaptureUnknown),
                _ => continue,
            };
            assert_eq!(violation.retry() == Retry::Later, later, "{kind}: {violation}");
            met += 1;
        }
    }
    assert_eq!(met, 6 + 5 + 13, "states that refuse so: captures, voids, refunds");
}
/// The provider's own wording, where it has one; and the report for another program.
#[test]
fn a_violation_is_told_with_the_providers_wording() {
    let order = order_of("100.00");
    let charged = |profile| {
        let events = [held("100.00"), asked(Capture, 1, "100.00", None, true), done(Capture, 1, "100.00")];
        payment(&order, profile, &events).check(capture("100.00"), midnight()).unwrap_err()
    };
    let row = |violation: RuleViolation, profile: &'static Profile| {
        profile.error_for(violation.code()).map(|row| (row.http_status, row.code.to_string(), row.message.to_string()))
    };
    let worded = |code: &str, text: &str| Some((400, code.to_owned(), text.to_owned()));
    assert_eq!(row(charged(&juspay::SIMPL), &juspay::SIMPL), worded("Invalid", "Cannot capture charged transaction"));
    let paid = "Your payment has been declined as the order is already paid";
    assert_eq!(row(charged(&razorpay::PROFILE), &razorpay::PROFILE), worded("BAD_REQUEST_ERROR", paid));
    let unequal =
        payment(&order, &razorpay::PROFILE, &[held("100.00")]).check(capture("9.00"), midnight()).unwrap_err();
    assert_eq!(
        row(unequal.clone(), &razorpay::PROFILE),
        worded("BAD_REQUEST_ERROR", "Capture amount must be equal to the amount authorized")
    );
    let expected = serde_json::json!({
        "code": "amount-not-equal-to-authorized",
        "text": "razorpay: capture of 9.00 INR differs from the 100.00 INR authorized; capture exactly that",
        "profile": "razorpay",
        "numbers": {
            "requested": {"minor": 900, "currency": "INR"}, "authorized": {"minor": 10000, "currency": "INR"},
        },
        "advice": unequal.rule().next,
        "source": unequal.rule().source,
    });
    assert_eq!(serde_json::to_value(&unequal).unwrap(), expected);
}
/// There is room for 10,000 requests of each kind; one more is refused before it is an event that cannot be.
#[test]
fn each_kind_of_request_has_an_end() {
    let order = order_of("200.00");
    let mut events = vec![held("200.00"), asked(Capture, 1, "100.00", Some("k"), false), done(Capture, 1, "100.00")];
    for number in 1..=MAX_REQUESTS {
        let of = |operation| {
            [asked(operation, number, "0.01", None, false), answered(operation, number, Outcome::Withdrawn)]
        };
        events.extend([of(Void), of(Refund)].concat());
    }
    let full = payment(&order, &juspay::SIMPL, &events);
    for (command, operation) in [(void("0.01"), Void), (refund("0.01"), Refund)] {
        let violation = full.check(command, midnight()).unwrap_err();
        assert_eq!(violation.reason, Violation::TooManyRequests { operation });
    }
}
