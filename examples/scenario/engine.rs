//! Runs a scenario: each action becomes a command, an answer or an observation, and its events go through the crate.

#[path = "output.rs"]
mod output;
#[path = "values.rs"]
mod values;

use order_capture::{
    Amount, Answer as Told, Authorization, Change, Command, Conflict, Coverage, Effect, Money, Operation, OrderStatus,
    Outcome, Payment, Problem, RecordedEvent, Report, RequestStatus, Reversal, Time, Transaction, TransactionId,
};

use super::format::{Scenario, Step, fields, suggestion};
use output::advice;
#[allow(unused_imports, reason = "for the rest of the runner; not all who include this file need it")]
pub(crate) use output::{OWN_CODES, differences};
pub(crate) use output::{Output, ProviderError};
pub(crate) use values::{Fields, text};
use values::{Unreadable, amount, currency, flag, time};

/// How a step ended.
pub(crate) enum Answer {
    Effect(Effect, Option<RequestStatus>),
    Problem(Problem),
    Malformed(Unreadable),
}

impl From<Problem> for Answer {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::Malformed(malformed) => Unreadable::new(malformed.code(), malformed).into(),
            other => Self::Problem(other),
        }
    }
}

impl From<Conflict> for Answer {
    fn from(conflict: Conflict) -> Self {
        Self::Problem(conflict.into())
    }
}

impl From<Unreadable> for Answer {
    fn from(unreadable: Unreadable) -> Self {
        Self::Malformed(unreadable)
    }
}

/// Everything that is known of one order while its scenario runs: its transactions, each with its log.
#[derive(Clone)]
pub(crate) struct Run<'a> {
    pub(crate) scenario: &'a Scenario<'a>,
    pub(crate) transactions: Vec<Transaction>,
    pub(crate) logs: Vec<Vec<RecordedEvent>>,
    pub(crate) now: Time,
}

impl<'a> Run<'a> {
    pub(crate) fn new(scenario: &'a Scenario<'a>) -> Self {
        // 2026-01-01T00:00:00Z
        let start = Time::from_timestamp(1_767_225_600, 0).unwrap_or_default();
        Self { scenario, transactions: Vec::new(), logs: Vec::new(), now: start }
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
        let id = TransactionId::new(name).map_err(|error| Unreadable::new("id-malformed", error))?;
        let fields = fields(step).map_err(Unreadable::action)?;
        if step.action == "restart" {
            return self.restart();
        }
        let change = self.act(&self.payment(&id)?, &step.action, &fields)?;
        let (effect, earlier) = (change.effect(), change.earlier());
        let events = change.events().to_vec();
        let transaction = change.into_payment().into_transaction();
        self.keep(transaction, events, effect);
        Ok(Answer::Effect(effect, earlier))
    }

    /// The payment of this name, beside the others of the order.
    pub(crate) fn payment(&self, id: &TransactionId) -> Result<Payment<'_>, Conflict> {
        let Scenario { order, profile, .. } = self.scenario;
        let known = self.transactions.iter().find(|transaction| transaction.id() == id);
        let payment = match known {
            Some(transaction) => order.resume(transaction.clone(), profile)?,
            None => order.transaction(id.clone(), profile),
        };
        payment.beside(&self.transactions)
    }

    /// Stores what a change brought. Only an applied step creates a transaction.
    fn keep(&mut self, transaction: Transaction, events: Vec<RecordedEvent>, effect: Effect) {
        let place = self.transactions.iter().position(|known| known.id() == transaction.id());
        match place {
            Some(place) => {
                if let (Some(known), Some(log)) = (self.transactions.get_mut(place), self.logs.get_mut(place)) {
                    *known = transaction;
                    log.extend(events);
                }
            }
            None if effect == Effect::Applied => {
                self.transactions.push(transaction);
                self.logs.push(events);
            }
            None => {}
        }
    }

    fn act<'p>(&self, payment: &Payment<'p>, action: &str, fields: &Fields<'_>) -> Result<Change<'p>, Answer> {
        let key = text(fields, "idempotency_key")?;
        let key = key.as_deref();
        let now = self.now;
        Ok(match action {
            "authorize" => payment.authorized(self.authorization(fields)?, now)?,
            "authorization_failed" => payment.authorization_failed(now)?,
            "expire" => payment.expired(now)?,
            "capture" | "void" | "refund" => payment.ask(self.command(action, fields, key)?, now)?,
            "adjust" => {
                let total = self.amount(fields, "amount")?.ok_or_else(|| Unreadable::action("adjust has no amount"))?;
                payment.adjusted(total, now)?
            }
            "capture_outcome" => payment.answered(self.told(payment, Operation::Capture, fields, key)?, now)?,
            "void_outcome" => payment.answered(self.told(payment, Operation::Void, fields, key)?, now)?,
            "refund_outcome" => payment.answered(self.told(payment, Operation::Refund, fields, key)?, now)?,
            "capture_reversed" => payment.reversed(self.reversal(Operation::Capture, fields, key)?, now)?,
            "refund_reversed" => payment.reversed(self.reversal(Operation::Refund, fields, key)?, now)?,
            "report" => {
                let (captured, refunded) = (self.amount(fields, "captured")?, self.amount(fields, "refunded")?);
                payment.reported(Report { captured, refunded }, now)?
            }
            "observe" => self.observe(payment, fields)?,
            "provider_error" => {
                let status = fields.get("status").and_then(|raw| raw.get().parse().ok());
                let status = status.ok_or_else(|| Unreadable::action("provider_error has no HTTP status"))?;
                let body = fields.get("body").map_or("", |raw| raw.get());
                payment.provider_error(&payment.profile().error(status, body), None, now)?
            }
            other => return Err(Unreadable::action(format!("there is no action {other:?}")).into()),
        })
    }

    fn authorization(&self, fields: &Fields<'_>) -> Result<Authorization, Answer> {
        let currency = currency(fields)?.unwrap_or(self.scenario.order.amount().currency());
        let amount =
            amount(fields, "amount", currency)?.ok_or_else(|| Unreadable::action("authorize has no amount"))?;
        let mut told = Authorization::of(amount);
        if let Some(pays) = self.amount(fields, "pays")? {
            told = told.pays(pays);
        }
        match fields.get("capture_before") {
            Some(raw) => Ok(told.capture_before(time(raw)?)),
            None => Ok(told),
        }
    }

    pub(crate) fn command<'k>(
        &self,
        action: &str,
        fields: &Fields<'_>,
        key: Option<&'k str>,
    ) -> Result<Command<'k>, Answer> {
        let mut command = match action {
            "void" => Command::void(),
            "refund" => Command::refund(),
            _ => Command::capture(),
        };
        if let Some(currency) = currency(fields)? {
            command = command.currency(currency);
        }
        if let Some(amount) = self.amount(fields, "amount")? {
            command = command.amount_without_currency(amount);
        }
        if let Some(key) = key {
            command = command.key(key);
        }
        Ok(if flag(fields, "final")? { command.as_final() } else { command })
    }

    fn told<'k>(
        &self,
        payment: &Payment<'_>,
        operation: Operation,
        fields: &Fields<'_>,
        key: Option<&'k str>,
    ) -> Result<Told<'k>, Answer> {
        let outcome = match text(fields, "result")?.as_deref() {
            Some("success") => Outcome::Succeeded,
            Some("failed") => Outcome::Failed,
            Some("pending") => Outcome::Accepted,
            Some("no_response") => Outcome::TimedOut,
            Some(other) => {
                let results = ["success", "failed", "pending", "no_response"];
                let suggestion = suggestion(other, &results);
                return Err(Unreadable::action(format!("there is no result {other:?}; {suggestion}")).into());
            }
            None => return Err(Unreadable::action("the outcome has no result").into()),
        };
        let mut told = Told::to(operation, outcome);
        if let Some(amount) = self.amount(fields, "amount")? {
            told = told.amount(amount);
        }
        Ok(match (key, oldest_of_several(payment, operation)) {
            (Some(key), _) => told.key(key),
            (None, Some(number)) => told.number(number),
            (None, None) => told,
        })
    }

    fn reversal<'k>(
        &self,
        operation: Operation,
        fields: &Fields<'_>,
        key: Option<&'k str>,
    ) -> Result<Reversal<'k>, Answer> {
        let mut reversal = Reversal::of(operation);
        if let Some(amount) = self.amount(fields, "amount")? {
            reversal = reversal.amount(amount);
        }
        Ok(key.map_or(reversal, |key| reversal.key(key)))
    }

    /// An amount in the order's currency.
    fn amount(&self, fields: &Fields<'_>, name: &str) -> Result<Option<Amount>, Unreadable> {
        amount(fields, name, self.scenario.order.amount().currency())
    }

    fn observe<'p>(&self, payment: &Payment<'p>, fields: &Fields<'_>) -> Result<Change<'p>, Answer> {
        let given = text(fields, "text")?;
        let payload = match (&given, fields.get("body")) {
            (Some(text), None) => text.as_str(),
            (None, Some(body)) => body.get(),
            _ => return Err(Unreadable::action("observe has either a body or a text").into()),
        };
        let poll = if flag(fields, "fresh")? { payment.transaction().poll(|_| true) } else { None };
        Ok(payment.read(payload, poll, self.now)?)
    }

    /// Writes everything, drops it, reads it back, replays the logs: nothing may change.
    fn restart(&mut self) -> Result<Answer, Answer> {
        let differs = |message: String| Answer::from(Unreadable::new("restart-differs", message));
        for (transaction, log) in self.transactions.iter_mut().zip(&mut self.logs) {
            let written = serde_json::to_string(log).map_err(|error| differs(error.to_string()))?;
            let cache = serde_json::to_string(transaction).map_err(|error| differs(error.to_string()))?;
            let read: Vec<RecordedEvent> =
                serde_json::from_str(&written).map_err(|error| differs(error.to_string()))?;
            let cached: Transaction = serde_json::from_str(&cache).map_err(|error| differs(error.to_string()))?;
            let replayed = Transaction::replay(&self.scenario.order, transaction.id().clone(), &read);
            let replayed = replayed.map_err(|rejection| Answer::Problem(rejection.into()))?;
            if replayed != *transaction || cached != *transaction {
                return Err(differs(format!("transaction {} differs from what was written", transaction.id())));
            }
            (*transaction, *log) = (replayed, read);
        }
        Ok(Answer::Effect(Effect::Applied, None))
    }

    fn output(&self, step: usize, name: &str, answer: Answer) -> Output {
        let Scenario { order, profile, .. } = self.scenario;
        let transaction = self.transactions.iter().find(|transaction| transaction.id().as_str() == name);
        let created = TransactionId::new(name).map(|id| Transaction::created(order, id));
        let transaction = transaction.or(created.as_ref().ok());
        let payment = transaction.and_then(|transaction| self.payment(transaction.id()).ok());
        let amounts = transaction.map(Transaction::amounts).unwrap_or_default();
        let money = |minor| Money::new(minor, order.amount().currency()).major_text();
        let status = OrderStatus::of(order, profile, &self.transactions).ok();
        let [covered, charged, back] =
            status.map_or([Coverage::None; 3], |status| [status.authorized, status.charged, status.refunded]);
        let discrepancy = status.and_then(|status| status.discrepancy);
        let refused = match &answer {
            Answer::Problem(Problem::Violation(violation)) => Some(violation),
            _ => None,
        };
        let retry = refused.map(|violation| violation.retry().advice());
        let worded = refused.and_then(|violation| profile.error_for(violation.code()));
        let provider_error = worded.map(|row| ProviderError {
            http_status: row.http_status,
            code: row.code.to_string(),
            message: row.message.to_string(),
        });
        let (result, code, earlier, message) = answer.parts();
        Output {
            scenario: self.scenario.name.clone(),
            step,
            result,
            code,
            state: transaction.map_or("created", |transaction| transaction.state().as_str()),
            transaction: transaction.map_or("", |transaction| transaction.word(profile)).to_string(),
            order: status.map_or("", |status| status.word).to_string(),
            authorized: money(amounts.authorized),
            captured: money(amounts.captured),
            pending: money(amounts.pending),
            held: money(amounts.held),
            capturable: payment.map_or_else(String::new, |payment| payment.capturable(self.now).major_text()),
            released: money(amounts.released),
            refunded: money(amounts.refunded),
            order_authorized: covered.as_str(),
            order_charged: charged.as_str(),
            order_refunded: back.as_str(),
            discrepancy: discrepancy.map(|discrepancy| discrepancy.code()),
            differs: discrepancy.map(|discrepancy| discrepancy.to_string()),
            refund_pending: money(amounts.refund_pending),
            retry,
            earlier: earlier.map(RequestStatus::as_str),
            provider_error,
            message,
            advice: code.and_then(advice),
        }
    }
}

impl Answer {
    fn parts(self) -> (&'static str, Option<&'static str>, Option<RequestStatus>, Option<String>) {
        let result = match &self {
            Self::Effect(Effect::Applied, _) => "applied",
            Self::Effect(Effect::AlreadyApplied, _) => "already-applied",
            Self::Effect(Effect::Stale, _) => "stale",
            Self::Problem(Problem::Conflict(_)) => "conflict",
            Self::Problem(_) => "refused",
            Self::Malformed(_) => "malformed",
        };
        match self {
            Self::Effect(_, earlier) => (result, None, earlier, None),
            Self::Problem(problem) => (result, Some(problem.code()), None, Some(problem.to_string())),
            Self::Malformed(Unreadable { code, message }) => (result, Some(code), None, Some(message)),
        }
    }
}

/// Of several requests that await their answer, the one whose tries began first: the format lets an outcome name none.
pub(crate) fn oldest_of_several(payment: &Payment<'_>, operation: Operation) -> Option<u32> {
    let requests = payment.transaction().hold()?.requests(operation);
    let several = requests.outstanding().count() > 1;
    let oldest = requests.outstanding().min_by_key(|(_, request)| request.begun.min(request.last_sent))?;
    several.then_some(oldest.0)
}
