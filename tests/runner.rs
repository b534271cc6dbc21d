//! The runner as a program's user meets it: exit statuses, the closing line, errors with file and line.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::OnceLock;

/// The example, built once for all tests.
fn program() -> &'static str {
    static PROGRAM: OnceLock<String> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
        let mut build = Command::new(cargo);
        build.args(["build", "--quiet", "--example", "scenario", "--message-format", "json"]);
        let built = build.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
        assert!(built.status.success(), "{}", text(&built.stderr));
        let messages = text(&built.stdout);
        let messages = messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let mut executables = messages.filter_map(|message| message["executable"].as_str().map(str::to_owned));
        executables.next_back().unwrap()
    })
}

fn scenario(arguments: &[&str]) -> Output {
    Command::new(program()).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap()
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

/// A scenario of one order of 10.00 INR with these steps.
fn with_steps(steps: &str) -> String {
    format!(r#"{{"name":"steps","provider":"juspay","order":{{"amount":"10.00","currency":"INR"}},"steps":[{steps}]}}"#)
}

/// Runs one text as a file, printing JSON.
fn run(name: &str, content: &str) -> Output {
    scenario(&["--json", file(name, content).to_str().unwrap()])
}

/// The JSON objects that were printed, without the closing line.
fn objects(output: &Output) -> Vec<serde_json::Value> {
    let text = text(&output.stdout);
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

#[test]
fn all_as_expected_is_status_0_and_the_closing_line_stands_alone() {
    let path = file("good.jsonl", &format!("\u{feff}{GOOD}\r\n\n{GOOD}\n"));
    let output = scenario(&[path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0));
    let lines = text(&output.stdout);
    assert_eq!(lines.lines().last(), Some("2 passed, 0 failed"));
    let keys: Vec<String> = objects(&output)[0].as_object().unwrap().keys().cloned().collect();
    let mut expected = [
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
        "earlier",
        "provider_error",
        "message",
        "advice",
    ];
    expected.sort_unstable();
    assert_eq!(keys, expected);
}

#[test]
fn a_step_with_a_code_has_a_message_and_advice() {
    let output = run(
        "advice.jsonl",
        &with_steps(r#"{"authorize":{"amount":"10.00"}},{"capture":{"amount":"4.00","idempotency_key":"k1"}}"#),
    );
    let objects = objects(&output);
    for key in ["code", "message", "advice", "earlier", "provider_error", "discrepancy"] {
        assert!(objects[0][key].is_null(), "{key} of an applied step");
    }
    assert_eq!(objects[1]["code"], "partial-capture-unsupported");
    let message = objects[1]["message"].as_str().unwrap();
    assert!(message.contains("4.00 INR") && message.contains("10.00 INR"), "{message}");
    let rule = order_capture::Rule::of("partial-capture-unsupported").unwrap();
    assert_eq!(objects[1]["advice"], rule.next);
}

#[test]
fn a_difference_is_status_1_and_says_which() {
    let output = run("differs.jsonl", &GOOD.replace("\"authorized\"}", "\"charged\"}"));
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).ends_with("0 passed, 1 failed\n"));
    assert_eq!(text(&output.stderr), "good step 0: state is \"authorized\", expected \"charged\"\n");
}

#[test]
fn a_malformed_step_fails_its_scenario_unless_it_is_expected() {
    let step = |expect: &str| with_steps(&format!(r#"{{"authorize":{{"amount":"ten"}}{expect}}}"#));
    let output = run("malformed.jsonl", &format!("{}\n{GOOD}\n", step("")));
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).ends_with("1 passed, 1 failed\n"), "the run goes on");
    let error = text(&output.stderr);
    assert!(
        error.starts_with("steps step 0: malformed, and \"malformed\" is not expected: amount-malformed: "),
        "{error}"
    );
    for (name, expect, status) in [
        ("expected", r#","expect":{"result":"malformed"}"#, 0),
        ("code-alone", r#","expect":{"code":"amount-malformed"}"#, 1),
        ("other", r#","expect":{"result":"applied"}"#, 1),
    ] {
        let output = run(&format!("malformed-{name}.jsonl"), &step(expect));
        assert_eq!(output.status.code(), Some(status), "{name}");
    }
}

#[test]
fn a_value_of_another_type_is_a_malformed_step() {
    for (name, step, message) in [
        ("no-object", r#"{"capture":7}"#, "capture is not an object"),
        ("null", r#"{"expire":null}"#, "expire is not an object"),
        ("final", r#"{"capture":{"final":"yes"}}"#, "final must be true or false, not \"yes\""),
        ("fresh", r#"{"observe":{"body":{},"fresh":1}}"#, "fresh must be true or false, not 1"),
        ("key", r#"{"void_outcome":{"result":"failed","idempotency_key":1}}"#, "idempotency_key must be text, not 1"),
        ("result", r#"{"void_outcome":{"result":"succes"}}"#, "there is no result \"succes\"; nearest: success"),
        ("no-result", r#"{"refund_outcome":{}}"#, "the outcome has no result"),
        ("amount", r#"{"adjust":{}}"#, "adjust has no amount"),
        ("pays", r#"{"authorize":{"amount":"1","pays":1}}"#, r#"pays must be decimal text like "100.00", not 1"#),
        ("observe", r#"{"observe":{"body":{},"text":"{}"}}"#, "observe has either a body or a text"),
        ("status", r#"{"provider_error":{"body":{}}}"#, "provider_error has no HTTP status"),
        (
            "at",
            r#"{"at":"noon","expire":{}}"#,
            r#"a time must be RFC 3339 text like "2026-01-31T10:00:00Z", not "noon""#,
        ),
    ] {
        let output = run(&format!("type-{name}.jsonl"), &with_steps(step));
        assert_eq!(output.status.code(), Some(1), "{name}: {}", text(&output.stderr));
        let object = &objects(&output)[0];
        assert_eq!(object["result"], "malformed", "{name}");
        assert_eq!(object["message"], message, "{name}");
        assert!(object["advice"].is_string(), "{name}");
    }
}

/// Each error with what is said of it: the line is the second of its file.
fn unreadable(cases: &[(&str, String, &str)]) {
    for (name, line, said) in cases {
        let output = run(&format!("bad-{name}.jsonl"), &format!("{GOOD}\n{line}\n"));
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}: {error}");
        assert!(error.contains(&format!("bad-{name}.jsonl:2: ")) && error.contains(said), "{name}: {error}");
        let printed = text(&output.stdout);
        assert!(printed.contains("\"scenario\":\"good\""), "{name}: what came before is kept");
        assert!(!printed.contains(" passed, "), "{name}: nothing is counted");
    }
}

#[test]
fn what_cannot_be_read_is_status_2_with_file_and_line() {
    let order = |order: &str| GOOD.replace("{\"amount\":\"1.00\",\"currency\":\"INR\"}", order);
    let provider = |head: &str| GOOD.replace("\"provider\":\"juspay\"", head);
    file("broken.json", "{\"v\":1}");
    unreadable(&[
        (
            "json",
            "{".into(),
            "not a scenario: column 1: EOF while parsing an object; a scenario is one object on one line",
        ),
        ("list", "[]".into(), "not a scenario: invalid type: sequence, expected an object"),
        ("twice", GOOD.replace("{\"name\"", "{\"name\":\"x\",\"name\""), "the key \"name\" occurs twice"),
        ("nameless", GOOD.replace("\"name\":\"good\",", ""), "the scenario has no \"name\""),
        (
            "orderless",
            GOOD.replace("\"order\":{", "\"note\":{").replace("\"note\":\"for people\",", ""),
            "the scenario has no \"order\"",
        ),
        ("steps", GOOD.replace(":[{\"auth", ":{\"a\":[{\"auth").replace("}}]}", "}}]}}"), "\"steps\" is not a list"),
        ("step", with_steps("7"), "step 0: invalid type: integer `7`, expected an object"),
        ("txn", with_steps(r#"{"txn":1,"expire":{}}"#), "step 0: \"txn\" is not text"),
        ("amount", order(r#"{"amount":"1e3","currency":"INR"}"#), "the order: "),
        ("negative", order(r#"{"amount":"-1","currency":"INR"}"#), "the order: "),
        ("number", order(r#"{"amount":1,"currency":"INR"}"#), "the order: \"amount\" is not text"),
        ("no-amount", order(r#"{"currency":"INR"}"#), "the order: no \"amount\""),
        ("currency", order(r#"{"amount":"1","currency":"inr"}"#), "the order: "),
        (
            "parts",
            order(r#"{"amount":"1","currency":"INR","parts":1}"#),
            "the order: \"parts\" is neither true nor false",
        ),
        (
            "provider",
            provider(r#""provider":"acme""#),
            "there is no provider \"acme\"; expected one of: juspay, razorpay",
        ),
        ("spelling", provider(r#""provider":"razor-pay""#), "there is no provider \"razor-pay\"; nearest: razorpay"),
        ("gateway", provider(r#""provider":"razorpay","gateway":"SIMPL""#), "razorpay has no gateways"),
        ("profile", provider(r#""profile":"none.json""#), "none.json: No such file"),
        ("broken-profile", provider(r#""profile":"broken.json""#), "broken.json: "),
        ("neither", provider(r#""profile":1"#), "neither a path nor a profile"),
        ("inline", provider(r#""profile":{"v":1}"#), "inline: the profile: missing field `name`"),
    ]);
}

#[test]
fn a_key_that_does_not_exist_is_status_2_with_the_nearest_one() {
    let step = |step: &str| with_steps(step);
    unreadable(&[
        (
            "line-key",
            GOOD.replace("\"provider\"", "\"providr\""),
            "a scenario has no key \"providr\"; nearest: provider",
        ),
        (
            "line-far",
            GOOD.replace("\"note\"", "\"zzz\""),
            "a scenario has no key \"zzz\"; expected one of: name, provider, ",
        ),
        (
            "order-key",
            GOOD.replace("\"currency\"", "\"curency\""),
            "the order has no key \"curency\"; nearest: currency",
        ),
        (
            "action",
            GOOD.replace("authorize\"", "authorise\""),
            "step 0: there is no action \"authorise\"; nearest: authorize",
        ),
        ("beside", step(r#"{"expire":{},"expekt":{}}"#), "step 0: there is no action \"expekt\"; nearest: expect"),
        ("two", step(r#"{"expire":{},"authorize":{}}"#), "step 0: more than one action: \"authorize\" and \"expire\""),
        ("same", step(r#"{"expire":{},"expire":{}}"#), "step 0: the key \"expire\" occurs twice"),
        ("none", step(r#"{"txn":"t1","note":"nothing"}"#), "step 0: the step has no action"),
        (
            "field",
            step(r#"{"capture":{"idempotence_key":"k"}}"#),
            "capture has no key \"idempotence_key\"; nearest: idempotency_key",
        ),
        ("part", step(r#"{"capture":{"key":"k"}}"#), "capture has no key \"key\"; nearest: idempotency_key"),
        ("field-twice", step(r#"{"capture":{"amount":"1","amount":"1"}}"#), "the key \"amount\" occurs twice"),
        (
            "fieldless",
            step(r#"{"expire":{"amount":"1"}}"#),
            "expire has no key \"amount\"; it may have a \"note\" alone",
        ),
        (
            "void",
            step(r#"{"void_outcome":{"result":"success","key":"k"}}"#),
            "void_outcome has no key \"key\"; nearest: idempotency_key",
        ),
        (
            "expect",
            step(r#"{"expire":{},"expect":{"capturd":"1.00"}}"#),
            "\"expect\" has no key \"capturd\"; nearest: captured",
        ),
        ("place", step(r#"{"expire":{},"expect":{"scenario":"steps"}}"#), "\"expect\" has no key \"scenario\"; "),
        ("words", step(r#"{"expire":{},"expect":{"message":"no"}}"#), "\"expect\" has no key \"message\"; "),
        ("expect-list", step(r#"{"expire":{},"expect":[]}"#), "\"expect\": invalid type: sequence"),
    ]);
}

#[test]
fn a_note_may_stand_in_every_object() {
    let line = r#"{"name":"notes","note":1,"provider":"juspay","order":{"amount":"1.00","currency":"INR","note":"a"},
        "steps":[{"note":["b"],"authorize":{"amount":"1.00","note":{}},"expect":{"note":"c","state":"authorized"}},
        {"restart":{"note":"d"},"expect":{"result":"applied"}}]}"#;
    let output = run("notes.jsonl", &line.replace('\n', " "));
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn a_file_without_a_scenario_is_status_2() {
    for (name, content) in [("empty", ""), ("blank", "\n  \n")] {
        let path = file(&format!("{name}.jsonl"), content);
        let good = file("before-empty.jsonl", GOOD);
        let output = scenario(&[good.to_str().unwrap(), path.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        let error = text(&output.stderr);
        assert!(error.ends_with(&format!("{name}.jsonl:1: the file has no scenario\n")), "{error}");
    }
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("latin.jsonl");
    std::fs::write(&path, [GOOD.as_bytes(), b"\n\xe9\n"].concat()).unwrap();
    let output = scenario(&[path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("latin.jsonl:2: not UTF-8"));
}

#[test]
fn wrong_arguments_are_status_2() {
    for (arguments, said) in [
        (&[][..], "usage: scenario "),
        (&["--jsn"], "there is no option --jsn; nearest: --json\n"),
        (&["/no/such/file.jsonl"], "/no/such/file.jsonl: No such file"),
    ] {
        let output = scenario(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let error = text(&output.stderr);
        assert!(error.starts_with(said), "{error}");
    }
    let help = scenario(&["--help"]);
    assert_eq!(help.status.code(), Some(0));
    assert!(text(&help.stdout).starts_with("usage: scenario "));
}

#[test]
fn a_profile_may_stand_in_the_line_in_place_of_its_path() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("profiles/checkout.json");
    let profile: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let line = |profile: String| GOOD.replace("\"provider\":\"juspay\"", &format!("\"profile\":{profile}"));
    let run = |name, profile| {
        let output = run(name, &line(profile));
        assert_eq!(output.status.code(), Some(0));
        text(&output.stdout)
    };
    let inline = run("profile-inline.jsonl", profile.to_string());
    assert!(inline.contains("\"transaction\":\"Authorized\""), "{inline}");
    assert_eq!(inline, run("profile-path.jsonl", format!("{:?}", path.to_str().unwrap())));
}

/// What a person sees of a refusal at three in the morning.
#[test]
fn a_refusal_shows_its_numbers_its_rule_the_advice_and_the_source() {
    let steps = r#"{"capture":{}},{"capture_outcome":{"result":"no_response"}},{"void":{}},{"observe":{"body":{"order_id":"o-1","status":"SURPRISE","amount":1}}}"#;
    let path = file("refusal.jsonl", &GOOD.replace("\"authorized\"}}]", &format!("\"authorized\"}}}},{steps}]")));
    let output = scenario(&["--table", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0));
    let table = text(&output.stdout);
    for (code, fact) in [("outcome-unknown", "1.00 INR"), ("unknown-status", "SURPRISE")] {
        let message = table.lines().find(|line| line.starts_with(&format!("      {code}: "))).unwrap();
        assert!(message.contains(fact), "{message}");
        let rule = order_capture::Rule::of(code).unwrap();
        let joined = table.replace("\n        ", " ");
        for line in [
            format!("      rule: {}\n", rule.sentence),
            format!("      next: {}\n", rule.next),
            format!("      source: {}\n", rule.source),
        ] {
            assert!(joined.contains(&line), "{line}\n{table}");
        }
    }
    assert!(table.contains(&format!("      retry: {}\n", order_capture::Retry::Later.advice())), "{table}");
    assert!(table.contains("      authorized 1.00, held 1.00, capturable 1.00\n"), "{table}");
}

#[test]
fn the_table_fits_100_columns_and_has_no_colour_where_there_is_no_terminal() {
    let long = "x".repeat(150);
    let steps = r#"{"authorize":{"amount":"10.00"}},{"txn":"the-second-transaction-of-a-customer","authorization_failed":{}},{"capture":{}},{"capture_outcome":{"result":"pending"}},{"observe":{"body":{"status":"LONG"}},"expect":{"result":"applied","order":"EXPECTED-LONG"}}"#;
    let line = with_steps(&steps.replace("LONG", &long)).replace("\"steps\",\"p", "\"\\u001b[31msteps\",\"p");
    let path = file("wide.jsonl", &line);
    let sample = format!("{}/tests/scenarios/sample.jsonl", env!("CARGO_MANIFEST_DIR"));
    let observations = format!("{}/tests/scenarios/sample-observations.jsonl", env!("CARGO_MANIFEST_DIR"));
    let output = scenario(&["--table", path.to_str().unwrap(), &sample, &observations]);
    let table = text(&output.stdout);
    assert!(!table.contains('\u{1b}'), "{table}");
    for line in table.lines() {
        assert!(line.chars().count() <= 100, "{line}");
        assert_eq!(line.trim_end(), line, "space at the end");
    }
    assert!(table.contains("      txn the-second-transaction-of-a-customer, transaction "), "{table}");
    assert!(table.contains("      EXPECTED OTHERWISE: result is \"conflict\""), "{table}");
    assert!(table.contains("\n  #  action           result   state       transaction  order\n"), "{table}");
}

#[test]
fn a_code_is_explained() {
    for (code, said) in [
        ("outcome-unknown", "While the outcome of a request is unknown, only the same request may be repeated;"),
        ("captured-after-void", "  next:    Ask the provider which of the two is final."),
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
        (&["--explain", "outcome-unkown"][..], "there is no code \"outcome-unkown\"; nearest: outcome-unknown"),
        (&["--explain", "restart-difers"], "there is no code \"restart-difers\"; nearest: restart-differs"),
        (&["--explain", "xyz"], "there is no code \"xyz\"; docs/rules.md lists them all"),
        (&["--explain"], "--explain needs a code"),
    ] {
        let output = scenario(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let error = text(&output.stderr);
        assert!(error.starts_with(said), "{error}");
    }
}
