//! What does the user give: a file, standard input, or the text itself?

use crate::failure::{Failure, visible_path};
use oauth1_capture::Format;
use std::{
    ffi::OsStr,
    fs::File,
    io::{self, Cursor, IsTerminal, Read},
    path::Path,
};

/// No capture is longer, but for HAR files.
pub(crate) const MAX_BYTES: usize = 16 * 1024 * 1024;

/// A capture.
pub(crate) enum Source {
    /// All of it.
    Text(Vec<u8>),
    /// A HAR file that is too long to be kept: it is read as a stream.
    LongHar(Box<dyn Read>),
}

/// What INPUT stands for; `None` when there is no INPUT and standard input is a terminal.
pub(crate) fn read(input: Option<&OsStr>) -> Result<Option<Source>, Failure> {
    match input {
        None if io::stdin().is_terminal() => Ok(None),
        None => read_stdin().map(Some),
        Some(text) if text == "-" => read_stdin().map(Some),
        Some(text) => file_or_text(text).map(Some),
    }
}

/// The value of an option of the form `S|@FILE`; the one line end at the end of a file is no part of it.
pub(crate) fn text_or_file(
    option: &str,
    argument: Option<&OsStr>,
) -> Result<Option<Vec<u8>>, Failure> {
    let Some(argument) = argument else {
        return Ok(None);
    };
    match argument.to_str().and_then(|text| text.strip_prefix('@')) {
        Some(path) => read_file(option, Path::new(path))
            .map(without_line_end)
            .map(Some),
        None => Ok(Some(argument.as_encoded_bytes().to_vec())),
    }
}

/// Whether a text is the name of an existing file.
pub(crate) fn is_file(text: &OsStr) -> bool {
    Path::new(text).is_file()
}

/// Takes the one line end off that editors and `echo` put at the end.
pub(crate) fn without_line_end(mut text: Vec<u8>) -> Vec<u8> {
    if text.ends_with(b"\n") {
        text.pop();
        if text.ends_with(b"\r") {
            text.pop();
        }
    }
    text
}

/// An existing file wins over the text of the same spelling.
fn file_or_text(input: &OsStr) -> Result<Source, Failure> {
    let path = Path::new(input);
    if path.is_dir() {
        return Err(Failure::usage(
            "INPUT is a directory, and one captured request was expected",
            "give the file that holds the request.",
        ));
    }
    if path.exists() {
        return File::open(path)
            .and_then(read_source)
            .map_err(|error| Failure::io("INPUT", path, &error));
    }
    Ok(Source::Text(input.as_encoded_bytes().to_vec()))
}

fn read_stdin() -> Result<Source, Failure> {
    read_source(io::stdin()).map_err(|error| Failure::io("standard input", Path::new("-"), &error))
}

fn read_source(mut from: impl Read + 'static) -> io::Result<Source> {
    let mut bytes = Vec::new();
    let limit = MAX_BYTES as u64 + 1;
    from.by_ref().take(limit).read_to_end(&mut bytes)?;
    if bytes.len() <= MAX_BYTES {
        Ok(Source::Text(bytes))
    } else if oauth1_capture::detect(&bytes) == Some(Format::Har) {
        Ok(Source::LongHar(Box::new(Cursor::new(bytes).chain(from))))
    } else {
        Err(too_long())
    }
}

fn read_file(what: &str, path: &Path) -> Result<Vec<u8>, Failure> {
    File::open(path)
        .and_then(read_limited)
        .map_err(|error| Failure::io(what, path, &error))
}

/// The text of a file that is written for this program, settings or golden cases: UTF-8, and no longer than a capture.
pub(crate) fn text_file(what: &str, path: &Path) -> Result<String, Failure> {
    String::from_utf8(read_file(what, path)?).map_err(|error| {
        let error = io::Error::new(io::ErrorKind::InvalidData, error.utf8_error());
        Failure::io(what, path, &error)
    })
}

/// A file that another file names, which may be a stranger's: a regular one, in the directory of the other or below it.
pub(crate) fn included(what: &str, directory: &Path, name: &Path) -> Result<Vec<u8>, Failure> {
    let path = directory.join(name);
    let failed = |error: io::Error| Failure::io(what, &path, &error);
    let root = if directory.as_os_str().is_empty() {
        Path::new(".")
    } else {
        directory
    };
    let real = path.canonicalize().map_err(failed)?;
    let is_below = real.starts_with(root.canonicalize().map_err(failed)?);
    if !is_below || !real.is_file() {
        return Err(Failure::usage(
            format!(
                "{what} {} is no regular file at or below the directory of the file that names it",
                visible_path(&path)
            ),
            "put it beside that file.",
        ));
    }
    read_file(what, &real)
}

fn read_limited(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > MAX_BYTES {
        return Err(too_long());
    }
    Ok(bytes)
}

fn too_long() -> io::Error {
    io::Error::new(
        io::ErrorKind::FileTooLarge,
        "it is longer than 16 MiB; only a HAR file may be",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capture_has_sixteen_mebibytes_and_no_byte_more() {
        let file = |length: usize| io::repeat(b'a').take(length as u64);
        let is_too_long = |error: &io::Error| error.kind() == io::ErrorKind::FileTooLarge;
        assert!(
            matches!(read_source(file(MAX_BYTES)), Ok(Source::Text(text)) if text.len() == MAX_BYTES)
        );
        assert!(read_limited(file(MAX_BYTES)).is_ok_and(|text| text.len() == MAX_BYTES));
        for length in [MAX_BYTES + 1, 10 * MAX_BYTES] {
            assert!(read_source(file(length)).is_err_and(|error| is_too_long(&error)));
            assert!(read_limited(file(length)).is_err_and(|error| is_too_long(&error)));
        }
    }
}
