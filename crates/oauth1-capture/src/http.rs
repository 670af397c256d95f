//! The bytes of an HTTP/1.x request: request line, header fields, body.
//!
//! Line ends may be CRLF or LF. What a strict server would refuse and a reader can still understand (two Host headers,
//! a Content-Length that does not fit, a request line without version) is noted, not refused; the wrong signature
//! may well come from there. What is cut short where it counts for the signature is refused: the rest was sent, and
//! nobody can tell what it was. A line end or empty line that is lost at the very end is no cut.

use crate::{
    CapturedRequest, Format, Hints,
    base_string::trim_blanks,
    detect::{contains, first_line},
    error::{CaptureError, excerpt},
    format::Spec,
    header::is_oauth,
    url::is_http_url,
};
use oauth1_core::{
    parameters::collect_parameters,
    request::{BodyKind, Header, Request, Scheme},
};

/// For text that ends too early.
const HELP_CUT: &str =
    "paste all of it; if nothing more was sent, end the headers with an empty line";

pub(crate) const SPEC: Spec = Spec {
    name: "http",
    description: "the bytes of an HTTP/1.x request: request line, headers, empty line, body",
    noun: "a raw HTTP request",
    looks_like,
    // What is a variable or a separator there may be sent as it stands.
    may_look_like: &[Format::HttpFile],
    keeps_byte_order_mark: false,
    read: |input, hints| Ok(vec![read(input, hints)?.into()]),
};

/// A request line, also without its version when the method is in capitals and a path or URL follows.
fn looks_like(text: &[u8]) -> bool {
    let line = first_line(text);
    if is_request_line(line) {
        return true;
    }
    let mut parts = line.splitn(2, |&b| b == b' ');
    let method = parts.next().unwrap_or_default();
    let target = parts.next().unwrap_or_default();
    !method.is_empty()
        && method.iter().all(u8::is_ascii_uppercase)
        && (target.starts_with(b"/") || is_http_url(target))
}

/// Reads a request. Leading empty lines are skipped, as RFC 9112 §2.2 asks.
pub(crate) fn read(input: &[u8], hints: &Hints) -> Result<CapturedRequest, CaptureError> {
    let (mut captured, body) = read_head(input, hints)?;
    captured.request.body = read_body(input, body, &captured.request, &mut captured.notes)?;
    Ok(captured)
}

/// Reads the request line and the header fields; the offset is that of what follows them.
pub(crate) fn read_head(
    input: &[u8],
    hints: &Hints,
) -> Result<(CapturedRequest, usize), CaptureError> {
    let mut notes = Vec::new();
    let mut lines = Lines::new(input);
    let first = lines.find(|line| !line.text.is_empty()).unwrap_or_default();
    let request_line = read_request_line(input, &first, &mut notes)?;
    let headers = read_fields(input, &mut lines, &mut notes)?;
    let (request, scheme_known) = build(input, &request_line, headers, hints, &mut notes)?;
    if !lines.are_ended() {
        check_end(input, &request, hints, &mut notes)?;
    }
    let captured = CapturedRequest {
        request,
        scheme_known,
        typed_url: None,
        notes,
    };
    Ok((captured, lines.at))
}

/// Whether a line is a request line with a version; what comes before and between may be odd.
pub(crate) fn is_request_line(line: &[u8]) -> bool {
    let method = line.split(|&b| b == b' ').next().unwrap_or_default();
    is_token(method)
        && without_version(trim_blanks(line)).is_some_and(|rest| rest.len() > method.len())
}

/// A line without its line end, and the offset where it starts.
#[derive(Clone, Copy, Default)]
pub(crate) struct Line<'a> {
    pub(crate) start: usize,
    pub(crate) text: &'a [u8],
}

/// Lines that end in CRLF or LF; `at` is the offset of the first byte not yet read.
#[derive(Clone)]
pub(crate) struct Lines<'a> {
    input: &'a [u8],
    pub(crate) at: usize,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(input: &'a [u8]) -> Self {
        Self { input, at: 0 }
    }

    /// Whether an empty line was the last one read. Else the input ended, and more may have been sent.
    pub(crate) fn are_ended(&self) -> bool {
        let read = self.input.get(..self.at).unwrap_or_default();
        read.ends_with(b"\n\n") || read.ends_with(b"\n\r\n")
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let start = self.at;
        let rest = self.input.get(start..).filter(|rest| !rest.is_empty())?;
        let length = rest.iter().position(|&b| b == b'\n');
        let text = rest.get(..length.unwrap_or(rest.len()))?;
        self.at = start + length.map_or(rest.len(), |length| length + 1);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        Some(Line { start, text })
    }
}

/// The first line in its parts.
struct RequestLine<'a> {
    method: &'a [u8],
    target: &'a [u8],
    target_start: usize,
}

/// `METHOD SP target SP HTTP/1.x`. The target is what lies between the first and the last space, so that a raw space in
/// it survives.
fn read_request_line<'a>(
    input: &[u8],
    line: &Line<'a>,
    notes: &mut Vec<String>,
) -> Result<RequestLine<'a>, CaptureError> {
    const HELP: &str = "begin with a request line such as GET /path?query HTTP/1.1";
    let fail =
        |at: usize, message: &str| Err(CaptureError::at(input, line.start + at, message, HELP));
    if line.text.starts_with(b"HTTP/") {
        return Err(CaptureError::at(
            input,
            line.start,
            "expected an HTTP request, found a response",
            "paste the request that was answered with it",
        ));
    }
    let Some(space) = line.text.iter().position(|&b| b == b' ') else {
        return fail(
            0,
            "expected METHOD, a space and the request target, found a first line without a space",
        );
    };
    let (method, rest) = line.text.split_at(space);
    if !is_token(method) {
        let at = method.iter().position(|&b| !is_token_byte(b)).unwrap_or(0);
        return fail(
            at,
            "expected a method such as GET, found a byte that no method can hold",
        );
    }
    let rest = rest.get(1..).unwrap_or_default();
    let target = if let Some(target) = without_version(rest.trim_ascii_end()) {
        target
    } else {
        let target = trim_blanks(rest);
        if !target.is_empty() && !target.starts_with(b"/") && !is_http_url(target) {
            return fail(
                space + 1,
                "expected a request target (/path or a URL), found text without a slash in front or an HTTP version behind",
            );
        }
        notes.push("The request line names no HTTP version; all of it after the method is taken as the target.".into());
        target
    };
    if target.is_empty() {
        return fail(
            space,
            "expected a request target after the method, found none",
        );
    }
    Ok(RequestLine {
        method,
        target,
        target_start: line.start + space + 1,
    })
}

/// What stands before the last space when `HTTP/…` comes after it.
pub(crate) fn without_version(text: &[u8]) -> Option<&[u8]> {
    let space = text.iter().rposition(|&b| b == b' ')?;
    text.get(space + 1..)?
        .starts_with(b"HTTP/")
        .then_some(text.get(..space)?)
}

/// Reads header fields up to and with the empty line that ends them, or to the end of the input.
///
/// A folded line is joined to the one before with one space. A line end that a client sent raw in the middle of a value
/// looks like a line without a colon among the headers; it is kept in the value, where it may be what is wrong.
pub(crate) fn read_fields(
    input: &[u8],
    lines: &mut Lines<'_>,
    notes: &mut Vec<String>,
) -> Result<Vec<Header>, CaptureError> {
    let mut fields: Vec<Header> = Vec::new();
    let mut blank_before_colon = false;
    let mut raw_line_end = false;
    let mut end_of_last = lines.at;
    while let Some(line) = lines.next().filter(|line| !line.text.is_empty()) {
        if line.text.starts_with(b" ") || line.text.starts_with(b"\t") {
            let Some(field) = fields.last_mut() else {
                return Err(CaptureError::at(
                    input,
                    line.start,
                    "expected a header, found a continuation line with no header before it",
                    "remove the blanks at the start of the line",
                ));
            };
            let more = trim_blanks(line.text);
            if !field.value.is_empty() && !more.is_empty() {
                field.value.push(b' ');
            }
            field.value.extend_from_slice(more);
        } else if let Some(name) = field_name(line.text) {
            let value = line
                .text
                .iter()
                .position(|&b| b == b':')
                .and_then(|colon| line.text.get(colon + 1..));
            blank_before_colon |= line.text.get(name.len()) != Some(&b':');
            fields.push(Header {
                name: name.to_vec(),
                value: trim_blanks(value.unwrap_or_default()).to_vec(),
            });
        } else if let Some(field) = fields.last_mut().filter(|_| is_amid_fields(&line, lines)) {
            raw_line_end = true;
            field
                .value
                .extend_from_slice(input.get(end_of_last..line.start).unwrap_or_default());
            field.value.extend_from_slice(line.text);
        } else {
            return Err(no_field(input, &line));
        }
        end_of_last = line.start + line.text.len();
    }
    if blank_before_colon {
        notes.push(
            "A header has blanks before its colon; they are not taken as part of its name.".into(),
        );
    }
    if raw_line_end {
        notes.push("A header's value has a raw line end in it, which is kept. Servers refuse such a request.".into());
    }
    check_last(input, lines, fields.last())?;
    Ok(fields)
}

/// Refuses an OAuth header that the input ends in the middle of.
pub(crate) fn check_last(
    input: &[u8],
    lines: &Lines<'_>,
    last: Option<&Header>,
) -> Result<(), CaptureError> {
    let is_cut = |header: &Header| {
        header.name.eq_ignore_ascii_case(b"Authorization")
            && is_oauth(&header.value)
            && breaks_off(&header.value)
    };
    if lines.are_ended() || !last.is_some_and(is_cut) {
        return Ok(());
    }
    Err(CaptureError::at(
        input,
        input.len(),
        "expected the rest of the Authorization header, found the end of the input amid its parameters",
        HELP_CUT,
    ))
}

/// Whether the last parameter of an OAuth header lacks its `=`, its value or its closing quote.
fn breaks_off(value: &[u8]) -> bool {
    if let Some(before) = value.strip_suffix(b"\"") {
        // Only an opening quote follows the `=`.
        return before.ends_with(b"=");
    }
    let last = value.rsplit(|&b| b == b',').next().unwrap_or_default();
    let text = last.splitn(2, |&b| b == b'=').nth(1).unwrap_or_default();
    trim_blanks(text).is_empty() || text.contains(&b'"')
}

/// A request that ends with its headers, without the empty line: an empty line lost in copying, or a request cut short?
/// With a host and a signature all is there but perhaps the body.
fn check_end(
    input: &[u8],
    request: &Request,
    hints: &Hints,
    notes: &mut Vec<String>,
) -> Result<(), CaptureError> {
    let signed = hints.signed_elsewhere
        || collect_parameters(request)
            .get("oauth_signature")
            .is_some()
        // Under another scheme, which is a mistake to be told.
        || request
            .header_values("Authorization")
            .any(|value| contains(value, b"oauth_signature="));
    let missing = if request.authority.is_empty() {
        "Host header"
    } else if !signed {
        "signature"
    } else {
        if request.form_body().is_some() {
            notes.push("Content-Type announces a form, but the input ends with the headers: the form is taken as empty.".into());
        }
        return Ok(());
    };
    Err(CaptureError::at(
        input,
        input.len(),
        format!(
            "expected more headers or the empty line that ends them, found the end of the input with no {missing} before it"
        ),
        HELP_CUT,
    ))
}

/// The name in a header line: a token, and blanks at most between it and the colon.
pub(crate) fn field_name(line: &[u8]) -> Option<&[u8]> {
    let colon = line.iter().position(|&b| b == b':')?;
    line.get(..colon)
        .map(<[u8]>::trim_ascii_end)
        .filter(|name| is_token(name))
}

/// Whether a line without a colon has a header right after it, which tells it from a body that lacks its empty line.
fn is_amid_fields(line: &Line<'_>, lines: &Lines<'_>) -> bool {
    !line.text.contains(&b':')
        && lines
            .clone()
            .next()
            .is_some_and(|next| field_name(next.text).is_some())
}

/// What is wrong with a line that is no header. The line is not shown: it may be a body with secrets.
fn no_field(input: &[u8], line: &Line<'_>) -> CaptureError {
    const HELP: &str = "put an empty line between the headers and the body, or begin a continued header line with a space";
    let (message, help) = if line.text.starts_with(b":") {
        (
            "expected a header, found an HTTP/2 pseudo header",
            "write :method, :path and :authority as GET /path HTTP/1.1 and Host: authority",
        )
    } else if line.text.contains(&b':') {
        (
            "expected a header (Name: value), found a byte before the colon that no name can hold",
            HELP,
        )
    } else if is_token(line.text) && line.start + line.text.len() == input.len() {
        (
            "expected the rest of a header (Name: value), found the end of the input",
            HELP_CUT,
        )
    } else {
        (
            "expected a header (Name: value), found a line without a colon",
            HELP,
        )
    };
    CaptureError::at(input, line.start, message, help)
}

/// Puts scheme, authority and target together: from an absolute target if it is one, else from the Host header.
fn build(
    input: &[u8],
    line: &RequestLine<'_>,
    headers: Vec<Header>,
    hints: &Hints,
    notes: &mut Vec<String>,
) -> Result<(Request, bool), CaptureError> {
    let mut request = Request::new(line.method, Scheme::Https, b"", line.target);
    let mut stated = None;
    if is_http_url(line.target) {
        request = Request::from_url(line.method, line.target).map_err(|_| {
            CaptureError::at(
                input,
                line.target_start,
                "expected a host in the absolute request target, found none",
                "write the target as http://host/path or as /path with a Host header",
            )
        })?;
        stated = Some(request.scheme);
    } else if !line.target.starts_with(b"/") {
        notes.push("The request target does not begin with a slash.".into());
    }
    if line.target.contains(&b'#') {
        notes.push(
            "The request target holds a #, which should not travel; what follows it is left out."
                .into(),
        );
    }
    request.headers = headers;
    let hosts: Vec<&[u8]> = request.header_values("Host").collect();
    let host = hosts.first().copied().unwrap_or_default();
    if hosts.len() > 1 {
        notes.push(format!(
            "There are {} Host headers; the first is taken. Servers refuse such a request.",
            hosts.len()
        ));
    }
    if stated.is_some() {
        if !host.is_empty() && !host.eq_ignore_ascii_case(&request.authority) {
            notes.push(format!(
                "The request target names the host {}, the Host header {}; the target's is taken.",
                excerpt(&request.authority),
                excerpt(host)
            ));
        }
    } else if !host.is_empty() {
        request.authority = host.to_vec();
    } else if let Some(told) = hints.url_request(line.method)? {
        notes.push("There is no Host header; the host is taken from --url.".into());
        stated = Some(told.request.scheme);
        request.authority = told.request.authority;
    } else {
        notes.push(
            "There is no Host header, so the host that was signed is not known: give --url.".into(),
        );
    }
    let (scheme, known) = hints.scheme_of(stated, &request.authority);
    request.scheme = scheme;
    Ok((request, known))
}

/// The body by Transfer-Encoding, else by Content-Length, else all that is left (RFC 9112 §6.3, but lenient).
pub(crate) fn read_body(
    input: &[u8],
    start: usize,
    request: &Request,
    notes: &mut Vec<String>,
) -> Result<Vec<u8>, CaptureError> {
    let rest = input.get(start..).unwrap_or_default();
    let chunked = is_chunked(&request.headers);
    let lengths: Vec<&[u8]> = request.header_values("Content-Length").collect();
    if chunked {
        if !lengths.is_empty() {
            notes.push(
                "There are both Transfer-Encoding and Content-Length; the chunks are taken.".into(),
            );
        }
        let body = read_chunks(input, start, notes)?;
        if !body.is_complete {
            let what = "the chunks break off before the last one";
            cut_short(input, request, what, notes)?;
        }
        return Ok(body.bytes);
    }
    match lengths.split_first() {
        None => Ok(body_without_length(rest, request.body_kind(), notes).to_vec()),
        Some((length, others)) if others.iter().all(|other| other == length) => {
            Ok(body_of_length(input, rest, length, request, notes)?.to_vec())
        }
        Some(_) => {
            notes.push("There are several Content-Length headers that differ; all that follows is taken as the body.".into());
            Ok(rest.to_vec())
        }
    }
}

/// A body among other messages.
pub(crate) struct Body {
    pub(crate) bytes: Vec<u8>,
    /// Where the next message begins.
    pub(crate) end: usize,
    pub(crate) is_complete: bool,
}

/// The body that begins at an offset, by what the headers say; without a length, the one that ends at `otherwise`.
pub(crate) fn body_in_stream(
    stream: &[u8],
    start: usize,
    headers: &[Header],
    otherwise: usize,
) -> Body {
    let up_to = |end: usize| Body {
        bytes: stream
            .get(start..end.min(stream.len()))
            .unwrap_or_default()
            .to_vec(),
        end: end.min(stream.len()),
        is_complete: end <= stream.len(),
    };
    if is_chunked(headers) {
        return read_chunks(stream, start, &mut Vec::new()).unwrap_or_else(|_| up_to(stream.len()));
    }
    let length = values(headers, "Content-Length")
        .next()
        .and_then(parse_length);
    up_to(length.map_or(otherwise, |length| start.saturating_add(length)))
}

fn is_chunked(headers: &[Header]) -> bool {
    values(headers, "Transfer-Encoding")
        .last()
        .is_some_and(|codings| {
            let last = codings.rsplit(|&b| b == b',').next().unwrap_or_default();
            trim_blanks(last).eq_ignore_ascii_case(b"chunked")
        })
}

fn values<'a>(headers: &'a [Header], name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    headers
        .iter()
        .filter(move |header| header.name.eq_ignore_ascii_case(name.as_bytes()))
        .map(|header| header.value.as_slice())
}

/// Without a length, the body is what is left, up to a second request in the same file.
fn body_without_length<'a>(rest: &'a [u8], kind: BodyKind, notes: &mut Vec<String>) -> &'a [u8] {
    if is_followed_by_request(rest, notes) || rest.trim_ascii().is_empty() {
        return &[];
    }
    let mut body = rest;
    if kind == BodyKind::Form {
        body = body.strip_suffix(b"\n").unwrap_or(body);
        body = body.strip_suffix(b"\r").unwrap_or(body);
    }
    notes.push(
        if body.len() < rest.len() {
            "There is no Content-Length; all that follows the headers is taken as the body, but for the last line end."
        } else {
            "There is no Content-Length; all that follows the headers is taken as the body."
        }
        .into(),
    );
    body
}

/// With a length that does not fit, what is there is taken, but for a line end that an editor put after the body and
/// for a second request.
fn body_of_length<'a>(
    input: &[u8],
    rest: &'a [u8],
    length: &[u8],
    request: &Request,
    notes: &mut Vec<String>,
) -> Result<&'a [u8], CaptureError> {
    let Some(length) = parse_length(length) else {
        notes.push("Content-Length is not a number; all that follows is taken as the body.".into());
        return Ok(rest);
    };
    let Some((body, more)) = rest.split_at_checked(length) else {
        let there = rest.len();
        cut_short(
            input,
            request,
            &format!("Content-Length says {length} bytes, but only {there} are there"),
            notes,
        )?;
        return Ok(rest);
    };
    if more.is_empty() || matches!(more, b"\n" | b"\r\n") || is_followed_by_request(more, notes) {
        return Ok(body);
    }
    notes.push(format!(
        "Content-Length says {length} bytes, but {} follow the headers: all are taken as the body.",
        rest.len()
    ));
    Ok(rest)
}

/// A body that breaks off. Where it is signed, as a form or by its hash, nothing true can be said without the rest of it;
/// other bodies are often left out of a capture, and the signature does not depend on them.
fn cut_short(
    input: &[u8],
    request: &Request,
    what: &str,
    notes: &mut Vec<String>,
) -> Result<(), CaptureError> {
    let is_signed = request.form_body().is_some()
        || collect_parameters(request).get("oauth_body_hash").is_some();
    if is_signed {
        return Err(CaptureError::at(
            input,
            input.len(),
            format!(
                "expected the rest of the body, which is signed, found the end of the input: {what}"
            ),
            "paste all of the body; if it is all that was sent, correct its length in the headers",
        ));
    }
    notes.push(format!(
        "The body is cut short: {what}. RFC 5849 does not sign it."
    ));
    Ok(())
}

/// Digits alone: what `parse` takes beyond them (`+5`) is no Content-Length.
pub(crate) fn parse_length(text: &[u8]) -> Option<usize> {
    let text = core::str::from_utf8(text).ok()?;
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn is_followed_by_request(rest: &[u8], notes: &mut Vec<String>) -> bool {
    let follows = Lines::new(rest)
        .find(|line| !line.text.is_empty())
        .is_some_and(|line| is_request_line(line.text));
    if follows {
        notes.push("A second request follows; only the first is read.".into());
    }
    follows
}

/// Decodes a chunked body (RFC 9112 §7.1). Extensions and trailer fields are left out: neither is part of the body.
///
/// Tools that show a request often show the body decoded already; a body that does not begin with a chunk's size is
/// taken as it is.
pub(crate) fn read_chunks(
    input: &[u8],
    start: usize,
    notes: &mut Vec<String>,
) -> Result<Body, CaptureError> {
    let mut lines = Lines::new(input);
    lines.at = start;
    let mut body = Vec::new();
    let mut first = true;
    while let Some(line) = lines.next() {
        let Some(size) = parse_chunk_size(line.text) else {
            if first {
                notes.push("Transfer-Encoding says chunked, but the body is not in chunks: it is taken as it is.".into());
                return Ok(Body {
                    bytes: input.get(start..).unwrap_or_default().to_vec(),
                    end: input.len(),
                    is_complete: true,
                });
            }
            return Err(CaptureError::at(
                input,
                line.start,
                "expected the size of the next chunk in hex digits, found something else",
                "capture the bytes again without changing line ends, or paste the decoded body with a Content-Length",
            ));
        };
        if size == 0 {
            let _ = lines.find(|line| line.text.is_empty());
            return Ok(Body {
                bytes: body,
                end: lines.at,
                is_complete: true,
            });
        }
        first = false;
        let rest = input.get(lines.at..).unwrap_or_default();
        let Some((data, rest)) = rest.split_at_checked(size) else {
            body.extend_from_slice(rest);
            break;
        };
        body.extend_from_slice(data);
        let end = match rest {
            [] => break,
            [b'\r', b'\n', ..] => 2,
            [b'\n', ..] => 1,
            _ => {
                return Err(CaptureError::at(
                    input,
                    lines.at + size,
                    format!("expected a line end after a chunk of {size} bytes, found more bytes"),
                    "capture the bytes again without changing line ends, or paste the decoded body with a Content-Length",
                ));
            }
        };
        lines.at += size + end;
    }
    Ok(Body {
        bytes: body,
        end: input.len(),
        is_complete: false,
    })
}

/// Hex digits, then nothing or an extension (`;…`).
fn parse_chunk_size(line: &[u8]) -> Option<usize> {
    let digits = line.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let (size, extension) = line.split_at_checked(digits)?;
    let extension = trim_blanks(extension);
    if !extension.is_empty() && !extension.starts_with(b";") {
        return None;
    }
    usize::from_str_radix(core::str::from_utf8(size).ok()?, 16).ok()
}

/// A token of RFC 9110 §5.6.2, as methods and header names are.
pub(crate) fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|&b| is_token_byte(b))
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_with(input: &[u8], hints: &Hints) -> CapturedRequest {
        read(input, hints).unwrap()
    }

    fn read_plain(input: &[u8]) -> CapturedRequest {
        read_with(input, &Hints::default())
    }

    fn fail(input: &[u8]) -> CaptureError {
        read(input, &Hints::default()).unwrap_err()
    }

    /// A client that does not fill a variable in, and a form with a separator of `.http` files in it.
    #[test]
    fn what_a_file_of_requests_would_hold_may_be_sent() {
        for input in [
            "GET /a?b={{c}} HTTP/1.1\r\nHost: h\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: h\r\n\r\na\n###\nGET /b HTTP/1.1\r\n\r\n",
        ] {
            assert_eq!(crate::detect(input.as_bytes()), Some(Format::HttpFile));
            let captured = crate::read(input.as_bytes(), Some(Format::Http), &Hints::default());
            let captured = captured.unwrap().remove(0).request.unwrap();
            assert_eq!(captured.request.authority, b"h");
        }
    }

    #[test]
    fn reads_a_request_and_notes_nothing() {
        let captured = read_plain(
            b"POST /a/b?c=d HTTP/1.1\r\nHost: h\r\nX-Y: 1\r\nContent-Length: 3\r\n\r\ne=f",
        );
        let request = captured.request;
        assert_eq!(request.method, b"POST");
        assert_eq!(request.authority, b"h");
        assert_eq!(request.path, b"/a/b");
        assert_eq!(request.query.as_deref(), Some(&b"c=d"[..]));
        assert_eq!(request.header("x-y"), Some(&b"1"[..]));
        assert_eq!(request.body, b"e=f");
        assert_eq!(captured.notes, Vec::<String>::new());
    }

    #[test]
    fn a_file_with_lf_alone_is_the_same_request() {
        let crlf = b"\r\nPOST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nb=c";
        let lf: Vec<u8> = crlf.iter().copied().filter(|&b| b != b'\r').collect();
        assert_eq!(read_plain(crlf).request, read_plain(&lf).request);
    }

    #[test]
    fn raw_bytes_of_the_target_survive() {
        let request =
            read_plain(b"GET /a b\xe9/\xc3\xa9?x=1 2\x00 HTTP/1.1\r\nHost: h\r\n\r\n").request;
        assert_eq!(request.path, b"/a b\xe9/\xc3\xa9");
        assert_eq!(request.query.as_deref(), Some(&b"x=1 2\x00"[..]));
    }

    #[test]
    fn unfolds_headers_to_one_space() {
        let request = read_plain(
            b"GET / HTTP/1.1\r\nA: \r\n\tOAuth x=\"1\",\r\n   \t y=\"2\"  \r\n \r\nHost: h\r\n\r\n",
        )
        .request;
        assert_eq!(request.header("A"), Some(&b"OAuth x=\"1\", y=\"2\""[..]));
        assert_eq!(request.authority, b"h");
    }

    #[test]
    fn a_continuation_of_nothing_is_an_error() {
        let error = fail(b"GET / HTTP/1.1\r\n x\r\n\r\n");
        assert_eq!((error.line, error.column, error.byte), (2, 1, 16));
    }

    #[test]
    fn a_header_line_without_colon_names_the_line_and_not_its_text() {
        let error = fail(b"POST / HTTP/1.1\nHost: h\noauth_token=s3cret\n");
        assert_eq!((error.line, error.byte), (3, 24));
        assert!(error.help.contains("empty line"));
        assert!(!error.to_string().contains("s3cret"));
    }

    #[test]
    fn a_raw_line_end_in_a_value_is_kept() {
        for end in ["\r\n", "\n"] {
            let input = format!("GET / HTTP/1.1{end}A: x=\"1{end}2\"{end}Host: h{end}{end}");
            let captured = read_plain(input.as_bytes());
            assert_eq!(
                captured.request.header("A"),
                Some(format!("x=\"1{end}2\"").as_bytes())
            );
            assert_eq!(captured.request.authority, b"h");
            assert!(captured.notes[0].contains("raw line end"));
        }
    }

    #[test]
    fn decodes_chunks_with_extensions_and_trailers() {
        let captured = read_plain(
            b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n\
              3;name=\"v\"\r\na=1\r\nA \r\n&b=2345678\r\n000\r\nX-Trailer: t\r\n\r\n",
        );
        assert_eq!(captured.request.body, b"a=1&b=2345678");
        assert!(captured.notes.is_empty());
    }

    #[test]
    fn chunks_that_break_off_are_noted_and_kept() {
        for (end, body) in [
            (&b"5\r\na=1"[..], &b"a=1"[..]),
            (b"3\r\na=1", b"a=1"),
            (b"3\r\na=1\r\n", b"a=1"),
            (b"", b""),
        ] {
            let input = [
                b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
                end,
            ]
            .concat();
            let captured = read_plain(&input);
            assert_eq!(captured.request.body, body);
            assert!(captured.notes[0].contains("break off"));
        }
    }

    #[test]
    fn a_body_that_was_decoded_already_is_taken_as_it_is() {
        let captured =
            read_plain(b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nabc=1");
        assert_eq!(captured.request.body, b"abc=1");
        assert!(captured.notes[0].contains("not in chunks"));
    }

    #[test]
    fn wrong_chunk_sizes_say_where() {
        let head = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
        let longer = fail(&[&head[..], b"3\r\na=12\r\n0\r\n\r\n"].concat());
        assert_eq!(longer.byte, head.len() + 6);
        let no_size = fail(&[&head[..], b"3\r\na=1\r\nzz\r\n"].concat());
        assert_eq!(no_size.byte, head.len() + 8);
    }

    #[test]
    fn a_chunk_size_beyond_all_numbers_is_no_size() {
        assert_eq!(parse_chunk_size(b"FFFFFFFFFFFFFFFFF"), None);
        assert_eq!(parse_chunk_size(b""), None);
        assert_eq!(parse_chunk_size(b"1f"), Some(31));
    }

    #[test]
    fn a_content_length_that_does_not_fit_is_noted_and_all_is_taken() {
        let body = |length: &str| {
            let head =
                format!("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\na=12");
            let captured = read_plain(head.as_bytes());
            (captured.request.body, captured.notes.concat())
        };
        assert_eq!(body("4"), (b"a=12".to_vec(), String::new()));
        for (length, note) in [
            ("3", "but 4 follow"),
            ("9", "only 4 are there"),
            ("+4", "not a number"),
            ("", "only"),
            ("99999999999999999999", "not a number"),
        ] {
            let (body, notes) = body(length);
            assert_eq!(body, b"a=12");
            assert!(
                length.is_empty() || notes.contains(note),
                "{length}: {notes}"
            );
        }
    }

    #[test]
    fn the_line_end_that_an_editor_adds_is_no_part_of_a_form() {
        let without = read_plain(
            b"POST / HTTP/1.1\nHost: h\nContent-Type: application/x-www-form-urlencoded\n\na=1\n",
        );
        assert_eq!(without.request.body, b"a=1");
        assert!(without.notes[0].contains("but for the last line end"));
        let with = read_plain(b"POST / HTTP/1.1\nHost: h\nContent-Length: 3\n\na=1\n");
        assert_eq!(with.request.body, b"a=1");
        let json = read_plain(b"POST / HTTP/1.1\nHost: h\nContent-Type: application/json\n\n{}\n");
        assert_eq!(json.request.body, b"{}\n");
    }

    #[test]
    fn a_second_request_is_noted_and_left_out() {
        let second = b"\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n";
        for first in [
            &b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n"[..],
            b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nx=1",
        ] {
            let captured = read_plain(&[first, second].concat());
            assert_eq!(captured.request.path, b"/a");
            assert_eq!(captured.request.body, read_plain(first).request.body);
            assert!(captured.notes[0].contains("second request"));
        }
    }

    #[test]
    fn an_absolute_target_gives_scheme_and_authority() {
        let captured =
            read_plain(b"GET HTTP://u:p@Proxied.example:81/x?y=z HTTP/1.1\r\nHost: other\r\n\r\n");
        assert_eq!(captured.request.scheme, Scheme::Http);
        assert!(captured.scheme_known);
        assert_eq!(captured.request.authority, b"Proxied.example:81");
        assert_eq!(captured.request.path, b"/x");
        assert!(
            captured.notes[0].contains("Proxied.example:81") && captured.notes[0].contains("other")
        );
        assert!(!captured.notes[0].contains("u:p"));
    }

    #[test]
    fn missing_and_repeated_hosts_are_notes() {
        let none = read_plain(b"GET / HTTP/1.1\r\n\r\n");
        assert_eq!(none.request.authority, b"");
        assert!(none.notes[0].contains("no Host header"));
        let two = read_plain(b"GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n");
        assert_eq!(two.request.authority, b"a");
        assert!(two.notes[0].contains("2 Host headers"));
        let hints = Hints {
            url: Some("http://told:8080/ignored".into()),
            ..Hints::default()
        };
        let told = read_with(b"GET /x HTTP/1.0\r\n\r\n", &hints);
        assert_eq!(
            (told.request.authority, told.request.path),
            (b"told:8080".to_vec(), b"/x".to_vec())
        );
        assert_eq!(
            (told.request.scheme, told.scheme_known),
            (Scheme::Http, true)
        );
    }

    #[test]
    fn the_scheme_is_a_guess_unless_told() {
        let input = b"GET / HTTP/1.1\r\nHost: h:80\r\n\r\n";
        assert_eq!(read_plain(input).request.scheme, Scheme::Http);
        assert!(!read_plain(input).scheme_known);
        let told = read_with(
            input,
            &Hints {
                scheme: Some(Scheme::Https),
                ..Hints::default()
            },
        );
        assert_eq!(
            (told.request.scheme, told.scheme_known),
            (Scheme::Https, true)
        );
    }

    #[test]
    fn the_version_may_be_missing() {
        let captured = read_plain(b"GET /a?b=c\nHost: h\n\n");
        assert_eq!(captured.request.query.as_deref(), Some(&b"b=c"[..]));
        assert_eq!(captured.request.authority, b"h");
        assert!(captured.notes[0].contains("version"));
    }

    /// The request of RFC 5849 §1.2, the last one there.
    const SIGNED: &str = "GET /photos?file=vacation.jpg&size=original HTTP/1.1\r\nHost: photos.example.net\r\nAuthorization: OAuth realm=\"Photos\",\r\n   oauth_consumer_key=\"dpf43f3p2l4k3l03\",\r\n   oauth_token=\"nnch734d00sl2jdk\",\r\n   oauth_signature_method=\"HMAC-SHA1\",\r\n   oauth_timestamp=\"137131202\",\r\n   oauth_nonce=\"chapoH\",\r\n   oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\"\r\n\r\n";

    #[test]
    fn line_ends_lost_at_the_end_are_no_cut() {
        let whole = read_plain(SIGNED.as_bytes());
        for line_ends in ["", "\r\n", "\n", "\n\n"] {
            let input = format!("{}{line_ends}", SIGNED.trim_end());
            let captured = read_plain(input.as_bytes());
            assert_eq!(captured.request, whole.request);
            assert_eq!(captured.notes, Vec::<String>::new());
        }
    }

    #[test]
    fn a_request_cut_anywhere_in_its_headers_is_refused_at_its_end() {
        for end in 1..SIGNED.trim_end().len() {
            let input = &SIGNED.as_bytes()[..end];
            let error = fail(input);
            // A first word alone is no request line yet; a name alone is shown where it begins.
            assert!(
                error.message.contains("end of the input") || end < 5,
                "{end}: {error}"
            );
            let line = input.rsplit(|&b| b == b'\n').next().unwrap();
            assert!(error.byte >= end - line.len(), "{end}: {error}");
        }
    }

    #[test]
    fn a_request_that_is_signed_elsewhere_or_ended_may_carry_no_signature() {
        let unsigned = b"GET /a HTTP/1.1\r\nHost: h";
        assert!(fail(unsigned).message.contains("no signature"));
        let hints = Hints {
            signed_elsewhere: true,
            ..Hints::default()
        };
        assert_eq!(read_with(unsigned, &hints).request.authority, b"h");
        let ended = [&unsigned[..], b"\r\n\r\n"].concat();
        assert_eq!(read_plain(&ended).request.authority, b"h");
        // What is wrong in an ended header is for the diagnosis to tell.
        read_plain(b"GET /a HTTP/1.1\nHost: h\nAuthorization: OAuth oauth_nonce=\"a\n\n");
    }

    #[test]
    fn a_form_that_is_announced_and_not_there_is_noted() {
        let head = "POST /a?oauth_signature=b HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n";
        assert!(read_plain(head.as_bytes()).notes[0].contains("form"));
        let ended = format!("{head}\r\n");
        assert!(read_plain(ended.as_bytes()).notes.is_empty());
    }

    #[test]
    fn a_body_that_breaks_off_is_refused_where_it_is_signed() {
        let input = |target: &str, kind: &str, framing: &str| {
            format!("POST {target} HTTP/1.1\r\nHost: h\r\nContent-Type: {kind}\r\n{framing}")
        };
        for framing in [
            "Content-Length: 9\r\n\r\na=1",
            "Content-Length: 9\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n9\r\na=1",
        ] {
            let form = "application/x-www-form-urlencoded; charset=utf-8";
            for signed in [
                input("/", form, framing),
                input("/?oauth_body_hash=a", "application/json", framing),
            ] {
                let error = fail(signed.as_bytes());
                assert_eq!(error.byte, signed.len(), "{error}");
                assert!(error.message.contains("rest of the body"), "{error}");
            }
            // Often left out of a log; RFC 5849 §3.4.1.3.1 does not sign it.
            let unsigned = read_plain(input("/", "application/json", framing).as_bytes());
            assert!(unsigned.notes[0].contains("cut short"));
        }
    }

    #[test]
    fn what_is_no_request_line_says_what_is_missing() {
        for (input, byte, message) in [
            (&b"nothing"[..], 0, "without a space"),
            (b"\n\nG(T / HTTP/1.1", 3, "method"),
            (b"GET  HTTP/1.1", 3, "target"),
            (b"HTTP/1.1 401 Unauthorized\r\n", 0, "response"),
            (b"The signature is refused.", 4, "request target"),
            (b"GET http:///x HTTP/1.1", 4, "host"),
        ] {
            let error = fail(input);
            assert_eq!(error.byte, byte, "{error}");
            assert!(error.message.contains(message), "{error}");
        }
    }

    #[test]
    fn other_oddities_are_noted() {
        let captured = read_plain(
            b"GET x#y HTTP/1.1\r\nHost : h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        );
        assert_eq!(captured.request.authority, b"h");
        assert_eq!(captured.request.body, b"ab");
        let notes = captured.notes.concat();
        for part in ["slash", "#", "before its colon", "several Content-Length"] {
            assert!(notes.contains(part), "{notes}");
        }
    }

    #[test]
    fn pseudo_headers_of_http_2_are_explained() {
        assert!(
            fail(b"GET / HTTP/2\r\n:authority: h\r\n")
                .message
                .contains("HTTP/2")
        );
    }
}
