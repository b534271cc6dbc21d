//! Profiles in JSON: a provider is a value. What is loaded is checked, and an error names the row.

use serde::{Deserialize, Deserializer};

use crate::currency::Currency;
use crate::ids::StatusWord;
use crate::profile::{
    AmountForm, AmountRequired, Capabilities, Captures, Class, Confidence, ErrorRow, Meaning, OutcomeRow, Payload,
    Profile, Settles, StatusRow,
};
use crate::rule::Rule;

/// The version that profiles are written in.
const VERSION: u32 = 1;

/// Why a profile is refused. Rows are counted from 0, as in JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// Not the JSON of a profile.
    #[error("{path}: {problem}")]
    Json {
        /// The row and field: `statuses[3].means`; a dot where there is none.
        path: String,
        /// What is wrong, and where in the text.
        problem: String,
    },
    /// A table that lacks what every provider has, or has something twice.
    #[error("{table}: {problem}")]
    Table {
        /// The table.
        table: &'static str,
        /// What is wrong.
        problem: &'static str,
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
    #[error("statuses: no row spells {meaning}; add it to the \"spells\" of the row that comes nearest")]
    Unspelled {
        /// The meaning.
        meaning: Meaning,
    },
    /// A meaning that two rows spell, or that a row spells although another row means it.
    #[error("{table}[{row}]: {} has its word elsewhere; a meaning has one word", meaning.map_or("null", Meaning::as_str))]
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
        let mut json = serde_json::Deserializer::from_str(text);
        let profile: Self = serde_path_to_error::deserialize(&mut json).map_err(|error| ProfileError::Json {
            path: error.path().to_string(),
            problem: error.inner().to_string(),
        })?;
        json.end().map_err(|error| ProfileError::Json { path: ".".into(), problem: error.to_string() })?;
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
        self.tables()?;
        payload(&self.payload, self.capabilities.amount_form)
    }

    /// What every provider has, and what can stand in a table once only.
    fn tables(&self) -> Result<(), ProfileError> {
        let means = |meaning| self.statuses.iter().any(|row| row.means == meaning);
        let unsure =
            |row: &StatusRow| row.means.class() == Class::Success && row.source.confidence > Confidence::Official;
        let fits = |row: &OutcomeRow| {
            let meaning = self.status(&row.status).map(|status| status.means);
            meaning.is_some_and(|meaning| row.reply.fits(meaning))
        };
        let blank = |row: &ErrorRow| row.code.is_empty() && row.message.is_empty();
        let idle = |row: &ErrorRow| {
            row.settles == Settles::Withdrawn && Settles::by_status(row.http_status) == Settles::Unknown
        };
        let faults = [
            (self.name.is_empty(), "name", "it is empty"),
            (!means(Meaning::Authorized), "statuses", "no word means authorized"),
            (!means(Meaning::Charged), "statuses", "no word means charged"),
            (
                self.statuses.iter().any(unsure),
                "statuses",
                "a word that means captured money is less sure than official",
            ),
            (twice(self.outcomes.iter().map(|row| row.reply)), "outcomes", "an answer stands twice"),
            (!self.outcomes.iter().all(fits), "outcomes", "a word after an answer does not mean what the answer does"),
            (self.errors.iter().any(blank), "errors", "a row has neither code nor text, it would match everything"),
            (
                self.errors.iter().any(idle),
                "errors",
                "a row outside 4xx, or of 408 or 409, says withdrawn; only other 4xx can",
            ),
        ];
        match faults.into_iter().find(|(found, ..)| *found) {
            Some((_, table, problem)) => Err(ProfileError::Table { table, problem }),
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
                    let digits = currency.digits.to_string();
                    return unknown("currencies", row, "digits", &digits, "ISO 4217 has other digits for it");
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
        (
            can.capture_equals_authorized && can.amount_required == AmountRequired::Never,
            "capture_equals_authorized",
            "amount_required: never",
        ),
        (can.request_digits > 4, "request_digits above 4", "every ISO 4217 currency"),
    ];
    match contradictions.into_iter().find(|(found, ..)| *found) {
        Some((_, one, other)) => Err(ProfileError::Contradiction { one, other }),
        None => Ok(()),
    }
}

/// Whether something stands twice.
fn twice<T: PartialEq>(items: impl Iterator<Item = T> + Clone) -> bool {
    items.clone().enumerate().any(|(place, item)| items.clone().take(place).any(|earlier| earlier == item))
}

/// Whether a payload can be read as the profile says.
fn payload(payload: &Payload, form: AmountForm) -> Result<(), ProfileError> {
    let Payload::Fields(map) = payload else {
        let own = if *payload == Payload::Juspay { AmountForm::Major } else { AmountForm::Subunits };
        let other = "the amount form of that provider's payloads";
        return if form == own { Ok(()) } else { Err(ProfileError::Contradiction { one: "amount_form", other }) };
    };
    if let Some((field, pointer)) = map.pointers().find(|(_, pointer)| !is_pointer(pointer)) {
        return Err(ProfileError::Pointer { field, pointer: pointer.into() });
    }
    let totals = [&map.authorized, &map.captured, &map.refunded];
    let faults = [
        (map.roots.is_empty(), "there is no root"),
        (map.status.is_empty(), "status points at the whole payload"),
        (twice(totals.into_iter().flatten()), "two of authorized, captured and refunded are the same field"),
    ];
    match faults.into_iter().find(|(found, _)| *found) {
        Some((_, problem)) => Err(ProfileError::Table { table: "payload.fields", problem }),
        None => Ok(()),
    }
}

/// Empty, or parts that each start with a slash, where a tilde is written `~0` and a slash `~1`.
fn is_pointer(text: &str) -> bool {
    let escapes = text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    escapes && (text.is_empty() || text.starts_with('/'))
}
