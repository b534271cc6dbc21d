//! Conflicts: what a provider says that cannot be true here. Nothing changes; a person must decide.

use crate::hold::Operation;
use crate::ids::{OrderId, TransactionId};
use crate::money::{Currency, Money};
use crate::rule::broken;

broken! {
    /// A contradiction between what is known and what a provider says, with its amounts. The text of each says what its
    /// fields are; of a provider's word it holds at most 64 characters.
    ///
    /// `#[non_exhaustive]` because a new kind of contradiction is treated like the known ones: change nothing, escalate to a
    /// person. It serializes as code, text, numbers, advice and source.
    #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    pub enum Conflict, numbers true;

    IdentityMismatch IDENTITY_MISMATCH { observed: Box<str>, expected: Box<str> }
        "the provider's identifier {observed} is not this transaction's {expected}; route it to the transaction that it names"
    IdsContradict IDENTITY_MISMATCH
        "the payload names two different identifiers for the same thing; poll again, and report it to the provider"
    RequestNamedOtherwise IDENTITY_MISMATCH { operation: Operation, observed: Box<str>, expected: Box<str> }
        "the provider names one {operation} twice, {observed} and {expected}, under one key or two; find out whether money moved twice"
    OtherTransaction IDENTITY_MISMATCH { transaction: TransactionId }
        "the provider's identifiers belong to transaction {transaction}; route the observation there"
    OtherOrder IDENTITY_MISMATCH { transaction: TransactionId, observed: OrderId, expected: OrderId }
        "transaction {transaction} pays order {observed}, not order {expected}; load it with its own order"
    TransactionNotNamed TRANSACTION_NOT_NAMED { listed: usize }
        "the payload lists {listed} transactions and does not say which one is meant; poll this transaction by its own id"
    CurrencyMismatch CURRENCY_MISMATCH { observed: Currency, expected: Currency }
        "what is told is in {observed} and the order in {expected}; load a log or a transaction with its own order, and compare a payload with the provider's dashboard"
    UnknownStatus UNKNOWN_STATUS { status: Box<str> }
        "the status \"{status}\" is not in the profile's table; add a row once its meaning is known"
    StatusIdMismatch STATUS_ID_MISMATCH { id: Box<str>, status: Box<str> }
        "the status id {id} does not belong to the status \"{status}\"; poll again, and report it to the provider"
    FlagMismatch FLAG_MISMATCH { captured: bool }
        "the captured flag is {captured}, but the status says the opposite; poll again before acting"
    ContradictsItself PAYLOAD_CONTRADICTS_ITSELF { one: Box<str>, other: Box<str> }
        "the payload says {one} and {other}; poll again, then escalate to a person"
    AmountMissing AMOUNT_MISMATCH
        "the payload says that money is held and does not say how much was authorized; poll for it, or record the authorization first"
    AmountMismatch AMOUNT_MISMATCH { observed: Money, expected: Money }
        "the amount is {observed}; {expected} was expected; compare both sides' books"
    CapturedAmountUnknown CAPTURED_AMOUNT_UNKNOWN
        "the payload does not say how much of this transaction was captured; poll its captured amount"
    RefundAmountUnknown REFUND_AMOUNT_UNKNOWN
        "the payload does not say how much of this transaction was refunded; poll its refunds"
    CapturedExceedsAuthorized CAPTURED_EXCEEDS_AUTHORIZED { captured: Money, limit: Money }
        "{captured} is captured, more than the {limit} that may be captured; stop and compare both sides' books"
    CapturedUnauthorized CAPTURED_EXCEEDS_AUTHORIZED { captured: Money }
        "{captured} is captured and no authorization is known; poll for it, or record the authorization first"
    CapturedExceedsRequested CAPTURED_EXCEEDS_REQUESTED { captured: Money, requested: Money }
        "{captured} is captured, more than the {requested} requested; find out who captured, and refund the difference"
    CapturedAfterVoid CAPTURED_AFTER_VOID { captured: Money }
        "{captured} is captured although a void released money; find out which of the two the payer will see"
    CapturedAfterExpiry CAPTURED_AFTER_EXPIRY { captured: Money }
        "{captured} is captured although the hold had expired; expect the bank to reverse it"
    VoidedAfterCapture VOIDED_AFTER_CAPTURE { captured: Money }
        "the provider says voided, but {captured} is captured; find out which of the two the payer will see"
    RefundedExceedsCaptured REFUNDED_EXCEEDS_CAPTURED { refunded: Money, captured: Money }
        "{refunded} is refunded, more than the {captured} captured; compare both sides' books"
    BelowRecorded BELOW_RECORDED { observed: Money, recorded: Money }
        "the provider now says {observed}, but {recorded} is recorded; poll once more, then escalate to a person"
    WordBelowRecorded BELOW_RECORDED { status: Box<str> }
        "the provider now says \"{status}\", which is behind what is recorded; poll once more, then escalate to a person"
    Unrecordable TOO_MANY_REQUESTS { operation: Operation }
        "the transaction has as many requests as it can remember and cannot record this {operation}; escalate to a person"
}

/// At most 64 characters of a text from outside.
pub(crate) fn excerpt(text: &str) -> Box<str> {
    text.chars().take(64).collect()
}
