//! State × command, for each built-in profile.

use std::fmt::Write as _;

use order_capture::{
    CaptureRequest, Currency, Decision, Event, Money, Operation, Outcome, Profile, RefundRequest, Refusal, Request,
    Transaction, VoidRequest, juspay, razorpay,
};

use crate::states::{answered, asked, done, held, midnight, order_of, paths, replayed, rupees};

/// The built-in profiles and how a page calls them.
pub const PROFILES: [(&Profile, &str); 4] = [
    (&juspay::FULL_ONLY, "Juspay, any gateway"),
    (&juspay::CYBERSOURCE, "Juspay, CYBERSOURCE"),
    (&juspay::SIMPL, "Juspay, SIMPL"),
    (&razorpay::PROFILE, "Razorpay"),
];

type Answer = Result<Decision, Refusal>;

/// Nothing where there is nothing to ask again.
type Ask = fn(&Transaction, &Profile) -> Option<Answer>;

/// What is asked: its name, and the asking.
const COMMANDS: [(&str, Ask); 8] = [
    ("capture all", |txn, profile| {
        // Razorpay has no keys.
        let key = (!profile.capabilities.currency_required).then_some("new");
        Some(capture(txn, profile, None, key))
    }),
    ("capture a part", |txn, profile| Some(capture(txn, profile, Some(rupees("10.00")), Some("new")))),
    ("the same capture again, same key", same_capture),
    ("void all", |txn, profile| Some(txn.void(&VoidRequest::all(), &order_of("100.00"), profile))),
    ("void a part", |txn, profile| Some(txn.void(&VoidRequest::of(rupees("10.00")), &order_of("100.00"), profile))),
    ("refund all", |txn, profile| Some(txn.refund(&RefundRequest::all(), &order_of("100.00"), profile))),
    ("refund a part", |txn, profile| {
        Some(txn.refund(&RefundRequest::of(rupees("10.00")), &order_of("100.00"), profile))
    }),
    ("adjust", |txn, profile| {
        let total = rupees("120.00").into();
        Some(txn.adjust(total, &order_of("100.00"), profile).map(Decision::Record))
    }),
];

/// A capture in the form that the profile asks for: Razorpay wants amount and currency always.
fn capture(txn: &Transaction, profile: &Profile, amount: Option<Money>, key: Option<&str>) -> Answer {
    let always = profile.capabilities.currency_required;
    let whole = txn.ledger().map_or(rupees("100.00"), |ledger| Money::new(ledger.amounts().authorized, Currency::INR));
    let amount = amount.or(always.then_some(whole));
    let mut ask = amount.map_or(CaptureRequest::full(), CaptureRequest::of).currency(Currency::INR);
    if let Some(key) = key.filter(|_| amount.is_some()) {
        ask = ask.key(key);
    }
    txn.capture(&ask, &order_of("100.00"), profile, midnight() - std::time::Duration::from_secs(60))
}

fn same_capture(txn: &Transaction, profile: &Profile) -> Option<Answer> {
    let (_, latest): (u32, &Request) = txn.ledger()?.captures().latest()?;
    let key = latest.key().map(|key| key.as_str().to_string());
    let amount = key.is_some().then(|| Money::new(latest.requested(), Currency::INR));
    Some(capture(txn, profile, amount, key.as_deref()))
}

/// A capture under a key, so that it can be asked for again under the same.
fn keyed(event: Event) -> Event {
    match event {
        Event::Requested { operation: Operation::Capture, number, amount, key: None, closes, origin } => {
            let key = Some("k1".parse().unwrap());
            Event::Requested { operation: Operation::Capture, number, amount, key, closes, origin }
        }
        other => other,
    }
}

/// One transaction of each state, and those whose state does not tell that an outcome is unknown.
fn rows() -> Vec<(String, Vec<Event>)> {
    use Operation::{Capture, Void};
    let mut rows: Vec<(String, Vec<Event>)> =
        paths().into_iter().map(|(kind, path)| (kind.to_string(), path.into_iter().map(keyed).collect())).collect();
    let unknown = |operation| answered(operation, 1, Outcome::Unanswered);
    let part = asked(Capture, 1, "40.00", Some("k1"), false);
    let second = asked(Capture, 2, "60.00", Some("k2"), true);
    let all = asked(Capture, 1, "100.00", None, true);
    let void = asked(Void, 1, "100.00", Some("v1"), false);
    let silent = answered(Capture, 2, Outcome::Unanswered);
    rows.extend([
        ("authorized, a full capture unknown".to_string(), vec![held("100.00"), all, unknown(Capture)]),
        ("authorized, a part unknown".to_string(), vec![held("100.00"), part.clone(), unknown(Capture)]),
        (
            "partially-captured, the rest unknown".to_string(),
            vec![held("100.00"), part, answered(Capture, 1, done("40.00")), second, silent],
        ),
        ("authorized, a void unknown".to_string(), vec![held("100.00"), void, unknown(Void)]),
    ]);
    rows
}

pub fn page() -> String {
    let mut text = String::from(
        "# Commands\n\nWhat each command answers in each state, asked of the crate itself: an order of 100.00 INR, 100.00 \
         authorized; \"a part\" is 10.00. `sent` is an event to record and then send. A code is the first rule that refuses, \
         in the published order ([`src/command/order_of_checks.rs`](../../src/command/order_of_checks.rs)). Where something \
         was captured, it was 40.00. The rows below the states are those in which an outcome is unknown: the state does not \
         tell. The full capture of the first of them has no key. Not every state can be reached with every provider; the table \
         answers all the same.\n",
    );
    for (profile, name) in PROFILES {
        let heads: Vec<&str> = std::iter::once("state").chain(COMMANDS.map(|(name, _)| name)).collect();
        let _ = write!(text, "\n## {name}\n\n{}", super::head(&heads));
        for (state, path) in rows() {
            let transaction = replayed(&path).0;
            let cells = COMMANDS.map(|(_, ask)| said(ask(&transaction, profile)));
            text.push_str(&super::row(std::iter::once(state).chain(cells)));
        }
    }
    text
}

fn said(answer: Option<Answer>) -> String {
    match answer {
        None => String::new(),
        Some(Ok(Decision::Record(_))) => "**sent**".to_string(),
        Some(Ok(Decision::AlreadyApplied { .. })) => "already applied".to_string(),
        Some(Err(refusal)) => super::rule_link(refusal.code()),
    }
}
