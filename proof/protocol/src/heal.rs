//! What becomes of a state once the network works again.
//!
//! Eventual properties are checked as safety properties: from *every* state in which the provider has nothing pending,
//! the rest of the story is played with a network that loses nothing, and its end is judged. Everything that was still
//! on its way counts as lost; the states in which it was delivered are judged by themselves. No fairness is assumed,
//! and no cycle can hide a path that never gets there.

use order_capture::StateKind;

use crate::billing::Billing;
use crate::config::{Intent, is_keyless};
use crate::model::{Protocol, State};
use crate::network::{Said, Wanted, result};
use crate::provider::Stage;

impl Protocol {
    /// The billing service after one poll that gets through.
    #[must_use]
    pub fn polled(&self, state: &State) -> Billing {
        let mut billing = state.billing.clone();
        let poll = billing.live.poll(|_| true);
        billing.see(&self.terms, state.provider.notice(), poll, state.late);
        billing
    }

    /// The end of the story: a poll, which lists under our keys what became of the requests that were taken; then
    /// every request of unknown fate is sent again under its key and answered; then, after the deadline, the hold
    /// lapses, and what the provider does not list by then failed; where a refund without a key is still open, which
    /// nothing may repeat, a person reports what the provider has; then a poll.
    #[must_use]
    pub fn healed(&self, state: &State) -> State {
        let mut state = state.clone();
        let late = state.late;
        self.poll(&mut state);
        for _ in &self.config.intents {
            state.billing.time_out(&self.terms, late);
        }
        let attempt = u8::MAX;
        for &intent in &self.config.intents {
            if is_open(&state.billing, intent)
                && !is_keyless(intent.key)
                && let Some(wanted) = state.billing.ask(&self.terms, intent, attempt, late)
            {
                let said = state.provider.receive(wanted, Stage::Done, late);
                state.billing.hear(&self.terms, attempt, wanted, said, late);
            }
        }
        if late && state.provider.rest() > 0 {
            state.provider.lapsed = true;
            for &Intent { operation, key, amount } in &self.config.intents {
                let wanted = Wanted { operation, key, amount };
                if is_open(&state.billing, Intent { operation, key, amount }) && state.provider.known(wanted).is_none()
                {
                    state.billing.hear(&self.terms, attempt, wanted, Said::Failed, late);
                }
            }
        }
        if self.config.intents.iter().any(|&intent| is_keyless(intent.key) && is_open(&state.billing, intent)) {
            state.billing.report(&self.terms, [state.provider.captured(), state.provider.refunded()], late);
        }
        self.poll(&mut state);
        state
    }

    fn poll(&self, state: &mut State) {
        state.billing = self.polled(state);
        for &taken in state.provider.taken.iter().filter(|taken| taken.key > 0) {
            self.arrive(&mut state.billing, result(taken), state.late);
        }
    }

    /// Whether the service and the provider agree on what was captured and refunded and, unless the service still
    /// waits for the fate of a request, on whether more can be.
    #[must_use]
    pub fn agree(&self, billing: &Billing, state: &State) -> bool {
        let amounts = billing.live.amounts();
        let captured = amounts.captured.get() == u64::from(state.provider.captured());
        let refunded = amounts.refunded.get() == u64::from(state.provider.refunded());
        let waits = billing.open().next().is_some();
        let open = matches!(billing.live.state(), StateKind::Authorized | StateKind::PartiallyCaptured);
        captured && refunded && (waits || open == state.provider.is_open())
    }
}

fn is_open(billing: &Billing, intent: Intent) -> bool {
    billing.open().any(|open| open == (intent.operation, intent.key))
}
