//! The bodies of the fuzz targets over their corpus and over mutations of it.
use diagnose_tests::{
    runtime::in_parallel,
    targets::{TARGETS, Target},
};

#[test]
fn the_corpus_passes() {
    in_parallel(TARGETS, Target::replay);
}
