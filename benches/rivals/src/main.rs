//! One command, one table: every rival does the same work, and a figure is printed only once all of them agree.
//!
//! `cargo run --release -p order-capture-rivals -- [ROUNDS [PART]]`, or `-- history [TRANSACTIONS]`
#![allow(clippy::print_stdout, reason = "a program that prints a table")]

use std::hint::black_box;

use order_capture::profiles::CanonicalStatus;
use order_capture::{
    Command, Currency, Minor, Money, OrderStatus, Payment, Profile, Time, Transaction, juspay, razorpay,
};
use order_capture_rivals::asks::{Asks, SumOverAList, after_captures, payment_after, several};
use order_capture_rivals::fold::Fold;
use order_capture_rivals::history::{History, Pass};
use order_capture_rivals::machines::Driven;
use order_capture_rivals::parsing::{Case, JuspayOrder, JuspayWebhook, RazorpayPayment};
use order_capture_rivals::race::{Contestant, Timing, race};
use order_capture_rivals::rival::{Rival, answers};
use order_capture_rivals::whole_job::Job;
use order_capture_rivals::workload::{Kind, Log, logs, order};
use serde::Deserialize;

type Statig = Driven<statig::blocking::StateMachine<order_capture_rivals::machines::statig::Lifecycle>>;
type RustFsm = Driven<order_capture_rivals::machines::rust_fsm::Lifecycle>;
type Smlang = Driven<order_capture_rivals::machines::smlang::Lifecycle>;

fn main() -> std::io::Result<()> {
    if std::env::args().nth(1).as_deref() == Some("history") {
        let transactions = std::env::args().nth(2).and_then(|count| count.parse().ok()).unwrap_or(1_000_000);
        return history(transactions);
    }
    let rounds = std::env::args().nth(1).and_then(|rounds| rounds.parse().ok()).unwrap_or(301);
    agreement();
    let only = std::env::args().nth(2);
    type Part = (&'static str, fn(usize));
    let parts: [Part; 7] = [
        ("whole-job", whole_job),
        ("replay", replay),
        ("checks", checks),
        ("growth", growth),
        ("payloads", payloads),
        ("stored", stored),
        ("words", words),
    ];
    for (name, part) in parts {
        if only.as_deref().is_none_or(|only| only == name) {
            part(rounds);
        }
    }
    Ok(())
}

/// A history replayed from JSON Lines, beside decoding alone; and what a transaction takes in memory.
fn history(transactions: usize) -> std::io::Result<()> {
    let path = std::env::temp_dir().join(format!("order-capture-history-{}.jsonl", std::process::id()));
    let history = History::write(&path, transactions)?;
    let megabytes = history.bytes() as f64 / 1e6;
    heading(&format!("{transactions} transactions of eight events in JSON Lines, {megabytes:.0} MB"));
    let (alone, replayed) = history.by_turns()?;
    assert_eq!(alone.events, replayed.events, "both read every event");
    let row = |name: &str, pass: Pass| {
        let seconds = pass.time.as_secs_f64();
        let rates = [megabytes / seconds, pass.events as f64 / seconds / 1e3, pass.transactions as f64 / seconds / 1e3];
        let [mb, events, transactions] = rates;
        println!("{name:<28} {mb:>6.0} MB/s {events:>8.0} k events/s {transactions:>8.0} k transactions/s");
    };
    row("decoded alone, one core", alone);
    row("replayed, one core", replayed);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    row(&format!("replayed, {cores} cores"), history.on_cores(cores)?);
    println!(
        "\nreplay at {:.2} of the speed of decoding alone",
        alone.time.as_secs_f64() / replayed.time.as_secs_f64()
    );
    let before = resident();
    let kept = history.keep(4)?;
    let share = (resident() - before) as f64 / kept.len() as f64;
    println!("{} transactions kept: {share:.0} bytes of memory each", kept.len());
    Ok(())
}

/// Bytes of memory that the process holds, as Linux counts them; 0 elsewhere.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|text| text.split_whitespace().nth(1)?.parse::<u64>().ok());
    pages.unwrap_or_default() * 4096
}

/// Every rival answers every event of clean and of dirty logs alike, and is in the same state after each.
fn agreement() {
    println!("Agreement: events answered with applied, known, stale, refused; state and amounts compared after each\n");
    for (keyed, dirty) in [(false, false), (true, false), (false, true), (true, true)] {
        let logs = logs(Kind { events: 64, keyed, dirty }, 300, 7);
        let (counts, found) = answers::<Fold>(&logs);
        for (name, (theirs, at)) in [
            (<Transaction as Rival>::NAME, answers::<Transaction>(&logs)),
            (Statig::NAME, answers::<Statig>(&logs)),
            (RustFsm::NAME, answers::<RustFsm>(&logs)),
            (Smlang::NAME, answers::<Smlang>(&logs)),
        ] {
            assert_eq!(counts, theirs, "{name} answers otherwise");
            let differs = found.iter().zip(&at).position(|(ours, theirs)| ours != theirs);
            assert_eq!(differs, None, "{name} is in another state");
        }
        println!(
            "{:<44} {counts:?}, five alike",
            format!("{}{}", name_of(keyed), if dirty { ", with repeats and errors" } else { "" })
        );
    }
}

const fn name_of(keyed: bool) -> &'static str {
    if keyed { "keyed" } else { "keyless" }
}

fn heading(text: &str) {
    println!("\n{text}\n");
}

/// Rows: nanoseconds for one unit of work, and the ratio to the first with its noise.
fn rows(name: &str, units: f64, timings: &[Timing]) {
    for timing in timings {
        println!(
            "{name:<42} {:<20} {:>9.1} ns {:>6.2} × ± {:>2.0} %",
            timing.name,
            timing.nanoseconds / units,
            timing.ratio,
            timing.noise * 100.0
        );
    }
}

/// How many events are folded in one go.
const PIECE: usize = 2048;

/// Folds the logs piece by piece, round and round.
fn contestant<'a, R: Rival + 'a>(logs: &'a [Log], logs_in_a_piece: usize) -> Contestant<'a> {
    let mut pieces = logs.chunks_exact(logs_in_a_piece).cycle();
    Contestant::new(R::NAME, move || {
        for log in pieces.next().into_iter().flatten() {
            drop(black_box(R::replay(log).expect("a clean log")));
        }
    })
}

fn whole_job(rounds: usize) {
    heading(
        "One capture in a service: a log of eight events read and replayed, the capture decided, its event written",
    );
    let job = Job::new();
    let timings = race(
        vec![
            Contestant::new("serde_json, no replay", || job.by_serde_json()),
            Contestant::new("order-capture", || job.whole()),
        ],
        rounds,
    );
    rows(&format!("{} bytes", job.log.len()), 1.0, &timings);
}

fn replay(rounds: usize) {
    heading("Replay of a log, a transaction built from nothing: nanoseconds an event");
    for keyed in [false, true] {
        for events in [1, 8, 64] {
            // A piece that stays in the cache, and so many that each has left it when its turn comes again.
            for (size, pieces) in [("hot", 1), ("cold", 600)] {
                let in_a_piece = PIECE / events;
                let logs = logs(Kind { events, keyed, dirty: false }, in_a_piece * pieces, 1);
                let contestants = vec![
                    contestant::<Fold>(&logs, in_a_piece),
                    contestant::<Transaction>(&logs, in_a_piece),
                    contestant::<Statig>(&logs, in_a_piece),
                    contestant::<RustFsm>(&logs, in_a_piece),
                    contestant::<Smlang>(&logs, in_a_piece),
                ];
                let name = format!("{events} events, {}, {size}", name_of(keyed));
                rows(&name, PIECE as f64, &race(contestants, rounds));
            }
        }
    }
}

fn checks(rounds: usize) {
    heading("Captures asked, half of them refused: check, event, transition; nanoseconds a capture asked");
    let id = "merchant-order00000001-1".parse().expect("an id");
    for (name, asks) in [("keyless, Razorpay", Asks::keyless()), ("keyed, Juspay SIMPL", Asks::keyed())] {
        assert_eq!(asks.by_hand(&id), asks.by_the_crate(&id), "the two decide differently");
        let timings = race(
            vec![
                Contestant::new("by hand", || asks.by_hand(&id)),
                Contestant::new("order-capture", || asks.by_the_crate(&id)),
            ],
            rounds,
        );
        rows(name, asks.asked.len() as f64, &timings);
    }
}

fn growth(rounds: usize) {
    heading("A capture check as captures grow in number: nanoseconds a check, the ratio is to the first row");
    let (order, now) = (order(), Time::UNIX_EPOCH);
    let money = |minor| Money::new(Minor::from(minor), Currency::INR);
    let counts = [1, 10, 100, 1000];
    let ask = |minor| Command::capture().amount(money(minor)).key("new");
    let known = Command::capture().amount(money(100)).key("capture-00000001-of-order-00000001");
    let payments = counts.map(|count| payment_after(&order, count));
    let lists = counts.map(SumOverAList::after);
    for (payment, list) in payments.iter().zip(&lists) {
        let decide = |minor| payment.check(ask(minor), now).is_ok();
        let by_list = (list.allows(100, "new"), list.allows(200_000_000, "new"));
        assert_eq!((decide(100), decide(200_000_000)), by_list);
    }
    let names = ["after 1", "after 10", "after 100", "after 1000"];
    for (name, ask) in [("allowed", ask(100)), ("refused", ask(200_000_000)), ("a known key", known)] {
        let check = |payment: &Payment<'_>| payment.check(black_box(ask), now);
        let each = payments.iter().zip(names).map(|(one, name)| Contestant::new(name, move || check(one)));
        rows(name, 1.0, &race(each.collect(), rounds));
    }
    let each = lists
        .iter()
        .zip(names)
        .map(|(list, name)| Contestant::new(name, || list.allows(black_box(100), black_box("new"))));
    rows("a sum over a list", 1.0, &race(each.collect(), rounds));

    heading("Order status as transactions grow in number: nanoseconds a transaction");
    let many: Vec<Transaction> = several(&order, 100);
    for count in [1, 10, 100] {
        let some = &many[..count];
        let status = || OrderStatus::of(&order, &juspay::SIMPL, black_box(some)).expect("all of one order").word;
        let timings = race(vec![Contestant::new("order-capture", status)], rounds);
        rows(&format!("{count} transactions"), count as f64, &timings);
    }
}

/// What `serde_json` derives for the fields that decide: with texts that are borrowed from the payload, and with its own.
fn derived<'a, B, O>(text: &'static str) -> (Contestant<'a>, Contestant<'a>)
where
    B: Deserialize<'static>,
    O: Deserialize<'static>,
{
    (
        Contestant::new("serde_json, minimal", || serde_json::from_str::<B>(black_box(text)).expect("a payload")),
        Contestant::new("serde_json, owning", || serde_json::from_str::<O>(black_box(text)).expect("a payload")),
    )
}

fn payloads(rounds: usize) {
    heading("A payload read: nanoseconds a payload");
    for (name, case) in [
        ("Juspay order, three captures", Case::juspay()),
        ("Juspay webhook", Case::juspay_webhook()),
        ("Razorpay payment", Case::razorpay()),
    ] {
        let text = case.text;
        let (minimal, owning) = match name {
            "Juspay webhook" => derived::<JuspayWebhook<'_, &str>, JuspayWebhook<'_, String>>(text),
            "Razorpay payment" => derived::<RazorpayPayment<&str>, RazorpayPayment<String>>(text),
            _ => derived::<JuspayOrder<'_, &str>, JuspayOrder<'_, String>>(text),
        };
        let read = Contestant::new("all, news in it", || case.read());
        let again = Contestant::new("all, nothing new", || case.read_again());
        rows(
            &format!("{name}, {} bytes", text.len()),
            1.0,
            &race(vec![minimal, owning, Contestant::new("parse", || case.parse()), read, again], rounds),
        );
    }
}

fn stored(rounds: usize) {
    heading("The stored form: nanoseconds a transaction");
    for count in [1, 10] {
        let transaction = after_captures(&order(), count);
        let text = serde_json::to_string(&transaction).expect("it serializes");
        let read = |text: &str| serde_json::from_str::<Transaction>(text).expect("it reads back");
        assert_eq!(read(&text), transaction);
        let timings = race(
            vec![
                Contestant::new("encode", || serde_json::to_string(black_box(&transaction))),
                Contestant::new("decode and check", || read(black_box(&text))),
            ],
            rounds,
        );
        rows(&format!("{count} captures, {} bytes", text.len()), 1.0, &timings);
    }
}

fn words(rounds: usize) {
    heading("A status looked up both ways, every row of a profile: nanoseconds a look-up");
    let there = |profile: &Profile| {
        profile.statuses.iter().filter(|row| profile.status(black_box(&row.text)).is_some()).count()
    };
    let back = |profile: &Profile| {
        CanonicalStatus::ALL.iter().filter(|&&status| !profile.word_for(black_box(status)).is_empty()).count()
    };
    for (name, profile) in [("Juspay", &juspay::SIMPL), ("Razorpay", &razorpay::PROFILE)] {
        rows(
            &format!("{name}, text to row"),
            profile.statuses.len() as f64,
            &race(vec![Contestant::new("order-capture", || there(profile))], rounds),
        );
        rows(
            &format!("{name}, canonical status to text"),
            CanonicalStatus::ALL.len() as f64,
            &race(vec![Contestant::new("order-capture", || back(profile))], rounds),
        );
    }
}
