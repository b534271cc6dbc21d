//! Prices, refunds one by one, contradictions, fresh and late, voids, errors.

use super::*;

// Prices and holds.

#[test]
fn the_orders_price_is_compared_from_the_first_one() {
    let books = Books::of(&juspay::FULL_ONLY, "100");
    let books = books.sees(&order("AUTHORIZED", "").replace(r#""amount":100"#, r#""amount":1"#), "amount-mismatch");
    let books = books.sees(&order("NEW", "").replace(r#""amount":100"#, r#""amount":1"#), "amount-mismatch");
    let books = books.is("created", NOTHING).sees(&order("AUTHORIZED", ""), "applied");
    books.sees(&order("AUTHORIZED", "").replace(r#""amount":100"#, r#""amount":40"#), "amount-mismatch");
    // A bare amount may be that of a known capture.
    Books::held(&juspay::CYBERSOURCE, "100")
        .capture("40", "k")
        .sees(&order("PARTIAL_CHARGED", "").replace(r#""amount":100"#, r#""amount":40"#), "applied");
}

#[test]
fn a_hold_of_another_amount_is_recorded_as_it_is() {
    let small = payment("authorized", false, 0).replace("10000", "100");
    let books =
        Books::of(&razorpay::PROFILE, "100").sees(&small, "applied").is("authorized", ["0", "0", "1", "0", "0", "0"]);
    assert_eq!(books.refused(Command::capture().amount(rupees("1"))), "authorized-not-equal-to-order");
    books.sees(&payment("authorized", false, 0), "amount-mismatch");
}

#[test]
fn an_offer_lowers_what_is_paid() {
    let books = Books::of(&juspay::FULL_ONLY, "100").sees(&order("CHARGED", r#","effective_amount":85"#), "applied");
    let books = books.is("charged", ["85", "0", "0", "0", "0", "0"]);
    assert_eq!(books.with(|payment| payment.order_status().charged.as_str()), "full");
    assert_eq!(books.refused(Command::refund().amount(rupees("100")).key("r1")), "exceeds-refundable");
}

// Refunds, one by one.

#[test]
fn a_refund_that_failed_is_not_refunded() {
    let refund = |status: &str, receipt: &str| {
        format!(
            r#"{{"id":"rfnd_1","entity":"refund","amount":5000,"currency":"INR","payment_id":"pay_1","status":"{status}","receipt":{receipt}}}"#
        )
    };
    let books = || {
        let books = Books::held(&razorpay::PROFILE, "100").charged().refund("14", "refund-key-1");
        books.told(Answer::refund(Succeeded)).refund("50", "refund-key-2")
    };
    for receipt in ["null", r#""refund-key-2""#] {
        let failed = refund_entity(&payment("captured", true, 6400), &refund("failed", receipt));
        let after = books().sees(&failed, "applied").is("charged", ["100", "0", "0", "0", "14", "0"]);
        assert_eq!(after.refused(Command::refund().amount(rupees("86")).key("refund-key-3")), "applied");
        let pending = refund_entity(&payment("captured", true, 6400), &refund("pending", receipt));
        books().sees(&pending, "applied").is("charged", ["100", "0", "0", "0", "14", "50"]);
    }
    let done = refund_entity(&payment("captured", true, 6400), &refund("processed", "null"));
    books().sees(&done, "applied").is("charged", ["100", "0", "0", "0", "64", "0"]);
    // A stranger's refund counts in the total, and ours stays reserved.
    let theirs = refund("processed", r#""another-key""#).replace("5000", "4000");
    let theirs = refund_entity(&payment("captured", true, 5400), &theirs);
    books().sees(&theirs, "applied").is("charged", ["100", "0", "0", "0", "54", "46"]);
}

#[test]
fn a_refund_is_matched_by_its_key() {
    let list = |status: &str| format!(r#","refunds":[{{"unique_request_id":"r1","amount":86,"status":"{status}"}}]"#);
    let books = || Books::held(&juspay::FULL_ONLY, "100").charged().refund("86", "r1");
    let all = ["100", "0", "0", "0", "0", "0"];
    let failed = order("CHARGED", &list("FAILURE"));
    books().told(Answer::refund(Accepted)).sees(&failed, "applied").is("charged", all).refund("100", "r2");
    let pending = order_refunded("CHARGED", "86", &list("PENDING"));
    books().sees(&pending, "applied").is("charged", ["100", "0", "0", "0", "0", "86"]);
    let done = order_refunded("CHARGED", "86", &list("SUCCESS"));
    let books = books().sees(&done, "applied").is("charged", ["100", "0", "0", "0", "86", "0"]);
    // It succeeded: what says that it failed is old, or a reason to ask once more.
    books.sees(&failed, "stale").polls(&failed, "below-recorded");
    let above = order("CHARGED", &list("SUCCESS"));
    Books::held(&juspay::FULL_ONLY, "100").charged().sees(&above, "payload-contradicts-itself");
}

#[test]
fn a_refund_without_a_total_is_recorded_once() {
    let bare = |id: &str, receipt: &str| {
        format!(
            r#"{{"id":"{id}","entity":"refund","amount":4000,"currency":"INR","payment_id":"pay_1","status":"processed","receipt":{receipt}}}"#
        )
    };
    let books = Books::held(&razorpay::PROFILE, "100").charged();
    let books = books.sees(&bare("rfnd_1", "null"), "applied").is("charged", ["100", "0", "0", "0", "40", "0"]);
    // A total that holds it adds nothing.
    let books = books.sees(&payment("captured", true, 4000), "already-applied");
    let books = books.sees(&bare("rfnd_2", "null"), "applied").is("charged", ["100", "0", "0", "0", "80", "0"]);
    books.sees(&bare("rfnd_3", "null"), "refunded-exceeds-captured");
    // One of ours that awaits its answer is the one.
    let books = Books::held(&razorpay::PROFILE, "100").charged().refund("40", "refund-key-1");
    let books = books.sees(&bare("rfnd_1", "null"), "applied").is("charged", ["100", "0", "0", "0", "40", "0"]);
    // One that was answered without its name is not counted twice.
    books.sees(&bare("rfnd_1", r#""refund-key-1""#), "already-applied");
    let books = Books::held(&razorpay::PROFILE, "100").charged().refund("40", "refund-key-1");
    let books = books.told(Answer::refund(Succeeded)).sees(&bare("rfnd_1", "null"), "already-applied");
    books.is("charged", ["100", "0", "0", "0", "40", "0"]);
}

#[test]
fn captures_and_voids_are_matched_by_their_keys() {
    let list = |one: &str, other: &str| {
        let part = |key: &str, amount: &str, kind: &str, status: &str| {
            format!(
                r#"{{"txn_id":"{key}","txn_uuid":"u-{key}","txn_amount":{amount},"txn_object_type":"{kind}","status":"{status}"}}"#
            )
        };
        let parts = [part("v1", "40", "PARTIAL_VOID", other), part("k1", "60", "PARTIAL_CAPTURE", one)];
        format!(r#","txn_sub_details":[{}]"#, parts.join(","))
    };
    let books = || Books::held(&juspay::SIMPL, "100").capture("60", "k1");
    books()
        .sees(&order("PARTIAL_CHARGED", &list("CHARGED", "NEW")), "applied")
        .is("partially-captured", ["60", "0", "40", "0", "0", "0"])
        .ask(Command::void().key("v1").amount(rupees("40")))
        .sees(&order("PARTIAL_CHARGED", &list("CHARGED", "VOIDED")), "applied")
        .is("charged", ["60", "0", "0", "40", "0", "0"]);
    // Without a total, what is listed is recorded under the provider's name for it: both are somebody else's.
    Books::held(&juspay::SIMPL, "100")
        .sees(&order("PARTIAL_CHARGED", &list("CHARGED", "VOIDED")), "applied")
        .is("charged", ["60", "0", "0", "40", "0", "0"]);
    let nameless = list("CHARGED", "NEW").replace(r#""txn_uuid":"u-k1","#, "");
    Books::held(&juspay::SIMPL, "100").sees(&order("PARTIAL_CHARGED", &nameless), "captured-amount-unknown");
    books()
        .sees(&order("CAPTURE_FAILED", &list("CAPTURE_FAILED", "NEW")), "applied")
        .is("authorized", ["0", "0", "100", "0", "0", "0"]);
}

// A payload that contradicts itself.

#[test]
fn what_contradicts_itself_changes_nothing() {
    let failed = r#","refunds":[{"unique_request_id":"auto","amount":100,"status":"FAILURE"}]"#;
    let pending = failed.replace("FAILURE", "PENDING");
    let contradictions = [
        order("AUTO_REFUNDED", failed),
        order("AUTO_REFUNDED", &pending),
        order("AUTHORIZED", r#","captured_amount":1"#),
        order("NEW", r#","captured_amount":1"#),
        order("AUTHORIZATION_FAILED", r#","captured_amount":1"#),
        order("CHARGED", r#","captured_amount":0"#),
        order("PARTIAL_CHARGED", r#","captured_amount":0"#),
        order(
            "CHARGED",
            r#","captured_amount":100,"refunds":[{"unique_request_id":"x","amount":1,"status":"SUCCESS"}]"#,
        ),
    ];
    for text in contradictions {
        Books::of(&juspay::FULL_ONLY, "100").failed().sees(&text, "payload-contradicts-itself").is("failed", NOTHING);
        Books::held(&juspay::FULL_ONLY, "100").sees(&text, "payload-contradicts-itself");
    }
    Books::of(&razorpay::PROFILE, "100").sees(&payment("refunded", true, 4000), "payload-contradicts-itself");
    Books::of(&razorpay::PROFILE, "100").sees(&payment("captured", false, 0), "flag-mismatch");
    Books::of(&razorpay::PROFILE, "100").sees(&payment("authorized", true, 0), "flag-mismatch");
    Books::of(&juspay::FULL_ONLY, "100").sees(&order("SETTLED", ""), "unknown-status");
    Books::of(&juspay::FULL_ONLY, "100").sees(&order("CHARGED", r#","status_id":25"#), "status-id-mismatch");
}

#[test]
fn what_went_back_without_a_capture_is_no_refund() {
    let gone = ["0", "0", "0", "100", "0", "0"];
    Books::of(&juspay::FULL_ONLY, "100").failed().sees(&order("AUTO_REFUNDED", ""), "applied").is("expired", gone);
    Books::held(&juspay::FULL_ONLY, "100")
        .sees(&order_refunded("AUTO_REFUNDED", "100", ""), "applied")
        .is("expired", gone);
    Books::of(&juspay::FULL_ONLY, "100").sees(&order("VOIDED", ""), "applied").is("voided", gone);
    Books::of(&razorpay::PROFILE, "100").sees(&payment("refunded", false, 10_000), "applied").is("expired", gone);
    // Captured money that went back by itself needs its amount.
    let books = Books::held(&juspay::FULL_ONLY, "100").charged();
    let without_total = order("AUTO_REFUNDED", "").replace(r#","amount_refunded":0"#, "");
    let books = books.sees(&without_total, "refund-amount-unknown");
    let books = books.sees(&order("AUTO_REFUNDED", ""), "already-applied");
    books
        .sees(&order_refunded("AUTO_REFUNDED", "100", ""), "applied")
        .is("charged", ["100", "0", "0", "0", "100", "0"]);
    let all_back = ["100", "0", "0", "0", "100", "0"];
    Books::held(&razorpay::PROFILE, "100")
        .charged()
        .sees(&payment("refunded", true, 10_000), "applied")
        .is("charged", all_back);
}

// Was it held?

#[test]
fn a_hold_is_learned_from_any_word_that_implies_one() {
    let held = ["0", "0", "100", "0", "0", "0"];
    for start in [Books::of(&juspay::FULL_ONLY, "100"), Books::of(&juspay::FULL_ONLY, "100").failed()] {
        let Books { order: price, profile, now, transactions, at } = start;
        let fresh = || Books { order: price.clone(), profile, now, transactions: transactions.clone(), at };
        fresh().sees(&order("AUTHORIZED", ""), "applied").is("authorized", held);
        fresh().sees(&order("CAPTURE_FAILED", ""), "applied").is("capture-failed", held);
        fresh().sees(&order("VOID_FAILED", ""), "applied").is("void-failed", held);
        fresh()
            .sees(&order("CAPTURE_INITIATED", ""), "applied")
            .is("capture-initiated", ["0", "100", "0", "0", "0", "0"]);
        fresh().sees(&order("VOID_INITIATED", ""), "applied").is("void-initiated", held);
    }
    let books = Books::of(&juspay::FULL_ONLY, "100").sees(&order("PENDING_VBV", ""), "applied");
    assert_eq!(books.own().provider_status(), Some("PENDING_VBV"));
    let books = books.sees(&order("NEW", ""), "already-applied").sees(&order("JUSPAY_DECLINED", ""), "applied");
    assert_eq!((books.own().state().as_str(), books.own().provider_status()), ("failed", Some("JUSPAY_DECLINED")));
    let books = books.sees(&order("NEW", ""), "stale").sees(&order("AUTHORIZATION_FAILED", ""), "already-applied");
    assert_eq!(books.own().provider_status(), Some("AUTHORIZATION_FAILED"));
}

// Fresh, late, and lower.

#[test]
fn a_fresh_poll_is_never_stale() {
    let books = Books::held(&juspay::FULL_ONLY, "100").charged();
    let less = order("CHARGED", r#","captured_amount":40"#);
    let books = books.sees(&less, "stale").polls(&less, "below-recorded");
    let books = books.sees(&order("AUTHORIZED", ""), "stale").polls(&order("AUTHORIZED", ""), "below-recorded");
    books.polls(&order("NEW", ""), "below-recorded").is("charged", ["100", "0", "0", "0", "0", "0"]);
}

#[test]
fn a_second_failure_is_told_by_a_fresh_poll() {
    let failed = order("CAPTURE_FAILED", "");
    Books::held(&juspay::SIMPL, "100")
        .capture("60", "k1")
        .told(Answer::capture(Failed).key("k1"))
        .capture("50", "k2")
        .told(Answer::capture(TimedOut).key("k2"))
        .sees(&failed, "stale")
        .is("capture-unknown", ["0", "50", "50", "0", "0", "0"])
        .polls(&failed, "applied")
        .is("authorized", ["0", "0", "100", "0", "0", "0"])
        .sees(&failed, "already-applied");
    Books::held(&juspay::FULL_ONLY, "100")
        .ask(Command::capture())
        .sees(&failed, "applied")
        .is("capture-failed", ["0", "0", "100", "0", "0", "0"])
        .sees(&order("AUTHORIZED", ""), "stale")
        .polls(&order("AUTHORIZED", ""), "applied")
        .is("authorized", ["0", "0", "100", "0", "0", "0"]);
}

#[test]
fn authorized_frees_nothing() {
    let authorized = order("AUTHORIZED", "");
    let pending = ["0", "100", "0", "0", "0", "0"];
    let books = Books::held(&juspay::FULL_ONLY, "100").ask(Command::capture());
    let books =
        books.sees(&authorized, "already-applied").polls(&authorized, "already-applied").is("capturing", pending);
    let books =
        books.told(Answer::capture(TimedOut)).polls(&authorized, "already-applied").is("capture-unknown", pending);
    let books = books.sees(&order("CAPTURE_INITIATED", ""), "applied").is("capture-initiated", pending);
    // Accepted, and not shown any more: its outcome is unknown (seed, last row).
    books.sees(&authorized, "stale").polls(&authorized, "applied").is("capture-unknown", pending);
    let books = Books::held(&juspay::FULL_ONLY, "100").ask(Command::void()).told(Answer::void(Accepted));
    books.sees(&authorized, "stale").polls(&authorized, "applied").is("void-unknown", ["0", "0", "100", "0", "0", "0"]);
}

#[test]
fn what_was_taken_back_may_still_be_in_an_old_total() {
    let total = order("CHARGED", r#","captured_amount":100"#);
    let books = Books::held(&juspay::FULL_ONLY, "100").charged();
    let books = books.step(|payment, now| payment.reversed(Reversal::of(Operation::Capture), now));
    let books = books.is("capture-failed", ["0", "0", "100", "0", "0", "0"]);
    let books = books.sees(&total, "stale").sees(&order("CHARGED", ""), "stale");
    books.polls(&total, "applied").is("charged", ["100", "0", "0", "0", "0", "0"]);
    // Refunds alike.
    let books = Books::held(&juspay::FULL_ONLY, "100").charged().refund("50", "r1").told(Answer::refund(Succeeded));
    let books = books.step(|payment, now| payment.reversed(Reversal::of(Operation::Refund).key("r1"), now));
    let books = books.sees(&order_refunded("CHARGED", "50", ""), "stale");
    let books = books.sees(&order_refunded("CHARGED", "0", ""), "already-applied");
    books.sees(&order_refunded("CHARGED", "80", ""), "applied").is("charged", ["100", "0", "0", "0", "30", "0"]);
}

#[test]
fn what_a_person_replaced_is_old() {
    let wrong = order("CHARGED", r#","captured_amount":100"#);
    Books::held(&juspay::CYBERSOURCE, "100")
        .sees(&wrong, "applied")
        .step(|payment, now| payment.reported(Report::captured(rupees("40")), now))
        .is("charged", ["40", "0", "0", "60", "0", "0"])
        .sees(&wrong, "stale")
        .is("charged", ["40", "0", "0", "60", "0", "0"]);
    Books::held(&juspay::CYBERSOURCE, "100")
        .capture("40", "k")
        .sees(&wrong, "captured-exceeds-requested")
        .step(|payment, now| payment.reported(Report::captured(rupees("100")), now))
        .is("charged", ["100", "0", "0", "0", "0", "0"]);
}

#[test]
fn an_earlier_authorization_is_old() {
    let profile: &'static Profile = Box::leak(Box::new({
        let mut rows = profiles::ProfileRows::clone(&juspay::SIMPL);
        rows.capabilities.adjustment = true;
        Profile::new(rows).unwrap()
    }));
    let raised = |amount: u32| {
        format!(
            r#"{{"content":{{"txn":{{"order_id":"o","txn_id":"m","status":"AUTHORIZED","txn_amount":{amount}}}}}}}"#
        )
    };
    Books::held(profile, "100")
        .step(|payment, now| payment.adjusted(rupees("150"), now))
        .sees(&raised(100), "stale")
        .polls(&raised(100), "below-recorded")
        .sees(&raised(120), "amount-mismatch")
        .sees(&raised(150), "already-applied");
}

#[test]
fn razorpays_order_speaks_for_its_only_payment() {
    let paid = |paid: u32, status: &str| {
        format!(
            r#"{{"id":"order_1","entity":"order","amount":10000,"currency":"INR","status":"{status}","amount_paid":{paid}}}"#
        )
    };
    let all = ["100", "0", "0", "0", "0", "0"];
    Books::held(&razorpay::PROFILE, "100")
        .sees(&paid(0, "created"), "stale")
        .sees(&paid(0, "attempted"), "already-applied")
        .sees(&paid(10_000, "paid"), "applied")
        .is("charged", all);
    Books::held(&razorpay::PROFILE, "100").sees(&paid(0, "paid"), "payload-contradicts-itself");
    Books::held(&razorpay::PROFILE, "100").sees(&paid(9_000, "paid").replace("10000", "9000"), "amount-mismatch");
    // Beside another payment that is held, an order that names none may mean that one.
    let two = || Books::held(&razorpay::PROFILE, "100").another("t-2").authorized("100");
    two().sees(&paid(10_000, "paid"), "captured-amount-unknown");
    two().sees(&paid(0, "attempted"), "already-applied");
}

// Voids, and what is gone.

#[test]
fn voids_and_captures_that_cross() {
    let voided = order("VOIDED", "");
    let gone = ["0", "0", "0", "100", "0", "0"];
    Books::held(&juspay::FULL_ONLY, "100").charged().sees(&voided, "voided-after-capture");
    let books =
        Books::held(&juspay::FULL_ONLY, "100").ask(Command::capture()).sees(&voided, "applied").is("voided", gone);
    books.sees(&order("CHARGED", ""), "captured-after-void").is("voided", gone);
    let books = Books::held(&juspay::FULL_ONLY, "100").ask(Command::void());
    let books = books.sees(&order("VOID_INITIATED", ""), "applied").sees(&voided, "applied").is("voided", gone);
    books.sees(&order("VOID_INITIATED", ""), "stale").sees(&voided, "already-applied");
    let books = Books::held(&juspay::FULL_ONLY, "100").sees(&order("AUTO_REFUNDED", ""), "applied");
    books.sees(&order("CHARGED", ""), "captured-after-expiry");
    let books = Books::held(&juspay::FULL_ONLY, "100").ask(Command::void()).sees(&order("VOID_FAILED", ""), "applied");
    books.is("void-failed", ["0", "0", "100", "0", "0", "0"]).sees(&order("VOID_FAILED", ""), "already-applied");
    // A void of ours for the rest, or somebody's.
    let books =
        Books::held(&juspay::SIMPL, "100").captured("60", "k1").ask(Command::void().key("v").amount(rupees("40")));
    books.sees(&voided, "applied").is("charged", ["60", "0", "0", "40", "0", "0"]).sees(&voided, "already-applied");
    Books::held(&juspay::SIMPL, "100").captured("60", "k1").sees(&voided, "voided-after-capture");
}

#[test]
fn what_the_provider_does_by_itself_is_announced() {
    let initiated = order("CAPTURE_INITIATED", "");
    Books::held(&juspay::SIMPL, "100")
        .sees(&initiated, "applied")
        .is("capture-initiated", ["0", "100", "0", "0", "0", "0"]);
    // After an answer it may be an old word; a total that holds every capture makes it a new one.
    let books = || Books::held(&juspay::SIMPL, "100").captured("60", "k1");
    books()
        .sees(&initiated, "stale")
        .polls(&initiated, "applied")
        .is("capture-initiated", ["60", "40", "0", "0", "0", "0"]);
    let with_total = order("CAPTURE_INITIATED", r#","captured_amount":60"#);
    books().sees(&with_total, "applied").is("capture-initiated", ["60", "40", "0", "0", "0", "0"]);
    let books = Books::held(&juspay::SIMPL, "100").sees(&order("VOID_INITIATED", ""), "applied");
    let books = books.is("void-initiated", ["0", "0", "100", "0", "0", "0"]).sees(&initiated, "applied");
    books.is("void-initiated", ["0", "100", "0", "0", "0", "0"]);
    // Of what no capture speaks for.
    let books = Books::held(&juspay::SIMPL, "100").capture("60", "k1").sees(&order("VOID_INITIATED", ""), "applied");
    books.is("void-initiated", ["0", "60", "40", "0", "0", "0"]);
}

// Errors.

#[test]
fn an_error_withdraws_only_what_was_never_tried() {
    let pending = ["0", "100", "0", "0", "0", "0"];
    let asked = || Books::held(&juspay::FULL_ONLY, "100").ask(Command::capture());
    for status in [409, 423, 425, 499, 408, 500, 502, 200] {
        asked().error(status, "").is("capture-unknown", pending);
    }
    for status in [400, 401, 403, 404, 405, 413, 414, 415, 422, 429] {
        asked().error(status, "").is("authorized", ["0", "0", "100", "0", "0", "0"]);
    }
    asked().error(400, "Cannot capture charged transaction").is("capture-unknown", pending);
    // A repeat that is refused says nothing of the first try.
    let again = asked().error(500, "").ask(Command::capture()).error(400, "").is("capture-unknown", pending);
    let answer = ErrorAnswer { http_status: 400, ..ErrorAnswer::default() };
    let effect = again.with(|payment| payment.provider_error(&answer, None, again.now).map(|change| change.effect()));
    assert_eq!(effect, Ok(Effect::AlreadyApplied));
    let none = Books::held(&juspay::FULL_ONLY, "100");
    let refused = none.with(|payment| payment.provider_error(&answer, None, none.now).map(|change| change.effect()));
    assert_eq!(refused.unwrap_err().code(), "illegal-transition");
    // The one that is named.
    let named = Books::held(&juspay::FULL_ONLY, "100").charged().refund("10", "r1").refund("20", "r2");
    let to = Some((Operation::Refund, 1));
    named
        .step(|payment, now| payment.provider_error(&answer, to, now))
        .is("charged", ["100", "0", "0", "0", "0", "20"]);
}
