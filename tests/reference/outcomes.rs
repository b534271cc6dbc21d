//! Section 3: what an outcome, a reversal, an expiry, an error and an authorization do.

use super::*;

impl Txn {
    /// Which request an outcome speaks of (scenarios/README.md): by key; else the oldest outstanding, or if none the
    /// latest; a void outcome always of the latest void.
    pub(super) fn spoken_of(&self, kind: Kind, key: &Option<String>) -> Option<usize> {
        let all =
            || (0..self.requests.len()).filter(|i| self.requests[*i].kind == kind && !self.requests[*i].unrequested);
        match key {
            Some(_) => all().rfind(|i| self.requests[*i].key == *key),
            None if kind == Kind::Void => all().next_back(),
            // silent: "outstanding" is sent or accepted; s3 and s6 name "of unknown fate" beside it
            None => all().find(|i| self.requests[*i].outstanding()).or(all().next_back()),
        }
    }

    pub(super) fn close(&mut self) {
        self.closed = true;
        self.free_if_closed();
    }
    /// "A closing success releases the remainder (V grows by it)"; what comes free later, too (INV-1: H = 0 once charged).
    pub(super) fn free_if_closed(&mut self) {
        let h = self.h();
        if self.closed && h > 0 {
            self.releases.push((Why::Closing, h));
        }
    }

    pub(super) fn outcome(&mut self, kind: Kind, reply: Reply, amount: Option<i64>, key: &Option<String>) -> Verdict {
        // "An outcome for a request never made is illegal-transition"
        let Some(i) = self.spoken_of(kind, key) else {
            return refuse("illegal-transition");
        };
        let n = amount.unwrap_or(if self.requests[i].fate == Succeeded {
            self.requests[i].done
        } else {
            self.requests[i].asked
        });
        if reply == Reply::Success && n <= 0 {
            return refuse("amount-not-positive"); // silent: row 4 for the amount of an outcome, after the request is found
        }
        // both tables, row by row (a withdrawn request: as failed)
        match (self.requests[i].fate, reply) {
            (Sent | Accepted | Unknown, Reply::Success) => self.succeed(i, n),
            (Sent | Accepted | Unknown, Reply::Failed) => self.fate(i, Failed),
            (Sent | Unknown, Reply::Pending) => self.fate(i, Accepted),
            (Sent, Reply::NoResponse) => self.fate(i, Unknown),
            (Accepted, Reply::Pending | Reply::NoResponse) | (Unknown, Reply::NoResponse) => Ok(AlreadyApplied),
            // silent: another amount than a finished void's is a mismatch as well (its table does not say)
            (Succeeded, Reply::Success) if n != self.requests[i].done => conflict("amount-mismatch"),
            (Succeeded, Reply::Success) => Ok(AlreadyApplied),
            (Succeeded, Reply::Failed) => refuse("illegal-transition"),
            (Failed | Withdrawn | Reversed, Reply::Success) => self.late_success(i, n),
            (Failed | Withdrawn | Reversed, Reply::Failed) => Ok(AlreadyApplied),
            (Succeeded | Failed | Withdrawn | Reversed, Reply::Pending | Reply::NoResponse) => Ok(Stale),
        }
    }

    pub(super) fn fate(&mut self, i: usize, fate: Fate) -> Verdict {
        self.requests[i].fate = fate;
        self.free_if_closed();
        Ok(Applied)
    }

    /// "More than requested is a conflict (section 6)".
    pub(super) fn more_than_asked(&self, i: usize, n: i64) -> Option<&'static str> {
        let before = |total: i64, n: i64, limit: i64| i128::from(total) + i128::from(n) > i128::from(limit);
        match self.requests[i].kind {
            _ if n <= self.requests[i].asked => None,
            // silent: s6 step 1's order decides the code
            Kind::Capture if before(self.c(), n, self.a()) => Some("captured-exceeds-authorized"),
            Kind::Capture => Some("captured-exceeds-requested"),
            Kind::Refund if before(self.r(), n, self.c()) => Some("refunded-exceeds-captured"),
            Kind::Refund | Kind::Void => Some("amount-mismatch"), // silent: no code is named
        }
    }

    pub(super) fn succeed(&mut self, i: usize, n: i64) -> Verdict {
        if let Some(code) = self.more_than_asked(i, n) {
            return conflict(code);
        }
        self.requests[i].fate = Succeeded;
        self.requests[i].done = n;
        match self.requests[i].kind {
            Kind::Capture if self.requests[i].closing => self.close(),
            Kind::Void => self.releases.push((Why::Void, n)),
            Kind::Capture | Kind::Refund => {}
        }
        self.free_if_closed();
        Ok(Applied)
    }

    /// Column "success" of the rows failed and withdrawn.
    pub(super) fn late_success(&mut self, i: usize, n: i64) -> Verdict {
        if let Some(code) = self.more_than_asked(i, n) {
            return conflict(code);
        }
        match self.requests[i].kind {
            // silent: while any void is outstanding or of unknown fate, also when the amount would fit beside it
            Kind::Capture if self.has(Kind::Void, Request::unresolved) => conflict("captured-after-void"),
            Kind::Capture if n > self.h() => conflict("captured-exceeds-authorized"),
            Kind::Void if n > self.h() => conflict("amount-mismatch"), // "applied if H still has it"
            Kind::Refund if n > self.c() - self.r() - self.q() => conflict("refunded-exceeds-captured"), // INV-3
            _ => self.succeed(i, n),
        }
    }

    /// s3, "A capture that succeeded may be reversed".
    pub(super) fn reverse(&mut self, key: &Option<String>, amount: Option<i64>) -> Verdict {
        let captures = || (0..self.requests.len()).rev().filter(|i| self.requests[*i].kind == Kind::Capture);
        let found = match key {
            Some(_) => captures().find(|i| self.requests[*i].key == *key),
            // README: "the latest success". silent: by the order of the requests; if none, the latest reversed one
            None => (captures().find(|i| self.requests[*i].fate == Succeeded))
                .or_else(|| captures().find(|i| self.requests[*i].fate == Reversed)),
        };
        let Some(i) = found.filter(|i| matches!(self.requests[*i].fate, Succeeded | Reversed)) else {
            return refuse("illegal-transition");
        };
        let done = self.requests[i].done;
        if amount.is_some_and(|n| n <= 0) {
            return refuse("amount-not-positive"); // silent: as for outcomes
        }
        if amount.is_some_and(|n| n != done) {
            return conflict("amount-mismatch");
        }
        if self.requests[i].fate == Reversed {
            return Ok(AlreadyApplied);
        }
        if self.r() + self.q() > self.c() - done {
            return conflict("refunded-exceeds-captured"); // silent: refunds in flight count (INV-3)
        }
        self.reversed_from.push(self.c());
        self.closed = false; // "closes or reopens as the profile says for a failed capture": state() reads that off the fate
        self.fate(i, Reversed)
    }

    /// s3, "Expiry releases H".
    pub(super) fn expire(&mut self) -> Verdict {
        if self.authorized.is_none() {
            return refuse("illegal-transition");
        }
        if self.h() == 0 && self.p() == 0 && self.released_by(Why::Expiry) > 0 {
            return Ok(AlreadyApplied); // "twice"
        }
        let unresolved = |r: &Request| r.kind != Kind::Refund && r.unresolved();
        if self.requests.iter().any(unresolved) || self.h() == 0 {
            return refuse("illegal-transition"); // silent: nothing held (charged, voided) and not expired before
        }
        self.releases.push((Why::Expiry, self.h()));
        Ok(Applied)
    }

    /// s4, "Provider errors", for a body that says nothing more than its status.
    pub(super) fn provider_error(&mut self, status: u16) -> Verdict {
        let sent = (0..self.requests.len()).filter(|i| self.requests[*i].fate == Sent);
        let Some(i) = sent.max_by_key(|i| self.requests[*i].sent) else {
            let unknown = self.requests.iter().any(|r| r.fate == Unknown);
            return if unknown { Ok(AlreadyApplied) } else { refuse("illegal-transition") };
        };
        // silent: a status that is no error (below 400, above 599) says nothing of the outcome: unknown
        let refused = (400..500).contains(&status) && status != 408 && status != 409;
        // "repeated and the repeat gets any error, it stays unknown". silent: voids and refunds alike
        let again = self.requests[i].again;
        self.fate(i, if refused && !again { Withdrawn } else { Unknown })
    }

    pub(super) fn authorize(&mut self, amount: i64, capture_before: Option<i64>) -> Verdict {
        if amount <= 0 {
            return refuse("amount-not-positive"); // silent: row 4 for an authorization
        }
        match self.authorized {
            None => {
                // from created, or from failed: "late truth is legal"
                self.authorized = Some(amount);
                self.capture_before = capture_before;
                Ok(Applied)
            }
            Some(a) if a == amount => Ok(AlreadyApplied), // "capture_before is not compared"
            Some(_) => refuse("illegal-transition"),
        }
    }

    pub(super) fn authorization_failed(&mut self) -> Verdict {
        if self.authorized.is_some() {
            return refuse("illegal-transition"); // "a failed authorization after a successful one is not"
        }
        if self.failed {
            return Ok(AlreadyApplied);
        }
        self.failed = true;
        self.word = None; // the word of created is not one of failed
        Ok(Applied)
    }
}
