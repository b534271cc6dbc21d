//! Reconciliation: finds every request that is open, and resolves it.
//!
//! | the outbox row says | it means | done here |
//! |---|---|---|
//! | `send` | stored and never sent | send it |
//! | `sending`, lease over | its worker died; it may have been sent | record that it timed out, then as below |
//! | `ask` | unknown, or pending at the provider | poll; if that does not resolve an unknown one, send the same again |

use std::time::Duration;

use order_capture::{Change, IdempotencyKey, Money, Operation, Payment, Problem, RequestStatus, State};

use crate::book::{Progress, Ticket, now};
use crate::core::Core;
use crate::decision::Decision;
use crate::error::Error;
use crate::provider::Reply;

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
                match self.follow_up(ticket, step, &mut report).await {
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

    async fn follow_up(&self, ticket: &Ticket, step: &str, report: &mut Report) -> Result<(), Error> {
        let progress = match step {
            "send" => {
                report.sent += 1;
                self.deliver(ticket).await?
            }
            "sending" => {
                report.abandoned += 1;
                let problem = "the worker that sent it is gone".to_owned();
                self.store_reply(ticket, &Reply::Nothing { problem }).await?
            }
            _ => self.progress(ticket).await?,
        };
        // One that is sent and not abandoned is another worker's now.
        if !matches!(progress, Progress::Open(RequestStatus::Accepted | RequestStatus::Unknown)) {
            return Ok(());
        }
        report.polled += 1;
        // One that timed out a moment ago may still arrive. After its lease, more than twice the time-out, it cannot.
        let over = Some(ticket).filter(|_| step == "sending");
        self.poll(&self.store.book(&ticket.order).await?, &ticket.transaction, over).await?;
        if self.progress(ticket).await? == Progress::Open(RequestStatus::Unknown) && self.repeat(ticket).await? {
            report.repeated += 1;
            self.deliver(ticket).await?;
        }
        Ok(())
    }

    /// Stores that the same request is to be sent again, under its key, if the crate lets it.
    async fn repeat(&self, ticket: &Ticket) -> Result<bool, Error> {
        let stored = self.store(&ticket.order, None, |book| {
            let payment = book.payment(Some(&ticket.transaction))?;
            match again(&payment, ticket) {
                Some(Ok(change)) => {
                    let is_to_send = change.to_send().is_some();
                    Ok((change.into(), is_to_send))
                }
                // Resolved meanwhile, or past its deadline: only the provider's word can resolve it then.
                None | Some(Err(Problem::Violation(_))) => Ok((Decision::nothing(payment), false)),
                Some(Err(problem)) => Err(problem.into()),
            }
        });
        Ok(stored.await?.is_some_and(|(_, is_to_send)| is_to_send))
    }
}

/// The request of a ticket, sent again: an unknown capture or void by its state, a refund by what is captured.
fn again<'b>(payment: &Payment<'b>, ticket: &Ticket) -> Option<Result<Change<'b>, Problem>> {
    let transaction = payment.transaction();
    if ticket.operation == Operation::Refund {
        let request = ticket.request(transaction).ok()?;
        let amount = Money::new(request.amount(), transaction.currency());
        let key = request.key().map(IdempotencyKey::as_str)?;
        return Some(payment.captured()?.refund(amount).key(key).at(now()));
    }
    let (State::CaptureUnknown(unknown) | State::VoidUnknown(unknown)) = payment.state() else { return None };
    let (operation, number, _) = unknown.request()?;
    ((operation, number) == (ticket.operation, ticket.number)).then(|| unknown.again(now()))
}
