//! Rivals of order-capture, and what it takes to compare them fairly.
//!
//! | file | what it is |
//! |---|---|
//! | `workload` | the logs that everybody folds |
//! | `book`, `fold` | the limit: amounts and requests as plain numbers, and a `match` over the events |
//! | `machines` | the lifecycle in `statig`, `rust-fsm` and `smlang`, over the same book |
//! | `rival` | what all of them do, and the comparison of their answers |
//! | `asks` | captures asked, judged and taken, by the crate and by hand; and by a sum over a list |
//! | `whole_job` | one capture in a service: read a log, decide, write an event; and `serde_json` alone on the same texts |
//! | `history` | JSON Lines of many transactions: decoded alone, and decoded and replayed |
//! | `parsing` | payloads read, by the crate and by a derived struct |
//! | `race` | interleaved timing |

pub mod asks;
pub mod book;
pub mod fold;
pub mod history;
pub mod machines;
pub mod parsing;
pub mod race;
pub mod rival;
pub mod whole_job;
pub mod workload;
