//! Money: integer minor units and a currency. Nothing here rounds, and no float comes near.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize};

use crate::currency::Currency;

/// A count of minor units (paise, cents, yen), from 0 to 10¹⁸ − 1.
///
/// The bound is what keeps every sum of two amounts inside 64 bits, so that no operation can overflow unseen.
///
/// ```
/// use order_capture::Minor;
/// assert_eq!(Minor::new(40).and_then(|n| n.checked_add(Minor::from(2))), Minor::new(42));
/// assert_eq!(Minor::new(1_000_000_000_000_000_000), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Minor(u64);

impl Minor {
    /// No money.
    pub const ZERO: Self = Self(0);
    /// The largest amount: 10¹⁸ − 1 minor units.
    pub const MAX: Self = Self(999_999_999_999_999_999);

    /// This many minor units, or `None` above [`Minor::MAX`].
    #[must_use]
    pub const fn new(units: u64) -> Option<Self> {
        if units <= Self::MAX.0 { Some(Self(units)) } else { None }
    }

    /// The count itself.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Whether there is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, or `None` above [`Minor::MAX`].
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Self::new(sum),
            None => None,
        }
    }

    /// The difference, or `None` below zero.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(rest) => Some(Self(rest)),
            None => None,
        }
    }

    /// The sum, held at [`Minor::MAX`]: for totals that are only compared.
    #[must_use]
    #[inline]
    pub(crate) fn saturating_add(self, other: Self) -> Self {
        Self(self.0.wrapping_add(other.0).min(Self::MAX.0))
    }

    /// What three parts leave, held at zero. Three amounts together are far below what 64 bits hold.
    #[must_use]
    pub(crate) const fn without(self, one: Self, two: Self, three: Self) -> Self {
        Self(self.0.saturating_sub(one.0.wrapping_add(two.0).wrapping_add(three.0)))
    }

    /// The difference, held at zero: for a remainder of which the sign is already known.
    #[must_use]
    pub(crate) const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl From<u32> for Minor {
    fn from(units: u32) -> Self {
        Self(units.into())
    }
}

impl fmt::Display for Minor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Minor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let units = u64::deserialize(deserializer)?;
        Self::new(units)
            .ok_or_else(|| serde::de::Error::custom(format_args!("{units} minor units are more than {}", Self::MAX)))
    }
}

/// An amount of one currency, never negative.
///
/// ```
/// use order_capture::{Currency, Money};
/// let ten = Money::parse("10.00", Currency::INR)?;
/// assert_eq!(ten.minor().get(), 1000);
/// assert_eq!(ten.to_string(), "10.00 INR");
/// assert!(Money::parse("10.005", Currency::INR).is_err()); // refused, never rounded
/// # Ok::<(), order_capture::MoneyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    #[serde(rename = "amount")]
    minor: Minor,
    currency: Currency,
}

/// Why a text, number or operation gave no money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// Not digits, optionally a point and digits, optionally a leading minus. Code `amount-malformed`.
    #[error(
        "an amount is digits, optionally a point and digits; this text of {length} bytes is not, from byte {position} on"
    )]
    Malformed {
        /// Bytes in the text.
        length: usize,
        /// Where it stops being an amount, from 0.
        position: usize,
    },
    /// Above 10¹⁸ − 1 minor units. Code `amount-malformed`.
    #[error("the amount is above the largest one, {} minor units of {currency}", Minor::MAX)]
    TooLarge {
        /// The currency that says what a minor unit is.
        currency: Currency,
    },
    /// More digits after the point than the currency has. Code `amount-precision`.
    #[error(
        "the amount has {digits} digits after the point and {currency} has {allowed}; state it exactly, nothing is rounded"
    )]
    Precision {
        /// Digits given.
        digits: u32,
        /// Digits the currency has.
        allowed: u32,
        /// The currency.
        currency: Currency,
    },
    /// Below zero. Code `amount-not-positive`.
    #[error("the amount is below zero; money is never negative here")]
    Negative,
    /// Two currencies in one operation. Code `currency-mismatch`.
    #[error("{left} and {right} do not mix; convert outside and say the rate")]
    CurrencyMismatch {
        /// The left operand's.
        left: Currency,
        /// The right operand's.
        right: Currency,
    },
    /// The result would be below zero or above the largest amount. Code `amount-out-of-range`.
    #[error("{left} and {right} minor units give a result outside 0 to {}", Minor::MAX)]
    OutOfRange {
        /// The left operand.
        left: Minor,
        /// The right operand.
        right: Minor,
    },
}

impl MoneyError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } | Self::TooLarge { .. } => "amount-malformed",
            Self::Precision { .. } => "amount-precision",
            Self::Negative => "amount-not-positive",
            Self::CurrencyMismatch { .. } => "currency-mismatch",
            Self::OutOfRange { .. } => "amount-out-of-range",
        }
    }
}

impl Money {
    /// This many minor units of a currency: what providers call subunits.
    #[must_use]
    pub const fn new(minor: Minor, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing of a currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self::new(Minor::ZERO, currency)
    }

    /// Reads decimal major units: `"100.00"`, `"100"`, and the text of a JSON number alike.
    ///
    /// # Errors
    /// [`MoneyError`]: malformed, too large, more digits than the currency has (even zeros), or negative.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        Amount::parse(text, currency)?.to_money()
    }

    /// Takes decimal major units. Trailing zeros of the number do not count as digits, other digits do.
    ///
    /// # Errors
    /// [`MoneyError`]: too large, more digits than the currency has, or negative.
    pub fn from_major(major: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let major = major.normalize();
        let (digits, allowed) = (major.scale(), currency.digits());
        if major.is_sign_negative() && !major.is_zero() {
            return Err(MoneyError::Negative);
        }
        if digits > allowed {
            return Err(MoneyError::Precision { digits, allowed, currency });
        }
        let too_large = MoneyError::TooLarge { currency };
        let factor = 10_u128.checked_pow(allowed.saturating_sub(digits)).ok_or(too_large)?;
        let units = major.mantissa().unsigned_abs().checked_mul(factor).ok_or(too_large)?;
        let minor = u64::try_from(units).ok().and_then(Minor::new).ok_or(too_large)?;
        Ok(Self { minor, currency })
    }

    /// The decimal major units, with exactly the currency's digits.
    #[must_use]
    pub fn to_major(&self) -> Decimal {
        let mut major = Decimal::from(self.minor.get());
        // A currency has at most four digits, far below what a decimal takes; on the impossible error the scale is 0.
        let _ = major.set_scale(self.currency.digits());
        major
    }

    /// The minor units.
    #[must_use]
    pub const fn minor(&self) -> Minor {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Decimal major units with exactly the currency's digits: `"100.00"`, `"500"`. Also a JSON number's text.
    #[must_use]
    pub fn major_text(&self) -> String {
        MajorUnits(*self).to_string()
    }

    /// The sum.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`] or [`MoneyError::OutOfRange`].
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.with(other, Minor::checked_add)
    }

    /// The difference.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`] or [`MoneyError::OutOfRange`].
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.with(other, Minor::checked_sub)
    }

    /// The order of two amounts.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`].
    pub fn compare(self, other: Self) -> Result<std::cmp::Ordering, MoneyError> {
        self.same_currency(other)?;
        Ok(self.minor.cmp(&other.minor))
    }

    fn with(self, other: Self, operation: fn(Minor, Minor) -> Option<Minor>) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let (left, right) = (self.minor, other.minor);
        let minor = operation(left, right).ok_or(MoneyError::OutOfRange { left, right })?;
        Ok(Self { minor, currency: self.currency })
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        let (left, right) = (self.currency, other.currency);
        if left == right { Ok(()) } else { Err(MoneyError::CurrencyMismatch { left, right }) }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", MajorUnits(*self), self.currency)
    }
}

/// Writes an amount in major units without its currency.
struct MajorUnits(Money);

impl fmt::Display for MajorUnits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.currency.digits();
        let unit = 10_u64.checked_pow(digits).unwrap_or(1);
        let minor = self.0.minor.get();
        let (whole, rest) = (minor.checked_div(unit).unwrap_or(minor), minor.checked_rem(unit).unwrap_or(0));
        match usize::try_from(digits) {
            Ok(width) if width > 0 => write!(f, "{whole}.{rest:0width$}"),
            _ => write!(f, "{whole}"),
        }
    }
}

/// An amount as somebody asked for it, before a rule has judged it: it may be negative or have too many digits.
///
/// A request keeps what was written, so that the checks can run in their published order and each refusal can say
/// what it saw. Only an amount that is no number at all, or beyond every integer we hold, is refused on reading.
///
/// ```
/// use order_capture::{Amount, Currency};
/// assert!(Amount::parse("-1", Currency::INR).is_ok()); // a rule will say amount-not-positive
/// assert_eq!(Amount::parse("1e3", Currency::INR).unwrap_err().code(), "amount-malformed");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// The digits that the currency has room for.
    magnitude: Minor,
    negative: bool,
    /// Digits written after the point.
    digits: u32,
    /// Whether a digit other than zero stands beyond the currency's.
    inexact: bool,
    currency: Currency,
}

impl Amount {
    /// Reads digits, optionally a point and digits, optionally a leading minus.
    ///
    /// # Errors
    /// [`MoneyError::Malformed`] or [`MoneyError::TooLarge`], both `amount-malformed`.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = match unsigned.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (unsigned, None),
        };
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !is_digits(whole) || !fraction.is_none_or(is_digits) {
            return Err(malformed(text));
        }
        let fraction = fraction.unwrap_or_default();
        let room = usize::try_from(currency.digits()).unwrap_or(0);
        let padding = std::iter::repeat_n(b'0', room.saturating_sub(fraction.len()));
        let mut digits = whole.bytes().chain(fraction.bytes().take(room)).chain(padding);
        let magnitude = digits
            .try_fold(0_u64, |sum, digit| {
                let digit = u64::from(digit.checked_sub(b'0')?);
                Minor::new(sum.checked_mul(10)?.checked_add(digit)?).map(Minor::get)
            })
            .and_then(Minor::new)
            .ok_or(MoneyError::TooLarge { currency })?;
        let inexact = fraction.bytes().skip(room).any(|digit| digit != b'0');
        let digits = u32::try_from(fraction.len()).unwrap_or(u32::MAX);
        Ok(Self { magnitude, negative, digits, inexact, currency })
    }

    /// The currency that it was read in.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Digits written after the point.
    #[must_use]
    pub const fn digits(&self) -> u32 {
        self.digits
    }

    /// Whether it is above zero.
    #[must_use]
    pub const fn is_positive(&self) -> bool {
        !self.negative && (!self.magnitude.is_zero() || self.inexact)
    }

    /// The money it states exactly.
    ///
    /// # Errors
    /// [`MoneyError::Precision`] or [`MoneyError::Negative`].
    pub fn to_money(&self) -> Result<Money, MoneyError> {
        let (digits, allowed, currency) = (self.digits, self.currency.digits(), self.currency);
        if digits > allowed {
            return Err(MoneyError::Precision { digits, allowed, currency });
        }
        if self.negative && !self.magnitude.is_zero() {
            return Err(MoneyError::Negative);
        }
        Ok(Money::new(self.magnitude, currency))
    }

    /// Whether it is this many minor units, zeros beyond the currency's digits aside.
    pub(crate) fn equals(&self, minor: Minor) -> bool {
        self.magnitude == minor && !self.inexact && (!self.negative || minor.is_zero())
    }

    /// The minor units, cut to the currency's digits: for numbers in a refusal, never for a decision.
    pub(crate) const fn magnitude(&self) -> Minor {
        self.magnitude
    }

    /// Whether the magnitude is below zero.
    pub(crate) const fn is_negative(&self) -> bool {
        self.negative
    }
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self {
            magnitude: money.minor,
            negative: false,
            digits: money.currency.digits(),
            inexact: false,
            currency: money.currency,
        }
    }
}

impl fmt::Display for Amount {
    /// Writes what the currency has room for; digits beyond it show as an ellipsis.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        let more = if self.digits > self.currency.digits() { "…" } else { "" };
        write!(f, "{sign}{}{more} {}", MajorUnits(Money::new(self.magnitude, self.currency)), self.currency)
    }
}

/// Finds the first byte at which a text stops being an amount.
fn malformed(text: &str) -> MoneyError {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let sign = text.len().saturating_sub(unsigned.len());
    let mut point_at = None;
    let mut position = unsigned.len();
    for (index, byte) in unsigned.bytes().enumerate() {
        match byte {
            b'0'..=b'9' => {}
            b'.' if point_at.is_none() && index > 0 => point_at = Some(index),
            _ => {
                position = index;
                break;
            }
        }
    }
    MoneyError::Malformed { length: text.len(), position: position.saturating_add(sign) }
}
