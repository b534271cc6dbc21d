//! Which profile of Juspay is mine? One per gateway: [`gateway`] finds it by the gateway's name.
//!
//! | profile | captures |
//! |---|---|
//! | [`FULL_ONLY`] | one, of everything held: for every gateway of which nothing else is documented |
//! | [`CYBERSOURCE`] | one, of a part too; the rest is released |
//! | [`SIMPL`] | several, one after another; the rest is voided |
//!
//! Next: [`Order::transaction`](crate::Order::transaction) takes a profile; the feature `http` builds requests. The
//! file `tables` has the words and errors, and answers frequent questions; `readings` says how payloads are read; each
//! row has its source.

mod readings;
mod samples;
mod tables;

use std::borrow::Cow;

use crate::ids::KeyForm;
use crate::profile::{
    AdjustmentLimits, AmountForm, AmountNeed, Capabilities, CaptureMode, ERROR_BODIES, Fact, Failure, KeyNeed, Profile,
    ProfileName, ProfileRows, RequestForm, SAFE_STATUSES, VoidMode,
};

/// Amounts have up to two digits, keys a form of their own. Sources: Pre-Auth API, amounts; seed, idempotence_key.
const fn form(amount: AmountNeed, key: KeyNeed) -> RequestForm {
    RequestForm { currency_required: false, amount, key, key_form: KeyForm::JUSPAY, digits: 2, key_use: None }
}

/// How a gateway of Juspay captures, what it voids and what a failed capture does to the hold.
const fn gateway_of(captures: CaptureMode, void: VoidMode, failed_capture: Failure) -> Capabilities {
    Capabilities {
        captures,
        failed_capture,
        void,
        failed_void: Failure::Closes,
        adjustment: false,
        adjustment_limits: AdjustmentLimits::NONE,
        unstated_is_final: false,
        captured_is_told: true,
        most_captures: None,
        over_capture: None,
        hold: None,
        authorized_equals_order: false,
        capture: form(AmountNeed::WithKey, KeyNeed::WithAmount),
        void_request: form(AmountNeed::Never, KeyNeed::WithAmount),
        refund: form(AmountNeed::Never, KeyNeed::Always),
        amount_form: AmountForm::Major,
    }
}

/// Any gateway of Juspay that is not named otherwise: full capture only. Source: seed, note.
pub static FULL_ONLY: Profile =
    profile("juspay", tables::FULL_ONLY, gateway_of(CaptureMode::Full, VoidMode::Full, Failure::Closes));

/// CYBERSOURCE: one capture, of all or a part. Source: seed, note.
pub static CYBERSOURCE: Profile = profile(
    "juspay/CYBERSOURCE",
    tables::CYBERSOURCE,
    gateway_of(CaptureMode::Single, VoidMode::Full, Failure::Closes),
);

/// SIMPL: several captures and partial voids. Source: Juspay, Simpl pay-after-delivery.
///
/// That a failed capture leaves the authorization as it was is an assumption: nothing is documented.
pub static SIMPL: Profile = profile(
    "juspay/SIMPL",
    tables::SIMPL,
    gateway_of(CaptureMode::Several { at_once: false, says_final: false }, VoidMode::Partial, Failure::Reopens),
);

const fn profile(name: &'static str, facts: &'static [Fact], capabilities: Capabilities) -> Profile {
    Profile::built_in(ProfileRows {
        version: 1,
        name: ProfileName::built_in(name),
        capabilities,
        statuses: Cow::Borrowed(tables::STATUSES),
        order_statuses: Cow::Borrowed(&[]),
        request_words: Cow::Borrowed(tables::REQUEST_WORDS),
        refund_words: Cow::Borrowed(tables::REFUND_WORDS),
        request_words_complete: false,
        outcomes: Cow::Borrowed(tables::OUTCOMES),
        errors: Cow::Borrowed(tables::ERRORS),
        safe_statuses: Cow::Borrowed(SAFE_STATUSES),
        events: Cow::Borrowed(tables::EVENTS),
        currencies: Cow::Borrowed(&[]),
        readings: Cow::Borrowed(readings::READINGS),
        error_bodies: Cow::Borrowed(ERROR_BODIES),
        facts: Cow::Borrowed(facts),
        samples: Cow::Borrowed(samples::SAMPLES),
        error_samples: Cow::Borrowed(samples::ERRORS),
    })
}

/// The name of a gateway whose captures are not documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the only gateways with a profile of their own are CYBERSOURCE and SIMPL; for any other one choose FULL_ONLY, which captures in full"
)]
pub struct UnknownGateway;

/// The profile of a gateway, by the name that Juspay gives it. Every other gateway captures in full only: choose
/// [`FULL_ONLY`] explicitly.
///
/// # Errors
/// [`UnknownGateway`].
///
/// ```
/// use order_capture::juspay;
/// assert_eq!(juspay::gateway("SIMPL")?.name.as_str(), "juspay/SIMPL");
/// assert!(juspay::gateway("ANOTHER").is_err()); // not guessed: choose juspay::FULL_ONLY
/// # Ok::<(), order_capture::juspay::UnknownGateway>(())
/// ```
pub fn gateway(name: &str) -> Result<&'static Profile, UnknownGateway> {
    match name {
        "CYBERSOURCE" => Ok(&CYBERSOURCE),
        "SIMPL" => Ok(&SIMPL),
        _ => Err(UnknownGateway),
    }
}
