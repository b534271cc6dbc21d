//! Payloads of a provider that is data alone: facts found by JSON pointers.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::ids::ProviderIds;
use crate::money::Currency;
use crate::profile::{AmountForm, FieldMap};
use crate::provider::wire::{self, Currencies, Field};
use crate::statement::{Malformed, Observation, Statement, Subject, Word};

const EXPECTED: &str = "this provider's payload: no root of the profile's field map has a status";

/// All that a payload says: a map has fields of the transaction, and the order's identifier.
pub(super) fn statements<'a>(
    text: &'a str,
    map: &FieldMap,
    form: AmountForm,
    order_currency: Currency,
) -> Result<Observation<'a>, Malformed> {
    let whole: &'a RawValue = wire::any(text)?;
    let root = root(whole, map)?;
    let at = |pointer: &Option<Cow<'static, str>>| pointer.as_deref().and_then(|pointer| find(root, pointer));
    let mut currencies = Currencies::of(order_currency);
    let scale = currencies.read("currency", at(&map.currency), order_currency)?;
    let amount = |name, pointer| wire::amount(name, at(pointer), form, scale);
    let text = wire::status(find(root, &map.status), EXPECTED)?;
    let ids = ids_at(root, map)?;
    let occurred_at = map.occurred_at.as_deref().and_then(|pointer| find(whole, pointer));
    Ok(Observation {
        currency: currencies.named(),
        order: Statement {
            ids: ProviderIds { order: ids.order.clone(), ..ProviderIds::default() },
            ..Statement::default()
        },
        transaction: Statement {
            ids,
            word: Some(Word { text, id: None, subject: Subject::Transaction }),
            authorized: amount("authorized", &map.authorized)?,
            captured: amount("captured", &map.captured)?,
            refunded: amount("refunded", &map.refunded)?,
            capture_before: wire::rfc3339("capture_before", at(&map.capture_before))?,
            ..Statement::default()
        },
        has_transaction: true,
        occurred_at: wire::rfc3339("occurred_at", occurred_at).ok().flatten(),
        ..Observation::default()
    })
}

/// The identifiers alone.
pub(super) fn ids(text: &str, map: &FieldMap) -> Result<ProviderIds, Malformed> {
    ids_at(root(wire::any(text)?, map)?, map)
}

/// The first root of the map that has a status.
fn root<'a>(whole: &'a RawValue, map: &FieldMap) -> Result<&'a RawValue, Malformed> {
    let mut roots = map.roots.iter().filter_map(|root| find(whole, root));
    let root = roots.find(|root| wire::text(find(root, &map.status)).is_some());
    root.ok_or(Malformed::NotAPayload { expected: EXPECTED })
}

fn ids_at(root: &RawValue, map: &FieldMap) -> Result<ProviderIds, Malformed> {
    let at = |pointer: &Option<Cow<'static, str>>| pointer.as_deref().and_then(|pointer| find(root, pointer));
    Ok(ProviderIds {
        order: wire::id("order", at(&map.order))?,
        transaction: wire::id("transaction", at(&map.transaction))?,
        uuid: None,
    })
}

/// Follows a JSON pointer (RFC 6901); JSON null counts as absent, and so does an object with a name in it twice.
fn find<'a>(from: &'a RawValue, pointer: &str) -> Field<'a> {
    let mut at = from;
    for part in pointer.split('/').skip(1) {
        let name = part.replace("~1", "/").replace("~0", "~");
        at = match serde_json::from_str(at.get()).ok()? {
            Members::Object(members) => {
                let mut named = members.into_iter().filter(|(member, _)| *member == name);
                named.next().filter(|_| named.next().is_none())?.1
            }
            Members::List(items) => items.get(name.parse::<usize>().ok()?).copied()?,
        };
    }
    (at.get() != "null").then_some(at)
}

/// What a step of a pointer chooses from.
enum Members<'a> {
    Object(Vec<(Cow<'a, str>, &'a RawValue)>),
    List(Vec<&'a RawValue>),
}

impl<'a> Deserialize<'a> for Members<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        struct Choice;

        impl<'a> Visitor<'a> for Choice {
            type Value = Members<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object or a list")
            }

            fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Members<'a>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members::Object(members))
            }

            fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<Members<'a>, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = list.next_element()? {
                    items.push(item);
                }
                Ok(Members::List(items))
            }
        }

        deserializer.deserialize_any(Choice)
    }
}
