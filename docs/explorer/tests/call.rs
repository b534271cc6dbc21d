//! The layer between page and crate: what goes in and out, and that texts go through untouched.

use order_capture::{Money, Order, RecordedEvent, Transaction};
use serde_json::{Value, json};

fn ask(question: Value) -> Value {
    serde_json::from_str(&order_capture_explorer::call(&question.to_string())).unwrap()
}

const LINE: &str = r#"{"name":"n","note":"for people","provider":"juspay","gateway":"CYBERSOURCE","order":{"amount":"100.00","currency":"INR"},"steps":[{"authorize":{"amount":"100.00"}},{"note":"a part","at":"2026-01-02T03:00:00Z","capture":{"amount":"60.00","idempotency_key":"k1"}},{"capture_outcome":{"result":"no_response"}},{"observe":{"body":{"date_created":"2026-01-02T03:00:04Z","content":{"order":{"order_id":"o-1","status":"PARTIAL_CHARGED","amount":100.00,"captured_amount":60.0}}}}}]}"#;

fn view(at: usize, tries: &[&str]) -> Value {
    ask(json!({"ask": "view", "line": LINE, "at": at, "tries": tries}))
}

#[test]
fn what_is_no_question_is_answered_with_a_problem() {
    for question in ["", "{", "null", "{}", r#"{"ask":"nothing"}"#, r#"{"ask":"view","line":"{","at":0}"#, "\u{0}"] {
        let answer: Value = serde_json::from_str(&order_capture_explorer::call(question)).unwrap();
        assert!(answer["problem"].is_string(), "{question}: {answer}");
    }
    let answer =
        ask(json!({"ask": "view", "line": LINE.replace("CYBERSOURCE\"", "X\",\"profile\":\"none.json\""), "at": 0}));
    assert_eq!(answer["problem"], "none.json: a page cannot read files; put the profile itself in place of its path");
}

#[test]
fn a_view_stops_where_it_is_told() {
    for (at, state) in
        [(0, "created"), (1, "authorized"), (2, "capturing"), (3, "capture-unknown"), (4, "charged"), (9, "charged")]
    {
        let answer = view(at, &[]);
        assert_eq!(answer["transactions"][0]["facts"]["state"], state, "{at}");
        assert_eq!(answer["done"].as_array().unwrap().len(), at.min(4));
        assert_eq!(answer["steps"].as_array().unwrap().len(), 4, "what is ahead is listed");
    }
    let answer = view(4, &[]);
    assert_eq!(answer["steps"][1]["note"], "a part");
    assert_eq!(answer["now"], "2026-01-02T03:00:00Z");
    assert_eq!(answer["transactions"][0]["minor"]["captured"], "6000");
}

#[test]
fn a_try_changes_nothing_and_says_what_would_be() {
    let tries = [
        r#"{"capture":{"amount":"60.00","idempotency_key":"k2"}}"#,
        r#"{"capture":{"amount":"60.00","idempotency_key":"k1"}}"#,
        r#"{"nonsense":{}}"#,
    ];
    let answer = view(3, &tries);
    let results: Vec<&str> =
        answer["tries"].as_array().unwrap().iter().map(|tried| tried["result"].as_str().unwrap()).collect();
    assert_eq!(results, ["refused", "applied", "malformed"]);
    assert_eq!(answer["tries"][0]["code"], "outcome-unknown");
    assert_eq!(
        answer["tries"][1]["events"][0],
        "capture-requested: capture 1: 60.00 INR, key k1; its success ends the hold"
    );
    assert_eq!(answer["events"], view(3, &[])["events"]);
}

#[test]
fn a_refused_try_names_every_rule_that_it_breaks_the_first_one_first() {
    let answer =
        view(3, &[r#"{"capture":{"amount":"75.00","idempotency_key":"k 2"}}"#, r#"{"void":{}}"#, r#"{"expire":{}}"#]);
    let broken = |index: usize| (answer["tries"][index]["code"].clone(), answer["tries"][index]["also"].clone());
    assert_eq!(broken(0), (json!("idempotency-key-malformed"), json!(["outcome-unknown", "exceeds-capturable"])));
    assert_eq!(broken(1), (json!("outcome-unknown"), json!([])));
    assert_eq!(broken(2), (json!("illegal-transition"), json!([])));
}

#[test]
fn every_event_says_what_it_changed_and_stands_as_it_is_stored() {
    let answer = view(4, &[]);
    let events = answer["events"].as_array().unwrap();
    let last = events.iter().find(|event| event["name"] == "captured-total-reported").unwrap();
    assert_eq!(last["step"], 3);
    assert_eq!(last["changes"]["captured"], json!(["0.00", "60.00"]));
    assert_eq!(last["changes"]["state"], json!(["capture-unknown", "charged"]));
    assert_eq!(last["changes"]["order_charged"], json!(["none", "partial"]));
    assert!(last["changes"].get("authorized").is_none());
    assert_eq!(
        (&last["observed_at"], &last["occurred_at"]),
        (&json!("2026-01-02T03:00:00Z"), &json!("2026-01-02T03:00:04Z"))
    );
    let log: Vec<RecordedEvent> =
        events.iter().map(|event| serde_json::from_str(event["stored"].as_str().unwrap()).unwrap()).collect();
    let order = Order::new("order".parse().unwrap(), Money::inr("100.00").unwrap());
    let replayed = Transaction::replay(&order, "t1".parse().unwrap(), &log).unwrap();
    assert_eq!(replayed.state().as_str(), "charged");
    for fact in ["captured", "pending", "held", "state", "transaction", "order", "order_charged"] {
        let now = answer["transactions"][0]["facts"].get(fact).unwrap_or(&answer["order"][fact]);
        let changed = events.iter().rev().find_map(|event| event["changes"].get(fact));
        assert_eq!(changed.map(|change| &change[1]), Some(now), "{fact} is what the last event made it");
    }
}

#[test]
fn a_text_is_taken_apart_and_put_together_untouched() {
    let pretty = LINE.replace(",\"", ",\n  \"").replace("for people", "two  words\\n\\\"quoted\\\" \\\\");
    let found = ask(json!({"ask": "read", "text": pretty}));
    let found = &found[0];
    assert_eq!((&found["line"], &found["problem"]), (&json!(0), &Value::Null));
    assert_eq!(found["note"], "two  words\n\"quoted\" \\");
    assert_eq!(found["head"], r#""provider":"juspay","gateway":"CYBERSOURCE""#);
    assert_eq!(found["notes"], r#""note":"two  words\n\"quoted\" \\""#);
    let body = found["steps"][3].as_str().unwrap();
    assert!(body.contains(r#""amount":100.00,"captured_amount":60.0"#), "{body}");
    let two = ask(json!({"ask": "read", "text": format!("{LINE}\n\n{{\"name\":\"bad\"}}\n")}));
    assert_eq!((&two[0]["line"], &two[1]["line"]), (&json!(1), &json!(3)));
    assert!(two[1]["problem"].as_str().unwrap().starts_with("no \"provider\""));
}

#[test]
fn a_payload_becomes_a_step_as_it_came() {
    for (text, status, step) in [
        ("{\"a\" : 1.0,\n\"b\": \"x  y\"}", None, r#""observe":{"body":{"a":1.0,"b":"x  y"}}"#),
        ("<html>", None, r#""observe":{"text":"<html>"}"#),
        ("{} tail", None, r#""observe":{"text":"{} tail"}"#),
        ("{}", Some(504), r#""provider_error":{"status":504,"body":{}}"#),
        ("<html>", Some(504), r#""provider_error":{"status":504,"body":"<html>"}"#),
    ] {
        assert_eq!(ask(json!({"ask": "pack", "text": text, "http_status": status}))["step"], step);
    }
}

#[test]
fn what_came_out_is_what_is_expected() {
    let answer = ask(
        json!({"ask": "expect", "line": LINE.replace("{\"result\":\"no_response\"}", "{\"result\":\"no_response\"},\"expect\":{\"state\":\"wrong\"}")}),
    );
    let line = answer["line"].as_str().unwrap();
    assert!(!line.contains("wrong"), "an old expectation gives way: {line}");
    let again = ask(json!({"ask": "view", "line": line, "at": 9}));
    for step in again["done"].as_array().unwrap() {
        assert_eq!(step["differences"], json!([]));
    }
    let bent = ask(json!({"ask": "view", "line": line.replace("\"charged\"", "\"voided\""), "at": 9}));
    assert_eq!(bent["done"][3]["differences"], json!(["state is \"charged\", expected \"voided\""]));
}

#[test]
fn a_profile_may_stand_in_the_line() {
    let about = ask(json!({"ask": "about"}));
    let profile: Value = serde_json::from_str(about["sample_profile"].as_str().unwrap()).unwrap();
    let line = |profile: &Value| {
        json!({"name": "n", "profile": profile, "order": {"amount": "1.00", "currency": "GBP"}, "steps": [{"authorize": {"amount": "1.00"}}]}).to_string()
    };
    let given = ask(json!({"ask": "view", "line": line(&profile), "at": 1}));
    let named = ask(json!({"ask": "view", "line": line(&json!("../../profiles/checkout.json")), "at": 1}));
    assert_eq!(given["transactions"], named["transactions"]);
    assert_eq!(given["transactions"][0]["facts"]["transaction"], "Authorized");
    let none = ask(json!({"ask": "view", "line": line(&json!(1)), "at": 1}));
    assert_eq!(none["problem"], "\"profile\" is neither a path nor a profile");
    let bad = ask(json!({"ask": "view", "line": line(&json!({"v": 1})), "at": 1}));
    assert!(bad["problem"].as_str().unwrap().starts_with("inline: the profile: "), "{bad}");
}

#[test]
fn a_payload_is_read_before_it_is_recorded() {
    let payload = |text: &str| ask(json!({"ask": "view", "line": LINE, "at": 3, "payload": text}))["payload"].clone();
    let seen = payload(r#"{"order_id":"o-1","status":"CHARGED","amount":100,"captured_amount":60}"#);
    assert!(seen.as_array().unwrap().contains(&json!(["order: captured so far", "60.00 INR"])), "{seen}");
    assert!(seen.as_array().unwrap().contains(&json!(["order: word means", "charged"])), "{seen}");
    assert_eq!(payload("{")[1], json!(["code", "not-json"]));
    assert_eq!(payload(" "), Value::Null);
}

#[test]
fn a_request_of_unknown_outcome_can_be_sent_again_as_it_was() {
    let again = |line: &str, at: usize| ask(json!({"ask": "view", "line": line, "at": at}))["again"].clone();
    let step = r#""capture":{"amount":"60.00","idempotency_key":"k1"}"#;
    for at in [0, 1, 2, 4] {
        assert_eq!(again(LINE, at), json!([]), "after {at} steps nothing is unknown");
    }
    assert_eq!(again(LINE, 3), json!([{"operation": "capture", "amount": "60.00 INR", "key": "k1", "step": step}]));
    assert_eq!(view(3, &[&format!("{{{step}}}")])["tries"][0]["result"], "applied", "and that is allowed");
    let steps = r#"[{"authorize":{"amount":"100.00"}},{"void":{}},{"void_outcome":{"result":"no_response"}}]"#;
    let order = r#""order":{"amount":"100.00","currency":"INR"}"#;
    let keyless = format!(r#"{{"name":"n","provider":"juspay",{order},"steps":{steps}}}"#);
    assert_eq!(
        again(&keyless, 3),
        json!([{"operation": "void", "amount": "100.00 INR", "key": null, "step": "\"void\":{}"}])
    );
}

#[test]
fn the_providers_are_the_profiles_of_this_repository() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../profiles");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "json") && !path.ends_with("schema.json") {
            let profile: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
            names.push(profile["name"].as_str().unwrap().to_string());
        }
    }
    let about = ask(json!({"ask": "about"}));
    let mut offered = Vec::new();
    for provider in about["providers"].as_array().unwrap() {
        let head = provider["head"].as_str().unwrap();
        let line = format!(r#"{{"name":"n",{head},"order":{{"amount":"1.00","currency":"GBP"}},"steps":[]}}"#);
        let name = ask(json!({"ask": "view", "line": line, "at": 0}))["profile"].as_str().unwrap().to_string();
        assert!(provider["label"].as_str().unwrap().starts_with(&format!("{name}: ")), "{provider}");
        offered.push(name);
    }
    names.sort();
    offered.sort();
    assert_eq!(offered, names);
    assert!(names.len() >= 10, "{names:?}");
}
