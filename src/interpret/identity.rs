//! Step 1: whose is it? Identifiers bind to the transaction with the change that this observation makes.

use crate::conflict::Conflict;
use crate::event::Event;
use crate::ids::{ProviderId, ProviderIds, TransactionId};
use crate::interpret::Interpretation;
use crate::statement::Statement;
use crate::transaction::Transaction;

/// Checks the identifiers, finds this transaction in a list of all, and learns what is new.
pub(super) fn bind(reading: &mut Interpretation<'_, '_>) -> Result<(), Conflict> {
    let seen = reading.seen;
    let (named, known) = (&seen.transaction.ids, reading.transaction().provider_ids());
    if seen.ids_contradict {
        return Err(Conflict::IdsContradict {});
    }
    agree_on_order(known, named)?;
    agree(known, &seen.order.ids)?;
    for other in reading.payment().others() {
        agree_on_order(other.provider_ids(), named)?;
    }
    let listed = find_listed(reading, known)?;
    agree(known, named)?;
    if let Some(transaction) = owner(reading, named) {
        return Err(Conflict::OtherTransaction { transaction });
    }
    let of_list = listed.map(|listed| &listed.ids);
    if let Some(ids) = of_list {
        agree(known, ids)?;
        agree(ids, named)?;
    }
    let ids = unknown(known, [Some(named), Some(&seen.order.ids), of_list]);
    reading.entry = listed;
    if ids != ProviderIds::default() {
        let _ = reading.push(Event::Identified { ids })?;
    }
    Ok(())
}

/// What the list says about this transaction. If it lists several, one of them must be known to be this one.
fn find_listed<'s>(
    reading: &Interpretation<'s, '_>,
    known: &ProviderIds,
) -> Result<Option<&'s Statement<'s>>, Conflict> {
    let Some(list) = reading.seen.listed.as_deref() else { return Ok(None) };
    let named = &reading.seen.transaction.ids;
    let ours = list.iter().find(|listed| listed.ids.name_one_transaction(known));
    let meant = list.iter().find(|listed| listed.ids.name_one_transaction(named));
    if list.len() < 2 {
        // One that is alone in its list, and in our books, is this one.
        let alone = || list.first().filter(|_| !is_named(known) && !is_named(named));
        let alone = || alone().filter(|_| reading.payment().others().next().is_none());
        return Ok(ours.or(meant).or_else(alone));
    }
    let not_named = Conflict::TransactionNotNamed { listed: list.len() };
    if !is_named(named) {
        return ours.map(Some).ok_or(not_named);
    }
    let another = known.differing(named).is_some() || owner(reading, named).is_some();
    let linked = || meant.is_some_and(|meant| meant.ids.name_one_transaction(known));
    let is_ours = !another && (!is_named(known) || known.name_one_transaction(named) || linked());
    if is_ours { Ok(meant.or(ours)) } else { Err(not_named) }
}

/// The other transaction of the order that one of these identifiers belongs to.
fn owner(reading: &Interpretation<'_, '_>, ids: &ProviderIds) -> Option<TransactionId> {
    Transaction::find(reading.payment().others(), ids).map(|other| other.id().clone())
}

/// Whether a transaction is named.
pub(super) const fn is_named(ids: &ProviderIds) -> bool {
    ids.transaction.is_some() || ids.uuid.is_some()
}

fn agree(known: &ProviderIds, seen: &ProviderIds) -> Result<(), Conflict> {
    match known.differing(seen) {
        Some((observed, expected)) => Err(mismatch(observed.as_str(), expected.as_str())),
        None => Ok(()),
    }
}

fn agree_on_order(known: &ProviderIds, seen: &ProviderIds) -> Result<(), Conflict> {
    match (&known.order, &seen.order) {
        (Some(expected), Some(observed)) if observed != expected => Err(mismatch(observed.as_str(), expected.as_str())),
        _ => Ok(()),
    }
}

fn mismatch(observed: &str, expected: &str) -> Conflict {
    Conflict::IdentityMismatch { observed: observed.into(), expected: expected.into() }
}

/// The identifiers that are not known yet, each as the first of these names it. What is known is not copied.
fn unknown(known: &ProviderIds, seen: [Option<&ProviderIds>; 3]) -> ProviderIds {
    let new = |id: fn(&ProviderIds) -> &Option<ProviderId>| match id(known) {
        Some(_) => None,
        None => seen.into_iter().flatten().find_map(|ids| id(ids).clone()),
    };
    ProviderIds { order: new(|ids| &ids.order), transaction: new(|ids| &ids.transaction), uuid: new(|ids| &ids.uuid) }
}
