//! A plain reference model of DOMAIN.md: facts in lists, every amount a sum, the state derived. "sN" is its section N.

mod commands;
mod observations;
mod outcomes;
mod status;

use std::collections::BTreeMap;

use commands::*;
use observations::*;
pub use status::Model;

/// Built-in profiles; JuspayFullOnly = any other Juspay gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    JuspayFullOnly,
    Cybersource,
    Simpl,
    Razorpay,
}
use Which::{Cybersource, Razorpay, Simpl};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    Success,
    Failed,
    Pending,
    NoResponse,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    Authorize {
        amount: i64,
        capture_before: Option<i64>,
    },
    AuthorizationFailed,
    Capture {
        amount: Option<i64>,
        currency: Option<String>,
        key: Option<String>,
        closing: bool,
    },
    CaptureOutcome {
        reply: Reply,
        amount: Option<i64>,
        key: Option<String>,
    },
    CaptureReversed {
        key: Option<String>,
        amount: Option<i64>,
    },
    Adjust {
        amount: i64,
    },
    Void {
        amount: Option<i64>,
        key: Option<String>,
    },
    VoidOutcome {
        reply: Reply,
        amount: Option<i64>,
    },
    Expire,
    Refund {
        amount: Option<i64>,
        key: Option<String>,
    },
    RefundOutcome {
        reply: Reply,
        amount: Option<i64>,
        key: Option<String>,
    },
    Observe {
        status: String,
        own: bool,
        authorized: Option<i64>,
        captured: Option<i64>,
        refunded: Option<i64>,
        flag: Option<bool>,
    },
    ProviderError {
        status: u16,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Result_ {
    Applied,
    AlreadyApplied,
    Refused,
    Stale,
    Conflict,
}
use Result_::{AlreadyApplied, Applied, Conflict, Refused, Stale};

#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub result: Result_,
    pub code: Option<&'static str>,
    pub state: &'static str,
    pub authorized: i64,
    pub captured: i64,
    pub pending: i64,
    pub held: i64,
    pub capturable: i64,
    pub released: i64,
    pub refunded: i64,
    pub transaction: String,
    pub order: String,
    pub order_authorized: &'static str,
    pub order_charged: &'static str,
    pub order_refunded: &'static str,
    pub overcharged: bool,
}

/// Err carries (Refused or Conflict, code).
type Verdict = Result<Result_, (Result_, &'static str)>;
fn refuse(code: &'static str) -> Verdict {
    Err((Refused, code))
}
fn conflict(code: &'static str) -> Verdict {
    Err((Conflict, code))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Capture,
    Void,
    Refund,
}

/// What is known of a request. Reversed counts as failed (s3, reversal); Withdrawn is s4, provider errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Sent,
    Accepted,
    Unknown,
    Succeeded,
    Failed,
    Withdrawn,
    Reversed,
}
use Fate::{Accepted, Failed, Reversed, Sent, Succeeded, Unknown, Withdrawn};

#[derive(Clone, Debug)]
struct Request {
    kind: Kind,
    key: Option<String>,
    said: Option<i64>, // the amount in the request, None = "all of it"
    asked: i64,        // the amount it stood for when made
    closing: bool,     // captures: "says, when it is made, whether it closes the authorization"
    whole: bool,       // voids: of all that was held
    fate: Fate,
    done: i64,         // what was done, where it succeeded
    sent: usize,       // number of the (last) sending, over all kinds
    again: bool,       // sent again after an unknown outcome
    unrequested: bool, // s6, 2: known only from a figure
}

impl Request {
    fn outstanding(&self) -> bool {
        matches!(self.fate, Sent | Accepted)
    }
    fn unresolved(&self) -> bool {
        matches!(self.fate, Sent | Accepted | Unknown)
    }
    fn late(&self) -> bool {
        matches!(self.fate, Failed | Withdrawn | Reversed)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    Void,
    Expiry,
    Closing,
}

/// The facts of one transaction.
#[derive(Clone, Debug, Default)]
struct Txn {
    authorized: Option<i64>,
    failed: bool,
    word: Option<String>, // s5: the provider's own word for created or failed
    capture_before: Option<i64>,
    requests: Vec<Request>,
    releases: Vec<(Why, i64)>,
    closed: bool,            // the last of: a closing success (true), a reversal that reopens (false)
    reversed_from: Vec<i64>, // C before each reversal
}

impl Txn {
    // --- s2, amounts ---
    fn sum(&self, kind: Kind, which: fn(&Request) -> bool, amount: fn(&Request) -> i64) -> i64 {
        self.requests.iter().filter(|r| r.kind == kind && which(r)).map(amount).sum()
    }
    fn a(&self) -> i64 {
        self.authorized.unwrap_or(0)
    }
    fn c(&self) -> i64 {
        self.sum(Kind::Capture, |r| r.fate == Succeeded, |r| r.done)
    }
    fn p(&self) -> i64 {
        self.sum(Kind::Capture, Request::unresolved, |r| r.asked)
    }
    fn v(&self) -> i64 {
        self.releases.iter().map(|r| r.1).sum()
    }
    fn released_by(&self, why: Why) -> i64 {
        self.releases.iter().filter(|r| r.0 == why).map(|r| r.1).sum()
    }
    fn h(&self) -> i64 {
        self.a() - self.c() - self.p() - self.v() // INV-1
    }
    fn r(&self) -> i64 {
        self.sum(Kind::Refund, |r| r.fate == Succeeded, |r| r.done)
    }
    fn q(&self) -> i64 {
        self.sum(Kind::Refund, Request::unresolved, |r| r.asked)
    }
    fn has(&self, kind: Kind, which: fn(&Request) -> bool) -> bool {
        self.requests.iter().any(|r| r.kind == kind && which(r))
    }
    fn has_fate(&self, kind: Kind, fate: Fate) -> bool {
        self.requests.iter().any(|r| r.kind == kind && r.fate == fate)
    }
    /// K (s2). silent: "no void is outstanding" says something only if a void of unknown fate counts too.
    fn k(&self, w: Which) -> i64 {
        let open = ["authorized", "capturing", "capture-initiated", "partially-captured"].contains(&self.state(w));
        if open && !self.has(Kind::Void, Request::unresolved) { self.h() } else { 0 }
    }

    /// s3, "Which state, in order".
    fn state(&self, w: Which) -> &'static str {
        if self.authorized.is_none() {
            return if self.failed { "failed" } else { "created" };
        }
        if self.has_fate(Kind::Void, Sent) {
            return "voiding";
        }
        if self.has_fate(Kind::Void, Accepted) {
            return "void-initiated";
        }
        // silent: for as long as something is still held (a later void, expiry or capture of the rest ends it)
        if self.has(Kind::Void, |r| r.whole && r.fate == Failed) && self.h() > 0 {
            return "void-failed";
        }
        if self.has_fate(Kind::Capture, Sent) {
            return "capturing";
        }
        if self.has_fate(Kind::Capture, Accepted) {
            return "capture-initiated";
        }
        // closed: by a closing success, by a failed capture where the profile says so, or because nothing is left (s5)
        let by_failure = failed_closes(w) && self.has(Kind::Capture, |r| matches!(r.fate, Failed | Reversed));
        if self.p() == 0 && (self.closed || by_failure || self.h() == 0) {
            return match (self.c() > 0, self.h() > 0, self.releases.last()) {
                (true, _, _) => "charged",
                (false, true, _) => "capture-failed",
                (false, false, Some((Why::Expiry, _))) => "expired",
                (false, false, _) => "voided",
            };
        }
        if self.c() == 0 { "authorized" } else { "partially-captured" }
    }

    /// The provider's word for the state: s3's table.
    fn text(&self, w: Which) -> String {
        let state = self.state(w);
        let word = |default: &str| self.word.clone().unwrap_or(default.into());
        if w == Razorpay {
            return match state {
                "created" => word("created"),
                "failed" => word("failed"),
                "charged" if self.r() == self.c() => "refunded".into(),
                "charged" => "captured".into(),
                "expired" => "refunded".into(),
                _ => "authorized".into(),
            };
        }
        match state {
            "created" => word("NEW"),
            "failed" => word("AUTHORIZATION_FAILED"),
            "capturing" | "voiding" | "authorized" | "partially-captured" if self.c() > 0 => "PARTIAL_CHARGED".into(),
            "capturing" | "voiding" | "authorized" | "partially-captured" => "AUTHORIZED".into(),
            "expired" => "AUTO_REFUNDED".into(),
            other => other.to_uppercase().replace('-', "_"), // CAPTURE_INITIATED, CHARGED, VOID_FAILED, ...
        }
    }
}

// --- the four profiles ---
fn single_capture(w: Which) -> bool {
    w != Simpl // s4, row 16's note: SIMPL takes several captures
}
fn failed_closes(w: Which) -> bool {
    !matches!(w, Razorpay | Simpl) // s3, "Failed:"
}
fn partial_capture(w: Which) -> bool {
    matches!(w, Cybersource | Simpl) // row 16
}
fn partial_void(w: Which) -> bool {
    w == Simpl
}
