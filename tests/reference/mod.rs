//! A naive reference model of authorize and capture, written from the rules alone, and a generator of random scenarios.
//! Every amount and state is computed again from the recorded facts at each step.

pub mod generate;
pub mod model;
