//! Both providers on loopback. Words, ids and errors are the crate's table rows; the ledger is a plain sum of its own
//! and knows nothing of the crate's states, so that it can be the judge.
//!
//! | file | job |
//! |---|---|
//! | [`ledger`] | what was authorized, captured, given back: lists and sums |
//! | [`faults`] | what goes wrong, how often, from a seed |
//! | [`juspay`], [`razorpay`] | the documented paths, bodies and errors |
//! | [`webhooks`] | what is told, late, twice and out of order |
//! | [`control`] | the payer, the ledger as JSON, the faults: paths under `/stand-in`, which no provider has |

pub mod control;
pub mod faults;
pub mod juspay;
pub mod ledger;
pub mod razorpay;
pub mod webhooks;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use order_capture::Time;
use order_capture::profiles::ErrorRow;
use tokio::net::TcpListener;

use faults::{Fault, Faults};
use ledger::Ledger;
use webhooks::Webhooks;

/// The stand-in: what it knows, shared by its handlers.
#[derive(Debug)]
pub struct StandIn {
    books: Mutex<Books>,
    keys: Keys,
}

/// Who may ask.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Juspay's API key.
    pub juspay: String,
    /// Razorpay's key id and secret.
    pub razorpay: (String, String),
}

/// Ledger, faults and what is still to be told.
#[derive(Debug, Default)]
pub struct Books {
    /// What was done.
    pub ledger: Ledger,
    /// What goes wrong.
    pub faults: Faults,
    /// What is to be told.
    pub webhooks: Webhooks,
}

/// The stand-in's own clock: a provider's is not its customers'.
pub(crate) fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_timestamp_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX)).unwrap_or(Time::UNIX_EPOCH)
}

/// What a handler answers before a fault has its way with it.
pub(crate) type Answer = (u16, String);

impl StandIn {
    /// One that these keys open.
    #[must_use]
    pub fn new(keys: Keys) -> Arc<Self> {
        Arc::new(Self { books: Mutex::default(), keys })
    }

    /// The books, for a look or a change.
    pub fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every path.
    pub fn router(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/v2/txns/{txn_uuid}/capture", post(juspay::capture))
            .route("/v2/txns/{txn_uuid}/void", post(juspay::void))
            .route("/orders", post(juspay::create))
            .route("/orders/{order_id}", get(juspay::status))
            .route("/orders/{order_id}/refunds", post(juspay::refund))
            .route("/v1/orders", post(razorpay::create))
            .route("/v1/orders/{order_id}/payments", get(razorpay::payments))
            .route("/v1/payments/{id}", get(razorpay::fetch))
            .route("/v1/payments/{id}/capture", post(razorpay::capture))
            .route("/v1/payments/{id}/refund", post(razorpay::refund))
            .route("/stand-in/elsewhere", post(control::elsewhere))
            .route("/stand-in/pay", post(control::pay))
            .route("/stand-in/ledger", get(control::ledger))
            .route("/stand-in/faults", post(control::set_faults))
            .fallback(razorpay::no_such_path)
            .with_state(Arc::clone(self))
    }

    /// Serves until the task is dropped.
    pub async fn serve(self: Arc<Self>, listener: TcpListener) -> std::io::Result<()> {
        axum::serve(listener, self.router()).await
    }

    /// The name and password of Basic authentication; some clients leave out the colon of an empty password.
    fn is_allowed(&self, headers: &HeaderMap, name: &str, password: &str) -> bool {
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Basic "));
        let decoded = given.and_then(|text| STANDARD.decode(text).ok()).and_then(|bytes| String::from_utf8(bytes).ok());
        decoded.is_some_and(|pair| pair == format!("{name}:{password}") || (password.is_empty() && pair == name))
    }

    /// Runs a request that moves money, with whatever fault is next. `work` gets what the gateway does of it.
    async fn with_faults(&self, work: impl FnOnce(&mut Books, faults::Gateway) -> Answer) -> Response {
        let (fault, delay) = self.books().faults.draw();
        tokio::time::sleep(delay).await;
        if fault == Fault::LostBefore {
            return silence().await;
        }
        if fault == Fault::ErrorBefore {
            return respond((503, "<html>Service Unavailable</html>".to_owned()));
        }
        match fault {
            Fault::Unauthorized => return respond((401, "{}".to_owned())),
            Fault::Forbidden => return respond((403, "<html>Forbidden</html>".to_owned())),
            Fault::TooMany => return respond((429, "{}".to_owned())),
            Fault::Redirect => return redirect(),
            _ => {}
        }
        let answer = work(&mut self.books(), fault.gateway());
        match fault {
            Fault::Html => respond((200, "<html>Please wait</html>".to_owned())),
            Fault::SilentAfter => silence().await,
            Fault::CutAfter => cut(&answer),
            Fault::ErrorAfter => respond((504, "<html>Gateway Timeout</html>".to_owned())),
            _ => respond(answer),
        }
    }
}

/// No answer, for longer than any client here waits.
async fn silence() -> Response {
    tokio::time::sleep(Duration::from_secs(30)).await;
    respond((504, String::new()))
}

/// Away from here, with the same method and body: to where this stand-in notes who came.
fn redirect() -> Response {
    let mut response = respond((307, String::new()));
    response.headers_mut().insert(header::LOCATION, header::HeaderValue::from_static("/stand-in/elsewhere"));
    response
}

/// An answer that breaks off in its body.
fn cut((status, body): &Answer) -> Response {
    let half = Bytes::copy_from_slice(body.as_bytes().get(..body.len() / 2).unwrap_or_default());
    let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    let mut response = respond((*status, String::new()));
    *response.body_mut() = Body::from_stream(futures_util::stream::iter([Ok(half), Err(broken)]));
    response
}

fn respond((status, body): Answer) -> Response {
    let mut response = Response::new(Body::from(Bytes::from(body)));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    response
}

/// The row of a provider's error whose text or code holds this.
fn error_row<'a>(rows: &'a [ErrorRow], part: &str) -> Option<&'a ErrorRow> {
    rows.iter().find(|row| row.message.contains(part) || row.code == part)
}
