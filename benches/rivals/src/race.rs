//! Times contestants in interleaved rounds: whatever else the machine does hits all of them alike.
//!
//! A slice is short, so that most of them are whole, and the ratio is taken within each round before the median is.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// One contestant: a name, and a closure that does the work once.
pub struct Contestant<'a> {
    /// As in the table.
    pub name: &'static str,
    work: Box<dyn FnMut() + 'a>,
}

impl std::fmt::Debug for Contestant<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Contestant").field(&self.name).finish()
    }
}

impl<'a> Contestant<'a> {
    /// A contestant whose result is looked at, so that it is not optimized away.
    pub fn new<T>(name: &'static str, mut work: impl FnMut() -> T + 'a) -> Self {
        Self { name, work: Box::new(move || drop(black_box(work()))) }
    }

    fn time(&mut self, times: u32) -> Duration {
        let start = Instant::now();
        for _ in 0..times {
            (self.work)();
        }
        start.elapsed()
    }

    /// How many times fill a slice; warms up besides.
    fn calibrate(&mut self) -> u32 {
        let mut times = 1;
        while self.time(times) < SLICE && times < 1 << 24 {
            times *= 2;
        }
        times
    }
}

/// What was measured of one contestant.
#[derive(Clone, Debug)]
pub struct Timing {
    /// Whose.
    pub name: &'static str,
    /// Median nanoseconds of one piece of work.
    pub nanoseconds: f64,
    /// Median of the ratios to the first contestant, round by round.
    pub ratio: f64,
    /// Half the distance between the quartiles of the ratios, as a share of their median: the noise.
    pub noise: f64,
}

/// How long one contestant works in one round.
const SLICE: Duration = Duration::from_micros(250);

/// Runs all contestants `rounds` times, one after the other in each round.
pub fn race(mut contestants: Vec<Contestant<'_>>, rounds: usize) -> Vec<Timing> {
    let times: Vec<u32> = contestants.iter_mut().map(Contestant::calibrate).collect();
    let mut samples = vec![Vec::with_capacity(rounds); contestants.len()];
    for round in 0..rounds {
        for place in 0..contestants.len() {
            // Each round begins with another one.
            let place = (place + round) % contestants.len();
            let elapsed = contestants[place].time(times[place]);
            samples[place].push(elapsed.as_nanos() as f64 / f64::from(times[place]));
        }
    }
    let timing = |(contestant, own): (&Contestant<'_>, &Vec<f64>)| {
        let ratios = sorted(own.iter().zip(&samples[0]).map(|(own, first)| own / first).collect());
        let ratio = at(&ratios, 0.5);
        let noise = (at(&ratios, 0.75) - at(&ratios, 0.25)) / 2.0 / ratio;
        Timing { name: contestant.name, nanoseconds: at(&sorted(own.clone()), 0.5), ratio, noise }
    };
    contestants.iter().zip(&samples).map(timing).collect()
}

fn sorted(mut samples: Vec<f64>) -> Vec<f64> {
    samples.sort_by(f64::total_cmp);
    samples
}

fn at(sorted: &[f64], share: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}
