//! A request is made, for the first time or again: is it legal now, and what does it reserve?

use crate::hold::{Hold, MAX_REQUESTS, Operation, Origin, Request, RequestStatus, Room, StateKind};
use crate::ids::{IdempotencyKey, Time};
use crate::money::Minor;
use crate::rejection::Rejection;
use crate::step::{Effect, Fault, check_amount};

/// The fields of [`Event::Requested`](crate::event::Event::Requested) without the operation.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) number: u32,
    pub(super) amount: Minor,
    pub(super) key: Option<&'a IdempotencyKey>,
    pub(super) closes: bool,
}

/// Applies a request: a new one, a new try of a withdrawn one, or a repeat of one whose outcome is unknown.
pub(super) fn request(hold: &mut Hold, operation: Operation, asked: Asked<'_>, now: u32) -> Result<Effect, Fault> {
    let Some(known) = hold.requests(operation).get(asked.number) else {
        let room = placed(hold, operation, asked.number, asked.key)?;
        let takes_all = legal(hold, operation, asked.amount)?;
        hold.requests_mut(operation).push(room, sent(operation, asked, takes_all, now));
        return Ok(Effect::Applied);
    };
    let same = known.amount == asked.amount && known.key.as_ref() == asked.key && known.origin.is_merchant();
    match known.status {
        _ if !same => Err(Fault::Illegal),
        RequestStatus::Withdrawn => {
            let takes_all = legal(hold, operation, asked.amount)?;
            hold.requests_mut(operation).change(asked.number, |known| {
                // A new run of tries; the provider's identifier for the earlier run stays.
                let provider_id = known.provider_id.take();
                *known = Request { provider_id, ..sent(operation, asked, takes_all, now) };
            });
            Ok(Effect::Applied)
        }
        RequestStatus::Unknown if !hold.is_covered(operation, known) => again(hold, operation, asked, now),
        _ => Ok(Effect::AlreadyApplied),
    }
}

/// A request that begins a run of tries.
fn sent(operation: Operation, asked: Asked<'_>, takes_all: bool, now: u32) -> Request {
    Request {
        key: asked.key.cloned(),
        provider_id: None,
        amount: asked.amount,
        done: None,
        status: RequestStatus::Sent,
        closes: asked.closes && operation == Operation::Capture,
        takes_all,
        resent: false,
        origin: Origin::Merchant,
        begun: now,
        last_sent: now,
        remembered_until: None,
    }
}

/// The provider remembers the key of a request until then. A repeat of it is not remembered any longer.
pub(super) fn remembered(hold: &mut Hold, operation: Operation, number: u32, until: Time) -> Result<Effect, Fault> {
    let Some(request) = hold.requests(operation).get(number) else { return Err(Fault::NoSuchRequest(operation)) };
    match request.remembered_until {
        Some(known) if known == until => return Ok(Effect::AlreadyApplied),
        None if request.status.is_outstanding() && request.origin.is_merchant() => {}
        _ => return Err(Fault::Illegal),
    }
    hold.requests_mut(operation).change(number, |request| request.remembered_until = Some(until));
    Ok(Effect::Applied)
}

/// A repeat of a request whose outcome is unknown: its money is reserved already.
fn again(hold: &mut Hold, operation: Operation, asked: Asked<'_>, now: u32) -> Result<Effect, Fault> {
    let fits = match operation {
        Operation::Capture => hold.state() == StateKind::CaptureUnknown,
        Operation::Void => hold.state() == StateKind::VoidUnknown,
        Operation::Refund => true,
    };
    if !fits {
        return Err(Fault::Illegal);
    }
    hold.requests_mut(operation).change(asked.number, |request| {
        request.status = RequestStatus::Sent;
        request.resent = true;
        request.last_sent = now;
    });
    Ok(Effect::Applied)
}

/// Whether a new request has the next number, a key of its own, and room in the list.
pub(super) fn placed(
    hold: &Hold,
    operation: Operation,
    number: u32,
    key: Option<&IdempotencyKey>,
) -> Result<Room, Fault> {
    let requests = hold.requests(operation);
    let count = requests.count();
    if number != count.saturating_add(1) {
        return Err(Fault::Illegal);
    }
    let Some(room) = requests.room(key) else { return Err(Fault::Illegal) };
    if count >= MAX_REQUESTS {
        return Err(Rejection::TooMany { count }.into());
    }
    Ok(room)
}

/// Whether a new request may be made now, whatever else a profile allows; and if so, whether it takes everything.
fn legal(hold: &Hold, operation: Operation, amount: Minor) -> Result<bool, Fault> {
    use StateKind::{Authorized, CaptureFailed, CaptureInitiated, Capturing, PartiallyCaptured, VoidFailed};
    let state = hold.state();
    let fits = match operation {
        Operation::Capture => {
            let open = matches!(state, Authorized | PartiallyCaptured | Capturing | CaptureInitiated);
            open && hold.closed.is_none()
        }
        Operation::Void => matches!(state, Authorized | PartiallyCaptured | CaptureFailed | VoidFailed),
        Operation::Refund => !hold.amounts().captured.is_zero(),
    };
    if fits { takes_all(hold, operation, amount) } else { Err(Fault::Illegal) }
}

/// Whether a new request takes everything: of captures and voids H, of refunds C − R − Q. It may not exceed that; a
/// capture may, up to L − C − P − V.
fn takes_all(hold: &Hold, operation: Operation, amount: Minor) -> Result<bool, Fault> {
    // A capture of all that is held takes everything, even if more may be tolerated.
    let (most, all) = match operation {
        Operation::Capture => (hold.uncommitted(), hold.amounts().held),
        Operation::Void => (hold.amounts().held, hold.amounts().held),
        Operation::Refund => (hold.amounts().refundable(), hold.amounts().refundable()),
    };
    check_amount(amount, most)?;
    Ok(amount >= all)
}
