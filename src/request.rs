//! One request to a provider (a capture, void or refund) and the list of all of one kind.

use serde::{Deserialize, Serialize};

use crate::ids::IdempotencyKey;
use crate::money::Minor;

/// The most requests of one kind that a transaction remembers: memory per transaction is bounded.
///
/// A policy of this crate. Keys are remembered for ever (INV-10), so the list cannot forget its oldest.
pub const MAX_REQUESTS: u32 = 10_000;

/// The three things a merchant asks of a held authorization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// Take money out of the authorization.
    Capture,
    /// Give back what was authorized and not captured.
    Void,
    /// Give back what was captured.
    Refund,
}

/// Who asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The merchant, through this crate.
    #[default]
    Merchant,
    /// Nobody here: automatic capture, the provider's dashboard. Recorded when it is observed.
    Provider,
}

impl Origin {
    pub(crate) const fn is_merchant(&self) -> bool {
        matches!(self, Self::Merchant)
    }
}

/// What is known of one request's fate.
///
/// Exhaustive on purpose: the tables of outcomes are written over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestStatus {
    /// Sent, nothing came back yet.
    Sent,
    /// The gateway accepted it; the result is pending.
    Accepted,
    /// No answer came. The money stays reserved until an observation settles it.
    Unknown,
    /// Done.
    Succeeded,
    /// Refused by the gateway after it was tried.
    Failed,
    /// Refused by the provider before it was tried: as failed, but its key may try the same amount again.
    Withdrawn,
    /// It had succeeded and the provider took it back: a late failure.
    Reversed,
}

impl RequestStatus {
    /// Every status.
    pub const ALL: [Self; 7] =
        [Self::Sent, Self::Accepted, Self::Unknown, Self::Succeeded, Self::Failed, Self::Withdrawn, Self::Reversed];

    /// Whether its money is still reserved: sent, accepted or of unknown fate.
    #[must_use]
    pub const fn is_outstanding(self) -> bool {
        matches!(self, Self::Sent | Self::Accepted | Self::Unknown)
    }

    /// Whether a success of it would come late: it counts as failed or was withdrawn, and was not taken back.
    #[must_use]
    pub const fn may_succeed_late(self) -> bool {
        matches!(self, Self::Failed | Self::Withdrawn)
    }

    /// Whether it counts as failed: refused, withdrawn or taken back.
    #[must_use]
    pub const fn counts_as_failed(self) -> bool {
        matches!(self, Self::Failed | Self::Withdrawn | Self::Reversed)
    }

    /// Whether an answer is expected: sent or accepted.
    #[must_use]
    pub const fn is_in_flight(self) -> bool {
        matches!(self, Self::Sent | Self::Accepted)
    }
}

/// One capture, void or refund: what was asked and what was done are two facts, both kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The idempotency key, where one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<IdempotencyKey>,
    /// Minor units asked.
    pub(crate) requested: Minor,
    /// Minor units done; zero unless it succeeded; kept through a reversal.
    #[serde(default, skip_serializing_if = "Minor::is_zero_ref")]
    pub(crate) done: Minor,
    pub(crate) status: RequestStatus,
    /// Whether its success closes the authorization.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) closes: bool,
    /// Whether an earlier try of it is of unknown fate.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) resent: bool,
    #[serde(default, skip_serializing_if = "Origin::is_merchant")]
    pub(crate) origin: Origin,
    /// Whether a provider that did it of itself said that it was under way before it was done.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) announced: bool,
    /// Whether it counted as failed before it succeeded: word of the failure may still be on its way.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) came_late: bool,
    /// The transaction's captured (or refunded) total once it succeeded, kept through a reversal.
    #[serde(default, skip_serializing_if = "Minor::is_zero_ref")]
    pub(crate) reached: Minor,
    /// Its place among all requests of the transaction; the latest try counts.
    pub(crate) turn: u32,
}

fn is_false(value: &bool) -> bool {
    !value
}

impl Minor {
    pub(crate) fn is_zero_ref(&self) -> bool {
        self.is_zero()
    }
}

impl Request {
    /// The idempotency key, where one was given.
    #[must_use]
    pub const fn key(&self) -> Option<&IdempotencyKey> {
        self.key.as_ref()
    }

    /// Minor units asked.
    #[must_use]
    pub const fn requested(&self) -> Minor {
        self.requested
    }

    /// Minor units done; zero unless it succeeded; kept through a reversal.
    #[must_use]
    pub const fn done(&self) -> Minor {
        self.done
    }

    /// What is known of its fate.
    #[must_use]
    pub const fn status(&self) -> RequestStatus {
        self.status
    }

    /// Whether its success closes the authorization, so that what remains is released.
    #[must_use]
    pub const fn closes(&self) -> bool {
        self.closes
    }

    /// Whether it was sent again after an unknown outcome and the first try is still open.
    #[must_use]
    pub const fn is_resent(&self) -> bool {
        self.resent
    }

    /// Who asked.
    #[must_use]
    pub const fn origin(&self) -> Origin {
        self.origin
    }

    /// Whether somebody may still speak of its outcome: it was asked for here, or announced by the provider.
    pub(crate) const fn has_an_outcome(&self) -> bool {
        self.origin.is_merchant() || self.announced
    }

    pub(crate) fn has_key(&self, key: Option<&str>) -> bool {
        self.key.as_ref().map(IdempotencyKey::as_str) == key
    }
}

/// All requests of one kind, numbered from 1, with an index by key and the numbers of those outstanding.
///
/// The index and the list of outstanding ones are derived; the serialized form is the plain list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<Request>", into = "Vec<Request>")]
pub struct Requests {
    entries: Vec<Request>,
    /// Numbers of the keyed ones, sorted by key.
    by_key: Vec<u32>,
    /// Numbers of the outstanding ones, ascending.
    outstanding: Vec<u32>,
}

impl Requests {
    /// How many there are, which is also the latest one's number.
    #[must_use]
    pub fn count(&self) -> u32 {
        u32::try_from(self.entries.len()).unwrap_or(u32::MAX)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The request of this number, from 1.
    #[must_use]
    pub fn get(&self, number: u32) -> Option<&Request> {
        self.entries.get(usize::try_from(number.checked_sub(1)?).ok()?)
    }

    /// All of them, oldest first, with their numbers.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (u32, &Request)> {
        self.entries
            .iter()
            .enumerate()
            .filter_map(|(index, request)| Some((u32::try_from(index.checked_add(1)?).ok()?, request)))
    }

    /// Those whose money is still reserved, oldest first.
    pub fn outstanding(&self) -> impl DoubleEndedIterator<Item = (u32, &Request)> {
        self.outstanding.iter().filter_map(|&number| Some((number, self.get(number)?)))
    }

    /// The one under this key.
    #[must_use]
    pub fn by_key(&self, key: &str) -> Option<(u32, &Request)> {
        let place = self.place_of(key).ok()?;
        let number = *self.by_key.get(place)?;
        Some((number, self.get(number)?))
    }

    /// The one made last.
    #[must_use]
    pub fn latest(&self) -> Option<(u32, &Request)> {
        Some((self.count(), self.entries.last()?))
    }

    /// Whether one of them is sent or accepted.
    #[must_use]
    pub fn in_flight(&self) -> bool {
        self.outstanding().any(|(_, request)| request.status.is_in_flight())
    }

    /// Whether one of them is of unknown fate.
    #[must_use]
    pub fn unknown(&self) -> bool {
        self.outstanding().any(|(_, request)| request.status == RequestStatus::Unknown)
    }

    /// Whether nothing is outstanding.
    #[must_use]
    pub fn settled(&self) -> bool {
        self.outstanding.is_empty()
    }

    /// Adds one. The caller has checked that its key is new and that there is room.
    pub(crate) fn push(&mut self, request: Request) {
        let number = self.count().saturating_add(1);
        if let Some(place) = request.key.as_ref().and_then(|key| self.place_of(key.as_str()).err()) {
            self.by_key.insert(place.min(self.by_key.len()), number);
        }
        if request.status.is_outstanding() {
            self.outstanding.push(number);
        }
        self.entries.push(request);
    }

    /// Changes one and keeps the list of outstanding ones true.
    pub(crate) fn change(&mut self, number: u32, change: impl FnOnce(&mut Request)) {
        let index = number.checked_sub(1).and_then(|index| usize::try_from(index).ok());
        let Some(entry) = index.and_then(|index| self.entries.get_mut(index)) else { return };
        change(entry);
        match (entry.status.is_outstanding(), self.outstanding.binary_search(&number)) {
            (true, Err(place)) => self.outstanding.insert(place, number),
            (false, Ok(place)) => {
                self.outstanding.remove(place);
            }
            _ => {}
        }
    }

    /// No capture that succeeded closes the authorization any more.
    pub(crate) fn reopen(&mut self) {
        for entry in self.entries.iter_mut().filter(|entry| entry.status == RequestStatus::Succeeded) {
            entry.closes = false;
        }
    }

    fn place_of(&self, key: &str) -> Result<usize, usize> {
        self.by_key.binary_search_by(|&number| {
            let known = self.get(number).and_then(Request::key).map_or("", IdempotencyKey::as_str);
            known.cmp(key)
        })
    }
}

/// A stored list that cannot be: too long, or with a key in it twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestsError {
    /// More than [`MAX_REQUESTS`].
    #[error("the list has {count} requests, the most is {MAX_REQUESTS}")]
    TooMany {
        /// How many.
        count: usize,
    },
    /// A key that an earlier request has already (INV-10).
    #[error("request {number} has a key that an earlier one has already; a key belongs to one request")]
    KeyTwice {
        /// The later request, from 1.
        number: u32,
    },
}

impl TryFrom<Vec<Request>> for Requests {
    type Error = RequestsError;

    fn try_from(entries: Vec<Request>) -> Result<Self, RequestsError> {
        if u32::try_from(entries.len()).is_err() || entries.len() > MAX_REQUESTS.try_into().unwrap_or(usize::MAX) {
            return Err(RequestsError::TooMany { count: entries.len() });
        }
        let mut requests = Self::default();
        for request in entries {
            if request.key.as_ref().is_some_and(|key| requests.by_key(key.as_str()).is_some()) {
                return Err(RequestsError::KeyTwice { number: requests.count().saturating_add(1) });
            }
            requests.push(request);
        }
        Ok(requests)
    }
}

impl From<Requests> for Vec<Request> {
    fn from(requests: Requests) -> Self {
        requests.entries
    }
}
