//! Three providers that keep their own books, by their documents and not by their profiles; and what they write.

use order_capture::Operation::{Capture, Refund, Void};
use order_capture::profiles::{CaptureMode, ProfileRows, VoidMode};
use order_capture::{Operation, Profile};
use serde_json::{Value, json};

use super::AUTHORIZED;

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Kind {
    /// Notifications, one event each; several captures at once; captures are reversed.
    Events,
    /// Captures are resources; all together up to 115 %.
    OverCapture,
    /// One capture, which is settled later, and reversed later still.
    Reversed,
}

impl Kind {
    pub fn profile(self) -> Profile {
        let file = match self {
            Self::Events => "adyen.json",
            Self::OverCapture => "paypal.json",
            Self::Reversed => "braintree.json",
        };
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles").join(file);
        let profile = Profile::from_json(&std::fs::read_to_string(path).unwrap()).unwrap();
        if self != Self::Events {
            return profile;
        }
        // An account that takes several captures, as documented; at once is the harder case.
        let mut rows = ProfileRows::clone(&profile);
        rows.capabilities.captures = CaptureMode::Several { at_once: true, says_final: false };
        assert_eq!(rows.capabilities.void, VoidMode::BeforeCapture);
        Profile::new(rows).unwrap()
    }

    /// What the provider lets be captured of an authorization of 100.00, by its documents.
    pub const fn limit(self) -> u64 {
        match self {
            Self::OverCapture => 11_500,
            Self::Events | Self::Reversed => AUTHORIZED,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    Pending,
    Done,
    Failed,
    Reversed,
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub operation: Operation,
    pub key: String,
    pub amount: u64,
    pub fate: Fate,
}

/// The provider's books, and what it wrote.
pub struct Provider {
    pub kind: Kind,
    pub entries: Vec<Entry>,
    pub is_voided: bool,
    pub mail: Vec<(usize, Value)>,
}

impl Provider {
    pub fn sum(&self, operation: Operation, fates: &[Fate]) -> u64 {
        let of = |entry: &&Entry| entry.operation == operation && fates.contains(&entry.fate);
        self.entries.iter().filter(of).map(|entry| entry.amount).sum()
    }

    fn has_any(&self, operation: Operation) -> bool {
        self.entries.iter().any(|entry| entry.operation == operation)
    }

    /// Takes a request on; the place of the entry, or what is wrong.
    pub fn take(&mut self, operation: Operation, key: &str, amount: u64) -> Result<usize, &'static str> {
        let known = |entry: &Entry| entry.operation == operation && entry.key == key;
        if self.kind != Kind::Reversed
            && let Some(place) = self.entries.iter().position(known)
        {
            return Ok(place);
        }
        let open = [Fate::Pending, Fate::Done];
        let taken = self.sum(Capture, &open);
        match operation {
            Capture if self.is_voided => return Err("voided"),
            // One settlement for each transaction, whatever came of it.
            Capture if self.kind == Kind::Reversed && self.has_any(Capture) => return Err("captured before"),
            Capture if taken + amount > self.kind.limit() => return Err("too much"),
            Void if self.is_voided || taken > 0 => return Err("nothing to void"),
            Refund if self.sum(Refund, &open) + amount > self.sum(Capture, &[Fate::Done]) => {
                return Err("too much back");
            }
            Capture | Void | Refund => {}
        }
        self.entries.push(Entry { operation, key: key.into(), amount, fate: Fate::Pending });
        Ok(self.entries.len() - 1)
    }

    pub fn resolve(&mut self, place: usize, succeeds: bool) {
        let entry = &mut self.entries[place];
        if entry.fate == Fate::Pending {
            entry.fate = if succeeds { Fate::Done } else { Fate::Failed };
            self.is_voided |= entry.operation == Void && succeeds;
            self.write(place);
        }
    }

    pub fn reverse(&mut self, place: usize) -> bool {
        let Entry { operation, fate, amount, .. } = self.entries[place];
        let back = self.sum(Refund, &[Fate::Pending, Fate::Done]);
        let can = operation == Capture && fate == Fate::Done && self.kind != Kind::OverCapture;
        if !can || self.sum(Capture, &[Fate::Done]) - amount < back {
            return false;
        }
        self.entries[place].fate = Fate::Reversed;
        self.mail.retain(|(of, _)| *of != place);
        self.write(place);
        true
    }

    /// Writes down what is to be told of an entry, as it is now.
    pub fn write(&mut self, place: usize) {
        if let Some(body) = self.says(place) {
            self.mail.push((place, body));
        }
    }

    pub fn says(&self, place: usize) -> Option<Value> {
        let Entry { operation, key, amount, fate } = &self.entries[place];
        let text = format!("{}.{:02}", amount / 100, amount % 100);
        match self.kind {
            Kind::Events => {
                let (event, success) = match (operation, fate) {
                    (_, Fate::Pending) => return None,
                    (Capture, Fate::Reversed) => ("CAPTURE_FAILED", "true"),
                    (Capture, fate) => ("CAPTURE", if *fate == Fate::Done { "true" } else { "false" }),
                    (Void, fate) => ("CANCELLATION", if *fate == Fate::Done { "true" } else { "false" }),
                    (Refund, fate) => ("REFUND", if *fate == Fate::Done { "true" } else { "false" }),
                };
                let item = json!({
                    "eventCode": event, "success": success, "pspReference": format!("PSP-{place}"),
                    "originalReference": "PSP-auth", "merchantReference": key, "eventDate": "2026-01-02T10:00:00+01:00",
                    "amount": {"currency": "USD", "value": amount}
                });
                Some(json!({"live": "false", "notificationItems": [{"NotificationRequestItem": item}]}))
            }
            Kind::OverCapture => {
                let (kind, word) = match (operation, fate) {
                    (Void, _) | (_, Fate::Reversed) => return None,
                    (Capture, Fate::Failed) => ("capture", "DECLINED"),
                    (Refund, Fate::Failed) => ("refund", "FAILED"),
                    (_, Fate::Pending) => (if *operation == Capture { "capture" } else { "refund" }, "PENDING"),
                    (_, Fate::Done) => (if *operation == Capture { "capture" } else { "refund" }, "COMPLETED"),
                };
                let resource = json!({
                    "id": format!("ID-{place}"), "status": word, "invoice_id": key,
                    "amount": {"currency_code": "USD", "value": text}
                });
                Some(json!({"id": "WH-1", "event_type": "an event", "resource_type": kind, "resource": resource}))
            }
            Kind::Reversed => {
                let word = match (operation, fate) {
                    (Void, _) => return None,
                    (_, Fate::Pending) => "SUBMITTED_FOR_SETTLEMENT",
                    (_, Fate::Done) => "SETTLED",
                    (_, Fate::Failed | Fate::Reversed) => "SETTLEMENT_DECLINED",
                };
                let amount = json!({"value": text, "currencyCode": "USD"});
                let held = json!({"status": "AUTHORIZED", "amount": {"value": "100.00", "currencyCode": "USD"}});
                let node = match operation {
                    Refund => json!({
                        "id": format!("bt-refund-{place}"), "status": word, "amount": amount,
                        "refundedTransaction": {"id": "bt-1"}
                    }),
                    _ => json!({"id": "bt-1", "status": word, "amount": amount, "statusHistory": [held]}),
                };
                Some(json!({"data": {"node": node}}))
            }
        }
    }
}
