#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use order_capture::profiles::CanonicalStatus;
use order_capture::*;

fuzz_target!(|text: &str| {
    common::bounded(text.len(), || drop(Profile::from_json_without_samples(text)));
    let Ok(profile) = Profile::from_json_without_samples(text) else { return };
    let checked = profile.check_samples();
    assert_eq!(checked.is_ok(), Profile::from_json(text).is_ok());
    for status in CanonicalStatus::ALL {
        assert!(!profile.word_for(status).is_empty());
    }
    common::observe(r#"{"status":"captured","amount":100}"#, &profile);
});
