//! Searches every configuration and prints what was found: `model [short|long] [NAME-PART]`.

use std::process::ExitCode;

use order_capture_proof::configurations::{long, short};
use order_capture_proof::search::search;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let which = arguments.first().map_or("", String::as_str);
    let part = arguments.get(1).map_or("", String::as_str);
    let mut all = Vec::new();
    if which != "long" {
        all.extend(short());
    }
    if which != "short" {
        all.extend(long());
    }
    println!("{:<28} {:>9} {:>9} {:>5} {:>8}", "configuration", "states", "steps", "depth", "seconds");
    let mut fine = true;
    for config in all.into_iter().filter(|config| config.name.contains(part)) {
        let (name, expected) = (config.name, config.states);
        let Ok(found) = search(config) else { return ExitCode::FAILURE };
        let seconds = found.time.as_secs_f64();
        println!("{name:<28} {:>9} {:>9} {:>5} {seconds:>8.1}", found.unique, found.steps, found.depth);
        for property in &found.broken {
            println!("    broken: {property}");
        }
        for situation in &found.unseen {
            println!("    never seen: {situation}");
        }
        if found.unique != expected {
            println!("    {expected} states were expected");
        }
        fine &= found.broken.is_empty() && found.unseen.is_empty() && found.unique == expected;
    }
    if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
