//! The billing service's state: a durable log, and what a crash loses.
//!
//! Durable: the log, one JSON line per event, written before anything is sent. Volatile: the transaction, which is
//! always the replay of the log, and the call that is open. A crash loses the second and replays the first.
//!
//! The transaction is a function of the log (that is INV-8, checked at every event: see [`Billing::diverged`]), so two
//! states with the same log are the same state and the transaction is left out of the hash.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use order_capture::{
    Amounts, Effect, Event, Operation, Order, Profile, Recorded, Request, RequestStatus, Transaction, TransactionId,
    authorized,
};

use crate::config::{Config, Fault, deadline, money, now};

/// What does not change while the service runs.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The order that is paid.
    pub order: Order,
    /// The provider's rules.
    pub profile: &'static Profile,
    /// Whether notices state the captured total.
    pub figures: bool,
    /// The planted fault.
    pub fault: Fault,
}

/// The service's state.
#[derive(Clone, Debug)]
pub struct Billing {
    /// Durable: one JSON line per event.
    pub log: Vec<Arc<str>>,
    /// Volatile: the replay of the log.
    pub live: Transaction,
    /// Volatile: the attempt whose call is open.
    pub calling: Option<u8>,
    /// Whether the live transaction was ever not the replay of the log.
    pub diverged: bool,
    /// Whether a message that came twice ever did more than once.
    pub wobbled: bool,
    /// The code of the first conflict, or of an event that was not accepted: a person would have to look.
    pub trouble: Option<&'static str>,
}

/// What tells two states of the service apart.
type Identity<'a> = (&'a [Arc<str>], Option<u8>, bool, bool, Option<&'static str>);

impl Billing {
    fn identity(&self) -> Identity<'_> {
        (&self.log, self.calling, self.diverged, self.wobbled, self.trouble)
    }
}

impl PartialEq for Billing {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for Billing {}

impl Hash for Billing {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

impl Billing {
    /// A transaction that was just authorized.
    #[must_use]
    pub fn new(id: TransactionId, config: &Config, terms: &Terms) -> Self {
        let live = Transaction::created(id);
        let mut new = Self { log: Vec::new(), live, calling: None, diverged: false, wobbled: false, trouble: None };
        match authorized(&terms.order, money(config.authorized).into(), config.deadline.then(deadline)) {
            Ok(event) => _ = new.record(terms, event, false),
            Err(refusal) => new.look(refusal.code()),
        }
        new
    }

    /// The one way into the log: stamp, apply, store. Nothing is sent before it returns. Says whether the event was new.
    pub(crate) fn record(&mut self, terms: &Terms, event: Event, late: bool) -> bool {
        let forgets = terms.fault == Fault::AppliesWithoutStoring && matches!(event, Event::Answered { .. });
        let recorded = self.live.stamp(event, now(late), None);
        let effect = self.live.apply(&recorded);
        let new = matches!(effect, Ok(Effect::Applied));
        let store = match effect {
            Ok(Effect::Applied) => !forgets,
            Ok(_) => terms.fault == Fault::StoresEveryCopy,
            Err(rejection) => {
                self.look(rejection.code());
                false
            }
        };
        if store {
            match serde_json::to_string(&recorded) {
                Ok(line) => self.log.push(line.into()),
                Err(_) => self.look("not-written"),
            }
        }
        self.diverged |= self.replay().as_ref() != Some(&self.live);
        if self.sent().is_none() {
            self.calling = None;
        }
        new
    }

    /// A person has to look.
    pub(crate) fn look(&mut self, code: &'static str) {
        self.trouble = self.trouble.or(Some(code));
    }

    /// The log, read.
    pub fn events(&self) -> impl Iterator<Item = Recorded> {
        self.log.iter().filter_map(|line| serde_json::from_str(line).ok())
    }

    fn replay(&self) -> Option<Transaction> {
        let log: Vec<Recorded> = self.events().collect();
        let replayed = Transaction::replay(self.live.id().clone(), &log).ok();
        replayed.filter(|_| log.len() == self.log.len())
    }

    /// Loses everything volatile and comes back by the log.
    pub fn crash(&mut self) {
        self.calling = None;
        match self.replay() {
            Some(replayed) => self.live = replayed,
            None => self.diverged = true,
        }
    }

    /// The captures and voids that are in one of these statuses, with their keys.
    pub fn requests(&self, is: impl Fn(RequestStatus) -> bool) -> impl Iterator<Item = (Operation, &str)> {
        let outstanding = |operation| {
            let requests =
                self.live.ledger().into_iter().flat_map(move |ledger| ledger.requests(operation).outstanding());
            requests.map(move |(_, request): (u32, &Request)| (operation, request))
        };
        let all = outstanding(Operation::Capture).chain(outstanding(Operation::Void));
        all.filter(move |(_, request)| is(request.status()))
            .filter_map(|(operation, request)| Some((operation, request.key()?.as_str())))
    }

    /// Those whose fate is not known, in whichever way.
    pub fn open(&self) -> impl Iterator<Item = (Operation, &str)> {
        self.requests(RequestStatus::is_outstanding)
    }

    /// Those that no answer came for, by a timeout.
    pub fn unknown(&self) -> impl Iterator<Item = (Operation, &str)> {
        self.requests(|status| status == RequestStatus::Unknown)
    }

    /// The one that was sent and not answered.
    #[must_use]
    pub fn sent(&self) -> Option<(Operation, &str)> {
        self.requests(|status| status == RequestStatus::Sent).next()
    }

    /// The amounts as the service reports them.
    #[must_use]
    pub fn reported(&self, terms: &Terms) -> Amounts {
        let amounts = self.live.amounts();
        if terms.fault != Fault::ReadsTornAmounts {
            return amounts;
        }
        let log: Vec<Recorded> = self.events().collect();
        let earlier = Transaction::replay(self.live.id().clone(), log.iter().rev().skip(1).rev());
        earlier.map_or(amounts, |earlier| Amounts { captured: amounts.captured, ..earlier.amounts() })
    }
}
