//! Juspay's payloads, from the books: order status, capture response, webhooks. A shape is a set of bits, each of which
//! leaves something out or says it otherwise; none is the plain order status.

use order_capture::Operation;
use serde_json::{Map, Number, Value, json};

use super::books::{Books, Closed, End, Entry, Fate};
use super::provider::{Provider, is_set, text};

/// What a shape may leave out of a full poll or say otherwise: nothing that tells of money.
pub const FULL: u16 = SECOND_WORD | COUNTS_PENDING | COUNTS_FAILED | LIST | AS_TEXT | ENVELOPE | EFFECTIVE | NET;
/// What leaves out a total.
pub const WITHOUT_TOTALS: u16 = TXN_EVENT | NO_CAPTURED | NO_REFUNDED;

const TXN_EVENT: u16 = 1;
const NO_CAPTURED: u16 = 1 << 1;
const NO_REFUNDED: u16 = 1 << 2;
const NO_DETAIL: u16 = 1 << 3;
const NO_PARTS: u16 = 1 << 4;
const NO_REFUNDS: u16 = 1 << 5;
const NO_IDS: u16 = 1 << 6;
const NO_NUMBER: u16 = 1 << 7;
const COUNTS_PENDING: u16 = 1 << 8;
pub const COUNTS_FAILED: u16 = 1 << 9;
const LIST: u16 = 1 << 10;
const AS_TEXT: u16 = 1 << 11;
const ENVELOPE: u16 = 1 << 12;
const EFFECTIVE: u16 = 1 << 13;
const NET: u16 = 1 << 14;
const SECOND_WORD: u16 = 1 << 15;

/// What answers a capture or a void: the order's words, without a list, an envelope or an object of the transaction.
pub const RESPONSE: u16 = NO_CAPTURED | NO_DETAIL | NO_PARTS | NO_REFUNDS;
pub const NOT_IN_A_RESPONSE: u16 = TXN_EVENT | NO_IDS | LIST | ENVELOPE | EFFECTIVE;

fn amount(shape: u16, minor: u64) -> Value {
    let text = text(minor);
    if is_set(shape, AS_TEXT) {
        return Value::String(text);
    }
    let short = text.trim_end_matches('0').trim_end_matches('.');
    short.parse::<Number>().map_or(Value::Null, Value::Number)
}

/// Words with their numbers, from the lists of statuses that Juspay publishes; none where no list gives one.
const NUMBERS: [(&str, i64); 20] = [
    ("NEW", 10),
    ("STARTED", 20),
    ("CHARGED", 21),
    ("JUSPAY_DECLINED", 22),
    ("PENDING_VBV", 23),
    ("VBV_SUCCESSFUL", 24),
    ("AUTHORIZED", 25),
    ("AUTHENTICATION_FAILED", 26),
    ("AUTHORIZATION_FAILED", 27),
    ("AUTHORIZING", 28),
    ("VOIDED", 31),
    ("VOID_INITIATED", 32),
    ("CAPTURE_INITIATED", 33),
    ("CAPTURE_FAILED", 34),
    ("VOID_FAILED", 35),
    ("AUTO_REFUNDED", 36),
    ("PARTIAL_CHARGED", 37),
    ("MERCHANT_VOIDED", -1),
    ("AUTO_VOIDED", -1),
    ("COD_INITIATED", 29),
];

fn number_of(word: &str) -> Option<i64> {
    NUMBERS.iter().find(|(text, number)| *text == word && *number > 0).map(|(_, number)| *number)
}

/// Other words for the same, which one by the shape.
fn spelled(word: &'static str, shape: u16) -> &'static str {
    let words: &[&str] = match word {
        _ if !is_set(shape, SECOND_WORD) => &[],
        "PENDING_VBV" => &["NEW", "STARTED", "VBV_SUCCESSFUL", "AUTHORIZING", "COD_INITIATED"],
        "AUTHORIZATION_FAILED" => &["AUTHENTICATION_FAILED", "JUSPAY_DECLINED"],
        "VOIDED" => &["MERCHANT_VOIDED", "AUTO_VOIDED"],
        "PENDING" => &["MANUAL_REVIEW", "TRANSFER_SCHEDULED"],
        "SUCCESS" => &["REFUNDED"],
        "FAILURE" => &["FAILED"],
        "PARTIAL_CAPTURE" => &["CAPTURE", "MULTIPLE_PARTIAL_CAPTURE"],
        "PARTIAL_VOID" => &["VOID", "MULTIPLE_PARTIAL_VOID"],
        _ => &[],
    };
    words.get(shape.count_ones() as usize % words.len().max(1)).unwrap_or(&word)
}

fn word(books: &Books) -> &'static str {
    let (captured, open) = (books.captured() > 0, books.rest() > 0);
    match books.end {
        _ if !books.is_held && books.is_refused => "AUTHORIZATION_FAILED",
        _ if !books.is_held => "PENDING_VBV",
        _ if captured && books.gateway.several_captures() && open => "PARTIAL_CHARGED",
        _ if captured => "CHARGED",
        Some(End::Expired) => "AUTO_REFUNDED",
        Some(_) => "VOIDED",
        None if books.has_pending(Operation::Capture) => "CAPTURE_INITIATED",
        None if books.has_pending(Operation::Void) => "VOID_INITIATED",
        None => match books.closed {
            Some(Closed::CaptureFailed) => "CAPTURE_FAILED",
            Some(Closed::VoidFailed) => "VOID_FAILED",
            None => "AUTHORIZED",
        },
    }
}

/// The word of a part captured and the rest given back is not documented: charged, or voided.
fn own_word(books: &Books, shape: u16) -> &'static str {
    let is_voided = books.captured() > 0 && books.end == Some(End::Voided) && is_set(shape, SECOND_WORD);
    if is_voided { "VOIDED" } else { word(books) }
}

/// The order's word, of all its transactions.
fn order_word(provider: &Provider) -> &'static str {
    let captured: u64 = provider.books.iter().map(|books| books.counts(books.captured())).sum();
    if captured > 0 {
        return if captured >= provider.price { "CHARGED" } else { "PARTIAL_CHARGED" };
    }
    let words = || provider.books.iter().filter(|books| books.is_tried).map(|books| word(books));
    let ranks = [
        "CAPTURE_INITIATED",
        "AUTHORIZED",
        "VOID_INITIATED",
        "CAPTURE_FAILED",
        "VOID_FAILED",
        "PENDING_VBV",
        "AUTO_REFUNDED",
        "VOIDED",
        "AUTHORIZATION_FAILED",
    ];
    ranks.into_iter().find(|rank| words().any(|word| word == *rank)).unwrap_or("NEW")
}

fn ids(books: &Books) -> (String, String) {
    (format!("m-order-1-{}", books.number + 1), format!("exampleTxn00000000{}", books.number + 1))
}

fn transaction(books: &Books, shape: u16) -> Value {
    let (txn_id, txn_uuid) = ids(books);
    let mut txn = json!({
        "txn_id": txn_id, "order_id": "order-1", "status": spelled(own_word(books, shape), shape),
        "txn_amount": amount(shape, books.amount), "currency": "INR", "txn_uuid": txn_uuid,
        "gateway": books.gateway.name()
    });
    if books.pays != books.amount || is_set(shape, NET) {
        txn["net_amount"] = amount(shape, books.pays);
    }
    txn
}

/// Captures and voids one by one, the newest first.
fn parts(books: &Books, shape: u16) -> Value {
    let one = |entry: &Entry| {
        let (kind, words) = match entry.operation {
            Operation::Void => ("PARTIAL_VOID", ["VOID_INITIATED", "VOIDED", "VOID_FAILED"]),
            _ => ("PARTIAL_CAPTURE", ["CAPTURE_INITIATED", "CHARGED", "CAPTURE_FAILED"]),
        };
        json!({
            "txn_id": entry.key.clone().unwrap_or(format!("sub-{}", entry.id)), "status": words[entry.fate as usize],
            "txn_amount": amount(shape, entry.amount), "currency": "INR", "txn_uuid": entry.id,
            "txn_object_type": spelled(kind, shape), "source_object": "TXN_SUB_DETAIL", "source_object_id": ids(books).0
        })
    };
    books.entries.iter().rev().filter(|entry| entry.operation != Operation::Refund).map(one).collect()
}

fn refunds(provider: &Provider, shape: u16) -> Vec<Value> {
    let one = |entry: &Entry| {
        let word = ["PENDING", "SUCCESS", "FAILURE"][entry.fate as usize];
        json!({
            "unique_request_id": entry.key.clone().unwrap_or(format!("auto-{}", entry.id)), "id": entry.id,
            "amount": amount(shape, entry.amount), "status": spelled(word, shape)
        })
    };
    provider.books.iter().flat_map(|books| books.of(Operation::Refund)).map(one).collect()
}

/// What Juspay says now of a transaction and its order.
pub fn body(provider: &Provider, which: usize, shape: u16) -> Value {
    let is = |bit: u16| is_set(shape, bit);
    let books = &provider.books[which];
    if is(TXN_EVENT) {
        return json!({"id": "evt_1", "event_name": "TXN_UPDATED", "content": {"txn": transaction(books, shape)}});
    }
    let several = provider.books.iter().filter(|books| books.is_tried).count() > 1;
    let mut order = Map::new();
    let mut put = |key: &str, value: Value| order.insert(key.to_string(), value);
    let word = spelled(order_word(provider), shape);
    put("order_id", "order-1".into());
    put("status", word.into());
    if let Some(number) = number_of(word).filter(|_| !is(NO_NUMBER)) {
        put("status_id", number.into());
    }
    put("amount", amount(shape, provider.price));
    put("currency", "INR".into());
    let (txn_id, txn_uuid) = ids(books);
    if !is(NO_IDS) {
        put("txn_id", txn_id.into());
        put("txn_uuid", txn_uuid.into());
    }
    let sum = |of: &dyn Fn(&Books) -> u64| -> u64 { provider.books.iter().map(of).sum() };
    if !is(NO_CAPTURED) {
        put("captured_amount", amount(shape, sum(&Books::captured)));
    }
    // The total counts those that are pending, and failed ones at times; the list then shows them.
    let mut refunds = refunds(provider, shape);
    // What was never captured may be told as a refund of the provider's own.
    let auto_refunded = !several && is(SECOND_WORD) && word == "AUTO_REFUNDED";
    let given_back = if auto_refunded { books.amount } else { 0 };
    if auto_refunded {
        let refund = json!({
            "unique_request_id": "auto-1", "id": "auto-1", "amount": amount(shape, books.amount), "status": "SUCCESS"
        });
        refunds.push(refund);
    }
    if !is(NO_REFUNDED) {
        let counted = |bit: u16, fate: Fate| {
            let counts = is(bit) && !is(NO_REFUNDS);
            if counts { sum(&|books| books.sum(Operation::Refund, fate)) } else { 0 }
        };
        let besides = counted(COUNTS_PENDING, Fate::Pending) + counted(COUNTS_FAILED, Fate::Failed);
        put("amount_refunded", amount(shape, sum(&Books::refunded) + besides + given_back));
        put("refunded", Value::Bool(false));
    }
    if !several && (books.amount != provider.price || is(EFFECTIVE)) {
        put("effective_amount", amount(shape, books.amount));
    }
    // Of several transactions, the order says neither what one of them is for nor that it is not held.
    if !is(NO_DETAIL) || (several && (books.amount != provider.price || !books.is_held)) {
        put("txn_detail", transaction(books, shape));
    }
    // A gateway with one capture lists none.
    if books.gateway.several_captures() && !is(NO_PARTS) {
        put("txn_sub_details", parts(books, shape));
    }
    if !is(NO_REFUNDS) {
        put("refunds", refunds.into());
    }
    if is(LIST) {
        put(
            "txn_list",
            provider.books.iter().filter(|books| books.is_tried).map(|books| transaction(books, shape)).collect(),
        );
    }
    let order = Value::Object(order);
    if is(ENVELOPE) {
        return json!({"id": "evt_2", "event_name": "ORDER_UPDATED", "content": {"order": order}});
    }
    order
}
