//! The providers' official clients against the stand-in: what it answers is what they expect.
//!
//! They are not Rust, so a script installs them: `.ci/billing-core`. Where one is absent this test says so.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use billing_core::receiver::signature;
use billing_core::stand_in::StandIn;
use support::{JUSPAY_KEY, RAZORPAY_KEY, order, stand_in};

/// A script beside this file.
fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(name)
}

/// A path from the environment, if there is something.
fn installed(variable: &str, file: &str) -> Option<PathBuf> {
    let path = PathBuf::from(std::env::var_os(variable)?);
    path.join(file).exists().then_some(path)
}

/// An order at the stand-in that the payer has paid. Gives the order's and the payment's name.
async fn paid(stand_in: &Arc<StandIn>, url: &str, gateway: Option<&str>) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}/clients.db?mode=rwc", folder.path().display());
    let core = support::core(&database, url, std::time::Duration::from_secs(10)).await;
    let entered = core.order(order("client-order", 10_000, gateway)).await.unwrap().terms;
    let payment = stand_in.books().pay(&entered.provider_order, 10_000).unwrap();
    (entered.provider_order, payment)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn razorpays_python_client() {
    let Some(python) = installed("BILLING_TEST_PYTHON", "bin/python") else {
        println!(
            "Razorpay's Python client: NOT TESTED, BILLING_TEST_PYTHON names no venv; .ci/billing-core installs it"
        );
        return;
    };
    let (stand_in, url) = stand_in().await;
    let (_, payment) = paid(&stand_in, &url, None).await;
    let folder = tempfile::tempdir().unwrap();
    let webhook = folder.path().join("webhook.json");
    let body = r#"{"entity":"event","event":"payment.captured"}"#;
    std::fs::write(&webhook, body).unwrap();
    let mut command = Command::new(python.join("bin/python"));
    command.arg(script("razorpay_client.py")).args([&url, &payment, RAZORPAY_KEY.0, RAZORPAY_KEY.1]);
    command.arg(&webhook).arg(signature("webhook-secret", body.as_bytes()));
    println!("Razorpay's Python client:");
    assert!(tokio::task::spawn_blocking(move || command.status().unwrap()).await.unwrap().success());
    let books = stand_in.books();
    let ledger = &books.ledger.payments[&payment];
    assert_eq!((ledger.captured(), ledger.refunded(), ledger.lines.len()), (10_000, 4_000, 2));
    assert_eq!(books.ledger.capture_requests, 5, "a wrong key is no request");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn juspays_node_client() {
    let Some(modules) = installed("BILLING_TEST_NODE_MODULES", "node_modules/expresscheckout-nodejs") else {
        println!("Juspay's Node client: NOT TESTED, BILLING_TEST_NODE_MODULES has none; .ci/billing-core installs it");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]);
    openssl.args(["-addext", "subjectAltName=DNS:localhost", "-keyout"]).arg(&key).arg("-out").arg(&certificate);
    assert!(openssl.output().is_ok_and(|output| output.status.success()), "openssl makes a certificate for loopback");

    let (stand_in, url) = stand_in().await;
    let (order, transaction) = paid(&stand_in, &url, Some("CYBERSOURCE")).await;
    let port = url.rsplit(':').next().unwrap();
    let mut command = Command::new("node");
    command.arg(script("juspay_client.cjs")).args([port, &order, &transaction, JUSPAY_KEY]).arg(&certificate).arg(&key);
    // The client reads the package.json of the folder that it runs in.
    let node_path = modules.join("node_modules");
    command.env("NODE_EXTRA_CA_CERTS", &certificate).env("NODE_PATH", node_path).current_dir(&modules);
    println!("Juspay's Node client:");
    assert!(tokio::task::spawn_blocking(move || command.status().unwrap()).await.unwrap().success());
    let books = stand_in.books();
    let ledger = &books.ledger.payments[&transaction];
    assert_eq!((ledger.captured(), ledger.refunded(), ledger.lines.len()), (6_000, 1_000, 2));
    assert_eq!(books.ledger.capture_requests, 4, "a wrong key is no request");
}
