//! The same lifecycle in three state-machine crates: each has a file. The amounts are the book's; which input an event is
//! follows from them, as a guard would say, and the machine says whether that input may follow and which state comes.

pub mod rust_fsm;
pub mod smlang;
pub mod statig;

use order_capture::{Event, Order, RecordedEvent, StateKind, TransactionId};

use crate::book::{Book, Did, No};
use crate::fold;
use crate::rival::{Found, Rival};

/// The inputs of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// A hold was obtained.
    Held,
    /// It was not.
    Refused,
    /// Leads to Authorized.
    RestsUntouched,
    /// Leads to Capturing.
    CaptureSent,
    /// Leads to CaptureUnknown.
    CaptureTimedOut,
    /// Leads to CaptureInitiated.
    CaptureAccepted,
    /// Leads to PartiallyCaptured.
    RestsInPart,
    /// Leads to Charged.
    EndsCharged,
    /// Leads to CaptureFailed.
    EndsUncaptured,
    /// Leads to Voiding.
    VoidSent,
    /// Leads to VoidUnknown.
    VoidTimedOut,
    /// Leads to VoidInitiated.
    VoidAccepted,
    /// Leads to VoidFailed.
    VoidRefused,
    /// Leads to Voided.
    EndsVoided,
    /// Leads to Expired.
    EndsExpired,
}

impl Signal {
    /// What the amounts stand for.
    fn of(book: &Book) -> Self {
        match book.kind() {
            StateKind::Authorized => Self::RestsUntouched,
            StateKind::Capturing => Self::CaptureSent,
            StateKind::CaptureUnknown => Self::CaptureTimedOut,
            StateKind::CaptureInitiated => Self::CaptureAccepted,
            StateKind::PartiallyCaptured => Self::RestsInPart,
            StateKind::Charged => Self::EndsCharged,
            StateKind::CaptureFailed => Self::EndsUncaptured,
            StateKind::Voiding => Self::VoidSent,
            StateKind::VoidUnknown => Self::VoidTimedOut,
            StateKind::VoidInitiated => Self::VoidAccepted,
            StateKind::VoidFailed => Self::VoidRefused,
            StateKind::Voided => Self::EndsVoided,
            StateKind::Expired => Self::EndsExpired,
            StateKind::Created | StateKind::Failed => Self::Refused,
        }
    }
}

/// A machine of one of the crates.
pub trait Machine {
    /// As in the table.
    const NAME: &'static str;

    /// In its first state.
    fn new() -> Self;

    /// Takes an input.
    ///
    /// # Errors
    /// [`No`]: no transition for it.
    fn take(&mut self, signal: Signal) -> Result<(), No>;

    /// Where it is.
    fn kind(&self) -> StateKind;
}

/// A machine with the amounts beside it.
#[derive(Debug)]
pub struct Driven<M> {
    id: TransactionId,
    sequence: u32,
    book: Book,
    machine: M,
}

impl<M: Machine> Rival for Driven<M> {
    const NAME: &'static str = M::NAME;
    type No = No;

    fn created(_: &Order, id: TransactionId) -> Self {
        Self { id, sequence: 0, book: Book::default(), machine: M::new() }
    }

    fn apply(&mut self, recorded: &RecordedEvent) -> Result<Did, No> {
        let next = self.sequence + 1;
        if recorded.transaction != self.id || recorded.sequence > next {
            return Err(No);
        }
        if recorded.sequence < next {
            return Ok(Did::Known);
        }
        let did =
            if self.book.authorized == 0 { self.before_a_hold(&recorded.event)? } else { self.held(&recorded.event)? };
        if did == Did::Applied {
            self.sequence = next;
        }
        Ok(did)
    }

    fn found(&self) -> Found {
        Found::of(self.machine.kind(), &self.book)
    }
}

impl<M: Machine> Driven<M> {
    fn before_a_hold(&mut self, event: &Event) -> Result<Did, No> {
        match event {
            Event::Authorized { amount, .. } => {
                self.machine.take(Signal::Held)?;
                self.book = Book::new(amount.minor().get());
                Ok(Did::Applied)
            }
            Event::AuthorizationFailed {} if self.machine.kind() == StateKind::Failed => Ok(Did::Known),
            Event::AuthorizationFailed {} => self.machine.take(Signal::Refused).map(|()| Did::Applied),
            _ => Err(No),
        }
    }

    fn held(&mut self, event: &Event) -> Result<Did, No> {
        let did = fold::held(&mut self.book, event)?;
        if did == Did::Applied {
            self.machine.take(Signal::of(&self.book))?;
        }
        Ok(did)
    }
}
