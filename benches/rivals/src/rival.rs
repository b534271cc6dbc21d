//! What every rival does, and what is compared.

use order_capture::{Effect, Order, RecordedEvent, Rejection, StateKind, Transaction, TransactionId};

use crate::book::{Book, Did};
use crate::workload::Log;

/// A state machine that takes recorded events.
pub trait Rival: Sized {
    /// As in the table.
    const NAME: &'static str;
    /// How it says that an event cannot be.
    type No: std::fmt::Debug;

    /// Nothing happened yet.
    fn created(order: &Order, id: TransactionId) -> Self;

    /// Takes one event.
    ///
    /// # Errors
    /// The event cannot be.
    fn apply(&mut self, recorded: &RecordedEvent) -> Result<Did, Self::No>;

    /// The state and the amounts.
    fn found(&self) -> Found;

    /// Takes all events of a log.
    ///
    /// # Errors
    /// The first event that cannot be.
    fn replay(log: &Log) -> Result<Self, Self::No> {
        let mut rival = Self::created(&log.order, log.id.clone());
        for recorded in &log.events {
            rival.apply(recorded)?;
        }
        Ok(rival)
    }
}

/// State and amounts, for comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The state.
    pub state: StateKind,
    /// Authorized, captured, pending, released, held, refunded, refund pending: minor units.
    pub amounts: [u64; 7],
}

impl Found {
    /// Before a hold.
    #[must_use]
    pub const fn unheld(state: StateKind) -> Self {
        Self { state, amounts: [0; 7] }
    }

    /// Of a book.
    #[must_use]
    pub fn of(state: StateKind, book: &Book) -> Self {
        let amounts = [
            book.authorized,
            book.captured(),
            book.pending(),
            book.released(),
            book.held(),
            book.refunded(),
            book.refunding(),
        ];
        Self { state, amounts }
    }
}

impl Rival for Transaction {
    const NAME: &'static str = "order-capture";
    type No = Rejection;

    fn created(order: &Order, id: TransactionId) -> Self {
        Self::created(order, id)
    }

    fn apply(&mut self, recorded: &RecordedEvent) -> Result<Did, Rejection> {
        Ok(match self.apply(recorded)? {
            Effect::Applied => Did::Applied,
            Effect::AlreadyApplied => Did::Known,
            Effect::Stale => Did::Stale,
        })
    }

    fn found(&self) -> Found {
        let amounts = self.amounts();
        let of = [
            amounts.authorized,
            amounts.captured,
            amounts.pending,
            amounts.released,
            amounts.held,
            amounts.refunded,
            amounts.refund_pending,
        ];
        Found { state: self.state(), amounts: of.map(order_capture::Minor::get) }
    }

    fn replay(log: &Log) -> Result<Self, Rejection> {
        Self::replay(&log.order, log.id.clone(), &log.events)
    }
}

/// How a rival answered the events of some logs: applied, known, stale, refused.
#[must_use]
pub fn answers<R: Rival>(logs: &[Log]) -> ([u64; 4], Vec<Found>) {
    let mut counts = [0; 4];
    let mut found = Vec::new();
    for log in logs {
        let mut rival = R::created(&log.order, log.id.clone());
        for recorded in &log.events {
            let answer = match rival.apply(recorded) {
                Ok(Did::Applied) => 0,
                Ok(Did::Known) => 1,
                Ok(Did::Stale) => 2,
                Err(_) => 3,
            };
            counts[answer] += 1;
            found.push(rival.found());
        }
    }
    (counts, found)
}
