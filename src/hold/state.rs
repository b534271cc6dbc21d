//! The states of a transaction, and which one it is: the first question that is answered yes.

use serde::{Deserialize, Serialize};

use crate::hold::facts::{Closed, End, Hold};
use crate::hold::request::{Operation, names};

/// The fifteen states of a transaction.
///
/// Exhaustive on purpose: a new state must be answered everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StateKind {
    /// Nothing held yet.
    Created,
    /// The hold is in place, nothing is captured, nothing outstanding.
    Authorized,
    /// A capture was sent and nothing came back yet.
    Capturing,
    /// The outcome of a capture is unknown: only the same one may be sent again.
    CaptureUnknown,
    /// The gateway accepted a capture, the result is pending.
    CaptureInitiated,
    /// Something is captured, the hold is still open, nothing outstanding.
    PartiallyCaptured,
    /// Something is captured, and the hold ended or nothing of it is left.
    Charged,
    /// A capture was refused: the hold cannot be captured any more, and can still be voided.
    CaptureFailed,
    /// A void was sent and nothing came back yet.
    Voiding,
    /// The outcome of a void is unknown: only the same one may be sent again.
    VoidUnknown,
    /// The gateway accepted a void, the result is pending.
    VoidInitiated,
    /// A void of all that was held was refused.
    VoidFailed,
    /// All was released, and nothing captured.
    Voided,
    /// The hold expired, or was refunded without a capture; nothing captured.
    Expired,
    /// Never authorized.
    Failed,
}

names! { StateKind {
    Created "created" Authorized "authorized" Capturing "capturing" CaptureUnknown "capture-unknown"
    CaptureInitiated "capture-initiated" PartiallyCaptured "partially-captured" Charged "charged"
    CaptureFailed "capture-failed" Voiding "voiding" VoidUnknown "void-unknown" VoidInitiated "void-initiated"
    VoidFailed "void-failed" Voided "voided" Expired "expired" Failed "failed"
} }

impl StateKind {
    /// Whether no authorization was ever obtained: created or failed.
    #[must_use]
    pub const fn is_unheld(self) -> bool {
        matches!(self, Self::Created | Self::Failed)
    }
}

impl Hold {
    /// The state that follows from the facts, in the domain's order: the first that fits is the answer.
    pub fn state(&self) -> StateKind {
        let amounts = self.amounts();
        let voids = self.voids.sums();
        let nothing_left = amounts.held.is_zero() && !amounts.captured.is_zero();
        if voids.unknown > 0 {
            StateKind::VoidUnknown
        } else if voids.sent > 0 {
            StateKind::Voiding
        } else if voids.accepted > 0 {
            StateKind::VoidInitiated
        } else if !amounts.pending.is_zero() {
            let captures = self.open(Operation::Capture);
            match (captures.unknown, captures.sent) {
                (1.., _) => StateKind::CaptureUnknown,
                (0, 1..) => StateKind::Capturing,
                (0, 0) => StateKind::CaptureInitiated,
            }
        } else if self.end.is_some() || nothing_left {
            match self.end {
                _ if !amounts.captured.is_zero() => StateKind::Charged,
                Some(End::Expired) => StateKind::Expired,
                _ => StateKind::Voided,
            }
        } else if let Some(closed) = self.closed {
            match closed {
                Closed::VoidFailed => StateKind::VoidFailed,
                Closed::CaptureFailed => StateKind::CaptureFailed,
            }
        } else if amounts.captured.is_zero() {
            StateKind::Authorized
        } else {
            StateKind::PartiallyCaptured
        }
    }
}
