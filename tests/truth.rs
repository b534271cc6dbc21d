//! INV-15, truth: the crate beside a simulated provider that keeps its own books. Whatever is lost, late, doubled or out of
//! order, captured and refunded are never above the provider's, and an over-capture is never made possible; once everything
//! has arrived and a fresh full poll was read, both are equal, or a conflict was shown.
//!
//! The known exception is kept out: where a stranger captures too, a word for a partial capture without a total may be the
//! stranger's, and would be taken for the one capture of ours that is outstanding. Where strangers act, every payload
//! therefore states its totals.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    clippy::too_many_lines,
    reason = "a test may panic: that is how it fails"
)]
#![allow(missing_docs, missing_debug_implementations, unreachable_pub, dead_code, reason = "tests document themselves")]

#[path = "reference/mod.rs"]
mod reference;

use std::collections::BTreeMap;

use order_capture::*;
use reference::generate::books::{Books, Fate, Job, Rules};
use reference::generate::random::Random;
use reference::generate::{Setting, juspay as juspay_payloads, razorpay as razorpay_payloads};
use serde_json::Value;

const NOW: Time = Time::UNIX_EPOCH;

/// What may go wrong in a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Nobody else touches the hold; payloads leave out what they like.
    Alone,
    /// Somebody at the dashboard captures, voids and refunds; every payload states its totals.
    Strangers,
    /// What succeeded may be taken back, and we are told.
    Reversals,
}

/// A request on its way to the provider.
struct Sent {
    operation: Operation,
    number: u32,
    key: Option<String>,
    amount: Option<u64>,
}

struct World<'a> {
    kind: Kind,
    setting: &'a Setting,
    payment: Payment<'a>,
    books: Books,
    sent: Vec<Sent>,
    answers: Vec<(Operation, u32, Outcome)>,
    heard: Vec<String>,
    /// What was asked under a key before: the key keeps its amount.
    asked: BTreeMap<(Operation, String), Option<u64>>,
    conflict: bool,
    trail: Vec<String>,
}

const fn job(operation: Operation) -> Job {
    match operation {
        Operation::Capture => Job::Capture,
        Operation::Void => Job::Void,
        Operation::Refund => Job::Refund,
    }
}

impl<'a> World<'a> {
    fn ask(&mut self, random: &mut Random) {
        let rules = self.books.rules;
        let operation = random.weighted(&[(Operation::Capture, 6), (Operation::Void, 2), (Operation::Refund, 4)]);
        let keyless = match operation {
            Operation::Capture => rules.razorpay || (!rules.several_captures && random.percent(30)),
            Operation::Void => random.percent(50),
            Operation::Refund => false,
        };
        let key = (!keyless).then(|| format!("request-{operation}-{}", 1 + random.below(5)));
        let amount = match operation {
            Operation::Capture if rules.razorpay => Some(self.setting.price),
            Operation::Capture | Operation::Void if keyless => None,
            Operation::Capture if !rules.part_captures => Some(self.setting.price),
            Operation::Void if !rules.part_voids => None,
            _ => Some(self.setting.amount(random)),
        };
        let known = key.as_ref().and_then(|key| self.asked.get(&(operation, key.clone())));
        let amount = known.copied().unwrap_or(amount);
        let money = |minor: u64| Money::new(Minor::new(minor).unwrap(), Currency::INR);
        let mut command = match operation {
            Operation::Capture => Command::capture(),
            Operation::Void => Command::void(),
            Operation::Refund => Command::refund(),
        };
        if let Some(amount) = amount {
            command = command.amount(money(amount));
        }
        if operation == Operation::Capture {
            command = command.currency(Currency::INR);
        }
        if let Some(key) = &key {
            command = command.key(key);
        }
        let Ok(change) = self.payment.ask(command, NOW) else { return };
        let sent_before = |hold: &order_capture::Hold| {
            let found = key.as_ref().and_then(|key| hold.requests(operation).by_key(key));
            found.is_some_and(|(_, request)| request.status() == RequestStatus::Unknown)
        };
        // One of unknown outcome is sent again with what it asked for, whatever was taken back since.
        let again = self.payment.transaction().hold().is_some_and(sent_before);
        if let Some((operation, number, request)) = change.to_send() {
            let amount = request.amount().get();
            self.trail.push(format!("{operation} {number} of {amount} {key:?}"));
            if operation != Operation::Void && !again {
                self.never_too_much(operation, key.as_deref(), amount);
            }
            if let Some(key) = &key {
                self.asked.insert((operation, key.clone()), Some(amount));
            }
            self.sent.push(Sent { operation, number, key, amount: Some(amount) });
        }
        self.payment = change.into_payment();
    }

    /// What is sent anew, captures and refunds, never comes, with what the provider took and may still take, to more than is held.
    fn never_too_much(&self, operation: Operation, key: Option<&str>, amount: u64) {
        let known = |entry: &&reference::generate::books::Entry| entry.key.as_deref() == key;
        let is_repeat = self.books.of(job(operation)).any(|entry| known(&entry));
        // What a stranger took and nobody told yet cannot be known here; our own counts wherever it is.
        let alone = self.kind != Kind::Strangers;
        let taken = |job| -> u64 {
            let counts = |entry: &&reference::generate::books::Entry| {
                entry.fate != Fate::Failed && (alone || entry.key.is_some())
            };
            self.books.of(job).filter(counts).map(|entry| entry.amount).sum()
        };
        let (most, gone) = match operation {
            Operation::Refund => (self.books.captured(), taken(Job::Refund)),
            // A word may be of a stranger's void: of ours it then says too much.
            _ if !alone => (self.setting.price, taken(Job::Capture)),
            _ => (self.setting.price, taken(Job::Capture) + taken(Job::Void)),
        };
        if !is_repeat {
            assert!(gone + amount <= most, "{operation} of {amount} beside {gone} of {most}\n{:#?}", self.trail);
        }
    }

    /// A request arrives or is lost, and is answered now, later or never.
    fn deliver(&mut self, random: &mut Random) {
        if self.sent.is_empty() {
            return;
        }
        let at = random.below(self.sent.len() as u64) as usize;
        let Sent { operation, number, key, amount } = self.sent.remove(at);
        let arrives = random.percent(80);
        let entry = if arrives { self.books.take(job(operation), key.as_deref(), amount) } else { None };
        if let Some(entry) = entry
            && random.percent(55)
        {
            self.books.resolve(entry, random.percent(72));
        }
        let outcome = match entry.map(|entry| self.books.entries[entry].fate) {
            _ if random.percent(25) => Outcome::TimedOut,
            // Refused before it was tried. Without a key the earlier one may be what stands in its way.
            None if arrives && key.is_some() => Outcome::Withdrawn,
            None => Outcome::TimedOut,
            Some(Fate::Pending) => Outcome::Accepted,
            Some(Fate::Done) => Outcome::Succeeded,
            Some(Fate::Failed) => Outcome::Failed,
        };
        // A provider that does not know keys answers at once: a late answer would name no request.
        if key.is_some() && random.percent(25) && outcome != Outcome::Withdrawn {
            self.answers.push((operation, number, outcome));
        } else {
            self.answered(operation, number, outcome);
        }
    }

    fn answered(&mut self, operation: Operation, number: u32, outcome: Outcome) {
        let answer = Answer::to(operation, outcome).number(number);
        match self.payment.answered(answer, NOW) {
            Ok(change) => {
                self.trail.push(format!("answer {operation} {number} {outcome}: {:?}", change.effect()));
                self.payment = change.into_payment();
            }
            Err(problem) => {
                self.trail.push(format!("answer {operation} {number} {outcome}: {}", problem.code()));
            }
        }
    }

    /// A late answer comes, now and then once more later.
    fn late_answer(&mut self, random: &mut Random) {
        if self.answers.is_empty() {
            return;
        }
        let at = random.below(self.answers.len() as u64) as usize;
        let (operation, number, outcome) = self.answers[at];
        if !random.percent(20) {
            self.answers.remove(at);
        }
        self.answered(operation, number, outcome);
    }

    fn stranger(&mut self, random: &mut Random) {
        let job = random.pick(&[Job::Capture, Job::Void, Job::Refund]);
        // Never an amount of ours: a refund without a key and of the same amount would be taken for ours.
        let amount = self.setting.amount(random).saturating_sub(3).max(2);
        let amount = if job != Job::Refund && random.percent(40) { None } else { Some(amount) };
        if let Some(entry) = self.books.take(job, None, amount) {
            self.trail.push(format!("a stranger's {job:?} {:?}", self.books.entries[entry]));
            if random.percent(70) {
                self.books.resolve(entry, true);
            }
        }
    }

    /// What succeeded is taken back, and we are told.
    fn reversed(&mut self, random: &mut Random) {
        if self.books.entries.is_empty() {
            return;
        }
        let at = random.below(self.books.entries.len() as u64) as usize;
        let (job, key) = (self.books.entries[at].job, self.books.entries[at].key.clone());
        let operation = if job == Job::Refund { Operation::Refund } else { Operation::Capture };
        let Some(key) = key.filter(|_| job != Job::Void) else { return };
        let Ok(change) = self.payment.reversed(operation, Some(&key), None, NOW) else { return };
        if change.is_applied() && self.books.take_back(at) {
            self.trail.push(format!("{operation} {key} taken back"));
            self.payment = change.into_payment();
            // Its success told once more would be a late success: a repeat of it cannot be told from one. Older totals,
            // which may hold it, do come.
            let id = self.books.entries[at].id.clone();
            self.heard.retain(|text| !text.contains(&id));
            // Neither can an older word without a total, of a capture of a part, be told from a new one.
            let totals = |text: &String| self.setting.razorpay || text.contains("captured_amount");
            self.heard.retain(totals);
            self.answers.retain(|(of, _, outcome)| *of != operation || *outcome != Outcome::Succeeded);
        }
    }

    fn says(&self, random: &mut Random, full: bool) -> String {
        let all = std::slice::from_ref(&self.books);
        let body: Value = if self.setting.razorpay {
            razorpay_payloads::body(random, self.setting, all, 0, full)
        } else {
            juspay_payloads::body(random, self.setting, all, 0, full)
        };
        body.to_string()
    }

    fn observe(&mut self, text: &str, fresh: bool) {
        let seen = self.payment.profile().statements(text, Currency::INR).unwrap();
        let asked_after = fresh.then(|| self.payment.transaction().sequence());
        match self.payment.observe(&seen, asked_after, NOW) {
            Ok(change) => {
                self.trail.push(format!("fresh={fresh} {:?} {text}", change.effect()));
                self.payment = change.into_payment();
            }
            Err(conflict) => {
                self.trail.push(format!("fresh={fresh} {} {text}", conflict.code()));
                self.conflict = true;
            }
        }
    }

    fn turn(&mut self, random: &mut Random) {
        match random.below(12) {
            0..=2 => self.ask(random),
            3 | 4 => self.deliver(random),
            5 => self.late_answer(random),
            6 => {
                for entry in 0..self.books.entries.len() {
                    if random.percent(60) {
                        self.books.resolve(entry, random.percent(70));
                    }
                }
            }
            7 if self.kind == Kind::Strangers => self.stranger(random),
            7 if self.kind == Kind::Reversals => self.reversed(random),
            8 => {
                let text = self.says(random, false);
                self.heard.push(text);
            }
            9 if !self.heard.is_empty() => {
                // A webhook, late or once more; or a poll of a copy that lags behind.
                let text = self.heard[random.below(self.heard.len() as u64) as usize].clone();
                let lagging = self.kind != Kind::Reversals && random.percent(10);
                self.observe(&text, lagging);
            }
            10 => {
                let text = self.says(random, false);
                self.observe(&text, random.percent(50));
            }
            _ => {}
        }
        self.check();
    }

    /// The part that holds at every moment.
    fn check(&self) {
        let Amounts { captured, refunded, .. } = self.payment.transaction().amounts();
        let (truth, back) = (self.books.captured(), self.books.refunded());
        assert!(captured.get() <= truth && refunded.get() <= back, "{:#?}\n{:#?}", self.books, self.trail);
    }

    /// Everything arrives, and a fresh full poll is read.
    fn settle(&mut self, random: &mut Random) {
        while !self.sent.is_empty() {
            self.deliver(random);
            self.check();
        }
        while !self.answers.is_empty() {
            self.late_answer(random);
            self.check();
        }
        for entry in 0..self.books.entries.len() {
            self.books.resolve(entry, random.percent(70));
        }
        self.conflict = false;
        let text = self.says(random, true);
        self.observe(&text, true);
        self.check();
        let Amounts { captured, refunded, .. } = self.payment.transaction().amounts();
        let equal = captured.get() == self.books.captured() && refunded.get() == self.books.refunded();
        assert!(equal || self.conflict, "{captured} {refunded}\n{:#?}\n{:#?}", self.books, self.trail);
    }
}

/// One world; gives the state that it ended in, and whether with a conflict.
fn run(gateway: &'static str, kind: Kind, seed: u64) -> (StateKind, bool) {
    let profile = match gateway {
        "razorpay" => &razorpay::PROFILE,
        "CYBERSOURCE" => &juspay::CYBERSOURCE,
        "SIMPL" => &juspay::SIMPL,
        _ => &juspay::FULL_ONLY,
    };
    let (razorpay, totals) = (gateway == "razorpay", kind == Kind::Strangers);
    let (price, digits, currency, parts) = (10_000, 2, "INR", false);
    let setting = Setting { razorpay, gateway, price, digits, currency, parts, totals };
    let mut random = Random::new(seed);
    let amount = Money::inr("100").unwrap();
    let order = Order::new("order-1".parse().unwrap(), amount);
    let payment = order.transaction("t-1".parse().unwrap(), profile);
    let payment = payment.authorized(amount, NOW).unwrap().into_payment();
    let mut books = Books::new(Rules::of(gateway), 0);
    (books.held, books.pays) = (Some(price), price);
    let (sent, answers, heard, asked, trail) = (Vec::new(), Vec::new(), Vec::new(), BTreeMap::new(), Vec::new());
    let mut world =
        World { kind, setting: &setting, payment, books, sent, answers, heard, asked, conflict: false, trail };
    for _ in 0..20 + random.below(25) {
        world.turn(&mut random);
    }
    world.settle(&mut random);
    (world.payment.transaction().state(), world.conflict)
}

fn worlds(kind: Kind) {
    let count: u64 = std::env::var("WORLDS").map_or(3_000, |text| text.parse().unwrap());
    let mut seen: BTreeMap<(StateKind, bool), u64> = BTreeMap::new();
    for seed in 0..count {
        for gateway in ["HDFC", "CYBERSOURCE", "SIMPL", "razorpay"] {
            *seen.entry(run(gateway, kind, seed)).or_default() += 1;
        }
    }
    let conflicts: u64 = seen.iter().filter(|((_, conflict), _)| *conflict).map(|(_, count)| *count).sum();
    let all: u64 = seen.values().sum();
    assert!(conflicts * 4 < all, "too many worlds end in a conflict to say anything: {seen:?}");
    for state in [StateKind::Charged, StateKind::Voided, StateKind::Authorized] {
        assert!(seen.keys().any(|(reached, _)| *reached == state), "no world ends {state}");
    }
}

#[test]
fn alone_with_the_provider() {
    worlds(Kind::Alone);
}

#[test]
fn with_somebody_at_the_dashboard() {
    worlds(Kind::Strangers);
}

#[test]
fn with_reversals() {
    worlds(Kind::Reversals);
}
