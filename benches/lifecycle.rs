//! The two hot paths: judging a capture, and replaying a log.
#![allow(clippy::unwrap_used, clippy::disallowed_types, missing_docs, reason = "a bench may panic, and measures time")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use order_capture::*;

fn log(captures: u32) -> (TransactionId, Vec<Recorded>) {
    let id: TransactionId = "t-1".parse().unwrap();
    let mut transaction = Transaction::created(id.clone());
    let amount = Money::parse("100000.00", Currency::INR).unwrap();
    let mut events = vec![Event::Authorized { amount, capture_before: None }];
    for number in 1..=captures {
        let (operation, amount) = (Operation::Capture, Minor::from(100));
        let key = Some(IdempotencyKey::new(&format!("key-{number}")).unwrap());
        let origin = Origin::Merchant;
        events.push(Event::Requested { operation, number, amount, key, closes: false, origin });
        events.push(Event::Answered { operation, number, outcome: Outcome::Succeeded { amount } });
    }
    let mut log = Vec::new();
    for event in events {
        let recorded = transaction.stamp(event, Time::UNIX_EPOCH, None);
        assert_eq!(transaction.apply(&recorded), Ok(Effect::Applied));
        log.push(recorded);
    }
    (id, log)
}

fn lifecycle(criterion: &mut Criterion) {
    let order = Order::new("o-1".parse().unwrap(), Money::parse("100000.00", Currency::INR).unwrap());
    let now = Time::UNIX_EPOCH;
    for captures in [1, 10, 100, 1000] {
        let (id, log) = log(captures);
        let transaction = Transaction::replay(id.clone(), &log).unwrap();
        let allowed = CaptureRequest::of(Money::new(Minor::from(100), Currency::INR)).key("new-key");
        let refused = CaptureRequest::of(Money::new(Minor::MAX, Currency::INR)).key("new-key");
        let ask = |ask: &CaptureRequest<'_>| transaction.capture(black_box(ask), &order, &juspay::SIMPL, now);
        assert!(ask(&allowed).is_ok() && ask(&refused).is_err());
        criterion.bench_function(&format!("capture allowed, after {captures}"), |b| b.iter(|| ask(&allowed)));
        criterion.bench_function(&format!("capture refused, after {captures}"), |b| b.iter(|| ask(&refused)));
        criterion.bench_function(&format!("replay of {} events", log.len()), |b| {
            b.iter(|| Transaction::replay(id.clone(), black_box(&log)));
        });
    }
}

criterion_group!(benches, lifecycle);
criterion_main!(benches);
