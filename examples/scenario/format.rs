//! The scenario format: one JSON object a line, read strictly, with what is wrong said in words.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use order_capture::{Currency, Money, Order, Profile, juspay, razorpay};
use serde::Deserialize;
use serde_json::value::RawValue;

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

/// The actions and the fields that each may have.
pub(crate) const ACTIONS: &[(&str, &[&str])] = &[
    ("authorize", &["amount", "currency", "capture_before"]),
    ("authorization_failed", &[]),
    ("capture", &["amount", "currency", "idempotency_key", "final"]),
    ("capture_outcome", &["result", "amount", "idempotency_key"]),
    ("capture_reversed", &["idempotency_key", "amount"]),
    ("adjust", &["amount"]),
    ("void", &["amount", "idempotency_key"]),
    ("void_outcome", &["result"]),
    ("expire", &[]),
    ("refund", &["amount", "idempotency_key"]),
    ("refund_outcome", &["result", "amount", "idempotency_key"]),
    ("observe", &["body", "text"]),
    ("provider_error", &["status", "body"]),
    ("restart", &[]),
];

/// A line's own keys; others are notes for people and passed over.
#[derive(Deserialize)]
struct Line<'a> {
    name: String,
    provider: Option<String>,
    gateway: Option<String>,
    #[serde(borrow)]
    profile: Option<&'a RawValue>,
    #[serde(borrow)]
    order: OrderLine<'a>,
    #[serde(borrow)]
    steps: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct OrderLine<'a> {
    #[serde(borrow)]
    amount: &'a RawValue,
    #[serde(borrow)]
    currency: &'a RawValue,
}

/// Reads one line; a profile's path is relative to the folder of the scenario file.
pub(crate) fn read<'a>(line: &'a str, folder: &Path) -> Result<Scenario<'a>, String> {
    read_with(line, |path| {
        let path = folder.join(path);
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    })
}

/// Reads one line; what is at a profile's path is for the caller to say.
pub(crate) fn read_with<'a>(
    line: &'a str,
    file: impl FnOnce(&str) -> Result<String, String>,
) -> Result<Scenario<'a>, String> {
    let parsed: Line<'a> = serde_json::from_str(line).map_err(|error| format!("not a scenario: {error}"))?;
    let profile = profile(&parsed, file)?;
    let order = order(&parsed.order)?;
    let steps: Result<Vec<_>, String> = parsed
        .steps
        .iter()
        .enumerate()
        .map(|(index, raw)| step(raw.get()).map_err(|problem| format!("step {index}: {problem}")))
        .collect();
    Ok(Scenario { name: parsed.name, profile, order, steps: steps? })
}

/// The profile by its path or as it stands in the line, or the built-in one by provider and gateway.
fn profile(
    line: &Line<'_>,
    file: impl FnOnce(&str) -> Result<String, String>,
) -> Result<Cow<'static, Profile>, String> {
    if let Some(given) = line.profile.map(RawValue::get) {
        let read = |text: &str, place: &str| Profile::from_json(text).map_err(|error| format!("{place}: {error}"));
        let profile = match serde_json::from_str::<String>(given) {
            Ok(path) => read(&file(&path)?, &path)?,
            Err(_) if given.starts_with('{') => read(given, "profile")?,
            Err(_) => return Err("\"profile\" is neither a path nor a profile".into()),
        };
        return Ok(Cow::Owned(profile));
    }
    match (line.provider.as_deref(), line.gateway.as_deref()) {
        (Some("juspay"), gateway) => Ok(Cow::Borrowed(juspay::gateway(gateway.unwrap_or_default()))),
        (Some("razorpay"), None) => Ok(Cow::Borrowed(&razorpay::PROFILE)),
        (Some("razorpay"), Some(_)) => Err("razorpay has no gateways; leave \"gateway\" out".into()),
        (Some(other), _) => Err(format!("unknown provider {other:?}; expected juspay or razorpay")),
        (None, _) => Err("no \"provider\" and no \"profile\"; expected juspay or razorpay".into()),
    }
}

fn order(line: &OrderLine<'_>) -> Result<Order, String> {
    let text = |raw: &RawValue, name| {
        serde_json::from_str::<String>(raw.get()).map_err(|_| format!("the order's {name} is not text"))
    };
    let currency =
        Currency::from_code(&text(line.currency, "currency")?).map_err(|error| format!("the order: {error}"))?;
    let amount =
        Money::parse(&text(line.amount, "amount")?, currency).map_err(|error| format!("the order: {error}"))?;
    Ok(Order::new("order".parse().map_err(|error| format!("{error}"))?, amount))
}

/// One step, a JSON object.
pub(crate) fn step(text: &str) -> Result<Step<'_>, String> {
    let mut fields: BTreeMap<String, &RawValue> =
        serde_json::from_str(text).map_err(|error| format!("not an object: {error}"))?;
    let present = |raw: &&RawValue| raw.get() != "null";
    let txn = fields
        .remove("txn")
        .filter(present)
        .map(|raw| serde_json::from_str(raw.get()).map_err(|_| "\"txn\" is not text".to_string()))
        .transpose()?;
    let at = fields.remove("at").filter(present);
    let expect = fields
        .remove("expect")
        .filter(present)
        .map(|raw| serde_json::from_str(raw.get()).map_err(|_| "\"expect\" is not an object".to_string()))
        .transpose()?
        .unwrap_or_default();
    let known = |name: &str| ACTIONS.iter().any(|(action, _)| *action == name);
    let mut actions = fields.iter().filter(|(name, _)| known(name));
    match (actions.next(), actions.next()) {
        (Some((action, fields)), None) => Ok(Step { action: action.clone(), fields, txn, at, expect }),
        (Some((first, _)), Some((second, _))) => Err(format!("more than one action: {first:?} and {second:?}")),
        (None, _) => match fields.keys().next() {
            Some(unknown) => Err(format!("unknown action {unknown:?}")),
            None => Err("no action".into()),
        },
    }
}

/// The fields of an action, checked against the list, JSON nulls left out.
pub(crate) fn fields<'a>(step: &Step<'a>) -> Result<BTreeMap<String, &'a RawValue>, String> {
    let mut fields: BTreeMap<String, &'a RawValue> =
        serde_json::from_str(step.fields.get()).map_err(|_| format!("{} is not an object", step.action))?;
    // A null counts as absent, but a payload may be anything.
    fields.retain(|name, raw| raw.get() != "null" || name == "body");
    let allowed = ACTIONS.iter().find(|(name, _)| *name == step.action).map_or(&[][..], |(_, allowed)| allowed);
    match fields.keys().find(|name| !allowed.contains(&name.as_str())) {
        Some(unknown) => Err(format!("{} has no field {unknown:?}", step.action)),
        None => Ok(fields),
    }
}
