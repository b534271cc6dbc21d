//! The built-in tables: each row a fact stated once, and the words there and back (INV-12).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test reads files and may panic"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "tests document themselves by name")]

#[path = "support/states.rs"]
mod states;

use std::collections::BTreeSet;

use order_capture::*;
use serde_json::{Value, json};
use states::*;

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
    use StateKind::{
        Authorized, CaptureFailed, CaptureInitiated, Capturing, Charged, Created, Expired, Failed, PartiallyCaptured,
        VoidFailed, VoidInitiated, Voided, Voiding,
    };
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
    let codes: BTreeSet<_> = Rule::all().map(Rule::code).collect();
    assert_eq!(codes.len(), Rule::all().count(), "a code stands twice");
    for rule in Rule::all() {
        let code = rule.code();
        let is_invariant = rule.kinds() == [RuleKind::Invariant];
        let kebab = code.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        assert!(kebab != is_invariant && code.starts_with("INV-") == is_invariant, "{code}");
        for text in [rule.sentence(), rule.why(), rule.next()] {
            assert!(text.ends_with('.'), "{code}: {text}");
        }
        assert!(!rule.source().is_empty() && !rule.numbers().is_empty(), "{code}");
        assert!(!rule.kinds().is_empty() && rule.kinds().is_sorted(), "{code}");
        assert_eq!(rule.retry().is_some(), rule.kinds().contains(&RuleKind::Refusal), "{code}");
        for text in [code, rule.sentence(), rule.why(), rule.numbers(), rule.next(), rule.source()] {
            assert!(rule.explain().contains(text), "{code}: {text}");
        }
        let entry = rule.explain();
        let kinds: Vec<_> = rule.kinds().iter().map(|kind| kind.as_str()).collect();
        let lines: Vec<_> = entry.lines().map(|line| line.split(':').next().unwrap().trim()).collect();
        assert_eq!(entry.lines().next(), Some(&*format!("{code} ({})", kinds.join(", "))));
        let next = if is_invariant { "where" } else { "next" };
        let retry = rule.retry().map(|_| "retry");
        let names: Vec<_> = ["why", "reports", next].into_iter().chain(retry).chain(["source"]).collect();
        assert_eq!(lines[2..], names, "{entry}");
        assert_eq!(Rule::of(code), Some(rule));
    }
    let kinds = [RuleKind::Refusal, RuleKind::Conflict, RuleKind::Rejection, RuleKind::Malformed, RuleKind::Invariant];
    assert_eq!(kinds.map(RuleKind::as_str), ["refusal", "conflict", "rejection", "malformed", "invariant"]);
    assert!(RULES.iter().all(|rule| rule.kinds().first() == Some(&RuleKind::Refusal)));
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

/// INV-12, through the crate: a word observed of a transaction in the state it implies is the word that is read back.
#[test]
fn an_observed_word_is_read_back() {
    let order = order_of("100.00");
    let (mut own, mut shared) = (0, BTreeSet::new());
    for profile in profiles() {
        for row in profile.statuses.iter() {
            let amount = rupees("100.00").minor();
            let part = Amounts { captured: rupees("40.00").minor(), ..Amounts::default() }.captured;
            let seen = Observation {
                status: row.text.clone(),
                is_transaction_status: true,
                authorized: Some(amount),
                captured: matches!(row.means, Meaning::PartiallyCharged).then_some(part),
                ..Observation::default()
            };
            let mut transaction = match row.means {
                // Nobody fails at what nobody asked.
                Meaning::CaptureFailed => {
                    replayed(&[held("100.00"), asked(Operation::Capture, 1, "100.00", None, true)]).0
                }
                Meaning::VoidFailed => replayed(&[held("100.00"), asked(Operation::Void, 1, "100.00", None, false)]).0,
                _ => Transaction::created("t-1".parse().unwrap()),
            };
            let context = OrderContext { order: &order, profile, others_captured: false };
            let Verdict::Applied(events) = transaction.interpret(&seen, &context) else {
                panic!("{}: {} is not applied", profile.name, row.text)
            };
            for event in events {
                let recorded = transaction.stamp(event, midnight(), None);
                assert_eq!(transaction.apply(&recorded), Ok(Effect::Applied));
            }
            // Two words for one meaning (voided by whom), and words that a single capture or a reopened hold closes over.
            let read = transaction.status_text(profile);
            if read == row.text {
                own += 1
            } else {
                _ = shared.insert(format!("{}: {} reads {read}", profile.name, row.text))
            }
        }
    }
    let expected = [
        "juspay/CYBERSOURCE: AUTO_VOIDED reads VOIDED",
        "juspay/CYBERSOURCE: MERCHANT_VOIDED reads VOIDED",
        "juspay/CYBERSOURCE: PARTIAL_CHARGED reads CHARGED",
        "juspay/SIMPL: AUTO_VOIDED reads VOIDED",
        "juspay/SIMPL: CAPTURE_FAILED reads AUTHORIZED",
        "juspay/SIMPL: MERCHANT_VOIDED reads VOIDED",
        "juspay: AUTO_VOIDED reads VOIDED",
        "juspay: MERCHANT_VOIDED reads VOIDED",
        "juspay: PARTIAL_CHARGED reads CHARGED",
    ];
    assert_eq!(shared.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    let words: usize = profiles().iter().map(|profile| profile.statuses.len()).sum();
    assert_eq!(own + expected.len(), words);
}

/// The seed's four: what a gateway answers to a full capture, and the word that the transaction has then.
#[test]
fn gateway_outcomes_lead_to_their_words() {
    for profile in profiles() {
        for row in profile.outcomes.iter() {
            let outcome = match row.reply {
                GatewayReply::Success => done("100.00"),
                GatewayReply::Failed => Outcome::Failed { closes: profile.failure_closes() },
                GatewayReply::Pending => Outcome::Accepted,
                GatewayReply::NoResponse => Outcome::Unanswered,
            };
            let capture = asked(Operation::Capture, 1, "100.00", None, true);
            let transaction = replayed(&[held("100.00"), capture, answered(Operation::Capture, 1, outcome)]).0;
            // The table is that of a single capture; a gateway with several goes back to where it was.
            let reopens = row.reply == GatewayReply::Failed && !profile.failure_closes();
            let expected = if reopens { "AUTHORIZED" } else { &*row.status };
            assert_eq!(transaction.status_text(profile), expected, "{} {:?}", profile.name, row.reply);
        }
    }
    assert_eq!(juspay::FULL_ONLY.outcomes.len(), 4);
}

fn file(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The built-in profiles as files are the code's, there and back; so is the schema.
#[test]
fn the_files_are_the_code() {
    for (name, profile) in [
        ("juspay.json", &juspay::FULL_ONLY),
        ("juspay-cybersource.json", &juspay::CYBERSOURCE),
        ("juspay-simpl.json", &juspay::SIMPL),
        ("razorpay.json", &razorpay::PROFILE),
    ] {
        assert_eq!(Profile::from_json(&file(name)).as_ref(), Ok(profile), "{name}");
        assert_eq!(serde_json::to_string_pretty(profile).unwrap().trim(), file(name).trim(), "{name}");
        assert_eq!(profile.check(), Ok(()));
    }
    let schema: Value = serde_json::from_str(&file("schema.json")).unwrap();
    assert_eq!(serde_json::to_value(schemars::schema_for!(Profile)).unwrap(), schema);
    assert!(Profile::from_json(&file("checkout.json")).is_ok());
}

/// A change to a profile, and a part of what is said of it.
type Change<'a> = (&'a dyn Fn(&mut Value), &'a str);

/// What a profile is refused for, with the row.
#[allow(clippy::too_many_lines, reason = "a table, one row a fault")]
#[test]
fn a_profile_is_checked_on_load() {
    let error = |change: &dyn Fn(&mut Value)| {
        let mut changed: Value = serde_json::from_str(&file("checkout.json")).unwrap();
        change(&mut changed);
        let error = Profile::from_json(&changed.to_string()).unwrap_err();
        assert_eq!(error.code(), "profile-invalid");
        error.to_string()
    };
    let cases: [Change<'_>; 35] = [
        (
            &|v| v["statuses"][1]["text"] = json!("Pending"),
            "statuses[1]: the text \"Pending\" is empty, unusable or in an earlier row",
        ),
        (&|v| v["statuses"][2]["text"] = json!(""), "statuses[2]: the text \"\" is empty"),
        (&|v| v["statuses"][0]["spells"] = json!([]), "no row spells created"),
        (&|v| v["statuses"][1]["spells"] = json!(["created"]), "statuses[0]: created has its word elsewhere"),
        (
            &|v| v["statuses"][5]["spells"] = json!(["authorized", "charged"]),
            "statuses[5]: charged has its word elsewhere",
        ),
        (&|v| v["statuses"][0]["means"] = json!("settled"), "statuses[0].means: unknown variant `settled`"),
        (
            &|v| v["capabilities"]["capture_equals_authorized"] = json!(true),
            "capture_equals_authorized contradicts partial_capture",
        ),
        (
            &|v| v["capabilities"]["partial_capture"] = json!(false),
            "captures: several contradicts partial_capture: false",
        ),
        (&|v| v["capabilities"]["request_digits"] = json!(5), "request_digits above 4"),
        (
            &|v| v["outcomes"][0]["status"] = json!("Paid"),
            "outcomes[0]: status is \"Paid\"; it must be a text of the statuses",
        ),
        (
            &|v| v["errors"][0]["refusal"] = json!("no-such"),
            "errors[0]: refusal is \"no-such\"; it must be the code of a rule",
        ),
        (
            &|v| v["currencies"][0]["digits"] = json!(2),
            "currencies[0]: digits is \"2\"; ISO 4217 has other digits for it",
        ),
        (&|v| v["currencies"][0]["code"] = json!("KWX"), "currencies[0]: code is \"KWX\""),
        (
            &|v| v["payload"]["fields"]["status"] = json!("status"),
            "payload.fields.status: \"status\" is no JSON pointer",
        ),
        (&|v| v["v"] = json!(2), "profile version 2 is not known"),
        (&|v| v["nme"] = json!("x"), "unknown field `nme`"),
        (&|v| v["name"] = json!(""), "name: it is empty"),
        (&|v| v["statuses"][5]["means"] = json!("created"), "statuses: no word means authorized"),
        (
            &|v| {
                v["statuses"][7]["means"] = json!("refunded");
                v["statuses"][8]["means"] = json!("refunded");
            },
            "statuses: no word means charged",
        ),
        (&|v| v["statuses"][7]["source"]["confidence"] = json!("sdk"), "less sure than official"),
        (&|v| v["outcomes"][1]["reply"] = json!("pending"), "outcomes: an answer stands twice"),
        (&|v| v["outcomes"][1]["reply"] = json!("no-response"), "outcomes: a word after an answer"),
        (&|v| v["errors"][0]["code"] = json!(""), "errors: a row has neither code nor text"),
        (
            &|v| v["errors"][0]["http_status"] = json!(500),
            "errors: a row outside 4xx, or of 408 or 409, says withdrawn",
        ),
        (
            &|v| v["errors"][0]["http_status"] = json!(408),
            "errors: a row outside 4xx, or of 408 or 409, says withdrawn",
        ),
        (
            &|v| v["errors"][0]["http_status"] = json!(409),
            "errors: a row outside 4xx, or of 408 or 409, says withdrawn",
        ),
        (&|v| v["currencies"] = json!([v["currencies"][0], v["currencies"][0]]), "currencies[1]: the text"),
        (
            &|v| {
                let row = json!({"name": "e", "source": {"document": "d", "confidence": "inferred"}});
                v["events"] = json!([row, row]);
            },
            "events[1]: the text \"e\"",
        ),
        (&|v| v["payload"] = json!("juspay"), "amount_form contradicts the amount form of that provider's payloads"),
        (&|v| v["payload"]["fields"]["roots"] = json!([]), "payload.fields: there is no root"),
        (&|v| v["payload"]["fields"]["status"] = json!(""), "payload.fields: status points at the whole payload"),
        (
            &|v| v["payload"]["fields"]["captured"] = json!("/balances/total_authorized"),
            "payload.fields: two of authorized, captured and refunded are the same field",
        ),
        (&|v| v["payload"]["fields"]["order"] = json!("/a~2b"), "payload.fields.order: \"/a~2b\" is no JSON pointer"),
        (
            &|v| {
                let can = &mut v["capabilities"];
                can["capture_equals_authorized"] = json!(true);
                can["partial_capture"] = json!(false);
                can["captures"] = json!("single");
            },
            "capture_equals_authorized contradicts amount_required: never",
        ),
        (&|v| v["statuses"][0] = json!(7), "statuses[0]: invalid type"),
    ];
    for (change, expected) in cases {
        let text = error(change);
        assert!(text.contains(expected), "{text}");
    }
    let single = |v: &mut Value| {
        v["capabilities"]["captures"] = json!("single");
        v["capabilities"]["concurrent_captures"] = json!(true);
    };
    assert!(error(&single).contains("captures: single contradicts concurrent_captures"));
    let twice = |v: &mut Value| {
        let row =
            |text| json!({"text": text, "spells": ["charged"], "source": {"document": "d", "confidence": "inferred"}});
        v["order_statuses"] = json!([row("a"), row("b")]);
    };
    assert!(error(&twice).contains("order_statuses[1]: charged has its word elsewhere"));
    for field in ["roots", "transaction", "order", "currency", "authorized", "captured", "refunded", "occurred_at"] {
        let no_pointer = |v: &mut Value| {
            let text = json!("balances/total");
            v["payload"]["fields"][field] = if field == "roots" { json!([text]) } else { text };
        };
        let expected = format!("payload.fields.{field}: \"balances/total\" is no JSON pointer");
        assert!(error(&no_pointer).contains(&expected), "{field}");
    }
    let same_order_text = |v: &mut Value| {
        let row =
            |spells| json!({"text": "a", "spells": [spells], "source": {"document": "d", "confidence": "inferred"}});
        v["order_statuses"] = json!([row("charged"), row("voided")]);
    };
    assert!(error(&same_order_text).contains("order_statuses[1]: the text \"a\""));
    let mut four_digits: Value = serde_json::from_str(&file("checkout.json")).unwrap();
    four_digits["capabilities"]["request_digits"] = json!(4);
    assert!(Profile::from_json(&four_digits.to_string()).is_ok());
    let broken = Profile::from_json("{\n  \"v\": 1,\n").unwrap_err().to_string();
    assert!(broken.contains("EOF while parsing"), "{broken}");
}

/// Every error row says what it says through the crate: its own code and text, as the answer to a capture.
#[test]
fn every_error_row_settles_as_it_says() {
    for profile in profiles() {
        for row in profile.errors.iter() {
            let answer = ErrorAnswer {
                http_status: 400,
                codes: vec![row.code.clone()],
                messages: vec![format!("Sorry: {}.", row.message.to_uppercase()).into()],
            };
            assert_eq!(profile.settles(Operation::Capture, &answer), row.settles, "{}: {row:?}", profile.name);
        }
    }
    let plain = |http_status| ErrorAnswer { http_status, ..ErrorAnswer::default() };
    for (status, settles) in [
        (400, Settles::Withdrawn),
        (401, Settles::Withdrawn),
        (404, Settles::Withdrawn),
        (422, Settles::Withdrawn),
        (429, Settles::Withdrawn),
        (408, Settles::Unknown),
        (409, Settles::Unknown),
        (500, Settles::Unknown),
        (502, Settles::Unknown),
        (504, Settles::Unknown),
        (200, Settles::Unknown),
    ] {
        assert_eq!(razorpay::PROFILE.settles(Operation::Capture, &plain(status)), settles, "{status}");
    }
}

/// How far along each word is, as the providers group them.
#[test]
fn words_have_their_class() {
    let class = |text: &str| juspay::FULL_ONLY.status(text).unwrap().means.class();
    for text in ["NEW", "STARTED", "PENDING_VBV", "VBV_SUCCESSFUL", "AUTHORIZING"] {
        assert_eq!(class(text), Class::Pending);
    }
    for text in
        ["AUTHENTICATION_FAILED", "AUTHORIZATION_FAILED", "JUSPAY_DECLINED", "NOT_FOUND", "VOIDED", "AUTO_REFUNDED"]
    {
        assert_eq!(class(text), Class::Ended);
    }
    assert_eq!(class("CHARGED"), Class::Success);
    assert_eq!(class("AUTHORIZED"), Class::Capturable);
    assert_eq!(class("CAPTURE_INITIATED"), Class::InFlight);
    assert_eq!(class("CAPTURE_FAILED"), Class::Failure);
}

/// Facts carry how sure they are: what the seeds say is marked so, and nothing unsure is a success.
#[test]
fn nothing_unsure_is_a_success() {
    for profile in profiles() {
        for row in profile.statuses.iter() {
            let sure = row.source.confidence <= Confidence::Official;
            assert!(sure || row.means.class() != Class::Success, "{}", row.text);
        }
    }
    let seed = |text: &str| juspay::FULL_ONLY.status(text).unwrap().source.confidence == Confidence::Seed;
    assert!(["CHARGED", "CAPTURE_FAILED", "CAPTURE_INITIATED", "AUTHORIZED", "PARTIAL_CHARGED"].into_iter().all(seed));
}
