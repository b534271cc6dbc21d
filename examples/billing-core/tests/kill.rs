//! `kill -9` at a random moment of the command line's run, between any two writes: a capture, a void or a refund; then
//! recovery by `reconcile`, by two at once too, and the caller who never heard repeats the command. Nothing lost,
//! nothing doubled: the stand-in's ledger is the judge. It takes whatever it is asked under a new key, so all safety is
//! the core's.

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use billing_core::Core;
use billing_core::book::Progress;
use billing_core::stand_in::StandIn;
use billing_core::stand_in::faults::Fault;
use billing_core::stand_in::ledger::{Fate, Kind};
use support::{bound, core, databases, held, stand_in};

/// The pause after every write: the longer, the more kills land between writes.
const PAUSE_MS: u64 = 8;
const TIMEOUT_MS: u64 = 120;

/// The command line, as a process of its own.
fn command(config: &Path, pause: u64, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_billing-core"));
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env("BILLING_CONFIG", config).env("PAUSE_MS", pause.to_string());
    command
}

/// Starts it and kills it after this long, unless it has ended by itself. Without a time it runs to its end.
fn killed(mut command: Command, after: Option<Duration>) -> bool {
    let mut process = command.spawn().unwrap();
    let Some(after) = after else {
        // Done, or open: a busy machine may answer too late.
        assert!(matches!(process.wait().unwrap().code(), Some(0 | 3)));
        return false;
    };
    std::thread::sleep(after);
    let alive = process.try_wait().unwrap().is_none();
    process.kill().ok(); // SIGKILL
    process.wait().unwrap();
    alive
}

fn run(config: &Path, arguments: &[&str]) -> Output {
    command(config, 0, arguments).output().unwrap()
}

/// What the killed process left behind, by its tables and by the provider's.
async fn left_behind(core: &Core, stand_in: &StandIn, order: &str, payment: &str, kind: Kind) -> &'static str {
    let book = core.store.book(order).await.unwrap();
    let last = book.log.last().unwrap().event.name();
    let done = stand_in.books().ledger.payments[payment].lines.iter().filter(|line| line.kind == kind).count();
    let rows = core.store.open_rows(order).await.unwrap();
    let step = rows.first().map(|row| row.step.as_str());
    match (last.ends_with("-requested"), step, done) {
        (false, None, 0) => "before the first write",
        (true, Some("sending"), 0) => "stored, not arrived",
        (true, Some("sending"), _) => "arrived, answer not stored",
        (false, Some("ask"), _) => "stored as unknown or pending",
        (false, None, _) => "answer stored",
        _ => "something else",
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_and_nothing_doubled() {
    let kills = bound("KILLS", 25);
    let faults = [
        Fault::None,
        Fault::None,
        Fault::LostBefore,
        Fault::SilentAfter,
        Fault::CutAfter,
        Fault::ErrorBefore,
        Fault::ErrorAfter,
        Fault::GatewaySilent,
        Fault::PendingSucceeds,
        Fault::Fails,
    ];
    let seed = u64::from(bound("SEED", 1));
    for database in databases("kill").await {
        let mut random = fastrand::Rng::with_seed(seed);
        let (stand_in, url) = stand_in().await;
        stand_in.books().ledger.trusting = true;
        let core = core(&database.url, &url, Duration::from_secs(5)).await;
        let folder = tempfile::tempdir().unwrap();
        let config = support::config(folder.path(), &database.url, &url, TIMEOUT_MS);
        let resolving = Arc::clone(&stand_in);
        let resolver = tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(40)).await;
                resolving.books().resolve_pending();
            }
        });
        // How long an undisturbed run takes here: kills are spread over that.
        held(&core, &stand_in, "undisturbed", 10_000, None).await;
        let undisturbed = Instant::now();
        killed(command(&config, PAUSE_MS, &["capture", "undisturbed", "--amount", "100.00"]), None);
        let usual = u64::try_from(undisturbed.elapsed().as_millis()).unwrap();
        let (mut places, mut twice, mut pairs, mut done) = (BTreeMap::<&str, u32>::new(), 0, 0, [0; 3]);
        let started = Instant::now();
        for number in 0..kills {
            let (kind, gateway, amount) = match number % 6 {
                0 => (Kind::Capture, Some("CYBERSOURCE"), "60.00"),
                1 => (Kind::Capture, Some("SIMPL"), "60.00"),
                2 | 5 => (Kind::Capture, None, "100.00"),
                3 => (Kind::Void, Some("SIMPL"), "100.00"),
                _ => (Kind::Refund, *random.choice(&[None, Some("SIMPL")]).unwrap(), "30.00"),
            };
            let order = format!("o-{number}");
            let payment = held(&core, &stand_in, &order, 10_000, gateway).await;
            if kind == Kind::Refund {
                let done = support::capture(&core, &order, "100.00", gateway.map(|_| "k-0")).await.unwrap();
                assert_eq!(done, Progress::Done);
            }
            let fault = *random.choice(&faults).unwrap();
            // Razorpay has no pending captures; a gateway's failure is a 502 there.
            stand_in.books().faults.script = vec![fault];
            let ask = match kind {
                Kind::Capture if gateway.is_some() => vec!["capture", &order, "--amount", amount, "--key", "the-key"],
                Kind::Capture => vec!["capture", &order, "--amount", amount],
                Kind::Void => vec!["void", &order],
                Kind::Refund => vec!["refund", &order, "--amount", amount, "--key", "refund-key-1"],
            };
            let waits = matches!(fault, Fault::SilentAfter | Fault::LostBefore);
            let longest = usual + if waits { TIMEOUT_MS } else { 10 };
            let after = Duration::from_millis(random.u64(usual / 4..longest));
            killed(command(&config, PAUSE_MS, &ask), Some(after));
            stand_in.books().faults.script.clear();
            *places.entry(left_behind(&core, &stand_in, &order, &payment, kind).await).or_default() += 1;
            // Recovery may be killed as well.
            if random.u32(0..4) == 0 {
                let recovery = command(&config, PAUSE_MS, &["reconcile", "--pause-ms", "30"]);
                twice += u32::from(killed(recovery, Some(Duration::from_millis(random.u64(5..300)))));
            }
            // And there may be two at once.
            let recover = ["reconcile", "--rounds", "100", "--pause-ms", "60"];
            let other = random.bool().then(|| command(&config, 0, &recover).spawn().unwrap());
            let recovered = run(&config, &recover);
            if let Some(mut other) = other {
                pairs += 1;
                assert!(other.wait().unwrap().success(), "run {number}, {fault:?}: the other reconciler");
            }
            let said = String::from_utf8_lossy(&recovered.stdout).into_owned();
            assert!(recovered.status.success(), "run {number}, {fault:?}: {said} {recovered:?}");
            // The caller never heard, and asks again: under the same key, or at Razorpay for the same.
            let again = run(&config, &ask);
            run(&config, &recover);
            let is_done = judge(&core, &stand_in, &order, &payment, (fault, kind, amount), &again).await;
            done[kind as usize] += u32::from(is_done);
        }
        let [events, open, _, conflicts] = core.store.counts().await.unwrap();
        assert_eq!((open, conflicts), (0, 0), "nothing is open, nothing contradicts");
        if kills >= 100 {
            let seen: Vec<_> = places.keys().copied().collect();
            assert!(places.len() >= 5, "kills landed between all writes: {seen:?}");
        }
        println!(
            "{}: {kills} runs killed (recovery too in {twice}, by two at once in {pairs}), {done:?} captures, voids and \
             refunds done, none lost, none doubled, {events} events, \
             {:.1} s; the kill left behind: {places:?}",
            core.store.backend(),
            started.elapsed().as_secs_f64()
        );
        resolver.abort();
    }
}

/// Both ledgers, and what was meant: done once, or a capture not at all where the gateway failed.
async fn judge(
    core: &Core,
    stand_in: &StandIn,
    order: &str,
    payment: &str,
    (fault, kind, amount): (Fault, Kind, &str),
    again: &Output,
) -> bool {
    let book = core.store.book(order).await.unwrap();
    let booked = book.transaction(None).unwrap().amounts();
    let books = stand_in.books();
    let payment = &books.ledger.payments[payment];
    let meant: u64 = amount.replace('.', "").parse().unwrap();
    let story = || format!("{order}, {fault:?}: {:?}, again {again:?}, events {:#?}", payment.lines, book.log);
    let ours = (booked.captured.get(), booked.refunded.get(), booked.held.get());
    assert_eq!(ours, (payment.captured(), payment.refunded(), payment.left()), "the ledgers agree: {}", story());
    assert!(booked.pending.is_zero() && booked.refund_pending.is_zero(), "nothing is unresolved: {}", story());
    let of_kind = || payment.lines.iter().filter(|line| line.kind == kind);
    let done = of_kind().filter(|line| line.fate == Fate::Done).count();
    assert!(done <= 1, "{kind:?} twice: {}", story());
    // A void that failed may be asked again, and was.
    let failed = kind == Kind::Capture && of_kind().any(|line| line.fate == Fate::Failed);
    let expected = if failed { 0 } else { meant };
    let sum: u64 = of_kind().filter(|line| line.fate == Fate::Done).map(|line| line.amount).sum();
    assert_eq!(sum, expected, "what was asked for is done: {}", story());
    done == 1
}
