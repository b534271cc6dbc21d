//! In `rust-fsm`: a table of (state, input).
#![allow(missing_docs, unreachable_pub, missing_debug_implementations, reason = "the macro's output")]

use order_capture::StateKind;
use rust_fsm::StateMachine;

use crate::book::No;
use crate::machines::{Machine, Signal};

/// The table.
pub mod table {
    rust_fsm::state_machine! {
        #[state_machine(input(crate::machines::Signal), state(order_capture::StateKind))]
        pub lifecycle(Created)

        Created => { Held => Authorized, Refused => Failed },
        Failed => { Held => Authorized },
        Authorized => {
            RestsUntouched => Authorized, CaptureSent => Capturing, CaptureTimedOut => CaptureUnknown,
            CaptureAccepted => CaptureInitiated, RestsInPart => PartiallyCaptured, EndsCharged => Charged,
            EndsUncaptured => CaptureFailed, VoidSent => Voiding, VoidTimedOut => VoidUnknown,
            VoidAccepted => VoidInitiated, VoidRefused => VoidFailed, EndsVoided => Voided, EndsExpired => Expired,
        },
        Capturing => {
            RestsUntouched => Authorized, CaptureSent => Capturing, CaptureTimedOut => CaptureUnknown,
            CaptureAccepted => CaptureInitiated, RestsInPart => PartiallyCaptured, EndsCharged => Charged,
            EndsUncaptured => CaptureFailed, VoidSent => Voiding, VoidTimedOut => VoidUnknown,
            VoidAccepted => VoidInitiated, VoidRefused => VoidFailed, EndsVoided => Voided, EndsExpired => Expired,
        },
        CaptureUnknown => {
            RestsUntouched => Authorized, CaptureSent => Capturing, CaptureTimedOut => CaptureUnknown,
            CaptureAccepted => CaptureInitiated, RestsInPart => PartiallyCaptured, EndsCharged => Charged,
            EndsUncaptured => CaptureFailed, VoidSent => Voiding, VoidTimedOut => VoidUnknown,
            VoidAccepted => VoidInitiated, VoidRefused => VoidFailed, EndsVoided => Voided, EndsExpired => Expired,
        },
        CaptureInitiated => {
            RestsUntouched => Authorized, CaptureSent => Capturing, CaptureTimedOut => CaptureUnknown,
            CaptureAccepted => CaptureInitiated, RestsInPart => PartiallyCaptured, EndsCharged => Charged,
            EndsUncaptured => CaptureFailed, VoidSent => Voiding, VoidTimedOut => VoidUnknown,
            VoidAccepted => VoidInitiated, VoidRefused => VoidFailed, EndsVoided => Voided, EndsExpired => Expired,
        },
        PartiallyCaptured => {
            RestsUntouched => Authorized, CaptureSent => Capturing, CaptureTimedOut => CaptureUnknown,
            CaptureAccepted => CaptureInitiated, RestsInPart => PartiallyCaptured, EndsCharged => Charged,
            EndsUncaptured => CaptureFailed, VoidSent => Voiding, VoidTimedOut => VoidUnknown,
            VoidAccepted => VoidInitiated, VoidRefused => VoidFailed, EndsVoided => Voided, EndsExpired => Expired,
        },
        Charged => {
            RestsUntouched => Authorized, CaptureSent => Capturing, CaptureTimedOut => CaptureUnknown,
            CaptureAccepted => CaptureInitiated, RestsInPart => PartiallyCaptured, EndsCharged => Charged,
            EndsUncaptured => CaptureFailed, VoidSent => Voiding, VoidTimedOut => VoidUnknown,
            VoidAccepted => VoidInitiated, VoidRefused => VoidFailed, EndsVoided => Voided, EndsExpired => Expired,
        },
        CaptureFailed => {
            RestsUntouched => Authorized, CaptureSent => Capturing, CaptureTimedOut => CaptureUnknown,
            CaptureAccepted => CaptureInitiated, RestsInPart => PartiallyCaptured, EndsCharged => Charged,
            EndsUncaptured => CaptureFailed, VoidSent => Voiding, VoidTimedOut => VoidUnknown,
            VoidAccepted => VoidInitiated, VoidRefused => VoidFailed, EndsVoided => Voided, EndsExpired => Expired,
        },
        Voiding => {
            RestsUntouched => Authorized, CaptureSent => Capturing, CaptureTimedOut => CaptureUnknown,
            CaptureAccepted => CaptureInitiated, RestsInPart => PartiallyCaptured, EndsCharged => Charged,
            EndsUncaptured => CaptureFailed, VoidSent => Voiding, VoidTimedOut => VoidUnknown,
            VoidAccepted => VoidInitiated, VoidRefused => VoidFailed, EndsVoided => Voided, EndsExpired => Expired,
        },
        VoidUnknown => {
            RestsUntouched => Authorized, CaptureSent => Capturing, CaptureTimedOut => CaptureUnknown,
            CaptureAccepted => CaptureInitiated, RestsInPart => PartiallyCaptured, EndsCharged => Charged,
            EndsUncaptured => CaptureFailed, VoidSent => Voiding, VoidTimedOut => VoidUnknown,
            VoidAccepted => VoidInitiated, VoidRefused => VoidFailed, EndsVoided => Voided, EndsExpired => Expired,
        },
        VoidInitiated => {
            RestsUntouched => Authorized, CaptureSent => Capturing, CaptureTimedOut => CaptureUnknown,
            CaptureAccepted => CaptureInitiated, RestsInPart => PartiallyCaptured, EndsCharged => Charged,
            EndsUncaptured => CaptureFailed, VoidSent => Voiding, VoidTimedOut => VoidUnknown,
            VoidAccepted => VoidInitiated, VoidRefused => VoidFailed, EndsVoided => Voided, EndsExpired => Expired,
        },
        VoidFailed => {
            RestsUntouched => Authorized, CaptureSent => Capturing, CaptureTimedOut => CaptureUnknown,
            CaptureAccepted => CaptureInitiated, RestsInPart => PartiallyCaptured, EndsCharged => Charged,
            EndsUncaptured => CaptureFailed, VoidSent => Voiding, VoidTimedOut => VoidUnknown,
            VoidAccepted => VoidInitiated, VoidRefused => VoidFailed, EndsVoided => Voided, EndsExpired => Expired,
        },
        Voided => {
            RestsUntouched => Authorized, CaptureSent => Capturing, CaptureTimedOut => CaptureUnknown,
            CaptureAccepted => CaptureInitiated, RestsInPart => PartiallyCaptured, EndsCharged => Charged,
            EndsUncaptured => CaptureFailed, VoidSent => Voiding, VoidTimedOut => VoidUnknown,
            VoidAccepted => VoidInitiated, VoidRefused => VoidFailed, EndsVoided => Voided, EndsExpired => Expired,
        },
        Expired => {
            RestsUntouched => Authorized, CaptureSent => Capturing, CaptureTimedOut => CaptureUnknown,
            CaptureAccepted => CaptureInitiated, RestsInPart => PartiallyCaptured, EndsCharged => Charged,
            EndsUncaptured => CaptureFailed, VoidSent => Voiding, VoidTimedOut => VoidUnknown,
            VoidAccepted => VoidInitiated, VoidRefused => VoidFailed, EndsVoided => Voided, EndsExpired => Expired,
        }
    }
}

/// The machine of the table.
pub type Lifecycle = StateMachine<table::lifecycle::Impl>;

impl Machine for Lifecycle {
    const NAME: &'static str = "rust-fsm";

    fn new() -> Self {
        Self::new()
    }

    fn take(&mut self, signal: Signal) -> Result<(), No> {
        self.consume(&signal).map(|_| ()).map_err(|_| No)
    }

    fn kind(&self) -> StateKind {
        *self.state()
    }
}
