//! Everything that is ever written, and the statements of each write. A write is one database transaction: all or none.

use std::time::Duration;

use order_capture::{Operation, RecordedEvent};
use sha2::{Digest, Sha256};
use sqlx::any::{AnyArguments, AnyQueryResult, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe};

use crate::book::{Step, Ticket};
use crate::provider::Provider;
use crate::schema::clocked;

/// What a person must look at. Seen again it is the same case, until somebody closes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// A conflict, which is also in the way of sending anything again; else an alarm.
    pub is_conflict: bool,
    /// The order, or empty.
    pub order: String,
    /// The transaction, or empty.
    pub transaction: String,
    /// A stable code.
    pub code: &'static str,
    /// What happened, with its numbers, and what to do.
    pub sentence: String,
    /// As it came.
    pub payload: String,
}

impl Case {
    /// An alarm: nothing contradicts the books, and somebody must act.
    #[must_use]
    pub fn alarm(order: &str, transaction: &str, code: &'static str, sentence: String) -> Self {
        let (order, transaction) = (order.to_owned(), transaction.to_owned());
        Self { is_conflict: false, order, transaction, code, sentence, payload: String::new() }
    }

    /// The same for the same thing, whoever sees it and however often.
    fn id(&self) -> String {
        let digest = Sha256::digest(format!("{}\n{}\n{}", self.order, self.transaction, self.code));
        let hex: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        format!("{}-{hex}", self.code)
    }
}

/// A row of the outbox that a worker claimed. The attempt is the fence: what the worker writes, it writes only where
/// nobody claimed the row after it.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Whose request.
    pub ticket: Ticket,
    /// The number of this claim.
    pub attempt: i64,
    /// Whether it is to be sent now; else its outcome is to be found out.
    pub is_to_send: bool,
    /// How often it was left open.
    pub tries: i64,
    /// Since when it is ours.
    pub since: std::time::Instant,
}

/// What becomes of a claimed row whose request stays open.
#[derive(Clone, Copy, Debug)]
pub enum Then {
    /// The provider is asked about it.
    Ask {
        /// After this pause.
        pause: Duration,
        /// Whether an answer came, so that nothing is on its way.
        arrived: bool,
    },
    /// It was refused before it was tried, and is sent later.
    SendLater {
        /// After this pause.
        pause: Duration,
    },
    /// It is sent again now, by us.
    SendNow {
        /// As long as it is ours.
        lease: Duration,
    },
    /// It stays ours.
    Keep {
        /// For so long.
        lease: Duration,
    },
}

/// On what a write depends beside the places of its events.
#[derive(Clone, Debug, Default)]
pub enum Fence {
    /// On nothing: what a provider says is true whoever hears it.
    #[default]
    None,
    /// On a claim that is still ours.
    Claimed(Claim, Then),
    /// On nothing being on its way: what a person found out may free money.
    Quiet,
}

/// What is stored together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    pub(crate) order: String,
    pub(crate) transaction: String,
    /// How many events the order has before these.
    pub(crate) position: i64,
    pub(crate) events: Vec<RecordedEvent>,
    /// The rows of the outbox that follow from the events.
    pub(crate) steps: Vec<(Operation, u32, Step)>,
    pub(crate) fence: Fence,
    /// The webhook that brought them: it is done.
    pub(crate) webhook: Option<(Provider, String)>,
    pub(crate) cases: Vec<Case>,
    /// A person's words that close the transaction's conflicts.
    pub(crate) closing: Option<String>,
}

impl Entry {
    /// Whether there is nothing to store.
    pub(crate) fn is_empty(&self) -> bool {
        let is_free = matches!(self.fence, Fence::None | Fence::Quiet);
        let is_bare = self.events.is_empty() && self.cases.is_empty();
        is_free && is_bare && self.webhook.is_none() && self.closing.is_none()
    }
}

/// A value of a statement.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(String),
    Number(i64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// Milliseconds as the database counts them.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// How a write ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "anything but stored means that nothing was stored"]
pub enum Appended {
    /// All of it is stored.
    Stored,
    /// Another writer took the place: load again, decide again.
    Taken,
    /// Another worker claimed the row, or it is resolved.
    Fenced,
    /// The request may still be on its way, and the write needs that it is not.
    InFlight,
}

/// A connection inside a transaction, and which database it is.
pub(crate) struct Db<'c> {
    pub(crate) connection: &'c mut AnyConnection,
    pub(crate) is_sqlite: bool,
}

impl Db<'_> {
    async fn run(&mut self, text: &str, values: &[Value]) -> Result<AnyQueryResult, sqlx::Error> {
        count();
        bound(clocked(text, self.is_sqlite), values).execute(&mut *self.connection).await
    }

    /// One statement, with what it gives.
    pub(crate) async fn rows(&mut self, text: &str, values: &[Value]) -> Result<Vec<AnyRow>, sqlx::Error> {
        count();
        bound(clocked(text, self.is_sqlite), values).fetch_all(&mut *self.connection).await
    }

    /// In the order in which it may fail.
    pub(crate) async fn entry(&mut self, entry: &Entry) -> Result<Appended, sqlx::Error> {
        if let Fence::Claimed(claim, then) = &entry.fence {
            let is_done = entry.steps.contains(&(claim.ticket.operation, claim.ticket.number, Step::Done));
            if self.fenced(claim, (!is_done).then_some(*then)).await? == 0 {
                return Ok(Appended::Fenced);
            }
        }
        self.events(entry).await?;
        for (operation, number, step) in &entry.steps {
            if let Fence::Claimed(claim, _) = &entry.fence
                && (claim.ticket.operation, claim.ticket.number) == (*operation, *number)
            {
                continue;
            }
            let mut key = vec![(&*entry.transaction).into(), operation.as_str().into(), i64::from(*number).into()];
            match (step, &entry.fence) {
                (Step::Done, Fence::Quiet) => {
                    let text = "DELETE FROM outbox WHERE transaction_id = $1 AND operation = $2 AND number = $3
                                AND quiet_at <= now_ms()";
                    if self.run(text, &key).await?.rows_affected() == 0 {
                        return Ok(Appended::InFlight);
                    }
                }
                (Step::Done, _) => {
                    let text = "DELETE FROM outbox WHERE transaction_id = $1 AND operation = $2 AND number = $3";
                    self.run(text, &key).await?;
                }
                // Who owns the row keeps it; only what is to be done next is another thing.
                (Step::Send | Step::Ask, _) => {
                    let text =
                        "INSERT INTO outbox (transaction_id, operation, number, order_id, step, due_at, opened_at)
                                VALUES ($1, $2, $3, $4, $5, 0, now_ms())
                                ON CONFLICT (transaction_id, operation, number) DO UPDATE SET step = excluded.step";
                    let step = if *step == Step::Send { "send" } else { "ask" };
                    key.extend([(&*entry.order).into(), step.into()]);
                    self.run(text, &key).await?;
                }
            }
        }
        if let Some((provider, id)) = &entry.webhook {
            let text = "UPDATE inbox SET state = 'done' WHERE provider = $1 AND webhook_id = $2";
            self.run(text, &[provider.as_str().into(), (&**id).into()]).await?;
        }
        if let Some(words) = &entry.closing {
            let text = "UPDATE cases SET case_id = case_id || '@' || now_ms(), closed_at = now_ms(), closing = $3
                        WHERE order_id = $1 AND (transaction_id = $2 OR transaction_id = '') AND closed_at = 0
                        AND (kind = 'conflict' OR code = 'given-up')";
            let values = [(&*entry.order).into(), (&*entry.transaction).into(), (&**words).into()];
            self.run(text, &values).await?;
        }
        for case in &entry.cases {
            let (text, values) = insert_case(case);
            self.run(text, &values).await?;
        }
        Ok(Appended::Stored)
    }

    async fn events(&mut self, entry: &Entry) -> Result<(), sqlx::Error> {
        // As many at once as a statement takes values: fewer round trips.
        for (block, events) in entry.events.chunks(64).enumerate() {
            let (mut rows, mut values) = (Vec::new(), Vec::new());
            for (place, event) in events.iter().enumerate() {
                let at = place * 5;
                rows.push(format!("(${}, ${}, ${}, ${}, ${})", at + 1, at + 2, at + 3, at + 4, at + 5));
                let text = serde_json::to_string(event).map_err(|error| sqlx::Error::Encode(error.into()))?;
                let position = entry.position + i64::try_from(block * 64 + place + 1).unwrap_or(i64::MAX);
                values.push(Value::from(event.transaction.as_str()));
                values.push(i64::from(event.sequence).into());
                values.push((&*entry.order).into());
                values.push(position.into());
                values.push((&*text).into());
            }
            let rows = rows.join(", ");
            let text =
                format!("INSERT INTO events (transaction_id, sequence, order_id, position, event) VALUES {rows}");
            self.run(&text, &values).await?;
        }
        Ok(())
    }

    /// What becomes of a claimed row, where it is still ours; without a word on what then, its request is resolved.
    async fn fenced(&mut self, claim: &Claim, then: Option<Then>) -> Result<u64, sqlx::Error> {
        let Ticket { transaction, operation, number, .. } = &claim.ticket;
        let mut values = vec![(&**transaction).into(), operation.as_str().into(), i64::from(*number).into()];
        values.push(claim.attempt.into());
        let set = match then {
            None => "DELETE FROM outbox",
            Some(Then::Ask { pause, arrived }) => {
                values.push(millis(pause).into());
                if arrived {
                    "UPDATE outbox SET step = 'ask', tries = tries + 1, due_at = now_ms() + $5, quiet_at = 0"
                } else {
                    "UPDATE outbox SET step = 'ask', tries = tries + 1, due_at = now_ms() + $5"
                }
            }
            Some(Then::SendLater { pause }) => {
                values.push(millis(pause).into());
                "UPDATE outbox SET step = 'send', tries = tries + 1, due_at = now_ms() + $5, quiet_at = 0"
            }
            Some(Then::SendNow { lease }) => {
                values.push(millis(lease).into());
                "UPDATE outbox SET step = 'sending', attempt = attempt + 1, due_at = now_ms() + $5,
                    quiet_at = now_ms() + $5"
            }
            Some(Then::Keep { lease }) => {
                values.push(millis(lease).into());
                "UPDATE outbox SET step = 'ask', due_at = now_ms() + $5"
            }
        };
        let at = "WHERE transaction_id = $1 AND operation = $2 AND number = $3 AND attempt = $4";
        Ok(self.run(&format!("{set} {at}"), &values).await?.rows_affected())
    }
}

/// A statement with its values.
pub(crate) fn bound(text: String, values: &[Value]) -> Query<'_, Any, AnyArguments> {
    values.iter().fold(sqlx::query(AssertSqlSafe(text)), |query, value| match value {
        Value::Text(text) => query.bind(text.as_str()),
        Value::Number(number) => query.bind(*number),
    })
}

/// Takes a row of the outbox that is due: to send it, or to find out what became of it. Whoever owned it before is
/// fenced from now on. Values: transaction, operation, number, lease, most tries.
pub(crate) const CLAIM: &str = "UPDATE outbox SET attempt = attempt + 1, due_at = now_ms() + $4,
        quiet_at = CASE step WHEN 'send' THEN now_ms() + $4 ELSE quiet_at END,
        step = CASE step WHEN 'send' THEN 'sending' ELSE 'ask' END
     WHERE transaction_id = $1 AND operation = $2 AND number = $3 AND due_at <= now_ms() AND tries < $5
     RETURNING attempt, step, tries";

/// The statement that keeps a case, and its values.
pub(crate) fn insert_case(case: &Case) -> (&'static str, Vec<Value>) {
    let text = "INSERT INTO cases (case_id, kind, order_id, transaction_id, code, sentence, payload, first_at, last_at,
                                   times, closed_at, closing)
                VALUES ($1, $2, $3, $4, $5, $6, $7, now_ms(), now_ms(), 1, 0, '')
                ON CONFLICT (case_id) DO UPDATE SET sentence = excluded.sentence, payload = excluded.payload,
                    last_at = excluded.last_at, times = cases.times + 1";
    let kind = if case.is_conflict { "conflict" } else { "alarm" };
    let values = vec![
        (&*case.id()).into(),
        kind.into(),
        (&*case.order).into(),
        (&*case.transaction).into(),
        case.code.into(),
        (&*case.sentence).into(),
        (&*case.payload).into(),
    ];
    (text, values)
}

/// Statements since the process began, `BEGIN` and `COMMIT` included: what an order costs.
pub static STATEMENTS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

pub(crate) fn count() {
    STATEMENTS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
}
