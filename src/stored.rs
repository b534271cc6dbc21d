//! The stored form of a transaction: versioned, and checked on reading as untrusted input.
//!
//! It contains the facts, and also the amounts and the state that follow from them: a database can be searched by
//! these, and a changed figure is noticed. Unknown fields are refused: money may depend on a field that this release
//! does not know.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::event::{STORED_VERSION, known_version};
use crate::hold::{
    Closed, Derived, End, Hold, Operation, Origin, Request, RequestStatus, Requests, StateKind, Total, Totals,
};
use crate::ids::{OrderId, ProviderIds, StatusWord, Time, TransactionId};
use crate::money::{Currency, Minor};
use crate::names::is_default;
use crate::transaction::{Phase, Transaction};

/// A stored transaction is refused, by rule `stored-form-invalid`.
fn invalid<T>(why: fmt::Arguments<'_>) -> Result<T, String> {
    Err(format!("{why}; replay the log"))
}

/// What is zero, false or empty is left out.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    #[serde(rename = "v", deserialize_with = "known_version")]
    version: u32,
    id: TransactionId,
    order: OrderId,
    currency: Currency,
    sequence: u32,
    state: StateKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider_status: Option<StatusWord>,
    #[serde(default, skip_serializing_if = "is_default")]
    ids: ProviderIds,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hold: Option<StoredHold>,
}

/// The facts of a hold, named and typed as in [`Hold`], and after the semicolon the amounts that follow.
macro_rules! stored_hold {
    ($($(#[$rename:meta])? $fact:ident: $type:ty),+; $($amount:ident),+) => {
        #[derive(Clone, Debug, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct StoredHold {
            authorized: Minor,
            $(#[serde(default, skip_serializing_if = "is_default")] $(#[$rename])? $fact: $type,)+
            $(#[serde(default, skip_serializing_if = "is_default")] $amount: Minor,)+
        }

        impl StoredHold {
            fn of(hold: &Hold) -> Self {
                let amounts = hold.amounts();
                let Hold { authorized, $($fact,)+ .. } = hold.clone();
                Self { authorized, $($fact,)+ $($amount: amounts.$amount,)+ }
            }

            /// The hold of these facts; and each amount: its name, as it is stored, as it follows.
            fn hold(self, currency: Currency) -> (Hold, impl Iterator<Item = (&'static str, Minor, Minor)>) {
                let Self { authorized, $($fact,)+ $($amount,)+ } = self;
                let mut hold = Hold { currency, authorized, $($fact,)+ derived: Derived::default() };
                hold.derive();
                let amounts = hold.amounts();
                (hold, [$((stringify!($amount), $amount, amounts.$amount)),+].into_iter())
            }
        }
    };
}

stored_hold! {
    earlier_authorized: Vec<Minor>,
    #[serde(rename = "most")]
    most_captured: Option<Minor>,
    pays: Option<Minor>,
    capture_before: Option<Time>,
    end: Option<End>,
    closed: Option<Closed>,
    stays_released: Minor,
    captures: Requests,
    captured_totals: Totals,
    voids: Requests,
    refunds: Requests,
    refunded_totals: Totals;
    captured, pending, released, held, refunded, refund_pending
}

impl Serialize for Transaction {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let stored = Stored {
            version: STORED_VERSION,
            id: self.id.clone(),
            order: self.order.clone(),
            currency: self.currency,
            sequence: self.sequence,
            state: self.state(),
            provider_status: match &self.phase {
                Phase::Created { word } | Phase::Failed { word } => word.clone(),
                Phase::Held(_) => None,
            },
            ids: self.ids.clone(),
            hold: self.hold().map(StoredHold::of),
        };
        stored.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Transaction {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        transaction(Stored::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// The hold of these facts, if they are possible and the stored amounts follow from them.
fn check(stored: StoredHold, currency: Currency, sequence: u32) -> Result<Hold, String> {
    let (hold, mut amounts) = stored.hold(currency);
    facts(&hold, sequence)?;
    for operation in Operation::ALL {
        let odd = hold.requests(operation).iter().find(|(_, request)| !can_be(operation, request, sequence));
        if let Some((number, request)) = odd {
            let (amount, status) = (hold.money(request.amount), request.status);
            return invalid(format_args!(
                "{operation} {number} of {amount}, {status}, cannot have been stored like this"
            ));
        }
    }
    match amounts.find(|(_, stated, derived)| stated != derived) {
        Some((amount, stated, derived)) => {
            let (stated, derived) = (hold.money(stated), hold.money(derived));
            invalid(format_args!("{amount} is stored as {stated}, and the facts give {derived}"))
        }
        None => Ok(hold),
    }
}

/// Whether a request can be as it is stored.
fn can_be(operation: Operation, request: &Request, sequence: u32) -> bool {
    let Request { amount, done, status, .. } = *request;
    let has_done = matches!(status, RequestStatus::Succeeded | RequestStatus::Reversed);
    let ours = request.origin == Origin::Merchant;
    !amount.is_zero()
        && done.is_none_or(|done| has_done && !done.is_zero() && done <= amount)
        && (operation != Operation::Void || status != RequestStatus::Reversed)
        && (operation == Operation::Capture || !request.closes)
        && (status.is_outstanding() || !request.resent)
        && (ours || request.remembered_until.is_none())
        && (ours || (request.key.is_none() && !request.resent))
        && (!ours || request.begun > 0)
        && request.last_sent > 0
        && request.last_sent <= sequence
        && request.begun <= sequence
}

/// Whether the facts other than requests can be true together.
fn facts(hold: &Hold, sequence: u32) -> Result<(), String> {
    let in_order = |totals: &Totals| {
        let order = |pair: &[Total]| matches!(pair, [one, other] if one.at < other.at);
        let recorded = |total: &Total| total.at > 0 && total.at <= sequence;
        totals.stated.windows(2).all(order) && totals.stated.iter().all(recorded)
    };
    let amounts = hold.amounts();
    for (fact, can_be) in [
        ("authorized", !hold.authorized.is_zero()),
        ("most", hold.most_captured.is_none_or(|most| most > hold.authorized)),
        ("captures that succeeded", hold.captures.sums().succeeded <= hold.tolerated().get()),
        ("voids that succeeded", hold.voids.sums().succeeded <= hold.authorized.get()),
        ("refunds that succeeded", hold.refunds.sums().succeeded <= amounts.captured.get()),
        ("captured_totals", in_order(&hold.captured_totals)),
        ("refunded_totals", in_order(&hold.refunded_totals)),
        ("end", hold.end != Some(End::Captured) || !amounts.captured.is_zero()),
        ("closed", hold.closed.is_none() || hold.end.is_none()),
        ("voids", hold.voids.outstanding().nth(1).is_none()),
        ("voids of an ended hold", hold.end.is_none() || hold.voids.outstanding().next().is_none()),
    ] {
        if !can_be {
            return invalid(format_args!("the stored facts contradict each other in {fact}"));
        }
    }
    Ok(())
}

/// The transaction, if its state and amounts follow from its facts.
fn transaction(stored: Stored) -> Result<Transaction, String> {
    let Stored { id, order, currency, sequence, state, provider_status: word, ids, hold, .. } = stored;
    let phase = match (state, hold) {
        (StateKind::Created, None) => Phase::Created { word },
        (StateKind::Failed, None) => Phase::Failed { word },
        (stated, Some(hold)) if !stated.is_unheld() && word.is_none() => {
            let hold = check(hold, currency, sequence)?;
            let derived = hold.state();
            if stated != derived {
                return invalid(format_args!("the state is stored as {stated}, and the facts give {derived}"));
            }
            Phase::Held(Box::new(hold))
        }
        (state, _) => {
            return invalid(format_args!("the state is stored as {state}, which contradicts whether a hold is stored"));
        }
    };
    Ok(Transaction { id, order, currency, sequence, ids, phase })
}
