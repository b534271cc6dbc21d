//! The entry of a code, for a person: `--explain CODE`.

use order_capture::Rule;

use crate::engine::OWN_CODES;
use crate::format::nearest;

/// The entry, or the nearest codes.
pub(crate) fn explain(code: &str) -> Result<String, String> {
    if let Some(rule) = Rule::all().find(|rule| rule.code.eq_ignore_ascii_case(code)) {
        return Ok(format!("{}  read:    docs/rules.md#{}\n", rule.explain(), rule.code.to_lowercase()));
    }
    if let Some(own) = OWN_CODES.iter().find(|own| own.code.eq_ignore_ascii_case(code)) {
        return Ok(format!("{} (of this runner)\n{}\n  next:    {}\n", own.code, own.meaning, own.next));
    }
    let codes = Rule::all().map(|rule| rule.code).chain(OWN_CODES.iter().map(|own| own.code));
    let near = nearest(code, codes);
    let hint = if near.is_empty() {
        "docs/rules.md lists them all".to_string()
    } else {
        format!("nearest: {}", near.join(", "))
    };
    Err(format!("there is no code {code:?}; {hint}"))
}
