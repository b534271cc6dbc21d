//! Profiles as JSON: print a built-in one, check your own, print what it reads in a payload, compare two, print the schema.
//!
//! | arguments after `cargo run --example profile --` | result |
//! |---|---|
//! | `juspay CYBERSOURCE` | a built-in profile |
//! | `check FILE` | whether the profile is sound, and what it leaves open |
//! | `tell FILE PAYLOAD` | what the profile reads in the payload |
//! | `tell FILE` | every sample of the profile, with what it says |
//! | `diff A B` | the differences between two files or built-in profiles |
//! | `schema` | the JSON Schema; add `--features schema` before `--` |
#![allow(
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::arithmetic_side_effects,
    reason = "a program is where the input and output are"
)]

mod lint;
#[path = "../scenario/nearest.rs"]
mod nearest;
mod why;

use std::io::Write as _;
use std::process::ExitCode;

use order_capture::{Currency, Profile, juspay, razorpay};

const USAGE: &str = "usage: profile juspay [GATEWAY] | profile razorpay | profile check FILE | profile tell FILE [PAYLOAD] | \
                     profile diff A B | profile schema";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let answer = match arguments.as_slice() {
        ["juspay"] => print(&juspay::FULL_ONLY),
        ["juspay", gateway] => juspay::gateway(gateway).map_err(|error| error.to_string()).and_then(print),
        ["razorpay"] => print(&razorpay::PROFILE),
        ["check", file] => check(file),
        ["diff", left, right] => diff(left, right),
        ["tell", file] => tell_samples(file),
        ["tell", file, payload] => tell(file, payload),
        ["schema"] => schema(),
        _ => Err(USAGE.to_string()),
    };
    match answer {
        Ok(text) => {
            // A reader that closes the pipe, `head` for example, has read enough.
            let _ = writeln!(std::io::stdout(), "{text}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

fn print(profile: &Profile) -> Result<String, String> {
    serde_json::to_string_pretty(profile).map_err(|error| error.to_string())
}

fn read(file: &str) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))
}

/// What a payload says, in the lines that a sample has; the profile need not have samples yet.
fn tell(file: &str, payload: &str) -> Result<String, String> {
    let profile = Profile::from_json_without_samples(&read(file)?).map_err(|error| format!("{file}: {error}"))?;
    let text = read(payload)?;
    let said = profile.statements(&text, Currency::INR);
    let said = said.map_err(|malformed| {
        format!("{payload}: {}: {malformed}{}", malformed.code(), nearest_readings(&profile, &text))
    })?;
    Ok(profile.told(&said, Currency::INR).join("\n"))
}

/// The samples of a profile, each with what it says: payloads to start from.
fn tell_samples(file: &str) -> Result<String, String> {
    let profile = Profile::from_json_without_samples(&read(file)?).map_err(|error| format!("{file}: {error}"))?;
    let mut lines = Vec::new();
    for sample in profile.samples.iter() {
        let text = sample.payload.as_str();
        // As it stands in the file, moved to the left.
        let inner = text.lines().skip(1).map(|line| line.len().saturating_sub(line.trim_start().len()));
        let indent = inner.min().unwrap_or_default();
        lines.extend(
            text.lines()
                .enumerate()
                .map(|(at, line)| line.get(if at == 0 { 0 } else { indent }..))
                .map(|line| line.unwrap_or_default().to_string()),
        );
        match profile.statements(text, Currency::INR) {
            Ok(said) => lines.extend(profile.told(&said, Currency::INR).iter().map(|line| format!("says: {line}"))),
            Err(malformed) => lines.push(format!("says: {}: {malformed}", malformed.code())),
        }
        lines.push(String::new());
    }
    Ok(lines.join("\n"))
}

/// `1 word`, `2 words`.
fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Of a payload that no reading fits: what keeps the nearest ones from fitting.
fn nearest_readings(profile: &Profile, payload: &str) -> String {
    let value = serde_json::from_str(payload).unwrap_or_default();
    let lines: Vec<String> = why::misfits(profile, &value).iter().map(|line| format!("\n    {line}")).collect();
    if lines.is_empty() { String::new() } else { format!("\n  the readings that come nearest:{}", lines.concat()) }
}

/// What helps to mend a profile that does not load.
fn hint(text: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    if let Some(word) = why::misspelled(&value) {
        return format!("\n  {word}");
    }
    // It loads, so that a sample says something else. The first one that no reading fits, though it should say something.
    let Ok(profile) = Profile::from_json_without_samples(text) else { return String::new() };
    let unread = profile.samples.iter().enumerate().find(|(_, sample)| {
        let is_refusal = sample.says.trim() == "not-a-payload";
        !is_refusal && profile.statements(sample.payload.as_str(), Currency::INR).is_err()
    });
    unread.map_or_else(
        || "\n  `profile tell` with this file prints what each sample says".into(),
        |(row, sample)| format!("\n  samples[{row}]: {}", nearest_readings(&profile, sample.payload.as_str()).trim()),
    )
}

fn check(file: &str) -> Result<String, String> {
    let text = read(file)?;
    let profile = Profile::from_json(&text).map_err(|error| format!("{file}: {error}{}", hint(&text)))?;
    let (readings, words, errors) = (profile.readings.len(), profile.statuses.len(), profile.errors.len());
    let samples = profile.samples.len().saturating_add(profile.error_samples.len());
    let mut lines = vec![format!(
        "{}: {}, {}, {}, each reached by one of {}: fine",
        profile.name,
        counted(readings, "reading"),
        counted(words, "word"),
        counted(errors, "error"),
        counted(samples, "sample"),
    )];
    let open = lint::leaves_open(&profile);
    if !open.is_empty() {
        lines.push(format!("\nIt leaves {} open:", counted(open.len(), "point")));
    }
    lines.extend(open.iter().map(|point| format!("  {}: {}\n      risk: {}", point.place, point.open, point.risk)));
    Ok(lines.join("\n"))
}

/// A profile by the name of a built-in one, or from a file.
fn profile(name: &str) -> Result<Profile, String> {
    let built_in = [&juspay::FULL_ONLY, &juspay::CYBERSOURCE, &juspay::SIMPL, &razorpay::PROFILE];
    if let Some(known) = built_in.into_iter().find(|known| known.name.as_str() == name) {
        return Ok(known.clone());
    }
    Profile::from_json_without_samples(&read(name)?).map_err(|error| format!("{name}: {error}"))
}

/// Where two profiles differ, side by side.
fn diff(left: &str, right: &str) -> Result<String, String> {
    let (left, right) = (profile(left)?, profile(right)?);
    let differences = lint::differences(&left, &right);
    if differences.is_empty() {
        return Ok(format!("{} and {} say the same", left.name, right.name));
    }
    let say = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".into());
    let line = |one: &lint::Difference| {
        format!("{}\n    {}: {}\n    {}: {}", one.place, left.name, say(&one.left), right.name, say(&one.right))
    };
    Ok(differences.iter().map(line).collect::<Vec<_>>().join("\n"))
}

#[cfg(feature = "schema")]
fn schema() -> Result<String, String> {
    serde_json::to_string_pretty(&schemars::schema_for!(order_capture::profiles::ProfileRows))
        .map_err(|error| error.to_string())
}

#[cfg(not(feature = "schema"))]
fn schema() -> Result<String, String> {
    Err("the schema needs a feature: cargo run --example profile --features schema -- schema".into())
}
