//! Why a text, a number or an operation gives no money: each error with its amounts and what to do.

use std::fmt;

use crate::money::{Amount, Currency, CurrencyError, GivenText, Minor, Money};
use crate::rule::broken;

broken! {
    /// Why a text, number or operation gives no money. The text of each says what its fields are.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[non_exhaustive]
    pub enum MoneyError, numbers false, or Currency(CurrencyError) "The text after the amount is not a currency.";

    Malformed AMOUNT_MALFORMED { given: GivenText }
        "{given} is not an amount; write digits and, if needed, a point, like 100.00"
    NotUnits AMOUNT_MALFORMED { given: GivenText, digits: u32, currency: Currency }
        "{given} is not a whole number, and this provider counts in the smallest unit; write {} as {}"
        [hundred(*currency), Units(*digits)]
    NoCurrency AMOUNT_MALFORMED { given: GivenText }
        "{given} is not an amount, one space and a currency; write it like 100.00 INR"
    Type AMOUNT_MALFORMED { expected: &'static str }
        "it must be {expected}"
    TooLarge AMOUNT_MALFORMED { currency: Currency }
        "the amount is above the largest possible, {}; check the unit" [Money::new(Minor::MAX, *currency)]
    UnitsTooLarge AMOUNT_MALFORMED { units: u64 }
        "{units} minor units are more than the largest amount, {}; check the unit" [Minor::MAX]
    UnitsNegative AMOUNT_NOT_POSITIVE { units: i64 }
        "{units} minor units are below zero; state zero or more"
    Precision AMOUNT_PRECISION { digits: u32, allowed: u32, currency: Currency }
        "the amount has too many digits after the point ({digits}; {currency} allows {allowed}); state it exactly, nothing is rounded"
    Negative AMOUNT_NOT_POSITIVE { amount: Amount }
        "{amount} is below zero; state an amount of zero or more"
    CurrencyMismatch CURRENCY_MISMATCH { left: Currency, right: Currency }
        "{left} and {right} do not mix; convert one of them first, at a rate that you state"
    SumTooLarge AMOUNT_OUT_OF_RANGE { left: Money, right: Money }
        "{left} and {right} together are above the largest possible amount; check the units of both"
    DifferenceBelowZero AMOUNT_OUT_OF_RANGE { left: Money, right: Money }
        "{left} less {right} is below zero; compare the two before subtracting"
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
