//! Razorpay's payloads and errors by example: real in shape, made up in their values.

use std::borrow::Cow;

use crate::profile::{ErrorMeaning, ErrorSample, Sample, SampleText};
use crate::provider::rows::{error_samples, samples};

/// Each payload, and what it says.
pub(super) const SAMPLES: &[Sample] = samples! {
    // A payment, by each of its words.
    r#"{"id":"pay_1","entity":"payment","amount":10000,"currency":"INR","status":"captured","order_id":"order_1",
        "method":"card","captured":true,"amount_refunded":0,"refund_status":null,"created_at":1767225600}"# =>
        "order order_1"
        "transaction pay_1: captured (charged), flag captured, authorized 100.00 INR, refunded 0.00 INR";
    r#"{"id":"pay_2","entity":"payment","amount":10000,"currency":"inr","status":"authorized","order_id":null,
        "captured":"0","amount_refunded":0}"# =>
        "transaction pay_2: authorized (authorized), flag not captured, authorized 100.00 INR, refunded 0.00 INR";
    r#"{"id":"pay_3","entity":"payment","amount":10000,"currency":"INR","status":"refunded","captured":true,
        "amount_refunded":10000}"# =>
        "transaction pay_3: refunded (refunded), flag captured, authorized 100.00 INR, refunded 100.00 INR";
    r#"{"id":"pay_4","entity":"payment","amount":10000,"currency":"INR","status":"created","captured":false}"# =>
        "transaction pay_4: created (created), flag not captured, authorized 100.00 INR";
    r#"{"id":"pay_5","entity":"payment","amount":10000,"currency":"INR","status":"pending"}"# =>
        "transaction pay_5: pending (created), authorized 100.00 INR";
    r#"{"id":"pay_6","entity":"payment","amount":1000,"currency":"KWD","status":"failed","error_code":"BAD_REQUEST_ERROR"}"# =>
        "transaction pay_6: failed (failed), authorized 1.000 KWD";
    // A refund: the payment that it belongs to, and our key if it was sent as the receipt.
    r#"{"id":"rfnd_1","entity":"refund","amount":5000,"currency":"INR","payment_id":"pay_1","receipt":"our-key-0001",
        "status":"processed","created_at":1767225600}"# =>
        "transaction pay_1"
        "refund our-key-0001 rfnd_1: processed (succeeded), 50.00 INR";
    r#"{"id":"rfnd_2","entity":"refund","amount":5000,"currency":"INR","payment_id":"pay_1","receipt":null,"status":"pending"}"# =>
        "transaction pay_1"
        "refund rfnd_2: pending (accepted), 50.00 INR";
    r#"{"id":"rfnd_3","entity":"refund","amount":5000,"currency":"INR","payment_id":"pay_1","status":"created"}"# =>
        "transaction pay_1"
        "refund rfnd_3: created (accepted), 50.00 INR";
    r#"{"id":"rfnd_4","entity":"refund","amount":5000,"currency":"INR","payment_id":"pay_1","status":"failed"}"# =>
        "transaction pay_1"
        "refund rfnd_4: failed (failed), 50.00 INR";
    // An order, by each of its words.
    r#"{"id":"order_1","entity":"order","amount":10000,"amount_paid":0,"amount_due":10000,"currency":"INR",
        "receipt":"r","status":"created","partial_payment":false}"# =>
        "order order_1: created (created), for 100.00 INR, captured 0.00 INR, takes no parts";
    r#"{"id":"order_2","entity":"order","amount":10000,"amount_paid":4000,"currency":"INR","status":"attempted",
        "partial_payment":true}"# =>
        "order order_2: attempted (says nothing), for 100.00 INR, captured 40.00 INR, takes parts";
    r#"{"id":"order_3","entity":"order","amount":10000,"amount_paid":10000,"currency":"INR","status":"paid"}"# =>
        "order order_3: paid (charged), for 100.00 INR, captured 100.00 INR";
    // An order that was asked for with its payments.
    r#"{"id":"order_4","entity":"order","amount":10000,"amount_paid":10000,"currency":"INR","status":"paid","payments":{
        "entity":"collection","count":2,"items":[
            {"id":"pay_1","entity":"payment","amount":10000,"currency":"INR","status":"failed","order_id":"order_4",
                "captured":false,"amount_refunded":0},
            {"id":"pay_2","entity":"payment","amount":10000,"currency":"INR","status":"captured","order_id":"order_4",
                "captured":true,"amount_refunded":0}
        ]}}"# =>
        "order order_4: paid (charged), for 100.00 INR, captured 100.00 INR"
        "listed order_4 pay_1: failed (failed), flag not captured, authorized 100.00 INR, refunded 0.00 INR"
        "listed order_4 pay_2: captured (charged), flag captured, authorized 100.00 INR, refunded 0.00 INR";
    // A webhook holds one or several of them; its own time is when it happened.
    r#"{"entity":"event","event":"refund.processed","contains":["refund","payment"],"payload":{
        "refund":{"entity":{"id":"rfnd_5","entity":"refund","amount":3000,"currency":"INR","payment_id":"pay_7",
            "status":"processed"}},
        "payment":{"entity":{"id":"pay_7","entity":"payment","amount":10000,"currency":"INR","status":"captured",
            "order_id":"order_7","captured":true,"amount_refunded":3000}},
        "order":{"entity":{"id":"order_7","entity":"order","amount":10000,"amount_paid":10000,"currency":"INR",
            "status":"paid"}}
    },"created_at":1767225600}"# =>
        "order order_7: paid (charged), for 100.00 INR, captured 100.00 INR"
        "transaction pay_7: captured (charged), flag captured, authorized 100.00 INR, refunded 30.00 INR"
        "refund rfnd_5: processed (succeeded), 30.00 INR"
        "at 2026-01-01T00:00:00+00:00";
    // A collection is refused: pass one of its items.
    r#"{"entity":"collection","count":1,"items":[{"id":"pay_1","entity":"payment","status":"captured"}]}"# =>
        "not-a-payload";
    r#"{"items":[{"id":"pay_1","entity":"payment","status":"captured"}]}"# => "not-a-payload";
};

/// Answers to captures: HTTP status, body, what it means for the capture.
pub(super) const ERRORS: &[ErrorSample] = error_samples! {
    400 r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"Capture amount must be equal to the amount authorized"}}"# Withdrawn;
    400 r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"Your payment has been declined as the order is already paid"}}"# Unknown;
    400 r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"The amount must be an integer"}}"# Withdrawn;
    400 r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"The id provided does not exist"}}"# Withdrawn;
    400 r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"The requested URL was not found on the server"}}"# Withdrawn;
    401 r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"provided is invalid"}}"# Withdrawn;
    400 r#"{"error":{"description":"already been captured"}}"# Unknown;
    400 r#"{"error":{"description":"already captured"}}"# Unknown;
    400 r#"{"error":{"description":"already been either captured or voided"}}"# Unknown;
    400 r#"{"error":{"description":"already been processed"}}"# Unknown;
    400 r#"{"error":{"description":"already done for this order"}}"# Unknown;
    400 r#"{"error":{"description":"Only payments which have been authorized and not yet captured can be captured"}}"# Unknown;
    400 r#"{"error":{"description":"Payment is not in authorized state"}}"# Unknown;
    400 r#"{"error":{"description":"Could not validate payment capture request"}}"# Withdrawn;
    400 r#"{"error":{"description":"Capture request currency must be same as payment currency"}}"# Withdrawn;
    400 r#"{"error":{"description":"in progress"}}"# Unknown;
    400 r#"{"error":{"description":"fully refunded already"}}"# Withdrawn;
    502 r#"{"error":{"code":"GATEWAY_ERROR"}}"# Unknown;
    500 r#"{"error":{"code":"SERVER_ERROR"}}"# Unknown;
    423 r#"{"error":{"code":"LOCKED","description":"locked"}}"# Unknown;
    422 "" Withdrawn;
};
