#![no_main]

//! Random readings over random payloads. The bytes choose both: shapes of a few names and every role, and a text of the
//! same names. Each payload is read as the profile says, and so is the raw text.

mod common;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use order_capture::profiles::{
    CanonicalStatus, Confidence, Field, Fields, Holds, Part, Presence, ProfileRows, Reading, Role, Says, Shape, Source,
};
use order_capture::statements::Fate;
use order_capture::*;

static ROWS: LazyLock<ProfileRows> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../profiles/checkout.json")).unwrap());

const NAMES: [&str; 8] = ["a", "b", "id", "status", "amount", "currency", "list", "of"];
const ROLES: [&str; 29] = [
    "order.id", "order.word", "order.number", "order.price", "order.amount", "order.captured", "order.refunded",
    "order.takes-parts", "transaction.id", "transaction.uuid", "transaction.word", "transaction.number",
    "transaction.authorized", "transaction.authorized-if-alone", "transaction.authorized-at-first", "transaction.pays",
    "transaction.captured", "transaction.refunded", "transaction.captured-flag", "transaction.capture-before",
    "request.key", "request.id", "request.amount", "request.word", "request.of", "currency", "occurred-at",
    "error.code",
    "error.text",
];
const WORDS: [&str; 6] = ["Authorized", "Captured", "Voided", "Refunded", "Pending", "x"];
const VALUES: [&str; 12] = [
    "null", "true", "0", "1", "4000", "10000", "-1", "2.5", "\"INR\"", "\"USD\"", "\"t-1\"", "\"2026-01-01T00:00:00Z\"",
];

/// Bytes, one after the other; zeros once they are used up.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn next(&mut self) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first)
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.next() % choices.len()]
    }

    fn role(&mut self) -> Role {
        serde_json::from_value(serde_json::Value::from(self.of(&ROLES))).unwrap()
    }

    fn holds(&mut self, depth: usize) -> Holds {
        match self.next() % if depth == 0 { 8 } else { 12 } {
            0 => Holds::Guard(self.of(&[Presence::Given, Presence::Absent])),
            1 => Holds::Is { is: vec![self.of(&WORDS).into(), "1".into()].into(), or_absent: self.next() % 2 == 0 },
            2 => Holds::Required { required: self.role() },
            3 => Holds::All(vec![self.role(), self.role()].into()),
            4..8 => Holds::One(self.role()),
            8 | 9 => Holds::Object(self.shape(depth - 1)),
            _ => Holds::Each {
                each: (0..self.next() % 3 + 1).map(|_| self.holds(depth - 1)).collect(),
                required: self.next() % 4 == 0,
                newest_first: self.next() % 2 == 0,
                single: self.next() % 4 == 0,
            },
        }
    }

    fn shape(&mut self, depth: usize) -> Shape {
        let parts = [Part::Transaction, Part::Listed, Part::Capture, Part::Void, Part::Refund];
        let of = (self.next() % 2 == 0).then(|| self.of(&parts));
        let names = NAMES.iter().filter(|_| self.next() % 2 == 0).copied().collect::<Vec<_>>();
        let fields: Vec<Field> =
            names.into_iter().map(|name| Field::new(name.into(), self.holds(depth))).collect();
        Shape { of, required: self.next() % 4 == 0, object: Fields::of(fields.into()) }
    }

    fn reading(&mut self, name: String) -> Reading {
        let payload = self.shape(3);
        let says = match self.next() % 6 {
            0 => Some(Says::Status(self.of(&CanonicalStatus::ALL))),
            1 => Some(Says::Fate(self.of(&[Fate::Accepted, Fate::Succeeded, Fate::Failed, Fate::Reversed]))),
            _ => None,
        };
        let refused = (self.next() % 8 == 0).then(|| "another".into());
        let source = Source { document: "made up".into(), confidence: Confidence::Official };
        Reading { name: name.into(), payload, says, refused, source }
    }

    /// What may stand in a place; mostly what the place is for.
    fn value(&mut self, holds: Option<&Holds>, depth: usize, text: &mut String) {
        match holds {
            Some(Holds::Object(shape)) if self.next() % 8 != 0 => self.object(&shape.object, depth, text),
            Some(Holds::Each { each, .. }) if self.next() % 8 != 0 => {
                text.push('[');
                for at in 0..self.next() % 4 {
                    text.push_str(if at == 0 { "" } else { "," });
                    let pick = self.next();
                    self.value(each.get(pick % each.len()), depth, text);
                }
                text.push(']');
            }
            _ => match self.next() % 8 {
                0 => text.push_str(self.of(&["{}", "[]", "[1]", "{\"a\":1}"])),
                1..4 => *text += &format!("\"{}\"", self.of(&WORDS)),
                _ => text.push_str(self.of(&VALUES)),
            },
        }
    }

    fn object(&mut self, fields: &Fields, depth: usize, text: &mut String) {
        text.push('{');
        let before = text.len();
        for field in fields.iter() {
            for _ in 0..[1, 1, 1, 1, 1, 1, 0, 2][self.next() % 8] {
                text.push_str(if text.len() == before { "" } else { "," });
                *text += &format!("\"{}\":", field.name());
                self.value(Some(&field.holds), depth.saturating_sub(1), text);
            }
        }
        text.push('}');
    }
}

fuzz_target!(|input: (&[u8], &str)| {
    let (bytes, raw) = input;
    let mut bytes = Bytes(bytes);
    let mut rows = ROWS.clone();
    rows.readings = (0..bytes.next() % 3 + 1).map(|at| bytes.reading(format!("r{at}"))).collect();
    let Ok(profile) = Profile::new(rows) else { return };
    for reading in profile.readings.iter() {
        let mut text = String::new();
        bytes.object(&reading.payload.object, 3, &mut text);
        common::observe(&text, &profile);
    }
    common::observe(raw, &profile);
});
