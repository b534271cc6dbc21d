//! One thing wrong with a payload that was true: contradictions of the kinds that section 6 names, one at a time.

use super::Setting;
use super::random::Random;
use serde_json::{Value, json};

/// The object that carries the order's, or the payment's, word.
fn subject<'a>(body: &'a mut Value, pointers: &[&str]) -> Option<&'a mut Value> {
    let found = pointers.iter().find(|pointer| body.pointer(pointer).is_some_and(Value::is_object))?;
    body.pointer_mut(found)
}

pub fn twist(random: &mut Random, setting: &Setting, body: &mut Value) {
    if setting.razorpay {
        razorpay(random, setting, body);
    } else {
        juspay(random, setting, body);
    }
}

fn juspay(random: &mut Random, setting: &Setting, body: &mut Value) {
    let Some(order) = subject(body, &["/content/order", "/content/txn", ""]) else { return };
    let word = order["status"].as_str().unwrap_or("").to_string();
    match random.below(8) {
        0 => {
            order["status"] = "GONE_FISHING".into();
            order["status_id"] = Value::Null;
        }
        1 => order["status_id"] = 99.into(),
        2 if setting.digits == 2 => order["currency"] = random.pick(&["AUD", "EUR", ""]).into(),
        3 => order["order_id"] = "order-2".into(),
        4 if order.get("txn_amount").is_none() => order["amount"] = (setting.price / 100 * 3 + 1).into(),
        5 if order.get("captured_amount").is_some() && word != "AUTO_REFUNDED" => {
            let none = matches!(word.as_str(), "CHARGED" | "PARTIAL_CHARGED");
            order["captured_amount"] = if none { 0.into() } else { 1.into() };
        }
        6 if word == "AUTO_REFUNDED" => {
            order["refunds"] = json!([{"unique_request_id": "auto", "amount": 1, "status": "FAILURE"}]);
        }
        _ => order["amount"] = "a lot".into(),
    }
}

fn razorpay(random: &mut Random, setting: &Setting, body: &mut Value) {
    let Some(entity) = subject(body, &["/payload/payment/entity", "/payload/order/entity", ""]) else { return };
    match random.below(6) {
        0 => entity["status"] = "gone".into(),
        1 => entity["currency"] = "USD".into(),
        2 => entity["amount"] = (setting.price / 7 + 1).into(),
        3 if entity["captured"].is_boolean() && entity["status"] != "refunded" => {
            entity["captured"] = (entity["captured"] != true).into();
        }
        4 if entity["status"] == "refunded" => entity["amount_refunded"] = 1.into(),
        _ => entity["amount"] = "1.5".into(),
    }
}

/// A text that is no payload.
pub fn text(random: &mut Random, setting: &Setting) -> &'static str {
    if setting.razorpay {
        random.pick(&["{", "[]", "null", "{\"entity\":\"collection\",\"items\":[]}"])
    } else {
        random.pick(&["{\"status\":\"CHARGED\"}\n}", "[]", "\"CHARGED\"", ""])
    }
}
