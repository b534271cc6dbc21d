//! One function per rule. Each gives its refusal, or nothing where the rule holds or does not apply.

use crate::command::position::Position;
use crate::currency::Currency;
use crate::ids::{IdempotencyKey, Time};
use crate::money::{Amount, Minor};
use crate::profile::{AmountRequired, Capabilities, Captures, VoidSupport};
use crate::refusal::Refusal;
use crate::request::{Operation, Request};
use crate::requests::MAX_REQUESTS;
use crate::state::StateKind;

/// A request, the position it meets, and what the gateway can do.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    pub(super) operation: Operation,
    pub(super) amount: Option<Amount>,
    pub(super) currency: Option<Currency>,
    pub(super) key: Option<&'a str>,
    pub(super) position: &'a Position,
    pub(super) can: &'a Capabilities,
    pub(super) now: Option<Time>,
    /// The request that this one repeats or whose key it uses.
    pub(super) earlier: Option<(u32, &'a Request)>,
    /// Whether it is the same as `earlier`, whose outcome is unknown.
    pub(super) repeat: bool,
    /// How many requests of this kind there are.
    pub(super) count: u32,
}

impl Case<'_> {
    /// What would be taken: the amount asked, that of the request whose key is used, or all there is to take.
    pub(super) fn wanted(&self) -> Minor {
        match (self.amount, self.earlier) {
            (Some(amount), _) if amount.is_negative() => Minor::ZERO,
            (Some(amount), _) => amount.magnitude(),
            (None, Some((_, earlier))) => earlier.requested(),
            (None, None) => self.available(),
        }
    }

    /// What there is to take.
    fn available(&self) -> Minor {
        match self.operation {
            Operation::Capture => self.position.amounts.capturable,
            Operation::Void => self.position.amounts.held,
            Operation::Refund => self.position.amounts.refundable(),
        }
    }

    /// Whether the amount asked is that of a request: naming none names no other.
    pub(super) fn same_amount(&self, request: &Request) -> bool {
        self.amount.is_none_or(|amount| amount.equals(request.requested()))
    }
}

/// A rule as a function.
pub(super) type Check = fn(&Case<'_>) -> Option<Refusal>;

/// The refusal, if the rule is broken.
fn when(broken: bool, refusal: Refusal) -> Option<Refusal> {
    broken.then_some(refusal)
}

pub(super) fn currency_required(case: &Case<'_>) -> Option<Refusal> {
    let transaction = case.position.currency();
    when(case.can.currency_required && case.currency.is_none(), Refusal::CurrencyRequired { transaction })
}

pub(super) fn currency_mismatch(case: &Case<'_>) -> Option<Refusal> {
    let transaction = case.position.currency();
    let stated = [case.currency, case.amount.map(|amount| amount.currency())];
    let requested = stated.into_iter().flatten().find(|&currency| currency != transaction)?;
    Some(Refusal::CurrencyMismatch { requested, transaction })
}

pub(super) fn amount_required(case: &Case<'_>) -> Option<Refusal> {
    let required = match case.can.amount_required {
        AmountRequired::Always => true,
        AmountRequired::WithKey => case.key.is_some(),
        AmountRequired::Never => false,
    };
    let capturable = case.position.money(case.position.amounts.capturable);
    when(required && case.amount.is_none(), Refusal::AmountRequired { capturable })
}

pub(super) fn amount_precision(case: &Case<'_>) -> Option<Refusal> {
    let requested = case.amount?;
    let (digits, allowed) = (requested.digits(), requested.currency().digits());
    if digits > allowed {
        return Some(Refusal::AmountPrecision { requested, digits, allowed });
    }
    // A currency with more digits than requests may use: the further ones must be zero.
    let beyond = allowed.checked_sub(case.can.request_digits)?;
    let unit = 10_u64.checked_pow(beyond)?;
    let rest = requested.magnitude().get().checked_rem(unit)?;
    when(rest != 0, Refusal::AmountPrecision { requested, digits, allowed: case.can.request_digits })
}

pub(super) fn amount_positive(case: &Case<'_>) -> Option<Refusal> {
    let requested = case.amount?;
    when(!requested.is_positive(), Refusal::AmountNotPositive { requested })
}

pub(super) fn key_required(case: &Case<'_>) -> Option<Refusal> {
    let requested = case.amount?;
    when(case.can.key_required_with_amount && case.key.is_none(), Refusal::IdempotencyKeyRequired { requested })
}

pub(super) fn key_form(case: &Case<'_>) -> Option<Refusal> {
    IdempotencyKey::check(case.key?).err().map(Refusal::IdempotencyKeyMalformed)
}

pub(super) fn key_reuse(case: &Case<'_>) -> Option<Refusal> {
    let (_, earlier) = case.earlier?;
    let requested = case.amount?;
    let other = case.key.is_some() && !case.same_amount(earlier);
    when(other, Refusal::IdempotencyKeyReused { requested, earlier: case.position.money(earlier.requested()) })
}

pub(super) fn already_captured(case: &Case<'_>) -> Option<Refusal> {
    let amounts = case.position.amounts;
    let captured = case.position.money(amounts.captured);
    let authorized = case.position.money(amounts.authorized);
    // Where there is one capture only, whatever was captured was it.
    let only_one = case.can.captures == Captures::Single && !amounts.captured.is_zero();
    when(case.position.state == StateKind::Charged || only_one, Refusal::AlreadyCaptured { captured, authorized })
}

pub(super) fn not_authorized(case: &Case<'_>) -> Option<Refusal> {
    use StateKind::{CaptureFailed, Created, Expired, Failed, VoidFailed, Voided};
    let state = case.position.state;
    let nothing = matches!(state, Created | Failed | CaptureFailed | VoidFailed | Voided | Expired);
    when(nothing, Refusal::NotAuthorized { state })
}

/// A capture is refused while another is in flight, unless the gateway takes several at once; a void always is.
pub(super) fn capture_in_progress(case: &Case<'_>) -> Option<Refusal> {
    let pending = case.position.money(case.position.amounts.pending);
    let allowed = case.operation == Operation::Capture && case.can.concurrent_captures;
    when(case.position.capture_in_flight && !allowed, Refusal::CaptureInProgress { pending })
}

pub(super) fn void_in_progress(case: &Case<'_>) -> Option<Refusal> {
    let held = case.position.money(case.position.amounts.held);
    when(case.position.void_in_flight, Refusal::VoidInProgress { held })
}

pub(super) fn outcome_unknown(case: &Case<'_>) -> Option<Refusal> {
    let repeats = |operation| case.repeat && case.operation == operation;
    let capture = case.position.capture_unknown && !repeats(Operation::Capture);
    let void = case.position.void_unknown && !repeats(Operation::Void);
    let pending = case.position.money(case.position.amounts.pending);
    when(capture || void, Refusal::OutcomeUnknown { pending })
}

pub(super) fn authorization_expired(case: &Case<'_>) -> Option<Refusal> {
    let (capture_before, now) = (case.position.capture_before?, case.now?);
    when(now >= capture_before, Refusal::AuthorizationExpired { capture_before, now })
}

pub(super) fn authorized_equals_order(case: &Case<'_>) -> Option<Refusal> {
    let authorized = case.position.money(case.position.amounts.authorized);
    let order = case.position.order_amount;
    let differs = case.can.authorized_equals_order && authorized != order;
    when(differs, Refusal::AuthorizedNotEqualToOrder { authorized, order })
}

pub(super) fn amount_equals_authorized(case: &Case<'_>) -> Option<Refusal> {
    let requested = case.position.money(case.wanted());
    let authorized = case.position.money(case.position.amounts.authorized);
    let differs = case.can.capture_equals_authorized && case.amount.is_some() && requested != authorized;
    when(differs, Refusal::AmountNotEqualToAuthorized { requested, authorized })
}

/// No more than there is to take, and not nothing.
pub(super) fn within_ceiling(case: &Case<'_>) -> Option<Refusal> {
    let (wanted, available) = (case.wanted(), case.available());
    let amounts = case.position.amounts;
    let money = |minor| case.position.money(minor);
    let requested = money(wanted);
    let refusal = match case.operation {
        Operation::Capture => Refusal::ExceedsCapturable {
            requested,
            capturable: money(available),
            authorized: money(amounts.authorized),
        },
        Operation::Void => Refusal::ExceedsHeld { requested, held: money(available) },
        Operation::Refund => {
            Refusal::ExceedsRefundable { requested, refundable: money(available), captured: money(amounts.captured) }
        }
    };
    when(wanted > available || available.is_zero(), refusal)
}

pub(super) fn partial_capture(case: &Case<'_>) -> Option<Refusal> {
    let (wanted, capturable) = (case.wanted(), case.available());
    let refusal = Refusal::PartialCaptureUnsupported {
        requested: case.position.money(wanted),
        capturable: case.position.money(capturable),
    };
    when(wanted < capturable && !case.can.partial_capture, refusal)
}

pub(super) fn room(case: &Case<'_>) -> Option<Refusal> {
    let full = case.earlier.is_none() && case.count >= MAX_REQUESTS;
    when(full, Refusal::TooManyRequests { operation: case.operation })
}

pub(super) fn void_supported(case: &Case<'_>) -> Option<Refusal> {
    let held = case.position.money(case.position.amounts.held);
    when(case.can.void == VoidSupport::None, Refusal::VoidUnsupported { held })
}

pub(super) fn voidable(case: &Case<'_>) -> Option<Refusal> {
    use StateKind::{Charged, Created, Expired, Failed, Voided};
    let state = case.position.state;
    when(matches!(state, Created | Failed | Charged | Voided | Expired), Refusal::NotVoidable { state })
}

pub(super) fn partial_void(case: &Case<'_>) -> Option<Refusal> {
    let (wanted, held) = (case.wanted(), case.available());
    let refusal =
        Refusal::PartialVoidUnsupported { requested: case.position.money(wanted), held: case.position.money(held) };
    when(wanted < held && case.can.void != VoidSupport::Partial, refusal)
}

pub(super) fn refundable(case: &Case<'_>) -> Option<Refusal> {
    when(case.position.amounts.captured.is_zero(), Refusal::NotRefundable { state: case.position.state })
}
