//! The core's command line: one command per step of an order's life, and the two servers.

mod args;
mod show;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use billing_core::book::{Progress, Ticket};
use billing_core::config::Config;
use billing_core::observe::Observed;
use billing_core::receiver;
use billing_core::stand_in::faults::Faults;
use billing_core::stand_in::webhooks::Delivery;
use billing_core::stand_in::{Keys, StandIn};
use billing_core::{Ask, Asked, Core, Error, NewOrder, Store};
use clap::Parser;
use indicatif::ProgressBar;
use order_capture::{Currency, Money, Operation, Order, Outcome};
use tokio::net::TcpListener;
use tokio::sync::watch;

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
    if let Command::Config = arguments.command {
        println!("{}", Config::for_the_stand_in());
        return Ok(ExitCode::SUCCESS);
    }
    let mut config = Config::read(&arguments.config)?;
    config.timeout_ms = arguments.timeout_ms.unwrap_or(config.timeout_ms);
    if let Command::StandIn { listen, faults, webhooks, pending_ms } = &arguments.command {
        return stand_in(&config, listen, faults, webhooks.as_deref(), *pending_ms).await;
    }
    let store = Store::open(&config.database, 16, Duration::from_millis(arguments.pause_ms)).await?;
    let core = Arc::new(Core::new(store, config.access(), config.settings())?);
    with_core(core, &config, arguments.command).await
}

async fn with_core(core: Arc<Core>, config: &Config, command: Command) -> Result<ExitCode, Error> {
    let core = &core;
    match &command {
        Command::Order { id, amount, currency, provider, gateway } => {
            let amount = Money::parse(amount, Currency::from_code(currency)?)?;
            let order = Order::new(id.parse()?, amount);
            let new = NewOrder { order, provider: *provider, gateway: gateway.clone(), provider_order: String::new() };
            let entered = core.order(new).await?;
            println!("order {id} of {amount}, known to {} as {}", provider.as_str(), entered.terms.provider_order);
        }
        Command::Authorize { order, amount } => {
            let book = core.store.book(order).await?;
            let currency = book.currency();
            let amount = amount.as_ref().map_or(Ok(book.order().amount()), |text| Money::parse(text, currency))?;
            let transaction = core.client.pay(&book, amount).await?;
            core.poll(book, Some(&transaction)).await?;
            show::status(core, order).await?;
        }
        Command::Capture { what, last } => return ask(core, Operation::Capture, what, *last).await,
        Command::Void { what } => return ask(core, Operation::Void, what, false).await,
        Command::Refund { what } => return ask(core, Operation::Refund, what, false).await,
        Command::Webhook { provider, file } => {
            let text =
                if file == "-" { std::io::read_to_string(std::io::stdin())? } else { std::fs::read_to_string(file)? };
            let observed = core.observe(*provider, &text).await?;
            println!("{observed}");
            if matches!(observed, Observed::Conflict(_) | Observed::NotOurs) {
                return Ok(ExitCode::FAILURE);
            }
        }
        Command::Status { order } => show::status(core, order).await?,
        Command::History { order } => show::history(core, order).await?,
        Command::Poll { order } => {
            let polled = core.poll(core.store.book(order).await?, None).await?;
            println!("{}", polled.observed);
            show::status(core, order).await?;
        }
        Command::Cases { order } => {
            let count = show::cases(core, order.as_deref()).await?;
            return Ok(if count == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Command::Close { case, note } => {
            if !core.store.close(case, note).await? {
                eprintln!("error[case-unknown]: no case {case} is open\n  next: `cases` lists them");
                return Ok(ExitCode::FAILURE);
            }
        }
        Command::Retry { order } => {
            core.store.revive(order).await?;
            return reconcile(core, 20, 500).await;
        }
        Command::Inbox { again } => {
            if *again {
                println!("{} are read again", core.read_again().await?);
                core.read_inbox().await?;
            }
            let count = show::unread(core).await?;
            return Ok(if count == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Command::Settle { order, transaction, operation, number, found } => {
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
            core.settle(&Ticket { order: order.clone(), transaction, operation, number: *number }, found).await?;
            show::status(core, order).await?;
        }
        Command::Report { order, transaction, captured, refunded } => {
            core.report(order, transaction.as_deref(), captured.as_deref(), refunded.as_deref()).await?;
            show::status(core, order).await?;
        }
        Command::Reconcile { rounds, pause_ms } => return reconcile(core, *rounds, *pause_ms).await,
        Command::Serve { listen } => serve(core, config, listen).await?,
        Command::Config | Command::StandIn { .. } => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Receives and works until it is told to stop; then takes nothing new and finishes what it has begun.
async fn serve(core: &Arc<Core>, config: &Config, listen: &str) -> Result<(), Error> {
    tracing_subscriber::fmt().with_ansi(false).with_writer(std::io::stderr).init();
    let listener = TcpListener::bind(listen).await?;
    println!("webhooks at http://{}/webhooks/juspay and /webhooks/razorpay", listener.local_addr()?);
    let (stop, stopped) = watch::channel(false);
    let working = tokio::spawn(Arc::clone(core).stay(stopped));
    let router = receiver::router(Arc::clone(core), config.secrets());
    axum::serve(listener, router).with_graceful_shutdown(told_to_stop()).await?;
    stop.send_replace(true);
    working.await.map_err(std::io::Error::other)?;
    Ok(())
}

async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    if let Ok(mut terminated) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = interrupted => {}
            _ = terminated.recv() => {}
        }
        return;
    }
    let _ = interrupted.await;
}

/// Asks, sends, and says what became of it.
async fn ask(core: &Core, operation: Operation, what: &Move, last: bool) -> Result<ExitCode, Error> {
    let ask = Ask { operation, amount: what.amount.as_deref(), key: what.key.as_deref(), last };
    let progress = match core.ask(&what.order, what.transaction.as_deref(), &ask).await? {
        Asked::Stored(claim, book) => core.deliver(claim, *book).await?,
        Asked::AlreadyApplied(earlier) => {
            let word = earlier.map_or("known", |status| status.as_str());
            println!("already-applied: the same request was made before and is {word}; nothing was sent");
            show::status(core, &what.order).await?;
            let is_open = !core.store.open_rows(&what.order).await?.is_empty();
            return Ok(if is_open { ExitCode::from(OPEN) } else { ExitCode::SUCCESS });
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

async fn reconcile(core: &Arc<Core>, rounds: u32, pause_ms: u64) -> Result<ExitCode, Error> {
    let bar = ProgressBar::new_spinner();
    let progress = |open: i64| bar.set_message(format!("{open} open"));
    let report = core.reconcile(rounds, Duration::from_millis(pause_ms), progress).await?;
    bar.finish_and_clear();
    println!(
        "{} sent, {} abandoned, {} polls, {} sent again, {} rounds; {} still open, {} for a person",
        report.sent, report.abandoned, report.polled, report.repeated, report.rounds, report.open, report.for_a_person
    );
    Ok(if report.open + report.for_a_person == 0 { ExitCode::SUCCESS } else { ExitCode::from(OPEN) })
}

async fn stand_in(
    config: &Config,
    listen: &str,
    faults: &str,
    webhooks: Option<&str>,
    pending_ms: u64,
) -> Result<ExitCode, Error> {
    let keys = Keys {
        juspay: config.juspay.api_key.0.clone(),
        razorpay: (config.razorpay.key_id.clone(), config.razorpay.key_secret.0.clone()),
    };
    let stand_in = StandIn::new(keys);
    stand_in.books().faults =
        Faults::parse(faults).map_err(|problem| Error::Provider { call: "reading --faults", problem })?;
    if let Some(url) = webhooks {
        stand_in.books().webhooks.enabled = true;
        let late = Duration::from_millis(200);
        let to = Delivery { url: url.to_owned(), secrets: config.secrets(), doubled_percent: 50, late };
        tokio::spawn(Arc::clone(&stand_in).tell(to, || false));
    }
    let resolving = Arc::clone(&stand_in);
    let every = Duration::from_millis(pending_ms);
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
