//! What does not depend on a scenario: the rules, the providers that can be chosen. And what a payload says by itself.

use order_capture::{Observation, Retry, Rule, RuleKind, StateKind};
use serde::Serialize;

use crate::format::Scenario;

/// A provider as data alone, in place of a folder of profiles.
const CHECKOUT: &str = include_str!("../../../profiles/checkout.json");

/// What can be chosen: for people, and as the scenario's own keys.
const PROVIDERS: [(&str, &str); 5] = [
    ("Juspay, CYBERSOURCE", r#""provider":"juspay","gateway":"CYBERSOURCE""#),
    ("Juspay, SIMPL", r#""provider":"juspay","gateway":"SIMPL""#),
    ("Juspay, any other gateway", r#""provider":"juspay""#),
    ("Razorpay", r#""provider":"razorpay""#),
    ("A provider as data: checkout.json", r#""profile":"../../profiles/checkout.json""#),
];

#[derive(Serialize)]
pub(crate) struct About {
    rules: Vec<Entry>,
    providers: Vec<Provider>,
    states: Vec<&'static str>,
    /// The profile that stands for one pasted by a person, until they do.
    sample_profile: &'static str,
}

#[derive(Serialize)]
struct Provider {
    label: &'static str,
    head: &'static str,
}

/// One rule as the page shows it.
#[derive(Serialize)]
struct Entry {
    code: &'static str,
    kinds: Vec<&'static str>,
    sentence: &'static str,
    why: &'static str,
    numbers: &'static str,
    next: &'static str,
    retry: Option<&'static str>,
    source: &'static str,
}

pub(crate) fn about() -> About {
    let entry = |rule: &Rule| Entry {
        code: rule.code(),
        kinds: rule.kinds().iter().map(|kind| kind.as_str()).collect(),
        sentence: rule.sentence(),
        why: rule.why(),
        numbers: rule.numbers(),
        next: rule.next(),
        retry: rule.retry().map(Retry::advice),
        source: rule.source(),
    };
    let answered = |rule: &&Rule| rule.kinds() != [RuleKind::Invariant];
    About {
        rules: Rule::all().filter(answered).map(entry).collect(),
        providers: PROVIDERS.map(|(label, head)| Provider { label, head }).into(),
        states: StateKind::ALL.map(StateKind::as_str).into(),
        sample_profile: CHECKOUT,
    }
}

/// The text of a profile that a scenario names by its path: a page has no folder, and this one profile.
pub(crate) fn profile_file(path: &str) -> Result<String, String> {
    match path.rsplit('/').next() {
        Some("checkout.json") => Ok(CHECKOUT.to_string()),
        _ => Err(format!("{path}: a page cannot read files; put the profile itself in place of its path")),
    }
}

/// What a payload says, in the crate's neutral terms, before it is compared with anything.
pub(crate) fn observation(text: &str, scenario: &Scenario<'_>) -> Vec<(&'static str, String)> {
    match scenario.profile.observation(text, scenario.order.amount().currency()) {
        Ok(seen) => facts(&seen, scenario),
        Err(malformed) => vec![("cannot be read", malformed.to_string()), ("code", malformed.code().to_string())],
    }
}

fn facts(seen: &Observation<'_>, scenario: &Scenario<'_>) -> Vec<(&'static str, String)> {
    let currency = seen.currency.unwrap_or(scenario.order.amount().currency());
    let money =
        |minor: Option<order_capture::Minor>| minor.map(|minor| order_capture::Money::new(minor, currency).to_string());
    let id = |id: &Option<order_capture::ProviderId>| id.as_ref().map(|id| id.as_str().to_string());
    let meaning = scenario.profile.status(&seen.status).map_or("not in the profile's table", |row| row.means.as_str());
    let captures =
        seen.captures.iter().map(|one| format!("{} under {}", money(Some(one.amount)).unwrap_or_default(), one.key));
    let captures: Vec<String> = captures.collect();
    let facts = [
        ("status", Some(seen.status.to_string())),
        ("which means", Some(meaning.to_string())),
        ("the order's status", seen.order_status.as_ref().map(ToString::to_string)),
        ("status id", seen.status_id.map(|id| id.to_string())),
        ("captured flag", seen.captured_flag.map(|flag| flag.to_string())),
        ("authorized", money(seen.authorized)),
        ("amount", money(seen.amount)),
        ("captured so far", money(seen.captured)),
        ("refunded so far", money(seen.refunded)),
        ("captures listed", (!captures.is_empty()).then(|| captures.join(", "))),
        ("happened at", seen.occurred_at.map(|time| time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))),
        ("order id", id(&seen.ids.order)),
        ("transaction id", id(&seen.ids.transaction)),
        ("transaction uuid", id(&seen.ids.uuid)),
    ];
    facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}
