//! A world as a list of small choices, which proptest makes and shrinks: fewer steps, smaller numbers, fewer faults.

use order_capture::Operation;
use proptest::prelude::*;

use super::books::Gateway;

/// Who acts beside the merchant's server, and what may go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Nobody else touches the hold; payloads leave out what they like.
    Alone,
    /// Somebody at the dashboard captures, voids and refunds.
    Strangers,
    /// What succeeded may be taken back, and we are told.
    Reversals,
}

/// What the hold is for, beside the order's price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra {
    None,
    Surcharge,
    Offer,
}

/// The order's second transaction, if it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Second {
    None,
    /// Another attempt at the whole price.
    Attempt,
    /// The order takes parts, and this is one of two.
    Part,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    pub gateway: Gateway,
    pub kind: Kind,
    pub second: Second,
    pub extra: Extra,
    pub has_deadline: bool,
    /// Whether the first authorization is told, or has to be found out.
    pub is_told: bool,
}

/// What becomes of a request that is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    Done,
    Failed,
    Pending,
    Lost,
    /// Turned away before it was tried.
    TurnedAway,
}

/// What comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    Heard,
    /// Its outcome, later.
    Late,
    Silent,
    /// The provider's own words, of this shape.
    Body(u16),
    /// An error that says nothing.
    Error(u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The merchant wants something; `key` 0 is none where that can be.
    Ask {
        txn: u8,
        operation: Operation,
        key: u8,
        amount: u8,
    },
    /// The merchant wants something that the rules forbid.
    Mistake {
        txn: u8,
        operation: Operation,
        how: u8,
    },
    /// A request on its way arrives, or not, and is answered, or not.
    Deliver {
        which: u8,
        arrival: Arrival,
        reply: Reply,
    },
    /// The merchant waits no longer; the request may arrive yet.
    GiveUp {
        which: u8,
    },
    /// A request with a key is on its way twice; the copy is not answered.
    Double {
        which: u8,
    },
    /// A late answer comes; it may come once more.
    Answer {
        which: u8,
        again: bool,
    },
    /// What was pending at the provider is done, or fails.
    Resolve {
        which: u8,
        succeeds: bool,
    },
    /// The provider writes a webhook, which comes later.
    Write {
        txn: u8,
        shape: u16,
    },
    /// A webhook comes, late or once more.
    Hear {
        which: u8,
    },
    /// The provider is asked. From a copy that lags behind, it answers what it wrote earlier.
    Poll {
        txn: u8,
        shape: u16,
        lags: bool,
    },
    /// A payload that is none of ours, or says what cannot be.
    Spoiled {
        txn: u8,
        shape: u16,
        how: u8,
    },
    /// The bank holds the money of a transaction, or refuses; the merchant is told, or not.
    Authorize {
        txn: u8,
        is_held: bool,
        is_told: bool,
    },
    /// The deadline passes.
    Wait,
    /// The provider lets a hold go; the merchant is told, or not.
    Expire {
        txn: u8,
        is_told: bool,
    },
    Stranger {
        txn: u8,
        operation: Operation,
        amount: u8,
        is_done: bool,
    },
    /// What had succeeded is taken back; the merchant is told, or not.
    TakeBack {
        txn: u8,
        which: u8,
        is_told: bool,
    },
    /// A person reads the provider's books and reports the totals.
    Report {
        txn: u8,
    },
    Restart,
}

pub type World = (Setup, Vec<Step>);

fn txn() -> impl Strategy<Value = u8> {
    prop_oneof![3 => Just(0_u8), 2 => Just(1)]
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![6 => Just(Operation::Capture), 4 => Just(Operation::Refund), 2 => Just(Operation::Void)]
}

/// Mostly few bits.
fn shape() -> impl Strategy<Value = u16> {
    prop_oneof![
        2 => Just(0),
        3 => (any::<u16>(), any::<u16>()).prop_map(|(some, others)| some & others),
        2 => any::<u16>(),
        3 => (0_u16..16).prop_map(|bit| 1 << bit),
    ]
}

fn arrival() -> impl Strategy<Value = Arrival> {
    prop_oneof![
        8 => Just(Arrival::Done),
        3 => Just(Arrival::Failed),
        6 => Just(Arrival::Pending),
        4 => Just(Arrival::Lost),
        2 => Just(Arrival::TurnedAway),
    ]
}

fn reply() -> impl Strategy<Value = Reply> {
    prop_oneof![
        9 => Just(Reply::Heard),
        5 => Just(Reply::Late),
        5 => Just(Reply::Silent),
        2 => shape().prop_map(Reply::Body),
        2 => (0_u8..5).prop_map(Reply::Error),
    ]
}

fn step(kind: Kind) -> impl Strategy<Value = Step> {
    let which = || 0_u8..6;
    let common = prop_oneof![
        14 => (txn(), operation(), 0_u8..6, 0_u8..14)
            .prop_map(|(txn, operation, key, amount)| Step::Ask { txn, operation, key, amount }),
        1 => (txn(), operation(), 0_u8..11).prop_map(|(txn, operation, how)| Step::Mistake { txn, operation, how }),
        11 => (which(), arrival(), reply())
            .prop_map(|(which, arrival, reply)| Step::Deliver { which, arrival, reply }),
        2 => which().prop_map(|which| Step::GiveUp { which }),
        1 => which().prop_map(|which| Step::Double { which }),
        4 => (which(), any::<bool>()).prop_map(|(which, again)| Step::Answer { which, again }),
        6 => (which(), proptest::bool::weighted(0.7)).prop_map(|(which, succeeds)| Step::Resolve { which, succeeds }),
        5 => (txn(), shape()).prop_map(|(txn, shape)| Step::Write { txn, shape }),
        5 => which().prop_map(|which| Step::Hear { which }),
        6 => (txn(), shape(), proptest::bool::weighted(0.15))
            .prop_map(|(txn, shape, lags)| Step::Poll { txn, shape, lags }),
        1 => (txn(), shape(), 0_u8..12).prop_map(|(txn, shape, how)| Step::Spoiled { txn, shape, how }),
        2 => (Just(1_u8), proptest::bool::weighted(0.8), proptest::bool::weighted(0.7))
            .prop_map(|(txn, is_held, is_told)| Step::Authorize { txn, is_held, is_told }),
        1 => Just(Step::Wait),
        1 => (txn(), any::<bool>()).prop_map(|(txn, is_told)| Step::Expire { txn, is_told }),
        1 => txn().prop_map(|txn| Step::Report { txn }),
        1 => Just(Step::Restart),
    ];
    match kind {
        Kind::Alone => common.boxed(),
        Kind::Strangers => prop_oneof![
            11 => common,
            1 => (txn(), operation(), 0_u8..14, proptest::bool::weighted(0.7))
                .prop_map(|(txn, operation, amount, is_done)| Step::Stranger { txn, operation, amount, is_done }),
        ]
        .boxed(),
        Kind::Reversals => prop_oneof![
            11 => common,
            1 => (txn(), which(), proptest::bool::weighted(0.8))
                .prop_map(|(txn, which, is_told)| Step::TakeBack { txn, which, is_told }),
        ]
        .boxed(),
    }
}

/// Worlds of one gateway and one kind.
pub fn worlds(gateway: Gateway, kind: Kind) -> impl Strategy<Value = World> {
    let second = prop_oneof![5 => Just(Second::None), 2 => Just(Second::Attempt), 1 => Just(Second::Part)];
    let extra = prop_oneof![6 => Just(Extra::None), 1 => Just(Extra::Surcharge), 1 => Just(Extra::Offer)];
    let setup = (second, extra, proptest::bool::weighted(0.3), proptest::bool::weighted(0.9)).prop_map(
        move |(second, extra, has_deadline, is_told)| Setup { gateway, kind, second, extra, has_deadline, is_told },
    );
    (setup, proptest::collection::vec(step(kind), 8..48))
}

/// Simpler steps to try in place of one: smaller numbers, fewer faults.
fn simpler(step: Step) -> Vec<Step> {
    let bits = |shape: u16| (0..16).map(move |bit| shape & !(1 << bit)).filter(move |less| *less != shape);
    let below = |number: u8| 0..number;
    match step {
        Step::Ask { txn, operation, key, amount } => {
            let keys = below(key).map(|key| Step::Ask { txn, operation, key, amount });
            keys.chain(below(amount).map(|amount| Step::Ask { txn, operation, key, amount })).collect()
        }
        Step::Deliver { which, arrival, reply } => {
            let mut all: Vec<Step> = below(which).map(|which| Step::Deliver { which, arrival, reply }).collect();
            let replies: &[Reply] = match reply {
                Reply::Heard => &[],
                Reply::Silent => &[Reply::Heard],
                _ => &[Reply::Heard, Reply::Silent],
            };
            all.extend(replies.iter().map(|reply| Step::Deliver { which, arrival, reply: *reply }));
            if let Reply::Body(shape) = reply {
                all.extend(bits(shape).map(|less| Step::Deliver { which, arrival, reply: Reply::Body(less) }));
            }
            all
        }
        Step::Answer { which, again } => {
            let mut all: Vec<Step> = below(which).map(|which| Step::Answer { which, again }).collect();
            all.extend(again.then_some(Step::Answer { which, again: false }));
            all
        }
        Step::Write { txn, shape } => bits(shape).map(|shape| Step::Write { txn, shape }).collect(),
        Step::Hear { which } => below(which).map(|which| Step::Hear { which }).collect(),
        Step::Poll { txn, shape, lags } => {
            let mut all: Vec<Step> = bits(shape).map(|shape| Step::Poll { txn, shape, lags }).collect();
            all.extend(lags.then_some(Step::Poll { txn, shape, lags: false }));
            all
        }
        Step::Stranger { txn, operation, amount, is_done } => {
            below(amount).map(|amount| Step::Stranger { txn, operation, amount, is_done }).collect()
        }
        _ => Vec::new(),
    }
}

/// Every world that is one step of simplification away, the greatest simplifications first.
pub fn simplifications(world: &World) -> Vec<World> {
    let (setup, steps) = world;
    let mut all = Vec::new();
    let mut length = steps.len() / 2;
    while length > 0 {
        for start in (0..=steps.len() - length).step_by(length) {
            let mut fewer = steps.clone();
            fewer.drain(start..start + length);
            all.push((*setup, fewer));
        }
        length /= 2;
    }
    let setups = [
        Setup { second: Second::None, ..*setup },
        Setup { extra: Extra::None, ..*setup },
        Setup { has_deadline: false, ..*setup },
        Setup { is_told: true, ..*setup },
    ];
    all.extend(setups.into_iter().filter(|simpler| simpler != setup).map(|setup| (setup, steps.clone())));
    for (index, step) in steps.iter().enumerate() {
        for simpler in simpler(*step) {
            let mut simplified = steps.clone();
            simplified[index] = simpler;
            all.push((*setup, simplified));
        }
    }
    all
}
