//! What came back: authorizations, answers to requests, adjustments.

use crate::change::{Change, Draft, Problem};
use crate::conflict::{Conflict, excerpt};
use crate::event::Event;
use crate::hold::{End, Operation, Outcome, Request, RequestStatus, Requests};
use crate::ids::{ProviderId, ProviderIds, Time};
use crate::money::{Amount, Minor, Money};
use crate::payment::Payment;
use crate::rejection::Rejection;
use crate::step::Effect;
use crate::violation::{RuleViolation, Violation};

/// An authorization that was obtained, with what the provider stated.
///
/// ```
/// use order_capture::{Authorization, Money};
/// // 10.00 of the order is paid, and a surcharge of 0.80.
/// let granted = Authorization::of(Money::inr("10.80")?).pays(Money::inr("10.00")?);
/// # Ok::<(), order_capture::MoneyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "an authorization does nothing until a payment gets it"]
pub struct Authorization {
    amount: Amount,
    pays: Option<Amount>,
    capture_before: Option<Time>,
}

impl Authorization {
    /// A hold of this amount.
    pub fn of(amount: impl Into<Amount>) -> Self {
        Self { amount: amount.into(), pays: None, capture_before: None }
    }

    /// The part of the order's price that it pays, if that differs from its own amount: surcharge, offer, fee.
    pub fn pays(self, part: impl Into<Amount>) -> Self {
        Self { pays: Some(part.into()), ..self }
    }

    /// Until when a capture may be made, exclusive.
    pub const fn capture_before(self, deadline: Time) -> Self {
        Self { capture_before: Some(deadline), ..self }
    }
}

impl<A: Into<Amount>> From<A> for Authorization {
    fn from(amount: A) -> Self {
        Self::of(amount)
    }
}

/// The answer to one request, with what the provider stated.
///
/// ```
/// use order_capture::{Answer, Money, Outcome};
/// let done = Answer::capture(Outcome::Succeeded).key("k1").amount(Money::inr("40.00")?);
/// let nothing_came_back = Answer::refund(Outcome::TimedOut);
/// # Ok::<(), order_capture::MoneyError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an answer does nothing until a payment gets it"]
pub struct Answer<'a> {
    operation: Operation,
    outcome: Outcome,
    key: Option<&'a str>,
    number: Option<u32>,
    amount: Option<Amount>,
    provider_id: Option<ProviderId>,
}

impl<'a> Answer<'a> {
    /// To a request of this kind.
    pub const fn to(operation: Operation, outcome: Outcome) -> Self {
        Self { operation, outcome, key: None, number: None, amount: None, provider_id: None }
    }

    /// To a capture.
    pub const fn capture(outcome: Outcome) -> Self {
        Self::to(Operation::Capture, outcome)
    }

    /// To a void.
    pub const fn void(outcome: Outcome) -> Self {
        Self::to(Operation::Void, outcome)
    }

    /// To a refund.
    pub const fn refund(outcome: Outcome) -> Self {
        Self::to(Operation::Refund, outcome)
    }

    /// To the request under this key. An answer that names none, by key, number or a provider's identifier that is known, is
    /// to the only one that awaits its answer, or if none does, to the latest. If several do, one must be named: another
    /// one's money would be freed.
    pub const fn key(mut self, key: &'a str) -> Self {
        self.key = Some(key);
        self
    }

    /// To the request of this number among those of its kind; [`Change::to_send`] gave the number.
    pub const fn number(mut self, number: u32) -> Self {
        self.number = Some(number);
        self
    }

    /// How much a success did. If it is left out, the requested amount counts.
    pub fn amount(self, amount: impl Into<Amount>) -> Self {
        Self { amount: Some(amount.into()), ..self }
    }

    /// The provider's identifier for the request. If it is known already, it names the request, as a key does; if another
    /// request succeeded under it, or this one under another, that is a conflict: money may have moved twice.
    ///
    /// ```
    /// use order_capture::*;
    /// # let (now, order) = (Time::UNIX_EPOCH, Order::new("o-1".parse()?, Money::inr("100.00")?));
    /// # let payment = order.transaction("t-1".parse()?, &juspay::SIMPL);
    /// # let payment = payment.authorized(Money::inr("100.00")?, now)?.into_payment(); // no deadline: no time passes here
    /// # let payment = payment.ask(Command::capture().amount(Money::inr("40.00")?).key("k1"), now)?.into_payment();
    /// let done = Answer::capture(Outcome::Succeeded).key("k1");
    /// let payment = payment.answered(done.clone().provider_id("c1".parse()?), now)?.into_payment();
    /// let twice = payment.answered(done.provider_id("c2".parse()?), now).unwrap_err();
    /// assert_eq!(twice.code(), "identity-mismatch");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn provider_id(self, id: ProviderId) -> Self {
        Self { provider_id: Some(id), ..self }
    }
}

/// The answers and facts that your code receives: each call gives the [`Change`] to store.
///
/// ```
/// use order_capture::*;
/// # let (now, order) = (Time::UNIX_EPOCH, Order::new("o-1".parse()?, Money::inr("100.00")?));
/// let created = order.transaction("t-1".parse()?, &juspay::SIMPL);
/// let failed = created.authorization_failed(now)?.into_payment();
/// assert_eq!(failed.transaction().state(), StateKind::Failed);
///
/// let ids = ProviderIds { uuid: Some("u-1".parse()?), ..ProviderIds::default() };
/// let held = created.identified(ids, now)?.into_payment();
/// let held = held.authorized(Money::inr("100.00")?, now)?.into_payment();
/// assert!(!held.authorized(Money::inr("100.00")?, now)?.is_applied()); // told again
/// assert_eq!(held.adjusted(Money::inr("150.00")?, now).unwrap_err().code(), "adjustment-unsupported");
/// assert_eq!(held.expired(now)?.payment().transaction().state(), StateKind::Expired);
///
/// let capture = Command::capture().amount(Money::inr("40.00")?).key("k1");
/// let late = held.deadline_set(now, now)?.into_payment();
/// assert_eq!(late.ask(capture, now).unwrap_err().code(), "authorization-expired");
///
/// let captured = |payment: &Payment<'_>| payment.transaction().amounts().captured.get();
/// let asked = held.ask(capture, now)?.into_payment();
/// let done = asked.answered(Answer::capture(Outcome::Succeeded).key("k1"), now)?.into_payment();
/// assert_eq!(captured(&done), 4_000);
/// let taken_back = done.reversed(Reversal::of(Operation::Capture).key("k1"), now)?.into_payment();
/// assert_eq!(captured(&taken_back), 0);
/// let reported = asked.reported(Report::captured(Money::inr("30.00")?), now)?.into_payment();
/// assert_eq!(captured(&reported), 3_000);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl<'a> Payment<'a> {
    /// An authorization was obtained. Repeated with the same amount it is already applied, or applied if it brings a
    /// new deadline, or what it pays where nothing was recorded of that: a webhook may have shown the hold first. What it
    /// pays stays what was recorded first; [`Payment::adjusted`] changes the amount.
    ///
    /// # Errors
    /// [`Problem`]: `currency-mismatch`, an amount rule, or `illegal-transition`.
    pub fn authorized(&self, told: impl Into<Authorization>, now: Time) -> Result<Change<'a>, Problem> {
        let Authorization { amount, pays, capture_before } = told.into();
        let amount = self.money(amount)?;
        let pays = pays.map(|pays| self.money(pays)).transpose()?.map(|pays| pays.minor());
        let pays = pays.filter(|pays| *pays != amount.minor());
        let hold = self.transaction.hold();
        let mut draft = Draft::of(self, now);
        let mut effect = draft.push(Event::Authorized {
            amount,
            pays,
            capture_before: capture_before.filter(|_| hold.is_none()),
        })?;
        if hold.is_none() {
            draft.allow_more(None)?;
        } else if let Some(capture_before) = capture_before {
            let deadline = draft.push(Event::DeadlineSet { capture_before })?;
            effect = if effect == Effect::Applied { effect } else { deadline };
        }
        Ok(draft.finish(effect))
    }

    /// The attempt to authorize failed.
    ///
    /// # Errors
    /// [`Problem`]: `illegal-transition` once it is authorized.
    pub fn authorization_failed(&self, now: Time) -> Result<Change<'a>, Problem> {
        self.change(Event::AuthorizationFailed {}, now)
    }

    /// The capture deadline became known, or changed.
    ///
    /// # Errors
    /// [`Problem`]: `illegal-transition` before it is authorized.
    pub fn deadline_set(&self, capture_before: Time, now: Time) -> Result<Change<'a>, Problem> {
        self.change(Event::DeadlineSet { capture_before }, now)
    }

    /// The authorization has a new total, not a difference.
    ///
    /// # Errors
    /// [`Problem`]: `adjustment-unsupported`, an amount rule, `adjustment-below-committed`, `illegal-transition`.
    pub fn adjusted(&self, total: impl Into<Amount>, now: Time) -> Result<Change<'a>, Problem> {
        let amounts = self.transaction.amounts();
        let money = |minor| Money::new(minor, self.order.amount().currency());
        if !self.profile.capabilities.adjustment {
            return Err(self.refused(Violation::AdjustmentUnsupported { authorized: money(amounts.authorized) }));
        }
        let total = self.money(total.into())?;
        let limits = self.profile.capabilities.adjustment_limits;
        let lowered = limits.rule_out(amounts.authorized, total.minor());
        // Told again, it is no adjustment (INV-7).
        let is_new = total.minor() != amounts.authorized;
        let late = limits.before_capture_only && !amounts.captured.is_zero() && is_new;
        if lowered || late {
            let (authorized, captured) = (money(amounts.authorized), money(amounts.captured));
            return Err(self.refused(Violation::AdjustmentOutsideLimits { total, authorized, captured }));
        }
        if is_new && total.minor() < amounts.committed() {
            let committed = money(amounts.committed());
            return Err(self.refused(Violation::AdjustmentBelowCommitted { total, committed }));
        }
        let mut draft = Draft::of(self, now);
        let effect = draft.push(Event::AuthorizationAdjusted { total: total.minor() })?;
        draft.allow_more(None)?;
        Ok(draft.finish(effect))
    }

    /// The provider's identifiers became known before any payload: with the answer that created the payment, for
    /// example.
    ///
    /// # Errors
    /// [`Conflict::IdentityMismatch`] where another one is known.
    pub fn identified(&self, ids: ProviderIds, now: Time) -> Result<Change<'a>, Problem> {
        self.change(Event::Identified { ids }, now)
    }

    /// The hold expired. This is not possible while a capture or a void is outstanding.
    ///
    /// # Errors
    /// [`Problem`]: `illegal-transition`.
    pub fn expired(&self, now: Time) -> Result<Change<'a>, Problem> {
        if let Some(hold) = self.transaction.hold().filter(|hold| hold.end.is_none()) {
            for operation in [Operation::Capture, Operation::Void] {
                let open = hold.open(operation);
                if open.has_outstanding() {
                    let outstanding = hold.money(Minor::new(open.outstanding).unwrap_or(Minor::MAX));
                    return Err(Rejection::StillOutstanding { operation, outstanding }.into());
                }
            }
        }
        self.change(Event::Ended { how: End::Expired }, now)
    }

    /// A request was answered, or nothing came back.
    ///
    /// # Errors
    /// [`Problem`]: `currency-mismatch`, an amount rule, a conflict, or `illegal-transition` if no such request was
    /// made, or if none is named and several await their answer.
    pub fn answered(&self, answer: Answer<'_>, now: Time) -> Result<Change<'a>, Problem> {
        let Answer { operation, outcome, key, number, amount, provider_id } = answer;
        let amount = amount.map(|amount| self.money(amount)).transpose()?.map(|amount| amount.minor());
        let named = key.is_some() || number.is_some();
        let requests = self.transaction.hold().map(|hold| hold.requests(operation));
        let id = provider_id.as_ref().filter(|_| !named);
        let by_id = id.and_then(|id| requests?.by_provider_id(id.as_str()));
        let count = requests.map_or(0, |requests| requests.sums().waiting());
        if !named && by_id.is_none() && count > 1 {
            return Err(Rejection::Unnamed { operation, count }.into());
        }
        let found = self.find(operation, number, key, |requests| {
            by_id.or_else(|| requests.outstanding().next()).or_else(|| requests.latest_of(may_be_answered))
        });
        if let (Some(requests), Some((number, _)), Some(id)) = (requests, found, &provider_id) {
            let expected = match outcome {
                Outcome::Succeeded => requests.named_otherwise(number, id, key),
                _ => requests.namesake(number, id),
            };
            if let Some(expected) = expected {
                let (observed, expected) = (excerpt(id.as_str()), excerpt(expected));
                return Err(Conflict::RequestNamedOtherwise { operation, observed, expected }.into());
            }
        }
        let withdrawn = found.is_some_and(|(_, request)| request.status == RequestStatus::Withdrawn);
        self.change(
            Event::Answered {
                operation,
                number: found.map_or(NONE, |(number, _)| number),
                outcome,
                amount: amount.filter(|_| outcome == Outcome::Succeeded),
                closes: outcome == Outcome::Failed && self.profile.capabilities.failure_closes(operation),
                overrides: outcome == Outcome::Accepted && named && withdrawn,
                provider_id,
            },
            now,
        )
    }

    /// The request that is named by its number or its key, or else the one that is meant.
    pub(crate) fn find<'r>(
        &'r self,
        operation: Operation,
        number: Option<u32>,
        key: Option<&str>,
        unnamed: impl FnOnce(&'r Requests) -> Option<(u32, &'r Request)>,
    ) -> Option<(u32, &'r Request)> {
        let requests = self.transaction.hold()?.requests(operation);
        match (number, key) {
            (Some(number), None) => Some((number, requests.get(number)?)),
            (_, Some(key)) => requests.by_key(key).filter(|(of_key, _)| number.is_none_or(|number| number == *of_key)),
            (None, None) => unnamed(requests),
        }
    }

    /// Validates a stated amount: in the order's currency, exact, above zero.
    pub(crate) fn money(&self, amount: Amount) -> Result<Money, Problem> {
        let money = self.exact(amount)?;
        if money.minor().is_zero() {
            return Err(self.refused(Violation::AmountNotPositive { requested: amount }));
        }
        Ok(money)
    }

    /// Judges an amount that may be zero.
    pub(crate) fn exact(&self, amount: Amount) -> Result<Money, Problem> {
        let (requested, order) = (amount.currency(), self.order.amount().currency());
        if requested != order {
            return Err(self.refused(Violation::CurrencyMismatch { requested, order }));
        }
        let (digits, allowed) = (amount.digits(), amount.currency().digits());
        if digits > allowed {
            return Err(self.refused(Violation::AmountPrecision { requested: amount, digits, allowed }));
        }
        amount.to_money().map_err(|_| self.refused(Violation::AmountNotPositive { requested: amount }))
    }

    fn refused(&self, reason: Violation) -> Problem {
        RuleViolation::new(reason, self.profile).into()
    }
}

/// The number that no request has.
pub(crate) const NONE: u32 = 0;

/// Whether its outcome can still be stated: it was requested here, or the provider announced it.
fn may_be_answered(request: &Request) -> bool {
    request.origin.is_merchant() || request.begun > 0
}
