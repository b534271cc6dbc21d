//! Lists the profiles that this repository ships, so that the page offers whatever lies in their folder.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let manifest = env::var("CARGO_MANIFEST_DIR").expect("cargo says where the package is");
    let folder = Path::new(&manifest).join("../../profiles");
    println!("cargo::rerun-if-changed={}", folder.display());
    let entries = fs::read_dir(&folder).expect("the folder of profiles is there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry of the folder").path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "json") && !path.ends_with("schema.json"));
    files.sort();
    let rows: String = files.iter().map(|path| row(path)).collect();
    let out = env::var("OUT_DIR").expect("cargo says where to write");
    let code = format!("pub(crate) const PROFILES: &[Shipped] = &[\n{rows}];\n");
    fs::write(Path::new(&out).join("profiles.rs"), code).expect("the list can be written");
}

/// One profile: its file, its name, and its text. What is built into the crate needs no text.
fn row(path: &Path) -> String {
    println!("cargo::rerun-if-changed={}", path.display());
    let text = fs::read_to_string(path).expect("a profile is text");
    let (_, rest) = text.split_once("\"name\": \"").expect("a profile has a name");
    let (name, _) = rest.split_once('"').expect("a name ends");
    let built_in = ["juspay", "razorpay"].contains(&name.split('/').next().unwrap_or(name));
    let given = if built_in { "None".to_string() } else { format!("Some({:?})", dense(&text)) };
    let file = path.file_name().expect("a file has a name");
    format!("    Shipped {{ file: {file:?}, name: {name:?}, text: {given} }},\n")
}

/// JSON without the white space between its parts: the page has to carry it.
fn dense(json: &str) -> String {
    let (mut dense, mut inside, mut escaped) = (String::new(), false, false);
    for letter in json.chars() {
        if inside || !letter.is_whitespace() {
            dense.push(letter);
        }
        inside ^= letter == '"' && !escaped;
        escaped = inside && letter == '\\' && !escaped;
    }
    dense
}
