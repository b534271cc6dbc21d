//! Payloads read: by the crate up to the change, and by what `serde_json` derives for just the needed fields.
#![allow(dead_code, reason = "the derived structs are read into, and nothing is done with them")]

use order_capture::{Change, Effect, Money, Observation, Order, Payment, Profile, Time, juspay, razorpay};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A payload, and the payment that it speaks of.
#[derive(Debug)]
pub struct Case {
    /// As it comes.
    pub text: &'static str,
    payment: Payment<'static>,
    /// The same payment, once all that the payload says is recorded.
    informed: Payment<'static>,
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
        let seen = profile.statements(text, currency).expect("a payload");
        let amount = seen.transaction.authorized.or(seen.order.price).or(seen.order.assumed).expect("an amount");
        let amount = Money::new(amount, seen.currency.unwrap_or(currency));
        // Kept for the life of the program, so that a case can hold a payment of it.
        let order = &*Box::leak(Box::new(Order::new("order-1".parse().expect("an id"), amount)));
        let created = order.transaction("transaction-1".parse().expect("an id"), profile);
        let payment = created.authorized(amount, Time::UNIX_EPOCH).expect("a hold").into_payment();
        let case = Self { text, informed: payment.clone(), payment };
        let read = case.read();
        assert_eq!(read.effect(), Effect::Applied, "it brings something new");
        let case = Self { informed: read.into_payment(), ..case };
        let again = case.read_again();
        assert_eq!((again.effect(), again.events().len()), (Effect::AlreadyApplied, 0), "and then nothing");
        case
    }

    /// Text to change: captures are new, and their events are found.
    ///
    /// # Panics
    /// Where the payload is none.
    pub fn read(&self) -> Change<'static> {
        self.payment.observe(&self.parse(), None, Time::UNIX_EPOCH).expect("true here")
    }

    /// Text to change, where it was all known: the webhook delivered again, the poll that finds nothing new.
    ///
    /// # Panics
    /// Where the payload is none.
    pub fn read_again(&self) -> Change<'static> {
        self.informed.observe(&self.parse(), None, Time::UNIX_EPOCH).expect("true here")
    }

    /// Text to statements only.
    ///
    /// # Panics
    /// Where the payload is none.
    #[must_use]
    pub fn parse(&self) -> Observation<'_> {
        self.payment.profile().statements(self.text, self.payment.order().amount().currency()).expect("a payload")
    }
}

/// A Juspay webhook around an order. `S` is how a text is kept: `&str` borrows it, `String` owns it.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "S: Deserialize<'de>, 'de: 'a"))]
pub struct JuspayWebhook<'a, S> {
    content: JuspayContent<'a, S>,
    date_created: Option<S>,
}

#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "S: Deserialize<'de>, 'de: 'a"))]
struct JuspayContent<'a, S> {
    order: JuspayOrder<'a, S>,
}

/// The fields of a Juspay order that decide.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "S: Deserialize<'de>, 'de: 'a"))]
pub struct JuspayOrder<'a, S> {
    /// The order's word.
    pub status: S,
    /// Its number.
    pub status_id: Option<i64>,
    order_id: Option<S>,
    txn_id: Option<S>,
    txn_uuid: Option<S>,
    currency: Option<S>,
    date_created: Option<S>,
    amount: Option<&'a RawValue>,
    captured_amount: Option<&'a RawValue>,
    amount_refunded: Option<&'a RawValue>,
    txn_detail: Option<JuspayTransaction<'a, S>>,
    #[serde(default)]
    txn_sub_details: Vec<JuspayTransaction<'a, S>>,
    #[serde(default)]
    txn_list: Vec<JuspayTransaction<'a, S>>,
}

/// The fields of a Juspay transaction, or of a part of one.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "S: Deserialize<'de>, 'de: 'a"))]
pub struct JuspayTransaction<'a, S> {
    status: Option<S>,
    txn_id: Option<S>,
    txn_uuid: Option<S>,
    currency: Option<S>,
    txn_amount: Option<&'a RawValue>,
    txn_object_type: Option<S>,
}

/// The fields of a Razorpay payment that decide.
#[derive(Debug, Deserialize)]
pub struct RazorpayPayment<S> {
    /// Its word.
    pub status: S,
    id: S,
    order_id: Option<S>,
    entity: Option<S>,
    currency: Option<S>,
    amount: Option<u64>,
    amount_refunded: Option<u64>,
    captured: Option<bool>,
    created_at: Option<i64>,
}
