//! The strategies for downstream users: what they give is legal, varied, and true.

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
        let replayed = Transaction::replay(&history.order, transaction.id().clone(), &history.log);
        prop_assert_eq!(replayed.as_ref(), Ok(transaction));
        prop_assert_eq!(usize::try_from(transaction.sequence()), Ok(history.log.len()));
    }

    /// A payload that says what we know changes no amount that we know.
    #[test]
    fn a_payload_tells_the_truth(seen in payloads()) {
        let history = &seen.history;
        let payment = history.payment();
        let observation = history.profile.statements(&seen.text, history.order.amount().currency()).unwrap();
        let observed = payment.observe(&observation, None, history.now());
        let change = match observed {
            Ok(change) => change,
            // A payment of Razorpay states no captured total: of a part, its word cannot tell how much it is.
            Err(Conflict::CapturedAmountUnknown) if payment.transaction().state() == StateKind::PartiallyCaptured => {
                prop_assert_eq!(history.profile.name.as_str(), "razorpay");
                return Ok(());
            }
            Err(conflict) => panic!("{conflict:?} to {}", seen.text),
        };
        let (before, after) = (payment.transaction().amounts(), change.payment().transaction().amounts());
        prop_assert_eq!((after.captured, after.refunded), (before.captured, before.refunded), "{}", seen.text);
    }
}

/// All states but those before a hold, all kinds of events but those that an observation alone brings.
#[test]
fn histories_get_everywhere() {
    let mut runner = TestRunner::deterministic();
    let (mut states, mut events, mut profiles) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for _ in 0..20_000 {
        let history = histories().new_tree(&mut runner).unwrap().current();
        states.insert(history.transaction().state().as_str());
        events.extend(history.log.iter().map(|recorded| recorded.event.name()));
        profiles.insert(history.profile.name.as_str().to_owned());
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
        "capture-timed-out",
        "capture-reversed",
        "void-requested",
        "void-succeeded",
        "void-timed-out",
        "refund-requested",
        "refund-succeeded",
        "refund-failed",
        "refund-reversed",
        "captured-total-reported",
    ] {
        assert!(events.contains(name), "no history has {name}");
    }
}
