//! The outbox worker: owns a row, sends the request, stores what came back.
//!
//! The row is claimed before the request is sent, so that after a crash it is known which requests were never sent (they
//! are) and which may have been (their outcome is unknown).

use order_capture::{Change, Outcome, Payment, Problem, RequestStatus};

use crate::book::{Book, Progress, Ticket, now};
use crate::core::{Core, answer};
use crate::decision::{Contradiction, Decision};
use crate::error::Error;
use crate::provider::Reply;

impl Core {
    /// Sends a request of the outbox and stores the answer. Gives how far the request has come then.
    pub async fn deliver(&self, ticket: &Ticket) -> Result<Progress, Error> {
        let lease_until = now() + self.settings.lease;
        if !self.store.claim(ticket, lease_until).await? {
            return self.progress(ticket).await;
        }
        let book = self.store.book(&ticket.order).await?;
        let transaction = book.transaction(Some(&ticket.transaction))?;
        let progress = Progress::of(transaction, ticket)?;
        // It may be resolved meanwhile, by a webhook. And a worker that slept too long must not send any more.
        if progress != Progress::Open(RequestStatus::Sent) || now() + self.client.timeout() >= lease_until {
            return Ok(progress);
        }
        let worded = self.client.word(&book, transaction, ticket.operation, ticket.request(transaction)?)?;
        let reply = self.client.send(worded).await;
        let progress = self.store_reply(ticket, &reply).await?;
        // An answer that does not say what became of the request: ask at once; what was answered has arrived. What is said then is stored where it says
        // something; if the provider cannot be asked now, `reconcile` will.
        let is_answer = matches!(reply, Reply::Response { status: 200..300, .. });
        if is_answer && progress == Progress::Open(RequestStatus::Unknown) {
            let _ = self.poll(&self.store.book(&ticket.order).await?, &ticket.transaction, Some(ticket)).await;
            return self.progress(ticket).await;
        }
        Ok(progress)
    }

    /// Stores what came back for a request, or that it timed out.
    pub async fn store_reply(&self, ticket: &Ticket, reply: &Reply) -> Result<Progress, Error> {
        let stored = self.store(&ticket.order, None, |book| {
            let payment = book.payment(Some(&ticket.transaction))?;
            let decision = match (read(book, &payment, ticket, reply), reply) {
                (Some(Ok(change)), _) => change.into(),
                (Some(Err(problem)), Reply::Response { body, .. }) => {
                    Decision::keep(payment, Contradiction::of(&problem, body))
                }
                _ => Decision::nothing(payment),
            };
            let after = decision.payment().transaction();
            // An answer that leaves the request as it was (Juspay says AUTHORIZED when its gateway was silent) is none.
            if Progress::of(after, ticket)? != Progress::Open(RequestStatus::Sent) {
                return Ok((decision, ()));
            }
            let change = decision.payment().answered(answer(after, ticket, Outcome::TimedOut)?, now())?;
            Ok((decision.and(change), ()))
        });
        let (after, ()) = stored.await?.ok_or(Error::NoOrder(ticket.order.clone()))?;
        Progress::of(&after, ticket)
    }
}

/// What an answer to a request says; `None` where it says nothing.
///
/// It is read like a webhook, not like a poll: what Juspay answers while its gateway is silent is what it knew before.
fn read<'b>(book: &Book, payment: &Payment<'b>, ticket: &Ticket, reply: &Reply) -> Option<Result<Change<'b>, Problem>> {
    let Reply::Response { status, body } = reply else { return None };
    if !(200..300).contains(status) {
        let error = book.profile.error(*status, body);
        return Some(payment.provider_error(&error, Some((ticket.operation, ticket.number)), now()));
    }
    let seen = book.profile.statements(body, book.currency()).ok()?;
    Some(payment.observe(&seen, None, now()).map_err(Problem::from))
}
