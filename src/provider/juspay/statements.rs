//! Juspay's payloads as statements: capture and void responses, order status, webhooks.

use std::borrow::Cow;

use crate::hold::request::Operation;
use crate::ids::{ProviderId, ProviderIds};
use crate::money::Currency;
use crate::profile::{AmountForm, Profile};
use crate::provider::wire::{self, Currencies, Field, Listed, Nested};
use crate::statement::{Fate, Malformed, Observation, RequestStatement, Statement, Subject, Word};

const ORDER: &str = "a Juspay order: an object with a status";
const TXN: &str = "a Juspay transaction: an object with a status that is text";
const PARTS: &str = "a Juspay txn_sub_details: a list of objects";
const OTHERS: &str = "a Juspay txn_list: a list of objects";
const REFUNDS: &str = "a Juspay refunds: a list of objects";

wire::fields! {
    /// An order, the envelope around one, or a transaction alone; unknown keys are skipped unread.
    Body {
        status
        status_id
        order_id
        txn_id
        txn_uuid
        currency
        amount
        effective_amount
        captured_amount
        amount_refunded
        /// A transaction's, not an order's.
        txn_amount
        /// A transaction's, not an order's.
        net_amount
        /// Of an envelope, when it happened; of an order, when it was created, which is not read.
        date_created
        error_code
        error_message
        /// Another provider's mark; an order has none.
        entity
    }
    nested {
        txn_detail: Nested<Txn<'a>>
        /// The captures and voids of the transaction, newest first.
        txn_sub_details: Listed<Part<'a>>
        /// Every transaction of the order.
        txn_list: Listed<Txn<'a>>
        /// The refunds of the order.
        refunds: Listed<Refund<'a>>
        /// A webhook's envelope holds its object here.
        content: Nested<Content<'a>>
    }
}

wire::fields! {
    /// A transaction, in an order, in its list or in a webhook.
    Txn {
        status
        status_id
        order_id
        txn_id
        txn_uuid
        currency
        txn_amount
        net_amount
    }
}

wire::fields! {
    /// A capture or a void of a transaction.
    Part {
        status
        /// The key that it was asked under.
        txn_id
        txn_uuid
        currency
        txn_amount
        txn_object_type
        /// The `txn_id` of the transaction that it is a part of.
        source_object_id
    }
}

wire::fields! {
    /// A refund in an order's list.
    Refund {
        id
        unique_request_id
        amount
        currency
        status
    }
}

wire::fields! {
    /// What a webhook's envelope holds.
    Content {}
    nested {
        order: Nested<Box<Body<'a>>>
        txn: Nested<Txn<'a>>
    }
}

/// What a payload is made of.
struct Found<'a> {
    order: Option<Body<'a>>,
    /// `txn_detail`.
    detail: Option<Txn<'a>>,
    /// `content.txn`, or the whole body.
    alone: Option<Txn<'a>>,
    /// The envelope's time, where there is an envelope.
    sent_at: Option<Field<'a>>,
}

impl<'a> Found<'a> {
    fn read(text: &'a str) -> Result<Self, Malformed> {
        let mut outer: Body<'a> = wire::object(text, ORDER)?;
        if let Nested::Absent = outer.content {
            // Only a transaction has these amounts; one without an order around it speaks for itself.
            let is_txn = outer.amount.is_none() && (outer.txn_amount.is_some() || outer.net_amount.is_some());
            return match is_txn {
                true => Self::checked(None, Some(Txn::from(&outer)), None),
                false => Self::checked(Some(outer), None, None),
            };
        }
        let content = std::mem::take(&mut outer.content).object().unwrap_or_default();
        let (order, txn) = (content.order.optional(ORDER)?, content.txn.optional(TXN)?);
        Self::checked(order.map(|order| *order), txn, Some(outer.date_created))
    }

    /// An error body is no order; an order may carry the text of an error.
    fn checked(
        mut order: Option<Body<'a>>,
        alone: Option<Txn<'a>>,
        sent_at: Option<Field<'a>>,
    ) -> Result<Self, Malformed> {
        let is_error = |order: &Body<'_>| {
            let no_order = order.order_id.is_none() && (order.error_code.is_some() || order.error_message.is_some());
            no_order || order.entity.is_some()
        };
        if order.as_ref().is_some_and(is_error) {
            return Err(Malformed::NotAPayload { expected: ORDER });
        }
        // Something must have a word; beside a transaction that speaks for itself, the order need not.
        match (&order, &alone) {
            (Some(order), None) => wire::is_text(order.status, ORDER)?,
            (order, Some(alone)) => {
                wire::is_text(alone.status, TXN)?;
                if let Some(order) = order.as_ref().filter(|order| order.status.is_some()) {
                    wire::is_text(order.status, ORDER)?;
                }
            }
            (None, None) => return Err(Malformed::NotAPayload { expected: ORDER }),
        }
        let detail = order.as_mut().map(|order| std::mem::take(&mut order.txn_detail));
        let detail = detail.unwrap_or_default().optional(TXN)?;
        // An object of the transaction may have amounts alone; a word in it is text.
        if let Some(detail) = detail.as_ref().filter(|detail| detail.status.is_some()) {
            wire::is_text(detail.status, TXN)?;
        }
        Ok(Self { order, detail, alone, sent_at })
    }

    /// The identifiers, and whether two of them for the same thing differ.
    fn ids(&self) -> Result<(ProviderIds, bool), Malformed> {
        let (order, detail, alone) = (self.order.as_ref(), self.detail.as_ref(), self.alone.as_ref());
        let one = |of_order: fn(&Body<'a>) -> Field<'a>, of_txn: fn(&Txn<'a>) -> Field<'a>| {
            wire::same([order.and_then(of_order), detail.and_then(of_txn), alone.and_then(of_txn)])
        };
        let (order_id, order_differs) = one(|order| order.order_id, |txn| txn.order_id);
        let (txn_id, txn_differs) = one(|order| order.txn_id, |txn| txn.txn_id);
        let (uuid, uuid_differs) = one(|order| order.txn_uuid, |txn| txn.txn_uuid);
        let ids = ProviderIds {
            order: wire::id("order_id", order_id)?,
            transaction: wire::id("txn_id", txn_id)?,
            uuid: wire::id("txn_uuid", uuid)?,
        };
        Ok((ids, order_differs || txn_differs || uuid_differs))
    }
}

impl<'a> From<&Body<'a>> for Txn<'a> {
    fn from(body: &Body<'a>) -> Self {
        Self {
            status: body.status,
            status_id: body.status_id,
            order_id: body.order_id,
            txn_id: body.txn_id,
            txn_uuid: body.txn_uuid,
            currency: body.currency,
            txn_amount: body.txn_amount,
            net_amount: body.net_amount,
        }
    }
}

/// Whose payload it is.
pub(in crate::provider) fn ids_in(text: &str) -> Result<ProviderIds, Malformed> {
    Ok(Found::read(text)?.ids()?.0)
}

/// All that a payload says.
pub(in crate::provider) fn statements<'a>(
    text: &'a str,
    profile: &Profile,
    order_currency: Currency,
) -> Result<Observation<'a>, Malformed> {
    let found = Found::read(text)?;
    let (ids, ids_contradict) = found.ids()?;
    let has_transaction = found.detail.is_some() || found.alone.is_some();
    let (has_envelope, sent_at) = (found.sent_at.is_some(), found.sent_at.flatten());
    let order = found.order.unwrap_or_default();
    let txn = found.detail.or(found.alone).unwrap_or_default();

    let mut currencies = Currencies::of(order_currency);
    // Where one of the two names none, it is counted in the other's.
    let txn_scale = currencies.read("txn_detail.currency", txn.currency, order_currency)?;
    let scale = currencies.read("currency", order.currency, txn_scale)?;
    let txn_scale = if txn.currency.is_some() { txn_scale } else { scale };
    let amount = |name, field| wire::amount(name, field, AmountForm::Major, scale);

    let listed = order.txn_list.is_some();
    let others = others(order.txn_list, scale, &mut currencies)?;
    let several = others.as_ref().is_some_and(|others| others.len() > 1);
    let bare = amount("amount", order.amount)?;
    let captured = amount("captured_amount", order.captured_amount)?;
    let effective = amount("effective_amount", order.effective_amount)?;
    let sure = has_envelope || has_transaction || captured.is_some() || listed;

    let mut transaction = of_txn(&txn, ["txn_amount", "net_amount"], txn_scale)?;
    // What an order with several transactions is for is not what one of them authorized or pays.
    let of_one = effective.filter(|_| !several);
    transaction.authorized = transaction.authorized.or(of_one);
    transaction.pays = transaction.pays.or(of_one.and(bare));
    let parts = parts(order.txn_sub_details, ids.transaction.as_ref(), profile, scale, &mut currencies)?;
    let refunds = refunds(order.refunds, profile, scale, &mut currencies)?;
    Ok(Observation {
        currency: currencies.named(),
        order: Statement {
            ids: ProviderIds { order: ids.order.clone(), ..ProviderIds::default() },
            word: word(order.status, order.status_id, Subject::Order),
            captured,
            refunded: amount("amount_refunded", order.amount_refunded)?,
            price: bare.filter(|_| sure),
            unsure: bare.filter(|_| !sure),
            assumed: bare,
            ..Statement::default()
        },
        transaction: Statement { ids, ..transaction },
        has_transaction,
        others,
        captures: parts.captures,
        voids: parts.voids,
        refunds,
        ids_contradict,
        occurred_at: wire::rfc3339("date_created", sent_at).ok().flatten(),
    })
}

fn word<'a>(status: Field<'a>, id: Field<'a>, subject: Subject) -> Option<Word<'a>> {
    wire::text(status).map(|text| Word { text, id: wire::status_id(id), subject })
}

/// What an object of a transaction says of it, its identifiers aside.
fn of_txn<'a>(
    txn: &Txn<'a>,
    [txn_amount, net_amount]: [&'static str; 2],
    scale: Currency,
) -> Result<Statement<'a>, Malformed> {
    Ok(Statement {
        word: word(txn.status, txn.status_id, Subject::Transaction),
        authorized: wire::amount(txn_amount, txn.txn_amount, AmountForm::Major, scale)?,
        pays: wire::amount(net_amount, txn.net_amount, AmountForm::Major, scale)?,
        ..Statement::default()
    })
}

/// Every transaction of the order.
fn others<'a>(
    list: Listed<Txn<'a>>,
    scale: Currency,
    currencies: &mut Currencies,
) -> Result<Option<Vec<Statement<'a>>>, Malformed> {
    if list.is_none() {
        return Ok(None);
    }
    let mut others = Vec::new();
    for txn in wire::list(list, OTHERS)? {
        let scale = currencies.read("txn_list.currency", txn.currency, scale)?;
        let ids = ProviderIds {
            order: wire::id("txn_list.order_id", txn.order_id)?,
            transaction: wire::id("txn_list.txn_id", txn.txn_id)?,
            uuid: wire::id("txn_list.txn_uuid", txn.txn_uuid)?,
        };
        others.push(Statement { ids, ..of_txn(&txn, ["txn_list.txn_amount", "txn_list.net_amount"], scale)? });
    }
    Ok(Some(others))
}

/// The captures and voids of a transaction.
#[derive(Default)]
struct Parts<'a> {
    captures: Vec<RequestStatement<'a>>,
    voids: Vec<RequestStatement<'a>>,
}

/// One kind of part of a transaction. Source: `TxnObjectType` of official code, and a list by a third party.
fn kind(name: &str) -> Option<Operation> {
    match name {
        "PARTIAL_CAPTURE" | "CAPTURE" | "MULTIPLE_PARTIAL_CAPTURE" => Some(Operation::Capture),
        "PARTIAL_VOID" | "VOID" | "MULTIPLE_PARTIAL_VOID" => Some(Operation::Void),
        _ => None,
    }
}

/// Reads the list from its end: the newest stands first. A part of another transaction is not this one's.
fn parts<'a>(
    list: Listed<Part<'a>>,
    own: Option<&ProviderId>,
    profile: &Profile,
    scale: Currency,
    currencies: &mut Currencies,
) -> Result<Parts<'a>, Malformed> {
    let mut parts = Parts::default();
    for part in wire::list(list, PARTS)?.into_iter().rev() {
        let Some(operation) = wire::text(part.txn_object_type).and_then(|name| kind(&name)) else { continue };
        let parent = wire::key(part.source_object_id);
        if let (Some(parent), Some(own)) = (parent, own)
            && parent != own.as_str()
        {
            continue;
        }
        let scale = currencies.read("txn_sub_details.currency", part.currency, scale)?;
        let word = wire::text(part.status);
        let said = RequestStatement {
            key: wire::key(part.txn_id),
            id: wire::id("txn_sub_details.txn_uuid", part.txn_uuid)?,
            amount: wire::amount("txn_sub_details.txn_amount", part.txn_amount, AmountForm::Major, scale)?,
            fate: fate(profile, operation, word.as_ref()),
            word,
        };
        if operation == Operation::Capture { parts.captures.push(said) } else { parts.voids.push(said) }
    }
    Ok(parts)
}

fn refunds<'a>(
    list: Listed<Refund<'a>>,
    profile: &Profile,
    scale: Currency,
    currencies: &mut Currencies,
) -> Result<Vec<RequestStatement<'a>>, Malformed> {
    let mut refunds = Vec::new();
    for refund in wire::list(list, REFUNDS)? {
        let scale = currencies.read("refunds.currency", refund.currency, scale)?;
        let word = wire::text(refund.status);
        refunds.push(RequestStatement {
            key: wire::key(refund.unique_request_id),
            // The key names it; the gateway's own name is a help where it can be read.
            id: wire::id("refunds.id", refund.id).ok().flatten(),
            amount: wire::amount("refunds.amount", refund.amount, AmountForm::Major, scale)?,
            fate: fate(profile, Operation::Refund, word.as_ref()),
            word,
        });
    }
    Ok(refunds)
}

fn fate(profile: &Profile, operation: Operation, word: Option<&Cow<'_, str>>) -> Option<Fate> {
    word.and_then(|word| profile.fate(operation, word))
}
