//! The built-in providers: their profiles as data, and their payloads as observations.

mod errors;
mod fields;
pub mod juspay;
#[cfg(feature = "http")]
pub mod outgoing;
pub mod razorpay;
mod rows;
mod wire;

use crate::ids::ProviderIds;
use crate::money::Currency;
use crate::profile::{Payload, Profile};
use crate::statement::{Malformed, Observation};

impl Profile {
    /// Reads a payload as this provider sends it: all that it says, subject by subject.
    ///
    /// `order_currency` is used where the payload names none.
    ///
    /// ```
    /// use order_capture::{Currency, juspay};
    /// let text = r#"{"order_id":"o-1","status":"PARTIAL_CHARGED","status_id":37,"amount":10,"captured_amount":4,"currency":"INR"}"#;
    /// let said = juspay::SIMPL.statements(text, Currency::INR)?;
    /// assert_eq!(said.order.captured.map(|minor| minor.get()), Some(400));
    /// assert!(said.transaction.word.is_none(), "the word is the order's");
    /// # Ok::<(), order_capture::Malformed>(())
    /// ```
    ///
    /// # Errors
    /// [`Malformed`]; a text after the JSON object makes it `not-json`, with the position.
    pub fn statements<'a>(&self, text: &'a str, order_currency: Currency) -> Result<Observation<'a>, Malformed> {
        match &self.payload {
            Payload::Juspay => juspay::statements(text, self, order_currency),
            Payload::Razorpay => razorpay::statements(text, self, order_currency),
            Payload::Fields(map) => fields::statements(text, map, self.capabilities.amount_form, order_currency),
        }
    }

    /// Whose payload this is: the identifiers in it, by which to find the order; its currency then reads the rest with
    /// [`Profile::statements`].
    ///
    /// ```
    /// use order_capture::razorpay;
    /// let text = r#"{"id":"rfnd_1","entity":"refund","payment_id":"pay_1","amount":100,"status":"processed"}"#;
    /// let ids = razorpay::PROFILE.ids_in(text)?;
    /// assert_eq!(ids.transaction.map(|id| id.to_string()).as_deref(), Some("pay_1"));
    /// # Ok::<(), order_capture::Malformed>(())
    /// ```
    ///
    /// # Errors
    /// [`Malformed`]: `not-json`, `not-a-payload` or `id-malformed`.
    pub fn ids_in(&self, text: &str) -> Result<ProviderIds, Malformed> {
        match &self.payload {
            Payload::Juspay => juspay::ids_in(text),
            Payload::Razorpay => razorpay::ids_in(text),
            Payload::Fields(map) => fields::ids(text, map),
        }
    }
}
