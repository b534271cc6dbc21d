//! Webhooks, polls and answers: all say what the provider believes, and take the same road.

use std::collections::HashMap;
use std::fmt;

use order_capture::{
    Change, Effect, Malformed, Poll, Problem, ProviderIds, Time, Transaction, TransactionId, juspay, razorpay,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use tracing::info;

use crate::book::{Book, check_id};
use crate::core::{Core, count};
use crate::decision::{Decision, Stored, With};
use crate::error::Error;
use crate::provider::{Provider, Reply};
use crate::store::{By, OpenRow};

/// What an observation came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observed {
    /// New: this many events are stored.
    Applied(usize),
    /// Nothing new; identifiers or a provider's word may be stored.
    AlreadyApplied,
    /// Older than what is known.
    Stale,
    /// It contradicts the books. Nothing changed; it is kept for a person.
    Conflict(&'static str),
    /// It belongs to an order of ours that nobody has paid yet.
    Unpaid,
    /// It belongs to no order of ours.
    NotOurs,
}

impl fmt::Display for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Applied(1) => f.write_str("applied: 1 event"),
            Self::Applied(count) => write!(f, "applied: {count} events"),
            Self::AlreadyApplied => f.write_str("already-applied"),
            Self::Stale => f.write_str("stale"),
            Self::Conflict(code) => write!(f, "conflict[{code}]"),
            Self::Unpaid => f.write_str("nobody has paid yet"),
            Self::NotOurs => f.write_str("order-unknown"),
        }
    }
}

/// How a text came.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source<'t> {
    /// Told by the provider, perhaps late, twice or out of order.
    Told,
    /// The answer to a poll, fresh of these transactions. A first answer that lags behind the books is no conflict yet:
    /// reads may lag, so it is asked once more.
    Poll { asked: &'t HashMap<String, Poll>, again: bool },
}

/// What was read, and where that leads.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) observed: Observed,
    /// The book after it, and of which transaction it was.
    pub(crate) book: Option<(Book, String)>,
}

/// What a poll came to.
#[derive(Debug)]
pub struct Polled {
    /// What was said.
    pub observed: Observed,
    /// The book after it.
    pub book: Book,
    /// The transactions of which it spoke freshly and without a contradiction: nothing of ours was on its way, and
    /// nothing was recorded while we asked.
    pub fresh: Vec<String>,
}

/// Whose payload it is, before anything else of it is read.
fn ids_in(provider: Provider, text: &str) -> Result<ProviderIds, Malformed> {
    match provider {
        Provider::Juspay => juspay::FULL_ONLY.ids_in(text),
        Provider::Razorpay => razorpay::PROFILE.ids_in(text),
    }
}

/// A poll of a transaction, fresh if nothing of it can be on its way to the provider. A request that was never sent may
/// be sent while we ask.
fn poll_of(transaction: &Transaction, rows: &[OpenRow]) -> Option<Poll> {
    transaction.poll(|(operation, number, _)| {
        let place = (transaction.id().as_str(), operation.as_str(), i64::from(number));
        let row = rows.iter().find(|row| (&*row.transaction, &*row.operation, row.number) == place);
        row.is_some_and(|row| row.step == "ask" && row.is_quiet)
    })
}

/// The code of a read that lags behind the books, or of a provider that lost something.
const LAGS: &str = "below-recorded";

impl Core {
    /// Asks the provider about an order, or one transaction of it, and reads what it says.
    pub async fn poll(&self, mut book: Book, transaction: Option<&str>) -> Result<Polled, Error> {
        count(&self.did.polled);
        let provider = book.terms.provider;
        let rows = if book.transactions.iter().all(|known| known.on_their_way().next().is_none()) {
            Vec::new()
        } else {
            self.store.open_rows(book.order().id().as_str()).await?
        };
        // As they are before we ask.
        let polls = book.transactions.iter().filter_map(|known| Some((known.id().to_string(), poll_of(known, &rows)?)));
        let asked = polls.collect();
        let (mut observed, mut fresh) = (Observed::Unpaid, Vec::new());
        for again in [false, true] {
            let texts = match self.client.poll(&book, transaction).await? {
                Reply::Response { status: 200, body, .. } if is_collection(provider, transaction) => items(&body)?,
                Reply::Response { status: 200, body, .. } => vec![body],
                Reply::Response { status: status @ (401 | 403), .. } => return Err(Error::KeyRefused { status }),
                Reply::Response { status, body, .. } => {
                    let body: String = body.chars().take(200).collect();
                    return Err(Error::Provider { call: "a poll", problem: format!("HTTP {status}: {body}") });
                }
                Reply::Nothing { problem } => return Err(Error::Provider { call: "a poll", problem }),
            };
            let mut lags = false;
            for text in texts {
                let source = Source::Poll { asked: &asked, again };
                let seen = self.read(provider, &text, Some(book), &With::default(), source).await?;
                lags |= seen.observed == Observed::Conflict(LAGS);
                observed = seen.observed;
                let Some((after, about)) = seen.book else {
                    let problem = "it speaks of another order".to_owned();
                    return Err(Error::Provider { call: "a poll", problem });
                };
                book = after;
                if matches!(observed, Observed::Applied(_) | Observed::AlreadyApplied) && asked.contains_key(&about) {
                    fresh.push(about);
                }
            }
            if !lags {
                break;
            }
        }
        Ok(Polled { observed, book, fresh })
    }

    /// Reads what a provider says and stores what follows from it.
    pub(crate) async fn read(
        &self,
        provider: Provider,
        text: &str,
        book: Option<Book>,
        with: &With,
        source: Source<'_>,
    ) -> Result<Seen, Error> {
        let ids = ids_in(provider, text)?;
        let nothing = |observed, book: Option<Book>| Seen { observed, book: book.map(|book| (book, String::new())) };
        let Some(provider_order) = &ids.order else { return Ok(nothing(Observed::NotOurs, book)) };
        let book = match book.filter(|book| book.terms.provider_order == provider_order.as_str()) {
            Some(book) => book,
            None => match self.store.find(By::Provider(provider, provider_order.as_str())).await? {
                Some(book) => book,
                None => return Ok(nothing(Observed::NotOurs, None)),
            },
        };
        if ids.uuid.is_none() && ids.transaction.is_none() {
            return Ok(nothing(Observed::Unpaid, Some(book)));
        }
        let stored = self.store(book, with, |book| {
            let payment = book.payment_or_new(&transaction_of(book, &ids)?)?;
            let about = payment.transaction().id().to_string();
            let poll = match source {
                Source::Told => None,
                // One that is new to us was asked for before anything was known of it.
                Source::Poll { asked, .. } if book.find(&about).is_some() => asked.get(&about).cloned(),
                Source::Poll { .. } => payment.transaction().poll(|_| false),
            };
            let change = match payment.read(text, poll, book.now()) {
                Ok(change) => change,
                Err(Problem::Malformed(malformed)) => return Err(malformed.into()),
                Err(problem) => {
                    let told = Observed::Conflict(problem.code());
                    let is_asked_again = matches!(source, Source::Poll { again: false, .. }) && problem.code() == LAGS;
                    let decision = if is_asked_again {
                        Decision::nothing(&payment)
                    } else {
                        Decision::keep(&payment, &problem, text)
                    };
                    return Ok((decision, (told, about)));
                }
            };
            let effect = change.effect();
            let change = self.with_deadline(book, text, change)?;
            let told = match effect {
                Effect::Applied => Observed::Applied(change.events().len()),
                Effect::AlreadyApplied => Observed::AlreadyApplied,
                Effect::Stale => Observed::Stale,
            };
            Ok((change.into(), (told, about)))
        });
        let Stored { book, told: (observed, about), .. } = stored.await?;
        info!(order = %book.order().id(), transaction = about, %observed, "told");
        Ok(Seen { observed, book: Some((book, about)) })
    }

    /// A hold that was learned without a deadline has that of the contract with the provider, from its authorization
    /// on.
    fn with_deadline<'b>(&self, book: &Book, text: &str, change: Change<'b>) -> Result<Change<'b>, Problem> {
        let hold = change.payment().transaction().hold();
        if hold.is_none_or(|hold| hold.capture_before.is_some()) {
            return Ok(change);
        }
        let now = book.now();
        let began = began(text).unwrap_or(now).min(now);
        change.then(|payment| payment.deadline_set(began + self.settings.hold, now))
    }
}

/// Which transaction a payload speaks of: the one that has any of its identifiers, else a new one. It is not new where
/// it names itself by one identifier only and could be one that we know by another.
fn transaction_of(book: &Book, ids: &ProviderIds) -> Result<TransactionId, Error> {
    if let Some(known) = Transaction::find(&book.transactions, ids) {
        return Ok(known.id().clone());
    }
    if book.transactions.iter().any(|known| known.provider_ids().agrees_with(ids)) {
        return Err(Error::NotNamed { order: book.order().id().to_string() });
    }
    let name = ids.uuid.as_ref().or(ids.transaction.as_ref()).map_or("", |name| name.as_str());
    check_id(name)?;
    Ok(name.parse()?)
}

/// When a payment began, where the payload says so: no hold is older, so no deadline that counts from here is too late.
/// Razorpay: the payment's `created_at`; Juspay: the transaction's `created`.
fn began(text: &str) -> Option<Time> {
    let all: serde_json::Value = serde_json::from_str(text).ok()?;
    let seconds = |payment: &serde_json::Value| Time::from_timestamp(payment.get("created_at")?.as_i64()?, 0);
    let payments = [all.pointer("/payload/payment/entity"), Some(&all).filter(|all| all["entity"] == "payment")];
    let details = [all.pointer("/content/order/txn_detail/created"), all.pointer("/txn_detail/created")];
    let told = details.into_iter().flatten().find_map(|text| text.as_str()?.parse().ok());
    told.or_else(|| payments.into_iter().flatten().find_map(seconds))
}

/// Whether a poll is answered with a list of payments.
const fn is_collection(provider: Provider, transaction: Option<&str>) -> bool {
    matches!((provider, transaction), (Provider::Razorpay, None))
}

/// The payments of a list, each as it came.
fn items(body: &str) -> Result<Vec<String>, Error> {
    #[derive(Deserialize)]
    struct Collection {
        items: Vec<Box<RawValue>>,
    }
    let read: Result<Collection, _> = serde_json::from_str(body);
    let read = read.map_err(|error| Error::Provider { call: "a poll", problem: error.to_string() })?;
    Ok(read.items.into_iter().map(|item| item.get().to_owned()).collect())
}
