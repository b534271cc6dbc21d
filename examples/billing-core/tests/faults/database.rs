//! Fault 10: the database fails, or one order's answer cannot be read; and tables of an earlier version.

use std::time::Duration;

use billing_core::Store;
use billing_core::book::Progress;
use billing_core::stand_in::faults::Fault;
use order_capture::RequestStatus;
use sqlx::{Connection, Executor};

use super::support::{booked, capture, databases, held};
use super::{both, captured, codes, reconcile};

async fn connection(url: &str) -> sqlx::AnyConnection {
    sqlx::any::install_default_drivers();
    sqlx::AnyConnection::connect(url).await.unwrap()
}

/// Fault 10: A full disk ends SQLite's transaction by itself. The pooled connections believed that they were still
/// inside one, and nothing could be written until the process was started anew. (`RAISE(ROLLBACK)` does what a full
/// disk does.)
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_survived() {
    for database in databases("full").await.iter().filter(|database| database.url.starts_with("sqlite")) {
        let (stand_in, core, _) = both(&database.url).await;
        let payment = held(&core, &stand_in, "o-1", 10_000, None).await;
        let mut other = connection(&database.url).await;
        let full = "CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ROLLBACK, 'disk is full'); END";
        other.execute(full).await.unwrap();
        for _ in 0..20 {
            let (one, two) = tokio::join!(
                capture(&core, "o-1", "100.00", None),
                core.receive(billing_core::Provider::Razorpay, None, b"{}"),
            );
            assert_eq!(one.unwrap_err().code(), "database");
            two.unwrap();
        }
        assert_eq!(stand_in.books().ledger.capture_requests, 0, "what is not stored is not sent");
        other.execute("DROP TRIGGER full").await.unwrap();
        assert_eq!(capture(&core, "o-1", "100.00", None).await.unwrap(), Progress::Done);
        assert_eq!((captured(&stand_in, &payment), booked(&core, "o-1").await), (10_000, 10_000));
    }
}

/// Fault 10: PostgreSQL may find only at the COMMIT that another one was first (40001). It was told as an error and not
/// tried again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_serialization_failure_at_the_commit_is_tried_again() {
    for database in databases("serial").await.iter().filter(|database| database.url.starts_with("postgres")) {
        let (stand_in, core, _) = both(&database.url).await;
        let payment = held(&core, &stand_in, "o-1", 10_000, None).await;
        let mut other = connection(&database.url).await;
        for statement in [
            "CREATE SEQUENCE failures",
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF nextval('failures') <= 3 THEN RAISE EXCEPTION 'could not serialize' USING ERRCODE = '40001'; END IF;
                RETURN NULL; END $$",
            "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON events DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION fail()",
        ] {
            other.execute(statement).await.unwrap();
        }
        assert_eq!(capture(&core, "o-1", "100.00", None).await.unwrap(), Progress::Done);
        assert_eq!((captured(&stand_in, &payment), booked(&core, "o-1").await), (10_000, 10_000));
        assert_eq!(stand_in.books().ledger.capture_requests, 1);
    }
}

/// Fault 10: One order's poll that was answered with a page stopped `reconcile` for every order behind it, in each
/// round.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_for_an_answer_is_one_orders_matter() {
    for database in databases("page").await {
        let (stand_in, core, _) = both(&database.url).await;
        let mut payments = Vec::new();
        for order in ["o-1", "o-2", "o-3"] {
            payments.push(held(&core, &stand_in, order, 10_000, None).await);
            stand_in.books().faults.script = vec![Fault::Html];
            if order == "o-1" {
                let page = (200, "<html>Please wait</html>".to_owned());
                stand_in.books().faults.poll_of.insert(payments[0].clone(), page);
            } else {
                stand_in.books().faults.polls = vec![(503, String::new())];
            }
            let asked = capture(&core, order, "100.00", None).await.unwrap();
            assert_eq!(asked, Progress::Open(RequestStatus::Unknown), "a page is no answer");
        }
        let report = reconcile(&core, 6).await;
        assert_eq!(report.open, 1, "only the one whose poll cannot be read");
        assert_eq!((booked(&core, "o-2").await, booked(&core, "o-3").await), (10_000, 10_000));
        assert!(payments.iter().all(|payment| captured(&stand_in, payment) == 10_000));
        let note = &core.store.open_rows("o-1").await.unwrap()[0].note;
        assert!(note.starts_with("not-json"), "{note}");
        stand_in.books().faults.poll_of.clear();
        assert_eq!(reconcile(&core, 20).await.open, 0);
        assert!(codes(&core, "o-1").await.is_empty());
    }
}

/// A database of the first version is taken over: its open work, its events, what it had kept for a person.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_versions_tables_are_taken_over() {
    for database in databases("migrated").await {
        let mut old = connection(&database.url).await;
        for statement in billing_core::schema::VERSIONS[0] {
            old.execute(*statement).await.unwrap();
        }
        for statement in [
            "INSERT INTO orders VALUES ('o-1', 'razorpay', '', 'order_1', '100.00', 'INR')",
            "INSERT INTO outbox VALUES ('pay_1', 'capture', 1, 'o-1', 'ask', 0)",
            "INSERT INTO webhooks_seen VALUES ('razorpay', 'e-1')",
            "INSERT INTO conflicts VALUES ('o-1', 5, 'amount-mismatch', 'one', '{}')",
            "INSERT INTO conflicts VALUES ('o-1', 6, 'amount-mismatch', 'one', '{}')",
        ] {
            old.execute(statement).await.unwrap();
        }
        // Two processes may start at once.
        let (one, two) =
            tokio::join!(Store::open(&database.url, 2, Duration::ZERO), Store::open(&database.url, 2, Duration::ZERO));
        let (store, _) = (one.unwrap(), two.unwrap());
        assert_eq!(store.counts().await.unwrap(), [0, 1, 1, 1]);
        assert_eq!(store.due(30).await.unwrap().len(), 1);
        let cases = store.cases(Some("o-1")).await.unwrap();
        assert_eq!((cases[0].times, &*cases[0].code), (2, "amount-mismatch"));
        old.execute("INSERT INTO schema_version VALUES (99)").await.unwrap();
        let newer = Store::open(&database.url, 2, Duration::ZERO).await;
        assert_eq!(newer.unwrap_err().code(), "schema-newer");
    }
}
