//! A recorded event in words; a transaction and an order in figures. All amounts are decimal text of the order's currency.

use std::collections::BTreeMap;

use order_capture::{
    Amounts, Currency, Event, Minor, Money, Operation, Order, OrderStatus, Origin, Outcome, Profile, Transaction,
};

/// What is said of something, by name: `captured` is `60.00`, `state` is `charged`.
pub(crate) type Facts = BTreeMap<&'static str, String>;

/// What is said of one transaction.
pub(crate) fn transaction(transaction: &Transaction, profile: &Profile, currency: Currency) -> Facts {
    let mut facts: Facts = figures(&transaction.amounts())
        .into_iter()
        .map(|(name, minor)| (name, Money::new(minor, currency).major_text()))
        .collect();
    facts.insert("state", transaction.kind().as_str().to_string());
    facts.insert("transaction", transaction.status_text(profile).to_string());
    facts
}

/// The amounts of one transaction, by name.
pub(crate) fn figures(amounts: &Amounts) -> [(&'static str, Minor); 9] {
    [
        ("authorized", amounts.authorized),
        ("captured", amounts.captured),
        ("pending", amounts.pending),
        ("held", amounts.held),
        ("capturable", amounts.capturable),
        ("released", amounts.released),
        ("refunded", amounts.refunded),
        ("refund_pending", amounts.refund_pending),
        ("refundable", amounts.refundable()),
    ]
}

/// What is said of an order: its word, its three axes, and what was captured beyond it.
pub(crate) fn order<'a>(
    order: &Order,
    profile: &Profile,
    transactions: impl IntoIterator<Item = &'a Transaction>,
) -> Facts {
    let status = OrderStatus::of(order, transactions);
    let over = status.overcharged.map_or_else(|| "none".to_string(), |money| money.to_string());
    Facts::from([
        ("order", status.status_text(profile).to_string()),
        ("order_authorized", status.authorized.as_str().to_string()),
        ("order_charged", status.charged.as_str().to_string()),
        ("order_refunded", status.refunded.as_str().to_string()),
        ("overcharged", over),
    ])
}

/// An event's name, and what happened.
pub(crate) fn named(what: &Event, currency: Currency) -> String {
    format!("{}: {}", what.name(), event(what, currency))
}

/// What happened, in a few words.
pub(crate) fn event(event: &Event, currency: Currency) -> String {
    let money = |minor: &Minor| Money::new(*minor, currency).to_string();
    let closing = |closes: &bool| if *closes { "; closes the authorization" } else { "" };
    match event {
        Event::Authorized { amount, capture_before: None } => format!("{amount} held"),
        Event::Authorized { amount, capture_before: Some(deadline) } => {
            format!(
                "{amount} held, to be captured before {}",
                deadline.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
            )
        }
        Event::AuthorizationFailed => "no hold was obtained".to_string(),
        Event::AuthorizationAdjusted { total } => format!("the hold is {} in all now", money(total)),
        Event::AuthorizationExpired => "the hold lapsed".to_string(),
        Event::Requested { operation, number, amount, key, closes, origin } => {
            let key = key.as_ref().map(|key| format!(", key {}", key.as_str())).unwrap_or_default();
            let who = if *origin == Origin::Provider { "; nobody here asked for it" } else { "" };
            format!("{} {number}: {}{key}{}{who}", name(*operation), money(amount), closing(closes))
        }
        Event::Answered { operation, number, outcome } => {
            let what = match outcome {
                Outcome::Succeeded { amount } => format!("{} done", money(amount)),
                Outcome::Failed { closes } => format!("refused{}", closing(closes)),
                Outcome::Accepted => "accepted, the result is pending".to_string(),
                Outcome::Unanswered => "no answer, its fate is unknown".to_string(),
                Outcome::Withdrawn => "refused before it was tried".to_string(),
            };
            format!("{} {number}: {what}", name(*operation))
        }
        Event::CaptureReversed { number, amount, closes } => {
            format!("capture {number}: {} taken back by the provider{}", money(amount), closing(closes))
        }
        Event::Identified { ids } => {
            let known = [("order", &ids.order), ("transaction", &ids.transaction), ("uuid", &ids.uuid)];
            let known = known.iter().filter_map(|(name, id)| Some(format!("{name} {}", id.as_ref()?.as_str())));
            format!("the provider's identifiers: {}", known.collect::<Vec<_>>().join(", "))
        }
        Event::StatusSeen { status } => format!("the provider's word is {}", status.as_str()),
    }
}

const fn name(operation: Operation) -> &'static str {
    match operation {
        Operation::Capture => "capture",
        Operation::Void => "void",
        Operation::Refund => "refund",
    }
}
