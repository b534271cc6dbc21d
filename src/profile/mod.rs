//! What one provider, and one gateway of it, allows and how it spells it. A value, not code.
//!
//! | file | job |
//! |---|---|
//! | `capabilities` | what can be asked, and how a request must be worded |
//! | `rows` | the rows of the tables: words, outcomes, errors, webhook names, currencies |
//! | `fields` | where a payload keeps what, for a provider that is data alone |
//! | `load` | profiles in JSON, checked |

mod capabilities;
mod fields;
mod load;
mod rows;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use capabilities::{AmountForm, AmountRequired, Capabilities, Captures, FailedCapture, VoidSupport};
pub use fields::{FieldMap, Payload};
pub use load::ProfileError;
pub use rows::{
    Class, Confidence, CurrencyRow, ErrorRow, EventRow, GatewayReply, Meaning, OrderStatusRow, OutcomeRow, Settles,
    Source, StatusRow,
};

/// One provider's rules and words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The version of this form, 1.
    #[serde(rename = "v", deserialize_with = "load::version")]
    pub version: u32,
    /// A name for messages: `"juspay/CYBERSOURCE"`.
    pub name: Cow<'static, str>,
    /// What can be asked, and in what form.
    pub capabilities: Capabilities,
    /// The provider's words for a transaction. The first row that spells a meaning is the word for it.
    pub statuses: Cow<'static, [StatusRow]>,
    /// The provider's words for an order. A meaning that no row spells takes the transaction's word.
    #[serde(default)]
    pub order_statuses: Cow<'static, [OrderStatusRow]>,
    /// What the provider's word becomes when a gateway answers a capture, where the provider lists that.
    #[serde(default)]
    pub outcomes: Cow<'static, [OutcomeRow]>,
    /// The provider's errors.
    #[serde(default)]
    pub errors: Cow<'static, [ErrorRow]>,
    /// The names of the provider's webhooks: labels, which decide nothing.
    #[serde(default)]
    pub events: Cow<'static, [EventRow]>,
    /// What the provider says of currencies.
    #[serde(default)]
    pub currencies: Cow<'static, [CurrencyRow]>,
    /// How the provider's payloads are read.
    pub payload: Payload,
}

impl Profile {
    /// Whether a failed capture closes the authorization here.
    #[must_use]
    pub fn failure_closes(&self) -> bool {
        self.capabilities.failed_capture == FailedCapture::Closes
    }

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
