//! Reading JSON fields one by one, each with its own error: tolerant of drift, strict where money is concerned.
//!
//! A field is kept as the text it came in, so that a number is never a float on its way.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use chrono::DateTime;
use serde::de::value::MapAccessDeserializer;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::currency::{Currency, CurrencyError};
use crate::ids::{ProviderId, Time};
use crate::money::Minor;
use crate::observation::{AmountProblem, ErrorAnswer, IdProblem, Malformed};
use crate::profile::AmountForm;

/// A field as it came; JSON null counts as absent.
pub(super) type Field<'a> = Option<&'a RawValue>;

/// A wire type: an object of which these keys are looked at, each as it came; unknown keys are skipped unread. Those
/// after `nested` are read along with it, so that a payload is gone through once.
macro_rules! fields {
    (
        $(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident)* }
        $(nested { $($(#[$nested_doc:meta])* $nested:ident: $kind:ty)+ })?
    ) => {
        $(#[$doc])*
        #[derive(Default, serde::Deserialize)]
        struct $name<'a> {
            $($(#[$field_doc])* #[serde(borrow, default)] $field: $crate::provider::wire::Field<'a>,)*
            $($($(#[$nested_doc])* #[serde(borrow, default)] $nested: $kind,)+)?
        }
    };
}

pub(super) use fields;

/// A list of objects, or what stands in their places.
pub(super) type Listed<T> = Option<Vec<Nested<T>>>;

/// What stands where an object is expected.
#[derive(Default)]
pub(super) enum Nested<T> {
    /// Nothing, or null.
    #[default]
    Absent,
    /// An empty array: one provider's serializer has it for an object without keys.
    Empty,
    /// An object.
    Object(T),
    /// Another array.
    NoObject,
}

impl<T> Nested<T> {
    /// The object, if it is one.
    pub(super) fn object(self) -> Option<T> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// The object, or nothing where there is none; anything else is no payload.
    pub(super) fn optional(self, expected: &'static str) -> Result<Option<T>, Malformed> {
        match self {
            Self::Absent | Self::Empty => Ok(None),
            Self::Object(object) => Ok(Some(object)),
            Self::NoObject => Err(Malformed::NotAPayload { expected }),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Nested<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(NestedVisitor(PhantomData))
    }
}

struct NestedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for NestedVisitor<T> {
    type Value = Nested<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Nested::Absent)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_struct("", &[], self)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Nested::Object)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut nested = Nested::Empty;
        while list.next_element::<IgnoredAny>()?.is_some() {
            nested = Nested::NoObject;
        }
        Ok(nested)
    }
}

/// Reads a JSON object into a wire type whose fields are all optional.
pub(super) fn object<'a, T: Deserialize<'a>>(text: &'a str, expected: &'static str) -> Result<T, Malformed> {
    // A derived wire type would take an array for an object.
    let is_object = text.trim_start_matches([' ', '\t', '\n', '\r']).starts_with('{');
    if is_object && let Ok(value) = serde_json::from_str(text) {
        return Ok(value);
    }
    // Not what was looked for; or not JSON at all, which is said first.
    match serde_json::from_str::<IgnoredAny>(text) {
        Err(error) => Err(Malformed::NotJson { line: error.line(), column: error.column() }),
        Ok(_) => Err(Malformed::NotAPayload { expected }),
    }
}

/// Any JSON.
pub(super) fn any(text: &str) -> Result<&RawValue, Malformed> {
    serde_json::from_str(text).map_err(|error| Malformed::NotJson { line: error.line(), column: error.column() })
}

/// The objects of a list; nulls in it are passed over, absent and null count as an empty one.
pub(super) fn list<T>(list: Listed<T>, expected: &'static str) -> Result<Vec<T>, Malformed> {
    let objects = |nested| match nested {
        Nested::Absent => None,
        Nested::Object(object) => Some(Ok(object)),
        Nested::Empty | Nested::NoObject => Some(Err(Malformed::NotAPayload { expected })),
    };
    list.unwrap_or_default().into_iter().filter_map(objects).collect()
}

/// A JSON text.
pub(super) fn text<'a>(field: Field<'a>) -> Option<Cow<'a, str>> {
    /// Borrows where there is no escape to undo.
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
    let raw = field?.get();
    match raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(plain) if !plain.as_bytes().contains(&b'\\') => Some(Cow::Borrowed(plain)),
        _ => serde_json::from_str::<Text<'a>>(raw).ok().map(|text| text.0),
    }
}

/// A word that must be there for the payload to be one.
pub(super) fn status<'a>(field: Field<'a>, expected: &'static str) -> Result<Cow<'a, str>, Malformed> {
    text(field).ok_or(Malformed::NotAPayload { expected })
}

/// A provider's identifier.
pub(super) fn id(name: &'static str, field: Field<'_>) -> Result<Option<ProviderId>, Malformed> {
    if field.is_none() {
        return Ok(None);
    }
    let malformed = |problem| Malformed::Id { field: name, problem };
    let text = text(field).ok_or(malformed(IdProblem::Type))?;
    ProviderId::new(&text).map(Some).map_err(|error| malformed(error.into()))
}

/// An ISO 4217 code; an empty one is no currency.
pub(super) fn currency(name: &'static str, field: Field<'_>) -> Result<Option<Currency>, Malformed> {
    let Some(raw) = field else { return Ok(None) };
    let not_text = CurrencyError::NotACode { length: raw.get().len() };
    let code = text(field).ok_or(not_text);
    let problem = |problem| Malformed::Currency { field: name, problem };
    code.and_then(|code| Currency::from_code(&code)).map(Some).map_err(problem)
}

/// An amount in the provider's form, exact or refused.
pub(super) fn amount(
    name: &'static str,
    field: Field<'_>,
    form: AmountForm,
    currency: Currency,
) -> Result<Option<Minor>, Malformed> {
    let Some(raw) = field.map(RawValue::get) else { return Ok(None) };
    let malformed = |problem| Malformed::Amount { field: name, problem };
    let is_number = raw.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    let written = match (form, is_number) {
        (_, true) => Cow::Borrowed(raw),
        (AmountForm::Major, false) => {
            let expected = "a JSON number or decimal text";
            text(field).ok_or(malformed(AmountProblem::Type { expected }))?
        }
        (AmountForm::Subunits, false) => {
            return Err(malformed(AmountProblem::Type { expected: "a JSON integer" }));
        }
    };
    match form.read(&written, currency) {
        Ok(money) => Ok(Some(money.minor())),
        Err(error) => Err(malformed(error.into())),
    }
}

/// An RFC 3339 time.
pub(super) fn rfc3339(name: &'static str, field: Field<'_>) -> Result<Option<Time>, Malformed> {
    let malformed = Malformed::Time { field: name, expected: "an RFC 3339 time" };
    let Some(_) = field else { return Ok(None) };
    let time = text(field).and_then(|text| DateTime::parse_from_rfc3339(&text).ok());
    time.map(|time| Some(time.to_utc())).ok_or(malformed)
}

/// A time in whole seconds since 1970.
pub(super) fn unix_seconds(name: &'static str, field: Field<'_>) -> Result<Option<Time>, Malformed> {
    let malformed = Malformed::Time { field: name, expected: "a JSON integer of seconds since 1970" };
    let Some(raw) = field else { return Ok(None) };
    let time = raw.get().parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    time.map(Some).ok_or(malformed)
}

/// A flag: true, false, and the texts and numbers 1 and 0 that stand for them; anything else counts as absent.
pub(super) fn flag(field: Field<'_>) -> Option<bool> {
    match field?.get() {
        "true" | "1" | "\"1\"" | "\"true\"" => Some(true),
        "false" | "0" | "\"0\"" | "\"false\"" => Some(false),
        _ => None,
    }
}

/// An id that no row of a table has: what an unreadable one counts as.
const NO_ID: i64 = i64::MIN;

/// The numeric id of a status, as a number or as text.
pub(super) fn status_id(field: Field<'_>) -> Option<i64> {
    let raw = field?.get();
    let read = raw.parse().ok().or_else(|| text(field)?.parse().ok());
    Some(read.unwrap_or(NO_ID))
}

fields! {
    /// The fields in which providers put codes and texts, in every shape seen.
    ErrorBody {
        error
        error_info
        code
        error_code
        error_type
        error_codes
        description
        message
        error_message
        error_description
        user_message
        developer_message
    }
}

impl<'a> ErrorAnswer<'a> {
    /// Reads an error body of either provider. A body that is none leaves the HTTP status to speak alone.
    #[must_use]
    pub fn read(http_status: u16, body: &'a str) -> Self {
        let mut answer = Self { http_status, ..Self::default() };
        let outer: ErrorBody<'a> = object(body, "an error").unwrap_or_default();
        for inner in [outer.error, outer.error_info].into_iter().flatten() {
            answer.take(&object(inner.get(), "an error").unwrap_or_default());
        }
        answer.take(&outer);
        answer
    }

    fn take(&mut self, body: &ErrorBody<'a>) {
        let listed: Vec<&'a RawValue> =
            body.error_codes.and_then(|list| serde_json::from_str(list.get()).ok()).unwrap_or_default();
        let codes = [body.code, body.error_code, body.error_type].into_iter().chain(listed.into_iter().map(Some));
        self.codes.extend(codes.filter_map(text));
        let messages = [
            body.error,
            body.description,
            body.message,
            body.error_message,
            body.error_description,
            body.user_message,
            body.developer_message,
        ];
        self.messages.extend(messages.into_iter().filter_map(text));
    }
}
