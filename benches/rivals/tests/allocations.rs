//! Allocations counted, not guessed: what may allocate and how much, and what must not.
#![allow(missing_docs, reason = "tests document themselves by name")]

use allocation_counter::{AllocationInfo, measure};
use order_capture::*;
use order_capture_rivals::asks::{after_captures, payment_after, several};
use order_capture_rivals::workload::{answered, order, recorded, requested};

const NOW: Time = Time::UNIX_EPOCH;
const KEY: &str = "capture-00000001-of-order-00000001";

fn counted<T>(work: impl FnOnce() -> T) -> (u64, T) {
    let mut result = None;
    let AllocationInfo { count_total, .. } = measure(|| result = Some(work()));
    (count_total, result.expect("it was measured"))
}

fn money(minor: u32) -> Money {
    Money::new(Minor::from(minor), Currency::INR)
}

/// Applies an event; gives how often that allocated.
fn applied(transaction: &mut Transaction, event: Event) -> u64 {
    let recorded = recorded(transaction, event);
    let (count, effect) = counted(|| transaction.apply(&recorded));
    assert_eq!(effect, Ok(Effect::Applied));
    count
}

#[test]
fn refusals_allocate_nothing() {
    let order = order();
    for captures in [0, 1, 20] {
        let payment = payment_after(&order, captures);
        for (command, code) in [
            (Command::capture().amount(money(200_000_000)).key("too-much"), "exceeds-capturable"),
            (Command::capture().amount(money(100)).key("no key"), "idempotency-key-malformed"),
            (Command::capture().amount(money(100)), "idempotency-key-required"),
        ] {
            let (count, refused) = counted(|| payment.check(command, NOW));
            assert_eq!((count, refused.expect_err("refused").code()), (0, code));
            let (count, refused) = counted(|| payment.ask(command, NOW));
            assert_eq!((count, refused.expect_err("refused").code()), (0, code));
        }
    }
    let mut transaction = after_captures(&order, 0);
    let success = answered(Operation::Capture, 1, Outcome::Succeeded, Some(Minor::ONE));
    for event in [Event::AuthorizationFailed {}, success] {
        let recorded = recorded(&transaction, event);
        let (count, rejected) = counted(|| transaction.apply(&recorded));
        assert_eq!((count, rejected.expect_err("rejected").code()), (0, "illegal-transition"));
    }
}

#[test]
fn an_allowed_capture_copies_the_hold_and_keeps_its_key_once() {
    let order = order();
    let payment = payment_after(&order, 0);
    let all = Command::capture().amount(order.amount());
    let keyless = Payment::clone(&payment).into_transaction();
    let keyless = order.resume(keyless, &razorpay::PROFILE).expect("its own order");
    // The hold, the list of captures, the list of events.
    assert_eq!(counted(|| keyless.ask(all, NOW)).0, 3);
    // And the key's text, and the index by key.
    assert_eq!(counted(|| payment.ask(all.key(KEY), NOW)).0, 5);
    // A check makes no event.
    assert_eq!((counted(|| keyless.check(all, NOW)).0, counted(|| payment.check(all.key(KEY), NOW)).0), (0, 0));
}

#[test]
fn an_answer_allocates_nothing_and_a_request_its_place() {
    let mut transaction = after_captures(&order(), 0);
    let amount = order().amount().minor();
    assert_eq!(applied(&mut transaction, requested(Operation::Capture, 1, amount, None)), 1, "the list");
    assert_eq!(applied(&mut transaction, answered(Operation::Capture, 1, Outcome::Succeeded, Some(amount))), 0);
    assert_eq!(applied(&mut transaction, requested(Operation::Refund, 1, Minor::ONE, None)), 1, "the list");
    assert_eq!(applied(&mut transaction, requested(Operation::Refund, 2, Minor::ONE, None)), 0);
    assert_eq!(applied(&mut transaction, answered(Operation::Refund, 1, Outcome::TimedOut, None)), 0);
    assert_eq!(applied(&mut transaction, answered(Operation::Refund, 1, Outcome::Succeeded, None)), 0);
    assert_eq!(transaction.amounts().refunded, Minor::ONE);
}

/// The first request opens a list of four and an index of four; the fifth and the ninth double both.
#[test]
fn further_requests_grow_a_list() {
    let order = order();
    for (captures, lists) in [(0, 0), (1, 2), (4, 2), (5, 4), (8, 4), (9, 6)] {
        let (count, _) = counted(|| after_captures(&order, captures));
        // The transaction's id and its hold; of each key the text as it is put together, and as it is kept.
        assert_eq!(count, 2 + 2 * u64::from(captures) + lists, "{captures} captures");
    }
}

#[test]
fn an_order_status_allocates_nothing_but_a_list() {
    let order = order();
    let transactions: Vec<Transaction> = several(&order, 100);
    let payment = payment_after(&order, 1).beside(&transactions).expect("all of one order");
    let (count, charged) = counted(|| payment.order_status().charged);
    assert_eq!((count, charged), (0, Coverage::Partial));
    // Of a list: each transaction once, in a list of 4 that doubles to 128.
    let (count, charged) =
        counted(|| OrderStatus::of(&order, &juspay::SIMPL, &transactions).expect("all of one order").charged);
    assert_eq!((count, charged), (6, Coverage::Partial));
}

/// What stays in the cache.
#[test]
fn sizes_are_as_the_documentation_says() {
    let sizes = [
        ("Transaction", size_of::<Transaction>(), 112),
        ("Hold", size_of::<Hold>(), 512),
        ("Request", size_of::<Request>(), 88),
        ("Event", size_of::<Event>(), 56),
        ("RecordedEvent", size_of::<RecordedEvent>(), 104),
        ("RuleViolation", size_of::<RuleViolation>(), 112),
        ("Rejection", size_of::<Rejection>(), 72),
        ("StateKind", size_of::<StateKind>(), 1),
        ("Amounts", size_of::<Amounts>(), 56),
    ];
    for (name, size, stated) in sizes {
        assert_eq!(size, stated, "{name}");
    }
}

/// One capture under a key of 34 letters: the stored form of most.
#[test]
fn the_stored_form_of_a_typical_transaction_is_short() {
    let text = serde_json::to_string(&after_captures(&order(), 1)).expect("it serializes");
    assert!(text.len() <= 300, "{} bytes: {text}", text.len());
}
