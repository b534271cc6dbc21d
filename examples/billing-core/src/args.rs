//! The command line.

use billing_core::Provider;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// A small billing core that leaves every decision to order-capture.
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct Arguments {
    /// SQLite, or PostgreSQL: postgres://user:password@host/database
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite://billing.db?mode=rwc", global = true)]
    pub database: String,
    /// Scheme and authority of the provider
    #[arg(long, env = "PROVIDER_URL", default_value = "http://127.0.0.1:8700", global = true)]
    pub provider_url: String,
    /// Juspay's API key
    #[arg(long, env = "JUSPAY_API_KEY", default_value = "stand-in-key", hide_env_values = true, global = true)]
    pub juspay_key: String,
    /// Razorpay's key id
    #[arg(long, env = "RAZORPAY_KEY_ID", default_value = "rzp_stand_in", global = true)]
    pub razorpay_key_id: String,
    /// Razorpay's key secret
    #[arg(long, env = "RAZORPAY_KEY_SECRET", default_value = "stand-in-secret", hide_env_values = true, global = true)]
    pub razorpay_key_secret: String,
    /// User of Juspay's webhooks
    #[arg(long, env = "WEBHOOK_USER", default_value = "webhooks", global = true)]
    pub webhook_user: String,
    /// Password of Juspay's webhooks, and secret of Razorpay's signature
    #[arg(long, env = "WEBHOOK_SECRET", default_value = "webhook-secret", hide_env_values = true, global = true)]
    pub webhook_secret: String,
    /// How long to wait for a provider's answer
    #[arg(long, env = "PROVIDER_TIMEOUT_MS", default_value_t = 10_000, global = true)]
    pub timeout_ms: u64,
    /// How long a worker owns a request; at least twice the timeout
    #[arg(long, env = "LEASE_MS", default_value_t = 30_000, global = true)]
    pub lease_ms: u64,
    /// How long a hold can be captured
    #[arg(long, env = "HOLD_DAYS", default_value_t = 5, global = true)]
    pub hold_days: u64,
    /// For tests: a pause after every write, so that a kill lands between any two
    #[arg(long, env = "PAUSE_MS", default_value_t = 0, hide = true, global = true)]
    pub pause_ms: u64,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Enter an order, here and at the provider
    Order {
        /// Your name for it
        id: String,
        /// In major units: 100.00
        #[arg(long)]
        amount: String,
        /// ISO 4217
        #[arg(long, default_value = "INR")]
        currency: String,
        /// Who collects it
        #[arg(long, value_enum, default_value = "juspay")]
        provider: Provider,
        /// Juspay's gateway, CYBERSOURCE or SIMPL; left out for one that captures in full only
        #[arg(long, default_value = "")]
        gateway: String,
    },
    /// Let the payer pay at the stand-in, and read the hold
    Authorize {
        /// The order
        order: String,
        /// In major units; else the order's
        #[arg(long)]
        amount: Option<String>,
    },
    /// Take money out of the hold
    Capture {
        #[command(flatten)]
        what: Move,
        /// The last one: what remains is released
        #[arg(long = "final")]
        last: bool,
    },
    /// Give back what is held
    Void {
        #[command(flatten)]
        what: Move,
    },
    /// Give back what was captured
    Refund {
        #[command(flatten)]
        what: Move,
    },
    /// Read a webhook from a file
    Webhook {
        /// Whose
        #[arg(value_enum)]
        provider: Provider,
        /// The file; - for standard input
        file: String,
        /// The provider's id of the webhook
        #[arg(long)]
        id: Option<String>,
    },
    /// What an order and its transactions have come to
    Status {
        /// The order
        order: String,
    },
    /// Find what is open and resolve it
    Reconcile {
        /// At most this many passes over the open work
        #[arg(long, default_value_t = 20)]
        rounds: u32,
        /// Between two passes
        #[arg(long, default_value_t = 500)]
        pause_ms: u64,
    },
    /// Record what a person found out of one request: support, the provider's dashboard
    Resolve {
        /// The order
        order: String,
        /// Which transaction of it, where there are several
        #[arg(long)]
        transaction: Option<String>,
        /// capture, void or refund
        #[arg(long, value_enum, default_value = "capture")]
        operation: Which,
        /// The request's number, as `status` shows it
        #[arg(long)]
        number: u32,
        /// What became of it
        #[arg(long, value_enum)]
        found: Found,
    },
    /// Record the totals that a person found out, after a conflict too; complete for everything sent before
    Report {
        /// The order
        order: String,
        /// Which transaction of it, where there are several
        #[arg(long)]
        transaction: Option<String>,
        /// In major units: captured of the transaction so far
        #[arg(long, required_unless_present = "refunded")]
        captured: Option<String>,
        /// In major units: refunded of the transaction so far
        #[arg(long)]
        refunded: Option<String>,
    },
    /// Every event of an order
    History {
        /// The order
        order: String,
    },
    /// Receive webhooks
    Serve {
        /// Address and port
        #[arg(long, default_value = "127.0.0.1:8701")]
        listen: String,
    },
    /// Be both providers, on loopback
    StandIn {
        /// Address and port
        #[arg(long, default_value = "127.0.0.1:8700")]
        listen: String,
        /// Of a thousand requests: seed=1,delay=20,silent-after=10,error-before=5
        #[arg(long, default_value = "")]
        faults: String,
        /// Where to tell of changes: http://127.0.0.1:8701
        #[arg(long)]
        webhooks: Option<String>,
        /// How long something stays pending
        #[arg(long, default_value_t = 2000)]
        pending_ms: u64,
    },
}

/// A capture, void or refund.
#[derive(Args, Debug)]
pub struct Move {
    /// The order
    pub order: String,
    /// Which transaction of it, where there are several
    #[arg(long)]
    pub transaction: Option<String>,
    /// In major units; else all
    #[arg(long)]
    pub amount: Option<String>,
    /// The idempotency key
    #[arg(long)]
    pub key: Option<String>,
}

/// Capture, void or refund.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Which {
    /// A capture
    Capture,
    /// A void
    Void,
    /// A refund
    Refund,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Found {
    /// All of it was done
    Done,
    /// It was tried and failed
    Failed,
    /// It never arrived and never will
    NeverTried,
}
