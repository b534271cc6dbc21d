#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use order_capture::*;

fuzz_target!(|text: &str| {
    common::bounded(text.len(), || drop(serde_json::from_str::<Transaction>(text)));
    if let Ok(transaction) = serde_json::from_str::<Transaction>(text) {
        let amounts = transaction.amounts();
        let sum = amounts.captured.get() + amounts.pending.get() + amounts.released.get() + amounts.held.get();
        assert_eq!(sum, amounts.authorized.get());
        let stored = serde_json::to_string(&transaction).unwrap();
        assert_eq!(serde_json::from_str::<Transaction>(&stored).unwrap(), transaction);
        let order = common::order();
        if let Ok(payment) = order.resume(transaction, &juspay::SIMPL) {
            let _ = payment.ask(Command::capture(), Time::UNIX_EPOCH);
        }
    }
    common::bounded(text.len(), || drop(serde_json::from_str::<Vec<RecordedEvent>>(text)));
    if let Ok(log) = serde_json::from_str::<Vec<RecordedEvent>>(text) {
        let Some(first) = log.first() else { return };
        let _ = Transaction::replay(&common::order(), first.transaction.clone(), &log);
    }
});
