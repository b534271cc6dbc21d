//! Juspay's words, outcomes, errors and webhook names, and frequent questions: a row a fact.

use std::borrow::Cow;

use crate::hold::{Operation, Outcome};
use crate::profile::{
    CanonicalStatus, Confidence, ErrorMeaning, ErrorRow, EventRow, Fact, OutcomeRow, RequestWordRow, Source, StatusRow,
    Topic,
};
use crate::provider::rows::{DOMAIN, NOBODY, errors, events, facts, of, outcomes, request_words, statuses};
use crate::statement::Fate;

const SEED: Source = of("juspay.io/in/docs/ec-api/docs/pre-auth-and-capture/capture-api", Confidence::Seed);
const CODES: Source = of("juspay.io/in/docs/upi-inapp/ios/resources/backend-response-codes", Confidence::Official);
const CODES_V2: Source = of("developer.juspay.in/v2.0/docs/transaction-status-codes", Confidence::Official);
const ORDER_CREATE: Source = of("juspay.io, order create response", Confidence::Sample);
const PREAUTH_GLOBAL: Source =
    of("juspay.io/ec-api-global, preauth and capture of a card transaction", Confidence::Official);
const PREAUTH_BRAZIL: Source = of("juspay.io/api-reference-brazil/docs/preauth-and-capture", Confidence::Official);
const REFUNDS: Source = of("juspay.io, refund order API", Confidence::Official);
const REFUNDS_BRAZIL: Source = of("juspay.io/api-reference-brazil, refunds", Confidence::Official);
const CONNECTOR: Source = of("juspay/connector-service, Juspay connector", Confidence::Sdk);
const REFUND_GUESS: Source = of("the short form of FAILURE; no document lists it", Confidence::Inferred);
const SPLIT: Source = of("Custom wallet, official order status samples", Confidence::Sample);
const ENGINE: Source = of("juspay/decision-engine, TxnStatus and OrderStatus", Confidence::Sdk);
const OTHERS: Source = of("a list by a third party", Confidence::ThirdParty);
const UNSURE: Source = of("developer.juspay.in/v2.0/docs/transaction-status-codes, uncertain", Confidence::Inferred);
const ERRORS_PAGE: Source =
    of("juspay.io/in/docs/api-reference/docs/express-checkout, error codes", Confidence::Official);
const WEBHOOKS: Source = of(
    "juspay.io/resources/docs/common-resources/webhook-events-and-sample-payloads, and official code",
    Confidence::Sdk,
);
const SIMPL_PAGE: Source = of("juspay.io, Simpl pay-after-delivery, capture and void", Confidence::Official);
const VOIDS: Source = of("juspay.io/ec-api, void API", Confidence::Official);
const CAPTURE_V3: Source = of("developer.juspay.in, capture of a transaction, v3.2", Confidence::Official);
const PREAUTH: Source = of("juspay.io, Pre-Auth API", Confidence::Official);
const WEBHOOK_PAGE: Source = of("juspay.io, webhook events and sample payloads", Confidence::Official);

/// Text, ids, what it means, what it is the word for, source. The words for created are in the order of their progress.
///
/// `SUCCESS` and `COMPLETED`, which only code and third parties name, are read as words without a meaning for money: an
/// unsure word is never a success.
pub(super) const STATUSES: &[StatusRow] = statuses! {
    "CREATED" [1], Created, [], ORDER_CREATE;
    "NEW" [10], Created, [Created], CODES;
    "NOP" [], Created, [], ENGINE;
    "ERROR" [-1], Created, [], UNSURE;
    "STARTED" [20], Created, [], CODES;
    "PENDING" [], Created, [], ENGINE;
    "PENDING_AUTHENTICATION" [], Created, [], ENGINE;
    "PENDING_VBV" [23], Created, [], CODES;
    "VBV_SUCCESSFUL" [24], Created, [], CODES;
    "AUTHORIZING" [28], Created, [], CODES;
    "COD_INITIATED" [29], Created, [], CODES_V2;
    "TO_BE_CHARGED" [40], Created, [], SPLIT;
    "SUCCESS" [], Created, [], ENGINE;
    "COMPLETED" [], Created, [], OTHERS;
    "AUTHORIZATION_FAILED" [27], Failed, [Failed], CODES;
    "AUTHENTICATION_FAILED" [26], Failed, [], CODES;
    "JUSPAY_DECLINED" [22], Failed, [], CODES;
    "NOT_FOUND" [40], Failed, [], CODES;
    "FAILURE" [], Failed, [], ENGINE;
    "DECLINED" [], Failed, [], ENGINE;
    "AUTHORIZED" [25], Authorized, [Authorized], SEED;
    "CAPTURE_INITIATED" [33], CaptureInitiated, [CaptureInitiated], SEED;
    "PARTIAL_CHARGED" [37, 21], PartiallyCharged, [PartiallyCharged], SEED;
    "CHARGED" [21], Charged, [Charged Refunded], SEED;
    "CAPTURE_FAILED" [34], CaptureFailed, [CaptureFailed], SEED;
    "VOID_INITIATED" [32], VoidInitiated, [VoidInitiated], CODES;
    "VOID_FAILED" [35], VoidFailed, [VoidFailed], CODES;
    "VOIDED" [31], Voided, [Voided], CODES;
    "MERCHANT_VOIDED" [], Voided, [], ENGINE;
    "AUTO_VOIDED" [], Voided, [], OTHERS;
    "AUTO_REFUNDED" [36], AutoRefunded, [AutoRefunded], CODES;
};

const CAPTURE: Option<Operation> = Some(Operation::Capture);
const VOID: Option<Operation> = Some(Operation::Void);

/// The words of the captures and voids in a list. A capture with a void's word says nothing, nor a void with a
/// capture's: the word is another subject's.
pub(super) const REQUEST_WORDS: &[RequestWordRow] = request_words! {
    "CHARGED" CAPTURE, Succeeded, SEED;
    "VOIDED" VOID, Succeeded, CODES;
    "CAPTURE_INITIATED" CAPTURE, Accepted, SEED;
    "VOID_INITIATED" VOID, Accepted, CODES;
    "PENDING" None, Accepted, ENGINE;
    "CAPTURE_FAILED" CAPTURE, Failed, SEED;
    "VOID_FAILED" VOID, Failed, CODES;
    "AUTHORIZATION_FAILED" None, Failed, CODES;
};

/// The words of refunds. One for manual review may still go through.
pub(super) const REFUND_WORDS: &[RequestWordRow] = request_words! {
    "SUCCESS" None, Succeeded, REFUNDS;
    "REFUNDED" None, Succeeded, REFUNDS_BRAZIL;
    "PENDING" None, Accepted, REFUNDS;
    "MANUAL_REVIEW" None, Accepted, REFUNDS;
    "TRANSFER_SCHEDULED" None, Accepted, CONNECTOR;
    "FAILURE" None, Failed, REFUNDS;
    "FAILED" None, Failed, REFUND_GUESS;
    "Failure" None, Failed, REFUNDS;
};

/// What the gateway answers to a full capture, and the word that the transaction has then.
pub(super) const OUTCOMES: &[OutcomeRow] = outcomes! {
    Succeeded "CHARGED", SEED;
    Failed "CAPTURE_FAILED", SEED;
    Accepted "CAPTURE_INITIATED", SEED;
    TimedOut "AUTHORIZED", SEED;
};

/// HTTP status, code, text, the rule that it reports, what it says about the request. The first is a capture that went
/// through, perhaps ours.
pub(super) const ERRORS: &[ErrorRow] = errors! {
    400 "Invalid" "Cannot capture charged transaction", Some(Cow::Borrowed("already-captured")), Unknown, SEED;
    400 "" "already captured", Some(Cow::Borrowed("already-captured")), Unknown, DOMAIN;
    400 "Invalid" "Cannot Capture CAPTURE_INITIATED Transaction", None, Unknown, DOMAIN;
    400 "Invalid" "Cannot Capture PARTIAL_CHARGED Transaction", None, Unknown, DOMAIN;
    401 "access_denied" "Invalid Authentication", None, Withdrawn, SEED;
    400 "Invalid" "Cannot Capture VOIDED Transaction", None, Withdrawn, PREAUTH_GLOBAL;
    400 "Invalid" "Cannot Capture AUTHENTICATION_FAILED Transaction", None, Withdrawn, PREAUTH_GLOBAL;
    400 "" "Invalid state for void operation", None, Withdrawn, PREAUTH_BRAZIL;
    400 "" "Cannot Void CHARGED Transaction", None, Withdrawn, PREAUTH_GLOBAL;
    400 "DUPLICATE_REQUEST" "", None, Unknown, ERRORS_PAGE;
    400 "" "in progress", None, Unknown, DOMAIN;
    400 "duplicate.call" "", None, Unknown, REFUNDS;
    400 "" "already completed with this unique_request_id", None, Unknown, REFUNDS;
    400 "" "already processing", None, Unknown, REFUNDS;
    400 "" "in process", None, Unknown, ERRORS_PAGE;
    400 "INVALID_INPUT" "", None, Withdrawn, ERRORS_PAGE;
    400 "RESOURCE_NOT_FOUND" "", None, Withdrawn, ERRORS_PAGE;
    400 "EXPIRED" "", None, Withdrawn, ERRORS_PAGE;
    400 "MISSING_MANDATORY_PARAMETER" "", None, Withdrawn, ERRORS_PAGE;
    400 "INVALID_ACTION" "", None, Withdrawn, ERRORS_PAGE;
    400 "UNAUTHORIZED" "", None, Withdrawn, ERRORS_PAGE;
    400 "UNAUTHENTICATED" "", None, Withdrawn, ERRORS_PAGE;
    400 "ALREADY_EXISTS" "", None, Withdrawn, ERRORS_PAGE;
    400 "BAD_ORIGIN" "", None, Withdrawn, ERRORS_PAGE;
};

/// The names of webhooks: labels, the order inside decides.
pub(super) const EVENTS: &[EventRow] = events! { WEBHOOKS;
    "ORDER_CREATED" "ORDER_UPDATED" "ORDER_SUCCEEDED" "ORDER_FAILED" "ORDER_AUTHORIZED" "ORDER_PARTIAL_CHARGED"
    "ORDER_CAPTURE_FAILED" "ORDER_VOIDED" "ORDER_VOID_FAILED" "ORDER_TO_BE_CHARGED" "ORDER_COD_INITIATED"
    "ORDER_REFUNDED" "ORDER_REFUND_FAILED" "TXN_CREATED" "TXN_CHARGED" "TXN_FAILED" "REFUND_INITIATED"
    "REFUND_MANUAL_REVIEW_NEEDED" "REFUND_ARN_CAPTURED" "AUTO_REFUND_INITIATED" "AUTO_REFUND_SUCCEEDED"
    "AUTO_REFUND_FAILED"
};

/// Frequent questions about a gateway: the rows of the atlas. What differs: captures, parts, void, failure.
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
Nothing reports that a hold expired before the status is AUTO_REFUNDED.", WEBHOOK_PAGE;
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
