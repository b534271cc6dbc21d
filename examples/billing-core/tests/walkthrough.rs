//! The command line and the webhook endpoint, as the README shows them: what is printed, the codes of errors, exit
//! codes, who is let in.

mod support;

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use billing_core::book::Progress;
use billing_core::observe::Observed;
use billing_core::receiver::{self, Secrets, signature};
use billing_core::stand_in::faults::Fault;
use billing_core::{Ask, Asked};
use order_capture::Operation;
use support::{core, databases, held, order, stand_in};
use tokio::net::TcpListener;

struct Cli {
    config: PathBuf,
}

impl Cli {
    fn run(&self, line: &str) -> (Option<i32>, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_billing-core"));
        command.args(line.split(' ')).env("BILLING_CONFIG", &self.config);
        let Output { status, stdout, stderr } = command.output().unwrap();
        (status.code(), String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap())
    }

    /// Runs it, and compares the exit code and parts of what it says.
    fn says(&self, line: &str, code: i32, parts: &[&str]) {
        let (found, said) = self.run(line);
        assert_eq!(found, Some(code), "{line}: {said}");
        for part in parts {
            assert!(said.contains(part), "{line}: {part:?} is not in {said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_readmes_commands() {
    for database in databases("walkthrough").await {
        let (stand_in, url) = stand_in().await;
        let folder = tempfile::tempdir().unwrap();
        let cli = Cli { config: support::config(folder.path(), &database.url, &url, 2000) };
        cli.says("status o-1", 1, &["error[order-unknown]: there is no order o-1", "next: create it with `order`"]);
        cli.says("order o-1 --amount 100.00 --gateway CYBERSOURCE", 0, &["order o-1 of 100.00 INR"]);
        cli.says("order o-1 --amount 100.00 --gateway CYBERSOURCE", 0, &["order o-1 of 100.00 INR"]);
        cli.says("order o-1 --amount 90.00 --gateway CYBERSOURCE", 1, &["error[order-exists]"]);
        cli.says("order o-9 --amount 1,50", 1, &["error[amount-malformed]", "next: write the amount in major units"]);
        cli.says("capture o-1", 1, &["error[transaction-unknown]: the order has 0 transactions"]);
        cli.says("authorize o-1", 0, &["AUTHORIZED", "held 100.00"]);
        cli.says("capture o-1 --amount 60.00", 1, &["error[idempotency-key-required]", "60.00 INR"]);
        cli.says("capture o-1 --amount 100.01 --key k0", 1, &["error[exceeds-capturable]", "100.01 INR", "100.00 INR"]);

        // Nothing comes back. The money stays reserved, and only the same may be asked again.
        stand_in.books().faults.script = vec![Fault::CutAfter];
        stand_in.books().faults.polls = vec![(503, String::new())];
        cli.says(
            "capture o-1 --amount 60.00 --key k1",
            3,
            &["is unknown", "next: run `reconcile`", "pending 60.00 INR"],
        );
        cli.says("capture o-1 --amount 40.00 --key k2", 1, &["error[outcome-unknown]"]);
        cli.says("void o-1", 1, &["error[outcome-unknown]"]);
        cli.says("reconcile", 0, &["1 polls", "0 sent again", "0 still open"]);
        cli.says("status o-1", 0, &["PARTIAL_CHARGED", "captured 60.00", "pending 0.00", "released 40.00"]);
        cli.says("capture o-1 --amount 60.00 --key k1", 0, &["already-applied", "nothing was sent"]);
        cli.says("refund o-1 --amount 10.00 --key r1", 0, &["refunded 10.00"]);
        cli.says(
            "history o-1",
            0,
            &["authorized", "capture-requested", "capture-timed-out", "captured-total-reported"],
        );

        cli.says("order o-2 --amount 250.00 --provider razorpay", 0, &["known to razorpay as order_"]);
        cli.says("authorize o-2", 0, &["attempted", "held 250.00"]);
        cli.says("capture o-2 --amount 200", 1, &["error[amount-not-equal-to-authorized]", "200.00 INR", "250.00 INR"]);
        cli.says("void o-2", 1, &["error[void-unsupported]"]);
        cli.says("capture o-2 --amount 250", 0, &["paid", "captured 250.00"]);
        cli.says("refund o-2 --amount 50 --key refund-key-1", 0, &["refunded 50.00"]);
        cli.says("refund o-2 --amount 50", 0, &["refunded 100.00", "refund 2, "]);
        cli.says("refund o-2 --amount 50 --key short", 1, &["error[idempotency-key-malformed]"]);

        // Paid twice: only one of the two payments may be captured.
        cli.says("order o-4 --amount 70.00 --provider razorpay", 0, &[]);
        cli.says("authorize o-4", 0, &["held 70.00"]);
        cli.says("authorize o-4", 0, &["held 70.00"]);
        let [one, other]: [String; 2] = {
            let books = stand_in.books();
            let order = books.ledger.orders.values().find(|order| order.payments.len() == 2).unwrap();
            order.payments.clone().try_into().unwrap()
        };
        cli.says("capture o-4 --amount 70.00", 1, &["error[transaction-unknown]: the order has 2 transactions"]);
        cli.says(&format!("capture o-4 --transaction {one} --amount 70.00"), 0, &["paid", "captured 70.00"]);
        let again = format!("capture o-4 --transaction {other} --amount 70.00");
        cli.says(&again, 1, &["error[order-already-paid]", "70.00 INR"]);

        // What only a person can find out is recorded by hand, and judged like any answer.
        cli.says("order o-3 --amount 9.00 --gateway HDFC", 1, &["error[gateway-unknown]"]);
        cli.says("order o-3 --amount 9.00 --gateway SIMPL", 0, &[]);
        cli.says("authorize o-3", 0, &["held 9.00"]);
        stand_in.books().faults.script = vec![Fault::ErrorBefore];
        stand_in.books().faults.polls = vec![(503, String::new())];
        cli.says("capture o-3 --amount 4.00 --key s1", 3, &["pending 4.00", "is unknown"]);
        cli.says("settle o-3 --number 2 --found failed", 1, &["error[request-unknown]"]);
        // Not while it may still be on its way; then a person's word is taken.
        cli.says("settle o-3 --number 1 --found never-tried", 1, &["error[request-in-flight]"]);
        std::thread::sleep(Duration::from_secs(4));
        cli.says("settle o-3 --number 1 --found never-tried", 0, &["held 9.00", "pending 0.00", "withdrawn"]);
        cli.says("report o-3 --captured 9.01", 1, &["error[illegal-transition]"]);
        cli.says("report o-3 --captured 3.00", 0, &["captured 3.00", "held 6.00"]);

        // The second capture that fails is told from the first by asking: nothing was recorded since, so the word is
        // new. The third one's answer says CAPTURE_FAILED too, of the second, since the gateway was silent: it was
        // done.
        cli.says("order o-5 --amount 9.00 --gateway SIMPL", 0, &[]);
        cli.says("authorize o-5", 0, &["held 9.00"]);
        stand_in.books().faults.script = vec![Fault::Fails, Fault::Fails, Fault::GatewaySilent];
        cli.says("capture o-5 --amount 4.00 --key f1", 1, &["the provider refused it: failed", "held 9.00"]);
        cli.says("capture o-5 --amount 4.00 --key f2", 1, &["the provider refused it: failed", "held 9.00"]);
        cli.says("capture o-5 --amount 4.00 --key f3", 0, &["captured 4.00", "held 5.00", "capturable 5.00"]);
        cli.says("void o-5", 0, &["captured 4.00", "held 0.00", "released 5.00"]);
        let captured: u64 = stand_in.books().ledger.payments.values().map(|payment| payment.captured()).sum();
        assert_eq!(captured, 6_000 + 25_000 + 7_000 + 400);
    }
}

/// The provider lost a capture: what it says now is less than the books. It is asked once more, then it is kept once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poll_below_the_books() {
    for database in databases("below").await {
        let (stand_in, url) = stand_in().await;
        let core = core(&database.url, &url, Duration::from_secs(5)).await;
        let payment = held(&core, &stand_in, "o-1", 10_000, Some("CYBERSOURCE")).await;
        let ask = Ask { operation: Operation::Capture, amount: Some("60.00"), key: Some("k1"), last: false };
        let Asked::Stored(claim, book) = core.ask("o-1", None, &ask).await.unwrap() else { panic!("it is new") };
        assert_eq!(core.deliver(claim, *book).await.unwrap(), Progress::Done);
        let poll = async || core.poll(core.store.book("o-1").await.unwrap(), Some(&payment)).await.unwrap().observed;
        assert_eq!(poll().await, Observed::AlreadyApplied);
        stand_in.books().ledger.payments.get_mut(&payment).unwrap().lines.clear();
        assert_eq!(poll().await, Observed::Conflict("below-recorded"));
        let cases = core.store.cases(Some("o-1")).await.unwrap();
        assert_eq!((cases.len(), cases[0].times), (1, 1));
        assert!(cases[0].sentence.contains("60.00 INR"), "{cases:?}");
        let amounts = core.store.book("o-1").await.unwrap().transaction(None).unwrap().amounts();
        assert_eq!(amounts.captured.get(), 6_000, "nothing changed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_webhook_endpoint() {
    for database in databases("endpoint").await {
        let (stand_in, url) = stand_in().await;
        let core = core(&database.url, &url, Duration::from_secs(5)).await;
        let secrets = Secrets {
            juspay: vec![("name".into(), "password".into())],
            razorpay: vec!["newer".into(), "secret".into()],
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}/webhooks", listener.local_addr().unwrap());
        let router = receiver::router(Arc::clone(&core), secrets);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let client = reqwest::Client::new();
        let tell = async |body: &str, secret: &str, id: &str| {
            let request = client.post(format!("{endpoint}/razorpay")).body(body.to_owned());
            let request = request.header("x-razorpay-signature", signature(secret, body.as_bytes()));
            let answer = request.header("x-razorpay-event-id", id).send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        let entered = core.order(order("o-1", 10_000, None)).await.unwrap();
        stand_in.books().pay(&entered.terms.provider_order, 10_000).unwrap();
        let captured = format!(
            r#"{{"entity":"event","event":"payment.captured","created_at":1770091560,"payload":{{"payment":{{"entity":
            {{"id":"pay_1","entity":"payment","amount":10000,"currency":"INR","status":"captured","captured":true,
            "order_id":"{}","amount_refunded":0,"created_at":1770091500}}}}}}}}"#,
            entered.terms.provider_order
        );
        assert_eq!(tell(&captured, "another", "e-1").await.0, 401, "signed by somebody else");
        assert!(core.store.book("o-1").await.unwrap().log.is_empty());
        let juspay = client.post(format!("{endpoint}/juspay")).body("{}").send().await.unwrap();
        assert_eq!(juspay.status().as_u16(), 401, "nobody");
        // Of no order of ours, signed with the newer of two valid secrets: it is kept, and looked at again.
        let stranger = captured.replace(&entered.terms.provider_order, "order_2");
        assert_eq!(tell(&stranger, "newer", "e-0").await, (200, "kept".to_owned()));
        // The hold is learned from the capture's webhook, with the deadline of the contract.
        assert_eq!(tell(&captured, "secret", "e-1").await, (200, "kept".to_owned()));
        assert_eq!(tell(&captured, "secret", "e-1").await, (200, "seen-before".to_owned()));
        assert_eq!(tell(&captured, "secret", "e-2").await, (200, "kept".to_owned()));
        assert_eq!(core.read_inbox().await.unwrap(), 3);
        let book = core.store.book("o-1").await.unwrap();
        assert_eq!(book.transaction(None).unwrap().amounts().captured.get(), 10_000);
        assert!(book.transaction(None).unwrap().hold().unwrap().capture_before.is_some());
        // What contradicts the books changes nothing and is kept for a person; so is what cannot be read.
        let other = captured.replace("10000", "20000");
        assert_eq!(tell(&other, "secret", "e-3").await, (200, "kept".to_owned()));
        assert_eq!(tell("{", "secret", "e-4").await, (200, "kept".to_owned()));
        while core.read_inbox().await.unwrap() > 0 {}
        assert_eq!(core.store.cases(Some("o-1")).await.unwrap()[0].code, "amount-mismatch");
        let [events, open, seen, conflicts] = core.store.counts().await.unwrap();
        assert_eq!((events, open, seen, conflicts), (4, 0, 5, 1));
    }
}
