//! A small billing core: orders and transactions as event logs on SQLite or PostgreSQL, with every decision left to
//! `order-capture`.
//!
//! A file imports only what stands above it in this table.
//!
//! | file | job |
//! |---|---|
//! | [`error`] | what can go wrong, each with a code and what to do |
//! | [`schema`] | the tables, the same for both databases, as versions |
//! | [`book`] | an order with its transactions, replayed; how far a request has come; which outbox rows follow |
//! | `cache` | the books of orders with many events |
//! | [`provider`] | wordings of requests and polls, and the HTTP client |
//! | [`mod@write`] | what is written together, and its statements; claims and their fence |
//! | `writer` | one connection and one commit for several writers, for SQLite |
//! | [`store`] | loads a book, writes, claims, lists |
//! | [`decision`] | what is stored together, and the one loop: load, decide, store |
//! | [`core`] | the merchant's commands; what a person found out |
//! | [`observe`] | what a provider says: webhooks, polls and answers |
//! | [`worker`] | the outbox: claim, send, find out, store while it is still ours |
//! | [`inbox`] | webhooks as they came, read afterwards; the sweep |
//! | [`resident`] | the worker that stays, and `reconcile` |
//! | [`receiver`] | the endpoints: webhooks, health, metrics |
//! | [`config`] | the configuration |
//! | [`stand_in`] | both providers on loopback, with faults; not part of the core |

pub mod book;
mod cache;
pub mod config;
pub mod core;
pub mod decision;
pub mod error;
pub mod inbox;
pub mod observe;
pub mod provider;
pub mod receiver;
pub mod resident;
pub mod schema;
pub mod stand_in;
pub mod store;
pub mod worker;
pub mod write;
mod writer;

pub use book::{Book, NewOrder};
pub use core::{Ask, Asked, Core, Settings};
pub use error::Error;
pub use provider::Provider;
pub use store::Store;
