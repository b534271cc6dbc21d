//! What was found, as statements: each value goes to its subject.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::value::RawValue;

use crate::hold::Operation;
use crate::ids::{ProviderId, ProviderIds};
use crate::money::{Currency, Minor};
use crate::profile::{CanonicalStatus, Part, ProfileRows, Reading, Role, Says};
use crate::read::values;
use crate::read::walk::{Fit, Value, Walk};
use crate::statement::{Malformed, Observation, RequestStatement, Statement, Subject, Word};

/// Whose statement the values of an object go to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slot {
    /// The order's and this transaction's.
    Main,
    /// One of the order's transactions, by its place.
    Listed(usize),
    /// One request, by its place among those of its kind.
    Request(Operation, usize),
}

/// The objects of one reading: whose they are, and what their amounts are counted in.
struct Own<'g, 'p, 'a> {
    walk: &'g Walk<'p, 'a>,
    /// By object; `None` for one that is not of the reading, or does not fit.
    slots: Vec<Option<Slot>>,
    /// By object, if the payload names several; `None` if neither the object nor one around it names a currency.
    currencies: Vec<Option<Currency>>,
    /// The parts of other transactions: what is in them besides the request says nothing of this one.
    of_others: Vec<Slot>,
}

impl<'g, 'p, 'a> Own<'g, 'p, 'a> {
    /// Those of the reading with this number, with a place in what is said for each.
    fn of(walk: &'g Walk<'p, 'a>, reading: usize, said: &mut Observation<'a>) -> Self {
        let mut slots: Vec<Option<Slot>> = Vec::with_capacity(walk.objects.len());
        for (at, object) in walk.objects.iter().enumerate() {
            let around = if object.around == at {
                (at == reading).then_some(Slot::Main)
            } else {
                slots.get(object.around).copied().flatten()
            };
            let fits = around.filter(|_| object.fit == Fit::Fits);
            slots.push(fits.map(|around| slot(object.part, around, said)));
        }
        Self { walk, slots, currencies: Vec::new(), of_others: Vec::new() }
    }

    /// The values that are the reading's, with their slots.
    fn values(&self) -> impl Iterator<Item = (&'g Value<'p, 'a>, Slot)> {
        let own = |value: &'g Value<'p, 'a>| Some((value, self.slots.get(value.object).copied().flatten()?));
        let all = self.of_others.is_empty();
        let says = move |(value, slot): &(&Value<'_, '_>, Slot)| {
            all || value.role.is_of_a_request() || !self.of_others.contains(slot)
        };
        self.walk.values.iter().filter_map(own).filter(says)
    }

    /// The first value with this role about this transaction or the order.
    fn first(&self, role: Role) -> Option<&'a RawValue> {
        let has = |(value, slot): &(&Value<'_, '_>, Slot)| *slot == Slot::Main && value.role == role;
        self.values().find(has).map(|(value, _)| value.raw)
    }

    /// Keeps of each part whose it is, unless it is a part of the transaction that the payload is about.
    fn name_parts_of_others(&mut self, said: &mut Observation<'a>) {
        if !self.walk.any_part {
            return;
        }
        let ours = self.first(Role::Id).and_then(values::key);
        let mut of_others = Vec::new();
        for (value, part) in self.values().filter(|(value, _)| value.role == Role::RequestOf) {
            let parent = values::key(value.raw).filter(|parent| ours.as_ref() != Some(parent));
            let (Some(parent), Some(told)) = (parent, request(said, part)) else { continue };
            if !once(&mut told.of, parent) {
                said.differs.get_or_insert_with(|| self.walk.path(value));
            }
            of_others.push(part);
        }
        self.of_others = of_others;
    }

    /// Reads the currencies and returns the one to report: of two that differ, the one that is not the order's.
    fn read_currencies(&mut self, order_currency: Currency) -> Result<Option<Currency>, Malformed> {
        let mut named: Option<Currency> = None;
        let mut differ = false;
        for (value, _) in self.values().filter(|(value, _)| value.role == Role::Currency) {
            let problem = |problem| Malformed::Currency { field: self.walk.path(value), problem };
            let currency = values::currency(value.raw, order_currency).map_err(problem)?;
            differ |= named.is_some_and(|named| named != currency);
            if named.is_none_or(|named| named == order_currency) {
                named = Some(currency);
            }
        }
        if differ {
            self.tell_apart(order_currency);
        }
        Ok(named)
    }

    /// Each object's own currency, otherwise that of the object around it. They are read again, because payloads rarely
    /// name two.
    fn tell_apart(&mut self, order_currency: Currency) {
        let mut currencies = vec![None; self.slots.len()];
        for (value, _) in self.values().filter(|(value, _)| value.role == Role::Currency) {
            if let Some(place) = currencies.get_mut(value.object) {
                *place = values::currency(value.raw, order_currency).ok();
            }
        }
        for (at, object) in self.walk.objects.iter().enumerate() {
            let around = currencies.get(object.around).copied().flatten();
            if let Some(place) = currencies.get_mut(at) {
                *place = place.or(around);
            }
        }
        self.currencies = currencies;
    }
}

/// Where what is said in an object goes.
fn slot(part: Option<Part>, around: Slot, said: &mut Observation<'_>) -> Slot {
    let Some(part) = part else { return around };
    let operation = match part {
        Part::Transaction => {
            said.has_transaction = true;
            return Slot::Main;
        }
        Part::Listed => {
            let listed = said.listed.get_or_insert_default();
            listed.push(Statement::default());
            return Slot::Listed(listed.len().saturating_sub(1));
        }
        Part::Capture => Operation::Capture,
        Part::Void => Operation::Void,
        Part::Refund => Operation::Refund,
    };
    let requests = said.requests_mut(operation);
    requests.push(RequestStatement::default());
    Slot::Request(operation, requests.len().saturating_sub(1))
}

/// The identifiers alone.
pub(super) fn ids(walk: &Walk<'_, '_>, reading: usize) -> Result<ProviderIds, Malformed> {
    let mut said = Observation::default();
    let mut own = Own::of(walk, reading, &mut said);
    own.name_parts_of_others(&mut said);
    for (value, slot) in own.values() {
        if let (Role::OrderId | Role::Id | Role::Uuid, Slot::Main | Slot::Request(..)) = (value.role, slot) {
            keep_id(&mut said, slot, value, walk)?;
        }
    }
    Ok(said.transaction.ids)
}

/// All that a reading says.
pub(super) fn observation<'a>(
    walk: &Walk<'_, 'a>,
    (number, reading): (usize, &Reading),
    profile: &ProfileRows,
    order_currency: Currency,
) -> Result<Observation<'a>, Malformed> {
    let mut said = Observation::default();
    let mut own = Own::of(walk, number, &mut said);
    if let Some(Says::Fate(fate)) = reading.says
        && let Some(slot) = own.slots.get(number).copied().flatten()
        && let Some(about) = request(&mut said, slot)
    {
        about.fate = Some(fate);
    }
    own.name_parts_of_others(&mut said);
    said.currency = own.read_currencies(order_currency)?;
    let fallback = said.currency.unwrap_or(order_currency);
    let mut if_alone = None;
    for (value, slot) in own.values() {
        let currency = own.currencies.get(value.object).copied().flatten().unwrap_or(fallback);
        let same = match amount_place(&mut said, &mut if_alone, slot, value.role) {
            Some(place) => {
                let problem = |problem| Malformed::Amount { field: walk.path(value), problem };
                once(place, values::amount(value.raw, profile, currency).map_err(problem)?)
            }
            None => keep(&mut said, slot, value, walk)?,
        };
        if !same {
            said.differs.get_or_insert_with(|| walk.path(value));
        }
    }
    finish(&mut said, &own, if_alone);
    speak(&mut said, reading, profile);
    Ok(said)
}

/// Sets a value if there is none yet. Returns whether it agrees with the present one.
fn once<T: PartialEq>(place: &mut Option<T>, value: T) -> bool {
    match place {
        Some(known) => *known == value,
        None => {
            *place = Some(value);
            true
        }
    }
}

/// The statement about a transaction: the one that the payload is about, or one in its list.
fn transaction<'s, 'a>(said: &'s mut Observation<'a>, slot: Slot) -> &'s mut Statement<'a> {
    if let Slot::Listed(place) = slot
        && let Some(listed) = said.listed.as_mut().and_then(|listed| listed.get_mut(place))
    {
        return listed;
    }
    &mut said.transaction
}

/// The statement about a request; `None` if the value belongs to none.
fn request<'s, 'a>(said: &'s mut Observation<'a>, slot: Slot) -> Option<&'s mut RequestStatement<'a>> {
    let Slot::Request(operation, place) = slot else { return None };
    said.requests_mut(operation).get_mut(place)
}

/// Where an amount goes; `None` for a value that is not an amount.
fn amount_place<'s>(
    said: &'s mut Observation<'_>,
    if_alone: &'s mut Option<Minor>,
    slot: Slot,
    role: Role,
) -> Option<&'s mut Option<Minor>> {
    Some(match role {
        Role::OrderPrice => &mut said.order.price,
        Role::OrderAmount => &mut said.order.unsure,
        Role::OrderCaptured => &mut said.order.captured,
        Role::OrderRefunded => &mut said.order.refunded,
        Role::AuthorizedIfAlone => if_alone,
        Role::AuthorizedAtFirst => &mut said.order.assumed,
        Role::Authorized => &mut transaction(said, slot).authorized,
        Role::Pays => &mut transaction(said, slot).pays,
        Role::Captured => &mut transaction(said, slot).captured,
        Role::MostCaptured => &mut transaction(said, slot).most_captured,
        Role::Refunded => &mut transaction(said, slot).refunded,
        Role::RequestAmount => &mut request(said, slot)?.amount,
        _ => return None,
    })
}

/// Keeps a value that is not an amount. Returns whether it agrees with what was said before; identifiers that differ
/// have a mark of their own.
fn keep<'a>(
    said: &mut Observation<'a>,
    slot: Slot,
    value: &Value<'_, 'a>,
    walk: &Walk<'_, 'a>,
) -> Result<bool, Malformed> {
    let (role, raw) = (value.role, value.raw);
    let word = |place: &mut Option<Word<'a>>, subject| {
        values::text(raw).is_none_or(|text| once(place, Word { text, id: None, subject }))
    };
    Ok(match role {
        Role::OrderId | Role::Id | Role::Uuid => {
            said.ids_contradict |= !keep_id(said, slot, value, walk)?;
            true
        }
        Role::OrderWord => word(&mut said.order.word, Subject::Order),
        Role::Word => word(&mut transaction(said, slot).word, Subject::Transaction),
        Role::OrderTakesParts => values::flag(raw).is_none_or(|flag| once(&mut said.order.takes_parts, flag)),
        Role::CapturedFlag => {
            values::flag(raw).is_none_or(|flag| once(&mut transaction(said, slot).captured_flag, flag))
        }
        Role::CaptureBefore => {
            let malformed = || Malformed::Time { field: walk.path(value), expected: values::A_TIME };
            once(&mut transaction(said, slot).capture_before, values::time(raw).ok_or_else(malformed)?)
        }
        Role::OccurredAt => values::time(raw).is_none_or(|time| once(&mut said.occurred_at, time)),
        Role::RequestId => {
            // The key or the amount shows which request it is; the provider's own name helps if it can be read.
            let (Ok(id), Some(request)) = (values::id(raw), request(said, slot)) else { return Ok(true) };
            once(&mut request.id, id)
        }
        Role::RequestKey | Role::RequestWord => {
            let (Some(text), Some(request)) = (values::key(raw), request(said, slot)) else { return Ok(true) };
            once(if role == Role::RequestKey { &mut request.key } else { &mut request.word }, text)
        }
        _ => true,
    })
}

/// Returns whether it agrees with what was said before, which is not copied again.
fn keep_id(
    said: &mut Observation<'_>,
    slot: Slot,
    value: &Value<'_, '_>,
    walk: &Walk<'_, '_>,
) -> Result<bool, Malformed> {
    let ids = &mut transaction(said, slot).ids;
    let place = match value.role {
        Role::OrderId => &mut ids.order,
        Role::Uuid => &mut ids.uuid,
        _ => &mut ids.transaction,
    };
    if let Some(known) = place
        && values::text(value.raw).is_some_and(|text| text == known.as_str())
    {
        return Ok(true);
    }
    let id = values::id(value.raw).map_err(|problem| Malformed::Id { field: walk.path(value), problem })?;
    Ok(once(place, id))
}

/// What can be decided only once everything was read.
fn finish<'a>(said: &mut Observation<'a>, own: &Own<'_, '_, 'a>, if_alone: Option<Minor>) {
    name_parts_of_listed(said, own);
    for (value, slot) in own.values().filter(|_| own.walk.any_number) {
        let statement = match value.role {
            Role::OrderNumber => &mut said.order,
            Role::Number => transaction(said, slot),
            _ => continue,
        };
        if let Some(word) = &mut statement.word {
            word.id = Some(values::status_id(value.raw));
        }
    }
    let is_whole = said.order.unsure.is_some()
        && own.values().any(|(value, _)| value.role == Role::OrderAmount && own.walk.is_whole(value.object));
    // A bare amount is the order's price if the payload shows more of the order than that.
    let more = said.has_transaction || said.order.captured.is_some() || said.listed.is_some();
    let bare = said.order.unsure;
    if more || !is_whole {
        said.order.price = said.order.price.or(said.order.unsure.take());
    }
    // What an order with several transactions is for is not what one of them authorized or pays.
    let several = said.listed.as_ref().is_some_and(|others| others.len() > 1);
    let of_one = if_alone.filter(|_| !several);
    said.transaction.authorized = said.transaction.authorized.or(of_one);
    said.transaction.pays = said.transaction.pays.or(of_one.and(bare));
    said.order.ids.order = said.transaction.ids.order.clone();
    let newest_first = |operation| {
        let is_one = |slot: &Option<Slot>| matches!(slot, Some(Slot::Request(of, _)) if *of == operation);
        let mut objects = own.walk.objects.iter().zip(&own.slots);
        objects.any(|(object, slot)| object.newest_first && object.part.is_some() && is_one(slot))
    };
    for operation in Operation::ALL {
        let requests = said.requests_mut(operation);
        requests.retain(|request| *request != RequestStatement::default());
        once_each(requests);
        if requests.len() > 1 && newest_first(operation) {
            requests.reverse();
        }
    }
}

/// Of an order that is split, what one of its transactions is said to pay is what all of them pay together. A try that
/// obtained nothing is no part.
fn forget_what_all_pay(said: &mut Observation<'_>, profile: &ProfileRows) {
    let Some(listed) = &mut said.listed else { return };
    let never_held = |said: &&Statement<'_>| {
        let means = said.word.as_ref().and_then(|word| profile.word(word)?.maps_to);
        matches!(means, Some(CanonicalStatus::Created | CanonicalStatus::Failed))
    };
    let parts = || listed.iter().filter(|said| !never_held(said)).map(|said| said.authorized.unwrap_or(Minor::MAX));
    let together = parts().fold(Minor::ZERO, Minor::saturating_add);
    if parts().nth(1).is_none() {
        return;
    }
    for statement in listed.iter_mut().chain([&mut said.transaction]) {
        if let (Some(pays), Some(own)) = (statement.pays, statement.authorized)
            && pays > own
            && pays >= together
        {
            statement.pays = None;
        }
    }
}

/// A request inside one of the order's transactions is a part of that one.
fn name_parts_of_listed(said: &mut Observation<'_>, own: &Own<'_, '_, '_>) {
    for (object, slot) in own.walk.objects.iter().zip(&own.slots) {
        let around = own.slots.get(object.around).copied().flatten();
        let (Some(part @ Slot::Request(..)), Some(listed @ Slot::Listed(_))) = (*slot, around) else { continue };
        let ids = &transaction(said, listed).ids;
        let parent = ids.transaction.clone().or_else(|| ids.uuid.clone());
        if let (Some(parent), Some(told)) = (parent, request(said, part))
            && *told != RequestStatement::default()
        {
            told.of.get_or_insert_with(|| Cow::Owned(parent.as_str().to_string()));
        }
    }
}

/// A request that stands in the list of its transaction and in that of the order is one, of that transaction.
fn once_each(requests: &mut Vec<RequestStatement<'_>>) {
    type Same<'r> = (Option<ProviderId>, Option<Cow<'r, str>>, Option<Minor>, Option<Cow<'r, str>>);
    fn same<'r>(request: &RequestStatement<'r>) -> Same<'r> {
        (request.id.clone(), request.key.clone(), request.amount, request.word.clone())
    }
    let of_one = requests.iter().filter(|request| request.of.is_some());
    let known: BTreeSet<Same<'_>> = of_one.map(same).collect();
    if known.is_empty() {
        return;
    }
    let is_named = |request: &RequestStatement<'_>| request.id.is_some() || request.key.is_some();
    let stands_twice =
        |request: &RequestStatement<'_>| request.of.is_none() && is_named(request) && known.contains(&same(request));
    requests.retain(|request| !stands_twice(request));
}

/// What words mean for requests, and what the shape itself says.
fn speak(said: &mut Observation<'_>, reading: &Reading, profile: &ProfileRows) {
    if let Some(Says::Status(_)) = reading.says {
        said.transaction.word = Some(Word { text: reading.name.clone(), id: None, subject: Subject::Reading });
    }
    said.transaction.adjusted = reading.says == Some(Says::Adjusted);
    forget_what_all_pay(said, profile);
    for operation in Operation::ALL {
        for request in said.requests_mut(operation) {
            let by_word = || request.word.as_ref().and_then(|word| profile.fate(operation, word));
            request.fate = request.fate.or_else(by_word);
        }
    }
}
