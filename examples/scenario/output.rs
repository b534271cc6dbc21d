//! What is said of one step, and how it compares with what was expected.

use order_capture::Rule;
use serde::Serialize;

use super::super::format::Step;

/// What the crate says after one step.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Output {
    pub(crate) scenario: String,
    pub(crate) step: usize,
    pub(crate) result: &'static str,
    pub(crate) code: Option<&'static str>,
    pub(crate) state: &'static str,
    pub(crate) transaction: String,
    pub(crate) order: String,
    pub(crate) authorized: String,
    pub(crate) captured: String,
    pub(crate) pending: String,
    pub(crate) held: String,
    pub(crate) capturable: String,
    pub(crate) released: String,
    pub(crate) refunded: String,
    pub(crate) order_authorized: &'static str,
    pub(crate) order_charged: &'static str,
    pub(crate) order_refunded: &'static str,
    pub(crate) discrepancy: Option<&'static str>,
    /// The discrepancy with its amounts, for the table.
    #[serde(skip)]
    #[allow(dead_code, reason = "not all who include this file print a table")]
    pub(crate) differs: Option<String>,
    /// What is pending in refunds, for the table.
    #[serde(skip)]
    #[allow(dead_code, reason = "not all who include this file print a table")]
    pub(crate) refund_pending: String,
    /// Whether repeating what was refused can help, for the table.
    #[serde(skip)]
    #[allow(dead_code, reason = "not all who include this file print a table")]
    pub(crate) retry: Option<&'static str>,
    /// What became of the earlier request that an already applied command repeats.
    pub(crate) earlier: Option<&'static str>,
    pub(crate) provider_error: Option<ProviderError>,
    /// The refusal, conflict or problem in words.
    pub(crate) message: Option<String>,
    /// What to do next, where there is a code.
    pub(crate) advice: Option<&'static str>,
}

/// How the provider itself would word a refusal.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ProviderError {
    pub(crate) http_status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
}

/// A code of the runner itself, which is no rule of the crate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OwnCode {
    pub(crate) code: &'static str,
    #[allow(dead_code, reason = "not all who include this file explain codes")]
    pub(crate) meaning: &'static str,
    pub(crate) next: &'static str,
}

pub(crate) const OWN_CODES: [OwnCode; 2] = [
    OwnCode {
        code: "action-malformed",
        meaning: "A field of the action is missing, or its value is of another type.",
        next: "Correct the scenario; docs/scenarios.md lists the fields of each action.",
    },
    OwnCode {
        code: "restart-differs",
        meaning: "What was written and read back differs from what was written: a bug in the crate (INV-8).",
        next: "Report it, with the scenario.",
    },
];

/// What to do next about a code.
pub(crate) fn advice(code: &str) -> Option<&'static str> {
    let own = || OWN_CODES.iter().find(|own| own.code == code).map(|own| own.next);
    Rule::of(code).map(|rule| rule.next).or_else(own)
}

/// What a step expected and did not get, in words. A malformed step is a difference unless that is what was expected.
pub(crate) fn differences(step: &Step<'_>, output: &Output) -> Vec<String> {
    let actual = serde_json::to_value(output).unwrap_or_default();
    let differs = |(key, expected): (&String, &serde_json::Value)| match actual.get(key) {
        Some(actual) if actual == expected => None,
        Some(actual) => Some(format!("{key} is {actual}, expected {expected}")),
        None => Some(format!("the output has no {key:?}, expected {expected}")),
    };
    let mut differences: Vec<String> = step.expect.iter().filter_map(differs).collect();
    if output.result == "malformed" && !step.expect.contains_key("result") {
        let (code, message) = (output.code.unwrap_or_default(), output.message.as_deref().unwrap_or_default());
        differences.insert(0, format!("malformed, and \"malformed\" is not expected: {code}: {message}"));
    }
    differences
}
