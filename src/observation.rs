//! Observations: what a provider says now, turned into provider-neutral facts.

use std::borrow::Cow;

use crate::currency::{Currency, CurrencyError};
use crate::ids::{IdError, ProviderIds, Time};
use crate::money::{Minor, MoneyError};
use crate::rule::{self, Rule};

/// What a provider says of one transaction, in neutral terms. Amounts are minor units of [`Observation::currency`],
/// or where it is absent of the order's currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observation<'a> {
    /// The identifiers it names.
    pub ids: ProviderIds,
    /// The currency it names.
    pub currency: Option<Currency>,
    /// The word that speaks for the transaction.
    pub status: Cow<'a, str>,
    /// The order's word, where it stands apart from the transaction's.
    pub order_status: Option<Cow<'a, str>>,
    /// The numeric id beside the order's word, or beside the only one.
    pub status_id: Option<i64>,
    /// Whether the word is the transaction's own, and not the order's standing in for it.
    pub is_transaction_status: bool,
    /// The flag that repeats whether money was captured.
    pub captured_flag: Option<bool>,
    /// What was authorized.
    pub authorized: Option<Minor>,
    /// An amount that may be the order's, the authorized one, or a capture's.
    pub amount: Option<Minor>,
    /// The captured total so far.
    pub captured: Option<Minor>,
    /// The refunded total so far.
    pub refunded: Option<Minor>,
    /// Whether it counts refunds that are still pending; they are left out of [`Observation::refunded`].
    pub refunds_pending: bool,
    /// Whether the two totals are over all transactions of the order.
    pub totals_are_the_orders: bool,
    /// Whether a captured total belongs into every such payload, so that its absence says nothing of all or nothing.
    pub captured_expected: bool,
    /// Whether it names two different identifiers for the same thing.
    pub ids_contradict: bool,
    /// The captures that went through, one by one, where the provider lists them under the keys they were asked with.
    /// One under a key that is not ours is somebody else's, and settles nothing of ours.
    pub captures: Vec<SeenCapture<'a>>,
    /// Whether the provider lists another transaction of the order that captured something.
    pub others_captured: bool,
    /// When it happened, where the provider says.
    pub occurred_at: Option<Time>,
}

/// One capture that a provider lists as done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenCapture<'a> {
    /// The idempotency key that it was asked under.
    pub key: Cow<'a, str>,
    /// Minor units captured.
    pub amount: Minor,
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

/// Why a text is no payload. Nothing changes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// Code `not-json`.
    #[error("the text is not JSON from line {line}, column {column} on; keep it and ask the provider")]
    NotJson {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// Code `not-a-payload`.
    #[error("the JSON is not {expected}; check which endpoint or webhook it came from")]
    NotAPayload {
        /// What was looked for.
        expected: &'static str,
    },
    /// Code `amount-malformed`.
    #[error("the amount in {field} cannot be read: {problem}")]
    Amount {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        problem: AmountProblem,
    },
    /// Code `time-malformed`.
    #[error("the time in {field} is not {expected}, or outside the calendar")]
    Time {
        /// The field.
        field: &'static str,
        /// What was looked for.
        expected: &'static str,
    },
    /// Code `id-malformed`.
    #[error("the identifier in {field} cannot be read: {problem}")]
    Id {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        problem: IdProblem,
    },
    /// Code `currency-unknown`.
    #[error("the currency in {field} cannot be read: {problem}")]
    Currency {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        problem: CurrencyError,
    },
}

/// What is wrong with an amount in a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountProblem {
    /// Not exactly an amount of the currency.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// Not the JSON type that the provider documents.
    #[error("expected {expected}")]
    Type {
        /// The JSON type.
        expected: &'static str,
    },
}

/// What is wrong with an identifier in a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdProblem {
    /// Not an identifier.
    #[error(transparent)]
    Id(#[from] IdError),
    /// Not JSON text.
    #[error("expected text")]
    Type,
}

impl Malformed {
    /// The rule that the text breaks.
    #[must_use]
    pub const fn rule(&self) -> &'static Rule {
        match self {
            Self::NotJson { .. } => &rule::NOT_JSON,
            Self::NotAPayload { .. } => &rule::NOT_A_PAYLOAD,
            Self::Amount { .. } => &rule::AMOUNT_MALFORMED,
            Self::Time { .. } => &rule::TIME_MALFORMED,
            Self::Id { .. } => &rule::ID_MALFORMED,
            Self::Currency { .. } => &rule::CURRENCY_UNKNOWN,
        }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.rule().code()
    }
}
