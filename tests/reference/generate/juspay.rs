//! Juspay payloads from the books: order status, capture response, webhooks.

use super::Setting;
use super::books::{Books, Fate, Job};
use super::random::Random;
use serde_json::{Map, Number, Value, json};

/// Minor units as Juspay writes them: a JSON number in major units, now and then a text.
pub fn major(random: &mut Random, setting: &Setting, minor: u64) -> Value {
    let text = setting.text(minor);
    if random.percent(4) {
        return Value::String(text);
    }
    let short = match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|byte| byte == b'0') => whole.to_string(),
        Some((whole, fraction)) => format!("{whole}.{}", fraction.trim_end_matches('0')),
        None => text,
    };
    short.parse::<Number>().map_or(Value::Null, Value::Number)
}

fn number_of(word: &str) -> i64 {
    let numbers = [
        ("CHARGED", 21),
        ("PARTIAL_CHARGED", 37),
        ("AUTHORIZED", 25),
        ("CAPTURE_INITIATED", 33),
        ("CAPTURE_FAILED", 34),
        ("VOID_INITIATED", 32),
        ("VOID_FAILED", 35),
        ("VOIDED", 31),
        ("AUTO_REFUNDED", 36),
        ("PENDING_VBV", 23),
        ("AUTHORIZATION_FAILED", 27),
        ("NEW", 10),
    ];
    numbers.iter().find(|(text, _)| *text == word).map_or(0, |(_, number)| *number)
}

/// The order's word, of all its transactions.
pub fn order_word(setting: &Setting, all: &[Books]) -> &'static str {
    let counted = |books: &Books| {
        let captured = books.captured();
        if Some(captured) == books.held { books.pays } else { captured.min(books.pays) }
    };
    let captured: u64 = all.iter().map(counted).sum();
    if captured >= setting.price {
        return "CHARGED";
    }
    if captured > 0 {
        return "PARTIAL_CHARGED";
    }
    let ranks = ["CAPTURE_INITIATED", "AUTHORIZED", "VOID_INITIATED", "CAPTURE_FAILED", "VOID_FAILED", "PENDING_VBV"];
    let ranks = ranks.into_iter().chain(["AUTO_REFUNDED", "VOIDED", "AUTHORIZATION_FAILED"]);
    let words: Vec<&str> = all.iter().map(Books::juspay_word).collect();
    ranks.into_iter().find(|rank| words.contains(rank)).unwrap_or("NEW")
}

fn ids(books: &Books) -> (String, String) {
    (format!("m-order-1-{}", books.number + 1), format!("exampleTxn00000000{}", books.number + 1))
}

fn transaction(random: &mut Random, setting: &Setting, books: &Books) -> Value {
    let (txn_id, txn_uuid) = ids(books);
    let amount = books.held.unwrap_or(setting.price);
    let mut txn = json!({
        "txn_id": txn_id, "order_id": "order-1", "status": books.juspay_word(),
        "txn_amount": major(random, setting, amount), "currency": setting.currency, "txn_uuid": txn_uuid,
        "gateway": setting.gateway
    });
    if books.held.is_some() && (books.pays != amount || random.percent(30)) {
        txn["net_amount"] = major(random, setting, books.pays);
    }
    txn
}

fn sub_details(random: &mut Random, setting: &Setting, books: &Books) -> Value {
    let (parent, _) = ids(books);
    let jobs = books.entries.iter().filter(|entry| entry.job != Job::Refund);
    let one = |entry: &super::books::Entry| {
        let (kind, words) = match entry.job {
            Job::Void => ("PARTIAL_VOID", ["VOID_INITIATED", "VOIDED", "VOID_FAILED"]),
            _ => ("PARTIAL_CAPTURE", ["CAPTURE_INITIATED", "CHARGED", "CAPTURE_FAILED"]),
        };
        json!({
            "txn_id": entry.key.clone().unwrap_or(format!("sub-{}", entry.id)), "status": words[entry.fate as usize],
            "txn_amount": major(random, setting, entry.amount), "currency": setting.currency,
            "txn_uuid": entry.id, "txn_object_type": kind,
            "source_object": "TXN_SUB_DETAIL", "source_object_id": parent
        })
    };
    jobs.map(one).collect()
}

fn refunds(random: &mut Random, setting: &Setting, all: &[Books]) -> Value {
    let one = |entry: &super::books::Entry| {
        let word = ["PENDING", "SUCCESS", "FAILURE"][entry.fate as usize];
        json!({
            "unique_request_id": entry.key.clone().unwrap_or(format!("auto-{}", entry.id)), "id": entry.id,
            "amount": major(random, setting, entry.amount), "status": word
        })
    };
    all.iter().flat_map(|books| books.of(Job::Refund)).map(one).collect()
}

/// What the provider says now of this transaction and its order. With `full` nothing is left out.
pub fn body(random: &mut Random, setting: &Setting, all: &[Books], which: usize, full: bool) -> Value {
    let books = &all[which];
    if !full && random.percent(12) {
        let txn = transaction(random, setting, books);
        return json!({"id": "evt_1", "event_name": "TXN_UPDATED", "content": {"txn": txn}});
    }
    let mut order = Map::new();
    let mut put = |key: &str, value: Value| order.insert(key.to_string(), value);
    let word = order_word(setting, all);
    put("order_id", "order-1".into());
    put("status", word.into());
    if full || random.percent(80) {
        put("status_id", number_of(word).into());
    }
    put("amount", major(random, setting, setting.price));
    put("currency", setting.currency.into());
    let (txn_id, txn_uuid) = ids(books);
    if full || random.percent(80) {
        put("txn_id", txn_id.into());
        put("txn_uuid", txn_uuid.into());
    }
    let sum = |of: &dyn Fn(&Books) -> u64| -> u64 { all.iter().map(of).sum() };
    if full || random.percent(60) {
        let captured = sum(&Books::captured);
        put("captured_amount", major(random, setting, captured));
    }
    let list = full || random.percent(50);
    if full || random.percent(70) {
        // The total counts those that are pending, and failed ones at times; the list then shows them.
        let pending = sum(&|books| books.sum(Job::Refund, Fate::Pending));
        let failed = sum(&|books| books.sum(Job::Refund, Fate::Failed));
        let besides = if list { random.pick(&[0, pending, pending + failed]) } else { 0 };
        put("amount_refunded", major(random, setting, sum(&Books::refunded) + besides));
        put("refunded", Value::Bool(false));
    }
    if all.len() == 1 && books.held.is_some_and(|held| held != setting.price || random.percent(20)) {
        put("effective_amount", major(random, setting, books.held.unwrap_or(0)));
    }
    if full || all.len() > 1 || random.percent(50) {
        put("txn_detail", transaction(random, setting, books));
    }
    // A gateway with one capture lists none.
    if setting.gateway == "SIMPL" && (full || random.percent(50)) {
        put("txn_sub_details", sub_details(random, setting, books));
    }
    if list {
        put("refunds", refunds(random, setting, all));
    }
    if random.percent(if all.len() > 1 { 40 } else { 8 }) {
        put("txn_list", all.iter().map(|books| transaction(random, setting, books)).collect());
    }
    put("date_created", "2026-01-01T00:00:00Z".into());
    let order = Value::Object(order);
    if random.percent(25) {
        return json!({"id": "evt_2", "event_name": "ORDER_UPDATED", "content": {"order": order}});
    }
    order
}
