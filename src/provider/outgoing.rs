//! What does this request look like at the provider? Captures, voids and refunds as standard `http` values; feature
//! `http`.
//!
//! Nothing is sent: your client does that. Each call names a recorded request of a transaction, so what is sent is what was
//! recorded, in its currency. A host is configuration; the documented ones have names.
//!
//! Next: [`Change::to_send`](crate::Change::to_send) names the request to word. For a provider that is described as data, word it
//! yourself, with [`ProfileRows::write_amount`](crate::profiles::ProfileRows::write_amount).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use http::uri::{Authority, Uri};
use http::{Method, Request as HttpRequest};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use serde_json::Value;

use crate::conflict::excerpt;
use crate::hold::{Operation, Request, RequestStatus};
use crate::ids::ProviderId;
use crate::money::{Currency, Minor, Money};
use crate::transaction::Transaction;

/// What a URL's path and a form leave as it is; the same set as JavaScript's `encodeURIComponent`.
const KEEP: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// A provider's name and password for Basic authentication. Neither shows in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    user: Box<str>,
    password: Box<str>,
}

impl Credentials {
    /// Juspay: the API key as the user, an empty password.
    #[must_use]
    pub fn juspay(api_key: &str) -> Self {
        Self { user: api_key.into(), password: "".into() }
    }

    /// Razorpay: the key's id as the user, its secret as the password.
    #[must_use]
    pub fn razorpay(key_id: &str, key_secret: &str) -> Self {
        Self { user: key_id.into(), password: key_secret.into() }
    }

    fn header(&self) -> Result<HeaderValue, OutgoingError> {
        let basic = format!("Basic {}", STANDARD.encode(format!("{}:{}", self.user, self.password)));
        let mut value = HeaderValue::from_str(&basic).map_err(|_| OutgoingError::Header { name: "authorization" })?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(..)")
    }
}

/// Where requests go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// The provider's sandbox.
    Sandbox,
    /// The provider's production.
    Production,
    /// Another one, `http` or `https` and an authority, without a path: `"https://127.0.0.1:8443"`. One slash at its end
    /// does not count.
    Other(String),
}

impl Host {
    /// The beginning of every URL there.
    fn base<'h>(&'h self, sandbox: &'h str, production: &'h str) -> Result<&'h str, OutgoingError> {
        let host = match self {
            Self::Sandbox => return Ok(sandbox),
            Self::Production => return Ok(production),
            Self::Other(host) => host.strip_suffix('/').unwrap_or(host),
        };
        let uri: Uri = host.parse().map_err(|_| OutgoingError::Host)?;
        let scheme = matches!(uri.scheme_str(), Some("http" | "https"));
        // What is more than an authority, a path or a query, would be a part of the URL that is sent.
        let alone = |authority: &Authority| host.split_once("://").is_some_and(|(_, rest)| rest == authority.as_str());
        let named = |authority: &Authority| !authority.host().is_empty() && alone(authority);
        if scheme && uri.authority().is_some_and(named) { Ok(host) } else { Err(OutgoingError::Host) }
    }
}

/// Why a request cannot be built. It contains no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names say what each field is")]
pub enum OutgoingError {
    /// A value that no header may have.
    #[error("the value of the header {name} is empty, or has characters that are not allowed in a header; correct it")]
    Header { name: &'static str },
    /// A text that is not a host.
    #[error("the host must be http or https and an authority, without a path, such as https://example.org")]
    Host,
    /// An empty identifier, or one that is a step in a path and no name in it.
    #[error("an empty text, one dot or two name nothing in a URL; give the provider's identifier")]
    Id,
    /// An identifier that is not the one that the transaction knows.
    #[error("the identifier {given} is not the transaction's own {known}; load the transaction that it names")]
    OtherId { given: Box<str>, known: Box<str> },
    /// A Juspay refund, or a capture or void of a part, without a key.
    #[error("Juspay needs a key for a refund, and for a capture or void of a part; without one it takes all")]
    KeyRequired,
    /// No such request of ours is recorded, or it is not to be sent any more.
    #[error(
        "the transaction has no {operation} number {number} that is to be sent; record it first, and send what was recorded"
    )]
    NoSuchRequest { operation: Operation, number: u32 },
    /// A void at a provider that has none.
    #[error("Razorpay has no void; the hold expires by itself")]
    NoVoid,
    /// More decimals than the provider takes: a request for everything, when the provider reported an odd amount.
    #[error("the amount of {minor} minor units needs {digits} decimals and the provider takes {DIGITS}; state another")]
    Digits { minor: Minor, digits: u32 },
}

/// How many decimals an amount sent has at most. Sources: Juspay, Pre-Auth API, amounts; Razorpay, currencies of three
/// decimals, the last digit of whose amounts is 0.
const DIGITS: u32 = 2;

/// A POST of this content, or without one a GET.
fn build(
    url: &str,
    credentials: &Credentials,
    content: Option<(&'static str, String)>,
    header: Option<(&'static str, &str)>,
) -> Result<HttpRequest<String>, OutgoingError> {
    let method = if content.is_some() { Method::POST } else { Method::GET };
    let (content_type, body) = content.map_or((None, String::new()), |(kind, body)| (Some(kind), body));
    let mut request = HttpRequest::builder().method(method).uri(url).body(body).map_err(|_| OutgoingError::Host)?;
    let headers = request.headers_mut();
    headers.insert(AUTHORIZATION, credentials.header()?);
    if let Some(content_type) = content_type {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    if let Some((name, value)) = header {
        if value.trim().is_empty() {
            return Err(OutgoingError::Header { name });
        }
        let value = HeaderValue::from_str(value).map_err(|_| OutgoingError::Header { name })?;
        headers.insert(HeaderName::from_static(name), value);
    }
    Ok(request)
}

fn encoded(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, KEEP)
}

/// An identifier as a part of a path.
fn segment(id: &str) -> Result<PercentEncode<'_>, OutgoingError> {
    if matches!(id, "" | "." | "..") { Err(OutgoingError::Id) } else { Ok(encoded(id)) }
}

/// Decimal text with at most two decimals: 99.990 KWD is sent as 99.99.
fn decimal(asked: &Request, currency: Currency) -> Result<String, OutgoingError> {
    let (minor, digits) = (asked.amount, currency.digits());
    let mut text = Money::new(minor, currency).major_text();
    for _ in DIGITS..digits {
        if text.pop() != Some('0') {
            return Err(OutgoingError::Digits { minor, digits });
        }
    }
    Ok(text)
}

/// Subunits of an amount with at most two decimals: 99.990 KWD is sent as 99990.
fn subunits(asked: &Request, currency: Currency) -> Result<String, OutgoingError> {
    decimal(asked, currency)?;
    Ok(asked.amount.to_string())
}

/// The request of ours that is recorded under this number and was not answered, and its currency.
fn recorded(
    transaction: &Transaction,
    operation: Operation,
    number: u32,
) -> Result<(&Request, Currency), OutgoingError> {
    let request = transaction.hold().and_then(|hold| hold.requests(operation).get(number));
    let request = request.filter(|request| request.origin.is_merchant() && request.status == RequestStatus::Sent);
    let request = request.ok_or(OutgoingError::NoSuchRequest { operation, number })?;
    Ok((request, transaction.currency()))
}

/// Whether an identifier is the one that the transaction knows, if it knows one: another transaction's would move another
/// payer's money.
fn agree(given: &str, known: Option<&ProviderId>) -> Result<(), OutgoingError> {
    match known {
        Some(known) if known.as_str() != given => {
            Err(OutgoingError::OtherId { given: excerpt(given), known: known.as_str().into() })
        }
        _ => Ok(()),
    }
}

/// A form of pairs, in order.
fn form(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    pairs.join("&")
}

/// A Juspay transaction, as the subject of requests.
#[derive(Clone, Copy, Debug)]
pub struct JuspayCall<'a> {
    /// Where to.
    pub host: &'a Host,
    /// The credentials.
    pub credentials: &'a Credentials,
    /// The `x-routing-id`: the same for every call of the same customer.
    pub routing_id: &'a str,
}

impl JuspayCall<'_> {
    /// A recorded request: `POST /v2/txns/{txn_uuid}/capture` or `/void`, with a key as a form of amount and
    /// `idempotence_key`, without one with no body, which takes all; or `POST /orders/{order_id}/refunds` with
    /// `unique_request_id` and `amount` as a form. Source: Juspay, Capture API, Void API, Refund Order API.
    ///
    /// # Errors
    /// [`OutgoingError`]: no such request, an identifier that is not the transaction's, no key where one is needed, an amount
    /// or a text that cannot be sent.
    ///
    /// ```
    #[doc = held!()]
    /// use order_capture::outgoing::{Credentials, Host, JuspayCall};
    /// let change = payment.ask(Command::capture().amount(Money::inr("40.00")?).key("k1"), now)?; // store it, then send
    /// let credentials = Credentials::juspay("the API key");
    /// let call = JuspayCall { host: &Host::Sandbox, credentials: &credentials, routing_id: "customer-1" };
    /// let (operation, number, _) = change.to_send().ok_or("nothing to send")?;
    /// let request = call.request("o-1", "txn-uuid", change.payment().transaction(), operation, number)?;
    /// assert_eq!(request.body(), "amount=40.00&idempotence_key=k1");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn request(
        &self,
        order_id: &str,
        txn_uuid: &str,
        transaction: &Transaction,
        operation: Operation,
        number: u32,
    ) -> Result<HttpRequest<String>, OutgoingError> {
        let (asked, currency) = recorded(transaction, operation, number)?;
        let known = transaction.provider_ids();
        agree(order_id, known.order.as_ref())?;
        agree(txn_uuid, known.uuid.as_ref())?;
        let key = asked.key.as_ref().map(|key| key.as_str());
        if operation == Operation::Refund {
            let key = key.ok_or(OutgoingError::KeyRequired)?;
            let body = form(&[("unique_request_id", key), ("amount", &decimal(asked, currency)?)]);
            return self.send(&format!("/orders/{}/refunds", segment(order_id)?), Some(body));
        }
        let body = match key {
            Some(key) => form(&[("amount", &decimal(asked, currency)?), ("idempotence_key", key)]),
            // No body means all there is, so only a request for all there is may have none.
            None if asked.takes_all => String::new(),
            None => return Err(OutgoingError::KeyRequired),
        };
        self.send(&format!("/v2/txns/{}/{operation}", segment(txn_uuid)?), Some(body))
    }

    /// `GET /orders/{order_id}`: what Juspay knows of the order and its transaction. Changes nothing there.
    /// Source: Juspay, Order Status API.
    pub fn order_status(&self, order_id: &str) -> Result<HttpRequest<String>, OutgoingError> {
        self.send(&format!("/orders/{}", segment(order_id)?), None)
    }

    fn send(&self, path: &str, form: Option<String>) -> Result<HttpRequest<String>, OutgoingError> {
        let host = self.host.base("https://payments.sandbox.juspay.in", "https://payments.juspay.in")?;
        let routing = ("x-routing-id", self.routing_id);
        build(&format!("{host}{path}"), self.credentials, form.map(|form| (FORM, form)), Some(routing))
    }
}

/// A Razorpay payment, as the subject of requests.
#[derive(Clone, Copy, Debug)]
pub struct RazorpayCall<'a> {
    /// Where to. Sandbox and production are one host; the key says which.
    pub host: &'a Host,
    /// The credentials.
    pub credentials: &'a Credentials,
}

impl RazorpayCall<'_> {
    /// A recorded request: `POST /v1/payments/{id}/capture` with amount and currency as JSON, or `/refund` with the amount
    /// as JSON and the key as `X-Refund-Idempotency` (Razorpay requires at least ten characters) and as `receipt`, so that
    /// the answer names it. Source: Razorpay, Capture a Payment, Refunds.
    ///
    /// # Errors
    /// [`OutgoingError`]: no such request, an identifier that is not the transaction's, a void, an amount or a text that
    /// cannot be sent.
    pub fn request(
        &self,
        payment_id: &str,
        transaction: &Transaction,
        operation: Operation,
        number: u32,
    ) -> Result<HttpRequest<String>, OutgoingError> {
        let (asked, currency) = recorded(transaction, operation, number)?;
        agree(payment_id, transaction.provider_ids().transaction.as_ref())?;
        match operation {
            Operation::Capture => {
                let body = format!(r#"{{"amount":{},"currency":"{currency}"}}"#, subunits(asked, currency)?);
                self.send(payment_id, "/capture", Some(body), None)
            }
            Operation::Void => Err(OutgoingError::NoVoid),
            Operation::Refund => {
                let key = asked.key.as_ref().map(|key| ("x-refund-idempotency", key.as_str()));
                // A key of another provider's form may have what JSON escapes.
                let receipt = key.map_or_else(String::new, |(_, key)| format!(r#","receipt":{}"#, Value::from(key)));
                let body = format!(r#"{{"amount":{}{receipt}}}"#, subunits(asked, currency)?);
                self.send(payment_id, "/refund", Some(body), key)
            }
        }
    }

    /// `GET /v1/payments/{id}`: the payment as it is. Changes nothing there. Source: Razorpay, Fetch a Payment.
    pub fn fetch(&self, payment_id: &str) -> Result<HttpRequest<String>, OutgoingError> {
        self.send(payment_id, "", None, None)
    }

    fn send(
        &self,
        payment_id: &str,
        verb: &str,
        json: Option<String>,
        header: Option<(&'static str, &str)>,
    ) -> Result<HttpRequest<String>, OutgoingError> {
        let host = self.host.base("https://api.razorpay.com", "https://api.razorpay.com")?;
        let url = format!("{host}/v1/payments/{}{verb}", segment(payment_id)?);
        build(&url, self.credentials, json.map(|json| (JSON, json)), header)
    }
}
