//! Every state against every event, and what a state remembers.

use std::collections::BTreeSet;

use crate::states::*;
use order_capture::Operation::{Capture, Refund, Void};
use order_capture::*;

/// Rows: the state. Columns: the event. Cells: what happens.
///
/// - `applied`: and the state stays; `→state`: applied, and the state after it; `already`: already applied; `stale`.
/// - Else a fault's code; `illegal` is illegal-transition, `ceiling` amount-over-ceiling, `identity` identity-mismatch,
///   `mismatch` amount-mismatch, `over` captured-exceeds-authorized, `refunded` refunded-exceeds-captured.
///
/// One more request is of 1.00: ours needs a state that allows it; `their-` is announced, and `their-…-done` done, by the
/// provider, which needs the money. The other blocks are about one request; the states after `-` do not have it.
const TABLE: &str = "
authorization       held-100     held-99      held-until   not-held  raised   same     deadline  ids      ids-2     word     word-2   more     less
created             →authorized  →authorized  →authorized  →failed   illegal  illegal  illegal   applied  applied   already  applied  illegal  illegal
failed              →authorized  →authorized  →authorized  already   illegal  illegal  illegal   applied  applied   applied  applied  illegal  illegal
authorized          already      illegal      applied      illegal   applied  already  applied   already  identity  stale    stale    applied  ceiling
capturing           already      illegal      applied      illegal   applied  already  applied   applied  applied   stale    stale    applied  ceiling
capture-unknown     already      illegal      applied      illegal   applied  already  applied   applied  applied   stale    stale    applied  ceiling
capture-initiated   already      illegal      applied      illegal   applied  already  applied   applied  applied   stale    stale    applied  ceiling
partially-captured  already      illegal      applied      illegal   applied  already  applied   applied  applied   stale    stale    applied  ceiling
charged             already      illegal      applied      illegal   illegal  already  applied   applied  applied   stale    stale    applied  ceiling
capture-failed      already      illegal      applied      illegal   illegal  already  applied   applied  applied   stale    stale    applied  ceiling
voiding             already      illegal      applied      illegal   illegal  already  applied   applied  applied   stale    stale    applied  ceiling
void-unknown        already      illegal      applied      illegal   illegal  already  applied   applied  applied   stale    stale    applied  ceiling
void-initiated      already      illegal      applied      illegal   illegal  already  applied   applied  applied   stale    stale    applied  ceiling
void-failed         already      illegal      applied      illegal   illegal  already  applied   applied  applied   stale    stale    applied  ceiling
voided              already      illegal      applied      illegal   illegal  already  applied   applied  applied   stale    stale    applied  ceiling
expired             already      illegal      applied      illegal   illegal  already  applied   applied  applied   stale    stale    applied  ceiling

end                 captured  voided    expired   reopened
created             illegal   illegal   illegal   illegal
failed              illegal   illegal   illegal   illegal
authorized          illegal   →voided   →expired  illegal
capturing           illegal   →voided   →expired  illegal
capture-unknown     illegal   →voided   →expired  illegal
capture-initiated   illegal   →voided   →expired  illegal
partially-captured  →charged  →charged  →charged  illegal
charged             already   illegal   illegal   illegal
capture-failed      illegal   →voided   →expired  →authorized
voiding             illegal   →voided   →expired  illegal
void-unknown        illegal   →voided   →expired  illegal
void-initiated      illegal   →voided   →expired  illegal
void-failed         illegal   →voided   →expired  →authorized
voided              illegal   already   illegal   illegal
expired             illegal   illegal   already   illegal

new-request         capture     their-capture       their-capture-done     void      their-void       their-void-done  refund   their-refund  their-refund-done
created             illegal     illegal             illegal                illegal   illegal          illegal          illegal  illegal       illegal
failed              illegal     illegal             illegal                illegal   illegal          illegal          illegal  illegal       illegal
authorized          →capturing  →capture-initiated  →partially-captured    →voiding  →void-initiated  applied          illegal  ceiling       refunded
capturing           ceiling     ceiling             applied                illegal   ceiling          applied          illegal  ceiling       refunded
capture-unknown     illegal     ceiling             applied                illegal   ceiling          applied          illegal  ceiling       refunded
capture-initiated   ceiling     ceiling             applied                illegal   ceiling          applied          illegal  ceiling       refunded
partially-captured  →capturing  →capture-initiated  applied                →voiding  →void-initiated  applied          applied  applied       applied
charged             illegal     illegal             applied                illegal   illegal          mismatch         applied  applied       applied
capture-failed      illegal     →capture-initiated  →charged               →voiding  →void-initiated  applied          illegal  ceiling       refunded
voiding             illegal     applied             applied                illegal   illegal          applied          illegal  ceiling       refunded
void-unknown        illegal     applied             applied                illegal   illegal          applied          illegal  ceiling       refunded
void-initiated      illegal     applied             applied                illegal   illegal          applied          illegal  ceiling       refunded
void-failed         illegal     →capture-initiated  applied                →voiding  →void-initiated  applied          illegal  ceiling       refunded
voided              illegal     illegal             captured-after-void    illegal   illegal          mismatch         illegal  ceiling       refunded
expired             illegal     illegal             captured-after-expiry  illegal   illegal          mismatch         illegal  ceiling       refunded

total               40                     40-closing             100                    101      refunded-20  refunded-101  told-0       told-50              told-101  told-refunded-20
created             illegal                illegal                illegal                illegal  illegal      illegal       already      illegal              illegal   illegal
failed              illegal                illegal                illegal                illegal  illegal      illegal       already      illegal              illegal   illegal
authorized          →partially-captured    →charged               →charged               over     refunded     refunded      already      →partially-captured  illegal   illegal
capturing           applied                →charged               →charged               over     refunded     refunded      →authorized  →partially-captured  illegal   illegal
capture-unknown     applied                →charged               →charged               over     refunded     refunded      →authorized  →partially-captured  illegal   illegal
capture-initiated   applied                →charged               →charged               over     refunded     refunded      →authorized  →partially-captured  illegal   illegal
partially-captured  already                already                →charged               over     applied      refunded      illegal      applied              illegal   applied
charged             already                already                applied                over     applied      refunded      illegal      applied              illegal   applied
capture-failed      →charged               →charged               →charged               over     refunded     refunded      already      →charged             illegal   illegal
voiding             applied                →charged               →charged               over     refunded     refunded      already      applied              illegal   illegal
void-unknown        applied                →charged               →charged               over     refunded     refunded      already      applied              illegal   illegal
void-initiated      applied                →charged               →charged               over     refunded     refunded      already      applied              illegal   illegal
void-failed         applied                →charged               →charged               over     refunded     refunded      already      applied              illegal   illegal
voided              captured-after-void    captured-after-void    captured-after-void    over     refunded     refunded      already      →charged             illegal   illegal
expired             captured-after-expiry  captured-after-expiry  captured-after-expiry  over     refunded     refunded      already      →charged             illegal   illegal

capture-1           again       done      for-less  failed       closing          accepted            accepted-anyway     timed-out         timed-out-anyway
capturing           already     →charged  →charged  →authorized  →capture-failed  →capture-initiated  →capture-initiated  →capture-unknown  →capture-unknown
capture-unknown     →capturing  →charged  →charged  →authorized  →capture-failed  →capture-initiated  →capture-initiated  already           already
capture-initiated   already     →charged  →charged  →authorized  →capture-failed  already             already             already           →capture-unknown
partially-captured  already     already   mismatch  illegal      illegal          stale               stale               stale             stale
charged             already     already   mismatch  illegal      illegal          stale               stale               stale             stale
capture-failed      already     →charged  →charged  already      already          stale               →capture-initiated  stale             stale
- created failed authorized voiding void-unknown void-initiated void-failed voided expired

capture-1           withdrawn    reversed     reversed-closing  remembered
capturing           →authorized  illegal      illegal           applied
capture-unknown     →authorized  illegal      illegal           applied
capture-initiated   →authorized  illegal      illegal           applied
partially-captured  illegal      →authorized  →capture-failed   illegal
charged             illegal      refunded     refunded          illegal
capture-failed      already      illegal      illegal           illegal
- created failed authorized voiding void-unknown void-initiated void-failed voided expired

void-1          again     done     for-less     failed       closing       accepted         accepted-anyway  timed-out      timed-out-anyway  withdrawn    reversed  remembered
voiding         already   →voided  →authorized  →authorized  →void-failed  →void-initiated  →void-initiated  →void-unknown  →void-unknown     →authorized  illegal   applied
void-unknown    →voiding  →voided  →authorized  →authorized  →void-failed  →void-initiated  →void-initiated  already        already           →authorized  illegal   applied
void-initiated  already   →voided  →authorized  →authorized  →void-failed  already          already          already        →void-unknown     →authorized  illegal   applied
void-failed     already   →voided  applied      already      already       stale            stale            stale          stale             already      illegal   illegal
voided          already   already  mismatch     illegal      illegal       stale            stale            stale          stale             illegal      illegal   illegal
- created failed authorized capturing capture-unknown capture-initiated partially-captured charged capture-failed expired

refund-1  again    done     for-less  failed   closing  accepted  accepted-anyway  timed-out  timed-out-anyway  withdrawn  reversed  remembered
charged   already  already  mismatch  illegal  illegal  stale     stale            stale      stale             illegal    applied   illegal
- created failed authorized capturing capture-unknown capture-initiated partially-captured capture-failed
- voiding void-unknown void-initiated void-failed voided expired

refund-2  again    done     for-less  failed   closing  accepted  accepted-anyway  timed-out  timed-out-anyway  withdrawn  reversed  remembered
charged   already  applied  applied   applied  applied  applied   applied          applied    applied           applied    illegal   applied
- created failed authorized capturing capture-unknown capture-initiated partially-captured capture-failed
- voiding void-unknown void-initiated void-failed voided expired
";

/// The event of a column of the first two blocks.
fn about_the_hold(column: &str) -> Event {
    let identified = |order: &str| {
        let ids = ProviderIds { order: Some(order.parse().unwrap()), ..ProviderIds::default() };
        Event::Identified { ids }
    };
    let until = seconds_later(60);
    match column {
        "held-100" => held("100.00"),
        "held-99" => held("99.00"),
        "held-until" => Event::Authorized { amount: rupees("100.00"), pays: None, capture_before: Some(until) },
        "not-held" => Event::AuthorizationFailed {},
        "raised" => Event::AuthorizationAdjusted { total: minor("200.00") },
        "same" => Event::AuthorizationAdjusted { total: minor("100.00") },
        "deadline" => Event::DeadlineSet { capture_before: until },
        "more" => Event::OverCaptureAllowed { most: minor("150.00") },
        "less" => Event::OverCaptureAllowed { most: minor("99.99") },
        "ids" => identified("o-1"),
        "ids-2" => identified("o-2"),
        "word" => Event::StatusSeen { status: "PENDING_VBV".parse().unwrap() },
        "word-2" => Event::StatusSeen { status: "NEW".parse().unwrap() },
        "captured" => Event::Ended { how: End::Captured },
        "voided" => Event::Ended { how: End::Voided },
        "expired" => expired(),
        "reopened" => Event::Reopened {},
        _ => panic!("no event for the column {column}"),
    }
}
/// The event of a column of the third block: one more request of 1.00, ours or the provider's.
fn one_more(transaction: &Transaction, column: &str) -> Event {
    let operation = match column.trim_start_matches("their-").trim_end_matches("-done") {
        "capture" => Capture,
        "void" => Void,
        "refund" => Refund,
        _ => panic!("no event for the column {column}"),
    };
    let number = transaction.hold().map_or(1, |hold| hold.requests(operation).count() + 1);
    if column.starts_with("their-") {
        theirs(operation, number, "1.00", column.ends_with("-done"))
    } else {
        asked(operation, number, "1.00", None, false)
    }
}
/// The event of a column of the fourth block: a total.
fn total(column: &str) -> Event {
    let (basis, rest) = column.strip_prefix("told-").map_or((Basis::Stated, column), |rest| (Basis::Person, rest));
    let (operation, rest) = rest.strip_prefix("refunded-").map_or((Capture, rest), |rest| (Refund, rest));
    let (closes, rest) = rest.strip_suffix("-closing").map_or((false, rest), |rest| (true, rest));
    Event::TotalReported { operation, total: minor(rest), basis, closes }
}
/// The event of a column of the other blocks: the request again, an answer to it, its reversal. None without it.
fn about(transaction: &Transaction, operation: Operation, number: u32, column: &str) -> Option<Event> {
    let request = transaction.hold()?.requests(operation).get(number)?;
    let asked = request.amount;
    let (name, overrides) = column.strip_suffix("-anyway").map_or((column, false), |name| (name, true));
    let (outcome, amount, closes) = match name {
        "again" => {
            let (key, closes) = (request.key.clone(), request.closes);
            return Some(Event::Requested { operation, number, amount: asked, key, closes });
        }
        "reversed" => return Some(Event::Reversed { operation, number, amount: asked, closes: false }),
        "remembered" => return Some(Event::KeyRemembered { operation, number, until: seconds_later(60) }),
        "reversed-closing" => return Some(Event::Reversed { operation, number, amount: asked, closes: true }),
        "done" => (Outcome::Succeeded, None, false),
        "for-less" => (Outcome::Succeeded, asked.checked_sub(minor("0.01")), false),
        "failed" => (Outcome::Failed, None, false),
        "closing" => (Outcome::Failed, None, true),
        "accepted" => (Outcome::Accepted, None, false),
        "timed-out" => (Outcome::TimedOut, None, false),
        "withdrawn" => (Outcome::Withdrawn, None, false),
        _ => panic!("no event for the column {column}"),
    };
    Some(Event::Answered { operation, number, outcome, amount, closes, overrides, provider_id: None })
}
/// What happens to the transaction, as a cell says it. What has no effect changes nothing.
fn cell(transaction: &Transaction, event: Event) -> String {
    let mut after = transaction.clone();
    let got = answer(&mut after, event);
    assert!(got == "applied" || after == *transaction, "{got}, and yet something changed");
    assert!(got != "applied" || after != *transaction, "applied, and yet nothing changed");
    match got {
        "applied" if after.state() != transaction.state() => format!("→{}", after.state()),
        "already applied" => "already".into(),
        "illegal-transition" => "illegal".into(),
        "amount-over-ceiling" => "ceiling".into(),
        "identity-mismatch" => "identity".into(),
        "amount-mismatch" => "mismatch".into(),
        "captured-exceeds-authorized" => "over".into(),
        "refunded-exceeds-captured" => "refunded".into(),
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
    assert_eq!(paths.iter().map(|(kind, _)| *kind).collect::<BTreeSet<_>>(), BTreeSet::from(StateKind::ALL));
    let (mut cells, mut without) = (0, 0);
    let (mut kinds, mut wrong) = (BTreeSet::new(), Vec::new());
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
            assert_eq!((transaction.state(), row.len()), (*kind, columns.len()), "{about_what}: {kind}");
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
                    "authorization" | "end" => Some(about_the_hold(column)),
                    "new-request" => Some(one_more(&transaction, column)),
                    "total" => Some(total(column)),
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
    // 36 columns of the hold, and 13 + 12 + 12 + 12 of requests; without one: 9 × 13, 10 × 12, twice 14 × 12.
    assert_eq!((cells, without), (15 * 85, 117 + 120 + 336), "cells, and those of them without a request");
    assert_eq!(kinds.len(), 38, "kinds of event: 5 of the hold, 3 × 8 of requests, their keys, 2 totals, 6 others");
}
#[test]
fn a_rejection_names_the_state_and_the_event() {
    let mut created = replayed(&[]).0;
    let rejection = created.apply(&recorded(&created, expired())).unwrap_err();
    assert_eq!(
        rejection.to_string(),
        "the event authorization-expired is not possible in the state created; look at what the transaction has recorded before it"
    );
    // Of an outcome for a request never made the text says so.
    let mut held = replayed(&[held("100.00")]).0;
    let rejection = held.apply(&recorded(&held, done(Capture, 1, "1.00"))).unwrap_err();
    assert_eq!(
        (rejection.code(), rejection.to_string().contains("no such capture or key is known")),
        ("illegal-transition", true)
    );
}
/// INV-10: two requests under one key, whatever the log says.
#[test]
fn a_key_is_taken_once() {
    let events = [held("100.00"), asked(Capture, 1, "40.00", Some("k1"), false), done(Capture, 1, "40.00")];
    for event in [asked(Capture, 2, "40.00", Some("k1"), false), asked(Capture, 1, "41.00", Some("k1"), false)] {
        assert_eq!(after(&events, event), "illegal-transition");
    }
    assert_eq!(after(&events, asked(Void, 1, "40.00", Some("k1"), false)), "applied", "keys are unique per kind");
}
/// A withdrawn void tried again is of all that is held now, whatever it was the first time.
#[test]
fn a_void_tried_again_is_of_all_that_is_held() {
    let start = [
        held("100.00"),
        asked(Void, 1, "40.00", Some("v1"), false),
        answered(Void, 1, Outcome::Withdrawn),
        asked(Capture, 1, "60.00", Some("k1"), false),
        done(Capture, 1, "60.00"),
        asked(Void, 1, "40.00", Some("v1"), false),
        failed_closing(Void, 1),
    ];
    assert_eq!(replayed(&start).0.state(), StateKind::VoidFailed);
    // Of a part it is no failed void of all: nothing closes.
    let part = [held("100.00"), asked(Void, 1, "40.00", Some("v1"), false), failed_closing(Void, 1)];
    assert_eq!(replayed(&part).0.state(), StateKind::Authorized);
}
/// While a void's outcome is unknown, only that void may be sent again: no other one, and no capture.
#[test]
fn a_void_of_unknown_outcome_stands_alone() {
    let unknown = [held("100.00"), asked(Void, 1, "50.00", Some("v1"), false), answered(Void, 1, Outcome::TimedOut)];
    assert_eq!(after(&unknown, asked(Void, 2, "50.00", Some("v2"), false)), "illegal-transition");
    assert_eq!(after(&unknown, asked(Capture, 1, "50.00", None, false)), "illegal-transition");
    assert_eq!(after(&unknown, asked(Void, 1, "50.00", Some("v1"), false)), "applied");
}
/// From void-failed, a partial void that succeeds leaves it so; nothing held any more, it is forgotten.
#[test]
fn a_failed_void_closes_until_nothing_is_held() {
    let mut transaction = replayed(&path(StateKind::VoidFailed)).0;
    assert_eq!(answer(&mut transaction, asked(Void, 2, "30.00", Some("v2"), false)), "applied");
    assert_eq!(answer(&mut transaction, done(Void, 2, "30.00")), "applied");
    assert_eq!((transaction.state(), cpvh(&transaction)), (StateKind::VoidFailed, [0, 0, 3_000, 7_000]));
    assert_eq!(answer(&mut transaction.clone(), asked(Capture, 1, "1.00", None, false)), "illegal-transition");
    assert_eq!(answer(&mut transaction, asked(Void, 3, "70.00", Some("v3"), false)), "applied");
    assert_eq!(answer(&mut transaction, done(Void, 3, "70.00")), "applied");
    assert_eq!((transaction.state(), transaction.hold().unwrap().closed), (StateKind::Voided, None));
}
/// An adjusted total covers what is captured, pending and released, and touches no hold that is being given back.
#[test]
fn an_adjusted_total_covers_what_is_committed() {
    let total = |text: &str| Event::AuthorizationAdjusted { total: minor(text) };
    let part = [held("100.00"), asked(Capture, 1, "40.00", None, false), done(Capture, 1, "40.00")];
    let adjusted = |event| {
        let mut transaction = replayed(&part).0;
        let got = answer(&mut transaction, event);
        (got, transaction.state(), transaction.amounts().held.get())
    };
    assert_eq!(adjusted(total("39.99")), ("amount-over-ceiling", StateKind::PartiallyCaptured, 6_000));
    assert_eq!(adjusted(total("40.00")), ("applied", StateKind::Charged, 0), "nothing is left to capture");
    assert_eq!(adjusted(total("100.00")), ("already applied", StateKind::PartiallyCaptured, 6_000));
    assert_eq!(adjusted(total("150.00")), ("applied", StateKind::PartiallyCaptured, 11_000));
    assert_eq!(after(&[held("100.00")], total("0.00")), "amount-over-ceiling");
    let mut raised = replayed(&part).0;
    assert_eq!(answer(&mut raised, total("150.00")), "applied");
    assert_eq!(raised.hold().unwrap().earlier_authorized, [minor("100.00")], "an earlier total stays known");
}
/// The number of remembered requests and totals is bounded.
#[test]
fn a_transaction_remembers_a_bounded_number_of_requests() {
    let mut full = replayed(&[held("1000000.00")]).0;
    for number in 1..=MAX_REQUESTS {
        assert_eq!(answer(&mut full, asked(Capture, number, "1.00", None, false)), "applied");
        assert_eq!(answer(&mut full, done(Capture, number, "1.00")), "applied");
    }
    assert_eq!(answer(&mut full, asked(Capture, MAX_REQUESTS + 1, "1.00", None, false)), "too-many-requests");
    assert_eq!(answer(&mut full, theirs(Capture, MAX_REQUESTS + 1, "1.00", true)), "too-many-requests");
    let order = order_of("1000000.00");
    let more = Command::capture().amount(rupees("1.00")).key("one-more");
    let refused = order.resume(full, &juspay::SIMPL).unwrap().ask(more, midnight());
    assert_eq!(refused.unwrap_err().code(), "too-many-requests");

    let mut full = replayed(&[held("1000000.00")]).0;
    for total in 1..=MAX_REQUESTS {
        let event =
            Event::TotalReported { operation: Capture, total: total.into(), basis: Basis::Stated, closes: false };
        assert_eq!(answer(&mut full, event), "applied");
    }
    assert_eq!(answer(&mut full, stated(Capture, "20000.00")), "too-many-requests");
}
/// A rejection names the event as the tables do: what was asked, and what became of it.
#[test]
fn events_have_the_names_of_the_tables() {
    let endings = ["succeeded", "failed", "accepted", "timed-out", "withdrawn"];
    for (operation, kind) in [(Capture, "capture"), (Void, "void"), (Refund, "refund")] {
        assert_eq!(asked(operation, 1, "1.00", None, false).name(), format!("{kind}-requested"));
        assert_eq!(theirs(operation, 1, "1.00", true).name(), format!("provider-initiated-{kind}"));
        assert_eq!(reversed(operation, 1, "1.00", true).name(), format!("{kind}-reversed"));
        for (outcome, ending) in Outcome::ALL.into_iter().zip(endings) {
            assert_eq!(answered(operation, 1, outcome).name(), format!("{kind}-{ending}"));
        }
    }
}
