//! What was reached, and how often.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use order_capture::{Rule, RuleKind, StateKind};
use serde_json::Value;

use super::merchant::Verdict;

/// The words of both providers, of orders, transactions, parts and refunds, as their documents list them.
const VOCABULARY: [&str; 42] = [
    "NEW",
    "STARTED",
    "PENDING_VBV",
    "VBV_SUCCESSFUL",
    "AUTHORIZING",
    "COD_INITIATED",
    "AUTHENTICATION_FAILED",
    "AUTHORIZATION_FAILED",
    "JUSPAY_DECLINED",
    "AUTHORIZED",
    "CAPTURE_INITIATED",
    "CAPTURE_FAILED",
    "PARTIAL_CHARGED",
    "CHARGED",
    "VOID_INITIATED",
    "VOID_FAILED",
    "VOIDED",
    "MERCHANT_VOIDED",
    "AUTO_VOIDED",
    "AUTO_REFUNDED",
    "PENDING",
    "MANUAL_REVIEW",
    "TRANSFER_SCHEDULED",
    "SUCCESS",
    "REFUNDED",
    "FAILURE",
    "FAILED",
    "created",
    "attempted",
    "paid",
    "pending",
    "authorized",
    "captured",
    "refunded",
    "failed",
    "processed",
    "PARTIAL_CAPTURE",
    "MULTIPLE_PARTIAL_CAPTURE",
    "CAPTURE",
    "PARTIAL_VOID",
    "MULTIPLE_PARTIAL_VOID",
    "VOID",
];

#[derive(Default)]
pub struct Census {
    /// By what was done, and how it ended: the result and the code.
    pub verdicts: BTreeMap<(&'static str, &'static str, &'static str), u64>,
    /// By the state in which a world ended, and whether with a conflict.
    pub ends: BTreeMap<(StateKind, bool), u64>,
    pub worlds: BTreeMap<&'static str, u64>,
    /// The providers' words, as they were said.
    pub words: BTreeMap<&'static str, u64>,
}

/// Codes that no world can reach, each with the reason.
const OUT_OF_REACH: [(&str, &str); 10] = [
    ("adjustment-below-committed", "neither provider adjusts an authorization"),
    ("too-many-requests", "a world has no ten thousand requests"),
    ("time-malformed", "neither provider states a time that money depends on"),
    ("amount-out-of-range", "tests/money.rs: the amounts of a world are small"),
    ("profile-invalid", "tests/profile_files.rs: the profiles are built in"),
    ("stored-form-invalid", "tests/tampering.rs: what is stored is left alone"),
    ("foreign-event", "tests/tampering.rs"),
    ("sequence-gap", "tests/tampering.rs"),
    ("sequence-fork", "tests/tampering.rs"),
    ("amount-over-ceiling", "tests/stored_form.rs: a log that no crate wrote"),
];

impl Census {
    pub fn count(&mut self, what: &'static str, verdict: Verdict) {
        let (result, code) = verdict.words();
        *self.verdicts.entry((what, result, code)).or_default() += 1;
    }

    /// Counts the words of a payload.
    pub fn said(&mut self, body: &Value) {
        match body {
            Value::Object(fields) => fields.iter().for_each(|(name, value)| match value {
                Value::String(text) if name == "status" || name == "txn_object_type" => {
                    if let Some(word) = VOCABULARY.iter().find(|word| *word == text) {
                        *self.words.entry(word).or_default() += 1;
                    }
                }
                Value::Object(_) | Value::Array(_) => self.said(value),
                _ => {}
            }),
            Value::Array(items) => items.iter().for_each(|item| self.said(item)),
            _ => {}
        }
    }

    pub fn add(&mut self, other: Census) {
        for (key, count) in other.verdicts {
            *self.verdicts.entry(key).or_default() += count;
        }
        for (key, count) in other.ends {
            *self.ends.entry(key).or_default() += count;
        }
        for (key, count) in other.words {
            *self.words.entry(key).or_default() += count;
        }
        for (key, count) in other.worlds {
            *self.worlds.entry(key).or_default() += count;
        }
    }

    /// How often a code was reached.
    fn of_code(&self, wanted: &str) -> u64 {
        self.verdicts.iter().filter(|((_, _, code), _)| *code == wanted).map(|(_, count)| *count).sum()
    }

    /// The codes of rules on requests, conflicts and texts that no world reached, and the words that none heard.
    pub fn never(&self) -> Vec<&'static str> {
        let met = |kind: &RuleKind| !matches!(kind, RuleKind::Discrepancy | RuleKind::Invariant);
        let rules = Rule::all().filter(|rule| rule.kinds.iter().any(met));
        let known = |code: &str| OUT_OF_REACH.iter().any(|(unreached, _)| *unreached == code);
        let codes = rules.map(|rule| rule.code).filter(|code| self.of_code(code) == 0 && !known(code));
        codes.chain(VOCABULARY.into_iter().filter(|word| !self.words.contains_key(word))).collect()
    }

    pub fn table(&self) -> String {
        let mut text = String::new();
        for (name, count) in &self.worlds {
            let _ = writeln!(text, "{count:>12}  worlds: {name}");
        }
        for ((state, conflict), count) in &self.ends {
            let conflict = if *conflict { ", with a conflict" } else { "" };
            let _ = writeln!(text, "{count:>12}  worlds end {state}{conflict}");
        }
        for ((what, result, code), count) in &self.verdicts {
            let _ = writeln!(text, "{count:>12}  {what:<22} {result:<16} {code}");
        }
        for (word, count) in &self.words {
            let _ = writeln!(text, "{count:>12}  said: {word}");
        }
        for (code, why) in OUT_OF_REACH {
            let _ = writeln!(text, "{:>12}  {code}: {why}", "-");
        }
        for code in self.never() {
            let _ = writeln!(text, "       NEVER  {code}");
        }
        text
    }
}
