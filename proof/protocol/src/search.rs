//! The search itself, and what it found.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::hash::Hash;
use std::time::{Duration, Instant};

use order_capture::IdError;
use stateright::{Checker, Expectation, HasDiscoveries, Model};

use crate::config::Config;
use crate::model::{Action, Protocol, State};

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

/// What the search asks of a model's states and steps.
pub trait Searched:
    Model<State: Debug + Clone + PartialEq + Hash + Send + Sync, Action: Debug + Clone + PartialEq + Send + Sync>
    + Clone
    + Send
    + Sync
    + 'static
{
}

impl<M> Searched for M where
    M: Model<State: Debug + Clone + PartialEq + Hash + Send + Sync, Action: Debug + Clone + PartialEq + Send + Sync>
        + Clone
        + Send
        + Sync
        + 'static
{
}

/// Visits every reachable state of a configuration.
///
/// # Errors
/// As [`Protocol::new`].
pub fn search(config: Config) -> Result<Found, IdError> {
    Ok(search_all(Protocol::new(config)?))
}

/// Visits every reachable state of a model, on one thread, so that the numbers are the same each time. It stops early
/// where a property is broken.
pub fn search_all<M: Searched>(model: M) -> Found {
    let start = Instant::now();
    let checker = model.checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let found = checker.discoveries();
    let of = |sometimes: bool| {
        let properties = checker.model().properties().into_iter();
        let wrong = properties.filter(|property| {
            (property.expectation == Expectation::Sometimes) == sometimes
                && found.contains_key(property.name) != sometimes
        });
        wrong.map(|property| property.name).collect()
    };
    Found {
        unique: checker.unique_state_count(),
        steps: checker.state_count(),
        depth: checker.max_depth(),
        time: start.elapsed(),
        broken: of(false),
        unseen: of(true),
    }
}

/// A shortest way to break a property, and where it leads; none where the property holds everywhere.
///
/// # Errors
/// As [`Protocol::new`].
pub fn counterexample(config: &Config, property: &'static str) -> Result<Option<(Vec<Action>, State)>, IdError> {
    Ok(way_to(&Protocol::new(config.clone())?, property))
}

/// The first way in that many steps to break a property; none where all that are no longer keep it.
///
/// # Errors
/// As [`Protocol::new`].
pub fn counterexample_within(
    config: &Config,
    property: &'static str,
    steps: usize,
) -> Result<Option<Vec<Action>>, IdError> {
    let finish = HasDiscoveries::AllOf(BTreeSet::from([property]));
    let checker = Protocol::new(config.clone())?.checker().finish_when(finish).target_max_depth(steps + 1);
    Ok(checker.spawn_bfs().join().discovery(property).map(|path| path.into_actions()))
}

/// The same as [`counterexample`], of any model.
pub fn way_to<M: Searched>(model: &M, property: &'static str) -> Option<(Vec<M::Action>, M::State)> {
    assert!(model.properties().iter().any(|known| known.name == property), "no property is called {property:?}");
    let checker = || model.clone().checker().finish_when(HasDiscoveries::AllOf(BTreeSet::from([property])));
    // One search tells whether there is a way at all; only then a shortest one is looked for, depth by depth.
    checker().spawn_bfs().join().discovery(property)?;
    (2..).find_map(|depth| {
        let path = checker().target_max_depth(depth).spawn_bfs().join().discovery(property)?;
        Some((path.clone().into_actions(), path.into_states().pop()?))
    })
}
