//! What the providers tell of themselves: late, twice, out of order, again until it is taken.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::StandIn;
use crate::receiver::{Secrets, signature};

/// One webhook.
#[derive(Clone, Debug)]
pub struct Webhook {
    provider: &'static str,
    id: String,
    body: String,
}

/// Those not told yet.
#[derive(Debug, Default)]
pub struct Webhooks {
    queue: Vec<Webhook>,
    count: u64,
    /// Whether anybody listens: without, nothing is kept.
    pub enabled: bool,
}

/// How webhooks are told.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The receiver's scheme and authority.
    pub url: String,
    /// What the receiver expects.
    pub secrets: Secrets,
    /// Of a hundred, how many are told twice.
    pub doubled_percent: u32,
    /// The longest that one is late: those told together overtake each other.
    pub late: Duration,
}

/// How many times an untaken webhook is told. Source: Juspay, 16 tries in 24 hours.
const TRIES: u32 = 16;

impl Webhooks {
    pub(super) fn juspay(&mut self, name: &str, order_body: &str) {
        self.count += 1;
        let id = format!("evt_V2_{:016}", self.count);
        let date = super::now().to_rfc3339();
        // Quoted by hand, so that the order's numbers stay as they are.
        let body = format!(
            r#"{{"id":"{id}","event_name":"{name}","date_created":"{date}","content":{{"order":{order_body}}}}}"#
        );
        self.push(Webhook { provider: "juspay", id, body });
    }

    pub(super) fn razorpay(&mut self, body: &str) {
        self.count += 1;
        let id = format!("evt_{:014}", self.count);
        self.push(Webhook { provider: "razorpay", id, body: body.to_owned() });
    }

    fn push(&mut self, webhook: Webhook) {
        if self.enabled {
            self.queue.push(webhook);
        }
    }

    /// How many are not told yet.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.queue.len()
    }
}

impl StandIn {
    /// Tells webhooks until `stop` says so and none is left. Gives how many deliveries were taken.
    pub async fn tell(self: Arc<Self>, to: Delivery, stop: impl Fn() -> bool) -> u64 {
        let client = reqwest::Client::new();
        let (gate, to) = (Arc::new(Semaphore::new(16)), Arc::new(to));
        let mut under_way = JoinSet::new();
        let mut taken = 0;
        loop {
            let stopping = stop();
            let batch = std::mem::take(&mut self.books().webhooks.queue);
            if batch.is_empty() && stopping && under_way.is_empty() {
                return taken;
            }
            for webhook in batch {
                let copies = if fastrand::u32(0..100) < to.doubled_percent { 2 } else { 1 };
                for _ in 0..copies {
                    let (client, gate, to, webhook) = (client.clone(), gate.clone(), to.clone(), webhook.clone());
                    under_way.spawn(async move { deliver(&client, &gate, &to, &webhook).await });
                }
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
            while let Some(done) = under_way.try_join_next() {
                taken += u64::from(done.unwrap_or(false));
            }
        }
    }
}

async fn deliver(client: &reqwest::Client, gate: &Semaphore, to: &Delivery, webhook: &Webhook) -> bool {
    for attempt in 0..TRIES {
        let late = u64::try_from(to.late.as_millis()).unwrap_or_default() * u64::from(attempt + 1);
        tokio::time::sleep(Duration::from_millis(fastrand::u64(0..=late))).await;
        let _turn = gate.acquire().await;
        let request = client.post(format!("{}/webhooks/{}", to.url, webhook.provider)).body(webhook.body.clone());
        let request = if webhook.provider == "juspay" {
            let login = to.secrets.juspay.first().map(|(name, password)| format!("{name}:{}", password.0));
            request.header("authorization", format!("Basic {}", STANDARD.encode(login.unwrap_or_default())))
        } else {
            let secret = to.secrets.razorpay.first().map_or("", |secret| &secret.0);
            let signature = signature(secret, webhook.body.as_bytes());
            request.header("x-razorpay-signature", signature).header("x-razorpay-event-id", &webhook.id)
        };
        let answer = request.header("content-type", "application/json").send().await;
        if answer.is_ok_and(|answer| answer.status().is_success()) {
            return true;
        }
    }
    false
}
