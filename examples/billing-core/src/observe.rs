//! Webhooks and polls: both say what the provider believes now, and take the same road.

use order_capture::{Time, Transaction, TransactionId, Verdict};

use crate::book::{Book, now};
use crate::core::{Core, backoff, tried};
use crate::error::Error;
use crate::provider::{Answer, Provider};
use crate::store::{Appended, Change, TRIES};

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

impl Core {
    /// Reads a webhook or a poll. `webhook_id` is the provider's own id of the webhook.
    pub async fn observe(&self, provider: Provider, text: &str, webhook_id: Option<&str>) -> Result<Observed, Error> {
        if let Some(id) = webhook_id
            && self.store.has_seen(provider, id).await?
        {
            return Ok(Observed::SeenBefore);
        }
        let any_profile = match provider {
            Provider::Juspay => &order_capture::juspay::FULL_ONLY,
            Provider::Razorpay => &order_capture::razorpay::PROFILE,
        };
        let ids = any_profile.provider_ids(text)?;
        let name = ids.uuid.as_ref().or(ids.transaction.as_ref());
        let (Some(provider_order), Some(name)) = (&ids.order, name) else { return Ok(Observed::NotOurs) };
        let Some(order_id) = self.store.order_of(provider, provider_order.as_str()).await? else {
            return Ok(Observed::NotOurs);
        };
        let id: TransactionId = name.as_str().parse()?;
        for attempt in 0..TRIES {
            let book = self.store.book(&order_id).await?;
            let new = Transaction::created(id.clone());
            let before = book.transaction(Some(id.as_str())).unwrap_or(&new);
            let seen = book.profile().observation(text, book.currency())?;
            let verdict = before.interpret(&seen, &book.context(before)).capture_before(self.deadline(now()));
            let (after, log) = tried(before, verdict.events().iter().cloned(), seen.occurred_at)?;
            let (observed, sentence) = outcome(&verdict, log.len());
            let conflict = sentence.as_ref().map(|(code, sentence)| (*code, &**sentence, text));
            if log.is_empty() && webhook_id.is_none() && conflict.is_none() {
                return Ok(observed);
            }
            let change = Change { book: &book, before, after: &after, log: &log, webhook: webhook_id, conflict };
            match self.store.append(change).await? {
                Appended::Stored => return Ok(observed),
                Appended::SeenBefore => return Ok(Observed::SeenBefore),
                Appended::Taken => backoff(attempt).await,
            }
        }
        Err(Error::Contention { tries: TRIES })
    }

    /// Asks the provider about a transaction and reads what it says.
    pub async fn poll(&self, book: &Book, transaction: &str) -> Result<Observed, Error> {
        match self.client.poll(book, transaction).await? {
            Answer::Response { status: 200, body } => self.observe(book.terms.provider, &body, None).await,
            Answer::Response { status, body } => {
                Err(Error::Provider { call: "a poll", problem: format!("HTTP {status}: {body}") })
            }
            Answer::Nothing { problem } => Err(Error::Provider { call: "a poll", problem }),
        }
    }

    fn deadline(&self, authorized_at: Time) -> Time {
        authorized_at + self.settings.hold
    }
}

type Sentence = Option<(&'static str, String)>;

fn outcome(verdict: &Verdict, stored: usize) -> (Observed, Sentence) {
    match verdict {
        Verdict::Applied(_) => (Observed::Applied(stored), None),
        Verdict::AlreadyApplied(_) => (Observed::AlreadyApplied, None),
        Verdict::Stale => (Observed::Stale, None),
        Verdict::Conflict(conflict) => {
            (Observed::Conflict(conflict.code()), Some((conflict.code(), conflict.to_string())))
        }
    }
}
