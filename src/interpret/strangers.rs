//! What the provider did by itself, or somebody else did there: it counts in the totals; if the payload states none, or
//! its total would not keep the two apart, it is recorded by itself.

use crate::conflict::Conflict;
use crate::hold::{Hold, Operation, Request, RequestStatus, Total, TotalSays};
use crate::ids::ProviderId;
use crate::interpret::Interpretation;
use crate::interpret::attribution::{Stated, refunds_are_shared, stated, unknown_amount};
use crate::interpret::requests::{Whose, is_reported, named, whose};
use crate::money::Minor;
use crate::profile::CanonicalStatus;
use crate::statement::{Fate, RequestStatement};

/// The refunds that match none of ours.
pub(super) fn provider_refunds(reading: &mut Interpretation<'_, '_>) -> Result<(), Conflict> {
    for told in &reading.seen.refunds {
        let whose = whose(reading, Operation::Refund, told);
        provider_own(reading, Operation::Refund, told, whose)?;
    }
    Ok(())
}

/// The key of a request that was not made here, as its name if the provider gives it none.
fn key_as_name(told: &RequestStatement<'_>) -> Option<ProviderId> {
    ProviderId::new(told.key.as_deref()?).ok()
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

/// A provider-initiated success: it counts in the totals. If the payload has no total, it is recorded once, under the
/// provider's identifier.
pub(super) fn provider_own(
    reading: &mut Interpretation<'_, '_>,
    operation: Operation,
    told: &RequestStatement<'_>,
    whose: Whose,
) -> Result<(), Conflict> {
    let is_success = told.fate == Some(Fate::Succeeded);
    // Whichever of ours it is, a total holds it already.
    let is_held = whose == Whose::Unclear && reading.hold().is_some_and(|hold| !hold.open(operation).has_outstanding());
    let given_back = operation == Operation::Void && is_given_back(reading);
    let provider = matches!(whose, Whose::Provider | Whose::Unclear);
    if !is_success || is_held || given_back || !provider || is_counted(reading, operation) {
        return Ok(());
    }
    // One that stands inside this transaction in the list is this one's.
    let shared = operation == Operation::Refund && told.of.is_none() && refunds_are_shared(reading);
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
    reading.hold().is_some_and(|hold| hold.end.is_some() || (voided && hold.amounts().captured.is_zero()))
}

/// Records the successes of others that the payload names beside a total, where the total alone would not keep them apart
/// from ours.
pub(super) fn provider_counted(reading: &mut Interpretation<'_, '_>) -> Result<(), Conflict> {
    for operation in [Operation::Capture, Operation::Refund] {
        named_strangers(reading, operation)?;
        uncover(reading, operation)?;
    }
    Ok(())
}

/// Successes that are surely none of ours. If one of ours may still succeed, or the total does not contain both, they are
/// recorded by themselves.
fn named_strangers(reading: &mut Interpretation<'_, '_>, operation: Operation) -> Result<(), Conflict> {
    let strangers = |told| strangers(reading, operation, told);
    let named: Vec<(Minor, ProviderId)> = reading.seen.requests(operation).iter().filter_map(strangers).collect();
    let Some(hold) = reading.hold().filter(|_| !named.is_empty()) else { return Ok(()) };
    let (requests, known) = (hold.requests(operation), hold.amounts().total(operation));
    let ours = Minor::new(requests.sums().succeeded).unwrap_or(Minor::MAX);
    let all = named.iter().fold(ours, |sum, (amount, _)| sum.saturating_add(*amount));
    let open = |request: &Request| request.origin.is_merchant() && !is_reported(hold, operation, request);
    let may_succeed = requests.outstanding().any(|(_, request)| open(request));
    // A late list may show under another name what was reversed since.
    let reversed = !reading.fresh && !hold.totals(operation).reversed.is_zero();
    if all > known && reading.fresh {
        let (observed, recorded) = (reading.money(known), reading.money(all));
        reading.mark_old(Conflict::BelowRecorded { observed, recorded });
    } else if may_succeed || all > known {
        if all > known && reversed {
            return Ok(());
        }
        for (amount, id) in named {
            let is_new = |hold: &Hold| hold.requests(operation).by_provider_id(id.as_str()).is_none();
            if reading.hold().is_some_and(is_new) {
                reading.initiated(operation, amount, true, Some(id))?;
            }
        }
    }
    Ok(())
}

/// The amount and the name of a success that a total holds and that is surely none of ours: it bears a key, and so do all
/// of ours; or it is a refund, and all of ours succeeded, each for another amount.
fn strangers(
    reading: &Interpretation<'_, '_>,
    operation: Operation,
    told: &RequestStatement<'_>,
) -> Option<(Minor, ProviderId)> {
    let amount = told.amount.filter(|amount| !amount.is_zero() && told.fate == Some(Fate::Succeeded))?;
    let hold = reading.hold().filter(|hold| named(hold, operation, told).is_none())?;
    let mut ours = hold.requests(operation).ours().map(|(_, request)| request);
    let surely = match (operation, &told.key) {
        (_, Some(_)) => ours.all(|request| request.key.is_some()),
        (Operation::Refund, None) => ours.all(|request| request.status == RequestStatus::Succeeded),
        (Operation::Capture | Operation::Void, None) => false,
    };
    let is_over = match operation {
        Operation::Refund => hold.amounts().captured.is_zero() || refunds_are_shared(reading),
        Operation::Capture | Operation::Void => hold.end.is_some(),
    };
    // A person's report replaced it, or it was recorded under the name that is left out here.
    let replaced = |total| !reading.fresh && hold.totals(operation).believed(total).is_none();
    let mut theirs = hold.requests(operation).iter().filter(|(_, request)| !request.origin.is_merchant());
    let nameless = told.id.is_none() && theirs.any(|(_, request)| request.done == Some(amount));
    let stated = stated(reading, operation);
    let counted = surely && !is_over && !nameless && matches!(stated, Ok(Stated::Total(total)) if !replaced(total));
    let id = told.id.clone().or_else(|| key_as_name(told)).filter(|_| counted)?;
    (whose(reading, operation, told) == Whose::Provider).then_some((amount, id))
}

/// Records a provider-initiated success in a total that seems to cover our outstanding requests: the total is not ours
/// alone then, and covers nothing. What is captured or refunded stays what the total says.
fn uncover(reading: &mut Interpretation<'_, '_>, operation: Operation) -> Result<(), Conflict> {
    let Some(hold) = reading.hold() else { return Ok(()) };
    // What a person reported is complete, whoever's money is in it.
    let covers = |total: &Total| total.at == hold.covered_before(operation) && total.says != TotalSays::Everything;
    let is_over = operation == Operation::Capture && hold.end.is_some();
    if is_over || !hold.totals(operation).stated().iter().any(covers) || !is_counted(reading, operation) {
        return Ok(());
    }
    let room = hold.amounts().total(operation).get().saturating_sub(hold.requests(operation).sums().succeeded);
    let strangers = |told: &&RequestStatement<'_>| {
        let has_room = told.amount.is_some_and(|amount| !amount.is_zero() && amount.get() <= room);
        has_room && told.fate == Some(Fate::Succeeded) && whose(reading, operation, told) == Whose::Provider
    };
    let named = |told: &RequestStatement<'_>| Some((told.amount?, told.id.clone().or_else(|| key_as_name(told))?));
    // One is enough to tell that the total is not ours alone.
    match reading.seen.requests(operation).iter().filter(strangers).find_map(named) {
        Some((amount, id)) => reading.initiated(operation, amount, true, Some(id)),
        None => Ok(()),
    }
}

/// Whether a total of this payload holds it, or it is no refund of captured money at all.
fn is_counted(reading: &Interpretation<'_, '_>, operation: Operation) -> bool {
    let given_back = operation == Operation::Refund && reading.amounts().captured.is_zero();
    let auto = reading.deciding().is_some_and(|(status, _)| status == CanonicalStatus::AutoRefunded);
    (given_back && auto) || matches!(stated(reading, operation), Ok(Stated::Total(_)))
}
