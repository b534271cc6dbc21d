//! Paths that no provider has: the payer, the ledger as JSON, the faults.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::faults::Faults;
use super::ledger::{Fate, Kind, Line};
use super::{Books, StandIn, juspay, razorpay};

type Shared = State<Arc<StandIn>>;
type Reply = (StatusCode, String);

/// `POST /stand-in/pay` with `order` and `amount` in minor units: the payer authorizes a payment. Gives its name.
pub async fn pay(State(shared): Shared, body: Bytes) -> Reply {
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let (Some(order), Some(amount)) = (asked["order"].as_str(), asked["amount"].as_u64()) else {
        return (StatusCode::BAD_REQUEST, "give order and amount".to_owned());
    };
    match shared.books().pay(order, amount) {
        Some(id) => (StatusCode::OK, id),
        None => (StatusCode::NOT_FOUND, format!("there is no order {order}")),
    }
}

/// `GET /stand-in/ledger`: per payment what was authorized, captured, refunded and is left.
pub async fn ledger(State(shared): Shared) -> String {
    let books = shared.books();
    let payments = books.ledger.payments.values().map(|payment| {
        let figures = json!({
            "order": payment.order, "authorized": payment.authorized, "captured": payment.captured(),
            "refunded": payment.refunded(), "voided": payment.voided(), "left": payment.left(),
        });
        (payment.id.clone(), figures)
    });
    Value::Object(payments.collect()).to_string()
}

/// `POST /stand-in/elsewhere`: where a redirect leads.
pub async fn elsewhere(State(shared): Shared) -> Reply {
    shared.books().faults.elsewhere += 1;
    (StatusCode::OK, String::new())
}

/// `POST /stand-in/faults` with text as for [`Faults::parse`].
pub async fn set_faults(State(shared): Shared, body: String) -> Reply {
    match Faults::parse(&body) {
        Ok(faults) => {
            shared.books().faults = faults;
            (StatusCode::OK, body)
        }
        Err(problem) => (StatusCode::BAD_REQUEST, problem),
    }
}

impl Books {
    /// The payer authorizes a payment of an order. Gives its name.
    pub fn pay(&mut self, order_name: &str, amount: u64) -> Option<String> {
        let order = self.ledger.orders.get(order_name)?;
        let is_juspay = order.provider == "juspay";
        let single = !is_juspay || juspay::profile(order).capabilities.captures.is_single();
        let id = self.ledger.pay(order_name, amount, single)?;
        if is_juspay {
            juspay::announce(self, &id)
        } else {
            razorpay::announce(self, &id, "payment.authorized")
        }
        Some(id)
    }

    /// Somebody captures or refunds at the provider's dashboard, as far as the payment lets them; it is told like
    /// anything else. Gives whether it was done.
    pub fn at_the_dashboard(&mut self, id: &str, kind: Kind, amount: u64) -> bool {
        let Some(payment) = self.ledger.payments.get_mut(id) else { return false };
        let is_juspay = self.ledger.orders.get(&payment.order).is_some_and(|order| order.provider == "juspay");
        let most = match kind {
            Kind::Refund => payment.captured() - payment.refunded(),
            Kind::Capture | Kind::Void => payment.left(),
        };
        // Where one capture is all there is, it is for all of it.
        let amount = if kind == Kind::Capture && payment.single { most } else { amount.min(most) };
        if amount == 0 || payment.is_pending(Kind::Capture) || payment.is_pending(Kind::Void) {
            return false;
        }
        payment.lines.push(Line { kind, key: None, amount, fate: Fate::Done });
        if is_juspay {
            juspay::announce(self, id);
        } else {
            razorpay::announce(self, id, if kind == Kind::Refund { "refund.processed" } else { "payment.captured" });
        }
        true
    }

    /// Everything pending comes to its end, and is told. Gives how many payments changed.
    pub fn resolve_pending(&mut self) -> usize {
        let changed = |(id, payment): (&String, &mut super::ledger::Payment)| payment.resolve().then(|| id.clone());
        let ids: Vec<String> = self.ledger.payments.iter_mut().filter_map(changed).collect();
        for id in &ids {
            juspay::announce(self, id);
        }
        ids.len()
    }
}
