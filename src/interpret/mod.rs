//! Interpretation: what an observation changes.
//!
//! Three steps, each in a file: is it sound (`sound`), what does it say was captured and refunded and does that fit
//! (`figures`), and, where the amounts are equal, what does its status say (`status`). Every event it finds goes
//! through the transition function on a draft, so that a verdict never holds an event that would be rejected.
//! Error answers have a file of their own (`error`).

mod error;
mod figures;
mod sound;
mod status;

use crate::conflict::Conflict;
use crate::event::{Event, Outcome};
use crate::ids::{StatusWord, Time};
use crate::ledger::Ledger;
use crate::money::{Minor, Money};
use crate::observation::Observation;
use crate::order::Order;
use crate::profile::{Meaning, Profile};
use crate::request::{Operation, Origin};
use crate::transaction::{Phase, Transaction};
use crate::transition::{Effect, Rejection};

/// What an observation comes to.
///
/// Exhaustive on purpose: each answer asks for another reaction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a verdict has no effect until its events are recorded and stored"]
pub enum Verdict {
    /// Something is new: record and store these events, in this order.
    Applied(Vec<Event>),
    /// Nothing about money or state is new. There may be identifiers or a provider's word to record.
    AlreadyApplied(Vec<Event>),
    /// Older than what is known; ignore it.
    Stale,
    /// It contradicts what is known. Nothing changes; a person must look.
    Conflict(Conflict),
}

impl Verdict {
    /// The events to record and store; an already applied observation may bring some too.
    pub fn events(&self) -> &[Event] {
        match self {
            Self::Applied(events) | Self::AlreadyApplied(events) => events,
            Self::Stale | Self::Conflict(_) => &[],
        }
    }

    /// The same, with a deadline for a hold that was first learned from this observation: no payload names one, and none
    /// can be added once the hold is recorded. Where no hold was learned, nothing changes.
    pub fn capture_before(mut self, deadline: Time) -> Self {
        if let Self::Applied(events) | Self::AlreadyApplied(events) = &mut self {
            for event in events {
                if let Event::Authorized { capture_before, .. } = event {
                    capture_before.get_or_insert(deadline);
                }
            }
        }
        self
    }
}

/// What surrounds a transaction when an observation of it is read.
#[derive(Clone, Copy, Debug)]
pub struct OrderContext<'a> {
    /// The order that it pays.
    pub order: &'a Order,
    /// The provider's rules and words.
    pub profile: &'a Profile,
    /// Whether another transaction of the order captured something: an order's total then says nothing of this one.
    pub others_captured: bool,
}

impl<'a> OrderContext<'a> {
    /// The context of one transaction, from all transactions of its order; it may be among them.
    pub fn of(
        transaction: &Transaction,
        order: &'a Order,
        profile: &'a Profile,
        all: impl IntoIterator<Item = &'a Transaction>,
    ) -> Self {
        let other = |other: &&Transaction| other.id() != transaction.id();
        let others_captured = all.into_iter().filter(other).any(|other| !other.amounts().captured.is_zero());
        Self { order, profile, others_captured }
    }
}

/// What the comparison found, before it becomes a [`Verdict`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Finding {
    Applied,
    Already,
    Stale,
}

/// The transaction with the events as they are found: a copy takes them, made at the first one.
struct Draft<'a> {
    known: &'a Transaction,
    copy: Option<Transaction>,
    events: Vec<Event>,
    context: &'a OrderContext<'a>,
}

impl Draft<'_> {
    /// Takes an event through the transition function.
    fn push(&mut self, event: Event) -> Result<(), Conflict> {
        match self.copy.get_or_insert_with(|| self.known.clone()).step(&event) {
            Ok(Effect::Applied) => self.events.push(event),
            Ok(Effect::AlreadyApplied | Effect::Stale) => {}
            Err(Rejection::Conflict(conflict)) => return Err(conflict),
            Err(_) => return Err(Conflict::Unrecordable),
        }
        Ok(())
    }

    fn transaction(&self) -> &Transaction {
        self.copy.as_ref().unwrap_or(self.known)
    }

    fn ledger(&self) -> Option<&Ledger> {
        self.transaction().ledger()
    }

    fn answer(&mut self, operation: Operation, number: u32, outcome: Outcome) -> Result<(), Conflict> {
        self.push(Event::Answered { operation, number, outcome })
    }

    /// Records something that nobody here asked for, with what became of it.
    fn unrequested(
        &mut self,
        operation: Operation,
        amount: Minor,
        closes: bool,
        outcome: Outcome,
    ) -> Result<(), Conflict> {
        let number = self.ledger().map_or(0, |ledger| ledger.requests(operation).count()).saturating_add(1);
        let origin = Origin::Provider;
        self.push(Event::Requested { operation, number, amount, key: None, closes, origin })?;
        self.answer(operation, number, outcome)
    }

    /// What is held, not captured, goes back to the payer, although nobody here asked for it.
    fn release_rest(&mut self) -> Result<(), Conflict> {
        match self.ledger().map(Ledger::held) {
            Some(held) if !held.is_zero() => {
                self.unrequested(Operation::Void, held, false, Outcome::Succeeded { amount: held })
            }
            _ => Ok(()),
        }
    }
}

impl Transaction {
    /// Reads an observation of this transaction. Changes nothing: the verdict holds the events to record.
    pub fn interpret(&self, seen: &Observation<'_>, context: &OrderContext<'_>) -> Verdict {
        match self.read(seen, context) {
            Ok((Finding::Applied, events)) => Verdict::Applied(events),
            Ok((Finding::Already, events)) => Verdict::AlreadyApplied(events),
            Ok((Finding::Stale, _)) => Verdict::Stale,
            Err(conflict) => Verdict::Conflict(conflict),
        }
    }

    fn read(&self, seen: &Observation<'_>, context: &OrderContext<'_>) -> Result<(Finding, Vec<Event>), Conflict> {
        let meaning = sound::check(self, seen, context)?;
        let mut draft = Draft { known: self, copy: None, events: Vec::new(), context };
        if !self.ids.covers(&seen.ids) {
            draft.push(Event::Identified { ids: sound::unknown_ids(&self.ids, &seen.ids) })?;
        }
        let finding = match &self.phase {
            Phase::Held(_) => held(&mut draft, seen, meaning)?,
            Phase::Created { .. } | Phase::Failed { .. } => unheld(&mut draft, seen, meaning)?,
        };
        Ok((finding, draft.events))
    }
}

/// Before a hold was obtained: it stays so, fails, or turns out to be held.
fn unheld(draft: &mut Draft<'_>, seen: &Observation<'_>, meaning: Meaning) -> Result<Finding, Conflict> {
    let failed = matches!(draft.transaction().phase, Phase::Failed { .. });
    let finding = match (meaning, failed) {
        (Meaning::Created, false) => progress(draft, seen),
        (Meaning::Created, true) => Finding::Stale,
        (Meaning::Failed, true) => Finding::Already,
        (Meaning::Failed, false) => {
            draft.push(Event::AuthorizationFailed)?;
            Finding::Applied
        }
        // A failure of something that nobody asked for; unless money was captured, so that there was a hold.
        (Meaning::CaptureFailed | Meaning::VoidFailed, _) if seen.captured.is_none_or(Minor::is_zero) => Finding::Stale,
        _ => return found_held(draft, seen, meaning),
    };
    nothing_taken(draft, seen)?;
    // The word is kept; among those for created, only one that is further along replaces another.
    let keep = finding == Finding::Applied || (finding == Finding::Already && failed);
    if let (true, Ok(status)) = (keep, StatusWord::new(&seen.status)) {
        draft.push(Event::StatusSeen { status })?;
    }
    Ok(finding)
}

/// Without a hold nothing can have been captured or refunded.
fn nothing_taken(draft: &Draft<'_>, seen: &Observation<'_>) -> Result<(), Conflict> {
    let shared = seen.totals_are_the_orders && (draft.context.others_captured || seen.others_captured);
    let some = |total: Option<Minor>| total.filter(|total| !total.is_zero());
    match (some(seen.captured), some(seen.refunded)) {
        (Some(_), _) if shared => Err(Conflict::CapturedAmountUnknown),
        (Some(captured), _) => Err(Conflict::CapturedExceedsAuthorized { captured, authorized: Minor::ZERO }),
        (None, Some(refunded)) if !shared => Err(Conflict::RefundedExceedsCaptured { refunded, captured: Minor::ZERO }),
        _ => Ok(()),
    }
}

/// The first word for created tells that the provider knows the transaction. From then on, a row further down the
/// provider's table is further along, and any other one says nothing new.
fn progress(draft: &Draft<'_>, seen: &Observation<'_>) -> Finding {
    if draft.transaction().provider_status().is_none() {
        return Finding::Applied;
    }
    let profile = draft.context.profile;
    let place = |word: &str| profile.statuses.iter().position(|row| row.text == word);
    let further = place(&seen.status) > place(draft.transaction().status_text(profile));
    if further { Finding::Applied } else { Finding::Already }
}

/// The provider knows of a hold that we did not: record it, then read on.
fn found_held(draft: &mut Draft<'_>, seen: &Observation<'_>, meaning: Meaning) -> Result<Finding, Conflict> {
    let order = draft.context.order.amount();
    let Some(authorized) = seen.authorized.or(seen.amount).filter(|amount| !amount.is_zero()) else {
        return Err(Conflict::AmountMissing);
    };
    draft.push(Event::Authorized { amount: Money::new(authorized, order.currency()), capture_before: None })?;
    Ok(match held(draft, seen, meaning)? {
        Finding::Already | Finding::Applied => Finding::Applied,
        Finding::Stale => Finding::Stale,
    })
}

/// Once a hold was obtained: the amounts first, then the status.
fn held(draft: &mut Draft<'_>, seen: &Observation<'_>, meaning: Meaning) -> Result<Finding, Conflict> {
    match figures::compare(draft, seen, meaning)? {
        figures::Compared::Higher => {
            // What the status says besides counts too: the same observation again must find nothing new (INV-7).
            status::decide(draft, seen, meaning)?;
            Ok(Finding::Applied)
        }
        figures::Compared::Mixed => Ok(Finding::Applied),
        figures::Compared::Lower => Ok(Finding::Stale),
        figures::Compared::Equal => status::decide(draft, seen, meaning),
    }
}
