//! What an embedding needs around the rules: whose payload it is, which request an error answers, several events at once, a
//! deadline for a hold that was observed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may panic: that is how it fails"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "tests document themselves by name")]

#[path = "support/states.rs"]
mod states;

use order_capture::Operation::{Capture, Refund};
use order_capture::*;
use states::*;

fn ids(order: Option<&str>, transaction: Option<&str>, uuid: Option<&str>) -> ProviderIds {
    let id = |text: Option<&str>| text.map(|text| text.parse().unwrap());
    ProviderIds { order: id(order), transaction: id(transaction), uuid: id(uuid) }
}

/// The same identifiers as the whole observation has, bare and in a webhook, for each provider and for one that is data.
#[test]
fn a_payload_says_whose_it_is_before_the_currency_is_known() {
    let juspay_order = r#"{"order_id":"o-1","txn_id":"m-o-1-1","txn_uuid":"u1","status":"CHARGED","amount":10.001,
        "txn_detail":{"txn_id":"m-o-1-2","txn_uuid":"u1","status":"CHARGED","txn_amount":10.001}}"#;
    let enveloped = format!(r#"{{"id":"evt_1","event_name":"ORDER_SUCCEEDED","content":{{"order":{juspay_order}}}}}"#);
    let payment = r#"{"entity":"payment","id":"pay_1","order_id":"order_1","amount":1000,"status":"captured"}"#;
    let event = format!(r#"{{"entity":"event","payload":{{"payment":{{"entity":{payment}}}}}}}"#);
    let simpl = juspay::gateway("SIMPL");
    for (profile, text, expected) in [
        (simpl, juspay_order, ids(Some("o-1"), Some("m-o-1-2"), Some("u1"))),
        (simpl, &*enveloped, ids(Some("o-1"), Some("m-o-1-2"), Some("u1"))),
        (simpl, r#"{"order_id":"o-1","status":"NEW"}"#, ids(Some("o-1"), None, None)),
        (&razorpay::PROFILE, payment, ids(Some("order_1"), Some("pay_1"), None)),
        (&razorpay::PROFILE, &*event, ids(Some("order_1"), Some("pay_1"), None)),
        (&razorpay::PROFILE, &payment.replace("\"order_1\"", "null"), ids(None, Some("pay_1"), None)),
    ] {
        assert_eq!(profile.provider_ids(text).unwrap(), expected, "{text}");
        let kuwait = Currency::from_code("KWD").unwrap();
        assert_eq!(profile.observation(text, kuwait).unwrap().ids, expected, "{text}");
    }
    // Three decimals are no rupees; whose it is can be said all the same.
    assert_eq!(simpl.observation(juspay_order, Currency::INR).unwrap_err().code(), "amount-malformed");

    let checkout = Profile::from_json(include_str!("../profiles/checkout.json")).unwrap();
    let text = r#"{"id":"pay_2","reference":"o-2","status":"Captured","balances":{"total_captured":1}}"#;
    assert_eq!(checkout.provider_ids(text).unwrap(), ids(Some("o-2"), Some("pay_2"), None));
    assert_eq!(checkout.provider_ids("{}").unwrap_err().code(), "not-a-payload");
}

/// Over every payload of the folder: what can be read says whose it is, with the same names.
#[test]
fn every_payload_that_can_be_read_says_whose_it_is() {
    let mut read = 0;
    for file in std::fs::read_dir("tests/payloads").unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for profile in [&juspay::SIMPL, &razorpay::PROFILE] {
            if let Ok(seen) = profile.observation(&text, Currency::INR) {
                assert_eq!(profile.provider_ids(&text), Ok(seen.ids), "{text}");
                read += 1;
            }
        }
    }
    assert!(read >= 10, "{read} were read");
}

#[test]
fn what_is_no_payload_is_nobodys() {
    for (profile, text, code) in [
        (&juspay::SIMPL, "", "not-json"),
        (&juspay::SIMPL, "[]", "not-a-payload"),
        (&juspay::SIMPL, r#"{"id":"evt_1","content":{}}"#, "not-a-payload"),
        (&juspay::SIMPL, r#"{"order_id":1,"status":"NEW"}"#, "id-malformed"),
        (&razorpay::PROFILE, r#"{"entity":"event","payload":{}}"#, "not-a-payload"),
        (&juspay::SIMPL, r#"{"status":"Bad Request","error_code":"Invalid"}"#, "not-a-payload"),
        (&juspay::SIMPL, r#"{"id":"pay_1","entity":"payment","order_id":"o","status":"captured"}"#, "not-a-payload"),
        (&razorpay::PROFILE, r#"{"id":"rfnd_1","entity":"refund","status":"processed"}"#, "not-a-payload"),
        (&razorpay::PROFILE, r#"{"id":"order_1","entity":"order","status":"paid"}"#, "not-a-payload"),
        (&razorpay::PROFILE, r#"{"id":"pay_1","status":"captured"}"#, "not-a-payload"),
        (&razorpay::PROFILE, r#"{"id":"pay 1","entity":"payment","status":"captured"}"#, "id-malformed"),
    ] {
        assert_eq!(profile.provider_ids(text).unwrap_err().code(), code, "{text}");
    }
}

/// An error answers what was sent from here; what a provider did of itself was not.
#[test]
fn an_error_answers_no_request_of_the_providers_own() {
    let theirs = Event::Requested {
        operation: Capture,
        number: 1,
        amount: rupees("100.00").minor(),
        key: None,
        closes: true,
        origin: Origin::Provider,
    };
    let transaction = replayed(&[held("100.00"), theirs]).0;
    let profile = juspay::gateway("SIMPL");
    for http_status in [400, 500] {
        let answer = ErrorAnswer { http_status, ..ErrorAnswer::default() };
        assert_eq!(transaction.interpret_error(&answer, profile).unwrap_err().code(), "illegal-transition");
        let to = transaction.interpret_error_to(Capture, 1, &answer, profile);
        assert_eq!(to.unwrap_err().code(), "illegal-transition");
    }
}

#[test]
fn an_error_answers_the_request_that_it_is_read_for() {
    let profile = juspay::gateway("SIMPL");
    let (before, _) = replayed(&[
        held("100.00"),
        asked(Capture, 1, "10.00", Some("k1"), false),
        answered(Capture, 1, done("10.00")),
        asked(Capture, 2, "20.00", Some("k2"), false),
        asked(Refund, 1, "5.00", Some("r1"), false),
    ]);
    let bad = ErrorAnswer::read(400, r#"{"error_code":"INVALID_INPUT"}"#);
    let verdict = |operation, number, answer| before.interpret_error_to(operation, number, answer, profile).unwrap();
    let withdrawn = |operation, number| Event::Answered { operation, number, outcome: Outcome::Withdrawn };
    assert_eq!(verdict(Capture, 2, &bad), Verdict::Applied(vec![withdrawn(Capture, 2)]));
    assert_eq!(verdict(Refund, 1, &bad), Verdict::Applied(vec![withdrawn(Refund, 1)]));
    assert_eq!(before.interpret_error(&bad, profile).unwrap(), verdict(Refund, 1, &bad), "the latest");
    assert_eq!(verdict(Capture, 1, &bad), Verdict::Stale, "it is settled");
    let late = ErrorAnswer::read(504, "<html>");
    let unanswered = Event::Answered { operation: Capture, number: 2, outcome: Outcome::Unanswered };
    assert_eq!(verdict(Capture, 2, &late), Verdict::Applied(vec![unanswered.clone()]));

    let mut unknown = before.clone();
    unknown.record(unanswered, midnight(), None).unwrap();
    let again = |answer| unknown.interpret_error_to(Capture, 2, answer, profile).unwrap();
    assert_eq!(again(&late), Verdict::AlreadyApplied(vec![]));
    assert_eq!(again(&bad), Verdict::AlreadyApplied(vec![]), "its fate stays unknown");
    let mut resent = unknown.clone();
    resent.record(asked(Capture, 2, "20.00", Some("k2"), false), midnight(), None).unwrap();
    let repeat = resent.interpret_error_to(Capture, 2, &bad, profile).unwrap();
    let silence = Event::Answered { operation: Capture, number: 2, outcome: Outcome::Unanswered };
    assert_eq!(repeat, Verdict::Applied(vec![silence]), "the first try is still open");
    for number in [0, 3] {
        let refusal = before.interpret_error_to(Capture, number, &bad, profile).unwrap_err();
        assert_eq!(refusal.code(), "illegal-transition");
    }
}

#[test]
fn several_events_are_taken_all_or_none() {
    let (mut transaction, _) = replayed(&[held("100.00")]);
    let before = transaction.clone();
    let events = [asked(Capture, 1, "60.00", Some("k1"), true), answered(Capture, 1, done("60.00"))];
    let impossible = events.clone().into_iter().chain([Event::AuthorizationFailed]);
    assert_eq!(transaction.record_all(impossible, midnight(), None).unwrap_err().code(), "illegal-transition");
    assert_eq!(transaction, before, "the first two are not kept");
    let earlier = midnight() - chrono::TimeDelta::seconds(9);
    let log = transaction.record_all(events.clone(), midnight(), Some(earlier)).unwrap();
    assert!(log.iter().all(|one| (one.observed_at, one.occurred_at) == (midnight(), Some(earlier))));
    assert_eq!(log.iter().map(|event| event.sequence).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(transaction.amounts().captured.get(), 6000);
    assert_eq!(transaction.record_all([events[1].clone()], midnight(), None).unwrap(), [], "known already");
    assert_eq!(transaction.record_all([], midnight(), None).unwrap(), []);
}

#[test]
fn an_observed_hold_gets_a_deadline() {
    let (order, profile) = (order_of("100.00"), juspay::gateway("CYBERSOURCE"));
    let context = OrderContext { order: &order, profile, others_captured: false };
    let text = r#"{"order_id":"o-1","txn_uuid":"u1","status":"AUTHORIZED","status_id":25,"amount":100}"#;
    let mut transaction = Transaction::created("t-1".parse().unwrap());
    let seen = profile.observation(text, Currency::INR).unwrap();
    let deadline = midnight() + std::time::Duration::from_secs(60);
    let verdict = transaction.interpret(&seen, &context).capture_before(deadline);
    transaction.record_all(verdict.events().iter().cloned(), midnight(), None).unwrap();
    assert_eq!(transaction.ledger().unwrap().capture_before(), Some(deadline));
    let full = CaptureRequest::full();
    assert_eq!(transaction.capture(&full, &order, profile, deadline).unwrap_err().code(), "authorization-expired");
    // Where no hold is learned there is nothing to give one to, and a deadline that is there stays.
    assert_eq!(transaction.interpret(&seen, &context).capture_before(deadline), Verdict::AlreadyApplied(vec![]));
    assert_eq!(Verdict::Stale.capture_before(deadline), Verdict::Stale);
    let own = Event::Authorized { amount: rupees("1.00"), capture_before: Some(midnight()) };
    assert_eq!(Verdict::Applied(vec![own.clone()]).capture_before(deadline).events(), [own]);
}
