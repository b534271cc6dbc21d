//! What is asked of which gateway, within which bounds, and with which fault planted.

use order_capture::{Currency, IdError, Minor, Money, Operation, Order, Profile, Request, Time, juspay, razorpay};

/// A gateway, as the built-in profiles have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gateway {
    /// CYBERSOURCE: one capture, of all or a part; a failed one closes the authorization.
    Single,
    /// SIMPL: several captures; a failed one leaves the authorization open.
    Several,
    /// Razorpay: one capture, of all. Its refunds may be asked without a key.
    Razorpay,
}

/// How much a provider checks by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manners {
    /// It refuses what its own rules forbid, as the documents say.
    Strict,
    /// It takes every key once while the hold lasts and checks nothing else, so that all safety has to come from the
    /// billing side.
    Trusting,
}

/// Which words a provider has for a transaction while nothing is captured and nothing given back. None of them says
/// which capture it is about; answers, and the results of what was accepted, do say so, by the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Words {
    /// None for captures: the word stays what it was. So the domain assumes of a gateway with several captures.
    Few,
    /// One for a capture under way; after a failure the word is what it was before.
    UnderWay,
    /// One for a capture under way, and one for a failed capture.
    All,
}

/// One thing the merchant wants, under one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Intent {
    /// Capture, void of all that is held, or refund.
    pub operation: Operation,
    /// The key's number; the text is made from it.
    pub key: u8,
    /// How much; a void names no amount.
    pub amount: u32,
}

/// A capture of so much under key `key`.
#[must_use]
pub const fn capture(key: u8, amount: u32) -> Intent {
    Intent { operation: Operation::Capture, key, amount }
}

/// A void of all that is held.
#[must_use]
pub const fn void(key: u8) -> Intent {
    Intent { operation: Operation::Void, key, amount: 0 }
}

/// A refund of so much under key `key`.
#[must_use]
pub const fn refund(key: u8, amount: u32) -> Intent {
    Intent { operation: Operation::Refund, key, amount }
}

/// A refund of up to 3 without a key. It is told from others by its amount, which stands in the place of the key's
/// number.
#[must_use]
pub const fn keyless_refund(amount: u8) -> Intent {
    Intent { operation: Operation::Refund, key: KEYLESS + amount, amount: amount as u32 }
}

/// From here on the number of a key says that there is none, and which amount was asked.
const KEYLESS: u8 = 5;

/// The key of the capture that a configuration may begin with.
pub const EARLIER: u8 = 9;

/// Whether a key's number says that there is none.
#[must_use]
pub const fn is_keyless(key: u8) -> bool {
    key > KEYLESS && key < EARLIER
}

/// A mistake in the billing service, planted to see that a property notices it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The service as it should be.
    None,
    /// Records a capture that got no answer as failed, which frees its money.
    FreesOnTimeout,
    /// Takes "authorized" for proof that a capture of unknown fate never happened.
    TrustsOldNews,
    /// Repeats a request of unknown fate under a new key.
    RepeatsUnderNewKey,
    /// Repeats a request of unknown fate with another amount under its key.
    RepeatsOtherAmount,
    /// Takes "accepted" for done.
    TakesPendingForDone,
    /// Sends first and stores afterwards; a crash between the two forgets the request.
    SendsBeforeStoring,
    /// Applies an answer without storing it.
    AppliesWithoutStoring,
    /// Stores an event again when it comes again.
    StoresEveryCopy,
    /// Takes an error that comes after its call was given up.
    TakesErrorsLate,
    /// Reads the amounts in two goes, with an event in between.
    ReadsTornAmounts,
    /// Ignores webhooks and polls while an outcome is unknown.
    IgnoresLateNews,
    /// Never sends a request of unknown fate again.
    NeverRepeats,
    /// Repeats a refund of unknown fate that has no key, by itself: the crate refuses it.
    RepeatsWithoutKey,
    /// Takes the answer to a poll for fresh although a request of its own may still have been on its way when it asked.
    PollsTooSoon,
}

/// One configuration to search.
#[derive(Clone, Debug)]
pub struct Config {
    /// Its name in reports.
    pub name: &'static str,
    /// The gateway.
    pub gateway: Gateway,
    /// How much the provider checks by itself.
    pub manners: Manners,
    /// What is authorized, in minor units.
    pub authorized: u32,
    /// Whether all of it was captured before the story begins.
    pub charged: bool,
    /// What the merchant wants; each may be asked at any time and as often as the bound on sending allows. Two captures
    /// of one key are a mistake of the merchant's, that the crate has to notice. One without a key is asked once.
    pub intents: Vec<Intent>,
    /// The most requests that are sent, repeats included: the one bound, from which all others follow.
    pub sends: u8,
    /// Whether the clock may pass the authorization's `capture_before`.
    pub deadline: bool,
    /// Whether the provider may refuse any request before it tries it, for reasons of its own.
    pub flaky: bool,
    /// Whether somebody may void at the provider itself, on its dashboard.
    pub dashboard: bool,
    /// What the provider's word for the transaction says of captures.
    pub words: Words,
    /// Whether the order has another transaction: then everything is said of this one, nothing of the order.
    pub beside: bool,
    /// Whether webhooks and polls state the totals.
    pub figures: bool,
    /// The planted fault.
    pub fault: Fault,
    /// How many states it has, as measured.
    pub states: usize,
}

impl Config {
    /// A configuration without anything that the methods below add: three minor units are authorized.
    #[must_use]
    pub fn new(name: &'static str, gateway: Gateway, manners: Manners, intents: &[Intent], sends: u8) -> Self {
        Self {
            name,
            gateway,
            manners,
            authorized: 3,
            charged: false,
            intents: intents.to_vec(),
            sends,
            deadline: false,
            flaky: false,
            dashboard: false,
            words: if gateway == Gateway::Several { Words::Few } else { Words::All },
            beside: false,
            figures: true,
            fault: Fault::None,
            states: 0,
        }
    }

    /// With all of it captured before the story begins.
    #[must_use]
    pub fn charged(self) -> Self {
        Self { charged: true, ..self }
    }

    /// With a clock that may pass the deadline.
    #[must_use]
    pub fn deadline(self) -> Self {
        Self { deadline: true, ..self }
    }

    /// With a provider that may refuse without trying.
    #[must_use]
    pub fn flaky(self) -> Self {
        Self { flaky: true, ..self }
    }

    /// With somebody at the dashboard.
    #[must_use]
    pub fn dashboard(self) -> Self {
        Self { dashboard: true, ..self }
    }

    /// With these words.
    #[must_use]
    pub fn words(self, words: Words) -> Self {
        Self { words, ..self }
    }

    /// Beside another transaction of the order.
    #[must_use]
    pub fn beside(self) -> Self {
        Self { beside: true, ..self }
    }

    /// With webhooks that name no totals.
    #[must_use]
    pub fn without_figures(self) -> Self {
        Self { figures: false, ..self }
    }

    /// With a mistake.
    #[must_use]
    pub fn fault(self, fault: Fault) -> Self {
        Self { fault, ..self }
    }

    /// With the number of states that was measured.
    #[must_use]
    pub fn states(self, states: usize) -> Self {
        Self { states, ..self }
    }

    /// The profile that the crate is given.
    #[must_use]
    pub fn profile(&self) -> &'static Profile {
        match self.gateway {
            Gateway::Single => &juspay::CYBERSOURCE,
            Gateway::Several => &juspay::SIMPL,
            Gateway::Razorpay => &razorpay::PROFILE,
        }
    }

    /// The order that is paid: for what is authorized.
    ///
    /// # Errors
    /// None that a test would not show: the identifier is a constant.
    pub fn order(&self) -> Result<Order, IdError> {
        Ok(Order::new("o".parse()?, money(self.authorized)))
    }
}

/// So many minor units of the model's currency.
#[must_use]
pub fn money(units: u32) -> Money {
    Money::new(Minor::from(units), Currency::INR)
}

/// The text of a key.
#[must_use]
pub fn key_text(key: u8) -> String {
    format!("k{key}")
}

/// The number of a key, from its text.
#[must_use]
pub fn key_number(text: &str) -> Option<u8> {
    text.strip_prefix('k')?.parse().ok()
}

/// The number that stands for a request's key.
#[must_use]
pub fn number_of(request: &Request) -> Option<u8> {
    match request.key.as_ref() {
        Some(key) => key_number(key.as_str()),
        None => u8::try_from(request.amount.get()).ok()?.checked_add(KEYLESS),
    }
}

/// The present: before the deadline, or at it. The deadline itself is the second instant, since it is exclusive.
#[must_use]
pub fn now(late: bool) -> Time {
    if late { deadline() } else { Time::UNIX_EPOCH }
}

/// Until when a capture is accepted, exclusive.
#[must_use]
pub fn deadline() -> Time {
    Time::from_timestamp(60, 0).unwrap_or(Time::MAX_UTC)
}
