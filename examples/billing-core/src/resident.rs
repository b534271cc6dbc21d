//! The worker that stays: reads the inbox, sends and finds out, and sweeps; until it is told to stop, and then it
//! finishes what it has begun. `reconcile` is the same work, for as long as there is some.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{info, warn};

use crate::core::Core;
use crate::error::Error;

/// How long it rests when nothing is due.
const REST: Duration = Duration::from_millis(200);

/// What there is to be done again and again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Work {
    Inbox,
    Requests,
    Sweep,
}

/// What a reconciliation did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Requests sent for the first time.
    pub sent: u64,
    /// Requests whose worker had died.
    pub abandoned: u64,
    /// Polls.
    pub polled: u64,
    /// Requests sent again.
    pub repeated: u64,
    /// Requests that still wait for the provider.
    pub open: u64,
    /// Requests and contradictions that wait for a person.
    pub for_a_person: u64,
    /// Rounds over the open work.
    pub rounds: u32,
}

impl Core {
    /// One round over the requests that are due. Gives how many. What goes wrong with one is its own: it is noted at
    /// its row, tried again after a pause, and in nobody's way.
    pub async fn round(self: &Arc<Self>) -> Result<usize, Error> {
        let due = self.store.due(self.settings.tries).await?;
        let count = due.len();
        let mut all = JoinSet::new();
        for ticket in due {
            if all.len() >= self.settings.workers {
                all.join_next().await;
            }
            let core = Arc::clone(self);
            all.spawn(async move {
                // An error is logged and noted at the row.
                let _ = core.work(&ticket).await;
            });
        }
        while all.join_next().await.is_some() {}
        Ok(count)
    }

    /// Works until `stop` says so, and ends when what it has begun is done. The inbox, the requests and the sweep do
    /// not wait for each other: a provider that is slow is in no webhook's way.
    pub async fn stay(self: Arc<Self>, stop: watch::Receiver<bool>) {
        info!("the worker begins");
        tokio::join!(
            self.keep_on(Work::Inbox, stop.clone()),
            self.keep_on(Work::Requests, stop.clone()),
            self.keep_on(Work::Sweep, stop),
        );
        info!("the worker ends");
    }

    async fn keep_on(self: &Arc<Self>, work: Work, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let done = match work {
                Work::Inbox => self.read_inbox().await,
                Work::Requests => self.round().await,
                Work::Sweep => self.sweep().await,
            };
            let rest = match done {
                Ok(0) => REST,
                Ok(_) => continue,
                Err(error) => {
                    warn!(code = error.code(), %error, "the worker rests");
                    REST * 5
                }
            };
            tokio::select! {
                () = tokio::time::sleep(rest) => {}
                () = self.received.notified(), if work == Work::Inbox => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Works until nothing is open that the workers can do, for at most this many rounds, with a pause between them.
    /// `progress` hears how many requests are open.
    pub async fn reconcile(
        self: &Arc<Self>,
        rounds: u32,
        pause: Duration,
        progress: impl Fn(i64),
    ) -> Result<Report, Error> {
        let did = || {
            let all = [&self.did.sent, &self.did.abandoned, &self.did.polled, &self.did.repeated];
            all.map(|count| count.load(Ordering::Relaxed))
        };
        let before = did();
        let mut report = Report::default();
        for round in 1..=rounds {
            self.read_inbox().await?;
            self.round().await?;
            report.rounds = round;
            let left = self.store.left(self.settings.tries).await?;
            progress(left);
            report.open = u64::try_from(left).unwrap_or_default();
            if left == 0 {
                break;
            }
            tokio::time::sleep(pause).await;
        }
        let after = did();
        let since = |place: usize| after[place] - before[place];
        (report.sent, report.abandoned, report.polled, report.repeated) = (since(0), since(1), since(2), since(3));
        let [_, open, _, cases] = self.store.counts().await?;
        report.for_a_person = u64::try_from(open + cases).unwrap_or_default().saturating_sub(report.open);
        Ok(report)
    }
}
