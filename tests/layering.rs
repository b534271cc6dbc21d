//! A file imports only what stands above it: the `use crate::` lines of `src` are held to one order.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test reads the sources and may panic"
)]
#![allow(missing_docs, reason = "tests document themselves by name")]

use std::path::Path;

/// The layers, lowest first. A folder is one layer.
const LAYERS: [&str; 25] = [
    "rule",
    "currency",
    "money",
    "ids",
    "order",
    "state",
    "request",
    "requests",
    "ledger",
    "typed",
    "event",
    "transaction",
    "conflict",
    "transition",
    "stored",
    "profile",
    "refusal",
    "command",
    "observation",
    "interpret",
    "status",
    "provider",
    "strategies",
    "guides",
    "lib",
];

fn layer(name: &str) -> usize {
    LAYERS.iter().position(|layer| *layer == name).unwrap_or_else(|| panic!("{name} has no place in LAYERS"))
}

fn check(file: &Path, own: usize) -> usize {
    let text = std::fs::read_to_string(file).unwrap();
    let mut imports = 0;
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        for path in line.split("crate::").skip(1) {
            let module: String = path.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            let imported = layer(&module);
            assert!(imported <= own, "{}: `{line}` imports from above", file.display());
            imports += 1;
        }
    }
    imports
}

/// A file, or a folder of one layer.
fn walk(path: &Path, own: usize) -> usize {
    if path.is_dir() {
        std::fs::read_dir(path).unwrap().map(|entry| walk(&entry.unwrap().path(), own)).sum()
    } else {
        check(path, own)
    }
}

#[test]
fn imports_run_one_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut imports = 0;
    for entry in std::fs::read_dir(&src).unwrap() {
        let path = entry.unwrap().path();
        let own = layer(path.file_stem().unwrap().to_str().unwrap());
        imports += walk(&path, own);
    }
    assert!(imports > 50, "the test read {imports} imports: it does not look where the sources are");
}
