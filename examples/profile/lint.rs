//! What a profile leaves open, with the risk of each; and how two profiles differ.

use order_capture::profiles::{
    AmountForm, CanonicalStatus, CaptureMode, Confidence, Holds, KeyPlace, Part, ProfileRows, Reading, Role, Says,
    Shape, Topic, VoidMode,
};
use order_capture::statements::Fate;
use order_capture::{Operation, Profile};
use serde_json::Value;

/// Something that a profile does not say, and what may come of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpenPoint {
    /// The part of the profile that would say it.
    pub(crate) place: &'static str,
    /// What is not said.
    pub(crate) open: String,
    /// What may happen because of that.
    pub(crate) risk: &'static str,
}

/// One place in which two profiles differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The place: `capabilities.void`, `statuses[VOIDED].maps_to`.
    pub(crate) place: String,
    /// What the first says there; `None` where it says nothing.
    pub(crate) left: Option<String>,
    /// What the second says there.
    pub(crate) right: Option<String>,
}

/// What a profile leaves open. Nothing of it is wrong; each is something that nobody knows, or that the caller does.
pub(crate) fn leaves_open(rows: &ProfileRows) -> Vec<OpenPoint> {
    let mut lint = Lint { rows, open: Vec::new() };
    lint.deadlines();
    lint.captures();
    lint.keys();
    lint.answers();
    lint.amounts();
    lint.sources();
    lint.open
}

struct Lint<'p> {
    rows: &'p ProfileRows,
    open: Vec<OpenPoint>,
}

impl Lint<'_> {
    fn point(&mut self, place: &'static str, open: impl Into<String>, risk: &'static str) {
        self.open.push(OpenPoint { place, open: open.into(), risk });
    }

    fn deadlines(&mut self) {
        let told = says(self.rows, Role::CaptureBefore);
        let lasts = self.rows.capabilities.hold.as_ref().and_then(|hold| hold.seconds);
        let risk = "a capture is sent after the hold ended: it fails late, or is reversed after the goods have left";
        match (told, lasts) {
            (true, _) => {}
            (false, Some(_)) => self.point(
                "readings",
                "no payload states the deadline; pass the one that follows from how long a hold lasts",
                risk,
            ),
            (false, None) => {
                self.point("capabilities.hold", "no deadline: neither a payload nor a row says when a hold ends", risk)
            }
        }
    }

    fn captures(&mut self) {
        let can = &self.rows.capabilities;
        if let CaptureMode::Several { says_final, .. } = can.captures {
            if !says_final {
                let risk = "the rest stays held until it is voided";
                self.point("capabilities.captures", "no final rule: no capture can say that it is the last one", risk);
            }
            if can.most_captures.is_none() {
                let risk = "the last shipment's capture is refused";
                self.point("capabilities.most_captures", "nothing says how many captures there can be", risk);
            }
            if !names(self.rows, Part::Capture, Role::RequestKey) {
                let risk = "of two captures of the same amount, a statement about one may be taken for the other";
                self.point("readings", "no payload of a capture states its idempotency key", risk);
            }
        }
        if can.adjustment && !rows_say(self.rows, Says::Adjusted) {
            let risk =
                "a payload with the new amount is the conflict amount-mismatch until somebody records the adjustment";
            self.point("readings", "no payload tells that the authorization was adjusted", risk);
        }
        if can.over_capture.as_ref().is_some_and(|over| over.percent.is_none() && over.at_most.is_empty())
            && !says(self.rows, Role::MostCaptured)
        {
            let risk = "over-capture that the provider allows is refused here";
            self.point("readings", "no payload names the most that may be captured, and no row does", risk);
        }
        if can.void == VoidMode::None {
            let risk = "money that is not captured stays held until it expires";
            self.point("capabilities.void", "nothing can be voided", risk);
        }
        if !can.captured_is_told {
            let risk = "captured money is missing in the books until somebody records it";
            self.point("capabilities.captured_is_told", "no payload says that money was captured", risk);
        }
    }

    fn keys(&mut self) {
        let risk = "a repeat after a timeout may be a second request";
        for operation in Operation::ALL {
            if operation == Operation::Void && self.rows.capabilities.void == VoidMode::None {
                continue;
            }
            let place = match operation {
                Operation::Capture => "capabilities.capture.key_use",
                Operation::Void => "capabilities.void_request.key_use",
                Operation::Refund => "capabilities.refund.key_use",
            };
            match &self.rows.capabilities.form(operation).key_use {
                None => self.point(
                    place,
                    format!("nothing says how the key of a {operation} travels, nor how long it is kept"),
                    risk,
                ),
                Some(key) if key.kept.is_none() && key.place == KeyPlace::None => {
                    self.point(
                        place,
                        format!("a {operation} has no key; only the provider's own state refuses a second one"),
                        risk,
                    );
                }
                Some(key) if key.kept.is_none() => {
                    self.point(place, format!("nothing says how long the key of a {operation} is kept"), risk);
                }
                Some(_) => {}
            }
        }
    }

    fn answers(&mut self) {
        let rows = self.rows;
        let status = |wanted| rows.statuses.iter().any(|row| row.maps_to == wanted) || means(rows, wanted);
        if !tells(self.rows, Operation::Capture, Fate::Failed) && !status(CanonicalStatus::CaptureFailed) {
            let risk = "its money stays reserved until a person reports";
            self.point("readings", "no payload says that a capture failed", risk);
        }
        if !tells(self.rows, Operation::Capture, Fate::Reversed) {
            let risk = "money of a reversed capture stays in the books";
            self.point("readings", "no payload says that a capture was reversed", risk);
        }
        if !tells(self.rows, Operation::Refund, Fate::Failed) {
            let risk = "a refund that failed is believed to be on its way";
            self.point("readings", "no payload says that a refund failed", risk);
        }
        for (wanted, what) in [(CanonicalStatus::Voided, "voided"), (CanonicalStatus::Expired, "expired by itself")] {
            let by_itself = wanted == CanonicalStatus::Expired && status(CanonicalStatus::AutoRefunded);
            if !status(wanted) && !by_itself {
                let risk = "money is believed to be held that is free";
                self.point("statuses", format!("no word alone says that a hold was {what}"), risk);
            }
        }
        if self.rows.errors.is_empty() {
            let risk =
                "an error that means \"this went through before\" is read as refused, if its status is a safe one";
            self.point("errors", "no error of the provider is known by its code or text", risk);
        }
    }

    fn amounts(&mut self) {
        let integers = self.rows.capabilities.amount_form != AmountForm::Major;
        if integers && !self.rows.currencies.iter().any(|row| row.on_wire.is_some()) {
            let risk = "an amount is read as a hundred times too much if the provider counts other digits";
            self.point(
                "currencies",
                "every currency is counted as ISO 4217 has it; nothing says that the provider does",
                risk,
            );
        }
        for row in self.rows.currencies.iter().filter(|row| row.on_wire.is_some()) {
            if row.source.confidence > Confidence::Official {
                let risk = "every amount in it is refused";
                self.point("currencies", format!("the digits of {} are hearsay", row.code), risk);
            }
        }
    }

    fn sources(&mut self) {
        let unsure: Vec<&str> = self
            .rows
            .statuses
            .iter()
            .filter(|row| row.source.confidence >= Confidence::ThirdParty)
            .map(|row| &*row.text)
            .collect();
        if !unsure.is_empty() {
            let risk = "the provider may mean something else by it";
            self.point("statuses", format!("known from others, or deduced: {}", unsure.join(", ")), risk);
        }
        for topic in Topic::ALL {
            let mut rows = self.rows.facts.iter().filter(|fact| fact.about == topic).peekable();
            if rows.peek().is_none() {
                let risk = "the atlas has an empty cell, and somebody guesses";
                self.point("facts", format!("there is no fact about {}", topic.as_str()), risk);
            }
            for fact in rows.filter(|fact| fact.source.confidence == Confidence::Inferred) {
                let risk = "the profile relies on what no source states";
                self.point("facts", format!("about {}, deduced: {}", topic.as_str(), fact.says), risk);
            }
        }
        let lonely: Vec<&str> = self
            .rows
            .readings
            .iter()
            .filter(|reading| reading.refused.is_some())
            .map(|reading| &*reading.name)
            .collect();
        if !lonely.is_empty() {
            let risk = "their content is known only once another payload is passed";
            self.point("readings", format!("payloads that are not read: {}", lonely.join("; ")), risk);
        }
    }
}

/// Whether a value of some payload says this.
fn says(rows: &ProfileRows, role: Role) -> bool {
    rows.readings.iter().any(|reading| shape_says(&reading.payload, None, &|_, found| found == role))
}

/// Whether a value of some payload says this of one such part.
fn names(rows: &ProfileRows, part: Part, role: Role) -> bool {
    rows.readings
        .iter()
        .any(|reading| shape_says(&reading.payload, None, &|of, found| of == Some(part) && found == role))
}

/// Whether a reading says this by being one.
fn rows_say(rows: &ProfileRows, says: Says) -> bool {
    rows.readings.iter().any(|reading| reading.says == Some(says))
}

/// Whether a reading says this of the transaction by being one.
fn means(rows: &ProfileRows, wanted: CanonicalStatus) -> bool {
    let says = |reading: &Reading| match reading.says {
        Some(Says::Status(status)) => status == wanted,
        Some(Says::Fate(_) | Says::Adjusted) | None => false,
    };
    rows.readings.iter().any(says)
}

/// Whether some payload tells this fate of such a request.
fn tells(rows: &ProfileRows, operation: Operation, fate: Fate) -> bool {
    let part = match operation {
        Operation::Capture => Part::Capture,
        Operation::Void => Part::Void,
        Operation::Refund => Part::Refund,
    };
    let by_reading = |reading: &Reading| reading.says == Some(Says::Fate(fate)) && reading.payload.of == Some(part);
    let table = if operation == Operation::Refund { &rows.refund_words } else { &rows.request_words };
    let by_word = table.iter().any(|row| row.fate == fate && row.of.is_none_or(|of| of == operation));
    by_word || rows.readings.iter().any(by_reading)
}

/// Whether a value below this shape fits.
fn shape_says(shape: &Shape, around: Option<Part>, fits: &dyn Fn(Option<Part>, Role) -> bool) -> bool {
    let of = shape.of.or(around);
    shape.object.iter().any(|field| holds_say(&field.holds, of, fits))
}

fn holds_say(holds: &Holds, of: Option<Part>, fits: &dyn Fn(Option<Part>, Role) -> bool) -> bool {
    match holds {
        Holds::Object(shape) => shape_says(shape, of, fits),
        Holds::Each { each, .. } => each.iter().any(|item| holds_say(item, of, fits)),
        other => other.roles().iter().any(|role| fits(of, *role)),
    }
}

/// Every place in which another profile says something else, in the order of the first; rows are found by their text, name
/// or topic. Samples are left out.
pub(crate) fn differences(left: &Profile, right: &Profile) -> Vec<Difference> {
    let value = |profile: &Profile| serde_json::to_value(profile).unwrap_or(Value::Null);
    let mut found = Vec::new();
    differ("", Some(&value(left)), Some(&value(right)), &mut found);
    found
}

fn differ(place: &str, left: Option<&Value>, right: Option<&Value>, found: &mut Vec<Difference>) {
    if left == right || matches!(place, "samples" | "error_samples") {
        return;
    }
    let inner = |key: &str| if place.is_empty() { key.to_string() } else { format!("{place}.{key}") };
    match (left, right) {
        (Some(Value::Object(ours)), Some(Value::Object(theirs))) => {
            let others = theirs.keys().filter(|key| !ours.contains_key(*key));
            for key in ours.keys().chain(others) {
                differ(&inner(key), ours.get(key), theirs.get(key), found);
            }
        }
        (Some(Value::Array(ours)), Some(Value::Array(theirs))) if ours.iter().chain(theirs).all(Value::is_object) => {
            let find = |rows: &'_ [Value], name: &str| rows.iter().position(|row| row_name(row) == name);
            for row in ours {
                let name = row_name(row);
                let same = find(theirs, &name).and_then(|place| theirs.get(place));
                differ(&format!("{place}[{name}]"), Some(row), same, found);
            }
            for row in theirs.iter().filter(|row| find(ours, &row_name(row)).is_none()) {
                differ(&format!("{place}[{}]", row_name(row)), None, Some(row), found);
            }
        }
        _ => found.push(Difference { place: place.to_string(), left: left.map(shown), right: right.map(shown) }),
    }
}

/// What tells a row apart from the others of its table.
fn row_name(row: &Value) -> String {
    let text = |key| row.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let by = ["text", "name", "about", "code", "outcome", "message"];
    let name = by.into_iter().find_map(text).unwrap_or("?").to_string();
    match row.get("of").and_then(Value::as_str) {
        Some(of) => format!("{name}, {of}"),
        None => name,
    }
}

/// A value for people: a text without its marks, a row by what it says.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(row) => {
            let said = ["maps_to", "fate", "meaning", "says"].into_iter().find_map(|key| row.get(key));
            said.map_or_else(|| value.to_string(), shown)
        }
        other => other.to_string(),
    }
}
