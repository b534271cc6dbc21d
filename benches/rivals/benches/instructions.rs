//! Instructions of each hot path, counted by callgrind: figures that repeat, whatever else the machine does.
//!
//! `.ci/instructions` runs this and compares with the committed figures.
#![allow(missing_docs, reason = "each function says what it counts by its name")]

use std::hint::black_box;

use gungraun::prelude::*;
use order_capture::{
    Allowed, Change, Command, Currency, Effect, Minor, Money, Observation, Operation, Order, OrderStatus, Outcome,
    Payment, RecordedEvent, Rejection, RuleViolation, Time, Transaction, juspay,
};
use order_capture_rivals::asks::{Asks, after_captures, payment_after, several};
use order_capture_rivals::parsing::Case;
use order_capture_rivals::whole_job::Job;
use order_capture_rivals::workload::{Kind, Log, answered, logs, order, recorded, requested};

fn kept() -> &'static Order {
    Box::leak(Box::new(order()))
}

fn after(captures: u32) -> Payment<'static> {
    payment_after(kept(), captures)
}

fn some(count: u32) -> Vec<Transaction> {
    several(&order(), count)
}

fn one_log(events: usize, keyed: bool) -> Log {
    let mut logs = logs(Kind { events, keyed, dirty: false }, 1, 1);
    logs.remove(0)
}

/// A transaction, and the answer to its latest capture as it will be applied.
fn asked_and_answer(key: Option<&str>) -> (Transaction, RecordedEvent) {
    let mut transaction = after_captures(&order(), 1);
    let (operation, number, amount) = (Operation::Capture, 2, Minor::from(100));
    let asked = requested(operation, number, amount, key.map(|key| key.parse().expect("a key")));
    let asked = recorded(&transaction, asked);
    assert_eq!(transaction.apply(&asked), Ok(Effect::Applied));
    let answer = recorded(&transaction, answered(operation, number, Outcome::Succeeded, Some(amount)));
    (transaction, answer)
}

#[library_benchmark]
#[bench::serde_json(Job::new())]
fn texts_alone(job: Job) -> (String, Job) {
    (black_box(&job).by_serde_json(), job)
}

#[library_benchmark]
#[bench::order_capture(Job::new())]
fn whole_job(job: Job) -> (String, Job) {
    (black_box(&job).whole(), job)
}

#[library_benchmark]
#[bench::allowed_after_1(after(1), 100)]
#[bench::allowed_after_1000(after(1000), 100)]
#[bench::refused_after_1(after(1), 200_000_000)]
#[bench::refused_after_1000(after(1000), 200_000_000)]
fn capture_check(payment: Payment<'static>, minor: u32) -> (Result<Allowed, RuleViolation>, Payment<'static>) {
    let amount = Money::new(Minor::from(minor), Currency::INR);
    let ask = Command::capture().amount(amount).key("capture-of-order-1");
    (black_box(&payment).check(black_box(ask), Time::UNIX_EPOCH), payment)
}

#[library_benchmark]
#[bench::keyless(asked_and_answer(None))]
#[bench::keyed(asked_and_answer(Some("capture-of-order-1")))]
fn transition((mut transaction, recorded): (Transaction, RecordedEvent)) -> (Result<Effect, Rejection>, Transaction) {
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
    (Transaction::replay(&log.order, black_box(log.id.clone()), black_box(&log.events)), log)
}

#[library_benchmark]
#[bench::of_1(some(1), order())]
#[bench::of_100(some(100), order())]
fn order_status(transactions: Vec<Transaction>, order: Order) -> (usize, Vec<Transaction>, Order) {
    let status = OrderStatus::of(&order, &juspay::SIMPL, black_box(&transactions)).expect("all of one order");
    (status.word.len(), transactions, order)
}

#[library_benchmark]
#[bench::juspay(Case::juspay())]
#[bench::razorpay(Case::razorpay())]
fn payload_parsed(case: Case) -> (usize, Case) {
    let seen: Observation<'_> = black_box(&case).parse();
    (black_box(seen.captures.len()), case)
}

#[library_benchmark]
#[bench::juspay(Case::juspay())]
#[bench::juspay_webhook(Case::juspay_webhook())]
#[bench::razorpay(Case::razorpay())]
fn payload_parsed_and_interpreted(case: Case) -> (Change<'static>, Case) {
    (black_box(&case).read(), case)
}

library_benchmark_group!(
    name = hot_paths,
    benchmarks = [
        texts_alone,
        whole_job,
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
