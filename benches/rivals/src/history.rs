//! A whole history read back: JSON Lines of many transactions, decoded alone, and decoded and replayed.
//!
//! The two take turns on one piece of the file after the other, so that what else the machine does meets both.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Read as _, Result, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::thread::scope;
use std::time::{Duration, Instant};

use order_capture::{Order, RecordedEvent, Transaction};

use crate::workload::{Kind, logs, order};

/// How many pieces the file is read in, by turns.
const PIECES: u64 = 40;

/// What one pass over the file came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pass {
    /// Events decoded.
    pub events: u64,
    /// Transactions brought to their last state; 0 where nothing was replayed.
    pub transactions: u64,
    /// How long it took.
    pub time: Duration,
}

impl Pass {
    fn add(&mut self, other: Self) {
        self.events += other.events;
        self.transactions += other.transactions;
        self.time += other.time;
    }
}

/// A file of logs, one event a line, the events of a transaction side by side.
#[derive(Debug)]
pub struct History {
    path: PathBuf,
    /// Where each piece begins: always with a transaction's first event. The last is the end of the file.
    begins: Vec<u64>,
    order: Order,
}

impl Drop for History {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

impl History {
    /// Writes the file: this many transactions of eight events each, requests under keys.
    ///
    /// # Errors
    /// Of the file system.
    pub fn write(path: &Path, transactions: usize) -> Result<Self> {
        const AT_ONCE: usize = 1_000;
        let mut file = BufWriter::new(File::create(path)?);
        let (mut begins, mut at) = (vec![0], 0);
        let pieces = usize::try_from(PIECES).expect("it fits");
        let batches = transactions.div_ceil(AT_ONCE);
        for batch in 0..batches {
            for log in logs(Kind { events: 8, keyed: true, dirty: false }, AT_ONCE, batch as u64) {
                for event in &log.events {
                    let line = serde_json::to_string(event).expect("it serializes");
                    writeln!(file, "{line}")?;
                    at += line.len() as u64 + 1;
                }
            }
            if (batch + 1) % batches.div_ceil(pieces) == 0 || batch + 1 == batches {
                begins.push(at);
            }
        }
        file.flush()?;
        Ok(Self { path: path.to_owned(), begins, order: order() })
    }

    /// The length of the file.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.begins.last().copied().unwrap_or_default()
    }

    /// The whole file twice on one core: decoded alone, and decoded and replayed, a piece of each by turns.
    ///
    /// # Errors
    /// Of the file system.
    pub fn by_turns(&self) -> Result<(Pass, Pass)> {
        let (mut alone, mut replayed) = (Pass::default(), Pass::default());
        for piece in self.begins.windows(2) {
            let (from, to) = (piece[0], piece[1]);
            alone.add(self.decode(from, to)?);
            replayed.add(self.replay(from, to)?);
        }
        Ok((alone, replayed))
    }

    /// Decoded and replayed on this many cores, each with its own pieces; the time is the wall's.
    ///
    /// # Errors
    /// Of the file system.
    ///
    /// # Panics
    /// Where a thread did.
    pub fn on_cores(&self, cores: usize) -> Result<Pass> {
        let began = Instant::now();
        let work = |core: usize| -> Result<Pass> {
            let mut all = Pass::default();
            for piece in self.begins.windows(2).skip(core).step_by(cores) {
                all.add(self.replay(piece[0], piece[1])?);
            }
            Ok(all)
        };
        let passes: Result<Vec<Pass>> = scope(|scope| {
            let threads: Vec<_> = (0..cores).map(|core| scope.spawn(move || work(core))).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        let mut all = Pass::default();
        passes?.into_iter().for_each(|pass| all.add(pass));
        Ok(Pass { time: began.elapsed(), ..all })
    }

    /// The transactions of the first pieces, to keep.
    ///
    /// # Errors
    /// Of the file system.
    pub fn keep(&self, pieces: usize) -> Result<Vec<Transaction>> {
        let mut kept = Vec::new();
        let to = self.begins.get(pieces).copied().unwrap_or_else(|| self.bytes());
        self.each_transaction(0, to, |transaction| kept.push(transaction))?;
        kept.shrink_to_fit();
        Ok(kept)
    }

    fn decode(&self, from: u64, to: u64) -> Result<Pass> {
        let began = Instant::now();
        let mut events = 0;
        self.each_event(from, to, |event| {
            drop(std::hint::black_box(event));
            events += 1;
        })?;
        Ok(Pass { events, transactions: 0, time: began.elapsed() })
    }

    fn replay(&self, from: u64, to: u64) -> Result<Pass> {
        let began = Instant::now();
        let mut transactions = 0;
        let events = self.each_transaction(from, to, |transaction| {
            drop(std::hint::black_box(transaction));
            transactions += 1;
        })?;
        Ok(Pass { events, transactions, time: began.elapsed() })
    }

    fn each_transaction(&self, from: u64, to: u64, mut done: impl FnMut(Transaction)) -> Result<u64> {
        let (mut current, mut events) = (None::<Transaction>, 0);
        self.each_event(from, to, |event| {
            if current.as_ref().is_none_or(|current| *current.id() != event.transaction) {
                let next = Transaction::created(&self.order, event.transaction.clone());
                current.replace(next).into_iter().for_each(&mut done);
            }
            let transaction = current.as_mut().expect("made above");
            let _ = transaction.apply(&event).expect("a legal log");
            events += 1;
        })?;
        current.into_iter().for_each(done);
        Ok(events)
    }

    fn each_event(&self, from: u64, to: u64, mut take: impl FnMut(RecordedEvent)) -> Result<()> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(from))?;
        let mut lines = BufReader::with_capacity(1 << 20, file.take(to - from));
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line)? > 0 {
            take(serde_json::from_slice(&line).expect("an event"));
            line.clear();
        }
        Ok(())
    }
}
