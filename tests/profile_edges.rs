//! Profiles at their limits, and readings beside each other: what is just allowed, and what no sample reaches.

use order_capture::profiles::SampleText;
use order_capture::statements::Observation;
use order_capture::*;
use serde_json::{Value, json};

fn rows(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A profile whose samples are not run.
fn loaded(rows: &Value) -> Result<Profile, ProfileError> {
    Profile::from_json_without_samples(&rows.to_string())
}

/// PAYLOADS, section 2, samples: every word is reached by one, else the check names what is not. A word of a capture or void
/// and one of a refund are reached where a request of that kind bears it.
#[test]
fn a_word_of_a_request_that_no_sample_has_is_named() {
    for table in ["request_words", "refund_words"] {
        let mut changed = rows("juspay-simpl.json");
        let list = changed[table].as_array_mut().unwrap();
        let mut row = list[0].clone();
        row["text"] = json!("NEVER_SENT");
        list.push(row);
        let error = Profile::from_json(&changed.to_string()).unwrap_err();
        assert_eq!(error.place, table);
        assert!(error.problem.starts_with("no sample reaches \"NEVER_SENT\""), "{error}");
        assert!(loaded(&changed).is_ok(), "{table}: what is not run is not missed");
    }
}

/// What is as large as it may be is allowed.
#[test]
fn what_is_at_a_limit_is_allowed() {
    let start = rows("checkout.json");
    let with = |change: &dyn Fn(&mut Value)| {
        let mut changed = start.clone();
        change(&mut changed);
        loaded(&changed).map(|_| ()).map_err(|error| error.problem.to_string())
    };
    assert_eq!(with(&|v| v["currencies"][0]["on_wire"] = json!(4)), Ok(()));
    let fields = |count: usize| {
        move |v: &mut Value| {
            let more = (0..count).map(|n| (n.to_string(), json!("given")));
            v["readings"][0]["payload"]["object"] = Value::Object(more.collect());
        }
    };
    assert_eq!(with(&fields(64)), Ok(()));
    assert_eq!(with(&fields(65)), Err("an object names more than 64 fields".into()));
    // Sixteen objects are inside the payload's own.
    let deep = |inside: usize| {
        move |v: &mut Value| {
            let around = |inner, _| json!({"object": {"in": inner}});
            v["readings"][0]["payload"] = (0..inside).fold(json!({"object": {"id": "transaction.id"}}), around);
        }
    };
    assert_eq!(with(&deep(16)), Ok(()));
    assert_eq!(with(&deep(17)), Err("it is deeper than sixteen objects".into()));
}

/// What stands in place of an object's fields is named, and what should stand there.
#[test]
fn fields_that_are_no_object_are_named() {
    let mut changed = rows("checkout.json");
    changed["readings"][0]["payload"]["object"] = json!(["id"]);
    let error = loaded(&changed).unwrap_err();
    assert!(error.problem.contains("expected the fields of an object"), "{error}");
}

/// An amount that no transaction can have is nothing that may be tolerated.
#[test]
fn a_tolerance_is_an_amount() {
    let over = |minor: u64| {
        let mut changed = rows("juspay-simpl.json");
        let source = json!({"document": "d", "confidence": "official"});
        changed["capabilities"]["over_capture"] =
            json!({"percent": null, "at_most": [{"code": "INR", "minor": minor}], "source": source});
        loaded(&changed).map(|_| ())
    };
    let place = "capabilities.over_capture.at_most[0]";
    assert_eq!((over(1), over(Minor::MAX.get())), (Ok(()), Ok(())));
    for none in [0, Minor::MAX.get() + 1] {
        let error = over(none).unwrap_err();
        assert_eq!((&*error.place, &*error.problem), (place, "it is not an amount above zero"), "{none}");
    }
}

/// A fact says something, and who does.
#[test]
fn a_fact_says_something_and_who_does() {
    for (at, place) in [("says", "/facts/0/says"), ("document", "/facts/0/source/document")] {
        let mut changed = rows("juspay-simpl.json");
        *changed.pointer_mut(place).unwrap() = json!("");
        let error = loaded(&changed).unwrap_err();
        assert_eq!((&*error.place, &*error.problem), ("facts[0]", "it says nothing, or not who does"), "{at}");
    }
}

/// A sample is kept as it was sent: JSON as JSON, and anything else as a text, a text of JSON too.
#[test]
fn a_sample_is_kept_as_it_was_sent() {
    for sent in [r#"{"status":"CHARGED"}"#, r#""CHARGED""#, "<html>", "", "7"] {
        let sample = SampleText::new(sent.into());
        let kept = serde_json::to_string(&sample).unwrap();
        assert_eq!(serde_json::from_str::<SampleText>(&kept).unwrap().as_str(), sent, "{kept}");
    }
}

/// A text that was given is shown as text, for a person and for a developer.
#[test]
fn a_given_text_is_shown() {
    let given = |text: &str| match Currency::from_code(text) {
        Err(CurrencyError::NotACode { given }) => (given.to_string(), format!("{given:?}")),
        other => panic!("{other:?}"),
    };
    assert_eq!(given("a\tb"), ("'a\\tb'".into(), "'a\\tb'".into()));
}

/// Checkout's profile with these readings before its own.
fn reading(payloads: &[Value]) -> Profile {
    let mut changed = rows("checkout.json");
    let own = std::mem::take(&mut changed["readings"]);
    let source = json!({"document": "d", "confidence": "official"});
    let named = |(number, payload)| json!({"name": format!("made {number}"), "payload": payload, "source": source});
    let made = payloads.iter().enumerate().map(named);
    changed["readings"] = made.chain(own.as_array().unwrap().iter().cloned()).collect();
    loaded(&changed).unwrap()
}

fn said(profile: &Profile, text: &'static str) -> Observation<'static> {
    profile.statements(text, Currency::INR).unwrap()
}

/// The first reading that fits and says something reads a payload; one whose objects are not there says nothing.
#[test]
fn a_reading_that_says_nothing_leaves_the_payload_to_the_next() {
    let nothing = json!({"of": "transaction", "object": {"elsewhere": {"object": {"state": "transaction.word"}}}});
    let nested = json!({"of": "transaction", "object": {"inner": {"object": {"status": "transaction.word"}}}});
    let profile = reading(&[nothing, nested]);
    let text = r#"{"id":"pay_1","inner":{"status":"Captured"}}"#;
    assert_eq!(said(&profile, text).transaction.word.map(|word| word.text.into_owned()).as_deref(), Some("Captured"));
}

/// The objects inside an item of a list belong to the item, all of them.
#[test]
fn an_item_of_a_list_may_hold_several_objects() {
    let refund = json!({"of": "refund", "object": {
        "who": {"object": {"id": "request.id"}},
        "what": {"object": {"sum": "request.amount", "state": "request.word"}},
    }});
    let list = json!({"of": "transaction", "object": {"status": "transaction.word", "refunds": {"each": [refund]}}});
    let text = r#"{"status":"Captured","refunds":[{"who":{"id":"r1"},"what":{"sum":100,"state":"Approved"}}]}"#;
    let refunds = said(&reading(&[list]), text).refunds;
    let read =
        refunds.iter().map(|refund| (refund.id.as_ref().map(|id| id.as_str()), refund.amount)).collect::<Vec<_>>();
    assert_eq!(read, [(Some("r1"), Some(Minor::from(100)))]);
}

/// Where one reading has a value another may have an object: each reads what is there.
#[test]
fn one_field_may_be_an_object_here_and_a_value_there() {
    let object = json!({"of": "transaction", "object": {"state": {"object": {"status": "transaction.word"}}}});
    let value = json!({"of": "transaction", "object": {"state": "transaction.word"}});
    let profile = reading(&[object, value]);
    for text in [r#"{"state":"Captured"}"#, r#"{"state":{"status":"Captured"}}"#] {
        let word = said(&profile, text).transaction.word.map(|word| word.text.into_owned());
        assert_eq!(word.as_deref(), Some("Captured"), "{text}");
    }
}

/// What is said of the transaction is told although nothing names it.
#[test]
fn what_is_said_of_a_transaction_without_a_name_is_told() {
    let text = r#"{"order_id":"o-1","status":"AUTHORIZED","amount":100,"effective_amount":90}"#;
    let said = said(&juspay::SIMPL, text);
    assert!(!said.has_transaction);
    let told = juspay::SIMPL.told(&said, Currency::INR);
    assert!(told.iter().any(|line| line == "transaction: authorized 90.00 INR, pays 100.00 INR"), "{told:?}");
}
