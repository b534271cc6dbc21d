//! Frequent questions about Juspay: the rows of the atlas, for each of its gateways.

use std::borrow::Cow;

use crate::profile::{Confidence, Fact, Source, Topic};
use crate::provider::rows::{NOBODY, facts, of};

const SEED: Source = of("juspay.io/in/docs/ec-api/docs/pre-auth-and-capture/capture-api", Confidence::Seed);
const SIMPL_PAGE: Source = of("juspay.io, Simpl pay-after-delivery, capture and void", Confidence::Official);
const VOIDS: Source = of("juspay.io/ec-api, void API", Confidence::Official);
const CAPTURE_V3: Source = of("developer.juspay.in, capture of a transaction, v3.2", Confidence::Official);
const PREAUTH: Source = of("juspay.io, Pre-Auth API", Confidence::Official);
const REFUNDS: Source = of("juspay.io, refund order API", Confidence::Official);
const WEBHOOKS: Source = of("juspay.io, webhook events and sample payloads", Confidence::Official);

/// The facts of a gateway. What differs: captures, parts, void, failure.
macro_rules! gateway {
    (
        Captures $captures:expr, $of_captures:expr;
        Parts $parts:expr, $of_parts:expr;
        Void $void:expr, $of_void:expr;
        Failure $failure:expr, $of_failure:expr;
    ) => {
        facts! {
            Lifecycle "A transaction is AUTHORIZED, CAPTURE_INITIATED while a capture is pending, then CHARGED or \
CAPTURE_FAILED; a void goes through VOID_INITIATED to VOIDED or VOID_FAILED. After a timeout the \
status is still AUTHORIZED.", SEED;
            Captures $captures, $of_captures;
            Parts $parts, $of_parts;
            Final "There is none: a request has an amount and a key only.", SEED;
            Void $void, $of_void;
            Expiry "Capture within 7 days of the transaction; Juspay does not state what happens after \
that.", CAPTURE_V3;
            OverCapture "Never more than the amount pre-authorized.", SEED;
            Adjustment "No document mentions one.", NOBODY;
            Keys "idempotence_key in the body, with an amount; Juspay does not document how it answers a repeat, nor \
how long it keeps a key.", SEED;
            Failure $failure, $of_failure;
            Refunds "Of a charged transaction, with unique_request_id; a repeat with the same id is answered with an \
error, not with the first answer.", REFUNDS;
            Amounts "Decimal text or numbers with up to two digits.", PREAUTH;
            Caller "The caller checks that a webhook comes from Juspay, and polls the order's status after a timeout. \
Nothing reports that a hold expired before the status is AUTO_REFUNDED.", WEBHOOKS;
        }
    };
}

const CLOSES: &str = "CAPTURE_FAILED; Juspay does not document whether another capture can follow, so this profile \
                      treats the hold as closed.";
const ALL_VOID: &str = "All that is held; once the transaction is charged, Juspay answers 400.";

/// Any gateway that is not named otherwise.
pub(super) const FULL_ONLY: &[Fact] = gateway! {
    Captures "One, of the whole authorized amount.", SEED;
    Parts "No: the capture page allows parts via CYBERSOURCE only, another page via SIMPL.", SIMPL_PAGE;
    Void ALL_VOID, VOIDS;
    Failure CLOSES, SEED;
};

/// CYBERSOURCE.
pub(super) const CYBERSOURCE: &[Fact] = gateway! {
    Captures "One; no document says that a second is allowed.", SEED;
    Parts "Yes.", SEED;
    Void ALL_VOID, VOIDS;
    Failure CLOSES, SEED;
};

/// SIMPL.
pub(super) const SIMPL: &[Fact] = gateway! {
    Captures "Several, one for each shipment.", SIMPL_PAGE;
    Parts "Yes.", SIMPL_PAGE;
    Void "All that is held, or a part of it.", SIMPL_PAGE;
    Failure "This profile assumes that a failed capture leaves the hold unchanged.", NOBODY;
};
