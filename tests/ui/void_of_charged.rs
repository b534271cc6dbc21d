use order_capture::{Payment, State, Time};

fn ask(payment: &Payment<'_>, now: Time) {
    if let State::Charged(state) = payment.state() {
        let _ = state.void_all().at(now);
    }
}

fn main() {}
