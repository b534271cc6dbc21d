//! What comes back: authorizations, outcomes of requests, reversals, adjustments. Each is worded as an event; the
//! transition function decides whether it can be.

use crate::currency::Currency;
use crate::event::{Event, Outcome};
use crate::ids::Time;
use crate::ledger::Ledger;
use crate::money::{Amount, Minor, Money};
use crate::order::Order;
use crate::profile::Profile;
use crate::refusal::Refusal;
use crate::request::{Operation, Request, RequestStatus};
use crate::requests::Requests;
use crate::transaction::Transaction;

/// What a gateway answered, in the merchant's words.
///
/// Exhaustive on purpose: these four are all a gateway can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// It was done, for this amount; `None` means what was asked.
    Success(Option<Amount>),
    /// It was refused after being tried.
    Failed,
    /// It was accepted and is pending.
    Pending,
    /// Nothing came back.
    NoResponse,
}

/// Judges an amount that somebody else states: in the transaction's currency, exact and above zero.
fn stated(amount: Amount, transaction: Currency) -> Result<Minor, Refusal> {
    let requested = amount.currency();
    if requested != transaction {
        return Err(Refusal::CurrencyMismatch { requested, transaction });
    }
    let (digits, allowed) = (amount.digits(), amount.currency().digits());
    if digits > allowed {
        return Err(Refusal::AmountPrecision { requested: amount, digits, allowed });
    }
    match amount.to_money() {
        Ok(money) if !money.minor().is_zero() => Ok(money.minor()),
        _ => Err(Refusal::AmountNotPositive { requested: amount }),
    }
}

/// Words an authorization of an order.
///
/// # Errors
/// [`Refusal`]: `currency-mismatch`, `amount-precision` or `amount-not-positive`.
pub fn authorized(order: &Order, amount: Amount, capture_before: Option<Time>) -> Result<Event, Refusal> {
    let transaction = order.amount().currency();
    Ok(Event::Authorized { amount: Money::new(stated(amount, transaction)?, transaction), capture_before })
}

/// Whether the authorized amount is the order's: a check of its own, to be made as soon as the authorization is known.
///
/// # Errors
/// [`Refusal::AuthorizedNotEqualToOrder`], or [`Refusal::CurrencyMismatch`].
/// Source: Razorpay, Capture a Payment, first bullet.
pub fn check_authorized_equals_order(order: &Order, authorized: Money) -> Result<(), Refusal> {
    let (requested, transaction) = (authorized.currency(), order.amount().currency());
    if requested != transaction {
        return Err(Refusal::CurrencyMismatch { requested, transaction });
    }
    if authorized == order.amount() {
        Ok(())
    } else {
        Err(Refusal::AuthorizedNotEqualToOrder { authorized, order: order.amount() })
    }
}

impl Transaction {
    /// Judges an amount that somebody states of this transaction; without a hold it has no currency yet.
    fn stated(&self, amount: Amount) -> Result<Minor, Refusal> {
        stated(amount, self.ledger().map_or(amount.currency(), Ledger::currency))
    }

    /// Words the adjustment of an authorization to a new total.
    ///
    /// # Errors
    /// [`Refusal`]: `adjustment-unsupported`, an amount rule, or `adjustment-below-committed`.
    pub fn adjust(&self, total: Amount, order: &Order, profile: &Profile) -> Result<Event, Refusal> {
        let currency = order.amount().currency();
        let amounts = self.amounts();
        if !profile.capabilities.adjustment {
            return Err(Refusal::AdjustmentUnsupported { authorized: Money::new(amounts.authorized, currency) });
        }
        let total = stated(total, currency)?;
        let committed = amounts.authorized.saturating_sub(amounts.held);
        if total < committed {
            let (total, committed) = (Money::new(total, currency), Money::new(committed, currency));
            return Err(Refusal::AdjustmentBelowCommitted { total, committed });
        }
        Ok(Event::AuthorizationAdjusted { total })
    }

    /// Words what a gateway answered to a request: the one under the key, or without a key the oldest outstanding,
    /// or the latest that was asked for here or announced by the provider.
    ///
    /// # Errors
    /// [`Refusal`]: `currency-mismatch`, an amount rule, or `illegal-transition` where no such request was made.
    pub fn answered(
        &self,
        operation: Operation,
        key: Option<&str>,
        reply: Reply,
        profile: &Profile,
    ) -> Result<Event, Refusal> {
        let outcome = |amount| match reply {
            Reply::Success(_) => Outcome::Succeeded { amount },
            Reply::Failed => Outcome::Failed { closes: operation == Operation::Capture && profile.failure_closes() },
            Reply::Pending => Outcome::Accepted,
            Reply::NoResponse => Outcome::Unanswered,
        };
        let amount = if let Reply::Success(Some(amount)) = reply { Some(self.stated(amount)?) } else { None };
        let found = self.ledger().map(|ledger| ledger.requests(operation)).and_then(|requests| match key {
            Some(key) => requests.by_key(key),
            // What a provider did of itself, without announcing it, is no request that had an outcome.
            None => requests.outstanding().next().or_else(|| requests.latest_of(Request::has_an_outcome)),
        });
        let Some((number, request)) = found else {
            let event = Event::Answered { operation, number: 0, outcome: outcome(Minor::ZERO) };
            return Err(Refusal::IllegalTransition { state: self.kind(), event: event.name() });
        };
        let outcome = outcome(amount.unwrap_or(request.requested()));
        Ok(Event::Answered { operation, number, outcome })
    }

    /// Words the reversal of a capture by the provider: the one under the key, or without a key the latest success,
    /// or where there is none the latest one reversed.
    ///
    /// # Errors
    /// [`Refusal`]: `currency-mismatch`, an amount rule, or `illegal-transition` where no such capture was made.
    pub fn capture_reversed(
        &self,
        key: Option<&str>,
        amount: Option<Amount>,
        profile: &Profile,
    ) -> Result<Event, Refusal> {
        let amount = amount.map(|amount| self.stated(amount)).transpose()?;
        let latest = |captures: &Requests, status| {
            captures.latest_of(|capture| capture.status() == status).map(|(number, _)| number)
        };
        let number = self.ledger().map(Ledger::captures).and_then(|captures| match key {
            Some(key) => captures.by_key(key).map(|(number, _)| number),
            None => latest(captures, RequestStatus::Succeeded).or_else(|| latest(captures, RequestStatus::Reversed)),
        });
        let closes = profile.failure_closes();
        let found = number.and_then(|number| Some((number, self.ledger()?.captures().get(number)?)));
        let Some((number, capture)) = found else {
            let event = Event::CaptureReversed { number: 0, amount: Minor::ZERO, closes };
            return Err(Refusal::IllegalTransition { state: self.kind(), event: event.name() });
        };
        Ok(Event::CaptureReversed { number, amount: amount.unwrap_or(capture.done()), closes })
    }
}
