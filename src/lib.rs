//! The rules of capturing money that a payer has authorized.
//!
//! A transaction is a list of events: facts that somebody stated. Amounts and states follow from them.
//! [`Transaction::apply`] is the one function that builds a state, live and in replay. A command, an answer and a
//! provider's payload each give a [`Change`]: the events to store, and the payment after them. What the rules refuse is a
//! [`RuleViolation`] with its amounts, a code, advice and a source.
//!
//! ```
//! use order_capture::{Change, Money, Order, Payment, State, Time, UnexpectedState, juspay};
//!
//! /// What your code brings: store the events in one database transaction, then go on with the payment after them.
//! fn store<'a>(change: Change<'a>) -> Result<Payment<'a>, Box<dyn std::error::Error>> {
//!     println!("{}", serde_json::to_string(change.events())?);
//!     Ok(change.into_payment())
//! }
//!
//! let order = Order::new("o-1".parse()?, Money::inr("100.00")?);
//! let payment = order.transaction("t-1".parse()?, juspay::gateway("CYBERSOURCE")?);
//! let now = Time::UNIX_EPOCH; // time is an argument
//! let payment = store(payment.authorized(Money::inr("100.00")?, now)?)?;
//! let change = match payment.state() {
//!     State::Authorized(hold) | State::PartiallyCaptured(hold) => hold.capture(Money::inr("40.00")?).key("k1").at(now)?,
//!     State::CaptureUnknown(unknown) => unknown.again(now)?, // the same capture; nothing else exists here
//!     other => return Err(UnexpectedState::from(other).into()),
//! };
//! assert!(change.to_send().is_some()); // after it is stored, send this request
//! let payment = store(change)?;
//! assert_eq!(payment.state().kind().as_str(), "capturing");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The lifecycle
//!
#![doc = include_str!("../docs/pictures/lifecycle.uri")]
//!
//! [`Payment::state`] gives the state as a type, and a command exists only on the types where it can be legal. At every
//! moment authorized = captured + pending + released + held ([`Amounts`]). A capture that timed out stays pending until it
//! is known what became of it.
//!
//! # What to call
//!
//! | you have | call | and get |
//! |---|---|---|
//! | an order | [`Order::transaction`], [`Order::replay`], [`Order::resume`] | a [`Payment`]; [`Payment::beside`] puts the order's other transactions beside it |
//! | an authorization, or its failure, adjustment, expiry | [`Payment::authorized`] and its neighbours | a [`Change`], or a [`Problem`] |
//! | an intent to capture, void or refund | [`Payment::state`], [`Payment::captured`]; [`Payment::ask`] where the state is not known | a [`Change`], or a [`RuleViolation`] |
//! | the gateway's answer, or none | [`Payment::answered`] with an [`Answer`] | a [`Change`], or a [`Problem`] |
//! | a response, webhook or poll as text | [`Profile::statements`], then [`Payment::observe`] | a [`Change`], or a [`Conflict`] |
//! | an HTTP error | [`Profile::error`], then [`Payment::provider_error`] | a [`Change`], or a [`Problem`] |
//! | what a person found out | [`Payment::reported`] | a [`Change`], or a [`Problem`] |
//! | a stored log | [`Order::replay`], or event by event [`Transaction::apply`] | the payment |
//! | all transactions of an order | [`OrderStatus::of`] | the status of the order, and the provider's word |
//! | amounts, and a state machine of your own | [`Snapshot::from_amounts`], [`Snapshot::check`] | the same rules |
//! | a code | [`Rule::of`] | what must hold, why, what to do, who says so |
//!
//! # The modules
//!
//! A file imports only what stands above it in this table.
//!
//! | file | job |
//! |---|---|
//! | `rule` | every code: sentence, why, numbers, next step, source |
//! | `money`, `ids` | exact amounts, currencies with their digits; names and keys |
//! | `hold` | the facts of an authorization, the amounts and the state that follow |
//! | `order`, `event` | what is to be paid; what is recorded |
//! | `conflict` | what cannot be true, with its amounts |
//! | `transaction`, `step` | a transaction, and the one step function |
//! | `stored` | the stored form |
//! | `statement`, `profile` | what a payload says, subject by subject; what a provider allows, how it words it, how its payloads are read |
//! | `read` | from text to statements, by the readings of a profile |
//! | `violation`, `command` | the rules, a function each (`check`), and their order (`order_of_checks`) |
//! | `change`, `payment`, `answer`, `typed` | what is asked and told, in which state, and what it gives |
//! | `interpret` | what a payload changes |
//! | `status` | the status of an order, derived |
//! | `provider` | the rows of Juspay and Razorpay; `outgoing` words requests (feature `http`) |
//! | `strategies` | random histories and payloads for property tests (feature `proptest`) |

mod answer;
mod change;
mod command;
mod conflict;
mod event;
#[cfg(doctest)]
mod guides;
mod hold;
mod ids;
mod interpret;
mod money;
mod order;
mod payment;
mod profile;
mod provider;
mod read;
mod rule;
mod statement;
mod status;
mod step;
mod stored;
#[cfg(feature = "proptest")]
pub mod strategies;
mod transaction;
mod typed;
mod violation;

/// Decimals and times in this crate's API are these crates' types.
pub use chrono;
pub use rust_decimal;

pub use answer::{Answer, Authorization};
pub use change::{Change, Problem};
pub use command::Command;
pub use command::snapshot::{Earlier, Snapshot};
pub use conflict::Conflict;
pub use event::{Basis, Event, RecordedEvent, STORED_VERSION};
pub use hold::amounts::Amounts;
pub use hold::facts::{Closed, End, Hold, Total, Totals};
pub use hold::request::{Operation, Origin, Outcome, Request, RequestStatus};
pub use hold::requests::{MAX_REQUESTS, Requests, RequestsError};
pub use hold::state::StateKind;
pub use ids::{
    Alphabet, IdError, IdempotencyKey, KeyForm, MAX_ID_BYTES, OrderId, ProviderId, ProviderIds, Specials, StatusWord,
    Time, TransactionId,
};
pub use money::{Amount, Currency, CurrencyError, Minor, MinorError, Money, MoneyError};
pub use order::Order;
pub use payment::Payment;
pub use profile::{Profile, ProfileError};
#[cfg(feature = "http")]
pub use provider::outgoing;
pub use provider::{juspay, razorpay};
pub use rule::{RULES, Retry, Rule, RuleKind};
pub use statement::{AmountProblem, ErrorAnswer, IdProblem, Malformed, Observation};
pub use status::{Coverage, Discrepancy, OrderStatus};
pub use step::{Effect, Rejection};
pub use stored::StoredError;
pub use transaction::Transaction;
pub use typed::{State, UnexpectedState};
pub use violation::{RuleViolation, Violation};

/// What a provider and its gateways allow, and how they word it: the rows of a profile.
pub mod profiles {
    pub use crate::profile::{
        AdjustmentLimits, AmountForm, AmountNeed, AtEnd, CanonicalStatus, Capabilities, CaptureMode, Class, Confidence,
        CurrencyRow, Difference, ErrorMeaning, ErrorRow, ErrorSample, EventRow, Fact, Failure, Field, Fields, HoldLife,
        Holds, KeyNeed, KeyPlace, KeyUse, KnownWord, OpenPoint, OrderStatusRow, OrderWordRow, OutcomeRow, OverCapture,
        Part, Presence, ProfileName, ProfileRows, Reading, RequestForm, RequestWordRow, Role, SAFE_STATUSES, Sample,
        SampleText, Says, Shape, Source, StatusRow, Tolerance, Topic, VoidMode,
    };
}

/// What a payload says, subject by subject.
pub mod statements {
    pub use crate::statement::{Fate, Observation, RequestStatement, Statement, Subject, Word};
}

/// The tables by which payloads are interpreted, row by row, each with its reason and source.
pub mod interpretation {
    pub use crate::interpret::{InterpretationRow, implied_total_rows, soundness_rows, word_rows};
}

/// The states as types, and the commands that each offers.
pub mod states {
    pub use crate::typed::{
        Ask, BeingVoided, Captured, InFlight, Open, Over, State, UnexpectedState, Unheld, Unknown, Voidable,
    };
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../docs/providers.md")]
struct Providers;
