//! The built-in providers: their profiles as data, and their payloads as observations.

mod fields;
pub mod juspay;
#[cfg(feature = "http")]
pub mod outgoing;
pub mod razorpay;
mod rows;
mod wire;

use crate::currency::Currency;
use crate::ids::ProviderIds;
use crate::observation::{Malformed, Observation};
use crate::profile::{Payload, Profile};

impl Profile {
    /// Reads a payload as this provider sends it.
    ///
    /// `order_currency` is used where the payload names none.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn observation<'a>(&self, text: &'a str, order_currency: Currency) -> Result<Observation<'a>, Malformed> {
        match &self.payload {
            Payload::Juspay => juspay::observation(text, order_currency),
            Payload::Razorpay => razorpay::observation(text, order_currency),
            Payload::Fields(map) => fields::observation(text, map, self.capabilities.amount_form, order_currency),
        }
    }

    /// Whose payload this is: the identifiers in it, by which to find the order; its currency then reads the rest with
    /// [`Profile::observation`].
    ///
    /// ```
    /// use order_capture::razorpay;
    /// let text = r#"{"entity":"event","payload":{"payment":{"entity":{"id":"pay_1","order_id":"order_1","status":"captured"}}}}"#;
    /// let ids = razorpay::PROFILE.provider_ids(text)?;
    /// assert_eq!(ids.order.map(|id| id.to_string()).as_deref(), Some("order_1"));
    /// # Ok::<(), order_capture::Malformed>(())
    /// ```
    ///
    /// # Errors
    /// [`Malformed`]: `not-json`, `not-a-payload` or `id-malformed`.
    pub fn provider_ids(&self, text: &str) -> Result<ProviderIds, Malformed> {
        match &self.payload {
            Payload::Juspay => juspay::ids(text),
            Payload::Razorpay => razorpay::ids(text),
            Payload::Fields(map) => fields::ids(text, map),
        }
    }
}
