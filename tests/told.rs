//! What is told to a payment: authorizations, answers, reversals, adjustments, expiry; whose transaction it is.

use crate::states::*;
use order_capture::Operation::{Capture, Refund, Void};
use order_capture::*;

fn adjusts() -> Profile {
    profile_like(&juspay::SIMPL, |rows| rows.capabilities.adjustment = true)
}
/// A 100, C 12, V 5, H 83.
fn committed() -> Vec<Event> {
    let capture = asked(Capture, 1, "12.00", Some("k1"), false);
    let void = asked(Void, 1, "5.00", Some("v1"), false);
    vec![held("100.00"), capture, done(Capture, 1, "12.00"), void, done(Void, 1, "5.00")]
}
#[test]
fn adjustments_say_their_numbers() {
    let (order, can) = (order_of("200.00"), adjusts());
    let words = |profile: &Profile, text: &str| {
        let problem = payment(&order, profile, &committed()).adjusted(rupees(text), midnight()).unwrap_err();
        let Problem::Violation(violation) = problem else { panic!("{problem:?}") };
        (violation.code(), violation.reason.to_string(), violation.retry())
    };
    let unsupported = "this provider cannot adjust an authorization; 100.00 INR stays authorized";
    assert_eq!(words(&juspay::SIMPL, "150.00"), ("adjustment-unsupported", unsupported.into(), Retry::Never));
    let (code, text, _) = words(&can, "16.99");
    let below = "the new total 16.99 INR is below the 17.00 INR captured, pending or released";
    assert_eq!((code, text.as_str()), ("adjustment-below-committed", below));
    let least = payment(&order, &can, &committed()).adjusted(rupees("17.00"), midnight()).unwrap();
    assert_eq!(least.payment().transaction().amounts().held, Minor::ZERO);
    let raised = payment(&order, &can, &committed()).adjusted(rupees("150.00"), midnight()).unwrap();
    assert_eq!(raised.payment().capturable(midnight()), rupees("133.00"));
    let again = raised.payment().adjusted(rupees("150.00"), midnight()).unwrap();
    assert_eq!((again.effect(), again.events().len()), (Effect::AlreadyApplied, 0));
}
/// An amount of another currency is nobody's here, in every direction.
#[test]
fn an_amount_of_another_currency_is_refused_everywhere() {
    let order = order_of("100.00");
    let start = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false), done(Capture, 1, "40.00")];
    let can = adjusts();
    let payment = payment(&order, &can, &[&start[..], &[asked(Capture, 2, "10.00", Some("k2"), false)]].concat());
    let (yen, now) = (Money::jpy("10").unwrap(), midnight());
    let expected = Violation::CurrencyMismatch { requested: Currency::JPY, order: Currency::INR };
    for problem in [
        payment.ask(Command::capture().amount(yen).key("k3"), now),
        payment.ask(Command::capture().currency(Currency::JPY), now),
        payment.ask(Command::void().amount(yen), now),
        payment.ask(Command::refund().amount(yen), now),
        payment.authorized(yen, now),
        payment.authorized(Authorization::of(rupees("100.00")).pays(yen), now),
        payment.adjusted(yen, now),
        payment.answered(Answer::capture(Outcome::Succeeded).amount(yen), now),
        payment.reversed(Reversal::of(Capture).amount(yen), now),
        payment.reported(Report::captured(yen), now),
        payment.reported(Report::refunded(yen), now),
        order.transaction("t-2".parse().unwrap(), &juspay::SIMPL).authorized(yen, now),
    ]
    .map(Result::unwrap_err)
    {
        let Problem::Violation(violation) = problem else { panic!("{problem:?}") };
        assert_eq!(violation.reason, expected);
    }
}
/// Every amount that is told is above zero, but a person's total, and has no more digits than the currency.
#[test]
fn a_told_amount_is_exact_and_above_zero() {
    let (order, can, now) = (order_of("100.00"), adjusts(), midnight());
    let sent = payment(&order, &can, &[held("100.00"), asked(Capture, 1, "100.00", None, true)]);
    let new = order.transaction("t-2".parse().unwrap(), &can);
    for (text, code) in
        [("0.00", "amount-not-positive"), ("-1.00", "amount-not-positive"), ("1.001", "amount-precision")]
    {
        let amount = Amount::parse(text, Currency::INR).unwrap();
        for change in [
            new.authorized(amount, now),
            new.authorized(Authorization::of(rupees("1.00")).pays(amount), now),
            sent.answered(Answer::capture(Outcome::Succeeded).amount(amount), now),
            sent.adjusted(amount, now),
            sent.reversed(Reversal::of(Capture).amount(amount), now),
        ] {
            assert_eq!(outcome(change), code, "{text}");
        }
        let reported = outcome(sent.reported(Report::captured(amount), now));
        assert_eq!(reported, if text == "0.00" { "applied" } else { code }, "{text}");
    }
}
/// The hold, the part of the price that it pays, and its deadline; again it is known, or brings a new deadline.
#[test]
fn an_authorization_is_told() {
    let (order, now) = (order_of("10.00"), midnight());
    let new = order.transaction("t-1".parse().unwrap(), &juspay::SIMPL);
    let told = Authorization::of(rupees("10.80")).pays(rupees("10.00"));
    let change = new.authorized(told.capture_before(seconds_later(60)), now).unwrap();
    let until = Some(seconds_later(60));
    let event = Event::Authorized { amount: rupees("10.80"), pays: Some(minor("10.00")), capture_before: until };
    assert_eq!(change.events().iter().map(|one| &one.event).collect::<Vec<_>>(), [&event]);
    assert_eq!((change.events()[0].sequence, change.events()[0].observed_at), (1, now));
    let payment = change.into_payment();
    let hold = payment.transaction().hold().unwrap();
    assert_eq!((hold.pays(), hold.capture_before), (minor("10.00"), until));
    assert_eq!(
        (hold.counts(minor("10.80")), hold.counts(minor("10.79")), hold.counts(minor("4.00"))),
        (minor("10.00"), minor("10.00"), minor("4.00"))
    );
    for (amount, pays, deadline, expected) in [
        ("10.80", Some("10.00"), None, "already applied"),
        ("10.80", None, None, "already applied"),
        ("10.80", Some("10.00"), Some(60), "already applied"),
        ("10.80", Some("10.00"), Some(61), "applied"),
        ("10.80", Some("9.00"), None, "already applied"),
        ("10.79", Some("10.00"), None, "illegal-transition"),
    ] {
        let told = Authorization::of(rupees(amount));
        let told = pays.map_or(told, |pays| told.pays(rupees(pays)));
        let told = deadline.map_or(told, |deadline| told.capture_before(seconds_later(deadline)));
        let change = payment.authorized(told, now);
        assert_eq!(outcome(change), expected, "{amount} {pays:?} {deadline:?}");
    }
    let later = payment.authorized(told.capture_before(seconds_later(61)), now).unwrap();
    assert_eq!(later.payment().transaction().hold().unwrap().capture_before, Some(seconds_later(61)));
    assert_eq!(outcome(payment.deadline_set(seconds_later(61), now)), "applied");
    assert_eq!(outcome(payment.deadline_set(seconds_later(60), now)), "already applied");
    assert_eq!(outcome(new.deadline_set(seconds_later(60), now)), "illegal-transition");
    // Late authorization is legal; a failure after it is not.
    let failed = new.authorization_failed(now).unwrap().into_payment();
    assert_eq!(outcome(failed.authorization_failed(now)), "already applied");
    assert_eq!(failed.authorized(told, now).unwrap().payment().transaction().state(), StateKind::Authorized);
    assert_eq!(outcome(payment.authorization_failed(now)), "illegal-transition");
}

/// In the scenario format an outcome may name none: the oldest is then the one whose run of tries began first, and a new
/// try of a withdrawn request begins a new run.
#[test]
fn the_oldest_is_the_run_that_began_first() {
    let order = order_of("100.00");
    let runs = [
        held("100.00"),
        asked(Capture, 1, "100.00", Some("k1"), true),
        done(Capture, 1, "100.00"),
        asked(Refund, 1, "10.00", Some("r1"), false),
        answered(Refund, 1, Outcome::Withdrawn),
        asked(Refund, 2, "20.00", Some("r2"), false),
        asked(Refund, 1, "10.00", Some("r1"), false),
    ];
    let refunding = payment(&order, &juspay::SIMPL, &runs);
    assert_eq!(crate::engine::oldest_of_several(&refunding, Refund), Some(2));
}
/// Without a key the only one that awaits its answer is meant, or if none does, the latest.
#[test]
fn an_answer_finds_its_request() {
    let (order, now) = (order_of("100.00"), midnight());
    let several = profile_like(&juspay::SIMPL, |rows| {
        rows.capabilities.captures = profiles::CaptureMode::Several { at_once: true, says_final: false };
    });
    let two =
        [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false), asked(Capture, 2, "30.00", Some("k2"), false)];
    let statuses = |payment: &Payment<'_>| {
        let hold = payment.transaction().hold().unwrap().clone();
        ["k1", "k2"].map(|key| hold.captures.by_key(key).unwrap().1.status)
    };
    use RequestStatus::{Accepted, Failed, Sent, Succeeded};
    let sent = payment(&order, &several, &two);
    let answered = |payment: &Payment<'_>, answer: Answer<'_>| outcome(payment.answered(answer, now));
    assert_eq!(answered(&sent, Answer::capture(Outcome::Accepted)), "illegal-transition", "one of two");
    let first = sent.answered(Answer::capture(Outcome::Accepted).key("k1"), now).unwrap().into_payment();
    assert_eq!(statuses(&first), [Accepted, Sent]);
    let second = first.answered(Answer::capture(Outcome::Failed).key("k2"), now).unwrap().into_payment();
    assert_eq!(statuses(&second), [Accepted, Failed]);
    let both = second.answered(Answer::capture(Outcome::Succeeded), now).unwrap().into_payment();
    assert_eq!(statuses(&both), [Succeeded, Failed]);
    assert_eq!(answered(&both, Answer::capture(Outcome::Failed)), "already applied", "the latest, which failed");
    assert_eq!(answered(&both, Answer::capture(Outcome::Failed).key("k1")), "illegal-transition");
    for nobody in [
        Answer::capture(Outcome::Succeeded).key("k3"),
        Answer::void(Outcome::Succeeded),
        Answer::refund(Outcome::Failed),
    ] {
        let Err(problem) = both.answered(nobody, now) else { panic!("applied") };
        assert_eq!(problem.code(), "illegal-transition");
        assert!(problem.to_string().contains("no such") && problem.to_string().contains("is known"), "{problem}");
    }
    // The provider's name for a request is learned with its answer.
    let named = Answer::capture(Outcome::Succeeded).key("k1").provider_id("epg-1".parse().unwrap());
    let learned = both.answered(named.clone(), now).unwrap();
    assert_eq!(learned.effect(), Effect::Applied);
    let request = learned.payment().transaction().request(Capture, "k1").unwrap();
    assert_eq!(request.provider_id.as_ref().map(ProviderId::as_str), Some("epg-1"));
    assert_eq!(answered(learned.payment(), named), "already applied");
    // What closes is the profile's.
    for (profile, state) in
        [(&juspay::CYBERSOURCE, StateKind::CaptureFailed), (&razorpay::PROFILE, StateKind::Authorized)]
    {
        let sent = payment(&order, profile, &[held("100.00"), asked(Capture, 1, "100.00", None, true)]);
        let failed = sent.answered(Answer::capture(Outcome::Failed), now).unwrap();
        assert_eq!(failed.payment().transaction().state(), state, "{}", profile.name);
    }
}
/// What the provider calls a request is its name once it is known; two names for one success, or one name for two, are a
/// conflict.
#[test]
fn an_answer_may_be_named_by_the_providers_identifier() {
    let (order, now) = (order_of("100.00"), midnight());
    let sent = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false)];
    let accepted = Answer::capture(Outcome::Accepted).key("k1").provider_id("c1".parse().unwrap());
    let first = payment(&order, &juspay::SIMPL, &sent).answered(accepted, now).unwrap().into_payment();
    let mut transaction = first.into_transaction();
    assert_eq!(answer(&mut transaction, asked(Capture, 2, "10.00", Some("k2"), false)), "applied");
    let both = order.resume(transaction, &juspay::SIMPL).unwrap();
    let named = |id: &str| Answer::capture(Outcome::Succeeded).provider_id(id.parse().unwrap());
    assert!(matches!(both.answered(named("c9"), now), Err(Problem::Rejection(Rejection::Unnamed { count: 2, .. }))));
    let first = both.answered(named("c1"), now).unwrap().into_payment();
    let statuses = ["k1", "k2"].map(|key| first.transaction().request(Capture, key).unwrap().status);
    assert_eq!(statuses, [RequestStatus::Succeeded, RequestStatus::Sent]);
    let otherwise = |payment: &Payment<'_>, answer: Answer<'_>| match payment.answered(answer, now).unwrap_err() {
        Problem::Conflict(Conflict::RequestNamedOtherwise { operation: Capture, observed, expected }) => {
            [observed, expected].map(String::from)
        }
        other => panic!("{other}"),
    };
    // The other one succeeded under this identifier, whatever is said of this one.
    assert_eq!(otherwise(&first, named("c1").key("k2")), ["c1", "k1"]);
    let failed = Answer::capture(Outcome::Failed).number(2).provider_id("c1".parse().unwrap());
    assert_eq!(otherwise(&first, failed), ["c1", "k1"]);
    // It succeeded under another one before.
    assert_eq!(otherwise(&first, named("c2").key("k1")), ["c2", "c1"]);
    assert_eq!(outcome(first.answered(named("c1"), now)), "already applied");
    let stale = Answer::capture(Outcome::TimedOut).key("k1").provider_id("c2".parse().unwrap());
    assert_eq!(outcome(first.answered(stale, now)), "stale");
    // One without a key is named by its identifier.
    let own = Event::ProviderInitiated {
        operation: Capture,
        number: 1,
        amount: minor("30.00"),
        done: true,
        closes: false,
        provider_id: Some("p1".parse().unwrap()),
    };
    let theirs = [held("100.00"), own, asked(Capture, 2, "40.00", Some("k1"), false)];
    let theirs = payment(&order, &juspay::SIMPL, &theirs);
    assert_eq!(otherwise(&theirs, named("p1").key("k1")), ["p1", "p1"]);
    assert_eq!(outcome(theirs.answered(named("p1"), now)), "already applied");
}
/// Without a key the latest success is taken back, whatever became of later ones.
#[test]
fn a_reversal_without_a_key_is_of_the_latest_success() {
    let order = order_of("100.00");
    let events = [
        held("100.00"),
        asked(Capture, 1, "40.00", Some("k1"), false),
        done(Capture, 1, "40.00"),
        asked(Capture, 2, "30.00", Some("k2"), false),
        done(Capture, 2, "25.00"),
        asked(Capture, 3, "10.00", Some("k3"), false),
        answered(Capture, 3, Outcome::Failed),
    ];
    let mut payment = payment(&order, &juspay::SIMPL, &events);
    for (left, expected) in [("40.00", "applied"), ("0.00", "applied"), ("0.00", "already applied")] {
        let change = payment.reversed(Reversal::of(Capture), midnight()).unwrap();
        assert_eq!(effect_word(change.effect()), expected);
        payment = change.into_payment();
        assert_eq!(payment.transaction().amounts().captured, minor(left));
    }
    let reversed = |reversal: Reversal<'_>| outcome(payment.reversed(reversal, midnight()));
    let capture = Reversal::of(Capture);
    assert_eq!(
        (reversed(capture.key("k3")), reversed(capture.number(3))),
        ("illegal-transition", "illegal-transition")
    );
    assert_eq!(reversed(Reversal::of(Refund)), "illegal-transition");
    assert_eq!(reversed(capture.key("k1").amount(rupees("39.00"))), "amount-mismatch");
}
/// As an action, not while a capture or a void is outstanding; twice is known already.
#[test]
fn an_expiry_waits_for_what_is_outstanding() {
    let order = order_of("100.00");
    for (kind, path) in paths() {
        let payment = payment(&order, &juspay::SIMPL, &path);
        let expected = match kind {
            StateKind::Authorized | StateKind::PartiallyCaptured | StateKind::CaptureFailed | StateKind::VoidFailed => {
                "applied"
            }
            StateKind::Expired => "already applied",
            _ => "illegal-transition",
        };
        assert_eq!(outcome(payment.expired(midnight())), expected, "{kind}");
    }
}
/// A webhook may show the hold first, without the part of the price that it pays: that is learned later, once.
#[test]
fn what_an_authorization_pays_may_be_told_later() {
    let (order, now) = (order_of("100.00"), midnight());
    let seen = payment(&order, &razorpay::PROFILE, &[held("108.00")]);
    let capture = Command::capture().amount(rupees("108.00"));
    assert_eq!(seen.check(capture, now).unwrap_err().code(), "authorized-not-equal-to-order");
    let told = |pays| Authorization::of(rupees("108.00")).pays(rupees(pays));
    let learned = seen.authorized(told("100.00"), now).unwrap();
    assert_eq!((learned.effect(), learned.events().len()), (Effect::Applied, 1));
    assert!(learned.payment().check(capture, now).is_ok());
    assert_eq!(outcome(learned.payment().authorized(told("100.00"), now)), "already applied");
    let other = learned.payment().authorized(told("90.00"), now).unwrap();
    assert_eq!((other.effect(), other.payment()), (Effect::AlreadyApplied, learned.payment()), "the first one stays");
    assert_eq!(outcome(seen.authorized(told("108.00"), now)), "already applied", "its own amount is what was known");
    // With a deadline: both are learned, and an old deadline makes it no less applied.
    let limited = seen.deadline_set(seconds_later(60), now).unwrap().into_payment();
    for deadline in [60, 61] {
        let both = limited.authorized(told("100.00").capture_before(seconds_later(deadline)), now).unwrap();
        assert_eq!(
            (both.effect(), both.payment().transaction().hold().unwrap().pays()),
            (Effect::Applied, minor("100.00"))
        );
        assert_eq!(both.payment().transaction().hold().unwrap().capture_before, Some(seconds_later(deadline)));
    }
    assert_eq!(
        outcome(seen.authorized(Authorization::of(rupees("107.00")).pays(rupees("100.00")), now)),
        "illegal-transition"
    );
    // A log is held to the same: zero is no part.
    let (mut transaction, none) = (seen.transaction().clone(), Minor::ZERO);
    let zero = Event::Authorized { amount: rupees("108.00"), pays: Some(none), capture_before: Some(now) };
    assert_eq!(answer(&mut transaction, zero), "amount-over-ceiling");
    assert_eq!(&transaction, seen.transaction());
}
/// A transaction pays one order for life: another's is refused when it is bound, and named.
#[test]
fn another_orders_transaction_is_refused() {
    let order = order_of("100.00");
    let own = replayed(&[held("100.00")]).0;
    let other = Order::new("o-2".parse().unwrap(), rupees("100.00"));
    let theirs = Transaction::created(&other, "t-2".parse().unwrap());
    let problem = order.resume(theirs.clone(), &juspay::SIMPL).unwrap_err();
    assert_eq!(problem.code(), "identity-mismatch");
    let text = problem.to_string();
    assert!(["t-2", "o-1", "o-2"].iter().all(|name| text.contains(name)), "{text}");
    let yen = Order::new("o-1".parse().unwrap(), Money::jpy("100").unwrap());
    let in_yen = Transaction::created(&yen, "t-3".parse().unwrap());
    assert_eq!(order.resume(in_yen.clone(), &juspay::SIMPL).unwrap_err().code(), "currency-mismatch");
    for (stranger, code) in [(theirs, "identity-mismatch"), (in_yen, "currency-mismatch")] {
        let payment = order.resume(own.clone(), &juspay::SIMPL).unwrap();
        let all = [own.clone(), stranger.clone()];
        assert_eq!(payment.beside(&all).unwrap_err().code(), code);
        assert_eq!(OrderStatus::of(&order, &juspay::SIMPL, [&own, &stranger]).unwrap_err().code(), code);
    }
    let resumed = order.resume(own.clone(), &juspay::SIMPL).unwrap();
    assert_eq!((resumed.transaction(), resumed.order(), resumed.profile()), (&own, &order, &juspay::SIMPL));
    let log = replayed(&[held("100.00")]).1;
    assert!(order.replay("t-2".parse().unwrap(), &juspay::SIMPL, &log).is_err(), "another transaction's log");
}
/// A second change is made from what the first one gave: another transaction's, or one of an earlier or a later state, is
/// refused, and nothing is stored.
#[test]
fn a_change_follows_the_one_before() {
    let (order, now) = (order_of("100.00"), midnight());
    let start = order.transaction("t-1".parse().unwrap(), &juspay::SIMPL);
    let other = order.transaction("t-2".parse().unwrap(), &juspay::SIMPL);
    let authorized = || start.authorized(rupees("100.00"), now).unwrap();
    let held = authorized().into_payment();
    let capture = Command::capture().amount(rupees("40.00")).key("k1");
    let sent = held.ask(capture, now).unwrap().into_payment();
    let foreign = Err(Problem::Rejection(Rejection::Foreign { sequence: 1 }));
    assert_eq!(authorized().then(|_| other.authorized(rupees("100.00"), now)), foreign);
    assert_eq!(authorized().then(|_| Ok::<_, Problem>(Change::nothing(&other))), foreign);
    let gap = |expected, found| Err(Problem::Rejection(Rejection::Gap { expected, found }));
    assert_eq!(authorized().then(|_| start.authorization_failed(now)), gap(2, 1), "made from an earlier state");
    assert_eq!(authorized().then(|_| sent.expired(now)).unwrap_err().code(), "illegal-transition", "its own problem");
    let late = authorized().then(|_| sent.answered(Answer::capture(Outcome::Succeeded), now));
    assert_eq!(late, gap(2, 3), "made from a later state");
    let boxed: Result<_, Box<dyn std::error::Error>> = authorized().then(|_| Ok(Change::nothing(&start)));
    assert_eq!(boxed.unwrap_err().to_string(), gap(2, 1).unwrap_err().to_string());
    let twice =
        authorized().then(|payment| payment.ask(capture, now)?.then(|payment| payment.deadline_set(now, now))).unwrap();
    assert_eq!((twice.events().len(), twice.payment().transaction().sequence()), (3, 3));
}

/// A text names no amount that nobody has, no refund that nobody made, no payload where there is none.
#[test]
fn a_text_claims_nothing_that_is_not_so() {
    let (order, now) = (order_of("100.00"), midnight());
    let says = |events: &[Event], command: Command<'_>| {
        payment(&order, &juspay::SIMPL, events).check(command, now).unwrap_err().reason.to_string()
    };
    let captured = [held("100.00"), asked(Capture, 1, "12.00", Some("k1"), false), done(Capture, 1, "12.00")];
    let keyless = says(&captured[..1], Command::refund());
    assert_eq!(keyless, "a refund has no idempotency key; give it one of its own");
    let more = says(&captured, Command::refund().amount(rupees("13.00")).key("r1"));
    let expected = "refund of 13.00 INR exceeds the 12.00 INR still refundable (captured: 12.00 INR, refunds pending: 0.00 INR, nothing is refunded)";
    assert_eq!(more, expected);
    let pending = [&captured[..], &[asked(Refund, 1, "12.00", Some("r1"), false)]].concat();
    let expected = "nothing is left to refund (captured: 12.00 INR, refunds pending: 12.00 INR, nothing is refunded)";
    assert_eq!(says(&pending, Command::refund().key("r2")), expected);
    let dollars = Order::new("o-1".parse().unwrap(), Money::usd("100.00").unwrap());
    let rejection = dollars.replay("t-1".parse().unwrap(), &juspay::SIMPL, &replayed(&captured).1).unwrap_err();
    assert_eq!(rejection.code(), "currency-mismatch");
    assert!(rejection.to_string().contains("load a log or a transaction with its own order"), "{rejection}");
    // Only a total holds it: there is no success to reverse.
    let sent = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false)];
    let covered = [&sent[..], &[stated(Capture, "40.00")]].concat();
    let reversed = |events: &[Event]| {
        let reversal = Reversal::of(Capture).key("k1");
        payment(&order, &juspay::SIMPL, events).reversed(reversal, now).unwrap_err()
    };
    let only = Rejection::OnlyTotalHolds { operation: Capture, amount: rupees("40.00") };
    assert_eq!(only.code(), "illegal-transition");
    assert_eq!(reversed(&covered), Problem::Rejection(only));
    assert!(matches!(reversed(&sent), Problem::Rejection(Rejection::Illegal { .. })));
}
