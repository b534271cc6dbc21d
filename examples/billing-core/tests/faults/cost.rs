//! What an order costs the database: 60 statements and 13 loads of the book it was, for an order that is authorized,
//! captured and told of.

use std::sync::atomic::Ordering;

use billing_core::Provider;
use billing_core::book::Progress;
use billing_core::store::LOADS;
use billing_core::write::STATEMENTS;

use super::both;
use super::support::{capture, databases, order};

/// Every statement counts, `BEGIN` and `COMMIT` included.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it counts the whole process's statements, so it runs alone: `cargo test --test faults cost -- --ignored`"]
async fn an_order_costs_little() {
    for database in databases("cost").await {
        let (stand_in, core, _) = both(&database.url).await;
        let count = || (STATEMENTS.load(Ordering::Relaxed), LOADS.load(Ordering::Relaxed));
        let before = count();
        let book = core.order(order("o-1", 10_000, None)).await.unwrap();
        let entered = book.terms.provider_order.clone();
        let payment = stand_in.books().pay(&entered, 10_000).unwrap();
        core.poll(book, Some(&payment)).await.unwrap();
        assert_eq!(capture(&core, "o-1", "100.00", None).await.unwrap(), Progress::Done);
        let asked = count();
        let told = format!(
            r#"{{"entity":"event","event":"payment.captured","created_at":1770091560,"payload":{{"payment":{{"entity":
            {{"id":"{payment}","entity":"payment","amount":10000,"currency":"INR","status":"captured","captured":true,
            "order_id":"{entered}","amount_refunded":0,"created_at":1770091500}}}}}}}}"#
        );
        core.receive(Provider::Razorpay, Some("e-1"), told.as_bytes()).await.unwrap();
        core.read_inbox().await.unwrap();
        let all = count();
        println!(
            "{}: an order that is entered, authorized and captured: {} statements, {} loads; its webhook {} and {}",
            core.store.backend(),
            asked.0 - before.0,
            asked.1 - before.1,
            all.0 - asked.0,
            all.1 - asked.1
        );
        assert!(all.0 - before.0 <= 15 && asked.0 - before.0 <= 12, "{before:?} {asked:?} {all:?}");
        assert!(all.1 - before.1 <= 3, "{before:?} {asked:?} {all:?}");
    }
}
