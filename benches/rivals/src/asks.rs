//! Captures asked of a fresh hold, allowed and refused, judged and then taken: what a billing core does all day.

use order_capture::profiles::CaptureMode;
use order_capture::{
    Answer, Command, Effect, Event, IdempotencyKey, Minor, Money, Operation, Order, Outcome, Payment, Profile,
    RecordedEvent, STORED_VERSION, Time, Transaction, TransactionId,
};

use crate::book::{Did, No};
use crate::fold::Fold;
use crate::rival::Rival;
use crate::workload::{answered, recorded, requested};

/// Captures asked one after the other.
#[derive(Clone, Debug)]
pub struct Asks {
    /// The order, held in full.
    pub order: Order,
    /// The gateway.
    pub profile: &'static Profile,
    /// Each asked amount and its key; every other one is refused.
    pub asked: Vec<(Money, Option<String>)>,
}

impl Asks {
    /// Eight captures of parts under keys, each after one that takes too much. Juspay, SIMPL.
    #[must_use]
    pub fn keyed() -> Self {
        let order = crate::workload::order();
        let money = |minor: u32| Money::new(Minor::from(minor), order.amount().currency());
        let asked = (0..8)
            .flat_map(|number| {
                let too_much = (money(200_000_000), Some(format!("too-much-{number:08}-of-order-00000001")));
                [too_much, (money(1_000 + number), Some(format!("capture-{number:08}-of-order-00000001")))]
            })
            .collect();
        Self { order, profile: &order_capture::juspay::SIMPL, asked }
    }

    /// One capture of all, after one of a part. Razorpay.
    #[must_use]
    pub fn keyless() -> Self {
        let order = crate::workload::order();
        let part = Money::new(Minor::from(1_000), order.amount().currency());
        let asked = vec![(part, None), (order.amount(), None)];
        Self { order, profile: &order_capture::razorpay::PROFILE, asked }
    }

    /// Through the crate: command, change, answer. Gives what was captured and how many were refused.
    ///
    /// # Panics
    /// Where an allowed capture cannot be applied.
    #[must_use]
    pub fn by_the_crate(&self, id: &TransactionId) -> (u64, u32) {
        let now = Time::UNIX_EPOCH;
        let mut payment = self.order.transaction(id.clone(), self.profile);
        payment = payment.authorized(self.order.amount(), now).expect("a hold").into_payment();
        let mut refused = 0;
        for (amount, key) in &self.asked {
            let mut command = Command::capture().amount(*amount);
            let mut answer = Answer::capture(Outcome::Succeeded).amount(*amount);
            if let Some(key) = key {
                (command, answer) = (command.key(key), answer.key(key));
            }
            match payment.ask(command, now) {
                Ok(change) => {
                    let sent = change.into_payment();
                    payment = sent.answered(answer, now).expect("its answer").into_payment();
                }
                Err(_) => refused += 1,
            }
        }
        (payment.transaction().amounts().captured.get(), refused)
    }

    /// By hand: check, event, fold.
    ///
    /// # Panics
    /// Where an allowed capture cannot be applied.
    #[must_use]
    pub fn by_hand(&self, id: &TransactionId) -> (u64, u32) {
        let mut fold = Fold::created(&self.order, id.clone());
        let take = |fold: &mut Fold, event| {
            let recorded = RecordedEvent {
                version: STORED_VERSION,
                transaction: fold.id().clone(),
                sequence: fold.sequence() + 1,
                observed_at: Time::UNIX_EPOCH,
                occurred_at: None,
                event,
            };
            assert_eq!(fold.apply(&recorded), Ok(Did::Applied));
        };
        take(&mut fold, Event::Authorized { amount: self.order.amount(), pays: None, capture_before: None });
        let whole = self.profile.capabilities.captures == CaptureMode::Exact;
        let operation = Operation::Capture;
        let mut refused = 0;
        for (money, key) in &self.asked {
            let amount = money.minor();
            match self.check_by_hand(&fold, *money, key.as_deref(), whole) {
                Ok((number, key)) => {
                    let closes = whole || fold.book().is_some_and(|book| amount.get() == book.held());
                    take(&mut fold, Event::Requested { operation, number, amount, key, closes });
                    take(&mut fold, answered(operation, number, Outcome::Succeeded, Some(amount)));
                }
                Err(No) => refused += 1,
            }
        }
        (fold.book().map_or(0, crate::book::Book::captured), refused)
    }

    fn check_by_hand(
        &self,
        fold: &Fold,
        money: Money,
        key: Option<&str>,
        whole: bool,
    ) -> Result<(u32, Option<IdempotencyKey>), No> {
        let book = fold.book().ok_or(No)?;
        let number = book.check_capture(money.minor().get(), key)?;
        let fits = !whole || (money.minor().get() == book.authorized && money == self.order.amount());
        if money.currency() != self.order.amount().currency() || !fits {
            return Err(No);
        }
        Ok((number, key.map(IdempotencyKey::new).transpose().map_err(|_| No)?))
    }
}

/// A transaction that saw this many captures of 1.00 each, under keys, and is open.
///
/// # Panics
/// Never: the events are legal.
#[must_use]
pub fn after_captures(order: &Order, count: u32) -> Transaction {
    with_captures(order, "transaction-1", count)
}

/// Transactions of one order, with no, one and two captures in turn.
///
/// # Panics
/// Never: the events are legal.
#[must_use]
pub fn several(order: &Order, count: u32) -> Vec<Transaction> {
    (0..count).map(|number| with_captures(order, &format!("transaction-{number}"), number % 3)).collect()
}

fn with_captures(order: &Order, id: &str, count: u32) -> Transaction {
    let mut transaction = Transaction::created(order, id.parse().expect("an id"));
    let mut take = |event| {
        let recorded = recorded(&transaction, event);
        assert_eq!(transaction.apply(&recorded), Ok(Effect::Applied));
    };
    let (operation, amount) = (Operation::Capture, Minor::from(100));
    take(Event::Authorized { amount: order.amount(), pays: None, capture_before: None });
    for number in 1..=count {
        let key = IdempotencyKey::new(&format!("capture-{number:08}-of-order-00000001")).ok();
        take(requested(operation, number, amount, key));
        take(answered(operation, number, Outcome::Succeeded, Some(amount)));
    }
    transaction
}

/// The same as a payment through Juspay, SIMPL.
///
/// # Panics
/// Never: it is the order's own.
#[must_use]
pub fn payment_after(order: &Order, count: u32) -> Payment<'_> {
    order.resume(after_captures(order, count), &order_capture::juspay::SIMPL).expect("its own order")
}

/// What billing code often does: a list of captures, and a sum over it before each new one.
#[derive(Clone, Debug)]
pub struct SumOverAList {
    authorized: u64,
    captures: Vec<(String, u64, bool)>,
}

impl SumOverAList {
    /// The same captures as [`after_captures`].
    #[must_use]
    pub fn after(count: u32) -> Self {
        let captures =
            (1..=count).map(|number| (format!("capture-{number:08}-of-order-00000001"), 100, true)).collect();
        Self { authorized: crate::workload::order().amount().minor().get(), captures }
    }

    /// Whether a capture fits: the key is new, and the sum stays under the authorized amount.
    #[must_use]
    pub fn allows(&self, amount: u64, key: &str) -> bool {
        let taken: u64 = self.captures.iter().filter(|(.., done)| *done).map(|(_, amount, _)| amount).sum();
        amount > 0 && !self.captures.iter().any(|(known, ..)| known == key) && taken + amount <= self.authorized
    }
}
