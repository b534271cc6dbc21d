//! The beginning of a text that could not be read, to show in an error.

use std::fmt::{self, Write as _};

/// The most bytes that are kept.
const MOST: usize = 22;

/// The beginning of a text that could not be read: enough to recognize it.
///
/// `Display` puts it in single quotes and escapes control characters; an ellipsis after the quotes says that there was more.
///
/// ```
/// use order_capture::{Currency, CurrencyError};
/// let Err(CurrencyError::NotACode { given }) = Currency::from_code("inr") else { panic!("it is lower case") };
/// assert_eq!((given.as_str(), given.to_string().as_str()), ("inr", "'inr'"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct GivenText {
    bytes: [u8; MOST],
    length: u8,
    cut: bool,
}

impl GivenText {
    /// Keeps the whole characters that fit.
    pub(crate) fn of(text: &str) -> Self {
        let ends_well = |end: &usize| text.is_char_boundary(*end);
        let end = (0..=text.len().min(MOST)).rev().find(ends_well).unwrap_or(0);
        let mut bytes = [0; MOST];
        bytes.iter_mut().zip(text.bytes().take(end)).for_each(|(place, byte)| *place = byte);
        Self { bytes, length: u8::try_from(end).unwrap_or(0), cut: end < text.len() }
    }

    /// The characters that are kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let kept = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        std::str::from_utf8(kept).unwrap_or_default()
    }
}

impl fmt::Display for GivenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('\'')?;
        self.as_str().chars().try_for_each(|character| match character.is_control() {
            true => write!(f, "{}", character.escape_default()),
            false => f.write_char(character),
        })?;
        f.write_str(if self.cut { "'…" } else { "'" })
    }
}

impl fmt::Debug for GivenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
