//! A request is answered: what the tables of outcomes say, and what it does to the amounts.

use crate::conflict::Conflict;
use crate::event::Outcome;
use crate::ledger::Ledger;
use crate::money::Minor;
use crate::request::{Operation, RequestStatus};
use crate::transition::{Effect, Fault, ONE};

/// What an outcome means for a request of this status: the domain's tables of outcomes, all kinds alike.
enum Answer {
    Apply,
    /// A success after the request counted as failed.
    Late,
    Already,
    Stale,
    Illegal,
}

const fn table(status: RequestStatus, outcome: Outcome) -> Answer {
    use Outcome::{Accepted, Failed, Succeeded, Unanswered, Withdrawn};
    use RequestStatus as Is;
    match (status, outcome) {
        (Is::Sent | Is::Accepted | Is::Unknown, Succeeded { .. } | Failed { .. } | Withdrawn)
        | (Is::Sent | Is::Unknown, Accepted)
        | (Is::Sent, Unanswered) => Answer::Apply,
        (Is::Accepted, Accepted | Unanswered) | (Is::Unknown, Unanswered) => Answer::Already,
        (Is::Succeeded, Succeeded { .. }) => Answer::Already,
        (Is::Succeeded, Failed { .. } | Withdrawn) => Answer::Illegal,
        (Is::Failed | Is::Withdrawn | Is::Reversed, Succeeded { .. }) => Answer::Late,
        (Is::Failed | Is::Withdrawn | Is::Reversed, Failed { .. } | Withdrawn) => Answer::Already,
        (Is::Succeeded | Is::Failed | Is::Withdrawn | Is::Reversed, Accepted | Unanswered) => Answer::Stale,
    }
}

#[inline(always)]
pub(super) fn answer(
    ledger: &mut Ledger,
    operation: Operation,
    number: u32,
    outcome: Outcome,
) -> Result<Effect, Fault> {
    let known = ledger.requests(operation).get(number).ok_or(Fault::Illegal)?;
    let (requested, done, closing) = (known.requested, known.done, known.closes);
    match (table(known.status, outcome), outcome) {
        (Answer::Already, Outcome::Succeeded { amount }) if amount != done => {
            return Err(Conflict::AmountMismatch { observed: amount, expected: done }.into());
        }
        (Answer::Already, _) => return Ok(Effect::AlreadyApplied),
        (Answer::Stale, _) => return Ok(Effect::Stale),
        (Answer::Illegal, _) => return Err(Fault::Illegal),
        // Nobody asked, so no answer can be missing.
        (_, Outcome::Unanswered) if !known.origin.is_merchant() => return Err(Fault::Illegal),
        (answer, Outcome::Succeeded { amount }) => {
            let reserved = if matches!(answer, Answer::Late) { Minor::ZERO } else { requested };
            let reached = take(ledger, operation, Success { amount, requested, reserved, closing })?;
            free(ledger, operation, reserved);
            ledger.requests_mut(operation).change(number, |request| {
                request.came_late |= request.status.counts_as_failed();
                request.status = RequestStatus::Succeeded;
                request.resent = false;
                request.done = amount;
                request.reached = reached;
            });
        }
        (_, Outcome::Accepted) => set_status(ledger, operation, number, RequestStatus::Accepted),
        (_, Outcome::Unanswered) => set_status(ledger, operation, number, RequestStatus::Unknown),
        (_, Outcome::Withdrawn) => {
            free(ledger, operation, requested);
            set_status(ledger, operation, number, RequestStatus::Withdrawn);
        }
        (_, Outcome::Failed { closes }) => {
            free(ledger, operation, requested);
            set_status(ledger, operation, number, RequestStatus::Failed);
            ledger.closed |= closes && operation == Operation::Capture;
            ledger.void_failed |= closing && operation == Operation::Void;
        }
    }
    ledger.settle();
    Ok(Effect::Applied)
}

#[inline(always)]
fn set_status(ledger: &mut Ledger, operation: Operation, number: u32, status: RequestStatus) {
    ledger.requests_mut(operation).change(number, |request| {
        request.status = status;
        request.resent &= status.is_outstanding();
        request.announced |= status == RequestStatus::Accepted && !request.origin.is_merchant();
    });
}

/// A request that succeeded.
#[derive(Clone, Copy)]
struct Success {
    /// How much was done.
    amount: Minor,
    /// How much was asked.
    requested: Minor,
    /// What was set aside for it: nothing where it comes late.
    reserved: Minor,
    /// Whether it ends the authorization: a capture that closes, a void of all that is held.
    closing: bool,
}

/// Moves the money of a success, and gives the total that it reached.
#[inline(always)]
fn take(ledger: &mut Ledger, operation: Operation, success: Success) -> Result<Minor, Fault> {
    let Success { amount, requested, reserved, closing } = success;
    if amount.is_zero() {
        return Err(Fault::Ceiling { amount, least: ONE, most: requested });
    }
    match operation {
        Operation::Capture => {
            let captured = ledger.captured.saturating_add(amount);
            check_capture(ledger, captured, success)?;
            ledger.captured = captured;
            ledger.closed |= closing;
            Ok(captured)
        }
        Operation::Void => {
            if amount > requested || amount > ledger.held() {
                let expected = requested.min(ledger.held());
                return Err(Conflict::AmountMismatch { observed: amount, expected }.into());
            }
            ledger.released = ledger.released.saturating_add(amount);
            ledger.void_failed &= !closing;
            // Money that came back after the lapse, by a reversal, was given back by this void.
            ledger.expired = false;
            Ok(Minor::ZERO)
        }
        Operation::Refund => {
            let refunded = ledger.refunded.saturating_add(amount);
            if amount > ledger.refundable().saturating_add(reserved) {
                let others = ledger.refund_pending.saturating_sub(reserved);
                let refunded = refunded.saturating_add(others);
                return Err(Conflict::RefundedExceedsCaptured { refunded, captured: ledger.captured }.into());
            }
            if amount > requested {
                return Err(Conflict::AmountMismatch { observed: amount, expected: requested }.into());
            }
            ledger.refunded = refunded;
            Ok(refunded)
        }
    }
}

/// Whether a capture of this amount can be true.
#[inline(always)]
fn check_capture(ledger: &Ledger, captured: Minor, success: Success) -> Result<(), Conflict> {
    let Success { amount, requested, reserved, .. } = success;
    if captured > ledger.authorized {
        return Err(Conflict::CapturedExceedsAuthorized { captured, authorized: ledger.authorized });
    }
    if amount > requested {
        return Err(Conflict::CapturedExceedsRequested { captured: amount, requested });
    }
    if reserved.is_zero() && !ledger.voids.settled() {
        return Err(Conflict::CapturedAfterVoid { captured });
    }
    if reserved.is_zero() && amount > ledger.held() {
        let authorized = ledger.captured.saturating_add(ledger.held());
        return Err(Conflict::CapturedExceedsAuthorized { captured, authorized });
    }
    Ok(())
}

/// The provider took back a capture: it counts as failed, and its amount is held again.
pub(super) fn reverse(ledger: &mut Ledger, number: u32, amount: Minor, closes: bool) -> Result<Effect, Fault> {
    let known = ledger.captures.get(number).ok_or(Fault::Illegal)?;
    if !matches!(known.status, RequestStatus::Succeeded | RequestStatus::Reversed) {
        return Err(Fault::Illegal);
    }
    if amount != known.done {
        return Err(Conflict::AmountMismatch { observed: amount, expected: known.done }.into());
    }
    if known.status == RequestStatus::Reversed {
        return Ok(Effect::AlreadyApplied);
    }
    let remains = ledger.captured.saturating_sub(amount);
    let refunded = ledger.refunded.saturating_add(ledger.refund_pending);
    if refunded > remains {
        return Err(Conflict::RefundedExceedsCaptured { refunded, captured: remains }.into());
    }
    ledger.captured = remains;
    ledger.closed = closes;
    ledger.expired &= closes;
    // `done` stays, so that the same reversal is known again; so does whether it closes, for a late success.
    ledger.captures.change(number, |request| request.status = RequestStatus::Reversed);
    if !closes {
        // Whatever had closed the authorization is undone with it.
        ledger.captures.reopen();
    }
    ledger.settle();
    Ok(Effect::Applied)
}

/// Gives back what was set aside.
#[inline(always)]
fn free(ledger: &mut Ledger, operation: Operation, amount: Minor) {
    match operation {
        Operation::Capture => ledger.pending = ledger.pending.saturating_sub(amount),
        Operation::Void => {}
        Operation::Refund => ledger.refund_pending = ledger.refund_pending.saturating_sub(amount),
    }
}
