//! The states as types: a command exists only where it can be legal, so an illegal call does not compile.
//!
//! | type | states | offers |
//! |---|---|---|
//! | [`Open`] | authorized, partially captured | capture, void |
//! | [`InFlight`] | capturing, capture initiated | capture, which only gateways with several at once take |
//! | [`Unknown`] | capture unknown, void unknown | the same request again, and nothing else |
//! | [`Voidable`] | capture failed, void failed | void |
//! | [`BeingVoided`] | voiding, void initiated | nothing |
//! | [`Over`] | charged, voided, expired | nothing |
//! | [`Unheld`] | created, failed | nothing: it waits for its authorization |
//! | [`Captured`] | every state with captured money | refund |

use crate::change::{Change, Problem};
use crate::command::Command;
use crate::hold::{Operation, Request, RequestStatus, StateKind};
use crate::ids::Time;
use crate::money::{Amount, Money};
use crate::payment::Payment;
use crate::profile::AmountNeed;
use crate::rejection::Rejection;
use crate::violation::RuleViolation;

/// A command that a state offers, before it is requested.
///
/// ```
#[doc = held!()]
/// let State::Authorized(hold) = payment.state() else { panic!() };
/// let change = hold.capture(Money::inr("40.00")?).key("k1").at(now)?;
/// assert_eq!(change.payment().state().kind().as_str(), "capturing");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "a command does nothing until `at(now)` ends it"]
pub struct BoundCommand<'p, 'a> {
    payment: &'p Payment<'a>,
    command: Command<'p>,
}

impl<'p, 'a> BoundCommand<'p, 'a> {
    /// Under this idempotency key.
    pub const fn key(self, key: &'p str) -> Self {
        Self { command: self.command.key(key), ..self }
    }

    /// As the last capture: what remains is released when it succeeds.
    pub const fn as_final(self) -> Self {
        Self { command: self.command.as_final(), ..self }
    }

    /// Requests it now. Store the change, then send [`Change::to_send`].
    ///
    /// # Errors
    /// The first [`RuleViolation`] in the published order.
    pub fn at(self, now: Time) -> Result<Change<'a>, Problem> {
        self.payment.ask(self.command, now)
    }

    /// Every rule that it breaks now, in the published order.
    #[must_use]
    pub fn violations(self, now: Time) -> Vec<RuleViolation> {
        self.payment.violations(self.command, now)
    }
}

/// A payment in its one current state. States that permit the same share a type, so that a match can group them.
#[derive(Clone, Copy, Debug)]
pub enum State<'p, 'a> {
    /// Nothing held yet.
    Created(Unheld<'p, 'a>),
    /// Held, nothing captured, nothing outstanding.
    Authorized(Open<'p, 'a>),
    /// A capture was sent and nothing came back yet.
    Capturing(InFlight<'p, 'a>),
    /// A capture timed out.
    CaptureUnknown(Unknown<'p, 'a>),
    /// The gateway accepted a capture.
    CaptureInitiated(InFlight<'p, 'a>),
    /// Something captured, the hold still open.
    PartiallyCaptured(Open<'p, 'a>),
    /// Something captured, the hold ended.
    Charged(Over<'p, 'a>),
    /// A capture was refused, and the hold allows no further one.
    CaptureFailed(Voidable<'p, 'a>),
    /// A void was sent and nothing came back yet.
    Voiding(BeingVoided<'p, 'a>),
    /// A void timed out.
    VoidUnknown(Unknown<'p, 'a>),
    /// The gateway accepted a void.
    VoidInitiated(BeingVoided<'p, 'a>),
    /// A void of all that was held was refused.
    VoidFailed(Voidable<'p, 'a>),
    /// All was released.
    Voided(Over<'p, 'a>),
    /// The hold expired.
    Expired(Over<'p, 'a>),
    /// Never authorized. A late authorization is still possible.
    Failed(Unheld<'p, 'a>),
}

macro_rules! views {
    ($($(#[$doc:meta])* $name:ident: $($state:ident)*;)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name<'p, 'a> {
                payment: &'p Payment<'a>,
            }

            impl<'p, 'a> $name<'p, 'a> {
                /// The payment.
                pub const fn payment(&self) -> &'p Payment<'a> {
                    self.payment
                }
            }
        )+

        impl<'a> Payment<'a> {
            /// The typed view: match on it to get the commands that can be legal.
            pub fn state(&self) -> State<'_, 'a> {
                match self.transaction.state() {
                    $($(StateKind::$state => State::$state($name { payment: self }),)*)+
                }
            }
        }

        impl State<'_, '_> {
            /// The state's name.
            pub const fn kind(&self) -> StateKind {
                match self {
                    $($(Self::$state(_) => StateKind::$state,)*)+
                }
            }
        }
    };
}

// Which states share a type.
views! {
    /// Nothing is held.
    Unheld: Created Failed;
    /// Money is held and nothing is outstanding. Capture and void start here.
    Open: Authorized PartiallyCaptured;
    /// A capture is on its way.
    InFlight: Capturing CaptureInitiated;
    /// The outcome of a request is unknown. It can be sent again if it is ours, and nothing else can be requested for the
    /// hold.
    Unknown: CaptureUnknown VoidUnknown;
    /// A void is on its way.
    BeingVoided: Voiding VoidInitiated;
    /// The hold allows no further capture. Only void remains.
    Voidable: CaptureFailed VoidFailed;
    /// The hold has ended.
    Over: Charged Voided Expired;
    /// Money is captured, in any state. Refunds start here.
    Captured: ;
}

/// Which command can be legal in which state.
macro_rules! offers {
    ($($some:ident $amount_doc:literal, $all:ident $all_doc:literal: $($name:ident)+;)+) => {
        $($(
            impl<'p, 'a> $name<'p, 'a> {
                #[doc = $amount_doc]
                pub fn $some(&self, amount: impl Into<Amount>) -> BoundCommand<'p, 'a> {
                    BoundCommand { payment: self.payment, command: Command::$some().amount(amount) }
                }

                #[doc = $all_doc]
                pub const fn $all(&self) -> BoundCommand<'p, 'a> {
                    BoundCommand { payment: self.payment, command: Command::$some() }
                }
            }
        )+)+
    };
}

offers! {
    capture "A capture of this amount: [`Money`], or an [`Amount`] as it was written.",
        capture_all "A capture of all that is capturable, without an amount.": Open InFlight;
    void "A void of this amount, if the gateway can void a part.", void_all "A void of all that is held.": Open Voidable;
}

impl<'p, 'a> Unknown<'p, 'a> {
    /// The request whose outcome is unknown, with its number among those of its kind.
    pub fn request(&self) -> Option<(Operation, u32, &'p Request)> {
        let transaction = self.payment.transaction();
        let of_state = if transaction.state() == StateKind::VoidUnknown { Operation::Void } else { Operation::Capture };
        transaction
            .open_requests()
            .find(|(operation, _, request)| *operation == of_state && request.status == RequestStatus::Unknown)
    }

    /// Sends the same request again: same key, same amount. It reserves nothing more.
    ///
    /// # Errors
    /// [`RuleViolation`]: `outcome-unknown` at or after the deadline of a capture, or if the provider no longer remembers the
    /// key; for what the provider announced by itself, the rule that a new request breaks.
    ///
    /// ```
    #[doc = held!()]
    /// # let payment = payment.ask(Command::capture().amount(Money::inr("40.00")?).key("k1"), now)?.into_payment();
    /// let payment = payment.answered(Answer::capture(Outcome::TimedOut).key("k1"), now)?.into_payment();
    /// let State::CaptureUnknown(unknown) = payment.state() else { panic!() };
    /// assert!(unknown.again(now)?.to_send().is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn again(&self, now: Time) -> Result<Change<'a>, Problem> {
        match self.request() {
            Some((operation, number, _)) => self.payment.again(operation, number, now),
            None => Ok(Change::nothing(self.payment)),
        }
    }
}

impl<'a> Payment<'a> {
    /// Sends a request whose outcome is unknown again, a refund too: same key, same amount. It reserves nothing more.
    /// Any other request is already applied: there is nothing to send. Of two equal ones without a key, the older one
    /// is meant.
    ///
    /// # Errors
    /// [`Problem`]: `outcome-unknown` at or after the deadline of a capture, if the provider no longer remembers the
    /// key, and for a refund without a key, which would be a second one; the rule that the state breaks; for what the
    /// provider announced by itself, which nothing repeats, the rule that a new request breaks; and `illegal-transition`
    /// if there is no request of this number.
    ///
    /// ```
    #[doc = held!()]
    /// # let payment = payment.ask(Command::capture(), now)?.into_payment();
    /// # let payment = payment.answered(Answer::capture(Outcome::Succeeded), now)?.into_payment();
    /// let refund = Command::refund().amount(Money::inr("40.00")?).key("refund-0001");
    /// let payment = payment.ask(refund, now)?.into_payment();
    /// let payment = payment.answered(Answer::refund(Outcome::TimedOut), now)?.into_payment();
    /// assert!(payment.again(Operation::Refund, 1, now)?.is_repeat());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn again(&self, operation: Operation, number: u32, now: Time) -> Result<Change<'a>, Problem> {
        let found = self.transaction.hold().and_then(|hold| Some((hold, hold.requests(operation).get(number)?)));
        let Some((hold, request)) = found else {
            let (state, event) = (self.transaction.state(), "repeat");
            return Err(Rejection::NoSuchRequest { state, event, operation }.into());
        };
        if request.status != RequestStatus::Unknown || !hold.is_outstanding(operation, request) {
            return Ok(Change::known(self, request.status));
        }
        let capabilities = &self.profile.capabilities;
        let mut command = Command::of(operation);
        if request.key.is_some() || !request.takes_all || capabilities.form(operation).amount == AmountNeed::Always {
            command = command.amount(Money::new(request.amount, self.transaction.currency()));
        }
        if let Some(key) = request.key.as_ref() {
            command = command.key(key.as_str());
        }
        let said_final = request.closes && !request.takes_all && !capabilities.captures.is_single();
        self.ask(if said_final { command.as_final() } else { command }, now)
    }
}

impl<'a> Payment<'a> {
    /// The captured money, in any state of the hold: refunds are requested from it.
    ///
    /// ```
    #[doc = held!()]
    /// # let payment = payment.ask(Command::capture().amount(Money::inr("40.00")?).key("k1"), now)?.into_payment();
    /// let payment = payment.answered(Answer::capture(Outcome::Succeeded).key("k1"), now)?.into_payment();
    /// let captured = payment.captured().ok_or("nothing is captured")?;
    /// assert!(captured.refund(Money::inr("10.00")?).key("r1").at(now)?.is_applied());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn captured(&self) -> Option<Captured<'_, 'a>> {
        (!self.transaction.amounts().captured.is_zero()).then_some(Captured { payment: self })
    }
}

impl<'p, 'a> Captured<'p, 'a> {
    /// What is captured.
    pub fn amount(&self) -> Money {
        Money::new(self.payment.transaction.amounts().captured, self.payment.transaction.currency())
    }

    /// A refund of this amount.
    pub fn refund(&self, amount: impl Into<Amount>) -> BoundCommand<'p, 'a> {
        BoundCommand { payment: self.payment, command: Command::refund().amount(amount) }
    }

    /// A refund of all that is refundable.
    pub const fn refund_all(&self) -> BoundCommand<'p, 'a> {
        BoundCommand { payment: self.payment, command: Command::refund() }
    }
}

/// A state that does not offer the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the transaction is {state}, and its state does not offer this command; look at what it offers")]
pub struct UnexpectedState {
    /// The state.
    pub state: StateKind,
}

impl From<State<'_, '_>> for UnexpectedState {
    fn from(state: State<'_, '_>) -> Self {
        Self { state: state.kind() }
    }
}

/// So that a match may end in `other => return Err(other.into())`.
impl From<State<'_, '_>> for Box<dyn std::error::Error> {
    fn from(state: State<'_, '_>) -> Self {
        UnexpectedState::from(state).into()
    }
}
