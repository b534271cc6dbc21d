//! What each payload says, subject by subject; nothing is interpreted here.

use order_capture::statements::{Fate, Observation, RequestStatement, Statement, Subject, Word};
use order_capture::{Currency, Minor, Profile, ProviderId, ProviderIds, Time, juspay, razorpay};

fn payload(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn juspay(text: &str) -> Observation<'_> {
    juspay::SIMPL.statements(text, Currency::INR).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn razorpay(text: &str) -> Observation<'_> {
    razorpay::PROFILE.statements(text, Currency::INR).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn checkout() -> Profile {
    Profile::from_json(include_str!("../profiles/checkout.json")).unwrap()
}

fn id(text: &str) -> Option<ProviderId> {
    Some(text.parse().unwrap())
}

fn ids(order: &str, transaction: &str, uuid: &str) -> ProviderIds {
    let named = |text: &str| if text.is_empty() { None } else { id(text) };
    ProviderIds { order: named(order), transaction: named(transaction), uuid: named(uuid) }
}

fn minor(units: u32) -> Option<Minor> {
    Some(Minor::from(units))
}

fn word(text: &str, id: Option<i64>, subject: Subject) -> Option<Word<'_>> {
    Some(Word { text: text.into(), id, subject })
}

fn time(text: &str) -> Option<Time> {
    Some(text.parse().unwrap())
}

/// A capture response: the word and the totals are the order's, and whose the amount is, nobody can tell.
#[test]
fn a_juspay_response_speaks_of_the_order() {
    let text = r#"{
        "order_id": "7001", "txn_id": "shop-7001-1", "txn_uuid": "u1", "status": "CHARGED", "status_id": 21,
        "amount": 250, "currency": "INR", "refunded": false, "amount_refunded": 0, "date_created": "2026-02-03T04:00:00Z"
    }"#;
    let expected = Observation {
        currency: Some(Currency::INR),
        order: Statement {
            ids: ids("7001", "", ""),
            word: word("CHARGED", Some(21), Subject::Order),
            refunded: minor(0),
            unsure: minor(25_000),
            assumed: minor(25_000),
            ..Statement::default()
        },
        transaction: Statement { ids: ids("7001", "shop-7001-1", "u1"), ..Statement::default() },
        ..Observation::default()
    };
    assert_eq!(juspay(text), expected);
    assert_eq!(juspay::SIMPL.ids_in(text), Ok(ids("7001", "shop-7001-1", "u1")));
}

/// An order status: the order, its transaction, every transaction, each capture, void and refund.
#[test]
fn a_juspay_order_status_speaks_of_every_subject() {
    let text = payload("juspay_status_parts.json");
    let request = |key: &'static str, own: &str, amount, word: &'static str, fate| RequestStatement {
        key: Some(key.into()),
        id: if own.is_empty() { None } else { id(own) },
        amount: minor(amount),
        word: Some(word.into()),
        fate,
        of: None,
    };
    let listed = |transaction: &str, uuid: &str, said: &'static str, authorized, pays| Statement {
        ids: ids("", transaction, uuid),
        word: word(said, None, Subject::Transaction),
        authorized: minor(authorized),
        pays,
        ..Statement::default()
    };
    let expected = Observation {
        currency: Some(Currency::INR),
        order: Statement {
            ids: ids("7002", "", ""),
            word: word("PARTIAL_CHARGED", Some(37), Subject::Order),
            captured: minor(15_000),
            refunded: minor(2_050),
            price: minor(25_000),
            assumed: minor(25_000),
            ..Statement::default()
        },
        transaction: Statement {
            ids: ids("7002", "shop-7002-2", "fixtureUuid00000002"),
            word: word("CHARGED", None, Subject::Transaction),
            authorized: minor(25_500),
            pays: minor(25_000),
            ..Statement::default()
        },
        has_transaction: true,
        listed: Some(vec![
            listed("shop-7002-1", "fixtureUuid00000001", "AUTHENTICATION_FAILED", 25_500, None),
            listed("shop-7002-2", "fixtureUuid00000002", "CHARGED", 25_500, minor(25_000)),
        ]),
        captures: vec![
            request("ship-1", "part1", 10_000, "CHARGED", Some(Fate::Succeeded)),
            request("ship-2", "part2", 3_000, "CAPTURE_FAILED", Some(Fate::Failed)),
            request("ship-3", "part3", 5_000, "CHARGED", Some(Fate::Succeeded)),
        ],
        voids: vec![request("back-1", "part4", 1_000, "VOID_INITIATED", Some(Fate::Accepted))],
        refunds: vec![
            request("refund-1", "", 2_000, "SUCCESS", Some(Fate::Succeeded)),
            request("refund-2", "rf2", 50, "PENDING", Some(Fate::Accepted)),
        ],
        ..Observation::default()
    };
    assert_eq!(juspay(&text), expected);
}

/// An order without a transaction object: what it authorized and pays stands in the order, unless there are several.
#[test]
fn an_effective_amount_is_the_only_transactions() {
    let said = |more: &str| {
        let text = format!(r#"{{"order_id":"o","status":"CHARGED","amount":1000,"effective_amount":850{more}}}"#);
        let said = juspay(&text);
        assert!(!said.has_transaction && said.transaction.word.is_none());
        (said.transaction.authorized, said.transaction.pays, said.order.price, said.order.unsure)
    };
    assert_eq!(said(""), (minor(85_000), minor(100_000), None, minor(100_000)));
    assert_eq!(said(r#","captured_amount":850"#), (minor(85_000), minor(100_000), minor(100_000), None));
    assert_eq!(said(r#","txn_list":[{"txn_id":"a"}]"#), (minor(85_000), minor(100_000), minor(100_000), None));
    assert_eq!(said(r#","txn_list":[{"txn_id":"a"},{"txn_id":"b"}]"#), (None, None, minor(100_000), None));
    assert_eq!(said(r#","txn_list":[]"#), said(""), "an empty list is none");
}

/// What the transaction's own object says comes first.
#[test]
fn a_transaction_object_comes_before_the_order() {
    let said = |detail: &str, more: &str| {
        let text = format!(r#"{{"order_id":"o","status":"CHARGED","amount":10,"txn_detail":{{{detail}}}{more}}}"#);
        let said = juspay(&text);
        assert_eq!((said.has_transaction, said.order.price, said.order.unsure), (true, minor(1_000), None));
        (said.transaction.authorized, said.transaction.pays)
    };
    let effective = r#","effective_amount":9"#;
    assert_eq!(said(r#""txn_amount":10.8,"net_amount":"10""#, effective), (minor(1_080), minor(1_000)));
    assert_eq!(said(r#""txn_amount":10.8"#, effective), (minor(1_080), minor(1_000)));
    assert_eq!(said(r#""txn_amount":10.8"#, ""), (minor(1_080), None), "it pays what it authorized");
    assert_eq!(said(r#""status":"AUTHORIZED""#, effective), (minor(900), minor(1_000)));
    assert_eq!(said("", ""), (None, None));
}

/// The webhooks of a transaction hold no order, and neither does a transaction that stands alone.
#[test]
fn a_juspay_transaction_speaks_for_itself() {
    let txn = r#"{"txn_id":"o-1-1","txn_uuid":"u1","order_id":"o-1","status":"CHARGED","status_id":"21","txn_amount":"100.50","net_amount":100,"currency":"inr"}"#;
    let webhook = format!(
        r#"{{"event_name":"TXN_CHARGED","date_created":"2026-01-01T05:30:00+05:30","content":{{"txn":{txn}}}}}"#
    );
    let expected = Observation {
        currency: Some(Currency::INR),
        order: Statement { ids: ids("o-1", "", ""), ..Statement::default() },
        transaction: Statement {
            ids: ids("o-1", "o-1-1", "u1"),
            word: word("CHARGED", Some(21), Subject::Transaction),
            authorized: minor(10_050),
            pays: minor(10_000),
            ..Statement::default()
        },
        has_transaction: true,
        ..Observation::default()
    };
    assert_eq!(juspay(txn), expected);
    assert_eq!(juspay(&webhook), Observation { occurred_at: time("2026-01-01T00:00:00Z"), ..expected });
    assert_eq!(juspay::SIMPL.ids_in(&webhook), Ok(ids("o-1", "o-1-1", "u1")));
    let beside = juspay(r#"{"content":{"order":{"order_id":"o-1","amount":3},"txn":{"status":"CHARGED"}}}"#);
    assert_eq!((beside.order.word, beside.order.price, beside.has_transaction), (None, minor(300), true));
}

/// An envelope makes the price sure; its time is when it happened, the order's own is when it was created.
#[test]
fn a_juspay_webhook_says_when_it_happened() {
    let text = payload("juspay_webhook.json");
    let said = juspay(&text);
    assert_eq!(said.occurred_at, time("2026-02-03T04:06:00Z"));
    assert_eq!((said.order.price, said.order.captured), (minor(25_000), minor(10_000)));
    let text =
        r#"{"date_created":"1111111T07:21:01Z","content":{"order":{"status":"CHARGED","amount":1,"date_created":7}}}"#;
    let said = juspay(text);
    assert_eq!((said.occurred_at, said.order.price, said.order.unsure), (None, minor(100), None));
}

/// Parts of another transaction are not this one's; what is neither capture nor void is passed over.
#[test]
fn parts_are_told_apart() {
    let said = |part: &str| {
        let text =
            format!(r#"{{"status":"PARTIAL_CHARGED","txn_id":"t-1","txn_sub_details":[null,{{"txn_id":"p"{part}}}]}}"#);
        let said = juspay(&text);
        (said.captures.len(), said.voids.len())
    };
    for kind in ["PARTIAL_CAPTURE", "CAPTURE", "MULTIPLE_PARTIAL_CAPTURE"] {
        assert_eq!(said(&format!(r#","txn_object_type":"{kind}""#)), (1, 0), "{kind}");
    }
    for kind in ["PARTIAL_VOID", "VOID", "MULTIPLE_PARTIAL_VOID"] {
        assert_eq!(said(&format!(r#","txn_object_type":"{kind}""#)), (0, 1), "{kind}");
    }
    for other in ["", r#","txn_object_type":"ORDER_PAYMENT""#, r#","txn_object_type":null"#] {
        assert_eq!(said(other), (0, 0), "{other}");
    }
    assert_eq!(said(r#","txn_object_type":"CAPTURE","source_object_id":"t-1""#), (1, 0));
    assert_eq!(said(r#","txn_object_type":"CAPTURE","source_object_id":"t-2""#), (1, 0), "and it says whose");
}

/// Lists may be absent, null or empty, and hold nulls.
#[test]
fn lists_may_be_missing() {
    for (lists, others) in [
        ("", None),
        (r#","txn_list":null,"txn_sub_details":null,"refunds":null,"txn_detail":null"#, None),
        (r#","txn_list":[],"txn_sub_details":[],"refunds":[],"txn_detail":[]"#, None),
        (r#","txn_list":[null],"txn_sub_details":[null],"refunds":[null]"#, None),
    ] {
        let text = format!(r#"{{"status":"CHARGED"{lists}}}"#);
        let said = juspay(&text);
        assert_eq!((said.has_transaction, said.listed), (false, others), "{lists}");
        assert!(said.captures.is_empty() && said.voids.is_empty() && said.refunds.is_empty());
    }
    for list in [r#""txn_list":[1]"#, r#""refunds":{}"#, r#""txn_sub_details":[[]]"#, r#""txn_detail":"x""#] {
        assert_eq!(code(&juspay::SIMPL, &format!(r#"{{"status":"CHARGED",{list}}}"#)), "not-a-payload", "{list}");
    }
}

/// Amounts, numbers and flags may be text; a number that cannot be read is one that no table has.
#[test]
fn values_may_be_text() {
    let said = juspay(r#"{"status":"CHARGED","status_id":"21","captured_amount":"1.5","amount_refunded":"0"}"#);
    assert_eq!((said.order.captured, said.order.refunded), (minor(150), minor(0)));
    assert_eq!(said.order.word.unwrap().id, Some(21));
    let odd = juspay(r#"{"status":"CHARGED","status_id":"x"}"#).order.word.unwrap();
    assert!(!juspay::SIMPL.word(&odd).unwrap().allows(odd.id.unwrap()));
    for (flag, expected) in [("true", Some(true)), ("\"1\"", Some(true)), ("\"0\"", Some(false)), ("null", None)] {
        let text = format!(r#"{{"entity":"payment","status":"captured","captured":{flag}}}"#);
        assert_eq!(razorpay(&text).transaction.captured_flag, expected, "{flag}");
    }
    let refund = juspay(r#"{"status":"CHARGED","refunds":[{"unique_request_id":"","id":7,"amount":"2"}]}"#);
    assert_eq!(refund.refunds, [RequestStatement { amount: minor(200), ..RequestStatement::default() }]);
}

/// One thing under two names contradicts itself; the first stands.
#[test]
fn two_identifiers_for_one_thing_are_seen() {
    for (text, expected) in [
        (r#"{"status":"CHARGED","txn_uuid":"u1","txn_detail":{"txn_uuid":"u2"}}"#, true),
        (r#"{"status":"CHARGED","txn_id":"t1","txn_detail":{"txn_id":"t2"}}"#, true),
        (r#"{"status":"CHARGED","order_id":"o1","txn_detail":{"order_id":"o2"}}"#, true),
        (r#"{"content":{"order":{"status":"CHARGED","txn_id":"t1"},"txn":{"txn_id":"t2","status":"CHARGED"}}}"#, true),
        (
            r#"{"status":"CHARGED","order_id":"o\/1","txn_uuid":"u","txn_detail":{"order_id":"o/1","txn_id":"t","txn_uuid":"u"}}"#,
            false,
        ),
    ] {
        assert_eq!(juspay(text).ids_contradict, expected, "{text}");
    }
    let webhook = |payment: &str, other: &str| {
        let payment = format!(r#""payment":{{"entity":{{"id":"pay_1","status":"captured"{payment}}}}}"#);
        razorpay(&format!(r#"{{"payload":{{{payment},{other}}}}}"#)).ids_contradict
    };
    assert!(webhook("", r#""refund":{"entity":{"payment_id":"pay_2"}}"#));
    assert!(!webhook("", r#""refund":{"entity":{"payment_id":"pay_1"}}"#));
    assert!(webhook(r#","order_id":"order_1""#, r#""order":{"entity":{"id":"order_2","status":"paid"}}"#));
    assert!(!webhook("", r#""order":{"entity":{"id":"order_2","status":"paid"}}"#));
}

/// Of two currencies the one that is not the order's is seen, wherever it stands; each object counts in its own.
#[test]
fn a_foreign_currency_anywhere_is_seen() {
    let said = |more: &str| {
        juspay::SIMPL.statements(&format!(r#"{{"status":"CHARGED",{more}}}"#), Currency::INR).map(|said| said.currency)
    };
    for more in [
        r#""currency":"usd""#,
        r#""currency":"USD","txn_detail":{"currency":"INR"}"#,
        r#""currency":"INR","txn_detail":{"currency":"USD"}"#,
        r#""currency":"INR","txn_list":[{"currency":"INR"},{"currency":"USD"}]"#,
        r#""txn_sub_details":[{"txn_object_type":"CAPTURE","currency":"Usd"}]"#,
        r#""currency":"INR","refunds":[{"currency":"USD"}]"#,
    ] {
        assert_eq!(said(more), Ok(Some(Currency::USD)), "{more}");
    }
    assert_eq!(said(r#""amount":1"#), Ok(None));
    assert_eq!(said(r#""currency":"Inr""#), Ok(Some(Currency::INR)));
    let kuwait = juspay(r#"{"status":"CHARGED","amount":1.234,"txn_detail":{"currency":"KWD","txn_amount":1.234}}"#);
    assert_eq!((kuwait.order.price, kuwait.transaction.authorized), (minor(1_234), minor(1_234)));
    let mixed = juspay(
        r#"{"status":"CHARGED","currency":"JPY","amount":5,"txn_list":[{"currency":"KWD","txn_amount":1.234}]}"#,
    );
    assert_eq!((mixed.order.price, mixed.listed.unwrap()[0].authorized), (minor(5), minor(1_234)));
    for (text, foreign) in [
        (
            r#"{"payload":{"payment":{"entity":{"status":"captured","currency":"INR"}},"refund":{"entity":{"currency":"EUR"}}}}"#,
            Currency::EUR,
        ),
        (
            r#"{"payload":{"payment":{"entity":{"status":"captured","currency":"INR"}},"order":{"entity":{"status":"paid","currency":"EUR"}}}}"#,
            Currency::EUR,
        ),
        (r#"{"entity":"payment","status":"captured","currency":"eur"}"#, Currency::EUR),
    ] {
        assert_eq!(razorpay(text).currency, Some(foreign), "{text}");
    }
}

#[test]
fn a_razorpay_payment_speaks_for_itself() {
    let text = r#"{"id":"pay_1","entity":"payment","amount":25000,"currency":"INR","status":"refunded","order_id":"order_1","amount_refunded":25000,"captured":false,"created_at":"?"}"#;
    let expected = Observation {
        currency: Some(Currency::INR),
        order: Statement { ids: ids("order_1", "", ""), ..Statement::default() },
        transaction: Statement {
            ids: ids("order_1", "pay_1", ""),
            word: word("refunded", None, Subject::Transaction),
            captured_flag: Some(false),
            authorized: minor(25_000),
            refunded: minor(25_000),
            ..Statement::default()
        },
        has_transaction: true,
        ..Observation::default()
    };
    assert_eq!(razorpay(text), expected);
    let alone = razorpay(r#"{"id":"pay_1","entity":"payment","status":"failed","order_id":null}"#);
    assert_eq!((alone.transaction.ids, alone.transaction.authorized), (ids("", "pay_1", ""), None));
}

/// A webhook may hold a payment, a refund and an order; each says what is its own.
#[test]
fn a_razorpay_webhook_speaks_of_each_entity() {
    let refund = r#"{"id":"rfnd_1","entity":"refund","amount":5000,"currency":"INR","payment_id":"pay_1","receipt":"refund-key-1","status":"failed"}"#;
    let order = r#"{"id":"order_1","entity":"order","amount":50000,"amount_paid":25000,"currency":"INR","status":"attempted","partial_payment":true,"receipt":"r-1"}"#;
    let payment = r#"{"id":"pay_1","entity":"payment","amount":25000,"currency":"INR","status":"captured","order_id":"order_1","amount_refunded":5000,"captured":"1"}"#;
    let wrap = |name: &str, entity: &str| format!(r#""{name}":{{"entity":{entity}}}"#);
    let all = [wrap("payment", payment), wrap("refund", refund), wrap("order", order)].join(",");
    let text = format!(r#"{{"entity":"event","event":"refund.failed","payload":{{{all}}},"created_at":1770091560}}"#);
    let of_refund = RequestStatement {
        key: Some("refund-key-1".into()),
        id: id("rfnd_1"),
        amount: minor(5_000),
        word: Some("failed".into()),
        fate: Some(Fate::Failed),
        of: None,
    };
    let of_order = Statement {
        ids: ids("order_1", "", ""),
        word: word("attempted", None, Subject::Order),
        captured: minor(25_000),
        price: minor(50_000),
        takes_parts: Some(true),
        ..Statement::default()
    };
    let said = razorpay(&text);
    assert_eq!((said.order, said.refunds), (of_order.clone(), vec![of_refund.clone()]));
    assert_eq!((said.has_transaction, said.transaction.captured_flag), (true, Some(true)));
    assert_eq!(said.transaction.refunded, minor(5_000));
    assert_eq!(said.occurred_at, time("2026-02-03T04:06:00Z"));

    // As the whole body, a refund names its payment, and an order only itself.
    let alone = Statement { ids: ids("", "pay_1", ""), ..Statement::default() };
    for text in [refund.to_owned(), format!(r#"{{"payload":{{{}}}}}"#, wrap("refund", refund))] {
        let said = razorpay(&text);
        assert_eq!(
            (said.transaction, said.refunds, said.has_transaction),
            (alone.clone(), vec![of_refund.clone()], false)
        );
        assert_eq!(razorpay::PROFILE.ids_in(&text), Ok(ids("", "pay_1", "")));
    }
    let said = razorpay(order);
    assert_eq!((said.order, said.has_transaction, said.refunds.len()), (of_order, false, 0));
    assert_eq!(razorpay::PROFILE.ids_in(order), Ok(ids("order_1", "", "")));
}

/// A provider that is data alone says what its readings name, of the transaction.
#[test]
fn a_third_providers_readings_speak_of_the_transaction() {
    let mut json = serde_json::to_value(checkout()).unwrap();
    let mut readings = json["readings"].as_array_mut().unwrap().iter_mut();
    let a_payment = readings.find(|reading| reading["name"] == "a payment").unwrap();
    let fields = &mut a_payment["payload"]["object"];
    fields["processed_on"] = "occurred-at".into();
    fields["expires_on"] = "transaction.capture-before".into();
    let profile = Profile::new(serde_json::from_value(json).unwrap()).unwrap();
    let text = r#"{
        "id": "pay_1", "reference": "o-1", "status": "Captured", "currency": "kwd", "processed_on": "never", "expires_on": "2026-01-08T00:00:00Z",
        "balances": { "total_authorized": 25000, "total_captured": 15000, "total_refunded": 9000 }
    }"#;
    let expected = Observation {
        currency: Some(Currency::KWD),
        order: Statement { ids: ids("o-1", "", ""), ..Statement::default() },
        transaction: Statement {
            ids: ids("o-1", "pay_1", ""),
            word: word("Captured", None, Subject::Transaction),
            authorized: minor(25_000),
            captured: minor(15_000),
            refunded: minor(9_000),
            capture_before: time("2026-01-08T00:00:00Z"),
            ..Statement::default()
        },
        has_transaction: true,
        ..Observation::default()
    };
    assert_eq!(profile.statements(text, Currency::INR), Ok(expected));
    assert_eq!(profile.ids_in(text), Ok(ids("o-1", "pay_1", "")));
    assert_eq!(code(&profile, r#"{"status":"Captured","expires_on":"soon"}"#), "time-malformed", "a deadline decides");
}

fn code(profile: &Profile, text: &str) -> &'static str {
    profile.statements(text, Currency::INR).map_or_else(|error| error.code(), |_| "none")
}
