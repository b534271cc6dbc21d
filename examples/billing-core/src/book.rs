//! An order with its transactions, replayed from the log; what is known of a request; and the outbox rows that follow
//! from a change.

use std::time::{SystemTime, UNIX_EPOCH};

use order_capture::{
    Currency, Event, Operation, Order, OrderStatus, Payment, Profile, RecordedEvent, Request, RequestStatus, Time,
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
    /// Juspay's gateway; empty for one that captures in full only, and for Razorpay.
    pub gateway: String,
    /// The provider's name for the order.
    pub provider_order: String,
}

impl NewOrder {
    /// The provider's rules and words.
    pub fn profile(&self) -> Result<&'static Profile, Error> {
        Ok(match (self.provider, &*self.gateway) {
            (Provider::Razorpay, _) => &razorpay::PROFILE,
            (Provider::Juspay, "") => &juspay::FULL_ONLY,
            (Provider::Juspay, gateway) => juspay::gateway(gateway)?,
        })
    }
}

/// One order and everything that is recorded of it.
#[derive(Clone, Debug)]
pub struct Book {
    /// What is to be paid, and through whom.
    pub terms: NewOrder,
    /// The provider's rules and words.
    pub profile: &'static Profile,
    /// How many events the order has: the next one's position is one more.
    pub position: i64,
    /// Its transactions, in the order in which they began.
    pub transactions: Vec<Transaction>,
    /// Every event, in the order of their positions.
    pub log: Vec<RecordedEvent>,
}

impl Book {
    /// Replays an order's events, given in the order of their positions.
    pub fn replay(terms: NewOrder, log: Vec<RecordedEvent>) -> Result<Self, Error> {
        let mut ids: Vec<&TransactionId> = Vec::new();
        for event in &log {
            if !ids.contains(&&event.transaction) {
                ids.push(&event.transaction);
            }
        }
        let of = |id: &TransactionId| {
            Transaction::replay(&terms.order, id.clone(), log.iter().filter(|event| event.transaction == *id))
        };
        let transactions = ids.into_iter().map(of).collect::<Result<_, _>>()?;
        let (profile, position) = (terms.profile()?, i64::try_from(log.len()).unwrap_or(i64::MAX));
        Ok(Self { terms, profile, position, transactions, log })
    }

    /// The order.
    #[must_use]
    pub const fn order(&self) -> &Order {
        &self.terms.order
    }

    /// The order's currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.order().amount().currency()
    }

    /// The transaction of this name, if anything is recorded of it.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Transaction> {
        self.transactions.iter().find(|transaction| transaction.id().as_str() == id)
    }

    /// The transaction of this name, or without a name the only one.
    pub fn transaction(&self, id: Option<&str>) -> Result<&Transaction, Error> {
        let count = self.transactions.len();
        let found = match id {
            Some(id) => self.find(id),
            None => self.transactions.first().filter(|_| count == 1),
        };
        found.ok_or(Error::NoTransaction { count })
    }

    /// That transaction, beside the order's others: what everything is asked of.
    pub fn payment(&self, id: Option<&str>) -> Result<Payment<'_>, Error> {
        let transaction = self.transaction(id)?.clone();
        Ok(self.order().resume(transaction, self.profile)?.beside(&self.transactions)?)
    }

    /// The payment of this name; a new one where nothing is recorded of it yet.
    pub fn payment_or_new(&self, id: &TransactionId) -> Result<Payment<'_>, Error> {
        match self.find(id.as_str()) {
            Some(_) => self.payment(Some(id.as_str())),
            None => Ok(self.order().transaction(id.clone(), self.profile).beside(&self.transactions)?),
        }
    }

    /// The status of the order, derived.
    pub fn status(&self) -> Result<OrderStatus<'_>, Error> {
        Ok(OrderStatus::of(self.order(), self.profile, &self.transactions)?)
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

impl Ticket {
    /// Its request.
    pub fn request<'t>(&self, transaction: &'t Transaction) -> Result<&'t Request, Error> {
        let Self { operation, number, .. } = *self;
        let request = transaction.hold().and_then(|hold| hold.requests(operation).get(number));
        request.ok_or(Error::NoRequest { operation, number })
    }
}

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It may still happen: sent, accepted or unknown. Its money stays reserved.
    Open(RequestStatus),
    /// Done: it succeeded, or a total that the provider stated covers it.
    Done,
    /// It will not happen: failed, withdrawn or reversed.
    Failed(RequestStatus),
}

impl Progress {
    /// Of the request of a ticket.
    pub fn of(transaction: &Transaction, ticket: &Ticket) -> Result<Self, Error> {
        let status = ticket.request(transaction)?.status();
        Ok(match open_status(transaction, ticket.operation, ticket.number) {
            Some(status) => Self::Open(status),
            // Covered by a total, although its own answer never came.
            None if status == RequestStatus::Succeeded || status.is_outstanding() => Self::Done,
            None => Self::Failed(status),
        })
    }
}

/// The status of a request that may still happen; a request that a stated total covers awaits nothing.
fn open_status(transaction: &Transaction, operation: Operation, number: u32) -> Option<RequestStatus> {
    let hold = transaction.hold()?;
    let request = hold.requests(operation).get(number)?;
    hold.is_outstanding(operation, request).then(|| request.status())
}

/// What becomes of an outbox row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To be sent: it never was, or is to be sent again.
    Send,
    /// Its outcome is unknown, or its result pending: ask the provider.
    Ask,
    /// Resolved: the row goes.
    Done,
}

/// The outbox rows that follow from a change: they are written in the same database transaction as its events.
///
/// What is outstanding is the crate's word; this only compares before and after.
#[must_use]
pub fn outbox_steps(
    before: Option<&Transaction>,
    after: &Transaction,
    events: &[RecordedEvent],
) -> Vec<(Operation, u32, Step)> {
    let mut steps = Vec::new();
    for operation in Operation::ALL {
        let Some(hold) = after.hold() else { continue };
        for (number, _) in hold.requests(operation).iter() {
            let was = before.and_then(|before| open_status(before, operation, number));
            let is = open_status(after, operation, number);
            let requested = |event: &RecordedEvent| match event.event {
                Event::Requested { operation: of, number: at, .. } => (of, at) == (operation, number),
                _ => false,
            };
            match is {
                Some(RequestStatus::Sent) if events.iter().any(requested) => {
                    steps.push((operation, number, Step::Send));
                }
                Some(_) if was != is => steps.push((operation, number, Step::Ask)),
                None if was.is_some() => steps.push((operation, number, Step::Done)),
                _ => {}
            }
        }
    }
    steps
}
