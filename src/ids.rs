//! Identifiers: opaque text with a limit, and the idempotency key with its alphabet.
//!
//! A clone shares the text: an identifier is named by many events and held once.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

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

/// The characters that an identifier may have.
struct Alphabet {
    /// The ASCII ones.
    ascii: [bool; 128],
    /// Whether all others that are no control characters may stand in it, too.
    beyond: bool,
    /// What is allowed, in words.
    words: &'static str,
}

/// Any text but control characters.
const TEXT: Alphabet = Alphabet { ascii: among(&[b" ~"]), beyond: true, words: "control characters are not" };

const PRINTABLE: Alphabet = Alphabet {
    ascii: among(&[b"!~"]),
    beyond: false,
    words: "provider identifiers are printable ASCII without spaces",
};

const KEY: Alphabet = Alphabet {
    ascii: among(&[b"AZ", b"az", b"09", b"--", b"__", b"()", b"{{", b"}}", b"++", b"~~", b".."]),
    beyond: false,
    words: "a key is letters, digits and - _ ( ) { } + ~ .",
};

/// A table of what lies between the first and the last character of each range.
#[allow(clippy::indexing_slicing, clippy::as_conversions, reason = "run by the compiler, which would report a panic")]
const fn among(ranges: &[&[u8; 2]]) -> [bool; 128] {
    let mut table = [false; 128];
    let mut range = 0;
    while range < ranges.len() {
        let [mut at, last] = *ranges[range];
        while at <= last {
            table[at as usize] = true;
            at = at.saturating_add(1);
        }
        range = range.saturating_add(1);
    }
    table
}

impl Alphabet {
    /// Checks a text against the limit and the alphabet.
    fn check(&self, text: &str) -> Result<(), IdError> {
        if text.is_empty() {
            return Err(IdError::Empty);
        }
        if text.len() > MAX_ID_BYTES {
            return Err(IdError::TooLong { length: text.len() });
        }
        let ascii = |byte: u8| self.ascii.get(usize::from(byte)) == Some(&true);
        // Nearly every identifier is ASCII throughout, and then a byte is a character.
        if text.bytes().all(ascii) {
            return Ok(());
        }
        let allowed = |c: char| match u8::try_from(c) {
            Ok(byte) if c.is_ascii() => ascii(byte),
            _ => self.beyond && !c.is_control(),
        };
        match text.char_indices().find(|&(_, c)| !allowed(c)) {
            Some((position, character)) => Err(IdError::Character { character, position, alphabet: self.words }),
            None => Ok(()),
        }
    }
}

/// Keeps a text that was checked. The limit is said once more where the memory is asked for: so the compiler sees that
/// its size cannot overflow, and no panic for that is left in the program.
fn kept(text: &str) -> Arc<str> {
    if text.len() <= MAX_ID_BYTES { text.into() } else { Arc::default() }
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $alphabet:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks and keeps a text.
            ///
            /// # Errors
            /// [`IdError`]: empty, longer than [`MAX_ID_BYTES`], or a character outside the alphabet.
            pub fn new(text: &str) -> Result<Self, IdError> {
                Self::check(text)?;
                Ok(Self(kept(text)))
            }

            /// Checks a text without keeping it.
            ///
            /// # Errors
            /// As [`Self::new`].
            pub fn check(text: &str) -> Result<(), IdError> {
                $alphabet.check(text)
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

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
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
    OrderId, TEXT
}

identifier! {
    /// The merchant's name for one attempt to pay an order.
    TransactionId, TEXT
}

identifier! {
    /// A provider's name for an order or transaction: opaque, compared byte by byte.
    ProviderId, PRINTABLE
}

identifier! {
    /// A provider's word for a status, as it came.
    StatusWord, TEXT
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
    IdempotencyKey, KEY
}

impl IdempotencyKey {
    /// Keeps a text that rule `idempotency-key-malformed` was asked about.
    pub(crate) fn checked(text: &str) -> Self {
        Self(kept(text))
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Every character of the first 64 blocks, alone and behind another, against each alphabet in words of its own.
    #[test]
    fn each_alphabet_takes_what_it_says() {
        for c in (0..0x4000).filter_map(char::from_u32) {
            let takes = |check: fn(&str) -> Result<(), IdError>| {
                let (alone, behind) = (check(&c.to_string()).is_ok(), check(&format!("é{c}")).is_ok());
                assert!(alone || !behind, "{c:?}");
                alone
            };
            let no_control = !c.is_control();
            assert_eq!([takes(OrderId::check), takes(TransactionId::check), takes(StatusWord::check)], [no_control; 3]);
            assert_eq!(OrderId::check(&format!("é{c}")).is_ok(), no_control, "{c:?}");
            assert_eq!(takes(ProviderId::check), c.is_ascii_graphic(), "{c:?}");
            assert_eq!(takes(IdempotencyKey::check), c.is_ascii_alphanumeric() || "-_(){}+~.".contains(c), "{c:?}");
        }
        let found = ProviderId::check("ab cd");
        assert!(matches!(found, Err(IdError::Character { character: ' ', position: 2, .. })));
    }

    #[test]
    fn an_identifier_keeps_its_text_up_to_the_limit() {
        let most = "x".repeat(MAX_ID_BYTES);
        assert_eq!(IdempotencyKey::new(&most).map(|key| key.as_str().to_owned()), Ok(most.clone()));
        assert_eq!(IdempotencyKey::new(&(most + "x")), Err(IdError::TooLong { length: MAX_ID_BYTES + 1 }));
        assert_eq!(IdempotencyKey::new(""), Err(IdError::Empty));
    }
}
