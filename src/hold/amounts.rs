//! The derived amounts: what follows from the facts of a hold, on one screen.
//!
//! | | amount | is |
//! |---|---|---|
//! | C | captured | the largest of: all successes; each stated total plus the successes begun after it |
//! | P | pending | the outstanding captures that no total covers; at most L − C − V; 0 once the hold ended |
//! | V | released | voids that succeeded, and what an ended hold let go: A − C while it is ended |
//! | H | held | A − C − P − V |
//! | L | the most that may be captured | A and what is tolerated above it; A once anything was released |
//! | R, Q | refunded, refund pending | as C and P, of refunds; Q is at most C − R |
//!
//! A total covers the outstanding requests begun before it if it equals exactly their sum plus the successes, confirmed
//! by answers, of the others begun before it: then nothing else can be meant.

use std::iter;

use serde::Serialize;

use crate::hold::{Hold, Operation, Request, Requests, Sums, Total, TotalSays, Totals};
use crate::money::Minor;

/// The amounts of one transaction, in minor units of its currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Amounts {
    /// A: what was authorized, as last adjusted.
    pub authorized: Minor,
    /// C: what was captured.
    pub captured: Minor,
    /// P: what may still be captured by requests that are sent, accepted or unknown.
    pub pending: Minor,
    /// V: what was voided, expired, or released when a capture ended the hold.
    pub released: Minor,
    /// H: what is held and no capture reserves.
    pub held: Minor,
    /// R: what was refunded.
    pub refunded: Minor,
    /// Q: what may still be refunded by requests that are sent, accepted or unknown.
    pub refund_pending: Minor,
}

impl Amounts {
    /// What a new refund may return: C − R − Q.
    pub const fn refundable(&self) -> Minor {
        self.captured.saturating_sub(self.refunded).saturating_sub(self.refund_pending)
    }

    /// What was refunded, or else captured: R or C.
    pub(crate) const fn total(&self, operation: Operation) -> Minor {
        match operation {
            Operation::Refund => self.refunded,
            Operation::Capture | Operation::Void => self.captured,
        }
    }

    /// C + P + V: what an authorization may not fall below; more than A where more was captured than was authorized.
    pub(crate) const fn committed(&self) -> Minor {
        self.captured.saturating_add(self.pending).saturating_add(self.released)
    }
}

/// Everything derived, kept with the facts that it follows from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Derived {
    pub(crate) amounts: Amounts,
    /// Outstanding requests begun before this sequence are covered by a total.
    captures_covered_before: u32,
    refunds_covered_before: u32,
}

/// What follows from the requests of one kind and its totals, before other kinds limit it.
struct Side {
    covered_before: u32,
    done: Minor,
    pending: Minor,
}

impl Side {
    #[inline]
    fn of(requests: &Requests, totals: &Totals) -> Self {
        if totals.stated.is_empty() {
            let sums = requests.sums();
            return Self { covered_before: 0, done: capped(sums.succeeded), pending: capped(sums.outstanding) };
        }
        Self::with_totals(requests, totals)
    }

    /// Totals are rare: what they need is kept out of what every step does.
    #[cold]
    fn with_totals(requests: &Requests, totals: &Totals) -> Self {
        let covered_before = covered_before(requests, totals);
        let pending = capped(uncovered(requests, covered_before).outstanding);
        Self { covered_before, done: total_done(requests, totals, NOTHING_MORE), pending }
    }
}

impl Hold {
    /// Derives the amounts again. Called at the end of every step that changed a fact.
    pub(crate) fn derive(&mut self) {
        let captures = Side::of(&self.captures, &self.captured_totals);
        let refunds = Side::of(&self.refunds, &self.refunded_totals);

        let authorized = self.authorized;
        let captured = captures.done.min(self.tolerated());
        let uncaptured = authorized.saturating_sub(captured);
        let (released, pending) = if self.end.is_some() {
            (uncaptured, Minor::ZERO)
        } else {
            let released = self.voided().saturating_add(self.stays_released).min(uncaptured);
            let room = self.limit_beside(released).saturating_sub(captured).saturating_sub(released);
            (released, captures.pending.min(room))
        };
        let held = uncaptured.saturating_sub(pending).saturating_sub(released);
        let refunded = refunds.done.min(captured);
        let refund_pending = refunds.pending.min(captured.saturating_sub(refunded));

        self.derived = Derived {
            amounts: Amounts { authorized, captured, pending, released, held, refunded, refund_pending },
            captures_covered_before: captures.covered_before,
            refunds_covered_before: refunds.covered_before,
        };
    }

    /// L: the most that may be captured: what was authorized, and what is tolerated above it.
    pub(crate) fn limit(&self) -> Minor {
        self.limit_beside(self.derived.amounts.released)
    }

    /// Released money is gone: once anything is released, nothing above the authorized amount is tolerated. Otherwise
    /// the tolerance would take what the payer got back.
    fn limit_beside(&self, released: Minor) -> Minor {
        if released.is_zero() { self.tolerated() } else { self.authorized }
    }

    /// L while nothing was released.
    pub(crate) fn tolerated(&self) -> Minor {
        self.most_captured.unwrap_or(self.authorized).max(self.authorized)
    }

    /// L − C − P − V: the most that a new capture could take.
    pub(crate) fn uncommitted(&self) -> Minor {
        let Amounts { captured, pending, released, .. } = self.derived.amounts;
        self.limit().saturating_sub(captured).saturating_sub(pending).saturating_sub(released)
    }

    /// What an amount of this transaction counts for its order: all that the authorization pays once it is all of it,
    /// else the amount, at most what it pays.
    pub fn counts(&self, amount: Minor) -> Minor {
        counted(amount, self.authorized, self.pays())
    }

    /// What voids released.
    pub(crate) fn voided(&self) -> Minor {
        capped(self.voids.sums().succeeded)
    }

    /// What an outstanding void is to release.
    pub(crate) fn being_voided(&self) -> Minor {
        capped(self.voids.sums().outstanding)
    }

    /// Whether a request of this kind may still happen and no total holds it already: what `open_requests` lists.
    pub fn is_outstanding(&self, operation: Operation, request: &Request) -> bool {
        request.status.is_outstanding() && !self.is_covered(operation, request)
    }

    /// Whether a request is outstanding and a stated total contains it already: it reserves nothing more, blocks
    /// nothing, and still awaits its own answer.
    pub const fn is_covered(&self, operation: Operation, request: &Request) -> bool {
        request.status.is_outstanding() && request.begun < self.covered_before(operation)
    }

    /// Whether a total was stated since a request began: it may contain it.
    pub(crate) fn is_before_a_total(&self, operation: Operation, request: &Request) -> bool {
        self.totals(operation).stated.iter().any(|total| request.begun < total.at)
    }

    /// The status of a request in one word, for a person: `covered` if a stated total contains it already and its own answer never
    /// came, otherwise the name of its [status](Request#structfield.status).
    pub const fn fate(&self, operation: Operation, request: &Request) -> &'static str {
        if self.is_covered(operation, request) { "covered" } else { request.status.as_str() }
    }

    /// A total covers the outstanding requests begun before this sequence. 0 if no total covers any.
    pub(crate) const fn covered_before(&self, operation: Operation) -> u32 {
        match operation {
            Operation::Capture => self.derived.captures_covered_before,
            Operation::Void => 0,
            Operation::Refund => self.derived.refunds_covered_before,
        }
    }

    /// The requests of a kind that are outstanding and covered by no total.
    pub(crate) fn open(&self, operation: Operation) -> Sums {
        uncovered(self.requests(operation), self.covered_before(operation))
    }

    /// C (or R) if this request had succeeded for this amount.
    pub(crate) fn total_with(&self, operation: Operation, request: &Request, amount: Minor) -> Minor {
        let also = (request.begun, amount);
        match operation {
            Operation::Capture => total_done(&self.captures, &self.captured_totals, also),
            Operation::Void => self.voided().saturating_add(amount),
            Operation::Refund => total_done(&self.refunds, &self.refunded_totals, also),
        }
    }
}

/// Everything that the authorization pays, once the amount is all of it, and what is captured above it; otherwise the
/// amount, at most what the authorization pays.
pub(crate) fn counted(amount: Minor, authorized: Minor, pays: Minor) -> Minor {
    match amount.checked_sub(authorized) {
        Some(above) => pays.saturating_add(above),
        None => amount.min(pays),
    }
}

/// The requests without those that are outstanding and were begun before this sequence.
fn uncovered(requests: &Requests, covered_before: u32) -> Sums {
    if covered_before == 0 {
        return *requests.sums();
    }
    let mut sums = Sums::default();
    let open = requests.outstanding().filter(|(_, request)| request.begun >= covered_before);
    open.for_each(|(_, request)| sums.add(request));
    sums
}

const NOTHING_MORE: (u32, Minor) = (0, Minor::ZERO);

/// The largest of: all successes; each stated total plus the successes begun after it. `also` is one more success: when
/// it was begun, and how much.
#[inline]
fn total_done(requests: &Requests, totals: &Totals, also: (u32, Minor)) -> Minor {
    let successes = capped(requests.sums().succeeded).saturating_add(also.1);
    if totals.stated.is_empty() { successes } else { largest(successes, requests, totals, also) }
}

/// The same with stated totals, which are rare.
#[cold]
fn largest(successes: Minor, requests: &Requests, totals: &Totals, (begun, more): (u32, Minor)) -> Minor {
    let with_more = |total: &Total| total.amount.saturating_add(if begun > total.at { more } else { Minor::ZERO });
    let after = begun_after(requests, totals, |request| request.taken().get().into());
    let with_total = |(total, after): (&Total, u128)| {
        capped(u64::try_from(after).unwrap_or(u64::MAX)).saturating_add(with_more(total))
    };
    totals.stated.iter().zip(after).map(with_total).fold(successes, Minor::max)
}

/// For each total, what the requests begun after it are worth. One pass, however many totals there are.
fn begun_after(requests: &Requests, totals: &Totals, worth: impl Fn(&Request) -> u128) -> impl Iterator<Item = u128> {
    // Mostly none was begun after the first total.
    let later = |(_, request): (u32, &Request)| totals.stated.first().is_some_and(|first| first.at < request.begun);
    let count = if requests.iter().any(later) { totals.stated.len() } else { 0 };
    let mut sums = vec![0_u128; count];
    for (_, request) in requests.iter() {
        // Totals are in the order of their recording: the request was begun after all those before this place.
        let place = totals.stated.partition_point(|total| total.at < request.begun).checked_sub(1);
        if let Some(sum) = place.and_then(|place| sums.get_mut(place)) {
            *sum = sum.saturating_add(worth(request));
        }
    }
    let mut later = 0_u128;
    for sum in sums.iter_mut().rev() {
        later = later.saturating_add(*sum);
        *sum = later;
    }
    sums.into_iter().chain(iter::repeat(0))
}

/// The latest total that covers requests: it covers those outstanding and begun before it. 0 if none does.
fn covered_before(requests: &Requests, totals: &Totals) -> u32 {
    if !requests.sums().has_outstanding() {
        return 0;
    }
    // A success that only the provider reported was not requested here, and is in every total stated so far.
    let strangers = requests.iter().any(|(_, request)| request.begun == 0 && !request.taken().is_zero());
    let after = begun_after(requests, totals, explains);
    let all = requests.iter().fold(0, |sum: u128, (_, request)| sum.saturating_add(explains(request)));
    let covers = |(total, after): &(&Total, u128)| match total.says {
        TotalSays::Everything => true,
        TotalSays::AtLeast => false,
        TotalSays::Exactly => !strangers && all.saturating_sub(*after) == u128::from(total.amount.get()),
    };
    totals.stated.iter().zip(after).filter(covers).fold(0, |_, (total, _)| total.at)
}

/// What a request explains of a total that was stated after it began: its amount while it is outstanding, or a success
/// that an answer confirmed.
fn explains(request: &Request) -> u128 {
    let outstanding = if request.status.is_outstanding() { request.amount } else { Minor::ZERO };
    u128::from(outstanding.get()).saturating_add(request.taken().get().into())
}

/// A sum as an amount, held at the largest there is.
fn capped(sum: u64) -> Minor {
    Minor::new(sum).unwrap_or(Minor::MAX)
}
