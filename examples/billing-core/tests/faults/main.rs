//! What was seen when this core was attacked: each test says what used to happen. The judge is the stand-in's ledger,
//! which takes whatever it is asked under a new key (it is *trusting*), so all safety is the core's.

#[path = "../support/mod.rs"]
mod support;

mod attention;
mod claims;
mod cost;
mod database;
mod repeats;
mod secrets;
mod transactions;
mod webhooks;

use std::sync::Arc;
use std::time::Duration;

use billing_core::Core;
use billing_core::stand_in::StandIn;
use billing_core::stand_in::ledger::{Fate, Kind, Line};

/// A short time-out: what is lost is known to be lost soon.
const TIMEOUT: Duration = Duration::from_millis(150);

/// The stand-in, trusting, and a core in front of it.
async fn both(database: &str) -> (Arc<StandIn>, Arc<Core>, String) {
    let (stand_in, url) = support::stand_in().await;
    stand_in.books().ledger.trusting = true;
    let core = support::core(database, &url, TIMEOUT).await;
    (stand_in, core, url)
}

/// Works until nothing is open, or this many rounds are over.
async fn reconcile(core: &Arc<Core>, rounds: u32) -> billing_core::resident::Report {
    core.reconcile(rounds, Duration::from_millis(60), |_| {}).await.unwrap()
}

/// Captured at the provider.
fn captured(stand_in: &StandIn, payment: &str) -> u64 {
    stand_in.books().ledger.payments[payment].captured()
}

/// Somebody captures at the provider's dashboard; nobody here hears of it.
fn at_the_dashboard(stand_in: &StandIn, payment: &str, kind: Kind, amount: u64) {
    let mut books = stand_in.books();
    let lines = &mut books.ledger.payments.get_mut(payment).unwrap().lines;
    lines.push(Line { kind, key: None, amount, fate: Fate::Done });
}

/// The codes of what a person must look at.
async fn codes(core: &Core, order: &str) -> Vec<String> {
    core.store.cases(Some(order)).await.unwrap().into_iter().map(|case| case.code).collect()
}
