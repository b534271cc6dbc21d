//! The service: reads its environment and serves the engine.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use on_restate::journal::Times;
use on_restate::orders::Orders;
use on_restate::send::{Access, Client};
use on_restate::webhooks::{Names, Secrets, Strays, Webhooks};
use restate_sdk::prelude::*;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::WARN).init();
    match service() {
        Ok((endpoint, listen)) => {
            println!("serving the engine at http://{listen}");
            HttpServer::new(endpoint).listen_and_serve(listen).await;
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn service() -> Result<(Endpoint, SocketAddr), String> {
    let url = needed("PROVIDER_URL")?;
    let timeout = millis("PROVIDER_TIMEOUT_MS", 10_000)?;
    let patience = millis("PATIENCE_MS", 5_000)?;
    let access = Access {
        juspay_url: url.clone(),
        razorpay_url: url,
        juspay_key: needed("JUSPAY_API_KEY")?,
        razorpay_key: (needed("RAZORPAY_KEY_ID")?, needed("RAZORPAY_KEY_SECRET")?),
        timeout,
    };
    let secrets =
        Secrets { juspay: (needed("WEBHOOK_USER")?, needed("WEBHOOK_SECRET")?), razorpay: needed("WEBHOOK_SECRET")? };
    let times = Times {
        patience,
        // Beside patience and time-out: how long the provider may still take a request in, and how far clocks are
        // apart.
        settle: patience + timeout + millis("PROVIDER_WINDOW_MS", 30_000)?,
        poll_first: millis("POLL_FIRST_MS", 2_000)?,
        poll_longest: millis("POLL_LONGEST_MS", 3_600_000)?,
    };
    let client = Client::new(access).map_err(|error| error.to_string())?;
    let endpoint =
        Endpoint::builder().bind(Orders { client, times }).bind(Webhooks { secrets }).bind(Names).bind(Strays);
    let listen = std::env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:9080".to_owned());
    Ok((endpoint.build(), listen.parse().map_err(|_| format!("LISTEN: {listen} is no address"))?))
}

/// Secrets and addresses have no default: a wrong one would be used in silence.
fn needed(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("{name} is not set"))
}

fn millis(name: &str, default: u64) -> Result<Duration, String> {
    let text = std::env::var(name).unwrap_or_else(|_| default.to_string());
    text.parse().map(Duration::from_millis).map_err(|_| format!("{name}: {text} is no number of milliseconds"))
}
