//! What is recorded: events in the past tense, primary facts only.
//!
//! Amounts, states and statuses follow from events and are never recorded themselves. The names follow the Universal
//! Commerce Protocol's proposal for payment reporting: authorization, adjustment, capture, capture reversal, release,
//! expiry; requested amount and amount; observed at and occurred at.

use serde::{Deserialize, Deserializer, Serialize};

use crate::hold::{Closed, End, Operation, Outcome};
use crate::ids::{IdempotencyKey, ProviderId, ProviderIds, StatusWord, Time, TransactionId};
use crate::money::{Minor, Money};
use crate::names::{is_default, names};

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
        /// The part of the order's price that it pays, if that differs from its own amount: surcharge, offer, fee.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pays: Option<Minor>,
        /// Until when a capture may be made, exclusive, if it is known.
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
    /// The most that may be captured became known, if that is more than what is authorized.
    OverCaptureAllowed {
        /// All captures together, in minor units.
        most: Minor,
    },
    /// The capture deadline became known, or changed.
    DeadlineSet {
        /// Until when a capture may be made, exclusive.
        capture_before: Time,
    },
    /// We requested a capture, void or refund, for the first time or again.
    Requested {
        /// Which kind was requested.
        operation: Operation,
        /// Its number.
        number: u32,
        /// The requested amount.
        amount: Minor,
        /// The idempotency key, if it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<IdempotencyKey>,
        /// Captures only: whether success ends the hold.
        #[serde(default, skip_serializing_if = "is_default")]
        closes: bool,
    },
    /// The provider remembers the key of a request that we made: until then a repeat is the same request.
    KeyRemembered {
        /// Which kind was requested.
        operation: Operation,
        /// Its number.
        number: u32,
        /// Exclusive.
        until: Time,
    },
    /// The outcome of a request became known, or the request timed out.
    Answered {
        /// Which kind was requested.
        operation: Operation,
        /// Its number.
        number: u32,
        /// The outcome.
        outcome: Outcome,
        /// How much a success did, if that was stated; otherwise the requested amount counts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<Minor>,
        /// Whether a failure means that the hold allows no further capture.
        #[serde(default, skip_serializing_if = "is_default")]
        closes: bool,
        /// Whether it overrides an earlier answer, because it named the request's key or came with a fresh poll:
        /// accepted after failed, unknown after accepted. An accepted one that a total covers is not covered any more.
        #[serde(default, skip_serializing_if = "is_default")]
        overrides: bool,
        /// The provider's identifier for the request, if it was stated.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider_id: Option<ProviderId>,
    },
    /// The provider captured, voided or refunded on its own initiative, or announced that it will.
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
        #[serde(default, skip_serializing_if = "is_default")]
        closes: bool,
        /// The provider's identifier for it, if it was stated.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider_id: Option<ProviderId>,
    },
    /// A capture or a refund that had succeeded was reversed.
    Reversed {
        /// Capture or refund.
        operation: Operation,
        /// Its number.
        number: u32,
        /// The amount that was reversed: all that the request had done.
        amount: Minor,
        /// For captures: whether the hold allows no further capture, as after a failed one.
        #[serde(default, skip_serializing_if = "is_default")]
        closes: bool,
    },
    /// A running total was stated, without the requests that it consists of.
    TotalReported {
        /// Captured or refunded.
        operation: Operation,
        /// The total.
        total: Minor,
        /// Who says so.
        basis: Basis,
        /// Captures only: whether any capture ends the hold.
        #[serde(default, skip_serializing_if = "is_default")]
        closes: bool,
    },
    /// The hold ended.
    Ended {
        /// How.
        how: End,
    },
    /// A hold that has not ended allows no further capture, because of something that was not requested here.
    Closed {
        /// What failed.
        why: Closed,
    },
    /// A hold that allowed no further capture allows captures again.
    Reopened {},
    /// The provider's identifiers became known.
    Identified {
        /// Those that were new.
        ids: ProviderIds,
    },
    /// The provider's own word for created or failed was seen.
    StatusSeen {
        /// The word.
        status: StatusWord,
    },
}

names! {
    /// Who says what a total is.
    pub enum Basis {
        Stated "stated" "The provider stated it."
        StatedAtLeast "stated-at-least"
            "The provider stated more, and it may contain what the payload shows as pending or failed: it is at least this much."
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

/// An event in a log: its transaction, its place, and its two times.
///
/// Order comes from the sequence, never from a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use = "a recorded event has no effect until it is applied and stored"]
pub struct RecordedEvent {
    /// The version of this form, [`STORED_VERSION`].
    #[serde(rename = "v", deserialize_with = "known_version")]
    pub version: u32,
    /// The transaction it belongs to.
    pub transaction: TransactionId,
    /// Its place in the transaction's log, from 1 without gaps.
    pub sequence: u32,
    /// When we saw it.
    pub observed_at: Time,
    /// When it happened, if the provider says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Time>,
    /// What happened.
    pub event: Event,
}

/// Reads the version, and refuses one that this crate does not know.
pub(crate) fn known_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    match u32::deserialize(deserializer)? {
        STORED_VERSION => Ok(STORED_VERSION),
        other => Err(serde::de::Error::custom(format_args!(
            "stored version {other} is not known, this crate reads {STORED_VERSION}; a newer release reads a higher one, a lower one was never published"
        ))),
    }
}
