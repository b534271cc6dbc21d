//! What can go wrong: each error has a stable code, its numbers, and what to do.

use order_capture::juspay::UnknownGateway;
use order_capture::outgoing::OutgoingError;
use order_capture::{
    Conflict, CurrencyError, IdError, Malformed, MoneyError, Operation, Problem, Rejection, Retry, RuleViolation,
};

/// Why the core did not do what was asked. Nothing was stored, except where the text says so.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What the crate answers: a rule that is broken, a conflict, or an event that cannot follow.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// A payload that cannot be read.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// A request that the provider's API cannot express.
    #[error(transparent)]
    Unwordable(#[from] OutgoingError),
    /// Text that is no amount.
    #[error(transparent)]
    Amount(#[from] MoneyError),
    /// Text that is no currency.
    #[error(transparent)]
    Currency(#[from] CurrencyError),
    /// Text that is no identifier.
    #[error(transparent)]
    Id(#[from] IdError),
    /// A gateway of Juspay whose captures nobody documents.
    #[error(transparent)]
    Gateway(#[from] UnknownGateway),
    /// No such order here.
    #[error("there is no order {0}")]
    NoOrder(String),
    /// No such transaction of the order.
    #[error(
        "the order has {count} transaction{}{}{listed}",
        if *.count == 1 { "" } else { "s" },
        if *.count == 0 { "" } else { "; name one of these: " }
    )]
    NoTransaction {
        /// How many it has.
        count: usize,
        /// Their names and states.
        listed: String,
    },
    /// A payload that does not say which transaction it means.
    #[error("the payload does not say which transaction of order {order} it means")]
    NotNamed {
        /// Which order.
        order: String,
    },
    /// An identifier that would change the path of its URL.
    #[error("the identifier {id:?} cannot be part of a URL")]
    UnusableId {
        /// Which.
        id: String,
    },
    /// Another worker claimed the request; what this one found is not stored.
    #[error("another worker has claimed the request")]
    Fenced,
    /// A person's word on a request that may still arrive.
    #[error("the request may still be on its way to the provider")]
    InFlight,
    /// The database did not say whether it stored.
    #[error("the database did not answer the commit, so it may or may not be stored: {problem}")]
    CommitUnknown {
        /// In whose words.
        problem: String,
    },
    /// Tables of a version that this program does not know.
    #[error("the tables have version {found} and this program knows {known}")]
    NewerSchema {
        /// The newest it knows.
        known: i64,
        /// What the database has.
        found: i64,
    },
    /// The configuration.
    #[error("the configuration {path} cannot be used: {problem}")]
    Config {
        /// Which file.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// No such request of the transaction, or not the one that an answer would be taken for.
    #[error("the transaction has no {operation} {number} that awaits an answer")]
    NoRequest {
        /// The kind.
        operation: Operation,
        /// Its number.
        number: u32,
    },
    /// An order of this id exists with other terms.
    #[error("there is an order {0} already, with another amount, currency or provider")]
    OrderExists(String),
    /// Other writers took the place every time.
    #[error("other writers were faster {tries} times in a row")]
    Contention {
        /// How often it was tried.
        tries: u32,
    },
    /// The provider did not answer, or not as documented; only for calls that move no money.
    #[error("the provider's answer to {call} cannot be used: {problem}")]
    Provider {
        /// Which call.
        call: &'static str,
        /// What was wrong.
        problem: String,
    },
    /// The provider does not let us in.
    #[error("the provider answers {status}: it does not take our key")]
    KeyRefused {
        /// The HTTP status.
        status: u16,
    },
    /// A stored event that is not JSON of ours.
    #[error("event {sequence} of transaction {transaction} cannot be read: {problem}")]
    Stored {
        /// Whose.
        transaction: String,
        /// Its place.
        sequence: i64,
        /// What serde says.
        problem: String,
    },
    /// The database.
    #[error("the database says: {0}")]
    Database(#[from] sqlx::Error),
    /// A socket or a file.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl From<RuleViolation> for Error {
    fn from(violation: RuleViolation) -> Self {
        Self::Problem(violation.into())
    }
}

impl From<Conflict> for Error {
    fn from(conflict: Conflict) -> Self {
        Self::Problem(conflict.into())
    }
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Problem(rejection.into())
    }
}

impl Error {
    /// The stable code: the crate's where a rule of it was broken.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Problem(problem) => problem.code(),
            Self::Malformed(malformed) => malformed.code(),
            Self::Unwordable(_) => "request-unwordable",
            Self::Amount(error) => error.code(),
            Self::Currency(error) => error.code(),
            Self::Id(_) => "id-malformed",
            Self::Gateway(_) => "gateway-unknown",
            Self::NoOrder(_) => "order-unknown",
            Self::NoTransaction { .. } => "transaction-unknown",
            Self::NotNamed { .. } => "transaction-not-named",
            Self::UnusableId { .. } => "id-unusable",
            Self::Fenced => "claimed-by-another",
            Self::InFlight => "request-in-flight",
            Self::CommitUnknown { .. } => "commit-unknown",
            Self::NewerSchema { .. } => "schema-newer",
            Self::Config { .. } => "configuration",
            Self::NoRequest { .. } => "request-unknown",
            Self::OrderExists(_) => "order-exists",
            Self::Contention { .. } => "contention",
            Self::Provider { .. } => "provider-unusable",
            Self::KeyRefused { .. } => "key-refused",
            Self::Stored { .. } => "stored-event-malformed",
            Self::Database(_) => "database",
            Self::Io(_) => "io",
        }
    }

    /// What to do next, in a sentence.
    #[must_use]
    pub const fn next(&self) -> &'static str {
        match self {
            Self::Problem(problem) => problem.rule().next,
            Self::Malformed(malformed) => malformed.rule().next,
            Self::Unwordable(_) => "give a key, or an amount that the provider can take",
            Self::Amount(_) => "write the amount in major units with a point: 100.00",
            Self::Currency(_) => "give an ISO 4217 code in capitals: INR",
            Self::Id(_) => "use 1 to 255 visible characters",
            Self::Gateway(_) => "leave --gateway out for one that captures in full only",
            Self::NoOrder(_) => "create it with `order`",
            Self::NoTransaction { .. } => {
                "name one with --transaction; `status` lists them, `authorize` makes the first"
            }
            Self::NotNamed { .. } => "`poll` the order, then try again",
            Self::UnusableId { .. } => "use letters, digits, - and _, and a point between them",
            Self::Fenced => "nothing; the other worker goes on",
            Self::InFlight => "wait for the lease to end, `poll` the order, then say it again",
            Self::CommitUnknown { .. } => "look with `status` before anything is asked again",
            Self::NewerSchema { .. } => "run the newer program",
            Self::Config { .. } => "compare it with what `config` prints",
            Self::NoRequest { .. } => "`status` lists the requests; name one that is open",
            Self::OrderExists(_) => "use another id, or the same terms",
            Self::Contention { .. } => "try again; nothing was stored",
            Self::Provider { .. } => "check the provider's address and credentials, then try again",
            Self::KeyRefused { .. } => "check the API key; nothing is lost, and it is tried again",
            Self::Stored { .. } => "restore the row from a backup; do not edit events",
            Self::Database(_) => {
                "check that the database is up and can be written, and its address in the configuration"
            }
            Self::Io(_) => "check the address or file",
        }
    }

    /// Whether the same command may succeed later as it is.
    #[must_use]
    pub fn may_retry(&self) -> bool {
        match self {
            Self::Problem(problem) => problem.retry() == Some(Retry::Later),
            Self::Contention { .. } | Self::Provider { .. } | Self::Database(_) | Self::Io(_) => true,
            Self::Fenced | Self::InFlight | Self::KeyRefused { .. } | Self::CommitUnknown { .. } => true,
            _ => false,
        }
    }
}
