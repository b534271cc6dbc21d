//! The command line.

use std::path::PathBuf;

use billing_core::Provider;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// A small billing core that leaves every decision to order-capture.
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct Arguments {
    /// The configuration; `config` prints one
    #[arg(long, env = "BILLING_CONFIG", default_value = "billing.json", global = true)]
    pub config: PathBuf,
    /// How long to wait for a provider's answer; else as configured
    #[arg(long, global = true)]
    pub timeout_ms: Option<u64>,
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
    /// Print a configuration for the stand-in on loopback, with secrets made up now
    Config,
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
    /// Ask the provider about an order, and read what it says
    Poll {
        /// The order
        order: String,
    },
    /// Record what a person found out of one request: support, the provider's dashboard
    Settle {
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
    /// What a person must look at: contradictions and alarms
    Cases {
        /// Of one order; else of all
        order: Option<String>,
    },
    /// Close one of them, with your words
    Close {
        /// As `cases` lists it
        case: String,
        /// What you found out or did
        #[arg(long)]
        note: String,
    },
    /// Let the workers try an order's requests again that were given up
    Retry {
        /// The order
        order: String,
    },
    /// Webhooks that could not be read, or are of no order of ours
    Inbox {
        /// Read them again
        #[arg(long)]
        again: bool,
    },
    /// Every event of an order
    History {
        /// The order
        order: String,
    },
    /// Receive webhooks, and work on what is open, until SIGTERM or Ctrl-C
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
