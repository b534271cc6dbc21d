//! A small billing core: orders and transactions as event logs on SQLite or PostgreSQL, with every decision left to
//! `order-capture`.
//!
//! A file imports only what stands above it in this table.
//!
//! | file | job |
//! |---|---|
//! | [`error`] | what can go wrong, each with a code and what to do |
//! | [`schema`] | the tables, the same for both databases |
//! | [`book`] | an order with its transactions, replayed; how far a request has come; which outbox rows follow |
//! | [`store`] | loads a book, appends to it in one database transaction |
//! | `group` | one commit for several writers, for SQLite |
//! | [`provider`] | wordings of requests and polls, and the HTTP client |
//! | [`decision`] | what is stored together, and the one loop: load, decide, store |
//! | [`core`] | the merchant's commands; what a person found out |
//! | [`worker`] | the outbox: claim, send, store the answer |
//! | [`observe`] | webhooks and polls |
//! | [`reconcile`] | finds what is open and resolves it |
//! | [`receiver`] | the webhook endpoint |
//! | [`stand_in`] | both providers on loopback, with faults; not part of the core |

pub mod book;
pub mod core;
pub mod decision;
pub mod error;
mod group;
pub mod observe;
pub mod provider;
pub mod receiver;
pub mod reconcile;
pub mod schema;
pub mod stand_in;
pub mod store;
pub mod worker;

pub use book::{Book, NewOrder};
pub use core::{Ask, Asked, Core, Settings};
pub use error::Error;
pub use provider::Provider;
pub use store::Store;
