//! State × event, found by running the step function on every transaction that a small world reaches.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;

use order_capture::Operation::{Capture, Refund, Void};
use order_capture::{Effect, Event, Ledger, Minor, Operation, Origin, Outcome, Rejection, StateKind, Transaction};

use crate::states::{midnight, rupees};

/// An authorization of three, at most two requests of a kind, six events: enough to reach every cell there is.
const UNITS: u32 = 3;
const DEPTH: u32 = 6;
const REQUESTS: u32 = 2;

/// What an event does to the transactions of one state.
#[derive(Default)]
pub struct Cell {
    /// The states that it leads to.
    pub to: BTreeSet<StateKind>,
    pub known: bool,
    pub stale: bool,
    pub conflicts: BTreeSet<&'static str>,
}

/// Every cell, by state and event.
pub struct Graph {
    pub cells: BTreeMap<(StateKind, &'static str), Cell>,
    pub transactions: usize,
    pub steps: usize,
}

impl Graph {
    pub fn search() -> Self {
        let start = Transaction::created("t-1".parse().unwrap());
        let mut graph = Self { cells: BTreeMap::new(), transactions: 0, steps: 0 };
        let mut seen = HashSet::from([face(&start)]);
        let mut layer = vec![start];
        for _ in 0..=DEPTH {
            let mut next = Vec::new();
            for before in layer {
                for event in events(&before) {
                    graph.steps += 1;
                    let mut after = before.clone();
                    let answer = after.apply(&before.stamp(event.clone(), midnight(), None));
                    let cell = graph.cells.entry((before.kind(), event.name())).or_default();
                    match answer {
                        Ok(Effect::Applied) => {
                            cell.to.insert(after.kind());
                            if seen.insert(face(&after)) {
                                next.push(after);
                            }
                        }
                        Ok(Effect::AlreadyApplied) => cell.known = true,
                        Ok(Effect::Stale) => cell.stale = true,
                        Err(Rejection::Conflict(conflict)) => drop(cell.conflicts.insert(conflict.code())),
                        Err(_) => {}
                    }
                }
            }
            layer = next;
        }
        graph.transactions = seen.len();
        graph
    }

    /// Whether some event leads from one state to another.
    pub fn leads(&self, from: StateKind, to: StateKind) -> bool {
        self.cells.iter().any(|((state, _), cell)| *state == from && cell.to.contains(&to))
    }

    /// The names of events, in the order of a transaction's life.
    fn names(&self) -> Vec<&'static str> {
        let start = Transaction::created("t-1".parse().unwrap());
        let mut names: Vec<&str> = Vec::new();
        for event in events(&start) {
            if !names.contains(&event.name()) {
                names.push(event.name());
            }
        }
        names
    }
}

/// What tells two transactions apart here: how often requests were sent does not matter.
fn face(transaction: &Transaction) -> (StateKind, bool, Option<Ledger>) {
    (transaction.kind(), transaction.provider_status().is_some(), transaction.ledger().cloned())
}

fn unit(units: u32) -> Minor {
    Minor::from(units)
}

/// Every event with amounts up to the authorization, for requests up to one that was never made.
fn events(transaction: &Transaction) -> Vec<Event> {
    let count = |operation: Operation| transaction.ledger().map_or(0, |ledger| ledger.requests(operation).count());
    let amount = order_capture::Money::new(unit(UNITS), rupees("0.00").currency());
    let mut events = vec![
        Event::Authorized { amount, capture_before: None },
        Event::AuthorizationFailed,
        Event::AuthorizationExpired,
        Event::AuthorizationAdjusted { total: unit(UNITS + 1) },
        Event::StatusSeen { status: "NEW".parse().unwrap() },
    ];
    for operation in [Capture, Void, Refund] {
        let closings: &[bool] = if operation == Capture { &[false, true] } else { &[false] };
        for number in 1..=(count(operation) + 1).min(REQUESTS) {
            for units in 1..=UNITS {
                events.extend(closings.iter().map(|&closes| Event::Requested {
                    operation,
                    number,
                    amount: unit(units),
                    key: None,
                    closes,
                    origin: Origin::Merchant,
                }));
            }
            let outcomes = (1..=UNITS).map(|units| Outcome::Succeeded { amount: unit(units) });
            let others = [Outcome::Accepted, Outcome::Unanswered, Outcome::Withdrawn];
            let failures = closings.iter().map(|&closes| Outcome::Failed { closes });
            for outcome in outcomes.chain(others).chain(failures) {
                events.push(Event::Answered { operation, number, outcome });
            }
        }
    }
    for number in 1..=count(Capture).clamp(1, REQUESTS) {
        for units in 1..=UNITS {
            let amount = unit(units);
            events.extend([true, false].map(|closes| Event::CaptureReversed { number, amount, closes }));
        }
    }
    events
}

pub fn page(graph: &Graph) -> String {
    let mut text = format!(
        "# Transitions\n\nWhat every event of our own does in every state. Found by running the step function \
         ([`src/transition`](../../src/transition/mod.rs)) on all {} transactions that {} events reach after an authorization \
         of {UNITS} minor units with at most {REQUESTS} requests of a kind: {} steps. Not in this table: `identified`, which every state takes, and what a \
         provider does of itself, for which see [verdicts](verdicts.md). What else is not listed is refused with \
         [illegal-transition](../rules.md#illegal-transition) or [amount-over-ceiling](../rules.md#amount-over-ceiling).\n\n\
         ![The lifecycle](../pictures/lifecycle.svg)\n\n## At a glance\n\n\
         `●` applied, `=` already applied, `○` stale, `!` a conflict is possible; blank is refused.\n\n{}",
        grouped(graph.transactions),
        DEPTH,
        grouped(graph.steps),
        super::legend(),
    );
    let heads: Vec<&str> = std::iter::once("event").chain(StateKind::ALL.map(super::short)).collect();
    text.push_str(&super::head(&heads));
    for event in graph.names() {
        let cells = StateKind::ALL.map(|state| graph.cells.get(&(state, event)).map_or(String::new(), marks));
        text.push_str(&super::row(std::iter::once(super::code(event)).chain(cells)));
    }
    text.push_str(
        "\n## Moves that the picture leaves out\n\nLate answers, reversals, answers to requests of unknown fate, voids of a part. The \
         tables below name the event.\n\n",
    );
    text.push_str(&super::head(&["from", "to"]));
    let moves = super::lifecycle::not_drawn(graph);
    for from in StateKind::ALL {
        let to: Vec<String> =
            moves.iter().filter(|(start, _)| *start == from).map(|(_, to)| leads_to(from, *to)).collect();
        if !to.is_empty() {
            text.push_str(&super::row([leads_to(StateKind::Created, from), to.join(", ")]));
        }
    }
    for state in StateKind::ALL {
        let _ = write!(text, "\n## {state}\n\n{}", super::head(&["event", "leads to", "or is"]));
        for event in graph.names() {
            let Some(cell) = graph.cells.get(&(state, event)).filter(|cell| !marks(cell).is_empty()) else { continue };
            let to: Vec<String> = cell.to.iter().map(|&to| leads_to(state, to)).collect();
            text.push_str(&super::row([super::code(event), to.join(", "), otherwise(cell)]));
        }
    }
    text
}

fn leads_to(from: StateKind, to: StateKind) -> String {
    if from == to { "itself".to_string() } else { format!("[{to}](#{to})") }
}

fn marks(cell: &Cell) -> String {
    let marks = [(!cell.to.is_empty(), '●'), (cell.known, '='), (cell.stale, '○'), (!cell.conflicts.is_empty(), '!')];
    marks.into_iter().filter(|(holds, _)| *holds).map(|(_, mark)| mark).collect()
}

fn otherwise(cell: &Cell) -> String {
    let words = [(cell.known, "already applied"), (cell.stale, "stale")];
    let words = words.into_iter().filter(|(holds, _)| *holds).map(|(_, word)| word.to_string());
    words.chain(cell.conflicts.iter().map(|code| super::rule_link(code))).collect::<Vec<_>>().join(", ")
}

/// A count with commas.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
