//! What people ask of Juspay: the rows of the atlas, for each of its gateways.

use crate::profile::{Confidence, Fact, Source, Topic};
use crate::provider::rows::{NOBODY, fact, of};

const SEED: Source = of("juspay.io/in/docs/ec-api/docs/pre-auth-and-capture/capture-api", Confidence::Seed);
const SIMPL_PAGE: Source = of("juspay.io, Simpl pay-after-delivery, capture and void", Confidence::Official);
const VOIDS: Source = of("juspay.io/ec-api, void API", Confidence::Official);
const CAPTURE_V3: Source = of("developer.juspay.in, capture of a transaction, v3.2", Confidence::Official);
const PREAUTH: Source = of("juspay.io, Pre-Auth API", Confidence::Official);
const REFUNDS: Source = of("juspay.io, refund order API", Confidence::Official);
const WEBHOOKS: Source = of("juspay.io, webhook events and sample payloads", Confidence::Official);

/// What differs by gateway: captures, parts, void, failure.
const fn facts(captures: Fact, parts: Fact, void: Fact, failure: Fact) -> [Fact; 13] {
    [
        fact(
            Topic::Lifecycle,
            "A transaction is AUTHORIZED, CAPTURE_INITIATED while a capture is pending, then CHARGED or CAPTURE_FAILED; a void \
             goes through VOID_INITIATED to VOIDED or VOID_FAILED. After a time-out it still reads AUTHORIZED.",
            SEED,
        ),
        captures,
        parts,
        fact(Topic::Final, "None: amount and key are all that a request has.", SEED),
        void,
        fact(
            Topic::Expiry,
            "To be captured within 7 days of the transaction; what happens then is not stated.",
            CAPTURE_V3,
        ),
        fact(Topic::OverCapture, "Never more than the amount pre-authorized.", SEED),
        fact(Topic::Adjustment, "None is documented.", NOBODY),
        fact(
            Topic::Keys,
            "idempotence_key in the body, with an amount; what a repeat is answered with, and how long a key is kept, is not \
             documented.",
            SEED,
        ),
        failure,
        fact(
            Topic::Refunds,
            "Of a charged transaction, under unique_request_id; a repeat under it is an error and not the first answer.",
            REFUNDS,
        ),
        fact(Topic::Amounts, "Decimal text or numbers with up to two digits.", PREAUTH),
        fact(
            Topic::Caller,
            "Checks that a webhook comes from Juspay; asks for the order's status after a time-out. Nothing tells when a hold \
             ends by itself before it is AUTO_REFUNDED.",
            WEBHOOKS,
        ),
    ]
}

const CLOSES: Fact = fact(
    Topic::Failure,
    "CAPTURE_FAILED; whether it can be captured again is not documented, so that it counts as closed.",
    SEED,
);
const ALL_VOID: Fact = fact(Topic::Void, "All that is held; 400 once it is charged.", VOIDS);

/// Any gateway that is not named otherwise.
pub(super) const FULL_ONLY: &[Fact] = &facts(
    fact(Topic::Captures, "One, of all that is authorized.", SEED),
    fact(Topic::Parts, "No: parts are for CYBERSOURCE, and SIMPL.", SEED),
    ALL_VOID,
    CLOSES,
);

/// CYBERSOURCE.
pub(super) const CYBERSOURCE: &[Fact] = &facts(
    fact(Topic::Captures, "One; nothing says that it takes a second.", SEED),
    fact(Topic::Parts, "Yes.", SEED),
    ALL_VOID,
    CLOSES,
);

/// SIMPL.
pub(super) const SIMPL: &[Fact] = &facts(
    fact(Topic::Captures, "Several, one for each shipment.", SIMPL_PAGE),
    fact(Topic::Parts, "Yes.", SIMPL_PAGE),
    fact(Topic::Void, "All that is held, or a part of it.", SIMPL_PAGE),
    fact(Topic::Failure, "That a failed capture leaves the hold as it was is an assumption.", NOBODY),
);
