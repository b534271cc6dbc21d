//! Amounts as they were written, and how amounts and money are read and printed.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

use crate::money::{Currency, GivenText, Minor, Money, MoneyError};

/// An amount as it was written, before a rule has judged it: it may be negative or have too many digits.
///
/// A request keeps what was written, so that the checks run in their published order and a violation can show it.
/// Reading refuses only a text that is not a number, or that is beyond every amount that can be held.
///
/// ```
/// use order_capture::{Amount, Currency, Money};
/// let typed = Amount::parse("-1", Currency::INR)?; // a rule will say amount-not-positive
/// assert_eq!(typed.to_string(), "-1.00 INR");
/// assert!(typed.to_money().is_err());
/// assert_eq!(Amount::from(Money::inr("60.00")?).to_money(), Money::inr("60.00"));
/// # Ok::<(), order_capture::MoneyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Amount {
    /// Minor units, cut to the digits that the currency has: for numbers in a refusal, never for a decision.
    pub(crate) magnitude: Minor,
    /// Whether a minus was written.
    pub(crate) negative: bool,
    /// Digits written after the point.
    digits: u32,
    /// Whether a digit beyond the currency's is not zero.
    inexact: bool,
    currency: Currency,
}

impl Amount {
    /// Reads digits, optionally a point and digits, optionally a leading minus.
    ///
    /// # Errors
    /// [`MoneyError::Malformed`] or [`MoneyError::TooLarge`], both `amount-malformed`.
    ///
    /// ```
    /// use order_capture::{Amount, Currency};
    /// assert_eq!(Amount::parse("10.005", Currency::INR)?.digits(), 3); // a rule will say amount-precision
    /// assert_eq!(Amount::parse("1e3", Currency::INR).map_err(|error| error.code()), Err("amount-malformed"));
    /// # Ok::<(), order_capture::MoneyError>(())
    /// ```
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let written = Written::of(text)?;
        let room = usize::try_from(currency.digits()).unwrap_or(0);
        let (kept, beyond) = written.fraction.split_at_checked(room).unwrap_or((written.fraction, ""));
        let zeros = std::iter::repeat_n(b'0', room.saturating_sub(kept.len()));
        let mut digits = written.whole.bytes().chain(kept.bytes()).chain(zeros);
        let minor =
            digits.try_fold(0_u64, |sum, digit| sum.checked_mul(10)?.checked_add(digit.checked_sub(b'0')?.into()));
        Ok(Self {
            magnitude: minor.and_then(Minor::new).ok_or(MoneyError::TooLarge { currency })?,
            negative: written.negative,
            digits: u32::try_from(written.fraction.len()).unwrap_or(u32::MAX),
            inexact: beyond.bytes().any(|digit| digit != b'0'),
            currency,
        })
    }

    /// Reads decimal major units. Trailing zeros of the number do not count as digits.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`].
    pub(super) fn from_decimal(major: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let major = major.normalize();
        let digits = major.scale();
        let (magnitude, inexact) = rescale(major.mantissa().unsigned_abs(), digits, currency.digits())
            .ok_or(MoneyError::TooLarge { currency })?;
        Ok(Self { magnitude, negative: major.is_sign_negative(), digits, inexact, currency })
    }

    /// The currency that it was read in.
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Digits written after the point; those beyond the currency's count even when they are zero.
    pub const fn digits(&self) -> u32 {
        self.digits
    }

    /// Whether it is above zero.
    pub(crate) const fn is_positive(&self) -> bool {
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
            return Err(MoneyError::Negative { amount: *self });
        }
        Ok(Money::new(self.magnitude, currency))
    }

    /// Whether it is this many minor units, ignoring zeros beyond the currency's digits.
    pub(crate) fn equals(&self, minor: Minor) -> bool {
        self.magnitude == minor && !self.inexact && (!self.negative || minor.is_zero())
    }
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        let (magnitude, currency) = (money.minor(), money.currency());
        Self { magnitude, negative: false, digits: currency.digits(), inexact: false, currency }
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

impl Money {
    /// Reads an integer of which `10^digits` make one major unit: a provider's subunits.
    ///
    /// `digits` are the currency's own, unless the provider documents a different number.
    ///
    /// # Errors
    /// [`MoneyError`]: malformed, too large, negative, or not exact in the currency's digits.
    ///
    /// ```
    /// use order_capture::{Currency, Money};
    /// assert_eq!(Money::parse_units("6000", 2, Currency::INR)?, Money::inr("60.00")?);
    /// assert_eq!(Money::parse_units("50000", 2, Currency::JPY)?, Money::jpy("500")?);
    /// assert!(Money::parse_units("50050", 2, Currency::JPY).is_err());
    /// assert!(Money::parse_units("60.00", 2, Currency::INR).is_err());
    /// # Ok::<(), order_capture::MoneyError>(())
    /// ```
    pub fn parse_units(text: &str, digits: u32, currency: Currency) -> Result<Self, MoneyError> {
        let not_units = || MoneyError::NotUnits { given: GivenText::of(text), digits, currency };
        let written = Written::of(text).ok().filter(|_| !text.contains('.')).ok_or_else(not_units)?;
        let allowed = currency.digits();
        let scaled = integer(written.whole).and_then(|units| rescale(units, digits, allowed));
        let (magnitude, inexact) = scaled.ok_or(MoneyError::TooLarge { currency })?;
        let digits = if inexact { digits } else { allowed };
        Amount { magnitude, negative: written.negative, digits, inexact, currency }.to_money()
    }

    /// Writes the integer that [`Money::parse_units`] reads.
    ///
    /// # Errors
    /// [`MoneyError::Precision`] where fewer digits than the currency's cannot state it exactly.
    ///
    /// ```
    /// use order_capture::Money;
    /// assert_eq!(Money::inr("60.00")?.units_text(2)?, "6000");
    /// assert_eq!(Money::jpy("500")?.units_text(2)?, "50000");
    /// assert!(Money::kwd("0.001")?.units_text(2).is_err());
    /// # Ok::<(), order_capture::MoneyError>(())
    /// ```
    pub fn units_text(&self, digits: u32) -> Result<String, MoneyError> {
        let (own, currency) = (self.currency().digits(), self.currency());
        let scaled = scale(self.minor().get().into(), own, digits).ok_or(MoneyError::TooLarge { currency })?;
        match scaled {
            (units, 0) => Ok(units.to_string()),
            _ => Err(MoneyError::Precision { digits: own, allowed: digits, currency }),
        }
    }

    /// Decimal major units with exactly the currency's digits, without the currency: also a JSON number's text.
    ///
    /// ```
    /// use order_capture::Money;
    /// assert_eq!(Money::inr("100")?.major_text(), "100.00");
    /// assert_eq!(Money::jpy("500")?.major_text(), "500");
    /// # Ok::<(), order_capture::MoneyError>(())
    /// ```
    pub fn major_text(&self) -> String {
        MajorUnits(*self).to_string()
    }
}

impl fmt::Display for Money {
    /// Writes `60.00 INR`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", MajorUnits(*self), self.currency())
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    /// Reads what `Display` writes: `60.00 INR`.
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let (amount, currency) =
            text.split_once(' ').ok_or_else(|| MoneyError::NoCurrency { given: GivenText::of(text) })?;
        Self::parse(amount, Currency::from_code(currency)?)
    }
}

/// Writes an amount in major units without its currency.
struct MajorUnits(Money);

impl fmt::Display for MajorUnits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.currency().digits();
        let unit = 10_u64.checked_pow(digits).unwrap_or(1);
        let minor = self.0.minor().get();
        let (whole, rest) = (minor.checked_div(unit).unwrap_or(minor), minor.checked_rem(unit).unwrap_or(0));
        match usize::try_from(digits) {
            Ok(width) if width > 0 => write!(f, "{whole}.{rest:0width$}"),
            _ => write!(f, "{whole}"),
        }
    }
}

/// The parts of a decimal text.
struct Written<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
}

impl<'a> Written<'a> {
    /// Splits digits, optionally a point and digits, optionally a leading minus.
    fn of(text: &'a str) -> Result<Self, MoneyError> {
        let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let point = unsigned.bytes().position(|byte| byte == b'.').and_then(|point| unsigned.split_at_checked(point));
        let (whole, fraction) = point.map_or((unsigned, None), |(whole, rest)| (whole, rest.get(1..)));
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || !fraction.is_none_or(is_digits) {
            return Err(MoneyError::Malformed { given: GivenText::of(text) });
        }
        Ok(Self { negative, whole, fraction: fraction.unwrap_or_default() })
    }
}

/// The integer that ASCII digits write, or `None` where it is beyond 128 bits.
fn integer(digits: &str) -> Option<u128> {
    // Nearly every amount fits in 64 bits, which is faster.
    digits.parse::<u64>().map(u128::from).or_else(|_| digits.parse()).ok()
}

/// Units with `from` digits as units with `to` digits, and what is left over; `None` beyond 128 bits.
fn scale(units: u128, from: u32, to: u32) -> Option<(u128, u128)> {
    match to.checked_sub(from) {
        Some(0) => Some((units, 0)),
        Some(more) => Some((units.checked_mul(10_u128.checked_pow(more)?)?, 0)),
        None => {
            let unit = 10_u128.checked_pow(from.checked_sub(to)?)?;
            Some((units.checked_div(unit)?, units.checked_rem(unit)?))
        }
    }
}

/// Units with `from` digits as minor units with `to` digits, and whether something is left over.
fn rescale(units: u128, from: u32, to: u32) -> Option<(Minor, bool)> {
    let (units, rest) = scale(units, from, to)?;
    Some((Minor::new(units.try_into().ok()?)?, rest != 0))
}
