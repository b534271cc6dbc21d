//! What is on its way between the billing service and the provider.
//!
//! The network is a set that only grows. Delivering a message does not take it out, so it may arrive again, after any
//! other and however late; a message that is lost is one that is never delivered, and such a path is among those
//! searched. Loss, delay, duplication and reordering are thus unbounded, and the set stays finite because the number of
//! requests is.

use std::collections::BTreeSet;

use order_capture::{Operation, Request};

use crate::config::{Intent, is_keyless, number_of};
use crate::provider::{Taken, said};

/// A request as it goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wanted {
    /// Capture, void or refund.
    pub operation: Operation,
    /// The idempotency key's number. Where none goes out, each sending has one of its own: that is how a provider
    /// takes it.
    pub key: u8,
    /// Minor units; zero for a void, which is of all that is held.
    pub amount: u32,
}

impl Wanted {
    /// What a change says is to be sent: key and amount are those of the recorded request, not those of the intent.
    #[must_use]
    pub fn of(operation: Operation, request: &Request) -> Option<Self> {
        let amount = if operation == Operation::Void { 0 } else { u32::try_from(request.amount.get()).ok()? };
        Some(Self { operation, key: number_of(request)?, amount })
    }

    /// As this sending of it: without a key it is a request of its own. (Nothing sends one copy of a message twice to a
    /// provider but a service that repeats it; copies that the network makes are known by their sending.)
    #[must_use]
    pub const fn sent_as(self, attempt: u8) -> Self {
        let key = if is_keyless(self.key) { self.key + 10 * attempt } else { self.key };
        Self { key, ..self }
    }
}

impl From<Intent> for Wanted {
    fn from(Intent { operation, key, amount }: Intent) -> Self {
        Self { operation, key, amount }
    }
}

/// What the provider says to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Said {
    /// Done.
    Done,
    /// Tried, and failed.
    Failed,
    /// Accepted; it will finish later.
    Pending,
    /// Refused before it was tried: HTTP 400 with this text.
    Refused(&'static str),
}

/// What the provider says of the transaction, in a webhook or to a poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Notice {
    /// Its word.
    pub word: &'static str,
    /// Whether the word is the transaction's own (`txn_detail`), not the order's.
    pub own: bool,
    /// The captured total.
    pub captured: u32,
    /// The refunded total.
    pub refunded: u32,
}

/// Something on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message {
    /// To the provider. `attempt` counts the requests sent.
    Request {
        /// Which sending of a request this is.
        attempt: u8,
        /// What is asked.
        wanted: Wanted,
    },
    /// Back from it, on the call that attempt made, or later.
    Answer {
        /// The attempt it answers; none is 0, see [`result`].
        attempt: u8,
        /// What was asked.
        wanted: Wanted,
        /// The answer.
        said: Said,
    },
    /// A webhook.
    Notice(Notice),
    /// The answer to a poll that was asked after all that the service's log has. Once something is recorded it is no
    /// fresher than the webhook that says the same, and is left out.
    Polled(Notice),
}

/// The result of a request that had been accepted, told under its key.
#[must_use]
pub fn result(taken: Taken) -> Message {
    let Taken { operation, key, amount, stage } = taken;
    let amount = if operation == Operation::Void { 0 } else { amount };
    Message::Answer { attempt: 0, wanted: Wanted { operation, key, amount }, said: said(stage) }
}

/// Everything that was ever sent.
pub type Network = BTreeSet<Message>;

/// Whether one key was sent with two amounts.
#[must_use]
pub fn a_key_has_two_amounts(network: &Network) -> bool {
    let wanted = || {
        network.iter().filter_map(|message| match message {
            Message::Request { wanted, .. } => Some(*wanted),
            _ => None,
        })
    };
    wanted().any(|a| wanted().any(|b| (a.operation, a.key) == (b.operation, b.key) && a.amount != b.amount))
}
