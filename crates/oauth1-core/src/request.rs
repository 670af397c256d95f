//! The request as it went over the wire.
use alloc::vec::Vec;
/// http or https.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// http
    Http,
    /// https
    Https,
}
impl Scheme {
    /// `http` or `https`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
    /// 80 or 443.
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}
/// One header field; `value` is unfolded and without surrounding white space, otherwise the bytes sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// As sent.
    pub name: Vec<u8>,
    /// As sent.
    pub value: Vec<u8>,
}
/// A request, byte for byte as sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// As sent (`GET`, also `get`).
    pub method: Vec<u8>,
    /// Known from the URL, an option, or assumed by the importer.
    pub scheme: Scheme,
    /// The Host header's bytes (`Example.com:80`), or the authority of the URL without userinfo.
    pub authority: Vec<u8>,
    /// The path's bytes; may be empty when it came from a URL.
    pub path: Vec<u8>,
    /// After the first `?`, without it; `None` when there is no `?`.
    pub query: Option<Vec<u8>>,
    /// In the order sent.
    pub headers: Vec<Header>,
    /// After de-chunking.
    pub body: Vec<u8>,
}
/// Why a URL cannot be split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UrlError {
    /// not http(s)://
    NoScheme,
    /// no host
    NoHost,
}
/// What the Content-Type says the body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// Content-Type is application/x-www-form-urlencoded (any case, parameters ignored) and unambiguous.
    Form,
    /// JSON.
    Json,
    /// multipart/*.
    Multipart,
    /// Anything else, or no Content-Type.
    Other,
}
impl Request {
    /// Splits `target` (origin form) at the first `?`, drops a fragment.
    pub fn new(_method: &[u8], _scheme: Scheme, _authority: &[u8], _target: &[u8]) -> Self {
        todo!()
    }
    /// Splits an absolute http(s) URL without changing a byte of path or query; userinfo and fragment are dropped.
    pub fn from_url(_method: &[u8], _url: &[u8]) -> Result<Self, UrlError> {
        todo!()
    }
    /// First value of the header with that name (any case).
    pub fn header(&self, _name: &str) -> Option<&[u8]> {
        todo!()
    }
    /// All values of the header with that name (any case).
    pub fn header_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> + 'a {
        self.headers
            .iter()
            .filter(move |h| h.name.eq_ignore_ascii_case(name.as_bytes()))
            .map(|h| h.value.as_slice())
    }
    /// The body's kind by its Content-Type.
    pub fn body_kind(&self) -> BodyKind {
        todo!()
    }
    /// The body, when §3.4.1.3.1 counts it among the parameters.
    pub fn form_body(&self) -> Option<&[u8]> {
        todo!()
    }
}
