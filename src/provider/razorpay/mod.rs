//! Razorpay: the profile (here), its words, errors and currencies (`tables`), its payloads (`payload`).

mod payload;
mod tables;

use std::borrow::Cow;

use crate::profile::{
    AmountForm, AmountRequired, Capabilities, Captures, FailedCapture, Payload, Profile, VoidSupport,
};

pub(super) use payload::ids;
pub use payload::{OrderEntity, observation, order};

/// Razorpay: one capture, of exactly what was authorized, which must be what the order is for.
pub static PROFILE: Profile = Profile {
    version: 1,
    name: Cow::Borrowed("razorpay"),
    capabilities: Capabilities {
        captures: Captures::Single,
        concurrent_captures: false,
        partial_capture: false,
        failed_capture: FailedCapture::Reopens,
        void: VoidSupport::None,
        adjustment: false,
        currency_required: true,
        amount_required: AmountRequired::Always,
        key_required_with_amount: false,
        authorized_equals_order: true,
        capture_equals_authorized: true,
        request_digits: 2,
        amount_form: AmountForm::Subunits,
    },
    statuses: Cow::Borrowed(tables::STATUSES),
    order_statuses: Cow::Borrowed(tables::ORDER_STATUSES),
    outcomes: Cow::Borrowed(tables::OUTCOMES),
    errors: Cow::Borrowed(tables::ERRORS),
    events: Cow::Borrowed(tables::EVENTS),
    currencies: Cow::Borrowed(tables::CURRENCIES),
    payload: Payload::Razorpay,
};
