//! What an embedding needs around the rules: whose payload it is, which request an error answers, changes that are all or
//! none, what to send.

use crate::states::*;
use order_capture::Operation::{Capture, Refund};
use order_capture::*;

fn ids(order: Option<&str>, transaction: Option<&str>, uuid: Option<&str>) -> ProviderIds {
    let id = |text: Option<&str>| text.map(|text| text.parse().unwrap());
    ProviderIds { order: id(order), transaction: id(transaction), uuid: id(uuid) }
}

/// The same identifiers as the whole observation has, bare and in a webhook, for each provider and for one that is data.
#[test]
fn a_payload_says_whose_it_is_before_the_currency_is_known() {
    let juspay_order = r#"{"order_id":"o-1","txn_id":"m-o-1-2","txn_uuid":"u1","status":"CHARGED","amount":10.001,
        "txn_detail":{"txn_id":"m-o-1-2","txn_uuid":"u1","status":"CHARGED","txn_amount":10.001}}"#;
    let enveloped = format!(r#"{{"id":"evt_1","event_name":"ORDER_SUCCEEDED","content":{{"order":{juspay_order}}}}}"#);
    let payment = r#"{"entity":"payment","id":"pay_1","order_id":"order_1","amount":1000,"status":"captured"}"#;
    let event = format!(r#"{{"entity":"event","payload":{{"payment":{{"entity":{payment}}}}}}}"#);
    let simpl: &Profile = &juspay::SIMPL;
    for (profile, text, expected) in [
        (simpl, juspay_order, ids(Some("o-1"), Some("m-o-1-2"), Some("u1"))),
        (simpl, &*enveloped, ids(Some("o-1"), Some("m-o-1-2"), Some("u1"))),
        (simpl, r#"{"order_id":"o-1","status":"NEW"}"#, ids(Some("o-1"), None, None)),
        (&razorpay::PROFILE, payment, ids(Some("order_1"), Some("pay_1"), None)),
        (&razorpay::PROFILE, &*event, ids(Some("order_1"), Some("pay_1"), None)),
        (&razorpay::PROFILE, &payment.replace("\"order_1\"", "null"), ids(None, Some("pay_1"), None)),
    ] {
        assert_eq!(profile.ids_in(text).unwrap(), expected, "{text}");
        let kuwait = Currency::from_code("KWD").unwrap();
        assert_eq!(profile.statements(text, kuwait).unwrap().transaction.ids, expected, "{text}");
    }
    // Three decimals are no rupees; whose it is can be said all the same.
    assert_eq!(simpl.statements(juspay_order, Currency::INR).unwrap_err().code(), "amount-malformed");

    let checkout = Profile::from_json(include_str!("../profiles/checkout.json")).unwrap();
    let text = r#"{"id":"pay_2","reference":"o-2","status":"Captured","balances":{"total_captured":1}}"#;
    assert_eq!(checkout.ids_in(text).unwrap(), ids(Some("o-2"), Some("pay_2"), None));
    assert_eq!(checkout.ids_in("{}").unwrap_err().code(), "not-a-payload");
}

/// Over every payload of the folder: what can be read says whose it is, with the same names.
#[test]
fn every_payload_that_can_be_read_says_whose_it_is() {
    let mut read = 0;
    for file in std::fs::read_dir("tests/payloads").unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for profile in [&juspay::SIMPL, &razorpay::PROFILE] {
            if let Ok(seen) = profile.statements(&text, Currency::INR) {
                assert_eq!(profile.ids_in(&text), Ok(seen.transaction.ids), "{text}");
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
        (&razorpay::PROFILE, r#"{"entity":"collection","items":[]}"#, "not-a-payload"),
        (&razorpay::PROFILE, r#"{"id":"pay_1","status":"captured"}"#, "not-a-payload"),
        (&razorpay::PROFILE, r#"{"id":"pay 1","entity":"payment","status":"captured"}"#, "id-malformed"),
    ] {
        assert_eq!(profile.ids_in(text).unwrap_err().code(), code, "{text}");
    }
}

/// Captured 10 of 100; a capture of 20 and a refund of 5 sent.
fn sent() -> Vec<Event> {
    vec![
        held("100.00"),
        asked(Capture, 1, "10.00", Some("k1"), false),
        done(Capture, 1, "10.00"),
        asked(Capture, 2, "20.00", Some("k2"), false),
        asked(Refund, 1, "5.00", Some("r1"), false),
    ]
}
fn only_event(change: &Change<'_>) -> Event {
    let [recorded] = change.events() else { panic!("{:?}", change.events()) };
    recorded.event.clone()
}
/// An error answers the latest unanswered request, or the one that is named; what it says depends on the error.
#[test]
fn an_error_answers_the_request_that_it_is_read_for() {
    let (order, now) = (order_of("100.00"), midnight());
    let before = payment(&order, &juspay::SIMPL, &sent());
    let bad = juspay::SIMPL.error(400, r#"{"error_code":"INVALID_INPUT"}"#);
    let late = juspay::SIMPL.error(504, "<html>");
    let to = |error: &ErrorAnswer<'_>, named| before.provider_error(error, named, now).unwrap();
    let withdrawn = |operation, number| answered(operation, number, Outcome::Withdrawn);
    assert_eq!(only_event(&to(&bad, Some((Capture, 2)))), withdrawn(Capture, 2));
    assert_eq!(only_event(&to(&bad, Some((Refund, 1)))), withdrawn(Refund, 1));
    assert_eq!(only_event(&to(&bad, None)), withdrawn(Refund, 1), "the latest");
    assert_eq!(only_event(&to(&late, Some((Capture, 2)))), answered(Capture, 2, Outcome::TimedOut));
    for number in [0, 3] {
        let problem = before.provider_error(&bad, Some((Capture, number)), now).unwrap_err();
        assert_eq!(problem.code(), "illegal-transition");
    }
    // Withdrawn: the amount is free, the state what it was, and the same key and amount is a new try.
    let free = to(&bad, Some((Capture, 2))).into_payment();
    assert_eq!((free.transaction().state(), free.capturable(now)), (StateKind::PartiallyCaptured, rupees("90.00")));
    let again = free.ask(Command::capture().amount(rupees("20.00")).key("k2"), now).unwrap();
    assert_eq!(again.to_send().map(|(_, number, _)| number), Some(2));
}
/// A request of unknown outcome that is repeated stays unknown, whatever error the repeat gets.
#[test]
fn an_error_to_a_repeat_leaves_the_outcome_unknown() {
    let (order, now) = (order_of("100.00"), midnight());
    let bad = juspay::SIMPL.error(400, r#"{"error_code":"INVALID_INPUT"}"#);
    let unknown = [&sent()[..4], &[answered(Capture, 2, Outcome::TimedOut)]].concat();
    let resent = [&unknown[..], &[asked(Capture, 2, "20.00", Some("k2"), false)]].concat();
    let after = payment(&order, &juspay::SIMPL, &resent).provider_error(&bad, None, now).unwrap();
    assert_eq!(after.payment().transaction().state(), StateKind::CaptureUnknown);
    assert_eq!(after.payment().transaction().amounts().pending, minor("20.00"), "the first try may still happen");
    // None is unanswered: known already if one is of unknown outcome, else nobody's.
    let unknown = payment(&order, &juspay::SIMPL, &unknown).provider_error(&bad, None, now).unwrap();
    assert_eq!((unknown.effect(), unknown.events().len()), (Effect::AlreadyApplied, 0));
    let none = payment(&order, &juspay::SIMPL, &sent()[..3]).provider_error(&bad, None, now);
    assert_eq!(none.unwrap_err().code(), "illegal-transition");
}
/// An error answers what was sent from here; what a provider did of itself was not.
#[test]
fn an_error_answers_no_request_of_the_providers_own() {
    let order = order_of("100.00");
    let payment = payment(&order, &juspay::SIMPL, &[held("100.00"), theirs(Capture, 1, "100.00", false)]);
    for http_status in [400, 500] {
        let error = ErrorAnswer { http_status, ..ErrorAnswer::default() };
        for named in [None, Some((Capture, 1))] {
            assert_eq!(payment.provider_error(&error, named, midnight()).unwrap_err().code(), "illegal-transition");
        }
    }
}
/// A change is all or none, is not stepped twice, and leaves what it came from as it was.
#[test]
fn a_change_leaves_what_it_came_from_as_it_was() {
    let (order, now) = (order_of("100.00"), midnight());
    let before = payment(&order, &juspay::SIMPL, &[held("100.00")]);
    let kept = before.clone();
    let change = before.ask(Command::capture().amount(rupees("60.00")).key("k1"), now).unwrap();
    assert_eq!(before, kept);
    assert!(change.is_applied() && change.events().iter().all(|event| event.observed_at == now));
    let mut again = before.transaction().clone();
    for event in change.events() {
        assert_eq!(again.apply(event), Ok(Effect::Applied));
    }
    assert_eq!(&again, change.payment().transaction());
    for event in change.events() {
        assert_eq!(again.apply(event), Ok(Effect::AlreadyApplied), "stored twice is stored once");
    }
    // Two totals at once: the second cannot be, so the first is not kept either.
    let both = Report { captured: Some(rupees("50.00").into()), refunded: Some(rupees("50.01").into()) };
    let both = before.reported(both, now);
    assert_eq!((both.unwrap_err().code(), &before), ("illegal-transition", &kept));
    // Only an applied command is sent.
    let sent = change.into_payment();
    let answered = sent.answered(Answer::capture(Outcome::Accepted), now).unwrap();
    assert_eq!(answered.to_send(), None);
    let known = sent.ask(Command::capture().amount(rupees("60.00")).key("k1"), now).unwrap();
    assert_eq!((known.to_send(), known.earlier()), (None, Some(RequestStatus::Sent)));
}

/// A poll is fresh only by a promise for each request that may still be on its way (DOMAIN: observation).
#[test]
fn a_poll_asks_of_each_request_that_may_be_on_its_way() {
    let order = order_of("100.00");
    let start = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false)];
    let of = |more: &[Event]| payment(&order, &juspay::SIMPL, &[&start[..], more].concat()).into_transaction();
    let counts = |transaction: &Transaction| (transaction.open_requests().count(), transaction.on_their_way().count());
    let sent = of(&[]);
    assert_eq!(counts(&sent), (1, 1));
    assert_eq!((sent.poll(|_| false), sent.poll(|_| true).is_some()), (None, true));
    let asked_of: Vec<_> = sent.on_their_way().map(|(operation, number, _)| (operation, number)).collect();
    assert_eq!(asked_of, [(Capture, 1)]);
    // What was accepted has arrived, and is open still; what a total covers is neither.
    let accepted = of(&[answered(Capture, 1, Outcome::Accepted)]);
    assert_eq!((counts(&accepted), accepted.poll(|_| false).is_some()), ((1, 0), true));
    let unknown = of(&[answered(Capture, 1, Outcome::TimedOut)]);
    assert_eq!((counts(&unknown), unknown.poll(|_| false)), ((1, 1), None));
    let total = Event::TotalReported { operation: Capture, total: minor("40.00"), basis: Basis::Stated, closes: false };
    let covered = of(&[total]);
    assert_eq!((counts(&covered), covered.poll(|_| false).is_some()), ((0, 0), true));
    let hold = covered.hold().unwrap();
    let request = hold.captures.get(1).unwrap();
    assert_eq!((request.status, hold.fate(Capture, request)), (RequestStatus::Sent, "covered"));
    let request = unknown.hold().unwrap().captures.get(1).unwrap();
    assert_eq!(unknown.hold().unwrap().fate(Capture, request), "unknown");
}

/// A poll of one transaction makes nothing fresh of another, though both have as many events: AUTHORIZED after an accepted
/// capture is old news without it, and with it the capture's outcome is unknown (DOMAIN, section 6, step 6).
#[test]
fn a_poll_is_fresh_of_its_own_transaction_alone() {
    let (order, now) = (order_of("100.00"), midnight());
    let start =
        [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false), answered(Capture, 1, Outcome::Accepted)];
    let ours = payment(&order, &juspay::SIMPL, &start);
    let other = order.transaction("t-2".parse().unwrap(), &juspay::SIMPL);
    let other = other.authorized(Money::inr("100.00").unwrap(), now).unwrap().into_payment();
    let other = other.ask(Command::capture().amount(Money::inr("40.00").unwrap()).key("k2"), now).unwrap();
    let other = other.into_payment().answered(Answer::capture(Outcome::Accepted), now).unwrap().into_payment();
    assert_eq!(other.transaction().sequence(), ours.transaction().sequence());
    let text = r#"{"order_id":"o-1","status":"AUTHORIZED","status_id":25,"amount":100,"captured_amount":0}"#;
    let seen = |poll| ours.read(text, poll, now).map(|change| change.effect());
    assert_eq!(seen(other.transaction().poll(|_| false)), Ok(Effect::Stale));
    assert_eq!(seen(ours.transaction().poll(|_| false)), Ok(Effect::Applied));
}

/// The same request again, of unknown outcome: a refund under its key too, and a keyless refund never (DOMAIN, rows of
/// requests; refunds, `outcome-unknown`).
#[test]
fn what_is_unknown_is_sent_again_by_its_number() {
    let (order, now) = (order_of("100.00"), midnight());
    let captured = [held("100.00"), asked(Capture, 1, "100.00", Some("k1"), true), done(Capture, 1, "100.00")];
    for (profile, key, expected) in
        [(&juspay::FULL_ONLY, Some("refund-0001"), Ok(true)), (&razorpay::PROFILE, None, Err("outcome-unknown"))]
    {
        let refund = [asked(Refund, 1, "30.00", key, false), answered(Refund, 1, Outcome::TimedOut)];
        let payment = payment(&order, profile, &[&captured[..], &refund].concat());
        let again = payment.again(Refund, 1, now);
        assert_eq!(again.as_ref().map(Change::is_repeat).map_err(Problem::code), expected);
        if let Ok(change) = again {
            let (operation, number, request) = change.to_send().unwrap();
            assert_eq!((operation, number, request.amount), (Refund, 1, minor("30.00")));
            assert_eq!(change.payment().transaction().amounts(), payment.transaction().amounts(), "nothing more");
        }
        // What is known is already applied, and nothing is sent; what was never made is no request.
        let known = payment.again(Capture, 1, now).unwrap();
        assert_eq!((known.to_send(), known.earlier()), (None, Some(RequestStatus::Succeeded)));
        assert_eq!(payment.again(Refund, 2, now).unwrap_err().code(), "illegal-transition");
    }
}

/// A keyless capture is taken back by its number, not only the latest one.
#[test]
fn a_keyless_request_is_taken_back_by_its_number() {
    let order = order_of("100.00");
    let first = [asked(Capture, 1, "30.00", None, false), done(Capture, 1, "30.00")];
    let events = [&[held("100.00")], &first[..], &[asked(Capture, 2, "20.00", None, false), done(Capture, 2, "20.00")]];
    let payment = payment(&order, &juspay::SIMPL, &events.concat());
    let after = payment.reversed(Reversal::of(Capture).number(1), midnight()).unwrap().into_payment();
    assert_eq!(after.transaction().amounts().captured, minor("20.00"));
}

/// Any identifier of the transaction finds it; the order's does not.
#[test]
fn a_transaction_is_found_by_any_identifier_of_it() {
    let (order, now) = (order_of("100.00"), midnight());
    let of = |id: &str, named| {
        let payment = order.transaction(id.parse().unwrap(), &juspay::SIMPL);
        payment.identified(named, now).unwrap().into_payment().into_transaction()
    };
    let all = [of("t-1", ids(Some("o-1"), Some("one"), None)), of("t-2", ids(Some("o-1"), Some("two"), Some("uuid")))];
    for (named, found) in [
        (ids(None, Some("one"), None), Some(&all[0])),
        (ids(None, Some("unheard-of"), Some("uuid")), Some(&all[1])),
        (ids(Some("o-1"), None, None), None),
        (ids(None, Some("uuid"), None), None),
    ] {
        assert_eq!(Transaction::find(&all, &named), found, "{named:?}");
    }
}

/// 401, 403 and 429 say nothing of the request, unless the profile names the error.
#[test]
fn access_that_is_denied_is_told_from_a_request_that_is_refused() {
    let refused = juspay::SIMPL.error(403, r#"{"error_code":"CAPTURE_NOT_ALLOWED"}"#);
    for (status, denied) in [(400, false), (401, true), (403, true), (404, false), (429, true), (503, false)] {
        assert_eq!(juspay::SIMPL.denies_access(&juspay::SIMPL.error(status, "")), denied, "{status}");
    }
    let names = |rows: &mut profiles::ProfileRows| {
        rows.errors.to_mut()[0].http_status = 403;
        rows.errors.to_mut()[0].code = "CAPTURE_NOT_ALLOWED".into();
        rows.errors.to_mut()[0].message = "".into();
    };
    let mut rows = profiles::ProfileRows::clone(&juspay::SIMPL);
    names(&mut rows);
    assert!(juspay::SIMPL.denies_access(&refused) && !rows.denies_access(&refused));
}

/// Two refunds on their way, of 20.00 and of 4.00: an answer that names none could free what is still on its way.
#[test]
fn an_answer_names_its_request_where_several_await_theirs() {
    let (order, now) = (order_of("100.00"), midnight());
    let both = [
        held("100.00"),
        asked(Capture, 1, "100.00", Some("k1"), true),
        done(Capture, 1, "100.00"),
        asked(Refund, 1, "20.00", Some("r1"), false),
        asked(Refund, 2, "4.00", Some("r2"), false),
    ];
    let both = payment(&order, &juspay::SIMPL, &both);
    let answer = || Answer::refund(Outcome::Succeeded);
    let refused = both.answered(answer().amount(rupees("4.00")), now).unwrap_err();
    assert_eq!(refused.code(), "illegal-transition");
    assert!(refused.to_string().starts_with("2 requests of this kind (refund) await their answer"), "{refused}");
    assert!(both.answered(answer().key("r2").number(1), now).is_err(), "key and number of two requests");
    let one = both.answered(answer().key("r2").number(2), now).unwrap().into_payment();
    let refunded = |payment: &Payment<'_>| payment.transaction().amounts().refunded;
    assert_eq!(refunded(&one), minor("4.00"));
    let none = one.answered(answer(), now).unwrap().into_payment();
    assert_eq!(refunded(&none), minor("24.00"), "the only one that was left");
}
