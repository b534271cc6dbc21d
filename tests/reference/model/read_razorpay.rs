//! Razorpay's payloads: section 4 of the page on payloads. The event's name is a label: the statuses decide.

use super::facts::{Kind, Verdict};
use super::statements::{Payload, RequestSaid, Said, Told, Word, currency, field, id, minor};
use serde_json::Value;

pub fn read(body: &Value) -> Result<Payload, Verdict> {
    let none = Verdict::Malformed("not-a-payload");
    if body.get("items").is_some() {
        return Err(none);
    }
    let mut payload = Payload::default();
    let inside = |name: &str| body.pointer(&format!("/payload/{name}/entity")).filter(|entity| entity.is_object());
    let (payment, refund, order) = match body.get("entity").and_then(Value::as_str) {
        Some("payment") => (Some(body), None, None),
        Some("refund") => (None, Some(body), None),
        Some("order") => (None, None, Some(body)),
        _ => (inside("payment"), inside("refund"), inside("order")),
    };
    if payment.is_none() && refund.is_none() && order.is_none() {
        return Err(none);
    }
    for entity in [payment, refund, order].into_iter().flatten() {
        currency(entity, &mut payload.currencies)?;
    }
    if let Some(payment) = payment {
        read_payment(payment, &mut payload)?;
    }
    if let Some(refund) = refund {
        read_refund(refund, &mut payload)?;
    }
    if let Some(order) = order {
        read_order(order, &mut payload)?;
    }
    Ok(payload)
}

/// The flag may be a boolean, "1", "0", or a number.
fn flag(entity: &Value, key: &str) -> Option<bool> {
    match field(entity, key)? {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => match text.as_str() {
            "1" | "true" => Some(true),
            "0" | "false" => Some(false),
            _ => None,
        },
        Value::Number(number) => number.as_i64().map(|number| number != 0),
        _ => None,
    }
}

fn read_payment(payment: &Value, payload: &mut Payload) -> Result<(), Verdict> {
    let transaction = &mut payload.transaction;
    transaction.ids.extend(id(payment, "id")?.map(|id| ("id".to_string(), id)));
    payload.order.id = id(payment, "order_id")?;
    let captured = flag(payment, "captured");
    if let Some(text) = id(payment, "status")? {
        let word = match text.as_str() {
            "created" | "pending" => Some(Word::Created),
            "authorized" => Some(Word::Authorized),
            "captured" => Some(Word::Charged),
            "refunded" if captured == Some(false) => Some(Word::AutoRefunded),
            "refunded" => Some(Word::Refunded),
            "failed" => Some(Word::Failed),
            _ => None,
        };
        transaction.flag_contradicts = match word {
            Some(Word::Charged) => captured == Some(false),
            Some(Word::Created | Word::Authorized | Word::Failed) => captured == Some(true),
            _ => false,
        };
        transaction.said = Some(Said { text, word, number_fits: true });
    }
    transaction.authorized = minor(payment, "amount")?;
    transaction.refunded = minor(payment, "amount_refunded")?;
    Ok(())
}

fn read_refund(refund: &Value, payload: &mut Payload) -> Result<(), Verdict> {
    if let Some(payment) = id(refund, "payment_id")? {
        let named = ("id".to_string(), payment);
        if !payload.transaction.ids.contains(&named) {
            payload.transaction.ids.push(named);
        }
    }
    let told = match refund.get("status").and_then(Value::as_str) {
        Some("processed") => Some(Told::Succeeded),
        Some("pending" | "created") => Some(Told::Accepted),
        Some("failed") => Some(Told::Failed),
        _ => None,
    };
    let (key, own_id) = (id(refund, "receipt")?, id(refund, "id")?);
    let amount = minor(refund, "amount")?;
    payload.requests.push(RequestSaid { kind: Kind::Refund, key, id: own_id, amount, told });
    Ok(())
}

fn read_order(order: &Value, payload: &mut Payload) -> Result<(), Verdict> {
    if let Some(id) = id(order, "id")? {
        payload.order.id = Some(id);
    }
    if let Some(text) = id(order, "status")? {
        let word = match text.as_str() {
            "created" => Some(Word::Created),
            "attempted" => Some(Word::Nothing),
            "paid" => Some(Word::Charged),
            _ => None,
        };
        payload.order.said = Some(Said { text, word, number_fits: true });
    }
    payload.order.price = minor(order, "amount")?;
    payload.order.captured = minor(order, "amount_paid")?;
    Ok(())
}
