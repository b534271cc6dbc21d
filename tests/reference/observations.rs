//! Section 6: what an observation says, compared with what is known.

use super::*;

const CREATED_WORDS: [&str; 5] = ["NEW", "STARTED", "PENDING_VBV", "VBV_SUCCESSFUL", "AUTHORIZING"];
const FAILED_WORDS: [&str; 3] = ["AUTHENTICATION_FAILED", "AUTHORIZATION_FAILED", "JUSPAY_DECLINED"];
const OTHER_WORDS: [&str; 9] = [
    "AUTHORIZED",
    "PARTIAL_CHARGED",
    "CAPTURE_INITIATED",
    "CHARGED",
    "CAPTURE_FAILED",
    "VOID_INITIATED",
    "VOID_FAILED",
    "VOIDED",
    "AUTO_REFUNDED",
];

/// An observation with Razorpay's words and flag read as Juspay's words.
pub(super) struct Seen<'a> {
    pub(super) status: &'static str,
    pub(super) word: &'a str,
    pub(super) own: bool,
    pub(super) captured: Option<i64>,
    pub(super) refunded: Option<i64>,
}

/// Soundness, then Juspay's spelling. Razorpay refunded: flag false is an auto-refund, true or absent is captured money.
pub(super) fn sound(w: Which, status: &str, flag: Option<bool>) -> Result<&'static str, (Result_, &'static str)> {
    if w != Razorpay {
        let mut words = CREATED_WORDS.iter().chain(&FAILED_WORDS).chain(&OTHER_WORDS);
        return words.find(|x| **x == status).copied().ok_or((Conflict, "unknown-status"));
    }
    match (status, flag) {
        ("created", None | Some(false)) => Ok("NEW"),
        ("authorized", None | Some(false)) => Ok("AUTHORIZED"),
        ("failed", None | Some(false)) => Ok("AUTHORIZATION_FAILED"),
        ("captured" | "refunded", None | Some(true)) => Ok("CHARGED"),
        ("refunded", Some(false)) => Ok("AUTO_REFUNDED"),
        ("created" | "authorized" | "failed" | "captured", Some(_)) => Err((Conflict, "flag-mismatch")),
        _ => Err((Conflict, "unknown-status")),
    }
}

impl Txn {
    /// All that was ever asked for. silent: of a profile with one capture the greatest single request.
    pub(super) fn ever_asked(&self, w: Which) -> Option<i128> {
        let asked =
            || self.requests.iter().filter(|r| r.kind == Kind::Capture && !r.unrequested).map(|r| r.asked.into());
        let most: Option<i128> = asked().max();
        if single_capture(w) { most } else { most.map(|_| asked().sum()) }
    }

    /// "Then, what does it say was captured?" None: nothing new.
    pub(super) fn says_captured(
        &self,
        w: Which,
        order: i64,
        others: bool,
        s: &Seen,
    ) -> Result<Option<i64>, (Result_, &'static str)> {
        let unclear = Err((Conflict, "captured-amount-unknown"));
        if s.captured.is_some() {
            return if others { unclear } else { Ok(s.captured) };
        }
        let one = self.requests.iter().find(|r| r.kind == Kind::Capture && r.unresolved());
        match (s.status, one) {
            ("CHARGED", Some(_)) if self.ever_asked(w).is_some_and(|n| n >= self.a().into()) => Ok(Some(self.a())),
            ("CHARGED", Some(_)) => unclear,
            ("CHARGED", None) if self.c() == 0 => Ok(Some(self.a())),
            ("CHARGED", None) if self.state(w) == "charged" => Ok(None),
            // silent: C > 0, open, nothing outstanding. An order fully charged by what is known says nothing new
            ("CHARGED", None) if !s.own && self.c() >= order => Ok(None),
            ("CHARGED", None) => unclear,
            ("PARTIAL_CHARGED", _) if self.c() > 0 => Ok(None),
            ("PARTIAL_CHARGED", Some(r)) => Ok(Some(r.asked)),
            ("PARTIAL_CHARGED", None) => unclear,
            _ => Ok(None),
        }
    }

    pub(super) fn observe(
        &mut self,
        w: Which,
        order: i64,
        others: bool,
        exists: bool,
        a: Option<i64>,
        s: &Seen,
    ) -> Verdict {
        // sound? silent: figures below 0 (and an authorization of 0) are amount mismatches too
        let negative =
            s.captured.is_some_and(|n| n < 0) || s.refunded.is_some_and(|n| n < 0) || a.is_some_and(|n| n <= 0);
        if negative || self.authorized.is_some_and(|known| a.is_some_and(|n| n != known)) {
            return conflict("amount-mismatch");
        }
        let fresh = self.authorized.is_none();
        let (creating, failing) = (CREATED_WORDS.contains(&s.status), FAILED_WORDS.contains(&s.status));
        if fresh && !creating && !failing {
            // "A is txn_amount where present, else amount". silent: where the interface has none, the order's
            if a.is_none() && order <= 0 {
                return conflict("amount-mismatch");
            }
            self.authorized = Some(a.unwrap_or(order));
        }
        let claim = self.says_captured(w, order, others, s)?;
        let (c, r) = (self.c(), self.r());
        // compare, step 1
        if let Some(code) = claim.and_then(|n| self.too_much(w, n)) {
            return conflict(code);
        }
        let captured = claim.unwrap_or(0).max(c);
        let mut refunded = s.refunded;
        if s.status == "AUTO_REFUNDED" && captured == 0 {
            refunded = None; // "an auto-refund of money never captured returns the hold and is no refund: R stays 0"
        } else if s.status == "AUTO_REFUNDED" && refunded.is_none() {
            return conflict("refund-amount-unknown");
        } else if s.word == "refunded" && refunded.is_none() {
            refunded = Some(captured); // silent: s3's table, "refunded once R = C"
        }
        if refunded.is_some_and(|n| n > captured) {
            return conflict("refunded-exceeds-captured");
        }
        if matches!(s.status, "CHARGED" | "PARTIAL_CHARGED") && captured == 0 {
            return conflict("captured-amount-unknown"); // silent: a figure of 0 beside a status of captured money
        }
        // step 3's "a figure already reached before a reversal". silent: also what a status alone stands for, and also
        // while a newer capture is outstanding
        let reached = claim.is_some_and(|n| n > c && self.reversed_from.iter().any(|peak| n <= *peak));
        let higher = claim.filter(|n| *n > c && !reached);
        let lower = reached || claim.is_some_and(|n| n < c) || refunded.is_some_and(|n| n < r);
        let refund = refunded.filter(|n| *n > r && *n <= higher.unwrap_or(c)); // silent: a refund of a reversed figure
        // step 2
        if let Some(n) = higher {
            self.settle_captures(w, n - c);
        }
        if let Some(n) = refund {
            self.settle_refunds(n - r);
        }
        let newer = higher.is_some() || refund.is_some();
        if self.authorized.is_none() {
            return Ok(self.unauthorized(exists, failing, s)); // no figure can be higher: A is 0
        }
        if lower && !newer {
            return Ok(Stale); // step 3
        }
        // step 4; silent: beside a higher figure the status is looked at as well (else INV-7 fails on a repeat)
        let result = if lower { Stale } else { self.status(w, order, s) };
        // seen from created or failed, the authorization is news; silent: not with CAPTURE_FAILED or VOID_FAILED (stale)
        Ok(if newer || (fresh && result != Stale) { Applied } else { result })
    }

    pub(super) fn unauthorized(&mut self, exists: bool, failing: bool, s: &Seen) -> Result_ {
        if self.failed && !failing {
            return Stale;
        }
        // silent: a provider's new word for the same state is news, as is the first sight of a transaction
        let default = if failing { "AUTHORIZATION_FAILED" } else { "NEW" };
        let same_word = self.word.as_deref().map_or(s.status == default, |word| word == s.word);
        if exists && self.failed == failing && same_word {
            return AlreadyApplied;
        }
        self.failed = failing;
        self.word = Some(s.word.into());
        Applied
    }

    /// Compare, step 1, of a captured total n.
    pub(super) fn too_much(&self, w: Which, n: i64) -> Option<&'static str> {
        let (a, void, expiry) = (self.a(), self.released_by(Why::Void), self.released_by(Why::Expiry));
        let outstanding_void = self.has(Kind::Void, Request::unresolved);
        match n {
            _ if n > a => Some("captured-exceeds-authorized"),
            _ if n <= self.c() => None,
            _ if n > a - void || outstanding_void => Some("captured-after-void"), // silent: outstanding as in late success
            _ if n > a - void - expiry => Some("captured-after-expiry"),
            _ if single_capture(w) && self.ever_asked(w).is_some_and(|asked| i128::from(n) > asked) => {
                Some("captured-exceeds-requested")
            }
            _ if n > a - self.v() => Some("captured-exceeds-requested"), // "after a part closed the authorization"
            _ => None,
        }
    }

    /// Step 2: the outstanding capture, then late ones, each at its amount or for less; the rest is unrequested.
    pub(super) fn settle_captures(&mut self, w: Which, mut more: i64) {
        let captures = || (0..self.requests.len()).filter(|i| self.requests[*i].kind == Kind::Capture);
        let mut order: Vec<usize> = captures().filter(|i| self.requests[*i].unresolved()).collect();
        order.extend(captures().rev().filter(|i| self.requests[*i].late())); // silent: the latest late one first
        for i in order {
            let n = more.min(self.requests[i].asked);
            if n > 0 {
                (self.requests[i].fate, self.requests[i].done) = (Succeeded, n);
                more -= n;
            }
        }
        if more > 0 {
            let done = Request {
                fate: Succeeded,
                done: more,
                unrequested: true,
                ..request(Kind::Capture, &None, None, more, false, false)
            };
            self.requests.push(done);
        }
        if single_capture(w) {
            self.close(); // several captures: "only txn_detail CHARGED, or a figure equal to A, closes" (H = 0 then)
        }
    }

    /// "Refunds in flight settle oldest first, the rest is unrequested". silent: the last of them for less.
    pub(super) fn settle_refunds(&mut self, mut more: i64) {
        for r in self.requests.iter_mut().filter(|r| r.kind == Kind::Refund && r.unresolved()) {
            let n = more.min(r.asked);
            if n > 0 {
                (r.fate, r.done) = (Succeeded, n);
                more -= n;
            }
        }
        if more > 0 {
            let done = Request {
                fate: Succeeded,
                done: more,
                unrequested: true,
                ..request(Kind::Refund, &None, None, more, false, false)
            };
            self.requests.push(done);
        }
    }

    /// Step 4: the figures are equal (or were just recorded), the status decides.
    pub(super) fn status(&mut self, w: Which, order: i64, s: &Seen) -> Result_ {
        let (state, c, r) = (self.state(w), self.c(), &self.requests);
        let latest = |kind: Kind| r.iter().rev().find(|x| x.kind == kind && !x.unrequested).map(|x| x.fate);
        let (capture, void) = (latest(Kind::Capture), latest(Kind::Void));
        let outstanding = |kind: Kind| r.iter().position(|x| x.kind == kind && x.unresolved());
        let (open_capture, open_void) = (outstanding(Kind::Capture), outstanding(Kind::Void));
        match s.status {
            "AUTHORIZED" if self.text(w) == s.word => AlreadyApplied,
            // "while an outcome is unknown or a capture was just sent ..: already applied"
            "AUTHORIZED" if open_capture.is_some_and(|i| r[i].fate != Accepted) => AlreadyApplied,
            "AUTHORIZED" if open_void.is_some_and(|i| r[i].fate == Unknown) => AlreadyApplied,
            // silent: older than charged, unless the rest was never captured and this is how that reads: the order's
            // word for C below its amount, or the transaction's own on a gateway with one capture (provider facts A5, D2)
            "PARTIAL_CHARGED" if !s.own && c >= order => Stale,
            "PARTIAL_CHARGED" if s.own && state == "charged" && !(single_capture(w) && c < self.a()) => Stale,
            "PARTIAL_CHARGED" => AlreadyApplied,
            "CHARGED" if state == "charged" => AlreadyApplied,
            "CHARGED" if s.own => {
                // several captures: txn_detail CHARGED closes. silent: what is outstanding did not happen, a void did
                if let Some(i) = open_void {
                    self.finish_void(i);
                }
                self.withdraw(Kind::Capture);
                self.close();
                Applied
            }
            "CHARGED" if c >= order => AlreadyApplied,
            "CAPTURE_INITIATED" => match (open_capture, state) {
                (Some(i), _) if r[i].fate == Accepted => AlreadyApplied,
                (Some(i), _) => self.now(i, Accepted),
                // "that nobody here asked for". silent: any earlier request of the kind makes it an older word
                (None, "authorized" | "partially-captured") if capture.is_none() && open_void.is_none() => {
                    self.initiated(Kind::Capture, single_capture(w))
                }
                _ => Stale,
            },
            "VOID_INITIATED" => match (open_void, state) {
                (Some(i), _) if r[i].fate == Accepted => AlreadyApplied,
                (Some(i), _) => self.now(i, Accepted),
                // silent: not beside a capture outstanding or of unknown fate
                (None, "authorized" | "partially-captured" | "capture-failed")
                    if void.is_none() && open_capture.is_none() =>
                {
                    self.initiated(Kind::Void, false)
                }
                _ => Stale,
            },
            "CAPTURE_FAILED" => match (open_capture, state, capture) {
                (Some(i), _, _) => self.now(i, Failed),
                (None, "capture-failed", _) => AlreadyApplied,
                (None, "authorized" | "partially-captured", Some(Failed | Withdrawn | Reversed)) => AlreadyApplied,
                _ => Stale,
            },
            "VOID_FAILED" => match (open_void, state, void) {
                (Some(i), _, _) => self.now(i, Failed),
                (None, "void-failed", _) => AlreadyApplied,
                (None, "authorized" | "partially-captured" | "capture-failed", Some(Failed | Withdrawn)) => {
                    AlreadyApplied
                }
                _ => Stale,
            },
            "VOIDED" if self.h() > 0 || self.p() > 0 => {
                // a late success of the latest failed void, too; silent: VOIDED nobody asked for is applied as well
                let late =
                    r.iter().rposition(|x| x.kind == Kind::Void).filter(|i| r[*i].late() && r[*i].asked <= self.h());
                if let Some(i) = open_void.or(late) {
                    self.finish_void(i);
                }
                self.withdraw(Kind::Capture);
                self.release(Why::Void) // "the capture is withdrawn and the rest released"
            }
            "VOIDED" if matches!(self.releases.last(), Some((Why::Void, _))) => AlreadyApplied,
            // silent: whatever C is, and a void outstanding is withdrawn as well
            "AUTO_REFUNDED" if self.h() > 0 || self.p() > 0 => {
                self.withdraw(Kind::Capture);
                self.withdraw(Kind::Void);
                self.release(Why::Expiry)
            }
            "AUTO_REFUNDED" if c > 0 || state == "expired" => AlreadyApplied, // C > 0: its figure is R
            _ => Stale,                                                       // weaker or older
        }
    }

    pub(super) fn now(&mut self, i: usize, fate: Fate) -> Result_ {
        self.requests[i].fate = fate;
        self.free_if_closed();
        Applied
    }
    pub(super) fn finish_void(&mut self, i: usize) {
        let n = self.requests[i].asked.min(self.h());
        (self.requests[i].fate, self.requests[i].done) = (Succeeded, n);
        self.releases.push((Why::Void, n));
    }
    pub(super) fn withdraw(&mut self, kind: Kind) {
        for r in self.requests.iter_mut().filter(|r| r.kind == kind && r.unresolved()) {
            r.fate = Withdrawn;
        }
    }
    pub(super) fn release(&mut self, why: Why) -> Result_ {
        if self.h() > 0 {
            self.releases.push((why, self.h()));
        }
        Applied
    }
    pub(super) fn initiated(&mut self, kind: Kind, closing: bool) -> Result_ {
        let all = self.h();
        let closing = closing || kind == Kind::Capture; // it takes all that remains
        self.requests.push(Request { fate: Accepted, ..request(kind, &None, None, all, closing, true) });
        Applied
    }
}
