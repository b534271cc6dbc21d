//! Rule violations: why a command is refused. Each has its amounts, its rule, and so its code, source and advice.

use std::fmt;

use serde::ser::{Serialize, Serializer};

use crate::hold::{MAX_REQUESTS, Operation, StateKind};
use crate::ids::{IdError, Time};
use crate::money::{Amount, Currency, Money};
use crate::profile::{Profile, ProfileName};
use crate::rule::{Retry, Rule, broken};

/// Why a request must not be sent to this provider. Nothing changes (INV-6), and nothing is allocated.
///
/// It serializes as code, text, profile, numbers, advice and source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{profile}: {reason}")]
#[non_exhaustive]
pub struct RuleViolation {
    /// What is wrong, with its amounts.
    pub reason: Violation,
    /// The name of the profile that judged.
    pub profile: ProfileName,
}

broken! {
    /// What is wrong with a request, with its amounts. The text of each says what its fields are; a deadline is exclusive.
    ///
    /// `#[non_exhaustive]` because a rule added later is treated like the known ones: do not send, tell the caller.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
    #[serde(untagged)]
    #[non_exhaustive]
    pub enum Violation, numbers false;

    CurrencyRequired CURRENCY_REQUIRED { transaction: Currency }
        "no currency is given; state {transaction}, the transaction's"
    CurrencyMismatch CURRENCY_MISMATCH { requested: Currency, order: Currency }
        "the amount is in {requested} and the order in {order}; nothing is converted, so find out which of the two is right"
    AmountRequired AMOUNT_REQUIRED { capturable: Money }
        "no amount is given; state an amount, up to the {capturable} capturable"
    AmountPrecision AMOUNT_PRECISION { requested: Amount as "as_text", digits: u32, allowed: u32 }
        "{requested} has too many digits after the point ({digits}; at most {allowed}); state it exactly, nothing is rounded"
    AmountNotPositive AMOUNT_NOT_POSITIVE { requested: Amount as "as_text" }
        "{requested} is not above zero; state an amount above zero"
    IdempotencyKeyRequired IDEMPOTENCY_KEY_REQUIRED { operation: Operation, requested: Money }
        "a {operation}{} has no idempotency key; give it one of its own" [Of(*requested)]
    IdempotencyKeyMalformed IDEMPOTENCY_KEY_MALFORMED { operation: Operation, problem: IdError as "as_text" }
        "the idempotency key of the {operation} cannot be sent: {problem}"
    FinalUnsupported FINAL_UNSUPPORTED { held: Money }
        "this gateway has no final flag for a capture; capture, then void the rest of the {held} held"
    FinalOfNoCapture FINAL_UNSUPPORTED { operation: Operation }
        "a {operation} has no final flag, only a capture has; leave it out"
    IdempotencyKeyReused IDEMPOTENCY_KEY_REUSED { requested: Money, earlier: Money }
        "the idempotency key was used for {earlier} and this request is for {requested}; a new amount needs a new key"
    FinalDiffers IDEMPOTENCY_KEY_REUSED { earlier: Money, was_final: bool }
        "the idempotency key belongs to a capture of {earlier} whose final flag is {was_final}, unlike this one; a new capture needs a new key"
    AlreadyCaptured ALREADY_CAPTURED { captured: Money, authorized: Money }
        "{captured} is captured (authorized: {authorized}) and the hold has ended; refund instead, or authorize again"
    NotAuthorized NOT_AUTHORIZED { state: StateKind }
        "the transaction is {state} and takes no capture"
    CaptureInProgress CAPTURE_IN_PROGRESS { pending: Money }
        "a capture is in progress, {pending} pending; wait for its result"
    VoidInProgress VOID_IN_PROGRESS { held: Money }
        "a void is in progress, {held} held; wait for its result"
    CaptureUnknown OUTCOME_UNKNOWN { pending: Money }
        "the outcome of an earlier capture is unknown, {pending} pending; ask the provider for the status, and send nothing but that capture again, if its repeat is allowed"
    VoidUnknown OUTCOME_UNKNOWN { held: Money }
        "the outcome of an earlier void is unknown, {held} held; ask the provider for the status, and send nothing but that void again, if its repeat is allowed"
    KeylessRefundUnknown OUTCOME_UNKNOWN { pending: Money }
        "the outcome of a refund without a key is unknown, {pending} pending; the provider could not tell a repeat from a second refund, so ask it for the refund's status"
    UnknownAtDeadline OUTCOME_UNKNOWN { pending: Money, capture_before: Time, now: Time }
        "the outcome of this capture is unknown, {pending} pending, and the capture deadline {capture_before} has passed (now {now}); ask the provider for the status, do not authorize again"
    KeyForgotten OUTCOME_UNKNOWN { operation: Operation, pending: Money, now: Time }
        "the outcome of this {operation} of {pending} is unknown and the provider may no longer recognize it (now {now}), so a repeat may be a second {operation}; ask the provider for the status"
    AuthorizationExpired AUTHORIZATION_EXPIRED { capture_before: Time, now: Time }
        "the capture deadline {capture_before} has passed (now {now}); void the hold if the provider can, and obtain a new authorization"
    CaptureLimitReached CAPTURE_LIMIT_REACHED { made: u32, most: u32, held: Money }
        "{made} of the {most} captures that this provider takes per authorization are used up; void the {held} held, and obtain a new authorization for what is due"
    AuthorizedNotEqualToOrder AUTHORIZED_NOT_EQUAL_TO_ORDER { pays: Money, due: Money }
        "the authorization pays {pays} and {due} of the order is due; do not capture, let it expire or clear it up with the payer"
    OrderAlreadyPaid ORDER_ALREADY_PAID { requested: Money, order: Money, others: Money, due: Money }
        "capture of {requested} would exceed the order's {order}: its other transactions captured {others} and {due} is due; capture no more than that, and if nothing is due, void this hold or let it expire"
    OrderBeingPaid ORDER_ALREADY_PAID { requested: Money, order: Money, pending: Money, due: Money }
        "capture of {requested} would exceed the order's {order}: its other transactions have {pending} pending and {due} is due; wait for their result, or capture no more than that"
    AmountNotEqualToAuthorized AMOUNT_NOT_EQUAL_TO_AUTHORIZED { requested: Money, authorized: Money }
        "capture of {requested} differs from the {authorized} authorized; capture exactly that"
    ExceedsCapturable EXCEEDS_CAPTURABLE { requested: Money, capturable: Money, authorized: Money }
        "capture of {requested} exceeds the {capturable} still capturable (authorized: {authorized})"
    PartialCaptureUnsupported PARTIAL_CAPTURE_UNSUPPORTED { requested: Money, capturable: Money }
        "capture of {requested} is a part of the {capturable} capturable, and this gateway captures all or nothing"
    TooManyRequests TOO_MANY_REQUESTS { operation: Operation }
        "the transaction remembers {MAX_REQUESTS} requests of this kind ({operation}) and accepts no more"
    VoidUnsupported VOID_UNSUPPORTED { held: Money }
        "this provider has no void; what is held ({held}) expires by itself, and what is captured can be refunded"
    NotVoidable NOT_VOIDABLE { state: StateKind }
        "the transaction is {state}; there is nothing to void"
    VoidAfterCapture NOT_VOIDABLE { captured: Money, held: Money }
        "this provider voids only before the first capture, and {captured} is captured; capture the {held} held, or let it expire"
    ExceedsHeld EXCEEDS_HELD { requested: Money, held: Money }
        "void of {requested} exceeds the {held} held"
    PartialVoidUnsupported PARTIAL_VOID_UNSUPPORTED { requested: Money, held: Money }
        "void of {requested} is a part of the {held} held, and this gateway voids all or nothing"
    NotRefundable NOT_REFUNDABLE { state: StateKind }
        "the transaction is {state} and nothing is captured; there is nothing to refund"
    ExceedsRefundable EXCEEDS_REFUNDABLE { requested: Money, refundable: Money, captured: Money, pending: Money }
        "refund of {requested} exceeds the {refundable} still refundable (captured: {captured}, refunds pending: {pending}, {})"
        [refunded(*captured, [*pending, *refundable])]
    NothingRefundable EXCEEDS_REFUNDABLE { captured: Money, pending: Money }
        "nothing is left to refund (captured: {captured}, refunds pending: {pending}, {})" [refunded(*captured, [*pending])]
    AdjustmentUnsupported ADJUSTMENT_UNSUPPORTED { authorized: Money }
        "this provider cannot adjust an authorization; {authorized} stays authorized"
    AdjustmentOutsideLimits ADJUSTMENT_UNSUPPORTED { total: Money, authorized: Money, captured: Money }
        "this provider cannot adjust {authorized} to {total} now that {captured} is captured; {authorized} stays authorized"
    AdjustmentBelowCommitted ADJUSTMENT_BELOW_COMMITTED { total: Money, committed: Money }
        "the new total {total} is below the {committed} captured, pending or released"
}

/// An amount of something, if there is one.
struct Of(Money);

impl fmt::Display for Of {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_zero() { Ok(()) } else { write!(f, " of {}", self.0) }
    }
}

/// What became of the rest of what was captured.
fn refunded<const N: usize>(captured: Money, others: [Money; N]) -> &'static str {
    let rest = others.iter().try_fold(captured, |rest, other| rest.checked_sub(*other));
    if rest.is_ok_and(|rest| !rest.is_zero()) { "the rest is refunded" } else { "nothing is refunded" }
}

fn as_text<S: Serializer>(value: &impl fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

impl Violation {
    /// Whether repeating can help: what the rule says, or later if the state is a passing one.
    pub const fn retry(&self) -> Retry {
        use StateKind::{CaptureInitiated, CaptureUnknown, Capturing, Created};
        match (self, self.rule().retry) {
            (Self::OrderBeingPaid { .. }, _) => Retry::Later,
            (Self::NothingRefundable { pending, .. }, _) if !pending.minor().is_zero() => Retry::Later,
            (Self::NothingRefundable { .. }, _) => Retry::Never,
            (Self::OrderAlreadyPaid { due, .. }, _) if !due.minor().is_zero() => Retry::Corrected,
            (Self::NotAuthorized { state: Created } | Self::NotVoidable { state: Created }, _)
            | (Self::NotRefundable { state: Capturing | CaptureInitiated | CaptureUnknown }, _) => Retry::Later,
            (_, Some(retry)) => retry,
            (_, None) => Retry::Never,
        }
    }
}

impl RuleViolation {
    pub(crate) fn new(reason: Violation, profile: &Profile) -> Self {
        Self { reason, profile: profile.name.clone() }
    }

    /// The rule that is broken.
    pub const fn rule(&self) -> &'static Rule {
        self.reason.rule()
    }

    /// The stable kebab-case code.
    pub const fn code(&self) -> &'static str {
        self.rule().code
    }

    /// Whether repeating can help.
    pub const fn retry(&self) -> Retry {
        self.reason.retry()
    }
}

impl Serialize for RuleViolation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.rule().report(serializer, self, &self.reason, Some(self.profile.as_str()))
    }
}
