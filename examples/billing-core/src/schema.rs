//! The tables, as migrations. Both databases read the same text: only types and clauses that both know.
//!
//! A version is never edited once it was released: what changes is a new version at the end.

/// The versions, the oldest first: each is applied once, in one database transaction with its number.
pub const VERSIONS: &[&[&str]] = &[FIRST, SECOND];

/// Which version a database has.
pub const VERSION_TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY)";

/// As the first databases have it; those have no `schema_version` yet, so it takes what it finds.
const FIRST: &[&str] = &[
    // What the merchant expects to be paid, and the name that the provider has for it.
    "CREATE TABLE IF NOT EXISTS orders (
        order_id       TEXT PRIMARY KEY,
        provider       TEXT NOT NULL,
        gateway        TEXT NOT NULL,
        provider_order TEXT NOT NULL,
        amount         TEXT NOT NULL,
        currency       TEXT NOT NULL,
        UNIQUE (provider, provider_order)
    )",
    // Append-only, the truth. The primary key is the lock of a transaction's log, the second key that of an order whose
    // transactions are decided together.
    "CREATE TABLE IF NOT EXISTS events (
        transaction_id TEXT   NOT NULL,
        sequence       BIGINT NOT NULL,
        order_id       TEXT   NOT NULL REFERENCES orders,
        position       BIGINT NOT NULL,
        event          TEXT   NOT NULL,
        PRIMARY KEY (transaction_id, sequence),
        UNIQUE (order_id, position)
    )",
    // One row for every request that is open; written and deleted with the event that says so.
    "CREATE TABLE IF NOT EXISTS outbox (
        transaction_id TEXT   NOT NULL,
        operation      TEXT   NOT NULL,
        number         BIGINT NOT NULL,
        order_id       TEXT   NOT NULL REFERENCES orders,
        step           TEXT   NOT NULL,
        lease_until    BIGINT NOT NULL,
        PRIMARY KEY (transaction_id, operation, number)
    )",
    "CREATE TABLE IF NOT EXISTS webhooks_seen (
        provider   TEXT NOT NULL,
        webhook_id TEXT NOT NULL,
        PRIMARY KEY (provider, webhook_id)
    )",
    "CREATE TABLE IF NOT EXISTS conflicts (
        order_id TEXT   NOT NULL,
        seen_at  BIGINT NOT NULL,
        code     TEXT   NOT NULL,
        sentence TEXT   NOT NULL,
        payload  TEXT   NOT NULL
    )",
];

const SECOND: &[&str] = &[
    // step: `send` (never sent, or refused before it was tried), `sending` (by the worker that claimed it), `ask`
    // (unknown or pending: ask the provider).
    // due_at: nobody may claim the row before; a claim moves it by the lease. All times are the database's own clock.
    "ALTER TABLE outbox RENAME COLUMN lease_until TO due_at",
    // attempt: the fence. Each claim raises it, and whoever claimed writes only where it is still theirs.
    "ALTER TABLE outbox ADD COLUMN attempt BIGINT NOT NULL DEFAULT 0",
    // tries: how often it was left open; the pause grows with it, and at the cap it waits for a person.
    "ALTER TABLE outbox ADD COLUMN tries BIGINT NOT NULL DEFAULT 0",
    // quiet_at: from then on nothing that was sent for it can still be on its way.
    "ALTER TABLE outbox ADD COLUMN quiet_at BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE outbox ADD COLUMN opened_at BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE outbox ADD COLUMN note TEXT NOT NULL DEFAULT ''",
    "UPDATE outbox SET quiet_at = due_at",
    "CREATE INDEX outbox_due ON outbox (due_at)",
    "CREATE INDEX outbox_order ON outbox (order_id)",
    // poll_at: when the sweep asks for the order again; 0 is never.
    "ALTER TABLE orders ADD COLUMN poll_at BIGINT NOT NULL DEFAULT 0",
    "UPDATE orders SET poll_at = 1",
    "CREATE INDEX orders_poll ON orders (poll_at)",
    // Webhooks as they came. state: `new`, `done`, `unread` (nobody can read it), `foreign` (of no order of ours).
    "CREATE TABLE inbox (
        provider    TEXT   NOT NULL,
        webhook_id  TEXT   NOT NULL,
        body        TEXT   NOT NULL,
        received_at BIGINT NOT NULL,
        state       TEXT   NOT NULL,
        due_at      BIGINT NOT NULL,
        tries       BIGINT NOT NULL,
        note        TEXT   NOT NULL,
        PRIMARY KEY (provider, webhook_id)
    )",
    "CREATE INDEX inbox_due ON inbox (state, due_at)",
    "INSERT INTO inbox SELECT provider, webhook_id, '', 0, 'done', 0, 0, '' FROM webhooks_seen",
    "DROP TABLE webhooks_seen",
    // What a person must look at. kind: `conflict` (what a provider says contradicts the books; nothing was changed) or
    // `alarm`. One row however often it is seen; closed_at is 0 while it is open.
    "CREATE TABLE cases (
        case_id        TEXT   PRIMARY KEY,
        kind           TEXT   NOT NULL,
        order_id       TEXT   NOT NULL,
        transaction_id TEXT   NOT NULL,
        code           TEXT   NOT NULL,
        sentence       TEXT   NOT NULL,
        payload        TEXT   NOT NULL,
        first_at       BIGINT NOT NULL,
        last_at        BIGINT NOT NULL,
        times          BIGINT NOT NULL,
        closed_at      BIGINT NOT NULL,
        closing        TEXT   NOT NULL
    )",
    "CREATE INDEX cases_open ON cases (closed_at, order_id)",
    "INSERT INTO cases SELECT 'first-' || order_id || '-' || code, 'conflict', order_id, '', code, MAX(sentence),
        MAX(payload), MIN(seen_at), MAX(seen_at), COUNT(*), 0, '' FROM conflicts GROUP BY order_id, code",
    "DROP TABLE conflicts",
    // Written by the health check: a database that only reads is not healthy.
    "CREATE TABLE health (name TEXT PRIMARY KEY, seen_at BIGINT NOT NULL)",
];

/// Set on every SQLite connection. `FULL` and not `NORMAL`: a request is sent only after its event is on the disk, and
/// that has to be true after a power cut as well.
pub const SQLITE: &[&str] = &[
    "PRAGMA busy_timeout = 10000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
];

/// Milliseconds by the database's clock, as `now_ms()` in every statement. Machines' clocks differ; this one is one.
#[must_use]
pub fn clocked(text: &str, is_sqlite: bool) -> String {
    let clock = if is_sqlite {
        "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
    } else {
        "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
    };
    text.replace("now_ms()", clock)
}
