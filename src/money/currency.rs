//! Currencies: an ISO 4217 code and its number of decimal digits.
//!
//! The list of codes comes from a maintained crate. ISO withdraws currencies, and a release of that crate may drop one,
//! but stored history must stay readable. So [`Currency`] carries its digits itself, and a table of withdrawn codes
//! complements the crate's list.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::money::GivenText;
use crate::rule::broken;

/// An ISO 4217 currency with a fixed number of decimal digits.
///
/// Units without minor units (precious metals, testing codes, `XXX`) cannot be captured and are refused. A code is
/// three capital letters; nothing is trimmed and no letter changes its case.
///
/// ```
/// use order_capture::Currency;
/// assert_eq!("JPY".parse::<Currency>()?, Currency::JPY);
/// assert_eq!(Currency::from_code("HRK")?.digits(), 2); // withdrawn in 2023, still readable
/// assert!(Currency::from_code("inr").is_err());
/// assert_eq!(Currency::from_code_ignoring_case("inr")?, Currency::INR); // as some providers write it
/// # Ok::<(), order_capture::CurrencyError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: [u8; 3],
    digits: u8,
}

broken! {
    /// A text that is not the code of a currency, with its beginning.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[non_exhaustive]
    pub enum CurrencyError, numbers false;

    Empty CURRENCY_UNKNOWN
        "the currency is empty; state an ISO 4217 code like INR"
    NotACode CURRENCY_UNKNOWN { given: GivenText }
        "{given} is not a currency code; write its three capital letters, like INR"
    Unknown CURRENCY_UNKNOWN { given: GivenText }
        "ISO 4217 lists no currency {given} with minor units; check the spelling"
}

/// Codes that a list of current ones may lack, and their digits: those withdrawn, with the year and what followed, and
/// one still issued. A row never leaves this table.
///
/// Source: ISO 4217 table A.3 (codes); the last edition that listed the code (digits).
const WITHDRAWN: &[(&str, u8)] = &[
    ("BGN", 2), // 2026, EUR
    ("ANG", 2), // 2025, XCG
    ("CUC", 2), // 2021, CUP
    ("ZWL", 2), // 2024, ZWG
    ("SLL", 2), // 2023, SLE
    ("HRK", 2), // 2023, EUR
    ("VEF", 2), // 2018, VES
    ("MRO", 2), // 2017, MRU
    ("STD", 2), // 2018, STN
    ("BYR", 0), // 2016, BYN
    ("LTL", 2), // 2015, EUR
    ("LVL", 2), // 2014, EUR
    ("ZMK", 2), // 2013, ZMW
    ("EEK", 2), // 2011, EUR
    ("SKK", 2), // 2009, EUR
    ("VES", 2), // superseded by VED in some lists, still issued
];

impl Currency {
    /// Indian rupee, two digits.
    pub const INR: Self = Self { code: *b"INR", digits: 2 };
    /// United States dollar, two digits.
    pub const USD: Self = Self { code: *b"USD", digits: 2 };
    /// Euro, two digits.
    pub const EUR: Self = Self { code: *b"EUR", digits: 2 };
    /// Yen, no digits.
    pub const JPY: Self = Self { code: *b"JPY", digits: 0 };
    /// Kuwaiti dinar, three digits.
    pub const KWD: Self = Self { code: *b"KWD", digits: 3 };

    /// The currency of an ISO 4217 code, withdrawn ones included.
    ///
    /// # Errors
    /// [`CurrencyError`], code `currency-unknown`, for an empty, lower-case or unlisted code.
    pub fn from_code(code: &str) -> Result<Self, CurrencyError> {
        Self::find(code, code)
    }

    /// As [`Currency::from_code`], in either letter case: for payloads, where providers write both.
    ///
    /// # Errors
    /// [`CurrencyError`], code `currency-unknown`, for an empty or unlisted code.
    pub fn from_code_ignoring_case(code: &str) -> Result<Self, CurrencyError> {
        let Ok(mut upper) = <[u8; 3]>::try_from(code.as_bytes()) else { return Self::from_code(code) };
        upper.make_ascii_uppercase();
        Self::find(std::str::from_utf8(&upper).unwrap_or(code), code)
    }

    /// The currency of a code; an error shows the text that was given.
    fn find(code: &str, text: &str) -> Result<Self, CurrencyError> {
        let given = || GivenText::of(text);
        if code.is_empty() {
            return Err(CurrencyError::Empty);
        }
        let bytes = <[u8; 3]>::try_from(code.as_bytes()).ok().filter(|bytes| bytes.iter().all(u8::is_ascii_uppercase));
        let bytes = bytes.ok_or_else(|| CurrencyError::NotACode { given: given() })?;
        let listed = || iso_currency::Currency::from_code(code)?.exponent()?.try_into().ok();
        let withdrawn = || WITHDRAWN.iter().find(|(known, _)| *known == code).map(|&(_, digits)| digits);
        let digits = listed().or_else(withdrawn).ok_or_else(|| CurrencyError::Unknown { given: given() })?;
        Ok(Self { code: bytes, digits })
    }

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or_default()
    }

    /// How many decimal digits one major unit has.
    pub const fn digits(&self) -> u32 {
        #[allow(clippy::as_conversions, reason = "u8 to u32 loses nothing, and From is not const")]
        {
            self.digits as u32
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl std::str::FromStr for Currency {
    type Err = CurrencyError;

    fn from_str(code: &str) -> Result<Self, CurrencyError> {
        Self::from_code(code)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// Borrows where it can.
        #[derive(Deserialize)]
        #[serde(transparent)]
        struct Code<'a>(#[serde(borrow)] Cow<'a, str>);
        Self::from_code(&Code::deserialize(deserializer)?.0).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[path = "../../tests/unit/currency.rs"]
mod tests;
