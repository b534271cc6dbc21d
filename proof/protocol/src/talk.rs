//! The billing service at work: what a careful embedding does with the crate's answers, and no more. The planted
//! faults are here too, each beside the line that it spoils.

use order_capture::{
    CaptureRequest, Decision, ErrorAnswer, Event, Minor, Observation, Operation, OrderContext, Outcome, Refusal, Reply,
    Verdict, VoidRequest,
};

use crate::billing::{Billing, Terms};
use crate::config::{Fault, Intent, key_text, money, now};
use crate::network::{Notice, Said, Wanted};

impl Billing {
    /// What the crate says to an intent.
    ///
    /// # Errors
    /// Its refusal.
    pub fn decide(&self, terms: &Terms, intent: Intent, late: bool) -> Result<Decision, Refusal> {
        let key = key_text(intent.key);
        if intent.operation == Operation::Void {
            return self.live.void(&VoidRequest::all().key(&key), &terms.order, terms.profile);
        }
        let ask = CaptureRequest::of(money(intent.amount)).key(&key);
        self.live.capture(&ask, &terms.order, terms.profile, now(late))
    }

    /// Asks for an intent, for the first time or again: stores the event, then gives what is to be sent. Nothing is
    /// sent where the crate refuses, knows the request already, or does not take the event.
    pub fn ask(&mut self, terms: &Terms, intent: Intent, attempt: u8, late: bool) -> Option<Wanted> {
        let text = key_text(intent.key);
        let repeat = self.unknown().any(|(_, known)| known == text);
        let event = self.decide(terms, intent, late).ok()?.event()?;
        if repeat && terms.fault == Fault::NeverRepeats {
            return None;
        }
        let Some(wanted) = Wanted::of(&event) else {
            self.look("not-sent");
            return None;
        };
        if !self.record(terms, event, late) {
            return None;
        }
        self.calling = Some(attempt);
        Some(match terms.fault {
            Fault::RepeatsUnderNewKey if repeat => Wanted { key: wanted.key + 10, ..wanted },
            Fault::RepeatsOtherAmount if repeat => Wanted { amount: wanted.amount + 1, ..wanted },
            _ => wanted,
        })
    }

    /// Nothing came back: the outcome is unknown from now on.
    pub fn time_out(&mut self, terms: &Terms, late: bool) {
        let Some((operation, key)) = self.sent() else { return };
        let reply = if terms.fault == Fault::FreesOnTimeout { Reply::Failed } else { Reply::NoResponse };
        let event = self.live.answered(operation, Some(key), reply, terms.profile);
        self.calling = None;
        self.take(terms, event, late);
    }

    /// An answer. Done, failed and pending are taken however late they come, since they name their key; an error names
    /// none, so it is taken on its own open call only.
    pub fn hear(&mut self, terms: &Terms, attempt: u8, wanted: Wanted, said: Said, late: bool) {
        let own_call = self.calling == Some(attempt);
        if own_call {
            self.calling = None;
        }
        let reply = match said {
            Said::Done => Reply::Success(None),
            Said::Failed => Reply::Failed,
            Said::Pending if terms.fault == Fault::TakesPendingForDone => Reply::Success(None),
            Said::Pending => Reply::Pending,
            Said::Refused(text) if own_call || terms.fault == Fault::TakesErrorsLate => {
                let answer = ErrorAnswer { http_status: 400, codes: Vec::new(), messages: vec![text.into()] };
                return match self.live.interpret_error(&answer, terms.profile) {
                    Ok(verdict) => self.follow(terms, verdict, late),
                    Err(refusal) => self.look(refusal.code()),
                };
            }
            Said::Refused(_) => return,
        };
        let key = key_text(wanted.key % 10);
        let event = self.live.answered(wanted.operation, Some(&key), reply, terms.profile);
        self.take(terms, event, late);
    }

    fn take(&mut self, terms: &Terms, event: Result<Event, Refusal>, late: bool) {
        match event {
            Ok(event) => _ = self.record(terms, event, late),
            Err(refusal) => self.look(refusal.code()),
        }
    }

    /// A webhook or the answer to a poll.
    pub fn see(&mut self, terms: &Terms, notice: Notice, late: bool) {
        let unknown = self.unknown().next();
        match (terms.fault, unknown) {
            (Fault::IgnoresLateNews, Some(_)) => {}
            (Fault::TrustsOldNews, Some((operation, key))) if notice.word == "AUTHORIZED" => {
                let requests = self.live.ledger().map(|ledger| ledger.requests(operation));
                let number = requests.and_then(|requests| requests.by_key(key)).map_or(0, |(number, _)| number);
                self.record(terms, Event::Answered { operation, number, outcome: Outcome::Withdrawn }, late);
            }
            _ => self.follow(terms, self.read(terms, notice), late),
        }
    }

    /// What the crate makes of a notice.
    pub fn read(&self, terms: &Terms, notice: Notice) -> Verdict {
        let seen = Observation {
            status: notice.word.into(),
            is_transaction_status: notice.own,
            captured: terms.figures.then(|| Minor::from(notice.captured)),
            totals_are_the_orders: true,
            ..Observation::default()
        };
        let context = OrderContext { order: &terms.order, profile: terms.profile, others_captured: false };
        self.live.interpret(&seen, &context)
    }

    fn follow(&mut self, terms: &Terms, verdict: Verdict, late: bool) {
        match verdict {
            Verdict::Applied(events) | Verdict::AlreadyApplied(events) => {
                for event in events {
                    self.record(terms, event, late);
                }
            }
            Verdict::Stale => {}
            Verdict::Conflict(conflict) => self.look(conflict.code()),
        }
    }
}
