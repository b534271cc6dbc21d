//! Why a profile does not read a payload: the first place that does not fit, for each of the nearest readings. Also the
//! likely meaning of a misspelled role.

use order_capture::profiles::{Holds, Presence, ProfileRows, Role, Shape};
use serde_json::Value;

use crate::nearest::suggestion;

/// How many readings are shown at most.
const TOLD: usize = 3;

/// The readings that come nearest to a payload, each with the first place in it that does not fit.
pub(crate) fn misfits(rows: &ProfileRows, payload: &Value) -> Vec<String> {
    let read = rows.readings.iter().filter(|reading| reading.refused.is_none());
    let mut told: Vec<(usize, String)> = read
        .filter_map(|reading| {
            let mut fitting = 0;
            let problem = shape(&reading.payload, payload, "", &mut fitting)?;
            Some((fitting, format!("{}: {problem}", reading.name)))
        })
        .collect();
    told.sort_by_key(|(fitting, _)| std::cmp::Reverse(*fitting));
    told.into_iter().map(|(_, text)| text).take(TOLD).collect()
}

/// The first place that does not fit, and how many places fit before it.
fn shape(of: &Shape, value: &Value, path: &str, fitting: &mut usize) -> Option<String> {
    let Some(fields) = value.as_object() else {
        return Some(format!("`{}` is no object", if path.is_empty() { "the whole" } else { path }));
    };
    of.object.iter().find_map(|field| {
        let name = field.name();
        let here = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
        place(&field.holds, fields.get(name).filter(|value| !value.is_null()), &here, fitting)
    })
}

fn place(holds: &Holds, found: Option<&Value>, here: &str, fitting: &mut usize) -> Option<String> {
    let problem = match (holds, found) {
        (Holds::Required { .. } | Holds::Guard(Presence::Given), None) => "is missing".to_string(),
        (Holds::Is { or_absent: false, is }, None) => format!("is missing, and must be {}", is.join(" or ")),
        (Holds::Object(Shape { required: true, .. }) | Holds::Each { required: true, .. }, None) => {
            "is missing".to_string()
        }
        (Holds::Guard(Presence::Absent), Some(_)) => "is given, and must not be".to_string(),
        (Holds::Is { is, .. }, Some(value)) => {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_string);
            if is.iter().any(|known| *known == text) {
                *fitting = fitting.saturating_add(1);
                return None;
            }
            format!("is {text}, and must be {}", is.join(" or "))
        }
        (Holds::Object(inner), Some(value)) => return shape(inner, value, here, fitting),
        (Holds::Each { each, required, single, .. }, Some(value)) => {
            let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
            if *single && items.len() != 1 {
                format!("has {} items, and must have one", items.len())
            } else {
                let of_item = |item: &Value, fitting: &mut usize| {
                    each.iter().map(|holds| place(holds, Some(item), &format!("{here}[]"), fitting)).collect::<Vec<_>>()
                };
                let found: Vec<Vec<Option<String>>> = items.iter().map(|item| of_item(item, fitting)).collect();
                let fits = found.iter().flatten().any(Option::is_none);
                return if fits || !(*required || *single) {
                    None
                } else {
                    found.into_iter().flatten().flatten().next()
                };
            }
        }
        (Holds::Required { .. }, Some(_)) => {
            *fitting = fitting.saturating_add(1);
            return None;
        }
        _ => return None,
    };
    Some(format!("`{here}` {problem}"))
}

/// Words in the readings that are not roles, each with the nearest roles.
pub(crate) fn misspelled(profile: &Value) -> Option<String> {
    let readings = profile.get("readings").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let payloads = readings.iter().filter_map(|reading| reading.get("payload"));
    let errors = profile.get("error_bodies").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let word = payloads.chain(errors).find_map(in_shape)?;
    Some(format!("\"{word}\" is no role; {}", suggestion(word, &Role::ALL.map(Role::as_str))))
}

fn in_shape(of: &Value) -> Option<&str> {
    of.get("object")?.as_object()?.values().find_map(in_place)
}

fn in_place(holds: &Value) -> Option<&str> {
    match holds {
        Value::String(word) => (!is_known(word)).then_some(word),
        Value::Array(words) => words.iter().find_map(in_place),
        Value::Object(fields) => {
            let required = fields.get("required").and_then(Value::as_str).filter(|word| !is_known(word));
            let items = || fields.get("each")?.as_array()?.iter().find_map(in_place);
            required.or_else(|| in_shape(holds)).or_else(items)
        }
        _ => None,
    }
}

fn is_known(word: &str) -> bool {
    matches!(word, "given" | "absent") || Role::ALL.iter().any(|role| role.as_str() == word)
}
