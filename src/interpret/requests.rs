//! Step 4: request by request. A statement about one capture, void or refund is its answer; one that matches none of
//! ours was initiated by the provider.

use crate::conflict::{Conflict, excerpt};
use crate::event::Event;
use crate::hold::facts::Hold;
use crate::hold::request::{Operation, Origin, Outcome, Request, RequestStatus};
use crate::ids::ProviderId;
use crate::interpret::Interpretation;
use crate::interpret::attribution::{Stated, known, refunds_are_shared, stated, unknown_amount};
use crate::money::Minor;
use crate::profile::CanonicalStatus;
use crate::statement::{Fate, RequestStatement};
use crate::step::Effect;

/// Whose request a statement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    /// Ours, with this number; `by_key` if our key names it.
    Ours { number: u32, by_key: bool },
    /// One of another transaction of the order.
    Sibling,
    /// One of several of ours: nothing shows which.
    Unclear,
    /// Initiated by the provider.
    Provider,
}

/// Applies the statements about requests: captures, then voids, then refunds. Provider-initiated refunds come later,
/// once it is known what was captured.
pub(super) fn answer(reading: &mut Interpretation<'_, '_>) -> Result<(), Conflict> {
    for operation in [Operation::Capture, Operation::Void, Operation::Refund] {
        for told in told_of(reading, operation) {
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
    for told in told_of(reading, Operation::Refund) {
        let whose = whose(reading, Operation::Refund, told);
        provider_own(reading, Operation::Refund, told, whose)?;
    }
    Ok(())
}

fn told_of<'s>(reading: &Interpretation<'s, '_>, operation: Operation) -> &'s [RequestStatement<'s>] {
    match operation {
        Operation::Capture => &reading.seen.captures,
        Operation::Void => &reading.seen.voids,
        Operation::Refund => &reading.seen.refunds,
    }
}

/// By our key; otherwise by the provider's identifier seen earlier; otherwise if exactly one awaits its answer, has
/// exactly that amount, and it or the statement has no key.
fn whose(reading: &Interpretation<'_, '_>, operation: Operation, told: &RequestStatement<'_>) -> Whose {
    let Some(hold) = reading.hold() else { return Whose::Provider };
    if let Some((number, by_key)) = named(hold, operation, told) {
        return Whose::Ours { number, by_key };
    }
    let mut siblings = reading.payment().others().filter_map(|other| other.hold());
    if siblings.any(|hold| named(hold, operation, told).is_some()) {
        return Whose::Sibling;
    }
    let could_be = |request: &Request| {
        let keyless = request.key.is_none() || told.key.is_none();
        let unnamed = request.provider_id.is_none() || told.id.is_none();
        keyless && unnamed
    };
    let requests = hold.requests(operation);
    let mut awaiting = requests
        .outstanding()
        .filter(|(_, request)| Some(request.amount) == told.amount && could_be(request))
        .map(|(number, _)| number);
    if let Some(number) = awaiting.next() {
        let alone = awaiting.next().is_none() && rivals(reading, hold, operation, told) < 2;
        return if alone { Whose::Ours { number, by_key: false } } else { Whose::Unclear };
    }
    // One that was answered without the provider's identifier, and is now listed with it, or reversed.
    let mut done = requests.iter().filter(|(_, request)| {
        let unnamed = request.status == RequestStatus::Succeeded && request.provider_id.is_none();
        unnamed && request.done == told.amount && could_be(request)
    });
    match (done.next(), told.fate) {
        (Some((number, _)), Some(Fate::Succeeded)) => Whose::Ours { number, by_key: false },
        // If there are two, nothing shows which one was reversed.
        (Some((number, _)), Some(Fate::Reversed)) if done.next().is_none() => Whose::Ours { number, by_key: false },
        _ => Whose::Provider,
    }
}

/// The request that a key or an identifier names, and whether the key does.
fn named(hold: &Hold, operation: Operation, told: &RequestStatement<'_>) -> Option<(u32, bool)> {
    let requests = hold.requests(operation);
    let by_key = told.key.as_ref().and_then(|key| requests.by_key(key)).map(|(number, _)| (number, true));
    let by_id = |id: &str| requests.by_provider_id(id).map(|(number, _)| (number, false));
    // The key of a stranger's request is its name where the provider gives it none.
    by_key.or_else(|| by_id(told.id.as_ref()?.as_str())).or_else(|| by_id(told.key.as_deref()?))
}

/// The key of a request that was not made here, as its name if the provider gives it none.
fn key_as_name(told: &RequestStatement<'_>) -> Option<ProviderId> {
    ProviderId::new(told.key.as_deref()?).ok()
}

/// How many statements of this amount name no request of ours: several cannot be distinguished.
fn rivals(reading: &Interpretation<'_, '_>, hold: &Hold, operation: Operation, told: &RequestStatement<'_>) -> usize {
    let nameless = |other: &&RequestStatement<'_>| {
        other.fate.is_some() && other.amount == told.amount && named(hold, operation, other).is_none()
    };
    told_of(reading, operation).iter().filter(nameless).count()
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
    let before = found(reading, operation, number);
    let Some((status, known, _)) = before else { return Ok(()) };
    let amount = told.amount.filter(|_| fate == Fate::Succeeded);
    if amount == Some(Minor::ZERO) {
        let (observed, expected) = (reading.money(Minor::ZERO), reading.money(known));
        return Err(Conflict::AmountMismatch { observed, expected });
    }
    let overrides = reading.fresh || (by_key && status == RequestStatus::Withdrawn);
    let outcome = match fate {
        Fate::Reversed => return reversed(reading, operation, number, told),
        // Nothing here says that it was reversed: it may be an answer from before.
        Fate::Failed if status == RequestStatus::Succeeded => {
            reading.mark_old(old(told));
            return Ok(());
        }
        Fate::Failed => Outcome::Failed,
        Fate::Succeeded => Outcome::Succeeded,
        Fate::Accepted => Outcome::Accepted,
    };
    let closes = outcome == Outcome::Failed && reading.profile().capabilities.failure_closes(operation);
    let effect = reading.push(Event::Answered {
        operation,
        number,
        outcome,
        amount,
        closes,
        overrides: overrides && outcome == Outcome::Accepted,
        provider_id: told.id.clone(),
    })?;
    match effect {
        Effect::Stale => reading.mark_old(old(told)),
        // The provider's name for it alone changes nothing that matters to the money.
        Effect::Applied if found(reading, operation, number) != before => reading.changed = true,
        Effect::Applied | Effect::AlreadyApplied => {}
    }
    Ok(())
}

/// What is recorded about a request: its status, what was requested, what was done.
fn found(
    reading: &Interpretation<'_, '_>,
    operation: Operation,
    number: u32,
) -> Option<(RequestStatus, Minor, Option<Minor>)> {
    let request = reading.hold()?.requests(operation).get(number)?;
    Some((request.status, request.amount, request.done))
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
    let Some((status, ..)) = found(reading, operation, number) else { return Ok(()) };
    if status.is_outstanding() {
        let (outcome, provider_id) = (Outcome::Succeeded, told.id.clone());
        let amount = told.amount;
        reading.apply(Event::Answered {
            operation,
            number,
            outcome,
            amount,
            closes: false,
            overrides: false,
            provider_id,
        })?;
    } else if matches!(status, RequestStatus::Failed | RequestStatus::Withdrawn) {
        return Ok(());
    }
    let Some((_, asked, done)) = found(reading, operation, number) else { return Ok(()) };
    let amount = told.amount.or(done).unwrap_or(asked);
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
    let given_back = operation == Operation::Void && reading.hold().is_none_or(|hold| hold.end().is_some());
    if !is_success || given_back || !matches!(whose, Whose::Provider | Whose::Unclear) || is_counted(reading, operation)
    {
        return Ok(());
    }
    let shared = operation == Operation::Refund && refunds_are_shared(reading);
    let known = (told.id.clone(), told.amount.filter(|amount| !amount.is_zero()));
    let (Some(id), Some(amount), Whose::Provider, false) = (known.0, known.1, whose, shared) else {
        // There is no total of voids that could be wrong: what may be released stays held.
        return if operation == Operation::Void { Ok(()) } else { Err(unknown_amount(operation)) };
    };
    let count = reading.hold().map_or(0, |hold| hold.requests(operation).count());
    let single = reading.profile().capabilities.captures.is_single();
    reading.apply(Event::ProviderInitiated {
        operation,
        number: count.saturating_add(1),
        amount,
        done: true,
        closes: operation == Operation::Capture && single,
        provider_id: Some(id),
    })
}

/// Records a provider-initiated success in a total that seems to cover our outstanding requests: the total is not ours
/// alone then, and covers nothing. What is captured or refunded stays what the total says.
pub(super) fn provider_counted(reading: &mut Interpretation<'_, '_>) -> Result<(), Conflict> {
    for operation in [Operation::Capture, Operation::Refund] {
        let Some(hold) = reading.hold().filter(|hold| hold.covered_before(operation) > 0) else { continue };
        let requests = hold.requests(operation);
        let theirs = |request: &Request| request.origin == Origin::Provider && request.done.is_some();
        let is_marked = requests.iter().any(|(_, request)| theirs(request));
        let is_over = operation == Operation::Capture && hold.end().is_some();
        let is_shared = operation == Operation::Refund && refunds_are_shared(reading);
        if is_marked || is_over || is_shared || !is_counted(reading, operation) {
            continue;
        }
        let room = known(hold.amounts(), operation).get().saturating_sub(requests.sums().succeeded);
        let strangers = |told: &&RequestStatement<'_>| {
            let has_room = told.amount.is_some_and(|amount| !amount.is_zero() && amount.get() <= room);
            has_room && told.fate == Some(Fate::Succeeded) && whose(reading, operation, told) == Whose::Provider
        };
        let named = |told: &RequestStatement<'_>| Some((told.amount?, told.id.clone().or_else(|| key_as_name(told))?));
        // One is enough to tell that the total is not ours alone.
        if let Some((amount, id)) = told_of(reading, operation).iter().filter(strangers).find_map(named) {
            let (number, provider_id) = (requests.count().saturating_add(1), Some(id));
            let (done, closes) = (true, false);
            reading.apply(Event::ProviderInitiated { operation, number, amount, done, closes, provider_id })?;
        }
    }
    Ok(())
}

/// Whether a total of this payload holds it, or it is no refund of captured money at all.
fn is_counted(reading: &Interpretation<'_, '_>, operation: Operation) -> bool {
    let given_back = operation == Operation::Refund && reading.amounts().captured.is_zero();
    let auto = reading.deciding().is_some_and(|(status, _)| status == CanonicalStatus::AutoRefunded);
    (given_back && auto) || matches!(stated(reading, operation), Ok(Stated::Total(_)))
}
