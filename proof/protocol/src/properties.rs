//! What must hold in every state, and what must be seen in some state so that the search is known to go there.

use order_capture::{Operation, StateKind, Verdict};
use stateright::Property;

use crate::billing::Billing;
use crate::config::{Config, Intent, deadline};
use crate::model::{Protocol, State};
use crate::network::{Message, a_key_has_two_amounts};
use crate::provider::Stage;

/// Whether something is so in a state.
type Holds = fn(&Protocol, &State) -> bool;

/// Whether a situation can come up in a configuration.
type Applies = fn(&Config) -> bool;

/// What must hold in every state.
pub const ALWAYS: [(&str, Holds); 11] = [
    ("the provider takes no more than was authorized", |_, state| !state.provider.is_overdrawn()),
    ("what the provider may take is spoken for", spoken_for),
    ("an intent captures once", once),
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
];

/// What must be seen, and in which configurations it can be.
const SOMETIMES: [(&str, Applies, Holds); 8] = [
    ("a late success after a timeout", has_capture, |_, state| late_success(&state.billing, false)),
    ("a late success after the deadline", |config| config.deadline, |_, state| late_success(&state.billing, true)),
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
            protocol.notices(state).any(|notice| state.billing.read(&protocol.terms, notice) == Verdict::Stale)
        },
    ),
    ("another capture is refused: outcome-unknown", has_two_captures, |protocol, state| {
        refused(protocol, state, Operation::Capture, "outcome-unknown")
    }),
    ("a void is refused: capture-in-progress", has_void, |protocol, state| {
        refused(protocol, state, Operation::Void, "capture-in-progress")
    }),
    ("a capture is refused: void-in-progress", has_void, |protocol, state| {
        refused(protocol, state, Operation::Capture, "void-in-progress")
    }),
];

/// The properties of a configuration.
#[must_use]
pub fn of(config: &Config) -> Vec<Property<Protocol>> {
    let always = ALWAYS.into_iter().map(|(name, holds)| Property::always(name, holds));
    let seen = SOMETIMES.into_iter().filter(|(_, applies, _)| applies(config));
    always.chain(seen.map(|(name, _, holds)| Property::sometimes(name, holds))).collect()
}

/// Whatever keys it was sent under, an intent's captures, done or under way, are no more than it asked for.
fn once(protocol: &Protocol, state: &State) -> bool {
    let taken = |intent: &Intent| -> u32 {
        let of = state.provider.taken.iter().filter(|taken| {
            taken.operation == Operation::Capture && taken.key % 10 == intent.key && taken.stage != Stage::Failed
        });
        of.map(|taken| taken.amount).sum()
    };
    let captures = protocol.config.intents.iter().filter(|intent| intent.operation == Operation::Capture);
    captures.into_iter().all(|intent| taken(intent) <= intent.amount)
}

/// What the provider captured, or has accepted and may capture, is captured or pending in the service's books too.
fn spoken_for(_: &Protocol, state: &State) -> bool {
    let amounts = state.billing.live.amounts();
    u64::from(state.provider.committed()) <= amounts.captured.get() + amounts.pending.get()
}

/// The service's captured total is in the provider's books, and so is what the state's name says.
fn nothing_invented(_: &Protocol, state: &State) -> bool {
    let Billing { live, .. } = &state.billing;
    let provider = &state.provider;
    let ended = match live.kind() {
        StateKind::Charged => provider.captured() > 0 && !provider.is_open(),
        StateKind::Voided => provider.voided() > 0 && provider.captured() == 0,
        StateKind::Expired => provider.lapsed && provider.captured() == 0,
        _ => true,
    };
    ended && live.amounts().captured.get() <= u64::from(provider.captured())
}

/// A = C + P + V + H, with C and P counted from the requests.
fn amounts_add_up(protocol: &Protocol, state: &State) -> bool {
    let amounts = state.billing.reported(&protocol.terms);
    let [a, c, p, v, h] = [amounts.authorized, amounts.captured, amounts.pending, amounts.released, amounts.held]
        .map(|minor| minor.get());
    let Some(ledger) = state.billing.live.ledger() else { return false };
    let done: u64 = ledger.captures().iter().map(|(_, capture)| capture.done().get()).sum();
    let open: u64 = ledger.captures().outstanding().map(|(_, capture)| capture.requested().get()).sum();
    a == c + p + v + h && (c, p) == (done, open)
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

fn count(config: &Config, operation: Operation) -> usize {
    config.intents.iter().filter(|intent| intent.operation == operation).count()
}

fn has_capture(config: &Config) -> bool {
    count(config, Operation::Capture) > 0
}

fn has_two_captures(config: &Config) -> bool {
    count(config, Operation::Capture) > 1
}

fn has_void(config: &Config) -> bool {
    has_capture(config) && count(config, Operation::Void) > 0
}

/// Whether a capture succeeded after its outcome had been unknown; at or after the deadline where that is asked.
fn late_success(billing: &Billing, after_deadline: bool) -> bool {
    let mut events = billing.events();
    events.any(|recorded| recorded.event.name() == "capture-unanswered")
        && events.any(|recorded| {
            recorded.event.name() == "capture-succeeded" && (!after_deadline || recorded.observed_at >= deadline())
        })
}

/// Whether a webhook about a capture comes that was known already.
fn known_again(protocol: &Protocol, state: &State) -> bool {
    let mut notices = protocol.notices(state).filter(|notice| notice.captured > 0);
    notices.any(|notice| matches!(state.billing.read(&protocol.terms, notice), Verdict::AlreadyApplied(_)))
}

/// Whether an intent of this kind would be refused with this code.
fn refused(protocol: &Protocol, state: &State, operation: Operation, code: &str) -> bool {
    let mut intents = protocol.config.intents.iter().filter(|intent| intent.operation == operation);
    intents.any(|&intent| {
        state.billing.decide(&protocol.terms, intent, state.late).is_err_and(|refusal| refusal.code() == code)
    })
}

impl Protocol {
    /// The webhooks on their way.
    fn notices(&self, state: &State) -> impl Iterator<Item = crate::network::Notice> {
        state.network.iter().filter_map(|message| match message {
            Message::Notice(notice) => Some(*notice),
            _ => None,
        })
    }
}
