//! All requests of one kind that a transaction has seen: the list, and the index by key.

use serde::{Deserialize, Serialize, Serializer};

use crate::hold::{Origin, Request, RequestStatus};
use crate::ids::{IdempotencyKey, ProviderId};

/// The most requests of one kind, and the most stated totals, that a transaction remembers: its memory is bounded.
///
/// A policy of this crate. Keys are remembered for ever (INV-10), so the list cannot forget its oldest.
pub const MAX_REQUESTS: u32 = 10_000;

/// All requests of one kind, numbered from 1.
///
/// The serialized form is the plain list; index and sums are derived.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "Vec<Request>")]
pub struct Requests {
    list: Vec<Request>,
    /// Of each that has a key, the key's mark and the number; in the order of marks, then of keys.
    by_key: Vec<(u64, u32)>,
    sums: Sums,
}

/// The sums of the list, kept so that a step costs the same after a thousand captures as after one. A sum beyond 64
/// bits is the largest number, which is above every amount; each change then adds everything up again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Sums {
    /// Minor units of all successes.
    pub(crate) succeeded: u64,
    /// Minor units of all that are outstanding.
    pub(crate) outstanding: u64,
    pub(crate) sent: u32,
    pub(crate) accepted: u32,
    pub(crate) unknown: u32,
    /// How many were refused: failed or withdrawn.
    pub(crate) refused: u32,
}

impl Sums {
    /// Adds one request; [`Sums::take_out`] removes it again.
    pub(crate) fn add(&mut self, request: &Request) {
        self.succeeded = self.succeeded.saturating_add(request.taken().get());
        if let Some(count) = self.count(request.status) {
            *count = count.saturating_add(1);
            if request.status.is_outstanding() {
                self.outstanding = self.outstanding.saturating_add(request.amount.get());
            }
        }
    }

    fn take_out(&mut self, request: &Request) {
        self.succeeded = self.succeeded.saturating_sub(request.taken().get());
        if let Some(count) = self.count(request.status) {
            *count = count.saturating_sub(1);
            if request.status.is_outstanding() {
                self.outstanding = self.outstanding.saturating_sub(request.amount.get());
            }
        }
    }

    /// Whether one of the sums is beyond its range, so that nothing can be subtracted from it.
    const fn is_full(&self) -> bool {
        self.succeeded == u64::MAX || self.outstanding == u64::MAX
    }

    /// How many there are of a status that is counted.
    const fn count(&mut self, status: RequestStatus) -> Option<&mut u32> {
        match status {
            RequestStatus::Sent => Some(&mut self.sent),
            RequestStatus::Accepted => Some(&mut self.accepted),
            RequestStatus::Unknown => Some(&mut self.unknown),
            RequestStatus::Failed | RequestStatus::Withdrawn => Some(&mut self.refused),
            RequestStatus::Succeeded | RequestStatus::Reversed => None,
        }
    }

    /// How many await their answer.
    pub(crate) const fn waiting(&self) -> u32 {
        self.sent.saturating_add(self.accepted).saturating_add(self.unknown)
    }

    pub(crate) const fn in_flight(&self) -> bool {
        self.sent > 0 || self.accepted > 0
    }

    pub(crate) const fn has_outstanding(&self) -> bool {
        self.in_flight() || self.unknown > 0
    }
}

impl Requests {
    /// How many there are, which is also the latest one's number.
    pub fn count(&self) -> u32 {
        u32::try_from(self.list.len()).unwrap_or(u32::MAX)
    }

    /// Whether the list is empty.
    pub const fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The request of this number, from 1.
    pub fn get(&self, number: u32) -> Option<&Request> {
        self.list.get(place(number)?)
    }

    /// All of them, oldest first, with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Request)> {
        (1..).zip(&self.list)
    }

    /// Those that may still happen, oldest first; covered ones too, which [`Transaction::open_requests`] leaves out.
    ///
    /// [`Transaction::open_requests`]: crate::Transaction::open_requests
    pub fn outstanding(&self) -> impl Iterator<Item = (u32, &Request)> {
        // If none is, the list is not walked, however long it is.
        let walked = if self.sums.has_outstanding() { self.list.len() } else { 0 };
        self.iter().take(walked).filter(|(_, request)| request.status.is_outstanding())
    }

    /// The request with this key.
    pub fn by_key(&self, key: &str) -> Option<(u32, &Request)> {
        let found = self.search(mark(key), key).ok()?;
        let (_, number) = self.by_key.get(found)?;
        Some((*number, self.get(*number)?))
    }

    /// The request with this identifier of the provider.
    pub(crate) fn by_provider_id(&self, id: &str) -> Option<(u32, &Request)> {
        self.iter().find(|(_, request)| request.provider_id.as_ref().is_some_and(|known| known.as_str() == id))
    }

    /// Another request that succeeded under this identifier of the provider: its key, or else the identifier.
    pub(crate) fn namesake<'r>(&'r self, number: u32, id: &'r ProviderId) -> Option<&'r str> {
        let (other, request) = self.by_provider_id(id.as_str())?;
        let is_another = other != number && request.status == RequestStatus::Succeeded;
        is_another.then(|| request.key.as_ref().map_or(id.as_str(), IdempotencyKey::as_str))
    }

    /// How a request that is said to have succeeded under this identifier is named already, if that is otherwise: two
    /// successes under one key, or one under two. A stranger's key was its name until the provider gave it one.
    pub(crate) fn named_otherwise<'r>(&'r self, number: u32, id: &'r ProviderId, key: Option<&str>) -> Option<&'r str> {
        let known = || {
            let request = self.get(number).filter(|request| request.status == RequestStatus::Succeeded)?;
            let known = request.provider_id.as_ref().map(ProviderId::as_str);
            known.filter(|known| *known != id.as_str() && Some(*known) != key)
        };
        self.namesake(number, id).or_else(known)
    }

    /// The request that was tried last.
    pub fn latest(&self) -> Option<(u32, &Request)> {
        self.latest_of(|_| true)
    }

    /// The request that was tried last among those that fit.
    pub(crate) fn latest_of(&self, fits: impl Fn(&Request) -> bool) -> Option<(u32, &Request)> {
        self.iter().filter(|(_, request)| fits(request)).max_by_key(|(_, request)| request.last_sent)
    }

    /// The merchant's own, oldest first.
    pub(crate) fn ours(&self) -> impl Iterator<Item = (u32, &Request)> {
        self.iter().filter(|(_, request)| request.origin == Origin::Merchant)
    }

    pub(crate) const fn sums(&self) -> &Sums {
        &self.sums
    }

    /// Room for a request with this key, or without one; `None` if another request has the key already.
    pub(crate) fn room(&self, key: Option<&IdempotencyKey>) -> Option<Room> {
        let Some(key) = key.map(IdempotencyKey::as_str) else { return Some(Room(None)) };
        let mark = mark(key);
        self.search(mark, key).err().map(|at| Room(Some((at, mark))))
    }

    /// Adds a request if there is room. The caller has checked that there are not too many.
    pub(crate) fn push(&mut self, room: Room, request: Request) {
        self.sums.add(&request);
        self.list.push(request);
        if let Some((at, mark)) = room.0 {
            let entry = (mark, self.count());
            // Compared first, so that the proof sees that no insertion can panic.
            if at < self.by_key.len() { self.by_key.insert(at, entry) } else { self.by_key.push(entry) }
        }
    }

    /// Changes one, never its key, and keeps the sums true.
    pub(crate) fn change(&mut self, number: u32, change: impl FnOnce(&mut Request)) {
        let Some(request) = place(number).and_then(|place| self.list.get_mut(place)) else { return };
        let was_full = self.sums.is_full();
        self.sums.take_out(request);
        change(request);
        self.sums.add(request);
        if was_full {
            self.sums = Sums::default();
            self.list.iter().for_each(|request| self.sums.add(request));
        }
    }

    /// Changes the status of each that is outstanding.
    pub(crate) fn resolve_outstanding(&mut self, change: impl Fn(&mut Request)) {
        let open: Vec<u32> = self.outstanding().map(|(number, _)| number).collect();
        open.into_iter().for_each(|number| self.change(number, &change));
    }

    fn search(&self, mark: u64, key: &str) -> Result<usize, usize> {
        let key_of = |number| self.get(number)?.key.as_ref().map(IdempotencyKey::as_str);
        self.by_key.binary_search_by(|&(known, number)| known.cmp(&mark).then_with(|| key_of(number).cmp(&Some(key))))
    }
}

/// Room for one more request: the place of its key in the index, and the key's mark.
#[derive(Debug)]
pub(crate) struct Room(Option<(usize, u64)>);

/// A number that two keys rarely share, so that a search compares numbers and rarely texts.
fn mark(key: &str) -> u64 {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    let mixed = |mark: u64, part: u64| (mark ^ part).wrapping_mul(ODD).rotate_left(32);
    let (parts, rest) = key.as_bytes().as_chunks::<8>();
    let whole = parts.iter().fold(0, |mark, part| mixed(mark, u64::from_le_bytes(*part)));
    rest.iter().fold(whole, |mark, letter| mixed(mark, u64::from(*letter)))
}

fn place(number: u32) -> Option<usize> {
    number.checked_sub(1)?.try_into().ok()
}

impl TryFrom<Vec<Request>> for Requests {
    type Error = String;

    /// Refuses a list that is too long, or has a key in it twice (INV-10).
    fn try_from(list: Vec<Request>) -> Result<Self, String> {
        let count = list.len();
        if !u32::try_from(count).is_ok_and(|count| count <= MAX_REQUESTS) {
            return Err(format!("the list has {count} requests, the most is {MAX_REQUESTS}"));
        }
        let mut requests = Self::default();
        for (number, request) in (1..).zip(list) {
            let problem = "has a key that an earlier one has already; a key belongs to one request";
            let room = requests.room(request.key.as_ref()).ok_or_else(|| format!("request {number} {problem}"))?;
            requests.push(room, request);
        }
        Ok(requests)
    }
}

impl Serialize for Requests {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.list.serialize(serializer)
    }
}

#[cfg(test)]
#[path = "../../tests/unit/requests.rs"]
mod tests;
