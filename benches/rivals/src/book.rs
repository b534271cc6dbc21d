//! Amounts and requests as plain numbers: what a fold by hand and the machines of the other crates keep.
//!
//! It answers yes, known, old or no, and nothing else: no code, no number, no text, no source; no totals that a provider
//! states, no requests of the provider's own, and sums of machine words. That is the limit.

mod list;

use order_capture::{Closed, End, IdempotencyKey, Operation, Outcome, RequestStatus, StateKind};

use crate::book::list::{Known, List, Request};

/// What an event did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    /// Something changed.
    Applied,
    /// Nothing new.
    Known,
    /// Older than what is known.
    Stale,
}

/// It cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct No;

/// What was told of one request.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// What became of it.
    pub outcome: Outcome,
    /// How much was done, where it was told.
    pub amount: Option<u64>,
    /// Of a failure: whether the hold takes no capture any more.
    pub closes: bool,
    /// Whether it was told by its key.
    pub overrides: bool,
}

/// A hold: its amounts in minor units, its flags, its requests.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// What was authorized.
    pub authorized: u64,
    let_go: u64,
    end: Option<End>,
    closed: Option<Closed>,
    captures: List,
    voids: List,
    refunds: List,
}

impl Book {
    /// A fresh hold.
    #[must_use]
    pub fn new(authorized: u64) -> Self {
        Self { authorized, ..Self::default() }
    }

    /// What was captured.
    #[must_use]
    pub const fn captured(&self) -> u64 {
        self.captures.succeeded
    }

    /// What was let go.
    #[must_use]
    pub fn released(&self) -> u64 {
        let rest = self.authorized - self.captured();
        if self.end.is_some() { rest } else { rest.min(self.voids.succeeded + self.let_go) }
    }

    /// What is in captures under way.
    #[must_use]
    pub fn pending(&self) -> u64 {
        let room = self.authorized - self.captured() - self.released();
        if self.end.is_some() { 0 } else { self.captures.outstanding.min(room) }
    }

    /// What is held and not spoken for.
    #[must_use]
    pub fn held(&self) -> u64 {
        self.authorized - self.captured() - self.pending() - self.released()
    }

    /// What was refunded.
    #[must_use]
    pub const fn refunded(&self) -> u64 {
        self.refunds.succeeded
    }

    /// What is in refunds under way.
    #[must_use]
    pub fn refunding(&self) -> u64 {
        self.refunds.outstanding.min(self.captured() - self.refunded())
    }

    /// The state that the numbers stand for.
    #[must_use]
    pub fn kind(&self) -> StateKind {
        let captured = self.captured() > 0;
        if self.voids.unknown > 0 {
            StateKind::VoidUnknown
        } else if self.voids.sent > 0 {
            StateKind::Voiding
        } else if self.voids.accepted > 0 {
            StateKind::VoidInitiated
        } else if self.pending() > 0 {
            match (self.captures.unknown, self.captures.sent) {
                (1.., _) => StateKind::CaptureUnknown,
                (0, 1..) => StateKind::Capturing,
                (0, 0) => StateKind::CaptureInitiated,
            }
        } else if self.end.is_some() || (captured && self.held() == 0) {
            match self.end {
                _ if captured => StateKind::Charged,
                Some(End::Expired) => StateKind::Expired,
                _ => StateKind::Voided,
            }
        } else {
            match self.closed {
                Some(Closed::VoidFailed) => StateKind::VoidFailed,
                Some(Closed::CaptureFailed) => StateKind::CaptureFailed,
                None if captured => StateKind::PartiallyCaptured,
                None => StateKind::Authorized,
            }
        }
    }

    /// A new total.
    ///
    /// # Errors
    /// [`No`].
    pub fn adjust(&mut self, total: u64) -> Result<Did, No> {
        use StateKind::{Authorized, CaptureInitiated, CaptureUnknown, Capturing, PartiallyCaptured};
        if total == self.authorized {
            return Ok(Did::Known);
        }
        let open =
            matches!(self.kind(), Authorized | PartiallyCaptured | Capturing | CaptureInitiated | CaptureUnknown);
        if !open || self.closed.is_some() || total == 0 || total < self.authorized - self.held() {
            return Err(No);
        }
        self.authorized = total;
        Ok(Did::Applied)
    }

    /// The hold ended.
    ///
    /// # Errors
    /// [`No`].
    pub fn ended(&mut self, how: End) -> Result<Did, No> {
        if self.end == Some(how) {
            return Ok(Did::Known);
        }
        let nothing = self.held() == 0 && self.pending() == 0;
        if self.end.is_some() || nothing || (how == End::Captured && self.captured() == 0) {
            return Err(No);
        }
        self.finish(how);
        Ok(Did::Applied)
    }

    /// It takes captures again.
    ///
    /// # Errors
    /// [`No`].
    pub fn reopened(&mut self) -> Result<Did, No> {
        self.closed.take().map(|_| Did::Applied).ok_or(No)
    }

    /// A capture, void or refund was sent.
    ///
    /// # Errors
    /// [`No`].
    pub fn request(
        &mut self,
        operation: Operation,
        number: u32,
        amount: u64,
        key: Option<&IdempotencyKey>,
        closes: bool,
    ) -> Result<Did, No> {
        let list = self.list(operation);
        let at = (number as usize).wrapping_sub(1);
        let known = match list.requests.get(at) {
            Some(known) if known.asked != amount || known.key.as_ref() != key => return Err(No),
            Some(known) => Some(known.status),
            None if at != list.requests.len() => return Err(No),
            None if key.is_some() && list.requests.iter().any(|known| known.key.as_ref() == key) => return Err(No),
            None => None,
        };
        if known == Some(RequestStatus::Unknown) {
            let fits = match operation {
                Operation::Capture => self.kind() == StateKind::CaptureUnknown,
                Operation::Void => self.kind() == StateKind::VoidUnknown,
                Operation::Refund => true,
            };
            self.list(operation).set(at, if fits { RequestStatus::Sent } else { return Err(No) });
            return Ok(Did::Applied);
        }
        if known.is_some_and(|status| status != RequestStatus::Withdrawn) {
            return Ok(Did::Known);
        }
        let room = self.room(operation).ok_or(No)?;
        if amount == 0 || amount > room {
            return Err(No);
        }
        let (closes, whole) = (closes && operation == Operation::Capture, amount == room);
        let list = self.list(operation);
        if known.is_some() {
            list.set(at, RequestStatus::Sent);
            list.requests[at].closes = closes;
            list.requests[at].whole = whole;
        } else {
            let (key, status) = (key.cloned(), RequestStatus::Sent);
            list.requests.push(Request { asked: amount, done: 0, key, status, closes, whole });
            list.sent += 1;
            list.outstanding += amount;
        }
        Ok(Did::Applied)
    }

    /// The most that a new request may be for, where the state takes one.
    fn room(&self, operation: Operation) -> Option<u64> {
        use StateKind::{Authorized, CaptureFailed, CaptureInitiated, Capturing, PartiallyCaptured, VoidFailed};
        let kind = self.kind();
        let (legal, room) = match operation {
            Operation::Capture => {
                let open = matches!(kind, Authorized | PartiallyCaptured | Capturing | CaptureInitiated);
                (open && self.closed.is_none(), self.held())
            }
            Operation::Void => {
                (matches!(kind, Authorized | PartiallyCaptured | CaptureFailed | VoidFailed), self.held())
            }
            Operation::Refund => (self.captured() > 0, self.captured() - self.refunded() - self.refunding()),
        };
        legal.then_some(room)
    }

    /// The gateway answered.
    ///
    /// # Errors
    /// [`No`].
    pub fn answer(&mut self, operation: Operation, number: u32, told: Told) -> Result<Did, No> {
        use RequestStatus::{Accepted, Failed, Reversed, Sent, Succeeded, Unknown, Withdrawn};
        let Told { outcome, amount, closes, overrides } = told;
        let at = (number as usize).wrapping_sub(1);
        let known = Known::of(self.list(operation).requests.get(at).ok_or(No)?);
        if amount.is_some() && outcome != Outcome::Succeeded {
            return Err(No);
        }
        match (known.status, outcome) {
            (Sent | Accepted | Unknown, Outcome::Succeeded) => self.succeed(operation, at, known, amount, false)?,
            (Failed | Withdrawn | Reversed, Outcome::Succeeded) => self.succeed(operation, at, known, amount, true)?,
            (Sent | Accepted | Unknown, Outcome::Failed) => {
                self.list(operation).set(at, Failed);
                if closes {
                    self.failed(operation, known.whole);
                }
            }
            (Sent | Accepted | Unknown, Outcome::Withdrawn) => self.list(operation).set(at, Withdrawn),
            (Sent | Unknown, Outcome::Accepted) => self.list(operation).set(at, Accepted),
            (Failed | Withdrawn | Reversed, Outcome::Accepted) if overrides => {
                self.list(operation).requests[at].done = 0;
                self.list(operation).set(at, Accepted);
            }
            (Sent, Outcome::TimedOut) => self.list(operation).set(at, Unknown),
            (Accepted, Outcome::TimedOut) if overrides => self.list(operation).set(at, Unknown),
            (Accepted, Outcome::Accepted | Outcome::TimedOut) | (Unknown, Outcome::TimedOut) => return Ok(Did::Known),
            (Succeeded, Outcome::Succeeded) => {
                return if amount.is_none_or(|amount| amount == known.done) { Ok(Did::Known) } else { Err(No) };
            }
            (Succeeded, Outcome::Failed | Outcome::Withdrawn) => return Err(No),
            (Failed | Withdrawn | Reversed, Outcome::Failed | Outcome::Withdrawn) => return Ok(Did::Known),
            (_, Outcome::Accepted | Outcome::TimedOut) => return Ok(Did::Stale),
        }
        Ok(Did::Applied)
    }

    fn succeed(
        &mut self,
        operation: Operation,
        at: usize,
        known: Known,
        amount: Option<u64>,
        late: bool,
    ) -> Result<(), No> {
        let amount = amount.unwrap_or(known.asked);
        let beside = |reserved: u64| if late { reserved } else { 0 };
        let fits = match operation {
            Operation::Capture => {
                let released = self.released();
                let gone = if late || matches!(self.end, Some(End::Voided | End::Expired)) {
                    released
                } else {
                    self.voids.succeeded.min(released)
                };
                let beside = beside(self.pending() + self.voids.outstanding);
                self.captured() + amount + beside + gone <= self.authorized
            }
            Operation::Void => amount <= self.held(),
            Operation::Refund => self.refunded() + amount + beside(self.refunding()) <= self.captured(),
        };
        if amount == 0 || amount > known.asked || !fits {
            return Err(No);
        }
        self.list(operation).succeed(at, amount);
        let nothing = self.held() == 0 && self.pending() == 0;
        match operation {
            Operation::Capture if known.closes || (self.closed == Some(Closed::CaptureFailed) && !late) => {
                self.finish(End::Captured);
            }
            Operation::Capture if late && !matches!(self.end, Some(End::Voided | End::Expired)) => {
                self.open(self.released());
            }
            Operation::Void if nothing && self.end.is_none() => self.finish(End::Voided),
            _ => {}
        }
        Ok(())
    }

    /// The provider took a capture or a refund back.
    ///
    /// # Errors
    /// [`No`].
    pub fn reverse(&mut self, operation: Operation, number: u32, amount: u64, closes: bool) -> Result<Did, No> {
        let (at, released, refunds) =
            ((number as usize).wrapping_sub(1), self.released(), self.refunded() + self.refunding());
        let captured = self.captured();
        let list = self.list(operation);
        let known = Known::of(list.requests.get(at).ok_or(No)?);
        let taken = matches!(known.status, RequestStatus::Succeeded | RequestStatus::Reversed);
        if operation == Operation::Void || !taken || amount != known.done {
            return Err(No);
        }
        if known.status == RequestStatus::Reversed {
            return Ok(Did::Known);
        }
        if operation == Operation::Capture && refunds > captured - amount {
            return Err(No);
        }
        list.set(at, RequestStatus::Reversed);
        list.succeeded -= amount;
        if operation == Operation::Capture && !matches!(self.end, Some(End::Voided | End::Expired)) {
            self.open(released);
            if closes {
                self.failed(operation, false);
            }
        }
        Ok(Did::Applied)
    }

    /// A failure that closes the hold.
    fn failed(&mut self, operation: Operation, whole: bool) {
        match operation {
            _ if self.end.is_some() => {}
            Operation::Capture if self.captured() > 0 => self.finish(End::Captured),
            Operation::Capture => self.closed = self.closed.or(Some(Closed::CaptureFailed)),
            Operation::Void if whole && self.held() > 0 => self.closed = Some(Closed::VoidFailed),
            Operation::Void | Operation::Refund => {}
        }
    }

    fn open(&mut self, released: u64) {
        if self.end.take().is_some() {
            self.let_go = released.saturating_sub(self.voids.succeeded);
        }
        self.closed = None;
    }

    fn finish(&mut self, how: End) {
        let held = self.held();
        (self.end, self.closed) = (Some(how), None);
        if how != End::Captured {
            self.captures.give_up(None);
        }
        self.voids.give_up((how == End::Voided && held > 0).then_some(held));
    }

    /// A capture as a hand-written check judges it; gives its number.
    ///
    /// # Errors
    /// [`No`].
    pub fn check_capture(&self, amount: u64, key: Option<&str>) -> Result<u32, No> {
        let open = matches!(self.kind(), StateKind::Authorized | StateKind::PartiallyCaptured);
        let used = key.is_some()
            && self.captures.requests.iter().any(|known| known.key.as_ref().map(IdempotencyKey::as_str) == key);
        if amount == 0 || used || !open || amount > self.held() {
            return Err(No);
        }
        Ok(self.captures.requests.len() as u32 + 1)
    }

    fn list(&mut self, operation: Operation) -> &mut List {
        match operation {
            Operation::Capture => &mut self.captures,
            Operation::Void => &mut self.voids,
            Operation::Refund => &mut self.refunds,
        }
    }
}
