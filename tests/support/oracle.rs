//! Readings followed over a tree of JSON values.

use order_capture::profiles::{Fields, Holds, Part, Presence, Reading, Role, Says, Shape};
use order_capture::statements::{RequestStatement, Statement, Subject, Word};
use order_capture::{Currency, Minor, Money, Observation, Operation, Profile, ProviderId, Time};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

pub fn source() -> Value {
    json!({"document": "made up", "confidence": "official"})
}

/// Why an object is not what a shape says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Misfit {
    /// A value of another type: worth a refusal.
    Broken,
    /// Something else.
    Other,
}

/// What was found in an object, in the order in which it stands.
struct Found<'r> {
    part: Option<Part>,
    newest_first: bool,
    entries: Vec<Entry<'r>>,
}

enum Entry<'r> {
    Says(&'r [Role], &'r Value),
    Object(Found<'r>),
}

pub fn read<'r>(profile: &'r Profile, payload: &'r Value, order: Currency) -> Result<Observation<'r>, &'static str> {
    let Value::Object(map) = payload else { return Err("not-a-payload") };
    let mut fitting = profile.readings.iter().filter_map(|reading| Some((reading, fit(&reading.payload, map).ok()?)));
    let (reading, found) = fitting
        .find(|(reading, found)| reading.refused.is_some() || reading.says.is_some() || says_something(found))
        .ok_or("not-a-payload")?;
    if reading.refused.is_some() {
        return Err("not-a-payload");
    }
    Said::new(profile, reading, order).all(&found)
}

fn fit<'r>(shape: &'r Shape, map: &'r Map<String, Value>) -> Result<Found<'r>, Misfit> {
    let mut found = Found { part: shape.of, newest_first: false, entries: Vec::new() };
    let mut worst = None;
    for (name, value) in map.iter().filter(|(_, value)| !value.is_null()) {
        let Some(field) = shape.object.iter().find(|field| field.name == *name) else { continue };
        if let Err(misfit) = value_in(&field.holds, value, &mut found.entries) {
            worst = worst.max(Some(misfit));
        }
    }
    if lacks(&shape.object, map) {
        worst = Some(Misfit::Other);
    }
    worst.map_or(Ok(found), Err)
}

/// Whether something is not there that must be.
fn lacks(fields: &Fields, map: &Map<String, Value>) -> bool {
    fields.iter().any(|field| {
        let value = map.get(&*field.name).filter(|value| !value.is_null());
        match &field.holds {
            Holds::Guard(Presence::Given) | Holds::Required { .. } => value.is_none(),
            Holds::Guard(Presence::Absent) => value.is_some(),
            Holds::Is { is, or_absent } => {
                value.map_or(!or_absent, |value| !is.iter().any(|text| *text == written(value)))
            }
            Holds::Object(shape) => shape.required && !value.is_some_and(Value::is_object),
            Holds::Each { required: true, each, .. } => {
                let fits = |item: &Value| {
                    each.iter().any(|holds| {
                        matches!(holds, Holds::Object(shape)
                    if item.as_object().is_some_and(|map| fit(shape, map).is_ok()))
                    })
                };
                !value.and_then(Value::as_array).is_some_and(|items| items.iter().any(fits))
            }
            _ => false,
        }
    })
}

fn written(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

fn value_in<'r>(holds: &'r Holds, value: &'r Value, entries: &mut Vec<Entry<'r>>) -> Result<(), Misfit> {
    match (holds, value) {
        (Holds::Guard(_) | Holds::Is { .. }, _) => {}
        (Holds::Object(shape), Value::Object(map)) => entries.push(Entry::Object(fit(shape, map)?)),
        // What one provider's serializer has for an object without keys.
        (Holds::Object(_), Value::Array(items)) if items.is_empty() => {}
        (Holds::Each { each, newest_first, .. }, Value::Array(items)) => {
            for item in items.iter().filter(|item| !item.is_null()) {
                let mut fits = Vec::new();
                let mut broken = false;
                for holds in each.iter() {
                    let before = fits.len();
                    match value_in(holds, item, &mut fits) {
                        Ok(()) if fits.len() > before => break,
                        Err(Misfit::Broken) => broken = true,
                        _ => {}
                    }
                }
                if fits.is_empty() && broken {
                    return Err(Misfit::Broken);
                }
                for entry in &mut fits {
                    if let Entry::Object(found) = entry {
                        found.newest_first = *newest_first;
                    }
                }
                entries.append(&mut fits);
            }
        }
        (Holds::Object(_) | Holds::Each { .. }, _) => return Err(Misfit::Broken),
        (Holds::One(_) | Holds::All(_) | Holds::Required { .. }, _) => {
            let roles = holds.roles();
            if roles.iter().any(|role| matches!(role, Role::Word | Role::OrderWord)) && !value.is_string() {
                return Err(Misfit::Broken);
            }
            entries.push(Entry::Says(roles, value));
        }
    }
    Ok(())
}

fn says_something(found: &Found<'_>) -> bool {
    matches!(found.part, Some(Part::Capture | Part::Void | Part::Refund))
        || found.entries.iter().any(|entry| match entry {
            Entry::Says(roles, _) => roles.iter().any(|role| matches!(role, Role::Word | Role::OrderWord)),
            Entry::Object(inner) => says_something(inner),
        })
}

/// Whose the values are.
#[derive(Clone, Copy, PartialEq)]
enum Whose {
    Ours,
    Listed(usize),
    Request(Operation, usize),
}

/// A value with one role, whose it is and what its amount is counted in.
#[derive(Clone, Copy)]
struct Spoken<'r> {
    role: Role,
    value: &'r Value,
    whose: Whose,
    currency: Option<Currency>,
}

struct Said<'r> {
    profile: &'r Profile,
    reading: &'r Reading,
    order: Currency,
    said: Observation<'r>,
    spoken: Vec<Spoken<'r>>,
    named: Vec<Currency>,
    newest_first: Vec<Operation>,
    /// Whether the bare amount stands in the payload itself.
    whole: bool,
    bad_currency: bool,
}

impl<'r> Said<'r> {
    fn new(profile: &'r Profile, reading: &'r Reading, order: Currency) -> Self {
        Self {
            profile,
            reading,
            order,
            said: Observation::default(),
            spoken: Vec::new(),
            named: Vec::new(),
            newest_first: Vec::new(),
            whole: false,
            bad_currency: false,
        }
    }

    fn requests(&mut self, operation: Operation) -> &mut Vec<RequestStatement<'r>> {
        match operation {
            Operation::Capture => &mut self.said.captures,
            Operation::Void => &mut self.said.voids,
            Operation::Refund => &mut self.said.refunds,
        }
    }

    fn all(mut self, found: &Found<'r>) -> Result<Observation<'r>, &'static str> {
        let ours = first(found, Role::Id, Whose::Ours).and_then(Value::as_str).filter(|id| !id.is_empty());
        self.object(found, Whose::Ours, None, false, 0, ours);
        if self.bad_currency {
            return Err("currency-unknown");
        }
        self.said.currency =
            self.named.iter().copied().find(|named| *named != self.order).or(self.named.first().copied());
        let differ = self.named.iter().any(|named| Some(*named) != self.named.first().copied());
        let all_of = self.said.currency.unwrap_or(self.order);
        let mut alone = None;
        let mut numbers = Vec::new();
        for spoken in std::mem::take(&mut self.spoken) {
            let currency = spoken.currency.filter(|_| differ).unwrap_or(all_of);
            if matches!(spoken.role, Role::Number | Role::OrderNumber) {
                numbers.push(spoken);
            } else {
                self.one(spoken, currency, &mut alone)?;
            }
        }
        for Spoken { role, value, whose, .. } in numbers {
            let statement = if role == Role::OrderNumber { &mut self.said.order } else { self.transaction(whose) };
            if let Some(word) = &mut statement.word {
                let text = written(value);
                word.id = Some(text.parse().unwrap_or(i64::MIN));
            }
        }
        Ok(self.finish(alone))
    }

    /// What all objects are, each with whose it is.
    fn object(
        &mut self,
        found: &Found<'r>,
        around: Whose,
        currency: Option<Currency>,
        newest_first: bool,
        depth: usize,
        ours: Option<&str>,
    ) {
        let newest_first = newest_first || found.newest_first;
        let operation = match found.part {
            Some(Part::Capture) => Some(Operation::Capture),
            Some(Part::Void) => Some(Operation::Void),
            Some(Part::Refund) => Some(Operation::Refund),
            _ => None,
        };
        let whose = match (found.part, operation) {
            (_, Some(operation)) => {
                if of_another(found, ours) {
                    return;
                }
                if newest_first {
                    self.newest_first.push(operation);
                }
                let says = self.reading.says;
                let fate = match says {
                    Some(Says::Fate(fate)) if depth == 0 => Some(fate),
                    _ => None,
                };
                let requests = self.requests(operation);
                requests.push(RequestStatement { fate, ..RequestStatement::default() });
                Whose::Request(operation, requests.len() - 1)
            }
            (Some(Part::Listed), _) => {
                let listed = self.said.others.get_or_insert_default();
                listed.push(Statement::default());
                Whose::Listed(listed.len() - 1)
            }
            (Some(Part::Transaction), _) => {
                self.said.has_transaction = true;
                Whose::Ours
            }
            _ => around,
        };
        let mut own = None;
        for (role, value) in says(found) {
            if role == Role::Currency {
                match value.as_str().and_then(|code| Currency::from_code_ignoring_case(code).ok()) {
                    Some(code) => own = Some(code),
                    None => self.bad_currency = true,
                }
            }
        }
        let currency = own.or(currency);
        for entry in &found.entries {
            match entry {
                Entry::Says(roles, value) => {
                    for role in *roles {
                        self.whole |= *role == Role::OrderAmount && depth == 0;
                        if *role == Role::Currency {
                            let code = value.as_str().and_then(|code| Currency::from_code_ignoring_case(code).ok());
                            self.named.extend(code);
                        }
                        self.spoken.push(Spoken { role: *role, value, whose, currency });
                    }
                }
                Entry::Object(inner) => self.object(inner, whose, currency, newest_first, depth + 1, ours),
            }
        }
    }

    fn transaction(&mut self, whose: Whose) -> &mut Statement<'r> {
        match whose {
            Whose::Listed(at) => &mut self.said.others.as_mut().unwrap()[at],
            _ => &mut self.said.transaction,
        }
    }

    #[allow(clippy::too_many_lines, reason = "a table, one row a role")]
    fn one(&mut self, spoken: Spoken<'r>, currency: Currency, alone: &mut Option<Minor>) -> Result<(), &'static str> {
        let Spoken { role, value, whose, .. } = spoken;
        let id = || ProviderId::new(value.as_str().unwrap_or_default());
        let text = value.as_str().map(Cow::Borrowed);
        let flag = match written(value).as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        };
        let same = match role {
            Role::OrderId | Role::Id | Role::Uuid => {
                let id = id().map_err(|_| "id-malformed")?;
                let ids = &mut self.transaction(whose).ids;
                let place = match role {
                    Role::OrderId => &mut ids.order,
                    Role::Id => &mut ids.transaction,
                    _ => &mut ids.uuid,
                };
                let same = once(place, Some(id));
                self.said.ids_contradict |= !same;
                true
            }
            Role::OrderWord => {
                let word = text.map(|text| Word { text, id: None, subject: Subject::Order });
                once(&mut self.said.order.word, word)
            }
            Role::Word => {
                let word = text.map(|text| Word { text, id: None, subject: Subject::Transaction });
                once(&mut self.transaction(whose).word, word)
            }
            Role::OrderTakesParts => once(&mut self.said.order.takes_parts, flag),
            Role::CapturedFlag => once(&mut self.transaction(whose).captured_flag, flag),
            Role::CaptureBefore => {
                let time = time(value).ok_or("time-malformed")?;
                once(&mut self.transaction(whose).capture_before, Some(time))
            }
            Role::OccurredAt => once(&mut self.said.occurred_at, time(value)),
            Role::RequestKey | Role::RequestId | Role::RequestWord => {
                let Whose::Request(operation, at) = whose else { return Ok(()) };
                let request = &mut self.requests(operation)[at];
                let text = text.filter(|text| !text.is_empty());
                match role {
                    Role::RequestKey => once(&mut request.key, text),
                    Role::RequestWord => once(&mut request.word, text),
                    _ => once(&mut request.id, id().ok()),
                }
            }
            Role::OrderNumber | Role::Number | Role::RequestOf | Role::Currency | Role::ErrorCode | Role::ErrorText => {
                true
            }
            _ => {
                let amount = self.amount(value, currency)?;
                let place = match role {
                    Role::OrderPrice => &mut self.said.order.price,
                    Role::OrderAmount => &mut self.said.order.unsure,
                    Role::OrderCaptured => &mut self.said.order.captured,
                    Role::OrderRefunded => &mut self.said.order.refunded,
                    Role::AuthorizedIfAlone => alone,
                    Role::AuthorizedAtFirst => &mut self.said.order.assumed,
                    Role::Authorized => &mut self.transaction(whose).authorized,
                    Role::Pays => &mut self.transaction(whose).pays,
                    Role::Captured => &mut self.transaction(whose).captured,
                    Role::Refunded => &mut self.transaction(whose).refunded,
                    _ => {
                        let Whose::Request(operation, at) = whose else { return Ok(()) };
                        &mut self.requests(operation)[at].amount
                    }
                };
                once(place, Some(amount))
            }
        };
        if !same {
            self.said.differs = Some("somewhere".into());
        }
        Ok(())
    }

    /// Decimal major units, as a number or text.
    fn amount(&self, value: &Value, currency: Currency) -> Result<Minor, &'static str> {
        let text = match value {
            Value::Number(_) | Value::String(_) => written(value),
            _ => return Err("amount-malformed"),
        };
        Money::parse(&text, currency).map(|money| money.minor()).map_err(|_| "amount-malformed")
    }

    fn finish(mut self, alone: Option<Minor>) -> Observation<'r> {
        let said = &mut self.said;
        let bare = said.order.unsure;
        // A payload that shows nothing but the order's amount may mean a capture's.
        if !self.whole || said.has_transaction || said.order.captured.is_some() || said.others.is_some() {
            said.order.unsure = None;
            said.order.price = said.order.price.or(bare);
        }
        if said.others.as_ref().is_none_or(|others| others.len() < 2)
            && let Some(alone) = alone
        {
            said.transaction.authorized = said.transaction.authorized.or(Some(alone));
            said.transaction.pays = said.transaction.pays.or(bare);
        }
        said.order.ids.order = said.transaction.ids.order.clone();
        if let Some(Says::Status(_)) = self.reading.says {
            let text = self.reading.name.clone();
            self.said.transaction.word = Some(Word { text, id: None, subject: Subject::Reading });
        }
        for operation in Operation::ALL {
            let (profile, newest_first) = (self.profile, self.newest_first.contains(&operation));
            let requests = self.requests(operation);
            requests.retain(|request| *request != RequestStatement::default());
            if newest_first {
                requests.reverse();
            }
            for request in requests {
                let by_word = request.word.as_ref().and_then(|word| profile.fate(operation, word));
                request.fate = request.fate.or(by_word);
            }
        }
        self.said
    }
}

/// What an object says itself.
fn says<'f, 'r>(found: &'f Found<'r>) -> impl Iterator<Item = (Role, &'r Value)> + 'f {
    found.entries.iter().flat_map(|entry| match entry {
        Entry::Says(roles, value) => roles.iter().map(|role| (*role, *value)).collect::<Vec<_>>(),
        Entry::Object(_) => Vec::new(),
    })
}

/// The first value with a role that is said of this transaction or of the order.
fn first<'r>(found: &Found<'r>, role: Role, around: Whose) -> Option<&'r Value> {
    let ours = match found.part {
        None => around == Whose::Ours,
        Some(part) => part == Part::Transaction,
    };
    let whose = if ours { Whose::Ours } else { Whose::Listed(0) };
    found.entries.iter().find_map(|entry| match entry {
        Entry::Says(roles, value) => (ours && roles.contains(&role)).then_some(*value),
        Entry::Object(inner) => first(inner, role, whose),
    })
}

/// Whether a request says that it is of another transaction, in itself or in an object of its own.
fn of_another(found: &Found<'_>, ours: Option<&str>) -> bool {
    let Some(ours) = ours else { return false };
    found.entries.iter().any(|entry| match entry {
        Entry::Says(roles, value) => {
            roles.contains(&Role::RequestOf) && value.as_str().is_some_and(|of| !of.is_empty() && of != ours)
        }
        Entry::Object(inner) => inner.part.is_none() && of_another(inner, Some(ours)),
    })
}

fn once<T: PartialEq>(place: &mut Option<T>, value: Option<T>) -> bool {
    match (&place, value) {
        (_, None) => true,
        (Some(known), Some(value)) => *known == value,
        (None, value) => {
            *place = value;
            true
        }
    }
}

fn time(value: &Value) -> Option<Time> {
    match value {
        Value::String(text) => chrono::DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc()),
        Value::Number(seconds) => Time::from_timestamp(seconds.as_i64()?, 0),
        _ => None,
    }
}
