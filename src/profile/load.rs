//! Profiles in JSON: a provider is a value. What is loaded is checked, and an error names the row.

use std::fmt::Display;

use serde::{Deserialize, Deserializer};
use serde_path_to_error::Segment;

use crate::hold::Outcome;
use crate::ids::StatusWord;
use crate::money::Currency;
use crate::profile::{
    AmountForm, CanonicalStatus, Capabilities, Confidence, ErrorMeaning, Holds, MAX_FIELDS, Part, Profile, ProfileRows,
    Reading, Role, Says, Shape, Source,
};
use crate::rule::Rule;
use crate::statement::Fate;

/// The version that profiles are written in.
const VERSION: u32 = 1;

/// The place of an error in no single row.
const WHOLE: &str = "the profile";

/// How deep a shape may be.
const MAX_DEPTH: usize = 16;

/// Why a profile is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
#[non_exhaustive]
pub struct ProfileError {
    /// The table, row or field: `statuses[3].maps_to`, with rows counted from 0 as in JSON; `the profile` if the whole is
    /// not JSON, or has no such table.
    pub place: String,
    /// What is wrong there.
    pub problem: String,
}

impl ProfileError {
    pub(crate) fn new(place: impl Display, problem: impl Display) -> Self {
        Self { place: place.to_string(), problem: problem.to_string() }
    }

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
        let rows: ProfileRows =
            serde_path_to_error::deserialize(&mut json).map_err(|error| match error.path().iter().next() {
                Some(Segment::Unknown) | None => ProfileError::new(WHOLE, error.inner()),
                Some(_) => ProfileError::new(error.path(), error.inner()),
            })?;
        json.end().map_err(|error| ProfileError::new(WHOLE, error))?;
        Self::new(rows)
    }
}

/// The first of these that was found.
pub(super) fn first<P: Display>(faults: impl IntoIterator<Item = (bool, P, &'static str)>) -> Result<(), ProfileError> {
    let fault = faults.into_iter().find(|(found, ..)| *found);
    fault.map_or(Ok(()), |(_, place, problem)| Err(ProfileError::new(place, problem)))
}

/// Checks of a profile's tables, in this order: where they are, what is wrong with a row, and what is said of the first such
/// row.
macro_rules! each {
    ($place:literal, $of:expr, $row:ident; $($table:ident if $wrong:expr => $problem:expr;)+) => {
        $(
            if let Some(row) = $of.$table.iter().position(|$row| $wrong) {
                return Err(ProfileError::new(format_args!(concat!($place, stringify!($table), "[{}]"), row), $problem));
            }
        )+
    };
}

pub(super) use each;

/// Whether a source that says that money moved can know it.
pub(super) fn sure(source: &Source) -> bool {
    source.confidence <= Confidence::Official
}

pub(super) const UNSURE: &str = "it means that money moved, and is less sure than official";

impl ProfileRows {
    /// Whether every status maps, no text occurs twice, and no capability contradicts another.
    pub(super) fn check(&self) -> Result<(), ProfileError> {
        first([(self.name.as_str().is_empty(), "name", "it is empty")])?;
        self.limits()?;
        texts("statuses", self.statuses.iter().map(|row| &*row.text))?;
        texts("order_statuses", self.order_statuses.iter().map(|row| &*row.text))?;
        texts("request_words", self.request_words.iter().map(|row| &*row.text))?;
        texts("refund_words", self.refund_words.iter().map(|row| &*row.text))?;
        texts("events", self.events.iter().map(|row| &*row.name))?;
        texts("currencies", self.currencies.iter().map(|row| &*row.code))?;
        self.meanings()?;
        self.words()?;
        self.outcomes_and_errors()?;
        self.known_currencies()?;
        readings(&self.readings, &self.capabilities)
    }

    /// Every meaning has one word, and a word that means it comes before one that only comes near.
    fn meanings(&self) -> Result<(), ProfileError> {
        let twice = |table: &str, row: usize, meaning: Option<CanonicalStatus>| {
            let meaning = meaning.map_or("null", CanonicalStatus::as_str);
            let problem = format!("{meaning} is written by another row already; one row writes each meaning");
            Err(ProfileError::new(format_args!("{table}[{row}]"), problem))
        };
        for (row, status) in self.statuses.iter().enumerate() {
            let others = || self.statuses.iter().enumerate().filter(|(other, _)| *other != row).map(|(_, other)| other);
            let elsewhere = |meaning: &&CanonicalStatus| {
                let nearer = |maps_to| maps_to == **meaning && status.maps_to != **meaning;
                others().any(|other| other.written_for.contains(meaning) || nearer(other.maps_to))
            };
            if let Some(&meaning) = status.written_for.iter().find(elsewhere) {
                return twice("statuses", row, Some(meaning));
            }
        }
        for (row, status) in self.order_statuses.iter().enumerate() {
            let earlier = || self.order_statuses.iter().take(row).flat_map(|earlier| earlier.written_for.iter());
            if let Some(&meaning) = status.written_for.iter().find(|meaning| earlier().any(|other| other == *meaning)) {
                return twice("order_statuses", row, meaning);
            }
        }
        let spelled = |meaning: &CanonicalStatus| self.statuses.iter().any(|row| row.written_for.contains(meaning));
        // Nothing is written as expired, so no profile needs a word for it.
        let written = CanonicalStatus::ALL.into_iter().filter(|meaning| meaning.written_as() == *meaning);
        let missing: Vec<&str> = written.filter(|meaning| !spelled(meaning)).map(CanonicalStatus::as_str).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let missing = missing.join(", ");
        let problem = "add each to \"written_for\" of the row that comes nearest";
        Err(ProfileError::new("statuses", format_args!("no row is written for {missing}; {problem}")))
    }

    /// What every provider says; and no word that is less sure than official says that money moved.
    fn words(&self) -> Result<(), ProfileError> {
        let maps_to = |meaning| self.statuses.iter().any(|row| row.maps_to == meaning);
        let untold = self.capabilities.captured_is_told && !maps_to(CanonicalStatus::Charged);
        first([
            (!maps_to(CanonicalStatus::Authorized), "statuses", "no word means authorized"),
            (untold, "statuses", "no word means charged"),
        ])?;
        let idly = |meaning: &CanonicalStatus| meaning.written_as() != *meaning;
        let idle = "it is written for expired, and no state is written so; write it for auto-refunded";
        let ends = |meaning| {
            matches!(meaning, CanonicalStatus::Voided | CanonicalStatus::Expired | CanonicalStatus::AutoRefunded)
        };
        let unheld = |meaning| matches!(meaning, CanonicalStatus::Created | CanonicalStatus::Failed);
        each! { "", self, row;
            statuses if row.maps_to.is_captured() && !sure(&row.source) => UNSURE;
            statuses if row.written_for.iter().any(idly) => idle;
            order_statuses if row.written_for.iter().flatten().any(idly) => idle;
            statuses if row.unheld.is_some() && !ends(row.maps_to)
                => "it has unheld, which only a word for the end of a hold may have";
            statuses if !row.unheld.is_none_or(unheld) => "its unheld must be created or failed";
            order_statuses if row.maps_to.is_some_and(CanonicalStatus::is_captured) && !sure(&row.source) => UNSURE;
            request_words if row.fate == Fate::Succeeded && !sure(&row.source) => UNSURE;
            refund_words if row.fate == Fate::Succeeded && !sure(&row.source) => UNSURE;
        }
        Ok(())
    }

    /// What answers and errors name exists, and says what it can.
    fn outcomes_and_errors(&self) -> Result<(), ProfileError> {
        first([
            (twice(self.outcomes.iter().map(|row| row.outcome)), "outcomes", "an answer occurs twice"),
            (twice(self.safe_statuses.iter()), "safe_statuses", "a status occurs twice"),
        ])?;
        let known = |text: &str| self.status(text).map(|status| status.maps_to);
        let unsafe_status = |status| ErrorMeaning::by_status(status) == ErrorMeaning::Unknown;
        each! { "", self, row;
            outcomes if known(&row.status).is_none() => "its status must be a text of the statuses";
            outcomes if !known(&row.status).is_some_and(|meaning| fits(row.outcome, meaning))
                => "its status does not mean what the answer means";
            errors if row.code.is_empty() && row.message.is_empty()
                => "it has neither code nor text, so it would match everything";
            errors if row.rule.as_ref().is_some_and(|code| Rule::of(code).is_none())
                => "its rule must be the code of a rule";
            errors if row.meaning == ErrorMeaning::Withdrawn && unsafe_status(row.http_status)
                => "it says withdrawn, which 408, 409 and statuses other than 4xx cannot mean";
            safe_statuses if unsafe_status(*row) => "408, 409 and statuses other than 4xx cannot be safe";
        }
        Ok(())
    }

    fn known_currencies(&self) -> Result<(), ProfileError> {
        let decimal = self.capabilities.amount_form == AmountForm::Major;
        each! { "", self, row;
            currencies if Currency::from_code(&row.code).is_err() => "its code must be an ISO 4217 code";
            currencies if Currency::from_code(&row.code).is_ok_and(|iso| iso.digits() != row.digits)
                => "ISO 4217 has other digits for it";
            currencies if decimal && row.on_wire.is_some()
                => "it has on_wire, but amounts are decimal here and count no other digits";
            currencies if row.on_wire.is_some_and(|digits| digits > 4)
                => "its on_wire is above 4, and no currency has more digits";
        }
        Ok(())
    }
}

/// Whether a word after this answer can mean this.
const fn fits(answer: Outcome, meaning: CanonicalStatus) -> bool {
    use CanonicalStatus::{Authorized, CaptureFailed, CaptureInitiated, Charged};
    match answer {
        Outcome::Succeeded => matches!(meaning, Charged),
        Outcome::Failed => matches!(meaning, CaptureFailed | Authorized),
        Outcome::Accepted => matches!(meaning, CaptureInitiated | Authorized),
        Outcome::TimedOut => matches!(meaning, Authorized),
        Outcome::Withdrawn => false,
    }
}

/// No text is empty, and none occurs twice.
fn texts<'a>(table: &'static str, texts: impl Iterator<Item = &'a str> + Clone) -> Result<(), ProfileError> {
    let twice = |row: usize, text: &str| {
        StatusWord::check(text).is_err() || texts.clone().take(row).any(|earlier| earlier == text)
    };
    let Some((row, text)) = texts.clone().enumerate().find(|&(row, text)| twice(row, text)) else { return Ok(()) };
    let problem = "is empty, unusable or in an earlier row; give each row a text of its own";
    Err(ProfileError::new(format_args!("{table}[{row}]"), format_args!("the text \"{text}\" {problem}")))
}

/// Whether something occurs twice.
pub(super) fn twice<T: PartialEq>(items: impl Iterator<Item = T> + Clone) -> bool {
    items.clone().enumerate().any(|(place, item)| items.clone().take(place).any(|earlier| earlier == item))
}

/// An adjustment that does not say to how much.
const NO_AMOUNT: &str = "it says adjusted, and no place of it is transaction.authorized";

/// An outcome of nothing.
const OF_NOTHING: &str = "it states an outcome, but not whether of a capture, a void or a refund; say so with `of` beside the outermost `object`";

/// Whether payloads can be read as the profile says.
fn readings(readings: &[Reading], can: &Capabilities) -> Result<(), ProfileError> {
    let none = readings.iter().all(|reading| reading.refused.is_some());
    first([(none, "readings", "no reading reads a payload")])?;
    for (row, reading) in readings.iter().enumerate() {
        let earlier = |text: &str| readings.iter().take(row).any(|earlier| earlier.name == text);
        let (is_fate, moved) = match reading.says {
            Some(Says::Status(status)) => (false, status.is_captured()),
            Some(Says::Fate(fate)) => (true, fate == Fate::Succeeded),
            // More may be captured than before.
            Some(Says::Adjusted) => (false, true),
            None => (false, false),
        };
        let adjusted = reading.says == Some(Says::Adjusted);
        let ceiling = names_it(&reading.payload, Role::MostCaptured) && !sure(&reading.source);
        let place = format!("readings[{row}]");
        first([
            (reading.name.is_empty() || earlier(&reading.name), &place, "the name is empty or an earlier reading's"),
            ((moved && !sure(&reading.source)) || ceiling, &place, UNSURE),
            (is_fate && !is_request(reading.payload.of), &place, OF_NOTHING),
            (adjusted && !can.adjustment, &place, "it tells of an adjustment, which capabilities.adjustment rules out"),
            (adjusted && !names_it(&reading.payload, Role::Authorized), &place, NO_AMOUNT),
        ])?;
        shape(&reading.payload, reading.payload.of, 0).map_err(|problem| ProfileError::new(place, problem))?;
    }
    Ok(())
}

/// Whether a payload of this shape says this.
fn names_it(shape: &Shape, role: Role) -> bool {
    let mut found = false;
    shape.visit(&mut |holds| found |= holds.roles().contains(&role));
    found
}

const fn is_request(part: Option<Part>) -> bool {
    matches!(part, Some(Part::Capture | Part::Void | Part::Refund))
}

fn shape(shape: &Shape, of: Option<Part>, depth: usize) -> Result<(), &'static str> {
    let fields = &shape.object;
    let faults = [
        (depth > MAX_DEPTH, "it is deeper than sixteen objects"),
        (fields.len() > MAX_FIELDS, "an object names more than 64 fields"),
        (twice(fields.iter().map(|field| &field.name)), "an object names a field twice"),
    ];
    match faults.into_iter().find(|(found, _)| *found) {
        Some((_, problem)) => Err(problem),
        None => fields.iter().try_for_each(|field| place(&field.holds, of, depth)),
    }
}

/// The value of one field, in an object of this kind.
fn place(holds: &Holds, of: Option<Part>, depth: usize) -> Result<(), &'static str> {
    let roles = holds.roles();
    if !is_request(of) && roles.iter().any(|role| role.is_of_a_request()) {
        return Err("a value says something about a request, outside an object about a capture, void or refund");
    }
    if roles.iter().filter(|role| role.is_a_total()).count() > 1 {
        return Err("two of authorized, captured and refunded are the same field");
    }
    match holds {
        Holds::Object(inner) => shape(inner, inner.of.or(of), depth.saturating_add(1)),
        Holds::Each { each, .. } => each.iter().try_for_each(|item| match item {
            Holds::Each { .. } => Err("a list is directly inside a list"),
            Holds::Guard(_) | Holds::Is { .. } => Err("a guard is directly inside a list"),
            other => place(other, of, depth),
        }),
        Holds::Is { is, .. } if is.is_empty() => Err("a guard lets nothing through"),
        _ => Ok(()),
    }
}
