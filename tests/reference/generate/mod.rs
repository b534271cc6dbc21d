//! Random scenarios, deterministic from a seed. A run of the model steers the choice of the next action only, so that
//! most steps mean something; no expectation is written.

mod actions;
pub mod books;
pub mod juspay;
mod observed;
pub mod random;
pub mod razorpay;
mod twist;

use super::model::Run;
use books::{Books, Rules};
use random::Random;
use serde_json::{Map, Value, json};

/// What the generator knows of the order that it writes for.
pub struct Setting {
    pub razorpay: bool,
    pub gateway: &'static str,
    /// The order's amount in minor units, and the digits of its currency.
    pub price: u64,
    pub digits: u32,
    pub currency: &'static str,
    /// The order takes several payments by design.
    pub parts: bool,
    /// A profile of its own, which limits and tolerates.
    pub profile: Option<Value>,
}

impl Setting {
    /// Minor units as the text of a scenario.
    pub fn text(&self, minor: u64) -> String {
        if self.digits == 0 {
            return minor.to_string();
        }
        let unit = 10u64.pow(self.digits);
        format!("{}.{:0width$}", minor / unit, minor % unit, width = self.digits as usize)
    }

    /// The minor units of an output's text.
    pub fn minor(&self, output: &Value, key: &str) -> u64 {
        let text = output[key].as_str().unwrap_or("0");
        text.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0)
    }

    /// Mostly a multiple of a tenth of the order; sometimes odd.
    pub fn amount(&self, random: &mut Random) -> u64 {
        let tenth = (self.price / 10).max(1);
        match random.below(20) {
            0 => self.price + tenth,
            1 => self.price / 3,
            2 => self.price.saturating_sub(1),
            3 => 1,
            _ => tenth * random.pick(&[1, 2, 3, 4, 4, 5, 6, 6, 8, 10]),
        }
    }
}

fn setting(random: &mut Random) -> Setting {
    let gateways = [("", 12), ("HDFC", 4), ("CYBERSOURCE", 26), ("SIMPL", 32), ("razorpay", 26)];
    let gateway = random.weighted(&gateways);
    let currencies = [(("INR", 2, 10_000), 86), (("KWD", 3, 10_000), 5), (("JPY", 0, 500), 5), (("USD", 2, 1_000), 4)];
    let (currency, digits, price) = random.weighted(&currencies);
    let parts = random.percent(8);
    Setting { razorpay: gateway == "razorpay", gateway, price, digits, currency, parts, profile: None }
}

/// SIMPL's profile, with a tolerance, a most of captures and a time for which keys are remembered.
fn limited(random: &mut Random) -> Setting {
    let (currency, digits, price) =
        random.weighted(&[(("INR", 2, 10_000), 80), (("JPY", 0, 500), 10), (("USD", 2, 1_000), 10)]);
    let parts = random.percent(8);
    let mut profile: Value = serde_json::from_str(include_str!("../../../profiles/juspay-simpl.json")).expect("JSON");
    profile["samples"] = json!([]);
    profile["error_samples"] = json!([]);
    let source = json!({"document": "a test", "confidence": "official"});
    let capabilities = &mut profile["capabilities"];
    if random.percent(75) {
        let mut over = json!({"source": source});
        let by_percent = random.percent(80);
        if by_percent {
            over["percent"] = random.pick(&[10u64, 15, 20, 33]).into();
        }
        if !by_percent || random.percent(40) {
            over["at_most"] =
                json!([{"code": random.pick(&["INR", "INR", "USD"]), "minor": random.pick(&[500u64, 1_200, 2_500])}]);
        }
        capabilities["over_capture"] = over;
    }
    if random.percent(50) {
        capabilities["most_captures"] = random.pick(&[1u64, 2, 3]).into();
    }
    if random.percent(50) {
        let kept = random.pick(&[86_400u64, 345_600, 432_000, 604_800]);
        for request in ["capture", "void_request", "refund"] {
            capabilities[request]["key_use"] = json!({"place": "body", "name": "key", "kept": kept, "source": source});
        }
    }
    Setting { razorpay: false, gateway: "SIMPL", price, digits, currency, parts, profile: Some(profile) }
}

/// A scenario without its steps.
fn head(setting: &Setting, name: String) -> Map<String, Value> {
    let mut order = json!({"amount": setting.text(setting.price), "currency": setting.currency});
    if setting.parts {
        order["parts"] = Value::Bool(true);
    }
    let mut line = Map::new();
    line.insert("name".into(), Value::from(name));
    if let Some(profile) = &setting.profile {
        line.insert("profile".into(), profile.clone());
        line.insert("order".into(), order);
        return line;
    }
    line.insert("provider".into(), Value::from(if setting.razorpay { "razorpay" } else { "juspay" }));
    if !setting.razorpay && !setting.gateway.is_empty() {
        line.insert("gateway".into(), Value::from(setting.gateway));
    }
    line.insert("order".into(), order);
    line
}

/// A scenario of commands, answers, reversals, reports and provider errors, true or not.
pub fn commands(seed: u64) -> String {
    let mut random = Random::new(seed.wrapping_mul(2));
    let setting = setting(&mut random);
    commands_of(&mut random, &setting, format!("commands-{seed}"))
}

/// The same under a profile that limits and tolerates.
pub fn limits(seed: u64) -> String {
    let mut random = Random::new(seed.wrapping_mul(2));
    let setting = limited(&mut random);
    commands_of(&mut random, &setting, format!("limits-{seed}"))
}

fn commands_of(random: &mut Random, setting: &Setting, name: String) -> String {
    let mut line = head(setting, name);
    let count = 3 + random.below(12);
    let two = random.percent(25);
    let mut outputs = [Value::Null, Value::Null];
    let mut keys = [actions::Keys::default(), actions::Keys::default()];
    let mut steps: Vec<Value> = Vec::new();
    let mut run = Run::new(&Value::Object(line.clone())).expect("the generated order can be read");
    for index in 0..count {
        let which = if two && index > 0 && random.percent(40) { 1 } else { 0 };
        let mut step = Map::new();
        if two {
            step.insert("txn".into(), Value::from(if which == 0 { "a" } else { "b" }));
        }
        if random.percent(8) {
            let times =
                ["2026-01-05T00:00:00Z", "2026-01-07T23:59:59Z", "2026-01-08T00:00:00Z", "2026-01-09T05:30:00+05:30"];
            step.insert("at".into(), Value::from(random.pick(&times)));
        }
        let (action, args) = actions::action(random, setting, &outputs[which], &mut keys[which]);
        step.insert(action.into(), args);
        let step = Value::Object(step);
        outputs[which] = run.step(&step);
        steps.push(step);
    }
    line.insert("steps".into(), Value::Array(steps));
    Value::Object(line).to_string()
}

/// A scenario that shows payloads of a simulated provider.
pub fn observed(seed: u64) -> String {
    let mut random = Random::new(seed.wrapping_mul(2).wrapping_add(1));
    let setting = setting(&mut random);
    observed_of(random, &setting, format!("observed-{seed}"))
}

/// The same under a profile that limits and tolerates.
pub fn observed_limits(seed: u64) -> String {
    let mut random = Random::new(seed.wrapping_mul(2).wrapping_add(1));
    let setting = limited(&mut random);
    observed_of(random, &setting, format!("observed-limits-{seed}"))
}

fn observed_of(mut random: Random, setting: &Setting, name: String) -> String {
    let mut line = head(setting, name);
    let run = Run::new(&Value::Object(line.clone())).expect("the generated order can be read");
    let count = if random.percent(25) { 2 } else { 1 };
    let books = (0..count).map(|number| Books::new(Rules::of(setting.gateway), number)).collect();
    let mut world = observed::World::new(setting, run, books);
    let steps = 4 + random.below(14) as usize;
    for _ in 0..60 {
        if world.steps.len() < steps {
            world.turn(&mut random);
        }
    }
    line.insert("steps".into(), Value::Array(world.steps));
    Value::Object(line).to_string()
}
