//! The capture that timed out, as messages between the merchant's service, the crate and the provider.

use super::amounts::run;
use super::picture::Picture;
use crate::engine::Output;

const SCENARIO: &str = r#"{"name":"timeout","provider":"juspay","gateway":"CYBERSOURCE","order":{"amount":"100.00","currency":"INR"},"steps":[{"authorize":{"amount":"100.00"}},{"capture":{"amount":"60.00","idempotency_key":"k1"}},{"capture_outcome":{"result":"no_response"}},{"capture":{"amount":"60.00","idempotency_key":"k2"}},{"void":{}},{"observe":{"body":{"order_id":"o-1","status":"AUTHORIZED","status_id":25,"amount":100,"captured_amount":0}}},{"observe":{"body":{"order_id":"o-1","status":"PARTIAL_CHARGED","status_id":37,"amount":100,"captured_amount":60}}}]}"#;

/// Who talks: the crate, your service, the provider.
const CRATE: f64 = 230.0;
const SERVICE: f64 = 590.0;
const PROVIDER: f64 = 950.0;

pub fn svg() -> (String, Vec<String>) {
    let title = "A capture timed out";
    let steps = run(SCENARIO);
    let mut picture = Picture::new(1120.0, 790.0);
    picture.text((28.0, 40.0), 17.0, "strong", title);
    for (x, name, class) in
        [(CRATE, "order-capture", "good"), (SERVICE, "your service", "open"), (PROVIDER, "Juspay", "plain")]
    {
        picture.line(&[(x, 104.0), (x, 764.0)], "thin");
        picture.rounded(name, (x, 82.0), (170.0, 42.0), class);
        picture.text((x, 87.0), 15.0, "middle strong", name);
    }
    let mut y = 140.0;
    ask(&mut picture, &mut y, "capture 60, key k1?", &steps[1]);
    message(&mut picture, y, SERVICE, PROVIDER, "capture 60, key k1", "");
    y += 34.0;
    picture.line(&[(PROVIDER, y), (SERVICE + 190.0, y)], "late");
    picture.cross((SERVICE + 178.0, y));
    picture.text((SERVICE + 14.0, y + 4.0), 13.0, "quiet", "nothing comes back");
    y += 46.0;
    ask(&mut picture, &mut y, "no response", &steps[2]);
    ask(&mut picture, &mut y, "capture 60, key k2?", &steps[3]);
    ask(&mut picture, &mut y, "void?", &steps[4]);
    poll(&mut picture, &mut y, "AUTHORIZED");
    ask(&mut picture, &mut y, "it says AUTHORIZED", &steps[5]);
    poll(&mut picture, &mut y, "PARTIAL_CHARGED, captured_amount 60");
    ask(&mut picture, &mut y, "it says 60 captured", &steps[6]);
    picture.finish(title)
}

fn message(picture: &mut Picture, y: f64, from: f64, to: f64, words: &str, class: &str) {
    let gap = if to > from { -4.0 } else { 4.0 };
    picture.arrow(words, &[(from, y), (to + gap, y)], class);
    picture.text((f64::midpoint(from, to), y - 8.0), 13.0, "middle", words);
}

/// The service asks the crate; what the crate answers stands beside its line.
fn ask(picture: &mut Picture, y: &mut f64, words: &str, output: &Output) {
    message(picture, *y, SERVICE, CRATE, words, "");
    let answer = match (output.result, output.code) {
        ("refused", Some(code)) => code.to_string(),
        ("applied", _) => output.state.to_string(),
        (result, _) => result.replace('-', " "),
    };
    let class = if output.result == "refused" { "bad" } else { "good" };
    picture.rounded(&answer, (114.0, *y + 6.0), (196.0, 46.0), class);
    picture.text((114.0, *y + 3.0), 13.0, "middle strong", &answer);
    let amounts: Vec<String> =
        [("C", &output.captured), ("P", &output.pending), ("H", &output.held), ("V", &output.released)]
            .into_iter()
            .filter(|(_, amount)| *amount != "0.00")
            .map(|(letter, amount)| format!("{letter} {}", amount.trim_end_matches(".00")))
            .collect();
    picture.text((114.0, *y + 20.0), 12.0, "middle", &amounts.join(" · "));
    *y += 66.0;
}

fn poll(picture: &mut Picture, y: &mut f64, answer: &str) {
    message(picture, *y, SERVICE, PROVIDER, "what is the status?", "");
    message(picture, *y + 38.0, PROVIDER, SERVICE, answer, "");
    *y += 84.0;
}
