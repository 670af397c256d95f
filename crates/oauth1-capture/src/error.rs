//! Why an input cannot be read: where, what was found there, what was expected, what to try.

/// Why the input cannot be read. Shown as one sentence; the parts are there for those who lay it out themselves.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column} (byte {byte}): {message}; {help}")]
pub struct CaptureError {
    /// 1-based line.
    pub line: usize,
    /// 1-based column in bytes.
    pub column: usize,
    /// 0-based byte offset.
    pub byte: usize,
    /// What was expected and what was found; text from the input is escaped, at most 40 characters long, and never
    /// a header's value, a URL's query or a body.
    pub message: String,
    /// What to try.
    pub help: String,
}

impl CaptureError {
    /// An error at a byte offset of the input; line and column are counted from it.
    pub(crate) fn at(
        input: &[u8],
        byte: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let byte = byte.min(input.len());
        let before = input.get(..byte).unwrap_or_default();
        let (line, column) = before.iter().fold((1, 1), |(line, column), &b| match b {
            b'\n' => (line + 1, 1),
            _ => (line, column + 1),
        });
        Self {
            line,
            column,
            byte,
            message: message.into(),
            help: help.into(),
        }
    }

    /// The same error, for text that starts `by` bytes into `input`.
    pub(crate) fn moved(self, input: &[u8], by: usize) -> Self {
        Self::at(input, self.byte.saturating_add(by), self.message, self.help)
    }
}

/// Input text for a message: anything but printable ASCII is written `\xNN`, and what is longer than 40 characters is cut.
pub(crate) fn excerpt(bytes: &[u8]) -> String {
    const LONGEST: usize = 40;
    let mut shown = String::new();
    for byte in bytes {
        let escaped = byte.escape_ascii().to_string();
        if shown.len() + escaped.len() > LONGEST {
            shown.push('…');
            break;
        }
        shown.push_str(&escaped);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_columns_from_one_and_bytes_from_zero() {
        let error = CaptureError::at(b"ab\ncd\nef", 4, "m", "h");
        assert_eq!((error.line, error.column, error.byte), (2, 2, 4));
        assert_eq!(error.to_string(), "line 2, column 2 (byte 4): m; h");
    }

    #[test]
    fn a_place_behind_the_end_is_the_end() {
        let error = CaptureError::at(b"ab\n", 99, "m", "h");
        assert_eq!((error.line, error.column, error.byte), (2, 1, 3));
    }

    #[test]
    fn excerpts_are_short_and_escaped() {
        assert_eq!(excerpt(b"a\x1b[31m\"\xe9"), r#"a\x1b[31m\"\xe9"#);
        let long = excerpt(&[0; 1000]);
        assert_eq!(long.matches(r"\x00").count(), 10);
        assert!(long.ends_with('…'));
    }
}
