//! The tests that say what the rules are, in one program: mutation testing links one for each mutant, and not twelve.
//! `cargo test` runs them one by one and leaves this out.
#![allow(missing_docs, unreachable_pub, dead_code, reason = "tests document themselves by name")]

mod commands;
mod embedding;
mod guidelines;
mod invariants;
mod money;
mod outcomes;
mod outgoing;
mod payloads;
mod profiles;
mod refusals;
mod scenarios;
mod second_opinion;
mod stored_form;
mod transitions;
mod verdicts;
