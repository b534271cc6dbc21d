//! The rules, one function each, so that the compiled program can be looked at: none of them may reach a panic.
//!
//! Functions that allocate nothing and call through no pointer carry the linker's check. The others are followed through the program's call graph
//! by `.ci/no-panic`, where the only panic they may reach is that of memory running out.
#![allow(clippy::missing_panics_doc, reason = "that is the point")]

use std::hint::black_box;

use order_capture::*;

/// A program cannot be linked if one of these might panic.
macro_rules! never_panics {
    ($($name:ident($($argument:ident: $type:ty),*) -> $output:ty $body:block)+) => {
        $(
            #[cfg_attr(feature = "check", no_panic::no_panic)]
            #[inline(never)]
            fn $name($($argument: $type),*) -> $output $body
        )+
    };
}

never_panics! {
    kind(transaction: &Transaction) -> StateKind { transaction.kind() }
    amounts(transaction: &Transaction) -> Amounts { transaction.amounts() }
    position(transaction: &Transaction, order: &Order) -> Position { Position::of(transaction, order) }
    same_as_order(order: &Order, amount: Money) -> Option<Refusal> { check_authorized_equals_order(order, amount).err() }
    order_status(order: &Order, transaction: &Transaction) -> Coverage { OrderStatus::of(order, [transaction]).charged }
}

/// These may allocate, or call through a pointer: `.ci/no-panic` reads their names here.
mod follow {
    use super::*;

    type Decided = Result<Decision, Refusal>;

    /// Whose answer it is.
    #[derive(Clone, Copy)]
    pub(super) struct To<'a> {
        pub(super) operation: Operation,
        pub(super) number: u32,
        pub(super) key: Option<&'a str>,
        pub(super) amount: Option<Amount>,
    }

    #[inline(never)]
    pub(super) fn apply(transaction: &mut Transaction, recorded: &Recorded) -> Result<Effect, Rejection> {
        transaction.apply(recorded)
    }
    #[inline(never)]
    pub(super) fn replay(id: TransactionId, log: &[Recorded]) -> Result<Transaction, Rejection> {
        Transaction::replay(id, log)
    }
    #[inline(never)]
    pub(super) fn check_capture(position: &Position, ask: &CaptureRequest<'_>, profile: &Profile) -> Option<Refusal> {
        position.check_capture(ask, profile, Time::UNIX_EPOCH).err()
    }
    #[inline(never)]
    pub(super) fn capture(txn: &Transaction, ask: &CaptureRequest<'_>, order: &Order, profile: &Profile) -> Decided {
        txn.capture(ask, order, profile, Time::UNIX_EPOCH)
    }
    #[inline(never)]
    pub(super) fn void(txn: &Transaction, ask: &VoidRequest<'_>, order: &Order, profile: &Profile) -> Decided {
        txn.void(ask, order, profile)
    }
    #[inline(never)]
    pub(super) fn refund(txn: &Transaction, ask: &RefundRequest<'_>, order: &Order, profile: &Profile) -> Decided {
        txn.refund(ask, order, profile)
    }
    #[inline(never)]
    pub(super) fn refusals(txn: &Transaction, ask: &CaptureRequest<'_>, order: &Order, can: &Profile) -> Vec<Refusal> {
        txn.capture_refusals(ask, order, can, Time::UNIX_EPOCH)
    }
    #[inline(never)]
    pub(super) fn answered(txn: &Transaction, to: To<'_>, reply: Reply, profile: &Profile) -> Result<Event, Refusal> {
        txn.answered(to.operation, to.key, reply, profile)
    }
    #[inline(never)]
    pub(super) fn reversed(txn: &Transaction, to: To<'_>, profile: &Profile) -> Result<Event, Refusal> {
        txn.capture_reversed(to.key, to.amount, profile)
    }
    #[inline(never)]
    pub(super) fn adjust(txn: &Transaction, total: Amount, order: &Order, profile: &Profile) -> Result<Event, Refusal> {
        txn.adjust(total, order, profile)
    }
    #[inline(never)]
    pub(super) fn interpret(txn: &Transaction, seen: &Observation<'_>, context: &OrderContext<'_>) -> Verdict {
        txn.interpret(seen, context)
    }
    #[inline(never)]
    pub(super) fn interpret_error(txn: &Transaction, answer: &ErrorAnswer<'_>, profile: &Profile) -> bool {
        txn.interpret_error(answer, profile).is_ok()
    }
    #[inline(never)]
    pub(super) fn interpret_error_to(txn: &Transaction, to: To<'_>, answer: &ErrorAnswer<'_>, can: &Profile) -> bool {
        txn.interpret_error_to(to.operation, to.number, answer, can).is_ok()
    }
}

fn main() {
    let mut txn = black_box(Transaction::created("t-1".parse().unwrap()));
    let order = black_box(Order::new("o-1".parse().unwrap(), Money::parse("1.00", Currency::INR).unwrap()));
    let profile = black_box(juspay::gateway("SIMPL"));
    let ask = black_box(CaptureRequest::of(order.amount()));
    let recorded = black_box(txn.stamp(Event::AuthorizationFailed, Time::UNIX_EPOCH, None));
    // The optimizer may not know any of it.
    let to = || black_box(follow::To { operation: Operation::Capture, number: 1, key: Some("k1"), amount: None });
    let log = [recorded.clone(), recorded.clone()];
    let context = OrderContext { order: &order, profile, others_captured: false };
    black_box((kind(&txn), amounts(&txn), same_as_order(&order, order.amount()), order_status(&order, &txn)));
    black_box(follow::check_capture(&position(&txn, &order), &ask, profile));
    let _ = black_box(follow::apply(&mut txn, &recorded));
    let _ = black_box(follow::replay(txn.id().clone(), black_box(&log[..])));
    let _ = black_box(follow::capture(&txn, &ask, &order, profile));
    let _ = black_box(follow::void(&txn, black_box(&VoidRequest::all()), &order, profile));
    let _ = black_box(follow::refund(&txn, black_box(&RefundRequest::all()), &order, profile));
    black_box(follow::refusals(&txn, &ask, &order, profile));
    let _ = black_box(follow::answered(&txn, to(), black_box(Reply::NoResponse), profile));
    let _ = black_box(follow::reversed(&txn, to(), profile));
    let _ = black_box(follow::adjust(&txn, order.amount().into(), &order, profile));
    let _ = black_box(follow::interpret(&txn, black_box(&Observation::default()), black_box(&context)));
    black_box(follow::interpret_error(&txn, black_box(&ErrorAnswer::default()), profile));
    black_box(follow::interpret_error_to(&txn, to(), black_box(&ErrorAnswer::default()), profile));
    println!("nothing panicked");
}
