//! All requests of one kind that a transaction has seen: the list, its index by key, and how many are under way.
//!
//! The first request stands in the list itself and only further ones are on the heap, since most transactions see one
//! capture, one void, one refund. Counts answer what is asked at each step, so that nothing is searched for.

use serde::{Deserialize, Serialize, Serializer};

use crate::ids::IdempotencyKey;
use crate::request::{Request, RequestStatus};

/// The most requests of one kind that a transaction remembers: memory per transaction is bounded.
///
/// A policy of this crate. Keys are remembered for ever (INV-10), so the list cannot forget its oldest.
pub const MAX_REQUESTS: u32 = 10_000;

/// All requests of one kind, numbered from 1.
///
/// The serialized form is the plain list; the index and the counts are derived.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "Vec<Request>")]
pub struct Requests {
    first: Option<Request>,
    /// The second and those after it.
    further: Vec<Request>,
    /// Once there are more than a few.
    index: Option<Box<Index>>,
    under_way: UnderWay,
}

/// Up to this many further requests, looking at each is faster than an index.
const FEW: usize = 8;

/// The further requests that have a key, sorted by the end of the key, then by the key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Index(Vec<Keyed>);

/// Where a key is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Keyed {
    tail: u64,
    /// The place among the further requests.
    place: u32,
}

/// The last eight bytes of a key as a number. Merchants number at the end of a key, so keys mostly differ here, later
/// ones are mostly greater, and a search need not read the texts.
fn tail(key: &str) -> u64 {
    key.as_bytes().last_chunk().map_or(0, |last| u64::from_be_bytes(*last))
}

impl Index {
    fn search(&self, key: &str, further: &[Request]) -> Result<usize, usize> {
        let sought = tail(key);
        if self.0.last().is_none_or(|last| last.tail < sought) {
            return Err(self.0.len());
        }
        let text = |place| at(further, place).and_then(Request::key).map_or("", IdempotencyKey::as_str);
        self.0.binary_search_by(|known| known.tail.cmp(&sought).then_with(|| text(known.place).cmp(key)))
    }

    fn find(&self, key: &str, further: &[Request]) -> Option<u32> {
        Some(self.0.get(self.search(key, further).ok()?)?.place)
    }

    /// Takes in the request at this place.
    fn add(&mut self, place: u32, further: &[Request]) {
        let Some(key) = at(further, place).and_then(Request::key).map(IdempotencyKey::as_str) else { return };
        if let Err(at) = self.search(key, further) {
            self.0.insert(at.min(self.0.len()), Keyed { tail: tail(key), place });
        }
    }
}

fn at(further: &[Request], place: u32) -> Option<&Request> {
    further.get(usize::try_from(place).ok()?)
}

/// How many are outstanding, and where they begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct UnderWay {
    sent: u32,
    accepted: u32,
    unknown: u32,
    /// The number of the oldest one, or 0.
    oldest: u32,
}

impl UnderWay {
    const fn count(self) -> u32 {
        self.sent.saturating_add(self.accepted).saturating_add(self.unknown)
    }

    const fn of(&mut self, status: RequestStatus) -> Option<&mut u32> {
        match status {
            RequestStatus::Sent => Some(&mut self.sent),
            RequestStatus::Accepted => Some(&mut self.accepted),
            RequestStatus::Unknown => Some(&mut self.unknown),
            _ => None,
        }
    }

    #[inline]
    fn enter(&mut self, number: u32, status: RequestStatus) {
        let Some(count) = self.of(status) else { return };
        *count = count.saturating_add(1);
        self.oldest = if self.oldest == 0 { number } else { self.oldest.min(number) };
    }

    const fn leave(&mut self, status: RequestStatus) {
        if let Some(count) = self.of(status) {
            *count = count.saturating_sub(1);
        }
    }
}

impl Requests {
    /// How many there are, which is also the latest one's number.
    #[must_use]
    #[inline]
    pub fn count(&self) -> u32 {
        u32::try_from(self.further.len()).unwrap_or(u32::MAX).saturating_add(self.first.is_some().into())
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// The request of this number, from 1.
    #[must_use]
    #[inline]
    pub fn get(&self, number: u32) -> Option<&Request> {
        match number.checked_sub(2) {
            Some(place) => at(&self.further, place),
            None => self.first.as_ref().filter(|_| number == 1),
        }
    }

    #[inline(always)]
    fn get_mut(&mut self, number: u32) -> Option<&mut Request> {
        match number.checked_sub(2) {
            Some(place) => self.further.get_mut(usize::try_from(place).ok()?),
            None => self.first.as_mut().filter(|_| number == 1),
        }
    }

    /// All of them, oldest first, with their numbers.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (u32, &Request)> {
        self.since(1)
    }

    fn since(&self, number: u32) -> impl DoubleEndedIterator<Item = (u32, &Request)> {
        (number..=self.count()).filter_map(|number| Some((number, self.get(number)?)))
    }

    /// Those whose money is still reserved, oldest first.
    #[inline]
    pub fn outstanding(&self) -> impl Iterator<Item = (u32, &Request)> {
        let UnderWay { oldest, .. } = self.under_way;
        let count = usize::try_from(self.under_way.count()).unwrap_or(usize::MAX);
        self.since(oldest).filter(|(_, request)| request.status.is_outstanding()).take(count)
    }

    /// The one under this key.
    #[must_use]
    pub fn by_key(&self, key: &str) -> Option<(u32, &Request)> {
        if let Some(first) = self.first.as_ref().filter(|first| first.has_key(Some(key))) {
            return Some((1, first));
        }
        let place = match &self.index {
            Some(index) => index.find(key, &self.further)?,
            None => {
                let place = self.further.iter().position(|request| request.has_key(Some(key)))?;
                u32::try_from(place).ok()?
            }
        };
        Some((place.saturating_add(2), at(&self.further, place)?))
    }

    /// The one tried last: a new try of a withdrawn one counts, its number stays.
    #[must_use]
    pub fn latest(&self) -> Option<(u32, &Request)> {
        self.latest_of(|_| true)
    }

    /// The one tried last of those that fit.
    pub(crate) fn latest_of(&self, fits: impl Fn(&Request) -> bool) -> Option<(u32, &Request)> {
        self.iter().filter(|(_, request)| fits(request)).max_by_key(|(_, request)| request.turn)
    }

    /// Whether one of them is sent or accepted.
    #[must_use]
    pub const fn in_flight(&self) -> bool {
        self.sent() || self.accepted()
    }

    /// Whether one of them was sent and nothing came back yet.
    #[must_use]
    pub const fn sent(&self) -> bool {
        self.under_way.sent > 0
    }

    /// Whether one of them was accepted, its result pending.
    #[must_use]
    pub const fn accepted(&self) -> bool {
        self.under_way.accepted > 0
    }

    /// Whether one of them is of unknown fate.
    #[must_use]
    pub const fn unknown(&self) -> bool {
        self.under_way.unknown > 0
    }

    /// Whether nothing is outstanding.
    #[must_use]
    pub const fn settled(&self) -> bool {
        self.under_way.count() == 0
    }

    /// Adds one. The caller has checked that its key is new and that there is room.
    #[inline(always)]
    pub(crate) fn push(&mut self, request: Request) {
        let (number, status) = (self.count().saturating_add(1), request.status);
        if self.first.is_none() {
            self.first = Some(request);
        } else {
            let keyed = request.key().is_some();
            self.further.push(request);
            if self.further.len() > FEW && (keyed || self.index.is_none()) {
                self.keep_index();
            }
        }
        self.under_way.enter(number, status);
    }

    /// Takes the latest request into the index, or all of them where there is none yet.
    #[inline(never)]
    fn keep_index(&mut self) {
        let last = self.count().saturating_sub(2);
        let begin = if self.index.is_some() { last } else { 0 };
        let index = self.index.get_or_insert_default();
        (begin..=last).for_each(|place| index.add(place, &self.further));
    }

    /// Changes one and keeps the counts true.
    #[inline(always)]
    pub(crate) fn change(&mut self, number: u32, change: impl FnOnce(&mut Request)) {
        let Some(request) = self.get_mut(number) else { return };
        let before = request.status;
        change(request);
        let after = request.status;
        self.under_way.leave(before);
        self.under_way.enter(number, after);
        if number == self.under_way.oldest && !after.is_outstanding() {
            let next = if self.settled() { None } else { self.outstanding().next() };
            self.under_way.oldest = next.map_or(0, |(number, _)| number);
        }
    }

    /// No capture that succeeded closes the authorization any more.
    pub(crate) fn reopen(&mut self) {
        for request in self.first.iter_mut().chain(&mut self.further).filter(|r| r.status == RequestStatus::Succeeded) {
            request.closes = false;
        }
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
            if request.key().is_some_and(|key| requests.by_key(key.as_str()).is_some()) {
                return Err(RequestsError::KeyTwice { number: requests.count().saturating_add(1) });
            }
            requests.push(request);
        }
        Ok(requests)
    }
}

impl Serialize for Requests {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|(_, request)| request))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::money::Minor;
    use crate::request::Origin;

    fn request(key: Option<&str>, status: RequestStatus) -> Request {
        Request {
            key: key.map(|key| key.parse().unwrap()),
            requested: Minor::from(1),
            done: Minor::ZERO,
            status,
            closes: false,
            resent: false,
            origin: Origin::Merchant,
            announced: false,
            came_late: false,
            reached: Minor::ZERO,
            turn: 1,
        }
    }

    /// Keys that are shorter than the part an index compares first, that end alike, and that come in no order.
    fn key(number: u32) -> Option<String> {
        match number % 4 {
            0 => None,
            1 => Some(format!("{}", number * 7919 % 1000)),
            2 => Some(format!("{}-of-the-same-order", number * 7919 % 1000)),
            _ => Some(format!("order-{:04}", number * 7919 % 1000)),
        }
    }

    #[test]
    fn a_key_is_found_among_few_and_among_many() {
        let mut requests = Requests::default();
        for number in 1..=60 {
            requests.push(request(key(number).as_deref(), RequestStatus::Succeeded));
            for sought in 1..=60 {
                let Some(key) = key(sought) else { continue };
                let found = requests.by_key(&key);
                assert_eq!(found.map(|(found, _)| found), (sought <= number).then_some(sought), "{key} of {number}");
                assert!(found.is_none_or(|(number, request)| requests.get(number) == Some(request)));
            }
            assert_eq!(requests.by_key("unknown"), None);
            let further = requests.further.len();
            assert_eq!(requests.index.is_some(), further > FEW, "an index of {further}");
        }
        assert_eq!((requests.count(), requests.get(0), requests.get(61)), (60, None, None));
    }

    /// Every list of four requests and every change of one of them: what is counted is what a search finds.
    #[test]
    fn the_counts_are_what_a_search_finds() {
        let each = || RequestStatus::ALL.into_iter();
        let pairs = || each().flat_map(move |one| each().map(move |other| [one, other]));
        for statuses in pairs().flat_map(|one| pairs().map(move |other| [one, other])) {
            let statuses = statuses.concat();
            for (changed, after) in [1, 2, 3, 4].into_iter().flat_map(|n| RequestStatus::ALL.map(|status| (n, status)))
            {
                let mut requests = Requests::default();
                statuses.iter().for_each(|&status| requests.push(request(None, status)));
                requests.change(changed, |request| request.status = after);
                let open = |status: RequestStatus| requests.iter().filter(|(_, r)| r.status == status).count();
                let outstanding: Vec<u32> =
                    requests.iter().filter(|(_, r)| r.status.is_outstanding()).map(|(number, _)| number).collect();
                assert_eq!(requests.outstanding().map(|(number, _)| number).collect::<Vec<_>>(), outstanding);
                assert_eq!(requests.sent(), open(RequestStatus::Sent) > 0);
                assert_eq!(requests.accepted(), open(RequestStatus::Accepted) > 0);
                assert_eq!(requests.unknown(), open(RequestStatus::Unknown) > 0);
                assert_eq!(requests.settled(), outstanding.is_empty());
                assert_eq!(requests.under_way.oldest, outstanding.first().copied().unwrap_or(0));
                let again = Requests::try_from(requests.iter().map(|(_, r)| r.clone()).collect::<Vec<_>>());
                assert_eq!(again, Ok(requests));
            }
        }
    }
}
