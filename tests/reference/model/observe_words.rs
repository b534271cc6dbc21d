//! Section 6, step 6: the table of words, where the totals are as known.

use super::amounts::{State, amounts, outstanding, state};
use super::answers::{Answer, Outcome, answer};
use super::ends;
use super::facts::{Closed, End, Fate, Kind, Request, Transaction};
use super::observe::{Checked, Observation};
use super::order::{Order, counted, transaction_text};
use super::statements::{RequestSaid, Told, Word};

impl Observation<'_> {
    pub fn word_row(&mut self, t: &mut Transaction, order: &Order) -> Checked<()> {
        let Some(word) = self.word(t) else { return Ok(()) };
        match word {
            Word::Created | Word::Failed => self.not_held(t, word),
            // What the word means was recorded with the hold.
            Word::CaptureFailed | Word::VoidFailed if self.learned => Ok(()),
            Word::Authorized => self.authorized(t),
            Word::CaptureInitiated => self.initiated(t, Kind::Capture),
            Word::VoidInitiated => self.initiated(t, Kind::Void),
            Word::CaptureFailed => self.failed(t, Kind::Capture),
            Word::VoidFailed => self.failed(t, Kind::Void),
            Word::PartiallyCharged => {
                let now = amounts(t);
                // By its own word, a part of what was authorized.
                let a_part = self.own_word().is_some() && now.c > 0 && now.c < now.a;
                if counted(t, now.c) >= order.amount && !a_part { self.is_old() } else { Ok(()) }
            }
            Word::Charged | Word::Refunded => self.charged(t),
            Word::Voided => self.voided(t),
            Word::AutoRefunded => self.auto_refunded(t),
            Word::Nothing => Ok(()),
        }
    }

    fn not_held(&mut self, t: &mut Transaction, word: Word) -> Checked<()> {
        if t.authorized.is_some() || (t.failed && word == Word::Created) {
            return self.is_old();
        }
        let said = self.payload.transaction.said.as_ref().or(self.payload.order.said.as_ref());
        let text = said.map(|said| said.text.clone());
        let fails = word == Word::Failed && !t.failed;
        let shown = transaction_text(Some(t), self.profile);
        if !self.exists || fails || text.as_deref() != Some(shown.as_str()) {
            t.failed = word == Word::Failed;
            t.word = text;
            self.changed = true;
        }
        Ok(())
    }

    fn authorized(&mut self, t: &mut Transaction) -> Checked<()> {
        if state(t) == State::Authorized {
            return Ok(());
        }
        let mut accepted = Vec::new();
        for kind in [Kind::Capture, Kind::Void] {
            for index in outstanding(t, kind) {
                match t.requests(kind)[index].fate {
                    Fate::Accepted => accepted.push((kind, index)),
                    // The word cannot tell, nothing is freed.
                    _ => return Ok(()),
                }
            }
        }
        // The list beside the word shows that it is on its way.
        let mut shown = self.payload.requests.iter().filter(|said| said.told == Some(Told::Accepted));
        let is_one =
            |said: &RequestSaid| self.matched(t, said).is_some_and(|(index, _)| accepted.contains(&(said.kind, index)));
        if shown.any(is_one) {
            return Ok(());
        }
        if !self.fresh {
            return self.is_old();
        }
        if !accepted.is_empty() {
            for (kind, index) in accepted {
                let request = &mut t.requests_mut(kind)[index];
                request.fate = Fate::Unknown;
                request.was_unknown = true;
                self.changed = true;
            }
            return Ok(());
        }
        if matches!(state(t), State::CaptureFailed | State::VoidFailed) {
            let let_go = ends::let_go_so_far(t);
            ends::open(t, let_go);
            self.changed = true;
            return Ok(());
        }
        self.is_old()
    }

    /// Whether the list shows another one as failed, or this one as pending.
    fn list_explains(&self, t: &Transaction, kind: Kind, index: usize) -> bool {
        self.payload.requests.iter().filter(|said| said.kind == kind).any(|said| match said.told {
            // Of a payload that was asked for since, another one of ours too.
            Some(Told::Failed) => self.matched(t, said).is_none_or(|(matched, _)| self.fresh && matched != index),
            Some(Told::Accepted) => self.matched(t, said).is_some_and(|(matched, _)| matched == index),
            _ => false,
        })
    }

    fn initiated(&mut self, t: &mut Transaction, kind: Kind) -> Checked<()> {
        let open = outstanding(t, kind);
        // Of several it cannot be told which.
        if let [index] = open[..]
            && t.requests(kind)[index].fate != Fate::Accepted
        {
            t.requests_mut(kind)[index].fate = Fate::Accepted;
            self.changed = true;
            return Ok(());
        }
        if !open.is_empty() {
            return Ok(());
        }
        let (held, reserved) = (amounts(t).h, amounts(t).p);
        // One that a total covers is as good as answered; a provider's own that was answered may be told again.
        let answered: Vec<&Request> = t.requests(kind).iter().filter(|r| r.fate != Fate::Withdrawn).collect();
        let all_done = answered.iter().all(|r| r.fate == Fate::Succeeded || r.fate.awaits_answer());
        let held_by_total = kind == Kind::Capture && all_done && self.states_total(t, kind);
        if held == 0 || !(answered.is_empty() || held_by_total || self.fresh) {
            return self.is_old();
        }
        // All that is held, or what the list beside the word shows as pending, under the provider's name.
        let all = u64::try_from(held).unwrap_or(0);
        let pending =
            |said: &&RequestSaid| said.kind == kind && said.told == Some(Told::Accepted) && self.is_nobodys(t, said);
        let shown: Vec<&RequestSaid> = self.payload.requests.iter().filter(pending).collect();
        let (amount, id) = match shown[..] {
            [said] => match said.amount {
                Some(amount) if amount > 0 && amount <= all => (amount, said.id.clone()),
                _ => (all, None),
            },
            _ => (all, None),
        };
        let sent = t.next();
        t.requests_mut(kind).push(Request {
            key: None,
            id,
            amount,
            stated: false,
            // What a capture reserves is not held, so that a void of the rest is not one of all.
            closes: (amount == all && reserved == 0) || (kind == Kind::Capture && !self.profile.several_captures),
            fate: Fate::Accepted,
            done: 0,
            begun: sent,
            begun_at: 0,
            sent,
            was_unknown: false,
            provider_own: true,
        });
        self.changed = true;
        Ok(())
    }

    fn failed(&mut self, t: &mut Transaction, kind: Kind) -> Checked<()> {
        let open = outstanding(t, kind);
        let is_failure = |request: &Request| matches!(request.fate, Fate::Failed | Fate::Reversed);
        match open[..] {
            [] => {
                // What was withdrawn was not asked for.
                let latest = t.latest(kind, |request| request.fate != Fate::Withdrawn);
                let latest = latest.map(|index| &t.requests(kind)[index]);
                let closed = match kind {
                    Kind::Capture => t.closed == Some(Closed::CaptureFailed),
                    _ => t.closed == Some(Closed::VoidFailed),
                };
                // Where one capture is all there is, captured money is a success of it that was told since.
                let superseded = match kind {
                    // Unless the payload states the money, too.
                    Kind::Capture => {
                        let stated = self.states_total(t, Kind::Capture);
                        !self.profile.several_captures && amounts(t).c > 0 && !stated
                    }
                    _ => amounts(t).h == 0 && amounts(t).p == 0,
                };
                if closed || (latest.is_some_and(is_failure) && !superseded) { Ok(()) } else { self.is_old() }
            }
            // The list shows which one it was.
            [index] if !t.requests(kind)[index].provider_own && self.list_explains(t, kind, index) => Ok(()),
            [index] => {
                if t.requests(kind)[..index].iter().any(is_failure) && !self.fresh {
                    return self.is_old();
                }
                let failed = Answer { outcome: Outcome::Failed, amount: None, by_key: false, fresh: self.fresh };
                answer(t, self.profile, kind, index, failed);
                self.changed = true;
                Ok(())
            }
            _ => Err("captured-amount-unknown"),
        }
    }

    fn charged(&mut self, t: &mut Transaction) -> Checked<()> {
        let open = outstanding(t, Kind::Capture).len() + outstanding(t, Kind::Void).len();
        let now = amounts(t);
        if open > 0 || now.c == 0 || state(t) == State::Charged {
            return Ok(());
        }
        let own = self.payload.transaction.said.is_some();
        if own || !self.profile.several_captures || now.c == now.a {
            ends::end(t, End::Captured);
            self.changed = true;
        }
        Ok(())
    }

    fn voided(&mut self, t: &mut Transaction) -> Checked<()> {
        let open = outstanding(t, Kind::Void);
        let c = amounts(t).c;
        if open.is_empty() && c > 0 {
            return if t.end == Some(End::Voided) { Ok(()) } else { Err("voided-after-capture") };
        }
        for index in open {
            let void = &mut t.voids[index];
            void.fate = Fate::Succeeded;
            void.done = void.amount;
        }
        ends::end(t, End::Voided);
        self.changed = true;
        Ok(())
    }

    fn auto_refunded(&mut self, t: &mut Transaction) -> Checked<()> {
        if amounts(t).c > 0 && !self.states_total(t, Kind::Refund) {
            return Err("refund-amount-unknown");
        }
        // Whether anything changed is compared at the end.
        ends::end(t, End::Expired);
        self.changed = true;
        Ok(())
    }
}
