//! Two transactions of one order: a payer who pays twice. Each has a hold and a provider's ledger of its own; neither
//! provider knows of the other hold. A model of its own: each transaction is one of [`crate::model`], and everything
//! that holds there is to hold of both.
//!
//! Both are decided together: what is asked of one is judged beside the other as it stands in the books
//! ([`order_capture::Payment::beside`]). Without polls on their way and without time that passes: what comes late
//! comes as a webhook or as an answer.

use std::collections::BTreeSet;

use order_capture::{IdError, Operation};
use stateright::{Model, Property};

use crate::billing::Billing;
use crate::config::{Config, Intent};
use crate::model::{self, Protocol};
use crate::network::{self, Message, Network};
use crate::properties;
use crate::provider::{Provider, Stage};

/// The model of one configuration.
#[derive(Clone, Debug)]
pub struct Pair {
    name: &'static str,
    sides: [Protocol; 2],
    sends: u8,
    /// The planted mistake: each transaction is judged as if it were alone.
    alone: bool,
}

/// Where everything stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// The service's books on each.
    pub billing: [Billing; 2],
    /// The provider's.
    pub provider: [Provider; 2],
    /// What is on its way, for each.
    pub network: [Network; 2],
    /// How many requests were sent, of both.
    pub sends: u8,
}

/// A step of one of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The merchant asks; the event is stored, then the request is sent.
    Ask(usize, Intent),
    /// The same, with a crash between storing and sending.
    AskAndCrash(usize, Intent),
    /// The service gives up on a request, or finds one after a crash.
    TimeOut(usize),
    /// The provider gets a request; a new one that it takes becomes this.
    Receive(usize, Message, Stage),
    /// The service gets an answer or a webhook.
    Arrive(usize, Message),
    /// The provider finishes what it had accepted.
    Finish(usize, usize, bool),
}

impl Pair {
    /// The model of two transactions of an order, each with its own intents.
    ///
    /// # Errors
    /// As [`Config::order`].
    pub fn new(name: &'static str, config: &Config, intents: [&[Intent]; 2]) -> Result<Self, IdError> {
        let side = |id: &str, intents: &[Intent]| -> Result<Protocol, IdError> {
            let config = Config { intents: intents.to_vec(), ..config.clone().beside() };
            Ok(Protocol::new(config)?.named(id.parse()?))
        };
        let sides = [side("t1", intents[0])?, side("t2", intents[1])?];
        Ok(Self { name, sides, sends: config.sends, alone: false })
    }

    /// Its name in reports.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// With the mistake.
    #[must_use]
    pub fn alone(self) -> Self {
        Self { alone: true, ..self }
    }

    /// One of the two, beside the other as the books have it.
    fn side(&self, state: &State, which: usize) -> Protocol {
        let others = if self.alone { Vec::new() } else { vec![state.billing[1 - which].live.clone()] };
        self.sides[which].with_others(others)
    }

    /// One of the two as a state of a model of its own.
    fn view(&self, state: &State, which: usize) -> (Protocol, model::State) {
        let view = model::State {
            billing: state.billing[which].clone(),
            provider: state.provider[which].clone(),
            network: state.network[which].clone(),
            sends: state.sends,
            lost: BTreeSet::new(),
            late: false,
        };
        (self.side(state, which), view)
    }

    fn step(&self, state: &mut State, action: Action) {
        let (Action::Ask(which, _)
        | Action::AskAndCrash(which, _)
        | Action::TimeOut(which)
        | Action::Receive(which, ..)
        | Action::Arrive(which, _)
        | Action::Finish(which, ..)) = action;
        let side = self.side(state, which);
        let terms = &side.terms;
        let (billing, provider) = (&mut state.billing[which], &mut state.provider[which]);
        let network = &mut state.network[which];
        match action {
            Action::Ask(_, intent) | Action::AskAndCrash(_, intent) => {
                let attempt = state.sends + 1;
                if let Some(wanted) = billing.ask(terms, intent, attempt, false) {
                    state.sends = attempt;
                    if matches!(action, Action::Ask(..)) {
                        network.insert(Message::Request { attempt, wanted });
                    } else {
                        billing.crash(terms);
                    }
                }
            }
            Action::TimeOut(_) => billing.time_out(terms, false),
            Action::Receive(_, message, stage) => {
                if let Message::Request { attempt, wanted } = message {
                    let said = provider.receive(wanted, stage, false);
                    network.insert(Message::Answer { attempt, wanted, said });
                }
            }
            Action::Arrive(_, message) => {
                side.arrive(billing, message, false);
                let mut again = billing.clone();
                side.arrive(&mut again, message, false);
                billing.wobbled |= again != *billing || again.log != billing.log;
            }
            Action::Finish(_, place, well) => {
                if let Some(taken) = provider.finish(place, well) {
                    network.insert(network::result(taken));
                }
            }
        }
        network.insert(Message::Notice(provider.notice()));
    }
}

type Holds = fn(&Pair, &State) -> bool;

type Applies = fn(&Pair) -> bool;

/// What must hold in every state.
pub const ALWAYS: [(&str, Holds); 3] = [
    ("the order is never captured above its amount", |pair, state| {
        let taken = state.provider.iter().map(|provider| provider.committed().saturating_sub(provider.refunded()));
        taken.sum::<u32>() <= pair.sides[0].config.authorized
    }),
    ("what is captured for the order is spoken for", |pair, state| {
        let spoken = state.billing.iter().map(|billing| {
            let amounts = billing.live.amounts();
            (amounts.captured.get() + amounts.pending.get()).saturating_sub(amounts.refunded.get())
        });
        spoken.sum::<u64>() <= u64::from(pair.sides[0].config.authorized)
    }),
    ("everything holds of each by itself", |pair, state| {
        [0, 1].into_iter().all(|which| {
            let (side, view) = pair.view(state, which);
            properties::ALWAYS.iter().all(|(_, holds)| holds(&side, &view))
        })
    }),
];

/// What must be seen, and in which configurations it can be.
pub const SOMETIMES: [(&str, Applies, Holds); 4] = [
    ("a capture is refused: order-already-paid", |_| true, |pair, state| pair.refused(state, true)),
    (
        "a capture is refused for one of unknown outcome",
        |_| true,
        |pair, state| {
            let unknown = |billing: &Billing| billing.unknown().any(|(operation, _)| operation == Operation::Capture);
            pair.refused(state, false) && state.billing.iter().any(unknown)
        },
    ),
    (
        "both are captured in part",
        |pair| pair.wants(|intent| intent.operation == Operation::Capture && intent.amount == 1),
        |_, state| state.provider.iter().all(|provider| provider.captured() > 0 && provider.refunded() == 0),
    ),
    (
        "the second is captured after the first was refunded",
        |pair| pair.wants(|intent| intent.operation == Operation::Refund),
        |_, state| state.provider[0].refunded() > 0 && state.provider[1].captured() > 0,
    ),
];

impl Pair {
    fn wants(&self, what: fn(&Intent) -> bool) -> bool {
        self.sides.iter().any(|side| side.config.intents.iter().any(what))
    }

    /// Whether a capture of one would be refused since the order is paid: by what was captured of the other, or else
    /// by what is only pending.
    fn refused(&self, state: &State, captured: bool) -> bool {
        [0, 1].into_iter().any(|which| {
            let other = state.billing[1 - which].live.amounts().captured.get() > 0;
            let side = self.side(state, which);
            let refused = |intent: &Intent| {
                let decision = state.billing[which].decide(&side.terms, *intent, false);
                decision.is_err_and(|problem| problem.code() == "order-already-paid")
            };
            other == captured && side.config.intents.iter().any(refused)
        })
    }
}

impl Model for Pair {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let [one, two] = &self.sides;
        let first = |side: &Protocol| side.init_states().into_iter().next();
        let (Some(one), Some(two)) = (first(one), first(two)) else { return Vec::new() };
        let network = |provider: &Provider| Network::from([Message::Notice(provider.notice())]);
        let network = [network(&one.provider), network(&two.provider)];
        vec![State { billing: [one.billing, two.billing], provider: [one.provider, two.provider], network, sends: 0 }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for which in [0, 1] {
            let (billing, provider) = (&state.billing[which], &state.provider[which]);
            if state.sends < self.sends {
                let asks = self.sides[which].config.intents.iter();
                actions.extend(asks.flat_map(|&it| [Action::Ask(which, it), Action::AskAndCrash(which, it)]));
            }
            if billing.sent().is_some() {
                actions.push(Action::TimeOut(which));
            }
            for &message in &state.network[which] {
                let Message::Request { wanted, .. } = message else {
                    actions.push(Action::Arrive(which, message));
                    continue;
                };
                let new = provider.known(wanted).is_none() && provider.takes(wanted, false).is_ok();
                let stages = if new { &Stage::ALL[..] } else { &Stage::ALL[..1] };
                actions.extend(stages.iter().map(|&stage| Action::Receive(which, message, stage)));
            }
            for (place, taken) in provider.taken.iter().enumerate() {
                if taken.stage == Stage::Pending {
                    actions.extend([true, false].map(|well| Action::Finish(which, place, well)));
                }
            }
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        self.step(&mut state, action);
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let always = ALWAYS.into_iter().map(|(name, holds)| Property::always(name, holds));
        let seen = SOMETIMES.into_iter().filter(|(_, applies, _)| applies(self));
        always.chain(seen.map(|(name, _, holds)| Property::sometimes(name, holds))).collect()
    }
}
