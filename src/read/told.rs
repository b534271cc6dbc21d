//! What a payload says, in lines for people.

use crate::ids::ProviderIds;
use crate::money::{Currency, Money};
use crate::profile::{CanonicalStatus, ProfileRows};
use crate::statement::{Observation, RequestStatement, Statement, Word};

impl ProfileRows {
    /// What a payload says, a line a subject: the order, the transaction, the listed ones, each capture, void and refund,
    /// the time.
    ///
    /// ```
    /// use order_capture::{Currency, juspay};
    /// let text = r#"{"order_id":"o-1","status":"CHARGED","status_id":21,"amount":10,"currency":"INR"}"#;
    /// let said = juspay::SIMPL.statements(text, Currency::INR)?;
    /// let told = juspay::SIMPL.told(&said, Currency::INR);
    /// assert_eq!(told, ["order o-1: CHARGED 21 (charged), perhaps 10.00 INR"]);
    /// # Ok::<(), order_capture::Malformed>(())
    /// ```
    pub fn told(&self, said: &Observation<'_>, order_currency: Currency) -> Vec<String> {
        let currency = said.currency.unwrap_or(order_currency);
        let mut lines = Vec::new();
        let order = self.of_statement(&said.order, currency);
        if said.order.ids.order.is_some() || !order.is_empty() {
            lines.push(line("order", &said.order.ids, &order));
        }
        let own = ProviderIds { order: None, ..said.transaction.ids.clone() };
        let transaction = self.of_statement(&said.transaction, currency);
        if said.has_transaction || !transaction.is_empty() || own != ProviderIds::default() {
            lines.push(line("transaction", &own, &transaction));
        }
        for listed in said.listed.iter().flatten() {
            lines.push(line("listed", &listed.ids, &self.of_statement(listed, currency)));
        }
        for (kind, requests) in [("capture", &said.captures), ("void", &said.voids), ("refund", &said.refunds)] {
            lines.extend(requests.iter().map(|request| of_request(kind, request, currency)));
        }
        lines.extend(said.occurred_at.map(|time| format!("at {}", time.to_rfc3339())));
        lines
    }

    fn of_statement(&self, said: &Statement<'_>, currency: Currency) -> Vec<String> {
        let mut parts = Vec::new();
        if let Some(word) = &said.word {
            parts.push(self.of_word(word));
        }
        let flag = said.captured_flag.map(|flag| if flag { "flag captured" } else { "flag not captured" });
        parts.extend(flag.map(str::to_string));
        for (what, amount) in [
            (if said.adjusted { "adjusted to" } else { "authorized" }, said.authorized),
            ("pays", said.pays),
            ("for", said.price),
            ("perhaps", said.unsure),
            ("at most", said.most_captured),
            ("captured", said.captured),
            ("refunded", said.refunded),
        ] {
            parts.extend(amount.map(|amount| format!("{what} {}", Money::new(amount, currency))));
        }
        parts.extend(said.takes_parts.map(|parts| if parts { "takes parts" } else { "takes no parts" }.to_string()));
        parts.extend(said.capture_before.map(|time| format!("to be captured before {}", time.to_rfc3339())));
        parts
    }

    /// The word, its number, and what it means.
    fn of_word(&self, word: &Word<'_>) -> String {
        let means = match self.word(word) {
            Some(known) => known.maps_to.map_or("says nothing", CanonicalStatus::as_str),
            None => "unknown",
        };
        match word.id {
            Some(id) => format!("{} {} ({means})", word.text, word.id_text(id)),
            None => format!("{} ({means})", word.text),
        }
    }
}

fn of_request(kind: &str, said: &RequestStatement<'_>, currency: Currency) -> String {
    let fate = said.fate.map_or("says nothing", |fate| fate.as_str());
    let mut parts: Vec<String> = Vec::new();
    parts.push(match &said.word {
        Some(word) => format!("{word} ({fate})"),
        None => fate.to_string(),
    });
    parts.extend(said.amount.map(|amount| Money::new(amount, currency).to_string()));
    parts.extend(said.of.as_ref().map(|of| format!("part of {of}")));
    let names = [said.key.as_deref(), said.id.as_ref().map(|id| id.as_str())];
    with_names(kind, &names, &parts)
}

fn line(kind: &str, ids: &ProviderIds, parts: &[String]) -> String {
    let [order, transaction, uuid] =
        [&ids.order, &ids.transaction, &ids.uuid].map(|id| id.as_ref().map(|id| id.as_str()));
    with_names(kind, &[order, transaction, uuid], parts)
}

/// `kind name name: part, part`.
fn with_names(kind: &str, names: &[Option<&str>], parts: &[String]) -> String {
    let named: Vec<&str> = [kind].into_iter().chain(names.iter().copied().flatten()).collect();
    if parts.is_empty() { named.join(" ") } else { format!("{}: {}", named.join(" "), parts.join(", ")) }
}
