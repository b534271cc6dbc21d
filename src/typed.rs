//! Each state as a type of its own: a borrowed view that gives what only its state has.
//!
//! The commands that are legal in a state exist on its type (see the last lines of `command/ask`), so an illegal call
//! does not compile.

use crate::ledger::Ledger;
use crate::request::{Request, RequestStatus};
use crate::requests::Requests;
use crate::state::StateKind;

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
