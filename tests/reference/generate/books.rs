//! A simulated provider: its own books of one transaction, which say what is true. Payloads are built from them.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    Capture,
    Void,
    Refund,
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

#[derive(Clone, Debug)]
pub struct Entry {
    pub job: Job,
    /// The merchant's key, where one was sent.
    pub key: Option<String>,
    /// The provider's own name for it.
    pub id: String,
    pub amount: u64,
    pub fate: Fate,
    /// A void of all that was held.
    pub all: bool,
}

/// What the gateway does with a hold.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub razorpay: bool,
    pub several_captures: bool,
    pub part_captures: bool,
    pub part_voids: bool,
}

impl Rules {
    pub fn of(gateway: &str) -> Rules {
        let plain = Rules { razorpay: false, several_captures: false, part_captures: false, part_voids: false };
        match gateway {
            "razorpay" => Rules { razorpay: true, ..plain },
            "CYBERSOURCE" => Rules { part_captures: true, ..plain },
            "SIMPL" => Rules { several_captures: true, part_captures: true, part_voids: true, ..plain },
            _ => plain,
        }
    }

    fn failure_closes(self) -> bool {
        !self.razorpay && !self.several_captures
    }
}

#[derive(Clone, Debug)]
pub struct Books {
    pub rules: Rules,
    /// The first, the second transaction of the order: its ids follow from it.
    pub number: usize,
    /// None while nothing is held, and what the hold pays of the order's price.
    pub held: Option<u64>,
    pub pays: u64,
    pub refused: bool,
    pub entries: Vec<Entry>,
    pub end: Option<End>,
    pub closed: Option<Closed>,
    /// What a capture's end had let go before the capture was taken back.
    let_go: u64,
}

impl Books {
    pub fn new(rules: Rules, number: usize) -> Books {
        let (entries, let_go) = (Vec::new(), 0);
        Books { rules, number, held: None, pays: 0, refused: false, entries, end: None, closed: None, let_go }
    }

    pub fn of(&self, job: Job) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.job == job)
    }

    pub fn sum(&self, job: Job, fate: Fate) -> u64 {
        self.of(job).filter(|entry| entry.fate == fate).map(|entry| entry.amount).sum()
    }

    pub fn captured(&self) -> u64 {
        self.sum(Job::Capture, Fate::Done)
    }

    pub fn refunded(&self) -> u64 {
        self.sum(Job::Refund, Fate::Done)
    }

    pub fn has_pending(&self, job: Job) -> bool {
        self.of(job).any(|entry| entry.fate == Fate::Pending)
    }

    /// What is held and neither captured nor given back.
    pub fn rest(&self) -> u64 {
        let gone = self.captured() + self.sum(Job::Void, Fate::Done) + self.let_go;
        if self.end.is_some() { 0 } else { self.held.unwrap_or(0).saturating_sub(gone) }
    }

    fn busy(&self) -> bool {
        self.has_pending(Job::Capture) || self.has_pending(Job::Void)
    }

    pub fn capturable(&self) -> u64 {
        if self.busy() || self.closed.is_some() { 0 } else { self.rest() }
    }

    pub fn refundable(&self) -> u64 {
        self.captured() - self.refunded() - self.sum(Job::Refund, Fate::Pending)
    }

    /// Takes a request on; none where it is refused. One under a key that is known is the one that is known.
    pub fn take(&mut self, job: Job, key: Option<&str>, amount: Option<u64>) -> Option<usize> {
        let same = |entry: &Entry| entry.job == job && key.is_some() && entry.key.as_deref() == key;
        if let Some(known) = self.entries.iter().position(same) {
            return Some(known);
        }
        let most = match job {
            Job::Capture => self.capturable(),
            Job::Void if self.busy() || self.rules.razorpay => 0,
            Job::Void => self.rest(),
            Job::Refund => self.refundable(),
        };
        let amount = amount.unwrap_or(most);
        let parts = match job {
            Job::Capture => self.rules.part_captures,
            Job::Void => self.rules.part_voids,
            Job::Refund => true,
        };
        if amount == 0 || amount > most || (amount < most && !parts) {
            return None;
        }
        let id = format!("{}{}x{}", ["cap", "void", "rfnd"][job as usize], self.number, self.entries.len());
        let (key, all) = (key.map(str::to_string), job == Job::Void && amount == most);
        self.entries.push(Entry { job, key, id, amount, fate: Fate::Pending, all });
        Some(self.entries.len() - 1)
    }

    pub fn resolve(&mut self, index: usize, succeeds: bool) {
        let Entry { job, fate, all, .. } = self.entries[index];
        if fate != Fate::Pending {
            return;
        }
        self.entries[index].fate = if succeeds { Fate::Done } else { Fate::Failed };
        match job {
            Job::Capture if succeeds && (!self.rules.several_captures || self.rest() == 0) => {
                self.end = Some(End::Captured);
            }
            Job::Capture if !succeeds && self.rules.failure_closes() => self.closed = Some(Closed::CaptureFailed),
            Job::Void if succeeds && self.rest() == 0 => self.end = Some(End::Voided),
            Job::Void if !succeeds && all => self.closed = Some(Closed::VoidFailed),
            _ => {}
        }
    }

    /// What had succeeded is taken back; false where that cannot be.
    pub fn take_back(&mut self, index: usize) -> bool {
        let Entry { job, fate, amount, .. } = self.entries[index];
        let too_much = job == Job::Capture && self.refundable() < amount;
        if fate != Fate::Done || job == Job::Void || too_much {
            return false;
        }
        if job == Job::Capture && self.end == Some(End::Captured) {
            self.let_go = self.held.unwrap_or(0) - self.captured() - self.sum(Job::Void, Fate::Done);
            self.end = None;
        }
        self.entries[index].fate = Fate::Failed;
        if job == Job::Capture && self.end.is_none() && self.rules.failure_closes() {
            self.closed = Some(Closed::CaptureFailed);
        }
        true
    }

    /// The hold ends by itself.
    pub fn expire(&mut self) {
        if self.rest() > 0 && !self.busy() {
            self.end = Some(End::Expired);
        }
    }

    /// The transaction's word at Juspay.
    pub fn juspay_word(&self) -> &'static str {
        let (captured, open) = (self.captured(), self.rest() > 0);
        match (self.held, self.end) {
            (None, _) if self.refused => "AUTHORIZATION_FAILED",
            (None, _) => "PENDING_VBV",
            _ if captured > 0 && self.rules.several_captures && open => "PARTIAL_CHARGED",
            _ if captured > 0 => "CHARGED",
            (_, Some(End::Expired)) => "AUTO_REFUNDED",
            (_, Some(_)) => "VOIDED",
            _ if self.has_pending(Job::Capture) => "CAPTURE_INITIATED",
            _ if self.has_pending(Job::Void) => "VOID_INITIATED",
            _ => match self.closed {
                Some(Closed::CaptureFailed) => "CAPTURE_FAILED",
                Some(Closed::VoidFailed) => "VOID_FAILED",
                None => "AUTHORIZED",
            },
        }
    }

    /// The payment's status at Razorpay, and its captured flag.
    pub fn razorpay_word(&self) -> (&'static str, bool) {
        let captured = self.captured();
        match (self.held, self.end) {
            (None, _) if self.refused => ("failed", false),
            (None, _) => ("created", false),
            (_, Some(End::Expired)) if captured == 0 => ("refunded", false),
            _ if captured > 0 && self.refunded() == captured => ("refunded", true),
            _ if captured > 0 => ("captured", true),
            _ => ("authorized", false),
        }
    }
}
