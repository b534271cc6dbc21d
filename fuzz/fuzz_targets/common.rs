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

/// Created, authorized, capturing, partly captured, charged.
#[allow(dead_code)]
pub fn transactions() -> Vec<Transaction> {
    let amount = Minor::from(4_000);
    let held = Event::Authorized { amount: order().amount(), capture_before: None };
    let (operation, number, key, origin) = (Operation::Capture, 1, Some("k1".parse().unwrap()), Origin::Merchant);
    let asked = |closes| Event::Requested { operation, number, amount, key: key.clone(), closes, origin };
    let done = Event::Answered { operation, number, outcome: Outcome::Succeeded { amount } };
    let logs = [
        vec![],
        vec![held.clone()],
        vec![held.clone(), asked(true)],
        vec![held.clone(), asked(false), done.clone()],
        vec![held, asked(true), done],
    ];
    let built = logs.into_iter().map(|events| {
        let mut transaction = Transaction::created("t-1".parse().unwrap());
        for event in events {
            let recorded = transaction.stamp(event, Time::UNIX_EPOCH, None);
            assert_eq!(transaction.apply(&recorded), Ok(Effect::Applied));
        }
        transaction
    });
    built.collect()
}

/// Reads a payload against each of the transactions; what a verdict says must be accepted.
#[allow(dead_code)]
pub fn observe(text: &str, profile: &Profile) {
    let order = order();
    let mut seen = None;
    bounded(text.len(), || seen = profile.observation(text, Currency::INR).ok());
    let mut ids = None;
    bounded(text.len(), || ids = profile.provider_ids(text).ok());
    let Some(seen) = seen else { return };
    assert_eq!(ids.as_ref(), Some(&seen.ids), "what can be read says whose it is");
    for mut transaction in transactions() {
        let context = OrderContext { order: &order, profile, others_captured: false };
        for event in transaction.interpret(&seen, &context).events() {
            let recorded = transaction.stamp(event.clone(), Time::UNIX_EPOCH, seen.occurred_at);
            assert_eq!(transaction.apply(&recorded), Ok(Effect::Applied));
        }
        let stored = serde_json::to_string(&transaction).unwrap();
        assert_eq!(serde_json::from_str::<Transaction>(&stored).unwrap(), transaction);
    }
}
