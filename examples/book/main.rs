//! Writes the generated pages and pictures: `cargo run --example book`
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a program that reads the project and writes files; it may panic, and draws with floats"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "a program, not a library")]

mod generator;

fn main() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for (path, content) in generator::files(root) {
        let path = root.join(path);
        if std::fs::read_to_string(&path).is_ok_and(|old| old == content) {
            continue;
        }
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        println!("wrote {}", path.strip_prefix(root).unwrap().display());
    }
}
