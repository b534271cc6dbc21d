//! What is recorded: events in the past tense, primary facts only.
//!
//! Amounts, states and statuses follow from events and are never recorded themselves. The names follow the Universal
//! Commerce Protocol's proposal for payment reporting: authorization, adjustment, capture, capture reversal, release,
//! expiry; requested amount and amount; observed at and occurred at.

use serde::{Deserialize, Serialize};

use crate::ids::{IdempotencyKey, ProviderIds, StatusWord, Time, TransactionId};
use crate::money::{Minor, Money};
use crate::request::{Operation, Origin};

/// The version that [`Recorded`] and the stored transaction are written in.
pub const STORED_VERSION: u32 = 1;

/// One thing that happened to a transaction.
///
/// Amounts other than the authorized one are minor units of the transaction's currency. Exhaustive on purpose: a
/// ledger that skips a kind of event is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
#[must_use = "an event has no effect until it is recorded"]
pub enum Event {
    /// The payer's funds are held.
    Authorized {
        /// What is held.
        amount: Money,
        /// Until when a capture is accepted, exclusive, where the provider says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        capture_before: Option<Time>,
    },
    /// The attempt to authorize failed.
    AuthorizationFailed,
    /// The authorization was raised or lowered.
    AuthorizationAdjusted {
        /// The new total, not a difference.
        total: Minor,
    },
    /// The hold lapsed.
    AuthorizationExpired,
    /// A capture, void or refund was sent, for the first time or again.
    Requested {
        /// What was asked.
        operation: Operation,
        /// Its number among those of its kind, from 1.
        number: u32,
        /// How much was asked.
        amount: Minor,
        /// The idempotency key, where one was given; what a provider does of itself has none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<IdempotencyKey>,
        /// Captures only: whether success closes the authorization.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        closes: bool,
        /// Who asked.
        #[serde(default, skip_serializing_if = "Origin::is_merchant")]
        origin: Origin,
    },
    /// The gateway answered a request, or did not.
    Answered {
        /// What was asked.
        operation: Operation,
        /// Its number among those of its kind, from 1.
        number: u32,
        /// What became of it.
        outcome: Outcome,
    },
    /// The provider took back a capture that had succeeded.
    CaptureReversed {
        /// The capture's number.
        number: u32,
        /// What was taken back: all of the capture.
        amount: Minor,
        /// Whether the authorization closes, as after a failed capture.
        closes: bool,
    },
    /// The provider's identifiers were learned.
    Identified {
        /// Those that were new.
        ids: ProviderIds,
    },
    /// A provider's own word for created or failed was seen.
    StatusSeen {
        /// The word.
        status: StatusWord,
    },
}

/// What the gateway answered to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Outcome {
    /// Done, for this many minor units; at most what was asked.
    Succeeded {
        /// How much was done.
        amount: Minor,
    },
    /// Refused after it was tried.
    Failed {
        /// Captures only: whether the authorization closes.
        #[serde(default)]
        closes: bool,
    },
    /// Accepted, the result is pending.
    Accepted,
    /// No response: the fate is unknown.
    Unanswered,
    /// Refused by the provider before it was tried.
    Withdrawn,
}

impl Event {
    /// The kebab-case name of this event, as in the transition table.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        use Operation::{Capture, Refund, Void};
        match self {
            Self::Authorized { .. } => "authorized",
            Self::AuthorizationFailed => "authorization-failed",
            Self::AuthorizationAdjusted { .. } => "authorization-adjusted",
            Self::AuthorizationExpired => "authorization-expired",
            Self::Requested { operation: Capture, .. } => "capture-requested",
            Self::Requested { operation: Void, .. } => "void-requested",
            Self::Requested { operation: Refund, .. } => "refund-requested",
            Self::Answered { operation, outcome, .. } => outcome.name(*operation),
            Self::CaptureReversed { .. } => "capture-reversed",
            Self::Identified { .. } => "identified",
            Self::StatusSeen { .. } => "status-seen",
        }
    }
}

impl Outcome {
    const fn name(self, operation: Operation) -> &'static str {
        use Operation::{Capture, Refund, Void};
        match (operation, self) {
            (Capture, Self::Succeeded { .. }) => "capture-succeeded",
            (Capture, Self::Failed { .. }) => "capture-failed",
            (Capture, Self::Accepted) => "capture-accepted",
            (Capture, Self::Unanswered) => "capture-unanswered",
            (Capture, Self::Withdrawn) => "capture-withdrawn",
            (Void, Self::Succeeded { .. }) => "void-succeeded",
            (Void, Self::Failed { .. }) => "void-failed",
            (Void, Self::Accepted) => "void-accepted",
            (Void, Self::Unanswered) => "void-unanswered",
            (Void, Self::Withdrawn) => "void-withdrawn",
            (Refund, Self::Succeeded { .. }) => "refund-succeeded",
            (Refund, Self::Failed { .. }) => "refund-failed",
            (Refund, Self::Accepted) => "refund-accepted",
            (Refund, Self::Unanswered) => "refund-unanswered",
            (Refund, Self::Withdrawn) => "refund-withdrawn",
        }
    }
}

/// An event in a log: whose it is, its place, and its two times.
///
/// Order comes from the sequence, never from a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use = "a recorded event has no effect until it is applied and stored"]
pub struct Recorded {
    /// The version of this form, [`STORED_VERSION`].
    #[serde(rename = "v", with = "version")]
    pub version: u32,
    /// The transaction it belongs to.
    pub transaction: TransactionId,
    /// Its place in the transaction's log, from 1 without gaps.
    pub sequence: u32,
    /// When we saw it.
    pub observed_at: Time,
    /// When it happened, where the provider says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Time>,
    /// What happened.
    pub event: Event,
}

/// Reads and writes the version, and refuses one that this crate does not know.
pub(crate) mod version {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::STORED_VERSION;

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
    pub(crate) fn serialize<S: Serializer>(version: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(*version)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        match u32::deserialize(deserializer)? {
            STORED_VERSION => Ok(STORED_VERSION),
            other => Err(serde::de::Error::custom(format_args!(
                "stored version {other} is not known, this crate reads {STORED_VERSION}; read it with a newer release"
            ))),
        }
    }
}
