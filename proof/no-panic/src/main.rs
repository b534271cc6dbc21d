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
    state(transaction: &Transaction) -> StateKind { transaction.state() }
    amounts(transaction: &Transaction) -> Amounts { transaction.amounts() }
    snapshot(payment: &Payment<'_>) -> Snapshot { payment.snapshot() }
    order_status(payment: &Payment<'_>) -> Coverage { payment.order_status().charged }
}

/// These may allocate, or call through a pointer: `.ci/no-panic` reads their names here.
mod follow {
    use super::*;

    type Changed<'a> = Result<Change<'a>, Problem>;

    const NOW: Time = Time::UNIX_EPOCH;

    #[inline(never)]
    pub(super) fn apply(transaction: &mut Transaction, recorded: &RecordedEvent) -> Result<Effect, Rejection> {
        transaction.apply(recorded)
    }
    #[inline(never)]
    pub(super) fn replay(order: &Order, id: TransactionId, log: &[RecordedEvent]) -> Result<Transaction, Rejection> {
        Transaction::replay(order, id, log)
    }
    #[inline(never)]
    pub(super) fn check(payment: &Payment<'_>, command: Command<'_>) -> Result<Allowed, RuleViolation> {
        payment.check(command, NOW)
    }
    #[inline(never)]
    pub(super) fn ask<'a>(payment: &Payment<'a>, command: Command<'_>) -> Changed<'a> {
        payment.ask(command, NOW)
    }
    #[inline(never)]
    pub(super) fn violations(payment: &Payment<'_>, command: Command<'_>) -> Vec<RuleViolation> {
        payment.violations(command, NOW)
    }
    #[inline(never)]
    pub(super) fn capturable(payment: &Payment<'_>) -> Money {
        payment.capturable(NOW)
    }
    #[inline(never)]
    pub(super) fn authorized<'a>(payment: &Payment<'a>, told: Authorization) -> Changed<'a> {
        payment.authorized(told, NOW)
    }
    #[inline(never)]
    pub(super) fn answered<'a>(payment: &Payment<'a>, answer: Answer<'_>) -> Changed<'a> {
        payment.answered(answer, NOW)
    }
    #[inline(never)]
    pub(super) fn reversed<'a>(payment: &Payment<'a>, reversal: Reversal<'_>) -> Changed<'a> {
        payment.reversed(reversal, NOW)
    }
    #[inline(never)]
    pub(super) fn adjusted<'a>(payment: &Payment<'a>, total: Amount) -> Changed<'a> {
        payment.adjusted(total, NOW)
    }
    #[inline(never)]
    pub(super) fn expired<'a>(payment: &Payment<'a>) -> Changed<'a> {
        payment.expired(NOW)
    }
    #[inline(never)]
    pub(super) fn reported<'a>(payment: &Payment<'a>, report: Report) -> Changed<'a> {
        payment.reported(report, NOW)
    }
    #[inline(never)]
    pub(super) fn observe<'a>(
        payment: &Payment<'a>,
        seen: &Observation<'_>,
        poll: Option<Poll>,
    ) -> Result<Change<'a>, Conflict> {
        payment.observe(seen, poll, NOW)
    }
    #[inline(never)]
    pub(super) fn poll(transaction: &Transaction) -> Option<Poll> {
        transaction.poll(|(_, number, _)| number > 0)
    }
    #[inline(never)]
    pub(super) fn again<'a>(payment: &Payment<'a>, operation: Operation, number: u32) -> Changed<'a> {
        payment.again(operation, number, NOW)
    }
    #[inline(never)]
    pub(super) fn provider_error<'a>(
        payment: &Payment<'a>,
        answer: &ErrorAnswer<'_>,
        to: Option<(Operation, u32)>,
    ) -> Changed<'a> {
        payment.provider_error(answer, to, NOW)
    }
    #[inline(never)]
    pub(super) fn order_status<'a>(order: &Order, profile: &'a Profile, all: &'a [Transaction]) -> &'a str {
        OrderStatus::of(order, profile, all).map_or("", |status| status.word)
    }
}

fn main() {
    let order = black_box(Order::new("o-1".parse().unwrap(), Money::parse("1.00", Currency::INR).unwrap()));
    let profile = black_box(juspay::gateway("SIMPL").unwrap());
    let payment = black_box(order.transaction("t-1".parse().unwrap(), profile));
    let amount = black_box(Amount::from(order.amount()));
    // The optimizer may not know any of it.
    let operation = || black_box(Operation::ALL)[black_box(0)];
    let command = || {
        black_box(match operation() {
            Operation::Capture => Command::capture(),
            Operation::Void => Command::void(),
            Operation::Refund => Command::refund(),
        })
    };
    let authorized = follow::authorized(&payment, black_box(Authorization::of(order.amount()))).unwrap();
    let recorded = black_box(authorized.events()[0].clone());
    let log = [recorded.clone(), recorded.clone()];
    let all = [authorized.payment().transaction().clone()];
    let payment = black_box(authorized.into_payment().beside(&all).unwrap());
    let mut transaction = payment.transaction().clone();
    let _ = black_box((state(&transaction), amounts(&transaction), snapshot(&payment), order_status(&payment)));
    let _ = black_box(follow::apply(&mut transaction, &recorded));
    let _ = black_box(follow::replay(&order, transaction.id().clone(), black_box(&log[..])));
    let _ = black_box(follow::check(&payment, command()));
    let _ = black_box(follow::ask(&payment, command()));
    black_box((follow::violations(&payment, command()), follow::capturable(&payment)));
    let _ = black_box(follow::answered(&payment, black_box(Answer::capture(Outcome::TimedOut))));
    let _ = black_box(follow::reversed(&payment, black_box(Reversal::of(operation()).amount(amount))));
    let _ = black_box(follow::adjusted(&payment, amount));
    let _ = black_box(follow::expired(&payment));
    let _ = black_box(follow::reported(&payment, black_box(Report::captured(amount))));
    let poll = black_box(follow::poll(&transaction));
    let _ = black_box(follow::observe(&payment, black_box(&Observation::default()), poll));
    let _ = black_box(follow::again(&payment, operation(), black_box(1)));
    let _ = black_box(follow::provider_error(&payment, black_box(&ErrorAnswer::default()), black_box(None)));
    black_box(follow::order_status(&order, profile, black_box(&all[..])));
    println!("nothing panicked");
}
