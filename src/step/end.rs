//! What ends, closes and opens a hold, and what changes its amount or its deadline.

use crate::conflict::Conflict;
use crate::hold::{Closed, End, Hold, Operation, Request, RequestStatus, StateKind};
use crate::ids::Time;
use crate::money::Minor;
use crate::rejection::Rejection;
use crate::step::{Effect, Fault, check_room};

/// Whether a captured total can be true: together with the other amounts, it leaves released money alone.
///
/// For a `late` success, what an outstanding void is to release and what an ended hold released is gone too; a running
/// total, and an awaited answer, have precedence over both.
pub(super) fn check_captured(hold: &Hold, captured: Minor, beside: Minor, late: bool) -> Result<(), Conflict> {
    let amounts = hold.amounts();
    if captured <= amounts.captured && captured <= hold.limit() {
        return Ok(());
    }
    let all_is_gone = late || matches!(hold.end, Some(End::Voided | End::Expired));
    let gone = if all_is_gone { amounts.released } else { hold.voided().min(amounts.released) };
    let going = if late { hold.being_voided() } else { Minor::ZERO };
    let total = captured.saturating_add(beside).saturating_add(gone).saturating_add(going);
    if total <= hold.limit() { Ok(()) } else { Err(contradicted(hold, captured, beside, late)) }
}

/// What a captured total that cannot be true contradicts.
#[cold]
fn contradicted(hold: &Hold, captured: Minor, beside: Minor, late: bool) -> Conflict {
    let released = hold.amounts().released;
    let voided = hold.voided().min(released);
    let rest = released.saturating_sub(voided);
    let (by_void, by_expiry, by_capture) = match hold.end {
        Some(End::Voided) => (released, Minor::ZERO, Minor::ZERO),
        Some(End::Expired) => (voided, rest, Minor::ZERO),
        Some(End::Captured) | None => (voided, Minor::ZERO, if late { rest } else { Minor::ZERO }),
    };
    let by_void = if late { by_void.saturating_add(hold.being_voided()) } else { by_void };
    let beside = beside.saturating_add(by_capture);
    let within = |gone: Minor| captured.saturating_add(beside).saturating_add(gone) <= hold.limit();
    if within(by_expiry) {
        Conflict::CapturedAfterVoid { captured: hold.money(captured) }
    } else if within(by_void) {
        Conflict::CapturedAfterExpiry { captured: hold.money(captured) }
    } else {
        let limit = hold.limit().saturating_sub(beside).saturating_sub(by_void).saturating_sub(by_expiry);
        Conflict::CapturedExceedsAuthorized { captured: hold.money(captured), limit: hold.money(limit) }
    }
}

/// Ends a hold: outstanding requests are withdrawn, or completed with it; the rest is released.
fn end(hold: &mut Hold, how: End) {
    let withdraw = |request: &mut Request| request.becomes(RequestStatus::Withdrawn);
    if how != End::Captured {
        // A request that a total covers was captured; it still awaits its own answer.
        let covered = hold.covered_before(Operation::Capture);
        hold.captures.resolve_outstanding(|capture| {
            if capture.begun >= covered {
                withdraw(capture);
            }
        });
    }
    if how == End::Voided {
        // What a withdrawn capture reserved is held again.
        hold.derive();
        let held = hold.amounts().held;
        hold.voids.resolve_outstanding(|request| {
            if !held.is_zero() {
                request.becomes(RequestStatus::Succeeded);
                request.done = Some(request.amount.min(held));
            }
        });
    }
    // What ended it first stays what ended it.
    hold.end.get_or_insert(how);
    hold.closed = None;
    hold.voids.resolve_outstanding(withdraw);
}

/// Opens a hold again. What it released stays released.
pub(super) fn open(hold: &mut Hold, released: Minor) {
    if hold.end.take().is_some() {
        hold.stays_released = released.saturating_sub(hold.voided());
    }
    hold.closed = None;
}

/// A request succeeded. A void ends the hold if it was for all that was held, or leaves nothing; so does a capture that
/// leaves nothing to a void.
pub(super) fn succeeded(hold: &mut Hold, operation: Operation, closes: bool, late: bool) {
    match operation {
        Operation::Capture if closes || (is_closed_by_a_failure(hold) && !late) => end(hold, End::Captured),
        Operation::Capture if !matches!(hold.end, Some(End::Voided | End::Expired)) => {
            if late {
                hold.derive();
                open(hold, hold.amounts().released);
            }
            if hold.end.is_none() && hold.voids.sums().has_outstanding() {
                hold.derive();
                if is_nothing_held(hold) {
                    end(hold, End::Captured);
                }
            }
        }
        Operation::Void if hold.end.is_none() => {
            hold.derive();
            if closes || is_nothing_held(hold) {
                end(hold, End::Voided);
            }
        }
        Operation::Capture | Operation::Void | Operation::Refund => {}
    }
}

/// A capture failed although money was captured, or the other way round: what closes such a hold ends it.
fn is_closed_by_a_failure(hold: &Hold) -> bool {
    hold.closed == Some(Closed::CaptureFailed)
}

/// Whether nothing is held, and no capture reserves any of it.
fn is_nothing_held(hold: &Hold) -> bool {
    hold.amounts().held.is_zero() && hold.amounts().pending.is_zero()
}

/// A request failed, and the profile says that such a failure closes the hold. Neither C after a failed capture
/// nor H after a failed void is another than before, so the amounts need not be derived in between.
pub(super) fn failed(hold: &mut Hold, operation: Operation, whole: bool) {
    let amounts = hold.amounts();
    match operation {
        _ if hold.end.is_some() => {}
        Operation::Capture if !amounts.captured.is_zero() => end(hold, End::Captured),
        Operation::Capture => {
            hold.closed.get_or_insert(Closed::CaptureFailed);
        }
        Operation::Void if whole && !is_nothing_held(hold) => hold.closed = Some(Closed::VoidFailed),
        Operation::Void | Operation::Refund => {}
    }
}

/// A capture was reversed, as if it had failed. Only its amount is held again: what was released stays released.
pub(super) fn capture_reversed(hold: &mut Hold, closes: bool, released: Minor) {
    if matches!(hold.end, Some(End::Voided | End::Expired)) {
        return;
    }
    let closed = hold.closed.filter(|closed| *closed == Closed::VoidFailed);
    open(hold, released);
    hold.closed = closed;
    if closes {
        failed(hold, Operation::Capture, false);
    }
}

/// A running total of captures was recorded; the amounts hold it already.
pub(super) fn total_recorded(hold: &mut Hold, closes: bool) {
    let nothing_left = is_nothing_held(hold);
    let any = !hold.amounts().captured.is_zero();
    if hold.end.is_none() && any && (closes || nothing_left || is_closed_by_a_failure(hold)) {
        end(hold, End::Captured);
    }
}

/// The hold ended, according to the provider or a person.
pub(super) fn ended(hold: &mut Hold, how: End) -> Result<Effect, Fault> {
    if hold.end == Some(how) {
        return Ok(Effect::AlreadyApplied);
    }
    let captured = !hold.amounts().captured.is_zero();
    if hold.end.is_some() || is_nothing_held(hold) {
        return Err(Rejection::NothingHeld { state: hold.state() }.into());
    }
    if how == End::Captured && !captured {
        return Err(Fault::Illegal);
    }
    end(hold, how);
    Ok(Effect::Applied)
}

/// A hold allows no further capture, because of something that was not requested here.
pub(super) fn closed(hold: &mut Hold, why: Closed) -> Result<Effect, Fault> {
    if hold.closed == Some(why) {
        return Ok(Effect::AlreadyApplied);
    }
    if hold.end.is_some() || hold.closed.is_some() || is_nothing_held(hold) {
        return Err(Fault::Illegal);
    }
    hold.closed = Some(why);
    Ok(Effect::Applied)
}

/// A hold that allowed no further capture allows captures again.
pub(super) fn reopened(hold: &mut Hold) -> Result<Effect, Fault> {
    if hold.closed.take().is_some() { Ok(Effect::Applied) } else { Err(Fault::Illegal) }
}

/// The deadline became known, or changed.
pub(super) fn deadline(hold: &mut Hold, capture_before: Time) -> Effect {
    if hold.capture_before.replace(capture_before) == Some(capture_before) {
        return Effect::AlreadyApplied;
    }
    Effect::Applied
}

/// The authorization has a new total: at least C + P + V, and only while captures are allowed.
pub(super) fn adjust(hold: &mut Hold, total: Minor) -> Result<Effect, Fault> {
    use StateKind::{Authorized, CaptureInitiated, CaptureUnknown, Capturing, PartiallyCaptured};
    if total == hold.authorized {
        return Ok(Effect::AlreadyApplied);
    }
    let open = matches!(hold.state(), Authorized | PartiallyCaptured | Capturing | CaptureInitiated | CaptureUnknown);
    if !open || hold.closed.is_some() {
        return Err(Fault::Illegal);
    }
    let least = hold.amounts().committed().max(Minor::ONE);
    if total < least {
        return Err(Fault::Ceiling { amount: total, least, most: Minor::MAX });
    }
    check_room(&hold.earlier_authorized)?;
    let before = std::mem::replace(&mut hold.authorized, total);
    // What was tolerated above the earlier amount is not known to be tolerated above this one.
    hold.most_captured = None;
    if !hold.earlier_authorized.contains(&before) {
        hold.earlier_authorized.push(before);
    }
    Ok(Effect::Applied)
}

/// The most that may be captured became known: at least what is authorized, and at least C + P + V.
pub(super) fn allow_more(hold: &mut Hold, most: Minor) -> Result<Effect, Fault> {
    let least = hold.amounts().committed().max(hold.authorized);
    if most < least {
        return Err(Fault::Ceiling { amount: most, least, most: Minor::MAX });
    }
    if most == hold.tolerated() {
        return Ok(Effect::AlreadyApplied);
    }
    hold.most_captured = Some(most).filter(|most| *most > hold.authorized);
    Ok(Effect::Applied)
}
