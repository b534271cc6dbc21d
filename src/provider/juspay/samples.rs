//! Juspay's payloads and errors by example: real in shape, made up in their values.

use std::borrow::Cow;

use crate::profile::{ErrorMeaning, ErrorSample, Sample, SampleText};
use crate::provider::rows::{error_samples, samples};

/// Each payload, and what it says.
pub(super) const SAMPLES: &[Sample] = samples! {
    // A capture response: the bare amount may be the order's or the capture's.
    r#"{
        "order_id":"o-1","txn_id":"m-o-1-1","txn_uuid":"u-1","status":"PARTIAL_CHARGED","status_id":37,"amount":100,
        "currency":"INR","refunded":false,"amount_refunded":0,"date_created":"2026-01-01T00:00:00Z","gateway_id":23
    }"# =>
        "order o-1: PARTIAL_CHARGED 37 (partially-charged), perhaps 100.00 INR, refunded 0.00 INR"
        "transaction m-o-1-1 u-1";
    // An order status: what the order, its transaction, each capture, void and refund are.
    r#"{
        "order_id":"o-2","txn_id":"m-o-2-1","txn_uuid":"u-2","status":"PARTIAL_CHARGED","status_id":37,"amount":100.0,
        "effective_amount":90.0,"captured_amount":"60.00","amount_refunded":"10.00","currency":"INR",
        "txn_detail":{"txn_id":"m-o-2-1","txn_uuid":"u-2","order_id":"o-2","status":"CHARGED","status_id":21,
            "txn_amount":90.0,"net_amount":100.0,"currency":"INR"},
        "txn_sub_details":[
            {"txn_id":"v1","txn_uuid":"u-v1","txn_object_type":"PARTIAL_VOID","status":"VOIDED","txn_amount":5.0},
            {"txn_id":"v2","txn_object_type":"VOID","status":"VOID_INITIATED","txn_amount":1.0},
            {"txn_id":"v3","txn_object_type":"MULTIPLE_PARTIAL_VOID","status":"VOID_FAILED","txn_amount":1.0},
            {"txn_id":"k5","txn_object_type":"CAPTURE","status":"AUTHORIZATION_FAILED","txn_amount":1.0},
            {"txn_id":"k4","txn_object_type":"CAPTURE","status":"CAPTURE_FAILED","txn_amount":1.0},
            {"txn_id":"k3","txn_object_type":"CAPTURE","status":"PENDING","txn_amount":1.0},
            {"txn_id":"k2","txn_object_type":"MULTIPLE_PARTIAL_CAPTURE","status":"CAPTURE_INITIATED","txn_amount":9.0},
            {"txn_id":"k1","txn_uuid":"u-k1","txn_object_type":"PARTIAL_CAPTURE","status":"CHARGED","txn_amount":60.0,
                "source_object_id":"m-o-2-1"},
            {"txn_id":"k0","txn_object_type":"CAPTURE","status":"CHARGED","txn_amount":3.0,"source_object_id":"another"},
            {"txn_id":"x","txn_object_type":"ORDER_PAYMENT","status":"CHARGED","txn_amount":60.0}
        ],
        "refunds":[
            {"unique_request_id":"r1","id":"rf-1","amount":1.0,"status":"SUCCESS"},
            {"unique_request_id":"r2","id":null,"amount":2.0,"status":"REFUNDED"},
            {"unique_request_id":"r3","amount":3.0,"status":"PENDING"},
            {"unique_request_id":"r4","amount":1.0,"status":"MANUAL_REVIEW"},
            {"unique_request_id":"r5","amount":1.0,"status":"TRANSFER_SCHEDULED"},
            {"unique_request_id":"r6","amount":1.0,"status":"FAILURE"},
            {"unique_request_id":"r7","amount":1.0,"status":"FAILED"},
            {"unique_request_id":"r8","amount":1.0,"status":"Failure"}
        ]
    }"# =>
        "order o-2: PARTIAL_CHARGED 37 (partially-charged), for 100.00 INR, captured 60.00 INR, refunded 10.00 INR"
        "transaction m-o-2-1 u-2: CHARGED 21 (charged), authorized 90.00 INR, pays 100.00 INR"
        "capture k0: CHARGED (succeeded), 3.00 INR, part of another"
        "capture k1 u-k1: CHARGED (succeeded), 60.00 INR"
        "capture k2: CAPTURE_INITIATED (accepted), 9.00 INR"
        "capture k3: PENDING (accepted), 1.00 INR"
        "capture k4: CAPTURE_FAILED (failed), 1.00 INR"
        "capture k5: AUTHORIZATION_FAILED (failed), 1.00 INR"
        "void v3: VOID_FAILED (failed), 1.00 INR"
        "void v2: VOID_INITIATED (accepted), 1.00 INR"
        "void v1 u-v1: VOIDED (succeeded), 5.00 INR"
        "refund r1 rf-1: SUCCESS (succeeded), 1.00 INR"
        "refund r2: REFUNDED (succeeded), 2.00 INR"
        "refund r3: PENDING (accepted), 3.00 INR"
        "refund r4: MANUAL_REVIEW (accepted), 1.00 INR"
        "refund r5: TRANSFER_SCHEDULED (accepted), 1.00 INR"
        "refund r6: FAILURE (failed), 1.00 INR"
        "refund r7: FAILED (failed), 1.00 INR"
        "refund r8: Failure (failed), 1.00 INR";
    // A webhook of an order: its own date is when it was made, the envelope's when it happened.
    r#"{
        "id":"evt-1","event_name":"ORDER_SUCCEEDED","date_created":"2026-01-02T03:04:05Z",
        "content":{"order":{"order_id":"o-3","txn_id":"m-o-3-1","status":"CHARGED","status_id":21,"amount":250,
            "currency":"INR","effective_amount":250,"captured_amount":250,"amount_refunded":0,
            "date_created":"2026-01-01T00:00:00Z"}}
    }"# =>
        "order o-3: CHARGED 21 (charged), for 250.00 INR, captured 250.00 INR, refunded 0.00 INR"
        "transaction m-o-3-1: authorized 250.00 INR, pays 250.00 INR"
        "at 2026-01-02T03:04:05+00:00";
    // A webhook of a transaction, and a transaction alone.
    r#"{"event_name":"TXN_CHARGED","content":{"txn":{"order_id":"o-4","txn_id":"m-o-4-1","txn_uuid":"u-4",
        "status":"CHARGED","status_id":21,"txn_amount":108,"net_amount":100,"currency":"INR"}}}"# =>
        "order o-4"
        "transaction m-o-4-1 u-4: CHARGED 21 (charged), authorized 108.00 INR, pays 100.00 INR";
    r#"{"order_id":"o-4","txn_id":"m-o-4-1","status":"AUTHORIZED","txn_amount":108,"currency":"INR"}"# =>
        "order o-4"
        "transaction m-o-4-1: AUTHORIZED (authorized), authorized 108.00 INR";
    // An order with a transaction for every word.
    r#"{"order_id":"o-5","status":"NEW","status_id":10,"amount":1,"currency":"INR","txn_list":[
        {"txn_id":"o-5-1","status":"CREATED","status_id":1},
        {"txn_id":"o-5-2","status":"NEW","status_id":10},
        {"txn_id":"o-5-3","status":"NOP"},
        {"txn_id":"o-5-4","status":"ERROR","status_id":-1},
        {"txn_id":"o-5-5","status":"STARTED","status_id":20},
        {"txn_id":"o-5-6","status":"PENDING"},
        {"txn_id":"o-5-7","status":"PENDING_AUTHENTICATION"},
        {"txn_id":"o-5-8","status":"PENDING_VBV","status_id":23},
        {"txn_id":"o-5-9","status":"VBV_SUCCESSFUL","status_id":24},
        {"txn_id":"o-5-10","status":"AUTHORIZING","status_id":28},
        {"txn_id":"o-5-11","status":"COD_INITIATED","status_id":29},
        {"txn_id":"o-5-12","status":"TO_BE_CHARGED","status_id":40},
        {"txn_id":"o-5-13","status":"SUCCESS"},
        {"txn_id":"o-5-14","status":"COMPLETED"},
        {"txn_id":"o-5-15","status":"AUTHORIZATION_FAILED","status_id":27},
        {"txn_id":"o-5-16","status":"AUTHENTICATION_FAILED","status_id":26},
        {"txn_id":"o-5-17","status":"JUSPAY_DECLINED","status_id":22},
        {"txn_id":"o-5-18","status":"NOT_FOUND","status_id":40},
        {"txn_id":"o-5-19","status":"FAILURE"},
        {"txn_id":"o-5-20","status":"DECLINED"},
        {"txn_id":"o-5-21","status":"AUTHORIZED","status_id":25},
        {"txn_id":"o-5-22","status":"CAPTURE_INITIATED","status_id":33},
        {"txn_id":"o-5-23","status":"PARTIAL_CHARGED","status_id":37},
        {"txn_id":"o-5-24","status":"CHARGED","status_id":21},
        {"txn_id":"o-5-25","status":"CAPTURE_FAILED","status_id":34},
        {"txn_id":"o-5-26","status":"VOID_INITIATED","status_id":32},
        {"txn_id":"o-5-27","status":"VOID_FAILED","status_id":35},
        {"txn_id":"o-5-28","status":"VOIDED","status_id":31},
        {"txn_id":"o-5-29","status":"MERCHANT_VOIDED"},
        {"txn_id":"o-5-30","status":"AUTO_VOIDED"},
        {"txn_id":"o-5-31","status":"AUTO_REFUNDED","status_id":36}
    ]}"# =>
        "order o-5: NEW 10 (created), for 1.00 INR"
        "listed o-5-1: CREATED 1 (created)"
        "listed o-5-2: NEW 10 (created)"
        "listed o-5-3: NOP (created)"
        "listed o-5-4: ERROR -1 (created)"
        "listed o-5-5: STARTED 20 (created)"
        "listed o-5-6: PENDING (created)"
        "listed o-5-7: PENDING_AUTHENTICATION (created)"
        "listed o-5-8: PENDING_VBV 23 (created)"
        "listed o-5-9: VBV_SUCCESSFUL 24 (created)"
        "listed o-5-10: AUTHORIZING 28 (created)"
        "listed o-5-11: COD_INITIATED 29 (created)"
        "listed o-5-12: TO_BE_CHARGED 40 (created)"
        "listed o-5-13: SUCCESS (created)"
        "listed o-5-14: COMPLETED (created)"
        "listed o-5-15: AUTHORIZATION_FAILED 27 (failed)"
        "listed o-5-16: AUTHENTICATION_FAILED 26 (failed)"
        "listed o-5-17: JUSPAY_DECLINED 22 (failed)"
        "listed o-5-18: NOT_FOUND 40 (failed)"
        "listed o-5-19: FAILURE (failed)"
        "listed o-5-20: DECLINED (failed)"
        "listed o-5-21: AUTHORIZED 25 (authorized)"
        "listed o-5-22: CAPTURE_INITIATED 33 (capture-initiated)"
        "listed o-5-23: PARTIAL_CHARGED 37 (partially-charged)"
        "listed o-5-24: CHARGED 21 (charged)"
        "listed o-5-25: CAPTURE_FAILED 34 (capture-failed)"
        "listed o-5-26: VOID_INITIATED 32 (void-initiated)"
        "listed o-5-27: VOID_FAILED 35 (void-failed)"
        "listed o-5-28: VOIDED 31 (voided)"
        "listed o-5-29: MERCHANT_VOIDED (voided)"
        "listed o-5-30: AUTO_VOIDED (voided)"
        "listed o-5-31: AUTO_REFUNDED 36 (auto-refunded)";
    // A split order: each transaction with what was authorized and refunded of it in objects of its own.
    r#"{"order_id":"o-6","status":"CHARGED","status_id":21,"amount":100,"currency":"INR","amount_refunded":40,"txn_list":[
        {"txn_id":"o-6-1","txn_uuid":"u-61","status":"CHARGED","refunds":[
            {"unique_request_id":"r1","id":"rf-1","amount":40,"status":"PENDING"}],
            "txn_detail":{"txn_id":"o-6-1","txn_uuid":"u-61","status":"CHARGED","txn_amount":60,"net_amount":100}},
        {"txn_id":"o-6-2","status":"CHARGED","txn_detail":{"txn_id":"o-6-2","txn_amount":40,"net_amount":100}}
    ]}"# =>
        "order o-6: CHARGED 21 (charged), for 100.00 INR, refunded 40.00 INR"
        "listed o-6-1 u-61: CHARGED (charged), authorized 60.00 INR"
        "listed o-6-2: CHARGED (charged), authorized 40.00 INR"
        "refund r1 rf-1: PENDING (accepted), 40.00 INR, part of o-6-1";
    // The answer to a refund has the order's name, and the refund's word and amount.
    r#"{"order_id":"o-7","txn_id":"m-o-7-1","unique_request_id":"r1","status":"SUCCESS","amount":10,"sent_to_gateway":true,
        "gateway":"SIMPL","refund_type":"STANDARD"}"# =>
        "order o-7"
        "transaction m-o-7-1"
        "refund r1: SUCCESS (succeeded), 10.00 INR";
    r#"{"order_id":"o-8","txn_id":"o-8-1","unique_request_id":"r1","status":"SUCCESS","amount":100,"split_refund_details":[
        {"txn_id":"o-8-1","unique_request_id":"r1","status":"SUCCESS","amount":60},
        {"txn_id":"o-8-2","unique_request_id":"r1-1","status":"PENDING","amount":40}
    ]}"# =>
        "order o-8"
        "refund r1: SUCCESS (succeeded), 60.00 INR, part of o-8-1"
        "refund r1-1: PENDING (accepted), 40.00 INR, part of o-8-2";
    // Errors are no orders.
    r#"{"error_code":"access_denied","status":"error"}"# => "not-a-payload";
    r#"{"error_message":"Invalid Authentication","status":"error"}"# => "not-a-payload";
};

/// Answers to captures: HTTP status, body, what it means for the capture.
pub(super) const ERRORS: &[ErrorSample] = error_samples! {
    400 r#"{"status":"Bad Request","error_code":"Invalid","error_message":"Cannot capture charged transaction"}"# Unknown;
    400 r#"{"error_message":"This order was already captured"}"# Unknown;
    400 r#"{"error_code":"Invalid","error_message":"Cannot Capture CAPTURE_INITIATED Transaction"}"# Unknown;
    400 r#"{"error_code":"Invalid","error_message":"Cannot Capture PARTIAL_CHARGED Transaction"}"# Unknown;
    401 r#"{"status":"error","error_code":"access_denied","error_message":"Invalid Authentication"}"# Withdrawn;
    400 r#"{"error_code":"Invalid","error_message":"Cannot Capture VOIDED Transaction"}"# Withdrawn;
    400 r#"{"error_code":"Invalid","error_message":"Cannot Capture AUTHENTICATION_FAILED Transaction"}"# Withdrawn;
    400 r#"{"error_message":"Invalid state for void operation"}"# Withdrawn;
    400 r#"{"error_message":"Cannot Void CHARGED Transaction"}"# Withdrawn;
    400 r#"{"error_info":{"code":"DUPLICATE_REQUEST","category":"USER_ERROR"}}"# Unknown;
    400 r#"{"error_message":"Another capture is in progress"}"# Unknown;
    400 r#"{"error_code":"duplicate.call","error_message":"already completed with this unique_request_id"}"# Unknown;
    400 r#"{"error_message":"already processing with this amount"}"# Unknown;
    400 r#"{"error_message":"another request for the same id in process"}"# Unknown;
    400 r#"{"error_info":{"code":"INVALID_INPUT","user_message":"x"}}"# Withdrawn;
    404 r#"{"error_code":"RESOURCE_NOT_FOUND"}"# Withdrawn;
    400 r#"{"error_code":"EXPIRED"}"# Withdrawn;
    400 r#"{"error_code":"MISSING_MANDATORY_PARAMETER"}"# Withdrawn;
    400 r#"{"error_code":"INVALID_ACTION"}"# Withdrawn;
    401 r#"{"error_code":"UNAUTHORIZED"}"# Withdrawn;
    401 r#"{"error_code":"UNAUTHENTICATED"}"# Withdrawn;
    400 r#"{"error_code":"ALREADY_EXISTS"}"# Withdrawn;
    403 r#"{"error_code":"BAD_ORIGIN"}"# Withdrawn;
    409 r#"{"error_code":"INVALID_INPUT"}"# Unknown;
    504 "<html>gateway time-out</html>" Unknown;
};
