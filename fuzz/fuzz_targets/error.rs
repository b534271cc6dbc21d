#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use order_capture::*;

fuzz_target!(|input: (u16, &str)| {
    let (status, body) = input;
    common::bounded(body.len(), || drop(ErrorAnswer::read(status, body)));
    let answer = ErrorAnswer::read(status, body);
    for mut transaction in common::transactions() {
        for profile in [&juspay::FULL_ONLY, &razorpay::PROFILE] {
            let Ok(verdict) = transaction.interpret_error(&answer, profile) else { continue };
            let captured = transaction.amounts().captured;
            for event in verdict.events() {
                let recorded = transaction.stamp(event.clone(), Time::UNIX_EPOCH, None);
                assert_eq!(transaction.apply(&recorded), Ok(Effect::Applied));
            }
            assert_eq!(transaction.amounts().captured, captured, "an error text never captures");
        }
    }
});
