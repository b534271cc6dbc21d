use order_capture::{RefundRequest, Order, Profile, State, Transaction};

fn ask(transaction: &Transaction, order: &Order, profile: &Profile) {
    if let State::Authorized(state) = transaction.state() {
        let _ = state.refund(&RefundRequest::all(), order, profile);
    }
}

fn main() {}
