//! Capture, void and refund: the rows of section 4 in their order.

use super::amounts::{State, amounts, blocked, covered, is_forgotten, outstanding, state};
use super::facts::{Fate, Kind, Request, Transaction, Verdict};
use super::money::{Amount, Currency};
use super::order::{Order, counted};
use super::profile::Profile;
use super::time::Time;

/// What a caller asks for, already read from its text.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub amount: Option<Amount>,
    pub currency: Option<Currency>,
    pub key: Option<String>,
    pub is_final: bool,
}

pub struct Context<'a> {
    pub profile: &'a Profile,
    pub order: &'a Order,
    /// The other transactions of the order.
    pub others: Vec<&'a Transaction>,
    pub now: Time,
}

/// Row 3: digits, and the last digit of a three-decimal currency in a request of ours.
fn precision(amount: &Amount, currency: &Currency) -> Result<(), &'static str> {
    if amount.too_precise || (currency.digits == 3 && amount.minor % 10 != 0) {
        return Err("amount-precision");
    }
    Ok(())
}

/// Row 4.
fn positive(amount: &Amount) -> Result<(), &'static str> {
    if amount.minor > 0 { Ok(()) } else { Err("amount-not-positive") }
}

/// Row 6.
fn key_form(profile: &Profile, kind: Kind, key: &str) -> Result<(), &'static str> {
    let good = if profile.is_juspay() {
        !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_(){}+~.".contains(c))
    } else if kind == Kind::Refund {
        key.len() >= 10 && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    } else {
        // Printable ASCII without spaces.
        !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic())
    };
    if good { Ok(()) } else { Err("idempotency-key-malformed") }
}

/// Row 7: same key, other amount. A keyed void or refund that leaves its amount out names no other one.
fn reused(t: &Transaction, kind: Kind, asked: &Asked) -> Result<Option<usize>, &'static str> {
    let Some(key) = &asked.key else { return Ok(None) };
    let Some(index) = t.by_key(kind, key) else { return Ok(None) };
    let earlier = &t.requests(kind)[index];
    match asked.amount {
        Some(amount) if !amount.exact || amount.minor != i128::from(earlier.amount) => Err("idempotency-key-reused"),
        _ => Ok(Some(index)),
    }
}

/// What an earlier request under the same key makes of this one.
enum Earlier {
    /// "Same request again: already applied."
    Answered(Verdict),
    /// Its outcome is unknown: it may be sent again.
    Again(usize),
    /// It was withdrawn: a new try.
    NewTry(usize),
}

fn earlier(t: &Transaction, kind: Kind, index: usize) -> Earlier {
    let is_covered = covered(t.requests(kind), t.totals(kind))[index];
    match t.requests(kind)[index].fate {
        Fate::Unknown if !is_covered => Earlier::Again(index),
        Fate::Withdrawn => Earlier::NewTry(index),
        fate => Earlier::Answered(Verdict::Already(Some(fate.word()))),
    }
}

/// A keyless request of unknown outcome that this one repeats: the same amount, or again none.
fn keyless_again(t: &Transaction, kind: Kind, asked: &Asked) -> Option<usize> {
    if asked.key.is_some() {
        return None;
    }
    outstanding(t, kind).into_iter().find(|&index| {
        let request = &t.requests(kind)[index];
        let same = match asked.amount {
            None => !request.stated,
            Some(amount) => amount.exact && amount.minor == i128::from(request.amount),
        };
        request.key.is_none() && !request.provider_own && request.fate == Fate::Unknown && same
    })
}

fn send_again(t: &mut Transaction, kind: Kind, index: usize) -> Verdict {
    let now = t.next();
    let request = &mut t.requests_mut(kind)[index];
    request.fate = Fate::Sent;
    request.sent = now;
    Verdict::Applied
}

fn send(
    t: &mut Transaction,
    kind: Kind,
    asked: &Asked,
    (amount, closes): (i128, bool),
    new_try: Option<usize>,
    clock: Time,
) -> Verdict {
    let now = t.next();
    let request = Request {
        key: asked.key.clone(),
        id: None,
        amount: u64::try_from(amount).unwrap_or(0),
        stated: asked.amount.is_some(),
        closes,
        fate: Fate::Sent,
        done: 0,
        begun: now,
        begun_at: clock,
        sent: now,
        was_unknown: false,
        provider_own: false,
    };
    match new_try {
        Some(index) => {
            let id = t.requests(kind)[index].id.clone();
            t.requests_mut(kind)[index] = Request { id, ..request };
        }
        None => t.requests_mut(kind).push(request),
    }
    Verdict::Applied
}

pub fn capture(t: &mut Transaction, context: &Context, asked: &Asked) -> Verdict {
    match capture_checked(t, context, asked) {
        Ok(verdict) => verdict,
        Err(code) => Verdict::Refused(code),
    }
}

fn capture_checked(t: &mut Transaction, context: &Context, asked: &Asked) -> Result<Verdict, &'static str> {
    let profile = context.profile;
    let currency = &context.order.currency;
    // Rows 1 and 2.
    match &asked.currency {
        None if profile.is_razorpay() => return Err("currency-required"),
        Some(given) if given != currency => return Err("currency-mismatch"),
        _ => {}
    }
    if asked.amount.is_none() && (profile.is_razorpay() || asked.key.is_some()) {
        return Err("amount-required");
    }
    // Rows 3 to 7.
    if let Some(amount) = &asked.amount {
        precision(amount, currency)?;
        positive(amount)?;
        if profile.is_juspay() && asked.key.is_none() {
            return Err("idempotency-key-required");
        }
    }
    if let Some(key) = &asked.key {
        key_form(profile, Kind::Capture, key)?;
    }
    if asked.is_final && profile.several_captures {
        return Err("final-unsupported");
    }
    let (mut again, mut new_try) = (keyless_again(t, Kind::Capture, asked), None);
    if let Some(index) = reused(t, Kind::Capture, asked)? {
        match earlier(t, Kind::Capture, index) {
            Earlier::Answered(verdict) => return Ok(verdict),
            Earlier::Again(index) => again = Some(index),
            Earlier::NewTry(index) => new_try = Some(index),
        }
    }
    // Rows 8 to 12.
    if let Some(code) = blocked(t, &profile.limits, context.now, again) {
        return Err(code);
    }
    if let Some(index) = again {
        return Ok(send_again(t, Kind::Capture, index));
    }
    let now = amounts(t);
    // Without an amount it is for what is held, whatever is tolerated above.
    let n = asked.amount.map_or(now.h, |amount| amount.minor);
    order_rules(t, context, n)?;
    // Rows 15 to 17.
    if profile.is_razorpay() && n != now.a {
        return Err("amount-not-equal-to-authorized");
    }
    if n > now.free() || n <= 0 {
        return Err("exceeds-capturable");
    }
    if n < now.h && !profile.partial_capture {
        return Err("partial-capture-unsupported");
    }
    // Section 3, "all that remains": what another capture reserves remains too.
    let closes = !profile.several_captures || (n >= now.h && now.p == 0);
    Ok(send(t, Kind::Capture, asked, (n, closes), new_try, context.now))
}

/// Rows 13 and 14.
fn order_rules(t: &Transaction, context: &Context, n: i128) -> Result<(), &'static str> {
    let price = context.order.amount;
    let others: Vec<(&Transaction, _)> = context.others.iter().map(|other| (*other, amounts(other))).collect();
    let theirs: i128 = others.iter().map(|(other, sums)| counted(other, sums.c - sums.r + sums.p)).sum();
    if context.profile.is_razorpay() {
        let pays = i128::from(t.pays);
        let fits = if context.order.parts { pays <= price - theirs } else { pays == price };
        if !fits {
            return Err("authorized-not-equal-to-order");
        }
    }
    let now = amounts(t);
    if others.iter().any(|(_, sums)| sums.c > 0 || sums.p > 0)
        && theirs + counted(t, (now.c + now.p + n).min(now.l)) > price
    {
        return Err("order-already-paid");
    }
    Ok(())
}

pub fn void(t: &mut Transaction, context: &Context, asked: &Asked) -> Verdict {
    match void_checked(t, context, asked) {
        Ok(verdict) => verdict,
        Err(code) => Verdict::Refused(code),
    }
}

fn void_checked(t: &mut Transaction, context: &Context, asked: &Asked) -> Result<Verdict, &'static str> {
    let profile = context.profile;
    if !profile.can_void {
        return Err("void-unsupported");
    }
    if let Some(key) = &asked.key {
        key_form(profile, Kind::Void, key)?;
    }
    if asked.is_final {
        return Err("final-unsupported");
    }
    let (mut again, mut new_try) = (keyless_again(t, Kind::Void, asked), None);
    if let Some(index) = reused(t, Kind::Void, asked)? {
        match earlier(t, Kind::Void, index) {
            Earlier::Answered(verdict) => return Ok(verdict),
            Earlier::Again(index) => again = Some(index),
            Earlier::NewTry(index) => new_try = Some(index),
        }
    }
    let fates = |kind: Kind| -> Vec<Fate> {
        let open = outstanding(t, kind).into_iter().filter(|&index| !(kind == Kind::Void && Some(index) == again));
        open.map(|index| t.requests(kind)[index].fate).collect()
    };
    let in_progress = |fates: &[Fate]| fates.iter().any(|fate| matches!(fate, Fate::Sent | Fate::Accepted));
    let (captures, voids) = (fates(Kind::Capture), fates(Kind::Void));
    if in_progress(&captures) {
        return Err("capture-in-progress");
    }
    if in_progress(&voids) {
        return Err("void-in-progress");
    }
    let forgotten = again.is_some_and(|index| is_forgotten(&t.voids[index], &profile.limits, context.now));
    if captures.contains(&Fate::Unknown) || voids.contains(&Fate::Unknown) || forgotten {
        return Err("outcome-unknown");
    }
    if matches!(state(t), State::Created | State::Failed | State::Charged | State::Voided | State::Expired) {
        return Err("not-voidable");
    }
    if let Some(amount) = &asked.amount {
        precision(amount, &context.order.currency)?;
        positive(amount)?;
        if profile.is_juspay() && asked.key.is_none() {
            return Err("idempotency-key-required");
        }
    }
    if asked.amount.is_none() && asked.key.is_some() {
        // Under a key the amount goes on the wire: it is judged like one stated.
        let known = again.or(new_try).map(|index| i128::from(t.voids[index].amount));
        let minor = known.unwrap_or(amounts(t).h);
        precision(&Amount { minor, too_precise: false, exact: true }, &context.order.currency)?;
    }
    if let Some(index) = again {
        return Ok(send_again(t, Kind::Void, index));
    }
    let held = amounts(t).h;
    let n = asked.amount.map_or(held, |amount| amount.minor);
    let n = match new_try {
        // The same request as before, whose amount stands.
        Some(index) if asked.amount.is_none() => i128::from(t.voids[index].amount),
        _ => n,
    };
    if n > held || n <= 0 {
        return Err("exceeds-held");
    }
    if n < held && !profile.partial_void {
        return Err("partial-void-unsupported");
    }
    Ok(send(t, Kind::Void, asked, (n, n == held), new_try, context.now))
}

pub fn refund(t: &mut Transaction, context: &Context, asked: &Asked) -> Verdict {
    match refund_checked(t, context, asked) {
        Ok(verdict) => verdict,
        Err(code) => Verdict::Refused(code),
    }
}

fn refund_checked(t: &mut Transaction, context: &Context, asked: &Asked) -> Result<Verdict, &'static str> {
    let profile = context.profile;
    let now = amounts(t);
    let known = asked.key.as_deref().and_then(|key| t.by_key(Kind::Refund, key));
    match (&asked.amount, known) {
        (Some(amount), _) => {
            precision(amount, &context.order.currency)?;
            positive(amount)?;
        }
        // A full amount that is left out is judged like one stated; a known key brings its own amount.
        (None, None) => {
            let all = Amount { minor: now.refundable(), too_precise: false, exact: true };
            precision(&all, &context.order.currency)?;
        }
        (None, Some(_)) => {}
    }
    if profile.is_juspay() && asked.key.is_none() {
        return Err("idempotency-key-required");
    }
    if let Some(key) = &asked.key {
        key_form(profile, Kind::Refund, key)?;
    }
    if asked.is_final {
        return Err("final-unsupported");
    }
    let (mut again, mut new_try) = (None, None);
    if let Some(index) = reused(t, Kind::Refund, asked)? {
        match earlier(t, Kind::Refund, index) {
            Earlier::Answered(verdict) => return Ok(verdict),
            Earlier::Again(index) => again = Some(index),
            Earlier::NewTry(index) => new_try = Some(index),
        }
    }
    if now.c == 0 {
        return Err("not-refundable");
    }
    if let Some(index) = again {
        if is_forgotten(&t.refunds[index], &profile.limits, context.now) {
            return Err("outcome-unknown");
        }
        return Ok(send_again(t, Kind::Refund, index));
    }
    let keyless_unknown = |&index: &usize| t.refunds[index].key.is_none() && t.refunds[index].fate == Fate::Unknown;
    if asked.key.is_none() && outstanding(t, Kind::Refund).iter().any(keyless_unknown) {
        return Err("outcome-unknown");
    }
    let n = match (asked.amount, new_try) {
        (Some(amount), _) => amount.minor,
        (None, Some(index)) => i128::from(t.refunds[index].amount),
        (None, None) => now.refundable(),
    };
    if n > now.refundable() || n <= 0 {
        return Err("exceeds-refundable");
    }
    Ok(send(t, Kind::Refund, asked, (n, false), new_try, context.now))
}
