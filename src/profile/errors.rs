//! What a provider's error says about the request it answers.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::hold::Operation;
use crate::names::names;
use crate::profile::build::{each, object, says, shape};
use crate::profile::{Field, Holds, ProfileRows, Role, Shape, Source};
use crate::statement::ErrorAnswer;

/// The HTTP statuses that say that a request was refused before it was tried: what a profile has unless it says
/// otherwise.
pub const SAFE_STATUSES: &[u16] = &[400, 401, 403, 404, 405, 413, 414, 415, 422, 429];

pub(super) const fn safe_statuses() -> Cow<'static, [u16]> {
    Cow::Borrowed(SAFE_STATUSES)
}

/// Where the bodies of errors have codes and texts, in every shape seen: the default of a profile.
pub(crate) const ERROR_BODIES: &[Shape] =
    &[shape(None, IN_ERROR), shape(None, IN_ERROR_INFO), shape(None, ERROR), shape(None, ERROR_AS_TEXT)];

const IN_ERROR: &[Field] = &[object("error", None, ERROR)];
const IN_ERROR_INFO: &[Field] = &[object("error_info", None, ERROR)];
const ERROR_AS_TEXT: &[Field] = &[says("error", Role::ErrorText)];
const ERROR: &[Field] = &[
    says("code", Role::ErrorCode),
    says("error_code", Role::ErrorCode),
    says("error_type", Role::ErrorCode),
    each("error_codes", CODES),
    says("description", Role::ErrorText),
    says("message", Role::ErrorText),
    says("error_message", Role::ErrorText),
    says("error_description", Role::ErrorText),
    says("user_message", Role::ErrorText),
    says("developer_message", Role::ErrorText),
];
const CODES: &[Holds] = &[Holds::One(Role::ErrorCode)];

pub(super) const fn error_bodies() -> Cow<'static, [Shape]> {
    Cow::Borrowed(ERROR_BODIES)
}

names! {
    /// What a provider's error says about the request it answers.
    pub enum ErrorMeaning {
        Withdrawn "withdrawn" "Refused before it was tried: the request is withdrawn and its money freed."
        Unknown "unknown" "Only a hint: the outcome is unknown until an observation resolves it."
    }
}

impl ErrorMeaning {
    /// The most that an HTTP status allows: 408, 409 and anything but a 4xx leave the outcome unknown, whatever the
    /// body says.
    pub(crate) const fn by_status(http_status: u16) -> Self {
        if matches!(http_status, 400..408 | 410..500) { Self::Withdrawn } else { Self::Unknown }
    }
}

/// One error of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ErrorRow {
    /// The HTTP status that it comes with. A hint is matched under any, since intermediaries change it; that a request
    /// was withdrawn is believed under this one, and under those that are safe.
    pub http_status: u16,
    /// The provider's code; letter case does not matter. It is matched if the row has no text.
    pub code: Cow<'static, str>,
    /// The provider's text, or the part of it that matters; letter case does not matter.
    pub message: Cow<'static, str>,
    /// The code of the rule that this error reports, if there is one.
    #[serde(default)]
    pub rule: Option<Cow<'static, str>>,
    /// What it says about the request.
    pub meaning: ErrorMeaning,
    /// Which document says so.
    pub source: Source,
}

impl ErrorRow {
    /// By its text if the row has one, whatever the code: providers change codes more often. Otherwise by code.
    pub(crate) fn matches(&self, answer: &ErrorAnswer<'_>) -> bool {
        if self.message.is_empty() {
            return answer.codes.iter().any(|code| code.eq_ignore_ascii_case(&self.code));
        }
        let part = self.message.as_bytes();
        let holds = |text: &[u8]| text.windows(part.len()).any(|piece| piece.eq_ignore_ascii_case(part));
        answer.messages.iter().any(|text| holds(text.as_bytes()))
    }
}

impl ProfileRows {
    /// Whether an error says nothing about the request, because the provider let nobody in: 401, and 403 or 429 if no
    /// row names the error. Alert a person to a wrong key; after too many requests, wait.
    ///
    /// Nothing was tried, so [`Payment::provider_error`](crate::Payment::provider_error) withdraws a first try like after
    /// a 400. A service that sends it later all the same may keep it as sent instead: then its money stays reserved.
    ///
    /// ```
    /// use order_capture::juspay;
    /// assert!(juspay::SIMPL.denies_access(&juspay::SIMPL.error(429, "")));
    /// assert!(!juspay::SIMPL.denies_access(&juspay::SIMPL.error(400, "")));
    /// ```
    pub fn denies_access(&self, answer: &ErrorAnswer<'_>) -> bool {
        let named = || self.errors.iter().any(|row| row.matches(answer));
        answer.http_status == 401 || (matches!(answer.http_status, 403 | 429) && !named())
    }

    /// What an error says about the capture, void or refund that it answers.
    ///
    /// A row that calls it a hint decides first. Otherwise the request was withdrawn if the HTTP status is one of the
    /// [safe ones](ProfileRows::safe_statuses), or if a row says so for exactly this status; everything else is
    /// unknown. A row with a rule is a hint for captures only: that something was captured already says nothing about a
    /// void or a refund.
    ///
    /// ```
    /// use order_capture::profiles::ErrorMeaning;
    /// use order_capture::{Operation, juspay};
    /// let meaning = |status, body| {
    ///     let error = juspay::SIMPL.error(status, body);
    ///     juspay::SIMPL.error_meaning(Operation::Capture, &error)
    /// };
    /// assert_eq!(meaning(400, r#"{"error_code":"INVALID_INPUT"}"#), ErrorMeaning::Withdrawn);
    /// assert_eq!(meaning(504, "<html>"), ErrorMeaning::Unknown);
    /// ```
    pub fn error_meaning(&self, operation: Operation, answer: &ErrorAnswer<'_>) -> ErrorMeaning {
        let concerns = |row: &ErrorRow| operation == Operation::Capture || row.rule.is_none();
        let says = |meaning| move |row: &&ErrorRow| row.meaning == meaning && concerns(row) && row.matches(answer);
        if self.errors.iter().any(|row| says(ErrorMeaning::Unknown)(&row)) {
            return ErrorMeaning::Unknown;
        }
        let of_this_status = |row: &ErrorRow| row.http_status == answer.http_status;
        let withdrawn = || self.errors.iter().filter(says(ErrorMeaning::Withdrawn)).any(of_this_status);
        if self.safe_statuses.contains(&answer.http_status) || withdrawn() {
            ErrorMeaning::Withdrawn
        } else {
            ErrorMeaning::Unknown
        }
    }
}
