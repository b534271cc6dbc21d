//! Step 3: was it held? A word that implies a hold records one. Before that, words for created and failed are recorded
//! unchanged, and so are words for the end of a hold that mean one of the two if nothing was held.

use crate::conflict::{Conflict, excerpt};
use crate::event::Event;
use crate::hold::{Closed, Operation};
use crate::ids::{StatusWord, Time};
use crate::interpret::attribution::{Stated, refunds_are_shared, stated};
use crate::interpret::{Interpretation, sound, totals};
use crate::money::{Minor, Money};
use crate::profile::{CanonicalStatus, StatusRow};
use crate::statement::{Fate, RequestStatement, Subject};
use crate::step::Effect;
use crate::transaction::Phase;

/// Records the hold if there is one; returns whether there is.
pub(super) fn learn(reading: &mut Interpretation<'_, '_>) -> Result<bool, Conflict> {
    if reading.hold().is_some() {
        return Ok(true);
    }
    if reading.seen.transaction.adjusted {
        found(reading, CanonicalStatus::Authorized)?;
        return Ok(true);
    }
    let Some((status, text)) = reading.deciding() else {
        totals::order_word(reading)?;
        nothing_taken(reading)?;
        return Ok(false);
    };
    match status {
        CanonicalStatus::Created => created(reading, spelled(reading, status, text))?,
        CanonicalStatus::Failed => failed(reading, spelled(reading, status, text))?,
        _ => {
            found(reading, status)?;
            return Ok(true);
        }
    }
    nothing_taken(reading)?;
    Ok(false)
}

/// The provider knows of a hold that we did not.
fn found(reading: &mut Interpretation<'_, '_>, status: CanonicalStatus) -> Result<(), Conflict> {
    let amount = sound::amount_held(reading).ok_or(Conflict::AmountMissing {})?;
    let (pays, capture_before) = (sound::part_paid(reading, amount), deadline_told(reading));
    let held = reading.money(amount);
    reading.apply(Event::Authorized { amount: held, pays, capture_before })?;
    if reading.draft.allow_more(reading.seen.transaction.most_captured).is_err() {
        return Err(Conflict::Unrecordable { operation: Operation::Capture });
    }
    // The failed capture was not requested here: the hold allows no further capture.
    let why = match status {
        CanonicalStatus::CaptureFailed => Closed::CaptureFailed,
        CanonicalStatus::VoidFailed => Closed::VoidFailed,
        _ => return Ok(()),
    };
    reading.apply(Event::Closed { why })
}

/// The first word for created shows that the provider knows the transaction. From then on, a row further down the
/// provider's table is progress, and any other one says nothing new.
fn created(reading: &mut Interpretation<'_, '_>, text: &str) -> Result<(), Conflict> {
    // If orders have words of their own, the order's word says nothing about a transaction that holds nothing.
    if reading.own_word().is_none() && !reading.profile().order_statuses.is_empty() {
        return Ok(());
    }
    if matches!(reading.transaction().phase, Phase::Failed { .. }) {
        reading.mark_old(Conflict::WordBelowRecorded { status: excerpt(text) });
        return Ok(());
    }
    let place = |word: &str| reading.profile().statuses.iter().position(|row| row.text == word);
    let further = match reading.transaction().provider_status() {
        None => true,
        Some(known) => place(text) > place(known),
    };
    if further && keep(reading, text)? == Effect::Applied {
        reading.changed = true;
    }
    Ok(())
}

/// What is said by a shape and not by a word is kept in the provider's own spelling, if it has a word for it.
fn spelled<'t>(reading: &Interpretation<'_, 't>, status: CanonicalStatus, text: &'t str) -> &'t str {
    let by_shape = reading.own_word().is_some_and(|word| word.subject == Subject::Reading);
    let means = |row: &&StatusRow| by_shape && (row.maps_to == status || row.unheld == Some(status));
    let row = reading.profile().statuses.iter().find(means);
    row.map_or(text, |row| &row.text)
}

fn failed(reading: &mut Interpretation<'_, '_>, text: &str) -> Result<(), Conflict> {
    reading.apply(Event::AuthorizationFailed {})?;
    keep(reading, text).map(|_| ())
}

/// Records the provider's own word; a text that cannot be recorded as a word is no reason for a conflict.
fn keep(reading: &mut Interpretation<'_, '_>, text: &str) -> Result<Effect, Conflict> {
    StatusWord::new(text).map_or(Ok(Effect::AlreadyApplied), |status| reading.push(Event::StatusSeen { status }))
}

/// Without a hold nothing can have been captured or refunded.
fn nothing_taken(reading: &Interpretation<'_, '_>) -> Result<(), Conflict> {
    let zero = reading.money(reading.amounts().captured);
    for operation in [Operation::Capture, Operation::Refund] {
        if let Stated::Total(total) = stated(reading, operation)?
            && !total.is_zero()
        {
            return Err(too_much(operation, reading.money(total), zero));
        }
    }
    let done = |told: &&RequestStatement<'_>| told.fate == Some(Fate::Succeeded);
    let amount = |told: &RequestStatement<'_>| reading.money(told.amount.unwrap_or(Minor::ONE));
    let captured = reading.seen.captures.iter().find(done);
    // Where its own word says that it never held anything, the order's refunds are another attempt's.
    let is_others = reading.seen.order.word.is_some() && reading.own_status().is_some();
    let refunded = reading.seen.refunds.iter().find(done).filter(|_| !is_others && !refunds_are_shared(reading));
    match (captured, refunded) {
        (Some(told), _) => Err(too_much(Operation::Capture, amount(told), zero)),
        (None, Some(told)) => Err(too_much(Operation::Refund, amount(told), zero)),
        (None, None) => Ok(()),
    }
}

const fn too_much(operation: Operation, total: Money, zero: Money) -> Conflict {
    match operation {
        Operation::Refund => Conflict::RefundedExceedsCaptured { refunded: total, captured: zero },
        Operation::Capture | Operation::Void => Conflict::CapturedUnauthorized { captured: total },
    }
}

fn deadline_told(reading: &Interpretation<'_, '_>) -> Option<Time> {
    reading.seen.transaction.capture_before.or(reading.seen.order.capture_before)
}

/// The most that may be captured, if the provider stated it in an observation of which no part is old.
pub(super) fn ceiling(reading: &mut Interpretation<'_, '_>) -> Result<(), Conflict> {
    let known = reading.hold().map(|hold| hold.tolerated());
    match reading.seen.transaction.most_captured {
        Some(most) if reading.old.is_none() && known.is_some_and(|known| most > known) => {
            reading.apply(Event::OverCaptureAllowed { most })
        }
        _ => Ok(()),
    }
}

/// A new or changed deadline, in an observation of which no part is old.
pub(super) fn deadline(reading: &mut Interpretation<'_, '_>) -> Result<(), Conflict> {
    match deadline_told(reading) {
        Some(capture_before) if reading.old.is_none() => reading.apply(Event::DeadlineSet { capture_before }),
        _ => Ok(()),
    }
}
