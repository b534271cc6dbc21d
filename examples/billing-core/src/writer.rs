//! The one connection that writes to SQLite: it takes one writer at a time, and every commit waits for the disk, so
//! those who wait share a commit. PostgreSQL does that by itself.
//!
//! A task owns the connection, so that nobody's cancellation leaves it inside a transaction; and whatever goes wrong,
//! the connection is closed, since SQLite may have ended the transaction by itself (a full disk does).

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AnyPool};
use tokio::sync::{mpsc, oneshot};

use crate::error::Error;
use crate::store::is_taken;
use crate::write::{Appended, Db, Entry, Value, count};

/// What is to be written.
pub(crate) enum Job {
    /// Events and what goes with them.
    Entry(Box<Entry>),
    /// One statement, with its values.
    Rows(&'static str, Vec<Value>),
}

/// What became of it.
pub(crate) enum Done {
    /// Of an entry.
    Entry(Appended),
    /// What the statement gives.
    Rows(Vec<AnyRow>),
}

type Waiting = (Job, oneshot::Sender<Result<Done, Error>>);

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
                let all: Vec<&Job> = batch.iter().map(|(job, _)| job).collect();
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

    pub(crate) async fn run(&self, job: Job) -> Result<Done, Error> {
        let (to, answer) = oneshot::channel();
        let gone = |_| Error::Database(sqlx::Error::WorkerCrashed);
        self.0.send((job, to)).await.map_err(|_| Error::Database(sqlx::Error::WorkerCrashed))?;
        answer.await.map_err(gone)?
    }
}

/// One transaction for all of them. Where it fails before the commit, nothing is stored and each hears of it.
async fn together(pool: &AnyPool, jobs: &[&Job]) -> Vec<Result<Done, Error>> {
    let mut connection = match pool.acquire().await {
        Ok(connection) => connection,
        Err(error) => return jobs.iter().map(|_| Err(failed(&error))).collect(),
    };
    if let [job @ Job::Rows(..)] = jobs {
        // One statement is a transaction of its own.
        let done = run(&mut connection, job).await;
        if done.is_err() {
            let _ = connection.close().await;
        }
        return vec![done.map_err(|error| failed(&error))];
    }
    match attempt(&mut connection, jobs).await {
        Ok((done, false)) => done.into_iter().map(Ok).collect(),
        Ok((done, true)) => match execute(&mut connection, "COMMIT").await {
            Ok(()) => done.into_iter().map(Ok).collect(),
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

/// Each behind a savepoint of its own, unless it is alone. Gives whether there is something to commit, too.
async fn attempt(connection: &mut AnyConnection, jobs: &[&Job]) -> Result<(Vec<Done>, bool), sqlx::Error> {
    // The write lock at once: a transaction that reads first and writes later could not wait for it.
    execute(connection, "BEGIN IMMEDIATE").await?;
    let mut all = Vec::new();
    for job in jobs {
        if jobs.len() > 1 {
            execute(connection, "SAVEPOINT one").await?;
        }
        let done = match run(connection, job).await {
            Ok(done) => done,
            Err(error) if is_taken(&error) => Done::Entry(Appended::Taken),
            Err(error) => return Err(error),
        };
        match (jobs.len() > 1, !matches!(done, Done::Entry(Appended::Taken | Appended::Fenced | Appended::InFlight))) {
            (true, true) => execute(connection, "RELEASE one").await?,
            (true, false) => {
                execute(connection, "ROLLBACK TO one").await?;
                execute(connection, "RELEASE one").await?;
            }
            (false, true) => {}
            (false, false) => {
                execute(connection, "ROLLBACK").await?;
                return Ok((vec![done], false));
            }
        }
        all.push(done);
    }
    Ok((all, true))
}

async fn run(connection: &mut AnyConnection, job: &Job) -> Result<Done, sqlx::Error> {
    let mut db = Db { connection, is_sqlite: true };
    match job {
        Job::Entry(entry) => db.entry(entry).await.map(Done::Entry),
        Job::Rows(text, values) => db.rows(text, values).await.map(Done::Rows),
    }
}

async fn execute(connection: &mut AnyConnection, text: &'static str) -> Result<(), sqlx::Error> {
    count();
    sqlx::query(text).execute(connection).await.map(drop)
}

/// Each of a batch hears the same error, which cannot be cloned.
fn failed(error: &sqlx::Error) -> Error {
    Error::Database(sqlx::Error::Protocol(error.to_string()))
}
