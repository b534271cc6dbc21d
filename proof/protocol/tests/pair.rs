//! Two transactions of one order: what holds, and that it fails where one is judged without the other.

use order_capture_proof::config::Gateway::{self, Several, Single};
use order_capture_proof::config::Manners::Trusting;
use order_capture_proof::config::{Config, Fault, Intent, capture, refund, void};
use order_capture_proof::pair::{ALWAYS, Pair, SOMETIMES};
use order_capture_proof::search::{search_all, way_to};

fn pair(name: &'static str, gateway: Gateway, sends: u8, intents: [&[Intent]; 2], fault: Fault) -> Pair {
    let config = Config::new(name, gateway, Trusting, &[], sends).fault(fault);
    Pair::new(name, &config, intents).expect("the identifiers are constants")
}

fn whole(sends: u8) -> Pair {
    pair("paid twice", Single, sends, [&[capture(1, 3)], &[capture(2, 3)]], Fault::None)
}

fn parts(sends: u8) -> Pair {
    pair("in parts", Several, sends, [&[capture(1, 2)], &[capture(2, 1), capture(3, 2)]], Fault::None)
}

fn with_void() -> Pair {
    pair("one is let go", Single, 2, [&[capture(1, 3)], &[capture(2, 3), void(3)]], Fault::None)
}

fn refunded(sends: u8) -> Pair {
    pair("the first is refunded", Single, sends, [&[capture(1, 3), refund(2, 3)], &[capture(3, 3)]], Fault::None)
}

fn check(pair: Pair, states: usize) {
    let name = pair.name();
    let found = search_all(pair);
    println!("{name}: {} states, {} steps, depth {}, {:.1?}", found.unique, found.steps, found.depth, found.time);
    for property in &found.broken {
        println!("{name}: {property}: broken");
    }
    assert_eq!((found.broken, found.unseen), (vec![], vec![]), "{name}: broken, never seen");
    assert_eq!(found.unique, states, "{name}");
}

#[test]
fn an_order_is_paid_once() {
    check(whole(2), 1_305);
}

#[test]
fn an_order_is_paid_once_in_parts() {
    check(parts(2), 10_329);
}

#[test]
fn an_order_is_paid_once_and_the_other_hold_let_go() {
    check(with_void(), 4_933);
}

#[test]
#[ignore = "longer; .ci/model runs it"]
fn an_order_is_paid_again_after_a_refund() {
    check(refunded(3), 46_185);
}

#[test]
fn judged_alone_an_order_is_paid_twice() {
    for (pair, property) in [(whole(2), ALWAYS[0].0), (parts(2), ALWAYS[0].0), (whole(2), ALWAYS[1].0)] {
        let found = way_to(&pair.alone(), property);
        let (actions, _) = found.unwrap_or_else(|| panic!("judged alone it goes unnoticed by: {property}"));
        println!("judged alone breaks: {property}, in {} steps: {actions:?}", actions.len());
    }
}

/// What holds of one transaction is seen to fail beside another one as well.
#[test]
fn a_mistake_on_one_of_two_is_noticed() {
    let hasty = pair("hasty", Single, 1, [&[capture(1, 3)], &[capture(2, 3)]], Fault::TakesPendingForDone);
    let (actions, _) = way_to(&hasty, ALWAYS[2].0).expect("it goes unnoticed");
    println!("TakesPendingForDone breaks: {}, in {} steps", ALWAYS[2].0, actions.len());
}

#[test]
fn each_situation_can_be_missed() {
    let names = |places: &[usize]| places.iter().map(|place| SOMETIMES[*place].0).collect::<Vec<_>>();
    assert_eq!(search_all(parts(0)).unseen, names(&[0, 1, 2]));
    assert_eq!(search_all(refunded(0)).unseen, names(&[0, 1, 3]));
}
