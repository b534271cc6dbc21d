//! Frequent questions about Razorpay: the rows of the atlas.

use std::borrow::Cow;

use crate::profile::{Confidence, Fact, Source, Topic};
use crate::provider::rows::{NOBODY, facts, of};

const SEED: Source = of("razorpay.com/docs/api/payments/capture", Confidence::Seed);
const SETTINGS: Source = of("razorpay.com/docs, capture settings", Confidence::Official);
const REFUNDS: Source = of("razorpay.com/docs/api/refunds", Confidence::Official);
const REFUND_KEYS: Source = of("razorpay.com/docs/api/refunds, idempotent normal refunds", Confidence::Official);
const CURRENCIES: Source = of("razorpay.com/docs/payments/international-payments", Confidence::Official);
const WEBHOOKS: Source = of("razorpay.com/docs/webhooks, validate and test", Confidence::Official);

pub(super) const FACTS: &[Fact] = facts! {
    Lifecycle "A payment is created, authorized, captured, refunded or failed; an order is created, attempted or paid. \
        Razorpay refunds a payment that nobody captures; its flag captured is then false.", SEED;
    Captures "One.", SEED;
    Parts "No: exactly the amount authorized.", SEED;
    Final "There is none: the only capture is the final one.", SEED;
    Void "Nothing: Razorpay refunds a payment that is not captured.", SETTINGS;
    Expiry "The capture settings of the account decide: at most 3 days by one page, 5 by another.", SETTINGS;
    OverCapture "No: exactly the amount authorized.", SEED;
    Adjustment "No document mentions one.", NOBODY;
    Keys "A capture has none: once it went through, Razorpay answers a repeat with an error. A refund has the header \
        X-Refund-Idempotency; how long Razorpay keeps it is not known here.", REFUND_KEYS;
    Failure "The payment stays authorized, and the merchant may capture again.", NOBODY;
    Refunds "Several, of captured money, within six months.", REFUNDS;
    Amounts "Integers of the currency's smallest unit; for a currency with three decimals, the last digit is \
        0.", CURRENCIES;
    Caller "The caller checks the signature over the raw body and passes the items of a collection one at a time. \
        Webhooks come more than once and in any order.", WEBHOOKS;
};
