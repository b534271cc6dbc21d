//! Razorpay's paths: capture, fetch, refund, and the creation of an order.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use order_capture::profiles::CanonicalStatus as Status;
use order_capture::razorpay;
use serde_json::{Value, json};

use super::faults::Gateway;
use super::ledger::{Fate, Kind, Line, Order, Payment};
use super::{Answer, Books, StandIn, error_row, now, respond};

type Shared = State<Arc<StandIn>>;

fn is_allowed(shared: &StandIn, headers: &HeaderMap) -> bool {
    let (id, secret) = &shared.keys.razorpay;
    shared.is_allowed(headers, id, secret)
}

/// `POST /v1/payments/{id}/capture` with `amount` and `currency` as JSON.
pub async fn capture(State(shared): Shared, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    if !is_allowed(&shared, &headers) {
        return respond(unauthenticated());
    }
    shared.books().ledger.capture_requests += 1;
    shared.with_faults(|books, gateway| capture_of(books, &id, &json_of(&body), gateway)).await
}

/// `GET /v1/payments/{id}`.
pub async fn fetch(State(shared): Shared, Path(id): Path<String>, headers: HeaderMap) -> Response {
    if !is_allowed(&shared, &headers) {
        return respond(unauthenticated());
    }
    let delay = shared.books().faults.poll_delay;
    tokio::time::sleep(delay).await;
    if let Some(answer) = shared.books().faults.poll(&id) {
        return respond(answer);
    }
    let books = shared.books();
    let Some(payment) = books.ledger.payments.get(&id) else { return respond(no_such_id()) };
    respond((200, entity(&books, payment).to_string()))
}

/// `GET /v1/orders/{id}/payments`: every payment of an order. Source: Razorpay, fetch payments for an order.
pub async fn payments(State(shared): Shared, Path(id): Path<String>, headers: HeaderMap) -> Response {
    if !is_allowed(&shared, &headers) {
        return respond(unauthenticated());
    }
    if let Some(answer) = shared.books().faults.poll(&id) {
        return respond(answer);
    }
    let books = shared.books();
    let Some(order) = books.ledger.orders.get(&id) else { return respond(no_such_id()) };
    let known = order.payments.iter().filter_map(|id| books.ledger.payments.get(id));
    let items: Vec<Value> = known.map(|payment| entity(&books, payment)).collect();
    respond((200, json!({ "entity": "collection", "count": items.len(), "items": items }).to_string()))
}

/// `POST /v1/payments/{id}/refund` with, for a part, `amount`; a key in `X-Refund-Idempotency`.
pub async fn refund(State(shared): Shared, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    if !is_allowed(&shared, &headers) {
        return respond(unauthenticated());
    }
    let key = headers.get("x-refund-idempotency").and_then(|value| value.to_str().ok()).map(str::to_owned);
    shared.with_faults(|books, _| refund_of(books, &id, &json_of(&body), key)).await
}

/// `POST /v1/orders` with `amount`, `currency` and `receipt`.
pub async fn create(State(shared): Shared, headers: HeaderMap, body: Bytes) -> Response {
    if !is_allowed(&shared, &headers) {
        return respond(unauthenticated());
    }
    let asked = json_of(&body);
    let (Some(amount), Some(currency)) = (asked["amount"].as_u64(), asked["currency"].as_str()) else {
        return respond(refused(400, "The amount must be an integer.", Some("amount")));
    };
    let mut books = shared.books();
    let id = format!("order_{:014}", books.ledger.orders.len() + 1);
    let order = Order {
        provider: "razorpay".to_owned(),
        gateway: String::new(),
        amount,
        currency: currency.to_owned(),
        payments: vec![],
    };
    books.ledger.enter(&id, order);
    let entity = json!({
        "id": id, "entity": "order", "amount": amount, "amount_paid": 0, "amount_due": amount, "currency": currency,
        "receipt": asked["receipt"], "status": razorpay::PROFILE.order_word_for(None), "attempts": 0,
        "created_at": now().timestamp(),
    });
    respond((200, entity.to_string()))
}

/// Any other path.
pub async fn no_such_path() -> Response {
    respond(worded("The requested URL was not found on the server"))
}

fn capture_of(books: &mut Books, id: &str, asked: &Value, gateway: Gateway) -> Answer {
    let Some(payment) = books.ledger.payments.get(id).cloned() else { return no_such_id() };
    let order = books.ledger.orders.get(&payment.order).cloned().unwrap_or_default();
    let Some(amount) = asked["amount"].as_u64() else {
        return refused(400, "The amount must be an integer.", Some("amount"));
    };
    let already = payment.captured() > 0;
    match (books.ledger.trusting, already) {
        (false, true) => return refusal("already-captured"),
        (false, false) if asked["currency"].as_str() != Some(&*order.currency) => {
            return worded("Capture request currency must be same as payment currency");
        }
        (false, false) if amount != payment.authorized => return refusal("amount-not-equal-to-authorized"),
        _ => {}
    }
    if gateway == Gateway::Fails {
        return refused(502, "Payment failed due to an error at the gateway", None);
    }
    if let Some(payment) = books.ledger.payments.get_mut(id) {
        payment.lines.push(Line { kind: Kind::Capture, key: None, amount, fate: Fate::Done });
    }
    announce(books, id, "payment.captured");
    answer(books, id)
}

fn refund_of(books: &mut Books, id: &str, asked: &Value, key: Option<String>) -> Answer {
    let Some(payment) = books.ledger.payments.get(id).cloned() else { return no_such_id() };
    let left = payment.captured() - payment.refunded();
    // No amount is all of it; an amount that is none is an error and never all of it.
    let amount = match (asked, &asked["amount"]) {
        (Value::Null, _) | (Value::Object(_), Value::Null) => left,
        (Value::Object(_), Value::Number(number)) if number.is_u64() => number.as_u64().unwrap_or_default(),
        _ => return refused(400, "The amount must be an integer.", Some("amount")),
    };
    let known = key.as_deref().and_then(|key| payment.under(Kind::Refund, key));
    let line = match known {
        Some(line) => line.clone(),
        None if left == 0 => return worded("fully refunded already"),
        None if amount == 0 || amount > left => {
            return refused(400, "The total refund amount is greater than the refund payment amount", Some("amount"));
        }
        None => Line { kind: Kind::Refund, key, amount, fate: Fate::Done },
    };
    let refund = refund_entity(books, &payment, &line);
    if known.is_none() {
        if let Some(payment) = books.ledger.payments.get_mut(id) {
            payment.lines.push(line);
        }
        tell(books, id, "refund.processed", json!({ "refund": { "entity": refund } }));
    }
    (200, refund.to_string())
}

/// A refund; its receipt is the key that it was asked under.
fn refund_entity(books: &Books, payment: &Payment, line: &Line) -> Value {
    let number =
        payment.lines.iter().position(|known| known.key.is_some() && known == line).unwrap_or(payment.lines.len());
    json!({
        "id": format!("rfnd_{}_{number}", payment.id), "entity": "refund", "amount": line.amount,
        "payment_id": payment.id, "receipt": line.key, "status": "processed", "created_at": now().timestamp(),
        "currency": books.ledger.orders.get(&payment.order).map(|order| order.currency.clone()),
    })
}

/// Puts the webhook of what a payment is now in the queue.
pub(super) fn announce(books: &mut Books, id: &str, name: &str) {
    tell(books, id, name, json!({}));
}

/// The same with what else the webhook contains.
fn tell(books: &mut Books, id: &str, name: &str, mut contents: Value) {
    let Some(payment) = books.ledger.payments.get(id) else { return };
    contents["payment"] = json!({ "entity": entity(books, payment) });
    let contains: Vec<&String> = contents.as_object().into_iter().flat_map(|contents| contents.keys()).collect();
    let payload = json!({
        "entity": "event", "account_id": "acc_standin", "event": name, "contains": contains, "payload": contents,
        "created_at": now().timestamp(),
    });
    books.webhooks.razorpay(&payload.to_string());
}

fn answer(books: &Books, id: &str) -> Answer {
    books.ledger.payments.get(id).map_or_else(no_such_id, |payment| (200, entity(books, payment).to_string()))
}

fn entity(books: &Books, payment: &Payment) -> Value {
    let (captured, refunded) = (payment.captured(), payment.refunded());
    let status = match captured {
        0 => Status::Authorized,
        _ if refunded == captured => Status::Refunded,
        _ => Status::Charged,
    };
    let refund_status = match refunded {
        0 => None,
        _ if refunded == captured => Some("full"),
        _ => Some("partial"),
    };
    json!({
        "id": payment.id, "entity": "payment", "amount": payment.authorized, "order_id": payment.order,
        "currency": books.ledger.orders.get(&payment.order).map(|order| order.currency.clone()),
        "status": razorpay::PROFILE.word_for(status), "captured": captured > 0, "method": "card",
        "amount_refunded": refunded, "refund_status": refund_status, "international": false, "notes": [],
        "fee": null, "tax": null, "error_code": null, "error_description": null, "created_at": payment.created.timestamp(),
    })
}

fn refused(http_status: u16, description: &str, field: Option<&str>) -> Answer {
    let code = if http_status >= 500 { "GATEWAY_ERROR" } else { "BAD_REQUEST_ERROR" };
    let mut error = json!({
        "code": code, "description": description, "source": "business", "step": "payment_capture",
        "reason": "input_validation_failed", "metadata": {},
    });
    if let Some(field) = field {
        error["field"] = field.into();
    }
    (http_status, json!({ "error": error }).to_string())
}

/// The error row that words one of the crate's refusals.
fn refusal(code: &str) -> Answer {
    let row = razorpay::PROFILE.error_for(code);
    row.map_or_else(|| refused(400, code, None), |row| refused(row.http_status, &row.message, None))
}

/// The error row with this text.
fn worded(text: &str) -> Answer {
    let row = error_row(&razorpay::PROFILE.errors, text);
    row.map_or_else(|| refused(400, text, None), |row| refused(row.http_status, &row.message, None))
}

fn no_such_id() -> Answer {
    worded("The id provided does not exist")
}

fn unauthenticated() -> Answer {
    let row = error_row(&razorpay::PROFILE.errors, "provided is invalid");
    let (status, message) = row.map_or((401, ""), |row| (row.http_status, &*row.message));
    refused(status, &format!("The API key or secret {message}"), None)
}

fn json_of(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_default()
}
