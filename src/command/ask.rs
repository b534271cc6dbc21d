//! Captures, voids and refunds: requests in, events or refusals out.

use crate::command::check::Case;
use crate::command::order_of_checks::{self, Standing};
use crate::command::position::Position;
use crate::currency::Currency;
use crate::event::Event;
use crate::ids::{IdempotencyKey, Time};
use crate::ledger::Ledger;
use crate::money::{Amount, Minor, Money};
use crate::order::Order;
use crate::profile::{Captures, Profile};
use crate::refusal::Refusal;
use crate::request::{Operation, Origin, Request, RequestStatus};
use crate::requests::Requests;
use crate::transaction::Transaction;
use crate::typed;

/// What a command decided.
///
/// Exhaustive on purpose: an already applied request is a success, and nothing is to be sent for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a decision has no effect until its event is recorded, stored and sent"]
pub enum Decision {
    /// Record the event, store it, then send the request.
    Record(Event),
    /// The same request was made before; this is its number. Send nothing.
    AlreadyApplied {
        /// The earlier request's number among those of its kind.
        number: u32,
    },
}

impl Decision {
    /// The event to store, if there is one.
    #[must_use]
    pub fn event(self) -> Option<Event> {
        match self {
            Self::Record(event) => Some(event),
            Self::AlreadyApplied { .. } => None,
        }
    }
}

/// A capture as it is asked. Nothing in it has been judged yet.
///
/// ```
/// use order_capture::{CaptureRequest, Currency, Money};
/// let all = CaptureRequest::full();
/// let part = CaptureRequest::of(Money::parse("40.00", Currency::INR)?).key("k1");
/// let last = part.final_capture();
/// # Ok::<(), order_capture::MoneyError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CaptureRequest<'a> {
    amount: Option<Amount>,
    currency: Option<Currency>,
    key: Option<&'a str>,
    closing: bool,
}

impl<'a> CaptureRequest<'a> {
    /// All that is capturable, without amount or key: a full Juspay capture.
    #[must_use]
    pub const fn full() -> Self {
        Self { amount: None, currency: None, key: None, closing: false }
    }

    /// This much, in this currency.
    #[must_use]
    pub fn of(money: Money) -> Self {
        Self { amount: Some(money.into()), currency: Some(money.currency()), ..Self::full() }
    }

    /// With an amount as it was written.
    #[must_use]
    pub const fn amount(self, amount: Amount) -> Self {
        Self { amount: Some(amount), ..self }
    }

    /// With a currency.
    #[must_use]
    pub const fn currency(self, currency: Currency) -> Self {
        Self { currency: Some(currency), ..self }
    }

    /// With an idempotency key.
    #[must_use]
    pub const fn key(self, key: &'a str) -> Self {
        Self { key: Some(key), ..self }
    }

    /// The last one: what remains is released on success.
    #[must_use]
    pub const fn final_capture(self) -> Self {
        Self { closing: true, ..self }
    }
}

macro_rules! request_to_give_back {
    ($(#[$doc:meta])* $name:ident, $operation:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name<'a> {
            amount: Option<Amount>,
            key: Option<&'a str>,
        }

        impl<'a> $name<'a> {
            /// All there is to give back.
            #[must_use]
            pub const fn all() -> Self {
                Self { amount: None, key: None }
            }

            /// This much.
            #[must_use]
            pub fn of(money: Money) -> Self {
                Self { amount: Some(money.into()), key: None }
            }

            /// With an amount as it was written.
            #[must_use]
            pub const fn amount(self, amount: Amount) -> Self {
                Self { amount: Some(amount), ..self }
            }

            /// With an idempotency key.
            #[must_use]
            pub const fn key(self, key: &'a str) -> Self {
                Self { key: Some(key), ..self }
            }
        }

        impl<'a> From<&$name<'a>> for Ask<'a> {
            fn from(ask: &$name<'a>) -> Self {
                let $name { amount, key } = *ask;
                Self { operation: Operation::$operation, amount, currency: None, key, closing: false }
            }
        }
    };
}

request_to_give_back! {
    /// A void as it is asked: of all that is held, or of a part.
    ///
    /// ```
    /// use order_capture::VoidRequest;
    /// let all = VoidRequest::all().key("v1");
    /// ```
    VoidRequest, Void
}

request_to_give_back! {
    /// A refund as it is asked: of all that is refundable, or of a part.
    ///
    /// ```
    /// use order_capture::{Currency, Money, RefundRequest};
    /// let part = RefundRequest::of(Money::parse("4.00", Currency::INR)?).key("r1");
    /// # Ok::<(), order_capture::MoneyError>(())
    /// ```
    RefundRequest, Refund
}

/// Any of the three requests, with the operation named.
#[derive(Clone, Copy)]
struct Ask<'a> {
    operation: Operation,
    amount: Option<Amount>,
    currency: Option<Currency>,
    key: Option<&'a str>,
    closing: bool,
}

impl<'a> From<&CaptureRequest<'a>> for Ask<'a> {
    fn from(ask: &CaptureRequest<'a>) -> Self {
        let CaptureRequest { amount, currency, key, closing } = *ask;
        Self { operation: Operation::Capture, amount, currency, key, closing }
    }
}

impl<'a> Ask<'a> {
    /// The case to judge: this request, at this position, after these earlier ones.
    fn case<'c>(
        &self,
        position: &'c Position,
        requests: Option<&'c Requests>,
        profile: &'c Profile,
        now: Option<Time>,
    ) -> Case<'c>
    where
        'a: 'c,
    {
        let mut case = Case {
            operation: self.operation,
            amount: self.amount,
            currency: self.currency,
            key: self.key,
            position,
            can: &profile.capabilities,
            now,
            earlier: None,
            repeat: false,
            count: requests.map_or(0, Requests::count),
        };
        if let Some(requests) = requests {
            case.earlier = match self.key {
                Some(key) => requests.by_key(key),
                None => requests.outstanding().find(|(_, request)| is_keyless_repeat(&case, request)),
            };
            let unknown = |request: &Request| request.status() == RequestStatus::Unknown;
            case.repeat = case.earlier.is_some_and(|(_, request)| unknown(request) && case.same_amount(request));
        }
        case
    }

    /// Judges the request and words the event.
    fn decide(
        &self,
        ledger: Option<&Ledger>,
        position: &Position,
        profile: &Profile,
        now: Option<Time>,
    ) -> Result<Decision, Refusal> {
        let requests = ledger.map(|ledger| ledger.requests(self.operation));
        let case = self.case(position, requests, profile, now);
        let standing = order_of_checks::first(&case)?;
        let earlier = case.earlier;
        let number = earlier.map_or(case.count.saturating_add(1), |(number, _)| number);
        match (standing, earlier) {
            (Standing::Known, _) => Ok(Decision::AlreadyApplied { number }),
            (Standing::Again, Some((_, request))) => Ok(Decision::Record(Event::Requested {
                operation: self.operation,
                number,
                amount: request.requested(),
                key: request.key().cloned(),
                closes: request.closes() && self.operation == Operation::Capture,
                origin: request.origin(),
            })),
            _ => {
                let amount = case.wanted();
                // Every list of checks has the key's form in it.
                let key = self.key.map(IdempotencyKey::checked);
                Ok(Decision::Record(Event::Requested {
                    operation: self.operation,
                    number,
                    amount,
                    key,
                    closes: self.closes(amount, position, profile, earlier),
                    origin: Origin::Merchant,
                }))
            }
        }
    }

    /// Whether a capture closes the authorization: always where there is one only, else when the caller says that it
    /// is the last, or said so of the same capture before it was withdrawn, or it takes all that remains.
    fn closes(&self, amount: Minor, position: &Position, profile: &Profile, earlier: Option<(u32, &Request)>) -> bool {
        let single = profile.capabilities.captures == Captures::Single;
        let said = self.closing || earlier.is_some_and(|(_, request)| request.closes());
        self.operation == Operation::Capture && (single || said || amount == position.amounts.capturable)
    }
}

/// Whether a request without a key is the one of unknown fate sent again: the same amount, all there was.
fn is_keyless_repeat(case: &Case<'_>, request: &Request) -> bool {
    let unknown_keyless = request.status() == RequestStatus::Unknown && request.has_key(None);
    let held = case.position.amounts.held;
    unknown_keyless
        && match case.operation {
            Operation::Capture => held.is_zero() && case.same_amount(request),
            Operation::Void => {
                case.amount.map_or(held == request.requested(), |amount| amount.equals(request.requested()))
            }
            Operation::Refund => false,
        }
}

impl Position {
    /// Whether this capture may be sent from here; gives the amount it would take.
    ///
    /// For crates that hold no state machine of ours: keys used earlier are not known here, so rule
    /// `idempotency-key-reused` and the answer *already applied* are left to the caller.
    ///
    /// # Errors
    /// The first [`Refusal`] in the published order.
    pub fn check_capture(&self, ask: &CaptureRequest<'_>, profile: &Profile, now: Time) -> Result<Money, Refusal> {
        let case = Ask::from(ask).case(self, None, profile, Some(now));
        order_of_checks::first(&case)?;
        Ok(self.money(case.wanted()))
    }

    /// Every rule that this capture breaks from here, in the published order.
    #[must_use]
    pub fn capture_refusals(&self, ask: &CaptureRequest<'_>, profile: &Profile, now: Time) -> Vec<Refusal> {
        order_of_checks::all(&Ask::from(ask).case(self, None, profile, Some(now)))
    }
}

/// The three commands on a transaction whose state is known only when it is read: the same rules and refusals as on the
/// typed states.
impl Transaction {
    fn decide(&self, ask: &Ask<'_>, order: &Order, profile: &Profile, now: Option<Time>) -> Result<Decision, Refusal> {
        ask.decide(self.ledger(), &Position::of(self, order), profile, now)
    }

    fn refusals(&self, ask: &Ask<'_>, order: &Order, profile: &Profile, now: Option<Time>) -> Vec<Refusal> {
        let requests = self.ledger().map(|ledger| ledger.requests(ask.operation));
        order_of_checks::all(&ask.case(&Position::of(self, order), requests, profile, now))
    }

    /// Asks for a capture, whatever the state.
    ///
    /// # Errors
    /// The first [`Refusal`] in the published order.
    pub fn capture(
        &self,
        ask: &CaptureRequest<'_>,
        order: &Order,
        profile: &Profile,
        now: Time,
    ) -> Result<Decision, Refusal> {
        self.decide(&ask.into(), order, profile, Some(now))
    }

    /// Every rule that this capture breaks, in the published order; none where it is allowed or already applied.
    #[must_use]
    pub fn capture_refusals(
        &self,
        ask: &CaptureRequest<'_>,
        order: &Order,
        profile: &Profile,
        now: Time,
    ) -> Vec<Refusal> {
        self.refusals(&ask.into(), order, profile, Some(now))
    }

    /// Asks for a void, whatever the state.
    ///
    /// # Errors
    /// The first [`Refusal`] in the published order.
    pub fn void(&self, ask: &VoidRequest<'_>, order: &Order, profile: &Profile) -> Result<Decision, Refusal> {
        self.decide(&ask.into(), order, profile, None)
    }

    /// Every rule that this void breaks, in the published order.
    #[must_use]
    pub fn void_refusals(&self, ask: &VoidRequest<'_>, order: &Order, profile: &Profile) -> Vec<Refusal> {
        self.refusals(&ask.into(), order, profile, None)
    }

    /// Asks for a refund, whatever the state.
    ///
    /// # Errors
    /// The first [`Refusal`] in the published order.
    pub fn refund(&self, ask: &RefundRequest<'_>, order: &Order, profile: &Profile) -> Result<Decision, Refusal> {
        self.decide(&ask.into(), order, profile, None)
    }

    /// Every rule that this refund breaks, in the published order.
    #[must_use]
    pub fn refund_refusals(&self, ask: &RefundRequest<'_>, order: &Order, profile: &Profile) -> Vec<Refusal> {
        self.refusals(&ask.into(), order, profile, None)
    }
}

macro_rules! capture_from {
    ($($state:ident)+) => {$(
        impl typed::$state<'_> {
            /// Asks for a capture.
            ///
            /// # Errors
            /// The first [`Refusal`] in the published order.
            pub fn capture(&self, ask: &CaptureRequest<'_>, order: &Order, profile: &Profile, now: Time) -> Result<Decision, Refusal> {
                let position = Position::of_ledger(self.ledger, order);
                Ask::from(ask).decide(Some(self.ledger), &position, profile, Some(now))
            }
        }
    )+};
}

macro_rules! give_back_from {
    ($command:ident, $request:ident, $doc:literal, $($state:ident)+) => {$(
        impl typed::$state<'_> {
            #[doc = $doc]
            ///
            /// # Errors
            /// The first [`Refusal`] in the published order.
            pub fn $command(&self, ask: &$request<'_>, order: &Order, profile: &Profile) -> Result<Decision, Refusal> {
                let position = Position::of_ledger(self.ledger, order);
                Ask::from(ask).decide(Some(self.ledger), &position, profile, None)
            }
        }
    )+};
}

// Which command is legal in which state, in three lines.
capture_from! { Authorized Capturing CaptureInitiated PartiallyCaptured }
give_back_from! { void, VoidRequest, "Asks for a void.", Authorized PartiallyCaptured CaptureFailed VoidFailed }
give_back_from! { refund, RefundRequest, "Asks for a refund.", Capturing CaptureInitiated PartiallyCaptured Charged Voiding VoidInitiated VoidFailed }
