//! The rules as data: one entry per code, with what must hold, why, what is reported, and what to do.
//!
//! | file | rules of |
//! |---|---|
//! | `requests` | requests to the provider |
//! | `observations` | what a provider says: conflicts, and texts that cannot be read |
//! | `orders` | what should add up in an order |
//! | `invariants` | logs, and what holds at every moment: INV-1 to INV-15 |

mod invariants;
mod observations;
mod orders;
mod requests;

use std::fmt::{self, Write as _};

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::names::names;

pub(crate) use invariants::*;
pub(crate) use observations::*;
pub(crate) use orders::*;
pub use requests::RULES;
pub(crate) use requests::*;

/// Whether sending a refused request again can help, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retry {
    /// Repeating cannot help.
    Never,
    /// A corrected request can be accepted.
    Corrected,
    /// It may be allowed once the outstanding result is known: decide again then.
    Later,
}

impl Retry {
    /// The advice in words.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Never => "repeating cannot help",
            Self::Corrected => "correct the request, then send it",
            Self::Later => "wait for or fetch the outstanding result, then decide again",
        }
    }
}

names! {
    /// What a broken rule leads to. The name is the word for the result.
    pub enum RuleKind {
        Violation "refused" "The request must not be sent: it is *refused*."
        Conflict "conflict"
            "The provider says something that cannot be true here: a *conflict*. Nothing changes, and a person decides."
        Rejection "rejected" "The event is not accepted: it is *rejected*."
        Malformed "malformed" "The text, amount or stored form cannot be read: it is *malformed*."
        Discrepancy "discrepancy"
            "Something does not add up in an order: a *discrepancy* is shown with its status, and nothing changes."
        Invariant "invariant" "Nothing is answered: it holds at every moment, and tests check it."
    }
}

/// One rule: what must hold, why, and what to do if it does not.
///
/// ```
/// use order_capture::{Retry, Rule};
/// let rule = Rule::of("outcome-unknown").ok_or("no such rule")?;
/// assert_eq!(
///     rule.sentence,
///     "While the outcome of a request is unknown, only the same request may be repeated; a capture, only before the deadline.",
/// );
/// assert_eq!(rule.retry, Some(Retry::Later));
/// assert!(rule.explain().contains("Juspay, Capture API"));
/// assert_eq!(Rule::of("no-such-code"), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// The stable code.
    pub code: &'static str,
    /// What a broken rule leads to; several kinds if a code serves several. The first is the usual one.
    pub kinds: &'static [RuleKind],
    /// Whether repeating can help, unless state or amounts say otherwise: then [`RuleViolation::retry`](crate::RuleViolation::retry)
    /// does. `None` if nothing was requested.
    pub retry: Option<Retry>,
    /// Which document says so, and where in it.
    pub source: &'static str,
    /// What must hold, in one sentence.
    pub sentence: &'static str,
    /// What goes wrong without it.
    pub why: &'static str,
    /// Which numbers and names the answer carries.
    pub reports: &'static str,
    /// What to do next; of an invariant, which file holds it.
    pub next: &'static str,
}

impl Rule {
    /// The rule of a code, whatever is answered with it; or an invariant, `INV-1`.
    #[must_use]
    pub fn of(code: &str) -> Option<&'static Self> {
        Self::all().find(|rule| rule.code == code)
    }

    /// Every rule, each code once: [`RULES`], then those of observations, of logs and of orders, and the invariants.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        RULES.iter().chain(CONFLICTS).chain(MALFORMED).chain(REJECTIONS).chain(DISCREPANCIES).chain(INVARIANTS)
    }

    /// The whole entry as text, one line per fact.
    pub fn explain(&self) -> String {
        let mut text = format!("{} (", self.code);
        for (index, kind) in self.kinds.iter().enumerate() {
            text.push_str(if index > 0 { ", " } else { "" });
            text.push_str(kind.as_str());
        }
        let _infallible = write!(text, ")\n{}\n", self.sentence);
        for (name, line) in [
            ("why:", self.why),
            ("reports:", self.reports),
            (if matches!(self.kinds, [RuleKind::Invariant]) { "where:" } else { "next:" }, self.next),
            ("retry:", self.retry.map_or("", Retry::advice)),
            ("source:", self.source),
        ] {
            if !line.is_empty() {
                let _infallible = writeln!(text, "  {name:<9}{line}");
            }
        }
        text
    }

    /// The form in which a broken rule is reported to another program: code, text, profile, numbers, advice, source.
    pub(crate) fn report<S: Serializer>(
        &self,
        serializer: S,
        text: &dyn fmt::Display,
        numbers: &impl Serialize,
        profile: Option<&str>,
    ) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Report", 6)?;
        fields.serialize_field("code", self.code)?;
        fields.serialize_field("text", &format!("{text}"))?;
        fields.serialize_field("profile", &profile)?;
        fields.serialize_field("numbers", numbers)?;
        fields.serialize_field("advice", self.next)?;
        fields.serialize_field("source", self.source)?;
        fields.end()
    }
}

/// A list of rules: code, kinds, source, and what a person wants to know.
macro_rules! rules {
    (
        $(#[$doc:meta])* $visibility:vis $list:ident;
        $($name:ident: $code:literal, [$($kind:ident),+], $retry:expr, $source:expr;
            must $sentence:literal
            why $why:literal
            reports $reports:literal
            next $next:literal)+
    ) => {
        $(
            #[doc = $sentence]
            pub(crate) const $name: $crate::rule::Rule = $crate::rule::Rule {
                code: $code,
                kinds: &[$($crate::rule::RuleKind::$kind),+],
                retry: $retry,
                source: $source,
                sentence: $sentence,
                why: $why,
                reports: $reports,
                next: $next,
            };
        )+

        $(#[$doc])*
        $visibility const $list: &[$crate::rule::Rule] = &[$($name),+];
    };
}

use rules;

/// An error with a variant for each way to break a rule: a row gives the variant, its rule, its amounts and its text, and in
/// brackets what the text takes from elsewhere. `or` passes another error through. With `numbers` it serializes as a report.
macro_rules! broken {
    (
        $(#[$meta:meta])* pub enum $error:ident, numbers $numbers:tt $(, or $other:ident($inner:ty) $says:literal)?;
        $($name:ident $rule:ident $({ $($field:ident: $type:ty $(as $with:literal)?),+ })? $text:literal $([$($value:tt)+])?)+
    ) => {
        $(#[$meta])*
        #[derive(thiserror::Error)]
        #[allow(missing_docs, reason = "the text says what each field is")]
        pub enum $error {
            $(
                #[doc = $says]
                #[error(transparent)]
                $other(#[from] $inner),
            )?
            $(
                #[doc = $text]
                #[error($text $(, $($value)+)?)]
                $name $({ $($(#[serde(serialize_with = $with)])? $field: $type,)+ })?,
            )+
        }

        impl $error {
            /// The rule that is broken.
            pub const fn rule(&self) -> &'static $crate::rule::Rule {
                match self {
                    $(Self::$other(error) => error.rule(),)?
                    $(Self::$name { .. } => &$crate::rule::$rule,)+
                }
            }

            /// The stable code.
            pub const fn code(&self) -> &'static str {
                self.rule().code
            }

            #[cfg($numbers)]
            pub(crate) fn numbers(&self) -> serde_json::Value {
                match self {
                    $(Self::$other(error) => error.numbers(),)?
                    $(Self::$name $({ $($field),+ })? => serde_json::json!({ $($(stringify!($field): $field),+)? }),)+
                }
            }
        }

        #[cfg($numbers)]
        impl serde::Serialize for $error {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.rule().report(serializer, self, &self.numbers(), None)
            }
        }
    };
}

pub(crate) use broken;
