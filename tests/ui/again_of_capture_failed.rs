use order_capture::{Payment, State, Time};

fn ask(payment: &Payment<'_>, now: Time) {
    if let State::CaptureFailed(state) = payment.state() {
        let _ = state.again(now);
    }
}

fn main() {}
