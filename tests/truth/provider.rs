//! The simulated provider: the books of an order's transactions, and what it says and answers.

use order_capture::Operation;
use serde_json::{Value, json};

use super::books::{Books, End, Gateway};
use super::{juspay, razorpay};

/// One order at the provider.
pub struct Provider {
    pub gateway: Gateway,
    pub price: u64,
    pub takes_parts: bool,
    pub books: Vec<Books>,
}

/// Minor units as decimal text.
pub fn text(minor: u64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

pub const fn is_set(shape: u16, bit: u16) -> bool {
    shape & bit != 0
}

impl Provider {
    /// What is said now of a transaction.
    pub fn says(&self, which: usize, shape: u16) -> Value {
        if self.gateway.is_razorpay() { razorpay::body(self, which, shape) } else { juspay::body(self, which, shape) }
    }

    /// Whether a total may be of two transactions.
    pub const fn shares_totals(&self) -> bool {
        !self.gateway.is_razorpay() && self.books.len() > 1
    }

    /// A shape that tells everything.
    pub const fn full(&self, shape: u16) -> u16 {
        shape & if self.gateway.is_razorpay() { razorpay::FULL } else { juspay::FULL }
    }

    /// The same shape, with every total.
    pub const fn with_totals(&self, shape: u16) -> u16 {
        shape & !if self.gateway.is_razorpay() { razorpay::WITHOUT_TOTALS } else { juspay::WITHOUT_TOTALS }
    }

    /// The same shape, whose refunded total counts no refund that failed.
    pub const fn counting_done(&self, shape: u16) -> u16 {
        shape & !if self.gateway.is_razorpay() { razorpay::COUNTS_PENDING } else { juspay::COUNTS_FAILED }
    }

    /// The shape of a response.
    pub const fn response(&self, operation: Operation, shape: u16) -> u16 {
        match (self.gateway.is_razorpay(), operation) {
            (true, Operation::Refund) => (shape & !razorpay::NOT_IN_A_RESPONSE) | razorpay::REFUND_ALONE,
            (true, _) => shape & !razorpay::NOT_IN_A_RESPONSE,
            (false, Operation::Refund) => shape & !juspay::NOT_IN_A_RESPONSE,
            (false, _) => (shape & !juspay::NOT_IN_A_RESPONSE) | juspay::RESPONSE,
        }
    }

    /// The error that answers what the books refuse.
    pub fn refusal(&self, which: usize, operation: Operation) -> (u16, Value) {
        let books = &self.books[which];
        let charged = books.captured() > 0;
        if self.gateway.is_razorpay() {
            let text = match operation {
                Operation::Capture if charged => "This payment has already been captured",
                Operation::Capture if books.end == Some(End::Expired) => {
                    "The payment has already been either captured or voided."
                }
                Operation::Capture if books.has_pending(Operation::Capture) => {
                    "Request failed because another payment operation is in progress."
                }
                Operation::Capture => "Capture amount must be equal to the amount authorized",
                _ => "The total refund amount is greater than the refund payment amount",
            };
            return (400, json!({"error": {"code": "BAD_REQUEST_ERROR", "description": text}}));
        }
        let text = match operation {
            Operation::Capture if charged => "Cannot capture charged transaction",
            Operation::Capture if books.end.is_some() => "Cannot Capture VOIDED Transaction",
            Operation::Capture => "Invalid amount",
            Operation::Void if charged => "Cannot Void CHARGED Transaction",
            Operation::Void => "Invalid state for void operation.",
            Operation::Refund => "invalid.amount.exceeded",
        };
        (400, json!({"status": "Bad Request", "error_code": "Invalid", "error_message": text}))
    }

    /// An error that says nothing of the request: it may have been taken on or not.
    pub fn failure(&self, which: u8, operation: Operation) -> (u16, Value) {
        let status = [500, 502, 504, 409, 400][usize::from(which) % 5];
        let body = match (self.gateway.is_razorpay(), status) {
            (true, 400) => {
                let text = "Request failed because another payment operation is in progress.";
                json!({"error": {"code": "BAD_REQUEST_ERROR", "description": text}})
            }
            (true, _) => json!({"error": {"code": "SERVER_ERROR", "description": "We are facing some trouble."}}),
            (false, 400) if operation == Operation::Refund => {
                let text = "A refund call was already completed with this unique_request_id for the order.";
                json!({"status": "Bad Request", "error_code": "duplicate.call", "error_message": text})
            }
            (false, 400) => json!({
                "status": "Bad Request", "error_code": "DUPLICATE_REQUEST",
                "error_info": {"code": "DUPLICATE_REQUEST", "category": "USER_ERROR"}
            }),
            (false, _) => json!({"status": "error", "error_code": "internal_error"}),
        };
        (status, body)
    }

    /// The error of a request that was turned away at the door.
    pub fn turned_away(&self, which: u8) -> (u16, Value) {
        let status = [401, 403, 429, 422][usize::from(which) % 4];
        let body = if self.gateway.is_razorpay() {
            json!({"error": {"code": "BAD_REQUEST_ERROR", "description": "Authentication failed"}})
        } else {
            json!({"status": "error", "error_code": "access_denied", "error_message": "Invalid Authentication"})
        };
        (status, body)
    }
}
