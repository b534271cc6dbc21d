//! The stored form of a transaction: versioned, and checked on reading as if it came from a stranger.
//!
//! Amounts stand beside the requests that they follow from, so that a changed figure is noticed. Unknown fields are
//! refused: a field that this release does not know may be one that money depends on.

use serde::{Deserialize, Serialize};

use crate::currency::Currency;
use crate::event::{STORED_VERSION, version};
use crate::ids::{ProviderIds, StatusWord, Time, TransactionId};
use crate::ledger::Ledger;
use crate::money::Minor;
use crate::request::{Operation, Origin, Request, RequestStatus};
use crate::requests::Requests;
use crate::state::StateKind;
use crate::transaction::{Phase, Transaction};

/// Why a stored transaction is refused. Code: `stored-form-invalid`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoredError {
    /// INV-1.
    #[error(
        "INV-1: {authorized} authorized is not {captured} captured + {pending} pending + {released} released + {held} held"
    )]
    Conservation {
        /// A as stored.
        authorized: Minor,
        /// C as stored.
        captured: Minor,
        /// P as stored.
        pending: Minor,
        /// V as stored.
        released: Minor,
        /// H as stored.
        held: Minor,
    },
    /// INV-2: an amount does not follow from the requests.
    #[error("INV-2: {amount} is {stated} and the requests give {found}")]
    NotFromRequests {
        /// Which amount.
        amount: &'static str,
        /// As stored.
        stated: Minor,
        /// As the requests give it.
        found: Minor,
    },
    /// INV-3.
    #[error("INV-3: {refunded} refunded + {refund_pending} pending is more than {captured} captured")]
    Refunds {
        /// R as stored.
        refunded: Minor,
        /// Q as stored.
        refund_pending: Minor,
        /// C as stored.
        captured: Minor,
    },
    /// INV-4.
    #[error("INV-4: the state is stored as {stated} and the amounts say {derived}")]
    State {
        /// As stored.
        stated: StateKind,
        /// As the facts give it.
        derived: StateKind,
    },
    /// A request that cannot be: done without success, more done than asked, or nothing asked.
    #[error("a {operation:?} request of {requested} with {done} done, {status:?}, cannot be")]
    Request {
        /// The kind.
        operation: Operation,
        /// As stored.
        requested: Minor,
        /// As stored.
        done: Minor,
        /// As stored.
        status: RequestStatus,
    },
    /// A flag that the requests do not bear out.
    #[error("{flag} is stored as {stated} and the requests say otherwise")]
    Flag {
        /// Which one.
        flag: &'static str,
        /// As stored.
        stated: bool,
    },
    /// Fewer events than it takes to make the requests.
    #[error("sequence {sequence} is too low for {turns} requests")]
    Sequence {
        /// As stored.
        sequence: u32,
        /// How many requests were sent.
        turns: u32,
    },
    /// A created or failed transaction with amounts, or another one without an authorization.
    #[error("a {state} transaction with {authorized} authorized cannot be")]
    Phase {
        /// As stored.
        state: StateKind,
        /// As stored.
        authorized: Minor,
    },
}

impl StoredError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "stored-form-invalid"
    }
}

/// Version 1. What is zero, false or empty is left out.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    #[serde(rename = "v", with = "version")]
    version: u32,
    id: TransactionId,
    sequence: u32,
    state: StateKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider_status: Option<StatusWord>,
    #[serde(default, skip_serializing_if = "is_default")]
    ids: ProviderIds,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hold: Option<Hold>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hold {
    currency: Currency,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    capture_before: Option<Time>,
    authorized: Minor,
    #[serde(default, skip_serializing_if = "is_default")]
    captured: Minor,
    #[serde(default, skip_serializing_if = "is_default")]
    pending: Minor,
    #[serde(default, skip_serializing_if = "is_default")]
    released: Minor,
    #[serde(default, skip_serializing_if = "is_default")]
    held: Minor,
    #[serde(default, skip_serializing_if = "is_default")]
    refunded: Minor,
    #[serde(default, skip_serializing_if = "is_default")]
    refund_pending: Minor,
    #[serde(default, skip_serializing_if = "is_default")]
    closed: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    expired: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    void_failed: bool,
    #[serde(default, skip_serializing_if = "Requests::is_empty")]
    captures: Requests,
    #[serde(default, skip_serializing_if = "Requests::is_empty")]
    voids: Requests,
    #[serde(default, skip_serializing_if = "Requests::is_empty")]
    refunds: Requests,
    #[serde(default, skip_serializing_if = "is_default")]
    turns: u32,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Serialize for Transaction {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let stored = Stored {
            version: STORED_VERSION,
            id: self.id.clone(),
            sequence: self.sequence,
            state: self.kind(),
            provider_status: match &self.phase {
                Phase::Created { word } | Phase::Failed { word } => word.clone(),
                Phase::Held(_) => None,
            },
            ids: self.ids.clone(),
            hold: self.ledger().map(Hold::of),
        };
        stored.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Transaction {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(Stored::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl Hold {
    fn of(ledger: &Ledger) -> Self {
        Self {
            currency: ledger.currency,
            capture_before: ledger.capture_before,
            authorized: ledger.authorized,
            captured: ledger.captured,
            pending: ledger.pending,
            released: ledger.released,
            held: ledger.held(),
            refunded: ledger.refunded,
            refund_pending: ledger.refund_pending,
            closed: ledger.closed,
            expired: ledger.expired,
            void_failed: ledger.void_failed,
            captures: ledger.captures.clone(),
            voids: ledger.voids.clone(),
            refunds: ledger.refunds.clone(),
            turns: ledger.turns,
        }
    }
}

impl TryFrom<Stored> for Transaction {
    type Error = StoredError;

    fn try_from(stored: Stored) -> Result<Self, StoredError> {
        let Stored { id, sequence, state, provider_status: word, ids, hold, .. } = stored;
        let phase = match (state, hold) {
            (StateKind::Created, None) => Phase::Created { word },
            (StateKind::Failed, None) => Phase::Failed { word },
            (stated, Some(hold)) if !stated.is_unheld() && word.is_none() => {
                let ledger = Ledger::try_from(hold)?;
                if sequence <= ledger.turns {
                    return Err(StoredError::Sequence { sequence, turns: ledger.turns });
                }
                let derived = ledger.kind();
                if stated != derived {
                    return Err(StoredError::State { stated, derived });
                }
                Phase::Held(ledger)
            }
            (state, hold) => {
                let authorized = hold.map_or(Minor::ZERO, |hold| hold.authorized);
                return Err(StoredError::Phase { state, authorized });
            }
        };
        Ok(Self { id, sequence, ids, phase })
    }
}

impl TryFrom<Hold> for Ledger {
    type Error = StoredError;

    fn try_from(hold: Hold) -> Result<Self, StoredError> {
        conservation(&hold)?;
        for (operation, requests) in
            [(Operation::Capture, &hold.captures), (Operation::Void, &hold.voids), (Operation::Refund, &hold.refunds)]
        {
            requests.iter().try_for_each(|(_, request)| plausible(operation, request, &hold))?;
        }
        follows(&hold)?;
        flags(&hold)?;
        let Hold { refunded, refund_pending, captured, .. } = hold;
        if refunded.saturating_add(refund_pending) > captured {
            return Err(StoredError::Refunds { refunded, refund_pending, captured });
        }
        Ok(Self {
            currency: hold.currency,
            capture_before: hold.capture_before,
            authorized: hold.authorized,
            captured,
            pending: hold.pending,
            released: hold.released,
            refunded,
            refund_pending,
            closed: hold.closed,
            expired: hold.expired,
            void_failed: hold.void_failed,
            captures: hold.captures,
            voids: hold.voids,
            refunds: hold.refunds,
            turns: hold.turns,
        })
    }
}

/// INV-1, and H = 0 once a closed authorization has something captured, but for what a void is about.
fn conservation(hold: &Hold) -> Result<(), StoredError> {
    let Hold { authorized, captured, pending, released, held, .. } = *hold;
    let sum =
        captured.checked_add(pending).and_then(|sum| sum.checked_add(released)).and_then(|sum| sum.checked_add(held));
    let let_go = !hold.closed || captured.is_zero() || held.is_zero() || hold.voids.in_flight();
    if sum == Some(authorized) && !authorized.is_zero() && let_go {
        Ok(())
    } else {
        Err(StoredError::Conservation { authorized, captured, pending, released, held })
    }
}

/// Whether a request can be as it is stored.
fn plausible(operation: Operation, request: &Request, hold: &Hold) -> Result<(), StoredError> {
    let (requested, did, status) = (request.requested, request.done, request.status);
    let has_done = matches!(status, RequestStatus::Succeeded | RequestStatus::Reversed);
    let ours = request.origin == Origin::Merchant;
    let can_be = !requested.is_zero()
        && did <= requested
        && did.is_zero() != has_done
        && (request.reached.is_zero() || (has_done && did <= request.reached))
        && (operation == Operation::Capture || status != RequestStatus::Reversed)
        && (status.is_outstanding() || !request.resent)
        && (ours || request.key.is_none())
        && if ours { !request.announced } else { status != RequestStatus::Unknown && !request.resent }
        && (has_done || !request.came_late)
        && (1..=hold.turns).contains(&request.turn);
    // A void was for no more than was held; something may have been released since.
    let most = || hold.released.checked_add(hold.held);
    let void_fits = operation != Operation::Void || !status.is_in_flight() || Some(requested) <= most();
    if can_be && void_fits { Ok(()) } else { Err(StoredError::Request { operation, requested, done: did, status }) }
}

/// The flags against the requests that raise them.
fn flags(hold: &Hold) -> Result<(), StoredError> {
    use RequestStatus::{Failed, Reversed, Succeeded};
    let any = |requests: &Requests, holds: fn(&Request) -> bool| requests.iter().any(|(_, request)| holds(request));
    let closes = any(&hold.captures, |capture| capture.status == Succeeded && capture.closes);
    let may_close = hold.expired || any(&hold.captures, |c| matches!(c.status, Succeeded | Failed | Reversed));
    let whole_void = any(&hold.voids, |void| void.status == Failed && void.closes);
    for (flag, stated, sound) in [
        ("closed", hold.closed, if hold.closed { may_close } else { !closes }),
        ("expired", hold.expired, !hold.expired || hold.closed),
        ("void_failed", hold.void_failed, !hold.void_failed || whole_void),
        ("voids", true, hold.voids.outstanding().nth(1).is_none()),
    ] {
        if !sound {
            return Err(StoredError::Flag { flag, stated });
        }
    }
    Ok(())
}

/// Each amount against the requests that it follows from.
fn follows(hold: &Hold) -> Result<(), StoredError> {
    let outstanding = |requests: &Requests| sum(requests.outstanding().map(|(_, request)| request.requested));
    // What closes an authorization releases money too, so what was voided is only the least once it was closed. A
    // reversal may have opened it again, also of a capture that succeeded anew since.
    let reopened = |capture: &Request| capture.status == RequestStatus::Reversed || capture.came_late;
    let was_closed = hold.closed || hold.captures.iter().any(|(_, capture)| reopened(capture));
    let least = if was_closed { hold.released } else { Minor::ZERO };
    let released = done(&hold.voids).map(|voided| voided.max(least));
    for (amount, stated, found) in [
        ("captured", hold.captured, done(&hold.captures)),
        ("pending", hold.pending, outstanding(&hold.captures)),
        ("released", hold.released, released),
        ("refunded", hold.refunded, done(&hold.refunds)),
        ("refund_pending", hold.refund_pending, outstanding(&hold.refunds)),
    ] {
        if found != Some(stated) {
            let found = found.unwrap_or(Minor::MAX);
            return Err(StoredError::NotFromRequests { amount, stated, found });
        }
    }
    Ok(())
}

/// What the requests of one kind did.
fn done(requests: &Requests) -> Option<Minor> {
    sum(requests.iter().filter(|(_, r)| r.status == RequestStatus::Succeeded).map(|(_, request)| request.done))
}

/// The sum, or `None` above every amount.
fn sum(amounts: impl Iterator<Item = Minor>) -> Option<Minor> {
    let mut amounts = amounts;
    amounts.try_fold(Minor::ZERO, Minor::checked_add)
}
