//! Illegal calls do not compile: a command exists only on the states where it is legal.
#![allow(missing_docs, reason = "tests document themselves by name")]

#[test]
fn illegal_commands_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
