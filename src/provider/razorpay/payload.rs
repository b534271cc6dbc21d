//! Razorpay's payments and orders as they come, bare or in a webhook.

use std::borrow::Cow;

use crate::currency::Currency;
use crate::ids::{ProviderId, ProviderIds};
use crate::money::{Minor, Money};
use crate::observation::{AmountProblem, Malformed, Observation};
use crate::profile::AmountForm;
use crate::provider::wire::{self, Field, Nested};

const PAYMENT: &str = "a Razorpay payment: an entity \"payment\" with a status";

wire::fields! {
    /// The fields of a payment, or of a webhook's envelope around one; unknown keys are skipped unread.
    Payment {
        entity
        id
        order_id
        amount
        currency
        status
        captured
        amount_refunded
        created_at
    }
    nested {
        /// A webhook's envelope holds its entities here.
        payload: Nested<Payload<'a>>
    }
}

wire::fields! {
    /// What a webhook's envelope holds.
    Payload {}
    nested {
        payment: Nested<Wrapped<'a>>
    }
}

wire::fields! {
    /// One entity of an envelope.
    Wrapped {}
    nested {
        entity: Nested<Box<Payment<'a>>>
    }
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
    let (payment, envelope) = payment_in(text)?;
    let sent_at = envelope.map(|created_at| wire::unix_seconds("created_at", created_at)).transpose()?;
    Ok(Observation { occurred_at: sent_at.flatten(), ..read(&payment, order_currency, envelope.is_some())? })
}

/// The identifiers alone.
pub(in crate::provider) fn ids(text: &str) -> Result<ProviderIds, Malformed> {
    let (payment, envelope) = payment_in(text)?;
    status_of(&payment, envelope.is_some())?;
    ids_of(&payment)
}

fn ids_of(payment: &Payment<'_>) -> Result<ProviderIds, Malformed> {
    Ok(ProviderIds {
        order: wire::id("order_id", payment.order_id)?,
        transaction: wire::id("id", payment.id)?,
        uuid: None,
    })
}

/// The payment of a payload, and the time of the envelope around it, if there is one.
fn payment_in(text: &str) -> Result<(Payment<'_>, Option<Field<'_>>), Malformed> {
    let outer: Payment<'_> = wire::object(text, PAYMENT)?;
    if matches!(outer.payload, Nested::Absent) {
        return Ok((outer, None));
    }
    let wrapped = outer.payload.object().and_then(|payload| payload.payment.object());
    let payment = wrapped.and_then(|wrapped| wrapped.entity.object());
    Ok((*payment.ok_or(Malformed::NotAPayload { expected: PAYMENT })?, Some(outer.created_at)))
}

/// The payment's word; in an envelope, the place says that it is a payment.
fn status_of<'a>(payment: &Payment<'a>, enveloped: bool) -> Result<Cow<'a, str>, Malformed> {
    if wire::text(payment.entity).map_or(!enveloped, |entity| entity != "payment") {
        return Err(Malformed::NotAPayload { expected: PAYMENT });
    }
    wire::status(payment.status, PAYMENT)
}

fn read<'a>(payment: &Payment<'a>, order_currency: Currency, enveloped: bool) -> Result<Observation<'a>, Malformed> {
    let status = status_of(payment, enveloped)?;
    let currency = wire::currency("currency", payment.currency)?;
    let scale = currency.unwrap_or(order_currency);
    let authorized = subunits("amount", payment.amount, scale)?;
    wire::unix_seconds("created_at", payment.created_at)?;
    Ok(Observation {
        ids: ids_of(payment)?,
        currency,
        status,
        order_status: None,
        status_id: None,
        is_transaction_status: true,
        captured_flag: wire::flag(payment.captured),
        authorized: Some(authorized),
        amount: None,
        captured: None,
        refunded: wire::amount("amount_refunded", payment.amount_refunded, AmountForm::Subunits, scale)?,
        refunds_pending: false,
        totals_are_the_orders: false,
        captured_expected: false,
        ids_contradict: false,
        others_captured: false,
        captures: Vec::new(),
        occurred_at: None,
    })
}

/// An amount that must be there: what is absent is not known, and not zero.
fn subunits(name: &'static str, field: Field<'_>, scale: Currency) -> Result<Minor, Malformed> {
    let absent = Malformed::Amount { field: name, problem: AmountProblem::Type { expected: "a JSON integer" } };
    wire::amount(name, field, AmountForm::Subunits, scale)?.ok_or(absent)
}

/// What Razorpay says of an order: the totals over its payments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderEntity {
    /// Razorpay's name of the order.
    pub id: Option<ProviderId>,
    /// What the order is for.
    pub amount: Money,
    /// What was captured.
    pub amount_paid: Money,
    /// `created`, `attempted` or `paid`; kept as it came.
    pub status: String,
}

const ORDER: &str = "a Razorpay order: an entity \"order\" with a status";

wire::fields! {
    /// The fields of an order.
    OrderFields {
        entity
        id
        amount
        amount_paid
        currency
        status
    }
}

/// Reads an order entity: for comparing totals, not for the state of a transaction, which only a payment tells.
///
/// # Errors
/// [`Malformed`].
pub fn order(text: &str, order_currency: Currency) -> Result<OrderEntity, Malformed> {
    let order: OrderFields<'_> = wire::object(text, ORDER)?;
    if wire::text(order.entity).is_none_or(|entity| entity != "order") {
        return Err(Malformed::NotAPayload { expected: ORDER });
    }
    let currency = wire::currency("currency", order.currency)?.unwrap_or(order_currency);
    let money = |name, field| Ok(Money::new(subunits(name, field, currency)?, currency));
    Ok(OrderEntity {
        id: wire::id("id", order.id)?,
        amount: money("amount", order.amount)?,
        amount_paid: money("amount_paid", order.amount_paid)?,
        status: wire::status(order.status, ORDER)?.into_owned(),
    })
}
