//! Faults 7 and 13: which transaction is meant.

use billing_core::Provider;
use billing_core::book::Progress;
use billing_core::observe::Observed;
use order_capture::Operation;

use super::support::{ask, capture, databases, held, order};
use super::{both, captured};

/// What Juspay says of a transaction of `o-1`; `names` are its identifiers.
fn juspay(names: &str, word: &str, id: u32, captured: &str) -> String {
    format!(
        r#"{{"order_id":"o-1",{names},"status":"{word}","status_id":{id},"amount":100.00,"currency":"INR"{captured}}}"#
    )
}

/// Fault 7: A webhook without `txn_uuid` made a second transaction of a payment that was known by it, and the order
/// could be captured through both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_is_found_by_any_name() {
    for database in databases("names").await {
        let (stand_in, core, _) = both(&database.url).await;
        let payment = held(&core, &stand_in, "o-1", 10_000, Some("SIMPL")).await;
        let authorized = juspay(&format!(r#""txn_id":"stand-in-o-1-{payment}""#), "AUTHORIZED", 25, "");
        assert_eq!(core.observe(Provider::Juspay, &authorized).await.unwrap(), Observed::AlreadyApplied);
        let book = core.store.book("o-1").await.unwrap();
        assert_eq!(book.transactions.len(), 1, "{:?}", book.transactions);
        assert_eq!(book.find(&format!("stand-in-o-1-{payment}")).unwrap().id().as_str(), payment);
        // One that names itself by one name only, and could be one that is known by the other, is not made a new one.
        let (stranger, later) = (r#""txn_id":"t-1""#, r#""txn_uuid":"uuid1""#);
        core.order(order("o-2", 10_000, Some("SIMPL"))).await.unwrap();
        let of_other = |names: &str| juspay(names, "AUTHORIZED", 25, "").replace("o-1", "o-2");
        core.observe(Provider::Juspay, &of_other(stranger)).await.unwrap();
        let unclear = core.observe(Provider::Juspay, &of_other(later)).await;
        assert_eq!(unclear.unwrap_err().code(), "transaction-not-named");
        core.observe(Provider::Juspay, &of_other(&format!("{stranger},{later}"))).await.unwrap();
        assert_eq!(core.observe(Provider::Juspay, &of_other(later)).await.unwrap(), Observed::AlreadyApplied);
        let book = core.store.book("o-2").await.unwrap();
        assert_eq!(book.transactions.len(), 1);
        // A capture goes to the name that Juspay's path asks for.
        let transaction = book.transaction(None).unwrap();
        let (operation, key) = (Operation::Capture, Some("k1"));
        assert_eq!(transaction.id().as_str(), "t-1");
        let gone = ask(&core, operation, "o-2", None, "100.00", key).await.unwrap();
        assert!(matches!(gone, Progress::Failed(_)), "the stand-in knows no such payment: {gone:?}");
    }
}

/// Fault 13: A first attempt that failed stood in the way of every command: "the order has 2 transactions".
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_first_attempt_is_in_nobodys_way() {
    for database in databases("attempts").await {
        let (stand_in, core, _) = both(&database.url).await;
        core.order(order("o-1", 10_000, Some("SIMPL"))).await.unwrap();
        let names = r#""txn_id":"o-1-1","txn_uuid":"failed1""#;
        let failed = juspay(names, "AUTHORIZATION_FAILED", 27, "");
        assert!(matches!(core.observe(Provider::Juspay, &failed).await.unwrap(), Observed::Applied(_)));
        let payment = stand_in.books().pay("o-1", 10_000).unwrap();
        core.poll(core.store.book("o-1").await.unwrap(), None).await.unwrap();
        assert_eq!(core.store.book("o-1").await.unwrap().transactions.len(), 2);
        assert_eq!(capture(&core, "o-1", "100.00", Some("k1")).await.unwrap(), Progress::Done);
        assert_eq!(captured(&stand_in, &payment), 10_000);
    }
}
