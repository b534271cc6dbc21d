//! The outbox worker: owns a row, sends the request, stores what came back.
//!
//! The row is claimed before the request is sent, so that after a crash it is known which requests were never sent (they
//! are) and which may have been (their fate is unknown).

use order_capture::{ErrorAnswer, Event, Operation, Outcome, RequestStatus, Transaction, Verdict};

use crate::book::{Book, Ticket, now};
use crate::core::{Core, backoff, tried};
use crate::error::Error;
use crate::provider::Answer;
use crate::store::{Appended, Change, TRIES};

impl Core {
    /// Sends a request of the outbox and stores the answer. Gives what is known of it then.
    pub async fn deliver(&self, ticket: &Ticket) -> Result<RequestStatus, Error> {
        let lease_until = now() + self.settings.lease;
        if self.store.claim(ticket, lease_until).await? {
            let book = self.store.book(&ticket.order).await?;
            let transaction = book.transaction(Some(&ticket.transaction))?;
            let request = request_of(transaction, ticket)?;
            // It may be settled meanwhile, by a webhook. And a worker that slept too long must not send any more.
            if request.status() == RequestStatus::Sent && now() + self.client.timeout() < lease_until {
                let worded = self.client.word(&book, transaction, ticket.operation, request)?;
                let answer = self.client.send(worded).await;
                self.store_answer(ticket, &answer).await?;
                // A success in a form that says nothing of the payment, such as Razorpay's refund: ask at once.
                if matches!(answer, Answer::Response { status: 200..300, .. }) {
                    let book = self.store.book(&ticket.order).await?;
                    let transaction = book.transaction(Some(&ticket.transaction))?;
                    if request_of(transaction, ticket)?.status() == RequestStatus::Unknown {
                        // What it says is stored where it says something; if it cannot be asked now, `reconcile` will.
                        let _ = self.poll(&book, &ticket.transaction).await;
                    }
                }
            }
        }
        let book = self.store.book(&ticket.order).await?;
        Ok(request_of(book.transaction(Some(&ticket.transaction))?, ticket)?.status())
    }

    /// Stores what came back, or that nothing did.
    pub async fn store_answer(&self, ticket: &Ticket, answer: &Answer) -> Result<(), Error> {
        for attempt in 0..TRIES {
            let book = self.store.book(&ticket.order).await?;
            let before = book.transaction(Some(&ticket.transaction))?;
            let (mut events, occurred_at, contradiction) = read(&book, before, ticket, answer)?;
            let (mut after, mut log) = tried(before, std::mem::take(&mut events), occurred_at)?;
            // An answer that leaves the request as it was (Juspay says AUTHORIZED when its gateway was silent) is none.
            if request_of(&after, ticket)?.status() == RequestStatus::Sent {
                let silence = Event::Answered {
                    operation: ticket.operation,
                    number: ticket.number,
                    outcome: Outcome::Unanswered,
                };
                log.extend(after.record(silence, now(), None)?);
            }
            let conflict = contradiction.as_ref().map(|(code, sentence, body)| (*code, &**sentence, *body));
            let change = Change { book: &book, before, after: &after, log: &log, webhook: None, conflict };
            if self.store.append(change).await? == Appended::Stored {
                return Ok(());
            }
            backoff(attempt).await;
        }
        Err(Error::Contention { tries: TRIES })
    }
}

/// The request of a ticket.
pub(crate) fn request_of<'a>(
    transaction: &'a Transaction,
    ticket: &Ticket,
) -> Result<&'a order_capture::Request, Error> {
    let found = transaction.ledger().and_then(|ledger| ledger.requests(ticket.operation).get(ticket.number));
    found.ok_or(Error::NoTransaction { count: 0 })
}

type Read<'a> = (Vec<Event>, Option<order_capture::Time>, Option<(&'static str, String, &'a str)>);

/// What an answer says, in the crate's words: events, when it happened, a contradiction.
fn read<'a>(book: &Book, transaction: &Transaction, ticket: &Ticket, answer: &'a Answer) -> Result<Read<'a>, Error> {
    let Answer::Response { status, body } = answer else { return Ok((Vec::new(), None, None)) };
    let (operation, number): (Operation, u32) = (ticket.operation, ticket.number);
    if !(200..300).contains(status) {
        let error = ErrorAnswer::read(*status, body);
        let verdict = transaction.interpret_error_to(operation, number, &error, book.profile())?;
        return Ok((verdict.events().to_vec(), None, None));
    }
    // A refund's answer may be a refund and no payment: then a poll tells.
    let Ok(seen) = book.profile().observation(body, book.currency()) else { return Ok((Vec::new(), None, None)) };
    Ok(match transaction.interpret(&seen, &book.context(transaction)) {
        Verdict::Conflict(conflict) => (Vec::new(), None, Some((conflict.code(), conflict.to_string(), body))),
        verdict => (verdict.events().to_vec(), seen.occurred_at, None),
    })
}
