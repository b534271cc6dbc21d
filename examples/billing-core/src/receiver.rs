//! The endpoints: webhooks, health and metrics. A webhook is authenticated by its raw bytes, kept as it came, and
//! answered 200; it is read afterwards.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sqlx::Row;
use tracing::{error, warn};

use crate::core::Core;
use crate::error::Error;
use crate::provider::{Provider, Secret};
use crate::store::number;
use crate::write::STATEMENTS;

/// What the providers prove themselves with. Several of each are valid at a time, so that a new one can be told to the
/// provider before the old one goes.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// Juspay: names and passwords of Basic authentication.
    pub juspay: Vec<(String, Secret)>,
    /// Razorpay: the keys of the signature.
    pub razorpay: Vec<Secret>,
}

/// `/webhooks/juspay`, `/webhooks/razorpay`, `/health` and `/metrics`.
pub fn router(core: Arc<Core>, secrets: Secrets) -> Router {
    let routes = Router::new().route("/webhooks/juspay", post(juspay)).route("/webhooks/razorpay", post(razorpay));
    let routes = routes.route("/health", get(health)).route("/metrics", get(metrics));
    routes.with_state(Arc::new((core, secrets)))
}

type Shared = State<Arc<(Arc<Core>, Secrets)>>;
type Answer = (StatusCode, String);

async fn juspay(State(shared): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let (core, secrets) = &*shared;
    let given = header(&headers, "authorization").unwrap_or_default();
    let mut expected = secrets
        .juspay
        .iter()
        .map(|(name, password)| format!("Basic {}", STANDARD.encode(format!("{name}:{}", password.0))));
    if !expected.any(|expected| is_same(&expected, given)) {
        return denied();
    }
    // The envelope's own id; the crate reads the order inside.
    let envelope: Option<serde_json::Value> = serde_json::from_slice(&body).ok();
    let id = envelope.as_ref().and_then(|envelope| envelope.get("id")?.as_str());
    keep(core, Provider::Juspay, id, &body).await
}

async fn razorpay(State(shared): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let (core, secrets) = &*shared;
    let given = header(&headers, "x-razorpay-signature").unwrap_or_default();
    if !secrets.razorpay.iter().any(|secret| is_signed(&secret.0, &body, given)) {
        return denied();
    }
    keep(core, Provider::Razorpay, header(&headers, "x-razorpay-event-id"), &body).await
}

/// 200 once it is stored, whatever it says; 503 asks for it again.
async fn keep(core: &Core, provider: Provider, id: Option<&str>, body: &Bytes) -> Answer {
    match core.receive(provider, id, body).await {
        Ok(true) => (StatusCode::OK, "kept".to_owned()),
        Ok(false) => (StatusCode::OK, "seen-before".to_owned()),
        Err(error) => {
            error!(code = error.code(), %error, "a webhook could not be kept");
            (StatusCode::SERVICE_UNAVAILABLE, error.code().to_owned())
        }
    }
}

/// 200 if the database takes a write: a full disk is read from without complaint.
async fn health(State(shared): Shared) -> Answer {
    let text = "INSERT INTO health (name, seen_at) VALUES ('core', now_ms())
                ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at";
    match shared.0.store.one(text, vec![]).await {
        Ok(_) => (StatusCode::OK, "ok".to_owned()),
        Err(error) => {
            warn!(code = error.code(), %error, "not healthy");
            (StatusCode::SERVICE_UNAVAILABLE, error.code().to_owned())
        }
    }
}

/// What a team looks at, as Prometheus reads it.
async fn metrics(State(shared): Shared) -> Answer {
    match figures(&shared.0).await {
        Ok(text) => (StatusCode::OK, text),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, error.code().to_owned()),
    }
}

async fn figures(core: &Core) -> Result<String, Error> {
    let text = "SELECT COALESCE(SUM(CASE WHEN step = 'send' THEN 1 ELSE 0 END), 0),
                       COALESCE(SUM(CASE WHEN step = 'sending' THEN 1 ELSE 0 END), 0),
                       COALESCE(SUM(CASE WHEN step = 'ask' THEN 1 ELSE 0 END), 0),
                       COALESCE(SUM(CASE WHEN tries >= $1 THEN 1 ELSE 0 END), 0),
                       COALESCE(now_ms() - MIN(opened_at), 0),
                       (SELECT COUNT(*) FROM cases WHERE closed_at = 0 AND kind = 'conflict'),
                       (SELECT COUNT(*) FROM cases WHERE closed_at = 0 AND kind = 'alarm'),
                       (SELECT COUNT(*) FROM inbox WHERE state = 'new'),
                       (SELECT COUNT(*) FROM inbox WHERE state IN ('unread', 'foreign')),
                       (SELECT COALESCE(now_ms() - MIN(received_at), 0) FROM inbox WHERE state = 'new')
                FROM outbox";
    let rows = core.store.rows(text, &[core.settings.tries.into()]).await?;
    let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    let mut lines = Vec::new();
    let names = [
        "billing_open{step=\"send\"}",
        "billing_open{step=\"sending\"}",
        "billing_open{step=\"ask\"}",
        "billing_given_up",
        "billing_oldest_open_ms",
        "billing_conflicts",
        "billing_alarms",
        "billing_inbox_waiting",
        "billing_inbox_unread",
        "billing_inbox_lag_ms",
    ];
    for (column, name) in names.iter().enumerate() {
        let figure = if row.len() > column { number(row, column)? } else { 0 };
        lines.push(format!("{name} {figure}"));
    }
    let did = &core.did;
    let counted = [
        ("sent", &did.sent),
        ("abandoned", &did.abandoned),
        ("polled", &did.polled),
        ("repeated", &did.repeated),
        ("parked", &did.parked),
        ("webhooks", &did.webhooks),
        ("statements", &STATEMENTS),
    ];
    lines.extend(counted.map(|(name, count)| format!("billing_{name}_total {}", count.load(Ordering::Relaxed))));
    Ok(lines.join("\n") + "\n")
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

/// Compared in constant time, through a keyed digest of both.
fn is_same(one: &str, other: &str) -> bool {
    keyed("same", one.as_bytes()).verify_slice(&keyed("same", other.as_bytes()).finalize().into_bytes()).is_ok()
}

fn keyed(secret: &str, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body);
    mac
}

fn denied() -> Answer {
    (StatusCode::UNAUTHORIZED, "access-denied".to_owned())
}
