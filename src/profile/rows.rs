//! The rows of a profile's tables, each a fact with its source; and what is known of a word.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::hold::{Operation, Outcome, StateKind};
use crate::names::names;
use crate::profile::{ProfileRows, Says};
use crate::statement::{Fate, Subject, Word};

names! {
    /// What a provider's word for a transaction means here.
    ///
    /// Exhaustive on purpose: the interpretation of observations answers each.
    pub enum CanonicalStatus {
        Created "created" "Nothing held yet."
        Failed "failed" "Never authorized."
        Authorized "authorized" "Held."
        CaptureInitiated "capture-initiated" "A capture was accepted."
        PartiallyCharged "partially-charged" "A part was captured."
        Charged "charged" "Captured."
        CaptureFailed "capture-failed" "A capture failed."
        VoidInitiated "void-initiated" "A void was accepted."
        VoidFailed "void-failed" "A void failed."
        Voided "voided" "Released without a capture."
        Expired "expired"
            "The hold ended; captured money stays. Only read: the state `expired` is written as auto-refunded."
        AutoRefunded "auto-refunded" "Released or refunded by the provider, on its own initiative."
        Refunded "refunded" "Captured and all of it refunded."
    }
}

impl CanonicalStatus {
    /// Whether it says that money was captured.
    #[must_use]
    pub const fn is_captured(self) -> bool {
        matches!(self, Self::PartiallyCharged | Self::Charged | Self::Refunded)
    }

    /// The meaning whose word is written for this one. A hold that expired and one that was refunded without a capture
    /// are one state, so `expired` needs no word of its own: every profile has one for auto-refunded.
    pub(crate) const fn written_as(self) -> Self {
        match self {
            Self::Expired => Self::AutoRefunded,
            other => other,
        }
    }

    /// What a provider would say in this state: a request that was only sent is not visible yet.
    #[must_use]
    pub const fn of(state: StateKind, captured_any: bool, refunded_all: bool) -> Self {
        use StateKind as Is;
        match state {
            Is::Created => Self::Created,
            Is::Failed => Self::Failed,
            Is::Capturing | Is::CaptureUnknown | Is::Voiding | Is::VoidUnknown if captured_any => {
                Self::PartiallyCharged
            }
            Is::Authorized | Is::Capturing | Is::CaptureUnknown | Is::Voiding | Is::VoidUnknown => Self::Authorized,
            Is::CaptureInitiated => Self::CaptureInitiated,
            Is::PartiallyCaptured => Self::PartiallyCharged,
            Is::Charged if refunded_all => Self::Refunded,
            Is::Charged => Self::Charged,
            Is::CaptureFailed => Self::CaptureFailed,
            Is::VoidInitiated => Self::VoidInitiated,
            Is::VoidFailed => Self::VoidFailed,
            Is::Voided => Self::Voided,
            Is::Expired => Self::AutoRefunded,
        }
    }
}

/// One word of a provider for a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct StatusRow {
    /// The word.
    pub text: Cow<'static, str>,
    /// The numeric ids that may come with it; empty if the provider has none.
    #[serde(default)]
    pub ids: Cow<'static, [i64]>,
    /// What it means when it is read.
    pub maps_to: CanonicalStatus,
    /// What a word for the end of a hold means if nothing was held: `created` or `failed`. A cancelled attempt is
    /// failed; no hold is invented. `None` if it means that there was a hold, which is now released.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unheld: Option<CanonicalStatus>,
    /// What it is the word for; a meaning has one word. Never `expired`, which is written as auto-refunded.
    #[serde(default)]
    pub written_for: Cow<'static, [CanonicalStatus]>,
    /// Which document says so.
    pub source: Source,
}

/// One word of a provider for an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct OrderStatusRow {
    /// The word.
    pub text: Cow<'static, str>,
    /// What it means for the order's only transaction; `None` if it says nothing about one.
    #[serde(default)]
    pub maps_to: Option<CanonicalStatus>,
    /// The status that it is written for; `None` for an order without a transaction.
    #[serde(default)]
    pub written_for: Cow<'static, [Option<CanonicalStatus>]>,
    /// Which document says so.
    pub source: Source,
}

/// One word of a provider for a capture, void or refund. A word without a row says nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RequestWordRow {
    /// The word, compared exactly.
    pub text: Cow<'static, str>,
    /// The one kind of request that the row applies to; `None` for every kind of its table.
    #[serde(default)]
    pub of: Option<Operation>,
    /// The outcome of the request.
    pub fate: Fate,
    /// Which document says so.
    pub source: Source,
}

/// Where a fact is documented, and how sure it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The document.
    pub document: Cow<'static, str>,
    /// How sure it is.
    pub confidence: Confidence,
}

names! {
    /// How sure a fact is, best first.
    pub enum Confidence {
        Seed "seed" "In the capture API page itself."
        Official "official" "In the provider's other documentation."
        Sample "sample" "In an official sample only."
        Sdk "sdk" "In official code only."
        ThirdParty "third-party" "From a third party."
        Inferred "inferred" "Deduced: no source states it."
    }
}

/// The word that a transaction has after a gateway's answer to a full capture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct OutcomeRow {
    /// The answer.
    pub outcome: Outcome,
    /// The word.
    pub status: Cow<'static, str>,
    /// Which document says so.
    pub source: Source,
}

/// The name of a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EventRow {
    /// The name.
    pub name: Cow<'static, str>,
    /// Which document says so.
    pub source: Source,
}

/// What the provider says about one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CurrencyRow {
    /// The ISO 4217 code.
    pub code: Cow<'static, str>,
    /// Decimal digits; the same as ISO's, or the profile is refused.
    pub digits: u32,
    /// How many of them the provider's integers count, if that differs from ISO: with 2, `500` is 5.00. An amount that
    /// the currency cannot state exactly is refused, and so is every amount if the row is less sure than official.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_wire: Option<u32>,
    /// The smallest possible order, in minor units, if it is known. A capture is limited by its authorization.
    #[serde(default)]
    pub minimum: Option<u64>,
    /// Which document says so.
    pub source: Source,
}

/// What a profile knows of a word of an order or transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownWord<'p> {
    /// What it means for the transaction; `None` if it says nothing about one.
    pub maps_to: Option<CanonicalStatus>,
    /// What it means if nothing was held, when that differs.
    pub unheld: Option<CanonicalStatus>,
    /// The numeric ids that may come with it; empty if the provider has none.
    pub ids: &'p [i64],
}

impl KnownWord<'_> {
    /// Whether this number may come with the word.
    pub fn allows(&self, id: i64) -> bool {
        self.ids.is_empty() || self.ids.contains(&id)
    }
}

impl ProfileRows {
    /// What the profile knows about a word, in the table of its subject; `None` for an unknown one, which is never a
    /// success.
    ///
    /// If an order has no words of its own, the transaction's words apply.
    pub fn word(&self, word: &Word<'_>) -> Option<KnownWord<'_>> {
        if word.subject == Subject::Order && !self.order_statuses.is_empty() {
            let row = self.order_statuses.iter().find(|row| row.text == word.text)?;
            return Some(KnownWord { maps_to: row.maps_to, unheld: None, ids: &[] });
        }
        if word.subject == Subject::Reading {
            let reading = self.readings.iter().find(|reading| reading.name == word.text)?;
            let Says::Status(status) = reading.says? else { return None };
            return Some(KnownWord { maps_to: Some(status), unheld: None, ids: &[] });
        }
        let row = self.status(&word.text)?;
        Some(KnownWord { maps_to: Some(row.maps_to), unheld: row.unheld, ids: &row.ids })
    }

    /// What a word says about a capture, void or refund; `None` if it says nothing.
    pub fn fate(&self, operation: Operation, word: &str) -> Option<Fate> {
        let table = if operation == Operation::Refund { &self.refund_words } else { &self.request_words };
        let says = |row: &&RequestWordRow| row.text == word && row.of.is_none_or(|of| of == operation);
        table.iter().find(says).map(|row| row.fate)
    }
}
