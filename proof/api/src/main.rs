//! Prints the public API that a rustdoc JSON file describes, one item a line. Usage: `order-capture-api FILE`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1) else {
        eprintln!("usage: order-capture-api FILE, where FILE is rustdoc's JSON of the crate");
        return ExitCode::from(2);
    };
    // Blanket impls and auto traits say nothing of this crate's own; tests/guidelines.rs holds Send and Sync.
    let api = public_api::Builder::from_rustdoc_json(path).omit_blanket_impls(true).omit_auto_trait_impls(true).build();
    match api {
        Ok(api) => {
            print!("{api}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!(
                "{error}: this file is from a compiler that the public-api crate of proof/api/Cargo.toml does not read"
            );
            ExitCode::FAILURE
        }
    }
}
