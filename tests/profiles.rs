//! The built-in tables: each row a fact stated once, and the words there and back (INV-12).

use std::collections::BTreeSet;

use crate::states::*;
use order_capture::profiles::{CanonicalStatus, Confidence, ErrorMeaning};
use order_capture::*;

fn profiles() -> [&'static Profile; 4] {
    [&juspay::FULL_ONLY, &juspay::CYBERSOURCE, &juspay::SIMPL, &razorpay::PROFILE]
}

/// INV-12: text → row → text is the identity, and the word for a meaning means it.
#[test]
fn words_there_and_back() {
    for profile in profiles() {
        for row in profile.statuses.iter() {
            let found = profile.status(&row.text).unwrap();
            assert_eq!(found.text, row.text, "{}", profile.name);
            assert_eq!(found.maps_to, row.maps_to);
            assert!(!row.source.document.is_empty());
        }
        let texts: BTreeSet<_> = profile.statuses.iter().map(|row| &row.text).collect();
        assert_eq!(texts.len(), profile.statuses.len(), "{}: a word stands twice", profile.name);
        for word in ["", "charged ", "CHARGED\0", "Captured", "no such word"] {
            assert!(profile.status(word).is_none());
        }
    }
}

#[test]
fn every_meaning_has_exactly_one_word() {
    for profile in profiles() {
        for meaning in CanonicalStatus::ALL {
            let rows = profile.statuses.iter().filter(|row| row.written_for.contains(&meaning)).count();
            // A hold that ended by itself is one state, and auto-refunded is the word for it.
            let expired = meaning == CanonicalStatus::Expired;
            assert_eq!(rows, usize::from(!expired), "{}: {meaning:?}", profile.name);
            if expired {
                assert_eq!(profile.word_for(meaning), profile.word_for(CanonicalStatus::AutoRefunded));
                continue;
            }
            let own = profile.statuses.iter().filter(|row| row.maps_to == meaning).count();
            let word = profile.status(profile.word_for(meaning)).unwrap();
            assert!(own == 0 || word.maps_to == meaning, "{}: {meaning:?} is spelled {}", profile.name, word.text);
        }
    }
}

/// The table of states, columns Juspay and Razorpay; a dash takes the nearest word.
#[test]
fn states_are_spelled_as_the_domain_lists_them() {
    use StateKind::{
        Authorized, CaptureFailed, CaptureInitiated, CaptureUnknown, Capturing, Charged, Created, Expired, Failed,
        PartiallyCaptured, VoidFailed, VoidInitiated, VoidUnknown, Voided, Voiding,
    };
    let rows = [
        (Created, false, "NEW", "created"),
        (Authorized, false, "AUTHORIZED", "authorized"),
        (Capturing, false, "AUTHORIZED", "authorized"),
        (Capturing, true, "PARTIAL_CHARGED", "captured"),
        (CaptureUnknown, false, "AUTHORIZED", "authorized"),
        (CaptureUnknown, true, "PARTIAL_CHARGED", "captured"),
        (CaptureInitiated, false, "CAPTURE_INITIATED", "authorized"),
        (PartiallyCaptured, true, "PARTIAL_CHARGED", "captured"),
        (Charged, true, "CHARGED", "captured"),
        (CaptureFailed, false, "CAPTURE_FAILED", "authorized"),
        (Voiding, false, "AUTHORIZED", "authorized"),
        (Voiding, true, "PARTIAL_CHARGED", "captured"),
        (VoidUnknown, false, "AUTHORIZED", "authorized"),
        (VoidUnknown, true, "PARTIAL_CHARGED", "captured"),
        (VoidInitiated, false, "VOID_INITIATED", "authorized"),
        (VoidFailed, false, "VOID_FAILED", "authorized"),
        (Voided, false, "VOIDED", "refunded"),
        (Expired, false, "AUTO_REFUNDED", "refunded"),
        (Failed, false, "AUTHORIZATION_FAILED", "failed"),
    ];
    for (kind, captured, in_juspay, in_razorpay) in rows {
        let meaning = CanonicalStatus::of(kind, captured, false);
        assert_eq!(juspay::SIMPL.word_for(meaning), in_juspay, "{kind}");
        assert_eq!(razorpay::PROFILE.word_for(meaning), in_razorpay, "{kind}");
    }
    let refunded = CanonicalStatus::of(Charged, true, true);
    assert_eq!((juspay::SIMPL.word_for(refunded), razorpay::PROFILE.word_for(refunded)), ("CHARGED", "refunded"));
    for kind in StateKind::ALL {
        assert!(rows.iter().any(|row| row.0 == kind), "{kind} has no row");
    }
}

/// Status ids: each belongs to one word, but that PARTIAL_CHARGED may carry CHARGED's 21.
#[test]
fn ids_are_what_the_providers_list() {
    let expected = [
        ("NEW", &[10][..]),
        ("STARTED", &[20]),
        ("CHARGED", &[21]),
        ("JUSPAY_DECLINED", &[22]),
        ("PENDING_VBV", &[23]),
        ("VBV_SUCCESSFUL", &[24]),
        ("AUTHORIZED", &[25]),
        ("AUTHENTICATION_FAILED", &[26]),
        ("AUTHORIZATION_FAILED", &[27]),
        ("AUTHORIZING", &[28]),
        ("VOIDED", &[31]),
        ("VOID_INITIATED", &[32]),
        ("CAPTURE_INITIATED", &[33]),
        ("CAPTURE_FAILED", &[34]),
        ("VOID_FAILED", &[35]),
        ("AUTO_REFUNDED", &[36]),
        ("PARTIAL_CHARGED", &[37, 21]),
    ];
    for (text, ids) in expected {
        assert_eq!(&*juspay::FULL_ONLY.status(text).unwrap().ids, ids, "{text}");
    }
    assert!(razorpay::PROFILE.statuses.iter().all(|row| row.ids.is_empty()));
}

/// A gateway that is not named captures in full only, asked for on purpose.
#[test]
fn a_gateway_that_is_not_known_is_said_to_be() {
    assert_eq!(juspay::gateway("CYBERSOURCE"), Ok(&juspay::CYBERSOURCE));
    assert_eq!(juspay::gateway("SIMPL"), Ok(&juspay::SIMPL));
    for other in ["", "HDFC", "cybersource", "SIMPL "] {
        let unknown = juspay::gateway(other).unwrap_err();
        assert!(unknown.to_string().contains("FULL_ONLY"), "{unknown}");
    }
}
/// What the built-in gateways can do, as the seeds and section 4 have it.
#[test]
fn gateways_can_what_the_domain_says() {
    use profiles::{AmountNeed, CaptureMode, Failure, KeyNeed, VoidMode};
    let several = CaptureMode::Several { at_once: false, says_final: false };
    for (profile, captures, void, failed_capture) in [
        (&juspay::FULL_ONLY, CaptureMode::Full, VoidMode::Full, Failure::Closes),
        (&juspay::CYBERSOURCE, CaptureMode::Single, VoidMode::Full, Failure::Closes),
        (&juspay::SIMPL, several, VoidMode::Partial, Failure::Reopens),
        (&razorpay::PROFILE, CaptureMode::Exact, VoidMode::None, Failure::Reopens),
    ] {
        let can = &profile.capabilities;
        assert_eq!((can.captures, can.void, can.failed_capture), (captures, void, failed_capture), "{}", profile.name);
        assert!(!can.adjustment, "{}: neither built-in provider adjusts", profile.name);
        let razorpay = profile.name.as_str() == "razorpay";
        assert_eq!((can.authorized_equals_order, can.capture.currency_required), (razorpay, razorpay));
        let needs = [Operation::Capture, Operation::Void, Operation::Refund].map(|operation| {
            let form = can.form(operation);
            assert_eq!(form.digits, 2, "the last of three digits is 0");
            (form.amount, form.key)
        });
        let expected = if razorpay {
            [
                (AmountNeed::Always, KeyNeed::Never),
                (AmountNeed::Never, KeyNeed::Never),
                (AmountNeed::Never, KeyNeed::Never),
            ]
        } else {
            let capture = (AmountNeed::WithKey, KeyNeed::WithAmount);
            [capture, (AmountNeed::Never, KeyNeed::WithAmount), (AmountNeed::Never, KeyNeed::Always)]
        };
        assert_eq!(needs, expected, "{}", profile.name);
    }
}
/// Row 6: what the profile says of keys.
#[test]
fn a_key_is_what_the_profile_takes() {
    let juspay = &juspay::SIMPL.capabilities;
    let razorpay = &razorpay::PROFILE.capabilities;
    for (key, at_juspay, at_razorpay) in [
        ("", false, false),
        ("k", true, false),
        ("aZ09-_(){}+~.", true, false),
        ("refund-00", true, false),
        ("refund-000", true, true),
        ("refund_0001", true, true),
        ("refund.0001", true, false),
        ("refund 0001", false, false),
        ("réfund-0001", false, false),
        ("refund/0001", false, false),
    ] {
        for operation in Operation::ALL {
            assert_eq!(juspay.form(operation).key_form.check(key).is_ok(), at_juspay, "{operation} {key}");
        }
        assert_eq!(razorpay.refund.key_form.check(key).is_ok(), at_razorpay, "{key}");
    }
}

#[test]
fn worded_refusals_name_rules_that_exist() {
    for profile in profiles() {
        for row in profile.errors.iter() {
            assert!(row.rule.as_deref().is_none_or(|code| Rule::of(code).is_some()), "{row:?}");
        }
    }
    let juspay = juspay::FULL_ONLY.error_for("already-captured").unwrap();
    assert_eq!(
        (juspay.http_status, &*juspay.code, &*juspay.message),
        (400, "Invalid", "Cannot capture charged transaction")
    );
    for (refusal, message) in [
        ("amount-not-equal-to-authorized", "Capture amount must be equal to the amount authorized"),
        ("already-captured", "Your payment has been declined as the order is already paid"),
        ("amount-precision", "The amount must be an integer"),
    ] {
        let row = razorpay::PROFILE.error_for(refusal).unwrap();
        assert_eq!((row.http_status, &*row.code, &*row.message), (400, "BAD_REQUEST_ERROR", message));
    }
    assert!(razorpay::PROFILE.error_for("void-unsupported").is_none());
}

/// The seed's four: what a gateway answers to a full capture, and the words of transaction and order then.
#[test]
fn gateway_outcomes_lead_to_their_words() {
    let order = order_of("100.00");
    for (profile, words) in [
        (&juspay::FULL_ONLY, ["CHARGED", "CAPTURE_FAILED", "CAPTURE_INITIATED", "AUTHORIZED"]),
        (&juspay::CYBERSOURCE, ["CHARGED", "CAPTURE_FAILED", "CAPTURE_INITIATED", "AUTHORIZED"]),
        // A gateway with several captures goes back to where it was.
        (&juspay::SIMPL, ["CHARGED", "AUTHORIZED", "CAPTURE_INITIATED", "AUTHORIZED"]),
        (&razorpay::PROFILE, ["captured", "authorized", "authorized", "authorized"]),
    ] {
        let outcomes = [Outcome::Succeeded, Outcome::Failed, Outcome::Accepted, Outcome::TimedOut];
        for (outcome, word) in outcomes.into_iter().zip(words) {
            let sent = payment(&order, profile, &[held("100.00"), asked(Operation::Capture, 1, "100.00", None, true)]);
            let after = sent.answered(Answer::capture(outcome), midnight()).unwrap().into_payment();
            assert_eq!(after.transaction().word(profile), word, "{} {outcome}", profile.name);
            let paid = if outcome == Outcome::Succeeded { "paid" } else { "attempted" };
            let expected = if profile.name.as_str() == "razorpay" { paid } else { word };
            assert_eq!(after.order_status().word, expected, "{} {outcome}", profile.name);
            let row = profile.outcomes.iter().find(|row| row.outcome == outcome);
            let reopened = outcome == Outcome::Failed && word == "AUTHORIZED";
            assert!(row.is_none_or(|row| row.status == word || reopened), "{} {outcome}", profile.name);
        }
    }
    assert_eq!(juspay::FULL_ONLY.outcomes.len(), 4);
}

/// Every error row says what it says through the crate: its own code and text, as the answer to a capture.
#[test]
fn every_error_row_means_what_it_says() {
    for profile in profiles() {
        for row in profile.errors.iter() {
            let answer = ErrorAnswer {
                http_status: 400,
                codes: vec![row.code.clone()],
                messages: vec![format!("Sorry: {}.", row.message.to_uppercase()).into()],
            };
            assert_eq!(profile.error_meaning(Operation::Capture, &answer), row.meaning, "{}: {row:?}", profile.name);
        }
    }
    let plain = |http_status| ErrorAnswer { http_status, ..ErrorAnswer::default() };
    for (status, settles) in [
        (400, ErrorMeaning::Withdrawn),
        (401, ErrorMeaning::Withdrawn),
        (404, ErrorMeaning::Withdrawn),
        (422, ErrorMeaning::Withdrawn),
        (429, ErrorMeaning::Withdrawn),
        (408, ErrorMeaning::Unknown),
        (409, ErrorMeaning::Unknown),
        (500, ErrorMeaning::Unknown),
        (502, ErrorMeaning::Unknown),
        (504, ErrorMeaning::Unknown),
        (200, ErrorMeaning::Unknown),
    ] {
        assert_eq!(razorpay::PROFILE.error_meaning(Operation::Capture, &plain(status)), settles, "{status}");
    }
}

/// Facts carry how sure they are: what the seeds say is marked so, and nothing unsure is a success.
#[test]
fn nothing_unsure_is_a_success() {
    for profile in profiles() {
        for row in profile.statuses.iter() {
            let sure = row.source.confidence <= Confidence::Official;
            assert!(sure || !row.maps_to.is_captured(), "{}", row.text);
        }
    }
    let seed = |text: &str| juspay::FULL_ONLY.status(text).unwrap().source.confidence == Confidence::Seed;
    assert!(["CHARGED", "CAPTURE_FAILED", "CAPTURE_INITIATED", "AUTHORIZED", "PARTIAL_CHARGED"].into_iter().all(seed));
}
