//! Several events at once, all or none: what one verdict or decision brings is stored in one database transaction.

use crate::event::{Event, Recorded};
use crate::ids::Time;
use crate::transaction::Transaction;
use crate::transition::Rejection;

impl Transaction {
    /// Takes several events that happen now, in this order, all or none. Gives what belongs in the log, as
    /// [`Transaction::record`] does for one: it may be empty.
    ///
    /// ```
    /// use order_capture::{Currency, Event, Money, Time, Transaction};
    /// let mut transaction = Transaction::created("t-1".parse()?);
    /// let held = Event::Authorized { amount: Money::parse("100.00", Currency::INR)?, capture_before: None };
    /// let log = transaction.record_all([held, Event::AuthorizationExpired], Time::UNIX_EPOCH, None)?;
    /// assert_eq!(log.len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The first [`Rejection`]; the transaction is what it was before the first event.
    pub fn record_all(
        &mut self,
        events: impl IntoIterator<Item = Event>,
        observed_at: Time,
        occurred_at: Option<Time>,
    ) -> Result<Vec<Recorded>, Rejection> {
        let (mut tried, mut log) = (self.clone(), Vec::new());
        for event in events {
            log.extend(tried.record(event, observed_at, occurred_at)?);
        }
        *self = tried;
        Ok(log)
    }
}
