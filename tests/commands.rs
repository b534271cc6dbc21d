//! Commands in a user's hands: typed states, any state, no state machine at all; what is a repeat.

use crate::states::*;
use order_capture::Operation::{Capture, Refund, Void};
use order_capture::profiles::CaptureMode;
use order_capture::*;

fn of(text: &str) -> Command<'static> {
    Command::capture().amount(rupees(text))
}
/// A crate without a state machine asks with amounts alone, and gets the same answers.
#[test]
fn a_snapshot_without_a_state_machine_gets_the_same_answers() {
    let order = order_of("100.00");
    let part = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false), done(Capture, 1, "40.00")];
    let amounts = Amounts { authorized: minor("100.00"), captured: minor("40.00"), ..Amounts::default() };
    let snapshot = Snapshot::from_amounts(&order, amounts).unwrap();
    for profile in [&juspay::FULL_ONLY, &juspay::CYBERSOURCE, &juspay::SIMPL, &razorpay::PROFILE] {
        let open = payment(&order, profile, &part);
        for text in ["0.00", "1.00", "60.00", "60.01", "100.00"] {
            let mut commands = vec![
                Command::void().amount(rupees(text)).key("k2"),
                Command::refund().amount(rupees(text)).key("a-refund-of-it"),
            ];
            // What is captured where there is one capture was that one: see below.
            if !profile.capabilities.captures.is_single() {
                commands.push(of(text).key("k2"));
            }
            for command in commands {
                let with = open.check(command, midnight()).err();
                let without = snapshot.check(command, None, profile, midnight()).err();
                assert_eq!(without, with, "{text} at {}", profile.name);
                let all = open.violations(command, midnight());
                assert_eq!(snapshot.violations(command, None, profile, midnight()), all, "{text} at {}", profile.name);
            }
        }
    }
    assert_eq!(snapshot.capturable(&juspay::SIMPL, midnight()), rupees("60.00"));
    // Where an authorization sees one capture, captured money is a capture that closed.
    let closed = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), true), done(Capture, 1, "40.00")];
    for profile in [&juspay::FULL_ONLY, &juspay::CYBERSOURCE, &razorpay::PROFILE] {
        let charged = payment(&order, profile, &closed);
        for text in ["0.00", "1.00", "60.00", "60.01", "100.00"] {
            let command = of(text).key("k2");
            let with = charged.check(command, midnight()).unwrap_err();
            let without = snapshot.check(command, None, profile, midnight()).unwrap_err();
            assert_eq!(without, with, "{text} at {}", profile.name);
        }
        assert_eq!(charged.capturable(midnight()), rupees("0.00"));
        assert_eq!(snapshot.capturable(profile, midnight()), rupees("0.00"));
    }
    let all = snapshot.check(Command::capture(), None, &juspay::SIMPL, midnight());
    assert_eq!(all, Ok(Allowed::Send(rupees("60.00"))));
    // What the amounts say of held is not asked.
    let wrong = Snapshot::from_amounts(&order, Amounts { held: Minor::from(1), ..amounts }).unwrap();
    assert_eq!(wrong.amounts().held, minor("60.00"));
}
#[test]
fn a_snapshot_knows_what_is_pending_and_until_when() {
    let order = order_of("100.00");
    let of_amounts = |amounts| Snapshot::from_amounts(&order, amounts).unwrap();
    let code = |snapshot: Snapshot| {
        snapshot.check(of("40.00").key("k"), None, &juspay::SIMPL, midnight()).map_err(|refused| refused.code())
    };
    let pending = Amounts { authorized: minor("100.00"), pending: minor("60.00"), ..Amounts::default() };
    let snapshot = of_amounts(pending);
    assert_eq!((code(snapshot), snapshot.state()), (Err("capture-in-progress"), StateKind::Capturing));
    let unknown = snapshot.pending_is_unknown();
    assert_eq!((code(unknown), unknown.state()), (Err("outcome-unknown"), StateKind::CaptureUnknown));
    let same = Earlier::new(minor("40.00"), RequestStatus::Unknown);
    let again = unknown.check(of("40.00").key("k"), Some(same), &juspay::SIMPL, midnight());
    assert_eq!(again, Ok(Allowed::Send(rupees("40.00"))), "the same one may be sent again");
    let open = of_amounts(Amounts { authorized: minor("100.00"), ..Amounts::default() });
    assert_eq!(code(open.capture_before(midnight())), Err("authorization-expired"));
    assert_eq!(code(open), Ok(Allowed::Send(rupees("40.00"))));
    assert_eq!(code(open.others(minor("60.00"))), Ok(Allowed::Send(rupees("40.00"))));
    assert_eq!(code(open.others(minor("60.01"))), Err("order-already-paid"));
    let nothing = of_amounts(Amounts::default());
    assert_eq!((code(nothing), nothing.state()), (Err("not-authorized"), StateKind::Created));
    // Nothing is pending, so nothing of it is unknown.
    let all = of_amounts(Amounts { authorized: minor("100.00"), captured: minor("100.00"), ..Amounts::default() });
    assert_eq!(code(all.pending_is_unknown()), Err("already-captured"));
    for impossible in [
        Amounts { authorized: minor("99.00"), captured: minor("100.00"), ..Amounts::default() },
        Amounts { authorized: minor("9.00"), captured: minor("9.00"), refunded: minor("9.01"), ..Amounts::default() },
    ] {
        assert!(Snapshot::from_amounts(&order, impossible).is_err(), "{impossible:?}");
    }
}
/// What is sent, and what is not sent again, by what became of the earlier request under the key; at every gateway.
#[test]
fn a_snapshot_says_what_is_to_be_sent() {
    use RequestStatus::{Accepted, Failed, Reversed, Sent, Succeeded, Unknown, Withdrawn};
    let order = order_of("100.00");
    let all = [&juspay::FULL_ONLY, &juspay::CYBERSOURCE, &juspay::SIMPL, &razorpay::PROFILE];
    for profile in all {
        let razorpay = profile.name == razorpay::PROFILE.name;
        let capture = of("100.00").currency(Currency::INR);
        let capture = if razorpay { capture } else { capture.key("k1") };
        let pending = Amounts { authorized: minor("100.00"), pending: minor("100.00"), ..Amounts::default() };
        let unknown = Snapshot::from_amounts(&order, pending).unwrap().pending_is_unknown();
        let open = Amounts { authorized: minor("100.00"), ..Amounts::default() };
        let open = Snapshot::from_amounts(&order, open).unwrap();
        for status in [Sent, Accepted, Unknown, Succeeded, Failed, Withdrawn, Reversed] {
            let earlier = Some(Earlier::new(minor("100.00"), status));
            let snapshot = if status == Unknown { unknown } else { open };
            let sent = matches!(status, Unknown | Withdrawn);
            let expected = if sent { Allowed::Send(rupees("100.00")) } else { Allowed::Known(status) };
            assert_eq!(
                snapshot.check(capture, earlier, profile, midnight()),
                Ok(expected),
                "{status} at {}",
                profile.name
            );
        }
        assert_eq!(open.check(capture, None, profile, midnight()), Ok(Allowed::Send(rupees("100.00"))));
    }
}
/// The equality that Razorpay asks the merchant to check, callable as soon as the authorization is known.
#[test]
fn the_authorized_amount_is_compared_with_the_order() {
    let order = order_of("100.00");
    for (amount, code) in
        [("100.00", None), ("99.99", Some("authorized-differs")), ("100.01", Some("authorized-differs"))]
    {
        let razorpay = payment(&order, &razorpay::PROFILE, &[held(amount)]);
        assert_eq!(razorpay.order_status().discrepancy.map(|found| found.code()), code, "{amount}");
        let refused = razorpay.check(of(amount), midnight()).err().map(|refused| refused.code());
        assert_eq!(refused, code.map(|_| "authorized-not-equal-to-order"), "{amount}");
        assert_eq!(payment(&order, &juspay::SIMPL, &[held(amount)]).order_status().discrepancy, None);
    }
}
/// Rows: the state. Columns: capture, void, refund of one rupee, on a gateway that takes several captures; K then.
const COMMANDS: [(StateKind, [&str; 3], &str); 15] = [
    (StateKind::Created, ["not-authorized", "not-voidable", "not-refundable"], "0.00"),
    (StateKind::Failed, ["not-authorized", "not-voidable", "not-refundable"], "0.00"),
    (StateKind::Authorized, ["legal", "legal", "not-refundable"], "100.00"),
    (StateKind::Capturing, ["capture-in-progress", "capture-in-progress", "not-refundable"], "0.00"),
    (StateKind::CaptureUnknown, ["outcome-unknown", "outcome-unknown", "not-refundable"], "0.00"),
    (StateKind::CaptureInitiated, ["capture-in-progress", "capture-in-progress", "not-refundable"], "0.00"),
    (StateKind::PartiallyCaptured, ["legal", "legal", "legal"], "60.00"),
    (StateKind::Charged, ["already-captured", "not-voidable", "legal"], "0.00"),
    (StateKind::CaptureFailed, ["not-authorized", "legal", "not-refundable"], "0.00"),
    (StateKind::Voiding, ["void-in-progress", "void-in-progress", "not-refundable"], "0.00"),
    (StateKind::VoidUnknown, ["outcome-unknown", "outcome-unknown", "not-refundable"], "0.00"),
    (StateKind::VoidInitiated, ["void-in-progress", "void-in-progress", "not-refundable"], "0.00"),
    (StateKind::VoidFailed, ["not-authorized", "legal", "not-refundable"], "0.00"),
    (StateKind::Voided, ["not-authorized", "not-voidable", "not-refundable"], "0.00"),
    (StateKind::Expired, ["not-authorized", "not-voidable", "not-refundable"], "0.00"),
];

#[test]
fn every_state_answers_every_command() {
    let (order, profile, one) = (order_of("100.00"), &juspay::SIMPL, rupees("1.00"));
    let before = seconds_later(-1);
    for (kind, expected, capturable) in COMMANDS {
        let payment = payment(&order, profile, &path(kind));
        assert_eq!(payment.transaction().state(), kind);
        let got = [Command::capture(), Command::void(), Command::refund()].map(|command| {
            let asked = payment.ask(command.amount(one).key("new"), before);
            asked.map_or_else(|refused| refused.code(), |_| "legal")
        });
        assert_eq!(got, expected, "{kind}: capture, void, refund");
        assert_eq!(payment.capturable(before), rupees(capturable), "{kind}");
        assert_eq!(payment.capturable(midnight()).minor().is_zero(), kind != StateKind::PartiallyCaptured, "{kind}");
    }
}
/// The typed states decide as the payment of any state does; what a type does not offer is refused there.
#[test]
fn typed_states_decide_as_any_state_does() {
    let (order, now) = (order_of("100.00"), seconds_later(-1));
    for (kind, path) in paths() {
        let payment = payment(&order, &juspay::SIMPL, &path);
        assert_eq!(payment.state().kind(), kind);
        let part = rupees("1.00");
        let (captures, voids) = match payment.state() {
            State::Authorized(hold) | State::PartiallyCaptured(hold) => {
                let captures = [hold.capture(part).key("new").at(now), hold.capture_all().at(now)];
                (Some(captures), Some([hold.void(part).key("new").at(now), hold.void_all().at(now)]))
            }
            State::Capturing(flight) | State::CaptureInitiated(flight) => {
                (Some([flight.capture(part).key("new").at(now), flight.capture_all().at(now)]), None)
            }
            State::CaptureFailed(hold) | State::VoidFailed(hold) => {
                (None, Some([hold.void(part).key("new").at(now), hold.void_all().at(now)]))
            }
            _ => (None, None),
        };
        let asked =
            |command: Command<'static>| [payment.ask(command.amount(part).key("new"), now), payment.ask(command, now)];
        let (any_capture, any_void) = (asked(Command::capture()), asked(Command::void()));
        match captures {
            Some(typed) => assert_eq!(typed, any_capture, "{kind}"),
            None => assert!(any_capture.iter().all(Result::is_err) || kind == StateKind::CaptureUnknown, "{kind}"),
        }
        match voids {
            Some(typed) => assert_eq!(typed, any_void, "{kind}"),
            None => assert!(any_void[0].is_err(), "{kind}"),
        }
        let refund = payment.captured().map(|captured| captured.refund(part).key("new").at(now));
        let any = payment.ask(Command::refund().amount(part).key("new"), now);
        assert!(refund.as_ref().map_or(any.is_err(), |typed| *typed == any), "{kind}");
        let (held, done) = (!kind.is_unheld(), payment.transaction().amounts().captured);
        assert_eq!(
            payment.captured().map(|captured| captured.amount().minor()),
            (held && !done.is_zero()).then_some(done)
        );
    }
}
/// The unknown outcome's type offers the same request again and nothing else: same key, same amount, same number.
#[test]
fn again_sends_the_same_request() {
    let order = order_of("100.00");
    let several = profile_like(&juspay::SIMPL, |rows| {
        rows.capabilities.captures = CaptureMode::Several { at_once: false, says_final: true };
    });
    let unknown = |operation| answered(operation, 1, Outcome::TimedOut);
    for (profile, request) in [
        (&juspay::FULL_ONLY, asked(Capture, 1, "100.00", None, true)),
        (&juspay::CYBERSOURCE, asked(Capture, 1, "40.00", Some("k1"), true)),
        (&juspay::SIMPL, asked(Capture, 1, "40.00", Some("k1"), false)),
        (&juspay::SIMPL, asked(Capture, 1, "100.00", Some("k1"), true)),
        (&juspay::SIMPL, asked(Capture, 1, "100.00", None, true)),
        (&several, asked(Capture, 1, "40.00", Some("k1"), true)),
        (&several, asked(Capture, 1, "40.00", Some("k1"), false)),
        (&razorpay::PROFILE, asked(Capture, 1, "100.00", None, true)),
        (&juspay::SIMPL, asked(Void, 1, "40.00", Some("v1"), false)),
        (&juspay::SIMPL, asked(Void, 1, "100.00", None, false)),
        (&juspay::SIMPL, asked(Void, 1, "100.00", Some("v1"), false)),
    ] {
        let Event::Requested { operation, .. } = request else { panic!() };
        let payment = payment(&order, profile, &[held("100.00"), request.clone(), unknown(operation)]);
        let (State::CaptureUnknown(state) | State::VoidUnknown(state)) = payment.state() else { panic!("{request:?}") };
        assert_eq!(state.request().map(|(operation, number, _)| (operation, number)), Some((operation, 1)));
        let change =
            state.again(midnight()).unwrap_or_else(|problem| panic!("{}, {request:?}: {problem}", profile.name));
        assert_eq!(change.events().iter().map(|one| &one.event).collect::<Vec<_>>(), [&request], "{}", profile.name);
        let (_, _, sent) = change.to_send().unwrap();
        assert!(sent.resent && sent.begun == 2 && sent.last_sent == 4);
        assert_eq!(
            change.payment().transaction().amounts(),
            payment.transaction().amounts(),
            "nothing more is reserved"
        );
    }
}
/// A keyless capture of unknown outcome: the same amount, or again none. With a key it is another one.
#[test]
fn a_keyless_repeat_is_the_same_capture() {
    let order = order_of("100.00");
    let now = midnight();
    let unknown =
        |first| [held("100.00"), asked(Capture, 1, "100.00", first, true), answered(Capture, 1, Outcome::TimedOut)];
    let keyless = payment(&order, &juspay::FULL_ONLY, &unknown(None));
    assert_eq!(outcome(keyless.ask(Command::capture(), now)), "applied");
    assert_eq!(outcome(keyless.ask(Command::void(), now)), "outcome-unknown");
    let sent = keyless.ask(Command::capture(), now).unwrap().into_payment();
    assert_eq!(
        (sent.transaction().state(), outcome(sent.ask(Command::void(), now))),
        (StateKind::Capturing, "capture-in-progress")
    );
    let razorpay = payment(&order, &razorpay::PROFILE, &unknown(None));
    assert_eq!(outcome(razorpay.ask(of("100.00"), now)), "applied");
    assert_eq!(outcome(razorpay.ask(of("99.00"), now)), "outcome-unknown");
    for (first, again) in [(None, Some("k1")), (Some("k1"), None), (Some("k1"), Some("k2"))] {
        let payment = payment(&order, &juspay::FULL_ONLY, &unknown(first));
        let command = again.map_or(Command::capture(), |key| of("100.00").key(key));
        assert_eq!(outcome(payment.ask(command, now)), "outcome-unknown", "{first:?}, {again:?}");
    }
}
/// Again none is the same capture, of what it was for: although another one came back since.
#[test]
fn a_keyless_repeat_is_for_what_it_was_for() {
    let order = order_of("100.00");
    let events = [
        held("100.00"),
        asked(Capture, 1, "40.00", Some("k1"), false),
        done(Capture, 1, "40.00"),
        asked(Capture, 2, "60.00", None, true),
        answered(Capture, 2, Outcome::TimedOut),
        reversed(Capture, 1, "40.00", false),
    ];
    for length in [5, 6] {
        let unknown = payment(&order, &juspay::SIMPL, &events[..length]);
        let again = unknown.ask(Command::capture(), midnight()).unwrap();
        assert_eq!(again.to_send().map(|(_, number, sent)| (number, sent.amount)), Some((2, minor("60.00"))));
        assert_eq!(again.payment().transaction().amounts(), unknown.transaction().amounts());
    }
}
/// A key that is known is answered before any state is asked, with what became of the earlier request.
#[test]
fn a_known_key_is_answered_with_its_fate() {
    use RequestStatus::{Accepted, Failed, Reversed, Sent, Succeeded, Unknown, Withdrawn};
    let order = order_of("100.00");
    let first = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false)];
    let told = |outcome| answered(Capture, 1, outcome);
    for (more, status, again) in [
        (vec![], Sent, "already applied"),
        (vec![told(Outcome::Accepted)], Accepted, "already applied"),
        (vec![told(Outcome::TimedOut)], Unknown, "applied"),
        (vec![told(Outcome::Succeeded)], Succeeded, "already applied"),
        (vec![told(Outcome::Failed)], Failed, "already applied"),
        (vec![told(Outcome::Succeeded), reversed(Capture, 1, "40.00", false)], Reversed, "already applied"),
        (vec![told(Outcome::Withdrawn)], Withdrawn, "applied"),
        (vec![told(Outcome::Failed), expired()], Failed, "already applied"),
        (vec![expired()], Withdrawn, "not-authorized"),
    ] {
        let payment = payment(&order, &juspay::SIMPL, &[&first[..], &more].concat());
        assert_eq!(payment.transaction().request(Capture, "k1").map(|request| request.status), Some(status));
        let asked = payment.ask(of("40.00").key("k1"), midnight());
        assert_eq!(outcome(asked.clone()), again, "{status}, {more:?}");
        if let Ok(change) = asked {
            let known = again == "already applied";
            assert_eq!((change.earlier(), change.to_send().is_some()), (known.then_some(status), !known), "{status}");
            assert_eq!(change.events().is_empty(), known);
        }
        let other = payment.ask(of("41.00").key("k1"), midnight());
        assert_eq!(outcome(other), "idempotency-key-reused", "{status}: another amount is another request");
    }
    // A keyed void or refund repeated without an amount names no other amount.
    for (profile, operation, key) in [(&juspay::SIMPL, Void, "v1"), (&juspay::SIMPL, Refund, "refund-0001")] {
        let start = [held("100.00"), asked(Capture, 1, "50.00", Some("k1"), false), done(Capture, 1, "50.00")];
        let events = [&start[..], &[asked(operation, 1, "20.00", Some(key), false)]].concat();
        let payment = payment(&order, profile, &events);
        let command = if operation == Void { Command::void() } else { Command::refund() };
        assert_eq!(payment.ask(command.key(key), midnight()).unwrap().earlier(), Some(Sent), "{operation}");
        assert_eq!(
            outcome(payment.ask(command.key(key).amount(rupees("21.00")), midnight())),
            "idempotency-key-reused"
        );
    }
}
/// *final* counts as it takes effect: where there is one capture it is final anyway.
#[test]
fn a_key_belongs_to_one_final_too() {
    let order = order_of("100.00");
    let several = profile_like(&juspay::SIMPL, |rows| {
        rows.capabilities.captures = CaptureMode::Several { at_once: false, says_final: true };
    });
    let first = |profile, command: Command<'_>| {
        let asked = payment(&order, profile, &[held("100.00")]).ask(command, midnight()).unwrap();
        asked.into_payment().into_transaction()
    };
    let again = |profile, transaction: Transaction, command: Command<'_>| {
        outcome(order.resume(transaction, profile).unwrap().ask(command, midnight()))
    };
    let part = of("40.00").key("k1");
    for (profile, text, one, other, expected) in [
        (&several, "40.00", false, true, "idempotency-key-reused"),
        (&several, "40.00", true, false, "idempotency-key-reused"),
        (&several, "40.00", true, true, "already applied"),
        (&several, "100.00", false, true, "already applied"),
        (&juspay::CYBERSOURCE, "40.00", false, true, "already applied"),
        (&juspay::CYBERSOURCE, "40.00", true, false, "already applied"),
    ] {
        let says = |last| if last { of(text).key("k1").as_final() } else { of(text).key("k1") };
        assert_eq!(
            again(profile, first(profile, says(one)), says(other)),
            expected,
            "{} {text} {one} {other}",
            profile.name
        );
    }
    let refused = payment(&order, &juspay::SIMPL, &[held("100.00")]).ask(part.as_final(), midnight());
    assert_eq!(outcome(refused), "final-unsupported");
    let taken = first(&several, part.as_final());
    assert!(taken.request(Capture, "k1").unwrap().closes);
    assert!(!first(&several, part).request(Capture, "k1").unwrap().closes);
    assert!(
        first(&several, of("100.00").key("k1")).request(Capture, "k1").unwrap().closes,
        "it takes all that remains"
    );
    assert!(first(&juspay::CYBERSOURCE, part).request(Capture, "k1").unwrap().closes, "one capture always does");
}
/// Row 7 of voids and refunds: none is final, whatever the gateway can say of a capture, and that is said before the key.
#[test]
fn a_void_or_a_refund_is_never_final() {
    let order = order_of("100.00");
    let says_final = profile_like(&juspay::SIMPL, |rows| {
        rows.capabilities.captures = CaptureMode::Several { at_once: false, says_final: true };
    });
    let captured = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false), done(Capture, 1, "40.00")];
    for profile in [&juspay::SIMPL, &juspay::CYBERSOURCE, &says_final] {
        for (command, operation) in [(Command::void(), Void), (Command::refund(), Refund)] {
            let command = command.amount(rupees("10.00")).key("key-of-ten");
            let payment = payment(&order, profile, &captured);
            let refused = payment.check(command.as_final(), midnight()).unwrap_err();
            assert_eq!(refused.reason, Violation::FinalOfNoCapture { operation });
            assert_eq!(refused.code(), "final-unsupported");
            let used = [&captured[..], &[asked(operation, 1, "11.00", Some("key-of-ten"), false)]].concat();
            let codes = |payment: Payment<'_>| -> Vec<&str> {
                payment.violations(command.as_final(), midnight()).iter().map(RuleViolation::code).collect()
            };
            let used = super::states::payment(&order, profile, &used);
            assert_eq!(codes(used)[..2], ["final-unsupported", "idempotency-key-reused"]);
        }
    }
    let at_razorpay = payment(&order, &razorpay::PROFILE, &captured);
    assert_eq!(outcome(at_razorpay.ask(Command::refund().as_final(), midnight())), "final-unsupported");
    assert_eq!(outcome(at_razorpay.ask(Command::void().as_final(), midnight())), "void-unsupported");
}
/// A hold that a failure closed takes no capture, also while another capture is in flight and the gateway takes several.
#[test]
fn a_closed_hold_takes_no_capture_beside_another_one() {
    let order = order_of("100.00");
    let profile = profile_like(&juspay::SIMPL, |rows| {
        rows.capabilities.captures = CaptureMode::Several { at_once: true, says_final: false };
        rows.capabilities.failed_capture = profiles::Failure::Closes;
    });
    let events = [
        held("100.00"),
        asked(Capture, 1, "40.00", Some("k1"), false),
        asked(Capture, 2, "30.00", Some("k2"), false),
        failed_closing(Capture, 1),
    ];
    let closed = payment(&order, &profile, &events);
    assert_eq!(closed.transaction().hold().unwrap().closed, Some(Closed::CaptureFailed));
    let command = of("10.00").key("k3");
    assert!(closed.check(command, midnight()).is_err(), "what is checked is what can be asked");
    assert!(matches!(closed.ask(command, midnight()), Err(Problem::Violation(_))));
    assert_eq!(closed.capturable(midnight()), rupees("0.00"));
}
/// What another capture reserves remains: the one that takes the rest does not end the hold, in whatever order the two
/// were asked, and money that may still be taken is not free for another transaction of the order.
#[test]
fn a_capture_of_the_rest_beside_another_one_ends_nothing() {
    let order = order_of("100.00");
    let profile = profile_like(&juspay::SIMPL, |rows| {
        rows.capabilities.captures = CaptureMode::Several { at_once: true, says_final: false };
    });
    let start = payment(&order, &profile, &[held("100.00")]);
    fn asked<'p>(payment: Payment<'p>, amount: &str, key: &str) -> Payment<'p> {
        payment.ask(of(amount).key(key), midnight()).unwrap().into_payment()
    }
    fn answer<'p>(payment: &Payment<'p>, key: &str, outcome: Outcome) -> Payment<'p> {
        payment.answered(Answer::capture(outcome).key(key), midnight()).unwrap().into_payment()
    }
    for parts in [[("40.00", "k1"), ("60.00", "k2")], [("60.00", "k2"), ("40.00", "k1")]] {
        let both = parts.iter().fold(start.clone(), |payment, (amount, key)| asked(payment, amount, key));
        let one = answer(&answer(&both, "k1", Outcome::Accepted), "k2", Outcome::Succeeded);
        let amounts = one.transaction().amounts();
        let left = [amounts.captured, amounts.pending, amounts.released, amounts.held].map(Minor::get);
        assert_eq!(left, [6_000, 4_000, 0, 0], "{parts:?}");
        assert_eq!(one.transaction().state(), StateKind::CaptureInitiated);
        // The same again is known, whatever it ends.
        let again = one.ask(of("60.00").key("k2"), midnight()).unwrap();
        assert_eq!(again.effect(), Effect::AlreadyApplied);
        let failed = answer(&one, "k1", Outcome::Failed);
        assert_eq!(failed.transaction().state(), StateKind::PartiallyCaptured);
        assert_eq!(failed.capturable(midnight()), rupees("40.00"));
        let done = answer(&one, "k1", Outcome::Succeeded);
        assert_eq!(done.transaction().state(), StateKind::Charged);
    }
    // Alone, it ends the hold.
    let alone = answer(&asked(start, "100.00", "k1"), "k1", Outcome::Succeeded);
    assert!(alone.transaction().hold().unwrap().end.is_some());
}
/// A key without an amount asks for all that is held; under a key that belongs to a part, that is another amount.
#[test]
fn a_key_of_a_part_without_an_amount_asks_for_all() {
    let several = Profile::from_json(include_str!("../profiles/stripe-multicapture.json")).unwrap();
    let order = order_of("100.00");
    let events =
        [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false), answered(Capture, 1, Outcome::Succeeded)];
    let problem = payment(&order, &several, &events).ask(Command::capture().key("k1"), midnight()).unwrap_err();
    let Problem::Violation(violation) = problem else { panic!("{problem}") };
    let (requested, earlier) = (rupees("60.00"), rupees("40.00"));
    assert_eq!(violation.reason, Violation::IdempotencyKeyReused { requested, earlier });
}
