//! The order in which the rules are checked. It is a contract: the first rule that fails is the answer.
//!
//! Each command has three lists. Between the first two, a request whose result is known is answered with it; between
//! the last two, a repeat of a request of unknown fate is let through, since its money is reserved already.

use crate::command::check::{self, Case, Check};
use crate::refusal::Refusal;
use crate::request::{Operation, RequestStatus};

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
        check::key_reuse,
    ],
    state: &[
        check::already_captured,
        check::not_authorized,
        check::capture_in_progress,
        check::void_in_progress,
        check::outcome_unknown,
        check::authorization_expired,
    ],
    amount: &[
        check::room,
        check::authorized_equals_order,
        check::amount_equals_authorized,
        check::within_ceiling,
        check::partial_capture,
    ],
};

const VOID: Lists = Lists {
    form: &[check::void_supported, check::currency_mismatch, check::key_form, check::key_reuse],
    state: &[check::capture_in_progress, check::void_in_progress, check::outcome_unknown, check::voidable],
    amount: &[check::room, check::amount_precision, check::amount_positive, check::within_ceiling, check::partial_void],
};

const REFUND: Lists = Lists {
    form: &[
        check::currency_mismatch,
        check::amount_precision,
        check::amount_positive,
        check::key_form,
        check::key_reuse,
    ],
    state: &[check::refundable],
    amount: &[check::room, check::within_ceiling],
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
pub(super) enum Standing {
    /// A new request, or a new try of a withdrawn one.
    New,
    /// A repeat of one of unknown fate: it is sent again.
    Again,
    /// A repeat of one whose result, or flight, is known.
    Known,
}

/// Whether a request under the same key is answered by what is known of the earlier one.
fn is_known(case: &Case<'_>) -> bool {
    let settled = |status| !matches!(status, RequestStatus::Unknown | RequestStatus::Withdrawn);
    case.earlier.is_some_and(|(_, earlier)| settled(earlier.status()))
}

fn failing<'a>(case: &'a Case<'a>, list: &'static [Check]) -> impl Iterator<Item = Refusal> + 'a {
    list.iter().filter_map(|check| check(case))
}

/// The first refusal, or what the request is.
pub(super) fn first(case: &Case<'_>) -> Result<Standing, Refusal> {
    let lists = lists(case.operation);
    let broken = |list| failing(case, list).next().map_or(Ok(()), Err);
    broken(lists.form)?;
    if is_known(case) {
        return Ok(Standing::Known);
    }
    broken(lists.state)?;
    if case.repeat {
        return Ok(Standing::Again);
    }
    broken(lists.amount)?;
    Ok(Standing::New)
}

/// All refusals, in the order of the rules.
pub(super) fn all(case: &Case<'_>) -> Vec<Refusal> {
    let lists = lists(case.operation);
    let mut refusals: Vec<_> = failing(case, lists.form).collect();
    if is_known(case) {
        return refusals;
    }
    refusals.extend(failing(case, lists.state));
    if !case.repeat {
        refusals.extend(failing(case, lists.amount));
    }
    refusals
}
