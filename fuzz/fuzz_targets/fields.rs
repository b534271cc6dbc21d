#![no_main]

mod common;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use order_capture::*;

static PROFILE: LazyLock<Profile> =
    LazyLock::new(|| Profile::from_json(include_str!("../../profiles/checkout.json")).unwrap());

fuzz_target!(|text: &str| {
    common::observe(text, &PROFILE);
});
