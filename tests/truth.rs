//! INV-15, truth: the crate beside a simulated provider that keeps its own books. Whatever is lost, late, doubled or out of
//! order, captured and refunded are never above the provider's, and an over-capture is never made possible; once everything
//! has arrived and a fresh full poll was read, both are equal, or a conflict was shown.
//!
//! A world is a list of small choices (`steps`), which shrinks; where truth breaks, the shortest world is printed with its
//! scenario, a line for the runner of `examples/scenario`. The same worlds run each time. `.ci/truth` runs a million.

#[path = "truth/books.rs"]
mod books;
#[path = "truth/census.rs"]
mod census;
#[path = "truth/explore.rs"]
mod explore;
#[path = "truth/juspay.rs"]
mod juspay;
#[path = "truth/merchant.rs"]
mod merchant;
#[path = "truth/provider.rs"]
mod provider;
#[path = "truth/razorpay.rs"]
mod razorpay;
#[path = "truth/requests.rs"]
mod requests;
#[path = "truth/running.rs"]
mod running;
#[path = "truth/spoiled.rs"]
mod spoiled;
#[path = "truth/steps.rs"]
mod steps;

use crate::{engine, format};
use std::time::Instant;

use books::Gateway;
use census::Census;
use explore::{Failure, explore};
use order_capture::StateKind;
use steps::{Arrival, Extra, Kind, Reply, Second, Setup, Step};

const KINDS: [Kind; 3] = [Kind::Alone, Kind::Strangers, Kind::Reversals];

fn told(failures: &[Failure]) -> String {
    failures.iter().map(Failure::to_string).collect::<Vec<_>>().join("\n")
}

/// The worlds of `cargo test`: the same each time.
fn worlds(kind: Kind) {
    let (mut census, mut failures) = (Census::default(), Vec::new());
    for gateway in Gateway::ALL {
        let (seen, broken) = explore(gateway, kind, 1, 4_000, 1);
        census.add(seen);
        failures.extend(broken);
    }
    assert!(failures.is_empty(), "{}", told(&failures));
    let conflicts: u64 = census.ends.iter().filter(|((_, conflict), _)| *conflict).map(|(_, count)| *count).sum();
    let all: u64 = census.ends.values().sum();
    assert!(conflicts * 4 < all, "too many worlds end in a conflict to say anything: {:?}", census.ends);
    for state in [StateKind::Charged, StateKind::Voided, StateKind::Authorized] {
        assert!(census.ends.keys().any(|(reached, _)| *reached == state), "no world ends {state}");
    }
}

#[test]
fn alone_with_the_provider() {
    worlds(Kind::Alone);
}

#[test]
fn with_somebody_at_the_dashboard() {
    worlds(Kind::Strangers);
}

#[test]
fn with_reversals() {
    worlds(Kind::Reversals);
}

/// Worlds of what once went wrong: money of one request taken for another's, a refused request counted, a poll that was
/// never heard.
#[test]
fn what_once_went_wrong() {
    use order_capture::Operation::{Capture, Refund};
    let setup = |gateway, kind| Setup {
        gateway,
        kind,
        second: Second::None,
        extra: Extra::None,
        has_deadline: false,
        is_told: true,
    };
    let ask = |operation, key, amount| Step::Ask { txn: 0, operation, key, amount };
    let deliver = |arrival, reply| Step::Deliver { which: 0, arrival, reply };
    let poll = Step::Poll { txn: 0, shape: 0, lags: false };
    let event = Step::Poll { txn: 0, shape: 1, lags: false };
    let without_list = Step::Poll { txn: 0, shape: 1 << 5, lags: false };
    let reversal = Step::TakeBack { txn: 0, which: 0, is_told: false };
    let captured = [ask(Capture, 1, 0), deliver(Arrival::Done, Reply::Heard)];
    // Refunds of 30 and 20 are sent and the provider states 20: neither is done for less, nothing is free.
    let two_refunds = [ask(Refund, 1, 4), ask(Refund, 2, 5)];
    let second_done = Step::Deliver { which: 1, arrival: Arrival::Done, reply: Reply::Silent };
    let credited = [&captured[..], &two_refunds, &[second_done, without_list, ask(Refund, 3, 1)]].concat();
    // A capture of 100 is turned away, one of 60 is done, and a word says CHARGED.
    let turned_away = [ask(Capture, 1, 0), deliver(Arrival::TurnedAway, Reply::Heard)];
    let refused = [&turned_away[..], &[ask(Capture, 2, 1), deliver(Arrival::Done, Reply::Silent), event]].concat();
    // A capture is taken back and nobody tells: the poll that does is heard.
    let stale = [&captured[..], &[reversal, poll]].concat();
    for (setup, steps) in [
        (setup(Gateway::Full, Kind::Alone), credited),
        (setup(Gateway::Cybersource, Kind::Alone), refused),
        (setup(Gateway::Full, Kind::Reversals), stale),
    ] {
        let broken = running::run(&(setup, steps), &mut Census::default(), true).err();
        assert!(broken.is_none(), "{broken:?}");
    }
}

/// What the rules themselves leave open: the shortest scenario of each, with what the provider's books say in the note of
/// its last step. The worlds leave these out, each by its name; one that breaks truth no more is to be let in.
#[test]
fn what_is_left_out_breaks_truth_still() {
    let sources = [include_str!("truth/running.rs"), include_str!("truth/requests.rs")];
    for line in include_str!("truth/known.jsonl").lines() {
        let scenario = format::read(line, std::path::Path::new(".")).unwrap();
        let name = &scenario.name;
        assert!(sources.iter().any(|source| source.contains(name.as_str())), "{name}: the worlds do not leave it out");
        let mut run = engine::Run::new(&scenario);
        for (index, step) in scenario.steps.iter().enumerate() {
            let output = run.step(index, step);
            let differs = engine::differences(step, &output);
            assert!(differs.is_empty(), "{name} step {index}: {differs:?}: let it in, if truth holds now");
        }
    }
}

/// The scenario that is printed of a world applies what the world applied, step by step. A scenario cannot say which of two
/// requests without a key is answered, so that a few differ.
#[test]
fn a_world_is_a_scenario() {
    let (mut all, mut differ) = (0, Vec::new());
    for (gateway, kind) in Gateway::ALL.into_iter().flat_map(|gateway| KINDS.map(|kind| (gateway, kind))) {
        for line in explore::scenarios(gateway, kind, 2, 50) {
            let scenario = format::read(&line, std::path::Path::new(".")).unwrap();
            let notes: serde_json::Value = serde_json::from_str(&line).unwrap();
            let mut run = engine::Run::new(&scenario);
            let differs = scenario.steps.iter().enumerate().find_map(|(index, step)| {
                let output = run.step(index, step);
                let said = notes["steps"][index]["note"].as_str().unwrap_or_default();
                ((output.result == "applied") != said.starts_with("applied"))
                    .then(|| format!("step {index}: {}, {said}", output.result))
            });
            all += 1;
            differ.extend(differs.map(|differs| format!("{differs}\n{line}")));
        }
    }
    assert!(differ.len() * 50 < all, "{} of {all}\n{}", differ.len(), differ.join("\n"));
}

/// As many worlds as `WORLDS` says, on every core, with what they reached.
#[test]
#[ignore = "a million worlds take a while: .ci/truth"]
fn a_million() {
    const BATCH: u64 = 1_000;
    let wanted: u64 = std::env::var("WORLDS").map_or(1_000_000, |text| text.parse().expect("WORLDS is a number"));
    let first: u64 = std::env::var("SEED").map_or(1_000, |text| text.parse().expect("SEED is a number"));
    let batches = wanted.div_ceil(BATCH);
    let cores = std::thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let began = Instant::now();
    let work = |core: u64| {
        let (mut census, mut failures) = (Census::default(), Vec::new());
        for batch in (0..batches).filter(|batch| batch % cores == core) {
            let gateway = Gateway::ALL[(batch % 4) as usize];
            let kind = KINDS[(batch / 4 % 3) as usize];
            let (seen, broken) = explore(gateway, kind, first + batch, BATCH.min(wanted - batch * BATCH), 1);
            census.add(seen);
            failures.extend(broken);
        }
        (census, failures)
    };
    let (mut census, mut failures) = (Census::default(), Vec::new());
    std::thread::scope(|scope| {
        let started: Vec<_> = (0..cores).map(|core| scope.spawn(move || work(core))).collect();
        for thread in started {
            let (seen, broken) = thread.join().expect("no world panics");
            census.add(seen);
            failures.extend(broken);
        }
    });
    let seconds = began.elapsed().as_secs_f64();
    let worlds: u64 = census.worlds.values().sum();
    println!("{}", census.table());
    println!("{worlds} worlds, {:.0} a second", worlds as f64 / seconds);
    assert!(failures.is_empty(), "{} batches broke\n{}", failures.len(), told(&failures));
}
