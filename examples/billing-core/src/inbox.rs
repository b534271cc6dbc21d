//! The raw inbox: what a provider sends is kept as it came before anything of it is read, and read afterwards.
//!
//! So the provider hears 200 whatever is in it, and nothing is lost that cannot be read: `inbox` lists it.

use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};
use sqlx::Row;
use tokio::task::JoinSet;
use tracing::{info, warn};

use crate::core::{Core, count};
use crate::decision::With;
use crate::error::Error;
use crate::observe::{Observed, Source};
use crate::provider::Provider;
use crate::store::{By, Received};
use crate::write::millis;

/// How often a webhook of an order that we do not know is looked at: the order may be entered a moment later.
const FOREIGN_TRIES: i64 = 8;
/// How many webhooks a process keeps to read by itself.
const KEPT: usize = 256;

/// A webhook that is not read: provider, id, state (`new`, `unread`, `foreign`), why, and the text.
pub type Unread = (String, String, String, String, String);

impl Core {
    /// Keeps a webhook as it came. The same again is the same. Gives whether it is new.
    pub async fn receive(&self, provider: Provider, id: Option<&str>, body: &[u8]) -> Result<bool, Error> {
        let digest = || Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let id = id.filter(|id| !id.is_empty() && id.len() <= 255).map_or_else(digest, str::to_owned);
        // What is no text is kept as one, byte by byte.
        let text = String::from_utf8(body.to_vec()).ok().filter(|text| !text.contains('\0'));
        let (body, state) = match text {
            Some(text) => (text, "new"),
            None => (format!("hex:{}", body.iter().map(|byte| format!("{byte:02x}")).collect::<String>()), "unread"),
        };
        // It is read by this process, unless that has enough to read: then by any.
        let lease = if self.kept().len() < KEPT { self.settings.lease } else { Duration::ZERO };
        let insert = "INSERT INTO inbox (provider, webhook_id, body, received_at, state, due_at, tries, note)
                      VALUES ($1, $2, $3, now_ms(), $4, now_ms() + $5, 1, '') ON CONFLICT DO NOTHING RETURNING tries";
        let values = vec![provider.as_str().into(), (&*id).into(), (&*body).into(), state.into(), millis(lease).into()];
        let is_new = !self.store.one(insert, values).await?.is_empty();
        if is_new && state == "new" && !lease.is_zero() {
            self.kept().push(Received { provider, id, body, tries: 1 });
        }
        self.received.notify_one();
        Ok(is_new)
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Received>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those that this process kept; else takes some that are due, until the lease ends: another process takes others.
    pub(crate) async fn take_webhooks(&self) -> Result<Vec<Received>, Error> {
        let kept = std::mem::take(&mut *self.kept());
        if !kept.is_empty() {
            return Ok(kept);
        }
        let claim = "UPDATE inbox SET due_at = now_ms() + $1, tries = tries + 1
                     WHERE (provider, webhook_id) IN (SELECT provider, webhook_id FROM inbox
                        WHERE state = 'new' AND due_at <= now_ms() ORDER BY received_at LIMIT 64)
                     AND due_at <= now_ms() RETURNING provider, webhook_id, body, tries";
        let rows = self.store.one(claim, vec![millis(self.settings.lease).into()]).await?;
        let read = |row: &sqlx::any::AnyRow| -> Result<Received, Error> {
            let provider = Provider::named(&row.try_get::<String, _>(0)?);
            Ok(Received { provider, id: row.try_get(1)?, body: row.try_get(2)?, tries: row.try_get(3)? })
        };
        rows.iter().map(read).collect()
    }

    /// Reads one webhook and stores what follows with the word that it is done.
    pub async fn read_webhook(&self, webhook: &Received) -> Result<Option<Observed>, Error> {
        count(&self.did.webhooks);
        let with = With { webhook: Some((webhook.provider, webhook.id.clone())), ..With::default() };
        let mut seen = self.read(webhook.provider, &webhook.body, None, &with, Source::Told).await;
        if let Err(Error::NotNamed { order }) = &seen {
            // A poll says both of its names, and then it can be told.
            self.poll(self.store.book(order).await?, None).await?;
            seen = self.read(webhook.provider, &webhook.body, None, &with, Source::Told).await;
        }
        let (state, note, observed) = match seen {
            Ok(seen) if seen.observed == Observed::NotOurs => {
                let state = if webhook.tries >= FOREIGN_TRIES { "foreign" } else { "new" };
                (state, "of no order of ours".to_owned(), Some(seen.observed))
            }
            Ok(seen) if seen.observed == Observed::Unpaid => ("done", String::new(), Some(seen.observed)),
            // Done in the same transaction as its events.
            Ok(seen) => return Ok(Some(seen.observed)),
            Err(error) if error.may_retry() && webhook.tries < self.settings.tries => ("new", error.to_string(), None),
            Err(error) => ("unread", format!("{}: {error}", error.code()), None),
        };
        if state != "done" {
            info!(provider = webhook.provider.as_str(), id = webhook.id, state, note, "a webhook is not read");
        }
        let text = "UPDATE inbox SET state = $3, note = $4, due_at = now_ms() + $5
                    WHERE provider = $1 AND webhook_id = $2";
        let pause = self.settings.pause_after(webhook.tries);
        let mut values = vec![webhook.provider.as_str().into(), (&*webhook.id).into(), state.into()];
        values.extend([(&*note).into(), millis(pause).into()]);
        self.store.one(text, values).await?;
        Ok(observed)
    }

    /// Reads what is due, several at once: the crate comes to the same in whatever order they are read. Gives how many;
    /// one that cannot be stored now is left for the next time.
    pub async fn read_inbox(self: &Arc<Self>) -> Result<usize, Error> {
        let all = self.take_webhooks().await?;
        let count = all.len();
        let mut reading = JoinSet::new();
        for webhook in all {
            if reading.len() >= self.settings.workers {
                reading.join_next().await;
            }
            let core = Arc::clone(self);
            reading.spawn(async move {
                if let Err(error) = core.read_webhook(&webhook).await {
                    warn!(id = webhook.id, %error, "a webhook is read later");
                }
            });
        }
        while reading.join_next().await.is_some() {}
        Ok(count)
    }

    /// What is not read: nothing of it is lost.
    pub async fn unread(&self) -> Result<Vec<Unread>, Error> {
        let text =
            "SELECT provider, webhook_id, state, note, body FROM inbox WHERE state <> 'done' ORDER BY received_at";
        let rows = self.store.rows(text, &[]).await?;
        let read = |row: &sqlx::any::AnyRow| -> Result<Unread, Error> {
            Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?, row.try_get(4)?))
        };
        rows.iter().map(read).collect()
    }

    /// Reads again what could not be read: after a profile has a new row, or an order was entered.
    pub async fn read_again(&self) -> Result<usize, Error> {
        let text = "UPDATE inbox SET state = 'new', due_at = 0, tries = 0 WHERE state IN ('unread', 'foreign')
                    AND body NOT LIKE 'hex:%' RETURNING webhook_id";
        Ok(self.store.one(text, vec![]).await?.len())
    }

    /// Reads a text that was saved from somewhere, at once.
    pub async fn observe(&self, provider: Provider, text: &str) -> Result<Observed, Error> {
        Ok(self.read(provider, text, None, &With::default(), Source::Told).await?.observed)
    }

    /// Asks for every order that is due: open ones, and those closed a short time ago. Gives how many were asked for.
    pub async fn sweep(&self) -> Result<usize, Error> {
        let claim = "UPDATE orders SET poll_at = now_ms() + $1 WHERE order_id IN (SELECT order_id FROM orders
                        WHERE poll_at > 0 AND poll_at <= now_ms() ORDER BY poll_at LIMIT 32)
                     AND poll_at > 0 AND poll_at <= now_ms() RETURNING order_id";
        let rows = self.store.one(claim, vec![millis(self.settings.sweep).into()]).await?;
        for row in &rows {
            let order: String = row.try_get(0)?;
            match self.sweep_order(&order).await {
                Ok(Observed::Applied(events)) => info!(order, events, "the sweep found something new"),
                Ok(Observed::Conflict(code)) => warn!(order, code, "the sweep found a contradiction"),
                Ok(_) => {}
                Err(error) => warn!(order, %error, "the sweep could not ask"),
            }
        }
        Ok(rows.len())
    }

    async fn sweep_order(&self, order: &str) -> Result<Observed, Error> {
        let Some(book) = self.store.find(By::Id(order)).await? else { return Ok(Observed::NotOurs) };
        let polled = self.poll(book, None).await?;
        let last = polled.book.log.last().map(|event| event.observed_at);
        let recent = i64::try_from(self.settings.recent.as_millis()).unwrap_or(i64::MAX);
        let is_old = last.is_some_and(|last| (polled.book.now() - last).num_milliseconds() > recent);
        if polled.book.is_closed() && is_old {
            self.store.one("UPDATE orders SET poll_at = 0 WHERE order_id = $1", vec![order.into()]).await?;
        }
        Ok(polled.observed)
    }
}
