//! Illegal calls do not compile: a command exists only on the states where it can be legal, an unknown outcome offers the
//! same request again and nothing else, and what is checked or derived is not built by hand.

#[test]
fn illegal_calls_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
