//! What the tests share: databases, the stand-in in this process, a core, bounds.
#![allow(dead_code, reason = "every test uses a part of it")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use billing_core::book::Progress;
use billing_core::provider::Access;
use billing_core::stand_in::{Keys, StandIn};
use billing_core::{Ask, Asked, Core, Error, NewOrder, Provider, Settings, Store};
use order_capture::{Currency, Money, Operation, Order};
use sqlx::{Connection, Executor};
use tokio::net::TcpListener;

/// A bound from the environment, or the short one.
pub fn bound(name: &str, short: u32) -> u32 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(short)
}

/// A new, empty database of each kind that there is.
pub async fn databases(test: &str) -> Vec<Database> {
    let name = format!("{test}_{}", std::process::id());
    // A file system in memory shows what is not the disk's; by default it is the disk.
    let at = std::env::var("BILLING_TEST_SQLITE_DIR").map_or(std::env::temp_dir(), PathBuf::from);
    let folder = tempfile::tempdir_in(at).unwrap();
    let url = format!("sqlite://{}/billing.db?mode=rwc", folder.path().display());
    let mut all = vec![Database { url, _folder: Some(folder) }];
    match std::env::var("BILLING_TEST_POSTGRES") {
        Ok(server) => {
            sqlx::any::install_default_drivers();
            let mut connection = sqlx::AnyConnection::connect(&format!("{server}/postgres")).await.unwrap();
            connection.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
            all.push(Database { url: format!("{server}/{name}"), _folder: None });
        }
        Err(_) => {
            println!("PostgreSQL: NOT TESTED, BILLING_TEST_POSTGRES is not set; .ci/billing-core starts a server")
        }
    }
    // One of the two alone: BILLING_TEST_ONLY=sqlite or postgres.
    let only = std::env::var("BILLING_TEST_ONLY").unwrap_or_default();
    all.retain(|database| database.url.starts_with(&only));
    all
}

/// One database; SQLite's file goes with it.
pub struct Database {
    pub url: String,
    _folder: Option<tempfile::TempDir>,
}

pub const JUSPAY_KEY: &str = "stand-in-key";
pub const RAZORPAY_KEY: (&str, &str) = ("rzp_stand_in", "stand-in-secret");

/// The stand-in on a free port of loopback.
pub async fn stand_in() -> (Arc<StandIn>, String) {
    let razorpay = (RAZORPAY_KEY.0.to_owned(), RAZORPAY_KEY.1.to_owned());
    let stand_in = StandIn::new(Keys { juspay: JUSPAY_KEY.to_owned(), razorpay });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(Arc::clone(&stand_in).serve(listener));
    (stand_in, url)
}

/// How the provider is reached.
pub fn access(provider_url: &str, timeout: Duration) -> Access {
    Access {
        juspay_url: provider_url.to_owned(),
        razorpay_url: provider_url.to_owned(),
        juspay_key: JUSPAY_KEY.into(),
        razorpay_key: (RAZORPAY_KEY.0.to_owned(), RAZORPAY_KEY.1.into()),
        timeout,
    }
}

/// Times for tests: what is open is looked at again soon.
pub fn settings(timeout: Duration) -> Settings {
    Settings { pause: Duration::from_millis(20), longest_pause: Duration::from_millis(200), ..Settings::of(timeout) }
}

/// A core on this database, in front of this provider.
pub async fn core(database: &str, provider_url: &str, timeout: Duration) -> Arc<Core> {
    core_with(database, provider_url, timeout, settings(timeout)).await
}

/// The same with other times.
pub async fn core_with(database: &str, provider_url: &str, timeout: Duration, settings: Settings) -> Arc<Core> {
    let store = Store::open(database, 16, Duration::ZERO).await.unwrap();
    Arc::new(Core::new(store, access(provider_url, timeout), settings).unwrap())
}

/// A configuration file for the command line.
pub fn config(folder: &Path, database: &str, url: &str, timeout_ms: u64) -> PathBuf {
    let file = folder.join(format!("billing-{timeout_ms}.json"));
    let config = serde_json::json!({
        "database": database, "timeout_ms": timeout_ms, "pause_ms": 20,
        "juspay": { "url": url, "api_key": JUSPAY_KEY },
        "razorpay": { "url": url, "key_id": RAZORPAY_KEY.0, "key_secret": RAZORPAY_KEY.1 },
        "webhooks": { "juspay": [{ "user": "webhooks", "password": "secret" }], "razorpay": ["secret"] },
    });
    std::fs::write(&file, config.to_string()).unwrap();
    file
}

/// Asks and delivers, as the command line does.
pub async fn capture(core: &Core, order: &str, amount: &str, key: Option<&str>) -> Result<Progress, Error> {
    ask(core, Operation::Capture, order, None, amount, key).await
}

/// The same of anything.
pub async fn ask(
    core: &Core,
    operation: Operation,
    order: &str,
    transaction: Option<&str>,
    amount: &str,
    key: Option<&str>,
) -> Result<Progress, Error> {
    let ask = Ask { operation, amount: Some(amount), key, last: false };
    match core.ask(order, transaction, &ask).await? {
        Asked::Stored(claim, book) => core.deliver(claim, *book).await,
        Asked::AlreadyApplied(_) => Ok(Progress::Done),
    }
}

/// What is captured of an order by the books: of all its transactions.
pub async fn booked(core: &Core, order: &str) -> u64 {
    let book = core.store.book(order).await.unwrap();
    book.transactions.iter().map(|transaction| transaction.amounts().captured.get()).sum()
}

/// An order of so many minor units of INR; the gateway says whose: none is Razorpay.
pub fn order(id: &str, minor: u64, gateway: Option<&str>) -> NewOrder {
    let amount = Money::new(order_capture::Minor::new(minor).unwrap(), Currency::INR);
    NewOrder {
        order: Order::new(id.parse().unwrap(), amount),
        provider: if gateway.is_some() { Provider::Juspay } else { Provider::Razorpay },
        gateway: gateway.unwrap_or_default().to_owned(),
        provider_order: String::new(),
    }
}

/// Enters an order, lets the payer pay, and reads the hold. Gives the transaction's name.
pub async fn held(core: &Core, stand_in: &StandIn, id: &str, minor: u64, gateway: Option<&str>) -> String {
    let book = core.order(order(id, minor, gateway)).await.unwrap();
    let transaction = stand_in.books().pay(&book.terms.provider_order, minor).unwrap();
    core.poll(book, Some(&transaction)).await.unwrap();
    transaction
}
