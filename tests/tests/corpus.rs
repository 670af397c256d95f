//! The bodies of the fuzz targets over their corpus and over mutations of it: what a fuzzer once found stays found, without one.
use diagnose_tests::targets::TARGETS;
use std::{fs, path::Path};

#[test]
fn the_corpus_passes() {
    for (name, body) in TARGETS {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../fuzz/corpus")
            .join(name);
        let mut count = 0;
        for entry in fs::read_dir(directory).unwrap() {
            let text = fs::read(entry.unwrap().path()).unwrap();
            body(&text);
            // Every beginning, and every byte changed.
            for at in 0..text.len().min(300) {
                body(&text[..at]);
                let mut changed = text.clone();
                for byte in [b'%', b'&', b'=', b'\n', b'"', 0xFF] {
                    changed[at] = byte;
                    body(&changed);
                }
            }
            count += 1;
        }
        assert!(count > 0, "{name}");
    }
}
