//! The built-in providers: their profiles as data, and their payloads as observations.

mod fields;
pub mod juspay;
#[cfg(feature = "http")]
pub mod outgoing;
pub mod razorpay;
mod wire;

use std::borrow::Cow;

use crate::currency::Currency;
use crate::observation::{Malformed, Observation};
use crate::profile::{Confidence, Payload, Profile, Source};

/// A source, for the tables.
const fn of(document: &'static str, confidence: Confidence) -> Source {
    Source { document: Cow::Borrowed(document), confidence }
}

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
