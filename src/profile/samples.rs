//! Samples: payloads and errors of a provider with what they must say. They show that a profile reads rightly; that it is
//! spelled rightly shows only that it loads.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::profile::ErrorMeaning;

/// A payload, and what it must say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Sample {
    /// The payload, real in shape and made up in its values.
    pub payload: SampleText,
    /// What it says, one line per subject, as [`ProfileRows::told`](crate::profiles::ProfileRows::told) prints it; if
    /// it is refused, only the code. In JSON a list of lines.
    #[serde(serialize_with = "as_lines", deserialize_with = "from_lines")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub says: Cow<'static, str>,
}

fn as_lines<S: Serializer>(says: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(says.lines())
}

fn from_lines<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'static, str>, D::Error> {
    let lines = Vec::<String>::deserialize(deserializer)?;
    Ok(lines.iter().flat_map(|line| [line, "\n"]).collect::<String>().into())
}

/// The answer to a capture that the provider refused, and what it must mean for the capture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ErrorSample {
    /// The HTTP status.
    pub http_status: u16,
    /// The body.
    pub body: SampleText,
    /// What it says about the capture.
    pub means: ErrorMeaning,
}

/// A text as a provider sends it; in a profile's JSON it is JSON, or a string if it is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "serde_json::Value"))]
pub struct SampleText(Cow<'static, str>);

impl SampleText {
    /// This text.
    pub const fn new(text: Cow<'static, str>) -> Self {
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for SampleText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match serde_json::from_str::<&RawValue>(&self.0) {
            Ok(json) if !json.get().starts_with('"') => json.serialize(serializer),
            _ => serializer.serialize_str(&self.0),
        }
    }
}

impl<'de> Deserialize<'de> for SampleText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        let text = serde_json::from_str::<String>(json.get()).unwrap_or_else(|_| json.get().into());
        Ok(Self(text.into()))
    }
}
