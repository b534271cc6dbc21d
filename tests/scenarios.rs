//! Every scenario in `tests/scenarios`, through the same engine as the runner; and what they cover together.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::arithmetic_side_effects,
    reason = "a test reads files and may panic"
)]
#![allow(missing_docs, reason = "tests document themselves by name")]

#[path = "../examples/scenario/engine.rs"]
mod engine;
#[path = "../examples/scenario/format.rs"]
mod format;

use std::collections::BTreeSet;
use std::path::Path;

use order_capture::{RULES, StateKind};

struct Seen {
    scenarios: usize,
    differences: Vec<String>,
    codes: BTreeSet<&'static str>,
    states: BTreeSet<&'static str>,
    results: BTreeSet<&'static str>,
}

fn run_all() -> Seen {
    let mut seen = Seen {
        scenarios: 0,
        differences: Vec::new(),
        codes: BTreeSet::new(),
        states: BTreeSet::new(),
        results: BTreeSet::new(),
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "jsonl") {
            continue;
        }
        for (index, line) in std::fs::read_to_string(&path).unwrap().lines().enumerate() {
            let place = format!("{}:{}", path.display(), index + 1);
            let scenario = format::read(line, &folder).unwrap_or_else(|problem| panic!("{place}: {problem}"));
            let mut run = engine::Run::new(&scenario);
            for (index, step) in scenario.steps.iter().enumerate() {
                let output = run.step(index, step);
                assert_eq!(output.code.is_some(), output.words.is_some(), "{place}: a code comes with words");
                seen.codes.extend(output.code);
                seen.states.insert(output.state);
                seen.results.insert(output.result);
                let name = &scenario.name;
                let differences = engine::differences(step, &output);
                seen.differences.extend(differences.iter().map(|what| format!("{place} {name} step {index}: {what}")));
            }
            assert!(scenario.steps.iter().any(|step| !step.expect.is_empty()), "{place} expects nothing");
            seen.scenarios += 1;
        }
    }
    seen
}

#[test]
fn every_scenario_comes_out_as_expected_and_together_they_cover_codes_and_states() {
    let seen = run_all();
    assert!(seen.differences.is_empty(), "{}", seen.differences.join("\n"));
    assert!(seen.scenarios >= 85, "{} scenarios: the folder is not what it was", seen.scenarios);
    for kind in StateKind::ALL {
        assert!(seen.states.contains(kind.as_str()), "no scenario reaches {kind}");
    }
    // Limits and adjustments are out of reach of the built-in profiles; tests/commands.rs and tests/refusals.rs have them.
    for rule in RULES.iter().filter(|rule| !["too-many-requests", "adjustment-below-committed"].contains(&rule.code()))
    {
        assert!(seen.codes.contains(rule.code()), "no scenario is refused with {}", rule.code());
    }
    for result in ["applied", "already-applied", "refused", "stale", "conflict", "malformed"] {
        assert!(seen.results.contains(result), "no step is {result}");
    }
}
