//! Interpretation: what an observation changes.
//!
//! Six steps, in this order. The tables in them are data, with a reason and a source in each row. Every event that a
//! step finds goes through the step function once, on a draft, so that no change holds an event that is refused.
//!
//! | step | file | job |
//! |---|---|---|
//! | 1 | `identity` | whose is it? |
//! | 2 | `sound` | is it sound? |
//! | 3 | `held` | was it held? |
//! | 4 | `requests` | what is said of each capture, void and refund |
//! | | `strangers` | what the provider did by itself |
//! | 5 | `totals` | what is said of the running totals, and what a word without one implies |
//! | 6 | `words` | what the word says besides |
//! | | `adjusted` | what a payload says of an adjusted authorization |
//! | | `attribution` | does what is said of the order speak for this transaction? |
//! | | `facts` | what the tables look at |
//! | | `error` | a provider's error, as the answer to a request |

mod adjusted;
mod attribution;
mod error;
mod facts;
mod held;
mod identity;
mod requests;
mod sound;
mod strangers;
mod totals;
mod words;

use crate::change::{Change, Draft, Problem};
use crate::conflict::Conflict;
use crate::event::Event;
use crate::hold::{Amounts, Hold, Operation};
use crate::ids::{ProviderId, Time};
use crate::money::{Minor, Money};
use crate::payment::Payment;
use crate::profile::{CanonicalStatus, KnownWord, Profile};
use crate::rejection::Rejection;
use crate::statement::{Fate, Observation, Statement, Subject, Word};
use crate::step::Effect;
use crate::transaction::{Poll, Transaction};

pub use sound::validation_rows;
pub use totals::implied_total_rows;
pub use words::word_rows;

/// One row of a table of interpretation, as documentation prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InterpretationRow {
    /// The word or code that it is about.
    pub name: &'static str,
    /// When it holds.
    pub when: &'static str,
    /// What follows.
    pub does: &'static str,
    /// What follows from a fresh observation, if that differs.
    pub fresh: Option<&'static str>,
    /// Why.
    pub because: &'static str,
    /// Who says so.
    pub source: &'static str,
}

impl<'a> Payment<'a> {
    /// Reads a provider's text and what it changes: [`Profile::statements`] in the order's currency, then
    /// [`Payment::observe`]. With `poll`, it is the answer to that poll.
    ///
    /// ```
    /// use order_capture::{Money, Order, Time, razorpay};
    /// let (now, order) = (Time::UNIX_EPOCH, Order::new("o-1".parse()?, Money::inr("250.00")?));
    /// let payment = order.transaction("t-1".parse()?, &razorpay::PROFILE);
    /// let webhook = r#"{"entity":"payment","id":"pay_1","amount":25000,"currency":"INR","status":"authorized"}"#;
    /// let change = payment.read(webhook, None, now)?; // no poll: it may be late, or come twice
    /// assert_eq!(change.payment().transaction().amounts().held.get(), 25_000);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Problem::Malformed`], or [`Problem::Conflict`]. Nothing changes.
    pub fn read(&self, text: &str, poll: Option<Poll>, now: Time) -> Result<Change<'a>, Problem> {
        let seen = self.profile().statements(text, self.order().amount().currency())?;
        Ok(self.observe(&seen, poll, now)?)
    }

    /// Interprets what a provider says about this payment.
    ///
    /// Without a `poll` it may be late, doubled or out of order: a webhook, the answer to a request, a poll that may
    /// have overtaken one. The answer to a [`Poll`] is fresh if nothing was recorded since: then it is never stale, and
    /// can show what a late one cannot.
    ///
    /// A stale change holds no event. An already applied one may hold identifiers or a provider's word: store them.
    ///
    /// ```
    /// use order_capture::{Command, Currency, Money, Order, Time, juspay};
    /// let now = Time::UNIX_EPOCH;
    /// let order = Order::new("o-1".parse()?, Money::inr("100.00")?);
    /// let payment = order.transaction("t-1".parse()?, &juspay::CYBERSOURCE);
    /// let payment = payment.authorized(Money::inr("100.00")?, now)?.into_payment(); // no deadline: no time passes here
    /// let payment = payment.ask(Command::capture().amount(Money::inr("40.00")?).key("k1"), now)?.into_payment();
    ///
    /// let text = r#"{"order_id":"o-1","status":"PARTIAL_CHARGED","status_id":37,"amount":100,"captured_amount":40}"#;
    /// let said = payment.profile().statements(text, Currency::INR)?;
    /// let change = payment.observe(&said, None, now)?;
    /// assert!(change.is_applied());
    /// assert_eq!(change.payment().transaction().amounts().captured.get(), 4_000);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Conflict`]: what is said cannot be true here. Nothing changes; escalate to a person.
    pub fn observe(&self, seen: &Observation<'_>, poll: Option<Poll>, now: Time) -> Result<Change<'a>, Conflict> {
        let ours = self.transaction.provider_ids();
        let is_listed = seen.listed.iter().flatten().any(|listed| listed.ids.name_one_transaction(ours));
        let known = ours.transaction.is_some() || is_listed || seen.transaction.ids.transaction.is_some();
        let is_others = |id: &str| self.others().any(|other| seen.calls(other.provider_ids(), id));
        let is_ours = |id: &str| seen.calls(ours, id) || seen.calls(&seen.transaction.ids, id);
        let is_another = |id: &str| !is_ours(id) && (known || is_others(id));
        let strangers_part = seen.captures.iter().any(|part| {
            part.fate != Some(Fate::Failed) && part.of.as_deref().is_some_and(|of| is_another(of) && !is_others(of))
        });
        let (whole, seen) = (seen, &*seen.without_parts_of(is_another));
        let mut reading = Interpretation {
            seen,
            entry: None,
            own: None,
            order: None,
            draft: Draft::of(self, now).occurred_at(seen.occurred_at),
            fresh: poll.is_some_and(|poll| poll.is_fresh_of(&self.transaction)),
            changed: false,
            old: None,
            strangers_part,
            whole,
        };
        identity::bind(&mut reading)?;
        reading.own = reading.own_word().and_then(|word| reading.profile().word(word));
        reading.order = seen.order.word.as_ref().and_then(|word| reading.profile().word(word));
        sound::check(&reading)?;
        sound::earlier_authorization(&mut reading);
        if held::learn(&mut reading)? {
            adjusted::record(&mut reading)?;
            held::ceiling(&mut reading)?;
            requests::answer(&mut reading)?;
            if !totals::record(&mut reading)? {
                words::decide(&mut reading)?;
            }
            held::deadline(&mut reading)?;
        }
        reading.finish(self, now)
    }
}

/// One observation on its way through the steps, and what they found so far.
struct Interpretation<'s, 'a> {
    seen: &'s Observation<'s>,
    /// What the list of all transactions says about this one.
    entry: Option<&'s Statement<'s>>,
    /// What the profile knows about the transaction's own word, and about the order's.
    own: Option<KnownWord<'a>>,
    order: Option<KnownWord<'a>>,
    draft: Draft<'a>,
    fresh: bool,
    /// Whether anything changed that matters to the money or the state.
    changed: bool,
    /// The first thing that was older than what is known, as the conflict that it is in a fresh observation.
    old: Option<Conflict>,
    /// Whether it lists a capture that is a part of a transaction which is not known here.
    strangers_part: bool,
    /// With the parts of other transactions, too.
    whole: &'s Observation<'s>,
}

impl<'s, 'a> Interpretation<'s, 'a> {
    const fn payment(&self) -> &Payment<'a> {
        &self.draft.payment
    }

    fn transaction(&self) -> &Transaction {
        self.payment().transaction()
    }

    fn hold(&self) -> Option<&Hold> {
        self.transaction().hold()
    }

    fn amounts(&self) -> Amounts {
        self.transaction().amounts()
    }

    const fn profile(&self) -> &'a Profile {
        self.payment().profile()
    }

    fn money(&self, minor: Minor) -> Money {
        Money::new(minor, self.payment().order().amount().currency())
    }

    /// The transaction's own word: that of its object, otherwise that of the list.
    fn own_word(&self) -> Option<&'s Word<'s>> {
        self.seen.transaction.word.as_ref().or_else(|| self.entry?.word.as_ref())
    }

    /// What the transaction's own word means. Refunded without any capture is an auto-refund.
    fn own_status(&self) -> Option<CanonicalStatus> {
        let status = self.meaning(self.own?, Subject::Transaction)?;
        let never_captured = self.captured_flag() == Some(false);
        Some(if status == CanonicalStatus::Refunded && never_captured { CanonicalStatus::AutoRefunded } else { status })
    }

    /// The flag that repeats whether money of this transaction was captured.
    fn captured_flag(&self) -> Option<bool> {
        self.seen.transaction.captured_flag.or_else(|| self.entry?.captured_flag)
    }

    /// What the order's word means for a transaction.
    fn order_status(&self) -> Option<CanonicalStatus> {
        self.meaning(self.order?, Subject::Order)
    }

    /// What a word means. A word for the end of a hold may mean something else if nothing was held: no hold is known,
    /// and the payload shows no money that was taken.
    fn meaning(&self, known: KnownWord<'_>, subject: Subject) -> Option<CanonicalStatus> {
        match known.unheld {
            Some(unheld) if self.hold().is_none() && !attribution::tells_of_money(self, subject) => Some(unheld),
            _ => known.maps_to,
        }
    }

    /// The word that decides: the transaction's own, otherwise the order's if it can only mean this transaction.
    fn deciding(&self) -> Option<(CanonicalStatus, &'s str)> {
        if let (Some(status), Some(word)) = (self.own_status(), self.own_word()) {
            return Some((status, &word.text));
        }
        let (status, word) = (self.order_status()?, self.seen.order.word.as_ref()?);
        let speaks = self.own_word().is_none() && attribution::order_speaks(self);
        speaks.then_some((status, &*word.text))
    }

    /// What is said to be authorized.
    fn authorized(&self) -> Option<Minor> {
        self.seen.transaction.authorized.or_else(|| self.entry?.authorized)
    }

    /// Applies an event with the step function; an event that it rejects is a conflict.
    fn push(&mut self, event: Event) -> Result<Effect, Conflict> {
        let operation = match event {
            Event::Answered { operation, .. }
            | Event::ProviderInitiated { operation, .. }
            | Event::Reversed { operation, .. }
            | Event::TotalReported { operation, .. } => operation,
            _ => Operation::Capture,
        };
        self.draft.push(event).map_err(|rejection| match rejection {
            Rejection::Conflict(conflict) => conflict,
            _ => Conflict::Unrecordable { operation },
        })
    }

    /// Applies an event that matters to the money or the state.
    fn apply(&mut self, event: Event) -> Result<(), Conflict> {
        if self.push(event)? == Effect::Applied {
            self.changed = true;
        }
        Ok(())
    }

    /// A capture, void or refund that the provider made: done, or announced.
    fn initiated(
        &mut self,
        operation: Operation,
        amount: Minor,
        done: bool,
        provider_id: Option<ProviderId>,
    ) -> Result<(), Conflict> {
        let number = self.hold().map_or(0, |hold| hold.requests(operation).count()).saturating_add(1);
        let closes = self.profile().capabilities.success_closes(operation);
        self.apply(Event::ProviderInitiated { operation, number, amount, done, closes, provider_id })
    }

    /// Something is older than what is known; the first such thing is reported.
    fn mark_old(&mut self, conflict: Conflict) {
        self.old.get_or_insert(conflict);
    }

    /// Conflict if fresh and older than what is known, else applied if anything changed, else stale if anything was
    /// older, else already applied.
    fn finish(self, before: &Payment<'a>, now: Time) -> Result<Change<'a>, Conflict> {
        match (self.old, self.changed) {
            (Some(conflict), _) if self.fresh => Err(conflict),
            (_, true) => Ok(self.draft.finish(Effect::Applied)),
            (Some(_), false) => Ok(Draft::of(before, now).finish(Effect::Stale)),
            (None, false) => Ok(self.draft.finish(Effect::AlreadyApplied)),
        }
    }
}
