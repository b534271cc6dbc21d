//! What a profile leaves open, with the risk of each; and how two profiles differ.

use serde_json::Value;

use crate::hold::request::Operation;
use crate::profile::{
    AmountForm, CanonicalStatus, CaptureMode, Confidence, Holds, KeyPlace, Part, Profile, ProfileRows, Reading, Role,
    Says, Shape, Topic, VoidMode,
};
use crate::statement::Fate;

/// Something that a profile does not say, and what may come of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenPoint {
    /// The part of the profile that would say it.
    pub place: &'static str,
    /// What is not said.
    pub open: String,
    /// What may happen because of that.
    pub risk: &'static str,
}

/// One place in which two profiles differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The place: `capabilities.void`, `statuses[VOIDED].maps_to`.
    pub place: String,
    /// What the first says there; `None` where it says nothing.
    pub left: Option<String>,
    /// What the second says there.
    pub right: Option<String>,
}

impl ProfileRows {
    /// What this profile leaves open. Nothing of it is wrong; each is something that nobody knows, or that the caller does.
    ///
    /// ```
    /// use order_capture::razorpay;
    /// let open = razorpay::PROFILE.leaves_open();
    /// assert!(open.iter().any(|point| point.open.contains("deadline")));
    /// ```
    #[must_use]
    pub fn leaves_open(&self) -> Vec<OpenPoint> {
        let mut open = Vec::new();
        self.deadlines(&mut open);
        self.captures(&mut open);
        self.keys(&mut open);
        self.answers(&mut open);
        self.amounts(&mut open);
        self.sources(&mut open);
        open
    }

    fn deadlines(&self, open: &mut Vec<OpenPoint>) {
        let told = self.says(Role::CaptureBefore);
        let lasts = self.capabilities.hold.as_ref().and_then(|hold| hold.seconds);
        let risk = "a capture is sent after the hold ended: it fails late, or is taken back after the goods have left";
        match (told, lasts) {
            (true, _) => {}
            (false, Some(_)) => point(
                open,
                "readings",
                "no payload names the deadline; hand over the one that follows from how long a hold lasts",
                risk,
            ),
            (false, None) => {
                point(open, "capabilities.hold", "no deadline: neither a payload nor a row says when a hold ends", risk)
            }
        }
    }

    fn captures(&self, open: &mut Vec<OpenPoint>) {
        let can = &self.capabilities;
        if let CaptureMode::Several { says_final, .. } = can.captures {
            if !says_final {
                let risk = "the rest stays held until it is voided";
                point(open, "capabilities.captures", "no final rule: no capture can say that it is the last one", risk);
            }
            if can.most_captures.is_none() {
                let risk = "the last shipment's capture is refused";
                point(open, "capabilities.most_captures", "nothing says how many captures there can be", risk);
            }
            if !self.names(Part::Capture, Role::RequestKey) {
                let risk = "of two captures of the same amount, what is said of one may be taken for the other";
                point(open, "readings", "no payload of a capture names the key that it was asked under", risk);
            }
        }
        if can.over_capture.as_ref().is_some_and(|over| over.percent.is_none() && over.at_most.is_empty())
            && !self.says(Role::MostCaptured)
        {
            let risk = "over-capture that the provider allows is refused here";
            point(open, "readings", "no payload names the most that may be captured, and no row does", risk);
        }
        if can.void == VoidMode::None {
            let risk = "money that is not captured stays held until it expires";
            point(open, "capabilities.void", "nothing can be voided", risk);
        }
        if !can.captured_is_told {
            let risk = "captured money is in no books until somebody records it";
            point(open, "capabilities.captured_is_told", "no payload tells that money was captured", risk);
        }
    }

    fn keys(&self, open: &mut Vec<OpenPoint>) {
        let risk = "a repeat after a timeout may be a second request";
        for operation in Operation::ALL {
            if operation == Operation::Void && self.capabilities.void == VoidMode::None {
                continue;
            }
            let place = match operation {
                Operation::Capture => "capabilities.capture.key_use",
                Operation::Void => "capabilities.void_request.key_use",
                Operation::Refund => "capabilities.refund.key_use",
            };
            match &self.capabilities.form(operation).key_use {
                None => point(
                    open,
                    place,
                    format!("nothing says how the key of a {operation} travels, nor how long it is kept"),
                    risk,
                ),
                Some(key) if key.kept.is_none() && key.place == KeyPlace::None => {
                    point(
                        open,
                        place,
                        format!("a {operation} has no key; only the provider's own state refuses a second one"),
                        risk,
                    );
                }
                Some(key) if key.kept.is_none() => {
                    point(open, place, format!("nothing says how long the key of a {operation} is kept"), risk);
                }
                Some(_) => {}
            }
        }
    }

    fn answers(&self, open: &mut Vec<OpenPoint>) {
        let status = |wanted| self.statuses.iter().any(|row| row.maps_to == wanted) || self.means(wanted);
        if !self.tells(Operation::Capture, Fate::Failed) && !status(CanonicalStatus::CaptureFailed) {
            let risk = "its money stays reserved until a person reports";
            point(open, "readings", "no payload tells that a capture failed", risk);
        }
        if !self.tells(Operation::Capture, Fate::Reversed) {
            let risk = "money that the provider took back stays in the books";
            point(open, "readings", "no payload tells that a capture was reversed", risk);
        }
        if !self.tells(Operation::Refund, Fate::Failed) {
            let risk = "a refund that failed is believed to be on its way";
            point(open, "readings", "no payload tells that a refund failed", risk);
        }
        for (wanted, what) in [(CanonicalStatus::Voided, "voided"), (CanonicalStatus::Expired, "expired by itself")] {
            let by_itself = wanted == CanonicalStatus::Expired && status(CanonicalStatus::AutoRefunded);
            if !status(wanted) && !by_itself {
                let risk = "money is believed to be held that is free";
                point(open, "statuses", format!("no word tells that a hold was {what}"), risk);
            }
        }
        if self.errors.is_empty() {
            let risk =
                "an error that means \"this went through before\" is read as refused, if its status is a safe one";
            point(open, "errors", "no error of the provider is known by its code or text", risk);
        }
    }

    fn amounts(&self, open: &mut Vec<OpenPoint>) {
        let integers = self.capabilities.amount_form != AmountForm::Major;
        if integers && !self.currencies.iter().any(|row| row.on_wire.is_some()) {
            let risk = "an amount is read a hundredfold where the provider counts other digits";
            point(
                open,
                "currencies",
                "every currency is counted as ISO 4217 has it; nothing says that the provider does",
                risk,
            );
        }
        for row in self.currencies.iter().filter(|row| row.on_wire.is_some()) {
            if row.source.confidence > Confidence::Official {
                let risk = "every amount in it is refused";
                point(open, "currencies", format!("the digits of {} are hearsay", row.code), risk);
            }
        }
    }

    fn sources(&self, open: &mut Vec<OpenPoint>) {
        let unsure: Vec<&str> = self
            .statuses
            .iter()
            .filter(|row| row.source.confidence >= Confidence::ThirdParty)
            .map(|row| &*row.text)
            .collect();
        if !unsure.is_empty() {
            let risk = "the provider may mean something else by it";
            point(open, "statuses", format!("known from others, or deduced: {}", unsure.join(", ")), risk);
        }
        for topic in Topic::ALL {
            let mut rows = self.facts.iter().filter(|fact| fact.about == topic).peekable();
            if rows.peek().is_none() {
                let risk = "the atlas has an empty cell, and somebody guesses";
                point(open, "facts", format!("nothing is said of {}", topic.as_str()), risk);
            }
            for fact in rows.filter(|fact| fact.source.confidence == Confidence::Inferred) {
                let risk = "the profile acts on what nobody says";
                point(open, "facts", format!("of {}, deduced: {}", topic.as_str(), fact.says), risk);
            }
        }
        let lonely: Vec<&str> =
            self.readings.iter().filter(|reading| reading.refused.is_some()).map(|reading| &*reading.name).collect();
        if !lonely.is_empty() {
            let risk = "what it tells is known only once somebody hands over something else";
            point(open, "readings", format!("payloads that are not read: {}", lonely.join("; ")), risk);
        }
    }

    /// Whether a value of some payload says this.
    fn says(&self, role: Role) -> bool {
        self.readings.iter().any(|reading| shape_says(&reading.payload, None, &|_, found| found == role))
    }

    /// Whether a value of some payload says this of one such part.
    fn names(&self, part: Part, role: Role) -> bool {
        self.readings
            .iter()
            .any(|reading| shape_says(&reading.payload, None, &|of, found| of == Some(part) && found == role))
    }

    /// Whether a reading says this of the transaction by being one.
    fn means(&self, wanted: CanonicalStatus) -> bool {
        let says = |reading: &Reading| match reading.says {
            Some(Says::Status(status) | Says::End { status, .. }) => status == wanted,
            Some(Says::Fate(_)) | None => false,
        };
        self.readings.iter().any(says)
    }

    /// Whether some payload tells this fate of such a request.
    fn tells(&self, operation: Operation, fate: Fate) -> bool {
        let part = match operation {
            Operation::Capture => Part::Capture,
            Operation::Void => Part::Void,
            Operation::Refund => Part::Refund,
        };
        let by_reading = |reading: &Reading| reading.says == Some(Says::Fate(fate)) && reading.payload.of == Some(part);
        let table = if operation == Operation::Refund { &self.refund_words } else { &self.request_words };
        let by_word = table.iter().any(|row| row.fate == fate && row.of.is_none_or(|of| of == operation));
        by_word || self.readings.iter().any(by_reading)
    }
}

impl Topic {
    /// Its name in a profile's JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lifecycle => "lifecycle",
            Self::Captures => "captures",
            Self::Parts => "parts",
            Self::Final => "final",
            Self::Void => "void",
            Self::Expiry => "expiry",
            Self::OverCapture => "over-capture",
            Self::Adjustment => "adjustment",
            Self::Keys => "keys",
            Self::Failure => "failure",
            Self::Refunds => "refunds",
            Self::Amounts => "amounts",
            Self::Caller => "caller",
        }
    }
}

fn point(open: &mut Vec<OpenPoint>, place: &'static str, what: impl Into<String>, risk: &'static str) {
    open.push(OpenPoint { place, open: what.into(), risk });
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

impl Profile {
    /// Every place in which another profile says something else, in the order of this one; rows are found by their text,
    /// name or topic. Samples are left out.
    ///
    /// ```
    /// use order_capture::juspay;
    /// let differences = juspay::CYBERSOURCE.differences(&juspay::FULL_ONLY);
    /// let captures = differences.iter().find(|one| one.place == "capabilities.captures").ok_or("they differ in it")?;
    /// assert_eq!((captures.left.as_deref(), captures.right.as_deref()), (Some("single"), Some("full")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<Difference> {
        let value = |profile: &Self| serde_json::to_value(profile).unwrap_or(Value::Null);
        let mut found = Vec::new();
        differ("", Some(&value(self)), Some(&value(other)), &mut found);
        found
    }
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
