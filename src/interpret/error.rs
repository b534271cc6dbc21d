//! A provider's error as the answer to a request: was it refused before it was tried, or is its outcome unknown?
//!
//! Error texts are hints. None of them ever makes a capture succeed; at most they free money that was never taken.

use crate::change::{Change, Draft, Problem};
use crate::event::Event;
use crate::hold::{Hold, Operation, Origin, Outcome, Request, RequestStatus};
use crate::ids::Time;
use crate::payment::Payment;
use crate::profile::ErrorMeaning;
use crate::rejection::Rejection;
use crate::statement::ErrorAnswer;
use crate::step::Effect;

impl<'a> Payment<'a> {
    /// A provider's error: the answer to the request with this kind and number, or otherwise to the latest of our
    /// requests that has no answer.
    ///
    /// A request that was refused before it was tried is withdrawn: its money is free, and its key may try the same
    /// again. Any other error leaves the outcome unknown, and so does every error to a repeat of a request whose
    /// outcome is unknown. For a request that was answered before, the error is already applied, or stale.
    ///
    /// # Errors
    /// [`Problem`]: `illegal-transition` if no such request was made, or no outcome is outstanding.
    ///
    /// ```
    /// # use order_capture::{Authorization, Command, Money, Order, StateKind, Time, juspay};
    /// # let (now, order) = (Time::UNIX_EPOCH, Order::new("o-1".parse()?, Money::inr("100.00")?));
    /// # let payment = order.transaction("t-1".parse()?, &juspay::CYBERSOURCE);
    /// # let payment = payment.authorized(Money::inr("100.00")?, now)?.into_payment();
    /// let capture = Command::capture().amount(Money::inr("40.00")?).key("k1");
    /// let payment = payment.ask(capture, now)?.into_payment();
    /// let refused = payment.profile().error(400, r#"{"error_code":"INVALID_INPUT"}"#);
    /// let change = payment.provider_error(&refused, None, now)?;
    /// assert_eq!(change.payment().transaction().state(), StateKind::Authorized); // withdrawn: the money is free
    /// let unclear = payment.profile().error(504, "<html>");
    /// let change = payment.provider_error(&unclear, None, now)?;
    /// assert_eq!(change.payment().transaction().state(), StateKind::CaptureUnknown);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn provider_error(
        &self,
        answer: &ErrorAnswer<'_>,
        to: Option<(Operation, u32)>,
        now: Time,
    ) -> Result<Change<'a>, Problem> {
        let hold = self.transaction().hold();
        let found = match (hold, to) {
            (Some(hold), Some((operation, number))) => named(hold, operation, number),
            (Some(hold), None) => latest_sent(hold),
            (None, _) => None,
        };
        let Some((operation, number, request)) = found else {
            let unknown = hold.is_some_and(any_unknown);
            let (state, event) = (self.transaction().state(), "provider-error");
            return match to {
                Some((operation, _)) => Err(Rejection::NoSuchRequest { state, event, operation }.into()),
                None if unknown => Ok(Change::nothing(self)),
                None => Err(Rejection::Illegal { state, event }.into()),
            };
        };
        match request.status {
            RequestStatus::Sent => {}
            RequestStatus::Accepted | RequestStatus::Unknown => return Ok(Change::nothing(self)),
            _ => return Ok(Draft::of(self, now).finish(Effect::Stale)),
        }
        let outcome = match self.profile().error_meaning(operation, answer) {
            ErrorMeaning::Withdrawn => Outcome::Withdrawn,
            ErrorMeaning::Unknown => Outcome::TimedOut,
        };
        let (amount, closes, overrides, provider_id) = (None, false, false, None);
        self.change(Event::Answered { operation, number, outcome, amount, closes, overrides, provider_id }, now)
    }
}

fn named(hold: &Hold, operation: Operation, number: u32) -> Option<(Operation, u32, &Request)> {
    let request = hold.requests(operation).get(number)?;
    (request.origin == Origin::Merchant).then_some((operation, number, request))
}

/// The request of ours that was sent last and has no answer.
fn latest_sent(hold: &Hold) -> Option<(Operation, u32, &Request)> {
    let sent = |operation: Operation| {
        let outstanding = hold.requests(operation).outstanding();
        let sent = outstanding.filter(|(_, request)| request.status == RequestStatus::Sent);
        let ours = sent.filter(|(_, request)| request.origin == Origin::Merchant);
        ours.map(move |(number, request)| (operation, number, request))
    };
    Operation::ALL.into_iter().flat_map(sent).max_by_key(|(_, _, request)| request.last_sent)
}

fn any_unknown(hold: &Hold) -> bool {
    let unknown = |operation: Operation| hold.requests(operation).sums().unknown > 0;
    Operation::ALL.into_iter().any(unknown)
}
