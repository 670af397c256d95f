//! Every capture under `fixtures/captures` gives the base strings beside it, whether its format is named or detected.

use oauth1_capture::{Captured, Format, Hints, answer::recognise, read};
use oauth1_core::{base_string::BaseString, key::Secret, request::Scheme};
use std::{
    fs,
    path::{Path, PathBuf},
};

fn files(format: Format) -> Vec<PathBuf> {
    // What stands beside the captures: what is expected, what is told, how they were made.
    const BESIDE: [&str; 6] = ["base-string", "options", "signing-key", "md", "py", "php"];
    let directory = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/captures")
        .join(format.name());
    let mut paths: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let extension = path.extension().unwrap_or_default();
            path.is_file() && BESIDE.iter().all(|beside| extension != *beside)
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

/// A line for each case; an empty one where there is none.
#[test]
fn every_capture_gives_its_base_strings() {
    for &format in Format::ALL {
        let files = files(format);
        assert!(files.len() >= 2, "{}: too few captures", format.name());
        for path in files {
            let input = fs::read(&path).unwrap();
            let expected = fs::read_to_string(path.with_extension("base-string")).unwrap();
            let expected: Vec<_> = expected.lines().collect();
            let key = fs::read(path.with_extension("signing-key")).ok();
            for asked in [Some(format), None] {
                let captured = read(&input, asked, &hints(&path))
                    .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                let key_read = captured[0].signing_key.as_ref();
                assert!(
                    key_read.map(Secret::expose) == key.as_deref(),
                    "{}: another key",
                    path.display()
                );
                let base_strings: Vec<_> = captured
                    .into_iter()
                    .map(|captured| base_string(captured, &path))
                    .collect();
                assert_eq!(base_strings, expected, "{}", path.display());
            }
        }
    }
}

fn base_string(captured: Captured, path: &Path) -> String {
    if let Some(captured) = captured.request {
        assert!(captured.scheme_known, "{}", path.display());
        return BaseString::of(&captured.request).as_str().to_owned();
    }
    let answer = captured.response.and_then(|response| recognise(&response));
    let expected = answer.and_then(|answer| answer.base_string);
    let text = captured.base_string.or(expected).unwrap_or_default();
    String::from_utf8(text).unwrap()
}
