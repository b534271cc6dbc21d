//! Whose payload is it? The identifiers alone, before the order, and so its currency, is known.

use crate::ids::ProviderIds;
use crate::observation::Malformed;
use crate::profile::{Payload, Profile};
use crate::provider::{fields, wire};

const JUSPAY: &str = "a Juspay order: an object with a status";
const RAZORPAY: &str = "a Razorpay payment: an entity \"payment\" with a status";

wire::fields! {
    /// A Juspay order, or the envelope of a webhook around one.
    Order {
        status
        order_id
        txn_id
        txn_uuid
        txn_detail
        content
    }
}

wire::fields! {
    /// The transaction inside an order.
    Detail {
        txn_id
        txn_uuid
    }
}

wire::fields! {
    /// What Juspay's envelope holds.
    Content {
        order
    }
}

wire::fields! {
    /// A Razorpay payment, or the envelope of a webhook around one.
    Payment {
        status
        id
        order_id
        payload
    }
}

wire::fields! {
    /// What Razorpay's envelope holds.
    Entities {
        payment
    }
}

wire::fields! {
    /// One entity of an envelope.
    Wrapped {
        entity
    }
}

impl Profile {
    /// Whose payload this is: the identifiers in it, by which to find the order; its currency then reads the rest with
    /// [`Profile::observation`].
    ///
    /// ```
    /// use order_capture::razorpay;
    /// let text = r#"{"entity":"event","payload":{"payment":{"entity":{"id":"pay_1","order_id":"order_1","status":"captured"}}}}"#;
    /// let ids = razorpay::PROFILE.provider_ids(text)?;
    /// assert_eq!(ids.order.map(|id| id.to_string()).as_deref(), Some("order_1"));
    /// # Ok::<(), order_capture::Malformed>(())
    /// ```
    ///
    /// # Errors
    /// [`Malformed`]: `not-json`, `not-a-payload` or `id-malformed`.
    pub fn provider_ids(&self, text: &str) -> Result<ProviderIds, Malformed> {
        match &self.payload {
            Payload::Juspay => juspay(text),
            Payload::Razorpay => razorpay(text),
            Payload::Fields(map) => fields::ids(text, map),
        }
    }
}

fn juspay(text: &str) -> Result<ProviderIds, Malformed> {
    let outer: Order<'_> = wire::object(text, JUSPAY)?;
    let content: Option<Content<'_>> = wire::nested(outer.content, JUSPAY)?;
    let order = match content.and_then(|content| content.order) {
        Some(order) => wire::object(order.get(), JUSPAY)?,
        None => outer,
    };
    wire::status(order.status, JUSPAY)?;
    let detail: Detail<'_> = wire::nested(order.txn_detail, JUSPAY)?.unwrap_or_default();
    Ok(ProviderIds {
        order: wire::id("order_id", order.order_id)?,
        transaction: wire::id("txn_id", detail.txn_id.or(order.txn_id))?,
        uuid: wire::id("txn_uuid", detail.txn_uuid.or(order.txn_uuid))?,
    })
}

fn razorpay(text: &str) -> Result<ProviderIds, Malformed> {
    let outer: Payment<'_> = wire::object(text, RAZORPAY)?;
    let entities: Option<Entities<'_>> = wire::nested(outer.payload, RAZORPAY)?;
    let wrapped: Option<Wrapped<'_>> = wire::nested(entities.and_then(|entities| entities.payment), RAZORPAY)?;
    let payment = match wrapped.and_then(|wrapped| wrapped.entity) {
        Some(payment) => wire::object(payment.get(), RAZORPAY)?,
        None => outer,
    };
    wire::status(payment.status, RAZORPAY)?;
    Ok(ProviderIds {
        order: wire::id("order_id", payment.order_id)?,
        transaction: wire::id("id", payment.id)?,
        uuid: None,
    })
}
