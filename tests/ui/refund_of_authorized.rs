use order_capture::{Payment, State, Time};

fn ask(payment: &Payment<'_>, now: Time) {
    if let State::Authorized(hold) = payment.state() {
        let _ = hold.refund_all().at(now);
    }
}

fn main() {}
