//! Every hot path on its own, with criterion: for following one while it is worked on.
//!
//! `cargo bench -p order-capture-rivals --bench hot_paths -- FILTER`
#![allow(missing_docs, reason = "a bench says what it measures by its name")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use order_capture::profiles::CanonicalStatus;
use order_capture::{Command, Currency, Minor, Money, OrderStatus, Profile, Time, Transaction, juspay, razorpay};
use order_capture_rivals::asks::{Asks, after_captures, payment_after, several};
use order_capture_rivals::parsing::Case;
use order_capture_rivals::whole_job::Job;
use order_capture_rivals::workload::{Kind, logs, order};

/// Command, event and transition, allowed and refused.
fn asked(criterion: &mut Criterion) {
    let id = "merchant-order00000001-1".parse().expect("an id");
    for (name, asks) in [("keyless", Asks::keyless()), ("keyed", Asks::keyed())] {
        criterion.bench_function(&format!("asked and taken, {name}"), |b| b.iter(|| asks.by_the_crate(&id)));
    }
}

/// A log read and replayed, a capture decided, its event written; and the texts alone.
fn whole_job(criterion: &mut Criterion) {
    let job = Job::new();
    criterion.bench_function("whole job", |b| b.iter(|| job.whole()));
    criterion.bench_function("whole job, serde_json alone", |b| b.iter(|| job.by_serde_json()));
}

fn replay(criterion: &mut Criterion) {
    for (events, keyed) in [(1, false), (8, false), (64, false), (8, true), (64, true)] {
        let log = logs(Kind { events, keyed, dirty: false }, 1, 1).remove(0);
        let name = format!("replay of {events} events, {}", if keyed { "keyed" } else { "keyless" });
        let replay = || Transaction::replay(&log.order, log.id.clone(), black_box(&log.events));
        criterion.bench_function(&name, |b| b.iter(replay));
    }
}

/// The capture check and the order status, as captures and transactions grow in number.
fn growth(criterion: &mut Criterion) {
    let order = order();
    let money = |minor| Money::new(Minor::from(minor), Currency::INR);
    for captures in [1, 10, 100, 1000] {
        let payment = payment_after(&order, captures);
        for (name, minor) in [("allowed", 100), ("refused", 200_000_000)] {
            let ask = Command::capture().amount(money(minor)).key("new");
            let check = || payment.check(black_box(ask), Time::UNIX_EPOCH);
            criterion.bench_function(&format!("capture {name}, after {captures}"), |b| b.iter(check));
        }
    }
    for count in [1, 10, 100] {
        let transactions: Vec<Transaction> = several(&order, count);
        let status =
            || OrderStatus::of(&order, &juspay::SIMPL, black_box(&transactions)).expect("all of one order").word;
        criterion.bench_function(&format!("order status of {count}"), |b| b.iter(status));
    }
}

fn payloads(criterion: &mut Criterion) {
    for (name, case) in
        [("juspay", Case::juspay()), ("juspay webhook", Case::juspay_webhook()), ("razorpay", Case::razorpay())]
    {
        criterion.bench_function(&format!("parse, {name}"), |b| b.iter(|| case.parse()));
        criterion.bench_function(&format!("parse and interpret, {name}"), |b| b.iter(|| case.read()));
    }
}

fn stored(criterion: &mut Criterion) {
    let transaction = after_captures(&order(), 1);
    let text = serde_json::to_string(&transaction).expect("it serializes");
    criterion.bench_function("encode", |b| b.iter(|| serde_json::to_string(black_box(&transaction))));
    criterion.bench_function("decode", |b| b.iter(|| serde_json::from_str::<Transaction>(black_box(&text))));
}

fn words(criterion: &mut Criterion) {
    let there = |profile: &Profile| profile.statuses.iter().all(|row| profile.status(black_box(&row.text)).is_some());
    let back =
        |profile: &Profile| CanonicalStatus::ALL.iter().all(|&status| !profile.word_for(black_box(status)).is_empty());
    for (name, profile) in [("juspay", &juspay::SIMPL), ("razorpay", &razorpay::PROFILE)] {
        criterion.bench_function(&format!("every text of {name}"), |b| b.iter(|| there(profile)));
        criterion.bench_function(&format!("every canonical status of {name}"), |b| b.iter(|| back(profile)));
    }
}

criterion_group!(benches, asked, whole_job, replay, growth, payloads, stored, words);
criterion_main!(benches);
