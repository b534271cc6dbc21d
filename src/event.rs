//! What is recorded: events in the past tense, primary facts only.
//!
//! Amounts, states and statuses follow from events and are never recorded themselves. The names follow the Universal
//! Commerce Protocol's proposal for payment reporting: authorization, adjustment, capture, capture reversal, release,
//! expiry; requested amount and amount; observed at and occurred at.

use serde::{Deserialize, Serialize};

use crate::hold::facts::{Closed, End};
use crate::hold::request::{Operation, Outcome, is_false, names};
use crate::ids::{IdempotencyKey, ProviderId, ProviderIds, StatusWord, Time, TransactionId};
use crate::money::{Minor, Money};

/// The version that [`RecordedEvent`] and the stored transaction are written in.
pub const STORED_VERSION: u32 = 2;

/// One thing that happened to a transaction.
///
/// Amounts other than the authorized one are minor units of the transaction's currency. Requests are numbered from 1
/// among those of their kind. Exhaustive on purpose: books that skip a kind of event are wrong.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
#[must_use = "an event has no effect until it is recorded"]
pub enum Event {
    /// The payer's funds are held.
    Authorized {
        /// What is held.
        amount: Money,
        /// The part of the order's price that it pays, where that is not its own amount: surcharge, offer, fee.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pays: Option<Minor>,
        /// Until when a capture may be made, exclusive, where somebody says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        capture_before: Option<Time>,
    },
    /// The attempt to authorize failed.
    AuthorizationFailed {},
    /// The authorization was raised or lowered.
    AuthorizationAdjusted {
        /// The new total, not a difference.
        total: Minor,
    },
    /// The most that may be captured was learned, where that is more than what is authorized.
    OverCaptureAllowed {
        /// All captures together, in minor units.
        most: Minor,
    },
    /// The deadline for captures was learned, or changed.
    DeadlineSet {
        /// Until when a capture may be made, exclusive.
        capture_before: Time,
    },
    /// We asked for a capture, void or refund, for the first time or again.
    Requested {
        /// What was asked.
        operation: Operation,
        /// Its number.
        number: u32,
        /// How much was asked.
        amount: Minor,
        /// The idempotency key, where one was given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<IdempotencyKey>,
        /// Captures only: whether success ends the hold.
        #[serde(default, skip_serializing_if = "is_false")]
        closes: bool,
    },
    /// The provider remembers the key of a request that we made: until then a repeat is the same request.
    KeyRemembered {
        /// What was asked.
        operation: Operation,
        /// Its number.
        number: u32,
        /// Exclusive.
        until: Time,
    },
    /// It was told what became of a request, or that nothing came back.
    Answered {
        /// What was asked.
        operation: Operation,
        /// Its number.
        number: u32,
        /// What became of it.
        outcome: Outcome,
        /// Of a success: how much was done, where it was told; what was asked where not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<Minor>,
        /// Of a failure: whether the hold takes no capture any more.
        #[serde(default, skip_serializing_if = "is_false")]
        closes: bool,
        /// Told by its key or by a fresh answer, so that it counts against what is known: an acceptance after a failure,
        /// nothing known of it after an acceptance.
        #[serde(default, skip_serializing_if = "is_false")]
        surely: bool,
        /// The provider's identifier for the request, where it was told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider_id: Option<ProviderId>,
    },
    /// The provider captured, voided or refunded by itself, or announced it.
    ProviderInitiated {
        /// What it did.
        operation: Operation,
        /// Its number.
        number: u32,
        /// How much.
        amount: Minor,
        /// Whether it is done, and not only announced.
        done: bool,
        /// Captures only: whether success ends the hold.
        #[serde(default, skip_serializing_if = "is_false")]
        closes: bool,
        /// The provider's identifier for it, where it was told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider_id: Option<ProviderId>,
    },
    /// A capture or a refund that had succeeded was taken back.
    Reversed {
        /// Capture or refund.
        operation: Operation,
        /// Its number.
        number: u32,
        /// What was taken back: all that it had done.
        amount: Minor,
        /// Captures only: whether the hold takes no capture any more, as after a failed one.
        #[serde(default, skip_serializing_if = "is_false")]
        closes: bool,
    },
    /// A running total was stated. Which requests it is made of, nobody said.
    TotalReported {
        /// Captured or refunded.
        operation: Operation,
        /// The total.
        total: Minor,
        /// Who says so.
        basis: Basis,
        /// Captures only: whether any capture ends the hold.
        #[serde(default, skip_serializing_if = "is_false")]
        closes: bool,
    },
    /// The hold ended.
    Ended {
        /// How.
        how: End,
    },
    /// A hold that has not ended takes no capture any more, because of something that nobody here asked for.
    Closed {
        /// What failed.
        why: Closed,
    },
    /// A hold that took no capture any more takes captures again.
    Reopened {},
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

names! {
    /// Who says what a total is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
    pub enum Basis {
        Stated "stated" "The provider stated it."
        ImpliedByPartiallyCharged "implied-by-partially-charged"
            "A word of the provider's says that a part was captured, and only one amount can be meant."
        ImpliedByCharged "implied-by-charged"
            "A word of the provider's says that it was captured, and only one amount can be meant."
        ImpliedByRefunded "implied-by-refunded" "A word of the provider's says that all was refunded."
        Person "person" "A person reported it: support, or whoever decided a conflict."
    }
}

impl Event {
    /// The kebab-case name of this event, as in the transition table.
    pub const fn name(&self) -> &'static str {
        /// One name for each kind of request.
        macro_rules! of {
            ($operation:expr, $before:literal $after:literal) => {
                match $operation {
                    Operation::Capture => concat!($before, "capture", $after),
                    Operation::Void => concat!($before, "void", $after),
                    Operation::Refund => concat!($before, "refund", $after),
                }
            };
        }

        match self {
            Self::Authorized { .. } => "authorized",
            Self::AuthorizationFailed {} => "authorization-failed",
            Self::AuthorizationAdjusted { .. } => "authorization-adjusted",
            Self::OverCaptureAllowed { .. } => "over-capture-allowed",
            Self::DeadlineSet { .. } => "deadline-set",
            Self::Requested { operation, .. } => of!(operation, "" "-requested"),
            Self::KeyRemembered { .. } => "key-remembered",
            Self::Answered { operation, outcome: Outcome::Succeeded, .. } => of!(operation, "" "-succeeded"),
            Self::Answered { operation, outcome: Outcome::Failed, .. } => of!(operation, "" "-failed"),
            Self::Answered { operation, outcome: Outcome::Accepted, .. } => of!(operation, "" "-accepted"),
            Self::Answered { operation, outcome: Outcome::TimedOut, .. } => of!(operation, "" "-timed-out"),
            Self::Answered { operation, outcome: Outcome::Withdrawn, .. } => of!(operation, "" "-withdrawn"),
            Self::ProviderInitiated { operation, .. } => of!(operation, "provider-initiated-" ""),
            Self::Reversed { operation, .. } => of!(operation, "" "-reversed"),
            Self::TotalReported { operation: Operation::Refund, .. } => "refunded-total-reported",
            Self::TotalReported { .. } => "captured-total-reported",
            Self::Ended { how: End::Captured } => "ended-captured",
            Self::Ended { how: End::Voided } => "ended-voided",
            Self::Ended { how: End::Expired } => "authorization-expired",
            Self::Closed { .. } => "closed-to-captures",
            Self::Reopened {} => "reopened",
            Self::Identified { .. } => "identified",
            Self::StatusSeen { .. } => "status-seen",
        }
    }
}

/// An event in a log: whose it is, its place, and its two times.
///
/// Order comes from the sequence, never from a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use = "a recorded event has no effect until it is applied and stored"]
pub struct RecordedEvent {
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
