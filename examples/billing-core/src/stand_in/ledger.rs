//! The judge's ledger: a list of what was done to each payment, and sums over it. No state machine, no crate.

use std::collections::BTreeMap;

use order_capture::Time;

/// What is done to a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Money taken.
    Capture,
    /// A hold given back.
    Void,
    /// Money given back.
    Refund,
}

/// Whether it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Yes.
    Done,
    /// Not yet; it will then be done, or fail.
    Pending {
        /// Which of the two.
        succeeds: bool,
    },
    /// No.
    Failed,
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What.
    pub kind: Kind,
    /// Under which key.
    pub key: Option<String>,
    /// Minor units.
    pub amount: u64,
    /// Whether it was done.
    pub fate: Fate,
}

/// One payment.
#[derive(Clone, Debug, Default)]
pub struct Payment {
    /// The provider's name of its order.
    pub order: String,
    /// Its own name: Juspay's `txn_uuid`, Razorpay's `id`.
    pub id: String,
    /// Minor units held.
    pub authorized: u64,
    /// Whether one capture is all there is: the rest of the hold goes back with it.
    pub single: bool,
    /// When it was authorized.
    pub created: Time,
    /// Everything done to it.
    pub lines: Vec<Line>,
}

/// One order.
#[derive(Clone, Debug, Default)]
pub struct Order {
    /// `juspay` or `razorpay`.
    pub provider: String,
    /// Juspay's gateway.
    pub gateway: String,
    /// Minor units.
    pub amount: u64,
    /// ISO code.
    pub currency: String,
    /// Its payments' names.
    pub payments: Vec<String>,
}

/// Everything.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// By the provider's name.
    pub orders: BTreeMap<String, Order>,
    /// By the provider's name.
    pub payments: BTreeMap<String, Payment>,
    /// Takes every request under a new key without asking whether it may: all safety is then the merchant's.
    pub trusting: bool,
    /// How many requests to capture came in, refused ones too.
    pub capture_requests: u64,
}

impl Payment {
    fn sum(&self, kind: Kind, fate: fn(Fate) -> bool) -> u64 {
        self.lines.iter().filter(|line| line.kind == kind && fate(line.fate)).map(|line| line.amount).sum()
    }

    /// Minor units taken.
    #[must_use]
    pub fn captured(&self) -> u64 {
        self.sum(Kind::Capture, |fate| fate == Fate::Done)
    }

    /// Minor units of the hold given back by voids.
    #[must_use]
    pub fn voided(&self) -> u64 {
        self.sum(Kind::Void, |fate| fate == Fate::Done)
    }

    /// Minor units given back after they were taken.
    #[must_use]
    pub fn refunded(&self) -> u64 {
        self.sum(Kind::Refund, |fate| fate == Fate::Done)
    }

    /// What is neither taken nor given back nor under way.
    #[must_use]
    pub fn left(&self) -> u64 {
        if self.single && self.captured() > 0 {
            return 0;
        }
        let under_way = |kind| self.sum(kind, |fate| matches!(fate, Fate::Pending { .. }));
        let spoken_for = self.captured() + self.voided() + under_way(Kind::Capture) + under_way(Kind::Void);
        self.authorized.saturating_sub(spoken_for)
    }

    /// Whether something of a kind is under way.
    #[must_use]
    pub fn is_pending(&self, kind: Kind) -> bool {
        self.lines.iter().any(|line| line.kind == kind && matches!(line.fate, Fate::Pending { .. }))
    }

    /// The line under a key.
    #[must_use]
    pub fn under(&self, kind: Kind, key: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.kind == kind && line.key.as_deref() == Some(key))
    }

    /// How the latest line of a kind ended.
    #[must_use]
    pub fn latest(&self, kind: Kind) -> Option<Fate> {
        self.lines.iter().rev().find(|line| line.kind == kind).map(|line| line.fate)
    }

    /// What is pending comes to its end.
    pub fn resolve(&mut self) -> bool {
        let mut changed = false;
        for line in &mut self.lines {
            if let Fate::Pending { succeeds } = line.fate {
                line.fate = if succeeds { Fate::Done } else { Fate::Failed };
                changed = true;
            }
        }
        changed
    }
}

impl Ledger {
    /// An order of this name, or what is known of it already.
    pub fn enter(&mut self, name: &str, order: Order) {
        self.orders.entry(name.to_owned()).or_insert(order);
    }

    /// The payer pays: a hold of this much. Gives the payment's name.
    pub fn pay(&mut self, order_name: &str, amount: u64, single: bool) -> Option<String> {
        let number = self.payments.len() + 1;
        let order = self.orders.get_mut(order_name)?;
        let id = if order.provider == "juspay" { format!("stxn{number:012}") } else { format!("pay_{number:014}") };
        order.payments.push(id.clone());
        let order = order_name.to_owned();
        let created = super::now();
        let payment = Payment { order, id: id.clone(), authorized: amount, single, created, lines: vec![] };
        self.payments.insert(id.clone(), payment);
        Some(id)
    }
}
