//! Orders and events as text for a person.

use billing_core::book::Book;
use billing_core::{Core, Error};
use order_capture::{Minor, Money, Operation, StateKind, Transaction};

/// An order, its transactions, their requests, and what a person must look at.
pub async fn status(core: &Core, order_id: &str) -> Result<(), Error> {
    let book = core.store.book(order_id).await?;
    let status = book.status()?;
    println!("order {order_id}: {} of {}", status.word, book.order().amount());
    if let Some(discrepancy) = status.discrepancy {
        println!("  discrepancy[{}]: {discrepancy}", discrepancy.code());
    }
    for transaction in &book.transactions {
        of_transaction(&book, transaction)?;
        if transaction.state() == StateKind::Created {
            println!("    next: `authorize {order_id}`");
        }
    }
    for row in core.store.open_rows(order_id).await?.iter().filter(|row| !row.note.is_empty()) {
        println!("    {} {} of {}: {}", row.operation, row.number, row.transaction, row.note);
    }
    for case in core.store.cases(Some(order_id)).await? {
        println!("  {}[{}]: {}", case.kind, case.code, case.sentence);
    }
    Ok(())
}

/// What a person must look at.
pub async fn cases(core: &Core, order_id: Option<&str>) -> Result<usize, Error> {
    let all = core.store.cases(order_id).await?;
    for case in &all {
        println!(
            "{} {}[{}] of order {:?}, seen {} times: {}",
            case.id, case.kind, case.code, case.order, case.times, case.sentence
        );
        println!("  next: `poll` or `report` the order, or `close {} --note ...`", case.id);
    }
    Ok(all.len())
}

/// Webhooks that are not read.
pub async fn unread(core: &Core) -> Result<usize, Error> {
    let all = core.unread().await?;
    for (provider, id, state, note, body) in &all {
        println!("{provider} {id} is {state}: {note}\n{body}");
    }
    Ok(all.len())
}

/// A transaction, its amounts, and its requests.
fn of_transaction(book: &Book, transaction: &Transaction) -> Result<(), Error> {
    let (amounts, currency) = (transaction.amounts(), transaction.currency());
    let money = |minor: Minor| Money::new(minor, currency);
    let capturable = book.payment(Some(transaction.id().as_str()))?.capturable(book.now());
    println!(
        "  transaction {} is {}: authorized {}, captured {}, pending {}, held {}, released {}, refunded {}; \
         capturable {capturable}",
        transaction.id(),
        transaction.state(),
        money(amounts.authorized),
        money(amounts.captured),
        money(amounts.pending),
        money(amounts.held),
        money(amounts.released),
        money(amounts.refunded),
    );
    let Some(hold) = transaction.hold() else { return Ok(()) };
    for operation in Operation::ALL {
        for (number, request) in hold.requests(operation).iter() {
            let key = request.key.as_ref().map_or("without a key", |key| key.as_str());
            println!("    {operation} {number}, {key}: {}, {}", money(request.amount), hold.fate(operation, request));
        }
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
