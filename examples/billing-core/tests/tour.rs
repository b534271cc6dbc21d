//! The README's tour, as it is written there: what each line prints is what its comment says.
//!
//! It used to say what did not happen: the webhook came before the time-out, and `reconcile` found nothing to do.

use std::path::Path;
use std::process::Command;

#[test]
fn the_readmes_tour_does_what_it_says() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let script = readme.split("```sh\n").nth(1).unwrap().split("```").next().unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_billing-core"));
    let folder = tempfile::tempdir().unwrap();
    let debug = folder.path().join("target/debug");
    std::fs::create_dir_all(&debug).unwrap();
    std::os::unix::fs::symlink(binary, debug.join("billing-core")).unwrap();
    // What is tested is built already.
    let script = format!("cargo() {{ :; }}\nset -x\n{script}");
    let mut bash = Command::new("timeout");
    bash.args(["--kill-after", "5", "120", "bash", "-c", &script]).current_dir(folder.path());
    let told = bash.output().unwrap();
    let said = String::from_utf8_lossy(&told.stdout).into_owned();
    let errors = String::from_utf8_lossy(&told.stderr).into_owned();
    let story = format!("{said}\n---\n{errors}");
    assert!(told.status.success(), "{story}");
    // In this order.
    let mut rest = &*said;
    for part in [
        "order o-1 of 100.00 INR",
        "AUTHORIZED",
        "held 100.00 INR",
        "PARTIAL_CHARGED of 100.00 INR",
        "released 40.00 INR",
        "already-applied: the same request was made before and is",
        "nothing was sent",
        "capture-requested",
        "known to razorpay as order_",
        "held 250.00 INR",
        "pending 250.00 INR",
        "is unknown; nothing was sent",
        "1 sent again",
        "0 still open, 0 for a person",
        "captured 250.00 INR",
        "ok",
        "held 9.00 INR",
        "captured 4.00 INR",
        "billing_conflicts 0\n",
        r#""captured":25000"#,
        r#""captured":6000"#,
        r#""captured":400"#,
    ] {
        let at = rest.find(part);
        assert!(at.is_some(), "{part:?} does not follow:\n{story}");
        rest = &rest[at.unwrap()..];
    }
    for part in ["error[already-captured]", "open: the request is unknown", "error[void-unsupported]"] {
        assert!(errors.contains(part), "{part:?}:\n{story}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "it leaves nothing behind");
}
