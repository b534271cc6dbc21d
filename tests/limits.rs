//! What a provider limits and tolerates: over-capture, the most captures, a key's memory, voids and adjustments at certain
//! times. Each as data that is checked on load, and as a rule that says its numbers.

use crate::states::*;
use chrono::TimeDelta;
use order_capture::Operation::Capture;
use order_capture::profiles::{
    AdjustmentLimits, AtEnd, CaptureMode, Confidence, HoldLife, KeyPlace, KeyUse, OverCapture, ProfileRows, Source,
    Tolerance, VoidMode,
};
use order_capture::*;

fn source() -> Source {
    Source { document: "a made-up document".into(), confidence: Confidence::Official }
}

fn several(change: impl FnOnce(&mut ProfileRows)) -> Profile {
    profile_like(&juspay::SIMPL, |rows| {
        rows.capabilities.captures = CaptureMode::Several { at_once: true, says_final: true };
        change(rows);
    })
}

fn tolerating(percent: u32) -> Profile {
    let over = OverCapture { percent: Some(percent), at_most: [].as_slice().into(), source: source() };
    several(|rows| rows.capabilities.over_capture = Some(over.clone()))
}

fn capture(text: &str, key: &'static str) -> Command<'static> {
    Command::capture().amount(rupees(text)).key(key)
}

/// What is tolerated above the authorization: a percentage rounded down, no more than an amount, in its currency only.
#[test]
fn a_tolerance_is_rounded_down_and_bounded() {
    let over = |percent, at_most: &[(&'static str, u64)]| {
        let row = |&(code, minor): &(&'static str, u64)| Tolerance { code: code.into(), minor };
        OverCapture { percent, at_most: at_most.iter().map(row).collect(), source: source() }
    };
    let tolerance = |over: &OverCapture, text| over.tolerance(rupees(text)).get();
    assert_eq!(tolerance(&over(Some(15), &[]), "100.00"), 1_500);
    assert_eq!(tolerance(&over(Some(15), &[]), "0.06"), 0, "15 % of 6 paise is nothing whole");
    assert_eq!(tolerance(&over(Some(15), &[]), "0.07"), 1);
    assert_eq!(tolerance(&over(Some(15), &[("INR", 7_500)]), "10000.00"), 7_500);
    assert_eq!(tolerance(&over(None, &[("INR", 7_500)]), "1.00"), 7_500);
    assert_eq!(tolerance(&over(Some(15), &[("USD", 7_500)]), "100.00"), 0, "nobody says how much in rupees");
    assert_eq!(tolerance(&over(None, &[]), "100.00"), 0, "only what the provider tells");
}

/// Over-capture raises L: what may be asked, K, and what may be told. An amount that is left out takes none of it.
#[test]
fn over_capture_raises_the_ceiling_and_nothing_else() {
    let (order, now) = (order_of("100.00"), midnight());
    let profile = tolerating(15);
    let payment = order.transaction("t-1".parse().unwrap(), &profile);
    let held = payment.authorized(rupees("100.00"), now).unwrap().into_payment();
    assert_eq!(held.capturable(now), rupees("115.00"));
    let refused = held.check(capture("115.01", "k1"), now).unwrap_err();
    assert_eq!(refused.code(), "exceeds-capturable");
    assert_eq!(
        refused.reason.to_string(),
        "capture of 115.01 INR exceeds the 115.00 INR still capturable (authorized: 100.00 INR)"
    );
    let above = held.ask(capture("110.00", "k1"), now).unwrap().into_payment();
    let [pending, left] = [above.transaction().amounts().pending, above.transaction().amounts().held];
    assert_eq!((pending, left), (minor("110.00"), Minor::ZERO));
    assert_eq!(above.capturable(now), rupees("5.00"));
    let done = above.answered(Answer::capture(Outcome::Succeeded).key("k1"), now).unwrap().into_payment();
    assert_eq!(done.transaction().amounts().captured, minor("110.00"));
    assert_eq!((done.transaction().state(), done.capturable(now)), (StateKind::Charged, rupees("0.00")));

    let all = held.ask(Command::capture(), now).unwrap().into_payment();
    let asked = all.transaction().hold().unwrap().captures.get(1).unwrap();
    assert_eq!((asked.amount, asked.takes_all), (minor("100.00"), true), "an amount left out is what is held");

    // A part, then what remains and is tolerated: the sum counts.
    let part = held.ask(capture("60.00", "k1"), now).unwrap().into_payment();
    assert_eq!(part.capturable(now), rupees("55.00"));
    assert_eq!(part.check(capture("55.01", "k2"), now).unwrap_err().code(), "exceeds-capturable");
    assert!(part.check(capture("55.00", "k2"), now).is_ok());

    // The same without a tolerance.
    let strict = several(|_| {});
    let payment = order.transaction("t-1".parse().unwrap(), &strict);
    let held = payment.authorized(rupees("100.00"), now).unwrap().into_payment();
    assert_eq!(held.check(capture("100.01", "k1"), now).unwrap_err().code(), "exceeds-capturable");
}

/// What was given back is gone: the tolerance does not take it.
#[test]
fn a_tolerance_does_not_take_what_was_released() {
    let (order, now) = (order_of("100.00"), midnight());
    let profile = tolerating(50);
    let payment = order.transaction("t-1".parse().unwrap(), &profile);
    let held = payment.authorized(rupees("100.00"), now).unwrap().into_payment();
    let sent = held.ask(capture("40.00", "k1"), now).unwrap().into_payment();
    let failed = sent.answered(Answer::capture(Outcome::Failed).key("k1"), now).unwrap().into_payment();
    let voiding = failed.ask(Command::void().amount(rupees("30.00")).key("v1"), now).unwrap().into_payment();
    let voided = voiding.answered(Answer::void(Outcome::Succeeded).key("v1"), now).unwrap().into_payment();
    assert_eq!(voided.capturable(now), rupees("70.00"));
    let rest = voided.ask(Command::void().amount(rupees("70.00")).key("v2"), now).unwrap().into_payment();
    let gone = rest.answered(Answer::void(Outcome::Succeeded).key("v2"), now).unwrap().into_payment();
    let late = gone.answered(Answer::capture(Outcome::Succeeded).key("k1"), now).unwrap_err();
    assert_eq!(late.code(), "captured-after-void", "40 of 100 given back, though 50 more are tolerated");
}

/// A provider that names the ceiling itself: known from the payload, and from no sooner.
#[test]
fn a_told_ceiling_is_learned_and_an_adjustment_forgets_it() {
    let (order, now) = (order_of("100.00"), midnight());
    let profile = several(|rows| {
        rows.capabilities.adjustment = true;
        let reading = r#"{"name": "an intent", "source": {"document": "d", "confidence": "official"},
            "payload": {"of": "transaction", "object": {"intent": {"required": "transaction.id"},
            "status": "transaction.word", "authorized": "transaction.authorized", "most": "transaction.most-captured",
            "captured": "transaction.captured"}}}"#;
        rows.readings = vec![serde_json::from_str(reading).unwrap()].into();
    });
    let see = |payment: &Payment<'_>, text: &str| {
        let said = profile.statements(text, Currency::INR).unwrap();
        payment.observe(&said, None, now).map(|change| (change.effect(), change.into_payment().into_transaction()))
    };
    let fresh = order.transaction("t-1".parse().unwrap(), &profile);
    let text = r#"{"intent": "pi_1", "status": "AUTHORIZED", "authorized": "100.00", "most": "120.00"}"#;
    let (_, held) = see(&fresh, text).unwrap();
    assert_eq!(held.hold().unwrap().most_captured, Some(minor("120.00")));
    let held = order.resume(held, &profile).unwrap();
    assert_eq!(held.capturable(now), rupees("120.00"));
    let text = r#"{"intent": "pi_1", "status": "CHARGED", "authorized": "100.00", "captured": "120.01"}"#;
    assert_eq!(see(&held, text).unwrap_err().code(), "captured-exceeds-authorized");
    let text = r#"{"intent": "pi_1", "status": "CHARGED", "authorized": "100.00", "captured": "120.00"}"#;
    assert_eq!(see(&held, text).unwrap().1.amounts().captured, minor("120.00"));
    let raised = held.adjusted(rupees("110.00"), now).unwrap().into_payment();
    assert_eq!(raised.capturable(now), rupees("110.00"), "120 was said of an authorization of 100");
}

/// A provider that counts captures: refused ones are not counted, the rest is capturable no more.
#[test]
fn the_most_captures_are_counted() {
    let (order, now) = (order_of("100.00"), midnight());
    let profile = several(|rows| rows.capabilities.most_captures = Some(2));
    let payment = order.transaction("t-1".parse().unwrap(), &profile);
    let mut payment = payment.authorized(rupees("100.00"), now).unwrap().into_payment();
    for (key, outcome) in [("k1", Outcome::Succeeded), ("k2", Outcome::Failed), ("k3", Outcome::Withdrawn)] {
        payment = payment.ask(capture("10.00", key), now).unwrap().into_payment();
        payment = payment.answered(Answer::capture(outcome).key(key), now).unwrap().into_payment();
    }
    assert_eq!(payment.capturable(now), rupees("90.00"));
    payment = payment.ask(capture("10.00", "k4"), now).unwrap().into_payment();
    let refused = payment.check(capture("10.00", "k5"), now).unwrap_err();
    assert_eq!(refused.code(), "capture-limit-reached");
    assert_eq!(
        refused.reason.to_string(),
        "2 of the 2 captures that this provider takes per authorization are used up; void the 80.00 INR held, and \
         obtain a new authorization for what is due"
    );
    assert_eq!(payment.capturable(now), rupees("0.00"));
    let unknown = payment.answered(Answer::capture(Outcome::TimedOut).key("k4"), now).unwrap().into_payment();
    assert!(unknown.ask(capture("10.00", "k4"), now).unwrap().is_applied(), "its own repeat is no other capture");
}

/// A repeat is safe while the provider remembers the key, and not from then on.
#[test]
fn a_forgotten_key_makes_a_repeat_unsafe() {
    let (order, now) = (order_of("100.00"), midnight());
    let key_use = |kept| KeyUse { place: KeyPlace::Header, name: "X-Key".into(), kept, source: source() };
    let remembering = |kept: Option<u64>| {
        several(|rows| {
            let can = &mut rows.capabilities;
            for form in [&mut can.capture, &mut can.void_request, &mut can.refund] {
                form.key_use = Some(key_use(kept));
            }
        })
    };
    let repeat = |profile: &Profile, seconds: i64| {
        let payment = order.transaction("t-1".parse().unwrap(), profile);
        let held = payment.authorized(rupees("100.00"), now).unwrap().into_payment();
        let sent = held.ask(capture("40.00", "k1"), now).unwrap();
        assert!(sent.to_send().is_some_and(|(_, number, _)| number == 1), "the request is what is to be sent");
        let unknown = sent.into_payment().answered(Answer::capture(Outcome::TimedOut).key("k1"), now).unwrap();
        let later = now + TimeDelta::seconds(seconds);
        let again = unknown.payment().ask(capture("40.00", "k1"), later);
        again.map(|change| change.is_applied()).map_err(|problem| problem.to_string())
    };
    let day = remembering(Some(86_400));
    assert_eq!(repeat(&day, 86_399), Ok(true));
    let forgotten = repeat(&day, 86_400).unwrap_err();
    let text = "the outcome of this capture of 40.00 INR is unknown and the provider may no longer recognize it (now \
                2026-01-02 00:00:00 UTC), so a repeat may be a second capture; ask the provider for the status";
    assert!(forgotten.ends_with(text), "{forgotten}");
    assert_eq!(repeat(&remembering(None), 86_400_000), Ok(true), "nobody says that it forgets");
    assert!(repeat(&remembering(Some(0)), 0).is_err(), "a provider without keys remembers none");

    // A second try does not make the key any younger; a new run of a withdrawn one does.
    let payment = order.transaction("t-1".parse().unwrap(), &day);
    let held = payment.authorized(rupees("100.00"), now).unwrap().into_payment();
    let mut unknown = held.ask(capture("40.00", "k1"), now).unwrap().into_payment();
    let timed_out = Answer::capture(Outcome::TimedOut).key("k1");
    unknown = unknown.answered(timed_out.clone(), now).unwrap().into_payment();
    let hour = now + TimeDelta::seconds(3_600);
    unknown = unknown.ask(capture("40.00", "k1"), hour).unwrap().into_payment();
    unknown = unknown.answered(timed_out.clone(), hour).unwrap().into_payment();
    let tomorrow = now + TimeDelta::seconds(86_400);
    assert_eq!(unknown.ask(capture("40.00", "k1"), tomorrow).unwrap_err().code(), "outcome-unknown");
    let withdrawn = held.ask(capture("40.00", "k1"), now).unwrap().into_payment();
    let withdrawn = withdrawn.answered(Answer::capture(Outcome::Withdrawn).key("k1"), now).unwrap().into_payment();
    let retried = withdrawn.ask(capture("40.00", "k1"), hour).unwrap().into_payment();
    let retried = retried.answered(timed_out.clone(), hour).unwrap().into_payment();
    assert!(retried.ask(capture("40.00", "k1"), tomorrow).unwrap().is_applied());

    // Voids and refunds alike.
    let void = Command::void().amount(rupees("40.00")).key("v1");
    let voiding = held.ask(void, now).unwrap().into_payment();
    let voiding = voiding.answered(Answer::void(Outcome::TimedOut).key("v1"), now).unwrap().into_payment();
    assert!(voiding.ask(void, hour).unwrap().is_applied());
    assert_eq!(voiding.ask(void, tomorrow).unwrap_err().code(), "outcome-unknown");
    let refund = Command::refund().amount(rupees("4.00")).key("r1");
    let charged = held.ask(capture("40.00", "k1"), now).unwrap().into_payment();
    let charged = charged.answered(Answer::capture(Outcome::Succeeded).key("k1"), now).unwrap().into_payment();
    let refunding = charged.ask(refund, now).unwrap().into_payment();
    let refunding = refunding.answered(Answer::refund(Outcome::TimedOut).key("r1"), now).unwrap().into_payment();
    assert!(refunding.ask(refund, hour).unwrap().is_applied());
    assert_eq!(refunding.ask(refund, tomorrow).unwrap_err().code(), "outcome-unknown");

    // The log that has it gives it again.
    let log = held.ask(capture("40.00", "k1"), now).unwrap();
    let names: Vec<_> = log.events().iter().map(|recorded| recorded.event.name()).collect();
    assert_eq!(names, ["capture-requested", "key-remembered"]);
    let stored = serde_json::to_string(log.payment().transaction()).unwrap();
    assert_eq!(&serde_json::from_str::<Transaction>(&stored).unwrap(), log.payment().transaction());
}

/// A void of the rest, where the provider voids only what nothing was captured of.
#[test]
fn a_void_before_any_capture_only() {
    let order = order_of("100.00");
    let profile = several(|rows| rows.capabilities.void = VoidMode::BeforeCapture);
    let part = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false), done(Capture, 1, "40.00")];
    let void = Command::void().amount(rupees("60.00")).key("v1");
    let refused = payment(&order, &profile, &part).check(void, midnight()).unwrap_err();
    assert_eq!(refused.code(), "not-voidable");
    let says = "this provider voids only before the first capture, and 40.00 INR is captured; capture the 60.00 INR held, or let \
                it expire";
    assert_eq!(refused.reason.to_string(), says);
    let whole = Command::void().amount(rupees("100.00")).key("v1");
    assert!(payment(&order, &profile, &part[..1]).check(whole, midnight()).is_ok());
    let some = Command::void().amount(rupees("60.00")).key("v1");
    let refused = payment(&order, &profile, &part[..1]).check(some, midnight()).unwrap_err();
    assert_eq!(refused.code(), "partial-void-unsupported");
}

/// An adjustment, where the provider takes some only.
#[test]
fn adjustments_within_limits_only() {
    let order = order_of("100.00");
    let part = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false), done(Capture, 1, "40.00")];
    let adjust = |limits, events: &[Event], total| {
        let profile = several(|rows| {
            rows.capabilities.adjustment = true;
            rows.capabilities.adjustment_limits = limits;
        });
        let adjusted = payment(&order, &profile, events).adjusted(rupees(total), midnight());
        adjusted.map(|change| change.effect()).map_err(|problem| (problem.code(), problem.to_string()))
    };
    let raise = AdjustmentLimits { raise_only: true, before_capture_only: false };
    let before = AdjustmentLimits { raise_only: false, before_capture_only: true };
    assert_eq!(adjust(raise, &part, "120.00"), Ok(Effect::Applied));
    let (code, text) = adjust(raise, &part, "80.00").unwrap_err();
    assert_eq!(code, "adjustment-unsupported");
    let says = "this provider cannot adjust 100.00 INR to 80.00 INR now that 40.00 INR is captured; 100.00 INR stays \
                authorized";
    assert!(text.ends_with(says), "{text}");
    assert_eq!(adjust(before, &part[..1], "80.00"), Ok(Effect::Applied));
    assert_eq!(adjust(before, &part, "120.00").unwrap_err().0, "adjustment-unsupported");
    assert_eq!(adjust(AdjustmentLimits::NONE, &part, "80.00"), Ok(Effect::Applied));
    // INV-7: what is authorized already, told again after the capture.
    let raised = [held("80.00"), Event::AuthorizationAdjusted { total: minor("100.00") }];
    assert_eq!(adjust(before, &[&raised[..], &part[1..]].concat(), "100.00"), Ok(Effect::AlreadyApplied));
}

/// How long a hold lasts is handed over as its deadline.
#[test]
fn a_hold_lasts_as_long_as_its_profile_says() {
    let lasting = |seconds| {
        several(|rows| rows.capabilities.hold = Some(HoldLife { seconds, then: AtEnd::Released, source: source() }))
    };
    assert_eq!(lasting(Some(604_800)).deadline(midnight()), Some(midnight() + TimeDelta::seconds(604_800)));
    assert_eq!(lasting(None).deadline(midnight()), None);
    assert_eq!(lasting(Some(u64::MAX)).deadline(midnight()), None, "beyond every calendar");
    assert_eq!(juspay::SIMPL.deadline(midnight()), None);
}

/// Every day of the 400 years after which the calendar repeats, from its first, its last and an ordinary time, and every
/// number of seconds at the edge of what there is: none panics, and none goes back.
#[test]
fn no_deadline_is_too_late_to_be_asked_for() {
    const DAY: u64 = 86_400;
    let mut rows = ProfileRows::clone(&juspay::SIMPL);
    let mut later = |start, seconds| {
        rows.capabilities.hold = Some(HoldLife { seconds: Some(seconds), then: AtEnd::Released, source: source() });
        rows.deadline(start)
    };
    for start in [Time::MIN_UTC, Time::UNIX_EPOCH, Time::MAX_UTC] {
        for seconds in (0..=146_097).map(|days| days * DAY).chain([1, DAY - 1, u64::MAX - 1, u64::MAX]) {
            assert!(later(start, seconds).is_none_or(|after| after >= start), "{start} and {seconds} s");
        }
    }
    assert_eq!(later(Time::MAX_UTC, 1), None);
    assert_eq!(later(Time::UNIX_EPOCH, DAY).map(|time| time.timestamp()), Some(86_400));
}

/// What a profile that limits or tolerates something is refused for.
#[test]
fn limits_are_checked_on_load() {
    type Change = fn(&mut ProfileRows);
    let over = |percent, at_most: Vec<(&'static str, u64)>, confidence| OverCapture {
        percent,
        at_most: at_most.into_iter().map(|(code, minor)| Tolerance { code: code.into(), minor }).collect(),
        source: Source { document: "d".into(), confidence },
    };
    let error = |change: &dyn Fn(&mut ProfileRows)| {
        let mut rows = ProfileRows::clone(&juspay::SIMPL);
        change(&mut rows);
        Profile::new(rows).unwrap_err().to_string()
    };
    let overs = [
        (over(Some(0), vec![], Confidence::Official), "percent is not 1 to 100"),
        (over(Some(101), vec![], Confidence::Official), "percent is not 1 to 100"),
        (over(Some(15), vec![], Confidence::Sdk), "less sure than official"),
        (over(None, vec![("USX", 1)], Confidence::Official), "at_most[0]: its code must be an ISO 4217 code"),
        (over(None, vec![("USD", 0)], Confidence::Official), "at_most[0]: it is not an amount"),
        (over(None, vec![("USD", 1), ("USD", 2)], Confidence::Official), "a currency occurs in at_most twice"),
    ];
    for (over, says) in overs {
        let error = error(&|rows| rows.capabilities.over_capture = Some(over.clone()));
        assert!(error.contains(says), "{error}: {says}");
    }
    let key = |place, name: &'static str| Some(KeyUse { place, name: name.into(), kept: None, source: source() });
    let keys = [key(KeyPlace::Header, ""), key(KeyPlace::None, "X-Key")];
    for key_use in keys {
        let error = error(&|rows| rows.capabilities.refund.key_use = key_use.clone());
        assert!(error.contains("key_use: a key that travels has a name"), "{error}");
    }
    let cases: [(Change, &str); 6] = [
        (|rows| rows.capabilities.unstated_is_final = true, "none can say that it is not"),
        (|rows| rows.capabilities.most_captures = Some(0), "most_captures of 0"),
        (
            |rows| {
                rows.capabilities.captures = CaptureMode::Single;
                rows.capabilities.most_captures = Some(2);
            },
            "most_captures contradicts captures, which allows only one",
        ),
        (|rows| rows.capabilities.adjustment_limits.raise_only = true, "need the capability adjustment"),
        (
            |rows| {
                let source = source();
                rows.capabilities.hold = Some(HoldLife { seconds: Some(0), then: AtEnd::BestEffort, source });
            },
            "a hold of 0 seconds",
        ),
        (
            |rows| {
                rows.capabilities.captures = CaptureMode::Full;
                rows.capabilities.over_capture =
                    Some(OverCapture { percent: Some(1), at_most: [].as_slice().into(), source: source() });
            },
            "over_capture contradicts captures",
        ),
    ];
    for (change, says) in cases {
        let error = error(&change);
        assert!(error.contains(says), "{error}: {says}");
    }
}

/// That no more than the authorized amount may be captured is no tolerance, and takes back one that was known.
#[test]
fn a_ceiling_of_what_is_authorized_tolerates_nothing() {
    let most = |text| Event::OverCaptureAllowed { most: minor(text) };
    assert_eq!(after(&[held("100.00")], most("100.00")), "already applied");
    let lowered = replayed(&[held("100.00"), most("120.00"), most("100.00")]).0;
    assert_eq!(lowered.hold().unwrap().most_captured, None);
}

/// The time of a key counts from the first try, so that no other one is recorded later.
#[test]
fn a_key_is_remembered_until_one_time() {
    let until = |seconds| Event::KeyRemembered { operation: Capture, number: 1, until: seconds_later(seconds) };
    let events = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false), until(60)];
    assert_eq!(after(&events, until(60)), "already applied");
    assert_eq!(after(&events, until(61)), "illegal-transition");
}
