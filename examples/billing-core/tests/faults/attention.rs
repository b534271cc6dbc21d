//! Faults 2, 8 and 14: wrong books are seen, shown, and closed by a person.

use std::time::Duration;

use billing_core::Settings;
use billing_core::book::Progress;
use billing_core::observe::Observed;
use billing_core::stand_in::ledger::Kind;
use order_capture::Operation;

use super::support::{self, ask, booked, capture, databases, held, order, settings};
use super::{TIMEOUT, at_the_dashboard, both, codes};

/// Fault 2: Two authorizations of one order were both captured, and that the order is overcharged was read nowhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_paid_once() {
    for database in databases("paid_once").await {
        let (stand_in, core, _) = both(&database.url).await;
        let first = held(&core, &stand_in, "o-1", 10_000, None).await;
        let entered = core.store.book("o-1").await.unwrap().terms.provider_order;
        let second = stand_in.books().pay(&entered, 10_000).unwrap();
        core.poll(core.store.book("o-1").await.unwrap(), Some(&second)).await.unwrap();
        let capture = async |payment: &str| ask(&core, Operation::Capture, "o-1", Some(payment), "100.00", None).await;
        let both = tokio::join!(capture(&first), capture(&second));
        let refused = [&both.0, &both.1].into_iter().filter_map(|ended| ended.as_ref().err()).map(|error| error.code());
        assert_eq!(refused.collect::<Vec<_>>(), ["order-already-paid"], "{both:?}");
        assert_eq!(stand_in.books().ledger.capture_requests, 1);
        // Somebody captures the other one at the dashboard: it is shown, and raises an alarm.
        let other = if both.0.is_ok() { &second } else { &first };
        at_the_dashboard(&stand_in, other, Kind::Capture, 10_000);
        core.poll(core.store.book("o-1").await.unwrap(), None).await.unwrap();
        assert_eq!(codes(&core, "o-1").await, ["overcharged"]);
        let folder = tempfile::tempdir().unwrap();
        let config = support::config(folder.path(), &database.url, "http://127.0.0.1:1", 100);
        let mut status = std::process::Command::new(env!("CARGO_BIN_EXE_billing-core"));
        let said = status.args(["status", "o-1"]).env("BILLING_CONFIG", config).output().unwrap();
        let said = String::from_utf8(said.stdout).unwrap();
        assert!(said.contains("alarm[overcharged]: 100.00 INR more than the order is captured; refund it"), "{said}");
    }
}

/// Fault 8: Wrong books stayed wrong: nobody asked about an order without an open request.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sweep_finds_what_nobody_told() {
    for database in databases("sweep").await {
        let (stand_in, url) = support::stand_in().await;
        let settings = Settings { sweep: Duration::from_millis(1), ..settings(TIMEOUT) };
        let core = support::core_with(&database.url, &url, TIMEOUT, settings).await;
        // Captured at the dashboard; refunded there; and a payment whose webhook was lost.
        let one = held(&core, &stand_in, "o-1", 10_000, Some("SIMPL")).await;
        at_the_dashboard(&stand_in, &one, Kind::Capture, 10_000);
        let two = held(&core, &stand_in, "o-2", 10_000, None).await;
        assert_eq!(capture(&core, "o-2", "100.00", None).await.unwrap(), Progress::Done);
        at_the_dashboard(&stand_in, &two, Kind::Refund, 4_000);
        let entered = core.order(order("o-3", 10_000, None)).await.unwrap().terms;
        stand_in.books().pay(&entered.provider_order, 10_000).unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert_eq!(core.sweep().await.unwrap(), 3);
        assert_eq!(booked(&core, "o-1").await, 10_000);
        let amounts = async |id: &str| core.store.book(id).await.unwrap().transaction(None).unwrap().amounts();
        assert_eq!(amounts("o-2").await.refunded.get(), 4_000);
        assert_eq!(amounts("o-3").await.held.get(), 10_000);
    }
}

/// Fault 8: An order that is closed is asked for a while longer, and then no more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sweep_ends() {
    for database in databases("swept").await {
        let (stand_in, url) = support::stand_in().await;
        let short = Duration::from_millis(1);
        let settings = Settings { sweep: short, recent: Duration::from_millis(300), ..settings(TIMEOUT) };
        let core = support::core_with(&database.url, &url, TIMEOUT, settings).await;
        held(&core, &stand_in, "o-1", 10_000, None).await;
        capture(&core, "o-1", "100.00", None).await.unwrap();
        tokio::time::sleep(short * 3).await;
        assert_eq!(core.sweep().await.unwrap(), 1, "closed, a moment ago");
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert_eq!(core.sweep().await.unwrap(), 1, "the last time");
        tokio::time::sleep(short * 3).await;
        assert_eq!(core.sweep().await.unwrap(), 0);
    }
}

/// Fault 14: A contradiction made a row at every poll, and none could be closed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contradiction_is_one_case_that_a_person_closes() {
    for database in databases("cases").await {
        let (stand_in, core, _) = both(&database.url).await;
        let payment = held(&core, &stand_in, "o-1", 10_000, Some("CYBERSOURCE")).await;
        assert_eq!(capture(&core, "o-1", "60.00", Some("k1")).await.unwrap(), Progress::Done);
        // The provider lost it.
        stand_in.books().ledger.payments.get_mut(&payment).unwrap().lines.clear();
        for _ in 0..5 {
            let polled = core.poll(core.store.book("o-1").await.unwrap(), None).await.unwrap();
            assert_eq!(polled.observed, Observed::Conflict("below-recorded"));
        }
        let cases = core.store.cases(None).await.unwrap();
        assert_eq!((cases.len(), cases[0].times), (1, 5), "{cases:?}");
        assert!(core.store.close(&cases[0].id, "the provider restored it").await.unwrap());
        assert!(!core.store.close(&cases[0].id, "again").await.unwrap(), "it is closed");
        assert!(core.store.cases(None).await.unwrap().is_empty());
        // Seen again, it is a new case; a report closes it, and is what the books say from then on.
        core.poll(core.store.book("o-1").await.unwrap(), None).await.unwrap();
        assert_eq!(core.store.cases(None).await.unwrap().len(), 1);
        core.report("o-1", None, Some("60.00"), None).await.unwrap();
        assert!(core.store.cases(None).await.unwrap().is_empty());
    }
}
