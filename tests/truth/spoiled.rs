//! Payloads that are none of ours, or say what cannot be: nothing of them is ever applied.

use serde_json::Value;

use super::merchant::Verdict;
use super::running::Running;

impl Running<'_> {
    pub fn spoiled(&mut self, txn: usize, shape: u16, how: u8) -> Result<(), String> {
        let transaction = &self.merchant.transactions[txn];
        // What is first seen spoiled cannot be known to be.
        if transaction.hold().is_none() || transaction.provider_ids().transaction.is_none() {
            return Ok(());
        }
        let shape = self.provider.full(shape);
        let mut body = self.says(txn, shape);
        let razorpay = self.setup.gateway.is_razorpay();
        let captured = self.provider.books[txn].captured() > 0;
        let subject = if razorpay || body.get("content").is_none() { "" } else { "/content/order" };
        let Some(object) = body.pointer_mut(subject) else { return Ok(()) };
        let total = match object["status"].as_str() {
            Some("AUTHORIZED") => Some(1),
            Some("CHARGED" | "PARTIAL_CHARGED") => Some(0),
            _ => None,
        };
        match (how, razorpay) {
            (0, _) => object["status"] = "GONE_FISHING".into(),
            (1, true) if object["status"] != "refunded" => object["captured"] = (!captured).into(),
            (1, false) if object.get("status_id").is_some() => object["status_id"] = 99.into(),
            (2, _) => object["currency"] = "USD".into(),
            (3, true) => object["id"] = "pay_Another00000001".into(),
            (3, false) => (object["txn_id"], object["txn_uuid"]) = ("another-1".into(), "anotherTxn0000000".into()),
            (4, _) => object["amount"] = 777.into(),
            (7, false) if total.is_some() => object["captured_amount"] = total.into(),
            (8, _) => object["amount"] = "a lot".into(),
            (9, _) => object["currency"] = "".into(),
            (11, false) if total.is_some() => object["captured_amount"] = 300.into(),
            (10, true) => object["id"] = 7.into(),
            (10, false) => object["order_id"] = "".into(),
            _ => {}
        }
        let text = match how {
            5 => body.to_string() + "}",
            6 => Value::Array(vec![body]).to_string(),
            1 | 7 | 11 if self.says(txn, shape) == body => return Ok(()),
            _ => body.to_string(),
        };
        let verdict = self.observe(txn, &text, false);
        match verdict {
            Verdict::Not(..) => Ok(()),
            Verdict::Done(effect) => Err(format!("spoiled payload {how} is {effect:?}")),
        }
    }
}
