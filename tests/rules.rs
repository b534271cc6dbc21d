//! The rules as data: every code once, with what must hold, why, what to do, and who says so.

use std::collections::BTreeSet;

use order_capture::*;

#[test]
fn every_rule_has_a_code_a_sentence_advice_and_a_source() {
    let codes: BTreeSet<_> = Rule::all().map(|rule| rule.code).collect();
    assert_eq!(codes.len(), Rule::all().count(), "a code stands twice");
    for rule in Rule::all() {
        let code = rule.code;
        let is_invariant = rule.kinds == [RuleKind::Invariant];
        let kebab = code.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        assert!(kebab != is_invariant && code.starts_with("INV-") == is_invariant, "{code}");
        for text in [rule.sentence, rule.why, rule.next] {
            assert!(text.ends_with('.'), "{code}: {text}");
        }
        for text in [rule.reports, rule.source] {
            assert!(!text.is_empty() && !text.ends_with('.'), "{code}: {text}");
        }
        assert!(!rule.kinds.is_empty() && rule.kinds.is_sorted(), "{code}");
        assert_eq!(rule.retry.is_some(), rule.kinds.contains(&RuleKind::Violation), "{code}");
        for text in [code, rule.sentence, rule.why, rule.reports, rule.next, rule.source] {
            assert!(rule.explain().contains(text), "{code}: {text}");
        }
        let entry = rule.explain();
        let kinds: Vec<_> = rule.kinds.iter().map(|kind| kind.as_str()).collect();
        let lines: Vec<_> = entry.lines().map(|line| line.split(':').next().unwrap().trim()).collect();
        assert_eq!(entry.lines().next(), Some(&*format!("{code} ({})", kinds.join(", "))));
        let next = if is_invariant { "where" } else { "next" };
        let retry = rule.retry.map(|_| "retry");
        let names: Vec<_> = ["why", "reports", next].into_iter().chain(retry).chain(["source"]).collect();
        assert_eq!(lines[2..], names, "{entry}");
        assert_eq!(Rule::of(code), Some(rule));
    }
    use RuleKind::{Conflict, Discrepancy, Invariant, Malformed, Rejection, Violation};
    let kinds = [Violation, Conflict, Rejection, Malformed, Discrepancy, Invariant].map(RuleKind::as_str);
    assert_eq!(kinds, ["refused", "conflict", "rejected", "malformed", "discrepancy", "invariant"]);
    assert!(RULES.iter().all(|rule| rule.kinds.first() == Some(&RuleKind::Violation)));
    assert_eq!(Rule::of("no-such-code"), None);
    let advice = [Retry::Never, Retry::Corrected, Retry::Later].map(Retry::advice);
    assert_eq!(BTreeSet::from(advice).len(), 3);
}

/// Every code of the domain's sections 3 to 6 has an entry, and the invariants are all there.
#[test]
fn every_code_of_the_domain_has_an_entry() {
    let codes = "
        currency-required currency-mismatch amount-required amount-precision amount-not-positive idempotency-key-required
        idempotency-key-malformed final-unsupported idempotency-key-reused already-captured not-authorized
        capture-in-progress void-in-progress outcome-unknown authorization-expired authorized-not-equal-to-order
        order-already-paid amount-not-equal-to-authorized exceeds-capturable partial-capture-unsupported
        void-unsupported not-voidable exceeds-held partial-void-unsupported not-refundable exceeds-refundable
        adjustment-unsupported illegal-transition identity-mismatch transaction-not-named unknown-status
        status-id-mismatch flag-mismatch payload-contradicts-itself amount-mismatch captured-amount-unknown
        refund-amount-unknown captured-exceeds-authorized captured-exceeds-requested captured-after-void
        captured-after-expiry voided-after-capture refunded-exceeds-captured below-recorded not-json not-a-payload
        amount-malformed time-malformed id-malformed currency-unknown overcharged authorized-differs";
    for code in codes.split_whitespace() {
        assert!(Rule::of(code).is_some(), "{code} has no entry");
    }
    for number in 1..=15 {
        assert!(Rule::of(&format!("INV-{number}")).is_some(), "INV-{number} has no entry");
    }
    assert_eq!(Rule::of("INV-16"), None);
}
