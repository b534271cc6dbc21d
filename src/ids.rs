//! Identifiers: opaque text with a limit, and the idempotency key with its alphabet.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};

/// The most bytes an identifier or key may have. A policy of this crate: neither provider documents a limit.
pub const MAX_ID_BYTES: usize = 255;

/// Why a text is no identifier. Code: `id-malformed`; for a key, `idempotency-key-malformed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// Nothing in it.
    #[error("the text is empty; give at least one character")]
    Empty,
    /// More than [`MAX_ID_BYTES`].
    #[error("the text has {length} bytes, the most is {MAX_ID_BYTES}; shorten it")]
    TooLong {
        /// Bytes given.
        length: usize,
    },
    /// A character outside the alphabet.
    #[error("the character {character:?} at byte {position} is not allowed; {alphabet}")]
    Character {
        /// The character.
        character: char,
        /// Its byte, from 0.
        position: usize,
        /// What is allowed, in words.
        alphabet: &'static str,
    },
}

/// Checks a text against the limit and an alphabet.
fn check(text: &str, allowed: fn(char) -> bool, alphabet: &'static str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.len() > MAX_ID_BYTES {
        return Err(IdError::TooLong { length: text.len() });
    }
    match text.char_indices().find(|&(_, c)| !allowed(c)) {
        Some((position, character)) => Err(IdError::Character { character, position, alphabet }),
        None => Ok(()),
    }
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $allowed:expr, $alphabet:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Box<str>);

        impl $name {
            /// Checks and keeps a text.
            ///
            /// # Errors
            /// [`IdError`]: empty, longer than [`MAX_ID_BYTES`], or a character outside the alphabet.
            pub fn new(text: &str) -> Result<Self, IdError> {
                Self::check(text)?;
                Ok(Self(text.into()))
            }

            /// Checks a text without keeping it.
            ///
            /// # Errors
            /// As [`Self::new`].
            pub fn check(text: &str) -> Result<(), IdError> {
                check(text, $allowed, $alphabet)
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Self::new(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

identifier! {
    /// The merchant's name for an order.
    OrderId, |c| !c.is_control(), "control characters are not"
}

identifier! {
    /// The merchant's name for one attempt to pay an order.
    TransactionId, |c| !c.is_control(), "control characters are not"
}

identifier! {
    /// A provider's name for an order or transaction: opaque, compared byte by byte.
    ProviderId, |c| c.is_ascii_graphic(), "provider identifiers are printable ASCII without spaces"
}

identifier! {
    /// A provider's word for a status, as it came.
    StatusWord, |c| !c.is_control(), "control characters are not"
}

identifier! {
    /// The merchant's name for one capture, void or refund. It belongs to one amount for ever (INV-10).
    ///
    /// Alphabet: letters, digits and `- _ ( ) { } + ~ .`, not empty.
    /// Source: Juspay, Capture API, *idempotence_key*. The limit of [`MAX_ID_BYTES`] is this crate's own.
    ///
    /// ```
    /// use order_capture::IdempotencyKey;
    /// assert!(IdempotencyKey::new("mozc6FzH1ovAs3DtkLi-1").is_ok());
    /// assert!(IdempotencyKey::new("order 1").is_err());
    /// ```
    IdempotencyKey,
    |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '(' | ')' | '{' | '}' | '+' | '~' | '.'),
    "a key is letters, digits and - _ ( ) { } + ~ ."
}

/// The provider's identifiers that a transaction is bound to, once seen.
///
/// Juspay: `order_id`, `txn_id`, `txn_uuid`. Razorpay: `order_id`, and `id` as the transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderIds {
    /// The provider's order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<ProviderId>,
    /// The provider's transaction or payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction: Option<ProviderId>,
    /// The provider's second, opaque name of the transaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uuid: Option<ProviderId>,
}

impl ProviderIds {
    /// Whether no identifier contradicts another one.
    #[must_use]
    pub fn agrees_with(&self, other: &Self) -> bool {
        self.pairs(other).iter().all(|pair| match pair {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => true,
        })
    }

    /// Whether every identifier of `other` is known here already.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.pairs(other).iter().all(|(ours, theirs)| theirs.is_none() || ours == theirs)
    }

    /// Takes over what is not known here yet.
    pub(crate) fn learn(&mut self, other: &Self) {
        for (ours, theirs) in [
            (&mut self.order, &other.order),
            (&mut self.transaction, &other.transaction),
            (&mut self.uuid, &other.uuid),
        ] {
            if ours.is_none() {
                ours.clone_from(theirs);
            }
        }
    }

    fn pairs<'a>(&'a self, other: &'a Self) -> [(&'a Option<ProviderId>, &'a Option<ProviderId>); 3] {
        [(&self.order, &other.order), (&self.transaction, &other.transaction), (&self.uuid, &other.uuid)]
    }
}

/// A point in time, always given by the caller.
pub type Time = DateTime<Utc>;
