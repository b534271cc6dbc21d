//! A command on a snapshot: what it would do, or the first rule that it breaks.

use crate::command::Command;
use crate::command::check::Case;
use crate::command::order_of_checks::{self, Kind};
use crate::command::snapshot::{Earlier, Snapshot};
use crate::event::Event;
use crate::hold::{Hold, Operation, Request, RequestStatus};
use crate::ids::{IdempotencyKey, Time};
use crate::money::{Minor, Money};
use crate::profile::Profile;
use crate::violation::RuleViolation;

/// What is to be done about a command that breaks no rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "only one of the two is to be sent"]
pub enum Allowed {
    /// Send it, for this amount: it is new, or the outcome of the earlier one under its key is unknown and it may be sent
    /// again.
    Send(Money),
    /// Send nothing: the same request was made before, and this became of it.
    Known(RequestStatus),
}

/// A command that breaks no rule: the event to record, store and send, or the status of the request that was made before.
pub(crate) enum Judged {
    Send(Event),
    Known(RequestStatus),
}

impl Snapshot {
    /// Whether this command is to be sent now, and for which amount. `earlier` is the request that was made under the
    /// same key before, if there is one. For crates with a state machine of their own.
    ///
    /// # Errors
    /// The first [`RuleViolation`] in the published order.
    ///
    /// ```
    /// use order_capture::{Allowed, Amounts, Command, Minor, Money, Order, Snapshot, Time, juspay};
    /// let order = Order::new("o-1".parse()?, Money::inr("100.00")?);
    /// let (authorized, captured) = (Minor::from(10_000), Minor::from(4_000));
    /// let snapshot = Snapshot::from_amounts(&order, Amounts { authorized, captured, ..Amounts::default() })?;
    /// let capture = |amount| Ok::<_, order_capture::MoneyError>(Command::capture().amount(Money::inr(amount)?).key("k2"));
    /// let rest = snapshot.check(capture("60.00")?, None, &juspay::SIMPL, Time::UNIX_EPOCH)?;
    /// assert_eq!(rest, Allowed::Send(Money::inr("60.00")?));
    /// let refused = snapshot.check(capture("60.01")?, None, &juspay::SIMPL, Time::UNIX_EPOCH).unwrap_err();
    /// assert_eq!(refused.code(), "exceeds-capturable");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check(
        &self,
        command: Command<'_>,
        earlier: Option<Earlier>,
        profile: &Profile,
        now: Time,
    ) -> Result<Allowed, RuleViolation> {
        self.case(command, earlier, profile, now).allowed()
    }

    /// Every rule that this command breaks from here, in the published order.
    #[must_use]
    pub fn violations(
        &self,
        command: Command<'_>,
        earlier: Option<Earlier>,
        profile: &Profile,
        now: Time,
    ) -> Vec<RuleViolation> {
        self.case(command, earlier, profile, now).violations()
    }

    /// K: what the hold has left for a new capture sent now, if state and deadline allow one under this profile, else zero.
    /// The order is not looked at: [`Snapshot::check`] does.
    pub fn capturable(&self, profile: &Profile, now: Time) -> Money {
        let command = Command::capture();
        let open = order_of_checks::takes_new_captures(&self.case(command, None, profile, now));
        self.money(if open { self.uncommitted } else { Minor::ZERO })
    }

    fn case<'a>(&'a self, command: Command<'a>, earlier: Option<Earlier>, profile: &'a Profile, now: Time) -> Case<'a> {
        Case { command, snapshot: self, profile, now, earlier: earlier.map(|earlier| (1, earlier)), count: 0 }
    }

    /// A command of a transaction with these requests.
    pub(crate) fn case_in<'a>(
        &'a self,
        command: Command<'a>,
        hold: Option<&Hold>,
        profile: &'a Profile,
        now: Time,
    ) -> Case<'a> {
        let case = self.case(command, None, profile, now);
        let Some(hold) = hold else { return case };
        let requests = hold.requests(command.operation());
        let found = match command.key {
            Some(key) => requests.by_key(key),
            None => requests.outstanding().find(|(_, request)| is_keyless_repeat(&case, hold, request)),
        };
        let earlier = found.map(|(number, request)| (number, Earlier::of(hold, command.operation(), request)));
        Case { earlier, count: requests.count(), ..case }
    }
}

impl Case<'_> {
    /// The first rule that is broken, or what the request is.
    fn kind(&self) -> Result<Kind, RuleViolation> {
        order_of_checks::first(self).map_err(|reason| RuleViolation::new(reason, self.profile))
    }

    /// What is to be done about it.
    pub(crate) fn allowed(&self) -> Result<Allowed, RuleViolation> {
        match self.kind()? {
            Kind::Known(earlier) => Ok(Allowed::Known(earlier.status)),
            Kind::Again(_) | Kind::New => Ok(Allowed::Send(self.snapshot.money(self.wanted()))),
        }
    }

    /// The event that it makes, if it is to be sent.
    pub(crate) fn judged(&self) -> Result<Judged, RuleViolation> {
        let operation = self.command.operation();
        let closes = match self.kind()? {
            Kind::Known(earlier) => return Ok(Judged::Known(earlier.status)),
            Kind::Again(earlier) => earlier.closes,
            Kind::New => {
                let amounts = &self.snapshot.amounts;
                // What another capture reserves remains: if that one fails, it is held again.
                let leaves_nothing = self.wanted() >= amounts.held && amounts.pending.is_zero();
                operation == Operation::Capture && (self.is_last() || leaves_nothing)
            }
        };
        Ok(Judged::Send(Event::Requested {
            operation,
            number: self.earlier.map_or(self.count.saturating_add(1), |(number, _)| number),
            amount: self.wanted(),
            // Every list of checks has the key's form in it.
            key: self.command.key.and_then(|key| IdempotencyKey::new(key).ok()),
            closes,
        }))
    }

    /// Every rule that it breaks, in the published order.
    pub(crate) fn violations(&self) -> Vec<RuleViolation> {
        order_of_checks::broken(self).map(|reason| RuleViolation::new(reason, self.profile)).collect()
    }
}

/// Whether a command without a key repeats the request whose outcome is unknown: the same amount, or again everything;
/// and for a capture, the same about the end of the hold. A refund without a key repeats nothing, because the provider
/// could not recognize it; and nothing repeats what the provider announced by itself, because the answer to one would
/// free the money of the other.
fn is_keyless_repeat(case: &Case<'_>, hold: &Hold, request: &Request) -> bool {
    let (command, operation) = (case.command, case.command.operation());
    let keyless = request.key.is_none() && request.origin.is_merchant();
    let unknown = request.status == RequestStatus::Unknown && !hold.is_covered(operation, request);
    let same = command.amount.map_or(request.takes_all, |amount| amount.equals(request.amount));
    let ends = operation != Operation::Capture || request.takes_all || case.is_last() == request.closes;
    operation != Operation::Refund && keyless && unknown && same && ends
}
