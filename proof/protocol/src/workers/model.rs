//! The steps of two workers, and what must hold after each.

use std::collections::BTreeMap;

use order_capture::Outcome;
use stateright::{Model, Property};

use super::{Action, FLIGHT, LEASE, Mistake, Row, State, Worker, Workers};
use crate::provider::Stage;

type Holds = fn(&Workers, &State) -> bool;

/// What must hold in every state.
pub const ALWAYS: [(&str, Holds); 5] = [
    ("the job is done once", |_, state| state.taken() <= 1),
    ("what the provider gave back is spoken for", |_, state| {
        let amounts = state.books.live.amounts();
        let pending = state.ledger.values().filter(|stage| **stage == Stage::Pending).map(|_| 1).sum::<u64>();
        state.done() + pending <= amounts.refunded.get() + amounts.refund_pending.get()
    }),
    ("nothing is booked that was not given back", |_, state| state.refunded() <= state.done()),
    ("the crate takes what a worker records", |_, state| state.trouble.is_none()),
    ("after healing the job is known", |workers, state| {
        let healed = workers.healed(state);
        healed.row == Row::Done && healed.refunded() == healed.done() && healed.trouble.is_none()
    }),
];

/// What must be seen.
pub const SOMETIMES: [(&str, Holds); 6] = [
    ("a lease ends while its worker is alive", |_, state| {
        let alive = |worker: &Worker| match worker {
            Worker::Claimed(attempt, _) | Worker::Waits(attempt) => !is_sending(state, *attempt),
            _ => false,
        };
        state.workers.iter().any(alive)
    }),
    ("an answer comes for an attempt that is no longer ours", |_, state| {
        let late = |worker: &Worker| match worker {
            Worker::Waits(attempt) => !is_sending(state, *attempt) && state.answer_to(*attempt).is_some(),
            _ => false,
        };
        state.workers.iter().any(late)
    }),
    ("an answer comes for an earlier attempt while a later one is under way", |_, state| {
        let late = |worker: &Worker| match worker {
            Worker::Waits(attempt) => state.answer_to(*attempt).is_some(),
            _ => false,
        };
        state.workers.iter().any(late) && matches!(state.row, Row::Sending(2.., _))
    }),
    ("a poll contradicts the books", |workers, state| {
        let contradicts = |worker: &Worker| match worker {
            Worker::Asked { listed, fresh } => workers.observe(&state.books, listed.as_deref(), *fresh).is_err(),
            _ => false,
        };
        state.row == Row::Ask && state.workers.iter().any(contradicts)
    }),
    ("a poll is not fresh any more", |_, state| {
        state.workers.iter().any(|worker| matches!(worker, Worker::Asked { fresh: false, .. }))
    }),
    ("a later attempt does the job", |_, state| {
        state.row == Row::Done && state.ledger.keys().any(|attempt| *attempt > 1)
    }),
];

fn is_sending(state: &State, attempt: u8) -> bool {
    matches!(state.row, Row::Sending(owner, _) if owner == attempt)
}

impl State {
    /// What the provider answers to an attempt that came; a refusal before it was tried among it.
    fn answer_to(&self, attempt: u8) -> Option<Outcome> {
        if self.refused.contains(&attempt) {
            return Some(Outcome::Withdrawn);
        }
        Some(match self.ledger.get(&attempt)? {
            Stage::Pending => Outcome::Accepted,
            Stage::Done => Outcome::Succeeded,
            Stage::Failed => Outcome::Failed,
        })
    }
}

impl Workers {
    fn worker_may(&self, state: &State, who: usize, actions: &mut Vec<Action>) {
        match &state.workers[who] {
            Worker::Idle => match state.row {
                Row::Send if state.attempts < self.attempts => actions.push(Action::Claim(who)),
                Row::Sending(_, left) => {
                    let ahead = self.mistake == Mistake::OwnClock && who == 1;
                    if left == 0 || ahead {
                        actions.push(Action::Expire(who));
                    }
                }
                Row::Ask if self.mistake == Mistake::RepeatsUnasked => actions.push(Action::Repeat(who)),
                Row::Ask => actions.extend([Action::Ask(who, false), Action::Ask(who, true)]),
                Row::Send | Row::Done => {}
            },
            Worker::Claimed(..) => actions.extend([Action::Send(who), Action::Crash(who)]),
            Worker::Waits(attempt) => {
                actions.push(Action::Crash(who));
                if state.answer_to(*attempt).is_some() {
                    actions.push(Action::Hear(who));
                }
                if !state.wire.contains_key(attempt) {
                    actions.push(Action::GiveUp(who));
                }
            }
            Worker::Asked { .. } => actions.extend([Action::Read(who), Action::Crash(who)]),
        }
    }

    fn work(&self, state: &mut State, who: usize, action: Action) {
        let worker = std::mem::replace(&mut state.workers[who], Worker::Idle);
        match (action, worker) {
            (Action::Claim(_), _) => {
                state.attempts += 1;
                state.row = Row::Sending(state.attempts, LEASE);
                state.workers[who] = Worker::Claimed(state.attempts, LEASE);
            }
            // The second look at the time is what keeps a slow worker from sending.
            (Action::Send(_), Worker::Claimed(attempt, left))
                if left > FLIGHT || self.mistake == Mistake::SendsTooLate =>
            {
                state.wire.insert(attempt, FLIGHT);
                state.workers[who] = Worker::Waits(attempt);
            }
            (Action::Hear(_), Worker::Waits(attempt)) => {
                if let Some(outcome) = state.answer_to(attempt).filter(|_| self.owns(state, attempt)) {
                    let hasty = outcome == Outcome::Accepted && self.mistake == Mistake::TakesPendingForDone;
                    self.answer(state, if hasty { Outcome::Succeeded } else { outcome });
                }
            }
            (Action::GiveUp(_), Worker::Waits(attempt)) if self.owns(state, attempt) => {
                self.answer(state, Outcome::TimedOut);
            }
            (Action::Expire(_), _) => self.answer(state, Outcome::TimedOut),
            (Action::Ask(_, behind), _) => {
                let lags = self.mistake == Mistake::ReplicaLags;
                let listed = if behind { lags.then(Vec::new) } else { Some(state.listed()) };
                state.workers[who] = Worker::Asked { listed, fresh: true };
            }
            (Action::Read(_), Worker::Asked { listed, fresh }) if state.row == Row::Ask => {
                self.read(state, listed.as_deref(), fresh);
            }
            (Action::Repeat(_), _) if state.attempts < self.attempts => self.repeat(state),
            _ => {}
        }
    }
}

impl Model for Workers {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            books: self.start.clone(),
            row: Row::Send,
            workers: [Worker::Idle, Worker::Idle],
            attempts: 0,
            wire: BTreeMap::new(),
            ledger: BTreeMap::new(),
            refused: Vec::new(),
            trouble: None,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        actions.push(Action::Tick);
        for who in 0..state.workers.len() {
            self.worker_may(state, who, actions);
        }
        for &attempt in state.wire.keys() {
            actions.extend(Stage::ALL.map(|stage| Action::Receive(attempt, stage)));
            actions.push(Action::Refuse(attempt));
        }
        for (&attempt, &stage) in &state.ledger {
            if stage == Stage::Pending {
                actions.extend([Action::Finish(attempt, true), Action::Finish(attempt, false)]);
            }
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Tick => {
                state.wire = last.wire.iter().filter_map(|(at, left)| Some((*at, left.checked_sub(1)?))).collect();
                if let Row::Sending(_, left) = &mut state.row {
                    *left = left.saturating_sub(1);
                }
                for worker in &mut state.workers {
                    if let Worker::Claimed(_, left) = worker {
                        *left = left.saturating_sub(1);
                    }
                }
            }
            Action::Receive(attempt, stage) => {
                state.wire.remove(&attempt);
                state.ledger.insert(attempt, stage);
            }
            Action::Refuse(attempt) => {
                state.wire.remove(&attempt);
                state.refused.push(attempt);
            }
            Action::Finish(attempt, well) => {
                state.ledger.insert(attempt, if well { Stage::Done } else { Stage::Failed });
            }
            Action::Crash(who) => state.workers[who] = Worker::Idle,
            Action::Claim(who)
            | Action::Send(who)
            | Action::Hear(who)
            | Action::GiveUp(who)
            | Action::Expire(who)
            | Action::Ask(who, _)
            | Action::Read(who)
            | Action::Repeat(who) => self.work(&mut state, who, action),
        }
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let always = ALWAYS.into_iter().map(|(name, holds)| Property::always(name, holds));
        always.chain(SOMETIMES.into_iter().map(|(name, holds)| Property::sometimes(name, holds))).collect()
    }
}
