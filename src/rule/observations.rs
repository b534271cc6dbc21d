//! What must hold of what a provider says, and of every text and number that comes in.

use crate::rule::rules;

rules! {
    /// What a provider says must agree with what is known here; if it does not, nothing changes and a person decides.
    pub(crate) CONFLICTS;

    IDENTITY_MISMATCH: "identity-mismatch", [Conflict, Rejection], None,
        "Juspay, Capture API, sample response: order_id, txn_id, txn_uuid; Razorpay, Capture a Payment, id and order_id";
        must "Once seen, the identifiers of a transaction and of its captures, voids and refunds at the provider stay the same."
        why "A webhook that is routed by the wrong field marks somebody else's order as paid."
        reports "the identifier in the payload and the one that is known, or the transaction that it belongs to"
        next "Route the payload to the transaction that it names. If it names one capture or refund twice, compare them one by one with the provider's, and report the totals."

    TRANSACTION_NOT_NAMED: "transaction-not-named", [Conflict], None,
        "Juspay, Order Status response: txn_list; at most 25 transactions per order";
        must "A payload that lists several transactions of an order says which one it is about, and that one is this transaction."
        why "The status and the totals of another attempt are booked here: an unpaid transaction reads as paid, or a paid one as failed."
        reports "how many transactions are listed"
        next "Poll the status of this transaction by its own id; or record here which id the provider gave it (Payment::identified), and read the payload again."

    UNKNOWN_STATUS: "unknown-status", [Conflict], None, "The provider's table of status words: docs/providers";
        must "A provider's status word is in the profile's table."
        why "If a new word is guessed to mean success, goods are shipped unpaid."
        reports "the first 64 characters of the word"
        next "Find out what it means, add a row to the profile with its source, and read the payload again."

    STATUS_ID_MISMATCH: "status-id-mismatch", [Conflict], None, "Juspay, response codes; Capture API, sample response: status and status_id";
        must "A numeric status id belongs to the word that comes with it."
        why "The text and the number contradict each other, and different readers believe different ones."
        reports "the id"
        next "Poll again. If the two still disagree, escalate to a person and report it to the provider; nothing was changed."

    FLAG_MISMATCH: "flag-mismatch", [Conflict], None, "Razorpay, Capture a Payment, response: captured beside status";
        must "Razorpay's captured flag says the same as the status."
        why "One of the two says that money was captured, and the other that none was."
        reports "the flag"
        next "Fetch the payment again before you act on either."

    PAYLOAD_CONTRADICTS_ITSELF: "payload-contradicts-itself", [Conflict], None,
        "Juspay, sample of AUTO_REFUNDED with a failed refund; Juspay and Razorpay, responses: totals with the status";
        must "What one payload says about a transaction is consistent: parts are within their total, and words agree with its amounts and requests."
        why "If AUTO_REFUNDED with a failed refund were booked as returned, the payer would lose the money and nothing would check again."
        reports "the two statements that disagree"
        next "Poll once more. If the contradiction remains, escalate to a person and show the payload to the provider; nothing was changed."

    AMOUNT_MISMATCH: "amount-mismatch", [Conflict, Rejection], None,
        "Razorpay, Capture a Payment, response: amount; Juspay, Capture API, sample response: amount";
        must "An amount that a provider repeats is the one known here, and a hold comes with its amount."
        why "The message belongs to another payment, a unit was confused, or the authorization was changed elsewhere."
        reports "the amount stated, the amount expected; of a hold first seen without an amount, nothing"
        next "Compare the order with the provider's dashboard. Check first whether the message is in minor or major units."

    BELOW_RECORDED: "below-recorded", [Conflict], None, "This crate's own rule: docs/decisions.md";
        must "The answer to a poll says no less than what is recorded."
        why "Either the provider's read lags behind, or money that is recorded here was never taken. If such an answer were ignored as old, nobody would ever learn that the money was not taken."
        reports "what the provider says, what is recorded"
        next "Poll once more: reads may lag behind. If the answer is the same, escalate to a person, who compares with the provider and records what was reversed, or reports the totals. If it is a failure of a capture that nobody here requested, another system captured: void the hold."

    CAPTURED_AMOUNT_UNKNOWN: "captured-amount-unknown", [Conflict], None,
        "Juspay, Capture API, sample response of a partial capture: no captured amount in it";
        must "A word for captured money comes with its amount, or only one amount is possible."
        why "Otherwise an order is booked as paid in full after only a part was taken."
        reports "none: the amount is what is missing"
        next "Poll the order for its captured amount. If several transactions share the order, record here which ids the provider gave them (Payment::identified), and poll each."

    CAPTURED_EXCEEDS_AUTHORIZED: "captured-exceeds-authorized", [Conflict, Rejection], None,
        "INV-2; Juspay, Capture API, first paragraph: up to the amount pre-authorized";
        must "What was captured is within what was authorized, plus the gateway's tolerance."
        why "The payer is charged more than they agreed to, and will dispute it."
        reports "the captured total it would make, the most that may be captured"
        next "Stop capturing for this order. Compare with the provider's dashboard and refund the excess."

    CAPTURED_EXCEEDS_REQUESTED: "captured-exceeds-requested", [Conflict, Rejection], None, "Juspay, Capture API, amount: the one to be captured";
        must "A capture takes no more than was requested."
        why "Somebody captured from the dashboard or from a second system, and nobody here knows about it."
        reports "what was captured, what was requested"
        next "Find out who requested it, and refund the difference at the provider. This transaction stays as it is until a person reports the totals."

    CAPTURED_AFTER_VOID: "captured-after-void", [Conflict, Rejection], None, "Juspay, Void API; INV-1";
        must "Money that a void releases is not captured."
        why "A void and a capture crossed: the payer was told that nothing would be taken, and then it was."
        reports "the captured total"
        next "Ask the provider which of the two is final. Refund if the order was cancelled."

    VOIDED_AFTER_CAPTURE: "voided-after-capture", [Conflict], None, "Juspay, Void API: a charged transaction is refunded, not voided";
        must "A hold that was partly captured is reported as voided only if we had requested a void of the rest."
        why "Either the captured money was returned with the rest, and the goods are unpaid; or it was not, and a cancelled order stays charged."
        reports "what was captured"
        next "Ask the provider whether the captured money was returned. If it was, record that the capture was reversed, and read the payload again; if it was not, record that the hold ended. Do not ship before the answer."

    CAPTURED_AFTER_EXPIRY: "captured-after-expiry", [Conflict, Rejection], None, "Juspay and Razorpay, expiry of authorizations; INV-1";
        must "A hold that expired is not captured."
        why "The bank may reverse such a capture after the goods have been shipped."
        reports "the captured total"
        next "Hold the shipment and ask the provider whether the money is final."

    REFUNDED_EXCEEDS_CAPTURED: "refunded-exceeds-captured", [Conflict, Rejection], None, "INV-3; Razorpay, Capture a Payment, response: amount_refunded";
        must "What is refunded, plus what is pending as a refund, is within what was captured."
        why "Money was paid out twice, or a refund that belongs to another order is counted here."
        reports "the refunded total it would make, what was captured"
        next "Compare the refunds one by one with the provider's."

    REFUND_AMOUNT_UNKNOWN: "refund-amount-unknown", [Conflict], None, "Juspay, response codes: AUTO_REFUNDED; Razorpay, Capture a Payment, response: refund_status";
        must "A refund of captured money comes with its amount."
        why "A full refund is booked where a part was returned, or the other way round."
        reports "none: the amount is what is missing"
        next "Poll the refunds of this transaction."
}

rules! {
    /// Every text and number is read exactly, or not at all.
    pub(crate) MALFORMED;

    NOT_JSON: "not-json", [Malformed], None, "RFC 8259; Juspay, Capture API, sample response, ends in stray text";
        must "A payload is JSON to its last byte."
        why "A truncated or mixed-up message can look complete up to the field that mattered."
        reports "line and column, both from 1; or what the text is, where it is plainly XML, a form, empty, or has a byte order mark before it"
        next "Keep the text as it came. Poll instead of guessing, and show the text to the provider."

    NOT_A_PAYLOAD: "not-a-payload", [Malformed], None, "Juspay, Capture API, response; Razorpay, Capture a Payment, response";
        must "A payload is the provider's order, payment, refund or webhook, and gives each field once."
        why "An error body or another endpoint's answer, if read as an order, would say that nothing was captured."
        reports "what was looked for, or the field that is given twice"
        next "Check which endpoint or webhook it came from. If a field is given twice, keep the text and ask the provider which value holds. From a collection, read one item at a time. An HTTP error is read with Profile::error."

    AMOUNT_MALFORMED: "amount-malformed", [Malformed], None,
        "Juspay, Capture API, sample response: a JSON number; Razorpay, Capture a Payment, amount: integer; the size is this crate's own limit";
        must "An amount is digits, optionally a point and digits, at most 10^18 - 1 minor units."
        why "Different libraries read 1e3, 1,000 and 1.000 differently; one of them is wrong by a factor of a thousand."
        reports "the field and the text that cannot be read, or the type that was expected"
        next "Write amounts as plain decimal text or integers. If it came in a payload, keep the payload and ask the provider."

    TIME_MALFORMED: "time-malformed", [Malformed], None, "Razorpay, Capture a Payment, created_at: UNIX format; RFC 3339";
        must "A time that a rule needs is a real date and time in the form that the provider documents; any other time that cannot be read counts as absent."
        why "A time in the wrong unit moves a deadline by centuries."
        reports "the field, the form that was looked for"
        next "Check whether it is in seconds or milliseconds. Times never decide the order of events here."

    ID_MALFORMED: "id-malformed", [Malformed], None, "This crate's own limit: src/ids.rs; neither provider documents one";
        must "An identifier is 1 to 255 bytes of text without control characters; a provider's is printable ASCII without spaces."
        why "An empty or endless identifier matches nothing, or everything."
        reports "the field, the length, or the first character that is not allowed and its place"
        next "Check which field the identifier is read from."

    CURRENCY_UNKNOWN: "currency-unknown", [Malformed], None, "ISO 4217; Razorpay, Capture a Payment, currency: ISO code";
        must "A currency is an ISO 4217 code, withdrawn ones included; in payloads in either letter case, elsewhere in capital letters."
        why "Without knowing its digits no amount can be read: 1000 is ten rupees or a thousand yen."
        reports "the field and the text that is not a currency code"
        next "Send the code, not the symbol. An empty code is unknown too."

    AMOUNT_OUT_OF_RANGE: "amount-out-of-range", [Malformed], None, "INV-1; this crate's own limit: docs/decisions.md";
        must "A sum or difference of amounts is between zero and the largest amount."
        why "In other code a difference below zero turns into a very large number, which is then captured."
        reports "both amounts"
        next "Compare the two before you subtract; a total this large is usually a mistake in units."

    PROFILE_INVALID: "profile-invalid", [Malformed], None, "docs/providers.md, profiles/schema.json";
        must "A profile in JSON has every field, rows that agree with each other, samples that read as they say, and a version that this release reads."
        why "If a misspelt capability were skipped, a rule would silently be off."
        reports "the row or field, and what is wrong with it"
        next "Correct the row that the text names; the schema shows what is expected."

    STORED_FORM_INVALID: "stored-form-invalid", [Malformed], None, "docs/design.md, the state is derived";
        must "A stored transaction agrees with itself: amounts, requests and state."
        why "A row that was edited by hand or half written would lead to a capture of money that is not there."
        reports "the amounts or the request that disagree, as stored and as found"
        next "Build the transaction again from its log, and find out who wrote the row."
}
