//! In `statig`: a function a state, and one that all held states share.
#![allow(missing_docs, unreachable_pub, missing_debug_implementations, reason = "the macro's output")]

use order_capture::StateKind;
use statig::prelude::*;

use crate::book::No;
use crate::machines::{Machine, Signal};

/// Remembers whether the last input found no transition, which the crate itself does not tell.
#[derive(Debug, Default)]
pub struct Lifecycle {
    ignored: bool,
}

#[state_machine(initial = "State::created()", state(derive(Debug, Clone, Copy)), superstate(derive(Debug)))]
impl Lifecycle {
    #[state]
    fn created(&mut self, event: &Signal) -> Outcome<State> {
        match event {
            Signal::Held => Transition(State::authorized()),
            Signal::Refused => Transition(State::failed()),
            _ => self.ignore(),
        }
    }

    #[state]
    fn failed(&mut self, event: &Signal) -> Outcome<State> {
        match event {
            Signal::Held => Transition(State::authorized()),
            _ => self.ignore(),
        }
    }

    #[superstate]
    fn held(&mut self, event: &Signal) -> Outcome<State> {
        match event {
            Signal::RestsUntouched => Transition(State::authorized()),
            Signal::CaptureSent => Transition(State::capturing()),
            Signal::CaptureTimedOut => Transition(State::capture_unknown()),
            Signal::CaptureAccepted => Transition(State::capture_initiated()),
            Signal::RestsInPart => Transition(State::partially_captured()),
            Signal::EndsCharged => Transition(State::charged()),
            Signal::EndsUncaptured => Transition(State::capture_failed()),
            Signal::VoidSent => Transition(State::voiding()),
            Signal::VoidTimedOut => Transition(State::void_unknown()),
            Signal::VoidAccepted => Transition(State::void_initiated()),
            Signal::VoidRefused => Transition(State::void_failed()),
            Signal::EndsVoided => Transition(State::voided()),
            Signal::EndsExpired => Transition(State::expired()),
            Signal::Held | Signal::Refused => self.ignore(),
        }
    }

    #[state(superstate = "held")]
    fn authorized() -> Outcome<State> {
        Super
    }

    #[state(superstate = "held")]
    fn capturing() -> Outcome<State> {
        Super
    }

    #[state(superstate = "held")]
    fn capture_unknown() -> Outcome<State> {
        Super
    }

    #[state(superstate = "held")]
    fn capture_initiated() -> Outcome<State> {
        Super
    }

    #[state(superstate = "held")]
    fn partially_captured() -> Outcome<State> {
        Super
    }

    #[state(superstate = "held")]
    fn charged() -> Outcome<State> {
        Super
    }

    #[state(superstate = "held")]
    fn capture_failed() -> Outcome<State> {
        Super
    }

    #[state(superstate = "held")]
    fn voiding() -> Outcome<State> {
        Super
    }

    #[state(superstate = "held")]
    fn void_unknown() -> Outcome<State> {
        Super
    }

    #[state(superstate = "held")]
    fn void_initiated() -> Outcome<State> {
        Super
    }

    #[state(superstate = "held")]
    fn void_failed() -> Outcome<State> {
        Super
    }

    #[state(superstate = "held")]
    fn voided() -> Outcome<State> {
        Super
    }

    #[state(superstate = "held")]
    fn expired() -> Outcome<State> {
        Super
    }
}

impl Lifecycle {
    fn ignore(&mut self) -> Outcome<State> {
        self.ignored = true;
        Handled
    }
}

impl Machine for statig::blocking::StateMachine<Lifecycle> {
    const NAME: &'static str = "statig";

    fn new() -> Self {
        Lifecycle::default().state_machine()
    }

    fn take(&mut self, signal: Signal) -> Result<(), No> {
        self.handle(&signal);
        if self.inner().ignored { Err(No) } else { Ok(()) }
    }

    fn kind(&self) -> StateKind {
        match self.state() {
            State::Created {} => StateKind::Created,
            State::Failed {} => StateKind::Failed,
            State::Authorized {} => StateKind::Authorized,
            State::Capturing {} => StateKind::Capturing,
            State::CaptureUnknown {} => StateKind::CaptureUnknown,
            State::CaptureInitiated {} => StateKind::CaptureInitiated,
            State::PartiallyCaptured {} => StateKind::PartiallyCaptured,
            State::Charged {} => StateKind::Charged,
            State::CaptureFailed {} => StateKind::CaptureFailed,
            State::Voiding {} => StateKind::Voiding,
            State::VoidUnknown {} => StateKind::VoidUnknown,
            State::VoidInitiated {} => StateKind::VoidInitiated,
            State::VoidFailed {} => StateKind::VoidFailed,
            State::Voided {} => StateKind::Voided,
            State::Expired {} => StateKind::Expired,
        }
    }
}
