//! A scenario up to a step: what holds, how it came about, and what each further step would result in.

use std::collections::BTreeMap;

use order_capture::profiles::Capabilities;
use order_capture::{Currency, Money, Operation, RecordedEvent, RequestStatus, TransactionId};
use serde::{Deserialize, Serialize};

use crate::about::Can;
use crate::engine::{self, Output, Run};
use crate::format::{self, Step};
use crate::json::{Object, one_line, quoted};
use crate::trace::{Trace, Traced};
use crate::words::{self, Facts};
use crate::{about, also};

/// What a page wants to see.
#[derive(Deserialize)]
pub(crate) struct Wish {
    /// The scenario.
    line: String,
    /// How many of its steps are done.
    at: usize,
    /// Which transaction is looked at; that of the last step where it is left out.
    #[serde(default)]
    transaction: Option<String>,
    /// Steps that are tried and not done.
    #[serde(default)]
    tries: Vec<String>,
    /// A payload to be read.
    #[serde(default)]
    payload: Option<String>,
}

/// Everything that a page shows.
#[derive(Serialize)]
pub(crate) struct View {
    name: String,
    profile: String,
    capabilities: Capabilities,
    /// The same for people.
    can: Vec<Can>,
    /// The order's amount, as text and in minor units.
    amount: String,
    minor: String,
    currency: String,
    now: String,
    steps: Vec<Listed>,
    done: Vec<Said>,
    looked_at: String,
    transactions: Vec<Shown>,
    order: Facts,
    events: Vec<Traced>,
    tries: Vec<Tried>,
    /// The requests of unknown outcome of the transaction that is looked at, to be sent again as they were.
    again: Vec<Again>,
    payload: Option<Vec<(String, String)>>,
}

/// What the runner says of one step.
#[derive(Serialize)]
struct Said {
    action: String,
    transaction: String,
    /// The runner's line, as it prints it.
    line: String,
    /// The refusal, conflict or problem in words.
    words: Option<String>,
    /// What was expected otherwise.
    differences: Vec<String>,
}

/// One step, done or not, as a list shows it.
#[derive(Serialize)]
struct Listed {
    action: String,
    fields: String,
    transaction: String,
    at: Option<String>,
    /// Words for people, beside the action.
    note: Option<String>,
}

/// One transaction.
#[derive(Serialize)]
struct Shown {
    name: String,
    facts: Facts,
    /// Minor units, for drawing.
    minor: BTreeMap<&'static str, String>,
}

/// What a step would result in.
#[derive(Serialize)]
struct Tried {
    result: &'static str,
    code: Option<&'static str>,
    words: Option<String>,
    /// The codes of further rules that it breaks.
    also: Vec<&'static str>,
    state: &'static str,
    /// The events that it would record.
    events: Vec<String>,
    provider_error: Option<engine::ProviderError>,
}

/// A request whose outcome is unknown.
#[derive(Serialize)]
struct Again {
    operation: &'static str,
    amount: String,
    key: Option<String>,
    /// The same request once more, as a step's action and fields.
    step: String,
}

const FIRST: &str = "t1";

/// Runs the scenario as far as asked.
pub(crate) fn view(wish: &Wish) -> Result<View, String> {
    let scenario = format::read_with(&wish.line, about::profile_file)?;
    let mut run = Run::new(&scenario);
    let mut trace = Trace::new(&scenario);
    let mut done = Vec::new();
    for (index, step) in scenario.steps.iter().enumerate().take(wish.at) {
        let before = lengths(&run);
        let output = run.step(index, step);
        for recorded in news(&run, &before) {
            trace.take(index, recorded)?;
        }
        done.push(said(step, output)?);
    }
    let last = done.last().map(|said| said.transaction.clone());
    let looked_at = wish.transaction.clone().or(last).unwrap_or_else(|| FIRST.to_string());
    let currency = scenario.order.amount().currency();
    let payload = wish.payload.as_ref().filter(|text| !text.trim().is_empty());
    Ok(View {
        name: scenario.name.clone(),
        profile: scenario.profile.name.to_string(),
        capabilities: scenario.profile.capabilities.clone(),
        can: about::can(&scenario.profile),
        amount: scenario.order.amount().major_text(),
        minor: scenario.order.amount().minor().get().to_string(),
        currency: currency.code().to_string(),
        now: words::time(run.now),
        transactions: transactions(&run, &looked_at)?,
        order: words::order(&scenario, &run.transactions),
        tries: wish.tries.iter().map(|text| tried(&run, currency, text)).collect(),
        again: again(&run, &trace.events, &looked_at),
        payload: payload.map(|text| about::observation(text, &scenario)),
        steps: scenario.steps.iter().zip(notes(&wish.line)).map(|(step, note)| listed(step, note)).collect(),
        looked_at,
        done,
        events: trace.events,
    })
}

/// The note of each step.
fn notes(line: &str) -> Vec<Option<String>> {
    let steps = serde_json::from_str(line).ok().and_then(|mut object: Object<'_>| object.take("steps"));
    let steps = steps.and_then(|raw| serde_json::from_str::<Vec<Object<'_>>>(raw.get()).ok()).unwrap_or_default();
    steps.iter().map(|step| step.text("note")).collect()
}

fn listed(step: &Step<'_>, note: Option<String>) -> Listed {
    Listed {
        action: step.action.clone(),
        fields: one_line(step.fields.get()),
        transaction: step.txn.clone().unwrap_or_else(|| FIRST.to_string()),
        at: step.at.and_then(|at| serde_json::from_str(at.get()).ok()),
        note,
    }
}

fn said(step: &Step<'_>, output: Output) -> Result<Said, String> {
    Ok(Said {
        action: step.action.clone(),
        transaction: step.txn.clone().unwrap_or_else(|| FIRST.to_string()),
        line: serde_json::to_string(&output).map_err(|error| error.to_string())?,
        differences: engine::differences(step, &output),
        words: output.message,
    })
}

/// How long each log is.
fn lengths(run: &Run<'_>) -> Vec<usize> {
    run.logs.iter().map(Vec::len).collect()
}

/// What was recorded since. Logs are never taken away, and new ones stand after the others.
fn news<'r>(run: &'r Run<'_>, before: &'r [usize]) -> impl Iterator<Item = &'r RecordedEvent> {
    let known = before.iter().copied().chain(std::iter::repeat(0));
    run.logs.iter().zip(known).flat_map(|(log, known)| log.iter().skip(known))
}

/// Every transaction there is, and the one that is looked at.
fn transactions(run: &Run<'_>, looked_at: &str) -> Result<Vec<Shown>, String> {
    let shown = |name: &str, id: &TransactionId| {
        let payment = run.payment(id).map_err(|conflict| conflict.to_string())?;
        let figures = words::figures(&payment, run.now);
        Ok(Shown {
            name: name.to_string(),
            facts: words::transaction(&payment, run.now),
            minor: figures.map(|(name, minor)| (name, minor.get().to_string())).into(),
        })
    };
    let known = run.transactions.iter().map(|transaction| shown(transaction.id().as_str(), transaction.id()));
    let mut all: Vec<Shown> = known.collect::<Result<_, String>>()?;
    all.sort_by(|left, right| left.name.cmp(&right.name));
    if !all.iter().any(|shown| shown.name == looked_at) {
        // Nothing was recorded of it: it is created, under whatever name.
        let unused = TransactionId::new("unknown").map_err(|error| error.to_string())?;
        all.push(shown(looked_at, &TransactionId::new(looked_at).unwrap_or(unused))?);
    }
    Ok(all)
}

/// The requests of unknown outcome, each in the words of the step that sent it last.
fn again(run: &Run<'_>, events: &[Traced], name: &str) -> Vec<Again> {
    let Some(transaction) = run.transactions.iter().find(|known| known.id().as_str() == name) else {
        return Vec::new();
    };
    let Some(hold) = transaction.hold() else { return Vec::new() };
    let of = |operation: Operation| {
        let open = hold.requests(operation).iter().filter(move |(_, request)| {
            request.status == RequestStatus::Unknown && hold.is_outstanding(operation, request)
        });
        open.filter_map(move |(number, request)| {
            let sent = |event: &&Traced| event.transaction == name && event.requested == Some((operation, number));
            let step = run.scenario.steps.get(events.iter().rev().find(sent)?.step)?;
            Some(Again {
                operation: operation.as_str(),
                amount: Money::new(request.amount, transaction.currency()).to_string(),
                key: request.key.as_ref().map(ToString::to_string),
                step: format!("{}:{}", quoted(&step.action), one_line(step.fields.get())),
            })
        })
    };
    [Operation::Capture, Operation::Void, Operation::Refund].into_iter().flat_map(of).collect()
}

/// Tries a step on a copy.
fn tried(run: &Run<'_>, currency: Currency, text: &str) -> Tried {
    match format::step(text) {
        Ok(step) => {
            let mut run = run.clone();
            let before = lengths(&run);
            let output = run.step(0, &step);
            // At the time of the step, and a refusal leaves everything else as it was.
            let broken = if output.result == "refused" { also::broken(&run, &step) } else { Vec::new() };
            let words = |recorded: &RecordedEvent| words::named(&recorded.event, currency);
            Tried {
                result: output.result,
                also: broken.into_iter().filter(|&code| Some(code) != output.code).collect(),
                code: output.code,
                words: output.message,
                state: output.state,
                events: news(&run, &before).map(words).collect(),
                provider_error: output.provider_error,
            }
        }
        Err(problem) => Tried {
            result: "malformed",
            code: Some("action-malformed"),
            words: Some(problem),
            also: Vec::new(),
            state: "",
            events: Vec::new(),
            provider_error: None,
        },
    }
}
