//! All tests of the crate, in one program: it is compiled and linked once. `cargo test money::` runs what is in `money.rs`.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::too_many_lines,
    clippy::type_complexity,
    clippy::unreachable,
    clippy::unwrap_used,
    reason = "a test may panic, that is how it fails; it reads files and its bounds from the environment"
)]
#![allow(missing_docs, unreachable_pub, reason = "tests document themselves by name")]

mod arrival;
mod book;
mod boundaries;
mod commands;
mod compile_fail;
mod embedding;
mod exhaustive;
mod guidelines;
mod ids;
mod interpret_faults;
mod invariants;
mod layering;
mod limits;
mod lint;
mod malformed;
mod mended;
mod money;
mod orders;
mod outcomes;
mod outgoing;
mod payloads;
mod profile_edges;
mod profile_files;
mod profiles;
mod readings;
mod rules;
mod runner;
mod scenarios;
mod second_opinion;
mod statements;
mod stored_form;
mod strategies;
mod tampering;
mod told;
mod totals;
mod transitions;
mod truth;
mod truth_of_data;
mod typed;
mod verdicts;
mod violations;
mod words;

// What several of them need.
mod reference;
#[path = "support/states.rs"]
mod states;
mod support;

// The examples' own modules.
#[path = "../examples/scenario/engine.rs"]
mod engine;
#[path = "../examples/scenario/format.rs"]
mod format;
#[path = "../examples/book/generator/mod.rs"]
mod generator;
#[path = "../examples/profile/why.rs"]
mod why;

use format::nearest;
