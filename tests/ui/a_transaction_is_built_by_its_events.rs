use order_capture::{Event, Transaction};

fn skip(transaction: &mut Transaction, event: &Event) {
    let _ = transaction.step(event);
}

fn main() {}
