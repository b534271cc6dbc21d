//! Section 5: the order's status from its transactions, and the provider's spelling of section 3.

use super::amounts::{Amounts, State, amounts, state};
use super::facts::Transaction;
use super::money::Currency;
use super::profile::Profile;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub amount: i128,
    pub currency: Currency,
    pub parts: bool,
    /// The provider's id of it, once bound.
    pub id: Option<String>,
}

/// What an amount of a transaction counts for the order: all that it pays once it is the whole authorization, else
/// itself, at most what the transaction pays.
pub fn counted(transaction: &Transaction, amount: i128) -> i128 {
    let pays = i128::from(transaction.pays);
    match transaction.authorized {
        // What is above the authorization counts beside what it pays.
        Some(a) if amount >= i128::from(a) && amount > 0 => pays + amount - i128::from(a),
        Some(_) => amount.min(pays),
        None => 0,
    }
}

pub struct Status {
    pub authorized: &'static str,
    pub charged: &'static str,
    pub refunded: &'static str,
    pub text: String,
    pub discrepancy: Option<&'static str>,
}

fn axis(sum: i128, price: i128) -> &'static str {
    if sum > price {
        "over"
    } else if sum == price {
        "full"
    } else if sum == 0 {
        "none"
    } else {
        "partial"
    }
}

/// The transaction in the provider's word: the table of section 3.
pub fn transaction_text(t: Option<&Transaction>, profile: &Profile) -> String {
    let Some(t) = t else {
        return if profile.is_juspay() { "NEW".into() } else { "created".into() };
    };
    let sums = amounts(t);
    let now = state(t);
    if matches!(now, State::Created | State::Failed)
        && let Some(word) = &t.word
    {
        return word.clone();
    }
    if profile.is_juspay() { juspay_text(now, &sums) } else { razorpay_text(now, &sums) }.into()
}

fn juspay_text(now: State, sums: &Amounts) -> &'static str {
    match now {
        State::Created => "NEW",
        State::Failed => "AUTHORIZATION_FAILED",
        State::Authorized => "AUTHORIZED",
        State::Capturing | State::CaptureUnknown | State::Voiding | State::VoidUnknown => {
            if sums.c > 0 {
                "PARTIAL_CHARGED"
            } else {
                "AUTHORIZED"
            }
        }
        State::CaptureInitiated => "CAPTURE_INITIATED",
        State::PartiallyCaptured => "PARTIAL_CHARGED",
        State::Charged => "CHARGED",
        State::CaptureFailed => "CAPTURE_FAILED",
        State::VoidInitiated => "VOID_INITIATED",
        State::VoidFailed => "VOID_FAILED",
        State::Voided => "VOIDED",
        State::Expired => "AUTO_REFUNDED",
    }
}

fn razorpay_text(now: State, sums: &Amounts) -> &'static str {
    match now {
        State::Created => "created",
        State::Failed => "failed",
        State::Charged if sums.r == sums.c => "refunded",
        State::Charged | State::PartiallyCaptured => "captured",
        State::Voided | State::Expired => "refunded",
        _ => "authorized",
    }
}

pub fn status(order: &Order, transactions: &[&Transaction], profile: &Profile) -> Status {
    let all: Vec<(&Transaction, Amounts)> = transactions.iter().map(|t| (*t, amounts(t))).collect();
    let authorized: i128 = all.iter().map(|(t, sums)| counted(t, sums.c + sums.p + sums.h)).sum();
    let charged: i128 = all.iter().map(|(t, sums)| counted(t, sums.c)).sum();
    let kept: i128 = all.iter().map(|(t, sums)| counted(t, sums.c - sums.r)).sum();
    let (captured, refunded) = all.iter().fold((0, 0), |(c, r), (_, sums)| (c + sums.c, r + sums.r));
    let refunded = if refunded == 0 {
        "none"
    } else if refunded >= captured {
        "full"
    } else {
        "partial"
    };
    let holds: Vec<&&Transaction> = transactions.iter().filter(|t| t.authorized.is_some()).collect();
    let differs = profile.is_razorpay()
        && !order.parts
        && holds.len() == 1
        && holds.iter().all(|t| i128::from(t.pays) != order.amount);
    let discrepancy = if kept > order.amount {
        Some("overcharged")
    } else if differs {
        Some("authorized-differs")
    } else {
        None
    };
    let charged = axis(charged, order.amount);
    let text = if profile.is_juspay() {
        juspay_order_text(&all, charged, captured)
    } else if transactions.is_empty() {
        "created".into()
    } else if captured > 0 && matches!(charged, "full" | "over") {
        "paid".into()
    } else {
        "attempted".into()
    };
    Status { authorized: axis(authorized, order.amount), charged, refunded, text, discrepancy }
}

/// C > 0 decides the text before anything in flight; else the first state that any transaction is in, in the order
/// of section 5.
fn juspay_order_text(all: &[(&Transaction, Amounts)], charged: &str, captured: i128) -> String {
    if captured > 0 {
        return if charged == "partial" || charged == "none" { "PARTIAL_CHARGED".into() } else { "CHARGED".into() };
    }
    let holding = [State::Authorized, State::Capturing, State::CaptureUnknown, State::Voiding, State::VoidUnknown];
    let ranks: [(&[State], &str); 9] = [
        (&[State::CaptureInitiated], "CAPTURE_INITIATED"),
        (&holding, "AUTHORIZED"),
        (&[State::VoidInitiated], "VOID_INITIATED"),
        (&[State::CaptureFailed], "CAPTURE_FAILED"),
        (&[State::VoidFailed], "VOID_FAILED"),
        (&[State::Created], "NEW"),
        (&[State::Expired], "AUTO_REFUNDED"),
        (&[State::Voided], "VOIDED"),
        (&[State::Failed], "AUTHORIZATION_FAILED"),
    ];
    for (states, text) in ranks {
        let there: Vec<&Transaction> = all.iter().map(|(t, _)| *t).filter(|t| states.contains(&state(t))).collect();
        if there.is_empty() {
            continue;
        }
        if matches!(text, "NEW" | "AUTHORIZATION_FAILED") {
            // The provider's own word, where these transactions agree on one (INV-11: no listing order).
            let mut words: Vec<&str> = there.iter().map(|t| t.word.as_deref().unwrap_or(text)).collect();
            words.sort_unstable();
            words.dedup();
            return if words.len() == 1 { words[0].into() } else { text.into() };
        }
        return text.into();
    }
    "NEW".into()
}
