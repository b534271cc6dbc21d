//! Step 5: the running totals, each for its own subject, and what a word without a total implies.

use crate::conflict::Conflict;
use crate::event::{Basis, Event};
use crate::hold::{Hold, Operation, RequestStatus, StateKind};
use crate::interpret::attribution::{
    Stated, books_explain, of_the_price, order_speaks, stated, stated_of, unknown_amount,
};
use crate::interpret::facts::{Facts, When};
use crate::interpret::{Interpretation, InterpretationRow, requests, strangers};
use crate::money::Minor;
use crate::profile::CanonicalStatus;
use crate::statement::{Fate, RequestStatement};

/// One row: a case in which only one total can be meant.
struct Implied {
    implies: Basis,
    when: When,
    total: Amount,
    because: &'static str,
    source: &'static str,
}

/// An amount in words and as a function.
type Amount = (&'static str, fn(&Facts) -> Minor);

const fn row(implies: Basis, when: When, total: Amount, because: &'static str, source: &'static str) -> Implied {
    Implied { implies, when, total, because, source }
}

/// What a word without a total implies; if no row applies, the amount is unknown.
const IMPLIED: [Implied; 6] = {
    use Basis::{ImpliedByCharged as Charged, ImpliedByPartiallyCharged as Partly};
    const A: Amount = ("A", |facts| facts.amounts.authorized);
    const C: Amount = ("C", |facts| facts.amounts.captured);
    const THAT_ONE: Amount = ("that one's amount", |facts| facts.captures.amount);
    const UNASKED: &str = "no part was requested here, so all of it was captured elsewhere";
    const EXPLAINED: &str =
        "what is known explains the order's word; a surcharge that is on its way may or may not be captured";
    const A_PART: &str =
        "one part was requested; after a reversal the word may be about the reversed one, delivered again";
    const CODES: &str = "Juspay, response codes: CHARGED";
    const LAW: &str = "this crate's law: a statement about one subject says nothing about another";
    const WHOLE: &str = "Juspay, Capture API: captured in full unless an amount is given";
    const FULL: &str = "seed, Juspay, table of outcomes: full capture, CHARGED";
    const PARTIAL: &str = "seed, Juspay, table of outcomes: partial capture, PARTIAL_CHARGED";
    [
        row(Charged, CHARGED_ALREADY, C, "nothing is left that could have been captured since", CODES),
        row(Charged, PAID_ALREADY, C, EXPLAINED, LAW),
        row(Charged, UNTOUCHED, A, UNASKED, WHOLE),
        row(Charged, ALL_REQUESTED, A, "what was captured and what was requested is everything", FULL),
        row(Partly, CAPTURED, C, "a part is known to be captured, and the word states no other", PARTIAL),
        row(Partly, ONE_PART, THAT_ONE, A_PART, PARTIAL),
    ]
};

const CHARGED_ALREADY: When = ("charged already", |facts| facts.state == StateKind::Charged);
const PAID_ALREADY: When = ("the order's word alone, and C pays the order's price already", |facts| {
    !facts.own_word && facts.any_captured() && facts.counts >= facts.price
});
const UNTOUCHED: When = ("nothing outstanding, C = 0", |facts| !facts.any_outstanding() && !facts.any_captured());
const ALL_REQUESTED: When = ("C + P = A", |facts| {
    let Facts { amounts, .. } = facts;
    amounts.captured.saturating_add(amounts.pending) == amounts.authorized
});
const CAPTURED: When = ("C > 0", Facts::any_captured);
const ONE_PART: When =
    ("C = 0, exactly one capture outstanding, for less than the order's amount, none reversed", |facts| {
        let less = facts.captures.amount < facts.price;
        facts.captures.outstanding == 1 && less && !facts.captures.any_reversed && !facts.any_captured()
    });

/// What a word without a total implies, as documentation prints it.
#[must_use]
pub fn implied_total_rows() -> Vec<InterpretationRow> {
    let row = |row: &Implied| InterpretationRow {
        name: match row.implies {
            Basis::ImpliedByPartiallyCharged => {
                "partially charged, or the transaction charged and its order partially charged"
            }
            _ => "charged, captured, refunded",
        },
        when: row.when.0,
        does: row.total.0,
        fresh: None,
        because: row.because,
        source: row.source,
    };
    let refunded = InterpretationRow {
        name: "refunded, without a refunded total",
        when: "C > 0",
        does: "R = C",
        fresh: None,
        because: "refunded means all of it",
        source: "Razorpay, Capture a Payment, status and refund_status",
    };
    IMPLIED.iter().map(row).chain([refunded]).collect()
}

/// Records what is higher than what is known: captured first, since refunded is at most that. Returns whether a total is
/// lower: then the payload is older than what is known.
pub(super) fn record(reading: &mut Interpretation<'_, '_>) -> Result<bool, Conflict> {
    let captured = compare(reading, Operation::Capture)?;
    strangers::provider_refunds(reading)?;
    let refunded = compare(reading, Operation::Refund)?;
    strangers::provider_counted(reading)?;
    Ok(captured || refunded)
}

/// Records the total of one kind; returns whether it is lower than what is known.
fn compare(reading: &mut Interpretation<'_, '_>, operation: Operation) -> Result<bool, Conflict> {
    let status = reading.deciding().map(|(status, _)| status);
    let given_back = status == Some(CanonicalStatus::AutoRefunded) && reading.amounts().captured.is_zero();
    if operation == Operation::Refund && given_back {
        return Ok(false);
    }
    let (total, basis) = match stated(reading, operation)? {
        Stated::Total(total) => (total, Basis::Stated),
        Stated::Nothing => return Ok(false),
        Stated::Behind { total, others } => return Ok(lower(reading, total, others)),
        Stated::Absent => match implied(reading, operation)? {
            // No transaction has more than its whole order.
            Some((total, _)) if is_above_the_orders(reading, operation, total) => {
                return Err(unknown_amount(operation));
            }
            Some(implied) => implied,
            None => return Ok(false),
        },
    };
    let recorded = reading.amounts().total(operation);
    let without = without_undone(reading, operation, total, basis);
    match believed(reading, operation, total, without, basis) {
        Some(believed) if believed > recorded => {
            // A word beside a list that shows something as not done: only what it shows as done can be meant.
            if basis != Basis::Stated && believed != total && believed != shown(reading, operation).0 {
                return Err(unknown_amount(operation));
            }
            let basis = if basis == Basis::Stated && without != total { Basis::StatedAtLeast } else { basis };
            let closes = reading.profile().capabilities.success_closes(operation);
            reading.apply(Event::TotalReported { operation, total: believed, basis, closes })?;
            if closes {
                exceeds_requested(reading, believed)?;
            }
            requests::still_pending(reading, operation)?;
            Ok(false)
        }
        // A word for captured money, and the list shows none of it as done.
        Some(_) if operation == Operation::Capture && basis != Basis::Stated && recorded.is_zero() => {
            Err(unknown_amount(operation))
        }
        // Without what it shows as pending, it is what is known.
        Some(believed) if believed == recorded && basis == Basis::Stated => {
            requests::still_pending(reading, operation)?;
            Ok(false)
        }
        Some(_) if total >= recorded => Ok(false),
        _ => Ok(lower(reading, total, recorded)),
    }
}

/// Whether this much of one transaction is more than the total of its whole order.
fn is_above_the_orders(reading: &Interpretation<'_, '_>, operation: Operation, total: Minor) -> bool {
    let counted = reading.hold().map_or(total, |hold| of_the_price(reading, hold, total));
    stated_of(&reading.seen.order, operation).is_some_and(|most| counted > most)
}

fn lower(reading: &mut Interpretation<'_, '_>, observed: Minor, recorded: Minor) -> bool {
    let (observed, recorded) = (reading.money(observed), reading.money(recorded));
    reading.mark_old(Conflict::BelowRecorded { observed, recorded });
    true
}

/// A total without what the payload shows as pending or failed, unless its word says too that all is captured, and never
/// less than what it shows as done.
fn without_undone(reading: &Interpretation<'_, '_>, operation: Operation, total: Minor, basis: Basis) -> Minor {
    let (done, not_done) = shown(reading, operation);
    // A refund in the order's list may be another transaction's; a capture, and a refund inside this one, is this one's.
    let inside = |told: &&RequestStatement<'_>| told.of.is_some() && told.fate == Some(Fate::Succeeded);
    let own = reading.seen.refunds.iter().filter(inside).filter_map(|told| told.amount);
    let most = own.fold(Minor::ZERO, Minor::saturating_add).max(total);
    let done = if operation == Operation::Refund { done.min(most) } else { done };
    let is_all = basis == Basis::Stated && operation == Operation::Capture && says_all(reading, total);
    if is_all { total } else { total.saturating_sub(not_done).max(done) }
}

/// What is believed of a total and of what is left `without` what is not done. One that is not fresh may still contain
/// what was reversed since; it is `None` if it can only be an old one. After a reversal a word alone can only be old: it
/// states no amount to subtract from.
fn believed(
    reading: &Interpretation<'_, '_>,
    operation: Operation,
    total: Minor,
    without: Minor,
    basis: Basis,
) -> Option<Minor> {
    let hold = reading.hold()?;
    let totals = hold.totals(operation);
    let recorded = hold.amounts().total(operation);
    if reading.fresh || total == recorded {
        return Some(without);
    }
    totals.believed(total)?;
    if basis != Basis::Stated && !totals.reversed.is_zero() {
        return None;
    }
    let believed = totals.believed(without)?;
    // It is above what is known only by what was reversed since.
    let holds_reversed = believed <= recorded && without > recorded;
    if holds_reversed { None } else { Some(believed) }
}

/// Whether a captured total is all that was authorized, and the words of the payload say so too.
fn says_all(reading: &Interpretation<'_, '_>, total: Minor) -> bool {
    Facts::of(reading).is_some_and(|facts| {
        total == facts.amounts.authorized && matches!(implies(reading, &facts), Ok(Some(Basis::ImpliedByCharged)))
    })
}

/// What the payload shows as done, and as pending or failed, of this transaction. What succeeded since is not pending: the
/// total may hold it, and nothing of it is to be lost.
pub(super) fn shown(reading: &Interpretation<'_, '_>, operation: Operation) -> (Minor, Minor) {
    let mut sums = (Minor::ZERO, Minor::ZERO);
    for told in reading.seen.requests(operation) {
        let amount = told.amount.unwrap_or(Minor::ZERO);
        match told.fate {
            Some(Fate::Succeeded) if requests::sibling_request(reading, operation, told).is_none() => {
                sums.0 = sums.0.saturating_add(amount);
            }
            Some(Fate::Accepted) if requests::succeeded_since(reading, operation, told) => {}
            Some(Fate::Accepted | Fate::Failed | Fate::Reversed) => sums.1 = sums.1.saturating_add(amount),
            // A refund's word that is not known may mean either.
            None if operation == Operation::Refund && told.word.is_some() => sums.1 = sums.1.saturating_add(amount),
            Some(Fate::Succeeded) | None => {}
        }
    }
    sums
}

/// With one capture per authorization, a total above the most that was requested here and not withdrawn was not
/// requested here.
fn exceeds_requested(reading: &Interpretation<'_, '_>, total: Minor) -> Result<(), Conflict> {
    let most = |hold: &Hold| {
        let asked = hold.captures.ours().filter(|(_, capture)| capture.status != RequestStatus::Withdrawn);
        asked.map(|(_, capture)| capture.amount).max()
    };
    match reading.hold().and_then(most) {
        Some(requested) if total > requested => {
            let (captured, requested) = (reading.money(total), reading.money(requested));
            Err(Conflict::CapturedExceedsRequested { captured, requested })
        }
        _ => Ok(()),
    }
}

/// The total that a word implies, if it implies one.
fn implied(reading: &Interpretation<'_, '_>, operation: Operation) -> Result<Option<(Minor, Basis)>, Conflict> {
    let Some(facts) = Facts::of(reading) else { return Ok(None) };
    if operation == Operation::Refund {
        let refunded = reading.deciding().is_some_and(|(status, _)| status == CanonicalStatus::Refunded);
        return Ok(refunded.then_some((facts.amounts.captured, Basis::ImpliedByRefunded)));
    }
    let Some(implies) = implies(reading, &facts)? else { return Ok(None) };
    let row = IMPLIED.iter().find(|row| row.implies == implies && (row.when.1)(&facts));
    let total = row.map(|row| (row.total.1)(&facts)).ok_or(Conflict::CapturedAmountUnknown {})?;
    Ok(Some((total, implies)))
}

/// What the words say together: the transaction's, qualified by the order's, or only one of them.
fn implies(reading: &Interpretation<'_, '_>, facts: &Facts) -> Result<Option<Basis>, Conflict> {
    use CanonicalStatus::PartiallyCharged;
    let (own, order) = (reading.own_status(), reading.order_status());
    let Some(own) = own else { return Ok(order_word(reading)?.and_then(of_word)) };
    // The order's money was not taken here, and no other transaction is known that can have it.
    let alone = reading.payment().others().next().is_none() && order_speaks(reading);
    let unexplained = |order| of_word(order).is_some() && !books_explain(reading, order);
    if own == CanonicalStatus::Authorized && alone && order.is_some_and(unexplained) {
        return Err(Conflict::CapturedAmountUnknown {});
    }
    // A leg that is a part of the order leaves it partially charged, although all of the leg was captured.
    let takes_parts = reading.profile().capabilities.captures.takes_parts();
    let is_leg = reading.hold().is_some_and(|hold| hold.pays() < facts.price) && !takes_parts;
    Ok(match of_word(own) {
        Some(Basis::ImpliedByCharged) if order == Some(PartiallyCharged) && !is_leg => {
            Some(Basis::ImpliedByPartiallyCharged)
        }
        other => other,
    })
}

const fn of_word(status: CanonicalStatus) -> Option<Basis> {
    match status {
        CanonicalStatus::Charged | CanonicalStatus::Refunded => Some(Basis::ImpliedByCharged),
        CanonicalStatus::PartiallyCharged => Some(Basis::ImpliedByPartiallyCharged),
        _ => None,
    }
}

/// The order's word alone, if it means this transaction. If another one may be meant it says nothing, as long as the
/// books of the order explain it.
pub(super) fn order_word(reading: &Interpretation<'_, '_>) -> Result<Option<CanonicalStatus>, Conflict> {
    if reading.own_word().is_some() {
        return Ok(None);
    }
    let Some(status) = reading.order_status() else { return Ok(None) };
    if order_speaks(reading) {
        return Ok(Some(status));
    }
    let without_total = matches!(stated(reading, Operation::Capture), Ok(Stated::Absent));
    if of_word(status).is_some() && without_total && !books_explain(reading, status) {
        return Err(Conflict::CapturedAmountUnknown {});
    }
    Ok(None)
}
