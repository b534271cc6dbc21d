//! One function per rule. Each returns the violation, or nothing if the rule holds or does not apply.

use crate::command::Command;
use crate::command::snapshot::{Earlier, Snapshot};
use crate::hold::{MAX_REQUESTS, Operation, StateKind};
use crate::ids::Time;
use crate::money::{Amount, Minor, Money};
use crate::profile::{AmountNeed, CaptureMode, KeyNeed, Profile, RequestForm, VoidMode};
use crate::violation::Violation;

/// A command, the snapshot that it meets, and the profile that judges.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(super) command: Command<'a>,
    pub(super) snapshot: &'a Snapshot,
    pub(super) profile: &'a Profile,
    pub(super) now: Time,
    /// The request that this one repeats or whose key it uses, by its number.
    pub(super) earlier: Option<(u32, Earlier)>,
    /// How many requests of this kind there are.
    pub(super) count: u32,
}

impl<'a> Case<'a> {
    pub(super) fn earlier(&self) -> Option<Earlier> {
        self.earlier.map(|(_, earlier)| earlier)
    }

    fn form(&self) -> &'a RequestForm {
        self.profile.capabilities.form(self.command.operation)
    }

    fn money(&self, minor: Minor) -> Money {
        self.snapshot.money(minor)
    }

    fn captures(&self) -> CaptureMode {
        self.profile.capabilities.captures
    }

    /// The amount that counts: the given one, that of the request whose key is used, or everything available.
    pub(super) fn wanted(&self) -> Minor {
        match (self.command.amount, self.earlier()) {
            (Some(amount), _) if amount.negative => Minor::ZERO,
            (Some(amount), _) => amount.magnitude,
            (None, Some(earlier)) if self.same_amount(earlier) => earlier.amount,
            (None, _) => self.all(),
        }
    }

    /// The amount of a request that states none. What is tolerated above an authorization must be stated.
    fn all(&self) -> Minor {
        match self.command.operation {
            Operation::Capture => self.snapshot.amounts.held,
            Operation::Void | Operation::Refund => self.available(),
        }
    }

    /// The amount that is available.
    fn available(&self) -> Minor {
        match self.command.operation {
            Operation::Capture => self.snapshot.uncommitted,
            Operation::Void => self.snapshot.amounts.held,
            Operation::Refund => self.snapshot.amounts.refundable(),
        }
    }

    /// Whether a capture ends the hold by its kind: there is one only, or it is said to be the final one.
    pub(super) fn is_last(&self) -> bool {
        self.captures().is_single() || self.command.is_final
    }

    /// Whether it ends the hold as the earlier request under its key did: repeating one that ended it by taking everything
    /// does so too.
    fn closes(&self) -> bool {
        self.is_last() || self.earlier().is_some_and(|earlier| earlier.takes_all && earlier.closes)
    }

    /// Whether it is the same as the earlier one, whose outcome is unknown.
    pub(super) fn is_repeat(&self) -> bool {
        self.earlier().is_some_and(|earlier| earlier.is_unknown() && self.same_amount(earlier))
    }

    /// Whether the amount is that of the earlier one. To give none gives no other, but of a capture it means all that is
    /// held.
    fn same_amount(&self, earlier: Earlier) -> bool {
        let unstated = self.command.operation != Operation::Capture || earlier.takes_all;
        self.command.amount.map_or(unstated, |amount| amount.equals(earlier.amount))
    }
}

/// A rule as a function.
pub(super) type Check = fn(&Case<'_>) -> Option<Violation>;

/// What is wrong, if the rule is broken.
fn when(broken: bool, violation: Violation) -> Option<Violation> {
    broken.then_some(violation)
}

pub(super) fn currency_required(case: &Case<'_>) -> Option<Violation> {
    let transaction = case.snapshot.currency();
    let missing = case.form().currency_required && case.command.currency.is_none();
    when(missing, Violation::CurrencyRequired { transaction })
}

pub(super) fn currency_mismatch(case: &Case<'_>) -> Option<Violation> {
    let order = case.snapshot.currency();
    let given = [case.command.currency, case.command.amount.map(|amount| amount.currency())];
    let requested = given.into_iter().flatten().find(|&currency| currency != order)?;
    Some(Violation::CurrencyMismatch { requested, order })
}

pub(super) fn amount_required(case: &Case<'_>) -> Option<Violation> {
    let required = match case.form().amount {
        AmountNeed::Always => true,
        AmountNeed::WithKey => case.command.key.is_some(),
        AmountNeed::Never => false,
    };
    let capturable = case.money(case.available());
    when(required && case.command.amount.is_none(), Violation::AmountRequired { capturable })
}

/// An amount that is left out and goes on the wire is judged like one stated: of a refund, and of a void under a key if
/// the provider takes keys and amounts together.
pub(super) fn amount_precision(case: &Case<'_>) -> Option<Violation> {
    let worded = match case.command.operation {
        Operation::Capture => false,
        Operation::Void => case.command.key.is_some() && case.form().key == KeyNeed::WithAmount,
        Operation::Refund => true,
    };
    let implied = || worded.then(|| case.money(case.wanted()).into());
    let requested: Amount = case.command.amount.or_else(implied)?;
    let (digits, allowed) = (requested.digits(), requested.currency().digits());
    if digits > allowed {
        return Some(Violation::AmountPrecision { requested, digits, allowed });
    }
    // A currency with more digits than requests may use, or than the provider counts: the further ones must be zero.
    let worded = case.form().digits.min(case.profile.digits_on_wire(requested.currency()));
    let beyond = allowed.checked_sub(worded)?;
    let unit = 10_u64.checked_pow(beyond)?;
    let rest = requested.magnitude.get().checked_rem(unit)?;
    when(rest != 0, Violation::AmountPrecision { requested, digits, allowed: worded })
}

pub(super) fn amount_positive(case: &Case<'_>) -> Option<Violation> {
    let requested = case.command.amount?;
    when(!requested.is_positive(), Violation::AmountNotPositive { requested })
}

pub(super) fn key_required(case: &Case<'_>) -> Option<Violation> {
    let required = match case.form().key {
        KeyNeed::Always => true,
        KeyNeed::WithAmount => case.command.amount.is_some(),
        KeyNeed::Never => false,
    };
    let requested = case.money(case.wanted());
    let operation = case.command.operation;
    when(required && case.command.key.is_none(), Violation::IdempotencyKeyRequired { operation, requested })
}

pub(super) fn key_form(case: &Case<'_>) -> Option<Violation> {
    let problem = case.form().key_form.check(case.command.key?).err()?;
    Some(Violation::IdempotencyKeyMalformed { operation: case.command.operation, problem })
}

/// Only a capture is a final one.
pub(super) fn final_supported(case: &Case<'_>) -> Option<Violation> {
    let operation = case.command.operation;
    if operation != Operation::Capture {
        return when(case.command.is_final, Violation::FinalOfNoCapture { operation });
    }
    let unsupported = case.command.is_final && !case.captures().says_final();
    when(unsupported, Violation::FinalUnsupported { held: case.money(case.snapshot.amounts.held) })
}

pub(super) fn key_reuse(case: &Case<'_>) -> Option<Violation> {
    let earlier = case.earlier().filter(|_| case.command.key.is_some())?;
    let known = case.money(earlier.amount);
    if !case.same_amount(earlier) {
        let requested = case.money(case.wanted());
        return Some(Violation::IdempotencyKeyReused { requested, earlier: known });
    }
    // If there is one capture, it ends the hold whatever was said of it.
    let was_final = earlier.closes || case.captures().is_single();
    let other_final = case.command.operation == Operation::Capture && case.closes() != was_final;
    when(other_final, Violation::FinalDiffers { earlier: known, was_final })
}

pub(super) fn already_captured(case: &Case<'_>) -> Option<Violation> {
    let amounts = case.snapshot.amounts;
    let captured = case.money(amounts.captured);
    let authorized = case.money(amounts.authorized);
    let was_the_one = case.snapshot.amounts_alone && case.captures().is_single() && !amounts.captured.is_zero();
    let charged = case.snapshot.state == StateKind::Charged || was_the_one;
    when(charged, Violation::AlreadyCaptured { captured, authorized })
}

pub(super) fn not_authorized(case: &Case<'_>) -> Option<Violation> {
    use StateKind::{CaptureFailed, CaptureInitiated, Capturing};
    use StateKind::{Created, Expired, Failed, VoidFailed, Voided};
    let state = case.snapshot.state;
    let nothing = matches!(state, Created | Failed | CaptureFailed | VoidFailed | Voided | Expired);
    // With several captures in flight, one of them may have closed the hold already. Everywhere else the violation must
    // name the capture in flight, or its unknown outcome: "authorize again" would invite a second charge.
    let in_flight = matches!(state, Capturing | CaptureInitiated) && case.captures().at_once();
    let closed = case.snapshot.closed && in_flight;
    when(nothing || closed, Violation::NotAuthorized { state })
}

/// A capture is refused while another is in progress, unless the gateway takes several at once; a void always is.
pub(super) fn capture_in_progress(case: &Case<'_>) -> Option<Violation> {
    let pending = case.money(case.snapshot.amounts.pending);
    let allowed = case.command.operation == Operation::Capture && case.captures().at_once();
    when(case.snapshot.capture_in_flight && !allowed, Violation::CaptureInProgress { pending })
}

pub(super) fn void_in_progress(case: &Case<'_>) -> Option<Violation> {
    let held = case.money(case.snapshot.amounts.held);
    let in_flight = matches!(case.snapshot.state, StateKind::Voiding | StateKind::VoidInitiated);
    when(in_flight, Violation::VoidInProgress { held })
}

/// An unresolved request blocks everything but its own repeat; a capture does so until its deadline.
pub(super) fn outcome_unknown(case: &Case<'_>) -> Option<Violation> {
    let repeats = |operation| case.command.operation == operation && case.is_repeat();
    let amounts = case.snapshot.amounts;
    if case.snapshot.state == StateKind::VoidUnknown && !repeats(Operation::Void) {
        return Some(Violation::VoidUnknown { held: case.money(amounts.held) });
    }
    let pending = case.money(amounts.pending);
    if repeats(Operation::Capture) {
        let capture_before = case.snapshot.capture_before.filter(|deadline| case.now >= *deadline)?;
        return Some(Violation::UnknownAtDeadline { pending, capture_before, now: case.now });
    }
    when(case.snapshot.capture_unknown, Violation::CaptureUnknown { pending })
}

/// A repeat under a key that the provider no longer remembers is a second request.
pub(super) fn key_remembered(case: &Case<'_>) -> Option<Violation> {
    let earlier = case.earlier().filter(|_| case.is_repeat())?;
    let key_use = case.form().key_use.as_ref()?;
    let (operation, now) = (case.command.operation, case.now);
    let pending = case.money(earlier.amount);
    when(!key_use.remembers(earlier.remembered_until, now), Violation::KeyForgotten { operation, pending, now })
}

/// If the provider limits the number of captures, there are no more than that.
pub(super) fn capture_limit(case: &Case<'_>) -> Option<Violation> {
    let most = case.profile.capabilities.most_captures.filter(|_| !case.is_repeat())?;
    let made = case.snapshot.captures_made;
    let held = case.money(case.snapshot.amounts.held);
    when(made >= most, Violation::CaptureLimitReached { made, most, held })
}

pub(super) fn authorization_expired(case: &Case<'_>) -> Option<Violation> {
    let (capture_before, now) = (case.snapshot.capture_before?, case.now);
    when(now >= capture_before, Violation::AuthorizationExpired { capture_before, now })
}

pub(super) fn authorized_equals_order(case: &Case<'_>) -> Option<Violation> {
    let Snapshot { order, pays, others, takes_parts, .. } = *case.snapshot;
    let due = if takes_parts { order.minor().saturating_sub(others) } else { order.minor() };
    let fits = if takes_parts { pays <= due } else { pays == due };
    let (pays, due) = (case.money(pays), case.money(due));
    let asked = case.profile.capabilities.authorized_equals_order;
    when(asked && !fits, Violation::AuthorizedNotEqualToOrder { pays, due })
}

/// If the order's other transactions captured something or have it pending, all together stay within the order.
pub(super) fn order_already_paid(case: &Case<'_>) -> Option<Violation> {
    let Snapshot { order, others, others_pending, .. } = *case.snapshot;
    let paid = others.checked_add(case.snapshot.counts(case.wanted()));
    let due = order.minor().saturating_sub(others).saturating_sub(case.snapshot.counts(Minor::ZERO));
    let (requested, due) = (case.money(case.wanted()), case.money(due));
    let (others, pending) = (case.money(others), case.money(others_pending));
    let violation = match others_pending {
        Minor::ZERO => Violation::OrderAlreadyPaid { requested, order, others, due },
        _ => Violation::OrderBeingPaid { requested, order, pending, due },
    };
    when(case.snapshot.others_took && paid.is_none_or(|paid| paid > order.minor()), violation)
}

pub(super) fn amount_equals_authorized(case: &Case<'_>) -> Option<Violation> {
    let requested = case.money(case.wanted());
    let authorized = case.money(case.snapshot.amounts.authorized);
    let differs = case.captures() == CaptureMode::Exact && case.command.amount.is_some() && requested != authorized;
    when(differs, Violation::AmountNotEqualToAuthorized { requested, authorized })
}

/// No more than what is available, and above zero.
pub(super) fn within_ceiling(case: &Case<'_>) -> Option<Violation> {
    let (wanted, available) = (case.wanted(), case.available());
    let amounts = case.snapshot.amounts;
    let (requested, authorized) = (case.money(wanted), case.money(amounts.authorized));
    let (captured, pending) = (case.money(amounts.captured), case.money(amounts.refund_pending));
    let nothing = wanted.is_zero() && case.command.amount.is_none();
    let violation = match case.command.operation {
        Operation::Refund if nothing => Violation::NothingRefundable { captured, pending },
        Operation::Capture => Violation::ExceedsCapturable { requested, capturable: case.money(available), authorized },
        Operation::Void => Violation::ExceedsHeld { requested, held: case.money(available) },
        Operation::Refund => {
            Violation::ExceedsRefundable { requested, refundable: case.money(available), captured, pending }
        }
    };
    when(wanted > available || nothing, violation)
}

pub(super) fn partial_capture(case: &Case<'_>) -> Option<Violation> {
    let (requested, capturable) = (case.money(case.wanted()), case.money(case.all()));
    let violation = Violation::PartialCaptureUnsupported { requested, capturable };
    when(case.wanted() < case.all() && !case.captures().takes_parts(), violation)
}

pub(super) fn request_limit(case: &Case<'_>) -> Option<Violation> {
    let full = case.earlier.is_none() && case.count >= MAX_REQUESTS;
    when(full, Violation::TooManyRequests { operation: case.command.operation })
}

pub(super) fn void_supported(case: &Case<'_>) -> Option<Violation> {
    let held = case.money(case.snapshot.amounts.held);
    when(case.profile.capabilities.void == VoidMode::None, Violation::VoidUnsupported { held })
}

pub(super) fn voidable(case: &Case<'_>) -> Option<Violation> {
    use StateKind::{Charged, Created, Expired, Failed, Voided};
    let state = case.snapshot.state;
    if matches!(state, Created | Failed | Charged | Voided | Expired) {
        return Some(Violation::NotVoidable { state });
    }
    let captured = case.money(case.snapshot.amounts.captured);
    let held = case.money(case.snapshot.amounts.held);
    let before_only = case.profile.capabilities.void == VoidMode::BeforeCapture;
    when(before_only && !captured.minor().is_zero(), Violation::VoidAfterCapture { captured, held })
}

pub(super) fn partial_void(case: &Case<'_>) -> Option<Violation> {
    let (requested, held) = (case.money(case.wanted()), case.money(case.available()));
    let violation = Violation::PartialVoidUnsupported { requested, held };
    when(case.wanted() < case.available() && case.profile.capabilities.void != VoidMode::Partial, violation)
}

pub(super) fn refundable(case: &Case<'_>) -> Option<Violation> {
    when(case.snapshot.amounts.captured.is_zero(), Violation::NotRefundable { state: case.snapshot.state })
}

/// A refund without a key is never a repeat: while the outcome of one is unknown, another may pay twice.
pub(super) fn refund_unknown(case: &Case<'_>) -> Option<Violation> {
    let pending = case.money(case.snapshot.amounts.refund_pending);
    let unknown = case.snapshot.keyless_refund_unknown && case.command.key.is_none();
    when(unknown, Violation::KeylessRefundUnknown { pending })
}
