//! A model of a billing service that embeds `order-capture`, the provider it asks, and the network between them, small
//! enough that every reachable state is visited.
//!
//! | file | job |
//! |---|---|
//! | [`config`] | what is asked of which gateway, how often, and with which fault planted |
//! | [`billing`] | the service's state: a durable log of events, the crate's transaction replayed from it, one open call |
//! | [`talk`] | the service at work: asking, timing out, hearing answers, reading webhooks |
//! | [`provider`] | the provider: a plain ledger of its own, which never hears of the crate |
//! | [`network`] | what is on its way: lost, late, twice and out of order, without a bound |
//! | [`model`] | the states and steps of the three together, and the clock |
//! | [`properties`] | what must hold in every state, and what must be seen in some |
//! | [`heal`] | what becomes of a state once the network works again |
//! | [`pair`] | two transactions of one order: a model of its own |
//! | [`workers`] | two workers that own a request by a lease: a model of its own |
//! | [`search`] | the search, and what it found |
//! | [`configurations`] | what is searched, and how many states each has |
//!
//! # Why a bounded search is a proof for its bounds
//! Every file says which part of the argument it carries. In short: the number of requests sent is bounded, everything
//! else follows from them. A message, once sent, stays deliverable for ever, so it may be late, come twice or come
//! after any other; it was lost if it is not delivered. A property that is checked in every state is therefore checked
//! for every loss as well.

pub mod billing;
pub mod config;
pub mod configurations;
pub mod heal;
pub mod model;
pub mod network;
pub mod pair;
pub mod properties;
pub mod provider;
pub mod search;
pub mod talk;
pub mod workers;
