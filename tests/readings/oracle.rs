//! The second reader: over a parsed value, object by object, slow and plain.

use std::collections::BTreeMap;

use order_capture::profiles::{AmountForm, Holds, Part, Presence, Reading, Role, Says, Shape};
use order_capture::statements::{Observation, RequestStatement, Statement, Subject, Word};
use order_capture::{Currency, Minor, Money, Operation, Profile, ProviderId, Time};
use serde_json::Value;

/// One object that is there: what it is about, and the currency that counts in it.
#[derive(Clone)]
struct Object {
    part: Option<Part>,
    /// The outermost object of the same subject; what is said in it is said of that.
    subject: usize,
    is_request_itself: bool,
    around: Option<usize>,
    currency: Option<Currency>,
    /// The key by which the requests of a list are ordered: the list's number, and the place in it.
    place: Vec<i64>,
}

#[derive(Clone, Default)]
struct Found {
    objects: Vec<Object>,
    values: Vec<(Role, usize, Value)>,
    /// Whether something of another type stands in an item of a list.
    pub drift: bool,
}

pub fn statements(
    profile: &Profile,
    payload: &Value,
    order_currency: Currency,
) -> Result<Observation<'static>, Vec<&'static str>> {
    for reading in profile.readings.iter() {
        let mut found = Found::default();
        object(&reading.payload, payload, None, Vec::new(), &mut found);
        if found.drift {
            return Err(vec![]);
        }
    }
    for reading in profile.readings.iter() {
        let mut found = Found::default();
        let fits = payload.is_object() && object(&reading.payload, payload, None, Vec::new(), &mut found);
        if !fits {
            continue;
        }
        if reading.refused.is_some() {
            return Err(vec!["not-a-payload"]);
        }
        let is_request = |object: &Object| object.is_request_itself;
        let is_word = |(role, ..): &(Role, usize, Value)| matches!(role, Role::OrderWord | Role::Word);
        if reading.says.is_some() || found.values.iter().any(is_word) || found.objects.iter().any(is_request) {
            return gather(found, reading, profile, order_currency);
        }
    }
    Err(vec!["not-a-payload"])
}

/// Whether an object fits; if so, what it says is added.
fn object(shape: &Shape, value: &Value, around: Option<usize>, place: Vec<i64>, found: &mut Found) -> bool {
    let before = found.clone();
    let own = found.objects.len();
    let outer = around.map(|around| found.objects[around].clone());
    let subject = match (shape.of, &outer) {
        (None, Some(outer)) => outer.subject,
        _ => own,
    };
    let part = shape.of.or(outer.and_then(|outer| outer.part));
    let is_request_itself = matches!(shape.of, Some(Part::Capture | Part::Void | Part::Refund));
    found.objects.push(Object { part, subject, is_request_itself, around, currency: None, place: place.clone() });
    let empty = Value::Null;
    let mut fits = true;
    for (number, field) in shape.object.iter().enumerate() {
        let value = value.get(field.name()).unwrap_or(&empty);
        let mut place = place.clone();
        place.push(i64::try_from(number).unwrap());
        fits &= one(&field.holds, value, own, place, found);
    }
    if !fits {
        *found = Found { drift: found.drift, ..before };
    }
    fits
}

fn one(holds: &Holds, value: &Value, own: usize, place: Vec<i64>, found: &mut Found) -> bool {
    let given = !value.is_null();
    match holds {
        // An empty list is nothing.
        Holds::Guard(presence) => (*presence == Presence::Given) == (given && value.as_array() != Some(&Vec::new())),
        Holds::Is { is, or_absent } => match value {
            Value::Null => *or_absent,
            Value::String(text) => is.iter().any(|is| is == text),
            Value::Number(_) | Value::Bool(_) => {
                let written = value.to_string();
                is.iter().any(|is| *is == written)
            }
            _ => false,
        },
        Holds::One(_) | Holds::All(_) | Holds::Required { .. } => {
            if given
                && !value.is_string()
                && holds.roles().iter().any(|role| matches!(role, Role::OrderWord | Role::Word))
            {
                return other_type(&place, found);
            }
            if given {
                found.values.extend(holds.roles().iter().map(|role| (*role, own, value.clone())));
            }
            given || !matches!(holds, Holds::Required { .. })
        }
        Holds::Object(shape) => {
            // An empty list stands for no object.
            let nothing = !given || value.as_array().is_some_and(Vec::is_empty);
            if nothing {
                !shape.required
            } else {
                if !value.is_object() {
                    found.drift = true;
                    return false;
                }
                object(shape, value, Some(own), place, found)
            }
        }
        Holds::Each { each, required, newest_first, single } => {
            if given && !value.is_array() {
                found.drift = true;
                return false;
            }
            let mut any = false;
            for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                let number = i64::try_from(number).unwrap();
                let mut place = place.clone();
                place.push(if *newest_first { -number } else { number });
                let mut fits = false;
                for holds in each.iter() {
                    let Holds::Object(shape) = holds else { panic!("only objects are made") };
                    found.drift |= !item.is_object() && !item.is_null();
                    // A shape after the one that fits is looked at for what drifts alone.
                    let before = fits.then(|| found.clone());
                    let fit = item.is_object() && object(shape, item, Some(own), place.clone(), found);
                    if let Some(before) = before {
                        *found = Found { drift: found.drift, ..before };
                    }
                    fits |= fit;
                }
                any |= fits;
            }
            let items = value.as_array().map_or(0, Vec::len);
            (any || !required) && (!single || items == 1)
        }
    }
}

/// Something of another type: in an item of a list it is left open what that means.
fn other_type(place: &[i64], found: &mut Found) -> bool {
    found.drift |= place.len() > 1;
    false
}

/// Keeps the first, and says whether another one differs.
fn put<T: PartialEq>(slot: &mut Option<T>, value: Option<T>, differs: &mut bool) {
    match (&slot, value) {
        (None, value) => *slot = value,
        (Some(known), Some(value)) => *differs |= *known != value,
        _ => {}
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn time(value: &Value) -> Option<Time> {
    match value {
        Value::String(text) => text.parse().ok(),
        other => Time::from_timestamp(other.as_i64()?, 0),
    }
}

fn flag(value: &Value) -> Option<bool> {
    match value.to_string().trim_matches('"') {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

fn gather(
    mut found: Found,
    reading: &Reading,
    profile: &Profile,
    order_currency: Currency,
) -> Result<Observation<'static>, Vec<&'static str>> {
    let mut said = Observation::default();
    let mut numbers_differ = false;
    let (mut errors, mut differs, mut contradict) = (Vec::new(), false, false);
    let main = |own: usize| {
        let object = &found.objects[own];
        !matches!(object.part, Some(Part::Listed | Part::Capture | Part::Void | Part::Refund))
    };
    let ours = found.values.iter().find(|(role, own, _)| *role == Role::Id && main(*own)).map(|(.., id)| id.clone());
    let names_ours = ours.as_ref().and_then(Value::as_str).is_some_and(|ours| !ours.is_empty());
    // Of a part of another transaction, only what is said of the request counts.
    let of_another =
        |of: &Value| of.as_str().is_some_and(|of| !of.is_empty()) && !(names_ours && Some(of) == ours.as_ref());
    let parts: Vec<usize> = found
        .values
        .iter()
        .filter(|(role, _, of)| *role == Role::RequestOf && of_another(of))
        .map(|(_, own, _)| found.objects[*own].subject)
        .collect();
    let of_the_request = [Role::RequestKey, Role::RequestId, Role::RequestAmount, Role::RequestWord, Role::RequestOf];
    let counts = |(role, own, _): &&(Role, usize, Value)| {
        of_the_request.contains(role) || !parts.contains(&found.objects[*own].subject)
    };
    let kept: Vec<_> = found.values.iter().filter(counts).cloned().collect();
    found.values = kept;
    for (_, own, value) in found.values.iter().filter(|(role, ..)| *role == Role::Currency) {
        match value.as_str().map(str::to_uppercase).and_then(|code| Currency::from_code(&code).ok()) {
            Some(currency) => {
                if said.currency.is_none_or(|known| known == order_currency) {
                    said.currency = Some(currency);
                }
                if *found.objects[*own].currency.get_or_insert(currency) != currency {
                    // Which of two in one object counts in it is not said.
                    return Err(Vec::new());
                }
            }
            None => errors.push("currency-unknown"),
        }
    }
    let currency_of = |own: usize| {
        let mut at = Some(own);
        while let Some(own) = at {
            if let Some(currency) = found.objects[own].currency {
                return currency;
            }
            at = found.objects[own].around;
        }
        said.currency.unwrap_or(order_currency)
    };
    said.has_transaction = found.objects.iter().any(|object| object.part == Some(Part::Transaction));
    let mut listed: BTreeMap<usize, Statement<'static>> = BTreeMap::new();
    let mut requests: BTreeMap<usize, RequestStatement<'static>> = BTreeMap::new();
    for (own, object) in found.objects.iter().enumerate().filter(|(own, object)| object.subject == *own) {
        match object.part {
            Some(Part::Listed) => drop(listed.insert(own, Statement::default())),
            Some(Part::Capture | Part::Void | Part::Refund) => drop(requests.insert(own, Default::default())),
            _ => {}
        }
    }
    let (mut amount_of_order, mut if_alone, mut at_first) = (None, None, None);
    let (mut number, mut order_number) = (BTreeMap::new(), None);
    for (role, own, value) in &found.values {
        let subject = found.objects[*own].subject;
        let is_amount = matches!(role, Role::Authorized | Role::Pays | Role::Captured | Role::Refunded)
            || matches!(role, Role::OrderPrice | Role::OrderCaptured | Role::OrderRefunded | Role::OrderAmount)
            || matches!(role, Role::AuthorizedIfAlone | Role::AuthorizedAtFirst | Role::RequestAmount);
        let is_id = matches!(role, Role::OrderId | Role::Id | Role::Uuid);
        let mut amount: Option<Minor> = None;
        if is_amount {
            let read = |text: &str, currency: Currency| match profile.capabilities.amount_form {
                AmountForm::Major => Money::parse(text, currency),
                AmountForm::Subunits | AmountForm::SubunitsAsText => {
                    Money::parse_units(text, currency.digits(), currency)
                }
            };
            let written = value.as_str().map(str::to_owned).or(value.is_number().then(|| value.to_string()));
            let read = written.and_then(|written| read(&written, currency_of(*own)).ok());
            amount = read.map(|money| money.minor());
            if amount.is_none() {
                errors.push("amount-malformed");
            }
        }
        let mut id: Option<ProviderId> = None;
        if is_id {
            id = value.as_str().and_then(|text| text.parse().ok());
            if id.is_none() {
                errors.push("id-malformed");
            }
        }
        let number_of = || value.as_i64().or_else(|| value.as_str()?.parse().ok()).unwrap_or(i64::MIN);
        let word = |subject| text(value).map(|text| Word { text: text.into(), id: None, subject });
        let transaction = listed.get_mut(&subject).unwrap_or(&mut said.transaction);
        match role {
            Role::OrderId => {
                put(&mut transaction.ids.order, id, &mut contradict);
            }
            Role::Id => put(&mut transaction.ids.transaction, id, &mut contradict),
            Role::Uuid => put(&mut transaction.ids.uuid, id, &mut contradict),
            Role::OrderWord => put(&mut said.order.word, word(Subject::Order), &mut differs),
            Role::OrderNumber => put(&mut order_number, Some(number_of()), &mut numbers_differ),
            Role::Word => put(&mut transaction.word, word(Subject::Transaction), &mut differs),
            Role::Number => {
                let key = listed.contains_key(&subject).then_some(subject);
                put(number.entry(key).or_insert(None), Some(number_of()), &mut numbers_differ);
            }
            Role::OrderPrice => put(&mut said.order.price, amount, &mut differs),
            Role::OrderAmount => put(&mut amount_of_order, amount, &mut differs),
            Role::OrderCaptured => put(&mut said.order.captured, amount, &mut differs),
            Role::OrderRefunded => put(&mut said.order.refunded, amount, &mut differs),
            Role::OrderTakesParts => put(&mut said.order.takes_parts, flag(value), &mut differs),
            Role::Authorized => put(&mut transaction.authorized, amount, &mut differs),
            Role::AuthorizedIfAlone => put(&mut if_alone, amount, &mut differs),
            Role::AuthorizedAtFirst => put(&mut at_first, amount, &mut differs),
            Role::Pays => put(&mut transaction.pays, amount, &mut differs),
            Role::Captured => put(&mut transaction.captured, amount, &mut differs),
            Role::Refunded => put(&mut transaction.refunded, amount, &mut differs),
            Role::CapturedFlag => put(&mut transaction.captured_flag, flag(value), &mut differs),
            Role::CaptureBefore => match time(value) {
                Some(time) => put(&mut transaction.capture_before, Some(time), &mut differs),
                None => errors.push("time-malformed"),
            },
            Role::OccurredAt => put(&mut said.occurred_at, time(value), &mut differs),
            Role::Currency | Role::ErrorCode | Role::ErrorText => {}
            of_a_request => {
                let request = requests.get_mut(&subject).unwrap();
                let key = || text(value).filter(|text| !text.is_empty()).map(Into::into);
                match of_a_request {
                    Role::RequestKey => put(&mut request.key, key(), &mut differs),
                    Role::RequestId => {
                        put(&mut request.id, value.as_str().and_then(|text| text.parse().ok()), &mut differs)
                    }
                    Role::RequestAmount => put(&mut request.amount, amount, &mut differs),
                    Role::RequestWord => put(&mut request.word, key(), &mut differs),
                    // A part of the one that the payload is about needs no name.
                    Role::RequestOf if !(names_ours && Some(value) == ours.as_ref()) => {
                        put(&mut request.of, key(), &mut differs)
                    }
                    _ => {}
                }
            }
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    if numbers_differ {
        // Which of two numbers counts is not said.
        return Err(Vec::new());
    }
    for (key, number) in number {
        let statement = key.map_or(&mut said.transaction, |key| listed.get_mut(&key).unwrap());
        statement.word.iter_mut().for_each(|word| word.id = number);
    }
    said.order.word.iter_mut().for_each(|word| word.id = order_number);
    said.order.ids.order = said.transaction.ids.order.clone();
    let is_listed = found.objects.iter().any(|object| object.part == Some(Part::Listed));
    let names: BTreeMap<_, _> =
        listed.iter().map(|(own, said)| (*own, said.ids.transaction.clone().or(said.ids.uuid.clone()))).collect();
    said.listed = is_listed.then(|| listed.into_values().collect());
    let whole = found.values.iter().any(|(role, own, _)| *role == Role::OrderAmount && *own == 0);
    totals(&mut said, whole, (amount_of_order, if_alone, at_first));
    let mut in_order: Vec<_> = requests.into_iter().collect();
    in_order.sort_by_key(|(own, _)| found.objects[*own].place.clone());
    for (own, mut request) in in_order {
        // The one that the payload is about, and no other.
        let by_reading = match reading.says {
            Some(Says::Fate(fate)) if own == 0 => Some(fate),
            _ => None,
        };
        if request == RequestStatement::default() && by_reading.is_none() {
            continue;
        }
        // A part of one of the order's transactions.
        let around = found.objects[own].around.map(|around| found.objects[around].subject);
        let parent = around.and_then(|around| names.get(&around).cloned().flatten());
        if let Some(parent) = parent {
            request.of.get_or_insert_with(|| parent.as_str().to_string().into());
        }
        let (operation, list) = match found.objects[own].part {
            Some(Part::Capture) => (Operation::Capture, &mut said.captures),
            Some(Part::Void) => (Operation::Void, &mut said.voids),
            _ => (Operation::Refund, &mut said.refunds),
        };
        request.fate = by_reading.or_else(|| request.word.as_ref().and_then(|word| profile.fate(operation, word)));
        list.push(request);
    }
    for list in [&mut said.captures, &mut said.voids, &mut said.refunds] {
        once_in_two_lists(list);
    }
    if let Some(Says::Status(_)) = reading.says {
        said.transaction.word =
            Some(Word { text: reading.name.to_string().into(), id: None, subject: Subject::Reading });
    }
    said.transaction.adjusted = matches!(reading.says, Some(Says::Adjusted));
    what_all_pay(&mut said, profile);
    said.ids_contradict = contradict;
    said.differs = differs.then(|| "somewhere".into());
    Ok(said)
}

/// What the list of the order repeats from that of a transaction is one and the same.
fn once_in_two_lists(list: &mut Vec<RequestStatement<'_>>) {
    let all = list.clone();
    list.retain(|one| {
        let named = one.id.is_some() || one.key.is_some();
        let repeats = |other: &RequestStatement<'_>| {
            let whose = RequestStatement { of: None, ..other.clone() };
            other.of.is_some() && whose == *one
        };
        !(named && all.iter().any(repeats))
    });
}

/// Of a split order, what one transaction is said to pay is what all of them pay that are not created or failed.
fn what_all_pay(said: &mut Observation<'_>, profile: &Profile) {
    use order_capture::profiles::CanonicalStatus::{Created, Failed};
    let Some(listed) = &mut said.listed else { return };
    let mut parts = Vec::new();
    for item in listed.iter() {
        let means = item.word.as_ref().and_then(|word| profile.word(word)).and_then(|known| known.maps_to);
        if means != Some(Created) && means != Some(Failed) {
            parts.push(item.authorized.map_or(u128::from(Minor::MAX.get()), |own| own.get().into()));
        }
    }
    for statement in [&mut said.transaction].into_iter().chain(listed.iter_mut()) {
        if let (Some(all), Some(own)) = (statement.pays, statement.authorized) {
            let is_all = all > own && u128::from(all.get()) >= parts.iter().sum::<u128>();
            statement.pays = statement.pays.filter(|_| parts.len() < 2 || !is_all);
        }
    }
}

/// The amounts whose meaning hangs on what else is there.
fn totals(
    said: &mut Observation<'_>,
    whole: bool,
    (order, if_alone, at_first): (Option<Minor>, Option<Minor>, Option<Minor>),
) {
    let more = said.has_transaction || said.listed.is_some() || said.order.captured.is_some();
    if more || !whole {
        said.order.price = said.order.price.or(order);
    } else {
        said.order.unsure = order;
    }
    let second = said.listed.as_ref().is_some_and(|others| others.len() > 1);
    if let (Some(authorized), false) = (if_alone, second) {
        said.transaction.authorized = said.transaction.authorized.or(Some(authorized));
        said.transaction.pays = said.transaction.pays.or(order);
    }
    said.order.assumed = at_first;
}
