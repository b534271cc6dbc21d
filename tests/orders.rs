//! Several transactions of one order: what the others took counts, and what the order has come to.

use crate::states::*;
use order_capture::Operation::{Capture, Refund, Void};
use order_capture::*;

/// Another transaction of the order, after these events.
fn other(name: &str, events: &[Event]) -> Transaction {
    let mut transaction = Transaction::created(&order_of("100.00"), name.parse().unwrap());
    for event in events {
        assert_eq!(answer(&mut transaction, event.clone()), "applied", "{event:?}");
    }
    transaction
}
/// Row 14: theirs (C − R + P) and this one's C + P + n stay within the order's amount.
#[test]
fn what_the_others_took_counts() {
    let order = order_of("100.00");
    let capture = |text, closes| asked(Capture, 1, text, Some("k1"), closes);
    let captured = [held("100.00"), capture("60.00", false), done(Capture, 1, "60.00")];
    let refunded = [&captured[..], &[asked(Refund, 1, "20.00", Some("r1"), false), done(Refund, 1, "20.00")]].concat();
    let more = [&refunded[..], &[asked(Capture, 2, "10.00", Some("k2"), false)]].concat();
    for (events, left) in [
        (vec![], None),
        (vec![held("100.00")], None),
        (captured.to_vec(), Some(("40.00", "40.01"))),
        (refunded, Some(("60.00", "60.01"))),
        (more, Some(("50.00", "50.01"))),
        (
            vec![held("100.00"), capture("30.00", false), answered(Capture, 1, Outcome::TimedOut)],
            Some(("70.00", "70.01")),
        ),
        (vec![held("100.00"), capture("30.00", false), answered(Capture, 1, Outcome::Failed)], None),
        (vec![held("100.00"), asked(Void, 1, "100.00", None, false)], None),
    ] {
        let all = [other("t-2", &events)];
        let payment = payment(&order, &juspay::SIMPL, &[held("100.00")]).beside(&all).unwrap();
        let code = |text| {
            let command = Command::capture().amount(rupees(text)).key("new");
            payment.check(command, midnight()).err().map(|refused| refused.code())
        };
        match left {
            None => assert_eq!(code("100.00"), None, "{events:?}"),
            Some((fits, exceeds)) => {
                assert_eq!([code(fits), code(exceeds)], [None, Some("order-already-paid")], "{events:?}");
            }
        }
    }
    // Its own place in the list does not count against it.
    let own = replayed(&captured).0;
    let all = [own.clone()];
    let payment = order.resume(own, &juspay::SIMPL).unwrap().beside(&all).unwrap();
    assert!(payment.check(Command::capture().amount(rupees("40.00")).key("new"), midnight()).is_ok());
    assert_eq!(payment.order_status().charged, Coverage::Partial);
}
/// A transaction that is given twice counts once, as it was last, in whatever order and call it is given.
#[test]
fn a_transaction_that_is_given_twice_counts_once() {
    let order = order_of("100.00");
    let earlier = [held("100.00"), asked(Capture, 1, "30.00", Some("k1"), false)];
    let later = [&earlier[..], &[done(Capture, 1, "30.00"), asked(Capture, 2, "20.00", Some("k2"), false)]].concat();
    let [earlier, later] = [earlier.to_vec(), later].map(|events| other("t-2", &events));
    let third = other("t-3", &[held("100.00"), stated(Capture, "10.00")]);
    let own = payment(&order, &juspay::SIMPL, &[held("100.00")]);
    let left = |payment: &Payment<'_>| {
        let fits = |text| payment.check(Command::capture().amount(rupees(text)).key("new"), midnight()).is_ok();
        ["40.00", "50.00", "70.00", "90.00", "100.00"].into_iter().rev().find(|text| fits(text))
    };
    assert_eq!(left(&own), Some("100.00"));
    for given in [[&earlier, &later, &third], [&third, &later, &earlier], [&later, &third, &later]] {
        let all = own.clone().beside(given).unwrap();
        assert_eq!(left(&all), Some("40.00"));
        let [one, two, three] = given;
        assert_eq!(own.clone().beside([one]).unwrap().beside([two, three]).unwrap(), all, "one after the other");
        let status = OrderStatus::of(&order, &juspay::SIMPL, given).unwrap();
        assert_eq!(status, OrderStatus::of(&order, &juspay::SIMPL, [&later, &third]).unwrap());
        assert_eq!(all.order_status().charged, Coverage::Partial);
    }
    assert_eq!(left(&own.clone().beside([&third]).unwrap().beside([&later]).unwrap()), Some("40.00"), "it adds");
    // Twice 60 of 100 is not 120, and its own transaction is left out.
    let sixty = other("t-2", &[held("60.00"), stated(Capture, "60.00")]);
    let twice = OrderStatus::of(&order, &juspay::SIMPL, [&sixty, &sixty]).unwrap();
    assert_eq!((twice.charged, twice.discrepancy), (Coverage::Partial, None));
    let itself = own.transaction().clone();
    assert_eq!(own.clone().beside([&itself]).unwrap(), own);
}
/// Row 13: what the authorization pays is the order's amount; of an order that takes parts, at most what is left of it.
#[test]
fn an_authorization_pays_the_order_or_a_part_of_it() {
    let pays =
        |text: &str, of: &str| Event::Authorized { amount: rupees(of), pays: Some(minor(text)), capture_before: None };
    let code = |order: &Order, all: &[Transaction], events: &[Event], text: &str| {
        let payment = payment(order, &razorpay::PROFILE, events).beside(all).unwrap();
        payment.check(Command::capture().amount(rupees(text)), midnight()).err().map(|refused| refused.code())
    };
    let (whole, parts) = (order_of("100.00"), order_of("100.00").in_parts());
    assert_eq!(code(&whole, &[], &[held("100.00")], "100.00"), None);
    assert_eq!(code(&whole, &[], &[held("90.00")], "90.00"), Some("authorized-not-equal-to-order"));
    assert_eq!(code(&whole, &[], &[pays("100.00", "108.00")], "108.00"), None, "a surcharge");
    assert_eq!(code(&whole, &[], &[pays("100.00", "85.00")], "85.00"), None, "an offer");
    assert_eq!(code(&parts, &[], &[held("90.00")], "90.00"), None);
    let paid = [other("t-2", &[held("60.00"), asked(Capture, 1, "60.00", None, true), done(Capture, 1, "60.00")])];
    assert_eq!(code(&parts, &paid, &[held("40.00")], "40.00"), None);
    assert_eq!(code(&parts, &paid, &[held("40.01")], "40.01"), Some("authorized-not-equal-to-order"));
}
/// At C = 0 the leading transaction speaks for the order, in this order.
#[test]
fn the_leading_transaction_speaks_for_the_order() {
    let order = order_of("100.00");
    let leading = [
        (StateKind::CaptureInitiated, "CAPTURE_INITIATED"),
        (StateKind::Authorized, "AUTHORIZED"),
        (StateKind::Capturing, "AUTHORIZED"),
        (StateKind::CaptureUnknown, "AUTHORIZED"),
        (StateKind::Voiding, "AUTHORIZED"),
        (StateKind::VoidUnknown, "AUTHORIZED"),
        (StateKind::VoidInitiated, "VOID_INITIATED"),
        (StateKind::CaptureFailed, "CAPTURE_FAILED"),
        (StateKind::VoidFailed, "VOID_FAILED"),
        (StateKind::Created, "PENDING_VBV"),
        (StateKind::Expired, "AUTO_REFUNDED"),
        (StateKind::Voided, "VOIDED"),
        (StateKind::Failed, "AUTHORIZATION_FAILED"),
    ];
    for (place, (kind, word)) in leading.into_iter().enumerate() {
        let one = replayed(&path(kind)).0;
        for (behind, _) in &leading[place..] {
            let other = other("t-2", &path(*behind));
            let status = OrderStatus::of(&order, &juspay::SIMPL, [&other, &one]).unwrap();
            assert_eq!((status.word, status.charged), (word, Coverage::None), "{kind} before {behind}");
        }
        // Captured money decides before anything in flight.
        let captured = other("t-2", &path(StateKind::PartiallyCaptured));
        let status = OrderStatus::of(&order, &juspay::SIMPL, [&one, &captured]).unwrap();
        assert_eq!((status.word, status.charged), ("PARTIAL_CHARGED", Coverage::Partial), "{kind}");
    }
    let none = OrderStatus::of(&order, &juspay::SIMPL, []).unwrap();
    assert_eq!((none.word, OrderStatus::of(&order, &razorpay::PROFILE, []).unwrap().word), ("NEW", "created"));
}
/// Three axes, and what does not add up.
#[test]
fn an_order_has_three_axes_and_perhaps_a_discrepancy() {
    let order = order_of("100.00");
    let full = |name: &str, text: &str| {
        other(name, &[held(text), asked(Capture, 1, text, None, true), done(Capture, 1, text)])
    };
    fn axes(order: &Order, all: &[&Transaction]) -> ([&'static str; 3], String, Option<&'static str>) {
        let status = OrderStatus::of(order, &juspay::SIMPL, all.iter().copied()).unwrap();
        let names = [status.authorized, status.charged, status.refunded].map(|one| one.as_str());
        (names, status.word.to_owned(), status.discrepancy.map(|found| found.code()))
    }
    let part = replayed(&path(StateKind::PartiallyCaptured)).0;
    assert_eq!(
        axes(&order, &[&part]),
        (["full", "partial", "none"], "PARTIAL_CHARGED".into(), None),
        "60 still held counts"
    );
    let charged = replayed(&path(StateKind::Charged)).0;
    assert_eq!(axes(&order, &[&charged]), (["partial", "partial", "partial"], "PARTIAL_CHARGED".into(), None));
    let twice = axes(&order, &[&full("t-1", "100.00"), &full("t-2", "0.01")]);
    assert_eq!(twice, (["over", "over", "none"], "CHARGED".into(), Some("overcharged")));
    let zero = order_of("0.00");
    assert_eq!(axes(&zero, &[]).0, ["full", "full", "none"]);
    let refund = [asked(Refund, 1, "100.00", Some("r1"), false), done(Refund, 1, "100.00")];
    let refunded =
        [&[held("100.00"), asked(Capture, 1, "100.00", None, true), done(Capture, 1, "100.00")][..], &refund].concat();
    let refunded = other("t-1", &refunded);
    assert_eq!(
        axes(&order, &[&refunded]),
        (["full", "full", "full"], "CHARGED".into(), None),
        "refunds do not lower charged"
    );
    assert_eq!(axes(&order, &[&refunded, &full("t-2", "100.00")]).2, None, "what was given back is not too much");
    // By what it pays: all of it once C = A, else C, at most that.
    let pays =
        |text: &str, of: &str| Event::Authorized { amount: rupees(of), pays: Some(minor(text)), capture_before: None };
    for (text, of, taken, charged) in [
        ("100.00", "108.00", "108.00", "full"),
        ("100.00", "108.00", "50.00", "partial"),
        ("100.00", "108.00", "104.00", "full"),
        ("100.00", "85.00", "85.00", "full"),
        ("100.00", "85.00", "84.00", "partial"),
    ] {
        let events = [pays(text, of), asked(Capture, 1, taken, Some("k1"), true), done(Capture, 1, taken)];
        let (names, _, discrepancy) = axes(&order, &[&replayed(&events).0]);
        assert_eq!((names[1], discrepancy), (charged, None), "{taken} of {of} for {text}");
    }
}

/// DOMAIN, section 6, the totals: the order's total is this transaction's after what the others captured, unless the payload
/// lists more for one of them than is known of it; then what is left for this one is not known.
#[test]
fn a_list_may_know_more_of_another_transaction() {
    let (order, now) = (order_of("100.00"), midnight());
    let named = |id: &str| {
        let ids = ProviderIds { transaction: Some(id.parse().unwrap()), ..ProviderIds::default() };
        Event::Identified { ids }
    };
    let all = [other("t-2", &[named("x2"), held("40.00"), stated(Capture, "20.00")])];
    let start = payment(&order, &juspay::SIMPL, &[named("x1"), held("60.00")]).beside(&all).unwrap();
    let text = r#"{"order_id":"o-1","txn_id":"x1","status":"PARTIAL_CHARGED","status_id":37,"amount":100,"captured_amount":50,
        "txn_list":[{"txn_id":"x1","status":"PARTIAL_CHARGED"},{"txn_id":"x2","status":"PARTIAL_CHARGED"}]}"#;
    let with = |listed: &str| {
        let mut seen = juspay::SIMPL.statements(text, Currency::INR).unwrap();
        seen.listed.as_mut().unwrap()[1].captured = Some(minor(listed));
        let change = start.observe(&seen, None, now).map_err(|conflict| conflict.code())?;
        Ok(change.payment().transaction().amounts().captured)
    };
    assert_eq!([with("10.00"), with("20.00")], [Ok(minor("30.00")), Ok(minor("30.00"))]);
    assert_eq!(with("20.01"), Err("captured-amount-unknown"));
}
