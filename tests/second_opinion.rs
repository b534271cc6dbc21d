//! A second opinion: a reference model, written from the domain's rules alone by somebody who had not seen the crate,
//! beside the crate's runner over random scenarios. Every key of every output is compared.
//!
//! The model (`tests/reference`) keeps lists of facts and adds them up on demand; it has no state machine. Where the rules
//! can be read in two ways it follows `docs/decisions.md`.

use crate::{engine, format};
use std::collections::BTreeSet;
use std::path::Path;

use crate::reference::{self, model::Run};
use serde_json::Value;

/// What the steps of all scenarios came to.
#[derive(Default)]
struct Seen {
    /// Fewer are asked for: they need not reach everything.
    quick: bool,
    results: BTreeSet<String>,
    states: BTreeSet<String>,
}

/// Both run one scenario; the first step after which they differ is told in full.
fn compare(line: &str, seen: &mut Seen) -> Result<(), String> {
    let scenario = format::read(line, Path::new(".")).unwrap();
    let steps: Value = serde_json::from_str(line).unwrap();
    let mut engine = engine::Run::new(&scenario);
    let mut model = Run::new(&steps).unwrap();
    for (index, step) in scenario.steps.iter().enumerate() {
        let ours = serde_json::to_value(engine.step(index, step)).unwrap();
        let theirs = model.step(&steps["steps"][index]);
        let differs = |(key, value): (&String, &Value)| (ours.get(key) != Some(value)).then(|| key.clone());
        let keys: Vec<String> = theirs.as_object().unwrap().iter().filter_map(differs).collect();
        if !keys.is_empty() {
            let step = &steps["steps"][index];
            return Err(format!("step {index} differs in {keys:?}: {step}\ncrate {ours}\nmodel {theirs}\n{line}"));
        }
        seen.results.extend(["result", "code"].iter().filter_map(|key| ours[key].as_str()).map(str::to_owned));
        seen.states.extend(ours["state"].as_str().map(str::to_owned));
    }
    Ok(())
}

/// Compares as many as are asked for, or more where the environment says so.
fn agree(scenario: fn(u64) -> String, count: u64) -> Seen {
    let bound = std::env::var("SEQUENCES").ok().map(|text| text.parse().unwrap());
    let count = bound.unwrap_or(count);
    let mut seen = Seen { quick: bound.is_some(), ..Seen::default() };
    let differences: Vec<String> = (0..count).filter_map(|seed| compare(&scenario(seed), &mut seen).err()).collect();
    let first = differences.first().map_or("", String::as_str);
    assert!(differences.is_empty(), "{} of {count} scenarios differ; the first:\n{first}", differences.len());
    seen
}

#[test]
fn commands_and_answers_come_to_the_same() {
    let seen = agree(reference::generate::commands, 20_000);
    for kind in order_capture::StateKind::ALL {
        assert!(seen.quick || seen.states.contains(kind.as_str()), "no scenario reaches {kind}");
    }
}

#[test]
fn payloads_of_a_provider_with_its_own_books_come_to_the_same() {
    let seen = agree(reference::generate::observed, 10_000);
    for kind in order_capture::StateKind::ALL {
        assert!(seen.quick || seen.states.contains(kind.as_str()), "no scenario reaches {kind}");
    }
    for result in
        ["applied", "already-applied", "stale", "identity-mismatch", "captured-amount-unknown", "unknown-status"]
    {
        assert!(seen.quick || seen.results.contains(result), "nothing is {result}");
    }
}

#[test]
fn limits_and_tolerances_come_to_the_same() {
    let seen = agree(reference::generate::limits, 1_500);
    for result in ["capture-limit-reached", "outcome-unknown", "captured-after-void", "exceeds-capturable"] {
        assert!(seen.quick || seen.results.contains(result), "nothing is {result}");
    }
}

#[test]
fn payloads_under_limits_and_tolerances_come_to_the_same() {
    agree(reference::generate::observed_limits, 1_000);
}

#[test]
fn the_same_seed_gives_the_same_scenario() {
    for seed in 0..50 {
        assert_eq!(reference::generate::commands(seed), reference::generate::commands(seed));
        assert_eq!(reference::generate::observed(seed), reference::generate::observed(seed));
    }
}
