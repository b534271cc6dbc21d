//! The rule book: one entry per code.

use std::fmt::Write as _;

use order_capture::{Profile, Retry, Rule, RuleKind, juspay, razorpay};

use super::Evidence;

const INTRODUCTION: &str = "\
# The rules

This page has an entry for every code of this crate: what must hold, why, and what to do next. The heading is the code.
`Rule::of(code)` gives the same entry in a program, and `cargo run --example scenario -- --explain CODE` prints it.
[A guide](guide/conflicts.md) says what to look at when a conflict is shown, and how to resolve it. The file
[`src/command/order_of_checks.rs`](../src/command/order_of_checks.rs) lists the rules of each command in the order in which they are checked.

";

const PARTS: [(RuleKind, &str, &str); 6] = [
    (
        RuleKind::Violation,
        "Rules of requests",
        "A request that breaks one is refused before it is sent, and nothing changes. Codes are stable.",
    ),
    (
        RuleKind::Conflict,
        "Rules of observations",
        "What a provider says cannot be true here. Nothing changes; escalate to a person. The checks come in this \
         order: to whom it belongs, whether it is sound (currency, status, id, flag, parts, amount), each request, \
         the totals, the words.",
    ),
    (
        RuleKind::Malformed,
        "Rules of texts and numbers",
        "A text or number that cannot be read exactly is refused. Nothing changes.",
    ),
    (RuleKind::Rejection, "Rules of logs", "An event that cannot follow the log before it is refused."),
    (
        RuleKind::Discrepancy,
        "Rules of orders",
        "Something does not add up in an order. It is shown [with the order's status](guide/surcharges.md#what-does-not-add-up) and refuses nothing.",
    ),
    (
        RuleKind::Invariant,
        "Invariants",
        "These rules hold at every moment, whatever the input. Tests check them with random and exhaustive histories.",
    ),
];

pub fn page(evidence: &Evidence) -> String {
    let mut text = INTRODUCTION.to_string();
    text.push_str(&index());
    for (kind, title, words) in PARTS {
        let _ = write!(text, "\n## {title}\n\n{words}\n");
        for rule in Rule::all().filter(|rule| rule.kinds[0] == kind) {
            text.push_str(&entry(rule, evidence));
        }
    }
    text
}

fn index() -> String {
    let mut text = super::head(&["what is broken", "codes"]);
    for (kind, title, _) in PARTS {
        let codes: Vec<String> = Rule::all()
            .filter(|rule| rule.kinds[0] == kind)
            .map(|rule| format!("[{0}](#{1})", rule.code, rule.code.to_lowercase()))
            .collect();
        text.push_str(&super::row([title, &codes.join(", ")]));
    }
    text
}

/// What a user needs on top; where it is in the code and which tests hold it below a fold.
fn entry(rule: &Rule, evidence: &Evidence) -> String {
    let also: Vec<&str> = rule.kinds[1..].iter().map(|kind| kind.as_str()).collect();
    let invariant = rule.kinds[0] == RuleKind::Invariant;
    let user = lines(&[
        ("Why", rule.why),
        ("Next", if invariant { "" } else { rule.next }),
        ("Retry", rule.retry.map_or("", Retry::advice)),
        ("Reports", &format!("{}.", rule.reports)),
        ("Also", &also.join(", ")),
        ("The provider's words", &worded(rule.code)),
        ("Source", rule.source),
    ]);
    let reader = lines(&[
        ("Where", &if invariant { linked(rule.next) } else { String::new() }),
        ("In the code", &items(rule.code, evidence)),
        ("Tested by", &held(rule.code, evidence)),
    ]);
    let mut text = format!("\n### {}\n\n**{}**\n\n{user}", rule.code, rule.sentence);
    if !reader.is_empty() {
        let _ = write!(text, "\n<details><summary>In the code, and its tests</summary>\n\n{reader}\n</details>\n");
    }
    text
}

/// A list of what is known, without what is not.
fn lines(facts: &[(&str, &str)]) -> String {
    let known = facts.iter().filter(|(_, words)| !words.is_empty());
    known.fold(String::new(), |mut text, (name, words)| {
        let _ = writeln!(text, "- *{name}:* {words}");
        text
    })
}

/// Paths of sources in a text become links.
fn linked(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let path = word.trim_end_matches([',', '.', ':', ';']);
        if path.starts_with("src/") {
            word.replacen(path, &format!("[`{path}`](../{path})"), 1)
        } else {
            word.to_string()
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn worded(code: &str) -> String {
    let said = |name: &str, profile: &Profile| {
        profile.error_for(code).map(|row| format!("{name}, HTTP {}: \"{}\"", row.http_status, row.message))
    };
    let all = [said("Juspay", &juspay::FULL_ONLY), said("Razorpay", &razorpay::PROFILE)];
    all.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn items(code: &str, evidence: &Evidence) -> String {
    evidence.items.get(code).map_or(String::new(), |items| by_file(items, ".."))
}

/// A few of the scenarios, and every test.
fn held(code: &str, evidence: &Evidence) -> String {
    let mut parts = Vec::new();
    if let Some(scenarios) = evidence.scenarios.get(code) {
        let (count, few) = (scenarios.len(), &scenarios[..scenarios.len().min(3)]);
        let more = if count > few.len() { format!(", and {} more", count - few.len()) } else { String::new() };
        let noun = if count == 1 { "scenario" } else { "scenarios" };
        parts.push(format!("{count} {noun}: {}{more}", by_file(few, "../tests/scenarios")));
    }
    if let Some(tests) = evidence.tests.get(code) {
        parts.push(format!("tests: {}", by_file(tests, "../tests")));
    }
    parts.join("; ")
}

/// Names, with a link to the file that each run of them stands in.
fn by_file<'a>(places: impl IntoIterator<Item = &'a (String, String)>, folder: &str) -> String {
    let mut files: Vec<(&str, Vec<String>)> = Vec::new();
    for (file, name) in places {
        match files.last_mut() {
            Some((last, names)) if last == file => names.push(format!("`{name}`")),
            _ => files.push((file, vec![format!("`{name}`")])),
        }
    }
    let linked = files.iter().map(|(file, names)| format!("{} in [`{file}`]({folder}/{file})", names.join(", ")));
    linked.collect::<Vec<_>>().join(", ")
}
