//! The server and the service are killed in turn, at any moment of captures, refunds and voids. Afterwards the
//! provider's ledger, which takes whatever comes, must have what was asked, once. Ignored in a plain `cargo test`: it
//! needs a Restate server. `.ci/on-restate` runs it; `KILLS` says how often.

mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use billing_core::stand_in::faults::Faults;
use billing_core::stand_in::ledger::{Fate, Kind};
use serde_json::{Value, json};
use support::{Engine, number};

/// One kind of order, and what is asked of it, in this order.
struct Plan {
    name: &'static str,
    new: Value,
    asks: Vec<(&'static str, Value)>,
    /// What the ledger must have: captured, voided, refunded.
    ends: (u64, u64, u64),
}

fn plans() -> [Plan; 4] {
    let of = |amount: &str, key: &str| json!({ "amount": amount, "key": key });
    [
        // A key, one capture.
        Plan {
            name: "keyed",
            new: json!({ "amount": "100.00", "gateway": "CYBERSOURCE" }),
            asks: vec![("capture", of("60.00", "k1")), ("refund", of("15.00", "refund-0001"))],
            ends: (6_000, 0, 1_500),
        },
        // Keys, several captures, a void of a part.
        Plan {
            name: "parts",
            new: json!({ "amount": "100.00", "gateway": "SIMPL" }),
            asks: vec![("capture", of("30.00", "p1")), ("capture", of("20.00", "p2")), ("void", of("50.00", "v1"))],
            ends: (5_000, 5_000, 0),
        },
        // No keys: a second capture would be a second capture.
        Plan {
            name: "keyless",
            new: json!({ "amount": "100.00" }),
            asks: vec![("capture", json!({})), ("refund", of("100.00", "refund-0001"))],
            ends: (10_000, 0, 10_000),
        },
        Plan {
            name: "razorpay",
            new: json!({ "amount": "250.00", "provider": "razorpay" }),
            asks: vec![("capture", json!({ "amount": "250.00" })), ("refund", of("50.00", "refund-0001"))],
            ends: (25_000, 0, 5_000),
        },
    ]
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Restate server: .ci/on-restate"]
async fn nothing_is_lost_and_nothing_doubled() {
    let kills = number("KILLS", 20);
    let mut random = fastrand::Rng::with_seed(number("SEED", 1));
    let engine = Engine::start(true).await;
    {
        let mut books = engine.stand_in.books();
        // All safety is the service's: the provider takes a capture, a void, as often as it comes.
        books.ledger.trusting = true;
        // Some are done and never answered: a kill meets requests whose money has moved and whose answer is not there
        // yet.
        books.faults = Faults::parse("seed=1,delay=50,silent-after=400").expect("faults");
    }
    let engine = Arc::new(engine);
    let (mut server_kills, mut service_kills, mut doubts, mut again) = (0, 0, 0, 0);
    let began = Instant::now();
    for run in 0..kills {
        let plans = plans();
        let mut ids = Vec::new();
        for plan in &plans {
            ids.push(engine.paid(&format!("{}-{run}", plan.name), &plan.new).await);
        }
        // A caller for each order, who asks again, with the same words, while there is no answer.
        let callers: Vec<_> = plans
            .into_iter()
            .map(|plan| {
                let engine = Arc::clone(&engine);
                tokio::spawn(async move { live(&engine, &format!("{}-{run}", plan.name), &plan).await })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(random.u64(0..900))).await;
        let kills_server = run % 2 == 1;
        if kills_server {
            engine.kill_server();
            engine.start_server();
            server_kills += 1;
        } else {
            engine.kill_service();
            // Mostly it is back at once: then only the claim tells that an earlier run may have sent. Sometimes it is
            // away for longer than it has patience with what it decided.
            let away = if run % 8 == 6 { 4_000 } else { random.u64(0..300) };
            tokio::time::sleep(Duration::from_millis(away)).await;
            engine.start_service();
            service_kills += 1;
        }
        for caller in callers {
            doubts += caller.await.expect("a caller");
        }
        for (plan, id) in self::plans().iter().zip(&ids) {
            let order = format!("{}-{run}", plan.name);
            let view = engine.resolved(&order).await;
            assert!(view.conflicts.is_empty(), "{view:#?}");
            assert_eq!(engine.judge(id), plan.ends, "run {run}: {order}: {view:#?}");
            let seen = &view.transactions[0];
            let books = (seen.captured.clone(), seen.refunded.clone());
            let money = |minor: u64| format!("{}.{:02} INR", minor / 100, minor % 100);
            assert_eq!(books, (money(plan.ends.0), money(plan.ends.2)), "run {run}: {order}");
            let lines = |kind| engine.lines(id, kind);
            let asked = |name: &str| plan.asks.iter().filter(|(asked, _)| *asked == name).count();
            assert_eq!(lines(Kind::Capture), asked("capture"), "run {run}: {order}");
            assert_eq!(lines(Kind::Void), asked("void"), "run {run}: {order}");
            assert_eq!(lines(Kind::Refund), asked("refund"), "run {run}: {order}");
        }
        again = repeats(&engine);
        println!(
            "run {run}: {} killed, {:.0?} in all",
            if kills_server { "server" } else { "service" },
            began.elapsed()
        );
    }
    println!(
        "{kills} runs of 4 orders: server killed {server_kills}, service killed {service_kills}; callers that heard \
         unknown {doubts}; requests to capture beyond the first {again}; lost 0, doubled 0; {:.0?}",
        began.elapsed()
    );
}

/// Requests to capture that came in beyond the one that was done: each was sent again under its own key.
fn repeats(engine: &Engine) -> u64 {
    let books = engine.stand_in.books();
    let done = books.ledger.payments.values().flat_map(|payment| &payment.lines);
    let done = done.filter(|line| line.kind == Kind::Capture && line.fate == Fate::Done).count();
    books.ledger.capture_requests - u64::try_from(done).unwrap_or(u64::MAX)
}

/// Asks one after the other, each until it is resolved. Gives how often *unknown* was heard.
async fn live(engine: &Engine, order: &str, plan: &Plan) -> u64 {
    let mut doubts = 0;
    for (handler, body) in &plan.asks {
        let (status, told) = engine.call(order, handler, body).await;
        assert_eq!(status, 200, "{order}/{handler}: {told}");
        doubts += u64::from(told["request"] == "unknown" || told["earlier"] == "unknown");
        engine.resolved(order).await;
    }
    doubts
}
