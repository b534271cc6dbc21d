//! The table of withdrawn currencies, which only the crate itself sees.

use super::*;

#[test]
fn the_table_of_withdrawn_codes_agrees_with_the_list_where_both_speak() {
    for (code, digits) in WITHDRAWN {
        let ours = Currency { code: code.as_bytes().try_into().unwrap_or_default(), digits: *digits };
        assert_eq!(Currency::from_code(code), Ok(ours), "{code}");
    }
}
