//! Step 4: request by request. A statement about one capture, void or refund is its answer; one that matches none of
//! ours was initiated by the provider.

use crate::conflict::{Conflict, excerpt};
use crate::event::Event;
use crate::hold::facts::{Hold, Total};
use crate::hold::request::{Operation, Origin, Outcome, Request, RequestStatus};
use crate::ids::ProviderId;
use crate::interpret::Interpretation;
use crate::interpret::attribution::{Stated, refunds_are_shared, stated, unknown_amount};
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

/// The refunds that match none of ours.
pub(super) fn provider_refunds(reading: &mut Interpretation<'_, '_>) -> Result<(), Conflict> {
    for told in &reading.seen.refunds {
        let whose = whose(reading, Operation::Refund, told);
        provider_own(reading, Operation::Refund, told, whose)?;
    }
    Ok(())
}

/// By our key; otherwise by the provider's identifier seen earlier; otherwise if exactly one awaits its answer, has
/// exactly that amount, and it or the statement has no key.
pub(super) fn whose(reading: &Interpretation<'_, '_>, operation: Operation, told: &RequestStatement<'_>) -> Whose {
    let Some(hold) = reading.hold() else { return Whose::Provider };
    if let Some((number, by_key)) = named(hold, operation, told) {
        return Whose::Ours { number, by_key };
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
    // One that was answered without the provider's identifier, and is now listed with it, or reversed.
    match (answered.next(), told.fate) {
        (Some((number, _)), Some(Fate::Succeeded)) => Whose::Ours { number, by_key: false },
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
        Ok(Stated::Total(total)) => raised <= total,
        Ok(Stated::Nothing | Stated::Behind { .. }) => false,
        Ok(Stated::Absent) | Err(_) => of_nobody < amount.get(),
    };
    operation != Operation::Void && raised > recorded && !leaves_room
}

/// The key of a request that was not made here, as its name if the provider gives it none.
fn key_as_name(told: &RequestStatement<'_>) -> Option<ProviderId> {
    ProviderId::new(told.key.as_deref()?).ok()
}

/// How many statements of this amount name no request of the order: several cannot be distinguished.
fn rivals(reading: &Interpretation<'_, '_>, hold: &Hold, operation: Operation, told: &RequestStatement<'_>) -> usize {
    let nameless = |other: &&RequestStatement<'_>| {
        let is_named = named(hold, operation, other).is_some() || sibling_request(reading, operation, other).is_some();
        other.fate.is_some() && other.amount == told.amount && !is_named
    };
    reading.seen.requests(operation).iter().filter(nameless).count()
}

/// What a word announces: the one request that the list beside it shows as pending and that is nobody's yet, with the
/// provider's name for it; otherwise all that is held.
pub(super) fn announced(
    reading: &Interpretation<'_, '_>,
    operation: Operation,
    held: Minor,
) -> (Minor, Option<ProviderId>) {
    let nobodys = |told: &&RequestStatement<'_>| {
        told.fate == Some(Fate::Accepted) && whose(reading, operation, told) == Whose::Provider
    };
    let mut pending = reading.seen.requests(operation).iter().filter(nobodys);
    let alone = pending.next().filter(|_| pending.next().is_none());
    match alone.and_then(|told| Some((told, told.amount?))) {
        Some((told, amount)) if !amount.is_zero() && amount <= held => (amount, told.id.clone()),
        _ => (held, None),
    }
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

fn found<'r>(reading: &'r Interpretation<'_, '_>, operation: Operation, number: u32) -> Option<&'r Request> {
    reading.hold()?.requests(operation).get(number)
}

/// Whether the hold ended, and the payload's word is one for that end.
fn ended_by_the_word(reading: &Interpretation<'_, '_>) -> bool {
    use CanonicalStatus::{AutoRefunded, Expired, Voided};
    let ends = |(status, _)| matches!(status, Voided | Expired | AutoRefunded);
    reading.hold().is_some_and(|hold| hold.end().is_some()) && reading.deciding().is_some_and(ends)
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

/// A provider-initiated success: it counts in the totals. If the payload has no total, it is recorded once, under the
/// provider's identifier.
fn provider_own(
    reading: &mut Interpretation<'_, '_>,
    operation: Operation,
    told: &RequestStatement<'_>,
    whose: Whose,
) -> Result<(), Conflict> {
    let is_success = told.fate == Some(Fate::Succeeded);
    let given_back = operation == Operation::Void && is_given_back(reading);
    let provider = matches!(whose, Whose::Provider | Whose::Unclear);
    if !is_success || given_back || !provider || is_counted(reading, operation) {
        return Ok(());
    }
    let shared = operation == Operation::Refund && refunds_are_shared(reading);
    let amount = told.amount.filter(|amount| !amount.is_zero() && whose == Whose::Provider && !shared);
    match (told.id.clone(), amount) {
        (Some(id), Some(amount)) => reading.initiated(operation, amount, true, Some(id)),
        // There is no total of voids that could be wrong: what may be released stays held.
        _ if operation == Operation::Void => Ok(()),
        _ => Err(unknown_amount(operation)),
    }
}

/// Whether all that was held is released already, or the word says that it is: a void in the list is a part of that.
fn is_given_back(reading: &Interpretation<'_, '_>) -> bool {
    let voided = reading.deciding().is_some_and(|(status, _)| status == CanonicalStatus::Voided);
    reading.hold().is_some_and(|hold| hold.end().is_some() || (voided && hold.amounts().captured.is_zero()))
}

/// Records a provider-initiated success in a total that seems to cover our outstanding requests: the total is not ours
/// alone then, and covers nothing. What is captured or refunded stays what the total says.
pub(super) fn provider_counted(reading: &mut Interpretation<'_, '_>) -> Result<(), Conflict> {
    for operation in [Operation::Capture, Operation::Refund] {
        let Some(hold) = reading.hold() else { continue };
        // What a person reported is complete, whoever's money is in it.
        let covers = |total: &Total| total.at == hold.covered_before(operation) && !total.reported;
        let is_over = operation == Operation::Capture && hold.end().is_some();
        if is_over || !hold.totals(operation).stated().iter().any(covers) || !is_counted(reading, operation) {
            continue;
        }
        let room = hold.amounts().total(operation).get().saturating_sub(hold.requests(operation).sums().succeeded);
        let strangers = |told: &&RequestStatement<'_>| {
            let has_room = told.amount.is_some_and(|amount| !amount.is_zero() && amount.get() <= room);
            has_room && told.fate == Some(Fate::Succeeded) && whose(reading, operation, told) == Whose::Provider
        };
        let named = |told: &RequestStatement<'_>| Some((told.amount?, told.id.clone().or_else(|| key_as_name(told))?));
        // One is enough to tell that the total is not ours alone.
        if let Some((amount, id)) = reading.seen.requests(operation).iter().filter(strangers).find_map(named) {
            reading.initiated(operation, amount, true, Some(id))?;
        }
    }
    Ok(())
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
        let reported = |request: &Request| {
            hold.totals(operation).stated().iter().any(|total| total.reported && request.begun < total.at)
        };
        let is_covered = |request: &Request| hold.is_covered(operation, request) && !reported(request);
        let is_over = operation == Operation::Capture && hold.end().is_some();
        if is_over || !hold.requests(operation).get(number).is_some_and(is_covered) {
            continue;
        }
        let (outcome, amount, closes, overrides, provider_id) = (Outcome::Accepted, None, false, true, None);
        reading.apply(Event::Answered { operation, number, outcome, amount, closes, overrides, provider_id })?;
    }
    Ok(())
}

/// Whether a total of this payload holds it, or it is no refund of captured money at all.
fn is_counted(reading: &Interpretation<'_, '_>, operation: Operation) -> bool {
    let given_back = operation == Operation::Refund && reading.amounts().captured.is_zero();
    let auto = reading.deciding().is_some_and(|(status, _)| status == CanonicalStatus::AutoRefunded);
    (given_back && auto) || matches!(stated(reading, operation), Ok(Stated::Total(_)))
}
