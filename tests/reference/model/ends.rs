//! What ends, closes and opens a hold: the table of section 3.

use super::amounts::{amounts, outstanding, successes};
use super::facts::{Closed, End, Fate, Kind, Total, Transaction};
use super::profile::Profile;

/// What is outstanding is withdrawn; what a total covers only awaits its answer and stays.
pub fn withdraw_outstanding(transaction: &mut Transaction, kind: Kind) {
    for index in outstanding(transaction, kind) {
        transaction.requests_mut(kind)[index].fate = Fate::Withdrawn;
    }
}

/// Withdraws all that awaits an answer, for a person's report that is complete.
pub fn withdraw_waiting(transaction: &mut Transaction, kind: Kind) {
    for request in transaction.requests_mut(kind) {
        if request.fate.awaits_answer() {
            request.fate = Fate::Withdrawn;
        }
    }
}

/// The hold ends; a hold that ended before keeps its first end. With C > 0 the state reads charged, whatever ended it;
/// what ended it still decides what a reversal and a report do.
pub fn end(transaction: &mut Transaction, how: End) {
    if transaction.end.is_none() {
        transaction.end = Some(how);
    }
    transaction.closed = None;
    withdraw_outstanding(transaction, Kind::Void);
    if how != End::Captured {
        withdraw_outstanding(transaction, Kind::Capture);
    }
}

/// What had been let go so far, apart from voids that succeeded. To be asked before the event that opens the hold.
pub fn let_go_so_far(transaction: &Transaction) -> u64 {
    let beyond = amounts(transaction).v - successes(&transaction.voids);
    u64::try_from(beyond.max(0)).unwrap_or(0)
}

/// Open again; what was let go stays so.
pub fn open(transaction: &mut Transaction, let_go: u64) {
    if transaction.end.is_some() {
        transaction.end = None;
        transaction.let_go = let_go;
    }
    transaction.closed = None;
}

/// A capture failed.
pub fn capture_failed(transaction: &mut Transaction, profile: &Profile) {
    if !profile.failed_capture_closes || transaction.end.is_some() {
        return;
    }
    if amounts(transaction).c == 0 {
        transaction.closed = Some(Closed::CaptureFailed);
    } else {
        end(transaction, End::Captured);
    }
}

/// A capture that leaves nothing for the void that is outstanding.
pub fn after_capture(transaction: &mut Transaction) {
    let now = amounts(transaction);
    let nothing_left = now.h == 0 && now.p == 0;
    if nothing_left && transaction.end.is_none() && !outstanding(transaction, Kind::Void).is_empty() {
        end(transaction, End::Captured);
    }
}

/// A void of all that was held failed: closes, with every gateway of Juspay.
pub fn void_failed(transaction: &mut Transaction, was_all: bool) {
    let now = amounts(transaction);
    if was_all && transaction.end.is_none() && now.h + now.p > 0 {
        transaction.closed = Some(Closed::VoidFailed);
    }
}

/// A total was recorded: on single-capture profiles any captured total above zero ends the hold, and so does a total
/// that leaves nothing: where more is tolerated, what is outstanding may still be taken above the authorized amount.
pub fn after_total(transaction: &mut Transaction, profile: &Profile) {
    let now = amounts(transaction);
    if now.c > 0 && (!profile.several_captures || (now.h == 0 && now.p == 0)) {
        end(transaction, End::Captured);
    }
}

pub fn record_total(transaction: &mut Transaction, kind: Kind, amount: u64, by_person: bool, at_least: bool) {
    let at = transaction.next();
    let covers_all = by_person && i128::from(amount) > successes(transaction.requests(kind));
    let total = Total { amount, at, by_person, covers_all, at_least };
    match kind {
        Kind::Capture => transaction.captured_totals.push(total),
        Kind::Refund => transaction.refunded_totals.push(total),
        Kind::Void => {}
    }
}

/// A request that had succeeded is taken back: it counts as failed, and every total that it may be in falls.
pub fn take_back(transaction: &mut Transaction, kind: Kind, index: usize) {
    let now = transaction.next();
    let (begun, done) = {
        let request = &mut transaction.requests_mut(kind)[index];
        request.fate = Fate::Reversed;
        // Should it succeed again, it is in none of the totals, which all fell.
        (std::mem::replace(&mut request.begun, now), request.done)
    };
    let totals = match kind {
        Kind::Capture => &mut transaction.captured_totals,
        _ => &mut transaction.refunded_totals,
    };
    for total in totals.iter_mut().filter(|total| begun < total.at) {
        total.amount = total.amount.saturating_sub(done);
    }
    match kind {
        Kind::Capture => transaction.captures_reversed += done,
        _ => transaction.refunds_reversed += done,
    }
}

/// What a capture's reversal does to the hold. `let_go` and `how` are of before the reversal.
pub fn after_capture_reversal(transaction: &mut Transaction, profile: &Profile, let_go: u64) {
    match transaction.end {
        Some(End::Voided | End::Expired) => {}
        Some(End::Captured) => {
            if !profile.failed_capture_closes {
                open(transaction, let_go);
            } else if amounts(transaction).c == 0 {
                open(transaction, let_go);
                transaction.closed = Some(Closed::CaptureFailed);
            }
        }
        None => capture_failed(transaction, profile),
    }
}
