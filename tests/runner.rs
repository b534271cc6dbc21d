//! The runner as a program's user meets it: exit statuses, the closing line, errors with file and line.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test runs a program and may panic"
)]
#![allow(missing_docs, reason = "tests document themselves by name")]

use std::path::PathBuf;
use std::process::{Command, Output};

/// Runs the example through cargo, which builds it where it is not built yet.
fn scenario(arguments: &[&str]) -> Output {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet", "--example", "scenario", "--"]).args(arguments);
    command.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap()
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const GOOD: &str = r#"{"name":"good","note":"for people","provider":"juspay","order":{"amount":"1.00","currency":"INR"},"steps":[{"authorize":{"amount":"1.00"},"expect":{"state":"authorized"}}]}"#;

#[test]
fn all_as_expected_is_status_0_and_the_closing_line_stands_alone() {
    let path = file("good.jsonl", &format!("{GOOD}\n\n{GOOD}\n"));
    let output = scenario(&[path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0));
    let text = text(&output.stdout);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.last(), Some(&"2 passed, 0 failed"));
    let first: serde_json::Value = serde_json::from_str(lines.first().unwrap()).unwrap();
    let keys: Vec<&str> = first.as_object().unwrap().keys().map(String::as_str).collect();
    for key in [
        "scenario",
        "step",
        "result",
        "code",
        "state",
        "transaction",
        "order",
        "authorized",
        "captured",
        "pending",
        "held",
        "capturable",
        "released",
        "refunded",
        "order_authorized",
        "order_charged",
        "order_refunded",
        "discrepancy",
        "provider_error",
    ] {
        assert!(keys.contains(&key), "{key}");
    }
}

#[test]
fn a_difference_is_status_1_and_says_which() {
    let path = file("differs.jsonl", &GOOD.replace("\"authorized\"}", "\"charged\"}"));
    let output = scenario(&["--json", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).ends_with("0 passed, 1 failed\n"));
    assert_eq!(text(&output.stderr), "good step 0: state is \"authorized\", expected \"charged\"\n");
}

#[test]
fn what_cannot_be_read_is_status_2_with_file_and_line() {
    let order = |amount: &str, currency: &str| {
        GOOD.replace(
            "{\"amount\":\"1.00\",\"currency\":\"INR\"}",
            &format!("{{\"amount\":{amount},\"currency\":{currency}}}"),
        )
    };
    for (name, line, said) in [
        ("json", "{".to_string(), "not a scenario: EOF"),
        ("provider", GOOD.replace("juspay", "acme"), "unknown provider \"acme\""),
        ("amount", order("\"1e3\"", "\"INR\""), "the order: an amount is digits"),
        ("negative", order("\"-1\"", "\"INR\""), "the order: the amount is below zero"),
        ("number", order("1", "\"INR\""), "the order's amount is not text"),
        ("currency", order("\"1\"", "\"inr\""), "the order: a currency is three upper-case letters"),
        ("action", GOOD.replace("authorize\"", "authorise\""), "step 0: unknown action \"authorise\""),
        ("two", GOOD.replace("{\"authorize\"", "{\"expire\":{},\"authorize\""), "step 0: more than one action"),
        ("profile", GOOD.replace("\"provider\":\"juspay\"", "\"profile\":\"none.json\""), "none.json: No such file"),
        ("neither", GOOD.replace("\"provider\":\"juspay\"", "\"profile\":1"), "neither a path nor a profile"),
        (
            "inline",
            GOOD.replace("\"provider\":\"juspay\"", "\"profile\":{\"v\":1}"),
            "profile: .: missing field `name`",
        ),
    ] {
        let path = file(&format!("bad-{name}.jsonl"), &format!("{GOOD}\n{line}\n"));
        let output = scenario(&["--json", path.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        let error = text(&output.stderr);
        assert!(error.contains(&format!("bad-{name}.jsonl:2: ")) && error.contains(said), "{name}: {error}");
        assert!(text(&output.stdout).contains("\"scenario\":\"good\""), "what came before is kept");
    }
    for arguments in [&[][..], &["--nonsense"], &["/no/such/file.jsonl"]] {
        assert_eq!(scenario(arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn a_profile_may_stand_in_the_line_in_place_of_its_path() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("profiles/checkout.json");
    let profile: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let line = |profile: String| GOOD.replace("\"provider\":\"juspay\"", &format!("\"profile\":{profile}"));
    let run = |name, profile| {
        let output = scenario(&["--json", file(name, &line(profile)).to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(0));
        text(&output.stdout)
    };
    let inline = run("profile-inline.jsonl", profile.to_string());
    assert!(inline.contains("\"transaction\":\"Authorized\""), "{inline}");
    assert_eq!(inline, run("profile-path.jsonl", format!("{:?}", path.to_str().unwrap())));
}

/// The three-in-the-morning file of the README: what a person sees of a refusal.
#[test]
fn a_refusal_shows_its_numbers_its_rule_the_advice_and_the_source() {
    let steps = r#"{"capture":{}},{"capture_outcome":{"result":"no_response"}},{"void":{}},{"observe":{"body":{"order_id":"o-1","status":"SURPRISE","amount":1}}}"#;
    let path = file("refusal.jsonl", &GOOD.replace("\"authorized\"}}]", &format!("\"authorized\"}}}},{steps}]")));
    let output = scenario(&["--table", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0));
    let table = text(&output.stdout);
    for line in [
        "      outcome-unknown: the outcome of an earlier request is unknown, 1.00 INR pending; fetch the status, or repeat that request exactly\n",
        "        rule:   While a capture or void is of unknown fate, only the same one may be sent again.\n",
        "        next:   Poll the status. Or send exactly the same request again: same key, same amount.\n",
        "        retry:  wait for or fetch the outstanding result, then decide again\n",
        "        source: Juspay, Capture API, status table: timeout or no response reads AUTHORIZED\n",
        "      unknown-status: the status \"SURPRISE\" is not in the profile's table",
        "        rule:   A provider's word is in the profile's table.\n",
    ] {
        assert!(table.contains(line), "{line}\n{table}");
    }
}

#[test]
fn a_code_is_explained() {
    for (code, said) in [
        ("outcome-unknown", "While a capture or void is of unknown fate, only the same one may be sent again."),
        ("captured-after-void", "  next:    Ask the provider which of the two stands."),
        ("sequence-fork", "  why:     Two workers decided at the same time"),
        ("not-json", "  reports: line and column, both from 1"),
        ("inv-1", "INV-1 (invariant)\n"),
        ("action-malformed", "(of this runner)"),
    ] {
        let output = scenario(&["--explain", code]);
        assert_eq!(output.status.code(), Some(0), "{code}");
        let entry = text(&output.stdout);
        assert!(entry.contains(said), "{code}: {entry}");
    }
    for (arguments, said) in [
        (&["--explain", "outcome-unkown"][..], "there is no code \"outcome-unkown\"; near it: outcome-unknown"),
        (&["--explain", "xyz"], "there is no code \"xyz\"; docs/rules.md lists them all"),
        (&["--explain"], "--explain wants a code"),
    ] {
        let output = scenario(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let error = text(&output.stderr);
        assert!(error.starts_with(said), "{error}");
    }
}
