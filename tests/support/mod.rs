//! Random histories for the property tests: actions in a merchant's and a provider's words, run through the crate.

use order_capture::*;
use proptest::prelude::*;

/// One thing that a merchant, a gateway or a provider does.
#[derive(Clone, Debug)]
pub enum Action {
    Authorize(u32),
    AuthorizationFailed,
    Capture { amount: Option<u32>, key: Option<u8>, closing: bool },
    Void { amount: Option<u32>, key: Option<u8> },
    Refund { amount: Option<u32>, key: Option<u8> },
    Answer { operation: Operation, key: Option<u8>, reply: u8, amount: Option<u32> },
    Reverse { key: Option<u8> },
    Adjust(u32),
    Expire,
    Observe { status: usize, captured: Option<u32>, refunded: Option<u32>, own: bool },
    Error(u16),
}

/// Amounts are small so that they meet each other often.
fn amount() -> impl Strategy<Value = u32> {
    0_u32..=6
}

pub fn action() -> impl Strategy<Value = Action> {
    let key = || proptest::option::weighted(0.7, 0_u8..3);
    let operation =
        prop_oneof![4 => Just(Operation::Capture), 1 => Just(Operation::Void), 1 => Just(Operation::Refund)];
    prop_oneof![
        1 => (4_u32..=6).prop_map(Action::Authorize),
        1 => Just(Action::AuthorizationFailed),
        6 => (proptest::option::weighted(0.8, amount()), key(), any::<bool>())
            .prop_map(|(amount, key, closing)| Action::Capture { amount, key, closing }),
        2 => (proptest::option::of(amount()), key()).prop_map(|(amount, key)| Action::Void { amount, key }),
        2 => (proptest::option::of(amount()), key()).prop_map(|(amount, key)| Action::Refund { amount, key }),
        8 => (operation, proptest::option::weighted(0.3, 0_u8..4), 0_u8..4, proptest::option::weighted(0.3, amount()))
            .prop_map(|(operation, key, reply, amount)| Action::Answer { operation, key, reply, amount }),
        1 => proptest::option::of(0_u8..4).prop_map(|key| Action::Reverse { key }),
        1 => amount().prop_map(Action::Adjust),
        1 => Just(Action::Expire),
        4 => (0_usize..32, proptest::option::of(0_u32..=7), proptest::option::weighted(0.3, 0_u32..=4), any::<bool>())
            .prop_map(|(status, captured, refunded, own)| Action::Observe { status, captured, refunded, own }),
        5 => prop_oneof![4 => Just(400_u16), 1 => Just(409), 1 => Just(500)].prop_map(Action::Error),
    ]
}

/// A gateway that can do everything, and closes at a failure: what neither built-in profile combines.
pub fn everything() -> Profile {
    let can = Capabilities {
        concurrent_captures: true,
        failed_capture: FailedCapture::Closes,
        adjustment: true,
        key_required_with_amount: false,
        ..juspay::SIMPL.capabilities
    };
    Profile { name: "everything".into(), capabilities: can, ..juspay::SIMPL.clone() }
}

/// A profile by number, so that a failing case prints a number and not its tables.
pub fn profile() -> impl Strategy<Value = usize> {
    prop_oneof![1 => Just(0_usize), 2 => Just(1), 3 => Just(2), 2 => Just(3), 2 => Just(4)]
}

pub fn profile_of(number: usize) -> Profile {
    match number {
        0 => juspay::FULL_ONLY.clone(),
        1 => juspay::CYBERSOURCE.clone(),
        2 => juspay::SIMPL.clone(),
        3 => razorpay::PROFILE.clone(),
        _ => everything(),
    }
}

/// How an action ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    Recorded(Vec<Event>),
    AlreadyApplied,
    Stale,
    Refused(&'static str),
    Conflict(&'static str),
}

/// One transaction with its log.
#[derive(Clone)]
pub struct World {
    pub order: Order,
    pub profile: Profile,
    pub transaction: Transaction,
    pub log: Vec<Recorded>,
}

pub fn now() -> Time {
    Time::from_timestamp(1_767_225_600, 0).unwrap()
}

pub fn minor(units: u32) -> Minor {
    Minor::from(units)
}

pub fn rupees(units: u32) -> Money {
    Money::new(minor(units), Currency::INR)
}

pub fn key_name(key: u8) -> String {
    format!("k{key}")
}

impl World {
    pub fn new(profile: Profile, order: u32) -> Self {
        let transaction = Transaction::created("t-1".parse().unwrap());
        Self { order: Order::new("o-1".parse().unwrap(), rupees(order)), profile, transaction, log: Vec::new() }
    }

    /// Runs an action; what it decided goes through the log.
    pub fn act(&mut self, action: &Action) -> End {
        let (order, profile, txn) = (&self.order, &self.profile, &self.transaction);
        let name = |key: &Option<u8>| key.map(key_name);
        let decided = match action {
            Action::Authorize(units) => authorized(order, rupees(*units).into(), None),
            Action::AuthorizationFailed => Ok(Event::AuthorizationFailed),
            Action::Expire => Ok(Event::AuthorizationExpired),
            Action::Adjust(units) => txn.adjust(rupees(*units).into(), order, profile),
            Action::Capture { amount, key, closing } => {
                let key = name(key);
                let mut ask = amount.map_or(CaptureRequest::full(), |units| CaptureRequest::of(rupees(units)));
                ask = ask.currency(Currency::INR);
                ask = key.as_deref().map_or(ask, |key| ask.key(key));
                ask = if *closing { ask.final_capture() } else { ask };
                return self.decide(txn.capture(&ask, order, profile, now()));
            }
            Action::Void { amount, key } => {
                let key = name(key);
                let ask = amount.map_or(VoidRequest::all(), |units| VoidRequest::of(rupees(units)));
                let ask = key.as_deref().map_or(ask, |key| ask.key(key));
                return self.decide(txn.void(&ask, order, profile));
            }
            Action::Refund { amount, key } => {
                let key = name(key);
                let ask = amount.map_or(RefundRequest::all(), |units| RefundRequest::of(rupees(units)));
                let ask = key.as_deref().map_or(ask, |key| ask.key(key));
                return self.decide(txn.refund(&ask, order, profile));
            }
            Action::Answer { operation, key, reply, amount } => {
                let reply = match reply {
                    0 => Reply::Success(amount.map(|units| rupees(units).into())),
                    1 => Reply::Failed,
                    2 => Reply::Pending,
                    _ => Reply::NoResponse,
                };
                txn.answered(*operation, name(key).as_deref(), reply, profile)
            }
            Action::Reverse { key } => txn.capture_reversed(name(key).as_deref(), None, profile),
            Action::Observe { .. } => {
                let context = OrderContext { order, profile, others_captured: false };
                let verdict = txn.interpret(&observation(action, profile, txn), &context);
                return self.take(verdict);
            }
            Action::Error(status) => {
                let answer = ErrorAnswer { http_status: *status, ..ErrorAnswer::default() };
                return match txn.interpret_error(&answer, profile) {
                    Ok(verdict) => self.take(verdict),
                    Err(refusal) => End::Refused(refusal.code()),
                };
            }
        };
        match decided {
            Ok(event) => self.record(vec![event]),
            Err(refusal) => End::Refused(refusal.code()),
        }
    }

    /// A command's own event must be accepted by the transition function, and change something (INV-9).
    fn decide(&mut self, decision: Result<Decision, Refusal>) -> End {
        match decision {
            Ok(Decision::Record(event)) => {
                let end = self.record(vec![event.clone()]);
                assert_eq!(end, End::Recorded(vec![event]), "INV-9: a command's event is accepted");
                end
            }
            Ok(Decision::AlreadyApplied { .. }) => End::AlreadyApplied,
            Err(refusal) => End::Refused(refusal.code()),
        }
    }

    fn take(&mut self, verdict: Verdict) -> End {
        match verdict {
            Verdict::Applied(events) => {
                assert!(!events.is_empty(), "applied means that there is something to record");
                let end = self.record(events.clone());
                assert_eq!(end, End::Recorded(events), "INV-9: a verdict's events are accepted");
                end
            }
            Verdict::AlreadyApplied(events) => {
                let _ = self.record(events);
                End::AlreadyApplied
            }
            Verdict::Stale => End::Stale,
            Verdict::Conflict(conflict) => End::Conflict(conflict.code()),
        }
    }

    fn record(&mut self, events: Vec<Event>) -> End {
        let mut recorded_events = Vec::new();
        for event in events {
            let recorded = self.transaction.stamp(event.clone(), now(), None);
            match self.transaction.apply(&recorded) {
                Ok(Effect::Applied) => {
                    self.log.push(recorded);
                    recorded_events.push(event);
                }
                Ok(Effect::AlreadyApplied) => return End::AlreadyApplied,
                Ok(Effect::Stale) => return End::Stale,
                Err(Rejection::Conflict(conflict)) => return End::Conflict(conflict.code()),
                Err(rejection) => return End::Refused(rejection.code()),
            }
        }
        End::Recorded(recorded_events)
    }
}

/// An observation that is sound as far as amounts go, whatever it claims besides.
fn observation<'a>(action: &Action, profile: &'a Profile, transaction: &Transaction) -> Observation<'a> {
    let Action::Observe { status, captured, refunded, own } = action else { unreachable!() };
    let row = &profile.statuses[status % profile.statuses.len()];
    let authorized = transaction.ledger().map_or(minor(6), |ledger| ledger.amounts().authorized);
    Observation {
        status: row.text.clone(),
        is_transaction_status: *own,
        authorized: Some(authorized),
        captured: captured.map(minor),
        refunded: refunded.map(minor),
        ..Observation::default()
    }
}

/// INV-1 and INV-3, added up here and not taken from the crate.
pub fn conservation(amounts: &Amounts) {
    let Amounts { authorized, captured, pending, released, held, capturable, refunded, refund_pending } = *amounts;
    let sum = captured.get() + pending.get() + released.get() + held.get();
    assert_eq!(authorized.get(), sum, "INV-1: A = C + P + V + H");
    assert!(refunded.get() + refund_pending.get() <= captured.get(), "INV-3: R + Q ≤ C");
    assert!(capturable <= held, "K is H or nothing");
}

/// INV-4, as the domain lists it.
pub fn state_agrees(kind: StateKind, amounts: &Amounts) {
    let Amounts { authorized, captured, pending, released, held, .. } = *amounts;
    let zero = Minor::ZERO;
    let agrees = match kind {
        StateKind::Created | StateKind::Failed => *amounts == Amounts::default(),
        StateKind::Authorized => captured == zero && (held > zero || pending > zero),
        StateKind::Capturing | StateKind::CaptureInitiated => pending > zero,
        StateKind::PartiallyCaptured => captured > zero && (held > zero || pending > zero),
        StateKind::Charged => captured > zero && pending == zero && held == zero,
        StateKind::CaptureFailed => {
            captured == zero && held > zero && held.get() == authorized.get() - captured.get() - released.get()
        }
        StateKind::Voiding | StateKind::VoidInitiated => true,
        StateKind::VoidFailed => held > zero,
        StateKind::Voided | StateKind::Expired => captured == zero && pending == zero && held == zero,
    };
    assert!(agrees, "INV-4: {kind} with {amounts:?}");
}
