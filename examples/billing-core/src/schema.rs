//! The tables. Both databases read the same text: only types and clauses that both know.

/// Created where they are missing, in this order.
pub const TABLES: &[&str] = &[
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
    // step: send (never sent), sending (by a worker, until its lease ends), ask (unknown or pending: ask the provider).
    "CREATE TABLE IF NOT EXISTS outbox (
        transaction_id TEXT   NOT NULL,
        operation      TEXT   NOT NULL,
        number         BIGINT NOT NULL,
        order_id       TEXT   NOT NULL REFERENCES orders,
        step           TEXT   NOT NULL,
        lease_until    BIGINT NOT NULL,
        PRIMARY KEY (transaction_id, operation, number)
    )",
    // Ids of webhooks whose events are stored.
    "CREATE TABLE IF NOT EXISTS webhooks_seen (
        provider   TEXT NOT NULL,
        webhook_id TEXT NOT NULL,
        PRIMARY KEY (provider, webhook_id)
    )",
    // What contradicts the books: nothing was changed, a person must look. The text is kept as it came.
    // Webhooks that cannot be read stand here too, under no order.
    "CREATE TABLE IF NOT EXISTS conflicts (
        order_id TEXT   NOT NULL,
        seen_at  BIGINT NOT NULL,
        code     TEXT   NOT NULL,
        sentence TEXT   NOT NULL,
        payload  TEXT   NOT NULL
    )",
];

/// Set on every SQLite connection. `FULL` and not `NORMAL`: a request is sent only after its event is on the disk, and
/// that has to be true after a power cut as well.
pub const SQLITE: &[&str] = &[
    "PRAGMA busy_timeout = 10000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
];
