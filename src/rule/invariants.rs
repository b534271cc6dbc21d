//! What must hold of a log, and what holds at every moment.

use crate::rule::rules;

const OURS: &str = "This crate's own rule, by design: docs/design.md";

rules! {
    /// A log is untrusted input: every event is checked as if it happened now.
    pub(crate) REJECTIONS;

    FOREIGN_EVENT: "foreign-event", [Rejection], None, OURS;
        must "An event belongs to the transaction that takes it."
        why "A query without its WHERE clause mixes two payers' money."
        reports "the event's sequence in the other log"
        next "Load the log of this transaction only."

    SEQUENCE_GAP: "sequence-gap", [Rejection], None, OURS;
        must "A log has no gaps: each event's sequence is one more than the last."
        why "If a capture is missing, money that was taken looks free."
        reports "the sequence that comes next, the one that was found"
        next "Read the log again in order of the sequence; look for a write that was lost."

    SEQUENCE_FORK: "sequence-fork", [Rejection], None, OURS;
        must "Each place in a log holds one event."
        why "Two workers decided at the same time, each without knowing of the other's capture."
        reports "the sequence"
        next "Keep the event that was acted on, and decide the other one again on the log as it is; if its request was sent, poll. Make transaction and sequence a unique key of the table."

    AMOUNT_OVER_CEILING: "amount-over-ceiling", [Rejection], None, "INV-2 and INV-3";
        must "An event's amount is within what is available to it."
        why "A log that was edited, or belongs to another transaction, would create money."
        reports "the event, the amount, the least and the most possible"
        next "Compare the log with its backup; nothing was applied."
}

rules! {
    /// What holds at every moment. Tests break each on purpose and are seen to notice.
    pub(crate) INVARIANTS;

    INV_1: "INV-1", [Invariant], None, OURS;
        must "Authorized, plus what a tolerance allowed to be captured above it, equals captured plus pending plus released plus held; each is at least zero, and nothing is held once the hold has ended."
        why "Money that is in no column is lost, and money that is in two is taken twice."
        reports "A + X = C + P + V + H"
        next "Held by src/hold/amounts.rs: the amounts are derived from the facts and never stored. A stored form that breaks it is not read."

    INV_2: "INV-2", [Invariant], None, "Juspay, Capture API, first paragraph: up to the amount pre-authorized";
        must "A capture is above zero and within what is capturable; money that is pending, or whose outcome is unknown, is not capturable."
        why "Counting only finished captures lets two in progress take more than was agreed."
        reports "0 < n ≤ K"
        next "Held by src/command/check.rs, and again by src/step/requested.rs for every log."

    INV_3: "INV-3", [Invariant], None, "Juspay, Refund Order API; Razorpay, Refunds";
        must "Refunded and pending refunds together are within what was captured."
        why "A refund whose answer is late is paid out a second time."
        reports "R + Q ≤ C; 0 < n ≤ C − R − Q"
        next "Held by src/command/check.rs, and again by src/step/requested.rs for every log."

    INV_4: "INV-4", [Invariant], None, OURS;
        must "The state agrees with the amounts."
        why "A row that says charged with nothing captured ships goods for nothing."
        reports "charged: C > 0 and P = H = 0; authorized: C = 0; voided, expired: C = P = H = 0; and so on"
        next "Held by src/hold/state.rs: the state is derived from the facts and amounts, nobody sets it."

    INV_5: "INV-5", [Invariant], None, OURS;
        must "Only a recorded reversal or a person's report lowers what was captured or refunded."
        why "An old webhook that arrives late would undo a payment, and the payment would be captured again."
        reports "C and R"
        next "Held by src/step/totals.rs: a total is added to what is known and replaces none; src/interpret/totals.rs calls a lower one old."

    INV_6: "INV-6", [Invariant], None, OURS;
        must "A refused command leaves the transaction as it was, to the bit."
        why "A half-done change after an error is found months later, by an auditor."
        reports "none"
        next "Held by src/step/mod.rs: it checks everything first, and a change holds the transaction after it."

    INV_7: "INV-7", [Invariant], None, "Juspay, Capture API, idempotence_key";
        must "The same event, request or observation twice is the same as once."
        why "Webhooks are delivered more than once, and workers repeat after a crash."
        reports "none"
        next "Held by the tables of outcomes in src/step/answers.rs. Store every event that a change has, whatever its effect."

    INV_8: "INV-8", [Invariant], None, OURS;
        must "Replaying the recorded events gives the live state, at every prefix."
        why "Two code paths to a state diverge, and the database disagrees with the process that acted."
        reports "none"
        next "Held by src/step/mod.rs: one function builds every state, live and in replay."

    INV_9: "INV-9", [Invariant], None, OURS;
        must "Every event that a command returns is accepted from that state."
        why "A request that was sent and cannot be recorded moves money that nobody remembers."
        reports "none"
        next "Held by src/step/mod.rs: a command returns only what it accepted. Record first, then send."

    INV_10: "INV-10", [Invariant], None, "Juspay, Capture API, idempotence_key";
        must "An idempotency key belongs to one request, its amount and whether it is final, for ever."
        why "A key that is used for two requests gives the first one's result for the second."
        reports "none"
        next "Held by src/command/check.rs; keys are never forgotten."

    INV_11: "INV-11", [Invariant], None, OURS;
        must "An order's status does not depend on the order in which its transactions are listed."
        why "A query without ORDER BY would decide whether an order is paid."
        reports "none"
        next "Held by src/status.rs: sums, and a fixed precedence."

    INV_12: "INV-12", [Invariant], None, "The providers' tables of status words: docs/providers";
        must "A provider's word that is read and written again is the same word, subject by subject."
        why "A word that comes back changed confuses whoever compares with the dashboard."
        reports "none"
        next "Held by the tables in src/provider/, one row per word."

    INV_13: "INV-13", [Invariant], None, "Razorpay, Capture a Payment, common errors: The amount must be an integer";
        must "An amount is converted exactly or refused; there is no float anywhere."
        why "0.1 plus 0.2 is not 0.3 in floating point; a capture that is one paisa off is refused, or is wrong."
        reports "none"
        next "Held by src/money/, on integers of minor units."

    INV_14: "INV-14", [Invariant], None, OURS;
        must "In whatever order the same answers and totals arrive, what is captured and refunded is the same in the end. What is pending is the same if the totals arrive in the order in which they were true, and otherwise not smaller."
        why "Webhooks overtake each other; with rules that depend on their order, one payer in a thousand is charged twice and no test shows why."
        reports "C and R, P and Q; of the requests sent so far, if nothing that arrives is a conflict"
        next "Held by src/hold/amounts.rs: the amounts are a function of answers and totals, each counted from when its request began."

    INV_15: "INV-15", [Invariant], None, OURS;
        must "Compared with the provider's own books, whatever is lost, late or doubled: captured and refunded are never above the provider's, an over-capture is never made possible, and once everything arrived and was polled they are equal, or a conflict was shown."
        why "Books that agree with themselves can still be wrong; only the provider knows what moved."
        reports "C and R, ours and the provider's; a reversal that nobody reported yet is the one exception to never above"
        next "Held by src/interpret/ and src/step/ together: what may still happen stays reserved, and only what was said is booked. A simulated provider with books of its own checks it."
}
