//! What one payload says, subject by subject, and the small readers that both providers share.

use super::facts::Verdict;
use super::money::{Currency, MOST};
use serde_json::Value;

/// What a word of an order or a transaction means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    Created,
    Failed,
    Authorized,
    CaptureInitiated,
    PartiallyCharged,
    Charged,
    CaptureFailed,
    VoidInitiated,
    VoidFailed,
    Voided,
    AutoRefunded,
    Refunded,
    /// A known word that says nothing of money (Razorpay's order: attempted).
    Nothing,
}

impl Word {
    pub fn is_charged(self) -> bool {
        matches!(self, Word::Charged | Word::Refunded)
    }

    /// The hold was there, or had been.
    pub fn implies_hold(self) -> bool {
        !matches!(self, Word::Created | Word::Failed | Word::Nothing)
    }
}

#[derive(Clone, Debug)]
pub struct Said {
    pub text: String,
    /// None where the text is unknown.
    pub word: Option<Word>,
    pub number_fits: bool,
}

pub type Ids = Vec<(String, String)>;

#[derive(Clone, Debug, Default)]
pub struct OrderSaid {
    pub id: Option<String>,
    pub said: Option<Said>,
    pub price: Option<u64>,
    /// A bare amount whose subject is not sure.
    pub unsure: Option<u64>,
    pub captured: Option<u64>,
    pub refunded: Option<u64>,
}

#[derive(Clone, Debug, Default)]
pub struct TransactionSaid {
    pub ids: Ids,
    pub said: Option<Said>,
    pub flag_contradicts: bool,
    pub authorized: Option<u64>,
    /// What is authorized only while no hold is known.
    pub authorized_at_first: Option<u64>,
    pub pays: Option<u64>,
    pub refunded: Option<u64>,
}

#[derive(Clone, Debug)]
pub struct Listed {
    pub order: Option<String>,
    pub ids: Ids,
    pub said: Option<Said>,
    pub authorized: Option<u64>,
    pub pays: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    Accepted,
    Succeeded,
    Failed,
}

#[derive(Clone, Debug)]
pub struct RequestSaid {
    pub kind: super::facts::Kind,
    pub key: Option<String>,
    pub id: Option<String>,
    pub amount: Option<u64>,
    /// None where its word says nothing.
    pub told: Option<Told>,
}

#[derive(Clone, Debug, Default)]
pub struct Payload {
    /// It names two different ids for the same thing.
    pub ids_contradict: bool,
    pub currencies: Vec<Currency>,
    pub order: OrderSaid,
    pub transaction: TransactionSaid,
    pub list: Vec<Listed>,
    pub requests: Vec<RequestSaid>,
}

/// An object's field; null counts as absent.
pub fn field<'a>(object: &'a Value, key: &str) -> Option<&'a Value> {
    object.get(key).filter(|value| !value.is_null())
}

/// Ids and words may be text or numbers; empty counts as absent.
pub fn id(object: &Value, key: &str) -> Result<Option<String>, Verdict> {
    match field(object, key) {
        None => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(_) => Err(Verdict::Malformed("id-malformed")),
    }
}

pub fn currency(object: &Value, into: &mut Vec<Currency>) -> Result<(), Verdict> {
    if let Some(value) = field(object, "currency") {
        let known = value.as_str().and_then(Currency::read).ok_or(Verdict::Malformed("currency-unknown"))?;
        into.push(known);
    }
    Ok(())
}

fn raw_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Major units as a JSON number or a decimal text: exact, or refused. Zeros beyond the digits are exact.
pub fn major(object: &Value, key: &str, currency: &Currency) -> Result<Option<u64>, Verdict> {
    let Some(value) = field(object, key) else { return Ok(None) };
    let bad = Verdict::Malformed("amount-malformed");
    let text = raw_text(value).ok_or(bad.clone())?;
    let trimmed = match text.split_once('.') {
        Some((whole, fraction)) => {
            let digits = currency.digits as usize;
            let (kept, beyond) = fraction.split_at_checked(digits.min(fraction.len())).ok_or(bad.clone())?;
            if fraction.is_empty() || !beyond.bytes().all(|byte| byte == b'0') {
                return Err(bad);
            }
            if kept.is_empty() { whole.to_string() } else { format!("{whole}.{kept}") }
        }
        None => text,
    };
    match super::money::read_amount(&trimmed, currency) {
        Some(amount) if !amount.too_precise && amount.minor >= 0 => Ok(u64::try_from(amount.minor).ok()),
        _ => Err(bad),
    }
}

/// Minor units as a JSON integer, or text.
pub fn minor(object: &Value, key: &str) -> Result<Option<u64>, Verdict> {
    let Some(value) = field(object, key) else { return Ok(None) };
    let bad = Verdict::Malformed("amount-malformed");
    let text = raw_text(value).ok_or(bad.clone())?;
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(bad);
    }
    match text.parse::<u64>() {
        Ok(amount) if i128::from(amount) <= MOST => Ok(Some(amount)),
        _ => Err(bad),
    }
}
