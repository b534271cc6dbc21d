//! Loads a book, writes, claims, and lists. Nothing else speaks to the database.

use std::time::Duration;

use order_capture::{Currency, Money, Operation, Order, RecordedEvent, Time};
use sqlx::any::{AnyPoolOptions, AnyRow, install_default_drivers};
use sqlx::{AnyPool, AssertSqlSafe, Executor, Row};

use crate::book::{Book, NewOrder, Ticket};
use crate::cache::Cache;
use crate::error::Error;
use crate::provider::Provider;
use crate::schema::{SQLITE, VERSION_TABLE, VERSIONS, clocked};
use crate::write::{
    Appended, CLAIM, Case, Claim, Db, Statement, Value, Written, bound, count, insert_case, is_taken, millis,
};
use crate::writer::Writer;

/// The database, with the few statements that the core needs.
#[derive(Debug)]
pub struct Store {
    pub(crate) pool: AnyPool,
    /// SQLite's one writer; PostgreSQL takes many.
    writer: Option<Writer>,
    cache: Cache,
    /// For tests: a pause after every write, so that a kill lands between any two.
    pause: Duration,
}

/// Which order.
#[derive(Clone, Copy, Debug)]
pub enum By<'a> {
    /// By our name.
    Id(&'a str),
    /// By the provider's.
    Provider(Provider, &'a str),
}

/// A webhook as it came.
#[derive(Clone, Debug)]
pub struct Received {
    /// Whose.
    pub provider: Provider,
    /// Its id; a digest of the body where it has none.
    pub id: String,
    /// The raw text.
    pub body: String,
    /// How often it was tried.
    pub tries: i64,
}

/// What a person must look at, as it is listed: id, code, order, transaction, sentence, how often it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenCase {
    /// For `close`.
    pub id: String,
    /// `conflict` or `alarm`.
    pub kind: String,
    /// The code.
    pub code: String,
    /// The order, or empty.
    pub order: String,
    /// The transaction, or empty.
    pub transaction: String,
    /// What happened.
    pub sentence: String,
    /// How often it was seen.
    pub times: i64,
}

impl Store {
    /// Opens the database and brings its tables to the newest version.
    pub async fn open(url: &str, connections: u32, pause: Duration) -> Result<Self, Error> {
        install_default_drivers();
        let is_sqlite = url.starts_with("sqlite");
        let options = AnyPoolOptions::new().max_connections(connections).acquire_timeout(Duration::from_secs(60));
        let prepared = options.after_connect(move |connection, _| {
            Box::pin(async move {
                for pragma in if is_sqlite { SQLITE } else { &[] } {
                    connection.execute(*pragma).await?;
                }
                Ok(())
            })
        });
        let pool = prepared.connect(url).await?;
        migrate(&pool, is_sqlite).await?;
        let writer = is_sqlite.then(|| Writer::start(pool.clone()));
        Ok(Self { pool, writer, cache: Cache::default(), pause })
    }

    const fn is_sqlite(&self) -> bool {
        self.writer.is_some()
    }

    /// Which database it is.
    #[must_use]
    pub const fn backend(&self) -> &'static str {
        if self.is_sqlite() { "SQLite" } else { "PostgreSQL" }
    }

    /// One write, in a database transaction; it is on the disk when this returns.
    pub(crate) async fn write(&self, statements: Vec<Statement>) -> Result<Written, Error> {
        let written = match &self.writer {
            Some(writer) => writer.run(statements).await?,
            None => self.write_to_postgres(&statements).await?,
        };
        if !self.pause.is_zero() {
            tokio::time::sleep(self.pause).await;
        }
        Ok(written)
    }

    async fn write_to_postgres(&self, statements: &[Statement]) -> Result<Written, Error> {
        if statements.len() == 1 {
            let mut connection = self.pool.acquire().await?;
            return Db { connection: &mut connection, is_sqlite: false }.alone(statements).await;
        }
        count();
        let mut transaction = self.pool.begin().await?;
        let written = Db { connection: &mut transaction, is_sqlite: false }.all(statements).await?;
        count();
        if written.0 != Appended::Stored {
            transaction.rollback().await?;
            return Ok(written);
        }
        match transaction.commit().await {
            Ok(()) => Ok(written),
            // PostgreSQL says at the commit, too, that another one was first.
            Err(error) if is_taken(&error) => Ok((Appended::Taken, Vec::new())),
            Err(error) => Err(Error::CommitUnknown { problem: error.to_string() }),
        }
    }

    /// One statement that writes, with what it gives.
    pub(crate) async fn one(&self, text: &'static str, values: Vec<Value>) -> Result<Vec<AnyRow>, Error> {
        match self.write(vec![Statement::new(text, values)]).await? {
            (Appended::Stored, rows) => Ok(rows),
            _ => Err(Error::Contention { tries: 1 }),
        }
    }

    /// Takes a row of the outbox, if it is due and nobody's; the lease is by the database's clock.
    pub async fn claim(&self, ticket: &Ticket, lease: Duration, most_tries: i64) -> Result<Option<Claim>, Error> {
        let mut values: Vec<Value> = vec![(&*ticket.transaction).into(), ticket.operation.as_str().into()];
        values.extend([i64::from(ticket.number).into(), millis(lease).into(), most_tries.into()]);
        let since = std::time::Instant::now();
        let rows = self.one(CLAIM, values).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let (attempt, step, tries): (i64, String, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        Ok(Some(Claim { ticket: ticket.clone(), attempt, is_to_send: step == "sending", tries, since }))
    }

    /// Enters an order, unless it is there. Gives its book.
    pub async fn enter(&self, new: &NewOrder, sweep: Duration) -> Result<Book, Error> {
        let amount = new.order.amount();
        let text = "INSERT INTO orders (order_id, provider, gateway, provider_order, amount, currency, poll_at)
                    VALUES ($1, $2, $3, $4, $5, $6, now_ms() + $7) ON CONFLICT DO NOTHING RETURNING now_ms()";
        let values = vec![
            new.order.id().as_str().into(),
            new.provider.as_str().into(),
            (&*new.gateway).into(),
            (&*new.provider_order).into(),
            (&*amount.major_text()).into(),
            amount.currency().code().into(),
            millis(sweep).into(),
        ];
        match self.one(text, values).await?.first() {
            Some(row) => Book::replay(new.clone(), Vec::new(), read_time(row, 0)?),
            None => self.book(new.order.id().as_str()).await,
        }
    }

    /// Loads an order and replays its events, in one statement.
    pub async fn find(&self, by: By<'_>) -> Result<Option<Book>, Error> {
        let (at, mut values) = match by {
            By::Id(id) => ("o.order_id = $1", vec![Value::from(id)]),
            By::Provider(provider, order) => {
                ("o.provider = $1 AND o.provider_order = $2", vec![provider.as_str().into(), order.into()])
            }
        };
        let text = format!(
            "SELECT o.order_id, o.provider, o.gateway, o.provider_order, o.amount, o.currency, now_ms(), e.event,
                    e.transaction_id, e.sequence
             FROM orders o LEFT JOIN events e ON e.order_id = o.order_id AND e.position > ${} WHERE {at}
             ORDER BY e.position",
            values.len() + 1
        );
        let known = self.cache.get(&match by {
            By::Id(id) => id.to_owned(),
            By::Provider(provider, order) => format!("{}\n{order}", provider.as_str()),
        });
        values.push(known.as_ref().map_or(0, |known| known.position).into());
        let rows = self.rows(&text, &values).await?;
        LOADS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let Some(first) = rows.first() else { return Ok(None) };
        let now = read_time(first, 6)?;
        let terms = read_terms(first)?;
        let log = rows.iter().filter_map(|row| read_event(row).transpose()).collect::<Result<Vec<_>, _>>()?;
        let book = match known {
            Some(known) => known.later(log, now)?,
            None => Book::replay(terms, log, now)?,
        };
        self.cache.put(&book);
        Ok(Some(book))
    }

    /// Loads an order by our name.
    pub async fn book(&self, order_id: &str) -> Result<Book, Error> {
        self.find(By::Id(order_id)).await?.ok_or_else(|| Error::NoOrder(order_id.to_owned()))
    }

    pub(crate) async fn rows(&self, text: &str, values: &[Value]) -> Result<Vec<AnyRow>, Error> {
        count();
        Ok(bound(clocked(text, self.is_sqlite()), values).fetch_all(&self.pool).await?)
    }

    /// What is due: requests never sent, requests whose worker's lease ended, requests to ask the provider about.
    pub async fn due(&self, most_tries: i64) -> Result<Vec<Ticket>, Error> {
        let text = "SELECT order_id, transaction_id, operation, number FROM outbox
                    WHERE due_at <= now_ms() AND tries < $1 ORDER BY due_at, order_id LIMIT 256";
        let rows = self.rows(text, &[most_tries.into()]).await?;
        let read = |row: &AnyRow| -> Result<Ticket, Error> {
            let operation: String = row.try_get(2)?;
            let operation = Operation::ALL.into_iter().find(|known| known.as_str() == operation);
            Ok(Ticket {
                order: row.try_get(0)?,
                transaction: row.try_get(1)?,
                operation: operation.ok_or(sqlx::Error::RowNotFound)?,
                number: u32::try_from(row.try_get::<i64, _>(3)?).map_err(|_| sqlx::Error::RowNotFound)?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Every open row of an order: operation and number, its step, and whether nothing can be on its way for it.
    pub async fn open_rows(&self, order_id: &str) -> Result<Vec<OpenRow>, Error> {
        let text =
            "SELECT transaction_id, operation, number, step, CASE WHEN quiet_at <= now_ms() THEN 1 ELSE 0 END, note
                    FROM outbox WHERE order_id = $1";
        let read = |row: &AnyRow| -> Result<OpenRow, Error> {
            Ok(OpenRow {
                transaction: row.try_get(0)?,
                operation: row.try_get(1)?,
                number: row.try_get(2)?,
                step: row.try_get(3)?,
                is_quiet: number(row, 4)? == 1,
                note: row.try_get(5)?,
            })
        };
        self.rows(text, &[order_id.into()]).await?.iter().map(read).collect()
    }

    /// How many rows: events, outbox, webhooks, open cases.
    pub async fn counts(&self) -> Result<[i64; 4], Error> {
        let text = "SELECT (SELECT COUNT(*) FROM events), (SELECT COUNT(*) FROM outbox),
                    (SELECT COUNT(*) FROM inbox), (SELECT COUNT(*) FROM cases WHERE closed_at = 0)";
        let rows = self.rows(text, &[]).await?;
        let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
        Ok([row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?])
    }

    /// Open requests that nobody owns and that are not waiting for a person.
    pub async fn left(&self, most_tries: i64) -> Result<i64, Error> {
        let text = "SELECT COUNT(*) FROM outbox WHERE tries < $1";
        let rows = self.rows(text, &[most_tries.into()]).await?;
        Ok(rows.first().ok_or(sqlx::Error::RowNotFound)?.try_get(0)?)
    }

    /// What a person must look at: of one order, or of all.
    pub async fn cases(&self, order_id: Option<&str>) -> Result<Vec<OpenCase>, Error> {
        let text = "SELECT case_id, kind, code, order_id, transaction_id, sentence, times FROM cases
                    WHERE closed_at = 0 AND ($1 = '' OR order_id = $1) ORDER BY first_at, case_id";
        let rows = self.rows(text, &[order_id.unwrap_or_default().into()]).await?;
        let read = |row: &AnyRow| -> Result<OpenCase, Error> {
            Ok(OpenCase {
                id: row.try_get(0)?,
                kind: row.try_get(1)?,
                code: row.try_get(2)?,
                order: row.try_get(3)?,
                transaction: row.try_get(4)?,
                sentence: row.try_get(5)?,
                times: row.try_get(6)?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Keeps a case without anything else.
    pub async fn keep(&self, case: &Case) -> Result<(), Error> {
        self.write(vec![insert_case(case)]).await.map(drop)
    }

    /// Closes a case, with a person's words. Gives whether it was open.
    pub async fn close(&self, case_id: &str, words: &str) -> Result<bool, Error> {
        let text = "UPDATE cases SET case_id = case_id || '@' || now_ms(), closed_at = now_ms(), closing = $2
                    WHERE case_id = $1 AND closed_at = 0 RETURNING case_id";
        Ok(!self.one(text, vec![case_id.into(), words.into()]).await?.is_empty())
    }

    /// Lets the workers try the requests of an order again that were left to a person.
    pub async fn revive(&self, order_id: &str) -> Result<(), Error> {
        let text = "UPDATE outbox SET tries = 0, due_at = CASE step WHEN 'sending' THEN due_at ELSE 0 END
                    WHERE order_id = $1";
        self.one(text, vec![order_id.into()]).await.map(drop)
    }

    /// Every order's id.
    pub async fn order_ids(&self) -> Result<Vec<String>, Error> {
        let rows = self.rows("SELECT order_id FROM orders ORDER BY order_id", &[]).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }
}

/// An open row of the outbox.
#[derive(Clone, Debug)]
pub struct OpenRow {
    /// Of which transaction.
    pub transaction: String,
    /// The request's kind.
    pub operation: String,
    /// Its number.
    pub number: i64,
    /// `send`, `sending` or `ask`.
    pub step: String,
    /// Whether nothing can be on its way for it.
    pub is_quiet: bool,
    /// Why it waits, where somebody said so.
    pub note: String,
}

/// How many times a book was loaded since the process began.
pub static LOADS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

/// A number that PostgreSQL has as an INTEGER.
pub(crate) fn number(row: &AnyRow, column: usize) -> Result<i64, sqlx::Error> {
    row.try_get::<i64, _>(column).or_else(|_| row.try_get::<i32, _>(column).map(i64::from))
}

/// Brings the tables to the newest version. Two processes may start at once: one of them waits for the other.
async fn migrate(pool: &AnyPool, is_sqlite: bool) -> Result<(), Error> {
    let begin = if is_sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" };
    let mut db = pool.begin_with(begin).await?;
    if !is_sqlite {
        db.execute("SELECT pg_advisory_xact_lock(7023)").await?;
    }
    db.execute(VERSION_TABLE).await?;
    let row = sqlx::query("SELECT COALESCE(MAX(version), 0) FROM schema_version").fetch_one(&mut *db).await?;
    let known: i64 = row.try_get(0)?;
    let newest = i64::try_from(VERSIONS.len()).unwrap_or(i64::MAX);
    if known > newest {
        return Err(Error::NewerSchema { known: newest, found: known });
    }
    for (version, statements) in (1..).zip(VERSIONS).filter(|(version, _)| *version > known) {
        for statement in *statements {
            db.execute(AssertSqlSafe(clocked(statement, is_sqlite))).await?;
        }
        sqlx::query("INSERT INTO schema_version VALUES ($1)").bind::<i64>(version).execute(&mut *db).await?;
    }
    db.commit().await?;
    Ok(())
}

fn read_time(row: &AnyRow, column: usize) -> Result<Time, Error> {
    Ok(Time::from_timestamp_millis(row.try_get(column)?).unwrap_or(Time::UNIX_EPOCH))
}

fn read_terms(row: &AnyRow) -> Result<NewOrder, Error> {
    let text = |column| row.try_get::<String, _>(column);
    let currency = Currency::from_code(&text(5)?)?;
    Ok(NewOrder {
        order: Order::new(text(0)?.parse()?, Money::parse(&text(4)?, currency)?),
        provider: Provider::named(&text(1)?),
        gateway: text(2)?,
        provider_order: text(3)?,
    })
}

fn read_event(row: &AnyRow) -> Result<Option<RecordedEvent>, Error> {
    let Some(text) = row.try_get::<Option<String>, _>(7)? else { return Ok(None) };
    let (transaction, sequence): (String, i64) = (row.try_get(8)?, row.try_get(9)?);
    let read = serde_json::from_str(&text);
    read.map(Some).map_err(|error| Error::Stored { transaction, sequence, problem: error.to_string() })
}
