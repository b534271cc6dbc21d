//! Reconciliation: finds every request that is not settled, and settles it.
//!
//! | the outbox row says | it means | done here |
//! |---|---|---|
//! | `send` | stored and never sent | send it |
//! | `sending`, lease over | its worker died; it may have been sent | record that nothing came back, then as below |
//! | `ask` | of unknown fate, or pending at the provider | poll; if that does not settle an unknown one, send the same again |

use std::time::Duration;

use order_capture::{Event, Operation, Outcome, RequestStatus};

use crate::book::{Book, Ticket, now};
use crate::core::{Ask, Asked, Core, backoff, tried};
use crate::error::Error;
use crate::provider::Answer;
use crate::store::{Appended, Change, TRIES};
use crate::worker::request_of;

/// What a reconciliation did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Requests that were stored and had never been sent.
    pub sent: u32,
    /// Requests whose worker had died.
    pub abandoned: u32,
    /// Polls.
    pub polled: u32,
    /// Requests sent again, under their key.
    pub repeated: u32,
    /// Requests still open at the end.
    pub open: u32,
    /// Rounds over the open work.
    pub rounds: u32,
}

impl Core {
    /// Works until nothing is open, for at most this many rounds, with a pause between them. `progress` hears how many
    /// requests are open and how many of them are done in this round.
    pub async fn reconcile(
        &self,
        rounds: u32,
        pause: Duration,
        progress: impl Fn(usize, usize),
    ) -> Result<Report, Error> {
        let mut report = Report::default();
        for round in 0..rounds {
            let open = self.store.open_work(now()).await?;
            report.rounds = round + 1;
            for (done, (ticket, step)) in open.iter().enumerate() {
                progress(open.len(), done);
                match self.resolve(ticket, step, &mut report).await {
                    // The provider is down, or others are at it: the next round tries again.
                    Err(error) if error.may_retry() => {}
                    other => other?,
                }
            }
            // Rows that a living worker owns count as open, too.
            let [_, left, ..] = self.store.counts().await?;
            report.open = u32::try_from(left).unwrap_or(u32::MAX);
            if report.open == 0 {
                break;
            }
            tokio::time::sleep(pause).await;
        }
        Ok(report)
    }

    async fn resolve(&self, ticket: &Ticket, step: &str, report: &mut Report) -> Result<(), Error> {
        match step {
            "send" => {
                report.sent += 1;
                self.deliver(ticket).await?;
            }
            "sending" => {
                report.abandoned += 1;
                let problem = "the worker that sent it is gone".to_owned();
                self.store_answer(ticket, &Answer::Nothing { problem }).await?;
            }
            _ => {}
        }
        let book = self.store.book(&ticket.order).await?;
        let status =
            |book: &Book| Ok::<_, Error>(request_of(book.transaction(Some(&ticket.transaction))?, ticket)?.status());
        if !matches!(status(&book)?, RequestStatus::Accepted | RequestStatus::Unknown) {
            return Ok(());
        }
        report.polled += 1;
        self.poll(&book, &ticket.transaction).await?;
        let book = self.store.book(&ticket.order).await?;
        if status(&book)? == RequestStatus::Unknown {
            self.repeat(&book, ticket, report).await?;
        }
        Ok(())
    }

    /// What the provider's support says of a request that nothing else can settle, such as the second capture of a hold
    /// that fails after the first one failed too: CAPTURE_FAILED may then be the old one's word. The crate judges it like
    /// any answer. Keep the support's own words.
    pub async fn settle(&self, ticket: &Ticket, said: Outcome) -> Result<RequestStatus, Error> {
        for attempt in 0..TRIES {
            let book = self.store.book(&ticket.order).await?;
            let before = book.transaction(Some(&ticket.transaction))?;
            let (operation, number) = (ticket.operation, ticket.number);
            let (after, log) = tried(before, [Event::Answered { operation, number, outcome: said }], None)?;
            let change = Change { book: &book, before, after: &after, log: &log, webhook: None, conflict: None };
            if self.store.append(change).await? == Appended::Stored {
                return Ok(request_of(&after, ticket)?.status());
            }
            backoff(attempt).await;
        }
        Err(Error::Contention { tries: TRIES })
    }

    /// The same request again: same amount, same key. The crate says whether it may be sent.
    async fn repeat(&self, book: &Book, ticket: &Ticket, report: &mut Report) -> Result<(), Error> {
        let request = request_of(book.transaction(Some(&ticket.transaction))?, ticket)?;
        let amount = book.money(request.requested()).major_text();
        let key = request.key().map(order_capture::IdempotencyKey::as_str);
        // Juspay's keyless requests name no amount either.
        let keyless_form = key.is_none() && book.profile().capabilities.key_required_with_amount;
        let last = ticket.operation == Operation::Capture && request.closes();
        let named = Some(&*amount).filter(|_| !(keyless_form && ticket.operation != Operation::Refund));
        let ask = Ask { operation: ticket.operation, amount: named, key, last };
        match self.ask(&ticket.order, Some(&ticket.transaction), &ask).await {
            Ok(Asked::Stored(again)) => {
                report.repeated += 1;
                self.deliver(&again).await?;
                Ok(())
            }
            // Settled meanwhile, or past its deadline: only the provider's word can settle it then.
            Ok(Asked::AlreadyApplied(_)) | Err(Error::Refused(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
