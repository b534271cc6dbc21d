//! What must hold for a request to be sent. The order of the checks is in `src/command/order_of_checks.rs`.

use crate::rule::{Retry, rules};

const NEVER: Option<Retry> = Some(Retry::Never);
const CORRECTED: Option<Retry> = Some(Retry::Corrected);
const LATER: Option<Retry> = Some(Retry::Later);

rules! {
    /// The rules of requests, each code once. [`Rule::all`](crate::Rule::all) has every entry.
    pub RULES;

    CURRENCY_REQUIRED: "currency-required", [Violation], CORRECTED, "Razorpay, Capture a Payment, currency (required)";
        must "A capture states its currency if the provider requires it."
        why "The provider answers with an error after the request was sent, and somebody has to find out whether anything happened."
        reports "the transaction's currency"
        next "State the transaction's currency in the request."

    CURRENCY_MISMATCH: "currency-mismatch", [Violation, Conflict, Malformed], CORRECTED,
        "Razorpay, Capture a Payment, currency: the one in which the payment was made";
        must "The request, the transaction and the order are in one currency."
        why "100 yen and 100 rupees have the same digits; without the check an amount in another currency is booked as if it were ours."
        reports "the currency that was given, and the transaction's or the order's"
        next "In a request, state the amount in the transaction's currency. For an observation or an authorization, do not relabel it: compare the order and the payment in the provider's dashboard; nothing was changed. A log or a stored transaction belongs to another order: load it with its own."

    AMOUNT_REQUIRED: "amount-required", [Violation], CORRECTED,
        "Juspay, Capture API, amount and idempotence_key (both for a partial capture); Razorpay, Capture a Payment, amount (required)";
        must "A capture states its amount: always for Razorpay, and whenever a key is given for Juspay."
        why "A key without an amount is half of a partial capture: one side may take it to mean everything held, the other to be a mistake."
        reports "what is capturable"
        next "State the amount. For Juspay, to capture in full, leave out both the amount and the key."

    AMOUNT_PRECISION: "amount-precision", [Violation, Malformed], CORRECTED,
        "Razorpay, Capture a Payment, common errors: The amount must be an integer; Razorpay, orders: the last digit of a three-decimal currency is 0; Juspay, Pre-Auth API: up to two decimal places";
        must "An amount has no more digits than its currency and its provider allow; in a request in a three-decimal currency the last digit is 0."
        why "If anybody rounds the amount, the merchant's books and the provider's differ by a fraction that nobody can trace later."
        reports "the amount, its digits after the point, the digits that may be used"
        next "Decide in your own code what happens to the fraction, then send an amount without it."

    AMOUNT_NOT_POSITIVE: "amount-not-positive", [Violation, Malformed], CORRECTED,
        "INV-2; Razorpay, Capture a Payment, amount: the one of the order";
        must "An amount is above zero."
        why "A zero or negative amount usually comes from a wrong subtraction, and a provider may take nothing to mean everything."
        reports "the amount"
        next "Find where the amount was computed. To capture all that is capturable, leave the amount out if the provider allows it."

    IDEMPOTENCY_KEY_REQUIRED: "idempotency-key-required", [Violation], CORRECTED,
        "Juspay, Capture API, idempotence_key (conditional); Simpl pay-after-delivery: capture and void; Refund Order API, unique_request_id (mandatory)";
        must "For Juspay, a capture or void that states an amount carries an idempotency key, and so does every refund."
        why "Without a key, a repeat after a timeout looks like a second request, and moves the money twice."
        reports "the kind of request, and its amount"
        next "Make a key, store it with the request, and use the same one for every repeat of that request."

    IDEMPOTENCY_KEY_MALFORMED: "idempotency-key-malformed", [Violation], CORRECTED,
        "Juspay, Capture API, idempotence_key: special characters allowed; Razorpay, Refunds, X-Refund-Idempotency; the limit of 255 is this crate's own";
        must "An idempotency key has the form that the profile states: for Juspay one or more letters, digits and the characters - _ ( ) { } + ~ . ; for Razorpay refunds ten or more letters, digits, - and _."
        why "A key that the provider shortens or rejects protects nothing, or protects the wrong request."
        reports "the first character that is not allowed and its place, or the length and the limit"
        next "Make keys of 10 to 20 letters and digits: every documented form accepts them."

    FINAL_UNSUPPORTED: "final-unsupported", [Violation], CORRECTED,
        "Juspay, Capture API, body parameters: amount and idempotence_key alone; Juspay, Simpl pay-after-delivery: the rest is voided";
        must "A capture is marked final only if the provider's request can say so; a void or a refund never is."
        why "The remainder would be released in these books without the provider's knowledge: free here, still held there."
        reports "what is held; or that it is a void or a refund"
        next "Capture without marking it final, then void the rest once the capture succeeded. Of a void or a refund, leave the mark out."

    IDEMPOTENCY_KEY_REUSED: "idempotency-key-reused", [Violation], CORRECTED, "INV-10; Juspay, Capture API, idempotence_key";
        must "An idempotency key belongs to one request for ever: one amount, and final or not."
        why "The provider answers the second request with the result of the first, and the caller books money that never moved."
        reports "the amount requested and the amount that the key belongs to; or that amount, and whether it was final"
        next "To repeat the earlier request, send its own amount. For another request, make a new key."

    ALREADY_CAPTURED: "already-captured", [Violation], NEVER,
        "Juspay, Capture API, 400: Cannot capture charged transaction; Razorpay, Capture a Payment, common errors: order is already paid";
        must "A charged transaction is not captured again."
        why "A second worker or an impatient person sends the capture once more: at best the provider refuses it, at worst the payer pays twice."
        reports "what was captured, what was authorized"
        next "Treat the money as taken. If more of the order is due, obtain a new authorization for that."

    NOT_AUTHORIZED: "not-authorized", [Violation], NEVER,
        "Juspay, Capture API, first paragraph: AUTHORIZED; Razorpay, Capture a Payment, first paragraph: authorized";
        must "Only an authorized transaction is captured."
        why "Goods are shipped because a capture was sent, although there never was a hold, or it is gone."
        reports "the state"
        next "created: wait for the authorization. capture-failed or void-failed: void what is held, then obtain a new authorization. Otherwise: obtain a new authorization."

    CAPTURE_IN_PROGRESS: "capture-in-progress", [Violation], LATER, "Juspay, Capture API, status table: CAPTURE_INITIATED";
        must "While a capture is sent or accepted, no void is sent, and no other capture unless the gateway takes several at once."
        why "Two workers each send a capture; both succeed, and the payer is charged twice."
        reports "what is pending"
        next "Wait for the webhook or poll the status; decide again once the result is known."

    VOID_IN_PROGRESS: "void-in-progress", [Violation], LATER, "Juspay, Void API: VOID_INITIATED";
        must "While a void is sent or accepted, nothing else is requested of the hold."
        why "A capture races the void; whichever arrives first decides what the payer sees."
        reports "what is held"
        next "Wait for the void's result, then decide again."

    OUTCOME_UNKNOWN: "outcome-unknown", [Violation], LATER, "Juspay, Capture API, status table: timeout or no response reads AUTHORIZED";
        must "While the outcome of a request is unknown, only the same request may be repeated; a capture, only before the deadline."
        why "The provider says AUTHORIZED before a capture and also after one that timed out. Whoever takes that for a failure and captures under a new key takes the money twice."
        reports "what is pending; of a void, what is held"
        next "Poll the status. Or, if the request was yours, repeat exactly the same one: same key, same amount, while the provider remembers the key. What the provider did by itself cannot be repeated. After the deadline only poll, and do not obtain a new authorization before the answer: the money may have been taken."

    AUTHORIZATION_EXPIRED: "authorization-expired", [Violation], NEVER,
        "Juspay, capture within 7 days of the transaction; Razorpay, capture settings: expiry of manual captures";
        must "A capture is sent before the authorization expires; the deadline itself is too late."
        why "The bank may have released the money; a capture then fails late, or is reversed after the goods have been shipped."
        reports "the deadline, the time of the request"
        next "Void the hold if the provider can, so that the payer does not have two, and obtain a new authorization."

    CAPTURE_LIMIT_REACHED: "capture-limit-reached", [Violation], NEVER, "The profile, most_captures: docs/atlas.md, May I capture twice?";
        must "If the provider limits the number of captures per authorization, no more are sent."
        why "The last shipment has left, and its capture is refused."
        reports "how many captures were made or may have been, the limit, what is held"
        next "Void what is held and obtain a new authorization. Next time, mark the last capture within the limit as final."

    AUTHORIZED_NOT_EQUAL_TO_ORDER: "authorized-not-equal-to-order", [Violation], NEVER, "Razorpay, Capture a Payment, first bullet";
        must "For Razorpay, what the authorization pays equals the order's amount before a capture is sent; for an order that is paid in parts, it is no more than what is left to pay."
        why "An amount that was changed in the browser is captured, and the goods are sold for less than their price."
        reports "what the authorization pays, what the order is for or has left"
        next "Do not capture. Let the hold expire, and find out how the amount changed, or which other payment of the order took what was due."

    ORDER_ALREADY_PAID: "order-already-paid", [Violation], NEVER,
        "Razorpay, Capture a Payment, common errors: Your payment has been declined as the order is already paid";
        must "If other transactions of the order captured money or have some pending, this capture and theirs (less refunds) stay within the order's amount."
        why "The payer tried twice and both attempts were authorized; capturing both charges the order twice, and nobody notices before the payer does."
        reports "the amount requested, what the order is for, what its other transactions captured, or have pending, what is still due"
        next "If a capture of another transaction is pending, wait for its result: it may fail. If something is due, request no more than that. Only if the order is paid in full, void this authorization (or let it expire, where the provider has no void)."

    AMOUNT_NOT_EQUAL_TO_AUTHORIZED: "amount-not-equal-to-authorized", [Violation], CORRECTED,
        "Razorpay, Capture a Payment, common errors: must be equal to the amount authorized";
        must "A Razorpay capture is for exactly the authorized amount."
        why "The provider refuses any other amount, and the order stays unpaid until the hold expires."
        reports "the amount requested, what was authorized"
        next "Request the authorized amount. If less is due, capture it all and refund the difference."

    EXCEEDS_CAPTURABLE: "exceeds-capturable", [Violation], CORRECTED, "Juspay, Capture API, first paragraph: up to the amount pre-authorized";
        must "A capture is for no more than what is capturable; money that is captured, pending or released, or whose outcome is unknown, is not capturable."
        why "Captures that each fit add up to more than the payer agreed to."
        reports "the amount requested, what is capturable, what was authorized"
        next "Request no more than what is capturable. If more of the order is due, obtain a new authorization for that."

    PARTIAL_CAPTURE_UNSUPPORTED: "partial-capture-unsupported", [Violation], CORRECTED,
        "Juspay, Capture API, note: partial capture via CYBERSOURCE; Juspay, Simpl pay-after-delivery";
        must "A capture of less than what is held is sent only if the gateway can capture a part."
        why "A gateway that cannot take a part may refuse the capture, or take everything."
        reports "the amount requested, what is held"
        next "Capture all and refund the difference, or void and obtain an authorization of the smaller amount."

    TOO_MANY_REQUESTS: "too-many-requests", [Violation, Conflict, Rejection], NEVER, "This crate's own limit: docs/decisions.md";
        must "A transaction remembers a bounded number of requests of each kind."
        why "A loop that captures or refunds without end fills memory, and hides in a log that nobody can read."
        reports "the kind of request or how many there are; 10,000 is the limit"
        next "Find the loop. Void what is held and continue with a new transaction."

    VOID_UNSUPPORTED: "void-unsupported", [Violation], NEVER, "Razorpay documents no void: let the authorization expire, or capture and refund";
        must "A void is sent only if the provider has one."
        why "Somebody tells the payer that the hold is gone, and it stays for days."
        reports "what is held"
        next "Let the hold expire, or capture and refund it before the deadline. If a capture is pending, wait for its result first."

    NOT_VOIDABLE: "not-voidable", [Violation], NEVER, "Juspay, Void API";
        must "Only a hold that is authorized, partially captured, capture-failed or void-failed is voided; if the provider voids only before the first capture, a partially captured one is not."
        why "In any other state there is nothing to release; returning captured money is a refund."
        reports "the state; what is captured and what is held"
        next "charged: refund. created: wait for the authorization. voided, expired or failed: nothing is left to do. partially captured: capture the rest, or let it expire."

    EXCEEDS_HELD: "exceeds-held", [Violation], CORRECTED, "INV-1";
        must "A void is for no more than what is held."
        why "The payer is promised more than there is to release."
        reports "the amount requested, what is held"
        next "Request what is held or less, or leave the amount out."

    PARTIAL_VOID_UNSUPPORTED: "partial-void-unsupported", [Violation], CORRECTED, "Juspay, Simpl pay-after-delivery: capture and void";
        must "A void of a part is sent only if the gateway can release a part."
        why "A gateway that cannot release a part may release everything, and the next shipment is unpaid."
        reports "the amount requested, what is held"
        next "Void all, or capture what is due first and void the rest."

    NOT_REFUNDABLE: "not-refundable", [Violation], NEVER, "Juspay, Refund Order API; Razorpay, Refunds";
        must "Only captured money is refunded."
        why "A refund of a hold either fails, or pays out money that was never received."
        reports "the state"
        next "If a capture is pending or unknown, wait for its result. authorized: void what is held, or let it expire. created: wait for the authorization. voided, expired or failed: nothing is left to do."

    EXCEEDS_REFUNDABLE: "exceeds-refundable", [Violation], CORRECTED, "INV-3; Juspay, Refund Order API; Razorpay, Refunds";
        must "A refund is for no more than what was captured, less what is refunded or pending as a refund."
        why "Two people answer the same complaint, and the payer gets the money twice."
        reports "the amount requested, what is refundable, what was captured, what is pending in refunds"
        next "Compare with the refunds that exist; request what is refundable or less."

    ADJUSTMENT_UNSUPPORTED: "adjustment-unsupported", [Violation], NEVER, "Neither Juspay nor Razorpay documents an adjustment";
        must "An authorization is adjusted only if the provider can adjust it: at all, downward, or after a capture."
        why "The merchant counts on a larger hold than the bank ever gave."
        reports "what is authorized; also the new total and what is captured, if the provider can adjust at other times"
        next "Obtain a second authorization for the difference. If nothing was captured, you may also void this one and authorize the new amount."

    ADJUSTMENT_BELOW_COMMITTED: "adjustment-below-committed", [Violation], CORRECTED, "INV-1";
        must "An adjusted authorization covers what is captured, pending and released."
        why "The hold would be smaller than the money that was already taken from it."
        reports "the new total, what is captured, pending or released"
        next "State the new total, not a difference, and no less than what is captured, pending and released."

    ILLEGAL_TRANSITION: "illegal-transition", [Violation, Rejection], NEVER, "The table of transitions: docs/tables/transitions.md";
        must "An event is accepted only from the states that allow it."
        why "An answer to a request that was never made, or a failure after a success, would change amounts that are already known."
        reports "the state and the event's name; or the amounts that stand against it: what is authorized, what succeeded, what is outstanding, what may be reported; or that no such request or key is known"
        next "Do what the text says. If it names no amount, read the log before the event: usually an answer was given to the wrong transaction."
}
