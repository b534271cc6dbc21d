//! `order-capture` embedded on a durable-execution engine, Restate: one virtual object per order.
//!
//! | file | job |
//! |---|---|
//! | [`decide`] | the crate decides: events in, events out; no engine, no network, no clock |
//! | [`send`] | the crate words a request, an HTTP client sends it |
//! | [`journal`] | state, steps, the claim before a send, timers: the engine's part, and no rule of money |
//! | [`orders`] | the object of an order: its handlers |
//! | [`webhooks`] | webhooks as calls |
//! | [`terms`] | an order as it was entered, what is asked, what is open, why nothing was done |
//! | [`show`] | an order as it is told |

pub mod decide;
pub mod journal;
pub mod orders;
pub mod send;
pub mod show;
pub mod terms;
pub mod webhooks;
