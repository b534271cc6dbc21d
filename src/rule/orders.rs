//! What should add up in an order, and what is reported if it does not.

use crate::rule::rules;

rules! {
    /// What does not add up in an order: it is shown with the order's status and changes nothing.
    pub(crate) DISCREPANCIES;

    OVERCHARGED: "overcharged", [Discrepancy], None,
        "Razorpay, Capture a Payment, error 3: the order is already paid";
        must "What is captured for an order and not refunded is within the order's amount."
        why "The payer paid twice, while the provider's word for the order still says that it is charged."
        reports "the excess"
        next "Refund the excess, on the transaction that should not have been captured."

    AUTHORIZED_DIFFERS: "authorized-differs", [Discrepancy], None,
        "Razorpay, Capture a Payment, description: amount should be equal to the order amount";
        must "The only authorization of an order pays the order's amount, if the provider requires it and the order is not paid in parts."
        why "The provider refuses the capture, or money is captured that does not pay for what was bought."
        reports "what the authorization pays, the order's amount"
        next "Do not capture. Void it if the provider can, or let it expire, and authorize the order's amount."
}
