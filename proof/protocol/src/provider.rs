//! The provider: a plain list of what it took and what became of it. It follows the documents (a key is one request,
//! captures stay within what was authorized, an accepted request finishes later) and shares no code with the crate.

use std::collections::BTreeSet;

use order_capture::Operation;

use crate::config::{Config, EARLIER, Gateway, Manners, Words};
use crate::network::{Notice, Said, Wanted};

/// What became of a request that the provider took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Accepted, not finished.
    Pending,
    /// Done.
    Done,
    /// Failed.
    Failed,
}

impl Stage {
    /// What a provider may do with a request it takes.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Done, Self::Failed];
}

/// A request that the provider took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Taken {
    /// Capture, void or refund.
    pub operation: Operation,
    /// The key it came under.
    pub key: u8,
    /// Minor units taken or released.
    pub amount: u32,
    /// What became of it.
    pub stage: Stage,
}

/// The provider's books on one authorization.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Provider {
    authorized: u32,
    single: bool,
    razorpay: bool,
    beside: bool,
    strict: bool,
    words: Words,
    /// Everything it took, in order.
    pub taken: Vec<Taken>,
    /// The attempts it refused for reasons of its own: a copy of one is refused as well.
    pub refused: BTreeSet<u8>,
    /// The hold ran out.
    pub lapsed: bool,
}

impl Provider {
    /// A fresh hold, or one that was captured.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let (amount, stage) = (config.authorized, Stage::Done);
        let earlier = Taken { operation: Operation::Capture, key: EARLIER, amount, stage };
        Self {
            authorized: config.authorized,
            single: config.gateway != Gateway::Several,
            beside: config.beside,
            razorpay: config.gateway == Gateway::Razorpay,
            strict: config.manners == Manners::Strict,
            words: config.words,
            taken: config.charged.then_some(earlier).into_iter().collect(),
            refused: BTreeSet::new(),
            lapsed: false,
        }
    }

    fn sum(&self, operation: Operation, stage: Stage) -> u32 {
        let of = |taken: &&Taken| taken.operation == operation && taken.stage == stage;
        self.taken.iter().filter(of).map(|taken| taken.amount).sum()
    }

    /// What it captured.
    #[must_use]
    pub fn captured(&self) -> u32 {
        self.sum(Operation::Capture, Stage::Done)
    }

    /// What it gave back by voids.
    #[must_use]
    pub fn voided(&self) -> u32 {
        self.sum(Operation::Void, Stage::Done)
    }

    /// What is neither captured, nor being captured, nor given back; a single capture gives back what it leaves.
    #[must_use]
    pub fn rest(&self) -> u32 {
        if self.single && self.captured() > 0 {
            return 0;
        }
        self.authorized.saturating_sub(self.committed() + self.voided())
    }

    /// Whether it took more than it was given: captures done or under way, and voids, against the authorization.
    #[must_use]
    pub fn is_overdrawn(&self) -> bool {
        self.committed() + self.voided() > self.authorized
    }

    /// What it captured or may still capture.
    #[must_use]
    pub fn committed(&self) -> u32 {
        self.captured() + self.sum(Operation::Capture, Stage::Pending)
    }

    /// What it refunded.
    #[must_use]
    pub fn refunded(&self) -> u32 {
        self.sum(Operation::Refund, Stage::Done)
    }

    /// What it refunded or may still refund.
    #[must_use]
    pub fn refunding(&self) -> u32 {
        self.refunded() + self.sum(Operation::Refund, Stage::Pending)
    }

    /// Whether something is accepted and not finished.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.taken.iter().any(|taken| taken.stage == Stage::Pending)
    }

    /// What it was asked of the hold: captures and voids.
    fn of_the_hold(&self) -> impl DoubleEndedIterator<Item = &Taken> {
        self.taken.iter().filter(|taken| taken.operation != Operation::Refund)
    }

    /// Whether a further capture could be taken, once nothing is pending. After a void that failed none can, as the
    /// domain has it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let tried = |taken: &Taken| taken.operation == Operation::Capture && taken.stage != Stage::Pending;
        let spent = self.single && self.taken.iter().any(tried);
        let last_void = self.taken.iter().rfind(|taken| taken.operation == Operation::Void);
        let void_failed = last_void.is_some_and(|void| void.stage == Stage::Failed);
        !self.lapsed && self.voided() == 0 && self.captured() < self.authorized && !spent && !void_failed
    }

    /// Whether this request would be taken now, as one it has not seen.
    ///
    /// # Errors
    /// The text of the refusal.
    pub fn takes(&self, wanted: Wanted, late: bool) -> Result<(), &'static str> {
        if wanted.operation == Operation::Refund {
            let more = wanted.amount > self.captured().saturating_sub(self.refunding());
            return if more && self.strict { Err("the refund is more than what is left") } else { Ok(()) };
        }
        if wanted.operation == Operation::Void && self.rest() == 0 {
            return Err("Cannot Void CHARGED Transaction");
        }
        if self.lapsed {
            return Err("Invalid state");
        }
        if !self.strict {
            return Ok(());
        }
        let capture = wanted.operation == Operation::Capture;
        if self.of_the_hold().any(|taken| taken.stage == Stage::Pending) {
            Err("another request is in progress")
        } else if capture && self.captured() > 0 && !self.is_open() {
            Err("Cannot capture charged transaction")
        } else if self.voided() > 0 || (capture && !self.is_open()) {
            Err("Invalid state")
        } else if capture && late {
            Err("the authorization has expired")
        } else if capture && wanted.amount > self.rest() {
            Err("the amount is more than what is left")
        } else {
            Ok(())
        }
    }

    /// Whether it has this request already.
    #[must_use]
    pub fn known(&self, wanted: Wanted) -> Option<&Taken> {
        self.taken.iter().find(|taken| (taken.operation, taken.key) == (wanted.operation, wanted.key))
    }

    /// Answers a request; one that is new and allowed becomes `stage`.
    pub fn receive(&mut self, wanted: Wanted, stage: Stage, late: bool) -> Said {
        if let Some(known) = self.known(wanted) {
            let same = wanted.operation == Operation::Void || known.amount == wanted.amount;
            return if same { said(known.stage) } else { Said::Refused("the key names another amount") };
        }
        if let Err(text) = self.takes(wanted, late) {
            return Said::Refused(text);
        }
        let Wanted { operation, key, amount } = wanted;
        let amount = if operation == Operation::Void { self.rest() } else { amount };
        self.taken.push(Taken { operation, key, amount, stage });
        said(stage)
    }

    /// Refuses this attempt before trying it, now and whenever a copy of it comes.
    pub fn refuse(&mut self, attempt: u8) -> Said {
        self.refused.insert(attempt);
        Said::Refused("try again later")
    }

    /// Finishes what it had accepted, by its place in the list.
    pub fn finish(&mut self, place: usize, well: bool) -> Option<Taken> {
        let taken = self.taken.get_mut(place)?;
        taken.stage = if well { Stage::Done } else { Stage::Failed };
        Some(*taken)
    }

    /// Somebody voids all that is held, on the dashboard.
    pub fn void_by_hand(&mut self) {
        let amount = self.rest();
        self.taken.push(Taken { operation: Operation::Void, key: 0, amount, stage: Stage::Done });
    }

    /// What it would say of the transaction now.
    #[must_use]
    pub fn notice(&self) -> Notice {
        let (word, own) = match self.word() {
            // Of the transaction itself: one capture of a part ends its hold.
            ("PARTIAL_CHARGED", _) if self.beside && self.single => ("CHARGED", true),
            (word, own) => (word, own || self.beside),
        };
        Notice { word, own, captured: self.captured(), refunded: self.refunded() }
    }

    /// Its word, and whether it is the transaction's own: what ended it first, then what is under way or failed last,
    /// then what was captured so far.
    fn word(&self) -> (&'static str, bool) {
        let captured = self.captured();
        let ended = captured == self.authorized || self.voided() > 0 || self.lapsed || (self.single && captured > 0);
        if self.razorpay && captured > 0 {
            return (if self.refunded() == captured { "refunded" } else { "captured" }, true);
        }
        if ended {
            return match (captured > 0, self.voided() > 0) {
                // On a single-capture gateway the order reads so for ever.
                (true, _) if self.single && captured < self.authorized => ("PARTIAL_CHARGED", false),
                (true, _) => ("CHARGED", !self.single),
                (false, true) => ("VOIDED", false),
                (false, false) => ("AUTO_REFUNDED", false),
            };
        }
        let last = self.of_the_hold().rfind(|taken| taken.stage == Stage::Pending).or(self.of_the_hold().last());
        match last.map(|taken| (taken.operation, taken.stage)) {
            Some((Operation::Void, Stage::Pending)) => ("VOID_INITIATED", true),
            Some((Operation::Void, Stage::Failed)) => ("VOID_FAILED", true),
            Some((_, Stage::Pending)) if self.words != Words::Few => ("CAPTURE_INITIATED", true),
            Some((_, Stage::Failed)) if self.words == Words::All => ("CAPTURE_FAILED", true),
            _ if captured > 0 => ("PARTIAL_CHARGED", false),
            _ => ("AUTHORIZED", false),
        }
    }
}

/// How it answers a request that it took.
#[must_use]
pub fn said(stage: Stage) -> Said {
    match stage {
        Stage::Pending => Said::Pending,
        Stage::Done => Said::Done,
        Stage::Failed => Said::Failed,
    }
}
