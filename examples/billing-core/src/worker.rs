//! The outbox worker: claims a row, sends the request or finds out what became of it, and stores that while the row is
//! still its own.
//!
//! | the row says | it means | done here |
//! |---|---|---|
//! | `send` | refused before it was tried | send it |
//! | `sending`, lease over | who stored it is gone; it may have been sent | record that it timed out, then as below |
//! | `ask` | unknown, or pending at the provider | poll; send the same again only after a fresh poll that does not resolve it |

use order_capture::{Answer, Change, Operation, Outcome, Payment, Problem, Profile, RequestStatus};
use tracing::{info, warn};

use crate::book::{Book, Progress, Ticket};
use crate::core::{Core, count};
use crate::decision::{Decision, Stored, With};
use crate::error::Error;
use crate::observe::Source;
use crate::provider::Reply;
use crate::write::{Case, Claim, Fence, Then};

/// How often an unknown request is asked for before it is sent again.
const ASKED_BEFORE: i64 = 2;

impl Core {
    /// Sends a request that was just stored, and stores the answer; where the answer does not say what became of it,
    /// asks at once. Gives how far the request has come then.
    pub async fn deliver(&self, claim: Claim, book: Book) -> Result<Progress, Error> {
        let ticket = claim.ticket.clone();
        match self.work_on(claim, Some(book)).await?.map(|book| self.progress_in(&book, &ticket)) {
            Some(Ok(Progress::Open(RequestStatus::Unknown))) => {
                // Another worker may be faster; and where the provider cannot be asked now, the workers ask later.
                let _ = self.work(&ticket).await;
                self.progress(&ticket).await
            }
            Some(progress) => progress,
            None => self.progress(&ticket).await,
        }
    }

    fn progress_in(&self, book: &Book, ticket: &Ticket) -> Result<Progress, Error> {
        Progress::of(book.transaction(Some(&ticket.transaction))?, ticket)
    }

    /// Claims a row and does what is to be done with it. Gives the book after it; `None` where it is not due, or
    /// another worker's. An error is noted at the row, which is tried again after a pause.
    pub async fn work(&self, ticket: &Ticket) -> Result<Option<Book>, Error> {
        match self.store.claim(ticket, self.settings.lease, self.settings.tries).await? {
            Some(claim) => self.work_on(claim, None).await,
            None => Ok(None),
        }
    }

    async fn work_on(&self, claim: Claim, book: Option<Book>) -> Result<Option<Book>, Error> {
        let ticket = &claim.ticket;
        let done = if claim.is_to_send { self.send(claim.clone(), book).await } else { self.find_out(&claim).await };
        match done {
            Ok(book) => Ok(Some(book)),
            Err(Error::Fenced) => {
                info!(order = ticket.order, %ticket, "another worker has claimed the request");
                Ok(None)
            }
            Err(error) => {
                warn!(order = ticket.order, %ticket, code = error.code(), %error, "left open");
                self.put_back(&claim, &error).await?;
                Err(error)
            }
        }
    }

    /// Leaves a claimed row open after an error. What was to be sent counts as sent: nobody knows.
    async fn put_back(&self, claim: &Claim, error: &Error) -> Result<(), Error> {
        let pause = self.settings.pause_after(claim.tries);
        let text = "UPDATE outbox SET step = CASE step WHEN 'sending' THEN step ELSE 'ask' END, tries = tries + 1,
                        due_at = CASE step WHEN 'sending' THEN due_at ELSE now_ms() + $5 END, note = $6
                    WHERE transaction_id = $1 AND operation = $2 AND number = $3 AND attempt = $4";
        let Ticket { transaction, operation, number, .. } = &claim.ticket;
        let mut values = vec![(&**transaction).into(), operation.as_str().into(), i64::from(*number).into()];
        let note: String = format!("{}: {error}", error.code()).chars().take(300).collect();
        values.extend([claim.attempt.into(), crate::write::millis(pause).into(), (&*note).into()]);
        self.store.one(text, values).await?;
        if let Error::KeyRefused { status } = error {
            self.store.keep(&key_refused(*status)).await?;
        }
        self.bury(claim).await
    }

    /// An alarm at the last try: from then on the row waits for a person.
    async fn bury(&self, claim: &Claim) -> Result<(), Error> {
        if claim.tries + 1 < self.settings.tries {
            return Ok(());
        }
        let Ticket { order, transaction, operation, number } = &claim.ticket;
        let sentence = format!(
            "{operation} {number} is still open after {} tries; ask the provider, then `report` or `settle`, or `retry` it",
            claim.tries + 1
        );
        self.store.keep(&Case::alarm(order, transaction, "given-up", sentence)).await
    }

    /// What a worker does that comes back after its lease: for tests of the fence.
    #[doc(hidden)]
    pub async fn store_late(&self, claim: &Claim) -> Result<(), Error> {
        let book = self.store.book(&claim.ticket.order).await?;
        let reply = Reply::Nothing { problem: "late".to_owned() };
        self.store_reply(claim, book, &reply, false).await.map(drop)
    }

    /// Sends a request that is ours to send, and stores what comes back.
    async fn send(&self, claim: Claim, book: Option<Book>) -> Result<Book, Error> {
        let ticket = &claim.ticket;
        let book = match book {
            Some(book) => book,
            None => self.store.book(&ticket.order).await?,
        };
        let transaction = book.transaction(Some(&ticket.transaction))?;
        // Resolved meanwhile, by a webhook: its row is gone, or is another's matter.
        if Progress::of(transaction, ticket)? != Progress::Open(RequestStatus::Sent) {
            return Ok(book);
        }
        if is_too_late(&book, ticket)? {
            return self
                .store_reply(&claim, book, &Reply::Nothing { problem: "its deadline is over".to_owned() }, true)
                .await;
        }
        let worded = self.client.word(&book, transaction, ticket.operation, ticket.number)?;
        // A worker that was asleep longer than its lease sends nothing any more.
        if claim.since.elapsed() + self.client.timeout() >= self.settings.lease {
            return Err(Error::Fenced);
        }
        let is_again = ticket.request(transaction)?.resent;
        count(if is_again { &self.did.repeated } else { &self.did.sent });
        info!(order = ticket.order, %ticket, is_again, "sent");
        let (profile, reply) = (book.profile, self.client.send(worded).await);
        match &reply {
            Reply::Response { status, .. } => info!(order = ticket.order, %ticket, status, "answered"),
            Reply::Nothing { problem } => warn!(order = ticket.order, %ticket, problem, "not answered"),
        }
        match &reply {
            Reply::Response { status, retry_after, body } if !is_again && is_kept_out(profile, *status, body) => {
                count(&self.did.parked);
                warn!(order = ticket.order, %ticket, status, "not let in; it is sent later");
                let pause = retry_after.unwrap_or_default().max(self.settings.pause_after(claim.tries));
                let case = (*status != 429).then(|| key_refused(*status));
                let book = self.leave(&claim, book, Then::SendLater { pause }, case).await?;
                self.bury(&claim).await?;
                Ok(book)
            }
            _ => self.store_reply(&claim, book, &reply, false).await,
        }
    }

    /// Nothing to record; only what becomes of the row.
    async fn leave(&self, claim: &Claim, book: Book, then: Then, case: Option<Case>) -> Result<Book, Error> {
        let with = With { fence: Fence::Claimed(claim.clone(), then), ..With::default() };
        let stored = self.store(book, &with, |book| {
            let payment = book.payment(Some(&claim.ticket.transaction))?;
            Ok((Decision { case: case.clone(), ..Decision::nothing(&payment) }, ()))
        });
        Ok(stored.await?.book)
    }

    /// Stores what came back for a request, or that it timed out; `unsent` where we did not even send it.
    async fn store_reply(&self, claim: &Claim, book: Book, reply: &Reply, unsent: bool) -> Result<Book, Error> {
        let ticket = &claim.ticket;
        let arrived = unsent || matches!(reply, Reply::Response { status: 200..300, .. });
        let then = Then::Ask { pause: std::time::Duration::ZERO, arrived };
        let with = With { fence: Fence::Claimed(claim.clone(), then), ..With::default() };
        let stored = self.store(book, &with, |book| {
            let payment = book.payment(Some(&ticket.transaction))?;
            let mut decision = match (read(book, &payment, ticket, reply), reply) {
                (Some(Ok(change)), _) => change.into(),
                (Some(Err(problem)), Reply::Response { body, .. }) => Decision::keep(&payment, &problem, body),
                _ => Decision::nothing(&payment),
            };
            let after = decision.change.payment().transaction();
            // An answer that leaves the request as it was (Juspay says AUTHORIZED when its gateway was silent) is none.
            if Progress::of(after, ticket)? != Progress::Open(RequestStatus::Sent) {
                return Ok((decision, ()));
            }
            let is_withdrawn = unsent && !ticket.request(after)?.resent;
            let outcome = if is_withdrawn { Outcome::Withdrawn } else { Outcome::TimedOut };
            decision.change = decision.change.then(|payment| {
                payment.answered(Answer::to(ticket.operation, outcome).number(ticket.number), book.now())
            })?;
            Ok((decision, ()))
        });
        match (stored.await, reply) {
            (Ok(stored), _) => Ok(stored.book),
            // It is another worker's now; what the provider says is true all the same.
            (Err(Error::Fenced), Reply::Response { status: 200..300, body, .. }) => {
                let provider = self.store.book(&ticket.order).await?.terms.provider;
                if let Err(error) = self.read(provider, body, None, &With::default(), Source::Told).await {
                    info!(order = ticket.order, %ticket, %error, "a late answer says nothing");
                }
                Err(Error::Fenced)
            }
            (Err(error), _) => Err(error),
        }
    }

    /// Finds out what became of a request that was sent.
    async fn find_out(&self, claim: &Claim) -> Result<Book, Error> {
        let ticket = &claim.ticket;
        let mut book = self.store.book(&ticket.order).await?;
        if self.progress_in(&book, ticket)? == Progress::Open(RequestStatus::Sent) {
            count(&self.did.abandoned);
            let keep = Fence::Claimed(claim.clone(), Then::Keep { lease: self.settings.lease });
            let with = With { fence: keep, ..With::default() };
            let stored = self.store(book, &with, |book| {
                let payment = book.payment(Some(&ticket.transaction))?;
                if Progress::of(payment.transaction(), ticket)? != Progress::Open(RequestStatus::Sent) {
                    return Ok((Decision::nothing(&payment), ()));
                }
                let answer = Answer::to(ticket.operation, Outcome::TimedOut).number(ticket.number);
                Ok((payment.answered(answer, book.now())?.into(), ()))
            });
            book = stored.await?.book;
        }
        let polled = self.poll(book, Some(&ticket.transaction)).await?;
        let Progress::Open(status) = self.progress_in(&polled.book, ticket)? else { return Ok(polled.book) };
        let is_fresh = polled.fresh.contains(&ticket.transaction);
        if status == RequestStatus::Unknown && is_fresh && claim.tries >= ASKED_BEFORE {
            let cases = self.store.cases(Some(&ticket.order)).await?;
            if !cases.iter().any(|case| case.kind == "conflict") {
                return self.repeat(claim, polled.book).await;
            }
        }
        let pause = self.settings.pause_after(claim.tries);
        let book = self.leave(claim, polled.book, Then::Ask { pause, arrived: false }, None).await?;
        self.bury(claim).await?;
        Ok(book)
    }

    /// Stores that the same request is sent again, under its key, if nothing was recorded since the poll and the crate
    /// lets it; then sends it.
    async fn repeat(&self, claim: &Claim, book: Book) -> Result<Book, Error> {
        let ticket = &claim.ticket;
        let sequence = book.transaction(Some(&ticket.transaction))?.sequence();
        let later = Then::Ask { pause: self.settings.pause_after(claim.tries), arrived: false };
        let with = With { fence: Fence::Claimed(claim.clone(), later), ..With::default() };
        let stored = self.store(book, &with, |book| {
            let payment = book.payment(Some(&ticket.transaction))?;
            let is_as_asked = payment.transaction().sequence() == sequence;
            match payment.again(ticket.operation, ticket.number, book.now()) {
                Ok(change) if is_as_asked && change.is_repeat() => {
                    let then = Some(Then::SendNow { lease: self.settings.lease });
                    Ok((Decision { then, ..Decision::from(change) }, true))
                }
                // Resolved meanwhile, or past its deadline: only the provider's word can resolve it then.
                Ok(_) | Err(Problem::Violation(_)) => Ok((Decision::nothing(&payment), false)),
                Err(problem) => Err(problem.into()),
            }
        });
        let since = std::time::Instant::now();
        let Stored { book, told: is_to_send, .. } = stored.await?;
        if !is_to_send {
            self.bury(claim).await?;
            return Ok(book);
        }
        let claim = Claim { attempt: claim.attempt + 1, is_to_send: true, since, ..claim.clone() };
        self.send(claim, Some(book)).await
    }
}

/// Whether it is a capture whose deadline is over.
fn is_too_late(book: &Book, ticket: &Ticket) -> Result<bool, Error> {
    let hold = book.transaction(Some(&ticket.transaction))?.hold();
    let deadline = hold.and_then(|hold| hold.capture_before);
    Ok(ticket.operation == Operation::Capture && deadline.is_some_and(|deadline| book.now() >= deadline))
}

/// Whether the provider did not let us in: the request was not tried, and with another key or later it will be.
fn is_kept_out(profile: &Profile, status: u16, body: &str) -> bool {
    profile.denies_access(&profile.error(status, body))
}

/// One alarm, however many requests wait for the key.
fn key_refused(status: u16) -> Case {
    let sentence = format!("a provider answers {status}: check the API key; requests wait and are sent again");
    Case::alarm("", "", "key-refused", sentence)
}

/// What an answer to a request says; `None` where it says nothing.
///
/// It is read like a webhook, not like a poll: what Juspay answers while its gateway is silent is what it knew before.
fn read<'b>(book: &Book, payment: &Payment<'b>, ticket: &Ticket, reply: &Reply) -> Option<Result<Change<'b>, Problem>> {
    let Reply::Response { status, body, .. } = reply else { return None };
    if !(200..300).contains(status) {
        let error = book.profile.error(*status, body);
        return Some(payment.provider_error(&error, Some((ticket.operation, ticket.number)), book.now()));
    }
    match payment.read(body, None, book.now()) {
        Err(Problem::Malformed(_)) => None,
        read => Some(read),
    }
}
