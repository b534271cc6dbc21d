//! Faults 1, 3 and 6: what is sent again, and under which key.

use std::time::Duration;

use billing_core::Settings;
use billing_core::book::Progress;
use billing_core::stand_in::faults::Fault;
use order_capture::{Operation, RequestStatus};

use super::support::{self, ask, booked, capture, databases, held};
use super::{TIMEOUT, both, captured, codes, reconcile};

/// Fault 1: A refund without a key whose answer was lost, asked again by the caller: it got another key each time, and
/// 30.00 became 60.00.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_keyless_refund_asked_again_is_one_refund() {
    for database in databases("refund").await {
        let (stand_in, core, _) = both(&database.url).await;
        for (order, gateway) in [("razorpay", None), ("juspay", Some("SIMPL"))] {
            let payment = held(&core, &stand_in, order, 10_000, gateway).await;
            let key = gateway.map(|_| "k1");
            assert_eq!(capture(&core, order, "100.00", key).await.unwrap(), Progress::Done);
            stand_in.books().faults.script = vec![Fault::CutAfter];
            stand_in.books().faults.polls = vec![(503, String::new())];
            let refund = async || ask(&core, Operation::Refund, order, None, "30.00", None).await;
            assert_eq!(refund().await.unwrap(), Progress::Open(RequestStatus::Unknown));
            // The caller did not hear, and asks again: it is the same refund.
            let _ = refund().await;
            reconcile(&core, 40).await;
            assert_eq!(stand_in.books().ledger.payments[&payment].refunded(), 3_000, "{order}");
            let lines = stand_in.books().ledger.payments[&payment].lines.clone();
            assert!(lines.iter().all(|line| line.key.is_some() || order == "razorpay"), "{lines:?}");
            // Once it is known to be done, the same again is another refund: under another key.
            assert_eq!(refund().await.unwrap(), Progress::Done, "{order}");
            assert_eq!(stand_in.books().ledger.payments[&payment].refunded(), 6_000, "{order}");
        }
    }
}

/// Fault 3: A poll that contradicted the books was followed by the capture again, each round: 40.00 asked, 240.00
/// taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poll_that_conflicts_is_followed_by_nothing() {
    for database in databases("conflicting").await {
        let (stand_in, core, _) = both(&database.url).await;
        let payment = held(&core, &stand_in, "o-1", 10_000, None).await;
        let entered = core.store.book("o-1").await.unwrap().terms.provider_order;
        // Another amount than the one that was authorized.
        let odd = format!(
            r#"{{"id":"{payment}","entity":"payment","amount":99900,"currency":"INR","status":"authorized",
            "captured":false,"order_id":"{entered}","amount_refunded":0,"created_at":1770091500}}"#
        );
        stand_in.books().faults.poll_of.insert(payment.clone(), (200, odd));
        stand_in.books().faults.script = vec![Fault::LostBefore];
        assert_eq!(capture(&core, "o-1", "100.00", None).await.unwrap(), Progress::Open(RequestStatus::Unknown));
        let report = reconcile(&core, 25).await;
        assert_eq!(stand_in.books().ledger.capture_requests, 1, "nothing is sent while the poll contradicts");
        assert_eq!((report.open, codes(&core, "o-1").await), (1, vec!["amount-mismatch".to_owned()]));
        let case = &core.store.cases(Some("o-1")).await.unwrap()[0];
        assert!(case.times > 1, "one case, however often it is seen: {case:?}");
        // The provider comes to its senses. The contradiction is still open, so a person says what is true.
        stand_in.books().faults.poll_of.clear();
        reconcile(&core, 10).await;
        assert_eq!(stand_in.books().ledger.capture_requests, 1, "nor while a person has not closed the case");
        core.report("o-1", None, Some("0.00"), None).await.unwrap();
        assert!(codes(&core, "o-1").await.is_empty(), "closed with the report");
        assert_eq!(capture(&core, "o-1", "100.00", None).await.unwrap(), Progress::Done);
        assert_eq!(captured(&stand_in, &payment), 10_000);
    }
}

/// Fault 3: Juspay's order status speaks of the latest transaction. It was taken for a word on the earlier one, which
/// was then captured again, without limit.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poll_of_another_transaction_is_followed_by_nothing() {
    for database in databases("another").await {
        let (stand_in, url) = support::stand_in().await;
        stand_in.books().ledger.trusting = true;
        let settings = Settings { tries: 8, ..support::settings(TIMEOUT) };
        let core = support::core_with(&database.url, &url, TIMEOUT, settings).await;
        let first = held(&core, &stand_in, "o-1", 10_000, Some("")).await;
        let second = stand_in.books().pay("o-1", 10_000).unwrap();
        core.poll(core.store.book("o-1").await.unwrap(), None).await.unwrap();
        assert_eq!(core.store.book("o-1").await.unwrap().transactions.len(), 2);
        stand_in.books().faults.script = vec![Fault::SilentAfter];
        let asked = ask(&core, Operation::Capture, "o-1", Some(&first), "100.00", Some("k1")).await;
        assert_eq!(asked.unwrap(), Progress::Open(RequestStatus::Unknown));
        let report = reconcile(&core, 25).await;
        assert_eq!(stand_in.books().ledger.capture_requests, 1, "sent once");
        assert_eq!((captured(&stand_in, &first), captured(&stand_in, &second)), (10_000, 0));
        // It is not tried for ever: a person is told.
        assert_eq!((report.open, report.for_a_person), (0, 3));
        // The order's captured total beside AUTHORIZED of the later transaction contradicts, as long as the earlier
        // one's capture is not known.
        assert_eq!(codes(&core, "o-1").await, ["payload-contradicts-itself", "given-up"]);
        core.report("o-1", Some(&first), Some("100.00"), None).await.unwrap();
        assert_eq!(booked(&core, "o-1").await, 10_000);
    }
}

/// What was lost is sent again, once: after the lease, when nothing can be on its way, and after a fresh poll.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_lost_is_sent_again_once() {
    for database in databases("lost").await {
        let (stand_in, core, _) = both(&database.url).await;
        let payment = held(&core, &stand_in, "o-1", 10_000, None).await;
        stand_in.books().faults.script = vec![Fault::LostBefore];
        let began = std::time::Instant::now();
        assert_eq!(capture(&core, "o-1", "100.00", None).await.unwrap(), Progress::Open(RequestStatus::Unknown));
        let report = reconcile(&core, 40).await;
        assert!(began.elapsed() >= core.settings.lease, "not before the first one can be on its way no more");
        assert_eq!((report.open, report.repeated), (0, 1));
        assert_eq!((captured(&stand_in, &payment), stand_in.books().ledger.capture_requests), (10_000, 2));
    }
}

/// Fault 6: A wrong API key, a 403 of a firewall and a 429 withdrew every request of the outbox, and nobody heard of
/// it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_let_in_waits_and_is_sent() {
    for database in databases("parked").await {
        let (stand_in, core, _) = both(&database.url).await;
        // A 429 is no alarm; the others are one, however many requests wait.
        let all = [("o-1", Fault::TooMany, 0), ("o-2", Fault::Unauthorized, 1), ("o-3", Fault::Forbidden, 2)];
        for (order, fault, times) in all {
            let payment = held(&core, &stand_in, order, 10_000, None).await;
            stand_in.books().faults.script = vec![fault];
            assert_eq!(capture(&core, order, "100.00", None).await.unwrap(), Progress::Open(RequestStatus::Sent));
            assert_eq!(captured(&stand_in, &payment), 0);
            let alarms = core.store.cases(None).await.unwrap();
            let seen: Vec<(&str, i64)> = alarms.iter().map(|case| (&*case.code, case.times)).collect();
            assert_eq!(seen, [("key-refused", times)].into_iter().filter(|_| times > 0).collect::<Vec<_>>());
            // The key is right again.
            tokio::time::sleep(Duration::from_millis(50)).await;
            let report = reconcile(&core, 20).await;
            assert_eq!((report.sent, report.repeated, report.open), (1, 0, 0), "{fault:?}");
            assert_eq!((captured(&stand_in, &payment), booked(&core, order).await), (10_000, 10_000));
        }
    }
}
