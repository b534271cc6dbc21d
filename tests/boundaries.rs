//! Values at a limit and beside it, and the same thing told twice.

use std::borrow::Cow;

use order_capture::Operation::{Capture, Refund};

use crate::states::{self, *};
use order_capture::*;

fn names(change: &Change<'_>) -> Vec<&'static str> {
    change.events().iter().map(|recorded| recorded.event.name()).collect()
}

/// DOMAIN, section 3, deadline: a new or changed one is applied; the same one again is known.
#[test]
fn the_same_authorization_with_the_same_deadline_is_known() {
    let (order, now) = (order_of("100.00"), midnight());
    let told = Authorization::of(rupees("100.00")).capture_before(seconds_later(60));
    let payment = order.transaction("t-1".parse().unwrap(), &juspay::SIMPL).authorized(told, now).unwrap();
    let again = payment.payment().authorized(told, now).unwrap();
    assert_eq!((again.effect(), names(&again)), (Effect::AlreadyApplied, vec![]));
    let later = Authorization::of(rupees("100.00")).capture_before(seconds_later(61));
    assert!(payment.payment().authorized(later, now).unwrap().is_applied());
}

/// Only a total below the authorized one lowers it, and each of the two limits binds alone.
#[test]
fn an_adjustment_meets_each_limit_by_itself() {
    let (order, now) = (order_of("100.00"), midnight());
    let limited = |raise_only, before_capture_only| {
        profile_like(&juspay::SIMPL, |rows| {
            rows.capabilities.adjustment = true;
            rows.capabilities.adjustment_limits.raise_only = raise_only;
            rows.capabilities.adjustment_limits.before_capture_only = before_capture_only;
        })
    };
    let raise_only = limited(true, false);
    let held = payment(&order, &raise_only, &[held("100.00")]);
    let adjusted = |total| held.adjusted(rupees(total), now).map(|change| change.effect());
    assert_eq!(adjusted("99.99").unwrap_err().code(), "adjustment-unsupported");
    assert_eq!(adjusted("100.00"), Ok(Effect::AlreadyApplied));
    assert_eq!(adjusted("100.01"), Ok(Effect::Applied));
    let part = [states::held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false), done(Capture, 1, "40.00")];
    let captured = |profile: &Profile| payment(&order, profile, &part).adjusted(rupees("120.00"), now).map(|_| ());
    assert_eq!(captured(&raise_only), Ok(()));
    assert_eq!(captured(&limited(false, true)).unwrap_err().code(), "adjustment-unsupported");
    assert_eq!(captured(&limited(true, true)).unwrap_err().code(), "adjustment-unsupported");
}

/// A first request is none that was sent before; the same one again of unknown outcome is.
#[test]
fn only_a_request_of_unknown_outcome_is_a_repeat() {
    let (order, now) = (order_of("100.00"), midnight());
    let start = payment(&order, &juspay::SIMPL, &[held("100.00")]);
    let capture = Command::capture().amount(rupees("40.00")).key("k1");
    let first = start.ask(capture, now).unwrap();
    assert!(!first.is_repeat());
    let unknown = first.into_payment().answered(Answer::capture(Outcome::TimedOut), now).unwrap().into_payment();
    assert!(unknown.ask(capture, now).unwrap().is_repeat());
}

/// The life of a key begins with its first request; of one whose beginning is not recorded nothing may be repeated.
#[test]
fn a_repeat_does_not_begin_the_life_of_a_key() {
    let stripe = Profile::from_json(include_str!("../profiles/stripe.json")).unwrap();
    let (order, now) = (order_of("100.00"), midnight());
    let capture = Command::capture().amount(rupees("40.00")).key("k1");
    let first = payment(&order, &stripe, &[held("100.00")]).ask(capture, now).unwrap();
    assert_eq!(names(&first), ["capture-requested", "key-remembered"]);
    let unknown = first.into_payment().answered(Answer::capture(Outcome::TimedOut), now).unwrap().into_payment();
    assert_eq!(names(&unknown.ask(capture, seconds_later(60)).unwrap()), ["capture-requested"]);
    let unrecorded =
        [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), true), answered(Capture, 1, Outcome::TimedOut)];
    let again = payment(&order, &stripe, &unrecorded).ask(capture, now);
    assert_eq!(again.unwrap_err().code(), "outcome-unknown");
}

/// The same request again is the same to the letter: what is left meanwhile does not make it the last one.
#[test]
fn a_repeat_asks_for_what_was_asked() {
    let (order, now) = (order_of("100.00"), midnight());
    let unknown =
        [held("100.00"), asked(Capture, 1, "60.00", Some("k1"), false), answered(Capture, 1, Outcome::TimedOut)];
    let again = payment(&order, &juspay::SIMPL, &unknown).again(Capture, 1, now).unwrap();
    assert_eq!(again.events()[0].event, asked(Capture, 1, "60.00", Some("k1"), false));
    // A part states its amount, although nothing but a key asks for one.
    let keyless = profile_like(&juspay::SIMPL, |rows| rows.capabilities.capture.key = profiles::KeyNeed::Never);
    let part = [held("100.00"), asked(Capture, 1, "60.00", None, false), answered(Capture, 1, Outcome::TimedOut)];
    let again = payment(&order, &keyless, &part).again(Capture, 1, now).unwrap();
    assert_eq!(again.events()[0].event, asked(Capture, 1, "60.00", None, false));
    // One that was sent and not lost is not asked again, and not taken for a second one.
    let sent = [held("100.00"), asked(Capture, 1, "100.00", None, true)];
    assert_eq!(payment(&order, &juspay::SIMPL, &sent).again(Capture, 1, now).unwrap().effect(), Effect::AlreadyApplied);
}

/// An answer that names no request is to the latest of ours: nobody asked here for what the provider did by itself.
#[test]
fn an_answer_without_a_name_is_to_no_strangers_capture() {
    let (order, now) = (order_of("100.00"), midnight());
    let events = [
        held("100.00"),
        asked(Capture, 1, "40.00", Some("k1"), false),
        answered(Capture, 1, Outcome::Failed),
        theirs(Capture, 2, "25.00", true),
    ];
    let late = payment(&order, &juspay::SIMPL, &events).answered(Answer::capture(Outcome::Succeeded), now).unwrap();
    assert_eq!((late.effect(), late.payment().transaction().amounts().captured), (Effect::Applied, minor("65.00")));
}

/// A conflict names the kind of request that there is no room for.
#[test]
fn what_cannot_be_recorded_is_named() {
    let (order, now) = (order_of("100.00"), midnight());
    let mut events = vec![held("100.00"), theirs(Capture, 1, "100.00", true)];
    for number in 1..=MAX_REQUESTS {
        events.extend([asked(Refund, number, "1.00", None, false), answered(Refund, number, Outcome::Failed)]);
    }
    let refund =
        r#"{"payload":{"refund":{"entity":{"id":"rfnd_1","amount":100,"currency":"INR","status":"processed"}}}}"#;
    let full = payment(&order, &razorpay::PROFILE, &events).read(refund, None, now);
    assert_eq!(full.unwrap_err(), Conflict::Unrecordable { operation: Refund }.into());
}

/// Row 14 holds of the amounts alone too: what the order's other transactions took is among them.
#[test]
fn a_snapshot_knows_what_the_others_took() {
    let (order, now) = (order_of("100.00"), midnight());
    let other = order.transaction("t-2".parse().unwrap(), &juspay::SIMPL);
    let other = other.authorized(rupees("100.00"), now).unwrap().into_payment();
    let other = other.reported(Report::captured(rupees("100.00")), now).unwrap().into_payment().into_transaction();
    let others = [other];
    let payment = payment(&order, &juspay::SIMPL, &[held("100.00")]).beside(&others).unwrap();
    let capture = Command::capture().amount(rupees("40.00")).key("k1");
    let judged = payment.snapshot().check(capture, None, &juspay::SIMPL, now);
    assert_eq!(judged.unwrap_err().code(), "order-already-paid");
}

/// The amounts alone, of an authorization with a surcharge: what it pays is said apart.
#[test]
fn a_snapshot_pays_what_it_is_said_to_pay() {
    let (order, now) = (order_of("100.00"), midnight());
    let amounts = Amounts { authorized: minor("120.00"), ..Amounts::default() };
    let alone = Snapshot::from_amounts(&order, amounts).unwrap();
    let capture = Command::capture().amount(rupees("120.00")).currency(Currency::INR);
    let judged =
        |snapshot: Snapshot| snapshot.check(capture, None, &razorpay::PROFILE, now).map_err(|error| error.code());
    assert_eq!(judged(alone), Err("authorized-not-equal-to-order"));
    assert_eq!(judged(alone.pays(minor("100.00"))), Ok(Allowed::Send(rupees("120.00"))));
}

/// An earlier request as another program knows it: whether it was the final one, and until when its key is remembered.
#[test]
fn an_earlier_request_is_as_it_is_said_to_be() {
    let (order, now) = (order_of("100.00"), midnight());
    let amounts = Amounts { authorized: minor("100.00"), pending: minor("40.00"), ..Amounts::default() };
    let snapshot = Snapshot::from_amounts(&order, amounts).unwrap().pending_is_unknown();
    let capture = Command::capture().amount(rupees("40.00")).key("k1");
    let new = Earlier::new(minor("40.00"), RequestStatus::Unknown);
    let earlier = Earlier { remembered_until: Some(seconds_later(10)), ..new };
    let closing = Earlier { closes: true, ..earlier };
    let paypal = Profile::from_json(include_str!("../profiles/paypal.json")).unwrap();
    let allows = |command: Command<'_>, earlier| snapshot.check(command, Some(earlier), &paypal, now).is_ok();
    let both = |earlier| (allows(capture, earlier), allows(capture.as_final(), earlier));
    assert_eq!(both(earlier), (true, false));
    assert_eq!(both(closing), (false, true));
    assert_eq!(both(Earlier { takes_all: true, ..closing }), (true, true));
    let stripe = Profile::from_json(include_str!("../profiles/stripe.json")).unwrap();
    let at = |now| snapshot.check(capture, Some(closing), &stripe, now);
    assert_eq!(at(seconds_later(9)), Ok(Allowed::Send(rupees("40.00"))));
    assert_eq!(at(seconds_later(10)).unwrap_err().code(), "outcome-unknown");
}

/// DOMAIN, section 3, a person may report: refunded is at most captured, in whichever direction the two change.
#[test]
fn a_report_may_lower_what_is_captured_below_what_was_refunded() {
    let (order, now) = (order_of("100.00"), midnight());
    let stated =
        |operation, total: &str, basis| Event::TotalReported { operation, total: minor(total), basis, closes: false };
    let start = [held("100.00"), stated(Capture, "100.00", Basis::Stated), stated(Refund, "60.00", Basis::Stated)];
    let start = payment(&order, &juspay::SIMPL, &start);
    let report = |captured, refunded| {
        let report = Report { captured: Some(rupees(captured).into()), refunded: Some(rupees(refunded).into()) };
        let amounts = start.reported(report, now).map(|change| change.payment().transaction().amounts());
        amounts.map(|amounts| (amounts.captured, amounts.refunded))
    };
    assert_eq!(report("40.00", "30.00"), Ok((minor("40.00"), minor("30.00"))));
    assert_eq!(report("60.00", "60.00"), Ok((minor("60.00"), minor("60.00"))));
    assert!(report("40.00", "50.00").is_err());
}

/// A key's form at its limits: as many characters as it has at least and at most, and a special character named twice.
#[test]
fn the_form_of_a_key_at_its_limits() {
    let form = |specials: &'static str, least, most| KeyForm { specials: Cow::Borrowed(specials), least, most };
    assert_eq!(form("-_-", 2, 4).check("a-b"), Ok(()));
    assert_eq!(form("", 3, 3).problem(), None);
    assert_eq!((form("", 3, 3).check("abc"), form("", 3, 3).check("ab").is_err()), (Ok(()), true));
    assert!(form("", 4, 3).problem().is_some() && form("", 1, 256).problem().is_some());
}

/// Identifiers agree where none contradicts the other.
#[test]
fn identifiers_agree_or_contradict() {
    let ids = |order: &str, transaction: Option<&str>| ProviderIds {
        order: Some(order.parse().unwrap()),
        transaction: transaction.map(|id| id.parse().unwrap()),
        uuid: None,
    };
    assert!(ids("o", None).agrees_with(&ids("o", Some("t"))));
    assert!(!ids("o", Some("t")).agrees_with(&ids("o", Some("u"))));
    assert!(!ids("o", None).agrees_with(&ids("p", None)));
}

/// A profile's name is its text, built in or loaded.
#[test]
fn names_of_profiles_are_compared_by_their_text() {
    let built_in = juspay::SIMPL.name.clone();
    let loaded = profiles::ProfileName::from(built_in.as_str().to_string());
    assert_eq!(loaded, built_in);
    assert_ne!(loaded, razorpay::PROFILE.name);
}

/// An order's status for a person: its word, and the three coverages.
#[test]
fn an_orders_status_is_printed() {
    let order = order_of("100.00");
    let start = payment(&order, &juspay::SIMPL, &[held("100.00")]);
    assert_eq!(start.order_status().to_string(), "AUTHORIZED: authorized full, charged none, refunded none");
}

/// A request that a total covers awaits its own answer and is not asked again; beside it, the one that is unknown is the one
/// to ask again (DOMAIN, section 2).
#[test]
fn what_a_total_covers_is_not_asked_again() {
    let (order, now) = (order_of("100.00"), midnight());
    let total = Event::TotalReported { operation: Capture, total: minor("40.00"), basis: Basis::Stated, closes: false };
    let covered =
        [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false), answered(Capture, 1, Outcome::TimedOut), total];
    let first = payment(&order, &juspay::SIMPL, &covered);
    assert_eq!(first.again(Capture, 1, now).unwrap().effect(), Effect::AlreadyApplied);
    let more = [asked(Capture, 2, "20.00", Some("k2"), false), answered(Capture, 2, Outcome::TimedOut)];
    let both = payment(&order, &juspay::SIMPL, &[&covered[..], &more].concat());
    let State::CaptureUnknown(unknown) = both.state() else { panic!("{:?}", both.transaction().state()) };
    assert_eq!(unknown.request().map(|(operation, number, _)| (operation, number)), Some((Capture, 2)));
}

/// What may be captured is stored where it is more than what was authorized, and only there.
#[test]
fn a_stored_ceiling_is_above_what_was_authorized() {
    let order = order_of("100.00");
    let most = Event::OverCaptureAllowed { most: minor("110.00") };
    let stored = payment(&order, &juspay::SIMPL, &[held("100.00"), most]).into_transaction();
    let text = serde_json::to_string(&stored).unwrap();
    let with = |most: &str| text.replace(r#""most":11000"#, &format!(r#""most":{most}"#));
    assert_eq!(serde_json::from_str::<Transaction>(&with("11000")).unwrap(), stored);
    assert_ne!(with("10000"), text);
    assert!(serde_json::from_str::<Transaction>(&with("10000")).is_err());
}

/// DOMAIN, section 3, *fits*: a stranger's total of 40, our capture of 60 begun after it and refused, and 20 given back: the
/// late success of the 60 would make 120 of 100.
#[test]
fn a_late_success_stands_beside_the_totals_before_it() {
    use Operation::Void;
    let (order, now) = (order_of("100.00"), midnight());
    let total = Event::TotalReported { operation: Capture, total: minor("40.00"), basis: Basis::Stated, closes: false };
    let events = [
        held("100.00"),
        total,
        asked(Capture, 1, "60.00", Some("k1"), false),
        answered(Capture, 1, Outcome::Failed),
        asked(Void, 1, "20.00", Some("k2"), false),
        done(Void, 1, "20.00"),
    ];
    let late = Answer::capture(Outcome::Succeeded).key("k1");
    let of = |events| payment(&order, &juspay::SIMPL, events).answered(late.clone(), now).map(|_| ());
    assert_eq!(of(&events).unwrap_err().code(), "captured-after-void");
    assert_eq!(of(&events[..4]), Ok(()));
}

/// A hold tells what it holds: each kind of request by itself, and the most that may be captured where that is more.
#[test]
fn a_hold_tells_its_facts() {
    use Operation::Void;
    let order = order_of("100.00");
    let most = Event::OverCaptureAllowed { most: minor("110.00") };
    let events = [held("100.00"), most, asked(Void, 1, "20.00", Some("k1"), false), done(Void, 1, "20.00")];
    let before = payment(&order, &juspay::SIMPL, &events[..1]).into_transaction();
    assert_eq!(before.hold().unwrap().most_captured, None);
    let after = payment(&order, &juspay::SIMPL, &events).into_transaction();
    let hold = after.hold().unwrap();
    assert_eq!(hold.most_captured, Some(minor("110.00")));
    assert_eq!((hold.captures.count(), hold.voids.count(), hold.refunds.count()), (0, 1, 0));
    assert_eq!(hold.voids.get(1).map(|request| request.amount), Some(minor("20.00")));
}

/// Where nothing is outstanding, the list of requests is not walked, however long it is.
#[test]
fn a_list_without_an_outstanding_request_is_not_walked() {
    let asks = asked(Capture, 1, "40.00", Some("k1"), false);
    let walked = |events: &[Event]| {
        let transaction = replayed(events).0;
        transaction.hold().unwrap().captures.outstanding().size_hint().1
    };
    assert_eq!(walked(&[held("100.00"), asks.clone(), done(Capture, 1, "40.00")]), Some(0));
    assert_eq!(walked(&[held("100.00"), asks]), Some(1));
}

/// What a payload says besides its word, as statements: `change` puts something into those of an authorized payment.
fn said(change: impl FnOnce(&mut Observation<'_>)) -> Observation<'static> {
    let text = r#"{"order_id":"o-1","status":"AUTHORIZED","status_id":25,"amount":100,"currency":"INR"}"#;
    let mut seen = juspay::SIMPL.statements(text, Currency::INR).unwrap();
    // Who it is about is known.
    (seen.order.ids, seen.transaction.ids) = (ProviderIds::default(), ProviderIds::default());
    change(&mut seen);
    seen
}

/// DOMAIN, section 3, deadline: an observation may bring a new or changed one; one that is old brings nothing.
#[test]
fn a_deadline_is_learned_from_what_is_not_old() {
    let (order, now) = (order_of("100.00"), midnight());
    let start = payment(&order, &juspay::SIMPL, &[held("100.00")]);
    let tells = |deadline| said(|seen| seen.transaction.capture_before = Some(deadline));
    let learned = start.observe(&tells(seconds_later(60)), None, now).unwrap();
    assert_eq!(names(&learned), ["deadline-set"]);
    let learned = learned.into_payment();
    assert_eq!(learned.observe(&tells(seconds_later(60)), None, now).unwrap().effect(), Effect::AlreadyApplied);
    let later = learned.observe(&tells(seconds_later(90)), None, now).unwrap().into_payment();
    assert_eq!(later.transaction().hold().unwrap().capture_before, Some(seconds_later(90)));
    // Less than is known was captured when this was said.
    let part = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false), done(Capture, 1, "40.00")];
    let old = said(|seen| {
        seen.transaction.capture_before = Some(seconds_later(60));
        seen.order.captured = Some(Minor::ZERO);
    });
    let unmoved = payment(&order, &juspay::SIMPL, &part).observe(&old, None, now).unwrap();
    assert_eq!((unmoved.effect(), names(&unmoved)), (Effect::Stale, vec![]));
}

/// The most that may be captured, as a payload states it: only more than is known is new, and of what is old nothing.
#[test]
fn a_ceiling_is_raised_by_what_is_not_old() {
    let (order, now) = (order_of("100.00"), midnight());
    let most = Event::OverCaptureAllowed { most: minor("110.00") };
    let start = payment(&order, &juspay::SIMPL, &[held("100.00"), most]);
    let tells = |most: &str| said(|seen| seen.transaction.most_captured = Some(minor(most)));
    let of = |most| names(&start.observe(&tells(most), None, now).unwrap());
    assert_eq!((of("110.00"), of("105.00"), of("110.01")), (vec![], vec![], vec!["over-capture-allowed"]));
}

/// DOMAIN, section 6: a request is answered by a list only where one alone can be meant. Of two refunds of its amount without
/// a key, either may be ours.
#[test]
fn of_two_nameless_refunds_neither_answers_ours() {
    let (order, now) = (order_of("100.00"), midnight());
    let events = [
        held("100.00"),
        asked(Capture, 1, "100.00", Some("k1"), true),
        done(Capture, 1, "100.00"),
        // One of another amount that failed before is not meant.
        asked(Refund, 1, "30.00", Some("r0"), false),
        answered(Refund, 1, Outcome::Failed),
        asked(Refund, 2, "40.00", Some("r1"), false),
    ];
    let start = payment(&order, &juspay::SIMPL, &events);
    let status = |refunds: &str| {
        let text = format!(
            r#"{{"order_id":"o-1","status":"CHARGED","status_id":21,"amount":100,"captured_amount":100,"refunds":[{refunds}]}}"#
        );
        let after = start.read(&text, None, now).unwrap().into_payment();
        after.transaction().hold().unwrap().refunds.get(2).unwrap().status
    };
    let failed = r#"{"amount":40,"status":"FAILURE"}"#;
    assert_eq!(status(failed), RequestStatus::Failed);
    assert_eq!(status(&[failed, failed].join(",")), RequestStatus::Sent);
    // One of another amount is no rival.
    assert_eq!(status(&[failed, r#"{"amount":30,"status":"FAILURE"}"#].join(",")), RequestStatus::Failed);
}

/// DOMAIN, section 3: an adjusted authorization may not fall below C + P + V, and may equal it.
#[test]
fn an_adjustment_that_is_told_leaves_what_is_committed() {
    let (order, now) = (order_of("100.00"), midnight());
    let adjusts = profile_like(&juspay::SIMPL, |rows| rows.capabilities.adjustment = true);
    let part = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false), done(Capture, 1, "40.00")];
    let start = payment(&order, &adjusts, &part);
    let told = |total: &str| {
        let seen = said(|seen| {
            (seen.order.word, seen.transaction.adjusted) = (None, true);
            seen.transaction.authorized = Some(minor(total));
        });
        let amounts = start.observe(&seen, None, now).map(|change| change.payment().transaction().amounts());
        amounts.map(|amounts| (amounts.authorized, amounts.held)).map_err(|conflict| conflict.code())
    };
    assert_eq!(told("40.00"), Ok((minor("40.00"), minor("0.00"))));
    assert_eq!(told("39.99"), Err("amount-mismatch"));
}

/// Of two captures of one amount, nothing shows which one was reversed; of one, it is that one (DOMAIN, section 6).
#[test]
fn a_reversal_without_a_name_is_of_the_only_one() {
    let (order, now) = (order_of("100.00"), midnight());
    let capture = |number, key| [asked(Capture, number, "20.00", Some(key), false), done(Capture, number, "20.00")];
    let events = [&[held("100.00")][..], &capture(1, "k1"), &capture(2, "k2")].concat();
    let reversed = said(|seen| {
        let (amount, fate) = (Some(minor("20.00")), Some(statements::Fate::Reversed));
        seen.order.word = None;
        seen.captures.push(statements::RequestStatement { amount, fate, ..Default::default() });
    });
    let after = |events: &[Event]| {
        let change = payment(&order, &juspay::SIMPL, events).observe(&reversed, None, now).unwrap();
        change.payment().transaction().amounts().captured
    };
    assert_eq!((after(&events[..3]), after(&events)), (minor("0.00"), minor("40.00")));
}

/// An error answers what has no answer yet: one more for what is accepted, or of unknown outcome, says nothing new, and for
/// what was answered it is old (DOMAIN, section 3, no response).
#[test]
fn an_error_for_a_request_that_is_named() {
    let (order, now) = (order_of("100.00"), midnight());
    let error = juspay::SIMPL.error(504, "<html>");
    for (outcome, effect) in [
        (None, Effect::Applied),
        (Some(Outcome::Accepted), Effect::AlreadyApplied),
        (Some(Outcome::TimedOut), Effect::AlreadyApplied),
        (Some(Outcome::Succeeded), Effect::Stale),
        (Some(Outcome::Failed), Effect::Stale),
    ] {
        let mut events = vec![held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false)];
        events.extend(outcome.map(|outcome| answered(Capture, 1, outcome)));
        let change = payment(&order, &juspay::SIMPL, &events).provider_error(&error, Some((Capture, 1)), now);
        assert_eq!(change.unwrap().effect(), effect, "{outcome:?}");
    }
}
