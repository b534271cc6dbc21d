//! Order status: derived from the order and its transactions, never stored, and spelled in the provider's words.

use std::cmp::Ordering;

use crate::ledger::Amounts;
use crate::money::{Minor, Money};
use crate::order::Order;
use crate::profile::{Meaning, Profile};
use crate::transaction::Transaction;

/// How much of an order something covers. Equality decides, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coverage {
    /// Nothing of it.
    None,
    /// Less than it.
    Partial,
    /// Exactly it. An order of zero is covered by zero.
    Full,
    /// More than it.
    Over,
}

impl Coverage {
    fn of(amount: u128, whole: u128) -> Self {
        match amount.cmp(&whole) {
            Ordering::Equal => Self::Full,
            Ordering::Greater => Self::Over,
            Ordering::Less if amount == 0 => Self::None,
            Ordering::Less => Self::Partial,
        }
    }

    /// The name in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Partial => "partial",
            Self::Full => "full",
            Self::Over => "over",
        }
    }
}

/// What an order has come to: three axes, a leading state, and how much too much was captured.
///
/// ```
/// use order_capture::{Coverage, Currency, Money, Order, OrderStatus, juspay};
/// let order = Order::new("o-1".parse()?, Money::parse("100.00", Currency::INR)?);
/// let status = OrderStatus::of(&order, []);
/// assert_eq!(status.charged, Coverage::None);
/// assert_eq!(status.status_text(juspay::gateway("HDFC")), "NEW");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OrderStatus<'a> {
    /// What is captured, pending or held, against the order.
    pub authorized: Coverage,
    /// What is captured, against the order. Refunds do not lower it.
    pub charged: Coverage,
    /// What is refunded, against what is captured; never over.
    pub refunded: Coverage,
    /// What was captured beyond the order, by one transaction or by several; at most the largest [`Money`].
    pub overcharged: Option<Money>,
    /// The meaning of the transaction that leads, where nothing is captured; `None` without a transaction.
    leading: Option<Meaning>,
    /// The provider's own word for the leading transaction, while it is created or failed.
    word: Option<&'a str>,
    any_captured: bool,
}

/// At nothing captured, which transaction speaks for the order: the first of these that there is.
const PRECEDENCE: [Meaning; 9] = [
    Meaning::CaptureInitiated,
    Meaning::Authorized,
    Meaning::VoidInitiated,
    Meaning::CaptureFailed,
    Meaning::VoidFailed,
    Meaning::Created,
    Meaning::AutoRefunded,
    Meaning::Voided,
    Meaning::Failed,
];

impl<'a> OrderStatus<'a> {
    /// Derives the status. The order in which the transactions are listed does not matter (INV-11).
    pub fn of(order: &Order, transactions: impl IntoIterator<Item = &'a Transaction>) -> Self {
        let whole = u128::from(order.amount().minor().get());
        // Wider than any number of amounts, so that a total over many transactions is exact.
        let (mut covered, mut captured, mut refunded) = (0_u128, 0_u128, 0_u128);
        let add = |sum: &mut u128, amount: Minor| *sum = sum.saturating_add(amount.get().into());
        let mut leading: Option<(usize, Option<&'a str>)> = None;
        for transaction in transactions {
            let amounts = transaction.amounts();
            for open in [amounts.captured, amounts.pending, amounts.held] {
                add(&mut covered, open);
            }
            add(&mut captured, amounts.captured);
            add(&mut refunded, amounts.refunded);
            let meaning = transaction.meaning_of(&amounts);
            let rank = PRECEDENCE.iter().position(|&listed| listed == meaning).unwrap_or(PRECEDENCE.len());
            let word = transaction.provider_status();
            leading = match leading.map(|(best, known)| (best.cmp(&rank), known)) {
                Some((Ordering::Less, _)) => leading,
                // Of two words for the same meaning one is taken whichever way they are listed.
                Some((Ordering::Equal, known)) => Some((rank, known.max(word))),
                Some((Ordering::Greater, _)) | None => Some((rank, word)),
            };
        }
        Self {
            authorized: Coverage::of(covered, whole),
            charged: Coverage::of(captured, whole),
            refunded: if refunded == 0 { Coverage::None } else { Coverage::of(refunded, captured) },
            overcharged: captured
                .checked_sub(whole)
                .filter(|&excess| excess > 0)
                .map(|excess| u64::try_from(excess).ok().and_then(Minor::new).unwrap_or(Minor::MAX))
                .map(|excess| Money::new(excess, order.amount().currency())),
            leading: leading.and_then(|(rank, _)| PRECEDENCE.get(rank).copied()),
            word: leading.and_then(|(_, word)| word),
            any_captured: captured > 0,
        }
    }

    /// What the order means in a transaction's terms: captured money first, then the leading transaction.
    #[must_use]
    pub const fn meaning(&self) -> Option<Meaning> {
        match (self.any_captured, self.charged) {
            (true, Coverage::Full | Coverage::Over) => Some(Meaning::Charged),
            (true, _) => Some(Meaning::PartiallyCharged),
            (false, _) => self.leading,
        }
    }

    /// The provider's word for the order.
    #[must_use]
    pub fn status_text<'t>(&self, profile: &'t Profile) -> &'t str
    where
        'a: 't,
    {
        let meaning = self.meaning();
        profile
            .spell_order(meaning)
            .or(if self.any_captured { None } else { self.word })
            .unwrap_or_else(|| profile.spell(meaning.unwrap_or(Meaning::Created)))
    }
}

impl Transaction {
    /// What a provider would call the present state.
    #[must_use]
    pub fn meaning(&self) -> Meaning {
        self.meaning_of(&self.amounts())
    }

    fn meaning_of(&self, amounts: &Amounts) -> Meaning {
        let captured_any = !amounts.captured.is_zero();
        let refunded_all = captured_any && amounts.refunded == amounts.captured;
        Meaning::of(self.kind(), captured_any, refunded_all)
    }

    /// The provider's word for this transaction: its own, where one was seen, while created or failed.
    #[must_use]
    pub fn status_text<'t>(&'t self, profile: &'t Profile) -> &'t str {
        self.provider_status().unwrap_or_else(|| profile.spell(self.meaning()))
    }
}
