//! How the tables of the built-in providers are written: a line a row.

use std::borrow::Cow;

use crate::profile::{Confidence, Source};

/// A source, for the tables.
pub(super) const fn of(document: &'static str, confidence: Confidence) -> Source {
    Source { document: Cow::Borrowed(document), confidence }
}

/// For what no source states.
pub(super) const NOBODY: Source = of("no document was found", Confidence::Inferred);

/// For errors that are read as this crate reads them.
pub(super) const DOMAIN: Source = of(
    "this crate's own rule: docs/guide/timeout.md, what the answers mean; no document quotes it",
    Confidence::Inferred,
);

/// A row of the atlas: what it is about, a sentence, source.
macro_rules! facts {
    ($($about:ident $says:expr, $source:expr;)+) => {
        &[$(Fact { about: Topic::$about, says: Cow::Borrowed($says), source: $source }),+]
    };
}

/// Texts, for a guard.
macro_rules! texts {
    ($($text:literal)+) => {
        &[$(Cow::Borrowed($text)),+]
    };
}

/// Text, ids, what it means, what it is the word for, source.
macro_rules! statuses {
    ($($text:literal $ids:expr, $maps_to:ident, [$($written_for:ident)*], $source:expr;)+) => {
        &[$(StatusRow {
            text: Cow::Borrowed($text),
            ids: Cow::Borrowed(&$ids),
            maps_to: CanonicalStatus::$maps_to,
            unheld: None,
            written_for: Cow::Borrowed(&[$(CanonicalStatus::$written_for),*]),
            source: $source,
        }),+]
    };
}

/// Text, the kinds of request that it applies to, the outcome of the request, source.
macro_rules! request_words {
    ($($text:literal $of:expr, $fate:ident, $source:expr;)+) => {
        &[$(RequestWordRow { text: Cow::Borrowed($text), of: $of, fate: Fate::$fate, source: $source }),+]
    };
}

/// What the gateway answers, the word after it, source.
macro_rules! outcomes {
    ($($reply:ident $status:literal, $source:expr;)+) => {
        &[$(OutcomeRow { outcome: Outcome::$reply, status: Cow::Borrowed($status), source: $source }),+]
    };
}

/// HTTP status, code, text, the rule that it reports, what it says about the request, source.
macro_rules! errors {
    ($($http_status:literal $code:literal $message:literal, $rule:expr, $meaning:ident, $source:expr;)+) => {
        &[$(ErrorRow {
            http_status: $http_status,
            code: Cow::Borrowed($code),
            message: Cow::Borrowed($message),
            rule: $rule,
            meaning: ErrorMeaning::$meaning,
            source: $source,
        }),+]
    };
}

/// Source, and the names of webhooks.
macro_rules! events {
    ($source:expr; $($name:literal)+) => {
        &[$(EventRow { name: Cow::Borrowed($name), source: $source }),+]
    };
}

/// A payload, and the lines that it must say.
macro_rules! samples {
    ($($payload:literal => $($line:literal)+;)+) => {
        &[$(Sample { payload: SampleText::new(Cow::Borrowed($payload)), says: Cow::Borrowed(concat!($($line, "\n"),+)) }),+]
    };
}

/// HTTP status, body, what it means for a capture.
macro_rules! error_samples {
    ($($http_status:literal $body:literal $means:ident;)+) => {
        &[$(ErrorSample {
            http_status: $http_status,
            body: SampleText::new(Cow::Borrowed($body)),
            means: ErrorMeaning::$means,
        }),+]
    };
}

pub(super) use {error_samples, errors, events, facts, outcomes, request_words, samples, statuses, texts};
