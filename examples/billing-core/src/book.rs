//! An order with its transactions, replayed from the log; and the outbox rows that follow from a change of one.

use std::time::{SystemTime, UNIX_EPOCH};

use order_capture::{
    Currency, Event, Money, Operation, Order, OrderContext, OrderStatus, Profile, Recorded, RequestStatus, Time,
    Transaction, TransactionId, juspay, razorpay,
};

use crate::error::Error;
use crate::provider::Provider;

/// The clock, read at the edge: the crate takes times as arguments.
#[must_use]
pub fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_timestamp_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX)).unwrap_or(Time::UNIX_EPOCH)
}

/// An order as it is entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOrder {
    /// The order.
    pub order: Order,
    /// Who is asked to collect it.
    pub provider: Provider,
    /// Juspay's gateway; empty for Razorpay.
    pub gateway: String,
    /// The provider's name for the order.
    pub provider_order: String,
}

/// One order and everything that is recorded of it.
#[derive(Clone, Debug)]
pub struct Book {
    /// What is to be paid, and through whom.
    pub terms: NewOrder,
    /// How many events the order has: the next one's position is one more.
    pub position: i64,
    /// Its transactions, in the order in which they began.
    pub transactions: Vec<Transaction>,
    /// Every event, in the order of their positions.
    pub log: Vec<Recorded>,
}

impl Book {
    /// Replays an order's events, given in the order of their positions.
    pub fn replay(terms: NewOrder, log: Vec<Recorded>) -> Result<Self, Error> {
        let mut ids: Vec<&TransactionId> = Vec::new();
        for event in &log {
            if !ids.contains(&&event.transaction) {
                ids.push(&event.transaction);
            }
        }
        let of = |id: &TransactionId| {
            Transaction::replay(id.clone(), log.iter().filter(|event| event.transaction == *id)).map_err(Error::from)
        };
        let transactions = ids.into_iter().map(of).collect::<Result<_, _>>()?;
        Ok(Self { terms, position: i64::try_from(log.len()).unwrap_or(i64::MAX), transactions, log })
    }

    /// The order.
    #[must_use]
    pub const fn order(&self) -> &Order {
        &self.terms.order
    }

    /// The provider's rules and words.
    #[must_use]
    pub fn profile(&self) -> &'static Profile {
        match self.terms.provider {
            Provider::Juspay => juspay::gateway(&self.terms.gateway),
            Provider::Razorpay => &razorpay::PROFILE,
        }
    }

    /// The transaction of this name, or without a name the only one.
    pub fn transaction(&self, id: Option<&str>) -> Result<&Transaction, Error> {
        let count = self.transactions.len();
        let found = match id {
            Some(id) => self.transactions.iter().find(|transaction| transaction.id().as_str() == id),
            None => self.transactions.first().filter(|_| count == 1),
        };
        found.ok_or(Error::NoTransaction { count })
    }

    /// What surrounds a transaction when an observation of it is read.
    #[must_use]
    pub fn context<'a>(&'a self, transaction: &Transaction) -> OrderContext<'a> {
        OrderContext::of(transaction, self.order(), self.profile(), &self.transactions)
    }

    /// What the order has come to.
    #[must_use]
    pub fn status(&self) -> OrderStatus<'_> {
        OrderStatus::of(self.order(), &self.transactions)
    }

    /// Minor units as money of the order's currency.
    #[must_use]
    pub fn money(&self, minor: order_capture::Minor) -> Money {
        Money::new(minor, self.order().amount().currency())
    }

    /// The order's currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.order().amount().currency()
    }
}

/// A request by its place: of which transaction, which kind, which number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ticket {
    /// The order.
    pub order: String,
    /// The transaction.
    pub transaction: String,
    /// Capture, void or refund.
    pub operation: Operation,
    /// Its number among those of its kind, from 1.
    pub number: u32,
}

/// The operation's name in the outbox.
#[must_use]
pub const fn operation_text(operation: Operation) -> &'static str {
    match operation {
        Operation::Capture => "capture",
        Operation::Void => "void",
        Operation::Refund => "refund",
    }
}

/// The three operations.
pub const OPERATIONS: [Operation; 3] = [Operation::Capture, Operation::Void, Operation::Refund];

/// What becomes of an outbox row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To be sent: it never was, or is to be sent again.
    Send,
    /// Its fate is unknown, or its result pending: ask the provider.
    Ask,
    /// Settled: the row goes.
    Done,
}

/// The outbox rows that follow from a change: they are written in the same database transaction as its events.
///
/// What is outstanding is the crate's word ([`RequestStatus::is_outstanding`]); this only compares before and after.
#[must_use]
pub fn outbox_steps(before: &Transaction, after: &Transaction, log: &[Recorded]) -> Vec<(Operation, u32, Step)> {
    let mut steps = Vec::new();
    for operation in OPERATIONS {
        let status =
            |transaction: &Transaction, number| Some(transaction.ledger()?.requests(operation).get(number)?.status());
        let Some(ledger) = after.ledger() else { continue };
        for (number, request) in ledger.requests(operation).iter() {
            let was = status(before, number).filter(|status| status.is_outstanding());
            let asked = |event: &Recorded| matches!(&event.event, Event::Requested { operation: o, number: n, .. } if (*o, *n) == (operation, number));
            match request.status() {
                RequestStatus::Sent if log.iter().any(asked) => steps.push((operation, number, Step::Send)),
                RequestStatus::Accepted | RequestStatus::Unknown if was != Some(request.status()) => {
                    steps.push((operation, number, Step::Ask));
                }
                settled if !settled.is_outstanding() && was.is_some() => steps.push((operation, number, Step::Done)),
                _ => {}
            }
        }
    }
    steps
}
