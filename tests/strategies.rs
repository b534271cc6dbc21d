//! The strategies for downstream users: what they give is legal, varied, and true.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic: that is how it fails")]
#![allow(missing_docs, reason = "tests document themselves by name")]

use std::collections::BTreeSet;

use order_capture::strategies::{histories, payloads};
use order_capture::*;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn a_history_replays_to_its_transaction(history in histories()) {
        let transaction = history.transaction();
        let replayed = Transaction::replay(transaction.id().clone(), &history.log);
        prop_assert_eq!(replayed.as_ref(), Ok(transaction));
        prop_assert_eq!(usize::try_from(transaction.sequence()), Ok(history.log.len()));
    }

    /// A payload that says what we know changes no amount that we know.
    #[test]
    fn a_payload_tells_the_truth(seen in payloads()) {
        let (history, transaction) = (&seen.history, seen.history.transaction());
        let observation = history.profile.observation(&seen.text, history.order.amount().currency()).unwrap();
        let context = OrderContext { order: &history.order, profile: history.profile, others_captured: false };
        let (amounts, verdict) = (transaction.amounts(), transaction.interpret(&observation, &context));
        prop_assert!(!matches!(verdict, Verdict::Conflict(_)), "{verdict:?} to {}", seen.text);
        if let Some(word) = &observation.order_status {
            let part = !amounts.captured.is_zero() && amounts.captured < history.order.amount().minor();
            prop_assert_eq!(word == "PARTIAL_CHARGED", part, "{}", seen.text);
        }
        let mut after = transaction.clone();
        for event in verdict.events() {
            after.record(event.clone(), Time::UNIX_EPOCH, None).unwrap();
        }
        prop_assert_eq!(after.amounts().captured, transaction.amounts().captured);
        prop_assert_eq!(after.amounts().refunded, transaction.amounts().refunded);
    }
}

/// All states but those before a hold, all kinds of events but those that an observation alone brings.
#[test]
fn histories_get_everywhere() {
    let mut runner = TestRunner::deterministic();
    let (mut states, mut events, mut profiles) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for _ in 0..4_000 {
        let history = histories().new_tree(&mut runner).unwrap().current();
        states.insert(history.transaction().kind().as_str());
        events.extend(history.log.iter().map(|recorded| recorded.event.name()));
        profiles.insert(history.profile.name.clone());
    }
    let missing: Vec<_> =
        StateKind::ALL.iter().map(|kind| kind.as_str()).filter(|kind| !states.contains(kind)).collect();
    assert_eq!(missing, ["created", "failed"]);
    assert_eq!(profiles.len(), 4);
    for name in [
        "authorized",
        "authorization-expired",
        "capture-requested",
        "capture-succeeded",
        "capture-failed",
        "capture-accepted",
        "capture-unanswered",
        "capture-reversed",
        "void-requested",
        "void-succeeded",
        "void-unanswered",
        "refund-requested",
        "refund-succeeded",
        "refund-failed",
    ] {
        assert!(events.contains(name), "no history has {name}");
    }
}
