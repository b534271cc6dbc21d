//! What is no payload is said with its code and its field, and nothing that could be read is lost by what is not needed.

use order_capture::{Currency, Malformed, Profile, juspay, razorpay};

fn error(profile: &Profile, text: &str) -> Malformed {
    profile.statements(text, Currency::INR).expect_err(text)
}

fn says(profile: &Profile, text: &str, code: &str, words: &str) {
    let error = error(profile, text);
    assert_eq!((error.code(), error.rule().code), (code, code), "{text}");
    assert!(error.to_string().contains(words), "{text}: {error}");
}

/// Where a text stops being JSON is said, by line and column.
#[test]
fn a_stray_tail_is_refused_with_its_position() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads/juspay_capture_with_a_tail.txt");
    let text = std::fs::read_to_string(path).unwrap();
    let line = text.lines().position(|line| line.starts_with("},")).unwrap() + 1;
    assert_eq!(error(&juspay::FULL_ONLY, &text), Malformed::NotJson { line, column: 1 });
    assert_eq!(juspay::FULL_ONLY.ids_in(&text), Err(Malformed::NotJson { line, column: 1 }));
    says(&juspay::FULL_ONLY, &text, "not-json", &format!("at line {line}, column 1;"));
    for text in ["", " \n"] {
        says(
            &razorpay::PROFILE,
            text,
            "not-json",
            "the text is empty, so it says nothing about the payment; poll instead",
        );
        assert_eq!(juspay::SIMPL.ids_in(text), Err(Malformed::Empty), "{text:?}");
    }
    for text in ["{", "{\"status\":\"CHARGED\"} x", "{\"status\":\"CHARGED\",\"amount\":01}"] {
        assert_eq!(error(&juspay::FULL_ONLY, text).code(), "not-json", "{text}");
        assert_eq!(error(&razorpay::PROFILE, text).code(), "not-json", "{text}");
    }
}

/// A text that is plainly something else says what to do with it.
#[test]
fn what_is_no_json_says_what_to_do() {
    let order = r#"{"order_id":"o-1","status":"CHARGED","amount":10,"captured_amount":10}"#;
    let profile = &juspay::SIMPL;
    assert!(profile.statements(order, Currency::INR).is_ok());
    says(profile, &format!("\u{feff}{order}"), "not-json", "a byte order mark before it; remove that first character");
    says(profile, " <?xml version=\"1.0\"?><order/>", "not-json", "XML, or a web page; ask the provider for JSON");
    says(profile, "<!DOCTYPE html>", "not-json", "XML, or a web page");
    says(profile, "", "not-json", "the text is empty, so it says nothing about the payment; poll instead");
    says(profile, " \r\n", "not-json", "the text is empty");
    says(profile, "id=tr_7UhSN1zuXS", "not-json", "a form; ask the provider for the object whose id is in it");
    says(profile, "id=tr_1&test=1", "not-json", "a form");
    // What merely breaks off, or has something else before it, is told by its place.
    for text in ["{\"order_id\":\"o=1\"", "=", "{a=b}", "CHARGED"] {
        says(profile, text, "not-json", "at line 1, column ");
    }
}

/// A byte order mark before an error hides no code of it.
#[test]
fn an_error_is_read_after_a_byte_order_mark() {
    let body = "\u{feff}{\"error_code\":\"DUPLICATE_REQUEST\"}";
    assert_eq!(juspay::SIMPL.error(400, body).codes, ["DUPLICATE_REQUEST"]);
}

#[test]
fn what_is_no_juspay_payload_is_refused() {
    let profile = &juspay::SIMPL;
    for text in [
        "[]",
        "null",
        "7",
        "{}",
        r#"{"orders":[]}"#,
        r#"{"status":21}"#,
        r#"{"status":"error","error_code":"access_denied","error_message":"Invalid Authentication"}"#,
        r#"{"status":"captured","entity":"payment","id":"pay_1"}"#,
        r#"{"content":{}}"#,
        r#"{"content":[]}"#,
        r#"{"content":{"order":[]}}"#,
        r#"{"content":{"order":{}}}"#,
        r#"{"content":{"mandate":{}}}"#,
        r#"{"content":{"txn":{"txn_id":"t"}}}"#,
        r#"{"content":{"txn":{"status":21}}}"#,
        r#"{"content":{"order":{"status":1},"txn":{"status":"CHARGED"}}}"#,
        r#"{"txn_id":"t","txn_amount":1}"#,
        r#"{"status":"CHARGED","txn_detail":{"status":21}}"#,
        r#"{"status":"CHARGED","txn_detail":[1]}"#,
        r#"{"status":"CHARGED","txn_list":["x"]}"#,
    ] {
        says(profile, text, "not-a-payload", "the JSON is not ");
        let ids = profile.ids_in(text).map_err(|error| error.code());
        assert!(ids == Err("not-a-payload") || text.contains("txn_list"), "{text}: {ids:?}");
    }
    says(
        profile,
        "{}",
        "not-a-payload",
        "what juspay/SIMPL sends (a webhook around an order or a transaction, a transaction",
    );
    says(profile, r#"{"error_code":"x","status":"y"}"#, "not-a-payload", "read it as the answer to the request");
    // An order may carry the text of an error.
    let failed = r#"{"order_id":"o","status":"AUTHORIZATION_FAILED","error_code":"x","error_message":"y"}"#;
    assert!(profile.statements(failed, Currency::INR).is_ok());
}

#[test]
fn what_is_no_razorpay_payload_is_refused() {
    let profile = &razorpay::PROFILE;
    for text in [
        "{}",
        "[]",
        r#"{"entity":"event"}"#,
        r#"{"entity":"settlement","status":"processed"}"#,
        r#"{"status":"captured"}"#,
        r#"{"entity":"payment"}"#,
        r#"{"entity":"order","id":"order_1"}"#,
        r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"x"}}"#,
        r#"{"payload":[]}"#,
        r#"{"payload":{}}"#,
        r#"{"payload":{"payment":{}}}"#,
        r#"{"payload":{"payment":[1]}}"#,
        r#"{"payload":{"invoice":{"entity":{"status":"paid"}}}}"#,
        r#"{"payload":{"payment":{"entity":{"id":"pay_1"}}}}"#,
        r#"{"payload":{"payment":{"entity":{"entity":"refund","status":"captured"}}}}"#,
        r#"{"payload":{"refund":{"entity":{"entity":"payment"}}}}"#,
        r#"{"payload":{"order":{"entity":{"entity":"payment","status":"paid"}}}}"#,
    ] {
        says(
            profile,
            text,
            "not-a-payload",
            "what razorpay sends (a webhook around a payment, refund or order, a payment,",
        );
        assert_eq!(profile.ids_in(text).unwrap_err().code(), "not-a-payload", "{text}");
    }
}

/// A field given twice is named with its path; in something that is no payload anyway, it is not the reason.
#[test]
fn a_field_given_twice_is_named() {
    for (profile, text, field) in [
        (&juspay::SIMPL, r#"{"status":"CHARGED","status":"CHARGED"}"#, "status"),
        (&juspay::SIMPL, r#"{"status":"CHARGED","amount":1,"currency":"INR","amount":2}"#, "amount"),
        (
            &juspay::SIMPL,
            r#"{"status":"CHARGED","txn_detail":{"txn_amount":1,"txn_amount":1}}"#,
            "txn_detail.txn_amount",
        ),
        (&juspay::SIMPL, r#"{"status":"CHARGED","refunds":[{"amount":1,"amount":2}]}"#, "refunds.amount"),
        (
            &razorpay::PROFILE,
            r#"{"payload":{"payment":{"entity":{"entity":"payment","status":"captured","amount":1,"amount":2}}}}"#,
            "payload.payment.entity.amount",
        ),
    ] {
        let error = error(profile, text);
        assert_eq!((&error, error.code()), (&Malformed::GivenTwice { field: field.into() }, "not-a-payload"), "{text}");
        assert_eq!(profile.ids_in(text), Err(error), "{text}");
    }
    says(
        &razorpay::PROFILE,
        r#"{"entity":"payment","status":"captured","status":"captured"}"#,
        "not-a-payload",
        "the JSON gives the field status twice, and only one of the two can be right; keep the text and ask the provider",
    );
    // A field that nothing reads may stand there twice.
    let unread = r#"{"status":"CHARGED","unread":1,"unread":2}"#;
    assert!(juspay::SIMPL.statements(unread, Currency::INR).is_ok());
    for no_payload in [
        r#"{"entity":"settlement","status":"processed","status":"processed"}"#,
        r#"{"status":"processed","status":"processed","entity":"settlement"}"#,
    ] {
        says(&razorpay::PROFILE, no_payload, "not-a-payload", "the JSON is not what razorpay sends");
    }
}

/// A collection holds several payments; which one is meant, only the caller knows.
#[test]
fn of_a_collection_one_item_is_to_be_handed_over() {
    for text in [
        r#"{"entity":"collection","count":1,"items":[{"id":"pay_1","entity":"payment","status":"captured"}]}"#,
        r#"{"entity":"collection","count":0,"items":[]}"#,
        r#"{"entity":"collection","count":0}"#,
    ] {
        says(&razorpay::PROFILE, text, "not-a-payload", "pass one of its `items`");
    }
}

/// What is wrong is said with the field's name.
#[test]
fn a_value_that_cannot_be_read_names_its_field() {
    let order = |more: &str| format!(r#"{{"status":"CHARGED",{more}}}"#);
    for (more, code, words) in [
        (
            r#""amount":10.005"#,
            "amount-malformed",
            "the field amount cannot be read as an amount: the amount has too many digits",
        ),
        (
            r#""amount":{}"#,
            "amount-malformed",
            "the field amount cannot be read as an amount: it must be a JSON number or decimal text",
        ),
        (r#""amount":"""#, "amount-malformed", "the field amount cannot be read as an amount: "),
        (r#""amount":-1"#, "amount-malformed", "below zero"),
        (r#""captured_amount":1e2"#, "amount-malformed", "the field captured_amount cannot be read as an amount: "),
        (r#""amount_refunded":true"#, "amount-malformed", "the field amount_refunded cannot be read as an amount: "),
        (r#""effective_amount":"x""#, "amount-malformed", "the field effective_amount cannot be read as an amount: "),
        (
            r#""txn_detail":{"txn_amount":"1,5"}"#,
            "amount-malformed",
            "the field txn_detail.txn_amount cannot be read as an amount: ",
        ),
        (
            r#""txn_detail":{"net_amount":[]}"#,
            "amount-malformed",
            "the field txn_detail.net_amount cannot be read as an amount: ",
        ),
        (
            r#""txn_list":[{"txn_amount":"x"}]"#,
            "amount-malformed",
            "the field txn_list.txn_amount cannot be read as an amount: ",
        ),
        (
            r#""txn_list":[{"net_amount":"x"}]"#,
            "amount-malformed",
            "the field txn_list.net_amount cannot be read as an amount: ",
        ),
        (
            r#""txn_list":[{"txn_id":""}]"#,
            "id-malformed",
            "the field txn_list.txn_id cannot be read as an identifier: ",
        ),
        (
            r#""txn_list":[{"txn_uuid":7}]"#,
            "id-malformed",
            "the field txn_list.txn_uuid cannot be read as an identifier: ",
        ),
        (
            r#""txn_list":[{"order_id":" "}]"#,
            "id-malformed",
            "the field txn_list.order_id cannot be read as an identifier: ",
        ),
        (
            r#""txn_sub_details":[{"txn_object_type":"VOID","txn_amount":"x"}]"#,
            "amount-malformed",
            "the field txn_sub_details.txn_amount cannot be read as an amount: ",
        ),
        (r#""refunds":[{"amount":"x"}]"#, "amount-malformed", "the field refunds.amount cannot be read as an amount: "),
        (r#""order_id":7"#, "id-malformed", "the field order_id cannot be read as an identifier: it must be text"),
        (r#""txn_id":"""#, "id-malformed", "the field txn_id cannot be read as an identifier: the text is empty"),
        (r#""txn_uuid":"é""#, "id-malformed", "the field txn_uuid cannot be read as an identifier: "),
        (r#""currency":"""#, "currency-unknown", "the field currency cannot be read as a currency: "),
        (
            r#""currency":"rupee""#,
            "currency-unknown",
            "currency: 'rupee' is not a currency code; write its three capital",
        ),
        (r#""currency":356"#, "currency-unknown", "the field currency cannot be read as a currency: "),
        (r#""currency":"xyz""#, "currency-unknown", "the field currency cannot be read as a currency: "),
        (
            r#""txn_detail":{"currency":""}"#,
            "currency-unknown",
            "the field txn_detail.currency cannot be read as a currency: ",
        ),
        (
            r#""txn_list":[{"currency":""}]"#,
            "currency-unknown",
            "the field txn_list.currency cannot be read as a currency: ",
        ),
        (
            r#""refunds":[{"currency":""}]"#,
            "currency-unknown",
            "the field refunds.currency cannot be read as a currency: ",
        ),
    ] {
        says(&juspay::SIMPL, &order(more), code, words);
    }
    for (text, code, words) in [
        (
            r#"{"entity":"payment","status":"captured","amount":"1000"}"#,
            "amount-malformed",
            "the field amount cannot be read as an amount: it must be a JSON integer",
        ),
        (r#"{"entity":"payment","status":"captured","amount":10.0}"#, "amount-malformed", "write 100.00 INR as 10000"),
        (
            r#"{"entity":"payment","status":"captured","amount_refunded":-1}"#,
            "amount-malformed",
            "the field amount_refunded cannot be read as an amount: ",
        ),
        (
            r#"{"entity":"payment","status":"captured","currency":""}"#,
            "currency-unknown",
            "the field currency cannot be read as a currency: ",
        ),
        (
            r#"{"entity":"payment","status":"captured","id":1}"#,
            "id-malformed",
            "the field id cannot be read as an identifier: ",
        ),
        (
            r#"{"entity":"payment","status":"captured","order_id":""}"#,
            "id-malformed",
            "the field order_id cannot be read as an identifier: ",
        ),
        (
            r#"{"entity":"refund","payment_id":""}"#,
            "id-malformed",
            "the field payment_id cannot be read as an identifier: ",
        ),
        (r#"{"entity":"refund","amount":"x"}"#, "amount-malformed", "the field amount cannot be read as an amount: "),
        (
            r#"{"entity":"refund","currency":""}"#,
            "currency-unknown",
            "the field currency cannot be read as a currency: ",
        ),
        (
            r#"{"entity":"order","status":"paid","id":""}"#,
            "id-malformed",
            "the field id cannot be read as an identifier: ",
        ),
        (
            r#"{"entity":"order","status":"paid","amount":1.5}"#,
            "amount-malformed",
            "the field amount cannot be read as an amount: ",
        ),
        (
            r#"{"entity":"order","status":"paid","amount_paid":"1"}"#,
            "amount-malformed",
            "the field amount_paid cannot be read as an amount: ",
        ),
        (
            r#"{"payload":{"order":{"entity":{"status":"paid","amount":"1"}}}}"#,
            "amount-malformed",
            "the field payload.order.entity.amount cannot be read as an amount: ",
        ),
        (
            r#"{"entity":"order","status":"paid","currency":""}"#,
            "currency-unknown",
            "the field currency cannot be read as a currency: ",
        ),
    ] {
        says(&razorpay::PROFILE, text, code, words);
    }
}

/// The name of a request that cannot be read counts as absent: its key or its amount tells which it is, or nothing does.
#[test]
fn a_name_of_a_request_that_cannot_be_read_is_none() {
    let parts = r#"{"status":"CHARGED","txn_sub_details":[{"txn_object_type":"VOID","txn_id":"v1","txn_uuid":""}]}"#;
    assert_eq!(juspay::SIMPL.statements(parts, Currency::INR).unwrap().voids.len(), 1);
    let refund = r#"{"entity":"refund","payment_id":"pay_1","id":7,"amount":100,"status":"processed"}"#;
    assert_eq!(razorpay::PROFILE.statements(refund, Currency::INR).unwrap().refunds.first().unwrap().id, None);
}

/// When an order, a payment or a webhook was made does not cost the money facts.
#[test]
fn a_time_that_is_not_needed_counts_as_absent() {
    for (profile, text) in [
        (&juspay::SIMPL, r#"{"status":"CHARGED","date_created":"2026-02-30T00:00:00Z"}"#),
        (&juspay::SIMPL, r#"{"date_created":"yesterday","content":{"order":{"status":"CHARGED"}}}"#),
        (&razorpay::PROFILE, r#"{"entity":"payment","status":"captured","created_at":"yesterday"}"#),
        (&razorpay::PROFILE, r#"{"created_at":99999999999999999,"payload":{"refund":{"entity":{"id":"rfnd_1"}}}}"#),
    ] {
        assert_eq!(profile.statements(text, Currency::INR).map(|said| said.occurred_at), Ok(None), "{text}");
    }
}
