//! The states of a transaction, and which one it is: the first question that is answered yes.

use crate::hold::{Closed, End, Hold, Operation};
use crate::names::names;

names! {
    /// The fifteen states of a transaction.
    ///
    /// Exhaustive on purpose: a new state must be answered everywhere.
    pub enum StateKind {
        Created "created" "Nothing held yet."
        Authorized "authorized" "The hold is in place, nothing is captured, nothing outstanding."
        Capturing "capturing" "A capture was sent and nothing came back yet."
        CaptureUnknown "capture-unknown" "The outcome of a capture is unknown: only the same one may be sent again."
        CaptureInitiated "capture-initiated" "The gateway accepted a capture, the result is pending."
        PartiallyCaptured "partially-captured" "Something is captured, the hold is still open, nothing outstanding."
        Charged "charged" "Something is captured, and the hold ended or nothing of it is left."
        CaptureFailed "capture-failed"
            "A capture was refused: the hold cannot be captured any more, and can still be voided."
        Voiding "voiding" "A void was sent and nothing came back yet."
        VoidUnknown "void-unknown" "The outcome of a void is unknown: only the same one may be sent again."
        VoidInitiated "void-initiated" "The gateway accepted a void, the result is pending."
        VoidFailed "void-failed" "A void of all that was held was refused."
        Voided "voided" "All was released, and nothing captured."
        Expired "expired" "The hold expired, or was refunded without a capture; nothing captured."
        Failed "failed" "Never authorized."
    }
}

impl StateKind {
    /// Whether no authorization was ever obtained: created or failed.
    #[must_use]
    pub const fn is_unheld(self) -> bool {
        matches!(self, Self::Created | Self::Failed)
    }
}

impl Hold {
    /// The state that follows from the facts, in their order: the first that fits is the answer.
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
