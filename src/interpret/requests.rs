//! Step 4: request by request. A statement about one capture, void or refund is its answer; one that matches none of
//! ours was initiated by the provider.

use crate::conflict::{Conflict, excerpt};
use crate::event::Event;
use crate::hold::{Hold, Operation, Origin, Outcome, Request, RequestStatus, Total, TotalSays};
use crate::interpret::attribution::{Stated, stated};
use crate::interpret::strangers::provider_own;
use crate::interpret::totals::shown;
use crate::interpret::{Interpretation, identity};
use crate::money::Minor;
use crate::profile::CanonicalStatus;
use crate::statement::{Fate, RequestStatement};
use crate::step::Effect;
use crate::transaction::Transaction;

/// Whose request a statement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// Ours, with this number; `by_key` if our key names it.
    Ours { number: u32, by_key: bool },
    /// One of another transaction of the order.
    Sibling,
    /// One of several, ours or another transaction's: nothing shows which.
    Unclear,
    /// By its amount one of ours that succeeded: it says nothing new, and its name may be another's.
    Known,
    /// Initiated by the provider.
    Provider,
}

/// Applies the statements about requests: captures, then voids, then refunds. Provider-initiated refunds come later,
/// once it is known what was captured.
pub(super) fn answer(reading: &mut Interpretation<'_, '_>) -> Result<(), Conflict> {
    for operation in [Operation::Capture, Operation::Void, Operation::Refund] {
        for told in reading.seen.requests(operation) {
            let Some(fate) = told.fate else { continue };
            match whose(reading, operation, told) {
                Whose::Ours { number, by_key } => answer_one(reading, operation, number, told, fate, by_key)?,
                whose if operation != Operation::Refund => provider_own(reading, operation, told, whose)?,
                _ => {}
            }
        }
    }
    Ok(())
}

/// By our key; otherwise by the provider's identifier seen earlier; otherwise if exactly one awaits its answer, has
/// exactly that amount, and it or the statement has no key.
pub(super) fn whose(reading: &Interpretation<'_, '_>, operation: Operation, told: &RequestStatement<'_>) -> Whose {
    let Some(hold) = reading.hold() else { return Whose::Provider };
    if let Some((number, by_key)) = named(hold, operation, told) {
        return siblings_too(reading, hold, operation, number, told).unwrap_or(Whose::Ours { number, by_key });
    }
    if sibling_request(reading, operation, told).is_some() {
        return Whose::Sibling;
    }
    let candidates = || candidates(reading, hold, operation, told);
    let mut awaiting = candidates().filter(|(_, request)| request.status.is_outstanding());
    let mut answered = candidates().filter(|(_, request)| !request.status.is_outstanding());
    if let Some((number, request)) = awaiting.next() {
        // What resolves it may be another's: one's that was answered before, a sibling's, or a stranger's money.
        let resolves = told.fate != Some(Fate::Accepted);
        let moves = matches!(told.fate, Some(Fate::Succeeded | Fate::Reversed));
        // Or the failure of an earlier try without a key, while its repeat is on its way.
        let repeated = request.resent && request.key.is_none();
        let earlier_try = told.fate == Some(Fate::Failed) && repeated && !reading.fresh;
        let doubtful = answered.next().is_some()
            || earlier_try
            || (resolves && could_be_a_siblings(reading, operation, told))
            || (moves && could_be_a_strangers(reading, hold, operation, request));
        let alone = awaiting.next().is_none() && rivals(reading, hold, operation, told) < 2 && !doubtful;
        return if alone { Whose::Ours { number, by_key: false } } else { Whose::Unclear };
    }
    // One that was answered without the provider's identifier, and is now listed with one, or reversed.
    match (answered.next(), told.fate) {
        (Some(_), Some(Fate::Succeeded)) => Whose::Known,
        // If there are two, nothing shows which one was reversed.
        (Some((number, _)), Some(Fate::Reversed)) if answered.next().is_none() => Whose::Ours { number, by_key: false },
        _ => Whose::Provider,
    }
}

/// The request that a key or an identifier names, and whether the key does.
pub(super) fn named(hold: &Hold, operation: Operation, told: &RequestStatement<'_>) -> Option<(u32, bool)> {
    let requests = hold.requests(operation);
    let by_key = told.key.as_ref().and_then(|key| requests.by_key(key)).map(|(number, _)| (number, true));
    let by_id = |id: &str| requests.by_provider_id(id).map(|(number, _)| (number, false));
    // The key of a stranger's request is its name where the provider gives it none.
    by_key.or_else(|| by_id(told.id.as_ref()?.as_str())).or_else(|| by_id(told.key.as_deref()?))
}

/// The request of another transaction of the order that a key or an identifier names.
pub(super) fn sibling_request<'r>(
    reading: &'r Interpretation<'_, '_>,
    operation: Operation,
    told: &RequestStatement<'_>,
) -> Option<&'r Request> {
    let mut siblings = reading.payment().others().filter_map(Transaction::hold);
    siblings.find_map(|hold| hold.requests(operation).get(named(hold, operation, told)?.0))
}

/// Whose refund of the order was done, or failed, if another transaction asked for one under the same key: its, if the
/// provider's name for it is known there, or only the amount of that one fits; nobody's for sure, if both may be meant. Where
/// as many failed as were asked for, each failed.
fn siblings_too(
    reading: &Interpretation<'_, '_>,
    hold: &Hold,
    operation: Operation,
    number: u32,
    told: &RequestStatement<'_>,
) -> Option<Whose> {
    let names_one = reading.seen.order.word.is_none() && identity::is_named(&reading.seen.transaction.ids);
    let is_the_orders = operation == Operation::Refund && told.of.is_none() && !names_one;
    let ours = hold.requests(operation).get(number)?;
    let has_its_name = |request: &Request| told.id.is_some() && request.provider_id == told.id;
    let became = match told.fate {
        Some(Fate::Succeeded) => RequestStatus::Succeeded,
        Some(Fate::Failed) => RequestStatus::Failed,
        _ => return None,
    };
    if !is_the_orders || has_its_name(ours) {
        return None;
    }
    let siblings = || {
        let holds = reading.payment().others().filter_map(Transaction::hold);
        holds.filter_map(|hold| hold.requests(operation).get(named(hold, operation, told)?.0))
    };
    let fits = |request: &Request| told.amount.is_none_or(|amount| amount == request.done.unwrap_or(request.amount));
    let may_be = |request: &Request| {
        let happened = request.status.is_outstanding() || request.status == became;
        happened && fits(request) && request.provider_id.is_none()
    };
    let alike =
        |other: &&RequestStatement<'_>| (&other.key, other.fate, other.amount) == (&told.key, told.fate, told.amount);
    let failed = reading.seen.requests(operation).iter().filter(alike).count();
    if became == RequestStatus::Failed && failed > siblings().filter(|request| may_be(request)).count() {
        return None;
    }
    match (siblings().any(has_its_name), siblings().any(may_be)) {
        (true, _) => Some(Whose::Sibling),
        (false, true) => Some(if fits(ours) { Whose::Unclear } else { Whose::Sibling }),
        (false, false) => None,
    }
}

/// The requests that a statement may be about by its amount alone: those that await an answer, and those that had the same
/// answer before, without the provider's name for them; none that another statement of the payload names.
fn candidates<'h>(
    reading: &'h Interpretation<'_, '_>,
    hold: &'h Hold,
    operation: Operation,
    told: &'h RequestStatement<'_>,
) -> impl Iterator<Item = (u32, &'h Request)> {
    hold.requests(operation).iter().filter(move |(number, request)| {
        let nameless = request.provider_id.is_none();
        let same = match (request.status, told.fate) {
            (RequestStatus::Succeeded, Some(Fate::Succeeded | Fate::Reversed)) => {
                nameless && request.done == told.amount
            }
            (RequestStatus::Failed | RequestStatus::Reversed, Some(Fate::Failed)) => {
                nameless && Some(request.amount) == told.amount
            }
            (status, _) => status.is_outstanding() && Some(request.amount) == told.amount,
        };
        let keyless = request.key.is_none() || told.key.is_none();
        let unnamed = nameless || told.id.is_none();
        // What the provider announced is a word of its own, and ends by a word.
        let may_fail = request.origin == Origin::Merchant || told.fate != Some(Fate::Failed);
        let names_it = |other: &RequestStatement<'_>| named(hold, operation, other).is_some_and(|(n, _)| n == *number);
        same && keyless && unnamed && may_fail && !reading.seen.requests(operation).iter().any(names_it)
    })
}

/// Whether a statement in a list of the order may be about another transaction's request, by its amount alone.
fn could_be_a_siblings(reading: &Interpretation<'_, '_>, operation: Operation, told: &RequestStatement<'_>) -> bool {
    let mut siblings = reading.payment().others().filter_map(Transaction::hold);
    let is_the_orders = reading.seen.order.word.is_some();
    is_the_orders && siblings.any(|hold| candidates(reading, hold, operation, told).next().is_some())
}

/// Whether a success of the amount of this request may be a stranger's: it would raise what is known, and the total of
/// the payload leaves no room for it, or the one that is known holds as much that nobody requested here.
fn could_be_a_strangers(
    reading: &Interpretation<'_, '_>,
    hold: &Hold,
    operation: Operation,
    request: &Request,
) -> bool {
    let (recorded, amount) = (hold.amounts().total(operation), request.amount);
    let raised = hold.total_with(operation, request, amount);
    let of_nobody = recorded.get().saturating_sub(hold.requests(operation).sums().succeeded);
    let leaves_room = match stated(reading, operation) {
        Ok(Stated::Total(total)) => raised <= total.max(shown(reading, operation).0),
        Ok(Stated::Nothing | Stated::Behind { .. }) => false,
        Ok(Stated::Absent) | Err(_) => of_nobody < amount.get(),
    };
    operation != Operation::Void && raised > recorded && !leaves_room
}

/// How many statements of this amount name no request of the order: several cannot be distinguished.
fn rivals(reading: &Interpretation<'_, '_>, hold: &Hold, operation: Operation, told: &RequestStatement<'_>) -> usize {
    let nameless = |other: &&RequestStatement<'_>| {
        let is_named = named(hold, operation, other).is_some() || sibling_request(reading, operation, other).is_some();
        other.fate.is_some() && other.amount == told.amount && !is_named
    };
    reading.seen.requests(operation).iter().filter(nameless).count()
}

/// Applies a statement about a request of ours as its answer, by the tables of outcomes.
fn answer_one(
    reading: &mut Interpretation<'_, '_>,
    operation: Operation,
    number: u32,
    told: &RequestStatement<'_>,
    fate: Fate,
    by_key: bool,
) -> Result<(), Conflict> {
    let Some(request) = found(reading, operation, number) else { return Ok(()) };
    if let Some(conflict) = named_otherwise(reading, operation, number, told) {
        return Err(conflict);
    }
    let (status, asked) = (request.status, request.amount);
    let amount = told.amount.filter(|_| matches!(fate, Fate::Succeeded | Fate::Reversed));
    if amount == Some(Minor::ZERO) {
        let (observed, expected) = (reading.money(Minor::ZERO), reading.money(asked));
        return Err(Conflict::AmountMismatch { observed, expected });
    }
    let outcome = match fate {
        Fate::Reversed => return reversed(reading, operation, number, told),
        // Nothing here says that it was reversed: it may be an answer from before.
        Fate::Failed if status == RequestStatus::Succeeded => {
            reading.mark_old(old(told));
            return Ok(());
        }
        // The end that this payload speaks of withdrew it.
        Fate::Accepted if status == RequestStatus::Withdrawn && ended_by_the_word(reading) => return Ok(()),
        Fate::Failed => Outcome::Failed,
        Fate::Succeeded => Outcome::Succeeded,
        Fate::Accepted => Outcome::Accepted,
    };
    let effect = reading.push(Event::Answered {
        operation,
        number,
        outcome,
        amount,
        closes: outcome == Outcome::Failed && reading.profile().capabilities.failure_closes(operation),
        overrides: outcome == Outcome::Accepted
            && !status.is_outstanding()
            && (reading.fresh || (by_key && status == RequestStatus::Withdrawn)),
        provider_id: told.id.clone(),
    })?;
    match effect {
        Effect::Stale => reading.mark_old(old(told)),
        // The provider's name for it alone changes nothing that matters to the money.
        Effect::Applied => {
            reading.changed |= found(reading, operation, number).is_some_and(|request| request.status != status);
        }
        Effect::AlreadyApplied => {}
    }
    Ok(())
}

/// Two successes under one key, or one under two: the provider's names for them differ, and money may have moved twice.
fn named_otherwise(
    reading: &Interpretation<'_, '_>,
    operation: Operation,
    number: u32,
    told: &RequestStatement<'_>,
) -> Option<Conflict> {
    let id = told.id.as_ref().filter(|_| told.fate == Some(Fate::Succeeded))?;
    let expected = reading.hold()?.requests(operation).named_otherwise(number, id, told.key.as_deref())?;
    let (observed, expected) = (excerpt(id.as_str()), excerpt(expected));
    Some(Conflict::RequestNamedOtherwise { operation, observed, expected })
}

fn found<'r>(reading: &'r Interpretation<'_, '_>, operation: Operation, number: u32) -> Option<&'r Request> {
    reading.hold()?.requests(operation).get(number)
}

/// Whether the hold ended, and the payload's word is one for that end.
fn ended_by_the_word(reading: &Interpretation<'_, '_>) -> bool {
    use CanonicalStatus::{AutoRefunded, Expired, Voided};
    let ends = |(status, _)| matches!(status, Voided | Expired | AutoRefunded);
    reading.hold().is_some_and(|hold| hold.end.is_some()) && reading.deciding().is_some_and(ends)
}

fn old(told: &RequestStatement<'_>) -> Conflict {
    Conflict::WordBelowRecorded { status: excerpt(told.word.as_deref().unwrap_or_default()) }
}

/// It had succeeded and was reversed; the payload may report the success at the same time.
fn reversed(
    reading: &mut Interpretation<'_, '_>,
    operation: Operation,
    number: u32,
    told: &RequestStatement<'_>,
) -> Result<(), Conflict> {
    if operation == Operation::Void {
        reading.mark_old(old(told));
        return Ok(());
    }
    let Some(request) = found(reading, operation, number) else { return Ok(()) };
    let amount = told.amount.or(request.done).unwrap_or(request.amount);
    if matches!(request.status, RequestStatus::Failed | RequestStatus::Withdrawn) {
        return Ok(());
    }
    if request.status.is_outstanding() {
        let (outcome, provider_id) = (Outcome::Succeeded, told.id.clone());
        let (amount, closes, overrides) = (told.amount, false, false);
        reading.apply(Event::Answered { operation, number, outcome, amount, closes, overrides, provider_id })?;
    }
    let closes = operation == Operation::Capture && reading.profile().capabilities.failure_closes(operation);
    reading.apply(Event::Reversed { operation, number, amount, closes })
}

/// Whether a statement names a request of ours that succeeded.
pub(super) fn succeeded_since(
    reading: &Interpretation<'_, '_>,
    operation: Operation,
    told: &RequestStatement<'_>,
) -> bool {
    let request = reading.hold().and_then(|hold| hold.requests(operation).get(named(hold, operation, told)?.0));
    request.is_some_and(|request| request.status == RequestStatus::Succeeded)
}

/// What the payload names as pending is left out of what is believed of its total, so no total covers it; but what a
/// person reported is complete.
pub(super) fn still_pending(reading: &mut Interpretation<'_, '_>, operation: Operation) -> Result<(), Conflict> {
    for told in reading.seen.requests(operation).iter().filter(|told| told.fate == Some(Fate::Accepted)) {
        let Some(hold) = reading.hold() else { continue };
        let Some((number, _)) = named(hold, operation, told) else { continue };
        let is_over = operation == Operation::Capture && hold.end.is_some();
        let Some(request) = hold.requests(operation).get(number).filter(|request| request.status.is_outstanding())
        else {
            continue;
        };
        if is_over || !hold.is_before_a_total(operation, request) || is_reported(hold, operation, request) {
            continue;
        }
        let matters = hold.is_covered(operation, request);
        let (outcome, amount, closes, overrides, provider_id) = (Outcome::Accepted, None, false, true, None);
        let told = Event::Answered { operation, number, outcome, amount, closes, overrides, provider_id };
        reading.changed |= reading.push(told)? == Effect::Applied && matters;
    }
    Ok(())
}

/// Whether a person reported a total since the request began: it is complete for it.
pub(super) fn is_reported(hold: &Hold, operation: Operation, request: &Request) -> bool {
    let complete = |total: &Total| total.says == TotalSays::Everything && request.begun < total.at;
    hold.totals(operation).stated().iter().any(complete)
}
