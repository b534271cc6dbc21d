//! The shapes of Juspay's payloads: capture and void responses, order status, and webhooks.

use std::borrow::Cow;

use crate::profile::build::{
    each, each_newest_first, guard, is, item, object, reading, refused, required, required_object, says, says_all,
    shape,
};
use crate::profile::{Confidence, Field, Holds, Part, Presence, Reading, Role, Source};
use crate::provider::rows::{of, texts};

const SEED: Source = of("juspay.io, Capture API, sample responses", Confidence::Seed);
const WEBHOOKS: Source =
    of("juspay.io/resources/docs/common-resources/webhook-events-and-sample-payloads", Confidence::Official);
const REFUND_API: Source = of("juspay.io/in/docs/api-reference/docs/express-checkout, refunds", Confidence::Official);
const ERRORS: Source = of("juspay.io/in/docs/api-reference/docs/express-checkout, error codes", Confidence::Official);

/// The first reading that fits decides.
pub(super) const READINGS: &[Reading] = &[
    reading("a webhook around an order or a transaction", shape(None, WEBHOOK), WEBHOOKS),
    reading("a transaction alone", shape(Some(Part::Transaction), TXN_ALONE), WEBHOOKS),
    reading("the answer to a refund", shape(Some(Part::Refund), REFUND_ALONE), REFUND_API),
    reading("the answer to a refund of a split order", shape(None, REFUND_SPLIT), REFUND_API),
    refused("an error, with a code", shape(None, ERROR_CODE), AN_ERROR, ERRORS),
    refused("an error, with a text", shape(None, ERROR_TEXT), AN_ERROR, ERRORS),
    reading("an order", shape(None, ORDER), SEED),
];

/// The date_created of an order says when it was created, not when something happened to it, so it is not read.
const WEBHOOK: &[Field] = &[required_object("content", CONTENT), says("date_created", Role::OccurredAt)];

const CONTENT: &[Field] = &[object("order", None, ORDER), object("txn", Some(Part::Transaction), TXN)];

const ORDER: &[Field] = &[
    guard("content", Presence::Absent),
    // Another provider's mark.
    guard("entity", Presence::Absent),
    says("order_id", Role::OrderId),
    says("txn_id", Role::Id),
    says("txn_uuid", Role::Uuid),
    says("status", Role::OrderWord),
    says("status_id", Role::OrderNumber),
    says("currency", Role::Currency),
    says_all("amount", &[Role::OrderAmount, Role::AuthorizedAtFirst]),
    says("effective_amount", Role::AuthorizedIfAlone),
    says("captured_amount", Role::OrderCaptured),
    says("amount_refunded", Role::OrderRefunded),
    object("txn_detail", Some(Part::Transaction), TXN),
    each("txn_list", TRANSACTIONS),
    each_newest_first("txn_sub_details", PARTS),
    each("refunds", REFUNDS),
];

const TRANSACTIONS: &[Holds] = &[item(Part::Listed, LISTED)];
const PARTS: &[Holds] = &[item(Part::Capture, CAPTURE), item(Part::Void, VOID)];
const REFUNDS: &[Holds] = &[item(Part::Refund, REFUND)];

/// The fields of a transaction, and what else there is.
macro_rules! txn {
    ($amount:expr $(, $more:expr)*) => {
        &[
            says("order_id", Role::OrderId),
            says("txn_id", Role::Id),
            says("txn_uuid", Role::Uuid),
            says("status", Role::Word),
            says("status_id", Role::Number),
            says("currency", Role::Currency),
            $amount,
            says("net_amount", Role::Pays),
            $($more,)*
        ]
    };
}

const TXN: &[Field] = txn![says("txn_amount", Role::Authorized)];

/// One of the order's transactions: its fields beside its name, or in an object of its own, and its refunds. Its own
/// amount_refunded is not read: samples of split orders have another one's there.
const LISTED: &[Field] =
    txn![says("txn_amount", Role::Authorized), object("txn_detail", None, TXN), each("refunds", REFUNDS)];

/// A transaction without an order around it: only a transaction has a txn_amount, only an order an amount.
const TXN_ALONE: &[Field] = txn![required("txn_amount", Role::Authorized), guard("amount", Presence::Absent)];

/// The fields of a capture or void in the list of a transaction's parts, by the kinds that are one. Source of the kinds:
/// TxnObjectType of official code, and a list by a third party.
macro_rules! part {
    ($kinds:expr) => {
        &[
            is("txn_object_type", $kinds),
            says("txn_id", Role::RequestKey),
            says("txn_uuid", Role::RequestId),
            says("status", Role::RequestWord),
            says("currency", Role::Currency),
            says("txn_amount", Role::RequestAmount),
            says("source_object_id", Role::RequestOf),
        ]
    };
}

const CAPTURES: &[Cow<'static, str>] = texts!["PARTIAL_CAPTURE" "CAPTURE" "MULTIPLE_PARTIAL_CAPTURE"];
const CAPTURE: &[Field] = part![CAPTURES];

const VOIDS: &[Cow<'static, str>] = texts!["PARTIAL_VOID" "VOID" "MULTIPLE_PARTIAL_VOID"];
const VOID: &[Field] = part![VOIDS];

/// A refund without an order around it, which bears the name of its transaction: no order has a unique_request_id.
const REFUND_ALONE: &[Field] = &[
    guard("content", Presence::Absent),
    guard("refunds", Presence::Absent),
    guard("split_refund_details", Presence::Absent),
    required("unique_request_id", Role::RequestKey),
    says("order_id", Role::OrderId),
    says("txn_id", Role::Id),
    says("status", Role::RequestWord),
    says("currency", Role::Currency),
    says("amount", Role::RequestAmount),
];

/// The amount beside the list is that of all of them.
const REFUND_SPLIT: &[Field] = &[
    guard("content", Presence::Absent),
    guard("refunds", Presence::Absent),
    guard("unique_request_id", Presence::Given),
    says("order_id", Role::OrderId),
    each("split_refund_details", REFUNDS_OF_PARTS),
];
const REFUNDS_OF_PARTS: &[Holds] = &[item(Part::Refund, REFUND_OF_PART)];
const REFUND_OF_PART: &[Field] = &[
    says("unique_request_id", Role::RequestKey),
    says("txn_id", Role::RequestOf),
    says("status", Role::RequestWord),
    says("currency", Role::Currency),
    says("amount", Role::RequestAmount),
];

const REFUND: &[Field] = &[
    says("unique_request_id", Role::RequestKey),
    says("id", Role::RequestId),
    says("status", Role::RequestWord),
    says("currency", Role::Currency),
    says("amount", Role::RequestAmount),
];

const AN_ERROR: &str = "an order but an error: read it as the answer to the request that caused it";
const ERROR_CODE: &[Field] =
    &[guard("content", Presence::Absent), guard("order_id", Presence::Absent), guard("error_code", Presence::Given)];
const ERROR_TEXT: &[Field] =
    &[guard("content", Presence::Absent), guard("order_id", Presence::Absent), guard("error_message", Presence::Given)];
