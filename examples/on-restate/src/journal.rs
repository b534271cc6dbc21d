//! The engine's part: what is read from the object's state, what is journaled before and after a request goes out, and
//! which timers are set. It knows no rule of money.
//!
//! # Sent once
//!
//! The engine runs a handler again after a crash, up to the last step whose result it has. A step whose result was
//! never journaled is run again. For a step that moves money that is wrong: when the service is killed between the send
//! and the journal of its answer, a second run would send a second time. So a request goes out in this order:
//!
//! 1. The events that the crate decided, the request among them, are set as state: the money is set aside.
//! 2. A step journals a *claim*: a number that this one run of the handler has drawn. The engine answers once the claim
//!    is stored, and with it everything before it.
//! 3. A step sends, and gives what came back. It sends only if the claim in the journal is the number of this run. If
//!    it is another one, then an earlier run had stored its intention, and no answer of it is known. Whether it got as
//!    far as sending cannot be known either, so nothing is sent: the request is *unanswered*.
//!
//! What is unanswered is recorded as timed out, like any answer that never came. A timer asks the provider; only what a
//! fresh poll does not resolve is sent again, through the crate, under its own key. A doubt too many costs a poll; one
//! too few costs money.
//!
//! The step that sends never fails: no answer is a result, not an error, and so the engine has no reason to try it
//! again.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use order_capture::{Event, RecordedEvent, RequestStatus, Time, Transaction};
use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};

use crate::decide::{Book, Decided};
use crate::orders::OrdersClient;
use crate::send::{Client, Reply};
use crate::terms::{Contradiction, Open, Refusal, Terms, Ticket};

/// The object's state: the order as it was entered.
pub const TERMS: &str = "terms";
/// The object's state: every event, the truth.
pub const EVENTS: &str = "events";
/// The object's state, there while a request is open: for the list of open work.
pub const OPEN: &str = "open";
/// The object's state, there while something contradicts the books: for a person.
pub const CONFLICTS: &str = "conflicts";
const WATCH: &str = "watch";

/// The code of a read that lags behind the books, or of a provider that lost something.
const LAGS: &str = "below-recorded";

/// The times that the service keeps to.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// How long after it was decided a request may still be sent. What is later sends nothing, and its outcome is
    /// unknown.
    pub patience: Duration,
    /// How long after it was stored a request may still be on its way: patience, the client's time-out, the time in
    /// which the provider may still take it in, and how far the clocks of the service's machines may be apart.
    pub settle: Duration,
    /// When an open request is first asked about; doubled each time.
    pub poll_first: Duration,
    /// The longest pause between two polls of an open request.
    pub poll_longest: Duration,
}

/// The timer of an order's open requests. There is one at a time: one that was overtaken by another does nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Watch {
    timer: u32,
    tries: u32,
    armed: bool,
}

/// What a poll brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Polled {
    /// No answer that says anything.
    Nothing,
    /// It contradicts the books; kept for a person.
    Conflict,
    /// It was read.
    Told {
        /// Of which transaction.
        transaction: String,
        /// Whether nothing of ours could be on its way when the provider was asked.
        fresh: bool,
    },
}

/// A reply, with the times of the question and of the answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Timed {
    asked: u64,
    answered: u64,
    reply: Reply,
}

/// One handler's work on one order: its book, and the engine to write to.
pub struct Desk<'c, 'ctx> {
    ctx: &'c ObjectContext<'ctx>,
    client: Client,
    times: Times,
    watch: Watch,
    /// What contradicts the books.
    pub conflicts: Vec<Contradiction>,
    /// The order.
    pub book: Book,
    /// The latest time that was journaled: a run after a crash decides by the same times as the first one.
    pub now: Time,
}

impl<'c, 'ctx> Desk<'c, 'ctx> {
    /// Loads the order that the object holds.
    pub async fn open(ctx: &'c ObjectContext<'ctx>, client: &Client, times: Times) -> HandlerResult<Self> {
        let Some(Json(terms)) = ctx.get::<Json<Terms>>(TERMS).await? else { return Err(no_order(ctx.key())) };
        let log = ctx.get::<Json<Vec<RecordedEvent>>>(EVENTS).await?.map(Json::into_inner).unwrap_or_default();
        let conflicts = ctx.get::<Json<Vec<Contradiction>>>(CONFLICTS).await?.map(Json::into_inner).unwrap_or_default();
        let watch = ctx.get::<Json<Watch>>(WATCH).await?.map(Json::into_inner).unwrap_or_default();
        let book = Book::replay(terms, log).map_err(refused)?;
        let now = time(ctx.run(|| async { Ok(millis()) }).name("now").await?);
        Ok(Self { ctx, client: client.clone(), times, watch, conflicts, book, now })
    }

    /// Stores what was decided, and sets the timer of a deadline that it brought.
    pub fn store(&mut self, decided: &Decided) {
        if decided.events.is_empty() {
            return;
        }
        self.book.take(decided);
        self.ctx.set(EVENTS, Json(self.book.log.clone()));
        self.list_open();
        for event in &decided.events {
            let (Event::DeadlineSet { capture_before }
            | Event::Authorized { capture_before: Some(capture_before), .. }) = event.event
            else {
                continue;
            };
            self.deadline_after(event.transaction.as_str(), capture_before);
        }
    }

    /// Sets the timers of the deadlines that are known.
    pub fn set_deadlines(&self) {
        for transaction in &self.book.transactions {
            if let Some(deadline) = transaction.hold().and_then(|hold| hold.capture_before) {
                self.deadline_after(transaction.id().as_str(), deadline);
            }
        }
    }

    /// Sets the timer of a deadline.
    pub fn deadline_after(&self, transaction: &str, capture_before: Time) {
        let wait = (capture_before - self.now).to_std().unwrap_or_default();
        let object = self.ctx.object_client::<OrdersClient>(self.ctx.key());
        drop(object.deadline(transaction.to_owned()).send_after(wait));
    }

    /// Keeps what contradicts the books: one of a code for each transaction, so that polls do not pile it up.
    pub fn keep(&mut self, contradiction: Contradiction) {
        let is_same = |known: &Contradiction| {
            (&known.transaction, &known.code) == (&contradiction.transaction, &contradiction.code)
        };
        if self.conflicts.iter().any(is_same) {
            return;
        }
        self.conflicts.push(contradiction);
        self.ctx.set(CONFLICTS, Json(self.conflicts.clone()));
    }

    /// The books and the provider agree about a transaction, or a person decided: nothing contradicts them any more.
    pub fn forget_conflicts(&mut self, transaction: &str) {
        if !self.conflicts.iter().any(|known| known.transaction == transaction) {
            return;
        }
        self.conflicts.retain(|known| known.transaction != transaction);
        if self.conflicts.is_empty() {
            self.ctx.clear(CONFLICTS);
        } else {
            self.ctx.set(CONFLICTS, Json(self.conflicts.clone()));
        }
    }

    /// Stores a decision with a request and sends it, once; stores what came back.
    pub async fn store_and_send(&mut self, decided: &Decided) -> HandlerResult<()> {
        let Some(ticket) = &decided.send else {
            self.store(decided);
            return Ok(());
        };
        // What cannot be worded must not be recorded.
        let mut after = self.book.clone();
        after.take(decided);
        let worded = self.client.word(&after, ticket).map_err(refused)?;
        self.store(decided);
        let Timed { answered, reply, .. } = self.send_once(worded).await;
        self.now = self.now.max(time(answered));
        let (answered, contradiction) = self.book.answered(ticket, &reply, self.now).map_err(refused)?;
        self.store(&answered);
        if let Some(contradiction) = contradiction {
            self.keep(contradiction);
        }
        // An answer that does not say (Juspay's to a second part is the order's word, and no total): the order status
        // does. It is read as late as a webhook: the gateway behind the provider may still be at it, so nothing is
        // quiet yet.
        if matches!(reply, Reply::Response { status: 200..300, .. }) && self.book.is_in_doubt(ticket) {
            self.poll(Some(&ticket.transaction)).await?;
        }
        if self.book.open().iter().any(|(open, _)| open == ticket) {
            self.arm(0);
        }
        Ok(())
    }

    /// See the module: a claim is stored, then it is sent if the claim is this run's.
    async fn send_once(&self, worded: reqwest::Request) -> Timed {
        let (run, began) = (draw(), Instant::now());
        let claim = self.ctx.run(move || async move { Ok(run) }).name("claim").await;
        // An operator's cancellation ends a step with an error. Nothing is sent then, and the books say unanswered.
        let is_ours = claim.is_ok_and(|claim| claim == run);
        let (client, patience, decided) = (self.client.clone(), self.times.patience, millis_of(self.now));
        let send = move || async move {
            let asked = millis();
            // By both clocks: a run may go on from the journal of one that decided long ago, and a process may sleep.
            // What was decided long ago may be past its deadline, and is taken for over by whoever asks whether it is.
            let late = began.elapsed() > patience || Duration::from_millis(asked.saturating_sub(decided)) > patience;
            let reply = match (is_ours, late) {
                (false, _) => Reply::nothing("an earlier run may have sent it, and its answer is not known"),
                (true, true) => Reply::nothing("it was not sent: too long after it was decided"),
                (true, false) => client.send(worded).await,
            };
            Ok(Json(Timed { asked, answered: millis(), reply }))
        };
        let sent = self.ctx.run(send).name("send").await.map(Json::into_inner);
        let nothing =
            |error: TerminalError| Timed { asked: decided, answered: decided, reply: Reply::nothing(error.message()) };
        sent.unwrap_or_else(nothing)
    }

    /// Requests that an earlier handler of this order left without an answer: they are unanswered. See
    /// [`Book::abandoned`]; an operator's kill of an invocation leaves one.
    pub fn take_over(&mut self) -> HandlerResult<()> {
        for ticket in self.book.abandoned() {
            let reply = Reply::nothing("the handler that sent it is gone");
            let (answered, _) = self.book.answered(&ticket, &reply, self.now).map_err(refused)?;
            self.store(&answered);
        }
        Ok(())
    }

    /// Asks the provider about a transaction and reads what it says. A first answer that lags behind the books is no
    /// conflict yet: reads may lag, so it is asked once more.
    ///
    /// The question is asked with nothing else recorded meanwhile, since one handler of an order runs at a time: the
    /// sequence before the question is the one that the answer is compared with.
    pub async fn poll(&mut self, transaction: Option<&str>) -> HandlerResult<Polled> {
        let mut kept = None;
        for _ in 0..2 {
            let worded = self.client.word_poll(&self.book, transaction).map_err(refused)?;
            let client = self.client.clone();
            let ask = move || async move {
                // Before the question: what was on its way then may be overtaken by it.
                let asked = millis();
                let reply = client.send(worded).await;
                Ok(Json(Timed { asked, answered: millis(), reply }))
            };
            let Timed { asked, answered, reply } = self.ctx.run(ask).name("poll").await?.into_inner();
            self.now = self.now.max(time(answered));
            let Reply::Response { status: 200, body } = reply else { return Ok(Polled::Nothing) };
            let Ok(Some(id)) = self.book.named_in(&body) else { return Ok(Polled::Nothing) };
            let known = self.book.find(id.as_str());
            let new = Transaction::created(&self.book.terms.order, id.clone());
            let asked = self.book.poll(known.unwrap_or(&new), time(asked), self.times.settle);
            let fresh = asked.is_some();
            match self.book.observe(&id, &body, asked, self.now).map_err(refused)? {
                Ok(decided) => {
                    self.store(&decided);
                    if fresh {
                        self.forget_conflicts(id.as_str());
                    }
                    return Ok(Polled::Told { transaction: id.to_string(), fresh });
                }
                Err(contradiction) => {
                    let lags = contradiction.code == LAGS;
                    kept = Some(contradiction);
                    if !lags {
                        break;
                    }
                }
            }
        }
        if let Some(contradiction) = kept {
            self.keep(contradiction);
        }
        Ok(Polled::Conflict)
    }

    /// Asks about every transaction with an open request.
    pub async fn resolve_all(&mut self) -> HandlerResult<()> {
        let mut transactions: Vec<String> =
            self.book.open().into_iter().map(|(ticket, _)| ticket.transaction).collect();
        transactions.dedup();
        for transaction in transactions {
            self.resolve(&transaction).await?;
        }
        Ok(())
    }

    /// Asks about a transaction; a request that a fresh poll does not resolve is sent again, if the crate lets it.
    pub async fn resolve(&mut self, transaction: &str) -> HandlerResult<()> {
        let polled = self.poll(Some(transaction)).await?;
        // A repeat needs a fresh poll of this transaction, and nothing that waits for a person's word about it.
        let fresh = Polled::Told { transaction: transaction.to_owned(), fresh: true };
        if polled != fresh || self.conflicts.iter().any(|known| known.transaction == transaction) {
            return Ok(());
        }
        // One for each poll: after it, something is recorded that the poll does not know.
        if let Some(repeat) = self.first_repeat(transaction)? {
            self.store_and_send(&repeat).await?;
        }
        Ok(())
    }

    fn first_repeat(&self, transaction: &str) -> HandlerResult<Option<Decided>> {
        let is_unknown = |(ticket, status): &(Ticket, RequestStatus)| {
            ticket.transaction == transaction && *status == RequestStatus::Unknown
        };
        for (ticket, _) in self.book.open().into_iter().filter(is_unknown) {
            let repeat = self.book.repeat(&ticket, self.now).map_err(refused)?;
            if repeat.is_some() {
                return Ok(repeat);
            }
        }
        Ok(None)
    }

    /// Whether this is the timer that was set last; one that was overtaken has nothing to do.
    pub fn is_due(&mut self, timer: u32) -> bool {
        let is_due = self.watch.armed && self.watch.timer == timer;
        if is_due {
            self.set_watch(Watch { armed: false, ..self.watch });
        }
        is_due
    }

    /// The end of a handler: while something is open, a timer is set.
    pub fn close(&mut self) {
        match (self.book.open().is_empty(), self.watch.armed) {
            (true, armed) if self.watch.tries == 0 && !armed => {}
            (true, _) => self.set_watch(Watch { tries: 0, armed: false, ..self.watch }),
            (false, true) => {}
            (false, false) => self.arm(self.watch.tries.saturating_add(1)),
        }
    }

    fn arm(&mut self, tries: u32) {
        let timer = self.watch.timer.wrapping_add(1);
        self.set_watch(Watch { timer, tries, armed: true });
        let wait = self.times.poll_first.saturating_mul(2_u32.saturating_pow(tries)).min(self.times.poll_longest);
        drop(self.ctx.object_client::<OrdersClient>(self.ctx.key()).follow_up(timer).send_after(wait));
    }

    fn set_watch(&mut self, watch: Watch) {
        self.watch = watch;
        self.ctx.set(WATCH, Json(watch));
    }

    fn list_open(&self) {
        let open: Vec<Open> = self.book.open().into_iter().map(|(ticket, status)| Open::of(ticket, status)).collect();
        if open.is_empty() {
            self.ctx.clear(OPEN);
        } else {
            self.ctx.set(OPEN, Json(open));
        }
    }
}

/// An order that nobody entered.
pub fn no_order(id: &str) -> HandlerError {
    TerminalError::new_with_code(404, format!("order-unknown: nobody entered the order {id}")).into()
}

/// A refusal ends the call: the same again would be refused again. The engine retries what is not terminal.
pub fn refused(refusal: Refusal) -> HandlerError {
    let code = match refusal {
        Refusal::Rules(_) => 409,
        Refusal::Money(_) | Refusal::Usage(_) | Refusal::NoTransaction { .. } => 400,
        Refusal::Log(_) => 500,
    };
    TerminalError::new_with_code(code, refusal.to_string()).into()
}

/// The clock, read inside a step only.
fn millis() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn millis_of(time: Time) -> u64 {
    u64::try_from(time.timestamp_millis()).unwrap_or_default()
}

fn time(millis: u64) -> Time {
    i64::try_from(millis).ok().and_then(Time::from_timestamp_millis).unwrap_or(Time::UNIX_EPOCH)
}

/// A number that no other run has: the standard library's hashers are keyed at random.
fn draw() -> u64 {
    RandomState::new().build_hasher().finish()
}
