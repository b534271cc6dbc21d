//! Refusals: why a command gave no event. Each has its numbers, its rule, and so its code, source and advice.

use crate::currency::Currency;
use crate::ids::{IdError, Time};
use crate::money::{Amount, Money};
use crate::request::Operation;
use crate::requests::MAX_REQUESTS;
use crate::rule::{self, Retry, Rule};
use crate::state::StateKind;

/// Why a request must not be sent. Nothing changes (INV-6), and nothing is allocated.
///
/// `#[non_exhaustive]` because a rule added later is treated like the known ones: do not send, tell the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// See [`Rule`] `currency-required`.
    #[error("no currency is given; state {transaction}, the transaction's")]
    CurrencyRequired {
        /// The transaction's currency.
        transaction: Currency,
    },
    /// See [`Rule`] `currency-mismatch`.
    #[error("the request is in {requested} and the transaction in {transaction}; ask in {transaction}")]
    CurrencyMismatch {
        /// The request's currency.
        requested: Currency,
        /// The transaction's currency.
        transaction: Currency,
    },
    /// See [`Rule`] `amount-required`.
    #[error("no amount is given; {capturable} is capturable")]
    AmountRequired {
        /// What is capturable.
        capturable: Money,
    },
    /// See [`Rule`] `amount-precision`.
    #[error("{requested} has {digits} digits after the point and {allowed} may be used; nothing is rounded")]
    AmountPrecision {
        /// The amount asked.
        requested: Amount,
        /// Digits given.
        digits: u32,
        /// Digits that may be other than zero.
        allowed: u32,
    },
    /// See [`Rule`] `amount-not-positive`.
    #[error("{requested} is not above zero")]
    AmountNotPositive {
        /// The amount asked.
        requested: Amount,
    },
    /// See [`Rule`] `idempotency-key-required`.
    #[error("an amount of {requested} is given without an idempotency key; give both or neither")]
    IdempotencyKeyRequired {
        /// The amount asked.
        requested: Amount,
    },
    /// See [`Rule`] `idempotency-key-malformed`.
    #[error("the idempotency key cannot be used: {0}")]
    IdempotencyKeyMalformed(IdError),
    /// See [`Rule`] `idempotency-key-reused`.
    #[error("the idempotency key belongs to {earlier} and {requested} is asked; a new amount needs a new key")]
    IdempotencyKeyReused {
        /// The amount asked.
        requested: Amount,
        /// The amount that the key belongs to.
        earlier: Money,
    },
    /// See [`Rule`] `already-captured`.
    #[error("{captured} of {authorized} was captured already")]
    AlreadyCaptured {
        /// What was captured.
        captured: Money,
        /// What was authorized.
        authorized: Money,
    },
    /// See [`Rule`] `not-authorized`.
    #[error("the transaction is {state}; there is nothing to capture")]
    NotAuthorized {
        /// The state.
        state: StateKind,
    },
    /// See [`Rule`] `capture-in-progress`.
    #[error("a capture is in flight, {pending} pending; wait for its result")]
    CaptureInProgress {
        /// What is pending.
        pending: Money,
    },
    /// See [`Rule`] `void-in-progress`.
    #[error("a void is in flight, {held} held; wait for its result")]
    VoidInProgress {
        /// What is held.
        held: Money,
    },
    /// See [`Rule`] `outcome-unknown`.
    #[error(
        "the outcome of an earlier request is unknown, {pending} pending; fetch the status, or repeat that request exactly"
    )]
    OutcomeUnknown {
        /// What is pending in captures.
        pending: Money,
    },
    /// See [`Rule`] `authorization-expired`.
    #[error("it is {now} and a capture had to be made before {capture_before}; authorize anew")]
    AuthorizationExpired {
        /// The deadline, exclusive.
        capture_before: Time,
        /// The time of the request.
        now: Time,
    },
    /// See [`Rule`] `authorized-not-equal-to-order`.
    #[error(
        "{authorized} is authorized and the order is for {order}; do not capture, let it lapse or clear it up with the payer"
    )]
    AuthorizedNotEqualToOrder {
        /// What was authorized.
        authorized: Money,
        /// What the order is for.
        order: Money,
    },
    /// See [`Rule`] `amount-not-equal-to-authorized`.
    #[error("{requested} is asked and {authorized} is authorized; ask for exactly that")]
    AmountNotEqualToAuthorized {
        /// What was asked.
        requested: Money,
        /// What was authorized.
        authorized: Money,
    },
    /// See [`Rule`] `exceeds-capturable`.
    #[error("{requested} is asked and {capturable} of {authorized} is capturable")]
    ExceedsCapturable {
        /// What was asked.
        requested: Money,
        /// What is capturable.
        capturable: Money,
        /// What was authorized.
        authorized: Money,
    },
    /// See [`Rule`] `partial-capture-unsupported`.
    #[error("{requested} is a part of the {capturable} capturable, and this gateway captures all or nothing")]
    PartialCaptureUnsupported {
        /// What was asked.
        requested: Money,
        /// What is capturable.
        capturable: Money,
    },
    /// See [`Rule`] `too-many-requests`.
    #[error("the transaction has {MAX_REQUESTS} requests of this kind and takes no more")]
    TooManyRequests {
        /// The kind.
        operation: Operation,
    },
    /// See [`Rule`] `void-unsupported`.
    #[error("this provider has no void; let the {held} lapse, or capture and refund it")]
    VoidUnsupported {
        /// What is held.
        held: Money,
    },
    /// See [`Rule`] `not-voidable`.
    #[error("the transaction is {state}; there is nothing to void")]
    NotVoidable {
        /// The state.
        state: StateKind,
    },
    /// See [`Rule`] `exceeds-held`.
    #[error("{requested} is asked and {held} is held")]
    ExceedsHeld {
        /// What was asked.
        requested: Money,
        /// What is held.
        held: Money,
    },
    /// See [`Rule`] `partial-void-unsupported`.
    #[error("{requested} is a part of the {held} held, and this gateway voids all or nothing")]
    PartialVoidUnsupported {
        /// What was asked.
        requested: Money,
        /// What is held.
        held: Money,
    },
    /// See [`Rule`] `not-refundable`.
    #[error("the transaction is {state} and nothing was captured; there is nothing to refund")]
    NotRefundable {
        /// The state.
        state: StateKind,
    },
    /// See [`Rule`] `exceeds-refundable`.
    #[error("{requested} is asked and {refundable} of {captured} captured is refundable")]
    ExceedsRefundable {
        /// What was asked.
        requested: Money,
        /// What is refundable.
        refundable: Money,
        /// What was captured.
        captured: Money,
    },
    /// See [`Rule`] `adjustment-unsupported`.
    #[error("this provider cannot adjust an authorization; {authorized} stays authorized")]
    AdjustmentUnsupported {
        /// What is authorized.
        authorized: Money,
    },
    /// See [`Rule`] `adjustment-below-committed`.
    #[error("{total} is asked as the new total and {committed} is captured, pending or released")]
    AdjustmentBelowCommitted {
        /// The total asked.
        total: Money,
        /// C + P + V.
        committed: Money,
    },
    /// See [`Rule`] `illegal-transition`.
    #[error("{event} cannot follow {state}")]
    IllegalTransition {
        /// The state.
        state: StateKind,
        /// The event's name.
        event: &'static str,
    },
}

impl Refusal {
    /// The rule that was broken.
    #[must_use]
    pub const fn rule(&self) -> &'static Rule {
        match self {
            Self::CurrencyRequired { .. } => &rule::CURRENCY_REQUIRED,
            Self::CurrencyMismatch { .. } => &rule::CURRENCY_MISMATCH,
            Self::AmountRequired { .. } => &rule::AMOUNT_REQUIRED,
            Self::AmountPrecision { .. } => &rule::AMOUNT_PRECISION,
            Self::AmountNotPositive { .. } => &rule::AMOUNT_NOT_POSITIVE,
            Self::IdempotencyKeyRequired { .. } => &rule::IDEMPOTENCY_KEY_REQUIRED,
            Self::IdempotencyKeyMalformed(_) => &rule::IDEMPOTENCY_KEY_MALFORMED,
            Self::IdempotencyKeyReused { .. } => &rule::IDEMPOTENCY_KEY_REUSED,
            Self::AlreadyCaptured { .. } => &rule::ALREADY_CAPTURED,
            Self::NotAuthorized { .. } => &rule::NOT_AUTHORIZED,
            Self::CaptureInProgress { .. } => &rule::CAPTURE_IN_PROGRESS,
            Self::VoidInProgress { .. } => &rule::VOID_IN_PROGRESS,
            Self::OutcomeUnknown { .. } => &rule::OUTCOME_UNKNOWN,
            Self::AuthorizationExpired { .. } => &rule::AUTHORIZATION_EXPIRED,
            Self::AuthorizedNotEqualToOrder { .. } => &rule::AUTHORIZED_NOT_EQUAL_TO_ORDER,
            Self::AmountNotEqualToAuthorized { .. } => &rule::AMOUNT_NOT_EQUAL_TO_AUTHORIZED,
            Self::ExceedsCapturable { .. } => &rule::EXCEEDS_CAPTURABLE,
            Self::PartialCaptureUnsupported { .. } => &rule::PARTIAL_CAPTURE_UNSUPPORTED,
            Self::TooManyRequests { .. } => &rule::TOO_MANY_REQUESTS,
            Self::VoidUnsupported { .. } => &rule::VOID_UNSUPPORTED,
            Self::NotVoidable { .. } => &rule::NOT_VOIDABLE,
            Self::ExceedsHeld { .. } => &rule::EXCEEDS_HELD,
            Self::PartialVoidUnsupported { .. } => &rule::PARTIAL_VOID_UNSUPPORTED,
            Self::NotRefundable { .. } => &rule::NOT_REFUNDABLE,
            Self::ExceedsRefundable { .. } => &rule::EXCEEDS_REFUNDABLE,
            Self::AdjustmentUnsupported { .. } => &rule::ADJUSTMENT_UNSUPPORTED,
            Self::AdjustmentBelowCommitted { .. } => &rule::ADJUSTMENT_BELOW_COMMITTED,
            Self::IllegalTransition { .. } => &rule::ILLEGAL_TRANSITION,
        }
    }

    /// The stable kebab-case code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.rule().code()
    }

    /// Whether repeating can help: what the rule says, or later where the state is one that passes.
    #[must_use]
    pub const fn retry(&self) -> Retry {
        use StateKind::{CaptureInitiated, Capturing, Created};
        match (self, self.rule().retry()) {
            (Self::NotAuthorized { state: Created } | Self::NotVoidable { state: Created }, _)
            | (Self::NotRefundable { state: Capturing | CaptureInitiated }, _) => Retry::Later,
            (_, Some(retry)) => retry,
            (_, None) => Retry::Never,
        }
    }
}
