//! A transaction: one attempt to pay an order, in whichever state its events have brought it to.

use crate::event::{Event, Recorded, STORED_VERSION};
use crate::ids::{ProviderIds, StatusWord, Time, TransactionId};
use crate::ledger::{Amounts, Ledger};
use crate::state::StateKind;
use crate::typed::{Created, Failed, State};

/// One attempt to pay an order.
///
/// It is built by [`Transaction::apply`] alone, live and in replay. Look at it through [`Transaction::state`], ask of
/// it through the commands, feed it events.
///
/// ```
/// use order_capture::{Currency, Event, Money, Transaction};
/// # use order_capture::Time;
/// # let now = Time::UNIX_EPOCH;
/// let mut transaction = Transaction::created("t-1".parse()?);
/// let held = Event::Authorized { amount: Money::parse("100.00", Currency::INR)?, capture_before: None };
/// let recorded = transaction.record(held, now, None)?;   // applied; store what this gives
/// assert!(recorded.is_some_and(|recorded| recorded.sequence == 1));
/// assert_eq!(transaction.state().kind().as_str(), "authorized");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Transaction {
    pub(crate) id: TransactionId,
    pub(crate) sequence: u32,
    pub(crate) ids: ProviderIds,
    pub(crate) phase: Phase,
}

/// Whether a hold was ever obtained.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(
    clippy::large_enum_variant,
    reason = "nearly every transaction is held; a box would cost each of them an allocation"
)]
pub(crate) enum Phase {
    Created { word: Option<StatusWord> },
    Failed { word: Option<StatusWord> },
    Held(Ledger),
}

impl Transaction {
    /// A new attempt: nothing held yet.
    #[must_use]
    pub fn created(id: TransactionId) -> Self {
        Self { id, sequence: 0, ids: ProviderIds::default(), phase: Phase::Created { word: None } }
    }

    /// The merchant's name for it.
    #[must_use]
    pub const fn id(&self) -> &TransactionId {
        &self.id
    }

    /// How many events were applied; the next one's sequence is one more.
    #[must_use]
    pub const fn sequence(&self) -> u32 {
        self.sequence
    }

    /// The provider's identifiers seen so far.
    #[must_use]
    pub const fn provider_ids(&self) -> &ProviderIds {
        &self.ids
    }

    /// The typed view: match on it to get the commands that are legal.
    #[must_use]
    pub fn state(&self) -> State<'_> {
        match &self.phase {
            Phase::Created { word } => State::Created(Created { word: word.as_ref().map(StatusWord::as_str) }),
            Phase::Failed { word } => State::Failed(Failed { word: word.as_ref().map(StatusWord::as_str) }),
            Phase::Held(ledger) => State::of(ledger),
        }
    }

    /// The state's name.
    #[must_use]
    pub fn kind(&self) -> StateKind {
        match &self.phase {
            Phase::Created { .. } => StateKind::Created,
            Phase::Failed { .. } => StateKind::Failed,
            Phase::Held(ledger) => ledger.kind(),
        }
    }

    /// The amounts and requests, once a hold was obtained.
    #[must_use]
    pub fn ledger(&self) -> Option<&Ledger> {
        match &self.phase {
            Phase::Held(ledger) => Some(ledger),
            Phase::Created { .. } | Phase::Failed { .. } => None,
        }
    }

    /// The amounts; all zero before a hold was obtained.
    #[must_use]
    pub fn amounts(&self) -> Amounts {
        self.ledger().map(Ledger::amounts).unwrap_or_default()
    }

    /// The provider's own word for created or failed, where one was seen.
    #[must_use]
    pub fn provider_status(&self) -> Option<&str> {
        match &self.phase {
            Phase::Created { word } | Phase::Failed { word } => word.as_ref().map(StatusWord::as_str),
            Phase::Held(_) => None,
        }
    }

    /// Gives an event its place in this transaction's log and its two times.
    pub fn stamp(&self, event: Event, observed_at: Time, occurred_at: Option<Time>) -> Recorded {
        Recorded {
            version: STORED_VERSION,
            transaction: self.id.clone(),
            sequence: self.sequence.saturating_add(1),
            observed_at,
            occurred_at,
            event,
        }
    }
}
