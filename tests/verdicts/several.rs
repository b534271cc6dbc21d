//! What a word does after more than one request, beside totals, and beside a captured flag: by hand, from section 6.

use order_capture::profiles::{CanonicalStatus, CaptureMode};
use order_capture::statements::{Fate, RequestStatement, Subject};
use order_capture::{Currency, Event, Minor, Money, Operation, Outcome, Profile, juspay};

use super::{said, verdict};
use crate::states::{self, midnight, minor, order_of, payment};

/// SIMPL with several captures at once, and a word for the end of a hold that leaves captured money alone.
fn with_a_word_for_expired() -> Profile {
    states::profile_like(&juspay::SIMPL, |rows| {
        rows.capabilities.captures = CaptureMode::Several { at_once: true, says_final: false };
        let mut expired = rows.status("AUTO_REFUNDED").unwrap().clone();
        (expired.text, expired.maps_to) = ("EXPIRED".into(), CanonicalStatus::Expired);
        (expired.ids, expired.written_for) = (vec![].into(), vec![].into());
        rows.statuses.to_mut().push(expired);
    })
}

/// What a word does after more than one request, with and without a total: by hand, from the same section.
#[test]
fn several_requests_have_their_verdicts() {
    use CanonicalStatus as Word;
    use order_capture::Operation::{Capture, Void};
    use states::{answered, asked, done, held, reversed};
    let order = order_of("100.00");
    let at_once = with_a_word_for_expired();
    let text_of = |means| &*at_once.statuses.iter().find(|row| row.maps_to == means).unwrap().text;
    let capture = |number, amount, key| asked(Capture, number, amount, Some(key), false);
    let hold = || held("100.00");
    let two = [hold(), capture(1, "30.00", "k1"), capture(2, "50.00", "k2")];
    let after_a_failure =
        [hold(), capture(1, "30.00", "k1"), answered(Capture, 1, Outcome::Failed), capture(2, "50.00", "k2")];
    let after_a_reversal = [
        hold(),
        capture(1, "40.00", "k1"),
        done(Capture, 1, "40.00"),
        reversed(Capture, 1, "40.00", false),
        capture(2, "30.00", "k2"),
    ];
    let part = [hold(), capture(1, "40.00", "k1"), done(Capture, 1, "40.00")];
    let all = [hold(), capture(1, "100.00", "k1"), done(Capture, 1, "100.00")];
    let void = |number, amount, key| asked(Void, number, amount, Some(key), false);
    let after_a_failed_void =
        [hold(), void(1, "30.00", "v1"), answered(Void, 1, Outcome::Failed), void(2, "20.00", "v2")];
    let rest = [&part[..], &[void(1, "60.00", "v1")]].concat();
    let unknown = "captured-amount-unknown";
    let (own, of_order) = (Subject::Transaction, Subject::Order);
    // Facts; whose word; captured and refunded totals; what a webhook does, and a poll.
    type Row<'a> = (&'a [Event], Subject, Word, [&'a str; 2], [&'a str; 2]);
    let rows: &[Row<'_>] = &[
        (&two, own, Word::Authorized, ["", ""], ["already"; 2]),
        (&two, own, Word::CaptureInitiated, ["", ""], ["already"; 2]),
        (&two, own, Word::CaptureFailed, ["", ""], [unknown; 2]),
        (&two, own, Word::PartiallyCharged, ["", ""], [unknown; 2]),
        (&two, own, Word::Charged, ["", ""], [unknown; 2]),
        // 30.00 may be the first one's, or a stranger's: both stay outstanding.
        (&two, own, Word::Charged, ["30.00", ""], ["→ capturing 30.00 70.00 0.00 0.00"; 2]),
        (&two, own, Word::PartiallyCharged, ["80.00", ""], ["→ partially-captured 80.00 0.00 0.00 20.00"; 2]),
        (&two, own, Word::Voided, ["", ""], ["→ voided 0.00 0.00 100.00 0.00"; 2]),
        (&two, own, Word::AutoRefunded, ["", ""], ["→ expired 0.00 0.00 100.00 0.00"; 2]),
        (&after_a_failure, own, Word::CaptureFailed, ["", ""], ["old", "→ authorized 0.00 0.00 0.00 100.00"]),
        (&after_a_failure, own, Word::CaptureInitiated, ["", ""], ["→ capture-initiated 0.00 50.00 0.00 50.00"; 2]),
        (&after_a_failure, own, Word::PartiallyCharged, ["", ""], ["→ partially-captured 50.00 0.00 0.00 50.00"; 2]),
        (&after_a_failure, own, Word::Charged, ["", ""], [unknown; 2]),
        (&after_a_reversal, own, Word::PartiallyCharged, ["", ""], [unknown; 2]),
        (&after_a_reversal, own, Word::CaptureFailed, ["", ""], ["old", "→ authorized 0.00 0.00 0.00 100.00"]),
        // 40.00 less what was reversed of it is nothing new; a poll is believed.
        (&after_a_reversal, own, Word::PartiallyCharged, ["40.00", ""], ["old", "→ capturing 40.00 30.00 0.00 30.00"]),
        (&part, own, Word::CaptureInitiated, ["40.00", ""], ["→ capture-initiated 40.00 60.00 0.00 0.00"; 2]),
        (&part, own, Word::Charged, ["40.00", ""], ["→ charged 40.00 0.00 60.00 0.00"; 2]),
        (&part, of_order, Word::Charged, ["40.00", ""], ["already"; 2]),
        (&part, of_order, Word::Charged, ["100.00", ""], ["→ charged 100.00 0.00 0.00 0.00"; 2]),
        (&part, own, Word::Charged, ["30.00", ""], ["old"; 2]),
        (&part, own, Word::PartiallyCharged, ["110.00", ""], ["captured-exceeds-authorized"; 2]),
        (&part, own, Word::AutoRefunded, ["", "40.00"], ["→ charged 40.00 0.00 60.00 0.00"; 2]),
        (&part, own, Word::AutoRefunded, ["", "41.00"], ["refunded-exceeds-captured"; 2]),
        // Captured money stays, and no refunded total is asked for; one that is there is read as beside any other word.
        (&part, own, Word::Expired, ["", ""], ["→ charged 40.00 0.00 60.00 0.00"; 2]),
        (&part, own, Word::Expired, ["40.00", ""], ["→ charged 40.00 0.00 60.00 0.00"; 2]),
        (&part, own, Word::Expired, ["60.00", ""], ["→ charged 60.00 0.00 40.00 0.00"; 2]),
        (&part, own, Word::Expired, ["30.00", ""], ["old"; 2]),
        (&part, own, Word::Expired, ["", "10.00"], ["→ charged 40.00 0.00 60.00 0.00"; 2]),
        (&part, own, Word::Expired, ["", "41.00"], ["refunded-exceeds-captured"; 2]),
        (&part, of_order, Word::Expired, ["", ""], ["→ charged 40.00 0.00 60.00 0.00"; 2]),
        (&two[..1], own, Word::Expired, ["0.00", ""], ["→ expired 0.00 0.00 100.00 0.00"; 2]),
        (&two[..1], own, Word::Expired, ["", "10.00"], ["refunded-exceeds-captured"; 2]),
        (&two, own, Word::Expired, ["", ""], ["→ expired 0.00 0.00 100.00 0.00"; 2]),
        (&two, own, Word::Expired, ["30.00", ""], ["→ charged 30.00 0.00 70.00 0.00"; 2]),
        (&two, own, Word::Expired, ["80.00", ""], ["→ charged 80.00 0.00 20.00 0.00"; 2]),
        (&rest, own, Word::Expired, ["", ""], ["→ charged 40.00 0.00 60.00 0.00"; 2]),
        (&all, own, Word::Expired, ["", ""], ["already"; 2]),
        (&part, own, Word::Authorized, ["40.00", ""], ["payload-contradicts-itself"; 2]),
        (&part, own, Word::Charged, ["0.00", ""], ["payload-contradicts-itself"; 2]),
        (&all, own, Word::PartiallyCharged, ["", ""], ["old"; 2]),
        (&all, own, Word::Charged, ["", "100.00"], ["→ charged 100.00 0.00 0.00 0.00"; 2]),
        (&after_a_failed_void, own, Word::VoidFailed, ["", ""], ["old", "→ authorized 0.00 0.00 0.00 100.00"]),
        (&after_a_failed_void, own, Word::VoidInitiated, ["", ""], ["→ void-initiated 0.00 0.00 0.00 100.00"; 2]),
        (&rest, own, Word::Voided, ["", ""], ["→ charged 40.00 0.00 60.00 0.00"; 2]),
        (&rest, own, Word::Charged, ["40.00", ""], ["already"; 2]),
        // A void of all that is held closes at Juspay, one of a part does not.
        (&rest, own, Word::VoidFailed, ["", ""], ["→ void-failed 40.00 0.00 0.00 60.00"; 2]),
        (&rest, own, Word::CaptureFailed, ["", ""], ["old"; 2]),
    ];
    for (events, subject, means, [captured, refunded], expected) in rows {
        let payment = payment(&order, &at_once, events);
        let mut seen = said(&at_once, text_of(*means), *subject, *means);
        let total = |text: &str| (!text.is_empty()).then(|| minor(text));
        let subject = if *subject == Subject::Order { &mut seen.order } else { &mut seen.transaction };
        (subject.captured, subject.refunded) = (total(captured), total(refunded));
        for (fresh, expected) in [(false, expected[0]), (true, expected[1])] {
            let found = verdict(&payment, &seen, fresh);
            let poll = payment.transaction().poll(|_| true).filter(|_| fresh);
            let after = payment.observe(&seen, poll, midnight()).map(|change| change.into_payment());
            let found = match after {
                Ok(after) if found.starts_with('→') => {
                    let amounts = states::cpvh(after.transaction());
                    let [c, p, v, h] = amounts.map(|units| Money::new(minor_of(units), Currency::INR).major_text());
                    format!("{found} {c} {p} {v} {h}")
                }
                _ => found,
            };
            assert_eq!(found, expected, "{means}, {captured} {refunded}, fresh: {fresh}, of {events:?}");
        }
    }
}

fn minor_of(units: u64) -> Minor {
    Minor::new(units).unwrap()
}

/// *Expired* says that the hold ended, and of captured money nothing: a flag that says whether anything was captured
/// contradicts it in neither case, and a refund that failed is no failed return of the hold, as it is beside
/// AUTO_REFUNDED.
#[test]
fn expired_contradicts_no_captured_money() {
    let (order, profile) = (order_of("100.00"), with_a_word_for_expired());
    let part = [
        states::held("100.00"),
        states::asked(Operation::Capture, 1, "40.00", Some("k1"), false),
        states::done(Operation::Capture, 1, "40.00"),
    ];
    let payment = payment(&order, &profile, &part);
    let failed = RequestStatement {
        key: Some("theirs".into()),
        amount: Some(minor("40.00")),
        fate: Some(Fate::Failed),
        ..RequestStatement::default()
    };
    for flag in [None, Some(true), Some(false)] {
        for refunds in [vec![], vec![failed.clone()]] {
            let mut seen = said(&profile, "EXPIRED", Subject::Transaction, CanonicalStatus::Expired);
            (seen.transaction.captured_flag, seen.refunds) = (flag, refunds);
            assert_eq!(verdict(&payment, &seen, false), "→ charged", "{flag:?}, {:?}", seen.refunds);
            seen.transaction.word.as_mut().unwrap().text = "AUTO_REFUNDED".into();
            let told = !seen.refunds.is_empty();
            let expected = if told { "payload-contradicts-itself" } else { "refund-amount-unknown" };
            assert_eq!(verdict(&payment, &seen, false), expected, "{flag:?}");
        }
    }
}
