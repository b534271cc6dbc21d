#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use order_capture::*;

fuzz_target!(|text: &str| {
    common::observe(text, &razorpay::PROFILE);
});
