//! Section 5: the order's status; and the model, one order with its transactions.

use super::*;

pub struct Model {
    which: Which,
    order: i64,
    txns: BTreeMap<usize, Txn>,
}

/// none, partial, full, over: "equality decides full against partial".
pub(super) fn axis(total: i128, whole: i128) -> &'static str {
    match total.cmp(&whole) {
        std::cmp::Ordering::Equal => "full", // also an order of zero
        std::cmp::Ordering::Greater => "over",
        std::cmp::Ordering::Less if total == 0 => "none",
        std::cmp::Ordering::Less => "partial",
    }
}

impl Model {
    pub fn new(which: Which, order_amount: i64) -> Self {
        Model { which, order: order_amount, txns: BTreeMap::new() }
    }

    pub fn act(&mut self, txn: usize, now: i64, action: &Action) -> Report {
        let (w, order) = (self.which, self.order);
        let exists = self.txns.contains_key(&txn);
        let others = self.txns.iter().any(|(i, t)| *i != txn && t.c() > 0);
        let mut t = self.txns.get(&txn).cloned().unwrap_or_default();
        let verdict = match action {
            Action::Authorize { amount, capture_before } => t.authorize(*amount, *capture_before),
            Action::AuthorizationFailed => t.authorization_failed(),
            Action::Capture { amount, currency, key, closing } => {
                t.capture(w, order, now, *amount, currency, key, *closing)
            }
            Action::CaptureOutcome { reply, amount, key } => t.outcome(Kind::Capture, *reply, *amount, key),
            Action::CaptureReversed { key, amount } => t.reverse(key, *amount),
            Action::Adjust { .. } => refuse("adjustment-unsupported"), // no built-in profile can
            Action::Void { amount, key } => t.void(w, *amount, key),
            Action::VoidOutcome { reply, amount } => t.outcome(Kind::Void, *reply, *amount, &None),
            Action::Expire => t.expire(),
            Action::Refund { amount, key } => t.refund(*amount, key),
            Action::RefundOutcome { reply, amount, key } => t.outcome(Kind::Refund, *reply, *amount, key),
            Action::ProviderError { status } => t.provider_error(*status),
            Action::Observe { status: word, own, authorized, captured, refunded, flag } => sound(w, word, *flag)
                .and_then(|status| {
                    let (captured, refunded) = (*captured, *refunded);
                    let s = Seen { status, word, own: *own || w == Razorpay, captured, refunded };
                    t.observe(w, order, others, exists, *authorized, &s)
                }),
        };
        if verdict == Ok(Applied) {
            self.txns.insert(txn, t); // nothing else changes anything; "only an applied step creates a transaction"
        }
        self.report(txn, verdict)
    }

    pub(super) fn report(&self, txn: usize, verdict: Verdict) -> Report {
        let (w, nothing) = (self.which, Txn::default());
        let t = self.txns.get(&txn).unwrap_or(&nothing);
        let total = |f: fn(&Txn) -> i64| self.txns.values().map(|t| i128::from(f(t))).sum::<i128>();
        let (order, captured, refunded) = (i128::from(self.order), total(Txn::c), total(Txn::r));
        Report {
            result: verdict.unwrap_or_else(|e| e.0),
            code: verdict.err().map(|e| e.1),
            state: t.state(w),
            authorized: t.a(),
            captured: t.c(),
            pending: t.p(),
            held: t.h(),
            capturable: t.k(w),
            released: t.v(),
            refunded: t.r(),
            transaction: t.text(w),
            order: self.order_text(captured),
            order_authorized: axis(total(|t| t.c() + t.h() + t.p()), order), // captured, still held or pending
            order_charged: axis(captured, order),
            order_refunded: if refunded == 0 { "none" } else { axis(refunded, captured) },
            overcharged: captured > order,
        }
    }

    pub(super) fn order_text(&self, captured: i128) -> String {
        let w = self.which;
        // "C > 0 decides the order's text before anything in flight"
        match (w == Razorpay, captured > 0, captured >= self.order.into()) {
            (true, true, true) => return "paid".into(),
            (true, ..) => return if self.txns.is_empty() { "created" } else { "attempted" }.into(),
            (false, true, true) => return "CHARGED".into(),
            (false, true, false) => return "PARTIAL_CHARGED".into(),
            (false, false, _) => {}
        }
        // "At C = 0, over several transactions: .. in this order"
        let rank = |t: &Txn| match t.state(w) {
            "capture-initiated" => 0,
            "authorized" | "capturing" | "voiding" => 1,
            "void-initiated" => 2,
            "capture-failed" => 3,
            "void-failed" => 4,
            "created" => 5,
            "expired" => 6,
            "voided" => 7,
            _ => 8, // failed
        };
        let Some(lead) = self.txns.values().map(rank).min() else {
            return "NEW".into();
        };
        let words: Vec<String> = self.txns.values().filter(|t| rank(t) == lead).map(|t| t.text(w)).collect();
        match words.iter().all(|x| *x == words[0]) {
            true => words[0].clone(),
            // silent: several created (failed) transactions with different words: the state's own default (INV-11)
            false => if lead == 5 { "NEW" } else { "AUTHORIZATION_FAILED" }.into(),
        }
    }
}
