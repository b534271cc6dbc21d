//! Where a payload keeps what: for a provider that is data alone.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// How a provider's payloads are read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[allow(clippy::large_enum_variant, reason = "one per profile, and profiles are constants; a box cannot be one")]
pub enum Payload {
    /// As Juspay's orders.
    Juspay,
    /// As Razorpay's payments.
    Razorpay,
    /// By this map of fields.
    Fields(FieldMap),
}

/// Where each fact stands in a payload, as a JSON pointer (RFC 6901).
///
/// A webhook that wraps the same object is one more root; the first root that has a status is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FieldMap {
    /// Where the object may stand: `""` is the whole payload.
    pub roots: Cow<'static, [Cow<'static, str>]>,
    /// The word that speaks for the transaction.
    pub status: Cow<'static, str>,
    /// The provider's name of the transaction.
    #[serde(default)]
    pub transaction: Option<Cow<'static, str>>,
    /// The provider's name of the order.
    #[serde(default)]
    pub order: Option<Cow<'static, str>>,
    /// The ISO 4217 code.
    #[serde(default)]
    pub currency: Option<Cow<'static, str>>,
    /// What was authorized.
    #[serde(default)]
    pub authorized: Option<Cow<'static, str>>,
    /// The captured total of this transaction.
    #[serde(default)]
    pub captured: Option<Cow<'static, str>>,
    /// The refunded total of this transaction.
    #[serde(default)]
    pub refunded: Option<Cow<'static, str>>,
    /// An RFC 3339 time: when the hold ends.
    #[serde(default)]
    pub capture_before: Option<Cow<'static, str>>,
    /// An RFC 3339 time, from the top of the payload: when it happened.
    #[serde(default)]
    pub occurred_at: Option<Cow<'static, str>>,
}

impl FieldMap {
    /// Every pointer, with the name of its field.
    pub(super) fn pointers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let roots = self.roots.iter().map(|root| ("roots", &**root));
        let fields = [
            ("transaction", &self.transaction),
            ("order", &self.order),
            ("currency", &self.currency),
            ("authorized", &self.authorized),
            ("captured", &self.captured),
            ("refunded", &self.refunded),
            ("capture_before", &self.capture_before),
            ("occurred_at", &self.occurred_at),
        ];
        let given = fields.into_iter().filter_map(|(name, field)| Some((name, field.as_deref()?)));
        roots.chain([("status", &*self.status)]).chain(given)
    }
}
