//! Razorpay payloads from the books: entities, and webhooks with payment, refund and order.

use super::Setting;
use super::books::{Books, Entry, Fate, Job};
use super::random::Random;
use serde_json::{Map, Value, json};

const ORDER: &str = "order_Example00001";

fn payment_id(books: &Books) -> String {
    format!("pay_Example0000000{}", books.number + 1)
}

fn payment(random: &mut Random, setting: &Setting, books: &Books, besides: u64, full: bool) -> Value {
    let (status, captured) = books.razorpay_word();
    let given_back = status == "refunded" && !captured;
    let refunded = if given_back { books.held.unwrap_or(0) } else { books.refunded() + besides };
    let mut entity = json!({
        "id": payment_id(books), "entity": "payment", "amount": books.held.unwrap_or(setting.price),
        "currency": setting.currency, "status": status,
        "order_id": if random.percent(80) { Value::from(ORDER) } else { Value::Null },
        "method": "card", "amount_refunded": refunded, "notes": [], "created_at": 1_767_225_600
    });
    if full || random.percent(92) || status == "refunded" {
        let text = random.percent(6);
        entity["captured"] = if text { Value::from(if captured { "1" } else { "0" }) } else { Value::Bool(captured) };
    }
    if !full && random.percent(4) {
        entity["amount_refunded"] = Value::Null;
    }
    entity
}

fn refund(setting: &Setting, books: &Books, entry: &Entry) -> Value {
    let status = ["pending", "processed", "failed"][entry.fate as usize];
    json!({
        "id": entry.id, "entity": "refund", "amount": entry.amount, "currency": setting.currency,
        "payment_id": payment_id(books), "status": status,
        "receipt": entry.key.clone().map_or(Value::Null, Value::from), "notes": []
    })
}

fn order(setting: &Setting, all: &[Books]) -> Value {
    let paid: u64 = all.iter().map(Books::captured).sum();
    let tried = all.iter().any(|books| books.held.is_some() || books.refused);
    let status = match (paid >= setting.price, tried) {
        (true, _) => "paid",
        (false, true) => "attempted",
        (false, false) => "created",
    };
    json!({
        "id": ORDER, "entity": "order", "amount": setting.price, "amount_paid": paid,
        "currency": setting.currency, "status": status, "partial_payment": false
    })
}

/// What the provider says now of this payment. With `full` it is the payment itself.
pub fn body(random: &mut Random, setting: &Setting, all: &[Books], which: usize, full: bool) -> Value {
    let books = &all[which];
    let refunds: Vec<&Entry> = books.of(Job::Refund).collect();
    let shown = if refunds.is_empty() { None } else { Some(random.pick(&refunds)) };
    match (random.below(10), shown) {
        _ if full => payment(random, setting, books, 0, true),
        (4, Some(entry)) => refund(setting, books, entry),
        (0..=4, _) => payment(random, setting, books, 0, false),
        (5, _) if all.len() == 1 => order(setting, all),
        (shape, _) => {
            let mut payload = Map::new();
            let shown = shown.filter(|_| random.percent(60));
            // The payment's total may count the refund beside it, although it is pending or failed.
            let counts = shown.filter(|entry| entry.fate != Fate::Done && random.percent(40));
            let besides = counts.map_or(0, |entry| entry.amount);
            payload.insert("payment".into(), json!({"entity": payment(random, setting, books, besides, false)}));
            if let Some(entry) = shown {
                payload.insert("refund".into(), json!({"entity": refund(setting, books, entry)}));
            }
            if shape >= 8 {
                payload.insert("order".into(), json!({"entity": order(setting, all)}));
            }
            json!({"entity": "event", "event": "payment.updated", "payload": payload, "created_at": 1_767_225_700})
        }
    }
}
