//! A signature base string, kept as it was pasted: what is odd about it is the evidence.

use crate::{
    Captured, Format,
    detect::{begins_with, contains, first_line, other_command},
    error::CaptureError,
    format::Spec,
};

/// For whoever has to paste one.
pub(crate) const HELP: &str =
    "paste the text that your client signs, for example GET&https%3A%2F%2F…&…";

pub(crate) const SPEC: Spec = Spec {
    name: "base-string",
    description: "a signature base string: METHOD&URI&parameters",
    noun: "a signature base string",
    looks_like,
    // Without its method it begins as a URL does.
    may_look_like: &[Format::Url],
    keeps_byte_order_mark: true,
    read: |input, _| {
        Ok(vec![Captured {
            base_string: Some(read(input)?),
            ..Captured::default()
        }])
    },
};

/// A method with `&` or an encoded `&` behind it and, where no other has that name, a URI; or protocol parameters joined in
/// one of the ways they are joined in a base string, right or wrong; but not the parameters of a header, which have quotes, and
/// nothing that begins as a program or a command does.
pub(crate) fn looks_like(text: &[u8]) -> bool {
    const METHODS: [&str; 9] = [
        "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT",
    ];
    let letters = text.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let (word, rest) = text.split_at_checked(letters).unwrap_or_default();
    let is_method = METHODS
        .iter()
        .any(|method| word.eq_ignore_ascii_case(method.as_bytes()));
    let after = [&b"&"[..], b"%26"]
        .iter()
        .find_map(|joint| rest.strip_prefix(*joint));
    let is_uri = |text: &[u8]| letters > 0 && begins_with(text, b"http");
    if after.is_some_and(|after| is_method || is_uri(after)) {
        return true;
    }
    contains(text, b"oauth_")
        && !contains(text, b"=\"")
        && !is_url_without_scheme(text)
        && !begins_as_code(text)
        && other_command(first_line(text)).is_none()
        && [&b"%3D"[..], b"%3d", b"="]
            .iter()
            .any(|sign| contains(text, sign))
}

/// Quotes or brackets in front of the first joint.
fn begins_as_code(text: &[u8]) -> bool {
    let end = text.iter().position(|b| b"&%\n".contains(b));
    let beginning = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
    beginning.iter().any(|b| b"\"'`(){}[]<>".contains(b))
}

/// `api.example.com/items?oauth_…`: a slash and then a raw `?` before any joint.
pub(crate) fn is_url_without_scheme(text: &[u8]) -> bool {
    let mut parts = text.splitn(2, |&b| b == b'?');
    let before = parts.next().unwrap_or_default();
    parts.next().is_some()
        && before.contains(&b'/')
        && !before.iter().any(|&b| b == b'&' || b.is_ascii_whitespace())
}

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
