//! How the tables of the built-in providers are written: a line a row.

use std::borrow::Cow;

use crate::profile::{Confidence, Source};

/// A source, for the tables.
pub(super) const fn of(document: &'static str, confidence: Confidence) -> Source {
    Source { document: Cow::Borrowed(document), confidence }
}

/// Text, ids, what it means, what it is the word for, source.
macro_rules! statuses {
    ($($text:literal $ids:expr, $means:ident, [$($spells:ident)*], $source:expr;)+) => {
        &[$(StatusRow {
            text: Cow::Borrowed($text),
            ids: Cow::Borrowed(&$ids),
            means: Meaning::$means,
            spells: Cow::Borrowed(&[$(Meaning::$spells),*]),
            source: $source,
        }),+]
    };
}

/// What the gateway answers, the word after it, source.
macro_rules! outcomes {
    ($($reply:ident $status:literal, $source:expr;)+) => {
        &[$(OutcomeRow { reply: GatewayReply::$reply, status: Cow::Borrowed($status), source: $source }),+]
    };
}

/// HTTP status, code, text, the refusal that it is the wording of, what it says of a request, source.
macro_rules! errors {
    ($($http_status:literal $code:literal $message:literal, $refusal:expr, $settles:ident, $source:expr;)+) => {
        &[$(ErrorRow {
            http_status: $http_status,
            code: Cow::Borrowed($code),
            message: Cow::Borrowed($message),
            refusal: $refusal,
            settles: Settles::$settles,
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

pub(super) use {errors, events, outcomes, statuses};
