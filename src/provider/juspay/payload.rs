//! Juspay's orders as they come: capture and void responses, order status, webhooks.

use crate::currency::Currency;
use crate::ids::{ProviderId, ProviderIds};
use crate::money::Minor;
use crate::observation::{Malformed, Observation, SeenCapture};
use crate::profile::AmountForm;
use crate::provider::wire::{self, Field};

const ORDER: &str = "a Juspay order: an object with a status";

wire::fields! {
    /// The fields of an order, as in a capture response; unknown keys are skipped unread.
    Order {
        status
        status_id
        order_id
        txn_id
        txn_uuid
        currency
        amount
        captured_amount
        amount_refunded
        date_created
        txn_detail
        /// The captures and voids of the transaction, newest first.
        txn_sub_details
        /// Every transaction of the order.
        txn_list
        error_code
        error_message
        /// Another provider's mark; an order has none.
        entity
        /// A webhook's envelope holds the order here.
        content
    }
}

wire::fields! {
    /// The transaction inside an order.
    TxnDetail {
        status
        txn_id
        txn_uuid
        currency
        txn_amount
        /// What a part of a transaction is: `PARTIAL_CAPTURE`, `PARTIAL_VOID`.
        txn_object_type
    }
}

wire::fields! {
    /// What a webhook's envelope holds.
    Content {
        order
    }
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
    let uuid = wire::id("txn_uuid", detail.txn_uuid.or(order.txn_uuid))?;
    let captures = captures(order.txn_sub_details, scale)?;
    let parts = captures.iter().try_fold(Minor::ZERO, |sum, capture| sum.checked_add(capture.amount));
    let parts = parts.filter(|sum| !sum.is_zero());
    Ok(Observation {
        currency,
        status,
        order_status,
        status_id: wire::integer(order.status_id),
        is_transaction_status,
        captured_flag: None,
        authorized: amount("txn_detail.txn_amount", detail.txn_amount)?,
        amount: amount("amount", order.amount)?,
        captured: amount("captured_amount", order.captured_amount)?.or(parts),
        refunded: amount("amount_refunded", order.amount_refunded)?,
        others_captured: others_captured(order.txn_list, uuid.as_ref().map(ProviderId::as_str))?,
        captures,
        occurred_at: None,
        ids: ProviderIds {
            order: wire::id("order_id", order.order_id)?,
            transaction: wire::id("txn_id", detail.txn_id.or(order.txn_id))?,
            uuid,
        },
    })
}

/// The captures that went through, as the parts of a transaction list them: a part's `txn_id` is its idempotency key.
fn captures<'a>(field: Field<'a>, scale: Currency) -> Result<Vec<SeenCapture<'a>>, Malformed> {
    let mut captures = Vec::new();
    for part in wire::list::<TxnDetail<'a>>(field, "a Juspay txn_sub_details: a list of objects")? {
        let is_capture = wire::text(part.txn_object_type).is_some_and(|kind| kind.ends_with("CAPTURE"));
        if !is_capture || wire::text(part.status).is_none_or(|status| status != "CHARGED") {
            continue;
        }
        let amount = wire::amount("txn_sub_details.txn_amount", part.txn_amount, AmountForm::Major, scale)?;
        if let (Some(key), Some(amount)) = (wire::text(part.txn_id), amount) {
            captures.push(SeenCapture { key, amount });
        }
    }
    captures.reverse();
    Ok(captures)
}

/// Whether the list of the order's transactions has another one that captured something.
fn others_captured(field: Field<'_>, uuid: Option<&str>) -> Result<bool, Malformed> {
    let listed = wire::list::<TxnDetail<'_>>(field, "a Juspay txn_list: a list of objects")?;
    Ok(listed.iter().any(|other| {
        let is_other = wire::text(other.txn_uuid).is_some_and(|known| Some(&*known) != uuid);
        let captured = wire::text(other.status).is_some_and(|status| matches!(&*status, "CHARGED" | "PARTIAL_CHARGED"));
        uuid.is_some() && is_other && captured
    }))
}
