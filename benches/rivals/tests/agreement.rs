//! The rivals do the same work: each answers every event as the fold does, and is in the same state after it.
#![allow(missing_docs, reason = "tests document themselves by name")]

use order_capture::Transaction;
use order_capture_rivals::asks::{Asks, SumOverAList, after_captures};
use order_capture_rivals::fold::Fold;
use order_capture_rivals::machines::{Driven, rust_fsm, smlang, statig};
use order_capture_rivals::parsing::Case;
use order_capture_rivals::rival::{Rival, answers};
use order_capture_rivals::workload::{Kind, Log, logs, order};

fn agrees<R: Rival>(logs: &[Log]) -> u64 {
    let (counts, found) = answers::<Fold>(logs);
    let (theirs, at) = answers::<R>(logs);
    assert_eq!(counts, theirs, "{}", R::NAME);
    assert_eq!(found, at, "{}", R::NAME);
    counts[3]
}

#[test]
fn all_rivals_agree_on_clean_and_on_dirty_logs() {
    for (keyed, dirty) in [(false, false), (true, false), (false, true), (true, true)] {
        let logs = logs(Kind { events: 64, keyed, dirty }, 200, 3);
        let refused = [
            agrees::<Transaction>(&logs),
            agrees::<Driven<rust_fsm::Lifecycle>>(&logs),
            agrees::<Driven<smlang::Lifecycle>>(&logs),
            agrees::<Driven<::statig::blocking::StateMachine<statig::Lifecycle>>>(&logs),
        ];
        assert_eq!(refused[0] > 0, dirty, "dirty logs are refused something, clean ones nothing");
    }
}

#[test]
fn the_checks_decide_alike() {
    let id = "transaction-1".parse().expect("an id");
    for (asks, captured, refused) in [(Asks::keyless(), 100_000_000, 1), (Asks::keyed(), 8_028, 8)] {
        assert_eq!((asks.by_the_crate(&id), asks.by_hand(&id)), ((captured, refused), (captured, refused)));
    }
    let (list, transaction) = (SumOverAList::after(10), after_captures(&order(), 10));
    assert_eq!(transaction.amounts().captured.get(), 1_000);
    assert!(list.allows(99_999_000, "new") && !list.allows(99_999_001, "new"));
    assert!(!list.allows(1, "capture-00000001-of-order-00000001"));
}

/// Each case asserts when it is made that it brings something new, and then nothing.
#[test]
fn the_payloads_bring_news_once() {
    for case in [Case::juspay(), Case::juspay_webhook(), Case::razorpay()] {
        assert!(!case.read().events().is_empty() && case.read_again().events().is_empty());
    }
}
