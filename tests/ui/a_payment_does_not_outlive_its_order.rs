use order_capture::{Order, Payment, TransactionId, juspay};

fn leak(id: TransactionId, order: Order) -> Payment<'static> {
    order.transaction(id, &juspay::SIMPL)
}

fn main() {}
