//! What a person sees: a line a step, and below a refusal or conflict its numbers, its rule, and what to do.

use std::fmt::Write as _;

use order_capture::Rule;

use crate::engine::Output;
use crate::format::Scenario;

/// The head of a scenario.
pub(crate) fn head(scenario: &Scenario<'_>) -> String {
    let amount = scenario.order.amount();
    format!(
        "\n{} ({}, order of {amount})\n  {:<3} {:<20} {:<16} {:<18} {:<17} {:<17} {:>11} {:>11} {:>11} {:>11} {:>11}",
        scenario.name,
        scenario.profile.name,
        "#",
        "action",
        "result",
        "state",
        "transaction",
        "order",
        "captured",
        "pending",
        "held",
        "released",
        "refunded",
    )
}

/// One step.
pub(crate) fn line(action: &str, output: &Output) -> String {
    let mut line = format!(
        "  {:<3} {action:<20} {:<16} {:<18} {:<17} {:<17} {:>11} {:>11} {:>11} {:>11} {:>11}",
        output.step,
        output.result,
        output.state,
        output.transaction,
        output.order,
        output.captured,
        output.pending,
        output.held,
        output.released,
        output.refunded,
    );
    if let (Some(code), Some(words)) = (output.code, &output.words) {
        let _infallible = write!(line, "\n      {code}: {words}");
        if let Some(rule) = Rule::of(code) {
            let _infallible = write!(line, "\n        rule:   {}", rule.sentence());
            let _infallible = write!(line, "\n        next:   {}", rule.next());
            if let Some(retry) = rule.retry() {
                let _infallible = write!(line, "\n        retry:  {}", retry.advice());
            }
            let _infallible = write!(line, "\n        source: {}", rule.source());
        }
    }
    if let Some(error) = &output.provider_error {
        let _infallible =
            write!(line, "\n      the provider says: HTTP {} {}: {}", error.http_status, error.code, error.message);
    }
    line
}
