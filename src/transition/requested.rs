//! A request is made, for the first time or again: is it legal from here, and what does it set aside?

use crate::ids::IdempotencyKey;
use crate::ledger::Ledger;
use crate::money::Minor;
use crate::request::{Operation, Origin, Request, RequestStatus};
use crate::requests::{MAX_REQUESTS, Requests};
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

/// Takes a request: a new one, a new try of a withdrawn one, or one of unknown fate sent again.
#[inline(always)]
pub(super) fn request(ledger: &mut Ledger, operation: Operation, asked: Asked<'_>) -> Result<Effect, Fault> {
    match ledger.requests(operation).get(asked.number) {
        None => first_try(ledger, operation, asked),
        Some(known) if !asked.is(known) => Err(Fault::Illegal),
        Some(known) => match known.status {
            RequestStatus::Unknown => {
                let closes = known.closes;
                try_again(ledger, operation, Asked { closes, ..asked }, true)
            }
            RequestStatus::Withdrawn => {
                let closes = closes(ledger, operation, asked);
                try_again(ledger, operation, Asked { closes, ..asked }, false)
            }
            _ => Ok(Effect::AlreadyApplied),
        },
    }
}

#[inline(always)]
fn first_try(ledger: &mut Ledger, operation: Operation, asked: Asked<'_>) -> Result<Effect, Fault> {
    placed(ledger.requests(operation), asked)?;
    let closes = closes(ledger, operation, asked);
    legal(ledger, operation, asked, false)?;
    reserve(ledger, operation, asked.amount)?;
    ledger.turns = ledger.turns.saturating_add(1);
    let turn = ledger.turns;
    ledger.requests_mut(operation).push(Request {
        key: asked.key.cloned(),
        requested: asked.amount,
        done: Minor::ZERO,
        status: RequestStatus::Sent,
        closes,
        resent: false,
        origin: asked.origin,
        announced: false,
        came_late: false,
        reached: Minor::ZERO,
        turn,
    });
    Ok(Effect::Applied)
}

/// Tries a known request again; one that is still open has its money reserved already.
#[inline(always)]
fn try_again(ledger: &mut Ledger, operation: Operation, asked: Asked<'_>, open: bool) -> Result<Effect, Fault> {
    legal(ledger, operation, asked, open)?;
    if !open {
        reserve(ledger, operation, asked.amount)?;
    }
    ledger.turns = ledger.turns.saturating_add(1);
    let turn = ledger.turns;
    ledger.requests_mut(operation).change(asked.number, |request| {
        request.status = RequestStatus::Sent;
        request.closes = asked.closes;
        request.resent = open;
        request.turn = turn;
    });
    Ok(Effect::Applied)
}

/// Whether a new request has the next number, a key of its own if it is ours, and room.
#[inline(always)]
fn placed(requests: &Requests, asked: Asked<'_>) -> Result<(), Fault> {
    let count = requests.count();
    let key_taken = asked.key.is_some_and(|key| requests.by_key(key.as_str()).is_some());
    let strange_key = asked.key.is_some() && !asked.origin.is_merchant();
    if asked.number != count.saturating_add(1) || key_taken || strange_key {
        return Err(Fault::Illegal);
    }
    if count >= MAX_REQUESTS {
        return Err(Fault::TooMany { count });
    }
    Ok(())
}

impl Asked<'_> {
    /// Whether it is the same request as one that is known.
    fn is(&self, known: &Request) -> bool {
        known.requested == self.amount && known.key() == self.key && known.origin == self.origin
    }
}

/// Whether a request may be made from here, whatever a profile allows besides.
///
/// A repeat of one of unknown fate takes nothing more, even from an authorization that closed meanwhile.
#[inline(always)]
fn legal(ledger: &Ledger, operation: Operation, asked: Asked<'_>, again: bool) -> Result<(), Fault> {
    use StateKind::{Authorized, CaptureFailed, PartiallyCaptured, VoidFailed};
    let no_other_void = ledger.voids.settled()
        || (operation == Operation::Void && ledger.voids.outstanding().all(|(number, _)| number == asked.number));
    let fits = match (operation, asked.origin) {
        (Operation::Capture, Origin::Merchant) => no_other_void && (again || !ledger.closed) && ledger.kind().is_open(),
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
#[inline(always)]
fn closes(ledger: &Ledger, operation: Operation, asked: Asked<'_>) -> bool {
    match operation {
        Operation::Capture => asked.closes,
        Operation::Void => asked.amount == ledger.held(),
        Operation::Refund => false,
    }
}

/// Sets money aside for a request, within its ceiling.
#[inline(always)]
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
