//! The rows of a profile's tables. Each states a fact once, with its source.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::state::StateKind;

/// What a provider's word for a transaction means here.
///
/// Exhaustive on purpose: the interpretation of observations answers each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// Nothing held yet.
    Created,
    /// Never authorized.
    Failed,
    /// Held.
    Authorized,
    /// A capture was accepted.
    CaptureInitiated,
    /// A part was captured.
    PartiallyCharged,
    /// Captured.
    Charged,
    /// A capture failed.
    CaptureFailed,
    /// A void was accepted.
    VoidInitiated,
    /// A void failed.
    VoidFailed,
    /// Given back without a capture.
    Voided,
    /// Given back by the provider, of itself.
    AutoRefunded,
    /// Captured and all of it refunded.
    Refunded,
}

/// How far along a word says that a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Not decided yet; keep polling.
    Pending,
    /// Held: can be captured, or given back.
    Capturable,
    /// Something was asked and accepted; the result is pending.
    InFlight,
    /// Money was captured.
    Success,
    /// Something that was asked failed; what is left can be decided anew.
    Failure,
    /// Over, nothing captured.
    Ended,
}

impl GatewayReply {
    /// Whether a word after this answer can mean this.
    #[must_use]
    pub const fn fits(self, meaning: Meaning) -> bool {
        match self {
            Self::Success => matches!(meaning, Meaning::Charged),
            Self::Failed => matches!(meaning, Meaning::CaptureFailed | Meaning::Authorized),
            Self::Pending => matches!(meaning, Meaning::CaptureInitiated | Meaning::Authorized),
            Self::NoResponse => matches!(meaning, Meaning::Authorized),
        }
    }
}

impl std::fmt::Display for Meaning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Meaning {
    /// The name, as in a profile's JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Failed => "failed",
            Self::Authorized => "authorized",
            Self::CaptureInitiated => "capture-initiated",
            Self::PartiallyCharged => "partially-charged",
            Self::Charged => "charged",
            Self::CaptureFailed => "capture-failed",
            Self::VoidInitiated => "void-initiated",
            Self::VoidFailed => "void-failed",
            Self::Voided => "voided",
            Self::AutoRefunded => "auto-refunded",
            Self::Refunded => "refunded",
        }
    }

    /// How far along this is.
    #[must_use]
    pub const fn class(self) -> Class {
        match self {
            Self::Created => Class::Pending,
            Self::Authorized => Class::Capturable,
            Self::CaptureInitiated | Self::VoidInitiated => Class::InFlight,
            Self::PartiallyCharged | Self::Charged | Self::Refunded => Class::Success,
            Self::CaptureFailed | Self::VoidFailed => Class::Failure,
            Self::Failed | Self::Voided | Self::AutoRefunded => Class::Ended,
        }
    }

    /// Every meaning.
    pub const ALL: [Self; 12] = [
        Self::Created,
        Self::Failed,
        Self::Authorized,
        Self::CaptureInitiated,
        Self::PartiallyCharged,
        Self::Charged,
        Self::CaptureFailed,
        Self::VoidInitiated,
        Self::VoidFailed,
        Self::Voided,
        Self::AutoRefunded,
        Self::Refunded,
    ];

    /// What a provider would say of a state: a request that was only sent does not show yet.
    #[must_use]
    pub const fn of(state: StateKind, captured_any: bool, refunded_all: bool) -> Self {
        match state {
            StateKind::Created => Self::Created,
            StateKind::Failed => Self::Failed,
            StateKind::Capturing | StateKind::Voiding if captured_any => Self::PartiallyCharged,
            StateKind::Authorized | StateKind::Capturing | StateKind::Voiding => Self::Authorized,
            StateKind::CaptureInitiated => Self::CaptureInitiated,
            StateKind::PartiallyCaptured => Self::PartiallyCharged,
            StateKind::Charged if refunded_all => Self::Refunded,
            StateKind::Charged => Self::Charged,
            StateKind::CaptureFailed => Self::CaptureFailed,
            StateKind::VoidInitiated => Self::VoidInitiated,
            StateKind::VoidFailed => Self::VoidFailed,
            StateKind::Voided => Self::Voided,
            StateKind::Expired => Self::AutoRefunded,
        }
    }
}

/// One word of a provider for a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StatusRow {
    /// The word.
    pub text: Cow<'static, str>,
    /// The numeric ids that may stand beside it; empty where the provider has none.
    #[serde(default)]
    pub ids: Cow<'static, [i64]>,
    /// What it means when it is read.
    pub means: Meaning,
    /// What it is the word for; a meaning has one word.
    #[serde(default)]
    pub spells: Cow<'static, [Meaning]>,
    /// Which document says so.
    pub source: Source,
}

/// One word of a provider for an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderStatusRow {
    /// The word.
    pub text: Cow<'static, str>,
    /// What it is written for; `None` stands for an order without a transaction.
    pub spells: Cow<'static, [Option<Meaning>]>,
    /// Which document says so.
    pub source: Source,
}

/// What a provider's error says of the request it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Settles {
    /// Refused before it was tried: the request is withdrawn and its money freed.
    Withdrawn,
    /// Only a hint: the outcome is unknown until an observation settles it.
    Unknown,
}

impl Settles {
    /// What an HTTP status allows at most: 408, 409 and anything but a 4xx leave the outcome unknown, whatever stands
    /// beside it.
    pub(crate) const fn by_status(http_status: u16) -> Self {
        match http_status {
            408 | 409 => Self::Unknown,
            400..500 => Self::Withdrawn,
            _ => Self::Unknown,
        }
    }
}

/// One error of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ErrorRow {
    /// The HTTP status that it comes with; not matched, since intermediaries change it.
    pub http_status: u16,
    /// The provider's code; letter case does not matter. It is matched where the row has no text.
    pub code: Cow<'static, str>,
    /// The provider's text, or the part of it that matters; letter case does not matter.
    pub message: Cow<'static, str>,
    /// The code of the refusal that this is the provider's wording of, where it is one.
    #[serde(default)]
    pub refusal: Option<Cow<'static, str>>,
    /// What it says of the request.
    pub settles: Settles,
    /// Which document says so.
    pub source: Source,
}

/// Where a fact is written, and how sure it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The document.
    pub document: Cow<'static, str>,
    /// How sure it is.
    pub confidence: Confidence,
}

/// How sure a fact is, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// In the capture API page itself.
    Seed,
    /// In the provider's other documentation.
    Official,
    /// In an official sample only.
    Sample,
    /// In official code only.
    Sdk,
    /// Said by somebody else.
    ThirdParty,
    /// Deduced; nobody says it.
    Inferred,
}

/// What a gateway answers to a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum GatewayReply {
    /// Done.
    Success,
    /// Refused.
    Failed,
    /// Accepted and pending.
    Pending,
    /// Nothing came back.
    NoResponse,
}

/// The word that a transaction has after a gateway's answer to a full capture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OutcomeRow {
    /// The answer.
    pub reply: GatewayReply,
    /// The word.
    pub status: Cow<'static, str>,
    /// Which document says so.
    pub source: Source,
}

/// The name of a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EventRow {
    /// The name.
    pub name: Cow<'static, str>,
    /// Which document says so.
    pub source: Source,
}

/// What the provider says of one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CurrencyRow {
    /// The ISO 4217 code.
    pub code: Cow<'static, str>,
    /// Decimal digits; the same as ISO's, or the profile is refused.
    pub digits: u32,
    /// The least that an order may be, in minor units, where it is known. A capture is bound by its authorization.
    #[serde(default)]
    pub minimum: Option<u64>,
    /// Which document says so.
    pub source: Source,
}
