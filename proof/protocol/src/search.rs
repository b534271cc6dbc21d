//! The search itself, and what it found.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use order_capture::IdError;
use stateright::{Checker, Expectation, HasDiscoveries, Model};

use crate::config::Config;
use crate::model::{Action, Protocol, State};
use crate::properties::ALWAYS;

/// What a search over every reachable state found.
#[derive(Clone, Debug)]
pub struct Found {
    /// States that differ.
    pub unique: usize,
    /// Steps taken, those to known states included.
    pub steps: usize,
    /// The most steps that any state is away from the start, counting the start as one.
    pub depth: usize,
    /// How long it took.
    pub time: Duration,
    /// The properties that do not hold somewhere.
    pub broken: Vec<&'static str>,
    /// What was to be seen somewhere and was not.
    pub unseen: Vec<&'static str>,
}

/// Visits every reachable state of a configuration, on one thread, so that the numbers are the same each time. It stops
/// early where a property is broken.
///
/// # Errors
/// As [`Protocol::new`].
pub fn search(config: Config) -> Result<Found, IdError> {
    let start = Instant::now();
    let checker = Protocol::new(config)?.checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let found = checker.discoveries();
    let of = |sometimes: bool| {
        let properties = checker.model().properties().into_iter();
        let wrong = properties.filter(|property| {
            (property.expectation == Expectation::Sometimes) == sometimes
                && found.contains_key(property.name) != sometimes
        });
        wrong.map(|property| property.name).collect()
    };
    Ok(Found {
        unique: checker.unique_state_count(),
        steps: checker.state_count(),
        depth: checker.max_depth(),
        time: start.elapsed(),
        broken: of(false),
        unseen: of(true),
    })
}

/// A shortest way to break a property, and where it leads; none where the property holds everywhere.
///
/// # Errors
/// As [`Protocol::new`].
pub fn counterexample(config: &Config, property: &'static str) -> Result<Option<(Vec<Action>, State)>, IdError> {
    assert!(ALWAYS.iter().any(|(name, _)| *name == property), "no property is called {property:?}");
    let checker = |config: &Config| -> Result<_, IdError> {
        let finish = HasDiscoveries::AllOf(BTreeSet::from([property]));
        Ok(Protocol::new(config.clone())?.checker().finish_when(finish))
    };
    // One search tells whether there is a way at all; only then a shortest one is looked for, depth by depth.
    if checker(config)?.spawn_bfs().join().discovery(property).is_none() {
        return Ok(None);
    }
    for depth in 2.. {
        if let Some(path) = checker(config)?.target_max_depth(depth).spawn_bfs().join().discovery(property) {
            return Ok(Some((path.clone().into_actions(), path.into_states().pop().ok_or(IdError::Empty)?)));
        }
    }
    Ok(None)
}
