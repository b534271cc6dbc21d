//! Juspay's payloads: section 3 of the page on payloads, with the words of provider facts A1 and A2.

use super::facts::{Kind, Verdict};
use super::money::Currency;
use super::statements::{Ids, Listed, Payload, RequestSaid, Said, Told, Word, currency, field, id, major};
use serde_json::Value;

/// The word's meaning, and the numbers that it may stand with (none: any).
fn word(text: &str) -> Option<(Word, &'static [i64])> {
    Some(match text {
        "CREATED" => (Word::Created, &[1]),
        "NEW" => (Word::Created, &[10]),
        "ERROR" => (Word::Created, &[-1]),
        "STARTED" => (Word::Created, &[20]),
        "PENDING_VBV" => (Word::Created, &[23]),
        "VBV_SUCCESSFUL" => (Word::Created, &[24]),
        "AUTHORIZING" => (Word::Created, &[28]),
        "COD_INITIATED" => (Word::Created, &[29]),
        "TO_BE_CHARGED" => (Word::Created, &[40]),
        "NOP" | "PENDING" | "PENDING_AUTHENTICATION" | "SUCCESS" | "COMPLETED" => (Word::Created, &[]),
        "AUTHENTICATION_FAILED" => (Word::Failed, &[26]),
        "AUTHORIZATION_FAILED" => (Word::Failed, &[27]),
        "JUSPAY_DECLINED" => (Word::Failed, &[22]),
        "NOT_FOUND" => (Word::Failed, &[40]),
        "FAILURE" | "DECLINED" => (Word::Failed, &[]),
        "AUTHORIZED" => (Word::Authorized, &[25]),
        "CAPTURE_INITIATED" => (Word::CaptureInitiated, &[33]),
        "PARTIAL_CHARGED" => (Word::PartiallyCharged, &[37, 21]),
        "CHARGED" => (Word::Charged, &[21]),
        "CAPTURE_FAILED" => (Word::CaptureFailed, &[34]),
        "VOID_INITIATED" => (Word::VoidInitiated, &[32]),
        "VOID_FAILED" => (Word::VoidFailed, &[35]),
        "VOIDED" => (Word::Voided, &[31]),
        "MERCHANT_VOIDED" | "AUTO_VOIDED" => (Word::Voided, &[]),
        "AUTO_REFUNDED" => (Word::AutoRefunded, &[36]),
        _ => return None,
    })
}

fn said(object: &Value) -> Result<Option<Said>, Verdict> {
    let Some(text) = id(object, "status")? else { return Ok(None) };
    let known = word(&text);
    let number = match field(object, "status_id") {
        Some(Value::Number(number)) => number.as_i64(),
        Some(Value::String(text)) => text.parse().ok(),
        _ => None,
    };
    let number_fits = match (&known, number) {
        (Some((_, numbers)), Some(number)) => numbers.is_empty() || numbers.contains(&number),
        _ => true,
    };
    Ok(Some(Said { text, word: known.map(|(word, _)| word), number_fits }))
}

fn ids(object: &Value) -> Result<Ids, Verdict> {
    let mut ids = Vec::new();
    for name in ["txn_id", "txn_uuid"] {
        if let Some(value) = id(object, name)? {
            ids.push((name.to_string(), value));
        }
    }
    Ok(ids)
}

fn items<'a>(object: &'a Value, key: &str) -> &'a [Value] {
    object.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

pub fn read(body: &Value, own: &Currency) -> Result<Payload, Verdict> {
    let nothing = Value::Null;
    let object = |value: &Value| value.is_object() && !value.as_object().is_some_and(serde_json::Map::is_empty);
    let envelope = body.get("content").filter(|content| content.is_object());
    let order = match envelope {
        Some(content) => content.get("order").filter(|order| object(order)),
        None => Some(body).filter(|body| {
            let names = ["status", "order_id", "txn_detail", "txn_list", "txn_id", "txn_uuid"];
            names.iter().any(|name| field(body, name).is_some())
        }),
    };
    let detail = match envelope.and_then(|content| content.get("txn")).filter(|txn| object(txn)) {
        Some(txn) => Some(txn),
        None => order.and_then(|order| order.get("txn_detail")).filter(|txn| object(txn)),
    };
    if order.is_none() && detail.is_none() {
        return Err(Verdict::Malformed("not-a-payload"));
    }
    let order = order.unwrap_or(&nothing);
    let mut payload = Payload::default();
    currency(order, &mut payload.currencies)?;
    if let Some(detail) = detail {
        currency(detail, &mut payload.currencies)?;
    }
    let bare = envelope.is_none()
        && detail.is_none()
        && field(order, "captured_amount").is_none()
        && field(order, "txn_list").is_none();
    let amount = major(order, "amount", own)?;
    let effective = major(order, "effective_amount", own)?;
    payload.order.id = match id(order, "order_id")? {
        Some(id) => Some(id),
        None => detail.map_or(Ok(None), |detail| id(detail, "order_id"))?,
    };
    payload.order.said = said(order)?;
    payload.order.captured = major(order, "captured_amount", own)?;
    payload.order.refunded = major(order, "amount_refunded", own)?;
    if bare {
        payload.order.unsure = amount;
    } else {
        payload.order.price = amount;
    }
    for item in items(order, "txn_list").iter().filter(|item| item.is_object()) {
        payload.list.push(Listed {
            order: id(item, "order_id")?,
            ids: ids(item)?,
            said: said(item)?,
            authorized: major(item, "txn_amount", own)?,
            pays: major(item, "net_amount", own)?,
        });
    }
    let single = payload.list.len() < 2;
    let transaction = &mut payload.transaction;
    transaction.authorized_at_first = amount;
    transaction.authorized = effective;
    transaction.pays = if single && effective.is_some() { amount } else { None };
    match detail {
        Some(detail) => {
            transaction.ids = ids(detail)?;
            let beside = ids(order)?;
            for (name, value) in &beside {
                payload.ids_contradict |= transaction.ids.iter().any(|(other, id)| other == name && id != value);
            }
            let (one, two) = (id(order, "order_id")?, id(detail, "order_id")?);
            payload.ids_contradict |= one.is_some() && two.is_some() && one != two;
            transaction.said = said(detail)?;
            transaction.authorized = major(detail, "txn_amount", own)?.or(effective);
            transaction.pays = major(detail, "net_amount", own)?.or(transaction.pays);
        }
        None => transaction.ids = ids(order)?,
    }
    requests(order, own, &mut payload)?;
    Ok(payload)
}

fn requests(order: &Value, own: &Currency, payload: &mut Payload) -> Result<(), Verdict> {
    for item in items(order, "txn_sub_details").iter().filter(|item| item.is_object()) {
        let kind = match item.get("txn_object_type").and_then(Value::as_str) {
            Some("PARTIAL_CAPTURE" | "CAPTURE" | "MULTIPLE_PARTIAL_CAPTURE") => Kind::Capture,
            Some("PARTIAL_VOID" | "VOID" | "MULTIPLE_PARTIAL_VOID") => Kind::Void,
            _ => continue,
        };
        let told = match item.get("status").and_then(Value::as_str) {
            Some("CHARGED" | "VOIDED") => Some(Told::Succeeded),
            Some("CAPTURE_INITIATED" | "VOID_INITIATED" | "PENDING") => Some(Told::Accepted),
            Some("CAPTURE_FAILED" | "VOID_FAILED" | "AUTHORIZATION_FAILED") => Some(Told::Failed),
            _ => None,
        };
        let amount = major(item, "txn_amount", own)?;
        payload.requests.push(RequestSaid { kind, key: id(item, "txn_id")?, id: id(item, "txn_uuid")?, amount, told });
    }
    for item in items(order, "refunds").iter().filter(|item| item.is_object()) {
        let told = match item.get("status").and_then(Value::as_str) {
            Some("SUCCESS" | "REFUNDED") => Some(Told::Succeeded),
            Some("PENDING" | "MANUAL_REVIEW" | "TRANSFER_SCHEDULED") => Some(Told::Accepted),
            Some("FAILURE" | "FAILED") => Some(Told::Failed),
            _ => None,
        };
        let (key, id) = (id(item, "unique_request_id")?, id(item, "id")?);
        payload.requests.push(RequestSaid { kind: Kind::Refund, key, id, amount: major(item, "amount", own)?, told });
    }
    Ok(())
}
