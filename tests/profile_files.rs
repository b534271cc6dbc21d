//! Profiles as files: what is loaded is checked, and an error names the row.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test reads files and may panic"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "tests document themselves by name")]

use order_capture::*;
use serde_json::{Value, json};

fn file(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

const BUILT_IN: [(&str, &Profile); 4] = [
    ("juspay.json", &juspay::FULL_ONLY),
    ("juspay-cybersource.json", &juspay::CYBERSOURCE),
    ("juspay-simpl.json", &juspay::SIMPL),
    ("razorpay.json", &razorpay::PROFILE),
];

/// Writes the files anew: `cargo test --test profile_files -- --ignored`. Read the difference before it is committed.
#[test]
#[ignore = "writes profiles/*.json and profiles/schema.json from the code"]
fn write_the_files() {
    let write = |name: &str, text: String| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles").join(name);
        std::fs::write(path, text + "\n").unwrap();
    };
    for (name, profile) in BUILT_IN {
        write(name, serde_json::to_string_pretty(profile).unwrap());
    }
    write("schema.json", serde_json::to_string_pretty(&schemars::schema_for!(profiles::ProfileRows)).unwrap());
}

/// The built-in profiles as files are the code's, there and back; so is the schema.
#[test]
fn the_files_are_the_code() {
    for (name, profile) in BUILT_IN {
        let written = serde_json::to_string_pretty(profile).unwrap();
        let kept = file(name);
        let differ = written.lines().zip(kept.lines()).find(|(code, file)| code != file);
        assert_eq!(differ, None, "{name}: left: the code, right: the file");
        assert_eq!(written.trim(), kept.trim(), "{name}");
        assert!(Profile::from_json(&kept).as_ref() == Ok(profile), "{name} is read as it is written");
        assert_eq!(Profile::new(profiles::ProfileRows::clone(profile)).as_ref(), Ok(profile));
    }
    let schema: Value = serde_json::from_str(&file("schema.json")).unwrap();
    assert!(serde_json::to_value(schemars::schema_for!(profiles::ProfileRows)).unwrap() == schema, "schema.json");
    assert!(Profile::from_json(&file("checkout.json")).is_ok());
}

/// A change to a profile, and a part of what is said of it.
type Change<'a> = (&'a dyn Fn(&mut Value), &'a str);

/// What a profile is refused for, with the row.
#[allow(clippy::too_many_lines, reason = "a table, one row a fault")]
#[test]
fn a_profile_is_checked_on_load() {
    let error = |change: &dyn Fn(&mut Value)| {
        let mut changed: Value = serde_json::from_str(&file("checkout.json")).unwrap();
        change(&mut changed);
        let error = Profile::from_json(&changed.to_string()).unwrap_err();
        assert_eq!(error.code(), "profile-invalid");
        error.to_string()
    };
    let cases: Vec<Change<'_>> = vec![
        (
            &|v| v["statuses"][1]["text"] = json!("Pending"),
            "statuses[1]: the text \"Pending\" is empty, unusable or in an earlier row",
        ),
        (&|v| v["statuses"][2]["text"] = json!(""), "statuses[2]: the text \"\" is empty"),
        (&|v| v["statuses"][0]["written_for"] = json!([]), "no row is written for created"),
        (&|v| v["statuses"][11]["written_for"] = json!([]), "no row is written for auto-refunded"),
        (
            &|v| v["statuses"][11]["written_for"] = json!(["auto-refunded", "expired"]),
            "statuses: a row is written for expired; no state is, write it for auto-refunded",
        ),
        (
            &|v| {
                let source = json!({"document": "d", "confidence": "inferred"});
                v["order_statuses"] = json!([{"text": "a", "written_for": ["expired"], "source": source}]);
            },
            "order_statuses: a row is written for expired; no state is, write it for auto-refunded",
        ),
        (&|v| v["statuses"][1]["written_for"] = json!(["created"]), "statuses[0]: created has its word elsewhere"),
        (
            &|v| v["statuses"][5]["written_for"] = json!(["authorized", "charged"]),
            "statuses[5]: charged has its word elsewhere",
        ),
        (&|v| v["statuses"][0]["maps_to"] = json!("settled"), "statuses[0].maps_to: unknown variant `settled`"),
        (
            &|v| v["capabilities"]["captures"] = json!("exact"),
            "capabilities: captures: exact contradicts an amount that may be left out of a capture",
        ),
        (&|v| v["capabilities"]["refund"]["digits"] = json!(5), "capabilities: digits above 4 contradicts"),
        (&|v| v["capabilities"]["capture"]["key_form"]["most"] = json!(0), "key_form"),
        (
            &|v| v["outcomes"][0]["status"] = json!("Paid"),
            "outcomes[0]: status is \"Paid\"; it must be a text of the statuses",
        ),
        (
            &|v| v["errors"][0]["rule"] = json!("no-such"),
            "errors[0]: rule is \"no-such\"; it must be the code of a rule",
        ),
        (
            &|v| v["currencies"][0]["digits"] = json!(2),
            "currencies[0]: digits is \"2\"; ISO 4217 has other digits for it",
        ),
        (&|v| v["currencies"][0]["code"] = json!("KWX"), "currencies[0]: code is \"KWX\""),
        (
            &|v| v["payload"]["fields"]["status"] = json!("status"),
            "payload.fields.status: \"status\" is no JSON pointer",
        ),
        (&|v| v["v"] = json!(2), "profile version 2 is not known"),
        (&|v| v["nme"] = json!("x"), "unknown field `nme`"),
        (&|v| v["name"] = json!(""), "name: it is empty"),
        (&|v| v["statuses"][5]["maps_to"] = json!("created"), "statuses: no word means authorized"),
        (
            &|v| {
                v["statuses"][7]["maps_to"] = json!("refunded");
                v["statuses"][8]["maps_to"] = json!("refunded");
            },
            "statuses: no word means charged",
        ),
        (&|v| v["statuses"][7]["source"]["confidence"] = json!("sdk"), "less sure than official"),
        (&|v| v["outcomes"][1]["outcome"] = json!("accepted"), "outcomes: an answer stands twice"),
        (&|v| v["outcomes"][1]["outcome"] = json!("timed-out"), "outcomes: a word after an answer"),
        (&|v| v["errors"][0]["code"] = json!(""), "errors: a row has neither code nor text"),
        (
            &|v| v["errors"][0]["http_status"] = json!(500),
            "errors: a row outside 4xx, or of 408 or 409, says withdrawn",
        ),
        (
            &|v| v["errors"][0]["http_status"] = json!(408),
            "errors: a row outside 4xx, or of 408 or 409, says withdrawn",
        ),
        (
            &|v| v["errors"][0]["http_status"] = json!(409),
            "errors: a row outside 4xx, or of 408 or 409, says withdrawn",
        ),
        (&|v| v["currencies"] = json!([v["currencies"][0], v["currencies"][0]]), "currencies[1]: the text"),
        (
            &|v| {
                let row = json!({"name": "e", "source": {"document": "d", "confidence": "inferred"}});
                v["events"] = json!([row, row]);
            },
            "events[1]: the text \"e\"",
        ),
        (&|v| v["payload"] = json!("juspay"), "amount_form contradicts the amount form of that provider's payloads"),
        (&|v| v["payload"]["fields"]["roots"] = json!([]), "payload.fields: there is no root"),
        (&|v| v["payload"]["fields"]["status"] = json!(""), "payload.fields: status points at the whole payload"),
        (
            &|v| v["payload"]["fields"]["captured"] = json!("/balances/total_authorized"),
            "payload.fields: two of authorized, captured and refunded are the same field",
        ),
        (&|v| v["payload"]["fields"]["order"] = json!("/a~2b"), "payload.fields.order: \"/a~2b\" is no JSON pointer"),
        (&|v| v["statuses"][0] = json!(7), "statuses[0]: invalid type"),
    ];
    for (change, expected) in cases {
        let text = error(change);
        assert!(text.contains(expected), "{text}");
    }
    let twice = |v: &mut Value| {
        let row = |text| json!({"text": text, "written_for": ["charged"], "source": {"document": "d", "confidence": "inferred"}});
        v["order_statuses"] = json!([row("a"), row("b")]);
    };
    assert!(error(&twice).contains("order_statuses[1]: charged has its word elsewhere"));
    for field in ["roots", "transaction", "order", "currency", "authorized", "captured", "refunded", "occurred_at"] {
        let no_pointer = |v: &mut Value| {
            let text = json!("balances/total");
            v["payload"]["fields"][field] = if field == "roots" { json!([text]) } else { text };
        };
        let expected = format!("payload.fields.{field}: \"balances/total\" is no JSON pointer");
        assert!(error(&no_pointer).contains(&expected), "{field}");
    }
    let same_order_text = |v: &mut Value| {
        let row = |spells| json!({"text": "a", "written_for": [spells], "source": {"document": "d", "confidence": "inferred"}});
        v["order_statuses"] = json!([row("charged"), row("voided")]);
    };
    assert!(error(&same_order_text).contains("order_statuses[1]: the text \"a\""));
    let mut four_digits: Value = serde_json::from_str(&file("checkout.json")).unwrap();
    four_digits["capabilities"]["capture"]["digits"] = json!(4);
    assert!(Profile::from_json(&four_digits.to_string()).is_ok());
    let broken = Profile::from_json("{\n  \"v\": 1,\n").unwrap_err().to_string();
    assert!(broken.contains("EOF while parsing"), "{broken}");
}
