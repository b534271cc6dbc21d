//! The status of an order: truth tables of what is derived.

use std::fmt::Write as _;

use order_capture::Operation::{Capture, Refund};
use order_capture::{Discrepancy, Event, OrderStatus, Outcome, Profile, StateKind, Transaction, juspay, razorpay};

use super::cases::{after, answered, held, in_each_state, order_of, requested, rupees};

const PROFILES: [&Profile; 2] = [&juspay::SIMPL, &razorpay::PROFILE];
const AXES: [&str; 4] = ["authorized", "charged", "refunded", "discrepancy"];

pub fn page() -> String {
    let mut text = String::from(
        "# Orders\n\nThis page shows what [`OrderStatus`](../../src/status.rs) derives from an order and its \
         transactions, computed by the crate itself. Nothing is stored; equality decides between full and partial; \
         refunds are a separate axis. The discrepancy comes with the provider's word and does not change it. \
         `overcharged` means that more is captured, and not refunded, than the order is for. `authorized-differs`, \
         for Razorpay only, means that the only authorization pays an amount other than the order's.\n",
    );
    one(&mut text);
    money(&mut text);
    two(&mut text);
    text
}

/// Both words, the axes, and what does not add up: with Juspay, and where it is another, with Razorpay.
fn cells(order: &str, transactions: &[Transaction]) -> Vec<String> {
    let order = order_of(order);
    let [juspay, razorpay] = PROFILES.map(|profile| OrderStatus::of(&order, profile, transactions).unwrap());
    assert_eq!(
        (juspay.authorized, juspay.charged, juspay.refunded),
        (razorpay.authorized, razorpay.charged, razorpay.refunded)
    );
    let differs = [juspay, razorpay].into_iter().find_map(|status| status.discrepancy);
    let differs = differs.map_or(String::new(), |found| match found {
        Discrepancy::Overcharged { excess } => format!("overcharged by {excess}"),
        Discrepancy::AuthorizedDiffers { pays, .. } => format!("authorized-differs: {pays}"),
    });
    let axes = [juspay.authorized.as_str(), juspay.charged.as_str(), juspay.refunded.as_str()];
    let words = [juspay, razorpay].map(|status| super::code(status.word));
    words.into_iter().chain(axes.map(str::to_string)).chain([differs]).collect()
}

/// One transaction of each state, against an order of 100.
fn one(text: &mut String) {
    text.push_str(
        "\n## One transaction\n\nAn order of 100.00 INR with one transaction of 100.00. If something was captured, it \
         is 40.00. Authorized covers what is captured, pending or held.\n\n",
    );
    let heads = ["state", "txn, Juspay", "payment, Razorpay", "order, Juspay", "order, Razorpay"];
    text.push_str(&super::head(&[&heads[..], &AXES].concat()));
    let none = ["no transaction".to_string(), String::new(), String::new()];
    text.push_str(&super::row(none.into_iter().chain(cells("100.00", &[]))));
    for (state, transaction) in in_each_state("t-1") {
        let words = PROFILES.map(|profile| super::code(transaction.word(profile)));
        let status = cells("100.00", std::slice::from_ref(&transaction));
        text.push_str(&super::row(std::iter::once(state.to_string()).chain(words).chain(status)));
    }
}

/// A transaction that captured this much of its hold, and refunded this much of that.
fn taken(order: &str, id: &str, hold: &str, captured: &str, refunded: Option<&str>, closes: bool) -> Transaction {
    of(order, id, held(hold), captured, refunded, closes)
}

fn of(order: &str, id: &str, hold: Event, captured: &str, refunded: Option<&str>, closes: bool) -> Transaction {
    let mut events =
        vec![hold, requested(Capture, 1, captured, Some("k1"), closes), answered(Capture, 1, Outcome::Succeeded)];
    if let Some(refunded) = refunded {
        events.push(requested(Refund, 1, refunded, Some("r1"), false));
        events.push(answered(Refund, 1, Outcome::Succeeded));
    }
    after(order, id, &events)
}

fn money(text: &mut String) {
    text.push_str(
        "\n## Captured against the order\n\nA transaction counts for the order by what it pays: all of that once everything \
         authorized is captured.\n\n",
    );
    let heads = ["order", "transactions", "order, Juspay", "order, Razorpay"];
    text.push_str(&super::head(&[&heads[..], &AXES].concat()));
    let hundred = |captured, refunded, closes| taken("100.00", "t-1", "100.00", captured, refunded, closes);
    let pays = |hold: &str, part: &str, captured: &str| {
        let pays = Some(rupees(part).minor());
        of(part, "t-1", Event::Authorized { amount: rupees(hold), pays, capture_before: None }, captured, None, true)
    };
    let cases: [(&str, &str, Vec<Transaction>); 13] = [
        ("100.00", "100 captured", vec![hundred("100.00", None, true)]),
        ("100.00", "40 of 100 captured, the hold ended", vec![hundred("40.00", None, true)]),
        ("100.00", "40 of 100 captured, the rest still held", vec![hundred("40.00", None, false)]),
        (
            "100.00",
            "60 and 40 captured",
            vec![
                taken("100.00", "t-1", "60.00", "60.00", None, true),
                taken("100.00", "t-2", "40.00", "40.00", None, true),
            ],
        ),
        (
            "100.00",
            "100 and 100 captured",
            vec![hundred("100.00", None, true), taken("100.00", "t-2", "100.00", "100.00", None, true)],
        ),
        (
            "100.00",
            "60 captured, and 100 held by another",
            vec![taken("100.00", "t-1", "60.00", "60.00", None, true), after("100.00", "t-2", &[held("100.00")])],
        ),
        ("90.00", "100 captured", vec![taken("90.00", "t-1", "100.00", "100.00", None, true)]),
        ("100.00", "60 held", vec![after("100.00", "t-1", &[held("60.00")])]),
        ("10.00", "10.80 captured: a surcharge of 0.80", vec![pays("10.80", "10.00", "10.80")]),
        ("1000.00", "850 captured: an offer of 150", vec![pays("850.00", "1000.00", "850.00")]),
        ("100.00", "100 captured, 30 refunded", vec![hundred("100.00", Some("30.00"), true)]),
        ("100.00", "100 captured and refunded", vec![hundred("100.00", Some("100.00"), true)]),
        ("0.00", "none", vec![]),
    ];
    for (order, name, transactions) in cases {
        let head = [order.to_string(), name.to_string()];
        text.push_str(&super::row(head.into_iter().chain(cells(order, &transactions))));
    }
}

/// Two transactions without a capture: which one speaks for the order.
fn two(text: &mut String) {
    let _ = write!(
        text,
        "\n## Two transactions, nothing captured\n\nJuspay's word for the order. The leading transaction does not \
         depend on the order of the list ([INV-11](../rules.md#inv-11)).\n\n"
    );
    let mut uncaptured: Vec<(StateKind, Transaction)> = in_each_state("t-1");
    uncaptured.retain(|(_, transaction)| transaction.amounts().captured.is_zero());
    let others: Vec<(StateKind, Transaction)> = in_each_state("t-2");
    let names: Vec<String> = uncaptured.iter().map(|(state, _)| state.to_string()).collect();
    let heads: Vec<&str> = std::iter::once("").chain(names.iter().map(String::as_str)).collect();
    text.push_str(&super::head(&heads));
    let order = order_of("100.00");
    for (state, first) in &uncaptured {
        let uncaptured = others.iter().filter(|(_, other)| other.amounts().captured.is_zero());
        let cells = uncaptured.map(|(_, second)| {
            let status = OrderStatus::of(&order, &juspay::FULL_ONLY, [first, second]).unwrap();
            assert_eq!(status, OrderStatus::of(&order, &juspay::FULL_ONLY, [second, first]).unwrap(), "INV-11");
            super::code(status.word)
        });
        text.push_str(&super::row(std::iter::once(state.to_string()).chain(cells)));
    }
}
