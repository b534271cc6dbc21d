//! What the crate decides, and nothing else: no engine, no network, no clock. An order with its transactions is
//! replayed from its events; a command, an answer, an observation gives the events that come next.

use std::time::Duration;

use crate::send::Reply;
use crate::terms::{Ask, Contradiction, Refusal, Terms, Ticket};
use order_capture::{
    Amount, Answer, Change, Command, Currency, Effect, Event, Malformed, Operation, Outcome, Payment, Poll, Problem,
    Profile, RecordedEvent, Report, RequestStatus, Time, Transaction, TransactionId,
};

/// Events that come next, and what goes with them.
#[derive(Clone, Debug)]
pub struct Decided {
    /// To be stored, all or none.
    pub events: Vec<RecordedEvent>,
    /// What it did.
    pub effect: Effect,
    /// Of an already applied command: what became of the earlier request.
    pub earlier: Option<RequestStatus>,
    /// To be sent, once the events are stored.
    pub send: Option<Ticket>,
    /// Whether that is a repeat of a request of unknown outcome.
    pub is_repeat: bool,
    after: Transaction,
}

impl From<Change<'_>> for Decided {
    fn from(change: Change<'_>) -> Self {
        let transaction = change.payment().transaction().id().to_string();
        let send = change.to_send().map(|(operation, number, _)| Ticket { transaction, operation, number });
        let (effect, earlier, events) = (change.effect(), change.earlier(), change.events().to_vec());
        let is_repeat = change.is_repeat();
        Self { events, effect, earlier, send, is_repeat, after: change.into_payment().into_transaction() }
    }
}

/// What an observation or an answer came to: events, or a contradiction for a person, of which transaction.
pub type Observed = Result<Decided, Contradiction>;

/// An order and everything that is recorded of it.
#[derive(Clone, Debug)]
pub struct Book {
    /// What is to be paid, and through whom.
    pub terms: Terms,
    /// The provider's rules and words.
    pub profile: &'static Profile,
    /// Every event, in the order in which they were recorded: the object's state.
    pub log: Vec<RecordedEvent>,
    /// Its transactions, in the order in which they began.
    pub transactions: Vec<Transaction>,
}

impl Book {
    /// Replays an order's events.
    pub fn replay(terms: Terms, log: Vec<RecordedEvent>) -> Result<Self, Refusal> {
        let mut ids: Vec<&TransactionId> = Vec::new();
        for event in &log {
            if !ids.contains(&&event.transaction) {
                ids.push(&event.transaction);
            }
        }
        let of = |id: &TransactionId| {
            Transaction::replay(&terms.order, id.clone(), log.iter().filter(|event| event.transaction == *id))
        };
        let transactions = ids.into_iter().map(of).collect::<Result<_, _>>()?;
        let profile = terms.profile()?;
        Ok(Self { terms, profile, log, transactions })
    }

    /// Takes what was decided: the events into the log, the transaction after them in place of the one before.
    pub fn take(&mut self, decided: &Decided) {
        if decided.events.is_empty() {
            return;
        }
        self.log.extend_from_slice(&decided.events);
        let after = decided.after.clone();
        match self.transactions.iter_mut().find(|known| known.id() == after.id()) {
            Some(known) => *known = after,
            None => self.transactions.push(after),
        }
    }

    /// The order's currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.terms.order.amount().currency()
    }

    /// The transaction of this name, if anything is recorded of it.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Transaction> {
        self.transactions.iter().find(|transaction| transaction.id().as_str() == id)
    }

    /// A transaction beside the order's others: what everything is asked of. Without a name, the only one.
    pub fn payment(&self, id: Option<&str>) -> Result<Payment<'_>, Refusal> {
        let count = self.transactions.len();
        let found = match id {
            Some(id) => self.find(id),
            None => self.transactions.first().filter(|_| count == 1),
        };
        let transaction = found.ok_or(Refusal::NoTransaction { count })?.clone();
        let payment = self.terms.order.resume(transaction, self.profile).map_err(Problem::from)?;
        Ok(payment.beside(&self.transactions).map_err(Problem::from)?)
    }

    /// A capture, void or refund: refused, already applied, or with a request to send.
    pub fn ask(&self, operation: Operation, ask: &Ask, now: Time) -> Result<Decided, Refusal> {
        let command = match operation {
            Operation::Capture => Command::capture(),
            Operation::Void => Command::void(),
            Operation::Refund if ask.key.is_none() => {
                // Where a provider takes refunds without a key, the caller's second try would be a second refund.
                return Err(Refusal::Usage("a refund needs a key of yours, the same one for every try".to_owned()));
            }
            Operation::Refund => Command::refund(),
        };
        let command = match &ask.amount {
            Some(text) => command.amount(Amount::parse(text, self.currency())?),
            None => command.currency(self.currency()),
        };
        let command = ask.key.as_deref().map_or(command, |key| command.key(key));
        let command = if ask.last { command.as_final() } else { command };
        Ok(self.payment(ask.transaction.as_deref())?.ask(command, now)?.into())
    }

    /// What came back for a request that was sent. What says nothing of it is *timed out*: the outcome is unknown, and
    /// the money stays reserved until somebody says.
    ///
    /// An answer is read like a webhook and never as fresh: what Juspay answers while its gateway is silent is what it
    /// knew before the request.
    pub fn answered(
        &self,
        ticket: &Ticket,
        reply: &Reply,
        now: Time,
    ) -> Result<(Decided, Option<Contradiction>), Refusal> {
        let payment = self.payment(Some(&ticket.transaction))?;
        let said = match reply {
            Reply::Nothing { .. } => None,
            Reply::Response { status: 200..300, body } => match payment.read(body, None, now) {
                Err(Problem::Malformed(_)) => None,
                read => Some(read),
            },
            Reply::Response { status, body } => {
                let error = self.profile.error(*status, body);
                Some(payment.provider_error(&error, Some((ticket.operation, ticket.number)), now))
            }
        };
        let (change, contradiction) = match said {
            Some(Ok(change)) => (change, None),
            Some(Err(problem)) => {
                (Change::nothing(&payment), Some(contradiction(&ticket.transaction, &problem, reply.body())))
            }
            None => (Change::nothing(&payment), None),
        };
        let change = change.then(|payment| timed_out(payment, ticket, now))?;
        Ok((change.into(), contradiction))
    }

    /// Requests that were stored as sent and whose sending ended without an answer being stored. Only one handler of an
    /// order runs at a time, so whoever finds such a request while it is not sending it itself finds it abandoned.
    #[must_use]
    pub fn abandoned(&self) -> Vec<Ticket> {
        self.open().into_iter().filter(|(_, status)| *status == RequestStatus::Sent).map(|(ticket, _)| ticket).collect()
    }

    /// Every request that may still happen and that no total covers.
    #[must_use]
    pub fn open(&self) -> Vec<(Ticket, RequestStatus)> {
        let of = |transaction: &Transaction| open_of(transaction).collect::<Vec<_>>();
        self.transactions.iter().flat_map(of).collect()
    }

    /// Whether the outcome of a request is unknown.
    #[must_use]
    pub fn is_in_doubt(&self, ticket: &Ticket) -> bool {
        self.open().iter().any(|(open, status)| open == ticket && *status == RequestStatus::Unknown)
    }

    /// Which transaction a payload speaks of, by any id in it that is known; else the one that it begins.
    pub fn named_in(&self, text: &str) -> Result<Option<TransactionId>, Malformed> {
        let ids = self.profile.ids_in(text)?;
        if let Some(known) = Transaction::find(&self.transactions, &ids) {
            return Ok(Some(known.id().clone()));
        }
        Ok(ids.uuid.or(ids.transaction).and_then(|name| name.as_str().parse().ok()))
    }

    /// Reads a webhook, or what a poll brought: that poll, where nothing could be on its way when it was asked.
    pub fn observe(&self, id: &TransactionId, text: &str, poll: Option<Poll>, now: Time) -> Result<Observed, Refusal> {
        let payment = match self.find(id.as_str()) {
            Some(_) => self.payment(Some(id.as_str()))?,
            None => {
                let new = self.terms.order.transaction(id.clone(), self.profile);
                new.beside(&self.transactions).map_err(Problem::from)?
            }
        };
        match payment.read(text, poll, now) {
            Ok(change) => Ok(Ok(self.with_deadline(change, now)?.into())),
            Err(problem) => Ok(Err(contradiction(id.as_str(), &problem, text))),
        }
    }

    /// A hold that was learned without a deadline has that of the contract with the provider, counted from when it
    /// began.
    fn with_deadline<'b>(&self, change: Change<'b>, now: Time) -> Result<Change<'b>, Problem> {
        let began = change.events().iter().find(|event| matches!(event.event, Event::Authorized { .. }));
        let Some(began) = began.map(|event| event.occurred_at.unwrap_or(event.observed_at)) else { return Ok(change) };
        let hold = change.payment().transaction().hold();
        if hold.is_none_or(|hold| hold.capture_before.is_some()) {
            return Ok(change);
        }
        let deadline = began + Duration::from_secs(self.terms.hold_seconds);
        change.then(|payment| payment.deadline_set(deadline, now))
    }

    /// A poll of a transaction, fresh if nothing of it can be on its way to the provider any more.
    ///
    /// A request was sent within `settle` of being stored, or never: our patience to begin, our client's time-out, and
    /// the time in which the provider may still take it in.
    #[must_use]
    pub fn poll(&self, transaction: &Transaction, now: Time, settle: Duration) -> Option<Poll> {
        transaction.poll(|(_, _, request)| {
            let place = (transaction.id(), request.last_sent);
            let sent = self.log.iter().find(|event| (&event.transaction, event.sequence) == place);
            sent.is_some_and(|sent| now >= sent.observed_at + settle)
        })
    }

    /// A request of unknown outcome, sent again: the same key, the same amount, through the crate. `None` where it has
    /// been resolved, or may not be sent again: only the provider's word can resolve it then.
    ///
    /// For whoever just read a fresh poll of this transaction that did not resolve it and was no conflict.
    pub fn repeat(&self, ticket: &Ticket, now: Time) -> Result<Option<Decided>, Refusal> {
        match self.payment(Some(&ticket.transaction))?.again(ticket.operation, ticket.number, now) {
            Ok(change) => Ok(Some(Decided::from(change)).filter(|decided| decided.is_repeat)),
            Err(Problem::Violation(_)) => Ok(None),
            Err(problem) => Err(problem.into()),
        }
    }

    /// What a person found out of a whole transaction: its captured and refunded totals.
    pub fn reported(
        &self,
        transaction: Option<&str>,
        captured: Option<&str>,
        refunded: Option<&str>,
        now: Time,
    ) -> Result<Decided, Refusal> {
        let read = |text: Option<&str>| text.map(|text| Amount::parse(text, self.currency())).transpose();
        let report = Report { captured: read(captured)?, refunded: read(refunded)? };
        Ok(self.payment(transaction)?.reported(report, now)?.into())
    }
}

/// A request that is still as it was when it was sent, after whatever was said: nothing came back.
fn timed_out<'b>(payment: &Payment<'b>, ticket: &Ticket, now: Time) -> Result<Change<'b>, Problem> {
    let is_it = |(open, status): (Ticket, RequestStatus)| open == *ticket && status == RequestStatus::Sent;
    if !open_of(payment.transaction()).any(is_it) {
        return Ok(Change::nothing(payment));
    }
    payment.answered(Answer::to(ticket.operation, Outcome::TimedOut).number(ticket.number), now)
}

fn open_of(transaction: &Transaction) -> impl Iterator<Item = (Ticket, RequestStatus)> {
    transaction.open_requests().map(|(operation, number, request)| {
        (Ticket { transaction: transaction.id().to_string(), operation, number }, request.status)
    })
}

fn contradiction(transaction: &str, problem: &Problem, payload: &str) -> Contradiction {
    Contradiction {
        transaction: transaction.to_owned(),
        code: problem.code().to_owned(),
        sentence: problem.to_string(),
        payload: payload.to_owned(),
    }
}
