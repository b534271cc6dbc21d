#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use order_capture::*;

fuzz_target!(|input: (u16, &str)| {
    let (status, body) = input;
    let order = common::order();
    for profile in [&juspay::FULL_ONLY, &razorpay::PROFILE] {
        common::bounded(body.len(), || drop(profile.error(status, body)));
        let answer = profile.error(status, body);
        for payment in common::payments(&order, profile) {
            for to in [None, Some((Operation::Capture, 1))] {
                let Ok(change) = payment.provider_error(&answer, to, Time::UNIX_EPOCH) else { continue };
                let mut transaction = payment.transaction().clone();
                for recorded in change.events() {
                    assert_eq!(transaction.apply(recorded), Ok(Effect::Applied));
                }
                let captured = payment.transaction().amounts().captured;
                assert_eq!(transaction.amounts().captured, captured, "an error text never captures");
            }
        }
    }
});
