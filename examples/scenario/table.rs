//! What a person sees: one row per step; beneath it the amounts that changed, and what a code means.

use std::collections::BTreeMap;

use order_capture::Rule;

use crate::engine::{OWN_CODES, Output};
use crate::format::{Scenario, Step};
use crate::page::{Page, Style, printable};

/// A step that was run: what was said, and what was expected and not said.
pub(crate) struct Ran {
    pub(crate) output: Output,
    pub(crate) differences: Vec<String>,
}

const FIRST: &str = "t1";
const NO_MONEY: &str = "no money held or captured";

const HEADS: Row<&str> = ["#", "action", "result", "state", "txn", "transaction", "order"];
/// The places of columns that are treated apart.
const RESULT: usize = 2;
const TXN: usize = 4;

type Row<T> = [T; 7];

/// A scenario with all its steps.
pub(crate) fn scenario(scenario: &Scenario<'_>, ran: &[Ran], colour: bool) -> String {
    let mut page = Page::new(colour);
    page.empty_line();
    let amount = scenario.order.amount();
    page.heading(&format!("{} ({}, order of {amount})", scenario.name, scenario.profile.name));
    let rows: Vec<Row<String>> = scenario.steps.iter().zip(ran).map(|(step, ran)| row(step, &ran.output)).collect();
    let columns = Columns::of(&rows);
    page.row(columns.shown(HEADS).map(|(_, head, width)| (head, width, Style::Dim)));
    let mut last_amounts: BTreeMap<&str, String> = BTreeMap::new();
    for ((step, ran), cells) in scenario.steps.iter().zip(ran).zip(&rows) {
        let style = result_style(ran.output.result);
        let style = |place| if place == RESULT { style } else { Style::Plain };
        let cells = cells.each_ref().map(String::as_str);
        page.row(columns.shown(cells).map(|(place, cell, width)| (cell, width, style(place))));
        page.beneath(&columns.left_out(cells));
        let amounts = amounts(&ran.output);
        let before = last_amounts.insert(step.txn.as_deref().unwrap_or(FIRST), amounts.clone());
        if before.as_deref().unwrap_or(NO_MONEY) != amounts {
            page.beneath(&amounts);
        }
        explain(&mut page, &ran.output);
        for difference in &ran.differences {
            page.labelled("EXPECTED OTHERWISE", Style::Red, difference);
        }
    }
    page.into_text()
}

fn row(step: &Step<'_>, output: &Output) -> Row<String> {
    [
        output.step.to_string(),
        step.action.clone(),
        output.result.to_string(),
        output.state.to_string(),
        printable(step.txn.as_deref().unwrap_or(FIRST)),
        printable(&output.transaction),
        printable(&output.order),
    ]
}

fn result_style(result: &str) -> Style {
    match result {
        "applied" => Style::Green,
        "already-applied" | "stale" => Style::Dim,
        "refused" => Style::Yellow,
        _ => Style::Red,
    }
}

/// How wide each column is, and which of them a row shows.
struct Columns {
    widths: Row<usize>,
    shown: Row<bool>,
    /// Whether there are several transactions to tell apart.
    several: bool,
}

impl Columns {
    /// Where the columns together are too wide, those from `txn` on stand beneath the row.
    fn of(rows: &[Row<String>]) -> Self {
        let mut widths = HEADS.map(str::len);
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.chars().count().max(*width);
            }
        }
        let several = rows.iter().any(|[_, _, _, _, txn, _, _]| txn != FIRST);
        let mut columns = Self { widths, shown: HEADS.map(|head| several || head != "txn"), several };
        if !Page::fits(columns.shown(HEADS).map(|(_, _, width)| width)) {
            columns.shown.iter_mut().skip(TXN).for_each(|shown| *shown = false);
        }
        columns
    }

    /// The cells that a row shows: place, text, width.
    fn shown<'c>(&self, cells: Row<&'c str>) -> impl Iterator<Item = (usize, &'c str, usize)> {
        let all = cells.into_iter().zip(self.widths).zip(self.shown).enumerate();
        all.filter(|(_, (_, shown))| *shown).map(|(place, ((cell, width), _))| (place, cell, width))
    }

    /// The cells for which a row has no room, each after its name.
    fn left_out(&self, cells: Row<&str>) -> String {
        let all = HEADS.iter().zip(cells).zip(self.shown);
        let left_out = all.filter(|((head, _), shown)| !shown && (self.several || **head != "txn"));
        left_out.map(|((head, cell), _)| format!("{head} {cell}")).collect::<Vec<_>>().join(", ")
    }
}

/// The amounts above zero.
fn amounts(output: &Output) -> String {
    let all = [
        ("authorized", &output.authorized),
        ("held", &output.held),
        ("capturable", &output.capturable),
        ("pending", &output.pending),
        ("captured", &output.captured),
        ("released", &output.released),
        ("refunded", &output.refunded),
        ("refund pending", &output.refund_pending),
    ];
    let above_zero = all.into_iter().filter(|(_, amount)| amount.contains(|digit| matches!(digit, '1'..='9')));
    let mut words: Vec<String> = above_zero.map(|(name, amount)| format!("{name} {amount}")).collect();
    words.extend(output.discrepancy.zip(output.differs.as_ref()).map(|(code, text)| format!("{code}: {text}")));
    if words.is_empty() { NO_MONEY.to_string() } else { words.join(", ") }
}

/// The code of a step with its message, its rule and what to do next; and how the provider words it.
fn explain(page: &mut Page, output: &Output) {
    if let Some(earlier) = output.earlier {
        page.labelled("earlier request", Style::Dim, earlier);
    }
    if let (Some(code), Some(message)) = (output.code, &output.message) {
        page.labelled(code, Style::Bold, message);
        let rule = Rule::of(code);
        let own = OWN_CODES.iter().find(|own| own.code == code).map(|own| own.meaning);
        for (label, text) in [
            ("rule", rule.map(|rule| rule.sentence).or(own)),
            ("next", output.advice),
            ("retry", output.retry),
            ("source", rule.map(|rule| rule.source)),
        ] {
            if let Some(text) = text {
                page.labelled(label, Style::Dim, text);
            }
        }
    }
    if let Some(error) = &output.provider_error {
        let text = format!("HTTP {} {}: {}", error.http_status, error.code, error.message);
        page.labelled("the provider says", Style::Dim, &text);
    }
}
