//! The facts that the rules need: amounts, state, what is outstanding, what the order's other transactions took.

use crate::hold::{Amounts, Hold, Operation, Request, RequestStatus, StateKind, counted};
use crate::ids::Time;
use crate::money::{Currency, Minor, Money, MoneyError};
use crate::order::Order;
use crate::transaction::Transaction;

/// The state of a transaction, as far as the rules need it.
///
/// A crate with a state machine of its own builds one from amounts and calls [`Snapshot::check`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a snapshot only answers what it is asked"]
pub struct Snapshot {
    pub(super) order: Money,
    pub(super) takes_parts: bool,
    pub(super) state: StateKind,
    pub(super) amounts: Amounts,
    /// L − C − P − V.
    pub(super) uncommitted: Minor,
    pub(super) pays: Minor,
    pub(super) capture_before: Option<Time>,
    pub(super) capture_in_flight: bool,
    pub(super) capture_unknown: bool,
    pub(super) keyless_refund_unknown: bool,
    /// Whether only amounts are known: then any capture is the one that a single-capture gateway takes.
    pub(super) amounts_alone: bool,
    /// Whether the hold allows no further capture, although it has not ended.
    pub(super) closed: bool,
    /// How many captures were made, or may be: all that a provider that counts them may have counted.
    pub(super) captures_made: u32,
    pub(super) others: Minor,
    /// Of that, what is pending.
    pub(super) others_pending: Minor,
    /// Whether another transaction captured something or has it pending, even if nothing of it is left.
    pub(super) others_took: bool,
}

impl Snapshot {
    /// A transaction among the others of its order.
    pub(crate) fn of<'a>(
        transaction: &Transaction,
        order: &Order,
        others: impl Iterator<Item = &'a Transaction>,
    ) -> Self {
        let bare = Self::bare(order, transaction.state(), transaction.amounts());
        let Some(hold) = transaction.hold() else { return bare };
        let (mut paid, mut others_pending, mut others_took) = (Minor::ZERO, Minor::ZERO, false);
        for other in others.filter_map(Transaction::hold) {
            let Amounts { captured, refunded, pending, .. } = other.amounts();
            paid = paid.saturating_add(other.counts(captured.saturating_sub(refunded).saturating_add(pending)));
            others_pending = others_pending.saturating_add(pending);
            others_took |= !captured.is_zero() || !pending.is_zero();
        }
        let captures = hold.open(Operation::Capture);
        let is_unknown_keyless = |refund: &Request| {
            let unknown = refund.status == RequestStatus::Unknown && refund.key.is_none();
            unknown && hold.is_outstanding(Operation::Refund, refund)
        };
        Self {
            uncommitted: hold.uncommitted(),
            pays: hold.pays(),
            capture_before: hold.capture_before,
            capture_in_flight: captures.in_flight(),
            capture_unknown: captures.unknown > 0,
            keyless_refund_unknown: hold.refunds.outstanding().any(|(_, refund)| is_unknown_keyless(refund)),
            closed: hold.closed.is_some(),
            captures_made: hold.captures.count().saturating_sub(hold.captures.sums().refused),
            others: paid,
            others_pending,
            others_took,
            ..bare
        }
    }

    /// A snapshot from amounts alone: authorized, captured, pending and released count; held is derived, whatever it
    /// says; refunded and refund pending are checked against captured.
    ///
    /// Pending money counts as in flight; [`Snapshot::pending_is_unknown`] says that its outcome is unknown.
    ///
    /// # Errors
    /// [`MoneyError::DifferenceBelowZero`] where captured, pending and released together are more than authorized (INV-1).
    pub fn from_amounts(order: &Order, amounts: Amounts) -> Result<Self, MoneyError> {
        let Amounts { authorized, captured, pending, released, refunded, refund_pending, .. } = amounts;
        let money = |minor| Money::new(minor, order.amount().currency());
        let rest = |left: Minor, right: Minor| {
            let below = MoneyError::DifferenceBelowZero { left: money(left), right: money(right) };
            left.checked_sub(right).ok_or(below)
        };
        let held = rest(rest(rest(authorized, captured)?, pending)?, released)?;
        rest(rest(captured, refunded)?, refund_pending)?;
        let state = match (pending.is_zero(), held.is_zero(), captured.is_zero()) {
            _ if authorized.is_zero() => StateKind::Created,
            (false, _, _) => StateKind::Capturing,
            (true, true, false) => StateKind::Charged,
            (true, true, true) => StateKind::Voided,
            (true, false, true) => StateKind::Authorized,
            (true, false, false) => StateKind::PartiallyCaptured,
        };
        let amounts = Amounts { held, ..amounts };
        let bare = Self { amounts_alone: true, ..Self::bare(order, state, amounts) };
        Ok(Self { capture_in_flight: !pending.is_zero(), uncommitted: held, ..bare })
    }

    /// Says until when a capture may be made, exclusive.
    pub const fn capture_before(self, deadline: Time) -> Self {
        Self { capture_before: Some(deadline), ..self }
    }

    /// Says that the pending money, if there is any, belongs to a capture that timed out.
    pub const fn pending_is_unknown(self) -> Self {
        if self.amounts.pending.is_zero() {
            return self;
        }
        Self { state: StateKind::CaptureUnknown, capture_in_flight: false, capture_unknown: true, ..self }
    }

    /// Sets the part of the order's price that the authorization pays, if that differs from its own amount.
    pub const fn pays(self, part: Minor) -> Self {
        Self { pays: part, ..self }
    }

    /// Says what the order's other transactions captured and did not refund, or have pending.
    pub const fn others(self, paid: Minor) -> Self {
        Self { others: paid, others_took: true, ..self }
    }

    const fn bare(order: &Order, state: StateKind, amounts: Amounts) -> Self {
        Self {
            order: order.amount(),
            takes_parts: order.takes_parts(),
            state,
            amounts,
            uncommitted: Minor::ZERO,
            pays: amounts.authorized,
            capture_before: None,
            capture_in_flight: false,
            capture_unknown: false,
            keyless_refund_unknown: false,
            amounts_alone: false,
            closed: false,
            captures_made: 0,
            others: Minor::ZERO,
            others_pending: Minor::ZERO,
            others_took: false,
        }
    }

    /// The order's currency, and so that of every amount here.
    pub const fn currency(&self) -> Currency {
        self.order.currency()
    }

    /// The amounts.
    pub const fn amounts(&self) -> Amounts {
        self.amounts
    }

    /// The state.
    pub const fn state(&self) -> StateKind {
        self.state
    }

    /// What this transaction would count for the order, were this much more captured.
    pub(super) fn counts(&self, more: Minor) -> Minor {
        let Amounts { authorized, captured, pending, .. } = self.amounts;
        let taken = captured.saturating_add(pending);
        // A request for more than everything counts as everything: another rule refuses it.
        let most = taken.saturating_add(self.uncommitted).max(authorized);
        counted(taken.saturating_add(more).min(most), authorized, self.pays)
    }

    pub(super) const fn money(&self, minor: Minor) -> Money {
        Money::new(minor, self.currency())
    }
}

/// An earlier request, as far as the rules for its repeat care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "an earlier request does nothing until a snapshot gets it"]
pub struct Earlier {
    /// How much.
    pub amount: Minor,
    /// What became of it.
    pub status: RequestStatus,
    /// Whether its success ends the hold: it was requested as the final capture, or for all that there was.
    pub closes: bool,
    /// Whether it was for all that there was; then it ends the hold too.
    pub takes_all: bool,
    /// Whether a total that a provider stated holds it already.
    pub covered: bool,
    /// Until when the provider remembers its key, exclusive.
    pub remembered_until: Option<Time>,
}

impl Earlier {
    /// An earlier request of this amount, with its status; nothing else is said of it.
    pub const fn new(amount: Minor, status: RequestStatus) -> Self {
        Self { amount, status, closes: false, takes_all: false, covered: false, remembered_until: None }
    }

    pub(crate) fn of(hold: &Hold, operation: Operation, request: &Request) -> Self {
        Self {
            amount: request.amount,
            status: request.status,
            closes: request.closes,
            takes_all: request.takes_all,
            covered: hold.is_covered(operation, request),
            remembered_until: request.remembered_until,
        }
    }

    /// Whether its outcome is unknown, and no total holds it already.
    pub(super) fn is_unknown(self) -> bool {
        self.status == RequestStatus::Unknown && !self.covered
    }

    /// Whether the same request may be sent again: its outcome is unknown, or it was withdrawn.
    pub(super) fn may_be_sent_again(self) -> bool {
        self.is_unknown() || self.status == RequestStatus::Withdrawn
    }
}
