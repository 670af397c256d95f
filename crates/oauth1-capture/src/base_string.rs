//! A signature base string, kept as it was pasted: what is odd about it is the evidence.

use crate::error::CaptureError;

/// For whoever has to paste one.
pub(crate) const HELP: &str =
    "paste the text that your client signs, for example GET&https%3A%2F%2F…&…";

/// Removes one line end at the end, then the blanks around the text, and nothing else.
pub(crate) fn read(input: &[u8]) -> Result<Vec<u8>, CaptureError> {
    let text = input.strip_suffix(b"\n").unwrap_or(input);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    let text = trim_blanks(text);
    if text.is_empty() {
        return Err(CaptureError::at(
            input,
            0,
            "expected a signature base string, found an empty input",
            HELP,
        ));
    }
    Ok(text.to_vec())
}

/// Removes spaces and tabs on both sides.
pub(crate) fn trim_blanks(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removes_one_line_end_and_the_blanks_around() {
        assert_eq!(read(b" \tGET&a&b \r\n").unwrap(), b"GET&a&b");
        assert_eq!(read(b"GET&a&b\n\n").unwrap(), b"GET&a&b\n");
    }

    #[test]
    fn keeps_every_other_byte() {
        let odd = b"\xef\xbb\xbfget%26http://h/\x00&\xff";
        assert_eq!(read(odd).unwrap(), odd);
    }

    #[test]
    fn blanks_alone_are_nothing() {
        assert!(read(b" \t\r\n").unwrap_err().message.contains("empty"));
    }
}
