//! The one step function: it builds every state, live and in replay.
//!
//! It never hears of a provider. It checks everything first and changes the transaction only then, so a rejected
//! event leaves the transaction equal to what it was (INV-6), and it is total: every pair of state and event has an
//! answer.

mod outcome;
mod requested;
mod together;

use crate::conflict::Conflict;
use crate::event::{Event, Recorded};
use crate::ids::{ProviderIds, Time, TransactionId};
use crate::ledger::Ledger;
use crate::money::{Minor, Money};
use crate::request::Operation;
use crate::rule::{self, Rule};
use crate::state::StateKind;
use crate::transaction::{Phase, Transaction};

/// What an accepted event did.
///
/// Exhaustive on purpose: store the event if it was applied, and only then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "only an applied event belongs in the log"]
pub enum Effect {
    /// The transaction changed. The event belongs in the log.
    Applied,
    /// It was known already, nothing changed. A success kind (INV-7).
    AlreadyApplied,
    /// It is older than what is known, nothing changed.
    Stale,
}

/// Why an event was not accepted. The transaction is what it was.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// No such event from this state. Code `illegal-transition`.
    #[error("{event} cannot follow {state}; look at what the transaction has recorded before it")]
    Illegal {
        /// The state it met.
        state: StateKind,
        /// The event's name.
        event: &'static str,
    },
    /// An amount outside what the event may state. Code `amount-over-ceiling`.
    #[error(
        "{event} states {amount} minor units where {least} to {most} are possible; the log was changed or is another's"
    )]
    Ceiling {
        /// The event's name.
        event: &'static str,
        /// The amount stated.
        amount: Minor,
        /// The least possible.
        least: Minor,
        /// The most possible.
        most: Minor,
    },
    /// Contradicts what is known.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// Another transaction's event. Code `foreign-event`.
    #[error("the event at sequence {sequence} belongs to another transaction; route it there")]
    Foreign {
        /// Its place in the other log.
        sequence: u32,
    },
    /// An event is missing before this one. Code `sequence-gap`.
    #[error("the event has sequence {found} and {expected} comes next; read the log again, in order of the sequence")]
    Gap {
        /// The sequence that comes next.
        expected: u32,
        /// The sequence it has.
        found: u32,
    },
    /// Two different events in the same place of a log. Code `sequence-fork`.
    #[error("two different events have sequence {sequence}; two writers raced, keep the one that was acted on")]
    Fork {
        /// The place.
        sequence: u32,
    },
    /// The transaction remembers as many requests of this kind as it may. Code `too-many-requests`.
    #[error(
        "the transaction has {count} requests of this kind and takes no more; void what is held and authorize anew"
    )]
    TooMany {
        /// How many there are.
        count: u32,
    },
}

impl Rejection {
    /// The rule that the event breaks.
    #[must_use]
    pub const fn rule(&self) -> &'static Rule {
        match self {
            Self::Illegal { .. } => &rule::ILLEGAL_TRANSITION,
            Self::Ceiling { .. } => &rule::AMOUNT_OVER_CEILING,
            Self::Conflict(conflict) => conflict.rule(),
            Self::Foreign { .. } => &rule::FOREIGN_EVENT,
            Self::Gap { .. } => &rule::SEQUENCE_GAP,
            Self::Fork { .. } => &rule::SEQUENCE_FORK,
            Self::TooMany { .. } => &rule::TOO_MANY_REQUESTS,
        }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.rule().code()
    }
}

impl Transaction {
    /// Takes one recorded event.
    ///
    /// A sequence that was applied before is [`Effect::AlreadyApplied`]. Only an [`Effect::Applied`] event advances
    /// the sequence and belongs in the log.
    ///
    /// # Errors
    /// [`Rejection`]; the transaction is unchanged.
    #[inline(always)]
    pub fn apply(&mut self, recorded: &Recorded) -> Result<Effect, Rejection> {
        let found = recorded.sequence;
        let expected = self.sequence.checked_add(1).ok_or(Rejection::TooMany { count: self.sequence })?;
        if recorded.transaction != self.id {
            return Err(Rejection::Foreign { sequence: found });
        }
        if found > expected {
            return Err(Rejection::Gap { expected, found });
        }
        if found < expected {
            return Ok(Effect::AlreadyApplied);
        }
        let effect = self.step(&recorded.event)?;
        if effect == Effect::Applied {
            self.sequence = found;
        }
        Ok(effect)
    }

    /// Takes one event that happens now: gives it its place and its times, and applies it.
    ///
    /// Gives what belongs in the log, or `None` where the event was known already or is stale and nothing changed.
    /// Store what it gives before anything is sent. If it cannot be stored, because another writer took the place,
    /// drop this transaction, load the log again and decide anew.
    ///
    /// # Errors
    /// [`Rejection`]; the transaction is unchanged.
    pub fn record(
        &mut self,
        event: Event,
        observed_at: Time,
        occurred_at: Option<Time>,
    ) -> Result<Option<Recorded>, Rejection> {
        let recorded = self.stamp(event, observed_at, occurred_at);
        Ok((self.apply(&recorded)? == Effect::Applied).then_some(recorded))
    }

    /// Builds a transaction from its log, oldest event first.
    ///
    /// The log is untrusted: every event is checked as if it happened now. An event that stands in it twice is passed
    /// over; two different ones in the same place are not.
    ///
    /// # Errors
    /// The first [`Rejection`].
    pub fn replay<'a, L>(id: TransactionId, log: L) -> Result<Self, Rejection>
    where
        L: IntoIterator<Item = &'a Recorded, IntoIter: Clone>,
    {
        let log = log.into_iter();
        let mut transaction = Self::created(id);
        // Only a log that repeats itself has to be remembered.
        let mut known: Option<Known<'a>> = None;
        for (place, recorded) in log.clone().enumerate() {
            if recorded.sequence <= transaction.sequence {
                let known = known.get_or_insert_with(|| log.clone().take(place).collect());
                if known.contradicts(recorded) {
                    return Err(Rejection::Fork { sequence: recorded.sequence });
                }
            }
            let _ = transaction.apply(recorded)?;
            if let Some(known) = &mut known {
                known.put(recorded);
            }
        }
        Ok(transaction)
    }

    /// One step: (state, event) to a new state, or an answer that names both.
    #[inline(always)]
    pub(crate) fn step(&mut self, event: &Event) -> Result<Effect, Rejection> {
        let taken = match (&mut self.phase, event) {
            (_, Event::Identified { ids }) => return self.identify(ids),
            (Phase::Held(ledger), event) => ledger_step(ledger, event),
            (phase, event) => before_a_hold(phase, event),
        };
        // What rejects an event leaves the state as it was, so it can be named afterwards.
        taken.map_err(|fault| self.rejected(event, fault))
    }

    #[cold]
    #[inline(never)]
    fn rejected(&self, event: &Event, fault: Fault) -> Rejection {
        fault.named(self.kind(), event.name())
    }

    #[inline(never)]
    fn identify(&mut self, ids: &ProviderIds) -> Result<Effect, Rejection> {
        if !self.ids.agrees_with(ids) {
            return Err(Conflict::IdentityMismatch.into());
        }
        if self.ids.covers(ids) {
            return Ok(Effect::AlreadyApplied);
        }
        self.ids.learn(ids);
        Ok(Effect::Applied)
    }
}

/// The event at each sequence of a log, the one read last where several had no effect.
struct Known<'a>(Vec<&'a Recorded>);

impl<'a> Known<'a> {
    fn place(recorded: &Recorded) -> Option<usize> {
        recorded.sequence.checked_sub(1)?.try_into().ok()
    }

    fn put(&mut self, recorded: &'a Recorded) {
        match Self::place(recorded).map(|place| self.0.get_mut(place)) {
            Some(Some(known)) => *known = recorded,
            Some(None) => self.0.push(recorded),
            None => {}
        }
    }

    fn contradicts(&self, recorded: &Recorded) -> bool {
        let known = Self::place(recorded).and_then(|place| self.0.get(place));
        known.is_some_and(|known| known.event != recorded.event)
    }
}

impl<'a> FromIterator<&'a Recorded> for Known<'a> {
    fn from_iter<T: IntoIterator<Item = &'a Recorded>>(log: T) -> Self {
        let mut known = Self(Vec::new());
        log.into_iter().for_each(|recorded| known.put(recorded));
        known
    }
}

/// A step of a transaction that holds nothing yet.
#[inline(never)]
fn before_a_hold(phase: &mut Phase, event: &Event) -> Result<Effect, Fault> {
    match (phase, event) {
        (phase, Event::Authorized { amount, capture_before }) => {
            check_amount(amount.minor(), Minor::MAX)?;
            *phase = Phase::Held(Ledger::authorized(amount.minor(), amount.currency(), *capture_before));
        }
        (Phase::Created { word } | Phase::Failed { word }, Event::StatusSeen { status }) => {
            if word.as_ref() == Some(status) {
                return Ok(Effect::AlreadyApplied);
            }
            *word = Some(status.clone());
        }
        (Phase::Failed { .. }, Event::AuthorizationFailed) => return Ok(Effect::AlreadyApplied),
        (phase, Event::AuthorizationFailed) => *phase = Phase::Failed { word: None },
        _ => return Err(Fault::Illegal),
    }
    Ok(Effect::Applied)
}

/// What a step on the ledger found wrong, before the state and the event are named.
enum Fault {
    Illegal,
    Ceiling { amount: Minor, least: Minor, most: Minor },
    Conflict(Conflict),
    TooMany { count: u32 },
}

impl From<Conflict> for Fault {
    fn from(conflict: Conflict) -> Self {
        Self::Conflict(conflict)
    }
}

impl Fault {
    fn named(self, state: StateKind, event: &'static str) -> Rejection {
        match self {
            Self::Illegal => Rejection::Illegal { state, event },
            Self::Ceiling { amount, least, most } => Rejection::Ceiling { event, amount, least, most },
            Self::Conflict(conflict) => Rejection::Conflict(conflict),
            Self::TooMany { count } => Rejection::TooMany { count },
        }
    }
}

/// Zero is never an amount of an event, and the ceiling is the ceiling (INV-2, INV-3).
const fn check_amount(amount: Minor, most: Minor) -> Result<(), Fault> {
    if amount.is_zero() || amount.get() > most.get() {
        return Err(Fault::Ceiling { amount, least: ONE, most });
    }
    Ok(())
}

const ONE: Minor = match Minor::new(1) {
    Some(one) => one,
    None => Minor::MAX,
};

#[inline]
fn ledger_step(ledger: &mut Ledger, event: &Event) -> Result<Effect, Fault> {
    match event {
        Event::Authorized { amount, .. } => same_authorization(ledger, *amount),
        Event::AuthorizationAdjusted { total } => adjust(ledger, *total),
        Event::AuthorizationExpired => expire(ledger),
        Event::Requested { operation, number, amount, key, closes, origin } => {
            let asked = requested::Asked {
                number: *number,
                amount: *amount,
                key: key.as_ref(),
                closes: *closes,
                origin: *origin,
            };
            each_apart(*operation, |operation| requested::request(ledger, operation, asked))
        }
        Event::Answered { operation, number, outcome } => {
            each_apart(*operation, |operation| outcome::answer(ledger, operation, *number, *outcome))
        }
        Event::CaptureReversed { number, amount, closes } => outcome::reverse(ledger, *number, *amount, *closes),
        Event::StatusSeen { .. } => Ok(Effect::Stale),
        Event::AuthorizationFailed | Event::Identified { .. } => Err(Fault::Illegal),
    }
}

/// Gives each operation code of its own, so that it is asked for once and not at every amount.
#[inline(always)]
fn each_apart<T>(operation: Operation, run: impl FnOnce(Operation) -> T) -> T {
    match operation {
        Operation::Capture => run(Operation::Capture),
        Operation::Void => run(Operation::Void),
        Operation::Refund => run(Operation::Refund),
    }
}

/// Authorized again: the same amount is known; a change is an adjustment.
fn same_authorization(ledger: &Ledger, amount: Money) -> Result<Effect, Fault> {
    if amount == Money::new(ledger.authorized, ledger.currency) {
        Ok(Effect::AlreadyApplied)
    } else {
        Err(Fault::Illegal)
    }
}

fn adjust(ledger: &mut Ledger, total: Minor) -> Result<Effect, Fault> {
    if total == ledger.authorized {
        return Ok(Effect::AlreadyApplied);
    }
    if !ledger.kind().is_open() || ledger.closed || !ledger.voids.settled() {
        return Err(Fault::Illegal);
    }
    let committed = ledger.authorized.saturating_sub(ledger.held());
    if total.is_zero() || total < committed {
        return Err(Fault::Ceiling { amount: total, least: committed.max(ONE), most: Minor::MAX });
    }
    ledger.authorized = total;
    Ok(Effect::Applied)
}

/// The hold lapsed: everything held is released. Not while a capture or a void is outstanding.
fn expire(ledger: &mut Ledger) -> Result<Effect, Fault> {
    if !ledger.captures.settled() || !ledger.voids.settled() {
        return Err(Fault::Illegal);
    }
    let held = ledger.held();
    if held.is_zero() {
        return if ledger.expired { Ok(Effect::AlreadyApplied) } else { Err(Fault::Illegal) };
    }
    ledger.released = ledger.released.saturating_add(held);
    ledger.closed = true;
    ledger.expired = true;
    ledger.settle();
    Ok(Effect::Applied)
}
