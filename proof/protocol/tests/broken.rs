//! Each property is seen to fail: a service with one mistake in it, and a shortest way from the start to the damage.

use order_capture_proof::config::Gateway::{Razorpay, Several, Single};
use order_capture_proof::config::Manners::{Strict, Trusting};
use order_capture_proof::config::{Config, Fault, Intent, Words, capture, keyless_refund, refund, void};
use order_capture_proof::properties::{ALWAYS, SOMETIMES};
use order_capture_proof::search::{counterexample, search};

/// The mistake, where it is made, and the properties that notice it.
fn faults() -> Vec<(Fault, Config, &'static [&'static str])> {
    let one = || Config::new("one", Single, Strict, &[capture(1, 2)], 2);
    let part = || Config::new("part", Several, Strict, &[capture(1, 1)], 2);
    let two = || Config::new("two", Several, Trusting, &[capture(1, 2), capture(2, 2)], 2);
    let refunds = || Config::new("refunds", Single, Trusting, &[refund(1, 2), refund(2, 2)], 2).charged();
    let keyless = || Config::new("a refund without a key", Razorpay, Trusting, &[keyless_refund(1)], 2).charged();
    vec![
        (Fault::FreesOnTimeout, two(), &[ALWAYS[0].0, ALWAYS[1].0]),
        (Fault::TrustsOldNews, two(), &[ALWAYS[0].0, ALWAYS[1].0]),
        (Fault::SendsBeforeStoring, two(), &[ALWAYS[0].0, ALWAYS[1].0]),
        (Fault::RepeatsUnderNewKey, part(), &[ALWAYS[2].0]),
        (Fault::TakesPendingForDone, one(), &[ALWAYS[3].0]),
        (Fault::RepeatsOtherAmount, one(), &[ALWAYS[4].0]),
        (Fault::ReadsTornAmounts, one(), &[ALWAYS[5].0]),
        (Fault::AppliesWithoutStoring, one(), &[ALWAYS[6].0]),
        (Fault::StoresEveryCopy, one(), &[ALWAYS[7].0]),
        (Fault::TakesErrorsLate, one().flaky(), &[ALWAYS[8].0]),
        (Fault::IgnoresLateNews, one(), &[ALWAYS[9].0]),
        (Fault::NeverRepeats, one(), &[ALWAYS[10].0]),
        (Fault::FreesOnTimeout, refunds(), &[ALWAYS[1].0, ALWAYS[11].0]),
        (Fault::RepeatsWithoutKey, keyless(), &[ALWAYS[12].0]),
        (Fault::PollsTooSoon, two().words(Words::All), &[ALWAYS[1].0]),
    ]
}

#[test]
fn each_mistake_is_noticed() {
    for (fault, config, properties) in faults() {
        let config = config.fault(fault);
        for property in properties {
            let found = counterexample(&config, property).expect("the identifiers are constants");
            let (actions, _) = found.unwrap_or_else(|| panic!("{fault:?} goes unnoticed by: {property}"));
            println!("{fault:?} breaks: {property}, in {} steps", actions.len());
            for action in actions {
                println!("    {action:?}");
            }
        }
    }
}

#[test]
fn each_property_has_a_mistake_that_breaks_it() {
    let noticed: Vec<&str> = faults().iter().flat_map(|(_, _, properties)| properties.iter().copied()).collect();
    for (property, _) in ALWAYS {
        assert!(noticed.contains(&property), "nothing breaks: {property}");
    }
}

/// Where nothing is sent no situation comes up, but the one that needs no request: news from before the hold lapsed.
/// What cannot come up in a configuration is not missed there.
#[test]
fn each_situation_can_be_missed() {
    let unseen = |config: Config| search(config).expect("the identifiers are constants").unseen;
    let but = |some: &[usize]| -> Vec<&str> {
        let others = SOMETIMES.iter().enumerate().filter(|(place, _)| !some.contains(place));
        others.map(|(_, (name, ..))| *name).collect()
    };
    let intents = [capture(1, 1), capture(1, 2), capture(2, 1), void(3)];
    let all = |sends| Config::new("all", Several, Strict, &intents, sends);
    assert_eq!(unseen(all(0).deadline()), but(&[4, 12, 13, 14]));
    assert_eq!(unseen(all(0)), but(&[1, 12, 13, 14]));
    assert_eq!(unseen(all(1)), [""; 0]);
    assert_eq!(
        unseen(Config::new("a void", Single, Strict, &[void(1)], 0)),
        but(&[0, 1, 3, 7, 8, 9, 10, 11, 12, 13, 14])
    );
    let refunds = |gateway, refunds: &[Intent]| unseen(Config::new("refunds", gateway, Trusting, refunds, 0).charged());
    assert_eq!(refunds(Single, &[refund(1, 2), refund(2, 2)]), but(&[1, 3, 7, 8, 9, 10, 11, 13, 14]));
    assert_eq!(refunds(Razorpay, &[keyless_refund(1), keyless_refund(2)]), but(&[1, 3, 5, 6, 7, 8, 9, 10, 11, 12]));
}
