//! What HTTPie or xh prints (`http -v`, `http --offline`): a request, and after an empty line the response; with
//! `--all --follow` each redirect as well.
//!
//! Colours are taken out. A body in JSON is printed formatted, so that it is not what was sent.

use crate::{
    Captured, Format, Hints,
    detect::first_line,
    error::CaptureError,
    format::Spec,
    http::{self, Lines, is_request_line, parse_length, read_fields},
    response::Response,
};
use oauth1_core::request::{BodyKind, Request};
use std::borrow::Cow;

pub(crate) const SPEC: Spec = Spec {
    name: "httpie",
    description: "what HTTPie or xh prints with -v or --offline: the request, and the response after it",
    noun: "a request with its response, as HTTPie prints it",
    looks_like,
    // One request alone.
    may_look_like: &[Format::Http],
    keeps_byte_order_mark: false,
    read,
};

/// A request line as raw HTTP has it, but in colours, or with a response behind it.
fn looks_like(text: &[u8]) -> bool {
    let plain = without_colours(text);
    is_request_line(first_line(&plain))
        && (colour(text).is_some() || messages(&plain).iter().any(Message::is_response))
}

fn read(input: &[u8], hints: &Hints) -> Result<Vec<Captured>, CaptureError> {
    let plain = without_colours(input);
    read_plain(&plain, hints).map_err(|error| {
        let at = with_colours(input, error.byte);
        CaptureError::at(input, at, error.message, error.help)
    })
}

fn read_plain(input: &[u8], hints: &Hints) -> Result<Vec<Captured>, CaptureError> {
    let mut all: Vec<Captured> = Vec::new();
    let mut earlier: Vec<Request> = Vec::new();
    for message in messages(input) {
        let bytes = input.get(..message.end).unwrap_or_default();
        if !message.is_response() {
            all.push(Captured {
                earlier: core::mem::take(&mut earlier),
                ..request(bytes, message.start, hints)?
            });
            continue;
        }
        let response = response(bytes, message.start)?;
        let redirects = response
            .status
            .is_some_and(|status| (300..400).contains(&status));
        let has_next = message.is_followed_by_request;
        if let Some(mut answered) = all.pop_if(|captured| captured.response.is_none()) {
            match answered.request.take() {
                Some(request) if redirects && has_next => {
                    earlier = answered.earlier;
                    earlier.push(request.request);
                }
                request => all.push(Captured {
                    request,
                    response: Some(response),
                    ..answered
                }),
            }
        }
    }
    if all.is_empty() {
        return Err(CaptureError::at(
            input,
            0,
            "expected a request line such as GET /path HTTP/1.1, found none",
            "run the command again with -v, and paste all that it prints",
        ));
    }
    if let [_, _, ..] = all.as_slice() {
        for (index, captured) in all.iter_mut().enumerate() {
            captured.place = Some(format!("request {}", index + 1));
        }
    }
    Ok(all)
}

/// Where a request or a response lies.
struct Message<'a> {
    start: usize,
    end: usize,
    first_line: &'a [u8],
    is_followed_by_request: bool,
}

impl Message<'_> {
    fn is_response(&self) -> bool {
        self.first_line.starts_with(b"HTTP/")
    }
}

/// Messages begin after an empty line.
fn messages(input: &[u8]) -> Vec<Message<'_>> {
    let mut messages: Vec<Message<'_>> = Vec::new();
    let mut after_blank = true;
    for line in Lines::new(input) {
        let is_status_line = line.text.starts_with(b"HTTP/") && line.text.contains(&b' ');
        if after_blank && (is_status_line || is_request_line(line.text)) {
            if let Some(last) = messages.last_mut() {
                last.end = line.start;
                last.is_followed_by_request = !is_status_line;
            }
            messages.push(Message {
                start: line.start,
                end: input.len(),
                first_line: line.text,
                is_followed_by_request: false,
            });
        }
        after_blank = line.text.is_empty();
    }
    messages
}

/// Reads the request at the end of `input`. HTTPie puts empty lines behind the body.
fn request(input: &[u8], start: usize, hints: &Hints) -> Result<Captured, CaptureError> {
    const NOT_SHOWN: &[u8] =
        b"+-----------------------------------------+\n| NOTE: binary data not shown in terminal |";
    let message = input.get(start..).unwrap_or_default();
    let mut lines = Lines::new(message);
    lines.next();
    let mut length = None;
    for line in lines.by_ref().take_while(|line| !line.text.is_empty()) {
        let name = http::field_name(line.text).unwrap_or_default();
        if name.eq_ignore_ascii_case(b"content-length") {
            let value = line.text.get(name.len() + 1..).unwrap_or_default();
            length = parse_length(value.trim_ascii());
        }
    }
    let body = message.get(lines.at..).unwrap_or_default();
    let is_hidden = body.trim_ascii_start().starts_with(NOT_SHOWN);
    let end = match length.and_then(|length| body.split_at_checked(length)) {
        _ if is_hidden => 0,
        Some((body, rest)) if rest.trim_ascii().is_empty() => body.len(),
        _ => body.trim_ascii_end().len(),
    };
    let message = message.get(..lines.at + end).unwrap_or_default();
    let mut captured = http::read(message, hints).map_err(|error| error.moved(input, start))?;
    let request = &captured.request;
    if is_hidden {
        captured
            .notes
            .retain(|note| !note.starts_with("Content-Length"));
        captured.notes.push(
            "HTTPie does not show a body that is not text, so it is left out; it is not signed."
                .into(),
        );
    } else if request.body_kind() == BodyKind::Json && length.is_some_and(|length| length != end) {
        captured
            .notes
            .retain(|note| !note.starts_with("Content-Length"));
        captured.notes.push(
            "HTTPie prints a JSON body formatted and in another order; what was sent has another length (--pretty=none shows it)."
                .into(),
        );
    }
    Ok(captured.into())
}

/// Reads the response at the end of `input`.
fn response(input: &[u8], start: usize) -> Result<Response, CaptureError> {
    let mut lines = Lines::new(input);
    lines.at = start;
    let status_line = lines.next().unwrap_or_default().text;
    let status = status_line.split(|&b| b == b' ').nth(1).unwrap_or_default();
    let headers = read_fields(input, &mut lines, &mut Vec::new())?;
    let body = input.get(lines.at..).unwrap_or_default().trim_ascii_end();
    Ok(Response {
        status: core::str::from_utf8(status)
            .ok()
            .and_then(|status| status.parse().ok()),
        headers,
        body: body.to_vec(),
    })
}

/// The text without the escape sequences that set colours: `ESC [ … m`.
fn without_colours(input: &[u8]) -> Cow<'_, [u8]> {
    if !input.contains(&ESCAPE) {
        return Cow::Borrowed(input);
    }
    let mut plain = Vec::with_capacity(input.len());
    let mut rest = input;
    while let Some((&byte, after)) = rest.split_first() {
        rest = if let Some(length) = colour(rest) {
            rest.get(length..).unwrap_or_default()
        } else {
            plain.push(byte);
            after
        };
    }
    Cow::Owned(plain)
}

/// Where a byte of the plain text stands in the text with its colours.
fn with_colours(input: &[u8], plain: usize) -> usize {
    let (mut at, mut left) = (0, plain);
    while let Some(rest) = input.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(length) = colour(rest) {
            at += length;
        } else if left == 0 {
            break;
        } else {
            left -= 1;
            at += 1;
        }
    }
    at
}

const ESCAPE: u8 = 0x1b;

/// How long the sequence is that a text begins with.
fn colour(text: &[u8]) -> Option<usize> {
    let parameters = text.strip_prefix(&[ESCAPE, b'['])?;
    let is_parameter = |b: &&u8| b.is_ascii_digit() || **b == b';';
    let length = parameters.iter().take_while(is_parameter).count();
    (parameters.get(length) == Some(&b'm')).then_some(length + 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(input: &str) -> Vec<Captured> {
        read(input.as_bytes(), &Hints::default()).unwrap()
    }

    fn paths(all: &[Captured]) -> Vec<String> {
        all.iter()
            .map(|captured| {
                let request = &captured.request.as_ref().unwrap().request;
                String::from_utf8(request.path.clone()).unwrap()
            })
            .collect()
    }

    #[test]
    fn colours_and_a_response_tell_it_from_raw_http() {
        for (input, is_it) in [
            ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", false),
            ("GET / HTTP/1.1\nHost: h\n\n\nHTTP/1.1 200 OK\n", true),
            ("GET / HTTP/1.1\nHost: h\n\nbody\nHTTP/1.1 200 OK\n", false),
            ("GET / HTTP/1.1\nHost: h\n\n\x1b[1mbody", false),
            ("\x1b[32mGET\x1b[39m / HTTP/1.1\nHost: h", true),
            ("HTTP/1.1 200 OK\n", false),
        ] {
            assert_eq!(looks_like(input.as_bytes()), is_it, "{input:?}");
        }
    }

    #[test]
    fn redirects_are_earlier_and_other_exchanges_stand_for_themselves() {
        let all = read_all(
            "GET /a HTTP/1.1\nHost: h\n\n\n\nHTTP/1.1 302 Found\nLocation: /b\n\n\n\nGET /b HTTP/1.1\nHost: h\n\n\n\nHTTP/1.1 401 No\nX: y\n\nwhy\n\n\nPOST /c HTTP/1.1\nHost: h\nContent-Length: 3\n\na=b\n\n",
        );
        assert_eq!(paths(&all), ["/b", "/c"]);
        assert_eq!(all[0].earlier[0].path, b"/a");
        let response = all[0].response.as_ref().unwrap();
        assert_eq!(
            (response.status, response.body.as_slice()),
            (Some(401), &b"why"[..])
        );
        assert_eq!(response.headers[0].name, b"X");
        assert_eq!(all[1].request.as_ref().unwrap().request.body, b"a=b");
        assert!(all[1].response.is_none() && all[1].earlier.is_empty());
        assert_eq!(all[1].place.as_deref(), Some("request 2"));
    }

    #[test]
    fn a_redirect_that_was_not_followed_is_an_answer() {
        let all = read_all("GET /a HTTP/1.1\nHost: h\n\nHTTP/1.1 302 Found\n\n");
        assert_eq!(all[0].response.as_ref().unwrap().status, Some(302));
    }

    #[test]
    fn a_body_that_is_not_what_was_sent_is_noted() {
        let json = "PUT /a HTTP/1.1\nHost: h\nContent-Type: application/json\nContent-Length: 7\n\n{\n  \"a\": 1\n}\n\n\nHTTP/1.1 200 OK\n\n";
        let request = read_all(json).remove(0).request.unwrap();
        assert!(
            request.notes.concat().contains("formatted"),
            "{:?}",
            request.notes
        );
        let binary = "PUT /a HTTP/1.1\nHost: h\nContent-Length: 7\n\n+-----------------------------------------+\n| NOTE: binary data not shown in terminal |\n+-----------------------------------------+\n";
        let request = read_all(binary).remove(0).request.unwrap();
        assert!(request.request.body.is_empty());
        assert!(
            request.notes.concat().contains("left out"),
            "{:?}",
            request.notes
        );
    }

    #[test]
    fn an_error_points_into_the_text_with_its_colours() {
        let input = "\x1b[32mGET\x1b[39m /a HTTP/1.1\n\x1b[36mno header\x1b[39m\n";
        let error = read(input.as_bytes(), &Hints::default()).unwrap_err();
        assert_eq!((error.line, error.column), (2, 6));
        let error = read(b"nothing", &Hints::default()).unwrap_err();
        assert!(error.message.contains("request line"));
    }
}
