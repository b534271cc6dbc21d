//! A second reader of readings, written from what `Reading` and `Observation` say of themselves, beside the crate's.

#[path = "readings/made.rs"]
mod made;
#[path = "readings/oracle.rs"]
mod oracle;

use made::Dice;
use order_capture::profiles::AmountForm;
use order_capture::statements::Observation;
use order_capture::{Currency, Profile};
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

fn reading(payload: &str) -> Profile {
    let mut rows = (*Profile::from_json(include_str!("../profiles/checkout.json")).unwrap()).clone();
    let source = r#"{"document":"none","confidence":"official"}"#;
    let readings = format!(r#"[{{"name":"one","payload":{payload},"source":{source}}}]"#);
    rows.readings = serde_json::from_str(&readings).unwrap();
    Profile::new(rows).unwrap()
}

/// An item that two shapes fit is one refund, and not two.
#[test]
fn an_item_is_read_by_the_first_shape_that_fits() {
    let refund = r#"{"of":"refund","object":{"id":"request.id"}}"#;
    let profile = reading(&format!(r#"{{"object":{{"refunds":{{"each":[{refund},{refund}]}}}}}}"#));
    let said = profile.statements(r#"{"refunds":[{"id":"r-1"},{"id":"r-2"}]}"#, Currency::INR).unwrap();
    assert_eq!(said.refunds.len(), 2);
}

/// A refund of another transaction says whose it is, wherever in it that transaction is named, and nothing of this one.
#[test]
fn a_part_of_another_transaction_says_nothing_of_this_one() {
    let refund = r#"{"of":"refund","object":{"of":{"object":{"id":"request.of","uuid":"transaction.uuid"}},"sum":"request.amount"}}"#;
    let profile = reading(&format!(
        r#"{{"object":{{"id":"transaction.id","word":"transaction.word","refunds":{{"each":[{refund}]}}}}}}"#
    ));
    let text = r#"{"id":"t-1","word":"Captured","refunds":[{"of":{"id":"t-2","uuid":"u-2"},"sum":5},{"of":{"id":"t-1"},"sum":7}]}"#;
    let said = profile.statements(text, Currency::INR).unwrap();
    let told: Vec<_> = said.refunds.iter().map(|refund| (refund.amount, refund.of.as_deref())).collect();
    assert_eq!(told, [(Some(5_u32.into()), Some("t-2")), (Some(7_u32.into()), None)]);
    assert_eq!(said.transaction.ids.uuid, None);
    assert_eq!(profile.ids_in(text), Ok(said.transaction.ids));
}

fn profile(dice: &mut Dice<'_>) -> Profile {
    let mut rows = (*Profile::from_json(include_str!("../profiles/checkout.json")).unwrap()).clone();
    // Major units: the same number is another amount in another currency.
    rows.capabilities.amount_form = AmountForm::Major;
    rows.readings = made::readings(dice).into();
    Profile::new(rows).unwrap_or_else(|error| panic!("{error}"))
}

/// Parts of several lists stand in the order of the text, which a parsed value has not kept.
fn sorted<'a>(said: &Observation<'a>) -> Observation<'a> {
    let mut said = said.clone();
    for list in [&mut said.captures, &mut said.voids, &mut said.refunds] {
        list.sort_by_key(|request| format!("{request:?}"));
    }
    said.listed.iter_mut().for_each(|others| others.sort_by_key(|listed| format!("{listed:?}")));
    said
}

/// What both say of one text, or `None` where they agree.
fn difference(profile: &Profile, text: &str) -> Option<String> {
    let read = profile.statements(text, Currency::INR);
    let expected = oracle::statements(profile, &serde_json::from_str(text).unwrap(), Currency::INR);
    let same = match (&read, &expected) {
        (Ok(read), Ok(expected)) if expected.differs.is_some() || expected.ids_contradict => {
            // Which of two that differ is kept is not said.
            (read.differs.is_some(), read.ids_contradict) == (expected.differs.is_some(), expected.ids_contradict)
        }
        (Ok(read), Ok(expected)) => {
            let rows = serde_json::to_string(&profile.readings).unwrap();
            let kinds = ["capture", "void", "refund"].map(|kind| rows.matches(&format!("\"of\":\"{kind}\"")).count());
            // The order is that of one list, where all of a kind are in it.
            let is_said = rows.matches("\"each\"").count() == 1 && kinds.iter().all(|count| *count < 2);
            read == expected || (!is_said && sorted(read) == sorted(expected))
        }
        // What drifts in an item of a list is left open.
        (_, Err(codes)) if codes.is_empty() => true,
        (Err(error), Err(codes)) => codes.contains(&error.code()),
        _ => false,
    };
    (!same).then(|| {
        format!("{text}\nby {}\nread {read:?}\nexpected {expected:?}", {
            serde_json::to_string(&profile.readings).unwrap()
        })
    })
}

#[test]
fn two_readers_agree() {
    let config = Config { cases: 20_000, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let cases = vec(any::<u8>(), 20..260);
    let read = std::cell::Cell::new(0_u32);
    let result = runner.run(&cases, |bytes| {
        let mut dice = Dice(&bytes);
        let profile = profile(&mut dice);
        for _ in 0..3 {
            let text = made::payload(&mut dice, &profile.readings);
            let value = serde_json::from_str(&text).unwrap();
            let expected = oracle::statements(&profile, &value, Currency::INR);
            let clear = expected.is_ok_and(|said| said.differs.is_none() && !said.ids_contradict);
            read.set(read.get() + u32::from(clear));
            if let Some(difference) = difference(&profile, &text) {
                return Err(proptest::test_runner::TestCaseError::fail(difference));
            }
        }
        Ok(())
    });
    if let Err(proptest::test_runner::TestError::Fail(reason, _)) = result {
        panic!("{reason}");
    }
    assert!(read.get() > 3_000, "only {} payloads were compared whole", read.get());
}

/// Both read the same of a payload by these readings.
fn same(readings: &[Value], payload: &Value) {
    let mut rows = (*Profile::from_json(include_str!("../profiles/checkout.json")).unwrap()).clone();
    rows.capabilities.amount_form = AmountForm::Major;
    rows.readings = serde_json::from_value(json!(readings)).unwrap();
    let profile = Profile::new(rows).unwrap();
    assert_eq!(difference(&profile, &payload.to_string()), None);
}

fn named(name: &str, of: Option<&str>, object: Value) -> Value {
    let mut payload = json!({"object": object});
    if let Some(of) = of {
        payload["of"] = json!(of);
    }
    json!({"name": name, "payload": payload, "source": json!({"document": "none", "confidence": "official"})})
}

/// Shapes and payloads that chance rarely brings together.
#[test]
fn two_readers_agree_on_what_is_rare() {
    let word = json!({"s": "transaction.word"});
    let cases = [
        // An item is read by the first shape that fits it, and by no second.
        (
            json!({"l": {"each": [{"of": "capture", "object": {"k": "request.key"}},
                               {"of": "void", "object": {"k": "request.key"}}]}}),
            json!({"l": [{"k": "a"}]}),
        ),
        // An item that is something else is passed over, whatever else is in it and in whatever order.
        (
            json!({"s": "order.word", "l": {"each": [{"of": "capture",
                "object": {"b": "transaction.word", "k": {"is": ["a"]}}}]}}),
            json!({"s": "w", "l": [{"b": 5, "k": "z"}]}),
        ),
        // A part of another transaction is passed over with all that stands in it.
        (
            json!({"i": "transaction.id", "s": "transaction.word", "l": {"each": [{"of": "refund", "object":
            {"p": "request.of", "d": {"object": {"a": "request.amount"}}}}]}}),
            json!({"i": "a", "s": "w", "l": [{"p": "b", "d": {"a": 5}}]}),
        ),
        // An amount without a currency beside it is counted in that of the object around it.
        (
            json!({"c": "currency", "s": "order.word", "t": {"object":
                {"c": "currency", "d": {"object": {"a": "transaction.captured"}}}}}),
            json!({"c": "JPY", "s": "w", "t": {"c": "INR", "d": {"a": 3}}}),
        ),
        // A value says all of its roles.
        (json!({"s": ["transaction.word", "transaction.number"]}), json!({"s": "7"})),
    ];
    for (object, payload) in cases {
        same(&[named("r", None, object)], &payload);
    }
    // A scalar where one reading has an object is nothing to another that does not name the place.
    let nested = named("n", None, json!({"x": {"object": {"s": "transaction.word"}}}));
    same(&[nested, named("r", None, word.clone())], &json!({"x": 5, "s": "w"}));
    // The order of a list is turned by its own reading alone.
    let list =
        |newest| json!({"l": {"each": [{"of": "refund", "object": {"k": "request.key"}}], "newest_first": newest}});
    let turned = named("n", None, json!({"l": list(true)["l"], "g": "given"}));
    same(&[turned, named("r", None, list(false))], &json!({"l": [{"k": "a"}, {"k": "b"}]}));
    // What became of the request that a payload is about is said of no other, and is said where nothing else is.
    let mut about = named("r", Some("capture"), json!({"t": {"is": ["w"]}, "l": list(false)["l"]}));
    about["says"] = json!({"fate": "succeeded"});
    same(&[about], &json!({"t": "w", "l": [{"k": "a"}]}));
}

/// A list that must have an item may be one of plain values.
#[test]
fn a_required_list_may_hold_values() {
    let profile =
        reading(r#"{"object":{"word":"transaction.word","ids":{"each":["transaction.id"],"required":true}}}"#);
    let said = profile.statements(r#"{"word":"Captured","ids":["t-1"]}"#, Currency::INR).unwrap();
    assert_eq!(said.transaction.ids.transaction.unwrap().as_str(), "t-1");
    for text in [r#"{"word":"Captured","ids":[]}"#, r#"{"word":"Captured","ids":[null]}"#, r#"{"word":"Captured"}"#] {
        assert_eq!(profile.statements(text, Currency::INR).unwrap_err().code(), "not-a-payload", "{text}");
    }
}

/// Of a list that has several items, none is passed over: the reading that asks for one does not fit it.
#[test]
fn a_list_that_must_have_one_item_has_no_second() {
    let item = r#"{"object":{"word":{"required":"transaction.word"}}}"#;
    let profile = reading(&format!(r#"{{"object":{{"items":{{"each":[{item}],"single":true}}}}}}"#));
    let said = profile.statements(r#"{"items":[{"word":"Captured"}]}"#, Currency::INR).unwrap();
    assert_eq!(said.transaction.word.unwrap().text, "Captured");
    let several = [
        r#"{"items":[{"word":"Captured"},{"word":"Captured"}]}"#,
        r#"{"items":[{"word":"Captured"},{"other":1}]}"#,
        r#"{"items":[null,{"word":"Captured"}]}"#,
    ];
    for text in several.into_iter().chain([r#"{"items":[]}"#, r#"{"items":null}"#, "{}"]) {
        assert_eq!(profile.statements(text, Currency::INR).unwrap_err().code(), "not-a-payload", "{text}");
    }
}
