//! One commit for several writers, for SQLite: it takes one writer at a time, and every commit waits for the disk.
//!
//! Whoever comes while a commit is under way shares the next one. Each write stands behind a savepoint of its own, and
//! nobody hears of a write before the commit that holds it: what is sent to a provider is on the disk.

use std::sync::Arc;

use sqlx::{Acquire, Any, AnyPool};
use tokio::sync::{Mutex, watch};

use crate::error::Error;
use crate::store::{Appended, Write, execute, is_taken};

/// The transaction that is open for whoever comes next.
#[derive(Debug, Default)]
pub(crate) struct Group {
    /// First come, first served: the leader asks for it last, after those who waited with it.
    open: Arc<Mutex<Option<Open>>>,
}

#[derive(Debug)]
struct Open {
    db: sqlx::Transaction<'static, Any>,
    committed: watch::Sender<bool>,
}

impl Group {
    /// Writes, and waits for the commit.
    pub(crate) async fn write(&self, pool: &AnyPool, write: &Write<'_>) -> Result<Appended, Error> {
        let (appended, mut committed) = {
            let mut slot = self.open.lock().await;
            let open = match &mut *slot {
                Some(open) => open,
                none => {
                    // The write lock at once: a transaction that reads first and writes later could not wait for it.
                    let db = pool.begin_with("BEGIN IMMEDIATE").await?;
                    self.lead();
                    none.insert(Open { db, committed: watch::Sender::new(false) })
                }
            };
            let mut own = open.db.begin().await?;
            let appended = match execute(&mut own, write).await {
                Ok(appended) => appended,
                Err(error) if is_taken(&error) => Appended::Taken,
                Err(error) => return Err(error.into()),
            };
            if appended == Appended::Stored {
                own.commit().await?
            } else {
                own.rollback().await?
            }
            (appended, open.committed.subscribe())
        };
        // A sender that is gone did not commit.
        let done = committed.wait_for(|done| *done).await;
        done.map(|_| appended).map_err(|_| sqlx::Error::WorkerCrashed.into())
    }

    /// Commits once those who wait have written.
    fn lead(&self) {
        let group = Arc::clone(&self.open);
        tokio::spawn(async move {
            let mut slot = group.lock().await;
            if let Some(Open { db, committed }) = slot.take()
                && db.commit().await.is_ok()
            {
                committed.send_replace(true);
            }
        });
    }
}
