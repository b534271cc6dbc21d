//! The limit: a `match` over the events, written by hand over [`Book`].

use order_capture::{Event, Order, RecordedEvent, StateKind, TransactionId};

use crate::book::{Book, Did, No, Told};
use crate::rival::{Found, Rival};

/// A transaction as few numbers as it takes.
#[derive(Clone, Debug)]
pub struct Fold {
    id: TransactionId,
    sequence: u32,
    phase: Phase,
}

#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "nearly every transaction is held")]
enum Phase {
    Created,
    Failed,
    Held(Book),
}

impl Fold {
    /// Whose.
    #[must_use]
    pub const fn id(&self) -> &TransactionId {
        &self.id
    }

    /// How many events were applied.
    #[must_use]
    pub const fn sequence(&self) -> u32 {
        self.sequence
    }

    /// The amounts, once held.
    #[must_use]
    pub const fn book(&self) -> Option<&Book> {
        match &self.phase {
            Phase::Held(book) => Some(book),
            Phase::Created | Phase::Failed => None,
        }
    }
}

impl Rival for Fold {
    const NAME: &'static str = "fold by hand";
    type No = No;

    fn created(_: &Order, id: TransactionId) -> Self {
        Self { id, sequence: 0, phase: Phase::Created }
    }

    fn apply(&mut self, recorded: &RecordedEvent) -> Result<Did, No> {
        let next = self.sequence + 1;
        if recorded.transaction != self.id || recorded.sequence > next {
            return Err(No);
        }
        if recorded.sequence < next {
            return Ok(Did::Known);
        }
        let did = match (&mut self.phase, &recorded.event) {
            (Phase::Held(book), event) => held(book, event)?,
            (unheld, Event::Authorized { amount, .. }) => {
                *unheld = Phase::Held(Book::new(amount.minor().get()));
                Did::Applied
            }
            (Phase::Failed, Event::AuthorizationFailed {}) => Did::Known,
            (created, Event::AuthorizationFailed {}) => {
                *created = Phase::Failed;
                Did::Applied
            }
            _ => return Err(No),
        };
        if did == Did::Applied {
            self.sequence = next;
        }
        Ok(did)
    }

    fn found(&self) -> Found {
        match &self.phase {
            Phase::Created => Found::unheld(StateKind::Created),
            Phase::Failed => Found::unheld(StateKind::Failed),
            Phase::Held(book) => Found::of(book.kind(), book),
        }
    }
}

/// An event that meets a hold.
///
/// # Errors
/// [`No`].
pub fn held(book: &mut Book, event: &Event) -> Result<Did, No> {
    match event {
        Event::Authorized { amount, .. } if amount.minor().get() == book.authorized => Ok(Did::Known),
        Event::AuthorizationAdjusted { total } => book.adjust(total.get()),
        Event::Ended { how } => book.ended(*how),
        Event::Reopened {} => book.reopened(),
        Event::Requested { operation, number, amount, key, closes } => {
            book.request(*operation, *number, amount.get(), key.as_ref(), *closes)
        }
        Event::Answered { operation, number, outcome, amount, closes, overrides, .. } => {
            let (amount, outcome) = (amount.map(order_capture::Minor::get), *outcome);
            book.answer(*operation, *number, Told { outcome, amount, closes: *closes, overrides: *overrides })
        }
        Event::Reversed { operation, number, amount, closes } => {
            book.reverse(*operation, *number, amount.get(), *closes)
        }
        Event::StatusSeen { .. } => Ok(Did::Stale),
        // What the limit does not know.
        Event::Authorized { .. }
        | Event::AuthorizationFailed {}
        | Event::DeadlineSet { .. }
        | Event::OverCaptureAllowed { .. }
        | Event::KeyRemembered { .. }
        | Event::Closed { .. }
        | Event::ProviderInitiated { .. }
        | Event::TotalReported { .. }
        | Event::Identified { .. } => Err(No),
    }
}
