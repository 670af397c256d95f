//! Every reader of `oauth1-capture` on arbitrary bytes; the first line of the input names the format.
#![no_main]

#[path = "../../crates/oauth1-capture/tests/oracle/mod.rs"]
mod oracle;

libfuzzer_sys::fuzz_target!(|file: &[u8]| oracle::read_corpus_file(file));
