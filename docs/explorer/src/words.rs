//! A recorded event in words; a payment and an order in figures. All amounts are decimal text of the order's currency.

use std::collections::BTreeMap;

use order_capture::{
    Basis, Coverage, Currency, End, Event, Minor, Money, Operation, OrderStatus, Outcome, Payment, Time, Transaction,
};

use crate::format::Scenario;

/// What is said of something, by name: `captured` is `60.00`, `state` is `charged`.
pub(crate) type Facts = BTreeMap<&'static str, String>;

/// What is said of one transaction.
pub(crate) fn transaction(payment: &Payment<'_>, now: Time) -> Facts {
    let currency = payment.transaction().currency();
    let mut facts: Facts = figures(payment, now)
        .into_iter()
        .map(|(name, minor)| (name, Money::new(minor, currency).major_text()))
        .collect();
    facts.insert("state", payment.transaction().state().as_str().to_string());
    facts.insert("transaction", payment.transaction().word(payment.profile()).to_string());
    facts
}

/// The amounts of one transaction, by name.
pub(crate) fn figures(payment: &Payment<'_>, now: Time) -> [(&'static str, Minor); 9] {
    let amounts = payment.transaction().amounts();
    [
        ("authorized", amounts.authorized),
        ("captured", amounts.captured),
        ("pending", amounts.pending),
        ("held", amounts.held),
        ("capturable", payment.capturable(now).minor()),
        ("released", amounts.released),
        ("refunded", amounts.refunded),
        ("refund_pending", amounts.refund_pending),
        ("refundable", amounts.refundable()),
    ]
}

/// What is said of an order: its word, its three axes, and what does not add up.
pub(crate) fn order(scenario: &Scenario<'_>, transactions: &[Transaction]) -> Facts {
    let status = OrderStatus::of(&scenario.order, &scenario.profile, transactions).ok();
    let axes = status.map_or([Coverage::None; 3], |status| [status.authorized, status.charged, status.refunded]);
    let [authorized, charged, refunded] = axes.map(|axis| axis.as_str().to_string());
    let discrepancy = status.and_then(|status| status.discrepancy);
    Facts::from([
        ("order", status.map_or("", |status| status.word).to_string()),
        ("order_authorized", authorized),
        ("order_charged", charged),
        ("order_refunded", refunded),
        ("discrepancy", discrepancy.map_or("none", |found| found.code()).to_string()),
        ("discrepancy_words", discrepancy.map_or_else(String::new, |found| found.to_string())),
    ])
}

/// An event's name, and what happened.
pub(crate) fn named(what: &Event, currency: Currency) -> String {
    format!("{}: {}", what.name(), event(what, currency))
}

/// A time as it is written.
pub(crate) fn time(time: Time) -> String {
    time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

/// What happened, in a few words.
pub(crate) fn event(event: &Event, currency: Currency) -> String {
    let money = |minor: &Minor| Money::new(*minor, currency).to_string();
    let closing = |closes: &bool| if *closes { "; its success ends the hold" } else { "" };
    let closed = |closes: &bool| if *closes { "; the hold is closed to captures" } else { "" };
    match event {
        Event::Authorized { amount, pays, capture_before } => {
            let pays = pays.as_ref().map(|part| format!(", which pays {} of the order", money(part)));
            let deadline = capture_before.map(|deadline| format!("; capture it before {}", time(deadline)));
            format!("{amount} held{}{}", pays.unwrap_or_default(), deadline.unwrap_or_default())
        }
        Event::AuthorizationFailed {} => "no hold was obtained".to_string(),
        Event::AuthorizationAdjusted { total } => format!("{} are now authorized in all", money(total)),
        Event::OverCaptureAllowed { most } => format!("up to {} may be captured of it", money(most)),
        Event::KeyRemembered { operation, number, until } => {
            format!("{operation} {number}: the provider remembers its key until {}", time(*until))
        }
        Event::DeadlineSet { capture_before } => format!("capture the hold before {}", time(*capture_before)),
        Event::Requested { operation, number, amount, key, closes } => {
            let key = key.as_ref().map(|key| format!(", key {}", key.as_str())).unwrap_or_default();
            format!("{operation} {number}: {}{key}{}", money(amount), closing(closes))
        }
        Event::Answered { operation, number, outcome, amount, closes, .. } => {
            let what = match outcome {
                Outcome::Succeeded => amount
                    .as_ref()
                    .map_or_else(|| "succeeded".to_string(), |amount| format!("succeeded for {}", money(amount))),
                Outcome::Failed => format!("failed{}", closed(closes)),
                Outcome::Accepted => "accepted, the result is pending".to_string(),
                Outcome::TimedOut => "timed out; its outcome is unknown".to_string(),
                Outcome::Withdrawn => "withdrawn: the provider refused it before trying it".to_string(),
            };
            format!("{operation} {number}: {what}")
        }
        Event::ProviderInitiated { operation, number, amount, done, .. } => {
            let what = if *done { "succeeded" } else { "announced" };
            format!("{operation} {number}: {} {what}, initiated by the provider", money(amount))
        }
        Event::Reversed { operation, number, amount, closes } => {
            format!("{operation} {number}: {} reversed{}", money(amount), closed(closes))
        }
        Event::TotalReported { operation, total, basis, .. } => {
            let what = if *operation == Operation::Refund { "refunded" } else { "captured" };
            let who = match basis {
                Basis::Stated => "the provider says",
                Basis::StatedAtLeast => "the provider says, at least",
                Basis::Person => "a person reports",
                Basis::ImpliedByPartiallyCharged | Basis::ImpliedByCharged | Basis::ImpliedByRefunded => {
                    "the provider's word implies"
                }
            };
            format!("{who}: {} {what} in all", money(total))
        }
        Event::Ended { how } => match how {
            End::Captured => "the hold ended with a capture".to_string(),
            End::Voided => "the hold was released".to_string(),
            End::Expired => "the hold expired".to_string(),
        },
        Event::Closed { why } => format!("the hold is closed to captures: {why}"),
        Event::Reopened {} => "the hold is open to captures again".to_string(),
        Event::Identified { ids } => {
            let known = [("order", &ids.order), ("transaction", &ids.transaction), ("uuid", &ids.uuid)];
            let known = known.iter().filter_map(|(name, id)| Some(format!("{name} {}", id.as_ref()?.as_str())));
            format!("the provider's ids: {}", known.collect::<Vec<_>>().join(", "))
        }
        Event::StatusSeen { status } => format!("the provider's word is {}", status.as_str()),
    }
}
