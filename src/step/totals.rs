//! A running total is a fact by itself: it is recorded, and credited to no request.

use crate::conflict::Conflict;
use crate::event::Basis;
use crate::hold::facts::{Hold, Total};
use crate::hold::request::{Operation, RequestStatus};
use crate::hold::requests::MAX_REQUESTS;
use crate::money::Minor;
use crate::step::{Effect, Fault, end};

/// Applies a captured or refunded total.
pub(super) fn report(
    hold: &mut Hold,
    operation: Operation,
    total: Minor,
    basis: Basis,
    closes: bool,
    now: u32,
) -> Result<Effect, Fault> {
    if operation == Operation::Void {
        return Err(Fault::Illegal);
    }
    if basis == Basis::Person {
        reported(hold, operation, total, closes, now)
    } else {
        stated(hold, operation, total, closes, now)
    }
}

/// What is known about a total now.
fn known(hold: &Hold, operation: Operation) -> Minor {
    let amounts = hold.amounts();
    if operation == Operation::Refund { amounts.refunded } else { amounts.captured }
}

fn push(hold: &mut Hold, operation: Operation, total: Total) -> Result<(), Fault> {
    let totals = hold.totals_mut(operation);
    let count = u32::try_from(totals.stated.len()).unwrap_or(u32::MAX);
    if count >= MAX_REQUESTS {
        return Err(Fault::TooMany { count });
    }
    totals.stated.push(total);
    Ok(())
}

/// The provider states a total, or implies one. It counts if it is above what is known.
fn stated(hold: &mut Hold, operation: Operation, total: Minor, closes: bool, now: u32) -> Result<Effect, Fault> {
    let known = known(hold, operation);
    if total <= known {
        return Ok(if total == known { Effect::AlreadyApplied } else { Effect::Stale });
    }
    if operation == Operation::Refund {
        let captured = hold.amounts().captured;
        if total > captured {
            let (refunded, captured) = (hold.money(total), hold.money(captured));
            return Err(Conflict::RefundedExceedsCaptured { refunded, captured }.into());
        }
    } else {
        end::check_captured(hold, total, Minor::ZERO, false)?;
    }
    push(hold, operation, Total { amount: total, at: now, reported: false })?;
    if operation == Operation::Capture {
        hold.derive();
        end::total_recorded(hold, closes);
    }
    Ok(Effect::Applied)
}

/// A person reports a total: complete for every request sent before it, and lower than a stated one if need be.
fn reported(hold: &mut Hold, operation: Operation, total: Minor, closes: bool, now: u32) -> Result<Effect, Fault> {
    let amounts = hold.amounts();
    let (known, most) = match operation {
        Operation::Refund => (amounts.refunded, amounts.captured),
        Operation::Capture | Operation::Void => (amounts.captured, hold.tolerated()),
    };
    if total == known && !hold.open(operation).has_outstanding() {
        return Ok(Effect::AlreadyApplied);
    }
    let succeeded = hold.requests(operation).sums().succeeded;
    let below_refunded = operation == Operation::Capture && total < amounts.refunded;
    if total > most || total.get() < succeeded || below_refunded {
        return Err(Fault::Illegal);
    }
    let explained = total.get() == succeeded;
    let totals = if operation == Operation::Refund { &hold.refunded_totals } else { &hold.captured_totals };
    let count = u32::try_from(totals.replaced.len()).unwrap_or(u32::MAX);
    if count >= MAX_REQUESTS {
        return Err(Fault::TooMany { count });
    }
    let totals = hold.totals_mut(operation);
    for replaced in totals.stated.iter().map(|stated| stated.amount).chain([known]).filter(|amount| *amount > total) {
        if !totals.replaced.contains(&replaced) {
            totals.replaced.push(replaced);
        }
    }
    totals.stated.clear();
    if explained {
        hold.requests_mut(operation).resolve_outstanding(|request| {
            request.status = RequestStatus::Withdrawn;
            request.resent = false;
        });
    } else {
        push(hold, operation, Total { amount: total, at: now, reported: true })?;
    }
    if operation == Operation::Capture {
        hold.derive();
        end::total_recorded(hold, closes);
        if total.is_zero() {
            end::lowered_to_zero(hold, amounts.released);
        }
    }
    Ok(Effect::Applied)
}
