//! The built-in tables: each row a fact stated once, and the words there and back (INV-12).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic: that is how it fails")]
#![allow(missing_docs, reason = "tests document themselves by name")]

use std::collections::BTreeSet;

use order_capture::{Meaning, Profile, RULES, Retry, Rule, StateKind, juspay, razorpay};

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
            assert_eq!(found.means, row.means);
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
        for meaning in Meaning::ALL {
            let rows = profile.statuses.iter().filter(|row| row.spells.contains(&meaning)).count();
            assert_eq!(rows, 1, "{}: {meaning:?}", profile.name);
            let own = profile.statuses.iter().filter(|row| row.means == meaning).count();
            let word = profile.status(profile.spell(meaning)).unwrap();
            assert!(own == 0 || word.means == meaning, "{}: {meaning:?} is spelled {}", profile.name, word.text);
        }
    }
}

/// The table of states, columns Juspay and Razorpay; a dash takes the nearest word.
#[test]
fn states_are_spelled_as_the_domain_lists_them() {
    use StateKind::*;
    let rows = [
        (Created, false, "NEW", "created"),
        (Authorized, false, "AUTHORIZED", "authorized"),
        (Capturing, false, "AUTHORIZED", "authorized"),
        (Capturing, true, "PARTIAL_CHARGED", "captured"),
        (CaptureInitiated, false, "CAPTURE_INITIATED", "authorized"),
        (PartiallyCaptured, true, "PARTIAL_CHARGED", "captured"),
        (Charged, true, "CHARGED", "captured"),
        (CaptureFailed, false, "CAPTURE_FAILED", "authorized"),
        (Voiding, false, "AUTHORIZED", "authorized"),
        (Voiding, true, "PARTIAL_CHARGED", "captured"),
        (VoidInitiated, false, "VOID_INITIATED", "authorized"),
        (VoidFailed, false, "VOID_FAILED", "authorized"),
        (Voided, false, "VOIDED", "refunded"),
        (Expired, false, "AUTO_REFUNDED", "refunded"),
        (Failed, false, "AUTHORIZATION_FAILED", "failed"),
    ];
    for (kind, captured, in_juspay, in_razorpay) in rows {
        let meaning = Meaning::of(kind, captured, false);
        assert_eq!(juspay::SIMPL.spell(meaning), in_juspay, "{kind}");
        assert_eq!(razorpay::PROFILE.spell(meaning), in_razorpay, "{kind}");
    }
    let refunded = Meaning::of(Charged, true, true);
    assert_eq!((juspay::SIMPL.spell(refunded), razorpay::PROFILE.spell(refunded)), ("CHARGED", "refunded"));
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

#[test]
fn a_gateway_that_is_not_named_captures_in_full_only() {
    assert_eq!(juspay::gateway("CYBERSOURCE"), &juspay::CYBERSOURCE);
    assert_eq!(juspay::gateway("SIMPL"), &juspay::SIMPL);
    for other in ["", "HDFC", "cybersource", "SIMPL "] {
        assert_eq!(juspay::gateway(other), &juspay::FULL_ONLY);
    }
}

#[test]
fn every_rule_has_a_code_a_sentence_advice_and_a_source() {
    let codes: BTreeSet<_> = RULES.iter().map(|rule| rule.code).collect();
    assert_eq!(codes.len(), RULES.len(), "a code stands twice");
    for rule in RULES {
        assert!(rule.code.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", rule.code);
        assert!(rule.sentence.ends_with('.') && !rule.source.is_empty());
        assert_eq!(Rule::of(rule.code), Some(rule));
    }
    assert_eq!(Rule::of("no-such-code"), None);
    let advice = [Retry::Never, Retry::Corrected, Retry::Later].map(Retry::advice);
    assert_eq!(BTreeSet::from(advice).len(), 3);
}

#[test]
fn worded_refusals_name_rules_that_exist() {
    for profile in profiles() {
        for row in profile.errors.iter() {
            assert!(row.refusal.as_deref().is_none_or(|code| Rule::of(code).is_some()), "{row:?}");
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
