//! One HTTP/1.1 request from a connection, to the byte, and one answer to it.
//!
//! A library would refuse or tidy up what is to be diagnosed: odd targets, header names in their own case. So only the extent
//! of a request is decided here, strictly: whatever two servers could read as two different requests is refused (RFC 9112,
//! sections 6.3 and 11.2). What the bytes mean is up to the reader of captures.

use std::time::Duration;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    time::{Instant, timeout, timeout_at},
};

/// The longest request line.
const MAX_LINE: usize = 8 << 10;
/// The longest head: request line and header fields.
const MAX_HEAD: usize = 32 << 10;
/// The most header fields.
const MAX_FIELDS: usize = 64;
/// How many bytes of empty lines may come before a request.
const MAX_EMPTY: usize = 16;
/// The longest body, after de-chunking.
pub(super) const MAX_BODY: usize = 1 << 20;
/// What framing a chunked body may have beside its content: sizes, extensions, trailer fields.
const MAX_CHUNK_OVERHEAD: usize = 256 << 10;
/// The longest line of a chunk's size, or of a trailer field.
const MAX_CHUNK_LINE: usize = 256;

const HEAD_DEADLINE: Duration = Duration::from_secs(5);
const BODY_DEADLINE: Duration = Duration::from_secs(10);
const IDLE: Duration = Duration::from_secs(5);
const WRITE_DEADLINE: Duration = Duration::from_secs(5);
/// How long the rest of what a client sends is taken after the answer, so that it can read it.
const LINGER: Duration = Duration::from_millis(500);

/// Why no request was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// The client went away; nobody waits for an answer.
    Gone,
    /// It is refused with this status.
    Refused(u16, &'static str),
}

/// An answer, before its framing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names and values; neither holds a control character.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// An answer in plain text.
    pub(crate) fn text(status: u16, text: &str) -> Self {
        Self {
            status,
            headers: vec![(
                "Content-Type".to_owned(),
                "text/plain; charset=utf-8".to_owned(),
            )],
            body: format!("{text}\n").into_bytes(),
        }
    }
}

/// Whether a response is all there, as far as its own framing tells; one that ends with the connection never is.
pub(super) fn is_whole_response(text: &[u8], is_to_head: bool) -> bool {
    let Some(head) = text.windows(4).position(|window| window == b"\r\n\r\n") else {
        return false;
    };
    let end = head + 4;
    let mut lines = text[..head].split(|&byte| byte == b'\n');
    let status = lines.next().unwrap_or_default();
    let fields: Vec<_> = lines
        .filter_map(|line| field(line.trim_ascii_end()).ok())
        .collect();
    let has_no_body = [&b" 204"[..], b" 304"].iter().any(|code| {
        let at = status.iter().position(|&byte| byte == b' ');
        at.is_some_and(|at| status[at..].starts_with(code))
    });
    if is_to_head || has_no_body {
        return true;
    }
    if values(&fields, "Transfer-Encoding").next().is_some() {
        return text.ends_with(b"0\r\n\r\n");
    }
    let length = values(&fields, "Content-Length").next();
    let length = length.and_then(|length| core::str::from_utf8(length).ok()?.parse::<usize>().ok());
    length.is_some_and(|length| text.len() - end >= length)
}

/// How a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// After so many bytes.
    Length(usize),
    /// With the last chunk.
    Chunked,
}

/// What a head says about what follows it.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    /// Where the body begins.
    end: usize,
    framing: Framing,
    expects_continue: bool,
}

/// Reads one request. The bytes are those of the wire, chunks included; what comes after it is not read.
pub(crate) async fn read<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
) -> Result<Vec<u8>, Unread> {
    let mut text = Vec::new();
    let deadline = Instant::now() + HEAD_DEADLINE;
    let head = loop {
        if let Some(head) = head(&text)? {
            break head;
        }
        fill(stream, &mut text, deadline).await?;
    };
    let deadline = Instant::now() + BODY_DEADLINE;
    if head.expects_continue && text.len() == head.end {
        let go_on = stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
        timeout(WRITE_DEADLINE, go_on)
            .await
            .map_err(|_| Unread::Gone)?
            .map_err(|_| Unread::Gone)?;
    }
    let end = match head.framing {
        Framing::Length(length) => {
            let end = head.end + length;
            while text.len() < end {
                fill(stream, &mut text, deadline).await?;
            }
            end
        }
        Framing::Chunked => {
            let mut chunks = Chunks::from(head.end);
            loop {
                if let Some(end) = chunks.end(&text)? {
                    break end;
                }
                fill(stream, &mut text, deadline).await?;
            }
        }
    };
    text.truncate(end);
    Ok(text)
}

/// Waits for more bytes, until the deadline and not longer than the client may be idle.
async fn fill<S: AsyncRead + Unpin>(
    stream: &mut S,
    text: &mut Vec<u8>,
    deadline: Instant,
) -> Result<(), Unread> {
    text.reserve(8 << 10);
    let until = deadline.min(Instant::now() + IDLE);
    match timeout_at(until, stream.read_buf(text)).await {
        Err(_) if text.is_empty() => Err(Unread::Gone),
        Err(_) => Err(Unread::Refused(408, "the request did not arrive in time")),
        Ok(Ok(1..)) => Ok(()),
        Ok(Ok(0)) if !text.is_empty() => {
            Err(Unread::Refused(400, "the request ends before it is whole"))
        }
        Ok(_) => Err(Unread::Gone),
    }
}

/// Writes the answer and closes the connection. `is_head` leaves the body out.
pub(crate) async fn write<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    answer: &Answer,
    is_head: bool,
) {
    let status = format!("HTTP/1.1 {} {}\r\n", answer.status, reason(answer.status));
    let fields = answer.headers.iter();
    let fields: Vec<String> = fields
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let end = format!(
        "Content-Length: {}\r\nConnection: close\r\n\r\n",
        answer.body.len()
    );
    let mut bytes = [status, fields.concat(), end].concat().into_bytes();
    if !is_head {
        bytes.extend_from_slice(&answer.body);
    }
    let send = async {
        stream.write_all(&bytes).await?;
        stream.shutdown().await
    };
    if !matches!(timeout(WRITE_DEADLINE, send).await, Ok(Ok(()))) {
        return;
    }
    // Closing with bytes unread would reset the connection, and the answer might be lost with it.
    let mut rest = [0; 4096];
    let drain = async { while matches!(stream.read(&mut rest).await, Ok(1..)) {} };
    let _ = timeout(LINGER, drain).await;
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        302 => "Found",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        413 => "Content Too Large",
        414 => "URI Too Long",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}

const fn refused<T>(status: u16, why: &'static str) -> Result<T, Unread> {
    Err(Unread::Refused(status, why))
}

/// Reads a head, once all of it is there.
fn head(text: &[u8]) -> Result<Option<Head>, Unread> {
    // RFC 9112 section 2.2: empty lines before the request line are skipped.
    let start = text
        .chunks_exact(2)
        .take_while(|pair| pair == b"\r\n")
        .count()
        * 2;
    if start > MAX_EMPTY {
        return refused(400, "there is no request line");
    }
    let mut lines = CrlfLines { text, at: start };
    let Some(request_line) = lines.next(MAX_LINE, 414, "the request line is too long")? else {
        return Ok(None);
    };
    check_request_line(request_line)?;
    let mut fields = Vec::new();
    loop {
        let read = lines.at - start;
        let line = lines.next(MAX_HEAD.saturating_sub(read), 431, "the head is too long")?;
        match line {
            None => return Ok(None),
            Some([]) => break,
            Some(line) => fields.push(field(line)?),
        }
        if fields.len() > MAX_FIELDS {
            return refused(431, "there are too many header fields");
        }
    }
    let expects_continue =
        values(&fields, "Expect").any(|value| value.eq_ignore_ascii_case(b"100-continue"));
    Ok(Some(Head {
        end: lines.at,
        framing: framing(&fields)?,
        expects_continue,
    }))
}

/// Lines that end in CRLF and hold neither of the two alone.
struct CrlfLines<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> CrlfLines<'a> {
    /// The next line, `None` where its end is not there yet. One that is longer than `most` is refused.
    fn next(
        &mut self,
        most: usize,
        status: u16,
        too_long: &'static str,
    ) -> Result<Option<&'a [u8]>, Unread> {
        let rest = &self.text[self.at..];
        let odd = |&byte: &u8| byte < b' ' && byte != b'\t' || byte == 0x7F;
        let length = match rest.iter().position(odd) {
            Some(at) if at > most => return refused(status, too_long),
            Some(at) if rest[at] == b'\r' && at + 1 == rest.len() => return Ok(None),
            Some(at) if rest[at..].starts_with(b"\r\n") => at,
            Some(_) => {
                return refused(
                    400,
                    "there is a control character, or a line that does not end in CRLF",
                );
            }
            None if rest.len() > most => return refused(status, too_long),
            None => return Ok(None),
        };
        self.at += length + 2;
        Ok(Some(&rest[..length]))
    }
}

/// `METHOD SP target SP HTTP/1.x`. A target may hold what it should not: that is for the diagnosis.
fn check_request_line(line: &[u8]) -> Result<(), Unread> {
    let mut parts = line.split(|&byte| byte == b' ');
    let method = parts.next().unwrap_or_default();
    let version = parts.next_back().unwrap_or_default();
    if !is_token(method) || parts.next().is_none_or(<[u8]>::is_empty) {
        return refused(400, "the request line is not METHOD, target and version");
    }
    match version {
        b"HTTP/1.1" | b"HTTP/1.0" => {}
        version if version.starts_with(b"HTTP/") => {
            return refused(505, "only HTTP/1.1 is spoken here");
        }
        _ => return refused(400, "the request line is not METHOD, target and version"),
    }
    match method {
        b"CONNECT" | b"TRACE" => refused(405, "CONNECT and TRACE are not served"),
        _ => Ok(()),
    }
}

/// A field's name and value.
type Field<'a> = (&'a [u8], &'a [u8]);

fn field(line: &[u8]) -> Result<Field<'_>, Unread> {
    let colon = line.iter().position(|&byte| byte == b':');
    match colon {
        Some(at) if is_token(&line[..at]) => Ok((&line[..at], line[at + 1..].trim_ascii())),
        _ => refused(400, "a header field is folded, or its name is none"),
    }
}

fn is_token(name: &[u8]) -> bool {
    let is = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !name.is_empty() && name.iter().all(is)
}

fn values<'a>(fields: &[Field<'a>], name: &str) -> impl Iterator<Item = &'a [u8]> {
    fields
        .iter()
        .filter(move |(found, _)| found.eq_ignore_ascii_case(name.as_bytes()))
        .map(|&(_, value)| value)
}

/// How the body ends, where there is no doubt about it.
fn framing(fields: &[Field<'_>]) -> Result<Framing, Unread> {
    let mut codings = values(fields, "Transfer-Encoding");
    let mut lengths = values(fields, "Content-Length");
    match (codings.next(), lengths.next()) {
        (None, None) => Ok(Framing::Length(0)),
        (Some(_), Some(_)) => refused(400, "there are both Content-Length and Transfer-Encoding"),
        (Some(coding), None) => {
            if codings.next().is_some() || !coding.eq_ignore_ascii_case(b"chunked") {
                return refused(
                    400,
                    "the only Transfer-Encoding that is taken is one chunked",
                );
            }
            Ok(Framing::Chunked)
        }
        (None, Some(length)) => {
            if lengths.next().is_some() {
                return refused(400, "there is more than one Content-Length");
            }
            let digits = core::str::from_utf8(length).unwrap_or_default();
            let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            match digits.parse() {
                _ if !is_number => refused(400, "Content-Length is not a number"),
                Ok(length) if length <= MAX_BODY => Ok(Framing::Length(length)),
                _ => refused(413, "the body is longer than 1 MiB"),
            }
        }
    }
}

/// Follows the chunks of a body as they arrive (RFC 9112 section 7.1).
struct Chunks {
    start: usize,
    /// Where the next line, or the next content, begins.
    at: usize,
    content: usize,
    next: Next,
}

/// What comes next.
enum Next {
    Size,
    Content(usize),
    Trailer,
}

impl Chunks {
    const fn from(start: usize) -> Self {
        Self {
            start,
            at: start,
            content: 0,
            next: Next::Size,
        }
    }

    /// Where the body ends, once that is known.
    fn end(&mut self, text: &[u8]) -> Result<Option<usize>, Unread> {
        loop {
            if self.at - self.start > self.content + MAX_CHUNK_OVERHEAD {
                return refused(413, "the framing of the chunks is too long");
            }
            let mut lines = CrlfLines { text, at: self.at };
            match self.next {
                Next::Content(size) => {
                    let end = self.at + size;
                    match text.get(end..end + 2) {
                        None => return Ok(None),
                        Some(b"\r\n") => {
                            self.at = end + 2;
                            self.next = Next::Size;
                        }
                        Some(_) => return refused(400, "a chunk is not as long as it says"),
                    }
                }
                Next::Size | Next::Trailer => {
                    let too_long = "a line between the chunks is too long";
                    let Some(line) = lines.next(MAX_CHUNK_LINE, 400, too_long)? else {
                        return Ok(None);
                    };
                    self.at = lines.at;
                    match self.next {
                        Next::Size => self.begin(line)?,
                        _ if line.is_empty() => return Ok(Some(self.at)),
                        _ => {
                            field(line)?;
                        }
                    }
                }
            }
        }
    }

    fn begin(&mut self, line: &[u8]) -> Result<(), Unread> {
        let digits = line.split(|&byte| byte == b';').next().unwrap_or_default();
        let text = core::str::from_utf8(digits).unwrap_or_default();
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let size = match usize::from_str_radix(text, 16) {
            _ if !is_number => return refused(400, "a chunk's size is not a hexadecimal number"),
            Ok(size) if size <= MAX_BODY - self.content => size,
            _ => return refused(413, "the body is longer than 1 MiB"),
        };
        self.content += size;
        self.next = match size {
            0 => Next::Trailer,
            size => Next::Content(size),
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tokio::io::duplex;

    /// Sends the bytes in pieces, closes that direction, and reads.
    fn read_pieces(pieces: &[&[u8]]) -> Result<Vec<u8>, Unread> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let (mut client, mut server) = duplex(1 << 24);
            for piece in pieces {
                client.write_all(piece).await.unwrap();
            }
            client.shutdown().await.unwrap();
            read(&mut server).await
        })
    }

    fn status(text: &str) -> u16 {
        match read_pieces(&[text.as_bytes()]) {
            Err(Unread::Refused(status, _)) => status,
            Ok(_) => 200,
            Err(Unread::Gone) => 0,
        }
    }

    #[test]
    fn a_request_is_read_to_its_end_and_not_further() {
        let request = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\na=b";
        let more = format!("{request}GET / HTTP/1.1\r\n\r\n");
        assert_eq!(read_pieces(&[more.as_bytes()]), Ok(request.into()));
        let chunked = "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n2;x=y\r\na=\r\n1\r\nb\r\n0\r\nT: v\r\n\r\n";
        let more = format!("{chunked}rest");
        assert_eq!(read_pieces(&[more.as_bytes()]), Ok(chunked.into()));
    }

    /// What an odd client sends is still a request.
    #[test]
    fn an_odd_target_is_taken() {
        for target in ["/a b", "/[x]|<\\^`{é}\"", "http://h/a", "*", "/%zz"] {
            assert_eq!(
                status(&format!("GET {target} HTTP/1.1\r\nhOST: h\r\n\r\n")),
                200
            );
        }
    }

    /// F05 to F10, F19.
    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        let body = |fields: &str| {
            status(&format!(
                "POST / HTTP/1.1\r\nHost: h\r\n{fields}\r\n\r\n0\r\n\r\n"
            ))
        };
        for (fields, expected) in [
            ("Content-Length: 5\r\nContent-Length: 5", 400),
            ("Content-Length: 5\r\nContent-Length: 6", 400),
            ("Content-Length: 5\r\nTransfer-Encoding: chunked", 400),
            ("Transfer-Encoding: chunked, identity", 400),
            ("Transfer-Encoding: xchunked", 400),
            (
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                400,
            ),
            ("Transfer-Encoding: \u{b}chunked", 400),
            ("Content-Length: +5", 400),
            ("Content-Length: 0x5", 400),
            ("Content-Length: 5, 5", 400),
            ("Content-Length: -5", 400),
            ("Content-Length: ", 400),
            ("Content-Length: 18446744073709551616", 413),
            ("Content-Length: 1048577", 413),
            ("Content-Length : 5", 400),
            (" folded: x", 400),
            ("X: y\n", 400),
            ("X: \rb", 400),
            ("X: a\u{0}b", 400),
            ("X: \u{e9}", 200),
            ("Upgrade: websocket", 200),
        ] {
            assert_eq!(body(fields), expected, "{fields}");
        }
        for (line, expected) in [
            ("GET / HTTP/1.1\nHost: h", 400),
            ("GET /", 400),
            ("GET  HTTP/1.1", 400),
            ("GET / HTTP/2.0", 505),
            ("CONNECT h:1 HTTP/1.1", 405),
            ("TRACE / HTTP/1.1", 405),
        ] {
            assert_eq!(status(&format!("{line}\r\n\r\n")), expected, "{line}");
        }
    }

    /// F39: as much as the limit, one more, ten times as much. What ends a line or a head is not counted.
    #[test]
    fn what_is_longer_than_the_limits_is_refused() {
        let line = |length: usize| {
            let rest = "GET / HTTP/1.1".len();
            status(&format!(
                "GET /{} HTTP/1.1\r\n\r\n",
                "a".repeat(length - rest)
            ))
        };
        let head = |length: usize| {
            let start = "GET / HTTP/1.1\r\nX: ";
            status(&format!(
                "{start}{}\r\n\r\n",
                "a".repeat(length - start.len())
            ))
        };
        let fields = |count: usize| {
            status(&format!(
                "GET / HTTP/1.1\r\n{}\r\n",
                "X: y\r\n".repeat(count)
            ))
        };
        let post = |field: String, body: String| {
            status(&format!(
                "POST / HTTP/1.1\r\nHost: h\r\n{field}\r\n\r\n{body}"
            ))
        };
        let body = |length: usize| post(format!("Content-Length: {length}"), "a".repeat(length));
        let chunks = |length: usize| {
            let (first, last) = ("a".repeat(length / 2), "a".repeat(length - length / 2));
            let chunks = format!(
                "{:x}\r\n{first}\r\n{:x}\r\n{last}\r\n0\r\n\r\n",
                first.len(),
                last.len()
            );
            post("Transfer-Encoding: chunked".to_owned(), chunks)
        };
        let check = |status: &dyn Fn(usize) -> u16, limit: usize, refused: u16| {
            let statuses = [limit, limit + 1, 10 * limit].map(status);
            assert_eq!(statuses, [200, refused, refused], "{limit}");
        };
        check(&line, MAX_LINE, 414);
        check(&head, MAX_HEAD, 431);
        check(&fields, MAX_FIELDS, 431);
        check(&body, MAX_BODY, 413);
        check(&chunks, MAX_BODY, 413);
    }

    #[test]
    fn broken_chunks_are_refused() {
        let body = |chunks: &str| {
            status(&format!(
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"
            ))
        };
        let extension = format!("1;{}\r\na\r\n0\r\n\r\n", "x".repeat(1 << 20));
        let trailers = format!("0\r\n{}", "T: v\r\n".repeat(1 << 17));
        for (chunks, expected) in [
            ("0\r\n\r\n", 200),
            ("ffffffffffffffffff\r\n", 413),
            ("100001\r\n", 413),
            ("-1\r\n", 400),
            ("\r\n", 400),
            ("1\r\nab\r\n0\r\n\r\n", 400),
            ("1\r\na0\r\n\r\n", 400),
            ("0\r\n folded\r\n\r\n", 400),
            (&extension, 400),
            (&trailers, 413),
        ] {
            assert_eq!(
                body(chunks),
                expected,
                "{}",
                &chunks[..chunks.len().min(40)]
            );
        }
    }

    /// F02 to F04, in the time of the test.
    #[test]
    fn slow_clients_are_let_go() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let dribble = |first: &'static [u8], seconds: u64| {
            runtime.block_on(async move {
                let (mut client, mut server) = duplex(1 << 16);
                let began = Instant::now();
                tokio::spawn(async move {
                    client.write_all(first).await.unwrap();
                    loop {
                        tokio::time::sleep(Duration::from_secs(seconds)).await;
                        if client.write_all(b"x").await.is_err() {
                            break;
                        }
                    }
                });
                let read = read(&mut server).await;
                (read, began.elapsed().as_secs())
            })
        };
        let timeout = || Err(Unread::Refused(408, "the request did not arrive in time"));
        assert_eq!(dribble(b"GET / HT", 1), (timeout(), 5));
        let body = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n";
        assert_eq!(dribble(body, 1), (timeout(), 10));
        assert_eq!(dribble(body, 60), (timeout(), 5));
        assert_eq!(dribble(b"", 60), (Err(Unread::Gone), 5));
    }

    #[test]
    fn who_expects_it_is_told_to_go_on() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async {
            let (mut client, mut server) = duplex(1 << 16);
            let reader = tokio::spawn(async move { read(&mut server).await });
            let head =
                b"POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\n";
            client.write_all(head).await.unwrap();
            let mut answer = [0; 25];
            client.read_exact(&mut answer).await.unwrap();
            assert_eq!(&answer, b"HTTP/1.1 100 Continue\r\n\r\n");
            client.write_all(b"a=b").await.unwrap();
            let text = reader.await.unwrap().unwrap();
            assert!(text.ends_with(b"\r\n\r\na=b"));
        });
    }

    proptest! {
        /// Z10: however the bytes are cut into pieces, the same is read.
        #[test]
        fn pieces_make_no_difference(
            text in prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..200),
                "(GET|POST) /[ -~]{0,9} HTTP/1\\.[01]\r\n(Host: h\r\n|Content-Length: [0-9]{1,2}\r\n|Transfer-Encoding: chunked\r\n){0,3}\r\n([0-9]\r\n[a-z]{0,5}\r\n){0,3}(0\r\n\r\n)?"
                    .prop_map(String::into_bytes),
            ],
            cut in 0..200_usize,
        ) {
            let cut = cut.min(text.len());
            let (one, other) = text.split_at(cut);
            prop_assert_eq!(read_pieces(&[one, other]), read_pieces(&[&text]));
            // What is read stands at the beginning of what was sent, after empty lines.
            if let Ok(read) = read_pieces(&[&text]) {
                prop_assert!(text.starts_with(&read));
            }
        }
    }
}
