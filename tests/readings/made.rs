//! Readings and payloads made of bytes: few names, values of every kind, so that a payload often fits.

use std::fmt::Write;

use order_capture::profiles::{CanonicalStatus, Confidence, Field, Fields, Holds, Part, Presence, Reading, Role, Says};
use order_capture::profiles::{Shape, Source};
use order_capture::statements::Fate;

const NAMES: [&str; 8] = ["a", "b", "c", "id", "of", "ref", "word", "sum"];

/// Bytes that decide, one choice each; when they are used up every choice is the first.
pub struct Dice<'a>(pub &'a [u8]);

impl Dice<'_> {
    fn of(&mut self, sides: usize) -> usize {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                usize::from(*first) % sides
            }
            None => 0,
        }
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.of(from.len())]
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.of(sides) == sides - 1
    }
}

const ROLES: [Role; 22] = [
    Role::OrderId,
    Role::Id,
    Role::Uuid,
    Role::OrderWord,
    Role::OrderNumber,
    Role::Word,
    Role::Number,
    Role::OrderPrice,
    Role::OrderCaptured,
    Role::OrderRefunded,
    Role::OrderTakesParts,
    Role::Authorized,
    Role::Pays,
    Role::Captured,
    Role::Refunded,
    Role::CapturedFlag,
    Role::CaptureBefore,
    Role::Currency,
    Role::OccurredAt,
    Role::OrderAmount,
    Role::AuthorizedIfAlone,
    Role::AuthorizedAtFirst,
];

const OF_A_REQUEST: [Role; 7] = [
    Role::RequestKey,
    Role::RequestId,
    Role::RequestAmount,
    Role::RequestWord,
    Role::RequestOf,
    Role::Currency,
    Role::Id,
];

const PARTS: [Part; 5] = [Part::Transaction, Part::Listed, Part::Capture, Part::Void, Part::Refund];

/// One to three readings.
pub fn readings(dice: &mut Dice<'_>) -> Vec<Reading> {
    let mut made = Vec::new();
    for number in 0..=dice.of(3) {
        let payload = shape(dice, None, 0);
        let request = matches!(payload.of, Some(Part::Capture | Part::Void | Part::Refund));
        let says = match dice.of(6) {
            4 if request => Some(Says::Fate(Fate::Failed)),
            5 => Some(Says::Status(CanonicalStatus::Authorized)),
            // It has to say to how much.
            3 if serde_json::to_string(&payload).unwrap().contains("\"transaction.authorized\"") => {
                Some(Says::Adjusted)
            }
            _ => None,
        };
        let refused = dice.one_in(8).then(|| "one of its items".into());
        let name = format!("reading {number}").into();
        made.push(Reading { name, payload, says, refused, source: source() });
    }
    if made.iter().all(|reading| reading.refused.is_some()) {
        made[0].refused = None;
    }
    made
}

fn source() -> Source {
    Source { document: "none".into(), confidence: Confidence::Official }
}

fn shape(dice: &mut Dice<'_>, around: Option<Part>, depth: usize) -> Shape {
    // The whole payload is of a request or the transaction; what is in a list may be anything.
    let of = if dice.one_in(2) { Some(dice.pick(&PARTS)) } else { None };
    let of =
        if around.is_some() { of.filter(|of| around == Some(Part::Transaction) && *of != Part::Listed) } else { of };
    let part = of.or(around);
    let mut fields: Vec<Field> = Vec::new();
    for _ in 0..=dice.of(6) {
        let name = dice.pick(&NAMES);
        if fields.iter().all(|field| field.name() != name) {
            fields.push(Field::new(name.into(), holds(dice, part, depth)));
        }
    }
    Shape { of, required: dice.one_in(4), object: Fields::of(fields.into()) }
}

fn role(dice: &mut Dice<'_>, part: Option<Part>) -> Role {
    let of_a_request = matches!(part, Some(Part::Capture | Part::Void | Part::Refund));
    if of_a_request && dice.of(4) > 0 { dice.pick(&OF_A_REQUEST) } else { dice.pick(&ROLES) }
}

fn holds(dice: &mut Dice<'_>, part: Option<Part>, depth: usize) -> Holds {
    let deep = depth >= 3;
    match dice.of(12) {
        6 => Holds::Required { required: role(dice, part) },
        7 => Holds::Is { is: vec!["x".into(), "1".into(), "true".into()].into(), or_absent: dice.one_in(2) },
        8 => Holds::Guard(if dice.one_in(3) { Presence::Absent } else { Presence::Given }),
        9 | 10 if !deep => Holds::Object(shape(dice, part, depth + 1)),
        11 if !deep => {
            let each = (0..=dice.of(2)).map(|_| Holds::Object(shape(dice, part, depth + 1))).collect::<Vec<_>>();
            Holds::Each {
                each: each.into(),
                required: dice.one_in(4),
                newest_first: dice.one_in(2),
                single: dice.one_in(4),
            }
        }
        _ => Holds::One(role(dice, part)),
    }
}

/// A payload that one of these may fit.
pub fn payload(dice: &mut Dice<'_>, readings: &[Reading]) -> String {
    let mut text = String::new();
    let reading = &readings[dice.of(readings.len())];
    object(dice, &reading.payload, &mut text);
    text
}

fn object(dice: &mut Dice<'_>, shape: &Shape, text: &mut String) {
    text.push('{');
    let mut fields: Vec<&Field> = shape.object.iter().collect();
    let by = dice.of(fields.len().max(1));
    fields.rotate_left(by);
    let mut first = true;
    for field in fields {
        if dice.one_in(8) != matches!(field.holds, Holds::Guard(Presence::Absent)) {
            continue;
        }
        let comma = if first { "" } else { "," };
        first = false;
        write!(text, "{comma}\"{}\":", field.name()).unwrap();
        value(dice, &field.holds, text);
    }
    let comma = if first { "" } else { "," };
    if dice.one_in(3) {
        write!(text, "{comma}\"besides\":[{{\"a\":1}}]").unwrap();
    }
    text.push('}');
}

fn value(dice: &mut Dice<'_>, holds: &Holds, text: &mut String) {
    const ANY: [&str; 8] = ["null", "[]", "{}", "7", "\"x\"", "true", "-1", "[null,{\"a\":\"x\"}]"];
    if dice.one_in(12) {
        // Text or numbers in the place of an object or a list: no reading need fit such a payload at all.
        let nested = matches!(holds, Holds::Object(_) | Holds::Each { .. });
        text.push_str(if nested { dice.pick(&ANY[..3]) } else { dice.pick(&ANY) });
        return;
    }
    match holds {
        Holds::Object(shape) => object(dice, shape, text),
        Holds::Is { .. } => text.push_str(dice.pick(&["\"x\"", "1", "true", "\"1\"", "\"true\"", "\"y\""])),
        Holds::Guard(_) => text.push_str(dice.pick(&["1", "\"\"", "{}", "null"])),
        Holds::Each { each, .. } => {
            text.push('[');
            for number in 0..dice.of(4) {
                text.push_str(if number > 0 { "," } else { "" });
                let item = &each[dice.of(each.len())];
                value(dice, item, text);
            }
            text.push(']');
        }
        Holds::One(role) | Holds::Required { required: role } => text.push_str(said(dice, *role)),
        Holds::All(roles) => text.push_str(said(dice, roles[0])),
    }
}

fn said(dice: &mut Dice<'_>, role: Role) -> &'static str {
    match role {
        Role::Currency => dice.pick(&["\"INR\"", "\"inr\"", "\"JPY\""]),
        Role::OccurredAt | Role::CaptureBefore => dice.pick(&["100", "\"1970-01-01T00:01:40Z\"", "200"]),
        Role::OrderTakesParts | Role::CapturedFlag => dice.pick(&["true", "false", "\"1\"", "0"]),
        Role::Number | Role::OrderNumber => dice.pick(&["21", "\"21\"", "22", "\"x\""]),
        Role::OrderWord | Role::Word | Role::RequestWord => dice.pick(&["\"charged\"", "\"done\"", "\"failed\""]),
        Role::OrderId | Role::Id | Role::Uuid | Role::RequestKey | Role::RequestId | Role::RequestOf => {
            dice.pick(&["\"t-1\"", "\"t-1\"", "\"t-2\""])
        }
        _ => dice.pick(&["5", "5", "5", "10", "0", "\"5\""]),
    }
}
