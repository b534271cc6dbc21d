//! Observations: every state against every word of every provider, asked of the crate; and the tables that decide.

use std::fmt::Write as _;

use order_capture::interpretation::{InterpretationRow, implied_total_rows, validation_rows, word_rows};
use order_capture::profiles::{CanonicalStatus, StatusRow};
use order_capture::statements::{Statement, Subject, Word};
use order_capture::{Change, Conflict, Effect, Observation, Payment, Profile, StateKind};

use super::cases::{in_each_state, midnight, order_of, rupees};
use super::commands::PROFILES;

/// The word of the transaction itself, the authorized amount, and no total.
fn observation<'r>(row: &'r StatusRow, profile: &Profile) -> Observation<'r> {
    let flag = matches!(row.maps_to, CanonicalStatus::Charged | CanonicalStatus::Refunded);
    Observation {
        transaction: Statement {
            word: Some(Word { text: (&*row.text).into(), id: None, subject: Subject::Transaction }),
            captured_flag: (profile.name.as_str() == "razorpay").then_some(flag),
            authorized: Some(rupees("100.00").minor()),
            ..Statement::default()
        },
        has_transaction: true,
        ..Observation::default()
    }
}

/// What a webhook does, and what a fresh poll does where that is something else.
fn cell(payment: &Payment<'_>, row: &StatusRow) -> String {
    let seen = observation(row, payment.profile());
    let late = payment.observe(&seen, None, midnight());
    let fresh = payment.observe(&seen, payment.transaction().poll(|_| true), midnight());
    let old = matches!(&late, Ok(change) if change.effect() == Effect::Stale);
    let same = said(&late) == said(&fresh);
    let below = matches!(&fresh, Err(conflict) if conflict.code() == "below-recorded");
    if same || (old && below) { said(&late) } else { format!("{}; fresh {}", said(&late), said(&fresh)) }
}

fn said(answer: &Result<Change<'_>, Conflict>) -> String {
    match answer {
        Ok(change) => match change.effect() {
            Effect::Applied => format!("→ {}", change.payment().transaction().state()),
            Effect::AlreadyApplied => "=".to_string(),
            Effect::Stale => "○".to_string(),
        },
        Err(conflict) => super::rule_link(conflict.code()),
    }
}

/// Words with the same answers everywhere share a row.
fn rows(profile: &Profile) -> Vec<(String, Vec<String>)> {
    let order = order_of("100.00");
    let transactions = in_each_state("t-1").into_iter();
    let payments: Vec<Payment<'_>> =
        transactions.map(|(_, transaction)| order.resume(transaction, profile).unwrap()).collect();
    let mut rows: Vec<(String, Vec<String>)> = Vec::new();
    for row in profile.statuses.iter() {
        let cells: Vec<String> = payments.iter().map(|payment| cell(payment, row)).collect();
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
        "# Verdicts\n\nThis page shows what a payload changes, by state and by the provider's word, computed by \
         [`Payment::observe`](../../src/interpret/mod.rs). The payload has the transaction's own word and the \
         authorized amount (100.00), but no captured or refunded total; if there is a total, it is compared first. \
         `→` means applied, with the state after it; `=` means already applied; `○` means older than what is known: \
         stale, or [below-recorded](../rules.md#below-recorded) if the poll was sent after everything recorded so far \
         (*fresh*). A code is a conflict, and nothing changes. If a fresh observation does something else, that comes \
         after it. The captures and voids are for all that is held; if something was captured, it was 40.00.\n\n{}",
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
    text.push_str(
        "\n# What decides\n\nThe rows of the tables in the code, each with its reason and its source. In each \
                   table the first row that holds decides.\n",
    );
    table(&mut text, "Is it valid?", "code", &validation_rows());
    table(&mut text, "A word without a total", "word", &implied_total_rows());
    table(&mut text, "The word, when the totals are as known", "word", &word_rows());
    text
}

/// A table of interpretation; the column of fresh observations only where a row has one.
fn table(text: &mut String, title: &str, name: &str, rows: &[InterpretationRow]) {
    let any_fresh = rows.iter().any(|row| row.fresh.is_some());
    let mut heads = vec![name, "where", "does"];
    heads.extend(any_fresh.then_some("fresh"));
    heads.extend(["because", "source"]);
    let _ = write!(text, "\n## {title}\n\n{}", super::head(&heads));
    for row in rows {
        let mut cells = vec![row.name, row.when, row.does];
        cells.extend(any_fresh.then_some(row.fresh.unwrap_or_default()));
        cells.extend([row.because, row.source]);
        text.push_str(&super::row(cells));
    }
}
