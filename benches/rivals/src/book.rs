//! Amounts and requests as plain numbers: what a fold by hand and the machines of the other crates keep.
//!
//! It answers yes, known, old or no, and nothing else: no code, no number, no text, no source. That is the limit.

use order_capture::{IdempotencyKey, Operation, Origin, Outcome, RequestStatus, StateKind};

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

/// One capture, void or refund.
#[derive(Clone, Debug)]
struct Request {
    asked: u64,
    done: u64,
    key: Option<IdempotencyKey>,
    status: RequestStatus,
    closes: bool,
    origin: Origin,
}

/// What an answer needs of a request.
#[derive(Clone, Copy)]
struct Known {
    asked: u64,
    done: u64,
    status: RequestStatus,
    closes: bool,
}

impl Known {
    const fn of(request: &Request) -> Self {
        let Request { asked, done, status, closes, .. } = *request;
        Self { asked, done, status, closes }
    }
}

/// All of one kind.
#[derive(Clone, Debug, Default)]
struct List {
    requests: Vec<Request>,
    sent: u32,
    accepted: u32,
    unknown: u32,
}

impl List {
    const fn settled(&self) -> bool {
        self.sent + self.accepted + self.unknown == 0
    }

    const fn in_flight(&self) -> bool {
        self.sent + self.accepted > 0
    }

    fn set(&mut self, at: usize, status: RequestStatus) {
        let old = std::mem::replace(&mut self.requests[at].status, status);
        for (status, step) in [(old, u32::MAX), (status, 1)] {
            match status {
                RequestStatus::Sent => self.sent = self.sent.wrapping_add(step),
                RequestStatus::Accepted => self.accepted = self.accepted.wrapping_add(step),
                RequestStatus::Unknown => self.unknown = self.unknown.wrapping_add(step),
                _ => {}
            }
        }
    }
}

/// A hold: its amounts in minor units, its flags, its requests.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// What was authorized.
    pub authorized: u64,
    /// What was captured.
    pub captured: u64,
    /// What is in captures under way.
    pub pending: u64,
    /// What was let go.
    pub released: u64,
    /// What was refunded.
    pub refunded: u64,
    /// What is in refunds under way.
    pub refunding: u64,
    closed: bool,
    expired: bool,
    void_failed: bool,
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

    /// What is held and not spoken for.
    #[must_use]
    pub const fn held(&self) -> u64 {
        self.authorized - self.captured - self.pending - self.released
    }

    /// The state that the numbers stand for.
    #[must_use]
    pub fn kind(&self) -> StateKind {
        let held = self.held();
        if self.voids.sent > 0 {
            StateKind::Voiding
        } else if self.voids.accepted > 0 {
            StateKind::VoidInitiated
        } else if self.void_failed && held > 0 {
            StateKind::VoidFailed
        } else if self.captures.sent > 0 {
            StateKind::Capturing
        } else if self.captures.accepted > 0 {
            StateKind::CaptureInitiated
        } else if (self.closed || held == 0) && self.pending == 0 {
            match (self.captured > 0, held > 0, self.expired) {
                (true, ..) => StateKind::Charged,
                (false, true, _) => StateKind::CaptureFailed,
                (false, false, true) => StateKind::Expired,
                (false, false, false) => StateKind::Voided,
            }
        } else if self.captured == 0 {
            StateKind::Authorized
        } else {
            StateKind::PartiallyCaptured
        }
    }

    /// A new total.
    ///
    /// # Errors
    /// [`No`].
    pub fn adjust(&mut self, total: u64) -> Result<Did, No> {
        if total == self.authorized {
            return Ok(Did::Known);
        }
        let committed = self.captured + self.pending + self.released;
        if !self.kind().is_open() || self.closed || !self.voids.settled() || total == 0 || total < committed {
            return Err(No);
        }
        self.authorized = total;
        Ok(Did::Applied)
    }

    /// The hold lapsed.
    ///
    /// # Errors
    /// [`No`].
    pub fn expire(&mut self) -> Result<Did, No> {
        if !self.captures.settled() || !self.voids.settled() {
            return Err(No);
        }
        let held = self.held();
        if held == 0 {
            return if self.expired { Ok(Did::Known) } else { Err(No) };
        }
        self.released += held;
        self.closed = true;
        self.expired = true;
        self.settle();
        Ok(Did::Applied)
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
        origin: Origin,
    ) -> Result<Did, No> {
        let (open, held, captures_settled) = (self.is_open(), self.held(), self.captures.settled());
        let list = self.list(operation);
        let at = (number as usize).wrapping_sub(1);
        let (is_new, again) = match list.requests.get(at) {
            Some(known) if known.asked != amount || known.key.as_ref() != key || known.origin != origin => {
                return Err(No);
            }
            Some(known) if known.status == RequestStatus::Unknown => (false, true),
            Some(known) if known.status == RequestStatus::Withdrawn => (false, false),
            Some(_) => return Ok(Did::Known),
            None if at != list.requests.len() => return Err(No),
            None if key.is_some() && list.requests.iter().any(|known| known.key.as_ref() == key) => return Err(No),
            None => (true, false),
        };
        let void_settled = self.voids.settled() || (operation == Operation::Void && again);
        let legal = match (operation, origin) {
            (Operation::Capture, Origin::Merchant) => void_settled && open && (again || !self.closed),
            (Operation::Capture | Operation::Void, Origin::Provider) => void_settled,
            (Operation::Void, Origin::Merchant) => {
                use StateKind::{Authorized, CaptureFailed, PartiallyCaptured, VoidFailed};
                let kind = self.kind();
                let voidable = matches!(kind, Authorized | PartiallyCaptured | CaptureFailed | VoidFailed);
                void_settled && captures_settled && voidable
            }
            (Operation::Refund, _) => self.captured > 0,
        };
        let most = if operation == Operation::Refund { self.captured - self.refunded - self.refunding } else { held };
        if !legal || (!again && (amount == 0 || amount > most)) {
            return Err(No);
        }
        if !again {
            match operation {
                Operation::Capture => self.pending += amount,
                Operation::Void => {}
                Operation::Refund => self.refunding += amount,
            }
        }
        let closes = match operation {
            Operation::Capture => closes,
            Operation::Void => amount == held,
            Operation::Refund => false,
        };
        let list = self.list(operation);
        if is_new {
            list.requests.push(Request {
                asked: amount,
                done: 0,
                key: key.cloned(),
                status: RequestStatus::Sent,
                closes,
                origin,
            });
            list.sent += 1;
        } else {
            list.set(at, RequestStatus::Sent);
            if !again {
                list.requests[at].closes = closes;
            }
        }
        Ok(Did::Applied)
    }

    /// The gateway answered.
    ///
    /// # Errors
    /// [`No`].
    pub fn answer(&mut self, operation: Operation, number: u32, outcome: Outcome) -> Result<Did, No> {
        use RequestStatus::{Accepted, Failed, Reversed, Sent, Succeeded, Unknown, Withdrawn};
        let at = (number as usize).wrapping_sub(1);
        let known = Known::of(self.list(operation).requests.get(at).ok_or(No)?);
        match (known.status, outcome) {
            (Sent | Accepted | Unknown, Outcome::Succeeded { amount }) => {
                self.succeed(operation, at, &known, amount.get(), known.asked)?;
            }
            (Failed | Withdrawn | Reversed, Outcome::Succeeded { amount }) => {
                self.succeed(operation, at, &known, amount.get(), 0)?;
            }
            (Sent | Accepted | Unknown, Outcome::Failed { closes }) => {
                self.free(operation, known.asked);
                self.list(operation).set(at, Failed);
                self.closed |= closes && operation == Operation::Capture;
                self.void_failed |= known.closes && operation == Operation::Void;
            }
            (Sent | Accepted | Unknown, Outcome::Withdrawn) => {
                self.free(operation, known.asked);
                self.list(operation).set(at, Withdrawn);
            }
            (Sent | Unknown, Outcome::Accepted) => self.list(operation).set(at, Accepted),
            (Sent, Outcome::Unanswered) => self.list(operation).set(at, Unknown),
            (Accepted, Outcome::Accepted | Outcome::Unanswered) | (Unknown, Outcome::Unanswered) => {
                return Ok(Did::Known);
            }
            (Succeeded, Outcome::Succeeded { amount }) => {
                return if amount.get() == known.done { Ok(Did::Known) } else { Err(No) };
            }
            (Succeeded, Outcome::Failed { .. } | Outcome::Withdrawn) => return Err(No),
            (Failed | Withdrawn | Reversed, Outcome::Failed { .. } | Outcome::Withdrawn) => return Ok(Did::Known),
            (_, Outcome::Accepted | Outcome::Unanswered) => return Ok(Did::Stale),
        }
        self.settle();
        Ok(Did::Applied)
    }

    /// The provider took a capture back.
    ///
    /// # Errors
    /// [`No`].
    pub fn reverse(&mut self, number: u32, amount: u64, closes: bool) -> Result<Did, No> {
        let at = (number as usize).wrapping_sub(1);
        let known = Known::of(self.captures.requests.get(at).ok_or(No)?);
        if !matches!(known.status, RequestStatus::Succeeded | RequestStatus::Reversed) || amount != known.done {
            return Err(No);
        }
        if known.status == RequestStatus::Reversed {
            return Ok(Did::Known);
        }
        if self.refunded + self.refunding > self.captured - amount {
            return Err(No);
        }
        self.captured -= amount;
        self.closed = closes;
        self.expired &= closes;
        if !closes {
            for capture in self.captures.requests.iter_mut().filter(|c| c.status == RequestStatus::Succeeded) {
                capture.closes = false;
            }
        }
        self.captures.requests[at].status = RequestStatus::Reversed;
        self.settle();
        Ok(Did::Applied)
    }

    fn succeed(
        &mut self,
        operation: Operation,
        at: usize,
        known: &Known,
        amount: u64,
        reserved: u64,
    ) -> Result<(), No> {
        if amount == 0 || amount > known.asked {
            return Err(No);
        }
        match operation {
            Operation::Capture => {
                let late = reserved == 0 && (!self.voids.settled() || amount > self.held());
                if self.captured + amount > self.authorized || late {
                    return Err(No);
                }
                self.captured += amount;
                self.closed |= known.closes;
            }
            Operation::Void => {
                if amount > self.held() {
                    return Err(No);
                }
                self.released += amount;
                self.void_failed &= !known.closes;
                self.expired = false;
            }
            Operation::Refund => {
                if amount > self.captured - self.refunded - self.refunding + reserved {
                    return Err(No);
                }
                self.refunded += amount;
            }
        }
        self.free(operation, reserved);
        let list = self.list(operation);
        list.set(at, RequestStatus::Succeeded);
        list.requests[at].done = amount;
        Ok(())
    }

    /// Whether a new capture may be taken: open, and nothing in the way. What a check by hand asks.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.kind().is_open()
    }

    /// A capture as a hand-written check judges it; gives its number.
    ///
    /// # Errors
    /// [`No`].
    pub fn check_capture(&self, amount: u64, key: Option<&str>) -> Result<u32, No> {
        let busy = !self.captures.settled() || !self.voids.settled();
        let used = key.is_some()
            && self.captures.requests.iter().any(|known| known.key.as_ref().map(IdempotencyKey::as_str) == key);
        if amount == 0 || busy || used || self.closed || !self.is_open() || amount > self.held() {
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

    fn free(&mut self, operation: Operation, amount: u64) {
        match operation {
            Operation::Capture => self.pending -= amount,
            Operation::Void => {}
            Operation::Refund => self.refunding -= amount,
        }
    }

    fn settle(&mut self) {
        if self.closed && self.captured > 0 && !self.voids.in_flight() {
            self.released += self.held();
        }
        if self.held() == 0 {
            self.void_failed = false;
        }
    }
}
