//! The values of an action's fields: each is read strictly or is a problem with a code.

use std::collections::BTreeMap;

use order_capture::{Amount, Currency, Time};
use serde_json::value::RawValue;

/// An action's fields by name, values as text.
pub(crate) type Fields<'a> = BTreeMap<String, &'a RawValue>;

/// Why a step is malformed.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Unreadable {
    pub(crate) fn new(code: &'static str, message: impl ToString) -> Self {
        Self { code, message: message.to_string() }
    }

    /// The action's own: a field is missing or is of another type.
    pub(crate) fn action(message: impl ToString) -> Self {
        Self::new("action-malformed", message)
    }
}

pub(crate) fn text(fields: &Fields<'_>, name: &str) -> Result<Option<String>, Unreadable> {
    let read = |raw: &&RawValue| {
        serde_json::from_str(raw.get())
            .map_err(|_| Unreadable::action(format!("{name} must be text, not {}", raw.get())))
    };
    fields.get(name).map(read).transpose()
}

/// True or false; false where it is left out.
pub(crate) fn flag(fields: &Fields<'_>, name: &str) -> Result<bool, Unreadable> {
    match fields.get(name).map(|raw| raw.get()) {
        Some("true") => Ok(true),
        Some("false") | None => Ok(false),
        Some(other) => Err(Unreadable::action(format!("{name} must be true or false, not {other}"))),
    }
}

/// Decimal text in major units.
pub(crate) fn amount(fields: &Fields<'_>, name: &str, currency: Currency) -> Result<Option<Amount>, Unreadable> {
    let Some(raw) = fields.get(name) else { return Ok(None) };
    let not_text = |_| {
        Unreadable::new("amount-malformed", format!("{name} must be decimal text like \"100.00\", not {}", raw.get()))
    };
    let text: String = serde_json::from_str(raw.get()).map_err(not_text)?;
    Amount::parse(&text, currency).map(Some).map_err(|error| Unreadable::new(error.code(), error))
}

pub(crate) fn currency(fields: &Fields<'_>) -> Result<Option<Currency>, Unreadable> {
    let Some(raw) = fields.get("currency") else { return Ok(None) };
    let not_text =
        |_| Unreadable::new("currency-unknown", format!("currency must be text like \"INR\", not {}", raw.get()));
    let text: String = serde_json::from_str(raw.get()).map_err(not_text)?;
    Currency::from_code_ignoring_case(&text).map(Some).map_err(|error| Unreadable::new(error.code(), error))
}

pub(crate) fn time(raw: &RawValue) -> Result<Time, Unreadable> {
    let text: Option<String> = serde_json::from_str(raw.get()).ok();
    let time = text.and_then(|text| chrono::DateTime::parse_from_rfc3339(&text).ok());
    let problem = || {
        Unreadable::new(
            "time-malformed",
            format!("a time must be RFC 3339 text like \"2026-01-31T10:00:00Z\", not {}", raw.get()),
        )
    };
    time.map(|time| time.to_utc()).ok_or_else(problem)
}
