//! Identifiers and keys: what each alphabet takes, up to which length, and what is said otherwise.

use std::borrow::Cow;

use order_capture::{IdError, IdempotencyKey, KeyForm, MAX_ID_BYTES, OrderId, ProviderId, StatusWord, TransactionId};

/// Every character of the first 64 blocks, alone and behind another, against each alphabet in words of its own.
#[test]
fn each_alphabet_takes_what_it_says() {
    let unlimited = KeyForm { specials: Cow::Borrowed(""), ..KeyForm::JUSPAY };
    for c in (0..0x4000).filter_map(char::from_u32) {
        let takes = |check: &dyn Fn(&str) -> Result<(), IdError>| {
            let (alone, behind) = (check(&c.to_string()).is_ok(), check(&format!("é{c}")).is_ok());
            assert!(alone || !behind, "{c:?}");
            alone
        };
        let text = [takes(&OrderId::check), takes(&TransactionId::check), takes(&StatusWord::check)];
        assert_eq!(text, [!c.is_control(); 3]);
        assert_eq!(OrderId::check(&format!("é{c}")).is_ok(), !c.is_control(), "{c:?}");
        let printable = [takes(&ProviderId::check), takes(&IdempotencyKey::check)];
        assert_eq!(printable, [c.is_ascii_graphic(); 2], "{c:?}");
        let juspay = takes(&|text| KeyForm::JUSPAY.check(text));
        assert_eq!(juspay, c.is_ascii_alphanumeric() || "-_(){}+~.".contains(c), "{c:?}");
        assert_eq!(takes(&|text| unlimited.check(text)), c.is_ascii_alphanumeric(), "{c:?}");
        // What any form takes, a key keeps.
        let form = KeyForm { specials: Cow::Owned(c.to_string()), ..unlimited.clone() };
        assert!(form.check(&c.to_string()).is_err() || IdempotencyKey::check(&c.to_string()).is_ok(), "{c:?}");
        assert_eq!(form.problem().is_none(), c.is_ascii_punctuation(), "{c:?}");
    }
}

#[test]
fn an_identifier_keeps_its_text_up_to_the_limit() {
    let most = "x".repeat(MAX_ID_BYTES);
    assert_eq!(IdempotencyKey::new(&most).map(|key| key.to_string()), Ok(most.clone()));
    let too_long = IdError::TooLong { length: MAX_ID_BYTES + 1, most: MAX_ID_BYTES };
    assert_eq!(IdempotencyKey::new(&(most + "x")), Err(too_long));
    assert_eq!(IdempotencyKey::new(""), Err(IdError::Empty));
}

#[test]
fn a_form_of_keys_counts_characters() {
    let refunds = KeyForm::RAZORPAY_REFUNDS;
    let length = |length| refunds.check(&"x".repeat(length));
    assert_eq!(length(0), Err(IdError::TooShort { length: 0, least: 10 }));
    assert_eq!(length(9), Err(IdError::TooShort { length: 9, least: 10 }));
    assert_eq!([length(10), length(255)], [Ok(()); 2]);
    assert_eq!(length(256), Err(IdError::TooLong { length: 256, most: 255 }));
    assert_eq!(refunds.check("refund-001"), Ok(()));
    let short = KeyForm { most: 20, ..refunds.clone() };
    assert_eq!(short.check(&"x".repeat(21)), Err(IdError::TooLong { length: 21, most: 20 }));
    // A form that asks for more than a key may have is held to the limit, and says so where it is loaded.
    let wide = KeyForm { most: 1000, ..refunds.clone() };
    assert_eq!(wide.check(&"x".repeat(256)), Err(IdError::TooLong { length: 256, most: 255 }));
    assert_eq!(wide.problem(), Some("a key has at most 255 characters"));
    for nothing_fits in [KeyForm { least: 0, ..refunds.clone() }, KeyForm { least: 21, most: 20, ..refunds.clone() }] {
        let problem = "a key has at least one character, and at least is not above at most; no key would do";
        assert_eq!(nothing_fits.problem(), Some(problem));
    }
    assert_eq!(KeyForm { least: 0, ..refunds }.check(""), Err(IdError::Empty));
    assert_eq!([KeyForm::JUSPAY.problem(), KeyForm::RAZORPAY_REFUNDS.problem()], [None; 2]);
}

#[test]
fn errors_say_what_is_wrong_and_what_to_do() {
    let text = |result: Result<(), IdError>| result.map_err(|error| error.to_string());
    let is = |text: &str| Err(text.to_owned());
    assert_eq!(text(OrderId::check("")), is("the text is empty; give at least one character"));
    assert_eq!(
        text(OrderId::check(&"x".repeat(300))),
        is("the text is too long (300 bytes, at most 255 are allowed); shorten it")
    );
    assert_eq!(
        text(OrderId::check("o\u{0}")),
        is("the character '\\0' at byte 2 is not allowed; use text without control characters")
    );
    assert_eq!(
        text(ProviderId::check("ab cd")),
        is("the character ' ' at byte 3 is not allowed; use printable ASCII without spaces")
    );
    assert_eq!(
        text(KeyForm::JUSPAY.check("ké")),
        is("the character 'é' at byte 2 is not allowed; use letters, digits and ( ) + - . _ { } ~")
    );
    assert_eq!(
        text(KeyForm { specials: Cow::Borrowed(""), ..KeyForm::JUSPAY }.check("k-1")),
        is("the character '-' at byte 2 is not allowed; use letters and digits")
    );
    assert_eq!(
        text(KeyForm::RAZORPAY_REFUNDS.check("refund-1")),
        is("the text is too short (8 of at least 10 characters); lengthen it")
    );
}

#[test]
fn a_clone_shares_its_text() {
    let key = IdempotencyKey::try_from(String::from("k-1"));
    let Ok(key) = key else { return assert!(key.is_ok()) };
    assert!(std::ptr::eq(key.as_str(), key.clone().as_str()));
}
