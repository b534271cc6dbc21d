//! Step 6: the word, when the totals are as known. These rows are the whole step; the first that applies decides.

use crate::conflict::{Conflict, excerpt};
use crate::event::Event;
use crate::hold::{Closed, End, Operation, Outcome, RequestStatus, StateKind};
use crate::interpret::facts::{Facts, When};
use crate::interpret::strangers::announced;
use crate::interpret::{Interpretation, InterpretationRow};
use crate::profile::CanonicalStatus;

/// What a row does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Does {
    /// It is known.
    Already,
    /// It is older than what is known.
    Old,
    /// The outstanding request was accepted.
    Accept(Operation),
    /// The outstanding request failed.
    Fail(Operation),
    /// A provider-initiated one, for all that is held.
    Announce(Operation),
    /// The outcome of what was accepted is unknown.
    Lose,
    /// The hold allows captures again.
    Reopen,
    /// The hold ended.
    End(End),
    /// It is not known which amount is meant.
    CapturedUnknown,
    RefundUnknown,
    /// Released, and captured.
    VoidedAfterCapture,
}

impl Does {
    const fn text(self) -> &'static str {
        match self {
            Self::Already => "already applied",
            Self::Old => "old: stale, or below-recorded for a fresh one",
            Self::Accept(_) => "it was accepted: applied",
            Self::Fail(_) => "it failed: applied",
            Self::Announce(_) => {
                "the provider's own, announced, of all that is held, or what the list shows as pending: applied"
            }
            Self::Lose => "its outcome is unknown now: applied",
            Self::Reopen => "the hold is open again: applied",
            Self::End(End::Captured) => "the hold ended, captured: applied",
            Self::End(End::Voided) => "the hold ended, outstanding captures are withdrawn, the void is done: applied",
            Self::End(End::Expired) => "the hold ended, what is outstanding is withdrawn: applied",
            Self::CapturedUnknown => "conflict captured-amount-unknown",
            Self::RefundUnknown => "conflict refund-amount-unknown",
            Self::VoidedAfterCapture => "conflict voided-after-capture",
        }
    }
}

/// One row of the table.
struct Row {
    word: CanonicalStatus,
    when: When,
    does: Does,
    fresh: Option<Does>,
    because: &'static str,
    source: &'static str,
}

const fn row(
    word: CanonicalStatus,
    when: When,
    does: Does,
    fresh: Option<Does>,
    because: &'static str,
    source: &'static str,
) -> Row {
    Row { word, when, does, fresh, because, source }
}

const SEED: &str = "seed, Juspay, table of outcomes";
const CODES: &str = "Juspay, response codes";
const EXPIRE: &str = "the providers' words for an expired hold: what was not captured expired";
const RAZORPAY: &str = "Razorpay, Capture a Payment, status";
const LAW: &str = "this crate's law: reserve what may still happen";

const ANYTHING_ELSE: When = ("anything else", |_| true);

/// The table, word by word.
const ROWS: [Row; 46] = {
    use CanonicalStatus as Word;
    use Does::{
        Accept, Already, Announce, CapturedUnknown, Fail, Lose, Old, RefundUnknown, Reopen, VoidedAfterCapture,
    };
    use Operation::{Capture, Void};
    const CHARGED: Does = Does::End(End::Captured);
    const VOIDED: Does = Does::End(End::Voided);
    const EXPIRED: Does = Does::End(End::Expired);
    [
        row(Word::Created, HELD, Old, None, "a hold was obtained since", CODES),
        row(Word::Failed, HELD, Old, None, "late authorization is legal, the way back is not", RAZORPAY),
        row(Word::Authorized, AS_AUTHORIZED, Already, None, "it is what is known", SEED),
        row(Word::Authorized, SENT_OR_UNKNOWN, Already, None, "the word does not show it, so nothing is freed", SEED),
        row(Word::Authorized, LISTED, Already, None, "the list shows that it is on its way", LAW),
        row(Word::Authorized, ACCEPTED, Old, Some(Lose), "an accepted one that is not shown any more timed out", SEED),
        row(Word::Authorized, CLOSED, Old, Some(Reopen), "the provider takes captures again", CODES),
        row(Word::Authorized, ANYTHING_ELSE, Old, None, "more is known", SEED),
        row(Word::CaptureInitiated, CAPTURE_SENT, Accept(Capture), None, "one was requested", SEED),
        row(Word::CaptureInitiated, CAPTURE_OUTSTANDING, Already, None, "one of them is accepted", SEED),
        row(Word::CaptureInitiated, CAPTURE_BY_OTHERS, Announce(Capture), None, "no request of ours matches", LAW),
        row(Word::CaptureInitiated, FREE, Old, Some(Announce(Capture)), "perhaps an earlier one's", LAW),
        row(Word::CaptureInitiated, ANYTHING_ELSE, Old, None, "nothing is left for one", SEED),
        row(Word::CaptureFailed, SEVERAL_CAPTURES, CapturedUnknown, None, "it does not say which failed", LAW),
        row(Word::CaptureFailed, CAPTURE_LISTED, Already, None, "the list shows which one it was", LAW),
        row(Word::CaptureFailed, AFTER_A_FAILED_CAPTURE, Old, Some(Fail(Capture)), "it may be the earlier one's", LAW),
        row(Word::CaptureFailed, CAPTURE_OUTSTANDING, Fail(Capture), None, "only one can be meant", SEED),
        row(Word::CaptureFailed, CAPTURE_FAILED, Already, None, "it is what is known", SEED),
        row(Word::CaptureFailed, ANYTHING_ELSE, Old, None, "nothing was requested, or it succeeded since", SEED),
        row(Word::PartiallyCharged, CAPTURED_IN_PART, Already, None, "it is what is known", SEED),
        row(Word::PartiallyCharged, ANYTHING_ELSE, Old, None, "all of it is captured", SEED),
        row(Word::Charged, OUTSTANDING, Already, None, "what may still happen is not given up", LAW),
        row(Word::Charged, CHARGED_ALREADY, Already, None, "it is what is known", SEED),
        row(Word::Charged, SAYS_CHARGED, CHARGED, None, "nothing more is captured from it", SEED),
        row(Word::Charged, ANYTHING_ELSE, Already, None, "the order's word does not say that this hold ended", CODES),
        row(Word::VoidInitiated, VOID_SENT, Accept(Void), None, "one was requested", CODES),
        row(Word::VoidInitiated, VOID_OUTSTANDING, Already, None, "one of them is accepted", CODES),
        row(Word::VoidInitiated, VOID_BY_OTHERS, Announce(Void), None, "no request of ours matches", LAW),
        row(Word::VoidInitiated, FREE_OF_VOIDS, Old, Some(Announce(Void)), "perhaps an earlier one's", LAW),
        row(Word::VoidInitiated, ANYTHING_ELSE, Old, None, "nothing is left for one", CODES),
        row(Word::VoidFailed, VOID_LISTED, Already, None, "the list shows which one it was", LAW),
        row(Word::VoidFailed, AFTER_A_FAILED_VOID, Old, Some(Fail(Void)), "it may be the earlier one's", LAW),
        row(Word::VoidFailed, VOID_OUTSTANDING, Fail(Void), None, "only one can be meant", CODES),
        row(Word::VoidFailed, VOID_FAILED, Already, None, "it is what is known", CODES),
        row(Word::VoidFailed, ANYTHING_ELSE, Old, None, "nothing was requested, or it succeeded since", CODES),
        row(Word::Voided, GIVEN_BACK, Already, None, "it is what is known", CODES),
        row(Word::Voided, VOID_OR_NOTHING_CAPTURED, VOIDED, None, "what was held is released", CODES),
        row(Word::Voided, ANYTHING_ELSE, VoidedAfterCapture, None, "no void of ours was for the rest", CODES),
        row(Word::Expired, NOT_ENDED, EXPIRED, None, "what was captured stays, the rest is released", EXPIRE),
        row(Word::Expired, ANYTHING_ELSE, Already, None, "the hold had ended", EXPIRE),
        row(Word::AutoRefunded, NO_REFUND_TOLD, RefundUnknown, None, "money went back, no amount is stated", CODES),
        row(Word::AutoRefunded, STILL_HELD, EXPIRED, None, "the provider released what was held", CODES),
        row(Word::AutoRefunded, ANYTHING_ELSE, Already, None, "the hold had ended", CODES),
        row(Word::Refunded, OUTSTANDING, Already, None, "what may still happen is not given up", LAW),
        row(Word::Refunded, SAYS_CHARGED, CHARGED, None, "as charged", RAZORPAY),
        row(Word::Refunded, ANYTHING_ELSE, Already, None, "as charged", RAZORPAY),
    ]
};

const HELD: When = ("held", |_| true);
const AS_AUTHORIZED: When = ("C = 0, nothing outstanding, open", |facts| facts.state == StateKind::Authorized);
const SENT_OR_UNKNOWN: When = ("a capture or void sent, or with an unknown outcome", |facts| {
    facts.captures.sent_or_unknown() > 0 || facts.voids.sent_or_unknown() > 0
});
const ACCEPTED: When = ("a capture or void accepted", |facts| facts.captures.accepted > 0 || facts.voids.accepted > 0);
const LISTED: When = ("a capture or void accepted, and the list shows it as pending", |facts| {
    facts.captures.listed_pending || facts.voids.listed_pending
});
const CLOSED: When =
    ("capture-failed, void-failed", |facts| matches!(facts.state, StateKind::CaptureFailed | StateKind::VoidFailed));
const CAPTURE_SENT: When =
    ("one sent or unknown, and no other", |facts| facts.captures.outstanding == 1 && facts.captures.accepted == 0);
const CAPTURE_OUTSTANDING: When = ("one outstanding", |facts| facts.captures.is_outstanding());
const CAPTURE_BY_OTHERS: When = (
    "none outstanding, something held; no capture was ever answered (except withdrawn ones), or the payload's own \
     total contains all of them",
    |facts| {
        let told = facts.captured_total && facts.captures.all_done;
        (FREE.1)(facts) && (!facts.captures.any_answered || told)
    },
);
const FREE: When = ("none outstanding, something held", |facts| {
    facts.end.is_none() && !facts.amounts.held.is_zero() && !facts.captures.is_outstanding()
});
const FREE_OF_VOIDS: When = ("none outstanding, something held", |facts| {
    facts.end.is_none() && !facts.amounts.held.is_zero() && !facts.voids.is_outstanding()
});
const SEVERAL_CAPTURES: When = ("several outstanding", |facts| facts.captures.outstanding > 1);
const CAPTURE_LISTED: When = (
    "one outstanding; the list shows it as pending, or as failed one that is not ours, or (fresh) an earlier one of ours",
    |facts| facts.captures.is_outstanding() && facts.captures.listed_otherwise(),
);
const AFTER_A_FAILED_CAPTURE: When = ("one outstanding, an earlier one failed or was reversed", |facts| {
    facts.captures.is_outstanding() && facts.captures.any_failed
});
const CAPTURE_FAILED: When =
    ("none outstanding, the latest failed (except withdrawn ones), nothing captured since", |facts| {
        // If one capture is allowed, captured money is its success, reported since; unless the payload states it too.
        let closed = facts.closed == Some(Closed::CaptureFailed);
        let since = facts.single && facts.any_captured() && !facts.captured_total;
        closed || (facts.captures.latest_failed && !since)
    });
const CAPTURED_IN_PART: When =
    ("C > 0, not all of the order's; by the transaction's own word, not all of A", |facts| {
        let of_own = facts.own_word && facts.amounts.captured < facts.amounts.authorized;
        facts.any_captured() && (facts.counts < facts.price || of_own)
    });
const OUTSTANDING: When = ("something outstanding", Facts::any_outstanding);
const CHARGED_ALREADY: When = ("C > 0, nothing outstanding, the hold ended", |facts| facts.state == StateKind::Charged);
const SAYS_CHARGED: When = (
    "C > 0, nothing outstanding (several captures: only by the transaction's own word, or a total equal to A)",
    |facts| facts.any_captured() && facts.is_held() && (facts.single || facts.own_word),
);
const VOID_SENT: When =
    ("one sent or unknown, and no other", |facts| facts.voids.outstanding == 1 && facts.voids.accepted == 0);
const VOID_OUTSTANDING: When = ("one outstanding", |facts| facts.voids.is_outstanding());
const VOID_BY_OTHERS: When =
    ("none outstanding, something held; no void was ever answered (except withdrawn ones)", |facts| {
        (FREE_OF_VOIDS.1)(facts) && !facts.voids.any_answered
    });
const VOID_LISTED: When = (
    "one outstanding; the list shows it as pending, or as failed one that is not ours, or (fresh) an earlier one of ours",
    |facts| facts.voids.is_outstanding() && facts.voids.listed_otherwise(),
);
const AFTER_A_FAILED_VOID: When =
    ("one outstanding, an earlier one failed", |facts| facts.voids.is_outstanding() && facts.voids.any_failed);
const VOID_FAILED: When = ("none outstanding, the latest failed (except withdrawn ones)", |facts| {
    facts.closed == Some(Closed::VoidFailed) || (facts.voids.latest_failed && facts.is_held())
});
const GIVEN_BACK: When = ("ended by a void, or nothing captured and nothing held any more", |facts| {
    facts.end == Some(End::Voided) || (!facts.any_captured() && !facts.is_held())
});
const VOID_OR_NOTHING_CAPTURED: When = ("a void outstanding, or C = 0", |facts| {
    facts.is_held() && (facts.voids.is_outstanding() || !facts.any_captured())
});
const NO_REFUND_TOLD: When = ("C > 0, no refunded total", |facts| facts.any_captured() && !facts.refunded_total);
const NOT_ENDED: When = ("still held, whatever was captured", Facts::is_held);
const STILL_HELD: When = ("still held: C = 0, or the rest with a refunded total", Facts::is_held);

/// The table of words, as documentation prints it.
#[must_use]
pub fn word_rows() -> Vec<InterpretationRow> {
    let row = |row: &Row| InterpretationRow {
        name: row.word.as_str(),
        when: row.when.0,
        does: row.does.text(),
        fresh: row.fresh.map(Does::text),
        because: row.because,
        source: row.source,
    };
    ROWS.iter().map(row).collect()
}

/// Applies the word, if no total was lower than what is known.
pub(super) fn decide(reading: &mut Interpretation<'_, '_>) -> Result<(), Conflict> {
    let (Some((status, text)), Some(facts)) = (reading.deciding(), Facts::of(reading)) else { return Ok(()) };
    let Some(row) = ROWS.iter().find(|row| row.word == status && (row.when.1)(&facts)) else { return Ok(()) };
    match row.fresh.filter(|_| reading.fresh).unwrap_or(row.does) {
        Does::Already => {}
        Does::Old => reading.mark_old(Conflict::WordBelowRecorded { status: excerpt(text) }),
        Does::Accept(operation) => answer(reading, operation, facts.kind(operation).one, Outcome::Accepted)?,
        Does::Fail(operation) => answer(reading, operation, facts.kind(operation).one, Outcome::Failed)?,
        Does::Announce(operation) => {
            let (amount, id) = announced(reading, operation, facts.amounts.held);
            reading.initiated(operation, amount, false, id)?;
        }
        Does::Lose => lose(reading)?,
        Does::Reopen => reading.apply(Event::Reopened {})?,
        Does::End(how) => reading.apply(Event::Ended { how })?,
        Does::CapturedUnknown => return Err(Conflict::CapturedAmountUnknown {}),
        Does::RefundUnknown => return Err(Conflict::RefundAmountUnknown {}),
        Does::VoidedAfterCapture => {
            let captured = reading.money(facts.amounts.captured);
            return Err(Conflict::VoidedAfterCapture { captured });
        }
    }
    Ok(())
}

/// Answers requests that are outstanding.
fn answer(
    reading: &mut Interpretation<'_, '_>,
    operation: Operation,
    numbers: impl IntoIterator<Item = u32>,
    outcome: Outcome,
) -> Result<(), Conflict> {
    let closes = outcome == Outcome::Failed && reading.profile().capabilities.failure_closes(operation);
    // An accepted request whose outcome is unknown again.
    let overrides = outcome == Outcome::TimedOut;
    numbers.into_iter().try_for_each(|number| {
        let (amount, provider_id) = (None, None);
        reading.apply(Event::Answered { operation, number, outcome, amount, closes, overrides, provider_id })
    })
}

/// The outcome of what was accepted is unknown, the provider's own too, and nothing is freed. What was requested here may
/// be requested again.
fn lose(reading: &mut Interpretation<'_, '_>) -> Result<(), Conflict> {
    for operation in [Operation::Capture, Operation::Void] {
        let accepted: Vec<u32> = reading.hold().map_or_else(Vec::new, |hold| {
            let all = hold.requests(operation).outstanding();
            let open = all.filter(|(_, request)| hold.is_outstanding(operation, request));
            open.filter(|(_, request)| request.status == RequestStatus::Accepted).map(|(number, _)| number).collect()
        });
        answer(reading, operation, accepted, Outcome::TimedOut)?;
    }
    Ok(())
}
