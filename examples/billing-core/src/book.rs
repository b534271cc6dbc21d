//! An order with its transactions, replayed from the log; what is known of a request; and the outbox rows that follow
//! from a change.

use std::collections::HashMap;
use std::fmt;
use std::time::Instant;

use order_capture::{
    Currency, Event, Operation, Order, OrderStatus, Payment, Profile, RecordedEvent, Request, RequestStatus, StateKind,
    Time, Transaction, TransactionId, juspay, razorpay,
};

use crate::error::Error;
use crate::provider::Provider;

/// An identifier that stands in a path: one that a URL's reader would take for another path reaches another resource.
pub fn check_id(id: &str) -> Result<(), Error> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    let is_usable = id.bytes().all(allowed) && id.bytes().any(|byte| byte.is_ascii_alphanumeric());
    if is_usable && id.len() <= 128 { Ok(()) } else { Err(Error::UnusableId { id: id.chars().take(64).collect() }) }
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
    /// The database's clock when it was loaded, and ours, which only measures what passed since.
    loaded: (Time, Instant),
}

impl Book {
    /// Replays an order's events, given in the order of their positions. `now` is the database's clock.
    pub fn replay(terms: NewOrder, log: Vec<RecordedEvent>, now: Time) -> Result<Self, Error> {
        let mut ids: Vec<&TransactionId> = Vec::new();
        // Grouped once: an order may have thousands of payments, a stranger's tries.
        let mut logs: HashMap<&TransactionId, Vec<&RecordedEvent>> = HashMap::new();
        for event in &log {
            let events = logs.entry(&event.transaction).or_default();
            if events.is_empty() {
                ids.push(&event.transaction);
            }
            events.push(event);
        }
        let of = |id: &TransactionId| {
            let events = logs.get(id).into_iter().flatten().copied();
            Transaction::replay(&terms.order, id.clone(), events)
        };
        let transactions = ids.into_iter().map(of).collect::<Result<_, _>>()?;
        let (profile, position) = (terms.profile()?, i64::try_from(log.len()).unwrap_or(i64::MAX));
        Ok(Self { terms, profile, position, transactions, log, loaded: (now, Instant::now()) })
    }

    /// The same book with the events that came since.
    pub(crate) fn later(&self, log: Vec<RecordedEvent>, now: Time) -> Result<Self, Error> {
        let mut book = Self { loaded: (now, Instant::now()), ..self.clone() };
        for event in &log {
            let known = book.transactions.iter().position(|known| *known.id() == event.transaction);
            let place = known.unwrap_or_else(|| {
                book.transactions.push(Transaction::created(&book.terms.order, event.transaction.clone()));
                book.transactions.len() - 1
            });
            let _ = book.transactions[place].apply(event)?;
        }
        book.position += i64::try_from(log.len()).unwrap_or_default();
        book.log.extend(log);
        Ok(book)
    }

    /// The book after a change that is stored: nothing has to be loaded to go on.
    pub(crate) fn go_on(&mut self, after: Transaction, events: Vec<RecordedEvent>) {
        if events.is_empty() {
            return;
        }
        self.position += i64::try_from(events.len()).unwrap_or_default();
        self.log.extend(events);
        match self.transactions.iter_mut().find(|known| known.id() == after.id()) {
            Some(known) => *known = after,
            None => self.transactions.push(after),
        }
    }

    /// The time, by the database's clock: what every event is dated with, and every deadline is held to.
    #[must_use]
    pub fn now(&self) -> Time {
        let (then, at) = self.loaded;
        // Whole milliseconds, as the database counts.
        let passed = i64::try_from(at.elapsed().as_millis()).unwrap_or_default();
        Time::from_timestamp_millis(then.timestamp_millis().saturating_add(passed)).unwrap_or(then)
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

    /// The transaction that has this name, ours or the provider's, if anything is recorded of it.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Transaction> {
        let is_named = |id: &Option<_>| id.as_ref().is_some_and(|id: &order_capture::ProviderId| id.as_str() == name);
        let has = |known: &&Transaction| {
            let ids = known.provider_ids();
            known.id().as_str() == name || is_named(&ids.uuid) || is_named(&ids.transaction)
        };
        self.transactions.iter().find(has)
    }

    /// The transaction of this name. Without a name the only one that a hold was obtained for, else the only one.
    pub fn transaction(&self, name: Option<&str>) -> Result<&Transaction, Error> {
        if let Some(name) = name {
            return self.find(name).ok_or_else(|| self.choose());
        }
        let held = || self.transactions.iter().filter(|transaction| transaction.hold().is_some());
        match (held().count(), &self.transactions[..]) {
            (1, _) => held().next().ok_or_else(|| self.choose()),
            (0, [only]) => Ok(only),
            _ => Err(self.choose()),
        }
    }

    fn choose(&self) -> Error {
        let listed = self.transactions.iter().map(|known| format!("{} ({})", known.id(), known.state()));
        Error::NoTransaction { count: self.transactions.len(), listed: listed.collect::<Vec<_>>().join(", ") }
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

    /// Whether nothing is to come any more: every hold ended, nothing is open.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        let is_over = |transaction: &Transaction| match transaction.hold() {
            Some(hold) => hold.amounts().held.is_zero() && transaction.open_requests().next().is_none(),
            None => transaction.state() == StateKind::Failed,
        };
        !self.transactions.is_empty() && self.transactions.iter().all(is_over)
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

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} of {}", self.operation, self.number, self.transaction)
    }
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
        let status = ticket.request(transaction)?.status;
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
    hold.is_outstanding(operation, request).then_some(request.status)
}

/// What becomes of an outbox row, as the events say it.
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
