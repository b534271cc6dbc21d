//! The built-in providers: their profiles as data, and their payloads as observations.

pub mod juspay;
pub mod razorpay;
mod wire;
