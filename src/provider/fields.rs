//! Payloads of a provider that is data alone: facts found by JSON pointers.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::currency::Currency;
use crate::ids::ProviderIds;
use crate::observation::{Malformed, Observation};
use crate::profile::{AmountForm, FieldMap};
use crate::provider::wire::{self, Field};

const EXPECTED: &str = "this provider's payload: no root of the profile's field map has a status";

pub(super) fn observation<'a>(
    text: &'a str,
    map: &FieldMap,
    form: AmountForm,
    order_currency: Currency,
) -> Result<Observation<'a>, Malformed> {
    let whole: &'a RawValue = wire::any(text)?;
    let roots = map.roots.iter().filter_map(|root| find(whole, root));
    let root = roots.into_iter().find(|root| wire::text(find(root, &map.status)).is_some());
    let root = root.ok_or(Malformed::NotAPayload { expected: EXPECTED })?;
    let at = |pointer: &Option<Cow<'static, str>>| pointer.as_deref().and_then(|pointer| find(root, pointer));
    let currency = wire::currency("currency", at(&map.currency))?;
    let scale = currency.unwrap_or(order_currency);
    let amount = |name, pointer| wire::amount(name, at(pointer), form, scale);
    Ok(Observation {
        ids: ProviderIds {
            order: wire::id("order", at(&map.order))?,
            transaction: wire::id("transaction", at(&map.transaction))?,
            uuid: None,
        },
        currency,
        status: wire::status(find(root, &map.status), EXPECTED)?,
        is_transaction_status: true,
        authorized: amount("authorized", &map.authorized)?,
        captured: amount("captured", &map.captured)?,
        refunded: amount("refunded", &map.refunded)?,
        occurred_at: wire::rfc3339("occurred_at", map.occurred_at.as_deref().and_then(|pointer| find(whole, pointer)))?,
        ..Observation::default()
    })
}

/// Follows a JSON pointer (RFC 6901) through objects; JSON null counts as absent.
fn find<'a>(from: &'a RawValue, pointer: &str) -> Field<'a> {
    let mut at = from;
    for part in pointer.split('/').skip(1) {
        let name = part.replace("~1", "/").replace("~0", "~");
        let object: BTreeMap<Cow<'a, str>, &'a RawValue> = serde_json::from_str(at.get()).ok()?;
        at = object.get(name.as_str()).copied()?;
    }
    (at.get() != "null").then_some(at)
}
