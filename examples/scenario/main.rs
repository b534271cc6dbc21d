//! Runs scenario files through the crate: `cargo run --release --example scenario -- FILE…`
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::arithmetic_side_effects,
    reason = "the runner is where the input and output are"
)]
#![allow(missing_docs, reason = "a program, not a library")]

mod engine;
mod explain;
mod format;
mod table;

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

const USAGE: &str = "\
usage: scenario [--json | --table] FILE...
       scenario --explain CODE

Runs every scenario of each FILE (JSON Lines) and compares what it expects.
On a terminal, or with --table, it prints a table; piped, or with --json, a JSON
object a step. --explain prints the rule of a code: what must hold, why, what
to do next, who says so.
Ends with 'N passed, N failed'. Exit status: 0 when none failed, 1 when one
did, 2 when a file could not be read as scenarios, or a code is not known.
";

fn main() -> ExitCode {
    let (mut json, mut files) = (!std::io::stdout().is_terminal(), Vec::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--json" => json = true,
            "--table" => json = false,
            "--explain" => return explained(arguments.next()),
            "-h" | "--help" => {
                print!("{USAGE}");
                return ExitCode::SUCCESS;
            }
            flag if flag.starts_with("--") => return fault(&format!("unknown option {flag}\n\n{USAGE}")),
            _ => files.push(argument),
        }
    }
    if files.is_empty() {
        return fault(USAGE);
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let (mut passed, mut failed) = (0_usize, 0_usize);
    for file in &files {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) => return stop(&mut out, &format!("{file}: {error}")),
        };
        let folder = std::path::Path::new(file).parent().unwrap_or(std::path::Path::new("."));
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let scenario = match format::read(line, folder) {
                Ok(scenario) => scenario,
                Err(problem) => return stop(&mut out, &format!("{file}:{}: {problem}", index + 1)),
            };
            match run(&mut out, &scenario, json) {
                Ok(true) => passed += 1,
                Ok(false) => failed += 1,
                Err(error) => return fault(&format!("cannot write: {error}")),
            }
        }
    }
    if let Err(error) = writeln!(out, "{passed} passed, {failed} failed").and_then(|()| out.flush()) {
        return fault(&format!("cannot write: {error}"));
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// Prints the entry of a code.
fn explained(code: Option<String>) -> ExitCode {
    let Some(code) = code else { return fault(&format!("--explain wants a code\n\n{USAGE}")) };
    match explain::explain(&code) {
        Ok(entry) => {
            print!("{entry}");
            ExitCode::SUCCESS
        }
        Err(words) => fault(&words),
    }
}

/// Runs one scenario; whether everything was as expected.
fn run(out: &mut impl std::io::Write, scenario: &format::Scenario<'_>, json: bool) -> std::io::Result<bool> {
    let mut run = engine::Run::new(scenario);
    let mut as_expected = true;
    if !json {
        writeln!(out, "{}", table::head(scenario))?;
    }
    for (index, step) in scenario.steps.iter().enumerate() {
        let output = run.step(index, step);
        if json {
            writeln!(out, "{}", serde_json::to_string(&output)?)?;
        } else {
            writeln!(out, "{}", table::line(&step.action, &output))?;
        }
        for difference in engine::differences(step, &output) {
            as_expected = false;
            let words = format!("{} step {index}: {difference}", scenario.name);
            if json { eprintln!("{words}") } else { writeln!(out, "      EXPECTED OTHERWISE: {words}")? }
        }
    }
    Ok(as_expected)
}

/// Ends the run at something unreadable; what was found before it is kept.
fn stop(out: &mut impl std::io::Write, words: &str) -> ExitCode {
    let _best_effort = out.flush();
    fault(words)
}

fn fault(words: &str) -> ExitCode {
    eprintln!("{words}");
    ExitCode::from(2)
}
