//! The amounts of one transaction, its requests, and the state that follows from them.
//!
//! `A = C + P + V + H` (INV-1): authorized is captured plus pending plus released plus held. Held is never stored,
//! so the equation cannot be broken; it can only be impossible, and then the operation is refused.

use serde::Serialize;

use crate::currency::Currency;
use crate::ids::Time;
use crate::money::Minor;
use crate::request::Operation;
use crate::requests::Requests;
use crate::state::StateKind;

/// The amounts of one transaction, in minor units of its currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Amounts {
    /// A: what was authorized, as last adjusted.
    pub authorized: Minor,
    /// C: what was captured.
    pub captured: Minor,
    /// P: in captures that are sent, accepted or of unknown outcome.
    pub pending: Minor,
    /// V: voided, expired, or let go when a capture closed the authorization.
    pub released: Minor,
    /// H: held and not spoken for.
    pub held: Minor,
    /// K: what a new capture may take.
    pub capturable: Minor,
    /// R: what was refunded.
    pub refunded: Minor,
    /// Q: in refunds that are sent, accepted or of unknown outcome.
    pub refund_pending: Minor,
}

impl Amounts {
    /// What a new refund may give back: C − R − Q.
    #[must_use]
    pub fn refundable(&self) -> Minor {
        self.captured.saturating_sub(self.refunded).saturating_sub(self.refund_pending)
    }
}

/// Everything known of an authorization that was obtained.
///
/// Fields change in the transition function only.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ledger {
    pub(crate) currency: Currency,
    pub(crate) capture_before: Option<Time>,
    pub(crate) authorized: Minor,
    pub(crate) captured: Minor,
    pub(crate) pending: Minor,
    pub(crate) released: Minor,
    pub(crate) refunded: Minor,
    pub(crate) refund_pending: Minor,
    /// A capture closed the authorization, by its success or by its failure.
    pub(crate) closed: bool,
    /// The authorization lapsed.
    pub(crate) expired: bool,
    /// A void of all that was held failed.
    pub(crate) void_failed: bool,
    pub(crate) captures: Requests,
    pub(crate) voids: Requests,
    pub(crate) refunds: Requests,
    /// How many requests were sent so far, repeats included.
    pub(crate) turns: u32,
}

impl Ledger {
    /// A fresh hold.
    pub(crate) fn authorized(amount: Minor, currency: Currency, capture_before: Option<Time>) -> Self {
        Self {
            currency,
            capture_before,
            authorized: amount,
            captured: Minor::ZERO,
            pending: Minor::ZERO,
            released: Minor::ZERO,
            refunded: Minor::ZERO,
            refund_pending: Minor::ZERO,
            closed: false,
            expired: false,
            void_failed: false,
            captures: Requests::default(),
            voids: Requests::default(),
            refunds: Requests::default(),
            turns: 0,
        }
    }

    /// The currency of every amount here.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Until when a capture is accepted, exclusive; `None` where the provider did not say.
    #[must_use]
    pub const fn capture_before(&self) -> Option<Time> {
        self.capture_before
    }

    /// The captures, oldest first.
    #[must_use]
    pub const fn captures(&self) -> &Requests {
        &self.captures
    }

    /// The voids, oldest first.
    #[must_use]
    pub const fn voids(&self) -> &Requests {
        &self.voids
    }

    /// The refunds, oldest first.
    #[must_use]
    pub const fn refunds(&self) -> &Requests {
        &self.refunds
    }

    /// The requests of one kind.
    #[must_use]
    pub const fn requests(&self, operation: Operation) -> &Requests {
        match operation {
            Operation::Capture => &self.captures,
            Operation::Void => &self.voids,
            Operation::Refund => &self.refunds,
        }
    }

    pub(crate) const fn requests_mut(&mut self, operation: Operation) -> &mut Requests {
        match operation {
            Operation::Capture => &mut self.captures,
            Operation::Void => &mut self.voids,
            Operation::Refund => &mut self.refunds,
        }
    }

    /// H: held and not spoken for.
    #[must_use]
    pub const fn held(&self) -> Minor {
        self.authorized.without(self.captured, self.pending, self.released)
    }

    /// K: what a new capture may take. Zero while a void is outstanding and once the authorization is closed.
    ///
    /// Where several captures may be in flight at once, one of them can close the authorization by its failure while
    /// another is of unknown fate: the state is still open then, and K is zero.
    #[must_use]
    pub fn capturable(&self) -> Minor {
        if self.kind().is_open() && !self.closed && self.voids.settled() { self.held() } else { Minor::ZERO }
    }

    /// What a new refund may give back: C − R − Q.
    #[must_use]
    pub const fn refundable(&self) -> Minor {
        self.captured.saturating_sub(self.refunded).saturating_sub(self.refund_pending)
    }

    /// All amounts at once.
    #[must_use]
    pub fn amounts(&self) -> Amounts {
        Amounts {
            authorized: self.authorized,
            captured: self.captured,
            pending: self.pending,
            released: self.released,
            held: self.held(),
            capturable: self.capturable(),
            refunded: self.refunded,
            refund_pending: self.refund_pending,
        }
    }

    /// The state that follows from the facts, in the domain's order: the first that fits is the answer.
    #[must_use]
    #[inline(always)]
    pub fn kind(&self) -> StateKind {
        let held = !self.held().is_zero();
        if self.voids.sent() {
            StateKind::Voiding
        } else if self.voids.accepted() {
            StateKind::VoidInitiated
        } else if self.void_failed && held {
            StateKind::VoidFailed
        } else if self.captures.sent() {
            StateKind::Capturing
        } else if self.captures.accepted() {
            StateKind::CaptureInitiated
        } else if self.pending.is_zero() && (self.closed || !held) {
            self.closed_kind()
        } else if self.captured.is_zero() {
            StateKind::Authorized
        } else {
            StateKind::PartiallyCaptured
        }
    }

    fn closed_kind(&self) -> StateKind {
        if !self.captured.is_zero() {
            StateKind::Charged
        } else if !self.held().is_zero() {
            StateKind::CaptureFailed
        } else if self.expired {
            StateKind::Expired
        } else {
            StateKind::Voided
        }
    }

    /// Lets go of what is held once a closed authorization has something captured, and forgets a failed void with it.
    /// What a void under way is about is left to that void.
    #[inline(always)]
    pub(crate) fn settle(&mut self) {
        let held = self.held();
        let let_go = self.closed && !self.captured.is_zero() && !self.voids.in_flight();
        if let_go {
            self.released = self.released.saturating_add(held);
        }
        self.void_failed &= !let_go && !held.is_zero();
    }
}
