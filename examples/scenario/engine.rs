//! Runs a scenario: each action becomes a command, an answer or an observation, and its events go through the crate.

use std::collections::BTreeMap;

use order_capture::{
    Amount, CaptureRequest, Currency, Decision, Effect, ErrorAnswer, Event, Malformed, Money, Operation, OrderContext,
    OrderStatus, Recorded, RefundRequest, Refusal, Rejection, Reply, Time, Transaction, TransactionId, Verdict,
    VoidRequest, authorized,
};
use serde::Serialize;
use serde_json::value::RawValue;

use super::format::{Scenario, Step, fields};

/// What the crate says after one step.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Output {
    pub(crate) scenario: String,
    pub(crate) step: usize,
    pub(crate) result: &'static str,
    pub(crate) code: Option<&'static str>,
    pub(crate) state: &'static str,
    pub(crate) transaction: String,
    pub(crate) order: String,
    pub(crate) authorized: String,
    pub(crate) captured: String,
    pub(crate) pending: String,
    pub(crate) held: String,
    pub(crate) capturable: String,
    pub(crate) released: String,
    pub(crate) refunded: String,
    pub(crate) order_authorized: &'static str,
    pub(crate) order_charged: &'static str,
    pub(crate) order_refunded: &'static str,
    pub(crate) discrepancy: Option<&'static str>,
    pub(crate) provider_error: Option<ProviderError>,
    /// For a person: the refusal, conflict or problem in words.
    #[serde(skip)]
    pub(crate) words: Option<String>,
}

/// How the provider itself would word a refusal.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ProviderError {
    pub(crate) http_status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
}

/// How a step ended.
pub(crate) enum Answer {
    Effect(Effect),
    Refused(Refusal),
    Rejected(Rejection),
    Conflict(order_capture::Conflict),
    Malformed { code: &'static str, words: String },
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Malformed> for Answer {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed { code: malformed.code(), words: malformed.to_string() }
    }
}

impl From<Rejection> for Answer {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Conflict(conflict) => Self::Conflict(conflict),
            other => Self::Rejected(other),
        }
    }
}

fn malformed(code: &'static str, words: impl ToString) -> Answer {
    Answer::Malformed { code, words: words.to_string() }
}

/// An action that is not one: the format's own error.
fn unreadable(words: impl ToString) -> Answer {
    malformed("action-malformed", words)
}

pub(crate) type Fields<'a> = BTreeMap<String, &'a RawValue>;

/// One transaction with its log.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) transaction: Transaction,
    pub(crate) log: Vec<Recorded>,
}

/// Everything that is known of one order while its scenario runs.
#[derive(Clone)]
pub(crate) struct Run<'a> {
    pub(crate) scenario: &'a Scenario<'a>,
    pub(crate) entries: BTreeMap<String, Entry>,
    pub(crate) now: Time,
}

impl<'a> Run<'a> {
    pub(crate) fn new(scenario: &'a Scenario<'a>) -> Self {
        // 2026-01-01T00:00:00Z
        let start = Time::from_timestamp(1_767_225_600, 0).unwrap_or_default();
        Self { scenario, entries: BTreeMap::new(), now: start }
    }

    /// Runs one step and says what holds after it.
    pub(crate) fn step(&mut self, index: usize, step: &Step<'_>) -> Output {
        let name = step.txn.clone().unwrap_or_else(|| "t1".to_string());
        let answer = self.attempt(&name, step).unwrap_or_else(|answer| answer);
        self.output(index, &name, answer)
    }

    fn attempt(&mut self, name: &str, step: &Step<'_>) -> Result<Answer, Answer> {
        if let Some(at) = step.at {
            self.now = time(at)?;
        }
        let id = TransactionId::new(name).map_err(|error| malformed("id-malformed", error))?;
        let fields = fields(step).map_err(unreadable)?;
        let created = || Entry { transaction: Transaction::created(id), log: Vec::new() };
        if step.action == "restart" {
            return self.restart();
        }
        let mut entry = self.entries.remove(name).unwrap_or_else(created);
        let result = self.act(&mut entry, &step.action, &fields);
        // Only an applied step creates a transaction.
        if entry.transaction.sequence() > 0 {
            self.entries.insert(name.to_string(), entry);
        }
        result
    }

    fn act(&self, entry: &mut Entry, action: &str, fields: &Fields<'_>) -> Result<Answer, Answer> {
        let Scenario { order, profile, .. } = self.scenario;
        let key = text(fields, "idempotency_key")?;
        let key = key.as_deref();
        let transaction = &entry.transaction;
        let event = match action {
            "authorize" => self.authorize(fields)?,
            "authorization_failed" => Event::AuthorizationFailed,
            "expire" => Event::AuthorizationExpired,
            "capture" => {
                let ask = self.capture_request(fields, key)?;
                return self.decided(entry, |t| t.capture(&ask, order, profile, self.now));
            }
            "void" => {
                let ask = self.void_request(fields, key)?;
                return self.decided(entry, |t| t.void(&ask, order, profile));
            }
            "refund" => {
                let ask = self.refund_request(fields, key)?;
                return self.decided(entry, |t| t.refund(&ask, order, profile));
            }
            "adjust" => {
                let total = self.amount(fields)?.ok_or_else(|| unreadable("adjust states no amount"))?;
                transaction.adjust(total, order, profile)?
            }
            "capture_outcome" => transaction.answered(Operation::Capture, key, self.reply(fields)?, profile)?,
            "void_outcome" => transaction.answered(Operation::Void, None, self.reply(fields)?, profile)?,
            "refund_outcome" => transaction.answered(Operation::Refund, key, self.reply(fields)?, profile)?,
            "capture_reversed" => transaction.capture_reversed(key, self.amount(fields)?, profile)?,
            "observe" => return self.observe(entry, fields),
            "provider_error" => return self.provider_error(entry, fields),
            other => return Err(unreadable(format!("unknown action {other:?}"))),
        };
        Ok(Answer::Effect(self.record(entry, event, None)?))
    }

    fn decided(
        &self,
        entry: &mut Entry,
        command: impl FnOnce(&Transaction) -> Result<Decision, Refusal>,
    ) -> Result<Answer, Answer> {
        match command(&entry.transaction)? {
            Decision::Record(event) => Ok(Answer::Effect(self.record(entry, event, None)?)),
            Decision::AlreadyApplied { .. } => Ok(Answer::Effect(Effect::AlreadyApplied)),
        }
    }

    /// The one way into the log: stamp, apply, keep.
    fn record(&self, entry: &mut Entry, event: Event, occurred_at: Option<Time>) -> Result<Effect, Rejection> {
        let recorded = entry.transaction.stamp(event, self.now, occurred_at);
        let effect = entry.transaction.apply(&recorded)?;
        if effect == Effect::Applied {
            entry.log.push(recorded);
        }
        Ok(effect)
    }

    fn authorize(&self, fields: &Fields<'_>) -> Result<Event, Answer> {
        let currency = currency(fields)?.unwrap_or(self.scenario.order.amount().currency());
        let amount = amount(fields, currency)?.ok_or_else(|| unreadable("authorize states no amount"))?;
        let capture_before = fields.get("capture_before").map(|raw| time(raw)).transpose()?;
        Ok(authorized(&self.scenario.order, amount, capture_before)?)
    }

    pub(crate) fn capture_request<'k>(
        &self,
        fields: &Fields<'_>,
        key: Option<&'k str>,
    ) -> Result<CaptureRequest<'k>, Answer> {
        let mut ask = CaptureRequest::full();
        if let Some(amount) = self.amount(fields)? {
            ask = ask.amount(amount);
        }
        if let Some(currency) = currency(fields)? {
            ask = ask.currency(currency);
        }
        if let Some(key) = key {
            ask = ask.key(key);
        }
        match fields.get("final").map(|raw| raw.get()) {
            Some("true") => Ok(ask.final_capture()),
            Some("false") | None => Ok(ask),
            Some(other) => Err(unreadable(format!("final is true or false, not {other}"))),
        }
    }

    pub(crate) fn void_request<'k>(
        &self,
        fields: &Fields<'_>,
        key: Option<&'k str>,
    ) -> Result<VoidRequest<'k>, Answer> {
        let ask = self.amount(fields)?.map_or(VoidRequest::all(), |amount| VoidRequest::all().amount(amount));
        Ok(key.map_or(ask, |key| ask.key(key)))
    }

    pub(crate) fn refund_request<'k>(
        &self,
        fields: &Fields<'_>,
        key: Option<&'k str>,
    ) -> Result<RefundRequest<'k>, Answer> {
        let ask = self.amount(fields)?.map_or(RefundRequest::all(), |amount| RefundRequest::all().amount(amount));
        Ok(key.map_or(ask, |key| ask.key(key)))
    }

    fn reply(&self, fields: &Fields<'_>) -> Result<Reply, Answer> {
        let amount = self.amount(fields)?;
        match text(fields, "result")?.as_deref() {
            Some("success") => Ok(Reply::Success(amount)),
            Some("failed") => Ok(Reply::Failed),
            Some("pending") => Ok(Reply::Pending),
            Some("no_response") => Ok(Reply::NoResponse),
            other => Err(unreadable(format!("result is success, failed, pending or no_response, not {other:?}"))),
        }
    }

    fn amount(&self, fields: &Fields<'_>) -> Result<Option<Amount>, Answer> {
        amount(fields, self.scenario.order.amount().currency())
    }

    fn observe(&self, entry: &mut Entry, fields: &Fields<'_>) -> Result<Answer, Answer> {
        let given = text(fields, "text")?;
        let payload = match (&given, fields.get("body")) {
            (Some(text), None) => text.as_str(),
            (None, Some(body)) => body.get(),
            _ => return Err(unreadable("observe has either a body or a text")),
        };
        let profile = &*self.scenario.profile;
        let seen = profile.observation(payload, self.scenario.order.amount().currency())?;
        let all = self.entries.values().map(|entry| &entry.transaction);
        let context = OrderContext::of(&entry.transaction, &self.scenario.order, profile, all);
        let verdict = entry.transaction.interpret(&seen, &context);
        self.take(entry, verdict, seen.occurred_at)
    }

    fn provider_error(&self, entry: &mut Entry, fields: &Fields<'_>) -> Result<Answer, Answer> {
        let status = fields.get("status").and_then(|raw| raw.get().parse().ok());
        let status = status.ok_or_else(|| unreadable("provider_error states no HTTP status"))?;
        let body = fields.get("body").map_or("", |raw| raw.get());
        let answer = ErrorAnswer::read(status, body);
        let verdict = entry.transaction.interpret_error(&answer, &self.scenario.profile)?;
        self.take(entry, verdict, None)
    }

    fn take(&self, entry: &mut Entry, verdict: Verdict, occurred_at: Option<Time>) -> Result<Answer, Answer> {
        let (effect, events) = match verdict {
            Verdict::Applied(events) => (Effect::Applied, events),
            Verdict::AlreadyApplied(events) => (Effect::AlreadyApplied, events),
            Verdict::Stale => (Effect::Stale, Vec::new()),
            Verdict::Conflict(conflict) => return Ok(Answer::Conflict(conflict)),
        };
        for event in events {
            let _recorded = self.record(entry, event, occurred_at)?;
        }
        Ok(Answer::Effect(effect))
    }

    /// Writes everything, drops it, reads it back, replays the logs: nothing may change.
    fn restart(&mut self) -> Result<Answer, Answer> {
        let differs = |words: String| malformed("restart-differs", words);
        for (name, entry) in &mut self.entries {
            let log = serde_json::to_string(&entry.log).map_err(|error| differs(error.to_string()))?;
            let snapshot = serde_json::to_string(&entry.transaction).map_err(|error| differs(error.to_string()))?;
            let log: Vec<Recorded> = serde_json::from_str(&log).map_err(|error| differs(error.to_string()))?;
            let read: Transaction = serde_json::from_str(&snapshot).map_err(|error| differs(error.to_string()))?;
            let replayed = Transaction::replay(entry.transaction.id().clone(), &log)?;
            if replayed != entry.transaction || read != entry.transaction {
                return Err(differs(format!("{name} is not what it was")));
            }
            *entry = Entry { transaction: replayed, log };
        }
        Ok(Answer::Effect(Effect::Applied))
    }

    fn output(&self, step: usize, name: &str, answer: Answer) -> Output {
        let Scenario { order, profile, .. } = self.scenario;
        let fallback = TransactionId::new("t1").map(Transaction::created);
        let transaction = self.entries.get(name).map(|entry| &entry.transaction).or(fallback.as_ref().ok());
        let amounts = transaction.map(Transaction::amounts).unwrap_or_default();
        let money = |minor| Money::new(minor, order.amount().currency()).major_text();
        let status = OrderStatus::of(order, self.entries.values().map(|entry| &entry.transaction));
        let (result, code, words) = answer.parts();
        let worded = if result == "refused" { code.and_then(|code| profile.error_for(code)) } else { None };
        Output {
            scenario: self.scenario.name.clone(),
            step,
            result,
            code,
            state: transaction.map_or("created", |transaction| transaction.kind().as_str()),
            transaction: transaction.map_or("", |transaction| transaction.status_text(profile)).to_string(),
            order: status.status_text(profile).to_string(),
            authorized: money(amounts.authorized),
            captured: money(amounts.captured),
            pending: money(amounts.pending),
            held: money(amounts.held),
            capturable: money(amounts.capturable),
            released: money(amounts.released),
            refunded: money(amounts.refunded),
            order_authorized: status.authorized.as_str(),
            order_charged: status.charged.as_str(),
            order_refunded: status.refunded.as_str(),
            discrepancy: status.overcharged.map(|_| "overcharged"),
            provider_error: worded.map(|row| ProviderError {
                http_status: row.http_status,
                code: row.code.to_string(),
                message: row.message.to_string(),
            }),
            words,
        }
    }
}

impl Answer {
    fn parts(self) -> (&'static str, Option<&'static str>, Option<String>) {
        match self {
            Self::Effect(Effect::Applied) => ("applied", None, None),
            Self::Effect(Effect::AlreadyApplied) => ("already-applied", None, None),
            Self::Effect(Effect::Stale) => ("stale", None, None),
            Self::Refused(refusal) => ("refused", Some(refusal.code()), Some(refusal.to_string())),
            Self::Rejected(rejection) => ("refused", Some(rejection.code()), Some(rejection.to_string())),
            Self::Conflict(conflict) => ("conflict", Some(conflict.code()), Some(conflict.to_string())),
            Self::Malformed { code, words } => ("malformed", Some(code), Some(words)),
        }
    }
}

pub(crate) fn text(fields: &Fields<'_>, name: &str) -> Result<Option<String>, Answer> {
    let read = |raw: &&RawValue| serde_json::from_str(raw.get()).map_err(|_| unreadable(format!("{name} is not text")));
    fields.get(name).map(read).transpose()
}

fn amount(fields: &Fields<'_>, currency: Currency) -> Result<Option<Amount>, Answer> {
    let Some(raw) = fields.get("amount") else { return Ok(None) };
    let not_text = |_| malformed("amount-malformed", "an amount is decimal text");
    let text: String = serde_json::from_str(raw.get()).map_err(not_text)?;
    Amount::parse(&text, currency).map(Some).map_err(|error| malformed(error.code(), error))
}

fn currency(fields: &Fields<'_>) -> Result<Option<Currency>, Answer> {
    let Some(raw) = fields.get("currency") else { return Ok(None) };
    let text: String =
        serde_json::from_str(raw.get()).map_err(|_| malformed("currency-unknown", "a currency is text"))?;
    Currency::from_code(&text).map(Some).map_err(|error| malformed(error.code(), error))
}

fn time(raw: &RawValue) -> Result<Time, Answer> {
    let text: Option<String> = serde_json::from_str(raw.get()).ok();
    let time = text.and_then(|text| chrono::DateTime::parse_from_rfc3339(&text).ok());
    time.map(|time| time.to_utc()).ok_or_else(|| malformed("time-malformed", "a time is RFC 3339 text"))
}

/// What a step expected and did not get, in words.
pub(crate) fn differences(step: &Step<'_>, output: &Output) -> Vec<String> {
    let actual = serde_json::to_value(output).unwrap_or_default();
    let differs = |(key, expected): (&String, &serde_json::Value)| match actual.get(key) {
        Some(actual) if actual == expected => None,
        Some(actual) => Some(format!("{key} is {actual}, expected {expected}")),
        None => Some(format!("the output has no {key:?}, expected {expected}")),
    };
    step.expect.iter().filter_map(differs).collect()
}
