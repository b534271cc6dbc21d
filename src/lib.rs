//! The rules of capturing money that a payer has authorized.
//!
//! A transaction is a list of events, which are stated facts. Amounts and states follow from them.
//! [`Transaction::apply`] is the one function that builds a state, live and in replay. A command, an answer and a
//! provider's payload each give a [`Change`]: the events to store, and the payment that follows from them. If a rule
//! refuses a command, the [`RuleViolation`] has the amounts, a code, advice and a source.
//!
//! The crate sends nothing, stores nothing and reads no clock: you do, and you pass the time. The repository has guides to
//! the first questions in `docs`: a capture that timed out, deadlines, webhooks, conflicts, moving payments in, upgrades.
//!
//! ```
//! use std::time::Duration;
//! use order_capture::{Authorization, Change, Money, Order, Payment, State, Time, juspay};
//!
//! /// Your part: store the events in one database transaction, then continue with the payment that follows from them.
//! fn store<'a>(change: Change<'a>) -> Result<Payment<'a>, Box<dyn std::error::Error>> {
//!     println!("{}", serde_json::to_string(change.events())?);
//!     Ok(change.into_payment())
//! }
//!
//! let order = Order::new("o-1".parse()?, Money::inr("100.00")?);
//! let payment = order.transaction("t-1".parse()?, juspay::gateway("CYBERSOURCE")?);
//! let now = Time::UNIX_EPOCH; // time is an argument
//! let granted = Authorization::of(Money::inr("100.00")?).capture_before(now + Duration::from_secs(7 * 24 * 60 * 60));
//! let payment = store(payment.authorized(granted, now)?)?;
//! let change = match payment.state() {
//!     State::Authorized(hold) | State::PartiallyCaptured(hold) => hold.capture(Money::inr("40.00")?).key("k1").at(now)?,
//!     State::CaptureUnknown(unknown) => unknown.again(now)?, // this state offers nothing but the same capture
//!     other => return Err(other.into()),
//! };
//! assert!(change.to_send().is_some()); // after it is stored, send this request
//! let payment = store(change)?;
//! assert_eq!(payment.state().kind().as_str(), "capturing");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Pass the deadline of every authorization with [`Authorization::capture_before`]: without one, a hold is never refused
//! for its age. Short examples on single methods leave it out, because no time passes in them.
//!
//! # The lifecycle
//!
#![doc = include_str!("../docs/pictures/lifecycle.uri")]
//!
//! [`Payment::state`] gives the state as a type, and a command exists only on the types where it can be legal. At every
//! moment authorized = captured + pending + released + held ([`Amounts`]); what a provider lets you capture beyond that is
//! counted apart. A capture that timed out stays pending until its outcome is known.
//!
//! # What to call
//!
//! | you have | call | and get |
//! |---|---|---|
//! | an order | [`Order::transaction`], [`Order::replay`], [`Order::resume`] | a [`Payment`]; [`Payment::beside`] adds the order's other transactions |
//! | an authorization, or its failure, adjustment, expiry | [`Payment::authorized`] and its neighbours | a [`Change`], or a [`Problem`] |
//! | an intent to capture, void or refund | [`Payment::state`], [`Payment::captured`]; [`Payment::ask`] if the state is not known | a [`Change`], or a [`Problem`]: the [`RuleViolation`] |
//! | the gateway's answer, or none | [`Payment::answered`] with an [`Answer`] | a [`Change`], or a [`Problem`] |
//! | a response, webhook or poll as text | [`Payment::read`]; [`Transaction::poll`] before a poll that may be fresh | a [`Change`], or a [`Problem`] |
//! | an HTTP error | [`Profile::error`], then [`Payment::provider_error`] | a [`Change`], or a [`Problem`] |
//! | what a person found out | [`Payment::reported`], [`Payment::reversed`] | a [`Change`], or a [`Problem`] |
//! | a request whose outcome is unknown | [`Payment::again`] | a [`Change`] with the same request to send, or a [`Problem`] |
//! | a stored log | [`Order::replay`], or event by event [`Transaction::apply`] | the payment |
//! | all transactions of an order | [`OrderStatus::of`] | the status of the order, and the provider's word |
//! | amounts, and a state machine of your own | [`Snapshot::from_amounts`], [`Snapshot::check`] | the same rules |
//! | a code | [`Rule::of`] | what must hold, why, what to do, who says so |
//!
//! # The public modules
//!
//! | module | answers |
//! |---|---|
//! | [`juspay`], [`razorpay`] | which profile is mine? |
//! | [`states`] | what may I do in this state? |
//! | [`statements`] | what did that payload say, and about whom? |
//! | [`profiles`] | what can a provider do, and how do I describe one? |
//! | [`interpretation`] | why did a word change that? |
#![cfg_attr(feature = "http", doc = "| [`outgoing`] | how is this request worded for the provider? |")]
#![cfg_attr(feature = "proptest", doc = "| [`strategies`] | does my own code agree with these rules? |")]
//!
//! # Features
//!
//! All are off by default.
//!
//! | feature | brings |
//! |---|---|
//! | `http` | the module `outgoing`: requests to Juspay and Razorpay as `http::Request` values |
//! | `proptest` | the module `strategies`: random orders, logs and payloads for property tests |
//! | `schema` | `schemars::JsonSchema` for `profiles::ProfileRows` |
//!
//! # The files
//!
//! A file imports only from files above it in this table.
//!
//! | file | job |
//! |---|---|
//! | `rule` | every code: sentence, why, numbers, next step, source |
//! | `money`, `ids` | exact amounts, currencies with their digits; names and keys |
//! | `hold` | the facts of an authorization, the amounts and the state that follow |
//! | `order`, `event` | what is to be paid; what is recorded |
//! | `conflict`, `rejection` | statements that cannot be true, and events that cannot follow, with their amounts |
//! | `transaction`, `step` | a transaction, and the one step function |
//! | `stored` | the stored form |
//! | `statement`, `profile` | what a payload says, subject by subject; what a provider allows, its words, how its payloads are read |
//! | `read` | from text to statements, by the readings of a profile |
//! | `violation`, `command` | the rules, a function each (`check`), and their order (`order_of_checks`) |
//! | `change`, `payment`, `answer`, `correction`, `typed` | commands, answers and facts in each state, and the changes that they give |
//! | `interpret` | what a payload changes |
//! | `status` | the status of an order, derived |
//! | `provider` | the rows of Juspay and Razorpay; `outgoing` builds requests (feature `http`) |
//! | `strategies` | random histories and payloads for property tests (feature `proptest`) |
#![cfg_attr(docsrs, feature(doc_cfg))]

/// How examples begin, hidden: it is `now`, and `payment` holds the 100.00 INR of `order`.
macro_rules! held {
    () => {
        r#"# use order_capture::*;
# let (now, order) = (Time::UNIX_EPOCH, Order::new("o-1".parse()?, Money::inr("100.00")?));
# let payment = order.transaction("t-1".parse()?, &juspay::SIMPL);
# let payment = payment.authorized(Money::inr("100.00")?, now)?.into_payment();"#
    };
}

mod answer;
mod change;
mod command;
mod conflict;
mod correction;
mod event;
#[cfg(doctest)]
mod guides;
mod hold;
mod ids;
mod interpret;
mod money;
mod names;
mod order;
mod payment;
mod profile;
mod provider;
mod read;
mod rejection;
mod rule;
mod statement;
mod status;
mod step;
mod stored;
#[cfg(feature = "proptest")]
#[cfg_attr(docsrs, doc(cfg(feature = "proptest")))]
pub mod strategies;
mod transaction;
mod typed;
mod violation;

/// Decimals and times in this crate's API are these crates' types.
pub use chrono;
pub use rust_decimal;

pub use answer::{Answer, Authorization};
pub use change::{Change, Problem};
pub use command::snapshot::{Earlier, Snapshot};
pub use command::{Allowed, Command};
pub use conflict::Conflict;
pub use correction::{Report, Reversal};
pub use event::{Basis, Event, RecordedEvent, STORED_VERSION};
pub use hold::{
    Amounts, Closed, End, Hold, MAX_REQUESTS, Operation, Origin, Outcome, Request, RequestStatus, Requests, StateKind,
    Total, TotalSays, Totals,
};
pub use ids::{
    Alphabet, IdError, IdempotencyKey, KeyForm, MAX_ID_BYTES, OrderId, ProviderId, ProviderIds, Specials, StatusWord,
    Time, TransactionId,
};
pub use money::{Amount, Currency, CurrencyError, GivenText, Minor, Money, MoneyError};
pub use order::Order;
pub use payment::Payment;
pub use profile::{Profile, ProfileError};
#[cfg(feature = "http")]
#[cfg_attr(docsrs, doc(cfg(feature = "http")))]
pub use provider::outgoing;
pub use provider::{juspay, razorpay};
pub use rejection::Rejection;
pub use rule::{RULES, Retry, Rule, RuleKind};
pub use statement::{ErrorAnswer, Malformed, Observation};
pub use status::{Coverage, Discrepancy, OrderStatus};
pub use step::Effect;
pub use transaction::{Poll, Transaction};
pub use typed::{State, UnexpectedState};
pub use violation::{RuleViolation, Violation};

/// What can a provider do, and how do I describe one? The rows of a profile.
///
/// A [`Profile`] is a value: what a gateway can do ([`Capabilities`](profiles::Capabilities)), the words that it uses
/// ([`StatusRow`](profiles::StatusRow)), how its errors read ([`ErrorRow`](profiles::ErrorRow)), how its payloads are read
/// ([`Reading`](profiles::Reading)), and samples that hold all of it to account ([`Sample`](profiles::Sample)). Together they are
/// [`ProfileRows`](profiles::ProfileRows), which JSON is read into.
///
/// Next: [`Profile::from_json`] loads and checks one; [`juspay`] and [`razorpay`] are built in; the folder `profiles` of the
/// repository has more, and `docs/providers.md` there says how to write one.
///
/// ```
/// use order_capture::profiles::{CanonicalStatus, CaptureMode};
/// use order_capture::{juspay, razorpay};
/// assert_eq!(razorpay::PROFILE.capabilities.captures, CaptureMode::Exact);
/// assert_eq!(juspay::SIMPL.word_for(CanonicalStatus::PartiallyCharged), "PARTIAL_CHARGED");
/// ```
pub mod profiles {
    pub use crate::profile::{
        AdjustmentLimits, AmountForm, AmountNeed, AtEnd, CanonicalStatus, Capabilities, CaptureMode, Confidence,
        CurrencyRow, ErrorMeaning, ErrorRow, ErrorSample, EventRow, Fact, Failure, Field, Fields, HoldLife, Holds,
        KeyNeed, KeyPlace, KeyUse, KnownWord, OrderStatusRow, OutcomeRow, OverCapture, Part, Presence, ProfileName,
        ProfileRows, Reading, RequestForm, RequestWordRow, Role, SAFE_STATUSES, Sample, SampleText, Says, Shape,
        Source, StatusRow, Tolerance, Topic, VoidMode,
    };
}

/// What did that payload say, and about whom? Statements, subject by subject.
///
/// [`Profile::statements`] reads a text into an [`Observation`]: statements about the order, about this transaction,
/// about the order's other transactions, and about each capture, void and refund. A statement about one subject says
/// nothing about another.
///
/// Next: [`Payment::observe`] says what it changes. `ProfileRows::told` prints an observation in lines.
///
/// ```
/// use order_capture::{Currency, juspay};
/// let text = r#"{"order_id":"o-1","status":"PARTIAL_CHARGED","amount":100,"captured_amount":40}"#;
/// let said = juspay::SIMPL.statements(text, Currency::INR)?;
/// assert_eq!(said.order.captured.map(|minor| minor.get()), Some(4_000)); // about the order
/// assert_eq!(said.transaction.captured, None); // the payload states nothing about the transaction
/// # Ok::<(), order_capture::Malformed>(())
/// ```
pub mod statements {
    pub use crate::statement::{Fate, Observation, RequestStatement, Statement, Subject, Word};
}

/// Why did a word change that? The tables by which observations are interpreted, each row with its reason and source.
///
/// [`validation_rows`](interpretation::validation_rows) say what makes a payload a conflict,
/// [`implied_total_rows`](interpretation::implied_total_rows) what a word without a total is worth, and
/// [`word_rows`](interpretation::word_rows) what else a word does. The first row that applies decides.
///
/// Next: [`Payment::observe`] follows them. They are here to be printed, for a support tool for example.
pub mod interpretation {
    pub use crate::interpret::{InterpretationRow, implied_total_rows, validation_rows, word_rows};
}

/// What may I do in this state? The states as types, each with the commands that can be legal in it.
///
/// [`Payment::state`] gives a [`State`]. States that permit the same share a type: [`Open`](states::Open) for authorized and partially
/// captured, [`Unknown`](states::Unknown) for the two in which only the same request may be sent again. What is never legal in a state
/// does not exist on its type, so it does not compile. A command gives a [`BoundCommand`](states::BoundCommand), and [`BoundCommand::at`](states::BoundCommand::at) judges
/// it at a time.
///
/// Next: [`Payment::captured`] for refunds, which do not depend on the state; [`Payment::ask`] where the command comes from outside;
/// [`StateKind`] for the state by name.
///
/// ```
/// use order_capture::{Authorization, Money, Order, State, Time, juspay};
/// # let (now, deadline) = (Time::UNIX_EPOCH, Time::UNIX_EPOCH + std::time::Duration::from_secs(604_800));
/// let order = Order::new("o-1".parse()?, Money::inr("100.00")?);
/// let payment = order.transaction("t-1".parse()?, &juspay::SIMPL);
/// let granted = Authorization::of(Money::inr("100.00")?).capture_before(deadline);
/// let payment = payment.authorized(granted, now)?.into_payment();
/// let State::Authorized(open) = payment.state() else { panic!() };
/// assert!(open.capture(Money::inr("40.00")?).key("k1").at(now).is_ok());
/// assert_eq!(open.capture(Money::inr("140.00")?).key("k1").at(now).unwrap_err().code(), "exceeds-capturable");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub mod states {
    pub use crate::typed::{
        BeingVoided, BoundCommand, Captured, InFlight, Open, Over, State, UnexpectedState, Unheld, Unknown, Voidable,
    };
}
