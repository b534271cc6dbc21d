//! Many worlds of one gateway and one kind, and the shortest form of each that breaks truth.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngSeed, TestRunner};

use super::books::Gateway;
use super::census::Census;
use super::running::{Broken, run};
use super::steps::{Kind, World, simplifications, worlds};

/// A world in which truth breaks, as short as it was found.
pub struct Failure {
    pub world: World,
    pub broken: Broken,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (setup, steps) = &self.world;
        writeln!(f, "{}\n{setup:?}", self.broken.what)?;
        for step in steps {
            writeln!(f, "    Step::{step:?},")?;
        }
        writeln!(f, "{}", self.broken.scenario)
    }
}

fn breaks(world: &World) -> bool {
    run(world, &mut Census::default(), false).is_err()
}

/// What proptest's own shrinking finds, and from there every simplification that still breaks.
fn shortest(mut tree: impl ValueTree<Value = World>) -> Failure {
    let mut world = tree.current();
    let mut goes_on = tree.simplify();
    while goes_on {
        let simpler = tree.current();
        goes_on = if breaks(&simpler) {
            world = simpler;
            tree.simplify()
        } else {
            tree.complicate()
        };
    }
    while let Some(simpler) = simplifications(&world).into_iter().find(breaks) {
        world = simpler;
    }
    let broken = run(&world, &mut Census::default(), true).expect_err("a world breaks the same way twice");
    Failure { world, broken }
}

/// The scenarios of so many worlds.
pub fn scenarios(gateway: Gateway, kind: Kind, seed: u64, count: usize) -> Vec<String> {
    let config = Config { rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let strategy = worlds(gateway, kind);
    let scenario = |_| {
        let world = strategy.new_tree(&mut runner).expect("no world is rejected").current();
        run(&world, &mut Census::default(), true).expect("truth holds").to_string()
    };
    (0..count).map(scenario).collect()
}

/// Runs so many worlds; gives what was reached, and at most so many failures.
pub fn explore(gateway: Gateway, kind: Kind, seed: u64, count: u64, most: usize) -> (Census, Vec<Failure>) {
    let config = Config { rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let strategy = worlds(gateway, kind);
    let (mut census, mut failures) = (Census::default(), Vec::new());
    for _ in 0..count {
        let tree = strategy.new_tree(&mut runner).expect("no world is rejected");
        *census.worlds.entry(gateway.name()).or_default() += 1;
        if run(&tree.current(), &mut census, false).is_err() {
            failures.push(shortest(tree));
            if failures.len() == most {
                break;
            }
        }
    }
    (census, failures)
}
