//! The tests that say what the rules are, in one program: mutation testing links one for each mutant, and not twenty.
//! `cargo test` runs them one by one and leaves this out.
#![allow(missing_docs, unreachable_pub, dead_code, reason = "tests document themselves by name")]

mod arrival;
mod boundaries;
mod commands;
mod embedding;
mod guidelines;
mod ids;
mod interpret_faults;
mod invariants;
mod malformed;
mod mended;
mod money;
mod orders;
mod outcomes;
mod outgoing;
mod payloads;
mod profile_files;
mod profiles;
mod readings;
mod rules;
mod scenarios;
mod second_opinion;
mod statements;
mod stored_form;
mod tampering;
mod told;
mod totals;
mod transitions;
mod typed;
mod verdicts;
mod violations;
mod words;
