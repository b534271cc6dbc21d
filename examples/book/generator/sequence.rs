//! The capture that timed out, as messages between the merchant's service, the crate and the provider.

use order_capture::{Change, Command, Effect, Operation, Outcome, Payment, Problem, StateKind, juspay};

use super::amounts::{answered, authorized, capture, poll};
use super::cases::{midnight, order_of, rupees};
use super::picture::Picture;

/// Who talks: the crate, your service, the provider.
const CRATE: f64 = 104.0;
const SERVICE: f64 = 340.0;
const PROVIDER: f64 = 546.0;
const TOP: f64 = 116.0;
const LETTERS: f64 = 15.0;
/// Half the width of the bar that shows the state on the crate's line.
const HALF: f64 = 7.0;

/// The picture, how far down it is drawn, and what state began where.
struct Talk {
    picture: Picture,
    y: f64,
    state: StateKind,
    since: f64,
}

pub fn svg() -> (String, Vec<String>) {
    let title = "A capture timed out";
    let mut picture = Picture::new(640.0, 1276.0);
    picture.text((24.0, 38.0), 18.0, "strong", title);
    for (x, name, class) in
        [(CRATE, "order-capture", "good"), (SERVICE, "your service", "open"), (PROVIDER, "Juspay", "plain")]
    {
        picture.line(&[(x, TOP - 18.0), (x, 1072.0)], "thin");
        picture.rounded(name, (x, TOP - 38.0), (148.0, 40.0), class);
        picture.text((x, TOP - 33.0), 16.0, "middle strong", name);
    }
    let order = order_of("100.00");
    let payment = order.transaction("t-1".parse().unwrap(), &juspay::CYBERSOURCE);
    let payment = authorized(&payment).into_payment();
    let mut talk = Talk { picture, y: TOP + 26.0, state: payment.transaction().state(), since: TOP - 18.0 };
    let payment = talk.tell("capture 60, key k1?", capture(&payment, "60.00", "k1"));
    talk.sent();
    let payment = talk.tell("it timed out", answered(&payment, Operation::Capture, Outcome::TimedOut));
    let other = Command::capture().amount(rupees("60.00")).key("k2");
    talk.refused("capture 60, key k2?", payment.ask(other, midnight()));
    talk.refused("void?", payment.ask(Command::void(), midnight()));
    talk.poll("AUTHORIZED", "captured_amount: 0");
    let seen = poll(&payment, r#""status":"AUTHORIZED","captured_amount":0"#);
    let payment = talk.tell("it says AUTHORIZED", seen);
    let payment = talk.tell("capture 60, key k1 again?", capture(&payment, "60.00", "k1"));
    talk.sent();
    talk.poll("PARTIAL_CHARGED", "captured_amount: 60");
    let seen = poll(&payment, r#""status":"PARTIAL_CHARGED","captured_amount":60"#);
    let _ = talk.tell("it says 60 captured", seen);
    let mut picture = talk.end();
    legend(&mut picture, 1106.0);
    picture.finish(title)
}

impl Talk {
    /// One message, its words above the arrow, and perhaps more of them below it.
    fn message(&mut self, from: f64, to: f64, words: &str, below: &str, class: &str) {
        let gap = |x: f64| if x == CRATE { HALF + 1.0 } else { 2.0 };
        let toward = if to > from { 1.0 } else { -1.0 };
        let (y, middle) = (self.y, f64::midpoint(from, to));
        self.picture.arrow(words, &[(from + gap(from) * toward, y), (to - gap(to) * toward, y)], class);
        let weight = if class.is_empty() { "middle" } else { "middle strong" };
        self.picture.text((middle, y - 7.0), LETTERS, weight, words);
        if !below.is_empty() {
            self.picture.text((middle, y + 17.0), LETTERS - 1.0, "middle quiet", below);
        }
    }

    /// The request goes out, and its answer is lost.
    fn sent(&mut self) {
        self.message(SERVICE, PROVIDER, "capture 60, key k1", "", "");
        self.y += 34.0;
        self.picture.line(&[(PROVIDER, self.y), (SERVICE + 128.0, self.y)], "late");
        self.picture.cross((SERVICE + 116.0, self.y));
        self.picture.text((SERVICE + 12.0, self.y + 5.0), LETTERS - 1.0, "quiet", "no answer");
        self.y += 44.0;
    }

    /// The service asks the crate or tells it; the answer says which state and which amounts hold then.
    fn tell<'a>(&mut self, words: &str, change: Change<'a>) -> Payment<'a> {
        let transaction = change.payment().transaction();
        self.message(SERVICE, CRATE, words, "", "");
        self.y += 34.0;
        let state = transaction.state();
        if state != self.state {
            self.bar();
            (self.state, self.since) = (state, self.y);
        }
        let answer = if change.is_applied() { state.as_str() } else { effect(&change) };
        self.message(CRATE, SERVICE, answer, &amounts(change.payment()), "yes");
        self.y += 56.0;
        change.into_payment()
    }

    fn refused(&mut self, words: &str, answer: Result<Change<'_>, Problem>) {
        let problem = answer.expect_err("it is refused");
        self.message(SERVICE, CRATE, words, "", "");
        self.y += 34.0;
        self.message(CRATE, SERVICE, problem.code(), "", "no");
        self.y += 42.0;
    }

    /// The service polls.
    fn poll(&mut self, word: &str, total: &str) {
        self.message(SERVICE, PROVIDER, "what is the status?", "", "");
        self.y += 36.0;
        self.message(PROVIDER, SERVICE, word, total, "");
        self.y += 54.0;
    }

    /// The state on the crate's line, from where it began.
    fn bar(&mut self) {
        let class = match self.state {
            StateKind::CaptureUnknown => "box unsure",
            StateKind::Charged => "box good",
            _ => "box open",
        };
        self.picture.bar((CRATE - HALF, self.since), (2.0 * HALF, self.y - self.since), class);
    }

    fn end(mut self) -> Picture {
        self.y -= 30.0;
        self.bar();
        self.picture
    }
}

fn effect(change: &Change<'_>) -> &'static str {
    match change.effect() {
        Effect::Applied => "applied",
        Effect::AlreadyApplied => "already applied",
        Effect::Stale => "stale",
    }
}

fn amounts(payment: &Payment<'_>) -> String {
    let amounts = payment.transaction().amounts();
    let parts = [("C", amounts.captured), ("P", amounts.pending), ("H", amounts.held), ("V", amounts.released)];
    let parts = parts.into_iter().filter(|(_, minor)| !minor.is_zero());
    parts.map(|(letter, minor)| format!("{letter} {}", minor.get() / 100)).collect::<Vec<_>>().join(" · ")
}

/// What the arrows, the bar and the letters mean.
fn legend(picture: &mut Picture, top: f64) {
    picture.line(&[(24.0, top - 22.0), (616.0, top - 22.0)], "thin");
    let words = [
        ("", "a question, a report or a request"),
        ("yes", "the crate's answer: the state, or that this is known already"),
        ("no", "the crate's answer: refused, with the code of the rule"),
        ("late", "an answer that never arrives"),
    ];
    let mut y = top;
    for (class, words) in words {
        if class == "late" {
            picture.line(&[(30.0, y), (56.0, y)], class);
            picture.cross((66.0, y));
        } else {
            picture.arrow("legend", &[(30.0, y), (74.0, y)], class);
        }
        picture.text((88.0, y + 5.0), LETTERS - 1.0, "", words);
        y += 25.0;
    }
    picture.bar((45.0, y - 9.0), (2.0 * HALF, 18.0), "box unsure");
    picture.text((88.0, y + 5.0), LETTERS - 1.0, "", "the outcome is unknown: only the same capture may be sent again");
    picture.text(
        (30.0, y + 34.0),
        LETTERS - 1.0,
        "quiet",
        "Of the 100 rupees: C captured, P pending, H held, V released",
    );
}
