//! An `Authorization` header without its request: `--url` and `--method` say the rest.

use crate::{
    CapturedRequest, Hints,
    base_string::trim_blanks,
    detect::first_line,
    error::{CaptureError, excerpt},
    format::Spec,
    hints::apply_host_header,
    http::{Line, Lines, check_last, field_name, read_body, read_fields},
    url::UrlRequest,
};
use oauth1_core::request::Header;

pub(crate) const SPEC: Spec = Spec {
    name: "header",
    description: "an Authorization header, line or value, with --url and --method",
    noun: "an Authorization header",
    looks_like,
    may_look_like: &[],
    keeps_byte_order_mark: false,
    read: |input, hints| Ok(vec![read(input, hints)?.into()]),
};

fn looks_like(text: &[u8]) -> bool {
    is_oauth(text)
        || field_name(first_line(text)).is_some()
            && Lines::new(text)
                .take_while(|line| !line.text.is_empty())
                .filter_map(|line| field_name(line.text))
                .any(|name| name.eq_ignore_ascii_case(b"Authorization"))
}

/// Reads `Authorization: OAuth …`, with other header lines and a body if they are there, or the value `OAuth …` alone.
pub(crate) fn read(input: &[u8], hints: &Hints) -> Result<CapturedRequest, CaptureError> {
    let start = input.len() - input.trim_ascii_start().len();
    let mut notes = Vec::new();
    let mut lines = Lines::new(input);
    lines.at = start;
    let headers = if is_oauth(input.get(start..).unwrap_or_default()) {
        let header = read_value(lines.by_ref(), &mut notes);
        check_last(input, &lines, Some(&header))?;
        vec![header]
    } else {
        read_fields(input, &mut lines, &mut notes)?
    };
    check_scheme(input, start, &headers)?;
    if hints.method.is_none() {
        notes.push(
            "A header does not say the method; GET is taken. Give --method if it was another."
                .into(),
        );
    }
    let Some(UrlRequest {
        mut request,
        typed_url,
    }) = hints.url_request(hints.method_or_get())?
    else {
        return Err(CaptureError::at(
            input,
            start,
            "expected the URL as well: an Authorization header alone does not say what was requested",
            "add --url and --method, or paste the whole request",
        ));
    };
    hints.override_scheme(&mut request, &mut notes);
    request.headers = headers;
    request.body = read_body(input, lines.at, &request, &mut notes)?;
    apply_host_header(&mut request, &mut notes);
    Ok(CapturedRequest {
        request,
        scheme_known: true,
        typed_url,
        notes,
    })
}

/// Whether text begins with the scheme `OAuth` of an Authorization value, in any case.
pub(crate) fn is_oauth(text: &[u8]) -> bool {
    text.split_at_checked(5).is_some_and(|(scheme, rest)| {
        scheme.eq_ignore_ascii_case(b"OAuth")
            && rest
                .first()
                .is_none_or(|&b| b.is_ascii_whitespace() || b == b',')
    })
}

/// Joins the lines of a value, folded or broken by whoever pasted it, with one space each.
fn read_value<'a>(lines: impl Iterator<Item = Line<'a>>, notes: &mut Vec<String>) -> Header {
    let mut value: Vec<u8> = Vec::new();
    let mut broken = false;
    for line in lines.take_while(|line| !line.text.is_empty()) {
        if !value.is_empty() {
            broken |= !line.text.starts_with(b" ") && !line.text.starts_with(b"\t");
            value.push(b' ');
        }
        value.extend_from_slice(trim_blanks(line.text));
    }
    if broken {
        notes.push(
            "The header's value is broken over several lines; they are joined with a space.".into(),
        );
    }
    Header {
        name: b"Authorization".to_vec(),
        value,
    }
}

/// There must be an Authorization header, and one of them must say OAuth. Its value is never shown.
fn check_scheme(input: &[u8], start: usize, headers: &[Header]) -> Result<(), CaptureError> {
    let mut schemes = headers
        .iter()
        .filter(|header| header.name.eq_ignore_ascii_case(b"Authorization"))
        .map(|header| &header.value);
    let message = match schemes.next() {
        None => "expected an Authorization header, found none".to_owned(),
        Some(value) if is_oauth(value) || schemes.any(|value| is_oauth(value)) => return Ok(()),
        Some(value) => match value.split(|&b| b == b' ').next() {
            Some(scheme @ (b"Basic" | b"Bearer" | b"Digest" | b"AWS4-HMAC-SHA256")) => {
                format!("expected the scheme OAuth, found {}", excerpt(scheme))
            }
            _ => "expected a value that begins with OAuth, found another".to_owned(),
        },
    };
    let help = "paste the header as it was sent: Authorization: OAuth oauth_consumer_key=\"…\", …";
    Err(CaptureError::at(input, start, message, help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use oauth1_core::request::Scheme;

    fn hints() -> Hints {
        Hints {
            method: Some("POST".into()),
            url: Some("https://User@h.example/p?q=1#top".into()),
            ..Hints::default()
        }
    }

    #[test]
    fn line_and_value_give_the_same_request() {
        let line = read(b"authorization :  OAuth a=\"b\", c=\"d\" \r\n", &hints()).unwrap();
        let value = read(b" OAuth a=\"b\", c=\"d\"\n", &hints()).unwrap();
        let expected = Some(&b"OAuth a=\"b\", c=\"d\""[..]);
        for captured in [&line, &value] {
            assert_eq!(captured.request.header("Authorization"), expected);
            assert_eq!(captured.request.method, b"POST");
            assert_eq!(captured.request.authority, b"h.example");
            assert_eq!(captured.request.query.as_deref(), Some(&b"q=1"[..]));
            assert_eq!(captured.request.scheme, Scheme::Https);
            assert_eq!(
                captured.typed_url.as_deref(),
                Some(&b"https://User@h.example/p?q=1#top"[..])
            );
        }
    }

    #[test]
    fn folded_and_broken_values_are_joined() {
        let folded = read(
            b"Authorization: OAuth\r\n  a=\"b\",\r\n  c=\"d\"\r\n",
            &hints(),
        )
        .unwrap();
        let broken = read(b"OAuth\n  a=\"b\",\nc=\"d\"\n", &hints()).unwrap();
        let expected = Some(&b"OAuth a=\"b\", c=\"d\""[..]);
        assert_eq!(folded.request.header("Authorization"), expected);
        assert_eq!(broken.request.header("Authorization"), expected);
        assert!(folded.notes.is_empty());
        assert!(broken.notes[0].contains("joined"));
    }

    #[test]
    fn a_value_that_breaks_off_is_refused_unless_an_empty_line_ends_it() {
        for cut in [
            "OAuth",
            "OAuth a=\"b\",",
            "OAuth a=\"b\", c",
            "OAuth a=\"b\", c=",
            "OAuth a=\"b\", c=\"",
            "OAuth a=\"b\",\n  c=\"d\n",
            "Authorization: OAuth realm=\"b, c",
        ] {
            let error = read(cut.as_bytes(), &hints()).unwrap_err();
            assert_eq!(error.byte, cut.len(), "{cut}: {error}");
            assert!(error.message.contains("end of the input"), "{cut}: {error}");
            let ended = format!("{}\n\n", cut.trim_end());
            assert!(read(ended.as_bytes(), &hints()).is_ok(), "{cut}");
        }
        for whole in ["OAuth a=\"\"", "OAuth a=b", "OAuth a=\"b,c\"\n"] {
            assert!(read(whole.as_bytes(), &hints()).is_ok(), "{whole}");
        }
    }

    #[test]
    fn a_block_of_headers_keeps_the_others_and_the_body() {
        let input = b"Host: other.example\nContent-Type: application/x-www-form-urlencoded\nAuthorization: OAuth a=\"b\"\n\nx=y";
        let captured = read(input, &hints()).unwrap();
        assert_eq!(captured.request.form_body(), Some(&b"x=y"[..]));
        assert_eq!(captured.request.authority, b"other.example");
        assert!(captured.notes.concat().contains("h.example"));
    }

    #[test]
    fn asks_for_url_and_method() {
        let error = read(b"OAuth a=\"b\"", &Hints::default()).unwrap_err();
        assert!(error.help.contains("--url") && error.help.contains("--method"));
        let only_url = Hints {
            method: None,
            ..hints()
        };
        let captured = read(b"OAuth a=\"b\"", &only_url).unwrap();
        assert_eq!(captured.request.method, b"GET");
        assert!(captured.notes[0].contains("--method"));
    }

    #[test]
    fn a_url_hint_that_is_none_says_so() {
        let hints = Hints {
            url: Some("h.example/p".into()),
            ..hints()
        };
        assert!(
            read(b"OAuth a=\"b\"", &hints)
                .unwrap_err()
                .message
                .contains("--url")
        );
    }

    #[test]
    fn other_schemes_are_named_but_not_their_values() {
        let error = read(b"\nAuthorization: Bearer s3cr3t", &hints()).unwrap_err();
        assert_eq!((error.line, error.byte), (2, 1));
        assert!(error.message.contains("Bearer"));
        assert!(!error.to_string().contains("s3cr3t"));
        let error = read(b"Authorization: s3cr3t", &hints()).unwrap_err();
        assert!(!error.to_string().contains("s3cr3t"));
        let error = read(b"Host: h", &hints()).unwrap_err();
        assert!(error.message.contains("found none"));
    }
}
