//! A request is made, for the first time or again: is it legal from here, and what does it set aside?

use crate::ids::IdempotencyKey;
use crate::ledger::Ledger;
use crate::money::Minor;
use crate::request::{MAX_REQUESTS, Operation, Origin, Request, RequestStatus};
use crate::state::StateKind;
use crate::transition::{Effect, Fault, check_amount};

/// The fields of [`Event::Requested`](crate::event::Event::Requested) without the operation.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) number: u32,
    pub(super) amount: Minor,
    pub(super) key: Option<&'a IdempotencyKey>,
    pub(super) closes: bool,
    pub(super) origin: Origin,
}

pub(super) fn request(ledger: &mut Ledger, operation: Operation, asked: Asked<'_>) -> Result<Effect, Fault> {
    let requests = ledger.requests(operation);
    let (count, turn) = (requests.count(), ledger.turns.saturating_add(1));
    match requests.get(asked.number) {
        Some(known) => {
            if known.requested != asked.amount || known.key() != asked.key || known.origin != asked.origin {
                return Err(Fault::Illegal);
            }
            match known.status {
                // Sent again: nothing more is reserved.
                RequestStatus::Unknown => {
                    legal(ledger, operation, asked)?;
                    ledger.requests_mut(operation).change(asked.number, |request| {
                        request.status = RequestStatus::Sent;
                        request.resent = true;
                        request.turn = turn;
                    });
                }
                // A new try of what was never tried.
                RequestStatus::Withdrawn => {
                    legal(ledger, operation, asked)?;
                    reserve(ledger, operation, asked.amount)?;
                    let closes = closes(ledger, operation, asked);
                    ledger.requests_mut(operation).change(asked.number, |request| {
                        request.status = RequestStatus::Sent;
                        request.closes = closes;
                        request.turn = turn;
                    });
                }
                _ => return Ok(Effect::AlreadyApplied),
            }
        }
        None => {
            let known_key = asked.key.is_some_and(|key| requests.by_key(key.as_str()).is_some());
            if asked.number != count.saturating_add(1) || known_key {
                return Err(Fault::Illegal);
            }
            if count >= MAX_REQUESTS {
                return Err(Fault::TooMany { count });
            }
            legal(ledger, operation, asked)?;
            let closes = closes(ledger, operation, asked);
            reserve(ledger, operation, asked.amount)?;
            ledger.requests_mut(operation).push(Request {
                key: asked.key.cloned(),
                requested: asked.amount,
                done: Minor::ZERO,
                status: RequestStatus::Sent,
                closes,
                resent: false,
                origin: asked.origin,
                reached: Minor::ZERO,
                turn,
            });
        }
    }
    ledger.turns = turn;
    Ok(Effect::Applied)
}

/// Whether a request may be made from here, whatever a profile allows besides.
fn legal(ledger: &Ledger, operation: Operation, asked: Asked<'_>) -> Result<(), Fault> {
    use StateKind::{Authorized, CaptureFailed, PartiallyCaptured, VoidFailed};
    let no_other_void =
        ledger.voids.outstanding().all(|(number, _)| operation == Operation::Void && number == asked.number);
    // A repeat of one of unknown fate takes nothing more, even from an authorization that closed meanwhile.
    let known = ledger.requests(operation).get(asked.number);
    let again = known.is_some_and(|request| request.status() == RequestStatus::Unknown);
    let fits = match (operation, asked.origin) {
        (Operation::Capture, Origin::Merchant) => no_other_void && ledger.kind().is_open() && (again || !ledger.closed),
        (Operation::Capture | Operation::Void, Origin::Provider) => no_other_void,
        (Operation::Void, Origin::Merchant) => {
            let voidable = matches!(ledger.kind(), Authorized | PartiallyCaptured | CaptureFailed | VoidFailed);
            no_other_void && ledger.captures.settled() && voidable
        }
        (Operation::Refund, _) => !ledger.captured.is_zero(),
    };
    if fits { Ok(()) } else { Err(Fault::Illegal) }
}

/// Whether success closes the authorization: a capture says so, a void of all that is held does, a refund never.
fn closes(ledger: &Ledger, operation: Operation, asked: Asked<'_>) -> bool {
    match operation {
        Operation::Capture => asked.closes,
        Operation::Void => asked.amount == ledger.held(),
        Operation::Refund => false,
    }
}

/// Sets money aside for a request, within its ceiling.
fn reserve(ledger: &mut Ledger, operation: Operation, amount: Minor) -> Result<(), Fault> {
    match operation {
        Operation::Capture => {
            check_amount(amount, ledger.held())?;
            ledger.pending = ledger.pending.saturating_add(amount);
        }
        Operation::Void => check_amount(amount, ledger.held())?,
        Operation::Refund => {
            check_amount(amount, ledger.refundable())?;
            ledger.refund_pending = ledger.refund_pending.saturating_add(amount);
        }
    }
    Ok(())
}
