//! The configurations that are searched, with the number of states that each has.

use crate::config::Gateway::{Razorpay, Several, Single};
use crate::config::Manners::{Strict, Trusting};
use crate::config::{Config, Words, capture, keyless_refund, refund, void};

/// Small ones, for every test run: a request and a repeat of it, or two requests.
#[must_use]
pub fn short() -> Vec<Config> {
    vec![
        Config::new("one capture", Single, Strict, &[capture(1, 2)], 2).flaky().states(769),
        Config::new("one capture, thrice", Single, Strict, &[capture(1, 2)], 3).states(3473),
        Config::new("one part, thrice", Several, Trusting, &[capture(1, 1)], 3).states(3287),
        Config::new("one capture and the deadline", Single, Strict, &[capture(1, 2)], 2)
            .deadline()
            .flaky()
            .states(2432),
        Config::new("capture and void", Single, Trusting, &[capture(1, 2), void(2)], 2).flaky().states(1761),
        Config::new("part and void", Several, Trusting, &[capture(1, 2), void(2)], 2).flaky().states(2916),
        Config::new("capture, void, deadline", Single, Strict, &[capture(1, 2), void(2)], 2).deadline().states(4115),
        Config::new("two voids", Single, Strict, &[void(1), void(2)], 2).flaky().states(1551),
        Config::new("capture and dashboard", Single, Strict, &[capture(1, 2)], 2).dashboard().states(1015),
        Config::new("part and dashboard", Several, Strict, &[capture(1, 2)], 2).dashboard().states(1638),
        Config::new("part and void, words", Several, Strict, &[capture(1, 2), void(2)], 2)
            .words(Words::All)
            .states(2357),
        Config::new("capture, no figures", Single, Strict, &[capture(1, 2), void(2)], 2).without_figures().states(1231),
        Config::new("parts, no figures", Several, Strict, &[capture(1, 2), capture(2, 1)], 2)
            .without_figures()
            .states(4317),
        Config::new("two for one hold", Several, Trusting, &[capture(1, 2), capture(2, 2)], 2).flaky().states(2231),
        Config::new("two parts", Several, Strict, &[capture(1, 1), capture(2, 2)], 2).states(4317),
        Config::new("two parts, deadline", Several, Strict, &[capture(1, 1), capture(2, 1)], 2)
            .deadline()
            .states(20_884),
        Config::new("two parts, words", Several, Strict, &[capture(1, 1), capture(2, 1)], 2)
            .words(Words::All)
            .states(4841),
        Config::new("two for one hold, words", Several, Trusting, &[capture(1, 2), capture(2, 2)], 2)
            .words(Words::All)
            .flaky()
            .states(2471),
        Config::new("one key, two amounts", Several, Trusting, &[capture(1, 2), capture(1, 1)], 2).flaky().states(1437),
        Config::new("one refund, thrice", Single, Strict, &[refund(1, 2)], 3).charged().flaky().states(5082),
        Config::new("too many refunds", Several, Trusting, &[refund(1, 2), refund(2, 2)], 2)
            .charged()
            .flaky()
            .states(2231),
        Config::new("capture and refund", Single, Trusting, &[capture(1, 2), refund(2, 1)], 2).states(1898),
        Config::new("part and refund", Several, Trusting, &[capture(1, 2), refund(2, 2)], 2).states(1862),
        Config::new("refunds without a key", Razorpay, Trusting, &[keyless_refund(2), keyless_refund(3)], 2)
            .charged()
            .flaky()
            .states(953),
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
            .states(114_278),
        Config::new("long: capture and void", Single, Strict, &[capture(1, 2), void(2)], 3).deadline().states(32_030),
        Config::new("long: part and void", Several, Trusting, &[capture(1, 2), void(2)], 3).flaky().states(36_851),
        Config::new("long: two for one hold", Several, Trusting, &[capture(1, 2), capture(2, 2)], 3)
            .flaky()
            .states(21_837),
        Config::new("long: three for one hold", Several, Trusting, &three, 3).flaky().states(60_280),
        Config::new("long: three for one hold, words", Several, Trusting, &three, 3).words(Words::All).states(42_949),
        Config::new("long: parts and void", Several, Strict, &mixed, 3).states(100_379),
        Config::new("long: two refunds", Single, Trusting, &[refund(1, 1), refund(2, 2)], 2).charged().states(20_557),
        Config::new("long: capture and refund", Several, Strict, &[capture(1, 2), refund(2, 1)], 3).states(19_042),
        Config::new("long: refunds without a key", Razorpay, Trusting, &[keyless_refund(1), keyless_refund(2)], 2)
            .charged()
            .flaky()
            .states(19_371),
        Config::new("long: one key, two amounts", Several, Trusting, &reused, 3).flaky().states(136_168),
    ]
}
