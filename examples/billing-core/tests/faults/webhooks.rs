//! Faults 11 and 12: what comes to the endpoint, the worker that stays, and the figures.

use std::sync::Arc;
use std::time::{Duration, Instant};

use billing_core::receiver::{self, Secrets, signature};
use billing_core::stand_in::faults::{Fault, Faults};
use billing_core::{Core, Provider};
use sqlx::{Connection, Executor};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::support::{self, booked, capture, databases, held, order};
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
        let ours = core.order(order("o-1", 10_000, None)).await.unwrap().terms.provider_order;
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
        let ours = core.order(order("o-1", 10_000, None)).await.unwrap().terms.provider_order;
        let other = core.order(order("o-2", 10_000, None)).await.unwrap().terms.provider_order;
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
        // Health is a write.
        assert_eq!(endpoint.get("/health").await, (200, "ok".to_owned()));
        let mut other = sqlx::AnyConnection::connect(&database.url).await.unwrap();
        other.execute("ALTER TABLE health RENAME TO elsewhere").await.unwrap();
        assert_eq!(endpoint.get("/health").await.0, 503);
        stop.send_replace(true);
        tokio::time::timeout(Duration::from_secs(5), working).await.expect("it ends").unwrap();
    }
}

/// What is on its way when the worker is told to stop is waited for, and its answer is stored.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_begun_is_finished() {
    for database in databases("stopped").await {
        let (stand_in, url) = support::stand_in().await;
        let core = support::core(&database.url, &url, Duration::from_secs(20)).await;
        held(&core, &stand_in, "o-1", 10_000, None).await;
        stand_in.books().faults = Faults::parse("seed=1,delay=2000").unwrap();
        stand_in.books().faults.script = vec![Fault::TooMany];
        capture(&core, "o-1", "100.00", None).await.unwrap();
        let (stop, stopped) = watch::channel(false);
        let working = tokio::spawn(Arc::clone(&core).stay(stopped));
        let patience = Instant::now();
        while stand_in.books().ledger.capture_requests < 2 {
            assert!(patience.elapsed() < Duration::from_secs(20), "nobody sends it");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        stop.send_replace(true);
        working.await.unwrap();
        assert_eq!(booked(&core, "o-1").await, 10_000);
    }
}

/// Standard error of a process, kept.
#[derive(Clone, Default)]
struct Lines(Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The log tells the steps of an order, each with the order's id.
#[tokio::test]
async fn the_log_tells_the_steps_of_an_order() {
    for database in databases("logged").await {
        let lines = Lines::default();
        let kept = lines.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || kept.clone()).finish();
        let _guard = tracing::subscriber::set_default(subscriber);
        let (stand_in, core, _) = both(&database.url).await;
        held(&core, &stand_in, "o-7", 10_000, None).await;
        stand_in.books().faults.script = vec![Fault::CutAfter];
        capture(&core, "o-7", "100.00", None).await.unwrap();
        let said = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let mut steps = said.lines().filter(|line| line.contains("order=\"o-7\"") || line.contains("order=o-7"));
        for step in ["told", "stored", "sent", "not answered", "told"] {
            assert!(steps.any(|line| line.contains(step)), "{step}: {said}");
        }
    }
}
