//! Random orders, event logs and payloads for the property tests of crates that embed this one; feature `proptest`.
//!
//! A history is legal by construction: its events come from the commands, and the step function took each of them. Run
//! your billing core over the log and compare. This one sums up what succeeded and believes that the rest can be
//! captured; the strategies find the capture that timed out:
//!
//! ```
//! use order_capture::{Event, Operation, Outcome, strategies::histories};
//! use proptest::test_runner::{Config, TestError, TestRunner};
//!
//! /// What a billing core that has not heard of unknown outcomes would still capture.
//! fn naive_capturable(log: &[order_capture::Recorded]) -> u64 {
//!     let mut left = 0;
//!     for recorded in log {
//!         match &recorded.event {
//!             Event::Authorized { amount, .. } => left = amount.minor().get(),
//!             Event::Answered { operation: Operation::Capture, outcome: Outcome::Succeeded { amount }, .. } => {
//!                 left = left.saturating_sub(amount.get());
//!             }
//!             _ => {}
//!         }
//!     }
//!     left
//! }
//!
//! let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(1000) });
//! let found = runner.run(&histories(), |history| {
//!     let (naive, allowed) = (naive_capturable(&history.log), history.transaction().amounts().capturable.get());
//!     proptest::prop_assert!(naive <= allowed, "would capture {} where {} is capturable", naive, allowed);
//!     Ok(())
//! });
//! let Err(TestError::Fail(reason, shortest)) = found else { panic!("the bug was not found") };
//! println!("{reason}: {:?}", shortest.log);   // shrunk: a hold and one request that uses it
//! assert!(shortest.log.len() <= 3);
//! ```

use std::fmt;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;

use crate::command::answer::{Reply, authorized};
use crate::command::ask::{CaptureRequest, RefundRequest, VoidRequest};
use crate::currency::Currency;
use crate::event::{Event, Recorded};
use crate::ids::{OrderId, Time, TransactionId};
use crate::money::{Minor, Money};
use crate::order::Order;
use crate::profile::{Payload, Profile};
use crate::provider::{juspay, razorpay};
use crate::request::Operation;
use crate::status::OrderStatus;
use crate::transaction::Transaction;

/// A currency: with two digits, with none, with three.
pub fn currencies() -> impl Strategy<Value = Currency> {
    select(vec![Currency::INR, Currency::USD, Currency::EUR, Currency::JPY, Currency::KWD])
}

/// An amount above zero, mostly small, whose last digit is zero so that every provider takes it in every currency.
pub fn amounts() -> impl Strategy<Value = Minor> {
    let tens = prop_oneof![4 => 1_u32..=10, 1 => 1_u32..=100_000_000];
    tens.prop_map(|tens| Minor::from(tens.saturating_mul(10)))
}

/// An order of some amount in some currency.
pub fn orders() -> impl Strategy<Value = Order> {
    (0_u32.., amounts(), currencies()).prop_filter_map("an order's id is short text", |(number, amount, currency)| {
        let id = OrderId::new(&format!("order-{number}")).ok()?;
        Some(Order::new(id, Money::new(amount, currency)))
    })
}

/// One of the built-in profiles.
pub fn profiles() -> impl Strategy<Value = &'static Profile> {
    select(vec![&juspay::FULL_ONLY, &juspay::CYBERSOURCE, &juspay::SIMPL, &razorpay::PROFILE])
}

/// A transaction as it came about: its order, its profile, and every event, in order.
#[derive(Clone, PartialEq, Eq)]
pub struct History {
    /// What was to be paid.
    pub order: Order,
    /// Who was asked.
    pub profile: &'static Profile,
    /// What happened, oldest first. It replays without a rejection.
    pub log: Vec<Recorded>,
    transaction: Transaction,
}

impl History {
    /// What the log leads to.
    #[must_use]
    pub const fn transaction(&self) -> &Transaction {
        &self.transaction
    }
}

/// The profile by its name, so that a failing case can be read.
impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { order, profile, log, transaction } = self;
        let mut history = f.debug_struct("History");
        history.field("order", order).field("profile", &profile.name).field("log", log);
        history.field("state", &transaction.kind()).field("amounts", &transaction.amounts()).finish_non_exhaustive()
    }
}

/// A part of what there is, in quarters; none is all of it, without naming an amount.
type Part = Option<u8>;

/// What somebody tries next. What the rules refuse is left out of the history.
#[derive(Clone, Debug)]
enum Step {
    Capture { part: Part, key: u8, closing: bool },
    Void { part: Part, key: u8 },
    Refund { part: Part, key: u8 },
    Answer { operation: Operation, reply: u8, less: bool },
    Reverse,
    Expire,
}

fn steps() -> impl Strategy<Value = Step> {
    let (part, key) = (|| option::weighted(0.6, 1_u8..=4), || 0_u8..6);
    let operation = prop_oneof![
        4 => Just(Operation::Capture),
        1 => Just(Operation::Void),
        1 => Just(Operation::Refund),
    ];
    prop_oneof![
        4 => (part(), key(), any::<bool>()).prop_map(|(part, key, closing)| Step::Capture { part, key, closing }),
        1 => (part(), key()).prop_map(|(part, key)| Step::Void { part, key }),
        2 => (part(), key()).prop_map(|(part, key)| Step::Refund { part, key }),
        8 => (operation, 0_u8..4, any::<bool>())
            .prop_map(|(operation, reply, less)| Step::Answer { operation, reply, less }),
        1 => Just(Step::Reverse),
        1 => Just(Step::Expire),
    ]
}

impl Step {
    /// The event, if the rules allow it.
    fn event(&self, transaction: &Transaction, order: &Order, profile: &Profile, now: Time) -> Option<Event> {
        let currency = order.amount().currency();
        let amounts = transaction.amounts();
        let named = |part: Part, whole: Minor| part.map(|part| Money::new(quarters(whole, part), currency));
        match *self {
            Self::Capture { part, key, closing } => {
                // Razorpay takes all or nothing, and always wants to be told how much.
                let all = profile.capabilities.capture_equals_authorized;
                let amount =
                    if all { Some(Money::new(amounts.authorized, currency)) } else { named(part, amounts.capturable) };
                let key = format!("capture-{key}");
                let ask = amount.map_or_else(CaptureRequest::full, |amount| CaptureRequest::of(amount).key(&key));
                let ask = if closing { ask.final_capture() } else { ask };
                transaction.capture(&ask, order, profile, now).ok()?.event()
            }
            Self::Void { part, key } => {
                let (amount, key) = (named(part, amounts.held), format!("void-{key}"));
                let ask = amount.map_or_else(VoidRequest::all, VoidRequest::of).key(&key);
                transaction.void(&ask, order, profile).ok()?.event()
            }
            Self::Refund { part, key } => {
                let (amount, key) = (named(part, amounts.refundable()), format!("refund-{key}"));
                let ask = amount.map_or_else(RefundRequest::all, RefundRequest::of).key(&key);
                transaction.refund(&ask, order, profile).ok()?.event()
            }
            Self::Answer { operation, reply, less } => {
                let asked = transaction.ledger()?.requests(operation).outstanding().next()?.1.requested();
                let amount = less.then(|| Money::new(quarters(asked, 2), currency).into());
                let replies = [Reply::Success(amount), Reply::Failed, Reply::Pending, Reply::NoResponse];
                transaction.answered(operation, None, *replies.get(usize::from(reply))?, profile).ok()
            }
            Self::Reverse => transaction.capture_reversed(None, None, profile).ok(),
            Self::Expire => Some(Event::AuthorizationExpired),
        }
    }
}

/// So many quarters of an amount, rounded down to tens; the whole for four.
fn quarters(whole: Minor, part: u8) -> Minor {
    if part >= 4 {
        return whole;
    }
    let quarter = whole.get().checked_div(40).unwrap_or(0).saturating_mul(10);
    Minor::new(quarter.saturating_mul(part.into())).unwrap_or(whole)
}

/// Authorized transactions and what became of them: captures that succeed, fail, stay pending or time out, voids,
/// refunds, reversals, expiry. Shrinks to few events.
pub fn histories() -> impl Strategy<Value = History> {
    let start = (orders(), profiles(), 0_u32..);
    (start, vec(steps(), 0..16)).prop_filter_map(
        "an order of a built-in profile",
        |((order, profile, second), steps)| {
            let mut now = Time::from_timestamp(second.into(), 0)?;
            let mut history = History {
                order,
                profile,
                log: Vec::new(),
                transaction: Transaction::created(TransactionId::new("txn-1").ok()?),
            };
            let held = authorized(&history.order, history.order.amount().into(), None).ok()?;
            history.log.extend(history.transaction.record(held, now, None).ok()?);
            for step in steps {
                now = now.checked_add_signed(chrono::TimeDelta::seconds(1))?;
                let event = step.event(&history.transaction, &history.order, history.profile, now);
                // What is already known, stale or refused leaves no trace in a log.
                let recorded = event.and_then(|event| history.transaction.record(event, now, None).ok()).flatten();
                history.log.extend(recorded);
            }
            Some(history)
        },
    )
}

/// A history, and what the provider says of it now, as it would send it: an order status or a payment entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What happened, as far as we know.
    pub history: History,
    /// The provider's JSON.
    pub text: String,
}

/// Payloads that tell the truth about a random history. A soft check of a webhook handler: none of them may change an
/// amount that is settled.
pub fn payloads() -> impl Strategy<Value = Seen> {
    histories().prop_map(|history| Seen { text: payload(&history), history })
}

/// What the provider of a history would say of it.
fn payload(history: &History) -> String {
    let History { order, profile, transaction, .. } = history;
    let status = transaction.status_text(profile);
    let standing = OrderStatus::of(order, [transaction]);
    let order_status = standing.status_text(profile);
    let (amounts, currency) = (transaction.amounts(), order.amount().currency());
    let major = |minor: Minor| Money::new(minor, currency).major_text();
    let value = match profile.payload {
        Payload::Razorpay => serde_json::json!({
            "id": "pay_1", "entity": "payment", "order_id": null, "currency": currency.code(), "status": status,
            "amount": amounts.authorized.get(), "amount_refunded": amounts.refunded.get(),
            "captured": matches!(status, "captured" | "refunded") && !amounts.captured.is_zero(),
        }),
        _ => serde_json::json!({
            "order_id": order.id().as_str(), "status": order_status, "amount": major(order.amount().minor()),
            "currency": currency.code(), "captured_amount": major(amounts.captured),
            "amount_refunded": major(amounts.refunded),
            "txn_detail": { "txn_id": "txn-1", "status": status, "txn_amount": major(amounts.authorized) },
        }),
    };
    value.to_string()
}
