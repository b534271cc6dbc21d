//! What is decided without an engine: what may be sent again, and when a poll is fresh.

use std::time::Duration;

use on_restate::decide::Book;
use on_restate::send::Reply;
use on_restate::terms::{Ask, Provider, Terms, Ticket};
use order_capture::{Money, Operation, Order, RequestStatus, Time};

const SETTLE: Duration = Duration::from_secs(45);

fn at(second: i64) -> Time {
    Time::from_timestamp(1_770_000_000 + second, 0).expect("a time")
}

/// An order of 100.00 INR, paid at second 0.
fn paid(gateway: &str) -> Book {
    let order = Order::new("o-1".parse().expect("an id"), Money::inr("100.00").expect("an amount"));
    let provider_order = "o-1".to_owned();
    let terms =
        Terms { order, provider: Provider::Juspay, gateway: gateway.to_owned(), provider_order, hold_seconds: 3_600 };
    let mut book = Book::replay(terms, vec![]).expect("a book");
    observe(&mut book, &poll("AUTHORIZED", 0), None, 0).expect("no conflict");
    book
}

fn poll(status: &str, captured: u64) -> String {
    format!(
        r#"{{"order_id":"o-1","txn_id":"o-1-1","txn_uuid":"stxn1","status":"{status}","amount":100,
            "captured_amount":{captured},"txn_detail":{{"txn_id":"o-1-1","txn_uuid":"stxn1","order_id":"o-1",
            "status":"{status}","txn_amount":100}}}}"#
    )
}

fn observe(book: &mut Book, text: &str, asked: Option<order_capture::Poll>, second: i64) -> Result<(), String> {
    let id = book.named_in(text).expect("it is read").expect("it names one");
    let decided = book.observe(&id, text, asked, at(second)).expect("it is read").map_err(|known| known.code)?;
    book.take(&decided);
    Ok(())
}

fn capture(book: &mut Book, amount: Option<&str>, key: Option<&str>, second: i64) -> Ticket {
    let ask = Ask { amount: amount.map(str::to_owned), key: key.map(str::to_owned), ..Ask::default() };
    let decided = book.ask(Operation::Capture, &ask, at(second)).expect("it is allowed");
    book.take(&decided);
    decided.send.expect("something to send")
}

fn answer(book: &mut Book, ticket: &Ticket, reply: &Reply, second: i64) {
    let (decided, contradiction) = book.answered(ticket, reply, at(second)).expect("it is read");
    assert!(contradiction.is_none());
    book.take(&decided);
}

fn status(book: &Book) -> Option<RequestStatus> {
    book.open().first().map(|(_, status)| *status)
}

#[test]
fn the_deadline_counts_from_the_authorization() {
    let book = paid("CYBERSOURCE");
    let hold = book.transactions[0].hold().expect("a hold");
    assert_eq!(hold.capture_before, Some(at(3_600)));
}

#[test]
fn what_no_answer_says_is_unknown_and_stays_reserved() {
    let silent = Reply::nothing("no answer");
    let html = Reply::Response { status: 200, body: "<html>".to_owned() };
    let authorized = Reply::Response { status: 200, body: poll("AUTHORIZED", 0) };
    let broken = Reply::Response { status: 504, body: "<html>".to_owned() };
    for reply in [silent, html, authorized, broken] {
        let mut book = paid("CYBERSOURCE");
        let ticket = capture(&mut book, Some("60.00"), Some("k1"), 10);
        assert_eq!(book.abandoned(), std::slice::from_ref(&ticket), "sent, and not answered");
        answer(&mut book, &ticket, &reply, 11);
        assert_eq!(status(&book), Some(RequestStatus::Unknown), "{reply:?}");
        assert_eq!(book.transactions[0].amounts().pending.get(), 6_000);
        assert!(book.abandoned().is_empty() && book.is_in_doubt(&ticket));
    }
}

#[test]
fn a_poll_is_fresh_only_when_nothing_can_be_on_its_way() {
    let mut book = paid("CYBERSOURCE");
    assert!(book.poll(&book.transactions[0], at(10), SETTLE).is_some());
    let ticket = capture(&mut book, Some("60.00"), Some("k1"), 10);
    answer(&mut book, &ticket, &Reply::nothing("no answer"), 20);
    assert!(book.poll(&book.transactions[0], at(54), SETTLE).is_none(), "counted from when it was stored");
    assert!(book.poll(&book.transactions[0], at(55), SETTLE).is_some());
    assert!(book.poll(&book.transactions[0], at(0), SETTLE).is_none(), "a clock that runs behind frees nothing");
    // A repeat is on its way as the first try was.
    let repeat = book.repeat(&ticket, at(60)).expect("it is decided").expect("it may be sent again");
    assert_eq!(repeat.send.as_ref(), Some(&ticket), "the same request");
    book.take(&repeat);
    answer(&mut book, &ticket, &Reply::nothing("no answer"), 70);
    assert!(book.poll(&book.transactions[0], at(104), SETTLE).is_none());
    assert!(book.poll(&book.transactions[0], at(105), SETTLE).is_some());
}

#[test]
fn a_repeat_is_the_same_request_or_none() {
    for (amount, key) in [(Some("60.00"), Some("k1")), (None, None)] {
        let mut book = paid("CYBERSOURCE");
        let ticket = capture(&mut book, amount, key, 10);
        assert!(book.repeat(&ticket, at(11)).expect("it is decided").is_none(), "it was sent, and is not unknown");
        answer(&mut book, &ticket, &Reply::nothing("no answer"), 20);
        let repeat = book.repeat(&ticket, at(3_599)).expect("it is decided").expect("it may be sent again");
        assert_eq!(repeat.send, Some(ticket.clone()));
        assert!(book.repeat(&ticket, at(3_600)).expect("it is decided").is_none(), "not at its deadline");
        observe(&mut book, &poll("CHARGED", 100), None, 30)
            .unwrap_or_else(|code| assert_eq!(code, "captured-exceeds-requested"));
        if key.is_none() {
            assert!(book.repeat(&ticket, at(31)).expect("it is decided").is_none(), "it is done");
        }
    }
}

#[test]
fn a_refund_is_repeated_under_its_key() {
    let mut book = paid("CYBERSOURCE");
    let captured = capture(&mut book, Some("60.00"), Some("k1"), 10);
    answer(&mut book, &captured, &Reply::Response { status: 200, body: poll("CHARGED", 60) }, 11);
    let keyless = Ask { amount: Some("15.00".to_owned()), ..Ask::default() };
    assert!(book.ask(Operation::Refund, &keyless, at(12)).is_err(), "without a key a second try is a second refund");
    let ask = Ask { key: Some("refund-0001".to_owned()), ..keyless };
    let decided = book.ask(Operation::Refund, &ask, at(12)).expect("it is allowed");
    book.take(&decided);
    let ticket = decided.send.expect("something to send");
    answer(&mut book, &ticket, &Reply::nothing("no answer"), 20);
    let repeat = book.repeat(&ticket, at(70)).expect("it is decided").expect("it may be sent again");
    assert_eq!(repeat.send, Some(ticket));
    book.take(&repeat);
    let hold = book.transactions[0].hold().expect("a hold");
    assert_eq!((hold.refunds.count(), hold.amounts().refund_pending.get()), (1, 1_500));
}

#[test]
fn a_webhook_without_the_uuid_is_of_the_known_transaction() {
    let mut book = paid("CYBERSOURCE");
    let text = r#"{"order_id":"o-1","txn_id":"o-1-1","status":"AUTHORIZED","amount":100}"#;
    observe(&mut book, text, None, 5).expect("no conflict");
    assert_eq!(book.transactions.len(), 1);
}

#[test]
fn replayed_it_is_the_same() {
    let mut book = paid("SIMPL");
    let ticket = capture(&mut book, Some("60.00"), Some("k1"), 10);
    answer(&mut book, &ticket, &Reply::nothing("no answer"), 20);
    let again = Book::replay(book.terms.clone(), book.log.clone()).expect("a book");
    assert_eq!((again.transactions, again.log), (book.transactions, book.log));
}
