//! What was answered to one request: the tables of outcomes of section 3.

use super::amounts::{Amounts, amounts, outstanding, outstanding_sum, successes};
use super::ends;
use super::facts::{End, Fate, ILLEGAL, Kind, Transaction, Verdict};
use super::profile::Profile;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Success,
    Failed,
    Pending,
    NoResponse,
}

#[derive(Clone, Copy, Debug)]
pub struct Answer {
    pub outcome: Outcome,
    /// Of a success, where it was stated.
    pub amount: Option<u64>,
    /// The request was named by our key.
    pub by_key: bool,
    pub fresh: bool,
}

pub fn answer(t: &mut Transaction, profile: &Profile, kind: Kind, index: usize, said: Answer) -> Verdict {
    let fate = t.requests(kind)[index].fate;
    match said.outcome {
        Outcome::Success if kind == Kind::Void => void_success(t, index),
        Outcome::Success => success(t, kind, index, said),
        Outcome::Failed => match fate {
            Fate::Sent | Fate::Accepted | Fate::Unknown => {
                t.requests_mut(kind)[index].fate = Fate::Failed;
                match kind {
                    Kind::Capture => ends::capture_failed(t, profile),
                    Kind::Void => {
                        let was_all = t.voids[index].closes;
                        ends::void_failed(t, was_all);
                    }
                    Kind::Refund => {}
                }
                Verdict::Applied
            }
            Fate::Succeeded => ILLEGAL,
            Fate::Failed | Fate::Withdrawn | Fate::Reversed => Verdict::Already(None),
        },
        Outcome::Pending => {
            let comes_back = kind != Kind::Void && (said.fresh || (fate == Fate::Withdrawn && said.by_key));
            match fate {
                Fate::Sent | Fate::Unknown => set(t, kind, index, Fate::Accepted),
                Fate::Accepted => Verdict::Already(None),
                Fate::Succeeded => Verdict::Stale,
                Fate::Failed | Fate::Withdrawn | Fate::Reversed if comes_back => {
                    t.requests_mut(kind)[index].fate = Fate::Accepted;
                    // It is pending, so that no total holds it.
                    let begun = t.requests(kind)[index].begun;
                    if t.totals(kind).iter().any(|total| begun < total.at) {
                        let now = t.next();
                        t.requests_mut(kind)[index].begun = now;
                    }
                    Verdict::Applied
                }
                Fate::Failed | Fate::Withdrawn | Fate::Reversed => Verdict::Stale,
            }
        }
        Outcome::NoResponse => match fate {
            Fate::Sent => {
                t.requests_mut(kind)[index].was_unknown = true;
                set(t, kind, index, Fate::Unknown)
            }
            // A void that was accepted, and one of unknown outcome, learn nothing from this either.
            Fate::Accepted | Fate::Unknown => Verdict::Already(None),
            _ => Verdict::Stale,
        },
    }
}

fn set(t: &mut Transaction, kind: Kind, index: usize, fate: Fate) -> Verdict {
    t.requests_mut(kind)[index].fate = fate;
    Verdict::Applied
}

/// V by its causes, to name the conflict of a success that does not fit.
struct Released {
    by_voids: i128,
    by_expiry: i128,
}

fn released(t: &Transaction, before: &Amounts) -> Released {
    let voids = successes(&t.voids);
    let beyond = (before.v - voids).max(0);
    match t.end {
        Some(End::Voided) => Released { by_voids: before.v, by_expiry: 0 },
        Some(End::Expired) => Released { by_voids: voids.min(before.v), by_expiry: beyond },
        _ => Released { by_voids: voids.min(before.v), by_expiry: 0 },
    }
}

/// The conflict of captures that come to `total`; none if they fit (section 3, "Fits"). Beside a late success stands
/// what else is pending, what is being voided and what an ended hold let go; to one that was awaited all of it gives way,
/// but for what voids and expiries gave back.
pub fn capture_conflict(t: &Transaction, total: i128, late: bool) -> Option<&'static str> {
    let before = amounts(t);
    let parts = released(t, &before);
    let over = if late {
        total + before.p + outstanding_sum(t, Kind::Void) + before.v - before.l
    } else {
        total + parts.by_voids + parts.by_expiry - before.l
    };
    let voiding = if late { outstanding_sum(t, Kind::Void) } else { 0 };
    if over <= 0 {
        return None;
    }
    if over <= parts.by_voids + voiding {
        Some("captured-after-void")
    } else if over <= parts.by_expiry {
        Some("captured-after-expiry")
    } else {
        Some("captured-exceeds-authorized")
    }
}

fn success(t: &mut Transaction, kind: Kind, index: usize, said: Answer) -> Verdict {
    let request = t.requests(kind)[index].clone();
    if request.fate == Fate::Succeeded {
        return match said.amount {
            Some(amount) if amount != request.done => Verdict::Conflict("amount-mismatch"),
            _ => Verdict::Already(None),
        };
    }
    let done = said.amount.unwrap_or(request.amount);
    let before = amounts(t);
    let mut after = t.clone();
    after.requests_mut(kind)[index].fate = Fate::Succeeded;
    after.requests_mut(kind)[index].done = done;
    let then = amounts(&after);
    if done > request.amount {
        return Verdict::Conflict(match kind {
            Kind::Refund if then.r > then.c => "refunded-exceeds-captured",
            Kind::Refund => "amount-mismatch",
            _ if then.c > then.l => "captured-exceeds-authorized",
            _ => "captured-exceeds-requested",
        });
    }
    // What a total covers reserves nothing of its own: its success has to fit like a late one.
    let late = !outstanding(t, kind).contains(&index);
    if kind == Kind::Refund {
        let grows = then.r > before.r;
        if then.r > then.c || (grows && late && then.r + before.q > then.c) {
            return Verdict::Conflict("refunded-exceeds-captured");
        }
        *t = after;
        return Verdict::Applied;
    }
    // A success that a stated total already holds takes nothing more, so it always fits.
    if then.c > before.c
        && let Some(code) = capture_conflict(t, then.c, late)
    {
        return Verdict::Conflict(code);
    }
    let was_over = !request.fate.awaits_answer();
    let let_go = ends::let_go_so_far(t);
    *t = after;
    if request.closes {
        ends::end(t, End::Captured);
    } else {
        // What was voided or expired stays ended.
        if was_over && !matches!(t.end, Some(End::Voided | End::Expired)) {
            ends::open(t, let_go);
        }
        ends::after_capture(t);
    }
    Verdict::Applied
}

fn void_success(t: &mut Transaction, index: usize) -> Verdict {
    let request = t.voids[index].clone();
    let late = match request.fate {
        Fate::Succeeded => return Verdict::Already(None),
        Fate::Failed | Fate::Withdrawn | Fate::Reversed => true,
        Fate::Sent | Fate::Accepted | Fate::Unknown => false,
    };
    if late && i128::from(request.amount) > amounts(t).h {
        return Verdict::Conflict("amount-mismatch");
    }
    t.voids[index].fate = Fate::Succeeded;
    t.voids[index].done = request.amount;
    let now = amounts(t);
    if (request.closes && !late) || (now.h == 0 && now.p == 0) {
        ends::end(t, End::Voided);
    }
    Verdict::Applied
}
