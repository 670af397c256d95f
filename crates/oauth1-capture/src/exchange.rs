//! Requests and their responses as a tool shows them one after the other: what was sent, what came back, what led where.

use crate::{
    Captured, CapturedRequest, Hints,
    base_string::trim_blanks,
    error::CaptureError,
    http::{Lines, read_chunks, read_fields, read_head},
    response::{Response, decompressed},
};
use oauth1_core::request::{BodyKind, Request, Scheme};

/// Text put together from pieces of the input, each with the place where it stands there.
#[derive(Default)]
pub(crate) struct Pieces {
    pub(crate) text: Vec<u8>,
    /// Where a piece begins in the text, and where in the input.
    starts: Vec<(usize, usize)>,
}

impl Pieces {
    pub(crate) fn push(&mut self, start: usize, piece: &[u8]) {
        self.starts.push((self.text.len(), start));
        self.text.extend_from_slice(piece);
    }

    /// The same error, at the piece of the input where it is.
    fn error(&self, input: &[u8], error: CaptureError) -> CaptureError {
        let after = self.starts.partition_point(|&(at, _)| at <= error.byte);
        let piece = after
            .checked_sub(1)
            .and_then(|index| self.starts.get(index));
        let start = piece.map_or(0, |&(_, start)| start);
        CaptureError::at(input, start, error.message, error.help)
    }
}

/// A request and what was answered.
#[derive(Default)]
pub(crate) struct Exchange {
    /// Request line, header fields, empty line, and the body where it is shown.
    pub(crate) request: Pieces,
    /// How to have the body shown, when the tool does not show it.
    pub(crate) body_hidden: Option<&'static str>,
    /// The scheme, where the tool says it.
    pub(crate) scheme: Option<Scheme>,
    /// The base string that was logged before it.
    pub(crate) base_string: Option<Vec<u8>>,
    /// Status line and header fields of the last response; empty when there is none.
    pub(crate) response_head: Vec<u8>,
    /// The bytes of its body.
    pub(crate) response_body: Vec<u8>,
}

impl Exchange {
    fn read(&self, input: &[u8], hints: &Hints) -> Result<CapturedRequest, CaptureError> {
        let hints = Hints {
            scheme: hints.scheme.or(self.scheme),
            ..hints.clone()
        };
        let text = &self.request.text;
        let read = |text| match self.body_hidden {
            None => crate::http::read(text, &hints),
            Some(how_to_show) => {
                let (mut captured, _) = read_head(text, &hints)?;
                captured
                    .notes
                    .extend(note_on_hidden_body(&captured.request, how_to_show));
                Ok(captured)
            }
        };
        read(text).map_err(|error| self.request.error(input, error))
    }

    fn response(&self, notes: &mut Vec<String>) -> Option<Response> {
        let mut lines = Lines::new(&self.response_head);
        let mut status_line = lines.next()?.text.split(|&b| b == b' ');
        let status = status_line.nth(1).and_then(|status| {
            let status = core::str::from_utf8(status).ok()?;
            status.parse().ok()
        });
        let headers =
            read_fields(&self.response_head, &mut lines, &mut Vec::new()).unwrap_or_default();
        let chunked = headers.iter().any(|header| {
            header.name.eq_ignore_ascii_case(b"Transfer-Encoding")
                && trim_blanks(&header.value).eq_ignore_ascii_case(b"chunked")
        });
        let body = if chunked {
            read_chunks(&self.response_body, 0, &mut Vec::new())
                .ok()
                .map(|body| body.bytes)
        } else {
            None
        };
        let body = body.unwrap_or_else(|| self.response_body.clone());
        Some(Response {
            status,
            body: decompressed(&headers, body, notes),
            headers,
        })
    }
}

/// What is missing when the body is not shown, if there was one.
fn note_on_hidden_body(request: &Request, how_to_show: &str) -> Option<String> {
    let length = request.header("Content-Length");
    let has_body = request.header("Transfer-Encoding").is_some()
        || length.is_some_and(|length| length != b"0");
    has_body.then(|| {
        let missing = if request.body_kind() == BodyKind::Form {
            "The body that was sent is not shown, and it is a form: its parameters are missing"
        } else {
            "The body that was sent is not shown"
        };
        format!("{missing}; {how_to_show}.")
    })
}

/// Makes cases of exchanges: a request that a redirect led to has those before it as `earlier`.
///
/// `nothing` says what to try when there is no exchange at all.
pub(crate) fn into_captured(
    input: &[u8],
    exchanges: &[Exchange],
    hints: &Hints,
    nothing: &str,
) -> Result<Vec<Captured>, CaptureError> {
    let mut cases: Vec<Captured> = Vec::new();
    for exchange in exchanges {
        let request = exchange.read(input, hints)?;
        // What opens a tunnel through a proxy is not the request.
        if request.request.method == b"CONNECT" && exchanges.len() > 1 {
            continue;
        }
        let mut notes = Vec::new();
        let mut case = Captured {
            response: exchange.response(&mut notes),
            notes,
            base_string: exchange.base_string.clone(),
            ..Captured::default()
        };
        if let Some(before) = cases.pop_if(|case| leads_to(case, &request.request)) {
            case.earlier = before.earlier;
            case.earlier
                .extend(before.request.map(|captured| captured.request));
            // A client signs once and sends the header again.
            case.base_string = case.base_string.or(before.base_string);
        }
        case.request = Some(request);
        cases.push(case);
    }
    if cases.is_empty() {
        return Err(CaptureError::at(
            input,
            0,
            "expected at least one request, found none",
            nothing,
        ));
    }
    if cases.len() > 1 {
        for (case, number) in cases.iter_mut().zip(1..) {
            case.place = Some(format!("request {number}"));
        }
    }
    Ok(cases)
}

/// Whether the response is a redirect whose Location ends with the request's path and query.
fn leads_to(case: &Captured, next: &Request) -> bool {
    let Some(response) = &case.response else {
        return false;
    };
    let location = response
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case(b"Location"));
    let mut target = next.path.clone();
    if let Some(query) = &next.query {
        target.push(b'?');
        target.extend_from_slice(query);
    }
    response
        .status
        .is_some_and(|status| (300..400).contains(&status))
        && location.is_some_and(|location| {
            let without_fragment = location.value.split(|&b| b == b'#').next();
            without_fragment.is_some_and(|location| location.ends_with(&target))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(request: &str, response: &str) -> Exchange {
        let mut exchange = Exchange::default();
        exchange.request.push(0, request.as_bytes());
        exchange.response_head = response.as_bytes().to_vec();
        exchange
    }

    fn cases(exchanges: &[Exchange]) -> Vec<Captured> {
        into_captured(b"", exchanges, &Hints::default(), "").unwrap()
    }

    #[test]
    fn a_redirect_is_followed_and_another_request_is_not() {
        let found = |location: &str| format!("HTTP/1.1 302 Found\r\nlocation: {location}\r\n\r\n");
        let second = "GET /b?c=d HTTP/1.1\r\nHost: h\r\n\r\n";
        for (location, count) in [
            ("https://h/b?c=d", 1),
            ("/b?c=d#top", 1),
            ("b?c=d", 2),
            ("/b", 2),
        ] {
            let first = exchange("GET /a HTTP/1.1\r\nHost: h\r\n\r\n", &found(location));
            let cases = cases(&[first, exchange(second, "")]);
            assert_eq!(cases.len(), count, "{location}");
            let last = cases.last().unwrap();
            assert_eq!(last.earlier.len(), 2 - count);
            assert_eq!(
                last.place.as_deref(),
                (count == 2).then_some("request 2"),
                "{location}"
            );
        }
    }

    #[test]
    fn a_tunnel_is_left_out() {
        let tunnel = exchange("CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n", "");
        let cases = cases(&[tunnel, exchange("GET /a HTTP/1.1\r\nHost: h\r\n\r\n", "")]);
        assert_eq!(cases.len(), 1);
        assert_eq!(cases[0].request.as_ref().unwrap().request.path, b"/a");
    }

    #[test]
    fn a_chunked_response_is_put_together() {
        let mut exchange = exchange(
            "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
            "HTTP/1.1 401 No\r\nTransfer-Encoding: chunked\r\n\r\n",
        );
        exchange.response_body = b"3\r\nabc\r\n0\r\n\r\n".to_vec();
        let response = cases(&[exchange]).remove(0).response.unwrap();
        assert_eq!(
            (response.status, response.body),
            (Some(401), b"abc".to_vec())
        );
    }

    #[test]
    fn errors_are_where_the_piece_is() {
        let input = b"> GET / HTTP/1.1\n> Host: h\n> oops\n>\n";
        let mut exchange = Exchange::default();
        exchange.request.push(0, b"GET / HTTP/1.1\r\n");
        exchange.request.push(17, b"Host: h\r\n");
        exchange.request.push(27, b"oops\r\n\r\n");
        let error = into_captured(input, &[exchange], &Hints::default(), "").unwrap_err();
        assert_eq!((error.line, error.column), (3, 1));
        let none = into_captured(input, &[], &Hints::default(), "look").unwrap_err();
        assert_eq!(none.help, "look");
    }
}
