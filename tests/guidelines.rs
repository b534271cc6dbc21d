//! The Rust API guidelines that apply here, held over every public type.
//!
//! The list of types is `docs/public-api.txt`, which `.ci/api` holds equal to the code.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::{Debug, Display};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::str::FromStr;

use order_capture::interpretation::*;
use order_capture::juspay::UnknownGateway;
use order_capture::outgoing::{Credentials, Host, JuspayCall, OutgoingError, RazorpayCall};
use order_capture::profiles::*;
use order_capture::statements::*;
use order_capture::states::*;
use order_capture::strategies::{History, Seen};
use order_capture::*;

const API: &str = include_str!("../docs/public-api.txt");

/// Names without modules and parameters: `order_capture::outgoing::Host` is `Host`.
fn short(path: &str) -> &str {
    let path = path.rsplit("::").next().unwrap();
    path.split(['<', '(', ' ', '{']).next().unwrap()
}

/// Every public type.
fn types() -> BTreeSet<&'static str> {
    let starts = ["pub struct ", "pub enum ", "#[non_exhaustive] pub struct ", "#[non_exhaustive] pub enum "];
    let name = |line: &'static str| starts.iter().find_map(|start| line.strip_prefix(start)).map(short);
    API.lines().filter_map(name).collect()
}

/// Every public type that implements a trait.
fn implementing(of: &str) -> BTreeSet<&'static str> {
    let name = |line: &'static str| {
        let (head, of_type) = line.strip_prefix("impl")?.split_once(" for order_capture::")?;
        let path = head.rsplit("> ").next()?.trim();
        (path.split('<').next()? == of).then(|| short(of_type))
    };
    API.lines().filter_map(name).collect()
}

/// C-SEND-SYNC; and values may cross a `catch_unwind`, since nothing here has a state behind a reference.
macro_rules! every_type {
    ($($name:ident $(<$lifetime:lifetime>)?),+ $(,)?) => {
        #[test]
        fn every_type_may_go_to_another_thread() {
            fn holds<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe>() {}
            $(holds::<$name>();)+
            let listed = BTreeSet::from([$(stringify!($name)),+]);
            assert_eq!(listed, types(), "left: this list; right: docs/public-api.txt");
        }
    };
}

every_type! {
    AdjustmentLimits, Allowed, Alphabet, Amount, AmountForm, AmountNeed, Amounts, Answer, AtEnd, Authorization,
    Basis, BeingVoided, BoundCommand, CanonicalStatus, Capabilities, CaptureMode, Captured, Change, Closed, Command,
    Confidence, Conflict, Coverage, Credentials, Currency, CurrencyError, CurrencyRow, Discrepancy, Earlier, Effect,
    End, ErrorAnswer, ErrorMeaning, ErrorRow, ErrorSample, Event, EventRow, Fact, Failure, Fate, Field, Fields,
    GivenText, History, Hold, HoldLife, Holds, Host, IdError, IdempotencyKey, InFlight, InterpretationRow, JuspayCall,
    KeyForm, KeyNeed, KeyPlace, KeyUse, KnownWord, Malformed, Minor, Money, MoneyError, Observation, Open, Operation,
    Order, OrderId, OrderStatus, OrderStatusRow, Origin, Outcome, OutcomeRow, OutgoingError, Over, OverCapture, Part,
    Payment, Poll, Presence, Problem, Profile, ProfileError, ProfileName, ProfileRows, ProviderId, ProviderIds,
    RazorpayCall, Reading, RecordedEvent, Rejection, Report, Request, RequestForm, RequestStatement, RequestStatus,
    RequestWordRow, Requests, Retry, Reversal, Role, Rule, RuleKind, RuleViolation, Sample, SampleText,
    Says, Seen, Shape, Snapshot, Source, Specials, State, StateKind, Statement, StatusRow, StatusWord,
    Subject, Tolerance, Topic, Total, TotalSays, Totals, Transaction, TransactionId, UnexpectedState, Unheld, Unknown,
    UnknownGateway, Violation, VoidMode, Voidable, Word,
}

/// C-COMMON-TRAITS: all can be cloned and shown; all but borrowed views can be compared.
#[test]
fn every_type_has_the_common_traits() {
    let all = types();
    assert!(all.len() > 80, "the list is read: {}", all.len());
    assert_eq!(all.difference(&implementing("core::fmt::Debug")).collect::<Vec<_>>(), Vec::<&&str>::new());
    let uncloned: Vec<_> = all.difference(&implementing("core::clone::Clone")).copied().collect();
    assert_eq!(uncloned, Vec::<&str>::new());
    let compared = implementing("core::cmp::PartialEq");
    let views = [
        "BoundCommand",
        "BeingVoided",
        "Captured",
        "InFlight",
        "Open",
        "Over",
        "State",
        "Unheld",
        "Unknown",
        "Voidable",
    ];
    let uncompared: Vec<_> = all.difference(&compared).copied().filter(|name| !views.contains(name)).collect();
    assert_eq!(uncompared, ["JuspayCall", "RazorpayCall"], "what is not compared");
    assert_eq!(compared, implementing("core::cmp::Eq"), "equality is total: there is no float");
}

/// C-GOOD-ERR, by the list of names: an error can be shown, boxed, cloned and compared.
#[test]
fn every_error_is_an_error() {
    let errors = implementing("core::error::Error");
    let named: BTreeSet<_> = types()
        .into_iter()
        .filter(|name| {
            name.ends_with("Error")
                || ["Problem", "Rejection", "Conflict", "Malformed", "RuleViolation", "Violation", "UnknownGateway"]
                    .contains(name)
        })
        .collect();
    assert!(named.is_subset(&errors), "{:?}", named.difference(&errors));
    for of in ["core::fmt::Display", "core::clone::Clone", "core::cmp::PartialEq"] {
        assert!(errors.is_subset(&implementing(of)), "{of}: {:?}", errors.difference(&implementing(of)));
    }
}

/// C-SERDE: what is written can be read. Only what is derived, or told to another program, is written and never read.
#[test]
fn what_is_written_can_be_read() {
    let written = implementing("serde_core::ser::Serialize");
    let read = implementing("serde_core::de::Deserialize");
    let told =
        ["Amounts", "Conflict", "Discrepancy", "OrderStatus", "Problem", "Rejection", "RuleViolation", "Violation"];
    assert_eq!(written.difference(&read).copied().collect::<Vec<_>>(), told);
    assert_eq!(read.difference(&written).copied().collect::<Vec<_>>(), Vec::<&str>::new());
    for stored in ["RecordedEvent", "Event", "Transaction", "Order", "Profile", "Money", "Currency"] {
        assert!(written.contains(stored), "{stored}");
    }
}

/// Text that a type shows is text that it reads.
#[test]
fn what_is_shown_can_be_parsed() {
    fn there_and_back<T: FromStr<Err: Debug> + Display + PartialEq + Debug>(text: &str) {
        let value: T = text.parse().unwrap();
        assert_eq!(value.to_string(), text);
    }
    there_and_back::<Currency>("INR");
    there_and_back::<Money>("60.00 INR");
    there_and_back::<IdempotencyKey>("k-1");
    there_and_back::<OrderId>("o-1");
    there_and_back::<TransactionId>("t-1");
    there_and_back::<ProviderId>("p-1");
    there_and_back::<StatusWord>("NEW");
    there_and_back::<ProfileName>("acme");
    assert_eq!(implementing("core::str::traits::FromStr").len(), 8, "a new one belongs in this test");
}

/// C-DEBUG-NONEMPTY, for the values that hold nothing.
#[test]
fn nothing_shows_as_nothing() {
    let order = Order::new("o-1".parse().unwrap(), Money::inr("1.00").unwrap());
    let payment = order.transaction("t-1".parse().unwrap(), &juspay::SIMPL);
    let shown = [
        format!("{:?}", payment.state()),
        format!("{:?}", Command::capture()),
        format!("{:?}", Totals::default()),
        format!("{:?}", Requests::default()),
        format!("{:?}", ProviderIds::default()),
        format!("{:?}", Minor::ZERO),
        format!("{:?}", Observation::default()),
        format!("{:?}", Currency::INR),
    ];
    assert!(shown.iter().all(|text| text.len() > 2), "{shown:?}");
}

/// A secret does not reach a log by way of `Debug`.
#[test]
fn credentials_show_no_secret() {
    let credentials = Credentials::juspay("the-api-key");
    assert!(!format!("{credentials:?}").contains("the-api-key"));
    let credentials = Credentials::razorpay("the-id", "the-secret");
    assert!(!format!("{credentials:?}").contains("the-secret"));
}

/// An error that was caused by another says so, and says it once.
#[test]
fn errors_keep_their_source() {
    let problem = IdempotencyKey::check(&"k".repeat(300)).unwrap_err();
    let violation = Violation::IdempotencyKeyMalformed { operation: Operation::Capture, problem };
    assert!(violation.source().is_some() || violation.to_string().contains("300"), "{violation:?}");
    let conflict = Conflict::CapturedAfterVoid { captured: Money::inr("1.00").unwrap() };
    let rejection = Rejection::Conflict(conflict.clone());
    assert_eq!(rejection.to_string(), conflict.to_string(), "passed through, not wrapped");
    let wrong = Currency::from_str("XX").unwrap_err();
    assert!(!wrong.to_string().ends_with('.') && wrong.to_string().contains("'XX'"), "{wrong}");
}
