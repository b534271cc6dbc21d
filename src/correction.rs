//! Corrections of the books: a capture or refund that was reversed, and totals that a person reports.

use crate::answer::NONE;
use crate::change::{Change, Draft, Problem};
use crate::event::{Basis, Event};
use crate::hold::{Operation, RequestStatus};
use crate::ids::Time;
use crate::money::{Amount, Minor};
use crate::payment::Payment;
use crate::step::Effect;

/// The reversal of a capture or refund that had succeeded: of the latest success of its kind, unless one is named.
///
/// ```
/// use order_capture::{Operation, Reversal};
/// let by_key = Reversal::of(Operation::Refund).key("refund-0001");
/// let by_number = Reversal::of(Operation::Capture).number(1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a reversal does nothing until a payment gets it"]
pub struct Reversal<'a> {
    operation: Operation,
    key: Option<&'a str>,
    number: Option<u32>,
    amount: Option<Amount>,
}

impl<'a> Reversal<'a> {
    /// Of a request of this kind: the latest success.
    pub const fn of(operation: Operation) -> Self {
        Self { operation, key: None, number: None, amount: None }
    }

    /// Of the request under this key.
    pub const fn key(self, key: &'a str) -> Self {
        Self { key: Some(key), ..self }
    }

    /// Of the request of this number among those of its kind, from 1; [`Change::to_send`] gave the number.
    pub const fn number(self, number: u32) -> Self {
        Self { number: Some(number), ..self }
    }

    /// How much was reversed. It must be all that the request did, otherwise it is a conflict; if it is left out, it is
    /// all of that.
    pub fn amount(self, amount: impl Into<Amount>) -> Self {
        Self { amount: Some(amount.into()), ..self }
    }
}

/// Running totals that a person reports, each in the order's currency; `None` of what nothing was said.
///
/// ```
/// use order_capture::{Money, Report};
/// let captured = Report::captured(Money::inr("40.00")?);
/// let both = Report { refunded: Some(Money::inr("10.00")?.into()), ..captured };
/// # Ok::<(), order_capture::MoneyError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "a report does nothing until a payment gets it"]
pub struct Report {
    /// All that was captured.
    pub captured: Option<Amount>,
    /// All that was refunded.
    pub refunded: Option<Amount>,
}

impl Report {
    /// That so much was captured in all; zero says that nothing was.
    pub fn captured(total: impl Into<Amount>) -> Self {
        Self { captured: Some(total.into()), refunded: None }
    }

    /// That so much was refunded in all; zero says that nothing was.
    pub fn refunded(total: impl Into<Amount>) -> Self {
        Self { captured: None, refunded: Some(total.into()) }
    }
}

impl<'a> Payment<'a> {
    /// A capture or a refund that had succeeded was reversed.
    ///
    /// # Errors
    /// [`Problem`]: `currency-mismatch`, an amount rule, a conflict, or `illegal-transition` if no such request
    /// succeeded.
    ///
    /// ```
    #[doc = held!()]
    /// # let payment = payment.ask(Command::capture().amount(Money::inr("40.00")?).key("k1"), now)?.into_payment();
    /// let payment = payment.answered(Answer::capture(Outcome::Succeeded).key("k1"), now)?.into_payment();
    /// let payment = payment.reversed(Reversal::of(Operation::Capture).key("k1"), now)?.into_payment();
    /// assert!(payment.transaction().amounts().captured.is_zero());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reversed(&self, reversal: Reversal<'_>, now: Time) -> Result<Change<'a>, Problem> {
        let Reversal { operation, key, number, amount } = reversal;
        let amount = amount.map(|amount| self.money(amount)).transpose()?.map(|amount| amount.minor());
        let found = self.find(operation, number, key, |requests| {
            let latest = |status| requests.latest_of(|request| request.status == status);
            latest(RequestStatus::Succeeded).or_else(|| latest(RequestStatus::Reversed))
        });
        let (number, done) =
            found.map_or((NONE, Minor::ZERO), |(number, request)| (number, request.done.unwrap_or(request.amount)));
        let amount = amount.unwrap_or(done);
        let closes = operation == Operation::Capture && self.profile.capabilities.failure_closes(operation);
        self.change(Event::Reversed { operation, number, amount, closes }, now)
    }

    /// A person reports running totals: support, or whoever decided a conflict. They are complete for everything sent
    /// before, and may be lower than what a provider stated wrongly.
    ///
    /// # Errors
    /// [`Problem`]: an amount rule, or `illegal-transition` outside what is possible.
    ///
    /// ```
    #[doc = held!()]
    /// let payment = payment.reported(Report::captured(Money::inr("40.00")?), now)?.into_payment();
    /// assert_eq!(payment.transaction().amounts().captured.get(), 4_000);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reported(&self, report: Report, now: Time) -> Result<Change<'a>, Problem> {
        let mut draft = Draft::of(self, now);
        let mut effect = Effect::AlreadyApplied;
        let exact = |total: Option<Amount>| total.map(|total| self.exact(total)).transpose();
        let captures = (Operation::Capture, exact(report.captured)?);
        let refunds = (Operation::Refund, exact(report.refunded)?);
        // Refunded is at most captured at every step, so a captured total below what is refunded comes last.
        let lowers = captures.1.is_some_and(|total| total.minor() < self.transaction.amounts().refunded);
        let single = self.profile.capabilities.captures.is_single();
        for (operation, total) in if lowers { [refunds, captures] } else { [captures, refunds] } {
            let Some(total) = total.map(|total| total.minor()) else { continue };
            let closes = single && operation == Operation::Capture && !total.is_zero();
            let event = Event::TotalReported { operation, total, basis: Basis::Person, closes };
            if draft.push(event)? == Effect::Applied {
                effect = Effect::Applied;
            }
        }
        Ok(draft.finish(effect))
    }
}
