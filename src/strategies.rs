//! Does my own code agree with these rules? Random orders, event logs and payloads for property tests; feature `proptest`.
//!
//! A history is legal by construction: its events come from the commands, and the step function accepted each of them.
//! Run your billing core over the log and compare. The example below sums up what succeeded and assumes that the rest
//! can be captured; the strategies find the capture that timed out:
//!
//! ```
//! use order_capture::{Event, Operation, Outcome, RecordedEvent, strategies::histories};
//! use proptest::test_runner::{Config, TestError, TestRunner};
//!
//! /// What a billing core that has not heard of unknown outcomes would still capture.
//! fn naive_capturable(log: &[RecordedEvent]) -> u64 {
//!     let mut left = 0;
//!     let mut asked = Vec::new();
//!     for recorded in log {
//!         match &recorded.event {
//!             Event::Authorized { amount, .. } => left = amount.minor().get(),
//!             Event::Requested { operation: Operation::Capture, amount, .. } => asked.push(amount.get()),
//!             Event::Answered { operation: Operation::Capture, outcome: Outcome::Succeeded, number, amount, .. } => {
//!                 let whole = asked[*number as usize - 1];
//!                 left = left.saturating_sub(amount.map_or(whole, |part| part.get()));
//!             }
//!             _ => {}
//!         }
//!     }
//!     left
//! }
//!
//! let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(1000) });
//! let found = runner.run(&histories(), |history| {
//!     let allowed = history.payment().capturable(history.now()).minor().get();
//!     let naive = naive_capturable(&history.log);
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

use crate::answer::Answer;
use crate::change::Change;
use crate::command::Command;
use crate::correction::{Report, Reversal};
use crate::event::RecordedEvent;
use crate::hold::{Operation, Outcome};
use crate::ids::{OrderId, Time, TransactionId};
use crate::money::{Currency, Minor, Money};
use crate::order::Order;
use crate::payment::Payment;
use crate::profile::{AmountNeed, Profile};
use crate::provider::{juspay, razorpay};
use crate::transaction::Transaction;

/// A currency: with two digits, with none, with three.
pub fn currencies() -> impl Strategy<Value = Currency> {
    select(vec![Currency::INR, Currency::USD, Currency::EUR, Currency::JPY, Currency::KWD])
}

/// An amount above zero, mostly small, whose last digit is zero so that every provider accepts it in every currency.
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

/// A transaction with its history: its order, its profile, and every event, in order.
#[derive(Clone, PartialEq, Eq)]
pub struct History {
    /// What was to be paid.
    pub order: Order,
    /// The provider.
    pub profile: &'static Profile,
    /// What happened, oldest first. It replays without a rejection.
    pub log: Vec<RecordedEvent>,
    now: Time,
    transaction: Transaction,
}

impl History {
    /// What the log leads to.
    pub const fn transaction(&self) -> &Transaction {
        &self.transaction
    }

    /// The payment after the log, with its order and its profile.
    pub fn payment(&self) -> Payment<'_> {
        Payment { order: &self.order, profile: self.profile, others: Vec::new(), transaction: self.transaction.clone() }
    }

    fn take(&mut self, change: impl for<'a> FnOnce(&Payment<'a>, Time) -> Option<Change<'a>>) {
        let Some(change) = change(&self.payment(), self.now) else { return };
        let events = change.events().to_vec();
        let transaction = change.into_payment().into_transaction();
        self.log.extend(events);
        self.transaction = transaction;
    }

    /// When the last event was seen.
    pub const fn now(&self) -> Time {
        self.now
    }
}

/// The profile by its name, so that a failing case can be read.
impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { order, profile, log, transaction, .. } = self;
        let mut history = f.debug_struct("History");
        history.field("order", order).field("profile", &profile.name).field("log", log);
        history.field("state", &transaction.state()).field("amounts", &transaction.amounts()).finish_non_exhaustive()
    }
}

/// What is tried next. What the rules refuse is left out of the history. A part of what there is counts quarters; none is
/// all of it, without naming an amount.
#[derive(Clone, Debug)]
enum Step {
    Ask { operation: Operation, part: Option<u8>, key: u8, closing: bool },
    Answer { operation: Operation, reply: u8, less: bool },
    Reverse { operation: Operation },
    Report { part: u8 },
    Expire,
}

fn steps() -> impl Strategy<Value = Step> {
    let one_of = |captures, voids, refunds| {
        prop_oneof![
            captures => Just(Operation::Capture),
            voids => Just(Operation::Void),
            refunds => Just(Operation::Refund),
        ]
    };
    prop_oneof![
        7 => (one_of(4, 1, 2), option::weighted(0.6, 1_u8..=4), 0_u8..6, any::<bool>())
            .prop_map(|(operation, part, key, closing)| Step::Ask { operation, part, key, closing }),
        8 => (one_of(4, 1, 1), 0_u8..4, any::<bool>())
            .prop_map(|(operation, reply, less)| Step::Answer { operation, reply, less }),
        1 => prop_oneof![3 => Just(Operation::Capture), 1 => Just(Operation::Refund)]
            .prop_map(|operation| Step::Reverse { operation }),
        1 => (0_u8..=4).prop_map(|part| Step::Report { part }),
        1 => Just(Step::Expire),
    ]
}

impl Step {
    /// What it changes, if the rules allow it.
    fn change<'a>(&self, payment: &Payment<'a>, now: Time) -> Option<Change<'a>> {
        let transaction = payment.transaction();
        let amounts = transaction.amounts();
        let named = |part: u8, whole: Minor| Money::new(quarters(whole, part), transaction.currency());
        match *self {
            Self::Ask { operation, part, key, closing } => {
                let is_capture = operation == Operation::Capture;
                let whole = match operation {
                    Operation::Capture => payment.capturable(now).minor(),
                    Operation::Void => amounts.held,
                    Operation::Refund => amounts.refundable(),
                };
                // If it must always state an amount, it takes all or nothing.
                let all = payment.profile().capabilities.form(operation).amount == AmountNeed::Always;
                let amount = if all { Some(named(4, amounts.authorized)) } else { part.map(|part| named(part, whole)) };
                let key = format!("{operation}-{key}-of-it");
                let command = Command::of(operation);
                let command = amount.map_or(command, |amount| command.amount(amount));
                let command = if is_capture && amount.is_none() { command } else { command.key(&key) };
                payment.ask(if is_capture && closing { command.as_final() } else { command }, now).ok()
            }
            Self::Answer { operation, reply, less } => {
                let asked = transaction.hold()?.requests(operation).outstanding().next()?.1.amount;
                let outcomes = [Outcome::Succeeded, Outcome::Failed, Outcome::Accepted, Outcome::TimedOut];
                let outcome = *outcomes.get(usize::from(reply))?;
                let answer = Answer::to(operation, outcome);
                let part = less && outcome == Outcome::Succeeded;
                payment.answered(if part { answer.amount(named(2, asked)) } else { answer }, now).ok()
            }
            Self::Reverse { operation } => payment.reversed(Reversal::of(operation), now).ok(),
            Self::Report { part } => {
                let total = named(part, amounts.authorized);
                payment.reported(Report::captured(total), now).ok()
            }
            Self::Expire => payment.expired(now).ok(),
        }
    }
}

/// This many quarters of an amount, rounded down to tens; four are the whole.
fn quarters(whole: Minor, part: u8) -> Minor {
    if part >= 4 {
        return whole;
    }
    let quarter = whole.get().checked_div(40).unwrap_or(0).saturating_mul(10);
    Minor::new(quarter.saturating_mul(part.into())).unwrap_or(whole)
}

/// Authorized transactions and their histories: captures that succeed, fail, stay pending or time out, voids, refunds,
/// reversals, expiry. Shrinks to few events.
pub fn histories() -> impl Strategy<Value = History> {
    let start = (orders(), profiles(), 0_u32..);
    (start, vec(steps(), 0..16)).prop_filter_map(
        "an order of a built-in profile",
        |((order, profile, second), steps)| {
            let now = Time::from_timestamp(second.into(), 0)?;
            let transaction = Transaction::created(&order, TransactionId::new("txn-1").ok()?);
            let mut history = History { order, profile, log: Vec::new(), now, transaction };
            history.take(|payment, now| payment.authorized(payment.order().amount(), now).ok());
            for step in steps {
                history.now = history.now.checked_add_signed(chrono::TimeDelta::seconds(1))?;
                // What is already known, stale or refused leaves no trace in a log.
                history.take(|payment, now| step.change(payment, now));
            }
            Some(history)
        },
    )
}

/// A history, and what the provider now says about it, in its own form: an order status or a payment entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What happened, as far as we know.
    pub history: History,
    /// The provider's JSON.
    pub text: String,
}

/// Payloads that tell the truth about a random history. A weak check of a webhook handler: none of them may change an
/// amount that is resolved.
pub fn payloads() -> impl Strategy<Value = Seen> {
    histories().prop_map(|history| Seen { text: payload(&history), history })
}

/// What the provider of a history would say about it.
fn payload(history: &History) -> String {
    let History { order, profile, transaction, .. } = history;
    let status = transaction.word(profile);
    let payment = history.payment();
    let order_status = payment.order_status().word;
    let (amounts, currency) = (transaction.amounts(), order.amount().currency());
    let major = |minor: Minor| Money::new(minor, currency).major_text();
    let value = match profile.name.as_str() {
        "razorpay" => serde_json::json!({
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
