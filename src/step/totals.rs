//! A running total is a fact by itself: it is recorded, and credited to no request.

use crate::conflict::Conflict;
use crate::event::Basis;
use crate::hold::{End, Hold, Operation, RequestStatus, Total, TotalSays};
use crate::money::Minor;
use crate::rejection::Rejection;
use crate::step::{Effect, Fault, check_room, end};

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
        let says = if basis == Basis::StatedAtLeast { TotalSays::AtLeast } else { TotalSays::Exactly };
        stated(hold, operation, total, says, closes, now)
    }
}

/// The provider states a total, or implies one. It counts if it is above what is known.
fn stated(
    hold: &mut Hold,
    operation: Operation,
    total: Minor,
    says: TotalSays,
    closes: bool,
    now: u32,
) -> Result<Effect, Fault> {
    let known = hold.amounts().total(operation);
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
    let totals = hold.totals_mut(operation);
    check_room(&totals.stated)?;
    totals.stated.push(Total { amount: total, at: now, says });
    if operation == Operation::Capture {
        hold.derive();
        end::total_recorded(hold, closes);
    }
    Ok(Effect::Applied)
}

/// A person reports a total: complete for every request sent before it, and lower than a stated one if need be.
fn reported(hold: &mut Hold, operation: Operation, total: Minor, closes: bool, now: u32) -> Result<Effect, Fault> {
    let amounts = hold.amounts();
    let known = hold.amounts().total(operation);
    let most = if operation == Operation::Refund { amounts.captured } else { hold.tolerated() };
    if total == known && !hold.open(operation).has_outstanding() {
        return Ok(Effect::AlreadyApplied);
    }
    let succeeded = hold.requests(operation).sums().succeeded;
    let refunded = if operation == Operation::Capture { amounts.refunded } else { Minor::ZERO };
    if total > most || total.get() < succeeded || total < refunded {
        let least = Minor::new(succeeded).unwrap_or(Minor::MAX).max(refunded);
        let (reported, least, most) = (hold.money(total), hold.money(least), hold.money(most));
        return Err(Rejection::OutsideReport { operation, reported, least, most }.into());
    }
    let totals = hold.totals_mut(operation);
    check_room(&totals.replaced)?;
    for replaced in totals.stated.iter().map(|stated| stated.amount).chain([known]).filter(|amount| *amount > total) {
        if !totals.replaced.contains(&replaced) {
            totals.replaced.push(replaced);
        }
    }
    totals.stated.clear();
    if total.get() == succeeded {
        hold.requests_mut(operation).resolve_outstanding(|request| request.becomes(RequestStatus::Withdrawn));
    } else {
        totals.stated.push(Total { amount: total, at: now, says: TotalSays::Everything });
    }
    if operation == Operation::Capture {
        hold.derive();
        end::total_recorded(hold, closes);
        // Lowered to zero, the capture did not end it.
        if total.is_zero() && hold.end == Some(End::Captured) {
            end::open(hold, amounts.released);
        }
    }
    Ok(Effect::Applied)
}
