//! What a gateway can do, and what a request to it must say.

use serde::{Deserialize, Serialize};

use crate::currency::Currency;
use crate::money::{Amount, Money, MoneyError};

/// What a gateway can do and what a request to it must say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Capabilities {
    /// Whether an authorization sees one capture or several.
    pub captures: Captures,
    /// Whether a capture may be sent while another is in flight.
    pub concurrent_captures: bool,
    /// Whether a capture may be for less than what is capturable.
    pub partial_capture: bool,
    /// What a failed capture does to the authorization.
    pub failed_capture: FailedCapture,
    /// What can be voided.
    pub void: VoidSupport,
    /// Whether an authorization can be raised or lowered.
    pub adjustment: bool,
    /// Whether a capture must state its currency.
    pub currency_required: bool,
    /// When a capture must state its amount.
    pub amount_required: AmountRequired,
    /// Whether a capture that states an amount must carry an idempotency key.
    pub key_required_with_amount: bool,
    /// Whether the authorized amount must equal the order's before a capture.
    pub authorized_equals_order: bool,
    /// Whether a capture must be for exactly what was authorized.
    pub capture_equals_authorized: bool,
    /// How many digits after the point a request of ours may use; the currency's further digits must be zero.
    pub request_digits: u32,
    /// How amounts are written in payloads.
    pub amount_form: AmountForm,
}

/// How many captures an authorization sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Captures {
    /// One; its success closes the authorization.
    Single,
    /// Several, until one says that it is the last or nothing is left.
    Several,
}

/// What a failed capture does to the authorization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FailedCapture {
    /// It closes: the hold can be voided, not captured.
    Closes,
    /// It is as before: another capture may be tried.
    Reopens,
}

/// What can be voided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum VoidSupport {
    /// Nothing: a hold ends by capture or by lapsing.
    None,
    /// All that is held.
    Full,
    /// All that is held, or a part of it.
    Partial,
}

/// When a capture must state its amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum AmountRequired {
    /// In every capture.
    Always,
    /// In every capture that carries an idempotency key.
    WithKey,
    /// In none: without an amount, all that is capturable is taken.
    Never,
}

/// How amounts are written in payloads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum AmountForm {
    /// Decimal major units, as a JSON number or text.
    Major,
    /// Integer minor units, as a JSON integer.
    Subunits,
}

impl AmountForm {
    /// Reads an amount in this form, exactly (INV-13).
    ///
    /// # Errors
    /// [`MoneyError`]: not an amount of this form, more digits than the currency has, negative, or too large.
    pub fn read(self, text: &str, currency: Currency) -> Result<Money, MoneyError> {
        match self {
            Self::Major => Money::parse(text, currency),
            Self::Subunits => {
                // The grammar of an amount without a point, in a currency without digits, is that of subunits.
                let length = text.len();
                if let Some(position) = text.find('.') {
                    return Err(MoneyError::Malformed { length, position });
                }
                let whole = Amount::parse(text, Currency::JPY).map_err(|error| match error {
                    MoneyError::TooLarge { .. } => MoneyError::TooLarge { currency },
                    other => other,
                })?;
                Ok(Money::new(whole.to_money()?.minor(), currency))
            }
        }
    }

    /// Writes an amount in this form.
    #[must_use]
    pub fn write(self, money: Money) -> String {
        match self {
            Self::Major => money.major_text(),
            Self::Subunits => money.minor().to_string(),
        }
    }
}
