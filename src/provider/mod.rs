//! The built-in providers: their profiles as data, and their payloads as observations.

mod fields;
pub mod juspay;
#[cfg(feature = "http")]
pub mod outgoing;
pub mod razorpay;
mod routing;
mod rows;
mod wire;

use crate::currency::Currency;
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
}
