//! Why a text, a number or an operation gives no money: each error with its amounts and what to do.

use crate::money::{Amount, Currency, CurrencyError, Minor, Money};

/// Why a text, number or operation gave no money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// Not digits, optionally a point and digits, optionally a leading minus. Code `amount-malformed`.
    #[error(
        "an amount is digits, optionally a point and digits; this text of {length} bytes is not, from byte {position} on; write it like 100.00"
    )]
    Malformed {
        /// Bytes in the text.
        length: usize,
        /// Where it stops being an amount, from 0.
        position: usize,
    },
    /// No amount and currency with one space between them. Code `amount-malformed`.
    #[error("money is an amount, a space and a currency; this text of {length} bytes is not; write it like 100.00 INR")]
    NoCurrency {
        /// Bytes in the text.
        length: usize,
    },
    /// The currency beside the amount is none. Code `currency-unknown`.
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
        "the amount has {digits} digits after the point and an amount of {currency} may have {allowed}; state it exactly, nothing is rounded"
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
            Self::Malformed { .. } | Self::NoCurrency { .. } | Self::TooLarge { .. } => "amount-malformed",
            Self::Currency(error) => error.code(),
            Self::Precision { .. } => "amount-precision",
            Self::Negative { .. } => "amount-not-positive",
            Self::CurrencyMismatch { .. } => "currency-mismatch",
            Self::SumTooLarge { .. } | Self::DifferenceBelowZero { .. } => "amount-out-of-range",
        }
    }
}
