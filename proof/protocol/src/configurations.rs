//! The configurations that are searched, with the number of states that each has.

use crate::config::Gateway::{Several, Single};
use crate::config::Manners::{Strict, Trusting};
use crate::config::{Config, Words, capture, void};

/// Small ones, for every test run: a request and a repeat of it, or two requests.
#[must_use]
pub fn short() -> Vec<Config> {
    vec![
        Config::new("one capture", Single, Strict, &[capture(1, 2)], 2).flaky().states(2249),
        Config::new("one capture, thrice", Single, Strict, &[capture(1, 2)], 3).states(10_244),
        Config::new("one part, thrice", Several, Trusting, &[capture(1, 1)], 3).states(20_416),
        Config::new("one capture and the deadline", Single, Strict, &[capture(1, 2)], 2)
            .deadline()
            .flaky()
            .states(13_472),
        Config::new("capture and void", Single, Trusting, &[capture(1, 2), void(2)], 2).flaky().states(6159),
        Config::new("part and void", Several, Trusting, &[capture(1, 2), void(2)], 2).flaky().states(34_302),
        Config::new("capture, void, deadline", Single, Strict, &[capture(1, 2), void(2)], 2).deadline().states(45_493),
        Config::new("two voids", Single, Strict, &[void(1), void(2)], 2).flaky().webhooks_alone().states(3229),
        Config::new("capture and dashboard", Single, Strict, &[capture(1, 2)], 2).dashboard().states(3182),
        Config::new("part and dashboard", Several, Strict, &[capture(1, 2)], 2).dashboard().states(9613),
        Config::new("part and void, words", Several, Strict, &[capture(1, 2), void(2)], 2)
            .words(Words::All)
            .webhooks_alone()
            .states(9755),
        Config::new("capture, no figures", Single, Strict, &[capture(1, 2), void(2)], 2).without_figures().states(4751),
        Config::new("parts, no figures", Several, Strict, &[capture(1, 2), capture(2, 1)], 2)
            .without_figures()
            .webhooks_alone()
            .states(37_649),
        Config::new("two for one hold", Several, Trusting, &[capture(1, 2), capture(2, 2)], 2).flaky().states(12_331),
        Config::new("two parts", Several, Strict, &[capture(1, 1), capture(2, 2)], 2).webhooks_alone().states(37_649),
        Config::new("one key, two amounts", Several, Trusting, &[capture(1, 2), capture(1, 1)], 2).flaky().states(6117),
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
            .webhooks_alone()
            .states(172_308),
        Config::new("long: capture and void", Single, Strict, &[capture(1, 2), void(2)], 3)
            .deadline()
            .webhooks_alone()
            .states(161_437),
        Config::new("long: part and void", Several, Trusting, &[capture(1, 2), void(2)], 3)
            .flaky()
            .webhooks_alone()
            .states(35_457),
        Config::new("long: two for one hold", Several, Trusting, &[capture(1, 2), capture(2, 2)], 3)
            .flaky()
            .webhooks_alone()
            .states(36_057),
        Config::new("long: three for one hold", Several, Trusting, &three, 3).flaky().webhooks_alone().states(138_391),
        Config::new("long: parts and void", Several, Strict, &mixed, 3).webhooks_alone().states(107_845),
        Config::new("long: one key, two amounts", Several, Trusting, &reused, 3)
            .flaky()
            .webhooks_alone()
            .states(119_107),
        Config::new("long: two parts, deadline", Several, Strict, &[capture(1, 1), capture(2, 1)], 2)
            .deadline()
            .webhooks_alone()
            .states(21_378),
    ]
}
