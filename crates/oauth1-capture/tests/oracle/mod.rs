//! What must hold for every input of every reader; shared by the property tests, the corpus and the fuzzer.
#![allow(dead_code)] // each of them uses its part of this

use oauth1_capture::{CaptureError, Captured, Format, Hints, answer::recognise, detect, read};
use oauth1_core::base_string::BaseString;

/// An error points into the input, agrees with itself about where, and shows nothing that a terminal would act on.
pub(crate) fn check_error(input: &[u8], error: &CaptureError) {
    assert!(error.byte <= input.len(), "{error:?}");
    let before = &input[..error.byte];
    let line = before.split(|&b| b == b'\n').count();
    let column = 1 + before.rsplit(|&b| b == b'\n').next().unwrap().len();
    assert_eq!((error.line, error.column), (line, column), "{error:?}");
    let text = error.to_string();
    assert!(!text.contains(char::is_control), "{text:?}");
    assert!(text.len() < 600, "{text:?}");
}

/// Reads an input as every format and as none.
pub(crate) fn read_in_every_way(input: &[u8]) {
    let _ = detect(input);
    read_as(input, None);
    for &format in Format::ALL {
        read_as(input, Some(format));
    }
}

/// Reads an input as one format, or as the one that is detected.
pub(crate) fn read_as(input: &[u8], format: Option<Format>) {
    let hints = Hints {
        method: Some("POST".into()),
        url: Some("https://example.com/p?q=1".into()),
        ..Hints::default()
    };
    match read(input, format, &hints) {
        Err(error) => check_error(input, &error),
        Ok(all) => {
            assert!(!all.is_empty());
            all.iter().for_each(check_captured);
        }
    }
}

fn check_captured(captured: &Captured) {
    let request = captured.request.as_ref();
    let notes = request.map_or(&[][..], |request| &request.notes);
    for note in captured.notes.iter().chain(notes) {
        assert!(!note.contains(char::is_control), "{note:?}");
    }
    if let Some(captured) = request {
        let _ = BaseString::of(&captured.request);
    }
    if let Some(response) = &captured.response {
        assert!(!response.summary().contains(char::is_control));
        if let Some(answer) = recognise(response) {
            assert!(!answer.meaning.contains(char::is_control), "{answer:?}");
        }
    }
}

/// A file of the fuzzer's corpus: the name of a format (another word: none), a line end, and the input.
pub(crate) fn read_corpus_file(file: &[u8]) {
    let mut parts = file.splitn(2, |&b| b == b'\n');
    let name = parts.next().unwrap_or_default();
    let format = Format::ALL
        .iter()
        .copied()
        .find(|format| format.name().as_bytes() == name);
    read_as(parts.next().unwrap_or_default(), format);
}
