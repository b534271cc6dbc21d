//! Razorpay: the profile, status words, payloads.
//!
//! Source: *seed* is Razorpay's Capture a Payment page; the other pages are named in the rows.

use std::borrow::Cow;

use serde::Deserialize;

use crate::currency::Currency;
use crate::ids::ProviderIds;
use crate::observation::{AmountProblem, Malformed, Observation};
use crate::profile::{
    AmountForm, AmountRequired, Capabilities, Captures, ErrorRow, FailedCapture, Meaning, OrderStatusRow, Profile,
    Settles, StatusRow, VoidSupport,
};
use crate::provider::wire::{self, Field};

/// Razorpay: one capture, of exactly what was authorized, which must be what the order is for.
pub static PROFILE: Profile = Profile {
    name: Cow::Borrowed("razorpay"),
    capabilities: Capabilities {
        captures: Captures::Single,
        concurrent_captures: false,
        partial_capture: false,
        failed_capture: FailedCapture::Reopens,
        void: VoidSupport::None,
        adjustment: false,
        currency_required: true,
        amount_required: AmountRequired::Always,
        key_required_with_amount: false,
        authorized_equals_order: true,
        capture_equals_authorized: true,
        request_digits: 2,
        amount_form: AmountForm::Subunits,
    },
    statuses: Cow::Borrowed(STATUSES),
    order_statuses: Cow::Borrowed(ORDER_STATUSES),
    errors: Cow::Borrowed(ERRORS),
};

macro_rules! rows {
    ($($text:literal $means:ident, [$($spells:ident)*];)+) => {
        &[$(StatusRow {
            text: Cow::Borrowed($text),
            ids: Cow::Borrowed(&[]),
            means: Meaning::$means,
            spells: Cow::Borrowed(&[$(Meaning::$spells),*]),
            source: Cow::Borrowed("Razorpay, Capture a Payment, status"),
        }),+]
    };
}

/// Text, what it means, what it is the word for. A state that Razorpay has no word for takes the nearest one.
const STATUSES: &[StatusRow] = rows! {
    "created" Created, [Created];
    "authorized" Authorized, [Authorized CaptureInitiated CaptureFailed VoidInitiated VoidFailed];
    "captured" Charged, [Charged PartiallyCharged];
    "refunded" Refunded, [Refunded AutoRefunded Voided];
    "failed" Failed, [Failed];
};

/// An order is created until a payment exists, attempted until all of it is captured, then paid, refunded or not.
const ORDER_STATUSES: &[OrderStatusRow] = &[
    OrderStatusRow {
        text: Cow::Borrowed("created"),
        spells: Cow::Borrowed(&[None]),
        source: Cow::Borrowed("Razorpay, Orders, order states"),
    },
    OrderStatusRow {
        text: Cow::Borrowed("attempted"),
        spells: Cow::Borrowed(&[
            Some(Meaning::Created),
            Some(Meaning::Failed),
            Some(Meaning::Authorized),
            Some(Meaning::CaptureInitiated),
            Some(Meaning::PartiallyCharged),
            Some(Meaning::CaptureFailed),
            Some(Meaning::VoidInitiated),
            Some(Meaning::VoidFailed),
            Some(Meaning::Voided),
            Some(Meaning::AutoRefunded),
        ]),
        source: Cow::Borrowed("Razorpay, Orders, order states"),
    },
    OrderStatusRow {
        text: Cow::Borrowed("paid"),
        spells: Cow::Borrowed(&[Some(Meaning::Charged), Some(Meaning::Refunded)]),
        source: Cow::Borrowed("Razorpay, Orders, order states"),
    },
];

macro_rules! errors {
    ($($code:literal $message:literal, $refusal:expr, $settles:ident, $source:literal;)+) => {
        &[$(ErrorRow {
            http_status: 400,
            code: Cow::Borrowed($code),
            message: Cow::Borrowed($message),
            refusal: $refusal,
            settles: Settles::$settles,
            source: Cow::Borrowed($source),
        }),+]
    };
}

const CAPTURED: Option<Cow<'static, str>> = Some(Cow::Borrowed("already-captured"));

/// Code, text, the refusal that it is the wording of, what it says of a request. Texts that say that something was
/// captured already are hints: it may have been our own first try.
const ERRORS: &[ErrorRow] = errors! {
    "BAD_REQUEST_ERROR" "Capture amount must be equal to the amount authorized",
        Some(Cow::Borrowed("amount-not-equal-to-authorized")), Withdrawn, "Razorpay, Capture a Payment, common errors";
    "BAD_REQUEST_ERROR" "Your payment has been declined as the order is already paid",
        CAPTURED, Unknown, "Razorpay, Capture a Payment, common errors";
    "BAD_REQUEST_ERROR" "The amount must be an integer",
        Some(Cow::Borrowed("amount-precision")), Withdrawn, "Razorpay, Capture a Payment, common errors";
    "" "already been captured", CAPTURED, Unknown, "Razorpay, official server's tests";
    "" "already been either captured or voided", CAPTURED, Unknown, "Razorpay, capture errors (quoted)";
    "" "already been processed", CAPTURED, Unknown, "Razorpay, capture errors (quoted)";
    "" "already done for this order", CAPTURED, Unknown, "Razorpay, capture errors (quoted)";
    "" "already paid", CAPTURED, Unknown, "Razorpay, Capture a Payment, common errors";
    "" "in progress", None, Unknown, "Razorpay, capture errors (quoted)";
    "GATEWAY_ERROR" "", None, Unknown, "Razorpay, errors";
    "SERVER_ERROR" "", None, Unknown, "Razorpay, errors";
};

const PAYMENT: &str = "a Razorpay payment: an entity \"payment\" with a status";

/// The fields of a payment, or of a webhook's envelope around one; unknown keys are skipped unread.
#[derive(Deserialize)]
struct Payment<'a> {
    #[serde(borrow, default)]
    entity: Field<'a>,
    #[serde(borrow, default)]
    id: Field<'a>,
    #[serde(borrow, default)]
    order_id: Field<'a>,
    #[serde(borrow, default)]
    amount: Field<'a>,
    #[serde(borrow, default)]
    currency: Field<'a>,
    #[serde(borrow, default)]
    status: Field<'a>,
    #[serde(borrow, default)]
    captured: Field<'a>,
    #[serde(borrow, default)]
    amount_refunded: Field<'a>,
    #[serde(borrow, default)]
    created_at: Field<'a>,
    /// A webhook's envelope holds its entities here.
    #[serde(borrow, default)]
    payload: Field<'a>,
}

/// What a webhook's envelope holds.
#[derive(Deserialize)]
struct Payload<'a> {
    #[serde(borrow, default)]
    payment: Field<'a>,
}

/// One entity of an envelope.
#[derive(Deserialize)]
struct Wrapped<'a> {
    #[serde(borrow, default)]
    entity: Field<'a>,
}

/// Reads a payment entity, or a webhook around one, as it came. The webhook's event name is a label and not read.
///
/// `order_currency` is used where the payload names none.
///
/// # Errors
/// [`Malformed`]; the empty currency of a template is `currency-unknown`.
///
/// ```
/// use order_capture::{Currency, razorpay};
/// let text = r#"{"id":"pay_1","entity":"payment","amount":1000,"currency":"INR","status":"captured","captured":true}"#;
/// let seen = razorpay::observation(text, Currency::INR)?;
/// assert_eq!(seen.authorized.map(|minor| minor.get()), Some(1000));
/// # Ok::<(), order_capture::Malformed>(())
/// ```
pub fn observation(text: &str, order_currency: Currency) -> Result<Observation<'_>, Malformed> {
    let outer: Payment<'_> = wire::object(text, PAYMENT)?;
    let happened = wire::unix_seconds("created_at", outer.created_at)?;
    if outer.payload.is_none() {
        return read(&outer, order_currency);
    }
    let missing = Malformed::NotAPayload { expected: PAYMENT };
    let payload: Option<Payload<'_>> = wire::nested(outer.payload, PAYMENT)?;
    let wrapped: Option<Wrapped<'_>> = wire::nested(payload.and_then(|payload| payload.payment), PAYMENT)?;
    let entity = wrapped.and_then(|wrapped| wrapped.entity).ok_or(missing)?;
    let seen = read(&wire::object(entity.get(), PAYMENT)?, order_currency)?;
    Ok(Observation { occurred_at: happened, ..seen })
}

fn read<'a>(payment: &Payment<'a>, order_currency: Currency) -> Result<Observation<'a>, Malformed> {
    if wire::text(payment.entity).is_none_or(|entity| entity != "payment") {
        return Err(Malformed::NotAPayload { expected: PAYMENT });
    }
    let status = wire::status(payment.status, PAYMENT)?;
    let currency = wire::currency("currency", payment.currency)?;
    let scale = currency.unwrap_or(order_currency);
    let amount = |name, field| wire::amount(name, field, AmountForm::Subunits, scale);
    let authorized = amount("amount", payment.amount)?;
    if authorized.is_none() {
        let problem = AmountProblem::Type { expected: "a JSON integer" };
        return Err(Malformed::Amount { field: "amount", problem });
    }
    wire::unix_seconds("created_at", payment.created_at)?;
    Ok(Observation {
        ids: ProviderIds {
            order: wire::id("order_id", payment.order_id)?,
            transaction: wire::id("id", payment.id)?,
            uuid: None,
        },
        currency,
        status,
        order_status: None,
        status_id: None,
        is_transaction_status: true,
        captured_flag: wire::flag(payment.captured),
        authorized,
        amount: None,
        captured: None,
        refunded: amount("amount_refunded", payment.amount_refunded)?,
        occurred_at: None,
    })
}
