//! Random histories for the property tests: actions in a merchant's and a provider's words, run through the crate; and
//! the amounts and the state, worked out here from the facts and not taken from the crate.

use order_capture::profiles::{CaptureMode, Failure, KeyNeed};
use order_capture::*;
use proptest::prelude::*;

/// One thing that a merchant, a gateway, a provider or a person does.
#[derive(Clone, Debug)]
pub enum Action {
    Authorize(u32),
    AuthorizationFailed,
    Ask { operation: Operation, amount: Option<u32>, key: Option<u8>, closing: bool },
    Answer { operation: Operation, key: Option<u8>, outcome: Outcome, amount: Option<u32> },
    Reverse { operation: Operation, key: Option<u8> },
    Adjust(u32),
    Expire,
    Stated { operation: Operation, total: u32 },
    Report { captured: Option<u32>, refunded: Option<u32> },
    Theirs { operation: Operation, amount: u32, done: bool },
}

/// Amounts are small so that they meet each other often.
fn amount() -> impl Strategy<Value = u32> {
    0_u32..=6
}

pub fn action() -> impl Strategy<Value = Action> {
    let key = || proptest::option::weighted(0.7, 0_u8..3);
    let some =
        |captures, refunds| prop_oneof![captures => Just(Operation::Capture), refunds => Just(Operation::Refund)];
    let operation =
        || prop_oneof![4 => Just(Operation::Capture), 1 => Just(Operation::Void), 2 => Just(Operation::Refund)];
    let outcome = proptest::sample::select(Outcome::ALL.to_vec());
    prop_oneof![
        1 => (4_u32..=6).prop_map(Action::Authorize),
        1 => Just(Action::AuthorizationFailed),
        9 => (operation(), proptest::option::weighted(0.8, amount()), key(), any::<bool>())
            .prop_map(|(operation, amount, key, closing)| Action::Ask { operation, amount, key, closing }),
        9 => (operation(), proptest::option::weighted(0.3, 0_u8..4), outcome, proptest::option::weighted(0.3, amount()))
            .prop_map(|(operation, key, outcome, amount)| Action::Answer { operation, key, outcome, amount }),
        1 => (some(2, 1), proptest::option::of(0_u8..4)).prop_map(|(operation, key)| Action::Reverse { operation, key }),
        1 => amount().prop_map(Action::Adjust),
        1 => Just(Action::Expire),
        3 => (some(2, 1), amount()).prop_map(|(operation, total)| Action::Stated { operation, total }),
        1 => (proptest::option::weighted(0.7, amount()), proptest::option::weighted(0.4, amount()))
            .prop_map(|(captured, refunded)| Action::Report { captured, refunded }),
        1 => (operation(), 1_u32..4, any::<bool>())
            .prop_map(|(operation, amount, done)| Action::Theirs { operation, amount, done }),
    ]
}

/// A gateway that can do everything, and closes at a failure: what neither built-in profile combines.
pub fn everything() -> Profile {
    let mut rows = profiles::ProfileRows::clone(&juspay::SIMPL);
    rows.name = String::from("everything").into();
    rows.capabilities.captures = CaptureMode::Several { at_once: true, says_final: true };
    rows.capabilities.failed_capture = Failure::Closes;
    rows.capabilities.adjustment = true;
    for form in [&mut rows.capabilities.capture, &mut rows.capabilities.void_request, &mut rows.capabilities.refund] {
        form.key = KeyNeed::Never;
    }
    Profile::new(rows).unwrap()
}

/// The same, where half as much again may be captured.
pub fn tolerant() -> Profile {
    let mut rows = profiles::ProfileRows::clone(&everything());
    rows.name = String::from("tolerant").into();
    let source = profiles::Source { document: "a made-up one".into(), confidence: profiles::Confidence::Official };
    let over = profiles::OverCapture { percent: Some(50), at_most: [].as_slice().into(), source };
    rows.capabilities.over_capture = Some(over);
    Profile::new(rows).unwrap()
}

/// A profile by number, so that a failing case prints a number and not its tables.
pub fn profile() -> impl Strategy<Value = usize> {
    prop_oneof![1 => Just(0_usize), 2 => Just(1), 3 => Just(2), 2 => Just(3), 3 => Just(4)]
}

pub fn profile_of(number: usize) -> Profile {
    match number {
        0 => juspay::FULL_ONLY.clone(),
        1 => juspay::CYBERSOURCE.clone(),
        2 => juspay::SIMPL.clone(),
        3 => razorpay::PROFILE.clone(),
        5 => tolerant(),
        _ => everything(),
    }
}

/// How an action ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    Applied(Vec<Event>),
    AlreadyApplied,
    Stale,
    Refused(&'static str),
}

/// One transaction with its log.
#[derive(Clone)]
pub struct World {
    pub order: Order,
    pub profile: Profile,
    pub transaction: Transaction,
    pub log: Vec<RecordedEvent>,
}

pub fn now() -> Time {
    Time::from_timestamp(1_767_225_600, 0).unwrap()
}

pub fn rupees(units: u32) -> Money {
    Money::new(units.into(), Currency::INR)
}

/// Long enough for every provider.
pub fn key_name(key: u8) -> String {
    format!("key-number-{key}")
}

/// A command in the words of an action.
pub fn command<'a>(action: &Action, key: Option<&'a str>) -> Option<Command<'a>> {
    let Action::Ask { operation, amount, closing, .. } = action else { return None };
    let command = match operation {
        Operation::Capture => Command::capture(),
        Operation::Void => Command::void(),
        Operation::Refund => Command::refund(),
    };
    let command = amount.map_or(command, |units| command.amount(rupees(units))).currency(Currency::INR);
    let command = key.map_or(command, |key| command.key(key));
    Some(if *closing && *operation == Operation::Capture { command.as_final() } else { command })
}

impl World {
    pub fn new(profile: Profile, order: u32) -> Self {
        let order = Order::new("o-1".parse().unwrap(), rupees(order));
        let transaction = Transaction::created(&order, "t-1".parse().unwrap());
        Self { order, profile, transaction, log: Vec::new() }
    }

    pub fn payment(&self) -> Payment<'_> {
        self.order.resume(self.transaction.clone(), &self.profile).unwrap()
    }

    /// Runs an action; what it changed goes through the log, event by event (INV-9).
    pub fn act(&mut self, action: &Action) -> End {
        let payment = self.payment();
        let name = match action {
            Action::Ask { key, .. } | Action::Answer { key, .. } | Action::Reverse { key, .. } => key.map(key_name),
            _ => None,
        };
        let amount = |units: u32| Amount::from(rupees(units));
        let key = name.as_deref();
        let changed = match action {
            Action::Authorize(units) => payment.authorized(rupees(*units), now()),
            Action::AuthorizationFailed => payment.authorization_failed(now()),
            Action::Expire => payment.expired(now()),
            Action::Adjust(units) => payment.adjusted(rupees(*units), now()),
            Action::Ask { .. } => payment.ask(command(action, key).unwrap(), now()),
            Action::Answer { operation, outcome, amount: units, .. } => {
                let answer = Answer::to(*operation, *outcome);
                let answer = match (key, crate::engine::oldest_of_several(&payment, *operation)) {
                    (Some(key), _) => answer.key(key),
                    (None, Some(number)) => answer.number(number),
                    (None, None) => answer,
                };
                payment.answered(units.map_or(answer.clone(), |units| answer.amount(rupees(units))), now())
            }
            Action::Reverse { operation, .. } => {
                let reversal = Reversal::of(*operation);
                payment.reversed(key.map_or(reversal, |key| reversal.key(key)), now())
            }
            Action::Report { captured, refunded } => {
                payment.reported(Report { captured: captured.map(amount), refunded: refunded.map(amount) }, now())
            }
            Action::Stated { operation, total } => {
                let closes = self.profile.capabilities.captures.is_single() && *operation == Operation::Capture;
                let (operation, total) = (*operation, Minor::from(*total));
                return self.event(Event::TotalReported { operation, total, basis: Basis::Stated, closes });
            }
            Action::Theirs { operation, amount, done } => {
                let count = self.transaction.hold().map_or(0, |hold| hold.requests(*operation).count());
                let (operation, amount, closes) = (*operation, Minor::from(*amount), false);
                let event = Event::ProviderInitiated {
                    operation,
                    number: count + 1,
                    amount,
                    done: *done,
                    closes,
                    provider_id: None,
                };
                return self.event(event);
            }
        };
        match changed
            .map(|change| (change.effect(), change.events().to_vec(), change.into_payment().into_transaction()))
        {
            Ok((effect, events, after)) => {
                let before = self.transaction.sequence();
                for event in &events {
                    assert_eq!(self.transaction.apply(event), Ok(Effect::Applied), "INV-9: {event:?} of {action:?}");
                }
                assert_eq!(self.transaction, after, "INV-9: the payment after a change is the one its events lead to");
                assert_eq!(events.is_empty(), effect != Effect::Applied, "{action:?}: {effect:?} with {events:?}");
                assert_eq!(usize::try_from(after.sequence() - before), Ok(events.len()));
                self.log.extend(events.iter().cloned());
                match effect {
                    Effect::Applied => End::Applied(events.into_iter().map(|recorded| recorded.event).collect()),
                    Effect::AlreadyApplied => End::AlreadyApplied,
                    Effect::Stale => End::Stale,
                }
            }
            Err(problem) => End::Refused(problem.code()),
        }
    }

    /// One event, as it would come out of an observation.
    pub fn event(&mut self, event: Event) -> End {
        let recorded = next(&self.transaction, event.clone());
        match self.transaction.apply(&recorded) {
            Ok(Effect::Applied) => {
                self.log.push(recorded);
                End::Applied(vec![event])
            }
            Ok(Effect::AlreadyApplied) => End::AlreadyApplied,
            Ok(Effect::Stale) => End::Stale,
            Err(rejection) => End::Refused(rejection.code()),
        }
    }
}

/// An event with the place that comes next.
pub fn next(transaction: &Transaction, event: Event) -> RecordedEvent {
    RecordedEvent {
        version: STORED_VERSION,
        transaction: transaction.id().clone(),
        sequence: transaction.sequence() + 1,
        observed_at: now(),
        occurred_at: None,
        event,
    }
}

/// What a request took: nothing unless it succeeded.
fn took(request: &Request) -> u64 {
    let done = request.done.unwrap_or(request.amount).get();
    if request.status == RequestStatus::Succeeded { done } else { 0 }
}

/// Section 2, by its words: the total done, and what is outstanding and covered by no stated total.
fn done_and_open(requests: &Requests, totals: &Totals) -> (u64, u64) {
    let sum = |fits: &dyn Fn(&Request) -> bool, of: &dyn Fn(&Request) -> u64| -> u64 {
        requests.iter().filter(|(_, request)| fits(request)).map(|(_, request)| of(request)).sum()
    };
    let asked = |request: &Request| if request.status.is_outstanding() { request.amount.get() } else { 0 };
    let after = |total: &Total| sum(&|request| request.begun > total.at, &took) + total.amount.get();
    let done = totals.stated().iter().map(after).chain([sum(&|_| true, &took)]).max().unwrap_or(0);
    // A success that only the provider told of is a stranger's, and counts as begun before every total stated so far:
    // where a total holds a stranger's money too, nothing is covered.
    let strangers = requests.iter().any(|(_, request)| request.begun == 0 && took(request) > 0);
    let covers = |total: &&Total| {
        let before = |request: &Request| request.begun < total.at;
        let explained = sum(&before, &|request| took(request) + asked(request));
        match total.says {
            TotalSays::Everything => true,
            TotalSays::AtLeast => false,
            TotalSays::Exactly => !strangers && explained == total.amount.get(),
        }
    };
    let covering: Vec<_> = totals.stated().iter().filter(covers).collect();
    let open = |request: &Request| !covering.iter().any(|total| request.begun < total.at);
    (done, sum(&open, &asked))
}

/// INV-1 and INV-3, and every amount by its definition, worked out here.
pub fn check_amounts(transaction: &Transaction) {
    let amounts = transaction.amounts();
    let Some(hold) = transaction.hold() else { return assert_eq!(amounts, Amounts::default()) };
    let Amounts { authorized, captured, pending, released, held, refunded, refund_pending } = amounts;
    let [a, c, p, v, h] = [authorized, captured, pending, released, held].map(Minor::get);
    // X: nothing without a tolerance; and what was given back is never captured by one.
    let tolerated = hold.most_captured.map_or(0, |most| most.get() - a);
    let x = (c + p + v).saturating_sub(a);
    assert!(x <= tolerated, "INV-1: no more is over-captured than is tolerated: {amounts:?}");
    let tolerated = if v == 0 { tolerated } else { 0 };
    let left = |taken: u64| a.saturating_sub(taken);
    let (r, q) = (refunded.get(), refund_pending.get());
    assert_eq!(a + x, c + p + v + h, "INV-1: A + X = C + P + V + H: {amounts:?}");
    assert!(r + q <= c, "INV-3: R + Q ≤ C: {amounts:?}");
    assert_eq!(amounts.refundable().get(), c - r - q);
    let (done, open) = done_and_open(&hold.captures, hold.totals(Operation::Capture));
    assert_eq!(c, done, "C is the largest of the successes and each total with the successes after it");
    let ended = hold.end.is_some();
    assert_eq!(
        p,
        if ended { 0 } else { open.min((a + tolerated).saturating_sub(c + v)) },
        "P is what is outstanding and not covered"
    );
    let voided: u64 = hold.voids.iter().map(|(_, request)| took(request)).sum();
    assert!(v >= voided.min(left(c)), "V is what voids gave back, at least");
    assert!(!ended || (v == left(c) && h == 0), "once ended, V = A − C and H = 0");
    let (done, open) = done_and_open(&hold.refunds, hold.totals(Operation::Refund));
    assert_eq!((r, q), (done, open.min(c - r)), "R and Q alike");
}

/// INV-4: the state, by the list of section 3, from the facts.
pub fn check_state(transaction: &Transaction) {
    use RequestStatus::{Accepted, Sent, Unknown};
    let Some(hold) = transaction.hold() else { return assert!(transaction.state().is_unheld()) };
    let amounts = transaction.amounts();
    let any = |operation, status| {
        let open = |request: &Request| request.status == status && hold.is_outstanding(operation, request);
        hold.requests(operation).iter().any(|(_, request)| open(request))
    };
    let (nothing, captured) = (amounts.held.is_zero(), !amounts.captured.is_zero());
    let state = if any(Operation::Void, Unknown) {
        StateKind::VoidUnknown
    } else if any(Operation::Void, Sent) {
        StateKind::Voiding
    } else if any(Operation::Void, Accepted) {
        StateKind::VoidInitiated
    } else if !amounts.pending.is_zero() {
        if any(Operation::Capture, Unknown) {
            StateKind::CaptureUnknown
        } else if any(Operation::Capture, Sent) {
            StateKind::Capturing
        } else {
            StateKind::CaptureInitiated
        }
    } else if hold.end.is_some() || (nothing && captured) {
        match hold.end {
            _ if captured => StateKind::Charged,
            Some(order_capture::End::Expired) => StateKind::Expired,
            _ => StateKind::Voided,
        }
    } else if let Some(closed) = hold.closed {
        if closed == Closed::VoidFailed { StateKind::VoidFailed } else { StateKind::CaptureFailed }
    } else if captured {
        StateKind::PartiallyCaptured
    } else {
        StateKind::Authorized
    };
    assert_eq!(transaction.state(), state, "INV-4: {amounts:?}");
}
