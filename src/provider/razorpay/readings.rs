//! The shapes of Razorpay's payloads: payments, refunds and orders, alone or in a webhook.

use std::borrow::Cow;

use crate::profile::build::{
    each, is, is_or_absent, item, object, reading, refused, required, required_object, says, shape,
};
use crate::profile::{Confidence, Field, Holds, Part, Reading, Role, Source};
use crate::provider::rows::{of, texts};

const SEED: Source = of("razorpay.com/docs/api/payments/capture", Confidence::Seed);
const REFUNDS: Source = of("razorpay.com/docs/api/refunds", Confidence::Official);
const ORDERS: Source = of("razorpay.com/docs/api/orders", Confidence::Official);
const WEBHOOKS: Source = of("razorpay.com/docs/webhooks/payloads/payments", Confidence::Official);

/// The fields of a payment, after the one that identifies it as a payment.
macro_rules! payment {
    ($guard:expr) => {
        &[
            $guard,
            says("id", Role::Id),
            says("order_id", Role::OrderId),
            required("status", Role::Word),
            says("captured", Role::CapturedFlag),
            says("currency", Role::Currency),
            says("amount", Role::Authorized),
            says("amount_refunded", Role::Refunded),
        ]
    };
}

/// The fields of a refund. One of an old version of the API has no status.
macro_rules! refund {
    ($guard:expr) => {
        &[
            $guard,
            says("id", Role::RequestId),
            says("payment_id", Role::Id),
            says("receipt", Role::RequestKey),
            says("status", Role::RequestWord),
            says("currency", Role::Currency),
            says("amount", Role::RequestAmount),
        ]
    };
}

/// The fields of an order.
macro_rules! order {
    ($guard:expr) => {
        &[
            $guard,
            says("id", Role::OrderId),
            required("status", Role::OrderWord),
            says("currency", Role::Currency),
            says("amount", Role::OrderPrice),
            says("amount_paid", Role::OrderCaptured),
            says("partial_payment", Role::OrderTakesParts),
            object("payments", None, PAYMENTS),
        ]
    };
}

/// The first reading that fits decides. The name of a webhook's event is a label and is not read: the words decide.
pub(super) const READINGS: &[Reading] = &[
    reading("a webhook around a payment, refund or order", shape(None, WEBHOOK), WEBHOOKS),
    reading("a payment", shape(Some(Part::Transaction), PAYMENT), SEED),
    reading("a refund", shape(Some(Part::Refund), REFUND), REFUNDS),
    reading("an order", shape(None, ORDER), ORDERS),
    refused("a collection", shape(None, COLLECTION), ONE, SEED),
];

/// When an entity was created is not when something happened to it: only the envelope's created_at is read.
const WEBHOOK: &[Field] = &[required_object("payload", ENTITIES), says("created_at", Role::OccurredAt)];

const ENTITIES: &[Field] =
    &[object("payment", None, OF_PAYMENT), object("refund", None, OF_REFUND), object("order", None, OF_ORDER)];
const OF_PAYMENT: &[Field] = &[object("entity", Some(Part::Transaction), PAYMENT_INSIDE)];
const OF_REFUND: &[Field] = &[object("entity", Some(Part::Refund), REFUND_INSIDE)];
const OF_ORDER: &[Field] = &[object("entity", None, ORDER_INSIDE)];

const A_PAYMENT: &[Cow<'static, str>] = texts!["payment"];
const PAYMENT: &[Field] = payment![is("entity", A_PAYMENT)];
const PAYMENT_INSIDE: &[Field] = payment![is_or_absent("entity", A_PAYMENT)];

const A_REFUND: &[Cow<'static, str>] = texts!["refund"];
const REFUND: &[Field] = refund![is("entity", A_REFUND)];
const REFUND_INSIDE: &[Field] = refund![is_or_absent("entity", A_REFUND)];

/// The payments of an order that was asked for with them.
const PAYMENTS: &[Field] = &[each("items", LISTED)];
const LISTED: &[Holds] = &[item(Part::Listed, PAYMENT_INSIDE)];

const AN_ORDER: &[Cow<'static, str>] = texts!["order"];
const ORDER: &[Field] = order![is("entity", AN_ORDER)];
const ORDER_INSIDE: &[Field] = order![is_or_absent("entity", AN_ORDER)];

const ONE: &str = "one Razorpay payment, refund or order but a collection of them: pass one of its `items`";
const COLLECTION: &[Field] = &[is("entity", A_COLLECTION)];
const A_COLLECTION: &[Cow<'static, str>] = texts!["collection"];
