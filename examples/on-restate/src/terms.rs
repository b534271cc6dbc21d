//! What crosses the borders of the service: an order as it was entered, what is asked, what is open, why nothing was
//! done.

use order_capture::{MoneyError, Operation, Order, Problem, Profile, Rejection, RequestStatus, juspay, razorpay};
use serde::{Deserialize, Serialize};

/// Who collects the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provider {
    /// Juspay.
    Juspay,
    /// Razorpay.
    Razorpay,
}

/// An order as it was entered: the object's first state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// What is to be paid.
    pub order: Order,
    /// Through whom.
    pub provider: Provider,
    /// Juspay's gateway; empty for one that captures in full only, and for Razorpay.
    pub gateway: String,
    /// The provider's name for the order.
    pub provider_order: String,
    /// For how many seconds a hold can be captured, by the contract with the provider.
    pub hold_seconds: u64,
}

impl Terms {
    /// The provider's rules and words.
    pub fn profile(&self) -> Result<&'static Profile, Refusal> {
        Ok(match (self.provider, &*self.gateway) {
            (Provider::Razorpay, _) => &razorpay::PROFILE,
            (Provider::Juspay, "") => &juspay::FULL_ONLY,
            (Provider::Juspay, gateway) => {
                juspay::gateway(gateway).map_err(|error| Refusal::Usage(error.to_string()))?
            }
        })
    }
}

/// A capture, void or refund as it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ask {
    /// How much, in major units; all of it where it is left out.
    pub amount: Option<String>,
    /// The idempotency key.
    pub key: Option<String>,
    /// Captures only: the last one.
    #[serde(rename = "final")]
    pub last: bool,
    /// Of which transaction; the order's only one where it is left out.
    pub transaction: Option<String>,
}

/// A request by its place: of which transaction, which kind, which number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// The transaction.
    pub transaction: String,
    /// Capture, void or refund.
    pub operation: Operation,
    /// Its number among those of its kind, from 1.
    pub number: u32,
}

/// A request that may still happen. Its money stays reserved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// Which.
    #[serde(flatten)]
    pub ticket: Ticket,
    /// Sent, accepted or unknown.
    pub status: String,
}

impl Open {
    /// A request with its status.
    #[must_use]
    pub fn of(ticket: Ticket, status: RequestStatus) -> Self {
        Self { ticket, status: status.as_str().to_owned() }
    }
}

/// What contradicts the books, or needs a person for another reason. One of a code for each transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contradiction {
    /// Of which transaction, where one is meant.
    pub transaction: String,
    /// The crate's code.
    pub code: String,
    /// The crate's sentence, with the amounts.
    pub sentence: String,
    /// The payload as it came; empty where there was none.
    pub payload: String,
}

/// Why nothing was done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Refusal {
    /// The crate says no, with its code and numbers.
    #[error("{code}: {0}", code = .0.code())]
    Rules(#[from] Problem),
    /// The amount cannot be read.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// The stored events do not fit together.
    #[error("the stored events cannot be replayed: {0}")]
    Log(#[from] Rejection),
    /// The order has another number of transactions than the command needs.
    #[error("no-transaction: the order has {count} transactions and none of them is meant; name one of them")]
    NoTransaction {
        /// How many there are.
        count: usize,
    },
    /// The caller's mistake.
    #[error("usage: {0}")]
    Usage(String),
}
