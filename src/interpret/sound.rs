//! Step 2: is it sound? The first row that finds something is the conflict.

use std::fmt::{self, Write};

use crate::conflict::{Conflict, excerpt};
use crate::hold::{Operation, Origin};
use crate::interpret::attribution::{self, Stated};
use crate::interpret::requests::{named, sibling_request};
use crate::interpret::{Interpretation, InterpretationRow, adjusted};
use crate::money::Minor;
use crate::profile::{CanonicalStatus, KnownWord};
use crate::statement::{Fate, RequestStatement, Statement, Word};

/// One check: what makes an observation unsound.
struct Check {
    finds: fn(&Interpretation<'_, '_>) -> Option<Conflict>,
    row: InterpretationRow,
}

/// The code, what finds it, when it holds, why, source.
macro_rules! checks {
    ($($code:literal $finds:path: $when:literal $because:literal $source:literal;)+) => {
        [$(Check {
            finds: $finds,
            row: InterpretationRow {
                name: $code,
                when: $when,
                does: "conflict",
                fresh: None,
                because: $because,
                source: $source,
            },
        }),+]
    };
}

/// The checks, in their published order.
const CHECKS: [Check; 12] = checks! {
    "currency-mismatch" currency:
        "it names a currency that is not the order's"
        "an amount in another currency is another amount"
        "Razorpay, Capture a Payment, currency";
    "unknown-status" unknown_word:
        "a word of the order or of the transaction is in no row of the profile"
        "if a new word is guessed to mean success, goods are shipped unpaid"
        "the provider's table of words";
    "status-id-mismatch" wrong_id:
        "the status id does not belong to the word"
        "the text decides, and a number that differs shows that one of the two is wrong"
        "Juspay, response codes";
    "flag-mismatch" wrong_flag:
        "the captured flag says the opposite of the word"
        "one of the two says that money was captured and the other that none was"
        "Razorpay, Capture a Payment, response: captured beside status";
    "payload-contradicts-itself" said_twice:
        "it says two words, amounts or flags of the same thing"
        "one of the two is wrong, and nothing shows which"
        "this crate's law: record what was said";
    "payload-contradicts-itself" parts_above_total:
        "the parts that it lists as done add up to more than their total"
        "a total holds at least what is shown as done"
        "arithmetic";
    "payload-contradicts-itself" word_against_total:
        "created, failed or authorized with a captured total above zero; charged, captured or partially charged with \
         a captured total of zero"
        "what is not captured has no captured total, and what is captured has one"
        "Juspay, response codes; Razorpay, Capture a Payment, status";
    "payload-contradicts-itself" auto_refund_that_failed:
        "auto-refunded, and its own refund failed, or a refunded total of zero with refunds, none of them done"
        "the payer would lose the money, and nothing would check again"
        "public reports of AUTO_REFUNDED with a failed refund";
    "payload-contradicts-itself" refunded_in_part:
        "refunded, with less refunded than captured"
        "refunded means all of it"
        "Razorpay, Capture a Payment, status and refund_status";
    "amount-mismatch" wrong_amount:
        "an amount of the order is not the order's; one of the authorization is not what was authorized, now or \
         earlier; a bare one is neither, nor that of a known capture"
        "the message belongs to another payment, a unit was confused, or something was changed elsewhere"
        "Razorpay, Capture a Payment, amount; Juspay, Capture API, sample response: amount";
    "amount-mismatch" adjusted::impossible:
        "the authorization is said to be adjusted, to an amount that the provider cannot adjust it to, or that does \
         not cover what is captured, pending and released, or while a void is outstanding"
        "what was taken cannot be more than what was authorized"
        "INV-1";
    "amount-mismatch" no_amount:
        "money is said to be held for the first time, without an amount above zero"
        "a hold of an unknown amount cannot be captured"
        "Razorpay, Capture a Payment, amount: required";
};

/// What makes an observation unsound, in the order in which it is checked.
#[must_use]
pub fn validation_rows() -> Vec<InterpretationRow> {
    CHECKS.iter().map(|check| check.row).collect()
}

/// The first contradiction.
pub(super) fn check(reading: &Interpretation<'_, '_>) -> Result<(), Conflict> {
    CHECKS.iter().find_map(|check| (check.finds)(reading)).map_or(Ok(()), Err)
}

/// An amount that was authorized before an adjustment is old, and no contradiction.
pub(super) fn earlier_authorization(reading: &mut Interpretation<'_, '_>) {
    let (Some(hold), Some(observed)) = (reading.hold(), reading.authorized()) else { return };
    if observed != hold.amounts().authorized && hold.earlier_authorized.contains(&observed) {
        let (observed, recorded) = (reading.money(observed), reading.money(hold.amounts().authorized));
        reading.mark_old(Conflict::BelowRecorded { observed, recorded });
    }
}

fn currency(reading: &Interpretation<'_, '_>) -> Option<Conflict> {
    let expected = reading.payment().order().amount().currency();
    let observed = reading.seen.currency.filter(|observed| *observed != expected)?;
    Some(Conflict::CurrencyMismatch { observed, expected })
}

/// The order's word and the transaction's, each with what the profile knows of it.
fn words<'s, 'a>(reading: &Interpretation<'s, 'a>) -> impl Iterator<Item = (&'s Word<'s>, Option<KnownWord<'a>>)> {
    let words = [(reading.seen.order.word.as_ref(), reading.order), (reading.own_word(), reading.own)];
    words.into_iter().filter_map(|(word, known)| Some((word?, known)))
}

fn unknown_word(reading: &Interpretation<'_, '_>) -> Option<Conflict> {
    let of_request = || {
        let seen = reading.seen;
        let requests = [&seen.captures, &seen.voids, &seen.refunds].into_iter().flatten();
        let unknown = |told: &&RequestStatement<'_>| told.fate.is_none() && told.word.is_some();
        requests.filter(|_| reading.profile().request_words_complete).find(unknown)?.word.as_deref()
    };
    let known = words(reading).find(|(_, known)| known.is_none()).map(|(unknown, _)| &*unknown.text);
    known.or_else(of_request).map(|text| Conflict::UnknownStatus { status: excerpt(text) })
}

fn wrong_id(reading: &Interpretation<'_, '_>) -> Option<Conflict> {
    words(reading).find_map(|(word, known)| {
        let id = word.id.filter(|id| known.is_some_and(|known| !known.allows(*id)))?;
        Some(Conflict::StatusIdMismatch { id: word.id_text(id), status: excerpt(&word.text) })
    })
}

fn wrong_flag(reading: &Interpretation<'_, '_>) -> Option<Conflict> {
    use CanonicalStatus::{AutoRefunded, Charged, Expired, PartiallyCharged, Refunded};
    let captured = reading.captured_flag()?;
    let agrees = match reading.own_status()? {
        Charged | PartiallyCharged | Refunded => captured,
        // Neither says whether anything was captured before.
        Expired | AutoRefunded => true,
        _ => !captured,
    };
    (!agrees).then_some(Conflict::FlagMismatch { captured })
}

fn contradiction(one: impl Into<Box<str>>, other: impl Into<Box<str>>) -> Conflict {
    Conflict::ContradictsItself { one: one.into(), other: other.into() }
}

fn said_twice(reading: &Interpretation<'_, '_>) -> Option<Conflict> {
    if let Some(place) = reading.seen.differs.as_deref() {
        return Some(contradiction(text(format_args!("one thing in {place}")), "another thing elsewhere"));
    }
    let (own, listed) = (&reading.seen.transaction, reading.entry?);
    let differs = |own: Option<Minor>, listed: Option<Minor>| own.is_some() && listed.is_some() && own != listed;
    let words = own.word.as_ref().zip(listed.word.as_ref()).filter(|(own, listed)| own.text != listed.text);
    if let Some((own, listed)) = words {
        return Some(contradiction(excerpt(&own.text), excerpt(&listed.text)));
    }
    let amounts =
        [(own.authorized, listed.authorized), (own.captured, listed.captured), (own.refunded, listed.refunded)];
    amounts.into_iter().find(|(own, listed)| differs(*own, *listed)).and_then(|(own, listed)| {
        let [own, listed] = [own?, listed?].map(|minor| text(format_args!("{}", reading.money(minor))));
        Some(contradiction(own, listed))
    })
}

/// What `format!` would give, by a function that has no panic in it.
fn text(parts: fmt::Arguments<'_>) -> Box<str> {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = text.write_fmt(parts);
    text.into()
}

/// What the list shows as done.
fn done(list: &[RequestStatement<'_>]) -> Minor {
    let done = list.iter().filter(|told| told.fate == Some(Fate::Succeeded));
    done.fold(Minor::ZERO, |sum, told| sum.saturating_add(told.amount.unwrap_or(Minor::ZERO)))
}

fn parts_above_total(reading: &Interpretation<'_, '_>) -> Option<Conflict> {
    let (order, transaction) = (&reading.seen.order, &reading.seen.transaction);
    let captured = transaction.captured.or(order.captured);
    let refunded = transaction.refunded.or(order.refunded);
    let pairs = [
        ("captures", Some(done(&reading.seen.captures)), captured),
        ("refunds", Some(done(&reading.seen.refunds)), refunded),
        ("a transaction's captured total", transaction.captured, order.captured),
        ("a transaction's refunded total", transaction.refunded, order.refunded),
    ];
    pairs.into_iter().find_map(|(what, parts, total)| {
        let (parts, total) = (parts?, total?);
        let told = || text(format_args!("{what} of {}", reading.money(parts)));
        (parts > total).then(|| contradiction(told(), text(format_args!("a total of {}", reading.money(total)))))
    })
}

fn word_against_total(reading: &Interpretation<'_, '_>) -> Option<Conflict> {
    use CanonicalStatus::{Authorized, Charged, Created, Failed, PartiallyCharged};
    let order = &reading.seen.order;
    // What the order's total leaves to this transaction; nothing captured of the order is nothing of the transaction.
    let own = match attribution::stated(reading, Operation::Capture) {
        Ok(Stated::Total(total)) => Some(total),
        _ => order.captured.filter(|total| total.is_zero()),
    };
    let pairs = [
        (reading.own_status(), reading.own_word(), own),
        (reading.order_status(), order.word.as_ref(), order.captured),
    ];
    pairs.into_iter().find_map(|(status, word, total)| {
        let (status, word, total) = (status?, word?, total?);
        let unsound = match status {
            Created | Failed | Authorized => !total.is_zero(),
            Charged | PartiallyCharged => total.is_zero(),
            _ => false,
        };
        let told = || text(format_args!("a captured total of {}", reading.money(total)));
        unsound.then(|| contradiction(excerpt(&word.text), told()))
    })
}

fn auto_refund_that_failed(reading: &Interpretation<'_, '_>) -> Option<Conflict> {
    let is_auto = |status: Option<CanonicalStatus>| status == Some(CanonicalStatus::AutoRefunded);
    if !is_auto(reading.own_status()) && !is_auto(reading.order_status()) {
        return None;
    }
    let refunds = &reading.seen.refunds;
    let asked_for = |told: &RequestStatement<'_>| {
        let here = reading.hold().and_then(|hold| hold.refunds.get(named(hold, Operation::Refund, told)?.0));
        here.is_some_and(|request| request.origin == Origin::Merchant)
    };
    let own = || refunds.iter().filter(|told| sibling_request(reading, Operation::Refund, told).is_none());
    let any_done = own().any(|told| told.fate == Some(Fate::Succeeded));
    let failed = own().any(|told| told.fate == Some(Fate::Failed) && !asked_for(told));
    let total = reading.seen.transaction.refunded.or(reading.seen.order.refunded);
    let nothing = total.is_some_and(Minor::is_zero) && own().next().is_some();
    ((failed || nothing) && !any_done)
        .then(|| contradiction("that the provider refunded it", "that this refund is not done"))
}

fn refunded_in_part(reading: &Interpretation<'_, '_>) -> Option<Conflict> {
    let transaction = &reading.seen.transaction;
    if reading.own_status() != Some(CanonicalStatus::Refunded) {
        return None;
    }
    let known = Some(reading.amounts().captured).filter(|captured| !captured.is_zero());
    let captured = transaction.captured.or(known).or_else(|| reading.authorized())?;
    let refunded = transaction.refunded.filter(|refunded| *refunded < captured)?;
    let (refunded, captured) = (reading.money(refunded), reading.money(captured));
    Some(contradiction("refunded", text(format_args!("{refunded} of {captured} refunded"))))
}

fn wrong_amount(reading: &Interpretation<'_, '_>) -> Option<Conflict> {
    let price = reading.payment().order().amount().minor();
    let hold = reading.hold();
    let authorized = hold.map(|hold| hold.amounts().authorized);
    let mismatch = |observed, expected| Conflict::AmountMismatch {
        observed: reading.money(observed),
        expected: reading.money(expected),
    };
    let earlier = |observed: Minor| hold.is_some_and(|hold| hold.earlier_authorized.contains(&observed));
    let of_capture = |observed: Minor| {
        let mut captures = hold.into_iter().flat_map(|hold| hold.captures.iter());
        captures.any(|(_, capture)| capture.amount == observed || capture.done == Some(observed))
    };
    let of_statement = |said: &Statement<'_>| {
        let wrong_price = said.price.filter(|observed| *observed != price).map(|observed| mismatch(observed, price));
        wrong_price.or_else(|| {
            let expected = authorized.or_else(|| reading.authorized());
            let known = |observed: Minor| observed == price || expected == Some(observed);
            let observed =
                said.unsure.filter(|observed| !known(*observed) && !earlier(*observed) && !of_capture(*observed))?;
            Some(mismatch(observed, expected.unwrap_or(price)))
        })
    };
    let wrong_hold = || {
        let expected = authorized.filter(|_| !reading.seen.transaction.adjusted)?;
        let observed = reading.authorized().filter(|observed| *observed != expected && !earlier(*observed))?;
        Some(mismatch(observed, expected))
    };
    [&reading.seen.order, &reading.seen.transaction].into_iter().find_map(of_statement).or_else(wrong_hold)
}

fn no_amount(reading: &Interpretation<'_, '_>) -> Option<Conflict> {
    let (status, _) = reading.deciding().filter(|_| reading.hold().is_none())?;
    let unheld = matches!(status, CanonicalStatus::Created | CanonicalStatus::Failed);
    let missing = amount_held(reading).is_none_or(|amount| part_paid(reading, amount) == Some(Minor::ZERO));
    (!unheld && missing).then_some(Conflict::AmountMissing {})
}

/// What a hold that was not known holds: the stated authorized amount, otherwise the order's amount if the order has
/// one payment.
pub(super) fn amount_held(reading: &Interpretation<'_, '_>) -> Option<Minor> {
    let listed = reading.seen.listed.as_ref().is_some_and(|others| others.len() > 1);
    let in_parts = listed || reading.payment().order().takes_parts();
    let of_order = || reading.seen.order.assumed.filter(|_| !in_parts);
    reading.authorized().or_else(of_order).filter(|amount| !amount.is_zero())
}

/// The part of the order's price that it pays, if that differs from its own amount.
pub(super) fn part_paid(reading: &Interpretation<'_, '_>, amount: Minor) -> Option<Minor> {
    let pays = reading.seen.transaction.pays.or_else(|| reading.entry?.pays);
    pays.filter(|pays| *pays != amount)
}
