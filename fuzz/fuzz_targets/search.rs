//! `diagnose_tests::targets::search` on arbitrary bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| diagnose_tests::targets::search::search(bytes));
