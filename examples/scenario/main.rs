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
mod page;
mod table;

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
usage: scenario [--json | --table] FILE...
       scenario --explain CODE

Runs every scenario in each FILE (one JSON object per line) and compares the
results with what the scenario expects.

  --table         print a table for people; the default on a terminal, where it
                  has colours unless NO_COLOR is set
  --json          print one JSON object per step; the default into a pipe or file
  --explain CODE  explain a code: the rule, the reason, what to do next, the source
  --help          print this text

The last line is 'N passed, N failed', counted in scenarios. Exit status: 0 if no
scenario failed, 1 if one failed, 2 if a file could not be read as scenarios or
the arguments are wrong.
";

const OPTIONS: [&str; 4] = ["--json", "--table", "--explain", "--help"];

/// How the steps are printed.
#[derive(Clone, Copy)]
enum View {
    Json,
    Table { colour: bool },
}

impl View {
    fn table() -> Self {
        let terminal = std::io::stdout().is_terminal();
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self::Table { colour: terminal && !unwanted }
    }
}

/// Why a run ends before its end.
enum Stop {
    /// A file, a line or an argument is not what it has to be.
    Unreadable(String),
    Output(std::io::Error),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Output(error)
    }
}

fn main() -> ExitCode {
    let mut view = if std::io::stdout().is_terminal() { View::table() } else { View::Json };
    let mut files = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--json" => view = View::Json,
            "--table" => view = View::table(),
            "--explain" => return explained(arguments.next()),
            "-h" | "--help" => {
                let _ = write!(std::io::stdout(), "{USAGE}");
                return ExitCode::SUCCESS;
            }
            option if option.starts_with('-') => {
                let suggestion = format::suggestion(option, &OPTIONS);
                return fault(&format!("there is no option {option}; {suggestion}\n\n{USAGE}"));
            }
            _ => files.push(argument),
        }
    }
    if files.is_empty() {
        return fault(USAGE);
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match run_files(&mut out, &files, view) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(stop) => {
            // What was found before it is kept.
            let _best_effort = out.flush();
            match stop {
                Stop::Unreadable(problem) => fault(&problem),
                Stop::Output(error) => fault(&format!("cannot write: {error}")),
            }
        }
    }
}

/// Runs every file and prints the closing line; how many scenarios failed.
fn run_files(out: &mut impl std::io::Write, files: &[String], view: View) -> Result<usize, Stop> {
    let (mut passed, mut failed) = (0_usize, 0_usize);
    for file in files {
        let bytes = std::fs::read(file).map_err(|error| Stop::Unreadable(format!("{file}: {error}")))?;
        let folder = Path::new(file).parent().unwrap_or(Path::new("."));
        let before = passed + failed;
        for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let unreadable = |problem: String| Stop::Unreadable(format!("{file}:{}: {problem}", index + 1));
            let line = std::str::from_utf8(line).map_err(|error| unreadable(format!("not UTF-8: {error}")))?;
            // Some editors begin a file with a byte order mark.
            let line = if index == 0 { line.trim_start_matches('\u{feff}') } else { line };
            if line.trim().is_empty() {
                continue;
            }
            let scenario = format::read(line, folder).map_err(unreadable)?;
            if run(out, &scenario, view)? { passed += 1 } else { failed += 1 }
        }
        if passed + failed == before {
            return Err(Stop::Unreadable(format!("{file}:1: the file has no scenario")));
        }
    }
    writeln!(out, "{passed} passed, {failed} failed")?;
    out.flush()?;
    Ok(failed)
}

/// Runs one scenario; whether everything was as expected.
fn run(out: &mut impl std::io::Write, scenario: &format::Scenario<'_>, view: View) -> std::io::Result<bool> {
    let mut run = engine::Run::new(scenario);
    let mut ran = Vec::new();
    for (index, step) in scenario.steps.iter().enumerate() {
        let output = run.step(index, step);
        let differences = engine::differences(step, &output);
        ran.push(table::Ran { output, differences });
    }
    match view {
        View::Table { colour } => write!(out, "{}", table::scenario(scenario, &ran, colour))?,
        View::Json => {
            for table::Ran { output, differences } in &ran {
                writeln!(out, "{}", serde_json::to_string(output)?)?;
                for difference in differences {
                    eprintln!("{} step {}: {difference}", scenario.name, output.step);
                }
            }
        }
    }
    Ok(ran.iter().all(|ran| ran.differences.is_empty()))
}

/// Prints the entry of a code.
fn explained(code: Option<String>) -> ExitCode {
    let Some(code) = code else { return fault(&format!("--explain needs a code\n\n{USAGE}")) };
    match explain::explain(&code) {
        Ok(entry) => {
            let _ = write!(std::io::stdout(), "{entry}");
            ExitCode::SUCCESS
        }
        Err(words) => fault(&words),
    }
}

fn fault(words: &str) -> ExitCode {
    eprintln!("{}", words.trim_end());
    ExitCode::from(2)
}
