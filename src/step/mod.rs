//! The one step function: it builds every state, live and in replay.
//!
//! It never hears of a provider. It checks everything first and changes the transaction only then, so a rejected event
//! leaves the transaction equal to what it was (INV-6), and it is total: every pair of state and event has an answer.
//!
//! | file | events |
//! |---|---|
//! | `requested` | a request is made, for the first time or again |
//! | `answers` | the tables of outcomes, reversals, what a provider did by itself |
//! | `totals` | running totals |
//! | `end` | what ends, closes and opens a hold |

mod answers;
mod end;
mod requested;
mod totals;

use crate::conflict::Conflict;
use crate::event::{Basis, Event, RecordedEvent, STORED_VERSION};
use crate::hold::{Hold, MAX_REQUESTS, Operation};
use crate::ids::{ProviderId, ProviderIds, Time};
use crate::money::{Currency, Minor, Money};
use crate::names::names;
use crate::rejection::Rejection;
use crate::transaction::{Phase, Transaction};

names! {
    /// What one accepted event did, or a whole change.
    ///
    /// Of [`Transaction::apply`]: only an applied event advances the sequence. Of a [`Change`](crate::Change): store its
    /// events whatever it is; an already applied one may have some, such as identifiers, and a stale one has none.
    #[must_use = "it says whether anything changed"]
    pub enum Effect {
        Applied "applied" "The transaction changed."
        AlreadyApplied "already-applied" "It was known already, nothing changed. A success kind (INV-7)."
        Stale "stale" "It is older than what is known, nothing changed."
    }
}

impl Transaction {
    /// Applies one recorded event: from a stored log, or from a change that was stored.
    ///
    /// A sequence that was applied before is [`Effect::AlreadyApplied`]. Only an [`Effect::Applied`] event advances
    /// the sequence.
    ///
    /// # Errors
    /// [`Rejection`]; the transaction is unchanged.
    ///
    /// ```
    /// # use order_capture::{Effect, Money, Order, Time, Transaction, juspay};
    /// # let (now, order) = (Time::UNIX_EPOCH, Order::new("o-1".parse()?, Money::inr("100.00")?));
    /// let payment = order.transaction("t-1".parse()?, &juspay::SIMPL);
    /// let change = payment.authorized(Money::inr("100.00")?, now)?; // no deadline: no time passes here
    /// let mut replayed = payment.transaction().clone();
    /// assert_eq!(replayed.apply(&change.events()[0])?, Effect::Applied);
    /// assert_eq!(&replayed, change.payment().transaction());
    /// assert_eq!(replayed.apply(&change.events()[0])?, Effect::AlreadyApplied);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn apply(&mut self, recorded: &RecordedEvent) -> Result<Effect, Rejection> {
        let found = recorded.sequence;
        let expected = self.next_sequence()?;
        if recorded.transaction != self.id {
            return Err(Rejection::Foreign { sequence: found });
        }
        if recorded.version != STORED_VERSION {
            return Err(Rejection::Version { found: recorded.version });
        }
        if found > expected || found == 0 {
            return Err(Rejection::Gap { expected, found });
        }
        if found < expected { Ok(Effect::AlreadyApplied) } else { self.step(&recorded.event, expected) }
    }

    fn next_sequence(&self) -> Result<u32, Rejection> {
        match self.sequence.checked_add(1) {
            Some(next) => Ok(next),
            None => Err(Rejection::TooMany { count: self.sequence }),
        }
    }

    /// Applies one event that happens now, and returns what belongs in the log: nothing if nothing changed.
    pub(crate) fn record(
        &mut self,
        event: Event,
        observed_at: Time,
        occurred_at: Option<Time>,
    ) -> Result<(Effect, Option<RecordedEvent>), Rejection> {
        let effect = self.step(&event, self.next_sequence()?)?;
        let recorded = (effect == Effect::Applied).then(|| RecordedEvent {
            version: STORED_VERSION,
            transaction: self.id.clone(),
            sequence: self.sequence,
            observed_at,
            occurred_at,
            event,
        });
        Ok((effect, recorded))
    }

    /// One step: (state, event) to a new state, or an answer that names both.
    fn step(&mut self, event: &Event, sequence: u32) -> Result<Effect, Rejection> {
        let taken = match (&mut self.phase, event) {
            (_, Event::Identified { ids }) => identify(&mut self.ids, ids),
            (Phase::Held(hold), event) => hold_step(hold, event, sequence),
            (phase, event) => before_a_hold(phase, event, self.currency),
        };
        match taken {
            Ok(Effect::Applied) => {
                self.sequence = sequence;
                Ok(Effect::Applied)
            }
            Ok(effect) => Ok(effect),
            // What rejects an event leaves the state as it was, so it can be named afterwards.
            Err(fault) => Err(fault.named(self, event)),
        }
    }
}

fn identify(known: &mut ProviderIds, seen: &ProviderIds) -> Result<Effect, Fault> {
    if let Some((observed, expected)) = known.differing(seen) {
        let text = |id: &ProviderId| id.as_str().into();
        return Err(Conflict::IdentityMismatch { observed: text(observed), expected: text(expected) }.into());
    }
    if known.covers(seen) {
        return Ok(Effect::AlreadyApplied);
    }
    known.learn(seen);
    Ok(Effect::Applied)
}

/// A step of a transaction that holds nothing yet.
fn before_a_hold(phase: &mut Phase, event: &Event, currency: Currency) -> Result<Effect, Fault> {
    match (phase, event) {
        (phase, Event::Authorized { amount, pays, capture_before }) => {
            if amount.currency() != currency {
                return Err(Conflict::CurrencyMismatch { observed: amount.currency(), expected: currency }.into());
            }
            check_amount(amount.minor(), Minor::MAX)?;
            pays.map_or(Ok(()), |pays| check_amount(pays, Minor::MAX))?;
            *phase = Phase::Held(Hold::new(*amount, *pays, *capture_before));
        }
        (Phase::Created { word } | Phase::Failed { word }, Event::StatusSeen { status }) => {
            if word.as_ref() == Some(status) {
                return Ok(Effect::AlreadyApplied);
            }
            *word = Some(status.clone());
        }
        (Phase::Failed { .. }, Event::AuthorizationFailed {}) => return Ok(Effect::AlreadyApplied),
        // A person who reports that nothing was taken states what is known.
        (_, Event::TotalReported { total: Minor::ZERO, basis: Basis::Person, .. }) => {
            return Ok(Effect::AlreadyApplied);
        }
        (phase, Event::AuthorizationFailed {}) => *phase = Phase::Failed { word: None },
        (_, Event::Answered { operation, .. } | Event::Reversed { operation, .. }) => {
            return Err(Fault::NoSuchRequest(*operation));
        }
        _ => return Err(Fault::Illegal),
    }
    Ok(Effect::Applied)
}

/// What a step found wrong, before the state and the event are named.
enum Fault {
    Illegal,
    NoSuchRequest(Operation),
    Ceiling {
        amount: Minor,
        least: Minor,
        most: Minor,
    },
    /// Boxed, so that a step returns little: it is rare.
    Other(Box<Rejection>),
}

impl<R: Into<Rejection>> From<R> for Fault {
    fn from(rejection: R) -> Self {
        Self::Other(Box::new(rejection.into()))
    }
}

impl Fault {
    fn named(self, transaction: &Transaction, event: &Event) -> Rejection {
        let (state, event) = (transaction.state(), event.name());
        let money = |minor| Money::new(minor, transaction.currency);
        match self {
            Self::Illegal => Rejection::Illegal { state, event },
            Self::NoSuchRequest(operation) => Rejection::NoSuchRequest { state, event, operation },
            Self::Ceiling { amount, least, most } => {
                Rejection::Ceiling { event, amount: money(amount), least: money(least), most: money(most) }
            }
            Self::Other(rejection) => *rejection,
        }
    }
}

/// Zero is never an amount of an event, and the ceiling is the ceiling (INV-2, INV-3).
fn check_amount(amount: Minor, most: Minor) -> Result<(), Fault> {
    if amount.is_zero() || amount > most {
        return Err(Fault::Ceiling { amount, least: Minor::ONE, most });
    }
    Ok(())
}

/// No list grows beyond what a transaction remembers.
fn check_room<T>(list: &[T]) -> Result<(), Fault> {
    let count = u32::try_from(list.len()).unwrap_or(u32::MAX);
    if count >= MAX_REQUESTS { Err(Rejection::TooMany { count }.into()) } else { Ok(()) }
}

/// The same authorization is told again: it may bring a deadline, and what it pays if nothing is recorded of that.
fn authorized_again(
    hold: &mut Hold,
    amount: Money,
    pays: Option<Minor>,
    capture_before: Option<Time>,
) -> Result<Effect, Fault> {
    let authorized = hold.money(hold.authorized);
    if amount != authorized {
        return Err(Rejection::AuthorizedAlready { authorized, stated: amount }.into());
    }
    let part = pays.filter(|_| hold.pays.is_none());
    part.map_or(Ok(()), |part| check_amount(part, Minor::MAX))?;
    let deadline = capture_before.map_or(Effect::AlreadyApplied, |deadline| end::deadline(hold, deadline));
    if part.is_none() {
        return Ok(deadline);
    }
    hold.pays = part;
    Ok(Effect::Applied)
}

/// A step of a transaction that holds, or held, money. If a fact changed, the amounts are derived again.
fn hold_step(hold: &mut Hold, event: &Event, now: u32) -> Result<Effect, Fault> {
    let effect = match *event {
        Event::Authorized { amount, pays, capture_before } => authorized_again(hold, amount, pays, capture_before)?,
        Event::DeadlineSet { capture_before } => end::deadline(hold, capture_before),
        Event::AuthorizationAdjusted { total } => end::adjust(hold, total)?,
        Event::OverCaptureAllowed { most } => end::allow_more(hold, most)?,
        Event::Requested { operation, number, amount, ref key, closes } => {
            let asked = requested::Asked { number, amount, key: key.as_ref(), closes };
            requested::request(hold, operation, asked, now)?
        }
        Event::KeyRemembered { operation, number, until } => requested::remembered(hold, operation, number, until)?,
        Event::Answered { operation, number, outcome, amount, closes, overrides, ref provider_id } => {
            let told = answers::Told { outcome, amount, closes, overrides, provider_id };
            answers::answer(hold, operation, number, told, now)?
        }
        Event::ProviderInitiated { operation, number, amount, done, closes, ref provider_id } => {
            let told = answers::Initiated { amount, done, closes, provider_id };
            answers::provider_initiated(hold, operation, number, told, now)?
        }
        Event::Reversed { operation, number, amount, closes } => {
            answers::reverse(hold, operation, number, amount, closes, now)?
        }
        Event::TotalReported { operation, total, basis, closes } => {
            totals::report(hold, operation, total, basis, closes, now)?
        }
        Event::Ended { how } => end::ended(hold, how)?,
        Event::Closed { why } => end::closed(hold, why)?,
        Event::Reopened {} => end::reopened(hold)?,
        Event::StatusSeen { .. } => Effect::Stale,
        Event::AuthorizationFailed {} | Event::Identified { .. } => return Err(Fault::Illegal),
    };
    if effect == Effect::Applied {
        hold.derive();
    }
    Ok(effect)
}
