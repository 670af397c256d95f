//! What Python's `http.client` (`httplib` in Python 2) prints at debuglevel 1: each piece of a request as a literal.
//!
//! `requests` and urllib3 send through it; their debug lines between say whether TLS was in use. The base strings that
//! oauthlib logs beside them are kept.

use crate::{
    Captured, Format, Hints,
    detect::{contains, first_line},
    error::CaptureError,
    exchange::{Exchange, into_captured},
    format::Spec,
    http::{Line, Lines, is_request_line},
    literal::read_literal,
    log,
};
use oauth1_core::request::Scheme;

pub(crate) const SPEC: Spec = Spec {
    name: "python-debug",
    description: "what Python's http.client prints at debuglevel 1",
    noun: "the debug output of Python's http.client",
    looks_like,
    // What is printed may hold one, or look as if it did.
    may_look_like: &[Format::BaseString],
    keeps_byte_order_mark: false,
    read,
};

const NOT_SENT: &str = "paste the output from the first line that begins with send: on";

fn looks_like(text: &[u8]) -> bool {
    Lines::new(text).any(|line| {
        sent(&line).is_some_and(|quote| {
            let literal = text.get(quote + 1..).unwrap_or_default();
            let line = literal.split(|&b| b == b'\\').next();
            line.is_some_and(is_request_line)
        })
    })
}

/// What follows a label at the beginning of a line, or behind what a logger put there.
fn labelled<'a>(line: &'a [u8], label: &[u8]) -> Option<&'a [u8]> {
    let at = crate::detect::find(line, label)?;
    let is_word = match line.get(..at)?.last() {
        None => true,
        Some(&b) => b.is_ascii_whitespace() || matches!(b, b':' | b']' | b'|'),
    };
    is_word.then(|| line.get(at + label.len()..))?
}

/// The offset of the opening quote in `send: b'…'` (Python 3) or `send: '…'` (Python 2).
fn sent(line: &Line<'_>) -> Option<usize> {
    let text = labelled(line.text, b"send: ")?;
    let literal = text.strip_prefix(b"b").unwrap_or(text);
    let opens = literal.starts_with(b"'") || literal.starts_with(b"\"");
    opens.then_some(line.start + line.text.len() - literal.len())
}

/// What urllib3 says: `Starting new HTTPS connection (1): host:443`, `https://host:443 "GET / HTTP/1.1" 200 5`.
fn stated_scheme(line: &[u8]) -> Option<Scheme> {
    let says = |parts: [&[u8]; 2]| parts.iter().any(|part| contains(line, part));
    if says([b"new HTTPS connection", b"connectionpool:https://"]) {
        Some(Scheme::Https)
    } else if says([b"new HTTP connection", b"connectionpool:http://"]) {
        Some(Scheme::Http)
    } else {
        None
    }
}

fn read(input: &[u8], hints: &Hints) -> Result<Vec<Captured>, CaptureError> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    let mut scheme = None;
    let mut logged = None;
    let mut lines = Lines::new(input);
    while let Some(line) = lines.next() {
        if let Some(quote) = sent(&line) {
            let Some(literal) = read_literal(input, quote) else {
                return Err(CaptureError::at(
                    input,
                    quote,
                    "expected the quote that opens here to be closed, found the end of the input",
                    "paste the whole line that begins with send:",
                ));
            };
            // A terminal or a mail may have broken the line.
            let bytes = literal.without_raw_line_ends();
            lines.at = lines.at.max(literal.end);
            if is_request_line(first_line(&bytes)) {
                exchanges.push(Exchange {
                    scheme,
                    base_string: logged.take(),
                    ..Exchange::default()
                });
            }
            if let Some(exchange) = exchanges.last_mut() {
                exchange.request.push(quote, &bytes);
            }
        } else if let Some(stated) = stated_scheme(line.text) {
            scheme = Some(stated);
            // The second line comes after the response, and says it of the request before.
            if let Some(exchange) = exchanges.last_mut()
                && contains(line.text, b"://")
            {
                exchange.scheme = scheme;
            }
        } else if let Some(base_string) = log::base_string(line.text) {
            logged = Some(base_string.to_vec());
        } else if let Some(exchange) = exchanges.last_mut() {
            if let Some(reply) = labelled(line.text, b"reply: ") {
                exchange.response_head =
                    read_literal(reply, 0).map_or(Vec::new(), |reply| reply.bytes);
            } else if let Some(field) = labelled(line.text, b"header: ") {
                exchange.response_head.extend_from_slice(field);
                exchange.response_head.extend_from_slice(b"\r\n");
            }
        }
    }
    into_captured(input, &exchanges, hints, NOT_SENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(input: &str) -> Captured {
        let mut all = read(input.as_bytes(), &Hints::default()).unwrap();
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    #[test]
    fn pieces_are_joined_and_the_reply_is_read() {
        let case = read_one(concat!(
            r"send: b'POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n'",
            "\n",
            r#"send: b"b=it's\xe9\n""#,
            "\nreply: 'HTTP/1.1 401 Unauthorized\\r\\n'\nheader: A: b\nheader: C: d\n"
        ));
        let request = case.request.unwrap();
        assert_eq!(request.request.body, b"b=it's\xe9\n");
        assert!(!request.scheme_known);
        let response = case.response.unwrap();
        assert_eq!((response.status, response.headers.len()), (Some(401), 2));
    }

    #[test]
    fn python_2_sends_head_and_body_as_one() {
        let case = read_one(r"send: 'POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nb=c'");
        assert_eq!(case.request.unwrap().request.body, b"b=c");
    }

    #[test]
    fn urllib3_says_the_scheme() {
        let send = r"send: b'GET /a HTTP/1.1\r\nHost: h\r\n\r\n'";
        for (input, scheme) in [
            (
                format!(
                    "DEBUG:urllib3.connectionpool:Starting new HTTPS connection (1): h:443\n{send}"
                ),
                Scheme::Https,
            ),
            (
                format!(
                    "INFO:requests.packages.urllib3.connectionpool:Starting new HTTP connection (1): h\n{send}"
                ),
                Scheme::Http,
            ),
            (
                format!(
                    "{send}\nDEBUG:urllib3.connectionpool:http://h:80 \"GET /a HTTP/1.1\" 401 30\n"
                ),
                Scheme::Http,
            ),
        ] {
            let request = read_one(&input).request.unwrap();
            assert_eq!(
                (request.request.scheme, request.scheme_known),
                (scheme, true)
            );
        }
    }

    #[test]
    fn what_oauthlib_logged_belongs_to_the_next_request() {
        let case = read_one(
            "DEBUG:oauthlib.oauth1.rfc5849:Signing: signature base string: GET&http%3A%2F%2Fh%2Fa&b%3Dc\n\
             send: b'GET /a HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n'\n",
        );
        assert_eq!(case.base_string.unwrap(), b"GET&http%3A%2F%2Fh%2Fa&b%3Dc");
    }

    #[test]
    fn a_line_broken_by_a_terminal_is_joined() {
        let case =
            read_one("x send: b'GET /a?b\n=c HTTP/1.1\\r\\nHo\nst: h\\r\\n\\r\\n'\nreply: ''\n");
        let request = case.request.unwrap().request;
        assert_eq!(request.query.as_deref(), Some(&b"b=c"[..]));
        assert_eq!(request.authority, b"h");
    }

    #[test]
    fn errors_say_where_and_show_nothing() {
        for (input, line, column, message) in [
            ("\nsend: b'GET / HTTP/1.1\\r\\ns3cret", 2, 8, "closed"),
            (
                "send: b'GET / HTTP/1.1\\r\\n\\r\\n'\nsend: b'PUT / HTTP/1.1\\r\\ns3cret\\r\\n'",
                2,
                8,
                "without a colon",
            ),
            ("reply: 's3cret'", 1, 1, "found none"),
        ] {
            let error = read(input.as_bytes(), &Hints::default()).unwrap_err();
            assert_eq!((error.line, error.column), (line, column), "{input}");
            assert!(error.message.contains(message), "{error}");
            assert!(!error.to_string().contains("s3cret"));
        }
    }
}
