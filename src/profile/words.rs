//! The words of captures, voids and refunds; and what a profile knows of a word.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::hold::Operation;
use crate::profile::{CanonicalStatus, ProfileRows, Says, Source};
use crate::statement::{Fate, Subject, Word};

/// One word of a provider for a capture, void or refund. A word without a row says nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RequestWordRow {
    /// The word, compared exactly.
    pub text: Cow<'static, str>,
    /// The one kind of request that the row applies to; `None` for every kind of its table.
    #[serde(default)]
    pub of: Option<Operation>,
    /// The outcome of the request.
    pub fate: Fate,
    /// Which document says so.
    pub source: Source,
}

/// What a profile knows of a word of an order or transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownWord<'p> {
    /// What it means for the transaction; `None` if it says nothing about one.
    pub maps_to: Option<CanonicalStatus>,
    /// What it means if nothing was held, when that differs.
    pub unheld: Option<CanonicalStatus>,
    /// The numeric ids that may come with it; empty if the provider has none.
    pub ids: &'p [i64],
}

impl KnownWord<'_> {
    /// Whether this number may come with the word.
    pub fn allows(&self, id: i64) -> bool {
        self.ids.is_empty() || self.ids.contains(&id)
    }
}

impl ProfileRows {
    /// What the profile knows about a word, in the table of its subject; `None` for an unknown one, which is never a
    /// success.
    ///
    /// If an order has no words of its own, the transaction's words apply.
    pub fn word(&self, word: &Word<'_>) -> Option<KnownWord<'_>> {
        if word.subject == Subject::Order && !self.order_statuses.is_empty() {
            let row = self.order_statuses.iter().find(|row| row.text == word.text)?;
            return Some(KnownWord { maps_to: row.maps_to, unheld: None, ids: &[] });
        }
        if word.subject == Subject::Reading {
            let reading = self.readings.iter().find(|reading| reading.name == word.text)?;
            let Says::Status(status) = reading.says? else { return None };
            return Some(KnownWord { maps_to: Some(status), unheld: None, ids: &[] });
        }
        let row = self.status(&word.text)?;
        Some(KnownWord { maps_to: Some(row.maps_to), unheld: row.unheld, ids: &row.ids })
    }

    /// What a word says about a capture, void or refund; `None` if it says nothing.
    pub fn fate(&self, operation: Operation, word: &str) -> Option<Fate> {
        let table = if operation == Operation::Refund { &self.refund_words } else { &self.request_words };
        let says = |row: &&RequestWordRow| row.text == word && row.of.is_none_or(|of| of == operation);
        table.iter().find(says).map(|row| row.fate)
    }
}
