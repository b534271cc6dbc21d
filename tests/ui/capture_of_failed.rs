use order_capture::{Payment, State, Time};

fn ask(payment: &Payment<'_>, now: Time) {
    if let State::Failed(state) = payment.state() {
        let _ = state.capture_all().at(now);
    }
}

fn main() {}
