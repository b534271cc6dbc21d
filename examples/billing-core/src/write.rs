//! Everything that is ever written, and the statements of each write. A write is one database transaction: all or none.

use std::borrow::Cow;
use std::time::Duration;

use order_capture::{Operation, RecordedEvent};
use sha2::{Digest, Sha256};
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::error::DatabaseError;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe};

use crate::book::{Step, Ticket};
use crate::error::Error;
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
    /// How long the row of a new request is the writer's, who sends it.
    pub(crate) lease: Duration,
    pub(crate) fence: Fence,
    /// The webhook that brought them: it is done.
    pub(crate) webhook: Option<(Provider, String)>,
    pub(crate) cases: Vec<Case>,
    /// A person's words that close the transaction's conflicts.
    pub(crate) closing: Option<String>,
}

impl Entry {
    /// In the order in which they may fail. None where there is nothing to store.
    pub(crate) fn statements(&self) -> Result<Vec<Statement>, Error> {
        let mut all = Vec::new();
        let claimed = match &self.fence {
            Fence::Claimed(claim, then) => {
                let ticket = (claim.ticket.operation, claim.ticket.number);
                let is_done = self.steps.contains(&(ticket.0, ticket.1, Step::Done));
                all.push(fenced(claim, (!is_done).then_some(*then)));
                Some(ticket)
            }
            Fence::None | Fence::Quiet => None,
        };
        // As many at once as a statement takes values: fewer round trips.
        for (block, events) in self.events.chunks(64).enumerate() {
            all.push(self.insert(self.position + i64::try_from(block * 64).unwrap_or(i64::MAX), events)?);
        }
        let others = self.steps.iter().filter(|(operation, number, _)| claimed != Some((*operation, *number)));
        all.extend(others.map(|(operation, number, step)| self.step(*operation, *number, *step)));
        if let Some((provider, id)) = &self.webhook {
            let text = "UPDATE inbox SET state = 'done' WHERE provider = $1 AND webhook_id = $2";
            all.push(Statement::new(text, vec![provider.as_str().into(), (&**id).into()]));
        }
        if let Some(words) = &self.closing {
            let text = "UPDATE cases SET case_id = case_id || '@' || now_ms(), closed_at = now_ms(), closing = $3
                        WHERE order_id = $1 AND (transaction_id = $2 OR transaction_id = '') AND closed_at = 0
                        AND (kind = 'conflict' OR code = 'given-up')";
            all.push(Statement::new(text, vec![(&*self.order).into(), (&*self.transaction).into(), (&**words).into()]));
        }
        all.extend(self.cases.iter().map(insert_case));
        Ok(all)
    }

    fn insert(&self, before: i64, events: &[RecordedEvent]) -> Result<Statement, Error> {
        let (mut rows, mut values) = (Vec::new(), Vec::new());
        for (position, event) in (before + 1..).zip(events) {
            let at = values.len();
            rows.push(format!("(${}, ${}, ${}, ${}, ${})", at + 1, at + 2, at + 3, at + 4, at + 5));
            let text = serde_json::to_string(event).map_err(|error| sqlx::Error::Encode(error.into()))?;
            let (transaction, sequence) = (event.transaction.as_str(), i64::from(event.sequence));
            values.extend([transaction.into(), sequence.into(), (&*self.order).into()]);
            values.extend([Value::from(position), (&*text).into()]);
        }
        let columns = "transaction_id, sequence, order_id, position, event";
        Ok(Statement::new(format!("INSERT INTO events ({columns}) VALUES {}", rows.join(", ")), values))
    }

    /// What becomes of a request's row in the outbox.
    fn step(&self, operation: Operation, number: u32, step: Step) -> Statement {
        let mut values = vec![(&*self.transaction).into(), operation.as_str().into(), i64::from(number).into()];
        if step == Step::Done {
            let text = "DELETE FROM outbox WHERE transaction_id = $1 AND operation = $2 AND number = $3";
            return match self.fence {
                Fence::Quiet => Statement::new(format!("{text} AND quiet_at <= now_ms() RETURNING number"), values)
                    .or(Appended::InFlight),
                _ => Statement::new(text, values),
            };
        }
        values.push((&*self.order).into());
        if step == Step::Send {
            // Whoever stores a new request owns its row, and sends it.
            values.push(millis(self.lease).into());
            let text =
                "INSERT INTO outbox (transaction_id, operation, number, order_id, step, attempt, due_at, quiet_at,
                                            opened_at)
                        VALUES ($1, $2, $3, $4, 'sending', 1, now_ms() + $5, now_ms() + $5, now_ms())";
            return Statement::new(text, values);
        }
        // Who owns the row keeps it; only what is to be done next is another thing.
        let text = "INSERT INTO outbox (transaction_id, operation, number, order_id, step, due_at, opened_at)
                    VALUES ($1, $2, $3, $4, 'ask', 0, now_ms())
                    ON CONFLICT (transaction_id, operation, number) DO UPDATE SET step = excluded.step";
        Statement::new(text, values)
    }
}

/// One statement of a write.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    text: Cow<'static, str>,
    values: Vec<Value>,
    /// What it means that it gives no row.
    otherwise: Option<Appended>,
}

impl Statement {
    pub(crate) fn new(text: impl Into<Cow<'static, str>>, values: Vec<Value>) -> Self {
        Self { text: text.into(), values, otherwise: None }
    }

    fn or(self, otherwise: Appended) -> Self {
        Self { otherwise: Some(otherwise), ..self }
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
pub(crate) enum Appended {
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

/// What a write came to, and what its last statement gave.
pub(crate) type Written = (Appended, Vec<AnyRow>);

impl Db<'_> {
    /// One statement, with what it gives.
    pub(crate) async fn rows(&mut self, text: &str, values: &[Value]) -> Result<Vec<AnyRow>, sqlx::Error> {
        count();
        bound(clocked(text, self.is_sqlite), values).fetch_all(&mut *self.connection).await
    }

    /// All of them, inside a transaction; whoever began it takes it back where they are not stored.
    pub(crate) async fn all(&mut self, statements: &[Statement]) -> Result<Written, sqlx::Error> {
        let mut rows = Vec::new();
        for Statement { text, values, otherwise } in statements {
            rows = match (self.rows(text, values).await, otherwise) {
                (Ok(rows), Some(otherwise)) if rows.is_empty() => return Ok((*otherwise, rows)),
                (Ok(rows), _) => rows,
                (Err(error), _) if is_taken(&error) => return Ok((Appended::Taken, Vec::new())),
                (Err(error), _) => return Err(error),
            };
        }
        Ok((Appended::Stored, rows))
    }

    /// A statement that is alone is a transaction of its own. Where the connection broke, nobody knows whether it is
    /// stored.
    pub(crate) async fn alone(&mut self, statements: &[Statement]) -> Result<Written, Error> {
        let is_sqlite = self.is_sqlite;
        self.all(statements).await.map_err(|error| match &error {
            sqlx::Error::Database(refused) if is_refused(&**refused, is_sqlite) => Error::Database(error),
            _ => Error::CommitUnknown { problem: error.to_string() },
        })
    }
}

/// Whether the database itself says that nothing is stored, and not a connection that ends (PostgreSQL's classes 08 and
/// 57) or a disk that fails (SQLite's 10).
fn is_refused(error: &dyn DatabaseError, is_sqlite: bool) -> bool {
    let code = error.code().unwrap_or_default();
    if is_sqlite {
        return code.parse::<u32>().is_ok_and(|code| code % 256 != 10);
    }
    !code.starts_with("08") && !code.starts_with("57")
}

/// A unique key says that another writer was first; so do PostgreSQL's own words for a lost race.
pub(crate) fn is_taken(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    error.is_unique_violation() || matches!(error.code().as_deref(), Some("40001" | "40P01"))
}

/// What becomes of a claimed row, where it is still ours; without a word on what then, its request is resolved.
fn fenced(claim: &Claim, then: Option<Then>) -> Statement {
    let Ticket { transaction, operation, number, .. } = &claim.ticket;
    let mut values = vec![(&**transaction).into(), operation.as_str().into(), i64::from(*number).into()];
    values.push(claim.attempt.into());
    let (set, time) = match then {
        None => ("DELETE FROM outbox", None),
        Some(Then::Ask { pause, arrived: true }) => {
            ("UPDATE outbox SET step = 'ask', tries = tries + 1, due_at = now_ms() + $5, quiet_at = 0", Some(pause))
        }
        Some(Then::Ask { pause, arrived: false }) => {
            ("UPDATE outbox SET step = 'ask', tries = tries + 1, due_at = now_ms() + $5", Some(pause))
        }
        Some(Then::SendLater { pause }) => {
            ("UPDATE outbox SET step = 'send', tries = tries + 1, due_at = now_ms() + $5, quiet_at = 0", Some(pause))
        }
        Some(Then::SendNow { lease }) => (
            "UPDATE outbox SET step = 'sending', attempt = attempt + 1, due_at = now_ms() + $5,
                quiet_at = now_ms() + $5",
            Some(lease),
        ),
        Some(Then::Keep { lease }) => ("UPDATE outbox SET step = 'ask', due_at = now_ms() + $5", Some(lease)),
    };
    values.extend(time.map(|time| millis(time).into()));
    let at = "WHERE transaction_id = $1 AND operation = $2 AND number = $3 AND attempt = $4 RETURNING attempt";
    Statement::new(format!("{set} {at}"), values).or(Appended::Fenced)
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

/// The statement that keeps a case.
pub(crate) fn insert_case(case: &Case) -> Statement {
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
    Statement::new(text, values)
}

/// Statements since the process began, `BEGIN` and `COMMIT` included: what an order costs.
pub static STATEMENTS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

pub(crate) fn count() {
    STATEMENTS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
}
