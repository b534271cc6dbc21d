//! What holds a rule: scenarios that expect its code, tests that name it, and the functions that answer with it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use order_capture::{Rule, RuleKind};

/// Where each code is found.
#[derive(Default)]
pub struct Evidence {
    /// Scenario file and name, by code.
    pub scenarios: BTreeMap<String, Vec<(String, String)>>,
    /// Test file and function, by code.
    pub tests: BTreeMap<String, Vec<(String, String)>>,
    /// Source file and function, by code.
    pub items: BTreeMap<String, BTreeSet<(String, String)>>,
}

impl Evidence {
    pub fn gather(root: &Path) -> Self {
        let mut evidence = Self::default();
        let patterns = patterns(root);
        evidence.scan_scenarios(&root.join("tests/scenarios"));
        evidence.scan_tests(&root.join("tests"), &patterns);
        evidence.scan_sources(root, &patterns);
        evidence
    }

    /// What is missing: rules that nothing holds, or that no code answers with.
    pub fn gaps(&self) -> Vec<String> {
        let mut gaps = Vec::new();
        for rule in Rule::all() {
            let code = rule.code;
            if !self.scenarios.contains_key(code) && !self.tests.contains_key(code) {
                gaps.push(format!("{code}: no scenario expects it and no test names it"));
            }
            if rule.kinds != [RuleKind::Invariant] && !self.items.contains_key(code) {
                gaps.push(format!("{code}: nothing in src answers with it"));
            }
        }
        gaps
    }

    fn scan_scenarios(&mut self, folder: &Path) {
        for path in listed(folder, "jsonl") {
            let file = name(&path);
            for line in std::fs::read_to_string(&path).unwrap().lines().filter(|line| !line.trim().is_empty()) {
                let scenario: serde_json::Value = serde_json::from_str(line).unwrap();
                let codes: BTreeSet<&str> =
                    scenario["steps"].as_array().unwrap().iter().filter_map(|s| s["expect"]["code"].as_str()).collect();
                for code in codes {
                    let place = (file.clone(), scenario["name"].as_str().unwrap().to_string());
                    self.scenarios.entry(code.to_string()).or_default().push(place);
                }
            }
        }
    }

    /// A test is about a rule if it has the code as text, or the variant that gives it, or names the invariant, or if its
    /// file does so in its first words.
    fn scan_tests(&mut self, folder: &Path, patterns: &[Pattern]) {
        let literals = Rule::all().map(|rule| match rule.kinds {
            [RuleKind::Invariant] => (rule.code.to_string(), rule.code.to_string()),
            _ => (format!("\"{}\"", rule.code), rule.code.to_string()),
        });
        let patterns: Vec<Pattern> = literals.chain(patterns.iter().cloned()).collect();
        for path in listed(folder, "rs").into_iter().filter(|path| !NOT_ABOUT_RULES.contains(&&*name(path))) {
            let invariants: Vec<String> =
                Rule::all().map(|rule| rule.code.to_string()).filter(|code| code.starts_with("INV-")).collect();
            let source = std::fs::read_to_string(&path).unwrap();
            let head: String = source.lines().take_while(|line| line.starts_with("//!")).collect();
            for (function, text) in functions(&source) {
                let of_file = invariants.iter().filter(|code| word(&head, code)).cloned();
                let named = patterns.iter().filter(|(pattern, _)| word(&text, pattern)).map(|(_, code)| code.as_str());
                let known = BY_NAME.iter().filter(|(_, test)| *test == function).map(|(code, _)| *code);
                let codes: BTreeSet<String> = named.chain(known).map(str::to_string).chain(of_file).collect();
                for code in codes.into_iter().filter(|_| text.contains("#[test]")) {
                    self.tests.entry(code).or_default().push((name(&path), function.clone()));
                }
            }
        }
    }

    /// The functions that answer with a code: they name the variant that gives it.
    fn scan_sources(&mut self, root: &Path, patterns: &[Pattern]) {
        for path in sources(&root.join("src")) {
            let file = path.strip_prefix(root).unwrap().to_str().unwrap().to_string();
            for (function, text) in functions(&std::fs::read_to_string(path).unwrap()) {
                for (_, code) in patterns.iter().filter(|(pattern, _)| word(&text, pattern) && function != "from") {
                    self.items.entry(code.clone()).or_default().insert((file.clone(), function.clone()));
                }
            }
        }
    }
}

/// Tests of the documentation, the runner and the shape of the code: they mention codes and hold no rule.
const NOT_ABOUT_RULES: [&str; 4] = ["book.rs", "guidelines.rs", "layering.rs", "runner.rs"];

/// Tests that compare texts and name no code.
const BY_NAME: [(&str, &str); 2] =
    [("profile-invalid", "a_profile_is_checked_on_load"), ("stored-form-invalid", "a_changed_amount_is_refused")];

/// What names a code in a source, and the code.
type Pattern = (String, String);

/// A code's constant is `NAME: "code"` in `src/rule`. The variants that give it are rows `Variant NAME`. Errors without rows
/// name one code.
fn patterns(root: &Path) -> Vec<Pattern> {
    let text = |file: &str| std::fs::read_to_string(root.join("src").join(file)).unwrap();
    let mut constants = BTreeMap::new();
    for file in ["rule/requests.rs", "rule/observations.rs", "rule/orders.rs", "rule/invariants.rs"] {
        for line in text(file).lines() {
            if let Some((constant, rest)) = line.trim().split_once(": \"") {
                constants.insert(constant.to_string(), rest.split('"').next().unwrap().to_string());
            }
        }
    }
    let others = [("ProfileError::new", "profile-invalid"), ("invalid(format_args!", "stored-form-invalid")];
    let mut patterns: Vec<Pattern> = others.map(|(pattern, code)| (pattern.to_string(), code.to_string())).into();
    for (errors, file) in [
        (&["Violation"][..], "violation.rs"),
        (&["Conflict"], "conflict.rs"),
        (&["Rejection", "Fault"], "rejection.rs"),
        (&["MoneyError"], "money/error.rs"),
        (&["CurrencyError"], "money/currency.rs"),
        (&["Malformed"], "statement.rs"),
        (&["Discrepancy"], "status.rs"),
    ] {
        for line in text(file).lines() {
            let mut words = line.split_whitespace();
            let (Some(variant), Some(constant)) = (words.next(), words.next()) else { continue };
            let Some(code) = constants.get(constant) else { continue };
            patterns.extend(errors.iter().map(|error| (format!("{error}::{variant}"), code.clone())));
        }
    }
    patterns
}

/// Whether a text has a word that goes on with neither letter nor digit.
fn word(text: &str, word: &str) -> bool {
    text.match_indices(word)
        .any(|(at, _)| !text[at + word.len()..].starts_with(|next: char| next.is_ascii_alphanumeric()))
}

/// The functions of a file, each with what stands above and in it, up to the next one's attributes.
fn functions(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut above = String::new();
    for line in text.lines() {
        let code = line.trim_start();
        let starts = [
            "fn ",
            "pub fn ",
            "const fn ",
            "pub const fn ",
            "pub(super) fn ",
            "pub(crate) fn ",
            "pub(super) const fn ",
        ];
        if let Some(rest) = starts.iter().find_map(|start| code.strip_prefix(start)) {
            let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            found.push((name, std::mem::take(&mut above)));
        }
        if code.starts_with("//") || code.starts_with("#[") {
            above.push_str(line);
            above.push('\n');
        } else if let Some((_, text)) = found.last_mut() {
            text.push_str(&std::mem::take(&mut above));
            text.push_str(line);
            text.push('\n');
        } else {
            above.clear();
        }
    }
    found
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_string()
}

/// The files of a folder with this ending, sorted.
fn listed(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|found| found == ending));
    paths.sort();
    paths
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = listed(folder, "rs");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        }
    }
    found.sort();
    found
}
