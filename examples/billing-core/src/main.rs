//! The core's command line: one command per step of an order's life, and the two servers.

mod args;
mod show;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use billing_core::book::{Progress, Ticket};
use billing_core::observe::Observed;
use billing_core::provider::Access;
use billing_core::receiver::{self, Secrets};
use billing_core::stand_in::faults::Faults;
use billing_core::stand_in::webhooks::Delivery;
use billing_core::stand_in::{Keys, StandIn};
use billing_core::{Ask, Asked, Core, Error, NewOrder, Settings, Store};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use order_capture::{Currency, Money, Operation, Order, Outcome};
use tokio::net::TcpListener;

use args::{Arguments, Command, Found, Move, Which};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error[{}]: {error}\n  next: {}", error.code(), error.next());
            ExitCode::FAILURE
        }
    }
}

/// Not a failure and not done: run `reconcile`.
const OPEN: u8 = 3;

async fn run(arguments: Arguments) -> Result<ExitCode, Error> {
    match arguments.command {
        Command::StandIn { .. } => stand_in(&arguments).await,
        _ => with_core(arguments).await,
    }
}

async fn core(arguments: &Arguments) -> Result<Core, Error> {
    let store = Store::open(&arguments.database, 8, Duration::from_millis(arguments.pause_ms)).await?;
    let access = Access {
        juspay_url: arguments.provider_url.clone(),
        razorpay_url: arguments.provider_url.clone(),
        juspay_key: arguments.juspay_key.clone(),
        razorpay_key: (arguments.razorpay_key_id.clone(), arguments.razorpay_key_secret.clone()),
        timeout: Duration::from_millis(arguments.timeout_ms),
    };
    let settings = Settings {
        lease: Duration::from_millis(arguments.lease_ms.max(arguments.timeout_ms.saturating_mul(2).saturating_add(1))),
        hold: Duration::from_secs(arguments.hold_days.saturating_mul(24 * 60 * 60)),
    };
    Core::new(store, access, settings)
}

async fn with_core(arguments: Arguments) -> Result<ExitCode, Error> {
    let core = core(&arguments).await?;
    match &arguments.command {
        Command::Order { id, amount, currency, provider, gateway } => {
            let amount = Money::parse(amount, Currency::from_code(currency)?)?;
            let order = Order::new(id.parse()?, amount);
            let new = NewOrder { order, provider: *provider, gateway: gateway.clone(), provider_order: String::new() };
            let entered = core.order(new).await?;
            println!("order {id} of {amount}, known to {} as {}", provider.as_str(), entered.provider_order);
        }
        Command::Authorize { order, amount } => {
            let book = core.store.book(order).await?;
            let currency = book.currency();
            let amount = amount.as_ref().map_or(Ok(book.order().amount()), |text| Money::parse(text, currency))?;
            let transaction = core.client.pay(&book, amount).await?;
            core.poll(&book, &transaction, None).await?;
            show::status(&core, order).await?;
        }
        Command::Capture { what, last } => return ask(&core, Operation::Capture, what, *last).await,
        Command::Void { what } => return ask(&core, Operation::Void, what, false).await,
        Command::Refund { what } => return ask(&core, Operation::Refund, what, false).await,
        Command::Webhook { provider, file, id } => {
            let text =
                if file == "-" { std::io::read_to_string(std::io::stdin())? } else { std::fs::read_to_string(file)? };
            let observed = core.observe(*provider, &text, id.as_deref()).await?;
            println!("{observed}");
            if matches!(observed, Observed::Conflict(_) | Observed::NotOurs) {
                return Ok(ExitCode::FAILURE);
            }
        }
        Command::Status { order } => show::status(&core, order).await?,
        Command::History { order } => show::history(&core, order).await?,
        Command::Resolve { order, transaction, operation, number, found } => {
            let book = core.store.book(order).await?;
            let transaction = book.transaction(transaction.as_deref())?.id().to_string();
            let operation = match operation {
                Which::Capture => Operation::Capture,
                Which::Void => Operation::Void,
                Which::Refund => Operation::Refund,
            };
            let found = match found {
                Found::Done => Outcome::Succeeded,
                Found::Failed => Outcome::Failed,
                Found::NeverTried => Outcome::Withdrawn,
            };
            core.resolve(&Ticket { order: order.clone(), transaction, operation, number: *number }, found).await?;
            show::status(&core, order).await?;
        }
        Command::Report { order, transaction, captured, refunded } => {
            core.report(order, transaction.as_deref(), captured.as_deref(), refunded.as_deref()).await?;
            show::status(&core, order).await?;
        }
        Command::Reconcile { rounds, pause_ms } => return reconcile(&core, *rounds, *pause_ms).await,
        Command::Serve { listen } => {
            let listener = TcpListener::bind(listen).await?;
            println!("webhooks at http://{}/webhooks/juspay and /webhooks/razorpay", listener.local_addr()?);
            axum::serve(listener, receiver::router(Arc::new(core), secrets(&arguments))).await?;
        }
        Command::StandIn { .. } => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Asks, sends, and says what became of it.
async fn ask(core: &Core, operation: Operation, what: &Move, last: bool) -> Result<ExitCode, Error> {
    let ask = Ask { operation, amount: what.amount.as_deref(), key: what.key.as_deref(), last };
    let progress = match core.ask(&what.order, what.transaction.as_deref(), &ask).await? {
        Asked::Stored(ticket) => core.deliver(&ticket).await?,
        Asked::AlreadyApplied(earlier) => {
            let earlier = earlier.map_or("known", |status| status.as_str());
            println!("already-applied: the same request was made before and is {earlier}; nothing was sent");
            show::status(core, &what.order).await?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    show::status(core, &what.order).await?;
    match progress {
        Progress::Done => Ok(ExitCode::SUCCESS),
        Progress::Open(status) => {
            eprintln!("open: the request is {status}; its money stays reserved\n  next: run `reconcile`");
            Ok(ExitCode::from(OPEN))
        }
        Progress::Failed(status) => {
            eprintln!("the provider refused it: {status}\n  next: `history {}` tells what it said", what.order);
            Ok(ExitCode::FAILURE)
        }
    }
}

async fn reconcile(core: &Core, rounds: u32, pause_ms: u64) -> Result<ExitCode, Error> {
    let bar = ProgressBar::new(0).with_style(ProgressStyle::default_bar());
    let report = core
        .reconcile(rounds, Duration::from_millis(pause_ms), |all, done| {
            bar.set_length(u64::try_from(all).unwrap_or(u64::MAX));
            bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
        })
        .await?;
    bar.finish_and_clear();
    println!(
        "{} never sent, {} abandoned, {} polls, {} sent again, {} rounds; {} still open",
        report.sent, report.abandoned, report.polled, report.repeated, report.rounds, report.open
    );
    Ok(if report.open == 0 { ExitCode::SUCCESS } else { ExitCode::from(OPEN) })
}

fn secrets(arguments: &Arguments) -> Secrets {
    Secrets {
        juspay: (arguments.webhook_user.clone(), arguments.webhook_secret.clone()),
        razorpay: arguments.webhook_secret.clone(),
    }
}

async fn stand_in(arguments: &Arguments) -> Result<ExitCode, Error> {
    let Command::StandIn { listen, faults, webhooks, pending_ms } = &arguments.command else {
        return Ok(ExitCode::FAILURE);
    };
    let keys = Keys {
        juspay: arguments.juspay_key.clone(),
        razorpay: (arguments.razorpay_key_id.clone(), arguments.razorpay_key_secret.clone()),
    };
    let stand_in = StandIn::new(keys);
    stand_in.books().faults =
        Faults::parse(faults).map_err(|problem| Error::Provider { call: "reading --faults", problem })?;
    if let Some(url) = webhooks {
        stand_in.books().webhooks.enabled = true;
        let late = Duration::from_millis(200);
        let to = Delivery { url: url.clone(), secrets: secrets(arguments), doubled_percent: 50, late };
        tokio::spawn(Arc::clone(&stand_in).tell(to, || false));
    }
    let resolving = Arc::clone(&stand_in);
    let every = Duration::from_millis(*pending_ms);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(every).await;
            resolving.books().resolve_pending();
        }
    });
    let listener = TcpListener::bind(listen).await?;
    println!("Juspay and Razorpay stand in at http://{}; the ledger at /stand-in/ledger", listener.local_addr()?);
    stand_in.serve(listener).await?;
    Ok(ExitCode::SUCCESS)
}
