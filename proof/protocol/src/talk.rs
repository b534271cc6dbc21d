//! The billing service at work: what a careful embedding does with the crate's answers, and no more. The planted
//! faults are here too, each beside the line that it spoils.

use order_capture::statements::{Observation, Statement, Subject, Word};
use order_capture::states::Unknown;
use order_capture::{
    Answer, Change, Command, Conflict, ErrorAnswer, Minor, Operation, Outcome, Poll, Problem, Report, State,
};

use crate::billing::{Billing, Terms};
use crate::config::{Fault, Intent, is_keyless, key_text, money, now, number_of};
use crate::network::{Notice, Said, Wanted};

impl Billing {
    /// What the crate says to an intent. One whose outcome is unknown is sent again as the typed view offers it.
    ///
    /// # Errors
    /// Its refusal.
    pub fn decide<'t>(&self, terms: &'t Terms, intent: Intent, late: bool) -> Result<Change<'t>, Problem> {
        let payment = terms.payment(&self.live)?;
        match payment.state() {
            State::CaptureUnknown(unknown) | State::VoidUnknown(unknown) if is_of(unknown, intent) => {
                unknown.again(now(late))
            }
            _ => {
                let key = key_text(intent.key);
                let command = match intent.operation {
                    Operation::Void => Command::void(),
                    Operation::Capture => Command::capture().amount(money(intent.amount)),
                    Operation::Refund => Command::refund().amount(money(intent.amount)),
                };
                payment.ask(if is_keyless(intent.key) { command } else { command.key(&key) }, now(late))
            }
        }
    }

    /// Asks for an intent, for the first time or again: stores the events, then gives what is to be sent. Nothing is
    /// sent where the crate refuses, or knows the request already.
    pub fn ask(&mut self, terms: &Terms, intent: Intent, attempt: u8, late: bool) -> Option<Wanted> {
        let repeat = self.unknown().any(|open| open == (intent.operation, intent.key));
        if is_keyless(intent.key) && self.number(intent.operation, intent.key).is_some() {
            let repeats = repeat && terms.fault == Fault::RepeatsWithoutKey;
            return repeats.then(|| Wanted::from(intent).sent_as(attempt));
        }
        let change = self.decide(terms, intent, late).ok()?;
        let (operation, _, request) = change.to_send()?;
        if repeat && terms.fault == Fault::NeverRepeats {
            return None;
        }
        let Some(wanted) = Wanted::of(operation, request) else {
            self.look("not-sent");
            return None;
        };
        self.store(terms, Ok(change));
        self.calling = Some(attempt);
        let wanted = wanted.sent_as(attempt);
        Some(match terms.fault {
            Fault::RepeatsUnderNewKey if repeat => Wanted { key: wanted.key + 10, ..wanted },
            Fault::RepeatsOtherAmount if repeat => Wanted { amount: wanted.amount + 1, ..wanted },
            _ => wanted,
        })
    }

    /// Nothing came back: the outcome is unknown from now on.
    pub fn time_out(&mut self, terms: &Terms, late: bool) {
        let Some((operation, key)) = self.sent() else { return };
        let outcome = if terms.fault == Fault::FreesOnTimeout { Outcome::Failed } else { Outcome::TimedOut };
        let change = self.told(terms, operation, key, outcome, late);
        self.calling = None;
        self.store(terms, change);
    }

    fn told<'t>(
        &self,
        terms: &'t Terms,
        operation: Operation,
        key: u8,
        outcome: Outcome,
        late: bool,
    ) -> Result<Change<'t>, Problem> {
        let (text, answer) = (key_text(key), Answer::to(operation, outcome));
        let number = self.number(operation, key).filter(|_| is_keyless(key));
        let answer = number.map_or_else(|| answer.clone().key(&text), |number| answer.clone().number(number));
        terms.payment(&self.live)?.answered(answer, now(late))
    }

    /// An answer. Done, failed and pending are taken however late they come, since they name their key; an error names
    /// none, so it is taken on its own open call only.
    pub fn hear(&mut self, terms: &Terms, attempt: u8, wanted: Wanted, said: Said, late: bool) {
        let own_call = self.calling == Some(attempt);
        if own_call {
            self.calling = None;
        }
        let key = wanted.key % 10;
        let outcome = match said {
            Said::Done => Outcome::Succeeded,
            Said::Failed => Outcome::Failed,
            Said::Pending if terms.fault == Fault::TakesPendingForDone => Outcome::Succeeded,
            Said::Pending => Outcome::Accepted,
            Said::Refused(text) if own_call || terms.fault == Fault::TakesErrorsLate => {
                let answer = ErrorAnswer { http_status: 400, codes: Vec::new(), messages: vec![text.into()] };
                let to = if own_call { self.number(wanted.operation, key) } else { None };
                let to = to.map(|number| (wanted.operation, number));
                let payment = terms.payment(&self.live).map_err(Problem::from);
                let change = payment.and_then(|payment| payment.provider_error(&answer, to, now(late)));
                self.store(terms, change);
                return;
            }
            Said::Refused(_) => return,
        };
        let change = self.told(terms, wanted.operation, key, outcome, late);
        self.store(terms, change);
    }

    fn number(&self, operation: Operation, key: u8) -> Option<u32> {
        let mut requests = self.live.hold()?.requests(operation).iter();
        requests.find(|(_, request)| number_of(request) == Some(key)).map(|(number, _)| number)
    }

    /// A person asks the provider, and reports both totals.
    pub fn report(&mut self, terms: &Terms, [captured, refunded]: [u32; 2], late: bool) {
        let [captured, refunded] = [captured, refunded].map(|units| Some(money(units).into()));
        let report = Report { captured, refunded };
        let payment = terms.payment(&self.live).map_err(Problem::from);
        let change = payment.and_then(|payment| payment.reported(report, now(late)));
        self.store(terms, change);
    }

    /// A webhook, or the answer to this poll.
    pub fn see(&mut self, terms: &Terms, notice: Notice, poll: Option<Poll>, late: bool) {
        let unknown = self.unknown().next();
        match (terms.fault, unknown) {
            (Fault::IgnoresLateNews, Some(_)) => {}
            (Fault::TrustsOldNews, Some((operation, key))) if notice.word == "AUTHORIZED" => {
                let change = self.told(terms, operation, key, Outcome::Withdrawn, late);
                self.store(terms, change);
            }
            _ => {
                let change = self.read(terms, notice, poll, late).map_err(Problem::from);
                self.store(terms, change);
            }
        }
    }

    /// What the crate makes of a notice.
    ///
    /// # Errors
    /// It cannot be true here.
    pub fn read<'t>(
        &self,
        terms: &'t Terms,
        notice: Notice,
        poll: Option<Poll>,
        late: bool,
    ) -> Result<Change<'t>, Conflict> {
        let subject = if notice.own { Subject::Transaction } else { Subject::Order };
        let word = || Some(Word { text: notice.word.into(), id: None, subject });
        let [captured, refunded] =
            [notice.captured, notice.refunded].map(|total| terms.figures.then(|| Minor::from(total)));
        let totals = Statement { captured, refunded, ..Statement::default() };
        let (of_order, of_own) =
            if terms.beside { (Statement::default(), totals) } else { (totals, Statement::default()) };
        let seen = Observation {
            order: Statement { word: if notice.own { None } else { word() }, ..of_order },
            transaction: Statement { word: if notice.own { word() } else { None }, ..of_own },
            has_transaction: notice.own,
            ..Observation::default()
        };
        terms.payment(&self.live)?.observe(&seen, poll, now(late))
    }
}

/// Whether the request of unknown outcome is this intent's.
fn is_of(unknown: Unknown<'_, '_>, intent: Intent) -> bool {
    unknown.request().is_some_and(|(operation, _, request)| {
        let key = request.key.as_ref().is_some_and(|key| key.as_str() == key_text(intent.key));
        let amount = operation == Operation::Void || request.amount == Minor::from(intent.amount);
        operation == intent.operation && key && amount
    })
}
