//! What a command, an answer or an observation gives: the events to store, and the payment after them.

use serde::{Serialize, Serializer};

use crate::conflict::Conflict;
use crate::event::{Event, RecordedEvent};
use crate::hold::{Operation, Request, RequestStatus, Requests};
use crate::ids::Time;
use crate::money::Minor;
use crate::payment::Payment;
use crate::rejection::Rejection;
use crate::rule::{Retry, Rule};
use crate::statement::Malformed;
use crate::step::Effect;
use crate::violation::RuleViolation;

/// The events to store, and the payment after them. Nothing is mutated: store the events, then go on with what is after.
///
/// ```
/// use order_capture::{Change, Money, Order, Payment, Problem, Time, juspay};
/// /// What an embedding writes once: persist, then proceed.
/// fn store<'a>(change: Change<'a>, log: &mut Vec<String>) -> Result<Payment<'a>, Box<dyn std::error::Error>> {
///     for event in change.events() {
///         log.push(serde_json::to_string(event)?);
///     }
///     Ok(change.into_payment())
/// }
///
/// let order = Order::new("o-1".parse()?, Money::inr("100.00")?);
/// let payment = order.transaction("t-1".parse()?, &juspay::SIMPL);
/// let mut log = Vec::new();
/// let payment = store(payment.authorized(Money::inr("100.00")?, Time::UNIX_EPOCH)?, &mut log)?; // no deadline: no time passes here
/// assert_eq!((log.len(), payment.transaction().sequence()), (1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a change has no effect until its events are stored"]
pub struct Change<'a> {
    effect: Effect,
    events: Vec<RecordedEvent>,
    payment: Payment<'a>,
    earlier: Option<RequestStatus>,
}

impl<'a> Change<'a> {
    /// What it did: applied, already applied, or stale. The last two are successes that need no action; an already
    /// applied one may still hold events, such as a provider's identifiers.
    pub const fn effect(&self) -> Effect {
        self.effect
    }

    /// Whether something changed that matters to the money or the state.
    pub fn is_applied(&self) -> bool {
        self.effect == Effect::Applied
    }

    /// The events to store, in this order, all or none.
    pub fn events(&self) -> &[RecordedEvent] {
        &self.events
    }

    /// The payment after them.
    pub const fn payment(&self) -> &Payment<'a> {
        &self.payment
    }

    /// The payment after them, to go on with once they are stored.
    #[must_use]
    pub fn into_payment(self) -> Payment<'a> {
        self.payment
    }

    /// For an already applied command: the status of the earlier request. One that a stated total covers has the status
    /// of its own answers; [`Hold::fate`](crate::Hold::fate) says that it is covered.
    pub const fn earlier(&self) -> Option<RequestStatus> {
        self.earlier
    }

    /// The request to send, once the events are stored: of an applied command, and of nothing else. Of several that were
    /// made in [one change](Self::then), the last.
    ///
    /// ```
    #[doc = held!()]
    /// let change = payment.ask(Command::capture().amount(Money::inr("40.00")?).key("k1"), now)?;
    /// let (operation, number, request) = change.to_send().ok_or("nothing to send")?;
    /// assert_eq!((operation, number, request.amount.get()), (Operation::Capture, 1, 4_000));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_send(&self) -> Option<(Operation, u32, &Request)> {
        let (operation, number) = self.events.iter().rev().find_map(|recorded| match recorded.event {
            Event::Requested { operation, number, .. } => Some((operation, number)),
            _ => None,
        })?;
        let request = self.payment.transaction().hold()?.requests(operation).get(number)?;
        // What was answered in the same change needs no sending.
        (request.status == RequestStatus::Sent).then_some((operation, number, request))
    }

    /// Whether what is [to be sent](Self::to_send) repeats a request whose outcome is unknown. The first try may still
    /// be on its way, or done: poll before you send it, above all if the provider has no keys.
    ///
    /// ```
    #[doc = held!()]
    /// let capture = Command::capture().amount(Money::inr("40.00")?).key("k1");
    /// let first = payment.ask(capture, now)?;
    /// assert!(!first.is_repeat());
    /// let payment = first.into_payment().answered(Answer::capture(Outcome::TimedOut), now)?.into_payment();
    /// assert!(payment.ask(capture, now)?.is_repeat());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_repeat(&self) -> bool {
        self.to_send().is_some_and(|(_, _, request)| request.resent)
    }

    /// What follows from the payment after this change, as one change with it: stored all or none.
    ///
    /// ```
    /// # use order_capture::{Money, Order, Time, juspay};
    /// # let now = Time::UNIX_EPOCH;
    /// let order = Order::new("o-1".parse()?, Money::inr("100.00")?);
    /// let payment = order.transaction("t-1".parse()?, &juspay::SIMPL);
    /// let held = payment.authorized(Money::inr("100.00")?, now)?; // the deadline follows
    /// let both = held.then(|payment| payment.deadline_set(now, now))?;
    /// assert_eq!(both.events().len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// That of the second; the first is gone with it. So it is with a second change that does not follow the first:
    /// [`Rejection::Foreign`] if it is another transaction's, [`Rejection::Gap`] if it was made from an earlier or later
    /// state of this one.
    pub fn then<E: From<Problem>>(self, next: impl FnOnce(&Payment<'a>) -> Result<Self, E>) -> Result<Self, E> {
        let second = next(&self.payment)?;
        second.follows(&self.payment).map_err(|rejection| E::from(rejection.into()))?;
        let effect = if self.is_applied() { self.effect } else { second.effect };
        let mut events = self.events;
        events.extend(second.events);
        Ok(Self { effect, events, payment: second.payment, earlier: second.earlier })
    }

    /// Whether it was made from the state that this payment has.
    fn follows(&self, payment: &Payment<'a>) -> Result<(), Rejection> {
        let (before, after) = (payment.transaction(), self.payment.transaction());
        let events = u32::try_from(self.events.len()).unwrap_or(u32::MAX);
        let [found, expected] =
            [after.sequence().saturating_sub(events), before.sequence()].map(|n| n.saturating_add(1));
        if after.id() != before.id() {
            return Err(Rejection::Foreign { sequence: found });
        }
        if found == expected { Ok(()) } else { Err(Rejection::Gap { expected, found }) }
    }

    /// No change: nothing to store, nothing to send.
    pub fn nothing(payment: &Payment<'a>) -> Self {
        Self { effect: Effect::AlreadyApplied, events: Vec::new(), payment: payment.clone(), earlier: None }
    }

    /// An already applied command: nothing to store, nothing to send.
    pub(crate) fn known(payment: &Payment<'a>, earlier: RequestStatus) -> Self {
        Self { earlier: Some(earlier), ..Self::nothing(payment) }
    }
}

/// A change that is being made: each event goes through the step function once, as it is found.
pub(crate) struct Draft<'a> {
    /// With the events so far.
    pub(crate) payment: Payment<'a>,
    events: Vec<RecordedEvent>,
    now: Time,
    occurred_at: Option<Time>,
}

impl<'a> Draft<'a> {
    pub(crate) fn of(payment: &Payment<'a>, now: Time) -> Self {
        Self { payment: payment.clone(), events: Vec::new(), now, occurred_at: None }
    }

    /// Sets when it happened, if the provider says so.
    pub(crate) fn occurred_at(self, occurred_at: Option<Time>) -> Self {
        Self { occurred_at, ..self }
    }

    /// Applies an event with the step function.
    pub(crate) fn push(&mut self, event: Event) -> Result<Effect, Rejection> {
        let (effect, recorded) = self.payment.transaction.record(event, self.now, self.occurred_at)?;
        self.events.extend(recorded);
        Ok(effect)
    }

    /// The limit for captures above the authorized amount: what the provider stated, otherwise what its profile
    /// tolerates.
    pub(crate) fn allow_more(&mut self, told: Option<Minor>) -> Result<(), Rejection> {
        let Some(hold) = self.payment.transaction.hold() else { return Ok(()) };
        let authorized = hold.amounts().authorized;
        let over = self.payment.profile.capabilities.over_capture.as_ref();
        let tolerated = over.map(|over| authorized.saturating_add(over.tolerance(hold.money(authorized))));
        match told.or(tolerated).filter(|most| *most > authorized) {
            Some(most) => self.push(Event::OverCaptureAllowed { most }).map(|_| ()),
            None => Ok(()),
        }
    }

    /// Until when the provider remembers the key of the request that was just made, if its profile says so.
    pub(crate) fn remember_key(&mut self, operation: Operation, now: Time) -> Result<(), Rejection> {
        let key_use = self.payment.profile.capabilities.form(operation).key_use.as_ref();
        let Some(until) = key_use.and_then(|key_use| key_use.until(now)) else { return Ok(()) };
        let requests = self.payment.transaction.hold().map(|hold| hold.requests(operation));
        // One that is asked again is remembered already, or it is refused.
        match requests.and_then(Requests::latest).filter(|(_, request)| request.remembered_until.is_none()) {
            Some((number, _)) => self.push(Event::KeyRemembered { operation, number, until }).map(|_| ()),
            None => Ok(()),
        }
    }

    /// The change that all of it makes, with what it did as a whole.
    pub(crate) fn finish(self, effect: Effect) -> Change<'a> {
        Change { effect, events: self.events, payment: self.payment, earlier: None }
    }
}

/// Why there is no change. Nothing changed (INV-6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(untagged)]
pub enum Problem {
    /// The rules do not allow it.
    #[error(transparent)]
    Violation(#[from] RuleViolation),
    /// A text is no payload of this provider's; keep it.
    #[error(transparent)]
    #[serde(serialize_with = "report")]
    Malformed(#[from] Malformed),
    /// What a provider says cannot be true here; escalate to a person.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// It cannot follow what is recorded.
    #[error(transparent)]
    Rejection(Rejection),
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Conflict(conflict) => Self::Conflict(conflict),
            other => Self::Rejection(other),
        }
    }
}

impl Problem {
    /// The rule that is broken.
    pub const fn rule(&self) -> &'static Rule {
        match self {
            Self::Violation(violation) => violation.rule(),
            Self::Malformed(malformed) => malformed.rule(),
            Self::Conflict(conflict) => conflict.rule(),
            Self::Rejection(rejection) => rejection.rule(),
        }
    }

    /// The stable code.
    pub const fn code(&self) -> &'static str {
        self.rule().code
    }

    /// Whether repeating can help, of a request that the rules do not allow. `None` for what a person has to look at.
    pub const fn retry(&self) -> Option<Retry> {
        match self {
            Self::Violation(violation) => Some(violation.retry()),
            Self::Malformed(_) | Self::Conflict(_) => None,
            Self::Rejection(rejection) => rejection.rule().retry,
        }
    }
}

fn report<S: Serializer>(malformed: &Malformed, serializer: S) -> Result<S::Ok, S::Error> {
    malformed.rule().report(serializer, malformed, &(), None)
}
