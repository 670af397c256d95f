//! `diagnose_tests::targets::curl` on arbitrary bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| diagnose_tests::targets::curl(bytes));
