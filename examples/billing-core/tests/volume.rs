//! Many orders with everything going wrong that can, webhooks shuffled and doubled, through the real receiver: answers
//! lost, cut, refused (401, 403, 429) and replaced by pages; orders that are paid twice; somebody at the dashboard who
//! captures and refunds too; a full disk; clocks that differ. At the end the books and the provider's ledger agree to the
//! minor unit, payment by payment, or the order is listed for a person.

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use billing_core::receiver::{self, Secrets};
use billing_core::stand_in::StandIn;
use billing_core::stand_in::faults::Faults;
use billing_core::stand_in::ledger::Kind;
use billing_core::stand_in::webhooks::Delivery;
use billing_core::store::LOADS;
use billing_core::write::STATEMENTS;
use billing_core::{Ask, Asked, Core, Error};
use order_capture::Operation;
use sqlx::{Connection, Executor};
use support::{bound, core, databases, order, stand_in};
use tokio::net::TcpListener;

/// Of a thousand requests that move money.
const FAULTS: &str = "seed=7,lost-before=3,silent-after=3,error-before=15,cut-after=15,error-after=15,\
                      gateway-silent=15,pending-succeeds=20,pending-fails=5,fails=10,\
                      unauthorized=3,forbidden=3,too-many=5,html=5,redirect=3";
const WORKERS: u32 = 24;

/// What one order is to go through.
struct Plan {
    id: String,
    minor: u64,
    gateway: Option<&'static str>,
    /// Operation, amount in minor units or all, key.
    steps: Vec<(Operation, Option<u64>, Option<String>)>,
    polls: bool,
    /// The payer pays twice, and the steps are for the second payment.
    twice: bool,
    /// Before which step somebody is at the dashboard, what they do, and to which payment.
    dashboard: Option<(usize, Kind, bool)>,
}

fn plan(number: u32, random: &mut fastrand::Rng) -> Plan {
    let gateway = *random.choice(&[None, None, Some("CYBERSOURCE"), Some("SIMPL"), Some("")]).unwrap();
    let minor = random.u64(200..5_000_000);
    let part = random.u64(1..minor);
    let key = |step: u32| Some(format!("{number}-key-of-step-{step}"));
    use Operation::{Capture, Refund, Void};
    let mut steps = match (gateway, random.u32(0..100)) {
        (_, 0..5) => vec![],
        (Some(_), 5..15) => vec![(Void, None, None)],
        (Some("CYBERSOURCE"), 15..60) => vec![(Capture, Some(part), key(1))],
        (Some("SIMPL"), 15..40) => vec![(Capture, Some(part), key(1)), (Capture, Some(minor - part), key(2))],
        (Some("SIMPL"), 40..60) => vec![(Capture, Some(part), key(1)), (Void, None, None)],
        (Some(_), _) => vec![(Capture, None, None)],
        (None, _) => vec![(Capture, Some(minor), None)],
    };
    if random.u32(0..100) < 15 {
        steps.push((Refund, Some(1 + part / 2), key(9)));
    }
    let (twice, polls) = (random.u32(0..100) < 8, random.bool());
    let kind = if random.bool() { Kind::Capture } else { Kind::Refund };
    let dashboard = (random.u32(0..100) < 8).then(|| (random.usize(0..=steps.len()), kind, random.bool()));
    Plan { id: format!("o-{number}"), minor, gateway, steps, polls, twice, dashboard }
}

fn major(minor: u64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

/// What moves no money is tried again: a busy machine may answer too late, and a poll with a page.
async fn tried_again<T>(answer: Result<T, Error>) -> Option<T> {
    match answer {
        Err(error) if error.may_retry() || matches!(error, Error::Malformed(_)) => {
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
        done => Some(done.unwrap()),
    }
}

/// One order, from its entry to its last step. Gives the codes of what was refused.
async fn play(core: &Core, stand_in: &StandIn, plan: &Plan) -> Vec<&'static str> {
    let entered = loop {
        let new = order(&plan.id, plan.minor, plan.gateway);
        if let Some(entered) = tried_again(core.order(new).await).await {
            break entered;
        }
    };
    let pay = || stand_in.books().pay(&entered.terms.provider_order, plan.minor).unwrap();
    let first = pay();
    // The provider's clock differs from ours: by two minutes, ahead or behind.
    let skew = Duration::from_secs(120);
    if let Some(payment) = stand_in.books().ledger.payments.get_mut(&first) {
        payment.created = if plan.polls { payment.created + skew } else { payment.created - skew };
    }
    let payment = if plan.twice { pay() } else { first.clone() };
    if plan.polls {
        let poll = async || core.poll(core.store.book(&plan.id).await.unwrap(), Some(&payment)).await;
        while tried_again(poll().await).await.is_none() {}
    }
    let mut refused = Vec::new();
    let somebody = |step: usize| {
        if let Some((_, kind, is_first)) = plan.dashboard.filter(|(before, ..)| *before == step) {
            let which = if is_first { &first } else { &payment };
            stand_in.books().at_the_dashboard(which, kind, 1 + plan.minor / 3);
        }
    };
    for (step, (operation, amount, key)) in plan.steps.iter().enumerate() {
        somebody(step);
        let amount = amount.map(major);
        let ask = Ask { operation: *operation, amount: amount.as_deref(), key: key.as_deref(), last: false };
        for wait in 0.. {
            match core.ask(&plan.id, Some(&payment), &ask).await {
                Ok(Asked::Stored(claim, book)) => drop(core.deliver(claim, *book).await),
                Ok(Asked::AlreadyApplied(_)) => {}
                // The webhook of the hold is still on its way.
                Err(Error::NoTransaction { .. }) if wait < 2000 => {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    continue;
                }
                // What went before is not resolved yet: it is tried again, twice.
                Err(error) if error.may_retry() && wait < 2 => {
                    tokio::time::sleep(Duration::from_millis(40)).await;
                    continue;
                }
                Err(error) => refused.push(error.code()),
            }
            break;
        }
    }
    somebody(plan.steps.len());
    refused
}

/// Polls that are answered with something else, now and then.
async fn spoil_polls(stand_in: Arc<StandIn>) {
    loop {
        for answer in [(200, "<html>Please wait</html>"), (429, "{}"), (401, "{}"), (503, "")] {
            tokio::time::sleep(Duration::from_millis(60)).await;
            stand_in.books().faults.polls = vec![(answer.0, answer.1.to_owned())];
        }
    }
}

/// Fills the disk now and then: nothing can be written, and SQLite ends the transaction by itself, as it does then.
/// Gives how often.
async fn fill_the_disk(url: String, stop: Arc<AtomicBool>) -> u32 {
    let mut other = sqlx::AnyConnection::connect(&url).await.unwrap();
    let mut times = 0;
    let of_each = |text: fn(&str) -> String| {
        let tables = ["orders", "events", "outbox", "inbox", "cases"];
        let all = tables
            .iter()
            .flat_map(|table| ["INSERT ON", "UPDATE ON", "DELETE ON"].map(|what| format!("{what} {table}")));
        format!("BEGIN IMMEDIATE; {} COMMIT", all.map(|what| text(&what)).collect::<String>())
    };
    let full = of_each(|what| {
        let name = what.replace(' ', "_");
        format!("CREATE TRIGGER full_{name} BEFORE {what} BEGIN SELECT RAISE(ROLLBACK, 'disk is full'); END; ")
    });
    let free = of_each(|what| format!("DROP TRIGGER full_{}; ", what.replace(' ', "_")));
    other.execute("PRAGMA busy_timeout = 60000").await.unwrap();
    while !stop.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_secs(3)).await;
        other.execute(sqlx::AssertSqlSafe(full.clone())).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        other.execute(sqlx::AssertSqlSafe(free.clone())).await.unwrap();
        times += 1;
    }
    times
}

/// A machine whose clock is a minute ahead works on the same database, again and again. Gives how often; PostgreSQL
/// only, since SQLite's clock is its machine's.
async fn work_ahead(config: std::path::PathBuf, stop: Arc<AtomicBool>) -> u32 {
    let mut times = 0;
    while !stop.load(Ordering::Relaxed) && std::process::Command::new("faketime").arg("--version").output().is_ok() {
        let mut ahead = std::process::Command::new("faketime");
        ahead.args(["-f", "+60s", env!("CARGO_BIN_EXE_billing-core"), "reconcile", "--rounds", "10"]);
        ahead.env("BILLING_CONFIG", &config).env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        let said = tokio::task::spawn_blocking(move || ahead.output().unwrap()).await.unwrap();
        assert!(matches!(said.status.code(), Some(0 | 3)), "{said:?}");
        times += 1;
    }
    times
}

/// Both sides' lines of an order, the events from both ends of the log.
async fn story(core: &Core, stand_in: &StandIn, id: &str) -> String {
    let book = core.store.book(id).await.unwrap();
    let theirs =
        stand_in.books().ledger.payments.values().find(|payment| payment.order == book.terms.provider_order).cloned();
    let events: Vec<String> = book.log.iter().map(|event| serde_json::to_string(&event.event).unwrap()).collect();
    let shown = if events.len() > 16 { [&events[..8], &events[events.len() - 8..]].concat() } else { events };
    format!("{id}, {}: {theirs:?}\n  {}", book.terms.gateway, shown.join("\n  "))
}

/// The orders with a request that is open.
async fn open_orders(core: &Core) -> Vec<String> {
    let mut open = Vec::new();
    for id in core.store.order_ids().await.unwrap() {
        if !core.store.open_rows(&id).await.unwrap().is_empty() {
            open.push(id);
        }
    }
    open
}

/// Every payment's figures in both ledgers: captured, refunded, held. Gives the sums of those that agree, how many
/// payments were compared, and the orders that differ and are listed.
async fn compare(core: &Core, stand_in: &StandIn) -> (u64, u64, u64, Vec<String>) {
    let (mut captured, mut refunded, mut compared, mut differ) = (0, 0, 0, Vec::new());
    let listed = core.store.cases(None).await.unwrap();
    for id in core.store.order_ids().await.unwrap() {
        let book = core.store.book(&id).await.unwrap();
        let books = stand_in.books();
        for name in &books.ledger.orders[&book.terms.provider_order].payments {
            let theirs = &books.ledger.payments[name];
            let amounts = book.find(name).map(order_capture::Transaction::amounts);
            let ours = amounts.map(|ours| {
                let is_open = !ours.pending.is_zero() || !ours.refund_pending.is_zero();
                (ours.captured.get(), ours.refunded.get(), ours.held.get(), is_open)
            });
            let figures = (theirs.captured(), theirs.refunded(), theirs.left(), false);
            compared += 1;
            if ours == Some(figures) {
                (captured, refunded) = (captured + figures.0, refunded + figures.1);
                continue;
            }
            let is_listed = listed.iter().any(|case| case.order == id);
            assert!(is_listed, "{id}: {ours:?} and nobody is told: {theirs:#?}\n{:#?}", book.log);
            differ.push(format!("{id} ({})", book.terms.gateway));
        }
    }
    (captured, refunded, compared, differ)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn both_ledgers_agree_to_the_minor_unit() {
    let orders = bound("ORDERS", 500);
    let faults = std::env::var("FAULTS").unwrap_or(FAULTS.to_owned());
    for database in databases("volume").await {
        let (stand_in, url) = stand_in().await;
        stand_in.books().faults = Faults::parse(&faults).unwrap();
        stand_in.books().webhooks.enabled = true;
        let core = core(&database.url, &url, Duration::from_millis(800)).await;

        let secrets = Secrets { juspay: vec![("webhooks".into(), "secret".into())], razorpay: vec!["secret".into()] };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = format!("http://{}", listener.local_addr().unwrap());
        let router = receiver::router(Arc::clone(&core), secrets.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let to = Delivery { url: receiver, secrets, doubled_percent: 50, late: Duration::from_millis(60) };
        let telling = tokio::spawn(Arc::clone(&stand_in).tell(to, move || stopped.load(Ordering::Relaxed)));
        let resolving = Arc::clone(&stand_in);
        let resolver = tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(200)).await;
                resolving.books().resolve_pending();
            }
        });

        // The resident worker reads the inbox and resolves what is open while orders come.
        let (halt, halted) = tokio::sync::watch::channel(false);
        let working = tokio::spawn(Arc::clone(&core).stay(halted));

        let spoiler = tokio::spawn(spoil_polls(Arc::clone(&stand_in)));
        let done = Arc::new(AtomicBool::new(false));
        let folder = tempfile::tempdir().unwrap();
        let config = support::config(folder.path(), &database.url, &url, 800);
        let trouble = if core.store.backend() == "SQLite" {
            tokio::spawn(fill_the_disk(database.url.clone(), Arc::clone(&done)))
        } else {
            tokio::spawn(work_ahead(config, Arc::clone(&done)))
        };

        let before = (STATEMENTS.load(Ordering::Relaxed), LOADS.load(Ordering::Relaxed));
        let started = Instant::now();
        let next = Arc::new(AtomicU32::new(0));
        let workers: Vec<_> = (0..WORKERS)
            .map(|_| {
                let (core, stand_in, next) = (Arc::clone(&core), Arc::clone(&stand_in), Arc::clone(&next));
                tokio::spawn(async move {
                    let mut refused: BTreeMap<&str, u32> = BTreeMap::new();
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= orders {
                            return refused;
                        }
                        // Each order's plan is its number's, whoever plays it.
                        let plan = plan(number, &mut fastrand::Rng::with_seed(number.into()));
                        for code in play(&core, &stand_in, &plan).await {
                            *refused.entry(code).or_default() += 1;
                        }
                        if orders >= 10_000 && number % (orders / 20) == 0 {
                            println!("  {}: {number} of {orders}", core.store.backend());
                        }
                    }
                })
            })
            .collect();
        let mut refused: BTreeMap<&str, u32> = BTreeMap::new();
        for worker in workers {
            for (code, count) in worker.await.unwrap() {
                *refused.entry(code).or_default() += count;
            }
        }
        let played = started.elapsed().as_secs_f64();
        done.store(true, Ordering::Relaxed);
        let troubles = trouble.await.unwrap();
        spoiler.abort();
        stand_in.books().faults.polls.clear();
        let report = core.reconcile(60, Duration::from_millis(100), |_| {}).await.unwrap();
        // What is told last is told before the end; it may open nothing any more.
        stop.store(true, Ordering::Relaxed);
        let taken = telling.await.unwrap();
        while core.read_inbox().await.unwrap() > 0 {}
        halt.send_replace(true);
        working.await.unwrap();
        // What waits for a person is tried again, as `retry` does; and once more what a refused key parked meanwhile.
        let (mut polled, mut repeated) = (report.polled, report.repeated);
        for _ in 0..5 {
            for id in open_orders(&core).await {
                core.store.revive(&id).await.unwrap();
            }
            let rest = core.reconcile(200, Duration::from_millis(100), |_| {}).await.unwrap();
            (polled, repeated) = (polled + rest.polled, repeated + rest.repeated);
            let mut parked = false;
            for id in open_orders(&core).await {
                let rows = core.store.open_rows(&id).await.unwrap();
                parked |= rows.iter().any(|row| row.note.starts_with("key-refused"));
            }
            if !parked {
                break;
            }
        }
        let seconds = started.elapsed().as_secs_f64();
        resolver.abort();
        let cases = core.store.cases(None).await.unwrap();
        let mut listed: BTreeMap<&str, u32> = BTreeMap::new();
        for case in &cases {
            *listed.entry(&case.code).or_default() += 1;
        }
        for id in core.store.order_ids().await.unwrap() {
            for row in core.store.open_rows(&id).await.unwrap() {
                let story = story(&core, &stand_in, &id).await;
                assert!(cases.iter().any(|case| case.order == id), "open, and nobody is told: {row:?}; {story}");
            }
        }
        let [events, open, webhooks, _] = core.store.counts().await.unwrap();
        let (captured, refunded, compared, differ) = compare(&core, &stand_in).await;
        assert!(compared >= u64::from(orders));
        // A person looks at few.
        assert!(differ.len() * 50 <= usize::try_from(orders).unwrap() + 50, "{differ:?}");
        assert!(taken > u64::try_from(webhooks).unwrap(), "webhooks came twice: {taken} deliveries of {webhooks}");
        println!(
            "{}: {compared} payments; {open} requests open and listed; cases {listed:?}; not equal, and listed: {differ:?}; \
             {troubles} times a full disk (SQLite) or a machine a minute ahead (PostgreSQL)",
            core.store.backend()
        );
        let came = stand_in.books().faults.came.clone();
        println!(
            "{}: {orders} orders, {events} events, {webhooks} webhooks in {taken} deliveries; captured {} and refunded {} INR \
             in both ledgers; faults {came:?}; {polled} polls, {repeated} sent again by reconcile; refused {refused:?}",
            core.store.backend(),
            major(captured),
            major(refunded),
        );
        println!(
            "{}: {} statements and {} loads an order, its webhooks, polls and repeats among them",
            core.store.backend(),
            (STATEMENTS.load(Ordering::Relaxed) - before.0) / u64::from(orders),
            (LOADS.load(Ordering::Relaxed) - before.1) / u64::from(orders),
        );
        println!(
            "{}: {:.0} orders/s, {:.0} events/s while orders came; {:.0} orders/s with reconciliation and the last webhook, {seconds:.1} s",
            core.store.backend(),
            f64::from(orders) / played,
            events as f64 / played,
            f64::from(orders) / seconds,
        );
    }
}
