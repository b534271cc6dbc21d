//! Outcomes of requests: the tables of outcomes, reversals, and provider-initiated changes.

use crate::conflict::Conflict;
use crate::hold::{Hold, Operation, Origin, Outcome, Request, RequestStatus};
use crate::ids::ProviderId;
use crate::money::Minor;
use crate::rejection::Rejection;
use crate::step::{Effect, Fault, check_amount, end, requested};

/// What an outcome means for a request of this status: the two tables of outcomes, all kinds alike.
enum Answer {
    Apply,
    /// It counts although the request had failed: a success, or an acceptance that overrides it.
    Late,
    Already,
    Stale,
    Illegal,
}

fn table(operation: Operation, request: &Request, outcome: Outcome, overrides: bool) -> Answer {
    use Outcome::{Accepted, Failed, Succeeded, TimedOut, Withdrawn};
    use RequestStatus as Is;
    match (request.status, outcome) {
        // The first try of a repeated request may still happen: its outcome is unknown already.
        (Is::Unknown, Withdrawn) if request.resent => Answer::Already,
        (Is::Sent | Is::Accepted | Is::Unknown, Succeeded | Failed | Withdrawn) => Answer::Apply,
        (Is::Sent | Is::Unknown, Accepted) | (Is::Sent, TimedOut) => Answer::Apply,
        (Is::Accepted, TimedOut) if overrides => Answer::Apply,
        (Is::Accepted, Accepted | TimedOut) | (Is::Unknown, TimedOut) => Answer::Already,
        (Is::Succeeded, Succeeded) => Answer::Already,
        (Is::Succeeded, Failed | Withdrawn) => Answer::Illegal,
        (Is::Failed | Is::Withdrawn | Is::Reversed, Succeeded) => Answer::Late,
        (Is::Failed | Is::Withdrawn | Is::Reversed, Accepted) if overrides && operation != Operation::Void => {
            Answer::Late
        }
        (Is::Failed | Is::Withdrawn | Is::Reversed, Failed | Withdrawn) => Answer::Already,
        (Is::Succeeded | Is::Failed | Is::Withdrawn | Is::Reversed, Accepted | TimedOut) => Answer::Stale,
    }
}

/// The fields of [`Event::Answered`](crate::event::Event::Answered) without the request.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) outcome: Outcome,
    pub(super) amount: Option<Minor>,
    pub(super) closes: bool,
    pub(super) overrides: bool,
    pub(super) provider_id: &'a Option<ProviderId>,
}

pub(super) fn answer(
    hold: &mut Hold,
    operation: Operation,
    number: u32,
    told: Told<'_>,
    now: u32,
) -> Result<Effect, Fault> {
    let Some(known) = hold.requests(operation).get(number) else { return Err(Fault::NoSuchRequest(operation)) };
    if told.outcome != Outcome::Succeeded && told.amount.is_some() {
        return Err(Fault::Illegal);
    }
    let leaves = told.outcome == Outcome::Accepted && told.overrides && known.status.is_outstanding();
    let uncovers = leaves && hold.is_before_a_total(operation, known);
    let renames = told.outcome == Outcome::Succeeded && known.status != RequestStatus::Succeeded;
    let effect = match table(operation, known, told.outcome, told.overrides) {
        Answer::Apply | Answer::Already if uncovers => {
            hold.requests_mut(operation).change(number, |request| request.status = RequestStatus::Accepted);
            leave_totals(hold, operation, number, now);
            Effect::Applied
        }
        Answer::Already => {
            let done = known.done.unwrap_or(known.amount);
            if let Some(observed) = told.amount.filter(|amount| *amount != done) {
                let (observed, expected) = (hold.money(observed), hold.money(done));
                return Err(Conflict::AmountMismatch { observed, expected }.into());
            }
            Effect::AlreadyApplied
        }
        Answer::Stale => Effect::Stale,
        Answer::Illegal => {
            let done = hold.money(known.done.unwrap_or(known.amount));
            return Err(Rejection::Succeeded { operation, done }.into());
        }
        late @ (Answer::Apply | Answer::Late) => {
            resolve(hold, operation, number, told, matches!(late, Answer::Late))?;
            if told.outcome == Outcome::Accepted && told.overrides {
                hold.derive();
                leave_totals(hold, operation, number, now);
            }
            Effect::Applied
        }
    };
    Ok(learn_id(hold, operation, number, told.provider_id, renames, effect))
}

/// A request that is known to be pending is in no total that was stated so far.
fn leave_totals(hold: &mut Hold, operation: Operation, number: u32, now: u32) {
    if hold.requests(operation).get(number).is_some_and(|request| hold.is_before_a_total(operation, request)) {
        hold.requests_mut(operation).change(number, |request| request.begun = now);
    }
}

/// The provider's identifier for the request is a fact by itself, whatever else the answer says. The one under which it
/// succeeds replaces that of a try which did not.
fn learn_id(
    hold: &mut Hold,
    operation: Operation,
    number: u32,
    told: &Option<ProviderId>,
    renames: bool,
    effect: Effect,
) -> Effect {
    let is_new = |request: &Request| match &request.provider_id {
        None => true,
        Some(known) => renames && told.as_ref() != Some(known),
    };
    if told.is_none() || effect == Effect::Stale || !hold.requests(operation).get(number).is_some_and(is_new) {
        return effect;
    }
    hold.requests_mut(operation).change(number, |request| request.provider_id.clone_from(told));
    Effect::Applied
}

/// Sets the outcome of a request, and ends, closes or opens the hold with it.
fn resolve(hold: &mut Hold, operation: Operation, number: u32, told: Told<'_>, late: bool) -> Result<(), Fault> {
    let is_resent = hold.requests(operation).get(number).is_some_and(|request| request.resent);
    let status = match told.outcome {
        Outcome::Succeeded => return succeed(hold, operation, number, told.amount, late),
        Outcome::Accepted => RequestStatus::Accepted,
        Outcome::TimedOut => RequestStatus::Unknown,
        Outcome::Failed => RequestStatus::Failed,
        // The first try of one that was sent again may still happen.
        Outcome::Withdrawn if is_resent => RequestStatus::Unknown,
        Outcome::Withdrawn => RequestStatus::Withdrawn,
    };
    hold.requests_mut(operation).change(number, |request| {
        request.becomes(status);
        // Once reversed, it is in no total that was stated before.
        request.done = None;
    });
    if status == RequestStatus::Failed && told.closes {
        let whole = hold.requests(operation).get(number).is_some_and(|request| request.takes_all);
        end::failed(hold, operation, whole);
    }
    Ok(())
}

/// A request succeeded: does the money fit, and does the hold end or open with it?
fn succeed(hold: &mut Hold, operation: Operation, number: u32, amount: Option<Minor>, late: bool) -> Result<(), Fault> {
    let Some(request) = hold.requests(operation).get(number) else { return Err(Fault::NoSuchRequest(operation)) };
    // A void without an amount released what was left: a capture in flight has lost to it.
    let asked = match operation {
        Operation::Void if !late => request.amount.min(not_taken(hold)),
        _ => request.amount,
    };
    let amount = amount.unwrap_or(asked);
    check_amount(amount, Minor::MAX)?;
    // What a total covers reserves nothing itself: its success has to fit like a late one.
    fits(hold, operation, request, amount, late || hold.is_covered(operation, request))?;
    let of_all = operation == Operation::Void && !late && request.takes_all && amount >= asked;
    let closes = request.closes || of_all;
    hold.requests_mut(operation).change(number, |request| {
        request.becomes(RequestStatus::Succeeded);
        request.done = Some(amount);
    });
    end::succeeded(hold, operation, closes, late);
    Ok(())
}

/// The most that a void can have released in time: what is held, and what captures in flight reserve, which lose to it.
fn not_taken(hold: &Hold) -> Minor {
    let amounts = hold.amounts();
    amounts.authorized.saturating_sub(amounts.captured).saturating_sub(amounts.released)
}

/// Whether a success of this amount can be true.
fn fits(hold: &Hold, operation: Operation, request: &Request, amount: Minor, late: bool) -> Result<(), Conflict> {
    let (amounts, money) = (hold.amounts(), |minor| hold.money(minor));
    let total = hold.total_with(operation, request, amount);
    let mismatch = |expected| Conflict::AmountMismatch { observed: money(amount), expected: money(expected) };
    match operation {
        Operation::Capture => {
            if amount > request.amount && total <= hold.limit() {
                let requested = money(request.amount);
                return Err(Conflict::CapturedExceedsRequested { captured: money(amount), requested });
            }
            // Other requests that may still happen keep their reserved money when a late success arrives; a timely
            // success has its own.
            let beside = if late { amounts.pending } else { Minor::ZERO };
            end::check_captured(hold, total, beside, late)?;
        }
        Operation::Void => {
            let most = request.amount.min(if late { amounts.held } else { not_taken(hold) });
            if amount > most {
                return Err(mismatch(most));
            }
        }
        Operation::Refund => {
            let beside = if late { amounts.refund_pending } else { Minor::ZERO };
            let refunded = total.saturating_add(beside);
            if refunded > amounts.captured {
                let captured = money(amounts.captured);
                return Err(Conflict::RefundedExceedsCaptured { refunded: money(refunded), captured });
            }
            if amount > request.amount {
                return Err(mismatch(request.amount));
            }
        }
    }
    Ok(())
}

/// The fields of [`Event::ProviderInitiated`](crate::event::Event::ProviderInitiated) without the request.
#[derive(Clone, Copy)]
pub(super) struct Initiated<'a> {
    pub(super) amount: Minor,
    pub(super) done: bool,
    pub(super) closes: bool,
    pub(super) provider_id: &'a Option<ProviderId>,
}

/// The provider did something on its own initiative, or announced it. A success counts as begun before every stated
/// total.
pub(super) fn provider_initiated(
    hold: &mut Hold,
    operation: Operation,
    number: u32,
    told: Initiated<'_>,
    now: u32,
) -> Result<Effect, Fault> {
    let room = requested::placed(hold, operation, number, None)?;
    let request = Request {
        key: None,
        provider_id: told.provider_id.clone(),
        amount: told.amount,
        done: told.done.then_some(told.amount),
        status: if told.done { RequestStatus::Succeeded } else { RequestStatus::Accepted },
        closes: told.closes && operation == Operation::Capture,
        // What a capture reserves is not released by it.
        takes_all: operation != Operation::Refund
            && hold.amounts().pending.is_zero()
            && told.amount == hold.amounts().held,
        resent: false,
        origin: Origin::Provider,
        begun: if told.done { 0 } else { now },
        last_sent: now,
        remembered_until: None,
    };
    check_amount(told.amount, Minor::MAX)?;
    if told.done {
        fits(hold, operation, &request, told.amount, false)?;
    } else {
        announced(hold, operation, told.amount)?;
    }
    let closes = request.closes;
    hold.requests_mut(operation).push(room, request);
    if told.done {
        end::succeeded(hold, operation, closes, false);
    }
    Ok(Effect::Applied)
}

/// Whether what the provider announced can still happen.
fn announced(hold: &Hold, operation: Operation, amount: Minor) -> Result<(), Fault> {
    let amounts = hold.amounts();
    let most = match operation {
        Operation::Capture | Operation::Void => amounts.held,
        Operation::Refund => amounts.refundable(),
    };
    let ends = operation != Operation::Refund && hold.end.is_some();
    if ends || (operation == Operation::Void && hold.open(Operation::Void).has_outstanding()) {
        return Err(Fault::Illegal);
    }
    check_amount(amount, most)
}

/// A capture or a refund that had succeeded was reversed. It counts as failed, and every total that may contain it
/// falls by its amount.
pub(super) fn reverse(
    hold: &mut Hold,
    operation: Operation,
    number: u32,
    amount: Minor,
    closes: bool,
    now: u32,
) -> Result<Effect, Fault> {
    let Some(known) = hold.requests(operation).get(number) else { return Err(Fault::NoSuchRequest(operation)) };
    let (begun, done) = (known.begun, known.done.unwrap_or(known.amount));
    match known.status {
        _ if operation == Operation::Void => return Err(Fault::Illegal),
        RequestStatus::Succeeded | RequestStatus::Reversed if amount != done => {
            let (observed, expected) = (hold.money(amount), hold.money(done));
            return Err(Conflict::AmountMismatch { observed, expected }.into());
        }
        RequestStatus::Succeeded => {}
        RequestStatus::Reversed => return Ok(Effect::AlreadyApplied),
        _ if hold.is_covered(operation, known) => {
            return Err(Rejection::OnlyTotalHolds { operation, amount: hold.money(known.amount) }.into());
        }
        _ => return Err(Fault::Illegal),
    }
    let before = hold.amounts();
    let totals_before = hold.totals_mut(operation).clone();
    let totals = hold.totals_mut(operation);
    for total in totals.stated.iter_mut().filter(|total| begun < total.at) {
        total.amount = total.amount.saturating_sub(amount);
    }
    totals.reversed = totals.reversed.saturating_add(amount);
    hold.requests_mut(operation).change(number, |request| {
        request.status = RequestStatus::Reversed;
        // Should it succeed again, it is in no total stated so far.
        request.begun = now;
    });
    hold.derive();
    if operation == Operation::Capture {
        // What is pending in refunds gives way; what was refunded cannot.
        let captured = hold.amounts().captured;
        if before.refunded > captured {
            // It is rejected, so everything is put back as it was.
            *hold.totals_mut(operation) = totals_before;
            hold.requests_mut(operation).change(number, |request| {
                request.status = RequestStatus::Succeeded;
                request.begun = begun;
            });
            hold.derive();
            let (refunded, captured) = (hold.money(before.refunded), hold.money(captured));
            return Err(Conflict::RefundedExceedsCaptured { refunded, captured }.into());
        }
        end::capture_reversed(hold, closes, before.released);
    }
    Ok(Effect::Applied)
}
