//! The rules as data: code, sentence, whether repeating helps, and where the rule is written.

/// Whether sending a refused request again can help, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retry {
    /// Repeating cannot help.
    Never,
    /// A corrected request can be accepted.
    Corrected,
    /// The same request can be accepted once what is outstanding is settled.
    Later,
}

impl Retry {
    /// The advice in words.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Never => "repeating cannot help",
            Self::Corrected => "correct the request, then send it",
            Self::Later => "wait for or fetch the outstanding result, then send it again",
        }
    }
}

/// One rule: what must hold for a request to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The stable kebab-case code of the refusal.
    pub code: &'static str,
    /// What must hold, in one sentence.
    pub sentence: &'static str,
    /// Whether repeating can help.
    pub retry: Retry,
    /// Which document says so.
    pub source: &'static str,
}

const RAZORPAY: &str = "Razorpay, Capture a Payment";

macro_rules! rules {
    ($($name:ident: $code:literal, $retry:ident, $source:expr, $sentence:literal;)+) => {
        $(
            #[doc = $sentence]
            pub(crate) const $name: Rule =
                Rule { code: $code, sentence: $sentence, retry: Retry::$retry, source: $source };
        )+

        /// Every rule, each code once. The order in which a command checks them is in the command's own file.
        pub const RULES: &[Rule] = &[$($name),+];
    };
}

rules! {
    CURRENCY_REQUIRED: "currency-required", Corrected, RAZORPAY,
        "A capture states its currency where the provider requires it.";
    CURRENCY_MISMATCH: "currency-mismatch", Corrected, RAZORPAY,
        "Every amount of a transaction is in the transaction's currency.";
    AMOUNT_REQUIRED: "amount-required", Corrected, "Juspay, Capture API, amount; Razorpay, Capture a Payment, amount",
        "A capture states its amount: always for Razorpay, with every idempotency key for Juspay.";
    AMOUNT_PRECISION: "amount-precision", Corrected, "Razorpay, Capture a Payment, common errors: The amount must be an integer",
        "An amount has no more digits than its currency and its provider take.";
    AMOUNT_NOT_POSITIVE: "amount-not-positive", Corrected, "INV-2",
        "An amount is above zero.";
    IDEMPOTENCY_KEY_REQUIRED: "idempotency-key-required", Corrected, "Juspay, Capture API, idempotence_key",
        "A Juspay capture that states an amount carries an idempotency key.";
    IDEMPOTENCY_KEY_MALFORMED: "idempotency-key-malformed", Corrected, "Juspay, Capture API, idempotence_key",
        "An idempotency key is 1 to 255 letters, digits and - _ ( ) { } + ~ . characters.";
    IDEMPOTENCY_KEY_REUSED: "idempotency-key-reused", Corrected, "INV-10",
        "An idempotency key belongs to one amount for ever.";
    ALREADY_CAPTURED: "already-captured", Never,
        "Juspay, Capture API, 400: Cannot capture charged transaction; Razorpay, Capture a Payment, common errors: order is already paid",
        "A charged transaction is not captured again.";
    NOT_AUTHORIZED: "not-authorized", Never, "Juspay, Capture API; Razorpay, Capture a Payment, first paragraph",
        "Only an authorized transaction is captured.";
    CAPTURE_IN_PROGRESS: "capture-in-progress", Later, "Juspay, Capture API, status table: CAPTURE_INITIATED",
        "While a capture is sent or accepted, no other one is made.";
    VOID_IN_PROGRESS: "void-in-progress", Later, "Juspay, Void API: VOID_INITIATED",
        "While a void is sent or accepted, nothing else is asked of the hold.";
    OUTCOME_UNKNOWN: "outcome-unknown", Later, "Juspay, Capture API, status table: timeout",
        "While an outcome is unknown, only the same request may be sent again.";
    AUTHORIZATION_EXPIRED: "authorization-expired", Never, "Juspay, capture within 7 days; Razorpay, capture settings: manual expiry",
        "A capture is made before the authorization lapses; the deadline itself is too late.";
    AUTHORIZED_NOT_EQUAL_TO_ORDER: "authorized-not-equal-to-order", Never, "Razorpay, Capture a Payment, first bullet",
        "For Razorpay, the authorized amount equals the order amount before a capture is made.";
    AMOUNT_NOT_EQUAL_TO_AUTHORIZED: "amount-not-equal-to-authorized", Corrected,
        "Razorpay, Capture a Payment, common errors: must be equal to the amount authorized",
        "A Razorpay capture is for exactly the authorized amount.";
    EXCEEDS_CAPTURABLE: "exceeds-capturable", Corrected, "Juspay, Capture API: up to the amount pre-authorized",
        "A capture is for no more than what is capturable; money in flight and of unknown fate counts.";
    PARTIAL_CAPTURE_UNSUPPORTED: "partial-capture-unsupported", Corrected, "Juspay, Capture API, note: only via CYBERSOURCE",
        "A capture of a part is made only where the gateway can.";
    TOO_MANY_REQUESTS: "too-many-requests", Never, "this crate's own limit, docs/decisions.md",
        "A transaction remembers a bounded number of requests of each kind.";
    VOID_UNSUPPORTED: "void-unsupported", Never, "Razorpay has no void endpoint: let the authorization lapse, or capture and refund",
        "A void is made only where the provider has one.";
    NOT_VOIDABLE: "not-voidable", Never, "Juspay, Void API",
        "Only a hold that is authorized, partially captured, capture-failed or void-failed is voided.";
    EXCEEDS_HELD: "exceeds-held", Corrected, "INV-1",
        "A void is for no more than what is held.";
    PARTIAL_VOID_UNSUPPORTED: "partial-void-unsupported", Corrected, "Juspay, Simpl pay-after-delivery: capture and void",
        "A void of a part is made only where the gateway can.";
    NOT_REFUNDABLE: "not-refundable", Never, "Juspay, Refund Order API; Razorpay, Refunds",
        "Only captured money is refunded.";
    EXCEEDS_REFUNDABLE: "exceeds-refundable", Corrected, "INV-3",
        "A refund is for no more than was captured and is not refunded or being refunded.";
    ADJUSTMENT_UNSUPPORTED: "adjustment-unsupported", Never, "Neither Juspay nor Razorpay documents an adjustment",
        "An authorization is adjusted only where the provider can.";
    ADJUSTMENT_BELOW_COMMITTED: "adjustment-below-committed", Corrected, "INV-1",
        "An adjusted authorization covers what is captured, pending and released.";
    ILLEGAL_TRANSITION: "illegal-transition", Never, "The transition table",
        "An event is accepted only from the states that allow it.";
}

impl Rule {
    /// The rule of a code.
    #[must_use]
    pub fn of(code: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.code == code)
    }
}
