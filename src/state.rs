//! The states of a transaction, and each state as a type of its own.
//!
//! A [`StateKind`] is derived from the ledger by [`Ledger::kind`], in the order that the domain lists. The types
//! ([`Authorized`], [`Charged`], …) are borrowed views: each gives what only its state has, and the commands that are
//! legal in it. An illegal call does not compile.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ledger::Ledger;
use crate::request::{Request, RequestStatus, Requests};

/// The thirteen states of a transaction.
///
/// Exhaustive on purpose: a new state must be answered everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StateKind {
    /// Nothing held yet.
    Created,
    /// Hold in place, nothing captured; a capture of unknown outcome may be outstanding.
    Authorized,
    /// A capture was sent and nothing came back yet.
    Capturing,
    /// The gateway accepted a capture, the result is pending.
    CaptureInitiated,
    /// Something captured, the authorization still open.
    PartiallyCaptured,
    /// Something captured, the authorization closed.
    Charged,
    /// The capture was refused; the hold cannot be captured any more, and can still be voided.
    CaptureFailed,
    /// A void was sent and nothing came back yet.
    Voiding,
    /// The gateway accepted a void, the result is pending.
    VoidInitiated,
    /// A void of all that was held was refused.
    VoidFailed,
    /// All that was not captured was given back, and nothing was captured.
    Voided,
    /// The hold lapsed, or was refunded without ever having been captured.
    Expired,
    /// Never authorized.
    Failed,
}

impl StateKind {
    /// Every state, in the order of the domain's table.
    pub const ALL: [Self; 13] = [
        Self::Created,
        Self::Authorized,
        Self::Capturing,
        Self::CaptureInitiated,
        Self::PartiallyCaptured,
        Self::Charged,
        Self::CaptureFailed,
        Self::Voiding,
        Self::VoidInitiated,
        Self::VoidFailed,
        Self::Voided,
        Self::Expired,
        Self::Failed,
    ];

    /// The kebab-case name, the same as in serialized forms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Authorized => "authorized",
            Self::Capturing => "capturing",
            Self::CaptureInitiated => "capture-initiated",
            Self::PartiallyCaptured => "partially-captured",
            Self::Charged => "charged",
            Self::CaptureFailed => "capture-failed",
            Self::Voiding => "voiding",
            Self::VoidInitiated => "void-initiated",
            Self::VoidFailed => "void-failed",
            Self::Voided => "voided",
            Self::Expired => "expired",
            Self::Failed => "failed",
        }
    }

    /// Whether captures are taken from it: authorized, capturing, capture-initiated, partially-captured.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Authorized | Self::Capturing | Self::CaptureInitiated | Self::PartiallyCaptured)
    }

    /// Whether no authorization was ever obtained: created or failed.
    #[must_use]
    pub const fn is_unheld(self) -> bool {
        matches!(self, Self::Created | Self::Failed)
    }
}

impl fmt::Display for StateKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A transaction seen in the one state it is in.
///
/// ```
/// use order_capture::{Currency, Money, State, Transaction};
/// let transaction = Transaction::created("t-1".parse()?);
/// assert!(matches!(transaction.state(), State::Created(_)));
/// # Ok::<(), order_capture::IdError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub enum State<'a> {
    /// See [`Created`].
    Created(Created<'a>),
    /// See [`Authorized`].
    Authorized(Authorized<'a>),
    /// See [`Capturing`].
    Capturing(Capturing<'a>),
    /// See [`CaptureInitiated`].
    CaptureInitiated(CaptureInitiated<'a>),
    /// See [`PartiallyCaptured`].
    PartiallyCaptured(PartiallyCaptured<'a>),
    /// See [`Charged`].
    Charged(Charged<'a>),
    /// See [`CaptureFailed`].
    CaptureFailed(CaptureFailed<'a>),
    /// See [`Voiding`].
    Voiding(Voiding<'a>),
    /// See [`VoidInitiated`].
    VoidInitiated(VoidInitiated<'a>),
    /// See [`VoidFailed`].
    VoidFailed(VoidFailed<'a>),
    /// See [`Voided`].
    Voided(Voided<'a>),
    /// See [`Expired`].
    Expired(Expired<'a>),
    /// See [`Failed`].
    Failed(Failed<'a>),
}

/// Nothing held yet.
#[derive(Clone, Copy, Debug)]
pub struct Created<'a> {
    pub(crate) word: Option<&'a str>,
}

/// Never authorized. A late authorization is still possible.
#[derive(Clone, Copy, Debug)]
pub struct Failed<'a> {
    pub(crate) word: Option<&'a str>,
}

impl<'a> Created<'a> {
    /// The provider's own word for it, where one was seen.
    #[must_use]
    pub const fn provider_status(&self) -> Option<&'a str> {
        self.word
    }
}

impl<'a> Failed<'a> {
    /// The provider's own word for it, where one was seen.
    #[must_use]
    pub const fn provider_status(&self) -> Option<&'a str> {
        self.word
    }
}

macro_rules! held_states {
    ($($(#[$doc:meta])* $name:ident)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name<'a> {
                pub(crate) ledger: &'a Ledger,
            }

            impl<'a> $name<'a> {
                /// The amounts and requests of this transaction.
                #[must_use]
                pub const fn ledger(&self) -> &'a Ledger {
                    self.ledger
                }
            }
        )+

        impl<'a> State<'a> {
            /// The view of a ledger in the state it is in.
            pub(crate) fn of(ledger: &'a Ledger) -> Self {
                match ledger.kind() {
                    $(StateKind::$name => Self::$name($name { ledger }),)+
                    // A ledger never derives these two; they have no ledger.
                    StateKind::Created => Self::Created(Created { word: None }),
                    StateKind::Failed => Self::Failed(Failed { word: None }),
                }
            }

            /// The state's name.
            #[must_use]
            pub const fn kind(&self) -> StateKind {
                match self {
                    Self::Created(_) => StateKind::Created,
                    Self::Failed(_) => StateKind::Failed,
                    $(Self::$name(_) => StateKind::$name,)+
                }
            }
        }
    };
}

held_states! {
    /// A hold in place and nothing captured. Capture and void start here.
    Authorized
    /// A capture on its way.
    Capturing
    /// A capture accepted by the gateway.
    CaptureInitiated
    /// Something captured, and more can be.
    PartiallyCaptured
    /// Captured and closed. Refund starts here.
    Charged
    /// The capture was refused. Void is what remains.
    CaptureFailed
    /// A void on its way.
    Voiding
    /// A void accepted by the gateway.
    VoidInitiated
    /// A void of all that was held was refused. Void may be tried again.
    VoidFailed
    /// Given back, nothing captured.
    Voided
    /// Lapsed, nothing captured.
    Expired
}

fn first_in(requests: &Requests, status: RequestStatus) -> Option<&Request> {
    requests.outstanding().map(|(_, request)| request).find(|request| request.status() == status)
}

impl<'a> Authorized<'a> {
    /// The capture whose outcome is unknown, if there is one. Its money stays reserved.
    #[must_use]
    pub fn unknown_capture(&self) -> Option<&'a Request> {
        first_in(&self.ledger.captures, RequestStatus::Unknown)
    }
}

impl<'a> PartiallyCaptured<'a> {
    /// The capture whose outcome is unknown, if there is one. Its money stays reserved.
    #[must_use]
    pub fn unknown_capture(&self) -> Option<&'a Request> {
        first_in(&self.ledger.captures, RequestStatus::Unknown)
    }
}

impl<'a> Capturing<'a> {
    /// The capture on its way.
    #[must_use]
    pub fn capture_in_flight(&self) -> Option<&'a Request> {
        first_in(&self.ledger.captures, RequestStatus::Sent)
    }
}

impl<'a> CaptureInitiated<'a> {
    /// The capture that was accepted.
    #[must_use]
    pub fn capture_in_flight(&self) -> Option<&'a Request> {
        first_in(&self.ledger.captures, RequestStatus::Accepted)
    }
}

impl<'a> Voiding<'a> {
    /// The void on its way.
    #[must_use]
    pub fn void_in_flight(&self) -> Option<&'a Request> {
        first_in(&self.ledger.voids, RequestStatus::Sent)
    }
}

impl<'a> VoidInitiated<'a> {
    /// The void that was accepted.
    #[must_use]
    pub fn void_in_flight(&self) -> Option<&'a Request> {
        first_in(&self.ledger.voids, RequestStatus::Accepted)
    }
}
