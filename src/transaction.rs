//! A transaction: one attempt to pay an order, in whichever state its events have brought it to.

use crate::event::RecordedEvent;
use crate::hold::{Amounts, Hold, Operation, Request, RequestStatus, StateKind};
use crate::ids::{OrderId, ProviderIds, StatusWord, TransactionId};
use crate::money::{Currency, Minor, Money};
use crate::order::Order;
use crate::rejection::Rejection;

/// One attempt to pay an order. It belongs to one order, and so to one currency, for life.
///
/// Only [`Transaction::apply`] builds it, live and in replay. Commands need its order and its provider's profile too:
/// see [`Payment`](crate::Payment).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Transaction {
    pub(crate) id: TransactionId,
    pub(crate) order: OrderId,
    pub(crate) currency: Currency,
    pub(crate) sequence: u32,
    pub(crate) ids: ProviderIds,
    pub(crate) phase: Phase,
}

/// A poll that [`Transaction::poll`] prepared: none of the transaction's requests could still be on its way when it was
/// sent. Pass it to [`Payment::observe`](crate::Payment::observe) with the answer, which is *fresh* if nothing was
/// recorded in between. For another transaction the answer is not fresh: if one text describes several transactions,
/// prepare a poll for each.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Poll {
    transaction: TransactionId,
    asked_after: u32,
}

impl Poll {
    /// Whether its answer is fresh for this transaction, as it is now.
    pub(crate) fn is_fresh_of(&self, transaction: &Transaction) -> bool {
        self.transaction == transaction.id && self.asked_after == transaction.sequence
    }
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
    /// The log is untrusted: every event is checked as if it happened now. An event that occurs twice is skipped; two
    /// different ones in the same place are rejected.
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

    /// This many minor units of its currency as money: for its [amounts](Self::amounts) and those of its requests.
    ///
    /// ```
    #[doc = held!()]
    /// let transaction = payment.transaction();
    /// assert_eq!(transaction.money(transaction.amounts().held), Money::inr("100.00")?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn money(&self, minor: Minor) -> Money {
        Money::new(minor, self.currency)
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

    /// The request of this kind with this key: the result for a known key, before any state is considered.
    pub fn request(&self, operation: Operation, key: &str) -> Option<&Request> {
        self.hold()?.requests(operation).by_key(key).map(|(_, request)| request)
    }

    /// The requests that may still happen and that no stated total covers, with their kind and number: captures, then
    /// voids, then refunds. They reserve their amounts, and they are what is left to find out.
    ///
    /// ```
    #[doc = held!()]
    /// let payment = payment.ask(Command::capture().amount(Money::inr("40.00")?).key("k1"), now)?.into_payment();
    /// let open: Vec<_> = payment.transaction().open_requests().map(|(kind, number, _)| (kind, number)).collect();
    /// assert_eq!(open, [(Operation::Capture, 1)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open_requests(&self) -> impl Iterator<Item = (Operation, u32, &Request)> {
        self.hold().into_iter().flat_map(|hold| {
            Operation::ALL.into_iter().flat_map(move |operation| {
                let open = hold.requests(operation).outstanding();
                let open = open.filter(move |(_, request)| hold.is_outstanding(operation, request));
                open.map(move |(number, request)| (operation, number, request))
            })
        })
    }

    /// Those of the [open requests](Self::open_requests) that may still be on their way to the provider: ours, sent or
    /// with an unknown outcome. An accepted one has arrived.
    pub fn on_their_way(&self) -> impl Iterator<Item = (Operation, u32, &Request)> {
        self.open_requests().filter(|(_, _, request)| {
            let unheard = matches!(request.status, RequestStatus::Sent | RequestStatus::Unknown);
            unheard && request.origin.is_merchant()
        })
    }

    /// A poll that may be *fresh*: call this, then ask the provider, then give it to
    /// [`Payment::observe`](crate::Payment::observe) with the answer.
    ///
    /// `has_landed` is your promise for each request that [may still be on its way](Self::on_their_way): that it no
    /// longer can be, because your client's timeout has passed, and after it the time in which the provider may still
    /// accept the request. The crate has no clock and cannot see that. The result is `None` if one may still be on its
    /// way: poll all the same, and the answer is read like a webhook. A poll that overtakes a request shows the state
    /// before it: with two captures, the first one's failure would be taken for the second one's, and free money that
    /// may still be captured.
    ///
    /// ```
    #[doc = held!()]
    /// let payment = payment.ask(Command::capture().amount(Money::inr("40.00")?).key("k1"), now)?.into_payment();
    /// assert!(payment.transaction().poll(|_| false).is_none()); // the capture may be on its way
    /// let poll = payment.transaction().poll(|_| true); // its time has passed: you promise it
    /// let text = r#"{"order_id":"o-1","status":"CAPTURE_FAILED","status_id":34,"amount":100,"captured_amount":0}"#;
    /// assert!(payment.read(text, poll, now)?.is_applied());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn poll(&self, has_landed: impl FnMut((Operation, u32, &Request)) -> bool) -> Option<Poll> {
        let landed = self.on_their_way().all(has_landed);
        landed.then(|| Poll { transaction: self.id.clone(), asked_after: self.sequence })
    }

    /// The transaction that an identifier in a payload names, among these: the identifiers of
    /// [`Profile::ids_in`](crate::Profile::ids_in). The order's identifier names none.
    ///
    /// ```
    /// # use order_capture::{Money, Order, ProviderIds, Time, Transaction, razorpay};
    /// # let (now, order) = (Time::UNIX_EPOCH, Order::new("o-1".parse()?, Money::inr("100.00")?));
    /// let ids = ProviderIds { transaction: Some("pay_1".parse()?), ..ProviderIds::default() };
    /// let one = order.transaction("t-1".parse()?, &razorpay::PROFILE).identified(ids.clone(), now)?.into_payment();
    /// let all = [one.into_transaction()];
    /// assert_eq!(Transaction::find(&all, &ids), Some(&all[0]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn find<'t>(all: impl IntoIterator<Item = &'t Self>, ids: &ProviderIds) -> Option<&'t Self> {
        all.into_iter().find(|known| known.ids.name_one_transaction(ids))
    }

    /// Adds it to a list in the order of ids that has each transaction once, in its latest state.
    pub(crate) fn add_to<'t>(&'t self, list: &mut Vec<&'t Self>) {
        match list.binary_search_by(|known| known.id.cmp(&self.id)) {
            Ok(at) => {
                if let Some(known) = list.get_mut(at).filter(|known| known.sequence < self.sequence) {
                    *known = self;
                }
            }
            // Compared first, so that the proof sees that no insertion can panic.
            Err(at) if at < list.len() => list.insert(at, self),
            Err(_) => list.push(self),
        }
    }

    /// The provider's own word for created or failed, if one was seen.
    pub fn provider_status(&self) -> Option<&str> {
        match &self.phase {
            Phase::Created { word } | Phase::Failed { word } => word.as_ref().map(StatusWord::as_str),
            Phase::Held(_) => None,
        }
    }
}
