//! The invariants over random histories: INV-1 to INV-11, INV-13 of amounts in requests.
//!
//! Each property names the invariant it holds; `.ci/broken-copies` has how each was seen to fail.

use std::collections::BTreeMap;

use crate::support::{
    Action, End, World, action, check_amounts, check_state, command, key_name, next, now, profile, profile_of, rupees,
};
use order_capture::*;
use proptest::prelude::*;

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

    /// INV-1, INV-3, INV-4 after every step; and that every change leads where its events lead (INV-9, in `World`).
    #[test]
    fn amounts_are_conserved_and_the_state_agrees((profile, actions) in history()) {
        let mut world = world(profile);
        for action in &actions {
            world.act(action);
            check_amounts(&world.transaction);
            check_state(&world.transaction);
        }
    }

    /// INV-2: a new capture takes no more than K, a new refund no more than C − R − Q; a repeat takes nothing more.
    #[test]
    fn a_request_stays_under_its_ceiling((profile, actions) in history()) {
        let mut world = world(profile);
        for action in &actions {
            let before = world.clone();
            let (End::Applied(events), Action::Ask { operation, .. }) = (world.act(action), action) else { continue };
            let [Event::Requested { number, amount, .. }] = events.as_slice() else { panic!("one request") };
            let earlier = before.transaction.hold().and_then(|hold| hold.requests(*operation).get(*number));
            let (was, is) = (before.transaction.amounts(), world.transaction.amounts());
            let reserved = match operation {
                Operation::Capture => is.pending.get() - was.pending.get(),
                Operation::Void => 0,
                Operation::Refund => is.refund_pending.get() - was.refund_pending.get(),
            };
            if earlier.is_some_and(|earlier| earlier.status == RequestStatus::Unknown) {
                prop_assert_eq!(was, is, "a repeat reserves nothing more");
                continue;
            }
            let most = match operation {
                Operation::Capture => before.payment().capturable(now()).minor(),
                Operation::Void => was.held,
                Operation::Refund => was.refundable(),
            };
            prop_assert!(!amount.is_zero() && *amount <= most, "0 < {} ≤ {}", amount, most);
            prop_assert_eq!(reserved, if *operation == Operation::Void { 0 } else { amount.get() });
        }
    }

    /// INV-2 for the provider's side: all that can have been captured stays within what is authorized.
    #[test]
    fn money_of_unknown_outcome_counts((profile, actions) in history()) {
        let mut world = world(profile);
        for action in &actions {
            let before = world.transaction.amounts();
            let end = world.act(action);
            let (Some(hold), End::Applied(_), Action::Ask { .. }) = (world.transaction.hold(), end, action) else { continue };
            let outstanding: u64 = hold.captures.iter().map(|(_, capture)| {
                let open = matches!(capture.status, RequestStatus::Sent | RequestStatus::Accepted | RequestStatus::Unknown);
                if open && !hold.is_covered(Operation::Capture, capture) { capture.amount.get() } else { 0 }
            }).sum();
            let Amounts { authorized, captured, released, .. } = hold.amounts();
            let full = before.captured.get() + before.pending.get() + before.released.get() == before.authorized.get();
            prop_assert!(captured.get() + outstanding + released.get() <= authorized.get() || full, "{:?}", hold.amounts());
        }
    }

    /// INV-5: only a reversal or a person's report lowers C or R.
    #[test]
    fn captured_and_refunded_never_fall((profile, actions) in history()) {
        let mut world = world(profile);
        for action in &actions {
            let before = world.transaction.amounts();
            world.act(action);
            let after = world.transaction.amounts();
            let may_fall = matches!(action, Action::Reverse { .. } | Action::Report { .. });
            prop_assert!(may_fall || (after.captured >= before.captured && after.refunded >= before.refunded));
        }
    }

    /// INV-6: what is not applied leaves the transaction as it was, to the bit.
    #[test]
    fn a_refused_action_changes_nothing((profile, actions) in history()) {
        let mut world = world(profile);
        for action in &actions {
            let before = world.transaction.clone();
            match world.act(action) {
                End::Applied(_) => prop_assert_ne!(&world.transaction, &before),
                _ => prop_assert_eq!(&world.transaction, &before),
            }
        }
    }

    /// INV-7: the same recorded event, the same event anew, and the same action of a known name twice is the same as once.
    #[test]
    fn twice_is_once((profile, actions) in history()) {
        let mut world = world(profile);
        for action in &actions {
            let end = world.act(action);
            let once = world.transaction.clone();
            let End::Applied(events) = &end else { continue };
            for recorded in &world.log {
                prop_assert_eq!(world.transaction.apply(recorded), Ok(Effect::AlreadyApplied));
            }
            if let [event] = events.as_slice() {
                let again = world.transaction.apply(&next(&once, event.clone()));
                // What a provider did by itself has no name here: a second one is another one, whose number is taken.
                let theirs = matches!(event, Event::ProviderInitiated { .. });
                prop_assert!(again == Ok(Effect::AlreadyApplied) || (theirs && again.is_err()), "{:?}: {:?}", event, again);
            }
            prop_assert_eq!(&world.transaction, &once);
        }
    }

    /// INV-7 for requests: the same keyed request twice is the same as once.
    #[test]
    fn the_same_request_twice_is_once((profile, actions) in history()) {
        let mut world = world(profile);
        for action in &actions {
            let keyed = matches!(action, Action::Ask { key: Some(_), .. });
            let end = world.act(action);
            if keyed && matches!(end, End::Applied(_) | End::AlreadyApplied) {
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
            let read: Result<Transaction, _> = serde_json::from_str(&stored);
            prop_assert_eq!(read.as_ref().ok(), Some(&world.transaction), "{:?}", read);
            let json = serde_json::to_string(&world.log).unwrap();
            let log: Vec<RecordedEvent> = serde_json::from_str(&json).unwrap();
            let replayed = Transaction::replay(&world.order, world.transaction.id().clone(), &log).unwrap();
            prop_assert_eq!(&replayed, &world.transaction);
        }
    }

    /// INV-10: a key belongs to one request (amount and final) for ever, per kind.
    #[test]
    fn a_key_belongs_to_one_request((profile, actions) in history()) {
        let mut world = world(profile);
        let mut known = BTreeMap::new();
        for action in &actions {
            let End::Applied(events) = world.act(action) else { continue };
            for event in events {
                if let Event::Requested { operation, key: Some(key), amount, number, .. } = event {
                    prop_assert_eq!(*known.entry((operation, key)).or_insert((amount, number)), (amount, number));
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
        let worlds = (1..).zip(&histories).map(|(number, actions)| {
            let mut world = World::new(profile.clone(), amount);
            world.transaction = Transaction::created(&world.order, format!("t-{number}").parse().unwrap());
            world.act(&Action::Authorize(4));
            actions.iter().for_each(|action| { world.act(action); });
            world.transaction
        });
        let transactions: Vec<Transaction> = worlds.collect();
        let order = Order::new("o-1".parse().unwrap(), rupees(amount));
        let mut listed: Vec<&Transaction> = transactions.iter().collect();
        let status = OrderStatus::of(&order, &profile, listed.iter().copied()).unwrap();
        let split = rotation.min(listed.len());
        listed.rotate_left(split);
        prop_assert_eq!(OrderStatus::of(&order, &profile, listed.iter().copied()), Ok(status));
        listed.reverse();
        let reversed = OrderStatus::of(&order, &profile, listed).unwrap();
        prop_assert_eq!(reversed, status);
        prop_assert_eq!(reversed.word, status.word);
    }

    /// The first violation is the first of all, there is none where a command is allowed, and a command that is checked
    /// is answered as it is asked.
    #[test]
    fn the_first_violation_is_the_first_of_all((profile, actions) in history()) {
        let mut world = world(profile);
        for action in &actions {
            if let Action::Ask { key, .. } = action {
                let key = key.map(key_name);
                let (payment, command) = (world.payment(), command(action, key.as_deref()).unwrap());
                let first = payment.check(command, now()).err();
                prop_assert_eq!(first.clone(), payment.violations(command, now()).first().cloned());
                let asked = payment.ask(command, now()).err();
                prop_assert_eq!(asked, first.map(Problem::Violation));
            }
            world.act(action);
        }
    }
}
