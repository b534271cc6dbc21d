//! Faults 11 and 12: what comes to the endpoint, the worker that stays, and the figures.

use std::sync::Arc;
use std::time::{Duration, Instant};

use billing_core::receiver::{self, Secrets, signature};
use billing_core::stand_in::faults::Fault;
use billing_core::{Core, Provider};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::support::{booked, capture, databases, held, order};
use super::{both, captured};

struct Endpoint {
    client: reqwest::Client,
    url: String,
}

impl Endpoint {
    async fn of(core: &Arc<Core>) -> Self {
        let secrets = Secrets { juspay: vec![("name".into(), "password".into())], razorpay: vec!["secret".into()] };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = receiver::router(Arc::clone(core), secrets);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { client: reqwest::Client::new(), url }
    }

    async fn tell(&self, body: &[u8], id: &str) -> u16 {
        let request = self.client.post(format!("{}/webhooks/razorpay", self.url)).body(body.to_vec());
        let request = request.header("x-razorpay-signature", signature("secret", body));
        request.header("x-razorpay-event-id", id).send().await.unwrap().status().as_u16()
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let answer = self.client.get(format!("{}{path}", self.url)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

/// What Razorpay tells of a payment.
fn event(payment: &str, order: &str, minor: u64, status: &str) -> String {
    let is_captured = status == "captured";
    format!(
        r#"{{"entity":"event","event":"payment.{status}","created_at":1770091560,"payload":{{"payment":{{"entity":
        {{"id":"{payment}","entity":"payment","amount":{minor},"currency":"INR","status":"{status}",
        "captured":{is_captured},"order_id":"{order}","amount_refunded":0,"created_at":1770091500}}}}}}}}"#
    )
}

/// Fault 11: Webhooks of somebody else's orders got a 404: Razorpay disables an endpoint that fails for a day. And what
/// could not be read was in the way, or lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_that_is_signed_is_kept_and_read_later() {
    for database in databases("inbox").await {
        let (_, core, _) = both(&database.url).await;
        let endpoint = Endpoint::of(&core).await;
        let ours = core.order(order("o-1", 10_000, None)).await.unwrap().provider_order;
        let all: [(&[u8], &str); 4] = [
            (event("pay_9", "order_of_somebody", 10_000, "captured").as_bytes(), "e-1"),
            (b"<html>", "e-2"),
            (b"\xff\xfe", "e-3"),
            (event("pay_1", &ours, 10_000, "authorized").as_bytes(), "e-4"),
        ]
        .map(|(body, id)| (body.to_vec().leak() as &[u8], id));
        for (body, id) in all {
            assert_eq!(endpoint.tell(body, id).await, 200, "{id}");
        }
        for _ in 0..40 {
            core.read_inbox().await.unwrap();
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
        let unread = core.unread().await.unwrap();
        let mut listed: Vec<(&str, &str)> = unread.iter().map(|(_, id, state, ..)| (&**id, &**state)).collect();
        listed.sort_unstable();
        assert_eq!(listed, [("e-1", "foreign"), ("e-2", "unread"), ("e-3", "unread")]);
        let bytes = unread.iter().find(|(_, id, ..)| id == "e-3").unwrap();
        assert_eq!(bytes.4, "hex:fffe", "byte by byte");
        assert_eq!(core.store.book("o-1").await.unwrap().transaction(None).unwrap().amounts().held.get(), 10_000);
        let (status, figures) = endpoint.get("/metrics").await;
        assert_eq!(status, 200);
        assert!(figures.contains("billing_inbox_unread 3\n"), "{figures}");
    }
}

/// Fault 12: 1,500 payments of one order, a stranger's tries, slowed every webhook to 11 a second.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_payments_of_one_order() {
    for database in databases("many").await {
        let (_, core, _) = both(&database.url).await;
        let endpoint = Endpoint::of(&core).await;
        let ours = core.order(order("o-1", 10_000, None)).await.unwrap().provider_order;
        let other = core.order(order("o-2", 10_000, None)).await.unwrap().provider_order;
        let payments = super::support::bound("PAYMENTS", 300);
        for number in 0..payments {
            let text = event(&format!("pay_{number}"), &ours, 10_000, "failed");
            core.receive(Provider::Razorpay, None, text.as_bytes()).await.unwrap();
        }
        while core.read_inbox().await.unwrap() > 0 {}
        assert_eq!(u32::try_from(core.store.book("o-1").await.unwrap().transactions.len()).unwrap(), payments);
        // Of this order: kept at once, whatever the order is like; read afterwards.
        let started = Instant::now();
        for number in 0..50 {
            let text = event(&format!("pay_{number}"), &ours, 10_000, "failed");
            assert_eq!(endpoint.tell(text.as_bytes(), &format!("e-{number}")).await, 200);
        }
        let kept = 50.0 / started.elapsed().as_secs_f64();
        let started = Instant::now();
        while core.read_inbox().await.unwrap() > 0 {}
        let read = 50.0 / started.elapsed().as_secs_f64();
        println!(
            "{}: an order of {payments} payments: {kept:.0} webhooks/s kept, {read:.0}/s read",
            core.store.backend()
        );
        // Another order's are not behind them.
        assert_eq!(endpoint.tell(event("pay_x", &other, 10_000, "authorized").as_bytes(), "e-x").await, 200);
        core.read_inbox().await.unwrap();
        assert_eq!(core.store.book("o-2").await.unwrap().transactions.len(), 1);
    }
}

/// The worker that stays reads what comes, resolves what is open, and finishes what it has begun when it is told to
/// stop. Health is a write.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_worker_stays_until_it_is_told() {
    for database in databases("resident").await {
        let (stand_in, core, _) = both(&database.url).await;
        let endpoint = Endpoint::of(&core).await;
        let (stop, stopped) = watch::channel(false);
        let working = tokio::spawn(Arc::clone(&core).stay(stopped));
        let payment = held(&core, &stand_in, "o-1", 10_000, None).await;
        stand_in.books().faults.script = vec![Fault::LostBefore];
        capture(&core, "o-1", "100.00", None).await.unwrap();
        let (_, figures) = endpoint.get("/metrics").await;
        assert!(figures.contains("billing_open{step=\"ask\"} 1\n"), "{figures}");
        let patience = Instant::now();
        while booked(&core, "o-1").await == 0 {
            assert!(patience.elapsed() < Duration::from_secs(20), "nobody found out");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(captured(&stand_in, &payment), 10_000);
        assert_eq!(endpoint.get("/health").await, (200, "ok".to_owned()));
        stop.send_replace(true);
        tokio::time::timeout(Duration::from_secs(5), working).await.expect("it ends").unwrap();
    }
}
