//! What is recorded of a hold: facts alone. What follows from them is in `amounts` and `state`.

use serde::{Deserialize, Serialize};

use crate::hold::{Amounts, Derived, Operation, Requests};
use crate::ids::Time;
use crate::money::{Currency, Minor, Money};
use crate::names::{is_default, names};

/// A running total that was stated and was above what was known then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Total {
    /// Minor units, less what was reversed of it since.
    pub amount: Minor,
    /// The sequence at which it was recorded. A request begun later cannot be in it.
    pub at: u32,
    /// What it says of the requests begun before it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub says: TotalSays,
}

names! {
    /// What a total says of the requests begun before it.
    #[derive(Default)]
    pub enum TotalSays {
        #[default]
        Exactly "exactly" "It contains those that add up to exactly it; if they do not, nothing shows which."
        AtLeast "at-least" "It may contain more: nothing shows which."
        Everything "everything" "A person reported it: it is complete for all of them."
    }
}

/// The totals stated for one kind of request, and what makes an older total no longer believable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// In the order of their recording.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) stated: Vec<Total>,
    /// What a person's report replaced: if it is stated again, it is old.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) replaced: Vec<Minor>,
    /// All that was ever reversed: a total that is not fresh may still hold it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) reversed: Minor,
}

impl Totals {
    /// In the order of their recording.
    pub fn stated(&self) -> &[Total] {
        &self.stated
    }

    /// What a total that is not fresh is believed to say, because it may still contain what was reversed; `None` if a
    /// person's report replaced it.
    pub fn believed(&self, total: Minor) -> Option<Minor> {
        if self.replaced.contains(&total) { None } else { Some(total.saturating_sub(self.reversed)) }
    }
}

names! {
    /// How a hold ended.
    pub enum End {
        Captured "captured" "A capture took the last of it or was the final one; or something is captured, and nothing more can be."
        Voided "voided" "A void released all that was held."
        Expired "expired" "It expired, or the provider refunded it without a capture."
    }

    /// Why a hold that has not ended allows no further capture.
    pub enum Closed {
        CaptureFailed "capture-failed" "A capture failed."
        VoidFailed "void-failed" "A void of all that was held failed."
    }
}

/// An authorization that was obtained: every fact recorded of it, and the amounts that follow.
///
/// A transaction lends it: its fields change in the step function only.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Hold {
    /// The currency of every amount here.
    pub currency: Currency,
    pub(crate) authorized: Minor,
    /// What was authorized before each adjustment, oldest first.
    pub earlier_authorized: Vec<Minor>,
    /// The most that may be captured, if that is more than what is authorized.
    pub most_captured: Option<Minor>,
    pub(crate) pays: Option<Minor>,
    /// Until when a capture may be made, exclusive; `None` if it is not known.
    pub capture_before: Option<Time>,
    /// How the hold ended, once it has.
    pub end: Option<End>,
    /// Why it allows no further capture, although it has not ended.
    pub closed: Option<Closed>,
    /// What an ended hold had released when it opened again: that stays released.
    pub(crate) stays_released: Minor,
    /// The captures, oldest first.
    pub captures: Requests,
    pub(crate) captured_totals: Totals,
    /// The voids, oldest first.
    pub voids: Requests,
    /// The refunds, oldest first.
    pub refunds: Requests,
    pub(crate) refunded_totals: Totals,
    /// Follows from everything above; see `amounts`.
    pub(crate) derived: Derived,
}

impl Hold {
    /// A fresh hold.
    pub(crate) fn new(amount: Money, pays: Option<Minor>, capture_before: Option<Time>) -> Box<Self> {
        let mut hold = Box::new(Self {
            currency: amount.currency(),
            authorized: amount.minor(),
            earlier_authorized: Vec::new(),
            most_captured: None,
            pays,
            capture_before,
            end: None,
            closed: None,
            stays_released: Minor::ZERO,
            captures: Requests::default(),
            captured_totals: Totals::default(),
            voids: Requests::default(),
            refunds: Requests::default(),
            refunded_totals: Totals::default(),
            derived: Derived::default(),
        });
        hold.derive();
        hold
    }

    /// The part of the order's price that this authorization pays: its own amount unless stated otherwise.
    pub fn pays(&self) -> Minor {
        self.pays.unwrap_or(self.authorized)
    }

    /// The requests of one kind.
    pub const fn requests(&self, operation: Operation) -> &Requests {
        match operation {
            Operation::Capture => &self.captures,
            Operation::Void => &self.voids,
            Operation::Refund => &self.refunds,
        }
    }

    pub(crate) const fn requests_mut(&mut self, operation: Operation) -> &mut Requests {
        match operation {
            Operation::Capture => &mut self.captures,
            Operation::Void => &mut self.voids,
            Operation::Refund => &mut self.refunds,
        }
    }

    pub(crate) const fn totals_mut(&mut self, operation: Operation) -> &mut Totals {
        match operation {
            Operation::Refund => &mut self.refunded_totals,
            Operation::Capture | Operation::Void => &mut self.captured_totals,
        }
    }

    /// The totals stated of refunds; for any other kind, those of captures: of voids none is stated.
    pub const fn totals(&self, operation: Operation) -> &Totals {
        match operation {
            Operation::Refund => &self.refunded_totals,
            Operation::Capture | Operation::Void => &self.captured_totals,
        }
    }

    /// All amounts, derived from the facts.
    pub const fn amounts(&self) -> Amounts {
        self.derived.amounts
    }

    pub(crate) const fn money(&self, minor: Minor) -> Money {
        Money::new(minor, self.currency)
    }
}
