//! A transaction: one attempt to pay an order, in whichever state its events have brought it to.

use crate::event::RecordedEvent;
use crate::hold::amounts::Amounts;
use crate::hold::facts::Hold;
use crate::hold::request::{Operation, Request};
use crate::hold::state::StateKind;
use crate::ids::{OrderId, ProviderIds, StatusWord, TransactionId};
use crate::money::Currency;
use crate::order::Order;
use crate::step::Rejection;

/// One attempt to pay an order. It belongs to one order, and so to one currency, for life.
///
/// It is built by [`Transaction::apply`] alone, live and in replay. Commands are asked of it together with its order and
/// its provider's profile: see [`Payment`](crate::Payment).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Transaction {
    pub(crate) id: TransactionId,
    pub(crate) order: OrderId,
    pub(crate) currency: Currency,
    pub(crate) sequence: u32,
    pub(crate) ids: ProviderIds,
    pub(crate) phase: Phase,
}

/// Whether a hold was ever obtained.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Phase {
    Created { word: Option<StatusWord> },
    Failed { word: Option<StatusWord> },
    Held(Box<Hold>),
}

impl Transaction {
    /// A new attempt to pay this order: nothing held yet.
    #[must_use]
    pub fn created(order: &Order, id: TransactionId) -> Self {
        Self {
            id,
            order: order.id().clone(),
            currency: order.amount().currency(),
            sequence: 0,
            ids: ProviderIds::default(),
            phase: Phase::Created { word: None },
        }
    }

    /// Builds a transaction from its log, oldest event first.
    ///
    /// The log is untrusted: every event is checked as if it happened now. An event that stands in it twice is passed
    /// over; two different ones in the same place are not.
    ///
    /// # Errors
    /// The first [`Rejection`].
    pub fn replay<'a, L>(order: &Order, id: TransactionId, log: L) -> Result<Self, Rejection>
    where
        L: IntoIterator<Item = &'a RecordedEvent, IntoIter: Clone>,
    {
        let log = log.into_iter();
        let mut transaction = Self::created(order, id);
        for (place, recorded) in log.clone().enumerate() {
            if recorded.sequence <= transaction.sequence && recorded.transaction == transaction.id {
                // Only a log that repeats itself is read twice.
                let same_place = |known: &&RecordedEvent| known.sequence == recorded.sequence;
                let known = log.clone().take(place).filter(same_place).last();
                if known.is_some_and(|known| known.event != recorded.event) {
                    return Err(Rejection::Fork { sequence: recorded.sequence });
                }
            }
            let _ = transaction.apply(recorded)?;
        }
        Ok(transaction)
    }

    /// The merchant's name for it.
    pub const fn id(&self) -> &TransactionId {
        &self.id
    }

    /// The order that it pays.
    pub const fn order(&self) -> &OrderId {
        &self.order
    }

    /// The order's currency.
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// How many events were applied; the next one's sequence is one more.
    pub const fn sequence(&self) -> u32 {
        self.sequence
    }

    /// The provider's identifiers seen so far.
    pub const fn provider_ids(&self) -> &ProviderIds {
        &self.ids
    }

    /// The state, by name.
    pub fn state(&self) -> StateKind {
        match &self.phase {
            Phase::Created { .. } => StateKind::Created,
            Phase::Failed { .. } => StateKind::Failed,
            Phase::Held(hold) => hold.state(),
        }
    }

    /// The facts and the requests, once a hold was obtained.
    pub fn hold(&self) -> Option<&Hold> {
        match &self.phase {
            Phase::Held(hold) => Some(hold),
            Phase::Created { .. } | Phase::Failed { .. } => None,
        }
    }

    /// The amounts; all zero before a hold was obtained.
    pub fn amounts(&self) -> Amounts {
        self.hold().map(Hold::amounts).unwrap_or_default()
    }

    /// The request of this kind under this key: what a known key is answered with, before any state is asked.
    pub fn request(&self, operation: Operation, key: &str) -> Option<&Request> {
        self.hold()?.requests(operation).by_key(key).map(|(_, request)| request)
    }

    /// The provider's own word for created or failed, where one was seen.
    pub fn provider_status(&self) -> Option<&str> {
        match &self.phase {
            Phase::Created { word } | Phase::Failed { word } => word.as_ref().map(StatusWord::as_str),
            Phase::Held(_) => None,
        }
    }
}
