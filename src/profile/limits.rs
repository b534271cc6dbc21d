//! What a provider limits and what it tolerates: how much above the authorized amount, how many captures, how an
//! authorization is changed, how long a hold lasts, how long a key is remembered.

use std::borrow::Cow;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::hold::Operation;
use crate::ids::Time;
use crate::money::{Currency, Minor, Money};
use crate::names::names;
use crate::profile::load::{UNSURE, each, first, sure, twice};
use crate::profile::{AmountNeed, CaptureMode, ProfileError, ProfileRows, Source};

/// How much more than was authorized may be captured, of all captures of one authorization together.
///
/// Without `percent` and without `at_most` the provider names the ceiling itself, in a payload
/// (`transaction.most-captured`), and nothing is tolerated before it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OverCapture {
    /// By this many percent of the authorized amount; a fraction of a minor unit does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<u32>,
    /// And by no more than this. If there are such rows, a currency without a row has no tolerance.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub at_most: Cow<'static, [Tolerance]>,
    /// Which document says so.
    pub source: Source,
}

/// An amount that is tolerated, in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Tolerance {
    /// The ISO 4217 code.
    pub code: Cow<'static, str>,
    /// Minor units.
    pub minor: u64,
}

impl OverCapture {
    /// X at most: how much above an authorization of this amount may be captured.
    ///
    /// ```
    /// use order_capture::profiles::{Confidence, OverCapture, Source, Tolerance};
    /// use order_capture::{Currency, Money};
    /// let source = Source { document: "an example".into(), confidence: Confidence::Official };
    /// let at_most = vec![Tolerance { code: "USD".into(), minor: 7_500 }].into();
    /// let over = OverCapture { percent: Some(15), at_most, source };
    /// let usd = Currency::from_code("USD")?;
    /// assert_eq!(over.tolerance(Money::parse("100.00", usd)?).get(), 1_500);
    /// assert_eq!(over.tolerance(Money::parse("1000.00", usd)?).get(), 7_500);
    /// assert_eq!(over.tolerance(Money::inr("100.00")?).get(), 0); // no row for INR
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn tolerance(&self, authorized: Money) -> Minor {
        let percent = |percent: u32| {
            let scaled = u128::from(authorized.minor().get()).saturating_mul(percent.into());
            u64::try_from(scaled.checked_div(100).unwrap_or(0)).ok().and_then(Minor::new).unwrap_or(Minor::ZERO)
        };
        let most = match self.at_most.iter().find(|row| row.code == authorized.currency().code()) {
            Some(row) => Minor::new(row.minor).unwrap_or(Minor::ZERO),
            None if self.at_most.is_empty() && self.percent.is_some() => Minor::MAX,
            None => Minor::ZERO,
        };
        self.percent.map_or(most, |by| percent(by).min(most))
    }
}

/// Which adjustments a provider allows, if it allows any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AdjustmentLimits {
    /// Only to a higher amount.
    #[serde(default)]
    pub raise_only: bool,
    /// Only while nothing was captured.
    #[serde(default)]
    pub before_capture_only: bool,
}

impl AdjustmentLimits {
    /// Any.
    pub const NONE: Self = Self { raise_only: false, before_capture_only: false };

    /// Whether this would lower it, and it may only be raised.
    pub(crate) fn rule_out(self, authorized: Minor, total: Minor) -> bool {
        self.raise_only && total < authorized
    }
}

/// How long a hold lasts if no payload states its end, and what happens to it then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HoldLife {
    /// In seconds from the authorization; the shortest if it depends on the scheme. `None` if it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// What happens to it then.
    pub then: AtEnd,
    /// Which document says so.
    pub source: Source,
}

names! {
    /// What happens to a hold that nobody captures or voids.
    pub enum AtEnd {
        Released "released" "It is released."
        CapturedOrReleased "captured-or-released"
            "The provider captures or releases it, as the request that created the payment decided."
        BestEffort "best-effort" "It stays for a while, and a capture may fail."
    }
}

impl ProfileRows {
    /// When a hold that was authorized at this time ends, if the profile says how long one lasts: for payloads that
    /// state no deadline. Pass it with the authorization.
    ///
    /// ```
    /// # use order_capture::{Time, juspay};
    /// let authorized_at = Time::UNIX_EPOCH;
    /// assert_eq!(juspay::SIMPL.deadline(authorized_at), None); // its profile does not say how long a hold lasts
    /// ```
    #[must_use]
    pub fn deadline(&self, authorized_at: Time) -> Option<Time> {
        later(authorized_at, self.capabilities.hold.as_ref()?.seconds?)
    }

    /// Whether no capability contradicts another, and what is limited and tolerated can be.
    pub(super) fn limits(&self) -> Result<(), ProfileError> {
        let can = &self.capabilities;
        let captures = can.captures;
        let place = "capabilities";
        let exact = captures == CaptureMode::Exact && can.capture.amount != AmountNeed::Always;
        let digits = Operation::ALL.into_iter().any(|operation| can.form(operation).digits > 4);
        first([
            (exact, place, "captures that are exact contradict an amount that may be left out"),
            (digits, place, "digits above 4 contradict every ISO 4217 currency"),
        ])?;
        for operation in Operation::ALL {
            if let Some(problem) = can.form(operation).key_form.problem() {
                return Err(ProfileError::new(format_args!("{place}.{operation}.key_form"), problem));
            }
        }
        let unsaid = can.unstated_is_final && !captures.says_final();
        let one = captures.is_single() && can.most_captures.is_some_and(|most| most != 1);
        let idle = !can.adjustment && can.adjustment_limits != AdjustmentLimits::NONE;
        let all = matches!(captures, CaptureMode::Exact | CaptureMode::Full) && can.over_capture.is_some();
        let no_time = can.hold.as_ref().is_some_and(|hold| hold.seconds == Some(0));
        first([
            (unsaid, place, "a request without a final flag is final, and none can say that it is not"),
            (can.most_captures == Some(0), place, "most_captures of 0 contradicts every capture"),
            (one, place, "most_captures contradicts captures, which allows only one"),
            (idle, place, "adjustment_limits need the capability adjustment"),
            (all, place, "over_capture contradicts captures, which allows only what was authorized"),
            (no_time, place, "a hold of 0 seconds contradicts every capture"),
        ])?;
        let keys = |operation| can.form(operation).key_use.as_ref();
        let nowhere = |key: &KeyUse| (key.place == KeyPlace::None) != key.name.is_empty();
        let misplaced = Operation::ALL.into_iter().filter_map(keys).any(nowhere);
        first([(misplaced, place, "key_use: a key that travels has a name, and one that does not has none")])?;
        if let Some(over) = &can.over_capture {
            first([
                (!sure(&over.source), "capabilities.over_capture", UNSURE),
                (over.percent.is_some_and(|percent| !(1..=100).contains(&percent)), place, "percent is not 1 to 100"),
                (twice(over.at_most.iter().map(|row| &row.code)), place, "a currency occurs in at_most twice"),
            ])?;
            each! { "capabilities.over_capture.", over, row;
                at_most if Currency::from_code(&row.code).is_err() => "its code must be an ISO 4217 code";
                at_most if row.minor == 0 || Minor::new(row.minor).is_none() => "it is not an amount above zero";
            }
        }
        each! { "", self, row;
            facts if row.says.is_empty() || row.source.document.is_empty() => "it says nothing, or not who does";
        }
        Ok(())
    }
}

/// A time that is this many seconds later; `None` beyond the last possible time.
///
/// Not inlined, so that the proof of the compiled program can name it: `chrono` reads its table of 401 years at a number
/// modulo 400, and the compiler does not see that this is always within.
#[inline(never)]
fn later(time: Time, seconds: u64) -> Option<Time> {
    time.checked_add_signed(TimeDelta::try_seconds(i64::try_from(seconds).ok()?)?)
}

/// How the key of a request is sent, and how long the provider remembers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KeyUse {
    /// Where it is in the request.
    pub place: KeyPlace,
    /// The name of the header or field; empty if the key is not sent.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub name: Cow<'static, str>,
    /// For how many seconds the provider answers a repeat with the first result. `None` if it is not known. From then
    /// on, repeating a request whose outcome is unknown is `outcome-unknown`: it would be a second request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<u64>,
    /// Which document says so.
    pub source: Source,
}

impl KeyUse {
    /// Until when the provider remembers a key that is sent now, if it forgets keys.
    pub(crate) fn until(&self, now: Time) -> Option<Time> {
        later(now, self.kept?)
    }

    /// Whether the provider remembers a key. If it forgets keys, a key of unknown age counts as forgotten.
    pub(crate) fn remembers(&self, until: Option<Time>, now: Time) -> bool {
        self.kept.is_none() || until.is_some_and(|until| now < until)
    }
}

names! {
    /// Where a key is in a request.
    pub enum KeyPlace {
        Header "header" "In a header."
        Body "body" "In the body."
        None "none" "Nowhere: the provider has no keys, and the key only names the request here."
    }
}

/// A fact about a provider for the atlas, in a sentence, with its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// What it is about.
    pub about: Topic,
    /// The fact, in a sentence.
    pub says: Cow<'static, str>,
    /// Which document says so.
    pub source: Source,
}

names! {
    /// What a fact of a provider is about, in the order of the atlas.
    pub enum Topic {
        Lifecycle "lifecycle" "The way of a payment, in the provider's own words."
        Captures "captures" "How many captures an authorization takes."
        Parts "parts" "Whether a capture may be for a part."
        Final "final" "The final flag."
        Void "void" "What can be voided, and when."
        Expiry "expiry" "When a hold expires."
        OverCapture "over-capture" "Captures above the authorized amount."
        Adjustment "adjustment" "Changes of the authorized amount."
        Keys "keys" "Idempotency keys."
        Failure "failure" "Captures that fail, and captures that are reversed."
        Refunds "refunds" "Refunds."
        Amounts "amounts" "How amounts are written."
        Caller "caller" "What the profile cannot say, and the caller does."
    }
}
