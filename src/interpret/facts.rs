//! The facts that the tables use: one hold, and what the payload says besides its word.

use crate::hold::amounts::Amounts;
use crate::hold::facts::{Closed, End, Hold};
use crate::hold::request::{Operation, RequestStatus};
use crate::hold::state::StateKind;
use crate::interpret::Interpretation;
use crate::interpret::attribution::{Stated, stated};
use crate::money::Minor;

/// The facts that the tables use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    pub(super) state: StateKind,
    pub(super) end: Option<End>,
    pub(super) closed: Option<Closed>,
    pub(super) amounts: Amounts,
    /// The order's price, and what C counts for it.
    pub(super) price: Minor,
    pub(super) counts: Minor,
    pub(super) captures: Kind,
    pub(super) voids: Kind,
    /// Whether an authorization sees one capture only.
    pub(super) single: bool,
    /// Whether the word belongs to the transaction itself.
    pub(super) own_word: bool,
    /// What the payload states of this transaction.
    pub(super) captured_total: Option<Minor>,
    pub(super) refunded_total: Option<Minor>,
}

/// The requests of one kind; outstanding are those that no total covers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kind {
    pub(super) outstanding: u32,
    pub(super) accepted: u32,
    /// One that is outstanding: its number and amount.
    pub(super) one: Option<(u32, Minor)>,
    /// Whether any failed or was reversed.
    pub(super) any_failed: bool,
    pub(super) any_reversed: bool,
    /// Whether the latest one failed or was reversed. One that was withdrawn was never tried, so it is not the latest.
    pub(super) latest_failed: bool,
    /// Whether any was ever answered, or is held by a total.
    pub(super) any_answered: bool,
    /// Whether each that was not withdrawn succeeded, or is held by a total.
    pub(super) all_done: bool,
}

impl Kind {
    fn of(hold: &Hold, operation: Operation) -> Self {
        let requests = hold.requests(operation);
        let mut kind = Self { all_done: true, ..Self::default() };
        for (number, request) in requests.iter() {
            let status = request.status;
            if hold.is_outstanding(operation, request) {
                kind.outstanding = kind.outstanding.saturating_add(1);
                kind.one.get_or_insert((number, request.amount));
                if status == RequestStatus::Accepted {
                    kind.accepted = kind.accepted.saturating_add(1);
                }
                kind.all_done = false;
            } else if status != RequestStatus::Withdrawn {
                kind.any_answered = true;
                kind.all_done &= !status.is_a_failure();
            }
            kind.any_failed |= status.is_a_failure();
            kind.any_reversed |= status == RequestStatus::Reversed;
        }
        let latest = requests.latest_of(|request| request.status != RequestStatus::Withdrawn);
        kind.latest_failed = latest.is_some_and(|(_, request)| request.status.is_a_failure());
        kind
    }

    pub(super) const fn is_outstanding(&self) -> bool {
        self.outstanding > 0
    }

    /// How many were sent, or have an unknown outcome.
    pub(super) const fn sent_or_unknown(&self) -> u32 {
        self.outstanding.saturating_sub(self.accepted)
    }
}

impl Facts {
    /// The facts of a hold as it is now; `None` if there is none.
    pub(super) fn of(reading: &Interpretation<'_, '_>) -> Option<Self> {
        let hold = reading.hold()?;
        let amounts = hold.amounts();
        let total = |operation| match stated(reading, operation) {
            Ok(Stated::Total(total)) => Some(total),
            _ => None,
        };
        Some(Self {
            state: hold.state(),
            end: hold.end(),
            closed: hold.closed(),
            amounts,
            price: reading.payment().order().amount().minor(),
            counts: hold.counts(amounts.captured),
            captures: Kind::of(hold, Operation::Capture),
            voids: Kind::of(hold, Operation::Void),
            single: reading.profile().capabilities.captures.is_single(),
            own_word: reading.own_status().is_some(),
            captured_total: total(Operation::Capture),
            refunded_total: total(Operation::Refund),
        })
    }

    pub(super) const fn any_captured(&self) -> bool {
        !self.amounts.captured.is_zero()
    }

    /// Whether a capture or a void is outstanding.
    pub(super) const fn any_outstanding(&self) -> bool {
        self.captures.is_outstanding() || self.voids.is_outstanding()
    }

    /// Whether the hold has not ended, and something of it is left.
    pub(super) const fn is_held(&self) -> bool {
        self.end.is_none() && !(self.amounts.held.is_zero() && self.amounts.pending.is_zero())
    }
}
