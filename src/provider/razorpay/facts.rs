//! What people ask of Razorpay: the rows of the atlas.

use crate::profile::{Confidence, Fact, Source, Topic};
use crate::provider::rows::{NOBODY, fact, of};

const SEED: Source = of("razorpay.com/docs/api/payments/capture", Confidence::Seed);
const SETTINGS: Source = of("razorpay.com/docs, capture settings", Confidence::Official);
const REFUNDS: Source = of("razorpay.com/docs/api/refunds", Confidence::Official);
const REFUND_KEYS: Source = of("razorpay.com/docs/api/refunds, idempotent normal refunds", Confidence::Official);
const CURRENCIES: Source = of("razorpay.com/docs/payments/international-payments", Confidence::Official);
const WEBHOOKS: Source = of("razorpay.com/docs/webhooks, validate and test", Confidence::Official);

pub(super) const FACTS: &[Fact] = &[
    fact(
        Topic::Lifecycle,
        "A payment is created, authorized, captured, refunded or failed; an order is created, attempted, paid. A payment that \
         nobody captures is refunded, its flag captured being false.",
        SEED,
    ),
    fact(Topic::Captures, "One.", SEED),
    fact(Topic::Parts, "No: exactly the amount authorized.", SEED),
    fact(Topic::Final, "None; the one capture is.", SEED),
    fact(Topic::Void, "Nothing: a payment that is not captured is refunded by itself.", SETTINGS),
    fact(
        Topic::Expiry,
        "As the capture settings of the account say: 3 days at most by one page, 5 by another.",
        SETTINGS,
    ),
    fact(Topic::OverCapture, "No: exactly the amount authorized.", SEED),
    fact(Topic::Adjustment, "None is documented.", NOBODY),
    fact(
        Topic::Keys,
        "A capture has none: a repeat is answered with an error once it went through. A refund has the header \
         X-Refund-Idempotency; how long it is kept was not read.",
        REFUND_KEYS,
    ),
    fact(Topic::Failure, "The payment stays authorized and can be captured again.", NOBODY),
    fact(Topic::Refunds, "Of captured money, several, not after six months.", REFUNDS),
    fact(
        Topic::Amounts,
        "Integers of the currency's smallest unit; of a currency with three decimals, the last digit is 0.",
        CURRENCIES,
    ),
    fact(
        Topic::Caller,
        "Checks the signature over the raw body; hands over one item of a collection at a time. Webhooks come more than once and \
         in any order.",
        WEBHOOKS,
    ),
];
