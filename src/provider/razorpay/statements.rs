//! Razorpay's payloads as statements: payments, refunds and orders, bare or in a webhook.

use crate::hold::request::Operation;
use crate::ids::ProviderIds;
use crate::money::Currency;
use crate::profile::{AmountForm, Profile};
use crate::provider::wire::{self, Currencies, Field, Nested};
use crate::statement::{Malformed, Observation, RequestStatement, Statement, Subject, Word};

const ENTITY: &str = "a Razorpay payment, refund or order: an entity with a status, or a webhook around one";
const COLLECTION: &str = "one Razorpay payment, refund or order but a collection of them: hand over one of its `items`";

wire::fields! {
    /// A payment, refund or order, or the envelope around them; unknown keys are skipped unread.
    Entity {
        entity
        id
        order_id
        /// The payment of a refund.
        payment_id
        status
        currency
        amount
        captured
        amount_refunded
        /// The captured total of an order.
        amount_paid
        partial_payment
        /// Of a refund: the key that it was asked under.
        receipt
        /// Of an envelope, when it happened; of an entity, when it was created, which is not read.
        created_at
        /// What a collection holds.
        items
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
        refund: Nested<Wrapped<'a>>
        order: Nested<Wrapped<'a>>
    }
}

wire::fields! {
    /// One entity of an envelope.
    Wrapped {}
    nested {
        entity: Nested<Box<Entity<'a>>>
    }
}

/// What a payload is made of.
#[derive(Default)]
struct Found<'a> {
    payment: Option<Entity<'a>>,
    refund: Option<Entity<'a>>,
    order: Option<Entity<'a>>,
    /// The envelope's time.
    sent_at: Field<'a>,
}

impl<'a> Found<'a> {
    fn read(text: &'a str) -> Result<Self, Malformed> {
        let mut outer: Entity<'a> = wire::object(text, ENTITY)?;
        let none = Malformed::NotAPayload { expected: ENTITY };
        if !matches!(outer.payload, Nested::Absent) {
            let payload = std::mem::take(&mut outer.payload).object().ok_or(none.clone())?;
            let found = Self {
                payment: wrapped(payload.payment, "payment")?,
                refund: wrapped(payload.refund, "refund")?,
                order: wrapped(payload.order, "order")?,
                sent_at: outer.created_at,
            };
            let empty = found.payment.is_none() && found.refund.is_none() && found.order.is_none();
            return if empty { Err(none) } else { found.checked() };
        }
        let found = match wire::text(outer.entity).as_deref() {
            Some("payment") => Self { payment: Some(outer), ..Self::default() },
            Some("refund") => Self { refund: Some(outer), ..Self::default() },
            Some("order") => Self { order: Some(outer), ..Self::default() },
            Some("collection") => return Err(Malformed::NotAPayload { expected: COLLECTION }),
            None if outer.items.is_some() => return Err(Malformed::NotAPayload { expected: COLLECTION }),
            _ => return Err(none),
        };
        found.checked()
    }

    /// Each entity has a word; a refund of an old version may have none.
    fn checked(self) -> Result<Self, Malformed> {
        for entity in [&self.payment, &self.order].into_iter().flatten() {
            wire::is_text(entity.status, ENTITY)?;
        }
        Ok(self)
    }

    /// The identifiers, and whether two of them for the same thing differ.
    fn ids(&self) -> Result<(ProviderIds, bool), Malformed> {
        let (payment, refund, order) = (self.payment.as_ref(), self.refund.as_ref(), self.order.as_ref());
        let (order_id, order_differs) =
            wire::same([order.and_then(|order| order.id), payment.and_then(|payment| payment.order_id)]);
        let (payment_id, payment_differs) =
            wire::same([payment.and_then(|payment| payment.id), refund.and_then(|refund| refund.payment_id)]);
        let order_name = if order.is_some_and(|order| order.id.is_some()) { "order.id" } else { "order_id" };
        let payment_name = if payment.is_some_and(|payment| payment.id.is_some()) { "id" } else { "payment_id" };
        let ids = ProviderIds {
            order: wire::id(order_name, order_id)?,
            transaction: wire::id(payment_name, payment_id)?,
            uuid: None,
        };
        Ok((ids, order_differs || payment_differs))
    }
}

/// One entity of an envelope; its place says what it is, and it must not say otherwise.
fn wrapped<'a>(wrapped: Nested<Wrapped<'a>>, kind: &str) -> Result<Option<Entity<'a>>, Malformed> {
    let Some(wrapped) = wrapped.optional(ENTITY)? else { return Ok(None) };
    let Some(entity) = wrapped.entity.optional(ENTITY)? else { return Ok(None) };
    match wire::text(entity.entity) {
        Some(other) if other != kind => Err(Malformed::NotAPayload { expected: ENTITY }),
        _ => Ok(Some(*entity)),
    }
}

/// Whose payload it is.
pub(in crate::provider) fn ids_in(text: &str) -> Result<ProviderIds, Malformed> {
    Ok(Found::read(text)?.ids()?.0)
}

/// All that a payload says. A webhook's event name is a label and not read.
pub(in crate::provider) fn statements<'a>(
    text: &'a str,
    profile: &Profile,
    order_currency: Currency,
) -> Result<Observation<'a>, Malformed> {
    let found = Found::read(text)?;
    let (ids, ids_contradict) = found.ids()?;
    let mut currencies = Currencies::of(order_currency);
    let order = found.order.as_ref().map(|order| of_order(order, order_currency, &mut currencies)).transpose()?;
    let payment = found.payment.as_ref().map(|payment| of_payment(payment, order_currency, &mut currencies));
    let payment = payment.transpose()?;
    let refund = found.refund.as_ref().map(|refund| of_refund(refund, profile, order_currency, &mut currencies));
    let refund = refund.transpose()?;
    let order_ids = ProviderIds { order: ids.order.clone(), ..ProviderIds::default() };
    Ok(Observation {
        currency: currencies.named(),
        order: Statement { ids: order_ids, ..order.unwrap_or_default() },
        has_transaction: payment.is_some(),
        transaction: Statement { ids, ..payment.unwrap_or_default() },
        refunds: refund.into_iter().collect(),
        ids_contradict,
        occurred_at: wire::unix_seconds("created_at", found.sent_at).ok().flatten(),
        ..Observation::default()
    })
}

fn word<'a>(entity: &Entity<'a>, subject: Subject) -> Option<Word<'a>> {
    wire::text(entity.status).map(|text| Word { text, id: None, subject })
}

fn of_order<'a>(order: &Entity<'a>, around: Currency, currencies: &mut Currencies) -> Result<Statement<'a>, Malformed> {
    let scale = currencies.read("order.currency", order.currency, around)?;
    let amount = |name, field| wire::amount(name, field, AmountForm::Subunits, scale);
    Ok(Statement {
        word: word(order, Subject::Order),
        captured: amount("order.amount_paid", order.amount_paid)?,
        price: amount("order.amount", order.amount)?,
        takes_parts: wire::flag(order.partial_payment),
        ..Statement::default()
    })
}

fn of_payment<'a>(
    payment: &Entity<'a>,
    around: Currency,
    currencies: &mut Currencies,
) -> Result<Statement<'a>, Malformed> {
    let scale = currencies.read("currency", payment.currency, around)?;
    let amount = |name, field| wire::amount(name, field, AmountForm::Subunits, scale);
    Ok(Statement {
        word: word(payment, Subject::Transaction),
        captured_flag: wire::flag(payment.captured),
        authorized: amount("amount", payment.amount)?,
        refunded: amount("amount_refunded", payment.amount_refunded)?,
        ..Statement::default()
    })
}

fn of_refund<'a>(
    refund: &Entity<'a>,
    profile: &Profile,
    around: Currency,
    currencies: &mut Currencies,
) -> Result<RequestStatement<'a>, Malformed> {
    let scale = currencies.read("refund.currency", refund.currency, around)?;
    let word = wire::text(refund.status);
    Ok(RequestStatement {
        key: wire::key(refund.receipt),
        id: wire::id("refund.id", refund.id)?,
        amount: wire::amount("refund.amount", refund.amount, AmountForm::Subunits, scale)?,
        fate: word.as_ref().and_then(|word| profile.fate(Operation::Refund, word)),
        word,
    })
}
