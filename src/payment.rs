//! A transaction with the order that it pays and the profile of its provider: the place to call for everything.

use crate::change::{Change, Draft, Problem};
use crate::command::snapshot::Snapshot;
use crate::command::{Allowed, Command, Judged};
use crate::conflict::Conflict;
use crate::event::{Event, RecordedEvent};
use crate::ids::{Time, TransactionId};
use crate::money::Money;
use crate::order::Order;
use crate::profile::Profile;
use crate::rejection::Rejection;
use crate::transaction::Transaction;
use crate::violation::RuleViolation;

/// A transaction with its order, the order's other transactions, and its provider's profile.
///
/// Once bound, it cannot meet another order or another currency. [`Payment::state`] offers the commands that are legal;
/// other methods record what happened and what the provider says. Each gives a [`Change`].
///
/// ```
/// use order_capture::{Money, Order, Outcome, Answer, State, Time, juspay};
/// # let now = Time::UNIX_EPOCH;
/// let order = Order::new("o-1".parse()?, Money::inr("100.00")?);
/// let payment = order.transaction("t-1".parse()?, &juspay::CYBERSOURCE);
/// let payment = payment.authorized(Money::inr("100.00")?, now)?.into_payment(); // no deadline: no time passes here
/// let State::Authorized(hold) = payment.state() else { panic!() };
/// let payment = hold.capture(Money::inr("40.00")?).key("k1").at(now)?.into_payment();
/// let payment = payment.answered(Answer::capture(Outcome::Succeeded).key("k1"), now)?.into_payment();
/// assert_eq!(payment.order_status().word, "PARTIAL_CHARGED");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment<'a> {
    pub(crate) order: &'a Order,
    pub(crate) profile: &'a Profile,
    /// The order's other transactions, each once, by id.
    pub(crate) others: Vec<&'a Transaction>,
    pub(crate) transaction: Transaction,
}

impl Order {
    /// A new transaction of this order, through a provider.
    #[must_use]
    pub fn transaction<'a>(&'a self, id: TransactionId, profile: &'a Profile) -> Payment<'a> {
        Payment { order: self, profile, others: Vec::new(), transaction: Transaction::created(self, id) }
    }

    /// A transaction of this order from its log, oldest event first.
    ///
    /// # Errors
    /// The first [`Rejection`].
    ///
    /// ```
    /// # use order_capture::{Money, Order, Time, juspay};
    /// # let (now, order) = (Time::UNIX_EPOCH, Order::new("o-1".parse()?, Money::inr("100.00")?));
    /// # let payment = order.transaction("t-1".parse()?, &juspay::SIMPL);
    /// let change = payment.authorized(Money::inr("100.00")?, now)?; // no deadline: no time passes here
    /// assert_eq!(&order.replay("t-1".parse()?, &juspay::SIMPL, change.events())?, change.payment());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn replay<'a>(
        &'a self,
        id: TransactionId,
        profile: &'a Profile,
        log: &[RecordedEvent],
    ) -> Result<Payment<'a>, Rejection> {
        let transaction = Transaction::replay(self, id, log)?;
        Ok(Payment { order: self, profile, others: Vec::new(), transaction })
    }

    /// A transaction of this order that was read back.
    ///
    /// # Errors
    /// [`Conflict::OtherOrder`] or [`Conflict::CurrencyMismatch`] if it belongs to another order; the conflict names
    /// both.
    ///
    /// ```
    #[doc = held!()]
    /// let stored = payment.transaction().clone();
    /// assert_eq!(order.resume(stored, &juspay::SIMPL)?, payment);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resume<'a>(&'a self, transaction: Transaction, profile: &'a Profile) -> Result<Payment<'a>, Conflict> {
        self.check_own(&transaction)?;
        Ok(Payment { order: self, profile, others: Vec::new(), transaction })
    }

    /// Whether a transaction is this order's, and so in its currency.
    pub(crate) fn check_own(&self, transaction: &Transaction) -> Result<(), Conflict> {
        if transaction.order() != self.id() {
            return Err(Conflict::OtherOrder {
                transaction: transaction.id().clone(),
                observed: transaction.order().clone(),
                expected: self.id().clone(),
            });
        }
        let (observed, expected) = (transaction.currency(), self.amount().currency());
        if observed == expected { Ok(()) } else { Err(Conflict::CurrencyMismatch { observed, expected }) }
    }
}

impl<'a> Payment<'a> {
    /// The same payment with more of the order's other transactions: what they captured or have pending counts for the
    /// order. This payment's own transaction may be among them and is left out; of one that is given twice, the state with
    /// the higher sequence counts.
    ///
    /// # Errors
    /// [`Conflict::OtherOrder`] or [`Conflict::CurrencyMismatch`] if one belongs to another order.
    ///
    /// ```
    #[doc = held!()]
    /// let capture = Command::capture().amount(Money::inr("100.00")?).key("k1");
    /// let all = [payment.ask(capture, now)?.into_payment().into_transaction()];
    /// let second = order.transaction("t-2".parse()?, &juspay::SIMPL).beside(&all)?;
    /// let second = second.authorized(Money::inr("100.00")?, now)?.into_payment(); // no deadline: no time passes here
    /// assert_eq!(second.ask(capture, now).unwrap_err().code(), "order-already-paid");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn beside(mut self, others: impl IntoIterator<Item = &'a Transaction>) -> Result<Self, Conflict> {
        for other in others {
            self.order.check_own(other)?;
            if other.id != self.transaction.id {
                other.add_to(&mut self.others);
            }
        }
        Ok(self)
    }

    /// The transaction itself: its facts and amounts.
    pub const fn transaction(&self) -> &Transaction {
        &self.transaction
    }

    /// The transaction alone, to keep.
    #[must_use]
    pub fn into_transaction(self) -> Transaction {
        self.transaction
    }

    /// The order that it pays.
    pub const fn order(&self) -> &'a Order {
        self.order
    }

    /// Its provider's profile.
    pub const fn profile(&self) -> &'a Profile {
        self.profile
    }

    /// The order's other transactions.
    pub(crate) fn others(&self) -> impl Iterator<Item = &'a Transaction> {
        self.others.iter().copied()
    }

    /// The facts that the rules need.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::of(&self.transaction, self.order, self.others())
    }

    /// K: what this hold has left for a new capture sent now, if its state and deadline allow one, else zero. The order is
    /// not looked at (`order-already-paid`, `authorized-not-equal-to-order`): [`Payment::check`] does.
    ///
    /// ```
    #[doc = held!()]
    /// assert_eq!(payment.capturable(now), Money::inr("100.00")?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn capturable(&self, now: Time) -> Money {
        self.snapshot().capturable(self.profile, now)
    }

    /// Requests a capture, void or refund in any state: for a command whose state is not known when the code is
    /// written. [`Payment::state`] offers the same commands in the states where they can be legal, with the same
    /// results.
    ///
    /// An applied change is to be stored, and its request sent then. A request that was made before is already applied:
    /// send nothing.
    ///
    /// # Errors
    /// The first [`RuleViolation`] in the published order.
    ///
    /// ```
    #[doc = held!()]
    /// let capture = Command::capture().amount(Money::inr("40.00")?).key("k1");
    /// let change = payment.ask(capture, now)?;
    /// assert!(change.to_send().is_some());
    /// assert!(!change.payment().ask(capture, now)?.is_applied()); // the same request: already applied
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn ask(&self, command: Command<'_>, now: Time) -> Result<Change<'a>, Problem> {
        match self.snapshot().case_in(command, self.transaction.hold(), self.profile, now).judged()? {
            Judged::Known(earlier) => Ok(Change::known(self, earlier)),
            Judged::Send(event) => {
                let mut draft = Draft::of(self, now);
                let effect = draft.push(event)?;
                draft.remember_key(command.operation(), now)?;
                Ok(draft.finish(effect))
            }
        }
    }

    /// Whether a command is to be sent, and for which amount: [`Payment::ask`] without its change.
    ///
    /// # Errors
    /// The first [`RuleViolation`] in the published order.
    ///
    /// ```
    #[doc = held!()]
    /// let capture = Command::capture().amount(Money::inr("140.00")?).key("k1");
    /// assert_eq!(payment.check(capture, now).unwrap_err().code(), "exceeds-capturable");
    /// let payment = payment.ask(Command::capture().key("k2").amount(Money::inr("40.00")?), now)?.into_payment();
    /// let again = Command::capture().key("k2").amount(Money::inr("40.00")?);
    /// assert_eq!(payment.check(again, now)?, Allowed::Known(RequestStatus::Sent)); // send nothing
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check(&self, command: Command<'_>, now: Time) -> Result<Allowed, RuleViolation> {
        self.snapshot().case_in(command, self.transaction.hold(), self.profile, now).allowed()
    }

    /// Every rule that a command breaks, in the published order; none if it is allowed or already applied.
    ///
    /// ```
    #[doc = held!()]
    /// let broken = payment.violations(Command::capture().amount(Money::inr("140.00")?), now);
    /// let codes: Vec<&str> = broken.iter().map(RuleViolation::code).collect();
    /// assert_eq!(codes, ["idempotency-key-required", "exceeds-capturable"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn violations(&self, command: Command<'_>, now: Time) -> Vec<RuleViolation> {
        self.snapshot().case_in(command, self.transaction.hold(), self.profile, now).violations()
    }

    /// One event as a change.
    pub(crate) fn change(&self, event: Event, now: Time) -> Result<Change<'a>, Problem> {
        let mut draft = Draft::of(self, now);
        let effect = draft.push(event)?;
        Ok(draft.finish(effect))
    }
}
