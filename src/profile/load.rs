//! Profiles in JSON: a provider is a value. What is loaded is checked, and an error names the row.

use serde::{Deserialize, Deserializer};

use crate::currency::Currency;
use crate::ids::StatusWord;
use crate::profile::{Capabilities, Captures, Meaning, Payload, Profile};
use crate::rule::Rule;

/// The version that profiles are written in.
const VERSION: u32 = 1;

/// Why a profile is refused. Rows are counted from 0, as in JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// Not the JSON of a profile.
    #[error("line {line}, column {column}: {problem}")]
    Json {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What is wrong.
        problem: String,
    },
    /// A row without a usable text, or with one that an earlier row has.
    #[error(
        "{table}[{row}]: the text {text:?} is empty, unusable or in an earlier row; give each row a text of its own"
    )]
    Text {
        /// The table.
        table: &'static str,
        /// The row.
        row: usize,
        /// Its text.
        text: String,
    },
    /// A meaning that no row spells.
    #[error("statuses: no row spells {meaning:?}; add it to the \"spells\" of the row that comes nearest")]
    Unspelled {
        /// The meaning.
        meaning: Meaning,
    },
    /// A meaning that two rows spell, or that a row spells although another row means it.
    #[error("{table}[{row}]: {meaning:?} has its word elsewhere; a meaning has one word")]
    SpelledTwice {
        /// The table.
        table: &'static str,
        /// The row.
        row: usize,
        /// The meaning; of an order, `None` stands for one without a transaction.
        meaning: Option<Meaning>,
    },
    /// Two capabilities that contradict each other.
    #[error("capabilities: {one} contradicts {other}")]
    Contradiction {
        /// The one.
        one: &'static str,
        /// The other.
        other: &'static str,
    },
    /// A row that names something that does not exist.
    #[error("{table}[{row}]: {field} is {value:?}; {expected}")]
    Unknown {
        /// The table.
        table: &'static str,
        /// The row.
        row: usize,
        /// The field.
        field: &'static str,
        /// Its value.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A pointer that is none.
    #[error("payload.fields.{field}: {pointer:?} is no JSON pointer; it is empty or starts with a slash")]
    Pointer {
        /// The field.
        field: &'static str,
        /// The pointer.
        pointer: String,
    },
}

impl ProfileError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "profile-invalid"
    }
}

pub(super) fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    match u32::deserialize(deserializer)? {
        VERSION => Ok(VERSION),
        other => Err(serde::de::Error::custom(format_args!(
            "profile version {other} is not known, this crate reads {VERSION}"
        ))),
    }
}

impl Profile {
    /// Reads a profile and checks it.
    ///
    /// # Errors
    /// [`ProfileError`], with the row.
    ///
    /// ```
    /// use order_capture::Profile;
    /// let error = Profile::from_json("{}").unwrap_err();
    /// assert_eq!(error.code(), "profile-invalid");
    /// ```
    pub fn from_json(text: &str) -> Result<Self, ProfileError> {
        let profile: Self = serde_json::from_str(text).map_err(|error| ProfileError::Json {
            line: error.line(),
            column: error.column(),
            problem: error.to_string(),
        })?;
        profile.check()?;
        Ok(profile)
    }

    /// Whether every status maps, no text stands twice, and no capability contradicts another.
    ///
    /// # Errors
    /// The first [`ProfileError`].
    pub fn check(&self) -> Result<(), ProfileError> {
        capabilities(&self.capabilities)?;
        texts("statuses", self.statuses.iter().map(|row| &*row.text))?;
        texts("order_statuses", self.order_statuses.iter().map(|row| &*row.text))?;
        texts("events", self.events.iter().map(|row| &*row.name))?;
        texts("currencies", self.currencies.iter().map(|row| &*row.code))?;
        self.meanings()?;
        self.references()?;
        let pointers = if let Payload::Fields(fields) = &self.payload { Some(fields.pointers()) } else { None };
        match pointers.into_iter().flatten().find(|(_, pointer)| !pointer.is_empty() && !pointer.starts_with('/')) {
            Some((field, pointer)) => Err(ProfileError::Pointer { field, pointer: pointer.into() }),
            None => Ok(()),
        }
    }

    /// Every meaning has one word, and a word that means it comes before one that only comes near.
    fn meanings(&self) -> Result<(), ProfileError> {
        for (row, status) in self.statuses.iter().enumerate() {
            for &meaning in status.spells.iter() {
                let elsewhere = |other: usize, means: Meaning, spells: &[Meaning]| {
                    other != row && (spells.contains(&meaning) || (means == meaning && status.means != meaning))
                };
                if self.statuses.iter().enumerate().any(|(other, r)| elsewhere(other, r.means, &r.spells)) {
                    return Err(ProfileError::SpelledTwice { table: "statuses", row, meaning: Some(meaning) });
                }
            }
        }
        for (row, status) in self.order_statuses.iter().enumerate() {
            let earlier = || self.order_statuses.iter().take(row).flat_map(|earlier| earlier.spells.iter());
            if let Some(&meaning) = status.spells.iter().find(|meaning| earlier().any(|other| other == *meaning)) {
                return Err(ProfileError::SpelledTwice { table: "order_statuses", row, meaning });
            }
        }
        let spelled = |meaning: &Meaning| self.statuses.iter().any(|row| row.spells.contains(meaning));
        match Meaning::ALL.into_iter().find(|meaning| !spelled(meaning)) {
            Some(meaning) => Err(ProfileError::Unspelled { meaning }),
            None => Ok(()),
        }
    }

    /// What a row names exists.
    fn references(&self) -> Result<(), ProfileError> {
        let unknown = |table, row, field, value: &str, expected| {
            Err(ProfileError::Unknown { table, row, field, value: value.into(), expected })
        };
        for (row, outcome) in self.outcomes.iter().enumerate() {
            if self.status(&outcome.status).is_none() {
                return unknown("outcomes", row, "status", &outcome.status, "it must be a text of the statuses");
            }
        }
        for (row, error) in self.errors.iter().enumerate() {
            match &error.refusal {
                Some(code) if Rule::of(code).is_none() => {
                    return unknown("errors", row, "refusal", code, "it must be the code of a rule");
                }
                _ => {}
            }
        }
        for (row, currency) in self.currencies.iter().enumerate() {
            match Currency::from_code(&currency.code) {
                Ok(known) if known.digits() == currency.digits => {}
                Ok(_) => {
                    return unknown("currencies", row, "digits", &currency.code, "ISO 4217 has other digits for it");
                }
                Err(_) => return unknown("currencies", row, "code", &currency.code, "it must be an ISO 4217 code"),
            }
        }
        Ok(())
    }
}

/// No text is empty, none stands twice.
fn texts<'a>(table: &'static str, texts: impl Iterator<Item = &'a str> + Clone) -> Result<(), ProfileError> {
    let twice = |row: usize, text: &str| {
        StatusWord::check(text).is_err() || texts.clone().take(row).any(|earlier| earlier == text)
    };
    match texts.clone().enumerate().find(|&(row, text)| twice(row, text)) {
        Some((row, text)) => Err(ProfileError::Text { table, row, text: text.into() }),
        None => Ok(()),
    }
}

/// No capability contradicts another.
fn capabilities(can: &Capabilities) -> Result<(), ProfileError> {
    let single = can.captures == Captures::Single;
    let contradictions = [
        (can.capture_equals_authorized && can.partial_capture, "capture_equals_authorized", "partial_capture"),
        (can.capture_equals_authorized && !single, "capture_equals_authorized", "captures: several"),
        (single && can.concurrent_captures, "captures: single", "concurrent_captures"),
        (!single && !can.partial_capture, "captures: several", "partial_capture: false"),
        (can.request_digits > 4, "request_digits above 4", "every ISO 4217 currency"),
    ];
    match contradictions.into_iter().find(|(found, ..)| *found) {
        Some((_, one, other)) => Err(ProfileError::Contradiction { one, other }),
        None => Ok(()),
    }
}
