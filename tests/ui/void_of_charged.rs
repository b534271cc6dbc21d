use order_capture::{VoidRequest, Order, Profile, State, Transaction};

fn ask(transaction: &Transaction, order: &Order, profile: &Profile) {
    if let State::Charged(state) = transaction.state() {
        let _ = state.void(&VoidRequest::all(), order, profile);
    }
}

fn main() {}
