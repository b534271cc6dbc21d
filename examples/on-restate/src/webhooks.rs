//! Webhooks as calls. The provider posts to the engine's ingress, at `/webhooks/juspay` and `/webhooks/razorpay`; the
//! sender is checked over the raw bytes; the order's own object reads it. The 200 comes once the engine has stored the
//! call, so nothing is lost between the two.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use order_capture::{juspay, razorpay};
use restate_sdk::prelude::*;
use sha2::Sha256;

use crate::orders::OrdersClient;

/// What the providers prove themselves with. It has no `Debug`: it holds secrets.
#[derive(Clone)]
pub struct Secrets {
    /// Juspay: name and password of Basic authentication.
    pub juspay: (String, String),
    /// Razorpay: the key of the signature.
    pub razorpay: String,
}

/// The service of the two paths.
pub struct Webhooks {
    /// What the providers prove themselves with.
    pub secrets: Secrets,
}

#[restate_sdk::service(
    name = "webhooks",
    client_visibility = "pub(crate)",
    invocation_retry_policy(max_attempts = 1_000_000_000)
)]
impl Webhooks {
    /// Juspay's: Basic authentication; its `order_id` is ours.
    #[handler]
    async fn juspay(&self, ctx: Context<'_>, body: Vec<u8>) -> HandlerResult<()> {
        let (name, password) = &self.secrets.juspay;
        let expected = format!("Basic {}", STANDARD.encode(format!("{name}:{password}")));
        let given = ctx.headers().get("authorization");
        // As digests, so that the time of the comparison tells nothing of the secret.
        if given.is_none_or(|given| keyed(password, given.as_bytes()) != keyed(password, expected.as_bytes())) {
            return denied();
        }
        let text = String::from_utf8_lossy(&body).into_owned();
        match juspay::FULL_ONLY.ids_in(&text).ok().and_then(|ids| ids.order) {
            Some(order) => drop(ctx.object_client::<OrdersClient>(order.as_str()).webhook(text).send()),
            None => drop(ctx.object_client::<StraysClient>(ctx.invocation_id()).keep(text).send()),
        }
        Ok(())
    }

    /// Razorpay's: a signature over the body; its order has a name of its own.
    #[handler]
    async fn razorpay(&self, ctx: Context<'_>, body: Vec<u8>) -> HandlerResult<()> {
        let given = ctx.headers().get("x-razorpay-signature");
        if given.is_none_or(|hex| !is_signed(&self.secrets.razorpay, &body, hex)) {
            return denied();
        }
        let text = String::from_utf8_lossy(&body).into_owned();
        match razorpay::PROFILE.ids_in(&text).ok().and_then(|ids| ids.order) {
            Some(order) => drop(ctx.object_client::<NamesClient>(order.as_str()).webhook(text).send()),
            None => drop(ctx.object_client::<StraysClient>(ctx.invocation_id()).keep(text).send()),
        }
        Ok(())
    }
}

fn denied() -> HandlerResult<()> {
    Err(TerminalError::new_with_code(401, "access-denied").into())
}

fn keyed(secret: &str, body: &[u8]) -> [u8; 32] {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes());
    mac.map(|mac| mac.chain_update(body).finalize().into_bytes().into()).unwrap_or_default()
}

/// HMAC-SHA256 over the raw body, in hexadecimal. Source: Razorpay, validate webhooks.
fn is_signed(secret: &str, body: &[u8], hex: &str) -> bool {
    let pair = |place: usize| u8::from_str_radix(hex.get(place..place + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..hex.len()).step_by(2).map(pair).collect();
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes());
    // Compared in constant time.
    bytes.is_some_and(|bytes| mac.is_ok_and(|mac| mac.chain_update(body).verify_slice(&bytes).is_ok()))
}

/// Razorpay's name of an order, and ours for it.
pub struct Names;

const OURS: &str = "ours";

#[restate_sdk::object(
    name = "names",
    ingress_private,
    client_visibility = "pub(crate)",
    invocation_retry_policy(max_attempts = 1_000_000_000)
)]
impl Names {
    /// Remembers our name.
    #[handler]
    async fn bind(&self, ctx: ObjectContext<'_>, ours: String) -> HandlerResult<()> {
        ctx.set(OURS, ours);
        Ok(())
    }

    /// Hands a webhook on to the order.
    #[handler]
    async fn webhook(&self, ctx: ObjectContext<'_>, text: String) -> HandlerResult<()> {
        match ctx.get::<String>(OURS).await? {
            Some(ours) => drop(ctx.object_client::<OrdersClient>(ours).webhook(text).send()),
            None => drop(ctx.object_client::<StraysClient>(ctx.invocation_id()).keep(text).send()),
        }
        Ok(())
    }
}

/// Webhooks of no order of ours, or that cannot be read: kept, one object each, for a person to list.
pub struct Strays;

#[restate_sdk::object(
    name = "strays",
    ingress_private,
    client_visibility = "pub(crate)",
    invocation_retry_policy(max_attempts = 1_000_000_000)
)]
impl Strays {
    /// Keeps it.
    #[handler]
    async fn keep(&self, ctx: ObjectContext<'_>, text: String) -> HandlerResult<()> {
        ctx.set("text", text);
        Ok(())
    }
}
