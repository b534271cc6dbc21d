//! Webhooks and polls: both say what the provider believes, and take the same road.

use std::fmt;

use order_capture::{
    Effect, Malformed, Operation, Problem, ProviderIds, RequestStatus, Transaction, TransactionId, juspay, razorpay,
};

use crate::book::{Book, Ticket, now};
use crate::core::Core;
use crate::decision::{Contradiction, Decision};
use crate::error::Error;
use crate::provider::{Provider, Reply};

/// What an observation came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observed {
    /// New: this many events are stored.
    Applied(usize),
    /// Nothing new; identifiers or a provider's word may be stored.
    AlreadyApplied,
    /// Older than what is known.
    Stale,
    /// The webhook was here before.
    SeenBefore,
    /// It contradicts the books. Nothing changed; it is kept for a person.
    Conflict(&'static str),
    /// It is of no order of ours, or of one that nobody has paid yet.
    NotOurs,
}

impl fmt::Display for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Applied(count) => write!(f, "applied: {count} events"),
            Self::AlreadyApplied => f.write_str("already-applied"),
            Self::Stale => f.write_str("stale"),
            Self::SeenBefore => f.write_str("seen-before"),
            Self::Conflict(code) => write!(f, "conflict[{code}]"),
            Self::NotOurs => f.write_str("order-unknown"),
        }
    }
}

/// How a text came.
#[derive(Clone, Copy, Debug)]
enum Source<'t> {
    /// Told by the provider, perhaps late, twice or out of order; under its id, where it has one.
    Webhook(Option<&'t str>),
    /// The answer to a poll: the transaction had this sequence when we asked; none where a request may have been on its
    /// way. A first answer that lags behind the books is no conflict yet: reads may lag, so it is asked once more.
    Poll { asked_after: Option<u32>, again: bool },
}

/// Whose payload it is, before anything else of it is read.
fn ids_in(provider: Provider, text: &str) -> Result<ProviderIds, Malformed> {
    match provider {
        Provider::Juspay => juspay::FULL_ONLY.ids_in(text),
        Provider::Razorpay => razorpay::PROFILE.ids_in(text),
    }
}

/// Whether a request of the transaction may be on its way to the provider, other than one that is known not to be.
fn is_on_its_way(transaction: &Transaction, over: Option<&Ticket>) -> bool {
    let Some(hold) = transaction.hold() else { return false };
    Operation::ALL.into_iter().any(|operation| {
        let is_over = |number| over.is_some_and(|over| (over.operation, over.number) == (operation, number));
        let mut open = hold.requests(operation).outstanding();
        // One that was accepted has arrived, and so has one that a total of the provider's covers.
        open.any(|(number, request)| {
            hold.is_outstanding(operation, request) && request.status() != RequestStatus::Accepted && !is_over(number)
        })
    })
}

/// The code of a read that lags behind the books, or of a provider that lost something.
const LAGS: &str = "below-recorded";

impl Core {
    /// Reads a webhook. `webhook_id` is the provider's own id of it.
    pub async fn observe(&self, provider: Provider, text: &str, webhook_id: Option<&str>) -> Result<Observed, Error> {
        if let Some(id) = webhook_id
            && self.store.has_seen(provider, id).await?
        {
            return Ok(Observed::SeenBefore);
        }
        self.read(provider, text, Source::Webhook(webhook_id)).await
    }

    /// Asks the provider about a transaction and reads what it says. `over` is a request that cannot be on its way any more,
    /// although nobody knows what became of it: an answer came that does not say, or its time is over.
    pub async fn poll(&self, book: &Book, transaction: &str, over: Option<&Ticket>) -> Result<Observed, Error> {
        // As it is before we ask: where nothing is recorded meanwhile, the answer is fresh. Not while a request may be on
        // its way: a poll that overtakes it says nothing of it.
        let known = book.find(transaction);
        let is_quiet = !known.is_some_and(|known| is_on_its_way(known, over));
        let asked_after = is_quiet.then(|| known.map_or(0, Transaction::sequence));
        let mut observed = Observed::NotOurs;
        for again in [false, true] {
            observed = match self.client.poll(book, transaction).await? {
                Reply::Response { status: 200, body } => {
                    self.read(book.terms.provider, &body, Source::Poll { asked_after, again }).await?
                }
                Reply::Response { status, body } => {
                    return Err(Error::Provider { call: "a poll", problem: format!("HTTP {status}: {body}") });
                }
                Reply::Nothing { problem } => return Err(Error::Provider { call: "a poll", problem }),
            };
            if observed != Observed::Conflict(LAGS) {
                break;
            }
        }
        Ok(observed)
    }

    async fn read(&self, provider: Provider, text: &str, source: Source<'_>) -> Result<Observed, Error> {
        let ids = ids_in(provider, text)?;
        let name = ids.uuid.as_ref().or(ids.transaction.as_ref());
        let (Some(provider_order), Some(name)) = (&ids.order, name) else { return Ok(Observed::NotOurs) };
        let Some(order_id) = self.store.order_of(provider, provider_order.as_str()).await? else {
            return Ok(Observed::NotOurs);
        };
        let id: TransactionId = name.as_str().parse()?;
        let webhook = if let Source::Webhook(id) = source { id } else { None };
        let stored = self.store(&order_id, webhook, |book| {
            let seen = book.profile.statements(text, book.currency())?;
            let payment = book.payment_or_new(&id)?;
            let asked_after = if let Source::Poll { asked_after, .. } = source { asked_after } else { None };
            let change = match payment.observe(&seen, asked_after, now()) {
                Ok(change) => change,
                Err(conflict) => {
                    let told = Observed::Conflict(conflict.code());
                    let is_asked_again = matches!(source, Source::Poll { again: false, .. }) && conflict.code() == LAGS;
                    let decision = if is_asked_again {
                        Decision::nothing(payment)
                    } else {
                        Decision::keep(payment, Contradiction::of(&conflict.into(), text))
                    };
                    return Ok((decision, told));
                }
            };
            let effect = change.effect();
            let decision = self.with_deadline(change.into())?;
            let told = match effect {
                Effect::Applied => Observed::Applied(decision.count()),
                Effect::AlreadyApplied => Observed::AlreadyApplied,
                Effect::Stale => Observed::Stale,
            };
            Ok((decision, told))
        });
        Ok(stored.await?.map_or(Observed::SeenBefore, |(_, observed)| observed))
    }

    /// A hold that was learned without a deadline has that of the contract with the provider.
    fn with_deadline<'b, 't>(&self, decision: Decision<'b, 't>) -> Result<Decision<'b, 't>, Problem> {
        let hold = decision.payment().transaction().hold();
        if hold.is_none_or(|hold| hold.capture_before().is_some()) {
            return Ok(decision);
        }
        let now = now();
        let change = decision.payment().deadline_set(now + self.settings.hold, now)?;
        Ok(decision.and(change))
    }
}
