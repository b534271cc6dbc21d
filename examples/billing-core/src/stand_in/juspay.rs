//! Juspay's paths: capture, void, order status, refund, and the creation of an order.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use order_capture::profiles::{CanonicalStatus as Status, VoidMode};
use order_capture::{Currency, KeyForm, Minor, Money, Profile, juspay};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde_json::value::RawValue;

use super::faults::Gateway;
use super::ledger::{Fate, Kind, Line, Order, Payment};
use super::{Answer, Books, StandIn, error_row, now, respond};

type Shared = State<Arc<StandIn>>;

/// `POST /v2/txns/{txn_uuid}/capture`: without a body all of it; else `amount` and `idempotence_key`.
pub async fn capture(State(shared): Shared, Path(uuid): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    if !shared.is_allowed(&headers, &shared.keys.juspay, "") {
        return respond(unauthenticated());
    }
    shared.books().ledger.capture_requests += 1;
    shared.with_faults(|books, gateway| ask(books, &uuid, Kind::Capture, &form(&body), gateway)).await
}

/// `POST /v2/txns/{txn_uuid}/void`: without a body all that is held; at SIMPL also a part.
pub async fn void(State(shared): Shared, Path(uuid): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    if !shared.is_allowed(&headers, &shared.keys.juspay, "") {
        return respond(unauthenticated());
    }
    shared.with_faults(|books, gateway| ask(books, &uuid, Kind::Void, &form(&body), gateway)).await
}

/// `POST /orders/{order_id}/refunds` with `unique_request_id` and, for a part, `amount`.
pub async fn refund(State(shared): Shared, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    if !shared.is_allowed(&headers, &shared.keys.juspay, "") {
        return respond(unauthenticated());
    }
    shared.with_faults(|books, _| refund_of(books, &id, &form(&body))).await
}

/// `GET /orders/{order_id}`.
pub async fn status(State(shared): Shared, Path(id): Path<String>, headers: HeaderMap) -> Response {
    if !shared.is_allowed(&headers, &shared.keys.juspay, "") {
        return respond(unauthenticated());
    }
    let delay = shared.books().faults.poll_delay;
    tokio::time::sleep(delay).await;
    if let Some(answer) = shared.books().faults.poll(&id) {
        return respond(answer);
    }
    let books = shared.books();
    let Some(order) = books.ledger.orders.get(&id) else {
        return respond(refused(404, "RESOURCE_NOT_FOUND", "Order not found"));
    };
    let payment = order.payments.last().and_then(|last| books.ledger.payments.get(last));
    respond((200, body(&books, &id, order, payment, true)))
}

/// `POST /orders` with `order_id`, `amount`, `currency`, and here `gateway`.
pub async fn create(State(shared): Shared, headers: HeaderMap, body_bytes: Bytes) -> Response {
    if !shared.is_allowed(&headers, &shared.keys.juspay, "") {
        return respond(unauthenticated());
    }
    let form = form(&body_bytes);
    let text = |name: &str| form.get(name).cloned().unwrap_or_default();
    let currency = form.get("currency").cloned().unwrap_or_else(|| "INR".to_owned());
    let read = Currency::from_code(&currency).ok().and_then(|known| Money::parse(&text("amount"), known).ok());
    let (Some(amount), false) = (read, text("order_id").is_empty()) else {
        return respond(refused(400, "INVALID_INPUT", "order_id, amount or currency is missing or malformed"));
    };
    let mut books = shared.books();
    let order = Order {
        provider: "juspay".to_owned(),
        gateway: text("gateway"),
        amount: amount.minor().get(),
        currency,
        payments: vec![],
    };
    books.ledger.enter(&text("order_id"), order.clone());
    respond((200, body(&books, &text("order_id"), &order, None, true)))
}

/// The gateway's rules and words; any other gateway captures in full only.
pub(super) fn profile(order: &Order) -> &'static Profile {
    juspay::gateway(&order.gateway).unwrap_or(&juspay::FULL_ONLY)
}

fn ask(books: &mut Books, uuid: &str, kind: Kind, form: &BTreeMap<String, String>, gateway: Gateway) -> Answer {
    let Some(payment) = books.ledger.payments.get(uuid).cloned() else {
        return refused(404, "RESOURCE_NOT_FOUND", "Transaction not found");
    };
    let order = books.ledger.orders.get(&payment.order).cloned().unwrap_or_default();
    let key = form.get("idempotence_key");
    // A key seen before is the same request: nothing is done twice.
    let known = key.is_some_and(|key| payment.under(kind, key).is_some());
    if !known {
        let trusting = books.ledger.trusting;
        if !trusting && let Some(answer) = refuse(&payment, &order, kind) {
            return answer;
        }
        let most = if trusting { u64::MAX } else { payment.left() };
        let amount = match amount_of(form, &payment, &order, most) {
            Ok(amount) => amount,
            Err(answer) => return answer,
        };
        if !trusting && amount < payment.left() && !takes_parts(&order, kind) {
            return refused(400, "INVALID_INPUT", "Only the whole amount can be captured or voided at this gateway");
        }
        let fate = match gateway {
            Gateway::Does | Gateway::DoesSilently => Fate::Done,
            Gateway::Accepts { succeeds } => Fate::Pending { succeeds },
            Gateway::Fails => Fate::Failed,
        };
        if let Some(payment) = books.ledger.payments.get_mut(uuid) {
            payment.lines.push(Line { kind, key: key.cloned(), amount, fate });
        }
        announce(books, uuid);
    }
    let after = books.ledger.payments.get(uuid).unwrap_or(&payment);
    // What Juspay says while its gateway is silent is what it knew before.
    let shown = if gateway == Gateway::DoesSilently { &payment } else { after };
    (200, body(books, &payment.order, &order, Some(shown), false))
}

/// Amount and key come together, or neither does: then it is all that is left.
fn amount_of(form: &BTreeMap<String, String>, payment: &Payment, order: &Order, most: u64) -> Result<u64, Answer> {
    let key = form.get("idempotence_key");
    let currency = Currency::from_code(&order.currency).unwrap_or(Currency::INR);
    match (form.get("amount"), key) {
        (None, None) if most == u64::MAX => Ok(payment.authorized),
        (None, None) => Ok(payment.left()),
        (Some(text), Some(key)) if KeyForm::JUSPAY.check(key).is_ok() => {
            let amount = Money::parse(text, currency).map(|money| money.minor().get()).unwrap_or_default();
            let fits = amount > 0 && amount <= most;
            fits.then_some(amount).ok_or_else(|| refused(400, "INVALID_INPUT", "Invalid amount"))
        }
        (Some(_), Some(_)) => Err(refused(400, "INVALID_INPUT", "Invalid idempotence_key")),
        _ => Err(refused(400, "MISSING_MANDATORY_PARAMETER", "amount and idempotence_key come together")),
    }
}

fn takes_parts(order: &Order, kind: Kind) -> bool {
    let can = &profile(order).capabilities;
    if kind == Kind::Capture { can.captures.takes_parts() } else { can.void == VoidMode::Partial }
}

/// What the provider itself does not take from here, in its own words.
fn refuse(payment: &Payment, order: &Order, kind: Kind) -> Option<Answer> {
    if payment.is_pending(Kind::Capture) || payment.is_pending(Kind::Void) {
        return Some(refused(400, "DUPLICATE_REQUEST", "another request for same id in process"));
    }
    let (profile, status) = (profile(order), status_of(payment));
    let several = !profile.capabilities.captures.is_single();
    match (kind, status) {
        (Kind::Capture, Status::Authorized | Status::PartiallyCharged) => None,
        (Kind::Capture, Status::CaptureFailed) if several => None,
        (Kind::Capture, Status::Charged) => Some(already_captured(profile)),
        (Kind::Capture, _) => {
            Some(refused(400, "Invalid", &format!("Cannot Capture {} Transaction", profile.word_for(status))))
        }
        (_, Status::Charged) => Some(refused(400, "Invalid", "Cannot Void CHARGED Transaction")),
        (_, Status::Voided) => Some(refused(400, "Invalid", "Invalid state for void operation.")),
        _ => None,
    }
}

fn refund_of(books: &mut Books, order_id: &str, form: &BTreeMap<String, String>) -> Answer {
    let Some(order) = books.ledger.orders.get(order_id).cloned() else {
        return refused(404, "RESOURCE_NOT_FOUND", "Order not found");
    };
    let Some(key) = form.get("unique_request_id").filter(|key| !key.is_empty()) else {
        return refused(400, "MISSING_MANDATORY_PARAMETER", "unique_request_id is missing");
    };
    let payments: Vec<&Payment> = order.payments.iter().filter_map(|id| books.ledger.payments.get(id)).collect();
    if payments.iter().any(|payment| payment.under(Kind::Refund, key).is_some()) {
        let text = "A refund call was already completed with this unique_request_id for the order.";
        return refused(400, "duplicate.call", text);
    }
    let Some(payment) = payments.into_iter().find(|payment| payment.captured() > payment.refunded()).cloned() else {
        return refused(400, "invalid.amount.exceeded", "Nothing is left to refund");
    };
    let left = payment.captured() - payment.refunded();
    let currency = Currency::from_code(&order.currency).unwrap_or(Currency::INR);
    let amount = match form.get("amount") {
        Some(text) => Money::parse(text, currency).map(|money| money.minor().get()).unwrap_or_default(),
        None => left,
    };
    if amount == 0 || amount > left {
        return refused(400, "invalid.amount.exceeded", "invalid amount");
    }
    if let Some(payment) = books.ledger.payments.get_mut(&payment.id) {
        payment.lines.push(Line { kind: Kind::Refund, key: Some(key.clone()), amount, fate: Fate::Done });
    }
    announce(books, &payment.id);
    let after = books.ledger.payments.get(&payment.id);
    (200, body(books, order_id, &order, after, true))
}

/// What Juspay would say of the payment, from its lines.
fn status_of(payment: &Payment) -> Status {
    let captured = payment.captured();
    match (payment.latest(Kind::Capture), payment.latest(Kind::Void)) {
        (Some(Fate::Pending { .. }), _) => Status::CaptureInitiated,
        (_, Some(Fate::Pending { .. })) => Status::VoidInitiated,
        _ if captured > 0 && payment.left() == 0 => Status::Charged,
        _ if captured == 0 && payment.voided() == payment.authorized => Status::Voided,
        (_, Some(Fate::Failed)) => Status::VoidFailed,
        (Some(Fate::Failed), _) => Status::CaptureFailed,
        _ if captured > 0 => Status::PartiallyCharged,
        _ => Status::Authorized,
    }
}

/// Puts the webhook of what a payment is now in the queue.
pub(super) fn announce(books: &mut Books, uuid: &str) {
    let Some(payment) = books.ledger.payments.get(uuid) else { return };
    let Some(order) = books.ledger.orders.get(&payment.order) else { return };
    let name = match status_of(payment) {
        Status::Charged => "ORDER_SUCCEEDED",
        Status::PartiallyCharged => "ORDER_PARTIAL_CHARGED",
        Status::CaptureFailed => "ORDER_CAPTURE_FAILED",
        Status::Voided => "ORDER_VOIDED",
        Status::VoidFailed => "ORDER_VOID_FAILED",
        Status::Authorized => "ORDER_AUTHORIZED",
        _ => "ORDER_UPDATED",
    };
    let order_body = body(books, &payment.order, order, Some(payment), true);
    books.webhooks.juspay(name, &order_body);
}

#[derive(Serialize)]
struct Detail {
    txn_id: String,
    txn_uuid: String,
    order_id: String,
    status: String,
    currency: String,
    created: String,
    txn_amount: Box<RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    txn_object_type: Option<&'static str>,
}

#[derive(Serialize)]
struct RefundBody {
    id: String,
    unique_request_id: String,
    amount: Box<RawValue>,
    status: &'static str,
}

#[derive(Serialize)]
struct OrderBody {
    id: String,
    merchant_id: &'static str,
    order_id: String,
    status: String,
    status_id: i64,
    amount: Box<RawValue>,
    currency: String,
    date_created: String,
    refunded: bool,
    amount_refunded: Box<RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    txn_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    txn_uuid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    captured_amount: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    txn_detail: Option<Detail>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    txn_sub_details: Vec<Detail>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refunds: Vec<RefundBody>,
}

/// An order as Juspay shows it: short in the answer to a capture or void, as the seed has it; in full in the order
/// status and in webhooks.
fn body(books: &Books, id: &str, order: &Order, payment: Option<&Payment>, full: bool) -> String {
    let profile = profile(order);
    let major = |minor| major(minor, &order.currency);
    let all: Vec<&Payment> = order.payments.iter().filter_map(|id| books.ledger.payments.get(id)).collect();
    let (captured, refunded) =
        all.iter().fold((0, 0), |(captured, refunded), one| (captured + one.captured(), refunded + one.refunded()));
    let of_txn = payment.map_or(Status::Created, status_of);
    // A part, once the authorization is closed, is the transaction's CHARGED and the order's PARTIAL_CHARGED.
    let part = payment.is_some_and(|payment| payment.captured() < payment.authorized);
    let of_order = if of_txn == Status::Charged && part { Status::PartiallyCharged } else { of_txn };
    let word = profile.word_for(of_order);
    let txn_id = |payment: &Payment| format!("stand-in-{id}-{}", payment.id);
    let detail = |payment: &Payment| Detail {
        txn_id: txn_id(payment),
        txn_uuid: payment.id.clone(),
        order_id: id.to_owned(),
        status: profile.word_for(of_txn).to_owned(),
        currency: order.currency.clone(),
        created: payment.created.to_rfc3339(),
        txn_amount: major(payment.authorized),
        txn_object_type: None,
    };
    let several = !profile.capabilities.captures.is_single();
    let parts = payment.filter(|_| full && several).map(|payment| {
        let part = |(number, line): (usize, &Line)| {
            let (kind, status) = match line.kind {
                Kind::Capture if line.key.is_some() => ("PARTIAL_CAPTURE", Status::Charged),
                Kind::Void => ("PARTIAL_VOID", Status::Voided),
                _ => return None,
            };
            (line.fate == Fate::Done).then(|| Detail {
                txn_id: line.key.clone().unwrap_or_else(|| format!("{}-{number}", txn_id(payment))),
                txn_uuid: format!("{}-{number}", payment.id),
                status: profile.word_for(status).to_owned(),
                txn_amount: major(line.amount),
                txn_object_type: Some(kind),
                ..detail(payment)
            })
        };
        // The newest first.
        payment.lines.iter().enumerate().rev().filter_map(part).collect()
    });
    let refunds = all.iter().flat_map(|payment| &payment.lines).filter(|line| full && line.kind == Kind::Refund);
    let refunds = refunds.enumerate().map(|(number, line)| RefundBody {
        id: format!("rfnd_{id}_{number}"),
        unique_request_id: line.key.clone().unwrap_or_default(),
        amount: major(line.amount),
        status: "SUCCESS",
    });
    let order_body = OrderBody {
        id: format!("ord_{id}"),
        merchant_id: "stand-in",
        order_id: id.to_owned(),
        status: word.to_owned(),
        status_id: profile.status(word).and_then(|row| row.ids.first().copied()).unwrap_or_default(),
        amount: major(order.amount),
        currency: order.currency.clone(),
        date_created: now().to_rfc3339(),
        refunded: refunded > 0 && refunded == captured,
        amount_refunded: major(refunded),
        txn_id: payment.map(txn_id),
        txn_uuid: payment.map(|payment| payment.id.clone()),
        captured_amount: full.then(|| major(captured)),
        txn_detail: payment.filter(|_| full).map(detail),
        txn_sub_details: parts.unwrap_or_default(),
        refunds: refunds.collect(),
    };
    serde_json::to_string(&order_body).unwrap_or_default()
}

/// Minor units as a JSON number of major units, exactly.
fn major(minor: u64, currency: &str) -> Box<RawValue> {
    let currency = Currency::from_code(currency).unwrap_or(Currency::INR);
    let money = Money::new(Minor::new(minor).unwrap_or(Minor::MAX), currency);
    RawValue::from_string(money.major_text()).unwrap_or_default()
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    status: &'a str,
    error_code: &'a str,
    error_message: &'a str,
}

fn refused(http_status: u16, code: &str, message: &str) -> Answer {
    let body = ErrorBody { status: "Bad Request", error_code: code, error_message: message };
    (http_status, serde_json::to_string(&body).unwrap_or_default())
}

fn already_captured(profile: &Profile) -> Answer {
    match profile.error_for("already-captured") {
        Some(row) => refused(row.http_status, &row.code, &row.message),
        None => refused(400, "Invalid", ""),
    }
}

fn unauthenticated() -> Answer {
    let row = error_row(&juspay::FULL_ONLY.errors, "access_denied");
    let (status, code, message) = row.map_or((401, "", ""), |row| (row.http_status, &*row.code, &*row.message));
    let body = ErrorBody { status: "error", error_code: code, error_message: message };
    (status, serde_json::to_string(&body).unwrap_or_default())
}

/// A form's pairs.
fn form(bytes: &[u8]) -> BTreeMap<String, String> {
    let decoded = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let text = String::from_utf8_lossy(bytes);
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}
