//! What a payload says, subject by subject: of the order, of this transaction, of the others, of each request.
//!
//! A statement about one subject says nothing about another; nothing is combined here. Amounts are minor units of
//! [`Observation::currency`], or of the order's currency if it is absent.

use std::borrow::Cow;

use crate::hold::Operation;
use crate::ids::{IdError, ProviderId, ProviderIds, Time};
use crate::money::{Currency, CurrencyError, Minor, MoneyError};
use crate::names::names;
use crate::rule::broken;

/// All that one payload says, subject by subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observation<'a> {
    /// The currency that it names; of two that differ, the one that is not the order's. Juspay, Razorpay: `currency`.
    pub currency: Option<Currency>,
    /// Of the order. Juspay: the order itself; Razorpay: the order entity.
    pub order: Statement<'a>,
    /// About this transaction; its word and totals only if an object of its own states them. Its identifiers, and what
    /// was authorized, may be in the order. Juspay: `txn_detail`, `content.txn`; Razorpay: the payment entity.
    pub transaction: Statement<'a>,
    /// Whether there was an object for the transaction.
    pub has_transaction: bool,
    /// Every transaction of the order, including this one; `None` if there is no list. Juspay: `txn_list`.
    pub listed: Option<Vec<Statement<'a>>>,
    /// The captures that are listed one by one, oldest first. Juspay: `txn_sub_details`.
    pub captures: Vec<RequestStatement<'a>>,
    /// The voids that are listed one by one, oldest first. Juspay: `txn_sub_details`.
    pub voids: Vec<RequestStatement<'a>>,
    /// The refunds, in the order of the payload. Juspay: `refunds`; Razorpay: the refund entity.
    pub refunds: Vec<RequestStatement<'a>>,
    /// Whether it names two different identifiers for the same thing.
    pub ids_contradict: bool,
    /// The first place that says another word, amount or flag than an earlier one did of the same: `txn_detail.txn_amount`.
    pub differs: Option<Box<str>>,
    /// When it happened, if the provider says so. Juspay: `date_created` of a webhook's envelope; Razorpay:
    /// `created_at` of one. When an order or a payment was created is not read.
    pub occurred_at: Option<Time>,
}

impl<'a> Observation<'a> {
    /// The statements about requests of one kind.
    pub fn requests(&self, operation: Operation) -> &[RequestStatement<'a>] {
        match operation {
            Operation::Capture => &self.captures,
            Operation::Void => &self.voids,
            Operation::Refund => &self.refunds,
        }
    }

    /// Whether one of a transaction's names is this one, or the list has both for one transaction.
    pub(crate) fn calls(&self, ids: &ProviderIds, id: &str) -> bool {
        let has =
            |ids: &ProviderIds| [&ids.transaction, &ids.uuid].into_iter().flatten().any(|known| known.as_str() == id);
        let both = |listed: &Statement<'_>| has(&listed.ids) && listed.ids.name_one_transaction(ids);
        has(ids) || self.listed.iter().flatten().any(both)
    }

    /// Without the requests that are parts of these transactions, if there are any.
    pub(crate) fn without_parts_of(&self, is_another: impl Fn(&str) -> bool) -> Cow<'_, Self> {
        let anothers = |told: &RequestStatement<'_>| told.of.as_deref().is_some_and(&is_another);
        if !Operation::ALL.iter().any(|operation| self.requests(*operation).iter().any(anothers)) {
            return Cow::Borrowed(self);
        }
        let mut own = self.clone();
        Operation::ALL.iter().for_each(|operation| own.requests_mut(*operation).retain(|told| !anothers(told)));
        Cow::Owned(own)
    }

    pub(crate) const fn requests_mut(&mut self, operation: Operation) -> &mut Vec<RequestStatement<'a>> {
        match operation {
            Operation::Capture => &mut self.captures,
            Operation::Void => &mut self.voids,
            Operation::Refund => &mut self.refunds,
        }
    }
}

/// The statement about an order or about a transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement<'a> {
    /// Its identifiers: for an order only the order's; for a transaction its own, and the order's if it is named.
    /// Juspay: `order_id`, `txn_id`, `txn_uuid`; Razorpay: `order_id`, `id`.
    pub ids: ProviderIds,
    /// The provider's word for it. Juspay, Razorpay: `status`.
    pub word: Option<Word<'a>>,
    /// The flag that repeats whether money was captured. Razorpay: `captured`.
    pub captured_flag: Option<bool>,
    /// What was authorized, in minor units. Juspay: `txn_amount`, else `effective_amount`; Razorpay: a payment's `amount`.
    pub authorized: Option<Minor>,
    /// Whether what is authorized is the new total of an adjustment. By the readings of a profile; Juspay and Razorpay do
    /// not say it.
    pub adjusted: bool,
    /// The part of the order's price that it pays, in minor units. Juspay: `net_amount`, else the order's `amount`.
    pub pays: Option<Minor>,
    /// What was captured of this subject so far, in minor units. Juspay: `captured_amount`; Razorpay: `amount_paid`.
    pub captured: Option<Minor>,
    /// The most that may be captured, in minor units, if that is more than what was authorized. Only some profiles read
    /// it; Juspay and Razorpay do not state it.
    pub most_captured: Option<Minor>,
    /// What was refunded of this subject so far, in minor units; pending and failed refunds may be in it. Juspay,
    /// Razorpay: `amount_refunded`.
    pub refunded: Option<Minor>,
    /// What the order is for, in minor units, and nothing else can be meant. Juspay, Razorpay: an order's `amount`.
    pub price: Option<Minor>,
    /// A bare amount, in minor units: the order's price, the authorized amount or a capture's. Juspay: `amount` of a
    /// capture response.
    pub unsure: Option<Minor>,
    /// What is authorized while no hold is known and nothing else says so, in minor units. Juspay: an order's `amount`.
    pub assumed: Option<Minor>,
    /// Whether the order takes several payments by design. Razorpay: `partial_payment`.
    pub takes_parts: Option<bool>,
    /// When the hold ends: a capture at or after it is refused. By the readings of a profile; Juspay and Razorpay do
    /// not say it.
    pub capture_before: Option<Time>,
}

/// A provider's word, unchanged, and the subject whose table it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    /// The word. Juspay, Razorpay: `status`.
    pub text: Cow<'a, str>,
    /// The number that comes with it; one that cannot be read becomes a number that no table has. Juspay: `status_id`.
    pub id: Option<i64>,
    /// Whose word it is.
    pub subject: Subject,
}

impl Word<'_> {
    /// What the number of one that cannot be read is: no row of a table has it.
    pub(crate) const UNREADABLE: i64 = i64::MIN;

    /// The number that comes with it, for a person.
    pub(crate) fn id_text(&self, id: i64) -> Box<str> {
        if id == Self::UNREADABLE { "that is no whole number".into() } else { id.to_string().into() }
    }
}

/// Whose table of words a word is looked up in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The order's.
    Order,
    /// The transaction's.
    Transaction,
    /// The transaction's, said by the reading of this name.
    Reading,
}

/// The statement about one capture, void or refund.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestStatement<'a> {
    /// The key that it was requested with; ours if we requested it. Juspay: `txn_id` of a part, `unique_request_id` of
    /// a refund; Razorpay: `receipt` of a refund.
    pub key: Option<Cow<'a, str>>,
    /// The provider's name for it. Juspay: `txn_uuid` of a part, `id` of a refund; Razorpay: `id` of a refund.
    pub id: Option<ProviderId>,
    /// How much, in minor units. Juspay: `txn_amount` of a part, `amount` of a refund; Razorpay: `amount` of a refund.
    pub amount: Option<Minor>,
    /// The provider's word for it. Juspay, Razorpay: `status`.
    pub word: Option<Cow<'a, str>>,
    /// The outcome that the word means in the profile; `None` if it says nothing.
    pub fate: Option<Fate>,
    /// The provider's identifier of the transaction that it is a part of, unless that is the one that the payload is about.
    /// Juspay: `source_object_id` of a part; of a refund in `txn_list`, the transaction there.
    pub of: Option<Cow<'a, str>>,
}

names! {
    /// The outcome of one capture, void or refund, as a provider states it.
    pub enum Fate {
        Accepted "accepted" "Accepted; the result is pending."
        Succeeded "succeeded" "Done."
        Failed "failed" "Tried and refused, or given up."
        Reversed "reversed" "Done, and reversed later."
    }
}

/// A provider's error, as the answer to a request: what its table of errors is matched against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorAnswer<'a> {
    /// The HTTP status.
    pub http_status: u16,
    /// Every code it names.
    pub codes: Vec<Cow<'a, str>>,
    /// Every text it has for a person.
    pub messages: Vec<Cow<'a, str>>,
}

broken! {
    /// Why a text is no payload. Nothing changes. The text of each says what its fields are; a field is the path to it,
    /// `refunds.amount`, and lines and columns count from 1.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[non_exhaustive]
    pub enum Malformed, numbers false;

    NotJson NOT_JSON { line: usize, column: usize }
        "the text is not valid JSON at line {line}, column {column}; keep it and ask the provider"
    Empty NOT_JSON
        "the text is empty, so it says nothing about the payment; poll instead"
    SomethingElse NOT_JSON { found: &'static str, advice: &'static str }
        "the text is not JSON but {found}; {advice}"
    NotAPayload NOT_A_PAYLOAD { expected: Box<str> }
        "the JSON is not {expected}; check which endpoint or webhook it came from"
    GivenTwice NOT_A_PAYLOAD { field: Box<str> }
        "the JSON gives the field {field} twice, and only one of the two can be right; keep the text and ask the provider"
    Amount AMOUNT_MALFORMED { field: Box<str>, problem: MoneyError }
        "the field {field} cannot be read as an amount: {problem}"
    Time TIME_MALFORMED { field: Box<str>, expected: &'static str }
        "the field {field} is not {expected}, or is outside the calendar"
    Id ID_MALFORMED { field: Box<str>, problem: IdError }
        "the field {field} cannot be read as an identifier: {problem}"
    Currency CURRENCY_UNKNOWN { field: Box<str>, problem: CurrencyError }
        "the field {field} cannot be read as a currency: {problem}"
}
