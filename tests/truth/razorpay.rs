//! Razorpay's payloads, from the books: entities, and webhooks with payment, refund and order. A shape is a set of bits;
//! none is the plain payment entity.

use order_capture::Operation;
use serde_json::{Map, Value, json};

use super::books::{Books, End, Entry, Fate};
use super::provider::{Provider, is_set};

/// What a shape may say otherwise in a full poll.
pub const FULL: u16 = FLAG_AS_TEXT | NO_ORDER_ID | SECOND_WORD;
/// What leaves out a total.
pub const WITHOUT_TOTALS: u16 = NO_REFUNDED;
/// What answers a capture is the payment, what answers a refund is the refund.
pub const NOT_IN_A_RESPONSE: u16 = ENVELOPE | REFUND_ALONE | ORDER_ALONE;
pub const REFUND_ALONE: u16 = 1 << 1;

const ENVELOPE: u16 = 1;
const ORDER_ALONE: u16 = 1 << 2;
const WITH_REFUND: u16 = 1 << 3;
pub const WITH_ORDER: u16 = 1 << 4;
pub const COUNTS_PENDING: u16 = 1 << 5;
const NO_FLAG: u16 = 1 << 6;
const FLAG_AS_TEXT: u16 = 1 << 7;
const NO_ORDER_ID: u16 = 1 << 8;
const NO_REFUNDED: u16 = 1 << 9;
const SECOND_WORD: u16 = 1 << 10;
/// From this bit on: which refund.
const WHICH: u16 = 11;

const ORDER: &str = "order_Example00001";

fn payment_id(books: &Books) -> String {
    format!("pay_Example0000000{}", books.number + 1)
}

/// The payment's status, and its captured flag.
fn word(books: &Books, shape: u16) -> (&'static str, bool) {
    let captured = books.captured();
    match books.end {
        _ if !books.is_held && books.is_refused => ("failed", false),
        _ if !books.is_held => (if is_set(shape, SECOND_WORD) { "pending" } else { "created" }, false),
        Some(End::Expired) if captured == 0 => ("refunded", false),
        _ if captured > 0 && books.refunded() == captured => ("refunded", true),
        _ if captured > 0 => ("captured", true),
        _ => ("authorized", false),
    }
}

fn payment(books: &Books, shape: u16, besides: u64) -> Value {
    let (status, captured) = word(books, shape);
    let given_back = status == "refunded" && !captured;
    let refunded = if given_back { books.amount } else { books.refunded() + besides };
    let mut entity = json!({
        "id": payment_id(books), "entity": "payment", "amount": books.amount, "currency": "INR", "status": status,
        "order_id": if is_set(shape, NO_ORDER_ID) { Value::Null } else { ORDER.into() },
        "method": "card", "amount_refunded": refunded, "notes": []
    });
    // Without the flag, refunded could be of money that was never captured.
    if !is_set(shape, NO_FLAG) || status == "refunded" {
        let as_text = is_set(shape, FLAG_AS_TEXT);
        entity["captured"] =
            if as_text { Value::from(if captured { "1" } else { "0" }) } else { Value::Bool(captured) };
    }
    if is_set(shape, NO_REFUNDED) {
        entity["amount_refunded"] = Value::Null;
    }
    entity
}

fn refund(books: &Books, entry: &Entry, shape: u16) -> Value {
    let status = match entry.fate {
        Fate::Pending if is_set(shape, SECOND_WORD) => "created",
        fate => ["pending", "processed", "failed"][fate as usize],
    };
    json!({
        "id": entry.id, "entity": "refund", "amount": entry.amount, "currency": "INR", "payment_id": payment_id(books),
        "status": status,
        "receipt": entry.key.clone().map_or(Value::Null, Value::from), "notes": []
    })
}

fn order(provider: &Provider) -> Value {
    let paid: u64 = provider.books.iter().map(|books| books.counts(books.captured())).sum();
    let is_tried = provider.books.iter().any(|books| books.is_held || books.is_refused);
    let status = match (paid >= provider.price, is_tried) {
        (true, _) => "paid",
        (false, true) => "attempted",
        (false, false) => "created",
    };
    json!({
        "id": ORDER, "entity": "order", "amount": provider.price, "currency": "INR", "status": status,
        "amount_paid": provider.books.iter().map(Books::captured).sum::<u64>(), "partial_payment": provider.takes_parts
    })
}

/// What Razorpay says now of a payment.
pub fn body(provider: &Provider, which: usize, shape: u16) -> Value {
    let is = |bit: u16| is_set(shape, bit);
    let books = &provider.books[which];
    let refunds: Vec<&Entry> = books.of(Operation::Refund).collect();
    let shown = refunds.get(usize::from(shape >> WHICH) % refunds.len().max(1));
    if is(REFUND_ALONE)
        && let Some(entry) = shown
    {
        return refund(books, entry, shape);
    }
    if is(ORDER_ALONE) && provider.books.len() == 1 {
        return order(provider);
    }
    if !is(ENVELOPE) {
        return payment(books, shape, 0);
    }
    let shown = shown.filter(|_| is(WITH_REFUND));
    // The payment's total may count the refund beside it, although it is pending or failed.
    let besides = shown.filter(|entry| entry.fate != Fate::Done && is(COUNTS_PENDING)).map_or(0, |entry| entry.amount);
    let mut payload = Map::new();
    payload.insert("payment".into(), json!({"entity": payment(books, shape, besides)}));
    if let Some(entry) = shown {
        payload.insert("refund".into(), json!({"entity": refund(books, entry, shape)}));
    }
    if is(WITH_ORDER) {
        payload.insert("order".into(), json!({"entity": order(provider)}));
    }
    json!({"entity": "event", "event": "payment.updated", "payload": payload, "created_at": 1_767_225_700})
}
