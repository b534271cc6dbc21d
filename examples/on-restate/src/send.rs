//! The way to the providers: the crate words the requests, an HTTP client sends them, once. Nothing is decided here and
//! nothing is stored.

use std::time::Duration;

use order_capture::outgoing::{Credentials, Host, JuspayCall, OutgoingError, RazorpayCall};
use order_capture::{Money, Transaction};
use serde::{Deserialize, Serialize};

use crate::decide::Book;
use crate::terms::{Provider, Refusal, Ticket};

/// What came back for a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// A whole response.
    Response {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: String,
    },
    /// Nothing, or not all of it. What became of the request cannot be known from this.
    Nothing {
        /// In whose words.
        problem: String,
    },
}

impl Reply {
    /// Nothing came back, and why.
    pub fn nothing(problem: impl Into<String>) -> Self {
        Self::Nothing { problem: problem.into() }
    }

    /// The body; empty without one.
    #[must_use]
    pub fn body(&self) -> &str {
        match self {
            Self::Response { body, .. } => body,
            Self::Nothing { .. } => "",
        }
    }
}

/// Where the providers are and who asks. It has no `Debug`: it holds secrets.
#[derive(Clone)]
pub struct Access {
    /// Juspay's scheme and authority.
    pub juspay_url: String,
    /// Razorpay's scheme and authority.
    pub razorpay_url: String,
    /// Juspay's API key.
    pub juspay_key: String,
    /// Razorpay's key id and secret.
    pub razorpay_key: (String, String),
    /// How long to wait for an answer.
    pub timeout: Duration,
}

/// The HTTP client with the providers' addresses. Cloned, it is the same one.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    access: Access,
}

impl Client {
    /// A client for these addresses. It follows no redirect: a POST that moves money goes where it was meant to go.
    pub fn new(access: Access) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder().timeout(access.timeout).redirect(reqwest::redirect::Policy::none());
        Ok(Self { http: http.build()?, access })
    }

    fn juspay<T>(&self, book: &Book, word: impl FnOnce(JuspayCall<'_>) -> T) -> T {
        let (host, credentials) =
            (Host::Other(self.access.juspay_url.clone()), Credentials::juspay(&self.access.juspay_key));
        word(JuspayCall { host: &host, credentials: &credentials, routing_id: &book.terms.provider_order })
    }

    fn razorpay<T>(&self, word: impl FnOnce(RazorpayCall<'_>) -> T) -> T {
        let (id, secret) = &self.access.razorpay_key;
        let (host, credentials) = (Host::Other(self.access.razorpay_url.clone()), Credentials::razorpay(id, secret));
        word(RazorpayCall { host: &host, credentials: &credentials })
    }

    /// Words a recorded request. What cannot be worded must not be recorded, so this is tried before the events are
    /// kept.
    pub fn word(&self, book: &Book, ticket: &Ticket) -> Result<reqwest::Request, Refusal> {
        let Ticket { transaction, operation, number } = ticket;
        let payment = book.payment(Some(transaction))?;
        let (order, transaction) = (&book.terms.provider_order, payment.transaction());
        let name = name(book, transaction);
        let worded = match book.terms.provider {
            Provider::Juspay => self.juspay(book, |call| call.request(order, name, transaction, *operation, *number)),
            Provider::Razorpay => self.razorpay(|call| call.request(name, transaction, *operation, *number)),
        };
        ready(worded)
    }

    /// Words the question what the provider knows: Juspay's order status, Razorpay's payment.
    pub fn word_poll(&self, book: &Book, transaction: Option<&str>) -> Result<reqwest::Request, Refusal> {
        let known = transaction.and_then(|id| book.find(id)).map(|transaction| name(book, transaction));
        ready(match (book.terms.provider, known.or(transaction)) {
            (Provider::Juspay, _) => self.juspay(book, |call| call.order_status(&book.terms.provider_order)),
            (Provider::Razorpay, Some(payment)) => self.razorpay(|call| call.fetch(payment)),
            (Provider::Razorpay, None) => return Err(Refusal::NoTransaction { count: book.transactions.len() }),
        })
    }

    /// Sends a request and waits for the whole answer.
    pub async fn send(&self, request: reqwest::Request) -> Reply {
        let sent = async {
            let response = self.http.execute(request).await?;
            let status = response.status().as_u16();
            // A body that breaks off is no answer, whatever its status says.
            Ok::<_, reqwest::Error>((status, response.text().await?))
        };
        match sent.await {
            Ok((status, body)) => Reply::Response { status, body },
            Err(error) => Reply::nothing(error.without_url().to_string()),
        }
    }

    /// Tells the provider of an order, before anybody pays. It moves no money, and the same again is harmless.
    pub async fn create_order(&self, provider: Provider, id: &str, gateway: &str, amount: Money) -> Reply {
        let request = match provider {
            Provider::Juspay => {
                // Every part is letters, digits, `-`, `_` and `.`: nothing to escape.
                let (major, currency) = (amount.major_text(), amount.currency());
                let body = format!("order_id={id}&amount={major}&currency={currency}&gateway={gateway}");
                let request = self.http.post(format!("{}/orders", self.access.juspay_url)).header("x-routing-id", id);
                let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
                request.basic_auth(&self.access.juspay_key, Some(""))
            }
            Provider::Razorpay => {
                let (minor, currency) = (amount.minor().get(), amount.currency());
                let body = serde_json::json!({ "amount": minor, "currency": currency.code(), "receipt": id });
                let (user, secret) = &self.access.razorpay_key;
                let request = self.http.post(format!("{}/v1/orders", self.access.razorpay_url));
                request.header("content-type", "application/json").body(body.to_string()).basic_auth(user, Some(secret))
            }
        };
        match request.build() {
            Ok(request) => self.send(request).await,
            Err(error) => Reply::nothing(error.without_url().to_string()),
        }
    }
}

/// The provider's name for a transaction: its own, where it was learned.
fn name<'t>(book: &Book, transaction: &'t Transaction) -> &'t str {
    let ids = transaction.provider_ids();
    let name = if book.terms.provider == Provider::Juspay { &ids.uuid } else { &ids.transaction };
    name.as_ref().map_or(transaction.id().as_str(), |name| name.as_str())
}

fn ready(
    worded: Result<impl TryInto<reqwest::Request, Error = reqwest::Error>, OutgoingError>,
) -> Result<reqwest::Request, Refusal> {
    let worded = worded.map_err(|error| Refusal::Usage(error.to_string()))?;
    worded.try_into().map_err(|error| Refusal::Usage(error.to_string()))
}
