//! Payloads in the shapes that the providers send, from text to verdict: the fixtures are whole, invented, and as long
//! as the real ones.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "a test reads files and may panic")]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "tests document themselves by name")]

#[path = "support/states.rs"]
mod states;

use order_capture::Operation::{Capture, Void};
use order_capture::*;
use states::*;

fn payload(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Reads a payload against a transaction of an order of 250.00 and records what it says.
fn observe(transaction: &mut Transaction, profile: &Profile, name: &str) -> &'static str {
    let text = payload(name);
    let seen = match profile.observation(&text, Currency::INR) {
        Ok(seen) => seen,
        Err(malformed) => return malformed.code(),
    };
    let order = order_of("250.00");
    let context = OrderContext { order: &order, profile, others_captured: false };
    let verdict = transaction.interpret(&seen, &context);
    for event in verdict.events() {
        let recorded = transaction.stamp(event.clone(), midnight(), seen.occurred_at);
        assert_eq!(transaction.apply(&recorded), Ok(Effect::Applied));
    }
    match verdict {
        Verdict::Applied(_) => "applied",
        Verdict::AlreadyApplied(_) => "already applied",
        Verdict::Stale => "stale",
        Verdict::Conflict(conflict) => conflict.code(),
    }
}

fn created() -> Transaction {
    Transaction::created("t-1".parse().unwrap())
}

fn captured(transaction: &Transaction) -> u64 {
    transaction.amounts().captured.get()
}

#[test]
fn a_juspay_capture_response_settles_the_capture() {
    let profile = &juspay::FULL_ONLY;
    let mut transaction = replayed(&[held("250.00"), asked(Capture, 1, "250.00", None, true)]).0;
    assert_eq!(observe(&mut transaction, profile, "juspay_capture_with_a_tail.txt"), "not-json");
    assert_eq!(transaction.kind(), StateKind::Capturing, "a text that is not JSON changes nothing");
    assert_eq!(observe(&mut transaction, profile, "juspay_capture.json"), "applied");
    assert_eq!((transaction.kind(), captured(&transaction)), (StateKind::Charged, 25_000));
    assert_eq!(observe(&mut transaction, profile, "juspay_capture.json"), "already applied");
    assert_eq!(transaction.provider_ids().uuid.as_ref().unwrap().as_str(), "fixtureUuid00000001");
}

/// Where a text stops being JSON is said, by line and column.
#[test]
fn a_stray_tail_is_refused_with_its_position() {
    let text = payload("juspay_capture_with_a_tail.txt");
    let line = text.lines().position(|line| line.starts_with("},")).unwrap() + 1;
    let malformed = juspay::observation(&text, Currency::INR).unwrap_err();
    assert_eq!(malformed, Malformed::NotJson { line, column: 1 });
    assert_eq!(
        malformed.to_string(),
        format!("the text is not JSON from line {line}, column 1 on; keep it and ask the provider")
    );
}

/// The response to a partial capture: its amount is the capture's, its id that of a full one, its word the order's.
#[test]
fn a_partial_juspay_capture_response_settles_the_part() {
    let mut transaction = replayed(&[held("250.00"), asked(Capture, 1, "100.00", Some("k1"), true)]).0;
    assert_eq!(observe(&mut transaction, &juspay::CYBERSOURCE, "juspay_capture_part.json"), "applied");
    assert_eq!((transaction.kind(), captured(&transaction)), (StateKind::Charged, 10_000));
    assert_eq!(transaction.amounts().released.get(), 15_000);
    assert_eq!(observe(&mut transaction, &juspay::CYBERSOURCE, "juspay_capture_part.json"), "already applied");
}

#[test]
fn a_juspay_void_response_is_accepted() {
    let mut transaction = replayed(&[held("250.00"), asked(Void, 1, "250.00", None, false)]).0;
    assert_eq!(observe(&mut transaction, &juspay::FULL_ONLY, "juspay_void.json"), "applied");
    assert_eq!(transaction.kind(), StateKind::VoidInitiated);
}

#[test]
fn juspay_order_statuses_tell_of_several_captures() {
    let profile = &juspay::SIMPL;
    let first = asked(Capture, 1, "100.00", Some("ship-1"), false);
    let mut transaction = replayed(&[held("250.00"), first, answered(Capture, 1, Outcome::Unanswered)]).0;
    assert_eq!(observe(&mut transaction, profile, "juspay_status_part.json"), "applied");
    assert_eq!((transaction.kind(), captured(&transaction)), (StateKind::PartiallyCaptured, 10_000));
    assert_eq!(observe(&mut transaction, profile, "juspay_webhook.json"), "already applied");
    assert_eq!(observe(&mut transaction, profile, "juspay_status_all.json"), "applied");
    assert_eq!((transaction.kind(), captured(&transaction)), (StateKind::Charged, 25_000));
    let unrequested = transaction.ledger().unwrap().captures().get(2).unwrap();
    assert_eq!((unrequested.origin(), unrequested.done().get()), (Origin::Provider, 15_000));
    assert_eq!(observe(&mut transaction, profile, "juspay_status_part.json"), "stale");
}

#[test]
fn a_razorpay_payment_captures_of_itself() {
    let profile = &razorpay::PROFILE;
    let mut transaction = created();
    assert_eq!(observe(&mut transaction, profile, "razorpay_capture_no_currency.json"), "currency-unknown");
    assert_eq!(observe(&mut transaction, profile, "razorpay_capture.json"), "applied");
    assert_eq!((transaction.kind(), captured(&transaction)), (StateKind::Charged, 25_000));
    for again in ["razorpay_capture.json", "razorpay_webhook_captured.json", "razorpay_webhook_order_paid.json"] {
        assert_eq!(observe(&mut transaction, profile, again), "already applied", "{again}");
    }
    assert_eq!(observe(&mut transaction, profile, "razorpay_webhook_refund.json"), "applied");
    assert_eq!(transaction.amounts().refunded.get(), 9_000, "the payment's running total, not this refund's amount");
    assert_eq!(observe(&mut transaction, profile, "razorpay_webhook_captured.json"), "stale");
    assert_eq!(observe(&mut transaction, profile, "razorpay_order.json"), "not-a-payload");
}

#[test]
fn a_razorpay_payment_fails_and_comes_late() {
    let mut transaction = created();
    assert_eq!(observe(&mut transaction, &razorpay::PROFILE, "razorpay_failed.json"), "applied");
    assert_eq!(transaction.kind(), StateKind::Failed);
    assert_eq!(observe(&mut transaction, &razorpay::PROFILE, "razorpay_capture.json"), "applied");
    assert_eq!(transaction.kind(), StateKind::Charged);
}

/// A webhook says when it happened; the log keeps both times.
#[test]
fn a_webhook_brings_its_own_time() {
    let text = payload("razorpay_webhook_captured.json");
    let seen = razorpay::observation(&text, Currency::INR).unwrap();
    assert_eq!(seen.occurred_at.unwrap().timestamp(), 1_770_091_560);
    let text = payload("juspay_webhook.json");
    let seen = juspay::observation(&text, Currency::INR).unwrap();
    assert_eq!(seen.occurred_at.unwrap().to_rfc3339(), "2026-02-03T04:06:00+00:00");
}

/// Without a figure, partly charged names a capture only where one is in flight.
#[test]
fn partly_charged_does_not_choose_among_several() {
    let mut profile = juspay::SIMPL.clone();
    profile.capabilities.concurrent_captures = true;
    let text = r#"{"order_id":"o-1","status":"PARTIAL_CHARGED","amount":100}"#;
    let seen = profile.observation(text, Currency::INR).unwrap();
    let order = order_of("100.00");
    let context = OrderContext { order: &order, profile: &profile, others_captured: false };
    let one = [held("100.00"), asked(Capture, 1, "30.00", Some("k1"), false)];
    let done_for = Event::Answered { operation: Capture, number: 1, outcome: done("30.00") };
    assert!(replayed(&one).0.interpret(&seen, &context).events().contains(&done_for));
    let [held, first] = one;
    let two = replayed(&[held, first, asked(Capture, 2, "50.00", Some("k2"), false)]).0;
    let Verdict::Conflict(conflict) = two.interpret(&seen, &context) else { panic!("a conflict") };
    assert_eq!(conflict.code(), "captured-amount-unknown");
}

/// Of the parts, captures that were charged count, and nothing else.
#[test]
fn only_charged_captures_count_among_the_parts() {
    let captured = |kind: &str, status: &str| {
        let part = format!(r#"{{"txn_id":"k","txn_object_type":"{kind}","status":"{status}","txn_amount":1}}"#);
        let text = format!(r#"{{"status":"PARTIAL_CHARGED","txn_sub_details":[{part}]}}"#);
        juspay::observation(&text, Currency::INR).unwrap().captured
    };
    assert_eq!(captured("PARTIAL_CAPTURE", "CHARGED"), Some(rupees("1.00").minor()));
    for (kind, status) in
        [("PARTIAL_CAPTURE", "CAPTURE_FAILED"), ("PARTIAL_VOID", "CHARGED"), ("PARTIAL_VOID", "VOIDED")]
    {
        assert_eq!(captured(kind, status), None, "{kind} {status}");
    }
}

/// A refund that is pending takes its amount off the figure, and one that names none all that is not done.
#[test]
fn pending_refunds_are_left_out_of_the_figure() {
    for (list, refunded, pending) in [
        ("", "3.00", false),
        (r#"{"status":"PENDING","amount":2}"#, "1.00", true),
        (r#"{"status":"PENDING"}"#, "0.00", true),
        (r#"{"status":"SUCCESS","amount":1},{"status":"MANUAL_REVIEW"}"#, "1.00", true),
        (r#"{"status":"SUCCESS"},{"status":"PENDING","amount":9}"#, "0.00", true),
        (r#"{"status":"SUCCESS","amount":3},{"status":"PENDING","amount":2}"#, "3.00", false),
        (r#"{"status":"REFUNDED","amount":3},{"status":"PENDING","amount":2}"#, "3.00", false),
        (r#"{"status":"FAILURE","amount":2}"#, "3.00", false),
    ] {
        let text = format!(r#"{{"status":"CHARGED","amount_refunded":3,"refunds":[{list}]}}"#);
        let seen = juspay::observation(&text, Currency::INR).unwrap();
        assert_eq!((seen.refunded, seen.refunds_pending), (Some(rupees(refunded).minor()), pending), "{list}");
    }
}

/// A text with an escape in it is the text that the escape stands for.
#[test]
fn escapes_in_a_text_are_undone() {
    let seen = juspay::observation(r#"{"status":"\u0043HARGED","order_id":"o\/1"}"#, Currency::INR).unwrap();
    assert_eq!((&*seen.status, seen.ids.order.unwrap().as_str()), ("CHARGED", "o/1"));
}

/// Of two currencies, the one that is not the order's is seen; a part in another one has no amount that counts here.
#[test]
fn a_foreign_currency_anywhere_is_seen() {
    let seen = |text: &str| juspay::observation(text, Currency::INR).map(|seen| (seen.currency, seen.captured));
    let two = |order: &str, detail: &str| {
        seen(&format!(
            r#"{{"status":"CHARGED","currency":"{order}","txn_detail":{{"status":"CHARGED","currency":"{detail}"}}}}"#
        ))
    };
    assert_eq!(two("INR", "USD"), Ok((Some(Currency::USD), None)));
    assert_eq!(two("USD", "INR"), Ok((Some(Currency::USD), None)));
    assert_eq!(two("INR", "INR"), Ok((Some(Currency::INR), None)));
    let part = |currency: &str| {
        let part = r#""txn_object_type":"PARTIAL_CAPTURE","status":"CHARGED","txn_amount":1"#;
        seen(&format!(r#"{{"status":"PARTIAL_CHARGED","txn_sub_details":[{{{part},"currency":"{currency}"}}]}}"#))
    };
    assert_eq!(part("INR"), Ok((None, Some(rupees("1.00").minor()))));
    assert_eq!(part("USD"), Ok((None, None)));
}

/// Another transaction of the order counts where the list shows that it captured; this one is told by either name.
#[test]
fn a_list_of_transactions_shows_the_others() {
    let others = |list: &str| {
        let text = format!(r#"{{"status":"CHARGED","txn_id":"t-1","txn_uuid":"u-1","txn_list":[{list}]}}"#);
        juspay::observation(&text, Currency::INR).unwrap().others_captured
    };
    for (list, expected) in [
        ("", false),
        (r#"{"txn_id":"t-1","status":"CHARGED"}"#, false),
        (r#"{"txn_uuid":"u-1","status":"CHARGED"}"#, false),
        (r#"{"txn_id":"t-2","status":"CHARGED"}"#, true),
        (r#"{"txn_uuid":"u-2","status":"CHARGED"}"#, true),
        (r#"{"txn_id":"t-2","status":"PARTIAL_CHARGED"}"#, true),
        (r#"{"txn_id":"t-2","status":"AUTO_REFUNDED"}"#, true),
        (r#"{"txn_id":"t-2","status":"AUTHORIZED"}"#, false),
        (r#"{"status":"CHARGED"}"#, false),
        (r#"{"status":"CHARGED"},{"status":"CHARGED"}"#, true),
        (r#"{"txn_id":"t-1","status":"CHARGED"},{"status":"CHARGED"}"#, false),
    ] {
        assert_eq!(others(list), expected, "{list}");
    }
}

/// A map's pointers: into names with `/` and `~`, into lists, below one of several roots; the time from the top.
#[test]
fn pointers_lead_where_the_profile_says() {
    let mut profile = Profile::from_json(include_str!("../profiles/checkout.json")).unwrap();
    let Payload::Fields(map) = &mut profile.payload else { panic!("a field map") };
    map.roots = vec!["/data/object".into(), "/data/items/1".into()].into();
    map.status = "/a~1b".into();
    map.transaction = Some("/m~0n".into());
    map.occurred_at = Some("/sent~1at".into());
    assert_eq!(profile.check(), Ok(()));
    for text in [
        r#"{"sent/at":"2026-01-01T00:00:00Z","data":{"object":{"a/b":"Captured","m~n":"pay_1","sent/at":"no"}}}"#,
        r#"{"sent/at":"2026-01-01T00:00:00Z","data":{"object":{},"items":[{"a/b":"Pending"},{"a/b":"Captured","m~n":"pay_1"}]}}"#,
    ] {
        let seen = profile.observation(text, Currency::INR).unwrap();
        assert_eq!((&*seen.status, seen.occurred_at), ("Captured", Some(midnight())), "{text}");
        assert_eq!(seen.ids.transaction.unwrap().as_str(), "pay_1");
    }
    let nowhere = profile.observation(r#"{"data":{"items":{"1":{"a~1b":"Captured"}}}}"#, Currency::INR);
    assert_eq!(nowhere.unwrap_err().code(), "not-a-payload");
}

/// Of a provider that is data alone, every field of its map is read; the word is the transaction's own.
#[test]
fn a_provider_that_is_data_alone_is_read_whole() {
    let mut profile = Profile::from_json(include_str!("../profiles/checkout.json")).unwrap();
    let Payload::Fields(map) = &mut profile.payload else { panic!("a field map") };
    map.occurred_at = Some("/processed_on".into());
    let text = r#"{
        "id": "pay_1", "reference": "o-1", "status": "Captured", "currency": "KWD", "processed_on": "2026-01-01T05:30:00+05:30",
        "balances": { "total_authorized": 25000, "total_captured": 15000, "total_refunded": 9000 }
    }"#;
    let seen = Observation {
        ids: ProviderIds {
            order: Some("o-1".parse().unwrap()),
            transaction: Some("pay_1".parse().unwrap()),
            uuid: None,
        },
        currency: Some(Currency::KWD),
        status: "Captured".into(),
        is_transaction_status: true,
        captured_expected: true,
        authorized: Some(Minor::from(25_000)),
        captured: Some(Minor::from(15_000)),
        refunded: Some(Minor::from(9_000)),
        occurred_at: Some(midnight()),
        ..Observation::default()
    };
    assert_eq!(profile.observation(text, Currency::INR), Ok(seen));
}

#[test]
fn a_razorpay_order_tells_its_totals() {
    let order = razorpay::order(&payload("razorpay_order.json"), Currency::INR).unwrap();
    assert_eq!((order.amount, order.amount_paid), (rupees("250.00"), rupees("250.00")));
    assert_eq!((order.status.as_str(), order.id.unwrap().as_str()), ("paid", "order_Fixture00001"));
    let payment = razorpay::order(&payload("razorpay_capture.json"), Currency::INR).unwrap_err();
    assert_eq!(payment.code(), "not-a-payload");
    let partly = r#"{"entity":"order","status":"attempted","amount":25000,"amount_paid":7000}"#;
    let order = razorpay::order(partly, Currency::INR).unwrap();
    assert_eq!((order.amount, order.amount_paid), (rupees("250.00"), rupees("70.00")));
    // What is absent is not known, and not zero.
    for (absent, field) in [(r#","amount_paid":7000"#, "amount_paid"), (r#""amount":25000,"#, "amount")] {
        let error = razorpay::order(&partly.replace(absent, ""), Currency::INR).unwrap_err();
        assert_eq!(error.code(), "amount-malformed");
        assert!(error.to_string().contains(&format!("amount in {field} ")), "{error}");
    }
}

/// Every shape of an error that is listed, its codes and texts found.
#[test]
fn errors_of_every_shape_are_read() {
    let read = |body: &'static str| ErrorAnswer::read(400, body);
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

/// What is wrong with a payload is said with the field's name.
#[test]
fn malformed_payloads_name_the_field() {
    let said = |text: &str| juspay::observation(text, Currency::INR).unwrap_err().to_string();
    for (text, expected) in [
        (
            r#"{"status":"CHARGED","amount":10.005}"#,
            "the amount in amount cannot be read: the amount has 3 digits after the point and INR has 2; state it exactly, nothing is rounded",
        ),
        (
            r#"{"status":"CHARGED","captured_amount":1e2}"#,
            "the amount in captured_amount cannot be read: an amount is digits, optionally a point and digits; this text of 3 bytes is not, from byte 1 on",
        ),
        (
            r#"{"status":"CHARGED","amount":{}}"#,
            "the amount in amount cannot be read: expected a JSON number or decimal text",
        ),
        (
            r#"{"status":"CHARGED","date_created":"yesterday"}"#,
            "the time in date_created is not an RFC 3339 time, or outside the calendar",
        ),
        (r#"{"status":"CHARGED","order_id":7}"#, "the identifier in order_id cannot be read: expected text"),
        (
            r#"{"status":"CHARGED","order_id":""}"#,
            "the identifier in order_id cannot be read: the text is empty; give at least one character",
        ),
        (
            r#"{"status":"CHARGED","currency":""}"#,
            "the currency in currency cannot be read: a currency is three upper-case letters, this text has 0 bytes and is not; use an ISO 4217 code",
        ),
        (
            r#"{"orders":[]}"#,
            "the JSON is not a Juspay order: an object with a status; check which endpoint or webhook it came from",
        ),
    ] {
        assert_eq!(said(text), expected);
    }
}

/// What the others captured is read off the list of an order's transactions, this one left out.
#[test]
fn a_context_counts_the_other_transactions() {
    let order = order_of("100.00");
    let paid = |id: &str| {
        let mut txn = Transaction::created(id.parse().unwrap());
        let log = [
            held("100.00"),
            asked(Operation::Capture, 1, "40.00", None, true),
            answered(Operation::Capture, 1, done("40.00")),
        ];
        log.into_iter().for_each(|event| drop(txn.record(event, midnight(), None).unwrap()));
        txn
    };
    let (one, two) = (paid("t-1"), paid("t-2"));
    let new = Transaction::created("t-3".parse().unwrap());
    let others =
        |all: &[&Transaction]| OrderContext::of(&one, &order, &juspay::SIMPL, all.iter().copied()).others_captured;
    assert!(!others(&[]));
    assert!(!others(&[&one, &new]), "itself, and one that captured nothing");
    assert!(others(&[&one, &two]));
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

/// A list of objects may hold nulls; anything else in it, and anything else for an object, is no payload.
#[test]
fn what_stands_for_an_object_is_an_object_or_nothing() {
    let code = |fields: &str| {
        let text = format!(r#"{{"order_id":"o-1","status":"CHARGED","amount":10,{fields}}}"#);
        juspay::observation(&text, Currency::INR).map(|seen| seen.status.into_owned()).map_err(|error| error.code())
    };
    for fields in [
        r#""txn_list":null"#,
        r#""txn_list":[]"#,
        r#""txn_list":[null,{}]"#,
        r#""txn_sub_details":[null]"#,
        r#""txn_detail":null"#,
        r#""txn_detail":[]"#,
        r#""txn_detail":{}"#,
    ] {
        assert_eq!(code(fields), Ok("CHARGED".to_owned()), "{fields}");
    }
    for fields in [
        r#""txn_list":[[]]"#,
        r#""txn_list":[[1]]"#,
        r#""txn_list":["x"]"#,
        r#""txn_list":{}"#,
        r#""txn_sub_details":[[]]"#,
        r#""txn_detail":[1]"#,
        r#""txn_detail":"x""#,
        r#""txn_detail":1.5"#,
        r#""content":[]"#,
        r#""content":{}"#,
        r#""content":{"order":[]}"#,
    ] {
        assert_eq!(code(fields), Err("not-a-payload"), "{fields}");
    }
}
