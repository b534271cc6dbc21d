//! Two processes of sixteen threads each race to capture the same authorization. It is captured once, and every loser
//! is told why by a code. The provider takes whatever it is asked (it is *trusting*), so all safety is the core's.

mod support;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use billing_core::stand_in::faults::Faults;
use support::{bound, core, databases, held, stand_in};

const THREADS: usize = 16;

struct Racer {
    process: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Racer {
    fn start(database: &str, provider_url: &str, name: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_racer"))
            .args([database, provider_url, name, &THREADS.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, from) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        let mut racer = Self { process, to, from };
        assert_eq!(racer.line(), "ready");
        racer
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Racer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_captures() {
    let races = bound("RACES", 60);
    for database in databases("race").await {
        let (stand_in, url) = stand_in().await;
        stand_in.books().ledger.trusting = true;
        // The answer comes a little later, so that racers also meet a capture under way.
        stand_in.books().faults = Faults::parse("seed=1,delay=3").unwrap();
        let core = core(&database.url, &url, Duration::from_secs(10)).await;
        let mut racers = [Racer::start(&database.url, &url, "a"), Racer::start(&database.url, &url, "b")];
        let mut codes: BTreeMap<String, u32> = BTreeMap::new();
        let started = Instant::now();
        for race in 0..races {
            let (name, gateway, asked) = match race % 3 {
                0 => ("cybersource", Some("CYBERSOURCE"), 6000),
                1 => ("simpl", Some("SIMPL"), 6000),
                _ => ("razorpay", None, 10_000),
            };
            let order = format!("{name}-{race}");
            let payment = held(&core, &stand_in, &order, 10_000, gateway).await;
            let before = stand_in.books().ledger.capture_requests;
            for racer in &mut racers {
                writeln!(racer.to, "{order} {}.00", asked / 100).unwrap();
            }
            let ended: Vec<String> = racers
                .iter_mut()
                .flat_map(|racer| racer.line().split(' ').map(str::to_owned).collect::<Vec<_>>())
                .collect();
            assert_eq!(ended.len(), 2 * THREADS, "every racer answers");
            let winners = ended.iter().filter(|code| *code == "captured").count();
            assert_eq!(winners, 1, "{order}: {ended:?}");
            let losers = ["already-applied", "capture-in-progress", "already-captured", "exceeds-capturable"];
            let unexplained = ended.iter().find(|code| *code != "captured" && !losers.contains(&&***code));
            assert_eq!(unexplained, None, "{order}");
            // The judge.
            {
                let books = stand_in.books();
                let line = &books.ledger.payments[&payment];
                assert_eq!((line.captured(), line.lines.len()), (asked, 1), "{order}: captured once");
                assert_eq!(books.ledger.capture_requests - before, 1, "{order}: one request was sent");
            }
            let book = core.store.book(&order).await.unwrap();
            assert_eq!(book.transaction(None).unwrap().amounts().captured.get(), asked, "{order}: and booked so");
            for code in ended {
                *codes.entry(code).or_default() += 1;
            }
        }
        let seconds = started.elapsed().as_secs_f64();
        assert!(codes.len() >= 4, "racers met at different moments: {codes:?}");
        println!(
            "{}: {races} races of 2 processes × {THREADS} threads, each captured once, in {seconds:.1} s: {codes:?}",
            core.store.backend()
        );
    }
}
