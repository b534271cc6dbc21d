//! What a profile leaves open, each with its risk; and two profiles side by side.

use crate::generator::lint::{differences, leaves_open};
use crate::why;
use order_capture::profiles::{AtEnd, Confidence, HoldLife, KeyPlace, KeyUse, ProfileRows, Source};
use order_capture::*;

fn open(rows: &ProfileRows) -> Vec<String> {
    leaves_open(rows).into_iter().map(|point| format!("{}: {}", point.place, point.open)).collect()
}

fn file(name: &str) -> Profile {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles").join(name);
    Profile::from_json(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Each change closes what it says, and opens nothing else.
#[test]
fn what_is_said_is_not_open_any_more() {
    let source = || Source { document: "d".into(), confidence: Confidence::Official };
    let before = ProfileRows::clone(&juspay::SIMPL);
    let closes = |change: &dyn Fn(&mut ProfileRows)| {
        let mut after = before.clone();
        change(&mut after);
        let (before, after) = (open(&before), open(&after));
        assert!(after.iter().all(|point| before.contains(point)), "{after:?}");
        before.into_iter().filter(|point| !after.contains(point)).collect::<Vec<_>>()
    };
    assert_eq!(
        closes(&|rows| rows.capabilities.captures = profiles::CaptureMode::Several { at_once: false, says_final: true }),
        ["capabilities.captures: no final rule: no capture can say that it is the last one"]
    );
    assert_eq!(
        closes(&|rows| rows.capabilities.most_captures = Some(9)),
        ["capabilities.most_captures: nothing says how many captures there can be"]
    );
    let kept = KeyUse { place: KeyPlace::Body, name: "key".into(), kept: Some(60), source: source() };
    assert_eq!(
        closes(&|rows| rows.capabilities.capture.key_use = Some(kept.clone())),
        ["capabilities.capture.key_use: nothing says how the key of a capture travels, nor how long it is kept"]
    );
    let mut with_hold = before.clone();
    with_hold.capabilities.hold = Some(HoldLife { seconds: Some(60), then: AtEnd::Released, source: source() });
    let deadline =
        |rows: &ProfileRows| open(rows).into_iter().filter(|point| point.contains("deadline")).collect::<Vec<_>>();
    assert_eq!(
        deadline(&before),
        ["capabilities.hold: no deadline: neither a payload nor a row says when a hold ends"]
    );
    let hand_over = "readings: no payload states the deadline; pass the one that follows from how long a hold lasts";
    assert_eq!(deadline(&with_hold), [hand_over]);
}

/// What is known to be open of profiles that are data alone.
#[test]
fn the_profiles_say_what_they_leave_open() {
    let has = |name: &str, text: &str| open(&file(name)).iter().any(|point| point.contains(text));
    assert!(!has("klarna.json", "deadline") && !has("paypal.json", "deadline"));
    assert!(has("klarna.json", "no final rule") && !has("paypal.json", "no final rule"));
    assert!(has("klarna.json", "no payload of a capture states its idempotency key"));
    assert!(!has("paypal.json", "no payload of a capture states its idempotency key"));
    assert!(has("cybersource.json", "no payload says that money was captured"));
    assert!(has("authorizenet.json", "no payload says that money was captured"));
    assert!(has("authorizenet.json", "known from others, or deduced: FDSPendingReview"));
    assert!(has("adyen.json", "the digits of ISK are hearsay"));
    assert!(has("klarna.json", "every currency is counted as ISO 4217 has it"));
    assert!(!has("adyen.json", "every currency") && !has("braintree.json", "every currency"));
    assert!(!has("adyen.json", "capture was reversed") && has("klarna.json", "capture was reversed"));
    let adjusted = "no payload tells that the authorization was adjusted";
    assert!(has("klarna.json", adjusted) && has("square.json", adjusted));
    assert!(!has("adyen.json", adjusted) && !has("checkout.json", adjusted) && !has("paypal.json", adjusted));
    assert!(has("braintree.json", "a capture has no key"));
    assert!(has("mollie.json", "nothing says how long the key of a capture is kept"));
    for name in ["juspay.json", "razorpay.json", "stripe.json", "klarna.json"] {
        let points = leaves_open(&file(name));
        assert!(points.iter().all(|point| !point.risk.is_empty() && !point.open.is_empty()), "{name}");
        assert!(!has(name, "there is no fact about"), "{name}: {:?}", open(&file(name)));
    }
}

/// Two profiles side by side: rows by their text, what only one has, nothing of the samples.
#[test]
fn two_profiles_differ_in_these_places() {
    assert_eq!(differences(&juspay::SIMPL, &juspay::SIMPL), []);
    let mut rows = ProfileRows::clone(&razorpay::PROFILE);
    rows.capabilities.void = profiles::VoidMode::Full;
    rows.statuses.to_mut()[1].text = "waiting".into();
    rows.samples = [].as_slice().into();
    let found = differences(&razorpay::PROFILE, &Profile::new(rows).unwrap());
    let said: Vec<_> = found.iter().map(|one| (&*one.place, one.left.as_deref(), one.right.as_deref())).collect();
    assert_eq!(
        said,
        [
            ("capabilities.void", Some("none"), Some("full")),
            ("statuses[pending]", Some("created"), None),
            ("statuses[waiting]", None, Some("created")),
        ]
    );
    let both = differences(&file("stripe.json"), &file("stripe-multicapture.json"));
    let places: Vec<&str> = both.iter().map(|one| &*one.place).collect();
    assert!(places.contains(&"capabilities.captures") && places.contains(&"capabilities.most_captures"), "{places:?}");
    let words: Vec<_> = places.iter().filter(|place| place.starts_with("statuses")).copied().collect();
    assert_eq!(words, ["statuses[requires_capture].written_for", "statuses[succeeded].written_for"]);
    assert!(!places.iter().any(|place| place.contains("samples")), "{places:?}");
}

/// Of a payload that no reading fits, the first place that does not fit is named, the nearest reading first.
#[test]
fn what_no_reading_fits_says_what_is_in_the_way() {
    let adyen = file("adyen.json");
    let item = |code: &str, success: &str| {
        let item =
            serde_json::json!({"eventCode": code, "success": success, "pspReference": "P", "originalReference": "A"});
        serde_json::json!({"notificationItems": [{"NotificationRequestItem": item}]})
    };
    let place = "`notificationItems[].NotificationRequestItem";
    let why = |payload| why::misfits(&adyen, &payload);
    assert!(why(item("CAPTURE", "yes"))[0].ends_with(&format!("{place}.success` is yes, and must be true")));
    assert!(why(serde_json::json!({"notificationItems": []}))[0].ends_with("has 0 items, and must have one"));
    assert!(why(serde_json::json!([])).iter().all(|line| line.ends_with("`the whole` is no object")));
    assert_eq!(
        why::misfits(&file("klarna.json"), &serde_json::json!({"order_id": "k", "status": null, "order_amount": 1})),
        [
            "a captured order of which nothing is left: `captured_amount` is missing",
            "an order: `captured_amount` is missing",
        ]
    );
}

/// A role that is spelled wrongly is named with the nearest ones, wherever it stands.
#[test]
fn a_misspelled_role_has_a_neighbour() {
    let text = |from: &str, to: &str| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles/braintree.json");
        std::fs::read_to_string(path).unwrap().replacen(from, to, 1)
    };
    let said = |from: &str, to: &str| why::misspelled(&serde_json::from_str(&text(from, to)).unwrap());
    assert_eq!(said("", ""), None);
    let nearest = "\"request.amuont\" is no role; nearest: request.amount";
    assert!(said("request.amount", "request.amuont").unwrap().starts_with(nearest));
    let nearest = "\"transaction.capture-bfore\" is no role; nearest: transaction.capture-before";
    assert!(said("transaction.capture-before", "transaction.capture-bfore").unwrap().starts_with(nearest));
    let nearest = "\"error.codes\" is no role; nearest: error.code";
    assert!(said("error.code\"", "error.codes\"").unwrap().starts_with(nearest));
}
