//! A request is made, for the first time or again: is it legal from here, and what does it set aside?

use crate::ids::IdempotencyKey;
use crate::ledger::Ledger;
use crate::money::Minor;
use crate::request::{MAX_REQUESTS, Operation, Origin, Request, RequestStatus, Requests};
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
pub(super) fn request(ledger: &mut Ledger, operation: Operation, asked: Asked<'_>) -> Result<Effect, Fault> {
    let requests = ledger.requests(operation);
    let known = requests.get(asked.number);
    let again = match known {
        None => {
            placed(requests, asked)?;
            false
        }
        Some(known) if !asked.is(known) => return Err(Fault::Illegal),
        Some(known) => match known.status {
            RequestStatus::Unknown => true,
            RequestStatus::Withdrawn => false,
            _ => return Ok(Effect::AlreadyApplied),
        },
    };
    let is_new = known.is_none();
    let closes = if again { known.is_some_and(Request::closes) } else { closes(ledger, operation, asked) };
    legal(ledger, operation, asked, again)?;
    if !again {
        // What is sent again is reserved already.
        reserve(ledger, operation, asked.amount)?;
    }
    let turn = ledger.turns.saturating_add(1);
    ledger.turns = turn;
    if is_new {
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
    } else {
        ledger.requests_mut(operation).change(asked.number, |request| {
            request.status = RequestStatus::Sent;
            request.closes = closes;
            request.resent = again;
            request.turn = turn;
        });
    }
    Ok(Effect::Applied)
}

/// Whether a new request has the next number, a key of its own, and room.
fn placed(requests: &Requests, asked: Asked<'_>) -> Result<(), Fault> {
    let count = requests.count();
    let key_taken = asked.key.is_some_and(|key| requests.by_key(key.as_str()).is_some());
    if asked.number != count.saturating_add(1) || key_taken {
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
fn legal(ledger: &Ledger, operation: Operation, asked: Asked<'_>, again: bool) -> Result<(), Fault> {
    use StateKind::{Authorized, CaptureFailed, PartiallyCaptured, VoidFailed};
    let no_other_void =
        ledger.voids.outstanding().all(|(number, _)| operation == Operation::Void && number == asked.number);
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
