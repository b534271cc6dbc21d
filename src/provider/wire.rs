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

use crate::ids::{ProviderId, Time};
use crate::money::Minor;
use crate::money::{Currency, CurrencyError};
use crate::profile::AmountForm;
use crate::statement::{AmountProblem, IdProblem, Malformed, Word};

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

/// Whether that word is there.
pub(super) fn is_text(field: Field<'_>, expected: &'static str) -> Result<(), Malformed> {
    status(field, expected).map(|_| ())
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

/// An ISO 4217 code in either letter case; an empty one is no currency.
pub(super) fn currency(name: &'static str, field: Field<'_>) -> Result<Option<Currency>, Malformed> {
    let Some(raw) = field else { return Ok(None) };
    let not_text = CurrencyError::NotACode { length: raw.get().len() };
    let code = text(field).ok_or(not_text);
    let problem = |problem| Malformed::Currency { field: name, problem };
    code.and_then(|code| Currency::from_code_ignoring_case(&code)).map(Some).map_err(problem)
}

/// The currencies that a payload names, object by object.
pub(super) struct Currencies {
    order: Currency,
    named: Option<Currency>,
}

impl Currencies {
    pub(super) const fn of(order: Currency) -> Self {
        Self { order, named: None }
    }

    /// The currency that one object is counted in: its own, else the one around it.
    pub(super) fn read(
        &mut self,
        name: &'static str,
        field: Field<'_>,
        around: Currency,
    ) -> Result<Currency, Malformed> {
        let Some(own) = currency(name, field)? else { return Ok(around) };
        if self.named.is_none_or(|named| named == self.order) {
            self.named = Some(own);
        }
        Ok(own)
    }

    /// The one named; of two that differ, the one that is not the order's is what must be seen.
    pub(super) const fn named(&self) -> Option<Currency> {
        self.named
    }
}

/// One identifier said in several places: the first, and whether another one differs.
pub(super) fn same<'a, const N: usize>(places: [Field<'a>; N]) -> (Field<'a>, bool) {
    let mut said = places.into_iter().flatten();
    let first = said.next();
    let differs = said.any(|other| first.is_some_and(|first| !equal(first, other)));
    (first, differs)
}

/// Whether two texts say the same, escapes undone.
fn equal(one: &RawValue, other: &RawValue) -> bool {
    one.get() == other.get() || text(Some(one)) == text(Some(other))
}

/// A text that names something; an empty one names nothing.
pub(super) fn key<'a>(field: Field<'a>) -> Option<Cow<'a, str>> {
    text(field).filter(|text| !text.is_empty())
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

/// The numeric id of a status, as a number or as text.
pub(super) fn status_id(field: Field<'_>) -> Option<i64> {
    let raw = field?.get();
    let read = raw.parse().ok().or_else(|| text(field)?.parse().ok());
    Some(read.unwrap_or(Word::UNREADABLE))
}
