//! Readings, and payloads that often fit them.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

const NAMES: [&str; 9] = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
const AMOUNTS: [&str; 10] = [
    "order.price",
    "order.amount",
    "order.captured",
    "order.refunded",
    "transaction.authorized",
    "transaction.authorized-if-alone",
    "transaction.authorized-at-first",
    "transaction.pays",
    "transaction.captured",
    "transaction.refunded",
];
const OTHERS: [&str; 12] = [
    "order.id",
    "order.word",
    "order.number",
    "order.takes-parts",
    "transaction.id",
    "transaction.uuid",
    "transaction.word",
    "transaction.number",
    "transaction.captured-flag",
    "transaction.capture-before",
    "currency",
    "occurred-at",
];
const OF_REQUESTS: [&str; 6] =
    ["request.key", "request.id", "request.amount", "request.word", "request.of", "request.amount"];

/// A shape in JSON, and payloads of it.
type Pair = (Value, Value);

/// A value that a role takes, mostly.
fn value_of(role: &str) -> BoxedStrategy<Value> {
    let texts = |texts: &'static [&str]| select(texts).prop_map(|text| json!(text)).boxed();
    let right = match role {
        "currency" => texts(&["INR", "inr", "INR", "JPY"]),
        "order.number" | "transaction.number" => {
            prop_oneof![Just(json!(7)), Just(json!("8")), Just(json!("x"))].boxed()
        }
        "order.takes-parts" | "transaction.captured-flag" => {
            prop_oneof![Just(json!(true)), Just(json!("0")), Just(json!(1)), Just(json!("no"))].boxed()
        }
        "transaction.capture-before" | "occurred-at" => {
            prop_oneof![Just(json!(1_700_000_000)), Just(json!("2026-01-01T00:00:00Z"))].boxed()
        }
        "order.word" | "transaction.word" | "request.word" => texts(&["w", "v", "w"]),
        "order.id" | "transaction.id" | "transaction.uuid" | "request.id" | "request.key" | "request.of" => {
            texts(&["x", "x", "y", ""])
        }
        _ => (1..4_u64).prop_map(|units| json!(units)).boxed(),
    };
    let wrong = prop_oneof![Just(json!({})), Just(json!([])), Just(json!(2.5)), Just(json!("w")), Just(json!(true))];
    prop_oneof![40 => right, 3 => Just(Value::Null), 1 => wrong].boxed()
}

/// What a field holds, with a value for it; `null` twice where the field is missing.
#[allow(clippy::too_many_lines, reason = "one choice of all that may stand there")]
fn field(depth: u32, in_request: bool) -> BoxedStrategy<Pair> {
    let role = move || {
        let mut roles: Vec<&str> = AMOUNTS.iter().chain(&OTHERS).copied().collect();
        if in_request {
            roles = OF_REQUESTS.iter().chain(&OF_REQUESTS).chain(&["transaction.id", "currency"]).copied().collect();
        }
        select(roles)
    };
    let value = (role(), role(), 0..9_u8).prop_flat_map(|(role, second, kind)| {
        let holds = match kind {
            0 => json!({"required": role}),
            1 => json!([role, second]),
            _ => json!(role),
        };
        (Just(holds), value_of(role))
    });
    let word = select(if in_request { vec!["request.word"] } else { vec!["order.word", "transaction.word"] })
        .prop_flat_map(|role| (Just(json!(role)), value_of(role)));
    let guard = prop_oneof![
        6 => (
            Just(json!({"is": ["w", "2"]})),
            prop_oneof![4 => Just(json!("w")), 1 => Just(json!(2)), 1 => Just(json!("z"))],
        ),
        2 => (Just(json!({"is": ["w"], "or_absent": true})), select(vec![json!("w"), Value::Null, json!([])])),
        2 => (Just(json!("given")), select(vec![json!(0), json!("w"), json!({}), json!([])])),
        1 => (Just(json!("absent")), select(vec![Value::Null, Value::Null, Value::Null, json!(1)])),
    ];
    if depth == 0 {
        return prop_oneof![8 => value, 3 => word, 2 => guard].boxed();
    }
    let inner_part =
        if in_request { vec![None] } else { vec![None, Some("transaction"), Some("capture"), Some("refund")] };
    let nested = (select(inner_part), prop::bool::weighted(0.2))
        .prop_flat_map(move |(part, required)| {
            let request = in_request || matches!(part, Some("capture" | "refund"));
            (object(part, depth - 1, request), Just(required))
        })
        .prop_map(|((mut shape, value), required)| {
            shape["required"] = json!(required);
            (shape, value)
        });
    let odd = prop_oneof![Just(json!([])), Just(json!([])), Just(Value::Null), Just(json!(3)), Just(json!({}))];
    let nested =
        (nested, odd, 0..10_u8).prop_map(|((shape, value), odd, pick)| (shape, if pick == 0 { odd } else { value }));
    if in_request {
        return prop_oneof![12 => value, 3 => word, 2 => guard, 2 => nested].boxed();
    }
    let parts = vec!["listed", "capture", "void", "refund", "refund"];
    let item = select(parts).prop_flat_map(move |part| object(Some(part), depth - 1, part != "listed"));
    let list = (vec(item, 1..3), vec((0..2_usize, 0..8_u8), 0..4), any::<bool>(), prop::bool::weighted(0.2)).prop_map(
        |(shapes, items, newest_first, required)| {
            let each: Vec<&Value> = shapes.iter().map(|(shape, _)| shape).collect();
            let items: Vec<Value> = items
                .into_iter()
                .map(|(at, odd)| match odd {
                    0 => Value::Null,
                    1 => json!({}),
                    _ => shapes[at % shapes.len()].1.clone(),
                })
                .collect();
            (json!({"each": each, "newest_first": newest_first, "required": required}), json!(items))
        },
    );
    prop_oneof![14 => value, 4 => word, 2 => guard, 3 => nested, 3 => list].boxed()
}

fn object(part: Option<&'static str>, depth: u32, in_request: bool) -> BoxedStrategy<Pair> {
    let fields = prop::collection::btree_map(select(&NAMES[..]), (field(depth, in_request), 0..12_u8), 1..6);
    fields
        .prop_map(move |fields| {
            let (mut shape, mut value) = (Map::new(), Map::new());
            for (name, ((holds, stands), missing)) in fields {
                shape.insert(name.to_string(), holds);
                if missing != 0 {
                    value.insert(name.to_string(), stands);
                }
            }
            let mut object = json!({"object": shape});
            if let Some(part) = part {
                object["of"] = json!(part);
            }
            (object, Value::Object(value))
        })
        .boxed()
}

/// One to three readings, and a payload made for one of them.
pub fn readings_with_payload() -> impl Strategy<Value = (Vec<Value>, Value)> {
    let whole = (select(vec![None, None, Some("transaction"), Some("refund"), Some("capture")]), 0..8_u8)
        .prop_flat_map(|(part, says)| (object(part, 2, matches!(part, Some("refund" | "capture"))), Just(says)));
    (vec(whole, 1..4), any::<prop::sample::Index>()).prop_map(|(shapes, picked)| {
        let payload = picked.get(&shapes).0.1.clone();
        let readings = shapes.into_iter().enumerate().map(|(at, ((shape, _), says))| {
            let mut reading = json!({"name": format!("r{at}"), "payload": shape, "source": super::oracle::source()});
            let of = reading["payload"]["of"].clone();
            match says {
                0 => reading["says"] = json!({"status": "authorized"}),
                1 if of == "refund" || of == "capture" => reading["says"] = json!({"fate": "failed"}),
                2 => reading["refused"] = json!("another"),
                _ => {}
            }
            reading
        });
        (readings.collect(), payload)
    })
}
