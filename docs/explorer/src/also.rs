//! Every rule that a request breaks. The runner names the first; whoever mends only that meets the next.

use order_capture::{RuleViolation, TransactionId};

use crate::engine::{self, Answer, Run};
use crate::format::{self, Step};

/// The codes of the violations, in the published order; none of a step that is no request, or that cannot be read.
pub(crate) fn broken(run: &Run<'_>, step: &Step<'_>) -> Vec<&'static str> {
    let violations = violations(run, step).unwrap_or_default();
    violations.iter().map(RuleViolation::code).collect()
}

fn violations(run: &Run<'_>, step: &Step<'_>) -> Result<Vec<RuleViolation>, Answer> {
    let nothing = Ok(Vec::new());
    if !["capture", "void", "refund"].contains(&step.action.as_str()) {
        return nothing;
    }
    let (Ok(fields), Ok(id)) = (format::fields(step), TransactionId::new(step.txn.as_deref().unwrap_or("t1"))) else {
        return nothing;
    };
    let key = engine::text(&fields, "idempotency_key")?;
    let command = run.command(&step.action, &fields, key.as_deref())?;
    Ok(run.payment(&id)?.violations(command, run.now))
}
