//! The merchant's commands: the crate decides, events and outbox row are stored together. Nothing is sent here.

use std::time::Duration;

use order_capture::{Amount, Answer, Command, Currency, Operation, Outcome, RequestStatus, Transaction};
use sha2::{Digest, Sha256};

use crate::book::{Book, NewOrder, Progress, Ticket, now};
use crate::decision::Decision;
use crate::error::Error;
use crate::provider::{Access, Client};
use crate::store::Store;

/// The times that the core keeps to.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How long a worker owns an outbox row. More than twice the client's timeout: a worker that is slower than that is
    /// taken for dead, and what it sent for timed out.
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

/// A capture, void or refund as it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Which of the three.
    pub operation: Operation,
    /// How much; `None` for all.
    pub amount: Option<&'a str>,
    /// The idempotency key. A refund without one gets one of ours.
    pub key: Option<&'a str>,
    /// Captures only: the last one.
    pub last: bool,
}

/// What was decided and stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The request is in the outbox.
    Stored(Ticket),
    /// The same request was made before, and this became of it: nothing is to be sent.
    AlreadyApplied(Option<RequestStatus>),
}

impl Core {
    /// Puts the parts together.
    pub fn new(store: Store, access: Access, settings: Settings) -> Result<Self, Error> {
        Ok(Self { store, client: Client::new(access)?, settings })
    }

    /// Enters an order, here and at the provider.
    pub async fn order(&self, mut new: NewOrder) -> Result<NewOrder, Error> {
        new.profile()?;
        let id = new.order.id().as_str();
        if let Ok(book) = self.store.book(id).await {
            new.provider_order.clone_from(&book.terms.provider_order);
        } else {
            new.provider_order = self.client.create_order(new.provider, id, &new.gateway, new.order.amount()).await?;
        }
        self.store.add_order(&new).await?;
        Ok(new)
    }

    /// Decides a capture, void or refund and stores it, ready to be sent.
    ///
    /// In which state it meets the transaction is not known here, and a known key is answered in any: so the command is
    /// asked of the payment, not of a state.
    pub async fn ask(&self, order_id: &str, transaction: Option<&str>, ask: &Ask<'_>) -> Result<Asked, Error> {
        let stored = self.store(order_id, None, |book| {
            let payment = book.payment(transaction)?;
            let key = key_of(payment.transaction(), ask);
            let change = payment.ask(command(ask, key.as_deref(), book.currency())?, now())?;
            let asked = match change.to_send() {
                Some((operation, number, request)) => {
                    // What cannot be worded must not be recorded.
                    self.client.word(book, change.payment().transaction(), operation, request)?;
                    let transaction = payment.transaction().id().to_string();
                    Asked::Stored(Ticket { order: order_id.to_owned(), transaction, operation, number })
                }
                None => Asked::AlreadyApplied(change.earlier()),
            };
            Ok((change.into(), asked))
        });
        let (_, asked) = stored.await?.ok_or(Error::NoOrder(order_id.to_owned()))?;
        Ok(asked)
    }

    /// What a person found out of one request that the provider does not tell of: support, the dashboard. It is judged
    /// like any answer. Keep their words.
    pub async fn resolve(&self, ticket: &Ticket, found: Outcome) -> Result<Progress, Error> {
        let stored = self.store(&ticket.order, None, |book| {
            let payment = book.payment(Some(&ticket.transaction))?;
            let change = payment.answered(answer(payment.transaction(), ticket, found)?, now())?;
            Ok((Decision::from(change), ()))
        });
        let (after, ()) = stored.await?.ok_or(Error::NoOrder(ticket.order.clone()))?;
        Progress::of(&after, ticket)
    }

    /// What a person found out of the whole transaction: its captured and refunded totals, after a conflict too.
    pub async fn report(
        &self,
        order_id: &str,
        transaction: Option<&str>,
        captured: Option<&str>,
        refunded: Option<&str>,
    ) -> Result<(), Error> {
        self.store(order_id, None, |book| {
            let read = |text: Option<&str>| text.map(|text| Amount::parse(text, book.currency())).transpose();
            let change = book.payment(transaction)?.reported(read(captured)?, read(refunded)?, now())?;
            Ok((Decision::from(change), ()))
        })
        .await
        .map(drop)
    }

    /// How far a request has come.
    pub async fn progress(&self, ticket: &Ticket) -> Result<Progress, Error> {
        let book: Book = self.store.book(&ticket.order).await?;
        Progress::of(book.transaction(Some(&ticket.transaction))?, ticket)
    }
}

/// The command as it is asked for.
fn command<'a>(ask: &Ask<'_>, key: Option<&'a str>, currency: Currency) -> Result<Command<'a>, Error> {
    let command = match ask.operation {
        Operation::Capture => Command::capture(),
        Operation::Void => Command::void(),
        Operation::Refund => Command::refund(),
    };
    let command = match ask.amount {
        Some(text) => command.amount(Amount::parse(text, currency)?),
        None => command.currency(currency),
    };
    let command = key.map_or(command, |key| command.key(key));
    Ok(if ask.last { command.as_final() } else { command })
}

/// The key as it is given. A refund always has one: without, one of ours, of letters and digits, as long as Razorpay
/// wants it (10) and as short as Juspay does (20), and no other request's at either.
fn key_of(transaction: &Transaction, ask: &Ask<'_>) -> Option<String> {
    let ours = || {
        let count = transaction.hold().map_or(0, |hold| hold.refunds().count());
        let digest = Sha256::digest(format!("{} {count}", transaction.id()));
        digest.iter().take(10).map(|byte| format!("{byte:02x}")).collect()
    };
    match (ask.key, ask.operation) {
        (Some(key), _) => Some(key.to_owned()),
        (None, Operation::Refund) => Some(ours()),
        (None, _) => None,
    }
}

/// The answer to a ticket's request. Without a key it would be taken for the oldest outstanding one's: it must be that.
pub(crate) fn answer<'t>(transaction: &'t Transaction, ticket: &Ticket, outcome: Outcome) -> Result<Answer<'t>, Error> {
    let Ticket { operation, number, .. } = *ticket;
    let answer = Answer::to(operation, outcome);
    let Some(key) = ticket.request(transaction)?.key() else {
        let oldest = transaction.hold().and_then(|hold| hold.requests(operation).outstanding().next());
        let is_oldest = oldest.is_some_and(|(oldest, _)| oldest == number);
        return if is_oldest { Ok(answer) } else { Err(Error::NoRequest { operation, number }) };
    };
    Ok(answer.key(key.as_str()))
}
