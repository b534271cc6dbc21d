//! Every recorded event with what it changed: the answer to "Why?".

use std::collections::BTreeMap;

use order_capture::{Conflict, Effect, Event, Operation, RecordedEvent, Time, Transaction};
use serde::Serialize;

use crate::format::Scenario;
use crate::words::{self, Facts};

/// One recorded event, and each fact that is another after it.
#[derive(Serialize)]
pub(crate) struct Traced {
    /// The scenario's step that brought it, from 0.
    pub(crate) step: usize,
    pub(crate) transaction: String,
    sequence: u32,
    name: &'static str,
    words: String,
    observed_at: String,
    occurred_at: Option<String>,
    /// Before and after, by the fact's name; the order's facts among them.
    changes: BTreeMap<&'static str, (String, String)>,
    /// As it is stored.
    stored: String,
    /// The request that it records, where it records one.
    #[serde(skip)]
    pub(crate) requested: Option<(Operation, u32)>,
}

/// The events in the order in which they were recorded, and where each transaction is after them.
pub(crate) struct Trace<'a> {
    scenario: &'a Scenario<'a>,
    transactions: Vec<Transaction>,
    pub(crate) events: Vec<Traced>,
}

impl<'a> Trace<'a> {
    pub(crate) fn new(scenario: &'a Scenario<'a>) -> Self {
        Self { scenario, transactions: Vec::new(), events: Vec::new() }
    }

    /// Takes one event through the crate's step function and keeps what it changed.
    pub(crate) fn take(&mut self, step: usize, recorded: &RecordedEvent) -> Result<(), String> {
        let name = &recorded.transaction;
        let fresh = || Transaction::created(&self.scenario.order, name.clone());
        let known = self.transactions.iter().position(|known| known.id() == name);
        let before = known.and_then(|place| self.transactions.get(place)).cloned().unwrap_or_else(fresh);
        let was = self.facts(&before, recorded.observed_at)?;
        let mut after = before;
        match after.apply(recorded) {
            Ok(Effect::Applied) => {}
            other => return Err(format!("event {} of {name} does not apply again: {other:?}", recorded.sequence)),
        }
        match known.and_then(|place| self.transactions.get_mut(place)) {
            Some(place) => *place = after.clone(),
            None => self.transactions.push(after.clone()),
        }
        let is = self.facts(&after, recorded.observed_at)?;
        let changed = is.into_iter().filter_map(|(fact, value)| {
            let was = was.get(fact).cloned().unwrap_or_default();
            (was != value).then_some((fact, (was, value)))
        });
        self.events.push(Traced {
            step,
            transaction: name.to_string(),
            sequence: recorded.sequence,
            name: recorded.event.name(),
            words: words::event(&recorded.event, self.scenario.order.amount().currency()),
            observed_at: words::time(recorded.observed_at),
            occurred_at: recorded.occurred_at.map(words::time),
            changes: changed.collect(),
            requested: match recorded.event {
                Event::Requested { operation, number, .. } => Some((operation, number)),
                _ => None,
            },
            stored: serde_json::to_string(recorded).map_err(|error| error.to_string())?,
        });
        Ok(())
    }

    fn facts(&self, transaction: &Transaction, now: Time) -> Result<Facts, String> {
        let Scenario { order, profile, .. } = self.scenario;
        let payment = order.resume(transaction.clone(), profile).and_then(|payment| payment.beside(&self.transactions));
        let payment = payment.map_err(|conflict: Conflict| conflict.to_string())?;
        let mut facts = words::transaction(&payment, now);
        facts.extend(words::order(self.scenario, &self.transactions));
        Ok(facts)
    }
}
