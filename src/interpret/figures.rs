//! What an observation says was captured and refunded, and whether that fits what is known.

use crate::conflict::Conflict;
use crate::event::Outcome;
use crate::interpret::Draft;
use crate::interpret::status::was_voided;
use crate::ledger::Ledger;
use crate::money::Minor;
use crate::observation::Observation;
use crate::profile::{Captures, Class, Meaning};
use crate::request::{Operation, Origin, Request, RequestStatus};
use crate::state::StateKind;

/// The observed totals against the known ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compared {
    /// Something was higher and is recorded now; nothing was lower.
    Higher,
    /// One was higher and is recorded now, the other lower: the rest of the observation is old.
    Mixed,
    /// Nothing was higher and something lower, or a figure from before a reversal.
    Lower,
    /// Both are as known.
    Equal,
}

/// Compares captured and refunded, each for itself, and records what is higher.
pub(super) fn compare(draft: &mut Draft<'_>, seen: &Observation<'_>, meaning: Meaning) -> Result<Compared, Conflict> {
    let Some(ledger) = draft.ledger() else { return Ok(Compared::Equal) };
    let shared = seen.totals_are_the_orders && (draft.context.others_captured || seen.others_captured);
    let captures = draft.context.profile.capabilities.captures;
    let observed = captured_figure(ledger, seen, meaning, shared, captures)?;
    let before_reversal = observed > ledger.captured && was_reached(ledger, observed);
    let captured = if before_reversal { ledger.captured } else { observed };
    check_captured(ledger, captured, captures)?;
    let total = captured.max(ledger.captured);
    let refunded = refunded_figure(ledger, seen, meaning, total)?;
    if shared && refunded > ledger.refunded {
        // Whose money went back is not said.
        return Err(Conflict::RefundAmountUnknown);
    }
    if refunded > total {
        return Err(Conflict::RefundedExceedsCaptured { refunded, captured: total });
    }
    let (known_captured, known_refunded) = (ledger.captured, ledger.refunded);
    record_captured(draft, captured, seen)?;
    record_refunded(draft, refunded)?;
    let higher = captured > known_captured || refunded > known_refunded;
    let lower = before_reversal || captured < known_captured || refunded < known_refunded;
    Ok(match (higher, lower) {
        (true, false) => Compared::Higher,
        (true, true) => Compared::Mixed,
        (false, true) => Compared::Lower,
        (false, false) => Compared::Equal,
    })
}

/// The captured total that an observation states or implies.
fn captured_figure(
    ledger: &Ledger,
    seen: &Observation<'_>,
    meaning: Meaning,
    shared: bool,
    captures: Captures,
) -> Result<Minor, Conflict> {
    match seen.captured {
        Some(_) if shared => return Err(Conflict::CapturedAmountUnknown),
        Some(figure) => return Ok(figure),
        None if seen.captured_expected && meaning.class() == Class::Success => {
            return Err(Conflict::CapturedAmountUnknown);
        }
        None => {}
    }
    let mut outstanding = ledger.captures.outstanding().map(|(_, capture)| capture.requested());
    let (outstanding, only_one) = (outstanding.next(), outstanding.next().is_none());
    let known = ledger.captured;
    match (meaning, outstanding) {
        (Meaning::Charged | Meaning::Refunded, Some(_)) => {
            let ever = ledger.captures.iter().map(|(_, capture)| capture.requested());
            let asked = if captures == Captures::Single { ever.max() } else { ever.reduce(Minor::saturating_add) };
            if asked >= Some(ledger.authorized) { Ok(ledger.authorized) } else { Err(Conflict::CapturedAmountUnknown) }
        }
        (Meaning::Charged | Meaning::Refunded, None) if known.is_zero() => Ok(ledger.authorized),
        (Meaning::Charged | Meaning::Refunded, None) if ledger.kind() == StateKind::Charged => Ok(known),
        (Meaning::Charged | Meaning::Refunded, None) => Err(Conflict::CapturedAmountUnknown),
        (Meaning::PartiallyCharged, _) if !known.is_zero() => Ok(known),
        // Of several it does not say which. After a reversal the word may be the reversed capture's, delivered again.
        (Meaning::PartiallyCharged, Some(requested)) if only_one && !any_reversed(ledger) => Ok(requested),
        (Meaning::PartiallyCharged, _) => Err(Conflict::CapturedAmountUnknown),
        _ => Ok(known),
    }
}

fn any_reversed(ledger: &Ledger) -> bool {
    ledger.captures.iter().any(|(_, capture)| capture.status() == RequestStatus::Reversed)
}

/// Whether this captured total had been reached before a reversal: then it is old news.
fn was_reached(ledger: &Ledger, figure: Minor) -> bool {
    ledger.captures.iter().any(|(_, capture)| capture.reached == figure)
}

/// Whether a captured total can be true.
fn check_captured(ledger: &Ledger, captured: Minor, captures: Captures) -> Result<(), Conflict> {
    if captured > ledger.authorized {
        return Err(Conflict::CapturedExceedsAuthorized { captured, authorized: ledger.authorized });
    }
    let Some(more) = captured.checked_sub(ledger.captured).filter(|more| !more.is_zero()) else { return Ok(()) };
    let asked = asked(ledger, captures);
    if more > ledger.pending.saturating_add(ledger.held()) {
        return Err(match (ledger.expired, was_voided(ledger)) {
            (true, _) => Conflict::CapturedAfterExpiry { captured },
            (false, true) => Conflict::CapturedAfterVoid { captured },
            (false, false) => {
                Conflict::CapturedExceedsRequested { captured, requested: asked.unwrap_or(ledger.captured) }
            }
        });
    }
    if !ledger.voids.settled() && more > ledger.pending {
        return Err(Conflict::CapturedAfterVoid { captured });
    }
    match asked {
        Some(requested) if captures == Captures::Single && captured > requested => {
            Err(Conflict::CapturedExceedsRequested { captured, requested })
        }
        _ => Ok(()),
    }
}

/// What was asked for here, if anything was: of one capture the most, of several all that was not refused.
fn asked(ledger: &Ledger, captures: Captures) -> Option<Minor> {
    let ours = ledger.captures.iter().filter(|(_, capture)| capture.origin() == Origin::Merchant);
    match captures {
        Captures::Single => ours.map(|(_, capture)| capture.requested()).max(),
        Captures::Several => ours
            .filter(|(_, capture)| !capture.status().counts_as_failed())
            .map(|(_, capture)| capture.requested())
            .reduce(Minor::saturating_add),
    }
}

/// The refunded total that an observation states or implies. A hold given back without a capture is no refund.
fn refunded_figure(
    ledger: &Ledger,
    seen: &Observation<'_>,
    meaning: Meaning,
    captured: Minor,
) -> Result<Minor, Conflict> {
    match (meaning, seen.refunded) {
        (Meaning::AutoRefunded, _) if captured.is_zero() => Ok(ledger.refunded),
        // It is under way, and not done yet.
        (Meaning::AutoRefunded, Some(figure)) if seen.refunds_pending => Ok(ledger.refunded.max(figure)),
        // A figure of zero beside an auto-refund of captured money names no amount either.
        (Meaning::AutoRefunded, None | Some(Minor::ZERO)) if ledger.refunded.is_zero() => {
            Err(Conflict::RefundAmountUnknown)
        }
        (Meaning::AutoRefunded, None) => Err(Conflict::RefundAmountUnknown),
        (Meaning::Refunded, None) => Ok(captured),
        // Refunded means all of it.
        (Meaning::Refunded, Some(figure)) if figure < captured => Err(Conflict::RefundAmountUnknown),
        (_, figure) => Ok(figure.unwrap_or(ledger.refunded)),
    }
}

/// Brings the captured total up, where it is below: the captures that the provider lists under our keys first, then
/// those outstanding, then those that counted as failed, each at its amount or for less; the rest came without a
/// request of ours.
fn record_captured(draft: &mut Draft<'_>, total: Minor, seen: &Observation<'_>) -> Result<(), Conflict> {
    let Some(ledger) = draft.ledger() else { return Ok(()) };
    let mut left = total.saturating_sub(ledger.captured);
    if left.is_zero() {
        return Ok(());
    }
    let unasked = unasked(draft, ledger, seen).min(left);
    left = left.saturating_sub(unasked);
    let mut settled: Vec<(u32, Minor, bool)> = Vec::new();
    let open = |request: &Request| request.status().is_outstanding() || request.status().may_succeed_late();
    let listed = seen.captures.iter().filter_map(|listed| {
        let (number, capture) = ledger.captures.by_key(&listed.key).filter(|(_, capture)| open(capture))?;
        Some((number, capture, listed.amount.min(capture.requested())))
    });
    let late = ledger.captures.iter().rev().filter(|(_, capture)| capture.status().may_succeed_late());
    let mut closed = false;
    for (number, capture, most) in listed.chain(ledger.captures.outstanding().map(whole)).chain(late.map(whole)) {
        let amount = left.min(most);
        // A late capture needs money that is held, and one that closes leaves none for another.
        let too_late = closed && capture.closes() && capture.status().may_succeed_late();
        if !amount.is_zero() && !too_late && settled.iter().all(|&(known, ..)| known != number) {
            settled.push((number, amount, capture.closes()));
            left = left.saturating_sub(amount);
            closed |= capture.closes();
        }
    }
    left = left.saturating_add(unasked);
    if !left.is_zero() {
        let closes = draft.context.profile.capabilities.captures == Captures::Single;
        // With a request of ours to settle too, that one decides whether the authorization closes.
        let closes = closes && settled.is_empty();
        draft.unrequested(Operation::Capture, left, closes, Outcome::Succeeded { amount: left })?;
    }
    // A capture that closes goes last, so that what it releases is not missed by the others.
    for last in [false, true] {
        for &(number, amount, _) in settled.iter().filter(|&&(.., closes)| closes == last) {
            draft.answer(Operation::Capture, number, Outcome::Succeeded { amount })?;
        }
    }
    Ok(())
}

/// What the provider lists as captured under keys that are not ours, beyond what is recorded of it: no request of ours
/// is settled by that. Where a capture of ours has no key, it may be the one that is listed, and nothing is sure; while a
/// void is outstanding, only what was asked for here can have been captured.
fn unasked(draft: &Draft<'_>, ledger: &Ledger, seen: &Observation<'_>) -> Minor {
    let nameless = |request: &Request| request.origin() == Origin::Merchant && request.key().is_none();
    let single = draft.context.profile.capabilities.captures == Captures::Single;
    if single || !ledger.voids.settled() || ledger.captures.iter().any(|(_, capture)| nameless(capture)) {
        return Minor::ZERO;
    }
    let listed = seen.captures.iter().filter(|listed| ledger.captures.by_key(&listed.key).is_none());
    let listed = listed.fold(Minor::ZERO, |sum, listed| sum.saturating_add(listed.amount));
    let theirs = ledger.captures.iter().map(|(_, capture)| capture);
    let theirs = theirs.filter(|c| c.origin() == Origin::Provider && c.status() == RequestStatus::Succeeded);
    let known = theirs.fold(Minor::ZERO, |sum, capture| sum.saturating_add(capture.done()));
    let more = listed.saturating_sub(known);
    if more > ledger.held() { Minor::ZERO } else { more }
}

/// Brings the refunded total up, where it is below: refunds in flight settle oldest first, then those that counted as
/// failed and fit whole, so that their late success is not counted twice; the rest came without a request of ours.
fn record_refunded(draft: &mut Draft<'_>, total: Minor) -> Result<(), Conflict> {
    let Some(ledger) = draft.ledger() else { return Ok(()) };
    let mut left = total.saturating_sub(ledger.refunded);
    if left.is_zero() {
        return Ok(());
    }
    let mut settled = Vec::new();
    for (number, refund) in ledger.refunds.outstanding() {
        let amount = left.min(refund.requested());
        if !amount.is_zero() {
            settled.push((number, amount));
            left = left.saturating_sub(amount);
        }
    }
    for (number, refund) in ledger.refunds.iter().filter(|(_, refund)| refund.status().may_succeed_late()) {
        if refund.requested() <= left {
            settled.push((number, refund.requested()));
            left = left.saturating_sub(refund.requested());
        }
    }
    for (number, amount) in settled {
        draft.answer(Operation::Refund, number, Outcome::Succeeded { amount })?;
    }
    if !left.is_zero() {
        draft.unrequested(Operation::Refund, left, false, Outcome::Succeeded { amount: left })?;
    }
    Ok(())
}

/// A request with all of its amount.
fn whole((number, request): (u32, &Request)) -> (u32, &Request, Minor) {
    (number, request, request.requested())
}
