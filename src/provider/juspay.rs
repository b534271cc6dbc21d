//! Juspay: profiles by gateway, status words, payloads.
//!
//! Sources: *seed* is Juspay's Capture API page; the other pages are named in the rows.

use std::borrow::Cow;

use serde::Deserialize;

use crate::currency::Currency;
use crate::ids::ProviderIds;
use crate::observation::{Malformed, Observation};
use crate::profile::{
    AmountForm, AmountRequired, Capabilities, Captures, ErrorRow, FailedCapture, Meaning, Profile, Settles, StatusRow,
    VoidSupport,
};
use crate::provider::wire::{self, Field};

/// A gateway that captures all or nothing, once.
const PLAIN: Capabilities = Capabilities {
    captures: Captures::Single,
    concurrent_captures: false,
    partial_capture: false,
    failed_capture: FailedCapture::Closes,
    void: VoidSupport::Full,
    adjustment: false,
    currency_required: false,
    amount_required: AmountRequired::WithKey,
    key_required_with_amount: true,
    authorized_equals_order: false,
    capture_equals_authorized: false,
    request_digits: 2,
    amount_form: AmountForm::Major,
};

/// Any gateway of Juspay that is not named otherwise: full capture only. Source: seed, note.
pub static FULL_ONLY: Profile = profile("juspay", PLAIN);

/// CYBERSOURCE: one capture, of all or a part. Source: seed, note.
pub static CYBERSOURCE: Profile = profile("juspay/CYBERSOURCE", Capabilities { partial_capture: true, ..PLAIN });

/// SIMPL: several captures and partial voids. Source: Juspay, Simpl pay-after-delivery.
///
/// That a failed capture leaves the authorization as it was is an assumption: nothing is documented.
pub static SIMPL: Profile = profile(
    "juspay/SIMPL",
    Capabilities {
        captures: Captures::Several,
        partial_capture: true,
        failed_capture: FailedCapture::Reopens,
        void: VoidSupport::Partial,
        ..PLAIN
    },
);

const fn profile(name: &'static str, capabilities: Capabilities) -> Profile {
    Profile {
        name: Cow::Borrowed(name),
        capabilities,
        statuses: Cow::Borrowed(STATUSES),
        order_statuses: Cow::Borrowed(&[]),
        errors: Cow::Borrowed(ERRORS),
    }
}

/// The profile of a gateway, by the name Juspay gives it; an unknown one can only capture in full.
#[must_use]
pub fn gateway(name: &str) -> &'static Profile {
    match name {
        "CYBERSOURCE" => &CYBERSOURCE,
        "SIMPL" => &SIMPL,
        _ => &FULL_ONLY,
    }
}

const CODES: &str = "Juspay, backend response codes";
const SEED: &str = "Juspay, Capture API";

macro_rules! rows {
    ($($text:literal $ids:expr, $means:ident, [$($spells:ident)*], $source:expr;)+) => {
        &[$(StatusRow {
            text: Cow::Borrowed($text),
            ids: Cow::Borrowed(&$ids),
            means: Meaning::$means,
            spells: Cow::Borrowed(&[$(Meaning::$spells),*]),
            source: Cow::Borrowed($source),
        }),+]
    };
}

/// Text, ids, what it means, what it is the word for, source.
const STATUSES: &[StatusRow] = rows! {
    "NEW" [10], Created, [Created], CODES;
    "STARTED" [20], Created, [], CODES;
    "PENDING_VBV" [23], Created, [], CODES;
    "VBV_SUCCESSFUL" [24], Created, [], CODES;
    "AUTHORIZING" [28], Created, [], CODES;
    "AUTHORIZATION_FAILED" [27], Failed, [Failed], CODES;
    "AUTHENTICATION_FAILED" [26], Failed, [], CODES;
    "JUSPAY_DECLINED" [22], Failed, [], CODES;
    "AUTHORIZED" [25], Authorized, [Authorized], SEED;
    "CAPTURE_INITIATED" [33], CaptureInitiated, [CaptureInitiated], SEED;
    "PARTIAL_CHARGED" [37, 21], PartiallyCharged, [PartiallyCharged], SEED;
    "CHARGED" [21], Charged, [Charged Refunded], SEED;
    "CAPTURE_FAILED" [34], CaptureFailed, [CaptureFailed], SEED;
    "VOID_INITIATED" [32], VoidInitiated, [VoidInitiated], CODES;
    "VOID_FAILED" [35], VoidFailed, [VoidFailed], CODES;
    "VOIDED" [31], Voided, [Voided], CODES;
    "AUTO_REFUNDED" [36], AutoRefunded, [AutoRefunded], CODES;
};

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

/// Code, text, the refusal that it is the wording of, what it says of a request. The first is a capture that went
/// through, perhaps ours.
const ERRORS: &[ErrorRow] = errors! {
    "Invalid" "Cannot capture charged transaction", Some(Cow::Borrowed("already-captured")), Unknown, "Juspay, Capture API, 400";
    "DUPLICATE_REQUEST" "", None, Unknown, "Juspay, error codes";
    "" "in progress", None, Unknown, "Juspay, error codes";
    "" "in process", None, Unknown, "Juspay, error codes";
};

const ORDER: &str = "a Juspay order: an object with a status";

/// The fields of an order, as in a capture response; unknown keys are skipped unread.
#[derive(Deserialize)]
struct Order<'a> {
    #[serde(borrow, default)]
    status: Field<'a>,
    #[serde(borrow, default)]
    status_id: Field<'a>,
    #[serde(borrow, default)]
    order_id: Field<'a>,
    #[serde(borrow, default)]
    txn_id: Field<'a>,
    #[serde(borrow, default)]
    txn_uuid: Field<'a>,
    #[serde(borrow, default)]
    currency: Field<'a>,
    #[serde(borrow, default)]
    amount: Field<'a>,
    #[serde(borrow, default)]
    captured_amount: Field<'a>,
    #[serde(borrow, default)]
    amount_refunded: Field<'a>,
    #[serde(borrow, default)]
    date_created: Field<'a>,
    #[serde(borrow, default)]
    txn_detail: Field<'a>,
    #[serde(borrow, default)]
    error_code: Field<'a>,
    #[serde(borrow, default)]
    error_message: Field<'a>,
    /// Another provider's mark; an order has none.
    #[serde(borrow, default)]
    entity: Field<'a>,
    /// A webhook's envelope holds the order here.
    #[serde(borrow, default)]
    content: Field<'a>,
}

/// The transaction inside an order.
#[derive(Default, Deserialize)]
struct TxnDetail<'a> {
    #[serde(borrow, default)]
    status: Field<'a>,
    #[serde(borrow, default)]
    txn_id: Field<'a>,
    #[serde(borrow, default)]
    txn_uuid: Field<'a>,
    #[serde(borrow, default)]
    currency: Field<'a>,
    #[serde(borrow, default)]
    txn_amount: Field<'a>,
}

/// What a webhook's envelope holds.
#[derive(Deserialize)]
struct Content<'a> {
    #[serde(borrow, default)]
    order: Field<'a>,
}

/// Reads a capture, void or order status response, or a webhook around one, as it came.
///
/// `order_currency` is used where the payload names none.
///
/// # Errors
/// [`Malformed`]; a text after the JSON object makes it `not-json`, with the position.
///
/// ```
/// use order_capture::{Currency, juspay};
/// let text = r#"{"order_id":"o-1","status":"CHARGED","status_id":21,"amount":10,"currency":"INR"}"#;
/// let seen = juspay::observation(text, Currency::INR)?;
/// assert_eq!(seen.amount.map(|minor| minor.get()), Some(1000));
/// # Ok::<(), order_capture::Malformed>(())
/// ```
pub fn observation(text: &str, order_currency: Currency) -> Result<Observation<'_>, Malformed> {
    let outer: Order<'_> = wire::object(text, ORDER)?;
    let happened = wire::rfc3339("date_created", outer.date_created)?;
    if outer.content.is_none() {
        return read(&outer, order_currency);
    }
    let content: Option<Content<'_>> = wire::nested(outer.content, ORDER)?;
    let inner = content.and_then(|content| content.order).ok_or(Malformed::NotAPayload { expected: ORDER })?;
    let seen = read(&wire::object(inner.get(), ORDER)?, order_currency)?;
    Ok(Observation { occurred_at: happened, ..seen })
}

fn read<'a>(order: &Order<'a>, order_currency: Currency) -> Result<Observation<'a>, Malformed> {
    if [order.error_code, order.error_message, order.entity].iter().any(Option::is_some) {
        return Err(Malformed::NotAPayload { expected: ORDER });
    }
    let order_status = wire::status(order.status, ORDER)?;
    let detail: Option<TxnDetail<'_>> = wire::nested(order.txn_detail, "a Juspay txn_detail: an object")?;
    let is_transaction_status = detail.as_ref().is_some_and(|detail| detail.status.is_some());
    let detail = detail.unwrap_or_default();
    let named = [wire::currency("currency", order.currency)?, wire::currency("txn_detail.currency", detail.currency)?];
    // Of two that differ, the one that is not the order's is what must be seen.
    let other = named.into_iter().flatten().find(|&currency| currency != order_currency);
    let currency = other.or(named.into_iter().flatten().next());
    let scale = currency.unwrap_or(order_currency);
    let amount = |name, field| wire::amount(name, field, AmountForm::Major, scale);
    wire::rfc3339("date_created", order.date_created)?;
    let (status, order_status) = if is_transaction_status {
        (wire::status(detail.status, "a Juspay txn_detail: its status is text")?, Some(order_status))
    } else {
        (order_status, None)
    };
    Ok(Observation {
        ids: ProviderIds {
            order: wire::id("order_id", order.order_id)?,
            transaction: wire::id("txn_id", detail.txn_id.or(order.txn_id))?,
            uuid: wire::id("txn_uuid", detail.txn_uuid.or(order.txn_uuid))?,
        },
        currency,
        status,
        order_status,
        status_id: wire::integer(order.status_id),
        is_transaction_status,
        captured_flag: None,
        authorized: amount("txn_detail.txn_amount", detail.txn_amount)?,
        amount: amount("amount", order.amount)?,
        captured: amount("captured_amount", order.captured_amount)?,
        refunded: amount("amount_refunded", order.amount_refunded)?,
        occurred_at: None,
    })
}
