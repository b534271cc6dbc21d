//! How many orders a second: created, paid, captured, refunded, one after the other of each of `CALLERS` callers.
//! Ignored in a plain `cargo test`: it needs a Restate server. `.ci/on-restate` runs it; `ORDERS` says how many.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use serde_json::json;
use support::{Engine, number};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Restate server: .ci/on-restate"]
async fn orders_a_second() {
    let (orders, callers) = (number("ORDERS", 200), number("CALLERS", 16));
    let engine = Arc::new(Engine::start(false).await);
    let (next, slowest) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let began = Instant::now();
    let live = |_| {
        let (engine, next, slowest) = (Arc::clone(&engine), Arc::clone(&next), Arc::clone(&slowest));
        tokio::spawn(async move {
            while let number = next.fetch_add(1, Ordering::Relaxed)
                && number < orders
            {
                let order = format!("speed-{number}");
                engine.paid(&order, &json!({ "amount": "100.00", "gateway": "CYBERSOURCE" })).await;
                let before = Instant::now();
                let (status, told) = engine.call(&order, "capture", &json!({ "amount": "60.00", "key": "k1" })).await;
                assert_eq!((status, &told["transactions"][0]["captured"]), (200, &json!("60.00 INR")), "{told}");
                let took = u64::try_from(before.elapsed().as_millis()).unwrap_or(u64::MAX);
                slowest.fetch_max(took, Ordering::Relaxed);
                let refund = json!({ "amount": "15.00", "key": "refund-0001" });
                let (status, told) = engine.call(&order, "refund", &refund).await;
                assert_eq!((status, &told["transactions"][0]["refunded"]), (200, &json!("15.00 INR")), "{told}");
            }
        })
    };
    let tasks: Vec<_> = (0..callers).map(live).collect();
    for task in tasks {
        task.await.expect("a caller");
    }
    let took = began.elapsed();
    println!(
        "{orders} orders of 4 calls, {callers} callers: {:.1} orders a second, {took:.1?}; slowest capture {} ms",
        f64::from(u32::try_from(orders).unwrap_or(u32::MAX)) / took.as_secs_f64(),
        slowest.load(Ordering::Relaxed)
    );
}
