//! Payloads read: by the crate up to the verdict, and by what `serde_json` derives for just the needed fields.
#![allow(dead_code, reason = "the derived structs are read into, and nothing is done with them")]

use order_capture::{Event, Minor, Money, Order, OrderContext, Profile, Time, Transaction, Verdict, juspay, razorpay};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A payload, and the transaction that it speaks of.
#[derive(Debug)]
pub struct Case {
    /// As it comes.
    pub text: &'static str,
    order: Order,
    profile: &'static Profile,
    transaction: Transaction,
    /// The same transaction, once all that the payload says is recorded.
    informed: Transaction,
}

impl Case {
    /// A full Juspay order status: three captures of one transaction.
    ///
    /// # Panics
    /// Never: the payload is the crate's own.
    #[must_use]
    pub fn juspay() -> Self {
        Self::new(include_str!("../../../tests/payloads/juspay_status_all.json"), &juspay::SIMPL)
    }

    /// A full Razorpay payment.
    ///
    /// # Panics
    /// Never: the payload is the crate's own.
    #[must_use]
    pub fn razorpay() -> Self {
        Self::new(include_str!("../../../tests/payloads/razorpay_capture.json"), &razorpay::PROFILE)
    }

    /// The same order in a webhook's envelope.
    ///
    /// # Panics
    /// Never: the payload is the crate's own.
    #[must_use]
    pub fn juspay_webhook() -> Self {
        Self::new(include_str!("../../../tests/payloads/juspay_webhook.json"), &juspay::SIMPL)
    }

    fn new(text: &'static str, profile: &'static Profile) -> Self {
        let currency = order_capture::Currency::INR;
        let seen = profile.observation(text, currency).expect("a payload");
        let amount =
            Money::new(seen.authorized.or(seen.amount).unwrap_or(Minor::ZERO), seen.currency.unwrap_or(currency));
        let order = Order::new("order-1".parse().expect("an id"), amount);
        let mut transaction = Transaction::created("transaction-1".parse().expect("an id"));
        let held = Event::Authorized { amount, capture_before: None };
        transaction.record(held, Time::UNIX_EPOCH, None).expect("a hold");
        let mut case = Self { text, order, profile, informed: transaction.clone(), transaction };
        for event in case.read().events() {
            case.informed.record(event.clone(), Time::UNIX_EPOCH, None).expect("an event of a verdict");
        }
        assert!(matches!(case.read(), Verdict::Applied(_)), "it brings something new");
        assert_eq!(case.read_again(), Verdict::AlreadyApplied(Vec::new()), "and then nothing");
        case
    }

    /// Text to verdict: captures are new, and their events are found.
    ///
    /// # Panics
    /// Where the payload is none.
    pub fn read(&self) -> Verdict {
        self.read_for(&self.transaction)
    }

    /// Text to verdict, where it was all known: the webhook delivered again, the poll that finds nothing new.
    ///
    /// # Panics
    /// Where the payload is none.
    pub fn read_again(&self) -> Verdict {
        self.read_for(&self.informed)
    }

    fn read_for(&self, transaction: &Transaction) -> Verdict {
        let seen = self.profile.observation(self.text, self.order.amount().currency()).expect("a payload");
        let context = OrderContext { order: &self.order, profile: self.profile, others_captured: false };
        transaction.interpret(&seen, &context)
    }

    /// Text to observation only.
    ///
    /// # Panics
    /// Where the payload is none.
    #[must_use]
    pub fn parse(&self) -> order_capture::Observation<'_> {
        self.profile.observation(self.text, self.order.amount().currency()).expect("a payload")
    }
}

/// A Juspay webhook around an order.
#[derive(Debug, Deserialize)]
pub struct JuspayWebhook<'a> {
    #[serde(borrow)]
    content: JuspayContent<'a>,
    date_created: Option<&'a str>,
}

#[derive(Debug, Deserialize)]
struct JuspayContent<'a> {
    #[serde(borrow)]
    order: JuspayOrder<'a>,
}

/// The fields of a Juspay order that decide.
#[derive(Debug, Deserialize)]
pub struct JuspayOrder<'a> {
    /// The order's word.
    pub status: &'a str,
    /// Its number.
    pub status_id: Option<i64>,
    #[serde(borrow)]
    order_id: Option<&'a str>,
    txn_id: Option<&'a str>,
    txn_uuid: Option<&'a str>,
    currency: Option<&'a str>,
    date_created: Option<&'a str>,
    amount: Option<&'a RawValue>,
    captured_amount: Option<&'a RawValue>,
    amount_refunded: Option<&'a RawValue>,
    txn_detail: Option<JuspayTransaction<'a>>,
    #[serde(default)]
    txn_sub_details: Vec<JuspayTransaction<'a>>,
    #[serde(default)]
    txn_list: Vec<JuspayTransaction<'a>>,
}

/// The fields of a Juspay transaction, or of a part of one.
#[derive(Debug, Deserialize)]
pub struct JuspayTransaction<'a> {
    status: Option<&'a str>,
    #[serde(borrow)]
    txn_id: Option<&'a str>,
    txn_uuid: Option<&'a str>,
    currency: Option<&'a str>,
    txn_amount: Option<&'a RawValue>,
    txn_object_type: Option<&'a str>,
}

/// The fields of a Razorpay payment that decide.
#[derive(Debug, Deserialize)]
pub struct RazorpayPayment<'a> {
    /// Its word.
    pub status: &'a str,
    id: &'a str,
    order_id: Option<&'a str>,
    entity: Option<&'a str>,
    currency: Option<&'a str>,
    amount: Option<u64>,
    amount_refunded: Option<u64>,
    captured: Option<bool>,
    created_at: Option<i64>,
}
