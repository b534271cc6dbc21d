//! Scenarios with payloads: beside the merchant's commands stands a provider with its own books, and what it answers and
//! shows is true when it is said. It may be lost, late, doubled, of a sibling, or read from a lagging copy.

use super::super::model::Run;
use super::books::{Books, Job};
use super::random::Random;
use super::{Setting, juspay, razorpay, twist};
use serde_json::{Map, Value, json};

/// A request on its way: of which transaction, under which key, and its entry in the provider's books unless it was lost
/// or refused.
struct Sent {
    which: usize,
    job: Job,
    key: Option<String>,
    entry: Option<usize>,
}

pub struct World<'a> {
    setting: &'a Setting,
    run: Run,
    books: Vec<Books>,
    outputs: Vec<Value>,
    sent: Vec<Sent>,
    heard: Vec<(usize, Value)>,
    /// What was asked under a key before: the key keeps its amount.
    asked: Vec<(usize, Job, String, Option<u64>)>,
    pub steps: Vec<Value>,
}

const JOBS: [&str; 3] = ["capture", "void", "refund"];

impl<'a> World<'a> {
    pub fn new(setting: &'a Setting, run: Run, books: Vec<Books>) -> World<'a> {
        let outputs = vec![Value::Null; books.len()];
        let (sent, heard, asked, steps) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        World { setting, run, books, outputs, sent, heard, asked, steps }
    }

    fn step(&mut self, which: usize, action: &str, args: Value) {
        let mut step = Map::new();
        if self.books.len() > 1 {
            step.insert("txn".into(), Value::from(if which == 0 { "a" } else { "b" }));
        }
        step.insert(action.into(), args);
        let step = Value::Object(step);
        self.outputs[which] = self.run.step(&step);
        self.steps.push(step);
    }

    fn applied(&self, which: usize) -> bool {
        self.outputs[which]["result"] == "applied"
    }

    /// One thing happens; it may give a step or none.
    pub fn turn(&mut self, random: &mut Random) {
        let which = if self.books.len() > 1 && random.percent(40) { 1 } else { 0 };
        if self.books[which].held.is_none() && !random.percent(25) {
            return self.attempt(random, which);
        }
        let things = [
            ("command", 33),
            ("answer", 22),
            ("settle", 9),
            ("observe", 28),
            ("stranger", 3),
            ("expire", 1),
            ("reversed", 3),
            ("report", 2),
            ("restart", 2),
        ];
        match random.weighted(&things) {
            "command" => self.command(random, which),
            "answer" => self.answer(random),
            "settle" => self.settle(random, which),
            "observe" => self.observe(random, which),
            "stranger" => self.stranger(random, which),
            "expire" => self.books[which].expire(),
            "reversed" => self.reversed(random, which),
            "report" => self.report(which),
            _ => self.step(which, "restart", json!({})),
        }
    }

    /// The payer's attempt: held, refused, or held after all.
    fn attempt(&mut self, random: &mut Random, which: usize) {
        let refused = self.books[which].refused;
        if !refused && random.percent(15) {
            self.books[which].refused = true;
            if random.percent(60) {
                self.step(which, "authorization_failed", json!({}));
            }
            return;
        }
        if refused && random.percent(60) {
            return self.observe(random, which);
        }
        let setting = self.setting;
        let (held, pays) = match random.below(10) {
            _ if setting.parts && self.books.len() > 1 => (setting.price / 2, setting.price / 2),
            0 if !setting.razorpay => (setting.price / 10 * 9, setting.price),
            _ => (setting.price, setting.price),
        };
        let books = &mut self.books[which];
        (books.held, books.pays) = (Some(held), pays);
        if random.percent(70) {
            let mut args = json!({"amount": setting.text(held)});
            if pays != held {
                args["pays"] = setting.text(pays).into();
            }
            if random.percent(8) {
                args["capture_before"] = "2026-01-08T00:00:00Z".into();
            }
            self.step(which, "authorize", args);
        }
    }

    fn command(&mut self, random: &mut Random, which: usize) {
        let setting = self.setting;
        let charged = self.books[which].captured() > 0;
        let job = if charged {
            random.weighted(&[(Job::Refund, 6), (Job::Capture, 4), (Job::Void, 2)])
        } else {
            random.weighted(&[(Job::Capture, 14), (Job::Void, 4), (Job::Refund, 1)])
        };
        let rules = self.books[which].rules;
        let keyless = match job {
            Job::Capture => setting.razorpay || (!rules.several_captures && random.percent(40)),
            Job::Void => random.percent(50),
            Job::Refund => false,
        };
        let letter = ["k", "v", "refund-key-"][job as usize];
        let key = if keyless { None } else { Some(format!("{letter}{}", 1 + random.below(4))) };
        let known =
            self.asked.iter().find(|(txn, of, name, _)| *txn == which && *of == job && Some(name) == key.as_ref());
        let amount = match (known, job) {
            (Some((.., amount)), _) => *amount,
            (None, Job::Capture) if setting.razorpay => self.books[which].held,
            (None, Job::Capture | Job::Void) if keyless => None,
            (None, Job::Void) if !rules.part_voids => None,
            (None, Job::Capture) if !rules.part_captures => self.books[which].held,
            (None, Job::Capture) if random.percent(20) => Some(self.books[which].rest().max(1)),
            _ => Some(setting.amount(random)),
        };
        let is_new = known.is_none();
        let mut args = Map::new();
        if let Some(amount) = amount {
            args.insert("amount".into(), setting.text(amount).into());
        }
        if let Some(key) = &key {
            args.insert("idempotency_key".into(), key.clone().into());
        }
        if setting.razorpay && job == Job::Capture {
            args.insert("currency".into(), setting.currency.into());
        }
        self.step(which, JOBS[job as usize], Value::Object(args));
        if self.applied(which) {
            if let Some(key) = &key
                && is_new
            {
                self.asked.push((which, job, key.clone(), amount));
            }
            self.deliver(random, which, job, key, amount);
        }
    }

    /// The request arrives or is lost, and the provider does something with it.
    fn deliver(&mut self, random: &mut Random, which: usize, job: Job, key: Option<String>, amount: Option<u64>) {
        let lost = random.percent(12);
        let entry = if lost { None } else { self.books[which].take(job, key.as_deref(), amount) };
        if let Some(index) = entry
            && random.percent(60)
        {
            self.books[which].resolve(index, random.percent(72));
        }
        if entry.is_none() && !lost && random.percent(60) {
            return self.step(which, "provider_error", json!({"status": 400, "body": {}}));
        }
        self.sent.push(Sent { which, job, key, entry });
    }

    fn answer(&mut self, random: &mut Random) {
        if self.sent.is_empty() {
            return;
        }
        let at = random.below(self.sent.len() as u64) as usize;
        let Sent { which, job, entry, .. } = self.sent[at];
        let result = match entry.map(|index| self.books[which].entries[index].fate) {
            None => "no_response",
            Some(_) if random.percent(25) => "no_response",
            Some(fate) => ["pending", "success", "failed"][fate as usize],
        };
        let mut args = json!({"result": result});
        if let Some(key) = &self.sent[at].key {
            args["idempotency_key"] = key.clone().into();
        }
        // Now and then the same is answered once more, later.
        if !random.percent(15) {
            self.sent.remove(at);
        }
        self.step(which, &format!("{}_outcome", JOBS[job as usize]), args);
    }

    fn settle(&mut self, random: &mut Random, which: usize) {
        for index in 0..self.books[which].entries.len() {
            self.books[which].resolve(index, random.percent(70));
        }
    }

    /// Somebody at the dashboard.
    fn stranger(&mut self, random: &mut Random, which: usize) {
        let job = random.pick(&[Job::Capture, Job::Capture, Job::Void, Job::Refund]);
        let amount = if random.percent(50) { None } else { Some(self.setting.amount(random)) };
        if let Some(index) = self.books[which].take(job, None, amount)
            && random.percent(70)
        {
            self.books[which].resolve(index, true);
        }
    }

    fn reversed(&mut self, random: &mut Random, which: usize) {
        let books = &mut self.books[which];
        if books.entries.is_empty() {
            return;
        }
        let index = random.below(books.entries.len() as u64) as usize;
        let (job, key) = (books.entries[index].job, books.entries[index].key.clone());
        if books.take_back(index) {
            let mut args = json!({});
            if let Some(key) = key {
                args["idempotency_key"] = key.into();
            }
            self.step(which, if job == Job::Refund { "refund_reversed" } else { "capture_reversed" }, args);
        }
    }

    /// Support tells the totals, once nothing is on its way.
    fn report(&mut self, which: usize) {
        let books = &self.books[which];
        if self.sent.is_empty() && !books.has_pending(Job::Capture) && !books.has_pending(Job::Refund) {
            let (captured, refunded) = (self.setting.text(books.captured()), self.setting.text(books.refunded()));
            self.step(which, "report", json!({"captured": captured, "refunded": refunded}));
        }
    }

    fn says(&self, random: &mut Random, which: usize, full: bool) -> Value {
        if self.setting.razorpay {
            razorpay::body(random, self.setting, &self.books, which, full)
        } else {
            juspay::body(random, self.setting, &self.books, which, full)
        }
    }

    fn observe(&mut self, random: &mut Random, which: usize) {
        if random.percent(3) {
            let text = twist::text(random, self.setting);
            return self.step(which, "observe", json!({"text": text}));
        }
        let late: Vec<usize> = (0..self.heard.len()).filter(|&index| self.heard[index].0 == which).collect();
        let (body, fresh) = match random.below(20) {
            0..=4 if !late.is_empty() => (self.heard[random.pick(&late)].1.clone(), random.percent(10)),
            5 if self.books.len() > 1 => (self.says(random, 1 - which, false), false),
            6 | 7 => {
                let mut body = self.says(random, which, false);
                twist::twist(random, self.setting, &mut body);
                (body, random.percent(30))
            }
            8..=12 => {
                let full = random.percent(60);
                (self.says(random, which, full), true)
            }
            _ => {
                let body = self.says(random, which, false);
                self.heard.push((which, body.clone()));
                if random.percent(25) {
                    // It comes later.
                    return;
                }
                (body, false)
            }
        };
        let args = if fresh { json!({"body": body, "fresh": true}) } else { json!({"body": body}) };
        self.step(which, "observe", args);
    }
}
