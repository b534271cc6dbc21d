//! Everything that is not a command: authorizations, answers, reversals, reports, provider errors.

use super::amounts::{State, amounts, outstanding, state, successes};
use super::answers::{Answer, Outcome, answer};
use super::ends;
use super::facts::{End, Fate, ILLEGAL, Kind, Transaction, Verdict};
use super::money::{Amount, Currency};
use super::order::Order;
use super::profile::Profile;
use super::time::Time;
use serde_json::Value;

/// An amount that is not a request of ours: digits and sign only.
pub fn plain_amount(amount: Amount) -> Result<u64, Verdict> {
    if amount.too_precise {
        return Err(Verdict::Refused("amount-precision"));
    }
    if amount.minor <= 0 {
        return Err(Verdict::Refused("amount-not-positive"));
    }
    Ok(u64::try_from(amount.minor).unwrap_or(0))
}

pub struct Authorize {
    pub amount: Amount,
    pub currency: Option<Currency>,
    pub pays: Option<Amount>,
    pub deadline: Option<Time>,
}

pub fn authorize(t: &mut Transaction, profile: &Profile, order: &Order, said: &Authorize) -> Verdict {
    if said.currency.as_ref().is_some_and(|currency| *currency != order.currency) {
        return Verdict::Refused("currency-mismatch");
    }
    let read = || -> Result<(u64, u64), Verdict> {
        let amount = plain_amount(said.amount)?;
        let pays = said.pays.map_or(Ok(amount), plain_amount)?;
        Ok((amount, pays))
    };
    let (amount, pays) = match read() {
        Ok(both) => both,
        Err(verdict) => return verdict,
    };
    match t.authorized {
        Some(held) if held != amount => ILLEGAL,
        Some(held) => {
            // What it pays is learned where nothing was said of that.
            let learned = t.pays == held && pays != held;
            if learned {
                t.pays = pays;
                t.next();
            }
            let limited = said.deadline.is_some() && said.deadline != t.deadline;
            if limited {
                t.deadline = said.deadline;
            }
            if learned || limited { Verdict::Applied } else { Verdict::Already(None) }
        }
        None => {
            t.authorized = Some(amount);
            t.tolerated = profile.limits.tolerance(amount);
            t.pays = pays;
            t.deadline = said.deadline.or(t.deadline);
            t.failed = false;
            t.next();
            Verdict::Applied
        }
    }
}

pub fn authorization_failed(t: &mut Transaction) -> Verdict {
    match state(t) {
        State::Created => {
            t.failed = true;
            t.word = None;
            Verdict::Applied
        }
        State::Failed => Verdict::Already(None),
        _ => ILLEGAL,
    }
}

pub fn expire(t: &mut Transaction) -> Verdict {
    if t.end == Some(End::Expired) {
        return Verdict::Already(None);
    }
    let free =
        matches!(state(t), State::Authorized | State::PartiallyCaptured | State::CaptureFailed | State::VoidFailed);
    if !free || !outstanding(t, Kind::Capture).is_empty() {
        return ILLEGAL;
    }
    ends::end(t, End::Expired);
    Verdict::Applied
}

/// Which request an outcome without a key is about: the oldest that awaits its answer, or if none, the latest of ours. "A
/// new try of a withdrawn one begins a new run", so the oldest is the one that began first.
fn unnamed(t: &Transaction, kind: Kind) -> Option<usize> {
    let requests = t.requests(kind);
    let waiting = requests.iter().enumerate().filter(|(_, request)| request.fate.awaits_answer());
    let oldest = waiting.min_by_key(|(_, request)| request.begun).map(|(index, _)| index);
    oldest.or_else(|| t.latest(kind, |request| !request.provider_own))
}

pub fn outcome(
    t: &mut Transaction,
    profile: &Profile,
    kind: Kind,
    result: Outcome,
    amount: Option<Amount>,
    key: Option<&str>,
) -> Verdict {
    let amount = match amount.map(plain_amount) {
        None => None,
        Some(Ok(amount)) => Some(amount),
        Some(Err(verdict)) => return verdict,
    };
    let index = match key {
        Some(key) => t.by_key(kind, key),
        None => unnamed(t, kind),
    };
    let Some(index) = index else { return ILLEGAL };
    let amount = if result == Outcome::Success { amount } else { None };
    answer(t, profile, kind, index, Answer { outcome: result, amount, by_key: key.is_some(), fresh: false })
}

/// A capture or a refund that had succeeded is taken back.
pub fn reversed(
    t: &mut Transaction,
    profile: &Profile,
    kind: Kind,
    amount: Option<Amount>,
    key: Option<&str>,
) -> Verdict {
    let amount = match amount.map(plain_amount) {
        None => None,
        Some(Ok(amount)) => Some(amount),
        Some(Err(verdict)) => return verdict,
    };
    let latest = |fate: Fate| t.latest(kind, |request| request.fate == fate);
    let index = match key {
        Some(key) => t.by_key(kind, key),
        None => latest(Fate::Succeeded).or_else(|| latest(Fate::Reversed)),
    };
    let Some(index) = index else { return ILLEGAL };
    reverse(t, profile, kind, index, amount)
}

pub fn reverse(t: &mut Transaction, profile: &Profile, kind: Kind, index: usize, amount: Option<u64>) -> Verdict {
    let request = t.requests(kind)[index].clone();
    if !matches!(request.fate, Fate::Succeeded | Fate::Reversed) {
        return ILLEGAL;
    }
    if amount.is_some_and(|amount| amount != request.done) {
        return Verdict::Conflict("amount-mismatch");
    }
    if request.fate == Fate::Reversed {
        return Verdict::Already(None);
    }
    let let_go = ends::let_go_so_far(t);
    let mut after = t.clone();
    ends::take_back(&mut after, kind, index);
    if kind == Kind::Capture {
        let then = amounts(&after);
        if then.r > then.c {
            return Verdict::Conflict("refunded-exceeds-captured");
        }
        ends::after_capture_reversal(&mut after, profile, let_go);
    }
    *t = after;
    Verdict::Applied
}

/// Totals told by a person: end of section 3.
pub fn report(t: &mut Transaction, profile: &Profile, captured: Option<Amount>, refunded: Option<Amount>) -> Verdict {
    let read = |amount: Option<Amount>| -> Result<Option<u64>, Verdict> {
        match amount {
            None => Ok(None),
            Some(amount) if amount.too_precise => Err(Verdict::Refused("amount-precision")),
            Some(amount) if amount.minor < 0 => Err(Verdict::Refused("amount-not-positive")),
            Some(amount) => Ok(u64::try_from(amount.minor).ok()),
        }
    };
    let (captured, refunded) = match (read(captured), read(refunded)) {
        (Ok(captured), Ok(refunded)) => (captured, refunded),
        (Err(verdict), _) | (_, Err(verdict)) => return verdict,
    };
    let mut after = t.clone();
    let mut changed = false;
    for (kind, total) in [(Kind::Capture, captured), (Kind::Refund, refunded)] {
        let Some(total) = total else { continue };
        match report_one(&mut after, profile, kind, total) {
            Verdict::Applied => changed = true,
            Verdict::Already(_) => {}
            other => return other,
        }
    }
    let then = amounts(&after);
    if then.r > then.c {
        return ILLEGAL;
    }
    if !changed {
        return Verdict::Already(None);
    }
    *t = after;
    Verdict::Applied
}

fn report_one(t: &mut Transaction, profile: &Profile, kind: Kind, total: u64) -> Verdict {
    let now = amounts(t);
    // What was released gives way to what a person reports, so that all of the tolerance counts.
    let most = now.a + i128::from(t.tolerated);
    let (known, most) = if kind == Kind::Capture { (now.c, most) } else { (now.r, now.c) };
    let stated = i128::from(total);
    let done = successes(t.requests(kind));
    if stated < done || stated > most {
        return ILLEGAL;
    }
    let waiting = outstanding(t, kind);
    if stated == known && waiting.is_empty() {
        return Verdict::Already(None);
    }
    let let_go = ends::let_go_so_far(t);
    let had = t.totals(kind).iter().filter(|earlier| !earlier.by_person && earlier.amount > total);
    let overruled: Vec<u64> = had.map(|earlier| earlier.amount).collect();
    match kind {
        Kind::Capture => {
            t.captured_totals.clear();
            t.overruled_captured.extend(overruled);
        }
        _ => {
            t.refunded_totals.clear();
            t.overruled_refunded.extend(overruled);
        }
    }
    if stated <= done {
        ends::withdraw_waiting(t, kind);
    }
    ends::record_total(t, kind, total, true, false);
    if kind == Kind::Capture {
        if amounts(t).c == 0 && known > 0 && t.end == Some(End::Captured) {
            ends::open(t, let_go);
        }
        ends::after_total(t, profile);
    }
    Verdict::Applied
}

/// The statuses that say that a request was refused before it was tried.
const SAFE: [u64; 10] = [400, 401, 403, 404, 405, 413, 414, 415, 422, 429];

/// Texts that say that some request is under way, of any kind: its outcome is not known (provider facts A9, A10 and B5).
const UNDER_WAY: [&str; 2] = ["another payment operation is in progress", "another request for same id in process"];

/// Texts that hint that a capture went through (provider facts A9 and B5).
const CAPTURE_HINTS: [&str; 8] = [
    "cannot capture charged transaction",
    "your payment has been declined as the order is already paid",
    "this payment has already been captured",
    "only payments which have been authorized and not yet captured can be captured",
    "the payment has already been either captured or voided",
    "payment is not in authorized state",
    "the payment has already been processed",
    "payment already done for this order",
];

fn texts_of(body: &Value, paths: &[&str]) -> Vec<String> {
    let found = paths.iter().filter_map(|path| body.pointer(path).and_then(Value::as_str));
    found.map(str::to_ascii_lowercase).collect()
}

fn is_withdrawn(profile: &Profile, kind: Kind, status: u64, body: &Value) -> bool {
    if !SAFE.contains(&status) {
        return false;
    }
    let (codes, texts) = if profile.is_juspay() {
        (
            texts_of(body, &["/error_code", "/error_info/code"]),
            texts_of(body, &["/error_message", "/error_info/developer_message", "/error_info/user_message"]),
        )
    } else {
        (texts_of(body, &["/error/code"]), texts_of(body, &["/error/description"]))
    };
    let unsafe_codes: &[&str] =
        if profile.is_juspay() { &["duplicate_request"] } else { &["gateway_error", "server_error"] };
    if codes.iter().any(|code| unsafe_codes.contains(&code.as_str())) {
        return false;
    }
    let hint = |hints: &[&str]| texts.iter().any(|text| hints.iter().any(|hint| text.contains(hint)));
    let unknown = hint(&UNDER_WAY) || (kind == Kind::Capture && hint(&CAPTURE_HINTS));
    !unknown
}

/// The answer to the latest request that nothing was answered to.
pub fn provider_error(t: &mut Transaction, profile: &Profile, status: u64, body: &Value) -> Verdict {
    let every = [Kind::Capture, Kind::Void, Kind::Refund];
    let mut latest: Option<(u64, Kind, usize)> = None;
    let mut unknown = false;
    for kind in every {
        for (index, request) in t.requests(kind).iter().enumerate() {
            unknown |= request.fate == Fate::Unknown;
            if request.fate == Fate::Sent && latest.is_none_or(|(sent, _, _)| request.sent > sent) {
                latest = Some((request.sent, kind, index));
            }
        }
    }
    let Some((_, kind, index)) = latest else {
        return if unknown { Verdict::Already(None) } else { ILLEGAL };
    };
    let withdrawn = is_withdrawn(profile, kind, status, body);
    let request = &mut t.requests_mut(kind)[index];
    if withdrawn && !request.was_unknown {
        request.fate = Fate::Withdrawn;
    } else {
        request.fate = Fate::Unknown;
        request.was_unknown = true;
    }
    Verdict::Applied
}
