//! The bodies of the fuzz targets over their corpus and over mutations of it.

mod targets;

use diagnose_tests::{runtime::in_parallel, targets::Target};

const TARGETS: [Target; 5] = [
    Target {
        name: "settings",
        body: targets::settings,
        places: 60,
    },
    Target {
        name: "golden",
        body: targets::golden,
        places: 20,
    },
    Target {
        name: "connection",
        body: targets::connection,
        places: 20,
    },
    Target {
        name: "rendered",
        body: targets::rendered,
        places: 3,
    },
    Target {
        name: "redact",
        body: targets::redact,
        places: 1,
    },
];

#[test]
fn the_corpus_passes() {
    in_parallel(&TARGETS, Target::replay);
}
