//! Every scenario in `tests/scenarios`, through the same engine as the runner; and what they cover together.

use crate::{engine, format};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use order_capture::{RULES, Rule, RuleKind, StateKind};

/// The files, and the fewest scenarios that each may have.
const FILES: [(&str, usize); 28] = [
    ("adyen", 23),
    ("authorizenet", 6),
    ("blind", 80),
    ("braintree", 12),
    ("checkout", 82),
    ("conflicts", 22),
    ("cybersource", 32),
    ("doubt", 50),
    ("facts", 150),
    ("faults", 29),
    ("klarna", 47),
    ("lifecycle", 560),
    ("mended", 45),
    ("mollie", 15),
    ("neighbours", 80),
    ("observations", 450),
    ("sample", 21),
    ("outside", 380),
    ("owners", 10),
    ("paypal", 76),
    ("real", 69),
    ("sample-observations", 4),
    ("second-opinion", 20),
    ("square", 12),
    ("strangers", 21),
    ("stripe", 23),
    ("stripe-multicapture", 39),
    ("ten-again", 200),
];

#[derive(Default)]
struct Seen {
    differences: Vec<String>,
    codes: BTreeSet<&'static str>,
    states: BTreeSet<&'static str>,
    results: BTreeSet<&'static str>,
    earlier: BTreeSet<&'static str>,
    discrepancies: BTreeSet<&'static str>,
    coverages: BTreeSet<&'static str>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios")
}

/// Visits each scenario with its place: file and line.
fn each(mut visit: impl FnMut(&str, &format::Scenario<'_>)) {
    let folder = folder();
    for (file, fewest) in FILES {
        let text = std::fs::read_to_string(folder.join(file).with_extension("jsonl")).unwrap();
        for (index, line) in text.lines().enumerate() {
            let place = format!("{file}.jsonl:{}", index + 1);
            visit(&place, &format::read(line, &folder).unwrap_or_else(|problem| panic!("{place}: {problem}")));
        }
        let count = text.lines().count();
        assert!(count >= fewest, "{file}.jsonl has {count} scenarios and should have {fewest} or more");
    }
}

fn run_all() -> Seen {
    let mut seen = Seen::default();
    each(|place, scenario| {
        let mut run = engine::Run::new(scenario);
        for (index, step) in scenario.steps.iter().enumerate() {
            let output = run.step(index, step);
            assert_eq!(output.code.is_some(), output.message.is_some(), "{place}: a code comes with words");
            let name = &scenario.name;
            let differences = engine::differences(step, &output);
            seen.differences.extend(differences.iter().map(|what| format!("{place} {name} step {index}: {what}")));
            seen.codes.extend(output.code);
            seen.states.insert(output.state);
            seen.results.insert(output.result);
            seen.earlier.extend(output.earlier);
            seen.discrepancies.extend(output.discrepancy);
            seen.coverages.extend([output.order_authorized, output.order_charged]);
        }
    });
    seen
}

#[test]
fn every_scenario_comes_out_as_expected() {
    let differences = run_all().differences;
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn together_they_reach_every_state_rule_and_kind_of_answer() {
    let seen = run_all();
    for kind in StateKind::ALL {
        assert!(seen.states.contains(kind.as_str()), "no scenario reaches {kind}");
    }
    // The limit on what a transaction remembers would need many steps; tests/transitions.rs has it.
    for rule in RULES.iter().filter(|rule| rule.code != "too-many-requests") {
        assert!(seen.codes.contains(rule.code), "no scenario is answered with {}", rule.code);
    }
    for result in ["applied", "already-applied", "refused", "stale", "conflict", "malformed"] {
        assert!(seen.results.contains(result), "no step is {result}");
    }
    // A withdrawn request is tried anew, so that it is never an earlier result.
    for fate in ["sent", "accepted", "unknown", "succeeded", "failed", "reversed"] {
        assert!(seen.earlier.contains(fate), "no repeat is told that the earlier request is {fate}");
    }
    for discrepancy in ["overcharged", "authorized-differs"] {
        assert!(seen.discrepancies.contains(discrepancy), "no order is {discrepancy}");
    }
    for coverage in ["none", "partial", "full", "over"] {
        assert!(seen.coverages.contains(coverage), "no order is covered to {coverage}");
    }
}

/// Whoever is woken by a conflict can run it from the conflict to its resolution.
#[test]
fn every_conflict_is_resolved_in_a_scenario() {
    let mut resolved = BTreeSet::new();
    each(|place, scenario| {
        if place.starts_with("conflicts.jsonl") {
            let mut run = engine::Run::new(scenario);
            let steps = scenario.steps.iter().enumerate();
            let outputs: Vec<_> = steps.map(|(index, step)| run.step(index, step)).collect();
            let shown = outputs.iter().position(|output| output.result == "conflict");
            let shown = shown.unwrap_or_else(|| panic!("{place} shows no conflict"));
            let (before, after) = outputs.split_at(shown + 1);
            let code = before.last().and_then(|output| output.code).unwrap();
            assert!(scenario.name.starts_with(code), "{place}: its name does not begin with {code}");
            let ends = after.iter().any(|output| ["applied", "already-applied"].contains(&output.result));
            assert!(ends, "{place}: nothing resolves {code}");
            resolved.insert(code);
        }
    });
    // Nobody waits for 10,000 requests; the loop that made them is what has to be found.
    let conflicts = Rule::all().filter(|rule| rule.kinds.contains(&RuleKind::Conflict));
    for rule in conflicts.filter(|rule| rule.code != "too-many-requests") {
        assert!(resolved.contains(rule.code), "no scenario shows how {} is resolved", rule.code);
    }
}

#[test]
fn every_file_is_read_and_every_scenario_says_something_under_a_name_of_its_own() {
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let known = FILES.iter().any(|(file, _)| path.file_stem().is_some_and(|stem| stem == *file));
        assert!(known, "{} is no file of this test", path.display());
    }
    let mut names = BTreeSet::new();
    each(|place, scenario| {
        assert!(scenario.steps.iter().any(|step| !step.expect.is_empty()), "{place} expects nothing");
        assert!(names.insert(scenario.name.clone()), "{place}: {} stands twice", scenario.name);
    });
}
