//! The three parts together: their states, and every step that any of them may take.

use std::collections::BTreeSet;

use order_capture::{IdError, Operation, Transaction, TransactionId};
use stateright::{Model, Property};

use crate::billing::{Billing, Terms};
use crate::config::{Config, Fault, Intent};
use crate::network::{self, Message, Network};
use crate::properties;
use crate::provider::{Provider, Stage};

/// The model of one configuration.
#[derive(Clone, Debug)]
pub struct Protocol {
    /// Its bounds.
    pub config: Config,
    /// What the billing service is given.
    pub terms: Terms,
    id: TransactionId,
}

/// Where everything stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// The billing service.
    pub billing: Billing,
    /// The provider.
    pub provider: Provider,
    /// What is on its way.
    pub network: Network,
    /// How many requests were sent.
    pub sends: u8,
    /// Those of them that never arrived and never will: so much time has passed.
    pub lost: BTreeSet<u8>,
    /// Whether the deadline has come.
    pub late: bool,
}

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The merchant asks, for the first time or again; the event is stored, then the request is sent.
    Ask(Intent),
    /// The same, with a crash between storing and sending. (Storing and sending are one step otherwise: whatever
    /// happened between them could as well happen before the network delivers.)
    AskAndCrash(Intent),
    /// The service crashes while a call is open. (At any other time it has nothing to lose but the transaction, and
    /// that this is the replay of the log is checked at every event.)
    Crash,
    /// The service gives up on a request that was not answered, or finds one after a crash.
    TimeOut,
    /// The client's time-out and the provider's time to take a request in pass: what has not arrived by now never
    /// will. A careful service waits for this before it asks for what it takes for a fresh answer.
    Wait,
    /// The provider gets a request; a new one that it takes becomes this.
    Receive(Message, Stage),
    /// The provider refuses this request for reasons of its own, without trying it.
    Refuse(Message),
    /// The service gets an answer, a webhook or a poll's result.
    Arrive(Message),
    /// The provider finishes what it had accepted, by the place in its list, well or not, and tells so under the key.
    Finish(usize, bool),
    /// The deadline comes.
    Tick,
    /// Somebody voids the rest on the provider's dashboard.
    VoidByHand,
    /// The provider lets the hold go after the deadline.
    Lapse,
}

impl State {
    /// Whatever the provider's books say is sent as a webhook, and is the answer to a poll that is asked now. That
    /// answer is fresh where no request of ours can be on its way any more; the answer to another poll is no fresher
    /// than a webhook, and says the same. Once something is recorded, so are the answers to earlier polls: they are
    /// left out.
    fn tell(&mut self, config: &Config, recorded: bool) {
        if recorded {
            self.network.retain(|message| !matches!(message, Message::Polled(_)));
        }
        let notice = self.provider.notice();
        self.network.insert(Message::Notice(notice));
        if config.fault == Fault::PollsTooSoon || self.under_way().next().is_none() {
            self.network.insert(Message::Polled(notice));
        }
    }

    /// The requests that were sent and may still arrive for the first time. The provider answers what it gets, so
    /// that one without an answer, early or late, was not taken in.
    fn under_way(&self) -> impl Iterator<Item = u8> {
        let attempts = |message: &Message| match message {
            Message::Request { attempt, .. } => Some(*attempt),
            _ => None,
        };
        self.network
            .iter()
            .filter_map(attempts)
            .filter(|attempt| !self.lost.contains(attempt) && !self.has_come(*attempt))
    }

    fn has_come(&self, attempt: u8) -> bool {
        let answers = |message: &Message| matches!(message, Message::Answer { attempt: to, .. } if *to == attempt);
        self.network.iter().any(answers)
    }
}

impl Protocol {
    /// The model of a configuration.
    ///
    /// # Errors
    /// As [`Config::order`].
    pub fn new(config: Config) -> Result<Self, IdError> {
        let terms = Terms {
            order: config.order()?,
            profile: config.profile(),
            others: Vec::new(),
            beside: config.beside,
            figures: config.figures,
            fault: config.fault,
        };
        Ok(Self { config, terms, id: "t".parse()? })
    }

    /// The same transaction under another identifier.
    #[must_use]
    pub fn named(self, id: TransactionId) -> Self {
        Self { id, ..self }
    }

    /// Beside these transactions of the order.
    #[must_use]
    pub fn with_others(&self, others: Vec<Transaction>) -> Self {
        Self { terms: Terms { others, ..self.terms.clone() }, ..self.clone() }
    }

    /// Delivers a message to the service.
    pub fn arrive(&self, billing: &mut Billing, message: Message, late: bool) {
        match message {
            Message::Answer { attempt, wanted, said } => billing.hear(&self.terms, attempt, wanted, said, late),
            Message::Notice(notice) => billing.see(&self.terms, notice, None, late),
            Message::Polled(notice) => {
                let poll = billing.live.poll(|_| true);
                billing.see(&self.terms, notice, poll, late);
            }
            Message::Request { .. } => {}
        }
    }

    fn ask(&self, state: &mut State, intent: Intent, crash: bool) {
        let State { billing, late, .. } = state;
        let attempt = state.sends + 1;
        let before = billing.clone();
        let Some(wanted) = billing.ask(&self.terms, intent, attempt, *late) else { return };
        state.sends = attempt;
        let first = self.terms.fault == Fault::SendsBeforeStoring;
        if !crash || first {
            state.network.insert(Message::Request { attempt, wanted });
        }
        if crash {
            if first {
                *billing = before;
            }
            billing.crash(&self.terms);
        }
    }
}

impl Model for Protocol {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let provider = Provider::new(&self.config);
        let billing = Billing::new(self.id.clone(), &self.config, &self.terms);
        let (network, lost) = (Network::new(), BTreeSet::new());
        let mut state = State { billing, provider, network, sends: 0, lost, late: false };
        state.tell(&self.config, false);
        vec![state]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.sends < self.config.sends {
            // A refund waits until no call is open; when the next capture or void may go, the crate says.
            let free = |intent: &&Intent| intent.operation != Operation::Refund || state.billing.calling.is_none();
            let asks = self.config.intents.iter().filter(free);
            actions.extend(asks.flat_map(|&intent| [Action::Ask(intent), Action::AskAndCrash(intent)]));
        }
        if state.billing.calling.is_some() {
            actions.push(Action::Crash);
        }
        if state.billing.sent().is_some() {
            actions.push(Action::TimeOut);
        }
        if self.config.fault != Fault::PollsTooSoon
            && state.billing.calling.is_none()
            && state.under_way().next().is_some()
        {
            actions.push(Action::Wait);
        }
        for &message in &state.network {
            match message {
                Message::Request { attempt, .. } if state.lost.contains(&attempt) => {}
                Message::Request { attempt, .. } if state.provider.refused.contains(&attempt) => {}
                Message::Request { wanted, .. } => {
                    let new =
                        state.provider.known(wanted).is_none() && state.provider.takes(wanted, state.late).is_ok();
                    let stages = if new { &Stage::ALL[..] } else { &Stage::ALL[..1] };
                    actions.extend(stages.iter().map(|&stage| Action::Receive(message, stage)));
                    if new && self.config.flaky {
                        actions.push(Action::Refuse(message));
                    }
                }
                Message::Answer { .. } | Message::Notice(_) | Message::Polled(_) => {
                    actions.push(Action::Arrive(message))
                }
            }
        }
        for (place, taken) in state.provider.taken.iter().enumerate() {
            if taken.stage == Stage::Pending {
                actions.extend([Action::Finish(place, true), Action::Finish(place, false)]);
            }
        }
        if self.config.deadline && !state.late {
            actions.push(Action::Tick);
        }
        let idle = !state.provider.is_busy() && !state.provider.lapsed && state.provider.rest() > 0;
        if idle && state.late {
            actions.push(Action::Lapse);
        }
        if idle && self.config.dashboard {
            actions.push(Action::VoidByHand);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        let late = state.late;
        match action {
            Action::Ask(intent) => self.ask(&mut state, intent, false),
            Action::AskAndCrash(intent) => self.ask(&mut state, intent, true),
            Action::Crash => state.billing.crash(&self.terms),
            Action::Wait => state.lost.extend(last.under_way()),
            Action::TimeOut => state.billing.time_out(&self.terms, late),
            Action::Receive(Message::Request { attempt, wanted }, stage) => {
                let said = state.provider.receive(wanted, stage, late);
                state.network.insert(Message::Answer { attempt, wanted, said });
            }
            Action::Arrive(message) => {
                self.arrive(&mut state.billing, message, late);
                let mut again = state.billing.clone();
                self.arrive(&mut again, message, late);
                state.billing.wobbled |= again != state.billing || again.log != state.billing.log;
            }
            Action::Refuse(Message::Request { attempt, wanted }) => {
                let said = state.provider.refuse(attempt);
                state.network.insert(Message::Answer { attempt, wanted, said });
            }
            Action::Receive(..) | Action::Refuse(_) => {}
            Action::Finish(place, well) => {
                if let Some(taken) = state.provider.finish(place, well) {
                    state.network.insert(network::result(taken));
                }
            }
            Action::VoidByHand => state.provider.void_by_hand(),
            Action::Tick => state.late = true,
            Action::Lapse => state.provider.lapsed = true,
        }
        state.tell(&self.config, state.billing.live.sequence() != last.billing.live.sequence());
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::of(&self.config)
    }
}
