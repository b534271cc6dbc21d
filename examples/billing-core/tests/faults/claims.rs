//! Faults 4, 5 and 9: who may send, who may write, and by which clock.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use billing_core::book::{Book, Progress, Ticket};
use billing_core::stand_in::faults::{Fault, Faults};
use billing_core::write::Claim;
use billing_core::{Ask, Asked, Settings};
use order_capture::{Operation, Outcome, RequestStatus};

use super::support::{self, booked, capture, core, databases, held, settings};
use super::{TIMEOUT, both, captured, reconcile};

/// A request that is stored and ours to send.
async fn stored(core: &billing_core::Core, order: &str) -> (Claim, Book) {
    let ask = Ask { operation: Operation::Capture, amount: Some("100.00"), key: None, last: false };
    let Asked::Stored(claim, book) = core.ask(order, None, &ask).await.unwrap() else { panic!("it is new") };
    (claim, *book)
}

/// Fault 4: Two reconcilers side by side: the slower one went through its list and declared requests dead that the
/// other had just sent. 5 of 12 were captured twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_reconcilers_send_once() {
    for database in databases("two").await {
        let (stand_in, one, url) = both(&database.url).await;
        let other = core(&database.url, &url, TIMEOUT).await;
        let mut payments = Vec::new();
        for number in 0..12 {
            let order = format!("o-{number}");
            payments.push(held(&one, &stand_in, &order, 10_000, None).await);
            // Half of them are stored by somebody who dies; half wait, since the provider did not let them in.
            if number % 2 == 0 {
                stored(&one, &order).await;
            } else {
                stand_in.books().faults.script = vec![Fault::TooMany];
                capture(&one, &order, "100.00", None).await.unwrap();
            }
        }
        // Slow enough that the two meet all the time, and near the time-out.
        stand_in.books().faults = Faults::parse("seed=3,delay=140,silent-after=100,lost-before=100").unwrap();
        let both = [Arc::clone(&one), Arc::clone(&other)].map(|core| {
            tokio::spawn(async move { core.reconcile(80, Duration::from_millis(15), |_| {}).await.unwrap() })
        });
        for reconciler in both {
            reconciler.await.unwrap();
        }
        stand_in.books().faults = Faults::default();
        super::reconcile(&one, 40).await;
        for (number, payment) in payments.iter().enumerate() {
            let story = || stand_in.books().ledger.payments[payment].lines.clone();
            assert_eq!(captured(&stand_in, payment), 10_000, "o-{number} {:?}", story());
            assert_eq!(booked(&one, &format!("o-{number}")).await, 10_000);
        }
    }
}

/// Fault 4: A worker that was taken for dead came back and wrote over what the next one had stored.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_worker_is_fenced() {
    for database in databases("fenced").await {
        let (stand_in, core, _) = both(&database.url).await;
        held(&core, &stand_in, "o-1", 10_000, None).await;
        let (late, book) = stored(&core, "o-1").await;
        let ticket = late.ticket.clone();
        assert!(core.store.claim(&ticket, Duration::from_secs(60), 30).await.unwrap().is_none(), "it has an owner");
        tokio::time::sleep(core.settings.lease).await;
        let next = core.store.claim(&ticket, Duration::from_secs(60), 30).await.unwrap().unwrap();
        assert!(late.is_to_send && !next.is_to_send, "what may have been sent is asked about");
        assert_eq!(next.attempt, late.attempt + 1);
        // A row that is asked about has an owner, too.
        assert!(core.store.claim(&ticket, Duration::from_secs(60), 30).await.unwrap().is_none());
        // What the late one has to say is not stored.
        let said = core.store_late(&late).await;
        assert_eq!(said.unwrap_err().code(), "claimed-by-another");
        assert_eq!(core.progress(&ticket).await.unwrap(), Progress::Open(RequestStatus::Sent));
        // Nor does it send.
        core.deliver(late, book).await.unwrap();
        assert_eq!(stand_in.books().ledger.capture_requests, 0);
    }
}

/// Fault 5: Leases were by each machine's clock: one that was 60 s ahead took live requests for dead, and 3 of 6 were
/// captured twice. The database's clock judges; the machine's is not read at all.
#[test]
fn no_clock_but_the_databases() {
    let sources = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).unwrap();
    for source in sources.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        let text = std::fs::read_to_string(&source).unwrap();
        for clock in ["SystemTime", "Utc::now", "Local::now"] {
            assert!(!text.contains(clock), "{}: {clock}", source.display());
        }
    }
}

/// Fault 5: The same seen from outside, on a database of its own clock.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_machine_whose_clock_is_ahead() {
    for database in databases("ahead").await.iter().filter(|database| database.url.starts_with("postgres")) {
        if Command::new("faketime").arg("--version").output().is_err() {
            println!("a machine whose clock is ahead: NOT TESTED, faketime is not installed");
            return;
        }
        let timeout = Duration::from_secs(2);
        let (stand_in, url) = support::stand_in().await;
        stand_in.books().ledger.trusting = true;
        let core = core(&database.url, &url, timeout).await;
        let folder = tempfile::tempdir().unwrap();
        let config = support::config(folder.path(), &database.url, &url, 2000);
        for number in 0..6 {
            let order = format!("o-{number}");
            let payment = held(&core, &stand_in, &order, 10_000, None).await;
            // Live: the provider takes its time.
            stand_in.books().faults = Faults::parse("seed=1,delay=900").unwrap();
            let (live, asked) = (Arc::clone(&core), order.clone());
            let live = tokio::spawn(async move { capture(&live, &asked, "100.00", None).await });
            tokio::time::sleep(Duration::from_millis(60)).await;
            let mut ahead = Command::new("faketime");
            ahead.args([
                "-f",
                "+60s",
                env!("CARGO_BIN_EXE_billing-core"),
                "reconcile",
                "--rounds",
                "3",
                "--pause-ms",
                "100",
            ]);
            ahead.env("BILLING_CONFIG", &config).env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
            let said = tokio::task::spawn_blocking(move || ahead.output().unwrap()).await.unwrap();
            assert!(matches!(said.status.code(), Some(0 | 3)), "{said:?}");
            live.await.unwrap().unwrap();
            assert_eq!(captured(&stand_in, &payment), 10_000, "{order}: {said:?}");
        }
    }
}

/// Fault 9: `settle --found never-tried` was believed while the request was on its way: the money was free for another
/// capture, and both arrived.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_waits_until_nothing_is_on_its_way() {
    for database in databases("settle").await {
        let (stand_in, core, _) = both(&database.url).await;
        let payment = held(&core, &stand_in, "o-1", 10_000, Some("SIMPL")).await;
        stand_in.books().faults.script = vec![Fault::SilentAfter];
        stand_in.books().faults.polls = vec![(503, String::new()); 4];
        let asked = capture(&core, "o-1", "60.00", Some("k1")).await;
        assert_eq!(asked.unwrap(), Progress::Open(RequestStatus::Unknown));
        let transaction = payment.clone();
        let ticket = Ticket { order: "o-1".into(), transaction, operation: Operation::Capture, number: 1 };
        let settled = core.settle(&ticket, Outcome::Withdrawn).await;
        assert_eq!(settled.unwrap_err().code(), "request-in-flight");
        let reported = core.report("o-1", None, Some("0.00"), None).await;
        assert_eq!(reported.unwrap_err().code(), "request-in-flight");
        // After the lease nothing can be on its way, and a person's word is taken; here the right one.
        tokio::time::sleep(core.settings.lease).await;
        assert_eq!(core.settle(&ticket, Outcome::Succeeded).await.unwrap(), Progress::Done);
        assert_eq!((captured(&stand_in, &payment), booked(&core, "o-1").await), (6_000, 6_000));
        assert!(core.store.open_rows("o-1").await.unwrap().is_empty());
    }
}

/// Fault 9: The deadline counted from when the hold was heard of, and not from its authorization: days too late.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_deadline_counts_from_the_authorization() {
    for database in databases("deadline").await {
        let (stand_in, core, _) = both(&database.url).await;
        for (order, gateway) in [("razorpay", None), ("juspay", Some("SIMPL"))] {
            let entered = core.order(support::order(order, 10_000, gateway)).await.unwrap();
            let payment = stand_in.books().pay(&entered.terms.provider_order, 10_000).unwrap();
            let created = {
                let mut books = stand_in.books();
                let payment = books.ledger.payments.get_mut(&payment).unwrap();
                payment.created -= Duration::from_secs(4 * 86_400);
                payment.created.timestamp()
            };
            let polled = core.poll(core.store.book(order).await.unwrap(), None).await.unwrap();
            let hold = polled.book.transaction(None).unwrap().hold().unwrap();
            assert_eq!(hold.capture_before.unwrap().timestamp(), created + 5 * 86_400, "{order}");
        }
    }
}

/// Fault 9: What was stored before the deadline was sent after it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_sent_after_its_deadline() {
    for database in databases("too_late").await {
        let (stand_in, url) = support::stand_in().await;
        stand_in.books().ledger.trusting = true;
        let settings = Settings { hold: Duration::from_secs(2), ..settings(TIMEOUT) };
        let core = support::core_with(&database.url, &url, TIMEOUT, settings).await;
        let payment = held(&core, &stand_in, "o-1", 10_000, None).await;
        stand_in.books().faults.script = vec![Fault::TooMany];
        assert_eq!(capture(&core, "o-1", "100.00", None).await.unwrap(), Progress::Open(RequestStatus::Sent));
        tokio::time::sleep(Duration::from_secs(2)).await;
        reconcile(&core, 20).await;
        let transaction = payment.clone();
        let ticket = Ticket { order: "o-1".into(), transaction, operation: Operation::Capture, number: 1 };
        assert_eq!(core.progress(&ticket).await.unwrap(), Progress::Failed(RequestStatus::Withdrawn));
        assert_eq!((captured(&stand_in, &payment), stand_in.books().ledger.capture_requests), (0, 1));
    }
}
