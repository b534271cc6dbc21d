//! What every target shares: transactions to read payloads against, and a count of what is allocated.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use order_capture::*;

struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(live, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Runs something and makes sure that it took no more memory than a small multiple of its input.
#[allow(dead_code)]
pub fn bounded(input: usize, run: impl FnOnce()) {
    let before = LIVE.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    run();
    let taken = PEAK.load(Ordering::Relaxed) - before;
    assert!(taken <= 64 * input + 64 * 1024, "{taken} bytes for an input of {input}");
}

#[allow(dead_code)]
pub fn order() -> Order {
    Order::new("o-1".parse().unwrap(), Money::parse("100.00", Currency::INR).unwrap())
}

/// Created, authorized, capturing, timed out, partly captured, charged.
#[allow(dead_code)]
pub fn payments<'a>(order: &'a Order, profile: &'a Profile) -> Vec<Payment<'a>> {
    let amount = Minor::from(4_000);
    let held = Event::Authorized { amount: order.amount(), pays: None, capture_before: None };
    let (operation, number, key) = (Operation::Capture, 1, Some("k1".parse().unwrap()));
    let asked = |closes| Event::Requested { operation, number, amount, key: key.clone(), closes };
    let answered = |outcome| Event::Answered {
        operation,
        number,
        outcome,
        amount: None,
        closes: false,
        overrides: false,
        provider_id: None,
    };
    let logs = [
        vec![],
        vec![held.clone()],
        vec![held.clone(), asked(true)],
        vec![held.clone(), asked(true), answered(Outcome::TimedOut)],
        vec![held.clone(), asked(false), answered(Outcome::Succeeded)],
        vec![held, asked(true), answered(Outcome::Succeeded)],
    ];
    let id: TransactionId = "t-1".parse().unwrap();
    let built = logs.into_iter().map(|events| {
        let (version, transaction) = (STORED_VERSION, id.clone());
        let log: Vec<RecordedEvent> = (1..)
            .zip(events)
            .map(|(sequence, event)| RecordedEvent {
                version,
                transaction: transaction.clone(),
                sequence,
                observed_at: Time::UNIX_EPOCH,
                occurred_at: None,
                event,
            })
            .collect();
        order.replay(id.clone(), profile, &log).unwrap()
    });
    built.collect()
}

/// Reads a payload for each of the payments, as a webhook and as the answer to a poll; what it changes must be accepted by
/// the step function, stored, and nothing new afterwards.
#[allow(dead_code)]
pub fn observe(text: &str, profile: &Profile) {
    let order = order();
    let mut seen = None;
    bounded(text.len(), || seen = profile.statements(text, Currency::INR).ok());
    let mut ids = None;
    bounded(text.len(), || ids = profile.ids_in(text).ok());
    let Some(seen) = seen else { return };
    assert_eq!(ids.as_ref(), Some(&seen.transaction.ids), "what can be read says whose it is");
    for payment in payments(&order, profile) {
        for poll in [None, payment.transaction().poll(|_| true)] {
            let Ok(change) = payment.observe(&seen, poll, Time::UNIX_EPOCH) else { continue };
            let mut transaction = payment.transaction().clone();
            for recorded in change.events() {
                assert_eq!(transaction.apply(recorded), Ok(Effect::Applied));
            }
            assert_eq!(&transaction, change.payment().transaction(), "the events are the change");
            let stored = serde_json::to_string(&transaction).unwrap();
            assert_eq!(serde_json::from_str::<Transaction>(&stored).unwrap(), transaction);
        }
    }
}
