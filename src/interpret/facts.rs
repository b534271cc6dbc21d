//! The facts that the tables use: one hold, and what the payload says besides its word.

use crate::hold::{Amounts, Closed, End, Hold, Operation, Origin, RequestStatus, StateKind};
use crate::interpret::Interpretation;
use crate::interpret::attribution::{Stated, stated};
use crate::interpret::requests::{Whose, whose};
use crate::money::Minor;
use crate::statement::Fate;

/// A condition in words and as a function.
pub(super) type When = (&'static str, fn(&Facts) -> bool);

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
    /// Whether the payload states a total of this transaction.
    pub(super) captured_total: bool,
    pub(super) refunded_total: bool,
}

/// The requests of one kind; outstanding are those that no total covers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kind {
    pub(super) outstanding: u32,
    pub(super) accepted: u32,
    /// The number of one that is outstanding.
    pub(super) one: Option<u32>,
    /// Its amount.
    pub(super) amount: Minor,
    /// Whether any failed or was reversed.
    pub(super) any_failed: bool,
    pub(super) any_reversed: bool,
    /// Whether the latest one failed or was reversed. One that was withdrawn was never tried, so it is not the latest.
    pub(super) latest_failed: bool,
    /// Whether any was ever answered, or is held by a total.
    pub(super) any_answered: bool,
    /// Whether each that was not withdrawn succeeded, or is held by a total.
    pub(super) all_done: bool,
    /// Whether the payload's own list shows the outstanding one as pending.
    pub(super) listed_pending: bool,
    /// Whether we requested that one, and the list shows another as failed: another's, or in a fresh payload an earlier
    /// one of ours.
    pub(super) another_failed: bool,
}

impl Kind {
    fn of(reading: &Interpretation<'_, '_>, hold: &Hold, operation: Operation) -> Self {
        let requests = hold.requests(operation);
        let mut kind = Self { all_done: true, ..Self::default() };
        let mut ours = false;
        for (number, request) in requests.iter() {
            let status = request.status;
            if hold.is_outstanding(operation, request) {
                kind.outstanding = kind.outstanding.saturating_add(1);
                if kind.one.is_none() {
                    (kind.one, kind.amount) = (Some(number), request.amount);
                    ours = request.origin == Origin::Merchant;
                }
                if status == RequestStatus::Accepted {
                    kind.accepted = kind.accepted.saturating_add(1);
                }
                kind.all_done = false;
            } else if status != RequestStatus::Withdrawn {
                // What only the provider told of was not asked for.
                kind.any_answered |= request.begun > 0;
                kind.all_done &= !status.is_a_failure();
            }
            kind.any_failed |= status.is_a_failure();
            kind.any_reversed |= status == RequestStatus::Reversed;
        }
        let latest = requests.latest_of(|request| request.status != RequestStatus::Withdrawn && request.begun > 0);
        kind.latest_failed = latest.is_some_and(|(_, request)| request.status.is_a_failure());
        for told in reading.seen.requests(operation) {
            match (told.fate, whose(reading, operation, told)) {
                (Some(Fate::Failed), Whose::Ours { number, .. }) => {
                    kind.another_failed |= ours && reading.fresh && kind.one != Some(number);
                }
                (Some(Fate::Failed), _) => kind.another_failed |= ours,
                (Some(Fate::Accepted), Whose::Ours { number, .. }) => kind.listed_pending |= kind.one == Some(number),
                _ => {}
            }
        }
        kind
    }

    /// Whether the list shows which one a word for a failure means, and that it is not the outstanding one.
    pub(super) const fn listed_otherwise(&self) -> bool {
        self.listed_pending || self.another_failed
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
        let states = |operation| matches!(stated(reading, operation), Ok(Stated::Total(_)));
        Some(Self {
            state: hold.state(),
            end: hold.end,
            closed: hold.closed,
            amounts,
            price: reading.payment().order().amount().minor(),
            counts: hold.counts(amounts.captured),
            captures: Kind::of(reading, hold, Operation::Capture),
            voids: Kind::of(reading, hold, Operation::Void),
            single: reading.profile().capabilities.captures.is_single(),
            own_word: reading.own_status().is_some(),
            captured_total: states(Operation::Capture),
            refunded_total: states(Operation::Refund),
        })
    }

    /// What is known of the captures, or of the voids.
    pub(super) const fn kind(&self, operation: Operation) -> &Kind {
        if matches!(operation, Operation::Void) { &self.voids } else { &self.captures }
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
