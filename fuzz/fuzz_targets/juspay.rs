#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use order_capture::*;

fuzz_target!(|text: &str| {
    for profile in [&juspay::SIMPL, &juspay::CYBERSOURCE] { common::observe(text, profile); }
});
