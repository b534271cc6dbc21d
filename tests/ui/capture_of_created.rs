use order_capture::{CaptureRequest, Order, Profile, State, Time, Transaction};

fn ask(transaction: &Transaction, order: &Order, profile: &Profile, now: Time) {
    if let State::Created(state) = transaction.state() {
        let _ = state.capture(&CaptureRequest::full(), order, profile, now);
    }
}

fn main() {}
