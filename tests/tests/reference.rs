//! `docs/reference/` says what the program says.
use diagnose_tests::reference;
use std::{env, fs, path::Path};

#[test]
fn the_reference_is_not_stale() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference");
    for (name, text) in reference::files() {
        let path = folder.join(name);
        if env::var_os("UPDATE_REFERENCE").is_some() {
            fs::create_dir_all(&folder).expect("a folder");
            fs::write(&path, &text).expect("a file");
        }
        let written = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == text,
            "docs/reference/{name} is stale: UPDATE_REFERENCE=1 cargo test -p diagnose-tests --test reference makes it anew"
        );
    }
}
