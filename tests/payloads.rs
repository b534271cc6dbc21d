//! Invented payloads as long as real ones, from text to change. What they say: `statements`; what is none: `malformed`.

use crate::states::{
    self, answered, asked, cpvh, done, held, midnight, minor, order_of, payment, profile_like, rupees, theirs,
};
use order_capture::Operation::{Capture, Refund, Void};
use order_capture::profiles::CaptureMode;
use order_capture::*;

fn file(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Reads a text, and goes on with the payment after it; the result in a word.
fn reads<'a>(payment: &Payment<'a>, text: &str) -> (Payment<'a>, &'static str) {
    let seen = match payment.profile().statements(text, Currency::INR) {
        Ok(seen) => seen,
        Err(malformed) => return (payment.clone(), malformed.code()),
    };
    match payment.observe(&seen, None, midnight()) {
        Ok(change) => {
            let mut replayed = payment.transaction().clone();
            for recorded in change.events() {
                assert_eq!(recorded.occurred_at, seen.occurred_at, "the log keeps both times");
                assert_eq!(replayed.apply(recorded), Ok(Effect::Applied));
            }
            assert_eq!(&replayed, change.payment().transaction());
            let word = states::effect_word(change.effect());
            (change.into_payment(), word)
        }
        Err(conflict) => (payment.clone(), conflict.code()),
    }
}

/// Reads payloads one after the other, each with its result.
fn follow<'a>(payment: Payment<'a>, payloads: &[(&str, &str)]) -> Payment<'a> {
    payloads.iter().fold(payment, |payment, (name, expected)| {
        let (after, result) = reads(&payment, &file(name));
        assert_eq!(result, *expected, "{name}");
        after
    })
}

fn created<'a>(order: &'a Order, profile: &'a Profile) -> Payment<'a> {
    order.transaction("t-1".parse().unwrap(), profile)
}

/// The state, and C, P, V, H in rupees.
fn is(payment: &Payment<'_>, state: StateKind, amounts: [&str; 4]) {
    let transaction = payment.transaction();
    assert_eq!((transaction.state(), cpvh(transaction)), (state, amounts.map(|text| minor(text).get())));
}

fn request<'p>(payment: &'p Payment<'_>, operation: Operation, number: u32) -> &'p Request {
    payment.transaction().hold().unwrap().requests(operation).get(number).unwrap()
}

#[test]
fn a_juspay_capture_response_answers_the_capture() {
    let order = order_of("250.00");
    let start = payment(&order, &juspay::FULL_ONLY, &[held("250.00"), asked(Capture, 1, "250.00", None, true)]);
    let unread = follow(start.clone(), &[("juspay_capture_with_a_tail.txt", "not-json")]);
    assert_eq!(unread, start, "a text that is not JSON changes nothing");
    let after = follow(start, &[("juspay_capture.json", "applied"), ("juspay_capture.json", "already applied")]);
    is(&after, StateKind::Charged, ["250.00", "0.00", "0.00", "0.00"]);
    assert_eq!(after.transaction().provider_ids().uuid.as_ref().unwrap().as_str(), "fixtureUuid00000001");
    assert_eq!(after.order_status().word, "CHARGED");
}

/// The response to a partial capture: its amount is the capture's, its id that of a full one, its word the order's.
#[test]
fn a_partial_juspay_capture_response_answers_the_part() {
    let order = order_of("250.00");
    let start = [held("250.00"), asked(Capture, 1, "100.00", Some("k1"), true)];
    let start = payment(&order, &juspay::CYBERSOURCE, &start);
    let name = "juspay_capture_part.json";
    let after = follow(start, &[(name, "applied"), (name, "already applied")]);
    is(&after, StateKind::Charged, ["100.00", "0.00", "150.00", "0.00"]);
    assert_eq!((after.transaction().word(after.profile()), after.order_status().word), ("CHARGED", "PARTIAL_CHARGED"));
}

#[test]
fn a_juspay_void_response_is_accepted() {
    let order = order_of("250.00");
    let start = [held("250.00"), asked(Void, 1, "250.00", None, false)];
    let start = payment(&order, &juspay::FULL_ONLY, &start);
    let after = follow(start, &[("juspay_void.json", "applied"), ("juspay_void.json", "already applied")]);
    is(&after, StateKind::VoidInitiated, ["0.00", "0.00", "0.00", "250.00"]);
}

/// A capture that timed out is found in the list by its key; what was captured elsewhere counts in the total.
#[test]
fn juspay_order_statuses_tell_of_several_captures() {
    let order = order_of("250.00");
    let first = asked(Capture, 1, "100.00", Some("ship-1"), false);
    let start = [held("250.00"), first, answered(Capture, 1, Outcome::TimedOut)];
    let start = payment(&order, &juspay::SIMPL, &start);
    let part = follow(start, &[("juspay_status_part.json", "applied"), ("juspay_webhook.json", "already applied")]);
    is(&part, StateKind::PartiallyCaptured, ["100.00", "0.00", "0.00", "150.00"]);
    assert_eq!(request(&part, Capture, 1).provider_id.as_ref().unwrap().as_str(), "fixturePart1");
    let all = follow(part, &[("juspay_status_all.json", "applied"), ("juspay_status_part.json", "stale")]);
    is(&all, StateKind::Charged, ["250.00", "0.00", "0.00", "0.00"]);
    assert_eq!(all.transaction().hold().unwrap().captures.count(), 1, "a stranger's capture is no request of ours");
}

/// Surcharge, a failed attempt beside it, parts of every fate, a refund pending: each statement is about its own subject.
#[test]
fn a_juspay_order_status_answers_request_by_request() {
    let order = order_of("250.00");
    let mut events =
        vec![Event::Authorized { amount: rupees("255.00"), pays: Some(minor("250.00")), capture_before: None }];
    events.extend([asked(Capture, 1, "100.00", Some("ship-1"), false), done(Capture, 1, "100.00")]);
    events.extend([asked(Capture, 2, "30.00", Some("ship-2"), false), answered(Capture, 2, Outcome::TimedOut)]);
    events.extend(
        [("20.00", "refund-1"), ("0.50", "refund-2")]
            .into_iter()
            .zip(1..)
            .map(|((amount, key), number)| asked(Refund, number, amount, Some(key), false)),
    );
    let known = payment(&order, &juspay::SIMPL, &events);
    for (start, ours) in [(known, true), (created(&order, &juspay::SIMPL), false)] {
        let after = follow(start, &[("juspay_status_parts.json", "applied")]);
        // 150.00 is the order's total: 30.00 of the failed part is not in it, since 150.00 is shown as done.
        is(&after, StateKind::Charged, ["150.00", "0.00", "105.00", "0.00"]);
        let Amounts { refunded, refund_pending, .. } = after.transaction().amounts();
        let pending = if ours { "0.50" } else { "0.00" };
        assert_eq!((refunded, refund_pending), (minor("20.00"), minor(pending)), "a pending refund is not done");
        assert_eq!(after.transaction().hold().unwrap().pays(), minor("250.00"));
        assert_eq!(after.order_status().word, "PARTIAL_CHARGED");
        if ours {
            let fates = [(Capture, 1), (Capture, 2), (Refund, 1), (Refund, 2)]
                .map(|(operation, number)| request(&after, operation, number).status);
            use RequestStatus::{Accepted, Failed, Succeeded};
            assert_eq!(fates, [Succeeded, Failed, Succeeded, Accepted]);
        }
    }
}

#[test]
fn a_razorpay_payment_captures_of_itself() {
    let order = order_of("250.00");
    let start = created(&order, &razorpay::PROFILE);
    let after = follow(
        start,
        &[
            ("razorpay_capture_no_currency.json", "currency-unknown"),
            ("razorpay_capture.json", "applied"),
            ("razorpay_capture.json", "already applied"),
            ("razorpay_webhook_captured.json", "already applied"),
            ("razorpay_webhook_order_paid.json", "already applied"),
            ("razorpay_order.json", "already applied"),
        ],
    );
    is(&after, StateKind::Charged, ["250.00", "0.00", "0.00", "0.00"]);
    let after = follow(
        after,
        &[
            ("razorpay_webhook_refund.json", "applied"),
            ("razorpay_webhook_refund.json", "already applied"),
            ("razorpay_webhook_captured.json", "stale"),
        ],
    );
    let refunded = after.transaction().amounts().refunded;
    assert_eq!(refunded, minor("90.00"), "the payment's running total, not this refund's amount");
    assert_eq!(after.order_status().word, "paid", "it stays paid after refunds");
}

/// A Razorpay order alone says that it is paid, of its only payment.
#[test]
fn a_razorpay_order_speaks_for_its_only_payment() {
    let order = order_of("250.00");
    let start = payment(&order, &razorpay::PROFILE, &[held("250.00")]);
    let after = follow(start, &[("razorpay_order.json", "applied"), ("razorpay_order.json", "already applied")]);
    is(&after, StateKind::Charged, ["250.00", "0.00", "0.00", "0.00"]);
}

#[test]
fn a_razorpay_payment_fails_and_comes_late() {
    let order = order_of("250.00");
    let failed = follow(created(&order, &razorpay::PROFILE), &[("razorpay_failed.json", "applied")]);
    assert_eq!(failed.transaction().state(), StateKind::Failed);
    let late = follow(failed, &[("razorpay_capture.json", "applied"), ("razorpay_failed.json", "stale")]);
    is(&late, StateKind::Charged, ["250.00", "0.00", "0.00", "0.00"]);
}

/// A webhook says when it happened; `reads` compares it with every event.
#[test]
fn a_webhook_brings_its_own_time() {
    let order = order_of("250.00");
    for (profile, name, expected) in [
        (&razorpay::PROFILE, "razorpay_webhook_captured.json", "2026-02-03T04:06:00+00:00"),
        (&juspay::SIMPL, "juspay_webhook.json", "2026-02-03T04:06:00+00:00"),
    ] {
        let text = file(name);
        let seen = profile.statements(&text, Currency::INR).unwrap();
        let change = created(&order, profile).observe(&seen, None, midnight()).unwrap();
        assert!(change.is_applied() && !change.events().is_empty(), "{name}");
        for recorded in change.events() {
            assert_eq!(recorded.occurred_at.unwrap().to_rfc3339(), expected, "{name}");
            assert_eq!(recorded.observed_at, midnight(), "{name}");
        }
    }
}

/// Without a total, partly charged names a capture only where exactly one is outstanding.
#[test]
fn partly_charged_does_not_choose_among_several() {
    let order = order_of("100.00");
    let profile = profile_like(&juspay::SIMPL, |rows| {
        rows.capabilities.captures = CaptureMode::Several { at_once: true, says_final: false };
    });
    let text = r#"{"order_id":"o-1","status":"PARTIAL_CHARGED","amount":100}"#;
    let one = [held("100.00"), asked(Capture, 1, "30.00", Some("k1"), false)];
    let (after, result) = reads(&payment(&order, &profile, &one), text);
    assert_eq!(result, "applied");
    is(&after, StateKind::PartiallyCaptured, ["30.00", "0.00", "0.00", "70.00"]);
    let [held, first] = one;
    let two = payment(&order, &profile, &[held, first, asked(Capture, 2, "50.00", Some("k2"), false)]);
    assert_eq!(reads(&two, text), (two.clone(), "captured-amount-unknown"));
}

/// Of parts without a total, a capture that was charged counts, under the provider's name for it, once.
#[test]
fn only_charged_captures_count_among_the_parts() {
    let order = order_of("100.00");
    let start = payment(&order, &juspay::SIMPL, &[held("100.00")]);
    let read = |kind: &str, status: &str, id: &str| {
        let part = format!(r#"{{"txn_id":"k","txn_object_type":"{kind}","status":"{status}","txn_amount":1{id}}}"#);
        let text = format!(r#"{{"order_id":"o-1","status":"PARTIAL_CHARGED","txn_sub_details":[{part}]}}"#);
        let (after, result) = reads(&start, &text);
        let (again, _) = reads(&after, &text);
        assert_eq!(again, after, "seen twice");
        (cpvh(after.transaction())[0], result)
    };
    let named = r#","txn_uuid":"part1""#;
    assert_eq!(read("PARTIAL_CAPTURE", "CHARGED", named), (100, "applied"));
    for (kind, status, id) in [
        ("PARTIAL_CAPTURE", "CHARGED", ""),
        ("PARTIAL_CAPTURE", "CAPTURE_FAILED", named),
        ("PARTIAL_VOID", "CHARGED", named),
        ("PARTIAL_VOID", "VOIDED", named),
    ] {
        assert_eq!(read(kind, status, id), (0, "captured-amount-unknown"), "{kind} {status} {id}");
    }
}

/// A refund that is pending or failed is taken off the total, down to what is shown as done.
#[test]
fn pending_refunds_are_left_out_of_the_total() {
    let order = order_of("100.00");
    let charged = [held("100.00"), asked(Capture, 1, "100.00", None, true), done(Capture, 1, "100.00")];
    let start = payment(&order, &juspay::FULL_ONLY, &charged);
    for (list, refunded) in [
        ("", "3.00"),
        (r#"{"status":"PENDING","amount":2}"#, "1.00"),
        (r#"{"status":"MANUAL_REVIEW","amount":3}"#, "0.00"),
        (r#"{"status":"FAILURE","amount":2}"#, "1.00"),
        (r#"{"status":"SUCCESS","amount":3},{"status":"PENDING","amount":2}"#, "3.00"),
        (r#"{"status":"REFUNDED","amount":2},{"status":"FAILURE","amount":2}"#, "2.00"),
        (r#"{"status":"SUCCESS","amount":1},{"status":"PENDING","amount":2}"#, "1.00"),
    ] {
        let text = format!(r#"{{"order_id":"o-1","status":"CHARGED","amount_refunded":3,"refunds":[{list}]}}"#);
        let (after, result) = reads(&start, &text);
        let expected = if refunded == "0.00" { "already applied" } else { "applied" };
        assert_eq!((after.transaction().amounts().refunded, result), (minor(refunded), expected), "{list}");
    }
}

/// A total of the order is this transaction's without what the others captured, where only it can have changed.
#[test]
fn an_orders_total_is_without_the_others() {
    let order = order_of("250.00");
    let other = |events: &[Event]| {
        let mut transaction = Transaction::created(&order, "t-2".parse().unwrap());
        for event in events {
            let recorded = states::recorded(&transaction, event.clone());
            assert_eq!(transaction.apply(&recorded), Ok(Effect::Applied));
        }
        transaction
    };
    let asked_all = asked(Capture, 1, "100.00", Some("k2"), true);
    let captured = other(&[held("100.00"), asked_all.clone(), done(Capture, 1, "100.00")]);
    let pending = other(&[held("100.00"), asked_all]);
    let text = r#"{"order_id":"7001","status":"CHARGED","amount":250,"captured_amount":250,"txn_id":"m-1",
        "txn_detail":{"txn_id":"m-1","status":"CHARGED","txn_amount":150}}"#;
    for (beside, expected, taken) in [
        (vec![captured], "applied", 15_000),
        (vec![pending], "captured-amount-unknown", 0),
        (vec![], "captured-exceeds-authorized", 0),
    ] {
        let start = payment(&order, &juspay::SIMPL, &[held("150.00")]).beside(&beside).unwrap();
        let (after, result) = reads(&start, text);
        assert_eq!((cpvh(after.transaction())[0], result), (taken, expected));
    }
}

/// What the provider announced is answered like a request of ours.
#[test]
fn an_announced_capture_is_awaited() {
    let order = order_of("100.00");
    let start = payment(&order, &juspay::FULL_ONLY, &[held("100.00"), theirs(Capture, 1, "100.00", false)]);
    is(&start, StateKind::CaptureInitiated, ["0.00", "100.00", "0.00", "0.00"]);
    for (status, state) in [("CHARGED", StateKind::Charged), ("CAPTURE_FAILED", StateKind::CaptureFailed)] {
        let (after, result) = reads(&start, &format!(r#"{{"order_id":"o-1","status":"{status}","amount":100}}"#));
        assert_eq!((after.transaction().state(), result), (state, "applied"), "{status}");
    }
}

/// A reading's shape: names with any characters, objects in objects, a list, several readings; the time from its place.
#[test]
fn shapes_lead_where_the_profile_says() {
    let mut json: serde_json::Value = serde_json::from_str(include_str!("../profiles/checkout.json")).unwrap();
    let source = &json["readings"][0]["source"];
    let payment =
        serde_json::json!({"a/b": {"required": "transaction.word"}, "m~n": "transaction.id", "sent/at": "given"});
    let reading = |name: &str, data: serde_json::Value| {
        serde_json::json!({
            "name": name,
            "payload": {"object": {"sent/at": "occurred-at", "data": {"object": data, "required": true}}},
            "source": source,
        })
    };
    json["readings"] = serde_json::json!([
        reading("one", serde_json::json!({"object": {"object": payment, "of": "transaction", "required": true}})),
        reading(
            "a list",
            serde_json::json!({"items": {"each": [{"object": payment, "of": "transaction"}], "required": true}})
        ),
    ]);
    let profile = Profile::new(serde_json::from_value(json).unwrap()).unwrap();
    for text in [
        r#"{"sent/at":"2026-01-01T00:00:00Z","data":{"object":{"a/b":"Captured","m~n":"pay_1","sent/at":"no"}}}"#,
        r#"{"sent/at":"2026-01-01T00:00:00Z","data":{"object":{},"items":[{"a/b":"Pending"},{"a/b":"Captured","m~n":"pay_1","sent/at":0}]}}"#,
    ] {
        let seen = profile.statements(text, Currency::INR).unwrap();
        let word = &seen.transaction.word.as_ref().unwrap().text;
        assert_eq!((&**word, seen.occurred_at), ("Captured", Some(midnight())), "{text}");
        assert_eq!(seen.transaction.ids.transaction.unwrap().as_str(), "pay_1");
    }
    for text in [
        r#"{"data":{"items":{"1":{"a/b":"Captured"}}}}"#,
        r#"{"data":{"items":[{"a/b":"Pending"}]}}"#,
        r#"{"data":{"object":{"a/b":"Captured"}}}"#,
        r#"{"data":[]}"#,
    ] {
        assert_eq!(profile.statements(text, Currency::INR).unwrap_err().code(), "not-a-payload", "{text}");
    }
}

/// A provider that is data alone: its totals are the transaction's, and a part leaves the rest held.
#[test]
fn a_provider_that_is_data_alone_is_followed() {
    let checkout = Profile::from_json(include_str!("../profiles/checkout.json")).unwrap();
    let order = order_of("250.00");
    let text = |status: &str, captured: u32, refunded: u32| {
        format!(
            r#"{{"id":"pay_1","reference":"o-1","status":"{status}","currency":"inr","balances":
            {{"total_authorized":25000,"total_captured":{captured},"total_refunded":{refunded}}}}}"#
        )
    };
    let (after, result) = reads(&created(&order, &checkout), &text("Authorized", 0, 0));
    assert_eq!(result, "applied");
    is(&after, StateKind::Authorized, ["0.00", "0.00", "0.00", "250.00"]);
    let (after, result) = reads(&after, &text("Partially Captured", 15_000, 0));
    assert_eq!(result, "applied");
    is(&after, StateKind::PartiallyCaptured, ["150.00", "0.00", "0.00", "100.00"]);
    let (again, result) = reads(&after, &text("Authorized", 0, 0));
    assert_eq!((again, result), (after, "stale"));
}

/// Every shape of an error that is listed, its codes and texts found.
#[test]
fn errors_of_every_shape_are_read() {
    let read = |body: &'static str| juspay::SIMPL.error(400, body);
    let juspay = read(
        r#"{"error_message":"Cannot Capture VOIDED Transaction","status":"Bad Request","error_code":"Invalid","error_info":{"user_message":"u","developer_message":"d","code":"INVALID_INPUT","category":"USER_ERROR"}}"#,
    );
    assert_eq!(juspay.codes, ["INVALID_INPUT", "Invalid"]);
    assert_eq!(juspay.messages, ["u", "d", "Cannot Capture VOIDED Transaction"]);
    let other = read(r#"{"status":"invalid_request_error","error_code":"invalid","error_message":"m"}"#);
    assert_eq!((other.codes, other.messages), (vec!["invalid".into()], vec!["m".into()]));
    let razorpay = read(
        r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"The amount must be an integer.","field":"amount","metadata":{}}}"#,
    );
    assert_eq!(razorpay.codes, ["BAD_REQUEST_ERROR"]);
    assert_eq!(razorpay.messages, ["The amount must be an integer."]);
    for odd in ["", "null", "[]", "\"text\"", "<html>", r#"{"error":[]}"#, r#"{"error":null,"error_info":3}"#] {
        assert_eq!(read(odd), ErrorAnswer { http_status: 400, ..ErrorAnswer::default() }, "{odd}");
    }
}

/// What is wrong with a payload is said with the field's name, word for word.
#[test]
fn malformed_payloads_name_the_field() {
    let said = |text: &str| juspay::SIMPL.statements(text, Currency::INR).unwrap_err().to_string();
    for (text, expected) in [
        (
            r#"{"status":"CHARGED","amount":10.005}"#,
            "the field amount cannot be read as an amount: the amount has too many digits after the point (3; INR allows 2); state it exactly, nothing is rounded",
        ),
        (
            r#"{"status":"CHARGED","captured_amount":1e2}"#,
            "the field captured_amount cannot be read as an amount: '1e2' is not an amount; write digits and, if needed, a point, like 100.00",
        ),
        (
            r#"{"status":"CHARGED","amount":{}}"#,
            "the field amount cannot be read as an amount: it must be a JSON number or decimal text",
        ),
        (r#"{"status":"CHARGED","order_id":7}"#, "the field order_id cannot be read as an identifier: it must be text"),
        (
            r#"{"status":"CHARGED","order_id":""}"#,
            "the field order_id cannot be read as an identifier: the text is empty; give at least one character",
        ),
        (
            r#"{"status":"CHARGED","currency":""}"#,
            "the field currency cannot be read as a currency: the currency is empty; state an ISO 4217 code like INR",
        ),
        (
            r#"{"orders":[]}"#,
            "the JSON is not what juspay/SIMPL sends (a webhook around an order or a transaction, a transaction alone, the answer to a refund, the answer to a refund of a split order, an order); check which endpoint or webhook it came from",
        ),
    ] {
        assert_eq!(said(text), expected);
    }
}

/// Identifiers that are known already are not news; one more is.
#[test]
fn identifiers_cover_what_they_know() {
    let id = |text: &str| Some(text.parse().unwrap());
    let known = ProviderIds { order: id("o-1"), transaction: id("t-1"), uuid: None };
    assert!(known.covers(&ProviderIds::default()));
    assert!(known.covers(&ProviderIds { order: id("o-1"), ..ProviderIds::default() }));
    assert!(known.covers(&known));
    assert!(!known.covers(&ProviderIds { uuid: id("u-1"), ..ProviderIds::default() }));
    assert!(!known.covers(&ProviderIds { order: id("o-2"), ..ProviderIds::default() }));
}
