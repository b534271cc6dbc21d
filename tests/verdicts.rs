//! Every state against every word of every provider, each pair's verdict written down in `tests/data/verdicts.tsv`.
//!
//! The observations name the authorized amount and no figure. What each verdict should be follows from the rules for
//! observations; the file is read, not written, by the test.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a test reads files and may panic"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "tests document themselves by name")]

#[path = "support/states.rs"]
mod states;

use order_capture::*;
use states::*;

fn verdict(transaction: &Transaction, status: &str, profile: &Profile) -> String {
    let order = order_of("100.00");
    let seen = Observation {
        status: status.into(),
        authorized: Some(rupees("100.00").minor()),
        is_transaction_status: profile.payload == Payload::Razorpay,
        captured_flag: (profile.payload == Payload::Razorpay)
            .then(|| matches!(profile.status(status).unwrap().means, Meaning::Charged | Meaning::Refunded)),
        ..Observation::default()
    };
    let context = OrderContext { order: &order, profile, others_captured: false };
    match transaction.interpret(&seen, &context) {
        Verdict::Applied(events) => {
            let mut after = transaction.clone();
            for event in events {
                let recorded = after.stamp(event, midnight(), None);
                assert_eq!(after.apply(&recorded), Ok(Effect::Applied));
            }
            // The transaction now reads as what was seen, where the word is a transaction's at all.
            format!("→ {}", after.kind())
        }
        Verdict::AlreadyApplied(_) => "already".into(),
        Verdict::Stale => "stale".into(),
        Verdict::Conflict(conflict) => conflict.code().into(),
    }
}

fn table() -> Vec<String> {
    let mut rows = Vec::new();
    for profile in [&juspay::FULL_ONLY, &juspay::CYBERSOURCE, &juspay::SIMPL, &razorpay::PROFILE] {
        for (kind, path) in paths() {
            let transaction = replayed(&path).0;
            for row in profile.statuses.iter() {
                rows.push(format!(
                    "{}\t{kind}\t{}\t{}",
                    profile.name,
                    row.text,
                    verdict(&transaction, &row.text, profile)
                ));
            }
        }
    }
    rows
}

#[test]
fn every_state_and_every_word_has_its_verdict() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/verdicts.tsv");
    let written = std::fs::read_to_string(path).unwrap();
    let written: Vec<&str> = written.lines().filter(|line| !line.starts_with('#')).collect();
    let table = table();
    for (row, expected) in table.iter().zip(&written) {
        assert_eq!(row, expected);
    }
    assert_eq!(table.len(), written.len());
}

/// What the table must show, whatever it says in detail.
#[test]
fn the_table_keeps_the_rules() {
    for row in table() {
        let [_, state, status, verdict] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let applied = verdict.starts_with('→');
        // What ended without a capture is never captured by a status, and what was charged never goes back.
        assert!(!(applied && ["voided", "expired"].contains(&state)), "{row}");
        assert!(state != "charged" || !applied || verdict == "→ charged", "{row}");
        // An older word never applies.
        let before = ["NEW", "STARTED", "PENDING_VBV", "created", "pending"].contains(&status);
        assert!(!before || !applied || state == "created", "{row}");
    }
}

#[test]
#[ignore = "prints the table, for comparing it with the written one by eye"]
fn print_the_table() {
    for row in table() {
        eprintln!("{row}");
    }
}
