//! The rules of `order-capture` as a page to play with: JSON in, JSON out.
//!
//! A page sends a whole scenario and how many of its steps are done; what comes back is everything that the page shows.
//! Nothing is kept between two calls, so stepping back is asking again. The scenario is run by the engine of the scenario
//! runner, the same files, and whatever else is said here comes from the crate.
//!
//! | file | job |
//! |---|---|
//! | `engine`, `format` | the scenario runner's own, in `examples/scenario` |
//! | `answers` | what a profile answers to ten questions, in words: the atlas's own, in `examples/book` |
//! | `json` | texts that go through untouched |
//! | `words` | a recorded event in words, a transaction and an order in figures |
//! | `trace` | every event with what it changed |
//! | `also` | every rule that a request breaks |
//! | `view` | a scenario up to a step, and what would happen next |
//! | `write` | scenario lines and steps that the page writes |
//! | `about` | what does not depend on a scenario: rules, providers |
//! | `call` | one question, one answer |
//! | `door` | the exports of the WebAssembly module |

mod about;
mod also;
#[path = "../../../examples/book/generator/answers.rs"]
mod answers;
mod call;
mod door;
#[path = "../../../examples/scenario/engine.rs"]
mod engine;
#[allow(dead_code, reason = "reading a profile from a folder is the runner's, a page has no folder")]
#[path = "../../../examples/scenario/format.rs"]
mod format;
mod json;
mod trace;
mod view;
mod words;
mod write;

pub use call::call;
