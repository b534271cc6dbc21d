//! Razorpay's words, outcomes, errors, webhook names and currencies, and frequent questions: a row a fact.

use std::borrow::Cow;

use crate::hold::Outcome;
use crate::profile::{
    CanonicalStatus, Confidence, CurrencyRow, ErrorMeaning, ErrorRow, EventRow, Fact, OrderStatusRow, OutcomeRow,
    RequestWordRow, Source, StatusRow, Topic,
};
use crate::provider::rows::{DOMAIN, NOBODY, errors, events, facts, of, outcomes, request_words, statuses};
use crate::statement::Fate;

const SEED: Source = of("razorpay.com/docs/api/payments/capture", Confidence::Seed);
const SAMPLES: Source = of("razorpay.com/docs, payment.pending samples", Confidence::Sample);
const ORDERS: Source = of("razorpay.com/docs/payments/orders", Confidence::Official);
const UNAUTHORIZED: Source =
    of("razorpay.com/docs/api/payments/capture: text; the status is said as 4xx", Confidence::Inferred);
const REFUNDS: Source = of("razorpay.com/docs/api/refunds", Confidence::Official);
const CONNECTORS: Source = of("connector code for Razorpay, refund status", Confidence::Sdk);
const ERRORS_PAGE: Source = of("razorpay.com/docs/errors", Confidence::Official);
const SERVER: Source = of("razorpay/razorpay-mcp-server, payments tests", Confidence::Sdk);
const QUOTED: Source = of("razorpay.com/docs, capture errors as quoted by a third party", Confidence::ThirdParty);
const WEBHOOKS: Source = of("razorpay.com/docs/webhooks/payments", Confidence::Official);
const CURRENCY_TABLE: Source = of("razorpay.com/docs/payments/international-payments", Confidence::Official);
const MINIMUM: Source = of("razorpay.com/docs/api/orders/create", Confidence::Official);
const SETTINGS: Source = of("razorpay.com/docs, capture settings", Confidence::Official);
const REFUND_KEYS: Source = of("razorpay.com/docs/api/refunds, idempotent normal refunds", Confidence::Official);
const WEBHOOK_CHECKS: Source = of("razorpay.com/docs/webhooks, validate and test", Confidence::Official);

/// Text, what it means, what it is the word for. A state that Razorpay has no word for takes the nearest one.
pub(super) const STATUSES: &[StatusRow] = statuses! {
    "created" [], Created, [Created], SEED;
    "pending" [], Created, [], SAMPLES;
    "authorized" [], Authorized, [Authorized CaptureInitiated CaptureFailed VoidInitiated VoidFailed], SEED;
    "captured" [], Charged, [Charged PartiallyCharged], SEED;
    "refunded" [], Refunded, [Refunded AutoRefunded Voided], SEED;
    "failed" [], Failed, [Failed], SEED;
};

macro_rules! order_statuses {
    ($($text:literal $maps_to:expr, [$($written_for:expr),*];)+) => {
        &[$(OrderStatusRow {
            text: Cow::Borrowed($text),
            maps_to: $maps_to,
            written_for: Cow::Borrowed(&[$($written_for),*]),
            source: ORDERS,
        }),+]
    };
}

/// Text, what it means, what it is the word for. An order is created until a payment exists, attempted until all of it
/// is captured, then paid, refunded or not. The payment of an attempted order may be in any state, even captured in
/// part, so the word says nothing about it.
pub(super) const ORDER_STATUSES: &[OrderStatusRow] = order_statuses! {
    "created" Some(CanonicalStatus::Created), [None];
    "attempted" None, [
        Some(CanonicalStatus::Created), Some(CanonicalStatus::Failed), Some(CanonicalStatus::Authorized),
        Some(CanonicalStatus::CaptureInitiated), Some(CanonicalStatus::PartiallyCharged), Some(CanonicalStatus::CaptureFailed),
        Some(CanonicalStatus::VoidInitiated), Some(CanonicalStatus::VoidFailed), Some(CanonicalStatus::Voided),
        Some(CanonicalStatus::AutoRefunded)
    ];
    "paid" Some(CanonicalStatus::Charged), [Some(CanonicalStatus::Charged)];
};

/// The words of refunds.
pub(super) const REFUND_WORDS: &[RequestWordRow] = request_words! {
    "processed" None, Succeeded, REFUNDS;
    "pending" None, Accepted, REFUNDS;
    "created" None, Accepted, CONNECTORS;
    "failed" None, Failed, REFUNDS;
};

/// A capture answers at once; what else a gateway may do, the documents do not list.
pub(super) const OUTCOMES: &[OutcomeRow] = outcomes! {
    Succeeded "captured", SEED;
};

const CAPTURED: Option<Cow<'static, str>> = Some(Cow::Borrowed("already-captured"));
const ORDER_PAID: Option<Cow<'static, str>> = Some(Cow::Borrowed("order-already-paid"));

/// HTTP status, code, text, the rule that it reports, what it says about the request. Texts that say that something was
/// captured already are hints: it may have been our own first try.
pub(super) const ERRORS: &[ErrorRow] = errors! {
    400 "BAD_REQUEST_ERROR" "Capture amount must be equal to the amount authorized",
        Some(Cow::Borrowed("amount-not-equal-to-authorized")), Withdrawn, SEED;
    400 "BAD_REQUEST_ERROR" "Your payment has been declined as the order is already paid", CAPTURED, Unknown, SEED;
    400 "BAD_REQUEST_ERROR" "Your payment has been declined as the order is already paid", ORDER_PAID, Unknown, SEED;
    400 "BAD_REQUEST_ERROR" "The amount must be an integer", Some(Cow::Borrowed("amount-precision")), Withdrawn, SEED;
    400 "BAD_REQUEST_ERROR" "The id provided does not exist", None, Withdrawn, SEED;
    400 "BAD_REQUEST_ERROR" "The requested URL was not found on the server", None, Withdrawn, SEED;
    401 "BAD_REQUEST_ERROR" "provided is invalid", None, Withdrawn, UNAUTHORIZED;
    400 "" "already been captured", CAPTURED, Unknown, SERVER;
    400 "" "already captured", CAPTURED, Unknown, DOMAIN;
    400 "" "already been either captured or voided", CAPTURED, Unknown, QUOTED;
    400 "" "already been processed", CAPTURED, Unknown, QUOTED;
    400 "" "already done for this order", CAPTURED, Unknown, QUOTED;
    400 "" "Only payments which have been authorized and not yet captured can be captured", None, Unknown, QUOTED;
    400 "" "Payment is not in authorized state", None, Unknown, QUOTED;
    400 "" "Could not validate payment capture request", None, Withdrawn, QUOTED;
    400 "" "Capture request currency must be same as payment currency", None, Withdrawn, QUOTED;
    400 "" "in progress", None, Unknown, QUOTED;
    400 "" "fully refunded already", None, Withdrawn, REFUNDS;
    502 "GATEWAY_ERROR" "", None, Unknown, ERRORS_PAGE;
    500 "SERVER_ERROR" "", None, Unknown, ERRORS_PAGE;
};

/// The names of webhooks: labels, the payment inside decides.
pub(super) const EVENTS: &[EventRow] = events! { WEBHOOKS;
    "payment.authorized" "payment.captured" "payment.failed" "payment.pending" "order.paid" "refund.created"
    "refund.processed" "refund.failed" "refund.speed_changed" "payment.dispute.created"
};

/// Digits, the smallest order, source, and the codes.
macro_rules! currencies {
    ($($digits:literal $minimum:expr, $source:expr => $($code:literal)+;)+) => {
        &[$($(CurrencyRow {
            code: Cow::Borrowed($code),
            digits: $digits,
            on_wire: None,
            minimum: $minimum,
            source: $source,
        }),+),+]
    };
}

/// The currencies that have not two digits, and the least amounts that are known. All others have two.
pub(super) const CURRENCIES: &[CurrencyRow] = currencies! {
    2 Some(100), MINIMUM => "INR";
    0 None, CURRENCY_TABLE =>
        "BIF" "CLP" "DJF" "GNF" "ISK" "JPY" "KMF" "KRW" "PYG" "RWF" "UGX" "VND" "VUV" "XAF" "XOF" "XPF";
    3 None, CURRENCY_TABLE => "BHD" "IQD" "JOD" "KWD" "OMR" "TND";
};

/// Frequent questions: the rows of the atlas.
pub(super) const FACTS: &[Fact] = facts! {
    Lifecycle "A payment is created, authorized, captured, refunded or failed; an order is created, attempted or paid. \
        Razorpay refunds a payment that nobody captures; its flag captured is then false.", SEED;
    Captures "One.", SEED;
    Parts "No: exactly the amount authorized.", SEED;
    Final "There is none: the only capture is the final one.", SEED;
    Void "Nothing: Razorpay refunds a payment that is not captured.", SETTINGS;
    Expiry "The capture settings of the account decide: at most 3 days by one page, 5 by another.", SETTINGS;
    OverCapture "No: exactly the amount authorized.", SEED;
    Adjustment "No document mentions one.", NOBODY;
    Keys "A capture has none: once it went through, Razorpay answers a repeat with an error. A refund has the header \
        X-Refund-Idempotency; how long Razorpay keeps it is not known here.", REFUND_KEYS;
    Failure "The payment stays authorized, and the merchant may capture again.", NOBODY;
    Refunds "Several, of captured money, within six months.", REFUNDS;
    Amounts "Integers of the currency's smallest unit; for a currency with three decimals, the last digit is \
        0.", CURRENCY_TABLE;
    Caller "The caller checks the signature over the raw body and passes the items of a collection one at a time. \
        Webhooks come more than once and in any order.", WEBHOOK_CHECKS;
};
