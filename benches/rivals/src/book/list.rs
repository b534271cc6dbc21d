//! The requests of one kind, and what they add up to.

use order_capture::{IdempotencyKey, RequestStatus};

/// One capture, void or refund.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) asked: u64,
    pub(super) done: u64,
    pub(super) key: Option<IdempotencyKey>,
    pub(super) status: RequestStatus,
    pub(super) closes: bool,
    pub(super) whole: bool,
}

/// What an answer needs of a request.
#[derive(Clone, Copy)]
pub(super) struct Known {
    pub(super) asked: u64,
    pub(super) done: u64,
    pub(super) status: RequestStatus,
    pub(super) closes: bool,
    pub(super) whole: bool,
}

impl Known {
    pub(super) const fn of(request: &Request) -> Self {
        let Request { asked, done, status, closes, whole, .. } = *request;
        Self { asked, done, status, closes, whole }
    }
}

/// All of one kind.
#[derive(Clone, Debug, Default)]
pub(super) struct List {
    pub(super) requests: Vec<Request>,
    pub(super) sent: u32,
    pub(super) accepted: u32,
    pub(super) unknown: u32,
    /// Minor units of all that are outstanding, and of all that succeeded.
    pub(super) outstanding: u64,
    pub(super) succeeded: u64,
}

impl List {
    pub(super) const fn has_outstanding(&self) -> bool {
        self.sent + self.accepted + self.unknown > 0
    }

    pub(super) fn set(&mut self, at: usize, status: RequestStatus) {
        let request = &mut self.requests[at];
        let (amount, old) = (request.asked, std::mem::replace(&mut request.status, status));
        for (status, step) in [(old, u32::MAX), (status, 1)] {
            match status {
                RequestStatus::Sent => self.sent = self.sent.wrapping_add(step),
                RequestStatus::Accepted => self.accepted = self.accepted.wrapping_add(step),
                RequestStatus::Unknown => self.unknown = self.unknown.wrapping_add(step),
                _ => {}
            }
        }
        match (old.is_outstanding(), status.is_outstanding()) {
            (true, false) => self.outstanding -= amount,
            (false, true) => self.outstanding += amount,
            _ => {}
        }
    }

    pub(super) fn succeed(&mut self, at: usize, amount: u64) {
        self.set(at, RequestStatus::Succeeded);
        self.requests[at].done = amount;
        self.succeeded += amount;
    }

    /// What an end does to those outstanding.
    pub(super) fn give_up(&mut self, done: Option<u64>) {
        for at in 0..self.requests.len() {
            if self.has_outstanding() && self.requests[at].status.is_outstanding() {
                match done {
                    Some(most) => self.succeed(at, self.requests[at].asked.min(most)),
                    None => self.set(at, RequestStatus::Withdrawn),
                }
            }
        }
    }
}
