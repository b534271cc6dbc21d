//! What one provider, and one gateway of it, allows and how it spells it. A value, not code.

use std::borrow::Cow;

use crate::currency::Currency;
use crate::money::{Amount, Money, MoneyError};
use crate::state::StateKind;

/// One provider's rules and words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// A name for messages: `"juspay/CYBERSOURCE"`.
    pub name: Cow<'static, str>,
    /// What can be asked, and in what form.
    pub capabilities: Capabilities,
    /// The provider's words for a transaction. The first row that spells a meaning is the word for it.
    pub statuses: Cow<'static, [StatusRow]>,
    /// The provider's words for an order. A meaning that no row spells takes the transaction's word.
    pub order_statuses: Cow<'static, [OrderStatusRow]>,
    /// The provider's errors.
    pub errors: Cow<'static, [ErrorRow]>,
}

/// What a gateway can do and what a request to it must say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Captures {
    /// One; its success closes the authorization.
    Single,
    /// Several, until one says that it is the last or nothing is left.
    Several,
}

/// What a failed capture does to the authorization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailedCapture {
    /// It closes: the hold can be voided, not captured.
    Closes,
    /// It is as before: another capture may be tried.
    Reopens,
}

/// What can be voided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoidSupport {
    /// Nothing: a hold ends by capture or by lapsing.
    None,
    /// All that is held.
    Full,
    /// All that is held, or a part of it.
    Partial,
}

/// When a capture must state its amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountRequired {
    /// In every capture.
    Always,
    /// In every capture that carries an idempotency key.
    WithKey,
}

/// How amounts are written in payloads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// What a provider's word for a transaction means here.
///
/// Exhaustive on purpose: the interpretation of observations answers each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meaning {
    /// Nothing held yet.
    Created,
    /// Never authorized.
    Failed,
    /// Held.
    Authorized,
    /// A capture was accepted.
    CaptureInitiated,
    /// A part was captured.
    PartiallyCharged,
    /// Captured.
    Charged,
    /// A capture failed.
    CaptureFailed,
    /// A void was accepted.
    VoidInitiated,
    /// A void failed.
    VoidFailed,
    /// Given back without a capture.
    Voided,
    /// Given back by the provider, of itself.
    AutoRefunded,
    /// Captured and all of it refunded.
    Refunded,
}

impl Meaning {
    /// Every meaning.
    pub const ALL: [Self; 12] = [
        Self::Created,
        Self::Failed,
        Self::Authorized,
        Self::CaptureInitiated,
        Self::PartiallyCharged,
        Self::Charged,
        Self::CaptureFailed,
        Self::VoidInitiated,
        Self::VoidFailed,
        Self::Voided,
        Self::AutoRefunded,
        Self::Refunded,
    ];

    /// What a provider would say of a state: a request that was only sent does not show yet.
    #[must_use]
    pub const fn of(state: StateKind, captured_any: bool, refunded_all: bool) -> Self {
        match state {
            StateKind::Created => Self::Created,
            StateKind::Failed => Self::Failed,
            StateKind::Capturing | StateKind::Voiding if captured_any => Self::PartiallyCharged,
            StateKind::Authorized | StateKind::Capturing | StateKind::Voiding => Self::Authorized,
            StateKind::CaptureInitiated => Self::CaptureInitiated,
            StateKind::PartiallyCaptured => Self::PartiallyCharged,
            StateKind::Charged if refunded_all => Self::Refunded,
            StateKind::Charged => Self::Charged,
            StateKind::CaptureFailed => Self::CaptureFailed,
            StateKind::VoidInitiated => Self::VoidInitiated,
            StateKind::VoidFailed => Self::VoidFailed,
            StateKind::Voided => Self::Voided,
            StateKind::Expired => Self::AutoRefunded,
        }
    }
}

/// One word of a provider for a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusRow {
    /// The word.
    pub text: Cow<'static, str>,
    /// The numeric ids that may stand beside it; empty where the provider has none.
    pub ids: Cow<'static, [i64]>,
    /// What it means when it is read.
    pub means: Meaning,
    /// What it is written for; the first row that lists a meaning is the word for it.
    pub spells: Cow<'static, [Meaning]>,
    /// Which document says so.
    pub source: Cow<'static, str>,
}

/// One word of a provider for an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderStatusRow {
    /// The word.
    pub text: Cow<'static, str>,
    /// What it is written for; `None` stands for an order without a transaction.
    pub spells: Cow<'static, [Option<Meaning>]>,
    /// Which document says so.
    pub source: Cow<'static, str>,
}

/// What a provider's error says of the request it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settles {
    /// Refused before it was tried: the request is withdrawn and its money freed.
    Withdrawn,
    /// Only a hint: the outcome is unknown until an observation settles it.
    Unknown,
}

/// One error of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorRow {
    /// The HTTP status that it comes with; not matched, since intermediaries change it.
    pub http_status: u16,
    /// The provider's code; letter case does not matter, an empty one matches any.
    pub code: Cow<'static, str>,
    /// The provider's text, or the part of it that matters; letter case does not matter, an empty one matches any.
    pub message: Cow<'static, str>,
    /// The code of the refusal that this is the provider's wording of, where it is one.
    pub refusal: Option<Cow<'static, str>>,
    /// What it says of the request.
    pub settles: Settles,
    /// Which document says so.
    pub source: Cow<'static, str>,
}

impl Profile {
    /// The row of a provider's word, compared exactly.
    #[must_use]
    pub fn status(&self, text: &str) -> Option<&StatusRow> {
        self.statuses.iter().find(|row| row.text == text)
    }

    /// The provider's word for a transaction.
    #[must_use]
    pub fn spell(&self, meaning: Meaning) -> &str {
        self.statuses.iter().find(|row| row.spells.contains(&meaning)).map_or("", |row| &row.text)
    }

    /// The provider's word for an order whose leading transaction means this; `None` for an order without one.
    #[must_use]
    pub fn spell_order(&self, meaning: Option<Meaning>) -> Option<&str> {
        self.order_statuses.iter().find(|row| row.spells.contains(&meaning)).map(|row| &*row.text)
    }

    /// How the provider words a refusal, where it does.
    #[must_use]
    pub fn error_for(&self, refusal_code: &str) -> Option<&ErrorRow> {
        self.errors.iter().find(|row| row.refusal.as_deref() == Some(refusal_code))
    }
}
