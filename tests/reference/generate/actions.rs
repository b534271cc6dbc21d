//! Actions other than observations.

use super::Setting;
use super::random::Random;
use serde_json::{Map, Value, json};

const ANY: [&str; 15] = [
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
    "provider_error",
    "restart",
];

/// The keys that one transaction has used, of captures, voids and refunds; none for a request without one.
pub type Keys = [Vec<Option<String>>; 3];

fn kind_index(name: &str) -> usize {
    match name.as_bytes().first() {
        Some(b'v') => 1,
        Some(b'r') => 2,
        _ => 0,
    }
}

pub fn action(random: &mut Random, setting: &Setting, output: &Value, keys: &mut Keys) -> (&'static str, Value) {
    let mut name = choose(random, output);
    let answers = name.ends_with("_outcome") || name.ends_with("_reversed");
    if answers && keys[kind_index(name)].is_empty() && random.percent(90) {
        // Nothing was sent that could be answered: send something.
        name = ["capture", "void", "refund"][kind_index(name)];
    }
    let args = args(random, setting, output, name, keys);
    if matches!(name, "capture" | "void" | "refund") {
        keys[kind_index(name)].push(args["idempotency_key"].as_str().map(str::to_string));
    }
    (name, args)
}

/// A key for an outcome or a reversal: mostly one that was used, the last one before all.
fn used_key(random: &mut Random, setting: &Setting, name: &str, keys: &Keys) -> Option<String> {
    let used = &keys[kind_index(name)];
    if random.percent(4) {
        return Some(key(random, setting, first_letter(name)));
    }
    if used.is_empty() || random.percent(45) {
        return None;
    }
    let index = if random.percent(65) { used.len() - 1 } else { random.below(used.len() as u64) as usize };
    used[index].clone()
}

fn choose(random: &mut Random, output: &Value) -> &'static str {
    if random.percent(6) {
        return random.pick(&ANY);
    }
    match output["state"].as_str().unwrap_or("created") {
        "created" | "failed" => random.weighted(&[("authorize", 88), ("authorization_failed", 8), ("capture", 4)]),
        "authorized" | "partially-captured" => random.weighted(&[
            ("capture", 68),
            ("void", 10),
            ("expire", 2),
            ("report", 4),
            ("refund", 4),
            ("refund_outcome", 2),
            ("capture_reversed", 3),
            ("capture_outcome", 4),
            ("authorize", 3),
        ]),
        "capturing" | "capture-unknown" | "capture-initiated" => random.weighted(&[
            ("capture_outcome", 56),
            ("capture", 16),
            ("provider_error", 12),
            ("report", 5),
            ("void", 4),
            ("refund", 3),
            ("expire", 2),
            ("capture_reversed", 2),
        ]),
        "voiding" | "void-unknown" | "void-initiated" => random.weighted(&[
            ("void_outcome", 58),
            ("void", 14),
            ("provider_error", 10),
            ("capture", 8),
            ("capture_outcome", 6),
            ("report", 4),
        ]),
        "charged" => random.weighted(&[
            ("refund", 36),
            ("refund_outcome", 28),
            ("refund_reversed", 8),
            ("capture_reversed", 8),
            ("capture", 6),
            ("report", 6),
            ("provider_error", 5),
            ("capture_outcome", 3),
        ]),
        _ => random.weighted(&[
            ("void", 24),
            ("capture", 18),
            ("void_outcome", 16),
            ("capture_outcome", 16),
            ("report", 8),
            ("expire", 6),
            ("authorize", 6),
            ("capture_reversed", 6),
        ]),
    }
}

/// An amount as text: mostly good, now and then with too many digits, negative, zero or unreadable.
fn amount_text(random: &mut Random, setting: &Setting, minor: u64) -> String {
    match random.below(60) {
        0 => format!("{}0", setting.text(minor)),
        1 => format!("-{}", setting.text(minor)),
        2 => setting.text(0),
        3 => random.pick(&["", "1e2", "10.", ".5", "ten", "+5", "1,000", "1000000000000000000.00"]).to_string(),
        _ if setting.digits == 0 && random.percent(4) => format!("{minor}.5"),
        _ => setting.text(minor),
    }
}

fn key(random: &mut Random, setting: &Setting, kind: char) -> String {
    if random.percent(2) {
        return random.pick(&["", "bad key", "k!", "short"]).to_string();
    }
    let number = random.weighted(&[(1, 45), (2, 35), (3, 20)]);
    if setting.razorpay && kind == 'r' { format!("refund-key-{number}") } else { format!("{kind}{number}") }
}

fn outcome(random: &mut Random) -> &'static str {
    random.weighted(&[("success", 52), ("failed", 20), ("pending", 14), ("no_response", 14)])
}

fn args(random: &mut Random, setting: &Setting, output: &Value, name: &str, keys: &Keys) -> Value {
    let mut args = Map::new();
    let mut put = |key: &str, value: Value| args.insert(key.to_string(), value);
    let free = setting.minor(output, "capturable");
    match name {
        "authorize" => {
            let held = setting.minor(output, "authorized");
            let odd = random.percent(10);
            let minor = if held > 0 && !odd {
                held
            } else if random.percent(88) {
                setting.price
            } else {
                setting.amount(random)
            };
            put("amount", amount_text(random, setting, minor).into());
            if random.percent(3) {
                put("currency", random.pick(&["INR", "inr", "USD", "", "XXQ"]).into());
            }
            if random.percent(8) {
                let pays = setting.price - setting.price / 10 * random.below(3);
                put("pays", setting.text(pays).into());
            }
            if random.percent(22) {
                let deadlines = ["2026-01-08T00:00:00Z", "2026-01-06T00:00:00Z", "2026-01-08T05:30:00+05:30"];
                put("capture_before", random.pick(&deadlines).into());
            }
        }
        "capture" => {
            let whole = random.percent(if setting.gateway == "SIMPL" { 12 } else { 35 });
            if setting.razorpay {
                let minor = if random.percent(85) {
                    setting.minor(output, "authorized").max(1)
                } else {
                    setting.amount(random)
                };
                put("amount", amount_text(random, setting, minor).into());
                let currency = if random.percent(94) { setting.currency } else { random.pick(&["USD", "inr", ""]) };
                if random.percent(96) {
                    put("currency", currency.into());
                }
                if random.percent(15) {
                    put("idempotency_key", key(random, setting, 'k').into());
                }
            } else if !whole || setting.gateway == "SIMPL" {
                let all = random.percent(if setting.profile.is_some() { 25 } else { 12 }) && free > 0;
                let minor = if all { free } else { setting.amount(random) };
                put("amount", amount_text(random, setting, minor).into());
                if random.percent(95) {
                    put("idempotency_key", key(random, setting, 'k').into());
                }
                if random.percent(3) {
                    put("currency", random.pick(&[setting.currency, "EUR"]).into());
                }
            } else if random.percent(4) {
                put("idempotency_key", key(random, setting, 'k').into());
            }
            if random.percent(4) {
                put("final", random.percent(70).into());
            }
        }
        "void" => {
            if setting.gateway == "SIMPL" && random.percent(55) {
                put("amount", amount_text(random, setting, setting.amount(&mut random.clone())).into());
                put("idempotency_key", key(random, setting, 'v').into());
            } else if random.percent(20) {
                put("idempotency_key", key(random, setting, 'v').into());
                if random.percent(30) {
                    let held = setting.minor(output, "held");
                    put("amount", amount_text(random, setting, held).into());
                }
            }
        }
        "refund" => {
            if random.percent(85) {
                let minor = setting.amount(random);
                put("amount", amount_text(random, setting, minor).into());
            }
            if random.percent(if setting.razorpay { 60 } else { 95 }) {
                put("idempotency_key", key(random, setting, 'r').into());
            }
        }
        "capture_outcome" | "void_outcome" | "refund_outcome" => {
            let result = outcome(random);
            put("result", result.into());
            if let Some(key) = used_key(random, setting, name, keys) {
                put("idempotency_key", key.into());
            }
            if name != "void_outcome" && result == "success" && random.percent(12) {
                let minor = setting.amount(random);
                put("amount", amount_text(random, setting, minor).into());
            }
        }
        "capture_reversed" | "refund_reversed" => {
            if let Some(key) = used_key(random, setting, name, keys) {
                put("idempotency_key", key.into());
            }
            if random.percent(8) {
                put("amount", setting.text(setting.amount(random)).into());
            }
        }
        "adjust" => {
            put("amount", setting.text(setting.amount(random)).into());
        }
        "report" => {
            let captured = random.percent(75);
            if captured {
                let known = setting.minor(output, "captured");
                let minor = random.weighted(&[
                    (0, 3),
                    (known, 2),
                    (setting.price, 2),
                    (setting.amount(&mut random.clone()), 4),
                ]);
                put("captured", amount_text(random, setting, minor).into());
            }
            if !captured || random.percent(25) {
                let known = setting.minor(output, "refunded");
                let minor = random.weighted(&[(0, 3), (known, 2), (setting.amount(&mut random.clone()), 4)]);
                put("refunded", setting.text(minor).into());
            }
        }
        "provider_error" => {
            put("status", random.pick(&[400u64, 400, 400, 401, 404, 409, 422, 423, 429, 500, 502, 504, 200]).into());
            put("body", error_body(random, setting));
        }
        _ => {}
    }
    Value::Object(args)
}

fn first_letter(name: &str) -> char {
    match name.as_bytes().first() {
        Some(b'v') => 'v',
        Some(b'r') => 'r',
        _ => 'k',
    }
}

fn error_body(random: &mut Random, setting: &Setting) -> Value {
    if random.percent(10) {
        return json!({});
    }
    if setting.razorpay {
        let code = random.weighted(&[("BAD_REQUEST_ERROR", 7), ("GATEWAY_ERROR", 1), ("SERVER_ERROR", 1)]);
        let texts = [
            "The amount must be an integer.",
            "Capture amount must be equal to the amount authorized",
            "Your payment has been declined as the order is already paid",
            "This payment has already been captured",
            "The id provided does not exist",
            "Request failed because another payment operation is in progress.",
        ];
        return json!({"error": {"code": code, "description": random.pick(&texts), "metadata": {}}});
    }
    let texts = [
        "Cannot capture charged transaction",
        "Cannot Capture VOIDED Transaction",
        "invalid",
        "Invalid Authentication",
    ];
    let mut body = json!({"status": "Bad Request", "error_code": "Invalid", "error_message": random.pick(&texts)});
    if random.percent(30) {
        let code = random.pick(&["INVALID_INPUT", "DUPLICATE_REQUEST", "RESOURCE_NOT_FOUND"]);
        body["error_info"] = json!({"code": code, "category": "USER_ERROR"});
    }
    body
}
