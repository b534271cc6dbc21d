//! Observations: every state against every word of every provider, by the real `interpret`.

use std::fmt::Write as _;

use order_capture::{Meaning, Observation, OrderContext, Payload, Profile, StateKind, StatusRow, Transaction, Verdict};

use super::commands::PROFILES;
use crate::states::{order_of, paths, replayed, rupees};

/// The same observation as in `tests/verdicts.rs`: the authorized amount, and no figure.
fn verdict(transaction: &Transaction, row: &StatusRow, profile: &Profile) -> String {
    let order = order_of("100.00");
    let own = profile.payload == Payload::Razorpay;
    let seen = Observation {
        status: row.text.clone(),
        authorized: Some(rupees("100.00").minor()),
        is_transaction_status: own,
        captured_flag: own.then_some(matches!(row.means, Meaning::Charged | Meaning::Refunded)),
        ..Observation::default()
    };
    let context = OrderContext { order: &order, profile, others_captured: false };
    match transaction.interpret(&seen, &context) {
        Verdict::Applied(events) => {
            let mut after = transaction.clone();
            for event in events {
                let applied = after.apply(&after.stamp(event, crate::states::midnight(), None));
                assert!(applied.is_ok(), "a verdict's events are accepted");
            }
            format!("→ {}", after.kind())
        }
        Verdict::AlreadyApplied(_) => "=".to_string(),
        Verdict::Stale => "○".to_string(),
        Verdict::Conflict(conflict) => super::rule_link(conflict.code()),
    }
}

/// Words with the same verdicts everywhere share a row.
fn rows(profile: &Profile) -> Vec<(String, Vec<String>)> {
    let transactions: Vec<Transaction> =
        StateKind::ALL.map(|state| replayed(&paths().into_iter().find(|(kind, _)| *kind == state).unwrap().1).0).into();
    let mut rows: Vec<(String, Vec<String>)> = Vec::new();
    for row in profile.statuses.iter() {
        let cells: Vec<String> = transactions.iter().map(|txn| verdict(txn, row, profile)).collect();
        let word = super::code(&row.text);
        match rows.iter_mut().find(|(_, known)| *known == cells) {
            Some((words, _)) => *words = format!("{words} {word}"),
            None => rows.push((word, cells)),
        }
    }
    rows
}

pub fn page() -> String {
    let mut text = format!(
        "# Verdicts\n\nWhat a payload changes, by state and by the provider's word, asked of \
         [`interpret`](../../src/interpret/mod.rs). The observation names the authorized amount (100.00) and no captured or \
         refunded total; a total, where there is one, is compared first. `→` applied, and the state after it; `=` already \
         applied; `○` stale; a code is a conflict, and nothing changes. The same verdicts, a line each, are held in \
         [`tests/data/verdicts.tsv`](../../tests/data/verdicts.tsv).\n\n{}",
        super::legend()
    );
    let mut before: Vec<(String, Vec<String>)> = Vec::new();
    for (profile, name) in PROFILES {
        let table = rows(profile);
        let differing: Vec<_> = table.iter().filter(|row| !before.contains(row)).collect();
        let _ = write!(text, "\n## {name}\n\n");
        if differing.is_empty() {
            text.push_str("As the table before.\n");
        } else {
            if differing.len() < table.len() {
                text.push_str("Rows that differ from the table before; the others are the same.\n\n");
            }
            let heads: Vec<&str> = std::iter::once("word").chain(StateKind::ALL.map(super::short)).collect();
            text.push_str(&super::head(&heads));
            for (words, cells) in differing {
                text.push_str(&super::row(std::iter::once(words).chain(cells)));
            }
        }
        before = table;
    }
    text
}
