//! The one connection that writes to SQLite: it takes one writer at a time, and every commit waits for the disk, so
//! those who wait share a commit. PostgreSQL does that by itself.
//!
//! A task owns the connection, so that nobody's cancellation leaves it inside a transaction; and whatever goes wrong,
//! the connection is closed, since SQLite may have ended the transaction by itself (a full disk does).

use sqlx::{AnyConnection, AnyPool};
use tokio::sync::{mpsc, oneshot};

use crate::error::Error;
use crate::write::{Appended, Db, Statement, Written, count};

type Waiting = (Vec<Statement>, oneshot::Sender<Result<Written, Error>>);

/// The way to the writer.
#[derive(Clone, Debug)]
pub(crate) struct Writer(mpsc::Sender<Waiting>);

/// How many writes share a commit at most.
const MOST: usize = 64;

impl Writer {
    pub(crate) fn start(pool: AnyPool) -> Self {
        let (to, mut jobs) = mpsc::channel::<Waiting>(1024);
        tokio::spawn(async move {
            let mut batch = Vec::new();
            while jobs.recv_many(&mut batch, MOST).await > 0 {
                let all: Vec<&[Statement]> = batch.iter().map(|(job, _)| &**job).collect();
                let mut results = together(&pool, &all).await;
                if all.len() > 1 && results.iter().any(|result| matches!(result, Err(Error::Database(_)))) {
                    // One of them is at fault, and only that one shall fail.
                    results = Vec::new();
                    for job in all {
                        results.extend(together(&pool, &[job]).await);
                    }
                }
                for ((_, to), result) in batch.drain(..).zip(results) {
                    let _ = to.send(result);
                }
            }
        });
        Self(to)
    }

    pub(crate) async fn run(&self, job: Vec<Statement>) -> Result<Written, Error> {
        let (to, answer) = oneshot::channel();
        self.0.send((job, to)).await.map_err(|_| Error::Database(sqlx::Error::WorkerCrashed))?;
        answer.await.map_err(|_| Error::Database(sqlx::Error::WorkerCrashed))?
    }
}

/// One transaction for all of them. Where it fails before the commit, nothing is stored and each hears of it.
async fn together(pool: &AnyPool, jobs: &[&[Statement]]) -> Vec<Result<Written, Error>> {
    let mut connection = match pool.acquire().await {
        Ok(connection) => connection,
        Err(error) => return jobs.iter().map(|_| Err(failed(&error))).collect(),
    };
    if let [job @ [_]] = jobs {
        let written = Db { connection: &mut connection, is_sqlite: true }.alone(job).await;
        if written.is_err() {
            let _ = connection.close().await;
        }
        return vec![written];
    }
    match attempt(&mut connection, jobs).await {
        // Of one that is alone and not stored, nothing is.
        Ok(all) => match execute(&mut connection, if is_lost(&all) { "ROLLBACK" } else { "COMMIT" }).await {
            Ok(()) => all.into_iter().map(Ok).collect(),
            Err(error) => {
                // Closed, and with it whatever was left open.
                let _ = connection.close().await;
                let problem = error.to_string();
                jobs.iter().map(|_| Err(Error::CommitUnknown { problem: problem.clone() })).collect()
            }
        },
        Err(error) => {
            let _ = connection.close().await;
            jobs.iter().map(|_| Err(failed(&error))).collect()
        }
    }
}

fn is_lost(all: &[Written]) -> bool {
    matches!(all, [(appended, _)] if *appended != Appended::Stored)
}

/// Each behind a savepoint of its own, unless it is alone.
async fn attempt(connection: &mut AnyConnection, jobs: &[&[Statement]]) -> Result<Vec<Written>, sqlx::Error> {
    // The write lock at once: a transaction that reads first and writes later could not wait for it.
    execute(connection, "BEGIN IMMEDIATE").await?;
    let mut all = Vec::new();
    for job in jobs {
        if jobs.len() > 1 {
            execute(connection, "SAVEPOINT one").await?;
        }
        let written = Db { connection, is_sqlite: true }.all(job).await?;
        if jobs.len() > 1 {
            if written.0 != Appended::Stored {
                execute(connection, "ROLLBACK TO one").await?;
            }
            execute(connection, "RELEASE one").await?;
        }
        all.push(written);
    }
    Ok(all)
}

async fn execute(connection: &mut AnyConnection, text: &'static str) -> Result<(), sqlx::Error> {
    count();
    sqlx::query(text).execute(connection).await.map(drop)
}

/// Each of a batch hears the same error, which cannot be cloned.
fn failed(error: &sqlx::Error) -> Error {
    Error::Database(sqlx::Error::Protocol(error.to_string()))
}
