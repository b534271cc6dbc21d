//! Juspay: a profile per gateway (here), its words and errors (`tables`), its payloads (`payload`).

mod payload;
mod tables;

use std::borrow::Cow;

use crate::profile::{
    AmountForm, AmountRequired, Capabilities, Captures, FailedCapture, Payload, Profile, VoidSupport,
};

pub(super) use payload::ids;
pub use payload::observation;

/// A gateway that captures all or nothing, once.
const PLAIN: Capabilities = Capabilities {
    captures: Captures::Single,
    concurrent_captures: false,
    partial_capture: false,
    failed_capture: FailedCapture::Closes,
    void: VoidSupport::Full,
    adjustment: false,
    currency_required: false,
    amount_required: AmountRequired::WithKey,
    key_required_with_amount: true,
    authorized_equals_order: false,
    capture_equals_authorized: false,
    request_digits: 2,
    amount_form: AmountForm::Major,
};

/// Any gateway of Juspay that is not named otherwise: full capture only. Source: seed, note.
pub static FULL_ONLY: Profile = profile("juspay", PLAIN);

/// CYBERSOURCE: one capture, of all or a part. Source: seed, note.
pub static CYBERSOURCE: Profile = profile("juspay/CYBERSOURCE", Capabilities { partial_capture: true, ..PLAIN });

/// SIMPL: several captures and partial voids. Source: Juspay, Simpl pay-after-delivery.
///
/// That a failed capture leaves the authorization as it was is an assumption: nothing is documented.
pub static SIMPL: Profile = profile(
    "juspay/SIMPL",
    Capabilities {
        captures: Captures::Several,
        partial_capture: true,
        failed_capture: FailedCapture::Reopens,
        void: VoidSupport::Partial,
        ..PLAIN
    },
);

const fn profile(name: &'static str, capabilities: Capabilities) -> Profile {
    Profile {
        version: 1,
        name: Cow::Borrowed(name),
        capabilities,
        statuses: Cow::Borrowed(tables::STATUSES),
        order_statuses: Cow::Borrowed(&[]),
        outcomes: Cow::Borrowed(tables::OUTCOMES),
        errors: Cow::Borrowed(tables::ERRORS),
        events: Cow::Borrowed(tables::EVENTS),
        currencies: Cow::Borrowed(&[]),
        payload: Payload::Juspay,
    }
}

/// The profile of a gateway, by the name Juspay gives it; an unknown one can only capture in full.
#[must_use]
pub fn gateway(name: &str) -> &'static Profile {
    match name {
        "CYBERSOURCE" => &CYBERSOURCE,
        "SIMPL" => &SIMPL,
        _ => &FULL_ONLY,
    }
}
