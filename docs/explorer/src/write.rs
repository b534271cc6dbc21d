//! Scenario lines and steps that a page reads and writes: texts are taken apart and put together, never rewritten.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::about;
use crate::engine::{Output, Run};
use crate::format;
use crate::json::{Object, one_line, quoted};

/// One scenario of a text.
#[derive(Serialize)]
pub(crate) struct Found {
    /// Where it stands in the text, from 1; 0 where it is all of it.
    line: usize,
    name: String,
    /// Words for people, beside the scenario.
    note: Option<String>,
    /// The keys that name the provider, as text without braces.
    head: String,
    /// The other keys, notes for people, in the same way.
    notes: String,
    amount: String,
    currency: String,
    /// Whether the order takes several payments by design.
    parts: bool,
    /// Each step as text.
    steps: Vec<String>,
    /// Why it cannot be run.
    problem: Option<String>,
}

/// Takes a text apart: one scenario, perhaps over several lines, or one per line.
pub(crate) fn read(text: &str) -> Vec<Found> {
    if serde_json::from_str::<Object<'_>>(text).is_ok() {
        return vec![found(0, text)];
    }
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(index, line)| found(index.saturating_add(1), line)).collect()
}

fn found(line: usize, text: &str) -> Found {
    let problem = format::read_with(text, about::profile_file).err();
    let mut object: Object<'_> = serde_json::from_str(text).unwrap_or(Object(Vec::new()));
    let read = |raw: Option<&RawValue>| raw.map_or("", RawValue::get).to_string();
    let order = read(object.take("order"));
    let order: Object<'_> = serde_json::from_str(&order).unwrap_or(Object(Vec::new()));
    let steps: Vec<&RawValue> =
        object.take("steps").and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
    let name = object.text("name").unwrap_or_default();
    object.take("name");
    let (head, notes) =
        object.0.into_iter().partition(|(key, _)| ["provider", "gateway", "profile"].contains(&key.as_str()));
    let (head, notes) = (Object(head), Object(notes));
    Found {
        line,
        name,
        note: notes.text("note"),
        head: head.inside(),
        notes: notes.inside(),
        amount: order.text("amount").unwrap_or_default(),
        currency: order.text("currency").unwrap_or_default(),
        parts: order.0.iter().any(|(key, raw)| key == "parts" && raw.get() == "true"),
        steps: steps.into_iter().map(|step| one_line(step.get())).collect(),
        problem,
    }
}

/// A pasted text that becomes part of a step.
#[derive(Deserialize)]
pub(crate) struct Pack {
    text: String,
    /// Whether it is the answer to a question that was asked after everything so far.
    #[serde(default)]
    fresh: bool,
    /// The HTTP status, where it is a provider's error.
    #[serde(default)]
    http_status: Option<u16>,
}

/// A step's action and fields, as text without braces.
#[derive(Serialize)]
pub(crate) struct Packed {
    step: String,
}

/// JSON goes into a step as it is, anything else as text.
pub(crate) fn pack(pack: &Pack) -> Packed {
    let json = serde_json::from_str::<&RawValue>(&pack.text).ok().map(|raw| one_line(raw.get()));
    let fresh = if pack.fresh { ",\"fresh\":true" } else { "" };
    let step = match (pack.http_status, json) {
        (None, Some(body)) => format!("\"observe\":{{\"body\":{body}{fresh}}}"),
        (None, None) => format!("\"observe\":{{\"text\":{}{fresh}}}", quoted(&pack.text)),
        (Some(status), body) => {
            let body = body.unwrap_or_else(|| quoted(&pack.text));
            format!("\"provider_error\":{{\"status\":{status},\"body\":{body}}}")
        }
    };
    Packed { step }
}

/// A scenario line.
#[derive(Serialize)]
pub(crate) struct Line {
    line: String,
}

/// What a test wants to compare; the scenario's name and the step's number are known.
const EXPECTED: [&str; 11] = [
    "result",
    "code",
    "state",
    "transaction",
    "order",
    "captured",
    "pending",
    "held",
    "released",
    "refunded",
    "order_charged",
];

/// The scenario with what came out of each step as what is expected of it.
pub(crate) fn expect(line: &str) -> Result<Line, String> {
    let scenario = format::read_with(line, about::profile_file)?;
    let mut object: Object<'_> = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let steps = object.take("steps").map_or("[]", RawValue::get);
    let steps: Vec<Object<'_>> = serde_json::from_str(steps).map_err(|error| error.to_string())?;
    let mut run = Run::new(&scenario);
    let mut written = Vec::new();
    for (index, (step, mut object)) in scenario.steps.iter().zip(steps).enumerate() {
        object.take("expect");
        let output = run.step(index, step);
        written.push(format!("{{{},\"expect\":{}}}", object.inside(), expected(&output)?));
    }
    Ok(Line { line: format!("{{{},\"steps\":[{}]}}", object.inside(), written.join(",")) })
}

fn expected(output: &Output) -> Result<String, String> {
    let text = serde_json::to_string(output).map_err(|error| error.to_string())?;
    let mut object: Object<'_> = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    object.0.retain(|(name, raw)| EXPECTED.contains(&name.as_str()) && (name != "code" || raw.get() != "null"));
    Ok(format!("{{{}}}", object.inside()))
}
