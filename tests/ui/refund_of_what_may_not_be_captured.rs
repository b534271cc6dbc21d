use order_capture::{Payment, Time};

fn ask(payment: &Payment<'_>, now: Time) {
    let _ = payment.captured().refund_all().at(now);
}

fn main() {}
