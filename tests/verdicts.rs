//! Every state against every word of every provider, late and fresh, of the transaction and of the order.
//!
//! What each pair should do follows from section 6 of the domain; it is written by hand in `tests/data/verdicts.tsv`, and
//! read, not written, by the test.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use order_capture::profiles::{CanonicalStatus, Failure};
use order_capture::statements::{Observation, Statement, Subject, Word};
use order_capture::{
    Amounts, Currency, Effect, Money, OrderStatus, Payment, Profile, StateKind, interpretation, juspay, razorpay,
};
#[path = "verdicts/several.rs"]
mod several;

use crate::states::{self, midnight, minor, order_of, paths, payment, rupees, stated};

/// The built-in ones, and one that is data alone: it has a word for the end of a hold that leaves captured money alone.
fn profiles() -> [&'static Profile; 5] {
    static CHECKOUT: LazyLock<Profile> =
        LazyLock::new(|| Profile::from_json(include_str!("../profiles/checkout.json")).unwrap());
    [&juspay::FULL_ONLY, &juspay::CYBERSOURCE, &juspay::SIMPL, &razorpay::PROFILE, &CHECKOUT]
}

/// A word of one subject, beside the amount that is held; the flag where the provider has one.
fn said<'a>(profile: &Profile, text: &'a str, subject: Subject, means: CanonicalStatus) -> Observation<'a> {
    let word = Some(Word { text: text.into(), id: None, subject });
    let (mut order, mut transaction) = (Statement::default(), Statement::default());
    transaction.authorized = Some(minor("100.00"));
    match subject {
        Subject::Order => order.word = word,
        Subject::Transaction | Subject::Reading => {
            transaction.word = word;
            let captured = matches!(means, CanonicalStatus::Charged | CanonicalStatus::Refunded);
            transaction.captured_flag = (profile.name.as_str() == "razorpay").then_some(captured);
        }
    }
    let has_transaction = subject == Subject::Transaction;
    Observation { order, transaction, has_transaction, ..Observation::default() }
}

/// What one observation does, in the words of the table.
fn verdict(payment: &Payment<'_>, seen: &Observation<'_>, fresh: bool) -> String {
    let poll = payment.transaction().poll(|_| true).filter(|_| fresh);
    match payment.observe(seen, poll, midnight()) {
        Err(conflict) if fresh && conflict.code() == "below-recorded" => "old".into(),
        Err(conflict) => conflict.code().into(),
        Ok(change) => match change.effect() {
            Effect::Applied => format!("→ {}", change.payment().transaction().state()),
            Effect::AlreadyApplied => "already".into(),
            Effect::Stale => "old".into(),
        },
    }
}

/// The table: what each state does with each meaning, late and fresh.
fn table() -> BTreeMap<(String, String), (String, String)> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/verdicts.tsv");
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t'));
    let columns: Vec<&str> = lines.next().unwrap().skip(1).collect();
    let mut table = BTreeMap::new();
    for mut row in lines {
        let state = row.next().unwrap();
        for (meaning, cell) in columns.iter().zip(row) {
            let (late, fresh) = cell.split_once(" / ").unwrap_or((cell, cell));
            table.insert((state.to_owned(), (*meaning).to_owned()), (late.to_owned(), fresh.to_owned()));
        }
    }
    table
}

/// A cell for one profile and one word.
fn resolved(cell: &str, profile: &Profile, known: Option<&str>, text: &str) -> String {
    let capabilities = &profile.capabilities;
    let fails = |failure, closed: &str| match failure {
        Failure::Closes => format!("→ {closed}"),
        Failure::Reopens => "→ authorized".into(),
    };
    let place = |word: &str| profile.statuses.iter().position(|row| row.text == word);
    match cell {
        "→ failed capture" => fails(capabilities.failed_capture, "capture-failed"),
        "→ failed void" => fails(capabilities.failed_void, "void-failed"),
        "further" if place(text) > known.and_then(place) => "→ created".into(),
        "further" => "already".into(),
        other => other.into(),
    }
}

/// The words of a profile for a transaction, with what they mean; Razorpay's refunded comes also without a capture.
fn words(profile: &Profile) -> Vec<(&str, CanonicalStatus)> {
    let rows = profile.statuses.iter().map(|row| (&*row.text, row.maps_to));
    let given_back = (profile.name.as_str() == "razorpay").then_some(("refunded", CanonicalStatus::AutoRefunded));
    rows.chain(given_back).collect()
}

#[test]
fn every_state_and_every_word_has_its_verdict() {
    let (table, mut used, mut tried) = (table(), BTreeSet::new(), 0);
    let order = order_of("100.00");
    for profile in profiles() {
        for (state, path) in paths() {
            let payment = payment(&order, profile, &path);
            let known = payment.transaction().provider_status();
            for (text, means) in words(profile) {
                let cell = (state.to_string(), means.to_string());
                let (late, fresh) = table.get(&cell).unwrap_or_else(|| panic!("no cell {cell:?}"));
                for (fresh, expected) in [(false, late), (true, fresh)] {
                    let expected = resolved(expected, profile, known, text);
                    let seen = said(profile, text, Subject::Transaction, means);
                    let found = verdict(&payment, &seen, fresh);
                    assert_eq!(found, expected, "{}, {state}: {text}, fresh: {fresh}", profile.name);
                    tried += 1;
                    // Where an order has no words of its own, its word alone means its only transaction.
                    if profile.order_statuses.is_empty() {
                        let found = verdict(&payment, &said(profile, text, Subject::Order, means), fresh);
                        assert_eq!(found, expected, "{}, {state}: order {text}, fresh: {fresh}", profile.name);
                    }
                }
                used.insert(cell);
            }
        }
    }
    assert_eq!(tried, 2 * 15 * (3 * 31 + 7 + 12));
    assert_eq!(used.len(), table.len(), "every cell is tried");
    assert_eq!(table.len(), StateKind::ALL.len() * CanonicalStatus::ALL.len());
}

/// Razorpay's order has three words: of them `paid` is charged, and the other two say nothing of a payment.
#[test]
fn razorpays_order_words_have_their_verdicts() {
    let (table, order, profile) = (table(), order_of("100.00"), &razorpay::PROFILE);
    for (state, path) in paths() {
        let payment = payment(&order, profile, &path);
        for fresh in [false, true] {
            let of = |text, means| verdict(&payment, &said(profile, text, Subject::Order, means), fresh);
            let (late, polled) = &table[&(state.to_string(), "charged".to_owned())];
            let expected = if fresh { polled } else { late };
            assert_eq!(of("paid", CanonicalStatus::Charged), *expected, "{state}: paid, fresh: {fresh}");
            assert_eq!(of("attempted", CanonicalStatus::Created), "already", "{state}: attempted, fresh: {fresh}");
            // Of what holds nothing, the order's word says nothing.
            let created = if state.is_unheld() { "already" } else { "old" };
            assert_eq!(of("created", CanonicalStatus::Created), created, "{state}: created, fresh: {fresh}");
        }
    }
}

/// What the table must show, whatever it says in detail.
#[test]
fn the_table_keeps_the_rules() {
    for ((state, means), (late, fresh)) in table() {
        for verdict in [&late, &fresh] {
            let applied = verdict.starts_with('→');
            let row = format!("{state}, {means}: {verdict}");
            // What ended without a capture is never captured by a word, and what was charged never goes back.
            assert!(!(applied && ["voided", "expired"].contains(&&*state)), "{row}");
            assert!(state != "charged" || !applied || verdict == "→ charged", "{row}");
            // A word of before the hold never takes it back.
            assert!(!["created", "failed"].contains(&&*means) || !applied || state == "created", "{row}");
        }
        // A poll tells at least what a webhook does.
        assert!(late == fresh || late == "old", "{state}, {means}: {late}, fresh: {fresh}");
    }
}

/// What was applied once is known after that: the same word again is never applied (INV-7).
#[test]
fn the_same_word_twice_is_once() {
    let order = order_of("100.00");
    for profile in profiles() {
        for (state, path) in paths() {
            let before = payment(&order, profile, &path);
            for (text, means) in words(profile) {
                for fresh in [false, true] {
                    let seen = said(profile, text, Subject::Transaction, means);
                    let poll = before.transaction().poll(|_| true).filter(|_| fresh);
                    let Ok(change) = before.observe(&seen, poll.clone(), midnight()) else { continue };
                    let once = change.into_payment();
                    // The same payload again is not fresh any more.
                    let again = once.observe(&seen, poll.filter(|_| once == before), midnight());
                    let told = format!("{}, {state}: {text}, fresh: {fresh}", profile.name);
                    let again = again.unwrap_or_else(|conflict| panic!("{told}: {conflict}"));
                    assert!(!again.is_applied() && again.events().is_empty(), "{told}: {again:?}");
                    assert_eq!(again.into_payment(), once, "{told}");
                }
            }
        }
    }
}

/// INV-12, through observations: a word that is seen of a new transaction is written again as it was seen; one of several
/// with the same meaning as the first of them, and of created and failed, which keep the provider's own, as it came.
#[test]
fn a_word_observed_is_written_again() {
    use CanonicalStatus::{AutoRefunded, Charged, Created, Expired, Failed, PartiallyCharged};
    let order = order_of("100.00");
    for profile in profiles() {
        for row in profile.statuses.iter() {
            let mut seen = said(profile, &row.text, Subject::Transaction, row.maps_to);
            // The only word that never implies its amount for a hold that was not known.
            seen.transaction.captured = (row.maps_to == PartiallyCharged).then(|| minor("40.00"));
            let before = order.transaction("t-1".parse().unwrap(), profile);
            let after = before.observe(&seen, None, midnight()).unwrap();
            assert!(after.is_applied(), "{}: {}", profile.name, row.text);
            let transaction = after.payment().transaction();
            let kept = matches!(row.maps_to, Created | Failed) || row.written_for.contains(&row.maps_to);
            let expected = if kept { &*row.text } else { profile.word_for(row.maps_to) };
            // Where an authorization sees one capture, a part of it is all of it: seed, transaction CHARGED.
            let single = profile.capabilities.captures.is_single() && row.maps_to == PartiallyCharged;
            let (expected, means) = if single { ("CHARGED", Charged) } else { (expected, row.maps_to) };
            // A hold that ended by itself is one state, whichever of the two words told of it.
            let means = if means == Expired { AutoRefunded } else { means };
            assert_eq!(transaction.word(profile), expected, "{}: {}", profile.name, row.text);
            assert_eq!(transaction.canonical_status(), means, "{}: {}", profile.name, row.text);
        }
    }
}

/// INV-12 of orders: an order's word that is seen is the word of the order after it.
#[test]
fn an_orders_word_observed_is_written_again() {
    use CanonicalStatus::PartiallyCharged;
    let order = order_of("100.00");
    for profile in [&juspay::FULL_ONLY, &juspay::CYBERSOURCE, &juspay::SIMPL] {
        for row in profile.statuses.iter().filter(|row| row.written_for.contains(&row.maps_to)) {
            let mut seen = said(profile, &row.text, Subject::Order, row.maps_to);
            seen.order.captured = (row.maps_to == PartiallyCharged).then(|| minor("40.00"));
            let before = order.transaction("t-1".parse().unwrap(), profile);
            let after = before.observe(&seen, None, midnight()).unwrap().into_payment();
            assert_eq!(after.order_status().word, row.text, "{}", profile.name);
        }
    }
    // Razorpay: created without a payment, attempted with one, paid once all is captured.
    let profile = &razorpay::PROFILE;
    assert_eq!(OrderStatus::of(&order, profile, []).unwrap().word, "created");
    let before = order.transaction("t-1".parse().unwrap(), profile);
    let seen = said(profile, "attempted", Subject::Order, CanonicalStatus::Created);
    let attempted = before.observe(&seen, None, midnight()).unwrap().into_payment();
    assert_eq!(attempted.order_status().word, "attempted");
    let seen = said(profile, "paid", Subject::Order, CanonicalStatus::Charged);
    let paid = attempted.observe(&seen, None, midnight()).unwrap().into_payment();
    assert_eq!(paid.order_status().word, "paid");
}

/// INV-12 of captures, voids and refunds: each word of the lists becomes the request's fate, and only that.
#[test]
fn a_requests_word_decides_its_fate() {
    use order_capture::Operation::{Capture, Refund, Void};
    use order_capture::RequestStatus::{self, Accepted, Failed, Sent, Succeeded};
    use order_capture::statements::{Fate, RequestStatement};
    let order = order_of("100.00");
    let charged = |more| {
        let mut events = vec![states::held("100.00"), states::asked(Capture, 1, "40.00", Some("k1"), false)];
        events.extend([states::done(Capture, 1, "40.00"), more]);
        events
    };
    let asked = |operation| match operation {
        Capture => vec![states::held("100.00"), states::asked(Capture, 1, "40.00", Some("k1"), false)],
        Void => vec![states::held("100.00"), states::asked(Void, 1, "40.00", Some("k1"), false)],
        Refund => charged(states::asked(Refund, 1, "40.00", Some("k1"), false)),
    };
    for profile in profiles() {
        for (operation, rows) in
            [(Capture, &profile.request_words), (Void, &profile.request_words), (Refund, &profile.refund_words)]
        {
            for row in rows.iter() {
                let fate = profile.fate(operation, &row.text);
                let one = RequestStatement {
                    key: Some("k1".into()),
                    amount: Some(minor("40.00")),
                    word: Some((&*row.text).into()),
                    fate,
                    ..RequestStatement::default()
                };
                let mut seen = Observation::default();
                match operation {
                    Capture => seen.captures.push(one),
                    Void => seen.voids.push(one),
                    Refund => seen.refunds.push(one),
                }
                let before = payment(&order, profile, &asked(operation));
                let after = before.observe(&seen, None, midnight()).unwrap().into_payment();
                let status: RequestStatus =
                    after.transaction().hold().unwrap().requests(operation).get(1).unwrap().status;
                let expected = match fate {
                    Some(Fate::Accepted) => Accepted,
                    Some(Fate::Succeeded) => Succeeded,
                    Some(Fate::Failed) => Failed,
                    Some(Fate::Reversed) => panic!("no built-in word"),
                    None => Sent,
                };
                assert_eq!(status, expected, "{}: {operation} {}", profile.name, row.text);
            }
        }
    }
}

/// A word that implies a total changes the amounts as that total would, stated beside it.
#[test]
fn an_implied_total_is_a_stated_one() {
    use order_capture::Operation::Capture;
    let order = order_of("100.00");
    let amounts = |payment: &Payment<'_>, seen: &Observation<'_>| -> Option<Amounts> {
        let change = payment.observe(seen, None, midnight()).ok()?;
        Some(change.into_payment().into_transaction().amounts())
    };
    let mut compared = 0;
    for profile in profiles() {
        for (state, path) in paths() {
            let before = payment(&order, profile, &path);
            for (text, means) in words(profile).into_iter().filter(|(_, means)| *means == CanonicalStatus::Charged) {
                let word = said(profile, text, Subject::Transaction, means);
                let Some(implied) = amounts(&before, &word) else { continue };
                let mut total = word.clone();
                total.transaction.captured = Some(implied.captured);
                assert_eq!(amounts(&before, &total), Some(implied), "{}, {state}: {text}", profile.name);
                compared += 1;
            }
        }
    }
    assert!(compared > 30, "{compared}");
    // And a total alone is what the event of it is.
    let before = payment(&order, &juspay::SIMPL, &[states::held("100.00")]);
    let mut seen = Observation { currency: Some(Currency::INR), ..Observation::default() };
    seen.transaction.captured = Some(minor("40.00"));
    let after = before.observe(&seen, None, midnight()).unwrap().into_payment();
    assert_eq!(after, payment(&order, &juspay::SIMPL, &[states::held("100.00"), stated(Capture, "40.00")]));
    assert_eq!(after.capturable(midnight()), Money::new(minor("60.00"), rupees("1.00").currency()));
}

/// Every meaning has rows, and each row says why and who says so.
#[test]
fn every_meaning_has_rows() {
    let names = |rows: Vec<interpretation::InterpretationRow>| -> BTreeSet<&str> {
        for row in &rows {
            let texts = [row.name, row.when, row.does, row.because, row.source];
            assert!(texts.iter().all(|text| !text.is_empty()), "{row:?}");
            assert_ne!(row.fresh, Some(row.does), "{row:?}");
        }
        rows.into_iter().map(|row| row.name).collect()
    };
    let meanings: BTreeSet<_> = CanonicalStatus::ALL.into_iter().map(CanonicalStatus::as_str).collect();
    assert_eq!(names(interpretation::word_rows()), meanings);
    let unsound = ["amount-mismatch", "currency-mismatch", "flag-mismatch", "payload-contradicts-itself"];
    let unsound = unsound.into_iter().chain(["status-id-mismatch", "unknown-status"]).collect();
    assert_eq!(names(interpretation::validation_rows()), unsound);
    assert_eq!(names(interpretation::implied_total_rows()).len(), 3);
}
