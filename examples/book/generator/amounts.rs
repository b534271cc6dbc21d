//! Where the money is, step by step: stories told to the crate, drawn as bars of A = C + P + V + H, with R and Q in C.

use order_capture::{Answer, Change, Command, Money, Operation, Order, Outcome, Payment, Profile, juspay};

use super::cases::{midnight, order_of, rupees};
use super::picture::Picture;

/// One step of a story: what it is called, and what is told or asked.
pub type Step = (&'static str, for<'a> fn(&Payment<'a>) -> Change<'a>);

/// A story: its title, what it shows, whose rules it plays by, and its steps.
struct Story {
    title: &'static str,
    words: [&'static str; 3],
    profile: &'static Profile,
    steps: &'static [Step],
}

pub fn authorized<'a>(payment: &Payment<'a>) -> Change<'a> {
    payment.authorized(rupees("100.00"), midnight()).unwrap()
}

pub fn ask<'a>(payment: &Payment<'a>, command: Command<'_>) -> Change<'a> {
    payment.ask(command, midnight()).unwrap()
}

/// A capture of this amount, under this key.
pub fn capture<'a>(payment: &Payment<'a>, amount: &str, key: &str) -> Change<'a> {
    ask(payment, Command::capture().amount(rupees(amount)).key(key))
}

pub fn answered<'a>(payment: &Payment<'a>, operation: Operation, outcome: Outcome) -> Change<'a> {
    payment.answered(Answer::to(operation, outcome), midnight()).unwrap()
}

/// A poll of the order that says this, after everything recorded so far.
pub fn poll<'a>(payment: &Payment<'a>, said: &str) -> Change<'a> {
    let text = format!(r#"{{"order_id":"o-1","amount":100,{said}}}"#);
    let seen = payment.profile().statements(&text, payment.transaction().currency()).unwrap();
    payment.observe(&seen, Some(payment.transaction().sequence()), midnight()).unwrap()
}

const STORIES: [Story; 6] = [
    Story {
        title: "A part, and the hold ends",
        words: ["One capture (CYBERSOURCE).", "The rest goes back when it", "succeeds, not before."],
        profile: &juspay::CYBERSOURCE,
        steps: &[
            ("authorized", authorized),
            ("capture of 60 sent", |payment| capture(payment, "60.00", "k1")),
            ("succeeded", |payment| answered(payment, Operation::Capture, Outcome::Succeeded)),
        ],
    },
    Story {
        title: "Several captures",
        words: ["Two shipments (SIMPL).", "A void gives back the rest;", "until it is done, it is held."],
        profile: &juspay::SIMPL,
        steps: &[
            ("authorized", authorized),
            ("capture of 40 sent", |payment| capture(payment, "40.00", "k1")),
            ("succeeded", |payment| answered(payment, Operation::Capture, Outcome::Succeeded)),
            ("void of the rest sent", |payment| ask(payment, Command::void())),
            ("succeeded", |payment| answered(payment, Operation::Void, Outcome::Succeeded)),
        ],
    },
    Story {
        title: "Timed out, late success",
        words: ["The word is AUTHORIZED,", "the money stays pending,", "until a poll tells."],
        profile: &juspay::CYBERSOURCE,
        steps: &[
            ("authorized", authorized),
            ("capture of 60 sent", |payment| capture(payment, "60.00", "k1")),
            ("timed out", |payment| answered(payment, Operation::Capture, Outcome::TimedOut)),
            ("poll: AUTHORIZED", |payment| poll(payment, r#""status":"AUTHORIZED","captured_amount":0"#)),
            ("poll: 60 captured", |payment| poll(payment, r#""status":"PARTIAL_CHARGED","captured_amount":60"#)),
        ],
    },
    Story {
        title: "A total covers a request",
        words: ["A stated total is a fact of its", "own. Nobody said which", "request it is made of."],
        profile: &juspay::SIMPL,
        steps: &[
            ("authorized", authorized),
            ("capture of 60 sent", |payment| capture(payment, "60.00", "k1")),
            ("poll: 60 captured", |payment| poll(payment, r#""status":"PARTIAL_CHARGED","captured_amount":60"#)),
            ("ours has failed", |payment| answered(payment, Operation::Capture, Outcome::Failed)),
        ],
    },
    Story {
        title: "A total covers none",
        words: ["10 were refunded: one of the", "10, or a part of the 30?", "Both stay reserved."],
        profile: &juspay::CYBERSOURCE,
        steps: &[
            ("100 captured", |payment| {
                let payment = authorized(payment).into_payment();
                let payment = ask(&payment, Command::capture()).into_payment();
                answered(&payment, Operation::Capture, Outcome::Succeeded)
            }),
            ("refund of 30 sent", |payment| refund(payment, "30.00", "refund-0001")),
            ("refund of 10 sent", |payment| refund(payment, "10.00", "refund-0002")),
            ("poll: 10 refunded", |payment| {
                poll(payment, r#""status":"CHARGED","captured_amount":100,"amount_refunded":10"#)
            }),
            ("the 10 has succeeded", |payment| {
                let answer = Answer::refund(Outcome::Succeeded).key("refund-0002");
                payment.answered(answer, midnight()).unwrap()
            }),
        ],
    },
    Story {
        title: "Captured, and taken back",
        words: ["A reversal (SIMPL): only its", "amount is held again.", "Then the hold expires."],
        profile: &juspay::SIMPL,
        steps: &[
            ("authorized", authorized),
            ("capture of 40 sent", |payment| capture(payment, "40.00", "k1")),
            ("succeeded", |payment| answered(payment, Operation::Capture, Outcome::Succeeded)),
            ("reversed", |payment| payment.reversed(Operation::Capture, Some("k1"), None, midnight()).unwrap()),
            ("expired", |payment| payment.expired(midnight()).unwrap()),
        ],
    },
];

fn refund<'a>(payment: &Payment<'a>, amount: &str, key: &str) -> Change<'a> {
    ask(payment, Command::refund().amount(rupees(amount)).key(key))
}

const LEFT: f64 = 290.0;
const PITCH: f64 = 168.0;
const ROW: f64 = 218.0;
const TOP: f64 = 116.0;
const WIDTH: f64 = 74.0;
const INSET: f64 = 26.0;
const SCALE: f64 = 1.2;

pub fn svg() -> (String, Vec<String>) {
    let title = "Where 100 rupees are, step by step";
    let mut picture = Picture::new(1150.0, TOP + ROW * 6.0 + 6.0);
    picture.text((28.0, 40.0), 17.0, "strong", title);
    let mut x = LEFT;
    let parts = [
        ("captured", "C captured"),
        ("pending", "P pending"),
        ("held", "H held"),
        ("released", "V released"),
        ("refunded", "R refunded"),
        ("refundpending", "Q refund pending"),
    ];
    for (class, words) in parts {
        picture.bar((x, 58.0), (16.0, 16.0), class);
        picture.text((x + 24.0, 71.0), 13.0, "", words);
        x += 136.0;
    }
    picture.text((28.0, 71.0), 13.0, "quiet", "A = C + P + V + H; R + Q ≤ C");
    for (index, story) in STORIES.iter().enumerate() {
        draw(&mut picture, story, TOP + ROW * index as f64);
    }
    picture.finish(title)
}

fn draw(picture: &mut Picture, story: &Story, top: f64) {
    picture.line(&[(24.0, top - 12.0), (1126.0, top - 12.0)], "thin");
    picture.text((28.0, top + 30.0), 15.0, "strong", story.title);
    for (index, words) in story.words.iter().enumerate() {
        picture.text((28.0, top + 54.0 + 19.0 * index as f64), 13.0, "quiet", words);
    }
    let order: Order = order_of("100.00");
    let mut payment = order.transaction("t-1".parse().unwrap(), story.profile);
    for (index, (words, step)) in story.steps.iter().enumerate() {
        payment = step(&payment).into_payment();
        let left = LEFT + PITCH * index as f64;
        let base = top + 8.0 + 100.0 * SCALE;
        let amounts = payment.transaction().amounts();
        let money = |minor| Money::new(minor, payment.transaction().currency());
        let parts = [
            ("captured", "C", money(amounts.captured)),
            ("pending", "P", money(amounts.pending)),
            ("held", "H", money(amounts.held)),
            ("released", "V", money(amounts.released)),
        ];
        stack(picture, (left, base), WIDTH, &parts);
        let refunds =
            [("refunded", "R", money(amounts.refunded)), ("refundpending", "Q", money(amounts.refund_pending))];
        stack(picture, (left + WIDTH + 3.0, base), INSET, &refunds);
        picture.text((left + WIDTH / 2.0, base + 22.0), 13.0, "middle", words);
        picture.text((left + WIDTH / 2.0, base + 40.0), 12.0, "middle quiet", payment.transaction().state().as_str());
    }
}

/// Amounts upon each other, from the bottom up.
fn stack(picture: &mut Picture, (left, base): (f64, f64), width: f64, parts: &[(&str, &str, Money)]) {
    let mut bottom = base;
    for (class, letter, amount) in parts {
        let whole = amount.minor().get() / 100;
        if whole == 0 {
            continue;
        }
        let height = whole as f64 * SCALE;
        bottom -= height;
        picture.bar((left, bottom), (width, height), class);
        let size = if height < 16.0 || width < WIDTH { 10.0 } else { 13.0 };
        let baseline = bottom + height / 2.0 + size * 0.35;
        picture.text((left + width / 2.0, baseline), size, "middle inbar", &format!("{letter} {whole}"));
    }
}
