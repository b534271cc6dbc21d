//! One side of a race: for every line `ORDER AMOUNT` of standard input, all threads ask for a capture at once. Answers
//! with a line of their codes.

use std::io::{BufRead, Write};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use billing_core::book::Progress;
use billing_core::provider::Access;
use billing_core::{Ask, Asked, Core, Error, Settings, Store};
use order_capture::Operation;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [database, provider_url, name, threads] = &arguments[..] else {
        return Err("give a database, a provider, a name and a number of threads".into());
    };
    let threads: usize = threads.parse()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let connections = u32::try_from(threads)?;
    let store = runtime.block_on(Store::open(database, connections, Duration::ZERO))?;
    let access = Access {
        juspay_url: provider_url.clone(),
        razorpay_url: provider_url.clone(),
        juspay_key: "stand-in-key".into(),
        razorpay_key: ("rzp_stand_in".to_owned(), "stand-in-secret".into()),
        timeout: Duration::from_secs(10),
    };
    let settings = Settings::of(Duration::from_secs(10));
    let core = Arc::new(Core::new(store, access, settings)?);
    println!("ready");
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (order, amount) = line.split_once(' ').ok_or("give an order and an amount")?;
        let start = Barrier::new(threads);
        let codes: Vec<String> = std::thread::scope(|scope| {
            let racers: Vec<_> = (0..threads)
                .map(|thread| {
                    let (core, start, runtime) = (&core, &start, &runtime);
                    scope.spawn(move || {
                        // Half of them are the same request, in both processes; the others are requests of their own.
                        let key = if thread % 2 == 0 { "the-same".to_owned() } else { format!("{name}-{thread}") };
                        start.wait();
                        runtime.block_on(race(core, order, amount, &key))
                    })
                })
                .collect();
            racers.into_iter().map(|racer| racer.join().unwrap_or_else(|_| "panicked".to_owned())).collect()
        });
        println!("{}", codes.join(" "));
        std::io::stdout().flush()?;
    }
    Ok(())
}

/// Asks, and sends if it was the winner. Gives `captured` or the code.
async fn race(core: &Core, order: &str, amount: &str, key: &str) -> String {
    // Razorpay has no keys for captures.
    let key = Some(key).filter(|_| !order.starts_with("razorpay"));
    let ask = Ask { operation: Operation::Capture, amount: Some(amount), key, last: false };
    let ended = match core.ask(order, None, &ask).await {
        Ok(Asked::AlreadyApplied(_)) => return "already-applied".to_owned(),
        Ok(Asked::Stored(claim, book)) => core.deliver(claim, *book).await,
        Err(error) => Err(error),
    };
    match ended {
        Ok(Progress::Done) => "captured".to_owned(),
        Ok(progress) => format!("{progress:?}"),
        Err(Error::Database(error)) => format!("database:{}", error.to_string().replace(' ', "-")),
        Err(error) => error.code().to_owned(),
    }
}
