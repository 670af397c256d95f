//! Runs the fuzz target's body over its corpus: what the fuzzer once found stays found, without a fuzzer.

mod oracle;

use std::{fs, path::Path};

#[test]
fn the_corpus_passes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/capture");
    let mut count = 0;
    for entry in fs::read_dir(root).unwrap() {
        oracle::read_corpus_file(&fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    assert!(count > 0);
}
