//! The configurations that are searched, with the number of states that each has.

use crate::config::Gateway::{Several, Single};
use crate::config::Manners::{Strict, Trusting};
use crate::config::{Config, Words, capture, void};

/// Small ones, for every test run: a request and a repeat of it, or two requests.
#[must_use]
pub fn short() -> Vec<Config> {
    vec![
        Config::new("one capture", Single, Strict, &[capture(1, 2)], 2).flaky().states(603),
        Config::new("one capture, thrice", Single, Strict, &[capture(1, 2)], 3).states(2445),
        Config::new("one part, thrice", Several, Trusting, &[capture(1, 1)], 3).states(2445),
        Config::new("one capture and the deadline", Single, Strict, &[capture(1, 2)], 2)
            .deadline()
            .flaky()
            .states(3420),
        Config::new("capture and void", Single, Trusting, &[capture(1, 2), void(2)], 2).flaky().states(1925),
        Config::new("part and void", Several, Trusting, &[capture(1, 2), void(2)], 2).flaky().states(2525),
        Config::new("capture, void, deadline", Single, Strict, &[capture(1, 2), void(2)], 2).deadline().states(13_632),
        Config::new("two voids", Single, Strict, &[void(1), void(2)], 2).flaky().states(3509),
        Config::new("capture and dashboard", Single, Strict, &[capture(1, 2)], 2).dashboard().states(854),
        Config::new("part and dashboard", Several, Strict, &[capture(1, 2)], 2).dashboard().states(1127),
        Config::new("part and void, words", Several, Strict, &[capture(1, 2), void(2)], 2)
            .words(Words::All)
            .states(1965),
        Config::new("capture, no figures", Single, Strict, &[capture(1, 2), void(2)], 2).without_figures().states(1405),
        Config::new("parts, no figures", Several, Strict, &[capture(1, 2), capture(2, 1)], 2)
            .without_figures()
            .states(3085),
        Config::new("two for one hold", Several, Trusting, &[capture(1, 2), capture(2, 2)], 2).flaky().states(2525),
        Config::new("two parts", Several, Strict, &[capture(1, 1), capture(2, 2)], 2).states(3085),
        Config::new("two parts, deadline", Several, Strict, &[capture(1, 1), capture(2, 1)], 2)
            .deadline()
            .states(21_378),
        Config::new("one key, two amounts", Several, Trusting, &[capture(1, 2), capture(1, 1)], 2).flaky().states(1205),
    ]
}

/// Larger ones: more repeats, more hazards at once.
#[must_use]
pub fn long() -> Vec<Config> {
    let three = [capture(1, 2), capture(2, 2), capture(3, 2)];
    let reused = [capture(1, 1), capture(1, 2), capture(2, 1)];
    let mixed = [capture(1, 1), capture(2, 2), void(3)];
    vec![
        Config::new("long: capture, four times", Single, Strict, &[capture(1, 2)], 4)
            .deadline()
            .flaky()
            .states(172_308),
        Config::new("long: capture and void", Single, Strict, &[capture(1, 2), void(2)], 3).deadline().states(161_437),
        Config::new("long: part and void", Several, Trusting, &[capture(1, 2), void(2)], 3).flaky().states(35_457),
        Config::new("long: two for one hold", Several, Trusting, &[capture(1, 2), capture(2, 2)], 3)
            .flaky()
            .states(36_057),
        Config::new("long: three for one hold", Several, Trusting, &three, 3).flaky().states(138_391),
        Config::new("long: parts and void", Several, Strict, &mixed, 3).states(107_845),
        Config::new("long: one key, two amounts", Several, Trusting, &reused, 3).flaky().states(119_107),
    ]
}
