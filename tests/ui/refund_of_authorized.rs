use order_capture::{GiveBack, Order, Profile, State, Transaction};

fn ask(transaction: &Transaction, order: &Order, profile: &Profile) {
    if let State::Authorized(state) = transaction.state() {
        let _ = state.refund(&GiveBack::all(), order, profile);
    }
}

fn main() {}
