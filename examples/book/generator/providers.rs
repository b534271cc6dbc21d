//! The providers' readings, words, answers, errors, webhooks and currencies: the rows of their profiles.

use std::fmt::Write as _;
use std::path::Path;

use order_capture::Profile;
use order_capture::profiles::{
    CanonicalStatus, Confidence, Holds, Presence, Reading, RequestWordRow, Says, Shape, Source,
};
use order_capture::statements::Fate;

/// The rows of a provider's tables, for its page.
pub fn rows(text: &mut String, name: &str, profile: &Profile) {
    let _ = write!(
        text,
        "## Its rows\n\nWhen this crate reads a word, the word *maps to* one status; this crate writes the word for \
         the statuses in *written for*.\n"
    );
    if Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/pictures/{name}.svg")).exists() {
        let _ = write!(text, "\n![{name}'s words](../pictures/{name}.svg)\n");
    }
    statuses(text, name, profile);
    requests(text, name, "captures and voids", &profile.request_words);
    requests(text, name, "refunds", &profile.refund_words);
    outcomes(text, name, profile);
    readings(text, name, profile);
    errors(text, name, profile);
    rest(text, name, profile);
}

/// What each of these allows, field by field, as it is written in JSON.
pub fn capabilities(profiles: &[&Profile]) -> String {
    let all: Vec<Vec<(String, String)>> = profiles
        .iter()
        .map(|profile| {
            let mut fields = Vec::new();
            flatten("", &serde_json::to_value(&profile.capabilities).unwrap(), &mut fields);
            fields.retain(|(name, _)| !name.contains(".source."));
            fields
        })
        .collect();
    let mut names: Vec<&String> = Vec::new();
    for (name, _) in all.iter().flatten() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let heads: Vec<&str> =
        std::iter::once("capability").chain(profiles.iter().map(|profile| profile.name.as_str())).collect();
    let mut text = format!("\n## What the rules use\n\n{}", super::head(&heads));
    for name in names {
        let value = |fields: &Vec<(String, String)>| fields.iter().find(|(known, _)| known == name).cloned();
        let cells = all.iter().map(|fields| value(fields).map_or(String::new(), |(_, value)| value));
        text.push_str(&super::row(std::iter::once(super::code(name)).chain(cells)));
    }
    text
}

/// The fields of an object, those of objects within it as `outer.inner`. An enum's variant with fields is its name and
/// those that are true.
fn flatten(path: &str, value: &serde_json::Value, fields: &mut Vec<(String, String)>) {
    let one = |text: String| (path.to_string(), text);
    match value {
        serde_json::Value::Bool(true) => fields.push(one("yes".to_string())),
        serde_json::Value::Bool(false) => fields.push(one("no".to_string())),
        serde_json::Value::String(text) => fields.push(one(text.clone())),
        serde_json::Value::Object(inner) if path == "captures" => {
            let (name, flags) = inner.iter().next().unwrap();
            let flags = flags.as_object().unwrap().iter().filter(|(_, flag)| **flag == serde_json::Value::Bool(true));
            let words: Vec<&str> =
                std::iter::once(name).chain(flags.map(|(flag, _)| flag)).map(String::as_str).collect();
            fields.push(one(words.join(", ")));
        }
        serde_json::Value::Object(inner) => {
            for (name, value) in inner {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(&path, value, fields);
            }
        }
        other => fields.push(one(other.to_string())),
    }
}

pub fn sure(source: &Source) -> [String; 2] {
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
    let heads = super::head(&["word", "ids", "maps to", "written for", "source", "sure"]);
    let _ = write!(text, "\n### {name}: words for a transaction\n\n{heads}");
    for row in profile.statuses.iter() {
        let [document, confidence] = sure(&row.source);
        let cells = [
            super::code(&row.text),
            listed(row.ids.iter()),
            row.maps_to.to_string(),
            listed(row.written_for.iter()),
            document,
            confidence,
        ];
        text.push_str(&super::row(cells));
    }
    if profile.order_statuses.is_empty() {
        let _ = write!(text, "\nAn order takes the same words; see [orders](../tables/orders.md).\n");
        return;
    }
    let heads = super::head(&["word", "maps to, for its only transaction", "written for", "source", "sure"]);
    let _ = write!(text, "\n### {name}: words for an order\n\n{heads}");
    for row in profile.order_statuses.iter() {
        let [document, confidence] = sure(&row.source);
        let maps_to = row.maps_to.map_or("nothing", CanonicalStatus::as_str).to_string();
        let written_for = row.written_for.iter().map(|status| status.map_or("no transaction", CanonicalStatus::as_str));
        text.push_str(&super::row([super::code(&row.text), maps_to, listed(written_for), document, confidence]));
    }
}

/// The words for captures and voids, or for refunds.
fn requests(text: &mut String, name: &str, which: &str, rows: &[RequestWordRow]) {
    if rows.is_empty() {
        return;
    }
    let heads = super::head(&["word", "applies to", "outcome", "source", "sure"]);
    let _ = write!(text, "\n### {name}: words for {which}\n\nAny other word says nothing.\n\n{heads}");
    for row in rows {
        let [document, confidence] = sure(&row.source);
        let name = |value: serde_json::Value| value.as_str().unwrap_or("each").to_string();
        let of = name(serde_json::to_value(row.of).unwrap());
        let fate = name(serde_json::to_value(row.fate).unwrap());
        text.push_str(&super::row([super::code(&row.text), of, fate, document, confidence]));
    }
}

/// The shapes of payloads: what is read, where it stands and what it says; and how many samples show it.
fn readings(text: &mut String, name: &str, profile: &Profile) {
    let (samples, errors) = (profile.samples.len(), profile.error_samples.len());
    let _ = write!(
        text,
        "\n### {name}: readings\n\nThe first reading that fits a payload decides, and other fields are not read. \
         {samples} samples of payloads and {errors} of errors check that each reading, word and error works as listed \
         here.\n\n{}",
        super::head(&["reading", "place", "says", "source", "sure"]),
    );
    for reading in profile.readings.iter() {
        let [document, confidence] = sure(&reading.source);
        let mut rows = vec![("the whole".to_string(), whole(reading))];
        places(&reading.payload, "", &mut rows);
        for (number, (place, says)) in rows.into_iter().filter(|(_, says)| !says.is_empty()).enumerate() {
            let first = |cell: &str| if number == 0 { cell.to_string() } else { String::new() };
            text.push_str(&super::row([first(&reading.name), place, says, first(&document), first(&confidence)]));
        }
    }
}

/// What a reading says by being the one that fits.
fn whole(reading: &Reading) -> String {
    let about = reading.payload.of.filter(|_| reading.refused.is_none()).map(|part| format!("one {}", part.as_str()));
    let says = match (&reading.refused, &reading.says) {
        (Some(instead), _) => Some(format!("not read; pass {instead}")),
        (None, Some(Says::Status(status))) => Some(format!("it is {status}")),
        (None, Some(Says::Fate(fate))) => Some(match fate {
            Fate::Accepted | Fate::Reversed => format!("it was {fate}"),
            Fate::Succeeded | Fate::Failed => format!("it {fate}"),
        }),
        (None, Some(Says::Adjusted)) => {
            Some("its authorization was adjusted: what is authorized is a new total".to_string())
        }
        (None, None) => None,
    };
    listed(about.into_iter().chain(says))
}

/// Every place that a shape looks at: `txn_detail.txn_amount`, `refunds[].amount`.
fn places(shape: &Shape, path: &str, rows: &mut Vec<(String, String)>) {
    for field in shape.object.iter() {
        let path = if path.is_empty() { field.name().to_string() } else { format!("{path}.{}", field.name()) };
        place(&field.holds, &path, rows);
    }
}

fn place(holds: &Holds, path: &str, rows: &mut Vec<(String, String)>) {
    let says = match holds {
        Holds::Guard(Presence::Given) => "must be given".to_string(),
        Holds::Guard(Presence::Absent) => "must be absent".to_string(),
        Holds::One(role) => role.to_string(),
        Holds::All(roles) => listed(roles.iter().map(ToString::to_string)),
        Holds::Required { required } => format!("{}, must be given", required.as_str()),
        Holds::Is { is, or_absent } => {
            let texts = is.iter().map(|text| super::code(text)).collect::<Vec<_>>().join(" or ");
            format!("must be {texts}{}", if *or_absent { " or absent" } else { "" })
        }
        Holds::Object(shape) => {
            let about = shape.of.map(|part| format!("one {}", part.as_str()));
            let required = shape.required.then(|| "must be given".to_string());
            rows.push((super::code(path), listed(about.into_iter().chain(required))));
            return places(shape, path, rows);
        }
        Holds::Each { each, newest_first, single, .. } => {
            let says = [(*newest_first, "newest first"), (*single, "exactly one item")];
            let says = listed(says.into_iter().filter(|(holds, _)| *holds).map(|(_, says)| says.to_string()));
            if !says.is_empty() {
                rows.push((super::code(path), says));
            }
            return each.iter().for_each(|item| place(item, &format!("{path}[]"), rows));
        }
    };
    rows.push((super::code(path), says));
}

fn outcomes(text: &mut String, name: &str, profile: &Profile) {
    if profile.outcomes.is_empty() {
        return;
    }
    let heads = super::head(&["the gateway answers a full capture", "the word is then", "source", "sure"]);
    let _ = write!(text, "\n### {name}: answers to a capture\n\n{heads}");
    for row in profile.outcomes.iter() {
        let [document, confidence] = sure(&row.source);
        let cells = [row.outcome.as_str().replace('-', " "), super::code(&row.status), document, confidence];
        text.push_str(&super::row(cells));
    }
}

fn errors(text: &mut String, name: &str, profile: &Profile) {
    let heads = super::head(&["HTTP", "code", "text", "the request is then", "wording of", "source", "sure"]);
    let _ = write!(text, "\n### {name}: errors\n\n{}", if profile.errors.is_empty() { "" } else { &heads });
    for row in profile.errors.iter() {
        let [document, confidence] = sure(&row.source);
        let meaning = serde_json::to_value(row.meaning).unwrap();
        let cells = [
            row.http_status.to_string(),
            super::code(&row.code),
            row.message.to_string(),
            meaning.as_str().unwrap().to_string(),
            row.rule.as_deref().map_or(String::new(), super::rule_link),
            document,
            confidence,
        ];
        text.push_str(&super::row(cells));
    }
    let safe = listed(profile.safe_statuses.iter());
    let _ = write!(
        text,
        "\nA hint leaves the outcome unknown, whatever the status. If no hint matches, HTTP {safe} withdraw the \
         request; with any other status only a row for that status does. See \
         [`src/profile/errors.rs`](../../src/profile/errors.rs).\n",
    );
}

fn rest(text: &mut String, name: &str, profile: &Profile) {
    webhooks(text, name, profile);
    if profile.currencies.is_empty() {
        return;
    }
    let heads = super::head(&["currency", "digits", "on the wire", "least order, minor units", "source", "sure"]);
    let _ = write!(text, "\n### {name}: currencies\n\nAll others are as ISO 4217 has them.\n\n{heads}");
    for row in profile.currencies.iter() {
        let [document, confidence] = sure(&row.source);
        let minimum = row.minimum.map_or(String::new(), |minimum| minimum.to_string());
        let on_wire = row.on_wire.map_or(String::new(), |digits| digits.to_string());
        let cells = [row.code.to_string(), row.digits.to_string(), on_wire, minimum, document, confidence];
        text.push_str(&super::row(cells));
    }
}

/// What each webhook is read as: by the readings that look at its name, else by what is in it.
fn webhooks(text: &mut String, name: &str, profile: &Profile) {
    if profile.events.is_empty() {
        let _ = write!(
            text,
            "\n### {name}: webhooks\n\nNo webhook is read by its name; what the caller does stands above.\n"
        );
        return;
    }
    let heads = super::head(&["webhook", "is read as", "source", "sure"]);
    let _ = write!(text, "\n### {name}: webhooks\n\n{heads}");
    for row in profile.events.iter() {
        let [document, confidence] = sure(&row.source);
        let by_name = profile.readings.iter().filter(|reading| looks_at(&reading.payload, &row.name));
        let says: Vec<String> = by_name.map(|reading| format!("*{}*: {}", reading.name, whole(reading))).collect();
        let says =
            if says.is_empty() { "its name is a label; the object in it decides".to_string() } else { says.join("; ") };
        text.push_str(&super::row([super::code(&row.name), says, document, confidence]));
    }
}

/// Whether a guard of this shape lets this text through.
fn looks_at(shape: &Shape, text: &str) -> bool {
    fn lets(holds: &Holds, text: &str) -> bool {
        match holds {
            Holds::Object(inner) => looks_at(inner, text),
            Holds::Each { each, .. } => each.iter().any(|item| lets(item, text)),
            Holds::Is { is, .. } => is.iter().any(|known| known == text),
            _ => false,
        }
    }
    shape.object.iter().any(|field| lets(&field.holds, text))
}
