//! The built-in providers: their profiles as data, and their requests.

pub mod juspay;
#[cfg(feature = "http")]
pub mod outgoing;
pub mod razorpay;
mod rows;
