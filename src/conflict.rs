//! Conflicts: what a provider says that cannot be true here. Nothing changes; a person must look.

use crate::currency::Currency;
use crate::money::Minor;
use crate::rule::{self, Rule};

/// A contradiction between what is known and what a provider says, with its numbers.
///
/// Amounts are minor units of the transaction's currency. `#[non_exhaustive]` because a new kind of contradiction is
/// treated like the known ones: change nothing, alert a person.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Conflict {
    /// Code `identity-mismatch`.
    #[error("the provider's identifiers are another transaction's; route the observation to the transaction it names")]
    IdentityMismatch,
    /// Code `currency-mismatch`.
    #[error(
        "the observation is in {observed} and the transaction in {expected}; compare both with the provider's dashboard"
    )]
    CurrencyMismatch {
        /// The observation's currency.
        observed: Currency,
        /// The transaction's currency.
        expected: Currency,
    },
    /// Code `unknown-status`.
    #[error("the status {status:?} is not in the profile's table; add a row once its meaning is known")]
    UnknownStatus {
        /// The word as it came, at most 64 characters of it.
        status: Box<str>,
    },
    /// Code `status-id-mismatch`.
    #[error("the status id {id} does not belong to the status text; poll again and report it to the provider")]
    StatusIdMismatch {
        /// The id seen.
        id: i64,
    },
    /// Code `flag-mismatch`.
    #[error("the captured flag is {captured} and the status says the opposite; poll again before acting")]
    FlagMismatch {
        /// The flag seen.
        captured: bool,
    },
    /// Code `amount-mismatch`: a payload that authorizes names no amount above zero.
    #[error("the payload says that money is held and names no amount above zero; poll again")]
    AmountMissing,
    /// Code `amount-mismatch`.
    #[error("the amount is {observed} and {expected} was expected; compare both ledgers")]
    AmountMismatch {
        /// What the provider says.
        observed: Minor,
        /// What is known here.
        expected: Minor,
    },
    /// Code `captured-amount-unknown`.
    #[error("money was captured and the observation does not say how much; poll for the captured amount")]
    CapturedAmountUnknown,
    /// Code `captured-exceeds-authorized`.
    #[error(
        "{captured} captured would be more than the {authorized} there is to capture; stop and compare both ledgers"
    )]
    CapturedExceedsAuthorized {
        /// The captured total it would make.
        captured: Minor,
        /// What could be captured at most.
        authorized: Minor,
    },
    /// Code `captured-exceeds-requested`.
    #[error("{captured} captured is more than the {requested} that was asked; refund the difference or find who asked")]
    CapturedExceedsRequested {
        /// What the provider says was captured.
        captured: Minor,
        /// What was asked.
        requested: Minor,
    },
    /// Code `captured-after-void`.
    #[error("{captured} was captured although a void was sent or done; find out which of the two the payer will see")]
    CapturedAfterVoid {
        /// What the provider says was captured.
        captured: Minor,
    },
    /// Code `captured-after-expiry`.
    #[error("{captured} was captured although the authorization had lapsed; expect the bank to reverse it")]
    CapturedAfterExpiry {
        /// What the provider says was captured.
        captured: Minor,
    },
    /// Code `refunded-exceeds-captured`.
    #[error("{refunded} refunded is more than the {captured} captured; compare both ledgers")]
    RefundedExceedsCaptured {
        /// The refunded total it would make.
        refunded: Minor,
        /// What was captured.
        captured: Minor,
    },
    /// Code `refund-amount-unknown`.
    #[error("captured money was refunded by the provider and the observation does not say how much; poll the refunds")]
    RefundAmountUnknown,
    /// Code `too-many-requests`: true perhaps, but not recordable here, because the transaction is full.
    #[error("the transaction cannot record what the observation says; it remembers no more requests")]
    Unrecordable,
}

impl Conflict {
    /// The rule that the observation breaks.
    #[must_use]
    pub const fn rule(&self) -> &'static Rule {
        match self {
            Self::IdentityMismatch => &rule::IDENTITY_MISMATCH,
            Self::CurrencyMismatch { .. } => &rule::CURRENCY_MISMATCH,
            Self::UnknownStatus { .. } => &rule::UNKNOWN_STATUS,
            Self::StatusIdMismatch { .. } => &rule::STATUS_ID_MISMATCH,
            Self::FlagMismatch { .. } => &rule::FLAG_MISMATCH,
            Self::AmountMissing | Self::AmountMismatch { .. } => &rule::AMOUNT_MISMATCH,
            Self::CapturedAmountUnknown => &rule::CAPTURED_AMOUNT_UNKNOWN,
            Self::CapturedExceedsAuthorized { .. } => &rule::CAPTURED_EXCEEDS_AUTHORIZED,
            Self::CapturedExceedsRequested { .. } => &rule::CAPTURED_EXCEEDS_REQUESTED,
            Self::CapturedAfterVoid { .. } => &rule::CAPTURED_AFTER_VOID,
            Self::CapturedAfterExpiry { .. } => &rule::CAPTURED_AFTER_EXPIRY,
            Self::RefundedExceedsCaptured { .. } => &rule::REFUNDED_EXCEEDS_CAPTURED,
            Self::RefundAmountUnknown => &rule::REFUND_AMOUNT_UNKNOWN,
            Self::Unrecordable => &rule::TOO_MANY_REQUESTS,
        }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.rule().code()
    }
}
