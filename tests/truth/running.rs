//! A world as it runs: the provider, the merchant's server, and what is on its way between them.

use std::collections::BTreeMap;

use order_capture::{Operation, Outcome};
use serde_json::{Value, json};

use super::books::{Books, End, Entry, Fate};
use super::census::Census;
use super::merchant::{self, Merchant, Verdict};
use super::provider::{Provider, text};
use super::steps::{Arrival, Extra, Kind, Reply, Second, Setup, Step};

/// Where truth broke: how, and the scenario up to there if it was written.
#[derive(Debug)]
pub struct Broken {
    pub what: String,
    pub scenario: Value,
}

/// A request on its way.
#[derive(Clone)]
pub struct Message {
    pub txn: usize,
    pub operation: Operation,
    pub number: u32,
    pub key: Option<String>,
    /// As it is worded: none for all that there is.
    pub amount: Option<u64>,
    pub is_given_up: bool,
    /// Made on its way of one that was sent once.
    pub is_copy: bool,
    pub has_copy: bool,
}

/// An answer that comes later.
pub struct LateAnswer {
    pub txn: usize,
    pub operation: Operation,
    pub number: u32,
    pub key: Option<String>,
    pub outcome: Outcome,
    pub id: Option<String>,
}

pub struct Running<'a> {
    pub setup: Setup,
    pub provider: Provider,
    pub merchant: Merchant<'a>,
    pub in_flight: Vec<Message>,
    pub answers: Vec<LateAnswer>,
    /// What the provider wrote, of which transaction.
    pub heard: Vec<(usize, String)>,
    /// What was asked under a key before: the key keeps its amount.
    pub asked: BTreeMap<(usize, Operation, String), u64>,
    /// What was taken back and not told.
    pub untold: BTreeMap<(usize, Operation), u64>,
    pub last_shape: u16,
    pub census: &'a mut Census,
    /// The scenario, where one is wanted.
    pub trail: Option<Vec<Value>>,
}

pub const PRICE: u64 = 10_000;

/// What the transactions of a world are for: the amount of each, and the part of the price that it pays.
fn amounts(setup: Setup) -> Vec<(u64, u64)> {
    let first = match (setup.second, setup.extra) {
        (Second::Part, _) => (6_000, 6_000),
        (_, Extra::None) => (PRICE, PRICE),
        (_, Extra::Surcharge) => (10_800, PRICE),
        (_, Extra::Offer) => (8_500, PRICE),
    };
    match setup.second {
        Second::None => vec![first],
        Second::Attempt => vec![first, (PRICE, PRICE)],
        Second::Part => vec![first, (4_000, 4_000)],
    }
}

pub const fn result_of(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Succeeded => "success",
        Outcome::Failed => "failed",
        Outcome::Accepted => "pending",
        _ => "no_response",
    }
}

/// Runs a world to its end, and gives its scenario where it is `traced`.
pub fn run(world: &(Setup, Vec<Step>), census: &mut Census, traced: bool) -> Result<Value, Broken> {
    let (setup, steps) = world;
    let amounts = amounts(*setup);
    let takes_parts = setup.second == Second::Part;
    let order = merchant::order(PRICE, takes_parts);
    let books = amounts.iter().enumerate().map(|(number, (amount, pays))| {
        Books::new(setup.gateway, number, *amount, *pays) //
    });
    let provider = Provider { gateway: setup.gateway, price: PRICE, takes_parts, books: books.collect() };
    let merchant = Merchant::new(&order, merchant::profile(setup.gateway), amounts.len());
    let mut running = Running {
        setup: *setup,
        provider,
        merchant,
        in_flight: Vec::new(),
        answers: Vec::new(),
        heard: Vec::new(),
        asked: BTreeMap::new(),
        untold: BTreeMap::new(),
        last_shape: 0,
        census,
        trail: traced.then(Vec::new),
    };
    match running.all(steps) {
        Ok(()) => Ok(running.scenario("")),
        Err(what) => Err(Broken { scenario: running.scenario(&what), what }),
    }
}

impl Running<'_> {
    fn all(&mut self, steps: &[Step]) -> Result<(), String> {
        // The parts of an order are tried at once, another attempt comes later.
        for books in &mut self.provider.books {
            books.is_tried = self.setup.second == Second::Part;
        }
        self.authorize(0, true, self.setup.is_told);
        for step in steps {
            self.step(*step)?;
            self.check()?;
        }
        self.settle()
    }

    fn step(&mut self, step: Step) -> Result<(), String> {
        let of = |txn: u8| usize::from(txn) % self.provider.books.len();
        match step {
            Step::Ask { txn, operation, key, amount } => self.ask(of(txn), operation, key, amount)?,
            Step::Mistake { txn, operation, how } => self.mistake(of(txn), operation, how)?,
            Step::Deliver { which, arrival, reply } => self.deliver(which, arrival, reply),
            Step::GiveUp { which } => self.give_up(which),
            Step::Double { which } => self.double(which),
            Step::Answer { which, again } => self.late_answer(which, again),
            Step::Resolve { which, succeeds } => self.resolve(which, succeeds),
            Step::Write { txn, .. } | Step::Poll { txn, .. } if !self.provider.books[of(txn)].is_tried => {}
            Step::Write { txn, shape } => {
                let txn = of(txn);
                let text = self.says(txn, shape).to_string();
                self.heard.push((txn, text));
            }
            Step::Hear { which } => {
                if let Some((txn, text)) = self.pick_heard(which, |_| true) {
                    self.observe(txn, &text, false);
                }
            }
            Step::Poll { txn, shape, lags } => self.poll(of(txn), shape, lags),
            Step::Spoiled { txn, shape, how } => self.spoiled(of(txn), shape, how)?,
            Step::Authorize { txn, is_held, is_told } => self.authorize(of(txn), is_held, is_told),
            Step::Wait => self.merchant.now = merchant::time(merchant::DEADLINE),
            Step::Expire { txn, is_told } => self.expire(of(txn), is_told),
            Step::Stranger { txn, operation, amount, is_done } => self.stranger(of(txn), operation, amount, is_done),
            Step::TakeBack { txn, which, is_told } => self.take_back(of(txn), which, is_told),
            Step::Report { txn } => self.report(of(txn)),
            Step::Restart => {
                self.wrote(0, "restart", || json!({}), Verdict::Done(order_capture::Effect::Applied));
                if !self.merchant.restart() {
                    return Err("what was written and read back differs".into());
                }
            }
        }
        Ok(())
    }

    /// Counts what came of a step, and writes it where a scenario is wanted.
    pub fn wrote(&mut self, txn: usize, action: &'static str, fields: impl FnOnce() -> Value, verdict: Verdict) {
        self.census.count(action, verdict);
        let Some(trail) = &mut self.trail else { return };
        let (result, code) = verdict.words();
        let books = &self.provider.books[txn];
        let (captured, refunded) = (text(books.captured()), text(books.refunded()));
        let code = if code.is_empty() { String::new() } else { format!(" {code}") };
        let note = format!("{result}{code}; the provider's books: captured {captured}, refunded {refunded}");
        let at = self.merchant.now.to_rfc3339();
        trail.push(json!({"txn": format!("t{}", txn + 1), "at": at, action: fields(), "note": note}));
    }

    fn authorize(&mut self, txn: usize, is_held: bool, is_told: bool) {
        let deadline = self.setup.has_deadline;
        let books = &mut self.provider.books[txn];
        books.authorize(is_held);
        let (amount, pays, is_held) = (books.amount, books.pays, books.is_held);
        if is_told && is_held {
            let verdict = self.merchant.authorized(txn, amount, pays, deadline);
            let fields = || {
                let mut fields = json!({"amount": text(amount), "pays": text(pays)});
                if deadline {
                    fields["capture_before"] = merchant::time(merchant::DEADLINE).to_rfc3339().into();
                }
                fields
            };
            self.wrote(txn, "authorize", fields, verdict);
        } else if is_told {
            let verdict = self.merchant.authorization_failed(txn);
            self.wrote(txn, "authorization_failed", || json!({}), verdict);
        }
    }

    fn expire(&mut self, txn: usize, is_told: bool) {
        if self.provider.books[txn].expire() && is_told {
            let verdict = self.merchant.expired(txn);
            self.wrote(txn, "expire", || json!({}), verdict);
        }
    }

    /// What is pending at the provider is done, or fails.
    fn resolve(&mut self, which: u8, succeeds: bool) {
        let pending = |entry: &Entry| entry.fate == Fate::Pending;
        let all: Vec<(usize, usize)> =
            self.provider.books.iter().enumerate().fold(Vec::new(), |mut all, (txn, books)| {
                let places = books.entries.iter().enumerate().filter(|(_, entry)| pending(entry));
                all.extend(places.map(|(place, _)| (txn, place)));
                all
            });
        if let Some((txn, place)) = all.get(usize::from(which) % all.len().max(1)) {
            self.provider.books[*txn].resolve(*place, succeeds);
        }
    }

    /// Somebody at the dashboard. Never for an amount of ours: a-strangers-refund-of-the-same-amount.
    fn stranger(&mut self, txn: usize, operation: Operation, amount: u8, is_done: bool) {
        // Left out: a-strangers-refund-of-another-transaction, an-orders-total-with-a-transaction-that-nobody-told-of.
        if self.provider.shares_totals() && operation != Operation::Void {
            return;
        }
        let amount = match amount {
            0..=4 if operation != Operation::Refund => None,
            _ => Some(self.amount(txn, amount).saturating_sub(3).max(2)),
        };
        let books = &mut self.provider.books[txn];
        if let Some(place) = books.take(operation, false, None, amount)
            && is_done
        {
            books.resolve(place, true);
        }
    }

    /// What succeeded is taken back, and we are told or not: until somebody tells, that is the exception of INV-15. What
    /// is told before the success was is not taken back.
    fn take_back(&mut self, txn: usize, which: u8, is_told: bool) {
        let mut books = self.provider.books[txn].clone();
        let place = usize::from(which) % books.entries.len().max(1);
        let Some(Entry { operation, key: Some(key), id, amount, .. }) = books.entries.get(place).cloned() else {
            return;
        };
        if !books.take_back(place) {
            return;
        }
        if !is_told {
            // Left out: an-orders-total-below-what-is-known-of-all-its-transactions.
            if self.provider.shares_totals() {
                return;
            }
            self.provider.books[txn] = books;
            *self.untold.entry((txn, operation)).or_default() += amount;
            // Left out: an-older-word-after-a-report.
            self.heard.retain(|(_, text)| text.contains("captured_amount"));
            return self.known_of_reversals(operation, &id);
        }
        let verdict = self.merchant.reversed(txn, operation, &key);
        let action = if operation == Operation::Refund { "refund_reversed" } else { "capture_reversed" };
        if !verdict.is_applied() {
            self.census.count(action, verdict);
            return;
        }
        self.provider.books[txn] = books;
        self.wrote(txn, action, || json!({"idempotency_key": key}), verdict);
        self.known_of_reversals(operation, &id);
    }

    /// Left out: a-success-told-again-after-its-reversal. Older words and totals do come.
    fn known_of_reversals(&mut self, operation: Operation, id: &str) {
        self.heard.retain(|(_, text)| !text.contains(id));
        self.answers.retain(|answer| answer.operation != operation || answer.outcome != Outcome::Succeeded);
    }

    /// A person reads the books and reports the totals, once nothing is on its way.
    fn report(&mut self, txn: usize) {
        let books = &self.provider.books[txn];
        let is_pending = Operation::ALL.into_iter().any(|operation| books.has_pending(operation));
        let (captured, refunded) = (books.captured(), books.refunded());
        if !is_pending && self.in_flight.iter().all(|message| message.txn != txn) {
            let verdict = self.merchant.reported(txn, captured, refunded);
            let fields = || json!({"captured": text(captured), "refunded": text(refunded)});
            self.wrote(txn, "report", fields, verdict);
        }
    }

    /// What the provider says now.
    pub fn says(&mut self, txn: usize, shape: u16) -> Value {
        self.last_shape = shape;
        let shape = self.known_of_words(txn, shape);
        // Left out: a-refund-that-failed-and-is-counted-still.
        let untold = self.untold.contains_key(&(txn, Operation::Refund));
        let body = self.provider.says(txn, if untold { self.provider.counting_done(shape) } else { shape });
        self.census.said(&body);
        body
    }

    /// Left out: a-word-of-a-strangers-capture, a-word-where-the-rest-expired. There a payload states its
    /// totals.
    pub fn known_of_words(&self, txn: usize, shape: u16) -> u16 {
        let books = &self.provider.books[txn];
        let rest_expired = books.end == Some(End::Expired) && books.captured() > 0;
        let ambiguous = self.setup.kind == Kind::Strangers || rest_expired;
        if ambiguous { self.provider.with_totals(shape) } else { shape }
    }

    /// A text that was written, counted from the newest.
    fn pick_heard(&self, which: u8, fits: impl Fn(usize) -> bool) -> Option<(usize, String)> {
        let fitting: Vec<&(usize, String)> = self.heard.iter().rev().filter(|(txn, _)| fits(*txn)).collect();
        fitting.get(usize::from(which) % fitting.len().max(1)).map(|heard| (*heard).clone())
    }

    fn poll(&mut self, txn: usize, shape: u16, lags: bool) {
        // Left out: a-lagging-poll-after-a-reversal.
        let lags = lags && self.setup.kind != Kind::Reversals;
        let lagging = if lags { self.pick_heard(0, |of| of == txn).map(|(_, text)| text) } else { None };
        let text = lagging.unwrap_or_else(|| self.says(txn, shape).to_string());
        self.observe(txn, &text, !self.known_of_races(txn));
    }

    /// Left out: a-poll-that-overtakes-a-void. Such a poll is no fresh one here.
    fn known_of_races(&self, txn: usize) -> bool {
        let failed = |operation| self.provider.books[txn].of(operation).any(|entry| entry.fate == Fate::Failed);
        let on_their_way = self.in_flight.iter().filter(|message| message.txn == txn);
        on_their_way
            .map(|message| message.operation)
            .any(|operation| operation != Operation::Refund && failed(operation))
    }

    pub fn observe(&mut self, txn: usize, text: &str, fresh: bool) -> Verdict {
        let verdict = self.merchant.observed(txn, text, fresh);
        let fields = || match serde_json::from_str::<Value>(text) {
            Ok(body) if fresh => json!({"body": body, "fresh": true}),
            Ok(body) => json!({"body": body}),
            Err(_) => json!({"text": text}),
        };
        self.wrote(txn, if fresh { "poll" } else { "observe" }, fields, verdict);
        verdict
    }

    /// Everything arrives, and a fresh full poll of each transaction is read.
    fn settle(&mut self) -> Result<(), String> {
        while !self.in_flight.is_empty() {
            self.deliver(0, Arrival::Done, Reply::Heard);
            self.check()?;
        }
        while !self.answers.is_empty() {
            self.late_answer(0, false);
            self.check()?;
        }
        for books in &mut self.provider.books {
            (0..books.entries.len()).for_each(|place| books.resolve(place, true));
        }
        let shape = self.provider.full(self.last_shape);
        let count = self.provider.books.len();
        let there: Vec<bool> = self.provider.books.iter().map(|books| books.is_tried).collect();
        // What is known of one transaction counts for the other, so that the first is asked about once more.
        for round in 0..count {
            for txn in (0..count).filter(|txn| there[*txn]) {
                let text = self.says(txn, shape).to_string();
                let verdict = self.observe(txn, &text, true);
                self.check()?;
                let is_conflict = matches!(verdict, Verdict::Not("conflict", _));
                let (captured, refunded) = (self.merchant.captured(txn), self.merchant.refunded(txn));
                let books = &self.provider.books[txn];
                if round + 1 == count {
                    let state = self.merchant.transactions[txn].state();
                    *self.census.ends.entry((state, is_conflict)).or_default() += 1;
                    if (captured, refunded) != (books.captured(), books.refunded()) && !is_conflict {
                        let (captured, refunded) = (text_of(captured), text_of(refunded));
                        return Err(format!(
                            "t{}: a full poll leaves captured {captured}, refunded {refunded}",
                            txn + 1
                        ));
                    }
                }
            }
        }
        Ok(())
    }

    /// The world so far as a scenario, with what broke.
    fn scenario(&mut self, what: &str) -> Value {
        let Some(mut steps) = self.trail.take() else { return Value::Null };
        for step in &mut steps {
            // A poll is an observation that is fresh.
            if let Some(fields) = step.as_object_mut().and_then(|step| step.remove("poll")) {
                step["observe"] = fields;
            }
        }
        if let Some(last) = steps.last_mut().filter(|_| !what.is_empty()) {
            last["note"] = format!("HERE: {what}; {}", last["note"].as_str().unwrap_or_default()).into();
        }
        let mut order = json!({"amount": text(self.provider.price), "currency": "INR"});
        if self.provider.takes_parts {
            order["parts"] = true.into();
        }
        let mut line = json!({"name": "truth", "order": order, "steps": steps});
        if self.setup.gateway.is_razorpay() {
            line["provider"] = "razorpay".into();
        } else {
            (line["provider"], line["gateway"]) = ("juspay".into(), self.setup.gateway.name().into());
        }
        line
    }
}

fn text_of(minor: u64) -> String {
    text(minor)
}
