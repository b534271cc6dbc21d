//! The amounts are as known: what does the status say?

use crate::conflict::Conflict;
use crate::event::{Event, Outcome};
use crate::interpret::{Draft, Finding};
use crate::ledger::Ledger;
use crate::money::Minor;
use crate::observation::Observation;
use crate::profile::{Captures, Meaning};
use crate::request::{Operation, Origin, Request, RequestStatus};
use crate::state::StateKind;

/// Lets the status decide between already applied, applied and stale.
pub(super) fn decide(draft: &mut Draft<'_>, seen: &Observation<'_>, meaning: Meaning) -> Result<Finding, Conflict> {
    match meaning {
        Meaning::Created | Meaning::Failed => Ok(Finding::Stale),
        Meaning::Authorized => Ok(authorized(draft)),
        Meaning::PartiallyCharged => partially_charged(draft),
        Meaning::Charged | Meaning::Refunded => charged(draft, seen, meaning),
        Meaning::CaptureInitiated => capture_initiated(draft, seen),
        Meaning::CaptureFailed => capture_failed(draft),
        Meaning::VoidInitiated => void_initiated(draft),
        Meaning::VoidFailed => void_failed(draft),
        Meaning::Voided => voided(draft),
        Meaning::AutoRefunded => auto_refunded(draft),
    }
}

fn kind(draft: &Draft<'_>) -> StateKind {
    draft.transaction().kind()
}

fn captured(draft: &Draft<'_>) -> Minor {
    draft.ledger().map_or(Minor::ZERO, |ledger| ledger.captured)
}

fn held(draft: &Draft<'_>) -> Minor {
    draft.ledger().map_or(Minor::ZERO, Ledger::held)
}

/// A request's number, status and amount asked.
type Found = Option<(u32, RequestStatus, Minor)>;

fn facts((number, request): (u32, &Request)) -> (u32, RequestStatus, Minor) {
    (number, request.status(), request.requested())
}

/// The oldest outstanding request of a kind.
fn outstanding(draft: &Draft<'_>, operation: Operation) -> Found {
    draft.ledger()?.requests(operation).outstanding().next().map(facts)
}

/// The latest request of a kind.
fn latest(draft: &Draft<'_>, operation: Operation) -> Found {
    draft.ledger()?.requests(operation).latest().map(facts)
}

/// The hold is as we know it, or it is old news. A capture just sent, and any outcome unknown, is not settled by it.
fn authorized(draft: &Draft<'_>) -> Finding {
    use StateKind::{Authorized, Capturing, PartiallyCaptured};
    let profile = draft.context.profile;
    let same = draft.transaction().status_text(profile) == profile.spell(Meaning::Authorized);
    let waiting = matches!(kind(draft), Authorized | Capturing | PartiallyCaptured)
        && outstanding(draft, Operation::Capture).is_some();
    let waiting = waiting || draft.ledger().is_some_and(|ledger| ledger.voids.unknown());
    if same || waiting { Finding::Already } else { Finding::Stale }
}

/// Says nothing new of the amounts: known, or old news once all of it is captured or more is under way.
fn partially_charged(draft: &Draft<'_>) -> Result<Finding, Conflict> {
    let Some(ledger) = draft.ledger() else { return Ok(Finding::Stale) };
    if ledger.captured.is_zero() {
        return Err(Conflict::CapturedAmountUnknown);
    }
    let whole = ledger.authorized.max(draft.context.order.amount().minor());
    let known = match ledger.kind() {
        StateKind::PartiallyCaptured | StateKind::Capturing | StateKind::Voiding => true,
        StateKind::Charged => ledger.captured < whole,
        _ => false,
    };
    Ok(if known { Finding::Already } else { Finding::Stale })
}

fn charged(draft: &mut Draft<'_>, seen: &Observation<'_>, meaning: Meaning) -> Result<Finding, Conflict> {
    if captured(draft).is_zero() {
        // Charged, and a captured total of zero beside it.
        return Err(Conflict::CapturedAmountUnknown);
    }
    let before = draft.events.len();
    close_where_told(draft, seen, meaning)?;
    Ok(if draft.events.len() > before { Finding::Applied } else { Finding::Already })
}

/// On a gateway with several captures, only the transaction's own word for charged closes the authorization: a void of
/// the rest was done, and whatever else is held is let go. What a capture in flight may still take is not given up.
fn close_where_told(draft: &mut Draft<'_>, seen: &Observation<'_>, meaning: Meaning) -> Result<(), Conflict> {
    let several = draft.context.profile.capabilities.captures == Captures::Several;
    let told = meaning == Meaning::Charged && seen.is_transaction_status;
    if !several || !told || outstanding(draft, Operation::Capture).is_some() {
        return Ok(());
    }
    finish_void(draft)?;
    draft.release_rest()
}

/// The outstanding void was done, as far as money is left for it.
fn finish_void(draft: &mut Draft<'_>) -> Result<(), Conflict> {
    let Some((number, _, requested)) = outstanding(draft, Operation::Void) else { return Ok(()) };
    let amount = requested.min(held(draft));
    let outcome = if amount.is_zero() { Outcome::Withdrawn } else { Outcome::Succeeded { amount } };
    draft.answer(Operation::Void, number, outcome)
}

fn capture_initiated(draft: &mut Draft<'_>, seen: &Observation<'_>) -> Result<Finding, Conflict> {
    match (outstanding(draft, Operation::Capture), latest_told(draft)) {
        (Some((_, RequestStatus::Accepted, _)), _) => Ok(Finding::Already),
        (Some((number, ..)), _) => {
            draft.answer(Operation::Capture, number, Outcome::Accepted)?;
            Ok(Finding::Applied)
        }
        // We did not ask, or all that we asked is in the captured total: somebody else did, for all that is held.
        (None, latest) if nobody_asked(latest, seen) && free(draft) => {
            // Where there are several captures, nobody said that it is the last.
            let closes = draft.context.profile.capabilities.captures == Captures::Single;
            draft.unrequested(Operation::Capture, held(draft), closes, Outcome::Accepted)?;
            Ok(Finding::Applied)
        }
        _ => Ok(Finding::Stale),
    }
}

/// The latest capture that was asked for here or announced: what an old word for one under way could be about.
fn latest_told(draft: &Draft<'_>) -> Found {
    draft.ledger()?.captures.latest_of(Request::has_an_outcome).map(facts)
}

/// Whether a capture under way cannot be one that we know: there was none, or the last one is part of the stated total.
fn nobody_asked(latest: Found, seen: &Observation<'_>) -> bool {
    latest.is_none_or(|(_, status, _)| status == RequestStatus::Succeeded && seen.captured.is_some())
}

/// Whether something is held and no void is outstanding.
fn free(draft: &Draft<'_>) -> bool {
    !held(draft).is_zero() && outstanding(draft, Operation::Void).is_none()
}

fn capture_failed(draft: &mut Draft<'_>) -> Result<Finding, Conflict> {
    use StateKind::{Authorized, CaptureFailed, PartiallyCaptured};
    if draft.ledger().is_some_and(|ledger| ledger.captures.outstanding().nth(1).is_some()) {
        // Several are under way, and the word does not say which one failed.
        return Err(Conflict::CapturedAmountUnknown);
    }
    // The word names no capture. Where one failed before, it may be that one's, come late or again; taking it for the
    // newer one's would free money that may be captured. The newer one's own answer settles it.
    let failed = |status| matches!(status, RequestStatus::Failed | RequestStatus::Reversed);
    let failed_before =
        |ledger: &Ledger| ledger.captures.iter().any(|(_, capture)| failed(capture.status()) || capture.came_late);
    if outstanding(draft, Operation::Capture).is_some() && draft.ledger().is_some_and(failed_before) {
        return Ok(Finding::Stale);
    }
    if let Some((number, ..)) = outstanding(draft, Operation::Capture) {
        let closes = draft.context.profile.failure_closes();
        draft.answer(Operation::Capture, number, Outcome::Failed { closes })?;
        return Ok(Finding::Applied);
    }
    let known = latest(draft, Operation::Capture).is_some_and(|(_, status, _)| status.counts_as_failed());
    let shown = matches!(kind(draft), CaptureFailed | Authorized | PartiallyCaptured);
    Ok(if known && shown { Finding::Already } else { Finding::Stale })
}

fn void_initiated(draft: &mut Draft<'_>) -> Result<Finding, Conflict> {
    match (outstanding(draft, Operation::Void), latest(draft, Operation::Void)) {
        (Some((_, RequestStatus::Accepted, _)), _) => Ok(Finding::Already),
        (Some((number, ..)), _) => {
            draft.answer(Operation::Void, number, Outcome::Accepted)?;
            Ok(Finding::Applied)
        }
        (None, None) if !held(draft).is_zero() => {
            draft.unrequested(Operation::Void, held(draft), false, Outcome::Accepted)?;
            Ok(Finding::Applied)
        }
        _ => Ok(Finding::Stale),
    }
}

fn void_failed(draft: &mut Draft<'_>) -> Result<Finding, Conflict> {
    use StateKind::{Authorized, CaptureFailed, PartiallyCaptured, VoidFailed};
    if let Some((number, ..)) = outstanding(draft, Operation::Void) {
        draft.answer(Operation::Void, number, Outcome::Failed { closes: false })?;
        return Ok(Finding::Applied);
    }
    let known = latest(draft, Operation::Void).is_some_and(|(_, status, _)| status == RequestStatus::Failed);
    let shown = matches!(kind(draft), VoidFailed | Authorized | PartiallyCaptured | CaptureFailed);
    Ok(if known && shown { Finding::Already } else { Finding::Stale })
}

/// The hold is gone: what was outstanding of captures never happened, the rest was released.
fn voided(draft: &mut Draft<'_>) -> Result<Finding, Conflict> {
    let before = draft.events.len();
    let done = draft.ledger().is_some_and(was_voided);
    withdraw(draft, Operation::Capture)?;
    match (outstanding(draft, Operation::Void), latest(draft, Operation::Void)) {
        (Some(_), _) => finish_void(draft)?,
        // A void that counted as failed went through after all.
        (None, Some((number, RequestStatus::Failed | RequestStatus::Withdrawn, amount))) if amount <= held(draft) => {
            draft.answer(Operation::Void, number, Outcome::Succeeded { amount })?;
        }
        _ => {}
    }
    draft.release_rest()?;
    Ok(match (draft.events.len() > before, kind(draft)) {
        (true, _) => Finding::Applied,
        (false, StateKind::Voided) => Finding::Already,
        (false, StateKind::Charged) if done => Finding::Already,
        (false, _) => Finding::Stale,
    })
}

/// Whether a void gave money back. A release that nobody asked for, beside captured money, is the end of an
/// authorization of which a part was captured, and no void.
pub(super) fn was_voided(ledger: &Ledger) -> bool {
    let void = |request: &Request| request.origin() == Origin::Merchant || ledger.captured.is_zero();
    ledger.voids.iter().any(|(_, request)| request.status() == RequestStatus::Succeeded && void(request))
}

/// Money went back of itself: what was outstanding never happened, and whatever was still held lapsed.
fn auto_refunded(draft: &mut Draft<'_>) -> Result<Finding, Conflict> {
    let before = draft.events.len();
    withdraw(draft, Operation::Capture)?;
    withdraw(draft, Operation::Void)?;
    if !held(draft).is_zero() {
        draft.push(Event::AuthorizationExpired)?;
    }
    Ok(match (draft.events.len() > before, captured(draft).is_zero(), kind(draft)) {
        (true, ..) => Finding::Applied,
        (false, false, _) | (false, true, StateKind::Expired) => Finding::Already,
        (false, true, _) => Finding::Stale,
    })
}

/// Everything of a kind that is outstanding never happened.
fn withdraw(draft: &mut Draft<'_>, operation: Operation) -> Result<(), Conflict> {
    while let Some((number, ..)) = outstanding(draft, operation) {
        draft.answer(operation, number, Outcome::Withdrawn)?;
    }
    Ok(())
}
