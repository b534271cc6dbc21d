//! Every rule that a request breaks. The runner names the first; whoever mends only that meets the next.

use order_capture::{Refusal, Transaction, TransactionId};

use crate::engine::{self, Answer, Run};
use crate::format::{self, Scenario, Step};

/// The codes of the refusals, in the published order; none of a step that is no request, or that cannot be read.
pub(crate) fn broken(run: &Run<'_>, step: &Step<'_>) -> Vec<&'static str> {
    let name = step.txn.as_deref().unwrap_or("t1");
    let known = run.entries.get(name).map(|entry| entry.transaction.clone());
    let fresh = || TransactionId::new(name).ok().map(Transaction::created);
    let refusals = known.or_else(fresh).and_then(|transaction| refusals(run, step, &transaction).ok());
    refusals.unwrap_or_default().iter().map(Refusal::code).collect()
}

fn refusals(run: &Run<'_>, step: &Step<'_>, transaction: &Transaction) -> Result<Vec<Refusal>, Answer> {
    let Scenario { order, profile, .. } = run.scenario;
    let Ok(fields) = format::fields(step) else { return Ok(Vec::new()) };
    let key = engine::text(&fields, "idempotency_key")?;
    let key = key.as_deref();
    Ok(match step.action.as_str() {
        "capture" => transaction.capture_refusals(&run.capture_request(&fields, key)?, order, profile, run.now),
        "void" => transaction.void_refusals(&run.void_request(&fields, key)?, order, profile),
        "refund" => transaction.refund_refusals(&run.refund_request(&fields, key)?, order, profile),
        _ => Vec::new(),
    })
}
