//! The model: one order, its transactions, one step at a time.

mod actions;
mod amounts;
mod answers;
mod commands;
mod ends;
mod facts;
mod money;
mod observe;
mod observe_requests;
mod observe_totals;
mod observe_words;
mod order;
mod profile;
mod read_juspay;
mod read_razorpay;
mod run;
mod statements;
mod time;

pub use run::Run;
