//! Does a statement about the order also apply to this transaction?
//!
//! A statement about one subject says nothing about another, unless only one thing can be meant.

use crate::conflict::Conflict;
use crate::hold::{Hold, Operation, Origin, RequestStatus};
use crate::interpret::{Interpretation, identity, requests, totals};
use crate::money::Minor;
use crate::profile::CanonicalStatus;
use crate::statement::{Fate, RequestStatement, Statement, Subject};
use crate::transaction::Transaction;

/// The running total that a payload states of this transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stated {
    /// It states none.
    Absent,
    /// A total of the order that says nothing here: no more than is known of the whole order.
    Nothing,
    /// A total of the order, at most what its other transactions took, including what was reversed since.
    Behind {
        /// As stated.
        total: Minor,
        /// What the others took.
        others: Minor,
    },
    /// This transaction's.
    Total(Minor),
}

pub(super) const fn stated_of(statement: &Statement<'_>, operation: Operation) -> Option<Minor> {
    match operation {
        Operation::Capture => statement.captured,
        Operation::Refund => statement.refunded,
        Operation::Void => None,
    }
}

/// The total that this payload states for this transaction: its own, or the order's without the others', if only this
/// transaction can have made the difference.
pub(super) fn stated(reading: &Interpretation<'_, '_>, operation: Operation) -> Result<Stated, Conflict> {
    let of_entry = || stated_of(reading.entry?, operation);
    if let Some(own) = stated_of(&reading.seen.transaction, operation).or_else(of_entry) {
        return Ok(Stated::Total(own));
    }
    let Some(as_stated) = stated_of(&reading.seen.order, operation) else { return Ok(Stated::Absent) };
    if operation == Operation::Capture
        && let Some(own) = share_listed(reading, as_stated)
    {
        return Ok(Stated::Total(own));
    }
    let total = if operation == Operation::Refund { without_others_undone(reading, as_stated) } else { as_stated };
    // The transaction's own word says that it never held anything: the order's money is another attempt's, if there is one.
    let never_held = matches!(reading.own_status(), Some(CanonicalStatus::Created | CanonicalStatus::Failed));
    if never_held && (total.is_zero() || may_be_anothers(reading)) {
        return Ok(Stated::Nothing);
    }
    let others = sum(reading.payment().others().map(|other| taken(reading, operation, other)));
    let recorded = reading.amounts().total(operation);
    // Nothing refunded of the order is nothing of each; but a fresh one does not forget what the others are known to have.
    if operation == Operation::Refund && total.is_zero() && (others.is_zero() || !reading.fresh) {
        return Ok(Stated::Total(total));
    }
    let whole = others.saturating_add(recorded);
    if is_shared(reading, operation) {
        // What is pending or failed may be in the total of refunds, whoever asked for it.
        let (done, undone) = totals::shown(reading, operation);
        let of_all = total.saturating_sub(undone).max(done.min(total));
        let total = if operation == Operation::Refund { of_all } else { total };
        // A fresh total that is no more than what is known holds nothing of what its own word says.
        let is_fresh_word = reading.fresh && operation == Operation::Capture && recorded.is_zero();
        let is_known = total <= whole && !(is_fresh_word && leaves_too_little(reading, recorded));
        let says_nothing =
            is_known || is_anothers(reading, operation, total) || is_on_its_way(reading, operation, total);
        return if says_nothing { Ok(Stated::Nothing) } else { Err(unknown_amount(operation)) };
    }
    let given_back = if operation == Operation::Refund { given_back(reading) } else { Minor::ZERO };
    if !given_back.is_zero() && as_stated >= given_back {
        let without = total.saturating_sub(totals::shown(reading, operation).1);
        let explains = |total| total <= whole || total == whole.saturating_add(given_back);
        return if explains(as_stated) || explains(without) {
            Ok(Stated::Nothing)
        } else {
            Err(unknown_amount(operation))
        };
    }
    let behind = Stated::Behind { total, others };
    let Some(own) = total.checked_sub(others) else { return Ok(behind) };
    let own = if operation == Operation::Capture { with_fees(reading, own) } else { own };
    if operation == Operation::Capture && !others.is_zero() && leaves_too_little(reading, own) {
        // It is older than what the others took.
        if !reading.fresh {
            return Ok(Stated::Absent);
        }
        if !own.is_zero() {
            return Err(unknown_amount(operation));
        }
    }
    if reading.fresh || own <= recorded {
        return Ok(Stated::Total(own));
    }
    // A total that is not fresh may still contain what was reversed for the others since.
    let reversed =
        sum(reading.payment().others().filter_map(Transaction::hold).map(|hold| hold.totals(operation).reversed));
    Ok(own.checked_sub(reversed).filter(|own| *own > recorded).map_or(behind, Stated::Total))
}

/// What the list leaves of the order's captured total to this transaction, where it shows whose each part is, all of them
/// known here, and they come to the total: then nothing else can be meant.
fn share_listed(reading: &Interpretation<'_, '_>, total: Minor) -> Option<Minor> {
    reading.payment().others().next()?;
    let (operation, listed) = (Operation::Capture, &reading.whole.captures);
    let ours = reading.transaction().provider_ids();
    let names_owners = listed.iter().any(|told| told.of.is_some());
    let names_ours = identity::is_named(&reading.seen.transaction.ids);
    let asked = |hold: &Hold, told: &RequestStatement<'_>| {
        let request = requests::named(hold, operation, told).and_then(|(number, _)| hold.captures.get(number));
        request.is_some_and(|request| request.origin == Origin::Merchant)
    };
    let asked_here = |told: &RequestStatement<'_>| reading.hold().is_some_and(|hold| asked(hold, told));
    let asked_there = |told: &RequestStatement<'_>| {
        reading.payment().others().filter_map(Transaction::hold).any(|hold| asked(hold, told))
    };
    let is_ours = |told: &RequestStatement<'_>| match (told.of.as_deref(), asked_here(told), asked_there(told)) {
        (Some(of), ..) => Some(reading.seen.calls(ours, of)),
        // Beside parts of others, one without a name is of the transaction that the payload is about, unless only another
        // asked for it.
        (None, here, there) if names_owners && names_ours => (here || !there).then_some(true),
        (None, here, there) => (here != there).then_some(here),
    };
    let (mut own, mut all) = (Minor::ZERO, Minor::ZERO);
    for told in listed.iter().filter(|told| told.fate == Some(Fate::Succeeded)) {
        let amount = told.amount?;
        all = all.saturating_add(amount);
        own = if is_ours(told)? { own.saturating_add(amount) } else { own };
    }
    (own != all && all == total && !reading.strangers_part).then_some(own)
}

/// What the order's total has of another transaction: what is known of it, or of its refunds what the list shows as done.
fn taken(reading: &Interpretation<'_, '_>, operation: Operation, other: &Transaction) -> Minor {
    let (known, captured) = (other.amounts().total(operation), other.amounts().captured);
    match operation {
        Operation::Refund => known.max(listed_of(reading, other, true).min(captured)),
        Operation::Capture => other.hold().map_or(known, |hold| of_the_price(reading, hold, known)),
        Operation::Void => known,
    }
}

/// What the order's total counts of an amount that was captured.
pub(super) fn of_the_price(reading: &Interpretation<'_, '_>, hold: &Hold, captured: Minor) -> Minor {
    if counts_the_price(reading) { hold.counts(captured) } else { captured }
}

/// The refunds that stand inside another transaction in the list: those that are done, or all that are not.
fn listed_of(reading: &Interpretation<'_, '_>, other: &Transaction, done: bool) -> Minor {
    let names = |of: &str| reading.seen.calls(other.provider_ids(), of);
    let told = reading.whole.refunds.iter().filter(|told| told.of.as_deref().is_some_and(names));
    let of_kind = told.filter(|told| (told.fate == Some(Fate::Succeeded)) == done);
    sum(of_kind.map(|told| told.amount.unwrap_or(Minor::ZERO)))
}

/// The order's refunded total without what is listed as pending or failed of the others, never below what is known or listed
/// as done.
fn without_others_undone(reading: &Interpretation<'_, '_>, total: Minor) -> Minor {
    let others = || reading.payment().others();
    let undone = sum(others().map(|other| listed_of(reading, other, false)));
    let done = sum(others().map(|other| taken(reading, Operation::Refund, other)));
    let own = totals::shown(reading, Operation::Refund).0.max(reading.amounts().refunded);
    let all_done = done.saturating_add(own);
    total.saturating_sub(undone).max(all_done.min(total))
}

/// Whether the order's total counts its price, and no fee: where what an authorization pays has to be the price, and all of it
/// is captured.
fn counts_the_price(reading: &Interpretation<'_, '_>) -> bool {
    reading.profile().capabilities.authorized_equals_order && captured_as_a_whole(reading)
}

fn captured_as_a_whole(reading: &Interpretation<'_, '_>) -> bool {
    !reading.profile().capabilities.captures.takes_parts()
}

/// If the order counts its price, and this is all of it that this transaction pays, all that was authorized is captured, with
/// the fees that are not the order's.
fn with_fees(reading: &Interpretation<'_, '_>, own: Minor) -> Minor {
    let price = counts_the_price(reading);
    reading.hold().filter(|hold| price && hold.pays() == own).map_or(own, |hold| hold.amounts().authorized)
}

/// Whether what a total has above all that is known is no more than what the other transactions have on their way: the
/// list shows what is done here, and no more than that is known.
fn is_on_its_way(reading: &Interpretation<'_, '_>, operation: Operation, total: Minor) -> bool {
    let recorded = reading.amounts().total(operation);
    // Where the words say that all of it is captured, the list is not all that is done.
    let authorized = reading.amounts().authorized;
    let says_more = reading.own_status() == Some(CanonicalStatus::Charged)
        && reading.order_status() != Some(CanonicalStatus::PartiallyCharged)
        && operation == Operation::Capture
        && recorded < authorized;
    let lists_ours = totals::shown(reading, operation).0 == recorded && !recorded.is_zero() && !says_more;
    let pending = |other: &Transaction| match operation {
        Operation::Refund => other.amounts().refund_pending,
        Operation::Capture | Operation::Void => other.amounts().pending,
    };
    let most =
        sum(reading.payment().others().map(|other| other.amounts().total(operation).saturating_add(pending(other))));
    let strangers = lists_a_stranger(reading) || (reading.strangers_part && operation == Operation::Capture);
    lists_ours && !strangers && total <= most.saturating_add(recorded)
}

/// Whether another transaction may have money of the order: one that is known, or one that only the payload knows.
fn may_be_anothers(reading: &Interpretation<'_, '_>) -> bool {
    reading.payment().others().next().is_some() || reading.strangers_part || lists_a_stranger(reading)
}

/// Whether a capture failed and nothing was captured, by the transaction's own word: then captured money is another's, if the
/// others that are known can have so much.
fn is_anothers(reading: &Interpretation<'_, '_>, operation: Operation, total: Minor) -> bool {
    let failed = reading.own_status() == Some(CanonicalStatus::CaptureFailed);
    let nothing = reading.amounts().captured.is_zero();
    let most = sum(reading.payment().others().map(|other| other.amounts().authorized));
    operation == Operation::Capture && failed && nothing && total <= most
}

/// Whether the order's total leaves less to this transaction than its own word says: nothing, or a part where it is
/// captured as a whole.
fn leaves_too_little(reading: &Interpretation<'_, '_>, own: Minor) -> bool {
    use CanonicalStatus::{Charged, PartiallyCharged, Refunded};
    let authorized = reading.hold().map_or(Minor::ZERO, |hold| hold.amounts().authorized);
    match reading.own_status() {
        Some(Charged | PartiallyCharged | Refunded) if own.is_zero() => true,
        Some(Charged | Refunded) => captured_as_a_whole(reading) && own < authorized,
        _ => false,
    }
}

/// What was given back of the other transactions that the payload lists, and of which nothing was captured: it may be in
/// the order's refunded total, and is no refund of captured money.
fn given_back(reading: &Interpretation<'_, '_>) -> Minor {
    sum(others_listed(reading).filter_map(|(listed, status)| {
        let known = Transaction::find(reading.payment().others(), &listed.ids)?.amounts();
        let is_one = status == Some(CanonicalStatus::AutoRefunded) && known.captured.is_zero();
        is_one.then_some(known.authorized)
    }))
}

/// What the list says of the order's other transactions, each with what its word means.
fn others_listed<'r>(
    reading: &'r Interpretation<'_, '_>,
) -> impl Iterator<Item = (&'r Statement<'r>, Option<CanonicalStatus>)> {
    let is_ours = |listed: &Statement<'_>| reading.entry.is_some_and(|ours| std::ptr::eq(ours, listed));
    let list = reading.seen.listed.as_deref().unwrap_or_default();
    list.iter()
        .filter(move |listed| !is_ours(listed))
        .map(|listed| (listed, listed.word.as_ref().and_then(|word| reading.profile().word(word)?.maps_to)))
}

/// The conflict for an amount that is not known.
pub(super) const fn unknown_amount(operation: Operation) -> Conflict {
    match operation {
        Operation::Refund => Conflict::RefundAmountUnknown {},
        Operation::Capture | Operation::Void => Conflict::CapturedAmountUnknown {},
    }
}

/// Whether a difference in the order's total may belong to another transaction: one has something pending, one is
/// listed that is not known here or has news in the list, or one still has something to take while this one is not named
/// or says that nothing was taken from it.
fn is_shared(reading: &Interpretation<'_, '_>, operation: Operation) -> bool {
    use CanonicalStatus::{AutoRefunded, CaptureFailed, CaptureInitiated, Expired, VoidFailed, VoidInitiated, Voided};
    // Where something of it was captured, or may be, such a word is about the rest.
    let amounts = reading.amounts();
    let single = reading.profile().capabilities.captures.is_single();
    let no_capture = amounts.captured.is_zero() && operation == Operation::Capture;
    let untouched = no_capture
        && match reading.own_status() {
            // The only capture that there can be is on its way, or was to be voided; or a capture failed.
            Some(CaptureInitiated | VoidInitiated | VoidFailed) if single => true,
            Some(CaptureFailed) => true,
            Some(AutoRefunded | Expired | Voided | VoidInitiated | VoidFailed) => {
                amounts.pending.is_zero() && reading.hold().is_none_or(|hold| hold.end.is_none())
            }
            _ => false,
        };
    let named = (identity::is_named(&reading.seen.transaction.ids) || reading.entry.is_some()) && !untouched;
    let may_change = |other: &Transaction| {
        let amounts = other.amounts();
        match operation {
            // What is captured, and not known yet to be, may be refunded already.
            Operation::Refund => {
                let pending = !amounts.refund_pending.is_zero() || !amounts.pending.is_zero();
                pending || (!named && !amounts.refundable().is_zero())
            }
            Operation::Capture | Operation::Void => !amounts.pending.is_zero() || (!named && !amounts.held.is_zero()),
        }
    };
    let strangers_part = reading.strangers_part && operation == Operation::Capture;
    let listed = strangers_part || siblings_news(reading, operation) || lists_a_stranger(reading);
    listed || reading.payment().others().any(may_change)
}

/// Whether the payload's list shows a request of another transaction as done that is not known to be.
fn siblings_news(reading: &Interpretation<'_, '_>, operation: Operation) -> bool {
    let done = |told: &&RequestStatement<'_>| told.fate == Some(Fate::Succeeded);
    let mut siblings = reading
        .seen
        .requests(operation)
        .iter()
        .filter(done)
        .filter_map(|told| requests::sibling_request(reading, operation, told));
    siblings.any(|request| !matches!(request.status, RequestStatus::Succeeded | RequestStatus::Reversed))
}

/// Whether the payload lists another transaction that captured more than is known here: one that is not known and may
/// have captured, or one of which nothing, or less, is known to be captured.
fn lists_a_stranger(reading: &Interpretation<'_, '_>) -> bool {
    use CanonicalStatus::{Authorized, Charged, Created, Failed, PartiallyCharged, Refunded, Voided};
    let mut others = others_listed(reading).filter(|(listed, _)| listed.captured_flag != Some(false));
    others.any(|(listed, status)| match Transaction::find(reading.payment().others(), &listed.ids) {
        None => !matches!(status, Some(Created | Failed | Authorized | Voided)),
        Some(known) => {
            let captured = known.amounts().captured;
            let by_word = matches!(status, Some(Charged | PartiallyCharged | Refunded)) && captured.is_zero();
            by_word || listed.captured.is_some_and(|total| total > captured)
        }
    })
}

/// Whether the order's word alone can only mean this transaction: no other one captured anything or may have.
pub(super) fn order_speaks(reading: &Interpretation<'_, '_>) -> bool {
    let captured = |other: &Transaction| !other.amounts().captured.is_zero();
    !is_shared(reading, Operation::Capture) && !reading.payment().others().any(captured)
}

/// Whether what is known of the whole order explains its word for captured money.
pub(super) fn books_explain(reading: &Interpretation<'_, '_>, status: CanonicalStatus) -> bool {
    let counts = |hold: &Hold| hold.counts(hold.amounts().captured);
    let others = reading.payment().others().filter_map(Transaction::hold).map(counts);
    let captured = sum(others.chain(reading.hold().map(counts)));
    match status {
        CanonicalStatus::PartiallyCharged => !captured.is_zero(),
        _ => !captured.is_zero() && captured >= reading.payment().order().amount().minor(),
    }
}

/// Whether a refund in the order's list may be another transaction's.
pub(super) fn refunds_are_shared(reading: &Interpretation<'_, '_>) -> bool {
    let captured = |other: &Transaction| !(other.amounts().captured.is_zero() && other.amounts().pending.is_zero());
    let of_the_order = reading.seen.order.word.is_some();
    of_the_order && (reading.payment().others().any(captured) || lists_a_stranger(reading))
}

/// Whether the payload shows money that was taken, or requested: then it was held before, whatever a word says.
pub(super) fn tells_of_money(reading: &Interpretation<'_, '_>, subject: Subject) -> bool {
    let seen = reading.seen;
    let taken = |said: &Statement<'_>| {
        let total = |total: Option<Minor>| total.is_some_and(|total| !total.is_zero());
        total(said.captured) || total(said.refunded) || said.captured_flag == Some(true)
    };
    let told = |list: &[RequestStatement<'_>]| list.iter().any(|told| told.fate.is_some());
    let of_requests =
        told(&seen.captures) || told(&seen.voids) || (told(&seen.refunds) && !refunds_are_shared(reading));
    taken(&seen.transaction) || of_requests || (subject == Subject::Order && taken(&seen.order))
}

fn sum(amounts: impl Iterator<Item = Minor>) -> Minor {
    amounts.fold(Minor::ZERO, Minor::saturating_add)
}
