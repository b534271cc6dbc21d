//! Section 6: whose is it, is it sound, was it held (steps 1 to 3), and the order of all steps.

use super::amounts::{amounts, outstanding};
use super::facts::{Closed, Kind, Request, Transaction, Verdict};
use super::order::Order;
use super::profile::Profile;
use super::statements::{Ids, Payload, RequestSaid, Told, Word};

/// Codes of conflicts.
pub type Checked<T> = Result<T, &'static str>;

pub struct Observation<'a> {
    pub profile: &'a Profile,
    pub others: Vec<&'a Transaction>,
    /// The transaction is known already: something was applied to it.
    pub exists: bool,
    pub fresh: bool,
    pub payload: Payload,
    pub changed: bool,
    pub old: bool,
    /// The payload names our transaction.
    pub named: bool,
    /// It lists a transaction that may have captured more than we know.
    pub stranger: bool,
    /// The hold was learned from this payload.
    pub learned: bool,
    /// A total of it is lower than what is known.
    pub behind: bool,
}

pub fn agree(said: &Ids, bound: &Ids) -> bool {
    said.iter().any(|id| bound.contains(id))
}

fn contradict(said: &Ids, bound: &Ids) -> bool {
    said.iter().any(|(name, value)| bound.iter().any(|(known, other)| known == name && other != value))
}

/// Something changed besides the ids that were learned.
fn differs(before: &Transaction, after: &Transaction) -> bool {
    let facts = |t: &Transaction| {
        let mut t = Transaction { ids: Vec::new(), sequence: 0, ..t.clone() };
        for request in t.captures.iter_mut().chain(&mut t.voids).chain(&mut t.refunds) {
            request.id = None;
        }
        t
    };
    facts(before) != facts(after)
}

impl Observation<'_> {
    pub fn interpret(mut self, t: &mut Transaction, order: &mut Order) -> Verdict {
        let before = t.clone();
        match self.steps(t, order) {
            Err(code) => Verdict::Conflict(code),
            Ok(()) if self.changed && (differs(&before, t) || !self.exists) => Verdict::Applied,
            Ok(()) if self.old => Verdict::Stale,
            Ok(()) => Verdict::Already(None),
        }
    }

    fn steps(&mut self, t: &mut Transaction, order: &mut Order) -> Checked<()> {
        self.identity(t, order)?;
        self.sound(t, order)?;
        self.held(t)?;
        for kind in [Kind::Capture, Kind::Void, Kind::Refund] {
            let said: Vec<RequestSaid> = self.payload.requests.iter().filter(|r| r.kind == kind).cloned().collect();
            for one in said {
                self.one_request(t, &one)?;
            }
        }
        self.totals(t, order)?;
        // The word decides where the totals are as known.
        if self.behind { Ok(()) } else { self.word_row(t, order) }
    }

    /// A fresh observation is never stale: what would be is a conflict.
    pub fn is_old(&mut self) -> Checked<()> {
        if self.fresh {
            return Err("below-recorded");
        }
        self.old = true;
        Ok(())
    }

    /// The order's own word, whether or not it speaks for this transaction.
    pub fn order_word(&self) -> Option<Word> {
        self.payload.order.said.as_ref().and_then(|said| said.word)
    }

    pub fn own_word(&self) -> Option<Word> {
        self.payload.transaction.said.as_ref().and_then(|said| said.word)
    }

    /// Another transaction captured or has something pending, or a stranger may have.
    pub fn others_involved(&self) -> bool {
        let involved = |other: &&Transaction| {
            let sums = amounts(other);
            sums.c > 0 || sums.p > 0
        };
        self.stranger || self.others.iter().any(involved)
    }

    pub fn others_held(&self) -> bool {
        self.others.iter().any(|other| amounts(other).h > 0)
    }

    /// The word that decides for this transaction: its own, else the order's where that can mean only this one.
    pub fn word(&self, t: &Transaction) -> Option<Word> {
        if self.payload.transaction.said.is_some() {
            return self.own_word();
        }
        let unheld = t.authorized.is_none();
        if self.others_involved() || (unheld && !self.named && self.others_held()) {
            return None;
        }
        match self.order_word() {
            // Razorpay's order is created while no payment exists: nothing is said of one.
            Some(Word::Created) if unheld && self.profile.is_razorpay() => None,
            Some(Word::Nothing) => None,
            word => word,
        }
    }

    /// Step 1, "Whose is it?".
    fn identity(&mut self, t: &mut Transaction, order: &mut Order) -> Checked<()> {
        if let Some(said) = self.payload.order.id.clone() {
            if order.id.as_ref().is_some_and(|bound| *bound != said) {
                return Err("identity-mismatch");
            }
            order.id = Some(said);
        }
        if self.payload.ids_contradict {
            return Err("identity-mismatch");
        }
        let mut ours = None;
        let named = self.payload.transaction.ids.clone();
        let several = self.payload.list.len() > 1;
        if several || order.parts {
            // The order's amount is not that of one of its parts.
            self.payload.transaction.authorized_at_first = None;
        }
        if several && self.others.iter().any(|other| agree(&named, &other.ids)) {
            return Err("transaction-not-named");
        }
        if named.is_empty() && !self.payload.list.is_empty() {
            ours = self.payload.list.iter().position(|item| agree(&item.ids, &t.ids));
            if ours.is_none() {
                if several {
                    return Err("transaction-not-named");
                }
                ours = Some(0);
            }
        } else if contradict(&named, &t.ids) {
            return Err(if several { "transaction-not-named" } else { "identity-mismatch" });
        } else if !named.is_empty() {
            ours = self.payload.list.iter().position(|item| agree(&item.ids, &named));
        }
        if let Some(index) = ours {
            let item = self.payload.list.remove(index);
            if item.order.is_some() && order.id.is_some() && item.order != order.id {
                return Err("identity-mismatch");
            }
            if contradict(&item.ids, &named) {
                return Err("identity-mismatch");
            }
            let transaction = &mut self.payload.transaction;
            if transaction.said.is_none() {
                transaction.said = item.said;
                transaction.authorized = item.authorized.or(transaction.authorized);
                transaction.pays = item.pays.or(transaction.pays);
            }
            for id in item.ids {
                if !transaction.ids.contains(&id) {
                    transaction.ids.push(id);
                }
            }
        }
        let ids = &self.payload.transaction.ids;
        if contradict(ids, &t.ids) || self.others.iter().any(|other| agree(ids, &other.ids)) {
            return Err("identity-mismatch");
        }
        self.named = !ids.is_empty();
        for id in ids {
            if !t.ids.contains(id) {
                t.ids.push(id.clone());
            }
        }
        self.stranger = self.payload.list.iter().any(|item| {
            let known = self.others.iter().find(|other| agree(&item.ids, &other.ids));
            let word = item.said.as_ref().and_then(|said| said.word);
            let harmless = [Word::Created, Word::Failed, Word::Authorized, Word::Voided];
            match known {
                None => !word.is_some_and(|word| harmless.contains(&word)),
                // One that we know, and of which we know nothing captured.
                Some(other) => matches!(word, Some(Word::Charged | Word::PartiallyCharged)) && amounts(other).c == 0,
            }
        });
        Ok(())
    }

    /// Step 2, "Is it sound?".
    fn sound(&mut self, t: &Transaction, order: &Order) -> Checked<()> {
        if self.payload.currencies.iter().any(|currency| *currency != order.currency) {
            return Err("currency-mismatch");
        }
        let both = [&self.payload.order.said, &self.payload.transaction.said];
        let said: Vec<_> = both.into_iter().flatten().collect();
        if said.iter().any(|said| said.word.is_none()) {
            return Err("unknown-status");
        }
        if said.iter().any(|said| !said.number_fits) {
            return Err("status-id-mismatch");
        }
        if self.payload.transaction.flag_contradicts {
            return Err("flag-mismatch");
        }
        if self.contradicts_itself(t) {
            return Err("payload-contradicts-itself");
        }
        self.amounts_said(t, order)
    }

    pub fn listed(&self, kind: Kind, told: &[Told]) -> i128 {
        let those =
            self.payload.requests.iter().filter(|r| r.kind == kind && r.told.is_some_and(|t| told.contains(&t)));
        those.map(|request| i128::from(request.amount.unwrap_or(0))).sum()
    }

    /// Whether a statement is about a request of another transaction of the order.
    pub fn is_siblings(&self, said: &RequestSaid) -> bool {
        let named = |request: &Request| {
            let by_key = said.key.is_some() && request.key == said.key;
            by_key || (said.id.is_some() && request.id == said.id)
        };
        self.others.iter().any(|other| other.requests(said.kind).iter().any(named))
    }

    /// Whether the payload states a total of this transaction.
    pub fn states_total(&self, t: &Transaction, kind: Kind) -> bool {
        let (own, of_order) = match kind {
            Kind::Capture => (None, self.payload.order.captured),
            _ => (self.payload.transaction.refunded, self.payload.order.refunded),
        };
        let of_this = |total| matches!(self.of_this(t, kind, i128::from(total)), Ok(Some(total)) if total >= 0);
        own.is_some() || of_order.is_some_and(of_this)
    }

    /// The total that it states for this transaction.
    pub fn total_of_this(&self, t: &Transaction, kind: Kind) -> Option<u64> {
        let (own, of_order) = match kind {
            Kind::Capture => (None, self.payload.order.captured),
            _ => (self.payload.transaction.refunded, self.payload.order.refunded),
        };
        let of_this = |total| u64::try_from(self.of_this(t, kind, i128::from(total)).ok()??).ok();
        own.or_else(|| of_this(of_order?))
    }

    pub fn refunded_said(&self) -> Option<u64> {
        self.payload.transaction.refunded.or(self.payload.order.refunded)
    }

    fn contradicts_itself(&self, t: &Transaction) -> bool {
        let (captured, refunded) = (self.payload.order.captured, self.refunded_said());
        let above = |kind: Kind, total: Option<u64>| {
            total.is_some_and(|total| self.listed(kind, &[Told::Succeeded]) > i128::from(total))
        };
        if above(Kind::Capture, captured) || above(Kind::Refund, refunded) {
            return true;
        }
        let wrong = |word: Option<Word>, total: Option<i128>| match (word, total) {
            (Some(Word::Created | Word::Failed | Word::Authorized), Some(total)) => total > 0,
            (Some(Word::Charged | Word::PartiallyCharged), Some(total)) => total == 0,
            _ => false,
        };
        // What the order's total leaves to this transaction; nothing of the order is nothing of the transaction.
        let captured = captured.map(i128::from);
        let own = captured.and_then(|total| match self.of_this(t, Kind::Capture, total) {
            Ok(Some(of_this)) if of_this >= 0 => Some(of_this),
            _ => Some(total).filter(|total| *total == 0),
        });
        if wrong(self.order_word(), captured) || wrong(self.own_word(), own) {
            return true;
        }
        let either = [self.own_word(), self.order_word()];
        let word = if self.payload.transaction.said.is_some() { self.own_word() } else { self.order_word() };
        match either.into_iter().flatten().find(|word| *word == Word::AutoRefunded).or(word) {
            Some(Word::AutoRefunded) => {
                let not_ours =
                    |r: &RequestSaid| r.key.as_deref().is_none_or(|key| t.by_key(Kind::Refund, key).is_none());
                let its_own = |r: &&RequestSaid| r.kind == Kind::Refund && !self.is_siblings(r);
                let refunds: Vec<_> = self.payload.requests.iter().filter(its_own).collect();
                let any_done = refunds.iter().any(|refund| refund.told == Some(Told::Succeeded));
                let own_failed = refunds.iter().any(|refund| refund.told == Some(Told::Failed) && not_ours(refund));
                let none_back = refunded == Some(0) && !refunds.is_empty();
                !any_done && (own_failed || none_back)
            }
            Some(Word::Refunded) => {
                let captured = self.payload.transaction.authorized.or(t.authorized);
                matches!((refunded, captured), (Some(refunded), Some(captured)) if refunded < captured)
            }
            _ => false,
        }
    }

    fn amounts_said(&mut self, t: &Transaction, order: &Order) -> Checked<()> {
        let wrong = |amount: Option<u64>| amount.is_some_and(|amount| i128::from(amount) != order.amount);
        if wrong(self.payload.order.price) {
            return Err("amount-mismatch");
        }
        if let (Some(said), Some(held)) = (self.payload.transaction.authorized, t.authorized)
            && said != held
        {
            if !t.earlier_authorized.contains(&said) {
                return Err("amount-mismatch");
            }
            self.is_old()?;
        }
        if let Some(unsure) = self.payload.order.unsure {
            let of_capture = |request: &Request| request.amount == unsure || (request.done == unsure && unsure > 0);
            let known =
                i128::from(unsure) == order.amount || t.authorized == Some(unsure) || t.captures.iter().any(of_capture);
            if !known {
                return Err("amount-mismatch");
            }
        }
        Ok(())
    }

    /// Step 3, "Was it held?".
    fn held(&mut self, t: &mut Transaction) -> Checked<()> {
        let Some(word) = self.word(t) else { return Ok(()) };
        if t.authorized.is_some() || !word.implies_hold() {
            return Ok(());
        }
        let said = &self.payload.transaction;
        let amount = said.authorized.or(said.authorized_at_first).filter(|amount| *amount > 0);
        let amount = amount.ok_or("amount-mismatch")?;
        t.authorized = Some(amount);
        t.tolerated = self.profile.limits.tolerance(amount);
        t.pays = said.pays.unwrap_or(amount);
        t.failed = false;
        t.next();
        match word {
            Word::CaptureFailed => t.closed = Some(Closed::CaptureFailed),
            Word::VoidFailed => t.closed = Some(Closed::VoidFailed),
            _ => {}
        }
        self.learned = true;
        self.changed = true;
        Ok(())
    }

    /// The outstanding requests of a kind.
    pub fn open_requests(&self, t: &Transaction, kind: Kind) -> Vec<usize> {
        outstanding(t, kind)
    }
}
