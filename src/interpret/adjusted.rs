//! An adjusted authorization: a payload states a new total, in an event that only reports adjustments.
//!
//! An amount that differs in any other payload is a mismatch: nothing there says that the change was intended.

use crate::conflict::Conflict;
use crate::event::Event;
use crate::hold::{Hold, Operation};
use crate::interpret::Interpretation;
use crate::money::Minor;

/// The hold, and its new total.
fn new_total<'r>(reading: &'r Interpretation<'_, '_>) -> Option<(&'r Hold, Minor)> {
    let hold = reading.hold().filter(|_| reading.seen.transaction.adjusted)?;
    let total = reading.authorized()?;
    let known = total == hold.amounts().authorized || hold.earlier_authorized.contains(&total);
    (!known).then_some((hold, total))
}

/// Whether an adjustment can only be an earlier one: the hold ended since, or allows none once something was captured.
fn came_late(reading: &Interpretation<'_, '_>, hold: &Hold) -> bool {
    let only_before = reading.profile().capabilities.adjustment_limits.before_capture_only;
    hold.end.is_some() || (only_before && !hold.amounts().captured.is_zero())
}

/// An adjustment that cannot be true here.
pub(super) fn impossible(reading: &Interpretation<'_, '_>) -> Option<Conflict> {
    if reading.seen.transaction.adjusted && reading.authorized().is_none() {
        return Some(Conflict::AmountMissing {});
    }
    let (hold, total) = new_total(reading)?;
    if came_late(reading, hold) {
        return None;
    }
    let (amounts, can) = (hold.amounts(), &reading.profile().capabilities);
    let limited = !can.adjustment || can.adjustment_limits.rule_out(amounts.authorized, total);
    let closed = hold.closed.is_some() || hold.open(Operation::Void).has_outstanding();
    let below = total.is_zero() || total < amounts.committed();
    (limited || closed || below).then(|| Conflict::AmountMismatch {
        observed: reading.money(total),
        expected: reading.money(amounts.authorized),
    })
}

/// Applies the new total, if no part of the payload is old.
pub(super) fn record(reading: &mut Interpretation<'_, '_>) -> Result<(), Conflict> {
    let Some((hold, total)) = new_total(reading) else { return Ok(()) };
    if came_late(reading, hold) {
        let (observed, recorded) = (reading.money(total), reading.money(hold.amounts().authorized));
        reading.mark_old(Conflict::BelowRecorded { observed, recorded });
        return Ok(());
    }
    if reading.old.is_some() {
        return Ok(());
    }
    reading.apply(Event::AuthorizationAdjusted { total })?;
    let unrecordable = |_| Conflict::Unrecordable { operation: Operation::Capture };
    reading.draft.allow_more(reading.seen.transaction.most_captured).map_err(unrecordable)
}
