//! One request to a provider: a capture, void or refund.

use serde::{Deserialize, Serialize};

use crate::ids::IdempotencyKey;
use crate::money::Minor;

/// The three things a merchant asks of a held authorization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// Take money out of the authorization.
    Capture,
    /// Give back what was authorized and not captured.
    Void,
    /// Give back what was captured.
    Refund,
}

/// Who asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The merchant, through this crate.
    #[default]
    Merchant,
    /// Nobody here: automatic capture, the provider's dashboard. Recorded when it is observed.
    Provider,
}

impl Origin {
    pub(crate) const fn is_merchant(&self) -> bool {
        matches!(self, Self::Merchant)
    }
}

/// What is known of one request's fate.
///
/// Exhaustive on purpose: the tables of outcomes are written over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestStatus {
    /// Sent, nothing came back yet.
    Sent,
    /// The gateway accepted it; the result is pending.
    Accepted,
    /// No answer came. The money stays reserved until an observation settles it.
    Unknown,
    /// Done.
    Succeeded,
    /// Refused by the gateway after it was tried.
    Failed,
    /// Refused by the provider before it was tried: as failed, but its key may try the same amount again.
    Withdrawn,
    /// It had succeeded and the provider took it back: a late failure.
    Reversed,
}

impl RequestStatus {
    /// Every status.
    pub const ALL: [Self; 7] =
        [Self::Sent, Self::Accepted, Self::Unknown, Self::Succeeded, Self::Failed, Self::Withdrawn, Self::Reversed];

    /// Whether its money is still reserved: sent, accepted or of unknown fate.
    #[must_use]
    pub const fn is_outstanding(self) -> bool {
        matches!(self, Self::Sent | Self::Accepted | Self::Unknown)
    }

    /// Whether a success of it would come late: it counts as failed or was withdrawn, and was not taken back.
    #[must_use]
    pub const fn may_succeed_late(self) -> bool {
        matches!(self, Self::Failed | Self::Withdrawn)
    }

    /// Whether it counts as failed: refused, withdrawn or taken back.
    #[must_use]
    pub const fn counts_as_failed(self) -> bool {
        matches!(self, Self::Failed | Self::Withdrawn | Self::Reversed)
    }

    /// Whether an answer is expected: sent or accepted.
    #[must_use]
    pub const fn is_in_flight(self) -> bool {
        matches!(self, Self::Sent | Self::Accepted)
    }
}

/// One capture, void or refund: what was asked and what was done are two facts, both kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The idempotency key, where one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<IdempotencyKey>,
    /// Minor units asked.
    pub(crate) requested: Minor,
    /// Minor units done; zero unless it succeeded; kept through a reversal.
    #[serde(default, skip_serializing_if = "Minor::is_zero_ref")]
    pub(crate) done: Minor,
    pub(crate) status: RequestStatus,
    /// Whether its success closes the authorization.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) closes: bool,
    /// Whether an earlier try of it is of unknown fate.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) resent: bool,
    #[serde(default, skip_serializing_if = "Origin::is_merchant")]
    pub(crate) origin: Origin,
    /// Whether a provider that did it of itself said that it was under way before it was done.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) announced: bool,
    /// Whether it counted as failed before it succeeded: word of the failure may still be on its way.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) came_late: bool,
    /// The transaction's captured (or refunded) total once it succeeded, kept through a reversal.
    #[serde(default, skip_serializing_if = "Minor::is_zero_ref")]
    pub(crate) reached: Minor,
    /// Its place among all requests of the transaction; the latest try counts.
    pub(crate) turn: u32,
}

fn is_false(value: &bool) -> bool {
    !value
}

impl Minor {
    pub(crate) fn is_zero_ref(&self) -> bool {
        self.is_zero()
    }
}

impl Request {
    /// The idempotency key, where one was given.
    #[must_use]
    pub const fn key(&self) -> Option<&IdempotencyKey> {
        self.key.as_ref()
    }

    /// Minor units asked.
    #[must_use]
    pub const fn requested(&self) -> Minor {
        self.requested
    }

    /// Minor units done; zero unless it succeeded; kept through a reversal.
    #[must_use]
    pub const fn done(&self) -> Minor {
        self.done
    }

    /// What is known of its fate.
    #[must_use]
    pub const fn status(&self) -> RequestStatus {
        self.status
    }

    /// Whether its success closes the authorization, so that what remains is released.
    #[must_use]
    pub const fn closes(&self) -> bool {
        self.closes
    }

    /// Whether it was sent again after an unknown outcome and the first try is still open.
    #[must_use]
    pub const fn is_resent(&self) -> bool {
        self.resent
    }

    /// Who asked.
    #[must_use]
    pub const fn origin(&self) -> Origin {
        self.origin
    }

    /// Whether somebody may still speak of its outcome: it was asked for here, or announced by the provider.
    pub(crate) const fn has_an_outcome(&self) -> bool {
        self.origin.is_merchant() || self.announced
    }

    pub(crate) fn has_key(&self, key: Option<&str>) -> bool {
        self.key.as_ref().map(IdempotencyKey::as_str) == key
    }
}
