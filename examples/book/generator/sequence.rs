//! The capture that timed out, as messages between the merchant's service, the crate and the provider.

use order_capture::{Change, Command, Effect, Operation, Outcome, Payment, Problem, juspay};

use super::amounts::{answered, authorized, capture, poll};
use super::cases::{midnight, order_of, rupees};
use super::picture::Picture;

/// Who talks: the crate, your service, the provider.
const CRATE: f64 = 212.0;
const SERVICE: f64 = 462.0;
const PROVIDER: f64 = 712.0;
/// The middle of the boxes that stand beside the crate's line.
const BESIDE: f64 = 100.0;

pub fn svg() -> (String, Vec<String>) {
    let title = "A capture timed out";
    let mut picture = Picture::new(810.0, 1140.0);
    picture.text((20.0, 36.0), 17.0, "strong", title);
    for (x, name, class) in
        [(CRATE, "order-capture", "good"), (SERVICE, "your service", "open"), (PROVIDER, "Juspay", "plain")]
    {
        picture.line(&[(x, 104.0), (x, 1064.0)], "thin");
        picture.rounded(name, (x, 82.0), (160.0, 42.0), class);
        picture.text((x, 87.0), 15.0, "middle strong", name);
    }
    let order = order_of("100.00");
    let payment = order.transaction("t-1".parse().unwrap(), &juspay::CYBERSOURCE);
    let payment = authorized(&payment).into_payment();
    let mut y = 144.0;
    let payment =
        tell(&mut picture, &mut y, "capture 60, key k1?", capture(&payment, "60.00", "k1"), "store, then send");
    sent(&mut picture, &mut y, "nothing comes back");
    let silence = answered(&payment, Operation::Capture, Outcome::TimedOut);
    let payment = tell(&mut picture, &mut y, "timed out", silence, "store: 60 stay reserved");
    let other = Command::capture().amount(rupees("60.00")).key("k2");
    refused(&mut picture, &mut y, "capture 60, key k2?", payment.ask(other, midnight()));
    refused(&mut picture, &mut y, "void?", payment.ask(Command::void(), midnight()));
    asked(&mut picture, &mut y, "AUTHORIZED");
    let seen = poll(&payment, r#""status":"AUTHORIZED","captured_amount":0"#);
    let payment = tell(&mut picture, &mut y, "it says AUTHORIZED", seen, "nothing new: wait, or repeat");
    let payment =
        tell(&mut picture, &mut y, "the same again?", capture(&payment, "60.00", "k1"), "store, then send again");
    sent(&mut picture, &mut y, "nothing comes back");
    asked(&mut picture, &mut y, "PARTIAL_CHARGED, 60");
    let seen = poll(&payment, r#""status":"PARTIAL_CHARGED","captured_amount":60"#);
    let _ = tell(&mut picture, &mut y, "it says 60 captured", seen, "store: resolved");
    legend(&mut picture);
    picture.finish(title)
}

/// What the letters and colours beside the crate's line mean.
fn legend(picture: &mut Picture) {
    picture.rounded("what holds after it", (36.0, 1092.0), (24.0, 16.0), "good");
    picture.text((56.0, 1097.0), 13.0, "quiet", "what holds after it");
    picture.rounded("refused", (220.0, 1092.0), (24.0, 16.0), "bad");
    picture.text((240.0, 1097.0), 13.0, "quiet", "refused, with this code");
    picture.line(&[(424.0, 1092.0), (456.0, 1092.0)], "late");
    picture.text((466.0, 1097.0), 13.0, "quiet", "lost on the way");
    picture.text(
        (24.0, 1122.0),
        13.0,
        "quiet",
        "C captured · P pending, may still be taken · H held · V released; of 100 rupees",
    );
}

fn message(picture: &mut Picture, y: f64, from: f64, to: f64, words: &str, class: &str) {
    let gap = if to > from { -4.0 } else { 4.0 };
    picture.arrow(words, &[(from, y), (to + gap, y)], class);
    picture.text((f64::midpoint(from, to), y - 8.0), 13.0, "middle", words);
}

/// The request goes out, and its answer is lost.
fn sent(picture: &mut Picture, y: &mut f64, words: &str) {
    message(picture, *y, SERVICE, PROVIDER, "capture 60, key k1", "");
    *y += 34.0;
    picture.line(&[(PROVIDER, *y), (SERVICE + 176.0, *y)], "late");
    picture.cross((SERVICE + 164.0, *y));
    picture.text((SERVICE + 14.0, *y + 4.0), 13.0, "quiet", words);
    *y += 46.0;
}

/// The service tells the crate or asks it, and the crate says what to do; the state and the amounts after that stand
/// beside its line.
fn tell<'a>(picture: &mut Picture, y: &mut f64, words: &str, change: Change<'a>, next: &str) -> Payment<'a> {
    let state = change.payment().transaction().state().to_string();
    let answer = if change.is_applied() { state } else { effect(&change).to_string() };
    answer_beside(picture, y, words, (&answer, "good", &amounts(change.payment())), next);
    change.into_payment()
}

fn refused(picture: &mut Picture, y: &mut f64, words: &str, answer: Result<Change<'_>, Problem>) {
    let problem = answer.expect_err("it is refused");
    answer_beside(picture, y, words, (problem.code(), "bad", ""), "refused: send nothing");
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

fn answer_beside(
    picture: &mut Picture,
    y: &mut f64,
    words: &str,
    (answer, class, below): (&str, &str, &str),
    next: &str,
) {
    message(picture, *y, SERVICE, CRATE, words, "");
    message(picture, *y + 30.0, CRATE, SERVICE, next, "");
    picture.rounded(answer, (BESIDE, *y + 15.0), (184.0, 46.0), class);
    let (first, second) = if below.is_empty() { (20.0, 0.0) } else { (12.0, 29.0) };
    picture.text((BESIDE, *y + first), 13.0, "middle strong", answer);
    if !below.is_empty() {
        picture.text((BESIDE, *y + second), 12.0, "middle", below);
    }
    *y += 84.0;
}

/// The service polls.
fn asked(picture: &mut Picture, y: &mut f64, answer: &str) {
    message(picture, *y, SERVICE, PROVIDER, "what is the status?", "");
    message(picture, *y + 38.0, PROVIDER, SERVICE, answer, "");
    *y += 84.0;
}
