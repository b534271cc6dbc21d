//! A file imports only what stands above it: the `use crate::` lines of `src` are held to one order.

use std::path::Path;

/// The layers, lowest first. A folder is one layer; what stands in one line is one layer, and each half imports the other.
const LAYERS: [&[&str]; 27] = [
    &["names"],
    &["rule"],
    &["money"],
    &["ids"],
    &["hold"],
    &["order"],
    &["event"],
    &["conflict"],
    &["rejection"],
    &["transaction"],
    &["step"],
    &["stored"],
    &["statement"],
    &["profile"],
    &["read"],
    &["violation"],
    &["command"],
    &["payment", "change"],
    &["answer"],
    &["correction"],
    &["typed"],
    &["interpret"],
    &["status"],
    &["provider"],
    &["strategies"],
    &["guides"],
    &["lib"],
];

fn layer(name: &str) -> usize {
    LAYERS.iter().position(|layer| layer.contains(&name)).unwrap_or_else(|| panic!("{name} has no place in LAYERS"))
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

/// What shares a line does so because each half imports the other: else it has a place of its own.
#[test]
fn what_shares_a_layer_is_mutual() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let text = |name: &str| {
        let file = src.join(format!("{name}.rs"));
        let file = if file.exists() { file } else { src.join(name).join("mod.rs") };
        std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    };
    for pair in LAYERS.iter().filter(|layer| layer.len() > 1) {
        let [one, other] = pair else { panic!("more than two: {pair:?}") };
        for (importing, imported) in [(one, other), (other, one)] {
            assert!(text(importing).contains(&format!("use crate::{imported}::")), "{importing} imports no {imported}");
        }
    }
}
