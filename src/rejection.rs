//! Rejections: why an event cannot follow what is recorded. Nothing changes.

use crate::conflict::Conflict;
use crate::event::STORED_VERSION;
use crate::hold::{Operation, StateKind};
use crate::money::Money;
use crate::rule::broken;

broken! {
    /// Why an event was not accepted, with its amounts. The transaction is what it was. The text of each says what its fields
    /// are.
    ///
    /// `#[non_exhaustive]` because a new reason is treated like the known ones: store nothing. It serializes as code, text,
    /// numbers, advice and source.
    #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    pub enum Rejection, numbers true, or Conflict(Conflict) "It contradicts what is known.";

    Illegal ILLEGAL_TRANSITION { state: StateKind, event: &'static str }
        "the event {event} is not possible in the state {state}; look at what the transaction has recorded before it"
    NoSuchRequest ILLEGAL_TRANSITION { state: StateKind, event: &'static str, operation: Operation }
        "the event {event} is not possible in the state {state}: no such {operation} or key is known; route it to the transaction that it names"
    Unnamed ILLEGAL_TRANSITION { operation: Operation, count: u32 }
        "{count} requests of this kind ({operation}) await their answer and none is named; name the one that was answered, by its key or its number"
    AuthorizedAlready ILLEGAL_TRANSITION { authorized: Money, stated: Money }
        "{authorized} is authorized already, and not {stated}; another amount is an adjustment, or another transaction's"
    Succeeded ILLEGAL_TRANSITION { operation: Operation, done: Money }
        "the {operation} of {done} succeeded, and what succeeded does not fail; if the provider took it back, record a reversal"
    OnlyTotalHolds ILLEGAL_TRANSITION { operation: Operation, amount: Money }
        "the {operation} of {amount} awaits its own answer and only a stated total holds it, so there is no success to reverse; record its success first, or report the total"
    StillOutstanding ILLEGAL_TRANSITION { operation: Operation, outstanding: Money }
        "the hold cannot expire while a {operation} of {outstanding} is outstanding; poll, because only the provider can say which of the two happened"
    NothingHeld ILLEGAL_TRANSITION { state: StateKind }
        "the transaction is {state} and nothing is held that could be released; there is nothing left to do"
    OutsideReport ILLEGAL_TRANSITION { operation: Operation, reported: Money, least: Money, most: Money }
        "{reported} cannot be reported as the total of this kind ({operation}), only {least} to {most}; for less, record first what was reversed, and for more, show the excess to the provider"
    Ceiling AMOUNT_OVER_CEILING { event: &'static str, amount: Money, least: Money, most: Money }
        "the event {event} states {amount}, but only {least} to {most} is possible; the log was changed or belongs to another transaction"
    Foreign FOREIGN_EVENT { sequence: u32 }
        "the event at sequence {sequence} belongs to another transaction; route it there"
    Version STORED_FORM_INVALID { found: u32 }
        "stored version {found} is not known, this crate reads {STORED_VERSION}; a newer release reads a higher one, a lower one was never published"
    Gap SEQUENCE_GAP { expected: u32, found: u32 }
        "the event has sequence {found} and {expected} comes next; read the log again, in order of the sequence"
    Fork SEQUENCE_FORK { sequence: u32 }
        "two different events have sequence {sequence}; two writers raced, keep the one that was acted on and decide the other one again"
    TooMany TOO_MANY_REQUESTS { count: u32 }
        "the transaction remembers {count} requests or totals of this kind and accepts no more; void what is held, authorize again"
}
