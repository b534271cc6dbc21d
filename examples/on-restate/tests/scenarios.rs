//! What happens to an order, from its first call to its last, with the engine, the service and the stand-in running.
//! Ignored in a plain `cargo test`: it needs a Restate server. `.ci/on-restate` runs it.

mod support;

use billing_core::stand_in::faults::Fault;
use billing_core::stand_in::ledger::Kind;
use serde_json::{Value, json};
use support::Engine;

/// The next request's fault.
fn next(engine: &Engine, fault: Fault) {
    engine.stand_in.books().faults.script.push(fault);
}

fn of(amount: &str, key: &str) -> Value {
    json!({ "amount": amount, "key": key })
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Restate server: .ci/on-restate"]
async fn orders_end_as_the_ledger_has_them() {
    let engine = Engine::start(false).await;
    happy(&engine).await;
    parts(&engine).await;
    void_and_late_capture(&engine).await;
    razorpay(&engine).await;
    unknown_resolved_by_poll(&engine).await;
    unknown_sent_again(&engine).await;
    unknown_resolved_by_webhook(&engine).await;
    the_callers_own_repeat(&engine).await;
    doubled_webhook(&engine).await;
    strangers(&engine).await;
    two_transactions(&engine).await;
    deadline(&engine).await;
    conflict_and_report(&engine).await;
    moved(&engine).await;
}

async fn happy(engine: &Engine) {
    let id = engine.paid("happy", &json!({ "amount": "100.00", "gateway": "CYBERSOURCE" })).await;
    let (status, told) = engine.call("happy", "capture", &of("60.00", "k1")).await;
    assert_eq!((status, &told["effect"]), (200, &json!("applied")), "{told}");
    let (_, again) = engine.call("happy", "capture", &of("60.00", "k1")).await;
    assert_eq!(again["effect"], "already-applied");
    let (status, refused) = engine.call("happy", "capture", &of("40.00", "k2")).await;
    assert_eq!(status, 409);
    assert!(refused["message"].as_str().is_some_and(|text| text.starts_with("already-captured: ")), "{refused}");
    let (_, told) = engine.call("happy", "refund", &of("15.00", "refund-0001")).await;
    assert_eq!(told["effect"], "applied", "{told}");
    let view = engine.view("happy").await;
    let seen = &view.transactions[0];
    assert_eq!((&*seen.captured, &*seen.refunded, &*seen.released), ("60.00 INR", "15.00 INR", "40.00 INR"));
    assert!(view.open.is_empty());
    assert_eq!(engine.judge(&id), (6_000, 0, 1_500));
}

async fn parts(engine: &Engine) {
    let id = engine.paid("parts", &json!({ "amount": "100.00", "gateway": "SIMPL" })).await;
    for (amount, key) in [("30.00", "p1"), ("20.00", "p2")] {
        let (status, told) = engine.call("parts", "capture", &of(amount, key)).await;
        assert_eq!((status, &told["effect"]), (200, &json!("applied")), "{told}");
    }
    let (_, told) = engine.call("parts", "void", &of("50.00", "v1")).await;
    assert_eq!(told["effect"], "applied", "{told}");
    // What Juspay answers to it does not say so; the timer's poll does.
    engine.until("the void is told", async || engine.view("parts").await.open.is_empty()).await;
    let view = engine.view("parts").await;
    assert_eq!((&*view.transactions[0].captured, &*view.transactions[0].released), ("50.00 INR", "50.00 INR"));
    assert_eq!(engine.judge(&id), (5_000, 5_000, 0));
}

async fn void_and_late_capture(engine: &Engine) {
    let id = engine.paid("void", &json!({ "amount": "100.00", "gateway": "CYBERSOURCE" })).await;
    let (_, told) = engine.call("void", "void", &json!({})).await;
    assert_eq!(told["effect"], "applied", "{told}");
    engine.until("the void is told", async || engine.view("void").await.open.is_empty()).await;
    let (status, refused) = engine.call("void", "capture", &of("60.00", "k1")).await;
    assert_eq!(status, 409, "{refused}");
    assert_eq!(engine.judge(&id), (0, 10_000, 0));
}

async fn razorpay(engine: &Engine) {
    let id = engine.paid("rzp", &json!({ "amount": "250.00", "provider": "razorpay" })).await;
    let (_, told) = engine.call("rzp", "capture", &json!({ "amount": "250.00" })).await;
    assert_eq!(told["transactions"][0]["captured"], "250.00 INR", "{told}");
    let (status, _) = engine.call("rzp", "refund", &json!({ "amount": "50.00" })).await;
    assert_eq!(status, 400, "a refund without a key could be made twice");
    let (_, told) = engine.call("rzp", "refund", &of("50.00", "refund-0001")).await;
    assert_eq!(told["effect"], "applied", "{told}");
    engine.until("the refund is told", async || engine.view("rzp").await.open.is_empty()).await;
    assert_eq!(engine.judge(&id), (25_000, 0, 5_000));
}

/// The money was taken and no answer came: the timer asks, and nothing is sent a second time.
async fn unknown_resolved_by_poll(engine: &Engine) {
    let id = engine.paid("poll", &json!({ "amount": "250.00", "provider": "razorpay" })).await;
    next(engine, Fault::SilentAfter);
    let (_, told) = engine.call("poll", "capture", &json!({ "amount": "250.00" })).await;
    assert_eq!(told["request"], "unknown", "{told}");
    let listed = engine.query("select service_key from state where key = 'open' and service_key = 'poll'").await;
    assert_eq!(listed.len(), 1, "an open request is listed");
    engine.until("the capture is told", async || engine.view("poll").await.open.is_empty()).await;
    assert_eq!((engine.judge(&id), engine.lines(&id, Kind::Capture)), ((25_000, 0, 0), 1));
    let listed = engine.query("select service_key from state where key = 'open' and service_key = 'poll'").await;
    assert!(listed.is_empty(), "and is not listed any more");
}

/// The request was lost: a fresh poll does not know it, and it is sent again, under its key.
async fn unknown_sent_again(engine: &Engine) {
    for (order, new, ask) in [
        ("again-1", json!({ "amount": "100.00", "gateway": "CYBERSOURCE" }), of("60.00", "k1")),
        ("again-2", json!({ "amount": "250.00", "provider": "razorpay" }), json!({ "amount": "250.00" })),
        ("again-3", json!({ "amount": "100.00" }), json!({})),
    ] {
        let id = engine.paid(order, &new).await;
        next(engine, Fault::LostBefore);
        let (_, told) = engine.call(order, "capture", &ask).await;
        assert_eq!(told["request"], "unknown", "{told}");
        engine.until("it is sent again", async || engine.view(order).await.open.is_empty()).await;
        assert_eq!(engine.lines(&id, Kind::Capture), 1, "{order}");
        assert!(engine.judge(&id).0 > 0, "{order}");
    }
}

async fn unknown_resolved_by_webhook(engine: &Engine) {
    let id = engine.paid("hook", &json!({ "amount": "100.00", "gateway": "CYBERSOURCE" })).await;
    next(engine, Fault::SilentAfter);
    let (_, told) = engine.call("hook", "capture", &of("60.00", "k1")).await;
    assert_eq!(told["request"], "unknown", "{told}");
    assert_eq!(engine.webhook("juspay", &charged("hook", &id, 60)).await, 200);
    engine.until("the webhook is read", async || engine.view("hook").await.open.is_empty()).await;
    assert_eq!((engine.judge(&id), engine.lines(&id, Kind::Capture)), ((6_000, 0, 0), 1));
}

/// The caller hears *unknown* and asks the same at once: it is not sent at once, since the first may be on its way.
async fn the_callers_own_repeat(engine: &Engine) {
    let id = engine.paid("caller", &json!({ "amount": "250.00", "provider": "razorpay" })).await;
    engine.stand_in.books().ledger.trusting = true;
    next(engine, Fault::LostBefore);
    let ask = json!({ "amount": "250.00" });
    let (_, told) = engine.call("caller", "capture", &ask).await;
    assert_eq!(told["request"], "unknown", "{told}");
    let before = engine.stand_in.books().ledger.capture_requests;
    let (_, told) = engine.call("caller", "capture", &ask).await;
    assert_eq!((&told["request"], engine.stand_in.books().ledger.capture_requests), (&json!("unknown"), before));
    engine.until("it is sent again", async || engine.view("caller").await.open.is_empty()).await;
    assert_eq!((engine.judge(&id).0, engine.lines(&id, Kind::Capture)), (25_000, 1));
    engine.stand_in.books().ledger.trusting = false;
}

async fn doubled_webhook(engine: &Engine) {
    let id = engine.paid("twice", &json!({ "amount": "100.00", "gateway": "CYBERSOURCE" })).await;
    engine.call("twice", "capture", &of("60.00", "k1")).await;
    let before = engine.view("twice").await;
    for _ in 0..2 {
        assert_eq!(engine.webhook("juspay", &charged("twice", &id, 60)).await, 200);
    }
    // Behind the webhooks: one handler at a time, in their order.
    engine.call("twice", "poll", &json!({})).await;
    let after = engine.view("twice").await;
    assert_eq!((after.transactions.len(), &after.conflicts), (1, &vec![]));
    assert_eq!(after.transactions[0].captured, before.transactions[0].captured);
}

/// A wrong sender is refused; what is nobody's, or cannot be read, is kept.
async fn strangers(engine: &Engine) {
    assert_eq!(engine.webhook("razorpay", "no json").await, 200);
    assert_eq!(engine.webhook("juspay", &charged("nobody", "stxn-none", 60)).await, 200);
    engine
        .until("both are kept", async || {
            engine.query("select service_key from state where service_name = 'strays'").await.len() == 2
        })
        .await;
}

async fn two_transactions(engine: &Engine) {
    let new = json!({ "amount": "100.00", "gateway": "CYBERSOURCE" });
    let first = engine.paid("two", &new).await;
    let second = engine.pay("two", 10_000).await;
    let (status, refused) = engine.call("two", "capture", &of("100.00", "k1")).await;
    assert_eq!(status, 400, "which one is meant must be said: {refused}");
    let mut ask = of("100.00", "k1");
    ask["transaction"] = json!(first);
    let (status, told) = engine.call("two", "capture", &ask).await;
    assert_eq!((status, &told["effect"]), (200, &json!("applied")), "{told}");
    let mut ask = of("100.00", "k2");
    ask["transaction"] = json!(second);
    let (status, refused) = engine.call("two", "capture", &ask).await;
    assert_eq!(status, 409);
    assert!(refused["message"].as_str().is_some_and(|text| text.starts_with("order-already-paid: ")), "{refused}");
    assert_eq!((engine.judge(&first).0, engine.judge(&second).0), (10_000, 0));
}

async fn deadline(engine: &Engine) {
    let new = json!({ "amount": "100.00", "gateway": "CYBERSOURCE", "hold_seconds": 2 });
    let id = engine.paid("late", &new).await;
    let held = "authorization-expired: ";
    let is_told = async || engine.view("late").await.conflicts.iter().any(|told| told.starts_with(held));
    engine.until("a person is told of the hold", is_told).await;
    let (status, refused) = engine.call("late", "capture", &of("60.00", "k1")).await;
    assert_eq!(status, 409);
    assert!(refused["message"].as_str().is_some_and(|text| text.starts_with(held)), "{refused}");
    assert_eq!(engine.judge(&id), (0, 0, 0));
}

/// Somebody at the dashboard captured more than was asked: nothing changes, a person looks, and says.
async fn conflict_and_report(engine: &Engine) {
    let id = engine.paid("dash", &json!({ "amount": "100.00", "gateway": "CYBERSOURCE" })).await;
    engine.call("dash", "capture", &of("60.00", "k1")).await;
    assert_eq!(engine.webhook("juspay", &charged("dash", &id, 80)).await, 200);
    engine.until("it is kept", async || !engine.view("dash").await.conflicts.is_empty()).await;
    let view = engine.view("dash").await;
    assert!(view.conflicts[0].starts_with("captured-exceeds-requested: "), "{view:?}");
    let (status, told) = engine.call("dash", "report", &json!({ "captured": "80.00" })).await;
    assert_eq!(status, 200, "{told}");
    let view = engine.view("dash").await;
    assert_eq!((&*view.transactions[0].captured, view.conflicts.len()), ("80.00 INR", 0));
}

/// An order is moved here with a capture that another service sent and did not live to see answered.
async fn moved(engine: &Engine) {
    let id = engine.paid("moved", &json!({ "amount": "100.00", "gateway": "CYBERSOURCE" })).await;
    let state = |key: &str| format!("select value_utf8 from state where service_key = 'moved' and key = '{key}'");
    let read = async |key: &str| -> Value {
        let rows = engine.query(&state(key)).await;
        serde_json::from_str(rows[0]["value_utf8"].as_str().expect("a value")).expect("JSON")
    };
    let (terms, events) = (read("terms").await, read("events").await);
    let (status, refused) = engine.call("moved", "import", &json!({ "terms": &terms, "events": &events })).await;
    assert_eq!(status, 400, "it is here already: {refused}");
    // The other service recorded the request and sent it; no answer was recorded.
    next(engine, Fault::SilentAfter);
    engine.call("moved", "capture", &of("60.00", "k1")).await;
    let mut log = read("events").await;
    log.as_array_mut().expect("a list").retain(|event| event["event"]["type"] != "answered");
    assert!(engine.clear("moved").await, "the admin API takes the state away");
    let (status, view) = engine.call("moved", "import", &json!({ "terms": terms, "events": log })).await;
    assert_eq!((status, &view["open"][0]["status"]), (200, &json!("unknown")), "{view}");
    engine.until("the capture is told", async || engine.view("moved").await.open.is_empty()).await;
    assert_eq!((engine.judge(&id).0, engine.lines(&id, Kind::Capture)), (6_000, 1));
}

/// A webhook of Juspay's of an order of 100 with a part captured.
fn charged(order: &str, uuid: &str, captured: u64) -> String {
    let order = json!({
        "order_id": order, "txn_uuid": uuid, "txn_id": format!("stand-in-{order}-{uuid}"), "status": "PARTIAL_CHARGED",
        "status_id": 37, "amount": 100, "currency": "INR", "captured_amount": captured,
        "txn_detail": { "txn_uuid": uuid, "txn_id": format!("stand-in-{order}-{uuid}"), "order_id": order,
                        "status": "CHARGED", "txn_amount": 100, "currency": "INR" },
    });
    json!({ "id": format!("evt-{uuid}"), "event_name": "ORDER_PARTIAL_CHARGED", "content": { "order": order } })
        .to_string()
}
