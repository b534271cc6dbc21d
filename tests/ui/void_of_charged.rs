use order_capture::{GiveBack, Order, Profile, State, Transaction};

fn ask(transaction: &Transaction, order: &Order, profile: &Profile) {
    if let State::Charged(state) = transaction.state() {
        let _ = state.void(&GiveBack::all(), order, profile);
    }
}

fn main() {}
