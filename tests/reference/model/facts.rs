//! What is recorded of one transaction: facts only (section 0, law 1; section 2, "Facts").

use super::time::Time;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Capture,
    Void,
    Refund,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Sent,
    Accepted,
    Unknown,
    Succeeded,
    Failed,
    Withdrawn,
    Reversed,
}

impl Fate {
    /// It has not been told what became of it. A total may cover it nevertheless.
    pub fn awaits_answer(self) -> bool {
        matches!(self, Fate::Sent | Fate::Accepted | Fate::Unknown)
    }

    pub fn word(self) -> &'static str {
        match self {
            Fate::Sent => "sent",
            Fate::Accepted => "accepted",
            Fate::Unknown => "unknown",
            Fate::Succeeded => "succeeded",
            Fate::Failed => "failed",
            Fate::Withdrawn => "withdrawn",
            Fate::Reversed => "reversed",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub key: Option<String>,
    /// The provider's id for it, where it was told.
    pub id: Option<String>,
    pub amount: u64,
    /// The caller stated the amount.
    pub stated: bool,
    /// A capture that closes the hold when it succeeds; a void of all that was held.
    pub closes: bool,
    pub fate: Fate,
    /// What a success was for.
    pub done: u64,
    /// When its present run of tries began.
    pub begun: u64,
    /// What the clock said then.
    pub begun_at: Time,
    /// When it was last sent.
    pub sent: u64,
    /// Its outcome was unknown at some time of its present run.
    pub was_unknown: bool,
    /// The provider's own, not a request of ours.
    pub provider_own: bool,
}

/// A total as the provider (or a person) stated it, and when it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    pub amount: u64,
    pub at: u64,
    pub by_person: bool,
    /// A person's total above the known successes: it covers all that was sent before.
    pub covers_all: bool,
    /// Less than was stated, without what is pending or failed: it is at least this much, and shows of nothing that it is in it.
    pub at_least: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Captured,
    Voided,
    Expired,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    CaptureFailed,
    VoidFailed,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transaction {
    /// A: none while not authorized.
    pub authorized: Option<u64>,
    pub earlier_authorized: Vec<u64>,
    /// What may be captured above A, as the profile said when the hold was first known.
    pub tolerated: u64,
    pub pays: u64,
    pub failed: bool,
    /// The provider's own word while created or failed.
    pub word: Option<String>,
    pub deadline: Option<Time>,
    pub captures: Vec<Request>,
    pub voids: Vec<Request>,
    pub refunds: Vec<Request>,
    pub captured_totals: Vec<Total>,
    pub refunded_totals: Vec<Total>,
    /// Totals that a person has overruled.
    pub overruled_captured: Vec<u64>,
    pub overruled_refunded: Vec<u64>,
    pub end: Option<End>,
    pub closed: Option<Closed>,
    /// What an ended hold had let go before it was opened again.
    pub let_go: u64,
    /// All that was taken back of captures, and of refunds.
    pub captures_reversed: u64,
    pub refunds_reversed: u64,
    pub ids: Vec<(String, String)>,
    pub sequence: u64,
}

impl Transaction {
    pub fn next(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    pub fn requests(&self, kind: Kind) -> &Vec<Request> {
        match kind {
            Kind::Capture => &self.captures,
            Kind::Void => &self.voids,
            Kind::Refund => &self.refunds,
        }
    }

    pub fn requests_mut(&mut self, kind: Kind) -> &mut Vec<Request> {
        match kind {
            Kind::Capture => &mut self.captures,
            Kind::Void => &mut self.voids,
            Kind::Refund => &mut self.refunds,
        }
    }

    pub fn totals(&self, kind: Kind) -> &[Total] {
        match kind {
            Kind::Capture => &self.captured_totals,
            Kind::Refund => &self.refunded_totals,
            Kind::Void => &[],
        }
    }

    /// The one that was sent last, of those that fit.
    pub fn latest(&self, kind: Kind, fits: impl Fn(&Request) -> bool) -> Option<usize> {
        let requests = self.requests(kind);
        (0..requests.len()).filter(|&index| fits(&requests[index])).max_by_key(|&index| requests[index].sent)
    }

    pub fn by_key(&self, kind: Kind, key: &str) -> Option<usize> {
        self.requests(kind).iter().position(|request| request.key.as_deref() == Some(key))
    }
}

/// What a step comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Applied,
    /// With what became of the earlier request, where a command was repeated.
    Already(Option<&'static str>),
    Stale,
    Refused(&'static str),
    Conflict(&'static str),
    Malformed(&'static str),
}

pub const ILLEGAL: Verdict = Verdict::Refused("illegal-transition");
