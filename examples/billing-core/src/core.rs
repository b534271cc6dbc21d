//! The merchant's commands. Each loads the book, lets the crate decide, and stores events and outbox row together; when
//! another writer took the place it does all of that again.

use std::time::Duration;

use order_capture::{
    Amount, CaptureRequest, Currency, Decision, Event, Operation, RefundRequest, Time, Transaction, VoidRequest,
};

use crate::book::{Book, NewOrder, Ticket, now};
use crate::error::Error;
use crate::provider::{Access, Client};
use crate::store::{Appended, Change, Store, TRIES};

/// The times that the core keeps to.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How long a worker owns an outbox row. More than twice the client's timeout: a worker that is slower than that is
    /// taken for dead, and what it sent for of unknown fate.
    pub lease: Duration,
    /// How long a hold can be captured; the provider's own number of days, by contract.
    pub hold: Duration,
}

/// The core: a store, a client and the times.
#[derive(Debug)]
pub struct Core {
    /// The database.
    pub store: Store,
    /// The way to the providers.
    pub client: Client,
    /// The times.
    pub settings: Settings,
}

/// A capture, void or refund as it is asked.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Which of the three.
    pub operation: Operation,
    /// How much; `None` for all.
    pub amount: Option<&'a str>,
    /// The idempotency key.
    pub key: Option<&'a str>,
    /// Captures only: the last one.
    pub last: bool,
}

/// What was decided and stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The request is in the outbox.
    Stored(Ticket),
    /// The same request was made before: nothing is to be sent.
    AlreadyApplied(Ticket),
}

impl Core {
    /// Puts the parts together.
    pub fn new(store: Store, access: Access, settings: Settings) -> Result<Self, Error> {
        Ok(Self { store, client: Client::new(access)?, settings })
    }

    /// Enters an order, here and at the provider.
    pub async fn order(&self, mut new: NewOrder) -> Result<NewOrder, Error> {
        let id = new.order.id().as_str();
        if let Ok(book) = self.store.book(id).await {
            new.provider_order.clone_from(&book.terms.provider_order);
        } else {
            new.provider_order = self.client.create_order(new.provider, id, &new.gateway, new.order.amount()).await?;
        }
        self.store.add_order(&new).await?;
        Ok(new)
    }

    /// Decides a capture, void or refund and stores it, ready to be sent. Nothing is sent here.
    pub async fn ask(&self, order_id: &str, transaction: Option<&str>, ask: &Ask<'_>) -> Result<Asked, Error> {
        for attempt in 0..TRIES {
            let book = self.store.book(order_id).await?;
            let before = book.transaction(transaction)?;
            let ticket = |number| Ticket {
                order: order_id.to_owned(),
                transaction: before.id().to_string(),
                operation: ask.operation,
                number,
            };
            let event = match decide(&book, before, ask, now())? {
                Decision::AlreadyApplied { number } => return Ok(Asked::AlreadyApplied(ticket(number))),
                Decision::Record(event) => event,
            };
            let number = if let Event::Requested { number, .. } = &event { *number } else { 0 };
            let (after, log) = tried(before, [event], None)?;
            // What cannot be worded must not be recorded.
            if let Some(asked) = after.ledger().and_then(|ledger| ledger.requests(ask.operation).get(number)) {
                self.client.word(&book, &after, ask.operation, asked)?;
            }
            let change = Change { book: &book, before, after: &after, log: &log, webhook: None, conflict: None };
            if self.store.append(change).await? == Appended::Stored {
                return Ok(Asked::Stored(ticket(number)));
            }
            backoff(attempt).await;
        }
        Err(Error::Contention { tries: TRIES })
    }
}

/// The crate decides.
fn decide(book: &Book, transaction: &Transaction, ask: &Ask<'_>, now: Time) -> Result<Decision, Error> {
    let currency: Currency = book.currency();
    let amount = ask.amount.map(|text| Amount::parse(text, currency)).transpose()?;
    let (order, profile) = (book.order(), book.profile());
    Ok(match ask.operation {
        Operation::Capture => {
            let mut request = CaptureRequest::full().currency(currency);
            request = amount.map_or(request, |amount| request.amount(amount));
            request = ask.key.map_or(request, |key| request.key(key));
            let request = if ask.last { request.final_capture() } else { request };
            transaction.capture(&request, order, profile, now)?
        }
        Operation::Void => {
            let request = amount.map_or(VoidRequest::all(), |amount| VoidRequest::all().amount(amount));
            transaction.void(&ask.key.map_or(request, |key| request.key(key)), order, profile)?
        }
        Operation::Refund => {
            let request = amount.map_or(RefundRequest::all(), |amount| RefundRequest::all().amount(amount));
            transaction.refund(&ask.key.map_or(request, |key| request.key(key)), order, profile)?
        }
    })
}

/// The events on a copy: the copy, and what of them belongs in the log.
pub(crate) fn tried(
    transaction: &Transaction,
    events: impl IntoIterator<Item = Event>,
    occurred_at: Option<Time>,
) -> Result<(Transaction, Vec<order_capture::Recorded>), Error> {
    let mut after = transaction.clone();
    let log = after.record_all(events, now(), occurred_at)?;
    Ok((after, log))
}

/// A pause that grows a little, so that writers who met do not meet again.
pub(crate) async fn backoff(attempt: u32) {
    tokio::time::sleep(Duration::from_millis(u64::from(attempt.min(20)) + fastrand::u64(0..3))).await;
}
