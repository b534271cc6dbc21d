//! Where the money is, step by step: stories run through the scenario engine, drawn as bars of A = C + P + V + H.

use std::path::Path;

use super::picture::Picture;
use crate::engine::{Output, Run};
use crate::format;

/// A story: its title, what it shows, what each step is called, and the scenario.
struct Story {
    title: &'static str,
    words: [&'static str; 3],
    steps: &'static [&'static str],
    scenario: &'static str,
}

const STORIES: [Story; 5] = [
    Story {
        title: "Captured in full",
        words: ["Any gateway.", "Nothing is left.", ""],
        steps: &["authorized", "capture sent", "done"],
        scenario: r#"{"name":"full","provider":"juspay","order":{"amount":"100.00","currency":"INR"},"steps":[{"authorize":{"amount":"100.00"}},{"capture":{}},{"capture_outcome":{"result":"success"}}]}"#,
    },
    Story {
        title: "A part, and closed",
        words: ["One capture (CYBERSOURCE).", "The rest goes back when it", "succeeds, not before."],
        steps: &["authorized", "capture of 60 sent", "done"],
        scenario: r#"{"name":"part","provider":"juspay","gateway":"CYBERSOURCE","order":{"amount":"100.00","currency":"INR"},"steps":[{"authorize":{"amount":"100.00"}},{"capture":{"amount":"60.00","idempotency_key":"k1"}},{"capture_outcome":{"result":"success"}}]}"#,
    },
    Story {
        title: "Several captures",
        words: ["Two shipments (SIMPL).", "The second says that it is", "the last one."],
        steps: &["authorized", "capture of 40 sent", "done", "last, of 50, sent", "done"],
        scenario: r#"{"name":"several","provider":"juspay","gateway":"SIMPL","order":{"amount":"100.00","currency":"INR"},"steps":[{"authorize":{"amount":"100.00"}},{"capture":{"amount":"40.00","idempotency_key":"k1"}},{"capture_outcome":{"result":"success"}},{"capture":{"amount":"50.00","idempotency_key":"k2","final":true}},{"capture_outcome":{"result":"success"}}]}"#,
    },
    Story {
        title: "Timeout, late success",
        words: ["The state reads authorized,", "the money stays pending,", "until a poll tells."],
        steps: &["authorized", "capture of 60 sent", "no response", "poll: AUTHORIZED", "poll: 60 captured"],
        scenario: r#"{"name":"timeout","provider":"juspay","gateway":"CYBERSOURCE","order":{"amount":"100.00","currency":"INR"},"steps":[{"authorize":{"amount":"100.00"}},{"capture":{"amount":"60.00","idempotency_key":"k1"}},{"capture_outcome":{"result":"no_response"}},{"observe":{"body":{"order_id":"o-1","status":"AUTHORIZED","status_id":25,"amount":100,"captured_amount":0}}},{"observe":{"body":{"order_id":"o-1","status":"PARTIAL_CHARGED","status_id":37,"amount":100,"captured_amount":60}}}]}"#,
    },
    Story {
        title: "Voided",
        words: ["All of it is given back.", "A void reserves nothing;", "it blocks captures."],
        steps: &["authorized", "void sent", "void accepted", "done"],
        scenario: r#"{"name":"void","provider":"juspay","order":{"amount":"100.00","currency":"INR"},"steps":[{"authorize":{"amount":"100.00"}},{"void":{}},{"void_outcome":{"result":"pending"}},{"void_outcome":{"result":"success"}}]}"#,
    },
];

/// Runs a scenario; every step must be accepted, in a story.
pub fn run(scenario: &str) -> Vec<Output> {
    let scenario = format::read(scenario, Path::new(".")).unwrap();
    let mut run = Run::new(&scenario);
    scenario.steps.iter().enumerate().map(|(index, step)| run.step(index, step)).collect()
}

const LEFT: f64 = 290.0;
const PITCH: f64 = 168.0;
const ROW: f64 = 218.0;
const TOP: f64 = 116.0;
const WIDTH: f64 = 74.0;
const SCALE: f64 = 1.2;

pub fn svg() -> (String, Vec<String>) {
    let title = "Where 100 rupees are, step by step";
    let mut picture = Picture::new(1150.0, TOP + ROW * 5.0 + 6.0);
    picture.text((28.0, 40.0), 17.0, "strong", title);
    let mut x = LEFT;
    for (class, words) in
        [("captured", "C captured"), ("pending", "P pending"), ("held", "H held"), ("released", "V released")]
    {
        picture.bar((x, 58.0), (16.0, 16.0), class);
        picture.text((x + 24.0, 71.0), 13.0, "", words);
        x += 150.0;
    }
    picture.text((28.0, 71.0), 13.0, "quiet", "A = C + P + V + H, always");
    for (index, story) in STORIES.iter().enumerate() {
        draw(&mut picture, story, TOP + ROW * index as f64);
    }
    picture.finish(title)
}

fn draw(picture: &mut Picture, story: &Story, top: f64) {
    picture.line(&[(24.0, top - 12.0), (1126.0, top - 12.0)], "thin");
    picture.text((28.0, top + 30.0), 15.0, "strong", story.title);
    for (index, words) in story.words.iter().enumerate().filter(|(_, words)| !words.is_empty()) {
        picture.text((28.0, top + 54.0 + 19.0 * index as f64), 13.0, "quiet", words);
    }
    let outputs = run(story.scenario);
    assert_eq!(outputs.len(), story.steps.len(), "{}", story.title);
    for (index, (output, words)) in outputs.iter().zip(story.steps).enumerate() {
        assert!(["applied", "already-applied"].contains(&output.result), "{}: {words}", story.title);
        let left = LEFT + PITCH * index as f64;
        let base = top + 8.0 + 100.0 * SCALE;
        let mut bottom = base;
        let parts = [
            ("captured", &output.captured),
            ("pending", &output.pending),
            ("held", &output.held),
            ("released", &output.released),
        ];
        for (class, amount) in parts {
            let units: f64 = amount.parse().unwrap();
            if units > 0.0 {
                let height = units * SCALE;
                bottom -= height;
                picture.bar((left, bottom), (WIDTH, height), class);
                let whole = amount.trim_end_matches(".00");
                let letter = match class {
                    "captured" => "C",
                    "pending" => "P",
                    "held" => "H",
                    _ => "V",
                };
                let words = format!("{letter} {whole}");
                let size = if height < 16.0 { 10.0 } else { 13.0 };
                let baseline = bottom + height / 2.0 + size * 0.35;
                picture.text((left + WIDTH / 2.0, baseline), size, "middle inbar", &words);
            }
        }
        picture.text((left + WIDTH / 2.0, base + 22.0), 13.0, "middle", words);
        picture.text((left + WIDTH / 2.0, base + 40.0), 12.0, "middle quiet", output.state);
    }
}
