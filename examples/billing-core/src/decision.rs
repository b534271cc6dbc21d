//! One decision on a loaded order, and the one loop that stores it: load, decide, store; when another writer took the
//! place, all of it again.

use std::time::Duration;

use order_capture::{Change, Payment, Problem, RecordedEvent, Transaction};

use crate::book::Book;
use crate::core::Core;
use crate::error::Error;
use crate::store::{Appended, Entry};

/// How many times a decision is made again when other writers take its place.
const TRIES: u32 = 200;

/// What contradicts the books, to be kept for a person.
#[derive(Clone, Debug)]
pub struct Contradiction<'t> {
    /// The crate's code.
    pub code: &'static str,
    /// The crate's sentence, with the amounts.
    pub sentence: String,
    /// As it came.
    pub payload: &'t str,
}

impl<'t> Contradiction<'t> {
    /// Of a conflict, or of an answer that cannot follow what is recorded.
    pub(crate) fn of(problem: &Problem, payload: &'t str) -> Self {
        Self { code: problem.code(), sentence: problem.to_string(), payload }
    }
}

/// What a loaded order leads to: events to store, the payment after them, and what goes with them. All or none of it is
/// stored.
#[derive(Debug)]
pub(crate) struct Decision<'b, 't> {
    payment: Payment<'b>,
    events: Vec<RecordedEvent>,
    contradiction: Option<Contradiction<'t>>,
}

impl<'b, 't> Decision<'b, 't> {
    /// Nothing to store.
    pub(crate) const fn nothing(payment: Payment<'b>) -> Self {
        Self { payment, events: Vec::new(), contradiction: None }
    }

    /// Nothing but what a person must look at.
    pub(crate) const fn keep(payment: Payment<'b>, contradiction: Contradiction<'t>) -> Self {
        Self { payment, events: Vec::new(), contradiction: Some(contradiction) }
    }

    /// Another change, made of the payment after the first: both are stored together.
    pub(crate) fn and(mut self, change: Change<'b>) -> Self {
        self.events.extend_from_slice(change.events());
        Self { payment: change.into_payment(), ..self }
    }

    /// The payment after the events.
    pub(crate) const fn payment(&self) -> &Payment<'b> {
        &self.payment
    }

    /// How many events it stores.
    pub(crate) const fn count(&self) -> usize {
        self.events.len()
    }
}

impl<'b> From<Change<'b>> for Decision<'b, '_> {
    fn from(change: Change<'b>) -> Self {
        Self { events: change.events().to_vec(), payment: change.into_payment(), contradiction: None }
    }
}

impl Core {
    /// Loads an order, decides, stores; when another writer took the place, all of it again. Gives the transaction after
    /// the events, and what the decision says beside them; `None` where the webhook was here before.
    pub(crate) async fn store<'t, T>(
        &self,
        order_id: &str,
        webhook: Option<&str>,
        decide: impl for<'b> Fn(&'b Book) -> Result<(Decision<'b, 't>, T), Error>,
    ) -> Result<Option<(Transaction, T)>, Error> {
        for attempt in 0..TRIES {
            let book = self.store.book(order_id).await?;
            let (Decision { payment, events, contradiction }, told) = decide(&book)?;
            let after = payment.into_transaction();
            let entry = Entry { book: &book, after: &after, events: &events, webhook, contradiction };
            let appended = if entry.is_empty() { Appended::Stored } else { self.store.append(entry).await? };
            match appended {
                Appended::Stored => return Ok(Some((after, told))),
                Appended::SeenBefore => return Ok(None),
                // A pause that grows a little, so that writers who met do not meet again.
                Appended::Taken => {
                    let pause = u64::from(attempt.min(20)) + fastrand::u64(0..3);
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                }
            }
        }
        Err(Error::Contention { tries: TRIES })
    }
}
