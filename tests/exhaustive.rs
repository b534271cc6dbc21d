//! Every history of a small world, by breadth-first search of the real functions: nothing random, nothing left out.
//!
//! Two searches. One feeds the step function every event that names an amount, sensible or not (identifiers and deadlines
//! change none; `tests/transitions.rs` and `tests/commands.rs` have them); the other drives the commands, answers, observations and errors of
//! each profile. Every node is checked against the invariants, added up here from the list of requests and not taken
//! from the crate's totals. The counts are asserted, so that a change of what is reachable is seen. `ORDER_CAPTURE_DEPTH=5 ORDER_CAPTURE_UNITS=6` searches further (`.ci/exhaustive`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test may panic, print and read its bounds from the environment"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "tests document themselves by name")]

mod support;

use std::collections::HashSet;

use order_capture::Operation::{Capture, Refund, Void};
use order_capture::*;
use support::*;

/// The bound of a search: what `cargo test` runs, unless the environment asks for more.
fn bound(name: &str, usual: u32) -> u32 {
    std::env::var(name).ok().map_or(usual, |text| text.parse().unwrap())
}

/// The amounts, added up from the list of requests: the second opinion on every total.
fn check_node(transaction: &Transaction) {
    let kind = transaction.kind();
    let amounts = transaction.amounts();
    conservation(&amounts);
    state_agrees(kind, &amounts);
    let Some(ledger) = transaction.ledger() else { return };
    let done = |operation| -> u64 {
        let of = |(_, request): (u32, &Request)| {
            (request.status() == RequestStatus::Succeeded).then_some(request.done().get())
        };
        ledger.requests(operation).iter().filter_map(of).sum()
    };
    let outstanding = |operation| -> u64 {
        let of = |(_, request): (u32, &Request)| request.status().is_outstanding().then_some(request.requested().get());
        ledger.requests(operation).iter().filter_map(of).sum()
    };
    assert_eq!(amounts.captured.get(), done(Capture), "C is what captures did");
    assert_eq!(amounts.pending.get(), outstanding(Capture), "P is what captures may still do");
    assert_eq!(amounts.refunded.get(), done(Refund), "R is what refunds did");
    assert_eq!(amounts.refund_pending.get(), outstanding(Refund), "Q is what refunds may still do");
    assert!(amounts.released.get() >= done(Void), "V is what voids did, and what lapsed or was let go");
    let open = kind.is_open() && outstanding(Void) == 0;
    let may_have_closed = |(_, capture): (u32, &Request)| capture.status().counts_as_failed() || capture.closes();
    let never_closed = !ledger.captures().iter().any(may_have_closed);
    let capturable = if open { amounts.held } else { Minor::ZERO };
    assert!(amounts.capturable == capturable || (amounts.capturable.is_zero() && !never_closed), "K is H while open");
    for operation in [Capture, Void, Refund] {
        let mut keys = HashSet::new();
        for (_, request) in ledger.requests(operation).iter() {
            assert!(request.key().is_none_or(|key| keys.insert(key)), "INV-10: a key belongs to one request");
            assert!(request.done() <= request.requested(), "no more is done than was asked");
            let was_done = matches!(request.status(), RequestStatus::Succeeded | RequestStatus::Reversed);
            assert!(request.done().is_zero() != was_done, "what was done is kept, through a reversal too");
        }
    }
    let stored = serde_json::to_string(transaction).unwrap();
    let read = serde_json::from_str::<Transaction>(&stored);
    assert_eq!(read.as_ref().ok(), Some(transaction), "INV-8: {stored} reads as {read:?}");
}

/// The log that led to a node gives it again.
fn check_replay(transaction: &Transaction, path: &[Event]) {
    let log: Vec<_> = (1..).zip(path).map(|(sequence, event)| recorded(sequence, event.clone())).collect();
    let replayed = Transaction::replay("t-1".parse().unwrap(), &log);
    assert_eq!(replayed.as_ref().ok(), Some(transaction), "INV-8: {path:?}");
}

fn recorded(sequence: u32, event: Event) -> Recorded {
    let transaction = "t-1".parse().unwrap();
    Recorded { version: STORED_VERSION, transaction, sequence, observed_at: now(), occurred_at: None, event }
}

/// What one step may do to the amounts.
fn check_edge(before: &Transaction, event: &Event, after: &Transaction) {
    let (was, is) = (before.amounts(), after.amounts());
    assert!(is.captured >= was.captured || matches!(event, Event::CaptureReversed { .. }), "INV-5: C");
    assert!(is.refunded >= was.refunded, "INV-5: R");
    let adjusted = matches!(event, Event::AuthorizationAdjusted { .. } | Event::Authorized { .. });
    assert!(is.authorized == was.authorized || adjusted, "A changes by an authorization alone");
    let given_back = is.released.get() - was.released.get();
    let by_void = match event {
        Event::Answered { operation: Void, outcome: Outcome::Succeeded { amount }, .. } => amount.get(),
        _ => 0,
    };
    assert!(given_back == by_void || is.held.is_zero(), "V grows by what a void did, or by all that was held");
    if let Event::Requested { operation: Capture, amount, number, .. } = event {
        let reserved = is.pending.get() - was.pending.get();
        let open = before.ledger().and_then(|ledger| ledger.captures().get(*number)).map(Request::status);
        match open {
            Some(RequestStatus::Unknown) => assert_eq!(reserved, 0, "a repeat reserves nothing more"),
            _ => {
                // What a provider does of itself asks nobody whether the authorization is still open.
                let most = if matches!(event, Event::Requested { origin: Origin::Merchant, .. }) {
                    was.capturable
                } else {
                    was.held
                };
                assert!(!amount.is_zero() && *amount <= most, "INV-2: 0 < n ≤ K");
                assert_eq!(reserved, amount.get());
            }
        }
    }
}

/// Every event that names amounts up to one unit too many, requests up to one that was never made, and two keys.
fn events(transaction: &Transaction, most: u32) -> Vec<Event> {
    let count = |operation| transaction.ledger().map_or(0, |ledger| ledger.requests(operation).count());
    let amounts = || (0..=most + 1).map(minor);
    let mut events = vec![
        Event::Authorized { amount: rupees(most), capture_before: None },
        Event::AuthorizationFailed,
        Event::AuthorizationExpired,
        Event::StatusSeen { status: "NEW".parse().unwrap() },
    ];
    events.extend(amounts().map(|total| Event::AuthorizationAdjusted { total }));
    for operation in [Capture, Void, Refund] {
        let closings: &[bool] = if operation == Capture { &[false, true] } else { &[false] };
        for number in 1..=count(operation) + 1 {
            for amount in amounts() {
                for key in [None, Some("k1"), Some("k2")] {
                    let key = key.map(|key| key.parse().unwrap());
                    for origin in [Origin::Merchant, Origin::Provider] {
                        let of =
                            |&closes| Event::Requested { operation, number, amount, key: key.clone(), closes, origin };
                        events.extend(closings.iter().map(of));
                    }
                }
            }
            let outcomes = amounts().map(|amount| Outcome::Succeeded { amount }).chain([
                Outcome::Failed { closes: false },
                Outcome::Failed { closes: true },
                Outcome::Accepted,
                Outcome::Unanswered,
                Outcome::Withdrawn,
            ]);
            events.extend(outcomes.map(|outcome| Event::Answered { operation, number, outcome }));
        }
    }
    for number in 1..=count(Capture) + 1 {
        let of = |amount| [true, false].map(|closes| Event::CaptureReversed { number, amount, closes });
        events.extend(amounts().flat_map(of));
    }
    events
}

/// What tells two nodes apart: everything but how many events it took.
fn face(transaction: &Transaction) -> (StateKind, Option<String>, Option<Ledger>) {
    (transaction.kind(), transaction.provider_status().map(str::to_owned), transaction.ledger().cloned())
}

/// Units and depth.
type Bounds = (u32, u32);

#[derive(Debug, Default, PartialEq)]
struct Counts {
    nodes: usize,
    edges: usize,
    applied: usize,
    states: usize,
}

/// The step function met by every event, `depth` events deep after the authorization of `most`.
fn search_events(most: u32, depth: u32) -> Counts {
    let start = Transaction::created("t-1".parse().unwrap());
    let (mut seen, mut states, mut counts) = (HashSet::from([face(&start)]), HashSet::new(), Counts::default());
    let mut layer = vec![(start, Vec::new())];
    for _ in 0..=depth {
        let mut next = Vec::new();
        for (before, path) in layer {
            check_node(&before);
            check_replay(&before, &path);
            states.insert(before.kind());
            for event in events(&before, most) {
                counts.edges += 1;
                let mut after = before.clone();
                let recorded = before.stamp(event.clone(), now(), None);
                if after.apply(&recorded) != Ok(Effect::Applied) {
                    assert_eq!(after, before, "INV-6: {event:?}");
                    continue;
                }
                counts.applied += 1;
                check_edge(&before, &event, &after);
                let once = after.clone();
                let again = after.apply(&after.stamp(event.clone(), now(), None));
                assert_eq!((again, &after), (Ok(Effect::AlreadyApplied), &once), "INV-7: {event:?}");
                if seen.insert(face(&after)) {
                    let path = path.iter().cloned().chain([event]).collect();
                    next.push((after, path));
                }
            }
        }
        layer = next;
    }
    for (last, path) in &layer {
        check_node(last);
        check_replay(last, path);
        states.insert(last.kind());
    }
    Counts { nodes: seen.len(), states: states.len(), ..counts }
}

/// Bounds, nodes, edges, applied: what the searches found when this was written. All states are reached.
const EVENTS: [(Bounds, [usize; 3]); 3] = [
    ((6, 3), [45_961, 815_222, 56_318]),
    ((6, 4), [871_445, 22_596_740, 1_153_542]),
    ((3, 5), [1_062_630, 30_489_415, 1_519_104]),
];

#[test]
fn every_event_from_every_reachable_state() {
    let bounds @ (most, depth) = (bound("ORDER_CAPTURE_UNITS", 6), bound("ORDER_CAPTURE_DEPTH", 3));
    let counts = search_events(most, depth);
    println!("events, {most} units, {depth} after the authorization: {counts:?}");
    assert_eq!(counts.states, StateKind::ALL.len());
    for (_, [nodes, edges, applied]) in EVENTS.into_iter().filter(|(known, _)| *known == bounds) {
        assert_eq!(counts, Counts { nodes, edges, applied, ..counts });
    }
}

/// Every action: amounts up to one unit too many, two keys, each word of the profile with and without figures.
fn actions(profile: &Profile, most: u32) -> Vec<Action> {
    let amounts = || (0..=most + 1).map(Some).chain([None]);
    let keys = || [None, Some(0), Some(1)];
    let mut actions = vec![Action::AuthorizationFailed, Action::Expire];
    actions.extend((1..=most).map(Action::Authorize));
    actions.extend((0..=most + 1).map(Action::Adjust));
    actions.extend([400, 409, 500].map(Action::Error));
    actions.extend(keys().map(|key| Action::Reverse { key }));
    for amount in amounts() {
        for key in keys() {
            actions.extend([false, true].map(|closing| Action::Capture { amount, key, closing }));
            actions.extend([Action::Void { amount, key }, Action::Refund { amount, key }]);
            for operation in [Capture, Void, Refund] {
                let replies = if amount.is_none() { 0..4 } else { 0..1 };
                actions.extend(replies.map(|reply| Action::Answer { operation, key, reply, amount }));
            }
        }
        for status in 0..profile.statuses.len() {
            for refunded in [None, Some(1), Some(most)] {
                let seen = |own| Action::Observe { status, captured: amount, refunded, own };
                actions.extend([true, false].map(seen));
            }
        }
    }
    actions
}

/// Everything that a merchant, a gateway and a provider can do, `depth` actions deep.
fn search_actions(profile: usize, most: u32, depth: u32) -> Counts {
    let mut world = World::new(profile_of(profile), most);
    let actions = actions(&world.profile, most);
    let (mut seen, mut states) = (HashSet::from([face(&world.transaction)]), HashSet::new());
    let (mut layer, mut counts) = (vec![world.transaction.clone()], Counts::default());
    for _ in 0..=depth {
        let mut next = Vec::new();
        for before in layer {
            check_node(&before);
            states.insert(before.kind());
            for action in &actions {
                counts.edges += 1;
                world.transaction.clone_from(&before);
                world.log.clear();
                match world.act(action) {
                    End::Recorded(_) => {}
                    // What says nothing new may still bring the provider's own word for created or failed.
                    End::AlreadyApplied if matches!(action, Action::Observe { .. }) => {
                        assert_eq!(world.transaction.amounts(), before.amounts(), "INV-6: {action:?}");
                        assert_eq!(world.transaction.kind(), before.kind(), "INV-6: {action:?}");
                    }
                    end => {
                        assert_eq!(world.transaction, before, "INV-6: {action:?} ended as {end:?}");
                        continue;
                    }
                }
                counts.applied += 1;
                let (was, is) = (before.amounts(), world.transaction.amounts());
                assert!(is.captured >= was.captured || matches!(action, Action::Reverse { .. }), "INV-5: C");
                assert!(is.refunded >= was.refunded, "INV-5: R");
                if matches!(action, Action::Observe { .. }) {
                    let once = world.transaction.clone();
                    let again = world.act(action);
                    assert!(matches!(again, End::AlreadyApplied | End::Stale), "INV-7: {action:?} again: {again:?}");
                    assert_eq!(world.transaction, once, "INV-7: {action:?}");
                }
                if seen.insert(face(&world.transaction)) {
                    next.push(world.transaction.clone());
                }
            }
        }
        layer = next;
    }
    for last in &layer {
        check_node(last);
        states.insert(last.kind());
    }
    Counts { nodes: seen.len(), states: states.len(), ..counts }
}

/// The same per profile. Where there is one capture, no state is partially-captured; where a failed one reopens the
/// authorization, none is capture-failed; and Razorpay has no voids.
const ACTIONS: [(Bounds, [[usize; 4]; 5]); 3] = [
    (
        (2, 2),
        [
            [1_183, 176_464, 46_714, 12],
            [1_297, 185_072, 49_318, 12],
            [14_347, 941_500, 288_081, 12],
            [855, 36_186, 7_982, 7],
            [16_710, 1_004_984, 315_580, 13],
        ],
    ),
    (
        (3, 3),
        [
            [10_874, 2_118_965, 571_942, 12],
            [12_328, 2_368_255, 618_338, 12],
            [329_327, 27_973_165, 8_239_442, 12],
            [7_869, 464_310, 102_186, 7],
            [411_255, 31_751_065, 9_673_771, 13],
        ],
    ),
    (
        (2, 4),
        [
            [49_573, 8_068_924, 2_153_045, 12],
            [54_869, 8_994_284, 2_360_275, 12],
            [2_635_492, 221_319_212, 65_513_342, 12],
            [35_817, 1_779_960, 381_499, 7],
            [3_689_190, 292_180_268, 92_099_958, 13],
        ],
    ),
];

#[test]
fn every_action_of_every_profile() {
    let bounds @ (most, depth) = (bound("ORDER_CAPTURE_UNITS", 2), bound("ORDER_CAPTURE_DEPTH", 2));
    for profile in 0..5 {
        let counts = search_actions(profile, most, depth);
        println!("{}, {most} units, {depth} after the authorization: {counts:?}", profile_of(profile).name);
        for (_, known) in ACTIONS.into_iter().filter(|(known, _)| *known == bounds) {
            let [nodes, edges, applied, states] = known[profile];
            assert_eq!(counts, Counts { nodes, edges, applied, states });
        }
    }
}
