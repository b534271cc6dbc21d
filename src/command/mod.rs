//! Commands: what the merchant requests. The rules of a profile judge them in their published order; a command never
//! builds a state.
//!
//! | file | job |
//! |---|---|
//! | here | one command for all three kinds of request |
//! | `snapshot` | the facts that the rules look at |
//! | `check` | one function per rule |
//! | `order_of_checks` | the order of the rules, per kind; the first that is broken, and all of them |
//! | `judge` | a command on a snapshot: what it would do, or the rule that it breaks |

mod check;
mod judge;
mod order_of_checks;
pub(crate) mod snapshot;

pub use judge::Allowed;
pub(crate) use judge::Judged;

use crate::hold::Operation;
use crate::money::{Amount, Currency};

/// A capture, void or refund as it was requested. Nothing in it has been judged yet.
///
/// ```
/// use order_capture::{Command, Money};
/// let all = Command::capture();
/// let part = Command::capture().amount(Money::inr("40.00")?).key("k1");
/// let last = part.as_final();
/// let rest = Command::void().key("v1");
/// let back = Command::refund().amount(Money::inr("4.00")?).key("refund-0001");
/// # Ok::<(), order_capture::MoneyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a command does nothing until a payment gets it"]
pub struct Command<'a> {
    operation: Operation,
    amount: Option<Amount>,
    currency: Option<Currency>,
    key: Option<&'a str>,
    is_final: bool,
}

impl<'a> Command<'a> {
    pub(crate) const fn of(operation: Operation) -> Self {
        Self { operation, amount: None, currency: None, key: None, is_final: false }
    }

    /// A capture: of all that is capturable, unless an amount is given.
    pub const fn capture() -> Self {
        Self::of(Operation::Capture)
    }

    /// A void: of all that is held, unless an amount is given.
    pub const fn void() -> Self {
        Self::of(Operation::Void)
    }

    /// A refund: of all that is refundable, unless an amount is given.
    pub const fn refund() -> Self {
        Self::of(Operation::Refund)
    }

    /// For this amount: [`Money`](crate::Money), or an [`Amount`] as it was written. Its currency counts as given.
    pub fn amount(self, amount: impl Into<Amount>) -> Self {
        let amount = amount.into();
        Self { amount: Some(amount), currency: self.currency.or(Some(amount.currency())), ..self }
    }

    /// In this currency.
    pub const fn currency(self, currency: Currency) -> Self {
        Self { currency: Some(currency), ..self }
    }

    /// For an amount whose currency is not given with it: a provider that needs one refuses it.
    pub const fn amount_without_currency(self, amount: Amount) -> Self {
        Self { amount: Some(amount), ..self }
    }

    /// Under this idempotency key.
    pub const fn key(self, key: &'a str) -> Self {
        Self { key: Some(key), ..self }
    }

    /// A capture that is the last one: what remains is released when it succeeds. A void or a refund that says so is refused,
    /// `final-unsupported`.
    pub const fn as_final(self) -> Self {
        Self { is_final: true, ..self }
    }

    /// What is requested.
    pub const fn operation(&self) -> Operation {
        self.operation
    }
}
