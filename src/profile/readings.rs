//! How a provider's payloads are read: patterns that look like the payload and say what each value means.
//!
//! A [`Reading`] is one shape of payload. It is written like the payload: the same names in the same places, and in
//! place of each value, its meaning. The first reading that fits decides.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::slice;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::names::{is_default, names};
use crate::profile::{CanonicalStatus, Source};
use crate::statement::Fate;

/// The most fields that one object of a reading may name.
pub(crate) const MAX_FIELDS: usize = 64;

/// One shape in which a provider's payloads come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// What it is, for people: `"a webhook of an order"`.
    pub name: Cow<'static, str>,
    /// The payload, with what its values say in their places.
    pub payload: Shape,
    /// What such a payload says by its shape, if no word in it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<Says>,
    /// If such a payload cannot be read: what a person should pass instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Cow<'static, str>>,
    /// Which document shows it.
    pub source: Source,
}

/// What a payload says by its shape: the name of an event, a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Says {
    /// What the transaction is.
    Status(CanonicalStatus),
    /// The outcome of the capture, void or refund that the payload is about.
    Fate(Fate),
    /// That the authorization was adjusted: what is authorized in it is a new total, not a difference.
    Adjusted,
}

/// An object of a payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// What the object is about, if it is about one thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Part>,
    /// Whether the reading fits only if the object is present.
    #[serde(default, skip_serializing_if = "is_default")]
    pub required: bool,
    /// Its fields. Other fields are not read.
    pub object: Fields,
}

names! {
    /// What an object is about. Without a part it is about the order, or about the same thing as the object around it.
    pub enum Part {
        Transaction "transaction" "The transaction that the payload is about."
        Listed "listed" "One of all the transactions of the order."
        Capture "capture" "One capture."
        Void "void" "One void."
        Refund "refund" "One refund."
    }
}

/// The fields of an object that are looked at, each by its name; in JSON an object of the same names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(with = "std::collections::BTreeMap<String, Holds>")
)]
pub struct Fields {
    rows: Cow<'static, [Field]>,
    /// A bit for each name, from its length and two of its letters: most names of a payload are in no row, and one
    /// comparison skips them. A name whose [mark] is not among them is in no row.
    pub(crate) marks: u64,
    /// The places of those without which the reading does not fit: bit 0 is the first.
    pub(crate) needed: u64,
}

impl Fields {
    /// These.
    pub const fn of(rows: Cow<'static, [Field]>) -> Self {
        let (marks, needed) = match &rows {
            Cow::Borrowed(rows) => sums(rows),
            Cow::Owned(rows) => sums(rows.as_slice()),
        };
        Self { rows, marks, needed }
    }

    /// The row of a name, with its place. The [mark] is the name's.
    pub(crate) fn find(&self, name: &str, mark: u64) -> Option<(usize, &Field)> {
        if self.marks & mark == 0 {
            return None;
        }
        self.rows.iter().enumerate().find(|(_, field)| field.mark == mark && field.name == name)
    }
}

impl Deref for Fields {
    type Target = [Field];

    fn deref(&self) -> &[Field] {
        &self.rows
    }
}

/// The marks of all names, and the bits of those that are needed.
const fn sums(rows: &[Field]) -> (u64, u64) {
    let (mut marks, mut needed, mut bit, mut rest) = (0, 0, 1_u64, rows);
    while let Some((field, others)) = rest.split_first() {
        marks |= field.mark;
        needed |= if field.holds.is_needed() { bit } else { 0 };
        (bit, rest) = (bit.unbounded_shl(1), others);
    }
    (marks, needed)
}

/// The mark of a name: one bit of 64.
pub(crate) const fn mark(name: &[u8]) -> u64 {
    match (name.first(), name.last()) {
        (Some(first), Some(last)) => {
            let [length, ..] = name.len().to_le_bytes();
            1_u64.rotate_left(u32::from_be_bytes([0, 0, 0, first.rotate_left(1) ^ last.rotate_left(4) ^ length]))
        }
        _ => 1,
    }
}

/// One field of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub(crate) name: Cow<'static, str>,
    /// What its value is.
    pub holds: Holds,
    /// The mark of its name.
    mark: u64,
}

impl Field {
    /// A field with this name, and the meaning of its value.
    pub const fn new(name: Cow<'static, str>, holds: Holds) -> Self {
        let mark = match &name {
            Cow::Borrowed(name) => mark(name.as_bytes()),
            Cow::Owned(name) => mark(name.as_bytes()),
        };
        Self { name, holds, mark }
    }

    /// Its name in the payload.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// What the value of a field is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(
    untagged,
    deny_unknown_fields,
    expecting = "expected what the value says (\"order.id\", a list of such, or {\"required\": ..}), a guard (\"given\", \
                 \"absent\" or {\"is\": [..]}), {\"object\": {..}} or {\"each\": [..]}"
)]
pub enum Holds {
    /// A guard: the reading fits only if the field has a value, or only if it has none.
    Guard(Presence),
    /// A value that says this.
    One(Role),
    /// A value that says all of these.
    All(Cow<'static, [Role]>),
    /// A value that says this, and without which the reading does not fit.
    Required {
        /// What it says.
        required: Role,
    },
    /// A guard: the reading fits only if the field has one of these values. Numbers and flags are compared as they are
    /// written.
    Is {
        /// The texts.
        is: Cow<'static, [Cow<'static, str>]>,
        /// Whether it also fits if there is no value.
        #[serde(default, skip_serializing_if = "is_default")]
        or_absent: bool,
    },
    /// An object.
    Object(Shape),
    /// A list. Each of its items is read by the first of these that fits it; an item that none fits says nothing.
    Each {
        /// What an item may be.
        each: Cow<'static, [Holds]>,
        /// Whether the reading fits only if one of these fits an item.
        #[serde(default, skip_serializing_if = "is_default")]
        required: bool,
        /// Whether the newest item comes first.
        #[serde(default, skip_serializing_if = "is_default")]
        newest_first: bool,
        /// Whether the reading fits only if the list has exactly one item: of several, none may be skipped.
        #[serde(default, skip_serializing_if = "is_default")]
        single: bool,
    },
}

names! {
    /// Whether a field has a value; null and an empty list are none.
    pub enum Presence {
        Given "given" "Something."
        Absent "absent" "Nothing."
    }

    /// The meaning of a value. Amounts are in the currency of their own object, otherwise in that of the object around
    /// it.
    pub enum Role {
        OrderId "order.id" "The provider's name of the order."
        OrderWord "order.word" "The word for the order."
        OrderNumber "order.number" "The number that comes with that word."
        OrderPrice "order.price" "What the order is for."
        OrderAmount "order.amount"
            "What the order is for; in a payload that shows nothing but it, perhaps what one capture was for."
        OrderCaptured "order.captured" "What was captured of the whole order."
        OrderRefunded "order.refunded" "What was refunded of the whole order."
        OrderTakesParts "order.takes-parts" "Whether the order takes several payments by design."
        Id "transaction.id" "The provider's name of the transaction."
        Uuid "transaction.uuid" "A second name of it."
        Word "transaction.word" "The word for it."
        Number "transaction.number" "The number that comes with that word."
        Authorized "transaction.authorized" "What was authorized."
        AuthorizedIfAlone "transaction.authorized-if-alone"
            "What was authorized, if nothing else states it and no second one is listed; it pays the order's price."
        AuthorizedAtFirst "transaction.authorized-at-first"
            "What was authorized, if nothing else states it and no hold is known yet."
        Pays "transaction.pays" "What it pays of the order's price; of a split order, what all that are listed pay together."
        Captured "transaction.captured" "What was captured of it so far."
        MostCaptured "transaction.most-captured"
            "The most that may be captured, if the provider tolerates more than was authorized."
        Refunded "transaction.refunded" "What was refunded of it so far."
        CapturedFlag "transaction.captured-flag" "A flag: whether money was captured."
        CaptureBefore "transaction.capture-before" "When the hold ends: RFC 3339, or whole seconds since 1970."
        RequestKey "request.key" "The key with which a capture, void or refund was requested."
        RequestId "request.id" "The provider's name of it."
        RequestAmount "request.amount" "How much it is for."
        RequestWord "request.word" "The word for it."
        RequestOf "request.of" "The transaction that it is a part of, unless it stands in that one's object in the list. A part of another transaction is not this one's."
        Currency "currency" "An ISO 4217 code, in either letter case."
        OccurredAt "occurred-at"
            "When it happened: RFC 3339, or whole seconds since 1970. What cannot be read counts as absent."
        ErrorCode "error.code" "Of an error: a code."
        ErrorText "error.text" "Of an error: a text for a person."
    }
}

impl Role {
    /// Whether it is about one capture, void or refund.
    pub(crate) const fn is_of_a_request(self) -> bool {
        matches!(self, Self::RequestKey | Self::RequestId | Self::RequestAmount | Self::RequestWord | Self::RequestOf)
    }

    /// Whether it is the word for an order or a transaction, which is a text.
    pub(crate) const fn is_a_word(self) -> bool {
        matches!(self, Self::OrderWord | Self::Word)
    }

    /// Whether it is a running total, or what those are compared with: no two of them are the same number.
    pub(crate) const fn is_a_total(self) -> bool {
        matches!(self, Self::Authorized | Self::Captured | Self::Refunded | Self::OrderCaptured | Self::OrderRefunded)
    }
}

impl Shape {
    /// Shows every value that it describes, however deep.
    pub(crate) fn visit<'s>(&'s self, see: &mut dyn FnMut(&'s Holds)) {
        self.object.iter().for_each(|field| field.holds.visit(see));
    }
}

impl Holds {
    fn visit<'s>(&'s self, see: &mut dyn FnMut(&'s Self)) {
        see(self);
        match self {
            Self::Object(shape) => shape.visit(see),
            Self::Each { each, .. } => each.iter().for_each(|item| item.visit(see)),
            _ => {}
        }
    }

    /// Whether the reading fits only if there is a value.
    const fn is_needed(&self) -> bool {
        match self {
            Self::Required { .. } | Self::Guard(Presence::Given) => true,
            Self::Is { or_absent, .. } => !*or_absent,
            Self::Object(shape) => shape.required,
            Self::Each { required, single, .. } => *required || *single,
            Self::One(_) | Self::All(_) | Self::Guard(Presence::Absent) => false,
        }
    }

    /// What a value there says.
    pub fn roles(&self) -> &[Role] {
        match self {
            Self::One(role) | Self::Required { required: role } => slice::from_ref(role),
            Self::All(roles) => roles,
            Self::Guard(_) | Self::Is { .. } | Self::Object(_) | Self::Each { .. } => &[],
        }
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|field| (&field.name, &field.holds)))
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the fields of an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some((name, holds)) = map.next_entry::<String, _>()? {
                    fields.push(Field::new(name.into(), holds));
                }
                Ok(Fields::of(fields.into()))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}
