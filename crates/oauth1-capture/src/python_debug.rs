//! What Python's `http.client` (`httplib` in Python 2) prints at debuglevel 1: each piece of a request as a literal.
//!
//! `requests` and urllib3 send through it; their debug lines between say whether TLS was in use. What oauthlib logs beside
//! them is read as well.

use crate::{
    Captured, Hints,
    detect::contains,
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
    is_certain: true,
    looks_like,
    keeps_byte_order_mark: false,
    read,
};

fn looks_like(text: &[u8]) -> bool {
    Lines::new(text).any(|line| {
        sent(&line)
            .and_then(|quote| read_literal(line.text, quote - line.start))
            .is_some_and(|literal| is_request_line(crate::detect::first_line(&literal.bytes)))
    })
}

/// The offset of the opening quote in `send: b'…'` or `send: '…'`, whatever a logger put before it.
fn sent(line: &Line<'_>) -> Option<usize> {
    let label = b"send: ";
    let at = line.text.windows(label.len()).position(|w| w == label)?;
    let before = line.text.get(..at)?;
    let rest = line.text.get(at + label.len()..)?;
    let literal = rest.strip_prefix(b"b").unwrap_or(rest);
    let is_literal = literal.starts_with(b"'") || literal.starts_with(b"\"");
    let is_word = before
        .last()
        .is_none_or(|&b| b.is_ascii_whitespace() || matches!(b, b':' | b']' | b'-' | b'|'));
    let quote = line.start + line.text.len() - literal.len();
    (is_literal && is_word).then_some(quote)
}

fn read(input: &[u8], hints: &Hints) -> Result<Vec<Captured>, CaptureError> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    let mut printed = Vec::new();
    let mut scheme = None;
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
            if is_request_line(crate::detect::first_line(&literal.bytes)) {
                printed.push(line.start);
                exchanges.push(Exchange {
                    scheme,
                    ..Exchange::default()
                });
            }
            if let Some(exchange) = exchanges.last_mut() {
                exchange.request.push(quote, &without_wraps(literal));
            }
            // A terminal may have broken the literal into several lines.
            while lines.at < quote {
                lines.next();
            }
        } else if let Some(stated) = scheme_of(line.text) {
            scheme = Some(stated);
            // urllib3 says it once more when the response is there, and names the request.
            if let Some(exchange) = exchanges.last_mut()
                && contains(line.text, b" HTTP/1.1\" ")
            {
                exchange.scheme = scheme;
            }
        } else if let Some(exchange) = exchanges.last_mut() {
            if let Some(reply) = after(line.text, b"reply: '") {
                exchange.response_head = reply.split(|&b| b == b'\\').next().unwrap_or_default().to_vec();
                exchange.response_head.extend_from_slice(b"\r\n");
            } else if let Some(field) = after(line.text, b"header: ") {
                exchange.response_head.extend_from_slice(field);
                exchange.response_head.extend_from_slice(b"\r\n");
            }
        }
    }
    let nothing = "paste the output from the first line that begins with send: on";
    let mut cases = into_captured(input, &exchanges, hints, nothing)?;
    Ok(cases)
}
