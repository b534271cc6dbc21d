//! Section 6, step 5: the totals, each of its own subject, and what a word without a total implies.

use super::amounts::{State, amounts, covered, state};
use super::ends;
use super::facts::{End, Fate, Kind, Request, Transaction};
use super::observe::{Checked, Observation, agree};
use super::order::{Order, counted};
use super::statements::{RequestSaid, Told, Word};

impl Observation<'_> {
    pub fn totals(&mut self, t: &mut Transaction, order: &Order) -> Checked<()> {
        let stated = match self.payload.order.captured {
            Some(total) => self.of_this(t, Kind::Capture, i128::from(total))?,
            None => None,
        };
        match stated {
            Some(total) => {
                let is_all = t.authorized.is_some() && total == amounts(t).a && self.all_charged(t, order);
                let believed = if is_all { total } else { self.believed(t, Kind::Capture, total) };
                self.told(t, Kind::Capture, total, believed)?;
            }
            None => {
                if let Some(implied) = self.implied(t, order)? {
                    self.told(t, Kind::Capture, implied, implied)?;
                }
            }
        }
        self.unmatched_refunds(t)?;
        let word = self.word(t);
        let c = amounts(t).c;
        if word == Some(Word::AutoRefunded) && c == 0 {
            return Ok(());
        }
        let refunded = match (self.payload.transaction.refunded, self.payload.order.refunded) {
            (Some(own), _) => Some(i128::from(own)),
            (None, Some(total)) => self.of_this(t, Kind::Refund, i128::from(total))?,
            (None, None) if word == Some(Word::Refunded) => {
                self.told(t, Kind::Refund, c, c)?;
                None
            }
            (None, None) => None,
        };
        if let Some(total) = refunded {
            let believed = self.believed(t, Kind::Refund, total);
            self.told(t, Kind::Refund, total, believed)?;
        }
        self.named_strangers(t, Kind::Capture)?;
        self.named_strangers(t, Kind::Refund)
    }

    /// What of a total of the order is this transaction's; none where it says nothing of it.
    pub fn of_this(&self, t: &Transaction, kind: Kind, total: i128) -> Checked<Option<i128>> {
        if let Some(own) = self.share_listed(t, kind, total) {
            return Ok(Some(own));
        }
        let most: i128 = self.others.iter().map(|other| amounts(other).a).sum();
        if matches!(self.own_word(), Some(Word::Created | Word::Failed)) {
            // Nothing was ever held of this one: the order's money is another attempt's, where there is one.
            if total == 0 || !self.others.is_empty() || self.stranger {
                return Ok(None);
            }
        }
        let of = |t: &Transaction| {
            let sums = amounts(t);
            if kind == Kind::Capture { (sums.c, sums.p) } else { (sums.r, sums.q) }
        };
        // Its own word says that nothing was captured of it.
        let untouched = kind == Kind::Capture
            && of(t).0 == 0
            && match self.own_word() {
                Some(Word::VoidInitiated | Word::VoidFailed) if !self.profile.several_captures => true,
                Some(Word::AutoRefunded | Word::Voided | Word::VoidInitiated | Word::VoidFailed) => {
                    of(t).1 == 0 && t.end.is_none()
                }
                Some(Word::CaptureInitiated) => !self.profile.several_captures,
                Some(Word::CaptureFailed) => true,
                _ => false,
            };
        let theirs: i128 = self.others.iter().map(|other| of(other).0).sum();
        if kind == Kind::Refund && total == 0 && (theirs == 0 || !self.fresh) {
            return Ok(Some(0));
        }
        // What is captured, and not known yet to be, may be refunded already.
        let pending = self.others.iter().any(|other| of(other).1 > 0 || amounts(other).p > 0);
        // The payload lists others whose hold was given back: their money may be in the order's refunded total.
        let auto = self.payload.list.iter().filter(|item| {
            kind == Kind::Refund && item.said.as_ref().is_some_and(|said| said.word == Some(Word::AutoRefunded))
        });
        let known = auto.filter_map(|item| self.others.iter().find(|other| agree(&item.ids, &other.ids)));
        let auto: i128 = known.map(|other| amounts(other)).filter(|sums| sums.c == 0).map(|sums| sums.a).sum();
        let may_hold_it = auto > 0 && total >= auto;
        if !may_hold_it && !pending && !self.stranger && ((self.named && !untouched) || !self.others_held()) {
            let (own, known) = (total - theirs, of(t).0);
            // Less than its own word says: it is older than what the others took.
            let whole = self.own_word().is_some_and(Word::is_charged) && !self.profile.partial_capture;
            let part = self.own_word().is_some_and(|word| word.is_charged() || word == Word::PartiallyCharged);
            let too_little = (whole && own < amounts(t).a) || (part && own == 0);
            if kind == Kind::Capture && own >= 0 && theirs > 0 && too_little {
                if !self.fresh {
                    return Ok(None);
                }
                if own != 0 {
                    return Err("captured-amount-unknown");
                }
            }
            let taken_back =
                |t: &Transaction| if kind == Kind::Capture { t.captures_reversed } else { t.refunds_reversed };
            let reversed: i128 = self.others.iter().map(|other| i128::from(taken_back(other))).sum();
            if self.fresh || own <= known || reversed == 0 {
                return Ok(Some(own));
            }
            // It may still hold what was taken back of the others; below anything that is known, it is old.
            return Ok(Some(if own - reversed > known { own - reversed } else { -1 }));
        }
        let known = theirs + of(t).0;
        let shared = pending || self.stranger || !((self.named && !untouched) || !self.others_held());
        // What is pending or failed may be in the total of refunds.
        let total = match kind {
            _ if !shared => total - self.not_done(t, kind),
            Kind::Refund => self.believed(t, kind, total),
            Kind::Capture | Kind::Void => total,
        };
        // A capture failed and nothing was captured: the money is another's.
        let failed = self.own_word() == Some(Word::CaptureFailed) && of(t).0 == 0;
        if kind == Kind::Capture && failed && shared && total <= most {
            return Ok(None);
        }
        if shared {
            // Of what is above all that is known, no more than the others have on their way; what is done here is listed.
            let on_their_way: i128 = self.others.iter().map(|other| of(other).1).sum();
            let done = self.payload.requests.iter().filter(|said| said.kind == kind && !self.is_siblings(said));
            let done = done.filter(|said| said.told == Some(Told::Succeeded));
            let done: i128 = done.map(|said| i128::from(said.amount.unwrap_or(0))).sum();
            // By its words all of it is captured: then the list is not all.
            let all =
                matches!(self.own_word(), Some(Word::Charged)) && self.order_word() != Some(Word::PartiallyCharged);
            let more = kind == Kind::Capture && all && done < amounts(t).a;
            if done > 0 && done == of(t).0 && !more && !self.stranger && total <= known + on_their_way {
                return Ok(None);
            }
            // Its own word says more than a total that is no more than what is known.
            let charged = matches!(self.own_word(), Some(Word::Charged | Word::PartiallyCharged));
            if kind == Kind::Capture && of(t).0 == 0 && charged && self.fresh {
                return Err("captured-amount-unknown");
            }
        }
        if total > known && (shared || total != known + auto) {
            let refund = "refund-amount-unknown";
            return Err(if kind == Kind::Capture { "captured-amount-unknown" } else { refund });
        }
        Ok(None)
    }

    /// Law 2: where each done part in the list is a request of ours or of another one, and they come to the total.
    fn share_listed(&self, t: &Transaction, kind: Kind, total: i128) -> Option<i128> {
        let (mut own, mut all) = (0, 0);
        let done = |said: &&RequestSaid| said.kind == kind && said.told == Some(Told::Succeeded);
        for said in self.payload.requests.iter().filter(done) {
            let amount = i128::from(said.amount?);
            let asked =
                |t: &Transaction| t.requests(kind).iter().any(|request| !request.provider_own && names(said, request));
            let (here, there) = (asked(t), self.others.iter().any(|other| asked(other)));
            if here == there {
                return None;
            }
            own += if here { amount } else { 0 };
            all += amount;
        }
        (kind == Kind::Capture && own != all && all == total).then_some(own)
    }

    /// What the payload shows as pending or failed.
    fn not_done(&self, t: &Transaction, kind: Kind) -> i128 {
        // One that succeeded since is pending no more.
        let since = self.payload.requests.iter().filter(|said| said.kind == kind && said.told == Some(Told::Accepted));
        let since = since.filter(|said| t.requests(kind).iter().any(|r| r.fate == Fate::Succeeded && names(said, r)));
        let since: i128 = since.map(|said| i128::from(said.amount.unwrap_or(0))).sum();
        self.listed(kind, &[Told::Accepted, Told::Failed]) - since
    }

    /// The total without those, never below those it shows as done.
    fn believed(&self, t: &Transaction, kind: Kind, stated: i128) -> i128 {
        let counted_too = self.not_done(t, kind);
        let ours = self.payload.requests.iter().filter(|said| said.kind == kind && !self.is_siblings(said));
        let done = ours.filter(|said| said.told == Some(Told::Succeeded));
        let done: i128 = done.map(|said| i128::from(said.amount.unwrap_or(0))).sum();
        // The order's list of refunds may hold another transaction's.
        let done = if kind == Kind::Refund { done.min(stated) } else { done };
        (stated - counted_too).max(done)
    }

    fn told(&mut self, t: &mut Transaction, kind: Kind, stated: i128, believed: i128) -> Checked<()> {
        let now = amounts(t);
        let (known, reversed, overruled) = match kind {
            Kind::Capture => (now.c, t.captures_reversed, &t.overruled_captured),
            _ => (now.r, t.refunds_reversed, &t.overruled_refunded),
        };
        if stated < known {
            self.behind = true;
            return self.is_old();
        }
        if stated == known {
            return Ok(());
        }
        let at_least = believed != stated;
        let mut believed = believed;
        if !self.fresh {
            if overruled.iter().any(|total| i128::from(*total) == stated) {
                return self.is_old();
            }
            if reversed > 0 {
                // It may still hold what was taken back.
                let without = believed;
                believed -= i128::from(reversed);
                if believed <= known && without > known {
                    return self.is_old();
                }
            }
        }
        if believed == known {
            self.left_out(t, kind);
        }
        if believed <= known {
            return Ok(());
        }
        if kind == Kind::Capture {
            self.captured_fits(t, believed)?;
        } else if believed > now.c {
            return Err("refunded-exceeds-captured");
        }
        ends::record_total(t, kind, u64::try_from(believed).unwrap_or(0), false, at_least);
        if kind == Kind::Capture {
            ends::after_total(t, self.profile);
        }
        self.left_out(t, kind);
        self.changed = true;
        Ok(())
    }

    /// What the payload names as pending was taken off its total, so that the total holds nothing of it.
    fn left_out(&mut self, t: &mut Transaction, kind: Kind) {
        for said in self.payload.requests.iter().filter(|said| said.kind == kind && said.told == Some(Told::Accepted)) {
            let Some(index) = t.requests(kind).iter().position(|request| names(said, request)) else { continue };
            let is_over = kind == Kind::Capture && t.end.is_some();
            let begun = t.requests(kind)[index].begun;
            // What a person reported is complete.
            let reported = t.totals(kind).iter().any(|total| total.by_person && begun < total.at);
            let before = t.totals(kind).iter().any(|total| begun < total.at);
            let waiting = t.requests(kind)[index].fate.awaits_answer();
            if !is_over && !reported && before && waiting {
                let was_covered = covered(t.requests(kind), t.totals(kind))[index];
                let now = t.next();
                t.requests_mut(kind)[index].begun = now;
                self.changed |= was_covered;
            }
        }
    }

    fn captured_fits(&self, t: &Transaction, total: i128) -> Checked<()> {
        let now = amounts(t);
        if total > now.l {
            return Err("captured-exceeds-authorized");
        }
        let voids: i128 = super::amounts::successes(&t.voids).min(now.v);
        let (by_voids, by_expiry) = match t.end {
            Some(End::Voided) => (now.v, 0),
            Some(End::Expired) => (voids, now.v - voids),
            _ => (voids, 0),
        };
        if total > now.l - by_voids {
            return Err("captured-after-void");
        }
        if total > now.l - by_voids - by_expiry {
            return Err("captured-after-expiry");
        }
        if !self.profile.several_captures {
            let asked = t.captures.iter().filter(|r| !r.provider_own && r.fate != Fate::Withdrawn);
            let most = asked.map(|request| i128::from(request.amount)).max();
            if most.is_some_and(|most| total > most) {
                return Err("captured-exceeds-requested");
            }
        }
        Ok(())
    }

    /// A leg that is a part of the order leaves it partially charged, although all of the leg was captured.
    fn is_leg(&self, t: &Transaction, order: &Order) -> bool {
        i128::from(t.pays) < order.amount && t.authorized.is_some() && !self.profile.partial_capture
    }

    /// The words say that all of it is captured.
    fn all_charged(&self, t: &Transaction, order: &Order) -> bool {
        match (self.own_word(), self.order_word()) {
            (Some(own), of_order) => {
                own.is_charged() && (of_order != Some(Word::PartiallyCharged) || self.is_leg(t, order))
            }
            (None, of_order) => of_order.is_some_and(Word::is_charged) && !self.others_involved(),
        }
    }

    /// The total that a word without one implies, "where only one can be meant".
    fn implied(&self, t: &Transaction, order: &Order) -> Checked<Option<i128>> {
        let (own, of_order) = (self.own_word(), self.order_word());
        let is_leg = self.is_leg(t, order);
        let both = |word: Option<Word>| word.is_some_and(|word| word.is_charged() || word == Word::PartiallyCharged);
        let word = match own {
            Some(word) if word.is_charged() && of_order == Some(Word::PartiallyCharged) && !is_leg => {
                Word::PartiallyCharged
            }
            Some(word) if both(own) => word,
            // The order's money is neither here nor known elsewhere.
            Some(Word::Authorized)
                if both(of_order)
                    && self.payload.order.captured.is_none()
                    && self.others.is_empty()
                    && !self.stranger =>
            {
                let charged = counted(t, amounts(t).c);
                let full = of_order != Some(Word::PartiallyCharged);
                let explained = charged > 0 && (charged >= order.amount || !full);
                return if explained { Ok(None) } else { Err("captured-amount-unknown") };
            }
            Some(_) => return Ok(None),
            None => match of_order {
                // A total of the order stands beside the order's word, and said nothing of this transaction.
                Some(word) if both(of_order) && self.payload.order.captured.is_none() => {
                    if self.others_involved() {
                        return self.explained(t, order, word).map(|()| None);
                    }
                    word
                }
                _ => return Ok(None),
            },
        };
        if t.authorized.is_none() {
            return Ok(None);
        }
        let now = amounts(t);
        let open = self.open_requests(t, Kind::Capture);
        let unknown = Err("captured-amount-unknown");
        if word.is_charged() {
            let outstanding = open.len() + self.open_requests(t, Kind::Void).len();
            let whole = (outstanding == 0 && now.c == 0) || now.c + now.p == now.a;
            return match state(t) {
                State::Charged => Ok(Some(now.c)),
                // What is captured explains the order's word.
                _ if own.is_none() && now.c > 0 && counted(t, now.c) >= order.amount => Ok(Some(now.c)),
                _ if whole => Ok(Some(now.a)),
                _ => unknown,
            };
        }
        if now.c > 0 {
            return Ok(Some(now.c));
        }
        let reversed = t.captures.iter().any(|request| request.fate == Fate::Reversed);
        match open[..] {
            [index] if i128::from(t.captures[index].amount) < order.amount && !reversed => {
                Ok(Some(i128::from(t.captures[index].amount)))
            }
            _ => unknown,
        }
    }

    /// The order's word alone, where others captured: it says nothing where the books of the order explain it.
    fn explained(&self, t: &Transaction, order: &Order, word: Word) -> Checked<()> {
        let all = self.others.iter().copied().chain([t]);
        let charged: i128 = all.map(|one| counted(one, amounts(one).c)).sum();
        let fits = if word.is_charged() { charged >= order.amount } else { charged > 0 && charged < order.amount };
        if fits { Ok(()) } else { Err("captured-amount-unknown") }
    }
}

/// Whether a statement names a request.
fn names(said: &RequestSaid, request: &Request) -> bool {
    (said.key.is_some() && request.key == said.key) || (said.id.is_some() && request.id == said.id)
}
