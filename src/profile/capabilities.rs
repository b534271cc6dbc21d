//! What a gateway can do, and what a request to it must say.

use serde::{Deserialize, Serialize};

use crate::hold::Operation;
use crate::ids::KeyForm;
use crate::money::{Currency, Money, MoneyError};
use crate::names::{is_default, names};
use crate::profile::{AdjustmentLimits, Confidence, CurrencyRow, HoldLife, KeyUse, OverCapture, ProfileRows};

/// What a gateway can do and what a request to it must say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Capabilities {
    /// How captures are made of an authorization.
    pub captures: CaptureMode,
    /// What a failed capture does to the hold.
    pub failed_capture: Failure,
    /// What can be voided.
    pub void: VoidMode,
    /// What a failed void of all that was held does to the hold.
    pub failed_void: Failure,
    /// Whether an authorization can be raised or lowered.
    pub adjustment: bool,
    /// Which adjustments it allows, if it allows any.
    #[serde(default, skip_serializing_if = "is_default")]
    pub adjustment_limits: AdjustmentLimits,
    /// Whether a capture that does not say whether it is final is the final one at this provider: then every other one has
    /// to say that it is not.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unstated_is_final: bool,
    /// Whether a payload can report that money was captured. If none can, the caller records it, from a settlement
    /// report for example.
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub captured_is_told: bool,
    /// The most captures of one authorization, if the provider limits them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_captures: Option<u32>,
    /// How much more than was authorized may be captured; `None`: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over_capture: Option<OverCapture>,
    /// How long a hold lasts, and what becomes of it then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<HoldLife>,
    /// Whether what an authorization pays must equal the order's amount before a capture.
    pub authorized_equals_order: bool,
    /// What a request to capture must say.
    pub capture: RequestForm,
    /// What a request to void must say.
    pub void_request: RequestForm,
    /// What a request to refund must say.
    pub refund: RequestForm,
    /// How amounts are written in payloads.
    pub amount_form: AmountForm,
}

const fn yes() -> bool {
    true
}

impl Capabilities {
    /// What a request of this kind must say.
    pub const fn form(&self, operation: Operation) -> &RequestForm {
        match operation {
            Operation::Capture => &self.capture,
            Operation::Void => &self.void_request,
            Operation::Refund => &self.refund,
        }
    }

    /// Whether a success of such a request ends the hold, whatever is left of it.
    pub(crate) const fn success_closes(&self, operation: Operation) -> bool {
        matches!(operation, Operation::Capture) && self.captures.is_single()
    }

    /// Whether a failure of such a request closes the hold.
    pub const fn failure_closes(&self, operation: Operation) -> bool {
        match operation {
            Operation::Capture => matches!(self.failed_capture, Failure::Closes),
            Operation::Void => matches!(self.failed_void, Failure::Closes),
            Operation::Refund => false,
        }
    }
}

/// How captures are made of an authorization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum CaptureMode {
    /// One, and its request must state exactly what was authorized.
    Exact,
    /// One, of all that is held.
    Full,
    /// One, of all or a part; the rest is released.
    Single,
    /// Several, until one says that it is final or nothing is left.
    Several {
        /// Whether a capture may be sent while another is in flight.
        #[serde(default)]
        at_once: bool,
        /// Whether a request can say that it is the final one.
        #[serde(default)]
        says_final: bool,
    },
}

impl CaptureMode {
    /// Whether an authorization sees one capture only; its success ends the hold.
    #[must_use]
    pub const fn is_single(self) -> bool {
        matches!(self, Self::Exact | Self::Full | Self::Single)
    }

    /// Whether a capture may be for less than what is held.
    #[must_use]
    pub const fn takes_parts(self) -> bool {
        matches!(self, Self::Single | Self::Several { .. })
    }

    /// Whether a capture may be sent while another is in flight.
    #[must_use]
    pub const fn at_once(self) -> bool {
        matches!(self, Self::Several { at_once: true, .. })
    }

    /// Whether a capture can be requested as the final one; if there is only one, it is final anyway.
    #[must_use]
    pub const fn says_final(self) -> bool {
        self.is_single() || matches!(self, Self::Several { says_final: true, .. })
    }
}

names! {
    /// What a failed request does to the hold.
    pub enum Failure {
        Closes "closes" "It closes: what is held can be voided, not captured."
        Reopens "reopens" "It is as before: another capture may be tried."
    }

    /// What can be voided.
    pub enum VoidMode {
        None "none" "Nothing: a hold ends by a capture or expires."
        Full "full" "All that is held."
        Partial "partial" "All that is held, or a part of it."
        BeforeCapture "before-capture" "All that is held, and only while nothing was captured."
    }
}

/// What a request of one kind must say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RequestForm {
    /// Whether it must state its currency.
    #[serde(default)]
    pub currency_required: bool,
    /// When it must state its amount.
    pub amount: AmountNeed,
    /// When it must carry an idempotency key.
    pub key: KeyNeed,
    /// Which keys it may carry.
    pub key_form: KeyForm,
    /// How many digits after the point it may use; the currency's further digits must be zero.
    pub digits: u32,
    /// How the key travels, and how long the provider remembers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_use: Option<KeyUse>,
}

names! {
    /// When a request must state its amount.
    pub enum AmountNeed {
        Always "always" "Always."
        WithKey "with-key" "Where it carries an idempotency key."
        Never "never" "Never: without an amount, it is for all that there is."
    }

    /// When a request must carry an idempotency key.
    pub enum KeyNeed {
        Always "always" "Always."
        WithAmount "with-amount" "Where it states an amount."
        Never "never" "Never; it may."
    }

    /// How amounts are written in payloads.
    pub enum AmountForm {
        Major "major" "Decimal major units, as a JSON number or text."
        Subunits "subunits" "Integer minor units, as a JSON integer."
        SubunitsAsText "subunits-as-text" "Integer minor units, as a JSON integer or text."
    }
}

impl ProfileRows {
    /// How many digits after the point this provider's amounts can have: the currency's, unless it counts others.
    #[must_use]
    pub fn digits_on_wire(&self, currency: Currency) -> u32 {
        if self.capabilities.amount_form == AmountForm::Major {
            return currency.digits();
        }
        self.counted_otherwise(currency).and_then(|row| row.on_wire).unwrap_or(currency.digits())
    }

    /// The row of a currency whose digits the provider counts differently from ISO 4217.
    fn counted_otherwise(&self, currency: Currency) -> Option<&CurrencyRow> {
        self.currencies.iter().find(|row| row.on_wire.is_some() && row.code == currency.code())
    }

    /// If only hearsay says how many digits count, an amount could be wrong by a factor of a hundred.
    fn knows_digits(&self, currency: Currency) -> Result<(), MoneyError> {
        let unsure = self.counted_otherwise(currency).is_some_and(|row| row.source.confidence > Confidence::Official);
        let problem = MoneyError::Type { expected: "a currency whose digits the provider documents" };
        if unsure { Err(problem) } else { Ok(()) }
    }

    /// Reads an amount as this provider writes it, exactly (INV-13).
    ///
    /// # Errors
    /// [`MoneyError`]: no amount of the provider's form; what the currency cannot state exactly; a currency whose digits
    /// are not sure.
    ///
    /// ```
    /// use order_capture::{Currency, juspay, razorpay};
    /// assert_eq!(juspay::SIMPL.read_amount("60.00", Currency::INR)?.to_string(), "60.00 INR");
    /// assert_eq!(razorpay::PROFILE.read_amount("6000", Currency::INR)?.to_string(), "60.00 INR");
    /// assert!(razorpay::PROFILE.read_amount("60.00", Currency::INR).is_err()); // Razorpay counts paise
    /// # Ok::<(), order_capture::MoneyError>(())
    /// ```
    pub fn read_amount(&self, text: &str, currency: Currency) -> Result<Money, MoneyError> {
        if self.capabilities.amount_form == AmountForm::Major {
            return Money::parse(text, currency);
        }
        self.knows_digits(currency)?;
        Money::parse_units(text, self.digits_on_wire(currency), currency)
    }

    /// Writes an amount as this provider reads it.
    ///
    /// # Errors
    /// [`MoneyError`]: it counts fewer digits than the amount has, which the rules refuse before; or it is not sure
    /// which.
    ///
    /// ```
    /// use order_capture::{Money, razorpay};
    /// assert_eq!(razorpay::PROFILE.write_amount(Money::jpy("500")?)?, "500");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write_amount(&self, money: Money) -> Result<String, MoneyError> {
        if self.capabilities.amount_form == AmountForm::Major {
            return Ok(money.major_text());
        }
        self.knows_digits(money.currency())?;
        money.units_text(self.digits_on_wire(money.currency()))
    }
}
