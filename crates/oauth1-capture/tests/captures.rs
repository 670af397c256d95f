//! Every capture under `fixtures/captures` gives the base string beside it, whether its format is named or detected.

use oauth1_capture::{Captured, Format, Hints, read};
use oauth1_core::{base_string::BaseString, request::Scheme};
use std::{
    fs,
    path::{Path, PathBuf},
};

fn files(format: Format) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/captures")
        .join(format.name());
    let mut paths: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let extension = path.extension().unwrap();
            extension != "base-string" && extension != "options"
        })
        .collect();
    paths.sort();
    paths
}

/// The lines `method …`, `url …` and `scheme …` of the `.options` file beside a capture.
fn hints(capture: &Path) -> Hints {
    let mut hints = Hints::default();
    let told = fs::read_to_string(capture.with_extension("options")).unwrap_or_default();
    for line in told.lines() {
        let (name, value) = line.split_once(' ').unwrap();
        match (name, value) {
            ("method", _) => hints.method = Some(value.into()),
            ("url", _) => hints.url = Some(value.into()),
            ("scheme", "http") => hints.scheme = Some(Scheme::Http),
            ("scheme", "https") => hints.scheme = Some(Scheme::Https),
            _ => panic!("unknown option: {line}"),
        }
    }
    hints
}

#[test]
fn every_capture_gives_its_base_string() {
    for &format in Format::ALL {
        let files = files(format);
        assert!(files.len() >= 2, "{}: too few captures", format.name());
        for path in files {
            let input = fs::read(&path).unwrap();
            let expected = fs::read_to_string(path.with_extension("base-string")).unwrap();
            for asked in [Some(format), None] {
                let captured = read(&input, asked, &hints(&path))
                    .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                let base_string = match captured {
                    Captured::Request(captured) => {
                        assert!(captured.scheme_known, "{}", path.display());
                        BaseString::of(&captured.request).as_str().to_owned()
                    }
                    Captured::BaseString(text) => String::from_utf8(text).unwrap(),
                };
                assert_eq!(base_string, expected.trim_end(), "{}", path.display());
            }
        }
    }
}
