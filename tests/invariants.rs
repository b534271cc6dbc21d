//! The domain's invariants over random histories: INV-1 to INV-11.
//!
//! Each property names the invariant it holds; `docs/testing.md` says how each was seen to fail.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test may panic: that is how it fails"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "tests document themselves by name")]

#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeMap;

use order_capture::*;
use proptest::prelude::*;
use support::*;

fn history() -> impl Strategy<Value = (usize, Vec<Action>)> {
    (profile(), proptest::collection::vec(action(), 1..24))
}

/// A world whose transaction is authorized for six, so that histories get somewhere.
fn world(profile: usize) -> World {
    let mut world = World::new(profile_of(profile), 6);
    world.act(&Action::Authorize(6));
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

    /// INV-1, INV-3, INV-4 after every step.
    #[test]
    fn amounts_are_conserved_and_the_state_agrees((profile, actions) in history()) {
        let mut world = world(profile);
        for action in &actions {
            world.act(action);
            conservation(&world.transaction.amounts());
            state_agrees(world.transaction.kind(), &world.transaction.amounts());
        }
    }

    /// INV-2: a new capture takes no more than was capturable, and a repeat takes nothing more.
    #[test]
    fn a_capture_stays_under_the_ceiling((profile, actions) in history()) {
        let mut world = world(profile);
        for action in &actions {
            let before = world.transaction.clone();
            let end = world.act(action);
            let (Action::Capture { .. }, End::Recorded(events)) = (action, &end) else { continue };
            let [Event::Requested { number, amount, .. }] = events.as_slice() else { panic!("one request") };
            let earlier = before.ledger().and_then(|ledger| ledger.captures().get(*number));
            let reserved = world.transaction.amounts().pending.get() - before.amounts().pending.get();
            if earlier.is_some_and(|earlier| earlier.status() == RequestStatus::Unknown) {
                prop_assert_eq!(reserved, 0, "a repeat reserves nothing more");
            } else {
                prop_assert!(amount.get() > 0 && *amount <= before.amounts().capturable, "0 < n ≤ K");
                prop_assert_eq!(reserved, amount.get());
            }
        }
    }

    /// INV-2 for the provider's side: however outcomes and repeats fall, all that can have been captured is authorized.
    #[test]
    fn money_of_unknown_fate_counts((profile, actions) in history()) {
        let mut world = world(profile);
        for action in &actions {
            world.act(action);
            let Some(ledger) = world.transaction.ledger() else { continue };
            let possible: u64 = ledger.captures().iter().map(|(_, capture)| match capture.status() {
                RequestStatus::Succeeded => capture.done().get(),
                status if status.is_outstanding() => capture.requested().get(),
                _ => 0,
            }).sum();
            prop_assert!(possible + ledger.amounts().released.get() <= ledger.amounts().authorized.get());
        }
    }

    /// INV-5: only a reversal lowers what was captured; nothing lowers what was refunded.
    #[test]
    fn captured_and_refunded_never_fall((profile, actions) in history()) {
        let mut world = world(profile);
        for action in &actions {
            let before = world.transaction.amounts();
            world.act(action);
            let after = world.transaction.amounts();
            prop_assert!(after.refunded >= before.refunded);
            let reversal = matches!(action, Action::Reverse { .. });
            prop_assert!(after.captured >= before.captured || reversal);
        }
    }

    /// INV-6: what is not recorded leaves the transaction as it was.
    #[test]
    fn a_refused_action_changes_nothing((profile, actions) in history()) {
        let mut world = world(profile);
        for action in &actions {
            let before = world.transaction.clone();
            match world.act(action) {
                End::Recorded(_) => prop_assert_ne!(&world.transaction, &before),
                // An observation that says nothing new may still bring the provider's own word for failed.
                End::AlreadyApplied if matches!(action, Action::Observe { .. }) => {
                    prop_assert_eq!(world.transaction.amounts(), before.amounts());
                    prop_assert_eq!(world.transaction.kind(), before.kind());
                }
                _ => prop_assert_eq!(&world.transaction, &before),
            }
        }
    }

    /// INV-7: the same event, and the same observation, twice is the same as once.
    #[test]
    fn twice_is_once((profile, actions) in history()) {
        let mut world = world(profile);
        for action in &actions {
            let end = world.act(action);
            let once = world.transaction.clone();
            if let (Some(recorded), End::Recorded(_)) = (world.log.last().cloned(), &end) {
                prop_assert_eq!(world.transaction.apply(&recorded), Ok(Effect::AlreadyApplied));
                let renumbered = once.stamp(recorded.event, now(), None);
                prop_assert_eq!(world.transaction.apply(&renumbered), Ok(Effect::AlreadyApplied));
            }
            if matches!(action, Action::Observe { .. }) {
                let again = world.act(action);
                let (recorded, conflict) = (matches!(again, End::Recorded(_)), matches!(again, End::Conflict(_)));
                prop_assert!(!recorded, "seen twice: {:?}", again);
                prop_assert!(!(matches!(end, End::Recorded(_)) && conflict), "{:?} then {:?}", end, again);
            }
            prop_assert_eq!(&world.transaction, &once);
        }
    }

    /// INV-7 for requests: the same keyed request twice is the same as once.
    #[test]
    fn the_same_request_twice_is_once((profile, actions) in history()) {
        let mut world = world(profile);
        for action in &actions {
            let keyed = match action {
                Action::Capture { key, .. } | Action::Void { key, .. } | Action::Refund { key, .. } => key.is_some(),
                _ => false,
            };
            let end = world.act(action);
            if keyed && matches!(end, End::Recorded(_) | End::AlreadyApplied) {
                let once = world.transaction.clone();
                prop_assert_eq!(world.act(action), End::AlreadyApplied);
                prop_assert_eq!(&world.transaction, &once);
            }
        }
    }

    /// INV-8: the log replays to the live state at every prefix, through JSON, and so does the stored form.
    #[test]
    fn replay_and_storage_give_the_live_state((profile, actions) in history()) {
        let mut world = world(profile);
        for action in &actions {
            world.act(action);
            let stored = serde_json::to_string(&world.transaction).unwrap();
            let read: Transaction = serde_json::from_str(&stored).unwrap();
            prop_assert_eq!(&read, &world.transaction);
            let json = serde_json::to_string(&world.log).unwrap();
            let log: Vec<Recorded> = serde_json::from_str(&json).unwrap();
            let replayed = Transaction::replay(world.transaction.id().clone(), &log).unwrap();
            prop_assert_eq!(&replayed, &world.transaction);
        }
    }

    /// INV-9 is asserted inside `World`; this property makes sure that commands and observations get there.
    #[test]
    fn every_event_of_a_command_is_accepted((profile, actions) in history()) {
        let mut world = world(profile);
        for action in &actions {
            world.act(action);
        }
    }

    /// INV-10: a key belongs to one amount for ever, per kind.
    #[test]
    fn a_key_belongs_to_one_amount((profile, actions) in history()) {
        let mut world = world(profile);
        let mut amounts = BTreeMap::new();
        for action in &actions {
            let End::Recorded(events) = world.act(action) else { continue };
            for event in events {
                if let Event::Requested { operation, key: Some(key), amount, .. } = event {
                    prop_assert_eq!(*amounts.entry((operation, key)).or_insert(amount), amount);
                }
            }
        }
    }

    /// INV-11: an order's status does not depend on the order in which its transactions are listed.
    #[test]
    fn an_order_does_not_care_how_its_transactions_are_listed(
        profile in profile(),
        histories in proptest::collection::vec(proptest::collection::vec(action(), 0..10), 0..4),
        rotation in 0_usize..4,
        amount in 0_u32..8,
    ) {
        let profile = profile_of(profile);
        let transactions: Vec<Transaction> = histories.iter().map(|actions| {
            let mut world = World::new(profile.clone(), amount);
            actions.iter().for_each(|action| { world.act(action); });
            world.transaction
        }).collect();
        let order = Order::new("o-1".parse().unwrap(), rupees(amount));
        let mut listed: Vec<&Transaction> = transactions.iter().collect();
        let status = OrderStatus::of(&order, listed.iter().copied());
        let text = status.status_text(&profile).to_string();
        let split = rotation.min(listed.len());
        listed.rotate_left(split);
        prop_assert_eq!(OrderStatus::of(&order, listed.iter().copied()), status);
        listed.reverse();
        prop_assert_eq!(OrderStatus::of(&order, listed.iter().copied()), status);
        prop_assert_eq!(OrderStatus::of(&order, listed).status_text(&profile), text);
    }

    /// The first refusal is the first of all refusals, and there is none where the command is allowed.
    #[test]
    fn the_first_refusal_is_the_first_of_all((profile, actions) in history()) {
        let mut world = world(profile);
        for action in &actions {
            if let Action::Capture { amount, key, closing } = action {
                let key = key.map(key_name);
                let mut ask = amount.map_or(CaptureRequest::full(), |units| CaptureRequest::of(rupees(units)));
                ask = key.as_deref().map_or(ask, |key| ask.key(key));
                ask = if *closing { ask.final_capture() } else { ask };
                let first = world.transaction.capture(&ask, &world.order, &world.profile, now());
                let all = world.transaction.capture_refusals(&ask, &world.order, &world.profile, now());
                prop_assert_eq!(first.err(), all.first().copied());
            }
            world.act(action);
        }
    }
}
