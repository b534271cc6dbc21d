//! Fault 10: the database fails, or one order's answer cannot be read; and tables of an earlier version.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use billing_core::Store;
use billing_core::book::Progress;
use billing_core::stand_in::faults::Fault;
use order_capture::RequestStatus;
use sqlx::{Connection, Executor};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::support::{self, booked, capture, databases, held};
use super::{TIMEOUT, both, captured, codes, reconcile};

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

/// What a proxy does when the client sends this, after so many times: the connection breaks before the server hears it, or
/// after it answered.
type Breaks = Arc<Mutex<Option<(&'static [u8], bool, u32)>>>;

/// Stands between the core and PostgreSQL. Gives its address.
async fn proxy(server: String, breaks: Breaks) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let (mut server, breaks) = (TcpStream::connect(&server).await.unwrap(), Arc::clone(&breaks));
            tokio::spawn(async move {
                let (mut asked, mut told) = ([0; 65536], [0; 65536]);
                loop {
                    tokio::select! {
                        Ok(count) = client.read(&mut asked) => {
                            let asked = &asked[..count];
                            let is_it = |needle: &[u8]| asked.windows(needle.len()).any(|part| part == needle);
                            let hit = breaks.lock().unwrap().take_if(|(needle, _, skips)| {
                                is_it(needle) && skips.checked_sub(1).map(|less| *skips = less).is_none()
                            });
                            if count == 0 || matches!(hit, Some((_, false, _))) {
                                return;
                            }
                            server.write_all(asked).await.unwrap();
                            if hit.is_some() {
                                // It is done; the answer goes nowhere.
                                let _ = server.read(&mut told).await;
                                return;
                            }
                        }
                        Ok(count) = server.read(&mut told) => {
                            if count == 0 || client.write_all(&told[..count]).await.is_err() {
                                return;
                            }
                        }
                        else => return,
                    }
                }
            });
        }
    });
    address
}

/// A COMMIT whose answer is lost may be stored or not: the loop looks, and decides again where it is not. What is found
/// is not sent by the caller, who cannot know that it is its own; the workers find out that it was not sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_is_not_answered() {
    for database in databases("unanswered").await.iter().filter(|database| database.url.starts_with("postgres")) {
        let (stand_in, url) = support::stand_in().await;
        stand_in.books().ledger.trusting = true;
        let breaks = Breaks::default();
        let (before, name) = database.url.rsplit_once('/').unwrap();
        let (user, server) = before.rsplit_once('@').unwrap();
        let through = format!("{user}@{}/{name}", proxy(server.to_owned(), Arc::clone(&breaks)).await);
        let core = support::core(&through, &url, TIMEOUT).await;
        held(&core, &stand_in, "undisturbed", 10_000, None).await;
        let events = core.store.book("undisturbed").await.unwrap().position;
        // The commit of the request; of its answer.
        for (is_stored, commits) in [(false, 0), (true, 0), (false, 1), (true, 1)] {
            let order = format!("o-{is_stored}-{commits}");
            // The hold is one statement without a COMMIT.
            *breaks.lock().unwrap() = Some((b"\"authorized\"", is_stored, 0));
            let payment = held(&core, &stand_in, &order, 10_000, None).await;
            assert!(breaks.lock().unwrap().is_none(), "it was broken");
            assert_eq!(core.store.book(&order).await.unwrap().position, events, "once");
            *breaks.lock().unwrap() = Some((b"COMMIT", is_stored, commits));
            let _ = capture(&core, &order, "100.00", None).await;
            assert!(breaks.lock().unwrap().is_none(), "it was broken");
            reconcile(&core, 40).await;
            let story = format!("stored {is_stored}: {:#?}", core.store.book(&order).await.unwrap().log);
            assert_eq!((captured(&stand_in, &payment), booked(&core, &order).await), (10_000, 10_000), "{story}");
            assert!(core.store.open_rows(&order).await.unwrap().is_empty(), "{story}");
        }
    }
}

/// SQLite's COMMIT that fails, here for a foreign key that is looked at only then, leaves the transaction open: the
/// connection is closed, and the loop decides again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_fails() {
    for database in databases("refused").await.iter().filter(|database| database.url.starts_with("sqlite")) {
        let (stand_in, core, _) = both(&database.url).await;
        let payment = held(&core, &stand_in, "o-1", 10_000, None).await;
        let mut other = connection(&database.url).await;
        for statement in [
            "CREATE TABLE late (order_id TEXT REFERENCES orders DEFERRABLE INITIALLY DEFERRED)",
            "CREATE TRIGGER late AFTER INSERT ON events BEGIN INSERT INTO late VALUES ('nobody''s'); END",
        ] {
            other.execute(statement).await.unwrap();
        }
        let asked = {
            let core = Arc::clone(&core);
            tokio::spawn(async move { capture(&core, "o-1", "100.00", None).await })
        };
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(stand_in.books().ledger.capture_requests, 0, "what is not stored is not sent");
        other.execute("DROP TRIGGER late").await.unwrap();
        assert_eq!(asked.await.unwrap().unwrap(), Progress::Done);
        assert_eq!((captured(&stand_in, &payment), booked(&core, "o-1").await), (10_000, 10_000));
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
