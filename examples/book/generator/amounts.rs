//! Where the money is, step by step: stories told to the crate, drawn as bars of A = C + P + V + H, with R and Q in C.

use order_capture::{Answer, Change, Command, Money, Operation, Order, Outcome, Payment, Profile, Reversal, juspay};

use super::cases::{midnight, order_of, rupees};
use super::picture::Picture;

/// One step of a story: what it is called, and what is told or asked.
pub type Step = (&'static str, for<'a> fn(&Payment<'a>) -> Change<'a>);

/// A story: its title, what it shows, whose rules it plays by, and its steps.
struct Story {
    title: &'static str,
    words: &'static str,
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
    payment.read(&text, payment.transaction().poll(|_| true), midnight()).unwrap()
}

const STORIES: [Story; 6] = [
    Story {
        title: "A part is captured, and the hold ends",
        words: "One capture of a part (CYBERSOURCE). The rest is released when the capture succeeds, not before.",
        profile: &juspay::CYBERSOURCE,
        steps: &[
            ("authorized", authorized),
            ("capture of 60 sent", |payment| capture(payment, "60.00", "k1")),
            ("succeeded", |payment| answered(payment, Operation::Capture, Outcome::Succeeded)),
        ],
    },
    Story {
        title: "Several captures",
        words: "Two parcels (SIMPL). A void releases the rest; until the void succeeds, the rest stays held.",
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
        title: "A capture times out and succeeds late",
        words: "The provider says AUTHORIZED, and the money stays pending until a poll says what happened.",
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
        words: "A stated total is a fact. Here only our capture can be meant. If it fails, another party took the 60.",
        profile: &juspay::SIMPL,
        steps: &[
            ("authorized", authorized),
            ("capture of 60 sent", |payment| capture(payment, "60.00", "k1")),
            ("poll: 60 captured", |payment| poll(payment, r#""status":"PARTIAL_CHARGED","captured_amount":60"#)),
            ("our capture failed", |payment| answered(payment, Operation::Capture, Outcome::Failed)),
        ],
    },
    Story {
        title: "A total covers no request",
        words: "10 are refunded. That may be our refund of 10 or another party's, so both of our refunds stay reserved.",
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
            ("refund of 10 succeeded", |payment| {
                let answer = Answer::refund(Outcome::Succeeded).key("refund-0002");
                payment.answered(answer, midnight()).unwrap()
            }),
        ],
    },
    Story {
        title: "A capture is reversed",
        words: "A reversal (SIMPL): only the reversed amount is held again. Then the hold expires.",
        profile: &juspay::SIMPL,
        steps: &[
            ("authorized", authorized),
            ("capture of 40 sent", |payment| capture(payment, "40.00", "k1")),
            ("succeeded", |payment| answered(payment, Operation::Capture, Outcome::Succeeded)),
            ("reversed", |payment| payment.reversed(Reversal::of(Operation::Capture).key("k1"), midnight()).unwrap()),
            ("expired", |payment| payment.expired(midnight()).unwrap()),
        ],
    },
];

fn refund<'a>(payment: &Payment<'a>, amount: &str, key: &str) -> Change<'a> {
    ask(payment, Command::refund().amount(rupees(amount)).key(key))
}

const LEFT: f64 = 24.0;
const PITCH: f64 = 120.0;
const ROW: f64 = 302.0;
const TOP: f64 = 142.0;
const WIDTH: f64 = 64.0;
const INSET: f64 = 44.0;
const SCALE: f64 = 1.2;

pub fn svg() -> (String, Vec<String>) {
    let title = "Where 100 rupees are, step by step";
    let mut picture = Picture::new(640.0, TOP + ROW * 6.0 - 14.0);
    picture.text((LEFT, 38.0), 18.0, "strong", title);
    let parts = [
        ("captured", "C captured"),
        ("pending", "P pending"),
        ("held", "H held"),
        ("released", "V released"),
        ("refunded", "R refunded"),
        ("refundpending", "Q refund pending"),
    ];
    for (index, (class, words)) in parts.into_iter().enumerate() {
        let (x, y) = (LEFT + 150.0 * (index % 4) as f64, 54.0 + 26.0 * (index / 4) as f64);
        picture.bar((x, y), (16.0, 16.0), class);
        picture.text((x + 24.0, y + 13.0), 14.0, "", words);
    }
    picture.text((LEFT + 350.0, 93.0), 14.0, "quiet", "A = C + P + V + H; R + Q ≤ C");
    for (index, story) in STORIES.iter().enumerate() {
        draw(&mut picture, story, TOP + ROW * index as f64);
    }
    picture.finish(title)
}

fn draw(picture: &mut Picture, story: &Story, top: f64) {
    picture.line(&[(LEFT, top - 26.0), (640.0 - LEFT, top - 26.0)], "thin");
    picture.text((LEFT, top + 4.0), 16.0, "strong", story.title);
    for (index, words) in broken(story.words, 74).iter().enumerate() {
        picture.text((LEFT, top + 27.0 + 19.0 * index as f64), 14.0, "quiet", words);
    }
    let order: Order = order_of("100.00");
    let mut payment = order.transaction("t-1".parse().unwrap(), story.profile);
    let base = top + 104.0 + 100.0 * SCALE;
    for (index, (words, step)) in story.steps.iter().enumerate() {
        payment = step(&payment).into_payment();
        let left = LEFT + PITCH * index as f64;
        let middle = left + WIDTH / 2.0 + 6.0;
        let amounts = payment.transaction().amounts();
        let money = |minor| Money::new(minor, payment.transaction().currency());
        let parts = [
            ("captured", "C", money(amounts.captured)),
            ("pending", "P", money(amounts.pending)),
            ("held", "H", money(amounts.held)),
            ("released", "V", money(amounts.released)),
        ];
        stack(picture, (left + 6.0, base), WIDTH, &parts);
        let refunds =
            [("refunded", "R", money(amounts.refunded)), ("refundpending", "Q", money(amounts.refund_pending))];
        stack(picture, (left + 6.0 + WIDTH, base), INSET, &refunds);
        // What happens stands above the bar, right upon it; the state after it below.
        let above = broken(words, 15);
        for (line, words) in above.iter().enumerate() {
            let up = 18.0 * (above.len() - 1 - line) as f64;
            picture.text((middle, base - 100.0 * SCALE - 9.0 - up), 14.0, "middle", words);
        }
        for (line, words) in broken(payment.transaction().state().as_str(), 14).iter().enumerate() {
            picture.text((middle, base + 20.0 + 17.0 * line as f64), 14.0, "middle quiet", words);
        }
    }
}

/// A text in lines of at most this many letters, broken after spaces and hyphens.
fn broken(text: &str, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_inclusive([' ', '-']) {
        let line = lines.last_mut().unwrap();
        if line.chars().count() + word.trim_end().chars().count() > most && !line.is_empty() {
            lines.push(word.to_string());
        } else {
            line.push_str(word);
        }
    }
    lines.iter().map(|line| line.trim_end().to_string()).collect()
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
        let size = if height < 16.0 { 12.0 } else { 14.0 };
        let baseline = bottom + height / 2.0 + size * 0.36;
        picture.text((left + width / 2.0, baseline), size, "middle inbar", &format!("{letter} {whole}"));
    }
}
