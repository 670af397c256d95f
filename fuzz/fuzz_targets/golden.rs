//! `targets::golden` of the program's tests on arbitrary bytes.
#![no_main]

#[path = "../../crates/diagnose/tests/targets/mod.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| targets::golden(bytes));
