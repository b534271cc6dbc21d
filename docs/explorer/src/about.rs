//! What does not depend on a scenario: the rules, the providers that can be chosen. And what a payload says by itself.

use order_capture::profiles::CaptureMode;
use order_capture::statements::{RequestStatement, Statement, Word};
use order_capture::{Minor, Money, Observation, Operation, Profile, ProviderId, Retry, Rule, RuleKind, StateKind};
use serde::Serialize;

use crate::answers;
use crate::format::{self, Scenario};

/// One profile of the folder `profiles`, as the build script finds it.
pub(crate) struct Shipped {
    file: &'static str,
    name: &'static str,
    /// Its text; none where it is built into the crate.
    text: Option<&'static str>,
}

include!(concat!(env!("OUT_DIR"), "/profiles.rs"));

/// The profile that stands for one pasted by a person, until they do.
const SAMPLE: &str = include_str!("../../../profiles/checkout.json");

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
    /// For people: the profile's name, and how it captures.
    label: String,
    /// As the scenario's own keys.
    head: String,
}

impl Shipped {
    fn provider(&self) -> Result<Provider, String> {
        let (name, file) = (self.name, self.file);
        let head = match (self.text, name.split_once('/')) {
            (Some(_), _) => format!(r#""profile":"../../profiles/{file}""#),
            (None, Some((provider, gateway))) => format!(r#""provider":"{provider}","gateway":"{gateway}""#),
            (None, None) => format!(r#""provider":"{name}""#),
        };
        let line = format!(r#"{{"name":"{name}",{head},"order":{{"amount":"1","currency":"JPY"}},"steps":[]}}"#);
        let scenario = format::read_with(&line, profile_file)?;
        let captures = match scenario.profile.capabilities.captures {
            CaptureMode::Exact => "one capture, of exactly what is authorized",
            CaptureMode::Full => "one capture, of everything",
            CaptureMode::Single => "one capture, of everything or a part",
            CaptureMode::Several { .. } => "several captures",
        };
        Ok(Provider { label: format!("{name}: {captures}"), head })
    }
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

pub(crate) fn about() -> Result<About, String> {
    let entry = |rule: &Rule| Entry {
        code: rule.code,
        kinds: rule.kinds.iter().map(|kind| kind.as_str()).collect(),
        sentence: rule.sentence,
        why: rule.why,
        numbers: rule.reports,
        next: rule.next,
        retry: rule.retry.map(Retry::advice),
        source: rule.source,
    };
    let answered = |rule: &&Rule| rule.kinds != [RuleKind::Invariant];
    Ok(About {
        rules: Rule::all().filter(answered).map(entry).collect(),
        providers: PROFILES.iter().map(Shipped::provider).collect::<Result<_, String>>()?,
        states: StateKind::ALL.map(StateKind::as_str).into(),
        sample_profile: SAMPLE,
    })
}

/// What a provider can do, as the atlas says it: a question, the short answer, and a sentence where there is one.
#[derive(Serialize)]
pub(crate) struct Can {
    question: &'static str,
    short: String,
    words: String,
}

/// The atlas's questions, answered by this profile.
pub(crate) fn can(profile: &Profile) -> Vec<Can> {
    let can = |(topic, _, question)| Can {
        question,
        short: answers::short(profile, topic).replace("**", ""),
        words: answers::fact(profile, topic).map(|fact| fact.says.to_string()).unwrap_or_default(),
    };
    answers::QUESTIONS.map(can).into()
}

/// The text of a profile that a scenario names by its path: a page has no folder, and these profiles.
pub(crate) fn profile_file(path: &str) -> Result<String, String> {
    let file = path.rsplit('/').next();
    match PROFILES.iter().find(|shipped| Some(shipped.file) == file).and_then(|shipped| shipped.text) {
        Some(text) => Ok(text.to_string()),
        None => Err(format!("{path}: a page cannot read files; put the profile itself in place of its path")),
    }
}

/// What a payload says, subject by subject, before it is compared with anything.
pub(crate) fn observation(text: &str, scenario: &Scenario<'_>) -> Vec<(String, String)> {
    match scenario.profile.statements(text, scenario.order.amount().currency()) {
        Ok(seen) => facts(&seen, scenario),
        Err(malformed) => vec![
            ("cannot be read".to_string(), malformed.to_string()),
            ("code".to_string(), malformed.code().to_string()),
        ],
    }
}

fn facts(seen: &Observation<'_>, scenario: &Scenario<'_>) -> Vec<(String, String)> {
    let currency = seen.currency.unwrap_or(scenario.order.amount().currency());
    let money = |minor: Minor| Money::new(minor, currency).to_string();
    let mut facts = Vec::new();
    facts.extend(of_subject("order", &seen.order, scenario, &money));
    facts.extend(of_subject("transaction", &seen.transaction, scenario, &money));
    let others = seen.listed.iter().flatten().enumerate();
    for (index, other) in others {
        facts.extend(of_subject(&format!("listed transaction {}", index.saturating_add(1)), other, scenario, &money));
    }
    let kinds =
        [(Operation::Capture, &seen.captures), (Operation::Void, &seen.voids), (Operation::Refund, &seen.refunds)];
    for (operation, requests) in kinds {
        let listed = requests.iter().map(|one| (format!("{operation} listed"), request(one, &money)));
        facts.extend(listed);
    }
    facts.extend(seen.occurred_at.map(|at| ("happened at".to_string(), crate::words::time(at))));
    facts
}

/// What is said of an order or a transaction.
fn of_subject(
    of: &str,
    said: &Statement<'_>,
    scenario: &Scenario<'_>,
    money: &impl Fn(Minor) -> String,
) -> Vec<(String, String)> {
    let meaning = |word: &Word<'_>| {
        let known = scenario.profile.word(word);
        known.map_or("is in no table", |known| known.maps_to.map_or("says nothing about it", |status| status.as_str()))
    };
    let id = |id: &Option<ProviderId>| id.as_ref().map(|id| id.as_str().to_string());
    let facts = [
        ("word", said.word.as_ref().map(|word| word.text.to_string())),
        ("word means", said.word.as_ref().map(|word| meaning(word).to_string())),
        ("status id", said.word.as_ref().and_then(|word| word.id).map(|id| id.to_string())),
        ("captured flag", said.captured_flag.map(|flag| flag.to_string())),
        ("price", said.price.map(money)),
        ("amount; of what is not clear", said.unsure.map(money)),
        ("authorized", said.authorized.map(money)),
        ("pays", said.pays.map(money)),
        ("captured so far", said.captured.map(money)),
        ("refunded so far", said.refunded.map(money)),
        ("order id", id(&said.ids.order)),
        ("transaction id", id(&said.ids.transaction)),
        ("transaction uuid", id(&said.ids.uuid)),
    ];
    facts.into_iter().filter_map(|(name, value)| Some((format!("{of}: {name}"), value?))).collect()
}

/// What is said of one capture, void or refund.
fn request(one: &RequestStatement<'_>, money: &impl Fn(Minor) -> String) -> String {
    let amount = one.amount.map(money);
    let word = one.word.as_ref().map(ToString::to_string);
    let key = one.key.as_ref().map(|key| format!("key {key}"));
    let id = one.id.as_ref().map(|id| format!("id {}", id.as_str()));
    [amount, word, key, id].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
