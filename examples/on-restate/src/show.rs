//! An order as it is told to whoever asks.

use order_capture::{Money, Operation, OrderStatus, RecordedEvent};
use serde::{Deserialize, Serialize};

use crate::decide::{Book, Decided};
use crate::terms::{Contradiction, Open};

/// An order with its transactions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Its name.
    pub order: String,
    /// The provider's word for what it has come to, and what does not add up.
    pub status: String,
    /// Its transactions.
    pub transactions: Vec<TransactionView>,
    /// What may still happen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<Open>,
    /// What waits for a person, as `code: sentence`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<String>,
}

/// One transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionView {
    /// Its name.
    pub id: String,
    /// Its state.
    pub state: String,
    /// What is captured.
    pub captured: String,
    /// What may have been captured, or is about to be.
    pub pending: String,
    /// What is held.
    pub held: String,
    /// What was given back of the hold.
    pub released: String,
    /// What was given back of what was captured.
    pub refunded: String,
    /// Every request with its status, as `capture 1 of 60.00 INR: succeeded`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<String>,
    /// How many events are recorded.
    pub events: usize,
}

/// What a command did, and the order after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// `applied` or `already-applied`: then nothing was sent.
    pub effect: String,
    /// Of an already applied command: what became of the earlier request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<String>,
    /// Of a request that was sent: what became of it. `unknown`: its money stays reserved, and a timer asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// The order.
    #[serde(flatten)]
    pub view: View,
}

impl View {
    /// Of an order.
    #[must_use]
    pub fn of(book: &Book, conflicts: &[Contradiction]) -> Self {
        let money = |minor| Money::new(minor, book.currency()).to_string();
        let transactions = book.transactions.iter().map(|transaction| {
            let amounts = transaction.amounts();
            let requests = Operation::ALL.into_iter().flat_map(|operation| {
                let all = transaction
                    .hold()
                    .into_iter()
                    .flat_map(move |hold| hold.requests(operation).iter().map(move |request| (hold, request)));
                all.map(move |(hold, (number, request))| {
                    format!("{operation} {number} of {}: {}", money(request.amount), hold.fate(operation, request))
                })
            });
            let is_its = |event: &&RecordedEvent| event.transaction == *transaction.id();
            TransactionView {
                id: transaction.id().to_string(),
                state: transaction.state().as_str().to_owned(),
                captured: money(amounts.captured),
                pending: money(amounts.pending),
                held: money(amounts.held),
                released: money(amounts.released),
                refunded: money(amounts.refunded),
                requests: requests.collect(),
                events: book.log.iter().filter(is_its).count(),
            }
        });
        let status = OrderStatus::of(&book.terms.order, book.profile, &book.transactions);
        Self {
            order: book.terms.order.id().to_string(),
            status: status.map_or_else(|conflict| conflict.to_string(), |status| status.to_string()),
            transactions: transactions.collect(),
            open: book.open().into_iter().map(|(ticket, status)| Open::of(ticket, status)).collect(),
            conflicts: conflicts.iter().map(|known| format!("{}: {}", known.code, known.sentence)).collect(),
        }
    }
}

impl Told {
    /// Of a command, after it.
    #[must_use]
    pub fn of(decided: &Decided, book: &Book, conflicts: &[Contradiction]) -> Self {
        let request = decided.send.as_ref().and_then(|ticket| {
            let hold = book.find(&ticket.transaction)?.hold()?;
            let request = hold.requests(ticket.operation).get(ticket.number)?;
            Some(hold.fate(ticket.operation, request).to_owned())
        });
        Self {
            effect: decided.effect.as_str().to_owned(),
            earlier: decided.earlier.map(|status| status.as_str().to_owned()),
            request,
            view: View::of(book, conflicts),
        }
    }
}
