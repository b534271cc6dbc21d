//! Loads a book, and appends to it in one database transaction. Nothing else writes to the database.

use std::time::Duration;

use order_capture::{Currency, Money, Operation, Order, RecordedEvent, Time, Transaction};
use sqlx::any::{AnyPoolOptions, AnyRow, install_default_drivers};
use sqlx::{Any, AnyPool, Executor, Row};

use crate::book::{Book, NewOrder, Step, Ticket, outbox_steps};
use crate::decision::Contradiction;
use crate::error::Error;
use crate::group::Group;
use crate::provider::Provider;
use crate::schema;

/// The database, with the few statements that the core needs.
#[derive(Debug)]
pub struct Store {
    pool: AnyPool,
    /// SQLite's writers share commits. PostgreSQL does that by itself.
    group: Option<Group>,
    /// For tests: a pause after every write, so that a kill lands between any two.
    pause: Duration,
}

/// What is to be stored together, all or none.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    /// The order as it was loaded.
    pub(crate) book: &'a Book,
    /// The transaction with the new events: outbox rows follow from what it was and what it is.
    pub(crate) after: &'a Transaction,
    /// The new events.
    pub(crate) events: &'a [RecordedEvent],
    /// The webhook that brought them.
    pub(crate) webhook: Option<&'a str>,
    /// What contradicts the books.
    pub(crate) contradiction: Option<Contradiction<'a>>,
}

impl Entry<'_> {
    /// Whether there is nothing to store.
    pub(crate) const fn is_empty(&self) -> bool {
        self.events.is_empty() && self.webhook.is_none() && self.contradiction.is_none()
    }
}

/// Everything that is ever written.
pub(crate) enum Write<'a> {
    /// A new order.
    Order(&'a NewOrder),
    /// Events and what goes with them.
    Entry(Entry<'a>),
    /// A worker takes an outbox row, until its lease ends.
    Claim(&'a Ticket, Time),
    /// A webhook that cannot be read.
    Unreadable(Contradiction<'a>),
}

/// How a write ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a taken place means that nothing was stored"]
pub enum Appended {
    /// All of it is stored.
    Stored,
    /// Another writer took the place: load again, decide again. Nothing was stored.
    Taken,
    /// The webhook was here before. Nothing was stored.
    SeenBefore,
}

impl Store {
    /// Opens the database and creates the tables that are missing.
    pub async fn open(url: &str, connections: u32, pause: Duration) -> Result<Self, Error> {
        install_default_drivers();
        let sqlite = url.starts_with("sqlite");
        let options = AnyPoolOptions::new().max_connections(connections).acquire_timeout(Duration::from_secs(60));
        let prepared = options.after_connect(move |connection, _| {
            Box::pin(async move {
                for pragma in if sqlite { schema::SQLITE } else { &[] } {
                    connection.execute(*pragma).await?;
                }
                Ok(())
            })
        });
        let pool = prepared.connect(url).await?;
        let store = Self { pool, group: sqlite.then(Group::default), pause };
        for table in schema::TABLES {
            // Two processes may create the same table: the second one's attempt fails once.
            if store.pool.execute(*table).await.is_err() {
                store.pool.execute(*table).await?;
            }
        }
        Ok(store)
    }

    /// Which database it is.
    #[must_use]
    pub const fn backend(&self) -> &'static str {
        if self.group.is_some() { "SQLite" } else { "PostgreSQL" }
    }

    /// One write, in a database transaction; it is on the disk when this returns.
    async fn commit(&self, write: Write<'_>) -> Result<Appended, Error> {
        let appended = match &self.group {
            Some(group) => group.write(&self.pool, &write).await?,
            None => {
                let mut db = self.pool.begin().await?;
                let appended = match execute(&mut db, &write).await {
                    Ok(appended) => appended,
                    Err(error) if is_taken(&error) => Appended::Taken,
                    Err(error) => return Err(error.into()),
                };
                if appended == Appended::Stored {
                    db.commit().await?
                } else {
                    db.rollback().await?
                }
                appended
            }
        };
        if !self.pause.is_zero() {
            tokio::time::sleep(self.pause).await;
        }
        Ok(appended)
    }

    /// Enters an order; the same terms again are no error.
    pub async fn add_order(&self, new: &NewOrder) -> Result<(), Error> {
        let added = self.commit(Write::Order(new)).await?;
        if added == Appended::Taken && self.terms(new.order.id().as_str()).await? != *new {
            return Err(Error::OrderExists(new.order.id().to_string()));
        }
        Ok(())
    }

    async fn terms(&self, order_id: &str) -> Result<NewOrder, Error> {
        let row = sqlx::query(
            "SELECT order_id, provider, gateway, provider_order, amount, currency FROM orders WHERE order_id = $1",
        )
        .bind(order_id)
        .fetch_optional(&self.pool)
        .await?;
        read_terms(&row.ok_or_else(|| Error::NoOrder(order_id.to_owned()))?)
    }

    /// Which order the provider means.
    pub async fn order_of(&self, provider: Provider, provider_order: &str) -> Result<Option<String>, Error> {
        let row = sqlx::query("SELECT order_id FROM orders WHERE provider = $1 AND provider_order = $2")
            .bind(provider.as_str())
            .bind(provider_order)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// Loads an order and replays its events.
    pub async fn book(&self, order_id: &str) -> Result<Book, Error> {
        let terms = self.terms(order_id).await?;
        let rows =
            sqlx::query("SELECT transaction_id, sequence, event FROM events WHERE order_id = $1 ORDER BY position")
                .bind(order_id)
                .fetch_all(&self.pool)
                .await?;
        let log = rows.iter().map(read_event).collect::<Result<Vec<_>, _>>()?;
        Book::replay(terms, log)
    }

    /// Stores events, outbox rows, the webhook's id and a contradiction together. A place that is taken stores nothing.
    pub(crate) async fn append(&self, entry: Entry<'_>) -> Result<Appended, Error> {
        self.commit(Write::Entry(entry)).await
    }

    /// Whether this webhook's events are stored already.
    pub async fn has_seen(&self, provider: Provider, webhook_id: &str) -> Result<bool, Error> {
        let row = sqlx::query("SELECT 1 FROM webhooks_seen WHERE provider = $1 AND webhook_id = $2")
            .bind(provider.as_str())
            .bind(webhook_id)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.is_some())
    }

    /// Takes a row that was never sent, until the lease ends. Only one worker gets it.
    pub async fn claim(&self, ticket: &Ticket, lease_until: Time) -> Result<bool, Error> {
        Ok(self.commit(Write::Claim(ticket, lease_until)).await? == Appended::Stored)
    }

    /// What is open: requests never sent, requests whose worker's lease ended, requests to ask the provider about.
    pub async fn open_work(&self, now: Time) -> Result<Vec<(Ticket, String)>, Error> {
        let rows = sqlx::query(
            "SELECT order_id, transaction_id, operation, number, step FROM outbox
             WHERE step <> 'sending' OR lease_until <= $1 ORDER BY order_id, transaction_id, operation, number",
        )
        .bind(now.timestamp_millis())
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &AnyRow| -> Result<(Ticket, String), Error> {
            let operation: String = row.try_get(2)?;
            let operation = Operation::ALL.into_iter().find(|known| known.as_str() == operation);
            let ticket = Ticket {
                order: row.try_get(0)?,
                transaction: row.try_get(1)?,
                operation: operation.ok_or(sqlx::Error::RowNotFound)?,
                number: u32::try_from(row.try_get::<i64, _>(3)?).map_err(|_| sqlx::Error::RowNotFound)?,
            };
            Ok((ticket, row.try_get(4)?))
        };
        rows.iter().map(read).collect()
    }

    /// How many rows a table has: events, outbox, webhooks, contradictions.
    pub async fn counts(&self) -> Result<[i64; 4], Error> {
        let row = sqlx::query(
            "SELECT (SELECT COUNT(*) FROM events), (SELECT COUNT(*) FROM outbox),
                    (SELECT COUNT(*) FROM webhooks_seen), (SELECT COUNT(*) FROM conflicts)",
        )
        .fetch_one(&self.pool)
        .await?;
        Ok([row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?])
    }

    /// The contradictions of an order: code and sentence.
    pub async fn conflicts(&self, order_id: &str) -> Result<Vec<(String, String)>, Error> {
        let rows = sqlx::query("SELECT code, sentence FROM conflicts WHERE order_id = $1 ORDER BY seen_at")
            .bind(order_id)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    /// Keeps a payload that cannot be read, for a person.
    pub async fn keep_unreadable(&self, unreadable: Contradiction<'_>) -> Result<(), Error> {
        self.commit(Write::Unreadable(unreadable)).await.map(drop)
    }

    /// Every order's id.
    pub async fn order_ids(&self) -> Result<Vec<String>, Error> {
        let rows = sqlx::query("SELECT order_id FROM orders ORDER BY order_id").fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }
}

/// The statements of one write.
pub(crate) async fn execute(db: &mut sqlx::Transaction<'_, Any>, write: &Write<'_>) -> Result<Appended, sqlx::Error> {
    match write {
        Write::Order(new) => insert_order(db, new).await,
        Write::Entry(entry) => insert_entry(db, entry).await,
        Write::Claim(ticket, lease_until) => claim_row(db, ticket, *lease_until).await,
        Write::Unreadable(unreadable) => {
            insert_conflict(db, "", unreadable).await?;
            Ok(Appended::Stored)
        }
    }
}

/// Whether something was written, or somebody else had been there.
fn once(done: &sqlx::any::AnyQueryResult) -> Appended {
    if done.rows_affected() == 1 { Appended::Stored } else { Appended::Taken }
}

async fn insert_order(db: &mut sqlx::Transaction<'_, Any>, new: &NewOrder) -> Result<Appended, sqlx::Error> {
    let amount = new.order.amount();
    let insert = sqlx::query(
        "INSERT INTO orders (order_id, provider, gateway, provider_order, amount, currency)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
    );
    let insert = insert.bind(new.order.id().as_str()).bind(new.provider.as_str()).bind(&new.gateway);
    let insert = insert.bind(&new.provider_order).bind(amount.major_text()).bind(amount.currency().code());
    Ok(once(&insert.execute(&mut **db).await?))
}

async fn claim_row(
    db: &mut sqlx::Transaction<'_, Any>,
    ticket: &Ticket,
    lease_until: Time,
) -> Result<Appended, sqlx::Error> {
    let update = sqlx::query(
        "UPDATE outbox SET step = 'sending', lease_until = $4
         WHERE transaction_id = $1 AND operation = $2 AND number = $3 AND step = 'send'",
    );
    let update = update.bind(&ticket.transaction).bind(ticket.operation.as_str());
    let update = update.bind(i64::from(ticket.number)).bind(lease_until.timestamp_millis());
    Ok(once(&update.execute(&mut **db).await?))
}

/// In the order in which it may fail.
async fn insert_entry(db: &mut sqlx::Transaction<'_, Any>, entry: &Entry<'_>) -> Result<Appended, sqlx::Error> {
    let Entry { book, after, events, webhook, contradiction } = entry;
    let order_id = book.order().id().as_str();
    if let Some(webhook_id) = webhook {
        let new =
            sqlx::query("INSERT INTO webhooks_seen (provider, webhook_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                .bind(book.terms.provider.as_str())
                .bind(*webhook_id)
                .execute(&mut **db)
                .await?;
        if new.rows_affected() == 0 {
            return Ok(Appended::SeenBefore);
        }
    }
    for (place, event) in (1..).zip(*events) {
        sqlx::query(
            "INSERT INTO events (transaction_id, sequence, order_id, position, event) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(event.transaction.as_str())
        .bind(i64::from(event.sequence))
        .bind(order_id)
        .bind(book.position + place)
        .bind(serde_json::to_string(event).map_err(|error| sqlx::Error::Encode(error.into()))?)
        .execute(&mut **db)
        .await?;
    }
    let before = book.find(after.id().as_str());
    for (operation, number, step) in outbox_steps(before, after, events) {
        let statement = match step {
            Step::Done => {
                sqlx::query("DELETE FROM outbox WHERE transaction_id = $1 AND operation = $2 AND number = $3")
            }
            Step::Send | Step::Ask => sqlx::query(
                "INSERT INTO outbox (transaction_id, operation, number, order_id, step, lease_until)
                 VALUES ($1, $2, $3, $4, $5, 0)
                 ON CONFLICT (transaction_id, operation, number) DO UPDATE SET step = excluded.step, lease_until = 0",
            ),
        };
        let keyed = statement.bind(after.id().as_str()).bind(operation.as_str()).bind(i64::from(number));
        match step {
            Step::Done => keyed.execute(&mut **db).await?,
            Step::Send => keyed.bind(order_id).bind("send").execute(&mut **db).await?,
            Step::Ask => keyed.bind(order_id).bind("ask").execute(&mut **db).await?,
        };
    }
    if let Some(contradiction) = contradiction {
        insert_conflict(db, order_id, contradiction).await?;
    }
    Ok(Appended::Stored)
}

async fn insert_conflict(
    db: &mut sqlx::Transaction<'_, Any>,
    order_id: &str,
    Contradiction { code, sentence, payload }: &Contradiction<'_>,
) -> Result<(), sqlx::Error> {
    let insert = "INSERT INTO conflicts (order_id, seen_at, code, sentence, payload) VALUES ($1, $2, $3, $4, $5)";
    let seen_at = crate::book::now().timestamp_millis();
    let row = sqlx::query(insert).bind(order_id).bind(seen_at).bind(*code).bind(sentence).bind(*payload);
    row.execute(&mut **db).await.map(drop)
}

/// A unique key says that another writer was first; so do PostgreSQL's own words for a lost race.
pub(crate) fn is_taken(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    error.is_unique_violation() || matches!(error.code().as_deref(), Some("40001" | "40P01"))
}

fn read_terms(row: &AnyRow) -> Result<NewOrder, Error> {
    let text = |column| row.try_get::<String, _>(column);
    let currency = Currency::from_code(&text(5)?)?;
    Ok(NewOrder {
        order: Order::new(text(0)?.parse()?, Money::parse(&text(4)?, currency)?),
        provider: if text(1)? == Provider::Razorpay.as_str() { Provider::Razorpay } else { Provider::Juspay },
        gateway: text(2)?,
        provider_order: text(3)?,
    })
}

fn read_event(row: &AnyRow) -> Result<RecordedEvent, Error> {
    let (transaction, sequence): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
    let text: String = row.try_get(2)?;
    serde_json::from_str(&text).map_err(|error| Error::Stored { transaction, sequence, problem: error.to_string() })
}
