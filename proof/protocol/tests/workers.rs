//! Two workers with a lease: what holds of careful ones, and which property finds each mistake.

use order_capture_proof::search::{search_all, way_to};
use order_capture_proof::workers::{ALWAYS, Mistake, SOMETIMES, Workers};

fn workers(attempts: u8, mistake: Mistake) -> Workers {
    Workers::new(attempts, mistake).expect("the crate takes the start")
}

fn check(attempts: u8, states: usize) {
    let found = search_all(workers(attempts, Mistake::None));
    println!(
        "{attempts} attempts: {} states, {} steps, depth {}, {:.1?}",
        found.unique, found.steps, found.depth, found.time
    );
    assert_eq!((found.broken, found.unseen), (vec![], vec![]), "{attempts} attempts: broken, never seen");
    assert_eq!(found.unique, states, "{attempts} attempts");
}

#[test]
fn careful_workers_do_the_job_once() {
    check(2, 2_349);
}

#[test]
fn careful_workers_do_the_job_once_in_three_attempts() {
    check(3, 7_473);
}

/// The mistake, in how many attempts it is seen, and the properties that notice it.
const MISTAKES: &[(Mistake, u8, &[usize])] = &[
    (Mistake::OwnClock, 2, &[0]),
    (Mistake::SendsTooLate, 2, &[0, 1]),
    (Mistake::StoresAnyAnswer, 2, &[1, 3, 4]),
    (Mistake::TakesPendingForDone, 2, &[2]),
    (Mistake::RepeatsAfterConflict, 2, &[0]),
    (Mistake::RepeatsUnasked, 2, &[0]),
    (Mistake::RepeatsOnOldNews, 3, &[0]),
    (Mistake::ReplicaLags, 2, &[0]),
];

#[test]
fn each_mistake_is_noticed() {
    for (mistake, attempts, properties) in MISTAKES {
        for place in *properties {
            let (property, _) = ALWAYS[*place];
            let found = way_to(&workers(*attempts, *mistake), property);
            let (actions, _) = found.unwrap_or_else(|| panic!("{mistake:?} goes unnoticed by: {property}"));
            println!("{mistake:?} breaks: {property}, in {} steps", actions.len());
            for action in actions {
                println!("    {action:?}");
            }
        }
    }
}

#[test]
fn each_property_is_broken_by_a_mistake() {
    for (place, (property, _)) in ALWAYS.iter().enumerate() {
        assert!(MISTAKES.iter().any(|(_, _, places)| places.contains(&place)), "nothing breaks: {property}");
    }
}

/// Nothing is sent where there is no attempt.
#[test]
fn each_situation_can_be_missed() {
    assert_eq!(search_all(workers(0, Mistake::None)).unseen, SOMETIMES.map(|(name, _)| name));
}
