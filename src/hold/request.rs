//! One request to a provider: a capture, void or refund, the answers to it, and its status.

use serde::{Deserialize, Serialize};

use crate::ids::{IdempotencyKey, ProviderId, Time};
use crate::money::Minor;
use crate::names::{is_default, names};

names! {
    /// The three things that a merchant can request for a held authorization.
    pub enum Operation {
        Capture "capture" "Take money from the authorization."
        Void "void" "Release what was authorized and not captured."
        Refund "refund" "Return what was captured."
    }

    /// Who made a request.
    #[derive(Default)]
    pub enum Origin {
        #[default]
        Merchant "merchant" "The merchant, through this crate."
        Provider "provider"
            "The provider: automatic capture, or somebody at its dashboard. Recorded when it is observed."
    }
}

impl Origin {
    pub(crate) const fn is_merchant(self) -> bool {
        matches!(self, Self::Merchant)
    }
}

names! {
    /// What was answered to one request.
    ///
    /// Exhaustive on purpose: these five are all that can come back.
    pub enum Outcome {
        Succeeded "succeeded" "It was done."
        Failed "failed" "It was tried, and refused."
        Accepted "accepted" "It was accepted; the result is pending."
        TimedOut "timed-out" "Nothing came back: the outcome is unknown."
        Withdrawn "withdrawn" "The provider refused it before it was tried."
    }

    /// The status of one request.
    ///
    /// Exhaustive on purpose: the tables of outcomes are written over it.
    pub enum RequestStatus {
        Sent "sent" "Sent, nothing came back yet."
        Accepted "accepted" "The gateway accepted it; the result is pending."
        Unknown "unknown" "It timed out. Its money stays reserved until the outcome is known."
        Succeeded "succeeded" "Done."
        Failed "failed" "Refused by the gateway after it was tried."
        Withdrawn "withdrawn"
            "Refused by the provider before it was tried, or given up with the hold: its key may try the same again."
        Reversed "reversed" "It had succeeded, and the provider reversed it."
    }
}

impl RequestStatus {
    /// Whether it may still happen: sent, accepted or unknown.
    #[must_use]
    pub const fn is_outstanding(self) -> bool {
        matches!(self, Self::Sent | Self::Accepted | Self::Unknown)
    }

    /// Whether it is a failure that an old word may still be about: failed or reversed.
    pub(crate) const fn is_a_failure(self) -> bool {
        matches!(self, Self::Failed | Self::Reversed)
    }
}

/// One capture, void or refund. What was requested and what was done are two facts, and both are kept.
///
/// Amounts are minor units of the transaction's currency; sequences are places in its log.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Request {
    /// The idempotency key, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<IdempotencyKey>,
    /// The provider's identifier for it, if it was stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<ProviderId>,
    /// The requested amount.
    pub amount: Minor,
    /// What was done, once it succeeded; kept through a reversal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Minor>,
    /// The status that its own answers give. A request that a stated total covers may still be sent, accepted or unknown
    /// here: to show it to a person, use [`Hold::fate`](crate::Hold::fate).
    pub status: RequestStatus,
    /// Whether its success ends the hold, so that what remains is released.
    #[serde(default, skip_serializing_if = "is_default")]
    pub closes: bool,
    /// Whether it took everything that was available when it was made.
    #[serde(default, skip_serializing_if = "is_default")]
    pub takes_all: bool,
    /// Whether it was sent again after its outcome was unknown, so that the first try may still happen.
    #[serde(default, skip_serializing_if = "is_default")]
    pub resent: bool,
    /// Who made it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub origin: Origin,
    /// The sequence at which its present run of tries began. A repeat of a request whose outcome is unknown belongs to the
    /// first run; a new try of a withdrawn one begins a new run. Later for one that was shown as pending beside a total, or
    /// reversed: then it is in no total that was stated before. 0 for a success that only the provider reported.
    pub begun: u32,
    /// The sequence of its latest try.
    pub last_sent: u32,
    /// Until when the provider remembers its key, exclusive: a later repeat is a second request. `None` if that is not
    /// known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remembered_until: Option<Time>,
}

impl Request {
    /// Gives it another status. Only what may still happen can have been sent again.
    pub(crate) fn becomes(&mut self, status: RequestStatus) {
        self.status = status;
        self.resent &= status.is_outstanding();
    }

    /// The amount that it took: zero unless it succeeded.
    pub(crate) fn taken(&self) -> Minor {
        if self.status == RequestStatus::Succeeded { self.done.unwrap_or(self.amount) } else { Minor::ZERO }
    }
}
