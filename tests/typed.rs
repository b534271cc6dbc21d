//! The typed view against the untyped one, in every state that random histories reach: what a state offers is answered as
//! the same command is, and what it does not offer is never applied.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::support::{Action, World, action, key_name, now, profile, profile_of, rupees};
use order_capture::states::{BoundCommand, Captured, InFlight, Open, Unknown, Voidable};
use order_capture::{
    Command, Currency, Effect, Money, Operation, Payment, RequestStatus, State, StateKind, UnexpectedState,
};
use proptest::test_runner::{Config, TestRunner};

/// Amounts up to one too many, or none; no key, one that histories use, one that they do not; final or not.
fn variants() -> impl Iterator<Item = (Option<Money>, Option<String>, bool)> {
    let amounts = || (0..=7).map(|units| Some(rupees(units))).chain([None]);
    let keys = || [None, Some(key_name(0)), Some(key_name(2)), Some("a-key-never-used".into())];
    amounts()
        .flat_map(move |amount| keys().into_iter().map(move |key| (amount, key)))
        .flat_map(|(amount, key)| [false, true].map(|closing| (amount, key.clone(), closing)))
}

/// The command of a variant.
fn command<'k>(operation: Operation, amount: Option<Money>, key: Option<&'k str>, closing: bool) -> Command<'k> {
    let command = match operation {
        Operation::Capture => Command::capture(),
        Operation::Void => Command::void(),
        Operation::Refund => Command::refund(),
    };
    let command = amount.map_or(command, |amount| command.amount(amount));
    let command = key.map_or(command, |key| command.key(key));
    if closing { command.as_final() } else { command }
}

/// What a type offers of one kind of command: with an amount, and without.
struct Offer<'p, 'a> {
    operation: Operation,
    of: Box<dyn Fn(Money) -> BoundCommand<'p, 'a> + 'p>,
    all: BoundCommand<'p, 'a>,
}

fn captures<'p, 'a>(of: impl Fn(Money) -> BoundCommand<'p, 'a> + 'p, all: BoundCommand<'p, 'a>) -> Offer<'p, 'a> {
    Offer { operation: Operation::Capture, of: Box::new(of), all }
}

fn voids<'p, 'a>(of: impl Fn(Money) -> BoundCommand<'p, 'a> + 'p, all: BoundCommand<'p, 'a>) -> Offer<'p, 'a> {
    Offer { operation: Operation::Void, of: Box::new(of), all }
}

fn open<'p, 'a>(hold: Open<'p, 'a>) -> Vec<Offer<'p, 'a>> {
    let (all, rest) = (hold.capture_all(), hold.void_all());
    vec![captures(move |amount| hold.capture(amount), all), voids(move |amount| hold.void(amount), rest)]
}

fn in_flight<'p, 'a>(hold: InFlight<'p, 'a>) -> Vec<Offer<'p, 'a>> {
    let all = hold.capture_all();
    vec![captures(move |amount| hold.capture(amount), all)]
}

fn voidable<'p, 'a>(hold: Voidable<'p, 'a>) -> Vec<Offer<'p, 'a>> {
    let rest = hold.void_all();
    vec![voids(move |amount| hold.void(amount), rest)]
}

fn refunds<'p, 'a>(captured: Captured<'p, 'a>) -> Vec<Offer<'p, 'a>> {
    let (operation, all) = (Operation::Refund, captured.refund_all());
    vec![Offer { operation, of: Box::new(move |amount| captured.refund(amount)), all }]
}

/// Everything that a payment offers now; the unknown outcome apart.
fn offers<'p, 'a>(payment: &'p Payment<'a>) -> Vec<Offer<'p, 'a>> {
    let mut offers = match payment.state() {
        State::Authorized(hold) | State::PartiallyCaptured(hold) => open(hold),
        State::Capturing(hold) | State::CaptureInitiated(hold) => in_flight(hold),
        State::CaptureFailed(hold) | State::VoidFailed(hold) => voidable(hold),
        State::Created(_)
        | State::Failed(_)
        | State::CaptureUnknown(_)
        | State::VoidUnknown(_)
        | State::Voiding(_)
        | State::VoidInitiated(_)
        | State::Charged(_)
        | State::Voided(_)
        | State::Expired(_) => vec![],
    };
    offers.extend(payment.captured().into_iter().flat_map(refunds));
    offers
}

fn unknown<'p, 'a>(payment: &'p Payment<'a>) -> Option<Unknown<'p, 'a>> {
    match payment.state() {
        State::CaptureUnknown(unknown) | State::VoidUnknown(unknown) => Some(unknown),
        _ => None,
    }
}

/// What a state offers gives the same change, or the same problem, as the same command asked of the payment.
fn offers_are_commands(payment: &Payment<'_>) {
    for offer in offers(payment) {
        for (amount, key, closing) in variants() {
            let ask = amount.map_or(offer.all, |amount| (offer.of)(amount));
            let ask = key.as_deref().map_or(ask, |key| ask.key(key));
            let ask = if closing { ask.as_final() } else { ask };
            let command = command(offer.operation, amount, key.as_deref(), closing);
            assert_eq!(ask.at(now()), payment.ask(command, now()), "{command:?} of {payment:?}");
            assert_eq!(ask.violations(now()), payment.violations(command, now()), "{command:?} of {payment:?}");
        }
    }
}

/// What a state does not offer may be known already, and is never applied; of an unknown outcome, only a repeat is.
fn what_is_not_offered_is_refused(payment: &Payment<'_>) {
    let offered: BTreeSet<_> = offers(payment).iter().map(|offer| offer.operation).collect();
    for operation in Operation::ALL.into_iter().filter(|operation| !offered.contains(operation)) {
        for (amount, key, closing) in variants() {
            let command = command(operation, amount, key.as_deref(), closing).currency(Currency::INR);
            let Ok(change) = payment.ask(command, now()) else { continue };
            let Some((_, number, _)) = change.to_send() else {
                assert_eq!(change.effect(), Effect::AlreadyApplied, "{command:?} of {payment:?}");
                continue;
            };
            let (unknown, _, _) = unknown(payment).and_then(|unknown| unknown.request()).expect("an unknown outcome");
            let requests = payment.transaction().hold().unwrap().requests(operation);
            let repeated = requests.get(number).map(|request| request.status);
            assert_eq!((unknown, repeated), (operation, Some(RequestStatus::Unknown)), "{command:?} of {payment:?}");
            assert_eq!(change.payment().transaction().amounts(), payment.transaction().amounts());
        }
    }
}

/// Again is the same request: the same number, key and amount, applied or refused as that command is.
fn again_is_the_same_request(payment: &Payment<'_>) {
    let Some(unknown) = unknown(payment) else { return };
    let (operation, number, request) = unknown.request().expect("a request of unknown outcome");
    assert_eq!(request.status, RequestStatus::Unknown);
    let again = unknown.again(now());
    let amount = Money::new(request.amount, Currency::INR);
    let key = request.key.as_ref().map(|key| key.as_str());
    let asked: Vec<_> = [Some(amount), None]
        .into_iter()
        .flat_map(|amount| [false, true].map(|closing| payment.ask(command(operation, amount, key, closing), now())))
        .collect();
    assert!(asked.contains(&again), "{again:?} of {payment:?}: {asked:?}");
    let Ok(change) = again else { return };
    let (sent, place, repeated) = change.to_send().unwrap_or_else(|| panic!("nothing is sent of {payment:?}"));
    assert_eq!(
        (sent, place, repeated.amount, repeated.key.as_ref()),
        (operation, number, request.amount, request.key.as_ref())
    );
    assert_eq!(repeated.closes, request.closes, "final goes with the repeat");
    assert_eq!(change.payment().transaction().amounts(), payment.transaction().amounts(), "it reserves nothing more");
}

/// The view names the state that the transaction is in, and every type leads back to its payment.
fn the_view_is_of_this_payment(payment: &Payment<'_>) {
    let state = payment.state();
    assert_eq!(state.kind(), payment.transaction().state());
    let unexpected = UnexpectedState::from(state);
    assert_eq!(unexpected.state, payment.transaction().state());
    assert_eq!(Box::<dyn std::error::Error>::from(state).to_string(), unexpected.to_string());
    let seen = match state {
        State::Created(view) | State::Failed(view) => view.payment(),
        State::Authorized(view) | State::PartiallyCaptured(view) => view.payment(),
        State::Capturing(view) | State::CaptureInitiated(view) => view.payment(),
        State::CaptureUnknown(view) | State::VoidUnknown(view) => view.payment(),
        State::Voiding(view) | State::VoidInitiated(view) => view.payment(),
        State::CaptureFailed(view) | State::VoidFailed(view) => view.payment(),
        State::Charged(view) | State::Voided(view) | State::Expired(view) => view.payment(),
    };
    assert!(std::ptr::eq(seen, payment));
    let captured = payment.captured().map(|captured| captured.amount().minor());
    assert_eq!(captured.unwrap_or_default(), payment.transaction().amounts().captured);
}

#[test]
fn the_types_say_what_the_rules_say() {
    let reached = RefCell::new(BTreeSet::new());
    let mut runner = TestRunner::new(Config { cases: 1024, ..Config::default() });
    let void = Action::Ask { operation: Operation::Void, amount: None, key: None, closing: false };
    let starts = [
        vec![Action::Authorize(6)],
        vec![Action::Authorize(6), void],
        vec![Action::AuthorizationFailed, Action::Authorize(6)],
    ];
    let histories = (profile(), 0..starts.len(), proptest::collection::vec(action(), 1..16));
    runner
        .run(&histories, |(profile, start, actions)| {
            let mut world = World::new(profile_of(profile), 6);
            for action in starts[start].iter().chain(&actions) {
                let payment = world.payment();
                reached.borrow_mut().insert(payment.transaction().state());
                the_view_is_of_this_payment(&payment);
                offers_are_commands(&payment);
                what_is_not_offered_is_refused(&payment);
                again_is_the_same_request(&payment);
                world.act(action);
            }
            Ok(())
        })
        .unwrap();
    let reached = reached.into_inner();
    let missed: Vec<_> = StateKind::ALL.into_iter().filter(|state| !reached.contains(state)).collect();
    assert_eq!(missed, Vec::<StateKind>::new(), "the histories get everywhere");
}
