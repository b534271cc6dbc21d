//! Two workers that own a request by a lease: a model of its own, since the rest of the protocol does not ask who
//! sends.
//!
//! The job is a refund that goes out without a key, so that the provider takes each sending for a request of its own:
//! with a key all of this could only waste calls. All was captured before, and one refund is done and in the books.
//! The books are the crate's transaction, in one store that both workers write to; a write and what becomes of the
//! job's row are one step. The job's row is as in the billing core of the examples: to be sent; being sent by one
//! attempt, until its lease ends; to be asked about; done.
//!
//! A careful worker sends only while what it sends will come, if at all, before its lease is over. One whose lease is
//! over may be alive: its answer is dropped. What it sent is asked about, and it is tried again only where a fresh
//! answer, one that contradicts nothing, does not list it. All leases are judged by one clock, that of the store.

mod model;

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use order_capture::statements::{Fate, Observation, RequestStatement, Statement, Subject, Word};
use order_capture::{
    Answer, Change, Command, Effect, IdError, Minor, Order, Outcome, Payment, Problem, RequestStatus, Transaction,
    razorpay,
};

use crate::billing::facts;
use crate::config::{money, now};
use crate::provider::Stage;

pub use model::{ALWAYS, SOMETIMES};

/// How long a lease is, in ticks of the clock.
pub const LEASE: u8 = 3;
/// After so many ticks a request that has not come never will.
pub const FLIGHT: u8 = 1;

/// A mistake of the workers, planted to see that a property notices it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// The workers as they should be.
    None,
    /// The second worker judges leases by its own clock, which is ahead.
    OwnClock,
    /// A worker sends without a look at the time.
    SendsTooLate,
    /// A worker stores its answer although the attempt is no longer its own.
    StoresAnyAnswer,
    /// A worker takes "accepted" for done.
    TakesPendingForDone,
    /// A worker tries again after a poll whose answer contradicts the books.
    RepeatsAfterConflict,
    /// A worker tries again without asking.
    RepeatsUnasked,
    /// No mistake of the workers: a poll may be answered from before the present attempt, which nothing in it shows.
    ReplicaLags,
    /// A worker tries again after an answer that was fresh when it was asked for, and is not any more.
    RepeatsOnOldNews,
}

/// The model.
#[derive(Clone, Debug)]
pub struct Workers {
    order: Order,
    mistake: Mistake,
    attempts: u8,
    /// The books at the start.
    start: Books,
}

/// What the store has on the payment, and which of its refunds is the job's at present.
#[derive(Clone, Debug)]
pub struct Books {
    live: Transaction,
    facts: Arc<str>,
    request: u32,
}

impl PartialEq for Books {
    fn eq(&self, other: &Self) -> bool {
        (&self.facts, self.request) == (&other.facts, other.request)
    }
}

impl Eq for Books {}

impl Hash for Books {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.facts, self.request).hash(state);
    }
}

/// The job's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Row {
    /// It is to be sent.
    Send,
    /// This attempt owns it, for so many ticks more.
    Sending(u8, u8),
    /// What became of it is to be asked.
    Ask,
    /// It is known.
    Done,
}

/// What a worker is at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Worker {
    /// Nothing.
    Idle,
    /// It claimed the row as this attempt; by its look at the time, for so many ticks more. It has not sent yet.
    Claimed(u8, u8),
    /// It sent this attempt and waits for the answer.
    Waits(u8),
    /// It asked the provider and got this answer, which it has not read yet.
    Asked {
        /// The job's refunds, as the provider lists them; none where the answer is from before everything we know.
        listed: Option<Vec<(u8, Stage)>>,
        /// Whether nothing was recorded since it asked.
        fresh: bool,
    },
}

/// Where everything stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// The books.
    pub books: Books,
    /// The row.
    pub row: Row,
    /// The workers.
    pub workers: [Worker; 2],
    /// How often the row was claimed.
    pub attempts: u8,
    /// What is on its way to the provider, for so many ticks more.
    pub wire: BTreeMap<u8, u8>,
    /// What the provider took for the job: which sending, and what became of it.
    pub ledger: BTreeMap<u8, Stage>,
    /// What the provider refused untried.
    pub refused: Vec<u8>,
    /// Whether the crate ever refused what a worker recorded.
    pub trouble: Option<&'static str>,
}

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Time passes.
    Tick,
    /// A worker takes the row.
    Claim(usize),
    /// It sends; the look at the time and the sending are one step.
    Send(usize),
    /// A sending comes to the provider, which takes it as this.
    Receive(u8, Stage),
    /// A sending comes to the provider, which refuses it untried.
    Refuse(u8),
    /// The provider finishes what it accepted, well or not.
    Finish(u8, bool),
    /// A worker hears its answer and stores it.
    Hear(usize),
    /// A worker gives up on its call.
    GiveUp(usize),
    /// A worker crashes.
    Crash(usize),
    /// A worker finds that the lease is over.
    Expire(usize),
    /// A worker asks the provider; whether it gets an answer from before everything we know.
    Ask(usize, bool),
    /// It reads the answer.
    Read(usize),
    /// A worker tries again without asking.
    Repeat(usize),
}

impl Workers {
    /// The model of so many attempts, with a mistake.
    ///
    /// # Errors
    /// None that a test would not show: the identifiers are constants, and the crate takes the start.
    pub fn new(attempts: u8, mistake: Mistake) -> Result<Self, Box<dyn std::error::Error>> {
        let order = Order::new("o".parse()?, money(3));
        let payment = order.transaction("t".parse()?, &razorpay::PROFILE);
        let payment = payment.authorized(money(3), now(false))?.into_payment();
        let payment = payment.ask(Command::capture().amount(money(3)), now(false))?.into_payment();
        let payment = payment.answered(Answer::capture(Outcome::Succeeded), now(false))?.into_payment();
        let payment = payment.ask(refund(), now(false))?.into_payment();
        let earlier = Answer::refund(Outcome::Succeeded).provider_id("r0".parse()?);
        let payment = payment.answered(earlier, now(false))?.into_payment();
        let change = payment.ask(refund(), now(false))?;
        let (_, request, _) = change.to_send().ok_or(IdError::Empty)?;
        let live = change.into_payment().into_transaction();
        let start = Books { facts: facts(&live), live, request };
        Ok(Self { order, mistake, attempts, start })
    }

    fn payment(&self, books: &Books) -> Result<Payment<'_>, Problem> {
        Ok(self.order.resume(books.live.clone(), &razorpay::PROFILE)?)
    }

    /// Records a change. From then on no answer that was asked for before is fresh.
    fn record(&self, state: &mut State, change: Result<Change<'_>, Problem>) -> Option<Effect> {
        let change = match change {
            Ok(change) => change,
            Err(problem) => {
                state.trouble = state.trouble.or(Some(problem.code()));
                return None;
            }
        };
        let effect = change.effect();
        if !change.events().is_empty() {
            for worker in &mut state.workers {
                if let Worker::Asked { fresh, .. } = worker {
                    *fresh = false;
                }
            }
            state.books.live = change.into_payment().into_transaction();
            state.books.facts = facts(&state.books.live);
        }
        Some(effect)
    }

    fn answer(&self, state: &mut State, outcome: Outcome) {
        let answer = Answer::refund(outcome).number(state.books.request);
        let change = self.payment(&state.books).and_then(|payment| payment.answered(answer, now(false)));
        self.record(state, change);
        state.row = match state.status() {
            Some(RequestStatus::Unknown | RequestStatus::Accepted) => Row::Ask,
            Some(RequestStatus::Sent) => state.row,
            _ => Row::Done,
        };
    }

    /// The request never happened: it is given up, and the same is asked anew.
    fn repeat(&self, state: &mut State) {
        self.answer(state, Outcome::Withdrawn);
        let change = self.payment(&state.books).and_then(|payment| payment.ask(refund(), now(false)));
        let number = change.as_ref().ok().and_then(|change| change.to_send()).map(|(_, number, _)| number);
        if self.record(state, change).is_some() {
            state.books.request = number.unwrap_or_default();
            state.row = Row::Send;
        }
    }

    /// What the crate makes of the provider's answer to a poll.
    fn observe(&self, books: &Books, listed: Option<&[(u8, Stage)]>, fresh: bool) -> Result<Change<'_>, Problem> {
        let earlier = listed.map(|_| statement("r0".to_owned(), Stage::Done)).into_iter();
        let refunds =
            earlier.chain(listed.unwrap_or_default().iter().map(|(at, stage)| statement(format!("s{at}"), *stage)));
        let refunds: Vec<RequestStatement<'_>> = refunds.collect();
        let done = refunds.iter().filter(|told| told.fate == Some(Fate::Succeeded)).count();
        let refunded = Minor::from(u32::try_from(done).unwrap_or(u32::MAX));
        let word = if done == 3 { "refunded" } else { "captured" };
        let word = Some(Word { text: word.into(), id: None, subject: Subject::Transaction });
        let transaction =
            Statement { word, captured: Some(Minor::from(3_u32)), refunded: Some(refunded), ..Statement::default() };
        let seen = Observation { transaction, has_transaction: true, refunds, ..Observation::default() };
        let poll = books.live.poll(|_| true).filter(|_| fresh);
        Ok(self.payment(books)?.observe(&seen, poll, now(false))?)
    }

    fn read(&self, state: &mut State, listed: Option<&[(u8, Stage)]>, fresh: bool) {
        let change = self.observe(&state.books, listed, fresh);
        let again = match change {
            Err(_) => self.mistake == Mistake::RepeatsAfterConflict,
            Ok(change) => {
                self.record(state, Ok(change));
                fresh || self.mistake == Mistake::RepeatsOnOldNews
            }
        };
        match state.status() {
            Some(RequestStatus::Unknown) if again && state.attempts < self.attempts => self.repeat(state),
            Some(RequestStatus::Succeeded | RequestStatus::Failed) => state.row = Row::Done,
            _ => {}
        }
    }

    fn owns(&self, state: &State, attempt: u8) -> bool {
        matches!(state.row, Row::Sending(owner, _) if owner == attempt) || self.mistake == Mistake::StoresAnyAnswer
    }

    /// The end of the story: the workers are gone, what is on its way is lost, the provider finishes what it
    /// accepted; then one worker does what is to be done, and gets what it asks for.
    fn healed(&self, state: &State) -> State {
        let mut state = state.clone();
        state.workers = [Worker::Idle, Worker::Idle];
        state.wire.clear();
        state.ledger.values_mut().filter(|stage| **stage == Stage::Pending).for_each(|stage| *stage = Stage::Done);
        let patient = Self { attempts: u8::MAX, mistake: Mistake::None, ..self.clone() };
        for _ in 0..4 {
            match state.row {
                Row::Send => {
                    state.attempts += 1;
                    state.ledger.insert(state.attempts, Stage::Done);
                    patient.answer(&mut state, Outcome::Succeeded);
                }
                Row::Sending(..) => patient.answer(&mut state, Outcome::TimedOut),
                Row::Ask => {
                    let listed = state.listed();
                    patient.read(&mut state, Some(&listed), true);
                }
                Row::Done => {}
            }
        }
        state
    }
}

fn refund() -> Command<'static> {
    Command::refund().amount(money(1))
}

fn statement(id: String, stage: Stage) -> RequestStatement<'static> {
    let fate = match stage {
        Stage::Pending => Fate::Accepted,
        Stage::Done => Fate::Succeeded,
        Stage::Failed => Fate::Failed,
    };
    let amount = Some(Minor::from(1_u32));
    RequestStatement { id: id.parse().ok(), amount, fate: Some(fate), ..RequestStatement::default() }
}

impl State {
    fn status(&self) -> Option<RequestStatus> {
        self.books.live.hold()?.refunds.get(self.books.request).map(|request| request.status)
    }

    fn listed(&self) -> Vec<(u8, Stage)> {
        self.ledger.iter().map(|(attempt, stage)| (*attempt, *stage)).collect()
    }

    /// How often the provider gave back what the job is for, or may still do so.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.ledger.values().filter(|stage| **stage != Stage::Failed).count()
    }

    fn done(&self) -> u64 {
        1 + self.ledger.values().filter(|stage| **stage == Stage::Done).map(|_| 1).sum::<u64>()
    }

    fn refunded(&self) -> u64 {
        self.books.live.amounts().refunded.get()
    }
}
