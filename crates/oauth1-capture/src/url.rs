//! A signed URL: what of it travels, and what does not.

use crate::{
    CapturedRequest, Hints,
    detect::begins_with,
    error::{CaptureError, excerpt},
    format::Spec,
};
use oauth1_core::request::{Request, UrlError};

pub(crate) const SPEC: Spec = Spec {
    name: "url",
    description: "the URL that was requested, with its query (--method if it was not GET)",
    noun: "a URL",
    looks_like: is_http_url,
    may_look_like: &[],
    keeps_byte_order_mark: false,
    read: |input, hints| Ok(vec![read(input, hints)?.into()]),
};

/// Whether a text begins like an absolute URL.
pub(crate) fn is_http_url(text: &[u8]) -> bool {
    begins_with(text, b"http://") || begins_with(text, b"https://")
}

/// Why a URL cannot be read, and where in it.
pub(crate) struct UrlProblem {
    /// Byte offset into the URL.
    pub(crate) at: usize,
    /// What was expected and what was found.
    pub(crate) message: String,
    /// What to try.
    pub(crate) help: &'static str,
}

/// A request that was made from a URL.
pub(crate) struct UrlRequest {
    /// What travels.
    pub(crate) request: Request,
    /// The URL as typed, where that differs.
    pub(crate) typed_url: Option<Vec<u8>>,
}

impl UrlRequest {
    /// From an absolute URL as somebody typed it.
    pub(crate) fn new(method: &[u8], url: &[u8]) -> Result<Self, UrlProblem> {
        let request = request(method, url)?;
        let typed_url = typed_if_other(url, &request);
        Ok(Self { request, typed_url })
    }
}

/// Reads a URL on a line of its own. The method is the one told, else `GET`.
pub(crate) fn read(input: &[u8], hints: &Hints) -> Result<CapturedRequest, CaptureError> {
    let url = input.trim_ascii();
    let start = input.len() - input.trim_ascii_start().len();
    let UrlRequest {
        mut request,
        typed_url,
    } = UrlRequest::new(hints.method_or_get(), url).map_err(|problem| {
        CaptureError::at(input, start + problem.at, problem.message, problem.help)
    })?;
    let mut notes = Vec::new();
    note_what_cannot_travel(url, &mut notes);
    hints.override_scheme(&mut request, &mut notes);
    Ok(CapturedRequest {
        request,
        scheme_known: true,
        typed_url,
        notes,
    })
}

/// The request for an absolute URL as somebody typed it.
pub(crate) fn request(method: &[u8], url: &[u8]) -> Result<Request, UrlProblem> {
    if let Some(at) = url.iter().position(u8::is_ascii_control) {
        let found = url.get(at..=at).map(excerpt).unwrap_or_default();
        return Err(UrlProblem {
            at,
            message: format!("expected a URL, which holds no control byte, found {found} in it"),
            help: "paste the URL alone, on one line",
        });
    }
    Request::from_url(method, url).map_err(|error| match error {
        UrlError::NoScheme => UrlProblem {
            at: 0,
            message: "expected a URL that begins with http:// or https://".to_owned(),
            help: "paste the whole URL, from the http to the end of the query",
        },
        UrlError::NoHost => UrlProblem {
            at: url
                .windows(3)
                .position(|w| w == b"://")
                .map_or(0, |n| n + 3),
            message: "expected a host after the ://, found none".to_owned(),
            help: "paste the whole URL, from the http to the end of the query",
        },
    })
}

/// The URL as typed, where a client that sends it sends something else: a fragment or userinfo that stays behind, an
/// upper-case scheme or host that is folded, an empty path that becomes `/`.
pub(crate) fn typed_if_other(typed: &[u8], sent: &Request) -> Option<Vec<u8>> {
    let mut travels = sent.scheme.as_str().as_bytes().to_vec();
    travels.extend_from_slice(b"://");
    travels.extend(sent.authority.to_ascii_lowercase());
    travels.extend_from_slice(if sent.path.is_empty() {
        b"/"
    } else {
        &sent.path
    });
    if let Some(query) = &sent.query {
        travels.push(b'?');
        travels.extend_from_slice(query);
    }
    (typed != travels).then(|| typed.to_vec())
}

/// Adds to the query as clients do: with `&` unless the query is empty or ends in one.
pub(crate) fn append_query(request: &mut Request, added: Option<Vec<u8>>) {
    let Some(added) = added.filter(|added| !added.is_empty()) else {
        return;
    };
    let query = request.query.get_or_insert_default();
    if !query.is_empty() && !query.ends_with(b"&") {
        query.push(b'&');
    }
    query.extend(added);
}

/// A space or a byte beyond ASCII in a URL is replaced by the client on sending, each in its own way.
pub(crate) fn note_what_cannot_travel(url: &[u8], notes: &mut Vec<String>) {
    if let Some(at) = url.iter().position(|&b| b == b' ' || !b.is_ascii()) {
        let what = if url.get(at) == Some(&b' ') {
            "a space"
        } else {
            "a byte beyond ASCII"
        };
        notes.push(format!(
            "The URL holds {what} (its byte {at}), which clients encode before they send it: \
             the raw request would show what was sent."
        ));
    }
}

/// How a request is called in a capture that holds several: without the query, which may hold what others should not see.
pub(crate) fn method_and_url(request: &Request) -> String {
    const LONGEST: usize = 200;
    let scheme = request.scheme.as_str().as_bytes();
    let url = [scheme, b"://", &request.authority, &request.path].concat();
    let shown = |text: &[u8]| {
        text.get(..LONGEST)
            .unwrap_or(text)
            .escape_ascii()
            .to_string()
    };
    format!("{} {}", shown(&request.method), shown(&url))
}

/// The bytes before the last `@` of the authority: `user` or `user:password`.
pub(crate) fn userinfo(url: &[u8]) -> Option<&[u8]> {
    let start = url.windows(3).position(|w| w == b"://")? + 3;
    let rest = url.get(start..)?;
    let end = rest
        .iter()
        .position(|b| matches!(b, b'/' | b'?' | b'#'))
        .unwrap_or(rest.len());
    let authority = rest.get(..end)?;
    let at = authority.iter().rposition(|&b| b == b'@')?;
    authority.get(..at)
}
