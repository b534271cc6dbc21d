//! The merchant's commands: the crate decides, events and outbox row are stored together. Nothing is sent here.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use order_capture::{
    Amount, Answer, Command, Currency, Operation, Outcome, Report, RequestStatus, Transaction, TransactionId,
};
use sha2::{Digest, Sha256};
use tracing::info;

use crate::book::{Book, NewOrder, Progress, Ticket, check_id};
use crate::decision::{Decision, Stored, With};
use crate::error::Error;
use crate::provider::{Access, Client};
use crate::store::{By, Received, Store};
use crate::write::{Claim, Fence};

/// The times that the core keeps to.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How long a worker owns an outbox row, by the database's clock, and how long after a send the request may still
    /// arrive. More than twice the client's timeout.
    pub lease: Duration,
    /// How long a hold can be captured after it was authorized; the provider's own number of days, by contract.
    pub hold: Duration,
    /// The first pause before an open request is looked at again; it doubles, with jitter.
    pub pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
    /// After so many tries a request waits for a person.
    pub tries: i64,
    /// How often an open or recently closed order is asked for.
    pub sweep: Duration,
    /// How long after its last event a closed order is asked for.
    pub recent: Duration,
    /// How many requests, webhooks or polls a process works on at once.
    pub workers: usize,
}

impl Settings {
    /// Usual times around a client's timeout.
    #[must_use]
    pub fn of(timeout: Duration) -> Self {
        Self {
            lease: timeout * 2 + Duration::from_millis(1),
            hold: Duration::from_secs(5 * 86_400),
            pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(600),
            tries: 30,
            sweep: Duration::from_secs(900),
            recent: Duration::from_secs(3 * 86_400),
            workers: 16,
        }
    }

    /// The pause after so many tries: doubled each time, and somewhere between a half and all of it, so that what
    /// failed together is not tried together.
    #[must_use]
    pub fn pause_after(&self, tries: i64) -> Duration {
        let doubled = 1_u32.checked_shl(u32::try_from(tries).unwrap_or_default()).unwrap_or(u32::MAX);
        let whole = self.pause.saturating_mul(doubled).min(self.longest_pause);
        let half = u64::try_from(whole.as_millis() / 2).unwrap_or(u64::MAX);
        Duration::from_millis(half + fastrand::u64(0..=half))
    }
}

/// What the workers did since the process began.
#[derive(Debug, Default)]
pub struct Did {
    /// Requests sent for the first time.
    pub sent: AtomicU64,
    /// Requests whose worker had died.
    pub abandoned: AtomicU64,
    /// Polls.
    pub polled: AtomicU64,
    /// Requests sent again.
    pub repeated: AtomicU64,
    /// Requests that the provider did not let in: a wrong key, too many.
    pub parked: AtomicU64,
    /// Webhooks read.
    pub webhooks: AtomicU64,
}

/// One more.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
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
    /// What its workers did.
    pub did: Did,
    /// A webhook is in the inbox.
    pub(crate) received: tokio::sync::Notify,
    /// Webhooks that this process kept and is to read: they need not be taken from the inbox.
    pub(crate) kept: Mutex<Vec<Received>>,
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
#[derive(Clone, Debug)]
pub enum Asked {
    /// The request is in the outbox, and ours to send until the lease ends: `deliver` goes on with this. Where nobody
    /// does, the workers find out that it was not sent.
    Stored(Claim, Box<Book>),
    /// The same request was made before, and this became of it: nothing is to be sent.
    AlreadyApplied(Option<RequestStatus>),
}

impl Core {
    /// Puts the parts together.
    pub fn new(store: Store, access: Access, settings: Settings) -> Result<Self, Error> {
        let client = Client::new(access)?;
        let (did, received, kept) = (Did::default(), tokio::sync::Notify::new(), Mutex::default());
        Ok(Self { store, client, settings, did, received, kept })
    }

    /// Enters an order, here and at the provider; the same terms again are no error.
    pub async fn order(&self, mut new: NewOrder) -> Result<Book, Error> {
        new.profile()?;
        let id = new.order.id().to_string();
        check_id(&id)?;
        let book = match self.store.find(By::Id(&id)).await? {
            Some(known) => known,
            None => {
                let amount = new.order.amount();
                new.provider_order = self.client.create_order(new.provider, &id, &new.gateway, amount).await?;
                self.store.enter(&new, self.settings.sweep).await?
            }
        };
        // Another caller may have entered it meanwhile, under another name of the provider's.
        new.provider_order.clone_from(&book.terms.provider_order);
        if book.terms == new { Ok(book) } else { Err(Error::OrderExists(id)) }
    }

    /// Decides a capture, void or refund and stores it, ready to be sent.
    ///
    /// In which state it meets the transaction is not known here, and a known key is answered in any: so the command is
    /// asked of the payment, not of a state.
    pub async fn ask(&self, order_id: &str, transaction: Option<&str>, ask: &Ask<'_>) -> Result<Asked, Error> {
        let since = std::time::Instant::now();
        let (book, with) = (self.store.book(order_id).await?, With::default());
        let stored = self.store(book, &with, |book| {
            let payment = book.payment(transaction)?;
            let key = key_of(payment.transaction(), ask, book.currency());
            let change = payment.ask(command(ask, key.as_deref(), book.currency())?, book.now())?;
            let asked = match change.to_send() {
                // The same again while nobody knows what became of it: the workers find out, and only they send again.
                Some(_) if change.is_repeat() => {
                    return Ok((Decision::nothing(&payment), Err(Some(RequestStatus::Unknown))));
                }
                Some((operation, number, _)) => {
                    // What cannot be worded must not be recorded.
                    self.client.word(book, change.payment().transaction(), operation, number)?;
                    let transaction = payment.transaction().id().to_string();
                    Ok(Ticket { order: order_id.to_owned(), transaction, operation, number })
                }
                None => Err(change.earlier()),
            };
            Ok((change.into(), asked))
        });
        Ok(match stored.await? {
            // Perhaps another caller's, who asked the same in the same millisecond: nobody sends it now.
            Stored { told: Ok(_), is_found: true, .. } => Asked::AlreadyApplied(Some(RequestStatus::Sent)),
            Stored { book, told: Ok(ticket), .. } => {
                info!(order = order_id, %ticket, "stored");
                Asked::Stored(Claim { ticket, attempt: 1, is_to_send: true, tries: 0, since }, Box::new(book))
            }
            Stored { told: Err(earlier), .. } => Asked::AlreadyApplied(earlier),
        })
    }

    /// What a person found out of one request that the provider does not tell of: support, the dashboard. It is judged
    /// like any answer. Not while the request may still arrive. Keep their words.
    pub async fn settle(&self, ticket: &Ticket, found: Outcome) -> Result<Progress, Error> {
        let book = self.store.book(&ticket.order).await?;
        let with = With { fence: Fence::Quiet, ..With::default() };
        let stored = self.store(book, &with, |book| {
            let payment = book.payment(Some(&ticket.transaction))?;
            ticket.request(payment.transaction())?;
            let found = Answer::to(ticket.operation, found).number(ticket.number);
            Ok((payment.answered(found, book.now())?.into(), ()))
        });
        let book = stored.await?.book;
        Progress::of(book.transaction(Some(&ticket.transaction))?, ticket)
    }

    /// What a person found out of the whole transaction: its captured and refunded totals, after a conflict too, which
    /// is closed with it. Not while a request may still arrive.
    pub async fn report(
        &self,
        order_id: &str,
        transaction: Option<&str>,
        captured: Option<&str>,
        refunded: Option<&str>,
    ) -> Result<(), Error> {
        let book = self.store.book(order_id).await?;
        let told = |name: &str, text: Option<&str>| text.map(|text| format!("{name} {text}"));
        let words = [told("captured", captured), told("refunded", refunded)];
        let closing = Some(format!("reported: {}", words.into_iter().flatten().collect::<Vec<_>>().join(", ")));
        let with = With { fence: Fence::Quiet, closing, ..With::default() };
        let stored = self.store(book, &with, |book| {
            let read = |text: Option<&str>| text.map(|text| Amount::parse(text, book.currency())).transpose();
            let report = Report { captured: read(captured)?, refunded: read(refunded)? };
            Ok((book.payment(transaction)?.reported(report, book.now())?.into(), ()))
        });
        stored.await.map(drop)
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

/// The key as it is given. A refund always has one: without, one of ours. While the last one of ours is open, the same
/// amount again is the same refund: the caller did not hear the answer and asks again.
fn key_of(transaction: &Transaction, ask: &Ask<'_>, currency: Currency) -> Option<String> {
    if ask.key.is_some() || ask.operation != Operation::Refund {
        return ask.key.map(str::to_owned);
    }
    let (id, asked) = (transaction.id(), ask.amount.map(|text| Amount::parse(text, currency).ok()));
    let same = transaction.open_requests().find(|(operation, number, request)| {
        let is_ours = *operation == Operation::Refund
            && request.key.as_ref().is_some_and(|key| key.as_str() == our_key(id, *number));
        let amount = order_capture::Money::new(request.amount, currency);
        is_ours && asked.is_none_or(|asked| asked == Some(Amount::from(amount)))
    });
    let next = transaction.hold().map_or(0, |hold| hold.refunds.count()) + 1;
    Some(our_key(id, same.map_or(next, |(_, number, _)| number)))
}

/// Of letters and digits, as long as Razorpay wants it (10) and as short as Juspay does (20), and no other request's at
/// either: made of the transaction, the kind and the number.
fn our_key(transaction: &TransactionId, number: u32) -> String {
    let digest = Sha256::digest(format!("{transaction} refund {number}"));
    digest.iter().take(10).map(|byte| format!("{byte:02x}")).collect()
}
