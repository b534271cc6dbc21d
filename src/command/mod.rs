//! Commands: what the merchant asks. A command checks the profile's rules in their published order and returns an
//! event or a refusal; it never builds a state.
//!
//! | file | job |
//! |---|---|
//! | `position` | the facts that rules look at |
//! | `check` | one function per rule |
//! | `order_of_checks` | the order of the rules, per command; the first refusal, and all of them |
//! | `ask` | requests in, events out, on typed states and on transactions of any state |
//! | `answer` | outcomes of requests, authorizations, reversals, adjustments |

pub(crate) mod answer;
pub(crate) mod ask;
mod check;
mod order_of_checks;
pub(crate) mod position;
