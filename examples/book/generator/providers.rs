//! The providers' words, answers, errors, webhooks and currencies: the rows of their profiles.

use std::fmt::Write as _;

use order_capture::{Confidence, Meaning, Profile, Source, juspay, razorpay};

use super::commands::PROFILES;

pub fn page() -> String {
    let mut text = String::from(
        "# Providers\n\nEvery row of the built-in profiles, with its document. How sure a row is: *seed*, the capture page itself; \
         *official*, the provider's other pages; *sample*, an official sample only; *sdk*, official code only; *third party*; \
         *inferred*, said by nobody. Add a provider: [providers](../providers.md).\n\n\
         A word *means* one thing when it is read, and *spells* those for which it is written.\n",
    );
    text.push_str(&capabilities());
    for (name, profile) in [("Juspay", &juspay::FULL_ONLY), ("Razorpay", &razorpay::PROFILE)] {
        let _ = write!(text, "\n## {name}\n\n![{name}'s words](../pictures/{}.svg)\n", name.to_lowercase());
        statuses(&mut text, name, profile);
        outcomes(&mut text, name, profile);
        errors(&mut text, name, profile);
        rest(&mut text, name, profile);
    }
    text
}

/// What each profile allows, field by field, as it is written in JSON.
fn capabilities() -> String {
    let values: Vec<serde_json::Value> =
        PROFILES.iter().map(|(profile, _)| serde_json::to_value(profile.capabilities).unwrap()).collect();
    let heads: Vec<&str> = std::iter::once("capability").chain(PROFILES.iter().map(|(_, name)| *name)).collect();
    let mut text = format!("\n## What each can do\n\n{}", super::head(&heads));
    for key in values[0].as_object().unwrap().keys() {
        let cells = values.iter().map(|value| match &value[key] {
            serde_json::Value::Bool(true) => "yes".to_string(),
            serde_json::Value::Bool(false) => "no".to_string(),
            other => other.to_string().trim_matches('"').to_string(),
        });
        text.push_str(&super::row(std::iter::once(format!("`{key}`")).chain(cells)));
    }
    text
}

fn sure(source: &Source) -> [String; 2] {
    let confidence = match source.confidence {
        Confidence::Seed => "seed",
        Confidence::Official => "official",
        Confidence::Sample => "sample",
        Confidence::Sdk => "sdk",
        Confidence::ThirdParty => "third party",
        Confidence::Inferred => "inferred",
    };
    [source.document.to_string(), confidence.to_string()]
}

fn listed<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}

fn statuses(text: &mut String, name: &str, profile: &Profile) {
    let heads = super::head(&["word", "ids", "means", "spells", "source", "sure"]);
    let _ = write!(text, "\n### {name}: words for a transaction\n\n{heads}");
    for row in profile.statuses.iter() {
        let [document, confidence] = sure(&row.source);
        let cells = [
            super::code(&row.text),
            listed(row.ids.iter()),
            row.means.to_string(),
            listed(row.spells.iter()),
            document,
            confidence,
        ];
        text.push_str(&super::row(cells));
    }
    if profile.order_statuses.is_empty() {
        let _ = write!(text, "\nAn order takes the same words; see [orders](orders.md).\n");
        return;
    }
    let _ = write!(text, "\n### {name}: words for an order\n\n{}", super::head(&["word", "spells", "source", "sure"]));
    for row in profile.order_statuses.iter() {
        let [document, confidence] = sure(&row.source);
        let spells = row.spells.iter().map(|meaning| meaning.map_or("no transaction", Meaning::as_str));
        text.push_str(&super::row([super::code(&row.text), listed(spells), document, confidence]));
    }
}

fn outcomes(text: &mut String, name: &str, profile: &Profile) {
    let heads = super::head(&["the gateway answers a full capture", "the word is then", "source", "sure"]);
    let _ = write!(text, "\n### {name}: answers to a capture\n\n{heads}");
    for row in profile.outcomes.iter() {
        let [document, confidence] = sure(&row.source);
        let reply = serde_json::to_value(row.reply).unwrap();
        let cells = [reply.as_str().unwrap().replace('-', " "), super::code(&row.status), document, confidence];
        text.push_str(&super::row(cells));
    }
}

fn errors(text: &mut String, name: &str, profile: &Profile) {
    let heads = super::head(&["HTTP", "code", "text", "the request is then", "wording of", "source", "sure"]);
    let _ = write!(text, "\n### {name}: errors\n\n{heads}");
    for row in profile.errors.iter() {
        let [document, confidence] = sure(&row.source);
        let settles = serde_json::to_value(row.settles).unwrap();
        let cells = [
            row.http_status.to_string(),
            super::code(&row.code),
            row.message.to_string(),
            settles.as_str().unwrap().to_string(),
            row.refusal.as_deref().map_or(String::new(), super::rule_link),
            document,
            confidence,
        ];
        text.push_str(&super::row(cells));
    }
    text.push_str(
        "\nAn error that no row names: another HTTP 4xx but 408 and 409 withdraws the request, everything else leaves its outcome \
         unknown. See [`src/interpret/error.rs`](../../src/interpret/error.rs).\n",
    );
}

fn rest(text: &mut String, name: &str, profile: &Profile) {
    let names = listed(profile.events.iter().map(|row| super::code(&row.name)));
    let [document, confidence] = profile.events.first().map(|row| sure(&row.source)).unwrap();
    let _ = write!(
        text,
        "\n### {name}: webhooks\n\nLabels; the payload inside decides. {names}.\n\nSource: {document} ({confidence}).\n"
    );
    if profile.currencies.is_empty() {
        return;
    }
    let heads = super::head(&["currency", "digits", "least order, minor units", "source", "sure"]);
    let _ = write!(text, "\n### {name}: currencies\n\nAll others have two digits.\n\n{heads}");
    for row in profile.currencies.iter() {
        let [document, confidence] = sure(&row.source);
        let minimum = row.minimum.map_or(String::new(), |minimum| minimum.to_string());
        text.push_str(&super::row([row.code.to_string(), row.digits.to_string(), minimum, document, confidence]));
    }
}
