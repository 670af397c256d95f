//! What the provider answered: a response with its status line, its headers alone, or only its body.

use crate::{
    Captured, Format, Hints, answer,
    base_string::trim_blanks,
    curl,
    detect::{contains, first_line},
    error::{CaptureError, excerpt},
    format::Spec,
    header::is_oauth,
    http::{Lines, field_name, is_request_line, read_body, read_fields},
    url::is_http_url,
};
use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};
use oauth1_core::request::{Header, Request, Scheme};
use serde_json::value::RawValue;
use std::{collections::BTreeMap, io::Read};

pub(crate) const SPEC: Spec = Spec {
    name: "response",
    description: "what the provider answered: an HTTP response, its headers or its body",
    noun: "a provider's answer",
    looks_like,
    // An answer may be any JSON.
    may_look_like: &[Format::Json],
    keeps_byte_order_mark: false,
    read: |input, _: &Hints| Ok(vec![read(input)?]),
};

/// An answer in plain text says at its beginning what it is.
const BEGINNING: usize = 4096;

/// An HTTP response, or only its body.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The status code; `None` when only a body was given.
    pub status: Option<u16>,
    /// The header fields.
    pub headers: Vec<Header>,
    /// The body, after de-chunking and decompression.
    pub body: Vec<u8>,
}

impl Response {
    /// Status and kind of content, in a few words: `status 401, application/json`. Nothing of what it says.
    pub fn summary(&self) -> String {
        let status = self.status.map(|status| format!("status {status}"));
        let content_type = self
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(b"Content-Type"))
            .and_then(|header| header.value.split(|&b| b == b';').next())
            .map(|media_type| excerpt(trim_blanks(media_type)))
            .filter(|media_type| !media_type.is_empty());
        let content = content_type.or_else(|| self.kind().map(str::to_owned));
        let parts: Vec<String> = status.into_iter().chain(content).collect();
        parts.join(", ")
    }

    /// The kind of body, by its beginning.
    fn kind(&self) -> Option<&'static str> {
        match self.body.trim_ascii() {
            [] => None,
            [b'{' | b'[', ..] => Some("JSON"),
            text if is_markup(text) => Some("HTML or XML"),
            _ => Some("text"),
        }
    }
}

/// A status line, challenges without the request's own authorization, or a body that begins as only an answer does.
fn looks_like(text: &[u8]) -> bool {
    if status_of(first_line(text)).is_some() || is_markup(text) {
        return true;
    }
    if text.starts_with(b"{") || text.starts_with(b"[") {
        return is_json_answer(text);
    }
    let beginning = text.get(..BEGINNING).unwrap_or(text);
    if is_oauth(text) {
        return is_challenge(beginning);
    }
    has_challenge(beginning) || is_plain_answer(beginning)
}

/// The status code in `HTTP/1.1 401 Unauthorized` or `HTTP/2 401`.
pub(crate) fn status_of(line: &[u8]) -> Option<u16> {
    let mut parts = line.strip_prefix(b"HTTP/")?.split(|&b| b == b' ');
    let version = parts.next()?;
    let is_version = version.first().is_some_and(u8::is_ascii_digit);
    let status = core::str::from_utf8(parts.next()?).ok()?;
    let is_status = status.len() == 3 && status.bytes().all(|b| b.is_ascii_digit());
    status.parse().ok().filter(|_| is_version && is_status)
}

/// A tag, a declaration or a comment; what curl prints with `<` in front has a space behind it.
fn is_markup(text: &[u8]) -> bool {
    matches!(text, [b'<', next, ..] if next.is_ascii_alphabetic() || b"!?".contains(next))
}

/// The value of a `WWW-Authenticate` header. An `Authorization` header never names a problem.
fn is_challenge(value: &[u8]) -> bool {
    is_oauth(value) && contains(value, b"oauth_problem=")
}

/// Header lines of a response: the first names one, and there is a challenge among them.
fn has_challenge(text: &[u8]) -> bool {
    let is = |line: &[u8], expected: &str| {
        field_name(line).is_some_and(|name| name.eq_ignore_ascii_case(expected.as_bytes()))
    };
    let lines = || Lines::new(text).take_while(|line| !line.text.is_empty());
    field_name(first_line(text)).is_some()
        && lines().any(|line| is(line.text, "WWW-Authenticate"))
        && !lines().any(|line| is(line.text, "Authorization"))
}

/// A JSON object that says what went wrong, and is not the description of a request. One that breaks off goes by its words.
fn is_json_answer(text: &[u8]) -> bool {
    const OF_ANSWERS: [&str; 14] = [
        "code",
        "detail",
        "error",
        "Error",
        "error_text",
        "errors",
        "Errors",
        "fault",
        "message",
        "meta",
        "oauth_problem",
        "stat",
        "status",
        "title",
    ];
    const OF_REQUESTS: [&str; 4] = ["url", "raw_base64", "input", "log"];
    match serde_json::from_slice::<BTreeMap<String, &RawValue>>(text) {
        Ok(members) => {
            let has = |name: &&str| members.contains_key(*name);
            OF_ANSWERS.iter().any(has) && !OF_REQUESTS.iter().any(has)
        }
        Err(_) => !contains(text, b"\"url\"") && answer::is_known(text),
    }
}

/// Text whose first line is a known answer, and which is no request, no base string and nothing with a request in it.
fn is_plain_answer(text: &[u8]) -> bool {
    let line = first_line(text);
    let begins_like_base_string = line
        .iter()
        .find(|b| !b.is_ascii_alphabetic())
        .is_some_and(|&b| b == b'&');
    !is_request_line(line)
        && !is_http_url(line)
        && !curl::looks_like(line)
        && !begins_like_base_string
        && !contains(text, b"Authorization:")
        && !contains(text, b"oauth_nonce=")
        && answer::is_known(line)
}

/// Reads a response. Of several that follow each other (`100 Continue`, a proxy's, one that redirects) the last counts.
fn read(input: &[u8]) -> Result<Captured, CaptureError> {
    let mut notes = Vec::new();
    let start = input.len() - input.trim_ascii_start().len();
    let text = input.get(start..).unwrap_or_default();
    let mut response = Response::default();
    let mut lines = Lines::new(input);
    lines.at = start;
    if is_challenge(text) {
        response.headers.push(Header {
            name: b"WWW-Authenticate".to_vec(),
            value: text.trim_ascii_end().to_vec(),
        });
    } else if text.starts_with(b"HTTP/") || has_challenge(text) {
        loop {
            let at = lines.at;
            let line = first_line(input.get(at..).unwrap_or_default());
            if line.starts_with(b"HTTP/") {
                response.status = Some(status_of(line).ok_or_else(|| no_status(input, at))?);
                lines.next();
            }
            response.headers = read_fields(input, &mut lines, &mut notes)?;
            let rest = input.get(lines.at..).unwrap_or_default();
            if status_of(first_line(rest)).is_none() {
                break;
            }
        }
        response.body = body(input, lines.at, &response.headers, &mut notes)?;
    } else {
        check_text(input)?;
        response.body = text.to_vec();
    }
    Ok(Captured {
        response: Some(response),
        notes,
        ..Captured::default()
    })
}

fn no_status(input: &[u8], at: usize) -> CaptureError {
    CaptureError::at(
        input,
        at,
        "expected a status line such as HTTP/1.1 401 Unauthorized, found one without a status code",
        "paste the response from its status line on, or only its body",
    )
}

/// A body alone is text.
fn check_text(input: &[u8]) -> Result<(), CaptureError> {
    let is_binary = |b: &u8| b.is_ascii_control() && !b.is_ascii_whitespace() && *b != 0x1b;
    match input.iter().position(is_binary) {
        None => Ok(()),
        Some(at) => Err(CaptureError::at(
            input,
            at,
            "expected a provider's answer as text, found binary data",
            "paste what curl -i --compressed shows: status line, headers and body",
        )),
    }
}

/// The body, as long as its headers say.
fn body(
    input: &[u8],
    start: usize,
    headers: &[Header],
    notes: &mut Vec<String>,
) -> Result<Vec<u8>, CaptureError> {
    let is = |header: &&Header, name: &str| header.name.eq_ignore_ascii_case(name.as_bytes());
    let framing = ["Transfer-Encoding", "Content-Length"];
    // The reader of requests judges what a signature covers; nothing of a response is signed.
    let mut framed = Request::new(b"GET", Scheme::Https, b"", b"/");
    framed.headers = headers
        .iter()
        .filter(|header| framing.iter().any(|name| is(header, name)))
        .cloned()
        .collect();
    let mut odd = Vec::new();
    let body = read_body(input, start, &framed, &mut odd)?;
    if odd.iter().any(|note| note.contains("cut short")) {
        notes.push("The answer is cut short: what it says at its end is not known.".into());
    }
    Ok(decompressed(headers, body, notes))
}

/// The body without the compression that its headers name. One that cannot be undone stays as it is, and is noted.
pub(crate) fn decompressed(headers: &[Header], body: Vec<u8>, notes: &mut Vec<String>) -> Vec<u8> {
    let coding = headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case(b"Content-Encoding"))
        .map(|header| header.value.trim_ascii().to_ascii_lowercase());
    // curl and browsers show the text, and the header that was sent with it.
    let is_text = core::str::from_utf8(&body).is_ok();
    let inflated = match coding.as_deref() {
        None | Some(b"" | b"identity") => return body,
        _ if is_text => return body,
        Some(b"gzip" | b"x-gzip") => inflate(GzDecoder::new(body.as_slice()), body.len()),
        // Some servers leave the zlib header out.
        Some(b"deflate") => inflate(ZlibDecoder::new(body.as_slice()), body.len())
            .or_else(|_| inflate(DeflateDecoder::new(body.as_slice()), body.len())),
        Some(_) => Err("in a way that is not known here"),
    };
    inflated.unwrap_or_else(|why| {
        notes.push(format!(
            "The body of the answer is compressed {why}, and was not read; curl --compressed shows it as text."
        ));
        body
    })
}

/// Undoes a compression within bounds: a few bytes can stand for gigabytes.
fn inflate(from: impl Read, length: usize) -> Result<Vec<u8>, &'static str> {
    const LONGEST: usize = 8 << 20;
    const HIGHEST_RATIO: usize = 100;
    let most = LONGEST.min(length.saturating_mul(HIGHEST_RATIO));
    let mut text = Vec::new();
    match from.take(most as u64 + 1).read_to_end(&mut text) {
        Ok(read) if read > most => Err("more than any answer is"),
        Ok(_) => Ok(text),
        Err(_) => Err("and damaged"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, read::GzEncoder};

    fn read_plain(input: &[u8]) -> (Response, Vec<String>) {
        let captured = read(input).unwrap();
        (captured.response.unwrap(), captured.notes)
    }

    fn fail(input: &[u8]) -> CaptureError {
        match read(input) {
            Err(error) => error,
            Ok(_) => panic!("read: {input:?}"),
        }
    }

    #[test]
    fn a_response_with_crlf_or_lf_alone() {
        let crlf = b"HTTP/1.1 401 Unauthorized\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc";
        let lf: Vec<u8> = crlf.iter().copied().filter(|&b| b != b'\r').collect();
        for input in [&crlf[..], &lf] {
            let (response, notes) = read_plain(input);
            assert_eq!(response.status, Some(401));
            assert_eq!(response.headers.len(), 2);
            assert_eq!(response.body, b"abc");
            assert!(notes.is_empty());
        }
    }

    #[test]
    fn a_status_line_of_http_2_has_no_reason() {
        let (response, _) =
            read_plain(b"HTTP/2 403 \r\ncontent-type: application/json\r\n\r\n{}\n");
        assert_eq!(
            (response.status, response.body),
            (Some(403), b"{}\n".to_vec())
        );
    }

    #[test]
    fn chunks_are_joined() {
        let input = b"HTTP/1.1 401 U\r\nTransfer-Encoding: chunked\r\n\r\n4\r\noaut\r\n3\r\nh_p\r\n0\r\n\r\n";
        assert_eq!(read_plain(input).0.body, b"oauth_p");
        let broken = b"HTTP/1.1 401 U\r\nTransfer-Encoding: chunked\r\n\r\n4\r\noauth\r\n0\r\n\r\n";
        assert_eq!((fail(broken).line, fail(broken).column), (5, 5));
    }

    #[test]
    fn of_several_responses_the_last_counts() {
        let input = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 Connection established\r\nA: b\r\n\r\nHTTP/1.1 401 U\r\nC: d\r\n\r\nx";
        let (response, _) = read_plain(input);
        assert_eq!(response.status, Some(401));
        assert_eq!(response.headers[0].name, b"C");
        assert_eq!(response.body, b"x");
    }

    #[test]
    fn a_challenge_alone_with_its_name_or_without() {
        let value = "OAuth realm=\"h\", oauth_problem=\"nonce_used\"";
        let alone = read_plain(value.as_bytes()).0;
        let line = read_plain(format!("WWW-Authenticate: {value}\r\n").as_bytes()).0;
        let block = format!("date: today\nwww-authenticate: {value}\n\noauth_problem=nonce_used");
        let block = read_plain(block.as_bytes()).0;
        for response in [&alone, &line, &block] {
            assert!(response.status.is_none());
            assert_eq!(response.headers.last().unwrap().value, value.as_bytes());
        }
        assert_eq!(block.body, b"oauth_problem=nonce_used");
    }

    #[test]
    fn a_body_alone_is_kept() {
        let (response, notes) = read_plain(b"\n{\"errors\": []}\n");
        assert_eq!(response.body, b"{\"errors\": []}\n");
        assert!(response.status.is_none() && notes.is_empty());
    }

    /// Made by Python's gzip and zlib modules.
    #[test]
    fn compressed_bodies_are_read() {
        const GZIP: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x4f\x2c\x2d\xc9\x88\x2f\x28\xca\x4f\xca\x49\xcd\xb5\x2d\xce\x4c\xcf\x4b\x2c\x29\x2d\x4a\x8d\xcf\xcc\x2b\x4b\xcc\xc9\x4c\x01\x00\xc4\x2e\x51\x14\x1f\x00\x00\x00";
        const ZLIB: &[u8] = b"\x78\x9c\xcb\x4f\x2c\x2d\xc9\x88\x2f\x28\xca\x4f\xca\x49\xcd\xb5\x2d\xce\x4c\xcf\x4b\x2c\x29\x2d\x4a\x8d\xcf\xcc\x2b\x4b\xcc\xc9\x4c\x01\x00\xcc\xff\x0c\xc7";
        const RAW: &[u8] = b"\xcb\x4f\x2c\x2d\xc9\x88\x2f\x28\xca\x4f\xca\x49\xcd\xb5\x2d\xce\x4c\xcf\x4b\x2c\x29\x2d\x4a\x8d\xcf\xcc\x2b\x4b\xcc\xc9\x4c\x01\x00";
        for (coding, bytes) in [
            ("gzip", GZIP),
            ("X-GZIP", GZIP),
            ("deflate", ZLIB),
            ("deflate", RAW),
        ] {
            let head = format!("HTTP/1.1 401 U\r\nContent-Encoding: {coding}\r\n\r\n");
            let (response, notes) = read_plain(&[head.as_bytes(), bytes].concat());
            assert_eq!(response.body, b"oauth_problem=signature_invalid");
            assert!(notes.is_empty());
        }
        let cut = [
            b"HTTP/1.1 401 U\r\nContent-Encoding: gzip\r\n\r\n",
            &GZIP[..20],
        ]
        .concat();
        let (response, notes) = read_plain(&cut);
        assert_eq!(response.body, &GZIP[..20]);
        assert!(notes[0].contains("damaged"), "{notes:?}");
    }

    /// L07: a few bytes can stand for gigabytes.
    #[test]
    fn what_would_grow_without_bounds_is_left_compressed() {
        let zeros = |length: u64, level| {
            let mut bytes = Vec::new();
            let mut encoder = GzEncoder::new(std::io::repeat(0).take(length), level);
            encoder.read_to_end(&mut bytes).unwrap();
            bytes
        };
        let head = b"HTTP/1.1 401 U\r\nContent-Encoding: gzip\r\n\r\n".as_slice();
        let most = 8 << 20;
        let (response, notes) = read_plain(&[head, &zeros(most, Compression::none())].concat());
        assert_eq!((response.body, notes), (vec![0; 8 << 20], Vec::new()));
        // Above the ratio of 100, and above 8 MiB.
        for bytes in [
            zeros(1 << 20, Compression::best()),
            zeros(most + 1, Compression::none()),
            zeros(10 * most, Compression::none()),
        ] {
            let (response, notes) = read_plain(&[head, &bytes].concat());
            assert_eq!(response.body.len(), bytes.len());
            assert!(notes[0].contains("more than any answer is"), "{notes:?}");
        }
    }

    #[test]
    fn what_is_cut_or_compressed_is_noted() {
        let (_, notes) = read_plain(b"HTTP/1.1 401 U\r\nContent-Length: 30\r\n\r\noauth_pro");
        assert!(notes[0].contains("cut short"));
        let (_, notes) =
            read_plain(b"HTTP/1.1 401 U\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\xff");
        assert!(notes[0].contains("compressed"));
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        let error = fail(b"\nHTTP/1.1 Unauthorized\r\n");
        assert_eq!((error.line, error.column), (2, 1));
        let error = fail(b"HTTP/1.1 401 U\r\nno header\r\n\r\n");
        assert_eq!((error.line, error.byte), (2, 16));
        let error = fail(b"abc\0");
        assert_eq!((error.byte, error.message.contains("binary")), (3, true));
    }

    #[test]
    fn an_answer_is_told_from_a_request() {
        for answer in [
            "HTTP/1.1 401 Unauthorized\r\n",
            "HTTP/2 401\n",
            "WWW-Authenticate: OAuth realm=\"h\"",
            "OAuth realm=\"h\", oauth_problem=\"nonce_used\", oauth_signature=\"a\"",
            "oauth_problem=signature_invalid&debug_sbs=GET&http%3A%2F%2Fh%2F&oauth_nonce%3Da",
            "oauth_parameters_absent=oauth_token&oauth_problem=parameter_absent",
            "oauth_token=a&oauth_token_secret=b&oauth_callback_confirmed=true",
            "{\"errors\":[{\"code\":32}]}",
            "{\"message\": \"Forbidden\"}",
            "{\"error\":{\"code\":8,\"message\":\"Invalid signature: oauth_signature 'YcF",
            "<!DOCTYPE html><html></html>",
            "<?xml version=\"1.0\"?><error/>",
            "<error>x</error>",
            "Invalid signature. Expected signature base string: GET&http%3A%2F%2Fh%2F&",
            "Invalid Signature",
        ] {
            assert!(looks_like(answer.as_bytes()), "{answer}");
        }
        for other in [
            "",
            "HTTP/1.1 what",
            "GET /?oauth_problem=nonce_used HTTP/1.1",
            "https://h/callback?oauth_problem=user_refused",
            "curl 'https://h/?oauth_token=a&oauth_token_secret=b'",
            "GET&http%3A%2F%2Fh%2F&oauth_nonce%3Da",
            "GET&http://h/&oauth_token=a&oauth_token_secret=b",
            "oauth_nonce=b&oauth_token=a&oauth_token_secret=b",
            "Authorization: OAuth oauth_nonce=\"a\"",
            "OAuth realm=\"h\", oauth_signature=\"a\"",
            "WWW-Authenticate: OAuth\nAuthorization: OAuth oauth_nonce=\"a\"",
            "{\"method\":\"GET\",\"url\":\"https://h/\",\"status\":401}",
            "{\"url\":\"https://h/\",\"message\":\"invalid signature\"",
            "{\"log\":{\"entries\":[]}}",
            "{\"id\":1,\"input\":\"curl h\",\"response\":\"oauth_problem=nonce_used\"}",
            "[]",
            "< HTTP/1.1 401 Unauthorized",
            "Signature base string: GET&http%3A%2F%2Fh%2F&oauth_nonce%3Da",
            "invalidsignature.txt",
            "The signature is refused",
        ] {
            assert!(!looks_like(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn the_summary_shows_nothing_of_the_content() {
        let (response, _) = read_plain(
            b"HTTP/1.1 401 U\r\nContent-Type: application/json; a=s3cr3t\r\n\r\n{\"a\":\"s3cr3t\"}",
        );
        assert_eq!(response.summary(), "status 401, application/json");
        assert_eq!(read_plain(b"{\"a\": 1}").0.summary(), "JSON");
        assert_eq!(
            read_plain(b"HTTP/1.1 500 U\r\n\r\n").0.summary(),
            "status 500"
        );
        assert_eq!(read_plain(b"<p>").0.summary(), "HTML or XML");
        assert_eq!(read_plain(b"no").0.summary(), "text");
    }
}
