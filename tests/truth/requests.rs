//! Requests: what the merchant asks for, how it arrives, what comes back, and what must hold of it.

use order_capture::{Amount, Command, Currency, Operation, Outcome, StateKind};
use serde_json::{Value, json};

use super::books::{Entry, Fate};
use super::merchant::{Told, Verdict, rupees};
use super::provider::text;
use super::running::{LateAnswer, Message, PRICE, Running, result_of};
use super::steps::{Arrival, Kind, Reply};

const fn command(operation: Operation) -> Command<'static> {
    match operation {
        Operation::Capture => Command::capture(),
        Operation::Void => Command::void(),
        Operation::Refund => Command::refund(),
    }
}

impl Running<'_> {
    /// Amounts that meet each other often; the first is all of it.
    pub fn amount(&self, txn: usize, index: u8) -> u64 {
        let all = self.provider.books[txn].amount;
        let tenth = all / 10;
        match index {
            0 => all,
            1 => tenth * 6,
            2 => tenth * 4,
            3 => tenth * 5,
            4 => tenth * 3,
            5 => tenth * 2,
            6 => tenth,
            7 => all / 3,
            8 => all - 1,
            9 => 1,
            10 => all + tenth,
            11 => tenth * 8,
            12 => all / 4,
            _ => all / 4 * 3,
        }
    }

    /// A key, or none where the provider takes none. Refunds of two transactions may have the same one.
    fn key(&self, txn: usize, operation: Operation, index: u8) -> Option<String> {
        let gateway = self.setup.gateway;
        let keyless = match operation {
            Operation::Capture if gateway.is_razorpay() => true,
            // Left out: without-an-amount-after-a-strangers-void.
            Operation::Capture if gateway.several_captures() && self.setup.kind != Kind::Alone => false,
            Operation::Refund => gateway.is_razorpay() && index == 0,
            _ => index == 0,
        };
        let of = if operation == Operation::Refund { String::new() } else { format!("-t{}", txn + 1) };
        (!keyless).then(|| format!("request-{operation}-{}{of}", index.max(1)))
    }

    pub fn ask(&mut self, txn: usize, operation: Operation, key: u8, amount: u8) -> Result<(), String> {
        let gateway = self.setup.gateway;
        let all = self.provider.books[txn].amount;
        let key = self.key(txn, operation, key);
        let known = key.as_ref().and_then(|key| self.asked.get(&(txn, operation, key.clone()))).copied();
        let amount = known.or(match operation {
            Operation::Capture if gateway.is_razorpay() => Some(all),
            Operation::Capture | Operation::Void if key.is_none() => None,
            Operation::Capture if !gateway.part_captures() => Some(all),
            Operation::Void if !gateway.several_captures() => None,
            _ => Some(self.amount(txn, amount)),
        });
        let mut wanted = command(operation);
        let mut fields = json!({});
        if let Some(amount) = amount {
            wanted = wanted.amount(rupees(amount));
            fields["amount"] = text(amount).into();
        }
        if operation == Operation::Capture {
            wanted = wanted.currency(Currency::INR);
            fields["currency"] = "INR".into();
        }
        self.send(txn, wanted, key.as_deref(), fields)?;
        Ok(())
    }

    /// Asks the crate, and what it allows is on its way.
    fn send(&mut self, txn: usize, wanted: Command<'_>, key: Option<&str>, mut fields: Value) -> Result<bool, String> {
        let operation = wanted.operation();
        let wanted = key.map_or(wanted, |key| wanted.key(key));
        if let Some(key) = key {
            fields["idempotency_key"] = key.into();
        }
        let (verdict, to_send) = self.merchant.ask(txn, wanted);
        self.wrote(txn, operation.as_str(), || fields, verdict);
        let Some(to_send) = to_send else { return Ok(false) };
        if operation != Operation::Void && !to_send.is_resent {
            self.never_too_much(txn, operation, key, to_send.amount)?;
        }
        if let Some(key) = key {
            self.asked.insert((txn, operation, key.to_string()), to_send.amount);
        }
        // Without a key Juspay is told no amount: it takes all that there is.
        let states = key.is_some() || self.setup.gateway.is_razorpay();
        self.in_flight.push(Message {
            txn,
            operation,
            number: to_send.number,
            key: key.map(str::to_string),
            amount: states.then_some(to_send.amount),
            is_given_up: false,
            is_copy: false,
            has_copy: false,
        });
        Ok(true)
    }

    /// Something that the rules forbid: nothing of it is ever sent.
    pub fn mistake(&mut self, txn: usize, operation: Operation, how: u8) -> Result<(), String> {
        let key = format!("request-{operation}-9-t{}", txn + 1);
        let all = self.provider.books[txn].amount;
        let plain = command(operation);
        let known = self.asked.keys().find(|(of, kind, _)| *of == txn && *kind == operation).cloned();
        let inr = |minor: u64| json!({"amount": text(minor)});
        // A void of unknown outcome, asked again with the amount that it is for, is the same void: it is sent again.
        if (how, operation) == (3, Operation::Void) && self.merchant.transactions[txn].state() == StateKind::VoidUnknown
        {
            return Ok(());
        }
        if how == 10 {
            let verdict = self.merchant.adjusted(txn, all / 2);
            self.wrote(txn, "adjust", || inr(all / 2), verdict);
            return if verdict.is_applied() { Err("an adjustment was taken".into()) } else { Ok(()) };
        }
        let (wanted, key, fields) = match how {
            0 => (plain.amount(rupees(0)), Some(key), inr(0)),
            1 if operation == Operation::Capture => {
                let fields = json!({"amount": "1.00", "currency": "USD"});
                (plain.amount(Amount::parse("1.00", Currency::USD).unwrap()), Some(key), fields)
            }
            2 => {
                let odd = Amount::parse("1.005", Currency::INR).unwrap();
                (plain.amount(odd), Some(key), json!({"amount": "1.005"}))
            }
            3 if !self.setup.gateway.is_razorpay() => (plain.amount(rupees(all / 2)), None, inr(all / 2)),
            4 => (plain.amount(rupees(all)), Some("a key!".into()), inr(all)),
            5 => {
                let Some((.., key)) = known else { return Ok(()) };
                let other = self.asked[&(txn, operation, key.clone())] + 1;
                (plain.amount(rupees(other)), Some(key), inr(other))
            }
            6 if self.setup.gateway.several_captures() && operation == Operation::Capture => {
                (plain.amount(rupees(1)).as_final(), Some(key), json!({"amount": "0.01", "final": true}))
            }
            7 => (plain.amount(rupees(all * 2)), Some(key), inr(all * 2)),
            8 if operation == Operation::Capture => (plain, Some(key), json!({})),
            9 if !self.provider.gateway.takes_part(operation) => (plain.amount(rupees(2)), Some(key), inr(2)),
            _ => return Ok(()),
        };
        let is_sent = self.send(txn, wanted, key.as_deref(), fields)?;
        if is_sent { Err(format!("mistake {how} was sent")) } else { Ok(()) }
    }

    /// What the provider took of ours and may still take, and what is on its way to it under a key that it does not know.
    fn taken(&self, txn: usize, operation: Operation, but: Option<&str>) -> u64 {
        let books = &self.provider.books[txn];
        // What a stranger took and nobody told yet cannot be known here; our own counts wherever it is.
        let alone = self.setup.kind != Kind::Strangers;
        let counts = |entry: &&Entry| entry.fate != Fate::Failed && (alone || entry.ours);
        let there: u64 = books.of(operation).filter(counts).map(|entry| entry.amount).sum();
        let mut keys: Vec<&str> = Vec::new();
        let mut coming = 0;
        for message in &self.in_flight {
            let of_this = message.txn == txn && message.operation == operation && books.could_take(operation);
            // A refund without a key is never a repeat; any other request without one may be.
            let (Some(amount), true) = (message.amount, of_this) else { continue };
            let Some(key) = message.key.as_deref() else {
                coming += if operation == Operation::Refund { amount } else { 0 };
                continue;
            };
            let new = !keys.contains(&key);
            if new && but != Some(key) && books.known(operation, key).is_none() {
                keys.push(key);
                coming += amount;
            }
        }
        there + coming
    }

    /// What is sent anew never comes, with what was taken and may still be taken, to more than there is: of the
    /// transaction, and of the order.
    fn never_too_much(&self, txn: usize, operation: Operation, key: Option<&str>, amount: u64) -> Result<(), String> {
        let books = &self.provider.books[txn];
        let is_known = key.is_some_and(|key| books.known(operation, key).is_some());
        // What was taken back and not told may be given back once more: the provider refuses that.
        if is_known || (operation == Operation::Refund && !self.untold.is_empty()) {
            return Ok(());
        }
        let gone = self.taken(txn, operation, key);
        let most = match operation {
            Operation::Refund => books.captured(),
            _ => books.amount,
        };
        let released = if operation == Operation::Capture { self.taken(txn, Operation::Void, None) } else { 0 };
        if gone + released + amount > most {
            let [gone, amount, most] = [gone + released, amount, most].map(text);
            return Err(format!("a {operation} of {amount} is sent beside {gone} taken of {most}"));
        }
        let others = self.provider.books.iter().enumerate().filter(|(other, _)| *other != txn);
        let paid: u64 = others
            .map(|(other, books)| {
                let captured = self.taken(other, Operation::Capture, None);
                // A refund that came back, and nobody told: the merchant counts it still.
                let came_back = self.untold.get(&(other, Operation::Refund)).copied().unwrap_or_default();
                books.counts(captured.saturating_sub(books.refunded() + came_back))
            })
            .sum();
        let own = books.counts(gone + amount);
        if operation == Operation::Capture && paid > 0 && paid + own > PRICE {
            let [paid, own] = [paid, own].map(text);
            return Err(format!("a capture makes this one pay {own} beside {paid} of the order's others"));
        }
        Ok(())
    }

    /// Left out: a-repeat-without-a-key-that-failed. Without a key, tries arrive in the order in which they were sent.
    fn oldest_alike(&self, place: usize) -> usize {
        let wanted = &self.in_flight[place];
        let is_alike = |message: &Message| {
            let same = message.txn == wanted.txn && message.operation == wanted.operation;
            same && message.key.is_none() && wanted.key.is_none()
        };
        self.in_flight.iter().position(is_alike).unwrap_or(place)
    }

    pub fn deliver(&mut self, which: u8, arrival: Arrival, reply: Reply) {
        if self.in_flight.is_empty() {
            return;
        }
        let place = self.oldest_alike(usize::from(which) % self.in_flight.len());
        let message = self.in_flight.remove(place);
        let Message { txn, operation, .. } = message;
        let silence = Told::Outcome(Outcome::TimedOut, None);
        match arrival {
            // What the provider took on in one copy is turned away in none.
            Arrival::TurnedAway if message.has_copy && self.is_known(&message) => {}
            Arrival::TurnedAway => {
                self.refused_in_every_copy(&message);
                return self.error(&message, &self.provider.turned_away(reply_number(reply)));
            }
            Arrival::Lost => {
                return match reply {
                    Reply::Error(which) => self.error(&message, &self.provider.failure(which % 4, operation)),
                    _ => self.answer(&message, &silence),
                };
            }
            Arrival::Done | Arrival::Failed | Arrival::Pending => {}
        }
        let refusal = self.provider.refusal(txn, operation);
        let books = &mut self.provider.books[txn];
        let Some(entry) = books.take(operation, true, message.key.as_deref(), message.amount) else {
            self.refused_in_every_copy(&message);
            return match reply {
                Reply::Silent => self.answer(&message, &silence),
                Reply::Error(which) => self.error(&message, &self.provider.failure(which, operation)),
                _ => self.error(&message, &refusal),
            };
        };
        match arrival {
            Arrival::Done => books.resolve(entry, true),
            Arrival::Failed => books.resolve(entry, false),
            _ => {}
        }
        let outcome = match books.entries[entry].fate {
            Fate::Pending => Outcome::Accepted,
            Fate::Done => Outcome::Succeeded,
            Fate::Failed => Outcome::Failed,
        };
        // The answer names every other one that has no key.
        let is_named = operation == Operation::Refund && message.key.is_none() && entry % 2 == 0;
        let id = is_named.then(|| books.entries[entry].id.clone());
        match reply {
            Reply::Silent => self.answer(&message, &silence),
            Reply::Error(which) => self.error(&message, &self.provider.failure(which, operation)),
            Reply::Body(shape) if !message.is_given_up => {
                let shape = self.known_of_words(txn, self.provider.response(operation, shape));
                let text = self.provider.says(txn, shape).to_string();
                self.observe(txn, &text, false);
            }
            // A provider that does not know keys answers at once: a late answer would name no request.
            _ if !message.is_given_up && reply == Reply::Late || message.is_given_up && message.key.is_some() => {
                let Message { number, key, .. } = message;
                self.answers.push(LateAnswer { txn, operation, number, key, outcome, id });
            }
            _ => self.answer(&message, &Told::Outcome(outcome, id.as_deref())),
        }
    }

    /// The merchant is answered, unless it waits no longer.
    fn answer(&mut self, message: &Message, told: &Told<'_>) {
        if !message.is_given_up {
            self.tell(message.txn, message.operation, message.number, message.key.as_deref(), told);
        }
    }

    fn error(&mut self, message: &Message, (status, body): &(u16, Value)) {
        let body = body.to_string();
        self.answer(message, &Told::Error { status: *status, body: &body });
    }

    fn tell(&mut self, txn: usize, operation: Operation, number: u32, key: Option<&str>, told: &Told<'_>) -> Verdict {
        let verdict = self.merchant.answered(txn, operation, number, told);
        let (action, fields) = match told {
            Told::Error { status, body } => {
                let body: Value = serde_json::from_str(body).unwrap_or_default();
                ("provider_error", json!({"status": status, "body": body}))
            }
            Told::Outcome(outcome, _) => {
                let mut fields = json!({"result": result_of(*outcome)});
                if let Some(key) = key {
                    fields["idempotency_key"] = key.into();
                }
                let action = match operation {
                    Operation::Capture => "capture_outcome",
                    Operation::Void => "void_outcome",
                    Operation::Refund => "refund_outcome",
                };
                (action, fields)
            }
        };
        self.wrote(txn, action, || fields, verdict);
        verdict
    }

    pub fn double(&mut self, which: u8) {
        let place = usize::from(which) % self.in_flight.len().max(1);
        let keyed = self.in_flight.get(place).filter(|message| message.key.is_some());
        let Some(original) = keyed else { return };
        let copy = Message { is_given_up: true, is_copy: true, ..original.clone() };
        self.in_flight[place].has_copy = true;
        self.in_flight.push(copy);
    }

    fn is_known(&self, message: &Message) -> bool {
        let books = &self.provider.books[message.txn];
        message.key.as_ref().is_some_and(|key| books.known(message.operation, key).is_some())
    }

    /// Left out: a-copy-of-a-request-that-was-refused. What is refused is refused in every copy.
    fn refused_in_every_copy(&mut self, of: &Message) {
        self.in_flight.retain(|message| {
            let same = message.txn == of.txn && message.operation == of.operation && message.key == of.key;
            !(same && message.is_copy)
        });
    }

    pub fn give_up(&mut self, which: u8) {
        let waiting: Vec<usize> = (0..self.in_flight.len()).filter(|at| !self.in_flight[*at].is_given_up).collect();
        let Some(at) = waiting.get(usize::from(which) % waiting.len().max(1)) else { return };
        let message = &mut self.in_flight[*at];
        message.is_given_up = true;
        let (txn, operation, number, key) = (message.txn, message.operation, message.number, message.key.clone());
        self.tell(txn, operation, number, key.as_deref(), &Told::Outcome(Outcome::TimedOut, None));
    }

    pub fn late_answer(&mut self, which: u8, again: bool) {
        if self.answers.is_empty() {
            return;
        }
        let at = usize::from(which) % self.answers.len();
        let LateAnswer { txn, operation, number, key, outcome, id } = &self.answers[at];
        let (txn, operation, number, key, outcome, id) = (*txn, *operation, *number, key.clone(), *outcome, id.clone());
        if !again {
            self.answers.remove(at);
        }
        self.tell(txn, operation, number, key.as_deref(), &Told::Outcome(outcome, id.as_deref()));
    }

    /// The part of INV-15 that holds at every moment.
    pub fn check(&self) -> Result<(), String> {
        for (txn, books) in self.provider.books.iter().enumerate() {
            let (captured, refunded) = (self.merchant.captured(txn), self.merchant.refunded(txn));
            // A reversal that nobody told yet is the one exception.
            let untold = |operation| self.untold.get(&(txn, operation)).copied().unwrap_or_default();
            let most = books.captured() + untold(Operation::Capture);
            // What the provider gives back of it later is then a refund, as far as is known.
            let most_back = books.refunded() + untold(Operation::Refund) + untold(Operation::Capture);
            if captured > most || refunded > most_back {
                let (captured, refunded) = (text(captured), text(refunded));
                return Err(format!("t{}: captured {captured}, refunded {refunded} is above the provider's", txn + 1));
            }
        }
        Ok(())
    }
}

const fn reply_number(reply: Reply) -> u8 {
    match reply {
        Reply::Error(which) => which,
        Reply::Heard => 1,
        Reply::Late => 2,
        Reply::Silent | Reply::Body(_) => 3,
    }
}
