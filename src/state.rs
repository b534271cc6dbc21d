//! The states of a transaction, by name. Which one it is follows from the ledger; see `Ledger::kind`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The thirteen states of a transaction.
///
/// Exhaustive on purpose: a new state must be answered everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StateKind {
    /// Nothing held yet.
    Created,
    /// Hold in place, nothing captured; a capture of unknown outcome may be outstanding.
    Authorized,
    /// A capture was sent and nothing came back yet.
    Capturing,
    /// The gateway accepted a capture, the result is pending.
    CaptureInitiated,
    /// Something captured, the authorization still open.
    PartiallyCaptured,
    /// Something captured, the authorization closed.
    Charged,
    /// The capture was refused; the hold cannot be captured any more, and can still be voided.
    CaptureFailed,
    /// A void was sent and nothing came back yet.
    Voiding,
    /// The gateway accepted a void, the result is pending.
    VoidInitiated,
    /// A void of all that was held was refused.
    VoidFailed,
    /// All that was not captured was given back, and nothing was captured.
    Voided,
    /// The hold lapsed, or was refunded without ever having been captured.
    Expired,
    /// Never authorized.
    Failed,
}

impl StateKind {
    /// Every state, in the order of the domain's table.
    pub const ALL: [Self; 13] = [
        Self::Created,
        Self::Authorized,
        Self::Capturing,
        Self::CaptureInitiated,
        Self::PartiallyCaptured,
        Self::Charged,
        Self::CaptureFailed,
        Self::Voiding,
        Self::VoidInitiated,
        Self::VoidFailed,
        Self::Voided,
        Self::Expired,
        Self::Failed,
    ];

    /// The kebab-case name, the same as in serialized forms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Authorized => "authorized",
            Self::Capturing => "capturing",
            Self::CaptureInitiated => "capture-initiated",
            Self::PartiallyCaptured => "partially-captured",
            Self::Charged => "charged",
            Self::CaptureFailed => "capture-failed",
            Self::Voiding => "voiding",
            Self::VoidInitiated => "void-initiated",
            Self::VoidFailed => "void-failed",
            Self::Voided => "voided",
            Self::Expired => "expired",
            Self::Failed => "failed",
        }
    }

    /// Whether captures are taken from it: authorized, capturing, capture-initiated, partially-captured.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Authorized | Self::Capturing | Self::CaptureInitiated | Self::PartiallyCaptured)
    }

    /// Whether no authorization was ever obtained: created or failed.
    #[must_use]
    pub const fn is_unheld(self) -> bool {
        matches!(self, Self::Created | Self::Failed)
    }
}

impl fmt::Display for StateKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
