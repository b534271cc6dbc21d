//! The rules as data: one entry a code, with what must hold, why, what is reported, and what to do.
//!
//! | file | rules of |
//! |---|---|
//! | `requests` | what is asked of the provider: refusals |
//! | `observations` | what a provider says: conflicts, and texts that cannot be read |
//! | `invariants` | logs and stored forms, and what holds at every moment: INV-1 to INV-13 |

mod invariants;
mod observations;
mod requests;

use std::fmt::Write as _;

pub(crate) use invariants::*;
pub(crate) use observations::*;
pub use requests::RULES;
pub(crate) use requests::*;

/// Whether sending a refused request again can help, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retry {
    /// Repeating cannot help.
    Never,
    /// A corrected request can be accepted.
    Corrected,
    /// It may be allowed once what is outstanding is settled: decide anew.
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

/// What is answered where a rule is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleKind {
    /// A request must not be sent: a [`Refusal`](crate::Refusal).
    Refusal,
    /// A provider says what cannot be true here: a [`Conflict`](crate::Conflict).
    Conflict,
    /// An event is not accepted: a [`Rejection`](crate::Rejection).
    Rejection,
    /// A text, an amount or a stored form cannot be read: [`Malformed`](crate::Malformed) and other errors.
    Malformed,
    /// Nothing: it holds at every moment, and tests hold it.
    Invariant,
}

impl RuleKind {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refusal => "refusal",
            Self::Conflict => "conflict",
            Self::Rejection => "rejection",
            Self::Malformed => "malformed",
            Self::Invariant => "invariant",
        }
    }
}

/// One rule: what must hold, why, and what to do where it does not.
///
/// ```
/// use order_capture::{Retry, Rule};
/// let rule = Rule::of("outcome-unknown").ok_or("no such rule")?;
/// assert_eq!(rule.sentence(), "While a capture or void is of unknown fate, only the same one may be sent again.");
/// assert_eq!(rule.retry(), Some(Retry::Later));
/// assert!(rule.explain().contains("Juspay, Capture API"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    code: &'static str,
    kinds: &'static [RuleKind],
    retry: Option<Retry>,
    source: &'static str,
    sentence: &'static str,
    why: &'static str,
    numbers: &'static str,
    next: &'static str,
}

impl Rule {
    /// The rule of a code: of a refusal, a conflict, a rejection or a text that cannot be read; or an invariant, `INV-1`.
    #[must_use]
    pub fn of(code: &str) -> Option<&'static Self> {
        Self::all().find(|rule| rule.code == code)
    }

    /// Every rule, each code once: [`RULES`], then those of observations, of logs, and the invariants.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        RULES.iter().chain(CONFLICTS).chain(MALFORMED).chain(REJECTIONS).chain(INVARIANTS)
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// What is answered where it is broken; several kinds where a code serves several. The first is the usual one.
    #[must_use]
    pub const fn kinds(&self) -> &'static [RuleKind] {
        self.kinds
    }

    /// What must hold, in one sentence.
    #[must_use]
    pub const fn sentence(&self) -> &'static str {
        self.sentence
    }

    /// What goes wrong without it.
    #[must_use]
    pub const fn why(&self) -> &'static str {
        self.why
    }

    /// Which numbers and names the answer carries.
    #[must_use]
    pub const fn numbers(&self) -> &'static str {
        self.numbers
    }

    /// What to do next; of an invariant, what in the code holds it.
    #[must_use]
    pub const fn next(&self) -> &'static str {
        self.next
    }

    /// Whether repeating can help; `None` where nothing was asked for.
    #[must_use]
    pub const fn retry(&self) -> Option<Retry> {
        self.retry
    }

    /// Which document says so, and where in it.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        self.source
    }

    /// The whole entry as text, a line a fact.
    #[must_use]
    pub fn explain(&self) -> String {
        let mut text = format!("{} (", self.code);
        for (index, kind) in self.kinds.iter().enumerate() {
            text.push_str(if index > 0 { ", " } else { "" });
            text.push_str(kind.as_str());
        }
        let _infallible = write!(text, ")\n{}\n", self.sentence);
        for (name, line) in [
            ("why:", self.why),
            ("reports:", self.numbers),
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
}

/// A list of rules: code, kinds, source, and what a person wants to know.
macro_rules! rules {
    (
        $(#[$doc:meta])* $visibility:vis $list:ident;
        $($name:ident: $code:literal, [$($kind:ident),+], $retry:expr, $source:expr;
            must $sentence:literal
            why $why:literal
            reports $numbers:literal
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
                numbers: $numbers,
                next: $next,
            };
        )+

        $(#[$doc])*
        $visibility const $list: &[$crate::rule::Rule] = &[$($name),+];
    };
}

use rules;
