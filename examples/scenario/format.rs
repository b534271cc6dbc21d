//! The scenario format: one JSON object per line, read strictly. A key that does not exist is an error, with the nearest one.

#[path = "nearest.rs"]
pub(crate) mod nearest;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use order_capture::{Currency, Money, Order, Profile, juspay, razorpay};
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

#[allow(unused_imports, reason = "for the rest of the runner; not all who include this file need it")]
pub(crate) use nearest::{nearest, suggestion};

/// One scenario, ready to run.
#[derive(Debug)]
pub(crate) struct Scenario<'a> {
    pub(crate) name: String,
    pub(crate) profile: Cow<'static, Profile>,
    pub(crate) order: Order,
    pub(crate) steps: Vec<Step<'a>>,
}

/// One step: its action by name, and what may stand beside it.
#[derive(Debug)]
pub(crate) struct Step<'a> {
    pub(crate) action: String,
    pub(crate) fields: &'a RawValue,
    pub(crate) txn: Option<String>,
    pub(crate) at: Option<&'a RawValue>,
    pub(crate) expect: BTreeMap<String, serde_json::Value>,
}

/// The actions and the fields of each.
const ACTIONS: &[(&str, &[&str])] = &[
    ("authorize", &["amount", "currency", "pays", "capture_before"]),
    ("authorization_failed", &[]),
    ("capture", &["amount", "currency", "idempotency_key", "final"]),
    ("capture_outcome", &["result", "amount", "idempotency_key"]),
    ("capture_reversed", &["idempotency_key", "amount"]),
    ("adjust", &["amount"]),
    ("void", &["amount", "idempotency_key"]),
    ("void_outcome", &["result", "idempotency_key"]),
    ("expire", &[]),
    ("refund", &["amount", "idempotency_key"]),
    ("refund_outcome", &["result", "amount", "idempotency_key"]),
    ("refund_reversed", &["idempotency_key", "amount"]),
    ("report", &["captured", "refunded"]),
    ("observe", &["body", "text", "fresh"]),
    ("provider_error", &["status", "body"]),
    ("restart", &[]),
];

const SCENARIO: &[&str] = &["name", "provider", "gateway", "profile", "order", "steps"];
const ORDER: &[&str] = &["amount", "currency", "parts"];
const BESIDE_AN_ACTION: &[&str] = &["txn", "at", "expect"];
/// Words for people, allowed in every object of the format.
const NOTE: &str = "note";

/// What may be expected of a step: the keys of the output, but not its place.
const EXPECTATIONS: &[&str] = &[
    "result",
    "code",
    "state",
    "transaction",
    "order",
    "authorized",
    "captured",
    "pending",
    "held",
    "capturable",
    "released",
    "refunded",
    "order_authorized",
    "order_charged",
    "order_refunded",
    "discrepancy",
    "earlier",
    "provider_error",
];

/// A JSON object that holds no key twice; its values are kept as text.
struct Object<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> Object<'a> {
    /// The value of a key; null counts as absent.
    fn take(&mut self, key: &str) -> Option<&'a RawValue> {
        self.0.remove(key).filter(|raw| raw.get() != "null")
    }

    /// The text under a key.
    fn take_text(&mut self, key: &str) -> Result<Option<String>, String> {
        let text = |raw: &RawValue| serde_json::from_str(raw.get()).map_err(|_| format!("{key:?} is not text"));
        self.take(key).map(text).transpose()
    }

    /// Fails where a key is left that `of` does not have.
    fn only(&self, of: &str, keys: &[&str]) -> Result<(), String> {
        match self.0.keys().find(|key| *key != NOTE && !keys.contains(&key.as_str())) {
            Some(unknown) if keys.is_empty() => {
                Err(format!("{of} has no key {unknown:?}; it may have a {NOTE:?} alone"))
            }
            Some(unknown) => Err(format!("{of} has no key {unknown:?}; {}", suggestion(unknown, keys))),
            None => Ok(()),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Object<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut object = BTreeMap::new();
                while let Some((key, value)) = map.next_entry::<String, &RawValue>()? {
                    if object.insert(key.clone(), value).is_some() {
                        return Err(A::Error::custom(format!("the key {key:?} occurs twice")));
                    }
                }
                Ok(Object(object))
            }
        }
        deserializer.deserialize_map(Keys)
    }
}

/// An object in a text; a problem is said without its place.
fn object(text: &str) -> Result<Object<'_>, String> {
    serde_json::from_str(text).map_err(|error| without_place(&error))
}

fn without_place(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    words.strip_suffix(&place).unwrap_or(&words).to_string()
}

/// What keeps a line from being an object, with the column where that is known.
fn not_a_scenario(error: &serde_json::Error) -> String {
    let hint = if error.is_eof() { "; a scenario is one object on one line" } else { "" };
    let place = if error.column() > 0 { format!("column {}: ", error.column()) } else { String::new() };
    format!("not a scenario: {place}{}{hint}", without_place(error))
}

/// Reads one line; a profile's path is relative to the folder of the scenario file.
pub(crate) fn read<'a>(line: &'a str, folder: &Path) -> Result<Scenario<'a>, String> {
    read_with(line, |path| {
        let path = folder.join(path);
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    })
}

/// Reads one line; the caller says what is at a profile's path.
pub(crate) fn read_with<'a>(
    line: &'a str,
    file: impl FnOnce(&str) -> Result<String, String>,
) -> Result<Scenario<'a>, String> {
    let mut scenario = serde_json::from_str::<Object<'a>>(line).map_err(|error| not_a_scenario(&error))?;
    scenario.only("a scenario", SCENARIO)?;
    let name = scenario.take_text("name")?.ok_or("the scenario has no \"name\"")?;
    let profile = profile(&mut scenario, file)?;
    let order = order(scenario.take("order").ok_or("the scenario has no \"order\"")?)?;
    let steps = scenario.take("steps").ok_or("the scenario has no \"steps\"")?;
    let steps: Vec<&RawValue> = serde_json::from_str(steps.get()).map_err(|_| "\"steps\" is not a list")?;
    let read =
        |(index, raw): (usize, &&'a RawValue)| step(raw.get()).map_err(|problem| format!("step {index}: {problem}"));
    let steps = steps.iter().enumerate().map(read).collect::<Result<Vec<_>, String>>()?;
    Ok(Scenario { name, profile, order, steps })
}

/// The profile by its path or as it stands in the line, or the built-in one by provider and gateway.
fn profile(
    scenario: &mut Object<'_>,
    file: impl FnOnce(&str) -> Result<String, String>,
) -> Result<Cow<'static, Profile>, String> {
    let (provider, gateway) = (scenario.take_text("provider")?, scenario.take_text("gateway")?);
    if let Some(given) = scenario.take("profile").map(RawValue::get) {
        let read = |text: &str, place: &str| {
            Profile::from_json_without_samples(text).map_err(|error| format!("{place}: {error}"))
        };
        let profile = match serde_json::from_str::<String>(given) {
            Ok(path) => read(&file(&path)?, &path)?,
            Err(_) if given.starts_with('{') => read(given, "inline")?,
            Err(_) => return Err("\"profile\" is neither a path nor a profile".into()),
        };
        return Ok(Cow::Owned(profile));
    }
    match (provider.as_deref(), gateway.as_deref()) {
        (Some("juspay"), gateway) => {
            // Every gateway that is not known otherwise captures in full only.
            let known = gateway.and_then(|name| juspay::gateway(name).ok());
            Ok(Cow::Borrowed(known.unwrap_or(&juspay::FULL_ONLY)))
        }
        (Some("razorpay"), None) => Ok(Cow::Borrowed(&razorpay::PROFILE)),
        (Some("razorpay"), Some(_)) => Err("razorpay has no gateways; leave \"gateway\" out".into()),
        (Some(other), _) => {
            let near = suggestion(other, &["juspay", "razorpay"]);
            Err(format!(
                "there is no provider {other:?}; {near}; any other one has a \"profile\", the path of its file"
            ))
        }
        (None, _) => Err(
            "no \"provider\" and no \"profile\"; a provider is juspay or razorpay, a profile is the path of its file"
                .into(),
        ),
    }
}

fn order(raw: &RawValue) -> Result<Order, String> {
    let said = |problem: String| format!("the order: {problem}");
    let mut order = object(raw.get()).map_err(said)?;
    order.only("the order", ORDER)?;
    let mut text = |key: &str| order.take_text(key).map_err(said)?.ok_or_else(|| said(format!("no {key:?}")));
    let currency = Currency::from_code(&text("currency")?).map_err(|error| said(error.to_string()))?;
    let amount = Money::parse(&text("amount")?, currency).map_err(|error| said(error.to_string()))?;
    let parts = match order.take("parts").map(RawValue::get) {
        Some("true") => true,
        Some("false") | None => false,
        Some(_) => return Err(said("\"parts\" is neither true nor false".into())),
    };
    let order = Order::new("order".parse().map_err(|error| format!("{error}"))?, amount);
    Ok(if parts { order.in_parts() } else { order })
}

/// One step, a JSON object.
pub(crate) fn step(text: &str) -> Result<Step<'_>, String> {
    let mut step = object(text)?;
    let txn = step.take_text("txn")?;
    let at = step.take("at");
    let expect = step.take("expect").map(expectations).transpose()?.unwrap_or_default();
    step.0.retain(|key, _| key != NOTE && !BESIDE_AN_ACTION.contains(&key.as_str()));
    if let Some(unknown) = step.0.keys().find(|key| fields_of(key).is_none()) {
        let names: Vec<&str> = ACTIONS.iter().map(|(name, _)| *name).chain(BESIDE_AN_ACTION.iter().copied()).collect();
        return Err(format!("there is no action {unknown:?}; {}", suggestion(unknown, &names)));
    }
    let mut actions = step.0.into_iter();
    match (actions.next(), actions.next()) {
        (Some((action, fields)), None) => {
            // What is no object at all is malformed when its turn comes.
            if fields.get().starts_with('{') {
                let keys = fields_of(&action).unwrap_or_default();
                object(fields.get()).and_then(|object| object.only(&action, keys))?;
            }
            Ok(Step { action, fields, txn, at, expect })
        }
        (Some((first, _)), Some((second, _))) => Err(format!("more than one action: {first:?} and {second:?}")),
        (None, _) => Err("the step has no action".into()),
    }
}

fn fields_of(action: &str) -> Option<&'static [&'static str]> {
    ACTIONS.iter().find(|(name, _)| *name == action).map(|(_, fields)| *fields)
}

fn expectations(raw: &RawValue) -> Result<BTreeMap<String, serde_json::Value>, String> {
    let expect = object(raw.get()).map_err(|problem| format!("\"expect\": {problem}"))?;
    expect.only("\"expect\"", EXPECTATIONS)?;
    let value = |(key, raw): (String, &RawValue)| match serde_json::from_str(raw.get()) {
        Ok(value) => Ok((key, value)),
        Err(error) => Err(format!("\"expect\": {key:?} cannot be read: {error}")),
    };
    expect.0.into_iter().filter(|(key, _)| key != NOTE).map(value).collect()
}

/// The fields of an action; JSON nulls are left out, and so is the note.
pub(crate) fn fields<'a>(step: &Step<'a>) -> Result<BTreeMap<String, &'a RawValue>, String> {
    let Object(mut fields) = object(step.fields.get()).map_err(|_| format!("{} is not an object", step.action))?;
    // A null counts as absent, but a payload may be anything.
    fields.retain(|name, raw| name == "body" || (name != NOTE && raw.get() != "null"));
    Ok(fields)
}
