//! A provider's error as the answer to a request: was it refused before it was tried, or is its fate unknown?
//!
//! Error texts are hints. None of them ever makes a capture succeed; at best they free what was never taken.

use crate::event::{Event, Outcome};
use crate::interpret::Verdict;
use crate::ledger::Ledger;
use crate::observation::ErrorAnswer;
use crate::profile::{ErrorRow, Profile, Settles};
use crate::refusal::Refusal;
use crate::request::{Operation, Request, RequestStatus};
use crate::transaction::Transaction;

const OPERATIONS: [Operation; 3] = [Operation::Capture, Operation::Void, Operation::Refund];

impl Transaction {
    /// Reads a provider's error as the answer to the latest unanswered request.
    ///
    /// A request refused before it was tried is withdrawn: its money is freed, its key stays. Any other error leaves
    /// the outcome unknown, and so does any error to a repeat of a request whose first try is of unknown fate.
    ///
    /// # Errors
    /// [`Refusal::IllegalTransition`] where no request is unanswered and none is of unknown fate.
    pub fn interpret_error(&self, answer: &ErrorAnswer<'_>, profile: &Profile) -> Result<Verdict, Refusal> {
        let Some((operation, number, request)) = self.ledger().and_then(latest_unanswered) else {
            let unknown = |ledger: &Ledger| OPERATIONS.iter().any(|&kind| ledger.requests(kind).unknown());
            return if self.ledger().is_some_and(unknown) {
                Ok(Verdict::AlreadyApplied(Vec::new()))
            } else {
                Err(Refusal::IllegalTransition { state: self.kind(), event: "provider-error" })
            };
        };
        Ok(settled_by(answer, profile, operation, number, request))
    }

    /// Reads a provider's error as the answer to one request, by its number among those of its kind: what an outbox knows
    /// of what it sent. With several requests under way, [`Transaction::interpret_error`] can only take the latest.
    ///
    /// An error that comes after the request was accepted, or found to be of unknown fate, is already applied; after it
    /// was settled, stale.
    ///
    /// # Errors
    /// [`Refusal::IllegalTransition`] where no such request was made here.
    pub fn interpret_error_to(
        &self,
        operation: Operation,
        number: u32,
        answer: &ErrorAnswer<'_>,
        profile: &Profile,
    ) -> Result<Verdict, Refusal> {
        let request = self.ledger().and_then(|ledger| ledger.requests(operation).get(number));
        let Some(request) = request.filter(|request| request.origin().is_merchant()) else {
            return Err(Refusal::IllegalTransition { state: self.kind(), event: "provider-error" });
        };
        Ok(match request.status() {
            RequestStatus::Sent => settled_by(answer, profile, operation, number, request),
            status if status.is_outstanding() => Verdict::AlreadyApplied(Vec::new()),
            _ => Verdict::Stale,
        })
    }
}

/// What an error makes of a request that nothing came back for.
fn settled_by(
    answer: &ErrorAnswer<'_>,
    profile: &Profile,
    operation: Operation,
    number: u32,
    request: &Request,
) -> Verdict {
    let outcome = match profile.settles(operation, answer) {
        Settles::Withdrawn if !request.is_resent() => Outcome::Withdrawn,
        Settles::Withdrawn | Settles::Unknown => Outcome::Unanswered,
    };
    Verdict::Applied(vec![Event::Answered { operation, number, outcome }])
}

/// The request of ours sent last of those that nothing came back for.
fn latest_unanswered(ledger: &Ledger) -> Option<(Operation, u32, &Request)> {
    let sent = |operation: Operation| {
        let outstanding = ledger.requests(operation).outstanding();
        outstanding
            .filter(|(_, request)| request.status() == RequestStatus::Sent && request.origin().is_merchant())
            .map(move |(number, request)| (operation, number, request))
    };
    OPERATIONS.into_iter().flat_map(sent).max_by_key(|(_, _, request)| request.turn)
}

impl Profile {
    /// What an error says of the capture, void or refund it answers.
    ///
    /// 408, 409 and anything but a 4xx leave the outcome unknown, whatever the text. Of the other 4xx, those that a
    /// row of the table calls a hint do too; the rest was refused before it was tried.
    #[must_use]
    pub fn settles(&self, operation: Operation, answer: &ErrorAnswer<'_>) -> Settles {
        // That something was captured already settles no void and no refund.
        let concerns = |row: &ErrorRow| operation == Operation::Capture || row.refusal.is_none();
        let hint = |row: &ErrorRow| row.settles == Settles::Unknown && concerns(row) && matches(row, answer);
        if self.errors.iter().any(hint) { Settles::Unknown } else { Settles::by_status(answer.http_status) }
    }
}

/// By its text where the row has one, whatever code stands beside it: providers change codes more often. Else by code.
fn matches(row: &ErrorRow, answer: &ErrorAnswer<'_>) -> bool {
    if row.message.is_empty() {
        return answer.codes.iter().any(|code| code.eq_ignore_ascii_case(&row.code));
    }
    let part = row.message.as_bytes();
    let holds = |text: &[u8]| text.windows(part.len()).any(|piece| piece.eq_ignore_ascii_case(part));
    answer.messages.iter().any(|text| holds(text.as_bytes()))
}
