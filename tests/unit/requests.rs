//! The index by key and the sums of a list of requests, which nothing outside shows. It is a part of `src/hold/requests.rs`.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "a test may panic")]

use super::*;
use crate::money::Minor;

fn request(key: Option<&str>, status: RequestStatus) -> Request {
    Request {
        key: key.map(|key| key.parse().unwrap()),
        provider_id: None,
        amount: Minor::from(10),
        done: (status == RequestStatus::Succeeded).then(|| Minor::from(7)),
        status,
        closes: false,
        takes_all: false,
        resent: false,
        origin: Origin::Merchant,
        begun: 1,
        last_sent: 1,
        remembered_until: None,
    }
}

fn add(requests: &mut Requests, request: Request) {
    let room = requests.room(request.key.as_ref()).unwrap();
    requests.push(room, request);
}

/// Marks that are alike make a search slower, and not wrong.
#[test]
fn keys_of_one_mark_are_told_apart() {
    let keys = ["b", "d", "a", "c"];
    let mut requests = Requests::default();
    for (place, key) in keys.into_iter().enumerate() {
        let at = requests.search(7, key).unwrap_err();
        requests.push(Room(Some((at, 7))), request(Some(key), RequestStatus::Sent));
        for (earlier, key) in keys.into_iter().enumerate() {
            let found = requests.search(7, key).ok().and_then(|found| requests.by_key.get(found));
            let number = u32::try_from(earlier + 1).unwrap();
            assert_eq!(found, (earlier <= place).then_some(&(7, number)), "{key}");
        }
    }
}

/// The mark depends on each letter of a key and on its length, so that numbered keys have different marks.
#[test]
fn numbered_keys_have_marks_of_their_own() {
    let keys = (0..5_000).map(|number| format!("capture-{number}-of-order-1"));
    let short = (0..5_000).map(|number| number.to_string());
    let marks: std::collections::HashSet<u64> = keys.chain(short).map(|key| mark(&key)).collect();
    assert_eq!(marks.len(), 10_000);
}

/// The largest amounts, so many that 64 bits do not hold their sum, and all of them resolved again.
#[test]
fn a_sum_beyond_64_bits_is_added_up_anew() {
    let mut requests = Requests::default();
    let largest = Request { amount: Minor::MAX, done: None, ..request(None, RequestStatus::Sent) };
    (0..40).for_each(|_| add(&mut requests, largest.clone()));
    assert_eq!(requests.sums().outstanding, u64::MAX);
    for number in 1..=40 {
        requests.change(number, |request| request.status = RequestStatus::Failed);
        let left = u128::from(Minor::MAX.get()) * u128::from(40 - number);
        assert_eq!(requests.sums().outstanding, u64::try_from(left).unwrap_or(u64::MAX), "without {number}");
    }
}

#[test]
fn a_key_is_found_wherever_it_sorts() {
    let mut requests = Requests::default();
    let key = |number: u32| (!number.is_multiple_of(4)).then(|| format!("order-{}", number * 7919 % 1000));
    for number in 1..=60 {
        add(&mut requests, request(key(number).as_deref(), RequestStatus::Succeeded));
        for sought in 1..=60 {
            let Some(key) = key(sought) else { continue };
            let found = requests.by_key(&key).map(|(found, _)| found);
            assert_eq!(found, (sought <= number).then_some(sought), "{key} of {number}");
        }
        assert_eq!(requests.by_key("unknown"), None);
    }
    assert_eq!((requests.count(), requests.get(0), requests.get(61)), (60, None, None));
}

/// Every list of three requests and every change of one of them.
#[test]
fn the_sums_are_what_the_list_adds_up_to() {
    let each = RequestStatus::ALL;
    for one in each {
        for other in each {
            for third in each {
                for (changed, after) in [1, 2, 3].into_iter().flat_map(|n| each.map(|status| (n, status))) {
                    let mut requests = Requests::default();
                    [one, other, third].into_iter().for_each(|status| add(&mut requests, request(None, status)));
                    requests.change(changed, |request| {
                        request.status = after;
                        request.done = (after == RequestStatus::Succeeded).then(|| Minor::from(7));
                    });
                    let mut sums = Sums::default();
                    requests.iter().for_each(|(_, request)| sums.add(request));
                    assert_eq!(*requests.sums(), sums);
                    let open = requests.iter().filter(|(_, r)| r.status.is_outstanding()).count();
                    assert_eq!(requests.outstanding().count(), open);
                    let again: Vec<_> = requests.iter().map(|(_, r)| r.clone()).collect();
                    assert_eq!(Requests::try_from(again), Ok(requests));
                }
            }
        }
    }
}
