//! The report as JSON, field for field as the command-line contract says.

use oauth1_diagnosis::report::Report;
use serde::Serialize;
use serde_json::{Value, ser::Formatter};
use std::io;

/// A report with what the binary knows beside it.
#[derive(Serialize)]
pub(crate) struct Document<'a> {
    /// `batch` only: the input's id, as given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<&'a Value>,
    #[serde(flatten)]
    pub(crate) report: &'a Report,
    /// What the reader of the capture should know.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub(crate) notes: &'a [String],
    /// Only when the input could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<ReadError>,
}

/// Why and where an input could not be read.
#[derive(Clone, Serialize)]
pub(crate) struct ReadError {
    pub(crate) message: String,
    /// 1-based.
    pub(crate) line: usize,
    /// 1-based, in bytes.
    pub(crate) column: usize,
}

/// One line of JSON, without its line end.
pub(crate) fn render(document: &Document) -> Vec<u8> {
    harmless(document)
}

/// A value as one line of JSON that drives no terminal.
pub(crate) fn harmless(value: &impl Serialize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, Harmless);
    value
        .serialize(&mut serializer)
        .expect("our types have only text keys, and a vector takes everything");
    out
}

/// Compact JSON in which every character that a terminal would obey is written as `\uXXXX`: the
/// value that a parser reads is the same.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        text: &str,
    ) -> io::Result<()> {
        let mut rest = text;
        // Nearly always; and looked at without a stop, many bytes are at once.
        let is_printable = |all, byte: &u8| all & (b' '..=b'~').contains(byte);
        if text.as_bytes().iter().fold(true, is_printable) {
            return out.write_all(text.as_bytes());
        }
        while let Some((at, c)) = rest
            .char_indices()
            .find(|&(_, c)| !super::escape::is_plain(c))
        {
            out.write_all(&rest.as_bytes()[..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = &rest[at + c.len_utf8()..];
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::escape::tests::hostile_text;
    use diagnose_tests::visible::is_forbidden;
    use proptest::prelude::*;

    proptest! {
        /// P31, for JSON: a parser reads the same text back, and the output drives no terminal.
        #[test]
        fn text_survives_and_is_harmless(text in hostile_text()) {
            let mut out = Vec::new();
            text.serialize(&mut serde_json::Serializer::with_formatter(&mut out, Harmless)).unwrap();
            let printed = String::from_utf8(out).unwrap();
            prop_assert!(!printed.chars().any(is_forbidden), "{printed:?}");
            prop_assert_eq!(serde_json::from_str::<String>(&printed).unwrap(), text);
        }
    }
}
