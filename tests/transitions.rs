//! Every state against every event, and what a state remembers.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic: that is how it fails"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "tests document themselves by name")]

#[path = "support/states.rs"]
mod states;

use order_capture::Operation::{Capture, Refund, Void};
use order_capture::*;
use states::*;

/// A withdrawn void tried again is of all that is held now, whatever it was the first time.
#[test]
fn a_void_tried_again_is_of_all_that_is_held() {
    let start = [
        held("100.00"),
        asked(Void, 1, "100.00", Some("v1"), false),
        answered(Void, 1, Outcome::Withdrawn),
        asked(Void, 1, "100.00", Some("v1"), false),
        answered(Void, 1, Outcome::Failed { closes: false }),
    ];
    assert_eq!(replayed(&start).0.kind(), StateKind::VoidFailed);
}
/// While a void's fate is unknown, only that void may be sent again: no other one, and no capture.
#[test]
fn a_void_of_unknown_fate_stands_alone() {
    let unknown = [held("100.00"), asked(Void, 1, "50.00", Some("v1"), false), answered(Void, 1, Outcome::Unanswered)];
    let meets = |event| answer(&mut replayed(&unknown).0, event);
    assert_eq!(meets(asked(Void, 2, "50.00", Some("v2"), false)), "illegal-transition");
    assert_eq!(meets(asked(Capture, 1, "50.00", None, false)), "illegal-transition");
    assert_eq!(meets(asked(Void, 1, "50.00", Some("v1"), false)), "applied");
}
/// A void that failed is forgotten once nothing is held any more: taken and let go, or expired.
#[test]
fn a_failed_void_is_forgotten_with_the_hold() {
    let failed = |operation, closes| answered(operation, 1, Outcome::Failed { closes });
    let void_failed = [
        held("100.00"),
        asked(Capture, 1, "100.00", None, true),
        failed(Capture, true),
        asked(Void, 1, "100.00", None, false),
        failed(Void, false),
    ];
    let mut transaction = replayed(&void_failed).0;
    assert_eq!(transaction.kind(), StateKind::VoidFailed);
    // The capture came late, for a part; closed as it is, the authorization lets go of the rest.
    assert_eq!(answer(&mut transaction, answered(Capture, 1, done("40.00"))), "applied");
    let amounts = transaction.amounts();
    assert_eq!(
        (transaction.kind(), amounts.released, amounts.held.get()),
        (StateKind::Charged, rupees("60.00").minor(), 0)
    );
    let reversal = Event::CaptureReversed { number: 1, amount: rupees("40.00").minor(), closes: true };
    assert_eq!(answer(&mut transaction, reversal), "applied");
    assert_eq!((transaction.kind(), transaction.amounts().held), (StateKind::CaptureFailed, rupees("40.00").minor()));

    let mut transaction = replayed(&void_failed).0;
    assert_eq!(answer(&mut transaction, Event::AuthorizationExpired), "applied");
    assert_eq!(transaction.kind(), StateKind::Expired);
    assert!(!serde_json::to_string(&transaction).unwrap().contains("void_failed"));
}
/// An adjusted total covers what is captured, pending and released, and touches no hold that is being given back.
#[test]
fn an_adjusted_total_covers_what_is_committed() {
    let total = |text: &str| Event::AuthorizationAdjusted { total: rupees(text).minor() };
    let part = [held("100.00"), asked(Capture, 1, "40.00", None, false), answered(Capture, 1, done("40.00"))];
    let adjusted = |event| {
        let mut transaction = replayed(&part).0;
        let got = answer(&mut transaction, event);
        (got, transaction.kind(), transaction.amounts().held.get())
    };
    assert_eq!(adjusted(total("39.99")), ("amount-over-ceiling", StateKind::PartiallyCaptured, 6_000));
    assert_eq!(adjusted(total("40.00")), ("applied", StateKind::Charged, 0), "nothing is left to capture");
    assert_eq!(adjusted(total("100.00")), ("already applied", StateKind::PartiallyCaptured, 6_000));
    assert_eq!(adjusted(total("150.00")), ("applied", StateKind::PartiallyCaptured, 11_000));
    let fresh = answer(&mut replayed(&[held("100.00")]).0, total("0.00"));
    assert_eq!(fresh, "amount-over-ceiling");
    let unknown = [held("100.00"), asked(Void, 1, "100.00", None, false), answered(Void, 1, Outcome::Unanswered)];
    assert_eq!(answer(&mut replayed(&unknown).0, total("150.00")), "illegal-transition");
    let failed = answered(Capture, 1, Outcome::Failed { closes: true });
    let closed = [held("100.00"), asked(Capture, 1, "40.00", None, false), failed];
    assert_eq!(answer(&mut replayed(&closed).0, total("150.00")), "illegal-transition");
    // Closed by a failure while another capture is of unknown fate: the state reads authorized, and nothing may grow.
    let two = [
        held("100.00"),
        asked(Capture, 1, "40.00", None, false),
        asked(Capture, 2, "30.00", None, false),
        answered(Capture, 2, Outcome::Unanswered),
        answered(Capture, 1, Outcome::Failed { closes: true }),
    ];
    let mut transaction = replayed(&two).0;
    assert_eq!(transaction.kind(), StateKind::Authorized);
    assert_eq!(answer(&mut transaction, total("150.00")), "illegal-transition");
    assert_eq!(answer(&mut transaction, asked(Capture, 3, "1.00", None, false)), "illegal-transition");
    assert_eq!(answer(&mut transaction, asked(Capture, 2, "30.00", None, false)), "applied", "the same one again");
}
/// Rows: the state. Columns: the event. Cells: what happens.
///
/// - `applied`: and the state stays; `→state`: applied, and the state after it; `already`: already applied; `stale`.
/// - Else a fault's code; `illegal` is illegal-transition, `ceiling` amount-over-ceiling, `identity` identity-mismatch.
///
/// One more request is of 1.00. A merchant's needs a state that allows it; what the provider does of itself (`their-`)
/// needs the money, and no void under way. The other blocks are about one request; the states after `-` do not have it.
const TABLE: &str = "
authorization       held-100     held-99      not-held  raised   same     lapsed    ids      ids-2     word     word-2
created             →authorized  →authorized  →failed   illegal  illegal  illegal   applied  applied   already  applied
failed              →authorized  →authorized  already   illegal  illegal  illegal   applied  applied   applied  applied
authorized          already      illegal      illegal   applied  already  →expired  already  identity  stale    stale
capturing           already      illegal      illegal   applied  already  illegal   applied  applied   stale    stale
capture-initiated   already      illegal      illegal   applied  already  illegal   applied  applied   stale    stale
partially-captured  already      illegal      illegal   applied  already  →charged  applied  applied   stale    stale
charged             already      illegal      illegal   illegal  already  illegal   applied  applied   stale    stale
capture-failed      already      illegal      illegal   illegal  already  →expired  applied  applied   stale    stale
voiding             already      illegal      illegal   illegal  already  illegal   applied  applied   stale    stale
void-initiated      already      illegal      illegal   illegal  already  illegal   applied  applied   stale    stale
void-failed         already      illegal      illegal   illegal  already  →expired  applied  applied   stale    stale
voided              already      illegal      illegal   illegal  already  illegal   applied  applied   stale    stale
expired             already      illegal      illegal   illegal  already  already   applied  applied   stale    stale

new-request         capture     their-capture  void      their-void  refund   their-refund
created             illegal     illegal        illegal   illegal     illegal  illegal
failed              illegal     illegal        illegal   illegal     illegal  illegal
authorized          →capturing  →capturing     →voiding  →voiding    illegal  illegal
capturing           ceiling     ceiling        illegal   ceiling     illegal  illegal
capture-initiated   ceiling     ceiling        illegal   ceiling     illegal  illegal
partially-captured  →capturing  →capturing     →voiding  →voiding    applied  applied
charged             illegal     ceiling        illegal   ceiling     applied  applied
capture-failed      illegal     →capturing     →voiding  →voiding    illegal  illegal
voiding             illegal     illegal        illegal   illegal     illegal  illegal
void-initiated      illegal     illegal        illegal   illegal     illegal  illegal
void-failed         illegal     applied        →voiding  →voiding    illegal  illegal
voided              illegal     ceiling        illegal   ceiling     illegal  illegal
expired             illegal     ceiling        illegal   ceiling     illegal  illegal

capture-1           again    done      for-less         failed       closing          accepted            unanswered
capturing           already  →charged  →charged         →authorized  →capture-failed  →capture-initiated  →authorized
capture-initiated   already  →charged  →charged         →authorized  →capture-failed  already             already
partially-captured  already  already   amount-mismatch  illegal      illegal          stale               stale
charged             already  already   amount-mismatch  illegal      illegal          stale               stale
capture-failed      already  →charged  →charged         already      already          stale               stale
- created failed authorized voiding void-initiated void-failed voided expired

capture-1           withdrawn    reversed                   reversed-closing
capturing           →authorized  illegal                    illegal
capture-initiated   →authorized  illegal                    illegal
partially-captured  illegal      →authorized                →capture-failed
charged             illegal      refunded-exceeds-captured  refunded-exceeds-captured
capture-failed      already      illegal                    illegal
- created failed authorized voiding void-initiated void-failed voided expired

void-1          again    done     for-less         failed        closing       accepted         unanswered   withdrawn
voiding         already  →voided  →authorized      →void-failed  →void-failed  →void-initiated  →authorized  →authorized
void-initiated  already  →voided  →authorized      →void-failed  →void-failed  already          already      →authorized
void-failed     already  →voided  →authorized      already       already       stale            stale        already
voided          already  already  amount-mismatch  illegal       illegal       stale            stale        illegal
- created failed authorized capturing capture-initiated partially-captured charged capture-failed expired

refund-1  again    done     for-less         failed   closing  accepted  unanswered  withdrawn
charged   already  already  amount-mismatch  illegal  illegal  stale     stale       illegal
- created failed authorized capturing capture-initiated partially-captured capture-failed
- voiding void-initiated void-failed voided expired

refund-2  again    done     for-less  failed   closing  accepted  unanswered  withdrawn
charged   already  applied  applied   applied  applied  applied   applied     applied
- created failed authorized capturing capture-initiated partially-captured capture-failed
- voiding void-initiated void-failed voided expired
";
/// The event of a column of the first block.
fn about_the_hold(column: &str) -> Event {
    let identified = |order: &str| {
        let ids = ProviderIds { order: Some(order.parse().unwrap()), ..ProviderIds::default() };
        Event::Identified { ids }
    };
    match column {
        "held-100" => held("100.00"),
        "held-99" => held("99.00"),
        "not-held" => Event::AuthorizationFailed,
        "raised" => Event::AuthorizationAdjusted { total: rupees("200.00").minor() },
        "same" => Event::AuthorizationAdjusted { total: rupees("100.00").minor() },
        "lapsed" => Event::AuthorizationExpired,
        "ids" => identified("o-1"),
        "ids-2" => identified("o-2"),
        "word" => Event::StatusSeen { status: "PENDING_VBV".parse().unwrap() },
        "word-2" => Event::StatusSeen { status: "NEW".parse().unwrap() },
        _ => panic!("no event for the column {column}"),
    }
}
/// The event of a column of the second block: one more request of 1.00, ours or the provider's.
fn one_more(transaction: &Transaction, column: &str) -> Event {
    let (operation, origin) = match column {
        "capture" => (Capture, Origin::Merchant),
        "their-capture" => (Capture, Origin::Provider),
        "void" => (Void, Origin::Merchant),
        "their-void" => (Void, Origin::Provider),
        "refund" => (Refund, Origin::Merchant),
        "their-refund" => (Refund, Origin::Provider),
        _ => panic!("no event for the column {column}"),
    };
    let number = transaction.ledger().map_or(1, |ledger| ledger.requests(operation).count().saturating_add(1));
    Event::Requested { operation, number, amount: rupees("1.00").minor(), key: None, closes: false, origin }
}
/// The event of a column of the other blocks: the request again, an answer to it, its reversal. None without it.
fn about(transaction: &Transaction, operation: Operation, number: u32, column: &str) -> Option<Event> {
    let request = transaction.ledger()?.requests(operation).get(number)?;
    let amount = request.requested();
    let outcome = match column {
        "again" => {
            let (key, closes, origin) = (request.key().cloned(), request.closes(), request.origin());
            return Some(Event::Requested { operation, number, amount, key, closes, origin });
        }
        "reversed" => return Some(Event::CaptureReversed { number, amount, closes: false }),
        "reversed-closing" => return Some(Event::CaptureReversed { number, amount, closes: true }),
        "done" => Outcome::Succeeded { amount },
        "for-less" => Outcome::Succeeded { amount: amount.checked_sub(rupees("0.01").minor()).unwrap() },
        "failed" => Outcome::Failed { closes: false },
        "closing" => Outcome::Failed { closes: true },
        "accepted" => Outcome::Accepted,
        "unanswered" => Outcome::Unanswered,
        "withdrawn" => Outcome::Withdrawn,
        _ => panic!("no event for the column {column}"),
    };
    Some(answered(operation, number, outcome))
}
/// What happens to the transaction, as a cell says it. What has no effect changes nothing.
fn cell(transaction: &Transaction, event: Event) -> String {
    let mut after = transaction.clone();
    let got = answer(&mut after, event);
    assert!(got == "applied" || after == *transaction, "{got}, and yet something changed");
    match got {
        "applied" if after.kind() != transaction.kind() => format!("→{}", after.kind()),
        "already applied" => "already".into(),
        "illegal-transition" => "illegal".into(),
        "amount-over-ceiling" => "ceiling".into(),
        "identity-mismatch" => "identity".into(),
        _ => got.into(),
    }
}
/// The rows of a block. A line that starts with `-` gives each of its states a row without events.
fn rows<'a>(lines: impl Iterator<Item = Vec<&'a str>>, width: usize) -> Vec<(&'a str, Vec<&'a str>)> {
    let mut rows = Vec::new();
    for line in lines {
        match line[0] {
            "-" => rows.extend(line[1..].iter().map(|state| (*state, vec!["-"; width]))),
            state => rows.push((state, line[1..].to_vec())),
        }
    }
    rows
}
/// Every cell of `TABLE`: the effect or the fault, and the state after. Where nothing is applied, nothing changes.
/// Where a state has no such request, an answer to it is `illegal-transition`.
#[test]
fn every_state_answers_every_event() {
    let paths = paths();
    let (mut cells, mut without) = (0, 0);
    let (mut kinds, mut wrong) = (std::collections::BTreeSet::new(), Vec::new());
    for block in TABLE.trim().split("\n\n") {
        let mut lines = block.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let header = lines.next().unwrap();
        let (about_what, columns) = (header[0], &header[1..]);
        let rows = rows(lines, columns.len());
        for (kind, path) in &paths {
            let transaction = replayed(path).0;
            let mut found = rows.iter().filter(|(state, _)| *state == kind.as_str());
            let (Some((_, row)), None) = (found.next(), found.next()) else {
                panic!("{about_what}: one row for {kind}")
            };
            assert_eq!((transaction.kind(), row.len()), (*kind, columns.len()), "{about_what}: {kind}");
            for (column, expected) in columns.iter().zip(row) {
                let of = |operation, number| {
                    let event = about(&transaction, operation, number, column);
                    if event.is_none() {
                        let answer = answered(operation, number, Outcome::Accepted);
                        assert_eq!(cell(&transaction, answer), "illegal", "{kind} has no {about_what}");
                    }
                    event
                };
                let event = match about_what {
                    "authorization" => Some(about_the_hold(column)),
                    "new-request" => Some(one_more(&transaction, column)),
                    "capture-1" => of(Capture, 1),
                    "void-1" => of(Void, 1),
                    "refund-1" => of(Refund, 1),
                    "refund-2" => of(Refund, 2),
                    _ => panic!("no events for the block {about_what}"),
                };
                kinds.extend(event.as_ref().map(Event::name));
                let got = event.map_or("-".into(), |event| cell(&transaction, event));
                if got != *expected {
                    wrong.push(format!("{kind} meets {column} of {about_what}: {got}, not {expected}"));
                }
                cells += 1;
                without += usize::from(*expected == "-");
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!((cells, without), (650, 344), "cells, and those of them without a request");
    assert_eq!(kinds.len(), 25, "kinds of event: four of the hold, 3 × 6 of requests, a reversal, two others");
}
#[test]
fn a_rejection_names_the_state_and_the_event() {
    let mut created = Transaction::created("t-1".parse().unwrap());
    let recorded = created.stamp(Event::AuthorizationExpired, midnight(), None);
    let rejection = created.apply(&recorded).unwrap_err();
    assert_eq!(
        rejection.to_string(),
        "authorization-expired cannot follow created; look at what the transaction has recorded before it"
    );
}
/// INV-10: two requests under one key, whatever the log says.
#[test]
fn a_key_is_taken_once() {
    let events = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false), answered(Capture, 1, done("40.00"))];
    let mut transaction = replayed(&events).0;
    for event in [asked(Capture, 2, "40.00", Some("k1"), false), asked(Capture, 1, "41.00", Some("k1"), false)] {
        assert_eq!(answer(&mut transaction, event), "illegal-transition");
    }
}
/// The number of remembered requests is bounded.
#[test]
fn a_transaction_remembers_a_bounded_number_of_requests() {
    let order = order_of("1000000.00");
    let mut transaction = replayed(&[held("1000000.00")]).0;
    let ask = CaptureRequest::of(rupees("1.00"));
    for number in 1..=MAX_REQUESTS {
        let key = format!("k{number}");
        let decision = transaction.capture(&ask.key(&key), &order, &juspay::SIMPL, midnight()).unwrap();
        assert_eq!(answer(&mut transaction, decision.event().unwrap()), "applied");
        assert_eq!(answer(&mut transaction, answered(Capture, number, done("1.00"))), "applied");
    }
    let refusal = transaction.capture(&ask.key("one-more"), &order, &juspay::SIMPL, midnight()).unwrap_err();
    assert_eq!(refusal.code(), "too-many-requests");
    let next = asked(Capture, MAX_REQUESTS + 1, "1.00", None, false);
    assert_eq!(answer(&mut transaction, next), "too-many-requests");
}
/// A rejection names the event as the tables do: what was asked, and what became of it.
#[test]
fn events_have_the_names_of_the_tables() {
    let outcomes =
        [done("1.00"), Outcome::Failed { closes: false }, Outcome::Accepted, Outcome::Unanswered, Outcome::Withdrawn];
    let endings = ["succeeded", "failed", "accepted", "unanswered", "withdrawn"];
    for (operation, kind) in [(Capture, "capture"), (Void, "void"), (Refund, "refund")] {
        assert_eq!(asked(operation, 1, "1.00", None, false).name(), format!("{kind}-requested"));
        for (outcome, ending) in outcomes.into_iter().zip(endings) {
            assert_eq!(answered(operation, 1, outcome).name(), format!("{kind}-{ending}"));
        }
    }
}
/// A lapse, then a reversal: what came back is held again, and a void of it reads voided. Without the void, the lapse
/// is what is remembered.
#[test]
fn what_is_voided_after_a_lapse_reads_voided() {
    let amount = rupees("40.00").minor();
    let lapsed = [
        held("100.00"),
        asked(Capture, 1, "40.00", None, false),
        answered(Capture, 1, done("40.00")),
        Event::AuthorizationExpired,
        Event::CaptureReversed { number: 1, amount, closes: true },
    ];
    let mut transaction = replayed(&lapsed).0;
    assert_eq!((transaction.kind(), transaction.amounts().held), (StateKind::CaptureFailed, amount));
    let mut again = transaction.clone();
    assert_eq!(answer(&mut again, Event::AuthorizationExpired), "applied");
    assert_eq!(again.kind(), StateKind::Expired);
    assert_eq!(answer(&mut transaction, asked(Void, 1, "40.00", None, false)), "applied");
    assert_eq!(answer(&mut transaction, answered(Void, 1, done("40.00"))), "applied");
    assert_eq!(transaction.kind(), StateKind::Voided);
}
/// `record` gives what belongs in the log: the event with its place and times, or nothing where nothing changed.
#[test]
fn what_is_recorded_belongs_in_the_log() {
    let mut transaction = Transaction::created("t-1".parse().unwrap());
    let earlier = midnight() - chrono::TimeDelta::seconds(9);
    let recorded = transaction.record(held("100.00"), midnight(), Some(earlier)).unwrap().unwrap();
    assert_eq!((recorded.sequence, recorded.observed_at, recorded.occurred_at), (1, midnight(), Some(earlier)));
    assert_eq!(transaction.kind(), StateKind::Authorized);
    assert_eq!(transaction.record(held("100.00"), midnight(), None), Ok(None), "known already");
    let status = Event::StatusSeen { status: "NEW".parse().unwrap() };
    assert_eq!(transaction.record(status, midnight(), None), Ok(None), "stale");
    let rejection = transaction.record(held("99.00"), midnight(), None).unwrap_err();
    assert_eq!((rejection.code(), transaction.sequence()), ("illegal-transition", 1));
}
/// A void that is done by an observation takes what is left, where an earlier void that came late took a part.
#[test]
fn voided_settles_a_void_for_what_is_left() {
    let failed = answered(Void, 1, Outcome::Failed { closes: false });
    let start = [
        held("100.00"),
        asked(Void, 1, "60.00", Some("v1"), false),
        failed,
        asked(Void, 2, "100.00", Some("v2"), false),
        answered(Void, 1, done("60.00")),
    ];
    let mut transaction = replayed(&start).0;
    let order = order_of("100.00");
    let context = OrderContext { order: &order, profile: &juspay::SIMPL, others_captured: false };
    let seen = Observation { status: "VOIDED".into(), is_transaction_status: true, ..Observation::default() };
    let Verdict::Applied(events) = transaction.interpret(&seen, &context) else { panic!("applied") };
    for event in events {
        transaction.record(event, midnight(), None).unwrap();
    }
    let amounts = transaction.amounts();
    assert_eq!((transaction.kind(), amounts.released), (StateKind::Voided, rupees("100.00").minor()));
    assert!(transaction.ledger().unwrap().voids().settled());
}
/// VOIDED after our void of all failed: it was done after all, and no second one is made up for it.
#[test]
fn voided_after_a_failed_void_is_that_void() {
    let failed = answered(Void, 1, Outcome::Failed { closes: false });
    let mut transaction = replayed(&[held("100.00"), asked(Void, 1, "100.00", None, false), failed]).0;
    let order = order_of("100.00");
    let context = OrderContext { order: &order, profile: &juspay::SIMPL, others_captured: false };
    let seen = Observation { status: "VOIDED".into(), is_transaction_status: true, ..Observation::default() };
    let Verdict::Applied(events) = transaction.interpret(&seen, &context) else { panic!("applied") };
    for event in events {
        transaction.record(event, midnight(), None).unwrap();
    }
    let voids = transaction.ledger().unwrap().voids();
    assert_eq!((transaction.kind(), voids.count()), (StateKind::Voided, 1));
    assert_eq!(voids.get(1).unwrap().status(), RequestStatus::Succeeded);
}
/// What was asked of several captures is their sum, those that were refused aside.
#[test]
fn what_was_asked_of_several_captures_is_their_sum() {
    let events = [
        held("100.00"),
        asked(Capture, 1, "45.00", Some("k1"), false),
        answered(Capture, 1, Outcome::Failed { closes: false }),
        asked(Capture, 2, "20.00", Some("k2"), false),
        answered(Capture, 2, done("20.00")),
        asked(Capture, 3, "10.00", Some("k3"), true),
        answered(Capture, 3, done("10.00")),
    ];
    let transaction = replayed(&events).0;
    assert_eq!(transaction.kind(), StateKind::Charged);
    let order = order_of("100.00");
    let context = OrderContext { order: &order, profile: &juspay::SIMPL, others_captured: false };
    let (captured, requested) = (rupees("50.00").minor(), rupees("30.00").minor());
    let seen = Observation { status: "CHARGED".into(), captured: Some(captured), ..Observation::default() };
    let expected = Conflict::CapturedExceedsRequested { captured, requested };
    assert_eq!(transaction.interpret(&seen, &context), Verdict::Conflict(expected));
}
