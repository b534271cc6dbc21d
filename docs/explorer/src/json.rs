//! JSON that goes through untouched: objects whose order is kept, texts on one line.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// An object as it was written: its keys in their order, its values as text.
pub(crate) struct Object<'a>(pub(crate) Vec<(String, &'a RawValue)>);

impl<'a> Object<'a> {
    /// Takes a value out.
    pub(crate) fn take(&mut self, name: &str) -> Option<&'a RawValue> {
        let place = self.0.iter().position(|(key, _)| key == name)?;
        Some(self.0.remove(place).1)
    }

    /// The text under a key, where there is one.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let (_, raw) = self.0.iter().find(|(key, _)| key == name)?;
        serde_json::from_str(raw.get()).ok()
    }

    /// The object written again, without its braces.
    pub(crate) fn inside(&self) -> String {
        let fields = self.0.iter().map(|(key, raw)| format!("{}:{}", quoted(key), one_line(raw.get())));
        fields.collect::<Vec<_>>().join(",")
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Object<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Object(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

/// A text as JSON.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// JSON without the space between its tokens; everything else stays as it was written.
pub(crate) fn one_line(json: &str) -> String {
    let (mut quoted, mut escaped) = (false, false);
    let keep = |character: &char| {
        let space = !quoted && character.is_ascii_whitespace();
        if escaped {
            escaped = false;
        } else if *character == '\\' {
            escaped = quoted;
        } else if *character == '"' {
            quoted = !quoted;
        }
        !space
    };
    json.chars().filter(keep).collect()
}
