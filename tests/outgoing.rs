//! Requests out, compared with what the official clients and the seeds' own examples send.

use crate::states::*;
use http::Request as HttpRequest;
use order_capture::Operation::{Capture, Refund, Void};
use order_capture::outgoing::*;
use order_capture::*;

/// A transaction with one request, as the books keep it.
struct Recorded(Transaction, Operation);

fn recorded(operation: Operation, amount: &str, key: Option<&str>) -> Recorded {
    let mut events = vec![held("100.00")];
    if operation == Refund {
        events.extend([asked(Capture, 1, "100.00", None, true), done(Capture, 1, "100.00")]);
    }
    events.push(asked(operation, 1, amount, key, true));
    Recorded(replayed(&events).0, operation)
}

type Sent = Result<HttpRequest<String>, OutgoingError>;

fn at_juspay(call: JuspayCall<'_>, id: &str, Recorded(transaction, operation): &Recorded) -> Sent {
    call.request(id, id, transaction, *operation, 1)
}

fn at_razorpay(call: RazorpayCall<'_>, id: &str, Recorded(transaction, operation): &Recorded) -> Sent {
    call.request(id, transaction, *operation, 1)
}

fn header<'a>(request: &'a HttpRequest<String>, name: &str) -> &'a str {
    request.headers()[name].to_str().unwrap()
}

fn juspay(credentials: &Credentials) -> JuspayCall<'_> {
    JuspayCall { host: &Host::Sandbox, credentials, routing_id: "customer_1122" }
}

#[test]
fn a_juspay_capture_is_what_the_seed_sends() {
    let credentials = Credentials::juspay("key");
    let full = at_juspay(juspay(&credentials), "txn-uuid", &recorded(Capture, "100.00", None)).unwrap();
    assert_eq!(full.method(), "POST");
    assert_eq!(full.uri(), "https://payments.sandbox.juspay.in/v2/txns/txn-uuid/capture");
    assert_eq!(full.body(), "");
    assert_eq!(header(&full, "x-routing-id"), "customer_1122");
    assert_eq!(header(&full, "content-type"), "application/x-www-form-urlencoded");
    assert_eq!(header(&full, "authorization"), "Basic a2V5Og==", "the key as user, an empty password");
    let part = at_juspay(juspay(&credentials), "txn-uuid", &recorded(Capture, "10.00", Some("mozc6FzH1ovAs3DtkLi-1")))
        .unwrap();
    assert_eq!(part.body(), "amount=10.00&idempotence_key=mozc6FzH1ovAs3DtkLi-1");
    let call = JuspayCall { host: &Host::Production, ..juspay(&credentials) };
    let production = at_juspay(call, "t", &recorded(Capture, "100.00", None)).unwrap();
    assert_eq!(production.uri(), "https://payments.juspay.in/v2/txns/t/capture");
}

/// The official Node client writes a form with `encodeURIComponent`, pair by pair: every special character of a key.
#[test]
fn a_juspay_form_is_what_the_official_node_client_writes() {
    let credentials = Credentials::juspay("key");
    let asked = recorded(Capture, "10.00", Some("A-_(){}+~.9"));
    let request = at_juspay(juspay(&credentials), "t", &asked).unwrap();
    assert_eq!(request.body(), "amount=10.00&idempotence_key=A-_()%7B%7D%2B~.9");
}

#[test]
fn polls_ask_and_change_nothing() {
    let credentials = Credentials::juspay("key");
    let poll = juspay(&credentials).order_status("o/1").unwrap();
    assert_eq!((poll.method().as_str(), poll.body().as_str()), ("GET", ""));
    assert_eq!(poll.uri(), "https://payments.sandbox.juspay.in/orders/o%2F1");
    assert_eq!(header(&poll, "x-routing-id"), "customer_1122");
    assert_eq!(header(&poll, "authorization"), "Basic a2V5Og==");
    assert!(!poll.headers().contains_key("content-type"), "nothing is in it");
    let credentials = Credentials::razorpay("id", "secret");
    let call = RazorpayCall { host: &Host::Production, credentials: &credentials };
    let poll = call.fetch("pay_1").unwrap();
    assert_eq!((poll.method().as_str(), poll.body().as_str()), ("GET", ""));
    assert_eq!(poll.uri(), "https://api.razorpay.com/v1/payments/pay_1");
    assert_eq!(header(&poll, "authorization"), "Basic aWQ6c2VjcmV0");
    assert_eq!(poll.headers().len(), 1);
}

#[test]
fn juspay_voids_and_refunds() {
    let credentials = Credentials::juspay("key");
    let void = at_juspay(juspay(&credentials), "a/b c", &recorded(Void, "100.00", None)).unwrap();
    assert_eq!(void.uri(), "https://payments.sandbox.juspay.in/v2/txns/a%2Fb%20c/void");
    assert_eq!(void.body(), "");
    let refund = at_juspay(juspay(&credentials), "o-1", &recorded(Refund, "40.00", Some("r1"))).unwrap();
    assert_eq!(refund.uri(), "https://payments.sandbox.juspay.in/orders/o-1/refunds");
    assert_eq!(refund.body(), "unique_request_id=r1&amount=40.00");
    let part = at_juspay(juspay(&credentials), "t", &recorded(Void, "1.00", None));
    assert_eq!(part.unwrap_err(), OutgoingError::KeyRequired, "without a body it would void all");
    let keyless = at_juspay(juspay(&credentials), "o-1", &recorded(Refund, "40.00", None));
    assert_eq!(keyless.unwrap_err(), OutgoingError::KeyRequired);
}

/// The official Python client posts `{"amount": …, "currency": …}` as JSON; the seed's curl does too.
#[test]
fn a_razorpay_capture_is_what_the_official_python_client_posts() {
    let credentials = Credentials::razorpay("rzp_test_id", "secret");
    let call = RazorpayCall { host: &Host::Sandbox, credentials: &credentials };
    let capture = at_razorpay(call, "pay_29QQoUBi66xm2f", &recorded(Capture, "10.00", None)).unwrap();
    assert_eq!(capture.method(), "POST");
    assert_eq!(capture.uri(), "https://api.razorpay.com/v1/payments/pay_29QQoUBi66xm2f/capture");
    let body: serde_json::Value = serde_json::from_str(capture.body()).unwrap();
    assert_eq!(body, serde_json::json!({"amount": 1000, "currency": "INR"}));
    assert_eq!(header(&capture, "content-type"), "application/json");
    assert_eq!(header(&capture, "authorization"), "Basic cnpwX3Rlc3RfaWQ6c2VjcmV0");
    assert!(capture.headers().get("x-routing-id").is_none());
    let refund = at_razorpay(call, "pay_1", &recorded(Refund, "4.00", Some("refund-0001"))).unwrap();
    assert_eq!(refund.uri(), "https://api.razorpay.com/v1/payments/pay_1/refund");
    assert_eq!(refund.body(), r#"{"amount":400,"receipt":"refund-0001"}"#, "the answer names it");
    assert_eq!(header(&refund, "x-refund-idempotency"), "refund-0001");
    let strange = recorded(Refund, "4.00", Some(r#"k","amount":9,"x":"y"#));
    let refund = at_razorpay(call, "pay_1", &strange).unwrap();
    assert_eq!(refund.body(), r#"{"amount":400,"receipt":"k\",\"amount\":9,\"x\":\"y"}"#, "it is a text and no more");
}

#[test]
fn secrets_do_not_show() {
    let credentials = Credentials::razorpay("rzp_test_id", "secret");
    let call = RazorpayCall { host: &Host::Sandbox, credentials: &credentials };
    let request = at_razorpay(call, "pay_1", &recorded(Capture, "10.00", None)).unwrap();
    assert_eq!(format!("{credentials:?}"), "Credentials(..)");
    for text in [format!("{credentials:?}"), format!("{call:?}"), format!("{request:?}")] {
        for secret in ["secret", "rzp_test_id", "cnpwX3Rlc3RfaWQ6c2VjcmV0"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[test]
fn what_cannot_be_a_request_is_refused() {
    let credentials = Credentials::juspay("key");
    let asked = recorded(Capture, "100.00", None);
    let routing = JuspayCall { routing_id: "a\nb", ..juspay(&credentials) };
    assert_eq!(at_juspay(routing, "t", &asked).unwrap_err(), OutgoingError::Header { name: "x-routing-id" });
    for id in ["", ".", ".."] {
        assert_eq!(juspay(&credentials).order_status(id).unwrap_err(), OutgoingError::Id, "{id:?} is another endpoint");
    }
    let nowhere = Host::Other("not a host".into());
    let call = JuspayCall { host: &nowhere, ..juspay(&credentials) };
    assert_eq!(at_juspay(call, "t", &asked).unwrap_err(), OutgoingError::Host);
    for none in ["", "/x", "example.org"] {
        let host = Host::Other(none.into());
        let call = JuspayCall { host: &host, ..juspay(&credentials) };
        assert_eq!(at_juspay(call, "t", &asked).unwrap_err(), OutgoingError::Host, "{none}");
    }
    let loopback = Host::Other("http://127.0.0.1:8080".into());
    let call = JuspayCall { host: &loopback, ..juspay(&credentials) };
    assert_eq!(at_juspay(call, "t", &asked).unwrap().uri(), "http://127.0.0.1:8080/v2/txns/t/capture");
}

/// Juspay takes two decimals, also of a currency with three; of Razorpay's three the last is zero.
#[test]
fn a_third_decimal_that_is_not_zero_is_not_sent() {
    let credentials = Credentials::juspay("key");
    let order = Order::new("o-1".parse().unwrap(), Money::parse("100.000", Currency::KWD).unwrap());
    let dinars = |operation, units, key: Option<&str>| {
        let mut transaction = Transaction::created(&order, "t-1".parse().unwrap());
        let mut add = |event| assert_eq!(answer(&mut transaction, event), "applied");
        add(Event::Authorized { amount: order.amount(), pays: None, capture_before: None });
        if operation == Refund {
            let (operation, total) = (Capture, order.amount().minor());
            add(Event::TotalReported { operation, total, basis: Basis::Stated, closes: false });
        }
        let key = key.map(|key| key.parse().unwrap());
        add(Event::Requested { operation, number: 1, amount: Minor::from(units), key, closes: false });
        Recorded(transaction, operation)
    };
    let body = |sent: Sent| sent.map(|request| request.body().clone());
    let sent = |units| body(at_juspay(juspay(&credentials), "t", &dinars(Capture, units, Some("k1"))));
    assert_eq!(sent(9_990), Ok("amount=9.99&idempotence_key=k1".to_owned()));
    let minor = Minor::from(9_991);
    assert_eq!(sent(9_991), Err(OutgoingError::Digits { minor, digits: 3 }));
    let call = RazorpayCall { host: &Host::Sandbox, credentials: &credentials };
    let sent = |operation, units| body(at_razorpay(call, "pay_1", &dinars(operation, units, None)));
    assert_eq!(sent(Refund, 9_990), Ok(r#"{"amount":9990}"#.to_owned()));
    assert_eq!(sent(Refund, 9_991), Err(OutgoingError::Digits { minor, digits: 3 }));
    assert_eq!(sent(Capture, 9_990), Ok(r#"{"amount":9990,"currency":"KWD"}"#.to_owned()), "in its own currency");
    assert!(sent(Capture, 9_991).is_err());
}

#[test]
fn what_is_not_recorded_is_not_sent() {
    let credentials = Credentials::juspay("key");
    let Recorded(transaction, _) = recorded(Capture, "100.00", None);
    let sent = |operation, number| juspay(&credentials).request("o", "t", &transaction, operation, number).unwrap_err();
    for (operation, number) in [(Capture, 0), (Capture, 2), (Void, 1), (Refund, 1)] {
        assert_eq!(sent(operation, number), OutgoingError::NoSuchRequest { operation, number });
    }
    let (mut answered_once, event) = (transaction.clone(), answered(Capture, 1, Outcome::TimedOut));
    assert_eq!(answer(&mut answered_once, event), "applied");
    let again = juspay(&credentials).request("o", "t", &answered_once, Capture, 1).unwrap_err();
    assert_eq!(again, OutgoingError::NoSuchRequest { operation: Capture, number: 1 }, "it is asked for again first");
    let call = RazorpayCall { host: &Host::Sandbox, credentials: &credentials };
    let void = recorded(Void, "100.00", None);
    assert_eq!(at_razorpay(call, "pay_1", &void).unwrap_err(), OutgoingError::NoVoid);
}

/// The provider's identifiers are the transaction's own, where it knows them: another one's money would be moved.
#[test]
fn another_transactions_identifier_is_refused() {
    let credentials = Credentials::juspay("key");
    let Recorded(mut transaction, _) = recorded(Capture, "100.00", None);
    let id = |text: &str| Some(text.parse().unwrap());
    let ids = ProviderIds { order: id("o-1"), transaction: id("pay_1"), uuid: id("u-1") };
    assert_eq!(answer(&mut transaction, Event::Identified { ids }), "applied");
    let at_juspay = |order, uuid| juspay(&credentials).request(order, uuid, &transaction, Capture, 1).map(drop);
    let other = |given: &str, known: &str| Err(OutgoingError::OtherId { given: given.into(), known: known.into() });
    assert_eq!(at_juspay("o-1", "u-1"), Ok(()));
    assert_eq!(at_juspay("o-2", "u-1"), other("o-2", "o-1"));
    assert_eq!(at_juspay("o-1", "u-2"), other("u-2", "u-1"));
    let call = RazorpayCall { host: &Host::Sandbox, credentials: &credentials };
    let at_razorpay = |id| call.request(id, &transaction, Capture, 1).map(drop);
    assert_eq!((at_razorpay("pay_1"), at_razorpay("pay_2")), (Ok(()), other("pay_2", "pay_1")));
    let text = at_razorpay("pay_2").unwrap_err().to_string();
    assert_eq!(text, "the identifier pay_2 is not the transaction's own pay_1; load the transaction that it names");
}

/// A host is a scheme of the web and an authority; what else stands in it would be sent as a part of every URL.
#[test]
fn a_host_is_no_more_than_that() {
    let credentials = Credentials::juspay("key");
    let poll = |host: &str, routing_id| {
        let host = Host::Other(host.into());
        JuspayCall { host: &host, credentials: &credentials, routing_id }
            .order_status("o-1")
            .map(|sent| sent.uri().to_string())
    };
    for host in ["https://example.org", "https://example.org/", "http://127.0.0.1:8080", "http://[::1]:8080"] {
        assert_eq!(poll(host, "c"), Ok(format!("{}/orders/o-1", host.trim_end_matches('/'))));
    }
    let refused =
        ["ftp://example.org", "example.org", "//example.org", "https://", "https:///", "https://:80", "", "/"];
    let more = ["https://example.org/v1", "https://example.org//", "https://example.org?a=b", "https://example.org#a"];
    for host in refused.into_iter().chain(more) {
        assert_eq!(poll(host, "c"), Err(OutgoingError::Host), "{host:?}");
        let host = Host::Other(host.into());
        let sent = RazorpayCall { host: &host, credentials: &credentials }.fetch("pay_1").map(drop);
        assert_eq!(sent, Err(OutgoingError::Host), "{host:?}");
    }
    for none in ["", " "] {
        assert_eq!(poll("https://example.org", none), Err(OutgoingError::Header { name: "x-routing-id" }));
    }
}

/// What the rules allow can be worded and sent: every command at every state, with amounts of each kind of currency.
#[test]
fn what_the_rules_allow_can_be_sent() {
    let juspay_credentials = Credentials::juspay("key");
    let razorpay_credentials = Credentials::razorpay("id", "secret");
    let (mut sent, mut refused) = (0, 0);
    for currency in [Currency::INR, Currency::JPY, Currency::KWD] {
        for units in [10_000, 10_001, 9_990] {
            let money = |units: u64| Money::from_minor(units, currency).unwrap();
            let order = Order::new("o-1".parse().unwrap(), money(units));
            for profile in [&juspay::FULL_ONLY, &juspay::CYBERSOURCE, &juspay::SIMPL, &razorpay::PROFILE] {
                let new = order.transaction("t-1".parse().unwrap(), profile);
                let held = new.authorized(money(units), midnight()).unwrap().into_payment();
                let log =
                    |total| Event::TotalReported { operation: Capture, total, basis: Basis::Stated, closes: false };
                let mut captured = held.transaction().clone();
                assert_eq!(answer(&mut captured, log(money(units - 5_000).minor())), "applied");
                let captured = order.resume(captured, profile).unwrap();
                for payment in [&held, &captured] {
                    for command in [Command::capture(), Command::void(), Command::refund()] {
                        for amount in [None, Some(units), Some(5_000), Some(1_001), Some(units - 5_000)] {
                            for key in [None, Some("k1"), Some("a-key-of-ten-or-more")] {
                                let command = amount.map_or(command, |units| command.amount(money(units)));
                                let command = key.map_or(command, |key| command.key(key)).currency(currency);
                                let Ok(change) = payment.ask(command, midnight()) else {
                                    refused += 1;
                                    continue;
                                };
                                let (operation, number, _) = change.to_send().unwrap();
                                let transaction = change.payment().transaction();
                                let (host, credentials) = (&Host::Sandbox, &razorpay_credentials);
                                let worded = if profile.name.as_str() == "razorpay" {
                                    RazorpayCall { host, credentials }.request("p", transaction, operation, number)
                                } else {
                                    juspay(&juspay_credentials).request("o", "t", transaction, operation, number)
                                };
                                assert!(worded.is_ok(), "{}: {command:?}: {worded:?}", profile.name);
                                sent += 1;
                            }
                        }
                    }
                }
            }
        }
    }
    assert!(sent > 200 && refused > 200, "{sent} sent, {refused} refused");
}
