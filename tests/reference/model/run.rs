//! One run of a scenario: reads each step, applies it to a copy of the transaction, keeps the copy only if applied.

use super::actions::{self, Authorize};
use super::amounts::{amounts, capturable, state};
use super::answers::Outcome;
use super::commands::{self, Asked, Context};
use super::facts::{Kind, Transaction, Verdict};
use super::money::{Amount, Currency, read_amount, write_amount};
use super::observe::Observation;
use super::order::{Order, status, transaction_text};
use super::profile::Profile;
use super::read_juspay;
use super::read_razorpay;
use super::statements::Payload;
use super::time::{Time, read_time};
use serde_json::{Map, Value, json};

#[derive(Clone, Debug)]
pub struct Run {
    name: String,
    profile: Profile,
    order: Order,
    transactions: Vec<(String, Transaction)>,
    now: Time,
    step: usize,
}

const ACTIONS: [&str; 16] = [
    "authorize",
    "authorization_failed",
    "capture",
    "capture_outcome",
    "capture_reversed",
    "adjust",
    "void",
    "void_outcome",
    "expire",
    "refund",
    "refund_outcome",
    "refund_reversed",
    "report",
    "observe",
    "provider_error",
    "restart",
];

impl Run {
    /// Reads all of a scenario but its steps.
    pub fn new(line: &Value) -> Result<Run, String> {
        let text = |pointer: &str| line.pointer(pointer).and_then(Value::as_str);
        let currency = Currency::read(text("/order/currency").unwrap_or("")).ok_or("unknown currency of the order")?;
        let profile = match (line.get("profile"), text("/provider")) {
            (Some(given), _) => Profile::limited(given, &currency)?,
            (None, Some(provider)) => Profile::new(provider, text("/gateway"))?,
            (None, None) => return Err("a scenario names a provider".into()),
        };
        let amount = read_amount(text("/order/amount").unwrap_or(""), &currency).ok_or("unreadable order amount")?;
        if amount.too_precise || amount.minor < 0 {
            return Err("the order's amount has too many digits or is negative".into());
        }
        let parts = line.pointer("/order/parts").and_then(Value::as_bool).unwrap_or(false);
        Ok(Run {
            name: text("/name").unwrap_or("").to_string(),
            profile,
            order: Order { amount: amount.minor, currency, parts, id: None },
            transactions: Vec::new(),
            now: read_time("2026-01-01T00:00:00Z").unwrap_or(0),
            step: 0,
        })
    }

    /// Applies one step and says what the model now holds of its transaction.
    pub fn step(&mut self, step: &Value) -> Value {
        let txn = step.get("txn").and_then(Value::as_str).unwrap_or("t1").to_string();
        let found = ACTIONS.iter().find_map(|action| step.get(*action).map(|args| (*action, args)));
        let verdict = match (self.set_time(step), found) {
            (Err(verdict), _) => verdict,
            (Ok(()), None) => Verdict::Malformed("not-a-payload"),
            (Ok(()), Some((action, args))) => self.act(&txn, action, args),
        };
        let output = self.output(&txn, &verdict);
        self.step += 1;
        output
    }

    fn set_time(&mut self, step: &Value) -> Result<(), Verdict> {
        if let Some(at) = step.get("at") {
            let time = at.as_str().and_then(read_time).ok_or(Verdict::Malformed("time-malformed"))?;
            self.now = time;
        }
        Ok(())
    }

    fn find(&self, txn: &str) -> Option<&Transaction> {
        self.transactions.iter().find(|(name, _)| name == txn).map(|(_, t)| t)
    }

    fn act(&mut self, txn: &str, action: &str, args: &Value) -> Verdict {
        if action == "restart" {
            return Verdict::Applied;
        }
        let mut t = self.find(txn).cloned().unwrap_or_default();
        let mut order = self.order.clone();
        let verdict = match self.dispatch(&mut t, &mut order, txn, action, args) {
            Ok(verdict) | Err(verdict) => verdict,
        };
        // Ids bind at the first observation that is applied or already applied (section 6, step 1).
        let binds = action == "observe" && self.find(txn).is_some() && matches!(verdict, Verdict::Already(_));
        if verdict == Verdict::Applied || binds {
            self.order = order;
            match self.transactions.iter_mut().find(|(name, _)| name == txn) {
                Some((_, slot)) => *slot = t,
                None => self.transactions.push((txn.to_string(), t)),
            }
        }
        verdict
    }

    fn dispatch(
        &self,
        t: &mut Transaction,
        order: &mut Order,
        txn: &str,
        action: &str,
        args: &Value,
    ) -> Result<Verdict, Verdict> {
        let others = self.transactions.iter().filter(|(name, _)| name != txn).map(|(_, other)| other).collect();
        let context = Context { profile: &self.profile, order: &self.order, others, now: self.now };
        let profile = &self.profile;
        let currency = &self.order.currency;
        let key = text(args, "idempotency_key");
        Ok(match action {
            "authorize" => {
                let given = read_currency(args)?;
                let own = given.clone().unwrap_or_else(|| currency.clone());
                let said = Authorize {
                    amount: read(args, "amount", &own)?.ok_or(Verdict::Malformed("amount-malformed"))?,
                    currency: given,
                    pays: read(args, "pays", &own)?,
                    deadline: read_deadline(args)?,
                };
                actions::authorize(t, profile, &self.order, &said)
            }
            "authorization_failed" => actions::authorization_failed(t),
            "capture" => {
                let given = read_currency(args)?;
                let own = given.clone().unwrap_or_else(|| currency.clone());
                let is_final = args.get("final").and_then(Value::as_bool).unwrap_or(false);
                let asked = Asked { amount: read(args, "amount", &own)?, currency: given, key, is_final };
                commands::capture(t, &context, &asked)
            }
            "void" | "refund" => {
                let asked = Asked { amount: read(args, "amount", currency)?, key, ..Asked::default() };
                if action == "void" {
                    commands::void(t, &context, &asked)
                } else {
                    commands::refund(t, &context, &asked)
                }
            }
            "capture_outcome" | "void_outcome" | "refund_outcome" => {
                let kind = kind_of(action);
                let result = match args.get("result").and_then(Value::as_str) {
                    Some("success") => Outcome::Success,
                    Some("failed") => Outcome::Failed,
                    Some("pending") => Outcome::Pending,
                    Some("no_response") => Outcome::NoResponse,
                    _ => return Err(Verdict::Malformed("not-a-payload")),
                };
                actions::outcome(t, profile, kind, result, read(args, "amount", currency)?, key.as_deref())
            }
            "capture_reversed" | "refund_reversed" => {
                actions::reversed(t, profile, kind_of(action), read(args, "amount", currency)?, key.as_deref())
            }
            "adjust" => {
                read(args, "amount", currency)?;
                Verdict::Refused("adjustment-unsupported")
            }
            "expire" => actions::expire(t),
            "report" => {
                actions::report(t, profile, read(args, "captured", currency)?, read(args, "refunded", currency)?)
            }
            "provider_error" => {
                let status = args.get("status").and_then(Value::as_u64).unwrap_or(0);
                actions::provider_error(t, profile, status, args.get("body").unwrap_or(&Value::Null))
            }
            _ => {
                let payload = self.payload(args)?;
                let observation = Observation {
                    profile,
                    others: context.others,
                    exists: self.find(txn).is_some(),
                    fresh: args.get("fresh").and_then(Value::as_bool).unwrap_or(false),
                    payload,
                    changed: false,
                    old: false,
                    named: false,
                    stranger: false,
                    learned: false,
                    behind: false,
                };
                observation.interpret(t, order)
            }
        })
    }

    fn payload(&self, args: &Value) -> Result<Payload, Verdict> {
        let parsed;
        let body = match args.get("text").and_then(Value::as_str) {
            Some(text) => {
                parsed = serde_json::from_str(text).map_err(|_| Verdict::Malformed("not-json"))?;
                &parsed
            }
            None => args.get("body").unwrap_or(&Value::Null),
        };
        if !body.is_object() {
            return Err(Verdict::Malformed("not-a-payload"));
        }
        if self.profile.is_juspay() { read_juspay::read(body, &self.order.currency) } else { read_razorpay::read(body) }
    }

    fn output(&self, txn: &str, verdict: &Verdict) -> Value {
        let unknown = Transaction::default();
        let found = self.find(txn);
        let t = found.unwrap_or(&unknown);
        let sums = amounts(t);
        let all: Vec<&Transaction> = self.transactions.iter().map(|(_, t)| t).collect();
        let whole = status(&self.order, &all, &self.profile);
        let (result, code, earlier) = match verdict {
            Verdict::Applied => ("applied", None, None),
            Verdict::Already(earlier) => ("already-applied", None, *earlier),
            Verdict::Stale => ("stale", None, None),
            Verdict::Refused(code) => ("refused", Some(*code), None),
            Verdict::Conflict(code) => ("conflict", Some(*code), None),
            Verdict::Malformed(code) => ("malformed", Some(*code), None),
        };
        let error = match verdict {
            Verdict::Refused(code) => self.profile.error_row(code),
            _ => None,
        };
        let error = error.map(|(http, code, message)| json!({"http_status": http, "code": code, "message": message}));
        let money = |minor: i128| Value::from(write_amount(minor, &self.order.currency));
        let mut output = Map::new();
        let mut put = |key: &str, value: Value| output.insert(key.to_string(), value);
        put("scenario", Value::from(self.name.clone()));
        put("step", Value::from(self.step as u64));
        put("result", Value::from(result));
        put("code", Value::from(code));
        put("state", Value::from(state(t).word()));
        put("transaction", Value::from(transaction_text(found, &self.profile)));
        put("order", Value::from(whole.text));
        put("authorized", money(sums.a));
        put("captured", money(sums.c));
        put("pending", money(sums.p));
        put("held", money(sums.h));
        put("capturable", money(capturable(t, &self.profile.limits, self.now)));
        put("released", money(sums.v));
        put("refunded", money(sums.r));
        put("order_authorized", Value::from(whole.authorized));
        put("order_charged", Value::from(whole.charged));
        put("order_refunded", Value::from(whole.refunded));
        put("discrepancy", Value::from(whole.discrepancy));
        put("earlier", Value::from(earlier));
        put("provider_error", error.unwrap_or(Value::Null));
        Value::Object(output)
    }
}

fn kind_of(action: &str) -> Kind {
    match action.split('_').next() {
        Some("void") => Kind::Void,
        Some("refund") => Kind::Refund,
        _ => Kind::Capture,
    }
}

fn text(args: &Value, key: &str) -> Option<String> {
    args.get(key).and_then(Value::as_str).map(str::to_string)
}

/// An amount field; null and absent are none, anything but a decimal text is malformed.
fn read(args: &Value, field: &str, currency: &Currency) -> Result<Option<Amount>, Verdict> {
    match args.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => match read_amount(text, currency) {
            Some(amount) => Ok(Some(amount)),
            None => Err(Verdict::Malformed("amount-malformed")),
        },
        Some(_) => Err(Verdict::Malformed("amount-malformed")),
    }
}

fn read_currency(args: &Value) -> Result<Option<Currency>, Verdict> {
    match args.get("currency") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let currency = value.as_str().and_then(Currency::read);
            currency.map(Some).ok_or(Verdict::Malformed("currency-unknown"))
        }
    }
}

fn read_deadline(args: &Value) -> Result<Option<Time>, Verdict> {
    match args.get("capture_before") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let time = value.as_str().and_then(read_time);
            time.map(Some).ok_or(Verdict::Malformed("time-malformed"))
        }
    }
}
