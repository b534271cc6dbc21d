//! From text to statements: one reader for every provider, driven by the readings of its profile.
//!
//! | file | job |
//! |---|---|
//! | `walk` | one pass over the text: every shape that may fit is followed at once |
//! | `visit` | how serde hands it the text |
//! | `gather` | what was found, as statements, each value to its subject |
//! | `values` | amounts, identifiers, times, one by one |
//! | `told` | what a payload says, in lines for people |
//! | `samples` | what a profile's samples show |

mod gather;
mod samples;
mod told;
mod values;
mod visit;
mod walk;

use std::iter;

use serde::de::IgnoredAny;

use crate::ids::ProviderIds;
use crate::money::Currency;
use crate::profile::{Profile, ProfileError, Reading, Role};
use crate::statement::{ErrorAnswer, Malformed, Observation};
use walk::{Fit, Walk};

impl Profile {
    /// Reads a profile in JSON, checks it, and runs its [samples](Profile::check_samples).
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
        let profile = Self::from_json_without_samples(text)?;
        profile.check_samples()?;
        Ok(profile)
    }

    /// Reads a payload as this provider sends it: all that it says, subject by subject.
    ///
    /// `order_currency` applies if the payload names no currency.
    ///
    /// ```
    /// use order_capture::{Currency, juspay};
    /// let text = r#"{"order_id":"o-1","status":"PARTIAL_CHARGED","status_id":37,"amount":10,"captured_amount":4,"currency":"INR"}"#;
    /// let said = juspay::SIMPL.statements(text, Currency::INR)?;
    /// assert_eq!(said.order.captured.map(|minor| minor.get()), Some(400));
    /// assert!(said.transaction.word.is_none(), "the word is the order's");
    /// # Ok::<(), order_capture::Malformed>(())
    /// ```
    ///
    /// # Errors
    /// [`Malformed`]; a text after the JSON object makes it `not-json`, with the position.
    pub fn statements<'a>(&self, text: &'a str, order_currency: Currency) -> Result<Observation<'a>, Malformed> {
        let walk = self.walk(text)?;
        gather::observation(&walk, self.readable(&walk)?, self, order_currency)
    }

    /// Whose payload this is: the identifiers in it, by which to find the order; its currency then reads the rest with
    /// [`Profile::statements`].
    ///
    /// ```
    /// use order_capture::razorpay;
    /// let text = r#"{"id":"rfnd_1","entity":"refund","payment_id":"pay_1","amount":100,"status":"processed"}"#;
    /// let ids = razorpay::PROFILE.ids_in(text)?;
    /// assert_eq!(ids.transaction.map(|id| id.to_string()).as_deref(), Some("pay_1"));
    /// # Ok::<(), order_capture::Malformed>(())
    /// ```
    ///
    /// # Errors
    /// [`Malformed`]: `not-json`, `not-a-payload` or `id-malformed`.
    pub fn ids_in(&self, text: &str) -> Result<ProviderIds, Malformed> {
        let walk = self.walk(text)?;
        gather::ids(&walk, self.readable(&walk)?.0)
    }

    /// Reads the body of an error from this provider. If the body is not one, only the HTTP status counts.
    ///
    /// ```
    /// use order_capture::juspay;
    /// let error = juspay::SIMPL.error(400, r#"{"error_code":"INVALID_INPUT"}"#);
    /// assert_eq!(error.codes, ["INVALID_INPUT"]);
    /// ```
    #[must_use]
    pub fn error<'a>(&self, http_status: u16, body: &'a str) -> ErrorAnswer<'a> {
        let mut answer = ErrorAnswer { http_status, ..ErrorAnswer::default() };
        let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
        // Each shape is tried alone, whatever else is wrong with the body: missing a hint would free money.
        for shape in self.error_bodies.iter() {
            let Ok(walk) = Walk::over(iter::once(shape), body) else { continue };
            for value in walk.values.iter().filter(|value| !walk.is_something_else(value.object)) {
                let Some(text) = values::text_or_number(value.raw) else { continue };
                match value.role {
                    Role::ErrorCode => answer.codes.push(text),
                    Role::ErrorText => answer.messages.push(text),
                    _ => {}
                }
            }
        }
        answer
    }

    fn walk<'p, 'a>(&'p self, text: &'a str) -> Result<Walk<'p, 'a>, Malformed> {
        Walk::over(self.readings.iter().map(|reading| &reading.payload), text).map_err(|_| {
            // Not what any reading describes; or not JSON at all, which is said first.
            match serde_json::from_str::<IgnoredAny>(text) {
                Err(_) if text.trim().is_empty() => Malformed::Empty,
                Err(error) => {
                    something_else(text).unwrap_or(Malformed::NotJson { line: error.line(), column: error.column() })
                }
                Ok(_) => self.no_payload(),
            }
        })
    }

    /// The number of the reading that fits a text, one that says what to pass instead too.
    fn reading_of(&self, text: &str) -> Option<usize> {
        let walk = self.walk(text).ok()?;
        self.fitting(&walk).map(|(number, _)| number)
    }

    /// The first reading that fits and says something, with its number.
    fn fitting(&self, walk: &Walk<'_, '_>) -> Option<(usize, &Reading)> {
        let fits = |(number, reading): &(usize, &Reading)| {
            let fits = walk.objects.get(*number).is_some_and(|object| object.fit == Fit::Fits);
            fits && (reading.refused.is_some() || reading.says.is_some() || walk.says_something(*number))
        };
        self.readings.iter().enumerate().find(fits)
    }

    /// That reading, if there is one and it does not say what to pass instead.
    fn readable(&self, walk: &Walk<'_, '_>) -> Result<(usize, &Reading), Malformed> {
        if let Some(field) = walk.given_twice() {
            return Err(Malformed::GivenTwice { field });
        }
        let fitting = self.fitting(walk).ok_or_else(|| self.no_payload())?;
        match &fitting.1.refused {
            Some(instead) => Err(Malformed::NotAPayload { expected: (&**instead).into() }),
            None => Ok(fitting),
        }
    }

    /// No reading fits.
    fn no_payload(&self) -> Malformed {
        let read = self.readings.iter().filter(|reading| reading.refused.is_none());
        let names: Vec<&str> = read.map(|reading| &*reading.name).collect();
        Malformed::NotAPayload { expected: format!("what {} sends ({})", self.name, names.join(", ")).into() }
    }
}

/// Some servers begin a text with it. It is no part of JSON.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// What a text that is not JSON is, where its first character tells.
fn something_else(text: &str) -> Option<Malformed> {
    let start = text.trim_ascii_start();
    let (found, advice) = if start.starts_with(BYTE_ORDER_MARK) {
        ("a text with a byte order mark before it", "remove that first character and hand over the rest")
    } else if start.starts_with('<') {
        ("XML, or a web page", "ask the provider for JSON, or hand over the fields that the profile reads as JSON")
    } else if start.split_once('=').is_some_and(|(name, _)| is_a_name(name)) {
        ("a form", "ask the provider for the object whose id is in it, and hand over that")
    } else {
        return None;
    };
    Some(Malformed::SomethingElse { found, advice })
}

fn is_a_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}
