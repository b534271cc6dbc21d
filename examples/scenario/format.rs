//! The scenario format: one JSON object a line, read strictly, with what is wrong said in words.

use std::collections::BTreeMap;

use order_capture::{Currency, Money, Order, Profile, juspay, razorpay};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A provider whose payloads can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Provider {
    Juspay,
    Razorpay,
}

/// One scenario, ready to run.
#[derive(Debug)]
pub(crate) struct Scenario<'a> {
    pub(crate) name: String,
    pub(crate) provider: Provider,
    pub(crate) profile: &'static Profile,
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    name: String,
    provider: Option<String>,
    gateway: Option<String>,
    profile: Option<String>,
    #[serde(borrow)]
    order: OrderLine<'a>,
    #[serde(borrow)]
    steps: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrderLine<'a> {
    #[serde(borrow)]
    amount: &'a RawValue,
    #[serde(borrow)]
    currency: &'a RawValue,
}

/// Reads one line.
pub(crate) fn read(line: &str) -> Result<Scenario<'_>, String> {
    let parsed: Line<'_> = serde_json::from_str(line).map_err(|error| format!("not a scenario: {error}"))?;
    if parsed.profile.is_some() {
        return Err("profiles in JSON are not read yet; name a provider instead".into());
    }
    let (provider, profile) = match (parsed.provider.as_deref(), parsed.gateway.as_deref()) {
        (Some("juspay"), gateway) => (Provider::Juspay, juspay::gateway(gateway.unwrap_or_default())),
        (Some("razorpay"), None) => (Provider::Razorpay, &razorpay::PROFILE),
        (Some("razorpay"), Some(_)) => return Err("razorpay has no gateways; leave \"gateway\" out".into()),
        (Some(other), _) => return Err(format!("unknown provider {other:?}; expected juspay or razorpay")),
        (None, _) => return Err("no \"provider\"; expected juspay or razorpay".into()),
    };
    let order = order(&parsed.order)?;
    let steps: Result<Vec<_>, String> = parsed
        .steps
        .iter()
        .enumerate()
        .map(|(index, raw)| step(raw.get()).map_err(|problem| format!("step {index}: {problem}")))
        .collect();
    Ok(Scenario { name: parsed.name, provider, profile, order, steps: steps? })
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

fn step(text: &str) -> Result<Step<'_>, String> {
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
    let mut actions = fields.into_iter();
    match (actions.next(), actions.next()) {
        (Some((action, fields)), None) if ACTIONS.iter().any(|(name, _)| *name == action) => {
            Ok(Step { action, fields, txn, at, expect })
        }
        (Some((action, _)), None) => Err(format!("unknown action {action:?}")),
        (None, _) => Err("no action".into()),
        (Some((first, _)), Some((second, _))) => Err(format!("more than one action: {first:?} and {second:?}")),
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
