//! Order status: derived from the order and its transactions, never stored, and written in the provider's words.

use std::cmp::Ordering;
use std::fmt;

use serde::Serialize;

use crate::conflict::Conflict;
use crate::hold::{Amounts, Hold};
use crate::money::{Minor, Money};
use crate::names::names;
use crate::order::Order;
use crate::payment::Payment;
use crate::profile::{CanonicalStatus, Profile};
use crate::rule::broken;
use crate::transaction::Transaction;

names! {
    /// How much of an order something covers. Equality decides, in minor units.
    pub enum Coverage {
        None "none" "Nothing of it."
        Partial "partial" "Less than it."
        Full "full" "Exactly it. An order of zero is covered by zero."
        Over "over" "More than it."
    }
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
}

broken! {
    /// What does not add up, although the provider's word stays what it is. An excess is at most the largest [`Money`].
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
    #[serde(rename_all = "kebab-case", tag = "code")]
    pub enum Discrepancy, numbers false;

    Overcharged OVERCHARGED { excess: Money }
        "{excess} more than the order is captured; refund it"
    AuthorizedDiffers AUTHORIZED_DIFFERS { pays: Money, order: Money }
        "the authorization pays {pays} and the order is for {order}; do not capture"
}

/// The status of an order, derived: the provider's word, three axes, and what does not add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OrderStatus<'a> {
    /// The provider's word for the order.
    #[serde(rename = "status")]
    pub word: &'a str,
    /// What is captured, pending or held, against the order.
    pub authorized: Coverage,
    /// What is captured, against the order. Refunds do not lower it.
    pub charged: Coverage,
    /// What is refunded, against what is captured; never over.
    pub refunded: Coverage,
    /// What does not add up, if anything.
    pub discrepancy: Option<Discrepancy>,
}

/// If nothing is captured, which transaction represents the order: the first of these that exists.
const PRECEDENCE: [CanonicalStatus; 9] = [
    CanonicalStatus::CaptureInitiated,
    CanonicalStatus::Authorized,
    CanonicalStatus::VoidInitiated,
    CanonicalStatus::CaptureFailed,
    CanonicalStatus::VoidFailed,
    CanonicalStatus::Created,
    CanonicalStatus::AutoRefunded,
    CanonicalStatus::Voided,
    CanonicalStatus::Failed,
];

/// Totals over the transactions of an order, each as it counts for it. Wider than any number of amounts.
#[derive(Clone, Copy, Default)]
struct Sums {
    covered: u128,
    charged: u128,
    kept: u128,
    captured: u128,
    refunded: u128,
    holds: u32,
    pays: Minor,
}

impl Sums {
    fn add(&mut self, hold: &Hold) {
        let Amounts { captured, pending, held, refunded, .. } = hold.amounts();
        let open = captured.saturating_add(pending).saturating_add(held);
        let add = |sum: &mut u128, amount: Minor| *sum = sum.saturating_add(amount.get().into());
        add(&mut self.covered, hold.counts(open));
        add(&mut self.charged, hold.counts(captured));
        add(&mut self.kept, hold.counts(captured.saturating_sub(refunded)));
        add(&mut self.captured, captured);
        add(&mut self.refunded, refunded);
        self.holds = self.holds.saturating_add(1);
        self.pays = hold.pays();
    }

    fn discrepancy(&self, order: &Order, profile: &Profile) -> Option<Discrepancy> {
        let whole = order.amount();
        let money = |minor| Money::new(minor, whole.currency());
        let excess = self.kept.checked_sub(whole.minor().get().into()).filter(|excess| *excess > 0);
        if let Some(excess) = excess {
            let excess = u64::try_from(excess).ok().and_then(Minor::new).unwrap_or(Minor::MAX);
            return Some(Discrepancy::Overcharged { excess: money(excess) });
        }
        let asked = profile.capabilities.authorized_equals_order && !order.takes_parts();
        let differs = asked && self.holds == 1 && self.pays != whole.minor();
        differs.then(|| Discrepancy::AuthorizedDiffers { pays: money(self.pays), order: whole })
    }
}

impl<'a> OrderStatus<'a> {
    /// Derives the status. The order in which the transactions are listed does not matter (INV-11), and of one that is
    /// listed twice the state with the higher sequence counts.
    ///
    /// # Errors
    /// [`Conflict`] if a transaction pays another order.
    ///
    /// ```
    /// # use order_capture::{Money, Order, OrderStatus, Time, juspay};
    /// # let (now, order) = (Time::UNIX_EPOCH, Order::new("o-1".parse()?, Money::inr("100.00")?));
    /// assert_eq!(OrderStatus::of(&order, &juspay::SIMPL, [])?.word, "NEW");
    /// let payment = order.transaction("t-1".parse()?, &juspay::SIMPL);
    /// let change = payment.authorized(Money::inr("100.00")?, now)?; // no deadline: no time passes here
    /// assert_eq!(OrderStatus::of(&order, &juspay::SIMPL, [change.payment().transaction()])?.word, "AUTHORIZED");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(
        order: &Order,
        profile: &'a Profile,
        transactions: impl IntoIterator<Item = &'a Transaction>,
    ) -> Result<Self, Conflict> {
        let mut own = Vec::new();
        for transaction in transactions {
            order.check_own(transaction)?;
            transaction.add_to(&mut own);
        }
        Ok(Self::derive(order, profile, own.into_iter()))
    }

    fn derive(order: &Order, profile: &'a Profile, transactions: impl Iterator<Item = &'a Transaction>) -> Self {
        let mut sums = Sums::default();
        let mut leading: Option<(usize, Option<&'a str>)> = None;
        for transaction in transactions {
            if let Some(hold) = transaction.hold() {
                sums.add(hold);
            }
            let status = transaction.canonical_status();
            let rank = PRECEDENCE.iter().position(|&listed| listed == status).unwrap_or(PRECEDENCE.len());
            let word = transaction.provider_status();
            leading = match leading.map(|(best, known)| (best.cmp(&rank), known)) {
                Some((Ordering::Less, _)) => leading,
                // Of two words for the same status, the choice does not depend on the order of the list.
                Some((Ordering::Equal, known)) => Some((rank, known.max(word))),
                Some((Ordering::Greater, _)) | None => Some((rank, word)),
            };
        }
        let whole = u128::from(order.amount().minor().get());
        let charged = Coverage::of(sums.charged, whole);
        // The order in a transaction's terms, and the leading transaction's own word.
        let (canonical, own_word) = match (sums.captured > 0, charged) {
            (true, Coverage::Full | Coverage::Over) => (Some(CanonicalStatus::Charged), None),
            (true, _) => (Some(CanonicalStatus::PartiallyCharged), None),
            (false, _) => leading.map_or((None, None), |(rank, word)| (PRECEDENCE.get(rank).copied(), word)),
        };
        Self {
            word: profile
                .order_word_for(canonical)
                .or(own_word)
                .unwrap_or_else(|| profile.word_for(canonical.unwrap_or(CanonicalStatus::Created))),
            authorized: Coverage::of(sums.covered, whole),
            charged,
            refunded: if sums.refunded == 0 { Coverage::None } else { Coverage::of(sums.refunded, sums.captured) },
            discrepancy: sums.discrepancy(order, profile),
        }
    }
}

impl fmt::Display for OrderStatus<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { word, authorized, charged, refunded, discrepancy } = self;
        write!(f, "{word}: authorized {authorized}, charged {charged}, refunded {refunded}")?;
        discrepancy.map_or(Ok(()), |discrepancy| write!(f, "; {discrepancy}"))
    }
}

impl Payment<'_> {
    /// The status of the order, derived from this payment and the order's other transactions.
    ///
    /// ```
    #[doc = held!()]
    /// assert_eq!(payment.order_status().word, "AUTHORIZED");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn order_status(&self) -> OrderStatus<'_> {
        OrderStatus::derive(self.order, self.profile, self.others().chain([&self.transaction]))
    }
}

impl Transaction {
    /// What a provider would call the present state.
    pub fn canonical_status(&self) -> CanonicalStatus {
        let Amounts { captured, refunded, .. } = self.amounts();
        let refunded_all = !captured.is_zero() && refunded == captured;
        CanonicalStatus::of(self.state(), !captured.is_zero(), refunded_all)
    }

    /// The provider's word for this transaction: its own, if one was seen, while created or failed.
    ///
    /// ```
    #[doc = held!()]
    /// assert_eq!(payment.transaction().word(&juspay::SIMPL), "AUTHORIZED");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn word<'t>(&'t self, profile: &'t Profile) -> &'t str {
        self.provider_status().unwrap_or_else(|| profile.word_for(self.canonical_status()))
    }
}
