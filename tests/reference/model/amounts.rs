//! Section 2: the derived amounts, computed anew from the facts every time, and section 3: which state.

use super::facts::{Closed, End, Fate, Kind, Request, Total, Transaction};
use super::profile::Limits;
use super::time::Time;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amounts {
    pub a: i128,
    pub l: i128,
    pub c: i128,
    pub p: i128,
    pub v: i128,
    pub h: i128,
    pub r: i128,
    pub q: i128,
}

impl Amounts {
    /// L - C - P - V: what a new capture could take if no rule forbids one.
    pub fn free(&self) -> i128 {
        self.l - self.c - self.p - self.v
    }

    pub fn refundable(&self) -> i128 {
        self.c - self.r - self.q
    }
}

fn sum<'a>(requests: impl Iterator<Item = &'a Request>, of: impl Fn(&Request) -> u64) -> i128 {
    requests.map(|request| i128::from(of(request))).sum()
}

pub fn successes(requests: &[Request]) -> i128 {
    sum(requests.iter().filter(|request| request.fate == Fate::Succeeded), |request| request.done)
}

/// "A stated total covers all requests still outstanding that were begun before it, where it is exactly their sum
/// plus the successes of the others begun before it." A person's total is complete for what was sent before it.
pub fn covered(requests: &[Request], totals: &[Total]) -> Vec<bool> {
    let mut result = vec![false; requests.len()];
    for total in totals {
        let before = || requests.iter().filter(|request| request.begun < total.at);
        // Where it holds a stranger's money too, nothing is covered.
        let stranger = before().any(|request| request.provider_own && request.fate == Fate::Succeeded);
        let waiting = sum(before().filter(|request| request.fate.awaits_answer()), |request| request.amount);
        let done = sum(before().filter(|request| request.fate == Fate::Succeeded), |request| request.done);
        if total.covers_all || (!stranger && !total.at_least && waiting + done == i128::from(total.amount)) {
            for (index, request) in requests.iter().enumerate() {
                if request.begun < total.at && request.fate.awaits_answer() {
                    result[index] = true;
                }
            }
        }
    }
    result
}

/// The requests that are outstanding: no answer yet, and no total covers them.
pub fn outstanding(transaction: &Transaction, kind: Kind) -> Vec<usize> {
    let requests = transaction.requests(kind);
    let covered = covered(requests, transaction.totals(kind));
    (0..requests.len()).filter(|&index| requests[index].fate.awaits_answer() && !covered[index]).collect()
}

/// The largest of: all successes; each stated total + the successes begun after it.
fn known(requests: &[Request], totals: &[Total]) -> i128 {
    let mut most = successes(requests);
    for total in totals {
        let later = requests.iter().filter(|r| r.begun > total.at && r.fate == Fate::Succeeded);
        most = most.max(i128::from(total.amount) + sum(later, |request| request.done));
    }
    most
}

pub fn outstanding_sum(transaction: &Transaction, kind: Kind) -> i128 {
    let requests = transaction.requests(kind);
    outstanding(transaction, kind).into_iter().map(|index| i128::from(requests[index].amount)).sum()
}

pub fn amounts(transaction: &Transaction) -> Amounts {
    let a = i128::from(transaction.authorized.unwrap_or(0));
    let c = known(&transaction.captures, &transaction.captured_totals);
    let ended = transaction.end.is_some();
    let rest = (a - c).max(0);
    let v = if ended { rest } else { (successes(&transaction.voids) + i128::from(transaction.let_go)).min(rest) };
    // What was given back takes the tolerance with it.
    let l = if v > 0 { a } else { a + i128::from(transaction.tolerated) };
    let p = if ended { 0 } else { outstanding_sum(transaction, Kind::Capture).min((l - c - v).max(0)) };
    let h = (a - c - p - v).max(0);
    let r = known(&transaction.refunds, &transaction.refunded_totals);
    let q = outstanding_sum(transaction, Kind::Refund).min((c - r).max(0));
    Amounts { a, l, c, p, v, h, r, q }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Created,
    Authorized,
    Capturing,
    CaptureUnknown,
    CaptureInitiated,
    PartiallyCaptured,
    Charged,
    CaptureFailed,
    Voiding,
    VoidUnknown,
    VoidInitiated,
    VoidFailed,
    Voided,
    Expired,
    Failed,
}

impl State {
    pub fn word(self) -> &'static str {
        match self {
            State::Created => "created",
            State::Authorized => "authorized",
            State::Capturing => "capturing",
            State::CaptureUnknown => "capture-unknown",
            State::CaptureInitiated => "capture-initiated",
            State::PartiallyCaptured => "partially-captured",
            State::Charged => "charged",
            State::CaptureFailed => "capture-failed",
            State::Voiding => "voiding",
            State::VoidUnknown => "void-unknown",
            State::VoidInitiated => "void-initiated",
            State::VoidFailed => "void-failed",
            State::Voided => "voided",
            State::Expired => "expired",
            State::Failed => "failed",
        }
    }
}

/// Section 3, "Which state, the first that fits".
pub fn state(transaction: &Transaction) -> State {
    if transaction.authorized.is_none() {
        return if transaction.failed { State::Failed } else { State::Created };
    }
    let now = amounts(transaction);
    let has = |kind: Kind, fate: Fate| {
        outstanding(transaction, kind).into_iter().any(|index| transaction.requests(kind)[index].fate == fate)
    };
    if !outstanding(transaction, Kind::Void).is_empty() {
        return if has(Kind::Void, Fate::Unknown) {
            State::VoidUnknown
        } else if has(Kind::Void, Fate::Sent) {
            State::Voiding
        } else {
            State::VoidInitiated
        };
    }
    if now.p > 0 {
        return if has(Kind::Capture, Fate::Unknown) {
            State::CaptureUnknown
        } else if has(Kind::Capture, Fate::Sent) {
            State::Capturing
        } else {
            State::CaptureInitiated
        };
    }
    if transaction.end.is_some() || (now.h == 0 && now.c > 0) {
        return if now.c > 0 {
            State::Charged
        } else if transaction.end == Some(End::Expired) {
            State::Expired
        } else {
            State::Voided
        };
    }
    match transaction.closed {
        Some(Closed::VoidFailed) => State::VoidFailed,
        Some(Closed::CaptureFailed) => State::CaptureFailed,
        None if now.c == 0 => State::Authorized,
        None => State::PartiallyCaptured,
    }
}

/// Rows 8 to 12 of section 4 for a new capture, or for a repeat of the capture `again` whose outcome is unknown.
///
/// Row 10 has an exception for profiles that allow several captures at once; neither built-in one does.
pub fn blocked(transaction: &Transaction, limits: &Limits, now: Time, again: Option<usize>) -> Option<&'static str> {
    match state(transaction) {
        State::Charged => return Some("already-captured"),
        State::Created | State::Failed | State::CaptureFailed | State::VoidFailed | State::Voided | State::Expired => {
            return Some("not-authorized");
        }
        _ => {}
    }
    let fates = |kind: Kind| -> Vec<Fate> {
        let skip = |index: &usize| !(kind == Kind::Capture && Some(*index) == again);
        let open = outstanding(transaction, kind).into_iter().filter(skip);
        open.map(|index| transaction.requests(kind)[index].fate).collect()
    };
    let in_progress = |fates: &[Fate]| fates.iter().any(|fate| matches!(fate, Fate::Sent | Fate::Accepted));
    let (captures, voids) = (fates(Kind::Capture), fates(Kind::Void));
    if in_progress(&captures) {
        return Some("capture-in-progress");
    }
    if in_progress(&voids) {
        return Some("void-in-progress");
    }
    let late = transaction.deadline.is_some_and(|deadline| now >= deadline);
    if captures.contains(&Fate::Unknown) || voids.contains(&Fate::Unknown) || (again.is_some() && late) {
        return Some("outcome-unknown");
    }
    if again.is_some_and(|index| is_forgotten(&transaction.captures[index], limits, now)) {
        return Some("outcome-unknown");
    }
    if late {
        return Some("authorization-expired");
    }
    let full = limits.most_captures.is_some_and(|most| captures_made(transaction) >= most);
    if again.is_none() && full { Some("capture-limit-reached") } else { None }
}

/// The captures that may have reached the provider and were not refused.
fn captures_made(transaction: &Transaction) -> usize {
    transaction.captures.iter().filter(|capture| !matches!(capture.fate, Fate::Failed | Fate::Withdrawn)).count()
}

/// The provider forgot the key: a repeat would be a second request. The time counts from the first try of its run.
pub fn is_forgotten(request: &Request, limits: &Limits, now: Time) -> bool {
    limits.kept.is_some_and(|kept| now >= request.begun_at + kept)
}

/// K: the most that a capture sent now could take.
pub fn capturable(transaction: &Transaction, limits: &Limits, now: Time) -> i128 {
    if blocked(transaction, limits, now, None).is_some() { 0 } else { amounts(transaction).free().max(0) }
}
