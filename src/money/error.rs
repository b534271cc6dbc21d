//! Why a text, a number or an operation gives no money: each error with its amounts and what to do.

use std::fmt;

use crate::money::{Amount, Currency, CurrencyError, GivenText, Minor, Money};

/// Why a text, number or operation gives no money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// Not digits, optionally a point and digits, optionally a leading minus. Code `amount-malformed`.
    #[error("{given} is not an amount; write digits and, if needed, a point, like 100.00")]
    Malformed {
        /// The text.
        given: GivenText,
        /// Where it stops being an amount, in bytes from 0.
        position: usize,
    },
    /// Not an integer of a provider's subunits. Code `amount-malformed`.
    #[error(
        "{given} is not a whole number, and this provider counts in the smallest unit; write {} as {}",
        hundred(*currency), Units(*digits)
    )]
    NotUnits {
        /// The text.
        given: GivenText,
        /// Where it stops being an integer, in bytes from 0.
        position: usize,
        /// The digits of the provider's subunits.
        digits: u32,
        /// The currency.
        currency: Currency,
    },
    /// No amount and currency with one space between them. Code `amount-malformed`.
    #[error("{given} is not an amount, one space and a currency; write it like 100.00 INR")]
    NoCurrency {
        /// The text.
        given: GivenText,
    },
    /// The text after the amount is not a currency. Code `currency-unknown`.
    #[error(transparent)]
    Currency(#[from] CurrencyError),
    /// Above 10¹⁸ − 1 minor units. Code `amount-malformed`.
    #[error("the amount is above the largest possible, {}; check the unit", Money::new(Minor::MAX, *currency))]
    TooLarge {
        /// The currency that says what a minor unit is.
        currency: Currency,
    },
    /// More digits after the point than the currency has. Code `amount-precision`.
    #[error(
        "the amount has too many digits after the point ({digits}; {currency} allows {allowed}); state it exactly, nothing is rounded"
    )]
    Precision {
        /// Digits given.
        digits: u32,
        /// Digits allowed.
        allowed: u32,
        /// The currency.
        currency: Currency,
    },
    /// Below zero. Code `amount-not-positive`.
    #[error("{amount} is below zero; state an amount of zero or more")]
    Negative {
        /// The amount given.
        amount: Amount,
    },
    /// Two currencies in one operation. Code `currency-mismatch`.
    #[error("{left} and {right} do not mix; convert one of them first, at a rate that you state")]
    CurrencyMismatch {
        /// The left operand's.
        left: Currency,
        /// The right operand's.
        right: Currency,
    },
    /// A sum above the largest amount. Code `amount-out-of-range`.
    #[error("{left} and {right} together are above the largest possible amount; check the units of both")]
    SumTooLarge {
        /// The left operand.
        left: Money,
        /// The right operand.
        right: Money,
    },
    /// A difference below zero. Code `amount-out-of-range`.
    #[error("{left} less {right} is below zero; compare the two before subtracting")]
    DifferenceBelowZero {
        /// What was subtracted from.
        left: Money,
        /// What was subtracted.
        right: Money,
    },
}

impl MoneyError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } | Self::NotUnits { .. } | Self::NoCurrency { .. } | Self::TooLarge { .. } => {
                "amount-malformed"
            }
            Self::Currency(error) => error.code(),
            Self::Precision { .. } => "amount-precision",
            Self::Negative { .. } => "amount-not-positive",
            Self::CurrencyMismatch { .. } => "currency-mismatch",
            Self::SumTooLarge { .. } | Self::DifferenceBelowZero { .. } => "amount-out-of-range",
        }
    }
}

/// A hundred major units, as an example.
fn hundred(currency: Currency) -> Money {
    let minor = 10_u64.checked_pow(currency.digits().saturating_add(2)).and_then(Minor::new);
    Money::new(minor.unwrap_or(Minor::ZERO), currency)
}

/// The same hundred, counted in subunits with this many digits.
struct Units(u32);

impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("100")?;
        (0..self.0).try_for_each(|_| f.write_str("0"))
    }
}
