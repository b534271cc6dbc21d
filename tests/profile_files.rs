//! Profiles as files: what is loaded is checked, and an error names the row.

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

/// Writes the files anew: `cargo test profile_files:: -- --ignored`. Read the difference before it is committed.
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
}

/// Every file is a profile that reads its samples as they say, and each that is data alone has scenarios.
#[test]
fn every_profile_loads_with_its_samples() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut alone = 0;
    for entry in std::fs::read_dir(root.join("profiles")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name == "schema.json" {
            continue;
        }
        let profile = Profile::from_json(&file(&name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!profile.samples.is_empty() && profile.samples.len() >= profile.readings.len(), "{name}");
        if !BUILT_IN.iter().any(|(built_in, _)| *built_in == name) {
            alone += 1;
            assert_eq!(format!("{}.json", profile.name), name);
            let scenarios = root.join("tests/scenarios").join(&name).with_extension("jsonl");
            assert!(scenarios.exists(), "{} does not exist", scenarios.display());
        }
    }
    assert!(alone >= 6, "{alone} profiles that are data alone were found");
}

/// What is only said by third parties or deduced never makes money captured, whatever a reading is made of.
#[test]
fn no_unsure_row_of_a_profile_captures_money() {
    for name in [
        "adyen.json",
        "braintree.json",
        "checkout.json",
        "klarna.json",
        "mollie.json",
        "paypal.json",
        "square.json",
        "stripe.json",
        "stripe-multicapture.json",
    ] {
        let rows: Value = serde_json::from_str(&file(name)).unwrap();
        let sure = |row: &Value| row["source"]["confidence"] == "official";
        let list = |table: &str| rows[table].as_array().into_iter().flatten().cloned().collect::<Vec<_>>();
        for row in list("readings") {
            // A reading without `says` leaves it to the words, which are checked below.
            assert!(sure(&row) || row.get("refused").is_some(), "{name}: {}", row["name"]);
        }
        for row in list("request_words").into_iter().chain(list("refund_words")) {
            assert!(row["fate"] != "succeeded" || sure(&row), "{name}: {}", row["text"]);
        }
    }
}

/// Where nothing sure tells of captured money, nothing that the profile reads makes money captured, and it says so.
#[test]
fn a_profile_that_cannot_tell_captured_money_captures_none() {
    let mut found = 0;
    for name in ["authorizenet.json", "cybersource.json"] {
        let profile = Profile::from_json(&file(name)).unwrap();
        assert!(!profile.capabilities.captured_is_told, "{name}");
        let captured = |status: profiles::CanonicalStatus| status.is_captured();
        assert!(profile.statuses.iter().all(|row| !captured(row.maps_to)), "{name}");
        assert!(profile.request_words.iter().all(|row| row.fate != statements::Fate::Succeeded), "{name}");
        for reading in profile.readings.iter() {
            let succeeds = reading.says == Some(profiles::Says::Fate(statements::Fate::Succeeded));
            assert!(!succeeds || reading.payload.of == Some(profiles::Part::Void), "{name}: {}", reading.name);
            let text = serde_json::to_string(&reading.payload).unwrap();
            assert!(!text.contains(".captured\"") && !text.contains(".refunded\""), "{name}: {}", reading.name);
            found += 1;
        }
    }
    assert!(found >= 7, "{found} readings were looked at");
}

/// A provider that counts other digits than ISO 4217: exact or refused, both ways.
#[test]
fn digits_on_the_wire_are_exact_or_refused() {
    let adyen = Profile::from_json(&file("adyen.json")).unwrap();
    let currency = |code: &str| Currency::from_code(code).unwrap();
    let money = |amount: &str, code: &str| Money::parse(amount, currency(code)).unwrap();
    for (text, code, amount) in [("50000", "CLP", "500"), ("90", "CVE", "90.00"), ("9000", "EUR", "90.00")] {
        assert_eq!(adyen.read_amount(text, currency(code)), Ok(money(amount, code)), "{text} {code}");
        assert_eq!(adyen.write_amount(money(amount, code)).as_deref(), Ok(text), "{amount} {code}");
    }
    assert!(adyen.read_amount("50050", currency("CLP")).is_err(), "half a peso");
    assert!(adyen.read_amount("90.5", currency("CVE")).is_err());
    assert!(adyen.write_amount(money("89.50", "CVE")).is_err());
    for (code, amount) in [("ISK", "500"), ("IDR", "5.00")] {
        assert!(adyen.read_amount("500", currency(code)).is_err(), "{code}: nobody sure says how many digits");
        assert!(adyen.write_amount(money(amount, code)).is_err(), "{code}");
    }
    let paypal = Profile::from_json(&file("paypal.json")).unwrap();
    assert_eq!(paypal.write_amount(money("90.00", "CVE")).as_deref(), Ok("90.00"), "decimal amounts count no digits");
    assert_eq!(paypal.read_amount("90.5", currency("CVE")), Ok(money("90.50", "CVE")));
}

/// Integers of minor units may come as text, where the profile says so.
#[test]
fn subunits_may_be_text() {
    let mut json: Value = serde_json::from_str(&file("checkout.json")).unwrap();
    json["samples"] = json!([]);
    let read = |json: &Value, amount: Value| {
        let profile = Profile::from_json_without_samples(&json.to_string()).unwrap();
        let payload = json!({"status": "Captured", "currency": "GBP", "balances": {"total_captured": amount}});
        let text = payload.to_string();
        let said = profile.statements(&text, Currency::INR).map_err(|error| error.code())?;
        Ok(said.transaction.captured.map(|minor| minor.get()))
    };
    assert_eq!(read(&json, json!(9000)), Ok(Some(9000)));
    assert_eq!(read(&json, json!("9000")), Err("amount-malformed"));
    json["capabilities"]["amount_form"] = json!("subunits-as-text");
    assert_eq!(read(&json, json!("9000")), Ok(Some(9000)));
    assert_eq!(read(&json, json!(9000)), Ok(Some(9000)));
    for odd in [json!("90.00"), json!("9e3"), json!(""), json!(true), json!("9000 ")] {
        assert_eq!(read(&json, odd.clone()), Err("amount-malformed"), "{odd}");
    }
}

/// A word that a guard looks at is reached by a sample that has it, and not by one that has the guard's other words.
#[test]
fn a_word_in_a_guard_needs_a_sample_too() {
    let mut json: Value = serde_json::from_str(&file("paypal.json")).unwrap();
    let samples = json["samples"].as_array_mut().unwrap();
    let word = |sample: &Value| sample.to_string().contains("\"PARTIALLY_CAPTURED\"");
    samples.retain(|sample| !word(sample));
    // Readings that only those samples reach go too, so that the word is what is missing.
    let readings = json["readings"].as_array_mut().unwrap();
    readings.retain(|reading| !word(reading) || reading["payload"].to_string().contains("\"CAPTURED\""));
    let error = Profile::from_json(&json.to_string()).unwrap_err().to_string();
    assert!(error.contains("statuses: no sample reaches \"PARTIALLY_CAPTURED\""), "{error}");
}

/// A change to a profile, and a part of what is said of it.
type Change<'a> = (&'a dyn Fn(&mut Value), &'a str);

/// What a profile is refused for, with the row.
#[test]
fn a_profile_is_checked_on_load() {
    // The shape of a payment that is asked for, and the samples of it.
    let error = |change: &dyn Fn(&mut Value)| {
        let mut changed: Value = serde_json::from_str(&file("checkout.json")).unwrap();
        changed["readings"].as_array_mut().unwrap().retain(|reading| reading["name"] == "a payment");
        changed["samples"].as_array_mut().unwrap().truncate(12);
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
            "statuses[11]: it is written for expired, and no state is written so; write it for auto-refunded",
        ),
        (
            &|v| {
                let source = json!({"document": "d", "confidence": "inferred"});
                v["order_statuses"] = json!([{"text": "a", "written_for": ["expired"], "source": source}]);
            },
            "order_statuses[0]: it is written for expired, and no state is written so; write it for auto-refunded",
        ),
        (
            &|v| v["statuses"][1]["written_for"] = json!(["created"]),
            "statuses[0]: created is written by another row already",
        ),
        (
            &|v| v["statuses"][5]["written_for"] = json!(["authorized", "charged"]),
            "statuses[5]: charged is written by another row already",
        ),
        (&|v| v["statuses"][0]["maps_to"] = json!("settled"), "statuses[0].maps_to: unknown variant `settled`"),
        (
            &|v| v["capabilities"]["captures"] = json!("exact"),
            "capabilities: captures that are exact contradict an amount that may be left out",
        ),
        (&|v| v["capabilities"]["refund"]["digits"] = json!(5), "capabilities: digits above 4 contradict"),
        (&|v| v["capabilities"]["capture"]["key_form"]["most"] = json!(0), "key_form"),
        (&|v| v["outcomes"][0]["status"] = json!("Paid"), "outcomes[0]: its status must be a text of the statuses"),
        (&|v| v["errors"][0]["rule"] = json!("no-such"), "errors[0]: its rule must be the code of a rule"),
        (&|v| v["currencies"][0]["digits"] = json!(2), "currencies[0]: ISO 4217 has other digits for it"),
        (&|v| v["currencies"][0]["code"] = json!("KWX"), "currencies[0]: its code must be an ISO 4217 code"),
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
        (&|v| v["outcomes"][1]["outcome"] = json!("accepted"), "outcomes: an answer occurs twice"),
        (
            &|v| v["outcomes"][1]["outcome"] = json!("timed-out"),
            "outcomes[1]: its status does not mean what the answer means",
        ),
        (&|v| v["errors"][0]["code"] = json!(""), "errors[0]: it has neither code nor text"),
        (
            &|v| v["errors"][0]["http_status"] = json!(500),
            "errors[0]: it says withdrawn, which 408, 409 and statuses other than 4xx cannot mean",
        ),
        (
            &|v| v["errors"][0]["http_status"] = json!(408),
            "errors[0]: it says withdrawn, which 408, 409 and statuses other than 4xx cannot mean",
        ),
        (
            &|v| v["errors"][0]["http_status"] = json!(409),
            "errors[0]: it says withdrawn, which 408, 409 and statuses other than 4xx cannot mean",
        ),
        (&|v| v["currencies"] = json!([v["currencies"][0], v["currencies"][0]]), "currencies[1]: the text"),
        (&|v| v["currencies"][0]["on_wire"] = json!(5), "currencies[0]: its on_wire is above 4"),
        (
            &|v| {
                v["currencies"][0]["on_wire"] = json!(2);
                v["capabilities"]["amount_form"] = json!("major");
            },
            "currencies[0]: it has on_wire, but amounts are decimal",
        ),
        (
            &|v| {
                let row = json!({"name": "e", "source": {"document": "d", "confidence": "inferred"}});
                v["events"] = json!([row, row]);
            },
            "events[1]: the text \"e\"",
        ),
        (&|v| v["payload"] = json!("juspay"), "unknown field `payload`"),
        (&|v| v["readings"] = json!([]), "readings: no reading reads a payload"),
        (&|v| v["readings"][0]["refused"] = json!("x"), "readings: no reading reads a payload"),
        (&|v| v["readings"] = json!([v["readings"][0], v["readings"][0]]), "the name is empty or an earlier reading's"),
        (&|v| v["readings"][0]["name"] = json!(""), "readings[0]: the name is empty"),
        (
            &|v| {
                v["readings"][0]["payload"]["object"]["total"] = json!(["transaction.captured", "transaction.refunded"])
            },
            "readings[0]: two of authorized, captured and refunded are the same field",
        ),
        (
            &|v| v["readings"][0]["payload"]["object"]["key"] = json!("request.key"),
            "a value says something about a request, outside an object about a capture, void or refund",
        ),
        (&|v| v["readings"][0]["payload"]["object"]["live"] = json!({"is": []}), "a guard lets nothing through"),
        (
            &|v| v["readings"][0]["payload"]["object"]["rows"] = json!({"each": [{"each": ["transaction.id"]}]}),
            "a list is directly inside a list",
        ),
        (
            &|v| v["readings"][0]["payload"]["object"]["rows"] = json!({"each": ["given"]}),
            "a guard is directly inside a list",
        ),
        (
            &|v| {
                let fields = (0..65).map(|n| (n.to_string(), json!("given")));
                v["readings"][0]["payload"]["object"] = Value::Object(fields.collect());
            },
            "an object names more than 64 fields",
        ),
        (
            &|v| {
                let deep = |inner, _| json!({"object": {"in": inner}});
                v["readings"][0]["payload"] = (0..20).fold(json!({"object": {"id": "transaction.id"}}), deep);
            },
            "it is deeper than sixteen objects",
        ),
        (&|v| v["readings"][0]["says"] = json!({"fate": "failed"}), "but not whether of a capture, a void or a refund"),
        (
            &|v| {
                v["readings"][0]["says"] = json!("adjusted");
                v["capabilities"]["adjustment"] = json!(false);
                v["capabilities"].as_object_mut().unwrap().remove("adjustment_limits");
            },
            "it tells of an adjustment, which capabilities.adjustment rules out",
        ),
        (
            &|v| {
                v["readings"][0]["says"] = json!("adjusted");
                v["readings"][0]["payload"]["object"]["balances"] = json!("given");
            },
            "it says adjusted, and no place of it is transaction.authorized",
        ),
        (
            &|v| {
                v["readings"][0]["says"] = json!("adjusted");
                v["readings"][0]["source"]["confidence"] = json!("third-party");
            },
            "it means that money moved, and is less sure than official",
        ),
        (
            &|v| {
                v["readings"][0]["says"] = json!({"status": "charged"});
                v["readings"][0]["source"]["confidence"] = json!("sdk");
            },
            "it means that money moved, and is less sure than official",
        ),
        (
            &|v| v["readings"][0]["payload"]["object"]["id"] = json!("transaction.name"),
            "readings[0].payload.object.id: expected what the value says",
        ),
        (&|v| v["samples"][1]["says"] = json!([]), "samples[1]: it must say \"nothing more\" and says \"order o-2\""),
        (
            &|v| v["samples"][7]["payload"]["balances"]["total_captured"] = json!(1),
            "samples[7]: it must say \"transaction pay_8: Captured (charged), authorized 90.00 GBP, captured 90.00 GBP, \
             refunded 0.00 GBP\" and says \"transaction pay_8: Captured (charged), authorized 90.00 GBP, captured 0.01 GBP, \
             refunded 0.00 GBP\"",
        ),
        (&|v| v["samples"] = json!([]), "readings: no sample reaches \"a payment\""),
        (&|v| drop(v["samples"].as_array_mut().unwrap().pop()), "statuses: no sample reaches \"Expired\""),
        (
            &|v| v["error_samples"][0]["means"] = json!("unknown"),
            "error_samples[0]: it must mean unknown and means withdrawn",
        ),
        (&|v| v["error_samples"] = json!([]), "errors: no sample reaches \"too_many_requests\""),
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
    assert!(error(&twice).contains("order_statuses[1]: charged is written by another row already"));
    let same_order_text = |v: &mut Value| {
        let row = |spells| json!({"text": "a", "written_for": [spells], "source": {"document": "d", "confidence": "inferred"}});
        v["order_statuses"] = json!([row("charged"), row("voided")]);
    };
    assert!(error(&same_order_text).contains("order_statuses[1]: the text \"a\""));
    let mut four_digits: Value = serde_json::from_str(&file("checkout.json")).unwrap();
    four_digits["capabilities"]["capture"]["digits"] = json!(4);
    four_digits["error_samples"] = json!([]);
    assert!(Profile::from_json_without_samples(&four_digits.to_string()).is_ok());
    four_digits["error_samples"] =
        serde_json::from_str::<Value>(&file("checkout.json")).unwrap()["error_samples"].take();
    assert!(Profile::from_json(&four_digits.to_string()).is_ok());
    for (text, starts) in
        [("{\n  \"v\": 1,\n", "the profile: EOF"), ("{}", "the profile: missing field `v`"), ("{} x", "the profile: ")]
    {
        let error = Profile::from_json(text).unwrap_err().to_string();
        assert!(error.starts_with(starts), "{text}: {error}");
    }
    let broken = Profile::from_json("{\n  \"v\": 1,\n").unwrap_err().to_string();
    assert!(broken.contains("EOF while parsing"), "{broken}");
}
