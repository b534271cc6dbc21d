//! Allocations counted, not guessed: what may allocate and how much, and what must not.
#![allow(missing_docs, reason = "tests document themselves by name")]

use allocation_counter::{AllocationInfo, measure};
use order_capture::*;
use order_capture_rivals::asks::after_captures;
use order_capture_rivals::workload::order;

const NOW: Time = Time::UNIX_EPOCH;
const KEY: &str = "capture-00000001-of-order-00000001";

/// What a text shared by its clones takes: its bytes and two counters, in whole words.
const SHARED_KEY: u64 = (16 + KEY.len() as u64).next_multiple_of(8);

fn counted<T>(work: impl FnOnce() -> T) -> (u64, u64, T) {
    let mut result = None;
    let AllocationInfo { count_total, bytes_total, .. } = measure(|| result = Some(work()));
    (count_total, bytes_total, result.expect("it was measured"))
}

fn held() -> Transaction {
    after_captures(0)
}

/// Applies a decision; gives what the transition allocated.
fn applied(transaction: &mut Transaction, event: Event) -> (u64, u64) {
    let recorded = transaction.stamp(event, NOW, None);
    let (count, bytes, effect) = counted(|| transaction.apply(&recorded));
    assert_eq!(effect, Ok(Effect::Applied));
    (count, bytes)
}

fn answer(operation: Operation, amount: Minor) -> Event {
    Event::Answered { operation, number: 1, outcome: Outcome::Succeeded { amount } }
}

#[test]
fn a_keyless_capture_and_refund_allocate_nothing() {
    let (order, profile) = (order(), &razorpay::PROFILE);
    let mut transaction = held();
    let ask = CaptureRequest::of(order.amount());
    let (count, _, decision) = counted(|| transaction.capture(&ask, &order, profile, NOW));
    assert_eq!(count, 0, "the command");
    let event = decision.expect("allowed").event().expect("new");
    assert_eq!(applied(&mut transaction, event).0, 0, "the request");
    assert_eq!(applied(&mut transaction, answer(Operation::Capture, order.amount().minor())).0, 0, "the answer");
    let (count, _, decision) = counted(|| transaction.refund(&RefundRequest::all(), &order, profile));
    assert_eq!(count, 0, "the refund's command");
    let event = decision.expect("allowed").event().expect("new");
    assert_eq!(applied(&mut transaction, event).0, 0, "the refund");
    assert_eq!(applied(&mut transaction, answer(Operation::Refund, order.amount().minor())).0, 0, "its answer");
    assert_eq!(transaction.amounts().refunded, order.amount().minor());
}

#[test]
fn a_keyless_void_allocates_nothing() {
    let order = order();
    let mut transaction = held();
    let (count, _, decision) = counted(|| transaction.void(&VoidRequest::all(), &order, &juspay::FULL_ONLY));
    assert_eq!(count, 0, "the command");
    let event = decision.expect("allowed").event().expect("new");
    assert_eq!(applied(&mut transaction, event).0, 0, "the request");
    assert_eq!(applied(&mut transaction, answer(Operation::Void, order.amount().minor())).0, 0, "the answer");
    assert_eq!(transaction.kind(), StateKind::Voided);
}

#[test]
fn a_keyed_capture_allocates_the_keys_text_once() {
    let order = order();
    let mut transaction = held();
    let ask = CaptureRequest::of(Money::new(Minor::from(100), Currency::INR)).key(KEY);
    let (count, bytes, decision) = counted(|| transaction.capture(&ask, &order, &juspay::SIMPL, NOW));
    assert_eq!((count, bytes), (1, SHARED_KEY), "the command");
    let event = decision.expect("allowed").event().expect("new");
    assert_eq!(applied(&mut transaction, event), (0, 0), "the request shares the text");
    assert_eq!(applied(&mut transaction, answer(Operation::Capture, Minor::from(100))), (0, 0), "the answer");
}

/// One request of a kind needs nothing on the heap beside its key. The second opens a list of four, the sixth doubles it.
#[test]
fn further_requests_grow_a_list() {
    for (captures, lists) in [(0, 0), (1, 0), (2, 1), (5, 1), (6, 2), (9, 2)] {
        let (count, ..) = counted(|| after_captures(captures));
        // The ids of transaction and order; of each key the text as it is put together, and as it is kept.
        assert_eq!(count, 2 + 2 * u64::from(captures) + lists, "{captures} captures");
    }
}

#[test]
fn refusals_allocate_nothing() {
    let order = order();
    let money = |minor| Money::new(Minor::from(minor), Currency::INR);
    for captures in [0, 1, 20] {
        let transaction = after_captures(captures);
        for (ask, code) in [
            (CaptureRequest::of(money(200_000_000)).key("too-much"), "exceeds-capturable"),
            (CaptureRequest::of(money(100)).key("no key"), "idempotency-key-malformed"),
            (CaptureRequest::of(money(100)), "idempotency-key-required"),
        ] {
            let (count, _, refused) = counted(|| transaction.capture(&ask, &order, &juspay::SIMPL, NOW));
            assert_eq!((count, refused.expect_err("refused").code()), (0, code));
        }
    }
    let mut transaction = held();
    for event in [Event::AuthorizationFailed, answer(Operation::Capture, Minor::from(1))] {
        let recorded = transaction.stamp(event, NOW, None);
        let (count, _, rejected) = counted(|| transaction.apply(&recorded));
        assert_eq!((count, rejected.expect_err("rejected").code()), (0, "illegal-transition"));
    }
}

#[test]
fn an_order_status_allocates_nothing() {
    let transactions: Vec<Transaction> = (0..100).map(|number| after_captures(number % 3)).collect();
    let order = order();
    let (count, _, status) = counted(|| OrderStatus::of(&order, &transactions));
    assert_eq!((count, status.charged), (0, Coverage::Partial));
}

/// What stays in the cache.
#[test]
fn sizes_are_as_the_documentation_says() {
    let sizes = [
        ("Transaction", size_of::<Transaction>(), 456),
        ("Request", size_of::<Request>(), 56),
        ("Event", size_of::<Event>(), 56),
        ("Recorded", size_of::<Recorded>(), 104),
        ("Refusal", size_of::<Refusal>(), 56),
        ("Rejection", size_of::<Rejection>(), 48),
        ("StateKind", size_of::<StateKind>(), 1),
        ("Amounts", size_of::<Amounts>(), 64),
    ];
    for (name, size, stated) in sizes {
        assert_eq!(size, stated, "{name}");
    }
}

/// One capture under a key of 34 letters, with the three identifiers of a provider: the stored form of most.
#[test]
fn the_stored_form_of_a_typical_transaction_is_short() {
    let text = serde_json::to_string(&after_captures(1)).expect("it serializes");
    assert!(text.len() <= 300, "{} bytes: {text}", text.len());
}
