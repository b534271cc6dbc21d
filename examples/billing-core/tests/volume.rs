//! Many orders with everything going wrong that can, webhooks shuffled and doubled, through the real receiver. At the
//! end the books and the provider's ledger agree to the minor unit, order by order.

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use billing_core::receiver::{self, Secrets};
use billing_core::stand_in::StandIn;
use billing_core::stand_in::faults::Faults;
use billing_core::stand_in::webhooks::Delivery;
use billing_core::store::LOADS;
use billing_core::write::STATEMENTS;
use billing_core::{Ask, Asked, Core, Error};
use order_capture::Operation;
use support::{bound, core, databases, order, stand_in};
use tokio::net::TcpListener;

/// Of a thousand requests that move money.
const FAULTS: &str = "seed=7,lost-before=3,silent-after=3,error-before=15,cut-after=15,error-after=15,\
                      gateway-silent=15,pending-succeeds=20,pending-fails=5,fails=10";
const WORKERS: u32 = 24;

/// What one order is to go through.
struct Plan {
    id: String,
    minor: u64,
    gateway: Option<&'static str>,
    /// Operation, amount in minor units or all, key.
    steps: Vec<(Operation, Option<u64>, Option<String>)>,
    polls: bool,
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
    Plan { id: format!("o-{number}"), minor, gateway, steps, polls: random.bool() }
}

fn major(minor: u64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

/// What moves no money is tried again: a busy machine may answer too late.
async fn tried_again<T>(answer: Result<T, Error>) -> Option<T> {
    match answer {
        Err(error) if error.may_retry() => {
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
    let payment = stand_in.books().pay(&entered.provider_order, plan.minor).unwrap();
    if plan.polls {
        let poll = async || core.poll(core.store.book(&plan.id).await.unwrap(), Some(&payment)).await;
        while tried_again(poll().await).await.is_none() {}
    }
    let mut refused = Vec::new();
    for (operation, amount, key) in &plan.steps {
        let amount = amount.map(major);
        let ask = Ask { operation: *operation, amount: amount.as_deref(), key: key.as_deref(), last: false };
        for wait in 0.. {
            match core.ask(&plan.id, None, &ask).await {
                Ok(Asked::Stored(ticket, book)) => drop(core.deliver(&ticket, Some(*book)).await),
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
    refused
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

/// Every order's figures in both ledgers: captured, refunded, held.
async fn compare(core: &Core, stand_in: &StandIn) -> (u64, u64, u64) {
    let (mut captured, mut refunded, mut orders) = (0, 0, 0);
    for id in core.store.order_ids().await.unwrap() {
        let book = core.store.book(&id).await.unwrap();
        let ours = book.transaction(None).unwrap().amounts();
        let books = stand_in.books();
        let theirs = &books.ledger.payments[&books.ledger.orders[&book.terms.provider_order].payments[0]];
        let figures = (ours.captured.get(), ours.refunded.get(), ours.held.get());
        let story = || format!("{id}: {:#?}\n{:#?}", theirs, book.log);
        assert_eq!(figures, (theirs.captured(), theirs.refunded(), theirs.left()), "{}", story());
        assert!(ours.pending.is_zero() && ours.refund_pending.is_zero(), "{}", story());
        (captured, refunded, orders) = (captured + figures.0, refunded + figures.1, orders + 1);
    }
    (captured, refunded, orders)
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
        let report = core.reconcile(60, Duration::from_millis(100), |_| {}).await.unwrap();
        // What is told last is told before the end; it may open nothing any more.
        stop.store(true, Ordering::Relaxed);
        let taken = telling.await.unwrap();
        while core.read_inbox().await.unwrap() > 0 {}
        halt.send_replace(true);
        working.await.unwrap();
        let rest = core.reconcile(40, Duration::from_millis(100), |_| {}).await.unwrap();
        let seconds = started.elapsed().as_secs_f64();
        resolver.abort();
        for id in core.store.order_ids().await.unwrap() {
            for row in core.store.open_rows(&id).await.unwrap() {
                println!("open: {row:?}; {}", story(&core, &stand_in, &id).await);
            }
        }
        assert_eq!(rest.open, 0, "every unknown outcome is resolved");
        for case in core.store.cases(None).await.unwrap() {
            println!("{case:?}; {}", story(&core, &stand_in, &case.order).await);
        }
        let [events, open, webhooks, conflicts] = core.store.counts().await.unwrap();
        assert_eq!((open, conflicts), (0, 0), "nothing is open, nothing contradicts");
        let (captured, refunded, compared) = compare(&core, &stand_in).await;
        assert_eq!(compared, u64::from(orders));
        assert!(taken > u64::try_from(webhooks).unwrap(), "webhooks came twice: {taken} deliveries of {webhooks}");
        let came = stand_in.books().faults.came.clone();
        println!(
            "{}: {orders} orders, {events} events, {webhooks} webhooks in {taken} deliveries; captured {} and refunded {} INR \
             in both ledgers; faults {came:?}; {} polls, {} sent again by reconcile; refused {refused:?}",
            core.store.backend(),
            major(captured),
            major(refunded),
            report.polled + rest.polled,
            report.repeated + rest.repeated,
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
