//! State × event, found by running the step function on every transaction that a small world reaches.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::fmt::Write as _;

use order_capture::Operation::{Capture, Refund, Void};
use order_capture::{
    Amounts, Basis, Closed, Effect, End, Event, Minor, Money, Operation, Order, Outcome, Rejection, Request,
    RequestStatus, StateKind, TotalSays, Transaction,
};

use super::cases::{midnight, recorded, rupees};

/// What is authorized, in minor units.
const UNITS: u32 = 2;

/// At most so many requests of a kind.
const fn most(operation: Operation) -> u32 {
    if matches!(operation, Refund) { 1 } else { 2 }
}

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
    /// Takes every event from one transaction of each face, until no new face appears.
    pub fn search() -> Self {
        let start = start();
        let mut graph = Self { cells: BTreeMap::new(), transactions: 0, steps: 0 };
        let mut seen = HashSet::from([face(&start)]);
        let mut next = VecDeque::from([start]);
        while let Some(before) = next.pop_front() {
            for event in events(&before) {
                graph.steps += 1;
                let mut after = before.clone();
                let answer = after.apply(&recorded(&before, event.clone()));
                let cell = graph.cells.entry((before.state(), event.name())).or_default();
                match answer {
                    Ok(Effect::Applied) => {
                        cell.to.insert(after.state());
                        if seen.insert(face(&after)) {
                            next.push_back(after);
                        }
                    }
                    Ok(Effect::AlreadyApplied) => cell.known = true,
                    Ok(Effect::Stale) => cell.stale = true,
                    Err(Rejection::Conflict(conflict)) => drop(cell.conflicts.insert(conflict.code())),
                    Err(_) => {}
                }
            }
        }
        graph.transactions = seen.len();
        graph
    }

    /// Whether some event leads from one state to another.
    pub fn leads(&self, from: StateKind, to: StateKind) -> bool {
        self.cells.iter().any(|((state, _), cell)| *state == from && cell.to.contains(&to))
    }
}

fn start() -> Transaction {
    let order = Order::new("o-1".parse().unwrap(), Money::new(unit(UNITS), rupees("0.00").currency()));
    Transaction::created(&order, "t-1".parse().unwrap())
}

/// What tells two transactions apart here.
#[derive(PartialEq, Eq, Hash)]
struct Face {
    state: StateKind,
    word: bool,
    end: Option<End>,
    closed: Option<Closed>,
    /// Which of captured, pending, held and refunded are above zero.
    amounts: [bool; 4],
    /// What became of each of its requests, and whether a total covers it; sorted.
    requests: Vec<(Operation, RequestStatus, bool)>,
    /// Whether a person reported what is captured.
    reported: bool,
}

fn face(transaction: &Transaction) -> Face {
    let Amounts { captured, pending, held, refunded, .. } = transaction.amounts();
    let hold = transaction.hold();
    let of_kind = |operation| {
        let requests = hold.into_iter().flat_map(move |hold| hold.requests(operation).iter());
        requests.map(move |(_, request): (u32, &Request)| {
            (operation, request.status, hold.is_some_and(|hold| hold.is_covered(operation, request)))
        })
    };
    let mut requests: Vec<_> = [Capture, Void, Refund].into_iter().flat_map(of_kind).collect();
    requests.sort_unstable();
    Face {
        state: transaction.state(),
        word: transaction.provider_status().is_some(),
        end: hold.and_then(|hold| hold.end),
        closed: hold.and_then(|hold| hold.closed),
        amounts: [captured, pending, held, refunded].map(|amount| !amount.is_zero()),
        requests,
        reported: hold
            .is_some_and(|hold| hold.totals(Capture).stated().iter().any(|total| total.says == TotalSays::Everything)),
    }
}

fn unit(units: u32) -> Minor {
    Minor::from(units)
}

/// Every event with amounts up to the authorization, for requests up to one that was never made.
fn events(transaction: &Transaction) -> Vec<Event> {
    let count = |operation: Operation| transaction.hold().map_or(0, |hold| hold.requests(operation).count());
    let amount = Money::new(unit(UNITS), rupees("0.00").currency());
    let mut events = vec![
        Event::Authorized { amount, pays: None, capture_before: None },
        Event::AuthorizationFailed {},
        Event::StatusSeen { status: "NEW".parse().unwrap() },
        Event::AuthorizationAdjusted { total: unit(UNITS) },
        Event::AuthorizationAdjusted { total: unit(UNITS + 1) },
        Event::DeadlineSet { capture_before: midnight() },
        Event::OverCaptureAllowed { most: unit(UNITS + 1) },
    ];
    for operation in [Capture, Void, Refund] {
        let closings: &[bool] = if operation == Capture { &[false, true] } else { &[false] };
        let next = (count(operation) + 1).min(most(operation));
        for number in 1..=next {
            for units in 1..=UNITS {
                let amount = unit(units);
                events.extend(closings.iter().map(|&closes| Event::Requested {
                    operation,
                    number,
                    amount,
                    key: None,
                    closes,
                }));
            }
            events.extend(answers(operation, number));
            events.push(Event::KeyRemembered { operation, number, until: midnight() });
        }
        for units in 1..=UNITS {
            let amount = unit(units);
            if count(operation) < most(operation) {
                events.extend([false, true].map(|done| Event::ProviderInitiated {
                    operation,
                    number: next,
                    amount,
                    done,
                    closes: false,
                    provider_id: None,
                }));
            }
            if operation != Void {
                events.extend((1..=next).map(|number| Event::Reversed { operation, number, amount, closes: true }));
                events.extend((1..=next).map(|number| Event::Reversed { operation, number, amount, closes: false }));
            }
        }
        if operation != Void {
            events.extend(totals(operation));
        }
    }
    events.extend(End::ALL.map(|how| Event::Ended { how }));
    events.extend(Closed::ALL.map(|why| Event::Closed { why }));
    events.push(Event::Reopened {});
    events
}

/// Every answer to one request: a success for each amount, a failure that closes and one that does not.
fn answers(operation: Operation, number: u32) -> Vec<Event> {
    let answer = |outcome, amount, closes, overrides| Event::Answered {
        operation,
        number,
        outcome,
        amount,
        closes,
        overrides,
        provider_id: None,
    };
    let mut events: Vec<Event> =
        (1..=UNITS).map(|units| answer(Outcome::Succeeded, Some(unit(units)), false, false)).collect();
    events.extend([Outcome::Accepted, Outcome::TimedOut].map(|outcome| answer(outcome, None, false, false)));
    events.extend([Outcome::Accepted, Outcome::TimedOut].map(|outcome| answer(outcome, None, false, true)));
    let closings: &[bool] = if operation == Refund { &[false] } else { &[false, true] };
    events.extend(closings.iter().map(|&closes| answer(Outcome::Failed, None, closes, false)));
    events.push(answer(Outcome::Withdrawn, None, false, false));
    events
}

/// Every running total: stated by the provider, and reported by a person.
fn totals(operation: Operation) -> Vec<Event> {
    let mut events = Vec::new();
    for total in (0..=UNITS).map(unit) {
        for basis in [Basis::Stated, Basis::Person] {
            let closes = false;
            events.push(Event::TotalReported { operation, total, basis, closes });
        }
    }
    events
}

/// The names of events, in the order of a transaction's life.
fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    for event in events(&start()) {
        if !names.contains(&event.name()) {
            names.push(event.name());
        }
    }
    names
}

pub fn page(graph: &Graph) -> String {
    let mut text = format!(
        "# Transitions\n\nThis page shows what every event does in every state. A program ran the step function \
         ([`src/step`](../../src/step/mod.rs)) on an authorization of {UNITS} minor units with at most {} captures, \
         {} voids and {} refund, until nothing new appeared. It found {} transactions, which differ in their state, \
         in which amounts are above zero, or in the status of their requests, and took {} steps. Not in this table: \
         `identified`, which every state accepts, and `void-reversed`, which none does. Whatever else is not listed \
         is refused with [illegal-transition](../rules.md#illegal-transition) or \
         [amount-over-ceiling](../rules.md#amount-over-ceiling).\n\nA profile decides whether a failure closes the \
         hold; the table has both cases. `captured-total-reported` and `refunded-total-reported` are running totals, \
         stated by a provider or reported by a person.\n\n![The lifecycle](../pictures/lifecycle.svg)\n\n## At a \
         glance\n\n`●` applied, `=` already applied, `○` stale, `!` a conflict is possible; blank is refused.\n\n{}",
        most(Capture),
        most(Void),
        most(Refund),
        grouped(graph.transactions),
        grouped(graph.steps),
        super::legend(),
    );
    let heads: Vec<&str> = std::iter::once("event").chain(StateKind::ALL.map(super::short)).collect();
    text.push_str(&super::head(&heads));
    for event in names() {
        let cells = StateKind::ALL.map(|state| graph.cells.get(&(state, event)).map_or(String::new(), marks));
        text.push_str(&super::row(std::iter::once(super::code(event)).chain(cells)));
    }
    text.push_str(
        "\n## Moves that the picture leaves out\n\nLate answers, running totals, reversals, voids of a part. The \
         tables below name the event.\n\n",
    );
    text.push_str(&super::head(&["from", "to"]));
    let moves = super::lifecycle::not_drawn(graph);
    for from in StateKind::ALL {
        let to: Vec<String> =
            moves.iter().filter(|(start, _)| *start == from).map(|(_, to)| leads_to(from, *to)).collect();
        if !to.is_empty() {
            text.push_str(&super::row([link(from), to.join(", ")]));
        }
    }
    for state in StateKind::ALL {
        let _ = write!(text, "\n## {state}\n\n{}", super::head(&["event", "leads to", "or is"]));
        for event in names() {
            let Some(cell) = graph.cells.get(&(state, event)).filter(|cell| !marks(cell).is_empty()) else { continue };
            let to: Vec<String> = cell.to.iter().map(|&to| leads_to(state, to)).collect();
            text.push_str(&super::row([super::code(event), to.join(", "), otherwise(cell)]));
        }
    }
    text
}

fn link(state: StateKind) -> String {
    format!("[{state}](#{state})")
}

fn leads_to(from: StateKind, to: StateKind) -> String {
    if from == to { "itself".to_string() } else { link(to) }
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
