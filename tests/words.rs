//! Words by subject, and what an error says of a request: every row of the built-in profiles, and what is in none.

use order_capture::Operation::{Capture, Refund, Void};
use order_capture::profiles::{CanonicalStatus, ErrorMeaning, SAFE_STATUSES};
use order_capture::statements::{Fate, Observation, RequestStatement, Subject, Word};
use order_capture::{Currency, Minor, Money, Order, Profile, StateKind, Time, juspay, razorpay};
use serde_json::{Value, json};

fn known(profile: &Profile, text: &str, subject: Subject) -> Option<(Option<CanonicalStatus>, Vec<i64>)> {
    profile.word(&Word { text: text.into(), id: None, subject }).map(|known| (known.maps_to, known.ids.to_vec()))
}

/// Juspay's whole list: the same words for an order and for a transaction, with their numbers.
#[test]
fn juspays_words_are_the_list() {
    use CanonicalStatus::*;
    type Words = &'static [(&'static str, &'static [i64])];
    let list: &[(CanonicalStatus, Words)] = &[
        (
            Created,
            &[
                ("CREATED", &[1]),
                ("NEW", &[10]),
                ("NOP", &[]),
                ("ERROR", &[-1]),
                ("STARTED", &[20]),
                ("PENDING", &[]),
                ("PENDING_AUTHENTICATION", &[]),
                ("PENDING_VBV", &[23]),
                ("VBV_SUCCESSFUL", &[24]),
                ("AUTHORIZING", &[28]),
                ("COD_INITIATED", &[29]),
                ("TO_BE_CHARGED", &[40]),
                ("SUCCESS", &[]),
                ("COMPLETED", &[]),
            ],
        ),
        (
            Failed,
            &[
                ("AUTHORIZATION_FAILED", &[27]),
                ("AUTHENTICATION_FAILED", &[26]),
                ("JUSPAY_DECLINED", &[22]),
                ("NOT_FOUND", &[40]),
                ("FAILURE", &[]),
                ("DECLINED", &[]),
            ],
        ),
        (Authorized, &[("AUTHORIZED", &[25])]),
        (CaptureInitiated, &[("CAPTURE_INITIATED", &[33])]),
        (PartiallyCharged, &[("PARTIAL_CHARGED", &[37, 21])]),
        (Charged, &[("CHARGED", &[21])]),
        (CaptureFailed, &[("CAPTURE_FAILED", &[34])]),
        (VoidInitiated, &[("VOID_INITIATED", &[32])]),
        (VoidFailed, &[("VOID_FAILED", &[35])]),
        (Voided, &[("VOIDED", &[31]), ("MERCHANT_VOIDED", &[]), ("AUTO_VOIDED", &[])]),
        (AutoRefunded, &[("AUTO_REFUNDED", &[36])]),
    ];
    let mut count = 0;
    for (means, words) in list {
        for (text, ids) in *words {
            for subject in [Subject::Order, Subject::Transaction] {
                assert_eq!(known(&juspay::SIMPL, text, subject), Some((Some(*means), ids.to_vec())), "{text}");
            }
            count += 1;
        }
    }
    assert_eq!(count, juspay::SIMPL.statuses.len(), "no word is in the profile and not in the list");
    assert_eq!(known(&juspay::SIMPL, "charged", Subject::Order), None, "letter case counts");
    let charged = Word { text: "CHARGED".into(), id: Some(27), subject: Subject::Transaction };
    assert!(!juspay::SIMPL.word(&charged).unwrap().allows(27));
}

/// Razorpay's orders have words of their own, and a word of the one is unknown of the other.
#[test]
fn razorpays_words_differ_by_subject() {
    let profile = &razorpay::PROFILE;
    for (text, order, transaction) in [
        ("created", Some(Some(CanonicalStatus::Created)), Some(Some(CanonicalStatus::Created))),
        ("attempted", Some(None), None),
        ("paid", Some(Some(CanonicalStatus::Charged)), None),
        ("pending", None, Some(Some(CanonicalStatus::Created))),
        ("authorized", None, Some(Some(CanonicalStatus::Authorized))),
        ("captured", None, Some(Some(CanonicalStatus::Charged))),
        ("refunded", None, Some(Some(CanonicalStatus::Refunded))),
        ("failed", None, Some(Some(CanonicalStatus::Failed))),
        ("Captured", None, None),
    ] {
        let means = |subject| known(profile, text, subject).map(|(means, _)| means);
        assert_eq!((means(Subject::Order), means(Subject::Transaction)), (order, transaction), "{text}");
    }
    assert_eq!((profile.order_statuses.len(), profile.statuses.len()), (3, 6));
    let paid = Word { text: "paid".into(), id: Some(3), subject: Subject::Order };
    assert!(profile.word(&paid).unwrap().allows(3), "there are no numbers to compare");
}

/// What becomes of a capture, void or refund, from the list in a payload.
#[test]
fn the_words_of_requests_are_the_list() {
    use Fate::*;
    let profile = &juspay::SIMPL;
    for (word, capture, void, refund) in [
        ("CHARGED", Some(Succeeded), None, None),
        ("VOIDED", None, Some(Succeeded), None),
        ("CAPTURE_INITIATED", Some(Accepted), None, None),
        ("VOID_INITIATED", None, Some(Accepted), None),
        ("PENDING", Some(Accepted), Some(Accepted), Some(Accepted)),
        ("CAPTURE_FAILED", Some(Failed), None, None),
        ("VOID_FAILED", None, Some(Failed), None),
        ("AUTHORIZATION_FAILED", Some(Failed), Some(Failed), None),
        ("SUCCESS", None, None, Some(Succeeded)),
        ("REFUNDED", None, None, Some(Succeeded)),
        ("MANUAL_REVIEW", None, None, Some(Accepted)),
        ("TRANSFER_SCHEDULED", None, None, Some(Accepted)),
        ("FAILURE", None, None, Some(Failed)),
        ("FAILED", None, None, Some(Failed)),
        ("Failure", None, None, Some(Failed)),
        ("AUTHORIZED", None, None, None),
        ("NEW", None, None, None),
        ("charged", None, None, None),
    ] {
        let fates = [Capture, Void, Refund].map(|operation| profile.fate(operation, word));
        assert_eq!(fates, [capture, void, refund], "{word}");
        let text = format!(
            r#"{{"status":"CHARGED","txn_sub_details":[{{"txn_object_type":"CAPTURE","status":"{word}"}},{{"txn_object_type":"VOID","status":"{word}"}}],"refunds":[{{"status":"{word}"}}]}}"#
        );
        let said = profile.statements(&text, Currency::INR).unwrap();
        let read =
            [&said.captures, &said.voids, &said.refunds].map(|list| (list[0].word.clone().unwrap(), list[0].fate));
        assert_eq!(read, fates.map(|fate| (word.into(), fate)), "{word}");
    }
    assert_eq!((profile.request_words.len(), profile.refund_words.len()), (8, 8));
    for (word, fate) in [
        ("processed", Some(Succeeded)),
        ("pending", Some(Accepted)),
        ("created", Some(Accepted)),
        ("failed", Some(Failed)),
        ("refunded", None),
    ] {
        let text = format!(r#"{{"entity":"refund","status":"{word}"}}"#);
        let said = razorpay::PROFILE.statements(&text, Currency::INR).unwrap();
        assert_eq!(said.refunds[0].fate, fate, "{word}");
        assert_eq!(razorpay::PROFILE.fate(Capture, word), None, "{word}");
    }
    assert_eq!(razorpay::PROFILE.refund_words.len(), 4);
}

/// Statuses that are refused before anything was tried; every other one leaves the outcome unknown.
#[test]
fn only_safe_statuses_withdraw() {
    assert_eq!(SAFE_STATUSES, [400, 401, 403, 404, 405, 413, 414, 415, 422, 429]);
    for profile in [&juspay::FULL_ONLY, &juspay::CYBERSOURCE, &juspay::SIMPL, &razorpay::PROFILE] {
        for http_status in 100..600 {
            let expected =
                if SAFE_STATUSES.contains(&http_status) { ErrorMeaning::Withdrawn } else { ErrorMeaning::Unknown };
            for operation in [Capture, Void, Refund] {
                let answer = profile.error(http_status, "{}");
                assert_eq!(profile.error_meaning(operation, &answer), expected, "{} {http_status}", profile.name);
            }
        }
    }
}

/// Hints leave the outcome unknown whatever the status; texts are hints of captures only, codes of every request.
#[test]
fn hints_withdraw_nothing() {
    let says = |profile: &Profile, operation, code: &str, message: &str| {
        let body = json!({"error": {"code": code, "description": message}}).to_string();
        profile.error_meaning(operation, &profile.error(400, &body)) == ErrorMeaning::Unknown
    };
    for (profile, code, message, of_captures_only) in [
        (&juspay::SIMPL, "DUPLICATE_REQUEST", "x", false),
        (&juspay::SIMPL, "duplicate_request", "x", false),
        (&juspay::SIMPL, "x", "Capture already In Progress", false),
        (&juspay::SIMPL, "x", "another request for same id in process", false),
        (&juspay::SIMPL, "Invalid", "Cannot Capture Charged Transaction", true),
        (&juspay::SIMPL, "x", "this was already captured", true),
        (&juspay::SIMPL, "duplicate.call", "A refund call was already completed with this unique_request_id", false),
        (&juspay::SIMPL, "x", "already processing with this amount", false),
        (&razorpay::PROFILE, "GATEWAY_ERROR", "x", false),
        (&razorpay::PROFILE, "SERVER_ERROR", "x", false),
        (&razorpay::PROFILE, "BAD_REQUEST_ERROR", "another payment operation is in progress.", false),
        (&razorpay::PROFILE, "BAD_REQUEST_ERROR", "This payment has already been captured", true),
        (&razorpay::PROFILE, "BAD_REQUEST_ERROR", "Your payment has been declined as the order is already paid", true),
    ] {
        let found = [Capture, Void, Refund].map(|operation| says(profile, operation, code, message));
        assert_eq!(found, [true, !of_captures_only, !of_captures_only], "{code} {message}");
    }
    assert!(!says(&juspay::SIMPL, Capture, "INVALID_INPUT", "x"));
}

/// A hint is seen whatever else is wrong with the body: one that is missed would free money that may be taken.
#[test]
fn a_hint_is_seen_beside_what_cannot_be_read() {
    for body in [
        r#"{"error_code":"DUPLICATE_REQUEST","error_codes":"x"}"#,
        r#"{"error_codes":7,"error_message":"in progress"}"#,
        r#"{"error":{"code":"DUPLICATE_REQUEST","error_codes":"x"}}"#,
        r#"{"error":7,"error_info":{"code":"DUPLICATE_REQUEST"}}"#,
        r#"{"error_message":"in progress","error_message":"x"}"#,
        r#"{"error_codes":[{},"DUPLICATE_REQUEST"]}"#,
    ] {
        let meaning = juspay::SIMPL.error_meaning(Capture, &juspay::SIMPL.error(400, body));
        assert_eq!(meaning, ErrorMeaning::Unknown, "{body}");
    }
}

fn changed(change: impl Fn(&mut Value)) -> Result<Profile, String> {
    let mut value: Value = serde_json::from_str(include_str!("../profiles/checkout.json")).unwrap();
    change(&mut value);
    Profile::from_json_without_samples(&value.to_string()).map_err(|error| error.to_string())
}

/// A row may call another status withdrawn, of that status alone; a profile that lists none has the usual safe ones.
#[test]
fn a_row_may_name_one_more_status() {
    let row = json!({"http_status": 423, "code": "", "message": "not tried", "meaning": "withdrawn",
        "source": {"document": "d", "confidence": "official"}});
    let profile = changed(|value| value["errors"] = json!([row])).unwrap();
    assert_eq!(*profile.safe_statuses, *SAFE_STATUSES);
    let meaning = |http_status, body| profile.error_meaning(Capture, &profile.error(http_status, body));
    assert_eq!(meaning(423, r#"{"message":"Not tried."}"#), ErrorMeaning::Withdrawn);
    assert_eq!(meaning(423, r#"{"message":"locked"}"#), ErrorMeaning::Unknown);
    assert_eq!(meaning(503, r#"{"message":"Not tried."}"#), ErrorMeaning::Unknown);
    let fewer = changed(|value| value["safe_statuses"] = json!([400])).unwrap();
    let meaning = |http_status| fewer.error_meaning(Capture, &fewer.error(http_status, "{}"));
    assert_eq!((meaning(400), meaning(401)), (ErrorMeaning::Withdrawn, ErrorMeaning::Unknown));
}

/// What a profile may not say of words and statuses is found when it is loaded.
#[test]
fn words_and_statuses_are_checked_on_load() {
    for (text, unheld, problem) in [
        ("Voided", "voided", "statuses[10]: its unheld must be created or failed"),
        ("Voided", "authorized", "statuses[10]: its unheld must be created or failed"),
        ("Captured", "failed", "statuses[7]: it has unheld, which only a word for the end of a hold may have"),
        ("Declined", "failed", "statuses[3]: it has unheld, which only a word for the end of a hold may have"),
        ("Refunded", "failed", "statuses[9]: it has unheld, which only a word for the end of a hold may have"),
    ] {
        let of = |row: &&mut Value| row["text"] == text;
        let change = |value: &mut Value| {
            value["statuses"].as_array_mut().unwrap().iter_mut().find(of).unwrap()["unheld"] = json!(unheld);
        };
        let error = changed(change).unwrap_err();
        assert!(error.contains(problem), "{problem}: {error}");
    }
    let source = |confidence: &str| json!({"document": "d", "confidence": confidence});
    let order =
        |text: &str, means: &str, confidence| json!({"text": text, "maps_to": means, "source": source(confidence)});
    let fate = |text: &str, fate: &str, confidence| json!({"text": text, "fate": fate, "source": source(confidence)});
    for (table, rows, problem) in [
        ("order_statuses", json!([order("paid", "charged", "sdk")]), "order_statuses[0]: it means that money moved"),
        (
            "order_statuses",
            json!([order("a", "created", "sdk"), order("a", "failed", "sdk")]),
            "order_statuses[1]: the text \"a\"",
        ),
        (
            "request_words",
            json!([fate("done", "succeeded", "third-party")]),
            "request_words[0]: it means that money moved",
        ),
        ("request_words", json!([fate("", "failed", "sdk")]), "request_words[0]: the text \"\""),
        ("refund_words", json!([fate("done", "succeeded", "inferred")]), "refund_words[0]: it means that money moved"),
        ("refund_words", json!([fate("a", "failed", "sdk"), fate("a", "failed", "sdk")]), "refund_words[1]: the text"),
        ("safe_statuses", json!([400, 408]), "safe_statuses[1]: 408, 409 and statuses other than 4xx"),
        ("safe_statuses", json!([500]), "safe_statuses[0]: 408, 409 and statuses other than 4xx"),
        ("safe_statuses", json!([400, 400]), "safe_statuses: a status occurs twice"),
    ] {
        let error = changed(|value| value[table] = rows.clone()).unwrap_err();
        assert!(error.contains(problem), "{problem}: {error}");
    }
    let sound = changed(|value| {
        value["order_statuses"] =
            json!([order("paid", "charged", "official"), {"text": "open", "source": source("sdk")}]);
        value["refund_words"] = json!([fate("back", "reversed", "sdk"), fate("done", "succeeded", "sample")]);
        value["refund_words"][1]["source"]["confidence"] = json!("official");
        value["request_words"] = json!([{"text": "done", "of": "void", "fate": "succeeded", "source": source("seed")}]);
    })
    .unwrap();
    assert_eq!(known(&sound, "open", Subject::Order), Some((None, vec![])));
    assert_eq!(known(&sound, "Captured", Subject::Order), None);
    assert_eq!(sound.fate(Refund, "back"), Some(Fate::Reversed));
    assert_eq!((sound.fate(Capture, "done"), sound.fate(Void, "done")), (None, Some(Fate::Succeeded)));
}

/// A word for the end of a hold says by its row what it means where nothing was held: no hold is invented. Where one is
/// known, or the payload tells of money, it means what it maps to.
#[test]
fn a_word_for_the_end_may_mean_another_thing_where_nothing_was_held() {
    let with = |means: Value| {
        changed(move |value| {
            for text in ["Voided", "Expired"] {
                let row = value["statuses"].as_array_mut().unwrap().iter_mut().find(|row| row["text"] == text).unwrap();
                row["unheld"] = means.clone();
            }
        })
        .unwrap()
    };
    let (plain, failed, created) = (with(Value::Null), with(json!("failed")), with(json!("created")));
    let gbp = Currency::from_code("GBP").unwrap();
    let order = Order::new("o-1".parse().unwrap(), Money::from_minor(9_000, gbp).unwrap());
    let said = |status: &str, authorized: Option<u64>, captured: Option<u64>, refunded: Option<u64>| {
        json!({"id": "pay_1", "reference": "o-1", "status": status, "currency": "GBP",
            "balances": {"total_authorized": authorized, "total_captured": captured, "total_refunded": refunded}})
        .to_string()
    };
    // What each of these payloads does to a transaction of which nothing is known, in turn: the state, or the code.
    let told = |profile: &Profile, payloads: &[String]| -> Vec<String> {
        let mut payment = order.transaction("t-1".parse().unwrap(), profile);
        let mut verdicts = Vec::new();
        for text in payloads {
            let seen = profile.statements(text, gbp).unwrap();
            verdicts.push(match payment.observe(&seen, None, Time::UNIX_EPOCH) {
                Err(conflict) => conflict.code().to_owned(),
                Ok(change) => {
                    payment = change.into_payment();
                    let transaction = payment.transaction();
                    let captured = transaction.amounts().captured.get();
                    format!("{} {} {captured}", transaction.state(), transaction.word(profile))
                }
            });
        }
        verdicts
    };
    let (all, none, part) = (Some(9_000), Some(0), Some(3_000));
    for word in ["Voided", "Expired"] {
        let ended = if word == "Voided" { "voided" } else { "expired" };
        let alone = [said(word, None, None, None)];
        let with_amounts = [said(word, all, none, none)];
        // Without an amount a hold cannot be learned of; with one it was held and given back.
        assert_eq!(told(&plain, &alone), ["amount-mismatch"]);
        assert_eq!(told(&plain, &with_amounts), [format!("{ended} {word} 0")]);
        for payloads in [&alone, &with_amounts] {
            assert_eq!(told(&failed, payloads), [format!("failed {word} 0")]);
            assert_eq!(told(&created, payloads), [format!("created {word} 0")]);
        }
        // Where a hold is known it ended, also one that was learned of late.
        let held = said("Authorized", all, none, none);
        for (profile, first) in [(&failed, "failed"), (&created, "created")] {
            let late = [alone[0].clone(), held.clone(), alone[0].clone()];
            let expected = [format!("{first} {word} 0"), "authorized Authorized 0".into(), format!("{ended} {word} 0")];
            assert_eq!(told(profile, &late), expected);
        }
        // Money that was taken was held before.
        let captured = [said(word, all, part, none)];
        let refunded = [said(word, all, None, part)];
        for profile in [&plain, &failed, &created] {
            let expected = if word == "Voided" { "voided-after-capture" } else { "charged Captured 3000" };
            assert_eq!(told(profile, &captured), [expected]);
            assert_eq!(told(profile, &refunded), ["refunded-exceeds-captured"]);
            assert_eq!(told(profile, &[said(word, None, part, none)]), ["amount-mismatch"]);
        }
    }
    // So was what a flag says was taken, or a list says was asked for; of an order's word, what the order's totals say.
    let seen = |change: fn(&mut Observation<'_>)| {
        let text = said("Expired", all, None, None);
        let mut seen = failed.statements(&text, gbp).unwrap();
        change(&mut seen);
        let before = order.transaction("t-1".parse().unwrap(), &failed);
        let change = before.observe(&seen, None, Time::UNIX_EPOCH).map_err(|conflict| conflict.code());
        change.map(|change| change.payment().transaction().state())
    };
    assert_eq!(seen(|_| ()), Ok(StateKind::Failed));
    assert_eq!(seen(|seen| seen.transaction.captured_flag = Some(false)), Ok(StateKind::Failed));
    assert_eq!(seen(|seen| seen.transaction.captured_flag = Some(true)), Ok(StateKind::Expired));
    assert_eq!(seen(|seen| seen.voids.push(request(Some(Fate::Failed)))), Ok(StateKind::Expired));
    assert_eq!(seen(|seen| seen.captures.push(request(Some(Fate::Failed)))), Ok(StateKind::Expired));
    assert_eq!(seen(|seen| seen.refunds.push(request(Some(Fate::Failed)))), Ok(StateKind::Expired));
    assert_eq!(seen(|seen| seen.captures.push(request(None))), Ok(StateKind::Failed));
    assert_eq!(seen(of_order), Ok(StateKind::Failed));
    assert_eq!(
        seen(|seen| {
            of_order(seen);
            seen.order.captured = Minor::new(3_000);
        }),
        Ok(StateKind::Charged)
    );
}

fn request(fate: Option<Fate>) -> RequestStatement<'static> {
    RequestStatement { fate, amount: Minor::new(100), ..RequestStatement::default() }
}

/// The order's word takes the place of the transaction's.
fn of_order(seen: &mut Observation<'_>) {
    seen.order.word = seen.transaction.word.take();
    seen.order.word.as_mut().unwrap().subject = Subject::Order;
}
