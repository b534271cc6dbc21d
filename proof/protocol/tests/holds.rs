//! Every property holds in every state of the short configurations, every situation is seen, and the number of states
//! is the one that was measured when the argument was written: a model that shrank would prove less.

use order_capture_proof::config::Config;
use order_capture_proof::configurations::{long, short};
use order_capture_proof::search::search;

fn check(configurations: Vec<Config>, name: &str) {
    let config = configurations.into_iter().find(|config| config.name == name).expect(name);
    let expected = config.states;
    let found = search(config).expect("the identifiers are constants");
    println!("{name}: {} states, depth {}, {:.1?}", found.unique, found.depth, found.time);
    for property in &found.broken {
        println!("{name}: {property}: broken");
    }
    assert_eq!(found.broken, [""; 0], "{name}: broken");
    assert_eq!(found.unseen, [""; 0], "{name}: never seen");
    assert_eq!(found.unique, expected, "{name}: states");
}

macro_rules! hold {
    ($($test:ident: $name:literal),+ $(,)?) => {
        const NAMES: &[&str] = &[$($name),+];
        $(#[test]
        fn $test() {
            check(short(), $name);
        })+
    };
}

hold! {
    one_capture: "one capture",
    one_capture_thrice: "one capture, thrice",
    one_part_thrice: "one part, thrice",
    one_capture_and_the_deadline: "one capture and the deadline",
    capture_and_void: "capture and void",
    part_and_void: "part and void",
    capture_void_deadline: "capture, void, deadline",
    two_voids: "two voids",
    capture_and_dashboard: "capture and dashboard",
    part_and_dashboard: "part and dashboard",
    part_and_void_words: "part and void, words",
    capture_no_figures: "capture, no figures",
    parts_no_figures: "parts, no figures",
    two_for_one_hold: "two for one hold",
    two_parts: "two parts",
    two_parts_deadline: "two parts, deadline",
    two_parts_words: "two parts, words",
    two_for_one_hold_words: "two for one hold, words",
    one_key_two_amounts: "one key, two amounts",
    one_refund_thrice: "one refund, thrice",
    too_many_refunds: "too many refunds",
    capture_and_refund: "capture and refund",
    part_and_refund: "part and refund",
    refunds_without_a_key: "refunds without a key",
}

#[test]
fn every_short_configuration_has_a_test() {
    assert!(short().iter().map(|config| config.name).eq(NAMES.iter().copied()));
}

#[test]
#[ignore = "minutes; .ci/model runs the long configurations"]
fn long_ones() {
    for name in long().iter().map(|config| config.name) {
        check(long(), name);
    }
}
