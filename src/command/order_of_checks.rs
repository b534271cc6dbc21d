//! The order in which the rules are checked. It is a contract: the first rule that fails is the answer.
//!
//! Each command has three lists. Between the first two, a request whose result is known returns that result. Between
//! the last two, a repeat of a request whose outcome is unknown passes, because its money is reserved already.

use crate::command::check::{self, Case, Check};
use crate::command::snapshot::Earlier;
use crate::hold::Operation;
use crate::violation::Violation;

/// The rules of a command: of its form, of the state that it meets, of its amount.
type Lists = [&'static [Check]; 3];

const CAPTURE: Lists = [
    &[
        check::currency_required,
        check::currency_mismatch,
        check::amount_required,
        check::amount_precision,
        check::amount_positive,
        check::key_required,
        check::key_form,
        check::final_supported,
        check::key_reuse,
    ],
    &[
        check::already_captured,
        check::not_authorized,
        check::capture_in_progress,
        check::void_in_progress,
        check::outcome_unknown,
        check::key_remembered,
        check::authorization_expired,
        check::capture_limit,
    ],
    &[
        check::request_limit,
        check::authorized_equals_order,
        check::order_already_paid,
        check::amount_equals_authorized,
        check::within_ceiling,
        check::partial_capture,
    ],
];

const VOID: Lists = [
    &[check::void_supported, check::currency_mismatch, check::key_form, check::final_supported, check::key_reuse],
    &[
        check::capture_in_progress,
        check::void_in_progress,
        check::outcome_unknown,
        check::key_remembered,
        check::voidable,
    ],
    &[
        check::request_limit,
        check::amount_precision,
        check::amount_positive,
        check::key_required,
        check::within_ceiling,
        check::partial_void,
    ],
];

const REFUND: Lists = [
    &[
        check::currency_mismatch,
        check::amount_precision,
        check::amount_positive,
        check::key_required,
        check::key_form,
        check::final_supported,
        check::key_reuse,
    ],
    &[check::refundable, check::refund_unknown, check::key_remembered],
    &[check::request_limit, check::within_ceiling],
];

/// What a request is beside the earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A new request, or a new try of a withdrawn one.
    New,
    /// The outcome is unknown and the command repeats it: send it again.
    Again(Earlier),
    /// A repeat of one whose result is known, or awaited: send nothing.
    Known(Earlier),
}

fn kind(case: &Case<'_>) -> Kind {
    match case.earlier() {
        Some(earlier) if !earlier.may_be_sent_again() => Kind::Known(earlier),
        Some(earlier) if case.is_repeat() => Kind::Again(earlier),
        _ => Kind::New,
    }
}

/// The rules that are broken, in their order.
pub(super) fn broken(case: &Case<'_>) -> impl Iterator<Item = Violation> {
    let [form, state, amount] = match case.command.operation() {
        Operation::Capture => CAPTURE,
        Operation::Void => VOID,
        Operation::Refund => REFUND,
    };
    let lists: Lists = match kind(case) {
        Kind::Known(_) => [form, &[], &[]],
        Kind::Again(_) => [form, state, &[]],
        Kind::New => [form, state, amount],
    };
    lists.into_iter().flatten().filter_map(move |check| check(case))
}

/// The first rule that is broken, or what the request is.
pub(super) fn first(case: &Case<'_>) -> Result<Kind, Violation> {
    broken(case).next().map_or_else(|| Ok(kind(case)), Err)
}

/// Whether the state lets a new capture through: the second list.
pub(super) fn takes_new_captures(case: &Case<'_>) -> bool {
    let [_, state, _] = CAPTURE;
    state.iter().all(|check| check(case).is_none())
}
