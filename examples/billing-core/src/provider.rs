//! The providers as the core sees them: the crate words the requests, an HTTP client sends them.

use std::fmt;
use std::time::Duration;

use order_capture::outgoing::{Credentials, Host, JuspayCall, RazorpayCall};
use order_capture::{Money, Operation, ProviderId, Transaction};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::book::{Book, check_id};
use crate::error::Error;

/// Who collects the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum Provider {
    /// Juspay.
    Juspay,
    /// Razorpay.
    Razorpay,
}

impl Provider {
    /// The name in the database and in paths.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Juspay => "juspay",
            Self::Razorpay => "razorpay",
        }
    }

    /// The provider of that name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        if name == Self::Razorpay.as_str() { Self::Razorpay } else { Self::Juspay }
    }
}

/// A text that nothing prints.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Where the providers are and who asks.
#[derive(Clone, Debug)]
pub struct Access {
    /// Juspay's scheme and authority.
    pub juspay_url: String,
    /// Razorpay's scheme and authority.
    pub razorpay_url: String,
    /// Juspay's API key.
    pub juspay_key: Secret,
    /// Razorpay's key id and secret.
    pub razorpay_key: (String, Secret),
    /// How long to wait for an answer.
    pub timeout: Duration,
}

/// What came back for a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A whole response.
    Response {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: String,
        /// How long the provider asks to wait.
        retry_after: Option<Duration>,
    },
    /// Nothing, or not all of it. What became of the request cannot be known from this.
    Nothing {
        /// In whose words.
        problem: String,
    },
}

/// The HTTP client with the providers' addresses.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    access: Access,
    juspay: (Host, Credentials),
    razorpay: (Host, Credentials),
}

impl Client {
    /// A client for these addresses.
    pub fn new(access: Access) -> Result<Self, Error> {
        // A redirect is an answer that moves nothing: followed, the same request would go to who knows whom.
        let http = reqwest::Client::builder().timeout(access.timeout).redirect(reqwest::redirect::Policy::none());
        let http = http.build().map_err(|error| unusable("setup", &error))?;
        let juspay = (Host::Other(access.juspay_url.clone()), Credentials::juspay(&access.juspay_key.0));
        let (id, secret) = &access.razorpay_key;
        let razorpay = (Host::Other(access.razorpay_url.clone()), Credentials::razorpay(id, &secret.0));
        Ok(Self { http, access, juspay, razorpay })
    }

    /// How long it waits for an answer.
    #[must_use]
    pub const fn timeout(&self) -> Duration {
        self.access.timeout
    }

    fn juspay_call<'a>(&'a self, routing_id: &'a str) -> JuspayCall<'a> {
        JuspayCall { host: &self.juspay.0, credentials: &self.juspay.1, routing_id }
    }

    fn razorpay_call(&self) -> RazorpayCall<'_> {
        RazorpayCall { host: &self.razorpay.0, credentials: &self.razorpay.1 }
    }

    /// Words a recorded request. To be tried before it is stored: what cannot be worded must not be recorded.
    pub fn word(
        &self,
        book: &Book,
        transaction: &Transaction,
        operation: Operation,
        number: u32,
    ) -> Result<http::Request<String>, Error> {
        let id = name_at_provider(transaction);
        check_id(id)?;
        let order = &book.terms.provider_order;
        let worded = match book.terms.provider {
            Provider::Juspay => self.juspay_call(order).request(order, id, transaction, operation, number),
            Provider::Razorpay => self.razorpay_call().request(id, transaction, operation, number),
        };
        Ok(worded?)
    }

    /// Asks what the provider knows: of a Juspay order, whose latest transaction it tells of; of a Razorpay payment, or
    /// without one of every payment of the order.
    pub async fn poll(&self, book: &Book, transaction: Option<&str>) -> Result<Reply, Error> {
        let order = &book.terms.provider_order;
        let worded = match (book.terms.provider, transaction) {
            (Provider::Juspay, _) => self.juspay_call(order).order_status(order)?,
            (Provider::Razorpay, Some(name)) => {
                let id = book.find(name).map_or(name, name_at_provider);
                check_id(id)?;
                self.razorpay_call().fetch(id)?
            }
            (Provider::Razorpay, None) => {
                check_id(order)?;
                let (user, secret) = &self.access.razorpay_key;
                let url = format!("{}/v1/orders/{order}/payments", self.access.razorpay_url);
                let request = self.http.get(url).basic_auth(user, Some(&secret.0));
                return Ok(whole(request.send().await).await);
            }
        };
        Ok(self.send(worded).await)
    }

    /// Sends a request and waits for the whole answer.
    pub async fn send(&self, request: http::Request<String>) -> Reply {
        match request.try_into() {
            Ok(request) => whole(self.http.execute(request).await).await,
            Err(error) => Reply::Nothing { problem: reqwest::Error::without_url(error).to_string() },
        }
    }

    /// Tells the provider of an order, before anybody pays. Gives the provider's name for it.
    ///
    /// Moves no money, and the same again is harmless, so it needs no outbox.
    pub async fn create_order(
        &self,
        provider: Provider,
        id: &str,
        gateway: &str,
        amount: Money,
    ) -> Result<String, Error> {
        let call = "creating an order";
        let request = match provider {
            Provider::Juspay => {
                let text = |value: &str| utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
                let (id, major, gateway) = (text(id), amount.major_text(), text(gateway));
                let body = format!("order_id={id}&amount={major}&currency={}&gateway={gateway}", amount.currency());
                let request = self.http.post(format!("{}/orders", self.access.juspay_url)).header("x-routing-id", id);
                let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
                request.basic_auth(&self.access.juspay_key.0, Some(""))
            }
            Provider::Razorpay => {
                let body = serde_json::json!({
                    "amount": amount.minor().get(), "currency": amount.currency().code(), "receipt": id,
                });
                let (user, secret) = &self.access.razorpay_key;
                let request = self.http.post(format!("{}/v1/orders", self.access.razorpay_url));
                request
                    .header("content-type", "application/json")
                    .body(body.to_string())
                    .basic_auth(user, Some(&secret.0))
            }
        };
        let response = request.send().await.map_err(|error| unusable(call, &error))?;
        let (status, body) = (response.status(), response.text().await.map_err(|error| unusable(call, &error))?);
        /// The one field of either answer that matters.
        #[derive(Deserialize)]
        struct Created {
            id: String,
        }
        let created: Result<Created, _> = serde_json::from_str(&body);
        match (status.is_success(), provider, created) {
            // Nothing of a stranger's page is kept.
            (true, Provider::Juspay, Ok(_)) => Ok(id.to_owned()),
            (true, Provider::Razorpay, Ok(created)) => Ok(created.id),
            _ => Err(Error::Provider { call, problem: format!("HTTP {status}: {body}") }),
        }
    }

    /// Plays the payer: the stand-in authorizes a payment of the order. At a real provider the payer does this on the
    /// provider's page. Gives the transaction's name.
    pub async fn pay(&self, book: &Book, amount: Money) -> Result<String, Error> {
        let call = "paying at the stand-in";
        let provider = book.terms.provider;
        let url = match provider {
            Provider::Juspay => &self.access.juspay_url,
            Provider::Razorpay => &self.access.razorpay_url,
        };
        let body = serde_json::json!({
            "provider": provider.as_str(), "order": book.terms.provider_order, "amount": amount.minor().get(),
        });
        let request = self.http.post(format!("{url}/stand-in/pay")).body(body.to_string());
        let response = request.send().await.map_err(|error| unusable(call, &error))?;
        let (status, text) = (response.status(), response.text().await.map_err(|error| unusable(call, &error))?);
        if status.is_success() {
            Ok(text)
        } else {
            Err(Error::Provider { call, problem: format!("HTTP {status}: {text}") })
        }
    }
}

/// The provider's name of a transaction, as it stands in paths.
fn name_at_provider(transaction: &Transaction) -> &str {
    let ids = transaction.provider_ids();
    let named = ids.uuid.as_ref().or(ids.transaction.as_ref());
    named.map_or(transaction.id().as_str(), ProviderId::as_str)
}

/// A whole response; a body that breaks off is no answer, whatever its status says.
async fn whole(sent: Result<reqwest::Response, reqwest::Error>) -> Reply {
    let read = async {
        let response = sent?;
        let status = response.status().as_u16();
        let after = response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
        Ok::<_, reqwest::Error>((status, after.map(Duration::from_secs), response.text().await?))
    };
    match read.await {
        Ok((status, retry_after, body)) => Reply::Response { status, body, retry_after },
        Err(error) => Reply::Nothing { problem: error.without_url().to_string() },
    }
}

fn unusable(call: &'static str, error: &reqwest::Error) -> Error {
    Error::Provider { call, problem: error.to_string() }
}
