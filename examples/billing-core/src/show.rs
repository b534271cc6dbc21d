//! Orders and events as text for a person.

use billing_core::book::OPERATIONS;
use billing_core::{Core, Error};
use order_capture::StateKind;

/// An order, its transactions, their requests, and what a person must look at.
pub async fn status(core: &Core, order_id: &str) -> Result<(), Error> {
    let book = core.store.book(order_id).await?;
    let status = book.status();
    println!("order {order_id}: {} of {}", status.status_text(book.profile()), book.order().amount());
    for transaction in &book.transactions {
        let (amounts, kind) = (transaction.amounts(), transaction.kind());
        let text = |minor| book.money(minor).major_text();
        println!(
            "  transaction {} is {}: authorized {}, captured {}, pending {}, held {}, released {}, refunded {}",
            transaction.id(),
            kind.as_str(),
            text(amounts.authorized),
            text(amounts.captured),
            text(amounts.pending),
            text(amounts.held),
            text(amounts.released),
            text(amounts.refunded),
        );
        let requests = OPERATIONS.into_iter().filter_map(|operation| Some((operation, transaction.ledger()?)));
        for (operation, ledger) in requests {
            for (number, request) in ledger.requests(operation).iter() {
                let key = request.key().map_or("without a key", |key| key.as_str());
                let asked = text(request.requested());
                println!("    {operation:?} {number}, {key}: {asked} asked, {:?}", request.status());
            }
        }
        if kind == StateKind::Created {
            println!("    next: `authorize {order_id}`");
        }
    }
    for (code, sentence) in core.store.conflicts(order_id).await? {
        println!("  look at this: {code}: {sentence}");
    }
    Ok(())
}

/// Every event, in order.
pub async fn history(core: &Core, order_id: &str) -> Result<(), Error> {
    let book = core.store.book(order_id).await?;
    for event in &book.log {
        let detail = serde_json::to_string(&event.event).unwrap_or_default();
        println!(
            "{} {}/{} {} {detail}",
            event.observed_at.to_rfc3339(),
            event.transaction,
            event.sequence,
            event.event.name()
        );
    }
    Ok(())
}
