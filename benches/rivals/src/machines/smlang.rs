//! In `smlang`: a list of transitions.
#![allow(
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    clippy::result_unit_err,
    reason = "the macro's output"
)]

use order_capture::StateKind;

use crate::book::No;
use crate::machines::{Machine, Signal};

/// The machine of the list.
pub type Lifecycle = TransitionsStateMachine<Context>;

smlang::statemachine! {
    name: Transitions,
    derive_states: [Debug, Clone, Copy],
    derive_events: [Debug, Clone, Copy],
    transitions: {
        *Created + Refused = Failed,
        Created | Failed + Held = Authorized,
        Authorized | Capturing | CaptureUnknown | CaptureInitiated | PartiallyCaptured | Charged | CaptureFailed | Voiding | VoidUnknown | VoidInitiated | VoidFailed | Voided | Expired
            + RestsUntouched = Authorized,
        Authorized | Capturing | CaptureUnknown | CaptureInitiated | PartiallyCaptured | Charged | CaptureFailed | Voiding | VoidUnknown | VoidInitiated | VoidFailed | Voided | Expired
            + CaptureSent = Capturing,
        Authorized | Capturing | CaptureUnknown | CaptureInitiated | PartiallyCaptured | Charged | CaptureFailed | Voiding | VoidUnknown | VoidInitiated | VoidFailed | Voided | Expired
            + CaptureTimedOut = CaptureUnknown,
        Authorized | Capturing | CaptureUnknown | CaptureInitiated | PartiallyCaptured | Charged | CaptureFailed | Voiding | VoidUnknown | VoidInitiated | VoidFailed | Voided | Expired
            + CaptureAccepted = CaptureInitiated,
        Authorized | Capturing | CaptureUnknown | CaptureInitiated | PartiallyCaptured | Charged | CaptureFailed | Voiding | VoidUnknown | VoidInitiated | VoidFailed | Voided | Expired
            + RestsInPart = PartiallyCaptured,
        Authorized | Capturing | CaptureUnknown | CaptureInitiated | PartiallyCaptured | Charged | CaptureFailed | Voiding | VoidUnknown | VoidInitiated | VoidFailed | Voided | Expired
            + EndsCharged = Charged,
        Authorized | Capturing | CaptureUnknown | CaptureInitiated | PartiallyCaptured | Charged | CaptureFailed | Voiding | VoidUnknown | VoidInitiated | VoidFailed | Voided | Expired
            + EndsUncaptured = CaptureFailed,
        Authorized | Capturing | CaptureUnknown | CaptureInitiated | PartiallyCaptured | Charged | CaptureFailed | Voiding | VoidUnknown | VoidInitiated | VoidFailed | Voided | Expired
            + VoidSent = Voiding,
        Authorized | Capturing | CaptureUnknown | CaptureInitiated | PartiallyCaptured | Charged | CaptureFailed | Voiding | VoidUnknown | VoidInitiated | VoidFailed | Voided | Expired
            + VoidTimedOut = VoidUnknown,
        Authorized | Capturing | CaptureUnknown | CaptureInitiated | PartiallyCaptured | Charged | CaptureFailed | Voiding | VoidUnknown | VoidInitiated | VoidFailed | Voided | Expired
            + VoidAccepted = VoidInitiated,
        Authorized | Capturing | CaptureUnknown | CaptureInitiated | PartiallyCaptured | Charged | CaptureFailed | Voiding | VoidUnknown | VoidInitiated | VoidFailed | Voided | Expired
            + VoidRefused = VoidFailed,
        Authorized | Capturing | CaptureUnknown | CaptureInitiated | PartiallyCaptured | Charged | CaptureFailed | Voiding | VoidUnknown | VoidInitiated | VoidFailed | Voided | Expired
            + EndsVoided = Voided,
        Authorized | Capturing | CaptureUnknown | CaptureInitiated | PartiallyCaptured | Charged | CaptureFailed | Voiding | VoidUnknown | VoidInitiated | VoidFailed | Voided | Expired
            + EndsExpired = Expired,
    }
}

/// Nothing beside the state.
#[derive(Debug)]
pub struct Context;

impl TransitionsStateMachineContext for Context {}

impl Machine for Lifecycle {
    const NAME: &'static str = "smlang";

    fn new() -> Self {
        Self::new(Context)
    }

    fn take(&mut self, signal: Signal) -> Result<(), No> {
        let event = match signal {
            Signal::Held => TransitionsEvents::Held,
            Signal::Refused => TransitionsEvents::Refused,
            Signal::RestsUntouched => TransitionsEvents::RestsUntouched,
            Signal::CaptureSent => TransitionsEvents::CaptureSent,
            Signal::CaptureTimedOut => TransitionsEvents::CaptureTimedOut,
            Signal::CaptureAccepted => TransitionsEvents::CaptureAccepted,
            Signal::RestsInPart => TransitionsEvents::RestsInPart,
            Signal::EndsCharged => TransitionsEvents::EndsCharged,
            Signal::EndsUncaptured => TransitionsEvents::EndsUncaptured,
            Signal::VoidSent => TransitionsEvents::VoidSent,
            Signal::VoidTimedOut => TransitionsEvents::VoidTimedOut,
            Signal::VoidAccepted => TransitionsEvents::VoidAccepted,
            Signal::VoidRefused => TransitionsEvents::VoidRefused,
            Signal::EndsVoided => TransitionsEvents::EndsVoided,
            Signal::EndsExpired => TransitionsEvents::EndsExpired,
        };
        self.process_event(event).map(|_| ()).map_err(|_| No)
    }

    fn kind(&self) -> StateKind {
        match self.state() {
            TransitionsStates::Created => StateKind::Created,
            TransitionsStates::Failed => StateKind::Failed,
            TransitionsStates::Authorized => StateKind::Authorized,
            TransitionsStates::Capturing => StateKind::Capturing,
            TransitionsStates::CaptureUnknown => StateKind::CaptureUnknown,
            TransitionsStates::CaptureInitiated => StateKind::CaptureInitiated,
            TransitionsStates::PartiallyCaptured => StateKind::PartiallyCaptured,
            TransitionsStates::Charged => StateKind::Charged,
            TransitionsStates::CaptureFailed => StateKind::CaptureFailed,
            TransitionsStates::Voiding => StateKind::Voiding,
            TransitionsStates::VoidUnknown => StateKind::VoidUnknown,
            TransitionsStates::VoidInitiated => StateKind::VoidInitiated,
            TransitionsStates::VoidFailed => StateKind::VoidFailed,
            TransitionsStates::Voided => StateKind::Voided,
            TransitionsStates::Expired => StateKind::Expired,
        }
    }
}
