//! The provider's own books of one transaction: what is true. Written from the two seed documents and from what else is
//! known of both providers, and not from the crate's tables.

use order_capture::Operation;

/// What the gateway behind the provider can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gateway {
    /// Juspay, any gateway without partial captures.
    Full,
    /// Juspay, one capture, of a part too.
    Cybersource,
    /// Juspay, several captures, voids of a part.
    Simpl,
    Razorpay,
}

impl Gateway {
    pub const ALL: [Gateway; 4] = [Gateway::Full, Gateway::Cybersource, Gateway::Simpl, Gateway::Razorpay];

    /// As a scenario names it.
    pub const fn name(self) -> &'static str {
        match self {
            Gateway::Full => "HDFC",
            Gateway::Cybersource => "CYBERSOURCE",
            Gateway::Simpl => "SIMPL",
            Gateway::Razorpay => "razorpay",
        }
    }

    pub const fn is_razorpay(self) -> bool {
        matches!(self, Gateway::Razorpay)
    }

    pub const fn several_captures(self) -> bool {
        matches!(self, Gateway::Simpl)
    }

    pub const fn part_captures(self) -> bool {
        matches!(self, Gateway::Cybersource | Gateway::Simpl)
    }

    pub const fn takes_part(self, operation: Operation) -> bool {
        match operation {
            Operation::Capture => self.part_captures(),
            Operation::Void => matches!(self, Gateway::Simpl),
            Operation::Refund => true,
        }
    }

    /// Whether a failed capture leaves it CAPTURE_FAILED.
    const fn failure_closes(self) -> bool {
        matches!(self, Gateway::Full | Gateway::Cybersource)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Pending,
    Done,
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Captured,
    Voided,
    Expired,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    CaptureFailed,
    VoidFailed,
}

/// One capture, void or refund that the provider took on.
#[derive(Clone, Debug)]
pub struct Entry {
    pub operation: Operation,
    /// Whether the merchant's server asked for it; else somebody at the dashboard.
    pub ours: bool,
    pub key: Option<String>,
    /// The provider's own name for it.
    pub id: String,
    pub amount: u64,
    pub fate: Fate,
    /// A void of all that was held.
    all: bool,
    taken_back: bool,
}

/// One transaction.
#[derive(Clone, Debug)]
pub struct Books {
    pub gateway: Gateway,
    pub number: usize,
    /// What the payer is asked for, and the part of the order's price that it pays.
    pub amount: u64,
    pub pays: u64,
    /// Whether the payer tried, and the bank held it, or refused.
    pub is_tried: bool,
    pub is_held: bool,
    pub is_refused: bool,
    pub entries: Vec<Entry>,
    pub end: Option<End>,
    pub closed: Option<Closed>,
    /// What a capture's end had let go before the capture was taken back.
    let_go: u64,
}

impl Books {
    pub fn new(gateway: Gateway, number: usize, amount: u64, pays: u64) -> Books {
        Books {
            gateway,
            number,
            amount,
            pays,
            is_tried: false,
            is_held: false,
            is_refused: false,
            entries: Vec::new(),
            end: None,
            closed: None,
            let_go: 0,
        }
    }

    pub fn of(&self, operation: Operation) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.operation == operation)
    }

    pub fn sum(&self, operation: Operation, fate: Fate) -> u64 {
        self.of(operation).filter(|entry| entry.fate == fate).map(|entry| entry.amount).sum()
    }

    pub fn captured(&self) -> u64 {
        self.sum(Operation::Capture, Fate::Done)
    }

    pub fn refunded(&self) -> u64 {
        self.sum(Operation::Refund, Fate::Done)
    }

    /// What an amount of it counts for the order's price.
    pub fn counts(&self, captured: u64) -> u64 {
        if captured >= self.amount { self.pays } else { captured.min(self.pays) }
    }

    pub fn has_pending(&self, operation: Operation) -> bool {
        self.of(operation).any(|entry| entry.fate == Fate::Pending)
    }

    /// What is held and neither captured nor given back.
    pub fn rest(&self) -> u64 {
        let gone = self.captured() + self.sum(Operation::Void, Fate::Done) + self.let_go;
        if self.end.is_some() || !self.is_held { 0 } else { self.amount.saturating_sub(gone) }
    }

    fn is_busy(&self) -> bool {
        self.has_pending(Operation::Capture) || self.has_pending(Operation::Void)
    }

    fn most(&self, operation: Operation) -> u64 {
        match operation {
            Operation::Capture if self.is_busy() || self.closed.is_some() => 0,
            Operation::Void if self.is_busy() || self.gateway.is_razorpay() => 0,
            Operation::Capture | Operation::Void => self.rest(),
            Operation::Refund => self.captured() - self.refunded() - self.sum(Operation::Refund, Fate::Pending),
        }
    }

    /// Whether a request that arrives later could be taken on.
    pub fn could_take(&self, operation: Operation) -> bool {
        match operation {
            Operation::Capture => self.rest() > 0 && self.closed.is_none(),
            Operation::Void => self.rest() > 0,
            Operation::Refund => true,
        }
    }

    /// The bank holds the money, or refuses. A refusal may turn into a late authorization, never the other way.
    pub fn authorize(&mut self, is_held: bool) {
        self.is_tried = true;
        self.is_held |= is_held;
        self.is_refused |= !is_held && !self.is_held;
    }

    /// The entry under a key.
    pub fn known(&self, operation: Operation, key: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.operation == operation && entry.key.as_deref() == Some(key))
    }

    /// Takes a request on, and gives its place; none where it is refused. One under a key that is known is the one that is
    /// known. Without an amount it is for all that there is.
    pub fn take(&mut self, operation: Operation, ours: bool, key: Option<&str>, amount: Option<u64>) -> Option<usize> {
        if let Some(known) = key.and_then(|key| self.known(operation, key)) {
            return Some(known);
        }
        let most = self.most(operation);
        let amount = amount.unwrap_or(most);
        if amount == 0 || amount > most || (amount < most && !self.gateway.takes_part(operation)) {
            return None;
        }
        let kind = match operation {
            Operation::Capture => "cap",
            Operation::Void => "void",
            Operation::Refund => "rfnd",
        };
        let id = format!("{kind}{}x{}", self.number, self.entries.len());
        let (key, all) = (key.map(str::to_string), operation == Operation::Void && amount == most);
        self.entries.push(Entry { operation, ours, key, id, amount, fate: Fate::Pending, all, taken_back: false });
        Some(self.entries.len() - 1)
    }

    /// What is pending becomes done, or fails.
    pub fn resolve(&mut self, index: usize, succeeds: bool) {
        let Entry { operation, fate, all, .. } = self.entries[index];
        if fate != Fate::Pending {
            return;
        }
        self.entries[index].fate = if succeeds { Fate::Done } else { Fate::Failed };
        match operation {
            Operation::Capture if succeeds && (!self.gateway.several_captures() || self.rest() == 0) => {
                self.end = Some(End::Captured);
            }
            Operation::Capture if !succeeds && self.gateway.failure_closes() => {
                self.closed = Some(Closed::CaptureFailed);
            }
            Operation::Void if succeeds && self.rest() == 0 => self.end = Some(End::Voided),
            Operation::Void if !succeeds && all => self.closed = Some(Closed::VoidFailed),
            _ => {}
        }
    }

    /// What had succeeded is taken back; false where that cannot be.
    pub fn take_back(&mut self, index: usize) -> bool {
        let Entry { operation, fate, amount, .. } = self.entries[index];
        let too_much = operation == Operation::Capture && self.most(Operation::Refund) < amount;
        if fate != Fate::Done || operation == Operation::Void || too_much {
            return false;
        }
        if operation == Operation::Capture && self.end == Some(End::Captured) {
            self.let_go = self.amount - self.captured() - self.sum(Operation::Void, Fate::Done);
            self.end = None;
        }
        (self.entries[index].fate, self.entries[index].taken_back) = (Fate::Failed, true);
        if operation == Operation::Capture && self.end.is_none() && self.gateway.failure_closes() {
            self.closed = Some(Closed::CaptureFailed);
        }
        true
    }

    /// The hold ends by itself; false where it cannot.
    pub fn expire(&mut self) -> bool {
        let can = self.rest() > 0 && !self.is_busy();
        if can {
            self.end = Some(End::Expired);
        }
        can
    }
}
