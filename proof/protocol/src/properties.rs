//! What must hold in every state, and what must be seen in some state so that the search is known to go there.

use std::collections::BTreeSet;

use order_capture::{Change, Conflict, Effect, Operation, Problem, RequestStatus, StateKind};
use stateright::Property;

use crate::billing::{Billing, Seen};
use crate::config::{Config, EARLIER, Intent, Words, is_keyless};
use crate::model::{Protocol, State};
use crate::network::{Message, Notice, a_key_has_two_amounts};
use crate::provider::{Stage, Taken};

/// Whether something is so in a state.
type Holds = fn(&Protocol, &State) -> bool;

/// Whether a situation can come up in a configuration.
type Applies = fn(&Config) -> bool;

/// What must hold in every state.
pub const ALWAYS: [(&str, Holds); 13] = [
    ("the provider takes no more than was authorized", |_, state| !state.provider.is_overdrawn()),
    ("what the provider may take is spoken for", spoken_for),
    ("an intent captures once", |protocol, state| once(protocol, state, Operation::Capture)),
    ("nothing is booked that was not done", nothing_invented),
    ("a key names one amount", |_, state| !a_key_has_two_amounts(&state.network)),
    ("the amounts add up", amounts_add_up),
    ("live is replay", |_, state| !state.billing.diverged),
    ("twice is once", |_, state| !state.billing.wobbled),
    ("nobody has to look", |_, state| state.billing.trouble.is_none()),
    ("after a poll both agree", |protocol, state| {
        state.provider.is_busy() || protocol.agree(&protocol.polled(state), state)
    }),
    ("after healing nothing is open", after_healing),
    ("no more is given back than was captured", |_, state| state.provider.refunding() <= state.provider.captured()),
    ("an intent refunds once", |protocol, state| once(protocol, state, Operation::Refund)),
];

/// What must be seen, and in which configurations it can be.
pub const SOMETIMES: [(&str, Applies, Holds); 15] = [
    (
        "a late success after a timeout",
        |config| has_capture(config) || has_refund(config),
        |_, state| state.billing.seen >= Seen::Succeeded,
    ),
    (
        "a late success after the deadline",
        |config| config.deadline,
        |_, state| state.billing.seen == Seen::SucceededLate,
    ),
    (
        "a crash between the request and its answer",
        |_| true,
        |_, state| state.billing.sent().is_some() && state.billing.calling.is_none(),
    ),
    ("a webhook says what is known", has_capture, known_again),
    (
        "a webhook is older than what is known",
        |_| true,
        |protocol, state| {
            protocol.notices(state).any(|notice| effect(protocol.read(state, notice)) == Some(Effect::Stale))
        },
    ),
    ("a repeat is known, and not sent", has_key, |protocol, state| {
        decisions(protocol, state).any(|(_, decision)| effect(decision) == Some(Effect::AlreadyApplied))
    }),
    ("a repeat is sent again", has_key, sent_again),
    ("another amount is refused: idempotency-key-reused", reuses_a_key, |protocol, state| {
        refused(protocol, state, Operation::Capture, "idempotency-key-reused")
    }),
    ("another capture is refused: outcome-unknown", has_two_captures, |protocol, state| {
        refused(protocol, state, Operation::Capture, "outcome-unknown")
    }),
    ("a void is refused: capture-in-progress", has_void, |protocol, state| {
        refused(protocol, state, Operation::Void, "capture-in-progress")
    }),
    ("a capture is refused: void-in-progress", has_void, |protocol, state| {
        refused(protocol, state, Operation::Capture, "void-in-progress")
    }),
    ("a poll says more than a webhook", fresh_matters, poll_says_more),
    ("another refund is refused: exceeds-refundable", refunds_too_much, |protocol, state| {
        refused(protocol, state, Operation::Refund, "exceeds-refundable")
    }),
    ("a refund without a key is refused: outcome-unknown", has_keyless, |protocol, state| {
        refused(protocol, state, Operation::Refund, "outcome-unknown")
    }),
    ("a refund is asked before the last one is answered", has_two_refunds, |_, state| {
        state.billing.open().filter(|(operation, _)| *operation == Operation::Refund).count() > 1
    }),
];

/// The properties of a configuration.
#[must_use]
pub fn of(config: &Config) -> Vec<Property<Protocol>> {
    let always = ALWAYS.into_iter().map(|(name, holds)| Property::always(name, holds));
    let seen = SOMETIMES.into_iter().filter(|(_, applies, _)| applies(config));
    always.chain(seen.map(|(name, _, holds)| Property::sometimes(name, holds))).collect()
}

/// Whatever keys it was sent under, every capture (refund), done or under way, is that of an intent, and the only
/// one: of two intents that share a key, one is done at most.
fn once(protocol: &Protocol, state: &State, operation: Operation) -> bool {
    let all = || {
        let taken = state.provider.taken.iter().filter(|taken| taken.key != EARLIER);
        taken.filter(|taken| taken.operation == operation && taken.stage != Stage::Failed)
    };
    let is_of = |taken: &Taken, intent: &Intent| {
        (operation, taken.key % 10, taken.amount) == (intent.operation, intent.key, intent.amount)
    };
    all().all(|taken| {
        protocol.config.intents.iter().any(|intent| is_of(taken, intent))
            && all().filter(|other| other.key % 10 == taken.key % 10).count() == 1
    })
}

/// What the provider captured, or has accepted and may capture, is captured or pending in the service's books too. So
/// of refunds.
fn spoken_for(_: &Protocol, state: &State) -> bool {
    let amounts = state.billing.live.amounts();
    u64::from(state.provider.committed()) <= amounts.captured.get() + amounts.pending.get()
        && u64::from(state.provider.refunding()) <= amounts.refunded.get() + amounts.refund_pending.get()
}

/// The service's totals are in the provider's books, and so is what the state's name says.
fn nothing_invented(_: &Protocol, state: &State) -> bool {
    let Billing { live, .. } = &state.billing;
    let provider = &state.provider;
    let ended = match live.state() {
        StateKind::Charged => provider.captured() > 0 && !provider.is_open(),
        StateKind::Voided => provider.voided() > 0 && provider.captured() == 0,
        StateKind::Expired => provider.lapsed && provider.captured() == 0,
        _ => true,
    };
    let amounts = live.amounts();
    ended
        && amounts.captured.get() <= u64::from(provider.captured())
        && amounts.refunded.get() <= u64::from(provider.refunded())
}

/// A = C + P + V + H; C is no less than the successes; P is what is outstanding and in no total, and nothing once the
/// hold ended; both together are no more than all requests; and no more is refunded, or being refunded, than was
/// captured.
fn amounts_add_up(protocol: &Protocol, state: &State) -> bool {
    let amounts = state.billing.reported(&protocol.terms);
    let [a, c, p, v, h] = [amounts.authorized, amounts.captured, amounts.pending, amounts.released, amounts.held]
        .map(|minor| minor.get());
    let Some(hold) = state.billing.live.hold() else { return false };
    let succeeded = hold.captures.iter().filter(|(_, capture)| capture.status == RequestStatus::Succeeded);
    let done: u64 = succeeded.map(|(_, capture)| capture.done.unwrap_or(capture.amount).get()).sum();
    let open: u64 = hold.captures.outstanding().map(|(_, capture)| capture.amount.get()).sum();
    let uncovered = hold.captures.outstanding().filter(|(_, one)| hold.is_outstanding(Operation::Capture, one));
    let uncovered: u64 = uncovered.map(|(_, capture)| capture.amount.get()).sum();
    let pending = if hold.end.is_some() { 0 } else { uncovered };
    let refunds = amounts.refunded.get() + amounts.refund_pending.get();
    a == c + p + v + h && c >= done && p == pending && c + p <= done + open && refunds <= c
}

/// Once the network works, nothing stays of unknown fate and the books agree.
fn after_healing(protocol: &Protocol, state: &State) -> bool {
    if state.provider.is_busy() {
        return true;
    }
    let healed = protocol.healed(state);
    let open = healed.billing.open().count();
    open == 0 && protocol.agree(&healed.billing, &healed)
}

/// How many keys there are for an operation.
fn count(config: &Config, operation: Operation) -> usize {
    let intents = config.intents.iter().filter(|intent| intent.operation == operation);
    intents.map(|intent| intent.key).collect::<BTreeSet<u8>>().len()
}

fn reuses_a_key(config: &Config) -> bool {
    let captures = || config.intents.iter().filter(|intent| intent.operation == Operation::Capture);
    captures().any(|a| captures().any(|b| a.key == b.key && a.amount != b.amount))
}

fn has_capture(config: &Config) -> bool {
    count(config, Operation::Capture) > 0
}

fn has_two_captures(config: &Config) -> bool {
    count(config, Operation::Capture) > 1
}

fn has_refund(config: &Config) -> bool {
    count(config, Operation::Refund) > 0
}

fn has_two_refunds(config: &Config) -> bool {
    count(config, Operation::Refund) > 1 && !refunds_too_much(config)
}

fn has_key(config: &Config) -> bool {
    config.intents.iter().any(|intent| !is_keyless(intent.key))
}

fn has_keyless(config: &Config) -> bool {
    config.intents.iter().any(|intent| is_keyless(intent.key))
}

fn refunds_too_much(config: &Config) -> bool {
    let refunds = config.intents.iter().filter(|intent| intent.operation == Operation::Refund);
    refunds.map(|intent| intent.amount).sum::<u32>() > config.authorized
}

fn has_void(config: &Config) -> bool {
    has_capture(config) && count(config, Operation::Void) > 0
}

/// Two of a kind may fail one after the other; and where no word shows a capture under way, "authorized" may be older
/// than its acceptance.
fn fresh_matters(config: &Config) -> bool {
    let two = has_two_captures(config) || count(config, Operation::Void) > 1;
    two || (has_capture(config) && config.words == Words::Few)
}

/// Whether a webhook about a capture comes that was known already.
fn known_again(protocol: &Protocol, state: &State) -> bool {
    let mut notices = protocol.notices(state).filter(|notice| notice.captured > 0);
    notices.any(|notice| effect(protocol.read(state, notice)) == Some(Effect::AlreadyApplied))
}

/// Whether the answer to a poll would be applied, and is old or nothing new as a webhook.
fn poll_says_more(protocol: &Protocol, state: &State) -> bool {
    let mut polled = state.network.iter().filter_map(|message| match message {
        Message::Polled(notice) => Some(*notice),
        _ => None,
    });
    let poll = state.billing.live.poll(|_| true);
    polled.any(|notice| {
        let fresh = state.billing.read(&protocol.terms, notice, poll.clone(), state.late);
        effect(fresh) == Some(Effect::Applied) && effect(protocol.read(state, notice)) != Some(Effect::Applied)
    })
}

/// What something would do, where it would do anything.
fn effect<E>(change: Result<Change<'_>, E>) -> Option<Effect> {
    change.ok().map(|change| change.effect())
}

/// What the crate would say to each intent.
fn decisions<'p>(protocol: &'p Protocol, state: &State) -> impl Iterator<Item = (Intent, Result<Change<'p>, Problem>)> {
    let intents = protocol.config.intents.iter();
    intents.map(|&intent| (intent, state.billing.decide(&protocol.terms, intent, state.late)))
}

/// Whether an intent of this kind would be refused with this code.
fn refused(protocol: &Protocol, state: &State, operation: Operation, code: &str) -> bool {
    decisions(protocol, state).any(|(intent, decision)| {
        intent.operation == operation && decision.is_err_and(|problem| problem.code() == code)
    })
}

/// Whether an intent whose outcome is unknown would be sent again.
fn sent_again(protocol: &Protocol, state: &State) -> bool {
    let unknown = |intent: Intent| state.billing.unknown().any(|open| open == (intent.operation, intent.key));
    decisions(protocol, state).any(|(intent, decision)| unknown(intent) && effect(decision) == Some(Effect::Applied))
}

impl Protocol {
    /// What the crate would make of a webhook.
    fn read(&self, state: &State, notice: Notice) -> Result<Change<'_>, Conflict> {
        state.billing.read(&self.terms, notice, None, state.late)
    }

    /// The webhooks on their way.
    fn notices(&self, state: &State) -> impl Iterator<Item = Notice> {
        state.network.iter().filter_map(|message| match message {
            Message::Notice(notice) => Some(*notice),
            _ => None,
        })
    }
}
