//! Instructions of each hot path, counted by callgrind: figures that repeat, whatever else the machine does.
//!
//! `.ci/instructions` runs this and compares with the committed figures.
#![allow(missing_docs, reason = "each function says what it counts by its name")]

use std::hint::black_box;

use gungraun::prelude::*;
use order_capture::{
    CaptureRequest, Currency, Decision, Effect, Event, Minor, Money, Observation, Operation, Order, OrderStatus,
    Outcome, Refusal, Rejection, Time, Transaction, Verdict, juspay,
};
use order_capture_rivals::asks::{Asks, after_captures};
use order_capture_rivals::parsing::Case;
use order_capture_rivals::workload::{Kind, Log, logs, order};

fn paid_out(minor: u32) -> Money {
    Money::new(Minor::from(minor), Currency::INR)
}

fn one_log(events: usize, keyed: bool) -> Log {
    let mut logs = logs(Kind { events, keyed, dirty: false }, 1, 1);
    logs.remove(0)
}

/// A transaction, and the answer to its latest capture as it will be applied.
fn asked_and_answer(key: Option<&str>) -> (Transaction, order_capture::Recorded) {
    let mut transaction = after_captures(1);
    let (operation, number, amount) = (Operation::Capture, 2, Minor::from(100));
    let (key, origin) = (key.map(|key| key.parse().expect("a key")), order_capture::Origin::Merchant);
    let asked = Event::Requested { operation, number, amount, key, closes: false, origin };
    assert!(transaction.record(asked, Time::UNIX_EPOCH, None).is_ok());
    let answer = Event::Answered { operation, number, outcome: Outcome::Succeeded { amount } };
    let recorded = transaction.stamp(answer, Time::UNIX_EPOCH, None);
    (transaction, recorded)
}

#[library_benchmark]
#[bench::allowed_after_1(after_captures(1), 100, order())]
#[bench::allowed_after_1000(after_captures(1000), 100, order())]
#[bench::refused_after_1(after_captures(1), 200_000_000, order())]
#[bench::refused_after_1000(after_captures(1000), 200_000_000, order())]
fn capture_check(
    transaction: Transaction,
    minor: u32,
    order: Order,
) -> (Result<Decision, Refusal>, Transaction, Order) {
    let ask = CaptureRequest::of(paid_out(minor)).key("capture-of-order-1");
    (black_box(&transaction).capture(black_box(&ask), &order, &juspay::SIMPL, Time::UNIX_EPOCH), transaction, order)
}

#[library_benchmark]
#[bench::keyless(asked_and_answer(None))]
#[bench::keyed(asked_and_answer(Some("capture-of-order-1")))]
fn transition(
    (mut transaction, recorded): (Transaction, order_capture::Recorded),
) -> (Result<Effect, Rejection>, Transaction) {
    (black_box(&mut transaction).apply(black_box(&recorded)), transaction)
}

#[library_benchmark]
#[bench::keyless(Asks::keyless())]
#[bench::keyed(Asks::keyed())]
fn captures_asked_and_taken(asks: Asks) -> (u64, u32) {
    asks.by_the_crate(&"merchant-order00000001-1".parse().expect("an id"))
}

#[library_benchmark]
#[bench::keyless_1(one_log(1, false))]
#[bench::keyless_8(one_log(8, false))]
#[bench::keyless_64(one_log(64, false))]
#[bench::keyed_8(one_log(8, true))]
#[bench::keyed_64(one_log(64, true))]
fn replay(log: Log) -> (Result<Transaction, Rejection>, Log) {
    (Transaction::replay(black_box(log.id.clone()), black_box(&log.events)), log)
}

#[library_benchmark]
#[bench::of_1((0..1).map(after_captures).collect(), order())]
#[bench::of_100((0..100).map(|number| after_captures(number % 3)).collect(), order())]
fn order_status(transactions: Vec<Transaction>, order: Order) -> (bool, Vec<Transaction>, Order) {
    (OrderStatus::of(&order, black_box(&transactions)).meaning().is_some(), transactions, order)
}

#[library_benchmark]
#[bench::juspay(Case::juspay())]
#[bench::razorpay(Case::razorpay())]
fn payload_parsed(case: Case) -> (usize, Case) {
    let seen: Observation<'_> = black_box(&case).parse();
    (black_box(seen.status.len()), case)
}

#[library_benchmark]
#[bench::juspay(Case::juspay())]
#[bench::juspay_webhook(Case::juspay_webhook())]
#[bench::razorpay(Case::razorpay())]
fn payload_parsed_and_interpreted(case: Case) -> (Verdict, Case) {
    (black_box(&case).read(), case)
}

library_benchmark_group!(
    name = hot_paths,
    benchmarks = [
        capture_check,
        transition,
        captures_asked_and_taken,
        replay,
        order_status,
        payload_parsed,
        payload_parsed_and_interpreted
    ]
);

main!(library_benchmark_groups = hot_paths);
