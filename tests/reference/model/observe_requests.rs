//! Section 6, step 4: request by request, each statement matched to one of ours or to nobody's.

use super::amounts::{amounts, successes};
use super::answers::{Answer, Outcome, answer, capture_conflict};
use super::ends;
use super::facts::{End, Fate, Kind, Request, Transaction, Verdict};
use super::observe::{Checked, Observation};
use super::statements::{RequestSaid, Told, Word};

/// Answered without the provider's name for it.
fn was_done(request: &Request) -> bool {
    request.fate == Fate::Succeeded && request.id.is_none()
}

impl Observation<'_> {
    /// Which request of ours a statement is about, and whether our key says so.
    pub fn matched(&self, t: &Transaction, said: &RequestSaid) -> Option<(usize, bool)> {
        let requests = t.requests(said.kind);
        if let Some(index) = said.key.as_deref().and_then(|key| t.by_key(said.kind, key)) {
            return Some((index, true));
        }
        if let Some(id) = &said.id
            && let Some(index) = requests.iter().position(|request| {
                // A stranger's key is its name until it has another.
                request.id.as_ref() == Some(id)
                    || (request.provider_own && request.id.is_some() && request.id == said.key)
            })
        {
            return Some((index, false));
        }
        let waiting = self.could_be(t, said, |request| request.fate.awaits_answer());
        if !waiting.is_empty() {
            // Of several statements of one amount that name none of ours, none can be told apart.
            let nameless = |other: &&RequestSaid| {
                let same = other.kind == said.kind && other.told.is_some() && other.amount == said.amount;
                same && self.is_nobodys(t, other)
            };
            let alone = waiting.len() == 1 && self.payload.requests.iter().filter(nameless).count() < 2;
            // A failure that is not fresh may be of an earlier try, where no key makes both one request.
            let request = &requests[waiting[0]];
            let repeated = request.key.is_none() && request.sent != request.begun;
            let earlier_try = said.told == Some(Told::Failed) && repeated && !self.fresh;
            let success = said.told == Some(Told::Succeeded);
            let doubtful = earlier_try || (success && self.may_be_anothers(t, said, waiting[0]));
            return (alone && !doubtful).then_some((waiting[0], false));
        }
        None
    }

    /// Whether a statement names no request of the order.
    pub fn is_nobodys(&self, t: &Transaction, said: &RequestSaid) -> bool {
        let named = |r: &Request| (said.key.is_some() && r.key == said.key) || (said.id.is_some() && r.id == said.id);
        !t.requests(said.kind).iter().any(named) && !self.is_siblings(said)
    }

    /// The requests of this amount that a statement without a name of ours may be about.
    fn could_be(&self, t: &Transaction, said: &RequestSaid, fits: impl Fn(&Request) -> bool) -> Vec<usize> {
        let may = |request: &Request| {
            let amount = if request.fate == Fate::Succeeded { request.done } else { request.amount };
            let keyless = request.key.is_none() || said.key.is_none();
            let may_fail = !request.provider_own || said.told != Some(Told::Failed);
            let names = |other: &RequestSaid| {
                let by_key = other.key.is_some() && request.key == other.key;
                other.kind == said.kind && (by_key || (other.id.is_some() && request.id == other.id))
            };
            let named = self.payload.requests.iter().any(names);
            let unnamed = request.id.is_none() || said.id.is_none();
            fits(request) && said.amount == Some(amount) && keyless && unnamed && may_fail && !named
        };
        let requests = t.requests(said.kind);
        (0..requests.len()).filter(|&index| may(&requests[index])).collect()
    }

    /// Whether a success that only its amount gives may be of one that succeeded before, of another transaction, or a
    /// stranger's.
    fn may_be_anothers(&self, t: &Transaction, said: &RequestSaid, index: usize) -> bool {
        let kind = said.kind;
        let either = |request: &Request| request.fate.awaits_answer() || was_done(request);
        let siblings = || self.others.iter().any(|other| !self.could_be(other, said, either).is_empty());
        if !self.could_be(t, said, was_done).is_empty() || (self.payload.order.said.is_some() && siblings()) {
            return true;
        }
        let total = |t: &Transaction| if kind == Kind::Capture { amounts(t).c } else { amounts(t).r };
        let mut after = t.clone();
        let request = &mut after.requests_mut(kind)[index];
        (request.fate, request.done) = (Fate::Succeeded, request.amount);
        let (known, raised, amount) = (total(t), total(&after), i128::from(t.requests(kind)[index].amount));
        if kind == Kind::Void || raised <= known {
            return false;
        }
        let (own, of_order) = match kind {
            Kind::Capture => (None, self.payload.order.captured),
            _ => (self.payload.transaction.refunded, self.payload.order.refunded),
        };
        let stated = match (own, of_order) {
            (Some(own), _) => Some(i128::from(own)),
            (None, Some(total)) => match self.of_this(t, kind, i128::from(total)) {
                Ok(Some(total)) => Some(total),
                Ok(None) => return true,
                Err(_) => None,
            },
            (None, None) => None,
        };
        match stated {
            Some(total) => raised > total,
            // Money that is known of nobody here.
            None => known - successes(t.requests(kind)) >= amount,
        }
    }

    /// Step 4, "Request by request".
    pub fn one_request(&mut self, t: &mut Transaction, said: &RequestSaid) -> Checked<()> {
        let Some(told) = said.told else { return Ok(()) };
        let Some((index, by_key)) = self.matched(t, said) else {
            // The provider's own refunds come once it is known what was captured.
            return if said.kind == Kind::Refund { Ok(()) } else { self.unmatched(t, said) };
        };
        let outcome = match told {
            Told::Accepted => Outcome::Pending,
            Told::Succeeded => Outcome::Success,
            Told::Failed => Outcome::Failed,
        };
        let amount = if told == Told::Succeeded { said.amount } else { None };
        let answered = Answer { outcome, amount, by_key, fresh: self.fresh };
        let succeeds = told == Told::Succeeded && t.requests(said.kind)[index].fate != Fate::Succeeded;
        match answer(t, self.profile, said.kind, index, answered) {
            Verdict::Applied => self.changed = true,
            Verdict::Conflict(code) => return Err(code),
            // Failed after it succeeded, without a word for a reversal, is old.
            Verdict::Stale | Verdict::Refused(_) => self.is_old()?,
            Verdict::Already(_) | Verdict::Malformed(_) => {}
        }
        let request = &mut t.requests_mut(said.kind)[index];
        // The name under which it succeeds is its name.
        if request.id.is_none() || (succeeds && said.id.is_some()) {
            request.id = said.id.clone();
        }
        Ok(())
    }

    /// The refunds that match none of ours.
    pub fn unmatched_refunds(&mut self, t: &mut Transaction) -> Checked<()> {
        let refunds: Vec<RequestSaid> =
            self.payload.requests.iter().filter(|said| said.kind == Kind::Refund).cloned().collect();
        for said in refunds {
            if self.matched(t, &said).is_none() {
                self.unmatched(t, &said)?;
            }
        }
        Ok(())
    }

    fn unmatched(&mut self, t: &mut Transaction, said: &RequestSaid) -> Checked<()> {
        let none = |fits: fn(&Request) -> bool| self.could_be(t, said, fits).is_empty();
        // By its amount one of ours that succeeded: it says nothing new.
        let known = none(|request| request.fate.awaits_answer()) && !none(was_done);
        let own = said.told == Some(Told::Succeeded) && !self.is_siblings(said) && !known;
        if own { self.provider_own(t, said) } else { Ok(()) }
    }

    /// A success that matches none of ours: it counts in the totals; without a total it is recorded once.
    fn provider_own(&mut self, t: &mut Transaction, said: &RequestSaid) -> Checked<()> {
        let (has_total, unknown) = match said.kind {
            Kind::Capture => (self.states_total(t, said.kind), "captured-amount-unknown"),
            Kind::Refund => (self.states_total(t, said.kind), "refund-amount-unknown"),
            Kind::Void => (false, "amount-mismatch"),
        };
        let before = amounts(t);
        let given_back = self.word(t) == Some(Word::AutoRefunded) && before.c == 0;
        // What an ended hold let go holds a void already; an auto-refund of a hold refunds no capture.
        let told_already = match said.kind {
            Kind::Void => t.end.is_some() || (self.word(t) == Some(Word::Voided) && before.c == 0),
            Kind::Refund => given_back,
            Kind::Capture => false,
        };
        if has_total || told_already {
            return Ok(());
        }
        let others_captured = self.stranger || self.others.iter().any(|other| amounts(other).c > 0);
        if said.kind == Kind::Refund && self.payload.order.said.is_some() && others_captured {
            // The order's list: it may be another transaction's.
            return Err(unknown);
        }
        if !self.could_be(t, said, |request| request.fate.awaits_answer()).is_empty() {
            // Whichever of ours it is, a total may hold it already.
            let held = super::amounts::outstanding(t, said.kind).is_empty();
            return if said.kind == Kind::Void || held { Ok(()) } else { Err(unknown) };
        }
        let (Some(amount), Some(id)) = (said.amount, said.id.clone()) else { return Err(unknown) };
        self.record_own(t, said, amount, id)
    }

    /// Beside a total: successes that are surely none of ours are facts of their own, where one of ours may still succeed, or
    /// where the total does not hold all of them.
    pub fn named_strangers(&mut self, t: &mut Transaction, kind: Kind) -> Checked<()> {
        let done = |said: &&RequestSaid| said.kind == kind && said.told == Some(Told::Succeeded);
        let said: Vec<RequestSaid> = self.payload.requests.iter().filter(done).cloned().collect();
        let theirs: Vec<RequestSaid> = said.into_iter().filter(|said| self.is_surely_anothers(t, said)).collect();
        let now = amounts(t);
        let (known, reversed) =
            if kind == Kind::Capture { (now.c, t.captures_reversed) } else { (now.r, t.refunds_reversed) };
        let all: i128 = theirs.iter().map(|said| i128::from(said.amount.unwrap_or(0))).sum();
        let raises = successes(t.requests(kind)) + all > known;
        let reported =
            |request: &Request| t.totals(kind).iter().any(|total| total.by_person && request.begun < total.at);
        let may = |request: &Request| !request.provider_own && request.fate.awaits_answer() && !reported(request);
        let may = t.requests(kind).iter().any(may);
        if theirs.is_empty() || !(raises || may) || (raises && !self.fresh && reversed > 0) {
            return Ok(());
        }
        if raises && self.fresh {
            return self.is_old();
        }
        for said in theirs {
            let id = said.id.clone().or_else(|| said.key.clone()).unwrap_or_default();
            if !t.requests(kind).iter().any(|request| request.id.as_ref() == Some(&id)) {
                self.record_own(t, &said, said.amount.unwrap_or(0), id)?;
            }
        }
        Ok(())
    }

    /// It bears a key, and so do all of ours; or it is a refund, and all of ours succeeded, for other amounts.
    fn is_surely_anothers(&self, t: &Transaction, said: &RequestSaid) -> bool {
        let (kind, now) = (said.kind, amounts(t));
        let mut ours = t.requests(kind).iter().filter(|request| !request.provider_own);
        let surely = match (kind, &said.key) {
            (_, Some(_)) => ours.all(|request| request.key.is_some()),
            (Kind::Refund, None) => ours.all(|request| request.fate == Fate::Succeeded),
            _ => false,
        };
        let own = |request: &&Request| request.provider_own && request.fate == Fate::Succeeded;
        let again = t.requests(kind).iter().filter(own).any(|request| Some(request.done) == said.amount);
        let known_here = t.requests(kind).iter().any(|request| request.id.is_some() && request.id == said.key);
        let others_captured = self.stranger || self.others.iter().any(|other| amounts(other).c > 0);
        let shared = kind == Kind::Refund && self.payload.order.said.is_some() && others_captured;
        let over = if kind == Kind::Capture { t.end.is_some() } else { now.c == 0 };
        let nobodys = self.matched(t, said).is_none() && !known_here && !self.is_siblings(said);
        let may_be = |request: &Request| request.fate.awaits_answer() || was_done(request);
        let clear = nobodys && self.could_be(t, said, may_be).is_empty();
        let overruled = if kind == Kind::Capture { &t.overruled_captured } else { &t.overruled_refunded };
        let replaced = !self.fresh && self.total_of_this(t, kind).is_some_and(|total| overruled.contains(&total));
        let named = said.id.is_some() || said.key.is_some();
        let new = said.amount.is_some_and(|amount| amount > 0) && named && (said.id.is_some() || !again);
        surely && new && clear && !shared && !over && !replaced && self.states_total(t, kind)
    }

    fn record_own(&mut self, t: &mut Transaction, said: &RequestSaid, amount: u64, id: String) -> Checked<()> {
        let before = amounts(t);
        let many = self.profile.several_captures;
        let closes = match said.kind {
            Kind::Capture => !many,
            Kind::Void => i128::from(amount) >= before.h && before.p == 0,
            Kind::Refund => false,
        };
        let mut after = t.clone();
        let sent = after.next();
        after.requests_mut(said.kind).push(Request {
            key: None,
            id: Some(id),
            amount,
            stated: true,
            closes,
            fate: Fate::Succeeded,
            done: amount,
            begun: 0,
            begun_at: 0,
            sent,
            was_unknown: false,
            provider_own: true,
        });
        let then = amounts(&after);
        match said.kind {
            Kind::Capture => {
                if then.c > before.c
                    && let Some(code) = capture_conflict(t, then.c, false)
                {
                    return Err(code);
                }
            }
            Kind::Refund if then.r > then.c => return Err("refunded-exceeds-captured"),
            // A capture in flight loses to a void that was done.
            Kind::Void if i128::from(amount) > before.h + before.p => return Err("amount-mismatch"),
            _ => {}
        }
        *t = after;
        self.changed = true;
        match said.kind {
            Kind::Capture if closes => ends::end(t, End::Captured),
            Kind::Capture => ends::after_capture(t),
            Kind::Void if closes => ends::end(t, End::Voided),
            _ => {}
        }
        Ok(())
    }
}
