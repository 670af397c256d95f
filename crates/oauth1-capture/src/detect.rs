//! Which form is this? By the content, from the most to the least certain sign.

use crate::{
    Format, base_string,
    error::CaptureError,
    http::{Lines, field_name},
};

/// In front of text files that some Windows programs write.
pub(crate) const UTF8_BOM: &[u8] = b"\xef\xbb\xbf";

/// Guesses the form; `None` when nothing tells.
///
/// A form may be recognised in spite of mistakes in it: a lower-case method, a base string without its `&`, JSON of
/// some other kind (its reader says what it expected).
///
/// ```
/// use oauth1_capture::{Format, detect};
/// assert_eq!(detect(b"curl -X POST 'https://example.com/'"), Some(Format::Curl));
/// assert_eq!(detect(b"get%26http%253a"), Some(Format::BaseString));
/// assert_eq!(detect(b"hello"), None);
/// ```
pub fn detect(input: &[u8]) -> Option<Format> {
    let text = input
        .strip_prefix(UTF8_BOM)
        .unwrap_or(input)
        .trim_ascii_start();
    Format::ALL
        .iter()
        .copied()
        .find(|format| (format.spec().looks_like)(text))
}

/// The format to read: the one asked for, unless the content is clearly another, or the one detected.
pub(crate) fn settle(input: &[u8], asked: Option<Format>) -> Result<Format, CaptureError> {
    let trimmed = input
        .strip_prefix(UTF8_BOM)
        .unwrap_or(input)
        .trim_ascii_start();
    let start = input.len() - trimmed.len();
    if trimmed.is_empty() {
        return Err(CaptureError::at(
            input,
            0,
            "expected a captured request or a base string, found an empty input",
            "paste a raw HTTP request, a curl command, a signed URL, an Authorization header or a base string",
        ));
    }
    match (asked, detect(input)) {
        (Some(asked), Some(found)) if !can_be(asked, found) => Err(CaptureError::at(
            input,
            start,
            format!(
                "expected {}, found {}",
                asked.spec().noun,
                found.spec().noun
            ),
            format!("give --input-format {} or leave it out", found.name()),
        )),
        // No reader of its own would find anything wrong with it.
        (Some(Format::BaseString) | None, None) => Err(unknown(input, start, asked)),
        (Some(format), _) | (None, Some(format)) => Ok(format),
    }
}

/// Whether what looks like one format may be another.
fn can_be(asked: Format, found: Format) -> bool {
    asked == found || asked.spec().may_look_like.contains(&found)
}

/// The first line, without its line end.
pub(crate) fn first_line(text: &[u8]) -> &[u8] {
    Lines::new(text)
        .next()
        .map(|line| line.text)
        .unwrap_or_default()
}

/// Whether text begins with these letters, in any case.
pub(crate) fn begins_with(text: &[u8], start: &[u8]) -> bool {
    text.get(..start.len())
        .is_some_and(|text| text.eq_ignore_ascii_case(start))
}

/// Whether a part stands somewhere in a text.
pub(crate) fn contains(text: &[u8], part: &[u8]) -> bool {
    find(text, part).is_some()
}

/// Where a part first stands in a text.
pub(crate) fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, part)
}

/// A command of a tool whose output is read, but not its options.
pub(crate) fn other_command(line: &[u8]) -> Option<(&'static str, &'static str)> {
    let is_prompt = |word: &&[u8]| matches!(*word, b"$" | b"%" | b"#" | b">");
    let mut words = line.split(u8::is_ascii_whitespace);
    let word = words.find(|word| !is_prompt(word))?;
    let name = word.rsplit(|&b| b == b'/').next().unwrap_or_default();
    let is_one_of = |names: &[&str]| names.iter().any(|known| known.as_bytes() == name);
    if is_one_of(&["http", "https", "xh", "xhs"]) && name.len() < line.len() {
        Some((
            "a command of HTTPie or xh",
            "add --offline to it, run it, and paste what it prints: that is the request as it would be sent",
        ))
    } else if is_one_of(&["wget", "wget2"]) {
        Some((
            "a command of wget",
            "add -d to it, run it, and paste what it prints: the request is in it",
        ))
    } else {
        None
    }
}

/// Says what an input in no known form may be, without showing any of it: it could be a secret pasted by mistake.
fn unknown(input: &[u8], start: usize, asked: Option<Format>) -> CaptureError {
    let text = input.get(start..).unwrap_or_default();
    let first = first_line(text);
    let (at, found, help) = if input.starts_with(b"\xff\xfe") || input.starts_with(b"\xfe\xff") {
        (
            0,
            "text in UTF-16",
            "save it as UTF-8 (PowerShell: Out-File -Encoding utf8)",
        )
    } else if let Some(at) = text
        .iter()
        .position(|b| b.is_ascii_control() && !b.is_ascii_whitespace())
    {
        (
            start + at,
            "binary data",
            "paste the request as text, or as JSON with \"body_base64\"",
        )
    } else if base_string::is_url_without_scheme(first) {
        (
            start,
            "a URL without its beginning",
            "write it from http:// or https:// on",
        )
    } else if let Some((what, help)) = other_command(first) {
        (start, what, help)
    } else if contains(text, b"oauth_") {
        (
            start,
            "protocol parameters without a scheme in front",
            "begin with Authorization: OAuth, and add --url and --method",
        )
    } else if field_name(first).is_some() {
        (
            start,
            "header lines without a request line",
            "begin with a request line such as GET /path?query HTTP/1.1",
        )
    } else {
        (
            start,
            "text in no form that is known",
            if asked.is_some() {
                base_string::HELP
            } else {
                "paste raw HTTP, a curl command, a signed URL, an Authorization header or a base string; --help lists all forms"
            },
        )
    };
    let expected = asked.map_or(
        "a captured request, a base string or a provider's answer",
        |format| format.spec().noun,
    );
    CaptureError::at(
        input,
        at,
        format!("expected {expected}, found {found}"),
        help,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_recognised_by_its_beginning() {
        for (input, format) in [
            (" {\"url\": 1}", Format::Json),
            ("[]", Format::Json),
            ("\u{feff}{\"log\":", Format::Har),
            ("curl", Format::Curl),
            ("\n$ curl -s h", Format::Curl),
            ("/usr/bin/curl \\\n h", Format::Curl),
            ("GET / HTTP/1.1", Format::Http),
            ("\r\n\r\nget /a b HTTP/1.0\r\n", Format::Http),
            ("A&B /a HTTP/1.1", Format::Http),
            ("POST https://h/?oauth_token=a", Format::Http),
            ("authorization : OAuth a=\"b\"", Format::Header),
            ("oauth realm=\"\"", Format::Header),
            ("OAuth,a=\"b\"", Format::Header),
            ("Host: h\r\nAuthorization: OAuth a=\"b\"", Format::Header),
            ("HTTPS://h", Format::Url),
            ("  http://h/?oauth_token=a&oauth_nonce=b\n", Format::Url),
            ("GET&http%3A%2F%2Fh%2F&", Format::BaseString),
            ("post%26http%253A", Format::BaseString),
            ("GEThttp%3a%2f%2fh%2foauth_token%3da", Format::BaseString),
            ("http%3A%2F%2Fh%2F&oauth_token%3Da", Format::BaseString),
            ("oauth_token=a&oauth_nonce=b&GET", Format::BaseString),
            ("HTTP/1.1 200 OK", Format::Response),
            ("{\"message\": \"Forbidden\"}", Format::Response),
        ] {
            assert_eq!(detect(input.as_bytes()), Some(format), "{input}");
        }
    }

    #[test]
    fn what_is_nothing_is_not_guessed_at() {
        for input in [
            "",
            " ",
            "hello",
            "curled",
            "GET",
            "GET it",
            "oauth_token=\"a\"",
            "OAuthor",
            "HTTP/1.1 OK",
            "Host: h",
            "ftp://h/",
            "h.example/p?oauth_token=a&oauth_signature=b",
            "/p?oauth_token=a",
            "getter&x",
        ] {
            assert_eq!(detect(input.as_bytes()), None, "{input}");
        }
    }

    #[test]
    fn what_can_be_made_readable_is_told_how() {
        for (input, help) in [
            (
                "http GET h/p 'Authorization:OAuth oauth_token=\"a\"'",
                "--offline",
            ),
            ("$ xh post h oauth_token==a", "--offline"),
            (
                "/usr/bin/wget --header='Authorization: OAuth oauth_token=\"a\"' h",
                "-d",
            ),
            (
                "oauth_token=\"a\", oauth_nonce=\"b\"",
                "begin with Authorization",
            ),
            ("hello", "--help"),
        ] {
            let error = settle(input.as_bytes(), None).unwrap_err();
            assert!(error.help.contains(help), "{input}: {error}");
        }
    }

    #[test]
    fn the_format_asked_for_is_kept_unless_the_content_is_clearly_another() {
        assert_eq!(
            settle(b"http://h/&a", Some(Format::BaseString)),
            Ok(Format::BaseString)
        );
        // A method of WebDAV, a separator that nobody uses.
        for odd in ["REPORT&http%3A%2F%2Fh%2F&", "http://h/\noauth_token=a"] {
            assert_eq!(
                settle(odd.as_bytes(), Some(Format::BaseString)),
                Ok(Format::BaseString)
            );
        }
        assert_eq!(
            settle(b"curl \"http://h/\"", Some(Format::Windows)),
            Ok(Format::Windows)
        );
        let error = settle(b"\n{\"log\": {}}", Some(Format::Curl)).unwrap_err();
        assert_eq!((error.line, error.byte), (2, 1));
        assert!(error.message.contains("found a HAR file"));
        assert!(error.help.contains("--input-format har"));
    }
}
