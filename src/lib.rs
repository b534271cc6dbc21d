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
//! # The lifecycle
//!
#![doc = include_str!("../docs/pictures/lifecycle.uri")]
//!
//! [`State`] has a variant for each; [`Transaction::state`] gives it, and a command exists only on the variants where it
//! is legal. At every moment authorized = captured + pending + released + held ([`Amounts`]). A capture whose answer never
//! came stays pending until an observation settles it.
//!
//! # What to call
//!
//! | you have | call | and get |
//! |---|---|---|
//! | an authorization | [`authorized`] | an [`Event`] |
//! | a wish to capture, void or refund | [`Transaction::capture`], [`Transaction::void`], [`Transaction::refund`] | a [`Decision`], or a [`Refusal`] |
//! | the gateway's answer, or none | [`Transaction::answered`] with a [`Reply`] | an [`Event`] |
//! | a response, webhook or poll as text | [`Profile::observation`], then [`Transaction::interpret`] | a [`Verdict`] with events |
//! | an HTTP error | [`ErrorAnswer::read`], then [`Transaction::interpret_error`] | a [`Verdict`] with events |
//! | an event | [`Transaction::record`], [`Transaction::apply`] | what to store |
//! | a stored log | [`Transaction::replay`] | the transaction |
//! | all transactions of an order | [`OrderStatus::of`] | what the order has come to, and the provider's word |
//! | amounts, and a state machine of your own | [`Position::from_amounts`], [`Position::check_capture`] | the same rules |
//! | a code | [`Rule::of`] | what must hold, why, what to do, who says so |
//!
//! # The modules
//!
//! A file imports only what stands above it in this table.
//!
//! | file | job |
//! |---|---|
//! | `rule` | every code: sentence, why, numbers, next step, source |
//! | `money`, `currency`, `ids` | exact amounts, currencies with their digits, names |
//! | `state`, `request`, `requests`, `ledger`, `typed` | the amounts, the state that follows from them, its typed view |
//! | `event`, `transaction`, `transition` | what is recorded, and the one step function |
//! | `conflict`, `refusal` | what cannot be true, what must not be sent, with numbers |
//! | `profile` | what a gateway can do and how it spells it: a value |
//! | `command` | the rules, a function each (`check`), and their order (`order_of_checks`) |
//! | `observation`, `interpret` | what a provider says, and what it changes |
//! | `status` | what an order has come to |
//! | `provider` | the tables and payloads of Juspay and Razorpay; `outgoing` words requests (feature `http`) |
//! | `stored` | the stored form |
//! | `strategies` | random histories and payloads for property tests (feature `proptest`) |

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
mod requests;
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
pub use request::{Operation, Origin, Request, RequestStatus};
pub use requests::{MAX_REQUESTS, Requests, RequestsError};
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
