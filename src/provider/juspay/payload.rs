//! Juspay's orders as they come: capture and void responses, order status, webhooks.

use std::borrow::Cow;

use crate::currency::Currency;
use crate::ids::{ProviderId, ProviderIds};
use crate::money::Minor;
use crate::observation::{Malformed, Observation, SeenCapture};
use crate::profile::AmountForm;
use crate::provider::wire::{self, Field, Listed, Nested};

const ORDER: &str = "a Juspay order: an object with a status";
const DETAIL: &str = "a Juspay txn_detail: an object";

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
        error_code
        error_message
        /// Another provider's mark; an order has none.
        entity
    }
    nested {
        txn_detail: Nested<TxnDetail<'a>>
        /// The captures and voids of the transaction, newest first.
        txn_sub_details: Listed<TxnDetail<'a>>
        /// Every transaction of the order.
        txn_list: Listed<TxnDetail<'a>>
        /// The refunds of the order.
        refunds: Listed<Refund<'a>>
        /// A webhook's envelope holds the order here.
        content: Nested<Content<'a>>
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
    /// A refund in an order's list.
    Refund {
        status
        amount
    }
}

wire::fields! {
    /// What a webhook's envelope holds.
    Content {}
    nested {
        order: Nested<Box<Order<'a>>>
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
    let (order, envelope) = order_in(text)?;
    let sent_at = envelope.map(|date_created| wire::rfc3339("date_created", date_created)).transpose()?;
    Ok(Observation { occurred_at: sent_at.flatten(), ..read(order, order_currency)? })
}

/// The identifiers alone.
pub(in crate::provider) fn ids(text: &str) -> Result<ProviderIds, Malformed> {
    let (order, _) = order_in(text)?;
    status_of(&order)?;
    let detail = order.txn_detail.optional(DETAIL)?.unwrap_or_default();
    ids_in([order.order_id, detail.txn_id.or(order.txn_id), detail.txn_uuid.or(order.txn_uuid)])
}

/// The order of a payload, and the time of the envelope around it, if there is one.
fn order_in(text: &str) -> Result<(Order<'_>, Option<Field<'_>>), Malformed> {
    let outer: Order<'_> = wire::object(text, ORDER)?;
    if matches!(outer.content, Nested::Absent) {
        return Ok((outer, None));
    }
    let order = outer.content.object().and_then(|content| content.order.object());
    Ok((*order.ok_or(Malformed::NotAPayload { expected: ORDER })?, Some(outer.date_created)))
}

/// The order's word. An error body is no order; an order may carry the text of an error.
fn status_of<'a>(order: &Order<'a>) -> Result<Cow<'a, str>, Malformed> {
    let is_error = order.order_id.is_none() && (order.error_code.is_some() || order.error_message.is_some());
    if is_error || order.entity.is_some() {
        return Err(Malformed::NotAPayload { expected: ORDER });
    }
    wire::status(order.status, ORDER)
}

fn read(order: Order<'_>, order_currency: Currency) -> Result<Observation<'_>, Malformed> {
    let order_status = status_of(&order)?;
    let detail = order.txn_detail.optional(DETAIL)?;
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
    let ids = ids_in([order.order_id, detail.txn_id.or(order.txn_id), detail.txn_uuid.or(order.txn_uuid)])?;
    let parts = Parts::read(order.txn_sub_details, scale)?;
    let counted = amount("amount_refunded", order.amount_refunded)?;
    let refunded = done(counted, order.refunds, scale)?;
    Ok(Observation {
        currency,
        status,
        order_status,
        status_id: wire::status_id(order.status_id),
        is_transaction_status,
        captured_flag: None,
        authorized: amount("txn_detail.txn_amount", detail.txn_amount)?,
        amount: amount("amount", order.amount)?,
        captured: amount("captured_amount", order.captured_amount)?.or(parts.total),
        refunded,
        refunds_pending: refunded < counted,
        totals_are_the_orders: true,
        captured_expected: false,
        ids_contradict: contradict(order.txn_uuid, detail.txn_uuid),
        others_captured: others_captured(order.txn_list, &ids)?,
        captures: parts.captures,
        occurred_at: None,
        ids,
    })
}

/// The refunded total without what is still pending in it: the figure may count a refund as soon as it is asked for.
/// Only as far as refunds that succeeded do not make up the figure.
fn done(figure: Option<Minor>, listed: Listed<Refund<'_>>, scale: Currency) -> Result<Option<Minor>, Malformed> {
    let (mut succeeded, mut pending) = (Minor::ZERO, Minor::ZERO);
    for refund in wire::list(listed, "a Juspay refunds: a list of objects")? {
        let amount = wire::amount("refunds.amount", refund.amount, AmountForm::Major, scale)?;
        match wire::text(refund.status).as_deref() {
            Some("SUCCESS" | "REFUNDED") => succeeded = succeeded.saturating_add(amount.unwrap_or(Minor::ZERO)),
            // One that names no amount may be all that is not done.
            Some("PENDING" | "MANUAL_REVIEW") => pending = pending.saturating_add(amount.unwrap_or(Minor::MAX)),
            _ => {}
        }
    }
    Ok(figure.map(|figure| figure.saturating_sub(figure.saturating_sub(succeeded).min(pending))))
}

/// Of order, transaction and the transaction's second name.
fn ids_in([order, txn, uuid]: [Field<'_>; 3]) -> Result<ProviderIds, Malformed> {
    Ok(ProviderIds {
        order: wire::id("order_id", order)?,
        transaction: wire::id("txn_id", txn)?,
        uuid: wire::id("txn_uuid", uuid)?,
    })
}

/// Whether an order and its transaction name the same thing differently.
fn contradict(one: Field<'_>, other: Field<'_>) -> bool {
    matches!((wire::text(one), wire::text(other)), (Some(one), Some(other)) if one != other)
}

/// The captures that went through, as the parts of a transaction list them.
#[derive(Default)]
struct Parts<'a> {
    /// Those with a key: a part's `txn_id` is its idempotency key.
    captures: Vec<SeenCapture<'a>>,
    /// Their sum; `None` where there is none, or one of them has no amount.
    total: Option<Minor>,
}

impl<'a> Parts<'a> {
    fn read(listed: Listed<TxnDetail<'a>>, scale: Currency) -> Result<Self, Malformed> {
        let mut parts = Self::default();
        let mut total = Some(Minor::ZERO);
        for part in wire::list(listed, "a Juspay txn_sub_details: a list of objects")? {
            let is_capture = wire::text(part.txn_object_type).is_some_and(|kind| kind.ends_with("CAPTURE"));
            if !is_capture || wire::text(part.status).is_none_or(|status| status != "CHARGED") {
                continue;
            }
            let own = wire::currency("txn_sub_details.currency", part.currency)?;
            let amount = wire::amount("txn_sub_details.txn_amount", part.txn_amount, AmountForm::Major, scale)?;
            let amount = amount.filter(|_| own.is_none_or(|own| own == scale));
            total = total.zip(amount).and_then(|(sum, amount)| sum.checked_add(amount));
            if let (Some(key), Some(amount)) = (wire::text(part.txn_id), amount) {
                parts.captures.push(SeenCapture { key, amount });
            }
        }
        parts.total = total.filter(|sum| !sum.is_zero());
        Ok(parts)
    }
}

/// Whether the list of the order's transactions has another one that captured something. Where this one cannot be told
/// apart in it, a second one that did is another.
fn others_captured(listed: Listed<TxnDetail<'_>>, ids: &ProviderIds) -> Result<bool, Malformed> {
    let known = |own: &Option<ProviderId>, theirs: Field<'_>| match (own, wire::text(theirs)) {
        (Some(own), Some(theirs)) => Some(own.as_str() == theirs),
        _ => None,
    };
    let captured = |status: &str| matches!(status, "CHARGED" | "PARTIAL_CHARGED" | "AUTO_REFUNDED");
    let (mut others, mut unclear) = (0_usize, 0_usize);
    for listed in wire::list(listed, "a Juspay txn_list: a list of objects")? {
        if !wire::text(listed.status).is_some_and(|status| captured(&status)) {
            continue;
        }
        match known(&ids.uuid, listed.txn_uuid).or(known(&ids.transaction, listed.txn_id)) {
            Some(true) => {}
            Some(false) => others = others.saturating_add(1),
            None => unclear = unclear.saturating_add(1),
        }
    }
    Ok(others > 0 || unclear > 1)
}
