//! The order in which the rules are checked. It is a contract: the first rule that fails is the answer.
//!
//! Each command has three lists. Between the first two, a request whose result is known returns that result. Between
//! the last two, a repeat of a request whose outcome is unknown passes, because its money is reserved already.

use crate::command::check::{self, Case, Check};
use crate::hold::request::Operation;
use crate::violation::Violation;

struct Lists {
    form: &'static [Check],
    state: &'static [Check],
    amount: &'static [Check],
}

const CAPTURE: Lists = Lists {
    form: &[
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
    state: &[
        check::already_captured,
        check::not_authorized,
        check::capture_in_progress,
        check::void_in_progress,
        check::outcome_unknown,
        check::key_remembered,
        check::authorization_expired,
        check::capture_limit,
    ],
    amount: &[
        check::request_limit,
        check::authorized_equals_order,
        check::order_already_paid,
        check::amount_equals_authorized,
        check::within_ceiling,
        check::partial_capture,
    ],
};

const VOID: Lists = Lists {
    form: &[check::void_supported, check::currency_mismatch, check::key_form, check::key_reuse],
    state: &[
        check::capture_in_progress,
        check::void_in_progress,
        check::outcome_unknown,
        check::key_remembered,
        check::voidable,
    ],
    amount: &[
        check::request_limit,
        check::amount_precision,
        check::amount_positive,
        check::key_required,
        check::within_ceiling,
        check::partial_void,
    ],
};

const REFUND: Lists = Lists {
    form: &[
        check::currency_mismatch,
        check::amount_precision,
        check::amount_positive,
        check::key_required,
        check::key_form,
        check::key_reuse,
    ],
    state: &[check::refundable, check::refund_unknown, check::key_remembered],
    amount: &[check::request_limit, check::within_ceiling],
};

const fn lists(operation: Operation) -> &'static Lists {
    match operation {
        Operation::Capture => &CAPTURE,
        Operation::Void => &VOID,
        Operation::Refund => &REFUND,
    }
}

/// What an allowed request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Allowed {
    /// A new request, or a new try of a withdrawn one.
    New,
    /// The outcome is unknown and the command repeats it: send it again.
    Again,
    /// A repeat of one whose result is known, or awaited: send nothing.
    Known,
}

/// Whether the result of an earlier request answers the request that repeats it.
fn is_known(case: &Case<'_>) -> bool {
    case.earlier.is_some_and(|(_, earlier)| !earlier.may_be_sent_again())
}

fn broken<'a>(case: &'a Case<'a>, list: &'static [Check]) -> impl Iterator<Item = Violation> + 'a {
    list.iter().filter_map(|check| check(case))
}

/// The first rule that is broken, or what the request is.
pub(super) fn first(case: &Case<'_>) -> Result<Allowed, Violation> {
    let lists = lists(case.command.operation());
    let holds = |list| broken(case, list).next().map_or(Ok(()), Err);
    holds(lists.form)?;
    if is_known(case) {
        return Ok(Allowed::Known);
    }
    holds(lists.state)?;
    if case.is_repeat() {
        return Ok(Allowed::Again);
    }
    holds(lists.amount)?;
    Ok(Allowed::New)
}

/// All rules that are broken, in their order.
pub(super) fn all(case: &Case<'_>) -> Vec<Violation> {
    let lists = lists(case.command.operation());
    let mut violations: Vec<_> = broken(case, lists.form).collect();
    if is_known(case) {
        return violations;
    }
    violations.extend(broken(case, lists.state));
    if !case.is_repeat() {
        violations.extend(broken(case, lists.amount));
    }
    violations
}

/// Whether the state lets a new capture through: rows 8 to 12 of the published order.
pub(super) fn takes_new_captures(case: &Case<'_>) -> bool {
    broken(case, CAPTURE.state).next().is_none()
}
