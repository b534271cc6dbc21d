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
        why "A missing capture makes money look free that is taken."
        reports "the sequence that comes next, the one that was found"
        next "Read the log again in order of the sequence; look for a write that was lost."

    SEQUENCE_FORK: "sequence-fork", [Rejection], None, OURS;
        must "A place in a log has one event."
        why "Two workers decided at the same time, each on a state without the other's capture."
        reports "the sequence"
        next "Keep the event that was acted on. Make transaction and sequence a unique key of the table."

    AMOUNT_OVER_CEILING: "amount-over-ceiling", [Rejection], None, "INV-2 and INV-3";
        must "An event's amount is within what it can take."
        why "A log that was edited, or is another's, would create money."
        reports "the event, the amount, the least and the most possible"
        next "Compare the log with its backup; nothing was applied."
}

rules! {
    /// What holds at every moment. Tests break each on purpose and are seen to notice.
    pub(crate) INVARIANTS;

    INV_1: "INV-1", [Invariant], None, OURS;
        must "Authorized is captured plus pending plus released plus held, each at least zero; nothing is held once charged, voided or expired."
        why "Money that is in no column, or in two, is money that is lost or taken twice."
        reports "A = C + P + V + H"
        next "Held by src/ledger.rs: H is computed and never stored. A stored form that breaks it is not read."

    INV_2: "INV-2", [Invariant], None, "Juspay, Capture API, first paragraph: up to the amount pre-authorized";
        must "A capture is above zero and within what is capturable; money in flight or of unknown fate is not capturable."
        why "Counting only finished captures lets two in flight take more than was agreed."
        reports "0 < n ≤ K"
        next "Held by within_ceiling in src/command/check.rs, and again by the step function for every log."

    INV_3: "INV-3", [Invariant], None, "Juspay, Refund Order API; Razorpay, Refunds";
        must "Refunded and being refunded together are within what was captured."
        why "A refund whose answer is late is paid out a second time."
        reports "R + Q ≤ C"
        next "Held by within_ceiling in src/command/check.rs and by reserve in src/transition/requested.rs."

    INV_4: "INV-4", [Invariant], None, OURS;
        must "The state agrees with the amounts."
        why "A row that says charged with nothing captured ships goods for nothing."
        reports "charged: C > 0 and P = H = 0; authorized: C = 0; voided, expired: C = P = H = 0; and so on"
        next "Held by kind in src/ledger.rs: the state is computed from the amounts, nobody sets it."

    INV_5: "INV-5", [Invariant], None, OURS;
        must "Nothing lowers what was captured or refunded, in whatever order things arrive, but a recorded reversal of a capture."
        why "An old webhook that arrives late would undo a payment, and it would be captured again."
        reports "C and R"
        next "Held by compare in src/interpret/figures.rs: a lower figure is stale."

    INV_6: "INV-6", [Invariant], None, OURS;
        must "A refused command leaves the transaction as it was, to the bit."
        why "A half-done change after an error is found months later, by an auditor."
        reports "none"
        next "Held by the step function: it checks everything first and changes only then."

    INV_7: "INV-7", [Invariant], None, "Juspay, Capture API, idempotence_key";
        must "The same event, request or observation twice is the same as once."
        why "Webhooks are delivered more than once, and workers repeat after a crash."
        reports "none"
        next "Held by the table of outcomes in src/transition/outcome.rs. Store only what was applied."

    INV_8: "INV-8", [Invariant], None, OURS;
        must "Replaying the recorded events gives the live state, at every prefix."
        why "Two ways to a state come apart, and the database says something else than the process that acted."
        reports "none"
        next "Held by step in src/transition/mod.rs: there is one function, live and in replay."

    INV_9: "INV-9", [Invariant], None, OURS;
        must "Every event that a command gives is accepted from that state."
        why "A request that was sent and cannot be recorded is money that nobody remembers."
        reports "none"
        next "Held by the commands and the step function together. Record first, then send."

    INV_10: "INV-10", [Invariant], None, "Juspay, Capture API, idempotence_key";
        must "An idempotency key belongs to one amount for ever."
        why "A key used for two amounts gives the first one's result for the second."
        reports "none"
        next "Held by key_reuse in src/command/check.rs; keys are never forgotten."

    INV_11: "INV-11", [Invariant], None, OURS;
        must "An order's status does not depend on the order in which its transactions are listed."
        why "A query without ORDER BY would decide whether an order is paid."
        reports "none"
        next "Held by of in src/status.rs: sums, and a fixed precedence."

    INV_12: "INV-12", [Invariant], None, "The providers' tables of words: docs/tables";
        must "Each provider's word, read and written again, is the same word."
        why "A word that comes back as another one confuses whoever compares with the dashboard."
        reports "none"
        next "Held by the tables in src/provider, a row a word."

    INV_13: "INV-13", [Invariant], None, "Razorpay, Capture a Payment, common errors: The amount must be an integer";
        must "An amount is converted exactly or refused; there is no float anywhere."
        why "0.1 plus 0.2 is not 0.3 in floating point; a capture one paisa off is refused, or is wrong."
        reports "none"
        next "Held by src/money.rs, on integers of minor units."
}
