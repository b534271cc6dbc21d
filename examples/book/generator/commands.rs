//! State × command, for each built-in profile.

use std::fmt::Write as _;

use order_capture::Operation::{self, Capture, Refund, Void};
use order_capture::profiles::{AmountNeed, KeyNeed};
use order_capture::{Change, Command, Event, Money, Order, Outcome, Payment, Problem, Profile, Request, Time};
use order_capture::{juspay, razorpay};

use super::cases::{after, answered, held, midnight, order_of, paths, requested, rupees};

/// The built-in profiles and how a page calls them.
pub const PROFILES: [(&Profile, &str); 4] = [
    (&juspay::FULL_ONLY, "Juspay, gateways with full captures only"),
    (&juspay::CYBERSOURCE, "Juspay, CYBERSOURCE"),
    (&juspay::SIMPL, "Juspay, SIMPL"),
    (&razorpay::PROFILE, "Razorpay"),
];

/// Nothing where there is nothing to ask again.
type Answer<'a> = Option<Result<Change<'a>, Problem>>;
type Asking = for<'a> fn(&Payment<'a>, Time) -> Answer<'a>;

/// What is asked: its name, and the asking.
const COMMANDS: [(&str, Asking); 9] = [
    ("capture all", |payment, now| Some(all(payment, Capture, now))),
    ("capture a part", |payment, now| Some(part(payment, Capture, now))),
    ("the same capture again", |payment, now| same(payment, Capture, now)),
    ("void all", |payment, now| Some(all(payment, Void, now))),
    ("void a part", |payment, now| Some(part(payment, Void, now))),
    ("the same void again", |payment, now| same(payment, Void, now)),
    ("refund all", |payment, now| Some(all(payment, Refund, now))),
    ("refund a part", |payment, now| Some(part(payment, Refund, now))),
    ("adjust", |payment, now| Some(payment.adjusted(rupees("120.00"), now))),
];

/// A command in the form that the profile asks for: an amount, or a key, only where it must be.
fn command(payment: &Payment<'_>, operation: Operation, amount: Option<Money>, whole: Money) -> Command<'static> {
    let form = payment.profile().capabilities.form(operation);
    let keyed = form.key == KeyNeed::Always || form.key == KeyNeed::WithAmount && amount.is_some();
    let must = form.amount == AmountNeed::Always || form.amount == AmountNeed::WithKey && keyed;
    let command = match operation {
        Capture => Command::capture(),
        Void => Command::void(),
        Refund => Command::refund(),
    };
    let command = amount.or(must.then_some(whole)).map_or(command, |amount| command.amount(amount));
    if keyed { command.key("new-key-0001") } else { command }
}

fn all<'a>(payment: &Payment<'a>, operation: Operation, now: Time) -> Result<Change<'a>, Problem> {
    let amounts = payment.transaction().amounts();
    let whole = match operation {
        Capture if amounts.authorized.is_zero() => rupees("100.00").minor(),
        Capture => amounts.authorized,
        Void => amounts.held,
        Refund => amounts.captured,
    };
    let whole = Money::new(whole, payment.transaction().currency());
    payment.ask(command(payment, operation, None, whole), now)
}

fn part<'a>(payment: &Payment<'a>, operation: Operation, now: Time) -> Result<Change<'a>, Problem> {
    let ten = rupees("10.00");
    payment.ask(command(payment, operation, Some(ten), ten), now)
}

/// The latest request again: the same amount, the same key or none.
fn same<'a>(payment: &Payment<'a>, operation: Operation, now: Time) -> Answer<'a> {
    let (_, latest): (u32, &Request) = payment.transaction().hold()?.requests(operation).latest()?;
    let amount = Money::new(latest.amount, payment.transaction().currency());
    let command = if operation == Capture { Command::capture() } else { Command::void() };
    let needed = payment.profile().capabilities.form(operation).amount == AmountNeed::Always;
    let command = if latest.key.is_some() || needed { command.amount(amount) } else { command };
    Some(match latest.key.as_ref() {
        Some(key) => payment.ask(command.key(key.as_str()), now),
        None => payment.ask(command, now),
    })
}

/// One transaction of each state, and what a state does not tell.
fn rows() -> Vec<(String, Vec<Event>, Time)> {
    let before = midnight() - std::time::Duration::from_secs(60);
    let mut rows: Vec<(String, Vec<Event>, Time)> =
        paths().into_iter().map(|(state, events)| (state.to_string(), events, before)).collect();
    let limited = Event::Authorized { amount: rupees("100.00"), pays: None, capture_before: Some(midnight()) };
    let full = || requested(Capture, 1, "100.00", None, true);
    let timed_out = |number| answered(Capture, number, Outcome::TimedOut);
    let first = [
        requested(Capture, 1, "40.00", Some("k1"), false),
        answered(Capture, 1, Outcome::Succeeded),
        requested(Capture, 2, "60.00", Some("k2"), true),
    ];
    let rest = [&[held("100.00")], &first[..], &[timed_out(2)]].concat();
    rows.extend([
        ("authorized, at the deadline".to_string(), vec![limited.clone()], midnight()),
        ("capture-unknown, without a key".to_string(), vec![held("100.00"), full(), timed_out(1)], before),
        ("capture-unknown, at the deadline".to_string(), vec![limited, full(), timed_out(1)], midnight()),
        ("capture-unknown, 40.00 captured".to_string(), rest, before),
    ]);
    rows
}

pub fn page() -> String {
    let mut text = String::from(
        "# Commands\n\nThis page shows the result of each command in each state, computed by the crate itself. The \
         order is for 100.00 INR, and 100.00 is authorized; \"a part\" is 10.00, and a command has an amount or a key \
         only if the profile requires one. `sent` is a change to store and then send. A code is the first rule that \
         is broken, in the published order \
         ([`src/command/order_of_checks.rs`](../../src/command/order_of_checks.rs)). The capture that was sent, \
         accepted or timed out is for the whole amount, with a key; if something was captured, it was 40.00. In the \
         rows below the states, more than the state counts. Not every provider can reach every state, but the table \
         has them all.\n",
    );
    let order: Order = order_of("100.00");
    for (profile, name) in PROFILES {
        let heads: Vec<&str> = std::iter::once("state").chain(COMMANDS.map(|(name, _)| name)).collect();
        let _ = write!(text, "\n## {name}\n\n{}", super::head(&heads));
        for (state, events, now) in rows() {
            let payment = order.resume(after("100.00", "t-1", &events), profile).unwrap();
            let cells = COMMANDS.map(|(_, ask)| said(ask(&payment, now)));
            text.push_str(&super::row(std::iter::once(state).chain(cells)));
        }
    }
    text
}

fn said(answer: Answer<'_>) -> String {
    match answer {
        None => String::new(),
        Some(Ok(change)) if change.is_applied() => "**sent**".to_string(),
        Some(Ok(_)) => "already applied".to_string(),
        Some(Err(problem)) => super::rule_link(problem.code()),
    }
}
