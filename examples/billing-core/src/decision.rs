//! One decision on a loaded order, and the one loop that stores it: load, decide, store; when another writer took the
//! place, all of it again.

use std::time::Duration;

use order_capture::{Change, Payment, Problem};

use crate::book::{Book, outbox_steps};
use crate::core::Core;
use crate::error::Error;
use crate::provider::Provider;
use crate::write::{Appended, Case, Entry, Fence, Then};

/// How many times a decision is made again when other writers take its place.
const TRIES: u32 = 200;

/// What a loaded order leads to: a change to store, and what a person must look at. All or none of it is stored.
#[derive(Debug)]
pub(crate) struct Decision<'b> {
    pub(crate) change: Change<'b>,
    pub(crate) case: Option<Case>,
    /// What becomes of the row that the worker claimed, where it is not what it thought before it decided.
    pub(crate) then: Option<Then>,
}

impl<'b> From<Change<'b>> for Decision<'b> {
    fn from(change: Change<'b>) -> Self {
        Self { change, case: None, then: None }
    }
}

impl<'b> Decision<'b> {
    /// Nothing to store.
    pub(crate) fn nothing(payment: &Payment<'b>) -> Self {
        Change::nothing(payment).into()
    }

    /// Nothing but what a person must look at: a conflict, or an answer that cannot follow what is recorded.
    pub(crate) fn keep(payment: &Payment<'b>, problem: &Problem, payload: &str) -> Self {
        let transaction = payment.transaction();
        let case = Case {
            is_conflict: true,
            order: transaction.order().to_string(),
            transaction: transaction.id().to_string(),
            code: problem.code(),
            sentence: problem.to_string(),
            payload: payload.to_owned(),
        };
        Self { change: Change::nothing(payment), case: Some(case), then: None }
    }
}

/// What is stored with a decision, and on what that depends.
#[derive(Clone, Debug, Default)]
pub(crate) struct With {
    pub(crate) fence: Fence,
    pub(crate) webhook: Option<(Provider, String)>,
    pub(crate) closing: Option<String>,
}

/// What is stored: the book after it, and what the decision says beside its events.
#[derive(Debug)]
pub(crate) struct Stored<T> {
    pub(crate) book: Book,
    pub(crate) told: T,
    /// The commit was not answered, and the events are there.
    pub(crate) is_found: bool,
}

impl Core {
    /// Decides on a book, stores; when another writer took the place, or nobody knows whether it is stored, loads and
    /// decides again.
    pub(crate) async fn store<T>(
        &self,
        mut book: Book,
        with: &With,
        decide: impl for<'b> Fn(&'b Book) -> Result<(Decision<'b>, T), Error>,
    ) -> Result<Stored<T>, Error> {
        let id = book.order().id().to_string();
        let mut lost = None;
        for attempt in 0..TRIES {
            let (Decision { change, case, then }, told) = decide(&book)?;
            let events = change.events().to_vec();
            let mut cases: Vec<Case> = case.into_iter().collect();
            if let Some(found) = change.payment().order_status().discrepancy.filter(|_| change.is_applied()) {
                cases.push(Case::alarm(&id, "", found.code(), found.to_string()));
            }
            let mut fence = with.fence.clone();
            if let (Fence::Claimed(_, planned), Some(then)) = (&mut fence, then) {
                *planned = then;
            }
            let after = change.into_payment().into_transaction();
            let entry = Entry {
                order: id.clone(),
                transaction: after.id().to_string(),
                position: book.position,
                steps: outbox_steps(book.find(after.id().as_str()), &after, &events),
                lease: self.settings.lease,
                events,
                fence,
                webhook: with.webhook.clone(),
                closing: with.closing.clone(),
                cases,
            };
            let statements = entry.statements()?;
            let appended = match statements.is_empty() {
                true => Ok((Appended::Stored, Vec::new())),
                false => self.store.write(statements).await,
            };
            match appended.map(|(appended, _)| appended) {
                Ok(Appended::Stored) => {
                    book.go_on(after, entry.events);
                    return Ok(Stored { book, told, is_found: false });
                }
                Ok(Appended::Fenced) => return Err(Error::Fenced),
                Ok(Appended::InFlight) => return Err(Error::InFlight),
                Ok(Appended::Taken) => {}
                Err(Error::CommitUnknown { problem }) if !entry.events.is_empty() => lost = Some(problem),
                Err(error) => return Err(error),
            }
            // A pause that grows a little, so that writers who met do not meet again.
            let pause = u64::from(attempt.min(20)) + fastrand::u64(0..3);
            tokio::time::sleep(Duration::from_millis(pause)).await;
            book = match (self.store.book(&id).await, &lost) {
                (Ok(book), _) => book,
                (Err(_), Some(problem)) => return Err(Error::CommitUnknown { problem: problem.clone() }),
                (Err(error), None) => return Err(error),
            };
            // Whether it is stored is seen by looking.
            if lost.is_some() && entry.events.iter().all(|event| book.log.contains(event)) {
                return Ok(Stored { book, told, is_found: true });
            }
        }
        match lost {
            Some(problem) => Err(Error::CommitUnknown { problem }),
            None => Err(Error::Contention { tries: TRIES }),
        }
    }
}
