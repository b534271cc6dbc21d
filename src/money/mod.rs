//! Money: integer minor units and a currency.
//!
//! INV-13: a conversion between decimal text, a decimal number, a provider's integer and minor units is exact or is
//! refused. Nothing here rounds, and there is no float.
//!
//! | file | job |
//! |---|---|
//! | `mod` | [`Minor`] and [`Money`] |
//! | `amount` | [`Amount`]: what was written, before a rule has judged it; reading and printing |
//! | `currency` | [`Currency`]: ISO 4217 codes and their digits |
//! | `error` | [`MoneyError`]: why there is no money |
//! | `given` | [`GivenText`]: the text that could not be read |

mod amount;
mod currency;
mod error;
mod given;

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use amount::Amount;
pub use currency::{Currency, CurrencyError};
pub use error::MoneyError;
pub use given::GivenText;

/// A count of minor units (paise, cents, yen), from 0 to 10¹⁸ − 1.
///
/// The bound keeps the sum of any two amounts inside 64 bits.
///
/// ```
/// use order_capture::Minor;
/// let forty = Minor::from(40);
/// assert_eq!(forty.checked_add(Minor::from(2)), Some(Minor::from(42)));
/// assert_eq!(forty.checked_sub(Minor::from(41)), None);
/// assert_eq!(Minor::MAX.checked_add(Minor::ONE), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Minor(#[serde(deserialize_with = "bounded")] u64);

impl Minor {
    /// No money.
    pub const ZERO: Self = Self(0);
    /// One minor unit.
    pub const ONE: Self = Self(1);
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

    /// The sum, held at [`Minor::MAX`]: for totals that are only compared with a ceiling.
    #[must_use]
    pub(crate) const fn saturating_add(self, other: Self) -> Self {
        match self.checked_add(other) {
            Some(sum) => sum,
            None => Self::MAX,
        }
    }

    /// The difference, held at zero: for a remainder that is *at least zero* by its definition.
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

/// Takes a count of minor units: 6000 is 60.00 INR, and 6.000 KWD.
///
/// ```
/// use order_capture::{Minor, MoneyError};
/// assert_eq!(Minor::try_from(6_000_u64)?, Minor::from(6_000));
/// assert_eq!(Minor::try_from(u64::MAX), Err(MoneyError::UnitsTooLarge { units: u64::MAX }));
/// # Ok::<(), MoneyError>(())
/// ```
impl TryFrom<u64> for Minor {
    type Error = MoneyError;

    fn try_from(units: u64) -> Result<Self, MoneyError> {
        Self::new(units).ok_or(MoneyError::UnitsTooLarge { units })
    }
}

/// Takes a count of minor units from where numbers have a sign, such as a database: 6000 is 60.00 INR, and 6.000 KWD.
///
/// ```
/// use order_capture::{Minor, MoneyError};
/// assert_eq!(Minor::try_from(6_000_i64)?, Minor::from(6_000));
/// assert_eq!(Minor::try_from(-1_i64), Err(MoneyError::UnitsNegative { units: -1 }));
/// # Ok::<(), MoneyError>(())
/// ```
impl TryFrom<i64> for Minor {
    type Error = MoneyError;

    fn try_from(units: i64) -> Result<Self, MoneyError> {
        u64::try_from(units).map_err(|_| MoneyError::UnitsNegative { units })?.try_into()
    }
}

impl fmt::Display for Minor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Reads a count of minor units that a stored form holds.
fn bounded<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let units = u64::deserialize(deserializer)?;
    Minor::try_from(units).map(Minor::get).map_err(serde::de::Error::custom)
}

/// An amount of one currency, never negative. Stored as `{"minor": 6000, "currency": "INR"}`.
///
/// ```
/// use order_capture::{Currency, Money};
/// let sixty = Money::inr("60.00")?;
/// assert_eq!(sixty.minor().get(), 6000);
/// assert_eq!(sixty.to_string(), "60.00 INR");
/// assert_eq!("60.00 INR".parse::<Money>()?, sixty);
/// assert_eq!(serde_json::to_string(&sixty)?, r#"{"minor":6000,"currency":"INR"}"#);
/// assert!(Money::inr("60.005").is_err()); // refused, never rounded
///
/// assert_eq!(sixty.checked_add(Money::inr("40")?)?, Money::inr("100.00")?);
/// assert!(sixty.checked_add(Money::usd("40")?).is_err()); // currencies do not mix
/// assert!(sixty.checked_sub(Money::inr("60.01")?).is_err()); // nothing is below zero
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    minor: Minor,
    currency: Currency,
}

macro_rules! read_in {
    ($($name:ident, $currency:ident, $text:literal;)+) => {
        impl Money {
            $(
                #[doc = concat!("Reads an amount of ", stringify!($currency), " from decimal major units: `\"", $text, "\"`.")]
                ///
                /// # Errors
                /// As [`Money::parse`].
                pub fn $name(text: &str) -> Result<Self, MoneyError> {
                    Self::parse(text, Currency::$currency)
                }
            )+
        }
    };
}

read_in! {
    inr, INR, "100.00";
    usd, USD, "100.00";
    eur, EUR, "100.00";
    jpy, JPY, "100";
    kwd, KWD, "100.000";
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
    ///
    /// ```
    /// use order_capture::{Currency, Money};
    /// let omani = Currency::from_code("OMR")?;
    /// assert_eq!(Money::parse("1.500", omani)?.minor().get(), 1500);
    /// assert_eq!(Money::parse("1e3", omani).map_err(|error| error.code()), Err("amount-malformed"));
    /// # Ok::<(), order_capture::MoneyError>(())
    /// ```
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        Amount::parse(text, currency)?.to_money()
    }

    /// Takes a count of minor units.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] above [`Minor::MAX`].
    ///
    /// ```
    /// use order_capture::{Currency, Money};
    /// assert_eq!(Money::from_minor(6000, Currency::INR)?, Money::inr("60.00")?);
    /// assert!(Money::from_minor(u64::MAX, Currency::INR).is_err());
    /// # Ok::<(), order_capture::MoneyError>(())
    /// ```
    pub const fn from_minor(units: u64, currency: Currency) -> Result<Self, MoneyError> {
        match Minor::new(units) {
            Some(minor) => Ok(Self { minor, currency }),
            None => Err(MoneyError::TooLarge { currency }),
        }
    }

    /// Reads decimal major units. Trailing zeros of the number do not count as digits, other digits do.
    ///
    /// # Errors
    /// [`MoneyError`]: too large, more digits than the currency has, or negative.
    ///
    /// ```
    /// use order_capture::{Currency, Money, rust_decimal::Decimal};
    /// assert_eq!(Money::from_decimal(Decimal::new(6000, 2), Currency::INR)?, Money::inr("60.00")?);
    /// assert!(Money::from_decimal(Decimal::new(60_005, 3), Currency::INR).is_err());
    /// # Ok::<(), order_capture::MoneyError>(())
    /// ```
    pub fn from_decimal(major: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        Amount::from_decimal(major, currency)?.to_money()
    }

    /// The decimal major units, with exactly the currency's digits.
    ///
    /// ```
    /// use order_capture::Money;
    /// assert_eq!(Money::inr("60.00")?.to_decimal().to_string(), "60.00");
    /// # Ok::<(), order_capture::MoneyError>(())
    /// ```
    pub fn to_decimal(&self) -> Decimal {
        let mut major = Decimal::from(self.minor.get());
        // A currency has at most four digits, far below what a decimal holds; on the impossible error the scale is 0.
        let _ = major.set_scale(self.currency.digits());
        major
    }

    /// The minor units.
    pub const fn minor(&self) -> Minor {
        self.minor
    }

    /// Whether it is nothing, of whatever currency.
    ///
    /// ```
    /// use order_capture::Money;
    /// assert!(Money::inr("0.00")?.is_zero() && !Money::inr("0.01")?.is_zero());
    /// # Ok::<(), order_capture::MoneyError>(())
    /// ```
    pub const fn is_zero(&self) -> bool {
        self.minor.is_zero()
    }

    /// The currency.
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// The sum.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`] or [`MoneyError::SumTooLarge`].
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_add(other.minor);
        minor.map(|minor| Self { minor, ..self }).ok_or(MoneyError::SumTooLarge { left: self, right: other })
    }

    /// The difference.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`] or [`MoneyError::DifferenceBelowZero`].
    ///
    /// ```
    /// use order_capture::Money;
    /// let (hundred, forty) = (Money::inr("100.00")?, Money::inr("40.00")?);
    /// assert_eq!(hundred.checked_sub(forty)?, Money::inr("60.00")?);
    /// assert_eq!(forty.checked_sub(hundred).map_err(|error| error.code()), Err("amount-out-of-range"));
    /// # Ok::<(), order_capture::MoneyError>(())
    /// ```
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_sub(other.minor);
        minor.map(|minor| Self { minor, ..self }).ok_or(MoneyError::DifferenceBelowZero { left: self, right: other })
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        let (left, right) = (self.currency, other.currency);
        if left == right { Ok(()) } else { Err(MoneyError::CurrencyMismatch { left, right }) }
    }
}
