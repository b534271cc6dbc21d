//! What an order has come to: truth tables of the derived status.

use std::fmt::Write as _;

use order_capture::{Event, Operation, Order, OrderStatus, Profile, StateKind, Transaction, juspay, razorpay};

use crate::states::{answered, asked, done, held, order_of, paths, replayed};

const WORDS: [&Profile; 2] = [&juspay::SIMPL, &razorpay::PROFILE];

pub fn page() -> String {
    let mut text = String::from(
        "# Orders\n\nWhat [`OrderStatus`](../../src/status.rs) derives from an order and its transactions, computed. Nothing is \
         stored; equality decides between full and partial; refunds are an axis of their own.\n",
    );
    one(&mut text);
    money(&mut text);
    two(&mut text);
    text
}

fn axes(status: &OrderStatus<'_>) -> [String; 4] {
    let over = status.overcharged.map_or(String::new(), |money| money.to_string());
    [status.authorized.as_str(), status.charged.as_str(), status.refunded.as_str()]
        .map(str::to_string)
        .into_iter()
        .chain([over])
        .collect::<Vec<_>>()
        .try_into()
        .unwrap()
}

fn words(status: &OrderStatus<'_>) -> [String; 2] {
    WORDS.map(|profile| super::code(status.status_text(profile)))
}

/// One transaction of each state, against an order of 100.
fn one(text: &mut String) {
    text.push_str(
        "\n## One transaction\n\nAn order of 100.00 INR with one transaction of 100.00. Where something was captured, it is 40.00 \
         (of charged, 15.00 is refunded). Authorized covers what is captured, pending or held.\n\n",
    );
    let heads = [
        "state",
        "txn, Juspay",
        "order, Juspay",
        "payment, Razorpay",
        "order, Razorpay",
        "authorized",
        "charged",
        "refunded",
        "overcharged",
    ];
    text.push_str(&super::head(&heads));
    let order = order_of("100.00");
    let none = OrderStatus::of(&order, []);
    let mut add = |state: String, transaction: Option<&Transaction>| {
        let status = OrderStatus::of(&order, transaction);
        let [juspay_order, razorpay_order] = words(&status);
        let [juspay_txn, razorpay_txn] =
            WORDS.map(|profile| transaction.map_or(String::new(), |txn| super::code(txn.status_text(profile))));
        let cells = [state, juspay_txn, juspay_order, razorpay_txn, razorpay_order];
        text.push_str(&super::row(cells.into_iter().chain(axes(&status))));
    };
    let _ = none;
    add("no transaction".to_string(), None);
    for (kind, path) in paths() {
        // A provider's own word for created would stand in the place of the profile's.
        let path: Vec<Event> = path.into_iter().filter(|event| !matches!(event, Event::StatusSeen { .. })).collect();
        add(kind.to_string(), Some(&replayed(&path).0));
    }
}

/// A transaction that captured this much of its hold, and refunded this much of that.
fn taken(hold: &str, captured: &str, refunded: Option<&str>, closes: bool) -> Transaction {
    let mut events = vec![
        held(hold),
        asked(Operation::Capture, 1, captured, None, closes),
        answered(Operation::Capture, 1, done(captured)),
    ];
    if let Some(refunded) = refunded {
        events.push(asked(Operation::Refund, 1, refunded, None, false));
        events.push(answered(Operation::Refund, 1, done(refunded)));
    }
    replayed(&events).0
}

fn money(text: &mut String) {
    text.push_str("\n## Captured against the order\n\n");
    let heads = [
        "order",
        "transactions",
        "order, Juspay",
        "order, Razorpay",
        "authorized",
        "charged",
        "refunded",
        "overcharged",
    ];
    text.push_str(&super::head(&heads));
    let cases: [(&str, &str, Vec<Transaction>); 10] = [
        ("100.00", "100 captured", vec![taken("100.00", "100.00", None, true)]),
        ("100.00", "40 of 100 captured, closed", vec![taken("100.00", "40.00", None, true)]),
        ("100.00", "40 of 100 captured, open", vec![taken("100.00", "40.00", None, false)]),
        (
            "100.00",
            "60 and 40 captured",
            vec![taken("60.00", "60.00", None, true), taken("40.00", "40.00", None, true)],
        ),
        (
            "100.00",
            "100 and 100 captured",
            vec![taken("100.00", "100.00", None, true), taken("100.00", "100.00", None, true)],
        ),
        (
            "100.00",
            "60 captured, 100 held beside it",
            vec![taken("60.00", "60.00", None, true), replayed(&[held("100.00")]).0],
        ),
        ("90.00", "100 captured", vec![taken("100.00", "100.00", None, true)]),
        ("100.00", "100 captured, 30 refunded", vec![taken("100.00", "100.00", Some("30.00"), true)]),
        ("100.00", "100 captured and refunded", vec![taken("100.00", "100.00", Some("100.00"), true)]),
        ("0.00", "none", vec![]),
    ];
    for (whole, name, transactions) in cases {
        let order = order_of(whole);
        let status = OrderStatus::of(&order, &transactions);
        let cells = [whole.to_string(), name.to_string()].into_iter().chain(words(&status)).chain(axes(&status));
        text.push_str(&super::row(cells));
    }
}

/// Two transactions without a capture: which one speaks for the order.
fn two(text: &mut String) {
    let _ = write!(
        text,
        "\n## Two transactions, nothing captured\n\nJuspay's word for the order. The one that leads is the same whichever is listed \
         first ([INV-11](../rules.md#inv-11)).\n\n"
    );
    let uncaptured: Vec<(StateKind, Transaction)> = paths()
        .into_iter()
        .map(|(kind, path)| {
            let path: Vec<Event> =
                path.into_iter().filter(|event| !matches!(event, Event::StatusSeen { .. })).collect();
            (kind, replayed(&path).0)
        })
        .filter(|(_, transaction)| transaction.amounts().captured.is_zero())
        .collect();
    let names: Vec<String> = uncaptured.iter().map(|(kind, _)| kind.to_string()).collect();
    let heads: Vec<&str> = std::iter::once("").chain(names.iter().map(String::as_str)).collect();
    text.push_str(&super::head(&heads));
    let order: Order = order_of("100.00");
    for (kind, first) in &uncaptured {
        let cells = uncaptured.iter().map(|(_, second)| {
            let status = OrderStatus::of(&order, [first, second]);
            assert_eq!(status, OrderStatus::of(&order, [second, first]), "INV-11");
            super::code(status.status_text(&juspay::FULL_ONLY))
        });
        text.push_str(&super::row(std::iter::once(kind.to_string()).chain(cells)));
    }
}
