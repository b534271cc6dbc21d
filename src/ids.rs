//! Identifiers: opaque text with a limit, and the idempotency key with what a provider requires of it.
//!
//! A clone shares the text: many events name an identifier and it is in memory once.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The most bytes an identifier or key may have. A policy of this crate: neither provider documents a limit.
pub const MAX_ID_BYTES: usize = 255;

/// Why a text is no identifier. Code: `id-malformed`; for a key, `idempotency-key-malformed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names say what each field is")]
pub enum IdError {
    /// Nothing in it.
    #[error("the text is empty; give at least one character")]
    Empty,
    /// Fewer characters than the provider requires.
    #[error("the text is too short ({length} of at least {least} characters); lengthen it")]
    TooShort { length: usize, least: usize },
    /// More bytes than are allowed.
    #[error("the text is too long ({length} bytes, at most {most} are allowed); shorten it")]
    TooLong { length: usize, most: usize },
    /// Not text at all, in a payload.
    #[error("it must be text")]
    Type,
    /// A character that is not allowed; its position counts bytes from 0, and from 1 in the text.
    #[error("the character '{}' at byte {} is not allowed; use {allowed}", .character.escape_debug(), .position.saturating_add(1))]
    Character { character: char, position: usize, allowed: Alphabet },
}

/// The characters that a text may have. `Display` names them in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Alphabet {
    /// Any character except control characters.
    Text,
    /// ASCII without the space and without control characters.
    Printable,
    /// ASCII letters and digits, and these.
    Key(Specials),
}

impl Alphabet {
    fn allows(self, character: char) -> bool {
        match self {
            Self::Text => !character.is_control(),
            Self::Printable => character.is_ascii_graphic(),
            Self::Key(specials) => character.is_ascii_alphanumeric() || specials.contains(character),
        }
    }

    /// Checks a text: its length first, then each character.
    fn check(self, text: &str, least: usize, most: usize) -> Result<(), IdError> {
        let length = text.len();
        if length == 0 && least <= 1 {
            return Err(IdError::Empty);
        }
        if length > most {
            return Err(IdError::TooLong { length, most });
        }
        // Nearly every identifier is plain ASCII, and its bytes are looked at faster than its characters.
        let is_plain = text.bytes().all(|byte| byte.is_ascii() && self.allows(char::from(byte)));
        let not_allowed = |&(_, character): &(usize, char)| !self.allows(character);
        if !is_plain && let Some((position, character)) = text.char_indices().find(not_allowed) {
            return Err(IdError::Character { character, position, allowed: self });
        }
        // From here on a key is ASCII, and a byte of it is a character.
        if length < least { Err(IdError::TooShort { length, least }) } else { Ok(()) }
    }
}

impl fmt::Display for Alphabet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("text without control characters"),
            Self::Printable => f.write_str("printable ASCII without spaces"),
            Self::Key(Specials(0)) => f.write_str("letters and digits"),
            Self::Key(specials) => write!(f, "letters, digits and {specials}"),
        }
    }
}

/// A set of ASCII punctuation characters. `Display` lists them in the order of ASCII.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Specials(u128);

impl Specials {
    /// The ASCII punctuation of a text; whatever else is in it does not count.
    fn of(text: &str) -> Self {
        Self(text.chars().fold(0, |set, character| set | Self::bit(character)))
    }

    /// A separate bit for each punctuation character, none for any other.
    fn bit(character: char) -> u128 {
        let place = if character.is_ascii_punctuation() { u32::from(character) } else { u128::BITS };
        1_u128.checked_shl(place).unwrap_or(0)
    }

    fn contains(self, character: char) -> bool {
        self.0 & Self::bit(character) != 0
    }
}

impl fmt::Display for Specials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members = ('!'..='~').filter(|&character| self.contains(character));
        members.enumerate().try_for_each(|(index, character)| {
            let space = if index > 0 { " " } else { "" };
            write!(f, "{space}{character}")
        })
    }
}

/// Keeps a text that was checked. The repeated limit shows the compiler that the size cannot overflow, so that no panic
/// for it remains in the program (`proof/no-panic`).
fn shared(text: &str) -> Arc<str> {
    if text.len() <= MAX_ID_BYTES { text.into() } else { Arc::default() }
}

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident $alphabet:expr;)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
            #[serde(try_from = "String")]
            pub struct $name(Arc<str>);

            impl $name {
                /// Checks and keeps a text.
                ///
                /// # Errors
                /// [`IdError`]: empty, longer than [`MAX_ID_BYTES`], or a character that is not allowed.
                ///
                /// ```
                #[doc = concat!("use order_capture::", stringify!($name), ";")]
                #[doc = concat!("assert_eq!(", stringify!($name), "::new(\"a-1\")?.as_str(), \"a-1\");")]
                #[doc = concat!("assert!(", stringify!($name), "::new(\"\").is_err());")]
                /// # Ok::<(), order_capture::IdError>(())
                /// ```
                pub fn new(text: &str) -> Result<Self, IdError> {
                    Self::check(text)?;
                    Ok(Self(shared(text)))
                }

                /// Checks a text without keeping it.
                ///
                /// # Errors
                /// As [`Self::new`].
                pub fn check(text: &str) -> Result<(), IdError> {
                    $alphabet.check(text, 1, MAX_ID_BYTES)
                }

                /// The text.
                pub fn as_str(&self) -> &str {
                    &self.0
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(&self.0)
                }
            }

            impl FromStr for $name {
                type Err = IdError;

                fn from_str(text: &str) -> Result<Self, IdError> {
                    Self::new(text)
                }
            }

            impl TryFrom<String> for $name {
                type Error = IdError;

                fn try_from(text: String) -> Result<Self, IdError> {
                    Self::new(&text)
                }
            }
        )+
    };
}

identifiers! {
    /// The merchant's name for an order.
    OrderId Alphabet::Text;

    /// The merchant's name for one attempt to pay an order.
    TransactionId Alphabet::Text;

    /// A provider's name for an order, transaction or request: opaque, compared byte by byte.
    ProviderId Alphabet::Printable;

    /// A provider's word for a status, unchanged.
    StatusWord Alphabet::Text;

    /// The merchant's name for one capture, void or refund. It belongs to one request for ever (INV-10).
    ///
    /// Here it is the widest form that a provider may have: 1 to [`MAX_ID_BYTES`] printable ASCII characters without
    /// spaces. What the provider of a transaction allows is a [`KeyForm`] of its profile.
    IdempotencyKey Alphabet::Printable;
}

/// What a provider allows in the idempotency keys of one operation: letters, digits, certain other characters, and a
/// length.
///
/// ```
/// use order_capture::KeyForm;
/// assert!(KeyForm::JUSPAY.check("A123_456").is_ok());
/// let error = KeyForm::JUSPAY.check("A123:456").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the character ':' at byte 5 is not allowed; use letters, digits and ( ) + - . _ { } ~",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KeyForm {
    /// The ASCII punctuation that is allowed besides letters and digits: `"-_"`.
    pub specials: Cow<'static, str>,
    /// The fewest characters.
    pub least: u32,
    /// The most characters, at most [`MAX_ID_BYTES`].
    pub most: u32,
}

impl KeyForm {
    /// If no key is sent, and it only names the request here: every key is allowed.
    pub const ANY: Self = Self { specials: Cow::Borrowed("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"), least: 1, most: 255 };
    /// Juspay, Capture API, *idempotence_key*: special characters allowed. No length is documented.
    pub const JUSPAY: Self = Self { specials: Cow::Borrowed("-_(){}+~."), least: 1, most: 255 };
    /// Razorpay, the idempotency header of refunds: 10 characters or more. No most is documented.
    pub const RAZORPAY_REFUNDS: Self = Self { specials: Cow::Borrowed("-_"), least: 10, most: 255 };

    /// Checks a key against this form. What passes is an [`IdempotencyKey`], too.
    ///
    /// # Errors
    /// [`IdError`], as rule `idempotency-key-malformed`.
    pub fn check(&self, text: &str) -> Result<(), IdError> {
        let (least, most) = self.lengths();
        Alphabet::Key(Specials::of(&self.specials)).check(text, least, most)
    }

    /// What is wrong with this form itself, if anything: for profiles that are loaded.
    pub fn problem(&self) -> Option<&'static str> {
        let (least, most) = self.lengths();
        if !self.specials.chars().all(|character| character.is_ascii_punctuation()) {
            return Some(
                "the special characters of a key are ASCII punctuation; letters and digits are always allowed",
            );
        }
        if least == 0 || least > most {
            return Some("a key has at least one character, and at least is not above at most; no key would do");
        }
        (most != usize::try_from(self.most).unwrap_or(usize::MAX)).then_some("a key has at most 255 characters")
    }

    /// The fewest and the most characters, the most held to the limit of all keys.
    fn lengths(&self) -> (usize, usize) {
        let [least, most] = [self.least, self.most].map(|length| usize::try_from(length).unwrap_or(usize::MAX));
        (least, most.min(MAX_ID_BYTES))
    }
}

/// The provider's identifiers that a transaction is bound to, once seen.
///
/// Juspay: `order_id`, `txn_id`, `txn_uuid`. Razorpay: `order_id`, and `id` as the transaction.
///
/// ```
/// use order_capture::ProviderIds;
/// let ours = ProviderIds { order: Some("order_1".parse()?), ..ProviderIds::default() };
/// let more = ProviderIds { transaction: Some("pay_1".parse()?), ..ours.clone() };
/// let other = ProviderIds { order: Some("order_2".parse()?), ..ProviderIds::default() };
/// assert!(ours.agrees_with(&more) && !ours.agrees_with(&other));
/// assert!(more.covers(&ours) && !ours.covers(&more));
/// # Ok::<(), order_capture::IdError>(())
/// ```
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
    /// Whether no identifier contradicts another one; one that is not known contradicts nothing.
    pub fn agrees_with(&self, other: &Self) -> bool {
        self.differing(other).is_none()
    }

    /// The first identifier of `other` that contradicts one of these, and the one known here.
    pub(crate) fn differing<'a>(&'a self, other: &'a Self) -> Option<(&'a ProviderId, &'a ProviderId)> {
        self.pairs(other).into_iter().find_map(|pair| match pair {
            (Some(ours), Some(theirs)) if ours != theirs => Some((theirs, ours)),
            _ => None,
        })
    }

    /// Whether every identifier of `other` is known here already.
    pub fn covers(&self, other: &Self) -> bool {
        self.pairs(other).iter().all(|(ours, theirs)| theirs.is_none() || ours == theirs)
    }

    /// Whether both name one transaction: an identifier of it is the same.
    pub(crate) fn name_one_transaction(&self, other: &Self) -> bool {
        let same = |one: &Option<ProviderId>, other: &Option<ProviderId>| one.is_some() && one == other;
        same(&self.transaction, &other.transaction) || same(&self.uuid, &other.uuid)
    }

    /// Adds the identifiers that are not known here yet.
    pub(crate) fn learn(&mut self, other: &Self) {
        let Self { order, transaction, uuid } = self;
        for (ours, theirs) in [(order, &other.order), (transaction, &other.transaction), (uuid, &other.uuid)] {
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
