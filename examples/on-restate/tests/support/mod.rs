//! A Restate server, the service and the provider's stand-in, on free ports of loopback. The first two are processes
//! that can be killed and started again; the stand-in is in this one, so that its ledger can be looked at.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use billing_core::provider::Secret;
use billing_core::receiver::Secrets;
use billing_core::stand_in::ledger::{Kind, Payment};
use billing_core::stand_in::webhooks::Delivery;
use billing_core::stand_in::{Keys, StandIn};
use on_restate::show::View;
use serde_json::{Value, json};

/// The service's times here: short, so that a request is soon known not to be on its way any more.
const TIMES: [(&str, &str); 5] = [
    ("PROVIDER_TIMEOUT_MS", "1000"),
    ("PATIENCE_MS", "3000"),
    ("PROVIDER_WINDOW_MS", "500"),
    ("POLL_FIRST_MS", "500"),
    ("POLL_LONGEST_MS", "4000"),
];

/// How long anything may take here.
const PATIENCE: Duration = Duration::from_secs(90);

/// Everything that runs.
pub struct Engine {
    /// The provider.
    pub stand_in: Arc<StandIn>,
    http: reqwest::Client,
    folder: tempfile::TempDir,
    provider: u16,
    ingress: u16,
    admin: u16,
    node: u16,
    listen: u16,
    server: Mutex<Option<Child>>,
    service: Mutex<Option<Child>>,
}

impl Engine {
    /// Starts all of it; `webhooks`: whether the provider tells of itself.
    pub async fn start(webhooks: bool) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let provider = listener.local_addr().expect("an address").port();
        let key = ("rzp_stand_in".to_owned(), "secret".to_owned());
        let stand_in = StandIn::new(Keys { juspay: "key".to_owned(), razorpay: key });
        let [ingress, admin, node, listen] = free_ports();
        tokio::spawn(Arc::clone(&stand_in).serve(listener));
        if webhooks {
            stand_in.books().webhooks.enabled = true;
            let secrets = Secrets {
                juspay: vec![("hooks".to_owned(), Secret("hook".to_owned()))],
                razorpay: vec![Secret("hook".to_owned())],
            };
            let (url, late) = (format!("http://127.0.0.1:{ingress}"), Duration::from_millis(200));
            tokio::spawn(Arc::clone(&stand_in).tell(Delivery { url, secrets, doubled_percent: 50, late }, || false));
        }
        let (http, folder) = (reqwest::Client::new(), tempfile::tempdir().expect("a folder"));
        let engine = Self {
            stand_in,
            http,
            folder,
            provider,
            ingress,
            admin,
            node,
            listen,
            server: Mutex::default(),
            service: Mutex::default(),
        };
        engine.start_service();
        engine.start_server();
        engine.register().await;
        engine
    }

    /// Starts the service.
    pub fn start_service(&self) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_on-restate"));
        command.envs(TIMES).envs([
            ("PROVIDER_URL", &*format!("http://127.0.0.1:{}", self.provider)),
            ("LISTEN", &*format!("127.0.0.1:{}", self.listen)),
            ("JUSPAY_API_KEY", "key"),
            ("RAZORPAY_KEY_ID", "rzp_stand_in"),
            ("RAZORPAY_KEY_SECRET", "secret"),
            ("WEBHOOK_USER", "hooks"),
            ("WEBHOOK_SECRET", "hook"),
        ]);
        *lock(&self.service) = Some(spawn(&mut command, &self.folder.path().join("service.log")));
    }

    /// Starts the server on its data.
    pub fn start_server(&self) {
        let binary = std::env::var_os("RESTATE_SERVER").expect("RESTATE_SERVER: run these tests by .ci/on-restate");
        let mut command = Command::new(binary);
        command.args(["--no-logo", "--base-dir"]).arg(self.folder.path().join("data")).envs([
            ("RESTATE_INGRESS__BIND_ADDRESS", format!("127.0.0.1:{}", self.ingress)),
            ("RESTATE_ADMIN__BIND_ADDRESS", format!("127.0.0.1:{}", self.admin)),
            ("RESTATE_BIND_ADDRESS", format!("127.0.0.1:{}", self.node)),
            ("RESTATE_DISABLE_TELEMETRY", "true".to_owned()),
            ("RESTATE_LOG_FILTER", "warn".to_owned()),
            ("RESTATE_DEFAULT_NUM_PARTITIONS", "4".to_owned()),
        ]);
        *lock(&self.server) = Some(spawn(&mut command, &self.folder.path().join("server.log")));
    }

    /// `kill -9` of the service.
    pub fn kill_service(&self) {
        kill(&self.service);
    }

    /// `kill -9` of the server.
    pub fn kill_server(&self) {
        kill(&self.server);
    }

    async fn register(&self) {
        let body = json!({ "uri": format!("http://127.0.0.1:{}", self.listen) });
        self.until("the service is registered", async || {
            let url = format!("http://127.0.0.1:{}/deployments", self.admin);
            self.post(&url, &body, None).await.is_some_and(|(status, _)| status < 300)
        })
        .await;
    }

    /// Waits until it is so.
    pub async fn until(&self, what: &str, is_so: impl AsyncFn() -> bool) {
        let began = Instant::now();
        while !is_so().await {
            if began.elapsed() > PATIENCE {
                self.give_up(what);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until nothing of an order is open any more, or it waits for a person.
    pub async fn resolved(&self, order: &str) -> View {
        let began = Instant::now();
        loop {
            let view = self.view(order).await;
            if view.open.is_empty() || !view.conflicts.is_empty() {
                return view;
            }
            if began.elapsed() > PATIENCE {
                self.give_up(&format!("{order} is resolved"));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn give_up(&self, what: &str) -> ! {
        let kept = std::env::temp_dir().join("on-restate-failed");
        let _ = std::fs::create_dir_all(&kept);
        for log in ["server.log", "service.log"] {
            let _ = std::fs::copy(self.folder.path().join(log), kept.join(log));
        }
        panic!("not within {PATIENCE:?}: {what}; the logs are in {}", kept.display());
    }

    async fn post(&self, url: &str, body: &Value, once: Option<&str>) -> Option<(u16, Value)> {
        let request =
            self.http.post(url).header("content-type", "application/json").header("accept", "application/json");
        let request = match once {
            Some(once) => request.header("idempotency-key", once),
            None => request,
        };
        let response = request.body(body.to_string()).send().await.ok()?;
        let status = response.status().as_u16();
        let text = response.text().await.ok()?;
        Some((status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
    }

    /// Calls a handler of an order as a careful caller does: again, with the same words, until there is an answer.
    /// Where they have no key of the provider's, under a key of the engine's, so that the same call is one call.
    pub async fn call(&self, order: &str, handler: &str, body: &Value) -> (u16, Value) {
        let began = Instant::now();
        let once = body.get("key").is_none().then(|| format!("{order}-{}", fastrand::u64(..)));
        let url = format!("http://127.0.0.1:{}/orders/{order}/{handler}", self.ingress);
        loop {
            match self.post(&url, body, once.as_deref()).await {
                Some((status, answer)) if status != 503 && status != 502 => return (status, answer),
                other if began.elapsed() > PATIENCE => panic!("{order}/{handler}: {other:?}"),
                _ => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }

    /// The order as the service tells it.
    pub async fn view(&self, order: &str) -> View {
        let url = format!("http://127.0.0.1:{}/orders/{order}/status", self.ingress);
        let began = Instant::now();
        loop {
            let answer = match self.http.get(&url).send().await {
                Ok(response) => response.text().await.unwrap_or_default(),
                Err(error) => error.to_string(),
            };
            match serde_json::from_str(&answer) {
                Ok(view) => return view,
                Err(_) if began.elapsed() < PATIENCE => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Err(error) => panic!("{order}/status: {error}: {answer}"),
            }
        }
    }

    /// Posts a webhook as the provider does. Gives the HTTP status.
    pub async fn webhook(&self, provider: &str, body: &str) -> u16 {
        let url = format!("http://127.0.0.1:{}/webhooks/{provider}", self.ingress);
        let request = self.http.post(url).body(body.to_owned()).header("content-type", "application/json");
        let request = match provider {
            "juspay" => request.basic_auth("hooks", Some("hook")),
            _ => request.header("x-razorpay-signature", billing_core::receiver::signature("hook", body.as_bytes())),
        };
        request.send().await.map_or(0, |response| response.status().as_u16())
    }

    /// Rows of the engine's own tables.
    pub async fn query(&self, sql: &str) -> Vec<Value> {
        let url = format!("http://127.0.0.1:{}/query", self.admin);
        let answer = self.post(&url, &json!({ "query": sql }), None).await;
        let rows = answer.and_then(|(_, answer)| answer["rows"].as_array().cloned());
        rows.unwrap_or_default()
    }

    /// Takes the state of an order away, as an operator can.
    pub async fn clear(&self, order: &str) -> bool {
        let url = format!("http://127.0.0.1:{}/services/orders/state", self.admin);
        let body = json!({ "object_key": order, "new_state": {} });
        let is_taken = self.post(&url, &body, None).await.is_some_and(|(status, _)| status < 300);
        let query = format!("select key from state where service_name = 'orders' and service_key = '{order}'");
        self.until("the state is away", async || self.query(&query).await.is_empty()).await;
        is_taken
    }

    /// Enters an order and lets the payer pay it. Gives the transaction's name, once the service knows it.
    pub async fn paid(&self, order: &str, new: &Value) -> String {
        let (status, view) = self.call(order, "create", new).await;
        assert_eq!(status, 200, "{view}");
        self.pay(order, minor(new)).await
    }

    /// Lets the payer pay an order once more.
    pub async fn pay(&self, order: &str, amount: u64) -> String {
        let id = {
            let mut books = self.stand_in.books();
            // The provider's name of the order: ours, or Razorpay's own, which was made in the order of the calls.
            let known = books.ledger.orders.contains_key(order);
            let name = if known { order.to_owned() } else { razorpay_name(&books.ledger.orders) };
            books.pay(&name, amount).expect("the order is known to the provider")
        };
        let body = json!({ "transaction": id });
        let (status, view) = self.call(order, "poll", &body).await;
        assert_eq!(status, 200, "{view}");
        id
    }

    /// What the judge has of a payment: captured, voided, refunded.
    pub fn judge(&self, payment: &str) -> (u64, u64, u64) {
        let books = self.stand_in.books();
        let known = &books.ledger.payments[payment];
        (known.captured(), known.voided(), known.refunded())
    }

    /// How many lines of a kind the judge has.
    pub fn lines(&self, payment: &str, kind: Kind) -> usize {
        let books = self.stand_in.books();
        let known: &Payment = &books.ledger.payments[payment];
        known.lines.iter().filter(|line| line.kind == kind).count()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        kill(&self.service);
        kill(&self.server);
    }
}

/// The newest of the names that Razorpay gave.
fn razorpay_name(orders: &std::collections::BTreeMap<String, billing_core::stand_in::ledger::Order>) -> String {
    let last = orders.iter().filter(|(_, order)| order.provider == "razorpay").map(|(name, _)| name.clone()).max();
    last.expect("an order at Razorpay")
}

fn minor(new: &Value) -> u64 {
    let text = new["amount"].as_str().expect("an amount");
    text.replace('.', "").parse().expect("an amount in two decimals")
}

fn spawn(command: &mut Command, log: &Path) -> Child {
    let out = std::fs::OpenOptions::new().create(true).append(true).open(log).expect("a log");
    let err = out.try_clone().expect("a log");
    command.stdin(Stdio::null()).stdout(out).stderr(err).spawn().expect("it starts")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn kill(child: &Mutex<Option<Child>>) {
    if let Some(mut child) = lock(child).take() {
        // SIGKILL, on Unix.
        let _ = child.kill();
        let _ = child.wait();
    }
}

fn free_ports<const N: usize>() -> [u16; N] {
    let held: [TcpListener; N] = std::array::from_fn(|_| TcpListener::bind("127.0.0.1:0").expect("a port"));
    held.map(|listener| listener.local_addr().expect("an address").port())
}

/// A number from the environment.
pub fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Where the README is.
pub fn readme() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")
}
