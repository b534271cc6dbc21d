//! The facts that the rules look at: amounts, state, what is outstanding.

use crate::currency::Currency;
use crate::ids::Time;
use crate::ledger::{Amounts, Ledger};
use crate::money::{Minor, Money, MoneyError};
use crate::order::Order;
use crate::state::StateKind;
use crate::transaction::Transaction;

/// Where a transaction stands, as far as the rules of capture care.
///
/// A crate with a state machine of its own builds one from amounts and asks [`Position::check_capture`].
///
/// ```
/// use order_capture::{Amounts, CaptureRequest, Currency, Minor, Money, Position, juspay};
/// # use order_capture::Time;
/// let order = Money::parse("100.00", Currency::INR)?;
/// let amounts = Amounts { authorized: Minor::from(10_000), captured: Minor::from(4_000), ..Amounts::default() };
/// let position = Position::from_amounts(order, amounts)?;
///
/// let ask = CaptureRequest::of(Money::parse("70.00", Currency::INR)?).key("k2");
/// let refusal = position.check_capture(&ask, juspay::gateway("SIMPL"), Time::UNIX_EPOCH).unwrap_err();
/// assert_eq!(refusal.to_string(), "70.00 INR is asked and 60.00 INR of 100.00 INR is capturable");
/// # Ok::<(), order_capture::MoneyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub(crate) order_amount: Money,
    pub(crate) state: StateKind,
    pub(crate) amounts: Amounts,
    pub(crate) capture_before: Option<Time>,
    pub(crate) capture_in_flight: bool,
    pub(crate) capture_unknown: bool,
    pub(crate) void_in_flight: bool,
    pub(crate) void_unknown: bool,
}

impl Position {
    /// Where a transaction stands.
    #[must_use]
    pub fn of(transaction: &Transaction, order: &Order) -> Self {
        match transaction.ledger() {
            Some(ledger) => Self::of_ledger(ledger, order),
            None => Self::bare(order.amount(), transaction.kind(), Amounts::default()),
        }
    }

    pub(crate) fn of_ledger(ledger: &Ledger, order: &Order) -> Self {
        Self {
            capture_before: ledger.capture_before,
            capture_in_flight: ledger.captures.in_flight(),
            capture_unknown: ledger.captures.unknown(),
            void_in_flight: ledger.voids.in_flight(),
            void_unknown: ledger.voids.unknown(),
            ..Self::bare(order.amount(), ledger.kind(), ledger.amounts())
        }
    }

    /// A position from amounts alone: authorized, captured, pending and released count; held and capturable are
    /// derived, whatever they say; refunded and refund pending are checked against captured.
    ///
    /// Pending money is taken to be in flight; [`Position::pending_is_unknown`] says that its fate is unknown.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] where captured, pending and released together are more than authorized (INV-1).
    pub fn from_amounts(order_amount: Money, amounts: Amounts) -> Result<Self, MoneyError> {
        let Amounts { authorized, captured, pending, released, refunded, refund_pending, .. } = amounts;
        let rest = |left: Minor, right: Minor| left.checked_sub(right).ok_or(MoneyError::OutOfRange { left, right });
        let held = rest(rest(rest(authorized, captured)?, pending)?, released)?;
        rest(rest(captured, refunded)?, refund_pending)?;
        let state = match (pending.is_zero(), held.is_zero(), captured.is_zero()) {
            _ if authorized.is_zero() => StateKind::Created,
            (false, _, _) => StateKind::Capturing,
            (true, true, false) => StateKind::Charged,
            (true, true, true) => StateKind::Voided,
            (true, false, true) => StateKind::Authorized,
            (true, false, false) => StateKind::PartiallyCaptured,
        };
        let amounts = Amounts { held, capturable: held, ..amounts };
        Ok(Self { capture_in_flight: !pending.is_zero(), ..Self::bare(order_amount, state, amounts) })
    }

    /// Says until when a capture is accepted, exclusive.
    #[must_use]
    pub const fn capture_before(self, deadline: Time) -> Self {
        Self { capture_before: Some(deadline), ..self }
    }

    /// Says that the pending money, if there is any, is of unknown fate: nothing came back for it.
    #[must_use]
    pub const fn pending_is_unknown(self) -> Self {
        if self.amounts.pending.is_zero() {
            return self;
        }
        let state = if self.amounts.captured.is_zero() { StateKind::Authorized } else { StateKind::PartiallyCaptured };
        Self { state, capture_in_flight: false, capture_unknown: true, ..self }
    }

    const fn bare(order_amount: Money, state: StateKind, amounts: Amounts) -> Self {
        Self {
            order_amount,
            state,
            amounts,
            capture_before: None,
            capture_in_flight: false,
            capture_unknown: false,
            void_in_flight: false,
            void_unknown: false,
        }
    }

    /// The currency of every amount here: the order's, which an authorization must match.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.order_amount.currency()
    }

    /// The amounts.
    #[must_use]
    pub const fn amounts(&self) -> Amounts {
        self.amounts
    }

    /// The state.
    #[must_use]
    pub const fn state(&self) -> StateKind {
        self.state
    }

    pub(crate) const fn money(&self, minor: Minor) -> Money {
        Money::new(minor, self.currency())
    }
}
