//! The configuration: one JSON file. A name that is not known is an error, and no secret has a default.

use std::path::Path;
use std::time::Duration;

use serde::Deserialize;

use crate::core::Settings;
use crate::error::Error;
use crate::provider::{Access, Secret};
use crate::receiver::Secrets;

/// Everything that a deployment decides.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// SQLite, or PostgreSQL: `postgres://user@host/database`.
    pub database: String,
    /// Juspay.
    pub juspay: Juspay,
    /// Razorpay.
    pub razorpay: Razorpay,
    /// What the providers prove themselves with; the new and the old one while they change.
    pub webhooks: Webhooks,
    /// How long to wait for a provider's answer.
    #[serde(default = "ten_seconds")]
    pub timeout_ms: u64,
    /// How long a worker owns a request; at least twice the timeout.
    #[serde(default)]
    pub lease_ms: u64,
    /// How long a hold can be captured, from its authorization on.
    #[serde(default = "five")]
    pub hold_days: u64,
    /// The first pause before an open request is looked at again.
    #[serde(default = "one_second")]
    pub pause_ms: u64,
    /// After so many tries a request waits for a person.
    #[serde(default = "thirty")]
    pub tries: i64,
    /// How often an open or recently closed order is asked for.
    #[serde(default = "quarter_of_an_hour")]
    pub sweep_s: u64,
}

/// Juspay: where it is, and who asks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Juspay {
    /// Scheme and authority.
    pub url: String,
    /// The API key.
    pub api_key: Secret,
}

/// Razorpay: where it is, and who asks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Razorpay {
    /// Scheme and authority.
    pub url: String,
    /// The key's id.
    pub key_id: String,
    /// The key's secret.
    pub key_secret: Secret,
}

/// What webhooks come with.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhooks {
    /// Names and passwords of Basic authentication.
    pub juspay: Vec<Login>,
    /// Keys of the signature.
    pub razorpay: Vec<Secret>,
}

/// A name and its password.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The name.
    pub user: String,
    /// The password.
    pub password: Secret,
}

const fn ten_seconds() -> u64 {
    10_000
}

const fn one_second() -> u64 {
    1000
}

const fn five() -> u64 {
    5
}

const fn thirty() -> i64 {
    30
}

const fn quarter_of_an_hour() -> u64 {
    900
}

impl Config {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let unusable = |problem: String| Error::Config { path: path.display().to_string(), problem };
        let text = std::fs::read_to_string(path).map_err(|error| unusable(error.to_string()))?;
        let config: Self = serde_json::from_str(&text).map_err(|error| unusable(error.to_string()))?;
        let is_empty = |secret: &Secret| secret.0.is_empty();
        let mut passwords = config.webhooks.juspay.iter().map(|login| &login.password);
        if config.webhooks.razorpay.iter().any(is_empty) || passwords.any(is_empty) {
            return Err(unusable("a webhook's secret is empty, so anybody could sign".to_owned()));
        }
        Ok(config)
    }

    /// One for the stand-in on loopback, with secrets made up now. Not for a real provider: the dice are no
    /// cryptographer's.
    #[must_use]
    pub fn for_the_stand_in() -> String {
        let made_up = || std::iter::repeat_with(fastrand::alphanumeric).take(24).collect::<String>();
        let config = serde_json::json!({
            "database": "sqlite://billing.db?mode=rwc",
            "juspay": { "url": "http://127.0.0.1:8700", "api_key": made_up() },
            "razorpay": { "url": "http://127.0.0.1:8700", "key_id": "rzp_stand_in", "key_secret": made_up() },
            "webhooks": { "juspay": [{ "user": "webhooks", "password": made_up() }], "razorpay": [made_up()] },
        });
        format!("{config:#}")
    }

    /// Where the providers are and who asks.
    #[must_use]
    pub fn access(&self) -> Access {
        Access {
            juspay_url: self.juspay.url.clone(),
            razorpay_url: self.razorpay.url.clone(),
            juspay_key: self.juspay.api_key.clone(),
            razorpay_key: (self.razorpay.key_id.clone(), self.razorpay.key_secret.clone()),
            timeout: Duration::from_millis(self.timeout_ms),
        }
    }

    /// The times; a lease that is too short for the timeout is as long as it must be.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let usual = Settings::of(Duration::from_millis(self.timeout_ms));
        Settings {
            lease: usual.lease.max(Duration::from_millis(self.lease_ms)),
            hold: Duration::from_secs(self.hold_days.saturating_mul(86_400)),
            pause: Duration::from_millis(self.pause_ms),
            tries: self.tries,
            sweep: Duration::from_secs(self.sweep_s),
            ..usual
        }
    }

    /// What the providers prove themselves with.
    #[must_use]
    pub fn secrets(&self) -> Secrets {
        let logins = self.webhooks.juspay.iter().map(|login| (login.user.clone(), login.password.clone()));
        Secrets { juspay: logins.collect(), razorpay: self.webhooks.razorpay.clone() }
    }
}
