//! Totals, words and whose they are.

use super::*;

// A total is credited to no request.

#[test]
fn a_refunded_total_is_nobodys_answer() {
    let books = Books::held(&juspay::CYBERSOURCE, "100")
        .charged()
        .refund("30", "r1")
        .refund("10", "r2")
        .sees(&order_refunded("CHARGED", "10", ""), "applied")
        .is("charged", ["100", "0", "0", "0", "10", "40"]);
    assert_eq!(books.refused(Command::refund().amount(rupees("80")).key("r3")), "exceeds-refundable");
    assert_eq!(books.refused(Command::refund().amount(rupees("50")).key("r4")), "applied");
}

#[test]
fn a_captured_total_may_be_somebody_elses() {
    Books::held(&juspay::SIMPL, "100")
        .capture("60", "k1")
        .sees(&order("PARTIAL_CHARGED", r#","captured_amount":40"#), "applied")
        .is("capturing", ["40", "60", "0", "0", "0", "0"])
        .told(Answer::capture(Succeeded).key("k1"))
        .is("partially-captured", ["60", "0", "40", "0", "0", "0"]);
}

#[test]
fn a_total_that_is_exactly_ours_covers_it() {
    Books::held(&juspay::SIMPL, "100")
        .capture("60", "k1")
        .sees(&order("PARTIAL_CHARGED", r#","captured_amount":60"#), "applied")
        .is("partially-captured", ["60", "0", "40", "0", "0", "0"])
        .told(Answer::capture(Failed).key("k1"))
        .is("partially-captured", ["60", "0", "40", "0", "0", "0"])
        .captured("20", "k2")
        .is("partially-captured", ["80", "0", "20", "0", "0", "0"]);
}

#[test]
fn a_strangers_total_and_then_another() {
    Books::held(&juspay::SIMPL, "100")
        .sees(&order("PARTIAL_CHARGED", r#","captured_amount":40"#), "applied")
        .is("partially-captured", ["40", "0", "60", "0", "0", "0"])
        .capture("20", "k1")
        .sees(&order("PARTIAL_CHARGED", r#","captured_amount":50"#), "applied")
        .is("capturing", ["50", "20", "30", "0", "0", "0"])
        .told(Answer::capture(Succeeded).key("k1"))
        .is("partially-captured", ["60", "0", "40", "0", "0", "0"]);
}

#[test]
fn on_one_capture_any_total_ends_the_hold() {
    Books::held(&juspay::CYBERSOURCE, "100")
        .capture("40", "k1")
        .told(Answer::capture(TimedOut))
        .sees(&order("PARTIAL_CHARGED", r#","captured_amount":40"#), "applied")
        .is("charged", ["40", "0", "0", "60", "0", "0"])
        .sees(&order("AUTHORIZED", r#","captured_amount":0"#), "stale");
}

// A word without a total.

#[test]
fn charged_never_counts_a_refused_capture() {
    Books::held(&juspay::CYBERSOURCE, "100")
        .capture("100", "k1")
        .error(400, "invalid")
        .is("authorized", ["0", "0", "100", "0", "0", "0"])
        .capture("60", "k2")
        .sees(&order("CHARGED", ""), "captured-amount-unknown")
        .is("capturing", ["0", "60", "40", "0", "0", "0"]);
}

#[test]
fn charged_means_all_where_all_was_asked_or_nothing() {
    for profile in [&juspay::FULL_ONLY, &juspay::CYBERSOURCE, &juspay::SIMPL] {
        let all = ["100", "0", "0", "0", "0", "0"];
        Books::held(profile, "100").sees(&order("CHARGED", ""), "applied").is("charged", all);
        Books::held(profile, "100").capture("100", "k").sees(&order("CHARGED", ""), "applied").is("charged", all);
        Books::of(profile, "100").sees(&order("CHARGED", ""), "applied").is("charged", all);
    }
    Books::held(&juspay::SIMPL, "100")
        .captured("60", "k1")
        .sees(&order("CHARGED", ""), "captured-amount-unknown")
        .capture("40", "k2")
        .sees(&order("CHARGED", ""), "applied")
        .is("charged", ["100", "0", "0", "0", "0", "0"]);
    // A failed capture was asked for, a withdrawn one was not.
    Books::held(&juspay::CYBERSOURCE, "100")
        .capture("60", "k1")
        .told(Answer::capture(Failed))
        .sees(&order("CHARGED", ""), "captured-exceeds-requested");
}

#[test]
fn partially_charged_means_the_one_that_was_asked() {
    let part = order("PARTIAL_CHARGED", "");
    Books::held(&juspay::CYBERSOURCE, "100").sees(&part, "captured-amount-unknown");
    Books::of(&juspay::CYBERSOURCE, "100").sees(&part, "captured-amount-unknown").is("created", NOTHING);
    Books::held(&juspay::CYBERSOURCE, "100")
        .capture("40", "k")
        .sees(&part, "applied")
        .is("charged", ["40", "0", "0", "60", "0", "0"]);
    // All of it was asked: a part of it is no amount that is known.
    Books::held(&juspay::CYBERSOURCE, "100").capture("100", "k").sees(&part, "captured-amount-unknown");
    // After a reversal the word may be the reversed one's.
    Books::held(&juspay::SIMPL, "100")
        .captured("40", "k1")
        .step(|payment, now| payment.reversed(Reversal::of(Operation::Capture).key("k1"), now))
        .capture("30", "k2")
        .sees(&part, "captured-amount-unknown");
}

#[test]
fn the_pair_of_words_is_read_together() {
    let pair = order("PARTIAL_CHARGED", r#","txn_detail":{"txn_id":"m-1","status":"CHARGED","txn_amount":100}"#);
    Books::held(&juspay::CYBERSOURCE, "100")
        .capture("40", "k")
        .sees(&pair, "applied")
        .is("charged", ["40", "0", "0", "60", "0", "0"]);
    Books::held(&juspay::CYBERSOURCE, "100").sees(&pair, "captured-amount-unknown");
    let both = order("CHARGED", r#","txn_detail":{"txn_id":"m-1","status":"CHARGED","txn_amount":100}"#);
    Books::held(&juspay::CYBERSOURCE, "100").sees(&both, "applied").is("charged", ["100", "0", "0", "0", "0", "0"]);
}

#[test]
fn the_transactions_own_word_ends_a_hold_of_several_captures() {
    let own = r#"{"content":{"txn":{"order_id":"held-1","txn_id":"m-1","status":"CHARGED","txn_amount":100}}}"#;
    let with_total = order("CHARGED", r#","captured_amount":60"#);
    Books::held(&juspay::SIMPL, "100")
        .captured("60", "k1")
        .sees(&with_total, "already-applied")
        .is("partially-captured", ["60", "0", "40", "0", "0", "0"]);
    let pair = order("PARTIAL_CHARGED", r#","captured_amount":60,"txn_detail":{"txn_id":"m-1","status":"CHARGED"}"#);
    Books::held(&juspay::SIMPL, "100")
        .captured("60", "k1")
        .sees(&pair, "applied")
        .is("charged", ["60", "0", "0", "40", "0", "0"]);
    // While one is under way nothing is given up.
    Books::held(&juspay::SIMPL, "100")
        .captured("60", "k1")
        .capture("10", "k2")
        .sees(&pair, "already-applied")
        .is("capturing", ["60", "10", "30", "0", "0", "0"]);
    Books::of(&juspay::FULL_ONLY, "100").sees(own, "applied").is("charged", ["100", "0", "0", "0", "0", "0"]);
}

// Whose is it?

#[test]
fn a_split_order_does_not_say_which_leg() {
    let legs = r#","txn_list":[{"txn_id":"a","status":"CHARGED","txn_amount":60},{"txn_id":"b","status":"CHARGED","txn_amount":40}]"#;
    let books = Books::of(&juspay::FULL_ONLY, "100").in_parts();
    let books = books.sees(&unnamed("CHARGED", legs), "transaction-not-named").is("created", NOTHING);
    // One that is named binds; the other leg's money is not this one's.
    let books = books.sees(&named("b", "CHARGED", legs).replace("u-b", "ub"), "applied");
    let books = books.is("charged", ["40", "0", "0", "0", "0", "0"]);
    let books = books.sees(&unnamed("CHARGED", legs), "already-applied");
    let books = books.sees(&named("a", "CHARGED", legs), "transaction-not-named");
    books.sees(&order("CHARGED", ""), "identity-mismatch");
}

#[test]
fn an_identifier_binds_with_the_first_change() {
    let books = Books::held(&juspay::FULL_ONLY, "100").sees(&order("AUTHORIZED", ""), "already-applied");
    assert_eq!(books.own().provider_ids().transaction.as_ref().map(ToString::to_string).as_deref(), Some("m-1"));
    books.sees(&named("m-2", "CHARGED", ""), "identity-mismatch");
    // A stale one binds nothing, and a conflict neither.
    let books = Books::held(&juspay::FULL_ONLY, "100").sees(&order("NEW", ""), "stale");
    let books = books.sees(&order("VOID_FAILED", "").replace("INR", "USD"), "currency-mismatch");
    assert_eq!(*books.own().provider_ids(), ProviderIds::default());
    let other = Books::held(&juspay::FULL_ONLY, "100").sees(&order("AUTHORIZED", ""), "already-applied").another("t-2");
    other.sees(&order("AUTHORIZED", ""), "identity-mismatch");
}

// What is said of the order.

#[test]
fn another_transactions_money_is_not_ours() {
    let total = r#","captured_amount":60"#;
    let a = || Books::held(&juspay::CYBERSOURCE, "100").capture("60", "k");
    // Pending elsewhere: nobody can say whose it is.
    let b = a().told(Answer::capture(TimedOut)).another("t-2").authorized("100");
    let b = b.sees(&named("m-2", "PARTIAL_CHARGED", total), "captured-amount-unknown");
    let b = b.sees(&named("m-2", "PARTIAL_CHARGED", ""), "captured-amount-unknown");
    b.is("authorized", ["0", "0", "100", "0", "0", "0"]);
    // Captured elsewhere: taken off, and the word is explained by it.
    let b = || a().told(Answer::capture(Succeeded)).another("t-2").authorized("100");
    b().sees(&named("m-2", "PARTIAL_CHARGED", total), "already-applied")
        .is("authorized", ["0", "0", "100", "0", "0", "0"]);
    b().sees(&named("m-2", "PARTIAL_CHARGED", ""), "already-applied");
    b().sees(&named("m-2", "CHARGED", ""), "captured-amount-unknown");
    b().sees(&named("m-2", "CHARGED", r#","captured_amount":100"#), "applied")
        .is("charged", ["40", "0", "0", "60", "0", "0"]);
    // Held elsewhere: an order that names nobody may mean the other.
    let b = || Books::held(&juspay::CYBERSOURCE, "100").another("t-2").authorized("100");
    b().sees(&unnamed("PARTIAL_CHARGED", total), "captured-amount-unknown");
    b().sees(&named("m-2", "PARTIAL_CHARGED", total), "applied").is("charged", ["60", "0", "0", "40", "0", "0"]);
}

#[test]
fn another_transactions_refund_is_not_ours() {
    let refunded = order_refunded("CHARGED", "30", "").replace("m-1", "m-2");
    let books = Books::held(&juspay::SIMPL, "100").captured("60", "k1").refund("30", "r1");
    let books = books.another("t-2").authorized("100").captured("40", "k2");
    books.sees(&refunded, "refund-amount-unknown").is("partially-captured", ["40", "0", "60", "0", "0", "0"]);
}

#[test]
fn a_failed_attempt_beside_another_ones_money() {
    let detail = |status: &str, total: u32| {
        let detail = format!(
            r#","captured_amount":{total},"txn_detail":{{"txn_id":"m-1","status":"{status}","txn_amount":100}}"#
        );
        order("CHARGED", &detail)
    };
    let books = || Books::of(&juspay::FULL_ONLY, "100");
    // The order's money is another attempt's: if one is known.
    for word in ["AUTHENTICATION_FAILED", "STARTED"] {
        books().sees(&detail(word, 100), "payload-contradicts-itself").is("created", NOTHING);
    }
    let beside = || books().authorized("100").another("t-2");
    beside().sees(&detail("AUTHENTICATION_FAILED", 100), "applied").is("failed", NOTHING);
    beside().sees(&detail("STARTED", 100), "applied").is("created", NOTHING);
    // Of one that is held, its own word and the total cannot both be true.
    books().authorized("100").sees(&detail("AUTHORIZED", 100), "payload-contradicts-itself");
    let charged = books().authorized("100").charged().another("t-2");
    charged.sees(&detail("AUTHORIZED", 100), "applied").is("authorized", ["0", "0", "100", "0", "0", "0"]);
    // A list that shows another one that may have captured leaves the total to nobody.
    let listed =
        r#","captured_amount":100,"txn_list":[{"txn_id":"m-1","status":"CHARGED"},{"txn_id":"x","status":"CHARGED"}]"#;
    books().authorized("100").sees(&order("CHARGED", listed), "captured-amount-unknown");
    let listed = listed.replace(r#""x","status":"CHARGED""#, r#""x","status":"AUTHORIZATION_FAILED""#);
    books()
        .authorized("100")
        .sees(&order("CHARGED", &listed), "applied")
        .is("charged", ["100", "0", "0", "0", "0", "0"]);
}
