//! Every recorded event with what it changed: the answer to "Why?".

use std::collections::BTreeMap;

use order_capture::{Effect, Recorded, Transaction};
use serde::Serialize;

use crate::format::Scenario;
use crate::words::{self, Facts};

/// One recorded event, and each fact that is another after it.
#[derive(Serialize)]
pub(crate) struct Traced {
    /// The scenario's step that brought it, from 0.
    step: usize,
    transaction: String,
    sequence: u32,
    name: &'static str,
    words: String,
    observed_at: String,
    occurred_at: Option<String>,
    /// Before and after, by the fact's name; the order's facts among them.
    changes: BTreeMap<&'static str, (String, String)>,
    /// As it is stored.
    stored: String,
}

/// The events in the order in which they were recorded, and where each transaction is after them.
pub(crate) struct Trace<'a> {
    scenario: &'a Scenario<'a>,
    transactions: BTreeMap<String, Transaction>,
    pub(crate) events: Vec<Traced>,
}

impl<'a> Trace<'a> {
    pub(crate) fn new(scenario: &'a Scenario<'a>) -> Self {
        Self { scenario, transactions: BTreeMap::new(), events: Vec::new() }
    }

    /// Takes one event through the crate's step function and keeps what it changed.
    pub(crate) fn take(&mut self, step: usize, name: &str, recorded: &Recorded) -> Result<(), String> {
        let fresh = || Transaction::created(recorded.transaction.clone());
        let before = self.facts(name, &fresh());
        let transaction = self.transactions.entry(name.to_string()).or_insert_with(fresh);
        match transaction.apply(recorded) {
            Ok(Effect::Applied) => {}
            other => return Err(format!("event {} of {name} does not apply again: {other:?}", recorded.sequence)),
        }
        let after = self.facts(name, &fresh());
        let changed = after.into_iter().filter_map(|(fact, value)| {
            let was = before.get(fact).cloned().unwrap_or_default();
            (was != value).then_some((fact, (was, value)))
        });
        let time = |time: order_capture::Time| time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
        self.events.push(Traced {
            step,
            transaction: name.to_string(),
            sequence: recorded.sequence,
            name: recorded.event.name(),
            words: words::event(&recorded.event, self.scenario.order.amount().currency()),
            observed_at: time(recorded.observed_at),
            occurred_at: recorded.occurred_at.map(time),
            changes: changed.collect(),
            stored: serde_json::to_string(recorded).map_err(|error| error.to_string())?,
        });
        Ok(())
    }

    fn facts(&self, name: &str, fresh: &Transaction) -> Facts {
        let Scenario { order, profile, .. } = self.scenario;
        let transaction = self.transactions.get(name).unwrap_or(fresh);
        let mut facts = words::transaction(transaction, profile, order.amount().currency());
        facts.extend(words::order(order, profile, self.transactions.values()));
        facts
    }
}
