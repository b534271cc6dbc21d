//! Money: every currency, every conversion exact or refused (INV-13), and what bad input is told.

use order_capture::profiles::ProfileName;
use order_capture::{Amount, Currency, CurrencyError, Minor, Money, MoneyError, Order, Transaction};
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
    let empty = "the currency is empty; state an ISO 4217 code like INR";
    let not_a_code = "is not a currency code; write its three capital letters, like INR";
    let unknown = "with minor units; check the spelling";
    for (code, text) in [
        ("", empty.to_owned()),
        ("inr", format!("'inr' {not_a_code}")),
        ("IN", format!("'IN' {not_a_code}")),
        (" INR", format!("' INR' {not_a_code}")),
        ("₹", format!("'₹' {not_a_code}")),
        ("INR\n", format!("'INR\\n' {not_a_code}")),
        ("Indian rupees, and paise", format!("'Indian rupees, and pai'… {not_a_code}")),
        ("QQQ", format!("ISO 4217 lists no currency 'QQQ' {unknown}")),
        ("XAU", format!("ISO 4217 lists no currency 'XAU' {unknown}")),
        ("XXX", format!("ISO 4217 lists no currency 'XXX' {unknown}")),
    ] {
        let error = Currency::from_code(code).unwrap_err();
        assert_eq!((error.to_string(), error.code()), (text, "currency-unknown"), "{code:?}");
        // A payload may be in either letter case, and in nothing else that is wrong.
        let inr = code.eq_ignore_ascii_case("inr");
        let expected = if inr { Ok(Currency::INR) } else { Err(error) };
        assert_eq!(Currency::from_code_ignoring_case(code), expected, "{code:?}");
    }
    // The letters are shown as they were given.
    let lower = Currency::from_code_ignoring_case("qqq").unwrap_err().to_string();
    assert_eq!(lower, format!("ISO 4217 lists no currency 'qqq' {unknown}"));
}

/// A constant is what the list of codes says.
#[test]
fn constants_are_what_their_codes_are() {
    for constant in [Currency::INR, Currency::USD, Currency::EUR, Currency::JPY, Currency::KWD] {
        assert_eq!(Currency::from_code(constant.code()), Ok(constant));
    }
}

/// A character of several bytes is shown whole or not at all.
#[test]
fn a_long_text_is_cut_between_characters() {
    for (text, shown, is_cut) in [
        ("x".repeat(22), "x".repeat(22), false),
        ("x".repeat(23), "x".repeat(22), true),
        (format!("{}é", "x".repeat(21)), "x".repeat(21), true),
        (format!("{}é", "x".repeat(20)), format!("{}é", "x".repeat(20)), false),
    ] {
        let Err(CurrencyError::NotACode { given }) = Currency::from_code(&text) else { panic!("{text} is no code") };
        assert_eq!((given.as_str(), given.to_string().ends_with("'…")), (shown.as_str(), is_cut));
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
            prop_assert_eq!(Money::from_decimal(money.to_decimal(), currency), Ok(money));
            prop_assert_eq!(money.to_decimal().to_string(), &*text);
            let number: serde_json::Number = serde_json::from_str(&format!("{units}")).unwrap();
            prop_assert_eq!(Money::parse_units(&number.to_string(), digits, currency), Ok(money));
            prop_assert_eq!(money.to_string().parse(), Ok(money));
            prop_assert_eq!(Money::from_minor(units, currency), Ok(money));
            prop_assert_eq!(Amount::from(money).to_money(), Ok(money));
            let lower = currency.code().to_ascii_lowercase();
            prop_assert_eq!(Currency::from_code_ignoring_case(&lower), Ok(currency));
            prop_assert_eq!(money.units_text(digits), Ok(units.to_string()));
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
            prop_assert_eq!(Money::from_decimal(major, currency).is_ok(), exact);
        }
    }

    /// A provider's integer, with the currency's digits or with others: exact both ways, or refused.
    #[test]
    fn subunits_are_exact(units in 0_u64..=999_999_999_999_999_999, wire in 0_u32..=6) {
        for (currency, digits) in currencies() {
            let money = Money::new(Minor::new(units).unwrap(), currency);
            let (more, fewer) = (wire.saturating_sub(digits), digits.saturating_sub(wire));
            let unit = 10_u64.pow(fewer);
            match money.units_text(wire) {
                Ok(text) => {
                    prop_assert_eq!(units % unit, 0);
                    prop_assert_eq!(text.parse(), Ok(u128::from(units / unit) * 10_u128.pow(more)));
                    prop_assert_eq!(Money::parse_units(&text, wire, currency), Ok(money));
                    let pointed = format!("{text}.0");
                    prop_assert!(Money::parse_units(&pointed, wire, currency).is_err());
                    if more > 0 {
                        let between = format!("{}", text.parse::<u128>().unwrap() + 1);
                        let error = MoneyError::Precision { digits: wire, allowed: digits, currency };
                        prop_assert_eq!(Money::parse_units(&between, wire, currency), Err(error));
                    }
                }
                Err(error) => {
                    prop_assert_eq!(error, MoneyError::Precision { digits, allowed: wire, currency });
                    prop_assert!(units % unit != 0);
                }
            }
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
    }

    /// Whatever the text, reading it answers.
    #[test]
    fn no_text_panics(text in "\\PC{0,40}") {
        for currency in [Currency::INR, Currency::JPY, Currency::KWD] {
            let _ = Amount::parse(&text, currency);
            let _ = Money::parse_units(&text, currency.digits(), currency);
            let _ = Currency::from_code_ignoring_case(&text);
            // What is read as money is what would be printed, leading zeros and missing digits aside.
            if let Ok(money) = text.parse::<Money>() {
                prop_assert_eq!(money.to_string().parse(), Ok(money));
            }
        }
    }
}

#[test]
fn bad_amounts_are_told_what_is_wrong() {
    let inr = Currency::INR;
    for text in [
        "",
        "-",
        "+1",
        ".5",
        "5.",
        "1e3",
        "1.0E2",
        "NaN",
        "inf",
        "-Infinity",
        " 1",
        "1 ",
        "1,000.00",
        "1.2.3",
        "0x10",
        "१",
        "--1",
    ] {
        let Err(MoneyError::Malformed { given }) = Amount::parse(text, inr) else { panic!("{text:?}") };
        assert_eq!(given.as_str(), text);
    }
    for text in ["10000000000000000.00", "99999999999999999999999999999999999999999", &"9".repeat(10_000)] {
        assert_eq!(Amount::parse(text, inr), Err(MoneyError::TooLarge { currency: inr }));
        assert_eq!(MoneyError::TooLarge { currency: inr }.code(), "amount-malformed");
    }
    let largest = Amount::parse("9999999999999999.99", inr).unwrap().to_money().unwrap();
    assert_eq!(largest.minor(), Minor::MAX);
    assert_eq!(Money::parse("-1", inr).unwrap_err().code(), "amount-not-positive");
    assert_eq!(Money::parse_units("-100", 2, inr).unwrap_err().to_string(), NEGATIVE);
    assert_eq!(Money::parse_units("-0", 2, inr), Ok(Money::zero(inr)));
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
    assert_eq!(Money::from_decimal(Decimal::MAX, inr), Err(MoneyError::TooLarge { currency: inr }));
    assert_eq!(Money::from_decimal(Decimal::MIN, inr), Err(MoneyError::TooLarge { currency: inr }));
    assert_eq!(Money::from_decimal((-1).into(), inr).unwrap_err().to_string(), NEGATIVE);
    assert_eq!(Money::from_decimal("-0.00".parse().unwrap(), inr), Ok(Money::zero(inr)));
    let tiny: Decimal = "0.0000000000000000000000000001".parse().unwrap();
    assert_eq!(Money::from_decimal(tiny, inr), Err(MoneyError::Precision { digits: 28, allowed: 2, currency: inr }));
}

const NEGATIVE: &str = "-1.00 INR is below zero; state an amount of zero or more";

/// Every text of every error, word for word, with its code.
#[test]
fn errors_say_what_is_wrong_and_what_to_do() {
    let inr = Currency::INR;
    let (ten, more) = (Money::inr("10.00").unwrap(), Money::inr("10.01").unwrap());
    let most = Money::new(Minor::MAX, inr);
    for (result, code, text) in [
        (
            Money::inr("1e3"),
            "amount-malformed",
            "'1e3' is not an amount; write digits and, if needed, a point, like 100.00",
        ),
        (
            "100.00".parse(),
            "amount-malformed",
            "'100.00' is not an amount, one space and a currency; write it like 100.00 INR",
        ),
        (
            Money::inr("10000000000000000.00"),
            "amount-malformed",
            "the amount is above the largest possible, 9999999999999999.99 INR; check the unit",
        ),
        (
            Money::from_minor(1_000_000_000_000_000_000, Currency::JPY),
            "amount-malformed",
            "the amount is above the largest possible, 999999999999999999 JPY; check the unit",
        ),
        (
            Money::inr("10.005"),
            "amount-precision",
            "the amount has too many digits after the point (3; INR allows 2); \
             state it exactly, nothing is rounded",
        ),
        (Money::inr("-1"), "amount-not-positive", NEGATIVE),
        (
            ten.checked_add(Money::jpy("1").unwrap()),
            "currency-mismatch",
            "INR and JPY do not mix; convert one of them first, at a rate that you state",
        ),
        (
            most.checked_add(ten),
            "amount-out-of-range",
            "9999999999999999.99 INR and 10.00 INR together are above the largest possible amount; \
             check the units of both",
        ),
        (
            ten.checked_sub(more),
            "amount-out-of-range",
            "10.00 INR less 10.01 INR is below zero; compare the two before subtracting",
        ),
        (
            Money::parse_units("10000.0", 2, inr),
            "amount-malformed",
            "'10000.0' is not a whole number, and this provider counts in the smallest unit; write 100.00 INR as 10000",
        ),
        (
            Money::parse_units("1e4", 2, Currency::JPY),
            "amount-malformed",
            "'1e4' is not a whole number, and this provider counts in the smallest unit; write 100 JPY as 10000",
        ),
        (
            Money::parse_units("1,000", 3, Currency::KWD),
            "amount-malformed",
            "'1,000' is not a whole number, and this provider counts in the smallest unit; write 100.000 KWD as 100000",
        ),
        ("100.00 ".parse(), "currency-unknown", "the currency is empty; state an ISO 4217 code like INR"),
        (
            "100.00 inr".parse(),
            "currency-unknown",
            "'inr' is not a currency code; write its three capital letters, like INR",
        ),
        (
            "100.00 QQQ".parse(),
            "currency-unknown",
            "ISO 4217 lists no currency 'QQQ' with minor units; check the spelling",
        ),
    ] {
        let error = result.unwrap_err();
        assert_eq!((error.code(), &*error.to_string()), (code, text));
    }
    let too_many = serde_json::from_str::<Minor>("1000000000000000000").unwrap_err().to_string();
    let says = "1000000000000000000 minor units are more than the largest amount, 999999999999999999; check the unit";
    assert!(too_many.starts_with(says), "{too_many}");
}

#[test]
fn each_constructor_reads_its_own_currency() {
    for (money, printed) in [
        (Money::inr("100"), "100.00 INR"),
        (Money::usd("100"), "100.00 USD"),
        (Money::eur("100"), "100.00 EUR"),
        (Money::jpy("100"), "100 JPY"),
        (Money::kwd("100"), "100.000 KWD"),
    ] {
        assert_eq!(money.unwrap().to_string(), printed);
    }
}

#[test]
fn an_amount_prints_what_was_written() {
    for (text, currency, printed) in [
        ("10", Currency::INR, "10.00 INR"),
        ("-1", Currency::INR, "-1.00 INR"),
        ("10.005", Currency::INR, "10.00… INR"),
        ("10.000", Currency::INR, "10.00… INR"),
        ("500.5", Currency::JPY, "500… JPY"),
        ("0.1", Currency::KWD, "0.100 KWD"),
    ] {
        assert_eq!(Amount::parse(text, currency).unwrap().to_string(), printed);
    }
}

#[test]
fn stored_amounts_are_checked_on_reading() {
    let money: Money = serde_json::from_str(r#"{"minor":1000,"currency":"INR"}"#).unwrap();
    assert_eq!(money, Money::inr("10.00").unwrap());
    assert_eq!(serde_json::to_string(&money).unwrap(), r#"{"minor":1000,"currency":"INR"}"#);
    for bad in [
        r#"{"minor":1000000000000000000,"currency":"INR"}"#,
        r#"{"minor":-1,"currency":"INR"}"#,
        r#"{"minor":1.0,"currency":"INR"}"#,
        r#"{"minor":"1","currency":"INR"}"#,
        r#"{"minor":1,"currency":"inr"}"#,
        r#"{"minor":1,"currency":"INR","rate":1}"#,
        r#"{"amount":1,"currency":"INR"}"#,
        r#"{"minor":1}"#,
    ] {
        assert!(serde_json::from_str::<Money>(bad).is_err(), "{bad}");
    }
}

/// A count of minor units is taken as it is, or refused with its number; what a transaction's minor units are as money.
#[test]
fn a_count_of_minor_units_is_taken_or_refused() {
    let most = Minor::MAX.get();
    assert_eq!((Minor::try_from(0_u64), Minor::try_from(most)), (Ok(Minor::ZERO), Ok(Minor::MAX)));
    let above = Minor::try_from(most + 1).unwrap_err();
    assert_eq!((above, above.code()), (MoneyError::UnitsTooLarge { units: most + 1 }, "amount-malformed"));
    assert_eq!(Minor::try_from(6_000_i64), Ok(Minor::from(6_000)));
    let (below, above) = (Minor::try_from(i64::MIN).unwrap_err(), Minor::try_from(i64::MAX).unwrap_err());
    assert_eq!((below, below.code()), (MoneyError::UnitsNegative { units: i64::MIN }, "amount-not-positive"));
    assert!(above.to_string().starts_with("9223372036854775807 minor units are more than"), "{above}");
    assert!(Money::zero(Currency::KWD).is_zero() && !Money::new(Minor::ONE, Currency::KWD).is_zero());
    let order = Order::new("o-1".parse().unwrap(), Money::kwd("1.000").unwrap());
    let transaction = Transaction::created(&order, "t-1".parse().unwrap());
    assert_eq!(transaction.money(Minor::from(1_000)), order.amount());
    assert_eq!("acme".parse::<ProfileName>().unwrap(), ProfileName::from("acme"));
}
