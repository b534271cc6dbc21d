//! What must hold for a request to be sent. The order in which a command checks it is in the command's own file.

use crate::rule::{Retry, rules};

const NEVER: Option<Retry> = Some(Retry::Never);
const CORRECTED: Option<Retry> = Some(Retry::Corrected);
const LATER: Option<Retry> = Some(Retry::Later);

rules! {
    /// The rules of requests: those that refusals name, each code once. [`Rule::all`](crate::Rule::all) has every entry.
    pub RULES;

    CURRENCY_REQUIRED: "currency-required", [Refusal], CORRECTED, "Razorpay, Capture a Payment, currency (required)";
        must "A capture states its currency where the provider requires it."
        why "The provider answers with an error after the request went out, and somebody has to find out whether anything happened."
        reports "the transaction's currency"
        next "State the transaction's currency in the request."

    CURRENCY_MISMATCH: "currency-mismatch", [Refusal, Conflict, Malformed], CORRECTED,
        "Razorpay, Capture a Payment, currency: the one in which the payment was made";
        must "Every amount of a transaction is in the transaction's currency."
        why "100 yen and 100 rupees are the same digits; without the check a figure in another currency is booked as if it were ours."
        reports "the currency that was given, and the transaction's or the order's"
        next "Of a request: ask in the transaction's currency. Of an observation: compare order and payment in the provider's dashboard; nothing was changed."

    AMOUNT_REQUIRED: "amount-required", [Refusal], CORRECTED,
        "Juspay, Capture API, amount and idempotence_key (both for a partial capture); Razorpay, Capture a Payment, amount (required)";
        must "A capture states its amount: always for Razorpay, with every idempotency key for Juspay."
        why "A key without an amount is half of a partial capture: one side may read it as all that is held, the other as a mistake."
        reports "what is capturable"
        next "State the amount, or for Juspay leave out both amount and key to capture in full."

    AMOUNT_PRECISION: "amount-precision", [Refusal, Malformed], CORRECTED,
        "Razorpay, Capture a Payment, common errors: The amount must be an integer";
        must "An amount has no more digits than its currency and its provider take."
        why "Whoever rounds it, the merchant's books and the provider's differ by a fraction that no one can find later."
        reports "the amount, its digits after the point, the digits that may be used"
        next "Decide in your own code what the fraction becomes, then send an amount without it."

    AMOUNT_NOT_POSITIVE: "amount-not-positive", [Refusal, Malformed], CORRECTED,
        "INV-2; Razorpay, Capture a Payment, amount: the one of the order";
        must "An amount is above zero."
        why "A zero or negative amount comes from a wrong subtraction; a provider may read nothing as everything."
        reports "the amount"
        next "Look at where the amount was computed. For all that is capturable, leave the amount out where the provider allows it."

    IDEMPOTENCY_KEY_REQUIRED: "idempotency-key-required", [Refusal], CORRECTED, "Juspay, Capture API, idempotence_key (conditional)";
        must "A Juspay capture that states an amount carries an idempotency key."
        why "Without a key a repeat after a timeout cannot be told from a second capture, and takes the money twice."
        reports "the amount"
        next "Make a key, store it with the request, and use the same one for every repeat of it."

    IDEMPOTENCY_KEY_MALFORMED: "idempotency-key-malformed", [Refusal], CORRECTED,
        "Juspay, Capture API, idempotence_key: special characters allowed; the length is this crate's own limit";
        must "An idempotency key is 1 to 255 letters, digits and - _ ( ) { } + ~ . characters."
        why "A key that the provider cuts or refuses protects nothing, or protects the wrong request."
        reports "the first character that is not allowed and its place, or the length"
        next "Make keys of letters, digits and hyphens."

    IDEMPOTENCY_KEY_REUSED: "idempotency-key-reused", [Refusal], CORRECTED, "INV-10; Juspay, Capture API, idempotence_key";
        must "An idempotency key belongs to one amount for ever."
        why "The provider answers the second amount with the result of the first, and the caller books money that never moved."
        reports "the amount asked, the amount that the key belongs to"
        next "For a repeat, send the earlier amount. For another capture, make a new key."

    ALREADY_CAPTURED: "already-captured", [Refusal], NEVER,
        "Juspay, Capture API, 400: Cannot capture charged transaction; Razorpay, Capture a Payment, common errors: order is already paid";
        must "A charged transaction is not captured again."
        why "A second worker or an impatient person sends it once more; at best it is an error, at worst the payer pays twice."
        reports "what was captured, what was authorized"
        next "Treat the money as taken. If more is due, it needs a new authorization."

    NOT_AUTHORIZED: "not-authorized", [Refusal], NEVER,
        "Juspay, Capture API, first paragraph: AUTHORIZED; Razorpay, Capture a Payment, first paragraph: authorized";
        must "Only an authorized transaction is captured."
        why "Goods are shipped because a capture was sent, though there was never a hold, or none any more."
        reports "the state"
        next "created: wait for the authorization. capture-failed or void-failed: void what is held, authorize anew. Otherwise: authorize anew."

    CAPTURE_IN_PROGRESS: "capture-in-progress", [Refusal], LATER, "Juspay, Capture API, status table: CAPTURE_INITIATED";
        must "While a capture is sent or accepted, no other capture is made and no void."
        why "Two workers each send a capture; both succeed, and the payer is charged twice."
        reports "what is pending"
        next "Wait for the webhook or poll the status; decide again when the result is known."

    VOID_IN_PROGRESS: "void-in-progress", [Refusal], LATER, "Juspay, Void API: VOID_INITIATED";
        must "While a void is sent or accepted, nothing else is asked of the hold."
        why "A capture races the void; whichever arrives first decides what the payer sees."
        reports "what is held"
        next "Wait for the void's result, then decide again."

    OUTCOME_UNKNOWN: "outcome-unknown", [Refusal], LATER, "Juspay, Capture API, status table: timeout or no response reads AUTHORIZED";
        must "While a capture or void is of unknown fate, only the same one may be sent again."
        why "The provider says AUTHORIZED before a capture and after one that timed out. Whoever takes it for a failure and captures under a new key takes the money twice."
        reports "what is pending in captures; nothing where it is a void"
        next "Poll the status. Or send exactly the same request again: same key, same amount."

    AUTHORIZATION_EXPIRED: "authorization-expired", [Refusal], NEVER,
        "Juspay, capture within 7 days of the transaction; Razorpay, capture settings: expiry of manual captures";
        must "A capture is made before the authorization lapses; the deadline itself is too late."
        why "The bank may have let the money go; a capture then fails late, or is taken back after the goods have left."
        reports "the deadline, the time of the request"
        next "Ask the payer for a new authorization."

    AUTHORIZED_NOT_EQUAL_TO_ORDER: "authorized-not-equal-to-order", [Refusal], NEVER, "Razorpay, Capture a Payment, first bullet";
        must "For Razorpay, the authorized amount equals the order amount before a capture is made."
        why "An amount that was changed in the browser is captured, and the goods leave for less than their price."
        reports "what was authorized, what the order is for"
        next "Do not capture. Let the hold lapse, and find out how the amount changed."

    AMOUNT_NOT_EQUAL_TO_AUTHORIZED: "amount-not-equal-to-authorized", [Refusal], CORRECTED,
        "Razorpay, Capture a Payment, common errors: must be equal to the amount authorized";
        must "A Razorpay capture is for exactly the authorized amount."
        why "The provider refuses any other amount, and the order stays unpaid until the hold lapses."
        reports "the amount asked, what was authorized"
        next "Ask for the authorized amount. If less is due, capture it all and refund the difference."

    EXCEEDS_CAPTURABLE: "exceeds-capturable", [Refusal], CORRECTED, "Juspay, Capture API, first paragraph: up to the amount pre-authorized";
        must "A capture is for no more than what is capturable; money in flight and of unknown fate counts."
        why "Parts that each fit add up to more than the payer agreed to."
        reports "the amount asked, what is capturable, what was authorized"
        next "Ask for no more than what is capturable; authorize the rest anew."

    PARTIAL_CAPTURE_UNSUPPORTED: "partial-capture-unsupported", [Refusal], CORRECTED,
        "Juspay, Capture API, note: partial capture via CYBERSOURCE; Juspay, Simpl pay-after-delivery";
        must "A capture of a part is made only where the gateway can."
        why "A gateway that cannot may refuse, or take everything."
        reports "the amount asked, what is capturable"
        next "Capture all and refund the difference, or void and authorize the smaller amount."

    TOO_MANY_REQUESTS: "too-many-requests", [Refusal, Conflict, Rejection], NEVER, "This crate's own limit: decisions, requests and keys";
        must "A transaction remembers a bounded number of requests of each kind."
        why "A loop that captures or refunds without end fills memory, and hides in a log that nobody can read."
        reports "the kind of request or how many there are; 10,000 is the limit"
        next "Look for the loop. Void what is held and go on with a new transaction."

    VOID_UNSUPPORTED: "void-unsupported", [Refusal], NEVER, "Razorpay documents no void: let the authorization lapse, or capture and refund";
        must "A void is made only where the provider has one."
        why "Somebody tells the payer that the hold is gone, and it stays for days."
        reports "what is held"
        next "Let the hold lapse, or capture and refund it."

    NOT_VOIDABLE: "not-voidable", [Refusal], NEVER, "Juspay, Void API";
        must "Only a hold that is authorized, partially captured, capture-failed or void-failed is voided."
        why "There is nothing left to give back, and a void of captured money is a refund in truth."
        reports "the state"
        next "charged: refund. created: wait for the authorization. voided, expired or failed: nothing is left to do."

    EXCEEDS_HELD: "exceeds-held", [Refusal], CORRECTED, "INV-1";
        must "A void is for no more than what is held."
        why "More is promised to the payer than there is to give back."
        reports "the amount asked, what is held"
        next "Ask for what is held or less, or leave the amount out."

    PARTIAL_VOID_UNSUPPORTED: "partial-void-unsupported", [Refusal], CORRECTED, "Juspay, Simpl pay-after-delivery: capture and void";
        must "A void of a part is made only where the gateway can."
        why "A gateway that cannot may give back everything, and the next shipment is unpaid."
        reports "the amount asked, what is held"
        next "Void all, or capture what is due and let the rest go with it."

    NOT_REFUNDABLE: "not-refundable", [Refusal], NEVER, "Juspay, Refund Order API; Razorpay, Refunds";
        must "Only captured money is refunded."
        why "A refund of a hold either fails, or pays out money that was never received."
        reports "the state"
        next "Void what is held, or wait until a capture in flight is settled."

    EXCEEDS_REFUNDABLE: "exceeds-refundable", [Refusal], CORRECTED, "INV-3; Juspay, Refund Order API; Razorpay, Refunds";
        must "A refund is for no more than was captured and is not refunded or being refunded."
        why "Two people answer the same complaint, and the payer gets the money twice."
        reports "the amount asked, what is refundable, what was captured"
        next "Look at the refunds there are; ask for what is refundable or less."

    ADJUSTMENT_UNSUPPORTED: "adjustment-unsupported", [Refusal], NEVER, "Neither Juspay nor Razorpay documents an adjustment";
        must "An authorization is adjusted only where the provider can."
        why "The merchant counts on a larger hold than the bank ever gave."
        reports "what is authorized"
        next "Make a second authorization for the difference, or void and authorize anew."

    ADJUSTMENT_BELOW_COMMITTED: "adjustment-below-committed", [Refusal], CORRECTED, "INV-1";
        must "An adjusted authorization covers what is captured, pending and released."
        why "The hold would be smaller than the money already taken out of it."
        reports "the total asked, what is captured, pending or released"
        next "State the new total, not a difference, and no less than what is committed."

    ILLEGAL_TRANSITION: "illegal-transition", [Refusal, Rejection], NEVER, "The table of transitions: docs/tables/transitions.md";
        must "An event is accepted only from the states that allow it."
        why "An answer to a request that was never made, or a failure after a success, would change amounts that are settled."
        reports "the state, the event's name"
        next "Look at the log before it: usually an answer went to the wrong transaction, or a reversal came as a failure."
}
