//! Which profile of Razorpay is mine? There is one, [`PROFILE`]: one capture, of exactly what was authorized, which must be what
//! the order is for; no void; refunds under a key of ten characters or more.
//!
//! Next: [`Order::transaction`](crate::Order::transaction) takes a profile; the feature `http` builds requests. The
//! file `tables` has the words, errors and currencies, and answers frequent questions; `readings` says how payloads are
//! read; each row has its source.

mod readings;
mod samples;
mod tables;

use std::borrow::Cow;

use crate::ids::KeyForm;
use crate::profile::{
    AdjustmentLimits, AmountForm, AmountNeed, Capabilities, CaptureMode, ERROR_BODIES, Failure, KeyNeed, Profile,
    ProfileName, ProfileRows, RequestForm, SAFE_STATUSES, VoidMode,
};

/// Razorpay: one capture, of exactly what was authorized, which must be what the order is for.
pub static PROFILE: Profile = Profile::built_in(ProfileRows {
    version: 1,
    name: ProfileName::built_in("razorpay"),
    capabilities: Capabilities {
        captures: CaptureMode::Exact,
        failed_capture: Failure::Reopens,
        void: VoidMode::None,
        failed_void: Failure::Reopens,
        adjustment: false,
        adjustment_limits: AdjustmentLimits::NONE,
        unstated_is_final: false,
        captured_is_told: true,
        most_captures: None,
        over_capture: None,
        hold: None,
        authorized_equals_order: true,
        // A capture has no key at Razorpay; ours only names it here.
        capture: form(true, AmountNeed::Always, KeyForm::ANY),
        void_request: form(false, AmountNeed::Never, KeyForm::ANY),
        refund: form(false, AmountNeed::Never, KeyForm::RAZORPAY_REFUNDS),
        amount_form: AmountForm::Subunits,
    },
    statuses: Cow::Borrowed(tables::STATUSES),
    order_statuses: Cow::Borrowed(tables::ORDER_STATUSES),
    request_words: Cow::Borrowed(&[]),
    refund_words: Cow::Borrowed(tables::REFUND_WORDS),
    request_words_complete: false,
    outcomes: Cow::Borrowed(tables::OUTCOMES),
    errors: Cow::Borrowed(tables::ERRORS),
    safe_statuses: Cow::Borrowed(SAFE_STATUSES),
    events: Cow::Borrowed(tables::EVENTS),
    currencies: Cow::Borrowed(tables::CURRENCIES),
    readings: Cow::Borrowed(readings::READINGS),
    error_bodies: Cow::Borrowed(ERROR_BODIES),
    facts: Cow::Borrowed(tables::FACTS),
    samples: Cow::Borrowed(samples::SAMPLES),
    error_samples: Cow::Borrowed(samples::ERRORS),
});

/// The last digit of an amount in a currency of three is 0, so two may be used. Source: Razorpay, three-decimal currencies.
const fn form(currency_required: bool, amount: AmountNeed, key_form: KeyForm) -> RequestForm {
    RequestForm { currency_required, amount, key: KeyNeed::Never, key_form, digits: 2, key_use: None }
}
