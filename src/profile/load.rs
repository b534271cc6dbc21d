//! Profiles in JSON: a provider is a value. What is loaded is checked, and an error names the row.

use serde::{Deserialize, Deserializer};

use crate::hold::request::Operation;
use crate::ids::StatusWord;
use crate::money::Currency;
use crate::profile::{
    AmountForm, AmountNeed, CanonicalStatus, Capabilities, CaptureMode, Class, Confidence, CurrencyRow, ErrorMeaning,
    ErrorRow, Holds, MAX_FIELDS, OrderWordRow, OutcomeRow, Part, Profile, ProfileRows, Reading, RequestWordRow, Says,
    Shape, Source, StatusRow,
};
use crate::rule::Rule;
use crate::statement::Fate;

/// The version that profiles are written in.
const VERSION: u32 = 1;

/// Why a profile is refused. Rows are counted from 0, as in JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// Not the JSON of a profile.
    #[error("{path}: {problem}")]
    Json {
        /// The row and field: `statuses[3].maps_to`; a dot where there is none.
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
        "{table}[{row}]: the text \"{text}\" is empty, unusable or in an earlier row; give each row a text of its own"
    )]
    Text {
        /// The table.
        table: &'static str,
        /// The row.
        row: usize,
        /// Its text.
        text: String,
    },
    /// A status that no row is written for.
    #[error("statuses: no row is written for {meaning}; add it to \"written_for\" of the row that comes nearest")]
    Unspelled {
        /// The meaning.
        meaning: CanonicalStatus,
    },
    /// A status that two rows are written for, or one although another row maps to it.
    #[error("{table}[{row}]: {} has its word elsewhere; a meaning has one word", meaning.map_or("null", CanonicalStatus::as_str))]
    SpelledTwice {
        /// The table.
        table: &'static str,
        /// The row.
        row: usize,
        /// The meaning; of an order, `None` stands for one without a transaction.
        meaning: Option<CanonicalStatus>,
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
    #[error("{table}[{row}]: {field} is \"{value}\"; {expected}")]
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
    /// A sample that says something else than it must.
    #[error("samples[{row}]: it must say \"{expected}\" and says \"{found}\"")]
    Sample {
        /// The row.
        row: usize,
        /// The line that was expected.
        expected: String,
        /// The line that is there.
        found: String,
    },
    /// A sample of an error that means something else than it must.
    #[error("error_samples[{row}]: it must mean {expected} and means {found}")]
    ErrorSample {
        /// The row.
        row: usize,
        /// What was expected.
        expected: String,
        /// What it means.
        found: String,
    },
    /// A row that no sample reaches.
    #[error("{table}: no sample reaches \"{text}\"; add a payload that does, so that it is known to be read rightly")]
    NotReached {
        /// The table.
        table: &'static str,
        /// The row's name or text.
        text: String,
    },
    /// A reading that cannot be followed.
    #[error("reading \"{name}\": {problem}")]
    Reading {
        /// Its name.
        name: String,
        /// What is wrong.
        problem: &'static str,
    },
}

impl ProfileError {
    /// The stable code.
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
    /// Reads a profile in JSON and checks it; its samples are not run, and it need not have any.
    ///
    /// # Errors
    /// [`ProfileError`], with the row.
    pub fn from_json_without_samples(text: &str) -> Result<Self, ProfileError> {
        let mut json = serde_json::Deserializer::from_str(text);
        let rows: ProfileRows = serde_path_to_error::deserialize(&mut json).map_err(|error| ProfileError::Json {
            path: error.path().to_string(),
            problem: error.inner().to_string(),
        })?;
        json.end().map_err(|error| ProfileError::Json { path: ".".into(), problem: error.to_string() })?;
        Self::new(rows)
    }
}

impl ProfileRows {
    /// Whether every status maps, no text stands twice, and no capability contradicts another.
    pub(super) fn check(&self) -> Result<(), ProfileError> {
        capabilities(&self.capabilities)?;
        texts("statuses", self.statuses.iter().map(|row| &*row.text))?;
        texts("order_statuses", self.order_statuses.iter().map(|row| &*row.text))?;
        texts("order_words", self.order_words.iter().map(|row| &*row.text))?;
        texts("request_words", self.request_words.iter().map(|row| &*row.text))?;
        texts("refund_words", self.refund_words.iter().map(|row| &*row.text))?;
        texts("events", self.events.iter().map(|row| &*row.name))?;
        texts("currencies", self.currencies.iter().map(|row| &*row.code))?;
        self.meanings()?;
        self.references()?;
        self.tables()?;
        self.words()?;
        readings(&self.readings)
    }

    /// What every provider has, and what can stand in a table once only.
    fn tables(&self) -> Result<(), ProfileError> {
        let maps_to = |meaning| self.statuses.iter().any(|row| row.maps_to == meaning);
        let unsure =
            |row: &StatusRow| row.maps_to.class() == Class::Success && row.source.confidence > Confidence::Official;
        let fits = |row: &OutcomeRow| {
            let meaning = self.status(&row.status).map(|status| status.maps_to);
            meaning.is_some_and(|meaning| row.outcome.fits(meaning))
        };
        let blank = |row: &ErrorRow| row.code.is_empty() && row.message.is_empty();
        let idle = |row: &ErrorRow| {
            row.meaning == ErrorMeaning::Withdrawn && ErrorMeaning::by_status(row.http_status) == ErrorMeaning::Unknown
        };
        let faults = [
            (self.name.as_str().is_empty(), "name", "it is empty"),
            (!maps_to(CanonicalStatus::Authorized), "statuses", "no word means authorized"),
            (!maps_to(CanonicalStatus::Charged), "statuses", "no word means charged"),
            (
                self.statuses.iter().any(unsure),
                "statuses",
                "a word that means captured money is less sure than official",
            ),
            (twice(self.outcomes.iter().map(|row| row.outcome)), "outcomes", "an answer stands twice"),
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

    /// No word of an order or a request that is less sure than official says that money moved; and only a status that
    /// allows it is safe.
    fn words(&self) -> Result<(), ProfileError> {
        let sure = |source: &Source| source.confidence <= Confidence::Official;
        let order = |row: &OrderWordRow| {
            row.maps_to.is_none_or(|maps_to| maps_to.class() != Class::Success) || sure(&row.source)
        };
        let request = |row: &RequestWordRow| row.fate != Fate::Succeeded || sure(&row.source);
        let unsure = "a word that means moved money is less sure than official";
        let allowed = |status: &u16| ErrorMeaning::by_status(*status) == ErrorMeaning::Withdrawn;
        let faults = [
            (!self.order_words.iter().all(order), "order_words", unsure),
            (!self.request_words.iter().all(request), "request_words", unsure),
            (!self.refund_words.iter().all(request), "refund_words", unsure),
            (!self.safe_statuses.iter().all(allowed), "safe_statuses", "408, 409 and what is no 4xx cannot be safe"),
            (twice(self.safe_statuses.iter()), "safe_statuses", "a status stands twice"),
        ];
        match faults.into_iter().find(|(found, ..)| *found) {
            Some((_, table, problem)) => Err(ProfileError::Table { table, problem }),
            None => Ok(()),
        }
    }

    /// Every meaning has one word, and a word that means it comes before one that only comes near.
    fn meanings(&self) -> Result<(), ProfileError> {
        for (row, status) in self.statuses.iter().enumerate() {
            for &meaning in status.written_for.iter() {
                let elsewhere = |other: usize, maps_to: CanonicalStatus, written_for: &[CanonicalStatus]| {
                    other != row
                        && (written_for.contains(&meaning) || (maps_to == meaning && status.maps_to != meaning))
                };
                if self.statuses.iter().enumerate().any(|(other, r)| elsewhere(other, r.maps_to, &r.written_for)) {
                    return Err(ProfileError::SpelledTwice { table: "statuses", row, meaning: Some(meaning) });
                }
            }
        }
        for (row, status) in self.order_statuses.iter().enumerate() {
            let earlier = || self.order_statuses.iter().take(row).flat_map(|earlier| earlier.written_for.iter());
            if let Some(&meaning) = status.written_for.iter().find(|meaning| earlier().any(|other| other == *meaning)) {
                return Err(ProfileError::SpelledTwice { table: "order_statuses", row, meaning });
            }
        }
        let spelled = |meaning: &CanonicalStatus| self.statuses.iter().any(|row| row.written_for.contains(meaning));
        match CanonicalStatus::ALL.into_iter().find(|meaning| !spelled(meaning)) {
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
            match &error.rule {
                Some(code) if Rule::of(code).is_none() => {
                    return unknown("errors", row, "rule", code, "it must be the code of a rule");
                }
                _ => {}
            }
        }
        for (row, currency) in self.currencies.iter().enumerate() {
            match Currency::from_code(&currency.code) {
                Ok(known) if known.digits() == currency.digits => {
                    if let Some((digits, expected)) = on_wire(currency, self.capabilities.amount_form) {
                        return unknown("currencies", row, "on_wire", &digits.to_string(), expected);
                    }
                }
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

/// Digits on the wire that cannot be, and why.
fn on_wire(row: &CurrencyRow, form: AmountForm) -> Option<(u32, &'static str)> {
    let digits = row.on_wire?;
    let problem = match (form, digits) {
        (AmountForm::Major, _) => "amounts are decimal, so that no other digits are counted",
        (_, 5..) => "no currency has more than 4",
        _ => return None,
    };
    Some((digits, problem))
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
    let exact = can.captures == CaptureMode::Exact && can.capture.amount != AmountNeed::Always;
    let forms = || Operation::ALL.into_iter().map(|operation| can.form(operation));
    let contradictions = [
        (exact, "captures: exact", "an amount that may be left out of a capture"),
        (forms().any(|form| form.digits > 4), "digits above 4", "every ISO 4217 currency"),
        (forms().any(|form| form.key_form.problem().is_some()), "key_form", "every key there can be"),
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

/// Whether payloads can be read as the profile says.
fn readings(readings: &[Reading]) -> Result<(), ProfileError> {
    let fault = |reading: &Reading, problem| ProfileError::Reading { name: reading.name.to_string(), problem };
    if readings.iter().all(|reading| reading.refused.is_some()) {
        return Err(ProfileError::Table { table: "readings", problem: "there is none that is read" });
    }
    for (row, reading) in readings.iter().enumerate() {
        if reading.name.is_empty() || readings.iter().take(row).any(|earlier| earlier.name == reading.name) {
            return Err(fault(reading, "the name is empty or an earlier reading's"));
        }
        let (moved, sure) = match reading.says {
            Some(Says::Status(status)) => (status.class() == Class::Success, Confidence::Official),
            Some(Says::Fate(fate)) => (fate == Fate::Succeeded, Confidence::Official),
            None => (false, Confidence::Inferred),
        };
        if moved && reading.source.confidence > sure {
            return Err(fault(reading, "it says that money moved and is less sure than official"));
        }
        let is_request = |part| matches!(part, Some(Part::Capture | Part::Void | Part::Refund));
        if matches!(reading.says, Some(Says::Fate(_))) && !is_request(reading.payload.of) {
            return Err(fault(reading, "it says what became of a request, and is of no capture, void or refund"));
        }
        shape(&reading.payload, reading.payload.of, 0).map_err(|problem| fault(reading, problem))?;
    }
    Ok(())
}

/// How deep a shape may be.
const MAX_DEPTH: usize = 16;

fn shape(shape: &Shape, of: Option<Part>, depth: usize) -> Result<(), &'static str> {
    let fields = &shape.object;
    let named_twice = twice(fields.iter().map(|field| &field.name));
    let faults = [
        (depth > MAX_DEPTH, "it is deeper than sixteen objects"),
        (fields.len() > MAX_FIELDS, "an object names more than 64 fields"),
        (named_twice, "a field stands in an object twice"),
    ];
    if let Some((_, problem)) = faults.into_iter().find(|(found, _)| *found) {
        return Err(problem);
    }
    fields.iter().try_for_each(|field| holds(&field.holds, of, depth))
}

/// What stands in one place, in an object about this.
fn holds(holds_: &Holds, of: Option<Part>, depth: usize) -> Result<(), &'static str> {
    let in_request = matches!(of, Some(Part::Capture | Part::Void | Part::Refund));
    let roles = holds_.roles();
    if !in_request && roles.iter().any(|role| role.is_of_a_request()) {
        return Err("a value says something of a request, outside of an object that is of a capture, void or refund");
    }
    if roles.iter().filter(|role| role.is_a_total()).count() > 1 {
        return Err("two of authorized, captured and refunded are the same field");
    }
    match holds_ {
        Holds::Object(inner) => shape(inner, inner.of.or(of), depth.saturating_add(1)),
        Holds::Each { each, .. } => each.iter().try_for_each(|item| match item {
            Holds::Each { .. } => Err("a list stands directly in a list"),
            other => holds(other, of, depth),
        }),
        Holds::Is { is, .. } if is.is_empty() => Err("a guard lets nothing through"),
        _ => Ok(()),
    }
}
