//! Money: every currency, every conversion exact or refused (INV-13), and what bad input is told.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    reason = "a test may panic: that is how it fails"
)]
#![allow(missing_docs, reason = "tests document themselves by name")]

use order_capture::{Amount, AmountForm, Currency, CurrencyError, Minor, Money, MoneyError};
use proptest::prelude::*;
use rust_decimal::Decimal;

/// Every code that stored history may hold, with its digits: ISO 4217's list and the withdrawn codes.
fn currencies() -> Vec<(Currency, u32)> {
    let rows = include_str!("data/currencies.tsv").lines().map(|row| {
        let (code, digits) = row.split_once('\t').unwrap();
        (Currency::from_code(code).unwrap_or_else(|_| panic!("{code} became unreadable")), digits.parse().unwrap())
    });
    rows.collect()
}

#[test]
fn every_currency_of_the_list_stays_readable_with_its_digits() {
    let currencies = currencies();
    assert_eq!(currencies.len(), 180);
    for (currency, digits) in currencies {
        assert_eq!(currency.digits(), digits, "{currency}");
        let json = serde_json::to_string(&currency).unwrap();
        assert_eq!(serde_json::from_str::<Currency>(&json).unwrap(), currency);
    }
}

/// Razorpay's own table: without digits, and with three.
#[test]
fn digits_are_what_razorpay_lists() {
    let of = |codes: &str, digits| {
        for code in codes.split(' ') {
            assert_eq!(Currency::from_code(code).unwrap().digits(), digits, "{code}");
        }
    };
    of("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF", 0);
    of("BHD IQD JOD KWD OMR TND", 3);
    of("INR USD EUR HUF TWD MGA MRU", 2);
}

#[test]
fn what_is_no_currency_is_named() {
    for (code, error) in [
        ("", CurrencyError::NotACode { length: 0 }),
        ("inr", CurrencyError::NotACode { length: 3 }),
        ("IN", CurrencyError::NotACode { length: 2 }),
        (" INR", CurrencyError::NotACode { length: 4 }),
        ("₹", CurrencyError::NotACode { length: 3 }),
        ("QQQ", CurrencyError::Unknown { length: 3 }),
        ("XAU", CurrencyError::Unknown { length: 3 }),
        ("XXX", CurrencyError::Unknown { length: 3 }),
    ] {
        assert_eq!(Currency::from_code(code), Err(error), "{code:?}");
        assert_eq!(error.code(), "currency-unknown");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// INV-13, for every currency: minor → text, decimal, JSON number, subunits → minor is the identity.
    #[test]
    fn conversions_are_exact(units in 0_u64..=999_999_999_999_999_999) {
        for (currency, digits) in currencies() {
            let money = Money::new(Minor::new(units).unwrap(), currency);
            let text = money.major_text();
            prop_assert_eq!(text.split_once('.').map_or(0, |(_, fraction)| fraction.len()), usize::try_from(digits).unwrap());
            prop_assert_eq!(Money::parse(&text, currency), Ok(money));
            prop_assert_eq!(Money::from_major(money.to_major(), currency), Ok(money));
            prop_assert_eq!(money.to_major().to_string(), &*text);
            let number: serde_json::Number = serde_json::from_str(&format!("{units}")).unwrap();
            prop_assert_eq!(AmountForm::Subunits.read(&number.to_string(), currency), Ok(money));
            for form in [AmountForm::Major, AmountForm::Subunits] {
                prop_assert_eq!(form.read(&form.write(money), currency), Ok(money));
            }
        }
    }

    /// INV-13, the other half: one digit more than the currency has is refused, in text even when it is zero.
    #[test]
    fn more_digits_are_refused(units in 0_u64..=99_999_999, digit in 0_u8..=9) {
        for (currency, digits) in currencies() {
            let text = Money::new(Minor::new(units).unwrap(), currency).major_text();
            let point = if digits == 0 { "." } else { "" };
            let longer = format!("{text}{point}{digit}");
            let error = MoneyError::Precision { digits: digits + 1, allowed: digits, currency };
            prop_assert_eq!(Money::parse(&longer, currency), Err(error));
            let major: Decimal = longer.parse().unwrap();
            let exact = digit == 0;
            prop_assert_eq!(Money::from_major(major, currency).is_ok(), exact);
        }
    }

    /// No operation on two currencies succeeds, and none on one goes outside the range unseen.
    #[test]
    fn sums_are_checked(left in 0_u64..=999_999_999_999_999_999, right in 0_u64..=999_999_999_999_999_999) {
        let (a, b) = (Minor::new(left).unwrap(), Minor::new(right).unwrap());
        let (x, y) = (Money::new(a, Currency::INR), Money::new(b, Currency::INR));
        prop_assert_eq!(x.checked_add(y).ok().map(|sum| sum.minor().get()), Some(left + right).filter(|&s| s <= Minor::MAX.get()));
        prop_assert_eq!(x.checked_sub(y).ok().map(|rest| rest.minor().get()), left.checked_sub(right));
        let other = Money::new(b, Currency::USD);
        let mismatch = MoneyError::CurrencyMismatch { left: Currency::INR, right: Currency::USD };
        prop_assert_eq!(x.checked_add(other), Err(mismatch));
        prop_assert_eq!(x.checked_sub(other), Err(mismatch));
        prop_assert_eq!(x.compare(other), Err(mismatch));
    }

    /// Whatever the text, reading it answers.
    #[test]
    fn no_text_panics(text in "\\PC{0,40}") {
        for currency in [Currency::INR, Currency::JPY, Currency::KWD] {
            let _ = Amount::parse(&text, currency);
            let _ = AmountForm::Subunits.read(&text, currency);
        }
    }
}

#[test]
fn bad_amounts_are_told_what_is_wrong() {
    let inr = Currency::INR;
    let malformed = |text: &str, position| MoneyError::Malformed { length: text.len(), position };
    for (text, position) in [
        ("", 0),
        ("-", 1),
        ("+1", 0),
        (".5", 0),
        ("5.", 2),
        ("1e3", 1),
        ("1.0E2", 3),
        ("NaN", 0),
        ("inf", 0),
        ("-Infinity", 1),
        (" 1", 0),
        ("1 ", 1),
        ("1,000.00", 1),
        ("1.2.3", 3),
        ("0x10", 1),
        ("१", 0),
        ("--1", 1),
    ] {
        assert_eq!(Amount::parse(text, inr), Err(malformed(text, position)), "{text:?}");
    }
    for text in ["10000000000000000.00", "99999999999999999999999999999999999999999", &"9".repeat(10_000)] {
        assert_eq!(Amount::parse(text, inr), Err(MoneyError::TooLarge { currency: inr }));
        assert_eq!(MoneyError::TooLarge { currency: inr }.code(), "amount-malformed");
    }
    let largest = Amount::parse("9999999999999999.99", inr).unwrap().to_money().unwrap();
    assert_eq!(largest.minor(), Minor::MAX);
    assert_eq!(Money::parse("-1", inr), Err(MoneyError::Negative));
    assert_eq!(Money::parse("-0.00", inr), Ok(Money::zero(inr)));
    assert_eq!(Money::parse("007.5", inr).unwrap().minor().get(), 750);
    assert_eq!(Money::parse("1.00", Currency::JPY).unwrap_err().code(), "amount-precision");
    let long = format!("1.{}", "0".repeat(10_000));
    let error = MoneyError::Precision { digits: 10_000, allowed: 2, currency: inr };
    assert_eq!(Money::parse(&long, inr), Err(error));
}

#[test]
fn decimals_at_their_ends_are_answered() {
    let inr = Currency::INR;
    assert_eq!(Money::from_major(Decimal::MAX, inr), Err(MoneyError::TooLarge { currency: inr }));
    assert_eq!(Money::from_major(Decimal::MIN, inr), Err(MoneyError::Negative));
    assert_eq!(Money::from_major("-0.00".parse().unwrap(), inr), Ok(Money::zero(inr)));
    let tiny: Decimal = "0.0000000000000000000000000001".parse().unwrap();
    assert_eq!(Money::from_major(tiny, inr), Err(MoneyError::Precision { digits: 28, allowed: 2, currency: inr }));
}

#[test]
fn errors_say_their_numbers() {
    let text = |result: Result<Money, MoneyError>| result.unwrap_err().to_string();
    let ten = Money::parse("10.00", Currency::INR).unwrap();
    assert_eq!(
        text(Money::parse("10.005", Currency::INR)),
        "the amount has 3 digits after the point and INR has 2; state it exactly, nothing is rounded"
    );
    assert_eq!(
        text(Money::parse("1e3", Currency::INR)),
        "an amount is digits, optionally a point and digits; this text of 3 bytes is not, from byte 1 on"
    );
    assert_eq!(
        text(ten.checked_sub(Money::parse("10.01", Currency::INR).unwrap())),
        "1000 and 1001 minor units give a result outside 0 to 999999999999999999"
    );
    assert_eq!(
        text(ten.checked_add(Money::parse("1", Currency::JPY).unwrap())),
        "INR and JPY do not mix; convert outside and say the rate"
    );
}

#[test]
fn stored_amounts_are_checked_on_reading() {
    let money: Money = serde_json::from_str(r#"{"amount":1000,"currency":"INR"}"#).unwrap();
    assert_eq!(money, Money::parse("10.00", Currency::INR).unwrap());
    for bad in [
        r#"{"amount":1000000000000000000,"currency":"INR"}"#,
        r#"{"amount":-1,"currency":"INR"}"#,
        r#"{"amount":1.0,"currency":"INR"}"#,
        r#"{"amount":1,"currency":"inr"}"#,
        r#"{"amount":1,"currency":"INR","rate":1}"#,
    ] {
        assert!(serde_json::from_str::<Money>(bad).is_err(), "{bad}");
    }
}
