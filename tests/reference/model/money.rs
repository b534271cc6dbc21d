//! Amounts as text, in minor units. Section 4 of the rules, "Amount text", and INV-13.

/// The largest amount that is read: 10^18 - 1 minor units (section 4).
pub const MOST: i128 = 999_999_999_999_999_999;

const NO_DECIMALS: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
const THREE_DECIMALS: &str = "BHD IQD JOD KWD LYD OMR TND";
const TWO_DECIMALS: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD \
    CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG \
    HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN \
    MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD \
    SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWL";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Currency {
    pub code: String,
    pub digits: u32,
}

impl Currency {
    /// Letter case does not matter (section 6). Unknown and empty codes are none.
    pub fn read(text: &str) -> Option<Currency> {
        let code = text.to_ascii_uppercase();
        let within = |list: &str| list.split_whitespace().any(|known| known == code);
        let digits = if within(NO_DECIMALS) {
            0
        } else if within(THREE_DECIMALS) {
            3
        } else if within(TWO_DECIMALS) {
            2
        } else {
            return None;
        };
        Some(Currency { code, digits })
    }

    fn unit(&self) -> i128 {
        10i128.pow(self.digits)
    }
}

/// A decimal text that could be read. `too_precise` says that it has more digits than the currency,
/// even when they are zero; `minor` is then cut and only its sign means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    pub minor: i128,
    pub too_precise: bool,
    /// Nothing but zeros was cut.
    pub exact: bool,
}

/// Digits, optionally a point and digits, optionally a leading minus. Anything else is none (malformed).
pub fn read_amount(text: &str, currency: &Currency) -> Option<Amount> {
    let (negative, body) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = match body.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return None,
        None => (body, ""),
    };
    let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits_only(whole) || !digits_only(fraction) {
        return None;
    }
    let mut minor: i128 = 0;
    for byte in whole.bytes() {
        minor = minor * 10 + i128::from(byte - b'0');
        if minor > MOST {
            return None;
        }
    }
    minor *= currency.unit();
    let digits = currency.digits as usize;
    for place in 0..digits {
        let digit = fraction.as_bytes().get(place).map_or(0, |byte| i128::from(byte - b'0'));
        minor += digit * 10i128.pow((digits - place - 1) as u32);
    }
    if minor > MOST {
        return None;
    }
    let exact = fraction.bytes().skip(digits).all(|byte| byte == b'0');
    Some(Amount { minor: if negative { -minor } else { minor }, too_precise: fraction.len() > digits, exact })
}

/// Decimal text with exactly the digits of the currency.
pub fn write_amount(minor: i128, currency: &Currency) -> String {
    if currency.digits == 0 {
        return minor.to_string();
    }
    let sign = if minor < 0 { "-" } else { "" };
    let (unit, size) = (currency.unit(), minor.abs());
    format!("{sign}{}.{:0width$}", size / unit, size % unit, width = currency.digits as usize)
}
