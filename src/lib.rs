//! The rules of capturing money that a payer has authorized.
//!
//! A transaction is a list of events; [`Transaction::apply`] is the one function that builds its state, live and in
//! replay. Commands check a provider's rules in their published order and answer with an event or with a refusal that
//! has numbers, a code, advice and a source. Payloads become observations, and observations become events.
//!
//! ```
//! use order_capture::*;
//!
//! let order = Order::new("o-1".parse()?, Money::parse("100.00", Currency::INR)?);
//! let profile = juspay::gateway("CYBERSOURCE");
//! let now = Time::UNIX_EPOCH;
//! let mut txn = Transaction::created("t-1".parse()?);
//!
//! let log = txn.record(authorized(&order, order.amount().into(), None)?, now, None)?;  // store what this gives
//! let State::Authorized(held) = txn.state() else { panic!() };                          // typed: capture exists only here
//! let ask = CaptureRequest::of(Money::parse("140.00", Currency::INR)?).key("k1");
//! let refusal = held.capture(&ask, &order, profile, now).unwrap_err();
//! assert_eq!(refusal.to_string(), "140.00 INR is asked and 100.00 INR of 100.00 INR is capturable");
//! assert_eq!(refusal.code(), "exceeds-capturable");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where to look
//! | question | file |
//! |---|---|
//! | what is an amount, what is exact? | `money`, `currency` |
//! | which states are there, and what is legal where? | `state`, `typed`, and the last lines of `command/ask` |
//! | how does a state follow from the amounts? | `ledger` |
//! | what follows on what? | `transition` |
//! | which rules are there, in which order? | `rule`, `command/order_of_checks`, `command/check` |
//! | what can a provider do, how does it spell it? | `profile`, `provider/juspay`, `provider/razorpay` |
//! | how is a request worded? | `provider/outgoing`, feature `http` |
//! | what does a payload change? | `interpret` |
//! | what has an order come to? | `status` |
//! | what is stored? | `event`, `stored` |

mod command;
mod conflict;
mod currency;
mod event;
#[cfg(doctest)]
mod guides;
mod ids;
mod interpret;
mod ledger;
mod money;
mod observation;
mod order;
mod profile;
mod provider;
mod refusal;
mod request;
mod rule;
mod state;
mod status;
mod stored;
#[cfg(feature = "proptest")]
pub mod strategies;
mod transaction;
mod transition;
mod typed;

/// Decimals and times in this crate's API are these crates' types.
pub use chrono;
pub use rust_decimal;

pub use command::answer::{Reply, authorized, check_authorized_equals_order};
pub use command::ask::{CaptureRequest, Decision, RefundRequest, VoidRequest};
pub use command::position::Position;
pub use conflict::Conflict;
pub use currency::{Currency, CurrencyError};
pub use event::{Event, Outcome, Recorded, STORED_VERSION};
pub use ids::{
    IdError, IdempotencyKey, MAX_ID_BYTES, OrderId, ProviderId, ProviderIds, StatusWord, Time, TransactionId,
};
pub use interpret::{OrderContext, Verdict};
pub use ledger::{Amounts, Ledger};
pub use money::{Amount, Minor, Money, MoneyError};
pub use observation::{AmountProblem, ErrorAnswer, IdProblem, Malformed, Observation, SeenCapture};
pub use order::Order;
pub use profile::{
    AmountForm, AmountRequired, Capabilities, Captures, Class, Confidence, CurrencyRow, ErrorRow, EventRow,
    FailedCapture, FieldMap, GatewayReply, Meaning, OrderStatusRow, OutcomeRow, Payload, Profile, ProfileError,
    Settles, Source, StatusRow, VoidSupport,
};
#[cfg(feature = "http")]
pub use provider::outgoing;
pub use provider::{juspay, razorpay};
pub use refusal::Refusal;
pub use request::{MAX_REQUESTS, Operation, Origin, Request, RequestStatus, Requests, RequestsError};
pub use rule::{RULES, Retry, Rule, RuleKind};
pub use state::StateKind;
pub use status::{Coverage, OrderStatus};
pub use stored::StoredError;
pub use transaction::Transaction;
pub use transition::{Effect, Rejection};
pub use typed::{
    Authorized, CaptureFailed, CaptureInitiated, Capturing, Charged, Created, Expired, Failed, PartiallyCaptured,
    State, VoidFailed, VoidInitiated, Voided, Voiding,
};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../docs/providers.md")]
struct Providers;
