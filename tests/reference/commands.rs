//! Section 4: what may be asked, in the order of its table.

use super::*;

pub(super) fn key_well_formed(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_(){}+~.".contains(c)) // row 6
}

impl Txn {
    /// The request that already has this key (keys are unique per transaction and kind).
    pub(super) fn with_key(&self, kind: Kind, key: &Option<String>) -> Option<&Request> {
        self.requests.iter().rfind(|r| r.kind == kind && r.key.is_some() && r.key == *key)
    }

    /// Rows 6, 7 and the row after them. Some(_) is the answer; None: go on. `all` is what no amount stands for.
    pub(super) fn key_rows(&self, kind: Kind, key: &Option<String>, said: Option<i64>, all: i64) -> Option<Verdict> {
        let text = key.as_ref()?;
        if !key_well_formed(text) {
            return Some(refuse("idempotency-key-malformed"));
        }
        let earlier = self.with_key(kind, key)?;
        // silent: "all" said twice is the same amount, whatever "all" has become
        let same = (said.is_none() && earlier.said.is_none()) || said.unwrap_or(all) == earlier.asked;
        if !same {
            return Some(refuse("idempotency-key-reused"));
        }
        match earlier.fate {
            Sent | Accepted | Succeeded | Failed | Reversed => Some(Ok(AlreadyApplied)),
            Unknown | Withdrawn => None, // sent again; a new try
        }
    }

    /// Record the request. A repeat of one of unknown fate reserves nothing more; a withdrawn one is tried anew.
    pub(super) fn send(&mut self, repeat: Option<usize>, mut new: Request) -> Verdict {
        new.sent = self.requests.iter().map(|r| r.sent).max().unwrap_or(0) + 1;
        if let Some(i) = repeat {
            self.requests[i].fate = Sent;
            self.requests[i].again = true;
            self.requests[i].sent = new.sent;
            return Ok(Applied);
        }
        let same = |r: &Request| r.kind == new.kind && r.key.is_some() && r.key == new.key;
        if let Some(i) = self.requests.iter().position(same) {
            // "A different final flag with the same key and amount changes nothing". silent: so also on a new try
            new.closing |= self.requests[i].closing;
            self.requests.remove(i);
        }
        self.requests.push(new);
        Ok(Applied)
    }

    pub(super) fn unknown(&self, kind: Kind) -> Option<usize> {
        self.requests.iter().position(|r| r.kind == kind && r.fate == Unknown)
    }

    #[rustfmt::skip]
    pub(super) fn capture(&mut self, w: Which, order: i64, now: i64, said: Option<i64>, cur: &Option<String>, key: &Option<String>, last: bool) -> Verdict {
        // rows 1, 2, 4, 5 (row 3 cannot fail: INR in whole minor units)
        match cur.as_deref() {
            None if w == Razorpay => return refuse("currency-required"),
            Some(c) if c != "INR" => return refuse("currency-mismatch"),
            _ => {}
        }
        if said.is_none() && (w == Razorpay || key.is_some()) { return refuse("amount-required"); }
        if said.is_some_and(|n| n <= 0) { return refuse("amount-not-positive"); }
        if w != Razorpay && said.is_some() && key.is_none() { return refuse("idempotency-key-required"); }
        // rows 6, 7, –
        if let Some(answer) = self.key_rows(Kind::Capture, key, said, self.k(w)) { return answer; }
        // rows 8, 9
        match self.state(w) {
            "charged" => return refuse("already-captured"),
            "created" | "failed" | "capture-failed" | "void-failed" | "voided" | "expired" => return refuse("not-authorized"),
            _ => {}
        }
        // row 10
        if self.has(Kind::Capture, Request::outstanding) { return refuse("capture-in-progress"); }
        if self.has(Kind::Void, Request::outstanding) { return refuse("void-in-progress"); }
        // row 11. A repeat (s3, No response): the same key, or keyless the same (full) amount
        if self.unknown(Kind::Void).is_some() { return refuse("outcome-unknown"); }
        let repeat = self.unknown(Kind::Capture);
        if let Some(i) = repeat {
            let r = &self.requests[i];
            let same = r.key == *key && said.unwrap_or(r.asked) == r.asked;
            if !same { return refuse("outcome-unknown"); }
        }
        // row 12: the boundary is exclusive
        if self.capture_before.is_some_and(|limit| now >= limit) { return refuse("authorization-expired"); }
        let n = said.unwrap_or(self.k(w)); // "A keyless, amountless Juspay capture means all of K"
        if repeat.is_none() { // "the repeat is applied if rows 8 to 12 allow it"
            if w == Razorpay && self.a() != order { return refuse("authorized-not-equal-to-order"); } // row 13
            if w == Razorpay && n != self.a() { return refuse("amount-not-equal-to-authorized"); } // row 14
            if n > self.k(w) || n <= 0 { return refuse("exceeds-capturable"); } // row 15
            if n < self.k(w) && !partial_capture(w) { return refuse("partial-capture-unsupported"); } // row 16
        }
        let closing = single_capture(w) || last || n == self.k(w);
        self.send(repeat, request(Kind::Capture, key, said, n, closing, false))
    }

    #[rustfmt::skip]
    pub(super) fn void(&mut self, w: Which, said: Option<i64>, key: &Option<String>) -> Verdict {
        if w == Razorpay { return refuse("void-unsupported"); }
        if let Some(answer) = self.key_rows(Kind::Void, key, said, self.h()) { return answer; }
        if self.has(Kind::Capture, Request::outstanding) { return refuse("capture-in-progress"); }
        if self.has(Kind::Void, Request::outstanding) { return refuse("void-in-progress"); }
        if self.unknown(Kind::Capture).is_some() { return refuse("outcome-unknown"); }
        // the amount: what is said, else all that is held; a key used before stands for the amount it had
        let n = said.unwrap_or(self.with_key(Kind::Void, key).map_or(self.h(), |r| r.asked));
        let repeat = self.unknown(Kind::Void);
        if let Some(i) = repeat {
            let r = &self.requests[i];
            if r.key != *key || r.asked != n { return refuse("outcome-unknown"); } // "same amount and key"
        }
        match self.state(w) {
            "authorized" | "partially-captured" | "capture-failed" | "void-failed" => {}
            _ => return refuse("not-voidable"),
        }
        if n <= 0 { return refuse("amount-not-positive"); }
        if n > self.h() { return refuse("exceeds-held"); }
        if n < self.h() && !partial_void(w) { return refuse("partial-void-unsupported"); }
        self.send(repeat, request(Kind::Void, key, said, n, false, n == self.h()))
    }

    #[rustfmt::skip]
    pub(super) fn refund(&mut self, said: Option<i64>, key: &Option<String>) -> Verdict {
        let left = self.c() - self.r() - self.q();
        if said.is_some_and(|n| n <= 0) { return refuse("amount-not-positive"); }
        if let Some(answer) = self.key_rows(Kind::Refund, key, said, left) { return answer; }
        if self.c() == 0 { return refuse("not-refundable"); }
        let earlier = self.with_key(Kind::Refund, key);
        let n = said.unwrap_or(earlier.map_or(left, |r| r.asked));
        // silent: a keyless refund is never a repeat of another one
        let repeat = self.requests.iter().position(|r| r.kind == Kind::Refund && r.fate == Unknown && r.key.is_some() && r.key == *key);
        if repeat.is_none() && (n > left || left <= 0) { return refuse("exceeds-refundable"); }
        self.send(repeat, request(Kind::Refund, key, said, n, false, false))
    }
}

pub(super) fn request(
    kind: Kind,
    key: &Option<String>,
    said: Option<i64>,
    asked: i64,
    closing: bool,
    whole: bool,
) -> Request {
    let (key, fate) = (key.clone(), Sent);
    Request { kind, key, said, asked, closing, whole, fate, done: 0, sent: 0, again: false, unrequested: false }
}
