//! What must hold for any bytes: the bodies of the fuzz targets, which `cargo test` runs over their corpus as well.
mod captures;
mod core;
pub mod search;

pub use captures::{curl, har, url};
pub use core::{base_string, form, header, request};

use std::{fs, path::Path};

/// A fuzz target.
pub struct Target {
    /// Its name, which is that of its corpus.
    pub name: &'static str,
    /// What must hold for any bytes.
    pub body: fn(&[u8]),
    /// At how many places, evenly spread, each file of the corpus is cut off and changed.
    pub places: usize,
}

/// Every target of this crate.
pub const TARGETS: &[Target] = &[
    Target {
        name: "header",
        body: header,
        places: 300,
    },
    Target {
        name: "form",
        body: form,
        places: 300,
    },
    Target {
        name: "base_string",
        body: base_string,
        places: 300,
    },
    Target {
        name: "request",
        body: request,
        places: 300,
    },
    Target {
        name: "har",
        body: har,
        places: 60,
    },
    Target {
        name: "curl",
        body: curl,
        places: 60,
    },
    Target {
        name: "url",
        body: url,
        places: 60,
    },
    Target {
        name: "search",
        body: search::search,
        places: 1,
    },
];

impl Target {
    /// The body over the corpus and over mutations of it: what a fuzzer once found stays found, without one.
    ///
    /// # Panics
    /// When the body does, or without a corpus.
    pub fn replay(&self) {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
        let mut count = 0;
        for entry in fs::read_dir(corpus.join(self.name)).expect("a corpus") {
            let text = fs::read(entry.expect("an entry").path()).expect("a file");
            (self.body)(&text);
            let step = text.len().div_ceil(self.places).max(1);
            for at in (0..text.len()).step_by(step) {
                (self.body)(&text[..at]);
                let mut changed = text.clone();
                for byte in [b'%', b'&', b'=', b'\n', b'"', 0xFF] {
                    changed[at] = byte;
                    (self.body)(&changed);
                }
            }
            count += 1;
        }
        assert!(count > 0, "{}", self.name);
    }
}
