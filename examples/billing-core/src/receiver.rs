//! The webhook endpoint: authenticates the raw bytes, stores, and only then answers 200.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::core::Core;
use crate::decision::Contradiction;
use crate::error::Error;
use crate::observe::Observed;
use crate::provider::Provider;

/// What the providers prove themselves with.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// Juspay: name and password of Basic authentication.
    pub juspay: (String, String),
    /// Razorpay: the key of the signature.
    pub razorpay: String,
}

/// The receiver's two paths, `/webhooks/juspay` and `/webhooks/razorpay`.
pub fn router(core: Arc<Core>, secrets: Secrets) -> Router {
    let routes = Router::new().route("/webhooks/juspay", post(juspay)).route("/webhooks/razorpay", post(razorpay));
    routes.with_state(Arc::new((core, secrets)))
}

type Shared = State<Arc<(Arc<Core>, Secrets)>>;
type Answer = (StatusCode, String);

async fn juspay(State(shared): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let (core, secrets) = &*shared;
    let (name, password) = &secrets.juspay;
    let expected = format!("Basic {}", STANDARD.encode(format!("{name}:{password}")));
    if header(&headers, "authorization") != Some(&*expected) {
        return denied();
    }
    let Ok(text) = str::from_utf8(&body) else { return unreadable() };
    // The envelope's own id; the crate reads the order inside.
    let envelope: Option<serde_json::Value> = serde_json::from_str(text).ok();
    let id = envelope.as_ref().and_then(|envelope| envelope.get("id")?.as_str());
    reply(core, text, core.observe(Provider::Juspay, text, id).await).await
}

async fn razorpay(State(shared): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let (core, secrets) = &*shared;
    let signed = header(&headers, "x-razorpay-signature").is_some_and(|hex| is_signed(&secrets.razorpay, &body, hex));
    if !signed {
        return denied();
    }
    let Ok(text) = str::from_utf8(&body) else { return unreadable() };
    reply(core, text, core.observe(Provider::Razorpay, text, header(&headers, "x-razorpay-event-id")).await).await
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// HMAC-SHA256 over the raw body, in hexadecimal. Source: Razorpay, validate webhooks.
#[must_use]
pub fn signature(secret: &str, body: &[u8]) -> String {
    keyed(secret, body).finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_signed(secret: &str, body: &[u8], hex: &str) -> bool {
    let pair = |place: usize| u8::from_str_radix(hex.get(place..place + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..hex.len()).step_by(2).map(pair).collect();
    // Compared in constant time.
    bytes.is_some_and(|bytes| keyed(secret, body).verify_slice(&bytes).is_ok())
}

fn keyed(secret: &str, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body);
    mac
}

fn denied() -> Answer {
    (StatusCode::UNAUTHORIZED, "access-denied".to_owned())
}

fn unreadable() -> Answer {
    (StatusCode::BAD_REQUEST, "not-utf-8".to_owned())
}

/// 200 once it is stored. 503 and 404 ask for it again: the database is down, or the order is not entered yet.
async fn reply(core: &Core, text: &str, observed: Result<Observed, Error>) -> Answer {
    match observed {
        Ok(observed @ Observed::NotOurs) => (StatusCode::NOT_FOUND, observed.to_string()),
        Ok(observed) => (StatusCode::OK, observed.to_string()),
        Err(Error::Malformed(malformed)) => {
            let unreadable = Contradiction { code: malformed.code(), sentence: malformed.to_string(), payload: text };
            match core.store.keep_unreadable(unreadable).await {
                Ok(()) => (StatusCode::OK, malformed.code().to_owned()),
                Err(error) => (StatusCode::SERVICE_UNAVAILABLE, error.code().to_owned()),
            }
        }
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, error.code().to_owned()),
    }
}
