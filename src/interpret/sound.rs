//! Is an observation sound? The first contradiction, in the published order, is the conflict.

use crate::conflict::Conflict;
use crate::ids::ProviderIds;
use crate::interpret::OrderContext;
use crate::ledger::Ledger;
use crate::money::Minor;
use crate::observation::Observation;
use crate::profile::{Meaning, StatusRow};
use crate::transaction::Transaction;

/// Checks identity, currency, status, status id, flag and amount, in this order; gives what the status means.
pub(super) fn check(
    transaction: &Transaction,
    seen: &Observation<'_>,
    context: &OrderContext<'_>,
) -> Result<Meaning, Conflict> {
    if seen.ids_contradict || !transaction.provider_ids().agrees_with(&seen.ids) {
        return Err(Conflict::IdentityMismatch);
    }
    let expected = context.order.amount().currency();
    if let Some(observed) = seen.currency.filter(|&observed| observed != expected) {
        return Err(Conflict::CurrencyMismatch { observed, expected });
    }
    let known = |status: &str| context.profile.status(status).ok_or_else(|| unknown(status));
    let row = known(&seen.status)?;
    let beside_id = match &seen.order_status {
        Some(order_status) => known(order_status)?,
        None => row,
    };
    if let Some(id) = seen.status_id.filter(|id| !beside_id.ids.contains(id)) {
        return Err(Conflict::StatusIdMismatch { id });
    }
    let meaning = flagged(row, seen.captured_flag)?;
    amounts(transaction, seen, context)?;
    Ok(meaning)
}

/// The word is kept, so that somebody can learn it.
fn unknown(status: &str) -> Conflict {
    Conflict::UnknownStatus { status: status.chars().take(64).collect() }
}

/// What the status means, given the flag: refunded without ever having been captured is an auto-refund.
fn flagged(row: &StatusRow, flag: Option<bool>) -> Result<Meaning, Conflict> {
    let Some(captured) = flag else { return Ok(row.means) };
    match (row.means, captured) {
        (Meaning::Refunded, false) => Ok(Meaning::AutoRefunded),
        (Meaning::Refunded | Meaning::Charged | Meaning::PartiallyCharged, true) => Ok(row.means),
        (Meaning::Charged | Meaning::PartiallyCharged, false) | (_, true) => Err(Conflict::FlagMismatch { captured }),
        (_, false) => Ok(row.means),
    }
}

/// The authorized amount is what we hold; another amount is the order's, the authorized one, or that of a capture.
fn amounts(transaction: &Transaction, seen: &Observation<'_>, context: &OrderContext<'_>) -> Result<(), Conflict> {
    let Some(expected) = transaction.ledger().map(|ledger| ledger.authorized).or(seen.authorized) else {
        return Ok(());
    };
    if let Some(observed) = seen.authorized.filter(|&observed| observed != expected) {
        return Err(Conflict::AmountMismatch { observed, expected });
    }
    // Settled captures count too: the same answer, seen twice, is the same as once (INV-7).
    let is_capture = |observed: Minor| {
        let captures = transaction.ledger().map(Ledger::captures);
        captures.is_some_and(|captures| captures.iter().any(|(_, capture)| capture.requested() == observed))
    };
    let known =
        |observed: Minor| observed == expected || observed == context.order.amount().minor() || is_capture(observed);
    match seen.amount.filter(|&observed| !known(observed)) {
        Some(observed) => Err(Conflict::AmountMismatch { observed, expected }),
        None => Ok(()),
    }
}

/// The identifiers that are not known yet.
pub(super) fn unknown_ids(known: &ProviderIds, seen: &ProviderIds) -> ProviderIds {
    let new = |ours: &Option<_>, theirs: &Option<_>| if ours.is_none() { theirs.clone() } else { None };
    ProviderIds {
        order: new(&known.order, &seen.order),
        transaction: new(&known.transaction, &seen.transaction),
        uuid: new(&known.uuid, &seen.uuid),
    }
}
