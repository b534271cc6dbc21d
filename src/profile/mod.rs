//! What one provider, and one of its gateways, allows, and which words it uses. A value, not code.
//!
//! | file | job |
//! |---|---|
//! | `build` | readings, a line a field |
//! | `capabilities` | what can be asked, and how a request must be worded |
//! | `limits` | what a provider limits and tolerates, and what the atlas says of it |
//! | `rows` | the rows of the tables: words, outcomes, webhook names, currencies; and what is known of a word |
//! | `errors` | errors, and what they say of the request they answer |
//! | `readings` | how payloads are read: patterns that look like them |
//! | `samples` | payloads and errors with what they must say |
//! | `load` | profiles in JSON, checked |

pub(crate) mod build;
mod capabilities;
mod errors;
mod limits;
mod load;
mod readings;
mod rows;
mod samples;

use crate::names::is_default;
use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use capabilities::{AmountForm, AmountNeed, Capabilities, CaptureMode, Failure, KeyNeed, RequestForm, VoidMode};
pub(crate) use errors::ERROR_BODIES;
pub use errors::{ErrorMeaning, ErrorRow, SAFE_STATUSES};
pub use limits::{AdjustmentLimits, AtEnd, Fact, HoldLife, KeyPlace, KeyUse, OverCapture, Tolerance, Topic};
pub use load::ProfileError;
pub use readings::{Field, Fields, Holds, Part, Presence, Reading, Role, Says, Shape};
pub(crate) use readings::{MAX_FIELDS, mark};
pub use rows::{
    CanonicalStatus, Confidence, CurrencyRow, EventRow, KnownWord, OrderStatusRow, OutcomeRow, RequestWordRow, Source,
    StatusRow,
};
pub use samples::{ErrorSample, Sample, SampleText};

/// One provider's rules and words, checked. What is in them is read as of [`ProfileRows`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ProfileRows")]
pub struct Profile(ProfileRows);

impl Profile {
    /// A profile of these rows.
    ///
    /// # Errors
    /// The first [`ProfileError`]: a row that does not map, occurs twice, or contradicts another.
    ///
    /// ```
    /// use order_capture::profiles::{CaptureMode, ProfileRows};
    /// use order_capture::{Profile, juspay};
    /// let mut rows = ProfileRows::clone(&juspay::SIMPL);
    /// rows.capabilities.captures = CaptureMode::Single;
    /// assert!(Profile::new(rows.clone()).is_ok());
    /// rows.statuses = vec![].into();
    /// assert_eq!(Profile::new(rows).map_err(|error| error.code()), Err("profile-invalid"));
    /// ```
    pub fn new(rows: ProfileRows) -> Result<Self, ProfileError> {
        rows.check()?;
        Ok(Self(rows))
    }

    /// One of the built-in ones, which tests check.
    pub(crate) const fn built_in(rows: ProfileRows) -> Self {
        Self(rows)
    }
}

impl TryFrom<ProfileRows> for Profile {
    type Error = ProfileError;

    fn try_from(rows: ProfileRows) -> Result<Self, ProfileError> {
        Self::new(rows)
    }
}

impl Deref for Profile {
    type Target = ProfileRows;

    fn deref(&self) -> &ProfileRows {
        &self.0
    }
}

/// A profile's name, for messages: `juspay/CYBERSOURCE`. Cloning it allocates nothing.
#[derive(Clone, Debug, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "String"))]
#[serde(from = "String", into = "String")]
pub struct ProfileName(Name);

#[derive(Clone, Debug, Eq, PartialEq)]
enum Name {
    BuiltIn(&'static str),
    Loaded(Arc<str>),
}

impl ProfileName {
    pub(crate) const fn built_in(name: &'static str) -> Self {
        Self(Name::BuiltIn(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Name::BuiltIn(name) => name,
            Name::Loaded(name) => name,
        }
    }
}

impl PartialEq for ProfileName {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

/// A name that is written in the program: nothing is allocated. Any other text is read.
///
/// ```
/// use order_capture::profiles::ProfileName;
/// let (written, read) = (ProfileName::from("acme/EU"), "acme/EU".parse::<ProfileName>()?);
/// assert_eq!((written.as_str(), &written), ("acme/EU", &read));
/// # Ok::<(), std::convert::Infallible>(())
/// ```
impl From<&'static str> for ProfileName {
    fn from(name: &'static str) -> Self {
        Self::built_in(name)
    }
}

impl FromStr for ProfileName {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(Self(Name::Loaded(name.into())))
    }
}

impl From<String> for ProfileName {
    fn from(name: String) -> Self {
        Self(Name::Loaded(name.into()))
    }
}

impl From<ProfileName> for String {
    fn from(name: ProfileName) -> Self {
        name.as_str().into()
    }
}

impl fmt::Display for ProfileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One provider's rules and words, as they are written. [`Profile::new`] checks them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ProfileRows {
    /// The version of this form, 1.
    #[serde(rename = "v", deserialize_with = "load::version")]
    pub version: u32,
    /// A name for messages: `"juspay/CYBERSOURCE"`.
    pub name: ProfileName,
    /// What can be requested, and in what form.
    pub capabilities: Capabilities,
    /// The provider's words for a transaction. The first row written for a status is the word for it.
    pub statuses: Cow<'static, [StatusRow]>,
    /// The provider's words for an order. If there are none, the transaction's words apply; a status without a row
    /// takes the transaction's word.
    #[serde(default)]
    pub order_statuses: Cow<'static, [OrderStatusRow]>,
    /// The provider's words for a capture or void in a list.
    #[serde(default)]
    pub request_words: Cow<'static, [RequestWordRow]>,
    /// The provider's words for a refund.
    #[serde(default)]
    pub refund_words: Cow<'static, [RequestWordRow]>,
    /// Whether those two tables have every word that there is: then one in neither is `unknown-status`, for a person. Else it
    /// says nothing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub request_words_complete: bool,
    /// The status after a gateway's answer to a capture, if the provider documents it.
    #[serde(default)]
    pub outcomes: Cow<'static, [OutcomeRow]>,
    /// The provider's errors.
    #[serde(default)]
    pub errors: Cow<'static, [ErrorRow]>,
    /// The HTTP statuses of errors that are safe to call withdrawn: refused before it was tried.
    #[serde(default = "errors::safe_statuses")]
    pub safe_statuses: Cow<'static, [u16]>,
    /// The names of the provider's webhooks: labels, which decide nothing.
    #[serde(default)]
    pub events: Cow<'static, [EventRow]>,
    /// What the provider says about currencies.
    #[serde(default)]
    pub currencies: Cow<'static, [CurrencyRow]>,
    /// The shapes of the provider's payloads. The first that fits is read.
    pub readings: Cow<'static, [Reading]>,
    /// Where an error's body has codes and texts. A hint anywhere else is not seen, so list more rather than fewer.
    #[serde(default = "errors::error_bodies")]
    pub error_bodies: Cow<'static, [Shape]>,
    /// Frequent questions about a provider, answered in sentences with their sources: the atlas prints them.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub facts: Cow<'static, [Fact]>,
    /// Payloads with what they must say. [`Profile::from_json`] runs them.
    #[serde(default)]
    pub samples: Cow<'static, [Sample]>,
    /// Answers to captures that were refused, with what they must mean.
    #[serde(default)]
    pub error_samples: Cow<'static, [ErrorSample]>,
}

impl ProfileRows {
    /// The row of a provider's word, compared exactly.
    pub fn status(&self, text: &str) -> Option<&StatusRow> {
        self.statuses.iter().find(|row| row.text == text)
    }

    /// The provider's word for a transaction. `expired` is written as auto-refunded.
    pub fn word_for(&self, status: CanonicalStatus) -> &str {
        let status = status.written_as();
        self.statuses.iter().find(|row| row.written_for.contains(&status)).map_or("", |row| &row.text)
    }

    /// The provider's word for an order whose leading transaction means this; `None` for an order without one.
    pub fn order_word_for(&self, status: Option<CanonicalStatus>) -> Option<&str> {
        self.order_statuses.iter().find(|row| row.written_for.contains(&status)).map(|row| &*row.text)
    }

    /// The provider's own error for a broken rule, if it has one.
    pub fn error_for(&self, code: &str) -> Option<&ErrorRow> {
        self.errors.iter().find(|row| row.rule.as_deref() == Some(code))
    }
}
