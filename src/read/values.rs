//! JSON values one by one: tolerant of drift, strict where money is concerned.
//!
//! A value is kept as the text it came in, so that a number is never a float on its way.

use std::borrow::Cow;

use chrono::{DateTime, Datelike as _};
use serde_json::value::RawValue;

use crate::ids::{IdError, ProviderId, Time};
use crate::money::{Currency, CurrencyError, GivenText, Minor, MoneyError};
use crate::profile::{AmountForm, ProfileRows};
use crate::statement::Word;

/// A JSON text.
pub(super) fn text(raw: &RawValue) -> Option<Cow<'_, str>> {
    let raw = raw.get();
    let plain = raw.strip_prefix('"')?.strip_suffix('"')?;
    match plain.as_bytes().contains(&b'\\') {
        false => Some(Cow::Borrowed(plain)),
        true => serde_json::from_str(raw).ok().map(Cow::Owned),
    }
}

/// A JSON text, or a number as it is written: some providers write their codes so.
pub(super) fn text_or_number(raw: &RawValue) -> Option<Cow<'_, str>> {
    let number = || raw.get().starts_with(|first: char| first == '-' || first.is_ascii_digit());
    text(raw).or_else(|| number().then_some(Cow::Borrowed(raw.get())))
}

/// A text that names something; an empty one names nothing.
pub(super) fn key(raw: &RawValue) -> Option<Cow<'_, str>> {
    text(raw).filter(|text| !text.is_empty())
}

/// A provider's identifier.
pub(super) fn id(raw: &RawValue) -> Result<ProviderId, IdError> {
    ProviderId::new(&text(raw).ok_or(IdError::Type)?)
}

/// An ISO 4217 code in either letter case, mostly the expected one; an empty one is no currency.
pub(super) fn currency(raw: &RawValue, expected: Currency) -> Result<Currency, CurrencyError> {
    let code = text(raw).ok_or_else(|| CurrencyError::NotACode { given: GivenText::of(raw.get()) })?;
    if code.eq_ignore_ascii_case(expected.code()) { Ok(expected) } else { Currency::from_code_ignoring_case(&code) }
}

/// An amount in the provider's form, exact or refused.
pub(super) fn amount(raw: &RawValue, profile: &ProfileRows, currency: Currency) -> Result<Minor, MoneyError> {
    let is_number = raw.get().starts_with(|first: char| first == '-' || first.is_ascii_digit());
    let or_text = |expected| text(raw).ok_or(MoneyError::Type { expected });
    let written = match (profile.capabilities.amount_form, is_number) {
        (_, true) => Cow::Borrowed(raw.get()),
        (AmountForm::Major, false) => or_text("a JSON number or decimal text")?,
        (AmountForm::SubunitsAsText, false) => or_text("a JSON integer or its text")?,
        (AmountForm::Subunits, false) => return Err(MoneyError::Type { expected: "a JSON integer" }),
    };
    Ok(profile.read_amount(&written, currency)?.minor())
}

/// The form of a time.
pub(super) const A_TIME: &str = "an RFC 3339 time or a JSON integer of seconds since 1970";

/// A time: RFC 3339, or whole seconds since 1970. What is not in a year of four digits was in another unit.
pub(super) fn time(raw: &RawValue) -> Option<Time> {
    match text(raw) {
        Some(text) => DateTime::parse_from_rfc3339(&text).ok().map(|time| time.to_utc()),
        None => DateTime::from_timestamp(raw.get().parse().ok()?, 0).filter(|time| time.year() <= 9999),
    }
}

/// A list of nothing.
pub(super) fn is_empty_list(raw: &RawValue) -> bool {
    let inside = raw.get().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inside.is_some_and(|inside| inside.trim_ascii().is_empty())
}

/// A flag: true, false, and the texts and numbers 1 and 0 for them; anything else counts as absent.
pub(super) fn flag(raw: &RawValue) -> Option<bool> {
    match raw.get() {
        "true" | "1" | "\"1\"" | "\"true\"" => Some(true),
        "false" | "0" | "\"0\"" | "\"false\"" => Some(false),
        _ => None,
    }
}

/// The numeric id of a status, as a number or as text.
pub(super) fn status_id(raw: &RawValue) -> i64 {
    let read = raw.get().parse().ok().or_else(|| text(raw)?.parse().ok());
    read.unwrap_or(Word::UNREADABLE)
}
